"""What a reader is told on frameworks: every sentence with its figures, tables that fit a terminal, the JSON documents."""

import pickle
from types import SimpleNamespace

import pytest

from dti_research import data
from dti_research.report.render import columns_of, draw
from dti_research.report.say import say
from dti_research.report.show import frameworks as show
from dti_research.study import claims, frameworks

HCMC = ["hcmc-department-2023", "hcmc-district-2023"]


def told(answer, printed, language):
    return [say(sentence, language) for sentence in show.Frameworks(answer).findings(printed).sentences]


def counted(contradictions=0, kinds=None, frameworks=0, **counts):
    counts = dict.fromkeys(claims.VERDICTS, 0) | {name.replace("_", " "): count for name, count in counts.items()}
    return SimpleNamespace(
        contradictions=[None] * contradictions,
        kinds=kinds or {},
        contradicted_frameworks=frameworks,
        verdicts=[None] * sum(counts.values()),
        counts=counts,
    )


def test_findings_count_what_is_printed():
    printed = counted(
        5, {"level-gap": 3, "level-overlap": 2}, 2, reproduced=57, explained=1, contradicted=2, not_checkable=4
    )
    english = told(frameworks.ask(HCMC), printed, "en")
    assert english[:2] == [
        "There are 5 findings about the print, in 2 frameworks.",
        "They are: scores without a level (3), scores with two levels (2).",
    ]
    # 130 of 330 and 185 of 660 points
    assert english[2:4] == [
        "hcmc-department-2023: most points go to Digital activity, undivided, 39.4 % of all.",
        "hcmc-district-2023: most points go to Digital government, 28.0 % of all.",
    ]
    assert english[4].startswith("Of 64 printed figures on these frameworks, 57 are reproduced, 1 differ")
    assert "2 are contradicted, and 4 cannot be checked" in english[4]
    vietnamese = told(frameworks.ask(HCMC), printed, "vi")
    assert vietnamese[0] == "Có 5 phát hiện về bản in, trong 2 bộ chỉ số."
    assert "nội dung nặng điểm nhất là Chính quyền số, 28,0 % tổng điểm." in vietnamese[3]
    assert "57 tính lại được, 1 khác nhưng giải thích được, 2 mâu thuẫn, 4 không kiểm được" in vietnamese[4]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "No place was found where the print disagrees with itself."),
        ("vi", "Không tìm thấy chỗ nào bản in tự mâu thuẫn."),
    ],
)
def test_a_print_without_contradiction_is_said_to_be_one(language, said):
    sentences = told(frameworks.ask(HCMC), counted(), language)
    assert sentences[0] == said and len(sentences) == 4


def test_recovered_points_are_said_to_be_recovered_wherever_they_are_used():
    answer = frameworks.ask(["national-province-2024", "hcmc-district-2023"])
    shown = show.Frameworks(answer)
    recovered, printed = told(answer, counted(), "en")[1:3]
    assert recovered.endswith("Points of national-province-2024: recovered, not printed.")
    assert "recovered" not in printed
    assert "Points of national-province-2024: recovered" in say(shown.concept_shares.caption, "en")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_figure_is_drawn_and_told_in_both_languages(language):
    part = pickle.loads(pickle.dumps(show.Frameworks(frameworks.ask(HCMC)).concept_shares))
    _, svg, width = draw(part, language)
    assert width > 300 and {"vi": "Nhận thức số", "en": "Digital awareness"}[language].encode() in svg
    assert "hcmc-district-2023: " in say(part.alt, language) and {"vi": "28,0 %", "en": "28.0 %"}[language] in say(
        part.alt, language
    )


@pytest.mark.parametrize("language", ["vi", "en"])
def test_tables_of_a_terminal_fit_eighty_columns_without_breaking_a_word(language):
    listed = show.Frameworks(frameworks.ask())
    tables = [listed.issuers, listed.sizes, listed.lists]
    for framework in data.load_frameworks():
        tree = show.FrameworkTree(frameworks.ask_tree(framework))
        tables += [part for part in (tree.main_indicators, tree.places, *tree.levels) if hasattr(part, "frame")]
    for table in tables:
        words = [[word for text in (c.heading, *c.cells) for word in text.split()] for c in columns_of(table, language)]
        width = 1 + sum(max(map(len, column)) + 3 for column in words)
        assert width <= 80, (table.name, width)


def test_a_tree_says_what_was_not_printed():
    tree = show.FrameworkTree(frameworks.ask_tree("national-country-2022"))
    lines = [say(line, "en") for line in tree.head]
    assert lines[1] == "Bộ TT&TT, 922/QĐ-BTTTT 2022-05-20; years 2021, 2022, 2023"
    assert lines[2] == "main indicators not printed, components 24, not printed; weights: not published"
    assert "nobody printed their names and points" in say(tree.main_indicators, "en") and tree.places == ""
    undated = show.FrameworkTree(frameworks.ask_tree("hcmc-commune-2025"))
    assert say(undated.head[1], "vi") == "UBND TP.HCM, chưa tìm thấy số quyết định; các năm 2025"
    assert [line.key for line in undated.sources] == ["frameworks.tree.counted"]
    hanoi = show.FrameworkTree(frameworks.ask_tree("hanoi-city-2024")).main_indicators
    codes = columns_of(hanoi, "en")[0].cells
    assert codes[-1] == "digital_economy_district (some units only)" and codes[0] == "digital_awareness"


def test_levels_keep_gaps_and_edges_as_printed():
    first, second = show.FrameworkTree(frameworks.ask_tree("hcmc-district-2023")).levels
    cells = {column.heading: column.cells for column in columns_of(second, "en")}
    assert say(second.caption, "en") == "Levels as printed: newspaper"
    assert cells["Level"] == ["Starting", "Forming", "Advanced"]
    assert cells["From"] == ["–", "414", "552"] and cells["To"] == ["424", "551", "–"]
    assert columns_of(second, "vi")[4].cells == ["không kể", "không nói rõ", "–"]
    assert say(first.caption, "vi") == "Các mức như in: thông cáo báo chí"


def test_the_document_of_the_list_names_the_published_lists():
    rows = {row["id"]: row for row in show.document(frameworks.ask())}
    assert [table["id"] for table in rows["national-province-2022"]["tables"]] == [
        "province-2022", "province-2021", "province-2023",
    ]  # fmt: skip
    (district,) = rows["hcmc-district-2023"]["tables"]
    assert district == {
        "id": "hcmc-district-2023",
        "year": 2023,
        "units_ranked": None,
        "units_with_values": 0,
        "units_with_composites": 5,
    }
    assert rows["hanoi-city-2024"]["tables"] == []


def test_the_document_of_a_tree_has_places_in_words():
    tree = show.tree_document(frameworks.ask_tree("hcmc-district-2023"))
    assert tree["indicators"][4]["locator"] == "table 2, row 5" and tree["indicators"][4]["share"] == 35 / 660
    assert tree["level_rules"][1]["bands"][0]["locator"] == "sentence 11"
    assert tree["decision_locator"] == "title and date" and tree["total_points"] == 660
