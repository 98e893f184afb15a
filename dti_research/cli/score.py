"""`dti score`: composite, rank and level of a table of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dti_research import data
from dti_research.cli.options import (
    FrameworkOption,
    JsonOption,
    LanguageOption,
    PointsOption,
    given,
    reader_language,
    told,
)
from dti_research.cli.terminal import print_json, print_parts
from dti_research.study import rankings


def score(
    file: Annotated[Path, typer.Argument(help=told("score.file"))],
    framework: FrameworkOption,
    method: Annotated[str, typer.Option(help=told("score.method"))] = "published",
    normalise: Annotated[str | None, typer.Option(help=told("score.normalise"))] = None,
    weight: Annotated[str | None, typer.Option(help=told("score.weight"))] = None,
    aggregate: Annotated[str | None, typer.Option(help=told("score.aggregate"))] = None,
    maximum: Annotated[str | None, typer.Option(help=told("score.maximum"))] = None,
    levels: Annotated[str | None, typer.Option(help=told("score.levels"))] = None,
    document: Annotated[str | None, typer.Option(help=told("score.document"))] = None,
    points: PointsOption = None,
    targets: Annotated[Path | None, typer.Option(help=told("score.targets"))] = None,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Composite, rank and level of a table of values."""
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
