"""What every command shares: the ways to print parts, one JSON document or a remark."""

from __future__ import annotations

import itertools
import json
import sys
import textwrap
from typing import Any

from rich.console import Console
from rich.table import Table

from dti_research.report import parts
from dti_research.report.render import Column, columns_of, marked
from dti_research.report.say import say
from dti_research.report.show.document import value


def print_json(document: object) -> None:
    # Straight to the stream: a console would wrap long lines. Never NaN, which is no JSON.
    sys.stdout.write(json.dumps(value(document), ensure_ascii=False, indent=2, allow_nan=False) + "\n")


def print_note(text: str) -> None:
    print(text, file=sys.stderr)


def print_parts(*shown: Any, language: str) -> None:
    """Print tables, findings and sentences in the reader's language; figures have no place in a terminal."""
    for part in shown:
        if isinstance(part, parts.Table):
            _print_text(marked(say(part.caption, language), part.simulated))
            _print_columns(columns_of(part, language))
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


def _print_columns(columns: list[Column]) -> None:
    """A table as wide as the terminal; cells wrap between words, never inside one, so an id stays whole.

    A pipe or a file has no width: there a row is one line. Columns for which a terminal has no room follow below, beside the
    same names. The caption is none of rich's titles: these are no wider than their table, and break a source into pieces
    above a narrow one.
    """
    width = Console().width if sys.stdout.isatty() else None
    least = [max((len(word) for cell in _texts(column) for word in cell.split()), default=1) for column in columns]
    most = [max(map(len, _texts(column))) for column in columns]
    for places in _blocks(columns, least, width):
        table = Table(show_lines=False)
        for place, chosen in zip(places, _widths(places, least, most, width), strict=True):
            table.add_column(columns[place].heading, justify=columns[place].side, width=chosen)
        for row in zip(*(columns[place].cells for place in places), strict=True):
            table.add_row(*row)
        total = _needed(places, most)
        Console(width=max(total, width or 0), highlight=False, markup=False, emoji=False).print(table)


def _texts(column: Column) -> list[str]:
    return [column.heading, *column.cells]


def _needed(places: list[int], widths: list[int]) -> int:
    """Letters that a table takes: two of padding and a line for each column, and the first line."""
    return 1 + sum(widths[place] + 3 for place in places)


def _blocks(columns: list[Column], least: list[int], width: int | None) -> list[list[int]]:
    """Which columns stand beside each other; the names in front of the numbers stand in every block."""
    everything = list(range(len(columns)))
    if width is None or _needed(everything, least) <= width:
        return [everything]
    names = list(itertools.takewhile(lambda place: not columns[place].numeric, everything))
    if _needed(names, least) > width:
        names = everything[:1]
    blocks = [list(names)]
    for place in everything[len(names) :]:
        if len(blocks[-1]) > len(names) and _needed([*blocks[-1], place], least) > width:
            blocks.append(list(names))
        blocks[-1].append(place)
    return blocks


def _widths(places: list[int], least: list[int], most: list[int], width: int | None) -> list[int]:
    """As wide as the widest cell; where that is too much, the widest columns give way, down to their longest word."""
    chosen = {place: most[place] for place in places}
    while width is not None and 1 + sum(chosen.values()) + 3 * len(places) > width:
        wide = [place for place in places if chosen[place] > least[place]]
        if not wide:
            break
        chosen[max(wide, key=chosen.__getitem__)] -= 1
    return list(chosen.values())
