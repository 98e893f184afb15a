"""The command that says what other weights change for certain."""

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


def stability(
    framework: FrameworkOption,
    file: FileArgument = None,
    units: Annotated[tuple[str, str] | None, typer.Option(help=told("stability.units"))] = None,
    distance: Annotated[float, typer.Option(help=told("stability.distance"))] = 0.1,
    year: YearOption = None,
    points: PointsOption = None,
    points_of: PointsOfOption = None,
    language: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """What do other weights change for certain? Exact answers by linear programming, without draws."""
    from dti_research.report.show import weights as show
    from dti_research.study.weights import ask_stability

    speech = reader_language(language)
    assessment = given(framework, file, year, points, points_of, language)
    answer = ask_stability(assessment, units=units, distance=distance)
    if as_json:
        return print_json(show.stability_document(answer))
    shown = show.Pair(answer) if units else show.Stability(answer)
    print_parts(*shown.for_terminal(), language=speech)
