"""What a reader is told on recovered weights: from tables made by hand, each figure in its sentence."""

import dataclasses
import pickle
import re

import pandas as pd
import pytest

from dti_research import data
from dti_research.report.render import columns_of, outputs
from dti_research.report.say import say
from dti_research.report.show.recovery import RecoveredWeights
from dti_research.study import recovery
from dti_research.study.assessment import Assessment, open_assessment

FRAMEWORK = data.load_framework("national-province-2020")
CODES = list(FRAMEWORK.points.index)
WEIGHTS = pd.Series([0.4, 0.3, 0.3], index=CODES)
UNITS = ["ha-noi", "da-nang", "hai-phong", "can-tho", "quang-ninh", "lao-cai"]
VALUES = pd.DataFrame(
    [[0.9, 0.1, 0.4], [0.2, 0.8, 0.3], [0.5, 0.6, 0.9], [0.1, 0.3, 0.2], [0.7, 0.2, 0.8], [0.3, 0.9, 0.6]],
    index=UNITS,
    columns=CODES,
)  # fmt: skip
COMPOSITES = (VALUES @ WEIGHTS).round(4)


def shown(composites=COMPOSITES, total=FRAMEWORK.total_printed, **options):
    assessment = Assessment(
        table="province-2020",
        framework=dataclasses.replace(FRAMEWORK, total_printed=total),
        values=VALUES,
        names=data.unit_names(),
        published=True,
        composites=composites,
        digits=pd.Series(4, index=[*CODES, "composite"]),
        ranks=pd.Series(dtype=int),
        ranked=6,
    )
    return RecoveredWeights(recovery.ask(assessment, **options))


def told(*arguments, language="en", **options):
    return [say(sentence, language) for sentence in shown(*arguments, **options).findings.sentences]


def numbers(sentence):
    return re.findall(r"\d+(?:[.,]\d+)?", sentence.replace(",", "."))


def test_recovered_weights_and_points_are_told():
    sentences = told(total=7.0)
    assert "From 6 units and 3 indicators as printed the verdict is: unique" in sentences[0]
    assert "4/3/3 of 10, the only ones on that scale; in multiples of 10: 40/30/30 of 100" in sentences[1]
    assert "prints a total of 7 points" in sentences[2]  # 2.8, 2.1 and 2.1 are no whole numbers
    assert any("With one unit left out at a time, whole points stay the same in" in sentence for sentence in sentences)
    assert any("Decision 1726/QĐ-BTTTT: 3 of 3 indicators lie within" in sentence for sentence in sentences)
    assert not any("922/QĐ" in sentence for sentence in sentences)  # other indicators


def test_points_on_the_printed_total_need_no_sentence():
    assert not any("prints a total" in sentence for sentence in told())  # 400, 300 and 300 add to 1000


def test_points_on_a_given_scale_name_their_multiple():
    (sentence,) = [sentence for sentence in told(scale=1000) if "Whole points" in sentence]
    assert "400/300/300 of 1000, the only ones on that scale in multiples of 10." in sentence


@pytest.mark.parametrize("altered", [("", 0.0), ("can-tho", 0.7)])
def test_both_languages_say_the_same_numbers(altered):
    for vi, en in zip(*(told(altered=altered, language=language) for language in ("vi", "en")), strict=True):
        assert sorted(numbers(vi.replace("1.000", "1000"))) == sorted(numbers(en.replace("1,000", "1000"))), (vi, en)


def test_a_misprint_is_named_with_what_would_fit():
    """Can Tho: 0.4 * 0.1 + 0.3 * 0.3 + 0.3 * 0.2 = 0.19, printed as 0.9900 by one digit."""
    sentences = told(altered=("can-tho", 0.99))
    assert sentences[0].startswith("A trial: the composite of Cần Thơ was changed on purpose")
    assert "Cần Thơ" in sentences[1] and "contradict" in sentences[1]
    assert "Cần Thơ prints 0.9900" in sentences[2] and "0.1900" in sentences[2]
    assert "Without Cần Thơ the rest of the table is consistent" in sentences[3]


def test_earned_points_are_told_for_each_unit_with_pillars():
    parts = RecoveredWeights(recovery.ask(open_assessment("province-2022")))
    (sentence,) = [say(s, "en") for s in parts.findings.sentences if "Trà Vinh" in say(s, "en")]
    # By hand: (0.6683 * 700 + 0.6647 * 650 + 0.5991 * 650 - 607.7) / 2 = 340.79
    low, high = map(float, re.search(r"earned ([\d.]+) to ([\d.]+) of 500", sentence).groups())
    assert low <= 340.79 <= high and high - low < 0.3


def test_tables_hold_what_was_found():
    parts = shown(altered=("can-tho", 0.99))
    assert parts.weights.simulated and parts.misprints.simulated
    intervals = parts.weights.frame.set_index("indicator")[["low", "high"]].to_numpy()
    assert (intervals[:, 0] <= [40, 30, 30]).all() and (intervals[:, 1] >= [40, 30, 30]).all()
    row = parts.misprints.frame.query("unit == 'Cần Thơ'").iloc[0]
    assert (say(row.printed, "vi"), say(row.printed, "en")) == ("0,9900", "0.9900")
    assert say(row.one_digit, "en") == "0.1900"
    headings = [column.heading for column in columns_of(parts.misprints, "vi")]
    assert headings[:3] == ["Đơn vị", "Cột", "Đã công bố"]
    assert shown().misprints.frame.empty


@pytest.mark.parametrize(
    "part", ["weights", "points", "compared", "left_out", "misprints", "weight_ranges", "findings"]
)
def test_parts_can_be_kept_and_shown_in_both_languages(part):
    kept = pickle.loads(pickle.dumps(getattr(shown(), part)))
    texts = [outputs(kept, language)[-1][0]["text/plain"] for language in ("vi", "en")]
    assert all(texts) and texts[0] != texts[1]


def test_an_answer_without_weights_has_a_figure_that_says_so():
    figure = shown(pd.Series(0.99, index=UNITS)).weight_ranges
    assert say(figure.alt, "en") == "No intervals: the table contradicts itself."


def test_a_unit_that_contradicts_itself_is_told_so(dti, tmp_path):
    path = tmp_path / "one.csv"
    path.write_text("unit,composite,roads,wells\nHuế,0.90,0.50,0.40\nCà Mau,0.45,0.50,0.40\n", encoding="utf-8")
    _, out, _ = dti("recover", path, "--language", "vi")
    assert "Huế tự mâu thuẫn" in out and "trung bình cộng có trọng số" in out
    assert "whole" not in out and "weight" not in out
