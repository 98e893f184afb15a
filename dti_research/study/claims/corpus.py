"""All that was printed: each figure as a claim, with its source and place, and what follows from the rest, computed once."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace

import pandas as pd

from dti_research import data
from dti_research.errors import InputError
from dti_research.index import levels
from dti_research.index.framework import Contradiction, Framework, LevelRule, Said
from dti_research.index.score import Scores, score
from dti_research.message import Message
from dti_research.study.printed import Printed

#: The ministry prints four decimals.
DEFAULT_HALF_DIGIT = 5e-5


@dataclass(frozen=True)
class Claim:
    """One printed figure: a row of ``data/raw/claims.csv``.

    Parameters
    ----------
    id : str
        Any text that no other claim has.
    framework, table, unit, part : str
        What it is about: the published list, the unit, and the pillar, indicator, group or level; empty where it is about more.
    check : str
        What computes it: a key of `study.claims.checks.CHECKS`.
    printed : str
        Digit for digit; a level by its name, and ``last`` for a rank that is printed as a word.
    given : dict
        What the check needs besides.
    source, locator : str
        Where it is printed: see `index.framework.Locator`.
    """

    id: str
    framework: str
    table: str
    check: str
    unit: str
    part: str
    printed: str
    given: dict[str, str]
    source: str
    locator: str

    @property
    def number(self) -> float:
        """The printed number; an error where a word is printed."""
        return Printed(self.printed).number

    @property
    def half_digit(self) -> float:
        """Half a unit of the last printed digit."""
        return Printed(self.printed).half_digit

    @property
    def said(self) -> Said:
        """What is printed, as it is said to a reader."""
        try:
            return Printed(self.printed).said
        except InputError:  # a level, "last"
            return self.printed


def read_given(text: str, claim: str) -> dict[str, str]:
    """The column ``given``; an InputError names the claim of a part that is no key=value.

    Examples
    --------
    >>> read_given("document=newspaper; level=2", "any")
    {'document': 'newspaper', 'level': '2'}
    """
    given = {}
    for pair in filter(None, map(str.strip, text.split(";"))):
        key, equals, value = pair.partition("=")
        if not equals:
            raise InputError(
                f"{data.file_of('claims')}, claim {claim}, column given: {pair!r}; expected key=value; key=value"
            )
        given[key.strip()] = value.strip()
    return given


def read_claims() -> tuple[Claim, ...]:
    """Every claim, in the order of ``claims.csv``."""
    columns = [field.name for field in fields(Claim)]
    rows = data.load_claims().rename_axis("id").reset_index()[columns].to_dict("records")
    return tuple(Claim(**(row | {"given": read_given(row["given"], row["id"])})) for row in rows)


@dataclass(frozen=True)
class Print:
    """All that was printed; checks look things up here."""

    frameworks: dict[str, Framework]
    tables: pd.DataFrame
    claims: tuple[Claim, ...]
    values: dict[str, pd.DataFrame]
    input_half_digit: dict[str, float]
    mergers: pd.DataFrame
    names: dict[str, str]
    _cache: dict = field(default_factory=dict, repr=False, compare=False)

    def _once(self, key: tuple, build: Callable):
        if key not in self._cache:
            self._cache[key] = build()
        return self._cache[key]

    def framework_of(self, table: str) -> Framework:
        return self.frameworks[self.tables.loc[table, "framework"]]

    def find(self, **fields: str) -> list[Claim]:
        """The claims with these fields."""
        return [c for c in self.claims if all(getattr(c, name) == wanted for name, wanted in fields.items())]

    def find_own_first(self, table: str, **fields: str) -> list[Claim]:
        """The claims on a table with these fields; those of the table's own source stand before those of others."""
        own = self.tables.loc[table, "source"]
        return sorted(self.find(table=table, **fields), key=lambda claim: claim.source != own)

    def tables_alike(self, table: str) -> list[str]:
        """The table itself and other tables of the same framework and year (63 and 34 provinces of 2024)."""
        row = self.tables.loc[table]
        alike = self.tables[(self.tables.framework == row.framework) & (self.tables.year == row.year)].index
        return [table] + [name for name in alike if name != table]

    def scores(self, table: str) -> Scores | None:
        """The table scored with its framework's points; None if it prints no indicator values."""
        if table not in self.values:
            return None
        return self._once(("scores", table), lambda: score(self.values[table], self.framework_of(table)))

    def printed_composites(self, table: str) -> pd.Series:
        """Printed composites; where several sources print one, the table's own source wins."""

        def build() -> pd.Series:
            rows = self.find_own_first(table, check="composite")
            return pd.Series({c.unit: c.number for c in reversed(rows)}, dtype=float)

        return self._once(("printed", table), build)

    def part_scores(self, table: str, part: str) -> pd.Series:
        """What is known of one pillar or indicator: computed where values are printed, as printed by the press otherwise."""

        def build() -> pd.Series:
            known = {claim.unit: claim.number for claim in self.find(table=table, part=part, check="pillar")}
            scores = self.scores(table)
            if scores is not None:
                columns = scores.pillars if part in scores.pillars.columns else scores.normalised
                if part in columns.columns:
                    known |= columns[part].to_dict()
            return pd.Series(known, dtype=float)

        return self._once(("part", table, part), build)

    def value(self, table: str, unit: str, part: str) -> tuple[float, float] | None:
        """A composite, pillar or mean (no unit) with what its rounding leaves open; as printed, else computed from its parts."""
        if not unit or not part:
            claims = self.find_own_first(table, check="composite" if unit else "mean", unit=unit, part=part)
            return (claims[0].number, claims[0].half_digit) if claims else None
        for name in (part, f"digital_{part}"):
            known = self.part_scores(table, name)
            if unit in known.index:
                return float(known[unit]), self.input_half_digit.get(table, DEFAULT_HALF_DIGIT)
        return None

    def rank_interval(self, table: str, unit: str, part: str) -> tuple[int, int] | None:
        """Between which ranks a unit must stand, given what is known of the others; None if its own value is not known.

        Ranks count the units strictly above. A table that prints the first rows only says that all others stand below them.
        """
        row = self.tables.loc[table]
        slack = 0.0
        if part:
            known = self.part_scores(table, part)
            slack = 1e-4  # a computed pillar carries the rounding of its values and is compared with printed ones
        else:
            known = self.printed_composites(table)
            scores = self.scores(table)
            if scores is not None and row.ranked and len(scores.composite) == int(row.ranked):
                known = scores.composite.round(12)
        if unit not in known.index:
            return None
        own = known[unit]
        others = known.drop(unit)
        above = int((others > own + slack).sum())
        maybe = int(((others > own - slack) & (others <= own + slack)).sum()) if slack else 0
        head = self.find(table=table, check="composite", source=row.source, unit=unit)
        if row.coverage == "head" and not part and head:
            return above + 1, above + 1
        if not row.ranked:
            return None
        unknown = int(row.ranked) - len(known)
        return above + 1, above + 1 + maybe + unknown

    def rank(self, table: str, unit: str, part: str) -> int | None:
        """A rank: computed where it is certain, else as printed."""
        interval = self.rank_interval(table, unit, part)
        if interval and interval[0] == interval[1]:
            return interval[0]
        for name in (part, f"digital_{part}"):
            for claim in self.find(table=table, check="rank", unit=unit, part=name):
                if claim.printed.isdigit():
                    return int(claim.printed)
        return None

    def level_contradictions(self, framework: str) -> dict[str, list[Contradiction]]:
        """Gaps, overlaps and off-scale boundaries of a framework's level rules, by the document that prints them."""

        def build() -> dict[str, list[Contradiction]]:
            own = self.frameworks[framework]
            return {rule.document: _level_contradictions(own, rule) for rule in own.level_rules}

        return self._once(("levels", framework), build)

    def level_counts(self, table: str, source: str | None = None) -> dict[str, int]:
        """How many units stand at each level, by the first source that prints counts (or by `source`)."""
        claims = [c for c in self.find(table=table, check="units_at_level") if source in (None, c.source)]
        return {c.part: int(c.number) for c in of_first_source(claims)}


def of_first_source(claims: list[Claim]) -> list[Claim]:
    """The claims of the source that prints the first of them."""
    return [claim for claim in claims if claim.source == claims[0].source]


def _level_contradictions(framework: Framework, rule: LevelRule) -> list[Contradiction]:
    """What `index.levels` finds in one document's bands, under the document's name."""
    shares = levels.REFERENCE_SHARES if len(rule.bands) == len(levels.REFERENCE_SHARES) + 1 else None
    return [
        replace(
            found,
            subject=f"{rule.document}: {found.subject}",
            where=Message("claims.where.in_document", document=rule.document, where=found.subject),
        )
        for found in levels.find_contradictions(rule, framework.total_points, framework.id, shares)
    ]


@functools.cache
def load_print() -> Print:
    """Everything in ``data/raw``, ready for the checks."""
    raw_values = data.load_raw("values")
    return Print(
        frameworks=data.load_frameworks(),
        tables=data.load_tables(),
        claims=read_claims(),
        values={table: data.load_values(table) for table in raw_values.table.unique()},
        input_half_digit={
            table: max(Printed(value).half_digit for value in rows.value) for table, rows in raw_values.groupby("table")
        },
        mergers=data.load_raw("mergers"),
        names=data.unit_names(),
    )
