"""The nouns of an index: what a framework is made of, as printed.

Everything here is frozen and knows nothing of files: `dti_research.data` builds these from ``data/raw``, and a test or a
student may build a small one by hand. What nobody printed is ``None``, never a guess. Handbook step 1 (theoretical framework).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import pandas as pd

from dti_research.errors import InputError, UnknownName, find_name
from dti_research.message import Listing, Message, Name, Number

CLOSED, OPEN, SILENT = "closed", "open", "silent"

_NUMBER, _COLUMN, _SOURCE = r"\d+|[IVX]+\.\d+", r"[a-z0-9_]+", r"[a-z0-9]+(-[a-z0-9]+)*"
_BODIES = ("departments", "districts")
_FIRST = ("five-first-departments", "five-first-districts")

#: What a locator may say, and what may stand behind its ``=``: nothing (None), a form, or one of several words. The words for a
#: reader are in ``report/messages/<language>/sources.toml``, under the same keys.
PLACES: dict[str, None | str | tuple[str, ...]] = {
    # the text, and what stands out of it
    "text": None,
    "headline": None,
    "lead": None,
    "title-and-date": None,
    "number-and-date": None,
    "results": None,
    "opening-paragraph": None,
    "opening-sentence": None,
    "paragraph": _NUMBER,
    "paragraphs": _NUMBER,
    "sentence": _NUMBER,
    "sentence-before-table": _NUMBER,
    "sentence-before-table-of": _FIRST,
    "appraisal-council-paragraph": None,
    # lists, and what they are of
    "ranking": None,
    "first-nine-rows": None,
    "four-first-provinces": None,
    "list-of": ("main-indicators", "merged-provinces"),
    "set": ("city", "commune", "ministerial", "national"),
    "counts-of-set": ("provincial",),
    "make-up-of": ("government", "economy", "society"),
    "points-of-pillars": None,
    "shares-in-pillar": None,
    "levels-of": _BODIES,
    "level": _NUMBER,
    "departments": None,
    "districts": None,
    # tables
    "appendix": _NUMBER,
    "table": _NUMBER,
    "table-of": ("main-indicators", "provinces", "63-provinces", "34-provinces", *_FIRST),
    "heading": None,
    "heading-and-rows": None,
    "group-heading": _NUMBER,
    "group-headings": None,
    "group-row": _NUMBER,
    "row": _NUMBER,
    "column": _COLUMN,
    "rank-column": _COLUMN,
    "name-column": None,
    "composite": None,
    "rank": None,
    # printed nowhere as a whole
    "scattered": ("provinces", "ministries"),
    "rows": _NUMBER,
    "make-up-not-printed": ("gives-printed-mean", "gives-printed-value-of-thanh-hoa"),
}

#: What is said of the place before it, with no comma between.
REMARKS: dict[str, str | tuple[str, ...]] = {
    "and": _NUMBER,
    "of": _SOURCE,
    "component-counts": _SOURCE,
    "remark": ("japanese-translation", "keeps-first-place", "sentence-cut"),
}


@dataclass(frozen=True)
class Locator:
    """A place inside a source, from the outside in, as the columns ``locator`` of ``data/raw`` have it.

    A step is a key of `PLACES` or `REMARKS`, and its value, empty where it takes none.

    >>> Locator.read("table=1; row=2").steps
    (('table', '1'), ('row', '2'))
    >>> Locator.read("tabel=1")
    Traceback (most recent call last):
    dti_research.errors.UnknownName: unknown place 'tabel' (did you mean 'table'?); known: text, headline, ... remark
    """

    steps: tuple[tuple[str, str], ...]

    @classmethod
    def read(cls, text: str) -> Locator:
        """The place that a cell names, ``kind=value; kind=value``, if every kind is known and has the value that it takes."""
        known = PLACES | REMARKS
        steps = []
        for step in text.split(";"):
            kind, equals, value = (part.strip() for part in step.partition("="))
            takes = known[find_name("place", kind, known)]
            if not steps and kind in REMARKS:
                raise InputError(f"place {text!r}: {kind} stands first; expected a place before it; write text; {kind}")
            if takes is None and equals:
                raise InputError(f"place {step.strip()!r}: expected {kind} alone; delete what follows it")
            if isinstance(takes, tuple):
                find_name(f"word behind {kind}=", value, takes)
            elif takes is not None and not re.fullmatch(takes, value):
                raise InputError(f"place {step.strip()!r}: expected {kind}=..., of the form {takes}; correct it")
            steps.append((kind, value))
        return cls(tuple(steps))

    @property
    def said(self) -> Listing:
        """The place as it is said to a reader: messages of ``sources.toml``."""
        said: list[Message] = []
        for kind, value in self.steps:
            takes = (PLACES | REMARKS)[kind]
            told = Message(f"sources.value.{kind}.{value}") if isinstance(takes, tuple) else value
            if kind in REMARKS:
                said[-1] = Message(f"sources.remark.{kind}", place=said[-1], value=told)
            else:
                said.append(Message(f"sources.place.{kind}", value=told))
        return Listing(said)

    @property
    def plain(self) -> str:
        """Its words with spaces and commas, for ids: the same in every language.

        >>> Locator.read("levels-of=districts; opening-sentence").plain
        'levels of districts, opening sentence'
        """
        return ", ".join(f"{kind} {value}".strip().replace("-", " ") for kind, value in self.steps)


@dataclass(frozen=True)
class Indicator:
    """A main indicator: a leaf that carries points (component indicators are only counted; nobody printed their points).

    Parameters
    ----------
    code : str
        Column name in a table of values, unique within a framework.
    name_vi, name_en : str
        Official name; our English name.
    concept : str
        What it is about, the same word in every framework (``digital-awareness`` ... ``plan-completion``).
    group : str
        ``foundation``, ``activity`` or empty, as printed.
    points : float or None [points]
        None where nobody printed or recovered them; 0 where the print says that it carries none.
    components : int or None
        Number of component indicators under it.
    optional : bool
        True if it applies to some units only (Hanoi's nine departments): a blank value then means "does not apply".
    source, locator : str
        Where it is printed.

    Examples
    --------
    >>> Indicator("roads", "Đường", "Roads", concept="digital-infrastructure", points=60).points
    60
    """

    code: str
    name_vi: str = ""
    name_en: str = ""
    concept: str = ""
    group: str = ""
    points: float | None = None
    components: int | None = None
    optional: bool = False
    source: str = ""
    locator: str = ""


@dataclass(frozen=True)
class Pillar:
    """A direct child of the root. An indicator may count in several pillars (the national pillars of 2021-2023 overlap)."""

    code: str
    name_vi: str = ""
    name_en: str = ""
    indicators: tuple[str, ...] = ()
    source: str = ""
    locator: str = ""


@dataclass(frozen=True)
class LevelBand:
    """One level's interval, as printed, with each edge ``closed``, ``open`` or ``silent`` (the print does not say which).

    A missing bound (None) means that the print gives none: below everything, or above everything.
    """

    name_vi: str
    name_en: str = ""
    lower: float | None = None
    upper: float | None = None
    lower_edge: str = CLOSED
    upper_edge: str = OPEN
    source: str = ""
    locator: str = ""


@dataclass(frozen=True)
class LevelRule:
    """The bands that one document prints for one framework, lowest level first."""

    document: str
    bands: tuple[LevelBand, ...]


@dataclass(frozen=True)
class Framework:
    """One official index: its indicators, their points, its pillars and its level rules.

    Parameters
    ----------
    measure : str
        What values and composites are printed in: ``points`` (the cities) or ``share`` (the ministry: 0 to 1).
    weights : str
        Where the points come from: ``printed``, ``recovered`` (computed from a printed table) or ``not published``.
    main_indicators, components : int or None
        Counts, as printed (2020: seven for each of three pillars, so 21).
    total_printed : float or None [points]
        The total as printed. `total_points` is what the points add to.
    unit_set : str
        Which units it grades (``province-63``, ``hcmc-department``, ...).

    Examples
    --------
    >>> village = Framework(
    ...     id="village", measure="points",
    ...     indicators=(Indicator("roads", points=60), Indicator("wells", points=40)),
    ...     pillars=(Pillar("works", indicators=("roads", "wells")),))
    >>> village.points
    roads    60.0
    wells    40.0
    Name: points [points], dtype: float64
    >>> village.total_points
    100.0
    """

    id: str
    name_vi: str = ""
    name_en: str = ""
    issuer: str = ""
    decision: str = ""
    decision_date: str = ""
    decision_source: str = ""
    decision_locator: str = ""
    unit_set: str = ""
    years: tuple[int, ...] = ()
    main_indicators: int | None = None
    components: int | None = None
    total_printed: float | None = None
    measure: str = "share"
    weights: str = "printed"
    indicators: tuple[Indicator, ...] = ()
    pillars: tuple[Pillar, ...] = ()
    level_rules: tuple[LevelRule, ...] = ()
    note_vi: str = ""
    note_en: str = ""
    source: str = ""
    locator: str = ""

    @property
    def points(self) -> pd.Series | None:
        """Points of the indicators that carry any; None where some are not published."""
        carrying = [i for i in self.indicators if i.points != 0]
        if not carrying or any(i.points is None for i in carrying):
            return None
        return pd.Series({i.code: float(i.points) for i in carrying}, name="points [points]")

    @property
    def total_points(self) -> float | None:
        """What the points add to (without optional indicators); the printed total where points are not published."""
        if self.points is None:
            return self.total_printed
        return float(self.points.drop([i.code for i in self.indicators if i.optional and i.code in self.points]).sum())

    @property
    def scored(self) -> tuple[Indicator, ...]:
        """The indicators that count in the composite: all but those printed as carrying no points."""
        return tuple(i for i in self.indicators if i.points != 0)

    @property
    def pillars_or_indicators(self) -> tuple[Pillar, ...]:
        """The printed pillars; where none are printed, each scored indicator is a child of the root itself."""
        if self.pillars:
            return self.pillars
        return tuple(Pillar(i.code, i.name_vi, i.name_en, (i.code,)) for i in self.scored)

    def indicator(self, code: str) -> Indicator:
        """The indicator with this code; an unknown code is an error that lists the known ones."""
        known = {i.code: i for i in self.indicators}
        return known[find_name(f"indicator of {self.id}", code, known)]

    def level_rule(self, document: str | None = None) -> LevelRule:
        """The level rule that a document prints (the first one, the issuer's own, by default)."""
        if not self.level_rules:
            raise UnknownName(
                f"{self.id}: no document found prints level boundaries for it; use the reading share-60-80"
            )
        known = {rule.document: rule for rule in self.level_rules}
        return known[find_name(f"document with levels of {self.id}", document or next(iter(known)), known)]


Said = Message | Name | Number | Listing | str
"""What `report.say` turns into words."""


@dataclass(frozen=True)
class Contradiction:
    """Something printed that cannot stand beside the rest of the print (never a typing slip of ours: that raises).

    `kind` is one word for its sort (``level-gap``, ...); `subject` says in codes and scores which part of the framework, unit or
    year it is about, and `where` says the same in words; `expected` is what the rest of the print makes one expect; `at` holds the
    boundary, or the two ends of the interval, that it is about [measure of the framework].
    """

    framework: str
    kind: str
    subject: str
    printed: Said
    expected: Said
    source: str = ""
    locators: tuple[str, ...] = ()
    where: Said = ""
    at: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "where", self.where or self.subject)

    @property
    def id(self) -> str:
        """Stable name by which a claim points at it."""
        return f"{self.framework}/{self.kind}/{self.subject}" + (f"/{self.source}" if self.source else "")
