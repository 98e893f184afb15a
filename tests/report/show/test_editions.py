"""What a reader is told on two editions: each figure in its sentence, tables and figures in both languages."""

import json
import pickle
import re

import pytest

from dti_research import data
from dti_research.report.render import columns_of, outputs
from dti_research.report.say import say
from dti_research.report.show.editions import Editions, document
from dti_research.study import editions

PARTS = (
    "mobility", "transition_map", "transitions", "movers", "all_lists", "causes", "ranks", "composites", "levels", "mergers",
    "values_and_weights", "by_indicator", "bounds", "findings",
)  # fmt: skip


@pytest.fixture(scope="module")
def shown():
    return {
        name: Editions(editions.ask(editions.open_pair(before, after), resamples=99, seed=1))
        for name, before, after in (
            ("mergers", "province-2022", "province-2024-34"),
            ("plain", "province-2022", "province-2023"),
            ("alone", "province-2024-63", "province-2024-34"),
        )
    }


@pytest.fixture
def own(tmp_path):
    """Four units by hand, b and c merged into bc; values and points, so that by the new points half moves to wells."""
    for name, text in (
        ("old", "unit,roads,wells\na,0.9,0.1\nb,0.5,0.5\nc,0.2,0.3\nd,0.4,0.4\n"),
        ("new", "unit,roads,wells,schools\na,0.9,0.1,1\nb,0.5,0.5,1\nc,0.2,0.3,0\nd,0.4,0.4,0\n"),
        ("p1", "indicator,points\nroads,3\nwells,1\n"),
        ("p2", "indicator,points\nroads,1\nwells,1\nschools,2\n"),
        ("walk", "before,after,namesake\na,a,yes\nb,bc,yes\nc,bc,no\nd,d,yes\n"),
    ):
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    pair = editions.open_pair(
        tmp_path / "old.csv",
        tmp_path / "new.csv",
        crosswalk=tmp_path / "walk.csv",
        points=(tmp_path / "p1.csv", tmp_path / "p2.csv"),
        boundaries=((0.5,), (0.6,)),
    )
    return Editions(editions.ask(pair, seed=1))


def told(parts, language="en"):
    return [say(sentence, language) for sentence in parts.findings.sentences]


def numbers(sentence):
    return re.findall(r"\d+(?:[.,]\d+)?", sentence.replace(",", "."))


def test_findings_tell_only_what_can_be_told(shown):
    plain = told(shown["plain"])
    assert "One decision is behind both lists" in plain[2] and len(plain) == 3
    alone = told(shown["alone"])
    assert alone[0].startswith("Both lists are of one year") and not any("Kendall" in sentence for sentence in alone)
    whole = " ".join(told(shown["mergers"]))
    assert (
        "From 63 units to 34 (in force 2025-07-01)" in whole
        and "33 of 34 units, and of 34 if" in whole
        and "Quảng Ninh +4.6" in whole
    )


def test_findings_in_both_languages(shown):
    for parts in shown.values():
        for vi, en in zip(told(parts, "vi"), told(parts, "en"), strict=True):
            assert sorted(numbers(vi)) == sorted(numbers(en)), (vi, en)


def test_findings_on_files_say_what_is_not_known(own):
    """Four units into three, no day of the merger; b and c merge from places 2 and 4, before and after.

    After: a 0.75, b 0.75, c 0.125, d 0.2 by 1/4, 1/4, 1/2; merged 0.4375, so that d stays behind, and nobody who kept a name
    gains; b was level with a.
    """
    sentences = told(own)
    assert "4 units, and intervals need at least 5" in sentences[0]
    assert sentences[1].startswith("From 4 units to 3: the mean rank must go from 2.5 to 2,")
    assert "most lost by b (1 → 2): +1.0 places" in sentences[2] and len(sentences) == 3
    for vi, en in zip(told(own, "vi"), sentences, strict=True):
        assert sorted(numbers(vi)) == sorted(numbers(en)), (vi, en)


def test_tables_on_causes(shown):
    ranks = shown["mergers"].ranks.frame
    assert list(ranks.columns) == [
        "unit", "before", "after", "moved_by", "by_composites", "by_merged", "by_listed", "code",
    ]  # fmt: skip
    assert ranks.unit[0] == "Hà Nội" and ranks.after.is_monotonic_increasing and ranks.after.dtype.kind == "i"
    composites = shown["mergers"].composites.frame
    assert "by_listed" not in composites and composites.after.is_monotonic_decreasing
    assert shown["plain"].mergers.frame.empty and shown["plain"].bounds.frame.empty
    assert shown["plain"].by_indicator.frame.empty


def test_shares_are_shown_in_percent(shown):
    """Of 63 units, so many stayed in their fifth as the map has on its diagonal."""
    parts = shown["plain"]
    text = say(parts.transition_map.alt, "en")
    stayed = sum(int(units) for units in re.findall(r"\d: (\d+)", text))
    assert parts.mobility.frame.value[2] == pytest.approx(100 * stayed / 63)
    lists = parts.all_lists.frame
    own = lists[(lists.before == "province-2022") & (lists.after == "province-2023")]
    assert own.same_group.tolist() == pytest.approx([100 * stayed / 63])
    assert parts.transitions.frame.groupby("before").share.sum().tolist() == pytest.approx([100] * 5)


def test_a_file_has_no_codes_of_ours_and_its_added_indicator_is_a_column(own):
    assert "code" not in own.ranks.frame and "by_indicators" in own.by_indicator.frame
    assert set(own.by_indicator.frame.indicator) == {"roads", "wells", "schools"}
    assert own.levels.frame.after.tolist() == [1, 0, 0, 0]  # best first: a reaches 0.6, nobody else does


@pytest.mark.parametrize("language", ["vi", "en"])
def test_figures_and_their_alternative_texts(shown, language):
    figure = shown["mergers"].causes
    drawn = figure.draw(language)
    assert drawn.axes[0].get_yticklabels()[0].get_text() == "Hà Nội  24 → 1"
    # The pieces of one bar add to the diamond.
    pieces = [bar[0].get_width() for bar in drawn.axes[0].containers]
    assert sum(pieces) == pytest.approx(-23)
    assert re.search("Nghệ An|Bắc Kạn", say(figure.alt, language))
    drawn = shown["plain"].transition_map.draw(language)
    counts = [int(text.get_text().split("\n")[0]) for text in drawn.axes[0].texts]
    assert sum(counts) == 63


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_part_is_said_from_what_was_kept(shown, language):
    for name in PARTS:
        part = pickle.loads(pickle.dumps(getattr(shown["mergers"], name)))
        (first, *_) = outputs(part, language)
        assert first[0]["text/plain"].strip(), name
        if hasattr(part, "frame"):
            headings = [column.heading for column in columns_of(part, language)]
            assert not [heading for heading in headings if "_" in heading], (name, headings)


def test_the_document_holds_json_alone(shown, own):
    for parts in (*shown.values(), own):
        assert json.loads(json.dumps(document(parts._answer), allow_nan=False))
    found = document(own._answer)
    assert found["mobility"] is None and found["causes"][-1] == "boundaries" and found["rule"] == "mean"


def test_the_namesakes_in_the_figure_are_the_new_list(shown):
    rows = shown["mergers"]._answer.namesakes
    assert len(rows) == 34 and sorted(rows.after) == sorted(data.load_ranks("province-2024-34"))
    assert len(shown["plain"]._answer.namesakes) == 63
