"""Correlations: against R and scipy, permutations counted one by one, laws, and simulations with a known answer."""

import dataclasses
import functools
import itertools
import math
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import binom, binomtest, bootstrap, chi2, kendalltau, nct, pearsonr, spearmanr, t

from dti_research import data
from dti_research.errors import InputError, UnknownName
from dti_research.report.say import say
from dti_research.study.pillars import pairs as kernel
from dti_research.study.pillars.correlation import correlate, correlate_wholes, part_whole, wholes_of
from dti_research.study.pillars.pairs import METHODS, chunks, detectable
from dti_research.study.pillars.selection import after_selection, draw_selected

REFERENCE = Path(__file__).resolve().parents[2] / "reference" / "rstats"
COINR = REFERENCE.parent / "coinr"
SCIPY = {"pearson": pearsonr, "spearman": spearmanr, "kendall": kendalltau}
# Unadjusted, because statsmodels collects the garbage of the whole process at each adjustment.
QUICK = {"interval": "fisher-z", "permutations": 99, "adjustment": "none", "seed": 1}
PROVINCES = data.load_values("province-2024-34")
# An orthogonal design: every pair of columns has each combination of 0 and 1 equally often.
CUBE = pd.DataFrame(list(itertools.product([0.0, 1.0], repeat=3)), columns=["roads", "wells", "school"])
SHARED = pd.DataFrame(
    {"works": {"roads": 0.7, "wells": 0.3, "school": 0.0}, "people": {"roads": 0.4, "wells": 0.0, "school": 0.6}}
)
VILLAGES = pd.DataFrame({"roads": [1, 2, 3, 4, 5, 6], "wells": [2, 1, 4, 3, 6, 5], "school": [3, 3, 1, 2, 2, 6]})
few = settings(max_examples=20, deadline=None, derandomize=True)


def notes(pairs):
    """What the notes of pairs say, in English."""
    return [say(note, "en") for note in pairs.note]


@pytest.fixture(scope="module", autouse=True)
def remembered():
    """What is detectable takes longer than all else in small tables, and is the same each time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kernel, "detectable", functools.cache(detectable))
        yield


@st.composite
def tied_tables(draw, columns=2, least=6, most=12):
    """Whole numbers from 0 to 3, so that most units are tied; every column varies."""
    n = draw(st.integers(least, most))
    column = st.lists(st.integers(0, 3), min_size=n, max_size=n).filter(lambda x: len(set(x)) > 1)
    return pd.DataFrame({name: draw(column) for name in "abcd"[:columns]}, dtype=float)


def one(table, **options):
    """The only pair of a table of two columns."""
    (row,) = correlate(table, **(QUICK | options)).pairs.to_dict("records")
    return row


def ends(row):
    return [row["coefficient"], row["low"], row["high"]]


def noise(n, columns, seed):
    return pd.DataFrame(np.random.default_rng(seed).standard_normal((n, columns)), columns=list("abcdef")[:columns])


# ------------------------------------------------------------------------------------------------- against R and against scipy


def test_r_cor_test():
    """R 4.2.2, cor.test and cor (tests/reference/rstats): all pairs of two published tables, three methods, Fisher's interval."""
    expected = pd.read_csv(REFERENCE / "cor_test.csv").set_index(["table", "a", "b"])
    assert len(expected) == 28 + 3
    for name, rows in expected.groupby("table"):
        for method in METHODS:
            pairs = correlate(data.load_values(name), method=method, **QUICK).pairs.set_index(["a", "b"])
            assert list(pairs.index) == list(rows.droplevel("table").index)
            assert pairs.coefficient.to_numpy() == pytest.approx(rows[method].to_numpy(), abs=1e-10)
            assert (pairs.n == rows.n.to_numpy()).all()
            if method == "pearson":
                assert pairs[["low", "high"]].to_numpy() == pytest.approx(rows[["conf_low", "conf_high"]].to_numpy())


@pytest.mark.parametrize("method", METHODS)
def test_coinr_get_corr(method):
    """COINr 1.1.0, get_corr (tests/reference/coinr): the whole square, and each indicator with the composite it is in."""
    expected = pd.read_csv(COINR / "get_corr.csv").query("cortype == @method")
    square = correlate(PROVINCES, method=method, **QUICK).matrix()
    found = expected[expected.Var1.isin(PROVINCES.columns) & expected.Var2.isin(PROVINCES.columns)]
    found = found[found.Var1 != found.Var2].drop_duplicates(["Var1", "Var2"])
    assert len(found) == 56
    assert [square.loc[a, b] for a, b in zip(found.Var1, found.Var2, strict=True)] == pytest.approx(
        found.Correlation.to_list(), abs=1e-10
    )
    assert np.isnan(np.diag(square)).all()
    whole = expected[expected.Var2.eq("Index") ^ expected.Var1.eq("Index")]
    whole = (
        whole.assign(code=whole.Var1.where(whole.Var1 != "Index", whole.Var2)).drop_duplicates("code").set_index("code")
    )
    wholes = wholes_of(data.load_framework("national-province-2024"))[["composite"]]
    with_part = part_whole(PROVINCES, wholes, method=method, **QUICK).pairs.set_index("a").with_part
    assert len(whole) == 8
    assert with_part.to_dict() == pytest.approx(whole.Correlation.to_dict(), abs=1e-10)


def test_r_part_whole():
    """R 4.2.2, cor of each indicator with the composite less its own part (tests/reference/rstats)."""
    expected = pd.read_csv(REFERENCE / "part_whole.csv", index_col="indicator")
    wholes = wholes_of(data.load_framework("national-province-2024"))[["composite"]]
    for method in METHODS:
        found = part_whole(PROVINCES, wholes, method=method, **QUICK).pairs.set_index("a")
        assert found.coefficient.to_dict() == pytest.approx(expected[method].to_dict(), abs=1e-10)
        assert found.weight.to_dict() == pytest.approx((expected.points / 940).to_dict())
        if method == "pearson":
            assert found.with_part.to_dict() == pytest.approx(expected.pearson_with_whole.to_dict(), abs=1e-10)


@given(tied_tables(), st.sampled_from(METHODS))
@few
def test_scipy_with_heavy_ties(table, method):
    row = one(table, method=method)
    assert row["coefficient"] == pytest.approx(SCIPY[method](table.a, table.b).statistic, abs=1e-12)


def test_fishers_interval_is_that_of_scipy():
    for confidence in (0.5, 0.95):
        row = one(PROVINCES.iloc[:, [2, 3]], confidence=confidence)
        expected = pearsonr(PROVINCES.iloc[:, 2], PROVINCES.iloc[:, 3]).confidence_interval(confidence)
        assert [row["low"], row["high"]] == pytest.approx(list(expected))


def test_intervals_of_ranks_by_hand():
    """Five units, two neighbours changed twice: sum of d squared is 4, so Spearman is 1 - 24 / 120 = 0.8; 8 of 10 pairs of units
    agree, so Kendall is 0.6. Spearman (Bonett & Wright): z = 1.098612, standard error sqrt(1.32 / 2) = 0.812404, times 1.959964 is
    1.592282, so tanh(-0.493670) to tanh(2.690894). Kendall (Fieller): z = 0.693147, sqrt(0.437 / 1) = 0.661060, 1.295654, so
    tanh(-0.602507) to tanh(1.988801)."""
    table = pd.DataFrame({"roads": [1, 2, 3, 4, 5], "wells": [2, 1, 4, 3, 5]})
    assert ends(one(table, method="spearman")) == pytest.approx([0.8, -0.457124, 0.990843], abs=1e-6)
    assert ends(one(table, method="kendall")) == pytest.approx([0.6, -0.538831, 0.963228], abs=1e-6)


def test_r_boot():
    """R 4.2.2, boot: BCa of 99,999 resamples, acceleration from the jackknife, two seeds (tests/reference/rstats).

    An end differs between two seeds of R by up to 0.0035; 0.01 is three times as much.
    """
    expected = pd.read_csv(REFERENCE / "boot.csv").query("influence == 'jack'").groupby(["a", "b"], sort=False)
    assert len(expected) == 4
    for (a, b), runs in expected:
        answer = correlate(PROVINCES[[a, b]], resamples=99_999, permutations=99, seed=5)
        (row,) = answer.pairs.to_dict("records")
        assert runs.bca_low.max() - runs.bca_low.min() < 0.0036 and runs.bca_high.max() - runs.bca_high.min() < 0.0036
        assert ends(row) == pytest.approx(
            [runs.pearson.iloc[0], runs.bca_low.mean(), runs.bca_high.mean()], abs=0.01, rel=0
        )


@pytest.mark.parametrize("method", METHODS)
def test_bca_is_that_of_scipy_called_plainly(method):
    """scipy.stats.bootstrap on one coefficient a call, with the same seed: the same resamples."""
    x, y = PROVINCES.digital_government.to_numpy(), PROVINCES.digital_economy.to_numpy()
    plain = bootstrap(
        (x, y),
        lambda x, y: SCIPY[method](x, y).statistic,
        paired=True,
        vectorized=False,
        n_resamples=299,
        method="BCa",
        confidence_level=0.9,
        rng=np.random.default_rng(3),
    ).confidence_interval
    table = pd.DataFrame({"x": x, "y": y})
    row = one(table, method=method, interval="bca", resamples=299, seed=3, confidence=0.9)
    assert [row["low"], row["high"]] == pytest.approx(list(plain), abs=1e-9)


TIED = pd.DataFrame({"a": [1, 1, 2, 3, 3, 7], "b": [2, 1, 2, 2, 4, 3]}, dtype=float)


@functools.cache
def all_permutations(x, y, method):
    return np.array([SCIPY[method](order, y).statistic for order in itertools.permutations(x)])


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("table", [TIED, VILLAGES[["roads", "wells"]]], ids=["ties", "no ties"])
def test_p_counts_all_permutations(table, method):
    """720 orders of six units: the smaller tail, doubled. As many permutations as that are all, and then no seed matters."""
    every = all_permutations(*(tuple(table[code]) for code in table), method)
    observed = every[0]
    tails = (every >= observed - 1e-9).mean(), (every <= observed + 1e-9).mean()
    expected = min(1.0, 2 * min(tails))
    for seed in (1, 2):
        assert one(table, method=method, permutations=720, seed=seed)["p"] == pytest.approx(expected, abs=1e-12)
    assert one(table.iloc[:, ::-1], method=method, permutations=720)["p"] == pytest.approx(expected, abs=1e-12)
    # Fewer: an estimate of it, which counts the observed order once more.
    sampled = one(table, method=method, permutations=700)["p"]
    error = 2 * math.sqrt(min(tails) * (1 - min(tails)) / 700)
    assert sampled == pytest.approx(expected, abs=4 * error + 2 / 700)


def adjust(p, rule):
    """Holm: p times what is left, never falling. Benjamini & Hochberg: p times m / rank, never above a later one."""
    order, m = np.argsort(p, kind="stable"), len(p)
    scaled, out = np.asarray(p)[order], np.empty(m)
    if rule == "holm":
        out[order] = np.minimum(np.maximum.accumulate(scaled * np.arange(m, 0, -1)), 1)
    else:
        out[order] = np.minimum.accumulate((scaled * m / np.arange(1, m + 1))[::-1])[::-1]
    return out


@pytest.mark.parametrize(("rule", "column"), [("holm", "holm"), ("benjamini-hochberg", "BH"), ("none", "p")])
def test_adjusted_p(rule, column):
    """The definition above gives R's p.adjust (R 4.2.2, tests/reference/rstats), and ours is that definition of our own p."""
    r = pd.read_csv(REFERENCE / "p_adjust.csv")
    defined = (lambda p: p) if rule == "none" else (lambda p: adjust(p, rule))
    assert defined(r.p.to_numpy()) == pytest.approx(r[column].to_numpy(), rel=1e-12)
    answer = correlate(PROVINCES, adjustment=rule, interval="fisher-z", permutations=499, seed=2)
    assert answer.pairs.p_adjusted.to_numpy() == pytest.approx(defined(answer.pairs.p.to_numpy()), rel=1e-12)
    assert answer.tests == 28 and answer.options.adjustment == rule


def test_the_answer_keeps_what_it_was_asked():
    wholes = wholes_of(data.load_framework("national-province-2024"))
    asked = {"method": "spearman", "interval": "bca", "adjustment": "benjamini-hochberg", "confidence": 0.9}
    asked |= {"resamples": 101, "permutations": 103, "seed": 7}
    table = PROVINCES.iloc[:, 4:]
    for answer in (
        correlate(table, **asked),
        part_whole(PROVINCES, wholes[["society"]], **asked),
        correlate_wholes(PROVINCES, wholes[["economy", "society"]], **asked),
    ):
        assert vars(answer.options) == asked and answer.n == 34


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("units", "permutations", "orders"), [(5, 99, 100), (5, 9999, 120), (12, 99, 100), (12, 499, 500)]
)
def test_a_perfect_pair_has_the_least_p_and_never_none(method, units, permutations, orders):
    """The observed order counts among those drawn, or all n! are counted: two in as many, one for each tail. Twelve units without
    ties have 479 001 600 orders: none of 499 is the observed one again."""
    table = pd.DataFrame({"a": np.arange(units) ** 2, "b": -(np.arange(units) ** 2)}, dtype=float)
    answer = correlate(table, **(QUICK | {"method": method, "permutations": permutations}))
    assert answer.least_p == pytest.approx(2 / orders, abs=1e-15)
    assert answer.pairs.p[0] >= 2 / (permutations + 1)
    if orders == 120 or units == 12:
        assert answer.pairs.p[0] == pytest.approx(2 / orders, abs=1e-15)
    else:  # one in 120 orders is the observed one, and may come again
        assert 2 / orders <= answer.pairs.p[0] <= 10 / orders


@pytest.mark.parametrize(
    ("units", "permutations", "adjustment", "expected"),
    [
        (34, 9999, "none", 2 / 10_000),
        (34, 9999, "benjamini-hochberg", 2 / 10_000),
        (34, 9999, "holm", 3 * 2 / 10_000),
        (34, 99, "holm", 3 * 2 / 100),
        (5, 9999, "none", 2 / 120),
        (5, 9999, "holm", 3 * 2 / 120),
        (6, 719, "holm", 3 * 2 / 720),
    ],
)
def test_the_least_p_of_a_family(units, permutations, adjustment, expected):
    """Three tests; Holm's first step takes p times three. The fourth column does not vary and is no test."""
    table = noise(units, 3, 1).assign(flat=1.0)
    options = {"interval": "fisher-z", "permutations": permutations, "adjustment": adjustment, "seed": 1}
    answer = correlate(table, **options)
    assert answer.tests == 3 and answer.least_p == pytest.approx(expected, rel=1e-12)
    # Three copies have the least p, all of them: none is below, and Holm's first is equal.
    copies = correlate(pd.DataFrame({name: table.a for name in "abc"}), **options)
    assert (copies.pairs.p_adjusted >= copies.least_p - 1e-12).all()


def test_the_least_p_is_no_more_than_one():
    """28 tests and 40 orders would give 1.4."""
    copies = pd.DataFrame({name: np.arange(12.0) for name in "abcdefgh"})
    answer = correlate(copies, **(QUICK | {"permutations": 99, "adjustment": "holm"}))
    assert answer.tests == 28 and answer.least_p == pytest.approx(0.56)
    more = correlate(copies.assign(**{f"z{k}": copies.a for k in range(4)}), **(QUICK | {"adjustment": "holm"}))
    assert more.tests == 66 and more.least_p == 1 == more.pairs.p_adjusted.min()


def test_p_is_near_that_of_r():
    """Students's t of cor.test is an approximation of the permutation test: not the same, but with 34 units near it."""
    r = pd.read_csv(REFERENCE / "p_adjust.csv")
    p = correlate(PROVINCES, interval="fisher-z", permutations=4999, seed=2).pairs.p
    assert p.to_numpy() == pytest.approx(r.p.to_numpy(), abs=0.06)
    assert np.corrcoef(p, r.p)[0, 1] > 0.995


# ------------------------------------------------------------------------------------------------------------------------ laws


@given(tied_tables(), st.sampled_from(METHODS))
@few
def test_laws_of_every_coefficient(table, method):
    row = one(table, method=method)
    assert -1 <= row["low"] <= row["coefficient"] <= row["high"] <= 1
    assert ends(one(table[["b", "a"]], method=method)) == pytest.approx(ends(row), abs=1e-12)
    mixed = table.sample(frac=1, random_state=4)
    assert ends(one(mixed, method=method)) == pytest.approx(ends(row), abs=1e-12)
    turned = one(table.assign(b=-table.b), method=method)
    assert [-turned["coefficient"], -turned["high"], -turned["low"]] == pytest.approx(ends(row), abs=1e-12)
    assert ends(one(table.assign(a=3 * table.a - 5), method=method)) == pytest.approx(ends(row), abs=1e-9)
    wider = one(table, method=method, confidence=0.99)
    assert wider["low"] <= row["low"] and row["high"] <= wider["high"]


@given(tied_tables(), st.sampled_from(["spearman", "kendall"]))
@few
def test_ranks_do_not_feel_a_monotone_map(table, method):
    """Nor do interval and p-value, of the same resamples and permutations."""
    options = {"method": method, "interval": "bca", "resamples": 99}
    row, mapped = one(table, **options), one(table.assign(a=np.exp(3 * table.a), b=table.b**3), **options)
    assert ends(mapped) == pytest.approx(ends(row), abs=1e-12, nan_ok=True)
    assert (mapped["p"], mapped["note"]) == (row["p"], row["note"])


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("shift", "error"), [(1e6, 1e-9), (1e9, 1e-6)])
def test_where_a_measure_begins_does_not_matter(method, shift, error):
    """Near 1e9, float64 keeps 1.2e-7: the coefficients of the moved numbers cannot be nearer. Ranks are those of four decimals."""
    wholes = wholes_of(data.load_framework("national-province-2024"))
    moved = PROVINCES.assign(**{code: PROVINCES[code] + shift for code in ("cybersecurity", "digital_economy")})
    assert (moved.nunique() == PROVINCES.nunique()).all()
    before, after = (correlate(one, method=method, **QUICK).pairs for one in (PROVINCES, moved))
    allowed = error if method == "pearson" else 1e-12
    assert after.coefficient.to_numpy() == pytest.approx(before.coefficient.to_numpy(), abs=allowed, rel=0)
    if method != "pearson":
        assert after.p.to_list() == before.p.to_list()
        return
    for ask in (part_whole, correlate_wholes):
        before, after = (ask(one, wholes, **QUICK).pairs for one in (PROVINCES, moved))
        for column in ("coefficient", "forced"):
            assert after[column].to_numpy() == pytest.approx(before[column].to_numpy(), abs=error, rel=0)


@pytest.mark.parametrize("method", ["spearman", "kendall"])
def test_what_is_close_is_no_tie(method):
    """Steps of 1e-5 on 1e9 are 1e-14 of it, and numbers that a table can hold apart."""
    steps = np.array([3, 1, 4, 0, 5, 9, 2, 6])
    table = pd.DataFrame({"a": 1e9 + steps * 1e-5, "b": [2, 7, 1, 8, 3, 4, 6, 5]}, dtype=float)
    table.loc[8] = [1e9 + 1, 0]
    assert table.a.nunique() == 9
    expected = SCIPY[method]([*steps, 100], table.b).statistic
    assert one(table, method=method)["coefficient"] == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("interval", ["bca", "fisher-z"])
def test_a_pair_does_not_depend_on_other_columns(interval):
    options = {"interval": interval, "resamples": 199, "permutations": 199, "adjustment": "none", "seed": 4}
    pair = ["digital_infrastructure", "digital_economy"]
    alone = correlate(PROVINCES[pair], **options).pairs.iloc[0]
    among = correlate(PROVINCES, **options).pairs.set_index(["a", "b"]).loc[tuple(pair)]
    assert alone.drop(["a", "b"]).to_dict() == among.to_dict()


def test_the_seed_decides():
    options = {"resamples": 199, "permutations": 199}
    first, again, other = (correlate(PROVINCES.iloc[:, 4:7], seed=seed, **options).pairs for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(first, again)
    assert (first.coefficient == other.coefficient).all()
    assert (first.low != other.low).all() and (first.p != other.p).any()


def test_many_units_go_another_way_to_the_same_tau(monkeypatch):
    rng = np.random.default_rng(8)
    x = rng.integers(0, 15, 205)
    table = pd.DataFrame({"a": x, "b": x + rng.integers(0, 20, 205)}, dtype=float)
    options = {"method": "kendall", "resamples": 99, "permutations": 99, "seed": 1}
    by_scipy = correlate(table, **options).pairs
    monkeypatch.setattr(kernel, "_KENDALL_PAIRWISE", 1000)
    by_pairs = correlate(table, **options).pairs
    numbers = ["coefficient", "low", "high", "p"]
    assert by_pairs[numbers].to_numpy() == pytest.approx(by_scipy[numbers].to_numpy(), abs=1e-12)
    assert by_pairs.coefficient[0] == pytest.approx(kendalltau(table.a, table.b).statistic, abs=1e-12)


@pytest.mark.parametrize("method", METHODS)
def test_batches_do_not_show(method, monkeypatch):
    options = {"method": method, "resamples": 99, "permutations": 99, "adjustment": "none", "seed": 1}
    wholes = wholes_of(data.load_framework("national-province-2024"))
    before = correlate(PROVINCES.iloc[:, 1:3], **options).pairs, correlate_wholes(PROVINCES, wholes, **options).pairs
    monkeypatch.setattr(kernel, "_CELLS", 34 * 34 * 20)
    after = correlate(PROVINCES.iloc[:, 1:3], **options).pairs, correlate_wholes(PROVINCES, wholes, **options).pairs
    for one_before, one_after in zip(before, after, strict=True):
        pd.testing.assert_frame_equal(one_before, one_after, rtol=1e-12)


# ------------------------------------------------------------------------------------------------------- what cannot be computed


def test_a_constant_column_keeps_its_pairs_and_costs_the_others_nothing():
    table = VILLAGES.assign(flat=0.7)
    answer, without = correlate(table, **QUICK), correlate(VILLAGES, **QUICK)
    assert len(answer.pairs) == 6 and answer.tests == 3 and answer.detectable_first == without.detectable_first
    flat = answer.pairs[(answer.pairs.a == "flat") | (answer.pairs.b == "flat")]
    assert len(flat) == 3 and flat[["coefficient", "low", "high", "p", "p_adjusted"]].isna().all(axis=None)
    assert set(notes(flat)) == {"flat has one value for every unit"}
    rest = answer.pairs.drop(index=flat.index).reset_index(drop=True)
    pd.testing.assert_frame_equal(rest, without.pairs)
    assert (
        answer.matrix("p").loc["flat"].isna().all() and (answer.matrix("p").loc["wells", ["roads", "school"]] > 0).all()
    )


def test_binary_noise_is_no_variation():
    table = VILLAGES.assign(flat=[0.3, 0.1 + 0.2, 0.3, 0.1 + 0.2, 0.3, 0.3])
    assert table.flat.nunique() == 2
    answer = correlate(table, **QUICK)
    assert answer.tests == 3 and answer.matrix()["flat"].isna().all()


@pytest.mark.parametrize("method", METHODS)
def test_binary_noise_is_no_variation_in_a_whole_either(method):
    """As an indicator, as the rest of another, and as a whole: blank, with a note that names what does not vary."""
    table = VILLAGES.assign(flat=[0.3, 0.1 + 0.2, 0.3, 0.1 + 0.2, 0.3, 0.3])
    wholes = pd.DataFrame(
        {"most": [0.4, 0.2, 0.2, 0.2], "two": [0.5, 0.0, 0.0, 0.5], "flat": [0.0, 0.0, 0.0, 1.0]}, index=list(table)
    )
    pairs = part_whole(table, wholes[["most", "two"]], method=method, **QUICK).pairs.set_index(["a", "b"])
    for key, note in {
        ("flat", "most"): "flat has one value for every unit",
        ("flat", "two"): "flat has one value for every unit",
        ("roads", "two"): "two has one value for every unit",
    }.items():
        assert math.isnan(pairs.coefficient[key]) and say(pairs.note[key], "en") == note, key
    assert pairs.coefficient.notna().sum() == 3
    among = correlate_wholes(table, wholes, method=method, **QUICK).pairs
    assert among.coefficient.isna().tolist() == [False, True, True] and among.p.isna().tolist() == [False, True, True]
    assert set(notes(among[1:])) == {"flat has one value for every unit"}


def test_nothing_to_test():
    answer = correlate(pd.DataFrame({"a": [1] * 5, "b": [1, 2, 3, 4, 5]}), **QUICK)
    assert answer.tests == 0 and answer.pairs.p_adjusted.isna().all()
    assert answer.detectable == answer.detectable_first


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("interval", ["bca", "fisher-z"])
@pytest.mark.parametrize("sign", [1, -1])
def test_a_perfect_correlation(method, interval, sign):
    table = pd.DataFrame({"a": [0.1, 0.2, 0.2, 0.5, 0.7, 0.9]}).assign(b=lambda t: sign * (2 * t.a + 1))
    row = one(table, method=method, interval=interval, resamples=99)
    assert ends(row) == pytest.approx([sign] * 3, abs=1e-12)
    assert "perfect" in say(row["note"], "en") and 0 < row["p"] < 0.1


@pytest.mark.parametrize("method", METHODS)
def test_resamples_without_variation_are_counted(method):
    """Four of six units are equal: of all resamples, 4 ** 6 + 2 in 6 ** 6 hold nothing else (or one other unit alone)."""
    table = pd.DataFrame({"a": [1, 1, 1, 1, 2, 3], "b": [1, 5, 2, 6, 3, 7]})
    row = one(table, method=method, interval="bca", resamples=999)
    note = say(row["note"], "en")
    count, of = int(note.split()[0]), int(note.split()[2])
    assert of == 999 and "constant" in note
    assert binomtest(count, of, (4**6 + 2) / 6**6).pvalue > 1e-3
    assert -1 <= row["low"] < row["coefficient"] < row["high"] <= 1


@pytest.mark.parametrize("method", METHODS)
def test_one_unit_decides(method):
    table = pd.DataFrame({"a": [1, 1, 1, 1, 1, 2], "b": [1, 5, 2, 6, 3, 7]})
    row = one(table, method=method, interval="bca", resamples=199)
    assert math.isnan(row["low"]) and math.isnan(row["high"])
    note = say(row["note"], "en")
    assert "no bca interval: leaving out one unit after the other" in note and "fisher-z" in note
    assert row["coefficient"] > 0 and 0 < row["p"] <= 1
    fisher = one(table, method=method)
    assert fisher["low"] < fisher["coefficient"] < fisher["high"] and fisher["note"] == ""


def test_the_note_of_a_missing_interval_is_true():
    """Three pairs of neighbours changed: without any one unit tau is (8 - 2) / 10, so there is no
    acceleration. Both columns vary whoever is left out, so no unit decides that."""
    table = VILLAGES[["roads", "wells"]]
    left = [kendalltau(*table.drop(index=k).T.to_numpy()).statistic for k in table.index]
    assert left == pytest.approx([0.6] * 6, abs=1e-12)
    row = one(table, method="kendall", interval="bca", resamples=199)
    assert math.isfinite(row["low"]) or "one unit decides whether a column varies" not in say(row["note"], "en")


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (VILLAGES.iloc[:4], "4 units; expected at least 5"),
        (VILLAGES[["roads"]], "1 columns; expected at least two"),
        (VILLAGES[[]], "6 units and 0 indicators"),
        (
            VILLAGES.where(VILLAGES.ne(6) | VILLAGES.columns.isin(["roads", "school"])),
            "unit 4, indicator 'wells': no value",
        ),
        (VILLAGES.astype(float).replace(1, math.inf), "unit 0, indicator 'roads': found inf"),
        (VILLAGES.astype(object).replace(4, "much"), "found 'much'"),
        (VILLAGES.set_axis(["a", "a", "b"], axis=1), "'a'"),
        (
            VILLAGES.set_axis(pd.MultiIndex.from_product([["works"], list(VILLAGES)]), axis=1),
            "the indicators have 2 labels each; expected one code each",
        ),
        (VILLAGES.set_axis(pd.MultiIndex.from_product([[2020, 2022], list("abc")])), "the units have 2 labels each"),
    ],
)
def test_tables_that_are_refused(table, message):
    with pytest.raises(InputError, match=message):
        correlate(table, **QUICK)


@pytest.mark.parametrize(
    ("option", "error", "message"),
    [
        ({"method": "pearsen"}, UnknownName, "did you mean 'pearson'"),
        ({"interval": "bc"}, UnknownName, "known: bca, fisher-z"),
        ({"adjustment": "bonferroni"}, UnknownName, "known: holm, benjamini-hochberg, none"),
        ({"confidence": 95}, InputError, "confidence 95: .* such as 0.95"),
        ({"confidence": math.nan}, InputError, "confidence nan"),
        ({"confidence": "0.9"}, InputError, "confidence '0.9'"),
        ({"resamples": 98}, InputError, "resamples 98: .* at least 99"),
        ({"permutations": 99.0}, InputError, "permutations 99.0: .* whole number"),
        ({"seed": -1}, InputError, "seed -1: .* at least 0"),
        ({"seed": None}, InputError, "seed None"),
    ],
)
def test_options_that_are_refused(option, error, message):
    for ask in (
        lambda **options: correlate(VILLAGES, **options),
        lambda **options: part_whole(VILLAGES, SHARED, **options),
        lambda **options: correlate_wholes(VILLAGES, SHARED, **options),
    ):
        with pytest.raises(error, match=message):
            ask(**(QUICK | option))


def test_a_low_confidence_is_a_share_like_any_other():
    """Or else it is refused by its own name."""
    try:
        row = one(VILLAGES[["roads", "wells"]], confidence=0.15)
    except InputError as refused:
        assert "confidence" in str(refused)
    else:
        assert row["low"] < row["coefficient"] < row["high"]


def test_an_unknown_column_of_the_square():
    with pytest.raises(UnknownName, match="did you mean 'coefficient'"):
        correlate(VILLAGES, **QUICK).matrix("coeficient")


# ------------------------------------------------------------------------------------------------- an indicator and its whole


def exact_rest(table, weights, code):
    """The composite of the others in fractions, so that ties are ties; tenths and weights are exact."""
    left = {other: Fraction(str(w)) for other, w in weights.items() if other != code}
    return [
        float(sum(w * Fraction(str(row[other])) for other, w in left.items()) / sum(left.values()))
        for row in table.to_dict("records")
    ]


@pytest.mark.parametrize("method", METHODS)
@given(tied_tables(columns=3), st.sampled_from([(0.7, 0.2, 0.1), (0.3, 0.4, 0.3), (0.1, 0.6, 0.3)]))
@few
def test_the_rest_is_the_composite_of_the_others(method, table, weights):
    table = (table / 10).round(1)
    wholes = pd.DataFrame({"composite": dict(zip("abc", weights, strict=True))})
    found = part_whole(table, wholes, method=method, **QUICK).pairs.set_index("a")
    for code in table:
        rest = exact_rest(table, wholes.composite, code)
        if len(set(rest)) > 1:
            expected = SCIPY[method](table[code], rest).statistic
            assert found.coefficient[code] == pytest.approx(expected, abs=1e-9), (code, rest)
        else:
            assert math.isnan(found.coefficient[code])


@given(tied_tables(columns=3))
@few
def test_the_rest_is_that_of_henryssons_formula(table):
    """Henrysson (1963): the corrected item-total correlation from the uncorrected one and two standard deviations."""
    wholes = pd.DataFrame({"composite": {"a": 0.5, "b": 0.3, "c": 0.2}})
    whole = table @ wholes.composite
    assume(whole.std() > 1e-9)
    found = part_whole(table, wholes, **QUICK).pairs
    for row in found[found.coefficient.notna()].itertuples():
        part, spread = row.weight * table[row.a].std(), whole.std()
        again = (row.with_part * spread - part) / math.sqrt(spread**2 + part**2 - 2 * row.with_part * spread * part)
        assert again == pytest.approx(row.coefficient, abs=1e-7)


@pytest.mark.parametrize("method", METHODS)
def test_indicators_of_an_orthogonal_design_give_nothing(method):
    """Without its own part each coefficient is 0: each combination of values stands in the table equally often."""
    wholes = SHARED.assign(composite=[0.5, 0.2, 0.3])
    found = part_whole(CUBE, wholes, method=method, **QUICK).pairs
    assert len(found) == 7
    assert found.coefficient.to_numpy() == pytest.approx(np.zeros(7), abs=1e-12)


def test_what_is_forced_is_all_that_an_orthogonal_design_has():
    """Exact for Pearson, also where the indicators spread differently: the observed coefficient is computed by numpy."""
    table = CUBE * [1.0, 3.0, 0.2] + [0, 5, 0.1]
    wholes = SHARED.assign(composite=[0.5, 0.2, 0.3])
    for row in part_whole(table, wholes, **QUICK).pairs.itertuples():
        expected = np.corrcoef(table[row.a], table @ wholes[row.b])[0, 1]
        assert [row.forced, row.with_part] == pytest.approx([expected] * 2, abs=1e-12)
        assert row.weight == wholes.loc[row.a, row.b]


def test_only_what_counts_is_compared_and_a_whole_of_one_is_blank():
    wholes = SHARED.assign(alone=[0.0, 0.0, 1.0])
    answer = part_whole(VILLAGES, wholes, **QUICK)
    pairs = answer.pairs.set_index(["a", "b"])
    assert set(pairs.index) == {
        ("roads", "works"),
        ("wells", "works"),
        ("roads", "people"),
        ("school", "people"),
        ("school", "alone"),
    }
    blank = pairs.loc[("school", "alone")]
    assert blank[["coefficient", "low", "high", "p", "p_adjusted"]].isna().all() and "school alone" in say(
        blank.note, "en"
    )
    assert answer.tests == 4 and (pairs.drop(index=[("school", "alone")]).note == "").all()
    assert answer.detectable_first == pytest.approx(detectable(6, alpha=0.05 / 4))


def test_a_constant_indicator_has_no_rest_to_compare_and_leaves_the_others_theirs():
    table = VILLAGES.assign(flat=0.5)
    wholes = pd.DataFrame({"composite": {"roads": 0.4, "wells": 0.2, "school": 0.2, "flat": 0.2}})
    pairs = part_whole(table, wholes, **QUICK).pairs.set_index("a")
    assert (
        math.isnan(pairs.coefficient["flat"]) and say(pairs.note["flat"], "en") == "flat has one value for every unit"
    )
    assert math.isnan(pairs.with_part["flat"])
    expected = np.corrcoef(table.roads, table.wells + table.school)[0, 1]
    assert pairs.coefficient["roads"] == pytest.approx(expected)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("weights", "shift"), [((0.4, 0.3, 0.3), 0.0), ((0.4, 0.3, 0.3), 1e6), ((0.6, 0.1, 0.3), 0.0)])
def test_others_that_cancel_out_leave_no_rest(method, weights, shift):
    """Of b and -b with the same weight, or -b / 3 with three times as much, nothing is left but binary noise, and a correlates with
    none of that."""
    a, b = noise(20, 2, 3).apply(lambda x: (x - x.mean()) / x.std()).to_numpy().T
    first, second, third = weights
    table = pd.DataFrame({"a": a, "b": b, "c": -b * second / third})
    wholes = pd.DataFrame({"composite": dict(zip("abc", weights, strict=True))})
    found = part_whole(table + shift, wholes, method=method, **QUICK)
    pairs = found.pairs.set_index("a")
    assert pairs.loc["a", ["coefficient", "low", "high", "p"]].isna().all() and found.tests == 2
    assert say(pairs.note["a"], "en") == "composite has one value for every unit"
    assert pairs.with_part["a"] == pytest.approx(1, abs=1e-9)
    expected = [SCIPY[method](x, first * a - second * x).statistic for x in (b, -b)]
    assert pairs.coefficient[1:].to_list() == pytest.approx(expected, abs=1e-8)


@pytest.mark.parametrize("ask", [part_whole, correlate_wholes])
def test_rows_of_the_wholes_may_stand_in_any_order(ask):
    pd.testing.assert_frame_equal(ask(VILLAGES, SHARED[::-1], **QUICK).pairs, ask(VILLAGES, SHARED, **QUICK).pairs)


@pytest.mark.parametrize("ask", [part_whole, correlate_wholes])
@pytest.mark.parametrize(
    ("wholes", "message"),
    [
        (SHARED * 0.9, "'works'.*add to 0.9; expected .* add to 1"),
        (SHARED * 2, "add to 2"),
        (SHARED.drop(index="wells"), "rows for roads, school; expected .*wells"),
        (SHARED.rename(index={"wells": "well"}), "well"),
        (SHARED.rename(index={"wells": 0}), "rows for roads, 0, school; expected .*roads, wells, school"),
        (SHARED.set_axis([0, 1, 2]), "rows for 0, 1, 2; expected .*roads, wells, school"),
        (pd.concat([SHARED, SHARED.loc[["wells"]] * 0]), "wells, school, wells"),
        (SHARED + np.array([[0.4, 0], [-0.4, 0], [0, 0]]), "'works'.*-0.1"),
        (SHARED.where(SHARED > 0), "'works'.*nan"),
        pytest.param(SHARED.astype(object).replace(0.3, "much"), "much", id="text"),
        pytest.param(SHARED.set_axis(["works", "works"], axis=1), "works", id="same name twice"),
        pytest.param(SHARED[[]], "none|no wholes|at least", id="none"),
    ],
)
def test_wholes_that_are_refused(ask, wholes, message):
    with pytest.raises(InputError, match=message):
        ask(VILLAGES, wholes, **QUICK)


def test_the_correction_is_exact_for_independent_indicators():
    """Simulation: over many random tables the corrected coefficients have mean 0, and the uncorrected ones what is forced.

    With n units, the mean of a Pearson coefficient is below the true r by about r (1 - r ** 2) / 2n: at most 0.006 for 34 units.
    """
    wholes = pd.DataFrame({"composite": {"a": 0.5, "b": 0.3, "c": 0.2}})
    tables = [noise(34, 3, seed) * [1, 1, 2] for seed in range(120)]
    found = [part_whole(table, wholes, **QUICK).pairs.set_index("a") for table in tables]
    corrected = np.array([one.coefficient for one in found])
    excess = np.array([one.with_part - one.forced for one in found])
    error = corrected.std(axis=0) / math.sqrt(len(tables))
    assert (np.abs(corrected.mean(axis=0)) < 4 * error).all()
    assert (np.abs(excess.mean(axis=0)) < 0.006 + 4 * excess.std(axis=0) / math.sqrt(len(tables))).all()
    assert np.array([one.with_part for one in found]).mean(axis=0).min() > 0.3  # what the correction takes away
    share = np.mean([(one.p <= 0.05).mean() for one in found])
    assert share <= binom.ppf(0.999, 120, 0.05) / 120  # the three of a table depend on each other


@pytest.mark.parametrize("method", ["spearman", "kendall"])
def test_what_is_forced_by_rank(method):
    """The mean of shuffles: near the mean of the uncorrected coefficient over random tables."""
    wholes = pd.DataFrame({"composite": {"a": 0.6, "b": 0.4}})
    tables = [noise(20, 2, seed) for seed in range(150)]
    expected = [[SCIPY[method](one[code], one @ wholes.composite).statistic for code in one] for one in tables]
    found = part_whole(tables[0], wholes, method=method, interval="fisher-z", permutations=999, seed=3).pairs.forced
    error = np.std(expected, axis=0) / math.sqrt(150)
    # The shuffles keep the values of one table, which moves their mean a little besides.
    assert found.to_numpy() == pytest.approx(np.mean(expected, axis=0), abs=6 * error.max() + 0.02)


# -------------------------------------------------------------------------------------------------- wholes with each other


def test_forced_between_wholes_of_an_orthogonal_design():
    """Whatever the spread: what is observed there is what is forced, and numpy computes it from the wholes. Nothing goes together
    there, so that what is shared is no more than that."""
    table = CUBE * [1.0, 3.0, 0.2]
    wholes = SHARED.assign(all=[0.5, 0.2, 0.3])
    found = correlate_wholes(table, wholes, **QUICK).pairs
    square = np.corrcoef((table @ wholes).T)
    expected = [square[0, 1], square[0, 2], square[1, 2]]
    for column in ("coefficient", "forced", "shared"):
        assert found[column].to_numpy() == pytest.approx(expected, abs=1e-12), column
    assert (found.shared_low <= found.shared).all() and (found.shared <= found.shared_high).all()


@pytest.mark.parametrize("method", METHODS)
def test_wholes_that_share_nothing_are_forced_to_nothing(method):
    """Exactly 0, however closely their indicators go together."""
    table = PROVINCES.iloc[:, :4]
    wholes = pd.DataFrame({"one": [0.7, 0.3, 0, 0], "two": [0, 0, 0.2, 0.8]}, index=list(table))
    (row,) = correlate_wholes(table, wholes, method=method, **QUICK).pairs.to_dict("records")
    assert row["forced"] == row["shared"] == 0.0
    assert row["coefficient"] == pytest.approx(
        SCIPY[method](table @ wholes.one, table @ wholes.two).statistic, abs=1e-9
    )


def shared_by_numpy(table, first, second):
    """cov(F_P, F_Q) / sqrt((var F_P + sum of the others' w^2 s^2) (the same of Q)), F the part of the indicators in both."""
    both = [code for code in table if first[code] > 0 and second[code] > 0]
    parts = [table[both] @ side[both] for side in (first, second)]
    variances = [
        part.var() + sum(side[code] ** 2 * table[code].var() for code in table if code not in both)
        for part, side in zip(parts, (first, second), strict=True)
    ]
    return parts[0].cov(parts[1]) / math.sqrt(variances[0] * variances[1])


def test_shared_of_2024_in_closed_form():
    """Points as printed: 50, 50, 140, 100, 100 in every pillar, and 200, 150, 150 of its own. The shared part is the same in all
    three but for a factor, which drops out."""
    table = PROVINCES
    common = table.iloc[:, :5] @ np.array([50, 50, 140, 100, 100])
    own = {"government": 200, "economy": 150, "society": 150}
    variance = {pillar: common.var() + (points * table[f"digital_{pillar}"]).var() for pillar, points in own.items()}
    pairs = list(itertools.combinations(own, 2))
    expected = [common.var() / math.sqrt(variance[a] * variance[b]) for a, b in pairs]
    assert expected == pytest.approx([0.803, 0.846, 0.834], abs=5e-4)
    wholes = wholes_of(data.load_framework("national-province-2024"))
    found = correlate_wholes(table, wholes.drop(columns="composite"), **(QUICK | {"permutations": 1999})).pairs
    assert list(zip(found.a, found.b, strict=True)) == pairs
    assert found.shared.to_list() == pytest.approx(expected, abs=1e-12)
    # The indicators that are shared go together, so that this is more than all of them alone would force.
    alone = (table.iloc[:, :5] * [50, 50, 140, 100, 100]).var().sum()
    forced = [
        alone / math.sqrt((variance[a] - common.var() + alone) * (variance[b] - common.var() + alone)) for a, b in pairs
    ]
    assert found.forced.to_list() == pytest.approx(forced, abs=1e-12) and (found.forced < found.shared).all()
    # The mean of the shuffles lies a little below, by at most r (1 - r^2) / 2n: within the band in any case.
    assert (found.shared_low < found.shared).all() and (found.shared < found.shared_high).all()


@given(st.integers(0, 10**6), st.integers(1, 4))
@few
def test_shared_of_any_wholes_in_closed_form(seed, common):
    rng = np.random.default_rng(seed)
    table = noise(9, 5, seed) @ rng.standard_normal((5, 5))
    table.columns = list("abcde")
    weights = rng.uniform(0.1, 1, (5, 2))
    for row in range(common, 5):
        weights[row, row % 2] = 0.0
    wholes = pd.DataFrame(weights / weights.sum(axis=0), index=list("abcde"), columns=["one", "two"])
    found = correlate_wholes(table, wholes, **QUICK).pairs.shared[0]
    assert found == pytest.approx(shared_by_numpy(table, wholes.one, wholes.two), abs=1e-12)


@pytest.mark.parametrize("method", METHODS)
def test_what_is_shared_in_full_stays(method):
    """Two wholes of the same indicators: nothing is shuffled, and what they share is all that there is."""
    wholes = pd.DataFrame({"one": [0.5, 0.3, 0.2], "two": [0.2, 0.3, 0.5]}, index=list(VILLAGES))
    (row,) = correlate_wholes(VILLAGES, wholes, method=method, **QUICK).pairs.to_dict("records")
    for column in ("shared", "shared_low", "shared_high"):
        assert row[column] == pytest.approx(row["coefficient"], abs=1e-12)
    assert row["p"] == 1 and row["forced"] < row["coefficient"]


def test_a_law_of_what_is_forced():
    """Of indicators that spread alike, the cosine of the two columns of weights: 0.28 / sqrt(0.58 x 0.52)."""
    found = correlate_wholes(CUBE, SHARED, **QUICK).pairs
    assert found.forced[0] == pytest.approx(0.28 / math.sqrt(0.58 * 0.52), abs=1e-12)


@pytest.mark.parametrize("method", METHODS)
def test_equal_scores_are_ties(method):
    """0.1 + 0.2 + 0.3 is 0.2 + 0.3 + 0.1, also in binary: five units have the same mean of three indicators."""
    table = pd.DataFrame(
        [[1, 2, 3, 5], [3, 2, 1, 4], [2, 3, 1, 3], [2, 1, 3, 2], [3, 1, 2, 1], [4, 1, 2, 0]], columns=list("abcd")
    )
    expected = SCIPY[method](table.a + table.b + table.c, table.d).statistic
    wholes = pd.DataFrame({"one": [1 / 3, 1 / 3, 1 / 3, 0], "two": [0, 0, 0, 1.0]}, index=list("abcd"))
    found = correlate_wholes(table / 10, wholes, method=method, **QUICK).pairs
    assert found.coefficient[0] == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("method", METHODS)
def test_scales_of_wholes_do_not_touch_each_other(method):
    """One whole in shares, one in billions: each is what `correlate` says of the same two columns."""
    table = VILLAGES / 10
    table["school"] *= 1e13
    wholes = pd.DataFrame({"people": [0.5, 0.5, 0.0], "money": [0.0, 0.0, 1.0]}, index=list(table))
    (row,) = correlate_wholes(table, wholes, method=method, **QUICK).pairs.to_dict("records")
    expected = SCIPY[method](table.roads + table.wells, table.school).statistic
    assert row["coefficient"] == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("method", METHODS)
def test_without_overlap_it_is_the_ordinary_permutation_test(method):
    """Wholes of one indicator each: against all 720 orders of six units. Drawn at random the band is within Monte Carlo errors."""
    every = all_permutations(tuple(TIED.a), tuple(TIED.b), method)
    wholes = pd.DataFrame({"one": {"a": 1.0, "b": 0.0}, "two": {"a": 0.0, "b": 1.0}})
    answer = correlate_wholes(TIED, wholes, method=method, interval="fisher-z", permutations=9999, seed=1)
    (row,) = answer.pairs.to_dict("records")
    tail = min((every >= every[0] - 1e-9).mean(), (every <= every[0] + 1e-9).mean())
    assert row["coefficient"] == pytest.approx(every[0], abs=1e-12)
    assert row["p"] == pytest.approx(2 * tail, abs=1e-12)
    assert row["forced"] == row["shared"] == 0.0
    low, high = np.quantile(every, [0.05, 0.95])
    assert row["shared_low"] == pytest.approx(low, abs=0.04) and row["shared_high"] == pytest.approx(high, abs=0.04)


@pytest.mark.parametrize("method", METHODS)
def test_the_p_of_wholes_that_share_nothing_is_that_of_correlate(method):
    wholes = pd.DataFrame({"one": [0.5, 0.3, 0.2, 0, 0], "two": [0, 0, 0, 0.4, 0.6]}, index=list("abcde"))
    for seed in range(5):
        table = noise(15, 5, seed).round(1)
        options = QUICK | {"method": method, "permutations": 199, "seed": seed}
        ours = correlate_wholes(table, wholes, **options).pairs
        plain = correlate((table @ wholes).round(10), **options).pairs  # equal sums are ties for the ranks
        assert ours.p.to_list() == plain.p.to_list()


def test_shuffles_that_make_a_whole_constant_do_not_count():
    """a is shared, b and c are not. In one of ten orders of b, a + b has one value: no coefficient. All 1200 orders counted here:
    0.9333 of those that have a coefficient, 0.84 of all."""
    a, b, c = np.array([0, 0, 1, 1, 1]), np.array([1, 0, 1, 0, 0]), np.array([1, 1.5, 1.5, 0, 2.5])
    orders = itertools.product(sorted(set(itertools.permutations(b))), itertools.permutations(c))
    every = [(a + one, a + two) for one, two in orders]
    found = np.array([np.corrcoef(x, y)[0, 1] for x, y in every if np.ptp(x) > 0 and np.ptp(y) > 0])
    assert (len(found), len(every)) == (1080, 1200)
    observed = np.corrcoef(a + b, a + c)[0, 1]
    count = min((found >= observed - 1e-9).sum(), (found <= observed + 1e-9).sum())
    assert [2 * count / 1080, 2 * count / 1200] == pytest.approx([0.9333, 0.84], abs=1e-4)
    wholes = pd.DataFrame({"one": [0.5, 0.5, 0.0], "two": [0.5, 0.0, 0.5]}, index=list("abc"))
    table = pd.DataFrame({"a": a, "b": b, "c": c})
    p = correlate_wholes(table, wholes, interval="fisher-z", permutations=9999, seed=1).pairs.p[0]
    assert p == pytest.approx(2 * count / 1080, abs=4 * 2 * math.sqrt(0.25 / 9000))


@pytest.mark.parametrize("method", ["pearson", "spearman"])
def test_what_is_shared_alone_is_not_found(method):
    """Simulation: pillars share two indicators that correlate by 0.9; what each has of its own is independent. Tests against 0,
    and against indicators that are all independent, find that in far too many tables; this one in as many as chance allows, its
    p is uniform, and its band of 90 % holds the observed coefficient as often as it says (99.9 % binomial limits; of 1500 such
    tables, 0.049, 0.255, 0.503 and 0.745 have a p of at most 0.05, 0.25, 0.5 and 0.75)."""
    wholes = pd.DataFrame({"one": [0.3, 0.3, 0.4, 0], "two": [0.3, 0.3, 0, 0.4]}, index=list("abcd"))
    tables = [noise(12, 4, seed) for seed in range(1000, 1200)]
    tables = [table.assign(b=0.9 * table.a + math.sqrt(1 - 0.81) * table.b) for table in tables]
    options = QUICK | {"method": method, "permutations": 199}
    found = pd.concat([correlate_wholes(table, wholes, **options).pairs for table in tables])
    naive = [SCIPY[method](table @ wholes.one, table @ wholes.two).pvalue for table in tables]
    assert (np.array(naive) <= 0.05).sum() > 120
    assert (found.coefficient > found.forced).mean() > 0.7
    for share in (0.05, 0.25, 0.5, 0.75):  # p is a multiple of 0.01
        assert binom.ppf(0.0005, 200, share) <= (found.p <= share).sum() <= binom.ppf(0.9995, 200, share), share
    inside = ((found.shared_low <= found.coefficient) & (found.coefficient <= found.shared_high)).sum()
    assert binom.ppf(0.0005, 200, 0.89) <= inside <= binom.ppf(0.9995, 200, 0.9)
    error = (found.coefficient - found.shared).std() / math.sqrt(200)
    assert (found.coefficient - found.shared).mean() == pytest.approx(0, abs=4 * error + 0.39 / 24)  # r (1 - r^2) / 2n


def test_a_link_between_what_is_not_shared_is_found():
    table = noise(34, 4, 3)
    table["b"] = 0.9 * table.a + 0.4 * table.b
    table["d"] = table.c + 0.2 * table.d
    wholes = pd.DataFrame({"one": [0.25, 0.25, 0.5, 0], "two": [0.25, 0.25, 0, 0.5]}, index=list("abcd"))
    answer = correlate_wholes(table, wholes, interval="fisher-z", permutations=999, seed=1)
    (row,) = answer.pairs.to_dict("records")
    assert row["coefficient"] > row["shared_high"] and row["p"] < 0.01
    # The other way round: what the shared indicators give, the others take back.
    answer = correlate_wholes(table.assign(d=-table.d), wholes, interval="fisher-z", permutations=999, seed=1)
    assert answer.pairs.coefficient[0] < answer.pairs.shared_low[0] and answer.pairs.p[0] < 0.01


def test_wholes_are_corrected_together():
    framework = data.load_framework("national-province-2024")
    answer = correlate_wholes(PROVINCES, wholes_of(framework), **(QUICK | {"adjustment": "holm"}))
    assert answer.tests == 6 == len(answer.pairs)
    assert answer.pairs.p_adjusted.to_numpy() == pytest.approx(adjust(answer.pairs.p.to_numpy(), "holm"))
    with pytest.raises(InputError, match="found works; expected at least two"):
        correlate_wholes(VILLAGES, SHARED[["works"]], **QUICK)


# -------------------------------------------------------------------------------------------------------------- selected ranks


HALVES = pd.DataFrame({"composite": {"a": 0.5, "b": 0.5}})


def spread_alike(n):
    """Two columns with the same standard deviation."""
    x = np.arange(n, dtype=float)
    return pd.DataFrame({"a": x, "b": x[::-1]})


@pytest.mark.parametrize("method", METHODS)
def test_a_whole_list_forces_nothing_on_indicators(method):
    table = CUBE * [1.0, 3.0, 0.2]
    found = after_selection(table, SHARED, range(1, 9), 8, by="works", method=method, draws=2000, seed=1)
    assert found[["a", "b"]].to_numpy().tolist() == [
        ["roads", "wells"],
        ["roads", "school"],
        ["wells", "school"],
        ["works", "people"],
    ]
    # A coefficient of eight independent units has a standard deviation of 1 / sqrt(7) (Kendall: less); 4 errors of 2000 draws.
    assert (found["mean"][:3].abs() < 4 / math.sqrt(7 * 2000)).all()
    assert (found.low[:3] < -0.3).all() and (found.high[:3] > 0.3).all()


def test_a_whole_list_forces_the_overlap_on_wholes():
    table = pd.concat([CUBE] * 8, ignore_index=True) * [1.0, 3.0, 0.2]
    found = after_selection(table, SHARED, range(1, 65), 64, by="people", draws=1000, seed=1).iloc[3]
    (forced,) = correlate_wholes(table, SHARED, **QUICK).pairs.forced
    # The mean of a coefficient of n units is below by at most 0.39 / 2n = 0.003; standard deviation at most 1 / sqrt(63).
    assert found["mean"] == pytest.approx(forced, abs=0.003 + 4 / math.sqrt(63 * 1000))
    assert found.low < forced < found.high


def test_what_selection_forces_by_theory():
    """Normal sum, cut at a quantile: the upper tenth has 0.1692 of its variance (inverse Mills ratio 1.7550 at 1.2816: 1 - 1.7550 x
    (1.7550 - 1.2816)), both outer twentieths together 4.392 times (1 + 1.6449 x 2.0627). The difference keeps its own. So
    (v - 1) / (v + 1): -0.711 and 0.629."""
    first = after_selection(spread_alike(40), HALVES, range(1, 41), 400, draws=400, seed=1).loc[0]
    assert first["mean"] == pytest.approx(-0.711, abs=0.015)
    ends = [*range(1, 21), *range(381, 401)]
    both = after_selection(spread_alike(40), HALVES, ends, 400, draws=400, seed=1).loc[0]
    assert both["mean"] == pytest.approx(0.629, abs=0.015)
    last = after_selection(spread_alike(40), HALVES, range(361, 401), 400, draws=400, seed=1).loc[0]
    assert last["mean"] == pytest.approx(-0.711, abs=0.015)  # by symmetry
    for row in (first, both):
        assert row.low < row["mean"] < row.high


def test_selection_by_another_whole_touches_what_it_holds():
    """Ranked by roads and wells alone, school goes with neither; ranks may come in any order."""
    table = pd.concat([CUBE, CUBE]).set_axis(range(16))
    wholes = pd.DataFrame({"works": [0.5, 0.5, 0.0], "all": [0.4, 0.3, 0.3]}, index=list(CUBE))
    options = {"draws": 1000, "seed": 2, "by": "works"}
    found = after_selection(table, wholes, range(1, 17), 160, **options)
    assert found["mean"][0] < -0.6 and (found["mean"][1:3].abs() < 4 / math.sqrt(15 * 1000)).all()
    again = after_selection(table, wholes, list(range(16, 0, -1)), 160, **options)
    pd.testing.assert_frame_equal(again, found, rtol=1e-9)


def test_after_selection_is_made_of_the_lists_that_are_drawn():
    """The same seed, and plain numpy for each list."""
    table = noise(8, 3, 1) * [1.0, 3.0, 0.2]
    wholes = pd.DataFrame({"one": [0.6, 0.4, 0.0], "composite": [0.2, 0.3, 0.5]}, index=list("abc"))
    kept = [1, 2, 3, 4, 27, 28, 29, 30]
    lists = np.concatenate(list(draw_selected(table, wholes, kept, 30, draws=120, seed=4)))
    assert lists.shape == (120, 8, 3)
    scores = lists @ wholes.to_numpy()
    assert (np.diff(scores[:, :, 1], axis=1) < 0).all() and (np.diff(scores[:, :, 0], axis=1) > 0).any()
    pairs = [*itertools.combinations(lists.transpose(2, 0, 1), 2), tuple(scores.transpose(2, 0, 1))]
    expected = np.array([[np.corrcoef(x, y)[0, 1] for x, y in zip(*pair, strict=True)] for pair in pairs])
    found = after_selection(table, wholes, kept, 30, draws=120, seed=4)
    assert found["mean"].to_numpy() == pytest.approx(expected.mean(axis=1), abs=1e-12)
    assert found[["low", "high"]].to_numpy() == pytest.approx(np.quantile(expected, [0.05, 0.95], axis=1).T, abs=1e-12)


def test_lists_that_are_drawn_spread_as_the_table_does():
    """All ranks kept: nothing is cut. 200 draws of 40 units have a standard deviation to 1 / sqrt(2 x 8000) of itself."""
    table = spread_alike(40) * [1.0, 50.0]
    table["c"] = 0.7
    wholes = pd.DataFrame({"composite": {"a": 0.5, "b": 0.3, "c": 0.2}})
    lists = np.concatenate(list(draw_selected(table, wholes, range(1, 41), 40, draws=200, seed=4)))
    assert lists.reshape(-1, 3).std(axis=0) == pytest.approx(table.std(ddof=0).to_numpy(), rel=4 / math.sqrt(16_000))
    assert (lists[:, :, 2] == 0).all()
    assert lists.reshape(-1, 3).mean(axis=0) == pytest.approx(np.zeros(3), abs=4 * 50 * 11.6 / math.sqrt(8000))
    with pytest.raises(InputError, match="rank 41"):
        draw_selected(table, wholes, range(2, 42), 40, draws=200, seed=4)


@pytest.mark.parametrize(("count", "cells"), [(1, 1), (99, 2**22), (2000, 63 * 8), (9999, 34**2), (5, 2**30)])
def test_chunks_hold_all_and_fit(count, cells):
    sizes = chunks(count, cells)
    assert sum(sizes) == count and min(sizes) >= 1
    assert max(sizes) == 1 or max(sizes) * cells <= 2**22  # 32 MB


@pytest.mark.parametrize(
    ("kept", "ranked", "message"),
    [
        ([1, 2, 3, 4, 5, 5], 63, "6 ranks, 5 of them different"),
        ([1, 2, 3, 4, 5], 63, "5 ranks.*expected 6 different ranks"),
        ([0, 1, 2, 3, 4, 5], 63, "rank 0; expected 6 different ranks from 1 to 63"),
        ([1, 2, 3, 4, 5, 64], 63, "rank 64"),
        ([1, 2, 3, 4, 5, 6], 5, "ranked 5: .* at least 6"),
        ([1.5, 2.5, 3, 4, 5, 6], 63, "1.5"),
        (["first", 2, 3, 4, 5, 6], 63, "first"),
        ([1, 2, 3, 4, 5, 6], 63.5, "63.5"),
    ],
)
def test_ranks_that_are_refused(kept, ranked, message):
    with pytest.raises(InputError, match=message):
        after_selection(VILLAGES, SHARED, kept, ranked, by="works", draws=99, seed=1)


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ({"by": "composite"}, "unknown whole 'composite'.*known: works, people"),
        ({"by": "works", "method": "rank"}, "unknown method"),
        ({"by": "works", "draws": 10}, "draws 10: .* at least 99"),
        ({"by": "works", "seed": -2}, "seed -2"),
    ],
)
def test_selections_that_are_refused(option, message):
    with pytest.raises(InputError, match=message):
        after_selection(VILLAGES, SHARED, range(1, 7), 63, **({"seed": 1} | option))


@pytest.mark.parametrize("n", [6, 12, 13, 34])
def test_a_constant_indicator_is_blank_in_a_selection(n):
    """Whatever its value and the number of units: its standard deviation is 0, or 1e-17 if the mean is rounded."""
    table = spread_alike(n).assign(c=0.7, d=0.1)
    wholes = pd.DataFrame({"composite": {"a": 0.4, "b": 0.2, "c": 0.2, "d": 0.2}})
    found = after_selection(table, wholes, range(1, n + 1), 63, draws=99, seed=1).set_index(["a", "b"])["mean"]
    assert math.isfinite(found["a", "b"])
    assert found.drop(index=("a", "b")).isna().all()


# -------------------------------------------------------------------------------------------------------- wholes of frameworks


def test_wholes_of_2022_by_hand():
    """Foundation: five indicators of 100 points in every pillar, smart city has none; 200, 150, 150 for what each pillar does."""
    wholes = wholes_of(data.load_framework("national-province-2022"))
    foundation = ["digital_awareness", "digital_institutions", "digital_infrastructure", "digital_human_resources"]
    foundation += ["cybersecurity"]
    expected = pd.DataFrame(0.0, index=wholes.index, columns=["government", "economy", "society", "composite"])
    expected.loc[foundation] = [100 / 700, 100 / 650, 100 / 650, 100 / 1000]
    expected.loc["digital_government", ["government", "composite"]] = [200 / 700, 200 / 1000]
    expected.loc["digital_economy", ["economy", "composite"]] = [150 / 650, 150 / 1000]
    expected.loc["digital_society", ["society", "composite"]] = [150 / 650, 150 / 1000]
    assert len(wholes) == 8 and "smart_city" not in wholes.index
    pd.testing.assert_frame_equal(wholes, expected, check_names=False)
    assert wholes.sum().to_numpy() == pytest.approx(np.ones(4))


def test_wholes_without_pillars():
    framework = data.load_framework("national-province-2020")
    assert wholes_of(framework).to_dict() == {
        "composite": {"digital_government": 0.4, "digital_economy": 0.3, "digital_society": 0.3}
    }


def test_other_weights_keep_their_proportions_inside_a_pillar():
    framework = data.load_framework("national-province-2022")
    even = pd.Series(1 / 8, index=wholes_of(framework).index)
    wholes = wholes_of(framework, even)
    assert sorted(wholes.government) == pytest.approx([0, 0, *[1 / 6] * 6])
    assert wholes.composite.tolist() == [1 / 8] * 8
    # No weight outside one pillar's own indicator: the others have nothing left, and are no wholes.
    alone = even * 0 + (even.index == "digital_society")
    assert wholes_of(framework, alone).columns.tolist() == ["society", "composite"]


def test_pillars_of_one_indicator_are_left_out_unless_asked_for():
    framework = data.load_framework("national-province-2022")
    pillars = (
        dataclasses.replace(framework.pillars[0], indicators=("cybersecurity",)),
        dataclasses.replace(framework.pillars[1], indicators=("cybersecurity", "digital_economy")),
    )
    framework = dataclasses.replace(framework, pillars=pillars)
    assert wholes_of(framework).columns.tolist() == ["economy", "composite"]
    wholes = wholes_of(framework, single=True)
    assert wholes.columns.tolist() == ["government", "economy", "composite"]
    assert wholes.loc["cybersecurity"].tolist() == pytest.approx([1.0, 0.4, 0.1])


def test_frameworks_without_wholes():
    with pytest.raises(InputError, match="digital_economy_district applies to some units only"):
        wholes_of(data.load_framework("hanoi-city-2024"))
    framework = data.load_framework("national-province-2022")
    unknown = dataclasses.replace(
        framework, indicators=tuple(dataclasses.replace(i, points=None) for i in framework.indicators)
    )
    with pytest.raises(InputError, match="no points are published"):
        wholes_of(unknown)


# ------------------------------------------------------------------------------------------------------------ what can be found


def test_r_pwr():
    """R 4.2.2, pwr.r.test (tests/reference/rstats), is an approximation: it takes the limit of Student's t, adds r / (2 (n - 1)) to
    Fisher's z, and asks for more than it takes. Ours is exact (see below). So always below it, by 0.0101 with nine units and
    0.0011 with 34."""
    rows = pd.read_csv(REFERENCE / "power.csv").set_index(["n", "tests"])
    found = {key: detectable(key[0], alpha=row.sig_level, power=row.power) for key, row in rows.iterrows()}
    assert rows.r_fine[[(34, 1), (10, 1), (9, 1)]].to_list() == pytest.approx([0.4597, 0.7698, 0.7997], abs=5e-5)
    assert [found[34, 1], found[10, 1], found[9, 1]] == pytest.approx([0.45855, 0.76115, 0.78966], abs=6e-6)
    assert len(found) == 8
    for (n, tests), r in rows.r_fine.items():
        assert 0 < r - found[n, tests] < (0.0102 if n < 34 else 0.0012), (n, tests)


def power_by_parts(r, n, alpha):
    """Without the distribution of r: of x as it is, Student's t is noncentral by r / sqrt(1 - r^2) times the root of the sum of its
    squares, which is chi squared with n - 1; the mean over that."""
    edge = t.ppf(1 - alpha / 2, n - 2)

    def part(squares):
        away = r / math.sqrt(1 - r**2) * math.sqrt(squares)
        other = nct.cdf(-edge, n - 2, away)  # not a number where it is far below the last digit
        return (nct.sf(edge, n - 2, away) + np.nan_to_num(other)) * chi2.pdf(squares, n - 1)

    return quad(part, *chi2.ppf([1e-10, 1 - 1e-10], n - 1), epsabs=1e-9, limit=200)[0]


@pytest.mark.parametrize("n", [5, 9, 10, 34, 63])
@pytest.mark.parametrize(("alpha", "power"), [(0.05, 0.8), (0.05 / 28, 0.8), (0.2, 0.5)])
def test_what_is_detectable_by_pearson_is_exact(n, alpha, power):
    assert power_by_parts(detectable(n, alpha=alpha, power=power), n, alpha) == pytest.approx(power, abs=1e-6)


def test_what_is_detectable_by_rank_by_hand():
    """Spearman: Fisher's z of 28 units, 5 standard errors to the unit. (1.959964 + 0.841621) / 5 = 0.560317, tanh of it 0.508213.
    Kendall: 2.801585 x sqrt(0.437 / 24) = 0.378041, tanh of it 0.361005."""
    assert detectable(28, method="spearman") == pytest.approx(0.508213, abs=1e-5)
    assert detectable(28, method="kendall") == pytest.approx(0.361005, abs=1e-5)
    # Of many units Pearson's is the same as Spearman's: the normal approximation is that of r, then.
    assert detectable(20_000) == pytest.approx(detectable(20_000, method="spearman"), rel=1e-4)


@given(st.integers(5, 2000), st.sampled_from(METHODS))
@few
def test_more_units_and_less_certainty_find_more(n, method):
    base = detectable(n, method=method)
    assert detectable(n + 1, method=method) < base < detectable(n, method=method, alpha=0.05 / 28) < 1
    assert 0 < detectable(n, method=method, power=0.5) < base


@pytest.mark.parametrize("n", [34, 10, 9])
def test_a_detectable_correlation_is_found_eight_times_in_ten(n):
    """Simulation: 40 000 bivariate normal samples, Student's t test of R and scipy; 3.3 binomial errors, 0.0066. That of R pwr for
    nine units would be found in 0.814."""
    rng = np.random.default_rng(n)
    r = detectable(n)
    x, e = rng.standard_normal((2, 40_000, n))
    p = pearsonr(x, r * x + math.sqrt(1 - r**2) * e, axis=1).pvalue
    assert (p < 0.05).mean() == pytest.approx(0.8, abs=3.3 * math.sqrt(0.16 / 40_000))


def test_the_answer_says_what_it_could_have_found():
    answer = correlate(PROVINCES, **QUICK)
    assert answer.detectable == pytest.approx(detectable(34)) and answer.n == 34
    assert answer.detectable_first == pytest.approx(detectable(34, alpha=0.05 / 28))
    assert correlate(PROVINCES, confidence=0.99, **QUICK).detectable == pytest.approx(detectable(34, alpha=0.01))


@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        ({"n": 4}, "n 4: .* at least 5"),
        ({"n": 34.0}, "n 34.0: .* whole number"),
        ({"n": 34, "alpha": 0}, "alpha 0"),
        ({"n": 34, "alpha": 1.5}, "alpha 1.5"),
        ({"n": 34, "power": 1}, "power 1"),
        ({"n": 34, "power": math.nan}, "power nan"),
        ({"n": 34, "alpha": 0.3, "power": 0.2}, "power above alpha"),
        ({"n": 34, "method": "phi"}, "unknown method 'phi'"),
        ({"n": 34, "alpha": "small"}, "alpha 'small'"),
    ],
)
def test_detectable_refuses(numbers, message):
    with pytest.raises(InputError, match=message):
        detectable(**numbers)
