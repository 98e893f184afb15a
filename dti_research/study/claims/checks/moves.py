"""Checks on moves from one published list to a later one, and on figures that nothing bears on."""

from __future__ import annotations

import math

from dti_research.message import Message, Number
from dti_research.study.claims.checks.declare import check
from dti_research.study.claims.claims import Claim
from dti_research.study.claims.corpus import Print
from dti_research.study.claims.outcome import EPSILON, EXPLAINED, Outcome, compare, contradict, needs


@check(table=True, given=("since",))
def rank_move(claim: Claim, print_: Print) -> Outcome:
    """The earlier rank less the later one."""
    earlier = print_.rank(claim.given["since"], claim.unit, claim.part)
    later = print_.rank(claim.table, claim.unit, claim.part)
    if earlier is None or later is None:
        return needs("earlier-edition")
    expected = Message("claims.expected.rank_move", move=earlier - later, earlier=earlier, later=later)
    return compare(claim, earlier - later, 0.0, contradict(claim, "rank-move-mismatch", expected))


@check(table=True, given=("since",))
def value_move(claim: Claim, print_: Print) -> Outcome:
    """The later value less the earlier one. Bound: half the printed digit, plus the rounding of both values."""
    earlier = print_.value(claim.given["since"], claim.unit, claim.part)
    later = print_.value(claim.table, claim.unit, claim.part)
    if earlier is None or later is None:
        return needs("earlier-edition")
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
    earlier = print_.value(claim.given["since"], claim.unit, claim.part)
    later = print_.value(claim.table, claim.unit, claim.part)
    if earlier is None or later is None:
        return needs("earlier-edition")
    ratio = later[0] / earlier[0]
    highest = (later[0] + later[1]) / (earlier[0] - earlier[1])
    return compare(claim, 100 * (ratio - 1), claim.half_digit + 100 * (highest - ratio))


@check(given=("needs",))
def published_nowhere(claim: Claim, print_: Print) -> Outcome:
    """Nothing else in print bears on the figure; ``needs`` names what would."""
    return needs(claim.given["needs"])
