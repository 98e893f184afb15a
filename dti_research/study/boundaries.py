"""What do the printed level boundaries do? Scores without a level or with two, readings, moving boundaries, unpublished totals.

Handbook step 7 (robustness), applied to step 10, from a score to a level. On printed composites the answers are exact. Where totals
are not published there are two honest ones: bounds that every table consistent with the print must satisfy, and a seeded simulation
of such tables, which says "simulated" wherever it is shown. Left out: which reading is right. Levels are named as printed.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from dti_research import data
from dti_research.errors import InputError, find_name
from dti_research.index.framework import Framework, LevelRule
from dti_research.index.levels import READINGS, REFERENCE_SHARES, assign_levels, disputed_intervals
from dti_research.study.assessment import Assessment
from dti_research.study.claims import load_print
from dti_research.study.rankings import PRINTED_DIGITS

GIVEN_BY = "lower-boundary"
"""The reading under which levels are taken to have been given, where changes are simulated."""

MOVED = np.arange(0.40, 0.901, 0.001)
"""Where a moving boundary is tried [share]."""


@dataclass(frozen=True, eq=False)
class Answer:
    """What the boundaries that one document prints do.

    ``assessment`` is the list whose levels they give, ``rule`` its printed bands; they are tried on the ``composites`` [share]
    that the list ``composites_of`` prints. ``counts``: what is printed of the assessed list; ``disputed`` (of every document),
    ``curve`` and ``bounds``: see `disputed_table`, `boundary_curve`, `bound_disputed`. ``changes``, shape (unit, [reading ...,
    composite]): the units whose level depends on the reading. ``boundaries``, shape (printed boundary, [share, units]): as a
    share of the total, and how many units stand at or above it.
    """

    assessment: Assessment
    rule: LevelRule
    composites_of: str
    composites: pd.Series
    draws: int
    seed: int
    counts: PrintedCounts
    disputed: pd.DataFrame
    changes: pd.DataFrame
    curve: pd.Series
    boundaries: pd.DataFrame
    bounds: pd.DataFrame

    @property
    def own_disputed(self) -> pd.DataFrame:
        """The disputed intervals of the document that was asked for."""
        return self.disputed[self.disputed.document == self.rule.document]

    @property
    def widest(self) -> pd.Series | None:
        """The row of ``bounds`` that leaves most open; None where nothing is disputed.

        Among the intervals that the printed boundaries themselves leave open, where there are any.
        """
        if self.bounds.empty:
            return None
        own = self.own_disputed
        is_open = self.bounds.interval.isin(own.interval[own["lower-boundary"] != own["upper-boundary"]])
        rows = self.bounds[is_open] if is_open.any() else self.bounds
        return rows.loc[(rows.at_most - rows.at_least).idxmax()]

    @cached_property
    def simulated(self) -> pd.DataFrame:
        """Simulated: units that change level, shape (draw, reading); an InputError where `GIVEN_BY` contradicts the print."""
        total = self.assessment.known_framework.total_points
        return simulate_changes(self.counts, self.rule, total, reading=GIVEN_BY, draws=self.draws, seed=self.seed)

    @property
    def simulated_summary(self) -> pd.DataFrame:
        """Simulated: shape (reading, [mean, largest, unchanged]), the last in percent of the draws."""
        simulated = self.simulated
        summary = {"mean": simulated.mean(), "largest": simulated.max(), "unchanged": 100 * (simulated == 0).mean()}
        return pd.DataFrame(summary).rename_axis("reading")

    @property
    def most_changing(self) -> tuple[str, float]:
        """Simulated: the reading under which most units change level on average, and how many do."""
        means = self.simulated.mean()
        return means.idxmax(), float(means.max())

    @property
    def simulated_counts(self) -> pd.DataFrame:
        """Simulated: how often so many units change level, shape (units, reading) [share of the draws].

        The readings under which some unit changes level; where there is none, the last reading.
        """
        moving = [reading for reading in READINGS if self.simulated[reading].any()] or list(READINGS[-1:])
        most = int(self.simulated.to_numpy().max())
        shares = self.simulated[moving].apply(lambda column: column.value_counts(normalize=True))
        return shares.reindex(range(most + 1)).fillna(0.0).rename_axis("units")


def ask(
    assessment: Assessment,
    *,
    composites: str,
    document: str | None = None,
    units: int | None = None,
    draws: int = 2000,
    seed: int,
) -> Answer:
    """Ask what the printed boundaries of an assessed list do.

    Parameters
    ----------
    assessment : Assessment
        A list of a framework that prints level bands; its totals may be unpublished but for the first.
    composites : str
        A published list of shares, on which the boundaries are tried.
    document : str, optional
        As which document prints the bands; the issuer's own without it.
    units : int, optional
        How many units the assessed list grades, where the print leaves it open (22 or 23 districts).
    draws, seed : int
        Of the simulation.

    Raises
    ------
    UnknownName
        A framework that prints no bands, an unknown document or list.
    InputError
        A list without composites, or of composites that are no shares; a number of units that is not known or too small; no draws.

    Examples
    --------
    >>> from dti_research import open_assessment
    >>> assessment = open_assessment("hcmc-district-2023")
    >>> answer = ask(assessment, composites="province-2024-34", document="newspaper", units=22, draws=100, seed=1)
    >>> answer.own_disputed.interval.tolist(), answer.changes.index.tolist()[1:3]
    (['[396, 414)', '[414, 424)', '[528, 551]', '(551, 552)'], ['dak-lak-2025', 'an-giang-2025'])
    """
    framework = assessment.known_framework
    rule = framework.level_rule(document)
    if draws < 1:
        raise InputError(f"draws {draws}; expected a whole number of at least 1")
    counts = printed_counts(assessment.table, units)
    tried = _load_shares(composites)
    digits = PRINTED_DIGITS["share"]
    levels = levels_by_reading(tried, share_rule(rule, framework.total_points), 1.0, digits=digits)
    changes = levels[levels.nunique(axis=1) > 1]
    edges = pd.Series(printed_boundaries(framework, rule.document), dtype=float)
    return Answer(
        assessment=assessment,
        rule=rule,
        composites_of=composites,
        composites=tried,
        draws=draws,
        seed=seed,
        counts=counts,
        disputed=disputed_table(framework),
        changes=changes.assign(composite=tried.reindex(changes.index)),
        curve=boundary_curve(tried, MOVED, digits),
        boundaries=pd.DataFrame({"share": edges, "units": [int((tried >= edge).sum()) for edge in edges]}),
        bounds=bound_disputed(counts, rule, framework.total_points),
    )


def _load_shares(table: str) -> pd.Series:
    """All composites that a list prints, which have to be shares: boundaries are tried as shares of a total."""
    composites, measure = data.load_composites(table), data.framework_of(table).measure
    if len(composites) and measure == "share":
        return composites
    shares = [name for name in data.load_tables().index if data.framework_of(name).measure == "share"]
    known = [name for name in shares if len(data.load_composites(name))]
    found = f"its composites are {measure}" if len(composites) else "no composites are printed"
    raise InputError(
        f"{table}: {found}; expected a list of composites that are shares, for boundaries are tried as shares of a total; "
        f"choose one of {', '.join(known)}"
    )


# ------------------------------------------------------------------------------------------- readings of printed totals


def share_rule(rule: LevelRule, total: float) -> LevelRule:
    """A rule in points, carried over to shares of its total, so that it can be tried on an index printed in shares.

    Examples
    --------
    >>> district = data.load_framework("hcmc-district-2023")
    >>> [round(band.lower, 4) for band in share_rule(district.level_rule(), 660).bands[1:]]
    [0.6273, 0.8364]
    """

    def share(points: float | None) -> float | None:
        return None if points is None else points / total

    bands = (replace(band, lower=share(band.lower), upper=share(band.upper)) for band in rule.bands)
    return replace(rule, bands=tuple(bands))


def levels_by_reading(composite: pd.Series, rule: LevelRule, total: float, digits: int = 2) -> pd.DataFrame:
    """The level of each unit under each reading: DataFrame, shape (unit, reading); two levels joined by " / ", "" for none.

    Composites are rounded to their printed `digits` before they meet a boundary.

    Examples
    --------
    >>> rule = data.load_framework("hcmc-department-2023").level_rule()
    >>> levels_by_reading(pd.Series({"a": 198.5, "b": 300.0}), rule, 330).loc["a"].tolist()
    ['', 'Khởi động', 'Hình thành', 'Hình thành']
    """
    levels = {reading: assign_levels(composite, rule, reading, total=total, digits=digits) for reading in READINGS}
    return pd.DataFrame(levels, index=composite.index).map(" / ".join)


def boundary_curve(composite: pd.Series, boundaries: np.ndarray, digits: int = 4) -> pd.Series:
    """How many units stand at or above a boundary, as the boundary moves: Series of int, shape (boundary,).

    Examples
    --------
    >>> boundary_curve(pd.Series([0.5, 0.6, 0.7]), np.array([0.55, 0.60, 0.65])).tolist()
    [2, 2, 1]
    """
    scores = np.sort(composite.round(digits).to_numpy())
    at_or_above = len(scores) - np.searchsorted(scores, np.round(boundaries, 9), side="left")
    return pd.Series(at_or_above, index=pd.Index(boundaries, name="boundary"), name="units at or above")


def disputed_table(framework: Framework) -> pd.DataFrame:
    """Where the readings disagree, for every document that prints level bands: columns document, interval and one for each reading.

    Examples
    --------
    >>> disputed_table(data.load_framework("hcmc-department-2023"))[["document", "interval"]].to_numpy().tolist()
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
    >>> found = printed_boundaries(data.load_framework("hcmc-department-2023"))
    >>> {name: round(at, 4) for name, at in found.items()}
    {'198': 0.6, '199': 0.603, '264': 0.8}
    """
    bands = framework.level_rule(document).bands
    points = sorted({b for band in bands for b in (band.lower, band.upper) if b is not None})
    return {f"{b:g}": b / framework.total_points for b in points}


# ------------------------------------------------------------------------------------------------- unpublished totals


@dataclass(frozen=True)
class PrintedCounts:
    """What is printed of a list whose totals are not.

    ``units``: how many there are; ``head``, shape (unit,) [points]: the first units' totals, best first, below the last of
    which every other unit stands; ``at_level``: units at each level, lowest first, None where no count is printed.
    """

    table: str
    units: int
    head: pd.Series
    at_level: dict[str, int | None]


def printed_counts(table: str, units: int | None = None) -> PrintedCounts:
    """Collect the printed counts of a list; `units` where the print leaves their number open.

    Examples
    --------
    >>> printed_counts("hcmc-department-2023").at_level
    {'Khởi động': 2, 'Hình thành': 18, 'Nâng cao': 11}
    """
    print_ = load_print()
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
    return PrintedCounts(table, units, head, {band.name_vi: counts.get(band.name_vi) for band in bands})


@dataclass(frozen=True, eq=False)
class _Unprinted:
    """The units whose totals are not printed, as a reading has them.

    ``ceiling``: the last printed total; ``groups``: each level with a count, then all others together: name, stretches of the scale
    from 0 to the ceiling, and units; ``head_levels``: of the units with a total.
    """

    ceiling: float
    groups: list[tuple[str, list[tuple[float, float]], int]]
    head_levels: pd.Series


def _leave_out_printed(counts: PrintedCounts, rule: LevelRule, total: float, reading: str) -> _Unprinted:
    ceiling = float(counts.head.min()) if len(counts.head) else total
    levels = assign_levels(counts.head, rule, reading, total=total).map(lambda names: names[0] if names else "")
    stretches = _cut_stretches(rule, reading, ceiling, total)
    groups, elsewhere, rest = [], [], counts.units - len(counts.head)
    for level, count in counts.at_level.items():
        if count is None:
            elsewhere += stretches.get(level, [])
        else:
            left = count - int((levels == level).sum())
            groups.append((level, stretches.get(level, []), left))
            rest -= left
    groups.append(("a level without a printed count", elsewhere, rest))
    return _Unprinted(ceiling, groups, levels)


def _cut_stretches(rule: LevelRule, reading: str, ceiling: float, total: float) -> dict[str, list[tuple[float, float]]]:
    """The stretches of [0, ceiling) to which a reading gives just one level, cut at all boundaries.

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
    """Bound how many units can stand in an interval (from, to below), in any table consistent with the print: fewest, most.

    Consistent: each unit has just one level under this reading, by which the publisher is supposed to have given the levels, the
    printed number of units is at each level, the first units have their printed totals, and all others stand below the last of
    these. What is not printed (a level without a count) may be anything.

    Examples
    --------
    Of 31 departments, 18 stand at Hình thành; if that means "not below 198", all 18 may stand in [198, 199):

    >>> rule = data.load_framework("hcmc-department-2023").level_rule()
    >>> counts = printed_counts("hcmc-department-2023")
    >>> bound_units_in((198, 199), counts, rule, 330, "upper-boundary")
    (0, 18)
    >>> bound_units_in((198, 199), counts, rule, 330, "lower-boundary")
    (0, 2)
    """
    low, high = interval
    known = int(((counts.head >= low) & (counts.head < high)).sum())
    least = most = known
    for _, stretches, number in _leave_out_printed(counts, rule, total, reading).groups:
        if any(start < high and end > low for start, end in stretches):
            most += number
        if stretches and all(start >= low and end <= high for start, end in stretches):
            least += number
    return least, most


def bound_disputed(counts: PrintedCounts, rule: LevelRule, total: float) -> pd.DataFrame:
    """Bound the units in every disputed interval under each reading: columns interval, reading, at_least, at_most."""
    rows = [
        [str(interval), reading, *bound_units_in((interval.lower, interval.upper), counts, rule, total, reading)]
        for interval, reading in itertools.product(disputed_intervals(rule, total), READINGS)
    ]
    return pd.DataFrame(rows, columns=["interval", "reading", "at_least", "at_most"])


def simulate_changes(
    counts: PrintedCounts, rule: LevelRule, total: float, *, reading: str, draws: int, seed: int
) -> pd.DataFrame:
    """Simulate how many units change level, in random tables consistent with the print, if the rule is read another way.

    Every unit whose total is not printed gets one drawn uniformly over the scores that its level has under `reading` (by which the
    publisher is supposed to have given the levels), below the last printed total; where a level's count is not printed, the
    remaining units are drawn over the levels without a count, by length. A uniform draw is an assumption, not a finding: nobody
    printed how totals lie within a level. DataFrame of int, shape (draw, reading): units whose level under that reading differs.

    Examples
    --------
    >>> rule = data.load_framework("hcmc-department-2023").level_rule()
    >>> counts = printed_counts("hcmc-department-2023")
    >>> changed = simulate_changes(counts, rule, 330, reading="upper-boundary", draws=200, seed=1)
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
    columns = [np.empty((draws, 0))]
    for level, where, number in rest.groups:
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
