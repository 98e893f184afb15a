"""`dti show`: one framework as printed."""

from __future__ import annotations

from typing import Annotated

from dti_research.cli import options
from dti_research.cli.terminal import print_json, print_parts
from dti_research.study import frameworks


def show_framework(
    framework: Annotated[str, options.argument("show.framework")],
    as_json: options.Json = False,
    language: options.Language = None,
) -> None:
    """The tree of one framework: points, shares, components, pillars, level rules as printed, sources."""
    from dti_research.report.show import frameworks as show

    tree = frameworks.ask_tree(framework)
    if as_json:
        return print_json(show.tree_document(tree))
    shown = show.FrameworkTree(tree)
    print_parts(*shown.head, shown.main_indicators, shown.places, *shown.levels, *shown.sources, language=language)
