"""All weights that a printed table allows, each in an interval that is proven.

A printed number is known to half a digit, so a table of values and composites does not have one set of weights but all those with
which every row comes out as printed (Oettli, W. and Prager, W. (1964), Compatibility of approximate solution of linear equations
with given error bounds for coefficients and right-hand sides, Numerische Mathematik 6, 405-409). They are found by linear
programming and proven in whole numbers (`cone`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd

from dti_research.errors import InputError, check_share, check_whole, find_name, nearest
from dti_research.index.normalise import check_values
from dti_research.study.printed import MOST_DIGITS, ROUNDING, Printed, decimals
from dti_research.study.recovery import cone as proof
from dti_research.study.recovery.cone import Cone

VERDICTS = ("unique", "range", "impossible")
"""Every weight in an interval narrower than the asked step; some in a wider one; no weights at all."""

STEP = 0.01
"""The default step: 10 points of 1000. Official points come in tens, so a narrower interval holds one of them at most."""


@dataclass(frozen=True, eq=False)
class PrintedTable:
    """Printed numbers as the intervals they stand for, in half units of the last digit that any column has.

    ``low`` and ``high``, shape (unit, indicator), and ``composite_low`` and ``composite_high``, shape (unit,), are whole numbers.
    """

    values: pd.DataFrame
    composites: pd.Series
    low: np.ndarray
    high: np.ndarray
    composite_low: np.ndarray
    composite_high: np.ndarray
    digits: pd.Series
    rounding: str


@dataclass(frozen=True, eq=False)
class Recovery:
    """All weights that a printed table allows.

    ``verdict`` is one of `VERDICTS`; ``weights``, shape (indicator, [low, high, width]) [share, or what they add to]: no weight
    outside gives every row, NaN where impossible. They add to ``total`` (low, high), as given (`exact_total`) or as recovered:
    then the composite's own scale is the last variable of `conditions`.
    """

    verdict: str
    weights: pd.DataFrame
    total: tuple[float, float]
    step: float
    units: tuple[str, ...]
    printed: PrintedTable = field(repr=False)
    conditions: Cone = field(repr=False)
    exact_total: Fraction | None = field(repr=False)

    @property
    def digits(self) -> pd.Series:
        """To how many decimals each indicator and the composite are known."""
        return self.printed.digits

    @property
    def half_digit(self) -> Fraction:
        """What the whole numbers of `printed` and `conditions` count in."""
        return Fraction(1, 2 * 10 ** int(self.digits.max()))

    @property
    def widest(self) -> float:
        """The widest interval [share of the total]."""
        return (self.weights.width / self.total[0]).max()


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

    Raises
    ------
    InputError
        A table that `check_values` refuses; other units in `composites`; a number with more decimals than `digits`; a total or
        step that is not above 0.
    UnknownName
        An unknown rounding.

    Examples
    --------
    >>> table = pd.DataFrame({"roads": [0.9, 0.2, 0.5], "wells": [0.3, 0.7, 0.1]}, index=["hill", "lake", "moor"])
    >>> found = recover(table, pd.Series({"hill": 0.750, "lake": 0.325, "moor": 0.400}), digits=3)
    >>> found.verdict, found.weights.round(3).to_dict("index")["roads"]
    ('unique', {'low': 0.748, 'high': 0.752, 'width': 0.003})
    """
    find_name("rounding", rounding, ROUNDING)
    check_share("step", step)
    printed = _read_intervals(values, composites, digits, rounding)
    shares = None if total is None else Fraction(Decimal(repr(float(total)))) if math.isfinite(total) else None
    if total is not None and (shares is None or shares <= 0):
        raise InputError(f"total {total!r}: expected a number above 0 that the weights add to, or None; correct it")
    rows = _conditions(printed, shares)
    cone = Cone(rows, np.tile(np.arange(len(values.index)), 2))
    return _recovery(printed, cone, shares, step, printed.values.index)


def without_units(recovery: Recovery, units: Sequence[str]) -> Recovery:
    """What the other units alone allow.

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
    kept = recovery.conditions.drop([names.get_loc(unit) for unit in units])
    return _recovery(recovery.printed, kept, recovery.exact_total, recovery.step, left)


def _recovery(
    printed: PrintedTable, cone: Cone, exact_total: Fraction | None, step: float, units: Sequence[str]
) -> Recovery:
    columns = printed.values.columns
    count, behind = len(columns), (step, tuple(units), printed, cone, exact_total)
    # With a known total the variables are shares of it; without, the last variable is what the composite is worth.
    known = exact_total is not None
    whole = [1] * count if known else [0] * count + [1]
    size = exact_total if known else Fraction(1)

    def ends(above: list[int]) -> tuple[float, float]:
        return proof.least_ratio(cone, above, whole, size), proof.greatest_ratio(cone, above, whole, size)

    impossible = bool(proof.contradiction(cone))
    each_weight = np.eye(len(whole), dtype=int)[:count].tolist()
    weights = pd.DataFrame(
        [(math.nan, math.nan) if impossible else ends(above) for above in each_weight],
        index=columns.rename("indicator"),
        columns=["low", "high"],
    )
    weights["width"] = weights.high - weights.low
    total = (float(size), float(size))
    if not known:
        total = (math.nan, math.nan) if impossible else ends([1] * count + [0])
    verdict = "unique" if (weights.width < step * total[0]).all() else "range"
    return Recovery("impossible" if impossible else verdict, weights, total, *behind)


def _conditions(printed: PrintedTable, total: Fraction | None) -> np.ndarray:
    """Lowest values, weighted, at most the highest composite; highest values at least the lowest composite."""
    top, low = printed.composite_high[:, None], printed.composite_low[:, None]
    if total is None:
        return np.vstack([np.hstack([printed.low, -top]), np.hstack([-printed.high, low])])
    p, q = total.numerator, total.denominator
    return np.vstack([p * printed.low - q * top, q * low - p * printed.high])


# ------------------------------------------------------------------------------------ printed numbers as intervals


def _read_intervals(
    values: pd.DataFrame, composites: pd.Series, digits: int | Mapping[str, int] | None, rounding: str
) -> PrintedTable:
    """Check a printed table and take every number of it for the interval that its rounding leaves."""
    table = check_values(values)
    if "composite" in table.columns:
        raise InputError(
            "column 'composite' stands among the indicators; expected it by itself; hand it over as composites"
        )
    scores = check_values(composites.to_frame("composite"))["composite"]
    for unit in scores.index.difference(table.index):
        raise InputError(
            f"unit {unit!r}{nearest(unit, table.index)} has a composite and no values; expected the same units in both; "
            "leave it out"
        )
    for unit in table.index.difference(scores.index):
        raise InputError(
            f"unit {unit!r} has values and no composite; expected one for each unit; add it, or leave the unit out"
        )
    scores = scores.reindex(table.index)
    both = table.assign(composite=scores)
    known = _digits(both, digits)
    finest = int(known.max())
    signed = bool((both < 0).any(axis=None))
    ends = {column: _interval(both[column], int(known[column]), finest, rounding, signed) for column in both.columns}
    return PrintedTable(
        table,
        scores,
        *(np.array([ends[c][side] for c in table.columns], dtype=object).T for side in (0, 1)),
        *(np.array(ends["composite"][side], dtype=object) for side in (0, 1)),
        known,
        rounding,
    )


def _digits(both: pd.DataFrame, digits: int | Mapping[str, int] | None) -> pd.Series:
    """Decimals of each column: as given, else as many as it shows."""
    shown = both.map(decimals)
    known = shown.max()
    if digits is not None:
        given = dict(digits) if isinstance(digits, Mapping | pd.Series) else dict.fromkeys(both.columns, digits)
        for column, count in given.items():
            find_name("column of digits", column, both.columns)
            known[column] = check_whole(f"digits of {column}", count, 0)
        longer = (shown > known).to_numpy()
        if longer.any():
            row, place = np.argwhere(longer)[0]
            column = both.columns[place]
            raise InputError(
                f"unit {both.index[row]!r}, column {column!r}: {both.iloc[row, place]:.15g} has {shown.iloc[row, place]} decimals; "
                f"expected at most {known[column]}, as digits says; correct one of them"
            )
    return known.clip(upper=MOST_DIGITS).astype(int).rename("digits")


def _interval(column: pd.Series, digits: int, finest: int, rounding: str, signed: bool) -> tuple[list[int], list[int]]:
    """Lowest and highest numbers behind a column, in half units of the finest digit."""
    unit = 2 * 10**finest
    ends = [Printed.of(number, digits, rounding).interval(signed=signed) for number in column]
    return [int(unit * low) for low, _ in ends], [int(unit * high) for _, high in ends]
