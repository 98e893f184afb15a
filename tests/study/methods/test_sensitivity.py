"""Sensitivity: functions whose indices are known, the plain `score`, and tables worked out by hand."""

import math
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import gamma

from dti_research import data
from dti_research.errors import InputError, UnknownName
from dti_research.index.framework import Framework, Indicator, LevelBand, LevelRule, Pillar
from dti_research.index.levels import DEFAULT_LEVELS
from dti_research.index.score import Method, score
from dti_research.index.weight import WEIGHT
from dti_research.study.methods import OutcomeModel, analyse, leave_one_out, one_at_a_time, variance_based
from dti_research.study.rankings import levels_of

VILLAGE = Framework(
    "village",
    indicators=(Indicator("roads", points=40), Indicator("wells", points=20), Indicator("school", points=40)),
    pillars=(Pillar("works", indicators=("roads", "wells")), Pillar("people", indicators=("school",))),
)
# Published: hill 0.40 + 0 + 0.16 = 0.56, lake 0.16 + 0.10 + 0.24 = 0.50, rice 0.08 + 0.20 + 0.20 = 0.48.
VALUES = pd.DataFrame(
    {"roads": [1.0, 0.4, 0.2], "wells": [0.0, 0.5, 1.0], "school": [0.4, 0.6, 0.5]}, index=["hill", "lake", "rice"]
)

RULE = LevelRule("notice", (LevelBand("low", upper=55), LevelBand("middle", 55, 70), LevelBand("high", lower=72)))
HARBOUR = Framework(
    "harbour",
    measure="points",
    indicators=(
        Indicator("roads", points=40),
        Indicator("wells", points=20),
        Indicator("school", points=40),
        Indicator("port", points=20, optional=True),
    ),
    pillars=(Pillar("works", indicators=("roads", "wells", "port")), Pillar("people", indicators=("school",))),
    level_rules=(RULE,),
)


def harbour_values(units=9, seed=3):
    """Points out of 40, 20, 40 and 20; every third unit has no port."""
    shares = np.random.default_rng(seed).uniform(0.3, 1.0, (units, 4))
    values = pd.DataFrame(shares * [40, 20, 40, 20], columns=["roads", "wells", "school", "port"])
    values.index = [f"unit-{k}" for k in range(units)]
    values.iloc[::3, 3] = np.nan
    return values


def effects(answer, column="total"):
    return answer.indices.set_index("factor")[column]


# ------------------------------------------------------------------------------------------------------ functions that are known


def ishigami(u, a=7, b=0.1):
    x = np.pi * (2 * u - 1)
    return np.sin(x[:, 0]) + a * np.sin(x[:, 1]) ** 2 + b * x[:, 2] ** 4 * np.sin(x[:, 0])


def test_ishigami_has_its_analytic_indices():
    """Ishigami & Homma (1990): only x1 and x3 interact, and x3 has no effect of its own; the fourth factor has none at all."""
    a, b = 7, 0.1
    alone = [0.5 * (1 + b * np.pi**4 / 5) ** 2, a**2 / 8, 0.0]
    together = b**2 * np.pi**8 * (1 / 18 - 1 / 50)
    variance = sum(alone) + together
    answer = analyse(ishigami, ["x1", "x2", "x3", "none"], samples=4096, seed=11)
    table = answer.indices
    first = np.array([*alone, 0.0]) / variance
    total = np.array([alone[0] + together, alone[1], together, 0.0]) / variance
    assert table["first"].to_numpy() == pytest.approx(first, abs=0.02)
    assert table["total"].to_numpy() == pytest.approx(total, abs=0.02)
    assert table["total"].iloc[3] == 0 and table["first"].iloc[3] == 0
    assert (abs(table["total"] - total) <= 2 * table["total_half_width"]).all()
    assert answer.mean == pytest.approx(a / 2, abs=0.05)
    assert answer.sd**2 == pytest.approx(variance, rel=0.02)


def test_variances_add():
    answer = analyse(lambda u: 5 + u @ [1, 2, 3], ["a", "b", "c"], samples=1024, seed=2)
    assert effects(answer, "first").to_numpy() == pytest.approx([1 / 14, 4 / 14, 9 / 14], abs=0.02)
    assert effects(answer).to_numpy() == pytest.approx([1 / 14, 4 / 14, 9 / 14], abs=0.02)
    assert answer.mean == pytest.approx(8, abs=0.01)
    assert answer.sd**2 == pytest.approx(14 / 12, rel=0.02)


def test_pure_interplay_has_no_first_effect():
    answer = analyse(lambda u: (u[:, 0] - 0.5) * (u[:, 1] - 0.5), ["a", "b"], samples=1024, seed=2)
    assert effects(answer, "first").to_numpy() == pytest.approx([0, 0], abs=0.05)
    assert effects(answer).to_numpy() == pytest.approx([1, 1], abs=0.05)


def test_one_factor_has_the_whole_variance():
    answer = analyse(lambda u: u[:, 0] ** 2, ["alone"], samples=256, seed=2)
    assert answer.indices.shape == (1, 6)
    assert answer.indices[["first", "total"]].iloc[0].tolist() == pytest.approx([1, 1], abs=0.02)


def test_convergence_cuts_the_sample_of_the_whole():
    """A scrambled Sobol sample of half the size and the same seed is the first half: the row before the last must agree with it."""
    answer = analyse(ishigami, ["x1", "x2", "x3"], samples=512, seed=4)
    half = analyse(ishigami, ["x1", "x2", "x3"], samples=256, seed=4)
    table = answer.convergence
    assert table.samples.tolist() == [64, 128, 256, 512]
    assert table.change[3] == pytest.approx((effects(answer) - effects(half)).abs().max(), abs=1e-12)
    assert table.half_width[3] == effects(answer, "total_half_width").max()
    assert table.half_width[2] == pytest.approx(effects(half, "total_half_width").max(), abs=1e-12)
    assert math.isnan(table.change[0]) and table.same_order[0] is pd.NA
    order = [effects(a).sort_values(ascending=False).index.tolist() for a in (answer, half)]
    assert table.same_order[3] == (order[0] == order[1])


def test_order_of_the_three_largest_is_noticed():
    """Two factors of equal weight: which estimate is larger is chance, so over many seeds both answers must occur."""
    said = {
        bool(analyse(lambda u: u @ [1, 1], ["a", "b"], samples=16, seed=s).convergence.same_order[3]) for s in range(12)
    }
    assert said == {True, False}


def test_seed():
    def again(seed):
        return analyse(ishigami, ["x1", "x2", "x3"], samples=64, seed=seed).indices

    for seed in (0, 5):  # SALib alone takes 0 for "no seed"
        pd.testing.assert_frame_equal(again(seed), again(seed))
    assert not again(0).equals(again(5))


@pytest.mark.parametrize("constant", [0.0, 3.0, "noise"])
def test_no_variance_is_said_and_shared_out_as_zero(constant):
    def function(u):
        return 3.0 + 1e-15 * u[:, 0] if constant == "noise" else np.full(len(u), constant)

    answer = analyse(function, ["a", "b"], samples=64, seed=1)
    assert not answer.varies and answer.sd == 0
    assert (answer.indices[["first", "first_half_width", "total", "total_half_width"]] == 0).all(axis=None)
    assert answer.convergence.same_order.isna().all()


def test_what_happens_too_rarely_for_the_first_cuts():
    """Five eighths of the base sample see nothing: those rows hold 0, and no warning of SALib comes through."""

    def late(u):
        results = np.zeros(len(u))
        results[3 * len(u) // 4 :] = u[3 * len(u) // 4 :, 0]
        return results

    answer = analyse(late, ["a", "b"], samples=64, seed=1)
    assert answer.varies and answer.convergence.half_width.tolist()[:3] == [0, 0, 0]
    assert answer.convergence.change[3] == effects(answer).max() > 0
    assert answer.convergence.same_order.isna().all()


def test_what_only_mixed_rows_see_is_no_variance():
    """Variance is estimated from the first and the last row of each block; SALib would warn and divide by that."""

    def mixed(u):
        results = np.zeros(len(u))
        results[1::4] = u[1::4, 0]
        return results

    assert not analyse(mixed, ["a", "b"], samples=64, seed=1).varies


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"samples": 1000}, "samples 1000: expected a power of two.*use 512 or 1024"),
        ({"samples": 8}, "samples 8: expected a whole number of at least 16"),
        ({"samples": 64.0}, "samples 64.0"),
        ({"seed": -1}, "seed -1"),
        ({"seed": None}, "seed None"),
        ({"resamples": 1}, "resamples 1"),
        ({"factors": []}, "factors: found none"),
        ({"factors": ["a", "a"]}, "factors: found 'a' 2 times"),
        ({"function": lambda u: u}, r"shape \(256, 2\); expected one finite number for each of the 256 rows"),
        ({"function": lambda u: np.full(len(u), np.nan)}, "nan among its results"),
    ],
)
def test_analyse_refuses(given, says):
    usual = {"function": lambda u: u[:, 0], "factors": ["a", "b"], "samples": 64, "seed": 1}
    with pytest.raises(InputError, match=says):
        analyse(**(usual | given))


def test_two_factors_may_share_a_name_if_not_the_kind():
    answer = analyse(lambda u: u[:, 1], ["rank", "rank"], kinds=["method", "weight"], samples=64, seed=1)
    assert answer.indices["kind"].tolist() == ["method", "weight"]
    assert effects(answer).tolist() == pytest.approx([0, 1], abs=0.1)


# ------------------------------------------------------------------------------------------------------- the model, against score


def weights_by_hand(framework, rule, concentration, u):
    centre = WEIGHT[rule](framework)
    gammas = gamma.ppf(u, concentration * centre.to_numpy())
    return pd.Series(gammas / gammas.sum(), index=centre.index)


def test_model_agrees_with_score():
    """Rows at random: the chosen method and the drawn weights, given to `score` as a reader's own points."""
    values = harbour_values()
    options = {
        "normalisations": ["share-of-maximum", "rank"],
        "aggregations": ["arithmetic", "geometric", "harmonic"],
        "weight_rules": ["published", "equal-indicators", "equal-pillars"],
    }
    rows = np.random.default_rng(8).random((40, 7))
    models = [OutcomeModel(values, HARBOUR, concentration=12, outcome="rank", unit=u, **options) for u in values.index]
    shift = OutcomeModel(values, HARBOUR, concentration=12, **options)
    assert shift.factors == ("normalisation", "aggregation", "weight rule", "roads", "wells", "school", "port")
    assert shift.kinds == ("method",) * 3 + ("weight",) * 4
    found = np.column_stack([model(rows) for model in models])
    shifts = shift(rows)
    published = score(values, HARBOUR).rank
    seen = set()
    for row, ranks, mean in zip(rows, found, shifts, strict=True):
        picks = [names[int(x * len(names))] for names, x in zip(options.values(), row, strict=False)]
        seen.add(tuple(picks))
        method = Method("row", normalise=picks[0], aggregate=picks[1])
        expected = score(values, HARBOUR, method, points=weights_by_hand(HARBOUR, picks[2], 12, row[3:])).rank
        assert ranks.tolist() == expected.tolist()
        assert mean == pytest.approx((expected - published).abs().mean(), abs=1e-12)
    assert len(seen) >= 12 and shifts.max() > 0


def test_min_max_and_z_score_agree_with_score():
    values = harbour_values(seed=6)
    options = {"normalisations": ["min-max", "z-score"], "aggregations": ["arithmetic"], "outcome": "rank"}
    rows = np.random.default_rng(9).random((8, 5))
    for unit in values.index[:4]:
        found = OutcomeModel(values, HARBOUR, concentration=12, unit=unit, **options)(rows)
        for row, rank in zip(rows, found, strict=True):
            method = Method("row", normalise="min-max" if row[0] < 0.5 else "z-score")
            points = weights_by_hand(HARBOUR, "published", 12, row[1:])
            assert rank == score(values, HARBOUR, method, points=points).rank[unit]


def test_targets_are_used():
    values = harbour_values()
    targets = pd.Series({"roads": 20, "wells": 15, "school": 25, "port": 10})
    rows = np.random.default_rng(9).random((10, 4))
    model = OutcomeModel(
        values,
        HARBOUR,
        normalisations=["distance-to-target"],
        aggregations=["geometric"],
        concentration=12,
        outcome="rank",
        unit="unit-4",
        targets=targets,
    )
    method = Method("row", normalise="distance-to-target", aggregate="geometric", targets=targets)
    expected = [
        score(values, HARBOUR, method, points=weights_by_hand(HARBOUR, "published", 12, row)).rank["unit-4"]
        for row in rows
    ]
    assert model(rows).tolist() == expected


def test_levels_agree_with_those_of_scores():
    """Three readings as a factor; points rounded to two digits. A unit with a port has more points than bands are printed for."""
    values = harbour_values(units=8)
    readings = ["lower-boundary", "upper-boundary", "share-60-80"]
    rows = np.random.default_rng(10).random((9, 6))
    rows[:, 1] = np.tile([0.2, 0.5, 0.8], 3)
    names = {band.name_vi: number for number, band in enumerate(RULE.bands, start=1)}
    names |= {band.name_vi: number for number, band in enumerate(DEFAULT_LEVELS.bands, start=1)}
    seen = set()
    for unit in values.index:
        port = bool(values["port"].notna()[unit])
        asked = readings[2:] if port else readings
        options = {"normalisations": ["share-of-maximum"], "concentration": 8, "outcome": "level", "unit": unit}
        model = OutcomeModel(
            values, HARBOUR, aggregations=["arithmetic", "harmonic"], rule=RULE, readings=asked, **options
        )
        assert model.factors[: 6 - port] == ("aggregation", *["reading"][port:], *values.columns)
        for row in rows:
            (level,) = model(np.delete(row, 1)[None] if port else row[None])
            method = Method("row", aggregate="arithmetic" if row[0] < 0.5 else "harmonic")
            reading = asked[int(row[1] * len(asked))]
            scores = score(values, HARBOUR, method, points=weights_by_hand(HARBOUR, "published", 8, row[2:]))
            own = replace(scores, composite=scores.composite[[unit]], maximum=scores.maximum[[unit]])
            (expected,) = levels_of(own, HARBOUR, reading)[unit]
            assert level == names[expected]
            seen.add((reading, level))
        if port:
            with pytest.raises(InputError, match=f"{unit}' takes an optional indicator and is measured against more"):
                OutcomeModel(values, HARBOUR, rule=RULE, readings=readings, **options)
    assert {level for _, level in seen} == {1, 2, 3} and len(seen) >= 6


def test_drawn_weights_are_dirichlet():
    """Known moments: mean w and variance w (1 - w) / (concentration + 1)."""
    model = OutcomeModel(VALUES + 0.01 * (VALUES == 0), VILLAGE, concentration=9)
    weights = model._draw("published", np.random.default_rng(3).random((40_000, 3)))
    centre = np.array([0.4, 0.2, 0.4])
    assert weights.sum(axis=1) == pytest.approx(np.ones(40_000))
    assert weights.mean(axis=0) == pytest.approx(centre, abs=0.004)
    assert weights.var(axis=0) == pytest.approx(centre * (1 - centre) / 10, rel=0.03)
    assert np.corrcoef(weights.T)[0, 2] == pytest.approx(-2 / 3, abs=0.02)  # -sqrt(w v / ((1 - w) (1 - v)))


def test_the_ends_of_the_interval_can_be_computed():
    model = OutcomeModel(
        VALUES, VILLAGE, normalisations=["share-of-maximum"], aggregations=["arithmetic"], concentration=9
    )
    assert np.isfinite(model(np.array([[0.0, 0.0, 0.0], [1.0, 1.0, 1.0], [0.0, 1.0, 0.5]]))).all()


# ---------------------------------------------------------------------------------------------------------------- variance_based


def test_an_indicator_on_which_all_are_equal_has_no_effect():
    values = data.load_values("province-2024-34").assign(cybersecurity=0.8)
    answer = variance_based(values, data.load_framework("national-province-2024"), concentration=50, samples=64, seed=1)
    assert answer.varies
    assert effects(answer)["cybersecurity"] == pytest.approx(0, abs=1e-9)
    assert (effects(answer).drop("cybersecurity") > 0).all()
    assert answer.indices["kind"].tolist() == ["method"] * 2 + ["weight"] * 8
    assert answer.indices["factor"].tolist() == ["normalisation", "aggregation", *values.columns]


def test_weight_without_which_nothing_happens():
    """Two units that differ in roads and school only, in opposite ways: by symmetry both weights matter alike."""
    values = pd.DataFrame({"roads": [0.9, 0.4], "wells": [0.5, 0.5], "school": [0.4, 0.9]}, index=["hill", "lake"])
    answer = variance_based(
        values,
        VILLAGE,
        normalisations=["share-of-maximum"],
        aggregations=["arithmetic"],
        concentration=10,
        outcome="rank",
        unit="hill",
        samples=1024,
        seed=3,
    )
    total = effects(answer)
    assert total["wells"] == 0 and answer.unit == "hill" and answer.outcome == "rank"
    assert total["roads"] == pytest.approx(total["school"], abs=0.1)
    # Who is first is a fair coin: ranks 1 and 2 have the mean 1.5 and the standard deviation 0.5.
    assert answer.mean == pytest.approx(1.5, abs=0.02) and answer.sd == pytest.approx(0.5, abs=0.01)


def test_choice_that_changes_nothing_and_choice_that_decides():
    """With weights held fast, lake's even values win under the harmonic mean, hill's uneven ones under the arithmetic."""
    values = pd.DataFrame({"roads": [1.0, 0.6], "wells": [1.0, 0.6], "school": [0.2, 0.6]}, index=["hill", "lake"])
    answer = variance_based(
        values,
        VILLAGE,
        normalisations=["share-of-maximum"],
        aggregations=["arithmetic", "harmonic"],
        weight_rules=["published", "equal-indicators"],
        concentration=1e6,
        outcome="rank",
        unit="hill",
        samples=256,
        seed=3,
    )
    assert effects(answer)["aggregation"] == pytest.approx(1, abs=0.05)
    assert effects(answer).drop("aggregation").tolist() == [0, 0, 0, 0]


def test_no_variance_of_a_level():
    answer = variance_based(
        VALUES * 0.1 + 0.9,
        VILLAGE,
        normalisations=["share-of-maximum"],
        concentration=50,
        outcome="level",
        unit="lake",
        samples=64,
        seed=1,
    )
    assert not answer.varies and answer.mean == 3
    assert effects(answer).tolist() == [0, 0, 0, 0]


def test_points_of_ones_own():
    """A weight of 0 is no factor; the rest is drawn around the given points."""
    points = pd.Series({"roads": 0, "wells": 1, "school": 1})
    answer = variance_based(
        VALUES,
        VILLAGE,
        normalisations=["share-of-maximum"],
        aggregations=["arithmetic"],
        concentration=50,
        samples=64,
        seed=1,
        points=points,
    )
    assert answer.indices["factor"].tolist() == ["wells", "school"]


def default(**given):
    usual = {"concentration": 50, "samples": 64, "seed": 1}
    return variance_based(VALUES + 0.01 * (VALUES == 0), VILLAGE, **(usual | given))


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (
            {"normalisations": ["share-of-maximum", "z-score"], "aggregations": ["arithmetic", "harmonic"]},
            "z-score with harmonic .unit 'hill', indicator 'wells'.*leave out the normalisation z-score, or the aggregation harm",
        ),
        ({"normalisations": ["min-max", "z-score"]}, "min-max with geometric and harmonic.*z-score with geometric and"),
        ({"normalisations": ["share"]}, "unknown normalisation 'share'"),
        ({"aggregations": ["geometrical"]}, "did you mean 'geometric'"),
        ({"weight_rules": ["equal"]}, "unknown weight rule"),
        ({"aggregations": "arithmetic"}, "found the text 'arithmetic'; expected a list"),
        ({"aggregations": []}, "aggregation: found no name"),
        ({"normalisations": ["rank", "rank"]}, "normalisation: found 'rank' 2 times"),
        ({"normalisations": ["distance-to-target"]}, "needs a target"),
        ({"targets": {"roads": 1}}, "targets are given and the normalisations are share-of-maximum, rank"),
        ({"outcome": "ranks"}, "did you mean 'rank'"),
        ({"outcome": "rank"}, "no unit is given"),
        ({"outcome": "rank", "unit": "hil"}, "did you mean 'hill'"),
        ({"unit": "hill"}, "leave the unit out"),
        ({"concentration": 0}, "concentration 0"),
        ({"concentration": math.inf}, "concentration inf"),
        ({"concentration": 0.01}, "would vanish"),
        ({"outcome": "level", "unit": "hill"}, "outcome 'level' with the normalisation 'rank'"),
        ({"samples": 100}, "power of two"),
    ],
)
def test_variance_based_refuses(given, says):
    with pytest.raises(InputError, match=says):
        default(**given)


@pytest.mark.parametrize(
    ("reading", "rule", "says"),
    [
        ("as-printed", RULE, "no level or two"),
        ("upper", RULE, "unknown reading"),
        ("lower-boundary", DEFAULT_LEVELS, "prints no level boundary"),
        (
            "lower-boundary",
            LevelRule("n", (LevelBand("a", "", 0.2, 0.5), LevelBand("b", "", 0.5))),
            "score of 0 has no",
        ),
        (
            "upper-boundary",
            LevelRule("n", (LevelBand("a", "", None, 0.5), LevelBand("b", "", 0.5, 0.9))),
            "score of 1 ",
        ),
    ],
)
def test_readings_that_give_no_number_are_refused(reading, rule, says):
    with pytest.raises(InputError, match=says):
        default(outcome="level", unit="hill", normalisations=["share-of-maximum"], readings=[reading], rule=rule)


def test_combination_that_a_zero_forbids():
    """Hill has no wells: only where a geometric mean is asked for does that matter."""
    with pytest.raises(InputError, match="share-of-maximum with geometric .unit 'hill', indicator 'wells'"):
        variance_based(VALUES, VILLAGE, aggregations=["geometric"], concentration=50, seed=1)
    answer = variance_based(VALUES, VILLAGE, aggregations=["arithmetic"], concentration=50, samples=16, seed=1)
    assert answer.indices["factor"].tolist() == ["normalisation", "roads", "wells", "school"]


def test_defaults_can_be_computed_of_the_printed_tables():
    for table, framework in (
        ("province-2024-34", "national-province-2024"),
        ("province-2022", "national-province-2022"),
        ("province-2020", "national-province-2020"),
    ):
        answer = variance_based(
            data.load_values(table), data.load_framework(framework), concentration=50, samples=16, seed=1
        )
        assert answer.varies


def test_unknown_names_are_wrong_use():
    with pytest.raises(UnknownName):
        default(outcome="ranks")


# -------------------------------------------------------------------------------------------------------- one node after another


def test_one_at_a_time_by_hand():
    """Roads at 0.2: wells 0.8/3, school 1.6/3; hill 0.4133, lake 0.5333, rice 0.5733. The other rows likewise."""
    table = one_at_a_time(VALUES, VILLAGE, change=0.5).set_index("node")
    assert table.index.tolist() == ["roads", "wells", "school", "works"]
    assert table["kind"].tolist() == ["indicator"] * 3 + ["pillar"]
    assert table["weight"].tolist() == pytest.approx([0.4, 0.2, 0.4, 0.6])
    lower = table[["mean_shift_lower", "largest_shift_lower", "unit_lower", "first_lower"]].to_numpy().tolist()
    higher = table[["mean_shift_higher", "largest_shift_higher", "unit_higher", "first_higher"]].to_numpy().tolist()
    approx = pytest.approx
    assert lower == [
        [approx(4 / 3), 2, "hill", "rice"],
        [0, 0, "", "hill"],
        [approx(2 / 3), 1, "lake", "hill"],
        [approx(4 / 3), 2, "hill", "lake"],
    ]
    assert higher == [
        [0, 0, "", "hill"],
        [approx(4 / 3), 2, "hill", "rice"],
        [approx(2 / 3), 1, "hill", "lake"],
        [approx(2 / 3), 1, "lake", "hill"],
    ]


def test_leave_one_out_by_hand():
    """Without school: hill 2/3, lake 1.3/3, rice 1.4/3. Spearman: 1 - 6 x 2 / 24 = 0.5; without works 1 - 6 x 6 / 24 = -0.5."""
    table = leave_one_out(VALUES, VILLAGE)
    approx = pytest.approx
    assert table.drop(columns="weight").to_numpy().tolist() == [
        ["roads", "indicator", approx(4 / 3), 2, "hill", "rice", approx(-1)],
        ["wells", "indicator", 0, 0, "", "hill", approx(1)],
        ["school", "indicator", approx(2 / 3), 1, "lake", "hill", approx(0.5)],
        ["works", "pillar", approx(4 / 3), 2, "hill", "lake", approx(-0.5)],
    ]


def test_one_at_a_time_agrees_with_score_where_an_indicator_is_optional():
    """The port's weight comes on top: when it changes the others keep theirs; when works change, school fills up to 1."""
    values = harbour_values(units=15, seed=5)
    table = one_at_a_time(values, HARBOUR, change=0.5).set_index("node")
    published = score(values, HARBOUR).rank
    changed = {
        "port": {"roads": 40, "wells": 20, "school": 40, "port": 30},
        "works": {"roads": 60, "wells": 30, "school": 10, "port": 30},
        "school": {"roads": 40 * 2 / 3, "wells": 20 * 2 / 3, "school": 60, "port": 20 * 2 / 3},
    }
    for node, points in changed.items():
        shift = (score(values, HARBOUR, points=pd.Series(points)).rank - published).abs()
        assert table.loc[node, "mean_shift_higher"] == pytest.approx(shift.mean()), node
        assert shift[table.loc[node, "unit_higher"]] == table.loc[node, "largest_shift_higher"] == shift.max() > 0


def test_leave_one_out_agrees_with_score_where_an_indicator_is_optional():
    values = harbour_values(units=15, seed=5)
    table = leave_one_out(values, HARBOUR).set_index("node")
    published = score(values, HARBOUR).rank
    for node in values.columns:
        left = score(values, HARBOUR, points=HARBOUR.points.where(HARBOUR.points.index != node, 0)).rank
        assert table.loc[node, "mean_shift"] == pytest.approx((left - published).abs().mean())
        assert table.loc[node, "first"] == " / ".join(left.index[left == 1])
        assert table.loc[node, "spearman"] == pytest.approx(left.corr(published, method="spearman"))


def test_pillars_overlap_and_may_be_everything():
    """Left makes up 0.6 and both 1.0: 1.25 x 0.8 is all there is, 1.5 x 0.8 is too much, and the whole cannot change."""
    framework = Framework(
        "overlap",
        indicators=VILLAGE.indicators,
        pillars=(
            Pillar("left", indicators=("roads", "wells")),
            Pillar("outer", indicators=("roads", "school")),
            Pillar("both", indicators=("roads", "wells", "school")),
        ),
    )
    wide = one_at_a_time(VALUES, framework, change=0.5).set_index("node")
    assert wide.loc[["left", "outer", "both"], "weight"].tolist() == pytest.approx([0.6, 0.8, 1.0])
    assert wide["mean_shift_higher"].isna().tolist() == [False, False, False, False, True, True]
    assert wide["mean_shift_lower"].isna().tolist() == [False] * 5 + [True]
    assert wide.loc["both", ["unit_lower", "first_lower"]].tolist() == ["", ""]
    exactly = one_at_a_time(VALUES, framework, change=0.25).set_index("node")
    # Only roads and school, half each: hill 0.70, lake 0.50, rice 0.35.
    assert exactly.loc["outer", "mean_shift_higher"] == 0
    left = leave_one_out(VALUES, framework).set_index("node")
    assert left.loc["outer", "first"] == "rice"  # wells alone
    assert left.loc["both", ["mean_shift", "largest_shift", "spearman"]].isna().all()


def test_equals_share_the_first_rank_and_have_no_correlation():
    values = pd.DataFrame({"roads": [1.0, 0.4], "wells": [0.5, 0.5], "school": [0.5, 0.5]}, index=["hill", "lake"])
    row = leave_one_out(values, VILLAGE).set_index("node").loc["roads"]
    assert row["first"] == "hill / lake" and row["unit"] == "lake" and math.isnan(row["spearman"])


def test_sums_in_another_order_are_ties():
    """0.1 + 0.2 is not 0.3 to a computer, but hill and lake are equal wherever roads and school weigh the same."""
    values = pd.DataFrame({"roads": [0.3, 0.1], "school": [0.0, 0.2], "wells": [0.3, 0.3]}, index=["hill", "lake"])
    framework = Framework("even", indicators=tuple(Indicator(code, points=10) for code in values.columns))
    assert values.mean(axis=1).nunique() == 2
    table = one_at_a_time(values, framework).set_index("node")
    assert table.loc["wells", ["first_lower", "first_higher"]].tolist() == ["hill / lake"] * 2
    assert table.loc["wells", ["largest_shift_lower", "largest_shift_higher"]].tolist() == [0, 0]


def test_ministry_pillars_leave_two_activities():
    values = data.load_values("province-2024-34")
    framework = data.load_framework("national-province-2024")
    table = leave_one_out(values, framework).set_index("node")
    # Without government only economy and society remain, 150 points each: the plain mean of the two columns.
    two = values[["digital_economy", "digital_society"]].mean(axis=1)
    assert table.loc["government", "first"] == two.idxmax()
    published = score(values, framework).rank
    assert table.loc["government", "spearman"] == pytest.approx(two.rank().corr(-published, method="spearman"))


@pytest.mark.parametrize("change", [0, -0.25, 1.5, math.nan, True, "0.25"])
def test_change_out_of_range(change):
    with pytest.raises(InputError, match="expected a share of the weight above 0 and at most 1"):
        one_at_a_time(VALUES, VILLAGE, change=change)


def test_points_that_nobody_published_must_be_given():
    unknown = Framework("unknown", indicators=(Indicator("roads"), Indicator("wells"), Indicator("school")))
    with pytest.raises(InputError, match="no points are published"):
        one_at_a_time(VALUES, unknown)
    own = leave_one_out(VALUES, unknown, points=pd.Series({"roads": 40, "wells": 20, "school": 40}))
    pd.testing.assert_frame_equal(own, leave_one_out(VALUES, VILLAGE)[:3])


def test_import_loads_nothing_heavy():
    code = (
        "import sys, dti_research.study.methods; print([m for m in ('scipy', 'SALib', 'multiprocess') "
        "if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
