"""Which concepts carry the points: one figure on what frameworks contain."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from dti_research.message import Message
from dti_research.report.figures.style import STYLE
from dti_research.report.say import format_number, say


def concept_heat_map(shares: pd.DataFrame, concepts: Mapping[str, Any], language: str) -> Figure:
    """Shares of the points, shape (concept, framework), written into each cell; a blank cell has no such indicator."""
    # Imported here: it takes longer to load than all the rest.
    import seaborn

    rows = {code: say(name, language) for code, name in concepts.items()}
    columns = {framework: framework.replace("-", "\n") for framework in shares.columns}  # narrow columns
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
        axes.set_title(say(Message("frameworks.shares_title"), language), loc="left")
    return fig
