"""A ranking, as parts of a report, lines of a terminal and a JSON document."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import pandas as pd

from dti_research import data
from dti_research.index.framework import Framework
from dti_research.message import Listing, Message, Name, Number
from dti_research.report.parts import Figure, Findings, Table
from dti_research.report.show import names
from dti_research.report.show.claims import counted
from dti_research.report.show.document import value
from dti_research.study.rankings import Answer

if TYPE_CHECKING:
    from dti_research.study import claims


class Rankings:
    """The parts of an answer on a ranking."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    # -------------------------------------------------------------------------------------------- a published table, rebuilt

    @property
    def values(self) -> Table:
        """The values as printed."""
        assessment = self.answer.assessment
        frame = names.by_unit(assessment.values, assessment.names)
        frame = frame.rename(columns=names.node_names(assessment.known_framework))
        return Table("values", frame, _caption("values", self.answer), digits=4)

    @property
    def composites(self) -> Table:
        """Composites and ranks, printed and computed."""
        table = self.answer.rebuilt.table
        words = [Message("words.yes" if reproduced else "words.no") for reproduced in table.reproduced]
        frame = names.by_unit(table.assign(reproduced=words), self.answer.assessment.names)
        digits = {"printed": 4, "computed": 6, "difference": 6, "rank": 0}
        return Table("composites", frame, _caption("composites", self.answer), digits=digits)

    @property
    def differences(self) -> Figure:
        """How far each computed composite lies from its print."""
        return side_by_side([self.answer])

    def findings(self, printed: claims.Answer) -> Findings:
        """How many composites and ranks come out as printed, who differs most, and what became of the list's other figures."""
        rebuilt, assessment = self.answer.rebuilt, self.answer.assessment
        framework, unit_names = assessment.known_framework, assessment.names
        unit, miss = rebuilt.largest_miss
        said = [
            Message("rankings.reproduced", reproduced=rebuilt.reproduced, units=rebuilt.units, **self._whose_points),
            Message("rankings.largest_miss", miss=Number(miss, 6), unit=unit_names[unit]),
            Message("rankings.same_rank", same=rebuilt.same_rank, units=rebuilt.units),
        ]
        if (moved := rebuilt.moved_most) is not None:
            row = rebuilt.table.loc[moved]
            ranks = {"printed": int(row.order_printed), "computed": int(row.order_computed)}
            said.append(Message("rankings.moved_most", unit=unit_names[moved], **ranks))
        note = names.points_note([framework])
        return Findings([*said, counted("rankings.verdicts", printed, framework=framework.id, points=note)])

    @property
    def _whose_points(self) -> dict[str, Any]:
        """The framework or file, and whether it is printed."""
        points_of = self.answer.assessment.points_of
        if isinstance(points_of, Framework):
            return {"points": names.framework_name(points_of), "origin": names.word("weights", points_of.weights)}
        return {"points": points_of, "origin": self._weighed_by}

    @property
    def title(self) -> Message:
        """Whose points weigh, for the head of a panel."""
        points_of = self.answer.assessment.points_of
        if isinstance(points_of, Framework):
            return names.title_of(points_of)
        return Message("words.points_of", name=points_of, origin=self.answer.weighed_by, weights=self._weighed_by)

    # ----------------------------------------------------------------------------------------------- a table of one's own

    @property
    def ranking(self) -> Table:
        """Rank, composite and level of each unit, best first."""
        answer, scores = self.answer, self.answer.scores
        known = data.unit_names()
        frame = pd.DataFrame(
            {
                "rank": scores.rank[answer.order],
                "unit": [answer.assessment.names[unit] for unit in answer.order],
                "code": [unit if unit in known else None for unit in answer.order],
                "composite": scores.composite[answer.order],
                "maximum": scores.maximum[answer.order],
            }
        ).reset_index(drop=True)
        if not answer.has_maximum:
            frame = frame.drop(columns="maximum")
        if answer.levels is not None:
            frame["level"] = [self._level(unit) for unit in answer.order]
        headings = {
            "composite": Message("rankings.composite", measure=names.word("measure", scores.measure, "rankings"))
        }
        if answer.has_maximum:
            headings["maximum"] = Message("rankings.maximum")
        caption = Message("rankings.caption_ranking", framework=scores.framework)
        return Table("ranking", frame, caption, digits={"composite": 4}, headings=headings)

    def _level(self, unit: str) -> Listing | Message:
        known = names.level_names()
        levels = self.answer.levels[unit]
        return Listing((known[level] for level in levels), " / ") if levels else Message("rankings.no_level")

    @property
    def terms(self) -> tuple[Message, ...]:
        """How the ranking was computed: method, reading of the levels, whose points."""
        answer = self.answer
        framework = answer.assessment.known_framework
        said = Message(
            "rankings.computed",
            framework=framework.id,
            method=answer.method.name,
            levels=names.word("levels", answer.reading, "rankings"),
            points=self._weighed_by,
        )
        if answer.weighed_by != "recovered":
            return (said,)
        return said, Message("rankings.recovered", note=Name(framework.note_vi, framework.note_en))

    @property
    def _weighed_by(self) -> Message | str:
        return names.word("weighed_by", self.answer.weighed_by, "rankings")


def side_by_side(answers: Sequence[Answer]) -> Figure:
    """How far each computed composite lies from its print: one list, a panel for each set of points; text as of the first."""
    from dti_research.report.figures.rankings import difference_dots

    first = answers[0]
    panels = {Rankings(answer).title: answer.rebuilt.table for answer in answers}
    alt = Message(
        "rankings.alt_differences",
        units=first.rebuilt.units,
        reproduced=first.rebuilt.reproduced,
        miss=Number(first.rebuilt.largest_miss[1], 6),
    )
    draw = partial(difference_dots, panels, first.assessment.names, first.rebuilt.bound)
    return Figure("differences", draw, alt=alt, caption=_caption("differences", first))


def document(answer: Answer) -> dict[str, Any]:
    """The JSON document of ``dti score``."""
    scores, method = answer.scores, answer.method
    return value(
        {
            "framework": scores.framework,
            "method": method.name,
            "levels": None if answer.reading == "none" else answer.reading,
            "measure": scores.measure,
            "weights": answer.weighed_by,
            "steps": {step: getattr(method, step) for step in ("normalise", "weight", "aggregate", "maximum")},
            "units": [
                {
                    "unit": unit,
                    "composite": scores.composite[unit],
                    "maximum": scores.maximum[unit],
                    "rank": scores.rank[unit],
                    "level": None if answer.levels is None else " / ".join(answer.levels[unit]) or None,
                    "name": answer.assessment.names[unit],
                }
                for unit in answer.order
            ],
        }
    )


def _caption(what: str, answer: Answer) -> Message:
    return Message(f"rankings.caption_{what}", source=names.cite(answer.assessment.table))
