"""The command that computes every printed figure again."""

from __future__ import annotations

from typing import Annotated

from dti_research.cli import options
from dti_research.cli.terminal import print_json, print_parts


def reproduce(
    framework: Annotated[str | None, options.argument("reproduce.framework")] = None,
    verdict: Annotated[str | None, options.option("reproduce.verdict")] = None,
    language: options.GivenLanguage = None,
    as_json: options.Json = False,
) -> None:
    """Every printed figure against what we compute."""
    from dti_research.report.show import claims as show
    from dti_research.study import claims

    reader = options.reader_language(language)
    answer = claims.ask([framework] if framework else [], verdict=verdict or "")
    if as_json:
        # A document does not change with the system that it is made on.
        return print_json(show.verdicts_document(answer, language or "en"))
    print_parts(*show.Claims(answer).verdicts_for_terminal(), language=reader)
