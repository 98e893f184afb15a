"""The nouns: what a framework knows about itself, with nothing invented where the print is silent."""

import dataclasses

import pytest

from dti_research.errors import UnknownName
from dti_research.index.framework import Finding, Framework, Indicator, LevelBand, LevelRule, Pillar

VILLAGE = Framework(
    "village",
    measure="points",
    total_printed=90,
    indicators=(
        Indicator("roads", points=40),
        Indicator("wells", points=20),
        Indicator("school", points=40),
        Indicator("statue", points=0),
    ),
    pillars=(Pillar("works", indicators=("roads", "wells")), Pillar("people", indicators=("school",))),
    level_rules=(
        LevelRule("council notice", (LevelBand("low", upper=60), LevelBand("high", lower=60))),
        LevelRule("newspaper", (LevelBand("low", upper=66), LevelBand("high", lower=66))),
    ),
)


def test_points_leave_out_what_is_printed_as_carrying_none():
    assert VILLAGE.points.to_dict() == {"roads": 40, "wells": 20, "school": 40}
    assert [i.code for i in VILLAGE.scored] == ["roads", "wells", "school"]


def test_total_points_are_added_not_copied_from_print():
    assert VILLAGE.total_points == 100  # 40 + 20 + 40, while the print says 90


def test_total_points_leave_out_optional_indicators():
    port = Indicator("port", points=30, optional=True)
    coast = dataclasses.replace(VILLAGE, indicators=(*VILLAGE.indicators, port))
    assert coast.total_points == 100
    assert coast.points["port"] == 30


def test_one_unpublished_number_makes_all_points_unknown():
    unknown = dataclasses.replace(VILLAGE, indicators=(*VILLAGE.indicators, Indicator("port")))
    assert unknown.points is None
    assert unknown.total_points == 90  # then the print is all there is
    assert dataclasses.replace(unknown, total_printed=None).total_points is None


def test_an_indicator_is_a_pillar_where_none_are_printed():
    bare = dataclasses.replace(VILLAGE, pillars=())
    assert [(p.code, p.indicators) for p in bare.pillars_or_indicators] == [
        ("roads", ("roads",)),
        ("wells", ("wells",)),
        ("school", ("school",)),
    ]
    assert [p.code for p in VILLAGE.pillars_or_indicators] == ["works", "people"]


def test_level_rule_is_the_issuers_own_unless_a_document_is_named():
    assert VILLAGE.level_rule().bands[0].upper == 60
    assert VILLAGE.level_rule("newspaper").bands[0].upper == 66


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda: VILLAGE.indicator("road"), ["village", "'road'", "roads, wells, school, statue"]),
        (lambda: VILLAGE.level_rule("radio"), ["village", "'radio'", "council notice, newspaper"]),
        (lambda: dataclasses.replace(VILLAGE, level_rules=()).level_rule(), ["village", "level boundaries"]),
    ],
)
def test_unknown_names_list_the_known_ones(ask, words):
    with pytest.raises(UnknownName) as caught:
        ask()
    for word in words:
        assert word in str(caught.value)


def test_nouns_are_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        VILLAGE.id = "town"


def test_finding_id_tells_framework_kind_and_place():
    assert Finding("village", "level-gap", "[60, 61)", "", "").id == "village/level-gap/[60, 61)"
