"""Checks on a published list: composites, pillars, means, ranks and levels, from the values and points behind them."""

from __future__ import annotations

import pandas as pd

from dti_research.index import levels
from dti_research.message import Listing, Message, Number, shortest
from dti_research.study.claims.checks.declare import check
from dti_research.study.claims.claims import Claim
from dti_research.study.claims.corpus import Print
from dti_research.study.claims.outcome import (
    CONTRADICTED,
    EPSILON,
    EXPLAINED,
    REPRODUCED,
    Outcome,
    compare,
    contradict,
    needs,
)


@check(table=True)
def composite(claim: Claim, print_: Print) -> Outcome:
    """Points times values.

    Bound: half the printed digit, plus the weighted rounding of the values (their weights sum to one).
    """
    for table in print_.tables_alike(claim.table):
        scores = print_.scores(table)
        if scores is not None and claim.unit in scores.composite.index:
            bound = claim.half_digit + print_.input_half_digit[table]
            return compare(claim, float(scores.composite[claim.unit]), bound)
    framework = print_.frameworks[claim.framework]
    if framework.points is not None:  # the press may print all the parts of a unit that the table leaves out
        parts = {code: print_.part_scores(claim.table, code).get(claim.unit) for code in framework.points.index}
        if all(value is not None for value in parts.values()):
            computed = float((framework.points * pd.Series(parts)).sum() / framework.points.sum())
            return compare(claim, computed, 2 * claim.half_digit)
    return needs("indicator-values")


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
    for table in print_.tables_alike(claim.table):
        scores = print_.scores(table)
        if framework.pillars and scores is not None and claim.unit in scores.pillars.index:
            computed = float(scores.pillars.loc[claim.unit, claim.part])
            return compare(claim, computed, claim.half_digit + print_.input_half_digit[table])
    total = print_.printed_composites(claim.table).get(claim.unit)
    if not framework.pillars and total is not None:
        shares = framework.points / framework.points.sum()
        others = {
            code: print_.part_scores(claim.table, code).get(claim.unit) for code in shares.index if code != claim.part
        }
        if all(value is not None for value in others.values()):
            rest = sum(shares[code] * value for code, value in others.items())
            bound = claim.half_digit * (1 + (2 - shares[claim.part]) / shares[claim.part])
            return compare(claim, float((total - rest) / shares[claim.part]), bound)
    return needs("indicator-values")


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
