"""Blocks of random draws: weights drawn, units ranked, ranks counted. The engine behind `rank_robustness`, NumPy alone.

Draws come in blocks of a fixed size. Each block has one child seed of its own, so that the answer does not depend on how many
workers share the blocks. In a block one matrix product gives the composites, one sort of whole numbers (composite in the high
bits, unit in the low bits) gives the order, and only counts leave it: memory does not grow with the number of draws. Handbook
step 7 (robustness).
"""

from __future__ import annotations

import math
import os
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import pandas as pd

from dti_research.errors import find_name

UNIFORM = "uniform"
"""As a concentration: every set of weights is as likely as any other, at each node that is drawn."""

SCALE = 1e12
"""Composites are whole numbers of 1 / SCALE when they are ranked: `index.score.rank_min` rounds to the same digits."""

BLOCK, WIDE_BLOCK = 5120, 1024
"""Draws in a block. Part of the answer: change it, and the same seed gives other draws. Ten thousand are two even blocks."""

WIDE = 2048
"""With more different units than this memory is what limits: blocks are smaller and at most two are under way."""


# -------------------------------------------------------------------------------------------------------------------- the plan


@dataclass(frozen=True, eq=False)
class Scenario:
    """One way to compute a composite: `back` of (table @ weights), weights drawn around `centre`."""

    name: str
    table: np.ndarray | None  # (unit, indicator), prepared for the aggregation; None: cannot be computed
    applies: np.ndarray  # (unit, indicator) of bool
    aggregate: str
    centre: np.ndarray  # (indicator,), adds to 1
    is_share: bool
    reason: str = ""


@dataclass(frozen=True, eq=False)
class LevelCuts:
    """Where a rounded composite changes level under some reading, and what holds from there on."""

    cuts: np.ndarray  # (cut,) in 1 / SCALE of a composite; piece 0 lies below the first
    labels: dict[str, list[str]]  # reading -> label of each piece


@dataclass(frozen=True, eq=False)
class Plan:
    """Everything that a worker needs. It travels to other processes with each block: the table, not the draws."""

    scenarios: tuple[Scenario, ...]
    units: pd.Index
    group: np.ndarray  # (unit,): units whose rows are equal share a group, and so every rank
    size: np.ndarray  # (group,)
    draws: int
    block: int
    concentration: float | str
    seed: int | None
    nodes: tuple[np.ndarray, ...] | None  # positions of the indicators in each group of the tree
    given: np.ndarray | None  # (draw, indicator), the caller's own weights
    pairs: bool
    levels: LevelCuts | None
    home: int  # process that holds BLAS to one thread itself


@dataclass(frozen=True, eq=False)
class Task:
    """One block to draw."""

    draws: int
    seed: np.random.SeedSequence | None
    given: np.ndarray | None


@dataclass(eq=False)
class Counts:
    """What one block adds."""

    computed: int
    levelled: int
    failed: np.ndarray  # (scenario,)
    lowest: np.ndarray  # (group,), ranks from 0
    highest: np.ndarray  # (group,)
    # Per group, in how many draws it takes each rank from its lowest on. Of a wide table these counts would be larger than
    # the ranks (group, draw) themselves, which then stand here.
    ranks: list[np.ndarray] | np.ndarray
    wins: np.ndarray | None
    pieces: np.ndarray | None  # (piece, group)
    first: np.ndarray  # (group,)
    first_weights: np.ndarray  # (group, indicator), sums


# -------------------------------------------------------------------------------------------------------------------- one block


def tasks(plan: Plan) -> Iterator[Task]:
    """The blocks in order. One child seed each: a block can be computed anywhere, and alone."""
    root = None if plan.seed is None else np.random.SeedSequence(plan.seed)
    for start in range(0, plan.draws, plan.block):
        size = min(plan.block, plan.draws - start)
        given = None if plan.given is None else plan.given[start : start + size]
        yield Task(size, root.spawn(1)[0] if root else None, given)


def draw_block(plan: Plan, task: Task) -> tuple[np.ndarray, np.ndarray]:
    """Weights (draw, indicator) and the number of the scenario of each draw."""
    if task.given is not None:
        return task.given, np.zeros(task.draws, dtype=np.intp)
    rng = np.random.default_rng(task.seed)
    many = len(plan.scenarios)
    chosen = rng.integers(many, size=task.draws) if many > 1 else np.zeros(task.draws, dtype=np.intp)
    weights = np.empty((task.draws, len(plan.scenarios[0].centre)))
    for number, scenario in enumerate(plan.scenarios):
        mine = np.flatnonzero(chosen == number)
        weights[mine] = draw_weights(rng, scenario.centre, plan.concentration, len(mine), plan.nodes)
    return weights, chosen


def draw_weights(
    rng: np.random.Generator,
    centre: np.ndarray,
    concentration: float | str,
    draws: int,
    nodes: Sequence[np.ndarray] | None = None,
) -> np.ndarray:
    """Draw weights, shape (draw, indicator): Dirichlet around `centre`, over all indicators at once or node by node.

    Over all at once, the mean is `centre` and a weight w has the variance w (1 - w) / (concentration + 1). Node by
    node (arrays of positions) that holds for the groups, and for the parts inside each group. ``uniform`` does not look at `centre`
    except for what is 0, which always stays 0.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> drawn = draw_weights(rng, np.array([0.5, 0.3, 0.2]), 50, 10_000)
    >>> drawn.mean(axis=0).round(2).tolist(), round(float(drawn[:, 0].var()), 3), round(0.25 / 51, 3)
    ([0.5, 0.3, 0.2], 0.005, 0.005)
    """
    if concentration == np.inf:
        return np.tile(centre, (draws, 1))
    if nodes is not None:
        tops = np.array([centre[at].sum() for at in nodes])
        shares = draw_weights(rng, tops, concentration, draws)
        weights = np.zeros((draws, len(centre)))
        for number, at in enumerate(nodes):
            if tops[number] > 0:
                inside = draw_weights(rng, centre[at] / tops[number], concentration, draws)
                weights[:, at] = shares[:, [number]] * inside
        return weights
    used = np.flatnonzero(centre > 0)
    alpha = np.ones(len(used)) if concentration == UNIFORM else concentration * centre[used]
    drawn = rng.dirichlet(alpha, size=draws)
    if len(used) == len(centre):
        return drawn
    weights = np.zeros((draws, len(centre)))
    weights[:, used] = drawn
    return weights


def weight_spread(
    centre: np.ndarray, concentration: float | str, nodes: Sequence[np.ndarray] | None = None
) -> np.ndarray:
    """The standard deviation of each weight that `draw_weights` draws, in closed form: array, shape (indicator,) [share].

    Examples
    --------
    sqrt(0.5 x 0.5 / 51), and without any spread 0:

    >>> weight_spread(np.array([0.5, 0.5]), 50).round(4).tolist(), weight_spread(np.array([0.5, 0.5]), np.inf).tolist()
    ([0.07, 0.07], [0.0, 0.0])
    """
    if nodes is None:
        return np.sqrt(_moments(centre, concentration)[1])
    tops = np.array([centre[at].sum() for at in nodes])
    means, variances = _moments(tops, concentration)
    spread = np.zeros(len(centre))
    for at, top, mean, variance in zip(nodes, tops, means, variances, strict=True):
        if top > 0:
            inside, varying = _moments(centre[at] / top, concentration)
            # A weight is the product of two independent shares: that of its group, and its own inside the group.
            spread[at] = np.sqrt((variance + mean**2) * (varying + inside**2) - (mean * inside) ** 2)
    return spread


def _moments(centre: np.ndarray, concentration: float | str) -> tuple[np.ndarray, np.ndarray]:
    """Mean and variance of the shares that are drawn at one node."""
    if concentration == UNIFORM:
        centre = (centre > 0) / (centre > 0).sum()
        concentration = (centre > 0).sum()
    return centre, centre * (1 - centre) / (concentration + 1)


MEANS = {
    "arithmetic": (np.asarray, np.asarray),
    "geometric": (np.log, np.exp),
    "harmonic": (np.reciprocal, np.reciprocal),
}
"""What makes each mean a weighted sum, and what makes the mean of that sum again."""


def prepare(table: np.ndarray, aggregate: str) -> np.ndarray:
    """Turn each mean into a sum: of logarithms, of reciprocals; a mean that is not in `MEANS` is an error."""
    return MEANS[find_name("mean that can be drawn", aggregate, MEANS)][0](table)


def back(sums: np.ndarray, aggregate: str) -> np.ndarray:
    """From the weighted sum of what `prepare` gave to the mean."""
    return MEANS[aggregate][1](sums)


def composites_of(scenario: Scenario, weights: np.ndarray) -> np.ndarray:
    """(draw, group) of composites as whole numbers of -1 / SCALE.

    Not finite where a draw gives no weight to anything that applies to a unit.
    """
    sums = np.matmul(weights, scenario.table.T, out=_buffer("sums", (len(weights), len(scenario.table)), float))
    if not scenario.applies.all():
        with np.errstate(invalid="ignore", divide="ignore"):
            sums /= weights @ scenario.applies.T.astype(float)
    composites = back(sums, scenario.aggregate)
    composites *= -SCALE
    return np.rint(composites, out=composites)


def count_block(plan: Plan, task: Task) -> Counts:
    """Draw one block, rank every draw of it, and count."""
    if os.getpid() != plan.home:  # a worker process: nobody else needs its BLAS threads
        blas().limit(limits=1, user_api="blas")
    weights, chosen = draw_block(plan, task)
    groups = len(plan.size)
    small = np.min_scalar_type(len(plan.units))
    ranks = np.empty((groups, task.draws), dtype=small)
    pieces = None if plan.levels is None else np.zeros((len(plan.levels.cuts) + 1, groups), dtype=np.int64)
    failed = np.zeros(len(plan.scenarios), dtype=np.int64)
    filled, levelled, tied = 0, 0, False
    slab = max(32, 2**16 // groups)  # so many rows of composites stay in the cache, and a product has some size
    used = []
    for number, scenario in enumerate(plan.scenarios):
        mine = weights if len(plan.scenarios) == 1 else weights[chosen == number]
        if scenario.table is None:
            failed[number] = len(mine)
            continue
        for start in range(0, len(mine), slab):
            drawn = mine[start : start + slab]
            composites = composites_of(scenario, drawn)
            if not np.isfinite(composites.sum()):
                finite = np.isfinite(composites).all(axis=1)
                failed[number] += len(drawn) - int(finite.sum())
                drawn, composites = drawn[finite], composites[finite]
            if pieces is not None and scenario.is_share:
                pieces += _count_pieces(plan.levels, composites)
                levelled += len(composites)
            tied |= rank_rows(composites, plan.size, ranks[:, filled : filled + len(composites)])
            filled += len(composites)
            used.append(drawn)
    if len(plan.scenarios) > 1 or failed.any():  # else all draws were used, in their order
        weights = np.concatenate(used) if used else weights[:0]
    ranks = ranks[:, :filled]
    if not filled:
        ranks = np.zeros((groups, 1), dtype=small)  # of no draw: neither counted below nor above
    lowest, highest = ranks.min(axis=1).astype(np.intp), ranks.max(axis=1).astype(np.intp)
    first, sums = np.zeros(groups, dtype=np.int64), np.zeros((groups, weights.shape[1]))
    for unit in np.flatnonzero(lowest == 0) if filled else ():
        mine = weights[ranks[unit] == 0]
        first[unit], sums[unit] = len(mine), mine.sum(axis=0)
    wins = _count_wins(ranks, lowest, highest, tied) if plan.pairs and filled else None
    counted = ranks if groups > WIDE else _count_ranks(ranks, lowest)
    return Counts(filled, levelled, failed, lowest, highest, counted, wins, pieces, first, sums)


_kept = threading.local()


def _buffer(name: str, shape: tuple[int, ...], dtype) -> np.ndarray:
    """An array to write into, the same memory for every block of a thread: getting new pages would cost as much as the work."""
    size = max(0, math.prod(shape)) * np.dtype(dtype).itemsize
    if getattr(_kept, name, np.empty(0, np.uint8)).nbytes < size:
        setattr(_kept, name, np.empty(size, np.uint8))
    return getattr(_kept, name)[:size].view(dtype).reshape(shape)


def rank_rows(composites: np.ndarray, size: np.ndarray, out: np.ndarray) -> bool:
    """Rank each row, 0 for the highest; ties share the smallest. Fills `out` (group, draw); says whether there may be a tie.

    `composites` are whole numbers of -1 / SCALE, so that equal ones are equal and the highest come first. With the group's number
    in the bits below, one sort of whole numbers gives the order and who stands where: several times faster than an argsort.
    """
    draws, groups = composites.shape
    bits = groups.bit_length()
    low = (1 << bits) - 1
    keys = _buffer("keys", composites.shape, np.int64)
    np.copyto(keys, composites, casting="unsafe")
    keys <<= bits
    keys |= np.arange(groups)
    keys.sort(axis=1)
    flat = keys.reshape(-1)
    # Neighbours that differ in the low bits alone are tied (the last of a row and the first of the next may seem so, which
    # costs time and changes nothing).
    differ = np.bitwise_xor(flat[1:], flat[:-1], out=_buffer("differ", (len(flat) - 1,), np.int64))
    tied = len(differ) > 0 and int(differ.view(np.uint64).min()) <= low
    if tied or size.max() > 1:
        inside = size[keys & low]
        above = inside.cumsum(axis=1) - inside
        new = np.ones(keys.shape, dtype=bool)
        new[:, 1:] = (keys[:, 1:] >> bits) != (keys[:, :-1] >> bits)
        place = np.maximum.accumulate(np.where(new, above, 0), axis=1).astype(out.dtype)
    else:
        place = np.tile(np.arange(groups, dtype=out.dtype), draws)
    keys &= low
    keys += (np.arange(draws) * groups)[:, None]
    rows = _buffer("rows", (draws, groups), out.dtype)
    rows.reshape(-1)[flat] = place.reshape(-1)
    out[...] = rows.T
    return tied


def _count_ranks(ranks: np.ndarray, lowest: np.ndarray) -> list[np.ndarray]:
    """For each group, in how many draws it takes each rank from its lowest on."""
    # No count is larger than a block, so that it fits into two bytes.
    return [
        np.bincount(row - low).astype(np.uint16) for row, low in zip(ranks, lowest.astype(ranks.dtype), strict=True)
    ]


def _count_wins(ranks: np.ndarray, lowest: np.ndarray, highest: np.ndarray, tied: bool) -> np.ndarray:
    """In how many draws each group stands strictly above each other; only pairs whose ranks overlap in the block are compared."""
    groups, draws = ranks.shape
    order = np.argsort(lowest, kind="stable")
    # Compared in whole strips of 1024 draws, so that counts can be added eight bytes at a time; what is padded never wins.
    padded = _buffer("padded", (groups, -(-draws // 1024) * 1024), ranks.dtype)
    padded[:, :draws] = ranks[order]
    padded[:, draws:] = 0
    ends = np.maximum(np.searchsorted(lowest[order], highest[order], side="right"), np.arange(1, groups + 1))
    wins = np.where(np.arange(groups) >= ends[:, None], draws, 0)
    # Groups one after the other fill the buffer with comparisons; a full one is counted at once.
    rows = max(groups, 2**21 // padded.shape[1])
    flags = _buffer("flags", (rows, padded.shape[1]), bool)
    for compare, above in ((np.greater, True), (np.less, False)) if tied else ((np.greater, True),):
        filled, waiting = 0, []
        for i, end in enumerate(ends):
            if filled + end - i - 1 > rows or (i == groups - 1 and filled):
                counts = _count_rows(flags[:filled])
                for group, start, stop, at in waiting:
                    where = (group, slice(start, stop)) if above else (slice(start, stop), group)
                    wins[where] = counts[at : at + stop - start]
                filled, waiting = 0, []
            if end > i + 1:
                compare(padded[i + 1 : end], padded[i], out=flags[filled : filled + end - i - 1])
                waiting.append((i, i + 1, end, filled))
                filled += end - i - 1
    if not tied:
        below = np.tril_indices(groups, -1)
        wins[below] = draws - wins.T[below]
    back = np.argsort(order)
    return wins[np.ix_(back, back)]


def _count_rows(flags: np.ndarray) -> np.ndarray:
    """How many flags of each row are set; a row has a multiple of 1024. Eight counters of one byte ride in each word."""
    words = flags.view(np.uint64).reshape(len(flags), -1, 128).sum(axis=2)
    return words.view(np.uint8).reshape(len(flags), -1).sum(axis=1, dtype=np.int64)


def _count_columns(flags: np.ndarray) -> np.ndarray:
    """How many flags of each column are set; 255 rows fit into counters of one byte."""
    strips = len(flags) // 255
    bulk = flags[: strips * 255].view(np.uint8).reshape(255, -1).sum(axis=0, dtype=np.uint8)
    counts = bulk.reshape(strips, flags.shape[1]).sum(axis=0, dtype=np.int64)
    return counts + flags[strips * 255 :].sum(axis=0)


def _count_pieces(levels: LevelCuts, composites: np.ndarray) -> np.ndarray:
    """How many composites (whole numbers of -1 / SCALE) of each group stand in each piece of the scale: (piece, group)."""
    reached = [_count_columns(composites <= -cut) for cut in levels.cuts]
    reached = np.array([np.full(composites.shape[1], len(composites)), *reached])
    reached[:-1] -= reached[1:]
    return reached


# ------------------------------------------------------------------------------------------------------------------ all blocks


@cache
def blas():
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


def results(plan: Plan, executor: Executor | None) -> Iterator[Counts]:
    """Blocks in order; no more than a few are under way at once, so that memory stays bounded."""
    if executor is None:
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        wide = len(plan.size) > WIDE
        threads = min(cores, 2 if wide else 8, -(-plan.draws // plan.block))
        if threads == 1:
            yield from (count_block(plan, task) for task in tasks(plan))
            return
        with ThreadPoolExecutor(threads) as pool:
            yield from _submitted(plan, pool, threads if wide else threads + 1)
    else:
        yield from _submitted(plan, executor, 2 * (getattr(executor, "_max_workers", None) or 8))


def _submitted(plan: Plan, executor: Executor, ahead: int) -> Iterator[Counts]:
    light = replace(plan, given=None)  # a task carries its own part of the given weights
    waiting: deque = deque()
    for task in tasks(plan):
        waiting.append(executor.submit(count_block, light, task))
        if len(waiting) >= ahead:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def add_ranks(table: np.ndarray, counts: Counts) -> None:
    """Add the rank counts of a block to those of the run."""
    if isinstance(counts.ranks, list):
        rows = counts.ranks
    else:
        rows = (np.bincount(row - row.dtype.type(low)) for row, low in zip(counts.ranks, counts.lowest, strict=True))
    for row, at, more in zip(table, counts.lowest, rows, strict=True):
        row[at : at + len(more)] += more.astype(row.dtype)
