"""Units: every printed name finds whom it means, and the mergers of 2025 give every province one place."""

import unicodedata

import pytest

from dti_research import data
from dti_research.errors import InputError


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
