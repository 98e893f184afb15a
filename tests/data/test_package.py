"""Raw tables: a wrong cell is named with file, row, column and remedy, and every row has its source and place."""

import shutil
import unicodedata

import pytest

from dti_research import data
from dti_research.data import package
from dti_research.errors import InputError, UnknownName


@pytest.fixture
def raw(tmp_path):
    shutil.copytree(data.RAW, tmp_path / "raw")
    return tmp_path / "raw"


def spoil(raw, table, old, new):
    path = raw / f"{table}.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8", newline="\n")


@pytest.mark.parametrize(
    ("table", "old", "new", "words"),
    [
        ("indicators", ",foundation,60,", ",foundation,6O,", ["indicators.csv row", "points", "6O", "number"]),
        ("values", "da-nang,digital_awareness,1.0000", "da-nag,digital_awareness,1.0000", ["values.csv", "da-nag"]),
        ("claims", ",hcmc-press-2024,", ",hcmc-pres-2024,", ["claims.csv", "hcmc-pres-2024"]),
        ("frameworks", ",points,printed,", ",points,guessed,", ["frameworks.csv", "weights", "guessed"]),
        ("units", "\nha-noi,", "\nda-nang,", ["units.csv", "da-nang"]),
        ("levels", ",closed,silent,", ",closed,quiet,", ["levels.csv", "upper_edge", "quiet"]),
        ("sources", ",2024-03-07,", ",7.3.2024,", ["sources.csv", "published_on", "7.3.2024"]),
    ],
)
def test_a_slip_of_ours_raises_and_names_the_cell(raw, table, old, new, words):
    spoil(raw, table, old, new)
    with pytest.raises(InputError) as caught:
        data.check_package(raw)
    for word in words:
        assert word in str(caught.value)


@pytest.mark.parametrize(
    ("table", "old", "new", "words"),
    [
        (
            "indicators",
            "table=1; row=1",
            "tabel=1; row=1",
            ["indicators.csv row 2", "column locator", "'tabel'", "'table'"],
        ),
        ("indicators", "table=1; row=1", "table=1; row=one", ["found 'table=1; row=one'", "expected row=..."]),
        ("claims", "levels-of=districts; level=2", "levels-of=district", ["word behind levels-of=", "'districts'"]),
        ("tables", "ranking; first-nine-rows", "ranking=2", ["tables.csv row 2", "expected ranking alone"]),
        ("frameworks", "title-and-date", "; title-and-date", ["column decision_locator", "unknown place ''"]),
        ("frameworks", "text; set=national", "of=laocai-2025", ["expected a place before it"]),
    ],
)
def test_a_place_that_nobody_could_find_raises(raw, table, old, new, words):
    spoil(raw, table, old, new)
    with pytest.raises(InputError) as caught:
        data.load_raw(table, raw)
    for word in words:
        assert word in str(caught.value)


def test_letters_that_are_not_nfc_raise(raw):
    path = raw / "units.csv"
    path.write_text(unicodedata.normalize("NFD", path.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
    with pytest.raises(InputError, match=r"units.csv row \d+, column name_vi.*NFC"):
        data.load_raw("units", raw)


def test_every_figure_has_a_source_and_a_place():
    for name in (
        "frameworks",
        "indicators",
        "pillars",
        "levels",
        "units",
        "aliases",
        "mergers",
        "tables",
        "values",
        "claims",
    ):
        table = data.load_raw(name)
        assert (table.source != "").all() and (table.locator != "").all(), name


def test_a_folder_without_schema_says_where_it_was_looked_for(tmp_path):
    with pytest.raises(InputError, match="raw.datapackage.json: no such file; .*install the package again"):
        data.load_raw("units", tmp_path / "raw")


def test_files_are_named_from_the_project_or_in_full(raw, monkeypatch):
    assert data.file_of("units") == "data/raw/units.csv"
    assert data.file_of("units", raw) == str(raw / "units.csv")
    monkeypatch.setattr(package, "IN_PROJECT", False)  # as in an installed wheel
    assert data.file_of("units") == str(data.RAW / "units.csv")


def test_the_project_is_asked_for_only_where_it_is(monkeypatch):
    assert (data.project_folder() / "reports" / "runs.yml").is_file()
    monkeypatch.setattr(package, "IN_PROJECT", False)
    with pytest.raises(UnknownName, match="reports/runs.yml.*installed package.*python3 dev.py run"):
        data.project_folder()
