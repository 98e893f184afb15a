"""The parts of the answers on other weights: random draws, exact changes, and the order of two units."""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from dti_research.message import Listing, Message, Number, percent
from dti_research.report.parts import Figure, Findings, Table
from dti_research.report.show import names
from dti_research.study.assessment import Assessment
from dti_research.study.weights import PairAnswer, RobustnessAnswer, StabilityAnswer
from dti_research.study.weights.plan import NO_LEVEL

RANK = {"published": Message("weights.heading_rank")}
NEVER = Message("words.never")
GAINS = ("gains_most", "loses_most")


class _Shown:
    """An answer, and what its units and indicators are called."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self._units = answer.assessment.names
        self._indicators = names.node_names(answer.assessment.known_framework)

    def _caption(self, name: str, **values: Any) -> Message:
        return Message(f"weights.caption_{name}", source=names.source_of(self.answer.assessment), **values)

    def _kept(self, name: str, units: list[str], of: int, **values: Any) -> Message:
        """Which units keep their rank, and how many."""
        listed = Listing(self._units[unit] for unit in units) if units else Message("words.none")
        return Message(f"weights.{name}", units=listed, all=of, **{name: len(units)}, **values)


class Robustness(_Shown):
    """The parts of an answer of `study.weights.ask_robustness`."""

    @property
    def weights(self) -> Table:
        """The weights and how far the draws spread around them, in percent."""
        frame = names.by_indicator(100 * self.answer.spread, self._indicators)
        return Table("weights", frame, self._caption("weights"), digits=1)

    @property
    def ranks(self) -> Table:
        """Where each unit stands in the draws, best first; how often it is first, in percent, with the error of that."""
        rows = self.answer.ranks
        frame = rows[["published", "median", "q05", "q95", "shift"]]
        frame = frame.assign(first=100 * rows["first"], error=100 * rows.first_error)
        digits = {"shift": 2, "first": 1, "error": 2}
        return Table("ranks", names.by_unit(frame, self._units), self._caption("ranks"), digits=digits, headings=RANK)

    @property
    def rank_intervals(self) -> Figure:
        """The 5-95 % interval of each rank."""
        return rank_intervals("rank-intervals", self.answer.result.ranks, self._units, self._caption("intervals"))

    @property
    def acceptability(self) -> Figure:
        """How often each unit takes each rank."""
        from dti_research.report.figures import weights as figures

        shares = self.answer.acceptability
        told = [
            Message("weights.alt_most_frequent", unit=self._units[unit], rank=row.idxmax(), share=percent(row.max()))
            for unit, row in shares.head(5).iterrows()
        ]
        drawn = functools.partial(figures.acceptability_map, shares, self._units)
        alt = Message("weights.alt_map", told=Listing(told, "; "))
        return Figure("acceptability", drawn, alt, self._caption("map"))

    @property
    def levels(self) -> Table:
        """Units whose level depends on the draw, in percent."""
        rows = self.answer.open_levels
        titles = {label: _level(label) for label in rows.columns.drop("error")}
        frame = names.by_unit((100 * rows).rename(columns=titles), self._units)
        return Table("levels", frame, self._caption("levels"), digits=1)

    @property
    def chances(self) -> Table:
        """How often each unit is among the first few, and its likeliest level, in percent."""
        rows, levels = self.answer.ranks, self.answer.likeliest_levels
        level = [_level(label) for label in levels.level]
        frame = pd.DataFrame({"top": 100 * rows.top, "level": level, "share": 100 * levels.share})
        frame = names.by_unit(frame, self._units).drop(columns="code")
        near = self.answer.near
        headings = {
            "top": Message("weights.heading_near", near=near),
            "level": Message("weights.heading_likeliest"),
            "share": Message("weights.heading_share"),
        }
        digits = {"top": 1, "share": 1}
        return Table("chances", frame, self._caption("chances", near=near), digits=digits, headings=headings)

    @property
    def convergence(self) -> Table:
        """Whether so many draws are enough."""
        headings = {name: Message(f"weights.heading_{name}") for name in ("mean_rank", "interval", "first")}
        digits = {"mean_rank": 3, "interval": 0, "first": 4}
        frame = self.answer.result.convergence
        return Table("convergence", frame, Message("weights.caption_convergence"), digits=digits, headings=headings)

    def about(self) -> list[Message]:
        """What the draws found, sentence by sentence."""
        answer, result = self.answer, self.answer.result
        first = answer.ranks.loc[answer.leader]
        widest = result.ranks.loc[answer.widest]
        return [
            Message(
                "weights.leader",
                leader=self._units[answer.leader],
                share=percent(first["first"]),
                draws=result.computed,
                concentration=_concentration(result.concentration),
                error=percent(first.first_error, 2),
                note=names.weights_note(answer.assessment),
            ),
            self._kept("held", answer.held, len(result.units)),
            Message("weights.widest", unit=self._units[answer.widest], low=int(widest.q05), high=int(widest.q95)),
        ]

    def for_terminal(self) -> list[Any]:
        """Tables and sentences for somebody who asked in a terminal."""
        answer, result = self.answer, self.answer.result
        told = [
            Message(
                "weights.draws",
                framework=answer.assessment.known_framework.id,
                table=answer.assessment.table,
                draws=result.computed,
                concentration=_concentration(result.concentration),
                seed=Number(result.seed, group=False),
                grouped=answer.by_group,
                shift=Number(result.mean_rank_shift, 2),
            )
        ]
        if answer.largest_error is not None:
            told.append(Message("weights.error", most=percent(answer.largest_error)))
        told.append(Message("weights.columns"))
        if answer.document:
            told.append(Message("weights.levels_printed", document=names.word("document", answer.document)))
        else:
            told.append(Message("weights.levels_shares"))
        if answer.failed_draws:
            told.append(Message("weights.failed_because", draws=answer.failed_draws))
        return [self.ranks, self.chances, *told, *_origin(answer.assessment)]


class Stability(_Shown):
    """The parts of an answer of `study.weights.ask_stability` on all units."""

    @property
    def smallest_changes(self) -> Table:
        """What lets each unit catch up with the one above."""
        rows = self.answer.neighbours
        told = {column: [self._indicators.get(code, NEVER) for code in rows[column]] for column in GAINS}
        headings = {"lower": Message("weights.heading_lower"), "gain": "+", "loss": "−"}
        digits = {"difference": 4, "distance": 3, "gain": 3, "loss": 3}
        frame = by_pair(rows.assign(**told), self._units)
        return Table("smallest-changes", frame, self._caption("changes"), digits=digits, headings=headings)

    @property
    def change_bars(self) -> Figure:
        """The same changes as bars."""
        axis, caption = Message("weights.axis_l1"), self._caption("changes_figure")
        return change_bars("smallest-changes", self.answer.neighbours, self._units, axis, caption)

    @property
    def attainable_ranks(self) -> Table:
        """The best and the worst rank of each unit within the distance."""
        caption = self._caption("attainable", moved=Number(100 * self.answer.moved))
        frame = names.by_unit(self.answer.best_first, self._units)
        return Table("attainable-ranks", frame, caption, headings=RANK)

    @property
    def first_place(self) -> Table:
        """Between which weights the first unit stays first, in percent."""
        frame = names.by_indicator(100 * self.answer.first_place[["weight", "low", "high"]], self._indicators)
        return Table("first-place", frame, self._caption("first_place"), digits=1)

    def about(self) -> list[Message]:
        """What is certain, sentence by sentence."""
        answer, units = self.answer, self._units
        told = [self._kept("fixed", answer.fixed, len(answer.ranks), moved=percent(answer.moved))]
        if answer.closest is not None:
            pair = answer.closest
            giving, receiving = self._indicators[pair.loses_most], self._indicators[pair.gains_most]
            values = {"least": percent(pair.moved, 2), "giving": giving, "receiving": receiving}
            told.append(Message("weights.closest", lower=units[pair.lower], higher=units[pair.higher], **values))
        if len(answer.never):
            pairs = [
                Message("weights.never_pair", lower=units[row.lower], higher=units[row.higher])
                for row in answer.never.itertuples()
            ]
            told.append(Message("weights.never", pairs=Listing(pairs, "; ")))
        return told

    def for_terminal(self) -> list[Any]:
        """Tables and sentences for somebody who asked in a terminal."""
        answer = self.answer
        distance, moved = Number(answer.distance), Number(100 * answer.moved)
        return [
            self.attainable_ranks,
            self.smallest_changes,
            self.first_place,
            Message("weights.dominated", dominated=len(answer.dominated_pairs), pairs=answer.pairs),
            Message("weights.stays_first", leader=self._units[answer.leader]),
            Message("weights.distance", distance=distance, moved=moved),
            Message("weights.worst"),
            *_place(answer.assessment),
        ]


class Pair(_Shown):
    """The parts of an answer of `study.weights.ask_stability` on two units."""

    @property
    def level_weights(self) -> Table:
        """Between which weights the order holds, and the weights with which the two are level."""
        answer = self.answer
        titles = {norm: Message(f"weights.level_at.{norm}") for norm in answer.smallest}
        frame = names.by_indicator(answer.level_weights.rename(columns=titles), self._indicators)
        caption = self._caption("pair", changed=Message("weights.changed") if answer.reversible else "")
        return Table("level-weights", frame, caption, digits=4)

    def about(self) -> list[Message]:
        """What would change the order, sentence by sentence."""
        answer = self.answer
        pair = {"higher": self._units[answer.higher], "lower": self._units[answer.lower]}
        first, second = answer.ranks
        told = [Message("weights.pair", first=first, second=second, difference=Number(answer.difference, 4), **pair)]
        if answer.reversible:
            told += [
                Message("weights.smallest", norm=norm, distance=Number(change.distance, 4))
                for norm, change in answer.smallest.items()
            ]
        else:
            told.append(Message("weights.pair_never", **pair))
        return [*told, Message("weights.certain", distance=Number(answer.distance), certain=answer.certain)]

    def for_terminal(self) -> list[Any]:
        """Table and sentences for somebody who asked in a terminal."""
        place = _place(self.answer.assessment)
        return [*self.about(), self.level_weights, Message("weights.order_holds"), *place]


def findings(robustness: RobustnessAnswer, stability: StabilityAnswer) -> Findings:
    """What random draws and exact changes say of one assessment."""
    drawn, exact = Robustness(robustness).about(), Stability(stability).about()
    failed = [Message("weights.failed", draws=robustness.failed_draws)] if robustness.failed_draws else []
    partial = names.partial_note(robustness.assessment)
    return Findings([*drawn, *exact, *failed, *([partial] if partial else [])])


# -------------------------------------------------------------------------------- what methods and totals show, too


def rank_intervals(name: str, ranks: pd.DataFrame, units: Mapping[str, Any], caption: Message) -> Figure:
    """The 5-95 % interval of each rank, as `Robustness.ranks` of the study has it."""
    from dti_research.report.figures import weights as figures

    first = ranks.sort_values("published", kind="stable").head(5)
    told = [
        Message("weights.alt_interval", unit=units[row.Index], low=row.q05, high=row.q95) for row in first.itertuples()
    ]
    alt = Message("weights.alt_intervals", units=len(ranks), told=Listing(told, "; "))
    return Figure(name, functools.partial(figures.rank_intervals, ranks, units), alt, caption)


def by_pair(rows: pd.DataFrame, units: Mapping[str, Any]) -> pd.DataFrame:
    """A table of pairs of neighbours, by name; blank where nothing lets the lower one catch up."""
    told = {column: [units[unit] for unit in rows[column]] for column in ("higher", "lower")}
    return rows.assign(**told, distance=rows.distance.where(np.isfinite(rows.distance))).reset_index(drop=True)


def change_bars(name: str, rows: pd.DataFrame, units: Mapping[str, Any], axis: Message, caption: Message) -> Figure:
    """The smallest changes, a bar for each pair; the alternative text names the nine first."""
    from dti_research.report.figures import weights as figures

    first = by_pair(rows.head(9), units)
    told = [
        Message(
            "weights.alt_change",
            lower=pair.lower,
            higher=pair.higher,
            distance=NEVER if math.isnan(pair.distance) else Number(pair.distance, 3),
        )
        for pair in first.itertuples()
    ]
    alt = Message("weights.alt_changes", told=Listing(told, "; "))
    return Figure(name, functools.partial(figures.smallest_changes, rows, dict(units), axis), alt, caption)


def _level(label: str) -> Any:
    """A level as printed, two where a composite stands in both, or none."""
    known = names.level_names() | {NO_LEVEL: Message("words.no_level")}
    levels = [known[level] for level in label.split(" / ")]
    return levels[0] if len(levels) == 1 else Listing(levels, " / ")


def _concentration(concentration: float | str) -> Any:
    return Message("weights.uniform") if isinstance(concentration, str) else Number(concentration)


def _place(assessment: Assessment) -> list[Any]:
    return [Listing([assessment.known_framework.id, assessment.table], "; "), *_origin(assessment)]


def _origin(assessment: Assessment) -> list[Message]:
    points = names.points_told(assessment)
    return [Message("weights.points", points=points)] if points else []


# ------------------------------------------------------------------------------------------------------------------ JSON


def robustness_document(answer: RobustnessAnswer) -> dict[str, Any]:
    """The document of ``dti robustness --json``: every probability with its error."""
    result, assessment = answer.result, answer.assessment
    finite = isinstance(result.concentration, str) or math.isfinite(result.concentration)
    return {
        "framework": assessment.known_framework.id,
        "table": assessment.table,
        "draws": result.draws,
        "computed": result.computed,
        "failed": result.failed.reset_index().to_dict("records"),
        "concentration": result.concentration if finite else str(answer.concentration),
        "seed": result.seed,
        "drawn": "by group" if answer.by_group else "over all indicators",
        "points": names.points_origin(assessment),
        "weights": assessment.weights.to_dict(),
        "mean_rank_shift": result.mean_rank_shift,
        "top": answer.near,
        "units": [_unit_record(answer, unit) for unit in answer.ranks.index],
        "convergence": result.convergence.reset_index().to_dict("records"),
    }


def _unit_record(answer: RobustnessAnswer, unit: str) -> dict[str, Any]:
    result, row = answer.result, answer.ranks.loc[unit]
    readings = dict.fromkeys(result.levels.columns.get_level_values("reading"))
    taken, levels = result.acceptability.loc[unit], {reading: result.levels[reading].loc[unit] for reading in readings}
    win = None if result.win is None else result.win.loc[unit]
    return {
        "unit": unit,
        "name": answer.assessment.names[unit],
        **{name: result.ranks[name][unit] for name in result.ranks},
        **{name: row[name] for name in ("first", "first_error", "top", "top_error")},
        "acceptability": taken.tolist(),
        "acceptability_error": answer.error(taken).tolist(),
        "levels": {reading: shares.to_dict() for reading, shares in levels.items()},
        "levels_error": {reading: answer.error(shares).to_dict() for reading, shares in levels.items()},
        "central_weights": result.central_weights.loc[unit].to_dict() if row["first"] else None,
        "win": None if win is None else win.to_dict(),
        "win_error": None if win is None else answer.error(win).to_dict(),
    }


def stability_document(answer: StabilityAnswer | PairAnswer) -> dict[str, Any]:
    """The document of ``dti stability --json``, of all units or of two."""
    assessment = answer.assessment
    head = {"framework": assessment.known_framework.id, "table": assessment.table}
    asked = {"points": names.points_origin(assessment), "weights": assessment.weights.to_dict()}
    asked["distance"] = answer.distance
    if isinstance(answer, PairAnswer):
        order = {"higher": answer.higher, "lower": answer.lower, "ranks": answer.ranks, "difference": answer.difference}
        smallest = {
            norm: {"distance": change.distance, "weights": None if change.weights is None else change.weights.to_dict()}
            for norm, change in answer.smallest.items()
        }
        found = {"certain_within_distance": answer.certain, "smallest_change": smallest}
        return head | order | asked | found | {"intervals": _records(answer.intervals)}
    found = {"ranks": _records(answer.ranks.rename_axis("unit")), "neighbours": _records(answer.neighbours)}
    first = {"first": answer.leader, "first_place": _records(answer.first_place)}
    return head | asked | found | first | {"dominated": answer.dominated_pairs}


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return frame.reset_index().to_dict("records")
