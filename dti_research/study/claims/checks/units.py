"""Checks on units: how many there are, are ranked, are named, and stand at which level."""

from __future__ import annotations

from dti_research.message import Message
from dti_research.study.claims.checks.declare import check
from dti_research.study.claims.claims import Claim
from dti_research.study.claims.corpus import Print
from dti_research.study.claims.outcome import NOT_CHECKABLE, Outcome, compare, contradict, count, needs


def _all_level_counts(print_: Print, claim: Claim) -> dict[str, int] | None:
    """The units at each level, if every level of the framework has a count."""
    levels = {band.name_vi for band in print_.frameworks[claim.framework].level_rule().bands}
    for source in (claim.source, None):
        counts = print_.level_counts(claim.table, source)
        if set(counts) == levels:
            return counts
    return None


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
    if not totals or not counts:
        return needs("unit-totals")
    return count(claim, totals[0].number - sum(n for level, n in counts.items() if level != claim.part))


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
