"""Scores: the village by hand under every method, the laws of an index, and the error messages."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import rankdata

from dti_research.errors import InputError
from dti_research.index.framework import Framework, Indicator, Pillar
from dti_research.index.score import METHODS, Method, Scores, find_method, rank_min, score

few = settings(max_examples=12, deadline=None, derandomize=True)

UNITS = ["hill", "lake", "rice"]
VILLAGE = Framework(
    "village",
    measure="points",
    indicators=(Indicator("roads", points=40), Indicator("wells", points=20), Indicator("school", points=40)),
    pillars=(Pillar("works", indicators=("roads", "wells")), Pillar("people", indicators=("school",))),
)
VALUES = pd.DataFrame({"roads": [40, 20, 10], "wells": [10, 20, 5], "school": [10, 40, 20]}, index=UNITS)
# The same village as the ministry would print it.
NATIONAL = dataclasses.replace(VILLAGE, id="national", measure="share")
SHARES = VALUES / pd.Series({"roads": 40, "wells": 20, "school": 40})
# Hanoi's shape: no points published, and an indicator that some units do not have.
HANOI = Framework(
    "hanoi",
    measure="points",
    indicators=(Indicator("roads"), Indicator("wells"), Indicator("port", optional=True)),
)
HANOI_SHARES = pd.DataFrame({"roads": [0.5, 0.4], "wells": [0.7, 0.8], "port": [0.9, np.nan]}, index=["sea", "moor"])
# A coast where the port has 20 printed points on top of 100.
COAST = Framework(
    "coast",
    measure="points",
    indicators=(
        Indicator("roads", points=60),
        Indicator("wells", points=40),
        Indicator("port", points=20, optional=True),
    ),
    pillars=(Pillar("land", indicators=("roads",)), Pillar("water", indicators=("wells", "port"))),
)
COAST_VALUES = pd.DataFrame({"roads": [30, 36], "wells": [20, 24], "port": [16, np.nan]}, index=["sea", "moor"])


@pytest.mark.parametrize(
    ("name", "measure", "composite", "rank"),
    [
        # 40 + 10 + 10; 20 + 20 + 40; 10 + 5 + 20 of 100
        ("published", "points", [60, 80, 35], [2, 1, 3]),
        ("common-maximum", "points", [60, 80, 35], [2, 1, 3]),
        # shares 1, 1/2, 1/4; 1/2, 1, 1; 1/4, 1/4, 1/2, a third each
        ("equal-indicators", "points", [175 / 3, 250 / 3, 100 / 3], [2, 1, 3]),
        # pillars 5/6 and 1/4; 2/3 and 1; 1/4 and 1/2, a half each
        ("equal-pillars", "points", [650 / 12, 1000 / 12, 450 / 12], [2, 1, 3]),
        # powers of 1/2: 0.2 + 0.8; 0.4; 0.8 + 0.4 + 0.4
        ("geometric", "points", [50, 100 * 0.5**0.4, 100 * 0.5**1.6], [2, 1, 3]),
        # 1 / (0.4 + 0.4 + 1.6); 1 / (0.8 + 0.2 + 0.4); 1 / (1.6 + 0.8 + 0.8)
        ("harmonic", "points", [100 / 2.4, 100 / 1.4, 100 / 3.2], [2, 1, 3]),
        # range shares 1, 1/3, 0; 1/3, 1, 1; 0, 0, 1/3, times 0.4, 0.2, 0.4
        ("min-max", "share of range", [0.4 + 0.2 / 3, 0.4 / 3 + 0.6, 0.4 / 3], [2, 1, 3]),
        # rank shares 1, 2/3, 1/3; 2/3, 1, 1; 1/3, 1/3, 2/3
        ("rank", "share of rank", [2 / 3, 2.6 / 3, 1.4 / 3], [2, 1, 3]),
    ],
)
def test_village_by_hand(name, measure, composite, rank):
    scores = score(VALUES, VILLAGE, METHODS[name])
    assert scores.measure == measure
    assert scores.composite.to_list() == pytest.approx(composite)
    assert scores.rank.to_list() == rank
    assert scores.method.name == name
    assert scores.framework == "village"
    assert list(scores.composite.index) == UNITS


def test_z_scores_by_hand_are_not_called_points():
    # one indicator of 100 points, printed 10, 20, 30: 0 and sqrt(1.5) either side
    one = Framework("one", measure="points", indicators=(Indicator("roads", points=100),))
    scores = score(pd.DataFrame({"roads": [10, 20, 30]}, index=UNITS), one, METHODS["z-score"])
    assert scores.measure == "z-score"
    assert scores.composite.to_list() == pytest.approx([-(1.5**0.5), 0, 1.5**0.5])
    assert scores.rank.to_list() == [3, 2, 1]


def test_distance_to_target_by_hand():
    # roads 20 of 20 is enough: hill 0.4 + 0.1 + 0.1, lake 1, rice 0.2 + 0.05 + 0.2
    method = dataclasses.replace(METHODS["distance-to-target"], targets={"roads": 20, "wells": 20, "school": 40})
    scores = score(VALUES, VILLAGE, method)
    assert scores.measure == "share of target"
    assert scores.composite.to_list() == pytest.approx([0.6, 1.0, 0.45])


def test_pillars_and_weights_by_hand():
    scores = score(VALUES, VILLAGE)
    pd.testing.assert_frame_equal(
        scores.pillars, pd.DataFrame({"works": [5 / 6, 2 / 3, 1 / 4], "people": [1 / 4, 1, 1 / 2]}, index=UNITS)
    )
    assert scores.weights.loc["rice"].to_dict() == {"roads": 0.4, "wells": 0.2, "school": 0.4}
    assert scores.normalised.loc["hill"].to_dict() == {"roads": 1, "wells": 0.5, "school": 0.25}


def test_pillars_weigh_their_members_by_the_weight_rule():
    # hill has 1 of roads and 1/2 of wells: 3/4 if they count alike, 5/6 by points, also where pillars are made equal
    works = {n: score(VALUES, VILLAGE, METHODS[n]).pillars.loc["hill", "works"] for n in METHODS if "equal" in n}
    assert works == pytest.approx({"equal-indicators": 3 / 4, "equal-pillars": 5 / 6})


def test_national_values_and_composites_are_shares():
    scores = score(SHARES, NATIONAL)
    assert scores.measure == "share"
    assert scores.composite.to_list() == pytest.approx([0.6, 0.8, 0.35])


def test_ha_noi_2024_as_printed():
    """Ha Noi 0.8241 (dti.gov.vn/xep-hang-2024); its table gives back the points 50/50/140/100/100/200/150/150."""
    codes = ("awareness", "institutions", "infrastructure", "people", "security", "government", "economy", "society")
    points = (50, 50, 140, 100, 100, 200, 150, 150)
    framework = Framework(
        "province-2024", indicators=tuple(Indicator(c, points=p) for c, p in zip(codes, points, strict=True))
    )
    printed = [1.0, 1.0, 0.9286, 0.9, 0.8082, 0.5661, 0.9250, 0.8127]
    scores = score(pd.DataFrame([printed], index=["ha-noi"], columns=list(codes)), framework)
    assert scores.composite.round(4).to_dict() == {"ha-noi": 0.8241}


def test_own_points_change_weights_not_the_scale_of_the_values():
    # 1 : 1 : 2 of the shares 1, 1/2, 1/4: (1 + 0.5 + 0.5) / 4 of 100
    scores = score(VALUES, VILLAGE, points=pd.Series({"roads": 5, "wells": 5, "school": 10}))
    assert scores.composite["hill"] == pytest.approx(50)
    assert scores.pillars.loc["hill", "works"] == pytest.approx(0.75)


def test_own_maximum_measures_a_unit_against_what_applies_to_it():
    # sea has 30 + 20 + 16 of 120, moor 36 + 24 of 100: in shares 0.55 and 0.6, in points 66 and 60
    scores = score(COAST_VALUES, COAST)
    assert scores.composite.to_dict() == pytest.approx({"sea": 66, "moor": 60})
    assert scores.rank.to_dict() == {"sea": 2, "moor": 1}
    assert scores.weights.loc["moor"].to_dict() == pytest.approx({"roads": 0.6, "wells": 0.4, "port": 0})
    assert scores.pillars["water"].to_dict() == pytest.approx({"sea": 36 / 60, "moor": 24 / 40})
    assert np.isnan(scores.normalised.loc["moor", "port"])


def test_common_maximum_gives_nothing_for_what_does_not_apply():
    # of 120 for both: 66 and 60 points, so sea stands first
    scores = score(COAST_VALUES, COAST, METHODS["common-maximum"])
    assert scores.composite.to_dict() == pytest.approx({"sea": 66, "moor": 60})
    assert scores.rank.to_dict() == {"sea": 1, "moor": 2}
    assert scores.weights.loc["moor"].to_list() == pytest.approx([0.5, 1 / 3, 1 / 6])
    assert scores.pillars["water"].to_dict() == pytest.approx({"sea": 36 / 60, "moor": 24 / 60})


def test_unpublished_points_score_as_shares():
    # sea (0.5 + 0.7 + 0.9) / 3, moor (0.4 + 0.8) / 2; against all three, moor has 1.2 / 3
    scores = score(HANOI_SHARES, HANOI, METHODS["equal-indicators"])
    assert scores.measure == "share"
    assert scores.composite.to_dict() == pytest.approx({"sea": 0.7, "moor": 0.6})
    common = score(HANOI_SHARES, HANOI, dataclasses.replace(METHODS["equal-indicators"], maximum="common"))
    assert common.composite.to_dict() == pytest.approx({"sea": 0.7, "moor": 0.4})


def test_unpublished_points_given_by_the_reader_are_what_values_are_out_of():
    points = pd.Series({"roads": 10, "wells": 30, "port": 40})
    values = pd.DataFrame({"roads": [5, 4], "wells": [21, 24], "port": [36, np.nan]}, index=["sea", "moor"])
    # sea has 5 + 21 + 36 of 80, moor 4 + 24 of its own 40: in shares 0.775 and 0.7
    own = score(values, HANOI, points=points)
    assert own.measure == "points"
    assert own.composite.to_dict() == pytest.approx({"sea": 62, "moor": 28})
    assert own.maximum.to_dict() == pytest.approx({"sea": 80, "moor": 40})
    assert own.rank.to_dict() == {"sea": 1, "moor": 2}
    # against all 80 for both, moor has 28 of 80
    common = score(values, HANOI, METHODS["common-maximum"], points)
    assert common.maximum.to_dict() == pytest.approx({"sea": 80, "moor": 80})
    assert common.composite.to_dict() == pytest.approx({"sea": 62, "moor": 28})


def test_column_order_and_unit_order_change_nothing():
    shuffled = VALUES.loc[["rice", "hill", "lake"], ["school", "roads", "wells"]]
    for method in (m for m in METHODS.values() if m.normalise != "distance-to-target"):
        one, other = score(VALUES, VILLAGE, method), score(shuffled, VILLAGE, method)
        pd.testing.assert_series_equal(other.composite.loc[UNITS], one.composite)
        pd.testing.assert_series_equal(other.rank.loc[UNITS], one.rank)
        assert list(other.normalised.columns) == ["roads", "wells", "school"]


tables = arrays(int, (5, 3), elements=st.integers(1, 20))
TRIED = [n for n in METHODS if METHODS[n].normalise not in ("distance-to-target", "min-max", "z-score")]


def as_table(values):
    return pd.DataFrame(values, index=list("vwxyz"), columns=["roads", "wells", "school"])


@pytest.mark.parametrize("name", TRIED)
@few
@given(values=tables, unit=st.sampled_from("vwxyz"), column=st.sampled_from(["roads", "wells", "school"]))
def test_a_better_value_never_makes_a_worse_composite_or_rank(name, values, unit, column):
    before = as_table(values)
    after = before.copy()
    after.loc[unit, column] = 20
    first, second = (score(t, VILLAGE, METHODS[name]) for t in (before, after))
    assert second.composite[unit] >= first.composite[unit] - 1e-9
    assert second.rank[unit] <= first.rank[unit]


@few
@given(values=tables, factor=st.sampled_from([0.1, 3, 1000]))
def test_rescaling_points_changes_nothing(values, factor):
    points = pd.Series({"roads": 7.0, "wells": 2.0, "school": 4.0})
    for name in ("published", "equal-pillars", "harmonic"):
        one, other = (score(as_table(values), VILLAGE, METHODS[name], points=p) for p in (points, points * factor))
        pd.testing.assert_series_equal(one.composite, other.composite)
        pd.testing.assert_series_equal(one.rank, other.rank)


@pytest.mark.parametrize("name", TRIED)
@few
@given(values=tables, other=st.integers(0, 20))
def test_an_indicator_of_no_weight_has_no_influence(name, values, other):
    method = dataclasses.replace(METHODS[name], weight="published")
    points = pd.Series({"roads": 7, "wells": 0, "school": 4})
    one, two = (
        score(t, VILLAGE, method, points=points) for t in (as_table(values), as_table(values).assign(wells=other))
    )
    pd.testing.assert_series_equal(one.composite, two.composite)


@few
@given(values=tables)
def test_equal_pillars_is_the_mean_of_the_pillars(values):
    # pillars that overlap: roads count in both
    framework = dataclasses.replace(
        VILLAGE,
        pillars=(Pillar("works", indicators=("roads", "wells")), Pillar("people", indicators=("roads", "school"))),
    )
    scores = score(as_table(values), framework, METHODS["equal-pillars"])
    pd.testing.assert_series_equal(scores.pillars.mean(axis=1) * 100, scores.composite, check_names=False)


@few
@given(numbers=st.lists(st.integers(0, 12), min_size=1, max_size=40))
def test_rank_min_equals_scipy(numbers):
    composite = pd.Series(numbers, dtype=float) / 12
    expected = rankdata(-composite.to_numpy(), method="min").astype(int)
    assert rank_min(composite).to_list() == expected.tolist()


def test_ranks_ignore_binary_noise_and_keep_real_differences():
    # in tenths: 0.1 + 0.2 is 0.30000000000000004
    assert rank_min(pd.Series([0.3, 0.1 + 0.2, 0.2])).to_list() == [1, 1, 3]
    assert rank_min(pd.Series([0.3, 0.3 + 1e-11])).to_list() == [2, 1]


def test_ranks_are_taken_before_rounding_to_printed_digits():
    scores = score(pd.DataFrame({"roads": [0.50001, 0.50002], "wells": 1.0, "school": 1.0}), NATIONAL)
    assert scores.composite.round(4).nunique() == 1
    assert scores.rank.to_list() == [2, 1]


def test_methods_are_kept_under_their_own_names_and_compare():
    assert all(find_method(name).name == name for name in METHODS)
    assert METHODS["published"] == Method("published")
    one = Method("t", normalise="distance-to-target", targets=pd.Series({"roads": 20}))
    assert one == Method("t", normalise="distance-to-target", targets={"roads": 20})
    assert one != Method("t", normalise="distance-to-target", targets={"roads": 21})
    assert len({one, METHODS["published"]}) == 2


def test_scores_and_input_are_left_alone():
    before = VALUES.copy()
    scores = score(VALUES, VILLAGE)
    pd.testing.assert_frame_equal(VALUES, before)
    with pytest.raises(dataclasses.FrozenInstanceError):
        scores.measure = "share"
    assert isinstance(scores, Scores)


STATUE = dataclasses.replace(VILLAGE, indicators=(*VILLAGE.indicators, Indicator("statue", points=0)))


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda: find_method("geometrik"), ["'geometrik'", "did you mean 'geometric'", "published, equal-indicators"]),
        (lambda: Method("m", normalise="zscore"), ["normalisation 'zscore'", "did you mean 'z-score'"]),
        (lambda: Method("m", weight="equal"), ["weight rule 'equal'", "equal-indicators, equal-pillars"]),
        (lambda: Method("m", aggregate="median"), ["aggregation 'median'", "arithmetic, geometric, harmonic"]),
        (lambda: Method("m", maximum="mine"), ["maximum 'mine'", "own, common"]),
        (lambda: Method("m", targets={"roads": 1}), ["'m'", "share-of-maximum", "leave the targets out"]),
        (lambda: Method("m", normalise="z-score", maximum="common"), ["'m'", "z-scores", "expected maximum 'own'"]),
        (lambda: score(VALUES.iloc[[0, 0, 1]], VILLAGE), ["unit 'hill'", "2 rows", "remove the repeats"]),
        (
            lambda: score(VALUES.rename(columns={"wells": "well"}), VILLAGE),
            ["'well'", "did you mean 'wells'", "village"],
        ),
        (lambda: score(VALUES.drop(columns="wells"), VILLAGE), ["no column wells of village", "add the column"]),
        (
            lambda: score(HANOI_SHARES.drop(columns="port"), HANOI, METHODS["equal-indicators"]),
            ["no column port of hanoi", "leave cells of port blank where it does not apply"],
        ),
        (lambda: score(VALUES.assign(statue=0), STATUE), ["'statue'", "carries no points in village", "leave it out"]),
        (lambda: score(VALUES * 2, VILLAGE), ["'hill'", "'roads'", "80", "[0, 40]", "correct the value"]),
        (lambda: score(VALUES.astype(float).replace(5, np.nan), VILLAGE), ["'rice'", "'wells'", "no value"]),
        (lambda: score(VALUES, NATIONAL), ["'hill'", "'roads'", "40", "[0, 1]", "points by their maximum"]),
        (
            lambda: score(HANOI_SHARES * 100, HANOI, METHODS["equal-pillars"]),
            ["'sea'", "'roads'", "50", "[0, 1]", "divide percentages by 100"],
        ),
        (lambda: score(HANOI_SHARES, HANOI), ["hanoi", "--points FILE", "equal-indicators"]),
        (lambda: score(VALUES, VILLAGE, METHODS["distance-to-target"]), ["target for each", "roads, wells, school"]),
        (lambda: score(VALUES.assign(roads=0), VILLAGE, METHODS["geometric"]), ["'hill'", "'roads'", "geometric mean"]),
        (lambda: score(VALUES.iloc[:1], VILLAGE, METHODS["min-max"]), ["'roads'", "40", "two different values"]),
        (
            lambda: score(COAST_VALUES, COAST, Method("m", aggregate="harmonic", maximum="common")),
            ["'moor'", "'port'", "earns 0", "harmonic", "use maximum 'own'"],
        ),
        (lambda: score(VALUES, Framework("empty")), ["empty", "none of its indicators", "choose a framework"]),
        (
            lambda: rank_min(pd.Series({"hill": np.nan})),
            ["'hill'", "nan", "finite number to rank", "leave the unit out"],
        ),
    ],
)
def test_errors_can_be_acted_on(ask, words):
    with pytest.raises(InputError) as caught:
        ask()
    for word in words:
        assert word in str(caught.value)
    assert isinstance(caught.value, ValueError)
