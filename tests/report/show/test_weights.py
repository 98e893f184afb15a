"""What a reader is told about other weights: where something never happens, depends on the draw, or could not be computed."""

import pickle
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from dti_research.message import Message, Number
from dti_research.report.render import columns_of, draw
from dti_research.report.say import LANGUAGES, say
from dti_research.report.show import weights as show
from dti_research.study.assessment import open_assessment
from dti_research.study.weights import ask_robustness, ask_stability


@pytest.fixture(scope="module")
def first_nine():
    return open_assessment("province-2020")


def cells(table, language):
    return {column.heading: column.cells for column in columns_of(table, language)}


@pytest.mark.parametrize(
    ("language", "never", "cell"), [("en", "No weights reverse", "never"), ("vi", "Không trọng số", "không thể")]
)
def test_pairs_that_no_weights_reverse_are_said(first_nine, language, never, cell):
    robustness, stability = ask_robustness(first_nine, draws=200), ask_stability(first_nine)
    said = [say(sentence, language) for sentence in show.findings(robustness, stability).sentences]
    assert "63" in said[-1] and say(Number(9), language) in said[-1]  # nine of 63 have printed values
    (sentence,) = [text for text in said if text.startswith(never)]
    assert "Huế" in sentence and "Đà Nẵng" in sentence
    frame = show.Stability(stability).smallest_changes.frame
    assert np.isnan(frame.distance[0]) and say(frame.gains_most[0], language) == cell
    alt = say(show.Stability(stability).change_bars.alt, language)
    assert f"Huế → Đà Nẵng: {cell}" in alt


@pytest.mark.parametrize(("language", "says"), [("en", "Weights: the points of"), ("vi", "Trọng số: điểm của")])
def test_whose_points_weigh_is_said_in_findings_and_captions(language, says):
    assessment = open_assessment("province-2024-34", points_of="hcmc-district-2023")
    shown = show.Robustness(ask_robustness(assessment, draws=50))
    assert says in say(shown.about()[0], language) and says in say(shown.ranks.caption, language)


def test_levels_lists_only_units_whose_level_depends_on_the_draw():
    """Of the ten of 2022, Da Nang's composite is 0.8002: a draw makes it Forming or Advanced; the last are Starting always."""
    table = show.Robustness(ask_robustness(open_assessment("province-2022"), draws=2000)).levels
    told = cells(table, "en")
    assert set(told) == {"Unit", "Starting", "Forming", "Advanced", "Error (±)", "Code"}
    assert {"Khởi động", "Hình thành", "Nâng cao"} <= set(cells(table, "vi"))
    odds = table.frame.rename(columns=lambda label: say(label, "en")).set_index("code")
    assert 30 < odds.Forming["da-nang"] < 70 and 30 < odds.Advanced["da-nang"] < 70
    assert not {"gia-lai", "cao-bang", "bac-kan"} & set(odds.index)
    assert (odds[["Starting", "Forming", "Advanced"]].sum(axis=1) - 100).abs().max() < 1e-9
    assert odds.error["da-nang"] == pytest.approx(2.19, abs=0.01)  # 196 * sqrt(0.25 / 2000), largest near one half


def test_a_composite_in_a_gap_or_in_two_levels_is_said_in_both_languages():
    answer = ask_robustness(open_assessment("province-2022"), draws=50)
    several = pd.MultiIndex.from_tuples(
        [("as-printed", "Khởi động / Hình thành"), ("as-printed", "no level")], names=["reading", "level"]
    )
    counts = pd.DataFrame([[50, 0], [0, 50]] * 5, index=answer.result.units, columns=several)
    made = replace(answer, document="newspaper", result=replace(answer.result, level_counts=counts))
    chances = show.Robustness(made).chances
    assert cells(chances, "en")["Likeliest level"][:2] == ["Starting / Forming", "no level"]
    assert cells(chances, "vi")["Mức thường gặp nhất"][:2] == ["Khởi động / Hình thành", "không có mức"]
    assert Message("weights.levels_shares") not in show.Robustness(made).for_terminal()


@pytest.mark.parametrize("language", LANGUAGES)
def test_failed_draws_are_said(first_nine, language):
    answer = ask_robustness(first_nine, draws=50)
    failed = pd.DataFrame({"draws": [7], "reason": ["no weight"]}, index=["published"])
    made = replace(answer, result=replace(answer.result, failed=failed))
    told = [say(part, language) for part in show.Robustness(made).for_terminal() if isinstance(part, Message)]
    assert any(text.startswith("7 ") for text in told)
    said = show.findings(made, ask_stability(first_nine)).sentences
    assert (
        say(said[-2], language)
        == {"en": "7 draws could not be computed.", "vi": "7 lần rút không tính được."}[language]
    )
    keys = [part.key for part in show.findings(answer, ask_stability(first_nine)).sentences]
    assert "weights.failed" not in keys


def test_without_spread_no_error_of_the_draws_is_claimed(first_nine):
    fixed = show.Robustness(ask_robustness(first_nine, draws=9, concentration="inf")).for_terminal()
    drawn = show.Robustness(ask_robustness(first_nine, draws=9, concentration="uniform")).for_terminal()
    keys = [{part.key for part in parts if isinstance(part, Message)} for parts in (fixed, drawn)]
    assert "weights.error" not in keys[0] and "weights.error" in keys[1]
    (told,) = [part for part in drawn if isinstance(part, Message) and part.key == "weights.draws"]
    assert "concentration uniform, seed 1, drawn over all indicators" in say(told, "en")


@pytest.mark.parametrize(("language", "never"), [("en", "No weights bring Huế"), ("vi", "Không trọng số nào đưa Huế")])
def test_two_units(first_nine, language, never):
    pair = show.Pair(ask_stability(first_nine, units=("Huế", "Đà Nẵng")))
    told = [say(sentence, language) for sentence in pair.about()]
    assert len(told) == 3 and told[1].startswith(never) and len(pair.level_weights.frame.columns) == 4
    close = show.Pair(ask_stability(first_nine, units=("Huế", "Bắc Ninh")))
    told = [say(sentence, language) for sentence in close.about()]
    assert len(told) == 4 and len(close.level_weights.frame.columns) == 6
    # At the weights of the smallest change the two are level: weights add to 1 there, too.
    assert close.level_weights.frame.iloc[:, 4:].sum().tolist() == pytest.approx([1, 1])


def test_parts_can_be_kept_and_drawn(first_nine):
    drawn, exact = show.Robustness(ask_robustness(first_nine, draws=50)), show.Stability(ask_stability(first_nine))
    for figure in (drawn.rank_intervals, drawn.acceptability, exact.change_bars):
        png, svg, width = draw(pickle.loads(pickle.dumps(figure)), "vi")
        assert png.startswith(b"\x89PNG") and b"<svg" in svg and width > 300
    for table in (drawn.weights, drawn.ranks, drawn.convergence, exact.attainable_ranks, exact.first_place):
        assert columns_of(pickle.loads(pickle.dumps(table)), "en")
