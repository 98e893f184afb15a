"""What the draws say once all blocks are counted: a `Robustness`, and how far its shares may be from the true ones.

Handbook step 7 (robustness); Wilson (1927), JASA 22, and Brown, Cai & DasGupta (2001), Statistical Science 16 (error of a share).
"""

from __future__ import annotations

import math
import numbers
from concurrent.futures import Executor
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from dti_research.errors import InputError
from dti_research.study.weights.draws import (
    Counts,
    Plan,
    add_ranks,
    blas,
    composites_of,
    draw_block,
    rank_rows,
    results,
    tasks,
)


@dataclass(frozen=True, eq=False)
class Robustness:
    """What the draws say. Shares are of the `computed` draws; `failed` lists the others.

    Parameters
    ----------
    draws : int
        Asked for.
    computed : int
        Those that gave every unit a composite.
    failed : DataFrame, shape (scenario, [draws, reason])
        Draws that did not. Empty where all were computed.
    concentration : float or str
    seed : int or None
        None for weights that the caller gave.
    rank_counts : array of int, shape (unit, rank)
        In how many draws the unit takes the rank. In the smallest unsigned type that holds them: widen before you calculate.
    win_counts : array of int, shape (unit, unit), or None
        In how many draws the row stands strictly above the column.
    level_counts : DataFrame of int, shape (unit, (reading, level)), or None
        Levels as printed, joined by " / " where a composite stands in two; `NO_LEVEL` where it stands in none.
    levelled : int
        Draws whose composite is a share of the points and so can have a level.
    weights : Series, shape (indicator,) [share]
        The published weights.
    ranks : DataFrame, shape (unit, [published, median, q05, q95, mean, shift])
        ``published``: under the published weights and the first scenario. A quantile is the smallest rank that at least so large
        a share of the draws does not exceed: a rank that occurs. ``shift``: mean absolute difference from ``published``.
    central_weights : DataFrame, shape (unit, indicator) [share]
        Mean of the draws in which the unit is first: the weights that speak for it. Blank where it never is.
    convergence : DataFrame, shape (draws, [mean_rank, interval, first])
        After an eighth, a quarter, half and all of the blocks (one row where there is one block): the largest change since the
        row before of any mean rank, of any end of a 5-95 % interval, and of any probability to be first (of a thousand units at
        most, evenly spaced in the table).
    """

    draws: int
    computed: int
    failed: pd.DataFrame
    concentration: float | str
    seed: int | None
    rank_counts: np.ndarray
    win_counts: np.ndarray | None
    level_counts: pd.DataFrame | None
    levelled: int
    weights: pd.Series
    ranks: pd.DataFrame
    central_weights: pd.DataFrame
    convergence: pd.DataFrame
    _plan: Plan = field(repr=False)

    @property
    def units(self) -> pd.Index:
        """The units, in the order of the table."""
        return self.ranks.index

    @cached_property
    def acceptability(self) -> pd.DataFrame:
        """Share of the draws in which each unit takes each rank: DataFrame, shape (unit, rank); rows add to 1."""
        places = pd.RangeIndex(1, len(self.units) + 1, name="rank")
        return pd.DataFrame(self.rank_counts / self.computed, index=self.units, columns=places)

    @cached_property
    def win(self) -> pd.DataFrame | None:
        """Share of the draws in which the row stands strictly above the column: DataFrame, shape (unit, unit), or None."""
        wins = self.win_counts
        return None if wins is None else pd.DataFrame(wins / self.computed, index=self.units, columns=self.units)

    @cached_property
    def levels(self) -> pd.DataFrame | None:
        """Probability of each level under each reading: DataFrame, shape (unit, (reading, level)), or None."""
        return None if self.level_counts is None else self.level_counts / self.levelled

    @property
    def mean_rank_shift(self) -> float:
        """Mean absolute difference from the published rank, over units and draws."""
        return float(self.ranks["shift"].mean())

    def top(self, k: int) -> pd.Series:
        """Probability of each unit to be among the first `k` of them: Series, shape (unit,) [share of the draws]."""
        check_top(k, len(self.units))
        return pd.Series(self.rank_counts[:, :k].sum(axis=1) / self.computed, index=self.units, name=f"top {k}")

    def drawn_weights(self) -> pd.DataFrame:
        """The weights of all draws, rebuilt from the seed: DataFrame, shape (draw, indicator) [share].

        With several scenarios the index says which one a draw belongs to. The only part whose size grows with the number of draws.
        """
        plan = self._plan
        parts = [draw_block(plan, task) for task in tasks(plan)]
        weights = pd.DataFrame(np.concatenate([w for w, _ in parts]), columns=self.weights.index)
        weights.index = pd.RangeIndex(1, len(weights) + 1, name="draw")
        if len(plan.scenarios) > 1:
            names = [plan.scenarios[c].name for c in np.concatenate([c for _, c in parts])]
            weights.index = pd.MultiIndex.from_arrays([weights.index, names], names=["draw", "scenario"])
        return weights


def check_top(k: object, units: int) -> None:
    """Raise an InputError unless one can ask who is among the first `k` of so many units."""
    if isinstance(k, bool) or not isinstance(k, numbers.Integral) or not 1 <= k <= units:
        raise InputError(
            f"top {k}: expected a whole number from 1 to {units}, the number of units; choose one of these"
        )


def monte_carlo_error(shares, draws: int):
    """How far a share counted in random draws may be from the true one: plus or minus this covers a 95 % interval.

    The larger side of Wilson's score interval, which claims no certainty for a share of 0 or 1. A number, array, Series or
    DataFrame of shares gives the same shape.

    Examples
    --------
    >>> round(monte_carlo_error(0.5, 10_000), 4), round(monte_carlo_error(0.0, 10_000), 4)
    (0.0098, 0.0004)
    """
    z = 1.959963984540054
    middle = (shares + z * z / (2 * draws)) / (1 + z * z / draws)
    half = z / (1 + z * z / draws) * (shares * (1 - shares) / draws + z * z / (4 * draws * draws)) ** 0.5
    return half + abs(middle - shares)


# ------------------------------------------------------------------------------------------------------------------ all blocks


def run(plan: Plan, weights: pd.Series, executor: Executor | None) -> Robustness:
    """Draw all blocks, here or where the executor says, and count; an InputError if none could be computed."""
    from tqdm import tqdm

    tally = _Tally(plan)
    blocks = -(-plan.draws // plan.block)
    marks = {math.ceil(blocks * part) for part in (0.125, 0.25, 0.5, 1)}
    # Shown in a terminal only, and only if it takes long.
    shown = tqdm(total=plan.draws, unit=" draws", delay=2, disable=None, leave=False)
    with shown, blas().limit(limits=1, user_api="blas"):
        for number, counts in enumerate(results(plan, executor), start=1):
            tally.add(counts)
            shown.update(min(plan.block, plan.draws - (number - 1) * plan.block))
            if tally.computed and number in marks:
                tally.look()
    if not tally.computed:
        reasons = "; ".join(s.reason for s in plan.scenarios if s.reason) or "no draw gave every unit a composite"
        raise InputError(f"none of {plan.draws} draws could be computed: {reasons}")
    return _answer(plan, weights, tally)


class _Tally:
    """What the blocks add up to so far, a row for each group of equal units."""

    def __init__(self, plan: Plan) -> None:
        base = plan.scenarios[0]
        groups, units = len(plan.size), len(plan.units)
        published = np.empty((groups, 1), dtype=np.int64)
        rank_rows(composites_of(base, base.centre[None, :]), plan.size, published)
        self.published = published[:, 0]
        # As small as the counts allow: with ten thousand units this table is most of the memory.
        self.ranks = np.zeros((groups, units), dtype=np.min_scalar_type(plan.draws))
        self.wins = np.zeros((groups, groups), dtype=np.int64) if plan.pairs else None
        self.pieces = None if plan.levels is None else np.zeros((len(plan.levels.cuts) + 1, groups), dtype=np.int64)
        self.first, self.sums = np.zeros(groups, dtype=np.int64), np.zeros((groups, len(base.centre)))
        self.failed = np.zeros(len(plan.scenarios), dtype=np.int64)
        self.computed = self.levelled = 0
        # What a group's ranks lie between.
        self.low, self.high = np.full(groups, units), np.zeros(groups, dtype=np.intp)
        self.steps: list[list[float]] = []
        self._before: tuple[np.ndarray, ...] | None = None

    def add(self, counts: Counts) -> None:
        self.failed += counts.failed
        if counts.computed:
            add_ranks(self.ranks, counts)
            np.minimum(self.low, counts.lowest, out=self.low)
            np.maximum(self.high, counts.highest + 1, out=self.high)
            if self.wins is not None:
                self.wins += counts.wins
        self.computed += counts.computed
        self.levelled += counts.levelled
        self.first += counts.first
        self.sums += counts.first_weights
        if self.pieces is not None:
            self.pieces += counts.pieces

    def summary(self, rows: np.ndarray | slice) -> np.ndarray:
        """The columns of `Robustness.ranks` for some groups."""
        return _summarise(self.ranks[rows], self.low[rows], self.high[rows], self.published[rows], self.computed)

    def look(self) -> None:
        """Note how much has changed since the last look: a row of `Robustness.convergence`."""
        # A thousand rows show well enough whether all have settled.
        watched = np.arange(0, len(self.ranks), math.ceil(len(self.ranks) / 1000))
        some = self.summary(watched)
        now = some[:, 4], some[:, 2:4], self.first[watched] / self.computed
        change = [np.nan] * 3
        if self._before is not None:
            change = [np.abs(new - old).max() for new, old in zip(now, self._before, strict=True)]
        self.steps.append([self.computed, *change])
        self._before = now


def _answer(plan: Plan, weights: pd.Series, tally: _Tally) -> Robustness:
    table = tally.summary(slice(None))
    reasons = [s.reason or "a unit had no weight on anything that applies to it" for s in plan.scenarios]
    failed = pd.DataFrame(
        {"draws": tally.failed, "reason": reasons},
        index=pd.Index([scenario.name for scenario in plan.scenarios], name="scenario", dtype=object),
    )
    back, alone = plan.group, len(plan.size) == len(plan.units)
    wins = tally.wins
    ranks = pd.DataFrame(table[back], index=plan.units, columns=_RANKS).astype(dict.fromkeys(_WHOLE, int))
    with np.errstate(invalid="ignore", divide="ignore"):
        central = tally.sums / tally.first[:, None]
    return Robustness(
        draws=plan.draws,
        computed=tally.computed,
        failed=failed[failed.draws > 0],
        concentration=plan.concentration,
        seed=plan.seed,
        rank_counts=tally.ranks if alone else tally.ranks[back],
        win_counts=wins if wins is None or alone else wins[np.ix_(back, back)],
        level_counts=None if tally.pieces is None or not tally.levelled else _level_table(plan, tally.pieces),
        levelled=tally.levelled,
        weights=weights,
        ranks=ranks,
        central_weights=pd.DataFrame(central[back], index=plan.units, columns=weights.index),
        convergence=pd.DataFrame(tally.steps, columns=["draws", "mean_rank", "interval", "first"]).set_index("draws"),
        _plan=plan,
    )


def _level_table(plan: Plan, pieces: np.ndarray) -> pd.DataFrame:
    names, counts = [], []
    for reading, labels in plan.levels.labels.items():
        for label in dict.fromkeys(labels):
            names.append((reading, label))
            counts.append(pieces[[name == label for name in labels]].sum(axis=0))
    columns = pd.MultiIndex.from_tuples(names, names=["reading", "level"])
    return pd.DataFrame(np.array(counts).T[plan.group], index=plan.units, columns=columns)


_WHOLE = ["published", "median", "q05", "q95"]
_RANKS = [*_WHOLE, "mean", "shift"]


def _summarise(counts, low, high, published, computed: int) -> np.ndarray:
    """(group, see `Robustness.ranks`). Only what lies between `low` and `high` of a row of counts is looked at.

    Everything is read off the cumulative counts, made once: a mean is the area beside them, a mean distance from a rank
    the area on its two sides.
    """
    table = np.empty((len(counts), len(_RANKS)))
    needed = np.array([0.5, 0.05, 0.95]) * computed * (1 - 1e-12)  # 0.05 * 20 is more than 1 by a last binary digit
    order = np.argsort(low)
    for part in np.array_split(order, -(-counts.size // 2**20)):  # rows that reach about as far together
        start, end = int(low[part].min()), int(high[part].max())
        below = np.cumsum(counts[part, start:end], axis=1, dtype=np.int64)
        for i, row in zip(part, below, strict=True):
            at = published[i]
            split = min(max(at - start, 0), end - start)
            under = row[:split].sum() + computed * max(at - end, 0)
            over = computed * (end - start - split + max(start - at, 0)) - row[split:].sum()
            table[i, 0] = at + 1
            table[i, 1:4] = start + row.searchsorted(needed) + 1
            table[i, 4] = at + 1 + (over - under) / computed
            table[i, 5] = (over + under) / computed
    return table
