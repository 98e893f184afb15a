"""`dti editions`: published lists, files of one's own, and what it refuses."""

import pytest

from dti_research import data


@pytest.fixture
def lists(tmp_path):
    """Two lists of four units by hand; b and c are merged into b."""
    (tmp_path / "old.csv").write_text("unit;composite\na;0,8\nb;0,6\nc;0,2\nd;0,4\n", encoding="utf-8")
    (tmp_path / "new.csv").write_text("unit;composite\na;0,8\nb;0,6\nc;0,5\nd;0,7\n", encoding="utf-8")
    (tmp_path / "walk.csv").write_text(
        "before;after;namesake;weight\na;a;yes;1\nb;bc;có;3\nc;bc;;1\nd;d;yes;1\n", encoding="utf-8"
    )
    return tmp_path


def row(document, part, unit):
    return next(one for one in document[part] if one["unit"] == unit)


def test_published_lists_with_mergers(dti_json):
    found = dti_json("editions", "province-2022", "province-2024-34", "--resamples", "99")
    assert found["causes"] == ["composites", "merged", "listed"] and found["rule"] == "mean"
    one = row(found, "rank", "ha-noi")
    assert (one["before"], one["after"]) == (24, data.load_ranks("province-2024-34")["ha-noi"])
    assert one["change"] == pytest.approx(sum(one[cause] for cause in (*found["causes"], "remainder")))
    assert len(found["rank"]) == 63 and len(found["bounds"]) == 34
    assert {one["unit"] for one in found["values_and_weights"]} == {"quang-ninh", "thua-thien-hue", "cao-bang"}
    assert found["mobility"]["summary"].keys() == {"kendall", "mean_move", "same_group", "change"}


def test_one_decision_leaves_nothing_to_bound(dti_json):
    found = dti_json("editions", "province-2022", "province-2023", "--resamples", "99")
    assert found["causes"] == ["composites"] and found["rule"] is None
    assert found["bounds"] is None and found["values_and_weights"] is None


def test_own_lists_by_hand(dti_json, lists):
    """d goes from third to second: composites alone, since nothing was merged."""
    found = dti_json("editions", lists / "old.csv", lists / "new.csv")
    one = row(found, "rank", "d")
    assert (one["before"], one["after"], one["composites"], one["remainder"]) == (3, 2, -1, 0)
    assert found["mobility"] is None  # four units are too few for intervals


@pytest.mark.parametrize(
    ("rule", "expected"), [("mean", 0.55), ("weighted", 0.575), ("namesake", 0.6), ("lowest", 0.5)]
)
def test_own_merger_by_each_rule(dti_json, lists, rule, expected):
    found = dti_json(
        "editions", lists / "old.csv", lists / "new.csv", "--crosswalk", lists / "walk.csv", "--rule", rule
    )
    for unit in ("b", "c"):
        assert row(found, "composite", unit)["after"] == pytest.approx(expected)
    assert row(found, "rank", "d") | {"after": 2} == row(found, "rank", "d")


def test_boundaries_that_moved(dti_json, lists):
    """a keeps its composite and loses a level: all of it is due to the boundary."""
    options = ("--boundaries-before", "0.5,0.8", "--boundaries-after", "0.5,0.9")
    found = dti_json("editions", lists / "old.csv", lists / "new.csv", *options)
    one = row(found, "level", "a")
    assert (one["before"], one["after"], one["boundaries"], one["composites"]) == (2, 1, -1, 0)


def test_values_and_points_of_ones_own(dti_json, tmp_path):
    """Half of the weight moves from roads to wells: 0.5 * (0.9 - 0.1) / 2 over both orders, and nothing else changes."""
    table = "unit,roads,wells\na,0.9,0.1\nb,0.5,0.5\nc,0.2,0.3\nd,0.4,0.4\ne,0.1,0.2\n"
    for name in ("old", "new"):
        (tmp_path / f"{name}.csv").write_text(table, encoding="utf-8")
    (tmp_path / "p1.csv").write_text("indicator,points\nroads,75\nwells,25\n", encoding="utf-8")
    (tmp_path / "p2.csv").write_text("indicator,points\nroads,1\nwells,3\n", encoding="utf-8")
    files = (tmp_path / "old.csv", tmp_path / "new.csv")
    found = dti_json(
        "editions",
        *files,
        "--points-before",
        tmp_path / "p1.csv",
        "--points-after",
        tmp_path / "p2.csv",
        "--resamples",
        "99",
    )
    one = row(found, "composite", "a")
    assert one["weights"] == pytest.approx(0.25 * 0.9 + 0.75 * 0.1 - (0.75 * 0.9 + 0.25 * 0.1))
    assert one["values"] == one["indicators"] == 0
    own = [part for part in found["by_indicator"] if part["unit"] == "a"]
    assert sum(part["weights"] for part in own) == pytest.approx(one["weights"])


def test_the_table_shows_names_and_only_causes_that_moved_somebody(dti):
    status, out, _ = dti("editions", "province-2024-63", "province-2024-34", "--resamples", "99")
    assert status == 0 and "Đà Nẵng" in out
    ranks, composites = out.split("The same for composites")
    assert "By a shorter list" in ranks and "By a shorter list" not in composites.split("└")[0]


def test_the_command_speaks_vietnamese(dti, lists):
    files = (lists / "old.csv", lists / "new.csv")
    status, out, _ = dti("editions", *files, "--crosswalk", lists / "walk.csv", "--language", "vi")
    said = " ".join(out.split())
    assert status == 0 and "Mọi đơn vị trước sáp nhập" in said and "Do sáp nhập" in said and "0,5500" in said
    assert "có 4 đơn vị, mà khoảng tin cậy cần ít nhất 5" in said and "trung bình cộng; hạt giống 2024" in said
    status, _, said = dti("editions", *files, "--language", "fr")
    assert status == 2 and "unknown language 'fr'" in said


def test_the_terminal_says_what_the_bounds_say_together(dti):
    """The column of the least that values did stays in the JSON document; the sentence counts it."""
    _, out, _ = dti("editions", "province-2022", "province-2024-34", "--resamples", "99")
    assert "for 27 of them values have raised the composite for certain" in " ".join(out.split())
    assert "below zero is up" in out and "composites of merged units: mean; seed 2024" in out


@pytest.mark.parametrize(
    ("arguments", "said", "status"),
    [
        (("province-2022", "province-2020"), "unknown list that prints all its units 'province-2020'", 2),
        (("province-2023", "province-2022"), "expected an earlier list first", 2),
        (("province-2022", "{new}"), "write both as files", 2),
        (("province-2022", "province-2023", "--crosswalk", "{walk}"), "--crosswalk goes with files of your own", 2),
        (("{old}", "{new}", "--crosswalk", "{walk}", "--rule", "median"), "unknown rule 'median'", 2),
        (("{old}", "{new}", "--rule", "medan"), "unknown rule 'medan' (did you mean 'mean'?)", 2),
        (("province-2022", "province-2023", "--rule", "medan"), "unknown rule 'medan' (did you mean 'mean'?)", 2),
        (("{old}", "{new}", "--boundaries-before", "0.5;0.8"), "separated by commas", 2),
        (("{old}", "{new}", "--boundaries-before", "0.5"), "give --boundaries-after, too", 2),
        (("province-2022", "province-2023", "--boundaries-after", "0.5"), "give --boundaries-before, too", 2),
        (
            ("{old}", "{new}", "--boundaries-before", "0.8,0.5", "--boundaries-after", "0.5"),
            "each above the one before it",
            1,
        ),
        (
            ("{old}", "{new}", "--points-before", "{walk}", "--points-after", "{walk}"),
            "there are no columns of indicators",
            1,
        ),
        (("{old}", "{new}", "--points-before", "{walk}"), "--points-after is not", 2),
        (("{old}", "{new}", "--points-after", "{walk}"), "--points-before is not", 2),
        (("province-2022", "province-2024-34", "--rule", "weighted"), "published lists come without weights", 2),
        (
            ("province-2022", "province-203"),
            "no such file, and no published list of that name (did you mean 'province-2023'?)",
            2,
        ),
        (("{old}x", "{new}"), "no such file, and no published list", 2),
        (("{old}", "{new}", "--resamples", "98"), "resamples 98: expected", 1),
        (("{old}", "{new}", "--seed", "-1"), "seed -1: expected", 1),
    ],
)
def test_refusals(dti, lists, arguments, said, status):
    paths = {name: lists / f"{name}.csv" for name in ("old", "new", "walk")}
    found = dti("editions", *(text.format(**paths) for text in arguments))
    assert found[0] == status and said in " ".join(found[2].split())


def test_a_unit_in_one_list_only_is_named(dti, lists):
    (lists / "new.csv").write_text("unit,composite\na,0.8\nb,0.6\ncc,0.5\nd,0.7\n", encoding="utf-8")
    status, _, said = dti("editions", lists / "old.csv", lists / "new.csv")
    assert status == 1 and "'c'" in said and "'cc'" in said


def test_too_few_units_for_intervals_are_said_to_be(dti, lists):
    status, out, _ = dti("editions", lists / "old.csv", lists / "new.csv")
    assert status == 0 and "not computed: 4 units, and intervals need at least 5" in " ".join(out.split())


def test_provinces_meet_themselves_under_other_names(dti, dti_json, tmp_path):
    """Huế and Hà Nội by other names after, and again in the crosswalk; Trại Gà is no province and keeps its name."""
    for name, rows in (
        ("old", "unit,composite\nHà Nội,0.8\nThừa Thiên Huế,0.6\nTrại Gà,0.2\n"),
        ("new", "unit,composite\nTP. Huế,0.6\nTrại Gà,0.2\nTP. Hà Nội,0.7\n"),
        ("walk", "before,after\nthua-thien-hue,Huế\nTrại Gà,thành phố Huế\nThành phố Hà Nội,Hà Nội\n"),
    ):
        (tmp_path / f"{name}.csv").write_text(rows, encoding="utf-8")
    files = (tmp_path / "old.csv", tmp_path / "new.csv")
    found = dti_json("editions", *files)
    assert [one["unit"] for one in found["rank"]] == ["ha-noi", "thua-thien-hue", "Trại Gà"]
    assert row(found, "composite", "ha-noi")["change"] == pytest.approx(-0.1)
    merged = dti_json("editions", *files, "--crosswalk", tmp_path / "walk.csv")
    assert row(merged, "composite", "thua-thien-hue")["after"] == pytest.approx((0.6 + 0.2) / 2)
    status, out, _ = dti("editions", *files)
    assert status == 0 and "Thừa Thiên Huế" in out and "thua-thien-hue" not in out


def test_a_province_that_stands_twice_under_two_names_is_refused(dti, lists):
    (lists / "old.csv").write_text("unit,composite\nHà Nội,0.8\nTP. Hà Nội,0.6\nc,0.2\n", encoding="utf-8")
    status, _, said = dti("editions", lists / "old.csv", lists / "new.csv")
    assert status == 1 and "old.csv: column unit: 'Hà Nội' and 'TP. Hà Nội' are the same unit" in " ".join(said.split())


def test_lists_and_boundaries_of_different_scales_are_refused(dti, lists):
    (lists / "percent.csv").write_text("unit,composite\na,80\nb,60\nc,50\nd,70\n", encoding="utf-8")
    status, _, said = dti("editions", lists / "old.csv", lists / "percent.csv")
    assert status == 1 and "expected one scale" in said
    options = ("--boundaries-before", "60,80", "--boundaries-after", "60,80")
    status, _, said = dti("editions", lists / "old.csv", lists / "new.csv", *options)
    assert status == 1 and "far above the composites" in said


def test_points_that_do_not_give_the_composites_are_said(dti, tmp_path):
    for name in ("old", "new"):
        (tmp_path / f"{name}.csv").write_text(
            f"unit,roads,wells,composite\na,0.9,0.1,{0.5 if name == 'old' else 0.7}\nb,0.5,0.5,0.5\n", encoding="utf-8"
        )
    (tmp_path / "p.csv").write_text("indicator,points\nroads,1\nwells,1\n", encoding="utf-8")
    files = (
        tmp_path / "old.csv",
        tmp_path / "new.csv",
        "--points-before",
        tmp_path / "p.csv",
        "--points-after",
        tmp_path / "p.csv",
    )
    status, _, said = dti("editions", *files)
    assert status == 0 and "do not give the change of 1 of 2 composites (off by up to 0.2)" in said
