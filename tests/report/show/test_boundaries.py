"""Parts of an answer on boundaries: level names, marks of what is simulated, sentences for each case, figures."""

import dataclasses
import pickle

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from dti_research import open_assessment
from dti_research.report.figures.boundaries import boundary_curves
from dti_research.report.render import columns_of
from dti_research.report.say import say
from dti_research.report.show.boundaries import Boundaries
from dti_research.study import boundaries

PARTS = ["disputed", "changes", "curve", "bounds", "simulated", "simulated_counts", "findings"]


@pytest.fixture(scope="module")
def answer():
    assessment = open_assessment("hcmc-district-2023")
    return boundaries.ask(
        assessment, composites="province-2024-34", document="newspaper", units=22, draws=100, seed=2023
    )


@pytest.mark.parametrize(
    ("language", "none", "two"),
    [("vi", "không có mức", "Khởi động / Hình thành"), ("en", "no level", "Starting / Forming")],
)
def test_levels_are_named_and_none_is_said(answer, language, none, two):
    shown = columns_of(Boundaries(answer).disputed, language)
    as_printed = shown[2].cells
    assert none in as_printed and two in as_printed and "" not in as_printed


@pytest.mark.parametrize(
    ("language", "heading"), [("vi", "theo cận dưới (từ ...)"), ("en", "by lower boundaries (from ...)")]
)
def test_readings_head_their_columns(answer, language, heading):
    for table in (Boundaries(answer).disputed, Boundaries(answer).changes):
        assert heading in [column.heading for column in columns_of(table, language)]


def test_only_what_is_simulated_is_marked(answer):
    shown = Boundaries(answer)
    marked = [name for name in PARTS[:-1] if getattr(shown, name).simulated]
    assert marked == ["simulated", "simulated_counts"]


def test_parts_can_be_kept_and_figures_drawn_in_both_languages(answer):
    for name in PARTS:
        part = pickle.loads(pickle.dumps(getattr(Boundaries(answer), name)))
        if hasattr(part, "draw"):
            for language in ("vi", "en"):
                plt.close(part.draw(language))
                assert say(part.alt, language) != say(part.caption, language)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_curve_without_a_unit_has_an_axis(language):
    """matplotlib warns of identical limits, and a warning is an error here."""
    curve = pd.Series(0, index=np.array([0.4, 0.5]))
    drawing = boundary_curves({"nobody": curve}, {"198": 0.6}, language)
    low, high = drawing.axes[0].get_ylim()
    assert low < high
    plt.close(drawing)


@pytest.mark.parametrize(
    ("language", "disputed", "bounded", "simulated"),
    [
        ("vi", "[414, 424)", "Tổng điểm không được công bố", "Mô phỏng (100 lần rút"),
        ("en", "[414, 424)", "Totals are not published", "Simulated (100 draws"),
    ],
)
def test_findings_say_intervals_bounds_and_that_a_simulation_is_one(answer, language, disputed, bounded, simulated):
    said = [say(sentence, language) for sentence in Boundaries(answer).findings.sentences]
    assert len(said) == 4
    assert disputed in said[0] and " 34 " in said[1] and " 4 " in said[1]
    assert said[2].startswith(bounded) and said[3].startswith(simulated)


@pytest.mark.parametrize(
    ("language", "agree"),
    [("vi", "Mọi cách đọc đều cho cùng một mức."), ("en", "All readings give every score the same level.")],
)
def test_a_rule_that_leaves_nothing_open_is_said(answer, language, agree):
    settled = dataclasses.replace(answer, disputed=answer.disputed.iloc[:0], bounds=answer.bounds.iloc[:0])
    said = [say(sentence, language) for sentence in Boundaries(settled).findings.sentences]
    assert said[0] == agree and len(said) == 3
