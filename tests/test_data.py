"""The door to the data: what is committed is what is built, and a wrong cell is named with file, row, column and remedy."""

import shutil
import unicodedata

import pandas as pd
import pytest

from dti_research import data
from dti_research.errors import InputError, UnknownName


def test_processed_tables_are_those_that_raw_gives(tmp_path):
    built = data.build_processed(tmp_path)
    assert sorted(p.name for p in built) == sorted(p.name for p in data.PROCESSED.glob("*.csv"))
    for path in built:
        assert path.read_bytes() == (data.PROCESSED / path.name).read_bytes(), (
            f"{path.name}: run python3 dev.py refresh"
        )


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


def test_letters_that_are_not_nfc_raise(raw):
    path = raw / "units.csv"
    path.write_text(unicodedata.normalize("NFD", path.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
    with pytest.raises(InputError, match=r"units.csv row \d+, column name_vi.*NFC"):
        data._tables(raw)


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


def test_all_transcribed_points_add_to_the_printed_totals():
    """Our typing, not the publisher's: of all frameworks with printed points, each must add to its printed total."""
    checked = [f for f in data.load_frameworks().values() if f.weights == "printed"]
    assert {f.id for f in checked} >= {"hcmc-department-2023", "hcmc-district-2023", "national-province-2022"}
    for framework in checked:
        assert framework.total_points == framework.total_printed, framework.id


def test_values_of_the_2020_pillars_stand_alike_in_values_and_claims():
    claims = data.load_claims().query("table == 'province-2020' and check == 'pillar' and source == 'dti-2020-report'")
    values = data.load_values("province-2020")
    assert len(claims) == values.size == 27
    assert all(values.loc[c.unit, c.part] == float(c.printed) for c in claims.itertuples())


def test_unit_sets():
    assert len(data.load_units("province-63")) == 63
    assert len(data.load_units("province-34")) == 34
    merged = data.load_raw("mergers")
    assert set(merged.unit_before) == set(data.load_units("province-63").index)
    assert set(merged.unit_after) == set(data.load_units("province-34").index)


def test_crosswalk_gives_every_province_one_place_and_every_new_one_a_namesake():
    """Resolution 202/2025: of 34 provinces, 23 were made of 52, and eleven stayed as they were."""
    walk = data.load_crosswalk()
    assert list(walk.columns) == ["before", "after", "in_force", "namesake"]
    assert sorted(walk.before) == sorted(data.load_units("province-63").index)
    assert set(walk.after) == set(data.load_units("province-34").index)
    assert walk.groupby("after").namesake.sum().eq(1).all() and walk.namesake.dtype == bool
    assert set(walk.in_force) == {"2025-07-01"}
    size = walk.groupby("after").before.transform("size")
    assert (size == 1).sum() == 11 and walk.after[size > 1].nunique() == 23 and (size > 1).sum() == 52
    # A unit that stayed keeps its code; a namesake's code differs from that of what it became part of.
    assert (walk.before[size == 1] == walk.after[size == 1]).all()
    assert (walk.before[size > 1] != walk.after[size > 1]).all()
    parts = walk[walk.after == "lam-dong-2025"].set_index("before").namesake.to_dict()
    assert parts == {"dak-nong": False, "binh-thuan": False, "lam-dong": True}


def test_crosswalk_is_handed_out_anew():
    walk = data.load_crosswalk()
    walk["namesake"] = False
    assert data.load_crosswalk().namesake.any()


@pytest.mark.parametrize(
    ("name", "unit_set", "code"),
    [
        ("TP. Huế", "province-34", "thua-thien-hue"),
        ("Thừa Thiên - Huế", "province-63", "thua-thien-hue"),
        ("Thừa Thiên–Huế", "province-63", "thua-thien-hue"),
        ("Hòa Bình", "province-63", "hoa-binh"),
        ("Hoà Bình", "province-63", "hoa-binh"),
        ("Thanh Hoá", "province-34", "thanh-hoa"),
        ("Khánh Hoà", "province-34", "khanh-hoa-2025"),
        (unicodedata.normalize("NFD", "Đắk Lắk"), "province-34", "dak-lak-2025"),
        ("  tỉnh  BẮC NINH ", "province-34", "bac-ninh-2025"),
        ("da-nang-2025", "province-34", "da-nang-2025"),
        ("Q.8", "hcmc-district", "hcmc-quan-8"),
        ("Quận 8", "hcmc-district", "hcmc-quan-8"),
        ("UBND quận Phú Nhuận", "hcmc-district", "hcmc-phu-nhuan"),
        ("huyện Nhà Bè", "hcmc-district", "hcmc-nha-be"),
        ("Sở TT-TT", "hcmc-department", "hcmc-so-thong-tin-truyen-thong"),
    ],
)
def test_names_as_printed_find_their_unit(name, unit_set, code):
    assert data.find_units([name], unit_set) == {name: code}


def test_names_of_both_sets_in_one_table_are_refused():
    with pytest.raises(InputError, match="province-34.*province-63"):
        data.find_units(["Bình Dương", "da-nang-2025"], "province-34")


def test_one_unit_under_two_names_is_refused():
    with pytest.raises(InputError, match="thua-thien-hue"):
        data.find_units(["Huế", "TP. Huế"], "province-34")


HEAD = "unit,digital_government,digital_economy,digital_society\n"


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


@pytest.mark.parametrize("table", ["province-2020", "province-2022", "province-2024-34"])
def test_published_tables_keep_the_digits_of_the_print(table):
    values, composites, digits = data.load_printed(table)
    pd.testing.assert_frame_equal(values, data.load_values(table))
    pd.testing.assert_series_equal(composites[values.index], data.load_composites(table)[values.index])
    assert len(composites) == len(values) and digits.index.tolist() == [*values.columns, "composite"]
    assert (digits == 4).all()  # also where a column holds 0.9000 and 1.0000 only


def test_a_table_without_values_is_no_printed_table():
    with pytest.raises(InputError, match="province-2023 prints no values.*province-2022, province-2024-34"):
        data.load_printed("province-2023")
    with pytest.raises(UnknownName, match="did you mean 'province-2022'"):
        data.load_printed("provinc-2022")


def test_an_unknown_table_names_the_nearest():
    """Notebooks look their framework up by it, and a reader who mistypes it should not see a bare key."""
    with pytest.raises(UnknownName, match="did you mean 'hcmc-district-2023'"):
        data.framework_of("hcmc-distrct-2023")
    assert data.framework_of("hcmc-district-2023").id == "hcmc-district-2023"


def test_dots_between_thousands_are_refused_and_shares_are_not(tmp_path):
    path = tmp_path / "a.csv"
    for cells in (("1.035", "987"), ("1.025,5", "850,0")):
        path.write_text(f"unit;a\nx;{cells[0]}\ny;{cells[1]}\n", encoding="utf-8")
        with pytest.raises(InputError, match="row 2, column a: found '1.0.*beside numbers of hundreds"):
            data.read_values(path)
    path.write_text("unit;a\nx;1.000\ny;0.853\nz;1\n", encoding="utf-8")
    assert data.read_values(path).a.tolist() == [1, 0.853, 1]
