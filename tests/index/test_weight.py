"""Weights: by hand on the village, their laws, and what each error message tells."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dti_research.errors import InputError
from dti_research.index.framework import Framework, Indicator, Pillar
from dti_research.index.weight import WEIGHT, check_points, check_weights

# Repeatable, and without a clock: the machine may be busy.
few = settings(max_examples=15, deadline=None, derandomize=True)

VILLAGE = Framework(
    "village",
    measure="points",
    indicators=(Indicator("roads", points=40), Indicator("wells", points=20), Indicator("school", points=40)),
    pillars=(Pillar("works", indicators=("roads", "wells")), Pillar("people", indicators=("school",))),
)
# The same village with nothing published, and a port that only some units have.
COAST = Framework(
    "coast", indicators=(Indicator("roads"), Indicator("wells"), Indicator("port", optional=True)), total_printed=100
)


def weights(rule, framework=VILLAGE, points=None):
    return WEIGHT[rule](framework, points).to_dict()


def test_published_by_hand():
    assert weights("published") == {"roads": 0.4, "wells": 0.2, "school": 0.4}


def test_published_with_own_points_by_hand():
    # 1 + 3 + 4 = 8; given in another order
    points = pd.Series({"school": 4, "wells": 3, "roads": 1})
    assert list(weights("published", points=points).items()) == [("roads", 1 / 8), ("wells", 3 / 8), ("school", 0.5)]


def test_equal_indicators_by_hand():
    assert weights("equal-indicators") == {"roads": 1 / 3, "wells": 1 / 3, "school": 1 / 3}


def test_equal_pillars_by_hand():
    # works hands out 1/2 as 40 : 20, people 1/2 to its only member
    assert weights("equal-pillars") == pytest.approx({"roads": 1 / 3, "wells": 1 / 6, "school": 1 / 2})


def test_equal_pillars_without_points_shares_a_pillar_equally():
    unknown = dataclasses.replace(VILLAGE, indicators=(Indicator("roads"), Indicator("wells"), Indicator("school")))
    assert weights("equal-pillars", unknown) == {"roads": 0.25, "wells": 0.25, "school": 0.5}
    # with points of one's own: 3/4 and 1/4 of one half
    points = pd.Series({"roads": 3, "wells": 1, "school": 9})
    assert weights("equal-pillars", unknown, points) == {"roads": 0.375, "wells": 0.125, "school": 0.5}


def test_equal_pillars_without_pillars_is_equal_indicators():
    bare = dataclasses.replace(VILLAGE, pillars=())
    assert weights("equal-pillars", bare) == weights("equal-indicators", bare)


def test_overlapping_pillars_add_their_parts():
    # the ministry's shape: a foundation of 60 in both pillars, activities of 40 and 20
    both = Framework(
        "both",
        indicators=(Indicator("base", points=60), Indicator("rule", points=40), Indicator("trade", points=20)),
        pillars=(Pillar("government", indicators=("base", "rule")), Pillar("economy", indicators=("base", "trade"))),
    )
    # base 1/2 x 60/100 + 1/2 x 60/80 = 0.3 + 0.375; rule 1/2 x 40/100; trade 1/2 x 20/80
    assert weights("equal-pillars", both) == pytest.approx({"base": 0.675, "rule": 0.2, "trade": 0.125})


def test_optional_indicator_comes_on_top_of_one():
    assert weights("equal-indicators", COAST) == {"roads": 0.5, "wells": 0.5, "port": 0.5}
    assert weights("equal-pillars", COAST) == {"roads": 0.5, "wells": 0.5, "port": 0.5}
    points = pd.Series({"roads": 60, "wells": 40, "port": 30})
    assert weights("published", COAST, points) == {"roads": 0.6, "wells": 0.4, "port": 0.3}


def test_optional_indicator_inside_a_pillar_comes_on_top_of_its_part():
    pillars = (Pillar("land", indicators=("roads",)), Pillar("water", indicators=("wells", "port")))
    framework = dataclasses.replace(COAST, pillars=pillars)
    points = pd.Series({"roads": 60, "wells": 40, "port": 30})
    # water hands out 1/2 over the 40 that every unit has: wells 1/2 x 40/40, port 1/2 x 30/40
    assert weights("equal-pillars", framework, points) == {"roads": 0.5, "wells": 0.5, "port": 0.375}


def test_indicator_printed_with_no_points_has_no_weight():
    statue = dataclasses.replace(VILLAGE, indicators=(*VILLAGE.indicators, Indicator("statue", points=0)))
    for rule in WEIGHT:
        assert "statue" not in weights(rule, statue)


def test_unpublished_points_name_both_ways_out():
    with pytest.raises(InputError) as caught:
        weights("published", COAST)
    for word in ("coast", "roads, wells, port", "give points", "--points FILE", "equal-indicators", "equal-pillars"):
        assert word in str(caught.value)


numbers = st.lists(st.integers(0, 300), min_size=4, max_size=4).filter(lambda p: p[0] + p[1] > 0 and p[2] + p[3] > 0)
CROSS = Framework(
    "cross",
    indicators=tuple(Indicator(code) for code in "abcd"),
    pillars=(
        Pillar("p", indicators=("a", "b")),
        Pillar("q", indicators=("c", "d")),
        Pillar("r", indicators=tuple("abcd")),
    ),
)


@pytest.mark.parametrize("rule", list(WEIGHT))
@few
@given(points=numbers, factor=st.floats(0.01, 1000))
def test_weights_are_shares_of_one_and_only_proportions_matter(rule, points, factor):
    points = pd.Series(points, index=list("abcd"), dtype=float)
    found = WEIGHT[rule](CROSS, points)
    assert found.sum() == pytest.approx(1, abs=1e-12)
    assert (found >= 0).all()
    pd.testing.assert_series_equal(found, WEIGHT[rule](CROSS, points * factor))
    check_weights(found)


@few
@given(points=numbers)
def test_equal_pillars_gives_disjoint_pillars_the_same_weight(points):
    disjoint = dataclasses.replace(CROSS, pillars=CROSS.pillars[:2])
    found = WEIGHT["equal-pillars"](disjoint, pd.Series(points, index=list("abcd")))
    assert found[["a", "b"]].sum() == pytest.approx(0.5)
    assert found[["c", "d"]].sum() == pytest.approx(0.5)


GOOD = {"roads": 1, "wells": 1, "school": 1}


@pytest.mark.parametrize(
    ("points", "words"),
    [
        ({"roads": 1, "school": 1}, ["no points are given for wells", "roads, wells, school", "add a row"]),
        ({**GOOD, "rods": 1}, ["'rods'", "did you mean 'roads'", "village", "remove the row"]),
        ({**GOOD, "statue": 1}, ["'statue'", "carries no points in village", "remove the row"]),
        ({**GOOD, "wells": -1}, ["'wells'", "-1", ">= 0", "correct the row"]),
        ({**GOOD, "wells": np.nan}, ["'wells'", "nan", "finite", "correct the row"]),
        ({**GOOD, "wells": np.inf}, ["'wells'", "inf", "finite", "correct the row"]),
        ({**GOOD, "wells": "1O"}, ["'wells'", "'1O'", "number", "correct the row"]),
        ({"roads": 0, "wells": 0, "school": 0}, ["roads, wells, school", "add to 0", "above 0", "at least one"]),
    ],
)
def test_bad_points(points, words):
    statue = dataclasses.replace(VILLAGE, indicators=(*VILLAGE.indicators, Indicator("statue", points=0)))
    for check in (check_points, *(lambda p, f, rule=rule: rule(f, p) for rule in WEIGHT.values())):
        with pytest.raises(InputError) as caught:
            check(pd.Series(points), statue)
        for word in words:
            assert word in str(caught.value)


def test_repeated_points():
    points = pd.Series([1, 1, 1, 2], index=["roads", "wells", "school", "wells"])
    with pytest.raises(InputError, match="more than once for 'wells'.*remove the repeats"):
        check_points(points, VILLAGE)


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ({"roads": 0.5, "wells": 0.4}, ["roads, wells", "0.9", "expected 1", "divide"]),
        ({"roads": 0.5, "wells": 0.5 + 2e-9}, ["1.000000002", "expected 1"]),
        ({"roads": 1.5, "wells": -0.5}, ["'wells'", "-0.5", ">= 0"]),
        ({"roads": np.nan, "wells": 1.0}, ["'roads'", "nan", "finite"]),
    ],
)
def test_check_weights_names_what_it_found(found, words):
    with pytest.raises(InputError) as caught:
        check_weights(pd.Series(found))
    for word in words:
        assert word in str(caught.value)


def test_check_weights_lets_binary_noise_and_optional_weights_pass():
    check_weights(pd.Series({"roads": 0.5, "wells": 0.5 + 5e-10}))
    extra = pd.Series({"roads": 0.5, "wells": 0.5, "port": 0.5})
    check_weights(extra, optional=["port"])
    with pytest.raises(InputError, match=r"add to 1\.5"):
        check_weights(extra)


def test_pillars_that_cannot_share_are_named():
    half = dataclasses.replace(VILLAGE, pillars=VILLAGE.pillars[:1])
    with pytest.raises(InputError, match="village: indicator 'school' stands in no pillar.*works.*add it to a pillar"):
        weights("equal-pillars", half)
    with pytest.raises(InputError, match="pillar 'people' has members .school. that add to 0 points.*equal-indicators"):
        weights("equal-pillars", points=pd.Series({"roads": 1, "wells": 1, "school": 0}))
    wrong = dataclasses.replace(VILLAGE, pillars=(*VILLAGE.pillars, Pillar("more", indicators=("schol",))))
    with pytest.raises(InputError, match="pillar 'more' names indicator 'schol' .did you mean 'school'.*correct"):
        weights("equal-pillars", wrong)


@pytest.mark.parametrize("rule", ["equal-indicators", "equal-pillars"])
@pytest.mark.parametrize("indicators", [(), (Indicator("port", optional=True),)])
def test_a_framework_with_nothing_to_weigh_says_so(rule, indicators):
    with pytest.raises(InputError, match="empty: has no indicator.*expected at least one"):
        weights(rule, Framework("empty", indicators=indicators))
