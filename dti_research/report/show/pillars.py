"""The parts of an answer on pillars and indicators: tables, figures, findings, and the JSON document of ``dti correlate``."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

import pandas as pd

from dti_research.index.framework import Framework
from dti_research.message import Listing, Message, Number, numbers, percent, percents
from dti_research.report.parts import Figure, Findings, Table
from dti_research.report.show import names
from dti_research.report.show.document import records, value
from dti_research.study.pillars import Answer
from dti_research.study.pillars.correlation import COMPOSITE
from dti_research.study.pillars.pairs import MISSED, POWER, Correlations

PAIRS = {"weight": 1, "p": 4, "p_adjusted": 4}
"""Decimals in tables of pairs, where they are not two."""


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

    def _table(self, name: str, frame: pd.DataFrame, digits: Any = 2, **more: Any) -> Table:
        return Table(name, frame, self._caption(name.replace("-", "_")), digits, **more)

    def _pair(self, pair: Any, separator: str = " – ") -> Listing:
        return Listing([self.names.get(code, code) for code in (pair.a, pair.b) if code], separator)

    # ---------------------------------------------------------------------------------------------------------- tables

    @property
    def indicators(self) -> Table:
        """Each indicator over the units; how many are at the maximum, in percent."""
        columns = ["minimum", "mean", "maximum", "sd", "skewness", "kurtosis", "at_maximum"]
        checks = self.answer.checks[columns].assign(at_maximum=100 * self.answer.checks.at_maximum)
        digits = dict.fromkeys(columns, 2) | {"at_maximum": 0}
        return self._table("indicators", names.by_indicator(checks, self.names), digits)

    @property
    def pairs(self) -> Table:
        """Every pair of indicators."""
        return self._pairs("pairs", self.answer.indicators)

    @property
    def part_whole(self) -> Table:
        """Each indicator with what it counts in, and with the rest of that."""
        headings = {"a": Message("columns.indicator"), "b": Message("columns.whole")}
        return self._pairs("part-whole", self.answer.rest, headings=headings)

    @property
    def pillars(self) -> Table:
        """Pillar with pillar and with the composite, beside what they share."""
        return self._pairs("pillars", self.answer.pillars)

    def _pairs(self, name: str, family: Correlations, **more: Any) -> Table:
        """Names for codes, weights in percent, notes only where there are any."""
        frame = family.pairs.drop(columns=["n", "note"]).assign(
            **{end: [self.names.get(code, code) for code in family.pairs[end]] for end in ("a", "b")}
        )
        if "weight" in frame:
            frame["weight"] *= 100
        digits = {column: PAIRS.get(column, 2) for column in frame.select_dtypes("number")}
        notes = [_named(note, self.names) for note in family.pairs.note]
        return self._table(name, frame.assign(note=notes) if any(notes) else frame, digits, **more)

    @property
    def consistency(self) -> Table:
        """Alpha and omega of the composite and of each pillar."""
        columns = ("alpha", "low", "high", "standardised", "omega")
        rows = [
            {"whole": self.names[code], "items": str(group.items)} | {name: getattr(group, name) for name in columns}
            for code, group in self.answer.consistency.items()
        ]
        return self._table("consistency", pd.DataFrame(rows))

    @property
    def alpha_without(self) -> Table:
        """Alpha without each indicator."""
        return self._table("alpha-without", names.by_indicator(self.answer.together.without, self.names))

    @property
    def components(self) -> Table:
        """Principal components against chance."""
        variances = self.answer.components.variances
        frame = variances.assign(share=100 * variances.share, cumulative=100 * variances.cumulative)
        digits = {"variance": 2, "share": 1, "cumulative": 1, "chance": 2}
        headings = {"component": Message("pillars.component"), "share": "%"}
        return self._table("components", frame.astype({"kept": object}), digits, headings=headings)

    @property
    def loadings(self) -> Table:
        """Each indicator with the first three components."""
        found = self.answer.components
        frame = found.loadings.iloc[:, :3].assign(adequacy=found.adequacy)
        return self._table("loadings", names.by_indicator(frame, self.names))

    @property
    def importance(self) -> Table:
        """Weight beside importance, and what each indicator contributes and explains alone, in percent."""
        columns = ["weight", "linear_share", "low", "high", "contribution", "own"]
        return self._table("importance", names.by_indicator(100 * self.answer.importance[columns], self.names), 1)

    @property
    def intended(self) -> Table:
        """The weights with which importance would equal weight, in percent."""
        return self._table("intended", self.weights_and_intended.drop(columns=["low", "high"]), 1)

    @property
    def weights_and_intended(self) -> pd.DataFrame:
        """Weight, importance with its interval, the weights needed for the two to agree, and the importance then, in percent."""
        table, found = self.answer.importance[["weight", "linear_share", "low", "high"]], self.answer.intended
        table = table.assign(intended=found.weights, reached=found.linear_share)
        return names.by_indicator(100 * table, self.names)

    @property
    def flags(self) -> Table:
        """What an audit would raise; one row that says so where there is nothing."""
        flags = self.answer.flags
        if flags.empty:
            return self._table("flags", pd.DataFrame({"flag": [Message("words.none")]}))
        table = flags.drop(columns=["a", "b"]).assign(flag=[Message(f"pillars.flag.{flag}") for flag in flags.flag])
        table.insert(1, "where", [self._pair(row) for row in flags.itertuples()])
        return self._table("flags", table.astype({"settled": object}).dropna(axis=1, how="all"))

    @property
    def power(self) -> Table:
        """The smallest correlation that so few units show."""
        families = {"tests_of_indicators": self.answer.indicators, "tests_of_rest": self.answer.rest}
        columns = {"n": "n", "tests": "tests", "single_test": "detectable", "family_test": "detectable_first"}
        frame = pd.DataFrame(
            {"family": [Message(f"pillars.{key}") for key in families]}
            | {column: [getattr(found, field) for found in families.values()] for column, field in columns.items()}
        )
        headings = {"family_test": Message("pillars.first_step")}
        return self._table("power", frame, {"single_test": 2, "family_test": 2}, headings=headings)

    @property
    def influence(self) -> Table:
        """The units without which a coefficient changes most; the share of the first component in percent."""
        table = self.answer.influential
        table = table.assign(where=[self._pair(row) for row in table.itertuples()], first_share=100 * table.first_share)
        digits = {"coefficient": 2, "without": 2, "alpha": 2, "first_share": 1}
        return self._table("influence", names.by_unit(table[["where", *digits]], self.answer.assessment.names), digits)

    @property
    def selection(self) -> Table:
        """What independent indicators would give in a list cut like this one; a whole list is not cut."""
        table = self.answer.observed_and_selected
        if table is None:
            frame = pd.DataFrame({"note": [Message("pillars.not_cut")]})
        else:
            frame = table.round(2).assign(**{end: [self.names[code] for code in table[end]] for end in ("a", "b")})
        return self._table("selection", frame, None, simulated=True)

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
        draw = functools.partial(correlation_map, family.pairs.drop(columns="note"), order, shown, title, beside)
        listed = [self._told("pillars.alt_pair", pair) for pair in family.strongest_first.itertuples()]
        alt = Message(
            "pillars.alt_correlations",
            pairs=len(family.pairs),
            strongest=Listing(listed[:3], "; "),
            weakest=names.or_none(listed[-1:]),
        )
        return Figure(name, draw, alt, self._caption(caption))

    def _told(self, key: str, pair: Any, **more: Any) -> Message:
        """A sentence on a pair: its names, its coefficient, and the interval where there is one."""
        values = numbers({"value": pair.coefficient, "low": pair.low, "high": pair.high}, 2, "value", "low", "high")
        coefficient = Message("pillars.coefficient", interval=not pd.isna(pair.low), **values)
        return Message(key, a=self.names[pair.a], b=self.names[pair.b], coefficient=coefficient, **more)

    @property
    def importance_dots(self) -> Figure:
        """Weight and importance, side by side."""
        from dti_research.report.figures.pillars import weight_and_importance

        table = self.answer.importance
        listed = [
            Message(
                "pillars.alt_indicator",
                name=self.names[row.Index],
                weight=percent(row.weight),
                share=percent(row.linear_share),
            )
            for row in table.itertuples()
        ]
        alt = Message("pillars.alt_importance", indicators=Listing(listed, "; "))
        draw = functools.partial(weight_and_importance, table, {code: self.names[code] for code in table.index})
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
            self._told("pillars.strongest_pair", family.strongest_first.iloc[0]),
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
        listed = [self._pair(pair) for pair in answer.beyond_shared.itertuples()]
        shared = numbers(most, 2, "shared", "forced") | {
            "low": Number(most.shared_low, 2),
            "high": Number(most.shared_high, 2),
        }
        counts = {"listed": names.or_none(listed), "beyond": len(listed), "pairs": len(answer.pairs_of_pillars)}
        sentences = [self._told("pillars.strongest_pillars", most, **shared, **counts)]
        selected = answer.strongest_pillars_selected
        if selected is not None:
            ends = numbers(selected, 2, "mean", "low", "high")
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
            self._told("pillars.loose_indicator", pair, name=self.names[pair.a]) for pair in answer.loose.itertuples()
        ]
        return [*sentences, Message("pillars.loose", indicators=Listing(listed, "; "))]

    @property
    def about_all_together(self) -> Listing:
        """Alpha and components, beside those of independent indicators in a list cut alike."""
        found, components = self.answer.together, self.answer.components
        share = percent(components.first_share)
        alpha = numbers(vars(found), 2, "alpha", "low", "high")
        sentences = [Message("pillars.together", kept=components.kept, share=share, **alpha)]
        if self.answer.selected_consistency is not None:
            drawn, shares = (self.answer.selected_consistency.loc[row] for row in ("alpha", "first_share"))
            alpha = {"alpha": Number(drawn["median"], 2)} | numbers(drawn, 2, "low", "high")
            sentences.append(Message("pillars.together_selected", share=percent(shares["median"]), **alpha))
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
                name=self.names[code],
                share=percent(row.linear_share),
                **percents(row, "weight", "low", "high", "contribution"),
            )
            for code, row in self.answer.furthest.iterrows()
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
            **numbers(row, 2, "without", "coefficient"),
        )

    @property
    def about_the_cut(self) -> list[Message]:
        """What has to be said of a list of which only some ranks are printed; nothing of a whole one."""
        table = self.answer.indicators_selected
        if table is None:
            return []
        means = {"low": Number(table["mean"].min(), 2), "high": Number(table["mean"].max(), 2)}
        selected = Message("pillars.selected", outside=self.answer.outside_selected, pairs=len(table), **means)
        return [selected, names.partial_note(self.answer.assessment)]

    @property
    def remarks(self) -> list[Any]:
        """What a terminal says below its tables: how to read them, what was found, and what was asked."""
        answer, family = self.answer, self.answer.indicators
        framework, points = answer.assessment.known_framework, answer.assessment.points_of
        if not isinstance(points, str):
            weights = names.word("weights", getattr(points, "weights", ""))
            points = Message("pillars.points", framework=(points or framework).id, weights=weights)
        return [
            Message(
                "pillars.legend_pairs",
                method=_method(family),
                units=family.n,
                interval=family.options.interval,
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
                seed=Number(family.options.seed, group=False),
                points=points,
            ),
        ]


def _named(note: Message | str, shown: Mapping[str, Any]) -> Message | str:
    """The note with names for the codes in it."""
    if not isinstance(note, Message):
        return note
    return Message(note.key, **{field: shown.get(told, told) for field, told in note.values})


def _method(family: Correlations) -> Message:
    return Message(f"pillars.method.{family.options.method}")


def _adjustment(family: Correlations) -> Message:
    return Message(f"pillars.adjustment.{family.options.adjustment}")


# --------------------------------------------------------------------------------------------------------------- document


def document(answer: Answer) -> dict[str, Any]:
    """The JSON document of ``dti correlate``."""
    assessment, family, drawn = answer.assessment, answer.indicators, answer.selected_consistency
    asked = ("method", "interval", "confidence", "adjustment", "resamples", "seed")
    group_fields = ("items", "alpha", "low", "high", "standardised", "omega", "note")
    intended = vars(answer.intended)
    return {
        "framework": assessment.known_framework.id,
        "table": assessment.table,
        "n": family.n,
        "ranked": assessment.ranked if assessment.published else None,
        "cut": answer.cut,
        "units": list(assessment.normalised.index),
        **{name: getattr(family.options, name) for name in asked},
        "points": names.points_origin(assessment),
        "weights": assessment.weights.to_dict(),
        "wholes": answer.wholes.to_dict(),
        "indicators": _family(answer.indicators, power=True),
        "rest": _family(answer.rest, power=True),
        "pillars": _family(answer.pillars, power=False),  # its test is not against 0
        "selection": None if answer.selected is None else records(answer.selected),
        "consistency_after_selection": None if drawn is None else drawn.to_dict("index"),
        "consistency": {
            name: {field: value(getattr(group, field)) for field in group_fields}
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
            field: found.to_dict() if isinstance(found, pd.Series) else found for field, found in intended.items()
        },
        "flags": records(answer.flags),
    }


def _family(family: Correlations, *, power: bool) -> dict[str, Any]:
    shown = {"family": value(family.family), "tests": family.tests, "least_p": value(family.least_p)}
    if power:
        shown |= {"power": POWER, "detectable": family.detectable, "detectable_first": family.detectable_first}
    return shown | {"pairs": records(family.pairs)}
