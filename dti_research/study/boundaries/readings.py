"""Which level a score has under each reading of the printed bands, and what a moving boundary does.

The answers are exact, on composites that are printed or computed. Left out: units whose totals nobody published
(`boundaries.counts`), and which reading is right.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from dti_research.index.framework import Framework, LevelRule
from dti_research.index.levels import READINGS, assign_levels, disputed_intervals


def share_rule(rule: LevelRule, total: float) -> LevelRule:
    """A rule in points, carried over to shares of its total, so that it can be tried on an index printed in shares.

    Examples
    --------
    >>> from dti_research.data import load_framework
    >>> district = load_framework("hcmc-district-2023")
    >>> [round(band.lower, 4) for band in share_rule(district.level_rule(), 660).bands[1:]]
    [0.6273, 0.8364]
    """

    def share(points: float | None) -> float | None:
        return None if points is None else points / total

    return replace(
        rule, bands=tuple(replace(band, lower=share(band.lower), upper=share(band.upper)) for band in rule.bands)
    )


def levels_by_reading(composite: pd.Series, rule: LevelRule, total: float, digits: int = 2) -> pd.DataFrame:
    """The level of each unit under each reading that the rule allows.

    Parameters
    ----------
    composite : Series, shape (unit,) [points or share, 0 to `total`]
    total : float [same measure]
    digits : int
        Printed decimals, to which a composite is rounded before it meets a boundary.

    Returns
    -------
    DataFrame, shape (unit, reading) of str
        Level names (name_vi) joined by " / " where two hold; "" where none does.

    Examples
    --------
    >>> from dti_research.data import load_framework
    >>> rule = load_framework("hcmc-department-2023").level_rule()
    >>> levels_by_reading(pd.Series({"a": 198.5, "b": 300.0}), rule, 330).loc["a"].tolist()
    ['', 'Khởi động', 'Hình thành', 'Hình thành']
    """
    return pd.DataFrame(
        {
            reading: assign_levels(composite, rule, reading, total=total, digits=digits).map(" / ".join)
            for reading in READINGS
        },
        index=composite.index,
    )


def level_changes(levels: pd.DataFrame) -> pd.DataFrame:
    """Pick the rows of `levels_by_reading` in which not all readings agree."""
    return levels[levels.nunique(axis=1) > 1]


def boundary_curve(composite: pd.Series, boundaries: np.ndarray, digits: int = 4) -> pd.Series:
    """How many units stand at or above a boundary, as the boundary moves.

    Parameters
    ----------
    composite : Series, shape (unit,) [points or share]
    boundaries : array, shape (boundary,) [same measure]

    Returns
    -------
    Series of int, shape (boundary,)

    Examples
    --------
    >>> boundary_curve(pd.Series([0.5, 0.6, 0.7]), np.array([0.55, 0.60, 0.65])).tolist()
    [2, 2, 1]
    """
    scores = np.sort(composite.round(digits).to_numpy())
    at_or_above = len(scores) - np.searchsorted(scores, np.round(boundaries, 9), side="left")
    return pd.Series(at_or_above, index=pd.Index(boundaries, name="boundary"), name="units at or above")


def disputed_table(framework: Framework) -> pd.DataFrame:
    """Where the readings disagree, for every document that prints level bands.

    Returns
    -------
    DataFrame with columns document, interval and one for each reading
        Level names (name_vi), " / " between two, "" for none.

    Examples
    --------
    >>> from dti_research.data import load_framework
    >>> framework = load_framework("hcmc-department-2023")
    >>> disputed_table(framework)[["document", "interval"]].to_numpy().tolist()
    [['press-release', '[198, 199)'], ['newspaper', '[198, 199)']]
    """
    rows = []
    for rule in framework.level_rules:
        for interval in disputed_intervals(rule, framework.total_points):
            named = {reading: " / ".join(names) for reading, names in interval.levels.items()}
            rows.append({"document": rule.document, "interval": str(interval)} | named)
    return pd.DataFrame(rows, columns=["document", "interval", *READINGS])


def printed_boundaries(framework: Framework, document: str | None = None) -> dict[str, float]:
    """The distinct boundaries of a rule as shares of the total, each under its printed number.

    Examples
    --------
    >>> from dti_research.data import load_framework
    >>> found = printed_boundaries(load_framework("hcmc-department-2023"))
    >>> {name: round(at, 4) for name, at in found.items()}
    {'198': 0.6, '199': 0.603, '264': 0.8}
    """
    bands = framework.level_rule(document).bands
    points = sorted({b for band in bands for b in (band.lower, band.upper) if b is not None})
    return {f"{b:g}": b / framework.total_points for b in points}
