"""One answer for both commands: what was asked for, in the order of the print, counted once."""

import pytest

from dti_research.errors import UnknownName
from dti_research.study import claims


def test_without_a_framework_everything_is_asked_in_the_order_of_the_claims():
    answer = claims.ask()
    assert [verdict.claim for verdict in answer.verdicts] == list(answer.print_.claims)
    assert sum(answer.counts.values()) == len(answer.verdicts) and tuple(answer.counts) == claims.VERDICTS
    assert {found.id for found in answer.contradictions} == {found.id for found in claims.audit()}


def test_a_framework_is_its_own_part_of_the_whole():
    whole = {verdict.claim.id: verdict.outcome.verdict for verdict in claims.ask().verdicts}
    answer = claims.ask(["national-province-2022", "hcmc-district-2023"])
    assert {v.claim.framework for v in answer.verdicts} == {"national-province-2022", "hcmc-district-2023"}
    assert all(whole[v.claim.id] == v.outcome.verdict for v in answer.verdicts)
    # contradictions stand framework by framework, as they were named
    assert list(dict.fromkeys(found.framework for found in answer.contradictions)) == [f.id for f in answer.frameworks]
    assert answer.contradicted_frameworks == 2 and sum(answer.kinds.values()) == len(answer.contradictions)


def test_a_list_is_asked_about_with_its_namesake_before_the_mergers():
    answer = claims.ask(table="province-2024-34")
    assert [framework.id for framework in answer.frameworks] == ["national-province-2024"]
    assert {v.claim.table for v in answer.verdicts} == {"province-2024-34", "province-2024-63"}


def test_one_verdict_is_shown_and_all_are_counted():
    answer = claims.ask(["hcmc-district-2023"], verdict="contradicted")
    assert {v.outcome.verdict for v in answer.shown} == {"contradicted"}
    assert len(answer.shown) == answer.counts["contradicted"] < len(answer.verdicts)


def test_recovered_points_are_named_where_they_were_used():
    assert [f.id for f in claims.ask().with_recovered_points] == ["national-province-2024"]
    assert claims.ask(["hcmc-district-2023"]).with_recovered_points == []


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"frameworks": ["hcmc-distrct-2023"]}, "did you mean 'hcmc-district-2023'"),
        ({"verdict": "contradict"}, "did you mean 'contradicted'"),
        ({"table": "province-2024"}, "unknown table"),
        ({"table": "province-2022", "frameworks": ["hcmc-district-2023"]}, "known: national-province-2022"),
    ],
)
def test_unknown_names_list_the_known_ones(options, words):
    with pytest.raises(UnknownName, match=words):
        claims.ask(**options)
