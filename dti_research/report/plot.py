"""Figures: one function a kind of question. Each takes a result of a study and the reader's language, and returns a Figure.

Axes carry their measure, the title is the question, no figure speaks by colour alone. DejaVu Sans (bundled with matplotlib)
has every Vietnamese letter. seaborn is imported where it is used: it takes longer to load than all the rest.
"""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from dti_research.report.language import format_number, pick

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
}


def _numbers(axis, digits: int | None, language: str) -> None:
    axis.set_major_formatter(FuncFormatter(lambda value, _: format_number(value, digits, language)))


def concept_heat_map(shares: pd.DataFrame, rows: dict[str, str], columns: dict[str, str], language: str) -> Figure:
    """Which concepts carry the points? Shares by framework, written into each cell; a blank cell has no such indicator.

    Parameters
    ----------
    shares : DataFrame, shape (concept, framework) [share of the points]
    rows, columns : dict of str to str
        Words for concepts and frameworks in the reader's language.
    """
    import seaborn

    with plt.rc_context(STYLE):
        fig, axes = plt.subplots(figsize=(2.9 + 1.25 * shares.shape[1], 1.9 + 0.42 * len(shares)), layout="constrained")
        percent = 100 * shares.rename(index=rows, columns=columns)
        words = percent.map(lambda x: "" if np.isnan(x) else format_number(x, 1, language))
        seaborn.heatmap(
            percent, annot=words, fmt="", cmap="BuGn", vmin=0, vmax=max(60, percent.max().max()), cbar=False,
            linewidths=1.5, linecolor="white", ax=axes, annot_kws={"fontsize": 9},
        )  # fmt: skip
        axes.set(xlabel="", ylabel="")
        axes.tick_params(length=0)
        axes.set_xticklabels(axes.get_xticklabels(), rotation=0, fontsize=8)
        axes.set_title(
            pick(
                "Nội dung nào mang điểm? (% tổng điểm)", "Which concepts carry the points? (% of all points)", language
            ),
            loc="left",
        )
    return fig


def difference_dots(tables: dict[str, pd.DataFrame], names: dict[str, str], bound: float, language: str) -> Figure:
    """Is each printed composite what its values and points give? Computed less printed, with the rounding bound shaded.

    Parameters
    ----------
    tables : dict of label to DataFrame, shape (unit, [printed, computed, difference, reproduced, ...])
        As `study.published.composites_under` returns them, one panel each, with the same units.
    bound : float [measure of the composite]
    """
    first = next(iter(tables.values()))
    y = np.arange(len(first))[::-1]
    scale = 1e4
    inside = pick("trong giới hạn làm tròn", "within rounding", language)
    outside = pick("ngoài giới hạn", "beyond it", language)
    with plt.rc_context(STYLE):
        fig, panels = plt.subplots(
            1, len(tables), figsize=(3.4 + 3.8 * len(tables), 1.7 + 0.24 * len(first)), sharey=True, squeeze=False,
            layout="constrained",
        )  # fmt: skip
        for axes, (label, table) in zip(panels[0], tables.items(), strict=True):
            axes.axvspan(-bound * scale, bound * scale, color="#dceaf1", zorder=0)
            axes.axvline(0, color=QUIET, linewidth=1)
            within = table.reproduced.to_numpy()
            for mask, colour, marker, word in ((within, ACCENT, "o", inside), (~within, SECOND, "X", outside)):
                if mask.any():
                    axes.hlines(y[mask], 0, scale * table.difference[mask], color=colour, linewidth=1)
                    axes.plot(
                        scale * table.difference[mask], y[mask], marker, color=colour, label=f"{word}: {mask.sum()}"
                    )
            axes.set_ylim(-0.7, len(table) + 1.3)  # room for the legend above the first unit
            axes.set_title(label)
            axes.grid(axis="x")
            axes.legend(loc="upper right", fontsize=9, ncols=2)
            _numbers(axes.xaxis, None, language)
        panels[0, 0].set_yticks(
            y,
            [f"{names[unit]}  {rank}" for unit, rank in zip(first.index, first["rank"], strict=True)],
            fontsize=8,
        )
        fig.supxlabel(
            pick("tính được trừ in ra, phần vạn (vùng tô: giới hạn làm tròn)",
                 "computed less printed, ten-thousandths (shaded: rounding bound)", language),
            fontsize=10,
        )  # fmt: skip
    return fig


def boundary_curves(
    curves: dict[str, pd.Series], boundaries: dict[str, float], language: str, *, digits: int = 2
) -> Figure:
    """How many units stand at or above a boundary as it moves? One step line a list; printed boundaries marked and named.

    Parameters
    ----------
    curves : dict of label to Series, shape (boundary,) [units]
    boundaries : dict of label to float [share]
        Printed boundaries, drawn as vertical lines.
    """
    with plt.rc_context(STYLE):
        fig, axes = plt.subplots(figsize=(7.2, 4.4), layout="constrained")
        for (label, curve), colour, line in zip(curves.items(), (ACCENT, SECOND, THIRD, INK), LINES, strict=False):
            axes.step(
                curve.index, curve.to_numpy(), where="pre", color=colour, linestyle=line, linewidth=2, label=label
            )
        top = max(curve.max() for curve in curves.values())
        for number, (label, at) in enumerate(sorted(boundaries.items(), key=lambda pair: pair[1])):
            axes.axvline(at, color=QUIET, linewidth=1)
            axes.text(
                at, top * (1.02 + 0.065 * (number % 3)), f" {label}", fontsize=8, color=INK, ha="left", va="bottom"
            )
        axes.set_ylim(0, top * 1.24)
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        axes.set_xlabel(pick("ranh giới (tỷ lệ trên điểm tối đa)", "boundary (share of the maximum)", language))
        axes.set_ylabel(pick("số đơn vị đạt từ ranh giới trở lên", "units at or above the boundary", language))
        _numbers(axes.xaxis, digits, language)
        axes.grid(axis="y")
        axes.set_title(
            pick("Ranh giới dịch chuyển thì bao nhiêu đơn vị đổi phía?", "How many units does a moving boundary carry across?",
                 language)
        )  # fmt: skip
        axes.legend(loc="lower left", fontsize=9)
    return fig


def change_counts(changes: pd.DataFrame, words: dict[str, str], language: str) -> Figure:
    """Simulated: how many units would change level under another reading? One bar chart a reading, share of the draws.

    Parameters
    ----------
    changes : DataFrame, shape (draw, reading) of int
        As `study.boundaries.simulate_changes` returns it.
    words : dict of reading to str
    """
    moving = [reading for reading in changes.columns if changes[reading].any()] or list(changes.columns[-1:])
    most = int(changes.to_numpy().max())
    with plt.rc_context(STYLE):
        fig, grid = plt.subplots(
            len(moving), 1, figsize=(7.2, 0.9 + 1.45 * len(moving)), sharex=True, squeeze=False, layout="constrained"
        )
        for axes, reading in zip(grid[:, 0], moving, strict=True):
            shares = changes[reading].value_counts(normalize=True).reindex(range(most + 1), fill_value=0.0)
            axes.bar(shares.index, 100 * shares, color=ACCENT, width=0.7)
            axes.set_title(words[reading], fontsize=9)
            axes.set_ylabel("%")
            axes.set_ylim(0, 105)
            axes.xaxis.set_major_locator(MaxNLocator(integer=True))
            axes.grid(axis="y")
        grid[-1, 0].set_xlabel(pick("số đơn vị đổi mức", "units that change level", language))
        fig.suptitle(
            pick("Bao nhiêu đơn vị đổi mức? (tỷ lệ lần rút)", "How many units change level? (share of the draws)", language),
            fontsize=11, x=0.01, ha="left",
        )  # fmt: skip
    return fig
