"""`dti list`: the frameworks, and the published lists that can be opened."""

from __future__ import annotations

from dti_research.cli import options
from dti_research.cli.terminal import print_json, print_parts
from dti_research.study import frameworks


def list_frameworks(as_json: options.Json = False, language: options.Language = None) -> None:
    """The frameworks: who issued them, how large they are, where their weights come from; the published lists of results."""
    from dti_research.report.show import frameworks as show

    answer = frameworks.ask()
    if as_json:
        return print_json(show.document(answer))
    shown = show.Frameworks(answer)
    print_parts(shown.issuers, shown.sizes, shown.lists, *shown.legend, language=language)
