"""Figures on other weights: intervals of ranks, how often each rank is taken, what it takes to catch up. `names` say the units."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from dti_research.message import Message
from dti_research.report.figures.style import ACCENT, SECOND, STYLE, write_numbers
from dti_research.report.say import format_number, say


def rank_intervals(ranks: pd.DataFrame, names: Mapping[str, Any], language: str) -> Figure:
    """How far may each unit move? One line a unit, in published order: 5-95 % of the draws, median, and the published rank."""
    ranks = ranks.sort_values("published", kind="stable")
    y = np.arange(len(ranks))
    with plt.rc_context(STYLE):
        fig, axes = plt.subplots(figsize=(7.2, 1.7 + 0.24 * len(ranks)), layout="constrained")
        axes.hlines(y, ranks.q05, ranks.q95, color=ACCENT, linewidth=4, alpha=0.35,
                    label=say(Message("weights.legend_interval"), language))  # fmt: skip
        axes.plot(ranks["median"], y, "|", color=ACCENT, markersize=11, markeredgewidth=2.5, linestyle="none",
                  label=say(Message("weights.legend_median"), language))  # fmt: skip
        axes.plot(ranks.published, y, "D", color=SECOND, markersize=4.5, linestyle="none",
                  label=say(Message("weights.legend_rank"), language))  # fmt: skip
        axes.set_yticks(y, [say(names[unit], language) for unit in ranks.index], fontsize=8)
        axes.set_ylim(len(ranks) - 0.3, -1.6 - 0.03 * len(ranks))  # best on top; room for the legend above
        axes.set_xlim(0.4, len(ranks) + 0.6)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=12))
        axes.grid(axis="x")
        axes.set_xlabel(say(Message("weights.axis_best_rank"), language))
        axes.set_title(say(Message("weights.title_intervals"), language))
        axes.legend(loc="upper center", ncols=3, fontsize=8.5, borderaxespad=0.2)
    return fig


def acceptability_map(acceptability: pd.DataFrame, names: Mapping[str, Any], language: str) -> Figure:
    """Which ranks does each unit take, and how often? Percent in each cell of more than half a percent, also as a shade."""
    import seaborn

    n = len(acceptability)
    percent = 100 * acceptability
    with plt.rc_context(STYLE):
        fig, axes = plt.subplots(figsize=(2.6 + 0.31 * n, 1.5 + 0.24 * n), layout="constrained")
        words = percent.map(lambda x: "" if x < 0.5 else format_number(x, 0, language))
        seaborn.heatmap(
            percent, annot=words, fmt="", cmap="BuGn", vmin=0, vmax=100, cbar=False, linewidths=0.4, linecolor="#eef1f3",
            ax=axes, annot_kws={"fontsize": 6.5 if n > 15 else 8},
        )  # fmt: skip
        labels = [say(names[unit], language) for unit in acceptability.index]
        axes.set_yticks(np.arange(n) + 0.5, labels, fontsize=8, rotation=0)
        axes.set_xticks(np.arange(n) + 0.5, acceptability.columns, fontsize=8, rotation=0)
        axes.tick_params(length=0)
        axes.set(ylabel="", xlabel=say(Message("weights.axis_rank"), language))
        axes.set_title(say(Message("weights.title_map"), language), loc="left")
    return fig


def smallest_changes(changes: pd.DataFrame, names: Mapping[str, Any], measure: Any, language: str) -> Figure:
    """What does it take for each unit to catch up with the one above? One bar a pair; an arrow where nothing suffices.

    `changes` as `neighbour_changes` and `neighbour_points_changes` return them; `measure` is the axis title.
    """
    y = np.arange(len(changes))
    finite = np.isfinite(changes.distance)
    most = changes.distance[finite].max() if finite.any() else 1.0
    with plt.rc_context(STYLE):
        fig, axes = plt.subplots(figsize=(7.6, 1.5 + 0.27 * len(changes)), layout="constrained")
        axes.barh(y[finite], changes.distance[finite], color=ACCENT, height=0.62)
        for at, distance in zip(y, changes.distance, strict=True):
            if np.isfinite(distance):
                told = format_number(distance, 3 if most < 5 else 2, language)
                axes.text(distance + most * 0.01, at, told, va="center", fontsize=8)
            else:
                arrow = {"arrowstyle": "->", "color": SECOND, "lw": 1.6}
                axes.annotate("", (most * 1.05, at), (0, at), arrowprops=arrow)
                never = say(Message("weights.nothing_suffices"), language)
                axes.text(most * 1.06, at, never, va="center", fontsize=8, color=SECOND)
        labels = [
            " → ".join(say(names[unit], language) for unit in (low, high))
            for high, low in zip(changes.higher, changes.lower, strict=True)
        ]
        axes.set_yticks(y, labels, fontsize=8)
        axes.set_ylim(len(changes) - 0.4, -0.6)
        axes.set_xlim(0, most * (1.12 if finite.all() else 1.35))
        axes.grid(axis="x")
        axes.set_xlabel(say(measure, language))
        write_numbers(axes.xaxis, None, language)
        axes.set_title(say(Message("weights.title_changes"), language))
    return fig
