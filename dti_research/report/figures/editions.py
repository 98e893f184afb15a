"""Figures on two editions: which cause moved whom, and from which group into which."""

from __future__ import annotations

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from dti_research.message import Message
from dti_research.report.figures.style import ACCENT, INK, QUIET, SECOND, STYLE, THIRD, write_numbers
from dti_research.report.say import format_number, say
from dti_research.study.editions import CAUSES

LOOKS = ((ACCENT, ""), (SECOND, "////"), (THIRD, "...."), (QUIET, "xx"), (INK, "\\\\"), ("#7a4a8c", "oo"))
"""Colour and hatching of each piece of a bar: no cause is told by colour alone."""


def cause_bars(change: pd.DataFrame, names: Mapping[str, str], language: str) -> Figure:
    """Which cause moved whom, how far? One bar a unit, a piece for each cause; a diamond for the whole change.

    Bars stand in the order of the rows of change: ranks by cause, as `study.editions.Explanation` has them.
    """
    y = np.arange(len(change))
    up, down = np.zeros(len(change)), np.zeros(len(change))
    with plt.rc_context(STYLE):
        fig, axes = plt.subplots(figsize=(8.2, 1.7 + 0.25 * len(change)), layout="constrained")
        causes = [cause for cause in CAUSES if cause in change]
        for cause, (colour, hatch) in zip(causes, LOOKS, strict=False):
            part = change[cause].to_numpy()
            left = np.where(part >= 0, up, down)
            label = say(Message(f"editions.cause.{cause}"), language)
            axes.barh(y, part, left=left, color=colour, hatch=hatch, edgecolor="white", height=0.7, label=label)
            up, down = up + np.maximum(part, 0), down + np.minimum(part, 0)
        whole = say(Message("editions.whole_change"), language)
        axes.plot(change.change, y, "D", color=INK, markerfacecolor="white", markersize=5, label=whole)
        axes.axvline(0, color=INK, linewidth=1)
        labels = [f"{names.get(unit, unit)}  {row.before:.0f} → {row.after:.0f}" for unit, row in change.iterrows()]
        axes.set_yticks(y, labels, fontsize=8)
        axes.set_ylim(len(change) - 0.4, -0.6)
        axes.grid(axis="x")
        axes.set_xlabel(say(Message("editions.axis_causes"), language))
        write_numbers(axes.xaxis, None, language)
        axes.set_title(say(Message("editions.title_causes"), language))
        fig.legend(loc="outside lower left", fontsize=9, ncols=4)
    return fig


def transition_map(transitions: pd.DataFrame, language: str) -> Figure:
    """From which fifth of the list into which? Units, and beneath it their percent of the row, in each cell."""
    counts = transitions.pivot(index="before", columns="after", values="units")
    shares = transitions.pivot(index="before", columns="after", values="share")
    with plt.rc_context(STYLE):
        fig, axes = plt.subplots(figsize=(2.6 + 0.95 * len(counts), 1.6 + 0.75 * len(counts)), layout="constrained")
        axes.imshow(shares.fillna(0), cmap="BuGn", vmin=0, vmax=1.2, aspect="auto")
        for i, before in enumerate(counts.index):
            for j, after in enumerate(counts.columns):
                share = shares.loc[before, after]
                text = f"{counts.loc[before, after]}\n{format_number(100 * share, 0, language)} %" if share else "0"
                axes.text(j, i, text, ha="center", va="center", fontsize=9)
        axes.set_xticks(range(len(counts)), counts.columns)
        axes.set_yticks(range(len(counts)), counts.index)
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
        axes.set_xlabel(say(Message("editions.axis_after"), language))
        axes.set_ylabel(say(Message("editions.axis_before"), language))
        axes.set_title(say(Message("editions.title_transitions"), language))
    return fig
