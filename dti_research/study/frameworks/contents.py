"""What does each framework contain, side by side by concept?

Frameworks name and split their indicators differently; a concept (digital awareness, cybersecurity, ...) is what makes them
comparable. Shares are of the points that count in the composite; where points are printed nowhere, component counts are all
there is. Handbook step 1 (theoretical framework) and step 2 (data selection). Left out: whether a concept is well measured.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from dti_research import data
from dti_research.errors import find_name
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


def choose_frameworks(names: Sequence[str]) -> list[Framework]:
    """The frameworks of these ids, or all of them for an empty list."""
    frameworks = data.load_frameworks()
    return [frameworks[find_name("framework", name, frameworks)] for name in (names or frameworks)]


def overview(frameworks: Sequence[Framework]) -> pd.DataFrame:
    """One row for each framework: who, when, how large, where the points come from. Empty: not printed.

    Returns
    -------
    DataFrame, shape (framework, [issuer, decision, years, main_indicators, components, total_points, weights, \
units_with_values, units_with_composites])
        The last two count units over all published lists of a framework: those with printed indicator values, and those with a
        printed composite. Each unit counts once.
    """
    lists = data.load_tables()
    values = _units_of(data.load_raw("values"), lists)
    composites = _units_of(data.load_claims().query("check == 'composite'"), lists)
    return pd.DataFrame(
        {
            "issuer": [f.issuer for f in frameworks],
            "decision": [f.decision for f in frameworks],
            "years": [", ".join(map(str, f.years)) for f in frameworks],
            "main_indicators": pd.array([f.main_indicators for f in frameworks], dtype="Int64"),
            "components": pd.array([f.components for f in frameworks], dtype="Int64"),
            "total_points": [f.total_points for f in frameworks],
            "weights": [f.weights for f in frameworks],
            "units_with_values": [values.get(f.id, 0) for f in frameworks],
            "units_with_composites": [composites.get(f.id, 0) for f in frameworks],
        },
        index=pd.Index([f.id for f in frameworks], name="framework"),
    )


def _units_of(rows: pd.DataFrame, lists: pd.DataFrame) -> dict[str, int]:
    """How many units have one of these rows, for each framework."""
    return rows.unit.groupby(rows.table.map(lists.framework)).nunique().to_dict()


def concept_shares(frameworks: Sequence[Framework]) -> pd.DataFrame:
    """Share of each framework's points that a concept carries.

    Returns
    -------
    DataFrame, shape (concept, framework) [share of the points, 0 to 1]
        Only frameworks whose points are known, and concepts that one of them scores; columns add to 1. A blank means that the
        framework has no such indicator, 0 that it has one which carries no points.

    Examples
    --------
    >>> shares = concept_shares(choose_frameworks(["hcmc-district-2023", "national-province-2022"]))
    >>> round(shares.loc["smart-city", "hcmc-district-2023"], 4), shares.loc["smart-city", "national-province-2022"]
    (np.float64(0.0303), np.float64(0.0))
    """
    columns = {}
    for framework in frameworks:
        if framework.points is None:
            continue
        points = pd.Series({i.code: i.points for i in framework.indicators if not i.optional})
        concepts = {i.code: i.concept for i in framework.indicators}
        columns[framework.id] = points.groupby(concepts).sum() / framework.total_points
    table = pd.DataFrame(columns).reindex([c for c in CONCEPTS if any(c in s.index for s in columns.values())])
    table.index.name = "concept"
    return table


def concept_components(frameworks: Sequence[Framework]) -> pd.DataFrame:
    """Number of component indicators under each concept, where a framework prints them.

    Returns
    -------
    DataFrame, shape (concept, framework)
    """
    columns = {}
    for framework in frameworks:
        own = [i for i in framework.indicators if not i.optional]
        if own and all(i.components is not None for i in own):
            counts = pd.Series([i.components for i in own], dtype="Int64")
            columns[framework.id] = counts.groupby([i.concept for i in own]).sum()
    table = pd.DataFrame(columns).reindex([c for c in CONCEPTS if any(c in s.index for s in columns.values())])
    table.index.name = "concept"
    return table


def largest_concept(shares: pd.DataFrame) -> pd.DataFrame:
    """The concept with most points in each framework; all of them where several have most.

    Returns
    -------
    DataFrame, shape (framework, [concepts, share])
    """
    heaviest = {name: [c for c, share in column.items() if share == column.max()] for name, column in shares.items()}
    return pd.DataFrame({"concepts": heaviest, "share": shares.max()}).rename_axis("framework")
