"""Every claim with its verdict, and where the print contradicts itself.

- ``reproduced``: computed and printed agree within the bound (half a unit of the printed digit, plus what the rounding of the
  printed inputs can do; the bound is part of the answer);
- ``explained``: they differ, and a named contradiction says why;
- ``contradicted``: printed figures that cannot all hold; the contradiction names them;
- ``not checkable``: it needs what was not found in print, and says what.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from dti_research import data
from dti_research.errors import InputError, find_name
from dti_research.index.framework import Contradiction, Framework
from dti_research.message import Listing, Message
from dti_research.study.claims.checks import CHECKS, check_claim
from dti_research.study.claims.contradictions import contradictions_of
from dti_research.study.claims.corpus import Claim, Print, load_print
from dti_research.study.claims.outcome import CONTRADICTED, EPSILON, NOT_CHECKABLE, VERDICTS, Outcome, contradict


@dataclass(frozen=True)
class Verdict:
    """A claim with its outcome."""

    claim: Claim
    outcome: Outcome


@dataclass(frozen=True, eq=False)
class Answer:
    """Every printed figure with its verdict, and where the print contradicts itself; the fields are what `ask` was given."""

    frameworks: tuple[Framework, ...]
    table: str
    verdict: str
    print_: Print

    @functools.cached_property
    def _on_frameworks(self) -> list[Verdict]:
        ids = {framework.id for framework in self.frameworks}
        verdicts = [_judge(claim, self.print_) for claim in self.print_.claims if claim.framework in ids]
        return _with_disagreements(verdicts)

    @functools.cached_property
    def verdicts(self) -> list[Verdict]:
        """The verdict on each claim, in the order of ``claims.csv``.

        Of a published list, also those on other lists of the same framework and year (63 and 34 provinces of 2024).
        """
        alike = self.print_.tables_alike(self.table) if self.table else []
        return [verdict for verdict in self._on_frameworks if not self.table or verdict.claim.table in alike]

    @property
    def shown(self) -> list[Verdict]:
        """The verdicts that were asked for: all of them, or those of one kind."""
        return [verdict for verdict in self.verdicts if self.verdict in ("", verdict.outcome.verdict)]

    @functools.cached_property
    def counts(self) -> dict[str, int]:
        """How many claims have each verdict."""
        counted = Counter(verdict.outcome.verdict for verdict in self.verdicts)
        return {name: counted[name] for name in VERDICTS}

    @functools.cached_property
    def contradictions(self) -> list[Contradiction]:
        """Where the print on the frameworks disagrees with itself, each contradiction once."""
        found = [v.outcome.contradiction for v in self._on_frameworks if v.outcome.contradiction]
        return [
            contradiction
            for framework in self.frameworks
            for contradiction in contradictions_of(framework, found, self.print_)
        ]

    @functools.cached_property
    def kinds(self) -> dict[str, int]:
        """How many contradictions there are of each kind, the most frequent first."""
        return dict(Counter(contradiction.kind for contradiction in self.contradictions).most_common())

    @property
    def contradicted_frameworks(self) -> int:
        """On how many frameworks the print disagrees with itself."""
        return len({contradiction.framework for contradiction in self.contradictions})

    @property
    def with_recovered_points(self) -> list[Framework]:
        """The frameworks with verdicts whose points are recovered, not printed."""
        with_verdicts = {verdict.claim.framework for verdict in self.verdicts}
        return [f for f in self.frameworks if f.weights == "recovered" and f.id in with_verdicts]


def ask(frameworks: Sequence[str] = (), *, table: str = "", verdict: str = "", print_: Print | None = None) -> Answer:
    """What was printed about some frameworks, or one published list, and is it right?

    Parameters
    ----------
    frameworks : sequence of str
        Ids; all of them without any.
    table : str
        A published list: only what was printed about it. Its framework need not be named.
    verdict : str
        Show only the claims with this verdict (see `Answer.shown`); empty: all.
    print_ : Print, optional
        Everything that was printed; without it, what is in ``data/raw``.

    Raises
    ------
    UnknownName
        An unknown framework, list or verdict; a list of another framework than the named one.

    Examples
    --------
    >>> answer = ask(["hcmc-district-2023"])
    >>> answer.counts["reproduced"], len(answer.contradictions)
    (70, 10)
    """
    print_ = print_ or load_print()
    if verdict:
        find_name("verdict", verdict, VERDICTS)
    if table:
        own = print_.framework_of(find_name("table", table, print_.tables.index)).id
        frameworks = [find_name(f"framework of {table}", name, [own]) for name in frameworks] or [own]
    names = [find_name("framework", name, print_.frameworks) for name in frameworks] or list(print_.frameworks)
    return Answer(tuple(print_.frameworks[name] for name in names), table, verdict, print_)


def reproduce(framework: str | None = None, print_: Print | None = None) -> list[Verdict]:
    """Every claim (of one framework, if named) with its verdict, in the order of ``claims.csv``.

    Raises
    ------
    UnknownName
        An unknown framework.
    InputError
        If a claim names an unknown check or lacks what its check needs: a slip of ours, with the claim's id.

    Examples
    --------
    >>> own = [v for v in reproduce("national-province-2020") if v.claim.source == "dti-2020-report"]
    >>> [v.outcome.verdict for v in own if v.claim.check == "composite"].count("reproduced")
    9
    """
    return ask([framework] if framework else [], print_=print_).verdicts


def audit(framework: str | None = None, print_: Print | None = None) -> list[Contradiction]:
    """Where the print disagrees with itself, framework by framework; an UnknownName for an unknown one.

    Examples
    --------
    >>> [found.subject for found in audit("hcmc-department-2023") if found.kind == "level-gap"]
    ['press-release: [198, 199)', 'newspaper: [198, 199)']
    """
    return ask([framework] if framework else [], print_=print_).contradictions


def _judge(claim: Claim, print_: Print) -> Verdict:
    check_claim(claim, print_)
    try:
        return Verdict(claim, CHECKS[claim.check](claim, print_))
    except (LookupError, ValueError, TypeError) as error:
        raise InputError(
            f"{data.file_of('claims')}, claim {claim.id}: check {claim.check} failed: {error!r}"
        ) from error


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
                by_print = {(claim.printed, claim.source): claim for claim in others}
                expected = Listing(
                    Message("claims.by_source", printed=claim.said, source=claim.source)
                    for _, claim in sorted(by_print.items(), key=lambda item: item[0])
                )
                contradiction = contradict(verdict.claim, "sources-disagree", expected)
                changed[verdict.claim.id] = replace(verdict, outcome=Outcome(CONTRADICTED, contradiction=contradiction))
    return [changed.get(v.claim.id, v) for v in verdicts]


def _topic(claim: Claim) -> tuple:
    given = tuple(sorted((key, value) for key, value in claim.given.items() if key != "document"))
    return claim.check, claim.framework, claim.table, claim.unit, claim.part, given


def _differ(claim: Claim, other: Claim) -> bool:
    """Whether two printed figures differ by more than the coarser one's rounding."""
    try:
        return abs(claim.number - other.number) > max(claim.half_digit, other.half_digit) + EPSILON
    except InputError:  # words: a level, "last"
        return claim.printed != other.printed
