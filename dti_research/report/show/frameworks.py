"""What frameworks contain, as parts of a report, lines of a terminal and JSON documents."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Any

import pandas as pd

from dti_research.message import Listing, Message, Name, Number, percent
from dti_research.report.parts import Figure, Findings, Table
from dti_research.report.show import names
from dti_research.report.show.claims import counted, kind
from dti_research.report.show.document import value
from dti_research.study.frameworks import CONCEPTS, Answer, Tree

if TYPE_CHECKING:
    from dti_research.study import claims

CONCEPT_NAMES = {concept: names.word("concept", concept) for concept in CONCEPTS}


class Frameworks:
    """The parts of an answer on what frameworks contain."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    @property
    def overview(self) -> Table:
        """Who issued each framework, when, how large it is, where its points come from."""
        frame = self._overview.drop(columns=["units_with_values", "units_with_composites"])
        return Table("frameworks", frame, Message("frameworks.caption_overview"), digits=0)

    @property
    def issuers(self) -> Table:
        """Who issued each framework, and when: as much of the overview as a terminal holds."""
        frame = self._overview[["name", "issuer", "decision", "years"]]
        return Table("issuers", frame, Message("frameworks.list.frameworks"))

    @property
    def sizes(self) -> Table:
        """How large each framework is, and where its points come from: the rest of the overview."""
        frame = self._overview[["main_indicators", "components", "total_points", "weights"]]
        return Table("sizes", frame, Message("frameworks.list.sizes"), digits=0)

    @property
    def lists(self) -> Table:
        """The published lists of results, which `open_assessment` opens by their ids."""
        columns = {"units_ranked": "ranked", "units_with_values": "values", "units_with_composites": "composites"}
        frame = self.answer.tables[["framework", *columns]].rename(columns=columns).rename_axis("table")
        headings = {name: Message(f"frameworks.list.{name}") for name in ("table", *columns.values())}
        return Table("lists", frame, Message("frameworks.list.tables"), headings=headings)

    @property
    def legend(self) -> tuple[Message, ...]:
        """What a reader of `lists` and `sizes` has to know."""
        return Message("frameworks.list.legend"), Message("frameworks.list.legend_dash")

    @property
    def concept_shares(self) -> Figure:
        """Which concepts carry the points."""
        from dti_research.report.figures.frameworks import concept_heat_map

        shares = self.answer.shares
        largest = [
            Message(
                "frameworks.alt_largest", framework=framework, concept=CONCEPT_NAMES[concepts[0]], share=percent(share)
            )
            for framework, concepts, share in self.answer.largest[["concepts", "share"]].itertuples()
        ]
        return Figure(
            "concept-shares",
            partial(concept_heat_map, shares, CONCEPT_NAMES),
            alt=Message(
                "frameworks.alt_shares",
                concepts=len(shares.index),
                frameworks=len(shares.columns),
                largest=Listing(largest, "; "),
            ),
            caption=Message("frameworks.caption_shares", points=names.points_note(self.answer.frameworks)),
        )

    @property
    def concept_components(self) -> Table:
        """How many component indicators each concept has."""
        frame = self.answer.components.rename(index=CONCEPT_NAMES)
        return Table("concept-components", frame, Message("frameworks.caption_components"))

    def findings(self, printed: claims.Answer) -> Findings:
        """Where the print contradicts itself, which concept carries most points, which printed figures are reproduced."""
        count = len(printed.contradictions)
        said = [
            Message("frameworks.contradictions", any=count > 0, count=count, frameworks=printed.contradicted_frameworks)
        ]
        if printed.kinds:
            kinds = [Message("frameworks.kind", kind=kind(name), count=n) for name, n in printed.kinds.items()]
            said.append(Message("frameworks.kinds", kinds=Listing(kinds)))
        by_id = {framework.id: framework for framework in self.answer.frameworks}
        for framework, concepts, share in self.answer.largest[["concepts", "share"]].itertuples():
            named = Listing(CONCEPT_NAMES[concept] for concept in concepts)
            note = names.points_note([by_id[framework]])
            said.append(
                Message("frameworks.largest", framework=framework, concepts=named, share=percent(share), points=note)
            )
        return Findings([*said, counted("frameworks.verdicts", printed)])

    @property
    def _overview(self) -> pd.DataFrame:
        frame = self.answer.overview
        frame = frame.assign(weights=[names.word("weights", weights) for weights in frame.weights])
        frame.insert(0, "name", [names.framework_name(framework) for framework in self.answer.frameworks])
        return frame


class FrameworkTree:
    """The parts of an answer on one framework."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree

    @property
    def head(self) -> tuple[Any, ...]:
        """Name, issuer and size of the framework; the note on it, if there is one."""
        framework = self.tree.framework

        def count(number: float | None) -> Number | Message:
            return Message("frameworks.tree.not_printed") if number is None else Number(number)

        return (
            Message("frameworks.tree.head", framework=framework.id, name=names.framework_name(framework)),
            Message(
                "frameworks.tree.issued",
                issuer=framework.issuer,
                decision=framework.decision,
                date=framework.decision_date,
                years=Listing(map(str, framework.years)),
            ),
            Message(
                "frameworks.tree.size",
                main=count(framework.main_indicators),
                components=count(framework.components),
                printed=framework.total_printed is not None,
                total=Number(framework.total_printed, group=False),
                weights=names.word("weights", framework.weights),
            ),
            Name(framework.note_vi, framework.note_en),
        )

    @property
    def main_indicators(self) -> Table | Message:
        """Points, share and number of components of each main indicator; a sentence where none are known."""
        if self.tree.indicators.empty:
            return Message("frameworks.tree.no_indicators")
        frame = self._named[["name", "points", "components"]]
        frame.insert(2, "share", 100 * self._named.share)
        return Table(
            "main-indicators",
            frame,
            Message("frameworks.tree.main_indicators"),
            digits={"share": 1},
            headings={"share": Message("frameworks.tree.share")},
        )

    @property
    def places(self) -> Table | str:
        """Group and pillars of each main indicator, and where it is printed; nothing where none are known."""
        if self.tree.indicators.empty:
            return ""
        pillars = {pillar.code: Name(pillar.name_vi, pillar.name_en) for pillar in self.tree.framework.pillars}
        frame = self._named.assign(
            group=[names.word("group", group, "frameworks") for group in self._named.group],
            pillar=[Listing(pillars[code] for code in codes) for codes in self._named.pillars],
            source=[names.place(*row) for row in self._named[["source", "locator"]].itertuples(index=False)],
        )
        return Table("places", frame[["group", "pillar", "source"]], Message("frameworks.tree.pillars"))

    @property
    def levels(self) -> list[Table]:
        """The bands of each document, as printed."""
        tables = []
        for rule in self.tree.framework.level_rules:
            rows = [
                (
                    Name(band.name_vi, band.name_en),
                    band.lower,
                    None if band.lower is None else names.word("edge", band.lower_edge, "frameworks"),
                    band.upper,
                    None if band.upper is None else names.word("edge", band.upper_edge, "frameworks"),
                    names.place(band.source, band.locator),
                )
                for band in rule.bands
            ]
            columns = ["level", "low", "low_edge", "high", "high_edge", "source"]
            edge = Message("frameworks.tree.edge")
            caption = Message("frameworks.tree.levels", document=names.word("document", rule.document))
            frame = pd.DataFrame(rows, columns=columns)
            headings = {"low_edge": edge, "high_edge": edge}
            tables.append(Table(f"levels-{rule.document}", frame, caption, headings=headings))
        return tables

    @property
    def sources(self) -> list[Message]:
        """Where the counts, and the decision's number and date, are printed."""
        framework = self.tree.framework
        printed = {
            "counted": (framework.source, framework.locator),
            "decided": (framework.decision_source, framework.decision_locator),
        }
        return [
            Message(f"frameworks.tree.{key}", source=names.place_with_address(*place))
            for key, place in printed.items()
            if place[0]
        ]

    @property
    def _named(self) -> pd.DataFrame:
        """The indicators under their codes, which a table of one's own needs, with their names."""
        frame, known = self.tree.indicators, names.node_names(self.tree.framework)
        frame = frame.assign(name=[known[code] for code in frame.index])
        marked = {code: Message("frameworks.tree.some_units", indicator=code) for code in frame.index[frame.optional]}
        return frame.rename(index=marked)


def document(answer: Answer) -> list[dict[str, Any]]:
    """The JSON document of ``dti list``: one object a framework, with the published lists of its results."""
    fields = ("id", "name_vi", "name_en", "issuer", "decision", "years", "main_indicators", "components")
    fields += ("total_points", "total_printed", "measure", "weights")
    counts = answer.overview[["units_with_values", "units_with_composites"]].to_dict("index")
    columns = ["id", "year", "units_ranked", "units_with_values", "units_with_composites"]
    tables = answer.tables.rename_axis("id").reset_index()
    return value(
        [
            {name: getattr(framework, name) for name in fields}
            | counts[framework.id]
            | {
                "note": framework.note_en,
                "tables": tables.loc[tables.framework == framework.id, columns].to_dict("records"),
            }
            for framework in answer.frameworks
        ]
    )


def tree_document(tree: Tree) -> dict[str, Any]:
    """The JSON document of ``dti show``: the framework as it is, with the share of each indicator; places in English."""
    framework = asdict(tree.framework) | {"total_points": tree.framework.total_points}
    for indicator, share in zip(framework["indicators"], tree.indicators.share, strict=True):
        indicator["share"] = share
    bands = [band for rule in framework["level_rules"] for band in rule["bands"]]
    for node in (framework, *framework["indicators"], *framework["pillars"], *bands):
        for key in node.keys() & {"locator", "decision_locator"}:
            node[key] = names.locator(node[key]) if node[key] else ""
    return value(framework)
