"""How far two orders agree: by hand, against scipy and Wilson's formula written out, and by simulation."""

import contextlib
import math
import types

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import kendalltau, norm, rankdata

from dti_research import data
from dti_research.errors import InputError, UnknownName
from dti_research.index.score import rank_min
from dti_research.study.editions import mobility as module
from dti_research.study.editions.mobility import mobilities, mobility, published_mobilities

QUICK = {"resamples": 99, "seed": 1}
UNITS = list("ABCDEFGHIJ")
DOWN = pd.Series(np.arange(10, 0, -1) / 10, index=UNITS)  # A is first


@contextlib.contextmanager
def without_kendall():
    """Most of the time goes into the interval of Kendall's coefficient; where only the rest is asked about it is left out."""
    pairs = pd.DataFrame({"coefficient": [0.0], "low": [0.0], "high": [0.0]})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "correlate", lambda *_, **__: types.SimpleNamespace(pairs=pairs))
        yield patch


# ----------------------------------------------------------------------------------------------------------------------- moves


def test_moves_by_hand():
    """B falls from second to fourth, C and D go up by one; E and F share the last place and stay: moves add to 4 of 6 units."""
    before = pd.Series({"A": 0.9, "B": 0.8, "C": 0.7, "D": 0.6, "E": 0.1, "F": 0.1})
    after = pd.Series({"F": 0.2, "E": 0.2, "D": 0.65, "C": 0.7, "B": 0.6, "A": 0.9})
    answer = mobility(before, after, groups=2, **QUICK)
    assert list(answer.moves.index) == ["A", "C", "D", "B", "E", "F"]
    assert answer.moves.rank_before.tolist() == [1, 3, 4, 2, 5, 5]
    assert answer.moves.rank_after.tolist() == [1, 2, 3, 4, 5, 5]
    assert answer.moves.move.tolist() == [0, -1, -1, 2, 0, 0]
    assert answer.moves.composite_before.tolist() == [0.9, 0.7, 0.6, 0.8, 0.1, 0.1]
    assert answer.moves.change.tolist() == pytest.approx([0, 0, 0.05, -0.2, 0.1, 0.1])
    assert answer.summary.value["mean_move"] == pytest.approx(4 / 6)
    assert answer.summary.value["change"] == pytest.approx(0.05 / 6)
    # Groups of ranks 1 to 3 and 4 to 6: B leaves the first, D enters it.
    assert answer.transitions.units.tolist() == [2, 1, 1, 2]
    assert answer.summary.value["same_group"] == pytest.approx(4 / 6)
    # Kendall: 14 of 15 pairs are not tied; B against C and against D are turned round.
    assert answer.summary.value["kendall"] == pytest.approx((12 - 2) / 14)


def test_moves_of_identical_orders_are_none():
    answer = mobility(DOWN, DOWN * 3 + 1, **QUICK)
    assert (answer.moves.move == 0).all()
    assert answer.summary.loc["kendall"].tolist() == [1, 1, 1]
    assert answer.summary.loc["mean_move"].tolist() == [0, 0, 0]
    assert answer.summary.loc["same_group"].tolist() == [1, 1, 1]
    assert (answer.transitions.query("before == after").share == 1).all()


def test_moves_of_reversed_orders_are_the_widest():
    """Ten units: 9, 7, 5, 3, 1 and back again, 50 places; of five pairs of places, the middle one is its own mirror image."""
    answer = mobility(DOWN, -DOWN, **QUICK)
    assert answer.moves.move[UNITS].tolist() == [9, 7, 5, 3, 1, -1, -3, -5, -7, -9]
    assert answer.summary.loc["kendall"].tolist() == [-1, -1, -1]
    assert answer.summary.value["mean_move"] == 5
    assert answer.summary.value["same_group"] == pytest.approx(0.2)
    assert answer.transitions.query("units > 0")[["before", "after"]].to_numpy().tolist() == [
        [k, 6 - k] for k in range(1, 6)
    ]


@st.composite
def editions(draw, most=12):
    """Two lists of five units or more, in tenths: ties are many."""
    count = draw(st.integers(5, most))
    tenths = st.lists(st.integers(0, 10), min_size=count, max_size=count)
    names = [f"u{k}" for k in range(count)]
    return (pd.Series(draw(tenths), index=names) / 10, pd.Series(draw(tenths), index=names) / 10)


@given(editions())
@settings(max_examples=6, deadline=None, derandomize=True)
def test_kendall_is_that_of_scipy_with_ties(pair):
    before, after = pair
    found = mobility(before, after, **QUICK).summary.value["kendall"]
    if before.nunique() == 1 or after.nunique() == 1:
        assert math.isnan(found)  # no order, no coefficient
    else:
        assert found == pytest.approx(kendalltau(before, after, variant="b").statistic, abs=1e-12)


def test_order_of_the_rows_after_makes_no_difference():
    after = pd.Series(np.random.default_rng(2).random(10), index=UNITS)
    one, other = mobility(DOWN, after, **QUICK), mobility(DOWN, after[::-1], **QUICK)
    pd.testing.assert_frame_equal(one.summary, other.summary)
    pd.testing.assert_frame_equal(one.moves, other.moves)


# ---------------------------------------------------------------------------------------------------------------------- groups


@pytest.mark.parametrize(
    ("count", "groups", "sizes"),
    [
        (63, 5, [13, 13, 12, 13, 12]),
        (34, 5, [7, 7, 7, 7, 6]),
        (63, 2, [32, 31]),
        (10, 3, [4, 3, 3]),
        (5, 5, [1, 1, 1, 1, 1]),
        (7, 5, [2, 1, 2, 1, 1]),
    ],
)
def test_group_sizes_by_hand(count, groups, sizes):
    """The k-th of g groups ends where rank r reaches r / n = k / g, rounded up: of 63 in five, at 12.6, 25.2, 37.8, 50.4 and 63, so
    at 13, 26, 38, 51 and 63."""
    order = pd.Series(-np.arange(count, dtype=float), index=range(count))
    with without_kendall():
        table = mobility(order, order, groups=groups, **QUICK).transitions
    assert table.query("before == after").units.tolist() == sizes
    ends = [math.ceil(k * count / groups) for k in range(groups + 1)]
    assert sizes == np.diff(ends).tolist() and max(sizes) - min(sizes) <= 1


@given(editions(), st.integers(2, 5))
@settings(max_examples=10, deadline=None, derandomize=True)
def test_transitions_hold_every_unit_once_and_shares_of_a_group_add_to_1(pair, groups):
    before, after = pair
    with without_kendall():
        answer = mobility(before, after, groups=groups, **QUICK)
    table = answer.transitions
    # All cells, the empty ones, too.
    assert table[["before", "after"]].to_numpy().tolist() == [
        [i, j] for i in range(1, groups + 1) for j in range(1, groups + 1)
    ]
    assert table.units.sum() == len(before)
    for _, row in table.groupby("before"):
        if row.units.sum():
            assert row.share.sum() == pytest.approx(1)
            assert (row.share == row.units / row.units.sum()).all()
        else:
            assert row[["share", "low", "high"]].isna().all(axis=None)
    stayed = table.query("before == after").units.sum() / len(before)
    assert answer.summary.value["same_group"] == pytest.approx(stayed)


def test_units_that_share_a_rank_share_a_group():
    """Seven of ten share the first place: of five groups of two, the first holds seven, the next two and a half none."""
    level = pd.Series([1.0] * 7 + [0.3, 0.2, 0.1], index=UNITS)
    table = mobility(level, DOWN, **QUICK).transitions
    assert table.groupby("before").units.sum().tolist() == [7, 0, 0, 1, 2]
    assert table.groupby("after").units.sum().tolist() == [2, 2, 2, 2, 2]
    assert table.query("before == 2").share.isna().all()


@pytest.mark.parametrize("confidence", [0.8, 0.95])
def test_transition_intervals_are_wilsons(confidence):
    """Wilson (1927): the shares p for which the found one is within z standard errors, sqrt(p (1 - p) / n), solved for p."""
    answer = mobility(DOWN, DOWN[[*UNITS[3:], *UNITS[:3]]].set_axis(UNITS), groups=2, confidence=confidence, **QUICK)
    z = norm.ppf((1 + confidence) / 2)
    assert answer.confidence == confidence and set(answer.transitions.units) == {2, 3}
    for row in answer.transitions.itertuples():
        n, p = 5, row.units / 5
        middle = (p + z**2 / (2 * n)) / (1 + z**2 / n)
        half = z / (1 + z**2 / n) * math.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
        assert (row.low, row.high) == pytest.approx((middle - half, middle + half))


# ------------------------------------------------------------------------------------------------------------------- intervals


def test_intervals_hold_the_expected_move_about_as_often_as_they_say():
    """200 pairs of normal lists of 30 units that correlate 0.9. What is expected is the mean over 20000 such pairs.

    Of 200 intervals of 95 %, 190 should hold it; of 30 units and 199 resamples some four fewer. The standard deviation of such a
    count is sqrt(200 * 0.94 * 0.06) = 3.4, and no more than four of it are allowed: 173. Moves drawn as if they were independent
    have 172 expected (86 %), so that there less is allowed.
    """
    rng = np.random.default_rng(11)

    def lists(count):
        one = rng.normal(size=(count, 30))
        return one, 0.9 * one + math.sqrt(1 - 0.9**2) * rng.normal(size=one.shape) + 0.5

    one, other = lists(20000)
    expected = {"mean_move": np.abs(rankdata(one, axis=1) - rankdata(other, axis=1)).mean(), "change": 0.5}
    held = dict.fromkeys(expected, 0)
    with without_kendall() as patch:
        patch.setattr(module, "_transitions", lambda *_: None)
        for k, (before, after) in enumerate(zip(*lists(200), strict=True)):
            summary = mobility(pd.Series(before), pd.Series(after), groups=2, resamples=199, seed=k).summary
            for name, value in expected.items():
                held[name] += summary.low[name] <= value <= summary.high[name]
    assert 182 <= held["mean_move"] <= 199
    assert 173 <= held["change"] <= 199


def test_intervals_are_in_order_and_narrower_with_less_confidence():
    after = pd.Series(DOWN + np.random.default_rng(3).normal(0, 0.2, 10))
    wide, narrow = (mobility(DOWN, after, resamples=999, seed=4, confidence=c).summary for c in (0.95, 0.5))
    assert (wide.value == narrow.value).all()
    assert (wide.low < narrow.low).all() and (narrow.low < narrow.high).all() and (narrow.high < wide.high).all()


def test_a_seed_gives_the_same_answer_and_another_one_another():
    after = pd.Series(np.random.default_rng(5).random(10), index=UNITS)
    one, again, other = (mobility(DOWN, after, resamples=99, seed=seed).summary for seed in (7, 7, 8))
    pd.testing.assert_frame_equal(one, again)
    assert (one.value == other.value).all() and (one.low != other.low).any()


# -------------------------------------------------------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("message", "before", "after", "options"),
    [
        ("resamples 98: expected a whole number of at least 99", DOWN, DOWN, {"resamples": 98}),
        ("groups 11: expected no more than the 10 units; take fewer", DOWN, DOWN, {"groups": 11}),
        ("groups 1: expected a whole number of at least 2", DOWN, DOWN, {"groups": 1}),
        ("groups 2.5", DOWN, DOWN, {"groups": 2.5}),
        ("seed -1", DOWN, DOWN, {"seed": -1}),
        ("confidence 95: expected a share", DOWN, DOWN, {"confidence": 95}),
        ("has 4 units; expected at least 5.*add units", DOWN[:4], DOWN[:4], {"groups": 2}),
        ("unit 'J' has no composite after; expected the same units.*leave it out", DOWN, DOWN.drop("J"), {}),
        ("unit 'J' has no composite before", DOWN.drop("J"), DOWN, {}),
        (r"'hills' \(did you mean 'hill'\?\)", DOWN.rename({"A": "hills"}), DOWN.rename({"A": "hill"}), {}),
        ("unit 'A' stands in 2 rows", pd.concat([DOWN, DOWN[:1]]), DOWN, {}),
        ("unit 'A' stands in 2 rows", DOWN, pd.concat([DOWN, DOWN[:1]]), {}),
        ("unit 'A'.*no value", DOWN.where(DOWN < 1), DOWN, {}),
        ("unit 'A'.*no value", DOWN, DOWN.where(DOWN < 1), {}),
        ("found 'much'", DOWN, DOWN.astype(object).replace(1.0, "much"), {}),
    ],
)
def test_lists_that_cannot_be_compared_are_refused(message, before, after, options):
    with pytest.raises(InputError, match=message):
        mobility(before, after, **QUICK | options)


# ---------------------------------------------------------------------------------------------------------------- several pairs


def test_mobilities_is_mobility_for_each_pair_in_the_order_of_time():
    rng = np.random.default_rng(6)
    lists = {year: pd.Series(rng.random(8), index=UNITS[:8]) for year in ("2022", "2023", "2024")}
    found = mobilities(lists, groups=4, **QUICK)
    assert found[["before", "after"]].to_numpy().tolist() == [["2022", "2023"], ["2022", "2024"], ["2023", "2024"]]
    assert (found.units == 8).all()
    for row in found.to_dict("records"):
        summary = mobility(lists[row["before"]], lists[row["after"]], groups=4, **QUICK).summary
        for measure, expected in summary.iterrows():
            assert [row[measure], row[f"{measure}_low"], row[f"{measure}_high"]] == expected.tolist()
    assert len(found.columns) == 3 + 3 * len(summary)


def test_published_lists_agree_as_scipy_says():
    years = ["province-2022", "province-2023", "province-2024-63"]
    found = published_mobilities("province-63", **QUICK)
    assert found[["before", "after"]].to_numpy().tolist() == [years[:2], [years[0], years[2]], years[1:]]
    assert (found.units == 63).all()
    for row in found.itertuples():
        before, after = data.load_composites(row.before), data.load_composites(row.after)
        after = after[before.index]
        assert row.kendall == pytest.approx(kendalltau(before, after).statistic, abs=1e-12)
        assert row.mean_move == pytest.approx((rank_min(after) - rank_min(before)).abs().mean())
        assert row.change == pytest.approx(after.mean() - before.mean())
        assert row.kendall_low < row.kendall < row.kendall_high


def test_published_lists_of_an_unknown_set_are_refused():
    with pytest.raises(UnknownName, match="set of units 'province-99'.*did you mean 'province-63'"):
        published_mobilities("province-99", **QUICK)
