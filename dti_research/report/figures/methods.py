"""The figure on the choice of method: how much of the variance each choice has a part in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from dti_research.message import Message
from dti_research.report.figures.style import ACCENT, INK, QUIET, SECOND, STYLE, write_numbers
from dti_research.report.say import say


def total_effects(
    panels: Sequence[tuple[Any, pd.DataFrame]], order: Sequence[int], names: Mapping[str, Any], language: str
) -> Figure:
    """Draw the total effect of each factor with its 95 % interval, the first-order effect beside it; one panel an outcome.

    Each panel has a title and `Sensitivity.indices`; `order` has the factors from top to bottom, as places in these.
    """
    y = np.arange(len(order))
    with plt.rc_context(STYLE):
        fig, grid = plt.subplots(
            1, len(panels), figsize=(2.8 + 3.4 * len(panels), 1.9 + 0.34 * len(order)), sharey=True, squeeze=False,
            layout="constrained",
        )  # fmt: skip
        for axes, (title, indices) in zip(grid[0], panels, strict=True):
            table = indices.loc[order]
            colours = np.where(table.kind == "method", SECOND, ACCENT)
            bars = axes.barh(y, table.total.clip(lower=0), color=colours, height=0.55, alpha=0.45)
            for bar, kind in zip(bars, table.kind, strict=True):
                bar.set_hatch("//" if kind == "method" else "")
            axes.errorbar(table.total, y, xerr=table.total_half_width, fmt="none", ecolor=INK, elinewidth=1.2, capsize=3,
                          label=say(Message("methods.legend_interval"), language))  # fmt: skip
            axes.plot(table["first"], y, "o", color=INK, markersize=4.5, markerfacecolor="white", linestyle="none",
                      label=say(Message("methods.legend_first"), language))  # fmt: skip
            axes.set_title(say(title, language))
            axes.set_ylim(len(order) - 0.4, -0.6)
            axes.axvline(0, color=QUIET, linewidth=1)
            axes.grid(axis="x")
            write_numbers(axes.xaxis, 1, language)
        labels = [say(names.get(factor, factor), language) for factor in panels[0][1].factor.loc[order]]
        grid[0, 0].set_yticks(y, labels, fontsize=9)
        grid[0, 0].legend(loc="lower right", fontsize=8)
        fig.supxlabel(say(Message("methods.axis"), language), fontsize=10)
    return fig
