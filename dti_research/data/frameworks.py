"""Frameworks: the raw tables of indicators, pillars and levels as the nouns of `dti_research.index.framework`."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import fields
from pathlib import Path

from dti_research.data.package import RAW, load_raw
from dti_research.errors import find_name
from dti_research.index.framework import CLOSED, OPEN, Framework, Indicator, LevelBand, LevelRule, Pillar

#: How a cell becomes a field, where it is not taken as text; the same field is read alike in every table.
_CELLS: dict[str, Callable[[str], object]] = {
    **dict.fromkeys(("points", "total_printed", "lower", "upper"), lambda text: float(text) if text else None),
    **dict.fromkeys(("main_indicators", "components"), lambda text: int(text) if text else None),
    "years": lambda text: tuple(int(year) for year in text.split(";") if year),
    "optional": lambda text: text == "true",
    "lower_edge": lambda text: text or CLOSED,  # no bound, no edge
    "upper_edge": lambda text: text or OPEN,
}


def _noun(kind: type, row: Mapping[str, str], **given: object):
    """A noun of the index from a row of a raw table: fields and columns of one name, and what is given besides."""
    names = {field.name for field in fields(kind)} & set(row) - set(given)
    return kind(**{name: _CELLS.get(name, str)(row[name]) for name in names}, **given)


@functools.cache
def load_frameworks(raw: Path = RAW) -> dict[str, Framework]:
    """All frameworks by id, in the order of ``frameworks.csv``.

    Examples
    --------
    >>> load_frameworks()["hcmc-district-2023"].total_points
    660.0
    """
    indicators, pillars, levels = (load_raw(name, raw) for name in ("indicators", "pillars", "levels"))
    frameworks = {}
    for row in load_raw("frameworks", raw).rename(columns={"total_points": "total_printed"}).to_dict("records"):
        own_indicators, own_pillars, own_levels = (
            table[table.framework == row["framework"]] for table in (indicators, pillars, levels)
        )
        frameworks[row["framework"]] = _noun(
            Framework,
            row,
            id=row["framework"],
            indicators=tuple(_noun(Indicator, i, code=i["indicator"]) for i in own_indicators.to_dict("records")),
            pillars=tuple(
                _noun(Pillar, members.iloc[0].to_dict(), code=code, indicators=tuple(members.indicator))
                for code, members in own_pillars.groupby("pillar", sort=False)
            ),
            level_rules=tuple(
                LevelRule(document, tuple(_noun(LevelBand, band) for band in bands.to_dict("records")))
                for document, bands in own_levels.groupby("document", sort=False)
            ),
        )
    return frameworks


def load_framework(framework: str) -> Framework:
    """One framework by id; an unknown id is an error that names the nearest."""
    frameworks = load_frameworks()
    return frameworks[find_name("framework", framework, frameworks)]


def frameworks_like(framework: Framework) -> list[Framework]:
    """The editions of one index: frameworks that grade the same kind of units, this one among them.

    >>> [edition.id for edition in frameworks_like(load_framework("national-province-2024"))]
    ['national-province-2020', 'national-province-2022', 'national-province-2024']
    """
    kind = framework.unit_set.partition("-")[0]
    return [other for other in load_frameworks().values() if other.unit_set.partition("-")[0] == kind]
