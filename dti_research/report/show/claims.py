"""The parts of an answer on what was printed: verdicts, how many of each, and contradictions."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Sequence
from typing import Any

import pandas as pd

from dti_research.index.framework import Contradiction
from dti_research.message import Listing, Message, Name, Number, shortest
from dti_research.report.parts import Figure, Table
from dti_research.report.say import is_message, say
from dti_research.report.show import names
from dti_research.report.show.document import value
from dti_research.study.claims import Answer, Claim, Print, Verdict


class Claims:
    """The parts of an answer of `study.claims.ask`."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    @property
    def counts(self) -> Table:
        """How many claims have each verdict."""
        counts = self.answer.counts
        frame = pd.DataFrame({"verdict": [_verdict(name) for name in counts], "claims": list(counts.values())})
        return Table("verdicts", frame, Message(f"claims.caption_counts{self._of_table}"))

    @property
    def bars(self) -> Figure:
        """How many claims have each verdict, as bars."""
        from dti_research.report.figures.claims import verdict_bars

        counts = self.answer.counts
        told = [Message("claims.count", verdict=_verdict(name), count=Number(n, 0)) for name, n in counts.items()]
        alt = Message("claims.alt_bars", counts=Listing(told, "; "))
        return Figure("verdicts", functools.partial(verdict_bars, counts), alt, Message("claims.caption_bars"))

    @property
    def verdicts(self) -> Table:
        """Each claim that was asked for: printed, computed, the verdict and why, with its source."""
        frame = _verdicts_frame(self.answer.shown, self.answer.print_)
        note = names.points_note(self.answer.frameworks)
        return Table("claims", frame, Message(f"claims.caption_verdicts{self._of_table}", note=note))

    @property
    def contradictions(self) -> Table:
        """Each contradiction: what it is about, what is printed and what the rest of the print makes one expect."""
        frame = contradictions_frame(self.answer.contradictions)
        return Table("findings", frame, Message("claims.caption_contradictions"))

    @property
    def _of_table(self) -> str:
        return "_of_table" if self.answer.table else ""

    def contradictions_for_terminal(self) -> list[Table | Message]:
        """What `dti audit` prints."""
        count = len(self.answer.contradictions)
        return [self.contradictions, Message("claims.number_of_contradictions", count=count)]

    def verdicts_for_terminal(self) -> list[Table | Message]:
        """What `dti reproduce` prints."""
        counts = Listing(
            Message("claims.number_of", count=count, what=_verdict(name)) for name, count in self.answer.counts.items()
        )
        # A reader who challenges a figure names it by its id.
        frame = self.verdicts.frame.assign(id=[verdict.claim.id for verdict in self.answer.shown])
        table = dataclasses.replace(self.verdicts, frame=frame[["id", *frame.columns.drop("id")]])
        parts = [table, Message("claims.number_of_verdicts", counts=counts, claims=len(self.answer.verdicts))]
        if recovered := self.answer.with_recovered_points:
            parts.append(Message("claims.recovered", frameworks=Listing(framework.id for framework in recovered)))
        return parts


def counted(key: str, answer: Answer, **values: Any) -> Message:
    """A sentence with how many claims there are, and how many have each verdict."""
    counts = {name.replace(" ", "_"): count for name, count in answer.counts.items()}
    return Message(key, claims=len(answer.verdicts), **counts, **values)


def _verdicts_frame(verdicts: Sequence[Verdict], print_: Print) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "claim": [what(verdict.claim, print_) for verdict in verdicts],
            "printed": [_printed(verdict.claim) for verdict in verdicts],
            "computed": [_computed(verdict) for verdict in verdicts],
            "verdict": [_verdict(verdict.outcome.verdict) for verdict in verdicts],
            "why": [_why(verdict) for verdict in verdicts],
            "source": [names.place(verdict.claim.source, verdict.claim.locator) for verdict in verdicts],
        }
    )


def contradictions_frame(contradictions: Sequence[Contradiction]) -> pd.DataFrame:
    """Contradictions in words: what they are about, what is printed and expected, with the source."""
    return pd.DataFrame(
        {
            "framework": [found.framework for found in contradictions],
            "kind": [kind(found.kind) for found in contradictions],
            "where": [found.where for found in contradictions],
            "printed": [_as_text(found.printed) for found in contradictions],
            "expected": [_as_text(found.expected) for found in contradictions],
            "source": [names.place(found.source, *found.locators) for found in contradictions],
        }
    )


def what(claim: Claim, print_: Print) -> Message:
    """A claim in words: what, of whom, which part, when.

    Examples
    --------
    >>> from dti_research.report.say import say
    >>> from dti_research.study.claims import load_print
    >>> claims = {claim.id: claim for claim in load_print().claims}
    >>> say(what(claims["dti-gov-2024-34/composite/province-2024-34:ha-noi"], load_print()), "en")
    'composite: Hà Nội, 2024 (34 units)'
    """
    framework = print_.frameworks[claim.framework]
    about: list[Any] = []
    if claim.unit:
        about.append(print_.names[claim.unit])
    if claim.part:
        about.append(names.node_names(framework).get(claim.part, claim.part))
    if claim.check == "boundary":
        band = framework.level_rule(claim.given["document"]).bands[int(claim.given["level"]) - 1]
        edge = Message(f"claims.edge.{claim.given['edge']}")
        about.append(Message("claims.band_edge", level=Name(band.name_vi, band.name_en), edge=edge))
    about += [claim.given[key] for key in ("group", "pillar", "decision") if key in claim.given]
    if claim.table:
        row = print_.tables.loc[claim.table]
        counted = Message("claims.year_of_units", year=row.year, units=row.ranked)
        about.append(counted if row.ranked else Message("claims.year", year=row.year))
    if "since" in claim.given:
        about.append(Message("claims.since", year=print_.tables.loc[claim.given["since"], "year"]))
    subject = Listing(about or [names.framework_name(framework)])
    return Message("claims.about", figure=Message(f"claims.what.{claim.check}"), subject=subject)


def kind(name: str) -> Message:
    """The sort of a contradiction in words."""
    if is_message(f"claims.kind.{name}"):
        return Message(f"claims.kind.{name}")
    check = name.removesuffix("-mismatch").replace("-", "_")
    return Message("claims.kind.mismatch", what=Message(f"claims.what.{check}"))


def _verdict(name: str) -> Message | str:
    return names.word("verdict", name)


def _printed(claim: Claim) -> Any:
    return Message("claims.last") if claim.printed == "last" else _as_text(claim.said)


def _computed(verdict: Verdict) -> Any:
    computed = verdict.outcome.computed
    if computed is None:
        return ""
    return computed if isinstance(computed, str | Message | Listing) else _as_text(shortest(computed))


def _why(verdict: Verdict) -> Message | str:
    if verdict.outcome.contradiction:
        return kind(verdict.outcome.contradiction.kind)
    return Message(f"claims.needs.{verdict.outcome.needs}") if verdict.outcome.needs else ""


def _as_text(said: Any) -> Any:
    """A printed number keeps its own digits: not those of its column, and not a machine's in a file."""
    return Message("claims.figure", figure=said) if isinstance(said, Number) else said


# ----------------------------------------------------------------------------------------------------------- documents


def contradictions_document(answer: Answer) -> list[dict[str, Any]]:
    """The JSON document of `dti audit`: texts in English."""
    return value(
        [
            {name: getattr(found, name) for name in ("framework", "kind", "where", "printed", "expected", "source")}
            | {"locator": Listing(map(names.locator, found.locators), "; ")}
            for found in answer.contradictions
        ]
    )


def verdicts_document(answer: Answer, language: str = "en") -> dict[str, Any]:
    """The JSON document of `dti reproduce`; what a claim is about and what it needs in the reader's language."""
    claims = [_claim(verdict, answer.print_, language) for verdict in answer.shown]
    return value({"counts": answer.counts, "claims": claims})


def _claim(verdict: Verdict, print_: Print, language: str) -> dict[str, Any]:
    claim, outcome = verdict.claim, verdict.outcome
    return {
        "id": claim.id,
        "framework": claim.framework,
        "what": say(what(claim, print_), language),
        "printed": claim.printed,
        "computed": outcome.computed,
        "verdict": outcome.verdict,
        "finding": outcome.contradiction.id if outcome.contradiction else None,
        "source": claim.source,
        "locator": names.locator(claim.locator),
        "check": claim.check,
        "bound": outcome.bound,
        "needs": say(Message(f"claims.needs.{outcome.needs}"), language) if outcome.needs else None,
    }
