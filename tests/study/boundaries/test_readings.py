"""Readings of printed boundaries: by hand, and by counting."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from dti_research import data
from dti_research.index.framework import CLOSED, OPEN, LevelBand, LevelRule
from dti_research.study import boundaries

GAP = LevelRule(
    "notice",
    (
        LevelBand("low", upper=4, upper_edge=OPEN),
        LevelBand("middle", lower=5, upper=8, upper_edge=OPEN),
        LevelBand("high", lower=8, lower_edge=CLOSED),
    ),
)


def test_the_gap_changes_hands_with_the_reading():
    levels = boundaries.levels_by_reading(pd.Series({"a": 3.0, "b": 4.5, "c": 9.0}), GAP, 10)
    assert levels.loc["b"].tolist() == ["", "low", "middle", "low"]  # 60 % of 10 is 6


def test_provinces_between_the_newspapers_two_boundaries_change_level():
    """By hand: 414 / 660 = 0.6273 and 424 / 660 = 0.6424; of the 34, Dak Lak (0.6410) and An Giang (0.6353) lie between."""
    rule = data.load_framework("hcmc-district-2023").level_rule("newspaper")
    levels = boundaries.levels_by_reading(
        data.load_composites("province-2024-34"), boundaries.share_rule(rule, 660), 1.0, digits=4
    )
    two = levels.index[levels["as-printed"].str.contains("/")]
    assert sorted(two) == ["an-giang-2025", "dak-lak-2025"]


def test_curve_counts_units_at_or_above():
    scores = data.load_composites("province-2024-34")
    curve = boundaries.boundary_curve(scores, np.array([0.5, 0.7, 0.7951, 0.79511]))
    assert curve.tolist() == [
        34,
        19,
        2,
        1,
    ]  # counted in the printed table: 19th is Can Tho 0.7030; Hue 0.7951 is second


@given(st.lists(st.integers(0, 100), min_size=1, max_size=30), st.integers(1, 99))
@settings(max_examples=50, deadline=None, derandomize=True)
def test_curve_falls_and_agrees_with_counting(scores, boundary):
    series = pd.Series(scores) / 100
    curve = boundaries.boundary_curve(series, np.array([boundary / 100, 1.0]))
    assert curve.tolist() == [sum(s >= boundary for s in scores), sum(s >= 100 for s in scores)]
