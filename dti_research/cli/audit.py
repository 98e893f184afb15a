"""The command that asks where the print disagrees with itself."""

from __future__ import annotations

from typing import Annotated

import typer

from dti_research.cli.options import JsonOption, LanguageOption, reader_language, told
from dti_research.cli.terminal import print_json, print_parts


def audit(
    framework: Annotated[str | None, typer.Argument(help=told("audit.framework"))] = None,
    language: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Where the print disagrees with itself."""
    from dti_research.report.show import claims as show
    from dti_research.study import claims

    speech = reader_language(language)
    answer = claims.ask([framework] if framework else [])
    if as_json:
        return print_json(show.contradictions_document(answer))
    print_parts(*show.Claims(answer).contradictions_for_terminal(), language=speech)
