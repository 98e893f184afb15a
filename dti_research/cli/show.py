"""`dti show`: one framework as printed."""

from __future__ import annotations

from typing import Annotated

import typer

from dti_research.cli.options import JsonOption, LanguageOption, reader_language, told
from dti_research.cli.terminal import print_json, print_parts
from dti_research.study import frameworks


def show_framework(
    framework: Annotated[str, typer.Argument(help=told("show.framework"))],
    as_json: JsonOption = False,
    language: LanguageOption = None,
) -> None:
    """The tree of one framework: points, shares, components, pillars, level rules as printed, sources."""
    from dti_research.report.show import frameworks as show

    reader = reader_language(language)
    tree = frameworks.ask_tree(framework)
    if as_json:
        return print_json(show.tree_document(tree))
    shown = show.FrameworkTree(tree)
    print_parts(*shown.head, shown.main_indicators, shown.places, *shown.levels, *shown.sources, language=reader)
