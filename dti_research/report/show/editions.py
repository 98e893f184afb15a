"""The parts of an answer on why ranks moved between two editions."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd

from dti_research.message import Listing, Message, Number, percent
from dti_research.report.parts import Figure, Findings, Table
from dti_research.report.show import names
from dti_research.report.show.document import records
from dti_research.study.editions import Answer, Explanation, without_idle
from dti_research.study.pillars.pairs import FEWEST


class Editions:
    """The parts of an answer on why ranks moved between two editions.

    Examples
    --------
    >>> from dti_research.report.say import say
    >>> from dti_research.study import editions
    >>> shown = Editions(editions.ask(editions.open_pair("province-2024-63", "province-2024-34"), resamples=99, seed=1))
    >>> say(shown.findings.sentences[0], "en")
    'Both lists are of one year: composites of the old units did not change, only mergers count.'
    """

    def __init__(self, answer: Answer) -> None:
        self._answer, self._pair = answer, answer.pair
        before, after = answer.pair.lists
        self._source = self._cite(before, answer.pair.later, after)
        self._same_units = self._cite(before, answer.pair.later)

    # ------------------------------------------------------------------------------------------------------------ stability

    @property
    def mobility(self) -> Table:
        """How far the two orders agree, with intervals."""
        table = self._answer.mobility.summary.copy()
        table.loc["same_group"] *= 100
        table.insert(0, "quantity", [Message(f"editions.mobility.{measure}") for measure in table.index])
        return self._table("mobility", table.reset_index(drop=True), self._same_units, digits=2)

    @property
    def transition_map(self) -> Figure:
        """From which group into which, as a map."""
        from dti_research.report.figures.editions import transition_map

        moved = self._answer.mobility
        groups = Listing(f"{group}: {units}" for group, units in moved.stayed.items())
        return Figure(
            "transitions",
            partial(transition_map, moved.transitions),
            alt=Message("editions.alt_transitions", groups=groups),
            caption=Message("editions.caption_transition_map", source=self._same_units),
        )

    @property
    def transitions(self) -> Table:
        """From which group into which, without empty cells; shares in percent."""
        table = self._answer.mobility.transitions
        table, shares = table[table.units > 0].reset_index(drop=True), ["share", "low", "high"]
        table = table.assign(**100 * table[shares])
        return self._table("transitions", table, self._same_units, digits=dict.fromkeys(shares, 0))

    @property
    def movers(self) -> Table:
        """Who moved most."""
        return self._table(
            "movers", self._by_unit(self._answer.mobility.widest().drop(columns="change")), self._same_units
        )

    @property
    def all_lists(self) -> Table:
        """How far the orders of all pairs of published lists agree; shares in percent."""
        table = self._answer.all_lists.rename(columns={"kendall_low": "low", "kendall_high": "high"})
        table = table[["before", "after", "units", "kendall", "low", "high", "mean_move", "same_group"]]
        table = table.assign(same_group=100 * table.same_group)
        digits = {"kendall": 2, "low": 2, "high": 2, "mean_move": 1, "same_group": 1}
        return Table("all-lists", table, Message("editions.caption_all_lists"), digits=digits)

    # --------------------------------------------------------------------------------------------------------------- causes

    @property
    def causes(self) -> Figure:
        """Which cause moved whom: a bar for each new unit."""
        from dti_research.report.figures.editions import cause_bars

        ranks = self._answer.namesakes
        best, worst = self._answer.widest_moves.index
        ends = {"best": self._name(best), "worst": self._name(worst)}
        ends |= {"up": Number(ranks.change[best], 0), "down": Number(ranks.change[worst], 0)}
        bars = without_idle(ranks.sort_values(["after", "before"], kind="stable"))
        return Figure(
            "causes",
            partial(cause_bars, bars, {unit: self._name(unit) for unit in bars.index}),
            alt=Message("editions.alt_causes", units=len(ranks), **ends),
            caption=Message("editions.caption_causes", source=self._source),
        )

    @property
    def ranks(self) -> Table:
        """The rank of every unit before and after, and the part of each cause."""
        return self._by_cause("ranks", self._answer.explained, "rank")

    @property
    def composites(self) -> Table:
        """The composite of every unit before and after, and the part of each cause."""
        return self._by_cause("composites", self._answer.explained, "composite")

    @property
    def levels(self) -> Table:
        """The level of every unit before and after, and the part of each cause; empty without boundaries."""
        return self._by_cause("levels", self._answer.explained, "level")

    @property
    def mergers(self) -> Table:
        """What mergers alone did to ranks; empty where there were none."""
        source = self._cite(self._pair.later, self._pair.lists[1])
        return self._by_cause("mergers", self._answer.mergers, "rank", source)

    @property
    def values_and_weights(self) -> Table:
        """Values against weights, where values are printed both times; empty where they are not."""
        return self._by_cause("values-and-weights", self._answer.split, "composite")

    @property
    def by_indicator(self) -> Table:
        """What values and weights did, by indicator, in hundredths."""
        found = self._answer.by_indicator
        indicators = names.node_names(self._pair.frameworks[1]) if self._pair.published else {}
        causes = ["values", "weights", *(["indicators"] if (found.indicators != 0).any() else [])]
        table = (100 * found[causes]).add_prefix("by_").reset_index(drop=True)
        table.insert(0, "unit", [self._name(unit) for unit in found.unit])
        table.insert(1, "indicator", [indicators.get(code, code) for code in found.indicator])
        return self._table("by-indicator", table, self._source, digits=2)

    @property
    def bounds(self) -> Table:
        """Bounds of what weights and values did, in hundredths; empty where there are none."""
        bounds = self._answer.bounds
        table = pd.DataFrame(columns=["unit"])
        if bounds is not None:
            table = self._by_unit(100 * bounds.drop(columns="values_least").rename(columns={"change": "moved_by"}))
        return self._table("bounds", table, self._source, digits=1, note=names.points_note(self._pair.frameworks))

    def _by_cause(self, name: str, explained: Explanation | None, part: str, source: Any = None) -> Table:
        table = pd.DataFrame(columns=["unit"])
        if explained is not None:
            table, whole = explained.in_order(part), ["before", "after", "change"]
            if part != "composite":
                table = table.round(2).astype(dict.fromkeys(whole, int))
            headed = {"change": "moved_by"} | {cause: f"by_{cause}" for cause in explained.causes}
            table = self._by_unit(table.rename(columns=headed))
        return self._table(name, table, source or self._source, digits=4 if part == "composite" else None)

    def _table(self, name: str, frame: pd.DataFrame, source: Any, digits: Any = None, **values: Any) -> Table:
        caption = Message(f"editions.caption_{name.replace('-', '_')}", source=source, **values)
        return Table(name, frame, caption, digits=digits)

    # ------------------------------------------------------------------------------------------------------------- findings

    @property
    def findings(self) -> Findings:
        """What was found, sentence by sentence."""
        answer, sentences = self._answer, []
        if self._pair.same_year:
            sentences.append(Message("editions.same_year"))
        else:
            sentences += self._on_order()
            if self._pair.same_rules:
                sentences.append(Message("editions.same_rules"))
        if answer.mergers is not None:
            sentences += self._on_mergers()
        if answer.split is not None:
            changes = Listing(map(self._change, answer.split.composite.itertuples()), "; ")
            units = len(answer.split.composite)
            sentences.append(Message("editions.values_and_weights", units=units, changes=changes))
        if answer.bounds is not None:
            sentences.append(self.on_bounds)
        return Findings(sentences)

    def _on_order(self) -> list[Message]:
        if not self._answer.is_long_enough:
            return [self.too_short]
        moved = self._answer.mobility
        kendall, places, stayed = (moved.summary.loc[name] for name in ("kendall", "mean_move", "same_group"))
        values = {"units": len(moved.moves), "groups": moved.groups, "places": Number(places.value, 1)}
        values |= {"stayed": percent(stayed.value), "chance": percent(moved.by_chance, 0)}
        values |= {"stayed_low": percent(stayed.low, 0), "stayed_high": percent(stayed.high, 0)}
        values |= {"kendall": Number(kendall.value, 2)}
        values |= {"kendall_low": Number(kendall.low, 2), "kendall_high": Number(kendall.high, 2)}
        up, down = (self._moves(rows, "rank_before", "rank_after") for rows in (moved.risen_most, moved.fallen_most))
        return [Message("editions.order", **values), Message("editions.movers", up=up, down=down)]

    def _on_mergers(self) -> list[Message]:
        answer, dates = self._answer, self._pair.merged_on
        before, after = len(self._pair.before.composites), len(self._pair.namesakes)
        gained, lost = answer.most_merged("min"), answer.most_merged("max")
        means = dict(zip(("mean_before", "mean_after"), map(Number, answer.mean_ranks), strict=True))
        values = {"dated": bool(dates), "dates": Listing(dates), "before": before, "after": after} | means
        improved = {"improved": len(answer.improved), "by_shorter_list": len(answer.improved_by_shorter_list)}
        most = {"winners": self._moves(gained), "losers": self._moves(lost)}
        most |= {"gain": _signed(gained.merged.min()), "loss": _signed(lost.merged.max())}
        told = [Message("editions.mergers", **values, **improved), Message("editions.merged_most", **most)]
        if self._pair.printed is not None:
            rule = Message(f"editions.rule.{answer.rule}")
            fits = {"exact": answer.printed_as_merged(), "rounded": answer.printed_as_merged(1.0)}
            told.append(Message("editions.rule_fits", rule=rule, units=after, **fits))
        return told

    @property
    def on_bounds(self) -> Message | str:
        """What the bounds say of all units together; empty where there are none."""
        answer = self._answer
        if answer.bounds is None:
            return ""
        low, high = map(percent, answer.weights_within)
        certain = len(answer.raised_by_values)
        return Message("editions.bounds", units=len(answer.bounds), low=low, high=high, certain=certain)

    @property
    def too_short(self) -> Message:
        """That the lists are too short for intervals."""
        return Message("editions.too_short", units=len(self._pair.before.composites), fewest=FEWEST)

    @property
    def asked(self) -> Message:
        """What was asked: the lists, the rule of merging, the seed."""
        before, after = self._pair.lists
        return Message(
            "editions.asked",
            merged=self._pair.crosswalk is not None,
            before=before,
            after=after,
            rule=Message(f"editions.rule.{self._answer.rule}"),
            seed=Number(self._answer.seed, group=False),
        )

    @property
    def notes(self) -> list[Message]:
        """What a reader should know about the input."""
        off = self._answer.unexplained.abs()
        if off.empty:
            return []
        most = Number(float(f"{off.max():.4g}"))
        return [
            Message("editions.note_unexplained", units=len(off), all=len(self._answer.explained.composite), most=most)
        ]

    # ------------------------------------------------------------------------------------------------------------ together

    def _cite(self, *lists: str) -> Listing:
        """Sources of published lists; the names of files."""
        return names.cite_all(lists) if self._pair.published else Listing(dict.fromkeys(lists), "; ")

    def _name(self, unit: str) -> str:
        return self._pair.names.get(unit, unit)

    def _by_unit(self, table: pd.DataFrame) -> pd.DataFrame:
        """Names in front; codes behind where they are ours, for a reader's own file has none."""
        named = names.by_unit(table, self._pair.names)
        return named if self._pair.published else named.drop(columns="code")

    def _moves(self, rows: pd.DataFrame, before: str = "before", after: str = "after") -> Listing:
        """Units with their ranks before and after."""
        ranks = zip(rows.index, rows[before].astype(int), rows[after].astype(int), strict=True)
        return Listing(
            Message("editions.move", unit=self._name(unit), before=first, after=second) for unit, first, second in ranks
        )

    def _change(self, row: Any) -> Message:
        parts = {part: _signed(100 * getattr(row, part)) for part in ("change", "values", "weights")}
        return Message("editions.change", unit=self._name(row.Index), **parts)


def document(answer: Answer) -> dict[str, Any]:
    """The JSON document of the command."""
    explained, (before, after) = answer.explained, answer.pair.lists

    def by_unit(table: pd.DataFrame | None) -> list[dict[str, Any]] | None:
        return None if table is None else records(table.reset_index())

    return {
        "before": before,
        "after": after,
        "rule": None if answer.pair.crosswalk is None else answer.rule,
        "causes": list(explained.causes),
        "composite": by_unit(explained.composite),
        "rank": by_unit(explained.rank),
        "level": by_unit(explained.level),
        "by_indicator": records(answer.by_indicator),
        "values_and_weights": by_unit(answer.split and answer.split.composite),
        "bounds": by_unit(answer.bounds),
        "mobility": _mobility_document(answer) if answer.is_long_enough else None,
    }


def _mobility_document(answer: Answer) -> dict[str, Any]:
    moved = answer.mobility
    return {
        "groups": moved.groups,
        "confidence": moved.confidence,
        "resamples": answer.resamples,
        "seed": answer.seed,
        "summary": dict(zip(moved.summary.index, records(moved.summary), strict=True)),
        "moves": records(moved.moves.reset_index()),
        "transitions": records(moved.transitions),
    }


def _signed(number: float) -> Listing:
    """A number with its sign, a plus too."""
    return Listing(["+" if number > 0 else "", Number(number, 1)], "")
