"""What a reader is told of printed figures: in both languages, with the printed digits, nothing English left in Vietnamese."""

import pickle
import re
import tomllib
from dataclasses import replace

import pytest

from dti_research import data
from dti_research.index.framework import CLOSED, OPEN, PLACES, REMARKS, SILENT, LevelBand, LevelRule
from dti_research.index.levels import find_contradictions
from dti_research.message import Message
from dti_research.report.render import columns_of, outputs
from dti_research.report.say import LANGUAGES, MESSAGES, is_message, say
from dti_research.report.show import claims as show
from dti_research.report.show import names
from dti_research.study import claims
from dti_research.study.claims.outcome import contradict

ENGLISH = re.compile(
    r"\b(table|row|column|text|paragraph|sentence|from|below|points|level|rank|mean|of|the|carry|with|within|list|group|heading|"
    r"boundary|upper|lower|newspaper|press|printed|composites?|indicators|levels|districts|departments|provinces|to|not|and|set|"
    r"make|name|date|title|number|last|no|none|one)\b"
)


@pytest.fixture(scope="module")
def answer():
    return claims.ask()


@pytest.fixture(scope="module")
def shown(answer):
    return show.Claims(answer)


def cells(table, language):
    return {column.heading: column.cells for column in columns_of(table, language)}


# -------------------------------------------------------------------------------------------------------------- places


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_place_and_every_word_behind_it_has_words(language):
    texts = tomllib.loads((MESSAGES / language / "sources.toml").read_text(encoding="utf-8"))
    assert set(texts["place"]) == set(PLACES) and set(texts["remark"]) == set(REMARKS)
    words = {kind: set(takes) for kind, takes in (PLACES | REMARKS).items() if isinstance(takes, tuple)}
    assert {kind: set(own) for kind, own in texts["value"].items()} == words
    for kind, takes in (PLACES | REMARKS).items():
        text = texts["place" if kind in PLACES else "remark"][kind]
        assert ("{value}" in text) == (takes is not None), kind


@pytest.mark.parametrize(
    ("locator", "en", "vi"),
    [
        ("table-of=63-provinces; name-column", "table of 63 provinces, name column", "bảng 63 tỉnh, cột tên"),
        (
            "row=3; rank-column=digital_economy",
            "row 3, column digital_economy rank",
            "dòng 3, cột hạng digital_economy",
        ),
        ("appendix=1; group-row=2", "Appendix 1, group row 2", "Phụ lục 1, dòng nhóm 2"),
        ("rows=34; of=dti-gov-2024-34", "from the 34 rows of dti-gov-2024-34", "từ 34 dòng của dti-gov-2024-34"),
        ("paragraphs=5; and=6", "paragraphs 5 and 6", "đoạn 5 và 6"),
        (
            "text; remark=keeps-first-place",
            "text (says that it keeps the first place)",
            "nội dung (viết là giữ vị trí dẫn đầu)",
        ),
    ],
)
def test_a_place_in_words(locator, en, vi):
    assert say(names.locator(locator), "en") == en
    assert say(names.locator(locator), "vi") == vi


def test_every_place_of_the_data_is_vietnamese():
    tables = [data.load_raw(path.stem) for path in data.RAW.glob("*.csv")]
    places = {text for table in tables for column in table if column.endswith("locator") for text in table[column]}
    assert len(places) > 500
    said = {place: say(names.locator(place), "vi") for place in places - {""}}
    # a column's code and a source's id stay as they are
    left = {
        place: text for place, text in said.items() if ENGLISH.search(re.sub(r"digital_\w+|[a-z]+-[\w-]+", "", text))
    }
    assert left == {}


def test_a_publisher_that_is_not_shown_is_said_so():
    assert say(names.publisher("hanoi-news-2024"), "en") == "not shown 2024"
    assert say(names.publisher("hanoi-news-2024"), "vi") == "không ghi 2024"
    assert say(names.publisher("dti-gov-2022"), "vi") == "Cổng của bộ dti.gov.vn"


# ------------------------------------------------------------------------------------------------------- contradictions


def test_contradictions_are_vietnamese(shown):
    columns = cells(shown.contradictions, "vi")
    codes = r"[\w-]+:[\w:-]+|\([a-z-]+-\d{4}|[a-z]+-[a-z0-9-]+"
    for heading in list(columns)[1:5]:
        left = [cell for cell in columns[heading] if ENGLISH.search(re.sub(codes, "", cell))]
        assert left == [], heading


def test_a_contradiction_in_words(shown):
    en, vi = (cells(shown.contradictions, language) for language in ("en", "vi"))
    assert "35 + 58 + 6 = 99 %" in en["Printed"] and "100 %; the rounding of each explains it" in en["Expected"]
    assert "0.3291, from 0.4513 to 0.7804" in en["Expected"]
    assert "0,3291, từ 0,4513 đến 0,7804" in list(vi.values())[4]
    assert "thông cáo báo chí: [198, 199)" in list(vi.values())[2]
    assert "0.7770" in en["Printed"] and "0,7770" in list(vi.values())[3]  # with the printed digits


@pytest.mark.parametrize("language", LANGUAGES)
def test_any_check_may_fail_and_has_words_for_it(language):
    model = claims.load_print().claims[0]
    for name in claims.CHECKS:
        found = contradict(replace(model, check=name), f"{name}-mismatch", "1")
        assert say(show.kind(found.kind), language)
    assert is_message("claims.kind.mismatch")


EDGES = {
    ("", OPEN): "below 8",
    ("", CLOSED): "up to and including 8",
    ("", SILENT): "up to 8",
    (CLOSED, ""): "from 8",
    (SILENT, ""): "from 8",
    (OPEN, ""): "above 8",
    (CLOSED, OPEN): "from 5 to below 8",
    (CLOSED, CLOSED): "from 5 to and including 8",
    (SILENT, SILENT): "from 5 to 8",
    (OPEN, OPEN): "above 5 to below 8",
    (OPEN, CLOSED): "above 5 to and including 8",
    (OPEN, SILENT): "above 5 to 8",
}


@pytest.mark.parametrize(("edges", "words"), EDGES.items(), ids=lambda item: " ".join(item) if len(item) == 2 else "")
def test_every_way_of_printing_a_band_has_words(edges, words):
    """A gap from the band's end upwards, or down to its start: the band is said beside it."""
    lower_edge, upper_edge = edges
    band = LevelBand(
        "middle",
        lower=None if not lower_edge else 5 if upper_edge else 8,
        upper=8 if upper_edge else None,
        lower_edge=lower_edge or CLOSED,
        upper_edge=upper_edge or OPEN,
    )
    found = find_contradictions(LevelRule("notice", (band,)), 10, "village")
    assert found and all(say(gap.printed, "en") == f"{words}: middle" for gap in found)
    assert all(say(gap.printed, "vi").endswith(": middle") for gap in found)


# ------------------------------------------------------------------------------------------------------------- verdicts


def test_a_claim_in_words():
    print_ = claims.load_print()
    by_id = {claim.id: claim for claim in print_.claims}
    boundary = next(c for c in print_.claims if c.check == "boundary" and c.given["edge"] == "upper")
    assert say(show.what(boundary, print_), "en") == "level boundary: Starting, upper edge"
    assert say(show.what(boundary, print_), "vi") == "ranh giới mức: Khởi động, cận trên"
    move = next(c for c in by_id.values() if c.check == "rank_move" and c.unit == "yen-bai")
    assert say(show.what(move, print_), "vi") == "số bậc tăng: Yên Bái, 2021 (63 đơn vị), so với 2020"


def test_verdicts_are_vietnamese_and_keep_the_printed_digits(answer, shown):
    columns = list(cells(shown.verdicts, "vi").values())
    assert all(len(column) == len(answer.verdicts) for column in columns)
    printed = dict(zip((v.claim.id for v in answer.verdicts), columns[1], strict=True))
    claim = next(c for c in answer.print_.claims if c.printed.endswith("0") and "." in c.printed)
    assert printed[claim.id] == claim.printed.replace(".", ",")
    assert {column for column in columns[3]} == {say(Message(f"words.verdict.{v}"), "vi") for v in claims.VERDICTS}
    assert "cuối bảng" in columns[1] and "last" not in columns[1]
    for heading in (2, 4):
        assert not [cell for cell in columns[heading] if ENGLISH.search(cell)]


def test_counts_bars_and_their_words_are_of_one_answer(answer, shown):
    counts = cells(shown.counts, "en")
    assert counts["Claims"] == [str(number) for number in answer.counts.values()]
    assert say(shown.bars.alt, "en").startswith(f"reproduced: {answer.counts['reproduced']}; explained: ")


def test_captions_say_what_was_asked():
    of_table, of_framework = (
        show.Claims(claims.ask(**o)) for o in ({"table": "province-2022"}, {"frameworks": ["hcmc-district-2023"]})
    )
    assert say(of_table.verdicts.caption, "en") == "Each printed figure of this assessment, with source and place."
    assert say(of_framework.verdicts.caption, "en") == "Each printed figure, with source and place."
    recovered = show.Claims(claims.ask(table="province-2024-34"))
    assert say(recovered.verdicts.caption, "en").endswith("Points of national-province-2024: recovered, not printed.")


@pytest.mark.parametrize("language", LANGUAGES)
def test_parts_survive_a_file_and_are_shown(language):
    shown = show.Claims(claims.ask(["hcmc-district-2023"]))
    for part in (shown.counts, shown.bars, shown.verdicts, shown.contradictions):
        kept = pickle.loads(pickle.dumps(part))
        assert outputs(kept, language)


# ------------------------------------------------------------------------------------------------------------- commands


def test_the_commands_speak_the_readers_language(dti):
    status, out, _ = dti("reproduce", "hcmc-district-2023", "--language", "vi", "--verdict", "contradicted")
    counts = claims.ask(["hcmc-district-2023"]).counts
    assert status == 0 and f"{counts['contradicted']} mâu thuẫn" in out and "mâu thuẫn" in out
    assert f"tổng cộng {sum(counts.values())} số liệu" in out
    status, out, _ = dti("audit", "hcmc-district-2023", "--language", "vi")
    assert status == 0 and f"{len(claims.audit('hcmc-district-2023'))} mâu thuẫn" in out
    status, out, _ = dti("reproduce", "national-province-2024", "--language", "en", "--verdict", "explained")
    assert "Points of national-province-2024: recovered from a printed table, not printed." in out


def test_documents_do_not_change_with_the_system(dti_json, monkeypatch):
    monkeypatch.setenv("LC_ALL", "vi_VN.UTF-8")
    asked = ("reproduce", "hcmc-district-2023", "--verdict", "contradicted")
    assert dti_json(*asked) == dti_json(*asked, "--language", "en")
    assert dti_json(*asked)["claims"][0]["what"] != dti_json(*asked, "--language", "vi")["claims"][0]["what"]
    assert dti_json("audit", "hcmc-district-2023") == dti_json("audit", "hcmc-district-2023", "--language", "vi")
