"""The parts of an answer on pillars and indicators: tables, figures, findings, and the JSON document of ``dti correlate``."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

import pandas as pd

from dti_research.index.framework import Framework
from dti_research.message import Listing, Message, Number, percent
from dti_research.report.parts import Figure, Findings, Table
from dti_research.report.show import names
from dti_research.report.show.document import records, value
from dti_research.study.pillars import Answer
from dti_research.study.pillars.correlation import COMPOSITE
from dti_research.study.pillars.pairs import MISSED, POWER, Correlations

TESTS = {"p": 4, "p_adjusted": 4}
INTERVAL = {"low": 2, "high": 2}


def whole_names(framework: Framework) -> dict[str, Any]:
    """Name of every indicator, pillar and of the composite."""
    return names.node_names(framework) | {COMPOSITE: Message("pillars.composite")}


class Pillars:
    """The parts of an answer on pillars and indicators."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.names = whole_names(answer.assessment.known_framework)
        self.source = names.source_of(answer.assessment)

    def _caption(self, key: str) -> Message:
        return Message(f"pillars.caption_{key}", source=self.source)

    # ---------------------------------------------------------------------------------------------------------- tables

    @property
    def indicators(self) -> Table:
        """Each indicator over the units."""
        digits = {"minimum": 2, "mean": 2, "maximum": 2, "sd": 2, "skewness": 2, "kurtosis": 2, "at_maximum": 0}
        return Table("indicators", checks_frame(self.answer), self._caption("indicators"), digits)

    @property
    def pairs(self) -> Table:
        """Every pair of indicators."""
        frame = self._pairs(self.answer.indicators)
        return Table("pairs", frame, self._caption("pairs"), {"coefficient": 2} | INTERVAL | TESTS)

    @property
    def part_whole(self) -> Table:
        """Each indicator with what it counts in, and with the rest of that."""
        return Table(
            "part-whole",
            self._pairs(self.answer.rest),
            self._caption("part_whole"),
            {"weight": 1, "with_part": 2, "forced": 2, "coefficient": 2} | INTERVAL | TESTS,
            headings={"a": Message("columns.indicator"), "b": Message("columns.whole")},
        )

    @property
    def pillars(self) -> Table:
        """Pillar with pillar and with the composite, beside what they share."""
        shared = {"forced": 2, "shared": 2, "shared_low": 2, "shared_high": 2}
        frame = self._pairs(self.answer.pillars)
        return Table("pillars", frame, self._caption("pillars"), {"coefficient": 2} | shared | INTERVAL | TESTS)

    @property
    def consistency(self) -> Table:
        """Alpha and omega of the composite and of each pillar."""
        digits = dict.fromkeys(("alpha", "low", "high", "standardised", "omega"), 2)
        return Table("consistency", consistency_frame(self.answer), self._caption("consistency"), digits)

    @property
    def alpha_without(self) -> Table:
        """Alpha without each indicator."""
        frame = names.by_indicator(self.answer.together.without, self.names)
        return Table("alpha-without", frame, self._caption("alpha_without"), 2)

    @property
    def components(self) -> Table:
        """Principal components against chance."""
        variances = self.answer.components.variances
        frame = variances.assign(share=100 * variances.share, cumulative=100 * variances.cumulative)
        return Table(
            "components",
            frame.astype({"kept": object}),
            self._caption("components"),
            {"variance": 2, "share": 1, "cumulative": 1, "chance": 2},
            headings={"component": Message("pillars.component"), "share": "%"},
        )

    @property
    def loadings(self) -> Table:
        """Each indicator with the first three components."""
        found = self.answer.components
        frame = names.by_indicator(found.loadings.iloc[:, :3].assign(adequacy=found.adequacy), self.names)
        return Table("loadings", frame, self._caption("loadings"), 2)

    @property
    def importance(self) -> Table:
        """Weight beside importance, and what each indicator contributes and explains alone, in percent."""
        columns = ["weight", "linear_share", "low", "high", "contribution", "own"]
        frame = names.by_indicator(100 * self.answer.importance[columns], self.names)
        return Table("importance", frame, self._caption("importance"), 1)

    @property
    def intended(self) -> Table:
        """The weights with which importance would equal weight, in percent."""
        frame = intended_frame(self.answer).drop(columns=["low", "high"])
        return Table("intended", frame, self._caption("intended"), 1)

    @property
    def flags(self) -> Table:
        """What an audit would raise."""
        return Table("flags", flags_frame(self.answer), self._caption("flags"), 2)

    @property
    def power(self) -> Table:
        """The smallest correlation that so few units show."""
        families = {"tests_of_indicators": self.answer.indicators, "tests_of_rest": self.answer.rest}
        frame = pd.DataFrame(
            {
                "family": [Message(f"pillars.{key}") for key in families],
                "n": [found.n for found in families.values()],
                "tests": [found.tests for found in families.values()],
                "single_test": [found.detectable for found in families.values()],
                "family_test": [found.detectable_first for found in families.values()],
            }
        )
        headings = {"family_test": Message("pillars.first_step")}
        caption = Message("pillars.caption_power")
        return Table("power", frame, caption, {"single_test": 2, "family_test": 2}, headings=headings)

    @property
    def influence(self) -> Table:
        """The units without which a coefficient changes most."""
        digits = {"coefficient": 2, "without": 2, "alpha": 2, "first_share": 1}
        return Table("influence", influence_frame(self.answer), self._caption("influence"), digits)

    @property
    def selection(self) -> Table:
        """What independent indicators would give in a list cut like this one; a whole list is not cut."""
        table = self.answer.observed_and_selected
        if table is None:
            frame = pd.DataFrame({"note": [Message("pillars.not_cut")]})
        else:
            frame = table.round(2).assign(**{end: [self.names[code] for code in table[end]] for end in ("a", "b")})
        return Table("selection", frame, Message("pillars.caption_selection"), simulated=True)

    def _pairs(self, family: Correlations) -> pd.DataFrame:
        """Names for codes, weights in percent, notes only where there are any."""
        frame = family.pairs.drop(columns="n").assign(
            **{end: [self.names.get(code, code) for code in family.pairs[end]] for end in ("a", "b")}
        )
        if "weight" in frame:
            frame["weight"] *= 100
        notes = [_named(note, self.names) for note in frame.pop("note")]
        return frame.assign(note=notes) if any(notes) else frame

    # --------------------------------------------------------------------------------------------------------- figures

    @property
    def correlations(self) -> Figure:
        """The map of all pairs of indicators."""
        order = list(self.answer.assessment.normalised.columns)
        return self._map("correlations", self.answer.indicators, order, "interval", "correlations")

    @property
    def pillar_map(self) -> Figure:
        """The map of all pairs of pillars."""
        order = list(self.answer.pillars.matrix().columns)
        return self._map("pillars", self.answer.pillars, order, "shared", "pillar_map")

    def _map(self, name: str, family: Correlations, order: list[str], beside: str, caption: str) -> Figure:
        from dti_research.report.figures.pillars import correlation_map

        title = Message("pillars.map_title", method=_method(family), units=family.n)
        shown = {code: self.names[code] for code in order}
        pairs = family.pairs.drop(columns="note")
        draw = functools.partial(correlation_map, pairs, order, shown, title, beside)
        return Figure(name, draw, self._alt(family), self._caption(caption))

    def _alt(self, family: Correlations) -> Message:
        """The three strongest pairs and the weakest."""
        listed = [
            Message("pillars.alt_pair", a=self.names[pair.a], b=self.names[pair.b], coefficient=_coefficient(pair))
            for pair in family.strongest_first.itertuples()
        ]
        return Message(
            "pillars.alt_correlations",
            pairs=len(family.pairs),
            strongest=Listing(listed[:3], "; "),
            weakest=listed[-1] if listed else Message("words.none"),
        )

    @property
    def importance_dots(self) -> Figure:
        """Weight and importance, side by side."""
        from dti_research.report.figures.pillars import weight_and_importance

        table = self.answer.importance
        shown = {code: self.names[code] for code in table.index}
        listed = [
            Message(
                "pillars.alt_indicator",
                name=shown[row.Index],
                weight=percent(row.weight),
                share=percent(row.linear_share),
            )
            for row in table.itertuples()
        ]
        alt = Message("pillars.alt_importance", indicators=Listing(listed, "; "))
        draw = functools.partial(weight_and_importance, table, shown)
        return Figure("importance", draw, alt, self._caption("importance_dots"))

    # -------------------------------------------------------------------------------------------------------- findings

    @property
    def findings(self) -> Findings:
        """What was found, in the order of the page."""
        return Findings(
            [
                *self.about_pairs,
                *self.about_pillars,
                *self.about_rest,
                self.about_all_together,
                *self.about_maximum,
                *self.about_importance,
                self.about_one_unit,
                *self.about_the_cut,
            ]
        )

    @property
    def about_pairs(self) -> list[Message]:
        """How many pairs of indicators go together, which most, and what so few units can show."""
        family = self.answer.indicators
        if family.known.empty:
            return [Message("pillars.no_pairs")]
        most = family.strongest_first.iloc[0]
        sentences = [
            Message(
                "pillars.pairs",
                tests=family.tests,
                units=family.n,
                away=len(family.away_from_zero),
                rule=_adjustment(family),
                left=len(family.significant),
                level=percent(family.level, None),
                single=Number(family.detectable, 2),
                missed=MISSED,
                first=Number(family.detectable_first, 2),
            ),
            Message(
                "pillars.strongest_pair",
                a=self.names[most.a],
                b=self.names[most.b],
                coefficient=_coefficient(most),
            ),
        ]
        if family.can_find_nothing:
            sentences.append(Message("pillars.no_p_can_fall", least=Number(family.least_p, 3)))
        return sentences

    @property
    def about_pillars(self) -> list[Message]:
        """Which pillars go together, and whether by what they share."""
        answer, most = self.answer, self.answer.strongest_pillars
        if most is None:
            return []
        if not answer.pillars_share:
            return [Message("pillars.nothing_shared")]
        listed = [
            Listing([self.names[pair.a], self.names[pair.b]], " – ") for pair in answer.beyond_shared.itertuples()
        ]
        sentences = [
            Message(
                "pillars.strongest_pillars",
                a=self.names[most.a],
                b=self.names[most.b],
                coefficient=_coefficient(most),
                shared=Number(most.shared, 2),
                low=Number(most.shared_low, 2),
                high=Number(most.shared_high, 2),
                forced=Number(most.forced, 2),
                listed=_or_none(listed),
                beyond=len(listed),
                pairs=len(answer.pairs_of_pillars),
            )
        ]
        selected = answer.strongest_pillars_selected
        if selected is not None:
            ends = {end: Number(selected[end], 2) for end in ("mean", "low", "high")}
            sentences.append(Message("pillars.pillars_selected", inside=selected.inside, **ends))
        return sentences

    @property
    def about_rest(self) -> list[Message]:
        """Which indicators go with the rest of the composite."""
        answer, sentences = self.answer, []
        if answer.incomparable:
            blank = Listing(self.names[code] for code in answer.incomparable)
            sentences.append(Message("pillars.incomparable", indicators=blank))
        if answer.loose.empty:
            return [*sentences, Message("pillars.all_with_rest")]
        listed = [
            Message("pillars.loose_indicator", name=self.names[pair.a], coefficient=_coefficient(pair))
            for pair in answer.loose.itertuples()
        ]
        return [*sentences, Message("pillars.loose", indicators=Listing(listed, "; "))]

    @property
    def about_all_together(self) -> Listing:
        """Alpha and components, beside those of independent indicators in a list cut alike."""
        found = self.answer.together
        sentences = [
            Message(
                "pillars.together",
                alpha=Number(found.alpha, 2),
                low=Number(found.low, 2),
                high=Number(found.high, 2),
                kept=self.answer.components.kept,
                share=percent(self.answer.components.first_share),
            )
        ]
        if self.answer.selected_consistency is not None:
            alpha, share = (self.answer.selected_consistency.loc[row] for row in ("alpha", "first_share"))
            sentences.append(
                Message(
                    "pillars.together_selected",
                    alpha=Number(alpha["median"], 2),
                    low=Number(alpha.low, 2),
                    high=Number(alpha.high, 2),
                    share=percent(share["median"]),
                )
            )
        return Listing(sentences, " ")

    @property
    def about_maximum(self) -> list[Message]:
        """Which indicators have the maximum in half of the units."""
        listed = [
            Message("pillars.saturated_indicator", name=self.names[row.Index], full=row.at_maximum, units=row.n)
            for row in self.answer.saturated.itertuples()
        ]
        return [Message("pillars.saturated", indicators=Listing(listed))] if listed else []

    @property
    def about_importance(self) -> list[Message]:
        """Which weights are not what they seem, and whether other weights could mend it."""
        listed = [
            Message(
                "pillars.importance_indicator",
                name=self.names[row.Index],
                weight=percent(row.weight),
                share=percent(row.linear_share),
                low=percent(row.low),
                high=percent(row.high),
                contribution=percent(row.contribution),
            )
            for row in self.answer.furthest.itertuples()
        ]
        intended = self.answer.intended
        return [
            Message("pillars.importance", indicators=Listing(listed, "; ")),
            Message("pillars.intended", possible=intended.possible, gap=percent(intended.largest_gap)),
        ]

    @property
    def about_one_unit(self) -> Message:
        """The unit on which most hangs."""
        row = self.answer.heaviest
        return Message(
            "pillars.heaviest",
            unit=self.answer.assessment.names.get(row.name, row.name),
            without_alpha=Number(row.alpha, 2),
            alpha=Number(self.answer.together.alpha, 2),
            a=self.names[row.a],
            b=self.names[row.b],
            without=Number(row.without, 2),
            coefficient=Number(row.coefficient, 2),
        )

    @property
    def about_the_cut(self) -> list[Message]:
        """What has to be said of a list of which only some ranks are printed; nothing of a whole one."""
        table = self.answer.indicators_selected
        if table is None:
            return []
        return [
            Message(
                "pillars.selected",
                low=Number(table["mean"].min(), 2),
                high=Number(table["mean"].max(), 2),
                outside=self.answer.outside_selected,
                pairs=len(table),
            ),
            names.partial_note(self.answer.assessment),
        ]

    @property
    def remarks(self) -> list[Any]:
        """What a terminal says below its tables: how to read them, what was found, and what was asked."""
        answer, family = self.answer, self.answer.indicators
        framework, origin = answer.assessment.known_framework, answer.assessment.points_of
        weights = names.word("weights", getattr(origin, "weights", ""))
        points = (
            origin
            if isinstance(origin, str)
            else Message("pillars.points", framework=(origin or framework).id, weights=weights)
        )
        return [
            Message(
                "pillars.legend_pairs",
                method=_method(family),
                units=family.n,
                interval=family.interval,
                rule=_adjustment(family),
            ),
            Message("pillars.legend_importance"),
            Findings(
                [
                    *self.about_pairs,
                    *([Message("pillars.more_resamples")] if family.can_find_nothing else []),
                    self.about_all_together,
                    *self.about_importance,
                    *self.about_the_cut,
                ]
            ),
            Message(
                "pillars.asked",
                framework=framework.id,
                table=answer.assessment.table,
                seed=Number(answer.seed, group=False),
                points=points,
            ),
        ]


# ------------------------------------------------------------------------------------------- frames that an audit shows, too


def checks_frame(answer: Answer) -> pd.DataFrame:
    """Each indicator over the units; how many are at the maximum, in percent."""
    columns = ["minimum", "mean", "maximum", "sd", "skewness", "kurtosis", "at_maximum"]
    checks = answer.checks[columns].assign(at_maximum=100 * answer.checks.at_maximum)
    return names.by_indicator(checks, whole_names(answer.assessment.known_framework))


def consistency_frame(answer: Answer) -> pd.DataFrame:
    """Alpha and omega of the composite and of each pillar."""
    shown = whole_names(answer.assessment.known_framework)
    return pd.DataFrame(
        [
            {
                "whole": shown[code],
                "items": str(group.items),
                "alpha": group.alpha,
                "low": group.low,
                "high": group.high,
                "standardised": group.standardised,
                "omega": group.omega,
            }
            for code, group in answer.consistency.items()
        ]
    )


def flags_frame(answer: Answer) -> pd.DataFrame:
    """What an audit would raise; one row that says so where there is nothing."""
    flags, shown = answer.flags, whole_names(answer.assessment.known_framework)
    if flags.empty:
        return pd.DataFrame({"flag": [Message("words.none")]})
    table = flags.drop(columns=["a", "b"]).assign(flag=[Message(f"pillars.flag.{flag}") for flag in flags.flag])
    where = [Listing([shown.get(code, code) for code in (row.a, row.b) if code], " – ") for row in flags.itertuples()]
    table.insert(1, "where", where)
    return table.astype({"settled": object}).dropna(axis=1, how="all")


def intended_frame(answer: Answer) -> pd.DataFrame:
    """Weight, importance, the weights needed for the two to agree, and the importance then, in percent."""
    table, found = answer.importance[["weight", "linear_share", "low", "high"]], answer.intended
    table = table.assign(intended=found.weights, reached=found.linear_share)
    return names.by_indicator(100 * table, whole_names(answer.assessment.known_framework))


def influence_frame(answer: Answer) -> pd.DataFrame:
    """The units without which a coefficient changes most; the share of the first component in percent."""
    table, shown = answer.influential, whole_names(answer.assessment.known_framework)
    pairs = [Listing([shown[row.a], shown[row.b]], " – ") for row in table.itertuples()]
    table = table.assign(where=pairs, first_share=100 * table.first_share)
    columns = ["where", "coefficient", "without", "alpha", "first_share"]
    return names.by_unit(table[columns], answer.assessment.names)


# ---------------------------------------------------------------------------------------------------------------- wording


def _coefficient(pair: Any) -> Message:
    known = not pd.isna(pair.low)
    numbers = {"value": pair.coefficient, "low": pair.low, "high": pair.high}
    return Message("pillars.coefficient", interval=known, **{key: Number(found, 2) for key, found in numbers.items()})


def _named(note: Message | str, shown: Mapping[str, Any]) -> Message | str:
    """The note with names for the codes in it."""
    if not isinstance(note, Message):
        return note
    return Message(note.key, **{field: shown.get(told, told) for field, told in note.values})


def _or_none(listed: list[Any]) -> Any:
    return Listing(listed, "; ") if listed else Message("words.none")


def _method(family: Correlations) -> Message:
    return Message(f"pillars.method.{family.method}")


def _adjustment(family: Correlations) -> Message:
    return Message(f"pillars.adjustment.{family.adjustment}")


# --------------------------------------------------------------------------------------------------------------- document


def document(answer: Answer) -> dict[str, Any]:
    """The JSON document of ``dti correlate``."""
    assessment, family = answer.assessment, answer.indicators
    return {
        "framework": assessment.known_framework.id,
        "table": assessment.table,
        "n": family.n,
        "ranked": assessment.ranked if assessment.published else None,
        "cut": answer.cut,
        "units": list(assessment.normalised.index),
        "method": family.method,
        "interval": family.interval,
        "confidence": family.confidence,
        "adjustment": family.adjustment,
        "resamples": family.resamples,
        "seed": answer.seed,
        "points": names.points_origin(assessment),
        "weights": assessment.weights.to_dict(),
        "wholes": {name: column.to_dict() for name, column in answer.wholes.items()},
        "indicators": _family(answer.indicators, {"power": POWER}),
        "rest": _family(answer.rest, {"power": POWER}),
        "pillars": _family(answer.pillars, {}),  # its test is not against 0
        "selection": None if answer.selected is None else records(answer.selected),
        "consistency_after_selection": (
            None if answer.selected_consistency is None else answer.selected_consistency.to_dict("index")
        ),
        "consistency": {
            name: {
                key: value(getattr(group, key))
                for key in ("items", "alpha", "low", "high", "standardised", "omega", "note")
            }
            | {"without": records(group.without.reset_index())}
            for name, group in answer.consistency.items()
        },
        "components": {
            "variances": records(answer.components.variances.reset_index()),
            "loadings": records(answer.components.loadings.rename(columns=str).reset_index()),
            "kmo": value(answer.components.kmo),
            "adequacy": {code: value(found) for code, found in answer.components.adequacy.items()},
        },
        "checks": records(answer.checks.reset_index()),
        "importance": records(answer.importance.reset_index()),
        "intended": {
            "weights": answer.intended.weights.to_dict(),
            "linear_share": answer.intended.linear_share.to_dict(),
            "target": answer.intended.target.to_dict(),
            "largest_gap": answer.intended.largest_gap,
            "possible": answer.intended.possible,
            "residual": answer.intended.residual,
            "unique": answer.intended.unique,
            "signed": None if answer.intended.signed is None else answer.intended.signed.to_dict(),
        },
        "flags": records(answer.flags),
    }


def _family(family: Correlations, power: dict[str, float]) -> dict[str, Any]:
    shown = {"family": value(family.family), "tests": family.tests, "least_p": value(family.least_p)}
    if power:
        shown |= power | {"detectable": family.detectable, "detectable_first": family.detectable_first}
    return shown | {"pairs": records(family.pairs)}
