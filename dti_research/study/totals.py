"""Of two units only the totals are printed (HCMC): could other points have put the lower one above the higher?

The values are unknown, anything from 0 to the points of each indicator, as long as they give the printed totals. The least that a
unit can have under other points is a linear program in its values, whose dual is linear in the points, too: each end of an interval
is one program. Functions take ``points``, shape (indicator,) [points, > 0], as when the totals were printed, and ``slack``, half a
unit of the last printed digit, within which a true total lies. They raise an InputError for points or totals that are none.
Handbook step 7 (robustness; Nardo et al., 2008). Left out: tables whose values are printed (`study.weights`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from dti_research.errors import InputError
from dti_research.study.assessment import Assessment
from dti_research.study.weights.stability import TIE, minimise


@dataclass(frozen=True, eq=False)
class Answer:
    """What can be said of the order of units of which only the totals are printed [points].

    ``half_digit``: half a unit of the last printed digit; ``points``, shape (indicator,), as when the ``totals``, shape
    (unit,), were printed, in printed order; ``changes`` of each pair of neighbours: see `neighbour_points_changes`.
    """

    assessment: Assessment
    half_digit: float
    points: pd.Series
    totals: pd.Series
    changes: pd.DataFrame

    @property
    def total_points(self) -> float:
        """What all points of the framework add to."""
        return self.assessment.known_framework.total_points

    @property
    def first(self) -> pd.Series:
        """The row of ``changes`` of the two first units."""
        return self.changes.iloc[0]

    @property
    def closest(self) -> pd.Series | None:
        """The row of ``changes`` with the smallest change; None where no points let any lower unit draw level."""
        closest = self.changes.loc[self.changes.distance.idxmin()]
        return closest if math.isfinite(closest.distance) else None

    @cached_property
    def intervals(self) -> pd.DataFrame:
        """The points of one indicator between which the order of the two first units is certain; see `bound_points`."""
        higher, lower = (float(self.totals[self.first[side]]) for side in ("higher", "lower"))
        return bound_points(self.points, higher, lower, slack=self.half_digit)

    @property
    def least_room(self) -> str:
        """The indicator whose points can grow least before the order of the two first units is open."""
        return (self.intervals.high - self.intervals.points).idxmin()


def ask(assessment: Assessment, *, half_digit: float = 0.005) -> Answer:
    """Ask which other points could have changed the order of a list of which only totals are printed.

    Parameters
    ----------
    assessment : Assessment
        A list of totals of a framework that counts in points.
    half_digit : float [points]
        Half a unit of the last printed digit; a true total lies within it.

    Raises
    ------
    UnknownName
        A list without a framework.
    InputError
        A framework whose points nobody printed or that counts in shares, points of another framework, fewer than two totals, or
        totals that the digits do not tell apart.

    Examples
    --------
    >>> from dti_research import open_assessment
    >>> answer = ask(open_assessment("hcmc-department-2023"))
    >>> answer.closest.higher, answer.closest.lower, round(float(answer.closest.moved), 3)
    ('hcmc-so-thong-tin-truyen-thong', 'hcmc-so-khoa-hoc-cong-nghe', 0.511)
    """
    framework, totals = assessment.known_framework, assessment.composites
    if framework.points is None or framework.measure != "points":
        raise InputError(
            f"{assessment.table}: {framework.id} counts in {framework.measure} and its points are {framework.weights}; expected "
            "totals in points that are printed, which bound what a unit can have earned; choose another list"
        )
    if assessment.points is not None:
        raise InputError(
            f"{assessment.table}: other points are given; expected those of {framework.id}, under which the totals were printed; "
            "leave the others out"
        )
    if len(totals) < 2:
        raise InputError(
            f"{assessment.table}: totals of {len(totals)} units are printed; expected at least two; choose another list"
        )
    changes = neighbour_points_changes(framework.points, totals, slack=half_digit)
    return Answer(assessment, half_digit, framework.points, totals, changes)


def bound_points(points: pd.Series, higher: float, lower: float, *, slack: float = 0.005) -> pd.DataFrame:
    """Bound the points that each indicator may carry before the lower of two printed totals could overtake the higher.

    DataFrame, shape (indicator, [points, low, high]) [points]; the indicator's points move, all others change in proportion and the
    sum stays. Inside the interval no values that give these totals put the lower unit above the higher; outside it some do, and
    others do not: for every set of points there are values that keep the order, because whatever the lower unit earned, the
    higher one may have earned as much on each indicator and more on one. So no change of points swaps two units for certain
    as long as only totals are known. Intervals are closed: at an end that is not 0 or the sum, the two could at most be level.

    Examples
    --------
    Two indicators of 50 points, totals 90 and 80. With t and 100 - t points the lower unit gains most if it lost its 20 on the
    lighter indicator and the higher lost its 10 on the heavier: 2 (100 - t) / 5 = t / 5 at t = 66.67.

    >>> halves = pd.Series({"roads": 50.0, "wells": 50.0})
    >>> bound_points(halves, 90, 80, slack=0).loc["roads"].round(2).to_dict()
    {'points': 50.0, 'low': 33.33, 'high': 66.67}
    """
    points, low, high = _check_totals(points, higher, lower, slack)
    old = points.to_numpy()
    total = old.sum()
    rows = []
    for k in range(len(old)):
        rest = old / (total - old[k])
        rest[k] = 0.0
        start, step = rest * total, -rest
        step[k] = 1.0
        ends = [_furthest(old, start, step, high, low, (0.0, total), side) for side in (-1, 1)]
        rows.append([old[k], min(ends[0], old[k]), max(ends[1], old[k])])
    return pd.DataFrame(rows, index=points.index.rename("indicator"), columns=["points", "low", "high"])


@dataclass(frozen=True, eq=False)
class PointsChange:
    """The smallest change of points with which the lower of two printed totals could draw level.

    ``distance``: sum of absolute changes, twice what is ``moved``, infinite where no points let it; ``giving``: the indicators
    that give up points, one unless it has too few; ``receiving``: the indicator that gets them; ``points`` after the change.
    """

    distance: float
    giving: tuple[str, ...]
    receiving: str | None
    moved: float | None
    points: pd.Series | None


def smallest_points_change(points: pd.Series, higher: float, lower: float, *, slack: float = 0.005) -> PointsChange:
    """Find the fewest points to be moved before the lower of two printed totals could draw level with the higher.

    Could, not would: for some values that give the printed totals, never for all of them (see `bound_points`). The points for which
    it can not form a convex set, and the change of points that leaves it first goes to one indicator, from one other, or
    from several if the first of them runs out. So the smallest over all such transfers is the smallest of all changes that
    keep the sum. Several transfers may be equally small; the first of them, in the order of the indicators, is returned.

    Examples
    --------
    See `bound_points`: level at 33.33 and 66.67 points, from 50 each.

    >>> found = smallest_points_change(pd.Series({"roads": 50.0, "wells": 50.0}), 90, 80, slack=0)
    >>> round(found.distance, 2), round(found.moved, 2)
    (33.33, 16.67)
    """
    points, low, high = _check_totals(points, higher, lower, slack)
    old = points.to_numpy()
    best, best_points, best_giving, best_receiving = math.inf, None, (), None
    for receiving in range(len(old)):
        # Each entry: indicators that gave up all their points already. Fewest first, so that long lists are rarely needed.
        waiting, seen = [frozenset()], set()
        while waiting:
            emptied = waiting.pop(0)
            given_up = float(sum(old[k] for k in emptied))
            if given_up >= best:
                continue
            start = old.copy()
            start[list(emptied)] = 0.0
            start[receiving] += given_up
            for giving in sorted(set(range(len(old))) - emptied - {receiving}):
                step = np.zeros(len(old))
                step[[receiving, giving]] = 1.0, -1.0
                moved = _furthest(old, start, step, high, low, (0.0, old[giving]), 1)
                after = emptied | {giving}
                if moved < old[giving] * (1 - 1e-9):
                    if given_up + moved < best - TIE:
                        best, best_points = given_up + moved, start + moved * step
                        best_giving, best_receiving = tuple(points.index[sorted(after)]), points.index[receiving]
                elif after not in seen:
                    seen.add(after)
                    waiting.append(after)
    if best_points is None:
        return PointsChange(math.inf, (), None, None, None)
    changed = pd.Series(best_points, index=points.index, name="points [points]")
    return PointsChange(2 * best, best_giving, best_receiving, best, changed)


def neighbour_points_changes(points: pd.Series, totals: pd.Series, *, slack: float = 0.005) -> pd.DataFrame:
    """Find `smallest_points_change` for each pair of neighbours in a list of totals, no two equal.

    DataFrame, shape (place, [higher, lower, difference, distance, moved, giving, receiving]) [points]. ``giving``: the
    indicators that give up points, joined by ", ". Infinite and blank where no points let it.

    Examples
    --------
    >>> halves = pd.Series({"roads": 50.0, "wells": 50.0})
    >>> pair = neighbour_points_changes(halves, pd.Series({"hill": 90, "lake": 80}), slack=0).loc[1]
    >>> pair.higher, pair.lower, round(float(pair.moved), 2), pair.giving
    ('hill', 'lake', 16.67, 'wells')
    """
    order = totals.sort_values(ascending=False, kind="stable")
    rows = []
    for (higher, high), (lower, low) in zip(order.items(), order.iloc[1:].items(), strict=False):
        found = smallest_points_change(points, high, low, slack=slack)
        moved = math.nan if found.moved is None else found.moved
        rows.append(
            [higher, lower, high - low, found.distance, moved, ", ".join(found.giving) or None, found.receiving]
        )
    columns = ["higher", "lower", "difference", "distance", "moved", "giving", "receiving"]
    return pd.DataFrame(rows, columns=columns, index=pd.RangeIndex(1, len(rows) + 1, name="place"))


def _furthest(
    old: np.ndarray,
    start: np.ndarray,
    step: np.ndarray,
    high: float,
    low: float,
    between: tuple[float, float],
    side: int,
) -> float:
    """The largest (side 1) or smallest (-1) t with which points start + t * step let no values put the lower unit above.

    The least that the higher unit can have is max(a * high - sum(b)) over a * old - b <= new points, b >= 0; the most that the
    lower one can have is min(c * low + sum(d)) over c * old + d >= new points, d >= 0. The first minus the second is asked to
    stay at least 0. Variables: t, a, b, c, d.
    """
    n = len(old)
    eye, none, column = np.eye(n), np.zeros((n, n)), np.zeros((n, 1))
    limits = {
        "A_ub": np.vstack(
            [
                np.hstack([-step[:, None], old[:, None], -eye, column, none]),
                np.hstack([step[:, None], column, none, -old[:, None], -eye]),
                np.concatenate([[0, -high], np.ones(n), [low], np.ones(n)])[None],
            ]
        ),
        "b_ub": np.concatenate([start, -start, [0.0]]),
        "bounds": [between, (None, None)] + [(0, None)] * n + [(None, None)] + [(0, None)] * n,
    }
    return float(minimise(np.append(-side, np.zeros(2 * n + 2)), limits)[0][0])


def _check_totals(points: pd.Series, higher: float, lower: float, slack: float) -> tuple[pd.Series, float, float]:
    """The points, the most that the lower unit may have had and the least that the higher may have had."""
    repeated = points.index[points.index.duplicated()]
    if len(repeated):
        raise InputError(f"indicator {repeated[0]!r} has points twice; expected once; remove the repeats")
    if len(points) < 2:
        raise InputError(
            f"points of {len(points)} indicators; expected at least two, between which points can be moved; add the others"
        )
    points = points.astype(float)
    for code, found in points.items():
        if not 0 < found < math.inf:
            raise InputError(f"points of {code!r}: {found}; expected a number above 0; correct it, or leave it out")
    if not slack >= 0:
        raise InputError(f"slack {slack}; expected at least 0, half a unit of the last printed digit; correct it")
    total = float(points.sum())
    if not (0 <= lower < math.inf and higher - slack <= total):
        raise InputError(
            f"totals {higher} and {lower}; expected two from 0 to {total:g}, the sum of the points; correct the totals or "
            "the points"
        )
    if not lower + slack < higher - slack - TIE:
        raise InputError(
            f"totals {higher} and {lower}, each within {slack:g}: the second may be as high as the first; expected the higher "
            "total first and a clear difference; swap them, or choose two others"
        )
    return points, lower + slack, higher - slack
