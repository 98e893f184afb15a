"""What was printed, and is it right? The answer on some frameworks, or on one published list."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from dti_research.errors import find_name
from dti_research.index.framework import Contradiction, Framework
from dti_research.study.claims.contradictions import contradictions_of
from dti_research.study.claims.corpus import Print, load_print
from dti_research.study.claims.outcome import VERDICTS
from dti_research.study.claims.verdicts import Verdict, reproduce


@dataclass(frozen=True, eq=False)
class Answer:
    """Every printed figure with its verdict, and where the print contradicts itself.

    Parameters
    ----------
    frameworks : tuple of Framework
        That were asked about.
    table : str
        The published list that was asked about; empty: all that is printed on the frameworks.
    verdict : str
        The only verdict that is shown; empty: all.
    print_ : Print
        Everything that was printed.
    """

    frameworks: tuple[Framework, ...]
    table: str
    verdict: str
    print_: Print

    @functools.cached_property
    def _by_framework(self) -> dict[str, list[Verdict]]:
        return {framework.id: reproduce(framework.id, self.print_) for framework in self.frameworks}

    @functools.cached_property
    def verdicts(self) -> list[Verdict]:
        """The verdict on each claim, in the order of ``claims.csv``.

        Of a published list, also those on other lists of the same framework and year (63 and 34 provinces of 2024).
        """
        by_claim = {verdict.claim.id: verdict for own in self._by_framework.values() for verdict in own}
        verdicts = [by_claim[claim.id] for claim in self.print_.claims if claim.id in by_claim]
        if not self.table:
            return verdicts
        alike = self.print_.tables_alike(self.table)
        return [verdict for verdict in verdicts if verdict.claim.table in alike]

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
        return [
            contradiction
            for framework in self.frameworks
            for contradiction in contradictions_of(framework, self._by_framework[framework.id], self.print_)
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
