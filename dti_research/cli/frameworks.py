"""Commands on what a framework contains: all of them in a list, and the tree of one."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from dti_research import data
from dti_research.cli.terminal import JsonOption, LanguageOption, print_json, print_table
from dti_research.errors import find_name
from dti_research.report.say import say
from dti_research.report.show import names


def list_frameworks(as_json: JsonOption = False, language: LanguageOption = "en") -> None:
    """The frameworks: who issued them, how large they are, where their weights come from, how many units have values."""
    find_name("language", language, ["en", "vi"])
    tables, raw_values = data.load_tables(), data.load_raw("values")
    claims = data.load_claims()
    rows = []
    for framework in data.load_frameworks().values():
        own = tables.index[tables.framework == framework.id]
        composites = claims[(claims.check == "composite") & claims.table.isin(own)]
        rows.append(
            {
                "id": framework.id,
                "name_vi": framework.name_vi,
                "name_en": framework.name_en,
                "issuer": framework.issuer,
                "decision": framework.decision,
                "years": list(framework.years),
                "main_indicators": framework.main_indicators,
                "components": framework.components,
                "total_points": framework.total_points,
                "total_printed": framework.total_printed,
                "measure": framework.measure,
                "weights": framework.weights,
                "units_with_values": int(raw_values[raw_values.table.isin(own)].unit.nunique()),
                "units_with_composites": int(composites.unit.nunique()),
                "note": framework.note_en,
            }
        )
    if as_json:
        return print_json(rows)
    name = f"name_{language}"
    print_table(
        [
            "id",
            "name",
            "issuer",
            "decision",
            "years",
            "main",
            "components",
            "points",
            "weights",
            "values",
            "composites",
        ],
        [
            [
                r["id"],
                r[name],
                r["issuer"],
                r["decision"],
                ", ".join(map(str, r["years"])),
                r["main_indicators"],
                r["components"],
                None if r["total_points"] is None else f"{r['total_points']:g}",
                r["weights"],
                r["units_with_values"],
                r["units_with_composites"],
            ]
            for r in rows
        ],
    )
    print("main: main indicators; values, composites: units with printed indicator values, with a printed composite.")
    print("An empty cell: nobody printed it.")


def show(
    framework: Annotated[str, typer.Argument(help="Framework id, as `dti list` shows it.")],
    as_json: JsonOption = False,
    language: LanguageOption = "en",
) -> None:
    """The tree of one framework: points, shares, components, pillars, level rules as printed, sources."""
    find_name("language", language, ["en", "vi"])
    one = data.load_framework(framework)
    total = one.total_points
    shares = {
        i.code: i.points / total if i.points is not None and total and not i.optional else None for i in one.indicators
    }
    if as_json:
        document = asdict(one) | {"total_points": total}
        for indicator in document["indicators"]:
            indicator["share"] = shares[indicator["code"]]
        bands = [band for rule in document["level_rules"] for band in rule["bands"]]
        for node in (*document["indicators"], *document["pillars"], *bands, document):
            node["locator"] = _place(node["locator"], "en")
        document["decision_locator"] = _place(document["decision_locator"], "en")
        return print_json(document)
    name = f"name_{language}"
    print(f"{one.id}: {getattr(one, name)}")
    print(f"{one.issuer}, {one.decision} {one.decision_date}; years {', '.join(map(str, one.years))}")
    printed = "not printed" if one.total_printed is None else f"{one.total_printed:g} points printed"
    counts = ["not printed" if n is None else n for n in (one.main_indicators, one.components)]
    print(f"main indicators {counts[0]}, components {counts[1]}, {printed}; weights: {one.weights}")
    if getattr(one, f"note_{language}"):
        print(getattr(one, f"note_{language}"))
    member = {i.code: [p.code for p in one.pillars if i.code in p.indicators] for i in one.indicators}
    if one.indicators:
        print_table(
            ["indicator", "name", "group", "pillars", "points", "share", "components", "source", "locator"],
            [
                [
                    i.code + (" (some units only)" if i.optional else ""),
                    getattr(i, name),
                    i.group,
                    ", ".join(member[i.code]),
                    "not published" if i.points is None else f"{i.points:g}",
                    None if shares[i.code] is None else f"{100 * shares[i.code]:.1f} %",
                    i.components,
                    i.source,
                    _place(i.locator, language),
                ]
                for i in one.indicators
            ],
        )
    else:
        print("Main indicators: nobody printed their names and points where we could read them.")
    for rule in one.level_rules:
        print_table(
            ["level", "from", "edge", "to", "edge", "source", "locator"],
            [
                [
                    getattr(b, name),
                    None if b.lower is None else f"{b.lower:g}",
                    None if b.lower is None else b.lower_edge,
                    None if b.upper is None else f"{b.upper:g}",
                    None if b.upper is None else b.upper_edge,
                    b.source,
                    _place(b.locator, language),
                ]
                for b in rule.bands
            ],
            title=f"Levels as printed: {rule.document}",
        )
    print(f"source of the counts: {one.source}, {_place(one.locator, language)} (addresses: {data.file_of('sources')})")
    if one.decision_source:
        print(
            f"source of the decision's number and date: {one.decision_source}, {_place(one.decision_locator, language)}"
        )


def _place(locator: str, language: str) -> str:
    return say(names.locator(locator), language) if locator else ""
