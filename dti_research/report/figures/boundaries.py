"""Figures on level boundaries: the curve of a boundary that moves, and simulated changes of level."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from dti_research.message import Message
from dti_research.report.figures.style import ACCENT, INK, LINES, QUIET, SECOND, STYLE, THIRD, write_numbers
from dti_research.report.say import say


def boundary_curves(curves: Mapping[str, pd.Series], boundaries: Mapping[str, float], language: str) -> Figure:
    """Draw how many units stand at or above a boundary as it moves: a step line a list, printed ones (shares) marked."""
    with plt.rc_context(STYLE):
        fig, axes = plt.subplots(figsize=(7.2, 4.4), layout="constrained")
        for (label, curve), colour, line in zip(curves.items(), (ACCENT, SECOND, THIRD, INK), LINES, strict=False):
            axes.step(
                curve.index, curve.to_numpy(), where="pre", color=colour, linestyle=line, linewidth=2, label=label
            )
        # An axis needs a length, also where no unit stands at or above any boundary.
        top = max([1, *(curve.max() for curve in curves.values())])
        for number, (label, at) in enumerate(sorted(boundaries.items(), key=lambda pair: pair[1])):
            axes.axvline(at, color=QUIET, linewidth=1)
            axes.text(
                at, top * (1.02 + 0.065 * (number % 3)), f" {label}", fontsize=8, color=INK, ha="left", va="bottom"
            )
        axes.set_ylim(0, top * 1.24)
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        axes.set_xlabel(say(Message("boundaries.axis_boundary"), language))
        axes.set_ylabel(say(Message("boundaries.axis_units"), language))
        write_numbers(axes.xaxis, 2, language)
        axes.grid(axis="y")
        axes.set_title(say(Message("boundaries.title_curve"), language))
        axes.legend(loc="lower left", fontsize=9)
    return fig


def change_counts(shares: pd.DataFrame, names: Mapping[str, Any], language: str) -> Figure:
    """Draw simulated changes of level: one bar chart a reading, how many units change level in which share of the draws.

    `shares` as `study.boundaries.Answer.simulated_counts` has them; `names` say the readings.
    """
    rows = len(shares.columns)
    with plt.rc_context(STYLE):
        fig, grid = plt.subplots(
            rows, 1, figsize=(7.2, 0.9 + 1.45 * rows), sharex=True, squeeze=False, layout="constrained"
        )
        for axes, reading in zip(grid[:, 0], shares.columns, strict=True):
            axes.bar(shares.index, 100 * shares[reading], color=ACCENT, width=0.7)
            axes.set_title(say(names[reading], language), fontsize=9)
            axes.set_ylabel("%")
            axes.set_ylim(0, 105)
            axes.xaxis.set_major_locator(MaxNLocator(integer=True))
            axes.grid(axis="y")
        grid[-1, 0].set_xlabel(say(Message("boundaries.axis_changes"), language))
        fig.suptitle(say(Message("boundaries.title_changes"), language), fontsize=11, x=0.01, ha="left")
    return fig
