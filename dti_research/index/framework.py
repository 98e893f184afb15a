"""The nouns of an index: what a framework is made of, as printed.

Everything here is frozen and knows nothing of files: `dti_research.data` builds these from ``data/raw``, and a test or a
student may build a small one by hand. What nobody printed is ``None``, never a guess. Handbook step 1 (theoretical framework).
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from dti_research.errors import UnknownName, find_name

CLOSED, OPEN, SILENT = "closed", "open", "silent"


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


@dataclass(frozen=True)
class Finding:
    """A contradiction inside what was printed (never a typing slip of ours: that raises).

    Parameters
    ----------
    kind : str
        One word for its sort (``level-gap``, ``off-scale-boundary``, ...).
    where : str
        Which part of the framework, unit or year.
    printed, expected : str
        What stands in print; what the rest of the print makes one expect.
    """

    framework: str
    kind: str
    where: str
    printed: str
    expected: str
    source: str = ""
    locator: str = ""

    @property
    def id(self) -> str:
        """Stable name by which a claim points at it."""
        return f"{self.framework}/{self.kind}/{self.where}" + (f"/{self.source}" if self.source else "")
