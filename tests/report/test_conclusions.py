"""What a reader is told: each figure stands in the cell and the sentence that it belongs to, from results made by hand."""

import dataclasses
import math
import re

import numpy as np
import pandas as pd
import pytest

from dti_research import data
from dti_research.report import conclusions, tables
from dti_research.study.coherence import Components, Consistency
from dti_research.study.correlation import Correlations
from dti_research.study.importance import IntendedWeights
from dti_research.study.review import review

FRAMEWORK = data.load_framework("national-province-2020")
CODES = ["digital_government", "digital_economy", "digital_society"]
NAMES = {
    "digital_government": "Digital government",
    "digital_economy": "Digital economy",
    "digital_society": "Digital society",
}


def made(rows, **more):
    fields = {
        "method": "pearson", "interval": "bca", "adjustment": "holm", "resamples": 999, "permutations": 999, "seed": 1,
        "confidence": 0.95, "n": 40, "family": "made by hand", "tests": len(rows), "least_p": 0.001, "detectable": 0.43,
        "detectable_first": 0.57,
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
    n=40, items=3, alpha=0.613, low=0.417, high=0.757, standardised=0.622, omega=0.634, note="", constant=(),
    without=pd.DataFrame({"alpha": [0.1, 0.2, 0.3]}, index=CODES),
)  # fmt: skip
PARTS = Components(
    variances=pd.DataFrame(
        {"variance": [1.8, 0.9, 0.3], "share": [0.6, 0.3, 0.1], "cumulative": [0.6, 0.9, 1.0], "chance": [1.3, 1.1, 0.9],
         "kept": [True, False, False]}
    ),
    loadings=pd.DataFrame(), kmo=0.6, adequacy=pd.Series(dtype=float), constant=(),
)  # fmt: skip
IMPORTANCE = pd.DataFrame(
    {
        "weight": [0.4, 0.35, 0.25], "linear_share": [0.211, 0.312, 0.477], "low": [0.101, 0.202, 0.303],
        "high": [0.313, 0.414, 0.515], "smooth_share": [0.22, 0.33, 0.45], "contribution": [0.271, 0.372, 0.357],
        "own": [0.041, 0.052, 0.063], "gap": [-0.189, -0.038, 0.227],
    },
    index=CODES,
)  # fmt: skip
INTENDED = IntendedWeights(
    weights=pd.Series([0.61, 0.29, 0.1], CODES), linear_share=pd.Series([0.36, 0.34, 0.3], CODES),
    target=pd.Series([0.4, 0.35, 0.25], CODES), largest_gap=0.052, possible=False, how="nearest", residual=0.1, unique=None,
    signed=None,
)  # fmt: skip
INFLUENCE = pd.DataFrame(
    {"alpha": [0.59, 0.13, 0.6], "first_share": [0.61, 0.44, 0.6], "a": CODES[0], "b": CODES[1], "coefficient": 0.51,
     "without": [0.5, -0.16, 0.71]},
    index=["da-nang", "thua-thien-hue", "bac-ninh"],
)  # fmt: skip
CHECKS = pd.DataFrame({"at_maximum": [0.5, 0.475, 0.0], "n": 40}, index=CODES)


def said(**more):
    parts = {
        "between": BETWEEN, "own": OWN, "pillars": made([pair("works", "people", 0.8, 0.6, 0.9, shared=0.0, forced=0.0)]),
        "whole": WHOLE, "parts": PARTS, "checks": CHECKS, "importance": IMPORTANCE, "intended": INTENDED, "influence": INFLUENCE,
        "selected": None, "by_cut": None, "framework": FRAMEWORK, "partial": "", "language": "en",
    }  # fmt: skip
    return conclusions.about_pillars(**parts | more)


def sentence(start, **more):
    (found,) = [one for one in said(**more) if one.startswith(start)]
    return found


def test_pairs():
    first = sentence("Of 3 pairs of indicators")
    # Two intervals exclude 0, one above and one below it; one adjusted p is below 5 %, though two p are.
    assert "(40 units), 2 have an interval" in first and "(Holm), 1 have p below 5 %" in first
    assert (
        "true correlation below 0.43 is missed more often than 2 times in 10" in first
        and "correction, below 0.57" in first
    )
    assert sentence("The strongest pair").endswith("Digital government and Digital society, −0.62 (−0.81 to −0.31).")
    assert not [one for one in said() if "no adjusted p can fall" in one]
    powerless = dataclasses.replace(BETWEEN, least_p=0.055)
    assert "below 0.055, whatever the coefficients" in sentence("With these permutations", between=powerless)
    assert len([one for one in said(between=made([pair(*CODES[:2], *[math.nan] * 5)])) if "no pair" in one]) == 1


def test_the_rest_of_the_composite():
    assert sentence("Not shown to go with the rest") == (
        "Not shown to go with the rest of the composite: Digital economy 0.17 (−0.12 to 0.45)."
    )
    blank = OWN.pairs.assign(low=[math.nan, 0.1, 0.02], high=[math.nan, 0.45, 0.5])
    loose = sentence("Not shown", own=dataclasses.replace(OWN, pairs=blank))
    assert loose.endswith("composite: Digital government 0.44.")  # no interval proves nothing, and is not printed
    gone = OWN.pairs.assign(coefficient=[0.44, math.nan, 0.29], low=[0.1, math.nan, 0.02])
    words = said(own=dataclasses.replace(OWN, pairs=gone))
    assert "Not comparable with the rest, because nothing differs between units: Digital economy." in words
    assert any(one.startswith("Every indicator that differs") for one in words)


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
    cut = {"by_cut": by_cut, "selected": selected, "partial": "Few."}
    assert sentence("Cronbach's alpha", **cut).endswith(
        "give alpha 0.31 (0.12 to 0.52) and a first component of 45.0 % (simulated)."
    )
    # 0.51 lies above 0.4, and 0.13 within.
    assert "mean coefficients of 0.10 to 0.20" in sentence("Only some ranks", **cut)
    assert "1 of 2 observed coefficients lie outside" in sentence("Only some ranks", **cut)
    assert said(**cut)[-1] == "Few."


def test_maximum_and_importance():
    assert sentence("At the maximum").endswith("none of these: Digital government (20 of 40 units).")
    weights = sentence("Weight is not importance")
    assert "Digital government: weight 40.0 %, importance 21.1 % (10.1 to 31.3), contribution 27.1 %" in weights
    assert "Digital society: weight 25.0 %, importance 47.7 % (30.3 to 51.5), contribution 35.7 %" in weights
    assert "miss it by up to 5.2 percentage points" in sentence("No weights of at least 0")
    assert sentence("There are weights", intended=dataclasses.replace(INTENDED, possible=True))


def test_pillars_that_share_indicators():
    framework = data.load_framework("national-province-2024")
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
    flat = BETWEEN.pairs.replace({"digital_x": "digital_y"})
    words = [
        one for one in said(framework=framework, pillars=made(rows), between=dataclasses.replace(BETWEEN, pairs=flat))
    ]
    (found,) = [one for one in words if one.startswith("The pillars")]
    assert "The pillars Digital economy and Digital society correlate 0.93 (0.87 to 0.96)" in found
    assert (
        "would give 0.83 (5-95 %: 0.78 to 0.89) by themselves, if the others were independent; 0.71, if all were"
        in found
    )
    assert found.endswith("Digital economy – Digital society (1 of 2).")  # the composite is no pillar


def test_tables_hold_what_the_studies_found():
    shown = tables.pairs_table(OWN, FRAMEWORK, "en")
    assert shown.iloc[0].to_dict() == {
        "a": "Digital government", "b": "Composite", "coefficient": 0.44, "low": 0.11, "high": 0.66, "p": 0.5, "p_adjusted": 0.6,
        "weight": 40.0, "with_part": 0.9, "forced": 0.7,
    }  # fmt: skip
    row = tables.consistency_table({"composite": WHOLE}, FRAMEWORK, "en").iloc[0].to_dict()
    assert row == {
        "whole": "Composite", "items": "3", "alpha": 0.613, "low": 0.417, "high": 0.757, "standardised": 0.622, "omega": 0.634
    }  # fmt: skip
    assert tables.variances_table(PARTS).iloc[1].tolist() == [0.9, 30.0, 90.0, 1.1, False]
    importance = tables.importance_table(IMPORTANCE, FRAMEWORK, "en").iloc[0].tolist()
    assert importance[0] == "Digital government" and importance[1:] == pytest.approx(
        [40, 21.1, 10.1, 31.3, 22, 27.1, 4.1]
    )
    intended = tables.intended_table(IMPORTANCE, INTENDED, FRAMEWORK, "en").iloc[0].tolist()
    assert intended[1:] == pytest.approx([40, 21.1, 10.1, 31.3, 61, 36])
    checks = CHECKS.assign(minimum=0.1, mean=0.2, maximum=0.3, sd=0.4, skewness=-0.5, kurtosis=0.6)
    assert tables.checks_table(checks, FRAMEWORK, "en").iloc[1].tolist() == [
        "Digital economy",
        0.1,
        0.2,
        0.3,
        0.4,
        -0.5,
        0.6,
        47.5,
    ]
    power = tables.power_table({"some": BETWEEN}, "en").iloc[0].tolist()
    assert power == ["some", 40, 3, 0.43, 0.57]
    influence = tables.influence_table(INFLUENCE, FRAMEWORK, "en", rows=1).iloc[0].tolist()
    assert influence == ["Huế", "Digital government – Digital economy", 0.51, -0.16, 0.13, 44.0, "thua-thien-hue"]


def test_flags_in_words():
    flags = pd.DataFrame(
        {
            "flag": ["saturated", "redundant"], "a": CODES[:2], "b": ["", CODES[2]], "value": [0.7, 0.95], "low": [np.nan, 0.93],
            "high": [np.nan, 0.97], "threshold": [0.5, 0.92], "shared": np.nan,
            "settled": pd.array([pd.NA, True], dtype="boolean"),
        }
    )  # fmt: skip
    shown = tables.flags_table(flags, FRAMEWORK, "en")
    assert shown["where"].tolist() == ["Digital government", "Digital economy – Digital society"]
    assert shown.value.tolist() == [0.7, 0.95] and shown.settled.isna().tolist() == [True, False]
    assert "shared" not in shown  # blank for all


def test_the_audit_says_what_the_review_found():
    found = review("national-province-2024", draws=2000, samples=64, resamples=199, seed=1)
    words = " ".join(conclusions.about_review(found, "en"))
    counts = found.verdict_counts
    assert f"{counts['reproduced']} are reproduced" in words and f"{counts['not checkable']} cannot be checked" in words
    first = found.measured.robustness.acceptability.loc["ha-noi", 1]
    assert f"Hà Nội is first in {100 * first:.1f} % of the draws" in words
    assert f"for {len(found.wide)} of 34 units" in words
    top = found.measured.sensitivity.indices.total.max()
    assert f"(total effect {top:.2f} ±" in words
    assert re.search(r"recovered, not printed; most go to Digital government activity, 21\.3 %", words)
    assert "weak with the rest of their pillar (below 0.30): Digital institutions" in words
