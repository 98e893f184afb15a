"""What frameworks contain: shares against points added by hand, points carried over, the tree, the lists that can be opened."""

import numpy as np
import pandas as pd
import pytest

from dti_research import data
from dti_research.errors import InputError, UnknownName
from dti_research.index.framework import Framework, Indicator
from dti_research.study import frameworks


def village(**options):
    indicators = (
        Indicator("roads", concept="digital-infrastructure", points=40, components=3),
        Indicator("wells", concept="digital-infrastructure", points=20, components=2),
        Indicator("school", concept="digital-awareness", points=40, components=1),
        Indicator("festival", concept="digital-society", points=0, components=4),
        Indicator("harbour", concept="digital-economy", points=10, components=5, optional=True),
    )
    return Framework("village", measure="points", indicators=indicators, **options)


def test_shares_add_to_one_without_what_applies_to_some_units_only():
    shares = frameworks.concept_shares([village()])["village"]
    # 60 and 40 of 100 points; the harbour, of some units only, and the festival, without points, carry nothing
    assert shares.drop("digital-society").to_dict() == {"digital-awareness": 0.4, "digital-infrastructure": 0.6}
    assert shares["digital-society"] == 0 and list(shares.index) == [
        c for c in frameworks.CONCEPTS if c in shares.index
    ]


def test_components_are_counted_by_concept():
    counts = frameworks.concept_components([village()])["village"]
    assert counts.to_dict() == {"digital-awareness": 1, "digital-infrastructure": 5, "digital-society": 4}


def test_all_concepts_with_most_points_are_named():
    shares = pd.DataFrame({"x": [0.4, 0.4, 0.2], "y": [0.1, np.nan, 0.9]}, index=["a", "b", "c"])
    largest = frameworks.largest_concept(shares)
    assert largest.concepts.to_dict() == {"x": ["a", "b"], "y": ["c"]} and largest.share.tolist() == [0.4, 0.9]


def test_the_overview_counts_each_unit_once():
    answer = frameworks.ask(["national-province-2024"])
    row = answer.overview.loc["national-province-2024"]
    both = set(data.load_composites("province-2024-34").index) | set(data.load_composites("province-2024-63").index)
    assert (row.units_with_values, row.units_with_composites) == (34, len(both))
    assert set(answer.tables.index) == {"province-2024-34", "province-2024-63"}
    assert len(frameworks.ask().frameworks) == len(data.load_frameworks())


def test_an_unknown_framework_is_refused():
    with pytest.raises(UnknownName, match="did you mean 'hcmc-district-2023'"):
        frameworks.ask(["hcmc-distict-2023"])
    with pytest.raises(UnknownName, match="did you mean 'hcmc-district-2023'"):
        frameworks.ask_tree("hcmc-distict-2023")


def test_a_tree_has_no_share_where_points_are_unknown_or_for_some_units_only():
    hanoi = frameworks.ask_tree("hanoi-city-2024").indicators
    assert hanoi.share.isna().all() and hanoi.points.isna().all()
    assert hanoi.index[hanoi.optional].tolist() == ["digital_economy_district"]
    district = frameworks.ask_tree("hcmc-district-2023").indicators
    assert district.share["cybersecurity"] == 35 / 660 and district.share.sum() == pytest.approx(1)


def test_points_are_shared_among_indicators_of_one_concept_in_proportion():
    source = Framework("source", indicators=(
        Indicator("net", concept="digital-infrastructure", points=30),
        Indicator("people", concept="digital-awareness", points=10),
        Indicator("trade", concept="digital-economy", points=5),
    ))  # fmt: skip
    carried = frameworks.carry_points(source, village())
    assert carried.to_dict() == {"roads": 20, "wells": 10, "school": 10, "harbour": 5}


def test_points_that_cannot_be_carried_over_are_refused():
    province = data.load_framework("national-province-2024")
    with pytest.raises(InputError, match="nobody prints its points"):
        frameworks.carry_points(data.load_framework("hanoi-city-2024"), province)
    with pytest.raises(InputError, match="hcmc-department-2023 gives no points to .*digital-economy"):
        frameworks.points_from("hcmc-department-2023", province)
