"""How far does a ranking move when its weights and methods are drawn at random? Many draws, fast. Handbook step 7 (robustness).

`rank_robustness` varies the weights of one normalised table; `scenario_robustness` varies weight rule, normalisation and
aggregation as well. Both return a `Robustness`: how often each unit takes each rank and each level, who stands above whom, and how
large the Monte Carlo error of all that is. Left out: answers that need no sample (`study.stability`) and whose choice
matters most (`study.sensitivity`). How draws are made and counted stands in `study.draws`.
"""

from __future__ import annotations

import itertools
import math
import numbers
import os
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import pandas as pd

from dti_research.errors import InputError, UnknownName, find_name
from dti_research.index.aggregate import AGGREGATE
from dti_research.index.framework import Framework, LevelRule
from dti_research.index.levels import READINGS, band_mask, check_total
from dti_research.index.normalise import NORMALISE, SLACK
from dti_research.index.score import Method, check_additive, score
from dti_research.index.weight import WEIGHT
from dti_research.study.draws import (
    BLOCK,
    SCALE,
    UNIFORM,
    WIDE,
    WIDE_BLOCK,
    LevelCuts,
    Plan,
    Scenario,
    add_ranks,
    blas,
    composites_of,
    draw_block,
    prepare,
    rank_rows,
    results,
    tasks,
)

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
        if isinstance(k, bool) or not isinstance(k, numbers.Integral) or not 1 <= k <= n:
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
        parts = [draw_block(plan, task) for task in tasks(plan)]
        weights = pd.DataFrame(np.concatenate([w for w, _ in parts]), columns=self.weights.index)
        weights.index = pd.RangeIndex(1, len(weights) + 1, name="draw")
        if len(plan.scenarios) > 1:
            names = [plan.scenarios[c].name for c in np.concatenate([c for _, c in parts])]
            weights.index = pd.MultiIndex.from_arrays([weights.index, names], names=["draw", "scenario"])
        return weights


def monte_carlo_error(shares, draws: int):
    """How far a share that was counted in random draws may be from the true one: plus or minus this covers a 95 % interval.

    Handbook step 7. Wilson's score interval, which claims no certainty for a share of 0 or 1. It is not symmetric; this is the
    larger of its two sides.

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
    (0.0098, 0.0004)
    """
    z = 1.959963984540054
    middle = (shares + z * z / (2 * draws)) / (1 + z * z / draws)
    half = z / (1 + z * z / draws) * (shares * (1 - shares) / draws + z * z / (4 * draws * draws)) ** 0.5
    return half + abs(middle - shares)


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
    optional: Collection[str] = (),
    tree: Mapping[str, Sequence[str]] | None = None,
    rule: LevelRule | None = None,
    readings: Sequence[str] | None = None,
    total: float = 1.0,
    digits: int = 4,
) -> Robustness:
    """Draw weights around the published ones, rank the units each time, and count.

    Handbook step 7 (robustness). Composites are weighted arithmetic means. Where an optional indicator does not apply to a unit
    (a blank), the unit is measured against the weights of what does.

    Parameters
    ----------
    normalised : DataFrame, shape (unit, indicator) [comparable, higher is better]
    weights : Series, shape (indicator,) [share, adds to 1]
        The published weights, which the draws have as their mean. An indicator of weight 0 keeps it.
    draws : int, or DataFrame of shape (draw, indicator) [share]
        How many; or weights of your own, such as those of a panel of experts (then without concentration, seed and tree).
    concentration : float > 0, ``"uniform"`` or inf
        Of the Dirichlet distribution: the larger, the closer to the published weights. A weight w varies with variance
        w (1 - w) / (concentration + 1); a prior sample of that many points. ``uniform``: all weights are equally likely
        and the published ones play no part; inf: no spread.
    seed : int
        Required when weights are drawn. The same table, options and seed give the same answer with any number of workers.
    pairs : bool
        False leaves out who stands above whom: for more than some thousand units that table is large.
    executor : concurrent.futures.Executor, optional
        Where blocks of draws are computed: a pool of processes, or a cluster (Dask: ``client.get_executor()``). Without one
        this process does it, in as many threads as there are cores. The counts are the same.
    optional : collection of str
        Indicators that apply to some units only, and are blank for the others.
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
    normalised, weights = check_additive(normalised, weights, optional)
    table = normalised.to_numpy()
    scenario = Scenario("published", table, np.isfinite(table), "arithmetic", weights.to_numpy(), True)
    given = isinstance(draws, pd.DataFrame)
    if given and not (concentration is None and seed is None and tree is None):
        raise InputError(
            "draws are given as a table, and concentration, seed or tree besides; expected one of the two: leave the others out"
        )
    plan = _make_plan(
        (scenario,), normalised, weights,
        given=_check_given(draws, weights.index) if given else None, draws=len(draws) if given else draws,
        concentration=concentration, seed=seed, pairs=pairs, tree=tree,
    )  # fmt: skip
    levels = None if rule is None else _make_levels(rule, total, digits, readings, normalised)
    return _run(replace(plan, levels=levels), weights, executor)


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
    if "distance-to-target" in normalisations:
        raise InputError(
            "normalisation 'distance-to-target': nobody prints targets, and none can be given here; leave it out of the list"
        )
    optional = [i.code for i in framework.scored if i.optional]
    scenarios: list[Scenario] = []
    shares = None  # a table of shares of the maximum, where one of the normalisations gives it
    for name, how, rule_ in itertools.product(normalisations, aggregations, weight_rules):
        label = f"{name}, {how}, {rule_}"
        try:
            scores = score(values, framework, Method(label, normalise=name, aggregate=how, weight=rule_), points)
        except UnknownName:
            raise
        except InputError as error:
            if not scenarios:
                raise
            scenarios.append(replace(scenarios[0], name=label, table=None, reason=str(error)))
            continue
        raw = WEIGHT[rule_](framework, points)
        one, centre = check_additive(scores.normalised, raw / raw.sum(), optional)
        table = one.to_numpy()
        is_share = scores.measure in ("points", "share")
        shares = one if is_share else shares
        scenarios.append(Scenario(label, prepare(table, how), np.isfinite(table), how, centre.to_numpy(), is_share))
        if len(scenarios) == 1:
            normalised, weights = one, centre
    plan = _make_plan(
        tuple(scenarios), normalised, weights,
        given=None, draws=draws, concentration=concentration, seed=seed, pairs=pairs, tree=tree,
    )  # fmt: skip
    levels = None
    if rule is not None:
        if shares is None:
            raise InputError(
                f"normalisations {', '.join(normalisations)}: no composite is a share of the maximum that a level "
                "could be given to; expected share-of-maximum among them where levels are asked for; add it, or leave the rule out"
            )
        levels = _make_levels(rule, total, digits, readings, shares)
    return _run(replace(plan, levels=levels), weights, executor)


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


def _make_plan(scenarios, normalised, weights, *, given, draws, concentration, seed, pairs, tree) -> Plan:
    if given is None:
        if isinstance(draws, bool) or not isinstance(draws, numbers.Integral) or draws < 1:
            raise InputError(f"draws {draws!r}; expected a whole number >= 1; correct it")
        number = isinstance(concentration, numbers.Real) and not isinstance(concentration, bool | np.bool_)
        if concentration != UNIFORM and not (number and concentration > 0):
            raise InputError(
                f"concentration {concentration!r}; expected a number above 0, {UNIFORM!r}, or inf for no spread; correct it"
            )
        if isinstance(seed, bool) or not isinstance(seed, numbers.Integral) or seed < 0:
            raise InputError(
                f"seed {seed!r}; expected a whole number >= 0, so that the draws can be repeated; give one"
            )
    tables = [s.table for s in scenarios if s.table is not None]
    used = np.any([s.centre > 0 for s in scenarios], axis=0)
    if given is not None:
        used |= (given > 0).any(axis=0)
    bare = ~(scenarios[0].applies & used).any(axis=1)
    if bare.any():
        raise InputError(
            f"unit {normalised.index[bare.argmax()]!r} has no value with a weight; expected at least one; leave the unit out"
        )
    # Identical rows must tie in every draw, whatever the order of summation: they are computed once.
    rows = np.concatenate([np.where(np.isnan(t), np.inf, t)[:, used] for t in tables], axis=1)
    _, first, group = np.unique(rows, axis=0, return_index=True, return_inverse=True)
    # In order of appearance, so that the packed unit number follows the table.
    order = np.argsort(first)
    group = np.argsort(order)[group.ravel()]
    kept = first[order]
    # No mean lies beyond the values that it is taken of; z-scores of n units stay below n.
    most = max(np.nanmax(np.abs(normalised.to_numpy())), len(normalised) if len(scenarios) > 1 else 0)
    if most * SCALE >= 2.0 ** (62 - len(kept).bit_length()):
        raise InputError(
            f"normalised values up to {most:.6g}; too large to rank to 12 decimals; expected comparable values such as "
            "shares from 0 to 1; divide them by a common factor"
        )
    merged = tuple(
        s if s.table is None else replace(s, table=np.nan_to_num(s.table[kept], nan=0.0), applies=s.applies[kept])
        for s in scenarios
    )
    return Plan(
        scenarios=merged,
        units=normalised.index,
        group=group,
        size=np.bincount(group),
        draws=int(draws),
        block=BLOCK if len(kept) <= WIDE else WIDE_BLOCK,
        concentration="given" if given is not None else concentration,
        seed=None if given is not None else int(seed),
        nodes=_check_tree(tree, weights.index),
        given=given,
        pairs=pairs,
        levels=None,
        home=os.getpid(),
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


def _make_levels(
    rule: LevelRule, total: float, digits: int, readings: Sequence[str] | None, normalised: pd.DataFrame
) -> LevelCuts:
    """Walk every printable composite once; where what holds changes, there is a cut."""
    check_total(total)
    table = normalised.to_numpy()
    outside = (table < -SLACK) | (table > 1 + SLACK)
    if outside.any():
        row, column = np.argwhere(outside)[0]
        raise InputError(
            f"unit {normalised.index[row]!r}, indicator {normalised.columns[column]!r}: {normalised.iloc[row, column]:.6g}; "
            "expected shares from 0 to 1 where levels are asked for; leave the rule out, or normalise by share-of-maximum"
        )
    prints = any(edge is not None for band in rule.bands for edge in (band.lower, band.upper))
    # A unit that is measured against more or less than the others has no total that printed boundaries could be held against.
    whole = not normalised.isna().to_numpy().any()
    possible = [r for r in READINGS if (len(rule.bands) == 3 if r == "share-60-80" else prints and whole)]
    chosen = possible if readings is None else list(readings)
    for reading in chosen:
        if find_name("reading", reading, READINGS) != "share-60-80" and not whole:
            raise InputError(
                f"reading {reading!r}: an indicator does not apply to every unit, so that totals differ; use share-60-80"
            )
    if not chosen:
        raise InputError(
            f"level rule {rule.document!r}: no reading is given, or none is possible; expected some of {', '.join(READINGS)}; name "
            "one, or leave the rule out"
        )
    grid = np.arange(round(total * 10**digits) + 1)
    labels, changes = {}, np.zeros(len(grid), dtype=bool)
    for reading in chosen:
        mask = band_mask(np.round(grid / 10**digits, digits), rule, reading, total=total)
        changes[1:] |= (mask[1:] != mask[:-1]).any(axis=1)
        labels[reading] = mask
    cuts = grid[changes]
    starts = np.concatenate([[0], cuts])
    names = [band.name_vi for band in rule.bands]
    return LevelCuts(
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


# ------------------------------------------------------------------------------------------------------------------ all blocks


def _run(plan: Plan, weights: pd.Series, executor: Executor | None) -> Robustness:
    from tqdm import tqdm

    base = plan.scenarios[0]
    groups, units = len(plan.size), len(plan.units)
    published = np.empty((groups, 1), dtype=np.int64)
    rank_rows(composites_of(base, base.centre[None, :]), plan.size, published)

    # As small as the counts allow: with ten thousand units this table is most of the memory.
    ranks = np.zeros((groups, units), dtype=np.min_scalar_type(plan.draws))
    wins = np.zeros((groups, groups), dtype=np.int64) if plan.pairs else None
    pieces = None if plan.levels is None else np.zeros((len(plan.levels.cuts) + 1, groups), dtype=np.int64)
    first, sums = np.zeros(groups, dtype=np.int64), np.zeros((groups, len(base.centre)))
    failed = np.zeros(len(plan.scenarios), dtype=np.int64)
    computed = levelled = 0
    blocks = -(-plan.draws // plan.block)
    marks = {math.ceil(blocks * part) for part in (0.125, 0.25, 0.5, 1)}
    # A thousand rows show well enough whether all have settled.
    watched = np.arange(0, groups, math.ceil(groups / 1000))
    low, high = np.full(groups, units), np.zeros(groups, dtype=np.intp)  # what a group's ranks lie between
    steps, before = [], None
    # Shown in a terminal only, and only if it takes long.
    shown = tqdm(total=plan.draws, unit=" draws", delay=2, disable=None, leave=False)
    with shown, blas().limit(limits=1, user_api="blas"):
        for number, counts in enumerate(results(plan, executor), start=1):
            failed += counts.failed
            if counts.computed:
                add_ranks(ranks, counts)
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


def _level_table(plan: Plan, pieces: np.ndarray) -> pd.DataFrame:
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
