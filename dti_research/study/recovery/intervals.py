"""PrintedTable numbers as the intervals that they stand for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd

from dti_research.errors import InputError, check_whole, find_name, nearest
from dti_research.index.normalise import check_values

ROUNDING = {
    "nearest": (Fraction(-1, 2), Fraction(1, 2)),
    "down": (Fraction(0), Fraction(1)),
    "either": (Fraction(-1, 2), Fraction(1)),
    "twice": (Fraction(-1), Fraction(1)),
}
"""How far the number behind a printed one may lie below and above it, in its last digit. Both ends count as possible.
``twice``: as the mean of numbers that were rounded themselves, which merged units may have. ``down``: digits are cut, so a
negative number moves up, and a printed 0 may have been either where a table has negative numbers."""

MOST_DIGITS = 8
"""Numbers with more decimals are taken as known to this many, give or take one in the last: solvers resolve no more."""

SIGNIFICANT = 12
"""Numbers of as many digits or more are read to this many, give or take one in the last: beyond is binary noise."""


@dataclass(frozen=True, eq=False)
class PrintedTable:
    """PrintedTable numbers as the intervals they stand for, in half units of the last digit that any column has.

    Parameters
    ----------
    values, composites : DataFrame, Series
        As printed.
    low, high : array of object, shape (unit, indicator)
    composite_low, composite_high : array of object, shape (unit,)
    digits : Series
    rounding : str
    """

    values: pd.DataFrame
    composites: pd.Series
    low: np.ndarray
    high: np.ndarray
    composite_low: np.ndarray
    composite_high: np.ndarray
    digits: pd.Series
    rounding: str


def read_intervals(
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


def decimals(number: float) -> int:
    """How many decimals a number shows at its shortest.

    Examples
    --------
    >>> decimals(0.8241), decimals(12.0), decimals(1e-05)
    (4, 0, 5)
    """
    return max(0, -_as_written(number).normalize().as_tuple().exponent)


def _as_written(number: float) -> Decimal:
    """The decimal that was meant, without the noise of binary arithmetic: 0.1 + 0.2 is 0.3."""
    return Decimal(f"{number:.{SIGNIFICANT}g}")


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
    factor = 10 ** (finest - digits)
    below, above = ROUNDING[rounding]
    low, high = [], []
    for number in column:
        exact = _as_written(number)
        last = int(exact.scaleb(digits).to_integral_value())
        # A number with more decimals, or more digits, than can be resolved is known to one of the last of these.
        whole = exact.scaleb(digits) == last and len(exact.as_tuple().digits) < SIGNIFICANT
        extra = 0 if whole else 10 ** max(0, digits - decimals(number))
        down, up = (below, above) if number >= 0 else (-above, -below)  # cut digits move a negative number up
        if signed and last == 0:
            down, up = -above, above
        low.append(int(2 * factor * (last + down - extra)))
        high.append(int(2 * factor * (last + up + extra)))
    return low, high
