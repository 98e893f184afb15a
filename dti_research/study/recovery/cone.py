"""What do many linear conditions force, proven in whole numbers?

Printed numbers are decimals, so what a printed table puts on its weights has whole coefficients: ``rows @ z <= 0`` with
``z >= 0``, a cone. A solver (HiGHS, in floating point) proposes multipliers of the conditions; their sum is added up in whole
numbers, and only what it proves is said: a solver that stops short gives a wider bound or no proof, never a wrong one (Neumaier,
A. and Shcherbina, O. (2004), Safe bounds in linear and mixed-integer linear programming, Mathematical Programming 99, 283-296).
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

DENOMINATOR = 1 << 200
"""Multipliers are cut to this part before they are added up: far below what floating point resolves, of large numbers, too."""

NUDGE = 1e-9
"""How much a bound gives away where the solver's multipliers must not be short by even a last digit."""


@dataclass(frozen=True, eq=False)
class Cone:
    """All z >= 0 with rows @ z <= 0.

    ``rows``, shape (condition, variable), are Python's whole numbers, which do not overflow; ``owners``, shape (condition,), tell
    which unit each condition comes from.
    """

    rows: np.ndarray
    owners: np.ndarray

    @functools.cached_property
    def scaled(self) -> tuple[np.ndarray, np.ndarray]:
        """The conditions in floating point, the largest number of each 1, and by what they were divided."""
        rows = self.rows.astype(float)
        scale = np.abs(rows).max(axis=1)
        scale[scale == 0] = 1.0
        return rows / scale[:, None], scale

    def keep(self, units: list[int] | np.ndarray) -> Cone:
        """Only the conditions of these units."""
        kept = np.isin(self.owners, list(units))
        return Cone(self.rows[kept], self.owners[kept])

    def drop(self, units: list[int] | np.ndarray) -> Cone:
        """All conditions but those of these units."""
        kept = ~np.isin(self.owners, list(units))
        return Cone(self.rows[kept], self.owners[kept])


def least_ratio(cone: Cone, above: list[int], below: list[int], unit: Fraction = Fraction(1)) -> float:
    """A number that ``above @ z / below @ z``, times the unit, cannot fall under where ``below @ z`` > 0 in the cone.

    ``below`` is at least 0 and not all 0. Rounded down; minus infinity where nothing is proven.

    Examples
    --------
    Two weights, the first at least twice the second: its share of both is at least two thirds.

    >>> cone = Cone(np.array([[-1, 2]], dtype=object), np.array([0]))
    >>> round(least_ratio(cone, [1, 0], [1, 1]), 6)
    0.666667
    """
    size = max(map(abs, above)) or 1
    bare = np.array([b == 0 for b in below])
    rows, scale = cone.scaled
    objective = np.array([a / size for a in above])
    proposals = [np.zeros(len(rows))]
    # Where a variable outside the ratio may grow without limit, a nudge of the objective leaves the solver without an answer:
    # then the multipliers are nudged, up and down.
    for nudge, factors in ((NUDGE, [1.0]), (0.0, [1.0 + NUDGE, 1.0 - NUDGE])) if bare.any() else ((0.0, [1.0]),):
        answer = _solve(objective - nudge * bare, rows, [float(b) for b in below])
        if answer.status == 0:
            proposals += [np.maximum(-answer.ineqlin.marginals, 0.0) / scale * factor for factor in factors]
            break
    best = -math.inf
    for tried in proposals:
        left = _sum_up(cone, tried, [Fraction(a, size) for a in above])
        if all(x >= 0 for x, b in zip(left, below, strict=True) if b == 0):
            best = max(best, _down(min(x / b for x, b in zip(left, below, strict=True) if b) * size * unit))
    return best


def greatest_ratio(cone: Cone, above: list[int], below: list[int], unit: Fraction = Fraction(1)) -> float:
    """A number that ``above @ z / below @ z``, times the unit, cannot exceed: see `least_ratio`."""
    return -least_ratio(cone, [-a for a in above], below, unit)


def contradiction(cone: Cone) -> list[int]:
    """The owners of conditions that only z = 0 fulfils together; empty if no contradiction is proven."""
    answer = _least_violation(cone)
    if answer is None or answer.fun <= 0:
        return []
    multipliers, scale = -answer.ineqlin.marginals, cone.scaled[1]
    for least in (
        NUDGE,
        0.0,
    ):  # noise would name units that are not needed; a faint contradiction may need the small ones
        used = np.where(multipliers > least, multipliers, 0.0)
        if min(_sum_up(cone, used / scale, [Fraction(0)] * cone.rows.shape[1])) > 0:
            return sorted({int(owner) for owner in cone.owners[used > 0]})
    return []


def fits(cone: Cone) -> bool:
    """Whether some z other than 0 fulfils all conditions, proven by putting it in; False if none is found."""
    if not len(cone.rows):
        return True
    answer = _least_violation(cone)
    if answer is None:
        return False
    z = [int(Fraction(max(float(x), 0.0)) * DENOMINATOR) for x in answer.x[:-1]]
    return any(z) and all(x <= 0 for x in cone.rows @ np.array(z, dtype=object))


def tension(cone: Cone) -> float:
    """By how much the conditions at least miss each other: above 0 in a contradiction (floating point; proves nothing)."""
    answer = _least_violation(cone)
    return -1.0 if answer is None else float(answer.fun)


def fulfilled(cone: Cone, units: list[int]) -> list[int]:
    """Owners of the conditions that some z fulfils besides those of `units`, broken as little as can be (proves nothing)."""
    rows, _ = cone.scaled
    free = ~np.isin(cone.owners, units)
    variables, count = rows.shape[1], int(free.sum())
    give = np.zeros((len(rows), count))
    give[np.flatnonzero(free), np.arange(count)] = -1.0
    answer = _solve(
        np.append(np.zeros(variables), np.ones(count)), np.hstack([rows, give]), [1.0] * variables + [0.0] * count
    )
    if answer.x is None:
        return sorted(units)
    broken = cone.owners[free][answer.x[variables:] > NUDGE]
    return sorted(set(cone.owners.tolist()) - set(broken.tolist()))


def _least_violation(cone: Cone) -> object:
    """The smallest violation of all conditions that cannot be avoided; above 0, its multipliers are the contradiction."""
    if not len(cone.rows):
        return None
    rows, _ = cone.scaled
    variables = rows.shape[1]
    answer = _solve(
        np.append(np.zeros(variables), 1.0),
        np.hstack([rows, -np.ones((len(rows), 1))]),
        [1.0] * variables + [0.0],
        bounds=[(0, None)] * variables + [(-1, None)],
    )
    if answer.status != 0:  # it always has an answer
        raise RuntimeError(f"linear program not solved: {answer.message}")
    return answer


def _solve(objective: np.ndarray, rows: np.ndarray, total: list[float], bounds: object = (0, None)) -> object:
    from scipy.optimize import linprog  # slow to import: only where it is used

    return linprog(
        objective,
        A_ub=rows,
        b_ub=np.zeros(len(rows)),
        A_eq=[total],
        b_eq=[1.0],
        bounds=bounds,
        method="highs",
        options={"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10},
    )


def _sum_up(cone: Cone, multipliers: np.ndarray, start: list[Fraction]) -> list[Fraction]:
    """start + multipliers @ rows, exactly."""
    used = np.flatnonzero(multipliers)
    whole = [int(Fraction(float(multipliers[i])) * DENOMINATOR) for i in used]
    return [
        first + Fraction(sum(m * cone.rows[i, column] for m, i in zip(whole, used, strict=True)), DENOMINATOR)
        for column, first in enumerate(start)
    ]


def _down(exact: Fraction) -> float:
    near = float(exact)
    return near if Fraction(near) <= exact else math.nextafter(near, -math.inf)
