"""A table scored and a published ranking rebuilt: composites, bounds and orders by hand."""

import dataclasses

import pandas as pd
import pytest

from dti_research import data
from dti_research.errors import InputError, UnknownName
from dti_research.index.framework import Framework, Indicator
from dti_research.study import rankings
from dti_research.study.assessment import Assessment, open_assessment

VILLAGE = Framework(
    "village", measure="share", indicators=(Indicator("roads", points=60), Indicator("wells", points=40))
)
VALUES = pd.DataFrame({"roads": [0.50, 0.60, 0.20], "wells": [0.90, 0.70, 0.10]}, index=["hill", "lake", "rice"])


def printed(composites, digits=(2, 2, 3), values=VALUES, framework=VILLAGE):
    return Assessment(
        table="village",
        framework=framework,
        values=values,
        names={unit: unit.title() for unit in values.index},
        published=True,
        composites=pd.Series(composites, index=values.index, name="composite"),
        digits=pd.Series(digits, index=["roads", "wells", "composite"]),
        ranks=pd.Series([1, 2, 9], index=values.index, name="rank"),
        ranked=9,
    )


def test_a_ranking_is_rebuilt_by_hand():
    """0.6 roads + 0.4 wells: 0.66, 0.64, 0.16. Values to two decimals and composites to three: bound 0.005 + 0.0005."""
    rebuilt = rankings.ask(printed([0.664, 0.645, 0.165])).rebuilt
    assert rebuilt.bound == pytest.approx(0.0055)
    assert rebuilt.table.computed.tolist() == pytest.approx([0.66, 0.64, 0.16])
    assert rebuilt.table.difference.tolist() == pytest.approx([-0.004, -0.005, -0.005])
    assert (rebuilt.units, rebuilt.reproduced, rebuilt.same_rank, rebuilt.moved_most) == (3, 3, 3, None)
    assert rebuilt.table["rank"].tolist() == [1, 2, 9]


def test_what_differs_is_found():
    """Rice is printed 0.010 too high, hill and lake are swapped."""
    rebuilt = rankings.ask(printed([0.630, 0.660, 0.170])).rebuilt
    assert rebuilt.table.reproduced.tolist() == [False, False, False]
    assert rebuilt.largest_miss == ("hill", pytest.approx(0.03))
    assert rebuilt.same_rank == 1 and rebuilt.moved_most == "hill"
    assert rebuilt.table.order_printed.tolist() == [2, 1, 3] and rebuilt.table.order_computed.tolist() == [1, 2, 3]


def test_the_roughest_value_bounds():
    assert rankings.rounding_bound(printed([0.66, 0.64, 0.16], digits=(1, 4, 2))) == pytest.approx(0.05 + 0.005)


def test_nothing_printed_cannot_be_rebuilt():
    lone = dataclasses.replace(printed([0.66, 0.64, 0.16]), composites=pd.Series(dtype=float), digits=None)
    with pytest.raises(InputError, match="village: no printed values and composites"):
        rankings.ask(lone).rebuilt  # noqa: B018


def test_points_of_decision_922_explain_no_composite_of_2024():
    table = rankings.ask(open_assessment("province-2024-34", points_of="national-province-2022")).rebuilt.table
    assert not table.reproduced.any()
    assert isinstance(table.order_computed, pd.Series) and (table.order_computed != table.order_printed).sum() == 15


def test_points_of_another_measure_are_carried_over_by_concept():
    """Ha Noi under HCMC's district points of the same eight concepts, 640 in all."""
    table = rankings.ask(open_assessment("province-2024-34", points_of="hcmc-district-2023")).rebuilt.table
    row = data.load_values("province-2024-34").loc["ha-noi"]
    earned = [60, 50, 70, 60, 35, 185, 90, 90] @ row
    assert table.computed["ha-noi"] == pytest.approx(earned / 640)


def test_equal_rules_and_own_steps_say_whose_weights_they_are():
    table = printed([0.66, 0.64, 0.16])
    assert rankings.ask(table).weighed_by == "printed"
    equal = rankings.ask(table, method="equal-indicators")
    assert equal.weighed_by == "equal-indicators" and equal.scores.composite["hill"] == pytest.approx(0.70)
    own = rankings.choose_method("published", aggregate="geometric", weight="equal-indicators")
    assert (own.name, own.aggregate, own.weight) == ("own", "geometric", "equal-indicators")
    assert rankings.ask(table, method=own).scores.composite["rice"] == pytest.approx(0.02**0.5)
    borrowed = open_assessment("province-2024-34", points_of="hcmc-district-2023")
    assert rankings.ask(borrowed).weighed_by == "hcmc-district-2023"


def test_targets_need_their_method():
    targets = pd.Series({"roads": 0.8, "wells": 1.0})
    chosen = rankings.choose_method("distance-to-target", targets=targets)
    assert dict(chosen.targets) == targets.to_dict()
    with pytest.raises(InputError, match="targets are given"):
        rankings.choose_method("published", targets=targets)


def test_levels_are_read_as_asked():
    table = printed([0.66, 0.64, 0.16])
    assert rankings.ask(table).levels is None and rankings.ask(table).reading == "none"
    shares = rankings.ask(table, levels="share-60-80").levels
    assert shares.to_dict() == {"hill": ("Hình thành",), "lake": ("Hình thành",), "rice": ("Khởi động",)}
    with pytest.raises(UnknownName, match="unknown reading 'share-60-90'.*share-60-80"):
        rankings.ask(table, levels="share-60-90")
    with pytest.raises(UnknownName, match="nobody prints level bands for village"):
        rankings.ask(table, document="newspaper")
    with pytest.raises(UnknownName, match="a z-score, which has no maximum"):
        rankings.ask(table, method="z-score", levels="share-60-80")


def test_a_document_needs_a_reading_of_bands():
    framework = data.load_framework("hcmc-department-2023")
    points = framework.points
    values = pd.DataFrame([points * 0.7, points * 0.9], index=["A", "B"])
    table = dataclasses.replace(
        printed([0, 0, 0]), framework=framework, values=values, names={"A": "A", "B": "B"}, digits=None
    )
    answer = rankings.ask(table, document="newspaper")
    assert answer.reading == "as-printed" and answer.scores.measure == "points"
    # 231 and 297 of 330 points: from 199 to below 264, and from 264
    assert answer.levels.to_dict() == {"A": ("Hình thành",), "B": ("Nâng cao",)}
    for reading in ("none", "share-60-80"):
        with pytest.raises(UnknownName, match=f"no use with the reading {reading}"):
            rankings.ask(table, levels=reading, document="newspaper")
    with pytest.raises(UnknownName, match="unknown level document 'newspapers'"):
        rankings.ask(table, document="newspapers")


def test_an_error_names_the_unit_as_its_file_does():
    bad = printed([0.66, 0.64, 0.16], values=VALUES.replace(0.70, 1.70))
    with pytest.raises(InputError, match=r"village: unit 'Lake', indicator 'wells': value 1.7"):
        rankings.ask(bad)


def test_the_best_comes_first_and_ties_stay_in_the_order_of_the_table():
    tied = printed(
        [0.2, 0.64, 0.64], values=VALUES.set_axis(["rice", "lake", "hill"]).assign(roads=[0.2, 0.6, 0.6], wells=0.7)
    )
    answer = rankings.ask(tied)
    assert answer.order.tolist() == ["lake", "hill", "rice"] and answer.scores.rank.tolist() == [3, 1, 1]
