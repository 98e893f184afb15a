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
)
from dti_research.cli.terminal import print_json, print_parts


def robustness(
    framework: FrameworkOption,
    file: FileArgument = None,
    draws: Annotated[int, typer.Option(help="Draws of weights.")] = 10_000,
    concentration: Annotated[
        str, typer.Option(help="The larger, the closer to the weights; or uniform, or inf.")
    ] = "50",
    seed: Annotated[int, typer.Option(help="The same seed gives the same draws.")] = 1,
    by_group: Annotated[
        bool, typer.Option("--by-group", help="Draw groups first, then indicators inside each.")
    ] = False,
    top: Annotated[int | None, typer.Option(help="Probability to be among so many first; 3 without it.")] = None,
    document: Annotated[
        str | None, typer.Option(help="Levels by these printed bands: press-release or newspaper.")
    ] = None,
    year: YearOption = None,
    points: PointsOption = None,
    points_of: PointsOfOption = None,
    pairs: Annotated[bool, typer.Option(help="Who stands above whom; --no-pairs for thousands of units.")] = True,
    language: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """How far does each rank move when the weights are drawn at random around the given ones?

    Levels are those at 60 % and 80 % of the maximum, or of the printed bands under each reading where --document names them.
    """
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
