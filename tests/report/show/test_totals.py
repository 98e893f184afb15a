"""Parts of an answer on totals: names of units and indicators, and what is said where no points let anybody catch up."""

import dataclasses
import pickle

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from dti_research import open_assessment
from dti_research.report.render import columns_of
from dti_research.report.say import say
from dti_research.report.show.totals import Totals
from dti_research.study import totals

PARTS = ["totals", "changes", "changes_drawn", "intervals", "findings"]


@pytest.fixture(scope="module")
def answer():
    return totals.ask(open_assessment("hcmc-district-2023"))


@pytest.fixture(scope="module")
def settled(answer):
    """Who has all points has all of them under any other points; the third is as free as before."""
    printed = pd.Series({"hcmc-phu-nhuan": 660.0, "hcmc-thu-duc": 600.0, "hcmc-go-vap": 598.37})
    changes = totals.neighbour_points_changes(answer.points, printed, slack=0)
    return dataclasses.replace(answer, half_digit=0.0, totals=printed, changes=changes)


def cells(table, language):
    return {column.heading: column.cells for column in columns_of(table, language)}


@pytest.mark.parametrize(
    ("language", "indicator", "receives"),
    [("vi", "An toàn thông tin mạng", "Nhận"), ("en", "Cybersecurity", "Receives")],
)
def test_units_and_indicators_are_named(answer, language, indicator, receives):
    shown = cells(Totals(answer).changes, language)
    assert shown[{"vi": "Đơn vị dưới", "en": "Lower"}[language]][0] == "Ủy ban nhân dân thành phố Thủ Đức"
    assert indicator in shown[{"vi": "Nhận điểm", "en": "Receives"}[language]]
    assert indicator in cells(Totals(answer).intervals, language)[{"vi": "Chỉ số", "en": "Indicator"}[language]]


def test_several_indicators_that_give_up_points_are_each_named(answer):
    first, second = answer.points.index[:2]
    changes = answer.changes.assign(giving=f"{first}, {second}")
    shown = cells(Totals(dataclasses.replace(answer, changes=changes)).changes, "en")
    assert set(shown["Gives up"]) == {"Digital awareness, Digital institutions"}


@pytest.mark.parametrize(("language", "never"), [("vi", "không thể"), ("en", "never")])
def test_a_pair_that_no_points_swap_is_said(settled, language, never):
    shown = Totals(settled)
    giving = cells(shown.changes, language)[{"vi": "Nhường điểm", "en": "Gives up"}[language]]
    assert giving[0] == never and giving[1] != never
    assert f"Ủy ban nhân dân quận Phú Nhuận: {never};" in say(shown.changes_drawn.alt, language)
    said = [say(sentence, language) for sentence in shown.findings.sentences]
    assert len(said) == 4 and "660" in said[0]
    assert {"vi": "cũng giữ nguyên thứ tự", "en": "no values that give the printed totals let them draw level"}[
        language
    ] in said[0]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_without_any_pair_that_points_swap_no_closest_one_is_named(answer, settled, language):
    alone = dataclasses.replace(settled, totals=settled.totals.iloc[:2], changes=settled.changes.iloc[:1])
    assert len(Totals(alone).findings.sentences) == 3
    assert len(Totals(answer).findings.sentences) == 4
    assert all(say(sentence, language) for sentence in Totals(alone).findings.sentences)


def test_parts_can_be_kept_and_the_figure_drawn_in_both_languages(answer):
    for name in PARTS:
        part = pickle.loads(pickle.dumps(getattr(Totals(answer), name)))
        if hasattr(part, "draw"):
            for language in ("vi", "en"):
                plt.close(part.draw(language))
