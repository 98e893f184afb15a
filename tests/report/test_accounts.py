"""What a reader is told on recovered weights and editions: from results made by hand, each figure in its sentence."""

import re

import pandas as pd
import pytest

from dti_research import data
from dti_research.report import accounts, plot, tables
from dti_research.study import earned, editions, misprint, recovery
from dti_research.study.mobility import mobility

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


def told(composites=COMPOSITES, language="en", altered="", scale=None, **more):
    found = recovery.recover(VALUES, composites, digits=4)
    diagnosis = misprint.diagnose(found)
    rest = diagnosis.rest
    points = recovery.propose_points(rest, scale=scale)
    loose = recovery.recover(VALUES, composites, digits=4, rounding="twice")
    options = {
        "found": found,
        "diagnosis": diagnosis,
        "points": points,
        "on_total": recovery.propose_points(rest, scale=7),
        "free": recovery.recover(VALUES, composites, digits=4, total=None),
        "loose": loose,
        "on_loose": recovery.propose_points(loose, scale=scale),
        "compared": recovery.compare_points(rest, [FRAMEWORK, data.load_framework("national-province-2022")]),
        "without": recovery.leave_one_out(rest, points),
        "checks": recovery.check_pillars(rest, "province-2020"),
        "earned": earned.earned_by_unit("province-2022"),
        "framework": FRAMEWORK,
        "altered": altered,
    }
    return accounts.about_recovery(**options | more, language=language)


def numbers(sentence):
    return re.findall(r"\d+(?:[.,]\d+)?", sentence.replace(",", "."))


def test_recovered_weights_and_points_are_told():
    sentences = told()
    assert "From 6 units and 3 indicators as printed the verdict is: unique" in sentences[0]
    assert "4/3/3 of 10, the only ones on that scale; in multiples of 10: 40/30/30 of 100" in sentences[1]
    assert "prints a total of 1,000" in sentences[2]  # none on the scale that the test hands over, 7
    assert any("With one unit left out at a time, whole points stay the same in" in sentence for sentence in sentences)
    assert any("Decision 1726/QĐ-BTTTT: 3 of 3 indicators lie within" in sentence for sentence in sentences)
    assert not any("922/QĐ" in sentence for sentence in sentences)  # other indicators


def test_points_on_a_given_scale_name_their_multiple():
    (sentence,) = [one for one in told(scale=1000) if "Whole points" in one]
    assert "400/300/300 of 1000, the only ones on that scale in multiples of 10." in sentence


def test_both_languages_say_the_same_numbers():
    altered = recovery.with_misprint(COMPOSITES, "can-tho", 0.7)
    for composites in (COMPOSITES, altered):
        for vi, en in zip(told(composites, "vi"), told(composites, "en"), strict=True):
            assert sorted(numbers(vi.replace("1.000", "1000"))) == sorted(numbers(en.replace("1,000", "1000"))), (
                vi,
                en,
            )


def test_a_misprint_is_named_with_what_would_fit():
    """Can Tho: 0.4 * 0.1 + 0.3 * 0.3 + 0.3 * 0.2 = 0.19, printed as 0.9900 by one digit."""
    sentences = told(recovery.with_misprint(COMPOSITES, "can-tho", 0.99), altered="can-tho")
    assert sentences[0].startswith("A trial: the composite of Cần Thơ was changed on purpose")
    assert "Cần Thơ" in sentences[1] and "contradict" in sentences[1]
    assert "Cần Thơ prints 0.9900" in sentences[2] and "0.1900" in sentences[2]
    assert "Without Cần Thơ the rest of the table is consistent" in sentences[3]


def test_earned_points_are_told_for_each_unit_with_pillars():
    (sentence,) = [one for one in told() if "Trà Vinh" in one]
    # By hand: (0.6683 * 700 + 0.6647 * 650 + 0.5991 * 650 - 607.7) / 2 = 340.79
    low, high = map(float, re.search(r"earned ([\d.]+) to ([\d.]+) of 500", sentence).groups())
    assert low <= 340.79 <= high and high - low < 0.3


@pytest.fixture(scope="module")
def pairs():
    found = {}
    for name, before, after in (
        ("mergers", "province-2022", "province-2024-34"),
        ("plain", "province-2022", "province-2023"),
        ("alone", "province-2024-63", "province-2024-34"),
    ):
        pair = editions.load_pair(before, after)
        found[name] = {
            "pair": pair,
            "moved": mobility(pair.before.composites, pair.after.composites, resamples=99, seed=1),
            "explained": editions.explain_change(
                pair.before, pair.after, crosswalk=pair.crosswalk, printed=pair.printed
            ),
            "mergers": editions.explain_mergers(pair),
            "split": editions.explain_values(pair),
            "bounds": editions.bound_values(pair),
        }
    return found


def test_editions_tell_only_what_can_be_told(pairs):
    plain = accounts.about_editions(**pairs["plain"], rule="mean", language="en")
    assert "One decision is behind both lists" in plain[2] and len(plain) == 3
    alone = accounts.about_editions(**pairs["alone"], rule="mean", language="en")
    assert alone[0].startswith("Both lists are of one year") and not any("Kendall" in one for one in alone)
    whole = " ".join(accounts.about_editions(**pairs["mergers"], rule="mean", language="en"))
    assert (
        "From 63 units to 34 (in force 2025-07-01)" in whole
        and "33 of 34 units, and of 34 if" in whole
        and "Quảng Ninh +4.6" in whole
    )


def test_editions_in_both_languages(pairs):
    for parts in pairs.values():
        for vi, en in zip(
            *(accounts.about_editions(**parts, rule="mean", language=one) for one in ("vi", "en")), strict=True
        ):
            assert sorted(numbers(vi)) == sorted(numbers(en)), (vi, en)


def test_namesakes_are_one_row_for_each_new_unit(pairs):
    parts = pairs["mergers"]
    rows = accounts.namesakes(parts["pair"], parts["explained"].rank)
    assert len(rows) == 34 and sorted(rows.after) == sorted(data.load_ranks("province-2024-34"))
    assert len(accounts.namesakes(pairs["plain"]["pair"], pairs["plain"]["explained"].rank)) == 63


def test_tables_for_a_reader(pairs):
    explained = pairs["mergers"]["explained"]
    ranks = tables.causes_table(explained, "rank")
    assert list(ranks.columns) == [
        "unit",
        "before",
        "after",
        "moved_by",
        "by_composites",
        "by_merged",
        "by_listed",
        "code",
    ]
    assert ranks.unit[0] == "Hà Nội" and ranks.after.is_monotonic_increasing and ranks.after.dtype.kind == "i"
    composites = tables.causes_table(explained, "composite")
    assert "by_listed" not in composites and composites.after.is_monotonic_decreasing
    assert tables.causes_table(None, "rank").empty and tables.reweighting_table(None).empty
    measures = dict.fromkeys(("kendall", "kendall_low", "kendall_high", "mean_move"), 0.5)
    one = {"before": "a", "after": "b", "units": 5, "same_group": 0.4} | measures
    assert tables.mobilities_table(pd.DataFrame([one])).same_group[0] == 40


@pytest.mark.parametrize("language", ["vi", "en"])
def test_figures_and_their_alternative_texts(pairs, language):
    found = recovery.recover(VALUES, COMPOSITES, digits=4)
    names = tables.indicator_names(FRAMEWORK, language)
    compared = recovery.compare_points(found, [FRAMEWORK])
    figure = plot.weight_ranges(found.weights, tables.known_shares(compared, language), names, language)
    assert len(figure.axes[0].get_yticklabels()) == 3
    assert all(name in accounts.alt_weights(found, FRAMEWORK, language) for name in names.values())
    ranks = accounts.namesakes(pairs["mergers"]["pair"], pairs["mergers"]["explained"].rank)
    words = dict.fromkeys(editions.CAUSES, "x")
    figure = plot.cause_bars(ranks, data.unit_names(), words, "x", language)
    assert figure.axes[0].get_yticklabels()[0].get_text() == "Hà Nội  24 → 1"
    # The pieces of one bar add to the diamond.
    pieces = [bar[0].get_width() for bar in figure.axes[0].containers]
    assert sum(pieces) == pytest.approx(-23)
    assert "Nghệ An" in accounts.alt_causes(ranks, language) or "Bắc Kạn" in accounts.alt_causes(ranks, language)
    figure = plot.transition_map(pairs["plain"]["moved"].transitions, language)
    counts = [int(text.get_text().split("\n")[0]) for text in figure.axes[0].texts]
    assert sum(counts) == 63
