"""The one door to a table that is asked about."""

import pandas as pd
import pytest

import dti_research as dti
from dti_research import data
from dti_research.errors import InputError, UnknownName
from dti_research.study.assessment import open_assessment


@pytest.fixture
def village(tmp_path):
    """A file with the 34 provinces' indicators and three units, one of them under a name that nobody prints."""
    path = tmp_path / "village.csv"
    codes = data.load_values("province-2024-34").columns
    rows = [("Hà Nội", 0.5), ("TP. Huế", 0.75), ("Làng Mới", 0.25)]
    lines = [",".join(["unit", *codes]), *(f"{name}," + ",".join([str(value)] * len(codes)) for name, value in rows)]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_a_published_table_brings_everything_along():
    found = open_assessment("province-2022")
    assert (found.framework.id, found.published, found.ranked, found.is_part) == (
        "national-province-2022",
        True,
        63,
        True,
    )
    assert found.values.shape == (10, 8) and len(found.ranks) == 10 and found.digits["composite"] == 4
    assert found.weights.sum() == pytest.approx(1, abs=1e-12)
    # Decision 922: 200 of 1000 points (data/raw/indicators.csv)
    assert found.weights["digital_government"] == pytest.approx(0.2, abs=1e-12)


def test_a_file_keeps_its_own_names(village):
    found = open_assessment(village, "national-province-2024")
    assert list(found.values.index) == ["ha-noi", "thua-thien-hue", "Làng Mới"]
    assert found.names["thua-thien-hue"] == "TP. Huế" and not found.published
    assert found.normalised.loc["Làng Mới"].eq(0.25).all()
    assert repr(found).count("\n") == 2


def test_an_error_names_a_unit_as_its_file_does(village):
    village.write_text(village.read_text(encoding="utf-8").replace("0.75", "1.75", 1), encoding="utf-8")
    with pytest.raises(InputError, match=r"village.csv: unit 'TP. Huế', indicator 'digital_awareness': value 1.75"):
        open_assessment(village, "national-province-2024").weights  # noqa: B018


def test_points_of_another_framework_or_a_file_weigh(village, tmp_path):
    other = open_assessment("province-2024-34", points_of="hcmc-district-2023")
    assert other.points_of.id == "hcmc-district-2023"
    # 35 points for cybersecurity of the 640 that the provinces' concepts have in HCMC's decision
    assert other.weights["cybersecurity"] == pytest.approx(35 / 640)
    points = tmp_path / "points.csv"
    codes = data.load_values("province-2024-34").columns
    points.write_text("indicator,points\n" + "\n".join(f"{code},10" for code in codes), encoding="utf-8")
    equal = open_assessment(village, "national-province-2024", points=points)
    assert equal.weights.tolist() == pytest.approx([1 / 8] * 8) and equal.points_of == str(points)


def test_a_file_without_framework_is_a_printed_table(tmp_path):
    path = tmp_path / "printed.csv"
    path.write_text("unit,roads,wells,composite\nhill,0.9,0.30,0.750\nlake,0.2,0.70,0.325\n", encoding="utf-8")
    found = open_assessment(path)
    assert found.composites.tolist() == [0.750, 0.325]
    assert found.digits.to_dict() == {"roads": 1, "wells": 2, "composite": 3}
    with pytest.raises(UnknownName, match="no framework; the question needs one"):
        found.weights  # noqa: B018


def test_what_cannot_be_opened_is_refused(village, tmp_path):
    with pytest.raises(UnknownName, match="unknown table 'prvince-2022'.*did you mean 'province-2022'"):
        open_assessment("prvince-2022")
    with pytest.raises(UnknownName, match="no such file"):
        open_assessment(tmp_path / "none.csv", "national-province-2024")
    with pytest.raises(UnknownName, match="is of the framework national-province-2022, not"):
        open_assessment("province-2022", "national-province-2024")
    with pytest.raises(UnknownName, match="both say whose points"):
        open_assessment(village, "national-province-2024", points="a.csv", points_of="hcmc-district-2023")
    with pytest.raises(InputError, match="every value is at most 1.*multiply each column"):
        open_assessment(village.with_name("points.csv") if _points_table(village) else village, "hcmc-district-2023")


def _points_table(village):
    codes = data.load_framework("hcmc-district-2023").points.index
    table = pd.DataFrame(0.5, index=pd.Index(["Quận 1", "Quận 3"], name="unit"), columns=codes)
    table.to_csv(village.with_name("points.csv"))
    return True


def test_it_is_the_front_door():
    assert dti.open_assessment is open_assessment


def test_a_nearly_known_name_with_an_apostrophe_is_pointed_at(village, monkeypatch):
    aliases = data.load_raw("aliases")
    apostrophe = aliases.assign(name=aliases.name.where(aliases.index != 0, "Ea H'leo"))
    real = data.load_raw
    monkeypatch.setattr(data, "load_raw", lambda table: apostrophe if table == "aliases" else real(table))
    village.write_text(village.read_text(encoding="utf-8").replace("Làng Mới", "Ea H'leoo"), encoding="utf-8")
    notes = open_assessment(village, "national-province-2024").notes
    assert any("Ea H'leo" in str(dict(note.values)["known"]) for note in notes)
