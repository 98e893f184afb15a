"""The nouns: what a framework knows about itself, with nothing invented where the print is silent."""

import dataclasses

import pytest

from dti_research.errors import InputError, UnknownName
from dti_research.index.framework import (
    PLACES,
    REMARKS,
    Contradiction,
    Framework,
    Indicator,
    LevelBand,
    LevelRule,
    Locator,
    Pillar,
)

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


def test_the_id_of_a_contradiction_tells_framework_kind_and_place():
    assert Contradiction("village", "level-gap", "[60, 61)", "", "").id == "village/level-gap/[60, 61)"


def test_a_contradiction_stands_where_its_subject_says_unless_it_has_words_for_it():
    assert Contradiction("village", "level-gap", "[60, 61)", "", "").where == "[60, 61)"
    assert (
        Contradiction("village", "level-gap", "[60, 61)", "", "", where="between the bands").where
        == "between the bands"
    )


@pytest.mark.parametrize(
    ("text", "steps", "plain"),
    [
        ("text", (("text", ""),), "text"),
        ("table=1;row=2", (("table", "1"), ("row", "2")), "table 1, row 2"),
        ("appendix=2; table=II.1", (("appendix", "2"), ("table", "II.1")), "appendix 2, table II.1"),
        ("text; remark=sentence-cut", (("text", ""), ("remark", "sentence-cut")), "text, remark sentence cut"),
        (
            "row=1; column=digital_economy",
            (("row", "1"), ("column", "digital_economy")),
            "row 1, column digital_economy",
        ),
    ],
)
def test_a_locator_names_a_place_from_the_outside_in(text, steps, plain):
    assert Locator.read(text).steps == steps
    assert Locator.read(text).plain == plain


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ["unknown place ''"]),
        ("page=3", ["unknown place 'page'"]),
        ("Table=1", ["unknown place 'Table'", "did you mean 'table'"]),
        ("table 1, row 2", ["unknown place 'table 1, row 2'", "known: text, headline"]),
        ("table=", ["expected table=..."]),
        ("table", ["expected table=..."]),
        ("table=first", ["expected table=..."]),
        ("headline=2", ["expected headline alone"]),
        ("set=village", ["word behind set=", "'village'", "commune"]),
        ("remark=sentence-cut", ["expected a place before it"]),
        ("table=1; ", ["unknown place ''"]),
    ],
)
def test_a_place_that_cannot_be_read_says_why(text, words):
    with pytest.raises(InputError) as caught:
        Locator.read(text)
    for word in words:
        assert word in str(caught.value)


def test_no_kind_of_place_is_a_remark_too():
    assert not set(PLACES) & set(REMARKS)
