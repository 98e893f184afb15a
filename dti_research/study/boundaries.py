"""Which scores have no level or two, who changes level under which reading, and how many units a moving boundary carries across.

On printed composites the answers are exact. For units whose totals nobody published (HCMC) there are two honest ones: bounds that
every table consistent with the print must satisfy, and a seeded simulation of such tables, which says "simulated" wherever it
is shown. Handbook step 7 (robustness) applied to the step from a score to a level.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from dti_research.errors import InputError, UnknownName, find_name
from dti_research.index.framework import Framework, LevelRule
from dti_research.index.levels import (
    DEFAULT_LEVELS,
    READINGS,
    REFERENCE_SHARES,
    DisputedInterval,
    assign_levels,
    disputed_intervals,
)
from dti_research.index.score import Scores
from dti_research.study.claims import Print, load_print

DEFAULT_DIGITS = {"share": 4, "points": 2}
"""Printed decimals of a composite in each measure."""


def levels_of(scores: Scores, framework: Framework, reading: str, document: str | None = None) -> pd.Series:
    """The level of every scored unit, under a reading of the framework's printed bands.

    ``share-60-80`` holds each unit against its own maximum, so it also serves frameworks that print no bands and units that take an
    indicator more than others (Hanoi).

    Returns
    -------
    Series of tuple of str, shape (unit,)
        See `index.levels.assign_levels`.

    Raises
    ------
    UnknownName
        Unknown reading or document; no printed bands for a reading that needs them.
    InputError
        A composite that is no share of a maximum (z-scores, ranks).
    """
    find_name("reading", reading, READINGS)
    if scores.measure not in DEFAULT_DIGITS:
        raise UnknownName(
            f"reading {reading}: under method {scores.method.name} the composite is a {scores.measure}, which has no maximum to "
            "hold a boundary against; leave the levels out, or choose a method that normalises by share-of-maximum"
        )
    composite = scores.composite.round(DEFAULT_DIGITS[scores.measure])
    if reading == "share-60-80":
        return assign_levels(composite / scores.maximum, DEFAULT_LEVELS, reading, total=1.0, digits=None)
    total = framework.total_points if scores.measure == "points" else 1.0
    digits = DEFAULT_DIGITS[scores.measure]
    return assign_levels(composite, framework.level_rule(document), reading, total=total, digits=digits)


def share_rule(rule: LevelRule, total: float) -> LevelRule:
    """A rule in points, carried over to shares of its total, so that it can be tried on an index printed in shares.

    Examples
    --------
    >>> district = load_print().frameworks["hcmc-district-2023"]
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
    >>> rule = load_print().frameworks["hcmc-department-2023"].level_rule()
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
    """The rows of `levels_by_reading` in which not all readings agree."""
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


def carried_across(composite: pd.Series, boundary: float, shift: float, digits: int = 4) -> pd.DataFrame:
    """The units that a boundary passes when it moves by `shift`, down or up.

    Returns
    -------
    DataFrame, shape (unit, [composite, passed_when])
        ``lowered``: at or above the lowered boundary, below the printed one; ``raised``: the reverse.

    Examples
    --------
    >>> carried_across(pd.Series({"a": 0.59, "b": 0.61, "c": 0.70}), 0.60, 0.02)["passed_when"].to_dict()
    {'b': 'raised', 'a': 'lowered'}
    """
    scores = composite.round(digits)
    low, high = round(boundary - shift, 9), round(boundary + shift, 9)
    lowered = (scores >= low) & (scores < boundary)
    raised = (scores >= boundary) & (scores < high)
    passed = pd.Series(np.where(lowered, "lowered", np.where(raised, "raised", "")), index=scores.index)
    table = pd.DataFrame({"composite": scores, "passed_when": passed})
    return table[table.passed_when != ""].sort_values("composite", ascending=False)


# ------------------------------------------------------------------------------------------- totals that nobody published


@dataclass(frozen=True)
class PrintedCounts:
    """What is printed of a list whose totals are not: how many units, which totals, how many at which level.

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
    InputError
        If the number of units is neither printed nor given.

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
    counts = print_.level_counts(table)
    return PrintedCounts(
        table=table,
        units=units or int(ranked),
        head=print_.printed_composites(table).sort_values(ascending=False),
        at_level={band.name_vi: counts.get(band.name_vi) for band in framework.level_rule().bands},
    )


def _segments(
    rule: LevelRule, reading: str, low: float, high: float, total: float
) -> dict[str, list[tuple[float, float]]]:
    """The stretches of [low, high) to which one reading gives just one level, cut at all boundaries.

    A gap or an overlap belongs to none: every unit was given one level, which such a reading could not have given it there.
    """
    cuts = sorted(
        {low, high} | {b for band in rule.bands for b in (band.lower, band.upper) if b is not None and low < b < high}
    )
    share = [part * total for part in REFERENCE_SHARES]
    cuts = sorted(set(cuts) | {b for b in share if low < b < high})
    stretches: dict[str, list[tuple[float, float]]] = {}
    for left, right in zip(cuts[:-1], cuts[1:], strict=True):
        middle = pd.Series([(left + right) / 2])
        names = assign_levels(middle, rule, reading, total=total, digits=None)[0]
        if len(names) == 1:
            stretches.setdefault(names[0], []).append((left, right))
    return stretches


def bound_units_in(
    interval: tuple[float, float], counts: PrintedCounts, rule: LevelRule, total: float, reading: str
) -> tuple[int, int]:
    """The fewest and the most units that can stand in an interval, in any table consistent with the print.

    Consistent: each unit has just one level under this reading, the printed number of units is at each level, the first units
    have their printed totals, and all others
    below the last of these. What is not printed (a level without a count) may be anything.

    Parameters
    ----------
    interval : (float, float) [points]
        From, to; a total at the upper end does not count.
    reading : str
        The reading under which the publisher is supposed to have given the levels.

    Returns
    -------
    (int, int)

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
    ceiling = float(counts.head.min()) if len(counts.head) else total
    head_levels = assign_levels(counts.head, rule, reading, total=total).map(lambda names: names[0] if names else "")
    everywhere = _segments(rule, reading, 0.0, ceiling, total)
    free = counts.units - len(counts.head)
    left = {
        name: None if count is None else count - int((head_levels == name).sum())
        for name, count in counts.at_level.items()
    }
    open_levels = [name for name, n in left.items() if n is None]
    uncounted = free - sum(n for n in left.values() if n is not None)

    def touches(name: str) -> bool:
        return any(a < high and b > low for a, b in everywhere.get(name, []))

    def must(name: str) -> bool:
        stretches = everywhere.get(name, [])
        return bool(stretches) and all(a >= low and b <= high for a, b in stretches)

    most = known + sum(n for name, n in left.items() if n and touches(name))
    least = known + sum(n for name, n in left.items() if n and must(name))
    if open_levels:
        most += uncounted if any(touches(name) for name in open_levels) else 0
        least += uncounted if all(must(name) for name in open_levels) else 0
    return least, most


def bound_disputed(
    counts: PrintedCounts, rule: LevelRule, total: float, intervals: list[DisputedInterval] | None = None
) -> pd.DataFrame:
    """`bound_units_in` for every disputed interval of a rule, under each reading that could have given the printed levels.

    Returns
    -------
    DataFrame with columns interval, reading, at_least, at_most
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
    """Simulated: in random tables consistent with the print, how many units change level if the rule is read another way?

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
    rng = np.random.default_rng(seed)
    ceiling = float(counts.head.min()) if len(counts.head) else total
    stretches = _segments(rule, reading, 0.0, ceiling, total)
    head_levels = assign_levels(counts.head, rule, reading, total=total).map(lambda names: names[0] if names else "")
    free = counts.units - len(counts.head)
    left = {
        name: count - int((head_levels == name).sum()) for name, count in counts.at_level.items() if count is not None
    }
    uncounted = free - sum(left.values())
    pieces = [(stretches.get(name, []), number, name) for name, number in left.items()]
    open_stretches = [s for name in counts.at_level if name not in left for s in stretches.get(name, [])]
    if uncounted:
        pieces.append((open_stretches, uncounted, "a level without a printed count"))
    columns = []
    for where, number, name in pieces:
        if number < 0 or (number and not where):
            raise InputError(
                f"{counts.table}: {number} units left for {name}, which has no score below {ceiling} under {reading}; "
                "the print is not consistent under this reading, choose another"
            )
        if number:
            lengths = np.array([b - a for a, b in where])
            pick = rng.choice(len(where), size=(draws, number), p=lengths / lengths.sum())
            starts = np.array([a for a, _ in where])
            columns.append(starts[pick] + rng.random((draws, number)) * lengths[pick])
    totals = pd.Series(
        np.floor(np.hstack(columns) * 100).ravel() / 100
    )  # two printed decimals; never up onto a boundary
    shape = (draws, -1)
    base = assign_levels(totals, rule, reading, total=total)
    changed = {}
    for other in READINGS:
        differs = (assign_levels(totals, rule, other, total=total) != base).to_numpy().reshape(shape).sum(axis=1)
        head = int((assign_levels(counts.head, rule, other, total=total).map(" / ".join) != head_levels).sum())
        changed[other] = differs + head
    return pd.DataFrame(changed, index=pd.RangeIndex(draws, name="draw"))


def disputed_table(framework: Framework) -> pd.DataFrame:
    """Where the readings disagree, for every document that prints level bands.

    Returns
    -------
    DataFrame with columns document, interval and one for each reading
        Level names (name_vi), " / " between two, "" for none.

    Examples
    --------
    >>> framework = load_print().frameworks["hcmc-department-2023"]
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
    >>> {name: round(at, 4) for name, at in printed_boundaries(load_print().frameworks["hcmc-department-2023"]).items()}
    {'198': 0.6, '199': 0.603, '264': 0.8}
    """
    bands = framework.level_rule(document).bands
    points = sorted({b for band in bands for b in (band.lower, band.upper) if b is not None})
    return {f"{b:g}": b / framework.total_points for b in points}
