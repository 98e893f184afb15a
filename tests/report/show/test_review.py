"""What a reader is told by an audit: each figure in its sentence, and a row that says so where nobody can check."""

import pickle
import re

import numpy as np
import pytest

from dti_research.report.render import columns_of, outputs
from dti_research.report.say import say
from dti_research.report.show.review import Review
from dti_research.study.review import ask

PARTS = [
    "steps",
    "verdicts",
    "contradictions",
    "indicators",
    "consistency",
    "flags",
    "importance",
    "ranks",
    "influence",
]


@pytest.fixture(scope="module")
def provinces():
    return Review(ask("national-province-2024", draws=2000, samples=64, resamples=199, seed=1))


@pytest.fixture(scope="module")
def nothing():
    """Hanoi's index of 2024: no list of results was found."""
    return Review(ask("hanoi-city-2024", seed=1))


def said(shown, language="en"):
    return [say(sentence, language) for sentence in shown.findings.sentences]


def test_the_audit_says_what_was_found(provinces):
    words, found = " ".join(said(provinces)), provinces.answer
    counts = found.claims.counts
    assert f"{counts['reproduced']} are reproduced" in words and f"{counts['not checkable']} cannot be checked" in words
    first = found.measured.robustness.result.acceptability.loc["ha-noi", 1]
    assert f"Hà Nội is first in {100 * first:.1f} % of the draws" in words
    assert f"for {len(found.measured.wide)} of 34 units" in words
    top = found.measured.methods.shifts.indices.total.max()
    assert f"(total effect {top:.2f} ±" in words
    assert re.search(r"recovered, not printed; most go to Digital government activity, 21\.3 %", words)
    assert "weak with the rest of their pillar (below 0.30): Digital institutions" in words


def test_ranks_stand_in_published_order(provinces):
    ranks = provinces.ranks.frame
    assert ranks.published.is_monotonic_increasing and ranks.code[0] == "ha-noi"
    first = provinces.answer.measured.robustness.result.acceptability.loc["ha-noi", 1]
    assert ranks["first"][0] == pytest.approx(100 * first, abs=0.005)


@pytest.mark.parametrize("language", ["en", "vi"])
def test_an_audit_says_what_nobody_can_check(nothing, language):
    words = said(nothing, language)
    assert {"en": "Nobody printed the units' indicator values", "vi": "Không ai công bố giá trị chỉ số"}[
        language
    ] in words[-1]
    assert {"en": "not published", "vi": "không công bố"}[language] in words[1]
    for name in ("indicators", "consistency", "flags", "importance", "ranks", "influence"):
        (column,) = columns_of(getattr(nothing, name), language)
        (cell,) = column.cells
        assert {"en": "this step cannot be checked", "vi": "bước này không kiểm được"}[language] in cell
    assert nothing.steps.frame.raised.isna().tolist() == [False, True, True, True, True]
    assert {"en": "no published list", "vi": "chưa tìm thấy bảng"}[language] in say(nothing.steps.caption, language)


def test_a_list_of_totals_has_points_that_must_move():
    shown = Review(ask("hcmc-department-2023", seed=1))
    changes, frame = shown.answer.totals.changes, shown.ranks.frame
    assert frame.moved.tolist() == pytest.approx(changes.moved.round(3).tolist())
    assert (
        np.isfinite(changes.moved.iloc[0])
        and f"fewer than {changes.moved.iloc[0]:.3f} of 330 points" in said(shown)[-1]
    )


@pytest.mark.parametrize("name", [*PARTS, "findings"])
def test_every_part_survives_a_file_and_is_shown_in_both_languages(provinces, nothing, name):
    for shown in (provinces, nothing):
        part = pickle.loads(pickle.dumps(getattr(shown, name)))
        told = {language: outputs(part, language) for language in ("vi", "en")}
        assert told["vi"] and told["vi"] != told["en"]
