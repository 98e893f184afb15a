"""The answer on pillars: what is asked of which table, and what a sentence takes from it."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from dti_research import data
from dti_research.errors import InputError, UnknownName
from dti_research.study.assessment import open_assessment
from dti_research.study.pillars import ask

QUICK = {"interval": "fisher-z", "resamples": 199, "seed": 1}


@pytest.fixture(scope="module")
def provinces():
    return ask(open_assessment("province-2024-34"), **QUICK)


@pytest.fixture(scope="module")
def ten():
    """The five first and the five last of 63."""
    return ask(open_assessment("province-2022"), **QUICK)


def test_coefficients_are_those_of_the_printed_values(provinces):
    """Values of 2024 are shares already; pandas and NumPy are the witnesses."""
    values = data.load_values("province-2024-34")
    expected = values.corr()
    for pair in provinces.indicators.pairs.itertuples():
        assert pair.coefficient == pytest.approx(expected.loc[pair.a, pair.b], abs=1e-12)
    weights = provinces.assessment.weights
    for pair in provinces.with_composite.itertuples():
        rest = values.drop(columns=pair.a) @ weights.drop(pair.a)
        assert pair.coefficient == pytest.approx(np.corrcoef(values[pair.a], rest)[0, 1], abs=1e-12)
    assert (provinces.indicators.tests, provinces.rest.tests, provinces.pillars.tests) == (28, 26, 6)


def test_selections_hold_what_they_say(provinces):
    family = provinces.indicators
    sizes = family.strongest_first.coefficient.abs()
    assert sizes.is_monotonic_decreasing and len(sizes) == 28
    away = [not low <= 0 <= high for low, high in zip(family.pairs.low, family.pairs.high, strict=True)]
    assert len(family.away_from_zero) == sum(away) > 0
    assert len(family.significant) == (family.pairs.p_adjusted < 0.05).sum()
    assert set(provinces.pairs_of_pillars.a) | set(provinces.pairs_of_pillars.b) == {"government", "economy", "society"}
    assert provinces.pillars_share
    assert provinces.strongest_pillars.coefficient == provinces.pairs_of_pillars.coefficient.max()
    loose = provinces.with_composite[provinces.with_composite.low <= 0]
    assert provinces.loose.a.tolist() == loose.a.tolist() and provinces.incomparable == []
    full = (data.load_values("province-2024-34") == 1).sum()
    assert provinces.saturated.at_maximum.to_dict() == full[full >= 17].to_dict()
    assert (provinces.saturated.n == 34).all()
    gaps = provinces.importance.gap
    assert provinces.furthest.gap.tolist() == [gaps.min(), gaps.max()]


def test_the_units_on_which_most_hangs(provinces):
    """Cronbach's alpha by its textbook formula, each unit left out in turn."""
    values = data.load_values("province-2024-34")

    def alpha(table):
        return 8 / 7 * (1 - table.var().sum() / table.sum(axis=1).var())

    change = {unit: abs(alpha(values.drop(index=unit)) - alpha(values)) for unit in values.index}
    assert provinces.heaviest.name == max(change, key=change.get)
    moved = (provinces.influence.coefficient - provinces.influence.without).abs()
    assert provinces.influential.index.tolist() == moved.nlargest(5).index.tolist()


def test_a_whole_list_is_not_simulated(provinces):
    assert not provinces.cut and provinces.selected is None and provinces.selected_consistency is None
    assert provinces.observed_and_selected is None and provinces.indicators_selected is None
    assert provinces.strongest_pillars_selected is None and provinces.outside_selected == 0


def test_a_list_that_is_cut_stands_beside_independent_indicators(ten):
    assert ten.cut and not ten.flags.settled.fillna(False).any()
    table = ten.observed_and_selected
    assert list(table.columns) == ["a", "b", "observed", "mean", "low", "high"]
    assert ten.indicators_selected.observed.tolist() == ten.indicators.pairs.coefficient.tolist()
    inside = [row.low <= row.observed <= row.high for row in ten.indicators_selected.itertuples()]
    assert ten.outside_selected == inside.count(False) > 0
    most, selected = ten.strongest_pillars, ten.strongest_pillars_selected
    assert selected.inside == (selected.low <= most.coefficient <= selected.high)


def test_points_of_ones_own_weigh(tmp_path):
    path = tmp_path / "points.csv"
    values = data.load_values("province-2022")
    pd.DataFrame({"indicator": values.columns, "points": 10.0}).to_csv(path, index=False)
    found = ask(open_assessment("province-2022", points=path), **QUICK)
    assert found.importance.weight.tolist() == pytest.approx([1 / 8] * 8)
    assert found.wholes.composite.tolist() == pytest.approx([1 / 8] * 8)


def test_five_units_have_an_answer_but_none_can_be_left_out(ten):
    """Only the parts that need a sixth unit are refused, and only when they are asked for."""
    few = dataclasses.replace(ten.assessment, values=ten.assessment.values[:5], ranked=5)
    found = ask(few, **QUICK)
    assert found.indicators.n == 5
    with pytest.raises(InputError, match="5 units; expected at least 6"):
        _ = found.influence


def test_what_cannot_be_asked_is_refused():
    with pytest.raises(UnknownName, match="did you mean 'pearson'"):
        ask(open_assessment("province-2022"), method="pearsons", seed=1)
    with pytest.raises(InputError, match="resamples 9: expected a whole number of at least 99"):
        ask(open_assessment("province-2022"), resamples=9, seed=1)
