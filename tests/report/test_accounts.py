"""What a reader is told on recovered weights and editions: from results made by hand, each figure in its sentence."""

import re

import pandas as pd
import pytest

from dti_research import data
from dti_research.report import accounts, plot, tables
from dti_research.study import editions
from dti_research.study.mobility import mobility


def numbers(sentence):
    return re.findall(r"\d+(?:[.,]\d+)?", sentence.replace(",", "."))


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
