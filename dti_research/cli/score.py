"""`dti score`: composite, rank and level of a table of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from dti_research import data
from dti_research.cli import options
from dti_research.cli.terminal import print_json, print_parts
from dti_research.study import rankings


def score(
    file: Annotated[Path, options.argument("score.file")],
    framework: options.Framework,
    method: Annotated[str, options.option("score.method")] = "published",
    normalise: Annotated[str | None, options.option("score.normalise")] = None,
    weight: Annotated[str | None, options.option("score.weight")] = None,
    aggregate: Annotated[str | None, options.option("score.aggregate")] = None,
    maximum: Annotated[str | None, options.option("score.maximum")] = None,
    levels: Annotated[str | None, options.option("score.levels")] = None,
    document: Annotated[str | None, options.option("score.document")] = None,
    points: options.Points = None,
    targets: Annotated[Path | None, options.option("score.targets")] = None,
    as_json: options.Json = False,
    language: options.Language = None,
) -> None:
    """Composite, rank and level of a table of values."""
    from dti_research.report.show import rankings as show

    chosen = rankings.choose_method(
        method,
        normalise=normalise,
        weight=weight,
        aggregate=aggregate,
        maximum=maximum,
        targets=data.read_numbers(targets, "target") if targets else None,
    )
    assessment = options.given(framework, file, None, points, None, language)
    answer = rankings.ask(assessment, method=chosen, levels=levels, document=document)
    if as_json:
        return print_json(show.document(answer))
    shown = show.Rankings(answer)
    print_parts(shown.ranking, *shown.terms, language=language)
