"""The command that asks a printed table which weights are behind it, and a printed row which points."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated

import typer

from dti_research.cli.options import JsonOption, LanguageOption, reader_language, told
from dti_research.cli.terminal import print_json, print_parts
from dti_research.errors import UnknownName, check_whole
from dti_research.study.assessment import open_assessment


def recover(
    file: Annotated[
        Path | None,
        typer.Argument(help=told("recover.file")),
    ] = None,
    table: Annotated[str | None, typer.Option(help=told("recover.table"))] = None,
    scale: Annotated[int | None, typer.Option(help=told("recover.scale"))] = None,
    multiple: Annotated[int | None, typer.Option(help=told("recover.multiple"))] = None,
    digits: Annotated[int | None, typer.Option(help=told("recover.digits"))] = None,
    composite_digits: Annotated[int | None, typer.Option(help=told("recover.composite_digits"))] = None,
    rounding: Annotated[str, typer.Option(help=told("recover.rounding"))] = "nearest",
    total: Annotated[str | None, typer.Option(help=told("recover.total"), show_default="1")] = None,
    step: Annotated[
        float | None,
        typer.Option(help=told("recover.step"), show_default="0.01"),
    ] = None,
    largest: Annotated[int | None, typer.Option(help=told("recover.largest"), show_default="1000")] = None,
    earned_in: Annotated[
        str | None,
        typer.Option(
            metavar="FRAMEWORK",
            help=told("recover.earned_in"),
        ),
    ] = None,
    language: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Which weights are behind a printed table? All that it allows, with proof; or the misprint that it must hold."""
    from dti_research.report.show import earned as show_earned
    from dti_research.report.show import recovery as show
    from dti_research.study import recovery

    speech = reader_language(language)
    for name, number in (("digits", digits), ("composite-digits", composite_digits)):
        if number is not None:
            check_whole(f"--{name}", number, 0)
    choices = {"scale": scale, "multiple": multiple, "total": total, "step": step, "largest": largest}
    if earned_in is not None:
        _check_earned(file, earned_in, {"table": table} | choices)
        earned = recovery.ask_earned(
            file, earned_in, digits=digits, composite_digits=composite_digits, rounding=rounding
        )
        if as_json:
            return print_json(show_earned.document(earned))
        return print_parts(*show_earned.for_terminal(earned), language=speech)
    if (file is None) == (table is None):
        both = "both say" if file else "are missing, and one of them says"
        raise UnknownName(f"FILE and --table {both} which table is meant; give one of them")
    assessment = open_assessment(file if table is None else table)
    choices |= {"digits": digits, "composite_digits": composite_digits, "rounding": rounding}
    choices |= {"total": _total("1" if total is None else total), "step": recovery.STEP if step is None else step}
    answer = recovery.ask(assessment, **choices)
    if as_json:
        return print_json(show.document(answer))
    print_parts(*show.RecoveredWeights(answer).for_terminal(), language=speech)


def _check_earned(file: Path | None, framework: str, others: dict[str, object]) -> None:
    for name, given in others.items():
        if given is not None:
            raise UnknownName(
                f"--{name} {given} asks for weights, and --earned-in {framework} has them; leave one of them out"
            )
    if file is None:
        raise UnknownName("--earned-in needs FILE with the columns unit, composite and pillars; give its path")


def _total(text: str) -> float | None:
    """What the weights add to, from the words of the option; None: free."""
    if text == "free":
        return None
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 < number < math.inf:
        raise UnknownName(f"--total {text!r}: expected a number above 0 with a decimal point, or free; correct it")
    return number
