"""Which rows of a printed table contradict each other, and which misprint would explain it?

Asked where no weights give every row. Both answers are by units, since a row stands or falls as a whole: the smallest set of units
that no weights fit together, and the fewest units without which the others fit. Left out: misprints that leave a table consistent.

References
----------
Ignatiev, A., Previti, A., Liffiton, M. and Marques-Silva, J. (2015), Smallest MUS extraction with minimal hitting set dualization,
CP 2015, Lecture Notes in Computer Science 9255, 173-182. Chinneck, J. W. (2008), Feasibility and Infeasibility in Optimization,
Springer, chapter 7 (the fewest constraints to remove).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dti_research.errors import InputError, check_whole
from dti_research.study.printed import ROUNDING
from dti_research.study.recovery import cone as proof
from dti_research.study.recovery.cone import Cone
from dti_research.study.recovery.weights import Recovery

MOST_MISPRINTS = 4
"""More units than this with a misprint each are no longer looked for: then something else is wrong with the table."""

MOST_ROUNDS = 200
ROUNDS_TO_PROVE = 20
MOST_PROGRAMS = 2000
"""About how many linear programs are spent on making a contradiction smaller, and as many on proving that it is the smallest."""
MOST_REPAIRS = 20


@dataclass(frozen=True, eq=False)
class Contradiction:
    """Units, in the order of the table, that no weights fit together, while any one fewer fit.

    ``smallest``: proven that no smaller set contradicts itself. Otherwise only that none of these can be spared, as far as the
    solver sees. No units: the table does not contradict itself.
    """

    units: tuple[str, ...]
    smallest: bool


@dataclass(frozen=True, eq=False)
class Repair:
    """The fewest units that must have been misprinted.

    Parameters
    ----------
    alternatives : tuple of tuple of str
        Each a set of units without which the others fit, as the solver sees it (that no fewer do is proven). Several: the
        table alone cannot tell which. First the one that a single digit explains, then by the change of composites. Empty if
        more than `MOST_MISPRINTS` units would be needed.
    more : bool
        There may be other alternatives: the search was cut.
    misprints : DataFrame, shape (number, [alternative, unit, column, printed, low, high, nearest, change, one_digit])
        What each number of these units' rows would have to be, the others of the row as printed: ``low`` to ``high`` before
        rounding, in proven bounds, infinite where there are none (without either the rest is blank); ``nearest`` of what fits to
        the print, and the ``change`` to it; ``one_digit``: what fits and differs in one digit or in two neighbours swapped.
    """

    alternatives: tuple[tuple[str, ...], ...]
    more: bool
    misprints: pd.DataFrame


def find_contradiction(recovery: Recovery, *, rounds: int = ROUNDS_TO_PROVE) -> Contradiction:
    """Find the smallest set of units that no weights fit together.

    Any set of units that has been shown to fit leaves out at least one unit of each contradiction. So the smallest
    contradiction has a unit from each set of those left out; sets are collected until the smallest such choice is itself
    contradictory, or there are so many `rounds` (in large tables fewer: `MOST_PROGRAMS`); then it is not proven to be the smallest.

    Examples
    --------
    Roads alone give hill 0.9, wells alone 0.3: no mean of them is 0.95.

    >>> from dti_research.study.recovery import recover
    >>> table = pd.DataFrame({"roads": [0.9, 0.2, 0.5], "wells": [0.3, 0.7, 0.1]}, index=["hill", "lake", "moor"])
    >>> found = recover(table, pd.Series({"hill": 0.95, "lake": 0.325, "moor": 0.400}), digits=3)
    >>> find_contradiction(found)
    Contradiction(units=('hill',), smallest=True)
    """
    check_whole("rounds", rounds, 1)
    cone, names = recovery.conditions, recovery.printed.values.index
    best = _irreducible(cone)
    for start in best[: MOST_PROGRAMS // max(1, len(names) * len(best))]:
        best = min(best, _tightened(cone, start, len(best)), key=len)
    left_out: list[set[int]] = []
    smallest, proven = False, True
    for _ in range(min(rounds, 1 + MOST_PROGRAMS // len(names)) if best else 0):
        chosen = _fewest_of_each(left_out, len(names))
        if len(chosen) >= len(best):
            smallest = proven
            break
        if chosen and proof.contradiction(cone.keep(chosen)):
            best, smallest = chosen, proven
            break
        inside = _grown(cone, chosen)
        proven = proven and proof.fits(cone.keep(list(inside)))
        left_out.append(set(range(len(names))) - inside)
        if not left_out[-1]:  # a contradiction so faint that the solver takes all units together for fitting
            break
    return Contradiction(tuple(names[sorted(best)]), smallest or not best)


def find_repairs(recovery: Recovery) -> Repair:
    """Find the fewest units that must have been misprinted, and what would have to be printed instead.

    Every contradiction has a misprinted unit. So contradictions are collected until the fewest units that hit them all
    leave a table that fits; then the next such set of the same size is looked for. `InputError` where there is nothing to repair.

    Examples
    --------
    >>> from dti_research.study.recovery import recover
    >>> table = pd.DataFrame({"roads": [0.9, 0.2, 0.5, 0.4], "wells": [0.3, 0.7, 0.1, 0.9]}, index=["hill", "lake", "moor", "dune"])
    >>> printed = pd.Series({"hill": 0.750, "lake": 0.325, "moor": 0.400, "dune": 0.575})
    >>> found = find_repairs(recover(table, printed, digits=3))
    >>> found.alternatives
    (('dune',),)
    >>> found.misprints.loc[0, ["column", "printed", "nearest", "one_digit"]].tolist()
    ['composite', '0.575', '0.526', ['0.525']]
    """
    if recovery.verdict != "impossible":
        raise InputError(
            "the table does not contradict itself; expected one that no weights fit; there is nothing to repair"
        )
    cone, names = recovery.conditions, recovery.printed.values.index
    conflicts = [set(_irreducible(cone))]
    found: list[list[int]] = []
    unsure: list[list[int]] = []  # neither a contradiction nor weights that fit can be shown without them
    more = False
    for _ in range(MOST_ROUNDS):
        chosen = _fewest_of_each(conflicts, len(names), found + unsure)
        if chosen is None or len(chosen) > (len(found[0]) if found else MOST_MISPRINTS):
            break
        conflict = _irreducible(cone.drop(chosen))
        if conflict:
            conflicts.append(set(conflict))
            continue
        if not proof.fits(cone.drop(chosen)):
            unsure.append(chosen)
            more = True
            continue
        found.append(chosen)
        if len(found) >= MOST_REPAIRS:
            more = True
            break
    else:
        more = True
    tables = [_misprints(recovery, chosen) for chosen in found]
    order = sorted(range(len(found)), key=lambda i: _plainness(tables[i]))
    tables = [tables[i].assign(alternative=n) for n, i in enumerate(order)]
    columns = ["alternative", "unit", "column", "printed", "low", "high", "nearest", "change", "one_digit"]
    return Repair(
        tuple(tuple(names[sorted(found[i])]) for i in order),
        more,
        pd.concat(tables, ignore_index=True)[columns] if tables else pd.DataFrame(columns=columns),
    )


def _irreducible(cone: Cone) -> list[int]:
    """Units whose conditions contradict each other, none of which can be spared; empty if there is no contradiction."""
    units = proof.contradiction(cone)
    for unit in list(units):
        smaller = proof.contradiction(cone.keep([u for u in units if u != unit]))
        if smaller:
            units = [u for u in units if u in smaller]
    return units


def _tightened(cone: Cone, start: int, size: int) -> list[int]:
    """A contradiction of fewer than `size` units, found by always adding the one that pulls hardest; all units if there is none."""
    everyone = sorted(set(cone.owners.tolist()))
    chosen = [start]
    while not proof.contradiction(cone.keep(chosen)):
        if len(chosen) >= size - 1:
            return everyone
        chosen.append(
            max((u for u in everyone if u not in chosen), key=lambda u: proof.tension(cone.keep([*chosen, u])))
        )
    return _irreducible(cone.keep(chosen))


def _grown(cone: Cone, units: list[int]) -> set[int]:
    """More units that fit together with these, until no other one does."""
    inside = proof.fulfilled(cone, units)
    for unit in sorted(set(cone.owners.tolist()) - set(inside)):
        if not proof.contradiction(cone.keep([*inside, unit])):
            inside.append(unit)
    return set(inside)


def _fewest_of_each(sets: list[set[int]], count: int, others: list[list[int]] = ()) -> list[int] | None:
    """The fewest of `count` numbers with at least one from each set, but none of these other choices; None if there is no such."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    if not sets:
        return []
    inside = np.array([[float(i in chosen) for i in range(count)] for chosen in sets])
    limits = [LinearConstraint(inside, lb=1)]
    for other in others:
        limits.append(LinearConstraint([[float(i in other) for i in range(count)]], ub=len(other) - 1))
    answer = milp(np.ones(count), constraints=limits, integrality=np.ones(count), bounds=Bounds(0, 1))
    if answer.status == 2:  # there is no other choice
        return None
    if answer.status != 0:
        raise RuntimeError(f"whole-number program not solved: {answer.message}")
    return np.flatnonzero(answer.x > 0.5).tolist()


# ------------------------------------------------------------------------------------------ what should have been printed


def _misprints(recovery: Recovery, chosen: list[int]) -> pd.DataFrame:
    """For each number in the rows of these units: between which bounds it would fit, and the numbers that look like it."""
    table, rest = recovery.printed, recovery.conditions.drop(chosen)
    found = []
    for i in chosen:
        for column in ("composite", *table.values.columns):
            ends = (
                _composite_ends(recovery, rest, i) if column == "composite" else _value_ends(recovery, rest, i, column)
            )
            found.append({"unit": table.values.index[i], "column": column} | _suggest(recovery, i, column, ends))
    return pd.DataFrame(found)


def _composite_ends(recovery: Recovery, rest: Cone, i: int) -> tuple[float, float]:
    """Between what the composite must lie if the values are as printed."""
    table, total = recovery.printed, recovery.exact_total
    count = len(table.values.columns)
    free = total is None
    whole = [0] * count + [1] if free else [1] * count
    low, high = ([int(x) for x in side[i]] + [0] * free for side in (table.low, table.high))
    unit = recovery.half_digit * (1 if free else total)
    return proof.least_ratio(rest, low, whole, unit), proof.greatest_ratio(rest, high, whole, unit)


def _value_ends(recovery: Recovery, rest: Cone, i: int, column: str) -> tuple[float, float]:
    """Between what one value must lie if the row's other numbers are as printed.

    The row's conditions hold for weights z if value * z_j makes up for what the rest of the row leaves.
    """
    table = recovery.printed
    j, n = table.values.columns.get_loc(column), len(table.values.index)
    # The unit's own two conditions without this indicator, as sums over the variables.
    upper, lower = recovery.conditions.rows[i].copy(), recovery.conditions.rows[n + i].copy()
    factor = 1 if recovery.exact_total is None else recovery.exact_total.numerator
    upper[j] -= factor * table.low[i, j]
    lower[j] += factor * table.high[i, j]
    weight = [factor * int(k == j) for k in range(rest.rows.shape[1])]
    unit = recovery.half_digit
    least = proof.least_ratio(rest, [int(x) for x in lower], weight, unit)
    greatest = proof.greatest_ratio(rest, [-int(x) for x in upper], weight, unit)
    return least, greatest


def _suggest(recovery: Recovery, i: int, column: str, ends: tuple[float, float]) -> dict[str, object]:
    """The printed number, its bounds, and the printed numbers that fit and look like it."""
    table = recovery.printed
    digits = int(recovery.digits[column])
    number = float(table.composites.iloc[i] if column == "composite" else table.values.iloc[i][column])
    printed = f"{number:.{digits}f}"
    last = 10.0**-digits
    below, above = (float(end) for end in ROUNDING[recovery.printed.rounding])
    if number < 0:
        below, above = -above, -below
    least, most = math.inf, -math.inf
    if any(map(math.isfinite, ends)):
        least = math.ceil(ends[0] / last - above - proof.NUDGE) if math.isfinite(ends[0]) else -math.inf
        most = math.floor(ends[1] / last - below + proof.NUDGE) if math.isfinite(ends[1]) else math.inf
    given = round(number * 10**digits)
    closest = min(max(given, least), most) if least <= most else None
    return {
        "printed": printed,
        "low": ends[0],
        "high": ends[1],
        "nearest": None if closest is None else f"{closest / 10**digits:.{digits}f}",
        "change": math.nan if closest is None else (closest - given) / 10**digits,
        "one_digit": [text for text in _lookalikes(printed) if least <= round(float(text) * 10**digits) <= most],
    }


def _lookalikes(printed: str) -> Iterator[str]:
    """All numbers that differ from this one in one digit, or by two neighbouring digits swapped.

    Examples
    --------
    >>> list(_lookalikes("0.10"))[-3:], len(list(_lookalikes("0.10")))
    (['0.19', '1.00', '0.01'], 29)
    """
    places = [i for i, sign in enumerate(printed) if sign.isdigit()]
    for i in places:
        for digit in "0123456789":
            if digit != printed[i]:
                yield printed[:i] + digit + printed[i + 1 :]
    for a, b in zip(places, places[1:], strict=False):
        swapped = list(printed)
        swapped[a], swapped[b] = swapped[b], swapped[a]
        # Swapping two equal digits changes nothing.
        if "".join(swapped) != printed:
            yield "".join(swapped)


def _plainness(misprints: pd.DataFrame) -> tuple[int, float]:
    """First what a digit of the composite explains, then what a digit of a value does; then by the change of composites."""
    own = misprints[misprints.column == "composite"]
    by_unit = misprints.groupby("unit").one_digit
    if own.one_digit.map(bool).all():
        kind = 0
    elif by_unit.agg(lambda lists: any(map(bool, lists))).all():
        kind = 1
    else:
        kind = 2
    return kind, float(own.change.abs().fillna(math.inf).sum())
