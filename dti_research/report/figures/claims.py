"""Figures on printed figures and their verdicts."""

from __future__ import annotations

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from dti_research.message import Message
from dti_research.report.figures.style import ACCENT, STYLE
from dti_research.report.say import format_number, say


def verdict_bars(counts: Mapping[str, int], language: str) -> Figure:
    """How much of what was printed can be checked, and how did it fare? One bar a verdict, with its number."""
    y = np.arange(len(counts))
    values = list(counts.values())
    labels = [say(Message(f"words.verdict.{verdict}"), language) for verdict in counts]
    with plt.rc_context(STYLE):
        fig, axes = plt.subplots(figsize=(7.2, 1.1 + 0.42 * len(counts)), layout="constrained")
        axes.barh(y, values, color=ACCENT, height=0.6)
        for at, value in zip(y, values, strict=True):
            axes.text(value, at, f" {format_number(value, 0, language)}", va="center", fontsize=9)
        axes.set_yticks(y, labels, fontsize=9)
        axes.set_ylim(len(counts) - 0.4, -0.6)
        axes.set_xlim(0, 1.12 * max([*values, 1]))
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.grid(axis="x")
        axes.set_xlabel(say(Message("claims.axis_figures"), language))
        axes.set_title(say(Message("claims.title_bars"), language))
    return fig
