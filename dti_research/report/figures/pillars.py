"""Figures on pillars and indicators: what goes together, and what counts for more or less than it weighs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dti_research.message import Message, Number
from dti_research.report.figures.style import ACCENT, SECOND, STYLE, folded, write_numbers
from dti_research.report.say import MISSING, format_number, say


def correlation_map(
    pairs: pd.DataFrame, order: Sequence[str], names: Mapping[str, Any], title: Any, beside: str, language: str
) -> Figure:
    """Draw each coefficient with the two numbers beneath it, in the order of the tree; bold where it is more than chance.

    Each of `pairs`, as `study.pillars.pairs.Correlations` has them, stands once, below the diagonal. `beside`: ``interval``, which
    makes bold by excluding 0, or ``shared``, 5 % and 95 % of what two pillars share. The shade only repeats the number.
    """
    place = {code: k for k, code in enumerate(order)}
    n = len(order) - 1
    with plt.rc_context(STYLE):
        fig, axes = plt.subplots(figsize=(2.7 + 0.93 * n, 1.5 + 0.56 * n), layout="constrained")
        for pair in pairs.itertuples():
            row, column = sorted((place[pair.a], place[pair.b]), reverse=True)
            if np.isnan(pair.coefficient):
                axes.text(column, row - 1, MISSING, ha="center", va="center")
            else:
                _draw_cell(axes, column, row - 1, pair, beside, language)
        axes.set_xlim(-0.5, n - 0.5)
        axes.set_ylim(n - 0.5, -0.5)
        spelled = {code: say(names[code], language) for code in order}
        axes.set_xticks(range(n), [folded(spelled[code], 15) for code in order[:-1]], fontsize=8, rotation=0)
        axes.set_yticks(range(n), [folded(spelled[code], 24) for code in order[1:]], fontsize=8.5)
        axes.tick_params(length=0)
        for side in ("left", "bottom"):
            axes.spines[side].set_visible(False)
        axes.set_xticks(np.arange(n + 1) - 0.5, minor=True)
        axes.set_yticks(np.arange(n + 1) - 0.5, minor=True)
        axes.grid(which="minor", color="white", linewidth=2)
        axes.tick_params(which="minor", length=0)
        axes.set_axisbelow(False)
        axes.set_title(say(title, language))
    return fig


def _draw_cell(axes: Axes, column: int, row: int, pair: Any, beside: str, language: str) -> None:
    # The middle of the scale only: dark cells would swallow the small numbers.
    shade = plt.get_cmap("PuOr_r")(0.5 + 0.32 * pair.coefficient)
    axes.add_patch(plt.Rectangle((column - 0.5, row - 0.5), 1, 1, color=shade, linewidth=0))
    if beside == "interval":
        low, high, sure = pair.low, pair.high, pair.low > 0 or pair.high < 0
    else:
        low, high = pair.shared_low, pair.shared_high
        sure = not low <= pair.coefficient <= high
    weight, written = ("bold" if sure else "normal"), format_number(pair.coefficient, 2, language)
    axes.text(column, row - 0.13, written, ha="center", va="center", fontsize=10.5, fontweight=weight)
    span = Message(
        "words.span" if beside == "interval" else "pillars.shared_range", low=Number(low, 2), high=Number(high, 2)
    )
    # Where there is no interval, a note in the table says why.
    written = "" if np.isnan(low) else say(span, language)
    axes.text(column, row + 0.25, written, ha="center", va="center", fontsize=7.2)


def weight_and_importance(table: pd.DataFrame, names: Mapping[str, Any], language: str) -> Figure:
    """Draw each indicator's weight beside its importance with its interval, of a table as `study.pillars.importance` returns it."""

    def word(key: str) -> str:
        return say(Message(f"pillars.importance_figure.{key}"), language)

    y = np.arange(len(table))
    percent = 100 * table[["weight", "linear_share", "low", "high"]]
    with plt.rc_context(STYLE):
        fig, axes = plt.subplots(figsize=(7.6, 1.9 + 0.42 * len(table)), layout="constrained")
        axes.hlines(y, percent.low, percent.high, color=ACCENT, linewidth=4, alpha=0.3, label=word("interval"))
        axes.plot(percent.linear_share, y, "o", color=ACCENT, markersize=7, linestyle="none", label=word("linear"))
        axes.plot(percent.weight, y, "D", color=SECOND, markersize=6, linestyle="none", label=word("weight"))
        axes.set_yticks(y, [say(names[code], language) for code in table.index], fontsize=9)
        axes.set_ylim(len(table) - 0.4, -1.7)  # room for the legend above the first
        axes.set_xlim(left=0)
        axes.grid(axis="x")
        axes.set_xlabel(word("axis"))
        write_numbers(axes.xaxis, None, language)
        axes.set_title(word("title"))
        axes.legend(loc="upper center", ncols=2, fontsize=8.5, borderaxespad=0.2)
    return fig
