"""All weights that a printed table allows, each in an interval that is proven.

A printed number is known to half a digit, so a table of values and composites does not have one set of weights but all those
with which every row comes out as printed. They are found by linear programming and proven in whole numbers (`cone`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd

from dti_research.errors import InputError, check_share, find_name
from dti_research.study.printed import ROUNDING
from dti_research.study.recovery import cone as proof
from dti_research.study.recovery.cone import Cone
from dti_research.study.recovery.intervals import PrintedTable, read_intervals

VERDICTS = ("unique", "range", "impossible")
"""Every weight in an interval narrower than the asked step; some in a wider one; no weights at all."""

STEP = 0.01
"""The default step: 10 points of 1000. Official points come in tens, so a narrower interval holds one of them at most."""


@dataclass(frozen=True, eq=False)
class Recovery:
    """All weights that a printed table allows.

    Parameters
    ----------
    verdict : str
        One of `VERDICTS`.
    weights : DataFrame, shape (indicator, [low, high, width]) [share, or what the weights add to]
        No weight outside gives every row; NaN where impossible.
    total : (float, float)
        What the weights add to: as given, or as recovered.
    step : float
        Intervals narrower than this make the verdict unique.
    digits : Series, shape (indicator and composite,)
        To how many decimals each column is known.
    rounding : str
        A key of `ROUNDING`.
    units : tuple of str
    printed : PrintedTable
        The table behind it, as intervals.
    conditions : Cone
        What it puts on the weights.
    exact_total : Fraction or None
        What the weights add to, as given; None if it is recovered: then the composite's own scale is the last variable.
    """

    verdict: str
    weights: pd.DataFrame
    total: tuple[float, float]
    step: float
    digits: pd.Series
    rounding: str
    units: tuple[str, ...]
    printed: PrintedTable = field(repr=False)
    conditions: Cone = field(repr=False)
    exact_total: Fraction | None = field(repr=False)


def recover(
    values: pd.DataFrame,
    composites: pd.Series,
    *,
    digits: int | Mapping[str, int] | pd.Series | None = None,
    rounding: str = "nearest",
    total: float | None = 1.0,
    step: float = STEP,
) -> Recovery:
    """Find all weights with which every printed value and composite agree.

    Handbook step 6 (weighting), read backwards.

    Each printed number stands for an interval. A row allows a set of weights if some numbers in its intervals fit; as weights
    are at least 0, these are exactly the weights with which the lowest values give no more than the highest composite, and the
    highest no less than the lowest. So the product of an unknown value and an unknown weight costs nothing: no bound is lost.

    Parameters
    ----------
    values : DataFrame, shape (unit, indicator) [any one measure, higher is better]
        As printed.
    composites : Series, shape (unit,) [same measure]
        As printed, for the same units.
    digits : int, mapping of column to int, or Series, optional
        To how many decimals the columns are printed (``composite`` is the composites'). Without it, as many as a column shows.
    rounding : str
        A key of `ROUNDING`.
    total : float, optional
        What the weights add to. None: unknown; then it is recovered, too.
    step : float [share of the total]
        The verdict is ``unique`` if every interval is narrower.

    Returns
    -------
    Recovery

    Raises
    ------
    InputError
        A table that `check_values` refuses; other units in `composites`; a number with more decimals than `digits`; a total or
        step that is not above 0.
    UnknownName
        An unknown rounding.

    References
    ----------
    Oettli, W. and Prager, W. (1964), Compatibility of approximate solution of linear equations with given error bounds for
    coefficients and right-hand sides, Numerische Mathematik 6, 405-409.

    Examples
    --------
    >>> table = pd.DataFrame({"roads": [0.9, 0.2, 0.5], "wells": [0.3, 0.7, 0.1]}, index=["hill", "lake", "moor"])
    >>> found = recover(table, pd.Series({"hill": 0.750, "lake": 0.325, "moor": 0.400}), digits=3)
    >>> found.verdict, found.weights.round(3).to_dict("index")["roads"]
    ('unique', {'low': 0.748, 'high': 0.752, 'width': 0.003})
    """
    find_name("rounding", rounding, ROUNDING)
    check_share("step", step)
    printed = read_intervals(values, composites, digits, rounding)
    shares = None if total is None else Fraction(Decimal(repr(float(total)))) if math.isfinite(total) else None
    if total is not None and (shares is None or shares <= 0):
        raise InputError(f"total {total!r}: expected a number above 0 that the weights add to, or None; correct it")
    rows = _conditions(printed, shares)
    cone = Cone(rows, np.tile(np.arange(len(values.index)), 2))
    return _recovery(printed, cone, shares, step, values.columns)


def without_units(recovery: Recovery, units: Sequence[str]) -> Recovery:
    """What the other units alone allow.

    Raises
    ------
    UnknownName
        An unknown unit.

    Examples
    --------
    >>> table = pd.DataFrame({"roads": [0.9, 0.2, 0.5], "wells": [0.3, 0.7, 0.1]}, index=["hill", "lake", "moor"])
    >>> found = recover(table, pd.Series({"hill": 0.95, "lake": 0.325, "moor": 0.400}), digits=3)
    >>> found.verdict, without_units(found, ["hill"]).verdict
    ('impossible', 'unique')
    """
    names = recovery.printed.values.index
    if isinstance(units, str):
        raise InputError(f"units {units!r}: expected a list of units; put it in brackets")
    for unit in units:
        find_name("unit", unit, recovery.units)
    left = [unit for unit in recovery.units if unit not in set(units)]
    shares = recovery.exact_total
    gone = [names.get_loc(unit) for unit in units]
    return _recovery(
        recovery.printed, recovery.conditions.drop(gone), shares, recovery.step, recovery.weights.index, left
    )


def _recovery(
    printed: PrintedTable,
    cone: Cone,
    shares: Fraction | None,
    step: float,
    indicators: pd.Index,
    units: Sequence | None = None,
) -> Recovery:
    count = len(indicators)
    kept = tuple(printed.values.index) if units is None else tuple(units)
    common = {"step": step, "digits": printed.digits, "rounding": printed.rounding, "units": kept}
    inside = {"printed": printed, "conditions": cone, "exact_total": shares}
    if proof.contradiction(cone):
        empty = pd.DataFrame(math.nan, index=indicators.rename("indicator"), columns=["low", "high", "width"])
        at = (math.nan, math.nan) if shares is None else (float(shares), float(shares))
        return Recovery("impossible", empty, at, **common, **inside)
    # With a known total the variables are shares of it; without, the last variable is what the composite is worth.
    whole = [1] * count if shares is not None else [0] * count + [1]
    size = Fraction(1) if shares is None else shares
    ends = []
    for j in range(count):
        one = [int(i == j) for i in range(cone.rows.shape[1])]
        ends.append([proof.least_ratio(cone, one, whole, size), proof.greatest_ratio(cone, one, whole, size)])
    weights = pd.DataFrame(ends, index=indicators.rename("indicator"), columns=["low", "high"])
    weights["width"] = weights.high - weights.low
    if shares is None:
        sums = [1] * count + [0]
        adds_to = (proof.least_ratio(cone, sums, whole), proof.greatest_ratio(cone, sums, whole))
    else:
        adds_to = (float(size), float(size))
    narrow = bool((weights.width < step * adds_to[0]).all())
    return Recovery("unique" if narrow else "range", weights, adds_to, **common, **inside)


def _conditions(printed: PrintedTable, total: Fraction | None) -> np.ndarray:
    """Lowest values, weighted, at most the highest composite; highest values at least the lowest composite."""
    top, low = printed.composite_high[:, None], printed.composite_low[:, None]
    if total is None:
        return np.vstack([np.hstack([printed.low, -top]), np.hstack([-printed.high, low])])
    p, q = total.numerator, total.denominator
    return np.vstack([p * printed.low - q * top, q * low - p * printed.high])


def with_misprint(composites: pd.Series, unit: str, composite: float) -> pd.Series:
    """The same composites with another one for one unit, to try what a misprint does; unchanged if no unit is named.

    Examples
    --------
    >>> with_misprint(pd.Series({"hill": 0.75, "lake": 0.325}), "hill", 0.95).to_dict()
    {'hill': 0.95, 'lake': 0.325}
    """
    if not unit:
        return composites
    return composites.where(composites.index != find_name("unit", unit, composites.index), composite)
