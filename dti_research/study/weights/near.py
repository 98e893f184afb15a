"""Weights near the given ones, as limits of a linear program; and how small a difference still counts.

"Near" is always measured from the weights that are given: `NORMS` says how. Weights never fall below 0 and always add to 1.
Handbook step 7 (robustness).
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from dti_research.errors import InputError, find_name

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
    """The distance, infinite for None.

    Raises
    ------
    InputError
        A distance below 0.
    UnknownName
        An unknown norm.
    """
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
