"""Points in whole numbers that lie inside what a printed table allows."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pandas as pd

from dti_research.errors import InputError, check_whole
from dti_research.index.framework import Framework
from dti_research.study.recovery.weights import Recovery, without_units

MULTIPLES = (1, 5, 10)
LARGEST_SCALE = 1000
MOST_PROPOSALS = 100
MOST_TRIED = 200_000


@dataclass(frozen=True, eq=False)
class Proposal:
    """Points in whole numbers, multiples of `multiple`, that add to `scale` and give every printed composite."""

    scale: int
    multiple: int
    points: pd.Series


@dataclass(frozen=True, eq=False)
class Proposals:
    """The points that were found, by multiple, then scale: all there are on their scale, unless there may be `more`.

    ``scale`` is the one asked for; all were tried up to `searched`, in steps of the multiple. ``blocked``: with a given scale,
    indicators in whose interval no multiple lies, which proves that no such points exist.
    """

    found: tuple[Proposal, ...]
    more: bool = False
    searched: int = 0
    scale: int | None = None
    blocked: tuple[str, ...] = ()

    def same_as(self, other: Proposals) -> bool:
        """Whether both are the same points, and there are any."""
        own, others = ([proposal.points.tolist() for proposal in proposals.found] for proposals in (self, other))
        return bool(own) and own == others

    @property
    def first(self) -> list[Proposal]:
        """All proposals on the scale of the first one, in its multiples."""
        return [p for p in self.found if (p.scale, p.multiple) == (self.found[0].scale, self.found[0].multiple)]


def propose_points(
    recovery: Recovery,
    *,
    scale: int | None = None,
    multiples: Sequence[int] | None = None,
    largest: int = LARGEST_SCALE,
) -> Proposals:
    """Which points, in whole numbers, lie inside what the table allows?

    Every proposal fulfils every row, checked in whole numbers; lying inside each interval by itself would not be enough.

    Parameters
    ----------
    recovery : Recovery
    scale : int, optional [points]
        What the points add to. Without it, the smallest scale that works is taken.
    multiples : sequence of int, optional [points]
        With a scale, the first of them with which points exist is answered: (10, 5, 1), as far as they divide it. Without a
        scale each of them is answered: `MULTIPLES`.
    largest : int [points]
        Without a scale: the largest one tried, in steps of the multiple.

    Raises
    ------
    InputError
        A scale or multiple that is no whole number of at least 1; a scale that no multiple divides.

    Examples
    --------
    >>> from dti_research.study.recovery import recover
    >>> table = pd.DataFrame({"roads": [0.9, 0.2, 0.5], "wells": [0.3, 0.7, 0.1]}, index=["hill", "lake", "moor"])
    >>> found = recover(table, pd.Series({"hill": 0.750, "lake": 0.325, "moor": 0.400}), digits=3)
    >>> [proposal.points.to_dict() for proposal in propose_points(found).found]
    [{'roads': 3, 'wells': 1}, {'roads': 15, 'wells': 5}, {'roads': 30, 'wells': 10}]
    >>> [proposal.points.to_dict() for proposal in propose_points(found, scale=1000).found]
    [{'roads': 750, 'wells': 250}]
    """
    for multiple in multiples or ():
        check_whole("multiple", multiple, 1)
    if scale is not None:
        return _on_scale(recovery, check_whole("scale", scale, 1), multiples)
    check_whole("largest", largest, 1)
    if recovery.verdict == "impossible":
        return Proposals(())
    tried, steps, more = 0, 0, False
    for steps in range(1, largest + 1):
        vectors, count, cut = _whole_weights(recovery, steps, MOST_TRIED - tried)
        tried += count
        more = cut
        if vectors or cut:
            break
    found = tuple(
        Proposal(steps * multiple, multiple, vector * multiple)
        for multiple in multiples or MULTIPLES
        for vector in vectors
    )
    return Proposals(found, more, steps - (more and not vectors))


def _on_scale(recovery: Recovery, scale: int, multiples: Sequence[int] | None) -> Proposals:
    chosen = [m for m in multiples or sorted(MULTIPLES, reverse=True) if scale % m == 0]
    if not chosen:
        raise InputError(
            f"scale {scale} is no multiple of {' or '.join(map(str, multiples))}; expected one; change either"
        )
    if recovery.verdict == "impossible":
        return Proposals((), searched=scale, scale=scale)
    for multiple in chosen:
        vectors, _, more = _whole_weights(recovery, scale // multiple, MOST_TRIED)
        if vectors or more:
            return Proposals(
                tuple(Proposal(scale, multiple, vector * multiple) for vector in vectors), more, scale, scale
            )
    ranges = [_whole_ranges(recovery, scale // multiple) for multiple in chosen]
    empty = [all(low > high for low, high in of_one) for of_one in zip(*ranges, strict=True)]
    blocked = tuple(recovery.weights.index[empty])
    return Proposals((), searched=scale, scale=scale, blocked=blocked)


def _whole_ranges(recovery: Recovery, steps: int) -> list[tuple[int, int]]:
    """For each weight, the whole numbers of steps inside its interval."""
    known = recovery.exact_total
    low_total, high_total = recovery.total if known is None else (known, known)
    return [
        (
            math.ceil(Fraction(row.low) * steps / Fraction(high_total)) if high_total < math.inf else 0,
            math.floor(Fraction(row.high) * steps / Fraction(low_total))
            if row.high < math.inf and low_total
            else steps,
        )
        for row in recovery.weights.itertuples()
    ]


def _whole_weights(recovery: Recovery, steps: int, budget: int) -> tuple[list[pd.Series], int, bool]:
    """Whole numbers that add to `steps` and fulfil every row; how many were tried; whether the list was cut."""
    ranges = _whole_ranges(recovery, steps)
    if any(low > high for low, high in ranges):
        return [], 1, False
    found, tried = [], 0
    for numbers in _adding_to(steps, ranges):
        tried += 1
        if tried > budget or len(found) >= MOST_PROPOSALS:
            return found, tried, True
        if _fits(recovery, numbers):
            found.append(pd.Series(numbers, index=recovery.weights.index, name="points"))
    return found, tried, False


def _adding_to(left: int, ranges: list[tuple[int, int]]) -> Iterator[tuple[int, ...]]:
    """All whole numbers in these ranges that add to `left`."""
    lows = list(itertools.accumulate((low for low, _ in reversed(ranges)), initial=0))[::-1]
    highs = list(itertools.accumulate((high for _, high in reversed(ranges)), initial=0))[::-1]

    def walk(place: int, left: int) -> Iterator[tuple[int, ...]]:
        if place == len(ranges):
            yield ()
            return
        low, high = ranges[place]
        for number in range(max(low, left - highs[place + 1]), min(high, left - lows[place + 1]) + 1):
            for rest in walk(place + 1, left - number):
                yield (number, *rest)

    yield from walk(0, left)


def _fits(recovery: Recovery, numbers: Sequence[int]) -> bool:
    """Whether weights in these proportions fulfil every row, in whole numbers."""
    rows = recovery.conditions.rows
    if rows.shape[1] == len(numbers):
        return all(x <= 0 for x in rows @ np.array(numbers, dtype=object))
    # The composite's own scale is free: it must lie between what the rows allow at least and at most.
    fixed, free = rows[:, :-1] @ np.array(numbers, dtype=object), rows[:, -1]
    least = max((Fraction(f, -g) for f, g in zip(fixed, free, strict=True) if g < 0), default=Fraction(0))
    most = min((Fraction(-f, g) for f, g in zip(fixed, free, strict=True) if g > 0), default=None)
    return all(f <= 0 for f, g in zip(fixed, free, strict=True) if g == 0) and (most is None or max(least, 0) <= most)


def leave_one_out(recovery: Recovery, proposals: Proposals) -> pd.DataFrame:
    """Would the answer stand if one unit were not in the table? Shape (unit left out, [widest, same_points]).

    A unit that is misprinted by less than the table can show may shift the answer; then it changes when that unit is left out.
    ``widest``: the widest interval then [share of the total]; ``same_points``: whether the same whole points are proposed anew.

    Examples
    --------
    Lake, which is equal in both, says nothing about weights: all hangs on hill.

    >>> from dti_research.study.recovery import recover
    >>> table = pd.DataFrame({"roads": [0.9, 0.5], "wells": [0.3, 0.5]}, index=["hill", "lake"])
    >>> found = recover(table, pd.Series({"hill": 0.750, "lake": 0.500}), digits=3)
    >>> leave_one_out(found, propose_points(found)).same_points.to_dict()
    {'hill': False, 'lake': True}
    """
    rows = []
    for unit in recovery.units:
        rest = without_units(recovery, [unit])
        rows.append([rest.widest, proposals.same_as(propose_points(rest, scale=proposals.scale))])
    return pd.DataFrame(rows, index=pd.Index(recovery.units, name="unit"), columns=["widest", "same_points"])


def compare_points(recovery: Recovery, frameworks: Sequence[Framework]) -> pd.DataFrame:
    """Whether known points lie inside what the table allows, for frameworks with the same indicators.

    Shape (framework and indicator, [framework, indicator, share, low, high, inside]); ``inside`` is blank where the table
    contradicts itself.
    """
    rows = []
    for framework in frameworks:
        points = framework.points
        if points is None or set(points.index) != set(recovery.weights.index):
            continue
        for code, row in recovery.weights.iterrows():
            share = points[code] / points.sum() * recovery.total[0]
            inside = None if math.isnan(row.low) else bool(row.low <= share <= row.high)
            rows.append([framework.id, code, share, row.low, row.high, inside])
    return pd.DataFrame(rows, columns=["framework", "indicator", "share", "low", "high", "inside"])
