"""What the printed level boundaries do: one answer on one rule, on published composites and on what the print leaves open."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from dti_research import data
from dti_research.errors import InputError
from dti_research.index.framework import LevelRule
from dti_research.index.levels import READINGS
from dti_research.study.assessment import Assessment
from dti_research.study.boundaries.counts import PrintedCounts, bound_disputed, printed_counts, simulate_changes
from dti_research.study.boundaries.readings import (
    boundary_curve,
    disputed_table,
    level_changes,
    levels_by_reading,
    printed_boundaries,
    share_rule,
)
from dti_research.study.rankings import PRINTED_DIGITS

GIVEN_BY = "lower-boundary"
"""The reading under which levels are taken to have been given, where changes are simulated."""

MOVED = np.arange(0.40, 0.901, 0.001)
"""Where a moving boundary is tried [share]."""


@dataclass(frozen=True, eq=False)
class Answer:
    """What the boundaries that one document prints do.

    Parameters
    ----------
    assessment : Assessment
        The list whose levels the boundaries give.
    rule : LevelRule
        Its printed bands, of the document that was asked for.
    composites_of : str
        The published list on whose composites the boundaries are tried, as shares.
    composites : Series, shape (unit,) [share]
        All that the list prints.
    draws, seed : int
        Of the simulation.
    counts : PrintedCounts
        What is printed of the assessed list: how many units, the first totals, how many at which level.
    disputed : DataFrame with columns document, interval and one for each reading
        See `disputed_table`; of every document.
    changes : DataFrame, shape (unit, [reading ..., composite])
        The units whose level depends on the reading; see `levels_by_reading`.
    curve : Series of int, shape (boundary,)
        Units at or above a boundary that moves; see `boundary_curve`.
    boundaries : DataFrame, shape (printed boundary, [share, units])
        Each boundary as printed: as a share of the total, and how many units stand at or above it.
    bounds : DataFrame with columns interval, reading, at_least, at_most
        Units in each disputed interval; see `bound_disputed`.
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
        """Simulated: units that change level, shape (draw, reading); see `simulate_changes`.

        Raises
        ------
        InputError
            The printed counts are not consistent under the reading `GIVEN_BY`.
        """
        total = self.assessment.known_framework.total_points
        return simulate_changes(self.counts, self.rule, total, reading=GIVEN_BY, draws=self.draws, seed=self.seed)

    @property
    def simulated_summary(self) -> pd.DataFrame:
        """Simulated: shape (reading, [mean, largest, unchanged]).

        ``unchanged`` is the percentage of the draws in which nobody changes level.
        """
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
    draws : int
        Of the simulation.
    seed : int

    Returns
    -------
    Answer

    Raises
    ------
    UnknownName
        A framework that prints no bands, an unknown document or list.
    InputError
        A list without composites, or whose composites are no shares; a number of units that is neither printed nor given, or
        is too small; no draws.

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
    changes = level_changes(levels)
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
    known = [
        name
        for name in data.load_tables().index
        if len(data.load_composites(name)) and data.framework_of(name).measure == "share"
    ]
    found = f"its composites are {measure}" if len(composites) else "no composites are printed"
    raise InputError(
        f"{table}: {found}; expected a list of composites that are shares, for boundaries are tried as shares of a total; "
        f"choose one of {', '.join(known)}"
    )
