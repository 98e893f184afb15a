"""Boundaries: by hand, against brute force, and simulated tables that must be consistent with the print."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dti_research import data
from dti_research.errors import InputError, UnknownName
from dti_research.index.framework import CLOSED, OPEN, LevelBand, LevelRule
from dti_research.index.levels import READINGS, assign_levels
from dti_research.study import boundaries

GAP = LevelRule(
    "notice",
    (
        LevelBand("low", upper=4, upper_edge=OPEN),
        LevelBand("middle", lower=5, upper=8, upper_edge=OPEN),
        LevelBand("high", lower=8, lower_edge=CLOSED),
    ),
)

OVERLAP = LevelRule(
    "paper",
    (
        LevelBand("low", upper=6, upper_edge=OPEN),
        LevelBand("middle", lower=4, upper=8, upper_edge=OPEN),
        LevelBand("high", lower=8, lower_edge=CLOSED),
    ),
)


def counts(units, head, **at_level):
    return boundaries.PrintedCounts("notice", units, pd.Series(head, dtype=float), at_level)


def test_the_gap_changes_hands_with_the_reading():
    levels = boundaries.levels_by_reading(pd.Series({"a": 3.0, "b": 4.5, "c": 9.0}), GAP, 10)
    assert levels.loc["b"].tolist() == ["", "low", "middle", "low"]  # 60 % of 10 is 6
    assert boundaries.level_changes(levels).index.tolist() == ["b"]


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


def test_carried_across_by_hand():
    scores = data.load_composites("province-2024-34")
    moved = boundaries.carried_across(scores, 0.70, 0.005)
    assert moved.passed_when.to_dict() == {
        "can-tho-2025": "raised",
        "phu-tho-2025": "lowered",
        "tay-ninh-2025": "lowered",
    }


@pytest.mark.parametrize("rule", [GAP, OVERLAP], ids=["gap", "overlap"])
@pytest.mark.parametrize("reading", READINGS)
@pytest.mark.parametrize("interval", [(4, 5), (4, 6), (3, 5), (5, 8), (0, 4), (6, 8), (7, 10)])
@pytest.mark.parametrize(
    "printed",
    [
        counts(4, {"a": 9}, low=1, middle=2, high=1),
        counts(4, {"a": 7}, low=2, middle=2, high=0),
        counts(3, {"a": 9}, low=1, middle=None, high=None),
        counts(3, {}, low=None, middle=None, high=None),
    ],
)
def test_bounds_agree_with_trying_every_table(printed, interval, reading, rule):
    """Brute force over half-point totals: every table that the print allows is tried."""
    ceiling = printed.head.min() if len(printed.head) else 10.0
    # Midpoints of quarter steps, so that no total lies on a boundary; what a single point on one could do is left aside.
    grid = np.arange(0.25, ceiling, 0.5)
    names = {t: assign_levels(pd.Series([t]), rule, reading, total=10, digits=None)[0] for t in grid}
    head = assign_levels(printed.head, rule, reading, total=10).map(lambda n: n[0] if n else "")
    inside = []
    for totals in itertools.combinations_with_replacement(grid, printed.units - len(printed.head)):
        if any(len(names[t]) != 1 for t in totals):
            continue  # the publisher gave every unit one level
        at = [names[t][0] for t in totals] + list(head)
        if all(n is None or at.count(level) == n for level, n in printed.at_level.items()):
            known = sum(interval[0] <= t < interval[1] for t in printed.head)
            inside.append(known + sum(interval[0] <= t < interval[1] for t in totals))
    if not inside:
        pytest.skip("no table is consistent with this print under this reading")
    assert boundaries.bound_units_in(interval, printed, rule, 10, reading) == (min(inside), max(inside))


def test_hcmc_departments_in_the_gap():
    """By hand: 18 units stand at Hinh thanh; "not below 198" lets all of them stand in [198, 199), "below 199" two others."""
    framework = data.load_framework("hcmc-department-2023")
    printed = boundaries.printed_counts("hcmc-department-2023")
    table = boundaries.bound_disputed(printed, framework.level_rule(), 330)
    rows = table[table.interval == "[198, 199)"].set_index("reading")
    assert rows.loc["upper-boundary", ["at_least", "at_most"]].tolist() == [0, 18]
    assert rows.loc["lower-boundary", ["at_least", "at_most"]].tolist() == [0, 2]
    assert rows.loc["as-printed", ["at_least", "at_most"]].tolist() == [0, 0]


def test_districts_must_say_how_many_there_are():
    with pytest.raises(InputError, match="22,23"):
        boundaries.printed_counts("hcmc-district-2023")
    assert boundaries.printed_counts("hcmc-district-2023", 23).units == 23


def simulate(reading, seed=7, draws=300):
    framework = data.load_framework("hcmc-department-2023")
    printed = boundaries.printed_counts("hcmc-department-2023")
    return boundaries.simulate_changes(printed, framework.level_rule(), 330, reading=reading, draws=draws, seed=seed)


def test_simulated_changes_stay_within_the_bounds():
    """Only units in [198, 199) can change between lower and upper boundary: at most 18 of them, or 2."""
    assert simulate("upper-boundary")["lower-boundary"].between(0, 18).all()
    assert simulate("lower-boundary")["upper-boundary"].between(0, 2).all()


def test_simulated_mean_is_what_uniform_totals_give():
    """18 totals uniform on [198, 264): each lies in the one disputed point with probability 1/66. Expected 18/66 = 0.2727."""
    changed = simulate("upper-boundary", draws=20_000)["lower-boundary"]
    error = changed.std() / np.sqrt(len(changed))
    assert abs(changed.mean() - 18 / 66) < 4 * error


def test_simulation_depends_on_the_seed_alone():
    pd.testing.assert_frame_equal(simulate("upper-boundary"), simulate("upper-boundary"))
    assert not simulate("upper-boundary").equals(simulate("upper-boundary", seed=8))


def test_simulation_refuses_what_cannot_be():
    with pytest.raises(InputError, match="draws 0"):
        simulate("upper-boundary", draws=0)
    with pytest.raises(UnknownName, match="did you mean 'upper-boundary'"):
        simulate("uper-boundary")
    impossible = counts(4, {"a": 3}, low=2, middle=2, high=0)  # two units above the first one's total
    with pytest.raises(InputError, match="not consistent under this reading"):
        boundaries.simulate_changes(impossible, GAP, 10, reading="lower-boundary", draws=5, seed=1)
