"""The command on what changed between two editions."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from dti_research.cli import options
from dti_research.cli.terminal import print_json, print_note, print_parts
from dti_research.errors import UnknownName
from dti_research.message import Message
from dti_research.report.say import say


def editions(
    before: Annotated[str, options.argument("editions.before")],
    after: Annotated[str, options.argument("editions.after")],
    crosswalk: Annotated[Path | None, options.option("editions.crosswalk")] = None,
    rule: Annotated[str, options.option("editions.rule")] = "mean",
    points_before: Annotated[Path | None, options.option("editions.points_before")] = None,
    points_after: Annotated[Path | None, options.option("editions.points_after")] = None,
    boundaries_before: Annotated[str, options.option("editions.boundaries_before")] = "",
    boundaries_after: Annotated[str, options.option("editions.boundaries_after")] = "",
    resamples: Annotated[int, options.option("editions.resamples")] = 9999,
    seed: Annotated[int, options.option("editions.seed")] = 2024,
    as_json: options.Json = False,
    language: options.Language = None,
) -> None:
    """Why ranks moved between two editions, and how stable the order is."""
    from dti_research.report.show import editions as show
    from dti_research.study.editions import ask, open_pair

    pair = open_pair(
        before,
        after,
        crosswalk=crosswalk,
        points=(points_before, points_after),
        boundaries=(_boundaries(boundaries_before), _boundaries(boundaries_after)),
    )
    answer = ask(pair, rule=rule, resamples=resamples, seed=seed)
    shown = show.Editions(answer)
    for note in shown.notes:
        print_note(f"dti: {say(note, language)}")
    if as_json:
        return print_json(show.document(answer))
    print_parts(
        shown.ranks,
        shown.composites,
        *([shown.levels] if pair.before.boundaries else []),
        *([shown.values_and_weights] if answer.split is not None else []),
        *([shown.bounds, shown.on_bounds] if answer.bounds is not None else []),
        Message("editions.parts"),
        shown.mobility if answer.is_long_enough else shown.too_short,
        shown.asked,
        language=language,
    )
    return None


def _boundaries(text: str) -> tuple[float, ...]:
    try:
        return tuple(float(part) for part in text.split(",") if part.strip())
    except ValueError:
        raise UnknownName(
            f"boundaries {text!r}: expected numbers with a decimal point, separated by commas: 0.6,0.8"
        ) from None
