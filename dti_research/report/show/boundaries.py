"""The parts of an answer on level boundaries."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import pandas as pd

from dti_research.index.levels import READINGS
from dti_research.message import Listing, Message, Name, Number
from dti_research.report.parts import Figure, Findings, Table
from dti_research.report.show import names
from dti_research.study.boundaries import Answer


class Boundaries:
    """The parts of an answer of `study.boundaries.ask`.

    Examples
    --------
    >>> from dti_research import open_assessment
    >>> from dti_research.report.say import say
    >>> from dti_research.study import boundaries
    >>> assessment = open_assessment("hcmc-department-2023")
    >>> shown = Boundaries(boundaries.ask(assessment, composites="province-2023", draws=100, seed=1))
    >>> say(shown.findings.sentences[0], "en")
    'The readings disagree about the scores [198, 199).'
    """

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._readings = {reading: names.word("reading", reading) for reading in READINGS}
        self._source = names.cite(answer.composites_of)

    @property
    def disputed(self) -> Table:
        """The scores about which the readings disagree, of every document."""
        frame = _in_levels(self._answer.disputed)
        frame["document"] = [names.word("document", document) for document in frame.document]
        return Table("disputed-scores", frame, Message("boundaries.caption_disputed"), headings=self._readings)

    @property
    def changes(self) -> Table:
        """The units whose level depends on the reading."""
        frame = names.by_unit(_in_levels(self._answer.changes))
        caption = Message("boundaries.caption_changes", source=self._source)
        return Table("level-changes", frame, caption, digits={"composite": 4}, headings=self._readings)

    @property
    def curve(self) -> Figure:
        """How many units stand at or above a boundary as it moves."""
        from dti_research.report.figures.boundaries import boundary_curves

        answer = self._answer
        printed = [
            Message("boundaries.alt_boundary", boundary=boundary, share=Number(row.share, 4), units=int(row.units))
            for boundary, row in answer.boundaries.iterrows()
        ]
        curves = {answer.composites_of: answer.curve}
        drawn = partial(boundary_curves, curves, answer.boundaries.share.to_dict())
        alt = Message("boundaries.alt_curve", units=len(answer.composites), boundaries=Listing(printed, "; "))
        return Figure("boundary-curve", drawn, alt, Message("boundaries.caption_curve", source=self._source))

    @property
    def bounds(self) -> Table:
        """The fewest and the most units in each disputed interval."""
        return Table("bounds", self._named(self._answer.bounds), Message("boundaries.caption_bounds"))

    @property
    def simulated(self) -> Table:
        """Simulated: how many units change level under each reading."""
        frame = self._named(self._answer.simulated_summary.reset_index())
        headings = {"unchanged": Message("boundaries.heading_unchanged")}
        caption = Message("boundaries.caption_simulated")
        return Table("simulated-changes", frame, caption, digits=2, headings=headings, simulated=True)

    @property
    def simulated_counts(self) -> Figure:
        """Simulated: how often so many units change level."""
        from dti_research.report.figures.boundaries import change_counts

        means = [
            Message("boundaries.alt_reading", reading=self._readings[reading], mean=Number(mean, 2))
            for reading, mean in self._answer.simulated_summary["mean"].items()
        ]
        drawn = partial(change_counts, self._answer.simulated_counts, self._readings)
        alt = Message("boundaries.alt_simulated", readings=Listing(means, "; "))
        caption = Message("boundaries.caption_simulated_counts")
        return Figure("simulated-changes", drawn, alt, caption, simulated=True)

    @property
    def findings(self) -> Findings:
        """What was found, sentence by sentence."""
        answer, widest = self._answer, self._answer.widest
        intervals = list(answer.own_disputed.interval)
        sentences = [
            Message("boundaries.disputed", any=bool(intervals), intervals=Listing(intervals)),
            Message("boundaries.tried", units=len(answer.composites), changed=len(answer.changes)),
        ]
        if widest is not None:
            sentences.append(
                Message(
                    "boundaries.bounded",
                    reading=self._readings[widest.reading],
                    at_least=int(widest.at_least),
                    at_most=int(widest.at_most),
                    interval=widest.interval,
                )
            )
        reading, mean = answer.most_changing
        sentences.append(
            Message(
                "boundaries.simulated",
                draws=Number(answer.draws, 0),
                reading=self._readings[reading],
                mean=Number(mean, 2),
            )
        )
        return Findings(sentences)

    def _named(self, frame: pd.DataFrame) -> pd.DataFrame:
        return frame.assign(reading=[self._readings[reading] for reading in frame.reading])


def _in_levels(frame: pd.DataFrame) -> pd.DataFrame:
    """A table whose reading columns hold levels, with the levels' names; none is said as such."""
    levels = names.level_names()
    return frame.assign(**{reading: [_level(cell, levels) for cell in frame[reading]] for reading in READINGS})


def _level(cell: str, levels: Mapping[str, Name]) -> Listing | Message:
    return Listing((levels[level] for level in cell.split(" / ")), " / ") if cell else Message("words.no_level")
