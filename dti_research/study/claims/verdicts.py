"""Every claim with its verdict.

- ``reproduced``: computed and printed agree within the bound (half a unit of the printed digit, plus what the rounding of the
  printed inputs can do; the bound is part of the answer);
- ``explained``: they differ, and a named contradiction says why;
- ``contradicted``: printed figures that cannot all hold; the contradiction names them;
- ``not checkable``: it needs what was not found in print, and says what.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from dti_research import data
from dti_research.errors import InputError
from dti_research.message import Listing, Message
from dti_research.study.claims.checks import CHECKS, check_claim
from dti_research.study.claims.claims import Claim
from dti_research.study.claims.corpus import Print, load_print
from dti_research.study.claims.outcome import CONTRADICTED, EPSILON, NOT_CHECKABLE, Outcome, contradict


@dataclass(frozen=True)
class Verdict:
    """A claim with its outcome."""

    claim: Claim
    outcome: Outcome


def reproduce(framework: str | None = None, print_: Print | None = None) -> list[Verdict]:
    """Every claim (of one framework, if named) with its verdict, in the order of ``claims.csv``.

    Raises
    ------
    InputError
        If a claim names an unknown check or lacks what its check needs: a slip of ours, with the claim's id.

    Examples
    --------
    >>> own = [v for v in reproduce("national-province-2020") if v.claim.source == "dti-2020-report"]
    >>> [v.outcome.verdict for v in own if v.claim.check == "composite"].count("reproduced")
    9
    """
    print_ = print_ or load_print()
    verdicts = []
    for claim in print_.claims:
        if framework and claim.framework != framework:
            continue
        check_claim(claim, print_)
        try:
            verdicts.append(Verdict(claim, CHECKS[claim.check](claim, print_)))
        except (LookupError, ValueError, TypeError) as error:
            raise InputError(
                f"{data.file_of('claims')}, claim {claim.id}: check {claim.check} failed: {error!r}"
            ) from error
    return _with_disagreements(verdicts)


def _with_disagreements(verdicts: list[Verdict]) -> list[Verdict]:
    """Two sources that print different figures for one thing contradict each other, even where neither can be computed."""
    by_topic: dict[tuple, list[Verdict]] = {}
    for verdict in verdicts:
        if verdict.outcome.verdict == NOT_CHECKABLE:
            by_topic.setdefault(_topic(verdict.claim), []).append(verdict)
    changed = {}
    for group in by_topic.values():
        for verdict in group:
            others = [v.claim for v in group if _differ(v.claim, verdict.claim)]
            if others:
                printed = {
                    (c.printed, c.source): Message("claims.by_source", printed=c.said, source=c.source) for c in others
                }
                expected = Listing(printed[key] for key in sorted(printed))
                contradiction = contradict(verdict.claim, "sources-disagree", expected)
                changed[verdict.claim.id] = replace(verdict, outcome=Outcome(CONTRADICTED, contradiction=contradiction))
    return [changed.get(v.claim.id, v) for v in verdicts]


def _topic(claim: Claim) -> tuple:
    given = tuple(sorted((key, value) for key, value in claim.given.items() if key != "document"))
    return claim.check, claim.framework, claim.table, claim.unit, claim.part, given


def _differ(one: Claim, other: Claim) -> bool:
    """Whether two printed figures differ by more than the coarser one's rounding."""
    try:
        return abs(one.number - other.number) > max(one.half_digit, other.half_digit) + EPSILON
    except InputError:  # words: a level, "last"
        return one.printed != other.printed
