"""The command that says what other weights change for certain."""

from __future__ import annotations

from typing import Annotated

from dti_research.cli import options
from dti_research.cli.terminal import print_json, print_parts


def stability(
    framework: options.Framework,
    file: options.File = None,
    units: Annotated[tuple[str, str] | None, options.option("stability.units")] = None,
    distance: Annotated[float, options.option("stability.distance")] = 0.1,
    year: options.Year = None,
    points: options.Points = None,
    points_of: options.PointsOf = None,
    language: options.Language = None,
    as_json: options.Json = False,
) -> None:
    """What do other weights change for certain? Exact answers by linear programming, without draws."""
    from dti_research.report.show import weights as show
    from dti_research.study.weights import ask_stability

    assessment = options.given(framework, file, year, points, points_of, language)
    answer = ask_stability(assessment, units=units, distance=distance)
    if as_json:
        return print_json(show.stability_document(answer))
    shown = show.Pair(answer) if units else show.Stability(answer)
    print_parts(*shown.for_terminal(), language=language)
