"""The parts of an answer on the choice of method."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

import pandas as pd

from dti_research.message import Listing, Message, Number, percent
from dti_research.report.parts import Figure, Findings, Table
from dti_research.report.show import names
from dti_research.report.show.weights import rank_intervals
from dti_research.study.methods import Answer, Sensitivity

CHOICES = ("normalisation", "aggregation", "weight rule", "reading")


class Methods:
    """The parts of an answer of `study.methods.ask`."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self._units = answer.assessment.names
        self._names = names.node_names(answer.assessment.known_framework)
        self._factors = {choice: Message(f"methods.factor.{choice}") for choice in CHOICES} | self._names
        self._source = names.source_of(answer.assessment)

    def _caption(self, name: str) -> Message:
        return Message(f"methods.caption_{name}", source=self._source)

    def _outcome(self, outcome: str) -> Message:
        return Message(f"methods.outcome.{outcome}", unit=self._units[self.answer.unit])

    # -------------------------------------------------------------------------------------------------- tables and figures

    @property
    def one_at_a_time(self) -> Table:
        """Each node counts less, then more; the largest shifts are left out: ten columns are more than a page holds."""
        rows = self.answer.nodes
        rows = rows.drop(columns=[name for name in rows if name.startswith("largest_shift_")])
        return self._nodes("one-at-a-time", rows, {"weight": 1, "mean_shift_lower": 2, "mean_shift_higher": 2})

    @property
    def leave_one_out(self) -> Table:
        """Each node is left out."""
        return self._nodes("leave-one-out", self.answer.left_out, {"weight": 1, "mean_shift": 2, "spearman": 3})

    def _nodes(self, name: str, rows: pd.DataFrame, digits: dict[str, int]) -> Table:
        """A table of nodes with names for codes and weights in percent."""
        columns = [column for column in rows if column.startswith(("unit", "first"))]
        told = {column: [self._several(units) for units in rows[column]] for column in columns}
        frame = rows.assign(
            node=[self._names.get(node, node) for node in rows.node],
            kind=[Message(f"methods.kind.{kind}") for kind in rows.kind],
            weight=100 * rows.weight,
            **told,
        )
        headings = {column: Message(f"methods.heading.{column}") for column in rows if column not in ("node", "weight")}
        return Table(name, frame, self._caption(name.replace("-", "_")), digits, headings)

    def _several(self, units: str) -> Listing:
        return Listing((self._units.get(unit, unit) for unit in units.split(" / ")), " / ")

    @property
    def effects(self) -> Table:
        """First-order and total effects of each outcome, the largest total of the first outcome on top."""
        columns = {}
        for outcome, found in self.answer.outcomes.items():
            title = self._outcome(outcome)
            columns |= {
                Message("methods.own", outcome=title): found.indices["first"],
                Message("methods.total", outcome=title): found.indices.total,
                Message("methods.half", outcome=title): found.indices.total_half_width,
            }
        frame = pd.DataFrame(columns)
        factors = self.answer.shifts.indices.factor
        frame.insert(0, "factor", [self._factors.get(factor, factor) for factor in factors])
        frame = frame.loc[self.answer.order].reset_index(drop=True)
        return Table("effects", frame, self._caption("effects"), digits=2)

    @property
    def total_effects(self) -> Figure:
        """The same effects as bars."""
        from dti_research.report.figures import methods as figures

        outcomes = self.answer.outcomes
        panels = [(self._outcome(outcome), found.indices) for outcome, found in outcomes.items()]
        drawn = functools.partial(figures.total_effects, panels, self.answer.order, self._factors)
        told = [
            Message("methods.alt_outcome", outcome=title, factors=Listing(self._largest("alt_effect", found, 3)))
            for (title, _), found in zip(panels, outcomes.values(), strict=True)
        ]
        alt = Message("methods.alt_effects", told=Listing(told, "; "))
        return Figure("total-effects", drawn, alt, self._caption("effects_figure"))

    def _largest(self, key: str, found: Sensitivity, count: int) -> list[Message]:
        return [
            Message(
                f"methods.{key}",
                factor=self._factors.get(row.factor, row.factor),
                total=Number(row.total, 2),
                half=Number(row.total_half_width, 2),
            )
            for row in found.largest(count).itertuples()
        ]

    @property
    def convergence(self) -> Table:
        """Whether a smaller sample would give the same answer."""
        caption = Message("methods.caption_convergence")
        digits = {"change": 3, "half_width": 3}
        return Table("convergence", self.answer.shifts.convergence, caption, digits=digits)

    @property
    def scenario_ranks(self) -> Figure:
        """The 5-95 % interval of each rank where method and weights are drawn."""
        caption = self._caption("scenario_ranks")
        return rank_intervals("scenario-ranks", self.answer.scenarios.ranks, self._units, caption)

    @property
    def failed_draws(self) -> Table:
        """Draws that could not be computed, by scenario."""
        failed = self.answer.scenarios.failed
        told: list[Any] = [Listing(names.word("method", step) for step in name.split(", ")) for name in failed.index]
        rows = {"scenario": told or [Message("words.none")], "draws": list(failed.draws) or [0]}
        return Table("failed-draws", pd.DataFrame(rows), Message("methods.caption_failed"))

    # ------------------------------------------------------------------------------------------------------------ findings

    @property
    def findings(self) -> Findings:
        """What was found, sentence by sentence."""
        answer = self.answer
        indicators, shift = answer.missed_most
        without = Message(
            "methods.left_out",
            indicators=self._either(indicators),
            shift=Number(shift, 2),
            units=Listing(self._units.get(unit, unit) for unit in answer.first_without),
        )
        indicators, shift = answer.moved_most
        changed = Message("methods.changed", indicators=self._either(indicators), shift=Number(shift, 2))
        unit, share = answer.scenario_leader
        drawn = Message(
            "methods.scenarios",
            draws=answer.scenarios.computed,
            unit=self._units[unit],
            share=percent(share),
            shift=Number(answer.scenarios.mean_rank_shift, 2),
            failed=answer.failed_draws,
        )
        partial = names.partial_note(answer.assessment)
        return Findings([*self._about_outcomes(), without, changed, drawn, *([partial] if partial else [])])

    def _about_outcomes(self) -> list[Message]:
        """The two largest effects on each outcome; whose points weigh is said once."""
        told, note = [], names.weights_note(self.answer.assessment)
        for outcome, found in self.answer.outcomes.items():
            title = self._outcome(outcome)
            if not found.varies:
                told.append(Message("methods.no_choice", outcome=title, note=note))
            else:
                effects = self._largest("effect", found, 2)
                values = {"mean": Number(found.mean, 2), "factors": _chained("methods.then", effects)}
                told.append(Message("methods.largest", outcome=title, settled=found.settled, note=note, **values))
            note = ""
        return told

    def _either(self, codes: Sequence[str]) -> Any:
        return _chained("methods.or", [self._names[code] for code in codes])


def _chained(key: str, items: Sequence[Any]) -> Any:
    """Several things with a word between each two."""
    return functools.reduce(lambda first, second: Message(key, first=first, second=second), items)
