"""The command that asks a printed table which weights are behind it, and a printed row which points."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated

from dti_research.cli import options
from dti_research.cli.terminal import print_json, print_parts
from dti_research.errors import UnknownName, check_whole
from dti_research.study.assessment import open_assessment


def recover(
    file: Annotated[Path | None, options.argument("recover.file")] = None,
    table: Annotated[str | None, options.option("recover.table")] = None,
    scale: Annotated[int | None, options.option("recover.scale")] = None,
    multiple: Annotated[int | None, options.option("recover.multiple")] = None,
    digits: Annotated[int | None, options.option("recover.digits")] = None,
    composite_digits: Annotated[int | None, options.option("recover.composite_digits")] = None,
    rounding: Annotated[str, options.option("recover.rounding")] = "nearest",
    total: Annotated[str | None, options.option("recover.total", show_default="1")] = None,
    step: Annotated[float | None, options.option("recover.step", show_default="0.01")] = None,
    largest: Annotated[int | None, options.option("recover.largest", show_default="1000")] = None,
    earned_in: Annotated[str | None, options.option("recover.earned_in", metavar="FRAMEWORK")] = None,
    language: options.Language = None,
    as_json: options.Json = False,
) -> None:
    """Which weights are behind a printed table? All that it allows, with proof; or the misprint that it must hold."""
    from dti_research.report.show import earned as show_earned
    from dti_research.report.show import recovery as show
    from dti_research.study import recovery

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
        return print_parts(*show_earned.for_terminal(earned), language=language)
    if (file is None) == (table is None):
        both = "both say" if file else "are missing, and one of them says"
        raise UnknownName(f"FILE and --table {both} which table is meant; give one of them")
    assessment = open_assessment(file if table is None else table)
    choices |= {"digits": digits, "composite_digits": composite_digits, "rounding": rounding}
    choices |= {"total": _total("1" if total is None else total), "step": recovery.STEP if step is None else step}
    answer = recovery.ask(assessment, **choices)
    if as_json:
        return print_json(show.document(answer))
    print_parts(*show.RecoveredWeights(answer).for_terminal(), language=language)


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
