"""Checks as declarations: what each needs is said once, and a new one is one place."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from dti_research.errors import InputError, UnknownName
from dti_research.message import Message
from dti_research.report.say import LANGUAGES, say
from dti_research.study import claims
from dti_research.study.claims.checks import CHECKS, Check, check, check_claim
from dti_research.study.claims.outcome import NEEDS, compare

CONTRIBUTING = Path(__file__).resolve().parents[3] / "CONTRIBUTING.md"


@pytest.mark.parametrize("declared", CHECKS.values(), ids=CHECKS)
def test_a_check_says_what_it_computes_and_what_it_needs(declared):
    assert declared.summary.endswith((".", "?")) and declared.name == declared.compute.__name__
    assert not set(declared.given) & set(declared.may)
    words = [say(Message(f"claims.what.{declared.name}"), language) for language in LANGUAGES]
    assert words[0] != words[1]


@pytest.mark.parametrize("what", NEEDS)
def test_what_a_claim_may_need_has_words(what):
    assert len({say(Message(f"claims.needs.{what}"), language) for language in LANGUAGES}) == 2


def test_contributing_names_only_checks_that_there_are():
    rows = re.findall(r"^ +\| (`[^|]*)\| ", CONTRIBUTING.read_text(encoding="utf-8"), flags=re.M)
    named = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert named and named <= set(CHECKS)


def test_a_new_check_is_one_declaration(monkeypatch):
    """Declared here and nowhere else, it refuses slips, computes, and gives a claim its verdict."""
    monkeypatch.setattr("dti_research.study.claims.checks.declare.CHECKS", CHECKS)
    monkeypatch.setitem(CHECKS, "number_of_provinces", None)

    @check(table=True, given=("since",), may=("group",))
    def number_of_provinces(claim, print_):
        """The provinces that were merged."""
        return compare(claim, len(print_.mergers), 0.0)

    assert isinstance(number_of_provinces, Check) and number_of_provinces.summary == "The provinces that were merged."
    print_ = claims.load_print()
    model = next(claim for claim in print_.claims if claim.table == "province-2024-34")
    mine = replace(
        model, id="mine", check="number_of_provinces", printed="63", given={"since": "province-2022"}, unit="", part=""
    )
    (verdict,) = claims.reproduce(mine.framework, replace(print_, claims=(mine,), _cache={}))
    assert verdict.outcome.verdict == claims.REPRODUCED
    for slip, words in [
        ({"given": {}}, "since missing; write since=..."),
        ({"given": {"since": "provinc-2022"}}, "did you mean 'province-2022'"),
        ({"given": {"since": "province-2022", "sinse": "x"}}, "did you mean 'since'"),
        ({"table": ""}, "check number_of_provinces needs one of"),
        ({"printed": "last"}, "expected a number with a decimal point"),
    ]:
        with pytest.raises(InputError, match=re.escape(words)):
            check_claim(replace(mine, **slip), print_)


def test_an_unknown_way_of_printing_is_refused_when_declared():
    with pytest.raises(UnknownName, match="did you mean 'number'"):
        check(figure="numbers")(lambda claim, print_: None)


def test_last_is_a_rank_and_nothing_else():
    print_ = claims.load_print()
    ranked = next(claim for claim in print_.claims if claim.check == "rank")
    check_claim(replace(ranked, printed="last"), print_)
    composite = next(claim for claim in print_.claims if claim.check == "composite")
    with pytest.raises(InputError, match="'last'; expected a number"):
        check_claim(replace(composite, printed="last"), print_)
