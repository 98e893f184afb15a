"""Figures on recovered weights."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from dti_research.message import Message
from dti_research.report.figures.style import ACCENT, INK, SECOND, STYLE, THIRD, folded, write_numbers
from dti_research.report.say import format_number, say


def weight_ranges(
    weights: pd.DataFrame,
    ends: pd.DataFrame,
    points: Mapping[Any, pd.Series],
    names: Mapping[str, Any],
    language: str,
) -> Figure:
    """Between what does each weight lie [share], and which printed points lie there, too?

    The ends [%] are the numbers that are written, rounded outwards; points [share] are by label.
    """
    y = np.arange(len(weights))[::-1]
    with plt.rc_context(STYLE):
        fig, axes = plt.subplots(figsize=(7.6, 1.6 + 0.42 * len(weights)), layout="constrained")
        axes.errorbar(
            50 * (weights.low + weights.high),
            y,
            xerr=50 * (weights.high - weights.low),
            fmt="none",
            color=ACCENT,
            elinewidth=7,
            label=say(Message("recovery.allowed"), language),
        )
        for (label, shares), marker, colour in zip(points.items(), ("D", "s", "^"), (INK, SECOND, THIRD), strict=False):
            axes.plot(
                100 * shares.reindex(weights.index), y, marker, color=colour, markersize=9, label=say(label, language),
                markerfacecolor="none",
            )  # fmt: skip
        for at, row, end in zip(y, weights.itertuples(), ends.itertuples(), strict=True):
            if np.isfinite(row.low):
                text = "–".join(format_number(number, 2, language) for number in (end.low, end.high))
                axes.annotate(
                    text, (50 * (row.low + row.high), at), (0, 9), textcoords="offset points", ha="center", fontsize=8
                )
        axes.set_yticks(y, [folded(say(names[code], language), 30) for code in weights.index], fontsize=9)
        axes.set_ylim(-0.6, len(weights) - 0.2)
        axes.set_xlim(left=0)
        axes.grid(axis="x")
        axes.set_xlabel(say(Message("recovery.axis"), language))
        write_numbers(axes.xaxis, None, language)
        axes.set_title(say(Message("recovery.title"), language))
        fig.legend(loc="outside lower left", fontsize=9, ncols=2)
    return fig
