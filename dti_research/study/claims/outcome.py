"""What a check says of a claim: the four verdicts, and how a computed figure is held against a printed one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dti_research.index.framework import Contradiction, Locator, Said
from dti_research.message import Message, shortest
from dti_research.study.claims.corpus import Claim

REPRODUCED, EXPLAINED, CONTRADICTED, NOT_CHECKABLE = "reproduced", "explained", "contradicted", "not checkable"
VERDICTS = (REPRODUCED, EXPLAINED, CONTRADICTED, NOT_CHECKABLE)

#: Absorbs binary noise only; every stated bound is at least 5e-5.
EPSILON = 1e-9

NEEDS = (
    "indicator-values",
    "all-units",
    "unit-total",
    "unit-totals",
    "unit-list",
    "component-list",
    "pillar-indicators",
    "points",
    "earlier-edition",
    "boundary-rule",
    "council-list",
)
"""What a claim may need that was not found in print; the words are in ``claims.toml``, under ``needs``."""


@dataclass(frozen=True)
class Outcome:
    """What a check says of a claim.

    Parameters
    ----------
    verdict : str
        One of `VERDICTS`.
    computed : number, Message, Listing, str or None
        The figure as computed; a Message where it can only be bounded.
    bound : float or None
        How far computed and printed may lie apart.
    needs : str
        A key of `NEEDS`, where the claim cannot be checked.
    """

    verdict: str
    computed: float | Said | None = None
    bound: float | None = None
    contradiction: Contradiction | None = None
    needs: str = ""


def needs(what: str, computed: Said | None = None) -> Outcome:
    """Not checkable without what was not found in print; `computed` says how far the rest goes."""
    return Outcome(NOT_CHECKABLE, computed, needs=what)


def compare(claim: Claim, computed: float, bound: float, contradiction: Contradiction | None = None) -> Outcome:
    """Reproduced within the bound, contradicted otherwise."""
    if abs(computed - claim.number) <= bound + EPSILON:
        return Outcome(REPRODUCED, computed, bound)
    contradiction = contradiction or contradict(claim, f"{claim.check}-mismatch", shortest(computed))
    return Outcome(CONTRADICTED, computed, bound, contradiction)


def count(claim: Claim, computed: float | None, otherwise: str = "") -> Outcome:
    """A count must be met exactly; None: it needs what `otherwise` names."""
    if computed is None:
        return needs(otherwise)
    place = Locator.read(claim.locator)
    found = contradict(claim, "count-mismatch", shortest(computed), place.plain, place.said)
    return compare(claim, computed, 0.0, found)


def remainder(claim: Claim, total: float | None, others: Sequence[float | None], otherwise: str) -> Outcome:
    """A printed total less the figures of all others must be met exactly; where one is not printed, it needs `otherwise`."""
    known = total is not None and None not in others
    return count(claim, total - sum(others) if known else None, otherwise)


def contradict(claim: Claim, kind: str, expected: Said, subject: str = "", where: Said = "") -> Contradiction:
    """A claim against the rest of the print; about the claim's own table, unit and part, unless a subject is given."""
    if not subject:
        subject, where = _subject(claim)
    return Contradiction(
        framework=claim.framework,
        kind=kind.replace("_", "-"),
        subject=subject,
        printed=claim.said,
        expected=expected,
        source=claim.source,
        locators=(claim.locator,),
        where=where,
    )


def _subject(claim: Claim) -> tuple[str, Said]:
    """What a claim is about, by codes and in words."""
    subject = where = ":".join(text for text in (claim.table, claim.unit, claim.part) if text)
    if not subject:
        place = Locator.read(claim.locator)
        subject, where = place.plain, place.said
    since = claim.given.get("since")
    if since:
        subject, where = f"{subject}, since {since}", Message("claims.where.since", where=where, since=since)
    return subject, where
