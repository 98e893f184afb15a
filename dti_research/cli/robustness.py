"""The command that draws weights at random and counts ranks and levels."""

from __future__ import annotations

from typing import Annotated

import typer

from dti_research.cli.options import (
    FileArgument,
    FrameworkOption,
    JsonOption,
    LanguageOption,
    PointsOfOption,
    PointsOption,
    YearOption,
    given,
    reader_language,
    told,
)
from dti_research.cli.terminal import print_json, print_parts


def robustness(
    framework: FrameworkOption,
    file: FileArgument = None,
    draws: Annotated[int, typer.Option(help=told("robustness.draws"))] = 10_000,
    concentration: Annotated[str, typer.Option(help=told("robustness.concentration"))] = "50",
    seed: Annotated[int, typer.Option(help=told("robustness.seed"))] = 1,
    by_group: Annotated[bool, typer.Option("--by-group", help=told("robustness.by_group"))] = False,
    top: Annotated[int | None, typer.Option(help=told("robustness.top"))] = None,
    document: Annotated[str | None, typer.Option(help=told("robustness.document"))] = None,
    year: YearOption = None,
    points: PointsOption = None,
    points_of: PointsOfOption = None,
    pairs: Annotated[bool, typer.Option(help=told("robustness.pairs"))] = True,
    language: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """How far does each rank move when the weights are drawn at random around the given ones?"""
    from dti_research.report.show import weights as show
    from dti_research.study.weights import ask_robustness

    speech = reader_language(language)
    answer = ask_robustness(
        given(framework, file, year, points, points_of, language),
        draws=draws,
        concentration=concentration,
        seed=seed,
        by_group=by_group,
        top=top,
        document=document,
        pairs=pairs,
    )
    if as_json:
        return print_json(show.robustness_document(answer))
    print_parts(*show.Robustness(answer).for_terminal(), language=speech)
