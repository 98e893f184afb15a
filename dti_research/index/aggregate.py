"""How do an indicator's shares become one composite? Handbook step 6 (aggregation).

Each entry of `AGGREGATE` is one weighted mean over the indicators of each unit: it takes `normalised`, shape (unit, indicator),
and `weights` of the same shape [share of the total, rows add to 1], and gives a Series, shape (unit,), in the measure of
`normalised`. The arithmetic mean lets a surplus pay for a shortfall in full; the geometric in part; the harmonic least. A value
may be blank only where its weight is 0.

All raise `InputError`: tables with different labels; a blank with a weight; negative weights, or a row of them above 1.
`geometric` and `harmonic` also: a value of 0 or below with a weight; a row of weights below 1 (what is missing earns 0).
Left out: non-compensatory (Condorcet) aggregation.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from dti_research.errors import InputError
from dti_research.index.framework import Framework
from dti_research.index.normalise import refuse_cells
from dti_research.index.weight import TOLERANCE, pillar_members


def arithmetic(normalised: pd.DataFrame, weights: pd.DataFrame) -> pd.Series:
    """Each unit's normalised values, each times its weight, are added: so do all the official indexes.

    Examples
    --------
    1/1 x 0.5 + 1/4 x 0.5 = 0.625

    >>> normalised = pd.DataFrame({"roads": [1.0, 0.5], "school": [0.25, 0.5]}, index=["hill", "lake"])
    >>> weights = pd.DataFrame({"roads": [0.5, 0.5], "school": [0.5, 0.5]}, index=["hill", "lake"])
    >>> arithmetic(normalised, weights).to_dict()
    {'hill': 0.625, 'lake': 0.5}
    """
    x, w = _aligned(normalised, weights)
    return pd.Series((x * w).sum(axis=1), index=normalised.index, name="composite")


def geometric(normalised: pd.DataFrame, weights: pd.DataFrame) -> pd.Series:
    """Each unit's normalised values, each raised to its weight, are multiplied: never above the arithmetic mean.

    Examples
    --------
    The square root of 1 x 1/4 is 1/2.

    >>> normalised = pd.DataFrame({"roads": [1.0, 0.5], "school": [0.25, 0.5]}, index=["hill", "lake"])
    >>> weights = pd.DataFrame({"roads": [0.5, 0.5], "school": [0.5, 0.5]}, index=["hill", "lake"])
    >>> geometric(normalised, weights).round(12).to_dict()
    {'hill': 0.5, 'lake': 0.5}
    """
    x, w = _aligned(normalised, weights, positive="geometric")
    return pd.Series(np.exp((np.log(x) * w).sum(axis=1)), index=normalised.index, name="composite")


def harmonic(normalised: pd.DataFrame, weights: pd.DataFrame) -> pd.Series:
    """One over the weighted sum of one over each value: never above the geometric mean, a weak indicator pulls hardest here.

    The Handbook names the arithmetic and geometric means; this is the next of the same family (power -1).

    Examples
    --------
    1 / (0.5 / 1 + 0.5 / 0.25) = 1 / 2.5

    >>> normalised = pd.DataFrame({"roads": [1.0, 0.5], "school": [0.25, 0.5]}, index=["hill", "lake"])
    >>> weights = pd.DataFrame({"roads": [0.5, 0.5], "school": [0.5, 0.5]}, index=["hill", "lake"])
    >>> harmonic(normalised, weights).to_dict()
    {'hill': 0.4, 'lake': 0.5}
    """
    x, w = _aligned(normalised, weights, positive="harmonic")
    return pd.Series(1 / (w / x).sum(axis=1), index=normalised.index, name="composite")


AGGREGATE: dict[str, Callable[[pd.DataFrame, pd.DataFrame], pd.Series]] = {
    "arithmetic": arithmetic,
    "geometric": geometric,
    "harmonic": harmonic,
}


def pillar_scores(normalised: pd.DataFrame, framework: Framework, weights: pd.DataFrame) -> pd.DataFrame:
    """What each pillar's members earn, over the most they could earn: shape (unit, pillar), measure of `normalised`.

    Always an arithmetic mean, as pillars are printed. Pillars may overlap: the ministry's three each hold the five foundation
    indicators and one activity of their own. `weights` may be points: only the proportions inside a pillar matter. Blank where
    no member applies to the unit or carries weight.

    Examples
    --------
    Hill: (1 x 40 + 0.5 x 20) / 60 = 0.8333; lake: (0.5 x 40 + 1 x 20) / 60 = 0.6667.

    >>> from dti_research.index.framework import Indicator, Pillar
    >>> village = Framework("village", indicators=(Indicator("roads", points=40), Indicator("wells", points=20)),
    ...     pillars=(Pillar("works", indicators=("roads", "wells")),))
    >>> normalised = pd.DataFrame({"roads": [1.0, 0.5], "wells": [0.5, 1.0]}, index=["hill", "lake"])
    >>> points = pd.DataFrame({"roads": [40, 40], "wells": [20, 20]}, index=["hill", "lake"])
    >>> pillar_scores(normalised, village, points)["works"].round(4).to_dict()
    {'hill': 0.8333, 'lake': 0.6667}
    """
    x, w = _aligned(normalised, weights, most=np.inf)
    members = pillar_members(framework)
    scores = np.full((len(x), len(members)), np.nan)
    for k, codes in enumerate(members.values()):
        at = normalised.columns.get_indexer(codes)
        possible = w[:, at].sum(axis=1)
        np.divide((x[:, at] * w[:, at]).sum(axis=1), possible, out=scores[:, k], where=possible > 0)
    return pd.DataFrame(scores, index=normalised.index, columns=list(members))


def _aligned(
    normalised: pd.DataFrame, weights: pd.DataFrame, *, positive: str = "", most: float = 1 + TOLERANCE
) -> tuple[np.ndarray, np.ndarray]:
    """Both tables as arrays, checked; where the weight is 0 the value is set to 1, so that it has no influence."""
    for kind, ours, theirs in (
        ("unit", normalised.index, weights.index),
        ("indicator", normalised.columns, weights.columns),
    ):
        odd = ours.symmetric_difference(theirs)
        if len(odd):
            holder, lacking = ("values", "weights") if odd[0] in ours else ("weights", "values")
            raise InputError(
                f"{kind} {odd[0]!r} is in the table of {holder} and not in the table of {lacking}; expected the same "
                f"{kind}s in both; add or remove it"
            )
    weights = weights.reindex(index=normalised.index, columns=normalised.columns).astype(float)
    x, w = normalised.to_numpy(float), weights.to_numpy()
    used = w > 0
    refuse_cells(weights, ~(w >= 0) | np.isinf(w), "weight {found}; expected a finite number >= 0; correct the weight")
    refuse_cells(
        normalised,
        used & ~np.isfinite(x),
        "normalised value {found} with weight {weight:.6g}; expected a finite number; enter the value, or set its weight to 0 "
        "for this unit",
        weight=weights,
    )
    refuse_cells(
        normalised,
        used & (x <= 0) & bool(positive),
        f"normalised value {{found:.6g}}; the {positive} mean needs values above 0, because one 0 would decide the whole "
        "composite; aggregate by the arithmetic mean, normalise by share-of-maximum or rank, or leave the indicator out",
    )
    least = 1 - TOLERANCE if positive else 0
    for unit, total in weights.sum(axis=1).items():
        if not least <= total <= most:
            raise InputError(
                f"unit {unit!r}: weights add to {total:.12g}; expected {'1' if positive else '1 or less'}; divide "
                "each weight of the unit by that sum"
            )
    return np.where(used, x, 1.0), w
