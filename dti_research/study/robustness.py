"""How far does a ranking move when its weights and methods are drawn at random? Many draws, fast. Handbook step 7 (robustness).

`rank_robustness` varies the weights of one normalised table; `scenario_robustness` varies weight rule, normalisation and
aggregation as well. Both return a `Robustness`: how often each unit takes each rank and each level, who stands above whom, and how
large the Monte Carlo error of all that is. Left out: answers that need no sample (`study.stability`) and whose choice
matters most (`study.sensitivity`).

How it is computed: draws come in blocks of a fixed size. Each block has one child seed of its own, so that the answer
depends on the seed alone and not on how many workers share the blocks. In a block one matrix product gives the composites,
one sort of whole numbers (composite in the high bits, unit in the low bits) gives the order, and the counts of the blocks are
added up: memory does not grow with the number of draws.
"""

from __future__ import annotations

import itertools
import math
import os
import threading
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cache, cached_property

import numpy as np
import pandas as pd

from dti_research.errors import InputError, UnknownName, find_name
from dti_research.index.aggregate import AGGREGATE
from dti_research.index.framework import Framework, LevelRule
from dti_research.index.levels import READINGS, band_mask
from dti_research.index.normalise import NORMALISE
from dti_research.index.score import Method, score
from dti_research.index.weight import TOLERANCE, WEIGHT

UNIFORM = "uniform"
"""As a concentration: every set of weights is as likely as any other."""

SCALE = 1e12
"""Composites are whole numbers of 1 / SCALE when they are ranked: `index.score.rank_min` rounds to the same digits."""

BLOCK, WIDE_BLOCK = 5120, 2048
"""Draws in a block. Part of the answer: change it, and the same seed gives other draws. Ten thousand are two even blocks."""

WIDE = 2048
"""With more different units than this memory is what limits: blocks are smaller and at most two are under way."""

NO_LEVEL = "no level"
"""A composite that stands in no band: in a gap of the print."""


# ------------------------------------------------------------------------------------------------------------------ the answer


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
        In how many draws the unit takes the rank.
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
        After so many draws: the largest change since the row before of any mean rank, of any end of a 5-95 % interval, and of any
        probability to be first (of a thousand units at most, evenly spaced in the table).
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
    _plan: _Plan

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
        if self.win_counts is None:
            return None
        return pd.DataFrame(self.win_counts / self.computed, index=self.units, columns=self.units)

    @cached_property
    def levels(self) -> pd.DataFrame | None:
        """Probability of each level under each reading: DataFrame, shape (unit, (reading, level)), or None."""
        return None if self.level_counts is None else self.level_counts / self.levelled

    @property
    def mean_rank_shift(self) -> float:
        """Mean absolute difference from the published rank, over units and draws (Saisana, Saltelli & Tarantola 2005)."""
        return float(self.ranks["shift"].mean())

    def top(self, k: int) -> pd.Series:
        """Probability of each unit to be among the first `k`.

        Parameters
        ----------
        k : int, 1 to the number of units

        Returns
        -------
        Series, shape (unit,) [share of the draws]

        Raises
        ------
        InputError
            `k` out of range.
        """
        n = len(self.units)
        if not 1 <= k <= n:
            raise InputError(
                f"top {k}: expected a whole number from 1 to {n}, the number of units; choose one of these"
            )
        return pd.Series(self.rank_counts[:, :k].sum(axis=1) / self.computed, index=self.units, name=f"top {k}")

    def drawn_weights(self) -> pd.DataFrame:
        """The weights of all draws, rebuilt from the seed: DataFrame, shape (draw, indicator) [share].

        With several scenarios the index says which one a draw belongs to. This is the only part whose size grows with the
        number of draws; nothing keeps it.
        """
        plan = self._plan
        parts = [_draw_block(plan, task) for task in _tasks(plan)]
        weights = pd.DataFrame(np.concatenate([w for w, _ in parts]), columns=self.weights.index)
        weights.index = pd.RangeIndex(1, len(weights) + 1, name="draw")
        if len(plan.scenarios) > 1:
            names = [plan.scenarios[c].name for c in np.concatenate([c for _, c in parts])]
            weights.index = pd.MultiIndex.from_arrays([weights.index, names], names=["draw", "scenario"])
        return weights


def monte_carlo_error(shares, draws: int):
    """Half the width of the 95 % interval of a share that was counted in random draws.

    Handbook step 7. Wilson's score interval: unlike the plain one it does not claim certainty for a share of 0 or 1.

    Parameters
    ----------
    shares : float, array, Series or DataFrame [share]
    draws : int

    Returns
    -------
    same shape as `shares` [share]

    References
    ----------
    Wilson (1927), Journal of the American Statistical Association 22; Brown, Cai & DasGupta (2001), Statistical Science 16.

    Examples
    --------
    >>> round(monte_carlo_error(0.5, 10_000), 4), round(monte_carlo_error(0.0, 10_000), 4)
    (0.0098, 0.0002)
    """
    z = 1.959963984540054
    return z / (1 + z * z / draws) * (shares * (1 - shares) / draws + z * z / (4 * draws * draws)) ** 0.5


# --------------------------------------------------------------------------------------------------------------- the questions


def rank_robustness(
    normalised: pd.DataFrame,
    weights: pd.Series,
    *,
    draws: int | pd.DataFrame,
    concentration: float | str | None = None,
    seed: int | None = None,
    pairs: bool = True,
    executor: Executor | None = None,
    tree: Mapping[str, Sequence[str]] | None = None,
    rule: LevelRule | None = None,
    readings: Sequence[str] | None = None,
    total: float = 1.0,
    digits: int = 4,
) -> Robustness:
    """Draw weights around the published ones, rank the units each time, and count.

    Handbook step 7 (robustness). Composites are weighted arithmetic means. Where a unit has a blank (an indicator that does
    not apply to it) it is measured against the weights of what applies.

    Parameters
    ----------
    normalised : DataFrame, shape (unit, indicator) [comparable, higher is better]
    weights : Series, shape (indicator,) [share, adds to 1]
        The published weights, which the draws have as their mean. An indicator of weight 0 keeps it.
    draws : int, or DataFrame of shape (draw, indicator) [share]
        How many; or weights of your own, such as those of a panel of experts.
    concentration : float > 0, ``"uniform"`` or inf
        Of the Dirichlet distribution: the larger, the closer to the published weights. A weight w varies with variance
        w (1 - w) / (concentration + 1); a prior sample of that many points. ``uniform``: all weights are equally likely
        and the published ones play no part; inf: no spread.
    seed : int
        Required when weights are drawn. The answer depends on it and on nothing else.
    pairs : bool
        False leaves out who stands above whom: for more than some thousand units that table is large.
    executor : concurrent.futures.Executor, optional
        Where blocks of draws are computed: a pool of processes, or a cluster (Dask: ``client.get_executor()``). Without one
        this process does it, in as many threads as there are cores. The counts are the same.
    tree : mapping of str to sequence of str, optional
        Groups of indicators. Weights are then drawn at every node: first those of the groups, then, inside each, the parts
        of its indicators, so that siblings always add to their parent. Without it all indicators are drawn at once.
    rule : LevelRule, optional
        Whose levels to count; none without it. `DEFAULT_LEVELS` has names only, for the reading ``share-60-80``.
    readings : sequence of str, optional
        Some of `READINGS`; all that the rule allows without it.
    total : float
        The scale of the rule: a composite share is multiplied by it before it meets a boundary.
    digits : int
        Printed decimals, to which composites are rounded before they meet a boundary (not before they are ranked).

    Returns
    -------
    Robustness

    Raises
    ------
    InputError
        Labels that differ, weights that do not add to 1, a bad number of draws or concentration, no seed; a tree that
        is not one group for each indicator.

    References
    ----------
    Nardo et al. (2008), OECD/JRC Handbook on Constructing Composite Indicators, step 7. Lahdelma & Salminen (2001), Operations
    Research 49 (rank acceptability, central weights); Saisana, Saltelli & Tarantola (2005), JRSS A 168 (rank shift).

    Examples
    --------
    Of the three, lake is best on both; hill and rice depend on the weights.

    >>> normalised = pd.DataFrame({"roads": [0.5, 0.9, 0.1], "school": [0.2, 0.8, 0.5]}, index=["hill", "lake", "rice"])
    >>> weights = pd.Series({"roads": 0.6, "school": 0.4})
    >>> result = rank_robustness(normalised, weights, draws=2000, concentration=20, seed=1)
    >>> result.ranks[["published", "median", "q05", "q95"]].loc["hill"].tolist()
    [2, 2, 2, 3]
    >>> result.win.loc["lake", "rice"]
    np.float64(1.0)
    """
    table, centre = check_table(normalised, weights)
    scenario = _Scenario("published", table, np.isfinite(table), "arithmetic", centre, True)
    plan = _make_plan(
        (scenario,),
        normalised.index,
        weights.index,
        draws,
        concentration,
        seed,
        pairs,
        tree,
        rule,
        readings,
        total,
        digits,
    )
    return _run(plan, weights, executor)


def scenario_robustness(
    values: pd.DataFrame,
    framework: Framework,
    *,
    normalisations: Sequence[str] = ("share-of-maximum",),
    aggregations: Sequence[str] = ("arithmetic",),
    weight_rules: Sequence[str] = ("published",),
    draws: int,
    concentration: float | str,
    seed: int,
    points: pd.Series | None = None,
    pairs: bool = True,
    executor: Executor | None = None,
    tree: Mapping[str, Sequence[str]] | None = None,
    rule: LevelRule | None = None,
    readings: Sequence[str] | None = None,
    total: float = 1.0,
    digits: int = 4,
) -> Robustness:
    """Draw the method too: each draw takes one normalisation, aggregation and weight rule from the lists, then its weights.

    Handbook step 7 (robustness). Every combination is as likely as any other. The first of each list together is what
    ranks are compared with. The reading of level boundaries needs no drawing: probabilities are counted under each one, and
    a reading drawn from a list has their mean.

    Parameters
    ----------
    values : DataFrame, shape (unit, indicator) [points or share]
        As `index.score.score` takes it.
    framework : Framework
    normalisations, aggregations, weight_rules : sequence of str
        Keys of `NORMALISE`, `AGGREGATE` and `WEIGHT`. Weights are drawn around those of the rule.
    points : Series, shape (indicator,) [points], optional
        Other points than the framework's.
    draws, concentration, seed, pairs, executor, tree, rule, readings, total, digits
        As in `rank_robustness`. Levels are counted in draws whose composite is a share of the points.

    Returns
    -------
    Robustness
        A combination that cannot be computed (a geometric mean of a value of 0) stands in ``failed`` with its reason and
        with the draws that fell on it; shares are of the others.

    Raises
    ------
    InputError
        As in `rank_robustness`; an empty or repeated list; the first combination, or every one, cannot be computed.
    UnknownName
        An unknown name.

    References
    ----------
    Nardo et al. (2008), OECD/JRC Handbook on Constructing Composite Indicators, step 7. Saisana, Saltelli & Tarantola (2005),
    JRSS A 168.

    Examples
    --------
    >>> from dti_research import data
    >>> result = scenario_robustness(data.load_values("province-2022"), data.load_framework("national-province-2022"),
    ...     normalisations=["share-of-maximum", "rank"], aggregations=["arithmetic", "geometric"],
    ...     draws=1000, concentration=100, seed=7)
    >>> result.computed, result.ranks.loc["da-nang", "median"]
    (1000, np.int64(1))
    """
    lists = (("normalisation", normalisations, NORMALISE), ("aggregation", aggregations, AGGREGATE),
             ("weight rule", weight_rules, WEIGHT))  # fmt: skip
    for what, names, known in lists:
        if isinstance(names, str) or not names or len(set(names)) < len(names):
            raise InputError(
                f"{what}s: found {names!r}; expected a list of different names, such as [{next(iter(known))!r}]; "
                "correct the list"
            )
        for name in names:
            find_name(what, name, known)
    scenarios, base = [], None
    for name, how, rule_ in itertools.product(normalisations, aggregations, weight_rules):
        label = f"{name}, {how}, {rule_}"
        try:
            scores = score(values, framework, Method(label, normalise=name, aggregate=how, weight=rule_), points)
        except UnknownName:
            raise
        except InputError as error:
            if base is None:
                raise
            scenarios.append(replace(base, name=label, table=None, reason=str(error)))
            continue
        raw = WEIGHT[rule_](framework, points)
        centre = (raw / raw.sum()).reindex(scores.normalised.columns)
        table = scores.normalised.to_numpy(float)
        share = scores.measure in ("points", "share")
        scenario = _Scenario(
            label, _prepare(table, how), np.isfinite(table), how, centre.to_numpy(), share, optional_on_top=raw.sum()
        )
        scenarios.append(scenario)
        if base is None:
            base, weights, units = scenario, centre, scores.normalised.index
    plan = _make_plan(
        tuple(scenarios), units, weights.index, draws, concentration, seed, pairs, tree, rule, readings, total, digits
    )
    return _run(plan, weights, executor)


def published_table(
    values: pd.DataFrame, framework: Framework, points: pd.Series | None = None
) -> tuple[pd.DataFrame, pd.Series]:
    """Normalise a table as the framework does and take its published weights: what `rank_robustness` and `stability` ask for.

    Parameters
    ----------
    values : DataFrame, shape (unit, indicator) [points or share]
    framework : Framework
    points : Series, shape (indicator,) [points], optional
        Other points than the framework's.

    Returns
    -------
    (DataFrame, Series)
        Shares of the maximum, shape (unit, indicator), and weights, shape (indicator,), which add to 1.

    Examples
    --------
    >>> from dti_research import data
    >>> table, weights = published_table(data.load_values("province-2022"), data.load_framework("national-province-2022"))
    >>> table.shape, weights["digital_government"]
    ((10, 8), np.float64(0.2))
    """
    normalised = score(values, framework, points=points).normalised
    weights = WEIGHT["published"](framework, points)
    return normalised, (weights / weights.sum()).reindex(normalised.columns)


def tree_of(framework: Framework) -> dict[str, list[str]] | None:
    """The groups that a framework prints its indicators under, for `rank_robustness`; None where it prints none.

    Groups, not pillars: the ministry's three pillars share their foundation indicators, so they are no tree.

    Examples
    --------
    >>> from dti_research import data
    >>> {group: len(codes) for group, codes in tree_of(data.load_framework("hcmc-district-2023")).items()}
    {'foundation': 5, 'activity': 4}
    """
    groups: dict[str, list[str]] = {}
    for indicator in framework.scored:
        groups.setdefault(indicator.group or "", []).append(indicator.code)
    return groups if len(groups) > 1 and "" not in groups else None


# -------------------------------------------------------------------------------------------------------------------- the plan


@dataclass(frozen=True, eq=False)
class _Scenario:
    """One way to compute a composite: `back` of (table @ weights), weights drawn around `centre`."""

    name: str
    table: np.ndarray | None  # (unit, indicator), prepared for the aggregation; None: cannot be computed
    applies: np.ndarray  # (unit, indicator) of bool
    aggregate: str
    centre: np.ndarray  # (indicator,), adds to 1
    is_share: bool
    optional_on_top: float = 1.0
    reason: str = ""


@dataclass(frozen=True, eq=False)
class _Levels:
    """Where a rounded composite changes level under some reading, and what holds from there on."""

    cuts: np.ndarray  # (cut,) in 1 / SCALE of a composite; piece 0 lies below the first
    labels: dict[str, list[str]]  # reading -> label of each piece


@dataclass(frozen=True, eq=False)
class _Plan:
    """Everything that a worker needs; small, since it travels to other processes."""

    scenarios: tuple[_Scenario, ...]
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
    levels: _Levels | None


@dataclass(frozen=True, eq=False)
class _Task:
    number: int
    start: int
    draws: int
    seed: np.random.SeedSequence | None
    given: np.ndarray | None


@dataclass(eq=False)
class _Counts:
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


def check_table(normalised: pd.DataFrame, weights: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Both as arrays, the weights in the order of the columns; `InputError` where they cannot be used together.

    Parameters
    ----------
    normalised : DataFrame, shape (unit, indicator)
    weights : Series, shape (indicator,) [share, adds to 1]
    """
    for what, labels in (("unit", normalised.index), ("indicator", normalised.columns), ("indicator", weights.index)):
        if labels.has_duplicates:
            twice = labels[labels.duplicated()][0]
            raise InputError(f"{what} {twice!r} stands there twice; expected every {what} once; remove or rename one")
    odd = normalised.columns.symmetric_difference(weights.index)
    if len(odd):
        holder = "normalised table" if odd[0] in normalised.columns else "weights"
        raise InputError(
            f"indicator {odd[0]!r} is only in the {holder}; expected the same indicators in table and weights; add or remove it"
        )
    if len(normalised) < 2:
        raise InputError(f"normalised table: {len(normalised)} units; expected at least 2 to rank; add units")
    table = normalised.to_numpy(float)
    centre = weights.reindex(normalised.columns).to_numpy(float)
    if np.isinf(table).any():
        row, column = np.argwhere(np.isinf(table))[0]
        raise InputError(
            f"unit {normalised.index[row]!r}, indicator {normalised.columns[column]!r}: {table[row, column]}; expected a "
            "finite number, or a blank where the indicator does not apply; correct the value"
        )
    for code, weight in zip(normalised.columns, centre, strict=True):
        if not 0 <= weight < np.inf:
            raise InputError(f"indicator {code!r}: weight {weight}; expected a number >= 0; correct the weight")
    if abs(centre.sum() - 1) > TOLERANCE:
        raise InputError(f"weights add to {centre.sum():.12g}; expected 1; divide each weight by that sum")
    bare = ~(np.isfinite(table) & (centre > 0)).any(axis=1)
    if bare.any():
        raise InputError(
            f"unit {normalised.index[bare.argmax()]!r} has no value with a weight; expected at least one; leave the unit out"
        )
    return table, centre


def _make_plan(
    scenarios, units, indicators, draws, concentration, seed, pairs, tree, rule, readings, total, digits
) -> _Plan:
    given = None
    if isinstance(draws, pd.DataFrame):
        given, draws = _check_given(draws, indicators), len(draws)
    else:
        if isinstance(draws, bool) or not isinstance(draws, int | np.integer) or draws < 1:
            raise InputError(f"draws {draws!r}; expected a whole number >= 1, or a table of weights; correct it")
        if concentration != UNIFORM and not (isinstance(concentration, int | float) and concentration > 0):
            raise InputError(
                f"concentration {concentration!r}; expected a number above 0, {UNIFORM!r}, or inf for no spread; correct it"
            )
        if seed is None or isinstance(seed, bool) or not isinstance(seed, int | np.integer) or seed < 0:
            raise InputError(
                f"seed {seed!r}; expected a whole number >= 0, so that the draws can be repeated; give one"
            )
    tables = [s.table for s in scenarios if s.table is not None]
    # Identical rows must tie in every draw, whatever the order of summation: they are computed once.
    used = np.any([s.centre > 0 for s in scenarios], axis=0)
    rows = np.concatenate([np.where(np.isnan(t), np.inf, t)[:, used] for t in tables], axis=1)
    _, first, group = np.unique(rows, axis=0, return_index=True, return_inverse=True)
    # In order of appearance, so that the packed unit number follows the table.
    order = np.argsort(first)
    group = np.argsort(order)[group.ravel()]
    kept = first[order]
    merged = tuple(
        s if s.table is None else replace(s, table=np.nan_to_num(s.table[kept], nan=0.0), applies=s.applies[kept])
        for s in scenarios
    )
    most = max(np.abs(_back(np.abs(t[np.isfinite(t)]).max(), "arithmetic")) for t in tables)
    if most * SCALE >= 2.0 ** (62 - len(kept).bit_length()):
        raise InputError(
            f"normalised values up to {most:.6g}; too large to rank to 12 decimals; expected comparable values such as "
            "shares from 0 to 1; divide them by a common factor"
        )
    return _Plan(
        merged,
        units,
        group,
        np.bincount(group),
        int(draws),
        BLOCK if len(kept) <= WIDE else WIDE_BLOCK,
        concentration if given is None else "given",
        None if given is not None else int(seed),
        _check_tree(tree, indicators),
        given,
        pairs,
        None if rule is None else _make_levels(rule, total, digits, readings),
    )


def _check_given(draws: pd.DataFrame, indicators: pd.Index) -> np.ndarray:
    odd = draws.columns.symmetric_difference(indicators)
    if len(odd) or draws.columns.has_duplicates or draws.empty:
        raise InputError(
            f"table of drawn weights: columns {', '.join(map(repr, odd)) or 'twice, or no row'}; expected one row a draw and one "
            "column for each indicator; correct the columns"
        )
    given = draws[indicators].to_numpy(float)
    wrong = ~((given >= 0).all(axis=1) & (np.abs(given.sum(axis=1) - 1) <= 1e-6))
    if wrong.any():
        row = int(wrong.argmax())
        raise InputError(
            f"draw {draws.index[row]!r}: weights {given[row].tolist()}; expected numbers >= 0 that add to 1; correct the row"
        )
    return given


def _check_tree(tree, indicators: pd.Index) -> tuple[np.ndarray, ...] | None:
    if tree is None:
        return None
    members = [code for codes in tree.values() for code in codes]
    for code in dict.fromkeys([*members, *indicators]):
        if code not in indicators or members.count(code) != 1:
            where = f"stands in {members.count(code)} groups" if code in indicators else "is not in the table"
            raise InputError(
                f"tree: indicator {code!r} {where}; expected every indicator of the table in exactly one group; correct the "
                "groups, or draw over all indicators at once"
            )
    return tuple(indicators.get_indexer(list(codes)) for codes in tree.values() if len(codes))


def _make_levels(rule: LevelRule, total: float, digits: int, readings: Sequence[str] | None) -> _Levels:
    """Walk every printable composite once; where what holds changes, there is a cut."""
    prints = any(edge is not None for band in rule.bands for edge in (band.lower, band.upper))
    possible = [r for r in READINGS if (r == "share-60-80" and len(rule.bands) == 3) or (r != "share-60-80" and prints)]
    for reading in readings or ():
        find_name("reading", reading, READINGS)
    chosen = list(readings or possible)
    grid = np.arange(round(total * 10**digits) + 1)
    labels, changes = {}, np.zeros(len(grid), dtype=bool)
    for reading in chosen:
        mask = band_mask(np.round(grid / 10**digits, digits), rule, reading, total=total)
        changes[1:] |= (mask[1:] != mask[:-1]).any(axis=1)
        labels[reading] = mask
    cuts = grid[changes]
    starts = np.concatenate([[0], cuts])
    names = [band.name_vi for band in rule.bands]
    return _Levels(
        np.array([_first_printed_as(cut, total * 10**digits) for cut in cuts]),
        {
            reading: [" / ".join(itertools.compress(names, mask[at])) or NO_LEVEL for at in starts]
            for reading, mask in labels.items()
        },
    )


def _first_printed_as(cut: int, factor: float) -> float:
    """The smallest composite, in 1 / SCALE, that is rounded to `cut` printed digits or more; halves go to the even digit."""
    guess = np.rint((cut - 0.5) * (SCALE / factor))
    near = guess + np.arange(-3, 4)
    return near[np.argmax(np.rint(near * (factor / SCALE)) >= cut)]


# -------------------------------------------------------------------------------------------------------------------- one block


def _tasks(plan: _Plan) -> Iterator[_Task]:
    """The blocks in order. One child seed each: a block can be computed anywhere, and alone."""
    root = None if plan.seed is None else np.random.SeedSequence(plan.seed)
    for number, start in enumerate(range(0, plan.draws, plan.block)):
        size = min(plan.block, plan.draws - start)
        given = None if plan.given is None else plan.given[start : start + size]
        yield _Task(number, start, size, root.spawn(1)[0] if root else None, given)


def _draw_block(plan: _Plan, task: _Task) -> tuple[np.ndarray, np.ndarray]:
    """Weights (draw, indicator) and the number of the scenario of each draw."""
    if task.given is not None:
        return task.given, np.zeros(task.draws, dtype=np.intp)
    rng = np.random.default_rng(task.seed)
    many = len(plan.scenarios)
    chosen = rng.integers(many, size=task.draws) if many > 1 else np.zeros(task.draws, dtype=np.intp)
    if many == 1:
        return draw_weights(rng, plan.scenarios[0].centre, plan.concentration, task.draws, plan.nodes), chosen
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
    """Draw weights: Dirichlet around `centre`, over all indicators at once or node by node.

    Handbook step 7. The mean is `centre`, and a weight w has the variance w (1 - w) / (concentration + 1).

    Parameters
    ----------
    rng : numpy.random.Generator
    centre : array, shape (indicator,) [share, adds to 1]
        What is 0 stays 0.
    concentration : float > 0, inf or ``"uniform"``
    draws : int
    nodes : sequence of arrays of positions, optional
        Groups of indicators; each node is drawn for itself, with the same concentration.

    Returns
    -------
    array, shape (draw, indicator) [share, rows add to 1]

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


def _prepare(table: np.ndarray, aggregate: str) -> np.ndarray:
    """Turn each mean into a sum: of logarithms, of reciprocals."""
    if aggregate == "arithmetic":
        return table
    return np.log(table) if aggregate == "geometric" else 1 / table


def _back(sums, aggregate: str):
    if aggregate == "arithmetic":
        return sums
    return np.exp(sums) if aggregate == "geometric" else 1 / sums


def _composites(scenario: _Scenario, weights: np.ndarray) -> np.ndarray:
    """(draw, group) of composites as whole numbers of -1 / SCALE.

    Not finite where a draw gives no weight to anything that applies to a unit.
    """
    sums = np.matmul(weights, scenario.table.T, out=_buffer("sums", (len(weights), len(scenario.table)), float))
    if not scenario.applies.all():
        with np.errstate(invalid="ignore", divide="ignore"):
            sums /= weights @ scenario.applies.T.astype(float)
    composites = _back(sums, scenario.aggregate)
    composites *= -SCALE
    return np.rint(composites, out=composites)


def _count_block(plan: _Plan, task: _Task) -> _Counts:
    """Draw one block, rank every draw of it, and count."""
    if os.getpid() != _HOME:  # a worker process: nobody else needs its BLAS threads
        _blas().limit(limits=1, user_api="blas")
    weights, chosen = _draw_block(plan, task)
    groups = len(plan.size)
    small = np.min_scalar_type(len(plan.units))
    ranks = np.empty((groups, task.draws), dtype=small)
    pieces = None if plan.levels is None else np.zeros((len(plan.levels.cuts) + 1, groups), dtype=np.int64)
    failed = np.zeros(len(plan.scenarios), dtype=np.int64)
    filled, levelled, tied = 0, 0, False
    slab = max(64, 2**16 // groups)  # so many rows of composites stay in the cache
    used = []
    for number, scenario in enumerate(plan.scenarios):
        mine = weights if len(plan.scenarios) == 1 else weights[chosen == number]
        if scenario.table is None:
            failed[number] = len(mine)
            continue
        for start in range(0, len(mine), slab):
            drawn = mine[start : start + slab]
            composites = _composites(scenario, drawn)
            if not np.isfinite(composites.sum()):
                finite = np.isfinite(composites).all(axis=1)
                failed[number] += len(drawn) - int(finite.sum())
                drawn, composites = drawn[finite], composites[finite]
            if pieces is not None and scenario.is_share:
                pieces += _count_pieces(plan.levels, composites)
                levelled += len(composites)
            tied |= _rank_rows(composites, plan.size, ranks[:, filled : filled + len(composites)])
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
    return _Counts(filled, levelled, failed, lowest, highest, counted, wins, pieces, first, sums)


_kept = threading.local()


def _buffer(name: str, shape: tuple[int, ...], dtype) -> np.ndarray:
    """An array to write into, the same memory for every block of a thread: getting new pages would cost as much as the work."""
    size = max(0, math.prod(shape)) * np.dtype(dtype).itemsize
    if getattr(_kept, name, np.empty(0, np.uint8)).nbytes < size:
        setattr(_kept, name, np.empty(size, np.uint8))
    return getattr(_kept, name)[:size].view(dtype).reshape(shape)


def _rank_rows(composites: np.ndarray, size: np.ndarray, out: np.ndarray) -> bool:
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
                for one, start, stop, at in waiting:
                    where = (one, slice(start, stop)) if above else (slice(start, stop), one)
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


def _count_pieces(levels: _Levels, composites: np.ndarray) -> np.ndarray:
    """How many composites (whole numbers of -1 / SCALE) of each group stand in each piece of the scale: (piece, group)."""
    reached = [_count_columns(composites <= -cut) for cut in levels.cuts]
    reached = np.array([np.full(composites.shape[1], len(composites)), *reached])
    reached[:-1] -= reached[1:]
    return reached


# ------------------------------------------------------------------------------------------------------------------ all blocks

_HOME = os.getpid()


@cache
def _blas():
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


def _results(plan: _Plan, executor: Executor | None) -> Iterator[_Counts]:
    """Blocks in order; no more than a few are under way at once, so that memory stays bounded."""
    if executor is None:
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        wide = len(plan.size) > WIDE
        threads = min(cores, 2 if wide else 8, -(-plan.draws // plan.block))
        if threads == 1:
            yield from (_count_block(plan, task) for task in _tasks(plan))
            return
        with ThreadPoolExecutor(threads) as pool:
            yield from _submitted(plan, pool, threads if wide else threads + 1)
    else:
        yield from _submitted(plan, executor, 2 * (getattr(executor, "_max_workers", None) or 8))


def _submitted(plan: _Plan, executor: Executor, ahead: int) -> Iterator[_Counts]:
    light = replace(plan, given=None)  # a task carries its own part of the given weights
    waiting: deque = deque()
    for task in _tasks(plan):
        waiting.append(executor.submit(_count_block, light, task))
        if len(waiting) >= ahead:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def _run(plan: _Plan, weights: pd.Series, executor: Executor | None) -> Robustness:
    from tqdm import tqdm

    base = plan.scenarios[0]
    groups, units = len(plan.size), len(plan.units)
    published = np.empty((groups, 1), dtype=np.int64)
    _rank_rows(_composites(base, base.centre[None, :]), plan.size, published)

    # As small as the counts allow: with ten thousand units this table is most of the memory.
    ranks = np.zeros((groups, units), dtype=np.min_scalar_type(plan.draws))
    wins = np.zeros((groups, groups), dtype=np.int64) if plan.pairs else None
    pieces = None if plan.levels is None else np.zeros((len(plan.levels.cuts) + 1, groups), dtype=np.int64)
    first, sums = np.zeros(groups, dtype=np.int64), np.zeros((groups, len(base.centre)))
    failed = np.zeros(len(plan.scenarios), dtype=np.int64)
    computed = levelled = 0
    blocks = -(-plan.draws // plan.block)
    marks = {math.ceil(blocks * part) for part in (0.125, 0.25, 0.5, 1)}
    watched = np.arange(
        0, groups, math.ceil(groups / 1000)
    )  # a thousand rows show well enough whether all have settled
    low, high = np.full(groups, units), np.zeros(groups, dtype=np.intp)  # what a group's ranks lie between
    steps, before = [], None
    # Shown in a terminal only, and only if it takes long.
    shown = tqdm(total=plan.draws, unit=" draws", delay=2, disable=None, leave=False)
    with shown, _blas().limit(limits=1, user_api="blas"):
        for number, counts in enumerate(_results(plan, executor), start=1):
            failed += counts.failed
            if counts.computed:
                _add(ranks, counts)
                np.minimum(low, counts.lowest, out=low)
                np.maximum(high, counts.highest + 1, out=high)
                if wins is not None:
                    wins += counts.wins
            computed += counts.computed
            levelled += counts.levelled
            first += counts.first
            sums += counts.first_weights
            if pieces is not None:
                pieces += counts.pieces
            shown.update(min(plan.block, plan.draws - (number - 1) * plan.block))
            if computed and number in marks:
                some = _summarise(ranks[watched], low[watched], high[watched], published[watched, 0], computed)
                now = some[:, 4], some[:, 2:4], first[watched] / computed
                change = (
                    [np.nan] * 3 if before is None else [np.abs(a - b).max() for a, b in zip(now, before, strict=True)]
                )
                steps.append([computed, *change])
                before = now
    if not computed:
        reasons = "; ".join(s.reason for s in plan.scenarios if s.reason) or "no draw gave every unit a composite"
        raise InputError(f"none of {plan.draws} draws could be computed: {reasons}")
    table = _summarise(ranks, low, high, published[:, 0], computed)
    reasons = [s.reason or "a unit had no weight on anything that applies to it" for s in plan.scenarios]
    at = np.flatnonzero(failed)
    back = plan.group
    with np.errstate(invalid="ignore", divide="ignore"):
        central = sums / first[:, None]
    return Robustness(
        draws=plan.draws,
        computed=computed,
        failed=pd.DataFrame(
            {"draws": failed[at], "reason": [reasons[i] for i in at]},
            index=pd.Index([plan.scenarios[i].name for i in at], name="scenario", dtype=object),
        ),
        concentration=plan.concentration,
        seed=plan.seed,
        rank_counts=ranks if groups == units else ranks[back],
        win_counts=None if wins is None else wins if groups == units else wins[np.ix_(back, back)],
        level_counts=None if pieces is None or not levelled else _level_table(plan, pieces),
        levelled=levelled,
        weights=weights,
        ranks=pd.DataFrame(
            {
                name: column.astype(int) if name in _WHOLE else column
                for name, column in zip(_RANKS, table[back].T, strict=True)
            },
            index=plan.units,
        ),
        central_weights=pd.DataFrame(central[back], index=plan.units, columns=weights.index),
        convergence=pd.DataFrame(steps, columns=["draws", "mean_rank", "interval", "first"]).set_index("draws"),
        _plan=plan,
    )


def _add(table: np.ndarray, counts: _Counts) -> None:
    """Add the rank counts of a block to those of the run."""
    if isinstance(counts.ranks, list):
        rows = counts.ranks
    else:
        rows = (np.bincount(row - row.dtype.type(low)) for row, low in zip(counts.ranks, counts.lowest, strict=True))
    for row, at, more in zip(table, counts.lowest, rows, strict=True):
        row[at : at + len(more)] += more.astype(row.dtype)


def _level_table(plan: _Plan, pieces: np.ndarray) -> pd.DataFrame:
    names, counts = [], []
    for reading, labels in plan.levels.labels.items():
        for label in dict.fromkeys(labels):
            names.append((reading, label))
            counts.append(pieces[[one == label for one in labels]].sum(axis=0))
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
