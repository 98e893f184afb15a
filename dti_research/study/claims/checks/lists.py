"""Checks on a published list: composites, pillars, means, ranks and levels; how many units stand where; moves to a later list."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import pandas as pd

from dti_research.index import levels
from dti_research.index.score import Scores
from dti_research.message import Listing, Message, Number, shortest
from dti_research.study.claims.checks.declare import check
from dti_research.study.claims.corpus import Claim, Print
from dti_research.study.claims.outcome import (
    CONTRADICTED,
    EPSILON,
    EXPLAINED,
    NOT_CHECKABLE,
    REPRODUCED,
    Outcome,
    compare,
    contradict,
    count,
    needs,
    remainder,
)


def _scored(claim: Claim, print_: Print) -> tuple[Scores, float] | None:
    """The first list of the same framework and year with values of the unit: scored, and half the digit of its values."""
    for table in print_.tables_alike(claim.table):
        scores = print_.scores(table)
        if scores is not None and claim.unit in scores.composite.index:
            return scores, print_.input_half_digit[table]
    return None


def _parts(claim: Claim, print_: Print, codes: Sequence[str]) -> dict[str, float] | None:
    """What is known of these parts of the unit; None unless all are."""
    parts = {code: print_.part_scores(claim.table, code).get(claim.unit) for code in codes}
    return None if None in parts.values() else parts


@check(table=True)
def composite(claim: Claim, print_: Print) -> Outcome:
    """Points times values.

    Bound: half the printed digit, plus the weighted rounding of the values (their weights sum to one).
    """
    if scored := _scored(claim, print_):
        scores, half_digit = scored
        return compare(claim, float(scores.composite[claim.unit]), claim.half_digit + half_digit)
    points = print_.frameworks[claim.framework].points
    # The press may print all the parts of a unit that the table leaves out.
    parts = None if points is None else _parts(claim, print_, points.index)
    if parts is None:
        return needs("indicator-values")
    return compare(claim, float((points * pd.Series(parts)).sum() / points.sum()), 2 * claim.half_digit)


@check(table=True)
def same_figure(claim: Claim, print_: Print) -> Outcome:
    """The same figure in another source."""
    other = print_.value(claim.table, claim.unit, claim.part)
    if other is None:
        return needs("indicator-values")
    number, half = other
    bound = max(claim.half_digit, half)
    return compare(claim, number, bound, contradict(claim, "sources-disagree", shortest(number)))


@check(table=True, figure="rank")
def rank(claim: Claim, print_: Print) -> Outcome:
    """One plus the number of units strictly above (ties share the smallest), or the interval that the known units leave."""
    interval = print_.rank_interval(claim.table, claim.unit, claim.part)
    if claim.printed == "last" or interval is None:
        return needs("all-units")
    low, high = interval
    if low == high:
        return compare(claim, low, 0.0)
    between = Message("words.span", low=low, high=high)
    if low <= claim.number <= high:
        return needs("all-units", between)
    return Outcome(CONTRADICTED, between, 0.0, contradict(claim, "rank-mismatch", between))


@check(table=True, given=("document",), figure="level")
def level(claim: Claim, print_: Print) -> Outcome:
    """The level of the printed total under the bands of the same document, as printed."""
    framework = print_.frameworks[claim.framework]
    total = print_.printed_composites(claim.table).get(claim.unit)
    if total is None:
        return needs("unit-total")
    rule = framework.level_rule(claim.given["document"])
    scores = pd.Series({claim.unit: total})
    names = levels.assign_levels(scores, rule, "as-printed", total=framework.total_points)[claim.unit]
    if names == (claim.printed,):
        return Outcome(REPRODUCED, names[0], 0.0)
    computed = Listing(names, " / ") if names else Message("words.no_level")
    return Outcome(CONTRADICTED, computed, 0.0, contradict(claim, "level-mismatch", computed))


@check(table=True)
def pillar(claim: Claim, print_: Print) -> Outcome:
    """A pillar from the indicator values; where only pillars are printed, from the composite and the other pillars."""
    framework = print_.frameworks[claim.framework]
    if framework.pillars and (scored := _scored(claim, print_)):
        scores, half_digit = scored
        return compare(claim, float(scores.pillars.loc[claim.unit, claim.part]), claim.half_digit + half_digit)
    total = print_.printed_composites(claim.table).get(claim.unit)
    if framework.pillars or total is None:
        return needs("indicator-values")
    shares = framework.points / framework.points.sum()
    others = _parts(claim, print_, shares.index.drop(claim.part))
    if others is None:
        return needs("indicator-values")
    rest = sum(shares[code] * value for code, value in others.items())
    bound = claim.half_digit * (1 + (2 - shares[claim.part]) / shares[claim.part])
    return compare(claim, float((total - rest) / shares[claim.part]), bound)


@check(table=True)
def mean(claim: Claim, print_: Print) -> Outcome:
    """The mean over all ranked units.

    The pillars of the 63 provinces of 2024 were not printed, but a merged province's values are the plain means of its parts, and a
    pillar is linear in the values: the mean over the 63 is the mean over the 34, each counted as often as it has parts.
    """
    row = print_.tables.loc[claim.table]
    if not claim.part:
        printed = print_.printed_composites(claim.table)
        if row.coverage == "complete" and len(printed) == int(row.ranked):
            return compare(claim, float(printed.mean()), 2 * claim.half_digit)
        return needs("all-units")
    parts = print_.mergers.unit_after.value_counts()
    for table in print_.tables_alike(claim.table)[1:]:
        scores = print_.scores(table)
        if scores is not None and set(scores.pillars.index) == set(parts.index) and parts.sum() == int(row.ranked):
            counts = parts.reindex(scores.pillars.index)
            computed = float((scores.pillars[claim.part] * counts).sum() / counts.sum())
            return compare(claim, computed, claim.half_digit + print_.input_half_digit[table])
    return needs("all-units")


@check(table=True)
def merged_mean(claim: Claim, print_: Print) -> Outcome:
    """The plain mean of the printed composites of the parts must give the printed digits.

    No allowance for the rounding of the parts here: print to print, a reader who averages the printed numbers should get
    the printed number. Where only that rounding can close the difference, the verdict is ``explained``.
    """
    parts = print_.mergers.loc[print_.mergers.unit_after == claim.unit, "unit_before"]
    before = print_.printed_composites(print_.tables_alike(claim.table)[1])
    computed = float(before[parts].mean())
    difference = abs(computed - claim.number)
    if difference <= claim.half_digit + EPSILON:
        return Outcome(REPRODUCED, computed, claim.half_digit)
    expected = Message("claims.expected.mean_of", mean=Number(computed, 6), count=len(parts))
    within_rounding = difference <= 2 * claim.half_digit + EPSILON
    verdict = EXPLAINED if within_rounding else CONTRADICTED
    return Outcome(verdict, computed, claim.half_digit, contradict(claim, "merged-mean", expected))


# ---------------------------------------------------------------------------------------------------------------- units


def _all_level_counts(print_: Print, claim: Claim) -> dict[str, int]:
    """The units at each level; empty unless every level of the framework has a count."""
    levels = {band.name_vi for band in print_.frameworks[claim.framework].level_rule().bands}
    for source in (claim.source, None):
        counts = print_.level_counts(claim.table, source)
        if set(counts) == levels:
            return counts
    return {}


@check(table=True)
def unit_total(claim: Claim, print_: Print) -> Outcome:
    """The units at all levels, added."""
    counts = _all_level_counts(print_, claim)
    return count(claim, sum(counts.values()) if counts else None, "unit-totals")


@check(table=True)
def units_at_level(claim: Claim, print_: Print) -> Outcome:
    """All units less those at the other levels."""
    totals = print_.find(table=claim.table, check="unit_total")
    counts = _all_level_counts(print_, claim)
    others = [units for level, units in counts.items() if level != claim.part]
    return remainder(claim, totals[0].number if totals and counts else None, others, "unit-totals")


@check(table=True)
def percentage(claim: Claim, print_: Print) -> Outcome:
    """The units at one level in per cent of all."""
    counts = _all_level_counts(print_, claim)
    if not counts:
        return needs("unit-totals")
    return compare(claim, 100 * counts[claim.part] / sum(counts.values()), claim.half_digit)


@check(given=("count", "of"))
def percentage_of(claim: Claim, print_: Print) -> Outcome:
    """One printed count in per cent of another."""
    return compare(claim, 100 * float(claim.given["count"]) / float(claim.given["of"]), claim.half_digit)


@check(given=("of",))
def unit_sum(claim: Claim, print_: Print) -> Outcome:
    """The units of several tables, added."""
    return count(claim, sum(int(print_.tables.loc[table, "ranked"]) for table in claim.given["of"].split(",")))


@check(table=True)
def units_ranked(claim: Claim, print_: Print) -> Outcome:
    """The rows of a complete table."""
    complete = print_.tables.loc[claim.table, "coverage"] == "complete" and not claim.part
    return count(claim, len(print_.printed_composites(claim.table)) if complete else None, "unit-list")


@check(table=True, given=("threshold",))
def units_above(claim: Claim, print_: Print) -> Outcome:
    """Units at or above a threshold: only a lower bound where not all are printed."""
    known = print_.printed_composites(claim.table)
    above = int((known >= float(claim.given["threshold"])).sum())
    return needs("all-units", Message("claims.computed.at_least", number=above))


@check(table=True)
def number_listed(claim: Claim, print_: Print) -> Outcome:
    """The units that the same source names with a rank from the top."""
    named = {c.unit for c in print_.find(table=claim.table, check="rank", source=claim.source) if c.printed.isdigit()}
    return count(claim, len(named) or None, "unit-list")


@check(table=True, given=("readings",))
def ambiguous_units(claim: Claim, print_: Print) -> Outcome:
    """A count that can be read in two ways; the list of units that would decide is not published."""
    without, besides = claim.given["readings"].split(",")
    name = print_.names[claim.unit]
    expected = Message("claims.expected.two_counts", within=without, besides=besides, unit=name)
    computed = Message("claims.computed.either", first=without, second=besides)
    found = contradict(claim, "ambiguous-count", expected)
    return Outcome(NOT_CHECKABLE, computed, contradiction=found, needs="unit-list")


# ---------------------------------------------------------------------------------------------------------------- moves


def _then_and_now(claim: Claim, known: Callable[[str, str, str], object]) -> list | None:
    """What is known of the unit on the earlier list and on the later one; None unless both are."""
    found = [known(table, claim.unit, claim.part) for table in (claim.given["since"], claim.table)]
    return None if None in found else found


@check(table=True, given=("since",))
def rank_move(claim: Claim, print_: Print) -> Outcome:
    """The earlier rank less the later one."""
    known = _then_and_now(claim, print_.rank)
    if known is None:
        return needs("earlier-edition")
    earlier, later = known
    expected = Message("claims.expected.rank_move", move=earlier - later, earlier=earlier, later=later)
    return compare(claim, earlier - later, 0.0, contradict(claim, "rank-move-mismatch", expected))


@check(table=True, given=("since",))
def value_move(claim: Claim, print_: Print) -> Outcome:
    """The later value less the earlier one. Bound: half the printed digit, plus the rounding of both values."""
    known = _then_and_now(claim, print_.value)
    if known is None:
        return needs("earlier-edition")
    earlier, later = known
    computed = later[0] - earlier[0]
    bound = claim.half_digit + later[1] + earlier[1]
    last = 2 * claim.half_digit
    cut = math.floor(computed / last + EPSILON) * last
    if abs(computed - claim.number) > bound and abs(cut - claim.number) < EPSILON:
        return Outcome(EXPLAINED, computed, bound, contradict(claim, "cut-not-rounded", Number(computed, 4)))
    figures = {"move": Number(computed, 4), "earlier": Number(earlier[0], 4), "later": Number(later[0], 4)}
    expected = Message("claims.expected.value_move", **figures)
    return compare(claim, computed, bound, contradict(claim, "value-move-mismatch", expected))


@check(table=True, given=("since",))
def growth(claim: Claim, print_: Print) -> Outcome:
    """The later value over the earlier one, in per cent. Bound: half the printed digit, plus the rounding of both values."""
    known = _then_and_now(claim, print_.value)
    if known is None:
        return needs("earlier-edition")
    earlier, later = known
    ratio = later[0] / earlier[0]
    highest = (later[0] + later[1]) / (earlier[0] - earlier[1])
    return compare(claim, 100 * (ratio - 1), claim.half_digit + 100 * (highest - ratio))


# ---------------------------------------------------------------------------------------- figures that nothing bears on


@check(given=("needs",))
def published_nowhere(claim: Claim, print_: Print) -> Outcome:
    """Nothing else in print bears on the figure; ``needs`` names what would."""
    return needs(claim.given["needs"])
