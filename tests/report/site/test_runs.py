"""runs.yml and parameters cells: what is read, and what is refused before anything runs."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from dti_research.errors import InputError, UnknownName
from dti_research.report.site.runs import inspect_parameters, load_runs


def test_value_from_text_follows_the_annotation(project):
    known = inspect_parameters(project / "notebooks" / "02_toy.ipynb")
    assert known["code"].convert("007", "x") == "007"
    assert known["code"].convert("true", "x") == "true"
    assert known["draws"].convert("12", "x") == 12
    assert known["spread"].convert("1e-3", "x") == 0.001
    assert known["spread"].convert("1", "x") == 1.0 and isinstance(known["spread"].convert("1", "x"), float)
    assert known["ties"].convert("false", "x") is False
    assert known["years"].convert("[2020]", "x") == [2020]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("draws", "2.5", "one: draws is 2.5; expected a whole number"),
        ("draws", "007", "draws is '007'; expected a whole number without leading zeros"),
        ("draws", "9" * 5000, "expected a whole number"),
        ("spread", "wide", "spread is 'wide'; expected a number"),
        ("spread", ".nan", "spread is '.nan'; expected a number"),
        ("spread", "1e999", "spread is inf; expected a number"),
        ("spread", "9" * 400, "expected a number"),
        ("ties", "yes", "ties is 'yes'; expected true or false"),
        ("years", "[2022, x]", "expected a list such as .a, b., each of it a whole number"),
    ],
)
def test_text_of_another_type_is_wrong_use(project, name, text, message):
    known = inspect_parameters(project / "notebooks" / "02_toy.ipynb")
    with pytest.raises(UnknownName, match=message):
        known[name].convert(text, "one")


def test_meaning_comes_in_two_languages(project):
    known = inspect_parameters(project / "notebooks" / "02_toy.ipynb")
    assert (known["code"].meaning_en, known["code"].meaning_vi) == ("code of one unit", "mã đơn vị")
    assert known["spread"].meaning_vi == known["spread"].meaning_en


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("notebook: 02_toy", "notebok: 02_toy", r"report 1 \(one\): unknown key 'notebok' \(did you mean 'notebook'"),
        ("name: two", "name: one", r"report 2 \(one\): the name 'one' is used twice"),
        ("name: two", "name: Two/..", "names a folder"),
        (', en: "Report two"', "", r"report 2 \(two\), title: en is missing"),
        ('en: "Report two"', 'fr: "Rapport"', "unknown key 'fr'"),
        ('en: "Report two"', "en: 2", "en is 2; expected text"),
        ("languages: [vi, en]", "languages: [vi, vn]", "languages: unknown language 'vn'; known: vi, en"),
        ("languages: [vi, en]", "languages: []", "expected each language once"),
        ('code: "007"', "code: 007", 'line 6: 007 is neither number nor text; write "007" if it is a code'),
        ('code: "007"', "code: 117", "code is 117; expected text"),
        ("draws: 5", 'draws: "5"', "draws is '5'; expected a whole number"),
        ("draws: 5", "draws: yes", "draws is 'yes'; expected a whole number"),
        ("draws: 5", "draws: true", "draws is True; expected a whole number"),
        ("draws: 5", "draws: 12:30", "draws is '12:30'; expected a whole number"),
        ("draws: 5", "draw: 5", r"unknown parameter 'draw' \(did you mean 'draws'"),
        ("draws: 5", "draws: 5, draws: 6", "key 'draws' is written twice"),
        ("draws: 5", "language: vi", "unknown parameter 'language'; known: .*--language"),
        ("reports:", "reports: [", "runs.yml: .*line"),
    ],
)
def test_runs_file_error_names_row_and_remedy(project, old, new, message):
    path = project / "reports" / "runs.yml"
    runs = path.read_text(encoding="utf-8")
    assert old in runs
    path.write_text(runs.replace(old, new), encoding="utf-8")
    with pytest.raises(InputError, match=message) as caught:
        load_runs(path)
    assert isinstance(caught.value, UnknownName) == ("unknown" in message)


def test_missing_or_unreadable_runs_file_is_named(project):
    path = project / "reports" / "runs.yml"
    path.write_bytes("# bộ chỉ số".encode("utf-16"))
    with pytest.raises(InputError, match="runs.yml is not written in UTF-8"):
        load_runs(path)
    path.unlink()
    with pytest.raises(InputError, match="runs.yml: no such file; it lists the reports"):
        load_runs(path)


def test_missing_notebook_names_the_nearest(project):
    path = project / "reports" / "runs.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("02_toy", "02_tyo"), encoding="utf-8")
    with pytest.raises(UnknownName, match=r"report 1 \(one\): unknown notebook '02_tyo' \(did you mean '02_toy'"):
        load_runs(path)


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("n: int = 1\nplace: str = 'a'  # x", "line 1: n has no comment"),
        ("n = 1  # x\nplace: str = 'a'  # x", "line 1: expected only lines such as"),
        ("n: int = 1 + 1  # x\nplace: str = 'a'  # x", "the default of n is computed"),
        ("n: int = 'a'  # x\nplace: str = 'a'  # x", "n is 'a'; expected a whole number"),
        ("n: dict = {}  # x\nplace: str = 'a'  # x", "unknown type 'dict'"),
        ("n: int = 1  # 1 = best\nplace: str = 'a'  # x", "papermill cannot read n; .*'=' sign"),
        ("n: int = (1  # x", "parameters cell"),
        (
            "".join(f"n{i}: int = 1  # x\n" for i in range(6)) + "place: str = 'a'  # x",
            "7 parameters; expected at most 6",
        ),
    ],
)
def test_parameters_cell_that_papermill_or_a_reader_would_misread_is_refused(tmp_path, cell, message):
    content = new_notebook(cells=[new_code_cell(cell, metadata={"tags": ["parameters"]})])
    nbformat.write(content, tmp_path / "a.ipynb")
    with pytest.raises(InputError, match=rf"a\.ipynb.*{message}"):
        inspect_parameters(tmp_path / "a.ipynb")


def test_notebook_without_parameters_cell_is_refused(tmp_path):
    nbformat.write(new_notebook(), tmp_path / "a.ipynb")
    with pytest.raises(InputError, match="0 cells are tagged 'parameters'"):
        inspect_parameters(tmp_path / "a.ipynb")
