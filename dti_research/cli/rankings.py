"""Commands on rankings: a composite, rank and level for each unit, and how far other weights would move them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from dti_research import data
from dti_research.cli.given import (
    check_points_earned,
    odd_names,
)
from dti_research.cli.terminal import JsonOption, print_json, print_note, print_table
from dti_research.errors import InputError, UnknownName, find_name


def score(
    file: Annotated[Path, typer.Argument(help="CSV with the column unit and one column for each indicator code.")],
    framework: Annotated[str, typer.Option(help="Framework id, as `dti list` shows it.")],
    method: Annotated[str, typer.Option(help="A method by name; an unknown name lists the known ones.")] = "published",
    normalise: Annotated[str | None, typer.Option(help="Another normalisation than the method's.")] = None,
    weight: Annotated[str | None, typer.Option(help="Another weight rule than the method's.")] = None,
    aggregate: Annotated[str | None, typer.Option(help="Another aggregation than the method's.")] = None,
    maximum: Annotated[str | None, typer.Option(help="own or common: what a unit is measured against.")] = None,
    levels: Annotated[str | None, typer.Option(help="Reading of the level boundaries.")] = None,
    document: Annotated[str | None, typer.Option(help="Whose level bands: press-release or newspaper.")] = None,
    points: Annotated[Path | None, typer.Option(help="CSV with the columns indicator and points.")] = None,
    targets: Annotated[Path | None, typer.Option(help="CSV with the columns indicator and target.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Composite, rank and level of a table of values.

    Levels are given as printed where the framework prints bands; --levels names another reading: as-printed, lower-boundary,
    upper-boundary, share-60-80 (boundaries at 60 % and 80 % of the total, for any framework), none.
    """
    from dti_research.index.levels import READINGS
    from dti_research.index.score import find_method
    from dti_research.index.score import score as compute
    from dti_research.study.boundaries import levels_of

    one = data.load_framework(framework)
    chosen = find_method(method)
    steps = {"normalise": normalise, "weight": weight, "aggregate": aggregate, "maximum": maximum}
    if any(steps.values()):
        chosen = replace(chosen, name="own", **{step: name for step, name in steps.items() if name})
    if targets:
        chosen = replace(chosen, targets=data.read_numbers(targets, "target"))
    if levels:
        find_name("reading", levels, [*READINGS, "none"])
    if document and not one.level_rules:
        raise UnknownName(
            f"--document {document}: nobody prints level bands for {one.id}; leave it out, use share-60-80"
        )
    if document:
        find_name("level document", document, [rule.document for rule in one.level_rules])
    values = data.read_values(file)
    own_points = data.read_numbers(points, "points") if points else None
    if own_points is not None and one.measure == "points" and one.points is None and values.max(axis=None) <= 1:
        raise InputError(
            f"{file}: every value is at most 1, and with --points values are read as points earned; multiply each by its "
            "indicator's points, or leave --points out and name a rule (--method equal-indicators), which reads shares"
        )
    check_points_earned(file, one, values)
    try:
        codes = data.find_units(list(values.index), one.unit_set)
        scores = compute(values, one, chosen, own_points)
    except UnknownName:
        raise
    except InputError as error:
        raise InputError(f"{file}: {error}") from None

    reading = levels or ("as-printed" if one.level_rules and scores.measure == "points" else "none")
    if document and reading in ("none", "share-60-80"):
        raise UnknownName(
            f"--document {document} has no use with the reading {reading}; choose a reading of printed bands"
        )
    named = None if reading == "none" else levels_of(scores, one, reading, document)
    source = (
        chosen.weight if chosen.weight == "equal-indicators" else "file" if own_points is not None else chosen.weight
    )
    source = one.weights if source == "published" else source
    for line in odd_names(values.index, codes, one.unit_set):
        print_note(f"dti: {line}")
    units = [
        {
            "unit": codes.get(unit, unit),
            "composite": float(scores.composite[unit]),
            "maximum": float(scores.maximum[unit]),
            "rank": int(scores.rank[unit]),
            "level": (" / ".join(named[unit]) or None) if named is not None else None,
            "name": unit,
        }
        for unit in scores.rank.sort_values(kind="stable").index
    ]
    if as_json:
        return print_json(
            {
                "framework": one.id,
                "method": chosen.name,
                "levels": None if reading == "none" else reading,
                "measure": scores.measure,
                "weights": source,
                "steps": {name: getattr(chosen, name) for name in steps},
                "units": units,
            }
        )
    print_table(
        ["rank", "unit", "code", f"composite [{scores.measure}]", "of", "level"],
        [
            [
                u["rank"],
                u["name"],
                codes.get(u["name"]),
                f"{u['composite']:.4f}",
                f"{u['maximum']:g}" if scores.measure in ("points", "share") else None,
                u["level"] or ("" if named is None else "no level: a gap in the print"),
            ]
            for u in units
        ],
    )
    print(f"{one.id}; method {chosen.name}; levels: {reading}; points: {source}")
    if source == "recovered":
        print(f"Points are recovered from a printed table, not printed: {one.note_en}")
