"""`dti score`: composite, rank and level of a table of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dti_research import data
from dti_research.cli.options import FrameworkOption, JsonOption, LanguageOption, PointsOption, given, reader_language
from dti_research.cli.terminal import print_json, print_parts
from dti_research.study import rankings


def score(
    file: Annotated[Path, typer.Argument(help="CSV with the column unit and one column for each indicator code.")],
    framework: FrameworkOption,
    method: Annotated[str, typer.Option(help="A method by name; an unknown name lists the known ones.")] = "published",
    normalise: Annotated[str | None, typer.Option(help="Another normalisation than the method's.")] = None,
    weight: Annotated[str | None, typer.Option(help="Another weight rule than the method's.")] = None,
    aggregate: Annotated[str | None, typer.Option(help="Another aggregation than the method's.")] = None,
    maximum: Annotated[str | None, typer.Option(help="own or common: what a unit is measured against.")] = None,
    levels: Annotated[str | None, typer.Option(help="Reading of the level boundaries.")] = None,
    document: Annotated[str | None, typer.Option(help="Whose level bands: press-release or newspaper.")] = None,
    points: PointsOption = None,
    targets: Annotated[Path | None, typer.Option(help="CSV with the columns indicator and target.")] = None,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Composite, rank and level of a table of values.

    Levels are given as printed where the framework prints bands; --levels names another reading: as-printed, lower-boundary,
    upper-boundary, share-60-80 (boundaries at 60 % and 80 % of the total, for any framework), none.
    """
    from dti_research.report.show import rankings as show

    reader = reader_language(language)
    chosen = rankings.choose_method(
        method,
        normalise=normalise,
        weight=weight,
        aggregate=aggregate,
        maximum=maximum,
        targets=data.read_numbers(targets, "target") if targets else None,
    )
    assessment = given(framework, file, None, points, None, language)
    answer = rankings.ask(assessment, method=chosen, levels=levels, document=document)
    if as_json:
        return print_json(show.document(answer))
    shown = show.Rankings(answer)
    print_parts(shown.ranking, *shown.terms, language=reader)
