"""What was printed, rebuilt: the verdicts that must hold, and that every check can fail.

The expected numbers come from the print and from the notes beside it (what an independent recomputation of the published tables
gave: 34 of 34, 10 of 10, 9 of 9, 33 of 34), not from this package.
"""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from dti_research import data
from dti_research.errors import InputError
from dti_research.index.framework import LevelBand, LevelRule
from dti_research.report.say import say
from dti_research.study import claims
from dti_research.study.claims import (
    CHECKS,
    CONTRADICTED,
    EXPLAINED,
    NOT_CHECKABLE,
    REPRODUCED,
    audit,
    find_boundary_disagreements,
    find_percentages,
)


@pytest.fixture(scope="module")
def verdicts():
    return claims.reproduce()


def of(verdicts, **fields):
    return [v for v in verdicts if all(getattr(v.claim, name) == value for name, value in fields.items())]


def count(verdicts):
    return Counter(v.outcome.verdict for v in verdicts)


@pytest.mark.parametrize(
    ("table", "source", "check", "expected"),
    [
        ("province-2024-34", "dti-gov-2024-34", "composite", {REPRODUCED: 34}),
        ("province-2024-34", "dti-gov-2024-34", "rank", {REPRODUCED: 34}),
        ("province-2024-34", "dti-gov-2024-34", "merged_mean", {REPRODUCED: 33, EXPLAINED: 1}),
        ("province-2022", "dti-gov-2022", "composite", {REPRODUCED: 10, NOT_CHECKABLE: 53}),
        ("province-2022", "dti-gov-2022", "rank", {REPRODUCED: 10}),
        ("province-2023", "dti-gov-2023", "composite", {NOT_CHECKABLE: 63}),
        # the eleven provinces that were not merged have the values of the table of 34
        ("province-2024-63", "dti-gov-2024-63", "composite", {REPRODUCED: 11, NOT_CHECKABLE: 52}),
        ("province-2020", "dti-2020-report", "composite", {REPRODUCED: 9}),
        ("province-2020", "dti-2020-report", "pillar", {REPRODUCED: 27}),
        ("hcmc-department-2023", "hcmc-press-2024", "rank", {REPRODUCED: 5}),
        ("hcmc-district-2023", "hcmc-press-2024", "rank", {REPRODUCED: 5}),
        ("hcmc-department-2023", "hcmc-press-2024", "level", {REPRODUCED: 5}),
        ("hcmc-district-2023", "hcmc-press-2024", "level", {REPRODUCED: 5}),
        ("hcmc-department-2023", "hcmc-press-2024", "percentage", {REPRODUCED: 3}),
        ("hcmc-department-2023", "hcmc-press-2024", "units_at_level", {REPRODUCED: 3}),
    ],
)
def test_tables_are_rebuilt(verdicts, table, source, check, expected):
    assert count(of(verdicts, table=table, source=source, check=check)) == expected


def test_2024_by_plain_arithmetic():
    """The recovered points on the 34 rows, in three lines of NumPy that use nothing of the package but the transcription."""
    raw = data.load_raw("values").query("table == 'province-2024-34'")
    values = raw.assign(value=raw.value.astype(float)).pivot(index="unit", columns="indicator", values="value")
    order = "digital_awareness digital_institutions digital_infrastructure digital_human_resources cybersecurity "
    order += "digital_government digital_economy digital_society"
    points = np.array([50, 50, 140, 100, 100, 200, 150, 150])
    printed = data.load_composites("province-2024-34")
    miss = (values[order.split()] @ points / 940 - printed).abs()
    assert miss.max() == pytest.approx(7.1e-5, abs=1e-6)  # shared note on the table: largest miss 7.1e-5
    of_922 = (values[order.split()] @ np.array([100, 100, 100, 100, 100, 200, 150, 150]) / 1000 - printed).abs()
    assert of_922.max() == pytest.approx(0.0446, abs=1e-4)


def test_the_three_printed_pillar_means_of_2024_agree_with_the_recovered_points(verdicts):
    """Figures that the recovery of the points did not use: means over 63 provinces, Thanh Hoa's pillars."""
    means = [v for v in of(verdicts, table="province-2024-63", check="mean") if v.claim.part]
    assert [(v.claim.printed, v.outcome.verdict) for v in means] == [
        ("0.7582", REPRODUCED),
        ("0.7723", REPRODUCED),
        ("0.7692", REPRODUCED),
    ]
    pillars = of(verdicts, table="province-2024-34", unit="thanh-hoa", check="pillar")
    assert [(v.claim.printed, v.outcome.verdict) for v in pillars] == [("0.8668", REPRODUCED), ("0.8836", REPRODUCED)]


def test_the_pillar_means_reject_the_points_of_decision_922():
    """The same check with the earlier points must fail, or it would prove nothing."""
    print_ = claims.load_print()
    earlier = print_.frameworks["national-province-2022"]
    pretended = replace(
        print_.frameworks["national-province-2024"],
        indicators=tuple(i for i in earlier.indicators if i.points),
        pillars=tuple(
            replace(p, indicators=tuple(code for code in p.indicators if code != "smart_city")) for p in earlier.pillars
        ),
    )
    other = replace(print_, frameworks=print_.frameworks | {pretended.id: pretended}, _cache={})
    means = [v for v in claims.reproduce(pretended.id, other) if v.claim.check == "mean" and v.claim.part]
    assert count(means) == {CONTRADICTED: 3}


CANNOT_MOVE = {"level"}  # printed as a word; see test_a_wrong_level_is_contradicted


def test_no_check_holds_by_construction(verdicts):
    """Printed ten units of the last digit away, no reproduced or explained number may keep its verdict."""
    print_ = claims.load_print()
    computed = {key: value for key, value in print_._cache.items() if key[0] in ("scores", "levels")}  # not from claims
    still = []
    for verdict in verdicts:
        claim = verdict.claim
        if verdict.outcome.verdict not in (REPRODUCED, EXPLAINED) or claim.check in CANNOT_MOVE:
            continue
        decimals = len(claim.printed.partition(".")[2])
        moved = replace(claim, printed=f"{claim.number + 10 * 10.0**-decimals:.{decimals}f}")
        others = tuple(moved if c is claim else c for c in print_.claims)
        other = replace(print_, claims=others, _cache=dict(computed))
        if CHECKS[claim.check](moved, other).verdict == verdict.outcome.verdict:
            still.append(claim.id)
    assert still == []


def injected(**fields):
    """The print with one more claim, and what the checks say of it."""
    print_ = claims.load_print()
    blank = dict.fromkeys(("table", "unit", "part"), "") | {
        "id": "new",
        "given": {},
        "source": "new",
        "locator": "text",
    }
    if "table" in fields:
        fields["framework"] = print_.tables.loc[fields["table"], "framework"]
    claim = claims.Claim(**(blank | fields))
    other = replace(print_, claims=(*print_.claims, claim), _cache={})
    return {v.claim.id: v for v in claims.reproduce(claim.framework, other)}, other


@pytest.mark.parametrize(
    "fields",
    [
        # a figure alone in print cannot confirm itself
        {"check": "same_figure", "table": "province-2023", "unit": "ha-noi", "part": "economy", "printed": "0.9999"},
        # a count without the others
        {"check": "unit_total", "table": "hcmc-district-2023", "printed": "22"},
        {"check": "percentage", "table": "hcmc-district-2023", "part": "Khởi động", "printed": "5"},
        {"check": "number_listed", "table": "hcmc-district-2023", "printed": "5"},
        {"check": "indicator_points", "framework": "hanoi-city-2024", "part": "cybersecurity", "printed": "50"},
        {"check": "indicator_components", "framework": "hanoi-city-2024", "part": "cybersecurity", "printed": "5"},
    ],
    ids=lambda fields: fields["check"],
)
def test_a_new_figure_with_nothing_to_check_it_against(fields):
    verdicts, _ = injected(**fields)
    assert verdicts["new"].outcome.verdict == NOT_CHECKABLE


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"check": "indicator_points", "part": "cybersecurty", "printed": "35"}, ["did you mean 'cybersecurity'"]),
        ({"check": "group_points", "part": "foundaton", "printed": "275"}, ["did you mean 'foundation'"]),
        ({"check": "number_of_indicators", "given": {"group": "foo"}, "printed": "5"}, ["unknown group", "activity"]),
        ({"check": "total_points", "given": {"document": "foo"}, "printed": "660"}, ["unknown key", "document"]),
        ({"check": "boundary", "given": {"document": "newspaper"}, "printed": "414"}, ["edge, level missing"]),
        ({"check": "composite", "printed": "600"}, ["table", "empty"]),
        ({"check": "total_points", "printed": "0,5"}, ["'0,5'", "decimal point"]),
        ({"check": "published_nowhere", "given": {"needs": "foo"}, "printed": "5"}, ["unknown needs"]),
    ],
    ids=lambda one: one["check"] if isinstance(one, dict) else "",
)
def test_a_slip_in_a_claim_is_ours_and_accuses_nobody(fields, words):
    with pytest.raises(InputError) as caught:
        injected(framework="hcmc-district-2023", **fields)
    for word in ["claim new", *words]:
        assert word in str(caught.value)


def village(*bands):
    """A framework of its own with a level rule, in the place of the departments'."""
    print_ = claims.load_print()
    one = replace(print_.frameworks["hcmc-department-2023"], level_rules=(LevelRule("notice", bands),))
    claim = claims.Claim("new", one.id, "", "boundary", "", "", "165", {}, "new", "text")
    claim = replace(claim, given={"document": "notice", "level": "2", "edge": "lower"})
    return replace(print_, frameworks=print_.frameworks | {one.id: one}, claims=(claim,), _cache={}), one


@pytest.mark.parametrize(
    "bands",
    [
        (LevelBand("low", upper=165), LevelBand("middle", lower=165, upper=231), LevelBand("high", lower=231)),
        (LevelBand("low", upper=165), LevelBand("high", lower=165)),
    ],
    ids=["three", "two"],
)
def test_a_rule_of_its_own_without_contradiction_is_left_alone(bands):
    """Boundaries at 50 and 70 % of 330, or two levels only: nothing printed says that they are wrong."""
    print_, one = village(*bands)
    (verdict,) = claims.reproduce(one.id, print_)
    assert verdict.outcome.verdict == NOT_CHECKABLE
    assert not [f for f in audit(one.id, print_) if f.kind != "unscored-indicator"]


def test_a_repeated_total_does_not_spoil_its_sources():
    fields = {"check": "group_components", "framework": "national-province-2022", "printed": "56", "part": "foundation"}
    verdicts, _ = injected(**fields)
    totals = [v for v in verdicts.values() if v.claim.check == "total_components"]
    assert {v.outcome.verdict for v in totals} == {REPRODUCED}


def test_a_coarser_figure_is_no_disagreement():
    verdicts, _ = injected(check="mean", table="province-2021", printed="0.40")
    assert verdicts["new"].outcome.verdict == NOT_CHECKABLE
    verdicts, _ = injected(check="mean", table="province-2021", printed="0.42")
    assert verdicts["new"].outcome.verdict == CONTRADICTED


def test_two_wrong_moves_of_one_unit_are_two_findings():
    fields = {"table": "province-2022", "unit": "quang-ninh", "part": "government", "printed": "0.5"}
    _, other = injected(check="value_move", given={"since": "province-2020"}, **fields)
    assert sum("quang-ninh:government" in f.subject for f in audit(print_=other)) == 2


def test_percentages_with_decimals_are_added_exactly():
    print_ = claims.load_print()
    shown = {"35": "35.5", "58": "58.1", "6": "6.5"}
    printed = tuple(replace(c, printed=shown[c.printed]) if c.check == "percentage" else c for c in print_.claims)
    (finding,) = find_percentages(replace(print_, claims=printed, _cache={}), "hcmc-department-2023")
    assert say(finding.printed, "en") == "35.5 + 58.1 + 6.5 = 100.1 %" and "rounding" in say(finding.expected, "en")


def test_a_document_with_other_levels_is_a_finding():
    department = claims.load_print().frameworks["hcmc-department-2023"]
    press, newspaper = department.level_rules
    fewer = replace(department, level_rules=(press, replace(newspaper, bands=newspaper.bands[:2])))
    assert [f.subject for f in find_boundary_disagreements(fewer)] == ["newspaper: level Nâng cao"]


def test_a_wrong_level_is_contradicted(verdicts):
    print_ = claims.load_print()
    good = [v.claim for v in verdicts if v.claim.check == "level" and v.outcome.verdict == REPRODUCED]
    assert len(good) >= 20
    outcomes = [CHECKS["level"](replace(claim, printed="Hình thành"), print_) for claim in good]
    assert {o.verdict for o in outcomes} == {CONTRADICTED}


def test_one_altered_digit_in_a_value_is_noticed():
    """Not only the claims: an altered indicator value must spoil its composite."""
    print_ = claims.load_print()
    values = print_.values["province-2024-34"].copy()
    values.loc["hue" if "hue" in values.index else "thua-thien-hue", "digital_government"] += 0.01
    altered = replace(print_, values=print_.values | {"province-2024-34": values}, _cache={})
    bad = [
        v.claim.unit
        for v in claims.reproduce("national-province-2024", altered)
        if v.claim.check == "composite" and v.outcome.verdict == CONTRADICTED
    ]
    assert set(bad) == {"thua-thien-hue"}


def test_every_check_is_used_and_every_claim_knows_its_check(verdicts):
    assert {v.claim.check for v in verdicts} == set(CHECKS)


def test_verdicts_carry_what_they_owe(verdicts):
    for verdict in verdicts:
        outcome = verdict.outcome
        if outcome.verdict == REPRODUCED:
            assert outcome.computed is not None and outcome.bound is not None, verdict.claim.id
        if outcome.verdict in (EXPLAINED, CONTRADICTED):
            assert outcome.contradiction, verdict.claim.id
        if outcome.verdict == NOT_CHECKABLE:
            assert outcome.needs in claims.NEEDS, verdict.claim.id


# ------------------------------------------------------------------------------------------------------------- the findings


@pytest.fixture(scope="module")
def findings():
    return audit()


@pytest.mark.parametrize(
    ("framework", "kind", "where", "printed", "expected"),
    [
        ("hcmc-department-2023", "level-gap", "[198, 199)", "", ""),
        ("hcmc-district-2023", "level-overlap", "newspaper: [414, 424)", "", ""),
        ("hcmc-district-2023", "level-gap", "newspaper: (551, 552)", "", ""),
        ("hcmc-district-2023", "off-scale-boundary", "press-release: 414", "414", "60 % of 690"),
        ("hcmc-district-2023", "off-scale-boundary", "press-release: 552", "552", "80 % of 690"),
        ("hcmc-district-2023", "sources-disagree", "newspaper", "424", "414"),
        ("hcmc-district-2023", "count-mismatch", "levels of districts", "6", "9"),
        ("hcmc-department-2023", "percentages-do-not-add", "", "35 + 58 + 6 = 99", "100"),
        ("national-province-2022", "unscored-indicator", "smart_city", "9 main indicators", "8 carry points"),
        ("hcmc-district-2023", "ambiguous-count", "", "22", "23"),
        ("national-province-2024", "points-do-not-explain", "province-2024-34", "34", "0 of 34"),
        ("national-province-2022", "rank-move-mismatch", "yen-bai", "17", "13"),
        ("national-province-2024", "merged-mean", "ho-chi-minh-2025", "0.7770", "0.776933"),
    ],
)
def test_audit_finds(findings, framework, kind, where, printed, expected):
    match = [
        f
        for f in findings
        if (f.framework, f.kind) == (framework, kind)
        and where in say(f.where, "en")
        and printed in say(f.printed, "en")
        and expected in say(f.expected, "en")
    ]
    assert match, [f for f in findings if f.kind == kind]
    assert all(f.source and all(f.locators) for f in match)


def test_audit_blames_no_boundary_that_fits(findings):
    """198 and 264 are 60 % and 80 % of 330: they must not be called off the scale."""
    assert not [f for f in findings if f.framework == "hcmc-department-2023" and f.kind == "off-scale-boundary"]


def test_audit_follows_the_data():
    """Repair the print and the finding goes; break it elsewhere and another comes."""
    print_ = claims.load_print()
    department = print_.frameworks["hcmc-department-2023"]
    press, newspaper = department.level_rules
    low, middle, high = press.bands
    mended = replace(department, level_rules=(replace(press, bands=(low, replace(middle, lower=198.0), high)),))
    other = replace(print_, frameworks=print_.frameworks | {department.id: mended}, claims=(), _cache={})
    assert not [f for f in audit(department.id, other) if f.kind.startswith("level")]
    broken = replace(department, level_rules=(replace(press, bands=(low, replace(middle, lower=190.0), high)),))
    other = replace(print_, frameworks=print_.frameworks | {department.id: broken}, claims=(), _cache={})
    assert [f.subject for f in audit(department.id, other) if f.kind == "level-overlap"] == [
        "press-release: [190, 198)"
    ]


def test_an_unknown_check_is_our_slip():
    print_ = claims.load_print()
    bad = replace(print_.claims[0], check="composit")
    with pytest.raises(ValueError, match=r"composit.*did you mean 'composite'"):
        claims.reproduce(print_=replace(print_, claims=(bad,), _cache={}))


def test_rank_interval_by_hand():
    """Of nine known provinces of 63, a pillar's rank can only be bounded: one above and seven below leave 2 to 56."""
    print_ = claims.load_print()
    society = print_.part_scores("province-2020", "digital_society")
    nine = data.load_values("province-2020")["digital_society"]
    assert nine.sort_values(ascending=False).index[1] == "bac-ninh"
    known = len(society)
    assert print_.rank_interval("province-2020", "bac-ninh", "digital_society") == (2, 2 + 63 - known)
