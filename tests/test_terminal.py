"""Tables in a terminal: nothing is wider than it, no word is broken, nothing is lost; a pipe has no width."""

import pandas as pd
import pytest
from rich.console import Console

from dti_research.cli import terminal
from dti_research.report.parts import Table

WIDE = Table(
    "wide",
    pd.DataFrame(
        {
            "unit": ["Bà Rịa - Vũng Tàu", "national-province-2024"],
            **{f"measured_number_{k}": [k + 0.1234, -k - 0.5] for k in range(9)},
        }
    ),
    "A caption that is longer than the table below it, if that is a narrow one, with its source and all that belongs to it.",
)
NARROW = Table("narrow", pd.DataFrame({"flag": ["none"]}), WIDE.caption)


@pytest.fixture
def terminal_of(monkeypatch):
    def of(width):
        monkeypatch.setattr(terminal.sys.stdout, "isatty", lambda: True, raising=False)
        monkeypatch.setattr(
            terminal, "Console", lambda **more: Console(**({"width": width, "color_system": None} | more))
        )

    return of


@pytest.mark.parametrize("width", [60, 80, 120, 240])
def test_a_wide_table_fits_and_keeps_every_word(terminal_of, capsys, width):
    terminal_of(width)
    terminal.print_parts(WIDE, language="en")
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= width
    words = " ".join(lines).replace("│", " ").replace("┃", " ").split()
    for column in WIDE.frame:
        assert column in words or column == "unit"  # a heading without words of its own is never broken
    assert {"8.1234", "−8.5000", "Rịa", "national-province-2024"} <= set(words)
    # The names stand beside every number.
    heads = [line for line in lines if "measured_number_" in line]
    assert all(line.split("┃")[1].strip() in ("Unit", "") for line in heads)


def test_a_narrow_table_does_not_break_its_caption(terminal_of, capsys):
    terminal_of(80)
    terminal.print_parts(NARROW, language="en")
    assert capsys.readouterr().out.splitlines()[0].startswith("A caption that is longer than the table below it")


def test_a_pipe_gets_a_row_in_a_line(capsys):
    terminal.print_parts(WIDE, NARROW, language="en")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == WIDE.caption
    (row,) = [line for line in lines if "Bà Rịa - Vũng Tàu" in line]
    assert row.count("│") == 1 + WIDE.frame.shape[1]
