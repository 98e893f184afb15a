"""Is each printed composite what its values and points give: one figure on a ranking."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dti_research.message import Message
from dti_research.report.figures.style import ACCENT, QUIET, SECOND, STYLE, write_numbers
from dti_research.report.say import say

SCALE = 1e4  # composites are printed to four decimals


def difference_dots(
    tables: Mapping[Any, pd.DataFrame], names: Mapping[str, str], bound: float, language: str
) -> Figure:
    """Computed less printed composites, with the rounding bound shaded; a panel for each `Rebuilt` table, with the same units."""
    first = next(iter(tables.values()))
    with plt.rc_context(STYLE):
        fig, panels = plt.subplots(
            1, len(tables), figsize=(3.4 + 3.8 * len(tables), 1.7 + 0.24 * len(first)), sharey=True, squeeze=False,
            layout="constrained",
        )  # fmt: skip
        for axes, (label, table) in zip(panels[0], tables.items(), strict=True):
            _draw_panel(axes, table, bound, language)
            axes.set_title(say(label, language))
        labels = [f"{names[unit]}  {rank}" for unit, rank in zip(first.index, first["rank"], strict=True)]
        panels[0, 0].set_yticks(np.arange(len(first))[::-1], labels, fontsize=8)
        fig.supxlabel(say(Message("rankings.axis"), language), fontsize=10)
    return fig


def _draw_panel(axes: Axes, table: pd.DataFrame, bound: float, language: str) -> None:
    y = np.arange(len(table))[::-1]
    axes.axvspan(-bound * SCALE, bound * SCALE, color="#dceaf1", zorder=0)
    axes.axvline(0, color=QUIET, linewidth=1)
    within = table.reproduced.to_numpy()
    for mask, colour, marker, key in ((within, ACCENT, "o", "within"), (~within, SECOND, "X", "beyond")):
        if mask.any():
            label = say(Message(f"rankings.{key}", units=int(mask.sum())), language)
            axes.hlines(y[mask], 0, SCALE * table.difference[mask], color=colour, linewidth=1)
            axes.plot(SCALE * table.difference[mask], y[mask], marker, color=colour, label=label)
    axes.set_ylim(-0.7, len(table) + 1.3)  # room for the legend above the first unit
    axes.grid(axis="x")
    axes.legend(loc="upper right", fontsize=9, ncols=2)
    write_numbers(axes.xaxis, None, language)
