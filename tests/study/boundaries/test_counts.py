"""Unpublished totals: against brute force, by hand, and simulated tables that must be consistent with the print."""

import itertools

import numpy as np
import pandas as pd
import pytest

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


@pytest.mark.parametrize("units", [0, 4])
def test_fewer_units_than_the_print_speaks_of_are_refused(units):
    """Five totals are printed of the districts."""
    with pytest.raises(InputError, match=rf"hcmc-district-2023: {units} units; expected at least 5"):
        boundaries.printed_counts("hcmc-district-2023", units)


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


def test_a_list_that_prints_every_total_has_nothing_to_draw():
    """4.5 stands at middle by the upper boundaries and at low by the lower ones; 9 stands at high by both."""
    everyone = counts(2, {"a": 9, "b": 4.5}, low=0, middle=1, high=1)
    changed = boundaries.simulate_changes(everyone, GAP, 10, reading="upper-boundary", draws=3, seed=1)
    assert changed["lower-boundary"].tolist() == [1, 1, 1] and (changed["upper-boundary"] == 0).all()
