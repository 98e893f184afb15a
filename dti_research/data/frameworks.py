"""Frameworks: the raw tables of indicators, pillars and levels as the nouns of `dti_research.index.framework`."""

from __future__ import annotations

import functools
from pathlib import Path

from dti_research.data.package import RAW, load_raw
from dti_research.errors import find_name
from dti_research.index.framework import CLOSED, OPEN, Framework, Indicator, LevelBand, LevelRule, Pillar


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
    for row in load_raw("frameworks", raw).to_dict("records"):
        fid = row["framework"]
        own_pillars = pillars[pillars.framework == fid]
        own_levels = levels[levels.framework == fid]
        frameworks[fid] = Framework(
            id=fid,
            name_vi=row["name_vi"],
            name_en=row["name_en"],
            issuer=row["issuer"],
            decision=row["decision"],
            decision_date=row["decision_date"],
            decision_source=row["decision_source"],
            decision_locator=row["decision_locator"],
            unit_set=row["unit_set"],
            years=tuple(int(year) for year in row["years"].split(";") if year),
            main_indicators=_integer(row["main_indicators"]),
            components=_integer(row["components"]),
            total_printed=_number(row["total_points"]),
            measure=row["measure"],
            weights=row["weights"],
            note_vi=row["note_vi"],
            note_en=row["note_en"],
            source=row["source"],
            locator=row["locator"],
            indicators=tuple(
                Indicator(
                    code=i["indicator"],
                    name_vi=i["name_vi"],
                    name_en=i["name_en"],
                    concept=i["concept"],
                    group=i["group"],
                    points=_number(i["points"]),
                    components=_integer(i["components"]),
                    optional=i["optional"] == "true",
                    source=i["source"],
                    locator=i["locator"],
                )
                for i in indicators[indicators.framework == fid].to_dict("records")
            ),
            pillars=tuple(
                Pillar(
                    code=code,
                    name_vi=members.name_vi.iloc[0],
                    name_en=members.name_en.iloc[0],
                    indicators=tuple(members.indicator),
                    source=members.source.iloc[0],
                    locator=members.locator.iloc[0],
                )
                for code, members in own_pillars.groupby("pillar", sort=False)
            ),
            level_rules=tuple(
                LevelRule(
                    document=document,
                    bands=tuple(
                        LevelBand(
                            name_vi=band["name_vi"],
                            name_en=band["name_en"],
                            lower=_number(band["lower"]),
                            upper=_number(band["upper"]),
                            lower_edge=band["lower_edge"] or CLOSED,  # no bound, no edge
                            upper_edge=band["upper_edge"] or OPEN,
                            source=band["source"],
                            locator=band["locator"],
                        )
                        for band in bands.to_dict("records")
                    ),
                )
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

    Examples
    --------
    >>> [edition.id for edition in frameworks_like(load_framework("national-province-2024"))]
    ['national-province-2020', 'national-province-2022', 'national-province-2024']
    """
    kind = framework.unit_set.partition("-")[0]
    return [other for other in load_frameworks().values() if other.unit_set.partition("-")[0] == kind]


def _number(text: str) -> float | None:
    return float(text) if text else None


def _integer(text: str) -> int | None:
    return int(text) if text else None
