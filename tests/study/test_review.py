"""One framework in the order of an audit: each step counts what its own study found, and stays empty where nothing is printed."""

import numpy as np
import pytest

from dti_research import data
from dti_research.errors import InputError, UnknownName
from dti_research.study.claims import audit, reproduce
from dti_research.study.review import ask
from dti_research.study.totals import neighbour_points_changes

FAST = {"draws": 2000, "samples": 64, "resamples": 199, "seed": 1}


@pytest.fixture(scope="module")
def provinces():
    return ask("national-province-2024", **FAST)


def test_steps_of_a_framework_with_values(provinces):
    """24 and 19 of 34 provinces have all of digital awareness and institutions: two of eight indicators are saturated."""
    values = data.load_values("province-2024-34")
    full = (values == 1).sum()
    assert full[full >= 17].to_dict() == {"digital_awareness": 24, "digital_institutions": 19}
    steps = provinces.steps.set_index("step")
    assert provinces.assessment.table == "province-2024-34"
    assert steps.loc["print"].tolist() == [
        len(reproduce("national-province-2024")),
        len(audit("national-province-2024")),
    ]
    assert steps.loc["data"].tolist() == [8, 2]
    # 28 pairs of indicators, 26 of an indicator and the rest of a whole (six members of each of three pillars, and eight of
    # the composite), 6 pairs of three pillars and the composite. Economy and society stand above 0.92; against the rest of their
    # pillar, computed here, some indicators stand below 0.3.
    points = data.load_framework("national-province-2024").points
    weak = 0
    for own in ("digital_government", "digital_economy", "digital_society"):
        members = [*points.index[:5], own]
        for code in members:
            rest = points[members].drop(code)
            weak += np.corrcoef(values[code], values[rest.index] @ rest)[0, 1] < 0.3
    assert weak > 0 and steps.loc["coherence"].tolist() == [28 + 26 + 6, 1 + weak]
    assert steps.loc["robustness", "looked_at"] == 34
    assert sum(provinces.claims.counts.values()) == steps.loc["print", "looked_at"]


def test_units_with_wide_ranks_are_those_of_the_draws(provinces):
    """A quarter of 34 is 8.5: nine ranks or more. Hà Nội, first in most draws, is not among them, and Đồng Nai is."""
    acceptability = provinces.measured.robustness.result.acceptability
    wide = []
    for unit, shares in acceptability.iterrows():
        reached = shares.cumsum()
        low, high = (reached >= 0.05 - 1e-12).idxmax(), (reached >= 0.95 - 1e-12).idxmax()
        if high - low + 1 > 8.5:
            wide.append(unit)
    assert provinces.measured.wide == wide
    assert "dong-nai-2025" in wide and "ha-noi" not in wide


def test_weights_outside_their_interval_are_raised(provinces):
    table = provinces.measured.pillars.importance
    inside = [low <= weight <= high for weight, low, high in table[["weight", "low", "high"]].to_numpy()]
    raised = provinces.steps.set_index("step").raised["weights"]
    assert raised == inside.count(False) and raised > 0


def test_a_list_of_totals_has_points_that_must_move():
    found = ask("hcmc-district-2023", **FAST)
    framework = data.load_framework("hcmc-district-2023")
    expected = neighbour_points_changes(framework.points, data.load_composites("hcmc-district-2023"))
    assert found.measured is None
    assert found.totals.changes.moved.tolist() == expected.moved.tolist()
    assert found.steps.looked_at.notna().tolist() == [True, False, False, False, False]


def test_a_framework_without_any_list_has_only_its_print():
    found = ask("hanoi-city-2024", **FAST)
    assert (found.assessment, found.measured, found.totals) == (None, None, None)
    assert found.steps.looked_at[0] == len(reproduce("hanoi-city-2024")) > 0


def test_only_a_cut_list_is_simulated(provinces):
    assert not provinces.measured.pillars.cut
    cut = ask("national-province-2020", **FAST)
    assert (
        cut.measured.pillars.selected["mean"] < 0
    ).all()  # the first nine of 63: a strong pillar makes up for a weak one
    ends = ask("national-province-2022", **FAST).measured.pillars
    assert (ends.selected["mean"] > 0).all()  # the first and the last five: they differ on everything
    assert not ends.flags.settled.fillna(False).any() and (ends.flags.flag == "redundant").any()


def test_a_list_of_another_framework_is_refused():
    with pytest.raises(InputError, match="province-2022.*is of national-province-2022.*expected a list of"):
        ask("national-province-2024", "province-2022", **FAST)
    with pytest.raises(UnknownName, match="did you mean 'province-2022'"):
        ask("national-province-2022", "provinces-2022", **FAST)
