"""The parts of an answer on recovered weights, and of one on points earned."""

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
from dti_research.study.recovery import Answer, EarnedAnswer, Proposals, Recovery
from dti_research.study.recovery.answer import in_points, rounded_up, widest, with_width
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
        self._units = self.assessment.names
        self._source = names.cite(self.assessment.table) if self.assessment.published else self.assessment.table
        self._trial = bool(answer.altered)

    # -------------------------------------------------------------------------------------------------------- tables

    @property
    def weights(self) -> Table:
        """Between what each weight lies: in percent of the total, and in points of a scale."""
        caption = self._caption("weights", scale=Number(self.answer.shown_scale, group=False))
        frame = names.by_indicator(self.answer.intervals(), self._names)
        return Table("weights", frame, caption, digits=2, simulated=self._trial)

    @property
    def points(self) -> Table:
        """Points in whole numbers, one column a proposal, headed by what it adds to; the first few."""
        frame = names.by_indicator(_proposal_columns(self.answer.points), self._names)
        return Table("points", frame, self._caption("points"), simulated=self._trial)

    @property
    def compared(self) -> Table:
        """Shares of known frameworks beside the intervals."""
        rows = self.answer.compared
        frame = rows.drop(columns="points").assign(
            framework=[names.framework_name(data.load_framework(name)) for name in rows.framework],
            indicator=[self._names[code] for code in rows.indicator],
            **{column: 100 * rows[column] for column in ("share", "low", "high")},
        )
        return Table("compared", frame, self._caption("compared"), digits=2, simulated=self._trial)

    @property
    def left_out(self) -> Table:
        """The five units without which the intervals are widest."""
        rows = self.answer.without.sort_values("widest", ascending=False, kind="stable").head(5)
        frame = names.by_unit(rows.assign(widest=100 * rows.widest))
        return Table("left-out", frame, self._caption("left_out"), digits={"widest": 2}, simulated=self._trial)

    @property
    def pillars(self) -> Table:
        """Pillars printed elsewhere beside what the weights make of them."""
        rows = self.answer.pillar_checks
        frame = pd.DataFrame(
            {
                "unit": [names.unit(unit) for unit in rows.unit],
                "pillar": [self._names[pillar] for pillar in rows.pillar],
                "printed": [float(text) for text in rows.printed],
                "low": rows.low.to_numpy(),
                "high": rows.high.to_numpy(),
                "agrees": [bool(agrees) for agrees in rows.agrees],
                "source": [names.place(*at) for at in zip(rows.source, rows.locator, strict=True)],
            }
        )
        return Table("pillars", frame, Message("recovery.caption_pillars"), digits=4, simulated=self._trial)

    @property
    def earned(self) -> Table:
        """What units with printed pillars earned."""
        rows = self.answer.earned
        parts = self._names | {"foundation": Message("recovery.foundation")}
        frame = pd.DataFrame(
            {
                "unit": [names.unit(unit) for unit in rows.unit],
                "part": [parts.get(part, part) for part in rows.part],
                "points": rows.maximum.to_numpy(),
                "earned_low": rows.low.to_numpy(),
                "earned_high": rows.high.to_numpy(),
                "figures": rows.figures.to_numpy(),
                "consistent": [bool(consistent) for consistent in rows.consistent],
            }
        )
        note = names.points_note([self.assessment.known_framework])
        digits = {"points": 0, "earned_low": 1, "earned_high": 1, "figures": 0}
        return Table("earned", frame, Message("recovery.caption_earned", note=note), digits=digits)

    @property
    def misprints(self) -> Table:
        """What each number in the rows to repair would have to be; the first explanation."""
        columns = ["unit", "column", "printed", "low", "high", "nearest", "off_by", "one_digit"]
        repair = self.answer.diagnosis.repair
        frame = pd.DataFrame(columns=columns)
        if repair is not None and not repair.misprints.empty:
            rows = repair.misprints.query("alternative == 0").rename(columns={"change": "off_by"})
            titles = self._names | {"composite": Message("words.composite")}
            frame = rows.assign(
                unit=[self._units.get(unit, unit) for unit in rows.unit],
                column=[titles.get(column, column) for column in rows.column],
                one_digit=[Listing(map(_printed, texts)) if texts else "" for texts in rows.one_digit],
                printed=[_printed(text) for text in rows.printed],
                nearest=[_printed(text) if isinstance(text, str) else "" for text in rows.nearest],
            )[columns].reset_index(drop=True)
        return Table("misprints", frame, self._caption("misprints"), digits=4, simulated=self._trial)

    @property
    def weight_ranges(self) -> Figure:
        """The intervals, with the points of known frameworks."""
        from dti_research.report.figures import recovery as figures

        rest = self.answer.rest
        known = {
            names.title_of(data.load_framework(name)): rows.set_index("indicator").share
            for name, rows in self.answer.compared.groupby("framework", sort=False)
        }
        drawn = functools.partial(figures.weight_ranges, rest.weights, self.answer.intervals(), known, self._names)
        alt = Message("recovery.alt_none")
        if rest.verdict != "impossible":
            share = 100 * rest.weights / rest.total[0]
            told = [
                Message("recovery.interval", indicator=self._names[code], span=_span(row.low, row.high, 2))
                for code, row in share.iterrows()
            ]
            alt = Message("recovery.alt", intervals=Listing(told, "; "))
        return Figure("weights", drawn, alt, self._caption("figure"), simulated=self._trial)

    def _caption(self, part: str, **values: Any) -> Message:
        return Message(f"recovery.caption_{part}", source=self._source, **values)

    # ------------------------------------------------------------------------------------------------------ sentences

    @property
    def findings(self) -> Findings:
        """What the table says about the weights behind it."""
        answer = self.answer
        told = []
        if self._trial:
            told.append(Message("recovery.trial", unit=self._units.get(answer.altered, answer.altered)))
        told += self.about_verdict()
        if answer.rest.verdict != "impossible":
            told += [*self.about_points(answer.points), *self._about_printed_total()]
            if answer.free.verdict != "impossible":
                told.append(Message("recovery.free_total", span=_span(*answer.free.total, 4)))
            if answer.loose.verdict != "impossible":
                told.append(
                    Message("recovery.loose", widest=Number(widest(answer.loose), 2), same=answer.loose_has_same_points)
                )
            if answer.points.found:
                without = answer.without
                same, most = int(without.same_points.sum()), rounded_up(without.widest.max())
                told.append(Message("recovery.left_out", same=same, units=len(without), widest=Number(most, 2)))
            told += self._about_known_points()
        checks = answer.pillar_checks
        if not checks.empty:
            told.append(Message("recovery.pillars_agree", agreeing=int(checks.agrees.sum()), pillars=len(checks)))
        return Findings([*told, *self._about_earned()])

    def about_verdict(self) -> list[Message]:
        """Whether the table fixes its weights, or which units contradict each other and what explains it."""
        found, diagnosis = self.answer.found, self.answer.diagnosis
        if not self.answer.impossible:
            values = {"units": len(found.units), "size": len(found.weights), "widest": Number(widest(found), 2)}
            return [Message(f"recovery.{found.verdict}", **values, step=Number(100 * found.step))]
        conflict, repair = diagnosis.contradiction, diagnosis.repair
        told = [Message("recovery.impossible", units=self._listed(conflict.units), smallest=conflict.smallest)]
        if len(conflict.units) == 1:
            told = [Message("recovery.impossible_alone", units=self._listed(conflict.units))]
        if not repair.alternatives:
            return [*told, Message("recovery.too_many")]
        composites = repair.misprints.query("alternative == 0 and column == 'composite'")
        told.append(
            Message(
                "recovery.repair",
                fewest=len(repair.alternatives[0]),
                told=Listing([self._misprint(row) for row in composites.itertuples()], "; "),
                others=len(repair.alternatives) - 1,
                more=Message("recovery.more") if repair.more else "",
            )
        )
        if diagnosis.rest.verdict != "impossible":
            told.append(Message("recovery.consistent_rest", units=self._listed(repair.alternatives[0])))
        return told

    def _misprint(self, row: Any) -> Message:
        digits = len(row.printed.partition(".")[2])
        values = {"unit": self._units.get(row.unit, row.unit), "printed": Number(float(row.printed), digits)}
        values["span"] = _span(row.low, row.high, digits)
        if not row.one_digit:
            return Message("recovery.misprint", **values)
        close = Listing(Number(float(text), digits) for text in row.one_digit)
        return Message("recovery.misprint_close", **values, close=close)

    def about_points(self, points: Proposals) -> list[Message]:
        """Which whole points fit, or that none do."""
        if points.found:
            first, same = points.found[0], self.answer.first_points
            in_tens = [p for p in points.found if p.multiple == 10 and p.scale != first.scale]
            steps = Message("recovery.steps", multiple=Number(first.multiple, group=False))
            tens = Message("recovery.tens", **_points(in_tens[0])) if in_tens else ""
            alone = same == 1 and not points.more
            return [
                Message(
                    "recovery.points_alone" if alone else "recovery.points_several",
                    **_points(first),
                    **({} if alone else {"same": same}),
                    steps=steps if first.multiple > 1 else "",
                    tens=tens,
                )
            ]
        if points.more:
            return [Message("recovery.points_cut")]
        if points.scale is None:
            return [Message("recovery.no_points_up_to", scale=Number(points.searched, group=False))]
        return [Message("recovery.no_points_on", scale=Number(points.scale, group=False))]

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
                inside = int(rows.inside.astype(bool).sum())
                told.append(
                    Message("recovery.decision", decision=framework.decision, inside=inside, indicators=len(rows))
                )
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

    def _listed(self, units: Any) -> Listing:
        return Listing(self._units.get(unit, unit) for unit in units)

    # --------------------------------------------------------------------------------------------------- the terminal

    def for_terminal(self) -> list[Any]:
        """Tables and sentences for somebody who asked about a table in a terminal."""
        answer = self.answer
        told: list[Any] = []
        if not answer.impossible:
            told += self._weights_in_terminal(answer.found, answer.points, "file", units=len(answer.found.units))
        else:
            told += [Findings(self.about_verdict()), *self._repair_in_terminal()]
        free = answer.found.exact_total is None
        told += how_digits_were_read(answer.found.digits, answer.found.rounding, answer.digits_given)
        values = {"table": self.assessment.table}
        if not free:
            values["total"] = Number(answer.found.total[0])
        return [*told, Message("recovery.assumed_free" if free else "recovery.assumed", **values)]

    def _weights_in_terminal(self, recovery: Recovery, points: Proposals, what: str, units: Any) -> list[Any]:
        answer, known_total = self.answer, recovery.total[0] == recovery.total[1]
        scale = Message("recovery.caption_file_points", scale=Number(answer.scale, group=False)) if answer.scale else ""
        caption = Message(f"recovery.caption_{what}_{'weights' if known_total else 'free'}", units=units, points=scale)
        bounds = answer.bounds(recovery)
        frame = names.by_indicator(pd.concat([bounds.map(_bound), _proposal_columns(points)], axis=1), self._names)
        decimals = dict.fromkeys(bounds.columns[:3], 3 if known_total else 5) | dict.fromkeys(bounds.columns[3:], 2)
        table = Table("weights", frame, caption, digits=decimals)
        told = [*(self.about_verdict() if what == "file" else []), *self._open_in_terminal(recovery)]
        told.append(Message("recovery.proven"))
        if not known_total:
            low, high = (_bound(end, 5) for end in outwards(*recovery.total, 5))
            told.append(Message("recovery.adds_to", low=low, high=high))
        return [table, Findings([*told, *self._points_in_terminal(recovery, points)])]

    def _open_in_terminal(self, recovery: Recovery) -> list[Message]:
        wide = self.answer.open_weights(recovery)
        if recovery.verdict != "range":
            return []
        step, indicators = (
            Number(100 * recovery.step),
            Listing((self._names.get(code, code) for code in wide), joined=True),
        )
        values = {"open": len(wide), "weights": len(recovery.weights), "step": step, "indicators": indicators}
        return [Message("recovery.open_weights", **values)]

    def _points_in_terminal(self, recovery: Recovery, points: Proposals) -> list[Message]:
        """Which points fit, and what stands in the way of those that were asked for."""
        scale = self.answer.scale
        if points.found:
            first, count = points.found[0], self.answer.first_points
            sets = Message("recovery.sets_at_least" if points.more else "recovery.sets", count=count)
            values = {"scale": Number(first.scale, group=False), "multiple": first.multiple, "sets": sets}
            several = [Message("recovery.all_sets", **values)] if count > 1 or points.more else []
            return [*self.about_points(points), *several]
        if points.more:
            reached = Number(scale or points.searched * (self.answer.multiple or 1), group=False)
            return [Message("recovery.not_found_cut" if scale else "recovery.searched_cut", scale=reached)]
        told = self.about_points(points)
        for code in points.blocked:
            low, high = (Number(end, 4) for end in outwards(*in_points(recovery, code, scale), 4))
            told.append(Message("recovery.between", indicator=self._names.get(code, code), low=low, high=high))
        if scale and not points.blocked:
            told.append(Message("recovery.no_choice", scale=Number(scale, group=False)))
        return told

    def _repair_in_terminal(self) -> list[Any]:
        repair, values = self.answer.diagnosis.repair, self.answer.believable_values()
        if not repair.alternatives:
            return [Message("recovery.not_explained", more=repair.more, most=MOST_MISPRINTS)]
        rows = repair.misprints.query("alternative == 0 and column == 'composite'")
        told: list[Any] = [self._nearest(row) for row in rows[rows.nearest.notna()].itertuples()]
        if len(values):
            frame = pd.DataFrame(
                {
                    "unit": [self._units.get(unit, unit) for unit in values.unit],
                    "indicator": [self._names.get(column, column) for column in values.column],
                    "printed": [_printed(text) for text in values.printed],
                    "nearest": [_printed(text) for text in values.nearest],
                    "one_digit": [Listing(map(_printed, texts)) for texts in values.one_digit],
                }
            )
            least, most = (Number(end) for end in self.answer.range_of_values)
            told.append(Table("values", frame, Message("recovery.caption_values", least=least, most=most)))
        others = Listing((self._listed(units) for units in repair.alternatives[1:]), "; ")
        if others.items:
            told.append(Message("recovery.explained_by_more" if repair.more else "recovery.explained_by", units=others))
        left_out = Listing(self._listed(repair.alternatives[0]).items, joined=True)
        rest = self._weights_in_terminal(self.answer.rest, self.answer.points, "rest", units=left_out)
        return [*told, Message("recovery.look"), *rest]

    def _nearest(self, row: Any) -> Message:
        # One decimal more than printed: these are bounds before rounding.
        digits = len(row.nearest.partition(".")[2]) + 1
        low, high = (_bound(end, digits) for end in outwards(row.low, row.high, digits))
        values = {"unit": self._units.get(row.unit, row.unit), "printed": _printed(row.printed), "low": low}
        values |= {"high": high, "nearest": _printed(row.nearest)}
        if not row.one_digit:
            return Message("recovery.nearest", **values)
        return Message("recovery.nearest_close", **values, close=Listing(map(_printed, row.one_digit)))


def earned_for_terminal(answer: EarnedAnswer) -> list[Any]:
    """Tables and sentences on what the units of a file earned."""
    rows = [
        [unit, part, *(with_width(row.low, row.high, 2) if earned.consistent else [None] * 3), row.maximum]
        for unit, earned in answer.units.items()
        for part, row in earned.parts.iterrows()
    ]
    frame = pd.DataFrame(rows, columns=["unit", "part", "low", "high", "width", "points"])
    digits = {"low": 2, "high": 2, "width": 2}
    table = Table(
        "earned", frame, Message("recovery.caption_file_earned", framework=answer.framework.id), digits=digits
    )
    told = [
        Message("recovery.inconsistent", unit=unit, excess=Number(earned.excess, 1))
        for unit, earned in answer.units.items()
        if not earned.consistent
    ]
    told.append(Message("recovery.parts_head"))
    for part, row in next(iter(answer.units.values())).parts.iterrows():
        told.append(Message("recovery.part", part=part, indicators=Listing(row.indicators)))
    told += how_digits_were_read(answer.digits, answer.rounding, answer.digits_given)
    weights = names.word("weights", answer.framework.weights)
    origin = Message("recovery.earned_from", file=answer.file, framework=answer.framework.id, weights=weights)
    return [table, *told, origin]


def how_digits_were_read(digits: pd.Series, rounding: str, given: frozenset[str]) -> list[Message]:
    """To how many decimals each column was taken as known, and what to say if zeros were dropped from one."""

    def decimals(count: int) -> Message:
        return Message("recovery.decimals", count=count) if count else Message("recovery.no_decimals")

    def margin(count: int) -> Message:
        half, last = Number(0.5 * 10.0**-count, count + 1), Number(10.0**-count, count)
        return Message(f"recovery.margin_{rounding}", half=half, last=last)

    told = [Message("recovery.digits_head")]
    for count, columns in digits.groupby(digits, sort=False):
        values = {"decimals": decimals(int(count)), "margin": margin(int(count))}
        if len(columns) == len(digits):
            told.append(Message("recovery.digits_all", **values))
        else:
            told.append(Message("recovery.digits_some", columns=Listing(columns.index), **values))
    most = int(digits.drop("composite", errors="ignore").max()) if len(digits) > 1 else int(digits.max())
    own = int(digits.get("composite", most))
    for column, count in digits.items():
        if count >= most or column in given:
            continue
        # --digits is for the composite, too, unless it has its own.
        option = f"--digits {most}" + (f" --composite-digits {own}" if own != most else "")
        option = f"--composite-digits {most}" if column == "composite" else option
        values = {"column": column, "decimals": decimals(int(count)), "widest": most, "margin": margin(int(count))}
        told.append(Message("recovery.dropped", **values, option=option))
    return told


# --------------------------------------------------------------------------------------------------------- JSON documents


def document(answer: Answer) -> dict[str, Any]:
    """The JSON document on recovered weights."""
    found, diagnosis = answer.found, answer.diagnosis
    conflict, repair = (diagnosis.contradiction, diagnosis.repair) if answer.impossible else (None, None)
    return {
        "table": answer.assessment.table,
        "units": list(found.units),
        "names": dict(answer.assessment.names),
        **_weights_document(answer, found, answer.points_of_all),
        "total": dict(zip(("low", "high"), found.total, strict=True)),
        "step": found.step,
        "digits": found.digits.to_dict(),
        "rounding": found.rounding,
        "contradiction": [] if conflict is None else list(conflict.units),
        "contradiction_smallest": None if conflict is None else conflict.smallest,
        "repair": {} if repair is None else _repair_document(answer),
    }


def _weights_document(answer: Answer, recovery: Recovery, points: Proposals) -> dict[str, Any]:
    return {
        "verdict": recovery.verdict,
        "weights": recovery.weights[["low", "high"]].to_dict("index"),
        "points": [
            {"scale": found.scale, "multiple": found.multiple, "points": found.points.to_dict()}
            for found in points.found
        ],
        "points_searched": points.searched,
        "points_more": points.more,
        "points_blocked": {
            code: dict(zip(("low", "high"), in_points(recovery, code, answer.scale), strict=True))
            for code in points.blocked
        },
    }


def _repair_document(answer: Answer) -> dict[str, Any]:
    repair = answer.diagnosis.repair
    told = {
        "units": list(repair.alternatives[0]) if repair.alternatives else [],
        "alternatives": [list(units) for units in repair.alternatives],
        "more": repair.more,
        "misprints": repair.misprints.to_dict("records"),
    }
    if not repair.alternatives:
        return told | {"note": say(Message("recovery.no_repair", more=repair.more, most=MOST_MISPRINTS), "en")}
    return told | _weights_document(answer, answer.rest, answer.points)


def earned_document(answer: EarnedAnswer) -> dict[str, Any]:
    """The JSON document on points earned."""
    return {
        "framework": answer.framework.id,
        "table": answer.file,
        "points": answer.framework.weights,
        "digits": answer.digits.to_dict(),
        "rounding": answer.rounding,
        "units": {
            unit: {
                "consistent": earned.consistent,
                "excess": earned.excess,
                "parts": earned.parts.to_dict("index"),
            }
            for unit, earned in answer.units.items()
        },
    }


# ------------------------------------------------------------------------------------------------------------------ cells


def _proposal_columns(proposals: Proposals) -> pd.DataFrame:
    shown = proposals.found[:MOST_SHOWN]
    same = Counter(found.scale for found in shown)
    seen: Counter[int] = Counter()
    table = {}
    for found in shown:
        seen[found.scale] += 1
        table[f"/ {found.scale}" + (f" ({seen[found.scale]})" if same[found.scale] > 1 else "")] = found.points
    return pd.DataFrame(table) if table else pd.DataFrame(index=pd.Index([], name="indicator"))


def _points(found: Any) -> dict[str, Any]:
    return {
        "points": Listing((Number(int(points), group=False) for points in found.points), "/"),
        "scale": Number(found.scale, group=False),
    }


def _span(low: float, high: float, digits: int) -> Message:
    return Message("words.span", low=Number(low, digits), high=Number(high, digits))


def _printed(text: str) -> Name:
    """A number as it was printed, with the decimal sign of the language."""
    return Name(text.replace(".", ","), text)


def _bound(end: float, digits: int | None = None) -> Any:
    if math.isfinite(end):
        return end if digits is None else Number(end, digits)
    return Message("recovery.no_bound")
