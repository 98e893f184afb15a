"""Levels: the printed rules of Ho Chi Minh City 2023 under every reading, the laws of bands, and the error messages."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from dti_research.errors import InputError
from dti_research.index.framework import CLOSED, OPEN, SILENT, LevelBand, LevelRule
from dti_research.index.levels import (
    DEFAULT_LEVELS,
    READINGS,
    assign_levels,
    band_mask,
    disputed_intervals,
    find_contradictions,
)
from dti_research.report.say import say

few = settings(max_examples=40, deadline=None, derandomize=True)

LOW, MIDDLE, HIGH = "Khởi động", "Hình thành", "Nâng cao"


def rule(document, *edges):
    """Three bands from (lower, upper, upper edge), with a locator each."""
    bands = [
        LevelBand(name, lower=lower, upper=upper, upper_edge=edge, source=document, locator=f"line {n}")
        for n, (name, (lower, upper, edge)) in enumerate(zip((LOW, MIDDLE, HIGH), edges, strict=True), 1)
    ]
    return LevelRule(document, tuple(bands))


# "below 198 / from 199 to below 264 / from 264" of 330
DEPARTMENTS = rule("press release", (None, 198, OPEN), (199, 264, OPEN), (264, None, OPEN))
# "below 414 / from 414 to below 552 / from 552" of 660
DISTRICTS = rule("press release", (None, 414, OPEN), (414, 552, OPEN), (552, None, OPEN))
# "below 424 / from 414 to 551 / from 552" of 660
NEWSPAPER = rule("newspaper", (None, 424, OPEN), (414, 551, SILENT), (552, None, OPEN))
# what the departments' rule would be without its contradiction
CLEAN = rule("clean", (None, 198, OPEN), (198, 264, OPEN), (264, None, OPEN))


def level(score, of, reading, total=660, digits=2):
    return assign_levels(pd.Series({"u": score}), of, reading, total=total, digits=digits)["u"]


@pytest.mark.parametrize(
    ("of", "score", "printed", "lower", "upper"),
    [
        (DEPARTMENTS, 197.99, (LOW,), (LOW,), (LOW,)),
        (DEPARTMENTS, 198, (), (LOW,), (MIDDLE,)),
        (DEPARTMENTS, 198.5, (), (LOW,), (MIDDLE,)),
        (DEPARTMENTS, 199, (MIDDLE,), (MIDDLE,), (MIDDLE,)),
        (DEPARTMENTS, 264, (HIGH,), (HIGH,), (HIGH,)),
        (DEPARTMENTS, 0, (LOW,), (LOW,), (LOW,)),
        (DEPARTMENTS, 330, (HIGH,), (HIGH,), (HIGH,)),
        (DISTRICTS, 413.99, (LOW,), (LOW,), (LOW,)),
        (DISTRICTS, 414, (MIDDLE,), (MIDDLE,), (MIDDLE,)),
        (DISTRICTS, 551.99, (MIDDLE,), (MIDDLE,), (MIDDLE,)),
        (DISTRICTS, 552, (HIGH,), (HIGH,), (HIGH,)),
        (NEWSPAPER, 413.99, (LOW,), (LOW,), (LOW,)),
        (NEWSPAPER, 414, (LOW, MIDDLE), (MIDDLE,), (LOW,)),
        (NEWSPAPER, 420, (LOW, MIDDLE), (MIDDLE,), (LOW,)),
        (NEWSPAPER, 424, (MIDDLE,), (MIDDLE,), (MIDDLE,)),
        (NEWSPAPER, 551, (MIDDLE,), (MIDDLE,), (MIDDLE,)),  # the silent edge counts as closed
        (NEWSPAPER, 551.5, (), (MIDDLE,), (HIGH,)),
        (NEWSPAPER, 552, (HIGH,), (HIGH,), (HIGH,)),
    ],
)
def test_readings_of_the_print(of, score, printed, lower, upper):
    total = 330 if of is DEPARTMENTS else 660
    assert level(score, of, "as-printed", total) == printed
    assert level(score, of, "lower-boundary", total) == lower
    assert level(score, of, "upper-boundary", total) == upper


@pytest.mark.parametrize(
    ("score", "expected"), [(395.99, LOW), (396, MIDDLE), (414, MIDDLE), (527.99, MIDDLE), (528, HIGH), (551, HIGH)]
)
def test_share_60_80_ignores_the_printed_boundaries(score, expected):
    # 60 % and 80 % of 660 are 396 and 528
    assert level(score, DISTRICTS, "share-60-80") == (expected,)


def test_default_levels_are_cut_at_60_and_80_percent_of_a_share():
    composite = pd.Series({"a": 0.5999, "b": 0.6, "c": 0.7999, "d": 0.8, "e": 1.0})
    found = assign_levels(composite, DEFAULT_LEVELS, "share-60-80", total=1.0, digits=4)
    assert found.to_dict() == {"a": (LOW,), "b": (MIDDLE,), "c": (MIDDLE,), "d": (HIGH,), "e": (HIGH,)}
    assert [b.name_en for b in DEFAULT_LEVELS.bands] == ["Starting", "Forming", "Advanced"]


@pytest.mark.parametrize("digits", [0, 2, 9, None])
def test_a_score_is_rounded_before_it_meets_a_boundary(digits):
    of = rule("village", (None, 57, OPEN), (57, 80, OPEN), (80, None, OPEN))
    computed = 0.57 * 100
    assert computed < 57  # 56.99999999999999
    for reading in ("as-printed", "lower-boundary", "upper-boundary"):
        assert level(computed, of, reading, total=100, digits=digits) == (MIDDLE,)


def test_printed_digits_decide():
    # 551.996 is printed 552.00, and is 551.996 to three digits
    assert level(551.996, DISTRICTS, "as-printed", digits=2) == (HIGH,)
    assert level(551.996, DISTRICTS, "as-printed", digits=3) == (MIDDLE,)
    assert level(551.996, DISTRICTS, "as-printed", digits=None) == (MIDDLE,)


def test_a_computed_reference_boundary_is_no_binary_accident():
    assert 0.8 * 3 > 2.4  # 2.4000000000000004 would shut out a score of 2.4
    assert level(2.4, DEFAULT_LEVELS, "share-60-80", total=3) == (HIGH,)


def test_edges_open_closed_and_silent():
    of = LevelRule(
        "edges",
        (
            LevelBand("a", upper=10, upper_edge=CLOSED),
            LevelBand("b", lower=10, lower_edge=OPEN, upper=20, upper_edge=SILENT),
            LevelBand("c", lower=20, lower_edge=SILENT),
        ),
    )
    for reading, at_20 in (("as-printed", ("b", "c")), ("lower-boundary", ("c",)), ("upper-boundary", ("b",))):
        assert level(10, of, reading, total=30) == ("a",)
        assert level(10.01, of, reading, total=30) == ("b",)
        assert level(20, of, reading, total=30) == at_20
    assert [(f.kind, f.subject) for f in find_contradictions(of, 30, "x")] == [("level-overlap", "[20, 20]")]


def test_scores_outside_all_bands_have_no_level():
    of = LevelRule("short", (LevelBand("a", lower=10, upper=20), LevelBand("b", lower=20, upper=30)))
    assert level(5, of, "lower-boundary", total=40) == ()
    assert level(5, of, "upper-boundary", total=40) == ("a",)
    assert level(35, of, "upper-boundary", total=40) == ()
    assert level(35, of, "lower-boundary", total=40) == ("b",)
    assert [f.subject for f in find_contradictions(of, 40, "x")] == ["[0, 10)", "[30, 40]"]


def test_units_keep_their_order_and_codes():
    composite = pd.Series({"rice": 35.0, "lake": 80.0, "hill": 60.0})
    found = assign_levels(composite, DEFAULT_LEVELS, "share-60-80", total=100)
    assert list(found.items()) == [("rice", (LOW,)), ("lake", (HIGH,)), ("hill", (MIDDLE,))]


def test_band_mask_takes_many_draws_at_once():
    scores = np.array([[198.5, 264.0], [100.0, 200.0]])
    found = band_mask(scores, DEPARTMENTS, "upper-boundary", total=330)
    assert found.astype(int).tolist() == [[[0, 1, 0], [0, 0, 1]], [[1, 0, 0], [0, 1, 0]]]


def test_findings_of_the_departments_rule():
    (gap,) = find_contradictions(DEPARTMENTS, 330, "hcmc-2023-department", reference_shares=(0.6, 0.8))
    assert gap.id == "hcmc-2023-department/level-gap/[198, 199)/press release"
    assert say(gap.printed, "en") == f"below 198: {LOW}; from 199 to below 264: {MIDDLE}"
    assert say(gap.expected, "en") == "exactly one level for every score"
    assert (gap.source, gap.locators) == ("press release", ("line 1", "line 2"))


def test_findings_of_the_districts_rule_fit_690():
    first, second = find_contradictions(DISTRICTS, 660, "hcmc-2023-district", reference_shares=(0.6, 0.8))
    assert (first.kind, first.subject, say(first.printed, "en")) == ("off-scale-boundary", "414", "414")
    assert say(first.expected, "en") == "396 = 60 % of 660; 414 is 60 % of 690"
    assert (second.kind, second.subject, say(second.printed, "en")) == ("off-scale-boundary", "552", "552")
    assert say(second.expected, "en") == "528 = 80 % of 660; 552 is 80 % of 690"
    assert (first.locators, second.locators) == (("line 2",), ("line 3",))


def test_findings_of_the_newspapers_rule_keep_its_overlap_and_gap():
    found = find_contradictions(NEWSPAPER, 660, "hcmc-2023-district", reference_shares=(0.6, 0.8))
    assert [(f.kind, f.subject) for f in found] == [
        ("level-overlap", "[414, 424)"),
        ("level-gap", "(551, 552)"),
        ("off-scale-boundary", "414"),  # 424 and 551 fit no common total; 414 and 552 fit 690
        ("off-scale-boundary", "552"),
    ]
    assert say(found[0].printed, "en") == f"below 424: {LOW}; from 414 to 551: {MIDDLE}"
    assert say(found[1].printed, "en") == f"from 414 to 551: {MIDDLE}; from 552: {HIGH}"
    assert say(found[2].expected, "en") == "396 = 60 % of 660; 414 is 60 % of 690"


def test_off_scale_takes_the_print_that_fits_whichever_band_it_stands_in():
    # here the upper edges 414 and 552 fit 690, and the lower edges 424 and 551 fit nothing
    turned = rule("turned", (None, 414, OPEN), (424, 552, OPEN), (551, None, OPEN))
    found = [f for f in find_contradictions(turned, 660, "x", (0.6, 0.8)) if f.kind == "off-scale-boundary"]
    assert [(f.subject, f.locators) for f in found] == [("414", ("line 1",)), ("552", ("line 2",))]


def test_off_scale_without_a_common_total_names_the_lower_edge_only():
    odd = rule("odd", (None, 400, OPEN), (401, 530, OPEN), (530, None, OPEN))
    found = [f for f in find_contradictions(odd, 660, "x", (0.6, 0.8)) if f.kind == "off-scale-boundary"]
    assert [(say(f.printed, "en"), say(f.expected, "en")) for f in found] == [
        ("401", "396 = 60 % of 660"),
        ("530", "528 = 80 % of 660"),
    ]


def test_a_boundary_at_a_whole_multiple_of_5_percent_is_on_scale():
    # 70 % of 660 is 462: not a reference share, but a boundary that somebody may well choose
    chosen = rule("chosen", (None, 462, OPEN), (462, 528, OPEN), (528, None, OPEN))
    assert find_contradictions(chosen, 660, "x", (0.6, 0.8)) == []


def test_nothing_says_where_a_boundary_should_be_without_reference_shares():
    assert find_contradictions(DISTRICTS, 660, "x") == []


def test_a_rule_without_boundaries_contradicts_nothing():
    assert find_contradictions(DEFAULT_LEVELS, 1.0, "national", (0.6, 0.8)) == []
    assert disputed_intervals(DEFAULT_LEVELS, 1.0) == []


def test_disputed_intervals_of_the_print():
    printed = READINGS[:3]
    assert [str(i) for i in disputed_intervals(DEPARTMENTS, 330)] == ["[198, 199)"]
    assert disputed_intervals(DEPARTMENTS, 330)[0].levels == {
        "as-printed": (),
        "lower-boundary": (LOW,),
        "upper-boundary": (MIDDLE,),
        "share-60-80": (MIDDLE,),
    }
    assert disputed_intervals(DISTRICTS, 660, printed) == []
    assert [str(i) for i in disputed_intervals(DISTRICTS, 660)] == ["[396, 414)", "[528, 552)"]
    assert [str(i) for i in disputed_intervals(NEWSPAPER, 660, printed)] == ["[414, 424)", "(551, 552)"]
    assert [str(i) for i in disputed_intervals(NEWSPAPER, 660)] == [
        "[396, 414)",
        "[414, 424)",
        "[528, 551]",
        "(551, 552)",
    ]
    assert disputed_intervals(CLEAN, 330) == []


edge = st.integers(0, 100)
side = st.sampled_from([CLOSED, OPEN, SILENT])
TOTAL = 100


@st.composite
def rules(draw):
    """Three bands with any printed edges, contradictions included."""
    first, second = sorted((draw(edge), draw(edge)))
    shift = st.sampled_from([0, 0, 0, -3, 2])
    bands = (
        LevelBand("a", upper=first, upper_edge=draw(side)),
        LevelBand("b", "", first + draw(shift), second, draw(side), draw(side)),
        LevelBand("c", lower=second + draw(shift), lower_edge=draw(side)),
    )
    return LevelRule("drawn", bands)


# Whole and half points hit every edge of a rule in whole points.
drawn_scores = st.integers(0, 2 * TOTAL).map(lambda n: n / 2)
SCORES = np.arange(0, 2 * TOTAL + 1) / 2


@few
@given(of=rules())
@example(of=CLEAN)
def test_bands_without_findings_give_every_score_exactly_one_level(of):
    found = find_contradictions(of, TOTAL, "x")
    counts = band_mask(SCORES, of, "as-printed", total=TOTAL).sum(axis=-1)
    assert (counts == 1).all() == (not found)
    assert ("level-gap" in {f.kind for f in found}) == (counts == 0).any()
    assert ("level-overlap" in {f.kind for f in found}) == (counts > 1).any()


@few
@given(of=rules(), score=drawn_scores, count=st.integers(2, 4))
def test_disputed_scores_are_exactly_those_in_disputed_intervals(of, score, count):
    readings = READINGS[:count]
    answers = {reading: level(score, of, reading, TOTAL) for reading in readings}
    holding = [i for i in disputed_intervals(of, TOTAL, readings) if score in i]
    assert len(holding) == (len(set(answers.values())) > 1)
    for interval in holding:
        assert interval.levels == answers


@few
@given(of=rules(), score=drawn_scores, gain=drawn_scores, reading=st.sampled_from(READINGS[1:]))
def test_a_better_score_never_has_a_lower_level(of, score, gain, reading):
    lowers, uppers = [b.lower for b in of.bands[1:]], [b.upper for b in of.bands[:-1]]
    assume(lowers == sorted(lowers) and uppers == sorted(uppers) and score + gain <= TOTAL)
    before, after = (level(s, of, reading, TOTAL) for s in (score, score + gain))
    assert len(before) == len(after) == 1
    assert "abc".index(after[0]) >= "abc".index(before[0])


@pytest.mark.parametrize("reading", ["as-printed", "lower-boundary", "upper-boundary"])
def test_only_shares_can_read_a_rule_without_boundaries(reading):
    with pytest.raises(InputError, match=f"{reading}.*prints no level boundary.*only the reading share-60-80"):
        level(0.5, DEFAULT_LEVELS, reading, total=1.0)


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda: level(1, CLEAN, "as-print"), ["reading 'as-print'", "did you mean 'as-printed'", "share-60-80"]),
        (lambda: disputed_intervals(CLEAN, 330, ["lower"]), ["reading 'lower'", "lower-boundary"]),
        (lambda: level(660.5, CLEAN, "as-printed"), ["'u'", "660.5", "0 to 660", "measure of the composite"]),
        (lambda: level(-0.3, CLEAN, "as-printed"), ["'u'", "-0.3", "0 to 660", "share or points"]),
        (lambda: level(np.nan, CLEAN, "as-printed"), ["'u'", "nan", "0 to 660"]),
        (lambda: level(0, CLEAN, "as-printed", total=0), ["total 0", "above 0", "scale that the framework prints"]),
        (lambda: find_contradictions(CLEAN, np.nan, "x"), ["total nan", "above 0"]),
        (
            lambda: level(1, dataclasses.replace(CLEAN, bands=CLEAN.bands[:2]), "share-60-80"),
            ["clean has 2 levels", "expected 3", "another reading"],
        ),
        (
            lambda: find_contradictions(CLEAN, 330, "hcmc", (0.6,)),
            ["hcmc", "2 boundaries", "1 reference shares", "give as many"],
        ),
        (
            lambda: level(1, LevelRule("slip", (LevelBand("a", lower_edge="clsoed", lower=1),)), "as-printed"),
            ["'a' of slip", "lower_edge 'clsoed'", "closed, open or silent", "correct the table"],
        ),
    ],
)
def test_errors_can_be_acted_on(ask, words):
    with pytest.raises(InputError) as caught:
        ask()
    for word in words:
        assert word in str(caught.value)


def test_binary_noise_above_the_total_is_no_error():
    assert level(330 * (1 + 1e-15), CLEAN, "as-printed", total=330) == (HIGH,)
