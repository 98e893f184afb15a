"""`dti list`, `dti show` and `dti score` for people, in both languages."""

import pytest

from dti_research import data


@pytest.fixture
def provinces(tmp_path):
    path = tmp_path / "provinces.csv"
    data.load_values("province-2024-34").rename(index=data.unit_names()).to_csv(path, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["Provincial DTI, Decision 922", "recovered, not printed", "–: nobody printed it."]),
        ("vi", ["DTI cấp tỉnh theo Quyết định 922", "suy ra từ bảng, không được in", "–: không được in."]),
    ],
)
def test_list_names_frameworks_and_published_lists(dti, language, words):
    status, out, err = dti("list", "--language", language)
    assert (status, err) == (0, "")
    assert all(word in out for word in [*words, "hcmc-district-2023", "province-2024-34", "province-2024-63"])


def test_the_list_that_is_named_can_be_opened(dti_json):
    from dti_research import open_assessment, tables

    named = [table["id"] for row in dti_json("list") for table in row["tables"]]
    assert sorted(named) == sorted(tables().index)
    assert all(open_assessment(table).table == table for table in named)


def test_the_language_of_the_system_is_spoken(dti, monkeypatch):
    monkeypatch.setenv("LC_ALL", "vi_VN.UTF-8")
    assert "Các mức như in: báo" in dti("show", "hcmc-district-2023")[1]
    monkeypatch.setenv("LC_ALL", "C")
    assert "Levels as printed: newspaper" in dti("show", "hcmc-district-2023")[1]


def test_an_unknown_language_is_wrong_use(dti):
    for arguments in (["list"], ["show", "hcmc-district-2023"]):
        status, out, err = dti(*arguments, "--language", "fr")
        assert (status, out) == (2, "") and "known: vi, en" in err


def test_score_speaks_vietnamese_and_says_whose_points_weigh(dti, provinces):
    command = ["score", provinces, "--framework", "national-province-2024", "--levels", "share-60-80"]
    status, out, err = dti(*command, "--language", "vi")
    assert (status, err) == (0, "")
    assert "Nâng cao" in out and "0,8241" in out and "điểm: suy ra từ bảng" in out
    assert "50/50/140/100/100/200/150/150" in out
    status, out, _ = dti(*command, "--language", "en")
    assert "Advanced" in out and "0.8241" in out and "points: recovered" in out


def test_points_that_cannot_be_used_are_named_by_their_file(dti, provinces, tmp_path):
    points = tmp_path / "points.csv"
    points.write_text("indicator,points\nroads,10\n", encoding="utf-8")
    status, out, err = dti("score", provinces, "--framework", "national-province-2024", "--points", points)
    assert (status, out) == (1, "") and err.startswith(f"dti: {points}: ") and "'roads'" in err


def test_shares_for_points_are_refused_where_only_a_file_has_points(dti, tmp_path):
    codes = [i.code for i in data.load_framework("hanoi-district-2024").scored]
    points, table = tmp_path / "points.csv", tmp_path / "hanoi.csv"
    points.write_text("indicator,points\n" + "".join(f"{code},10\n" for code in codes), encoding="utf-8")
    table.write_text(f"unit,{','.join(codes)}\nA{',0.5' * len(codes)}\nB{',0.7' * len(codes)}\n", encoding="utf-8")
    status, out, err = dti("score", table, "--framework", "hanoi-district-2024", "--points", points)
    assert (status, out) == (1, "") and "every value is at most 1" in err and "equal-indicators" in err
