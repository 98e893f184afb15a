"""What does each framework contain, side by side by concept, and whose points could weigh another's table?

Frameworks name and split their indicators differently; a concept (digital awareness, cybersecurity, ...) is what makes them
comparable. Where points are printed nowhere, component counts are all there is. Handbook steps 1 (theoretical framework), 2 (data
selection) and 6 (weighting). Left out: whether a concept is well measured; where the print contradicts itself (`study.claims`);
weights that nobody printed (`study.recovery`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from dti_research import data
from dti_research.errors import InputError, find_name
from dti_research.index.framework import Framework

CONCEPTS = (
    "digital-awareness",
    "digital-institutions",
    "digital-infrastructure",
    "digital-human-resources",
    "cybersecurity",
    "digital-activity",
    "digital-government",
    "digital-economy",
    "digital-society",
    "smart-city",
    "plan-completion",
)
"""All concepts, in the order in which frameworks print them."""


@dataclass(frozen=True, eq=False)
class Answer:
    """What some frameworks contain, side by side.

    Parameters
    ----------
    frameworks : tuple of Framework
    overview : DataFrame, shape (framework, [issuer, decision, years, main_indicators, components, total_points, weights, \
units_with_values, units_with_composites])
        Empty: not printed. The last two count units over all published lists of a framework, each unit once.
    tables : DataFrame, shape (table, [framework, year, units_with_values, units_with_composites, units_ranked, ...])
        Their published lists, which `open_assessment` opens.
    """

    frameworks: tuple[Framework, ...]
    overview: pd.DataFrame
    tables: pd.DataFrame

    @cached_property
    def shares(self) -> pd.DataFrame:
        """See `concept_shares`."""
        return concept_shares(self.frameworks)

    @cached_property
    def components(self) -> pd.DataFrame:
        """Component indicators under each concept, shape (concept, framework), where a framework prints them."""
        return concept_components(self.frameworks)

    @cached_property
    def largest(self) -> pd.DataFrame:
        """See `largest_concept`."""
        return largest_concept(self.shares)


@dataclass(frozen=True, eq=False)
class Tree:
    """One framework, down to its indicators.

    Parameters
    ----------
    framework : Framework
    indicators : DataFrame, shape (indicator, [group, pillars, points, share, components, optional, source, locator])
        ``pillars``: codes of the pillars that it counts in. ``share``: of the points of the framework; missing where points are not
        published, and for an indicator of some units only.
    """

    framework: Framework
    indicators: pd.DataFrame


def ask(frameworks: Sequence[str] = ()) -> Answer:
    """What do these frameworks contain?

    Parameters
    ----------
    frameworks : sequence of str
        Ids; all frameworks without any.

    Raises
    ------
    UnknownName
        An unknown id: names the nearest.

    Examples
    --------
    >>> answer = ask(["hcmc-district-2023", "national-province-2022"])
    >>> answer.overview.components.tolist(), answer.tables.index.tolist()
    ([51, 98], ['province-2022', 'province-2021', 'province-2023', 'hcmc-district-2023'])
    >>> answer.largest.concepts["hcmc-district-2023"], round(answer.largest.share["hcmc-district-2023"], 4)
    (['digital-government'], np.float64(0.2803))
    """
    known = data.load_frameworks()
    chosen = tuple(known[find_name("framework", name, known)] for name in (frameworks or known))
    lists = data.tables()
    own = lists[lists.framework.isin([framework.id for framework in chosen])]
    return Answer(frameworks=chosen, overview=_overview(chosen, lists), tables=own)


def ask_tree(framework: str) -> Tree:
    """What does one framework contain: indicators, their points and shares, and the pillars that they count in?

    Raises
    ------
    UnknownName
        An unknown id: names the nearest.

    Examples
    --------
    >>> tree = ask_tree("hcmc-department-2023")
    >>> tree.indicators.share.round(3).tolist()
    [0.121, 0.076, 0.212, 0.091, 0.106, 0.394]
    >>> ask_tree("national-province-2024").indicators.pillars["cybersecurity"]
    ('government', 'economy', 'society')
    """
    chosen = data.load_framework(framework)
    columns = ["code", "group", "points", "components", "optional", "source", "locator"]
    table = pd.DataFrame(list(chosen.indicators), columns=columns).set_index("code").rename_axis("indicator")
    table = table.astype({"points": float, "components": "Int64", "optional": bool})
    pillars = [tuple(p.code for p in chosen.pillars if code in p.indicators) for code in table.index]
    table.insert(1, "pillars", pd.Series(pillars, index=table.index, dtype=object))
    table.insert(3, "share", table.points.mask(table.optional) / (chosen.total_points or float("nan")))
    return Tree(chosen, table)


def _overview(frameworks: Sequence[Framework], lists: pd.DataFrame) -> pd.DataFrame:
    values = _units_of(data.load_raw("values"), lists)
    composites = _units_of(data.load_claims().query("check == 'composite'"), lists)
    columns = ["id", "issuer", "decision", "years", "main_indicators", "components", "weights"]
    table = pd.DataFrame(list(frameworks), columns=columns).set_index("id").rename_axis("framework")
    table = table.assign(years=[", ".join(map(str, years)) for years in table.years])
    table = table.astype({"main_indicators": "Int64", "components": "Int64"})
    table.insert(5, "total_points", [framework.total_points for framework in frameworks])
    return table.assign(
        units_with_values=[values.get(framework, 0) for framework in table.index],
        units_with_composites=[composites.get(framework, 0) for framework in table.index],
    )


def _units_of(rows: pd.DataFrame, lists: pd.DataFrame) -> dict[str, int]:
    """How many units have one of these rows, for each framework."""
    return rows.unit.groupby(rows.table.map(lists.framework)).nunique().to_dict()


def concept_shares(frameworks: Sequence[Framework]) -> pd.DataFrame:
    """Share of each framework's points that a concept carries.

    Returns
    -------
    DataFrame, shape (concept, framework) [share of the points that count in the composite, 0 to 1]
        Only frameworks whose points are known, and concepts that one of them scores; columns add to 1. A blank means that the
        framework has no such indicator, 0 that it has one which carries no points.

    Examples
    --------
    >>> shares = concept_shares(ask(["hcmc-district-2023", "national-province-2022"]).frameworks)
    >>> round(shares.loc["smart-city", "hcmc-district-2023"], 4), shares.loc["smart-city", "national-province-2022"]
    (np.float64(0.0303), np.float64(0.0))
    """
    known = [framework for framework in frameworks if framework.points is not None]
    return _by_concept(known, "points", float) / pd.Series({f.id: f.total_points for f in known})


def concept_components(frameworks: Sequence[Framework]) -> pd.DataFrame:
    """Number of component indicators under each concept, shape (concept, framework), where a framework prints them."""
    counts = {f.id: [i.components for i in f.indicators if not i.optional] for f in frameworks}
    printed = [f for f in frameworks if counts[f.id] and None not in counts[f.id]]
    return _by_concept(printed, "components", "Int64")


def _by_concept(frameworks: Sequence[Framework], what: str, dtype: type | str) -> pd.DataFrame:
    """What the main indicators of a concept have together, shape (concept, framework); a blank where there are none."""
    columns = {}
    for framework in frameworks:
        own = [indicator for indicator in framework.indicators if not indicator.optional]
        amounts = pd.Series([getattr(indicator, what) for indicator in own], dtype=dtype)
        columns[framework.id] = amounts.groupby([indicator.concept for indicator in own]).sum()
    table = pd.DataFrame(columns)
    return table.reindex([concept for concept in CONCEPTS if concept in table.index]).rename_axis("concept")


def largest_concept(shares: pd.DataFrame) -> pd.DataFrame:
    """The concepts with most points in each framework, shape (framework, [concepts, share]); several where they tie."""
    heaviest = {name: [c for c, share in column.items() if share == column.max()] for name, column in shares.items()}
    return pd.DataFrame({"concepts": heaviest, "share": shares.max()}).rename_axis("framework")


def carry_points(source: Framework, target: Framework) -> pd.Series:
    """The points of one framework, carried over to the indicators of another by concept.

    What if the provinces were weighed as HCMC weighs its districts? Concepts that the target does not score are left out, and only
    proportions matter. Where the target has several indicators of one concept they share its points in proportion to their own
    (equally, where they have none).

    Returns
    -------
    Series, shape (indicator of `target`,) [points of `source`]

    Raises
    ------
    InputError
        The source prints no points, or has no indicator of a concept that the target scores.

    Examples
    --------
    >>> district, province = (data.load_framework(name) for name in ("hcmc-district-2023", "national-province-2024"))
    >>> [f"{points:g}" for points in carry_points(district, province)]
    ['60', '50', '70', '60', '35', '185', '90', '90']
    """
    if source.points is None or not len(source.points):
        raise InputError(
            f"{source.id}: nobody prints its points; choose a framework with points (`dti list` shows them)"
        )
    given = source.points.groupby({i.code: i.concept for i in source.indicators}).sum()
    concepts = pd.Series({i.code: i.concept for i in target.scored})
    lacking = sorted(set(concepts) - set(given.index[given > 0]))
    if lacking:
        raise InputError(
            f"{source.id} gives no points to {', '.join(lacking)}, which {target.id} scores; choose a framework that covers "
            "the same concepts"
        )
    own = target.points if target.points is not None else pd.Series(1.0, index=concepts.index)
    parts = own / own.groupby(concepts).transform("sum")
    return (parts * concepts.map(given)).rename("points")


def points_from(source: str, target: Framework) -> pd.Series | None:
    """The points of the framework named `source`, carried over to `target`; None for no name, or for its own."""
    return None if source in ("", target.id) else carry_points(data.load_framework(source), target)
