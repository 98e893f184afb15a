"""What a notebook shows: tables, figures and findings, for its reader and for the folder of a report."""

import json

import pandas as pd
import pytest
from matplotlib.figure import Figure

from dti_research.errors import InputError, UnknownName
from dti_research.report import notebook
from dti_research.report.notebook import REPORT_DIR, SIMULATED, Report


@pytest.fixture
def shown(monkeypatch):
    outputs = []
    monkeypatch.setattr(notebook, "_display", lambda data, metadata: outputs.append((data, metadata)))
    return outputs


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv(REPORT_DIR, str(tmp_path))
    return tmp_path


def figure():
    fig = Figure(figsize=(2, 1))
    fig.subplots().plot([1, 2])
    return fig


def test_table_is_written_for_the_reader_and_for_machines(shown, folder):
    frame = pd.DataFrame(
        {"score": [0.7104, None], "points": [40.0, 25.0], "year": [2024, 2022], "agrees": [True, False]},
        index=pd.Index(["Đắk <Lắk>", "Huế"], name="unit"),
    )
    Report("vi").table(frame, "scores", "Điểm & hạng")
    data, metadata = shown[0]
    html = data["text/html"]
    assert "<caption" in html and "Điểm &amp; hạng" in html and 'scope="row"' in html and "Đắk &lt;Lắk&gt;" in html
    for cell in (">0,7104<", ">–<", ">40<", ">2024<", ">có<", ">không<"):
        assert cell in html, cell
    assert data["text/plain"].splitlines()[0] == "Điểm & hạng" and "Thứ hạng" not in html and "Đơn vị" in html
    assert metadata["dti_research"]["file"] == "tables/scores.csv"
    written = (folder / "tables" / "scores.csv").read_bytes().decode("utf-8")
    assert written == "unit,score,points,year,agrees\nĐắk <Lắk>,0.7104,40,2024,True\nHuế,,25,2022,False\n"


def test_table_headings_and_digits_can_be_given(shown):
    frame = pd.DataFrame({"x": [1234.5], "rank": [1]})
    Report("en").table(frame, "a", "A", digits={"x": 2}, headings={"x": "An <x>"})
    assert "1,234.50" in shown[0][0]["text/html"] and "An &lt;x&gt;" in shown[0][0]["text/html"]
    with pytest.raises(UnknownName, match="table 'b': unknown column 'y'; known: x, rank"):
        Report("en").table(frame, "b", "B", digits={"y": 2})


def test_output_does_not_change_from_run_to_run(shown):
    for _ in range(2):
        report = Report("vi")
        report.table(pd.DataFrame({"score": [0.5]}), "a", "A")
        report.figure(figure(), "b", "Một đường", "B")
        report.findings(["Một."])
    assert shown[: len(shown) // 2] == shown[len(shown) // 2 :]


def test_figure_carries_its_alternative_text_where_nbconvert_looks(shown, folder):
    Report("vi").figure(figure(), "line", "Một đường", "Hình một")
    data, metadata = shown[0]
    assert data["image/png"].startswith(b"\x89PNG") and metadata["image/png"]["alt"] == "Một đường"
    assert shown[1][0]["text/plain"] == "Hình một"
    svg = (folder / "figures" / "line.svg").read_text("utf-8")
    assert "<dc:date>" not in svg and (folder / "figures" / "line.png").read_bytes() == data["image/png"]


def test_simulated_is_said_in_caption_figure_and_file_name(shown, folder):
    report = Report("en")
    fig = figure()
    report.table(pd.DataFrame({"score": [0.5]}), "a", "Drawn", simulated=True)
    report.figure(fig, "b", "A line", "Drawn", simulated=True)
    assert (folder / "tables" / "a.simulated.csv").is_file() and not (folder / "tables" / "a.csv").exists()
    for data, _ in shown:
        assert SIMULATED in data.get("text/html", SIMULATED) and SIMULATED in data["text/plain"]
    # matplotlib writes a comment with the text beside the outlines of its letters.
    assert SIMULATED in (folder / "figures" / "b.svg").read_text("utf-8")
    assert fig.texts == []


def test_figure_without_alternative_text_is_refused(shown):
    for alt in ("", "  ", None):
        with pytest.raises(InputError, match="figure 'a': alt is"):
            Report("vi").figure(figure(), "a", alt, "Hình")


def test_name_is_used_once_and_names_a_file(shown, folder):
    report = Report("vi")
    frame = pd.DataFrame({"score": [0.5]})
    report.table(frame, "a", "A")
    with pytest.raises(InputError, match="table name 'a' is used twice"):
        report.table(frame, "a", "A")
    with pytest.raises(InputError, match="it names a file"):
        report.table(frame, "../a", "A")
    report.figure(figure(), "a", "Một đường", "Hình")  # a figure may be called as its table is


def test_author_may_run_a_cell_again_but_not_name_two_tables_alike(shown, monkeypatch):
    monkeypatch.delenv(REPORT_DIR, raising=False)
    count = iter([1, 2, 2])
    monkeypatch.setattr(notebook, "_execution_count", lambda: next(count))
    report = Report("vi")
    frame = pd.DataFrame({"score": [0.5]})
    report.table(frame, "a", "A")
    report.table(frame, "a", "A")
    with pytest.raises(InputError, match="used twice"):
        report.table(frame, "a", "A")


def test_findings_are_sentences(shown, folder):
    report = Report("vi")
    for wrong, error in [("Một.", TypeError), ([], InputError), (["Một.", ""], InputError)]:
        with pytest.raises(error, match="findings"):
            Report("vi").findings(wrong)
    report.findings(["1 < 2.", "Hai."])
    assert shown[0][0]["text/plain"] == "1. 1 < 2.\n2. Hai." and "<li>1 &lt; 2.</li>" in shown[0][0]["text/html"]
    assert json.loads((folder / "findings.json").read_text("utf-8")) == ["1 < 2.", "Hai."]
    with pytest.raises(InputError, match="called twice"):
        report.findings(["Ba."])


def test_report_shows_without_a_kernel(capsys):
    Report("en").findings(["One."])
    assert "One." in capsys.readouterr().out


def test_unknown_language_is_refused():
    with pytest.raises(UnknownName, match="unknown language 'vn'; known: vi, en"):
        Report("vn")
