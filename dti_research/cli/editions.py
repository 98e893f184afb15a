"""The command on what changed between two editions."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dti_research.cli.options import JsonOption, LanguageOption, reader_language
from dti_research.cli.terminal import print_json, print_note, print_parts
from dti_research.errors import UnknownName
from dti_research.message import Message
from dti_research.report.say import say


def editions(
    before: Annotated[
        str, typer.Argument(help="The earlier list: a published table, or a CSV with unit and composite.")
    ],
    after: Annotated[str, typer.Argument(help="The later one, for the same units or for those they were merged into.")],
    crosswalk: Annotated[
        Path | None, typer.Option(help="CSV with before and after: which unit became part of which.")
    ] = None,
    rule: Annotated[
        str, typer.Option(help="mean, weighted, namesake, highest or lowest: composites of merged units.")
    ] = "mean",
    points_before: Annotated[
        Path | None, typer.Option(help="CSV with indicator and points, if BEFORE has values.")
    ] = None,
    points_after: Annotated[
        Path | None, typer.Option(help="CSV with indicator and points, if AFTER has values.")
    ] = None,
    boundaries_before: Annotated[str, typer.Option(help="Where levels begin, lowest first: 0.6,0.8.")] = "",
    boundaries_after: Annotated[str, typer.Option(help="The same for the later list.")] = "",
    resamples: Annotated[int, typer.Option(help="Bootstrap resamples behind the intervals.")] = 9999,
    seed: Annotated[int, typer.Option(help="Seed of them: the same seed gives the same answer.")] = 2024,
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """Why ranks moved between two editions, and how stable the order is.

    Each change is split among its causes, whatever order they are taken in (Shapley's rule). Two published lists: `dti editions
    province-2022 province-2024-34`. Two files of your own: the same units in both, or a crosswalk. Names of provinces may be
    written in any way that is in print (Hà Nội, TP. Hà Nội).
    """
    from dti_research.report.show import editions as show
    from dti_research.study.editions import ask, open_pair

    spoken = reader_language(language)
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
        print_note(f"dti: {say(note, spoken)}")
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
        language=spoken,
    )
    return None


def _boundaries(text: str) -> tuple[float, ...]:
    try:
        return tuple(float(part) for part in text.split(",") if part.strip())
    except ValueError:
        raise UnknownName(
            f"boundaries {text!r}: expected numbers with a decimal point, separated by commas: 0.6,0.8"
        ) from None
