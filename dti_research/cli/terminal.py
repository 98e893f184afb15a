"""What every command shares: two options, and the ways to print a table, one JSON document or a remark."""

from __future__ import annotations

import json
import math
import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
LanguageOption = Annotated[str, typer.Option("--language", help="Language of the table: en or vi.")]


def print_json(document: object) -> None:
    # Straight to the stream: a console would wrap long lines. Never NaN, which is no JSON.
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n")


def json_number(value: object) -> object:
    """A number as JSON has it: none of NumPy's own, and null for what is not finite."""
    value = value.item() if hasattr(value, "item") else value
    return None if isinstance(value, float) and not math.isfinite(value) else value


def print_table(columns: list[str], rows: list[list[object]], title: str = "") -> None:
    table = Table(title=title or None, title_justify="left", show_lines=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*("" if cell is None else str(cell) for cell in row))
    # A pipe or a file has no width of its own; 80 columns would break every line of it.
    Console(width=None if sys.stdout.isatty() else 200, soft_wrap=False, highlight=False).print(table)


def print_note(text: str) -> None:
    print(text, file=sys.stderr)
