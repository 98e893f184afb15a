"""What the print allows where totals are not published: how many units stand in a disputed interval, and how many change level.

There are two honest answers: bounds that every table consistent with the print must satisfy, and a seeded simulation of such
tables, which says "simulated" wherever it is shown. Left out: totals that are printed (`boundaries.readings`).
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dti_research.errors import InputError, find_name
from dti_research.index.framework import LevelRule
from dti_research.index.levels import READINGS, REFERENCE_SHARES, DisputedInterval, assign_levels, disputed_intervals
from dti_research.study.claims import Print, load_print


@dataclass(frozen=True)
class PrintedCounts:
    """The printed facts of a list whose totals are not printed: how many units, which totals, how many at which level.

    Parameters
    ----------
    units : int
        All units.
    head : Series, shape (unit,) [points]
        The first units' printed totals, best first; every other unit stands below the last of them.
    at_level : dict of str to (int or None)
        Units at each level (name_vi), lowest level first; None where no count is printed.
    """

    table: str
    units: int
    head: pd.Series
    at_level: dict[str, int | None]


def printed_counts(table: str, units: int | None = None, print_: Print | None = None) -> PrintedCounts:
    """Collect the printed counts of a list.

    Parameters
    ----------
    table : str
        A list of which only the first rows are printed (``hcmc-department-2023``, ``hcmc-district-2023``).
    units : int, optional
        How many units there are, where the print leaves it open (22 or 23 districts).

    Raises
    ------
    UnknownName
        An unknown table, or one of a framework that prints no level bands.
    InputError
        If the number of units is neither printed nor given, or smaller than what is printed of them.

    Examples
    --------
    >>> printed_counts("hcmc-department-2023").at_level
    {'Khởi động': 2, 'Hình thành': 18, 'Nâng cao': 11}
    """
    print_ = print_ or load_print()
    framework = print_.framework_of(find_name("table", table, print_.tables.index))
    ranked = print_.tables.loc[table, "ranked"]
    if units is None and not ranked:
        readings = [c.given["readings"] for c in print_.find(table=table, check="ambiguous_units")]
        raise InputError(
            f"{table}: how many units it ranks can be read as {' or '.join(readings)}; say which (units=...)"
        )
    bands, counts = framework.level_rule().bands, print_.level_counts(table)
    head = print_.printed_composites(table).sort_values(ascending=False)
    units = int(ranked) if units is None else units
    fewest = max(len(head), sum(counts.values()))
    if units < fewest:
        raise InputError(
            f"{table}: {units} units; expected at least {fewest}, for the print has the totals of {len(head)} and gives "
            f"{sum(counts.values())} a level; correct the number of units"
        )
    return PrintedCounts(
        table=table, units=units, head=head, at_level={band.name_vi: counts.get(band.name_vi) for band in bands}
    )


@dataclass(frozen=True, eq=False)
class _Unprinted:
    """The units whose totals are not printed, as one reading has them.

    ``stretches``: where each level's totals can lie, from 0 to the last printed total; ``left``: units at each level, None where
    no count is printed; ``uncounted``: units at the levels without a count; ``head_levels``: of the units with a total.
    """

    ceiling: float
    stretches: dict[str, list[tuple[float, float]]]
    left: dict[str, int | None]
    uncounted: int
    head_levels: pd.Series


def _leave_out_printed(counts: PrintedCounts, rule: LevelRule, total: float, reading: str) -> _Unprinted:
    ceiling = float(counts.head.min()) if len(counts.head) else total
    levels = assign_levels(counts.head, rule, reading, total=total).map(lambda names: names[0] if names else "")
    left = {
        name: None if count is None else count - int((levels == name).sum()) for name, count in counts.at_level.items()
    }
    counted = sum(number for number in left.values() if number is not None)
    stretches = _cut_stretches(rule, reading, ceiling, total)
    return _Unprinted(ceiling, stretches, left, counts.units - len(counts.head) - counted, levels)


def _cut_stretches(rule: LevelRule, reading: str, ceiling: float, total: float) -> dict[str, list[tuple[float, float]]]:
    """The stretches of [0, ceiling) to which one reading gives just one level, cut at all boundaries.

    A gap or an overlap belongs to none: every unit was given one level, which such a reading could not have given it there.
    """
    boundaries = {edge for band in rule.bands for edge in (band.lower, band.upper) if edge is not None}
    boundaries |= {share * total for share in REFERENCE_SHARES}
    cuts = sorted({0.0, ceiling} | {edge for edge in boundaries if 0 < edge < ceiling})
    stretches: dict[str, list[tuple[float, float]]] = {}
    for low, high in itertools.pairwise(cuts):
        middle = pd.Series([(low + high) / 2])
        names = assign_levels(middle, rule, reading, total=total, digits=None)[0]
        if len(names) == 1:
            stretches.setdefault(names[0], []).append((low, high))
    return stretches


def bound_units_in(
    interval: tuple[float, float], counts: PrintedCounts, rule: LevelRule, total: float, reading: str
) -> tuple[int, int]:
    """Bound how many units can stand in an interval, in any table consistent with the print.

    Consistent: each unit has just one level under this reading, the printed number of units is at each level, the first units
    have their printed totals, and all others stand below the last of these. What is not printed (a level without a count) may be
    anything.

    Parameters
    ----------
    interval : (float, float) [points]
        From, to; a total at the upper end does not count.
    reading : str
        The reading under which the publisher is supposed to have given the levels.

    Returns
    -------
    (int, int)
        The fewest and the most.

    Examples
    --------
    Of 31 departments, 18 stand at Hình thành; if that means "not below 198", all 18 may stand in [198, 199):

    >>> framework = load_print().frameworks["hcmc-department-2023"]
    >>> counts = printed_counts("hcmc-department-2023")
    >>> bound_units_in((198, 199), counts, framework.level_rule(), 330, "upper-boundary")
    (0, 18)
    >>> bound_units_in((198, 199), counts, framework.level_rule(), 330, "lower-boundary")
    (0, 2)
    """
    low, high = interval
    known = int(((counts.head >= low) & (counts.head < high)).sum())
    rest = _leave_out_printed(counts, rule, total, reading)

    def can(level: str) -> bool:
        return any(start < high and end > low for start, end in rest.stretches.get(level, []))

    def must(level: str) -> bool:
        stretches = rest.stretches.get(level, [])
        return bool(stretches) and all(start >= low and end <= high for start, end in stretches)

    most = known + sum(number for level, number in rest.left.items() if number and can(level))
    least = known + sum(number for level, number in rest.left.items() if number and must(level))
    without_count = [level for level, number in rest.left.items() if number is None]
    if without_count:
        most += rest.uncounted if any(can(level) for level in without_count) else 0
        least += rest.uncounted if all(must(level) for level in without_count) else 0
    return least, most


def bound_disputed(
    counts: PrintedCounts, rule: LevelRule, total: float, intervals: Sequence[DisputedInterval] | None = None
) -> pd.DataFrame:
    """Bound the units in every disputed interval of a rule, under each reading that could have given the printed levels.

    Returns
    -------
    DataFrame with columns interval, reading, at_least, at_most
        `bound_units_in`, in one row for each interval and reading.
    """
    rows = []
    for interval in intervals if intervals is not None else disputed_intervals(rule, total):
        for reading in READINGS:
            least, most = bound_units_in((interval.lower, interval.upper), counts, rule, total, reading)
            rows.append({"interval": str(interval), "reading": reading, "at_least": least, "at_most": most})
    return pd.DataFrame(rows, columns=["interval", "reading", "at_least", "at_most"])


def simulate_changes(
    counts: PrintedCounts, rule: LevelRule, total: float, *, reading: str, draws: int, seed: int
) -> pd.DataFrame:
    """Simulate how many units change level, in random tables consistent with the print, if the rule is read another way.

    Every unit whose total is not printed gets one drawn uniformly over the scores that its level has under `reading`, below the
    last printed total; where a level's count is not printed, the remaining units are drawn over the levels without a count, by
    length. A uniform draw is an assumption, not a finding: nobody printed how totals lie within a level.

    Parameters
    ----------
    reading : str
        The reading under which the publisher is supposed to have given the levels.
    draws : int [> 0]
    seed : int

    Returns
    -------
    DataFrame, shape (draw, reading) of int
        Units whose level under that reading differs from the one under `reading`.

    Examples
    --------
    >>> framework = load_print().frameworks["hcmc-department-2023"]
    >>> counts = printed_counts("hcmc-department-2023")
    >>> changed = simulate_changes(counts, framework.level_rule(), 330, reading="upper-boundary", draws=200, seed=1)
    >>> int(changed["upper-boundary"].max()), int(changed["lower-boundary"].max()) <= 18
    (0, True)
    """
    if draws < 1:
        raise InputError(f"draws {draws}; expected a whole number of at least 1")
    find_name("reading", reading, READINGS)
    rest = _leave_out_printed(counts, rule, total, reading)
    drawn = _draw_totals(counts, rest, draws, np.random.default_rng(seed), reading)
    totals = pd.Series(drawn.ravel())
    base = assign_levels(totals, rule, reading, total=total)
    changed = {}
    for other in READINGS:
        differs = assign_levels(totals, rule, other, total=total) != base
        head = assign_levels(counts.head, rule, other, total=total).map(" / ".join) != rest.head_levels
        changed[other] = differs.to_numpy().reshape(drawn.shape).sum(axis=1) + int(head.sum())
    return pd.DataFrame(changed, index=pd.RangeIndex(draws, name="draw"))


def _draw_totals(
    counts: PrintedCounts, rest: _Unprinted, draws: int, rng: np.random.Generator, reading: str
) -> np.ndarray:
    """Draw a total for every unit without one, shape (draw, unit)."""
    pieces = [
        (rest.stretches.get(level, []), number, level) for level, number in rest.left.items() if number is not None
    ]
    if rest.uncounted:
        anywhere = [part for level in rest.left if rest.left[level] is None for part in rest.stretches.get(level, [])]
        pieces.append((anywhere, rest.uncounted, "a level without a printed count"))
    columns = [np.empty((draws, 0))]
    for where, number, level in pieces:
        if number < 0 or (number and not where):
            raise InputError(
                f"{counts.table}: {number} units left for {level}, which has no score below {rest.ceiling} under {reading}; "
                "the print is not consistent under this reading, choose another"
            )
        if number:
            starts, ends = np.array(where).T
            lengths = ends - starts
            chosen = rng.choice(len(where), size=(draws, number), p=lengths / lengths.sum())
            columns.append(starts[chosen] + rng.random((draws, number)) * lengths[chosen])
    # Two printed decimals, cut: never up onto a boundary.
    return np.floor(np.hstack(columns) * 100) / 100
