"""What do other weights change for certain? Answered exactly, by linear programming, instead of by random draws.

For an additive composite, the normalised table times the weights, everything is linear in the weights, which never fall below 0 and
always add to 1. Every function takes ``normalised``, shape (unit, indicator) [any one measure, higher is better], and ``weights``,
shape (indicator,) [share]; ``distance`` from the given weights is counted in one of `NORMS`, None for any weights. They raise an
InputError for what `check_additive` refuses and for a distance below 0, an UnknownName for an unknown unit or norm.

Handbook step 7 (robustness): Nardo et al. (2008), OECD/JRC Handbook on Constructing Composite Indicators; Permanyer (2011), Review
of Income and Wealth 57 (intervals, smallest changes); Foster, McGillivray & Seth (2013), Econometric Reviews 32 (pairs). Left out:
best and worst ranks (`study.weights.attainable`), lists of totals (`study.totals`), chances (`study.weights.robustness`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dti_research.errors import InputError, find_name
from dti_research.index.score import check_additive

NORMS = ("l1", "max")
"""How the distance between two sets of weights is measured: the sum of absolute changes, or the largest single change.

A transfer of 0.05 is 0.1 in l1 and 0.05 in max.
"""

TIE = 1e-9
"""Composites closer than this part of the largest difference in the table are level: it is what solvers can tell apart."""

MARGIN = 1e-6
"""For a worst rank, another unit must lead by this part of the largest difference to be counted: a mere tie does not count."""


def spread_of(table: pd.DataFrame) -> float:
    """The largest difference on any indicator: `TIE` and `MARGIN` are parts of it, whatever the measure."""
    return float(np.ptp(table.to_numpy(), axis=0).max()) or 1.0


def check_distance(distance: float | None, norm: str) -> float:
    """The distance, infinite for None."""
    find_name("norm", norm, NORMS)
    if distance is None:
        return math.inf
    if not distance >= 0:
        raise InputError(f"distance {distance}; expected at least 0, or None for any weights; correct it")
    return float(distance)


def region_of(given: np.ndarray, distance: float, norm: str) -> dict[str, np.ndarray]:
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


def weights_at(given: np.ndarray, change: np.ndarray) -> np.ndarray:
    """The weights after a change, which is (rise, fall) as in `region_of`."""
    n = len(given)
    return (given + change[:n] - change[n : 2 * n]).clip(0, 1)


def minimise(objective: np.ndarray, limits: dict[str, np.ndarray]) -> tuple[np.ndarray, float]:
    """Solve a linear program that is known to have an answer."""
    from scipy.optimize import linprog

    answer = linprog(objective, method="highs", **limits)
    if answer.status != 0:
        raise RuntimeError(f"linear program not solved: {answer.message}")
    return answer.x, float(answer.fun)


# ------------------------------------------------------------------------------------- how far one weight may be moved


def weight_intervals(
    normalised: pd.DataFrame,
    weights: pd.Series,
    unit: str | None = None,
    other: str | None = None,
    *,
    distance: float | None = None,
    norm: str = "l1",
) -> pd.DataFrame:
    """In which interval may the weight of each indicator lie while one unit stays at least level with another, or stays first?

    Without `other`, all other units; without `unit`, whoever is first with the given weights. The order must hold to begin with.
    DataFrame, shape (indicator, [weight, low, high, low_free, high_free]) [share]. ``low`` to ``high``: this weight moves, all
    others change in proportion; inside the interval the order holds, outside it does not. ``low_free`` to ``high_free``: the others
    may be set freely, within `distance`; inside there are weights of the others with which it holds, outside there are none.
    Intervals are closed: at an end that is not the edge of what is possible, composites are level. Where one indicator carries all
    weight, its ``low`` and ``high`` are its weight.

    Examples
    --------
    Hill is 0.4 higher on roads and 0.3 lower on wells: level at weights 3/7 and 4/7.

    >>> table = pd.DataFrame({"roads": [0.9, 0.5], "wells": [0.4, 0.7]}, index=["hill", "lake"])
    >>> half = pd.Series({"roads": 0.5, "wells": 0.5})
    >>> weight_intervals(table, half, "hill", "lake")[["low", "high"]].round(4).to_numpy().tolist()
    [[0.4286, 1.0], [0.0, 0.5714]]
    """
    table, weights = check_additive(normalised, weights)
    distance = check_distance(distance, norm)
    rows = _leads(table, weights, unit, other)
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


def _check_pair(units: pd.Index, unit: str, other: str) -> None:
    if unit == other:
        raise InputError(f"unit {unit!r} is held against itself; expected two units; name another one")
    for name in (unit, other):
        find_name("unit", name, units)


def _leads(table: pd.DataFrame, weights: pd.Series, unit: str | None, other: str | None) -> np.ndarray:
    """What is to hold, as rows @ w >= 0, once it is known to hold for the given weights."""
    composite = table @ weights
    if unit is None:
        first = composite.index[composite > composite.max() - TIE]
        if len(first) > 1:
            raise InputError(f"{', '.join(map(str, first))} share the first rank; expected one first unit; name it")
        unit = first[0]
    if other is None:
        others = table.index.drop(find_name("unit", unit, table.index))
    else:
        _check_pair(table.index, unit, other)
        others = [other]
    for other in others:
        if composite[unit] < composite[other] - TIE:
            raise InputError(
                f"unit {unit!r} has {composite[unit]:.6g} with the given weights and {other!r} has {composite[other]:.6g}; "
                "expected an order that holds to begin with; swap the two units, or choose others"
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
    """The smallest change of weights that brings one unit level with another [share].

    ``distance`` in the norm that was asked for, infinite where no weights bring the lower unit above; ``weights`` at that distance
    (others may lie at the same), or None.
    """

    distance: float
    weights: pd.Series | None


def smallest_change(
    normalised: pd.DataFrame, weights: pd.Series, passing: str, passed: str, norm: str = "l1"
) -> SmallestChange:
    """How little must the weights change for one unit to catch up with another, which is not below it?

    At the answer the two are level; any more of the same lets `passing` pass. Where `passing` is higher on no indicator, no weights
    ever bring it above, and the distance is infinite (even if weights on indicators where both are equal make them level).

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
    _check_pair(table.index, passing, passed)
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
        return SmallestChange(math.inf, None)
    if at >= -TIE:
        return SmallestChange(0.0, weights)
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
    return SmallestChange(distance, pd.Series(changed, index=weights.index, name="weight"))


def neighbour_changes(normalised: pd.DataFrame, weights: pd.Series) -> pd.DataFrame:
    """How little must the weights change, in l1, for each unit to catch up with the one just above it?

    DataFrame, shape (place, [higher, lower, difference, distance, gains_most, gain, loses_most, loss]), best first; units that are
    level stand in the order of the table. ``difference`` [measure of the composite]; ``distance`` as in `smallest_change`; the
    indicators that gain and lose the most weight in one such change [share; the first of several], blank where there is none.

    Examples
    --------
    >>> table = pd.DataFrame({"roads": [0.5, 0.9], "wells": [0.7, 0.4]}, index=["lake", "hill"])
    >>> row = neighbour_changes(table, pd.Series({"roads": 0.5, "wells": 0.5})).loc[1]
    >>> row.higher, row.lower, row.gains_most, round(float(row.gain), 4)
    ('hill', 'lake', 'wells', 0.0714)
    """
    table, weights = check_additive(normalised, weights)
    # Rounded as for a rank: level units must stand in the table's order, not in that of a last binary digit.
    composite = (table @ weights).round(12).sort_values(ascending=False, kind="stable")
    order = list(composite.index)
    rows = []
    for higher, lower in zip(order[:-1], order[1:], strict=True):
        found = smallest_change(table, weights, lower, higher)
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

    DataFrame, shape (unit, unit) [measure of the composite]: the largest difference row - column that any weights within the
    distance give. Negative: the row is below the column with all of them. Exact, in closed form: weight goes from where the
    difference is smallest to where it is largest.

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
    """Whom can no weights bring past whom, also weights on what now has none? DataFrame of bool, shape (unit, unit).

    True: the row is at least as high on every indicator and higher on one.

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
