"""Aggregation: by hand on the village, its laws, and what each error message tells."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from dti_research.errors import InputError
from dti_research.index.aggregate import AGGREGATE, arithmetic, geometric, harmonic, pillar_scores
from dti_research.index.framework import Framework, Indicator, Pillar

# Repeatable, and without a clock: the machine may be busy.
few = settings(max_examples=15, deadline=None, derandomize=True)

UNITS = ["hill", "lake", "rice"]
NORMALISED = pd.DataFrame(
    {"roads": [1.0, 0.5, 0.25], "wells": [0.5, 1.0, 0.25], "school": [0.25, 1.0, 0.5]}, index=UNITS
)
VILLAGE = Framework(
    "village",
    indicators=(Indicator("roads", points=40), Indicator("wells", points=20), Indicator("school", points=40)),
    pillars=(Pillar("works", indicators=("roads", "wells")), Pillar("people", indicators=("school",))),
)


def spread(*weights, like=NORMALISED):
    return pd.DataFrame([weights] * len(like), index=like.index, columns=like.columns, dtype=float)


WEIGHTS = spread(0.4, 0.2, 0.4)


def test_arithmetic_by_hand():
    # hill 0.4 + 0.1 + 0.1; lake 0.2 + 0.2 + 0.4; rice 0.1 + 0.05 + 0.2
    assert arithmetic(NORMALISED, WEIGHTS).to_dict() == pytest.approx({"hill": 0.6, "lake": 0.8, "rice": 0.35})


def test_geometric_by_hand():
    # all values are powers of 1/2: hill 0 x 0.4 + 1 x 0.2 + 2 x 0.4 = 1; lake 0.4; rice 0.8 + 0.4 + 0.4 = 1.6
    expected = {"hill": 0.5, "lake": 0.5**0.4, "rice": 0.5**1.6}
    assert geometric(NORMALISED, WEIGHTS).to_dict() == pytest.approx(expected)


def test_harmonic_by_hand():
    # hill 0.4 + 0.4 + 1.6 = 2.4; lake 0.8 + 0.2 + 0.4 = 1.4; rice 1.6 + 0.8 + 0.8 = 3.2
    expected = {"hill": 1 / 2.4, "lake": 1 / 1.4, "rice": 1 / 3.2}
    assert harmonic(NORMALISED, WEIGHTS).to_dict() == pytest.approx(expected)


def test_pillar_scores_by_hand():
    # works: hill (40 + 10) / 60, lake (20 + 20) / 60, rice (10 + 5) / 60; people is school alone
    found = pillar_scores(NORMALISED, VILLAGE, WEIGHTS)
    expected = pd.DataFrame({"works": [50 / 60, 40 / 60, 15 / 60], "people": [0.25, 1.0, 0.5]}, index=UNITS)
    pd.testing.assert_frame_equal(found, expected)
    pd.testing.assert_frame_equal(pillar_scores(NORMALISED, VILLAGE, WEIGHTS * 250), expected)


def test_pillar_scores_quang_ninh_2022():
    """Printed main indicators (dti.gov.vn/xep-hang-2022) and pillars 0.7804 / 0.7187 / 0.6864 of Quang Ninh.

    Decision 922: five foundation indicators of 100 in each pillar, and one activity of 200, 150 or 150.
    """
    base = ("awareness", "institutions", "infrastructure", "people", "security")
    activity = ("government", "economy", "society")
    points = dict(zip(base + activity, [100] * 5 + [200, 150, 150], strict=True))
    national = Framework(
        "national",
        indicators=tuple(Indicator(code, points=p) for code, p in points.items()),
        pillars=tuple(Pillar(a, indicators=(*base, a)) for a in activity),
    )
    printed = [0.9581, 0.9000, 0.7648, 0.6250, 0.5382, 0.8385, 0.5904, 0.4505]
    values = pd.DataFrame([printed], index=["quang-ninh"], columns=list(points))
    found = pillar_scores(values, national, pd.DataFrame([points], index=["quang-ninh"]))
    assert found.loc["quang-ninh"].round(4).to_list() == [0.7804, 0.7187, 0.6864]


def test_a_pillar_that_does_not_apply_is_blank():
    blank = NORMALISED.assign(school=[0.25, np.nan, 0.5])
    weights = WEIGHTS.assign(school=[0.4, 0.0, 0.4])
    found = pillar_scores(blank, VILLAGE, weights)
    assert found["people"].isna().to_list() == [False, True, False]
    assert found.loc["lake", "works"] == pytest.approx(40 / 60)


def test_labels_decide_not_positions():
    shuffled = WEIGHTS.loc[["rice", "hill", "lake"], ["school", "roads", "wells"]]
    for mean in AGGREGATE.values():
        pd.testing.assert_series_equal(mean(NORMALISED, shuffled), mean(NORMALISED, WEIGHTS))


def test_missing_weight_earns_nothing():
    # 0.4 + 0.1 of the hill; its school does not apply and is not weighed
    weights = spread(0.4, 0.2, 0.0)
    assert arithmetic(NORMALISED.assign(school=np.nan), weights)["hill"] == pytest.approx(0.5)


shares = arrays(float, (3, 4), elements=st.floats(0.001, 1))
raw_weights = arrays(float, 4, elements=st.floats(0, 1)).filter(lambda w: w.sum() > 0.01)


def frames(values, raw):
    normalised = pd.DataFrame(values, index=UNITS, columns=list("abcd"))
    return normalised, spread(*(raw / raw.sum()), like=normalised)


@few
@given(values=shares, raw=raw_weights)
def test_harmonic_below_geometric_below_arithmetic(values, raw):
    normalised, weights = frames(values, raw)
    a, g, h = (mean(normalised, weights) for mean in (arithmetic, geometric, harmonic))
    assert (h <= g + 1e-12).all()
    assert (g <= a + 1e-12).all()


@few
@given(value=st.floats(0.001, 1), raw=raw_weights)
def test_all_means_of_equal_values_are_that_value(value, raw):
    normalised, weights = frames(np.full((3, 4), value), raw)
    for mean in AGGREGATE.values():
        assert mean(normalised, weights).to_list() == pytest.approx([value] * 3)


def test_means_differ_where_values_do():
    # the inequalities above would also hold for three copies of one mean
    a, g, h = (mean(NORMALISED, WEIGHTS)["hill"] for mean in (arithmetic, geometric, harmonic))
    assert a - g == pytest.approx(0.1)
    assert g - h == pytest.approx(0.5 - 1 / 2.4)


@pytest.mark.parametrize("name", list(AGGREGATE))
@few
@given(values=shares, raw=raw_weights, column=st.integers(0, 3), gain=st.floats(0, 1))
def test_a_better_value_never_makes_a_worse_composite(name, values, raw, column, gain):
    normalised, weights = frames(values, raw)
    better = normalised.copy()
    better.iloc[0, column] += gain
    before, after = (AGGREGATE[name](table, weights) for table in (normalised, better))
    assert after["hill"] >= before["hill"] - 1e-12
    assert (after[1:] == before[1:]).all()


@pytest.mark.parametrize("name", list(AGGREGATE))
@few
@given(values=shares, raw=raw_weights, other=st.sampled_from([0.0, -1.0, 0.5, np.nan]))
def test_zero_weight_has_no_influence(name, values, raw, other):
    raw = np.append(raw[:3] + 0.01, 0)
    normalised, weights = frames(values, raw)
    expected = AGGREGATE[name](normalised, weights)
    pd.testing.assert_series_equal(AGGREGATE[name](normalised.assign(d=other), weights), expected)


@pytest.mark.parametrize("name", ["geometric", "harmonic"])
@pytest.mark.parametrize("bad", [0.0, -0.5])
def test_a_zero_names_unit_indicator_and_ways_out(name, bad):
    values = NORMALISED.copy()
    values.loc["lake", "wells"] = bad
    with pytest.raises(InputError) as caught:
        AGGREGATE[name](values, WEIGHTS)
    for word in ("'lake'", "'wells'", f"{bad:g}", name, "arithmetic", "share-of-maximum or rank"):
        assert word in str(caught.value)
    assert np.isfinite(arithmetic(values, WEIGHTS)).all()


@pytest.mark.parametrize("name", list(AGGREGATE))
@pytest.mark.parametrize(
    ("values", "weights", "words"),
    [
        (NORMALISED.assign(wells=np.nan), WEIGHTS, ["'hill'", "'wells'", "nan", "weight 0.2", "enter the value"]),
        (NORMALISED, spread(0.4, -0.2, 0.8), ["'hill'", "'wells'", "-0.2", ">= 0", "correct the weight"]),
        (NORMALISED, spread(0.4, np.nan, 0.6), ["'hill'", "'wells'", "nan", ">= 0"]),
        (NORMALISED, spread(0.4, 0.4, 0.4), ["'hill'", "1.2", "divide each weight"]),
        (NORMALISED, WEIGHTS.drop("rice"), ["unit 'rice'", "not in the table of weights", "add or remove"]),
        (NORMALISED.drop(columns="wells"), WEIGHTS, ["indicator 'wells'", "not in the table of values"]),
    ],
)
def test_bad_tables_are_named(name, values, weights, words):
    with pytest.raises(InputError) as caught:
        AGGREGATE[name](values, weights)
    for word in words:
        assert word in str(caught.value)


@pytest.mark.parametrize("name", ["geometric", "harmonic"])
def test_a_lacking_weight_is_a_zero_to_these_means(name):
    with pytest.raises(InputError, match=r"unit 'hill': weights add to 0\.6; expected 1; divide"):
        AGGREGATE[name](NORMALISED, spread(0.4, 0.2, 0.0))
