"""Figures: one function a kind of question. Each takes a result of a study and the reader's language, and returns a Figure.

Axes carry their measure, the title is the question, no figure speaks by colour alone. DejaVu Sans (bundled with matplotlib)
has every Vietnamese letter. seaborn is imported where it is used: it takes longer to load than all the rest.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from dti_research.report.language import MISSING, format_number, pick

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


def rank_intervals(ranks: pd.DataFrame, names: dict[str, str], language: str) -> Figure:
    """How far may each unit move? One line a unit, in published order: 5-95 % of the draws, median, and the published rank.

    Parameters
    ----------
    ranks : DataFrame, shape (unit, [published, median, q05, q95, ...])
        As `study.robustness.Robustness.ranks` has them.
    names : dict of unit to str
    """
    ranks = ranks.sort_values("published", kind="stable")
    y = np.arange(len(ranks))
    with plt.rc_context(STYLE):
        fig, axes = plt.subplots(figsize=(7.2, 1.7 + 0.24 * len(ranks)), layout="constrained")
        axes.hlines(y, ranks.q05, ranks.q95, color=ACCENT, linewidth=4, alpha=0.35,
                    label=pick("5-95 % lần rút", "5-95 % of the draws", language))  # fmt: skip
        axes.plot(ranks["median"], y, "|", color=ACCENT, markersize=11, markeredgewidth=2.5, linestyle="none",
                  label=pick("trung vị", "median", language))  # fmt: skip
        axes.plot(ranks.published, y, "D", color=SECOND, markersize=4.5, linestyle="none",
                  label=pick("hạng với trọng số gốc", "rank with the given weights", language))  # fmt: skip
        axes.set_yticks(y, [names[unit] for unit in ranks.index], fontsize=8)
        axes.set_ylim(len(ranks) - 0.3, -1.6 - 0.03 * len(ranks))  # best on top; room for the legend above
        axes.set_xlim(0.4, len(ranks) + 0.6)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=12))
        axes.grid(axis="x")
        axes.set_xlabel(pick("hạng (1 là cao nhất)", "rank (1 is best)", language))
        axes.set_title(pick("Hạng dao động đến đâu?", "How far does each rank move?", language))
        axes.legend(loc="upper center", ncols=3, fontsize=8.5, borderaxespad=0.2)
    return fig


def acceptability_map(acceptability: pd.DataFrame, names: dict[str, str], language: str) -> Figure:
    """Which ranks does each unit take, and how often? Percent in each cell of more than half a percent, also as a shade.

    Parameters
    ----------
    acceptability : DataFrame, shape (unit, rank) [share of the draws]
        Units in the order to draw them.
    names : dict of unit to str
    """
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
        axes.set_yticks(np.arange(n) + 0.5, [names[unit] for unit in acceptability.index], fontsize=8, rotation=0)
        axes.set_xticks(np.arange(n) + 0.5, acceptability.columns, fontsize=8, rotation=0)
        axes.tick_params(length=0)
        axes.set(ylabel="", xlabel=pick("hạng", "rank", language))
        axes.set_title(
            pick(
                "Mỗi đơn vị đứng hạng nào trong bao nhiêu % lần rút?", "Share of the draws at each rank (%)", language
            ),
            loc="left",
        )
    return fig


def smallest_changes(changes: pd.DataFrame, names: dict[str, str], measure: str, language: str) -> Figure:
    """What does it take for each unit to catch up with the one above? One bar a pair; an arrow where nothing suffices.

    Parameters
    ----------
    changes : DataFrame, shape (place, [higher, lower, distance, ...])
        As `study.stability.neighbour_changes` and `neighbour_points_changes` return them.
    measure : str
        What ``distance`` is counted in, for the axis.
    """
    y = np.arange(len(changes))
    finite = np.isfinite(changes.distance)
    most = changes.distance[finite].max() if finite.any() else 1.0
    with plt.rc_context(STYLE):
        fig, axes = plt.subplots(figsize=(7.6, 1.5 + 0.27 * len(changes)), layout="constrained")
        axes.barh(y[finite], changes.distance[finite], color=ACCENT, height=0.62)
        for at, distance in zip(y, changes.distance, strict=True):
            if np.isfinite(distance):
                axes.text(
                    distance + most * 0.01,
                    at,
                    format_number(distance, 3 if most < 5 else 2, language),
                    va="center",
                    fontsize=8,
                )
            else:
                axes.annotate(
                    "", (most * 1.05, at), (0, at), arrowprops={"arrowstyle": "->", "color": SECOND, "lw": 1.6}
                )
                never = pick("không trọng số nào đủ", "no weights suffice", language)
                axes.text(most * 1.06, at, never, va="center", fontsize=8, color=SECOND)
        labels = [f"{names[low]} → {names[high]}" for high, low in zip(changes.higher, changes.lower, strict=True)]
        axes.set_yticks(y, labels, fontsize=8)
        axes.set_ylim(len(changes) - 0.4, -0.6)
        axes.set_xlim(0, most * (1.12 if finite.all() else 1.35))
        axes.grid(axis="x")
        axes.set_xlabel(measure)
        _numbers(axes.xaxis, None, language)
        axes.set_title(
            pick(
                "Cần đổi bao nhiêu để bắt kịp đơn vị ngay trên?",
                "What it takes to catch up with the one above",
                language,
            )
        )
    return fig


def total_effects(panels: dict[str, pd.DataFrame], names: dict[str, str], language: str) -> Figure:
    """Whose choice matters? Total effect of each factor with its 95 % interval, first-order effect beside it; one panel an outcome.

    Parameters
    ----------
    panels : dict of title to DataFrame, shape (factor, [factor, kind, first, total, first_half_width, total_half_width])
        As `study.sensitivity.Sensitivity.indices` has them; the same factors in each.
    names : dict of factor to str
    """
    first = next(iter(panels.values()))
    order = first.total.sort_values(ascending=False).index
    y = np.arange(len(order))
    with plt.rc_context(STYLE):
        fig, grid = plt.subplots(
            1, len(panels), figsize=(2.8 + 3.4 * len(panels), 1.9 + 0.34 * len(order)), sharey=True, squeeze=False,
            layout="constrained",
        )  # fmt: skip
        for axes, (title, table) in zip(grid[0], panels.items(), strict=True):
            table = table.loc[order]
            colours = np.where(table.kind == "method", SECOND, ACCENT)
            bars = axes.barh(y, table.total.clip(lower=0), color=colours, height=0.55, alpha=0.45)
            for bar, kind in zip(bars, table.kind, strict=True):
                bar.set_hatch("//" if kind == "method" else "")
            axes.errorbar(table.total, y, xerr=table.total_half_width, fmt="none", ecolor=INK, elinewidth=1.2, capsize=3,
                          label=pick("khoảng tin cậy 95 %", "95 % interval", language))  # fmt: skip
            axes.plot(table["first"], y, "o", color=INK, markersize=4.5, markerfacecolor="white", linestyle="none",
                      label=pick("tác động riêng (bậc một)", "on its own (first order)", language))  # fmt: skip
            axes.set_title(title)
            axes.set_ylim(len(order) - 0.4, -0.6)
            axes.axvline(0, color=QUIET, linewidth=1)
            axes.grid(axis="x")
            _numbers(axes.xaxis, 1, language)
        grid[0, 0].set_yticks(y, [names.get(one, one) for one in first.factor.loc[order]], fontsize=9)
        grid[0, 0].legend(loc="lower right", fontsize=8)
        fig.supxlabel(
            pick("tổng tác động (phần của phương sai; gạch chéo: cách tính; trơn: trọng số)",
                 "total effect (share of the variance; hatched: methods; plain: weights)", language),
            fontsize=10,
        )  # fmt: skip
    return fig


def correlation_map(
    pairs: pd.DataFrame,
    order: Sequence[str],
    names: dict[str, str],
    title: str,
    language: str,
    beside: str = "interval",
) -> Figure:
    """Which columns say the same thing? Each coefficient with the two numbers beneath it, in the order of the tree.

    Bold: the coefficient is more than chance, its interval excluding 0, or more than they share. The shade only
    repeats what the number says.

    Parameters
    ----------
    pairs : DataFrame, shape (pair, [a, b, coefficient, low, high, ...])
        As `study.correlation.Correlations.pairs` has them.
    order : sequence of str
        Codes, first to last; each pair stands once, below the diagonal.
    names : dict of code to str
    title : str
        The question, with what the small numbers are.
    beside : str
        ``interval``: low and high beneath each coefficient; ``shared``: 5 % and 95 % of what two pillars share.
    """
    place = {code: k for k, code in enumerate(order)}
    n = len(order) - 1
    shades = plt.get_cmap("PuOr_r")
    with plt.rc_context(STYLE):
        fig, axes = plt.subplots(figsize=(2.7 + 0.93 * n, 1.5 + 0.56 * n), layout="constrained")
        for pair in pairs.itertuples():
            row, column = sorted((place[pair.a], place[pair.b]), reverse=True)
            row -= 1
            if np.isnan(pair.coefficient):
                axes.text(column, row, MISSING, ha="center", va="center")
                continue
            # The middle of the scale only: dark cells would swallow the small numbers.
            axes.add_patch(
                plt.Rectangle((column - 0.5, row - 0.5), 1, 1, color=shades(0.5 + 0.32 * pair.coefficient), linewidth=0)
            )
            if beside == "interval":
                low, high, sure = pair.low, pair.high, pair.low > 0 or pair.high < 0
            else:
                low, high = pair.shared_low, pair.shared_high
                sure = not low <= pair.coefficient <= high
            axes.text(
                column, row - 0.13, format_number(pair.coefficient, 2, language), ha="center", va="center", fontsize=10.5,
                fontweight="bold" if sure else "normal",
            )  # fmt: skip
            written = pick(" đến ", " to ", language).join(format_number(x, 2, language) for x in (low, high))
            if beside == "shared":
                written = f"({written})"
            if np.isnan(low):  # a note in the table says why
                written = ""
            axes.text(column, row + 0.25, written, ha="center", va="center", fontsize=7.2)
        axes.set_xlim(-0.5, n - 0.5)
        axes.set_ylim(n - 0.5, -0.5)
        axes.set_xticks(range(n), [_folded(names[code], 15) for code in order[:-1]], fontsize=8, rotation=0)
        axes.set_yticks(range(n), [_folded(names[code], 24) for code in order[1:]], fontsize=8.5)
        axes.tick_params(length=0)
        for side in ("left", "bottom"):
            axes.spines[side].set_visible(False)
        axes.set_xticks(np.arange(n + 1) - 0.5, minor=True)
        axes.set_yticks(np.arange(n + 1) - 0.5, minor=True)
        axes.grid(which="minor", color="white", linewidth=2)
        axes.tick_params(which="minor", length=0)
        axes.set_axisbelow(False)
        axes.set_title(title)
    return fig


def weight_and_importance(table: pd.DataFrame, names: dict[str, str], language: str) -> Figure:
    """Does each indicator count as much as it is meant to? Weight, share of the explained variance with its interval, curve.

    Parameters
    ----------
    table : DataFrame, shape (indicator, [weight, linear_share, low, high, smooth_share, ...]) [share]
        As `study.importance.importance` returns it.
    names : dict of code to str
    """
    y = np.arange(len(table))
    percent = 100 * table[["weight", "linear_share", "low", "high", "smooth_share"]]
    with plt.rc_context(STYLE):
        fig, axes = plt.subplots(figsize=(7.6, 1.9 + 0.42 * len(table)), layout="constrained")
        axes.hlines(y, percent.low, percent.high, color=ACCENT, linewidth=4, alpha=0.3,
                    label=pick("khoảng tin cậy 95 %", "95 % interval", language))  # fmt: skip
        axes.plot(percent.linear_share, y, "o", color=ACCENT, markersize=7, linestyle="none",
                  label=pick("phần giải thích được (tuyến tính)", "share explained (linear)", language))  # fmt: skip
        axes.plot(percent.smooth_share, y, "o", color=ACCENT, markersize=7, markerfacecolor="none", linestyle="none",
                  label=pick("như trên, theo đường cong", "the same, by a curve", language))  # fmt: skip
        axes.plot(percent.weight, y, "D", color=SECOND, markersize=6, linestyle="none",
                  label=pick("trọng số", "weight", language))  # fmt: skip
        axes.set_yticks(y, [names[code] for code in table.index], fontsize=9)
        axes.set_ylim(len(table) - 0.4, -1.7)  # room for the legend above the first
        axes.set_xlim(left=0)
        axes.grid(axis="x")
        axes.set_xlabel(pick("% của tổng", "% of the total", language))
        _numbers(axes.xaxis, None, language)
        axes.set_title(
            pick(
                "Trọng số và phần mà chỉ số thật sự giải thích",
                "Weight, and what the indicator in fact explains",
                language,
            )
        )
        axes.legend(loc="upper center", ncols=2, fontsize=8.5, borderaxespad=0.2)
    return fig


def weight_ranges(weights: pd.DataFrame, points: dict[str, pd.Series], names: dict[str, str], language: str) -> Figure:
    """Between what does each weight lie, and which printed points lie there, too?

    Parameters
    ----------
    weights : DataFrame, shape (indicator, [low, high, ...]) [share]
        As `study.recovery.recover` returns them.
    points : dict of label to Series, shape (indicator,) [share]
        Weights to hold against the intervals.
    """
    y = np.arange(len(weights))[::-1]
    with plt.rc_context(STYLE):
        fig, axes = plt.subplots(figsize=(7.6, 1.6 + 0.42 * len(weights)), layout="constrained")
        middle = 50 * (weights.low + weights.high)
        axes.errorbar(
            middle,
            y,
            xerr=50 * (weights.high - weights.low),
            fmt="none",
            color=ACCENT,
            elinewidth=7,
            label=pick("mọi trọng số mà bảng cho phép", "all weights that the table allows", language),
        )
        for (label, shares), marker, colour in zip(points.items(), ("D", "s", "^"), (INK, SECOND, THIRD), strict=False):
            axes.plot(
                100 * shares.reindex(weights.index), y, marker, color=colour, markersize=9, label=label,
                markerfacecolor="none",
            )  # fmt: skip
        for at, row in zip(y, weights.itertuples(), strict=True):
            if np.isfinite(row.low):
                text = "–".join(
                    format_number(end, 2, language)
                    for end in (np.floor(1e4 * row.low) / 100, np.ceil(1e4 * row.high) / 100)  # outwards
                )
                axes.annotate(
                    text, (50 * (row.low + row.high), at), (0, 9), textcoords="offset points", ha="center", fontsize=8
                )
        axes.set_yticks(y, [_folded(names[code], 30) for code in weights.index], fontsize=9)
        axes.set_ylim(-0.6, len(weights) - 0.2)
        axes.set_xlim(left=0)
        axes.grid(axis="x")
        axes.set_xlabel(pick("% tổng trọng số", "% of all weights", language))
        _numbers(axes.xaxis, None, language)
        axes.set_title(pick("Bảng đã in cho phép những trọng số nào?", "Which weights does the print allow?", language))
        fig.legend(loc="outside lower left", fontsize=9, ncols=2)
    return fig


def cause_bars(
    change: pd.DataFrame, names: dict[str, str], words: dict[str, str], measure: str, language: str
) -> Figure:
    """Which cause moved whom, how far? One bar a unit, a piece for each cause; a diamond for the whole change.

    Parameters
    ----------
    change : DataFrame, shape (unit, [before, after, change, ... one column a cause ..., remainder])
        A table of `study.editions.Explanation`.
    words : dict of cause to text
    measure : str
        What the change is counted in, for the axis.
    """
    causes = [name for name in words if name in change and (change[name].abs() > 1e-9).any()]
    table = change.sort_values(["after", "before"], kind="stable")
    y = np.arange(len(table))
    up, down = np.zeros(len(table)), np.zeros(len(table))
    with plt.rc_context(STYLE):
        fig, axes = plt.subplots(figsize=(8.2, 1.7 + 0.25 * len(table)), layout="constrained")
        looks = ((ACCENT, ""), (SECOND, "////"), (THIRD, "...."), (QUIET, "xx"), (INK, "\\\\"), ("#7a4a8c", "oo"))
        for cause, (colour, hatch) in zip(causes, looks, strict=False):
            part = table[cause].to_numpy()
            left = np.where(part >= 0, up, down)
            axes.barh(y, part, left=left, color=colour, hatch=hatch, edgecolor="white", height=0.7, label=words[cause])
            up, down = up + np.maximum(part, 0), down + np.minimum(part, 0)
        whole = pick("tổng thay đổi", "the whole change", language)
        axes.plot(table.change, y, "D", color=INK, markerfacecolor="white", markersize=5, label=whole)
        axes.axvline(0, color=INK, linewidth=1)
        labels = [f"{names.get(unit, unit)}  {row.before:.0f} → {row.after:.0f}" for unit, row in table.iterrows()]
        axes.set_yticks(y, labels, fontsize=8)
        axes.set_ylim(len(table) - 0.4, -0.6)
        axes.grid(axis="x")
        axes.set_xlabel(measure)
        _numbers(axes.xaxis, None, language)
        axes.set_title(pick("Vì sao thứ hạng thay đổi?", "Why did ranks move?", language))
        fig.legend(loc="outside lower left", fontsize=9, ncols=4)
    return fig


def transition_map(transitions: pd.DataFrame, language: str) -> Figure:
    """From which fifth of the list into which? Units, and beneath it their percent of the row, in each cell.

    Parameters
    ----------
    transitions : DataFrame, shape (from and to, [before, after, units, share, ...])
        As `study.mobility.mobility` returns them.
    """
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
        axes.set_xlabel(pick("nhóm sau (1: đầu bảng)", "group after (1: top of the list)", language))
        axes.set_ylabel(pick("nhóm trước", "group before", language))
        axes.set_title(pick("Từ nhóm nào sang nhóm nào?", "From which group into which?", language))
    return fig


def verdict_bars(counts: dict[str, int], language: str) -> Figure:
    """How much of what was printed can be checked, and how did it fare? One bar a verdict, with its number.

    Parameters
    ----------
    counts : dict of verdict in words to int
    """
    y = np.arange(len(counts))
    values = list(counts.values())
    with plt.rc_context(STYLE):
        fig, axes = plt.subplots(figsize=(7.2, 1.1 + 0.42 * len(counts)), layout="constrained")
        axes.barh(y, values, color=ACCENT, height=0.6)
        for at, value in zip(y, values, strict=True):
            axes.text(value, at, f" {format_number(value, 0, language)}", va="center", fontsize=9)
        axes.set_yticks(y, list(counts), fontsize=9)
        axes.set_ylim(len(counts) - 0.4, -0.6)
        axes.set_xlim(0, 1.12 * max([*values, 1]))
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.grid(axis="x")
        axes.set_xlabel(pick("số liệu đã in", "printed figures", language))
        axes.set_title(pick("Kết quả kiểm lại số liệu đã in", "What became of the printed figures?", language))
    return fig


def _folded(name: str, width: int) -> str:
    return "\n".join(textwrap.wrap(name, width))
