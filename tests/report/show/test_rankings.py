"""What a reader is told on a ranking: every sentence with its figures, and a table of one's own."""

import dataclasses
import pickle
from types import SimpleNamespace

import pytest

from dti_research import data
from dti_research.report.render import columns_of, draw
from dti_research.report.say import say
from dti_research.report.show import rankings as show
from dti_research.study import rankings
from dti_research.study.assessment import open_assessment

PRINTED = SimpleNamespace(
    verdicts=[None] * 10,
    counts={"reproduced": 4, "explained": 3, "contradicted": 1, "not checkable": 2},
)


def told(language, **options):
    answer = rankings.ask(open_assessment("province-2024-34", **options))
    return [say(sentence, language) for sentence in show.Rankings(answer).findings(PRINTED).sentences]


def test_a_rebuilt_ranking_is_told():
    sentences = told("en")
    assert sentences[0] == (
        "With the points of Provincial DTI, Decision 405 (2024) (recovered, not printed), 34 of 34 printed composites are "
        "reproduced within rounding."
    )
    assert sentences[2] == "34 of 34 units get the rank that print gives them among these units."
    assert sentences[3] == (
        "Of 10 printed figures on this year's results, with national-province-2024's own points, 4 are reproduced, 3 differ and "
        "are explained, 1 are contradicted, 2 cannot be checked. Points of national-province-2024: recovered, not printed."
    )
    vietnamese = told("vi")
    assert "34 trên 34 giá trị tổng hợp in ra được tính lại đúng" in vietnamese[0] and "0,000" in vietnamese[1]


@pytest.mark.parametrize(("language", "moved"), [("en", " moves most: from rank "), ("vi", "xê dịch nhiều nhất là ")])
def test_other_points_move_a_unit(language, moved):
    """Of the points of Decision 922 no composite comes out as printed; README's first finding."""
    sentences = told(language, points_of="national-province-2022")
    assert len(sentences) == 5 and moved in sentences[3]
    assert {"en": "0 of 34", "vi": "0 trên 34"}[language] in sentences[0]
    assert sentences[0].count("922") == 1 and sentences[4].count("national-province-2024") == 2


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_figure_is_drawn_with_a_panel_for_each_set_of_points(language):
    both = ("national-province-2022", "national-province-2024")
    answers = [rankings.ask(open_assessment("province-2024-34", points_of=name)) for name in both]
    part = pickle.loads(pickle.dumps(show.side_by_side(answers)))
    _, svg, _ = draw(part, language)
    heads = {"en": ["(printed)", "(recovered)"], "vi": ["(in trong văn bản)", "(suy ra từ bảng, không được in)"]}
    assert all(head.encode() in svg for head in heads[language])
    assert {"en": "beyond it: 34", "vi": "ngoài giới hạn: 34"}[language].encode() in svg
    assert {"en": "34 units", "vi": "34 đơn vị"}[language] in say(part.alt, language)


def test_a_table_of_composites_says_yes_in_both_languages():
    table = show.Rankings(rankings.ask(open_assessment("province-2022"))).composites
    place = table.frame.columns.get_loc("reproduced")
    assert [columns_of(table, language)[place].cells for language in ("vi", "en")] == [["có"] * 10, ["yes"] * 10]
    assert "dti.gov.vn" in say(table.caption, "en")


def own_table(points, framework="hcmc-department-2023", **options):
    """A department or district of HCMC with these points, as a user's file has them."""
    framework = data.load_framework(framework)
    own = dataclasses.replace(
        open_assessment("province-2024-34"),
        table="own.csv",
        framework=framework,
        points_of=framework,
        values=framework.points.to_frame("Sở A").T * points / framework.total_points,
        names={"Sở A": "Sở A"},
        published=False,
    )
    return show.Rankings(rankings.ask(own, **options))


def test_a_gap_of_the_print_is_no_level():
    shown = own_table(198.5)
    columns = {language: {c.heading: c.cells for c in columns_of(shown.ranking, language)} for language in ("vi", "en")}
    assert columns["en"] == {
        "Rank": ["1"],
        "Unit": ["Sở A"],
        "Code": ["–"],
        "Composite [points]": ["198.5000"],
        "Of": ["330"],
        "Level": ["no level: a gap in the print"],
    }
    assert columns["vi"]["Mức độ"] == ["không có mức: bản in để trống khoảng này"]
    assert [say(line, "en") for line in shown.terms] == [
        "hcmc-department-2023; method published; levels: as-printed; points: printed"
    ]


def test_two_levels_stand_beside_each_other_and_no_levels_need_no_column():
    # The newspaper has districts below 424 Starting, and from 414 Forming.
    both = own_table(420, "hcmc-district-2023", document="newspaper")
    assert columns_of(both.ranking, "en")[-1].cells == ["Starting / Forming"]
    assert show.document(both.answer)["units"][0]["level"] == "Khởi động / Hình thành"
    none = own_table(199, levels="none")
    assert [column.heading for column in columns_of(none.ranking, "en")][-1] == "Of"
    assert show.document(none.answer)["levels"] is None and show.document(none.answer)["units"][0]["level"] is None


def test_a_composite_without_maximum_has_none_and_recovered_points_are_told():
    answer = rankings.ask(open_assessment("province-2024-34"), method="z-score")
    shown = show.Rankings(answer)
    headings = [column.heading for column in columns_of(shown.ranking, "en")]
    assert headings == ["Rank", "Unit", "Code", "Composite [z-score]"]
    assert [say(line, "vi") for line in shown.terms] == [
        "national-province-2024; cách tính: z-score; mức độ: không xếp; điểm: suy ra từ bảng",
        "Điểm được suy ra từ bảng đã in, không được in: Điểm không được in ở đâu: 50/50/140/100/100/200/150/150 trên 940 được "
        "suy ra từ bảng 34 tỉnh.",
    ]


def test_every_measure_reading_and_origin_of_weights_has_words():
    from dti_research.index.levels import READINGS
    from dti_research.index.score import METHODS
    from dti_research.index.weight import WEIGHT
    from dti_research.report.say import is_message

    values = open_assessment("province-2024-34")
    for name, method in METHODS.items():
        if method.normalise == "distance-to-target":
            method = dataclasses.replace(method, targets=dict.fromkeys(values.values.columns, 0.9))
        measure = rankings.ask(values, method=method).scores.measure
        assert is_message(f"rankings.measure.{measure}"), name
    assert all(is_message(f"rankings.levels.{reading}") for reading in [*READINGS, "none"])
    origins = ["printed", "recovered", "not published", "file", *(rule for rule in WEIGHT if rule != "published")]
    assert all(is_message(f"rankings.weighed_by.{origin}") for origin in origins)
