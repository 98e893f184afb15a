"""What a reader is shown of tables, figures and findings, and what is kept while a report is built."""

import json
from functools import partial

import pandas as pd
import pytest
from matplotlib.figure import Figure as Drawing

from dti_research.errors import InputError, UnknownName
from dti_research.message import Listing, Message, Name, Number
from dti_research.report import render
from dti_research.report.parts import Figure, Findings, Parts, Table
from dti_research.report.render import REPORT_DIR, SIMULATED, display, kept, outputs, speak

SCORES = pd.DataFrame({"score": [0.5]})


@pytest.fixture
def shown(monkeypatch):
    monkeypatch.delenv(REPORT_DIR, raising=False)
    bundles = []
    monkeypatch.setattr(render, "_display", lambda data, metadata: bundles.append((data, metadata)))
    return bundles


def line(language, drawn=None):
    drawing = Drawing(figsize=(2, 1))
    drawing.subplots().plot([1, 2])
    if drawn is not None:
        drawn.append((language, drawing))
    return drawing


def figure(**options):
    return Figure("line", line, "Một đường", "Hình một", **options)


def test_table_is_written_for_the_reader_and_for_machines(tmp_path):
    frame = pd.DataFrame(
        {"score": [0.7104, None], "points": [40.0, 25.0], "year": [2024, 2022], "agrees": [True, False]},
        index=pd.Index(["Đắk <Lắk>", "Huế"], name="unit"),
    )
    ((data, metadata),) = outputs(Table("scores", frame, "Điểm & hạng"), "vi", tmp_path)
    html = data["text/html"]
    assert "<caption" in html and "Điểm &amp; hạng" in html and 'scope="row"' in html and "Đắk &lt;Lắk&gt;" in html
    for cell in (">0,7104<", ">–<", ">40<", ">2024<", ">có<", ">không<"):
        assert cell in html, cell
    assert data["text/plain"].splitlines()[0] == "Điểm & hạng" and "Thứ hạng" not in html and "Đơn vị" in html
    assert metadata["dti_research"]["file"] == "tables/scores.csv"
    written = (tmp_path / "tables" / "scores.csv").read_bytes().decode("utf-8")
    assert written == "unit,score,points,year,agrees\nĐắk <Lắk>,0.7104,40,2024,True\nHuế,,25,2022,False\n"


def test_cells_and_columns_are_said_in_the_language(tmp_path):
    name = Name("Chính quyền số", "Digital government")
    frame = pd.DataFrame(
        {
            "indicator": [name, "code"],
            name: [Number(1234.5, 1), Number(2, 1)],
            "note": [Message("words.yes"), Listing([name, "x"], "; ")],
        }
    )
    table = Table("said", frame, Message("columns.score"), headings={"note": Name("Lời", "Word")})
    texts = {language: outputs(table, language, tmp_path / language)[0][0]["text/plain"] for language in ("vi", "en")}
    assert "1.234,5" in texts["vi"] and "Chính quyền số; x" in texts["vi"] and "Lời" in texts["vi"]
    assert "1,234.5" in texts["en"] and "Digital government; x" in texts["en"] and "yes" in texts["en"]
    # A file holds numbers for machines, and words in the reader's language.
    assert (tmp_path / "en" / "tables" / "said.csv").read_text("utf-8") == (
        "indicator,Digital government,note\nDigital government,1234.5,yes\ncode,2,Digital government; x\n"
    )


def test_table_headings_and_digits_can_be_given():
    frame = pd.DataFrame({"x": [1234.5], "rank": [1]})
    ((data, _),) = outputs(Table("a", frame, "A", digits={"x": 2}, headings={"x": "An <x>"}), "en")
    assert "1,234.50" in data["text/html"] and "An &lt;x&gt;" in data["text/html"]
    with pytest.raises(UnknownName, match="table 'b': unknown column 'y'; known: x, rank"):
        Table("b", frame, "B", digits={"y": 2})


def test_output_does_not_change_from_run_to_run():
    parts = (Table("a", SCORES, "A"), figure(), Findings(["Một."]))
    assert [outputs(part, "vi") for part in parts] == [outputs(part, "vi") for part in parts]


def test_figure_carries_its_alternative_text_where_nbconvert_looks(tmp_path):
    (data, metadata), (caption, _) = outputs(figure(), "vi", tmp_path)
    assert data["image/png"].startswith(b"\x89PNG") and metadata["image/png"]["alt"] == "Một đường"
    assert caption["text/plain"] == "Hình một"
    svg = (tmp_path / "figures" / "line.svg").read_text("utf-8")
    assert "<dc:date>" not in svg and (tmp_path / "figures" / "line.png").read_bytes() == data["image/png"]


def test_figure_is_drawn_in_each_language_from_one_part():
    drawn = []
    part = Figure("line", partial(line, drawn=drawn), "Một đường", "Hình")
    for language in ("vi", "en"):
        outputs(part, language)
    assert [language for language, _ in drawn] == ["vi", "en"]


def test_simulated_is_said_in_caption_figure_and_file_name(tmp_path):
    drawn = []
    table = Table("a", SCORES, "Drawn", simulated=True)
    part = Figure("b", partial(line, drawn=drawn), "A line", "Drawn", simulated=True)
    bundles = [*outputs(table, "en", tmp_path), *outputs(part, "en", tmp_path)]
    assert (tmp_path / "tables" / "a.simulated.csv").is_file() and not (tmp_path / "tables" / "a.csv").exists()
    for data, _ in bundles:
        assert SIMULATED in data.get("text/html", SIMULATED) and SIMULATED in data["text/plain"]
    # matplotlib writes a comment with the text beside the outlines of its letters.
    assert SIMULATED in (tmp_path / "figures" / "b.svg").read_text("utf-8")
    assert drawn[0][1].texts == []


def test_what_a_part_needs_is_asked_for():
    for alt in ("", "  ", None):
        with pytest.raises(InputError, match="figure 'a': alt is"):
            Figure("a", line, alt, "Hình")
    with pytest.raises(InputError, match="table 'a': caption is"):
        Table("a", SCORES, "")
    with pytest.raises(InputError, match="it names a file"):
        Table("../a", SCORES, "A")
    for wrong, error in [("Một.", TypeError), ([], InputError), (["Một.", ""], InputError)]:
        with pytest.raises(error, match="findings"):
            Findings(wrong)


def test_findings_are_sentences(tmp_path):
    ((data, _),) = outputs(Findings(["1 < 2.", Message("words.yes")]), "vi", tmp_path)
    assert data["text/plain"] == "1. 1 < 2.\n2. có" and "<li>1 &lt; 2.</li>" in data["text/html"]
    assert json.loads((tmp_path / "findings.json").read_text("utf-8")) == ["1 < 2.", "có"]


def test_a_notebook_shows_its_parts_in_the_language_that_it_speaks(shown):
    speak("en")
    try:
        Parts(Table("a", SCORES, Message("columns.score")), Findings([Message("words.yes")]))._ipython_display_()
    finally:
        speak("vi")
    assert shown[0][0]["text/plain"].startswith("Score") and shown[1][0]["text/plain"] == "1. yes"
    with pytest.raises(UnknownName, match="unknown language 'vn'; known: vi, en"):
        speak("vn")


def test_while_a_report_is_built_parts_are_kept_as_they_are(shown, tmp_path, monkeypatch):
    monkeypatch.setenv(REPORT_DIR, str(tmp_path))
    display(Parts(Table("a", SCORES, Message("columns.score")), figure(), Findings([Message("words.yes")])))
    parts = [kept(metadata, tmp_path) for _, metadata in shown]
    assert [type(part).__name__ for part in parts] == ["Table", "Figure", "Findings"]
    assert [outputs(parts[2], language)[0][0]["text/plain"] for language in ("vi", "en")] == ["1. có", "1. yes"]
    assert kept({"dti_research": {"kind": "table"}}, tmp_path) is None
    assert not list(tmp_path.glob("tables"))  # a language writes its own files


def test_a_name_is_used_once_in_a_report(shown, tmp_path, monkeypatch):
    monkeypatch.setenv(REPORT_DIR, str(tmp_path))
    display(Table("line", SCORES, "A"))
    display(figure())  # a figure may be called as a table is
    with pytest.raises(InputError, match="table name 'line' is used twice"):
        display(Table("line", SCORES, "A"))
    display(Findings(["Một."]))
    with pytest.raises(InputError, match="findings: shown twice"):
        display(Findings(["Hai."]))


def test_parts_show_without_a_kernel(capsys, monkeypatch):
    monkeypatch.delenv(REPORT_DIR, raising=False)
    display(Findings(["One."]))
    assert "One." in capsys.readouterr().out
