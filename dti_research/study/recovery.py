"""Which weights are behind a printed table? All of them, with proof.

A printed number is known to half a digit, so a table of values and composites does not have one set of weights but all those
with which every row comes out as printed. They are found by linear programming and proven in whole numbers (`study.cone`): an
interval for each weight, or rows that contradict each other and the misprint that would explain it (`study.misprint`). From
the intervals follow points: whole numbers that lie inside all of them. Handbook step 6 (weighting and aggregation), read
backwards. What a unit earned, from its printed composite and pillars: `study.earned`.

Weights are at least 0, and composites are weighted arithmetic means: another aggregation shows as a contradiction. Left out:
normalisation (values are taken as printed) and what is printed nowhere.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd

from dti_research import data
from dti_research.errors import InputError, check_share, check_whole, find_name, nearest
from dti_research.index.framework import Framework
from dti_research.index.normalise import check_values
from dti_research.study import cone as proof
from dti_research.study.cone import Cone

VERDICTS = ("unique", "range", "impossible")
"""Every weight in an interval narrower than the asked step; some in a wider one; no weights at all."""

ROUNDING = {
    "nearest": (Fraction(-1, 2), Fraction(1, 2)),
    "down": (Fraction(0), Fraction(1)),
    "either": (Fraction(-1, 2), Fraction(1)),
    "twice": (Fraction(-1), Fraction(1)),
}
"""How far the number behind a printed one may lie below and above it, in its last digit. Both ends count as possible.
``twice``: as the mean of numbers that were rounded themselves, which merged units may have. ``down``: digits are cut, so a
negative number moves up, and a printed 0 may have been either where a table has negative numbers."""

STEP = 0.01
"""The default step: 10 points of 1000. Official points come in tens, so a narrower interval holds one of them at most."""

MOST_DIGITS = 8
"""Numbers with more decimals are taken as known to this many, give or take one in the last: solvers resolve no more."""

SIGNIFICANT = 12
"""Numbers of as many digits or more are read to this many, give or take one in the last: beyond is binary noise."""

MULTIPLES = (1, 5, 10)
LARGEST_SCALE = 1000
MOST_PROPOSALS = 100
MOST_TRIED = 200_000


# ------------------------------------------------------------------------------------------------------- what is recovered


@dataclass(frozen=True, eq=False)
class Proposal:
    """Points in whole numbers that give every printed composite within its rounding.

    Parameters
    ----------
    scale : int [points]
        What they add to.
    multiple : int [points]
        Each is a multiple of it.
    points : Series, shape (indicator,) [points]
    """

    scale: int
    multiple: int
    points: pd.Series


@dataclass(frozen=True, eq=False)
class Proposals:
    """The points that were found, and how far they were looked for.

    Parameters
    ----------
    found : tuple of Proposal
        By multiple, then scale. All there are on their scale, unless `more`.
    more : bool
        The list was cut, or too many had to be tried: there may be others.
    scale : int or None [points]
        The scale that was asked for.
    searched : int [points]
        The largest scale, in steps of the multiple, up to which all were tried.
    blocked : tuple of str
        With a given scale: indicators in whose interval no multiple lies, which proves that no such points exist.
    """

    found: tuple[Proposal, ...]
    more: bool = False
    searched: int = 0
    scale: int | None = None
    blocked: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Recovery:
    """All weights that a printed table allows.

    Parameters
    ----------
    verdict : str
        One of `VERDICTS`.
    weights : DataFrame, shape (indicator, [low, high, width]) [share, or what the weights add to]
        No weight outside gives every row; NaN where impossible.
    total : (float, float)
        What the weights add to: as given, or as recovered.
    step : float
        Intervals narrower than this make the verdict unique.
    digits : Series, shape (indicator and composite,)
        To how many decimals each column is known.
    rounding : str
        A key of `ROUNDING`.
    units : tuple of str
    printed : Printed
        The table behind it, as intervals.
    conditions : Cone
        What it puts on the weights.
    exact_total : Fraction or None
        What the weights add to, as given; None if it is recovered: then the composite's own scale is the last variable.
    """

    verdict: str
    weights: pd.DataFrame
    total: tuple[float, float]
    step: float
    digits: pd.Series
    rounding: str
    units: tuple[str, ...]
    printed: Printed = field(repr=False)
    conditions: Cone = field(repr=False)
    exact_total: Fraction | None = field(repr=False)


@dataclass(frozen=True, eq=False)
class Printed:
    """Printed numbers as the intervals they stand for, in half units of the last digit that any column has.

    Parameters
    ----------
    values, composites : DataFrame, Series
        As printed.
    low, high : array of object, shape (unit, indicator)
    composite_low, composite_high : array of object, shape (unit,)
    digits : Series
    rounding : str
    """

    values: pd.DataFrame
    composites: pd.Series
    low: np.ndarray
    high: np.ndarray
    composite_low: np.ndarray
    composite_high: np.ndarray
    digits: pd.Series
    rounding: str


def recover(
    values: pd.DataFrame,
    composites: pd.Series,
    *,
    digits: int | Mapping[str, int] | pd.Series | None = None,
    rounding: str = "nearest",
    total: float | None = 1.0,
    step: float = STEP,
) -> Recovery:
    """Find all weights with which every printed value and composite agree.

    Handbook step 6 (weighting), read backwards.

    Each printed number stands for an interval. A row allows a set of weights if some numbers in its intervals fit; as weights
    are at least 0, these are exactly the weights with which the lowest values give no more than the highest composite, and the
    highest no less than the lowest. So the product of an unknown value and an unknown weight costs nothing: no bound is lost.

    Parameters
    ----------
    values : DataFrame, shape (unit, indicator) [any one measure, higher is better]
        As printed.
    composites : Series, shape (unit,) [same measure]
        As printed, for the same units.
    digits : int, mapping of column to int, or Series, optional
        To how many decimals the columns are printed (``composite`` is the composites'). Without it, as many as a column shows.
    rounding : str
        A key of `ROUNDING`.
    total : float, optional
        What the weights add to. None: unknown; then it is recovered, too.
    step : float [share of the total]
        The verdict is ``unique`` if every interval is narrower.

    Returns
    -------
    Recovery

    Raises
    ------
    InputError
        A table that `check_values` refuses; other units in `composites`; a number with more decimals than `digits`; a total or
        step that is not above 0.
    UnknownName
        An unknown rounding.

    References
    ----------
    Oettli, W. and Prager, W. (1964), Compatibility of approximate solution of linear equations with given error bounds for
    coefficients and right-hand sides, Numerische Mathematik 6, 405-409.

    Examples
    --------
    >>> table = pd.DataFrame({"roads": [0.9, 0.2, 0.5], "wells": [0.3, 0.7, 0.1]}, index=["hill", "lake", "moor"])
    >>> found = recover(table, pd.Series({"hill": 0.750, "lake": 0.325, "moor": 0.400}), digits=3)
    >>> found.verdict, found.weights.round(3).to_dict("index")["roads"]
    ('unique', {'low': 0.748, 'high': 0.752, 'width': 0.003})
    """
    find_name("rounding", rounding, ROUNDING)
    check_share("step", step)
    printed = read_intervals(values, composites, digits, rounding)
    shares = None if total is None else Fraction(Decimal(repr(float(total)))) if math.isfinite(total) else None
    if total is not None and (shares is None or shares <= 0):
        raise InputError(f"total {total!r}: expected a number above 0 that the weights add to, or None; correct it")
    rows = _conditions(printed, shares)
    cone = Cone(rows, np.tile(np.arange(len(values.index)), 2))
    return _recovery(printed, cone, shares, step, values.columns)


def without_units(recovery: Recovery, units: Sequence[str]) -> Recovery:
    """What the other units alone allow.

    Raises
    ------
    UnknownName
        An unknown unit.

    Examples
    --------
    >>> table = pd.DataFrame({"roads": [0.9, 0.2, 0.5], "wells": [0.3, 0.7, 0.1]}, index=["hill", "lake", "moor"])
    >>> found = recover(table, pd.Series({"hill": 0.95, "lake": 0.325, "moor": 0.400}), digits=3)
    >>> found.verdict, without_units(found, ["hill"]).verdict
    ('impossible', 'unique')
    """
    names = recovery.printed.values.index
    if isinstance(units, str):
        raise InputError(f"units {units!r}: expected a list of units; put it in brackets")
    for unit in units:
        find_name("unit", unit, recovery.units)
    left = [unit for unit in recovery.units if unit not in set(units)]
    shares = recovery.exact_total
    gone = [names.get_loc(unit) for unit in units]
    return _recovery(
        recovery.printed, recovery.conditions.drop(gone), shares, recovery.step, recovery.weights.index, left
    )


def _recovery(
    printed: Printed,
    cone: Cone,
    shares: Fraction | None,
    step: float,
    indicators: pd.Index,
    units: Sequence | None = None,
) -> Recovery:
    count = len(indicators)
    kept = tuple(printed.values.index) if units is None else tuple(units)
    common = {"step": step, "digits": printed.digits, "rounding": printed.rounding, "units": kept}
    inside = {"printed": printed, "conditions": cone, "exact_total": shares}
    if proof.contradiction(cone):
        empty = pd.DataFrame(math.nan, index=indicators.rename("indicator"), columns=["low", "high", "width"])
        at = (math.nan, math.nan) if shares is None else (float(shares), float(shares))
        return Recovery("impossible", empty, at, **common, **inside)
    # With a known total the variables are shares of it; without, the last variable is what the composite is worth.
    whole = [1] * count if shares is not None else [0] * count + [1]
    size = Fraction(1) if shares is None else shares
    ends = []
    for j in range(count):
        one = [int(i == j) for i in range(cone.rows.shape[1])]
        ends.append([proof.least_ratio(cone, one, whole, size), proof.greatest_ratio(cone, one, whole, size)])
    weights = pd.DataFrame(ends, index=indicators.rename("indicator"), columns=["low", "high"])
    weights["width"] = weights.high - weights.low
    if shares is None:
        sums = [1] * count + [0]
        adds_to = (proof.least_ratio(cone, sums, whole), proof.greatest_ratio(cone, sums, whole))
    else:
        adds_to = (float(size), float(size))
    narrow = bool((weights.width < step * adds_to[0]).all())
    return Recovery("unique" if narrow else "range", weights, adds_to, **common, **inside)


def _conditions(printed: Printed, total: Fraction | None) -> np.ndarray:
    """Lowest values, weighted, at most the highest composite; highest values at least the lowest composite."""
    top, low = printed.composite_high[:, None], printed.composite_low[:, None]
    if total is None:
        return np.vstack([np.hstack([printed.low, -top]), np.hstack([-printed.high, low])])
    p, q = total.numerator, total.denominator
    return np.vstack([p * printed.low - q * top, q * low - p * printed.high])


# ---------------------------------------------------------------------------------------------- printed numbers as intervals


def read_intervals(
    values: pd.DataFrame, composites: pd.Series, digits: int | Mapping[str, int] | None, rounding: str
) -> Printed:
    """Check a printed table and take every number of it for the interval that its rounding leaves."""
    table = check_values(values)
    if "composite" in table.columns:
        raise InputError(
            "column 'composite' stands among the indicators; expected it by itself; hand it over as composites"
        )
    scores = check_values(composites.to_frame("composite"))["composite"]
    for unit in scores.index.difference(table.index):
        raise InputError(
            f"unit {unit!r}{nearest(unit, table.index)} has a composite and no values; expected the same units in both; "
            "leave it out"
        )
    for unit in table.index.difference(scores.index):
        raise InputError(
            f"unit {unit!r} has values and no composite; expected one for each unit; add it, or leave the unit out"
        )
    scores = scores.reindex(table.index)
    both = table.assign(composite=scores)
    known = _digits(both, digits)
    finest = int(known.max())
    signed = bool((both < 0).any(axis=None))
    ends = {column: _interval(both[column], int(known[column]), finest, rounding, signed) for column in both.columns}
    return Printed(
        table,
        scores,
        *(np.array([ends[c][side] for c in table.columns], dtype=object).T for side in (0, 1)),
        *(np.array(ends["composite"][side], dtype=object) for side in (0, 1)),
        known,
        rounding,
    )


def decimals(number: float) -> int:
    """How many decimals a number shows at its shortest.

    Examples
    --------
    >>> decimals(0.8241), decimals(12.0), decimals(1e-05)
    (4, 0, 5)
    """
    return max(0, -_as_written(number).normalize().as_tuple().exponent)


def _as_written(number: float) -> Decimal:
    """The decimal that was meant, without the noise of binary arithmetic: 0.1 + 0.2 is 0.3."""
    return Decimal(f"{number:.{SIGNIFICANT}g}")


def _digits(both: pd.DataFrame, digits: int | Mapping[str, int] | None) -> pd.Series:
    """Decimals of each column: as given, else as many as it shows."""
    shown = both.map(decimals)
    known = shown.max()
    if digits is not None:
        given = dict(digits) if isinstance(digits, Mapping | pd.Series) else dict.fromkeys(both.columns, digits)
        for column, count in given.items():
            find_name("column of digits", column, both.columns)
            known[column] = check_whole(f"digits of {column}", count, 0)
        longer = (shown > known).to_numpy()
        if longer.any():
            row, place = np.argwhere(longer)[0]
            column = both.columns[place]
            raise InputError(
                f"unit {both.index[row]!r}, column {column!r}: {both.iloc[row, place]:.15g} has {shown.iloc[row, place]} decimals; "
                f"expected at most {known[column]}, as digits says; correct one of them"
            )
    return known.clip(upper=MOST_DIGITS).astype(int).rename("digits")


def _interval(column: pd.Series, digits: int, finest: int, rounding: str, signed: bool) -> tuple[list[int], list[int]]:
    factor = 10 ** (finest - digits)
    below, above = ROUNDING[rounding]
    low, high = [], []
    for number in column:
        exact = _as_written(number)
        last = int(exact.scaleb(digits).to_integral_value())
        # A number with more decimals, or more digits, than can be resolved is known to one of the last of these.
        whole = exact.scaleb(digits) == last and len(exact.as_tuple().digits) < SIGNIFICANT
        extra = 0 if whole else 10 ** max(0, digits - decimals(number))
        down, up = (below, above) if number >= 0 else (-above, -below)  # cut digits move a negative number up
        if signed and last == 0:
            down, up = -above, above
        low.append(int(2 * factor * (last + down - extra)))
        high.append(int(2 * factor * (last + up + extra)))
    return low, high


# -------------------------------------------------------------------------------------------------- points in whole numbers


def leave_one_out(recovery: Recovery, proposals: Proposals) -> pd.DataFrame:
    """Would the answer stand if one unit were not in the table?

    A unit that is misprinted by less than the table can show may shift the answer; then it changes when that unit is left out.

    Parameters
    ----------
    recovery : Recovery
    proposals : Proposals
        From `propose_points`; they are proposed anew on the same scale, or without one.

    Returns
    -------
    DataFrame, shape (unit left out, [widest, same_points])
        ``widest``: the widest interval then [share of the total]; ``same_points``: whether the same whole points are proposed.

    Examples
    --------
    Lake, which is equal in both, says nothing about weights: all hangs on hill.

    >>> table = pd.DataFrame({"roads": [0.9, 0.5], "wells": [0.3, 0.5]}, index=["hill", "lake"])
    >>> found = recover(table, pd.Series({"hill": 0.750, "lake": 0.500}), digits=3)
    >>> leave_one_out(found, propose_points(found)).same_points.to_dict()
    {'hill': False, 'lake': True}
    """
    given = [one.points.tolist() for one in proposals.found]
    rows = []
    for unit in recovery.units:
        rest = without_units(recovery, [unit])
        found = [one.points.tolist() for one in propose_points(rest, scale=proposals.scale).found]
        rows.append([(rest.weights.width / rest.total[0]).max(), bool(found) and found == given])
    return pd.DataFrame(rows, index=pd.Index(recovery.units, name="unit"), columns=["widest", "same_points"])


def propose_points(
    recovery: Recovery,
    *,
    scale: int | None = None,
    multiples: Sequence[int] | None = None,
    largest: int = LARGEST_SCALE,
) -> Proposals:
    """Which points, in whole numbers, lie inside what the table allows?

    Handbook step 6 (weighting), read backwards. Every proposal fulfils every row, checked in whole numbers; lying inside each
    interval by itself would not be enough.

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

    Returns
    -------
    Proposals

    Raises
    ------
    InputError
        A scale or multiple that is no whole number of at least 1; a scale that no multiple divides.

    Examples
    --------
    >>> table = pd.DataFrame({"roads": [0.9, 0.2, 0.5], "wells": [0.3, 0.7, 0.1]}, index=["hill", "lake", "moor"])
    >>> found = recover(table, pd.Series({"hill": 0.750, "lake": 0.325, "moor": 0.400}), digits=3)
    >>> [one.points.to_dict() for one in propose_points(found).found]
    [{'roads': 3, 'wells': 1}, {'roads': 15, 'wells': 5}, {'roads': 30, 'wells': 10}]
    >>> [one.points.to_dict() for one in propose_points(found, scale=1000).found]
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


# ------------------------------------------------------------------------------------------- what the table was not asked


def pillar_bounds(recovery: Recovery, wholes: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """What are the scores of pillars, whichever of the recovered weights is true?

    Handbook step 6 (aggregation). A pillar is taken as what its indicators earned of what they can earn.

    Parameters
    ----------
    recovery : Recovery
    wholes : mapping of pillar to its indicators

    Returns
    -------
    DataFrame, shape (unit and pillar, [unit, pillar, low, high]) [measure of the values]
        Before rounding; proven, though not the narrowest: that the same values must give the unit's own composite is not used.

    Raises
    ------
    InputError
        The table contradicts itself, so that there are no weights; a pillar without indicators.
    UnknownName
        An unknown indicator.

    Examples
    --------
    >>> table = pd.DataFrame({"roads": [0.9, 0.2, 0.5], "wells": [0.3, 0.7, 0.1]}, index=["hill", "lake", "moor"])
    >>> found = recover(table, pd.Series({"hill": 0.750, "lake": 0.325, "moor": 0.400}), digits=3)
    >>> pillar_bounds(found, {"water": ["wells"]}).round(4).iloc[0].to_dict()
    {'unit': 'hill', 'pillar': 'water', 'low': 0.2995, 'high': 0.3005}
    """
    if recovery.verdict == "impossible":
        raise InputError(
            "no weights give this table, so its pillars have no bounds; expected a table without contradiction; leave out the "
            "units of its contradiction"
        )
    table, indicators = recovery.printed, list(recovery.weights.index)
    half = Fraction(1, 2 * 10 ** int(recovery.digits.max()))
    found = []
    for pillar, members in wholes.items():
        if not members:
            raise InputError(f"pillar {pillar!r} has no indicators; expected at least one; add them, or leave it out")
        for code in members:
            find_name(f"indicator of pillar {pillar}", code, indicators)
        inside = [int(code in set(members)) for code in indicators]
        below = inside + [0] * (recovery.conditions.rows.shape[1] - len(inside))
        for i, unit in enumerate(table.values.index):
            if unit not in recovery.units:
                continue
            low, high = (
                [int(x) * b for x, b in zip(side[i], inside, strict=True)] + below[len(inside) :]
                for side in (table.low, table.high)
            )
            found.append(
                {
                    "unit": unit,
                    "pillar": pillar,
                    "low": proof.least_ratio(recovery.conditions, low, below, half),
                    "high": proof.greatest_ratio(recovery.conditions, high, below, half),
                }
            )
    return pd.DataFrame(found, columns=["unit", "pillar", "low", "high"])


def printed_pillars(table: str) -> pd.DataFrame:
    """Pillars of units that a published table's sources print, with the composite beside them.

    Returns
    -------
    DataFrame, shape (figure, [unit, pillar, printed, composite, source, locator])
        ``printed`` and ``composite`` as text, as printed; ``composite`` empty if it is not.

    Examples
    --------
    >>> printed_pillars("province-2024-34")[["unit", "pillar", "printed"]].to_numpy().tolist()
    [['thanh-hoa', 'government', '0.8668'], ['thanh-hoa', 'economy', '0.8836']]
    """
    claims = data.load_claims()
    known = {pillar.code for pillar in data.framework_of(table).pillars}
    own = claims[(claims.table == table) & (claims.check == "pillar") & claims.part.isin(known)]
    totals = claims[(claims.table == table) & (claims.check == "composite")].drop_duplicates("unit").set_index("unit")
    return pd.DataFrame(
        {
            "unit": own.unit.to_numpy(),
            "pillar": own.part.to_numpy(),
            "printed": own.printed.to_numpy(),
            "composite": own.unit.map(totals.printed).fillna("").to_numpy(),
            "source": own.source.to_numpy(),
            "locator": own.locator.to_numpy(),
        }
    )


def check_against(bounds: pd.DataFrame, printed: pd.DataFrame) -> pd.DataFrame:
    """Hold printed pillars, which the recovery did not use, against what the recovered weights make of them.

    Parameters
    ----------
    bounds : DataFrame
        From `pillar_bounds`.
    printed : DataFrame, shape (figure, [unit, pillar, printed])
        ``printed`` as text, so that its last digit is known.

    Returns
    -------
    DataFrame, shape (figure, [unit, pillar, printed, low, high, agrees])
        ``agrees``: the printed figure, rounded to the nearest, lies within the bounds. If not, none of the recovered weights give
        it; if so, that some do is likely and not proven (`pillar_bounds`). ``low`` and ``high`` before rounding.
    """
    both = printed.merge(bounds, on=["unit", "pillar"], how="inner")
    half = both.printed.map(lambda text: 0.5 * 10.0 ** min(0, Decimal(text).as_tuple().exponent))
    figure = both.printed.astype(float)
    edge = 1e-12  # a bound may stand on the edge of the rounding, where floats differ in their last digit
    agrees = (both.low <= figure + half + edge) & (both.high >= figure - half - edge)
    return both.assign(agrees=agrees)


def check_pillars(recovery: Recovery, table: str) -> pd.DataFrame:
    """`check_against` for the pillars of a published table's units that its sources print; no rows where there are none."""
    framework, printed = data.framework_of(table), printed_pillars(table)
    wholes = {
        pillar.code: [code for code in pillar.indicators if code in recovery.weights.index]
        for pillar in framework.pillars
    }
    if recovery.verdict == "impossible" or printed.empty:
        return printed.iloc[:0].assign(low=[], high=[], agrees=[])
    return check_against(pillar_bounds(recovery, wholes), printed)


def compare_points(recovery: Recovery, frameworks: Sequence[Framework]) -> pd.DataFrame:
    """Do the points of known frameworks lie inside what the table allows?

    Parameters
    ----------
    recovery : Recovery
    frameworks : sequence of Framework
        Those with other indicators, or without points, are passed over.

    Returns
    -------
    DataFrame, shape (framework and indicator, [framework, indicator, points, share, low, high, inside])
        ``inside`` is blank where the table contradicts itself.
    """
    rows = []
    for framework in frameworks:
        points = framework.points
        if points is None or set(points.index) != set(recovery.weights.index):
            continue
        for code, row in recovery.weights.iterrows():
            share = points[code] / points.sum() * recovery.total[0]
            inside = None if math.isnan(row.low) else bool(row.low <= share <= row.high)
            rows.append([framework.id, code, points[code], share, row.low, row.high, inside])
    return pd.DataFrame(rows, columns=["framework", "indicator", "points", "share", "low", "high", "inside"])


def with_misprint(composites: pd.Series, unit: str, composite: float) -> pd.Series:
    """The same composites with another one for one unit, to try what a misprint does; unchanged if no unit is named.

    Examples
    --------
    >>> with_misprint(pd.Series({"hill": 0.75, "lake": 0.325}), "hill", 0.95).to_dict()
    {'hill': 0.95, 'lake': 0.325}
    """
    if not unit:
        return composites
    return composites.where(composites.index != find_name("unit", unit, composites.index), composite)
