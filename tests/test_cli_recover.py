"""`dti recover`: the fields that are promised, known weights found again, what a reader is told, and how wrong use ends."""

import json
import re

import numpy as np
import pandas as pd
import pytest

from dti_research import data

POINTS = {"roads": 50, "wells": 30, "schools": 20}
UNITS = ["Huế", "Đà Nẵng", "Lâm Đồng", "Cần Thơ", "Hà Nội", "Hải Phòng", "Cà Mau", "Sơn La"]


@pytest.fixture
def printed(tmp_path):
    """Eight units whose composites follow from known points; returns the table as text and a writer of it."""
    values = pd.DataFrame(
        np.random.default_rng(7).uniform(0.2, 1, (8, 3)).round(4),
        columns=list(POINTS),
        index=pd.Index(UNITS, name="unit"),
    )
    composites = values @ (pd.Series(POINTS) / 100)
    table = values.assign(composite=composites).map("{:.4f}".format)

    def write(changed=table, **options):
        path = tmp_path / "printed.csv"
        changed.to_csv(path, encoding="utf-8", **options)
        return path

    return table, write


def test_known_weights_come_back(dti_json, printed):
    table, write = printed
    document = dti_json("recover", write(), "--scale", "100", "--multiple", "10")
    assert document["verdict"] == "unique"
    for code, points in POINTS.items():
        assert document["weights"][code]["low"] <= points / 100 <= document["weights"][code]["high"]
    assert document["points"] == [{"scale": 100, "multiple": 10, "points": POINTS}]
    assert (document["contradiction"], document["contradiction_smallest"], document["repair"]) == ([], None, {})
    assert document["units"] == UNITS and document["digits"] == dict.fromkeys([*POINTS, "composite"], 4)
    assert (document["total"], document["step"], document["rounding"]) == ({"low": 1, "high": 1}, 0.01, "nearest")
    assert (document["points_searched"], document["points_more"], document["points_blocked"]) == (100, False, {})


def test_semicolons_and_decimal_commas_are_the_same_table(dti_json, printed):
    table, write = printed
    plain = dti_json("recover", write())
    comma = dti_json("recover", write(table.map(lambda text: text.replace(".", ",")), sep=";"))
    assert comma == plain and [one["scale"] for one in plain["points"]] == [10, 50, 100]


def test_few_units_leave_a_range(dti, dti_json, printed):
    table, write = printed
    path = write(table.iloc[:1])
    document = dti_json("recover", path, "--scale", "1000", "--multiple", "1")
    assert document["verdict"] == "range" and document["points_more"] is True  # the list is cut
    assert (
        all({"scale", "multiple", "points"} == set(one) for one in document["points"]) and len(document["points"]) > 1
    )
    status, out, _ = dti("recover", path, "--scale", "1000", "--multiple", "1")
    assert (
        status == 0
        and re.search(r"The table leaves \d of 3 weights open by 1 %", out)
        and "at least 100 sets of points give" in out
    )


def test_a_planted_misprint_is_named(dti, dti_json, printed):
    """0.6 for 0.5 in the first decimal of one composite: the unit, the composite and the number that was there."""
    table, write = printed
    right = table.loc["Cần Thơ", "composite"]
    wrong = f"{float(right) + 0.1:.4f}"
    table.loc["Cần Thơ", "composite"] = wrong
    document = dti_json("recover", write(), "--scale", "100")
    assert document["verdict"] == "impossible" and document["points"] == []
    assert document["weights"] == dict.fromkeys(POINTS, {"low": None, "high": None})
    assert "Cần Thơ" in document["contradiction"] and isinstance(document["contradiction_smallest"], bool)
    repair = document["repair"]
    assert repair["units"] == ["Cần Thơ"] and repair["alternatives"][0] == ["Cần Thơ"]
    number = repair["misprints"][0]
    assert (number["unit"], number["column"], number["printed"]) == ("Cần Thơ", "composite", wrong)
    assert number["low"] <= float(right) <= number["high"] and right in number["one_digit"]
    assert {"nearest", "change"} <= set(number) and number["change"] == pytest.approx(-0.1, abs=2e-3)
    assert repair["verdict"] == "unique" and repair["points"] == [{"scale": 100, "multiple": 10, "points": POINTS}]
    assert repair["weights"]["roads"]["low"] <= 0.5 <= repair["weights"]["roads"]["high"]

    status, out, _ = dti("recover", write(), "--scale", "100")
    assert status == 0 and "No weights give all rows" in out and "Without Cần Thơ" in out
    assert f"Cần Thơ: the composite printed is {wrong}" in out and right in out
    assert "at least 0" in out and "weighted arithmetic mean" in out


def test_a_table_that_no_few_misprints_explain_says_so(dti, dti_json, printed):
    table, write = printed
    table["composite"] = ["0.1000", "0.9900"] * 4
    document = dti_json("recover", write())
    assert document["verdict"] == "impossible" and document["repair"]["units"] == []
    assert "4 units" in document["repair"]["note"] and "verdict" not in document["repair"]
    status, out, _ = dti("recover", write())
    assert status == 0 and "Misprints do not explain it" in out


@pytest.mark.parametrize(
    ("table", "options", "expected"),
    [
        ("province-2022", ["--scale", "1000"], {1000: [100, 100, 100, 100, 100, 200, 150, 150]}),
        (
            "province-2024-34",
            [],
            {94: [5, 5, 14, 10, 10, 20, 15, 15], 470: [25, 25, 70, 50, 50, 100, 75, 75]}
            | {940: [50, 50, 140, 100, 100, 200, 150, 150]},
        ),
    ],
)
def test_published_tables_give_their_points(dti_json, table, options, expected):
    document = dti_json("recover", "--table", table, *options)
    assert (document["table"], document["verdict"]) == (table, "unique")
    assert {one["scale"]: list(one["points"].values()) for one in document["points"]} == expected
    assert document["units"] == data.load_values(table).index.tolist()
    assert document["names"][document["units"][0]] == data.unit_names()[document["units"][0]]
    assert set(document["digits"].values()) == {4}  # 0.9000 has four decimals in the print


def test_a_scale_without_points_names_what_blocks_it(dti, dti_json):
    document = dti_json("recover", "--table", "province-2024-34", "--scale", "1000")
    assert document["points"] == [] and set(document["points_blocked"]) == {
        "digital_human_resources",
        "digital_economy",
    }
    between = document["points_blocked"]["digital_economy"]
    assert 159 < between["low"] < between["high"] < 160
    _, out, _ = dti("recover", "--table", "province-2024-34", "--scale", "1000")
    assert "Digital human resources would have to be between 106.05" in out and "159.99" in out


def test_a_free_total_is_recovered(dti, dti_json, printed):
    table, write = printed
    table["composite"] = table["composite"].map(lambda text: f"{100 * float(text):.2f}")
    assert dti_json("recover", write())["verdict"] == "impossible"
    document = dti_json("recover", write(), "--total", "free")
    assert document["verdict"] == "unique" and document["total"]["low"] <= 100 <= document["total"]["high"]
    assert dti_json("recover", write(), "--total", "100")["weights"]["roads"]["low"] == pytest.approx(50, abs=0.2)
    assert "The weights add to" in dti("recover", write(), "--total", "free")[1]


def test_what_has_no_bound_is_null_in_json(dti, dti_json, tmp_path):
    """Wells are 0.00 everywhere: with a free total nothing bounds their weight, nor the total."""
    path = tmp_path / "zeros.csv"
    path.write_text("unit,composite,roads,wells\nHuế,0.50,0.50,0.00\nCà Mau,0.20,0.20,0.00\n", encoding="utf-8")
    document = dti_json("recover", path, "--total", "free")
    assert document["weights"]["wells"]["high"] is None and document["total"]["high"] is None
    assert {"roads": 1, "wells": 0} in [one["points"] for one in document["points"]]
    status, out, _ = dti("recover", path, "--total", "free", "--scale", "10")
    assert status == 0 and "no bound" in out


def test_dropped_zeros_are_pointed_out(dti, dti_json, printed):
    table, write = printed
    table["wells"] = [f"{float(text):.1f}" for text in table.wells]
    table["composite"] = [f"{float(text):.2f}" for text in table.composite]
    path = write()
    _, out, _ = dti("recover", path)
    assert "wells shows 1 decimal and others up to 4: read as known to ±0.05" in out
    assert "say --digits 4 --composite-digits 2" in out
    assert dti_json("recover", path)["digits"] == {"roads": 4, "wells": 1, "schools": 4, "composite": 2}
    given = ["--digits", "4", "--composite-digits", "3"]
    assert dti_json("recover", path, *given)["digits"] == {"roads": 4, "wells": 4, "schools": 4, "composite": 3}
    assert "if zeros at the end" not in dti("recover", path, *given)[1]


def test_rounding_reaches_the_study(dti_json, tmp_path):
    """Two thirds, cut after four digits: 0.6666, where rounding to the nearest gives 0.6667."""
    path = tmp_path / "cut.csv"
    path.write_text(
        "unit,composite,roads,wells\nHuế,0.3333,1.00000000,0.00000000\nCà Mau,0.6666,0.00000000,1.00000000\n",
        encoding="utf-8",
    )
    assert dti_json("recover", path, "--scale", "3")["points"] == []
    cut = dti_json("recover", path, "--scale", "3", "--rounding", "down")
    assert cut["rounding"] == "down" and cut["points"][0]["points"] == {"roads": 1, "wells": 2}


@pytest.fixture
def pillars(tmp_path):
    path = tmp_path / "pillars.csv"
    path.write_text(
        "unit,composite,government,economy,society\n"
        "Trà Vinh,0.6077,0.6683,0.6647,0.5991\nHuế,0.7500,,0.7000,\nSai,0.2000,0.9000,0.9000,0.9000\n",
        encoding="utf-8",
    )
    return path


def test_points_earned_behind_a_row(dti, dti_json, pillars):
    document = dti_json("recover", pillars, "--earned-in", "national-province-2022")
    assert document["framework"] == "national-province-2022" and list(document["units"]) == ["Trà Vinh", "Huế", "Sai"]
    unit = document["units"]["Trà Vinh"]
    assert unit["consistent"] and unit["excess"] == 0
    foundation = unit["parts"]["foundation"]
    exact = (0.6683 * 700 + 0.6647 * 650 + 0.5991 * 650 - 607.7) / 2
    # Each figure is off by half of its last digit at most.
    most = 0.00005 * (700 + 650 + 650 + 1000) / 2
    most += 1e-5  # what the solver gives away
    assert exact - most <= foundation["low"] <= exact <= foundation["high"] <= exact + most
    assert foundation["maximum"] == 500 and len(foundation["indicators"]) == 5
    assert set(foundation) == {"indicators", "maximum", "low", "high"}
    # What is not printed stays open.
    partly = document["units"]["Huế"]["parts"]
    assert (partly["digital_economy"]["low"], partly["digital_economy"]["high"]) == pytest.approx((0, 150))
    sai = document["units"]["Sai"]
    assert not sai["consistent"] and sai["excess"] > 1 and sai["parts"]["foundation"]["low"] is None
    status, out, _ = dti("recover", pillars, "--earned-in", "national-province-2022")
    assert status == 0 and "340.7" in out and "Sai: no points give all its figures" in out


def test_digits_of_each_figure_count(dti, dti_json, tmp_path):
    path = tmp_path / "one.csv"
    path.write_text("unit;government;economy\nTrà Vinh;0,6683;0,66\n", encoding="utf-8")
    one = ["--earned-in", "national-province-2022"]
    assert dti_json("recover", path, *one)["digits"] == {"government": 4, "economy": 2}
    assert dti_json("recover", path, *one, "--digits", "4")["digits"] == {"government": 4, "economy": 4}
    _, out, _ = dti("recover", path, *one)
    assert "economy shows 2 decimals and others up to 4" in out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], ["FILE and --table are missing", "give one"]),
        (["FILE", "--table", "province-2022"], ["FILE and --table both", "give one"]),
        (["--table", "provinc-2022"], ["did you mean 'province-2022'"]),
        (["nothing.csv"], ["no such file"]),
        (["FILE", "--rounding", "up"], ["'up'", "nearest, down, either"]),
        (["FILE", "--total", "all"], ["--total 'all'", "free"]),
        (["FILE", "--total", "-1"], ["--total '-1'", "above 0"]),
        (["FILE", "--scale", "100", "--largest", "50"], ["--largest 50", "--scale 100"]),
        (["--earned-in", "national-province-2022"], ["--earned-in needs FILE"]),
        (["FILE", "--earned-in", "national-provnce-2022"], ["did you mean 'national-province-2022'"]),
        *(
            (["FILE", "--earned-in", "national-province-2022", f"--{name}", given], [f"--{name} {given}"])
            for name, given in {
                "table": "province-2022",
                "scale": "1000",
                "multiple": "10",
                "total": "free",
                "step": "0.01",
                "largest": "10",
            }.items()
        ),
    ],
)
def test_wrong_use_of_recover_has_status_2(dti, printed, arguments, words):
    _, write = printed
    status, out, err = dti("recover", *[write() if a == "FILE" else a for a in arguments])
    assert (status, out) == (2, "")
    for word in words:
        assert word in err


@pytest.mark.parametrize(
    ("change", "options", "words"),
    [
        ({"composite": "composite_printed"}, [], ["no column 'composite'", "composite_printed", "name the column"]),
        ({"roads": "name_vi"}, ["--digits", "3"], ["printed.csv", "4 decimals", "at most 3"]),
        ({}, ["--scale", "1000", "--multiple", "7"], ["scale 1000", "no multiple of 7"]),
        ({}, ["--scale", "0"], ["--scale 0", "at least 1"]),
        ({}, ["--composite-digits", "-1"], ["--composite-digits -1", "at least 0"]),
        ({}, ["--step", "1"], ["--step 1.0", "above 0 and below 1"]),
        ({}, ["--earned-in", "national-province-2022"], ["'roads'", "government, economy, society"]),
        ({}, ["--earned-in", "hanoi-city-2024"], ["hanoi-city-2024 has no published points"]),
    ],
)
def test_a_table_that_cannot_be_used_has_status_1(dti, printed, change, options, words):
    table, write = printed
    status, out, err = dti("recover", write(table.rename(columns=change)), *options, "--json")
    assert (status, out) == (1, "")
    for word in words:
        assert word in err


def test_cells_that_cannot_be_used_have_status_1(dti, printed, pillars):
    table, write = printed
    for cell, words in {"": ["Huế", "roads", "no value"], "n/a": ["row 2", "roads", "n/a"]}.items():
        table.loc["Huế", "roads"] = cell
        status, out, err = dti("recover", write(), "--json")
        assert (status, out) == (1, "") and all(word in err for word in [*words, "printed.csv"])
    status, _, err = dti("recover", write(table[["composite"]]))
    assert status == 1 and "no indicators" in err
    status, _, err = dti("recover", "--table", "province-2023")
    assert status == 1 and "province-2023 prints no values" in err and "province-2024-34" in err
    text = pillars.read_text(encoding="utf-8")
    pillars.write_text(text.replace("Huế,0.7500,,0.7000,", "Huế,75.00,,0.7000,"), encoding="utf-8")
    status, _, err = dti("recover", pillars, "--earned-in", "national-province-2022")
    assert status == 1 and "pillars.csv, Huế: composite 75.0" in err


def test_json_is_one_document_without_nan(dti, printed):
    table, write = printed
    table.loc["Cần Thơ", "composite"] = "0.9999"
    status, out, err = dti("recover", write(), "--json")
    assert (status, err) == (0, "") and "NaN" not in out
    json.loads(out, parse_constant=lambda name: pytest.fail(name))
