"""All that is asked of frameworks: what each contains beside the others, and the tree of one.

Left out: where the print contradicts itself, and which printed figures are reproduced (`study.claims`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from dti_research import data
from dti_research.index.framework import Framework
from dti_research.study.frameworks import contents


@dataclass(frozen=True, eq=False)
class Answer:
    """What some frameworks contain, side by side.

    Parameters
    ----------
    frameworks : tuple of Framework
    overview : DataFrame, shape (framework, [issuer, decision, years, main_indicators, ...])
        See `contents.overview`.
    tables : DataFrame, shape (table, [framework, year, units_with_values, units_with_composites, units_ranked, ...])
        Their published lists, which `open_assessment` opens.
    """

    frameworks: tuple[Framework, ...]
    overview: pd.DataFrame
    tables: pd.DataFrame

    @cached_property
    def shares(self) -> pd.DataFrame:
        """Share of each framework's points that a concept carries, shape (concept, framework) [share, 0 to 1]."""
        return contents.concept_shares(self.frameworks)

    @cached_property
    def components(self) -> pd.DataFrame:
        """Component indicators under each concept, shape (concept, framework), where a framework prints them."""
        return contents.concept_components(self.frameworks)

    @cached_property
    def largest(self) -> pd.DataFrame:
        """The concepts with most points in each framework, shape (framework, [concepts, share])."""
        return contents.largest_concept(self.shares)


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

    Returns
    -------
    Answer

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
    chosen = tuple(contents.choose_frameworks(frameworks))
    lists = data.tables()
    own = lists[lists.framework.isin([framework.id for framework in chosen])]
    return Answer(frameworks=chosen, overview=contents.overview(chosen), tables=own)


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
    total = chosen.total_points
    nodes = chosen.indicators
    known = [i.points is not None and bool(total) and not i.optional for i in nodes]
    table = pd.DataFrame(
        {
            "group": [i.group for i in nodes],
            "pillars": [tuple(p.code for p in chosen.pillars if i.code in p.indicators) for i in nodes],
            "points": pd.Series([i.points for i in nodes], dtype=float),
            "share": pd.Series(
                [i.points / total if k else None for i, k in zip(nodes, known, strict=True)], dtype=float
            ),
            "components": pd.array([i.components for i in nodes], dtype="Int64"),
            "optional": [i.optional for i in nodes],
            "source": [i.source for i in nodes],
            "locator": [i.locator for i in nodes],
        }
    )
    return Tree(chosen, table.set_axis(pd.Index([i.code for i in nodes], name="indicator")))
