"""A user's own files: what is messy is named by file, row and column, and what a Vietnamese Excel writes is read."""

import pandas as pd
import pytest

from dti_research import data
from dti_research.errors import InputError, UnknownName


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ["row 1"]),
        ("unit,a\n", ["no rows"]),
        ("province,a\nX,1\n", ["row 1", "'unit'", "province"]),
        ("Unit,a\nX,1\n", ["rename 'Unit'"]),
        ("unit,a,a\nX,1,2\n", ["'a' stands twice"]),
        ("unit,a\nX,1\nX,2\n", ["rows 2 and 3", "'X' stands twice"]),
        ("unit,a\n\nX,1\n,2\n", ["row 4", "column unit", "empty"]),
        ("unit,a\nX,abc\n", ["row 2 (X)", "column a", "'abc'", "expected a number"]),
        ('unit,a\nX,"0,5"\n', ["row 2 (X)", "'0,5'", "0.8253"]),
        ("unit,a\nX,inf\n", ["'inf'", "expected a number"]),
        ("unit,a\nX,1,2\n", ["fields", "as many cells"]),
    ],
)
def test_a_messy_table_is_named_by_row_and_column(tmp_path, text, words):
    path = tmp_path / "bảng.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        data.read_values(path)
    for word in [*words, "bảng.csv"]:
        assert word in str(caught.value)


def test_a_missing_file_is_wrong_use(tmp_path):
    with pytest.raises(UnknownName, match="no such file"):
        data.read_values(tmp_path / "nothing.csv")


def test_a_file_that_is_not_utf8_says_so(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes("unit,a\nHuế,1\n".encode("utf-16"))
    with pytest.raises(InputError, match="not UTF-8"):
        data.read_values(path)


def test_vietnamese_excel_writes_semicolons_decimal_commas_and_a_mark(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes("\ufeffunit;a;b\r\nHuế;0,5;\r\n\r\n".encode())
    expected = pd.DataFrame({"a": [0.5], "b": [float("nan")]}, index=pd.Index(["Huế"], name="unit"))
    pd.testing.assert_frame_equal(data.read_values(path), expected)


def test_codes_keep_their_zeros(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("unit,a\n007,1\n010,2\n", encoding="utf-8")
    assert data.read_values(path).index.tolist() == ["007", "010"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "unit,a,composite_printed\nX,1,2\n",
            ["row 1", "'composite'", "did you mean 'composite_printed'", "name the column"],
        ),
        ("unit,a,Composite\nX,1,2\n", ["'composite'", "rename 'Composite'"]),
        ("unit,name_vi,a,composite\nX,Huế,1,2\n", ["row 2 (X)", "column name_vi", "'Huế'", "must be removed"]),
        ("Unit,a,composite\nX,1,2\n", ["rename 'Unit'"]),
        ("unit,a,composite\nX,1,2\nX,1,2\n", ["rows 2 and 3", "'X' stands twice"]),
        ("unit,a,composite\nX,1,n/a\n", ["row 2 (X)", "column composite", "'n/a'"]),
    ],
)
def test_a_printed_table_that_cannot_be_read_says_why(tmp_path, text, words):
    path = tmp_path / "bảng.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        data.read_printed(path)
    for word in [*words, "bảng.csv"]:
        assert word in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "unit,a,b,composite\nHuế,0.9000,12,1E-3\nCà Mau,0.5,-7,\n",
        "unit;a;b;composite\nHuế;0,9000;12;1E-3\nCà Mau;0,5;-7;\n",
    ],
)
def test_digits_of_a_printed_table_are_those_of_its_text(tmp_path, text):
    path = tmp_path / "a.csv"
    path.write_text(text, encoding="utf-8")
    table, digits = data.read_printed(path)
    assert digits.to_dict() == {"a": 4, "b": 0, "composite": 3}
    assert table.index.tolist() == ["Huế", "Cà Mau"] and table.loc["Huế"].tolist() == [0.9, 12, 0.001]
    assert pd.isna(table.loc["Cà Mau", "composite"])


def test_a_printed_table_without_composite_where_none_is_needed(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("unit,economy\nHuế,0.70\n", encoding="utf-8")
    table, digits = data.read_printed(path, needs=())
    assert table.to_dict("index") == {"Huế": {"economy": 0.7}} and digits.to_dict() == {"economy": 2}


def test_dots_between_thousands_are_refused_and_shares_are_not(tmp_path):
    path = tmp_path / "a.csv"
    for cells in (("1.035", "987"), ("1.025,5", "850,0")):
        path.write_text(f"unit;a\nx;{cells[0]}\ny;{cells[1]}\n", encoding="utf-8")
        with pytest.raises(InputError, match="row 2, column a: found '1.0.*beside numbers of hundreds"):
            data.read_values(path)
    path.write_text("unit;a\nx;1.000\ny;0.853\nz;1\n", encoding="utf-8")
    assert data.read_values(path).a.tolist() == [1, 0.853, 1]
