"""Robustness: against scipy's ranks draw by draw, against R smaa and COINr, against laws that hold without any other tool."""

from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest, rankdata

from dti_research import data
from dti_research.errors import InputError, UnknownName
from dti_research.index.levels import DEFAULT_LEVELS, READINGS, assign_levels
from dti_research.index.score import METHODS, Method, rank_min, score
from dti_research.study.weights import draws, plan
from dti_research.study.weights.counts import monte_carlo_error
from dti_research.study.weights.robustness import rank_robustness, scenario_robustness, tree_of

REFERENCE = Path(__file__).resolve().parents[2] / "reference"
DTI = data.load_framework("national-province-2022")
POINTS = DTI.points[DTI.points > 0]
VALUES = data.load_values("province-2022")[POINTS.index]
PUBLISHED = POINTS / POINTS.sum()
TREE = {"foundation": list(PUBLISHED.index[:5]), "activity": list(PUBLISHED.index[5:])}
DISTRICT = data.load_framework("hcmc-district-2023")


def table(rows, columns="abc"):
    return pd.DataFrame(
        rows, index=[f"u{i}" for i in range(len(rows))], columns=list(columns[: len(rows[0])]), dtype=float
    )


def brute(normalised, weights):
    """Ranks (draw, unit), one draw at a time, by scipy."""
    composites = weights.to_numpy() @ normalised.to_numpy().T
    return np.array([rankdata(-np.round(row, 12), method="min") for row in composites]).astype(int)


def same(result, ranks):
    """Every table of a result against brute-force ranks."""
    draws, n = ranks.shape
    counts = np.array([np.bincount(column, minlength=n + 1)[1:] for column in ranks.T])
    assert (result.rank_counts == counts).all()
    if result.win_counts is not None:
        assert (result.win_counts == (ranks[:, :, None] < ranks[:, None, :]).sum(axis=0)).all()
    for name, q in (("median", 0.5), ("q05", 0.05), ("q95", 0.95)):
        assert (result.ranks[name] == np.quantile(ranks, q, axis=0, method="inverted_cdf")).all(), name
    assert np.allclose(result.ranks["mean"], ranks.mean(axis=0), rtol=0, atol=1e-12)
    shift = np.abs(ranks - result.ranks["published"].to_numpy()).mean(axis=0)
    assert np.allclose(result.ranks["shift"], shift, rtol=0, atol=1e-12)
    assert result.computed == draws and result.failed.empty


# ------------------------------------------------------------------------------------------------------- against scipy's ranks


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_ranks_are_those_of_scipy_ties_and_near_ties_included(draw):
    n, k, d = draw.draw(st.integers(2, 9)), draw.draw(st.integers(1, 4)), draw.draw(st.integers(1, 40))
    step = draw.draw(st.sampled_from([0.5, 0.25, 1e-3]))
    # A few values on a coarse grid make ties; 1e-13 more is a tie still, 1e-10 is not.
    value = st.integers(0, 4).map(lambda x: x * step) | st.sampled_from([0.5 + 1e-13, 0.5 + 1e-10, 0.5 - 1e-13])
    rows = draw.draw(st.lists(st.lists(value, min_size=k, max_size=k), min_size=n, max_size=n))
    whole = st.lists(st.lists(st.integers(0, 4), min_size=k, max_size=k).filter(any), min_size=d, max_size=d)
    weights = np.array(draw.draw(whole), dtype=float)
    normalised = table(rows, "abcd")
    weights = pd.DataFrame(weights / weights.sum(axis=1, keepdims=True), columns=normalised.columns)
    result = rank_robustness(normalised, pd.Series(1 / k, index=normalised.columns), draws=weights)
    same(result, brute(normalised, weights))


@pytest.mark.parametrize("n", [34, 260])  # ranks in one byte, in two; several blocks
def test_random_weights_in_several_blocks(n):
    rng = np.random.default_rng(n)
    normalised = pd.DataFrame(rng.random((n, 5)).round(2), columns=list("abcde"))
    normalised.iloc[7] = normalised.iloc[3]  # identical rows share every rank
    result = rank_robustness(normalised, pd.Series(0.2, index=list("abcde")), draws=4500, concentration=30, seed=4)
    same(result, brute(normalised, result.drawn_weights()))
    assert (result.rank_counts[7] == result.rank_counts[3]).all() and result.win.iloc[3, 7] == 0


def test_a_wide_table_without_pairs(monkeypatch):
    for module in (draws, plan):  # what else needs more than two thousand units
        monkeypatch.setattr(module, "WIDE", 20)
    rng = np.random.default_rng(1)
    normalised = pd.DataFrame(rng.random((60, 4)).round(2), columns=list("abcd"))
    result = rank_robustness(
        normalised, pd.Series(0.25, index=list("abcd")), draws=5000, concentration="uniform", seed=9, pairs=False
    )
    assert result.win is None
    same(result, brute(normalised, result.drawn_weights()))


# ------------------------------------------------------------------------------------------------------- against other tools


def reference_case(case):
    """The 10 provinces of 2022; in the case `tie-`, Da Nang is left out and a copy of Ho Chi Minh City added."""
    if not case:
        return VALUES
    return pd.concat([VALUES.drop(index="da-nang"), VALUES.loc[["ho-chi-minh"]].rename(index={"ho-chi-minh": "twin"})])


@pytest.mark.parametrize("case", ["", "tie-"])
def test_r_smaa(case):
    """R smaa 0.3-2 on the same draws: tests/reference/smaa/README.md."""
    weights = pd.read_csv(REFERENCE / "smaa" / "weights.csv")
    result = rank_robustness(reference_case(case), PUBLISHED, draws=weights)

    def reference(name):
        return pd.read_csv(REFERENCE / "smaa" / f"{case}{name}.csv", index_col="unit")

    assert list(result.units) == list(reference("acceptability").index)
    assert np.allclose(result.acceptability, reference("acceptability"), rtol=0, atol=1e-12)
    assert np.allclose(result.win, reference("pwi"), rtol=0, atol=1e-12)
    assert np.allclose(result.central_weights, reference("central_weights"), rtol=0, atol=1e-9, equal_nan=True)


@pytest.mark.parametrize("case", ["", "tie-"])
def test_coinr(case):
    """COINr 1.1.0's rank statistics and mean rank shift on the same draws: tests/reference/coinr/README.md."""
    weights = pd.read_csv(REFERENCE / "smaa" / "weights.csv")
    result = rank_robustness(reference_case(case), PUBLISHED, draws=weights)
    stats = pd.read_csv(REFERENCE / "coinr" / f"{case}rank_stats.csv", index_col="unit")
    shift = pd.read_csv(REFERENCE / "coinr" / f"{case}mean_rank_shift.csv").mean_absolute_rank_change
    assert (result.ranks["published"] == stats.Nominal).all()
    assert np.allclose(result.ranks["mean"], stats.Mean, rtol=0, atol=1e-12)
    assert result.mean_rank_shift == pytest.approx(shift.mean(), abs=1e-12)
    # COINr interpolates between ranks (R's type 7); ours are ranks that occur, so the counts are put through numpy's linear rule.
    spread = [np.repeat(np.arange(1, 11), counts) for counts in result.rank_counts]
    for name, q in (("Median", 0.5), ("Q5", 0.05), ("Q95", 0.95)):
        assert np.allclose([np.quantile(ranks, q) for ranks in spread], stats[name], rtol=0, atol=1e-12), name


def test_monte_carlo_error_covers_wilsons_interval():
    for hits, number in ((0, 50), (1, 50), (20, 50), (50, 50), (123, 10_000)):
        interval = binomtest(hits, number).proportion_ci(0.95, method="wilson")
        share, error = hits / number, monte_carlo_error(hits / number, number)
        assert error == pytest.approx(max(interval.high - share, share - interval.low), rel=1e-9)


# ------------------------------------------------------------------------------------------------------------------------ draws


@pytest.mark.parametrize("concentration", [5.0, 50.0])
def test_moments_of_the_dirichlet(concentration):
    rng = np.random.default_rng(11)
    centre = np.array([0.4, 0.3, 0.2, 0.1, 0.0])
    drawn = draws.draw_weights(rng, centre, concentration, 200_000)
    variance = centre * (1 - centre) / (concentration + 1)
    # Five standard errors of a mean; that of a variance is about sqrt(2 / draws) of it, more where it is skewed.
    assert (np.abs(drawn.mean(axis=0) - centre) <= 5 * np.sqrt(variance / 200_000)).all()
    assert np.allclose(drawn.var(axis=0), variance, rtol=0.04, atol=0)
    covariance = np.cov(drawn[:, 0], drawn[:, 1])[0, 1]
    assert covariance == pytest.approx(-0.12 / (concentration + 1), rel=0.04)
    assert (drawn[:, 4] == 0).all() and np.allclose(drawn.sum(axis=1), 1)


def test_uniform_weights():
    drawn = draws.draw_weights(np.random.default_rng(2), np.array([0.9, 0.1, 0.0]), "uniform", 100_000)
    # On two indicators the simplex is a line: uniform has mean 1/2 and variance 1/12.
    assert drawn[:, 0].mean() == pytest.approx(0.5, abs=0.005) and drawn[:, 0].var() == pytest.approx(1 / 12, rel=0.02)
    assert (drawn[:, 2] == 0).all()


def test_siblings_add_to_their_parent():
    centre = np.array([0.1, 0.3, 0.4, 0.2])
    nodes = (np.array([0, 1]), np.array([2, 3]))
    drawn = draws.draw_weights(np.random.default_rng(3), centre, 40, 200_000, nodes)
    assert np.allclose(drawn.sum(axis=1), 1)
    tops = drawn[:, :2].sum(axis=1)
    assert tops.mean() == pytest.approx(0.4, abs=0.003) and tops.var() == pytest.approx(0.4 * 0.6 / 41, rel=0.03)
    inside = drawn[:, 0] / tops
    assert inside.mean() == pytest.approx(0.25, abs=0.003) and inside.var() == pytest.approx(0.25 * 0.75 / 41, rel=0.03)
    # The two are drawn apart from each other; over the leaves at once they would be, too, but with another spread inside.
    assert abs(np.corrcoef(tops, inside)[0, 1]) < 0.01
    leaves = draws.draw_weights(np.random.default_rng(3), centre, 40, 200_000)
    assert (leaves[:, 0] / leaves[:, :2].sum(axis=1)).var() == pytest.approx(0.25 * 0.75 / 17, rel=0.03)


def test_drawn_weights_are_those_that_were_used():
    result = rank_robustness(VALUES, PUBLISHED, draws=5000, concentration=20, seed=8, tree=TREE)
    again = rank_robustness(VALUES, PUBLISHED, draws=result.drawn_weights())
    assert (again.rank_counts == result.rank_counts).all() and (again.win_counts == result.win_counts).all()
    assert np.allclose(again.central_weights, result.central_weights, equal_nan=True, rtol=0, atol=1e-12)


def test_the_tree_of_a_framework():
    assert {group: len(codes) for group, codes in tree_of(DISTRICT).items()} == {"foundation": 5, "activity": 4}
    assert tree_of(data.load_framework("national-province-2020")) is None


# ------------------------------------------------------------------------------------------------------------------------- laws


def test_without_spread_the_published_ranking_is_certain():
    result = rank_robustness(VALUES, PUBLISHED, draws=100, concentration=np.inf, seed=1)
    published = rank_min((VALUES * PUBLISHED).sum(axis=1))
    for unit, rank in published.items():
        assert result.acceptability.loc[unit, rank] == 1
    assert (result.ranks[["published", "median", "q05", "q95"]].T == published).all(axis=None)
    assert result.mean_rank_shift == 0 and result.top(3).sum() == 3


def test_a_dominated_unit_never_wins():
    normalised = table([[0.5, 0.5, 0.5], [0.6, 0.5, 0.9], [0.9, 0.1, 0.2]])
    result = rank_robustness(
        normalised, pd.Series([0.2, 0.3, 0.5], list("abc")), draws=3000, concentration="uniform", seed=1
    )
    assert result.win.loc["u1", "u0"] == 1 and result.win.loc["u0", "u1"] == 0
    assert 0 < result.win.loc["u2", "u0"] < 1


def test_an_indicator_without_weight_has_no_effect():
    with_it = VALUES.assign(other=np.linspace(1, 0, 10))
    weights = pd.concat([PUBLISHED, pd.Series({"other": 0.0})])
    one = rank_robustness(VALUES, PUBLISHED, draws=2000, concentration=30, seed=5)
    two = rank_robustness(with_it, weights, draws=2000, concentration=30, seed=5)
    assert (one.rank_counts == two.rank_counts).all() and (one.win_counts == two.win_counts).all()


@pytest.mark.parametrize("tree", [None, TREE])
def test_the_order_of_units_and_weights_does_not_matter(tree):
    shuffled, other = VALUES.sample(frac=1, random_state=1), PUBLISHED.sample(frac=1, random_state=2)
    one = rank_robustness(VALUES, PUBLISHED, draws=2000, concentration=30, seed=5, tree=tree)
    two = rank_robustness(shuffled, other, draws=2000, concentration=30, seed=5, tree=tree)
    pd.testing.assert_frame_equal(one.acceptability, two.acceptability.loc[VALUES.index])
    pd.testing.assert_frame_equal(one.win, two.win.loc[VALUES.index, VALUES.index])
    pd.testing.assert_frame_equal(one.ranks, two.ranks.loc[VALUES.index])
    pd.testing.assert_frame_equal(one.central_weights, two.central_weights.loc[VALUES.index])
    pd.testing.assert_frame_equal(one.drawn_weights(), two.drawn_weights())
    assert one.drawn_weights().mean()["digital_government"] == pytest.approx(0.2, abs=0.01)


def test_the_order_of_given_weights_does_not_matter():
    given_ = pd.DataFrame(np.random.default_rng(1).dirichlet(np.ones(8), 500), columns=PUBLISHED.index)
    other = rank_robustness(VALUES, PUBLISHED[::-1], draws=given_[PUBLISHED.sample(frac=1, random_state=3).index])
    same(other, brute(VALUES, given_))


def test_given_weights_may_weigh_what_the_published_ones_do_not():
    normalised = table([[0.5, 0.1], [0.5, 0.9], [0.4, 0.5]])
    result = rank_robustness(normalised, pd.Series({"a": 1.0, "b": 0.0}), draws=pd.DataFrame({"a": [0.0], "b": [1.0]}))
    assert result.ranks["published"].tolist() == [1, 1, 3] and result.ranks["median"].tolist() == [3, 1, 2]


def test_another_seed_agrees_within_the_monte_carlo_error():
    one, two = (rank_robustness(VALUES, PUBLISHED, draws=20_000, concentration=30, seed=s) for s in (1, 2))
    assert (one.rank_counts != two.rank_counts).any()
    allowed = 2.5 * (monte_carlo_error(one.acceptability, 20_000) + monte_carlo_error(two.acceptability, 20_000))
    assert ((one.acceptability - two.acceptability).abs() <= allowed).all(axis=None)


def test_convergence_shrinks_and_ends_with_all_draws():
    steps = rank_robustness(VALUES, PUBLISHED, draws=70_000, concentration=30, seed=1).convergence
    assert steps.index[-1] == 70_000 and steps.index.is_monotonic_increasing and len(steps) == 4
    assert steps.iloc[0].isna().all() and (steps.iloc[1:]["first"] < 0.02).all()


# ---------------------------------------------------------------------------------------------------------------------- workers


def everything(result):
    frames = (result.level_counts, result.central_weights, result.ranks, result.convergence)
    return [result.rank_counts, result.win_counts, *(frame.to_numpy() for frame in frames)]


def test_one_worker_threads_processes_and_a_cluster_count_the_same():
    from distributed import Client, LocalCluster

    def run(executor=None):
        return everything(
            rank_robustness(
                VALUES, PUBLISHED, draws=20_000, concentration=30, seed=6, rule=DEFAULT_LEVELS, executor=executor
            )
        )

    alone = run()
    with ThreadPoolExecutor(1) as executor:
        one = run(executor)
    with ThreadPoolExecutor(3) as executor:
        threads = run(executor)
    # Started afresh, as on Windows and macOS: nothing of this process is known there.
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as executor:
        processes = run(executor)
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        dask = run(client.get_executor())
    for other in (one, threads, processes, dask):
        assert all(np.array_equal(a, b, equal_nan=True) for a, b in zip(alone, other, strict=True))


def test_weights_of_ones_own_travel_to_workers():
    draws = pd.DataFrame(np.random.default_rng(1).dirichlet(np.ones(8), 9000), columns=PUBLISHED.index)
    with ProcessPoolExecutor(2) as executor:
        far = rank_robustness(VALUES, PUBLISHED, draws=draws, executor=executor)
    same(far, brute(VALUES, draws))


# ----------------------------------------------------------------------------------------------------------------------- levels


def test_levels_are_those_of_the_index():
    rule, total = DISTRICT.level_rule("newspaper"), 660.0
    spread = VALUES.iloc[[0] * 60].set_axis([f"u{i}" for i in range(60)]) * np.linspace(0.6, 1.15, 60)[:, None]
    result = rank_robustness(
        spread.clip(upper=1), PUBLISHED, draws=300, concentration=20, seed=3, rule=rule, total=total, digits=2
    )
    composites = spread.clip(upper=1).to_numpy() @ result.drawn_weights().to_numpy().T
    assert set(result.levels.columns.get_level_values("reading")) == set(READINGS)
    several = set()
    for reading in READINGS:
        for number, unit in enumerate(spread.index):
            one = assign_levels(pd.Series(composites[number] * total), rule, reading, total=total, digits=2)
            counts = one.map(lambda names: " / ".join(names) or plan.NO_LEVEL).value_counts()
            mine = result.level_counts[reading].loc[unit]
            assert mine[mine > 0].to_dict() == counts.to_dict(), (reading, unit)
            several |= set(counts.index)
    assert {"Khởi động / Hình thành", plan.NO_LEVEL, "Nâng cao"} <= several
    assert np.allclose(result.levels["as-printed"].sum(axis=1), 1)


@pytest.mark.parametrize("composite", [0.59994999, 0.59995, 0.59996, 0.6, 0.79995, 0.8])
def test_a_composite_is_rounded_to_its_printed_digits_before_it_meets_a_boundary(composite):
    result = rank_robustness(
        table([[composite], [0.1]]), pd.Series({"a": 1.0}), draws=10, concentration=np.inf, seed=1, rule=DEFAULT_LEVELS
    )
    (level,) = assign_levels(pd.Series([composite]), DEFAULT_LEVELS, "share-60-80", total=1, digits=4)[0]
    assert result.levels["share-60-80"].loc["u0", level] == 1


# --------------------------------------------------------------------------------------------------------------------- scenarios


def test_scenarios_mix_the_rankings_of_their_methods():
    """Without spread every draw is one of the methods, so acceptability is the share of draws that fell on each."""
    result = scenario_robustness(
        VALUES, DTI, normalisations=["share-of-maximum", "rank"], aggregations=["arithmetic", "geometric", "harmonic"],
        weight_rules=["published", "equal-pillars"], draws=6000, concentration=np.inf, seed=2, rule=DEFAULT_LEVELS,
    )  # fmt: skip
    chosen = result.drawn_weights().index.get_level_values("scenario").value_counts()
    assert len(chosen) == 12 and chosen.sum() == 6000 and chosen.between(350, 650).all()  # 500 expected
    expected = np.zeros((10, 10), dtype=int)
    for name, count in chosen.items():
        how = Method(name, **dict(zip(("normalise", "aggregate", "weight"), name.split(", "), strict=True)))
        for unit, rank in enumerate(score(VALUES, DTI, how).rank):
            expected[unit, rank - 1] += count
    assert (result.rank_counts == expected).all()
    shares = sum(count for name, count in chosen.items() if name.startswith("share-of-maximum"))
    assert result.levelled == shares and np.allclose(result.levels["share-60-80"].sum(axis=1), 1)


def test_failed_draws_are_counted_and_said():
    values = VALUES.copy()
    values.iloc[4, 2] = 0.0
    result = scenario_robustness(
        values, DTI, aggregations=["arithmetic", "geometric"], draws=4000, concentration=50, seed=1
    )
    failed = result.failed
    assert list(failed.index) == ["share-of-maximum, geometric, published"]
    assert failed.draws.sum() == 4000 - result.computed and 1800 < result.computed < 2200
    assert "geometric mean needs values above 0" in failed.reason.iloc[0]
    assert np.allclose(result.acceptability.sum(axis=1), 1)


def test_a_draw_that_gives_a_unit_no_weight_fails():
    """Where only one indicator applies to a unit and a draw gives it nothing, the unit has no composite."""
    normalised = table([[0.5, np.nan], [0.2, 0.9], [0.7, 0.1]])
    weights = pd.DataFrame({"a": [0.0, 0.5, 1.0], "b": [1.0, 0.5, 0.0]})
    result = rank_robustness(normalised, pd.Series({"a": 0.5, "b": 0.5}), draws=weights, optional=["b"])
    assert result.draws == 3 and result.computed == 2 and result.failed.draws.tolist() == [1]
    assert "no weight" in result.failed.reason.iloc[0]


def test_an_indicator_that_does_not_apply_is_measured_as_in_score():
    hanoi = data.load_framework("hanoi-city-2024")
    codes = [i.code for i in hanoi.scored]
    rng = np.random.default_rng(6)
    values = pd.DataFrame(rng.random((7, len(codes))).round(3), index=[f"u{i}" for i in range(7)], columns=codes)
    values.loc["u2", "digital_economy_district"] = np.nan
    how = Method("own", weight="equal-indicators")
    result = scenario_robustness(
        values, hanoi, weight_rules=["equal-indicators"], draws=50, concentration=np.inf, seed=1
    )
    assert (result.ranks["published"] == score(values, hanoi, how).rank).all()
    assert (result.ranks["median"] == score(values, hanoi, how).rank).all()


def test_every_method_of_the_lists_can_be_the_base():
    for method in ("min-max", "z-score", "rank"):
        result = scenario_robustness(VALUES, DTI, normalisations=[method], draws=20, concentration=np.inf, seed=1)
        assert (result.ranks["published"] == score(VALUES, DTI, METHODS[method]).rank).all(), method
        assert result.levels is None


# ----------------------------------------------------------------------------------------------------------------------- errors


@pytest.mark.parametrize(
    "change, says",
    [
        (dict(draws=0), "draws 0"),
        (dict(draws=2.5), "draws 2.5"),
        (dict(seed=None), "seed None"),
        (dict(concentration=None), "concentration None"),
        (dict(concentration=-1), "concentration -1"),
        (dict(concentration="flat"), "concentration 'flat'"),
        (dict(tree={"a": list(PUBLISHED.index[:7])}), "in 0 groups"),
        (dict(tree={"a": list(PUBLISHED.index), "b": [PUBLISHED.index[0]]}), "in 2 groups"),
        (dict(concentration=True), "concentration True"),
        (dict(draws=pd.DataFrame([[1.0]], columns=["x"])), "leave the others out"),
        (dict(draws=pd.DataFrame([[1.0]], columns=["x"]), concentration=None, seed=None), "columns"),
        (dict(draws=pd.DataFrame([[0.2] * 8], columns=PUBLISHED.index), concentration=None, seed=None), "add to 1"),
        (dict(rule=DEFAULT_LEVELS, readings=[]), "no reading is given"),
        (dict(rule=DEFAULT_LEVELS, total=0), "total 0"),
        (dict(rule=DEFAULT_LEVELS, readings=["as-printed"]), "prints no level boundary"),
    ],
)
def test_bad_options(change, says):
    with pytest.raises(InputError, match=says):
        rank_robustness(VALUES, PUBLISHED, **{"draws": 10, "concentration": 5, "seed": 1, **change})


@pytest.mark.parametrize(
    "values, weights, says",
    [
        (VALUES, PUBLISHED * 2, "the weights of digital_awareness, .*, digital_society add to 2; expected 1"),
        (VALUES, PUBLISHED.drop("cybersecurity"), "'cybersecurity' has 0 weights"),
        (VALUES.replace(1.0, np.inf), PUBLISHED, "finite number"),
        (VALUES.iloc[:1], PUBLISHED, "at least two"),
        (pd.concat([VALUES, VALUES]), PUBLISHED, "da-nang"),
        (VALUES * 1e7, PUBLISHED, "too large to rank"),
        (VALUES.drop(index="phu-yen").reindex(VALUES.index), PUBLISHED, "'phu-yen'.*no value"),
    ],
)
def test_bad_tables(values, weights, says):
    with pytest.raises(InputError, match=says):
        rank_robustness(values, weights, draws=10, concentration=5, seed=1)


def test_levels_that_are_asked_for_are_counted_or_refused():
    options = dict(draws=400, concentration=50, seed=1, rule=DEFAULT_LEVELS)
    result = scenario_robustness(VALUES, DTI, normalisations=["rank", "share-of-maximum"], **options)
    assert 150 < result.levelled < 250 and np.allclose(result.levels.sum(axis=1), 1)
    with pytest.raises(InputError, match="no composite is a share of the maximum"):
        scenario_robustness(VALUES, DTI, normalisations=["rank", "z-score"], **options)


def test_levels_only_of_shares():
    with pytest.raises(InputError, match="shares from 0 to 1"):
        rank_robustness(VALUES * 100, PUBLISHED, draws=10, concentration=5, seed=1, rule=DEFAULT_LEVELS)
    half = VALUES.assign(other=np.where(np.arange(10) < 5, 0.5, np.nan))
    weights = pd.concat([PUBLISHED * 0.9, pd.Series({"other": 0.1})])
    options = dict(draws=10, concentration=5, seed=1, optional=["other"], rule=DISTRICT.level_rule("newspaper"))
    assert list(rank_robustness(half, weights, **options).levels) == [
        ("share-60-80", name) for name in ("Khởi động", "Hình thành", "Nâng cao")
    ]
    with pytest.raises(InputError, match="totals differ"):
        rank_robustness(half, weights, **options, readings=["as-printed"])


def test_small_shares_are_not_too_large():
    """The reciprocal of a small share is large, and no composite."""
    values = pd.DataFrame(np.random.default_rng(1).random((3000, 8)), columns=PUBLISHED.index) * 0.9 + 0.001
    result = scenario_robustness(
        values, DTI, aggregations=["harmonic"], draws=20, concentration=50, seed=1, pairs=False
    )
    assert (result.ranks["published"] == score(values, DTI, METHODS["harmonic"]).rank).all()


def test_bad_scenarios():
    given_ = pd.DataFrame([PUBLISHED])
    with pytest.raises(InputError, match="whole number"):
        scenario_robustness(VALUES, DTI, draws=given_, concentration=5, seed=1)
    with pytest.raises(InputError, match="nobody prints targets"):
        scenario_robustness(VALUES, DTI, normalisations=["distance-to-target"], draws=9, concentration=5, seed=1)
    with pytest.raises(UnknownName, match="geometrical"):
        scenario_robustness(VALUES, DTI, aggregations=["geometrical"], draws=10, concentration=5, seed=1)
    with pytest.raises(InputError, match="list of different names"):
        scenario_robustness(VALUES, DTI, aggregations=[], draws=10, concentration=5, seed=1)
    with pytest.raises(InputError, match="needs values above 0"):
        scenario_robustness(VALUES * 0, DTI, aggregations=["geometric"], draws=10, concentration=5, seed=1)
    with pytest.raises(InputError, match="top 11"):
        rank_robustness(VALUES, PUBLISHED, draws=10, concentration=5, seed=1).top(11)
    with pytest.raises(InputError, match="top 1.5"):
        rank_robustness(VALUES, PUBLISHED, draws=10, concentration=5, seed=1).top(1.5)


def test_every_mean_of_the_index_can_be_drawn_and_no_other():
    from dti_research.index.aggregate import AGGREGATE
    from dti_research.study.weights.draws import MEANS, back, prepare

    assert set(MEANS) == set(AGGREGATE)
    values, weights = np.array([[0.5, 0.8]]), np.array([0.25, 0.75])
    for name, mean in AGGREGATE.items():
        table = pd.DataFrame(values, index=["hill"], columns=["roads", "wells"])
        expected = mean(table, pd.DataFrame([weights], index=table.index, columns=table.columns))
        assert back(prepare(values, name) @ weights, name) == pytest.approx(expected.to_numpy(), rel=1e-12)
    with pytest.raises(UnknownName, match="unknown mean that can be drawn 'power-half'"):
        prepare(values, "power-half")
