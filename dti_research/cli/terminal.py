"""What every command shares: the ways to print parts, a table, one JSON document or a remark."""

from __future__ import annotations

import json
import math
import sys
import textwrap
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from dti_research.report import parts
from dti_research.report.render import SIMULATED, Column, columns_of
from dti_research.report.say import say

JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
LanguageOption = Annotated[str, typer.Option("--language", help="Language of the table: en or vi.")]


def print_json(document: object) -> None:
    # Straight to the stream: a console would wrap long lines. Never NaN, which is no JSON.
    sys.stdout.write(json.dumps(_plain(document), ensure_ascii=False, indent=2, allow_nan=False) + "\n")


def _plain(value: object) -> object:
    """A document without numbers of NumPy's own, and with null for what is not finite."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return json_number(value)


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


def print_parts(*shown: Any, language: str) -> None:
    """Print tables, findings and sentences in the reader's language; figures have no place in a terminal.

    Parameters
    ----------
    *shown : Table, Findings, Message or str
    language : {"vi", "en"}
    """
    for part in shown:
        if isinstance(part, parts.Table):
            caption = say(part.caption, language)
            _print_columns(columns_of(part, language), f"[{SIMULATED}] {caption}" if part.simulated else caption)
        elif isinstance(part, parts.Findings):
            for sentence in part.sentences:
                _print_text(f"- {say(sentence, language)}", indent="  ")
        elif isinstance(part, parts.Parts):
            print_parts(*part, language=language)
        elif not isinstance(part, parts.Figure) and (text := say(part, language)):
            _print_text(text)


def _print_text(text: str, indent: str = "") -> None:
    """A sentence as wide as the terminal, broken between words; in one line for a pipe."""
    if sys.stdout.isatty():
        width = Console().width
        text = textwrap.fill(text, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
    print(text)


def _print_columns(columns: list[Column], title: str) -> None:
    """A table as wide as the terminal; cells wrap between words, never inside one, so an id stays whole.

    A pipe or a file has no width: there a row is one line.
    """
    table = Table(title=title or None, title_justify="left", show_lines=False)
    least, most = 1, 1
    for column in columns:
        cells = [column.heading, *column.cells]
        longest_word = max((len(word) for cell in cells for word in cell.split()), default=1)
        table.add_column(column.heading, justify="right" if column.numeric else "left", min_width=longest_word)
        least += longest_word + 3
        most += max(len(cell) for cell in cells) + 3
    for row in zip(*(column.cells for column in columns), strict=True):
        table.add_row(*row)
    console = Console(highlight=False, markup=False)
    width = max(least, console.width) if sys.stdout.isatty() else max(most, len(title))
    Console(width=width, highlight=False, markup=False, emoji=False).print(table)
