"""`dti list`: the frameworks, and the published lists that can be opened."""

from __future__ import annotations

from dti_research.cli.options import JsonOption, LanguageOption, reader_language
from dti_research.cli.terminal import print_json, print_parts
from dti_research.study import frameworks


def list_frameworks(as_json: JsonOption = False, language: LanguageOption = None) -> None:
    """The frameworks: who issued them, how large they are, where their weights come from; the published lists of results."""
    from dti_research.report.show import frameworks as show

    reader = reader_language(language)
    answer = frameworks.ask()
    if as_json:
        return print_json(show.document(answer))
    shown = show.Frameworks(answer)
    print_parts(shown.issuers, shown.sizes, shown.lists, *shown.legend, language=reader)
