"""The parts of an answer on a list of which only totals are printed."""

from __future__ import annotations

import math

import pandas as pd

from dti_research.message import Listing, Message, Name, Number
from dti_research.report.parts import Figure, Findings, Table
from dti_research.report.show import names, weights
from dti_research.study.totals import Answer


class Totals:
    """The parts of an answer of `study.totals.ask`.

    Examples
    --------
    >>> from dti_research import open_assessment
    >>> from dti_research.report.say import say
    >>> from dti_research.study import totals
    >>> shown = Totals(totals.ask(open_assessment("hcmc-department-2023")))
    >>> say(shown.totals.caption, "en")[:34]
    'Printed totals, of 330 points. Sou'
    """

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._units = answer.assessment.names
        self._indicators = names.node_names(answer.assessment.known_framework)
        self._source = names.cite(answer.assessment.table)

    @property
    def totals(self) -> Table:
        """The totals as printed."""
        frame = names.by_unit(self._answer.totals.to_frame(), self._units)
        total = Number(self._answer.total_points)
        return Table("totals", frame, Message("totals.caption_totals", total=total, source=self._source), digits=2)

    @property
    def changes(self) -> Table:
        """The fewest points to be moved, for each pair of neighbours."""
        pairs = [pair for _, pair in self._answer.changes.iterrows()]
        frame = weights.by_pair(self._answer.changes, self._units).assign(
            giving=[self._giving(pair) for pair in pairs], receiving=[self._receiving(pair) for pair in pairs]
        )
        headings = {"lower": Message("weights.heading_lower")}
        caption = Message("totals.caption_changes", source=self._source)
        return Table("points-moved", frame, caption, digits=3, headings=headings)

    @property
    def changes_drawn(self) -> Figure:
        """The smallest changes, a bar for each pair."""
        axis, caption = Message("totals.axis_changes"), Message("totals.caption_changes_drawn", source=self._source)
        return weights.change_bars("points-moved", self._answer.changes, self._units, axis, caption)

    @property
    def intervals(self) -> Table:
        """The points of one indicator between which the order of the two first units is certain."""
        frame = names.by_indicator(self._answer.intervals, self._indicators)
        return Table("one-indicator", frame, Message("totals.caption_intervals", source=self._source), digits=2)

    @property
    def findings(self) -> Findings:
        """What was found, sentence by sentence."""
        answer, closest = self._answer, self._answer.closest
        room = answer.intervals.loc[answer.least_room]
        sentences = [
            self._first_two(),
            Message("totals.always_kept"),
            Message(
                "totals.least_room",
                indicator=self._indicators[answer.least_room],
                low=Number(room.low, 2),
                high=Number(room.high, 2),
                printed=Number(room.points, 2),
            ),
        ]
        if closest is not None:
            sentences.append(
                Message(
                    "totals.closest",
                    higher=self._units[closest.higher],
                    lower=self._units[closest.lower],
                    moved=Number(closest.moved, 3),
                )
            )
        return Findings(sentences)

    def _first_two(self) -> Message:
        answer, first = self._answer, self._answer.first
        return Message(
            "totals.first_two",
            possible=first.distance < math.inf,
            higher=self._units[first.higher],
            lower=self._units[first.lower],
            difference=Number(first.difference, 2),
            moved=Number(first.moved, 3),
            total=Number(answer.total_points),
            giving=self._giving(first),
            receiving=self._receiving(first),
        )

    def _giving(self, pair: pd.Series) -> Listing | Message:
        """The indicators that give up points, which the study joins by commas."""
        if pair.distance == math.inf:
            return weights.NEVER
        return Listing(self._indicators[code] for code in pair.giving.split(", "))

    def _receiving(self, pair: pd.Series) -> Name | str | Message:
        return weights.NEVER if pair.distance == math.inf else self._indicators[pair.receiving]
