"""The command on what pillars and indicators have in common."""

from __future__ import annotations

from typing import Annotated

from dti_research.cli import options
from dti_research.cli.terminal import print_json, print_parts


def correlate(
    framework: options.Framework,
    file: options.File = None,
    method: Annotated[str, options.option("correlate.method")] = "pearson",
    interval: Annotated[str, options.option("correlate.interval")] = "bca",
    adjustment: Annotated[str, options.option("correlate.adjustment")] = "holm",
    resamples: Annotated[int, options.option("correlate.resamples")] = 9999,
    seed: Annotated[int, options.option("correlate.seed")] = 2024,
    year: options.Year = None,
    points: options.Points = None,
    points_of: options.PointsOf = None,
    language: options.Language = None,
    as_json: options.Json = False,
) -> None:
    """Which pillars and indicators say the same thing, and does each indicator count for what it weighs?"""
    from dti_research.report.show.pillars import Pillars, document
    from dti_research.study.pillars import ask

    assessment = options.given(framework, file, year, points, points_of, language)
    answer = ask(assessment, method=method, interval=interval, adjustment=adjustment, resamples=resamples, seed=seed)
    if as_json:
        return print_json(document(answer))
    shown = Pillars(answer)
    tables = (shown.pairs, shown.part_whole, shown.pillars, shown.importance, shown.intended, shown.flags)
    print_parts(*tables, *shown.remarks, language=language)
