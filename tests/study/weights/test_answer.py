"""What is asked of one assessment about other weights: options are checked, and counts are those of the parts that they sum up."""

import math

import numpy as np
import pytest

from dti_research import data
from dti_research.errors import InputError, UnknownName
from dti_research.index.levels import DEFAULT_LEVELS
from dti_research.index.score import published_table
from dti_research.study.assessment import find_unit, open_assessment
from dti_research.study.weights import ask_robustness, ask_stability, rank_robustness
from dti_research.study.weights.draws import draw_weights, weight_spread

NODES = [np.array([0, 1]), np.array([2, 3, 4])]
CENTRE = np.array([0.3, 0.2, 0.4, 0.1, 0.0])


@pytest.fixture(scope="module")
def ten():
    return open_assessment("province-2022")


@pytest.mark.parametrize("nodes", [None, NODES])
@pytest.mark.parametrize("concentration", [40, 3.5, "uniform", math.inf])
def test_the_spread_of_the_weights_is_that_of_the_draws(concentration, nodes):
    drawn = draw_weights(np.random.default_rng(5), CENTRE, concentration, 200_000, nodes)
    # Six times the error of a standard deviation of n draws: about 1 / sqrt(n) of it, 0.002.
    assert weight_spread(CENTRE, concentration, nodes) == pytest.approx(drawn.std(axis=0), rel=0.015, abs=1e-9)


def test_the_answer_is_that_of_the_library(ten):
    framework = data.load_framework("national-province-2022")
    table, weights = published_table(data.load_values("province-2022"), framework)
    result = rank_robustness(table, weights, draws=700, concentration=30, seed=4, rule=DEFAULT_LEVELS)
    answer = ask_robustness(ten, draws=700, concentration="30", seed=4, top=5)
    assert (answer.result.rank_counts == result.rank_counts).all()
    assert answer.result.level_counts.equals(result.level_counts)
    assert answer.ranks.top.equals(result.top(5).reindex(answer.ranks.index).rename("top"))
    assert answer.near == 5 and list(answer.ranks.published) == list(range(1, 11))
    inside = result.ranks[(result.ranks.q05 == result.ranks.published) & (result.ranks.published == result.ranks.q95)]
    assert answer.held == list(inside.index) and answer.leader == "da-nang"
    spans = result.ranks.q95 - result.ranks.q05
    assert spans[answer.widest] == spans.max()
    assert answer.likeliest_levels.share.between(1 / 3, 1).all()


@pytest.mark.parametrize(
    ("error", "says", "options"),
    [
        (UnknownName, "much.*uniform", {"concentration": "much"}),
        (UnknownName, "no groups", {"by_group": True}),
        (UnknownName, "nobody prints level bands", {"document": "newspaper"}),
        (InputError, "top 10: expected a whole number from 1 to 9", {"top": 10}),
        (InputError, "top 0", {"top": 0}),
        (InputError, "concentration -1", {"concentration": -1.0}),
        (InputError, "draws 0", {"draws": 0}),
    ],
)
def test_options_that_cannot_be_used(error, says, options):
    with pytest.raises(error, match=says):
        ask_robustness(open_assessment("province-2020"), **options)


def test_levels_by_a_printed_document(tmp_path):
    """Half of all points is below the first printed boundary of HCMC's departments, nearly all of them above the last."""
    framework = data.load_framework("hcmc-department-2023")
    path = tmp_path / "departments.csv"
    rows = [("A", 0.5), ("B", 0.98)]
    lines = [f"{name}," + ",".join(f"{share * points:g}" for points in framework.points) for name, share in rows]
    path.write_text("\n".join([",".join(["unit", *framework.points.index]), *lines]), encoding="utf-8")
    answer = ask_robustness(open_assessment(path, framework.id), draws=50, document="press-release")
    bands = [band.name_vi for band in framework.level_rule("press-release").bands]
    assert set(answer.likeliest_levels.level) == {bands[0], bands[-1]}
    assert answer.near == 2 and answer.open_levels.empty
    assert len(answer.result.levels.columns.get_level_values("reading").unique()) > 1
    with pytest.raises(UnknownName, match="newspaper"):
        ask_robustness(open_assessment(path, framework.id), document="news")


def test_what_is_certain(ten):
    answer = ask_stability(ten, distance=0.1)
    assert answer.moved == 0.05 and answer.pairs == 45 and answer.leader == "da-nang"
    assert ("da-nang", "cao-bang") in answer.dominated_pairs
    fixed = answer.best_first.query("best == worst == published")
    assert set(answer.fixed) == set(fixed.index)
    closest = answer.closest
    assert closest.distance == answer.neighbours.distance.min() and closest.moved == closest.distance / 2
    # Between neighbours, a change just below the smallest one leaves the order certain, and one just above does not.
    for factor, certain in ((0.999, True), (1.001, False)):
        pair = ask_stability(ten, units=(closest.lower, closest.higher), distance=factor * closest.distance)
        assert (pair.higher, pair.lower, pair.certain) == (closest.higher, closest.lower, certain)
        assert pair.difference == pytest.approx(closest.difference) and pair.ranks[0] + 1 == pair.ranks[1]
        assert pair.reversible and list(pair.level_weights) == ["weight", "low", "high", "l1", "max"]


def test_neighbours_that_no_weights_reverse():
    answer = ask_stability(open_assessment("province-2020"))
    assert ("da-nang", "thua-thien-hue") in list(zip(answer.never.higher, answer.never.lower, strict=True))
    assert np.isinf(answer.never.distance).all()


@pytest.mark.parametrize("name", ["thua-thien-hue", "Huế", "hue", "TP. Huế", "HUE"])
def test_a_unit_is_found_by_any_of_its_names(name):
    assert find_unit(open_assessment("province-2020"), name) == "thua-thien-hue"


def test_a_name_of_ones_own_is_found_and_a_stranger_is_not(tmp_path):
    path = tmp_path / "own.csv"
    path.write_text("unit,roads,composite\nĐồng Mới,0.5,0.5\nlake,0.7,0.7\n", encoding="utf-8")
    own = open_assessment(path)
    assert find_unit(own, "dong moi") == "Đồng Mới"
    with pytest.raises(UnknownName, match="did you mean 'lake'"):
        find_unit(own, "lakes")
    with pytest.raises(UnknownName, match="da-nag.*Đà Nẵng"):
        ask_stability(open_assessment("province-2022"), units=("da-nang", "da-nag"))
