"""What a reader is told about the choice of method: where an outcome never varies, and where draws failed."""

import pickle
from dataclasses import replace

import pandas as pd
import pytest

from dti_research.report.render import columns_of, draw
from dti_research.report.say import say
from dti_research.report.show.methods import Methods
from dti_research.study import methods
from dti_research.study.assessment import open_assessment


@pytest.fixture(scope="module")
def answer():
    """Of the first nine of 2020, Da Nang leads on every indicator: no choice moves its rank."""
    return methods.ask(open_assessment("province-2020"), unit="Đà Nẵng", samples=64, seed=1)


@pytest.mark.parametrize(
    ("language", "says"), [("en", "Rank of Đà Nẵng: the same in every combination; no choice matters."),
                           ("vi", "Hạng của Đà Nẵng: không đổi trong mọi tổ hợp; không lựa chọn nào có ảnh hưởng.")]
)  # fmt: skip
def test_an_outcome_that_never_varies_is_said(answer, language, says):
    said = [say(sentence, language) for sentence in Methods(answer).findings.sentences]
    assert said[1] == says and "63" in said[-1]


@pytest.mark.parametrize(("language", "name"), [("en", "geometric mean"), ("vi", "trung bình nhân")])
def test_failed_draws_are_said(answer, language, name):
    """min-max gives the last unit 0 on some indicator, z-scores lie below 0: neither has a geometric or harmonic mean."""
    shown = Methods(answer)
    failed = shown.failed_draws
    assert failed.frame.draws.sum() == 20 * 64 - answer.scenarios.computed > 0
    scenarios = next(column for column in columns_of(failed, language) if not column.numeric).cells
    assert any(name in scenario for scenario in scenarios)
    assert all("min-max" in scenario or "z-score" in scenario for scenario in scenarios)
    said = say(shown.findings.sentences[-2], language)
    assert str(answer.failed_draws) in said
    made = replace(answer)
    # Where a cached property keeps its answer.
    made.__dict__["scenarios"] = replace(answer.scenarios, failed=answer.scenarios.failed.iloc[:0])
    (scenario, draws) = (column.cells for column in columns_of(Methods(made).failed_draws, language))
    assert (scenario, draws) == ([{"en": "none", "vi": "không có"}[language]], ["0"])


def test_a_sample_that_has_not_settled_is_said(answer):
    unsure = answer.shifts.convergence.assign(same_order=pd.array([None, False, False, False], dtype="boolean"))
    sure = unsure.assign(same_order=pd.array([None, True, True, True], dtype="boolean"))
    for convergence, says in ((unsure, True), (sure, False)):
        made = replace(answer, shifts=replace(answer.shifts, convergence=convergence))
        made.__dict__["unit_rank"] = answer.unit_rank
        told = say(Methods(made)._about_outcomes()[0], "en")
        assert ("The sample is small" in told) is says


def test_equals_are_all_named(answer):
    nodes = answer.nodes.assign(mean_shift_lower=1.5, mean_shift_higher=0.25)
    made = replace(answer)
    made.__dict__.update({"nodes": nodes, "left_out": answer.left_out, "scenarios": answer.scenarios})
    said = [say(sentence, "en") for sentence in Methods(made).findings.sentences]
    assert any(
        "Digital government or Digital economy or Digital society shifts ranks most, by 1.50" in text for text in said
    )


def test_parts_can_be_kept_and_drawn(answer):
    shown = Methods(answer)
    for figure in (shown.total_effects, shown.scenario_ranks):
        png, _, _ = draw(pickle.loads(pickle.dumps(figure)), "en")
        assert png.startswith(b"\x89PNG")
    table = pickle.loads(pickle.dumps(shown.effects))
    headings = [column.heading for column in columns_of(table, "vi")]
    assert headings[1] == "Xê dịch hạng trung bình: riêng" and headings[6] == "Hạng của Đà Nẵng: ±"
    shifts = {column.heading for column in columns_of(shown.one_at_a_time, "en")}
    assert {"− ¼: mean shift", "+ ¼: first", "Kind"} <= shifts
