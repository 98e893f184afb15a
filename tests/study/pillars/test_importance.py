"""Importance: designs whose shares are known, closed forms, programs and grids against the weights."""

import itertools
import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from dti_research import data
from dti_research.errors import InputError
from dti_research.index.score import published_table
from dti_research.study.pillars.importance import importance
from dti_research.study.pillars.intended import nominal_target, weights_for

REFERENCE = Path(__file__).resolve().parents[2] / "reference"
COLUMNS = "weight correlation linear linear_share low high contribution own gap ratio".split()
QUICK = {"resamples": 2, "seed": 0}
few = settings(max_examples=40, deadline=None, derandomize=True)
samples = st.integers(0, 10**6).map(np.random.default_rng)


def design(*deviations):
    """All combinations of -1 and 1: columns that are exactly uncorrelated, with these standard deviations."""
    values = np.array(list(itertools.product([-1, 1], repeat=len(deviations)))) * deviations
    return pd.DataFrame(
        values, index=[f"u{k}" for k in range(len(values))], columns=[f"i{k}" for k in range(len(deviations))]
    )


def correlated(rho, first=1.0, second=1.0):
    """Four units, two indicators with exactly this correlation and these standard deviations."""
    table = design(1.0, 1.0)
    table["i1"] = rho * table.i0 + math.sqrt(1 - rho**2) * table.i1
    return table * [first, second]


def random_table(rng, units, indicators, common=1.0):
    values = rng.normal(size=(units, indicators)) + common * rng.normal(size=(units, 1))
    values *= rng.uniform(0.3, 3, indicators)
    return pd.DataFrame(values, index=[f"u{k}" for k in range(units)], columns=[f"i{k}" for k in range(indicators)])


def series(values, table):
    return pd.Series(np.asarray(values, dtype=float), index=table.columns)


def plain_shares(table, weights):
    """Shares of the squared correlations, by pandas."""
    squares = table.corrwith(table @ weights) ** 2
    return squares / squares.sum()


# ------------------------------------------------------------------------------------------------------------------- importance


def test_variance_counts_where_weights_are_equal():
    """Uncorrelated, variances 1 and 4: a fifth and four fifths, all of it each indicator's own."""
    table = design(1.0, 2.0)
    found = importance(table, series([0.5, 0.5], table), seed=1, resamples=50)
    assert list(found.columns) == COLUMNS and found.index.name == "indicator"
    assert found.linear.tolist() == pytest.approx([0.2, 0.8])
    assert found.linear_share.tolist() == pytest.approx([0.2, 0.8])
    assert found.own.tolist() == pytest.approx([0.2, 0.8])
    assert found.gap.tolist() == pytest.approx([-0.3, 0.3]) and found.ratio.tolist() == pytest.approx([0.4, 1.6])
    assert found.contribution.tolist() == pytest.approx([0.2, 0.8])


@pytest.mark.parametrize("rho", [-0.4, 0.0, 0.3, 0.9])
@pytest.mark.parametrize("first", [0.2, 0.5, 1.0])
def test_two_correlated_indicators_in_closed_form(rho, first):
    table = correlated(rho, 1.0, 3.0)
    a, b = first * 1.0, (1 - first) * 3.0
    variance = a**2 + b**2 + 2 * rho * a * b
    found = importance(table, series([first, 1 - first], table), **QUICK)
    assert found.correlation.tolist() == pytest.approx([(a + rho * b) / variance**0.5, (b + rho * a) / variance**0.5])
    assert found.linear.tolist() == pytest.approx([(a + rho * b) ** 2 / variance, (b + rho * a) ** 2 / variance])
    assert found.own.tolist() == pytest.approx([a**2 * (1 - rho**2) / variance, b**2 * (1 - rho**2) / variance])
    assert found.contribution.tolist() == pytest.approx(
        [(a**2 + rho * a * b) / variance, (b**2 + rho * a * b) / variance]
    )
    assert math.isnan(found.ratio["i1"]) == (first == 1)


@given(samples, st.integers(4, 25), st.integers(1, 5), st.floats(1e-3, 1e6), st.floats(-1e3, 1e3))
@few
def test_contributions_add_to_the_whole(rng, units, indicators, factor, shift):
    """weight x cov(x, composite) / var(composite), by pandas; the scale of a composite that is given does not matter."""
    table = random_table(rng, units, indicators)
    weights = series(rng.dirichlet(np.ones(indicators)), table)
    composite = table @ weights
    found = importance(table, weights, **QUICK).contribution
    expected = [weights[code] * table[code].cov(composite) / composite.var() for code in table]
    assert found.to_list() == pytest.approx(expected, abs=1e-9) and found.sum() == pytest.approx(1, abs=1e-9)
    scaled = importance(table, weights, composite=factor * composite + shift, **QUICK).contribution
    assert scaled.to_list() == pytest.approx(expected, abs=1e-6)


def test_a_contribution_to_another_composite_is_on_the_same_scale():
    """weight x cov(x, y) / (sd(y) sd(table times weights)): together the correlation of the two composites."""
    rng = np.random.default_rng(5)
    table = random_table(rng, 15, 3).abs() + 0.1
    weights = series([0.5, 0.3, 0.2], table)
    own, geometric = table @ weights, np.exp(np.log(table) @ weights)
    expected = [weights[code] * table[code].cov(geometric) / (geometric.std() * own.std()) for code in table]
    for factor in (1, 1e-4, 1e5):
        found = importance(table, weights, composite=factor * geometric, **QUICK).contribution
        assert found.to_list() == pytest.approx(expected, abs=1e-9)
    assert found.sum() == pytest.approx(own.corr(geometric), abs=1e-9)


def test_an_indicator_against_the_others_takes_away():
    """Weights 0.6 and 0.4, correlation -0.9, spread alike: variance 0.36 + 0.16 - 0.432 = 0.088; 0.16 - 0.216 = -0.056 of it."""
    table = correlated(-0.9)
    found = importance(table, series([0.6, 0.4], table), **QUICK).contribution
    assert found.to_list() == pytest.approx([0.144 / 0.088, -0.056 / 0.088])


def test_a_composite_may_be_given_where_the_indicators_make_none():
    """Two that cancel out: there is no scale to contribute on, and all else is as it is."""
    table = pd.DataFrame({"a": [0.1, 0.7, 0.4, 0.2], "b": [0.9, 0.3, 0.6, 0.8]}, index=list("hlrd"))
    found = importance(table, series([0.5, 0.5], table), composite=table.a, **QUICK)
    assert found.contribution.isna().all() and found.linear.tolist() == pytest.approx([1, 1])


def determination(columns, y):
    """R squared with a constant, from residuals of the columns as they are."""
    x = np.column_stack([np.ones(len(y)), *columns])
    rest = y - x @ np.linalg.lstsq(x, y, rcond=None)[0]
    return 1 - rest.var() / y.var()


@pytest.mark.parametrize("additive", [True, False])
def test_own_is_what_the_fit_loses_without_the_indicator(additive):
    rng = np.random.default_rng(8)
    table = random_table(rng, 20, 4)
    weights = series([0.1, 0.2, 0.3, 0.4], table)
    y = table @ weights if additive else np.exp(table.mean(axis=1) / 3) + rng.random(20)
    found = importance(table, weights, composite=y, **QUICK)
    whole = determination(table.to_numpy().T, y.to_numpy())
    for code in table.columns:
        assert found.own[code] == pytest.approx(
            whole - determination(table.drop(columns=code).to_numpy().T, y), abs=1e-9
        )


def test_own_is_blank_where_others_determine_the_indicator():
    rng = np.random.default_rng(2)
    table = random_table(rng, 12, 3).assign(twin=lambda t: 2 * t.i0 - 1)
    found = importance(table, series([0.25] * 4, table), **QUICK)
    assert found.own.isna().tolist() == [True, False, False, True]
    wide = random_table(rng, 5, 5)
    assert importance(wide, series([0.2] * 5, wide), **QUICK).own.isna().all()
    enough = random_table(rng, 6, 5)
    assert importance(enough, series([0.2] * 5, enough), **QUICK).own.notna().all()


def test_what_is_the_same_everywhere_explains_nothing():
    table = design(1.0, 2.0).assign(flat=0.7)
    found = importance(table, series([0.25, 0.25, 0.5], table), seed=1, resamples=50)
    assert found.loc["flat", ["linear", "linear_share", "low", "high"]].tolist() == [0] * 4
    assert found.loc["flat", ["contribution", "own"]].tolist() == pytest.approx([0, 0], abs=1e-15)
    assert math.isnan(found.correlation["flat"]) and found.gap["flat"] == -0.5 and found.ratio["flat"] == 0
    assert found.linear_share[:2].tolist() == pytest.approx([0.2, 0.8])
    assert found.own[:2].tolist() == pytest.approx([0.2, 0.8])


def test_a_weight_of_nothing_explains_what_it_shares():
    table = correlated(0.6)
    found = importance(table, series([1, 0], table), **QUICK)
    assert found.linear.tolist() == pytest.approx([1, 0.36]) and found.own["i1"] == pytest.approx(0)
    assert math.isnan(found.ratio["i1"]) and found.gap["i1"] == pytest.approx(0.36 / 1.36)


def test_another_composite_is_explained_in_the_order_of_its_units():
    rng = np.random.default_rng(5)
    table = random_table(rng, 15, 3).abs() + 0.1
    weights = series([0.5, 0.3, 0.2], table)
    geometric = np.exp(np.log(table) @ weights)
    found = importance(table, weights, composite=geometric.sample(frac=1, random_state=1), **QUICK)
    assert found.linear.tolist() == pytest.approx((table.corrwith(geometric) ** 2).tolist())
    itself = importance(table, weights, composite=100 * (table @ weights), **QUICK)
    pd.testing.assert_frame_equal(itself, importance(table, weights, **QUICK), atol=1e-6)


def test_where_nothing_explains_anything_shares_are_blank():
    table = design(1.0, 1.0)
    found = importance(table, series([0.5, 0.5], table), composite=table.i0 * table.i1, **QUICK)
    assert found.linear.tolist() == [0, 0] and found[["linear_share", "low", "high", "gap"]].isna().all(axis=None)


def test_intervals_agree_with_resamples_drawn_one_by_one():
    rng = np.random.default_rng(6)
    table = random_table(rng, 15, 3)
    weights = series([0.5, 0.3, 0.2], table)
    found = importance(table, weights, seed=3, resamples=8000, confidence=0.8)
    both = table.assign(y=table @ weights).to_numpy()
    squares = [np.corrcoef(both[rng.integers(0, 15, 15)].T)[3, :3] ** 2 for _ in range(4000)]
    resamples = np.array([one / one.sum() for one in squares])
    assert found.low.to_numpy() == pytest.approx(np.quantile(resamples, 0.1, axis=0), abs=0.02)
    assert found.high.to_numpy() == pytest.approx(np.quantile(resamples, 0.9, axis=0), abs=0.02)
    assert (found.low < found.linear_share).all() and (found.linear_share < found.high).all()


def test_resamples_that_have_no_shares_are_left_out():
    """Of three units, one in nine resamples is three times the same; in others roads do not vary, and explain nothing."""
    table = pd.DataFrame({"roads": [0.1, 0.5, 0.5], "wells": [0.2, 0.4, 0.9]}, index=["hill", "lake", "rice"])
    found = importance(table, series([0.5, 0.5], table), seed=1, resamples=500)
    assert found.low["roads"] == 0 and found.high["wells"] == 1
    assert found[["low", "high"]].notna().all(axis=None)


def test_the_seed_decides():
    table = random_table(np.random.default_rng(1), 12, 3)
    weights = series([0.5, 0.3, 0.2], table)
    one = importance(table, weights, seed=4, resamples=50)
    pd.testing.assert_frame_equal(one, importance(table, weights[::-1], seed=4, resamples=50))
    other = importance(table, weights, seed=5, resamples=50)
    assert (other.low != one.low).all()
    longer = importance(table, weights, seed=4, resamples=60)
    assert (longer.low != one.low).any() and longer.own.tolist() == one.own.tolist()


@given(samples, st.integers(4, 25), st.integers(1, 5))
@few
def test_laws_that_hold_for_every_table(rng, units, indicators):
    table = random_table(rng, units, indicators)
    weights = series(rng.dirichlet(np.ones(indicators)), table)
    found = importance(table, weights, seed=0, resamples=20)
    assert found.linear_share.sum() == pytest.approx(1)
    assert found.linear_share.to_numpy() == pytest.approx(plain_shares(table, weights).to_numpy())
    assert found.linear.between(0, 1).all()
    assert ((0 <= found.low) & (found.low <= found.high) & (found.high <= 1)).all()
    assert found.own.dropna().between(0, 1 + 1e-9).all()
    mixed = importance(table.sample(frac=1, random_state=3), weights, **QUICK)
    same = ["correlation", "linear_share", "own"]
    assert mixed[same].to_numpy() == pytest.approx(found[same].to_numpy(), abs=1e-5, nan_ok=True)
    measured = importance(table * 330 + 12, weights, **QUICK)
    assert measured[same].to_numpy() == pytest.approx(found[same].to_numpy(), abs=1e-5, nan_ok=True)


TABLE = pd.DataFrame(
    {"roads": [0.9, 0.5, 0.4], "wells": [0.4, 0.7, 0.4], "school": [0.6, 0.6, 0.6]}, index=["hill", "lake", "rice"]
)
WEIGHTS = pd.Series({"roads": 0.4, "wells": 0.4, "school": 0.2})
# What rounding leaves of 0.1 x - 0.3 x / 3 is no variance.
CANCELS = pd.DataFrame({"roads": [0.1, 0.7, 0.4], "wells": np.array([0.1, 0.7, 0.4]) / -9}, index=TABLE.index)
CANCELLED = pd.Series({"roads": 0.1, "wells": 0.9})
GIVEN = pd.Series({"hill": 1.0, "lake": 2.0, "rice": 3.0})


@pytest.mark.parametrize(
    ("table", "weights", "options", "message"),
    [
        (TABLE[:2], WEIGHTS, {}, "found 2 units; expected at least 3"),
        (TABLE.set_axis(pd.MultiIndex.from_product([[1], list("abc")])), WEIGHTS, {}, "the units have 2 labels each"),
        (TABLE.where(TABLE != 0.7), WEIGHTS, {}, "unit 'lake', indicator 'wells': no value.*not additive"),
        (TABLE, WEIGHTS * 2, {}, "add to 2"),
        (TABLE, WEIGHTS.rename({"roads": "road"}), {}, "did you mean 'roads'"),
        (
            TABLE,
            pd.Series({"roads": 0.0, "wells": 0, "school": 1}),
            {},
            "composite is 0.6 for all 3 units.*give weight",
        ),
        (TABLE.assign(wells=-TABLE.roads), WEIGHTS, {}, "composite is 0.12 for all 3 units"),
        (CANCELS, CANCELLED, {}, "composite is .* for all 3 units.*give weight"),
        (TABLE, WEIGHTS, {"composite": GIVEN * 0 + 7}, "composite is 7 for all 3 units.*give another"),
        (TABLE, WEIGHTS, {"composite": GIVEN[:2]}, "unit 'rice' has 0 composites.*add it"),
        (TABLE, WEIGHTS, {"composite": pd.concat([GIVEN, GIVEN[:1]])}, "unit 'hill' has 2 composites.*remove"),
        (TABLE, WEIGHTS, {"composite": pd.concat([GIVEN, pd.Series({"rise": 1.0})])}, "of 'rise' .did you mean 'rice'"),
        (TABLE, WEIGHTS, {"composite": GIVEN.replace(2, np.nan)}, "unit 'lake', indicator 'composite': no value"),
        (TABLE, WEIGHTS, {"composite": GIVEN.replace(2, np.inf)}, "unit 'lake', indicator 'composite': found inf"),
        (TABLE, WEIGHTS, {"composite": [1, 2, 3]}, "found list; expected a Series"),
        (TABLE, WEIGHTS, {"seed": -1}, "seed -1: expected a whole number"),
        (TABLE, WEIGHTS, {"resamples": 1}, "resamples 1: expected a whole number of at least 2"),
        (TABLE, WEIGHTS, {"confidence": 95}, "confidence 95: expected a share"),
        (TABLE, WEIGHTS, {"confidence": 1}, "confidence 1: expected a share"),
    ],
)
def test_what_has_no_importance_is_refused(table, weights, options, message):
    with pytest.raises(InputError, match=message):
        importance(table, weights, **(QUICK | options))


# ------------------------------------------------------------------------------------------------------- the weights that would


def test_uncorrelated_indicators_count_alike_with_weights_of_one_over_their_deviations():
    table = design(1.0, 2.0, 4.0)
    found = weights_for(table, series([1 / 3] * 3, table))
    assert found.weights.tolist() == pytest.approx([4 / 7, 2 / 7, 1 / 7])
    assert found.possible and found.unique and found.largest_gap < 1e-12
    assert found.signed.tolist() == pytest.approx(found.weights.tolist())
    unequal = weights_for(table, series([0.16, 0.0, 0.84], table))
    assert (unequal.weights * [1, 2, 4]).tolist() == pytest.approx(
        (np.sqrt([0.16, 0, 0.84]) * unequal.weights["i0"] / 0.4).tolist()
    )


@pytest.mark.parametrize("rho", [-0.5, 0.5])
def test_an_indicator_that_is_not_to_count_at_all(rho):
    """Correlation 0 with the composite needs b = -rho a: a weight above 0 if the two are opposed, and none if they agree."""
    table = correlated(rho, 1.0, 2.0)
    found = weights_for(table, series([1, 0], table))
    if rho < 0:
        assert found.possible and found.weights["i1"] * 2 / found.weights["i0"] == pytest.approx(0.5)
        assert abs((table @ found.weights).corr(table.i1)) < 1e-9
    else:
        # The best is no weight at all: the shares are then 1 and rho squared, in proportion.
        assert not found.possible and found.weights.tolist() == pytest.approx([1, 0], abs=1e-6)
        assert found.largest_gap == pytest.approx(0.25 / 1.25) and found.unique is None
        # a - a rho^2 and no other: weights 1 and -rho / 2, which add to 3/4.
        assert found.signed.tolist() == pytest.approx([4 / 3, -1 / 3])


@given(samples, st.integers(2, 6), st.integers(7, 40))
@few
def test_weights_are_found_again_from_what_they_make_count(rng, indicators, units):
    table = random_table(rng, units, indicators, common=2.0)
    weights = series(rng.dirichlet(np.ones(indicators)), table)
    if not (table.corrwith(table @ weights) > 0.01).all():
        return
    found = weights_for(table, importance(table, weights, **QUICK).linear_share)
    assert found.possible and found.unique
    assert found.weights.to_numpy() == pytest.approx(weights.to_numpy(), abs=1e-6)


@given(samples, st.integers(2, 5), st.integers(3, 30), st.sampled_from([0.0, 0.7, 3.0]))
@few
def test_possible_means_that_a_linear_program_has_an_answer(rng, indicators, units, common):
    """The program is in weights and covariances, with a free factor: C w = c s sqrt(target), w >= 0, adding to 1."""
    table = random_table(rng, units, indicators, common)
    target = series(rng.dirichlet(np.full(indicators, 3.0)), table)
    covariance = np.cov(table.to_numpy().T)
    try:
        found = weights_for(table, target)
    except InputError:  # seldom, of three or four units: nothing but a constant is opposed to no indicator
        agrees = linprog(
            -covariance.sum(axis=0),
            A_ub=-covariance,
            b_ub=np.zeros(indicators),
            A_eq=np.ones((1, indicators)),
            b_eq=[1],
        )
        assert agrees.status == 2 or agrees.fun > -1e-7
        return
    wanted = np.sqrt(np.diag(covariance) * target.to_numpy())
    program = linprog(
        np.zeros(indicators + 1),
        A_eq=np.vstack([np.column_stack([covariance, -wanted]), np.append(np.ones(indicators), 0)]),
        b_eq=np.append(np.zeros(indicators), 1),
        bounds=[(0, None)] * indicators + [(1e-6, None)],
    )
    if 1e-9 < found.residual < 1e-4:  # neither solver can tell at this distance
        return
    assert found.possible == (program.status == 0)
    assert found.weights.sum() == pytest.approx(1) and (found.weights >= 0).all()
    reached = plain_shares(table, found.weights)
    assert found.linear_share.to_numpy() == pytest.approx(reached.to_numpy(), abs=1e-7)
    assert found.largest_gap == pytest.approx((reached - target).abs().max(), abs=1e-7)
    assert (found.largest_gap < 1e-6) == found.possible
    assert (table.corrwith(table @ found.weights) > -1e-6).all()


def test_signed_weights_are_those_of_coinr():
    """COINr 1.1.0's get_opt_weights for equal correlations, and the closed form: tests/reference/coinr/README-analysis.md.

    Equal correlations are equal squares. COINr lets a weight fall below 0, which is why no weights of at least 0 do it.
    """
    reference = pd.read_csv(REFERENCE / "coinr" / "opt_weights.csv").pivot(
        index="indicator", columns="run", values="weight"
    )
    table, _ = published_table(data.load_values("province-2024-34"), data.load_framework("national-province-2024"))
    found = weights_for(table, series([1 / 8] * 8, table))
    reference = reference.loc[table.columns]
    assert found.signed.to_numpy() == pytest.approx(reference.exact.to_numpy(), abs=1e-10)
    assert found.signed.to_numpy() == pytest.approx(reference.fine.to_numpy(), abs=1e-5)
    assert list(found.signed.index[found.signed < 0]) == ["digital_human_resources"] and not found.possible
    assert found.weights["digital_human_resources"] == pytest.approx(0, abs=1e-9)


SIMPLEX = np.array([(a, b, 200 - a - b) for a in range(201) for b in range(201 - a)]) / 200


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("common", [0.0, 1.5])
def test_no_weights_on_a_grid_come_nearer(seed, common):
    rng = np.random.default_rng(seed)
    table = random_table(rng, 8, 3, common)
    target = series(rng.dirichlet([0.4] * 3), table)
    found = weights_for(table, target)
    spread = table.std().to_numpy()
    # On the grid weights are those of standardised indicators, so that none of them is left out by its measure.
    composites = table.to_numpy() @ (SIMPLEX / spread).T
    centred = table - table.mean()
    correlation = centred.to_numpy().T @ (composites - composites.mean(axis=0))
    correlation /= np.sqrt((centred**2).sum().to_numpy())[:, None]
    squares = correlation**2
    gaps = ((squares / squares.sum(axis=0) - target.to_numpy()[:, None]) ** 2).sum(axis=0)
    least = gaps[(correlation >= 0).all(axis=0)].min()
    reached = ((found.linear_share - target) ** 2).sum()
    assert reached <= least + 1e-9
    assert reached == pytest.approx(least, abs=5e-3)  # steep where indicators are opposed, and the grid is coarse


def test_the_search_does_not_stop_at_the_first_low_place():
    """Five indicators with three low places, which differ in whose correlation is 0; the lowest has three weights."""
    related = np.array(
        [
            [1.00, 0.67, 0.13, 0.29, 0.48],
            [0.67, 1.00, -0.48, 0.52, 0.50],
            [0.13, -0.48, 1.00, -0.58, 0.09],
            [0.29, 0.52, -0.58, 1.00, 0.39],
            [0.48, 0.50, 0.09, 0.39, 1.00],
        ]
    )
    table = design(*[1.0] * 5)
    table[:] = table.to_numpy() @ np.linalg.cholesky(related).T
    assert table.corr().to_numpy() == pytest.approx(related)
    target = series([0.16, 0.264, 0.402, 0.024, 0.15], table)
    found = weights_for(table, target)
    some = SIMPLEX @ related[1:4]
    some = some[(some >= 0).all(axis=1)] ** 2
    least = ((some / some.sum(axis=1, keepdims=True) - target.to_numpy()) ** 2).sum(axis=1).min()
    assert least - 1e-3 < ((found.linear_share - target) ** 2).sum() <= least


def test_twins_may_share_their_weight_as_they_like():
    table = design(1.0, 1.0).assign(twin=lambda t: 3 * t.i1)
    target = series([1 / 3, 1 / 3, 1 / 3], table)
    found = weights_for(table, target)
    assert found.possible and found.unique is False and found.signed is None
    assert plain_shares(table, found.weights).to_numpy() == pytest.approx(target.to_numpy())
    # Twins always count alike, so that no weights make them differ.
    apart = weights_for(table, series([0.4, 0.4, 0.2], table))
    assert not apart.possible and apart.linear_share[["i1", "twin"]].tolist() == pytest.approx([0.3, 0.3], abs=1e-5)


def test_more_indicators_than_units_still_have_an_answer():
    table = random_table(np.random.default_rng(3), 4, 6, common=3.0)
    weights = series([0.1, 0.1, 0.2, 0.2, 0.2, 0.2], table)
    target = plain_shares(table, weights)
    found = weights_for(table, target)
    assert found.possible and found.unique is False
    assert plain_shares(table, found.weights).to_numpy() == pytest.approx(target.to_numpy(), abs=1e-7)


def test_a_singular_table_may_still_leave_one_answer():
    """Three indicators in a plane, the target at the edge of what they reach: only the first and the third do it."""
    one, two = design(1.0, 1.0).to_numpy().T
    table = pd.DataFrame({"a": one, "b": one + two, "c": two})
    edge = weights_for(table, plain_shares(table, pd.Series({"a": 1.0, "b": 0.0, "c": 0.0})))
    assert edge.possible and edge.unique and edge.weights.tolist() == pytest.approx([1, 0, 0], abs=1e-9)
    middle = weights_for(table, plain_shares(table, pd.Series({"a": 0.5, "b": 0.0, "c": 0.5})))
    assert middle.possible and middle.unique is False


def test_what_is_the_same_everywhere_gets_no_weight():
    table = design(1.0, 2.0).assign(flat=0.3)
    found = weights_for(table, series([0.5, 0.5, 0], table))
    assert found.weights.tolist() == pytest.approx([2 / 3, 1 / 3, 0]) and found.linear_share["flat"] == 0
    with pytest.raises(InputError, match="'flat' is 0.3 for all 4 units and is to explain 0.1; expected a target of 0"):
        weights_for(table, series([0.5, 0.4, 0.1], table))


def test_binary_noise_gets_no_weight_either():
    table = design(1.0, 2.0).assign(flat=[0.3, 0.1 + 0.2, 0.3, 0.3])
    found = weights_for(table, series([0.5, 0.5, 0], table))
    assert found.weights.tolist() == pytest.approx([2 / 3, 1 / 3, 0])
    shares = importance(table, series([0.25, 0.25, 0.5], table), **QUICK)
    assert math.isnan(shares.correlation["flat"]) and shares.linear["flat"] == 0


def test_a_target_may_be_a_dict_in_any_order():
    table = design(1.0, 2.0)
    found = weights_for(table, {"i1": 0.8, "i0": 0.2})
    assert found.target.to_dict() == {"i0": 0.2, "i1": 0.8}
    assert found.weights.to_list() == pytest.approx([0.5, 0.5])


def test_the_nominal_target_leaves_out_what_does_not_vary():
    table = design(1.0, 2.0).assign(flat=0.7, noise=[0.3, 0.1 + 0.2, 0.3, 0.3])
    weights = pd.Series({"noise": 0.1, "i0": 0.3, "i1": 0.2, "flat": 0.4})
    target = nominal_target(table, weights)
    assert target.to_dict() == pytest.approx({"i0": 0.6, "i1": 0.4, "flat": 0, "noise": 0})
    found = weights_for(table, target)
    assert found.possible and found.linear_share[["i0", "i1"]].to_list() == pytest.approx([0.6, 0.4])
    # Where all vary, it is the weights.
    some = design(1.0, 2.0)
    assert nominal_target(some, series([0.3, 0.7], some)).to_dict() == pytest.approx({"i0": 0.3, "i1": 0.7})
    with pytest.raises(InputError, match="no indicator that has a weight differs"):
        nominal_target(table, pd.Series({"i0": 0.0, "i1": 0, "flat": 0.5, "noise": 0.5}))
    with pytest.raises(InputError, match="add to 2"):
        nominal_target(table, weights * 2)


def test_indicators_that_can_agree_with_no_composite():
    table = pd.DataFrame({"roads": [0.1, 0.5, 0.6], "wells": [0.9, 0.5, 0.4]}, index=["hill", "lake", "rice"])
    with pytest.raises(InputError, match="the 2 indicators that vary.*reverse or leave out"):
        weights_for(table, series([0.5, 0.5], table))


@pytest.mark.parametrize(
    ("table", "target", "message"),
    [
        (TABLE[:2], WEIGHTS, "found 2 units"),
        (TABLE.where(TABLE != 0.7), WEIGHTS, "unit 'lake', indicator 'wells': no value"),
        (TABLE, WEIGHTS.rename({"roads": "road"}), "target of 'road' .did you mean 'roads'"),
        (TABLE, WEIGHTS.drop("roads"), "'roads' has 0 targets"),
        (TABLE, pd.concat([WEIGHTS, WEIGHTS[:1]]), "'roads' has 2 targets"),
        (TABLE, WEIGHTS + [0.1, 0, 0], "targets add to 1.1; expected 1"),
        (TABLE, WEIGHTS + [0.6, -0.6, 0], "target of 'wells': -0.19"),
        (TABLE, WEIGHTS.where(WEIGHTS > 0.3), "target of 'school': nan"),
        (pd.concat([TABLE, TABLE.roads], axis=1), WEIGHTS, "indicator 'roads' stands in 2 columns"),
        (TABLE[[]], WEIGHTS, "3 units and 0 indicators"),
        (TABLE, {"roads": 0.4, "wells": 0.6}, "'school' has 0 targets"),
        (
            TABLE,
            {"roads": "much", "wells": 0.5, "school": 0},
            "target: .*'much'.*expected one share for each indicator",
        ),
        (TABLE, "much", "target: .*expected one share for each indicator"),
        (TABLE, [0.4, 0.6, 0.0], "target of 0: no indicator of the table"),
        (
            TABLE.set_axis(pd.MultiIndex.from_product([["works"], list(TABLE)]), axis=1),
            WEIGHTS,
            "the indicators have 2 labels each; expected one code each",
        ),
    ],
)
def test_a_target_that_cannot_be_used_is_refused(table, target, message):
    with pytest.raises(InputError, match=message):
        weights_for(table, target)


# ---------------------------------------------------------------------------------------------------------- the published tables


@pytest.mark.parametrize(
    ("table", "framework"),
    [
        ("province-2024-34", "national-province-2024"),
        ("province-2022", "national-province-2022"),
        ("province-2020", "national-province-2020"),
    ],
)
def test_published_tables_obey_the_laws(table, framework):
    normalised, weights = published_table(data.load_values(table), data.load_framework(framework))
    found = importance(normalised, weights, seed=1)
    assert list(found.index) == list(normalised.columns)
    assert found[["linear_share", "weight"]].sum().tolist() == pytest.approx([1, 1])
    assert (found.low <= found.high).all()
    # Of an additive composite an indicator's own part is its weight times what the others leave of it.
    codes = list(normalised.columns)
    alone = 1 / np.diag(np.linalg.inv(np.cov(normalised.to_numpy().T)))
    assert found.own.to_numpy() == pytest.approx(weights[codes] ** 2 * alone / (normalised @ weights).var(), rel=1e-6)
    intended = weights_for(normalised, weights)
    reached = importance(normalised, intended.weights, **QUICK).linear_share
    assert reached.to_numpy() == pytest.approx(intended.linear_share.to_numpy(), abs=1e-7)
    assert intended.possible == (intended.largest_gap < 1e-6)
    assert intended.largest_gap <= found.gap.abs().max() + 1e-9


def test_importing_the_module_does_not_load_scipy():
    code = "import sys, dti_research.study.pillars.importance; print('scipy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
