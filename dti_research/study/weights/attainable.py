"""Which ranks can each unit get with weights near the given ones? Mixed-integer programs, each answer counted again.

Handbook step 7 (robustness); Salo & Punkka (2011), Management Science 57 (ranking intervals). Left out: what two units need to
change places (`study.weights.stability`), and chances (`study.weights.robustness`).
"""

from __future__ import annotations

import ctypes
import math
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pandas as pd

from dti_research.errors import InputError
from dti_research.index.score import check_additive, rank_min
from dti_research.study.weights.stability import (
    MARGIN,
    TIE,
    check_distance,
    lead_extremes,
    region_of,
    spread_of,
    weights_at,
)


def attainable_ranks(
    normalised: pd.DataFrame,
    weights: pd.Series,
    distance: float | None = None,
    norm: str = "l1",
    *,
    time_limit: float | None = None,
) -> pd.DataFrame:
    """Which ranks can each unit get with weights near the given ones?

    Each rank is a mixed-integer program: one yes or no for each other unit that is above with some of the weights and not with all
    (`pair_extremes` settles the rest). Each answer is checked: the rank is counted again at the weights that the solver returned,
    and only what is counted there is reported. `time_limit` [seconds] is for each of the two programs of a unit; one that is
    stopped leaves a gap.

    Returns
    -------
    DataFrame, shape (unit, [published, best, worst, best_gap, worst_gap]) of int
        ``published``: the rank with the given weights. ``best``: ties (closer than `TIE`) count in the unit's favour.
        ``worst``: others count as above where they lead by `MARGIN`. The gaps say by how many ranks the truth may still be better
        or worse than what was found; 0: proven, for leads of at least `MARGIN`.

    Examples
    --------
    Hill and lake may change places; rice is below both on roads, and level with hill at best on wells.

    >>> table = pd.DataFrame({"roads": [0.9, 0.5, 0.4], "wells": [0.4, 0.7, 0.4]}, index=["hill", "lake", "rice"])
    >>> ranks = attainable_ranks(table, pd.Series({"roads": 0.5, "wells": 0.5}))
    >>> ranks.to_numpy().tolist()
    [[1, 1, 2, 0, 0], [2, 1, 2, 0, 0], [3, 2, 3, 0, 0]]
    """
    table, weights = check_additive(normalised, weights)
    distance = check_distance(distance, norm)
    if time_limit is not None and not time_limit > 0:
        raise InputError(f"time_limit {time_limit}; expected seconds above 0, or None for no limit")
    values, given = table.to_numpy() / spread_of(table), weights.to_numpy()
    extremes = lead_extremes(values, given, distance, norm)
    region = region_of(given, distance, norm)
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

    return _rank_at(values, weights_at(given, answer.x[:size]), i), bound


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


def _rank_at(values: np.ndarray, weights: np.ndarray, i: int) -> int:
    composite = values @ weights
    return 1 + int((composite - composite[i] > TIE).sum())
