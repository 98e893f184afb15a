"""The command on what pillars and indicators have in common."""

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


def correlate(
    framework: FrameworkOption,
    file: FileArgument = None,
    method: Annotated[str, typer.Option(help=told("correlate.method"))] = "pearson",
    interval: Annotated[str, typer.Option(help=told("correlate.interval"))] = "bca",
    adjustment: Annotated[str, typer.Option(help=told("correlate.adjustment"))] = "holm",
    resamples: Annotated[int, typer.Option(help=told("correlate.resamples"))] = 9999,
    seed: Annotated[int, typer.Option(help=told("correlate.seed"))] = 2024,
    year: YearOption = None,
    points: PointsOption = None,
    points_of: PointsOfOption = None,
    language: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Which pillars and indicators say the same thing, and does each indicator count for what it weighs?"""
    from dti_research.report.show.pillars import Pillars, document
    from dti_research.study.pillars import ask

    assessment = given(framework, file, year, points, points_of, language)
    answer = ask(assessment, method=method, interval=interval, adjustment=adjustment, resamples=resamples, seed=seed)
    if as_json:
        return print_json(document(answer))
    shown = Pillars(answer)
    tables = (shown.pairs, shown.part_whole, shown.pillars, shown.importance, shown.intended, shown.flags)
    print_parts(*tables, *shown.remarks, language=reader_language(language))
