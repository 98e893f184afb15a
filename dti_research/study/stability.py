"""What do other weights change for certain? Answered exactly, by linear programming, instead of by random draws.

For an additive composite, the normalised table times the weights, everything here is linear in the weights: how far one of them may
move until an order or a level tips, the smallest change with which one unit passes another, the best and the worst rank that
any weights near the published ones give, and whom no weights can bring past whom. Handbook step 7 (robustness). Left out: lists
of which only totals are printed (`study.totals`), and chances (`study.robustness`).

"Near" is always measured from the weights that are given: `NORMS` says how. Weights never fall below 0 and always add to 1.
"""

from __future__ import annotations

import ctypes
import math
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dti_research.errors import InputError, find_name
from dti_research.index.score import check_additive, rank_min

NORMS = {"l1": "sum of absolute changes", "max": "largest single change"}
"""How the distance between two sets of weights is measured. A transfer of 0.05 is 0.1 in l1 and 0.05 in max."""

TIE = 1e-9
"""Composites closer than this part of the largest difference in the table are level: it is what solvers can tell apart."""

MARGIN = 1e-6
"""For a worst rank, another unit must lead by this part of the largest difference to be counted: a mere tie does not count."""


# ------------------------------------------------------------------------------------- how far one weight may be moved


@dataclass(frozen=True)
class Condition:
    """What is asked to stay true as weights change; made by `stays_above`, `stays_first` and `keeps_level`.

    Parameters
    ----------
    kind : str
        ``above``, ``first`` or ``level``.
    unit : str or None
        Whom it is about; None (``first`` only): whoever is first with the given weights.
    other : str, optional
        For ``above``.
    lower, upper : float, optional [measure of the composite]
        For ``level``.
    """

    kind: str
    unit: str | None
    other: str | None = None
    lower: float | None = None
    upper: float | None = None


def stays_above(unit: str, other: str) -> Condition:
    """That one unit stays at least level with another.

    Examples
    --------
    >>> stays_above("hill", "lake").other
    'lake'
    """
    _check_two(unit, other)
    return Condition("above", unit, other=other)


def stays_first(unit: str | None = None) -> Condition:
    """That the first unit stays at least level with all others.

    Parameters
    ----------
    unit : str, optional
        Needed only where several share the first rank.

    Examples
    --------
    >>> stays_first().kind
    'first'
    """
    return Condition("first", unit)


def keeps_level(unit: str, lower: float | None = None, upper: float | None = None) -> Condition:
    """That a unit's composite stays in a band, from `lower` on and below `upper`.

    Parameters
    ----------
    lower, upper : float, optional [measure of the composite]
        Leave one out where the band is open. Where composites are rounded before they meet a boundary, give the smallest
        composite that is rounded up to it (0.59995 for 0.6000).

    Examples
    --------
    >>> keeps_level("hill", 0.6, 0.8).upper
    0.8
    """
    if lower is None and upper is None:
        raise InputError(f"level of {unit!r}: no boundary is given; expected lower, upper or both; give one")
    if lower is not None and upper is not None and lower >= upper:
        raise InputError(f"level of {unit!r}: from {lower} to {upper}; expected lower below upper; correct them")
    return Condition("level", unit, lower=lower, upper=upper)


def weight_intervals(
    normalised: pd.DataFrame,
    weights: pd.Series,
    condition: Condition,
    *,
    distance: float | None = None,
    norm: str = "l1",
) -> pd.DataFrame:
    """In which interval may the weight of each indicator lie while a condition holds?

    Handbook step 7 (robustness).

    Two questions in one table. ``low`` to ``high``: this weight moves, all others change in proportion; inside the interval the
    condition holds, outside it does not. ``low_free`` to ``high_free``: the others may be set freely, within `distance`; inside
    the interval there are weights of the others with which the condition holds, outside there are none. Intervals are
    closed: at an end that is not the edge of what is possible, composites are level, or one stands on a boundary.

    Parameters
    ----------
    normalised : DataFrame, shape (unit, indicator) [any one measure, higher is better]
    weights : Series, shape (indicator,) [share, adds to 1]
    condition : Condition
        From `stays_above`, `stays_first` or `keeps_level`.
    distance : float, optional [share, in `norm`]
        How far free weights may lie from the given ones; None for any weights. Does not limit ``low`` and ``high``.
    norm : str
        A key of `NORMS`.

    Returns
    -------
    DataFrame, shape (indicator, [weight, low, high, low_free, high_free]) [share]
        Where one indicator carries all weight, the others have no proportion in which to share what it gives up: its ``low``
        and ``high`` are its weight.

    Raises
    ------
    InputError
        A table or weights that `check_additive` refuses; a condition that does not hold to begin with; a distance below 0.
    UnknownName
        An unknown unit or norm.

    References
    ----------
    Nardo et al. (2008), OECD/JRC Handbook on Constructing Composite Indicators, step 7. Permanyer, I. (2011), Assessing the
    robustness of composite indices rankings, Review of Income and Wealth 57(2), 306-326.

    Examples
    --------
    Hill is 0.4 higher on roads and 0.3 lower on wells: level at weights 3/7 and 4/7.

    >>> table = pd.DataFrame({"roads": [0.9, 0.5], "wells": [0.4, 0.7]}, index=["hill", "lake"])
    >>> half = pd.Series({"roads": 0.5, "wells": 0.5})
    >>> weight_intervals(table, half, stays_above("hill", "lake"))[["low", "high"]].round(4).to_numpy().tolist()
    [[0.4286, 1.0], [0.0, 0.5714]]
    """
    table, weights = check_additive(normalised, weights)
    distance = _check_distance(distance, norm)
    rows, bounds = _inequalities(condition, table, weights)
    given = weights.to_numpy()
    region = _region(given, distance, norm)
    # The region is written in changes: rows @ (given + rise - fall) >= bounds.
    limit = {"A_ub": np.vstack([region["A_ub"], -np.hstack([rows, -rows])])}
    limit["b_ub"] = np.append(region["b_ub"], rows @ given - bounds)
    found = []
    for k, weight in enumerate(given):
        low, high = _proportional_interval(rows, bounds, given, k)
        direction = np.zeros(2 * len(given))
        direction[[k, len(given) + k]] = 1, -1
        free = [weight + s * minimise(s * direction, region | limit)[1] for s in (1, -1)]
        # The given weights are known to lie inside; solvers and divisions may miss them by a last digit.
        found.append([weight, min(low, weight), max(high, weight), min(free[0], weight), max(free[1], weight)])
    columns = ["weight", "low", "high", "low_free", "high_free"]
    return pd.DataFrame(found, index=table.columns.rename("indicator"), columns=columns)


def _check_two(unit: str, other: str) -> None:
    if unit == other:
        raise InputError(f"unit {unit!r} is held against itself; expected two units; name another one")


def _inequalities(condition: Condition, table: pd.DataFrame, weights: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """The condition as rows @ w >= bounds, once it is known to hold for the given weights."""
    composite = table @ weights
    unit = condition.unit
    if unit is None:
        first = composite.index[composite > composite.max() - TIE]
        if len(first) > 1:
            raise InputError(
                f"{', '.join(map(str, first))} share the first rank; expected one first unit; name it: stays_first(unit)"
            )
        unit = first[0]
    find_name("unit", unit, table.index)
    if condition.kind == "level":
        at = composite[unit]
        lower = -math.inf if condition.lower is None else condition.lower
        upper = math.inf if condition.upper is None else condition.upper
        if not lower - TIE <= at < upper:
            raise InputError(
                f"unit {unit!r} has {at:.6g} with the given weights, not from {lower:g} to below {upper:g}; expected a "
                "level that it has; give the boundaries of its own level"
            )
        row = table.loc[unit].to_numpy()
        sides = [(row, condition.lower), (-row, None if condition.upper is None else -condition.upper)]
        return (
            np.array([r for r, bound in sides if bound is not None]),
            np.array([bound for _, bound in sides if bound is not None], dtype=float),
        )
    others = [condition.other] if condition.kind == "above" else list(table.index.drop(unit))
    for other in others:
        find_name("unit", other, table.index)
        if composite[unit] < composite[other] - TIE:
            raise InputError(
                f"unit {unit!r} has {composite[unit]:.6g} with the given weights and {other!r} has {composite[other]:.6g}; "
                "expected a condition that holds to begin with; swap the two units, or choose another condition"
            )
    rows = table.loc[unit].to_numpy() - table.loc[others].to_numpy()
    return rows, np.zeros(len(rows))


def _proportional_interval(rows: np.ndarray, bounds: np.ndarray, given: np.ndarray, k: int) -> tuple[float, float]:
    """Where rows @ w >= bounds while weight k moves and all others keep their proportions."""
    left = 1 - given[k]
    if left <= TIE:
        return given[k], given[k]
    rest = given / left
    rest[k] = 0.0
    at_zero, at_one = rows @ rest - bounds, rows[:, k] - bounds
    slope = at_one - at_zero
    crossing = -at_zero / np.where(slope == 0, 1.0, slope)
    rising, falling = slope > TIE, slope < -TIE
    return max(0.0, crossing[rising].max(initial=0.0)), min(1.0, crossing[falling].min(initial=1.0))


# ------------------------------------------------------------------------------------------------------- who passes whom


@dataclass(frozen=True, eq=False)
class SmallestChange:
    """The smallest change of weights that brings one unit level with another.

    Parameters
    ----------
    passing, passed : str
        The unit that catches up, and the one it catches up with.
    norm : str
        A key of `NORMS`.
    distance : float [share, in `norm`]
        Infinite where no weights bring `passing` above.
    weights : Series, shape (indicator,) [share], or None
        Weights at that distance; others may lie at the same distance.
    """

    passing: str
    passed: str
    norm: str
    distance: float
    weights: pd.Series | None


def smallest_change(
    normalised: pd.DataFrame, weights: pd.Series, passing: str, passed: str, norm: str = "l1"
) -> SmallestChange:
    """How little must the weights change for one unit to catch up with another?

    Handbook step 7 (robustness).

    At the answer the two are level; any more of the same lets `passing` pass. Where `passing` is higher on no indicator, no weights
    ever bring it above, and the distance is infinite (even if weights on indicators where both are equal make them level).

    Parameters
    ----------
    normalised : DataFrame, shape (unit, indicator) [any one measure, higher is better]
    weights : Series, shape (indicator,) [share, adds to 1]
    passing, passed : str
    norm : str
        A key of `NORMS`.

    Returns
    -------
    SmallestChange

    Raises
    ------
    InputError
        A table or weights that `check_additive` refuses; `passing` is above `passed` already.
    UnknownName
        An unknown unit or norm.

    References
    ----------
    Nardo et al. (2008), OECD/JRC Handbook on Constructing Composite Indicators, step 7. Permanyer, I. (2011), Assessing the
    robustness of composite indices rankings, Review of Income and Wealth 57(2), 306-326.

    Examples
    --------
    A transfer of m gains lake 0.7 m on hill, which leads by 0.05: m = 1/14, twice that in l1.

    >>> table = pd.DataFrame({"roads": [0.9, 0.5], "wells": [0.4, 0.7]}, index=["hill", "lake"])
    >>> found = smallest_change(table, pd.Series({"roads": 0.5, "wells": 0.5}), "lake", "hill")
    >>> round(found.distance, 4), found.weights.round(4).to_dict()
    (0.1429, {'roads': 0.4286, 'wells': 0.5714})
    """
    table, weights = check_additive(normalised, weights)
    find_name("norm", norm, NORMS)
    _check_two(passing, passed)
    for unit in (passing, passed):
        find_name("unit", unit, table.index)
    return _smallest_change(table, weights, passing, passed, norm)


def _smallest_change(table: pd.DataFrame, weights: pd.Series, passing: str, passed: str, norm: str) -> SmallestChange:
    scale = _spread(table)
    lead = (table.loc[passing] - table.loc[passed]).to_numpy() / scale
    given = weights.to_numpy()
    at = float(lead @ given)
    if at > TIE:
        raise InputError(
            f"unit {passing!r} is {at * scale:.6g} above {passed!r} with the given weights; expected one that is not above the "
            "other; swap the two"
        )
    if lead.max() <= TIE:
        return SmallestChange(passing, passed, norm, math.inf, None)
    if at >= -TIE:
        return SmallestChange(passing, passed, norm, 0.0, weights)
    region = _region(given, math.inf, norm)
    n = len(given)
    # Divided by its largest number: composites that differ little must not drown in the solver's tolerance.
    level = np.append(lead, -lead) / np.abs(lead).max()
    if norm == "l1":
        limits = {"A_ub": -level[None], "b_ub": [at / np.abs(lead).max()]}
        change, _ = minimise(np.ones(2 * n), region | limits)
    else:
        # One more variable, which no single rise or fall exceeds.
        limits = {
            "A_ub": np.vstack([np.append(-level, 0), np.hstack([np.eye(2 * n), -np.ones((2 * n, 1))])]),
            "b_ub": np.append(at / np.abs(lead).max(), np.zeros(2 * n)),
            "A_eq": np.hstack([region["A_eq"], [[0]]]),
            "bounds": np.vstack([region["bounds"], [0, 1]]),
        }
        change, _ = minimise(np.append(np.zeros(2 * n), 1), region | limits)
    changed = _weights_at(given, change)
    moved = np.abs(changed - given)
    distance = float(moved.sum() if norm == "l1" else moved.max())
    return SmallestChange(passing, passed, norm, distance, pd.Series(changed, index=weights.index, name="weight"))


def neighbour_changes(normalised: pd.DataFrame, weights: pd.Series, norm: str = "l1") -> pd.DataFrame:
    """How little must the weights change for each unit to catch up with the one just above it?

    Handbook step 7 (robustness).

    Parameters
    ----------
    normalised : DataFrame, shape (unit, indicator) [any one measure, higher is better]
    weights : Series, shape (indicator,) [share, adds to 1]
    norm : str
        A key of `NORMS`.

    Returns
    -------
    DataFrame, shape (place, [higher, lower, difference, distance, gains_most, gain, loses_most, loss])
        One row for each pair of neighbours, best first; units that are level stand in the order of the table. ``difference``
        [measure of the composite]; ``distance`` as in `smallest_change`; the indicators that gain and lose the most weight in
        one such change [share; the first of several], blank where there is none.

    Raises
    ------
    InputError
        A table or weights that `check_additive` refuses.
    UnknownName
        An unknown norm.

    References
    ----------
    Nardo et al. (2008), OECD/JRC Handbook on Constructing Composite Indicators, step 7.

    Examples
    --------
    >>> table = pd.DataFrame({"roads": [0.5, 0.9], "wells": [0.7, 0.4]}, index=["lake", "hill"])
    >>> row = neighbour_changes(table, pd.Series({"roads": 0.5, "wells": 0.5})).loc[1]
    >>> row.higher, row.lower, row.gains_most, round(float(row.gain), 4)
    ('hill', 'lake', 'wells', 0.0714)
    """
    table, weights = check_additive(normalised, weights)
    find_name("norm", norm, NORMS)
    # Rounded as for a rank: level units must stand in the table's order, not in that of a last binary digit.
    composite = (table @ weights).round(12).sort_values(ascending=False, kind="stable")
    order = list(composite.index)
    rows = []
    for higher, lower in zip(order[:-1], order[1:], strict=True):
        found = _smallest_change(table, weights, lower, higher, norm)
        row = {"higher": higher, "lower": lower, "difference": composite[higher] - composite[lower]}
        row |= {"distance": found.distance, "gains_most": None, "gain": np.nan, "loses_most": None, "loss": np.nan}
        if found.weights is not None and found.distance > 0:
            change = (found.weights - weights).round(9)
            row |= {"gains_most": change.idxmax(), "gain": change.max()}
            row |= {"loses_most": change.idxmin(), "loss": -change.min()}
        rows.append(row)
    return pd.DataFrame(rows, index=pd.RangeIndex(1, len(rows) + 1, name="place"))


def pair_extremes(
    normalised: pd.DataFrame, weights: pd.Series, distance: float | None = None, norm: str = "l1"
) -> pd.DataFrame:
    """How far above each other unit can a unit get with weights near the given ones?

    Handbook step 7 (robustness).

    Parameters
    ----------
    normalised : DataFrame, shape (unit, indicator) [any one measure, higher is better]
    weights : Series, shape (indicator,) [share, adds to 1]
    distance : float, optional [share, in `norm`]
        None for any weights.
    norm : str
        A key of `NORMS`.

    Returns
    -------
    DataFrame, shape (unit, unit) [measure of the composite]
        The largest difference row - column that any weights within the distance give. Negative: the row is below the column with
        all of them. Exact, in closed form: weight goes from where the difference is smallest to where it is largest.

    Raises
    ------
    InputError
        A table or weights that `check_additive` refuses; a distance below 0.
    UnknownName
        An unknown norm.

    References
    ----------
    Nardo et al. (2008), OECD/JRC Handbook on Constructing Composite Indicators, step 7. Foster, J., McGillivray, M. and Seth, S.
    (2013), Composite indices: rank robustness, statistical association, and redundancy, Econometric Reviews 32(1), 35-56.

    Examples
    --------
    Lake is 0.05 below; a transfer of 0.1 (0.2 in l1) from roads to wells gains it 0.07.

    >>> table = pd.DataFrame({"roads": [0.9, 0.5], "wells": [0.4, 0.7]}, index=["hill", "lake"])
    >>> extremes = pair_extremes(table, pd.Series({"roads": 0.5, "wells": 0.5}), 0.2)
    >>> extremes.round(4).to_numpy().tolist()
    [[0.0, 0.12], [0.02, 0.0]]
    """
    table, weights = check_additive(normalised, weights)
    distance = _check_distance(distance, norm)
    extremes = _pair_extremes(table.to_numpy(), weights.to_numpy(), distance, norm)
    return pd.DataFrame(extremes, index=table.index, columns=table.index)


def _pair_extremes(values: np.ndarray, given: np.ndarray, distance: float, norm: str) -> np.ndarray:
    lead = values[:, None, :] - values[None, :, :]
    if norm == "l1":
        order = np.argsort(lead, axis=2)
        lead_up, owned = np.take_along_axis(lead, order, axis=2), given[order]
        taken = np.clip(distance / 2 - (owned.cumsum(axis=2) - owned), 0, owned)
        return lead @ given + (taken * (lead_up[:, :, -1:] - lead_up)).sum(axis=2)
    least, most = np.clip(given - distance, 0, 1), np.clip(given + distance, 0, 1)
    order = np.argsort(-lead, axis=2)
    lead_down, room = np.take_along_axis(lead, order, axis=2), (most - least)[order]
    put = np.clip(1 - least.sum() - (room.cumsum(axis=2) - room), 0, room)
    return lead @ least + (put * lead_down).sum(axis=2)


def dominated_pairs(normalised: pd.DataFrame, weights: pd.Series) -> pd.DataFrame:
    """Whom can no weights bring past whom?

    Handbook step 7 (robustness).

    Parameters
    ----------
    normalised : DataFrame, shape (unit, indicator) [any one measure, higher is better]
    weights : Series, shape (indicator,) [share, adds to 1]
        Checked, then not used: the answer holds for all weights, also those that give weight to what now has none.

    Returns
    -------
    DataFrame, shape (unit, unit) of bool
        True: the row is at least as high on every indicator and higher on one, so no weights (never below 0) put the column above
        it.

    Raises
    ------
    InputError
        A table or weights that `check_additive` refuses.

    References
    ----------
    Nardo et al. (2008), OECD/JRC Handbook on Constructing Composite Indicators, step 7.

    Examples
    --------
    >>> table = pd.DataFrame({"roads": [0.9, 0.5, 0.4], "wells": [0.4, 0.7, 0.4]}, index=["hill", "lake", "rice"])
    >>> dominated_pairs(table, pd.Series({"roads": 0.5, "wells": 0.5}))["rice"].to_dict()
    {'hill': True, 'lake': True, 'rice': False}
    """
    table, _ = check_additive(normalised, weights)
    values = table.to_numpy()
    lead = values[:, None, :] - values[None, :, :]
    dominates = (lead >= -TIE).all(axis=2) & (lead > TIE).any(axis=2)
    return pd.DataFrame(dominates, index=table.index, columns=table.index)


# ------------------------------------------------------------------------------------------------------ which ranks can be


def attainable_ranks(
    normalised: pd.DataFrame,
    weights: pd.Series,
    distance: float | None = None,
    norm: str = "l1",
    *,
    time_limit: float | None = None,
) -> pd.DataFrame:
    """Which ranks can each unit get with weights near the given ones?

    Handbook step 7 (robustness).

    Each rank is a mixed-integer program: one yes or no for each other unit that is above with some of the weights and not with all
    (`pair_extremes` settles the rest). Each answer is checked: the rank is counted again at the weights that the solver returned,
    and only what is counted there is reported.

    Parameters
    ----------
    normalised : DataFrame, shape (unit, indicator) [any one measure, higher is better]
    weights : Series, shape (indicator,) [share, adds to 1]
    distance : float, optional [share, in `norm`]
        None for any weights.
    norm : str
        A key of `NORMS`.
    time_limit : float, optional [seconds, > 0]
        For each of the two programs of a unit. A program that is stopped leaves a gap.

    Returns
    -------
    DataFrame, shape (unit, [published, best, worst, best_gap, worst_gap]) of int
        ``published``: the rank with the given weights. ``best``: ties (closer than `TIE`) count in the unit's favour, as ties
        share the smallest rank. ``worst``: others count as above where they lead by `MARGIN`, so that a mere tie does not. The
        gaps say by how many ranks the truth may still be better or worse than what was found; 0: proven, for leads of at least
        `MARGIN`.

    Raises
    ------
    InputError
        A table or weights that `check_additive` refuses; a distance below 0; a time limit of 0 or less.
    UnknownName
        An unknown norm.

    References
    ----------
    Nardo et al. (2008), OECD/JRC Handbook on Constructing Composite Indicators, step 7. Salo, A. and Punkka, A. (2011), Ranking
    intervals and dominance relations for ratio-based efficiency analysis, Management Science 57(1), 200-214.

    Examples
    --------
    Hill and lake may change places; rice is below both on roads, and level with hill at best on wells.

    >>> table = pd.DataFrame({"roads": [0.9, 0.5, 0.4], "wells": [0.4, 0.7, 0.4]}, index=["hill", "lake", "rice"])
    >>> ranks = attainable_ranks(table, pd.Series({"roads": 0.5, "wells": 0.5}))
    >>> ranks[["published", "best", "worst"]].to_numpy().tolist()
    [[1, 1, 2], [2, 1, 2], [3, 2, 3]]
    >>> int(ranks[["best_gap", "worst_gap"]].to_numpy().sum())
    0
    """
    table, weights = check_additive(normalised, weights)
    distance = _check_distance(distance, norm)
    if time_limit is not None and not time_limit > 0:
        raise InputError(f"time_limit {time_limit}; expected seconds above 0, or None for no limit")
    values, given = table.to_numpy() / _spread(table), weights.to_numpy()
    extremes = _pair_extremes(values, given, distance, norm)
    region = _region(given, distance, norm)
    published = rank_min(table @ weights)
    rows = []
    for i, unit in enumerate(table.index):
        now = int(published[unit])
        best, at_least = _extreme_rank(values, given, extremes, region, i, False, time_limit)
        worst, at_most = _extreme_rank(values, given, extremes, region, i, True, time_limit)
        best, worst = min(best, now), max(worst, now)
        rows.append([now, best, worst, max(0, best - at_least), max(0, at_most - worst)])
    columns = ["published", "best", "worst", "best_gap", "worst_gap"]
    return pd.DataFrame(rows, index=table.index, columns=columns)


def _extreme_rank(
    values: np.ndarray,
    given: np.ndarray,
    extremes: np.ndarray,
    region: dict[str, np.ndarray],
    i: int,
    worst: bool,
    time_limit: float | None,
) -> tuple[int, int]:
    """The best or worst rank of unit i that was found and counted again, and the one that the solver's bound still allows."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    others = np.arange(len(values)) != i
    over, under = extremes[:, i], extremes[i, :]
    certain = others & (under < -TIE)
    free = others & ~certain & (over > (MARGIN if worst else TIE))
    surely = 1 + int(certain.sum())
    if not free.any():
        return _rank_at(values, given, i), surely

    lead = values[free] - values[i]
    count, size = len(lead), 2 * len(given)
    # What the switch of a pair must span: as little as the region allows, but never so little that the solver stumbles over it.
    least = np.abs(lead).max(axis=1) / 100
    if worst:
        # Counted: lead @ w >= MARGIN. Not counted: lead @ w >= -span, which holds anyway.
        span = np.maximum(under[free], least)
        switch, low, high = -(MARGIN + span), -span - lead @ given, np.inf
    else:
        # Counted: lead @ w <= span, which holds anyway. Not counted: lead @ w <= 0.
        switch, low, high = -np.maximum(over[free], least), -np.inf, -lead @ given
    # Rows are multiplied so that the solver's tolerance (1e-6) is far below MARGIN, and not equal to it.
    pairs = LinearConstraint(100 * np.hstack([lead, -lead, np.diag(switch)]), 100 * low, 100 * high)
    none = np.zeros((1, count))
    with _quiet():
        answer = milp(
            np.append(np.zeros(size), np.full(count, -1.0 if worst else 1.0)),
            integrality=np.append(np.zeros(size), np.ones(count)),
            bounds=Bounds(*np.vstack([region["bounds"], np.tile([0.0, 1.0], (count, 1))]).T),
            constraints=[
                pairs,
                LinearConstraint(np.hstack([region["A_eq"], none]), 0, 0),
                LinearConstraint(
                    np.hstack([region["A_ub"], np.zeros((len(region["b_ub"]), count))]), -np.inf, region["b_ub"]
                ),
            ],
            options={"mip_rel_gap": 0.0} | ({} if time_limit is None else {"time_limit": time_limit}),
        )
    bound = answer.fun if answer.status == 0 else answer.mip_dual_bound
    if bound is None or not math.isfinite(bound):
        bound = -count if worst else 0
    bound = surely + (math.floor(1e-6 - bound) if worst else math.ceil(bound - 1e-6))
    if answer.x is None:
        return _rank_at(values, given, i), bound

    return _rank_at(values, _weights_at(given, answer.x[:size]), i), bound


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep a line out of reports that HiGHS (as of SciPy 1.17) prints past Python, and that no option turns off."""
    try:
        kept = os.dup(1)
    except OSError:  # no standard output, nothing to keep out
        yield
        return
    if sys.stdout is not None:
        sys.stdout.flush()
    try:
        with open(os.devnull, "wb") as nowhere:
            os.dup2(nowhere.fileno(), 1)
        yield
    finally:
        if os.name == "posix":  # what C holds back for a pipe or a file would come out at the end of the program
            ctypes.CDLL(None).fflush(None)
        os.dup2(kept, 1)
        os.close(kept)


def _spread(table: pd.DataFrame) -> float:
    """The largest difference on any indicator: `TIE` and `MARGIN` are parts of it, whatever the measure."""
    return float(np.ptp(table.to_numpy(), axis=0).max()) or 1.0


def _rank_at(values: np.ndarray, weights: np.ndarray, i: int) -> int:
    composite = values @ weights
    return 1 + int((composite - composite[i] > TIE).sum())


# ------------------------------------------------------------------------------------------------- weights near the given


def _check_distance(distance: float | None, norm: str) -> float:
    find_name("norm", norm, NORMS)
    if distance is None:
        return math.inf
    if not distance >= 0:
        raise InputError(f"distance {distance}; expected at least 0, or None for any weights; correct it")
    return float(distance)


def _region(given: np.ndarray, distance: float, norm: str) -> dict[str, np.ndarray]:
    """The weights near the given ones, as limits on (rise, fall), where w = given + rise - fall."""
    n = len(given)
    step = distance if norm == "max" else math.inf
    most = np.append(np.minimum(1 - given, step), np.minimum(given, step)).clip(0)
    # No l1 distance within the simplex exceeds 2, and a solver wants a finite number.
    return {
        "A_ub": np.ones((1, 2 * n)),
        "b_ub": np.array([min(distance, 2.0) if norm == "l1" else 2.0 * n]),
        "A_eq": np.append(np.ones(n), -np.ones(n))[None],
        "b_eq": np.zeros(1),
        "bounds": np.column_stack([np.zeros(2 * n), most]),
    }


def _weights_at(given: np.ndarray, change: np.ndarray) -> np.ndarray:
    n = len(given)
    return (given + change[:n] - change[n : 2 * n]).clip(0, 1)


def minimise(objective: np.ndarray, limits: dict[str, np.ndarray]) -> tuple[np.ndarray, float]:
    """Solve a linear program that is known to have an answer."""
    from scipy.optimize import linprog

    answer = linprog(objective, method="highs", **limits)
    if answer.status != 0:
        raise RuntimeError(f"linear program not solved: {answer.message}")
    return answer.x, float(answer.fun)
