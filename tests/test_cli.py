"""The command line as its user meets it: one JSON document, exit statuses, messages that can be acted on."""

import subprocess
import sys

import pandas as pd
import pytest

from dti_research import data


@pytest.fixture
def provinces(tmp_path):
    """The 34 printed rows as a user's file, under the printed names."""
    values = data.load_values("province-2024-34")
    path = tmp_path / "provinces.csv"
    values.rename(index=data.unit_names()).to_csv(path, encoding="utf-8")
    return path


def test_list_tells_the_size_of_every_framework(dti_json):
    rows = {row["id"]: row for row in dti_json("list")}
    sizes = {
        "hcmc-department-2023": (6, 32, 330, "printed", 0),
        "hcmc-district-2023": (9, 51, 660, "printed", 0),
        "hanoi-city-2024": (9, 46, None, "not published", 0),
        "hanoi-district-2024": (9, 60, None, "not published", 0),
        "national-province-2020": (21, 108, 1000, "printed", 9),
        "national-province-2022": (9, 98, 1000, "printed", 10),
        "national-province-2024": (8, 47, 940, "recovered", 34),
        "national-ministry-2022": (6, 70, 1000, "printed", 0),
        "national-country-2022": (None, 24, None, "not published", 0),
    }
    names = ("main_indicators", "components", "total_points", "weights", "units_with_values")
    assert {key: tuple(rows[key][name] for name in names) for key in sizes} == sizes
    assert {"hanoi-city-2025", "hanoi-commune-2025", "hcmc-department-2025", "hcmc-commune-2025"} <= set(rows)


def test_show_gives_points_and_shares(dti_json):
    tree = dti_json("show", "hcmc-department-2023")
    assert sum(i["points"] for i in tree["indicators"]) == 330
    assert sum(i["share"] for i in tree["indicators"]) == pytest.approx(1)
    bands = tree["level_rules"][0]["bands"]
    assert [(b["lower"], b["upper"]) for b in bands] == [(None, 198), (199, 264), (264, None)]


def test_audit_json_has_the_promised_fields(dti_json):
    findings = dti_json("audit", "hcmc-district-2023")
    assert set(findings[0]) == {"framework", "kind", "where", "printed", "expected", "source", "locator"}
    assert {f["framework"] for f in findings} == {"hcmc-district-2023"}
    assert any("[414, 424)" in f["where"] for f in findings)


def test_reproduce_counts_what_it_lists(dti_json):
    document = dti_json("reproduce")
    fields = {"id", "framework", "what", "printed", "computed", "verdict", "finding", "source", "locator"}
    assert all(fields <= set(claim) for claim in document["claims"])
    listed = [claim["verdict"] for claim in document["claims"]]
    assert document["counts"] == {verdict: listed.count(verdict) for verdict in document["counts"]}
    assert len({claim["id"] for claim in document["claims"]}) == len(listed) == sum(document["counts"].values())


def test_score_rebuilds_the_printed_ranking(dti_json, provinces):
    document = dti_json("score", provinces, "--framework", "national-province-2024")
    assert {document[k] for k in ("framework", "method", "measure")} == {"national-province-2024", "published", "share"}
    printed = data.load_composites("province-2024-34")
    assert [u["unit"] for u in document["units"]] == printed.index.tolist()
    assert [u["rank"] for u in document["units"]] == list(range(1, 35))
    assert all(abs(u["composite"] - printed[u["unit"]]) <= 1e-4 for u in document["units"])
    assert document["units"][0]["composite"] != round(document["units"][0]["composite"], 4)  # unrounded
    assert document["levels"] is None and document["weights"] == "recovered"


def test_score_levels_by_share(dti_json, provinces):
    document = dti_json("score", provinces, "--framework", "national-province-2024", "--levels", "share-60-80")
    levels = {u["unit"]: u["level"] for u in document["units"]}
    assert (
        levels["ha-noi"] == "Nâng cao"
        and levels["thua-thien-hue"] == "Hình thành"
        and levels["cao-bang"] == "Khởi động"
    )


def department(tmp_path, total):
    """A department with this total: every indicator full but the last, which takes the rest."""
    full = {"digital_awareness": 40, "digital_institutions": 25, "digital_infrastructure": 70}
    full |= {"digital_human_resources": 30, "cybersecurity": 33.5, "digital_activity": total - 198.5}
    path = tmp_path / "department.csv"
    path.write_text("unit," + ",".join(full) + "\nSở A," + ",".join(map(str, full.values())) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("reading", "level"),
    [
        ("as-printed", None),
        ("lower-boundary", "Khởi động"),
        ("upper-boundary", "Hình thành"),
        ("share-60-80", "Hình thành"),
    ],
)
def test_score_of_198_5_depends_on_the_reading(dti_json, tmp_path, reading, level):
    path = department(tmp_path, 198.5)
    document = dti_json("score", path, "--framework", "hcmc-department-2023", "--levels", reading)
    (unit,) = document["units"]
    assert document["measure"] == "points"
    assert (unit["unit"], unit["rank"], unit["level"], unit["maximum"]) == ("Sở A", 1, level, 330)
    assert unit["composite"] == pytest.approx(198.5)


def test_score_uses_the_printed_bands_by_default(dti_json, tmp_path):
    document = dti_json("score", department(tmp_path, 199), "--framework", "hcmc-department-2023")
    assert document["levels"] == "as-printed" and document["units"][0]["level"] == "Hình thành"


HANOI = (
    "unit,digital_awareness,digital_institutions,digital_infrastructure,digital_human_resources,cybersecurity,"
    "digital_government,digital_economy,digital_society,plan_completion,digital_economy_district\n"
)


def test_hanoi_asks_for_points_or_a_rule(dti, dti_json, tmp_path):
    path = tmp_path / "hanoi.csv"
    path.write_text(HANOI + "Sở A" + ",0.5" * 9 + ",\n" + "Sở B" + ",0.5" * 10 + "\n", encoding="utf-8")
    status, out, err = dti("score", path, "--framework", "hanoi-city-2024")
    assert (status, out) == (1, "") and "--points" in err and "equal-indicators" in err
    document = dti_json("score", path, "--framework", "hanoi-city-2024", "--method", "equal-indicators")
    assert document["weights"] == "equal-indicators"
    assert [u["composite"] for u in document["units"]] == pytest.approx([0.5, 0.5])


def test_hanoi_with_points_is_measured_in_points_over_its_own_maximum(dti_json, tmp_path):
    """By hand: all points 10. A has 5 on nine indicators: 45 of 90. B has 5 on nine and 10 on the tenth: 55 of 100."""
    points = tmp_path / "points.csv"
    codes = HANOI.strip().split(",")[1:]
    points.write_text("indicator,points\n" + "".join(f"{code},10\n" for code in codes), encoding="utf-8")
    path = tmp_path / "hanoi.csv"
    path.write_text(HANOI + "Sở A" + ",5" * 9 + ",\n" + "Sở B" + ",5" * 9 + ",10\n", encoding="utf-8")
    own = dti_json("score", path, "--framework", "hanoi-city-2024", "--points", points)
    assert own["measure"] == "points" and own["weights"] == "file"
    assert {u["unit"]: u["composite"] for u in own["units"]} == pytest.approx({"Sở A": 45, "Sở B": 55})
    common = dti_json("score", path, "--framework", "hanoi-city-2024", "--points", points, "--maximum", "common")
    assert {u["unit"]: u["composite"] for u in common["units"]} == pytest.approx({"Sở A": 45, "Sở B": 55})
    assert [u["rank"] for u in own["units"]] == [u["rank"] for u in common["units"]] == [1, 2]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["show", "hcmc-distict-2023"], ["did you mean 'hcmc-district-2023'"]),
        (["audit", "hanoi"], ["unknown framework"]),
        (["score", "nothing.csv", "--framework", "hcmc-district-2023"], ["no such file"]),
        (["score", "FILE", "--framework", "national-province-2024", "--method", "geometrical"], ["geometric"]),
        (["score", "FILE", "--framework", "national-province-2024", "--levels", "share-60-90"], ["share-60-80"]),
        (["score", "FILE", "--framework", "national-province-2024", "--levels", "as-printed"], ["share-60-80"]),
        (["run", "rankings-2024"], ["rankings-province-2024"]),
        (["run", "rankings-province-2024", "--set", "yaer=2022"], ["year"]),
        (["run", "rankings-province-2024", "--set", "year"], ["parameter=value"]),
        (["run", "--set", "year=abc"], ["year"]),
        (["list", "--jsn"], ["--json"]),
        (["lst"], ["list"]),
    ],
)
def test_wrong_use_has_status_2_and_nothing_on_stdout(dti, provinces, arguments, words):
    status, out, err = dti(*[provinces if a == "FILE" else a for a in arguments])
    assert (status, out) == (2, "")
    for word in words:
        assert word in err


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda t: t.replace("0.8082", "1.8082"), ["Hà Nội", "cybersecurity", "1.8082"]),
        (lambda t: t.replace("0.8082", ""), ["Hà Nội", "cybersecurity"]),
        (lambda t: t.replace("0.8082", "n/a"), ["row 2", "cybersecurity", "n/a"]),
        (lambda t: t.replace("cybersecurity", "cyber_security"), ["did you mean 'cybersecurity'"]),
        (lambda t: t.replace("Huế", "Hà Nội"), ["Hà Nội", "twice"]),
    ],
)
def test_a_bad_table_has_status_1_and_names_the_cell(dti, provinces, change, words):
    provinces.write_text(change(provinces.read_text(encoding="utf-8")), encoding="utf-8")
    status, out, err = dti("score", provinces, "--framework", "national-province-2024", "--json")
    assert (status, out) == (1, "")
    for word in [*words, "provinces.csv"]:
        assert word in err


@pytest.mark.parametrize("command", ["list", "show", "audit", "reproduce", "score", "recover", "run"])
def test_every_command_has_help(dti, command):
    status, out, _ = dti(command, "--help")
    assert status == 0 and "Usage" in out


def test_tables_for_people_hold_the_same_numbers(dti):
    status, out, _ = dti("list")
    assert status == 0 and "hcmc-district-2023" in out and "660" in out
    status, out, _ = dti("show", "hcmc-department-2023", "--language", "vi")
    assert status == 0 and "Nhận thức số" in out and "198" in out
    status, out, _ = dti("reproduce", "hcmc-department-2023", "--verdict", "contradicted")
    assert status == 0 and "199" in out


def flat(numbers):
    if isinstance(numbers, dict):
        numbers = list(numbers.values())
    return [x for one in numbers for x in flat(one)] if isinstance(numbers, list) else [numbers]


def test_robustness_json(dti_json, provinces):
    options = ["--framework", "national-province-2024", "--draws", "3000", "--seed", "5"]
    document = dti_json("robustness", *options, "--concentration", "30", "--top", "5")
    assert (document["draws"], document["computed"], document["seed"], document["failed"]) == (3000, 3000, 5, [])
    assert sum(document["weights"].values()) == pytest.approx(1)
    assert [u["published"] for u in document["units"]] == list(range(1, 35))
    for unit in document["units"]:
        assert sum(unit["acceptability"]) == pytest.approx(1) and unit["top"] == pytest.approx(
            sum(unit["acceptability"][:5])
        )
        assert unit["q05"] <= unit["median"] <= unit["q95"] and len(unit["win"]) == 34
        assert sum(unit["levels"]["share-60-80"].values()) == pytest.approx(1)
        for probability in ("first", "top", "acceptability", "win", "levels"):
            errors = flat(unit[f"{probability}_error"])
            assert len(errors) == len(flat(unit[probability])), probability
            assert all(0 < error <= 0.018 for error in errors), (
                probability
            )  # 1.96 / 2 / sqrt(3000) = 0.0179 at one half
    # The same values out of a file give the same answer.
    again = dti_json("robustness", provinces, *options, "--concentration", "30", "--top", "5")
    assert [u["acceptability"] for u in again["units"]] == [u["acceptability"] for u in document["units"]]


def test_robustness_of_other_points_groups_and_bands(dti_json):
    document = dti_json("robustness", "--framework", "national-province-2024", "--points-of", "hcmc-district-2023",
                        "--by-group", "--concentration", "uniform", "--no-pairs", "--draws", "500")  # fmt: skip
    assert document["weights"]["digital_government"] == pytest.approx(185 / 640)
    assert document["units"][0]["win"] is None and document["concentration"] == "uniform"
    fixed = dti_json(
        "robustness", "--framework", "national-province-2022", "--concentration", "Infinity", "--draws", "9"
    )
    assert fixed["concentration"] == "Infinity" and fixed["mean_rank_shift"] == 0


def test_stability_json(dti_json):
    document = dti_json("stability", "--framework", "national-province-2022")
    assert [r["published"] for r in document["ranks"]] == list(range(1, 11))
    assert all(r["best"] <= r["published"] <= r["worst"] for r in document["ranks"])
    assert len(document["neighbours"]) == 9 and ["da-nang", "cao-bang"] in document["dominated"]
    pair = dti_json("stability", "--framework", "national-province-2020", "--units", "Huế", "da nang")
    assert (pair["higher"], pair["ranks"]) == ("da-nang", [1, 2])
    assert pair["smallest_change"]["l1"] == {"distance": None, "weights": None} and pair["certain_within_distance"]


def test_robustness_and_stability_speak_both_languages(dti):
    framework = ["--framework", "national-province-2020"]
    for command, said in (
        (["robustness", *framework, "--draws", "50"], {"en": "mean rank shift", "vi": "xê dịch hạng trung bình"}),
        (["stability", *framework], {"en": "pairs are dominated", "vi": "không trọng số nào đảo được"}),
        (
            ["stability", *framework, "--units", "hue", "da nang"],
            {"en": "No weights bring Huế", "vi": "Không trọng số nào đưa Huế"},
        ),
    ):
        for language, words in said.items():
            status, out, err = dti(*command, "--language", language)
            assert (status, err) == (0, "") and words in out and "Đà Nẵng" in out
            other = said[{"en": "vi", "vi": "en"}[language]]
            assert other not in out


def test_correlate_json(dti_json, provinces):
    document = dti_json("correlate", provinces, "--framework", "national-province-2024", "--resamples", "199")
    assert (document["n"], document["method"], document["adjustment"]) == (34, "pearson", "holm")
    values = data.load_values("province-2024-34")
    expected = values.corr()
    for pair in document["indicators"]["pairs"]:
        assert pair["coefficient"] == pytest.approx(expected.loc[pair["a"], pair["b"]], abs=1e-12)
        assert pair["low"] < pair["coefficient"] < pair["high"] and pair["p"] <= pair["p_adjusted"] <= 1
    assert len(document["indicators"]["pairs"]) == document["indicators"]["tests"] == 28
    pillars = {(pair["a"], pair["b"]): pair for pair in document["pillars"]["pairs"]}
    pair = pillars["economy", "society"]
    assert pair["coefficient"] > pair["shared_high"] > pair["shared"] > pair["forced"] > 0.5
    assert (document["cut"], document["selection"]) == (False, None)
    assert {flag["flag"] for flag in document["flags"]} == {"saturated", "skewed", "redundant", "weak"}
    assert sum(row["linear_share"] for row in document["importance"]) == pytest.approx(1)
    assert document["intended"]["possible"] is False
    again = dti_json("correlate", "--framework", "national-province-2024", "--resamples", "199")
    for part in ("indicators", "rest", "pillars", "checks", "flags"):
        assert again[part] == document[part]


def test_correlate_of_a_cut_list_says_so(dti):
    status, out, _ = dti(
        "correlate", "--framework", "national-province-2020", "--method", "kendall", "--resamples", "99"
    )
    assert status == 0
    assert "Of 63 units that are ranked, the values of 9 are printed" in out
    assert "missed more often than 2 times in 10" in out
    assert (
        "no adjusted p can fall below" in out and "Raise --resamples" in out
    )  # 99 permutations, three tests: 2 / 100 * 3 is more than 5 %


def test_correlate_speaks_vietnamese(dti):
    status, out, _ = dti("correlate", "--framework", "national-province-2020", "--resamples", "99", "--language", "vi")
    assert status == 0
    assert "Trong 63 đơn vị được xếp hạng, chỉ 9 đơn vị có giá trị được in" in out and "hạt giống 2024" in out
    assert "Hãy tăng --resamples" in out and "Kinh tế số" in out and "Digital" not in out


def test_correlate_keeps_a_constant_indicator(dti_json, provinces):
    """It has no correlation, and is flagged; it used to stop the command."""
    table = pd.read_csv(provinces)
    table["digital_awareness"] = 1.0
    table.to_csv(provinces, index=False)
    document = dti_json("correlate", provinces, "--framework", "national-province-2024", "--resamples", "199")
    assert document["indicators"]["tests"] == 21
    assert {"flag": "constant", "a": "digital_awareness"}.items() <= document["flags"][0].items()
    assert document["intended"]["target"]["digital_awareness"] == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            ["robustness", "--framework", "hcmc-district-2023"],
            ["no indicator values are published", "national-province-2024"],
        ),
        (["robustness", "--framework", "national-province-2022", "--draws", "0"], ["draws 0"]),
        (["correlate", "--framework", "hcmc-district-2023"], ["no indicator values are published"]),
        (["correlate", "--framework", "national-province-2022", "--resamples", "9"], ["resamples 9", "at least 99"]),
        (["stability", "--framework", "national-province-2022", "--distance", "-1"], ["distance"]),
        (
            ["robustness", "--framework", "national-province-2022", "--points-of", "hcmc-department-2023"],
            ["digital-government"],
        ),
    ],
)
def test_a_question_without_an_answer_has_status_1(dti, arguments, words):
    status, out, err = dti(*arguments)
    assert (status, out) == (1, "")
    for word in words:
        assert word in err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["robustness", "--framework", "national-province-2022", "--concentration", "much"], ["much", "uniform"]),
        (["robustness", "--framework", "national-province-2020", "--by-group"], ["no groups"]),
        (
            ["robustness", "--framework", "national-province-2022", "--document", "newspaper"],
            ["nobody prints level bands"],
        ),
        (["stability", "--framework", "national-province-2022", "--units", "da-nang", "da-nag"], ["da-nag", "Đà Nẵng"]),
        (["correlate", "--framework", "national-province-2022", "--method", "pearsons"], ["pearsons", "pearson"]),
    ],
)
def test_wrong_use_of_the_robustness_commands_has_status_2(dti, arguments, words):
    status, out, err = dti(*arguments)
    assert (status, out) == (2, "")
    for word in words:
        assert word in err


def test_shares_given_where_points_are_earned_are_refused(dti, tmp_path):
    """All at most 1 where maxima are 20 and more: read as points they would give wrong answers without a word."""
    one = data.load_framework("hcmc-district-2023")
    table = pd.DataFrame({code: [0.2, 0.9, 0.5, 0.7, 0.4] for code in one.points.index}, index=list("ABCDE"))
    path = tmp_path / "shares.csv"
    table.rename_axis("unit").to_csv(path)
    for command in ("correlate", "score"):
        status, out, err = dti(command, path, "--framework", "hcmc-district-2023")
        assert (status, out) == (1, "") and "points earned" in err and "multiply each column" in err
    (table * one.points).rename_axis("unit").to_csv(path)
    assert dti("score", path, "--framework", "hcmc-district-2023")[0] == 0


def test_help_speaks_the_language_that_is_asked_for():
    """Option texts are read at import, so each language needs a process of its own."""
    texts = {}
    for language in ("vi", "en"):
        done = subprocess.run(
            [sys.executable, "-m", "dti_research.cli", "stability", "--help", "--language", language],
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=True,
        )
        texts[language] = " ".join(done.stdout.split())
    assert "Hai đơn vị: điều gì làm đổi thứ tự" in texts["vi"] and "Two units" not in texts["vi"]
    assert "Two units: what would" in texts["en"]


@pytest.mark.parametrize(
    ("system", "language"), [("vi_VN.UTF-8", "vi"), ("en_US.UTF-8", "en"), ("fr_FR.UTF-8", "en"), ("C", "en")]
)
def test_without_a_language_the_system_s_is_spoken(system, language, monkeypatch):
    from dti_research.cli.options import reader_language

    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", system)
    assert reader_language(None) == language
    monkeypatch.setenv("LC_ALL", "vi_VN")
    assert reader_language(None) == "vi" and reader_language("en") == "en"
