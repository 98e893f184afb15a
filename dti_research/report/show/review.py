"""The parts of an audit: one framework in the order print, data, coherence, weights, robustness."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from dti_research.message import Listing, Message, Number, percent
from dti_research.report.parts import Figure, Findings, Table
from dti_research.report.show import claims, names
from dti_research.report.show.pillars import Pillars, whole_names
from dti_research.report.show.totals import Totals
from dti_research.study.pillars.flags import THRESHOLDS
from dti_research.study.review import Answer


class Review:
    """The parts of an answer of `study.review.ask`."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self._names = whole_names(answer.framework)
        found = answer.assessment
        self._source = Message("review.no_list") if found is None else names.source_of(found)
        self._pillars = None if answer.measured is None else Pillars(answer.measured.pillars)

    def _caption(self, name: str) -> Message:
        return Message(f"review.caption_{name}", source=self._source)

    def _measured(self, name: str, frame: Callable[[], pd.DataFrame], digits: int | None = 2) -> Table:
        """A table that needs indicator values; where nobody printed any, one row that says so."""
        if self.answer.measured is None:
            return Table(name, pd.DataFrame({"note": [Message("review.not_printed")]}), self._caption(name), digits)
        return Table(name, frame(), self._caption(name), digits)

    @property
    def steps(self) -> Table:
        """How much each step looked at, and how much it raised."""
        steps = self.answer.steps
        frame = steps.assign(step=[Message(f"review.step.{step}") for step in steps.step])
        frame.insert(1, "question", [Message(f"review.question.{step}") for step in steps.step])
        return Table("steps", frame, self._caption("steps"))

    @property
    def verdicts(self) -> Figure:
        """What became of the printed figures."""
        return claims.Claims(self.answer.claims).bars

    @property
    def contradictions(self) -> Table:
        """Where the print contradicts itself."""
        frame = claims.contradictions_frame(self.answer.claims.contradictions)
        return Table("findings", frame, Message("review.caption_contradictions"))

    @property
    def indicators(self) -> Table:
        """Each indicator over the units."""
        return self._measured("indicators", lambda: self._pillars.indicators.frame)

    @property
    def consistency(self) -> Table:
        """Alpha and omega."""
        return self._measured("consistency", lambda: self._pillars.consistency.frame)

    @property
    def flags(self) -> Table:
        """What an audit would raise."""
        return self._measured("flags", lambda: self._pillars.flags.frame)

    @property
    def importance(self) -> Table:
        """Weight, importance, and the weights needed for the two to agree."""
        return self._measured("importance", lambda: self._pillars.weights_and_intended, 1)

    @property
    def influence(self) -> Table:
        """The units without which a coefficient changes most."""
        return self._measured("influence", lambda: self._pillars.influence.frame)

    @property
    def ranks(self) -> Table:
        """Ranks when weights vary; of a list of totals, the points that must move before the lower unit may catch up."""
        if self.answer.totals is None:
            return self._measured("ranks", self._ranks, None)
        changes = Totals(self.answer.totals).changes
        return Table("ranks", changes.frame.round(3), self._caption("changes"), headings=changes.headings)

    def _ranks(self) -> pd.DataFrame:
        rows = self.answer.measured.robustness.ranks
        frame = rows[["published", "median", "q05", "q95", "shift"]].assign(first=100 * rows["first"])
        return names.by_unit(frame.round(2), self.answer.assessment.names)

    # -------------------------------------------------------------------------------------------------------- findings

    @property
    def findings(self) -> Findings:
        """The conclusions, in the order of an audit."""
        sentences = [self._about_print(), self._about_points()]
        if self._pillars is not None:
            return Findings(
                [
                    *sentences,
                    self._about_data(),
                    self._about_coherence(),
                    *self._pillars.about_pillars,
                    *self._pillars.about_rest,
                    self._pillars.about_all_together,
                    *self._pillars.about_importance,
                    self._pillars.about_one_unit,
                    self._about_ranks(),
                    self._about_choices(),
                    *self._pillars.about_the_cut,
                ]
            )
        sentences.append(Message("review.nothing_printed"))
        if self.answer.totals is not None:
            first, units = self.answer.totals.first, self.answer.assessment.names
            sentences.append(
                Message(
                    "review.totals",
                    moved=Number(first.moved, 3),
                    total=Number(self.answer.framework.total_points),
                    higher=units[first.higher],
                    lower=units[first.lower],
                )
            )
        return Findings(sentences)

    def _about_print(self) -> Message:
        found = self.answer.claims
        kinds = [Message("review.kind", kind=claims.kind(kind), count=count) for kind, count in found.kinds.items()]
        counts = {name.replace(" ", "_"): count for name, count in found.counts.items()}
        return Message("review.print", figures=len(found.verdicts), kinds=names.or_none(kinds, ", "), **counts)

    def _about_points(self) -> Message:
        if not self.answer.heaviest:
            return Message("review.points_unknown")
        return Message(
            "review.points",
            origin=names.word("weights", self.answer.framework.weights),
            heaviest=Listing(self._names[code] for code in self.answer.heaviest),
            share=percent(self.answer.heaviest_share),
        )

    def _about_data(self) -> Message:
        flagged = [
            Message("review.flagged", name=self._names[row.a], flag=Message(f"pillars.flag.{row.flag}"))
            for row in self.answer.measured.raised_alone.itertuples()
        ]
        return Message("review.data", flags=Listing(flagged, "; ")) if flagged else Message("review.data_without_flag")

    def _about_coherence(self) -> Message:
        raised = {"redundant": [], "mirrored": [], "weak": [], "negative": []}
        for row in self.answer.measured.raised_in_pairs.itertuples():
            raised[row.flag].append(Listing([self._names[row.a], self._names[row.b]], " – "))
        high, low = Number(THRESHOLDS["redundant"], 2), Number(THRESHOLDS["weak"], 2)
        pairs = {flag: names.or_none(listed) for flag, listed in raised.items()}
        return Message("review.coherence", high=high, low=low, **pairs)

    def _about_ranks(self) -> Message:
        found, units = self.answer.measured, self.answer.assessment.names
        return Message(
            "review.robustness",
            any=bool(found.wide),
            leader=units[found.robustness.leader],
            first=percent(found.first_share),
            concentration=Number(found.robustness.result.concentration),
            wide=len(found.wide),
            units=len(found.robustness.ranks),
            listed=Listing(units[unit] for unit in found.wide),
        )

    def _about_choices(self) -> Message:
        row = self.answer.measured.largest_effect
        return Message(
            "review.choices",
            factor=self._names.get(row.factor, Message(f"methods.factor.{row.factor}")),
            effect=Number(row.total, 2),
            half=Number(row.total_half_width, 2),
        )
