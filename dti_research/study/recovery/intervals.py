"""Printed numbers as the intervals that they stand for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dti_research.errors import InputError, check_whole, find_name, nearest
from dti_research.index.normalise import check_values
from dti_research.study.printed import MOST_DIGITS, Printed, decimals


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
