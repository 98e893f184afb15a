"""What a code is called, and where a figure was printed: names, sources and notes that any question may need.

Nothing here has a language: `report.say` chooses it.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from dti_research import data
from dti_research.errors import find_name
from dti_research.index.framework import Framework, Locator
from dti_research.message import Listing, Message, Name
from dti_research.report.say import is_message
from dti_research.study.assessment import Assessment


def unit(code: str) -> str:
    """The official name of a unit; a code that we do not know stands for itself."""
    return data.unit_names().get(code, code)


def framework_name(framework: Framework) -> Name:
    """The official name of a framework, and ours."""
    return Name(framework.name_vi, framework.name_en)


def node_names(framework: Framework) -> dict[str, Name | str]:
    """Name of every indicator and pillar; a node without one stands under its code."""
    nodes = (*framework.pillars, *framework.indicators)
    return {
        node.code: Name(node.name_vi, node.name_en) if node.name_vi or node.name_en else node.code for node in nodes
    }


def level_names() -> dict[str, Name]:
    """Every level as printed, with our English name."""
    bands = [b for f in data.load_frameworks().values() for rule in f.level_rules for b in rule.bands]
    return {band.name_vi: Name(band.name_vi, band.name_en) for band in bands}


def word(group: str, key: str, file: str = "words") -> Message | str:
    """The word of a message file for a key of a group; a key without a word stands for itself."""
    message = Message(f"{file}.{group}.{key}")
    return message if is_message(message.key) else key


def or_none(listed: Sequence[Any], separator: str = "; ") -> Listing | Message:
    """Several things one after the other, or "none"."""
    return Listing(listed, separator) if len(listed) else Message("words.none")


def by_unit(table: pd.DataFrame, names: Mapping[str, str] | None = None) -> pd.DataFrame:
    """A (unit, ...) table with the units' names in front, and their codes behind the numbers, which a phone then shows first."""
    names = data.unit_names() if names is None else names
    named = table.reset_index(drop=True).assign(code=list(table.index))
    named.insert(0, "unit", [names.get(code, code) for code in table.index])
    return named


def by_indicator(table: pd.DataFrame, names: Mapping[str, Any]) -> pd.DataFrame:
    """A table with one row an indicator, under the indicators' names."""
    table = table.rename_axis("indicator").reset_index()
    return table.assign(indicator=[names.get(code, code) for code in table.indicator])


# -------------------------------------------------------------------------------------------------------------- sources


@functools.cache
def _sources() -> pd.DataFrame:
    return data.load_raw("sources").set_index("source")


def publisher(source: str) -> Listing:
    """Who published a source, and when, as far as it is shown."""
    row = _sources().loc[source]
    who = Name(row.publisher_vi, row.publisher_en) if row.publisher_vi else Message("sources.not_shown")
    return Listing([who, row.published_on] if row.published_on else [who], " ")


def locator(text: str) -> Listing:
    """Where a figure stands in its source, in words: an `index.framework.Locator` as ``data/raw`` has it.

    Examples
    --------
    >>> from dti_research.report.say import say
    >>> say(locator("table=1; row=2"), "en"), say(locator("table=1; row=2"), "vi")
    ('table 1, row 2', 'bảng 1, dòng 2')
    """
    return Locator.read(text).said


def place(source: str, *locators: str) -> Message:
    """Publisher, day and place of a figure; several places stand one after the other."""
    return Message("words.place", publisher=publisher(source), locator=Listing(map(locator, locators), "; "))


def cite(table: str) -> Message:
    """Source, place and address of a published list.

    Examples
    --------
    >>> from dti_research.report.say import say
    >>> say(cite("province-2024-34"), "en")
    'Ministry portal dti.gov.vn, table of 34 provinces (https://dti.gov.vn/xep-hang-2024)'
    """
    tables = data.load_tables()
    row = tables.loc[find_name("table", table, tables.index)]
    return place_with_address(row.source, row.locator)


def place_with_address(source: str, locator: str) -> Message:
    """Publisher, day, place and address of a figure; without the address where there is none."""
    address, where = _sources().address[source], place(source, locator)
    return Message("words.cited", place=where, address=address) if address else where


def cite_all(tables: Sequence[str]) -> Listing:
    """Several lists, each once."""
    return Listing(dict.fromkeys(cite(table) for table in tables), "; ")


def source_of(assessment: Assessment) -> Listing:
    """Where the table and its points come from, for the end of a caption: a sentence, and notes if there are any."""
    source = cite(assessment.table) if assessment.published else assessment.table
    return Listing([source, ".", weights_note(assessment)], "")


# --------------------------------------------------------------------------------------------------------------- points


def title_of(framework: Framework) -> Message:
    """Whose points, for the head of a figure: the framework, and whether its points are printed."""
    origin = framework.weights
    return Message("words.points_of", name=framework_name(framework), origin=origin, weights=word("weights", origin))


def points_note(frameworks: Sequence[Framework]) -> Message | str:
    """What has to be said wherever points are used that nobody printed; empty where all are printed."""
    recovered = [framework.id for framework in frameworks if framework.weights == "recovered"]
    return Message("words.recovered_note", frameworks=Listing(recovered)) if recovered else ""


def weights_note(assessment: Assessment) -> Listing | Message | str:
    """Whose points the weights come from, for the end of a caption; empty where they are the framework's own printed ones."""
    origin = assessment.points_of
    if origin is None or origin is assessment.framework:
        return points_note([assessment.framework]) if assessment.framework else ""
    if isinstance(origin, str):
        return Message("words.weighed_by", name=origin)
    return Listing([Message("words.weighed_by", name=framework_name(origin)), points_note([origin])], "")


def points_origin(assessment: Assessment) -> str:
    """Whose points were used, for a JSON document: a file, another framework, or the framework's own, printed or recovered."""
    origin = assessment.points_of
    if origin is None or isinstance(origin, str):
        return origin or ""
    recovered = "recovered from a printed table, not printed"
    return f"{origin.id}, {recovered if origin.weights == 'recovered' else origin.weights}"


def points_told(assessment: Assessment) -> Listing | str:
    """Whose points were used, for a line of a terminal: a file, or a framework and whether it prints them."""
    origin = assessment.points_of
    if origin is None or isinstance(origin, str):
        return origin or ""
    return Listing([origin.id, word("weights", origin.weights)])


def partial_note(assessment: Assessment) -> Message | str:
    """What has to be said where a list ranks more units than it prints values of; empty where it does not."""
    if not assessment.is_part:
        return ""
    return Message("words.partial_note", ranked=assessment.ranked, units=len(assessment.values))
