"""The parts of an answer on recovered weights."""

from __future__ import annotations

import functools
import math
from collections import Counter
from typing import Any

import pandas as pd

from dti_research import data
from dti_research.message import Listing, Message, Name, Number
from dti_research.report.parts import Figure, Findings, Table
from dti_research.report.say import say
from dti_research.report.show import names
from dti_research.study.printed import outwards
from dti_research.study.recovery import Answer, Proposals, Recovery
from dti_research.study.recovery.answer import in_points, rounded_up
from dti_research.study.recovery.misprint import MOST_MISPRINTS

MOST_SHOWN = 6
"""So many proposals of points stand in a table; the JSON document has them all."""


class RecoveredWeights:
    """The parts of an answer of `study.recovery.ask`."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.assessment = answer.assessment
        framework = self.assessment.framework
        self._names = names.node_names(framework) if framework else {}
        self._source = names.cite(self.assessment.table) if self.assessment.published else self.assessment.table
        self._trial = bool(answer.altered)

    # -------------------------------------------------------------------------------------------------------- tables

    @property
    def weights(self) -> Table:
        """Between what each weight lies: in percent of the total, and in points of a scale."""
        frame = names.by_indicator(self.answer.intervals, self._names)
        scale = Number(self.answer.shown_scale, group=False)
        return self._table("weights", frame, digits=2, scale=scale, source=self._source)

    @property
    def points(self) -> Table:
        """Points in whole numbers, one column a proposal, headed by what it adds to; the first few."""
        frame = names.by_indicator(_proposal_columns(self.answer.points), self._names)
        return self._table("points", frame, source=self._source)

    @property
    def compared(self) -> Table:
        """Shares of known frameworks beside the intervals."""
        rows, shares = self.answer.compared, ["share", "low", "high"]
        frame = rows.assign(
            framework=[names.framework_name(data.load_framework(name)) for name in rows.framework],
            indicator=[self._names[code] for code in rows.indicator],
            **100 * rows[shares],
        )
        return self._table("compared", frame, digits=2, source=self._source)

    @property
    def left_out(self) -> Table:
        """The five units without which the intervals are widest."""
        rows = self.answer.without.sort_values("widest", ascending=False, kind="stable").head(5)
        frame = names.by_unit(rows.assign(widest=100 * rows.widest))
        return self._table("left-out", frame, digits={"widest": 2}, source=self._source)

    @property
    def pillars(self) -> Table:
        """Pillars printed elsewhere beside what the weights make of them."""
        rows = self.answer.pillar_checks
        frame = rows[["unit", "pillar", "printed", "low", "high", "agrees"]].assign(
            unit=[names.unit(unit) for unit in rows.unit],
            pillar=[self._names[pillar] for pillar in rows.pillar],
            printed=rows.printed.astype(float),
            agrees=rows.agrees.astype(bool),
            source=[names.place(*at) for at in zip(rows.source, rows.locator, strict=True)],
        )
        return self._table("pillars", frame, digits=4)

    @property
    def earned(self) -> Table:
        """What units with printed pillars earned."""
        rows = self.answer.earned
        parts = self._names | {"foundation": Message("recovery.foundation")}
        headed = {"maximum": "points", "low": "earned_low", "high": "earned_high"}
        frame = rows[["unit", "part", *headed, "figures", "consistent"]].rename(columns=headed)
        frame = frame.assign(
            unit=[names.unit(unit) for unit in rows.unit], part=[parts.get(part, part) for part in rows.part]
        )
        caption = Message("recovery.caption_earned", note=names.points_note([self.assessment.known_framework]))
        digits = {"points": 0, "earned_low": 1, "earned_high": 1, "figures": 0}
        return Table("earned", frame, caption, digits=digits)  # of units whose composites nobody changed

    @property
    def misprints(self) -> Table:
        """What each number in the rows to repair would have to be; the first explanation."""
        columns = ["unit", "column", "printed", "low", "high", "nearest", "off_by", "one_digit"]
        repair = self.answer.repair
        frame = pd.DataFrame(columns=columns)
        if repair is not None and not repair.misprints.empty:
            frame = self._said(repair.misprints.query("alternative == 0")).rename(columns={"change": "off_by"})[columns]
        return self._table("misprints", frame, digits=4, source=self._source)

    @property
    def weight_ranges(self) -> Figure:
        """The intervals, with the points of known frameworks."""
        from dti_research.report.figures import recovery as figures

        rest, intervals = self.answer.rest, self.answer.intervals
        known = {
            names.title_of(data.load_framework(name)): rows.set_index("indicator").share
            for name, rows in self.answer.compared.groupby("framework", sort=False)
        }
        drawn = functools.partial(figures.weight_ranges, rest.weights, intervals, known, self._names)
        alt = Message("recovery.alt_none")
        if rest.verdict != "impossible":
            share = 100 * rest.weights / rest.total[0]
            told = [
                Message("recovery.interval", indicator=self._names[code], span=_span(row.low, row.high, 2))
                for code, row in share.iterrows()
            ]
            alt = Message("recovery.alt", intervals=Listing(told, "; "))
        caption = Message("recovery.caption_figure", source=self._source)
        return Figure("weights", drawn, alt, caption, simulated=self._trial)

    def _table(self, name: str, frame: pd.DataFrame, *, digits: Any = None, **values: Any) -> Table:
        caption = Message(f"recovery.caption_{name.replace('-', '_')}", **values)
        return Table(name, frame, caption, digits=digits, simulated=self._trial)

    def _said(self, misprints: pd.DataFrame) -> pd.DataFrame:
        """Rows of `Repair.misprints` with names, and numbers as they would be printed."""
        titles = self._names | {"composite": Message("words.composite")}
        return misprints.assign(
            unit=[self._unit(unit) for unit in misprints.unit],
            column=[titles.get(column, column) for column in misprints.column],
            one_digit=[Listing(map(_printed, texts)) if texts else "" for texts in misprints.one_digit],
            printed=[_printed(text) for text in misprints.printed],
            nearest=[_printed(text) if isinstance(text, str) else "" for text in misprints.nearest],
        ).reset_index(drop=True)

    def _unit(self, code: str) -> str:
        return self.assessment.names.get(code, code)

    def _listed(self, units: Any, joined: bool = False) -> Listing:
        return Listing(map(self._unit, units), joined=joined)

    # ------------------------------------------------------------------------------------------------------ sentences

    @property
    def findings(self) -> Findings:
        """What the table says about the weights behind it."""
        answer = self.answer
        told = [Message("recovery.trial", unit=self._unit(answer.altered))] if self._trial else []
        told += self.about_verdict()
        if answer.rest.verdict != "impossible":
            told += [*self.about_points(answer.points), *self._about_printed_total()]
            if answer.free.verdict != "impossible":
                told.append(Message("recovery.free_total", span=_span(*answer.free.total, 4)))
            if answer.loose.verdict != "impossible":
                most = Number(rounded_up(answer.loose.widest), 2)
                told.append(Message("recovery.loose", widest=most, same=answer.loose_has_same_points))
            if answer.points.found:
                same, units = int(answer.without.same_points.sum()), len(answer.without)
                most = Number(rounded_up(answer.without.widest.max()), 2)
                told.append(Message("recovery.left_out", same=same, units=units, widest=most))
            told += self._about_known_points()
        checks = answer.pillar_checks
        if not checks.empty:
            told.append(Message("recovery.pillars_agree", agreeing=int(checks.agrees.sum()), pillars=len(checks)))
        return Findings([*told, *self._about_earned()])

    def about_verdict(self) -> list[Message]:
        """Whether the table fixes its weights, or which units contradict each other and what explains it."""
        found, conflict, repair = self.answer.found, self.answer.contradiction, self.answer.repair
        if not self.answer.impossible:
            values = {"units": len(found.units), "size": len(found.weights), "step": Number(100 * found.step)}
            return [Message(f"recovery.{found.verdict}", **values, widest=Number(rounded_up(found.widest), 2))]
        told = [Message("recovery.impossible", units=self._listed(conflict.units), smallest=conflict.smallest)]
        if len(conflict.units) == 1:
            told = [Message("recovery.impossible_alone", units=self._listed(conflict.units))]
        if not repair.alternatives:
            return [*told, Message("recovery.too_many")]
        told.append(
            Message(
                "recovery.repair",
                fewest=len(repair.alternatives[0]),
                told=Listing(map(self._misprint, self.answer.misprinted.itertuples()), "; "),
                others=len(repair.alternatives) - 1,
                more=Message("recovery.more") if repair.more else "",
            )
        )
        if self.answer.rest.verdict != "impossible":
            told.append(Message("recovery.consistent_rest", units=self._listed(repair.alternatives[0])))
        return told

    def _misprint(self, row: Any) -> Message:
        digits = len(row.printed.partition(".")[2])
        printed, *close = (Number(float(text), digits) for text in (row.printed, *row.one_digit))
        values = {"unit": self._unit(row.unit), "printed": printed, "span": _span(row.low, row.high, digits)}
        return _with_close("recovery.misprint", values, close)

    def about_points(self, points: Proposals) -> list[Message]:
        """Which whole points fit, or that none do."""
        if points.more and not points.found:
            return [Message("recovery.points_cut")]
        if not points.found:
            on = "up_to" if points.scale is None else "on"
            return [Message(f"recovery.no_points_{on}", scale=Number(points.scale or points.searched, group=False))]
        first, same = points.found[0], len(points.first)
        in_tens = [p for p in points.found if p.multiple == 10 and p.scale != first.scale]
        values = _points(first) | {
            "steps": Message("recovery.steps", multiple=Number(first.multiple, group=False))
            if first.multiple > 1
            else "",
            "tens": Message("recovery.tens", **_points(in_tens[0])) if in_tens else "",
        }
        if same == 1 and not points.more:
            return [Message("recovery.points_alone", **values)]
        return [Message("recovery.points_several", **values, same=same)]

    def _about_printed_total(self) -> list[Message]:
        total, on_total = self.assessment.known_framework.total_printed, self.answer.on_printed_total
        if not total or on_total.found or on_total.more or self.answer.points.scale == total:
            return []
        blocked = Listing(self._names[code] for code in on_total.blocked)
        why = Message("recovery.blocked", indicators=blocked) if on_total.blocked else ""
        return [Message("recovery.not_on_total", total=Number(total), why=why)]

    def _about_known_points(self) -> list[Message]:
        told = []
        for name, rows in self.answer.compared.groupby("framework", sort=False):
            framework = data.load_framework(name)
            if framework.weights != "recovered":  # those were found here: that they lie inside says nothing new
                values = {"inside": int(rows.inside.astype(bool).sum()), "indicators": len(rows)}
                told.append(Message("recovery.decision", decision=framework.decision, **values))
        return told

    def _about_earned(self) -> list[Message]:
        rows = self.answer.earned
        own = rows[
            ~rows.unit.isin(self.answer.found.units) & (rows.part == "foundation") & rows.consistent.astype(bool)
        ]
        return [
            Message(
                "recovery.earned_foundation",
                figures=row.figures,
                unit=names.unit(row.unit),
                span=_span(row.low, row.high, 1),
                maximum=Number(row.maximum),
            )
            for row in own.drop_duplicates("unit").itertuples()
        ]

    # --------------------------------------------------------------------------------------------------- the terminal

    def for_terminal(self) -> list[Any]:
        """Tables and sentences for somebody who asked about a table in a terminal."""
        answer, found = self.answer, self.answer.found
        if answer.impossible:
            told = [Findings(self.about_verdict()), *self._repair_in_terminal()]
        else:
            told = self._weights_in_terminal(found, "file", len(found.units), self.about_verdict())
        told += how_digits_were_read(found.digits, found.printed.rounding, answer.digits_given)
        if found.exact_total is None:
            return [*told, Message("recovery.assumed_free", table=self.assessment.table)]
        return [*told, Message("recovery.assumed", table=self.assessment.table, total=Number(found.total[0]))]

    def _weights_in_terminal(self, recovery: Recovery, what: str, units: Any, told: list[Message]) -> list[Any]:
        answer, points, known_total = self.answer, self.answer.points, recovery.total[0] == recovery.total[1]
        scale = Message("recovery.caption_file_points", scale=Number(answer.scale, group=False)) if answer.scale else ""
        caption = Message(f"recovery.caption_{what}_{'weights' if known_total else 'free'}", units=units, points=scale)
        bounds = answer.bounds(recovery)
        frame = names.by_indicator(pd.concat([bounds.map(_bound), _proposal_columns(points)], axis=1), self._names)
        decimals = dict.fromkeys(bounds.columns[:3], 3 if known_total else 5) | dict.fromkeys(bounds.columns[3:], 2)
        told = [*told, *self._open_in_terminal(recovery), Message("recovery.proven")]
        if not known_total:
            low, high = (_bound(end, 5) for end in outwards(*recovery.total, 5))
            told.append(Message("recovery.adds_to", low=low, high=high))
        told += self._points_in_terminal(recovery, points)
        return [Table("weights", frame, caption, digits=decimals), Findings(told)]

    def _open_in_terminal(self, recovery: Recovery) -> list[Message]:
        if recovery.verdict != "range":
            return []
        wide = recovery.weights.index[~(recovery.weights.width < recovery.step * recovery.total[0])]
        indicators = Listing((self._names.get(code, code) for code in wide), joined=True)
        values = {"open": len(wide), "weights": len(recovery.weights), "step": Number(100 * recovery.step)}
        return [Message("recovery.open_weights", **values, indicators=indicators)]

    def _points_in_terminal(self, recovery: Recovery, points: Proposals) -> list[Message]:
        """Which points fit, and what stands in the way of those that were asked for."""
        scale = self.answer.scale
        if points.found:
            first, count = points.found[0], len(points.first)
            if count == 1 and not points.more:
                return self.about_points(points)
            sets = Message("recovery.sets_at_least" if points.more else "recovery.sets", count=count)
            values = {"scale": Number(first.scale, group=False), "multiple": first.multiple, "sets": sets}
            return [*self.about_points(points), Message("recovery.all_sets", **values)]
        if points.more:
            reached = Number(scale or points.searched * (self.answer.multiple or 1), group=False)
            return [Message("recovery.not_found_cut" if scale else "recovery.searched_cut", scale=reached)]
        told = self.about_points(points)
        for code in points.blocked:
            ends = outwards(*in_points(recovery, scale).loc[code], 4)
            low, high = (Number(end, 4) for end in ends)
            told.append(Message("recovery.between", indicator=self._names.get(code, code), low=low, high=high))
        if scale and not points.blocked:
            told.append(Message("recovery.no_choice", scale=Number(scale, group=False)))
        return told

    def _repair_in_terminal(self) -> list[Any]:
        repair, misprinted, values = self.answer.repair, self.answer.misprinted, self.answer.believable_values()
        if not repair.alternatives:
            return [Message("recovery.not_explained", more=repair.more, most=MOST_MISPRINTS)]
        told: list[Any] = [self._nearest(row) for row in misprinted[misprinted.nearest.notna()].itertuples()]
        if len(values):
            frame = self._said(values).rename(columns={"column": "indicator"})
            least, most = (Number(end) for end in self.answer.range_of_values)
            caption = Message("recovery.caption_values", least=least, most=most)
            told.append(Table("values", frame[["unit", "indicator", "printed", "nearest", "one_digit"]], caption))
        others = Listing(map(self._listed, repair.alternatives[1:]), "; ")
        if others.items:
            told.append(Message("recovery.explained_by_more" if repair.more else "recovery.explained_by", units=others))
        left_out = self._listed(repair.alternatives[0], joined=True)
        return [*told, Message("recovery.look"), *self._weights_in_terminal(self.answer.rest, "rest", left_out, [])]

    def _nearest(self, row: Any) -> Message:
        # One decimal more than printed: these are bounds before rounding.
        digits = len(row.nearest.partition(".")[2]) + 1
        low, high = (_bound(end, digits) for end in outwards(row.low, row.high, digits))
        values = {"unit": self._unit(row.unit), "low": low, "high": high}
        values |= {"printed": _printed(row.printed), "nearest": _printed(row.nearest)}
        return _with_close("recovery.nearest", values, map(_printed, row.one_digit))


def how_digits_were_read(digits: pd.Series, rounding: str, given: frozenset[str]) -> list[Message]:
    """To how many decimals each column was taken as known, and what to say if zeros were dropped from one."""

    def known(count: int) -> dict[str, Message]:
        decimals = Message("recovery.decimals", count=count) if count else Message("recovery.no_decimals")
        half, last = Number(0.5 * 10.0**-count, count + 1), Number(10.0**-count, count)
        return {"decimals": decimals, "margin": Message(f"recovery.margin_{rounding}", half=half, last=last)}

    told = [Message("recovery.digits_head")]
    for count, columns in digits.groupby(digits, sort=False):
        if len(columns) == len(digits):
            told.append(Message("recovery.digits_all", **known(int(count))))
        else:
            told.append(Message("recovery.digits_some", columns=Listing(columns.index), **known(int(count))))
    most = int(digits.drop("composite", errors="ignore").max()) if len(digits) > 1 else int(digits.max())
    own = int(digits.get("composite", most))
    for column, count in digits.items():
        if count >= most or column in given:
            continue
        # --digits is for the composite, too, unless it has its own.
        option = f"--digits {most}" + (f" --composite-digits {own}" if own != most else "")
        option = f"--composite-digits {most}" if column == "composite" else option
        told.append(Message("recovery.dropped", column=column, widest=most, option=option, **known(int(count))))
    return told


# --------------------------------------------------------------------------------------------------------- JSON documents


def document(answer: Answer) -> dict[str, Any]:
    """The JSON document on recovered weights."""
    found, conflict = answer.found, answer.contradiction
    return {
        "table": answer.assessment.table,
        "units": list(found.units),
        "names": dict(answer.assessment.names),
        **_weights_document(found, answer.propose(found)),
        "total": dict(zip(("low", "high"), found.total, strict=True)),
        "step": found.step,
        "digits": found.digits.to_dict(),
        "rounding": found.printed.rounding,
        "contradiction": list(conflict.units) if conflict else [],
        "contradiction_smallest": conflict.smallest if conflict else None,
        "repair": _repair_document(answer) if answer.repair else {},
    }


def _weights_document(recovery: Recovery, points: Proposals) -> dict[str, Any]:
    return {
        "verdict": recovery.verdict,
        "weights": recovery.weights[["low", "high"]].to_dict("index"),
        "points": [
            {"scale": proposal.scale, "multiple": proposal.multiple, "points": proposal.points.to_dict()}
            for proposal in points.found
        ],
        "points_searched": points.searched,
        "points_more": points.more,
        "points_blocked": in_points(recovery, points.scale or 1).loc[list(points.blocked)].to_dict("index"),
    }


def _repair_document(answer: Answer) -> dict[str, Any]:
    repair = answer.repair
    told = {
        "units": list(repair.alternatives[0]) if repair.alternatives else [],
        "alternatives": [list(units) for units in repair.alternatives],
        "more": repair.more,
        "misprints": repair.misprints.to_dict("records"),
    }
    if not repair.alternatives:
        return told | {"note": say(Message("recovery.no_repair", more=repair.more, most=MOST_MISPRINTS), "en")}
    return told | _weights_document(answer.rest, answer.points)


# ------------------------------------------------------------------------------------------------------------------ cells


def _proposal_columns(proposals: Proposals) -> pd.DataFrame:
    shown = proposals.found[:MOST_SHOWN]
    same, seen = Counter(proposal.scale for proposal in shown), Counter()
    table = {}
    for proposal in shown:
        scale = proposal.scale
        seen[scale] += 1
        table[f"/ {scale}" + (f" ({seen[scale]})" if same[scale] > 1 else "")] = proposal.points
    return pd.DataFrame(table) if table else pd.DataFrame(index=pd.Index([], name="indicator"))


def _points(proposal: Any) -> dict[str, Any]:
    numbers = (Number(int(points), group=False) for points in proposal.points)
    return {"points": Listing(numbers, "/"), "scale": Number(proposal.scale, group=False)}


def _with_close(key: str, values: dict[str, Any], close: Any) -> Message:
    """A sentence on a misprint, which also names the numbers that differ in one digit, where there are any."""
    close = Listing(close)
    return Message(f"{key}_close", **values, close=close) if close.items else Message(key, **values)


def _span(low: float, high: float, digits: int) -> Message:
    return Message("words.span", low=Number(low, digits), high=Number(high, digits))


def _printed(text: str) -> Name:
    """A number as it was printed, with the decimal sign of the language."""
    return Name(text.replace(".", ","), text)


def _bound(end: float, digits: int | None = None) -> Any:
    if math.isfinite(end):
        return end if digits is None else Number(end, digits)
    return Message("recovery.no_bound")
