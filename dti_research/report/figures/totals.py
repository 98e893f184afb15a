"""The figure on printed totals: the smallest change of points with which each unit may catch up."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.figure import Figure

from dti_research.message import Message
from dti_research.report.plot import smallest_changes
from dti_research.report.say import say


def points_changes(changes: pd.DataFrame, names: Mapping[str, str], language: str) -> Figure:
    """Draw what it takes for each unit to catch up with the one above, in points.

    Parameters
    ----------
    changes : DataFrame, shape (place, [higher, lower, distance, ...]) [points]
        As `study.totals.neighbour_points_changes` returns it.
    names : dict of unit to str
    language : {"vi", "en"}
    """
    return smallest_changes(changes, names, say(Message("totals.axis_changes"), language), language)
