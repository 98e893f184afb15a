"""Normalisation: by hand on the village, its laws, and what each error message tells."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dti_research.errors import InputError, UnknownName, find_name
from dti_research.index.normalise import NORMALISE, normalise

# Repeatable, and without a clock: the machine may be busy.
few = settings(max_examples=15, deadline=None, derandomize=True)

UNITS = ["hill", "lake", "rice"]
VALUES = pd.DataFrame({"roads": [40, 20, 10], "wells": [10, 20, 5], "school": [10, 40, 20]}, index=UNITS)
MAXIMUM = pd.Series({"roads": 40, "wells": 20, "school": 40})


def by_hand(name, **options):
    return normalise(VALUES, name, MAXIMUM, **options)


def table(roads, wells, school):
    return pd.DataFrame({"roads": roads, "wells": wells, "school": school}, index=UNITS)


def test_share_of_maximum_by_hand():
    # roads 40, 20, 10 of 40; wells 10, 20, 5 of 20; school 10, 40, 20 of 40
    expected = table([1.0, 0.5, 0.25], [0.5, 1.0, 0.25], [0.25, 1.0, 0.5])
    pd.testing.assert_frame_equal(by_hand("share-of-maximum"), expected)


def test_min_max_by_hand():
    # roads: (20 - 10) / (40 - 10) = 1/3; wells: (10 - 5) / (20 - 5) = 1/3; school: (20 - 10) / (40 - 10) = 1/3
    expected = table([1, 1 / 3, 0], [1 / 3, 1, 0], [0, 1, 1 / 3])
    pd.testing.assert_frame_equal(by_hand("min-max"), expected)


def test_z_score_by_hand_divides_by_n():
    # wells 10, 20, 30: mean 20, mean squared distance 200/3, so 10 is 10 / sqrt(200/3) = sqrt(1.5) below
    values = VALUES.assign(wells=[10, 20, 30])
    z = normalise(values, "z-score", pd.Series({"roads": 40, "wells": 30, "school": 40}))["wells"]
    assert z.to_list() == pytest.approx([-(1.5**0.5), 0, 1.5**0.5])


def test_rank_by_hand():
    # ranks: roads 1, 2, 3; wells 2, 1, 3; school 3, 1, 2; share = (3 + 1 - rank) / 3
    expected = table([1, 2 / 3, 1 / 3], [2 / 3, 1, 1 / 3], [1 / 3, 1, 2 / 3])
    pd.testing.assert_frame_equal(by_hand("rank"), expected)


def test_rank_ties_share_the_smallest_rank():
    values = pd.DataFrame({"roads": [30, 40, 30, 10]}, index=list("abcd"))
    # ranks 2, 1, 2, 4 of 4
    assert normalise(values, "rank", MAXIMUM)["roads"].to_list() == [0.75, 1.0, 0.75, 0.25]


def test_distance_to_target_by_hand_is_capped():
    # roads 40 of a target of 20 is met once, not twice; rice has 10 of 20
    expected = table([1.0, 1.0, 0.5], [0.5, 1.0, 0.25], [0.25, 1.0, 0.5])
    targets = pd.Series({"school": 40, "wells": 20, "roads": 20})  # order does not matter
    pd.testing.assert_frame_equal(by_hand("distance-to-target", targets=targets), expected)


def test_optional_blank_stays_blank_and_takes_no_part():
    values = pd.DataFrame({"roads": [40, 20, 10], "port": [8, np.nan, 2]}, index=UNITS)
    maximum = pd.Series({"roads": 40, "port": 10})
    port = {
        name: normalise(
            values,
            name,
            maximum,
            optional=("port",),
            **({"targets": maximum} if name == "distance-to-target" else {}),
        )["port"]
        for name in NORMALISE
    }
    assert all(column.isna().to_list() == [False, True, False] for column in port.values())
    assert port["share-of-maximum"]["hill"] == 0.8
    assert port["min-max"].dropna().to_list() == [1, 0]
    assert port["z-score"].dropna().to_list() == [1, -1]  # mean 5, both 3 away
    assert port["rank"].dropna().to_list() == [1, 0.5]  # two units have it: rank 2 of 2


columns = st.lists(st.integers(0, 1000), min_size=2, max_size=8).filter(lambda c: len(set(c)) > 1)


@pytest.mark.parametrize("name", list(NORMALISE))
@few
@given(points=columns, unit=st.integers(0, 7), gain=st.integers(1, 500))
def test_a_better_value_never_normalises_worse(name, points, unit, gain):
    unit %= len(points)
    options = {"targets": {"roads": 700}} if name == "distance-to-target" else {}
    before = pd.DataFrame({"roads": points}, dtype=float)
    after = before.copy()
    after.loc[unit, "roads"] = min(points[unit] + gain, 1000)
    if after["roads"].nunique() == 1:
        return  # constant: has its own test
    maximum = pd.Series({"roads": 1000})
    first, second = (normalise(t, name, maximum, **options).loc[unit, "roads"] for t in (before, after))
    assert second >= first - 1e-12


@few
@given(points=columns)
def test_z_scores_have_mean_0_and_deviation_1(points):
    z = normalise(pd.DataFrame({"roads": points}), "z-score", pd.Series({"roads": 1000}))["roads"].to_numpy()
    assert z.mean() == pytest.approx(0, abs=1e-9)
    assert (z**2).mean() == pytest.approx(1)


@few
@given(points=columns, factor=st.sampled_from([0.5, 2, 4, 1024]))
def test_only_proportions_matter_to_every_normalisation(points, factor):
    values, maximum = pd.DataFrame({"roads": points}, dtype=float), pd.Series({"roads": 1000.0})
    for name in ("share-of-maximum", "min-max", "z-score", "rank"):
        pd.testing.assert_frame_equal(
            normalise(values * factor, name, maximum * factor), normalise(values, name, maximum), check_exact=False
        )


def spoil(cell, column="wells", unit="lake"):
    values = VALUES.astype(object)
    values.loc[unit, column] = cell
    return values


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (spoil(20.5), ["'lake'", "'wells'", "20.5", "[0, 20]", "correct the value"]),
        (spoil(-1), ["'lake'", "'wells'", "-1", "[0, 20]", "correct the value"]),
        (spoil(None), ["'lake'", "'wells'", "no value", "enter the printed value"]),
        (spoil(np.nan), ["'lake'", "'wells'", "no value", "leave the unit out"]),
        (spoil(np.inf), ["'lake'", "'wells'", "inf", "finite number", "enter the printed value"]),
        (spoil("1,5"), ["'lake'", "'wells'", "'1,5'", "expected a number", "decimal point"]),
        (spoil("15"), ["'lake'", "'wells'", "'15'", "expected a number", "read the column as numbers"]),
        (spoil(True), ["'lake'", "'wells'", "True", "expected a number"]),
        (VALUES.assign(wells=[True, False, True]), ["'hill'", "'wells'", "True", "expected a number"]),
        (VALUES.assign(wells=99), ["'hill'", "'wells'", "99", "(and 2 more like it)", "[0, 20]"]),
        (VALUES.iloc[[0, 1, 1]], ["unit 'lake'", "2 rows", "expected one", "remove the repeats"]),
        (VALUES[["roads", "wells", "wells"]], ["indicator 'wells'", "2 columns", "expected one"]),
        (VALUES.iloc[:0], ["0 units", "at least one", "give one row per unit"]),
        (VALUES.set_axis(["hill", None, "rice"]), ["a unit has no code", "3 rows", "fill it in"]),
    ],
)
@pytest.mark.parametrize("name", ["share-of-maximum", "z-score"])
def test_bad_tables_are_named_cell_by_cell(values, words, name):
    with pytest.raises(InputError) as caught:
        normalise(values, name, MAXIMUM)
    for word in words:
        assert word in str(caught.value)


def test_a_share_above_one_hints_at_percent():
    with pytest.raises(InputError, match=r"'hill'.*'roads'.*value 82\.41.*\[0, 1\].*divide percentages by 100"):
        normalise(pd.DataFrame({"roads": [82.41]}, index=["hill"]), "share-of-maximum", pd.Series({"roads": 1}))


def test_binary_noise_at_the_maximum_is_no_error():
    above = 0.1 + 0.2  # 0.30000000000000004
    values = pd.DataFrame({"roads": [above]}, index=["hill"])
    assert normalise(values, "share-of-maximum", pd.Series({"roads": 0.3})).iat[0, 0] == pytest.approx(1)


@pytest.mark.parametrize("name", ["min-max", "z-score"])
def test_constant_indicator_names_itself_its_value_and_a_way_out(name):
    with pytest.raises(InputError) as caught:
        # 0.1 three times has a computed deviation of about 1e-17, not 0
        normalise(VALUES.assign(wells=0.1), name, MAXIMUM)
    for word in ("'wells'", "0.1", name, "share-of-maximum or rank"):
        assert word in str(caught.value)


def test_constant_indicator_is_no_matter_to_share_and_rank():
    values = VALUES.assign(wells=5)
    assert normalise(values, "share-of-maximum", MAXIMUM)["wells"].to_list() == [0.25, 0.25, 0.25]
    assert normalise(values, "rank", MAXIMUM)["wells"].to_list() == [1, 1, 1]


@pytest.mark.parametrize(
    ("targets", "words"),
    [
        (None, ["target for each indicator", "roads, wells, school", "give one positive number"]),
        ({"roads": 20, "wells": 20}, ["'school'", "target none", "above 0"]),
        ({"roads": 20, "wells": 0, "school": 40}, ["'wells'", "target 0", "above 0", "give its target"]),
        ({"roads": 20, "wells": -3, "school": 40}, ["'wells'", "target -3", "above 0"]),
        ({"roads": np.inf, "wells": 1, "school": 40}, ["'roads'", "target inf", "finite"]),
        ({"roads": "20", "wells": 1, "school": 40}, ["'roads'", "'20'", "number above 0"]),
        ({"road": 20, "wells": 1, "school": 40}, ["'road'", "did you mean 'roads'", "correct the code"]),
    ],
)
def test_bad_targets(targets, words):
    with pytest.raises(InputError) as caught:
        by_hand("distance-to-target", targets=targets)
    for word in words:
        assert word in str(caught.value)


@pytest.mark.parametrize("bad", [0, -1, np.nan, None])
def test_bad_maximum(bad):
    maximum = MAXIMUM.astype(object)
    maximum["wells"] = bad
    with pytest.raises(InputError, match=r"'wells': maximum .*above 0; give its maximum"):
        normalise(VALUES, "share-of-maximum", maximum)


def test_unknown_name_lists_the_known_ones_and_the_nearest():
    with pytest.raises(UnknownName, match="normalisation 'minmax' .did you mean 'min-max'.*share-of-maximum, min-max"):
        by_hand("minmax")
    with pytest.raises(UnknownName) as caught:
        find_name("paint", "xyz", ["blue", "red"])
    assert str(caught.value) == "unknown paint 'xyz'; known: blue, red"
