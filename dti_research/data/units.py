"""Units: who is scored, under which names they are printed, and what became of whom in the mergers of 2025-07-01."""

from __future__ import annotations

import re
import unicodedata

import pandas as pd

from dti_research.data.package import load_raw
from dti_research.errors import InputError

_EARLY_TONES = "òa óa ỏa õa ọa òe óe ỏe õe ọe ùy úy ủy ũy ụy".split()


def match_key(name: str) -> str:
    """The part of a printed name that decides who is meant: NFC, lower case, no "TP.", "Tỉnh", "UBND quận", plain dashes.

    >>> match_key(" TP.  Đà Nẵng") == match_key("thành phố Đà Nẵng") == match_key("Đà Nẵng")
    True
    >>> match_key("Q.8") == match_key("UBND quận 8"), match_key("Q.Gò Vấp") == match_key("Gò Vấp")
    (True, True)
    >>> match_key("Thanh Hoá") == match_key("Thanh Hóa"), match_key("Phú Quý") == match_key("Phú Qúy")
    (True, False)
    """
    key = unicodedata.normalize("NFC", name).casefold()
    key = re.sub(r"[‐-―−]", "-", key)
    key = re.sub(r"\s*-\s*", " - ", key)
    key = re.sub(r"\s+", " ", key).strip()
    for late, early in zip("oà oá oả oã oạ oè oé oẻ oẽ oẹ uỳ uý uỷ uỹ uỵ".split(), _EARLY_TONES, strict=True):
        key = re.sub(
            rf"(?<!q){late}(?!\w)", early, key
        )  # Hoà and Hòa are one name; the mark of "quý" has one place only
    key = re.sub(r"^(ủy ban nhân dân|ubnd) ", "", key)
    key = re.sub(r"^(thành phố |tp\.? ?|tỉnh |huyện |h\. ?)(?=\w)", "", key)
    return re.sub(r"^(quận |q\. ?)(?=\D)", "", re.sub(r"^q\. ?(?=\d)", "quận ", key))


def load_units(unit_set: str | None = None) -> pd.DataFrame:
    """Units (index ``unit``), all or those of one set; ``province-63`` and ``province-34`` are before and after the mergers."""
    units = load_raw("units").set_index("unit")
    if unit_set is None:
        return units
    edges = {"province-63": "valid_from", "province-34": "valid_until"}
    if unit_set in edges:
        return units[(units.kind == "province") & (units[edges[unit_set]] == "")]
    return units[units.kind == unit_set]


def find_units(names: list[str], unit_set: str) -> dict[str, str]:
    """Codes of the names that are known; a name nobody prints keeps no code (it is not an error to score one's own units).

    Several provinces bear one name before and after the mergers of 2025-07-01. The framework's own set decides; where the
    names belong to the other set instead (a table of the 63 under the framework of the 34), that set decides for all of them.
    One unit under two of the names, or names of both sets mixed, are an `InputError`.

    >>> find_units(["TP. Huế", "Đà Nẵng", "Xã Mỹ Thuận"], "province-34")
    {'TP. Huế': 'thua-thien-hue', 'Đà Nẵng': 'da-nang-2025'}
    >>> find_units(["Đà Nẵng", "Quảng Nam"], "province-34")
    {'Đà Nẵng': 'da-nang', 'Quảng Nam': 'quang-nam'}
    """
    aliases = load_raw("aliases")

    def lookup(which: str) -> dict[str, str]:
        units = load_units(which)
        table = {
            match_key(name): unit for name, unit in zip(aliases.name, aliases.unit, strict=True) if unit in units.index
        }
        table |= {match_key(unit): unit for unit in units.index}
        return {name: table[match_key(name)] for name in names if match_key(name) in table}

    codes = lookup(unit_set)
    other_set = {"province-34": "province-63", "province-63": "province-34"}.get(unit_set)
    if other_set:
        others = lookup(other_set)
        strangers = [name for name in others if name not in codes]
        if strangers and set(codes) <= set(others):
            codes = others
        elif strangers:
            own = [name for name in codes if name not in others]
            raise InputError(
                f"column unit: {', '.join(own[:3])} belong to {unit_set} and {', '.join(strangers[:3])} to {other_set}: "
                "provinces before and after the mergers of 2025-07-01 cannot stand in one ranking; score them in two files"
            )
    by_code: dict[str, str] = {}
    for name, code in codes.items():
        if by_code.setdefault(code, name) != name:
            raise InputError(
                f"column unit: {by_code[code]!r} and {name!r} are the same unit ({code}); keep one row for it"
            )
    return codes


def unit_names() -> dict[str, str]:
    """Official name of each unit code."""
    return load_raw("units").set_index("unit").name_vi.to_dict()


def load_crosswalk() -> pd.DataFrame:
    """Which of the 63 provinces make up each of the 34: shape (old unit, [before, after, in_force, namesake]).

    ``namesake`` is true for the part whose name the new province bears.

    >>> walk = load_crosswalk()
    >>> walk[walk.after == "hai-phong-2025"][["before", "namesake"]].to_numpy().tolist()
    [['hai-duong', False], ['hai-phong', True]]
    """
    walk = load_raw("mergers").rename(columns={"unit_before": "before", "unit_after": "after"})
    names = unit_names()
    walk["namesake"] = [names[old] == names[new] for old, new in zip(walk.before, walk.after, strict=True)]
    return walk[["before", "after", "in_force", "namesake"]]
