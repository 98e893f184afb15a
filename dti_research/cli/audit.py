"""The command that asks where the print disagrees with itself."""

from __future__ import annotations

from typing import Annotated

from dti_research.cli import options
from dti_research.cli.terminal import print_json, print_parts


def audit(
    framework: Annotated[str | None, options.argument("audit.framework")] = None,
    language: options.Language = None,
    as_json: options.Json = False,
) -> None:
    """Where the print disagrees with itself."""
    from dti_research.report.show import claims as show
    from dti_research.study import claims

    answer = claims.ask([framework] if framework else [])
    if as_json:
        return print_json(show.contradictions_document(answer))
    print_parts(*show.Claims(answer).contradictions_for_terminal(), language=language)
