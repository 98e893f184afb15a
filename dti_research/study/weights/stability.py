"""What do other weights change for certain? Answered exactly, by linear programming, instead of by random draws.

For an additive composite, the normalised table times the weights, everything here is linear in the weights: how far one of them may
move until an order tips, the smallest change with which one unit passes another, how far one can get above another with weights
near the given ones (`study.weights.near` says what near is), and whom no weights can bring past whom.

Left out: the best and the worst rank (`study.weights.attainable`), lists of which only totals are printed (`study.totals`), and
chances (`study.weights.robustness`). Handbook step 7 (robustness): Nardo et al. (2008), OECD/JRC Handbook on Constructing Composite
Indicators.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dti_research.errors import InputError, find_name
from dti_research.index.score import check_additive
from dti_research.study.weights.near import NORMS, TIE, check_distance, minimise, region_of, spread_of, weights_at

# ------------------------------------------------------------------------------------- how far one weight may be moved


@dataclass(frozen=True)
class Condition:
    """What is asked to stay true as weights change; made by `stays_above` and `stays_first`.

    Parameters
    ----------
    unit : str or None
        Who stays at least level; None: whoever is first with the given weights.
    other : str, optional
        With whom; with all others without it.
    """

    unit: str | None
    other: str | None = None


def stays_above(unit: str, other: str) -> Condition:
    """That one unit stays at least level with another.

    Examples
    --------
    >>> stays_above("hill", "lake").other
    'lake'
    """
    _check_two(unit, other)
    return Condition(unit, other)


def stays_first(unit: str | None = None) -> Condition:
    """That the first unit stays at least level with all others.

    Parameters
    ----------
    unit : str, optional
        Needed only where several share the first rank.

    Examples
    --------
    >>> stays_first("hill")
    Condition(unit='hill', other=None)
    """
    return Condition(unit)


def weight_intervals(
    normalised: pd.DataFrame,
    weights: pd.Series,
    condition: Condition,
    *,
    distance: float | None = None,
    norm: str = "l1",
) -> pd.DataFrame:
    """In which interval may the weight of each indicator lie while a condition holds?

    Two questions in one table. ``low`` to ``high``: this weight moves, all others change in proportion; inside the interval the
    condition holds, outside it does not. ``low_free`` to ``high_free``: the others may be set freely, within `distance`; inside
    the interval there are weights of the others with which the condition holds, outside there are none. Intervals are
    closed: at an end that is not the edge of what is possible, composites are level.

    Parameters
    ----------
    normalised : DataFrame, shape (unit, indicator) [any one measure, higher is better]
    weights : Series, shape (indicator,) [share, adds to 1]
    condition : Condition
        From `stays_above` or `stays_first`.
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
    Permanyer, I. (2011), Assessing the robustness of composite indices rankings, Review of Income and Wealth 57(2), 306-326.

    Examples
    --------
    Hill is 0.4 higher on roads and 0.3 lower on wells: level at weights 3/7 and 4/7.

    >>> table = pd.DataFrame({"roads": [0.9, 0.5], "wells": [0.4, 0.7]}, index=["hill", "lake"])
    >>> half = pd.Series({"roads": 0.5, "wells": 0.5})
    >>> weight_intervals(table, half, stays_above("hill", "lake"))[["low", "high"]].round(4).to_numpy().tolist()
    [[0.4286, 1.0], [0.0, 0.5714]]
    """
    table, weights = check_additive(normalised, weights)
    distance = check_distance(distance, norm)
    rows = _leads(condition, table, weights)
    given = weights.to_numpy()
    region = region_of(given, distance, norm)
    # The region is written in changes: rows @ (given + rise - fall) >= 0.
    limit = {"A_ub": np.vstack([region["A_ub"], -np.hstack([rows, -rows])])}
    limit["b_ub"] = np.append(region["b_ub"], rows @ given)
    found = []
    for k, weight in enumerate(given):
        low, high = _proportional_interval(rows, given, k)
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


def _leads(condition: Condition, table: pd.DataFrame, weights: pd.Series) -> np.ndarray:
    """The condition as rows @ w >= 0, once it is known to hold for the given weights."""
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
    others = list(table.index.drop(unit)) if condition.other is None else [condition.other]
    for other in others:
        find_name("unit", other, table.index)
        if composite[unit] < composite[other] - TIE:
            raise InputError(
                f"unit {unit!r} has {composite[unit]:.6g} with the given weights and {other!r} has {composite[other]:.6g}; "
                "expected a condition that holds to begin with; swap the two units, or choose another condition"
            )
    return table.loc[unit].to_numpy() - table.loc[others].to_numpy()


def _proportional_interval(rows: np.ndarray, given: np.ndarray, k: int) -> tuple[float, float]:
    """Where rows @ w >= 0 while weight k moves and all others keep their proportions."""
    left = 1 - given[k]
    if left <= TIE:
        return given[k], given[k]
    rest = given / left
    rest[k] = 0.0
    at_zero, at_one = rows @ rest, rows[:, k]
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
    Permanyer, I. (2011), Assessing the robustness of composite indices rankings, Review of Income and Wealth 57(2), 306-326.

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
    scale = spread_of(table)
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
    region = region_of(given, math.inf, norm)
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
    changed = weights_at(given, change)
    moved = np.abs(changed - given)
    distance = float(moved.sum() if norm == "l1" else moved.max())
    return SmallestChange(passing, passed, norm, distance, pd.Series(changed, index=weights.index, name="weight"))


def neighbour_changes(normalised: pd.DataFrame, weights: pd.Series, norm: str = "l1") -> pd.DataFrame:
    """How little must the weights change for each unit to catch up with the one just above it?

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
    Foster, J., McGillivray, M. and Seth, S. (2013), Composite indices: rank robustness, statistical association, and
    redundancy, Econometric Reviews 32(1), 35-56.

    Examples
    --------
    Lake is 0.05 below; a transfer of 0.1 (0.2 in l1) from roads to wells gains it 0.07.

    >>> table = pd.DataFrame({"roads": [0.9, 0.5], "wells": [0.4, 0.7]}, index=["hill", "lake"])
    >>> extremes = pair_extremes(table, pd.Series({"roads": 0.5, "wells": 0.5}), 0.2)
    >>> extremes.round(4).to_numpy().tolist()
    [[0.0, 0.12], [0.02, 0.0]]
    """
    table, weights = check_additive(normalised, weights)
    distance = check_distance(distance, norm)
    extremes = lead_extremes(table.to_numpy(), weights.to_numpy(), distance, norm)
    return pd.DataFrame(extremes, index=table.index, columns=table.index)


def lead_extremes(values: np.ndarray, given: np.ndarray, distance: float, norm: str) -> np.ndarray:
    """`pair_extremes` of arrays that are known to be good."""
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
