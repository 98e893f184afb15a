"""What all figures share: colours, line styles, settings, and numbers on an axis.

No figure speaks by colour alone. DejaVu Sans (bundled with matplotlib) has every Vietnamese letter.
"""

from __future__ import annotations

import textwrap

from matplotlib.axis import Axis
from matplotlib.ticker import FuncFormatter

from dti_research.report.say import format_number

INK, QUIET, ACCENT, SECOND, THIRD = "#1b2733", "#8a97a3", "#0b6e99", "#c05a1c", "#5b7f3a"
MARKERS = ("o", "s", "D", "^")
LINES = ("-", "--", "-.", ":")

STYLE = {
    "font.family": "DejaVu Sans",
    "font.size": 10,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": QUIET,
    "axes.titlesize": 11,
    "axes.titlelocation": "left",
    "axes.titlepad": 12,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": INK,
    "ytick.color": INK,
    "grid.color": "#dfe4e8",
    "grid.linewidth": 0.8,
    "legend.frameon": False,
    "axes.axisbelow": True,
}


def write_numbers(axis: Axis, digits: int | None, language: str) -> None:
    """Let an axis write its numbers as the reader's language does."""
    axis.set_major_formatter(FuncFormatter(lambda value, _: format_number(value, digits, language)))


def folded(name: str, width: int) -> str:
    """A long name in lines of at most so many letters."""
    return "\n".join(textwrap.wrap(name, width))
