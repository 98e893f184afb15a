"""What a reader is told on pillars: each figure in the cell and the sentence that it belongs to, from results made by hand."""

import dataclasses
import math
import pickle

import numpy as np
import pandas as pd
import pytest

from dti_research.message import Message
from dti_research.report.render import columns_of, outputs
from dti_research.report.say import say
from dti_research.report.show.pillars import Pillars
from dti_research.study.assessment import open_assessment
from dti_research.study.pillars import Answer, ask
from dti_research.study.pillars.coherence import Components, Consistency
from dti_research.study.pillars.intended import IntendedWeights
from dti_research.study.pillars.pairs import Correlations, Options

ASSESSMENT = open_assessment("province-2020")
CODES = ["digital_government", "digital_economy", "digital_society"]
NAMES = {
    "digital_government": "Digital government",
    "digital_economy": "Digital economy",
    "digital_society": "Digital society",
}


def made(rows, **more):
    fields = {
        "options": Options(resamples=999, permutations=999, seed=1), "n": 40,
        "family": Message("pillars.family_columns", columns=3), "tests": len(rows), "least_p": 0.001,
        "detectable": 0.43, "detectable_first": 0.57,
    }  # fmt: skip
    return Correlations(**fields | more, pairs=pd.DataFrame(rows))


def pair(a, b, coefficient, low, high, p=0.5, p_adjusted=0.6, **more):
    first = {"a": a, "b": b, "n": 40, "coefficient": coefficient, "low": low, "high": high, "p": p}
    return first | {"p_adjusted": p_adjusted, "note": ""} | more


BETWEEN = made(
    [
        pair(CODES[0], CODES[1], 0.51, 0.21, 0.71, 0.01, 0.03),
        pair(CODES[0], CODES[2], -0.62, -0.81, -0.31, 0.02, 0.07),
        pair(CODES[1], CODES[2], 0.13, -0.22, 0.42),
    ]
)
OWN = made(
    [
        pair(code, "composite", *numbers, weight=weight, with_part=0.9, forced=0.7)
        for code, weight, numbers in zip(
            CODES, [0.4, 0.35, 0.25], [(0.44, 0.11, 0.66), (0.17, -0.12, 0.45), (0.29, 0.02, 0.5)], strict=True
        )
    ]
)
WHOLE = Consistency(
    items=3, alpha=0.613, low=0.417, high=0.757, standardised=0.622, omega=0.634, note="",
    without=pd.DataFrame({"alpha": [0.1, 0.2, 0.3]}, index=CODES),
)  # fmt: skip
PARTS = Components(
    variances=pd.DataFrame(
        {"variance": [1.8, 0.9, 0.3], "share": [0.6, 0.3, 0.1], "cumulative": [0.6, 0.9, 1.0], "chance": [1.3, 1.1, 0.9],
         "kept": [True, False, False]},
        index=pd.RangeIndex(1, 4, name="component"),
    ),
    loadings=pd.DataFrame(), kmo=0.6, adequacy=pd.Series(dtype=float),
)  # fmt: skip
IMPORTANCE = pd.DataFrame(
    {
        "weight": [0.4, 0.35, 0.25], "linear_share": [0.211, 0.312, 0.477], "low": [0.101, 0.202, 0.303],
        "high": [0.313, 0.414, 0.515], "contribution": [0.271, 0.372, 0.357],
        "own": [0.041, 0.052, 0.063], "gap": [-0.189, -0.038, 0.227],
    },
    index=CODES,
)  # fmt: skip
INTENDED = IntendedWeights(
    weights=pd.Series([0.61, 0.29, 0.1], CODES), linear_share=pd.Series([0.36, 0.34, 0.3], CODES),
    target=pd.Series([0.4, 0.35, 0.25], CODES), largest_gap=0.052, possible=False, residual=0.1, unique=None,
    signed=None,
)  # fmt: skip
INFLUENCE = pd.DataFrame(
    {"alpha": [0.59, 0.13, 0.6], "first_share": [0.61, 0.44, 0.6], "a": CODES[0], "b": CODES[1], "coefficient": 0.51,
     "without": [0.5, -0.16, 0.71]},
    index=["da-nang", "thua-thien-hue", "bac-ninh"],
)  # fmt: skip
CHECKS = pd.DataFrame({"at_maximum": [0.5, 0.475, 0.0], "n": 40}, index=CODES)


NO_FLAGS = pd.DataFrame(columns=["flag", "a", "b", "value", "low", "high", "threshold", "shared", "settled"])


def shown(assessment=ASSESSMENT, influence=INFLUENCE, **more):
    parts = {
        "wholes": pd.DataFrame(), "indicators": BETWEEN, "rest": OWN,
        "pillars": made([pair("works", "people", 0.8, 0.6, 0.9, shared=0.0, forced=0.0)]), "checks": CHECKS,
        "flags": NO_FLAGS, "consistency": {"composite": WHOLE}, "together": WHOLE, "components": PARTS,
        "importance": IMPORTANCE, "intended": INTENDED, "selected": None, "selected_consistency": None,
    }  # fmt: skip
    answer = Answer(assessment=assessment, **parts | more)
    vars(answer)["influence"] = influence  # in the place of what the property would compute and keep
    return Pillars(answer)


def said(**more):
    return [say(sentence, "en") for sentence in shown(**more).findings.sentences]


def sentence(start, **more):
    (found,) = [told for told in said(**more) if told.startswith(start)]
    return found


def cells(table, row=0, language="en"):
    """One row of a table as it is shown, without the columns that only it knows."""
    return [column.cells[row] for column in columns_of(table, language)]


def test_pairs():
    first = sentence("Of 3 pairs of indicators")
    # Two intervals exclude 0, one above and one below it; one adjusted p is below 5 %, though two p are.
    assert "(40 units), 2 have an interval" in first and "(Holm), 1 have p below 5 %" in first
    assert (
        "true correlation below 0.43 is missed more often than 2 times in 10" in first
        and "correction, below 0.57" in first
    )
    assert sentence("The strongest pair").endswith("Digital government and Digital society, −0.62 (−0.81 to −0.31).")
    assert not [told for told in said() if "no adjusted p can fall" in told]
    powerless = dataclasses.replace(BETWEEN, least_p=0.055)
    assert "below 0.055, whatever the coefficients" in sentence("With these permutations", indicators=powerless)
    assert len([told for told in said(indicators=made([pair(*CODES[:2], *[math.nan] * 5)])) if "no pair" in told]) == 1


def test_the_rest_of_the_composite():
    assert sentence("Not shown to go with the rest") == (
        "Not shown to go with the rest of the composite: Digital economy 0.17 (−0.12 to 0.45)."
    )
    blank = OWN.pairs.assign(low=[math.nan, 0.1, 0.02], high=[math.nan, 0.45, 0.5])
    loose = sentence("Not shown", rest=dataclasses.replace(OWN, pairs=blank))
    assert loose.endswith("composite: Digital government 0.44.")  # no interval proves nothing, and is not printed
    gone = OWN.pairs.assign(coefficient=[0.44, math.nan, 0.29], low=[0.1, math.nan, 0.02])
    words = said(rest=dataclasses.replace(OWN, pairs=gone))
    assert "Not comparable with the rest, because nothing differs between units: Digital economy." in words
    assert any(told.startswith("Every indicator that differs") for told in words)


def test_one_thing_and_one_unit():
    assert sentence("Cronbach's alpha") == (
        "Cronbach's alpha (of the sum without weights) is 0.61 (0.42 to 0.76); principal components above chance: "
        "1; the first holds "
        "60.0 % of the variance."
    )
    # Alpha changes most without Huế, by 0.48.
    assert sentence("Most hangs on one unit") == (
        "Most hangs on one unit: without Huế alpha is 0.13 instead of 0.61, and Digital government – Digital "
        "economy is −0.16 instead "
        "of 0.51."
    )
    by_cut = pd.DataFrame(
        {"median": [0.31, 0.45], "low": [0.12, 0.33], "high": [0.52, 0.58]}, index=["alpha", "first_share"]
    )
    selected = pd.DataFrame(
        [[*CODES[:2], 0.1, -0.3, 0.4], [*CODES[1:], 0.2, -0.2, 0.6]], columns=["a", "b", "mean", "low", "high"]
    )
    cut = {"selected_consistency": by_cut, "selected": selected}
    assert sentence("Cronbach's alpha", **cut).endswith(
        "give alpha 0.31 (0.12 to 0.52) and a first component of 45.0 % (simulated)."
    )
    # 0.51 lies above 0.4, and 0.13 within.
    assert "mean coefficients of 0.10 to 0.20" in sentence("Only some ranks", **cut)
    assert "1 of 2 observed coefficients lie outside" in sentence("Only some ranks", **cut)
    assert said(**cut)[-1].startswith("Of 63 units that are ranked, the values of 9 are printed")


def test_maximum_and_importance():
    assert sentence("At the maximum").endswith("none of these: Digital government (20 of 40 units).")
    weights = sentence("Weight is not importance")
    assert "Digital government: weight 40.0 %, importance 21.1 % (10.1 to 31.3), contribution 27.1 %" in weights
    assert "Digital society: weight 25.0 %, importance 47.7 % (30.3 to 51.5), contribution 35.7 %" in weights
    assert "miss it by up to 5.2 percentage points" in sentence("No weights of at least 0")
    assert sentence("There are weights", intended=dataclasses.replace(INTENDED, possible=True))


def test_pillars_that_share_indicators():
    rows = [
        pair(
            "government",
            "economy",
            0.85,
            0.73,
            0.92,
            0.2,
            0.7,
            forced=0.67,
            shared=0.8,
            shared_low=0.74,
            shared_high=0.87,
        ),
        pair(
            "economy",
            "society",
            0.93,
            0.87,
            0.96,
            0.001,
            0.004,
            forced=0.71,
            shared=0.83,
            shared_low=0.78,
            shared_high=0.89,
        ),
        pair(
            "economy",
            "composite",
            0.99,
            0.98,
            1.0,
            0.001,
            0.004,
            forced=0.82,
            shared=0.9,
            shared_low=0.87,
            shared_high=0.93,
        ),
    ]
    words = said(assessment=open_assessment("province-2024-34"), pillars=made(rows))
    (found,) = [told for told in words if told.startswith("The pillars")]
    assert "The pillars Digital economy and Digital society correlate 0.93 (0.87 to 0.96)" in found
    assert (
        "would give 0.83 (5-95 %: 0.78 to 0.89) by themselves, if the others were independent; 0.71, if all were"
        in found
    )
    assert found.endswith("Digital economy – Digital society (1 of 2).")  # the composite is no pillar


def test_a_list_that_is_cut_says_where_independent_indicators_would_stand():
    """0.85 lies above 0.7 to 0.8, and within 0.7 to 0.9."""
    rows = [pair("economy", "society", 0.85, 0.73, 0.92, forced=0.67, shared=0.8, shared_low=0.74, shared_high=0.87)]
    for high, words in ((0.8, "lies outside."), (0.9, "lies within.")):
        selected = pd.DataFrame(
            [[*CODES[:2], 0.1, -0.3, 0.4], ["economy", "society", 0.75, 0.7, high]],
            columns=["a", "b", "mean", "low", "high"],
        )
        more = {"pillars": made(rows), "indicators": made([pair(*CODES[:2], 0.51, 0.21, 0.71)]), "selected": selected}
        found = sentence("Independent indicators", assessment=open_assessment("province-2022"), **more)
        assert f"give those two pillars 0.75 (0.70 to {high:.2f}): the observed coefficient {words}" in found


def test_tables_hold_what_the_studies_found():
    assert cells(shown().part_whole) == [
        "Digital government", "Composite", "0.44", "0.11", "0.66", "0.5000", "0.6000", "40.0", "0.90", "0.70"
    ]  # fmt: skip
    assert cells(shown().consistency) == ["Composite", "3", "0.61", "0.42", "0.76", "0.62", "0.63"]
    assert cells(shown().components, 1)[-5:] == ["0.90", "30.0", "90.0", "1.10", "no"]
    assert cells(shown().importance) == ["Digital government", "40.0", "21.1", "10.1", "31.3", "27.1", "4.1"]
    assert cells(shown().intended) == ["Digital government", "40.0", "21.1", "61.0", "36.0"]
    checks = CHECKS.assign(minimum=0.1, mean=0.2, maximum=0.3, sd=0.4, skewness=-0.5, kurtosis=0.6)
    row = cells(shown(checks=checks).indicators, 1)
    assert row == ["Digital economy", "0.10", "0.20", "0.30", "0.40", "−0.50", "0.60", "48"]  # 47.5
    assert cells(shown().power) == ["indicators", "40", "3", "0.43", "0.57"]
    heaviest = ["Huế", "Digital government – Digital economy", "0.51", "−0.16", "0.13", "44.0", "thua-thien-hue"]
    assert cells(shown().influence) == heaviest  # of all, 0.67 changes most
    assert cells(shown().selection) == ["every rank is printed: nothing was cut"]


def test_flags_in_words():
    flags = pd.DataFrame(
        {
            "flag": ["saturated", "redundant"], "a": CODES[:2], "b": ["", CODES[2]], "value": [0.7, 0.95], "low": [np.nan, 0.93],
            "high": [np.nan, 0.97], "threshold": [0.5, 0.92], "shared": np.nan,
            "settled": pd.array([pd.NA, True], dtype="boolean"),
        }
    )  # fmt: skip
    table = shown(flags=flags).flags
    assert cells(table)[:3] == ["saturated: half of the units or more at the maximum", "Digital government", "0.70"]
    assert cells(table, 1)[1:3] == ["Digital economy – Digital society", "0.95"]
    assert [cells(table, row)[-1] for row in (0, 1)] == ["–", "yes"]
    assert "shared" not in table.frame  # blank for all
    assert cells(shown().flags) == ["none"] and cells(shown().flags, language="vi") == ["không có"]


@pytest.mark.parametrize(
    ("language", "what", "name"),
    [("en", "has one value for every unit", "Digital economy"), ("vi", "mọi đơn vị cùng một giá trị", "Kinh tế số")],
)
def test_notes_on_pairs_are_in_the_readers_language(language, what, name):
    note = Message("pillars.note_constant", column="digital_economy")
    rows = [pair(*CODES[:2], *[math.nan] * 5, note=note), pair(CODES[0], CODES[2], 0.1, 0.0, 0.2)]
    table = shown(indicators=made(rows)).pairs
    assert what in cells(table, 0, language)[-1] and name in cells(table, 0, language)[-1]
    assert cells(table, 1, language)[-1] == ""
    assert "note" not in shown().pairs.frame


def test_maps_say_their_strongest_and_weakest_pairs():
    alt = say(shown().correlations.alt, "en")
    assert alt.startswith("Triangle of 3 coefficients. Strongest: Digital government – Digital society −0.62 (−0.81 to")
    assert alt.endswith("Weakest: Digital economy – Digital society 0.13 (−0.22 to 0.42).")
    weights = say(shown().importance_dots.alt, "vi")
    assert weights.startswith("Trọng số → phần giải thích được: Chính quyền số 40,0 % → 21,1 %; ")


@pytest.fixture(scope="module")
def first_nine():
    """The first nine of 63 in 2020, whose pillars are the three indicators: nothing is shared, and the list is cut."""
    return Pillars(ask(ASSESSMENT, interval="fisher-z", resamples=199, seed=1))


@pytest.mark.parametrize("language", ["en", "vi"])
def test_pillars_of_a_cut_list_without_shared_indicators(first_nine, language):
    """What is said names the cut, and that no indicator is shared; no blank cell becomes a number."""
    words = [say(told, language) for told in first_nine.findings.sentences]
    assert {"en": "Of 63 units that are ranked", "vi": "Trong 63 đơn vị được xếp hạng"}[language] in words[-1]
    assert any({"en": "share no indicator", "vi": "không có chung chỉ số"}[language] in told for told in words)
    assert any({"en": "Only some ranks are printed", "vi": "chỉ in một số hạng"}[language] in told for told in words)
    assert cells(first_nine.flags, 0, language) == [{"en": "none", "vi": "không có"}[language]]
    observed = first_nine.selection.frame.observed.tolist()
    assert observed == first_nine.answer.indicators.pairs.coefficient.round(2).tolist()
    assert first_nine.selection.simulated


PARTS_OF_THE_PAGE = [
    "indicators", "correlations", "pairs", "part_whole", "pillar_map", "pillars", "consistency", "alpha_without", "components",
    "loadings", "importance_dots", "importance", "intended", "flags", "power", "influence", "selection", "findings",
]  # fmt: skip


@pytest.mark.parametrize("name", PARTS_OF_THE_PAGE)
def test_every_part_survives_a_file_and_is_shown_in_both_languages(first_nine, name):
    part = pickle.loads(pickle.dumps(getattr(first_nine, name)))
    told = {language: outputs(part, language) for language in ("vi", "en")}
    assert told["vi"] and told["en"] and told["vi"] != told["en"]
