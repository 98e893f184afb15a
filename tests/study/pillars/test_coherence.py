"""Consistency, components and flags: against R psych, e1071 and COINr, against closed forms, and tables made to show each flag."""

import csv
import dataclasses
import itertools
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.stats import binom, t

from dti_research import data
from dti_research.errors import InputError
from dti_research.report.say import say
from dti_research.study.pillars.coherence import components, consistencies, consistency, leave_one_unit_out
from dti_research.study.pillars.correlation import correlate, correlate_wholes, part_whole, wholes_of
from dti_research.study.pillars.flags import THRESHOLDS, find_flags, indicator_checks
from dti_research.study.pillars.selection import consistency_after_selection

ROOT = Path(__file__).resolve().parents[3]
REFERENCE = ROOT / "tests" / "reference"
NAMES = ["province-2024-34", "province-2022", "province-2020"]
TABLES = {name: data.load_values(name) for name in NAMES} | {
    "attitude": pd.read_csv(REFERENCE / "psych" / "attitude.csv")
}
QUICK = {"interval": "fisher-z", "permutations": 99, "adjustment": "none", "seed": 1}
few = settings(max_examples=10, deadline=None, derandomize=True)


def reference(folder, name):
    return pd.read_csv(REFERENCE / folder / f"{name}.csv")


def exact(correlations, n=20, seed=1):
    """A table whose sample correlations are exactly these: orthogonal columns, mixed."""
    correlations = np.array(correlations, dtype=float)
    z = np.random.default_rng(seed).standard_normal((n, len(correlations)))
    q, _ = np.linalg.qr(z - z.mean(axis=0))
    columns = list("abcdefgh")[: len(correlations)]
    return pd.DataFrame(q @ np.linalg.cholesky(correlations).T * math.sqrt(n - 1), columns=columns)


def alike(k, r, **more):
    """k indicators, of which every two correlate by r."""
    return exact(np.full((k, k), r) + (1 - r) * np.eye(k), **more)


@st.composite
def tables(draw, most=5):
    n, k = draw(st.integers(6, 12)), draw(st.integers(2, most))
    column = st.lists(st.integers(0, 9), min_size=n, max_size=n).filter(lambda x: len(set(x)) > 1)
    return pd.DataFrame({name: draw(column) for name in "abcde"[:k]}, dtype=float)


# ----------------------------------------------------------------------------------------------------------------- consistency


@pytest.mark.parametrize("name", TABLES)
def test_r_psych_alpha(name):
    """R psych, alpha (tests/reference/psych): three published tables, and attitude of base R (Chatterjee & Price 1977)."""
    whole = reference("psych", "alpha").set_index("table").loc[name]
    drop = reference("psych", "alpha_drop").set_index(["table", "item"]).loc[name]
    items = reference("psych", "item_stats").set_index(["table", "item"]).loc[name]
    found = consistency(TABLES[name])
    assert found.items == whole.n_items
    assert [found.alpha, found.standardised, found.low, found.high] == pytest.approx(
        [whole.raw_alpha, whole.std_alpha, whole.feldt_low, whole.feldt_high], abs=1e-12
    )
    assert list(found.without.index) == list(drop.index)
    assert found.without.alpha.to_numpy() == pytest.approx(drop.raw_alpha.to_numpy(), abs=1e-12)
    assert found.without.standardised.to_numpy() == pytest.approx(drop.std_alpha.to_numpy(), abs=1e-12)
    assert found.without.rest.to_numpy() == pytest.approx(items.r_drop.to_numpy(), abs=1e-12)


@pytest.mark.parametrize("name", NAMES)
def test_coinr_get_cronbach(name):
    """COINr 1.1.0, get_cronbach (tests/reference/coinr)."""
    expected = reference("coinr", "get_cronbach").set_index("table").alpha[name]
    assert consistency(TABLES[name]).alpha == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("name", TABLES)
def test_r_omega(name):
    """R 4.2.2, factanal, and R psych, fa(fm = "ml"): one factor by maximum likelihood (tests/reference/psych). The optimisers of R
    differ from each other by up to 4e-7."""
    expected = reference("psych", "omega").query("table == @name and formula == 'implied'").omega_total
    assert expected.max() - expected.min() < 5e-7
    found = consistency(TABLES[name])
    assert found.omega == pytest.approx(expected.mean(), abs=1e-6) and found.note == ""


@pytest.mark.parametrize("name", TABLES)
def test_the_same_table_has_the_same_omega(name):
    """Digit for digit: nothing here takes a seed."""
    first, second = consistency(TABLES[name]), consistency(TABLES[name])
    assert first.omega == second.omega


@pytest.mark.parametrize(("k", "r"), [(2, 0.5), (3, 0.2), (4, 0.9), (6, -0.1)])
def test_spearman_and_brown(k, r):
    """k parallel indicators: k r / (1 + (k - 1) r), and without one of them the same of k - 1. One factor explains them exactly."""
    found = consistency(alike(k, r))
    expected = k * r / (1 + (k - 1) * r)
    assert [found.alpha, found.standardised] == pytest.approx([expected] * 2, abs=1e-12)
    if k > 2:
        fewer = (k - 1) * r / (1 + (k - 2) * r)
        assert found.without[["alpha", "standardised"]].to_numpy() == pytest.approx(np.full((k, 2), fewer), abs=1e-12)
    else:
        assert found.without[["alpha", "standardised"]].isna().all(axis=None)
    # With the sum of the others: (k - 1) r / sqrt(k - 1 + (k - 1) (k - 2) r).
    rest = (k - 1) * r / math.sqrt((k - 1) * (1 + (k - 2) * r))
    assert found.without.rest.to_numpy() == pytest.approx(np.full(k, rest), abs=1e-12)
    if k > 2 and r > 0:
        assert found.omega == pytest.approx(expected, abs=1e-6)


def test_omega_of_unequal_loadings_by_hand():
    """Loadings 0.9, 0.7, 0.5, 0.3: sum 2.4, squared 5.76; what is left adds to 4 - 1.64 = 2.36. Alpha takes them for equal."""
    loadings = np.array([0.9, 0.7, 0.5, 0.3])
    correlations = np.outer(loadings, loadings)
    np.fill_diagonal(correlations, 1)
    found = consistency(exact(correlations))
    assert found.omega == pytest.approx(5.76 / 8.12, abs=1e-5) and found.note == ""
    assert found.alpha < found.omega


@given(tables())
@few
def test_laws_of_alpha(table):
    assume(table.sum(axis=1).std() > 1e-9)
    found = consistency(table)
    again = consistency(table.sample(frac=1, random_state=2)[table.columns[::-1]])
    assert [again.alpha, again.standardised] == pytest.approx([found.alpha, found.standardised], rel=1e-9)
    assert again.without.rest[table.columns].to_numpy() == pytest.approx(
        found.without.rest.to_numpy(), abs=1e-9, nan_ok=True
    )
    wider = consistency(table * 7 + 3)
    assert [wider.alpha, wider.low, wider.high] == pytest.approx([found.alpha, found.low, found.high], rel=1e-9)
    each = consistency(table * np.arange(1, table.shape[1] + 1) + 5)
    assert each.standardised == pytest.approx(found.standardised, rel=1e-9)
    assert found.low <= found.alpha <= found.high <= 1
    assert found.standardised <= 1


@pytest.mark.parametrize("k", [2, 3, 5])
def test_copies_agree_fully(k):
    copies = pd.DataFrame({f"i{j}": [0.1, 0.5, 0.2, 0.9, 0.4, 0.4] for j in range(k)})
    found = consistency(copies)
    assert [found.alpha, found.standardised, found.low, found.high] == pytest.approx([1] * 4, abs=1e-12)
    assert found.without.rest.to_numpy() == pytest.approx(np.ones(k), abs=1e-12)


def test_feldts_interval_covers():
    """Simulation: 200 samples of two parallel normal indicators, for which it is exact; 99.9 % binomial limits around 90 %."""
    rng = np.random.default_rng(4)
    r = 0.4
    sample = math.sqrt(r) * rng.standard_normal((200, 15, 1)) + math.sqrt(1 - r) * rng.standard_normal((200, 15, 2))
    found = [consistency(pd.DataFrame(one, columns=list("ab")), 0.9) for one in sample]
    covered = sum(one.low <= 2 * r / (1 + r) <= one.high for one in found)
    assert binom.ppf(0.0005, 200, 0.9) <= covered <= binom.ppf(0.9995, 200, 0.9)


def test_constant_indicators_take_no_part():
    table = TABLES["province-2020"]
    more = table.assign(flat=0.3, noise=[0.3, 0.1 + 0.2, *[0.3] * 7])
    found, without = consistency(more), consistency(table)
    assert found.without.index.tolist() == list(table.columns)
    assert (found.items, found.alpha) == (3, without.alpha)
    pd.testing.assert_frame_equal(found.without, without.without)
    assert components(more, shuffles=99, seed=1).loadings.index.tolist() == list(table.columns)


@pytest.mark.parametrize(
    ("table", "note"),
    [
        (alike(2, 0.5), "omega needs three indicators"),
        (alike(4, 0.5, n=5), "omega needs more than 5 units for 4 indicators"),
    ],
)
def test_omega_says_why_it_is_missing(table, note):
    found = consistency(table)
    assert math.isnan(found.omega) and say(found.note, "en") == note
    assert math.isfinite(found.alpha)


def test_one_more_unit_than_that_is_enough_for_omega():
    found = consistency(alike(4, 0.5, n=6))
    assert found.omega == pytest.approx(0.8, abs=1e-5) and found.note == ""


def test_a_heywood_case_is_said():
    """r12 r13 / r23 = 0.64 / 0.4: the first indicator would have more than its whole variance in common with the factor."""
    found = consistency(exact([[1, 0.8, 0.8], [0.8, 1, 0.4], [0.8, 0.4, 1]]))
    assert "Heywood" in say(found.note, "en")
    assert "" == consistency(exact([[1, 0.6, 0.6], [0.6, 1, 0.4], [0.6, 0.4, 1]])).note


@pytest.mark.parametrize(
    ("r", "expected"), [(0.95, 0.8352030), (0.97, 0.8424729), (0.99, 0.8496617), (0.9999, 0.8516452)]
)
def test_two_indicators_that_nearly_agree(r, expected):
    """R 4.2.2, factanal(covmat = ..., factors = 1), of two indicators that correlate by r, and by 0.3 with a third. From about
    0.995 on it stops at its bound of 0.005 for what is not explained. Either omega is right, or the note says that it is not."""
    for seed in range(3):
        found = consistency(exact([[1, r, 0.3], [r, 1, 0.3], [0.3, 0.3, 1]], seed=seed))
        assert found.omega == pytest.approx(expected, abs=0.005) or found.note, (seed, found.omega)


def test_two_indicators_that_agree_in_full():
    """No factor of one dimension can be fitted to a singular table: omega is missing, right (1 for copies) or noted."""
    copies = pd.DataFrame({name: [0.1, 0.5, 0.2, 0.9, 0.4, 0.3, 0.7] for name in "abc"})
    found = consistency(copies)
    assert found.note or found.omega == pytest.approx(1, abs=0.005)
    found = consistency(copies.assign(c=[0.1, 0.2, 0.4, 0.3, 0.9, 0.5, 0.5]))
    assert found.note


def test_indicators_that_cancel_out_have_no_alpha():
    """Their sum has one value for every unit, apart from binary noise."""
    a = np.array([0.1, 0.2, 0.3, 0.4, 0.55, 0.71, 0.13])
    found = consistency(pd.DataFrame({"a": a, "b": 1 - a}))
    assert [found.alpha, found.standardised] == pytest.approx([math.nan] * 2, nan_ok=True)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (TABLES["province-2020"][:4], "4 units; expected at least 5"),
        (TABLES["province-2020"].iloc[:, :1].assign(flat=1.0), "1 indicators that vary; expected at least two"),
        (TABLES["province-2020"].where(lambda t: t < t.max().max()), "no value"),
    ],
)
def test_tables_that_are_refused(table, message):
    for ask in (consistency, lambda table: components(table, shuffles=99, seed=1)):
        with pytest.raises(InputError, match=message):
            ask(table)
    if "vary" not in message:
        with pytest.raises(InputError, match=message):
            indicator_checks(table)


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda t: consistency(t, 95), "confidence 95"),
        (lambda t: consistency(t, math.nan), "confidence nan"),
        (lambda t: components(t, shuffles=98, seed=1), "shuffles 98: .* at least 99"),
        (lambda t: components(t, shuffles=99.5, seed=1), "shuffles 99.5"),
        (lambda t: components(t, seed=-1), "seed -1"),
        (lambda t: components(t, quantile=1, seed=1), "quantile 1: .* such as 0.95"),
    ],
)
def test_options_that_are_refused(ask, message):
    with pytest.raises(InputError, match=message):
        ask(TABLES["province-2020"])


# ------------------------------------------------------------------------------------------------------------------ components


@pytest.mark.parametrize(("folder", "name"), [("rstats", "prcomp"), ("coinr", "get_pca")])
def test_r_prcomp_and_coinr_get_pca(folder, name):
    """R 4.2.2, prcomp(scale. = TRUE), and COINr 1.1.0, get_PCA: 34 provinces. Loadings are vectors times the component's standard
    deviation; a vector's sign is free."""
    expected = reference(folder, name)
    eigenvalues = expected.eigenvalue if folder == "rstats" else expected.sdev**2
    found = components(TABLES["province-2024-34"], shuffles=99, seed=1)
    assert found.variances.variance.to_numpy() == pytest.approx(eigenvalues.to_numpy(), abs=1e-12)
    for column in ("share", "cumulative"):
        assert found.variances[column].to_numpy() == pytest.approx(expected[column].to_numpy(), abs=1e-12)
    loadings = expected[found.loadings.index].to_numpy().T * np.sqrt(eigenvalues.to_numpy())
    signs = np.sign((loadings * found.loadings.to_numpy()).sum(axis=0))
    assert found.loadings.to_numpy() == pytest.approx(loadings * signs, abs=1e-10)
    largest = np.abs(found.loadings.to_numpy()).argmax(axis=0)
    assert (found.loadings.to_numpy()[largest, range(8)] > 0).all()


@pytest.mark.parametrize("name", NAMES)
def test_the_sign_of_a_component_is_that_of_its_largest_loading(name):
    """Whatever the order of the units; and turning that indicator round turns all others of the component."""
    table = TABLES[name]
    found = components(table, shuffles=99, seed=1).loadings
    some = [k for k in found if (found[k] ** 2).sum() > 1e-9]  # of more indicators than units, the last hold nothing
    assert len(some) == min(table.shape[1], len(table) - 1)
    assert all(found[k][found[k].abs().idxmax()] > 0 for k in some)
    for seed in range(5):
        mixed = components(table.sample(frac=1, random_state=seed), shuffles=99, seed=1).loadings
        assert mixed[some].to_numpy() == pytest.approx(found[some].to_numpy(), abs=1e-7)
    code = found[1].abs().idxmax()
    turned = components(table.assign(**{code: -table[code]}), shuffles=99, seed=1).loadings[1]
    assert turned[code] == pytest.approx(found.loc[code, 1], abs=1e-9)
    assert turned.drop(code).to_numpy() == pytest.approx(-found[1].drop(code).to_numpy(), abs=1e-9)


# R 4.2.2, psych 2.2.9: KMO(cor(table)) of the 34 provinces of 2024, $MSA and $MSAi.
KMO = {
    "digital_awareness": 0.663515345302372,
    "digital_institutions": 0.633456630991592,
    "digital_infrastructure": 0.678307709958042,
    "digital_human_resources": 0.684120656562763,
    "cybersecurity": 0.605004330021482,
    "digital_government": 0.520719372280638,
    "digital_economy": 0.685456224779861,
    "digital_society": 0.544148126082906,
}


def test_r_psych_kmo():
    found = components(TABLES["province-2024-34"], shuffles=99, seed=1)
    assert found.kmo == pytest.approx(0.644468670004431, abs=1e-12)
    assert found.adequacy.to_dict() == pytest.approx(KMO, abs=1e-12)
    assert list(found.adequacy.index) == list(found.loadings.index)


@pytest.mark.parametrize(("k", "r"), [(2, 0.7), (3, 0.5), (4, 0.2), (5, 0.9), (4, -0.2)])
def test_kmo_of_alike_by_hand(k, r):
    """Two of k indicators that correlate by r correlate by r / (1 + (k - 2) r) given all others. So each has
    1 / (1 + 1 / (1 + (k - 2) r)^2), and all together too: a half for two, 9 / 13 for three that correlate by 0.5."""
    partial = r / (1 + (k - 2) * r)
    expected = r**2 / (r**2 + partial**2)
    if (k, r) == (3, 0.5):
        assert expected == pytest.approx(9 / 13, abs=1e-12)
    found = components(alike(k, r), shuffles=99, seed=1)
    assert found.kmo == pytest.approx(expected, abs=1e-9)
    assert found.adequacy.to_numpy() == pytest.approx(np.full(k, expected), abs=1e-9)


def test_kmo_by_partial_correlations():
    """From residuals of regressions on all other indicators, pair by pair."""
    table = TABLES["attitude"].iloc[:, :4]
    z = (table - table.mean()).to_numpy()
    plain, left = np.zeros((2, 4, 4))
    for i, j in itertools.permutations(range(4), 2):
        others = z[:, [k for k in range(4) if k not in (i, j)]]
        rest = [z[:, k] - others @ np.linalg.lstsq(others, z[:, k], rcond=None)[0] for k in (i, j)]
        plain[i, j], left[i, j] = np.corrcoef(z[:, i], z[:, j])[0, 1] ** 2, np.corrcoef(*rest)[0, 1] ** 2
    found = components(table, shuffles=99, seed=1)
    assert found.kmo == pytest.approx(plain.sum() / (plain + left).sum(), abs=1e-9)
    assert found.adequacy.to_numpy() == pytest.approx(plain.sum(axis=1) / (plain + left).sum(axis=1), abs=1e-9)


def test_kmo_is_blank_where_some_indicators_determine_another():
    table = TABLES["province-2020"]
    found = components(table.assign(sum=table.sum(axis=1)), shuffles=99, seed=1)
    assert math.isnan(found.kmo) and len(found.adequacy) == 4 and found.adequacy.isna().all()
    with_constant = components(table.assign(flat=1.0), shuffles=99, seed=1)
    assert with_constant.kmo == pytest.approx(components(table, shuffles=99, seed=1).kmo, abs=1e-12)
    assert "flat" not in with_constant.adequacy


@pytest.mark.parametrize("name", ["province-2024-34", "province-2020"])
def test_r_parallel_analysis(name):
    """R psych, fa.parallel, 2000 tables resampled column by column (tests/reference/psych): quantiles of 95 %.

    psych draws with replacement, ours shuffles; so two seeds of R say what chance alone makes (up to 0.028), and 0.06 is allowed.
    """
    expected = reference("psych", "parallel").query("table == @name").groupby("component")
    first, second = (expected.resampled_q95.nth(k).to_numpy() for k in (0, 1))
    assert np.abs(first - second).max() < 0.03
    found = components(TABLES[name], seed=3)
    assert found.variances.chance.to_numpy() == pytest.approx((first + second) / 2, abs=0.06)
    assert found.variances.variance.to_numpy() == pytest.approx(expected.actual.first().to_numpy(), abs=1e-12)
    assert found.kept == expected.psych_ncomp.first().iloc[0]


@given(tables())
@few
def test_laws_of_components(table):
    found = components(table, shuffles=99, seed=1)
    k = table.shape[1]
    assert found.variances.variance.sum() == pytest.approx(k, abs=1e-9)
    assert (found.variances.variance >= 0).all() and (found.variances.variance.diff()[1:] <= 1e-12).all()
    assert found.variances.cumulative.iloc[-1] == pytest.approx(1, abs=1e-9)
    assert (found.loadings**2).sum(axis=1).to_numpy() == pytest.approx(np.ones(k), abs=1e-9)
    assert (found.loadings**2).sum(axis=0).to_numpy() == pytest.approx(found.variances.variance.to_numpy(), abs=1e-9)
    # Together they give the correlations back.
    assert (found.loadings @ found.loadings.T).to_numpy() == pytest.approx(table.corr().to_numpy(), abs=1e-9)
    moved = components(table * np.arange(1, k + 1) - 4, shuffles=99, seed=1)
    assert moved.variances.variance.to_numpy() == pytest.approx(found.variances.variance.to_numpy(), abs=1e-9)


def test_a_loading_is_the_correlation_with_the_component():
    table = TABLES["province-2020"]
    found = components(table, shuffles=99, seed=1)
    z = (table - table.mean()) / table.std()
    score = z.to_numpy() @ found.loadings[1].to_numpy()
    assert [np.corrcoef(z[code], score)[0, 1] for code in table] == pytest.approx(found.loadings[1].tolist(), abs=1e-12)


def test_alike_by_hand():
    """Five indicators that correlate by 0.4: one of 1 + 4 x 0.4 = 2.6, four of 0.6; each loads sqrt(2.6 / 5) on the first."""
    found = components(alike(5, 0.4), shuffles=99, seed=1)
    assert found.variances.variance.to_numpy() == pytest.approx([2.6, 0.6, 0.6, 0.6, 0.6], abs=1e-12)
    assert found.loadings[1].to_numpy() == pytest.approx(np.full(5, math.sqrt(2.6 / 5)), abs=1e-9)


def test_noise_keeps_nothing():
    """Simulation: 100 tables of independent indicators, skewed and tied. Not more keep one than chance allows, hardly any two."""
    rng = np.random.default_rng(6)
    kept = []
    for _ in range(100):
        table = pd.DataFrame(rng.exponential(size=(25, 5)).round(1), columns=list("abcde"))
        kept.append(components(table, shuffles=199, seed=1).kept)
    assert sum(k > 0 for k in kept) <= binom.ppf(0.999, 100, 0.05)
    assert sum(k > 1 for k in kept) <= 2


def test_two_factors_are_found():
    rng = np.random.default_rng(9)
    for _ in range(10):
        factors = rng.standard_normal((60, 2))
        x = np.repeat(factors, 3, axis=1) * 0.85 + 0.5 * rng.standard_normal((60, 6))
        found = components(pd.DataFrame(x, columns=list("abcdef")), shuffles=199, seed=1)
        assert found.kept == 2 and found.variances.kept.tolist() == [True, True] + [False] * 4


def test_a_component_after_one_that_is_chance_is_not_kept():
    """Two of four indicators correlate by 0.2: eigenvalues 1.2, 1, 1, 0.8. That is above chance in a long table and not in a short
    one, where later eigenvalues are above theirs."""
    for n, kept in ((400, 1), (8, 0)):
        table = exact([[1, 0.2, 0, 0], [0.2, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]], n=n)
        found = components(table, shuffles=199, seed=1)
        assert found.variances.variance.to_numpy() == pytest.approx([1.2, 1, 1, 0.8], abs=1e-9)
        assert found.kept == kept
        assert not found.variances.kept.iloc[1:].any()
    # The last eigenvalue of this table lies above its chance, but the one before does not.
    above = found.variances.variance > found.variances.chance
    assert above.any() and found.kept == 0


def test_the_seed_decides_the_chance():
    first, again, other = (components(TABLES["province-2020"], shuffles=300, seed=seed).variances for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(first, again)
    assert (first.chance != other.chance).all() and (first.variance == other.variance).all()
    strict = components(TABLES["province-2020"], shuffles=300, quantile=0.99, seed=1).variances
    assert (strict.chance > first.chance).all()


# ------------------------------------------------------------------------------------------------------------------- univariate


@pytest.mark.parametrize("name", NAMES)
def test_r_e1071_moments(name):
    """R e1071, skewness and kurtosis of type 2 (tests/reference/rstats)."""
    expected = reference("rstats", "moments").query("table == @name").set_index("indicator")
    found = indicator_checks(TABLES[name])
    assert list(found.index) == list(expected.index) and (found.n == expected.n).all()
    for column in ("skewness", "kurtosis"):
        assert found[column].to_numpy() == pytest.approx(expected[column].to_numpy(), abs=1e-10)


def test_coinr_get_stats():
    """COINr 1.1.0, get_stats (tests/reference/coinr): also which indicator it flags for skewness with kurtosis."""
    expected = reference("coinr", "get_stats").set_index("iCode")
    found = indicator_checks(TABLES["province-2024-34"])
    columns = {"Min": "minimum", "Max": "maximum", "Mean": "mean", "Std": "sd", "Skew": "skewness", "Kurt": "kurtosis"}
    columns |= {"N.Avail": "n", "N.Unique": "distinct"}
    for theirs, ours in columns.items():
        assert found[ours].to_numpy() == pytest.approx(expected[theirs].to_numpy(), abs=1e-10), ours
    table = TABLES["province-2024-34"]
    flags = find_flags(found, correlate(table, **QUICK), part_whole(table, composite(table), **QUICK))
    assert flags[flags.flag == "skewed"].a.tolist() == expected.index[expected["Flag.SkewKurt"] == "OUT"].tolist()


def test_coinr_published_example():
    """Printed on the help page of COINr's get_stats: R's mtcars, three significant digits."""
    expected = reference("coinr", "published_get_stats").set_index("iCode")
    found = indicator_checks(reference("coinr", "mtcars").set_index("car"))
    for theirs, ours in {"Mean": "mean", "Std": "sd", "Skew": "skewness", "Kurt": "kurtosis", "Max": "maximum"}.items():
        for code, printed in expected[theirs].items():
            assert (
                float(f"{found.loc[code, ours]:.3g}") == pytest.approx(printed, rel=1e-9, abs=1e-12) or theirs == "Max"
            )
    assert found.distinct.tolist() == expected["N.Unique"].tolist()
    assert (found.commonest_share * 32).round().tolist() == expected["N.Same"].tolist()


def test_the_commonest_value():
    """Of equally frequent ones the highest; the maximum is that of the measure, not of the column."""
    table = pd.DataFrame({"a": [2, 2, 5, 5, 1], "b": [0, 0, 0, 4, 10], "c": [10, 10, 10, 10, 10]})
    found = indicator_checks(table, maximum=10)
    assert found.commonest.tolist() == [5, 0, 10]
    assert found.commonest_share.tolist() == [0.4, 0.6, 1.0]
    assert found.at_maximum.tolist() == [0.0, 0.2, 1.0]
    assert found.distinct.tolist() == [3, 3, 1]
    assert found.loc["c", ["skewness", "kurtosis"]].isna().all() and found.sd["c"] == 0


def test_binary_noise_makes_no_new_value():
    """0.1 + 0.2 is 0.3, and 0.7 + 0.2 + 0.1 is the maximum; what is smaller than that is no noise of its own size."""
    noisy = [0.3, 0.1 + 0.2, 0.3, 0.1 + 0.2, 0.9, 0.9]
    full = [1.0, 0.7 + 0.2 + 0.1, 1 - 5e-10, 1 - 5e-9, 1 + 5e-10, 0.5]
    assert len(set(noisy)) == 3 and 0.7 + 0.2 + 0.1 < 1
    small = 1e-14 * np.array([1, 2, 3, 4, 5, 5])
    found = indicator_checks(pd.DataFrame({"noisy": noisy, "full": full, "small": small, "flat": [1e-14] * 6}))
    assert found.distinct.tolist() == [2, 5, 5, 1]
    assert found.commonest_share["noisy"] == 4 / 6
    assert found.at_maximum["full"] == 4 / 6
    assert found.skewness["small"] == pytest.approx(indicator_checks(pd.DataFrame({"x": small * 1e14})).skewness["x"])
    assert found.skewness.notna().tolist() == [True, True, True, False]
    points = indicator_checks(pd.DataFrame({"x": [200, 200 - 1e-7, 200 - 1e-6, 50, 60]}), maximum=200)
    assert points.at_maximum["x"] == 2 / 5


def test_the_commonest_value_is_one_of_the_column():
    """To twelve digits: 0.3 is a third of 0.9, which has no end."""
    found = indicator_checks(pd.DataFrame({"x": [0.3, 0.3, 0.3, 0.9, 0.1]})).commonest["x"]
    assert found == pytest.approx(0.3, rel=2e-12, abs=0)


def test_digital_awareness_of_2024_counted_in_the_raw_file():
    """24 of 34 provinces have 1.0000 in data/raw/values.csv, read here line by line."""
    with open(ROOT / "data" / "raw" / "values.csv", encoding="utf-8", newline="") as file:
        printed = [
            row["value"]
            for row in csv.DictReader(file)
            if (row["table"], row["indicator"]) == ("province-2024-34", "digital_awareness")
        ]
    assert (len(printed), printed.count("1.0000")) == (34, 24)
    table = TABLES["province-2024-34"]
    checks = indicator_checks(table)
    assert checks.at_maximum["digital_awareness"] == 24 / 34 == checks.commonest_share["digital_awareness"]
    flags = find_flags(checks, correlate(table, **QUICK), part_whole(table, composite(table), **QUICK))
    mine = flags[flags.a == "digital_awareness"].set_index("flag")
    assert list(mine.index)[:2] == ["saturated", "skewed"] and mine.settled[:2].isna().all()
    assert mine.value.tolist()[:2] == [24 / 34, checks.skewness["digital_awareness"]]
    assert mine.threshold.tolist()[:2] == [0.5, -2.0]
    rest = table.drop(columns="digital_awareness").sum(axis=1)
    assert set(mine.index[2:]) == ({"weak"} if 0 <= table.digital_awareness.corr(rest) < 0.3 else set())


# ----------------------------------------------------------------------------------------------------------------------- flags


def composite(table):
    return pd.DataFrame({"composite": 1 / table.shape[1]}, index=table.columns)


def flags_of(columns):
    """Flags of single indicators, beside one that shows none."""
    n = len(next(iter(columns.values())))
    table = pd.DataFrame(columns).assign(plain=np.linspace(0.1, 0.9, n))
    found = find_flags(indicator_checks(table), correlate(table, **QUICK), part_whole(table, composite(table), **QUICK))
    found = found[~found.flag.isin(["redundant", "negative", "weak"])]
    assert "plain" not in set(found.a)
    assert found[["low", "high", "shared", "settled"]].isna().all(axis=None)  # they describe these units, and no others
    return [(row.flag, row.a, round(row.value, 6)) for row in found.itertuples()]


def spread(count):
    """So many different values, none at the maximum."""
    return list(np.linspace(0.2, 0.6, count))


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        ([0.4] * 10, [("constant", 0.4)]),
        ([1.0] * 10, [("constant", 1.0)]),
        ([0.4] * 9 + [0.5], [("tied", 0.9), ("skewed", 3.162278)]),
        ([1.0] * 5 + spread(5), [("saturated", 0.5)]),
        ([1.0] * 4 + spread(6), []),
        ([0.0] * 5 + spread(5), [("tied", 0.5)]),
        ([0.0] * 4 + spread(6), []),
        ([1.0] * 5 + [0.0] * 5, [("saturated", 0.5)]),
        (spread(10), []),
    ],
)
def test_flags_of_one_indicator(column, expected):
    assert flags_of({"x": column}) == [(flag, "x", value) for flag, value in expected]


def test_skewed_asks_for_both():
    """A column of two values, of which m in n are high: skewness g, kurtosis g ** 2 - 2 before correction, so that a little more
    than 2 is not enough. And a symmetric column with two far ends has kurtosis alone."""
    some = indicator_checks(pd.DataFrame({"x": [1.0] * 3 + [0.2] * 27, "y": [1.0] * 4 + [0.2] * 26}))
    assert some.skewness["x"] > 2 and some["kurtosis"]["x"] > 3.5
    assert some.skewness["y"] > 2 and some["kurtosis"]["y"] < 3.5
    assert ("skewed", "x") in [f[:2] for f in flags_of({"x": [1.0] * 3 + [0.2] * 27})]
    assert "skewed" not in [f[0] for f in flags_of({"y": [1.0] * 4 + [0.2] * 26})]
    ends = [0.0, *np.linspace(0.49, 0.51, 28), 1.0]
    assert indicator_checks(pd.DataFrame({"x": ends})).loc["x", "kurtosis"] > 3.5
    assert flags_of({"x": ends}) == []
    low = flags_of({"x": [0.0, *np.linspace(0.8, 0.9, 29)]})
    assert [f[0] for f in low] == ["skewed"] and low[0][2] < -2


def given_pairs(answer, **columns):
    """An answer with other numbers in it."""
    return dataclasses.replace(answer, pairs=answer.pairs.assign(**columns))


TABLE = alike(3, 0.6, n=30)
CHECKS = indicator_checks(TABLE)
BETWEEN = correlate(TABLE, **QUICK)
SHARED = pd.DataFrame(
    {"works": [0.5, 0.5, 0.0], "people": [0.5, 0.0, 0.5], "composite": [0.4, 0.3, 0.3]}, index=list("abc")
)
OWN = part_whole(TABLE, SHARED, **QUICK)
WHOLES = correlate_wholes(TABLE, SHARED, **QUICK)


def test_a_plain_table_shows_no_flag():
    found = find_flags(CHECKS, BETWEEN, OWN)
    assert found.empty and found.settled.dtype == "boolean"
    columns = ["flag", "a", "b", "value", "low", "high", "threshold", "shared", "settled"]
    assert list(found.columns) == columns


@pytest.mark.parametrize(
    ("coefficient", "low", "high", "flagged", "settled"),
    [
        (0.95, 0.921, 0.97, True, True),
        (0.95, 0.92, 0.97, True, False),
        (0.9201, 0.8, 0.97, True, False),
        (0.95, math.nan, math.nan, True, False),
        (0.92, 0.8, 0.97, False, None),
        (math.nan, math.nan, math.nan, False, None),
        (-0.92, -0.97, -0.8, False, None),
    ],
)
def test_redundant_just_beyond_and_just_inside(coefficient, low, high, flagged, settled):
    values = {name: [x, 0.3, 0.3] for name, x in (("coefficient", coefficient), ("low", low), ("high", high))}
    found = find_flags(CHECKS, given_pairs(BETWEEN, **values), OWN)
    assert len(found) == flagged
    if flagged:
        (row,) = found.to_dict("records")
        assert (row["flag"], row["a"], row["b"], row["threshold"]) == ("redundant", "a", "b", 0.92)
        assert row["value"] == coefficient and row["settled"] is settled and math.isnan(row["shared"])
        assert [row["low"], row["high"]] == pytest.approx([low, high], nan_ok=True)


def test_redundant_wholes_say_what_is_shared_and_the_composite_never_is():
    high = given_pairs(WHOLES, coefficient=0.97, low=0.93, high=0.99, shared=[0.5, 0.8, 0.9], forced=0.1)
    found = find_flags(CHECKS, BETWEEN, OWN, high)
    assert found[["flag", "a", "b", "shared", "settled"]].to_numpy().tolist() == [
        ["redundant", "works", "people", 0.5, True]
    ]
    assert find_flags(CHECKS, BETWEEN, OWN).empty


def test_an_answer_that_is_not_faked_brings_what_is_shared_along():
    """Two pillars of nearly the same: roads and wells in both, with other weights."""
    wholes = SHARED.assign(works=[0.6, 0.35, 0.05], people=[0.55, 0.4, 0.05])
    among = correlate_wholes(TABLE, wholes, **QUICK)
    found = find_flags(CHECKS, BETWEEN, OWN, among)
    scores = TABLE @ wholes
    assert found[["flag", "a", "b"]].to_numpy().tolist() == [["redundant", "works", "people"]]
    # All indicators are in both, so that all of it is shared.
    assert [found.value[0], found.shared[0]] == pytest.approx([scores.works.corr(scores.people)] * 2, abs=1e-9)


def test_the_composite_of_2022_goes_with_its_pillars_and_is_not_redundant():
    table = TABLES["province-2022"]
    wholes = wholes_of(data.load_framework("national-province-2022"))
    between, own, among = (
        correlate(table, **QUICK),
        part_whole(table, wholes, **QUICK),
        correlate_wholes(table, wholes, **QUICK),
    )
    assert (among.pairs[among.pairs.b == "composite"].coefficient > 0.92).all()
    found = find_flags(indicator_checks(table), between, own, among)
    redundant = found[found.flag == "redundant"]
    # Pairs of pillars above 0.92, counted by numpy.
    scores = table @ wholes[["government", "economy", "society"]]
    expected = [
        pair
        for pair in itertools.combinations(scores, 2)
        if np.corrcoef(scores[pair[0]], scores[pair[1]])[0, 1] > THRESHOLDS["redundant"]
    ]
    pillars = redundant[redundant.a.isin(scores.columns)]
    assert list(zip(pillars.a, pillars.b, strict=True)) == expected and expected
    assert "composite" not in set(redundant.a) | set(redundant.b)


@pytest.mark.parametrize("cut", [False, True])
@pytest.mark.parametrize(
    ("coefficient", "high", "flag", "settled"),
    [
        (-0.3, -0.1, "negative", True),
        (-0.3, 0.0, "negative", False),
        (-0.001, 0.2, "negative", False),
        (-0.3, math.nan, "negative", False),
        (0.0, 0.2, "weak", True),
        (0.0, 0.3, "weak", False),
        (0.2999, 0.6, "weak", False),
        (0.2, math.nan, "weak", False),
        (0.3, 0.5, None, None),
        (0.31, 0.5, None, None),
        (math.nan, math.nan, None, None),
    ],
)
def test_negative_or_weak_with_its_pillar(coefficient, high, flag, settled, cut):
    """Below 0, and from 0 to 0.3; settled where the whole interval lies below. A cut list settles nothing."""
    first = (OWN.pairs.a == "b") & (OWN.pairs.b == "works")
    assert first.sum() == 1
    own = given_pairs(
        OWN,
        coefficient=OWN.pairs.coefficient.mask(first, coefficient),
        low=OWN.pairs.low.mask(first, -0.6),
        high=OWN.pairs.high.mask(first, high),
    )
    found = find_flags(CHECKS, BETWEEN, own, cut=cut)
    assert len(found) == (flag is not None)
    if flag:
        (row,) = found.to_dict("records")
        threshold = {"negative": 0.0, "weak": 0.3}[flag]
        assert (row["flag"], row["a"], row["b"], row["threshold"]) == (flag, "b", "works", threshold)
        assert (row["value"], row["low"], row["settled"]) == (coefficient, -0.6, settled and not cut)
        assert row["high"] == pytest.approx(high, nan_ok=True)


def test_a_cut_list_settles_no_coefficient_and_leaves_the_other_flags_blank():
    table = TABLE.assign(flat=0.5, full=[1.0] * 20 + spread(10), twin=TABLE.a, d=-TABLE.a)
    wholes = composite(table)
    answers = correlate(table, **QUICK), part_whole(table, wholes, **QUICK)
    whole, cut = (find_flags(indicator_checks(table), *answers, cut=cut) for cut in (False, True))
    pd.testing.assert_frame_equal(whole.drop(columns="settled"), cut.drop(columns="settled"))
    of_units = whole.flag.isin(["constant", "saturated", "tied", "skewed"])
    assert set(whole.flag) >= {"constant", "saturated", "redundant", "negative"}
    assert whole.settled[of_units].isna().all() and cut.settled[of_units].isna().all()
    assert whole.settled[~of_units].any() and not cut.settled[~of_units].any() and cut.settled[~of_units].notna().all()


def test_negative_with_the_composite_counts_where_there_is_no_pillar():
    """c stands in no pillar here; a and b do, and only their pillar (0.6) says something about them."""
    wholes = SHARED[["works", "composite"]]
    table = TABLE.assign(c=-TABLE.a - TABLE.b)
    own = part_whole(table, wholes, **QUICK)
    below = own.pairs[own.pairs.coefficient < 0]
    assert set(zip(below.a, below.b, strict=True)) >= {("c", "composite"), ("a", "composite")}
    found = find_flags(indicator_checks(table), correlate(table, **QUICK), own)
    assert [(row.flag, row.a, row.b) for row in found.itertuples()] == [("negative", "c", "composite")]
    # By 0.1 with what is left without it, c is weak there; a and b are not, in their pillar.
    table = exact([[1, 0.6, 0.1], [0.6, 1, 0.1], [0.1, 0.1, 1]], n=30)
    found = find_flags(indicator_checks(table), correlate(table, **QUICK), part_whole(table, wholes, **QUICK))
    assert [(row.flag, row.a, row.b) for row in found.itertuples()] == [("weak", "c", "composite")]
    assert found.value[0] == pytest.approx(table.c.corr(0.4 * table.a + 0.3 * table.b), abs=1e-9)


def test_flags_of_a_constant_column_do_not_trip_over_blanks():
    table = TABLE.assign(flat=0.5)
    found = find_flags(indicator_checks(table), correlate(table, **QUICK), part_whole(table, composite(table), **QUICK))
    assert found[["flag", "a"]].to_numpy().tolist() == [["constant", "flat"]] and found.settled.isna().all()


def test_binary_noise_is_constant_here_too():
    """As in `consistency`, which leaves it out: 0.1 + 0.2 is not 0.3 in binary."""
    table = TABLE.assign(flat=[0.3] * 20 + [0.1 + 0.2] * 10)
    assert consistency(table).without.index.tolist() == list(TABLE)
    found = find_flags(indicator_checks(table), correlate(table, **QUICK), part_whole(table, composite(table), **QUICK))
    assert found[["flag", "a"]].to_numpy().tolist() == [["constant", "flat"]]


# ------------------------------------------------------------------------------------------- what hangs on the units that are there


def test_consistencies_of_each_whole():
    table = TABLE.assign(flat=0.5)
    wholes = pd.DataFrame(
        {"works": [0.5, 0.5, 0, 0], "one": [0, 0, 0.5, 0.5], "composite": [0.25] * 4}, index=list(table)
    )
    found = consistencies(table, wholes)
    assert list(found) == ["composite", "works"]  # one indicator that varies does not go together with anything
    assert found["composite"].alpha == pytest.approx(0.75 * 2.4 / 2.2, abs=1e-9) == 3 * 0.6 / 2.2
    assert found["works"].alpha == pytest.approx(1.2 / 1.6, abs=1e-9) and found["composite"].items == 3


@pytest.mark.parametrize("name", NAMES)
def test_leaving_a_unit_out_is_to_compute_without_it(name):
    table = TABLES[name]
    found = leave_one_unit_out(table)
    assert list(found.index) == list(table.index)
    for unit in table.index:
        rest, row = table.drop(index=unit), found.loc[unit]
        assert row.alpha == pytest.approx(consistency(rest).alpha, abs=1e-12)
        assert row.first_share == pytest.approx(np.linalg.eigvalsh(rest.corr().to_numpy()).max() / table.shape[1])
        changes = {
            (a, b): abs(rest[a].corr(rest[b]) - table[a].corr(table[b])) for a, b in itertools.combinations(table, 2)
        }
        assert changes[row.a, row.b] == pytest.approx(max(changes.values()), abs=1e-12)
        assert [row.coefficient, row.without] == pytest.approx(
            [table[row.a].corr(table[row.b]), rest[row.a].corr(rest[row.b])], abs=1e-12
        )


def test_da_nang_makes_the_index_of_2020():
    """Cronbach's formula by numpy: 3 / 2 x (1 - sum of variances / variance of the sum)."""
    rest = TABLES["province-2020"].drop(index="da-nang")
    expected = 1.5 * (1 - rest.var().sum() / rest.sum(axis=1).var())
    assert expected == pytest.approx(-0.0189, abs=5e-5)
    found = leave_one_unit_out(TABLES["province-2020"])
    assert found.alpha["da-nang"] == pytest.approx(expected, abs=1e-12)
    assert found.alpha.drop("da-nang").min() > 0.8


def test_an_indicator_that_varies_by_one_unit_takes_no_part_without_it():
    table = alike(3, 0.5, n=8).assign(once=[0.0] * 7 + [1.0])
    found = leave_one_unit_out(table)
    rest = table.drop(index=7)[["a", "b", "c"]]
    assert found.alpha[7] == pytest.approx(consistency(rest).alpha, abs=1e-12)
    assert found.first_share[7] == pytest.approx(np.linalg.eigvalsh(rest.corr().to_numpy()).max() / 3)
    assert "once" not in (found.a[7], found.b[7])
    assert found.first_share[0] == pytest.approx(np.linalg.eigvalsh(table.drop(index=0).corr().to_numpy()).max() / 4)


@pytest.mark.parametrize("second", [lambda x: 10 - x, lambda x: 2 * x])
def test_the_pair_that_changes_most_is_a_pair(second):
    """Also where nothing changes: two indicators that determine each other."""
    table = pd.DataFrame({"a": [1, 2, 3, 4, 5, 7.0]}).assign(b=lambda one: second(one.a))
    found = leave_one_unit_out(table)
    assert (found.a == "a").all() and (found.b == "b").all()
    assert found.without.to_numpy() == pytest.approx(np.full(6, table.a.corr(table.b)), abs=1e-12)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (TABLES["province-2020"][:5], "5 units; expected at least 6"),
        (TABLES["province-2020"].iloc[:, :1], "fewer than two indicators vary"),
        (TABLES["province-2020"].iloc[:, :1].assign(once=[1.0] + [0.0] * 8), "without unit 'da-nang' fewer than two"),
        (TABLES["province-2020"].where(lambda t: t < t.max().max()), "no value"),
    ],
)
def test_tables_that_no_unit_can_leave(table, message):
    with pytest.raises(InputError, match=message):
        leave_one_unit_out(table)


KEPT_2022 = [1, 2, 3, 4, 5, 59, 60, 61, 62, 63]


def test_alpha_of_a_cut_list_by_a_simulation_of_its_own():
    """2022: five first and five last of 63 provinces. Lists drawn one by one here, with other random numbers. A quantile lies
    between those of four binomial errors to either side, of both simulations together."""
    table = TABLES["province-2022"]
    wholes = wholes_of(data.load_framework("national-province-2022"))
    found = consistency_after_selection(table, wholes, KEPT_2022, 63, draws=2000, seed=1)
    assert list(found.index) == ["alpha", "first_share"] and list(found.columns) == ["median", "low", "high"]
    points = np.array([100, 100, 100, 100, 100, 200, 150, 150])
    spread_of = table.to_numpy().std(axis=0)
    rng, drawn = np.random.default_rng(77), []
    for _ in range(4000):
        x = rng.normal(size=(63, 8)) * spread_of
        order = np.argsort(x @ points)[::-1]
        x = x[[order[rank - 1] for rank in KEPT_2022]]
        alpha = 8 / 7 * (1 - x.var(axis=0, ddof=1).sum() / x.sum(axis=1).var(ddof=1))
        drawn.append((alpha, np.linalg.eigvalsh(np.corrcoef(x.T)).max() / 8))
    for name, some in zip(found.index, np.transpose(drawn), strict=True):
        for column, share in (("median", 0.5), ("low", 0.05), ("high", 0.95)):
            error = 4 * math.sqrt(share * (1 - share) * (1 / 2000 + 1 / 4000))
            low, high = np.quantile(some, [max(share - error, 0), min(share + error, 1)])
            assert low <= found.loc[name, column] <= high, (name, column)
    assert found["median"].tolist() == pytest.approx([0.67, 0.385], abs=0.02)


def test_a_list_that_is_not_cut_has_no_alpha_of_its_own():
    """All ranks, two indicators that spread alike: alpha is 2 - 2 (s + t) / (s + t + 2 c), with a correlation whose median is 0, so
    that alpha's is 0. The first component holds (1 + |r|) / 2, and r / sqrt(1 - r^2) sqrt(n - 2) is Student's t. Medians of 2000
    draws, within four binomial errors."""
    table = alike(2, 0.5, n=60)
    found = consistency_after_selection(table, composite(table), range(1, 61), 60, draws=2000, seed=1)
    error = 4 * math.sqrt(0.25 / 2000)

    def of_alpha(share):  # alpha = 4 c / (s + t + 2 c), which of equal s and t is 2 r / (1 + r)
        r = t.ppf(share, 58) / math.sqrt(58 + t.ppf(share, 58) ** 2)
        return 2 * r / (1 + r)

    def of_first(share):
        r = t.ppf(0.5 + share / 2, 58) / math.sqrt(58 + t.ppf(0.5 + share / 2, 58) ** 2)
        return (1 + r) / 2

    assert of_alpha(0.5 - error) <= found["median"]["alpha"] <= of_alpha(0.5 + error)
    assert of_first(0.5 - error) <= found["median"]["first_share"] <= of_first(0.5 + error)
    error = 4 * math.sqrt(0.05 * 0.95 / 2000)
    for column, share in (("low", 0.05), ("high", 0.95)):
        assert of_first(share - error) <= found[column]["first_share"] <= of_first(share + error)
    # Constant indicators take no part.
    flat = table.assign(flat=0.7)
    again = consistency_after_selection(flat, composite(flat), range(1, 61), 60, draws=2000, seed=2)
    error = 4 * math.sqrt(0.25 / 2000)
    assert of_alpha(0.5 - error) <= again["median"]["alpha"] <= of_alpha(0.5 + error)
    assert of_first(0.5 - error) <= again["median"]["first_share"] <= of_first(0.5 + error)
    assert not again.equals(found)


@pytest.mark.parametrize("columns", [{"b": 0.5}, {"a": 0.5, "b": 0.5}])
def test_a_cut_list_in_which_fewer_than_two_indicators_vary(columns):
    table = alike(2, 0.5, n=10).assign(**columns)
    with pytest.raises(InputError, match="indicators"):
        consistency_after_selection(table, composite(table), range(1, 11), 63, draws=99, seed=1)


def test_a_cut_list_is_refused_as_after_selection_refuses_it():
    table = TABLES["province-2022"]
    wholes = wholes_of(data.load_framework("national-province-2022"))
    with pytest.raises(InputError, match="rank 64"):
        consistency_after_selection(table, wholes, [*KEPT_2022[:9], 64], 63, seed=1)
    with pytest.raises(InputError, match="draws 10"):
        consistency_after_selection(table, wholes, KEPT_2022, 63, draws=10, seed=1)


def test_mirror_images_and_intervals_without_width():
    """Below -0.92 one of the two may be coded the other way round; an interval without width comes from too few values."""
    table = TABLE.assign(back=1 - TABLE.iloc[:, 0] + 0.001 * np.arange(len(TABLE)))
    options = {"interval": "fisher-z", "permutations": 99, "seed": 1}
    between = correlate(table, **options)
    found = find_flags(indicator_checks(table), between, part_whole(table, composite(table), **options))
    (row,) = found[found.flag == "mirrored"].to_dict("records")
    assert (row["a"], row["b"], row["threshold"]) == (table.columns[0], "back", -0.92) and row["settled"]
    narrow = dataclasses.replace(between, pairs=between.pairs.assign(low=-1.0, high=-1.0))
    found = find_flags(indicator_checks(table), narrow, part_whole(table, composite(table), **options))
    assert not found[found.flag == "mirrored"].settled.any()
