"""Stability: closed forms by hand, vertices and random weights that must never beat the programs, and primal against dual."""

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from dti_research import data
from dti_research.errors import InputError, UnknownName
from dti_research.index.score import check_additive, rank_min, score
from dti_research.study.weights import stability
from dti_research.study.weights.attainable import attainable_ranks

TABLE = pd.DataFrame(
    {"roads": [0.9, 0.5, 0.4], "wells": [0.4, 0.7, 0.4], "school": [0.6, 0.6, 0.3]}, index=["hill", "lake", "rice"]
)
WEIGHTS = pd.Series({"roads": 0.4, "wells": 0.4, "school": 0.2})  # hill 0.64, lake 0.60, rice 0.38
TENTHS = st.integers(0, 10).map(lambda n: n / 10)


@st.composite
def cases(draw, indicators=3, most_units=5):
    """A table in tenths, and weights in twentieths that add to 1."""
    units = draw(st.integers(2, most_units))
    values = [[draw(TENTHS) for _ in range(indicators)] for _ in range(units)]
    cuts = sorted(draw(st.integers(0, 20)) for _ in range(indicators - 1))
    weights = np.diff([0, *cuts, 20]) / 20
    codes = [f"i{k}" for k in range(indicators)]
    return (
        pd.DataFrame(values, index=[f"u{k}" for k in range(units)], columns=codes),
        pd.Series(weights, index=codes),
    )


DISTANCES = st.sampled_from([None, 0.1, 0.3, 0.5])
NORMS = st.sampled_from(list(stability.NORMS))
few = settings(max_examples=30, deadline=None, derandomize=True)


def far(weights, given, norm):
    change = np.abs(np.asarray(weights) - np.asarray(given))
    return change.sum(axis=-1) if norm == "l1" else change.max(axis=-1)


def region_rows(given, distance, norm):
    """The weights near the given ones as a @ w >= b, written out with every sign: nothing shared with the module."""
    n = len(given)
    rows = [(np.eye(n)[k], 0.0) for k in range(n)]
    if distance is not None and norm == "max":
        rows += [(s * np.eye(n)[k], s * given[k] - distance) for k in range(n) for s in (1, -1)]
    if distance is not None and norm == "l1":
        rows += [(np.array(s), np.dot(s, given) - distance) for s in itertools.product([1, -1], repeat=n)]
    return [r for r, _ in rows], [b for _, b in rows]


def vertices(rows, bounds):
    """All points with three weights that add to 1, where two of the lines a @ w = b cross and all a @ w >= b hold."""
    rows, bounds = np.array(rows), np.array(bounds)
    found = []
    for i, j in itertools.combinations(range(len(rows)), 2):
        system = np.vstack([np.ones(3), rows[i], rows[j]])
        if abs(np.linalg.det(system)) > 1e-9:
            found.append(np.linalg.solve(system, [1, bounds[i], bounds[j]]))
    found = np.array(found)
    return np.unique(found[(found @ rows.T >= bounds - 1e-9).all(axis=1)].round(10), axis=0)


def random_weights(given, distance, norm, draws=2000, seed=3):
    """Random weights in the region: anything in the simplex, pulled towards the given ones until it is near enough."""
    some = np.random.default_rng(seed).dirichlet(np.full(len(given), 0.5), draws)
    if distance is None:
        return some
    shrink = np.minimum(1, distance / np.maximum(far(some, given, norm), 1e-12))
    return given + (some - given) * shrink[:, None]


# ------------------------------------------------------------------------------------------------------------- what is taken


def test_order_of_weights_does_not_matter():
    table, weights = check_additive(TABLE, WEIGHTS[::-1])
    assert list(weights.index) == list(table.columns)
    assert (table @ weights).round(9).to_dict() == {"hill": 0.64, "lake": 0.60, "rice": 0.38}


@pytest.mark.parametrize(
    ("table", "weights", "message"),
    [
        (TABLE, WEIGHTS.rename({"roads": "road"}), "weight of 'road' \\(did you mean 'roads'\\?\\)"),
        (TABLE, WEIGHTS.drop("roads"), "'roads' has 0 weights"),
        (TABLE, pd.concat([WEIGHTS, WEIGHTS[:1]]), "'roads' has 2 weights"),
        (TABLE, WEIGHTS + [0.1, 0, 0], "add to 1.1; expected 1"),
        (TABLE, WEIGHTS + [2e-9, 0, 0], "add to 1.000000002"),
        (TABLE, WEIGHTS + [0.6, -0.6, 0], "weight of 'wells': -0.19"),
        (TABLE, WEIGHTS.where(WEIGHTS > 0.3), "weight of 'school': nan"),
        (TABLE[:1], WEIGHTS, "has 1 units; expected at least two"),
        (TABLE.where(TABLE != 0.7), WEIGHTS, "unit 'lake', indicator 'wells': no value.*not additive"),
        (TABLE.astype(object).replace(0.7, "much"), WEIGHTS, "found 'much'"),
    ],
)
def test_what_is_no_additive_composite_is_refused(table, weights, message):
    with pytest.raises(InputError, match=message):
        check_additive(table, weights)


@pytest.mark.parametrize(
    ("error", "message", "ask"),
    [
        (UnknownName, "unknown norm 'l2'", lambda: stability.pair_extremes(TABLE, WEIGHTS, 0.1, "l2")),
        (InputError, "distance -0.1", lambda: attainable_ranks(TABLE, WEIGHTS, -0.1)),
        (InputError, "distance nan", lambda: stability.pair_extremes(TABLE, WEIGHTS, math.nan)),
        (InputError, "time_limit 0", lambda: attainable_ranks(TABLE, WEIGHTS, time_limit=0)),
        (UnknownName, "did you mean 'hill'", lambda: stability.smallest_change(TABLE, WEIGHTS, "hil", "lake")),
        (InputError, "0.04 above 'lake'", lambda: stability.smallest_change(TABLE, WEIGHTS, "hill", "lake")),
        (InputError, "held against itself", lambda: stability.smallest_change(TABLE, WEIGHTS, "hill", "hill")),
        (InputError, "held against itself", lambda: stability.weight_intervals(TABLE, WEIGHTS, "hill", "hill")),
        (UnknownName, "did you mean 'hill'", lambda: stability.weight_intervals(TABLE, WEIGHTS, "hil")),
    ],
)
def test_questions_that_cannot_be_answered(error, message, ask):
    with pytest.raises(error, match=message):
        ask()


@pytest.mark.parametrize("units", [("lake", "hill"), ("lake",)])
def test_an_order_must_hold_to_begin_with(units):
    with pytest.raises(InputError, match="'lake' has 0.6 .* 'hill' has 0.64"):
        stability.weight_intervals(TABLE, WEIGHTS, *units)


def test_who_is_first_must_be_said_where_two_are():
    twins = TABLE.set_axis(["hill", "lake", "dale"]).assign(roads=0.5, wells=[0.7, 0.7, 0.1], school=0.6)
    with pytest.raises(InputError, match="hill, lake share the first rank"):
        stability.weight_intervals(twins, WEIGHTS)
    interval = stability.weight_intervals(twins, WEIGHTS, "lake")
    assert (interval[["low", "low_free"]] == 0).all(axis=None) and (interval[["high", "high_free"]] == 1).all(axis=None)


# ------------------------------------------------------------------------------------------------------------------ intervals


def test_intervals_by_hand():
    """hill - lake = 0.4 roads - 0.3 wells + 0 school.

    Wells in proportion: the rest is split 2 to 1 between roads and school, so 0.4 (1 - t) 2/3 = 0.3 t, t = 8/17. Roads: 0.4 t =
    0.3 (1 - t) 2/3, t = 1/3. Free: wells may rise to 0.4 / 0.7 with roads at 3/7; no roads are needed where school is all.
    """
    found = stability.weight_intervals(TABLE, WEIGHTS, "hill", "lake")
    assert found.loc["wells", ["low", "high"]].tolist() == pytest.approx([0, 8 / 17])
    assert found.loc["roads", ["low", "high"]].tolist() == pytest.approx([1 / 3, 1])
    assert found.loc["school", ["low", "high"]].tolist() == pytest.approx([0, 1])
    assert found.loc["wells", ["low_free", "high_free"]].tolist() == pytest.approx([0, 4 / 7])
    assert found.loc["roads", ["low_free", "high_free"]].tolist() == pytest.approx([0, 1])
    # A transfer of at most 0.05: even all of it from wells leaves hill above, so only the distance limits.
    near = stability.weight_intervals(TABLE, WEIGHTS, "hill", "lake", distance=0.1)
    assert near.low_free.tolist() == pytest.approx((WEIGHTS - 0.05).tolist())
    assert near.high_free.tolist() == pytest.approx((WEIGHTS + 0.05).tolist())


def test_one_indicator_with_all_weight_has_nothing_to_share_in_proportion():
    weights = pd.Series({"roads": 1.0, "wells": 0.0, "school": 0.0})
    found = stability.weight_intervals(TABLE, weights)
    assert found.loc["roads", ["low", "high", "low_free", "high_free"]].tolist() == pytest.approx([1, 1, 0, 1])
    # The others rise at the cost of roads alone: 0.4 (1 - t) = 0.3 t.
    assert found.loc["wells", ["low", "high"]].tolist() == pytest.approx([0, 4 / 7])


@given(cases(), DISTANCES, NORMS, st.sampled_from(["first", "above"]))
@settings(max_examples=50, deadline=None, derandomize=True)
def test_intervals_agree_with_vertices_and_are_tight(case, distance, norm, kind):
    table, weights = case
    composite, given_ = table @ weights, weights.to_numpy()
    unit, last = composite.idxmax(), composite.idxmin()
    others = table.drop(unit) if kind == "first" or last == unit else table.loc[[last]]
    other = None if len(others) > 1 else others.index[0]
    rows, bounds = list(table.loc[unit].to_numpy() - others.to_numpy()), [0.0] * len(others)
    found = stability.weight_intervals(table, weights, unit, other, distance=distance, norm=norm)
    assert (found.low <= weights).all() and (weights <= found.high).all()
    assert (found.low_free <= weights).all() and (weights <= found.high_free).all()

    near_rows, near_bounds = region_rows(given_, distance, norm)
    corners = vertices(rows + near_rows, bounds + near_bounds)
    assert found.low_free.to_numpy() == pytest.approx(corners.min(axis=0), abs=1e-7)
    assert found.high_free.to_numpy() == pytest.approx(corners.max(axis=0), abs=1e-7)

    for k, code in enumerate(table.columns):
        if given_[k] == 1:
            continue
        for end, outwards in ((found.low[code], -1), (found.high[code], 1)):

            def slack(t, k=k):
                moved = given_ * (1 - t) / (1 - given_[k])
                moved[k] = t
                return (np.array(rows) @ moved - bounds).min()

            assert slack(end) >= -1e-9
            if 0 < end < 1:
                assert slack(end) == pytest.approx(0, abs=1e-9) and slack(end + outwards * 1e-4) < 0


# --------------------------------------------------------------------------------------------------------------- smallest change


def test_smallest_changes_by_hand():
    """lake - hill = -0.4 roads + 0.3 wells, at -0.04: roads to wells gains 0.7 a point, so 0.04 / 0.7 is moved.

    Largest single change z: roads - z and wells + z, again 0.04 / 0.7 with school as it is.
    """
    found = stability.smallest_change(TABLE, WEIGHTS, "lake", "hill")
    assert found.distance == pytest.approx(0.08 / 0.7)
    assert (found.weights - WEIGHTS).tolist() == pytest.approx([-0.04 / 0.7, 0.04 / 0.7, 0])
    assert stability.smallest_change(TABLE, WEIGHTS, "lake", "hill", "max").distance == pytest.approx(0.04 / 0.7)


def test_dominated_units_never_pass():
    pairs = stability.dominated_pairs(TABLE, WEIGHTS)
    assert pairs.to_numpy().tolist() == [[False, False, True], [False, False, True], [False, False, False]]
    found = stability.smallest_change(TABLE, WEIGHTS, "rice", "hill")  # level on wells, below elsewhere
    assert math.isinf(found.distance) and found.weights is None


def test_level_units_need_no_change_and_equal_ones_never_pass():
    table = pd.DataFrame({"roads": [0.5, 0.6, 0.5], "wells": [0.6, 0.5, 0.6]}, index=["a", "b", "c"])
    half = pd.Series({"roads": 0.5, "wells": 0.5})
    assert stability.smallest_change(table, half, "a", "b").distance == 0
    assert math.isinf(stability.smallest_change(table, half, "a", "c").distance)


@given(cases(most_units=4), NORMS)
@few
def test_no_smaller_change_brings_any_unit_level(case, norm):
    table, weights = case
    composite = table @ weights
    dominated = stability.dominated_pairs(table, weights)
    for passing, passed in itertools.permutations(table.index, 2):
        lead = (table.loc[passing] - table.loc[passed]).to_numpy()
        if lead @ weights > 1e-9:
            continue
        found = stability.smallest_change(table, weights, passing, passed, norm)
        assert math.isinf(found.distance) == (dominated.loc[passed, passing] or (lead == 0).all())
        if found.weights is None:
            continue
        assert found.weights.sum() == pytest.approx(1) and found.weights.min() >= 0
        assert far(found.weights, weights, norm) == pytest.approx(found.distance)
        if composite[passing] < composite[passed] - 1e-9:
            assert lead @ found.weights == pytest.approx(0, abs=1e-9)
            # Corners of the region just inside the distance: none of them lets it pass, and just outside one does.
            for step, passes in ((-1e-6, False), (1e-6, True)):
                corners = vertices(*region_rows(weights.to_numpy(), found.distance + step, norm))
                assert ((corners @ lead).max() > 0) == passes


def test_neighbours_stand_in_the_published_order():
    found = stability.neighbour_changes(TABLE, WEIGHTS)
    assert found[["higher", "lower"]].to_numpy().tolist() == [["hill", "lake"], ["lake", "rice"]]
    assert found.difference.tolist() == pytest.approx([0.04, 0.22])
    assert found.loc[1, ["gains_most", "loses_most"]].tolist() == ["wells", "roads"]
    assert found.loc[1, ["gain", "loss"]].tolist() == pytest.approx([0.04 / 0.7] * 2)
    assert math.isinf(found.loc[2, "distance"]) and found.loc[2, ["gains_most", "gain"]].isna().all()


def test_a_neighbour_passes_within_the_distance_and_ranks_agree():
    """Two functions that share no program: the smallest change of neighbours, and the best rank just beyond and before it."""
    found = stability.neighbour_changes(TABLE, WEIGHTS).loc[1]
    for distance, best in ((found.distance - 1e-4, 2), (found.distance + 1e-4, 1)):
        ranks = attainable_ranks(TABLE, WEIGHTS, distance)
        assert ranks.loc["lake", "best"] == best and ranks.loc["hill", "worst"] == 3 - best


# ------------------------------------------------------------------------------------------------------------ pairs and ranks


@given(cases(indicators=4, most_units=3), DISTANCES, NORMS)
@few
def test_pair_extremes_agree_with_linear_programs(case, distance, norm):
    """The program is written in w and |w - given| <= t, not in the rises and falls of the module."""
    table, weights = case
    n, given_ = len(weights), weights.to_numpy()
    found = stability.pair_extremes(table, weights, distance, norm)
    reach = 9.0 if distance is None else distance
    limits = np.vstack([np.hstack([np.eye(n), -np.eye(n)]), np.hstack([-np.eye(n), -np.eye(n)])])
    bounds = np.append(given_, -given_)
    if norm == "l1":
        limits, bounds = np.vstack([limits, np.append(np.zeros(n), np.ones(n))]), np.append(bounds, reach)
    top = None if norm == "l1" else reach
    for i, j in itertools.product(table.index, repeat=2):
        lead = (table.loc[i] - table.loc[j]).to_numpy()
        answer = linprog(
            np.append(-lead, np.zeros(n)),
            A_ub=limits,
            b_ub=bounds,
            A_eq=[np.append(np.ones(n), np.zeros(n))],
            b_eq=[1],
            bounds=[(0, None)] * n + [(0, top)] * n,
        )
        assert found.loc[i, j] == pytest.approx(-answer.fun, abs=1e-8)
    assert (random_weights(given_, distance, norm) @ (table.iloc[0] - table.iloc[1]) <= found.iloc[0, 1] + 1e-9).all()


def ranks_of_all(table, weights):
    composite = weights @ table.to_numpy().T
    return 1 + (composite[:, None, :] > composite[:, :, None] + 1e-9).sum(axis=2)


@given(cases(most_units=4), st.sampled_from([None, 0.2, 0.5]), NORMS)
@settings(max_examples=25, deadline=None, derandomize=True)
def test_attainable_ranks_agree_with_every_cell(case, distance, norm):
    """All lines on which two units are level cut the region into cells. The best rank, ties in favour, is reached at a corner of a
    cell; the worst in the inside of one, where the middle of three of its corners lies."""
    table, weights = case
    given_ = weights.to_numpy()
    near_rows, near_bounds = map(np.array, region_rows(given_, distance, norm))
    values = table.to_numpy()
    lines = [values[i] - values[j] for i, j in itertools.combinations(range(len(table)), 2)]
    rows = np.vstack([near_rows, lines])
    crossings = []
    for i, j in itertools.combinations(range(len(rows)), 2):
        system = np.vstack([np.ones(3), rows[i], rows[j]])
        if abs(np.linalg.det(system)) > 1e-9:
            right = np.append(near_bounds, np.zeros(len(lines)))
            crossings.append(np.linalg.solve(system, [1, right[i], right[j]]))
    corners = np.array(crossings)
    corners = np.unique(corners[(corners @ near_rows.T >= near_bounds - 1e-9).all(axis=1)].round(9), axis=0)
    corners = corners.clip(0, 1) / corners.clip(0, 1).sum(axis=1, keepdims=True)
    inside = corners[list(itertools.combinations(range(len(corners)), 3))].mean(axis=1)
    found = attainable_ranks(table, weights, distance, norm)
    at = ranks_of_all(table, np.vstack([corners, inside, random_weights(given_, distance, norm)]))
    # Corners are rounded to 1e-9: a tie there may come out as a difference of that size, so ties are taken more widely.
    composite = corners @ values.T
    at_corners = 1 + (composite[:, None, :] > composite[:, :, None] + 1e-7).sum(axis=2)
    assert (found[["best_gap", "worst_gap"]] == 0).all(axis=None)
    assert found.best.tolist() == np.minimum(at.min(axis=0), at_corners.min(axis=0)).tolist()
    assert found.worst.tolist() == ranks_of_all(table, inside).max(axis=0).tolist()
    assert found.published.tolist() == rank_min(table @ weights).tolist()


def test_no_distance_leaves_the_published_ranks():
    ranks = attainable_ranks(TABLE, WEIGHTS, 0)
    assert (ranks.best == ranks.published).all() and (ranks.worst == ranks.published).all()


def test_a_tie_helps_the_best_rank_and_does_not_hurt_the_worst():
    """b is level with a where all weight is on wells, and below elsewhere: at best first with a, and a never second."""
    table = pd.DataFrame({"roads": [0.9, 0.5], "wells": [0.4, 0.4]}, index=["a", "b"])
    ranks = attainable_ranks(table, pd.Series({"roads": 0.5, "wells": 0.5}))
    assert ranks[["best", "worst"]].to_numpy().tolist() == [[1, 1], [1, 2]]


def test_the_margin_does_not_drown_in_the_solvers_tolerance():
    """With rows that are not scaled up, HiGHS gives up here. By hand: all weight on the first indicator
    puts b last of four, all on the second puts it first."""
    table = pd.DataFrame([[0.5, 0.4, 0.3], [0.4, 0.5, 0.3], [0.8, 0.4, 1.0], [0.9, 0.0, 0.7]], index=list("abcd"))
    ranks = attainable_ranks(table, pd.Series([0.1, 0.4, 0.5]), None, "max")
    assert ranks.loc["b"].to_dict() == {"published": 3, "best": 1, "worst": 4, "best_gap": 0, "worst_gap": 0}


def test_random_weights_never_beat_the_ranks_of_the_provinces(capfd):
    framework = data.load_framework("national-province-2024")
    scores = score(data.load_values("province-2024-34"), framework)
    table, weights = scores.normalised, scores.weights.iloc[0]
    ranks = attainable_ranks(table, weights, 0.1)
    assert capfd.readouterr().out == ""  # the solver must not talk into reports
    drawn = ranks_of_all(table, random_weights(weights.to_numpy(), 0.1, "l1", 500))
    assert (ranks.best <= drawn.min(axis=0)).all() and (drawn.max(axis=0) <= ranks.worst).all()
    assert (ranks.published == scores.rank).all()
    assert (ranks[["best_gap", "worst_gap"]] == 0).all(axis=None)


def test_a_program_that_is_stopped_says_so():
    """Stopped before it starts, a program proves nothing; what was published is still attained."""
    table = pd.DataFrame(np.random.default_rng(5).random((40, 8)).round(3))
    weights = pd.Series(1 / 8, index=table.columns)
    ranks = attainable_ranks(table, weights, 0.8, time_limit=1e-9)
    assert (ranks.best <= ranks.published).all() and (ranks.published <= ranks.worst).all()
    assert (ranks.best_gap > 0).any() and (ranks.worst_gap > 0).any()
    drawn = ranks_of_all(table, random_weights(weights.to_numpy(), 0.8, "l1"))
    assert (ranks.best - ranks.best_gap <= drawn.min(axis=0)).all()
    assert (ranks.worst + ranks.worst_gap >= drawn.max(axis=0)).all()
