"""Frameworks as they are read from the raw tables."""

from dti_research import data


def test_all_transcribed_points_add_to_the_printed_totals():
    """Our typing, not the publisher's: of all frameworks with printed points, each must add to its printed total."""
    checked = [f for f in data.load_frameworks().values() if f.weights == "printed"]
    assert {f.id for f in checked} >= {"hcmc-department-2023", "hcmc-district-2023", "national-province-2022"}
    for framework in checked:
        assert framework.total_points == framework.total_printed, framework.id
