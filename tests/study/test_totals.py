"""Totals: the dual programs against the primal ones, small cases by hand, and HCMC's districts."""

import dataclasses
import itertools
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from dti_research import data, open_assessment
from dti_research.errors import InputError
from dti_research.study import totals as study

few = settings(max_examples=30, deadline=None, derandomize=True)


def extreme_total(new, old, total, side):
    """The least (side 1) or most (-1) under new points of a unit with this total under the old: filled up by new point for old."""
    order = np.argsort(side * np.asarray(new) / old)
    filled = np.clip(total - (old[order].cumsum() - old[order]), 0, old[order]) / old[order]
    return float(filled @ np.asarray(new)[order])


def can_not_overtake(new, old, high, low):
    return extreme_total(new, old, high, 1) - extreme_total(new, old, low, -1)


def in_proportion(old, k, t):
    new = old * (old.sum() - t) / (old.sum() - old[k])
    new[k] = t
    return new


@st.composite
def totals(draw):
    points = pd.Series([float(draw(st.integers(1, 9)) * 10) for _ in range(draw(st.integers(2, 4)))]).rename("points")
    lower = draw(st.integers(0, int(points.sum()) - 2))
    return points, draw(st.integers(lower + 1, int(points.sum()))), lower


@given(totals(), st.integers(0, 2**32 - 1))
@few
def test_filling_up_is_the_primal_program(case, seed):
    points, total, _ = case
    old = points.to_numpy()
    new = np.random.default_rng(seed).dirichlet(np.ones(len(old))) * old.sum()
    for side in (1, -1):
        answer = linprog(side * new, A_eq=[old], b_eq=[total], bounds=(0, 1))
        assert extreme_total(new, old, total, side) == pytest.approx(side * answer.fun, abs=1e-6)


@given(totals())
@settings(max_examples=25, deadline=None, derandomize=True)
def test_dual_ends_agree_with_the_primal(case):
    points, higher, lower = case
    old = points.to_numpy()
    found = study.bound_points(points, higher, lower, slack=0)
    assert (found.low <= points).all() and (points <= found.high).all()
    for k in range(len(old)):
        low, high = found.loc[k, ["low", "high"]]
        inside = [can_not_overtake(in_proportion(old, k, t), old, higher, lower) for t in np.linspace(low, high, 3)]
        assert min(inside) >= -1e-6
        if low > 0:
            assert inside[0] == pytest.approx(0, abs=1e-6)
            assert can_not_overtake(in_proportion(old, k, low - 1e-3), old, higher, lower) < 0
        if high < old.sum():
            assert inside[-1] == pytest.approx(0, abs=1e-6)
            assert can_not_overtake(in_proportion(old, k, high + 1e-3), old, higher, lower) < 0


@given(totals(), st.integers(0, 2**32 - 1))
@settings(max_examples=25, deadline=None, derandomize=True)
def test_no_smaller_change_of_points_lets_the_lower_draw_level(case, seed):
    points, higher, lower = case
    old = points.to_numpy()
    found = study.smallest_points_change(points, higher, lower, slack=0)
    radius = 2 * old.sum() if found.points is None else found.distance
    if found.points is not None:
        new = found.points.to_numpy()
        assert new.sum() == pytest.approx(old.sum()) and new.min() >= -1e-9
        assert np.abs(new - old).sum() == pytest.approx(found.distance)
        assert can_not_overtake(new, old, higher, lower) == pytest.approx(0, abs=1e-6)
    # Corners of all points nearer than that: one receives, and the givers are emptied one after another, in any order.
    shorter = radius * (1 - 1e-6) / 2
    tried = []
    for order in itertools.permutations(range(len(old))):
        left, new = shorter, old.copy()
        for k in order[1:]:
            taken = min(left, old[k])
            new[k] -= taken
            new[order[0]] += taken
            left -= taken
        tried.append(new)
    some = np.random.default_rng(seed).dirichlet(np.full(len(old), 0.5), 6) * old.sum()
    tried += [old + (s - old) * min(1, 2 * shorter / np.abs(s - old).sum()) for s in some]
    assert min(can_not_overtake(new, old, higher, lower) for new in tried) >= -1e-6


@given(totals(), st.integers(0, 2**32 - 1))
@settings(max_examples=25, deadline=None, derandomize=True)
def test_no_points_swap_two_totals_for_certain(case, seed):
    """As the docstring of bound_points argues: the most of the higher is never below the least of the lower."""
    points, higher, lower = case
    old = points.to_numpy()
    for new in np.random.default_rng(seed).dirichlet(np.full(len(old), 0.3), 8) * old.sum():
        assert extreme_total(new, old, higher, -1) >= extreme_total(new, old, lower, 1) - 1e-7


def test_points_by_hand():
    """50 and 50 points, totals 90 and 80: the lower lost 20, all on wells, the higher 10, all on roads. With t points for roads, as
    many for each earned share as before: 10 t / 50 = 20 (100 - t) / 50 at t = 200/3, and the same the other way round."""
    halves = pd.Series({"roads": 50.0, "wells": 50.0})
    found = study.bound_points(halves, 90, 80, slack=0)
    assert found.to_numpy() == pytest.approx(np.array([[50, 100 / 3, 200 / 3]] * 2))
    change = study.smallest_points_change(halves, 90, 80, slack=0)
    assert (change.distance, change.moved) == pytest.approx((100 / 3, 50 / 3))
    assert {*change.giving, change.receiving} == {"roads", "wells"}
    # The lower has nothing: whatever points are worth, it stays at 0.
    nothing = study.smallest_points_change(halves, 90, 0, slack=0)
    assert math.isinf(nothing.distance) and nothing.points is None and nothing.giving == ()


def test_givers_that_run_out():
    """Three indicators of 1, 1 and 8 points, totals 9 and 1. The lower may have 1 of 1 on the first; the higher lost its one point
    there. With a points for the first: lower a, higher 10 - a, level at 5. That takes 4, more than the second has."""
    points = pd.Series({"a": 1.0, "b": 1.0, "c": 8.0})
    found = study.smallest_points_change(points, 9, 1, slack=0)
    assert found.moved == pytest.approx(4) and "c" in found.giving and found.receiving in ("a", "b")


def test_slack_narrows_what_is_certain():
    halves = pd.Series({"roads": 50.0, "wells": 50.0})
    rounded, exact = (study.bound_points(halves, 90, 80, slack=s) for s in (0.5, 0))
    assert (rounded.low > exact.low).all() and (rounded.high < exact.high).all()
    # Losses of 10.5 and 19.5 instead of 10 and 20: 10.5 t = 19.5 (100 - t).
    assert rounded.high.tolist() == pytest.approx([65, 65])


def test_hcmc_districts_against_the_primal():
    """Held against the primal programs: at the ends the two may just be level, and no smaller transfer lets them be.

    The distance by hand: whatever the lower gains on the higher comes to at most what is added to one indicator and taken from
    another. Cybersecurity (35 of the 45 points that the higher lost) and institutions (50 of the 55 that the lower lost) give
    just that, so the sum of changes is the difference of the totals, less the slack of both.
    """
    points = data.load_framework("hcmc-district-2023").points
    old, high, low = points.to_numpy(), 614.94 - 0.005, 605.42 + 0.005
    found = study.smallest_points_change(points, 614.94, 605.42)
    assert found.distance == pytest.approx(614.94 - 605.42 - 0.01)
    assert can_not_overtake(found.points.to_numpy(), old, high, low) == pytest.approx(0, abs=1e-6)
    for giving, receiving in itertools.permutations(range(len(old)), 2):
        new = old.copy()
        new[giving] -= found.moved - 1e-4
        new[receiving] += found.moved - 1e-4
        assert can_not_overtake(new, old, high, low) > 0
    intervals = study.bound_points(points, 614.94, 605.42)
    for k, code in enumerate(points.index):
        for end in intervals.loc[code, ["low", "high"]]:
            assert can_not_overtake(in_proportion(old, k, end), old, high, low) == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize(
    ("points", "higher", "lower", "message"),
    [
        ({"a": 50, "b": 50}, 80, 90, "expected the higher total first"),
        ({"a": 50, "b": 50}, 80.01, 80.0, "the second may be as high"),
        ({"a": 50, "b": 50}, 101, 90, "from 0 to 100"),
        ({"a": 50, "b": 50}, 90, -1, "from 0 to 100"),
        ({"a": 50, "b": 0}, 40, 30, "points of 'b': 0"),
        ({"a": 50}, 40, 30, "points of 1 indicators"),
    ],
)
def test_totals_that_cannot_be(points, higher, lower, message):
    for ask in (study.bound_points, study.smallest_points_change):
        with pytest.raises(InputError, match=message):
            ask(pd.Series(points), higher, lower)


def test_the_answer_is_on_the_printed_list():
    """By hand, in the print: quận 8 (596.16) and quận 1 (594.35) are closest, 1.81 points apart; the two first 9.52."""
    answer = study.ask(open_assessment("hcmc-district-2023"))
    assert answer.total_points == 660
    assert (answer.first.higher, answer.first.lower) == ("hcmc-phu-nhuan", "hcmc-thu-duc")
    assert answer.first.difference == pytest.approx(9.52)
    assert (answer.closest.higher, answer.closest.lower) == ("hcmc-quan-8", "hcmc-quan-1")
    assert answer.closest.difference == pytest.approx(1.81)
    expected = study.bound_points(answer.points, 614.94, 605.42)
    pd.testing.assert_frame_equal(answer.intervals, expected)
    room = (expected.high - expected.points).drop(answer.least_room)
    assert (room >= expected.high[answer.least_room] - expected.points[answer.least_room]).all()


def test_nothing_is_closest_where_no_points_let_anybody_catch_up():
    """Who has all points has all of them under any other points."""
    answer = study.ask(open_assessment("hcmc-district-2023"))
    totals = pd.Series({"hcmc-phu-nhuan": 660.0, "hcmc-thu-duc": 600.0})
    changes = study.neighbour_points_changes(answer.points, totals, slack=0)
    answer = dataclasses.replace(answer, half_digit=0.0, totals=totals, changes=changes)
    assert answer.closest is None and answer.first.distance == math.inf


def test_a_list_of_shares_is_refused():
    with pytest.raises(InputError, match="counts in share.*choose another list"):
        study.ask(open_assessment("province-2024-34"))


def test_other_points_than_those_of_the_print_are_refused():
    district = open_assessment("hcmc-district-2023")
    with pytest.raises(InputError, match="under which the totals were printed; leave the others out"):
        study.ask(dataclasses.replace(district, points=district.known_framework.points))


def test_one_total_alone_is_refused():
    lonely = open_assessment("hcmc-district-2023")
    with pytest.raises(InputError, match="totals of 1 units.*at least two"):
        study.ask(dataclasses.replace(lonely, composites=lonely.composites.iloc[:1]))


def test_digits_that_do_not_tell_two_totals_apart_are_refused():
    with pytest.raises(InputError, match="a clear difference"):
        study.ask(open_assessment("hcmc-district-2023"), half_digit=2.0)
