"""The command that draws weights at random and counts ranks and levels."""

from __future__ import annotations

from typing import Annotated

from dti_research.cli import options
from dti_research.cli.terminal import print_json, print_parts


def robustness(
    framework: options.Framework,
    file: options.File = None,
    draws: Annotated[int, options.option("robustness.draws")] = 10_000,
    concentration: Annotated[str, options.option("robustness.concentration")] = "50",
    seed: Annotated[int, options.option("robustness.seed")] = 1,
    by_group: Annotated[bool, options.option("robustness.by_group", "--by-group")] = False,
    top: Annotated[int | None, options.option("robustness.top")] = None,
    document: Annotated[str | None, options.option("robustness.document")] = None,
    year: options.Year = None,
    points: options.Points = None,
    points_of: options.PointsOf = None,
    pairs: Annotated[bool, options.option("robustness.pairs")] = True,
    language: options.Language = None,
    as_json: options.Json = False,
) -> None:
    """How far does each rank move when the weights are drawn at random around the given ones?"""
    from dti_research.report.show import weights as show
    from dti_research.study.weights import ask_robustness

    answer = ask_robustness(
        options.given(framework, file, year, points, points_of, language),
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
    print_parts(*show.Robustness(answer).for_terminal(), language=language)
