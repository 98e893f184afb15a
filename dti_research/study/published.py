"""Each printed figure against what we compute: which claims are reproduced, explained, contradicted, or beyond checking?

A claim (``data/raw/claims.csv``) names one of the `CHECKS` below; a check computes the figure from the rest of the print and says
how near it must come. Four verdicts:

- ``reproduced``: computed and printed agree within the bound (half a unit of the printed digit, plus what the rounding of the
  printed inputs can do; the bound is part of the answer);
- ``explained``: they differ, and a named finding says why;
- ``contradicted``: printed figures that cannot all hold; the finding names them;
- ``not checkable``: it needs what was not found in print, and says what.

Handbook step 10 (back to the data).
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

import pandas as pd

from dti_research import data
from dti_research.errors import InputError, find_name
from dti_research.index import levels
from dti_research.index.framework import Finding, Framework
from dti_research.index.score import METHODS, Scores, rank_min, score

REPRODUCED, EXPLAINED, CONTRADICTED, NOT_CHECKABLE = "reproduced", "explained", "contradicted", "not checkable"
VERDICTS = (REPRODUCED, EXPLAINED, CONTRADICTED, NOT_CHECKABLE)
DEFAULT_HALF_DIGIT = 5e-5  # the ministry prints four decimals
EPSILON = 1e-9  # absorbs binary noise only; every stated bound is at least 5e-5

NEEDS = {
    "indicator-values": (
        "giá trị các chỉ số chính của đơn vị này (không có trong các bảng đã chép)",
        "this unit's indicator values (not in the tables transcribed here)",
    ),
    "all-units": ("giá trị của mọi đơn vị được xếp hạng", "the values of all ranked units"),
    "unit-total": ("tổng điểm của đơn vị này", "this unit's total"),
    "unit-totals": ("tổng điểm của mọi đơn vị", "the totals of all units"),
    "unit-list": ("danh sách đơn vị", "the list of units"),
    "component-list": ("danh sách chỉ số thành phần", "the list of component indicators"),
    "pillar-indicators": ("danh sách chỉ số chính của từng trụ cột", "the list of each pillar's main indicators"),
    "points": ("điểm từng chỉ số chính", "the points of each main indicator"),
    "earlier-edition": ("kết quả của kỳ trước cho đơn vị này", "this unit's result in the earlier edition"),
    "boundary-rule": ("quy tắc đặt ranh giới", "the rule by which boundaries were set"),
    "council-list": ("danh sách hội đồng thẩm định", "the list of the appraisal council"),
}

WHAT = {
    "composite": ("chỉ số tổng hợp", "composite"),
    "same_figure": ("giá trị in ở nguồn khác", "value printed elsewhere"),
    "rank": ("thứ hạng", "rank"),
    "level": ("mức", "level"),
    "pillar": ("giá trị trụ cột", "pillar value"),
    "mean": ("giá trị trung bình", "mean"),
    "merged_mean": ("trung bình cộng của các tỉnh hợp thành", "plain mean of the merged provinces"),
    "total_points": ("tổng điểm", "total points"),
    "total_components": ("số chỉ số thành phần", "number of component indicators"),
    "indicator_points": ("điểm của chỉ số", "points of the indicator"),
    "indicator_components": ("số chỉ số thành phần của chỉ số", "component indicators of the indicator"),
    "group_points": ("điểm của nhóm", "points of the group"),
    "group_components": ("số chỉ số thành phần của nhóm", "component indicators of the group"),
    "share_of_points": ("tỷ lệ điểm (%)", "share of the points (%)"),
    "number_of_indicators": ("số chỉ số chính", "number of main indicators"),
    "number_of_pillars": ("số nhóm hoặc trụ cột", "number of groups or pillars"),
    "number_of_levels": ("số mức", "number of levels"),
    "number_of_frameworks": ("số bộ chỉ số của quyết định", "number of frameworks of the decision"),
    "number_of_editions": ("số kỳ đánh giá", "number of assessments"),
    "boundary": ("ranh giới mức", "level boundary"),
    "unit_total": ("số đơn vị", "number of units"),
    "units_at_level": ("số đơn vị ở mức", "units at the level"),
    "percentage": ("tỷ lệ đơn vị ở mức (%)", "share of units at the level (%)"),
    "percentage_of": ("tỷ lệ (%)", "share (%)"),
    "unit_sum": ("tổng số đơn vị", "units in all"),
    "units_ranked": ("số đơn vị được xếp hạng", "number of units ranked"),
    "units_above": ("số đơn vị trên ngưỡng", "units above a threshold"),
    "number_listed": ("số đơn vị dẫn đầu được nêu tên", "number of leading units named"),
    "ambiguous_units": ("số đơn vị cấp huyện", "number of district-level units"),
    "rank_move": ("số bậc tăng", "places gained"),
    "value_move": ("mức tăng giá trị", "gain in value"),
    "growth": ("tốc độ tăng (%)", "growth (%)"),
    "published_nowhere": ("số liệu không có gì để đối chiếu", "figure with nothing to check it against"),
}


@dataclass(frozen=True)
class Claim:
    """One printed figure, with its source and place, and the check that computes it."""

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
        return float(self.printed)

    @property
    def half_digit(self) -> float:
        """Half a unit of the last printed digit."""
        return half_digit(self.printed)


@dataclass(frozen=True)
class Outcome:
    """What a check says of a claim."""

    verdict: str
    computed: float | str | None = None
    bound: float | None = None
    finding: Finding | None = None
    needs: str = ""


@dataclass(frozen=True)
class Verdict:
    """A claim with its outcome."""

    claim: Claim
    outcome: Outcome

    def what(self, language: str = "en") -> str:
        """What the figure is about, in words."""
        return describe(self.claim, language)


def half_digit(printed: str) -> float:
    """Half a unit of the last digit of a printed number.

    Examples
    --------
    >>> half_digit("0.8241"), half_digit("35")
    (5e-05, 0.5)
    """
    decimals = len(printed.partition(".")[2])
    return 0.5 * 10.0**-decimals


def show_number(number: float) -> str:
    return f"{number:.6g}"


# ---------------------------------------------------------------------------------------------------------------- the print


@dataclass(frozen=True)
class Print:
    """All that was printed, with what follows from it computed once; checks look things up here."""

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
            own = self.tables.loc[table, "source"]
            rows = sorted(self.find(table=table, check="composite"), key=lambda c: c.source != own)
            return pd.Series({c.unit: c.number for c in reversed(rows)}, dtype=float)

        return self._once(("printed", table), build)

    def part_scores(self, table: str, part: str) -> pd.Series:
        """What is known of one pillar or indicator: computed where values are printed, as printed by the press otherwise."""

        def build() -> pd.Series:
            known: dict[str, float] = {}
            for claim in self.find(table=table, part=part):
                if claim.check == "pillar":
                    known[claim.unit] = claim.number
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
            check = "composite" if unit else "mean"
            own = self.tables.loc[table, "source"]
            claims = sorted(self.find(table=table, check=check, unit=unit, part=part), key=lambda c: c.source != own)
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
        head = set()
        if row.coverage == "head" and not part:
            head = {c.unit for c in self.find(table=table, check="composite", source=row.source)}
        if unit in head:
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

    def level_findings(self, framework: str) -> list[Finding]:
        """Gaps, overlaps and off-scale boundaries of a framework's level rules."""
        return self._once(("levels", framework), lambda: _find_level_findings(self.frameworks[framework]))


def _read_given(text: str, claim: str) -> dict[str, str]:
    pairs = [pair.strip() for pair in text.split(";") if pair.strip()]
    for pair in pairs:
        if "=" not in pair:
            raise InputError(
                f"data/raw/claims.csv, claim {claim}, column given: {pair!r}; expected key=value; key=value"
            )
    return {key.strip(): value.strip() for key, value in (pair.split("=", 1) for pair in pairs)}


@functools.cache
def load_print() -> Print:
    """Everything in ``data/raw``, ready for the checks."""
    raw_values = data.load_raw("values")
    tables = data.load_tables()
    return Print(
        frameworks=data.load_frameworks(),
        tables=tables,
        claims=tuple(
            Claim(
                id=row.Index,
                framework=row.framework,
                table=row.table,
                check=row.check,
                unit=row.unit,
                part=row.part,
                printed=row.printed,
                given=_read_given(row.given, row.Index),
                source=row.source,
                locator=row.locator,
            )
            for row in data.load_claims().itertuples()
        ),
        values={table: data.load_values(table) for table in raw_values.table.unique()},
        input_half_digit={
            table: max(half_digit(value) for value in rows.value) for table, rows in raw_values.groupby("table")
        },
        mergers=data.load_raw("mergers"),
        names=data.unit_names(),
    )


# --------------------------------------------------------------------------------------------------------------- the checks


def _compare(claim: Claim, computed: float, bound: float, finding: Finding | None = None) -> Outcome:
    """Reproduced within the bound, contradicted by the finding otherwise."""
    if abs(computed - claim.number) <= bound + EPSILON:
        return Outcome(REPRODUCED, computed, bound)
    return Outcome(
        CONTRADICTED, computed, bound, finding or _finding(claim, f"{claim.check}-mismatch", show_number(computed))
    )


def _finding(claim: Claim, kind: str, expected: str, where: str = "") -> Finding:
    return Finding(
        framework=claim.framework,
        kind=kind.replace("_", "-"),
        where=where or _where(claim),
        printed=claim.printed,
        expected=expected,
        source=claim.source,
        locator=claim.locator,
    )


def _where(claim: Claim) -> str:
    subject = ":".join(text for text in (claim.table, claim.unit, claim.part) if text) or claim.locator
    return f"{subject}, since {claim.given['since']}" if "since" in claim.given else subject


def _count(claim: Claim, computed: int | float | None, needs: str = "") -> Outcome:
    """A count must be met exactly."""
    if computed is None:
        return Outcome(NOT_CHECKABLE, needs=needs)
    return _compare(claim, computed, 0.0, _finding(claim, "count-mismatch", show_number(computed), claim.locator))


def check_composite(claim: Claim, print_: Print) -> Outcome:
    """Points times values. Bound: half the printed digit, plus the weighted rounding of the values (their weights sum to one)."""
    for table in print_.tables_alike(claim.table):
        scores = print_.scores(table)
        if scores is not None and claim.unit in scores.composite.index:
            return _compare(
                claim, float(scores.composite[claim.unit]), claim.half_digit + print_.input_half_digit[table]
            )
    framework = print_.frameworks[claim.framework]
    if framework.points is not None:  # the press may print all the parts of a unit that the table leaves out
        parts = {code: print_.part_scores(claim.table, code).get(claim.unit) for code in framework.points.index}
        if all(value is not None for value in parts.values()):
            computed = float((framework.points * pd.Series(parts)).sum() / framework.points.sum())
            return _compare(claim, computed, 2 * claim.half_digit)
    return Outcome(NOT_CHECKABLE, needs="indicator-values")


def check_same_figure(claim: Claim, print_: Print) -> Outcome:
    """The same figure in another source."""
    other = print_.value(claim.table, claim.unit, claim.part)
    if other is None:
        return Outcome(NOT_CHECKABLE, needs="indicator-values")
    number, half = other
    return _compare(
        claim, number, max(claim.half_digit, half), _finding(claim, "sources-disagree", show_number(number))
    )


def check_rank(claim: Claim, print_: Print) -> Outcome:
    """One plus the number of units strictly above (ties share the smallest), or the interval that the known units leave."""
    interval = print_.rank_interval(claim.table, claim.unit, claim.part)
    if claim.printed == "last" or interval is None:
        return Outcome(NOT_CHECKABLE, needs="all-units")
    low, high = interval
    if low == high:
        return _compare(claim, low, 0.0)
    if low <= claim.number <= high:
        return Outcome(NOT_CHECKABLE, f"{low} to {high}", needs="all-units")
    return Outcome(CONTRADICTED, f"{low} to {high}", 0.0, _finding(claim, "rank-mismatch", f"{low} to {high}"))


def check_level(claim: Claim, print_: Print) -> Outcome:
    """The level of the printed total under the bands of the same document, as printed."""
    framework = print_.frameworks[claim.framework]
    total = print_.printed_composites(claim.table).get(claim.unit)
    if total is None:
        return Outcome(NOT_CHECKABLE, needs="unit-total")
    rule = framework.level_rule(claim.given["document"])
    names = levels.assign_levels(pd.Series({claim.unit: total}), rule, "as-printed", total=framework.total_points)[
        claim.unit
    ]
    if names == (claim.printed,):
        return Outcome(REPRODUCED, names[0], 0.0)
    computed = " / ".join(names) or "no level"
    return Outcome(CONTRADICTED, computed, 0.0, _finding(claim, "level-mismatch", computed))


def check_pillar(claim: Claim, print_: Print) -> Outcome:
    """A pillar from the indicator values; where only pillars are printed, from the composite and the other pillars."""
    framework = print_.frameworks[claim.framework]
    for table in print_.tables_alike(claim.table):
        scores = print_.scores(table)
        if framework.pillars and scores is not None and claim.unit in scores.pillars.index:
            computed = float(scores.pillars.loc[claim.unit, claim.part])
            return _compare(claim, computed, claim.half_digit + print_.input_half_digit[table])
    composite = print_.printed_composites(claim.table).get(claim.unit)
    if not framework.pillars and composite is not None:
        shares = framework.points / framework.points.sum()
        others = {
            code: print_.part_scores(claim.table, code).get(claim.unit) for code in shares.index if code != claim.part
        }
        if all(value is not None for value in others.values()):
            rest = sum(shares[code] * value for code, value in others.items())
            bound = claim.half_digit * (1 + (2 - shares[claim.part]) / shares[claim.part])
            return _compare(claim, float((composite - rest) / shares[claim.part]), bound)
    return Outcome(NOT_CHECKABLE, needs="indicator-values")


def check_mean(claim: Claim, print_: Print) -> Outcome:
    """The mean over all ranked units.

    The pillars of the 63 provinces of 2024 were not printed, but a merged province's values are the plain means of its parts, and a
    pillar is linear in the values: the mean over the 63 is the mean over the 34, each counted as often as it has parts.
    """
    row = print_.tables.loc[claim.table]
    if not claim.part:
        printed = print_.printed_composites(claim.table)
        if row.coverage == "complete" and len(printed) == int(row.ranked):
            return _compare(claim, float(printed.mean()), 2 * claim.half_digit)
        return Outcome(NOT_CHECKABLE, needs="all-units")
    parts = print_.mergers.unit_after.value_counts()
    for table in print_.tables_alike(claim.table)[1:]:
        scores = print_.scores(table)
        if scores is not None and set(scores.pillars.index) == set(parts.index) and parts.sum() == int(row.ranked):
            counts = parts.reindex(scores.pillars.index)
            computed = float((scores.pillars[claim.part] * counts).sum() / counts.sum())
            return _compare(claim, computed, claim.half_digit + print_.input_half_digit[table])
    return Outcome(NOT_CHECKABLE, needs="all-units")


def check_merged_mean(claim: Claim, print_: Print) -> Outcome:
    """The plain mean of the printed composites of the parts must give the printed digits.

    No allowance for the rounding of the parts here: print to print, a reader who averages the printed numbers should get
    the printed number. Where only that rounding can close the difference, the verdict is ``explained``.
    """
    parts = print_.mergers.loc[print_.mergers.unit_after == claim.unit, "unit_before"]
    before = print_.printed_composites(print_.tables_alike(claim.table)[1])
    computed = float(before[parts].mean())
    difference = abs(computed - claim.number)
    if difference <= claim.half_digit + EPSILON:
        return Outcome(REPRODUCED, computed, claim.half_digit)
    finding = _finding(claim, "merged-mean", f"{computed:.6f}, the mean of {len(parts)} printed composites")
    within_rounding = difference <= 2 * claim.half_digit + EPSILON
    return Outcome(EXPLAINED if within_rounding else CONTRADICTED, computed, claim.half_digit, finding)


def check_total_points(claim: Claim, print_: Print) -> Outcome:
    """The points of the main indicators must add to the printed total."""
    framework = print_.frameworks[claim.framework]
    if framework.points is None:
        return Outcome(NOT_CHECKABLE, needs="points")
    if (
        framework.weights == "recovered"
    ):  # proportions only: a printed table of shares does not tell the scale of its points
        return Outcome(NOT_CHECKABLE, needs="points")
    return _count(claim, framework.total_points)


def check_total_components(claim: Claim, print_: Print) -> Outcome:
    """The component counts of the main indicators, or else of the groups, must add to the printed total."""
    framework = print_.frameworks[claim.framework]
    counts = [i.components for i in framework.indicators if not i.optional]
    if counts and None not in counts:
        return _count(claim, sum(counts))
    groups = print_.find(framework=claim.framework, check="group_components", source=claim.source)
    groups = groups or _of_first_source(print_.find(framework=claim.framework, check="group_components"))
    return _count(claim, sum(c.number for c in groups) if len(groups) > 1 else None, "component-list")


def check_indicator_points(claim: Claim, print_: Print) -> Outcome:
    """The printed total less the points of all other indicators."""
    framework = print_.frameworks[claim.framework]
    others = [i.points for i in framework.indicators if i.code != claim.part and not i.optional]
    if None in others or framework.total_printed is None:
        return Outcome(NOT_CHECKABLE, needs="points")
    return _count(claim, framework.total_printed - sum(others))


def check_indicator_components(claim: Claim, print_: Print) -> Outcome:
    """The printed total less the component counts of all other indicators."""
    framework = print_.frameworks[claim.framework]
    others = [i.components for i in framework.indicators if i.code != claim.part and not i.optional]
    if None in others or framework.components is None:
        return Outcome(NOT_CHECKABLE, needs="component-list")
    return _count(claim, framework.components - sum(others))


def check_group_points(claim: Claim, print_: Print) -> Outcome:
    """The points of the indicators of one group."""
    points = [i.points for i in print_.frameworks[claim.framework].indicators if i.group == claim.part]
    return _count(claim, None if None in points else sum(points), "points")


def check_group_components(claim: Claim, print_: Print) -> Outcome:
    """The component counts of one group; where single counts are not printed, the printed total less the other groups."""
    framework = print_.frameworks[claim.framework]
    counts = [i.components for i in framework.indicators if i.group == claim.part]
    if None not in counts:
        return _count(claim, sum(counts))
    others = [
        c
        for c in print_.find(framework=claim.framework, check=claim.check, source=claim.source)
        if c.part != claim.part
    ]
    known = bool(others) and framework.components is not None
    return _count(claim, framework.components - sum(c.number for c in others) if known else None, "component-list")


def check_share_of_points(claim: Claim, print_: Print) -> Outcome:
    """An indicator's points in per cent of the total."""
    framework = print_.frameworks[claim.framework]
    return _compare(claim, 100 * framework.points[claim.part] / framework.points.sum(), claim.half_digit)


def check_number_of_indicators(claim: Claim, print_: Print) -> Outcome:
    """The main indicators (of a group or pillar, if one is given) that the document lists; optional ones do not count."""
    framework = print_.frameworks[claim.framework]
    listed = [i for i in framework.indicators if not i.optional]
    if "group" in claim.given:
        return _count(claim, sum(i.group == claim.given["group"] for i in listed))
    if "pillar" in claim.given:
        (pillar,) = [p for p in framework.pillars if p.code == claim.given["pillar"]]
        return _count(claim, len(pillar.indicators))
    return _count(claim, len(listed) or None, "component-list")


def check_number_of_pillars(claim: Claim, print_: Print) -> Outcome:
    """The pillars or groups that are children of the root."""
    return _count(claim, len(print_.frameworks[claim.framework].pillars_or_indicators))


def check_number_of_levels(claim: Claim, print_: Print) -> Outcome:
    """The bands of the level rule."""
    return _count(claim, len(print_.frameworks[claim.framework].level_rule(claim.given["document"]).bands))


def check_number_of_frameworks(claim: Claim, print_: Print) -> Outcome:
    """The frameworks that one decision issues."""
    return _count(claim, sum(f.decision == claim.given["decision"] for f in print_.frameworks.values()))


def check_number_of_editions(claim: Claim, print_: Print) -> Outcome:
    """The years assessed up to a year, over all editions of the provincial index."""
    family = claim.framework.rpartition("-")[0]
    years = {year for f in print_.frameworks.values() if f.id.startswith(family) for year in f.years}
    return _count(claim, sum(year <= int(claim.given["until"]) for year in years))


def check_boundary(claim: Claim, print_: Print) -> Outcome:
    """A level boundary against 60 % (below the middle level) or 80 % (above it) of the framework's total.

    No document prints these shares. That they are meant is an assumption: 198 and 264 are just these shares of the
    departments' 330, in every source, and 414 and 552 just these of 690. So the departments' boundaries are consistent with
    their scale rather than proved.
    """
    framework = print_.frameworks[claim.framework]
    level, edge, document = int(claim.given["level"]), claim.given["edge"], claim.given["document"]
    if len(framework.level_rule(document).bands) != len(levels.REFERENCE_SHARES) + 1:
        return Outcome(NOT_CHECKABLE, needs="boundary-rule")
    share = levels.REFERENCE_SHARES[level - 1 if edge == "upper" else level - 2]
    computed = share * framework.total_points
    if abs(computed - claim.number) <= EPSILON:
        return Outcome(REPRODUCED, computed, 0.0)
    at = show_number(claim.number)
    mine = [f for f in print_.level_findings(claim.framework) if f.where.startswith(f"{document}: ")]
    for finding in mine:
        ends = finding.where.partition(": ")[2].strip("[]()").split(", ")
        if finding.kind in ("level-gap", "level-overlap") and at in ends:
            return Outcome(CONTRADICTED, computed, 0.0, finding)
    for finding in mine:
        if finding.kind == "off-scale-boundary" and finding.printed == at:
            return Outcome(EXPLAINED, computed, 0.0, finding)
    # A rule of its own, in whole steps of its scale: nothing in print says that it is wrong.
    return Outcome(NOT_CHECKABLE, needs="boundary-rule")


def _of_first_source(claims: list[Claim]) -> list[Claim]:
    return [c for c in claims if c.source == claims[0].source]


def level_counts(print_: Print, table: str, source: str | None = None) -> dict[str, int]:
    """How many units stand at each level, by the first source that prints counts (or by `source`)."""
    claims = [c for c in print_.find(table=table, check="units_at_level") if source in (None, c.source)]
    return {c.part: int(c.number) for c in _of_first_source(claims)}


def _all_level_counts(print_: Print, claim: Claim) -> dict[str, int] | None:
    """`level_counts` if every level of the framework has one."""
    levels_ = {band.name_vi for band in print_.frameworks[claim.framework].level_rule().bands}
    for source in (claim.source, None):
        counts = level_counts(print_, claim.table, source)
        if set(counts) == levels_:
            return counts
    return None


def check_unit_total(claim: Claim, print_: Print) -> Outcome:
    """The units at all levels, added."""
    counts = _all_level_counts(print_, claim)
    return _count(claim, sum(counts.values()) if counts else None, "unit-totals")


def check_units_at_level(claim: Claim, print_: Print) -> Outcome:
    """All units less those at the other levels."""
    totals = print_.find(table=claim.table, check="unit_total")
    counts = _all_level_counts(print_, claim)
    if not totals or not counts:
        return Outcome(NOT_CHECKABLE, needs="unit-totals")
    return _count(claim, totals[0].number - sum(n for level, n in counts.items() if level != claim.part))


def check_percentage(claim: Claim, print_: Print) -> Outcome:
    """The units at one level in per cent of all."""
    counts = _all_level_counts(print_, claim)
    if not counts:
        return Outcome(NOT_CHECKABLE, needs="unit-totals")
    return _compare(claim, 100 * counts[claim.part] / sum(counts.values()), claim.half_digit)


def check_percentage_of(claim: Claim, print_: Print) -> Outcome:
    """One printed count in per cent of another."""
    return _compare(claim, 100 * float(claim.given["count"]) / float(claim.given["of"]), claim.half_digit)


def check_unit_sum(claim: Claim, print_: Print) -> Outcome:
    """The units of several tables, added."""
    return _count(claim, sum(int(print_.tables.loc[table, "ranked"]) for table in claim.given["of"].split(",")))


def check_units_ranked(claim: Claim, print_: Print) -> Outcome:
    """The rows of a complete table."""
    complete = print_.tables.loc[claim.table, "coverage"] == "complete" and not claim.part
    return _count(claim, len(print_.printed_composites(claim.table)) if complete else None, "unit-list")


def check_units_above(claim: Claim, print_: Print) -> Outcome:
    """Units at or above a threshold: only a lower bound where not all are printed."""
    known = print_.printed_composites(claim.table)
    above = int((known >= float(claim.given["threshold"])).sum())
    return Outcome(NOT_CHECKABLE, f"at least {above}", needs="all-units")


def check_number_listed(claim: Claim, print_: Print) -> Outcome:
    """The units that the same source names with a rank from the top."""
    named = {c.unit for c in print_.find(table=claim.table, check="rank", source=claim.source) if c.printed.isdigit()}
    return _count(claim, len(named) or None, "unit-list")


def check_ambiguous_units(claim: Claim, print_: Print) -> Outcome:
    """A count that can be read in two ways; the list of units that would decide is not published."""
    readings = claim.given["readings"].split(",")
    name = print_.names[claim.unit]
    expected = f"{readings[0]} with {name} counted in, {readings[1]} with it besides"
    return Outcome(
        NOT_CHECKABLE, " or ".join(readings), None, _finding(claim, "ambiguous-count", expected), "unit-list"
    )


def check_rank_move(claim: Claim, print_: Print) -> Outcome:
    """The earlier rank less the later one."""
    earlier = print_.rank(claim.given["since"], claim.unit, claim.part)
    later = print_.rank(claim.table, claim.unit, claim.part)
    if earlier is None or later is None:
        return Outcome(NOT_CHECKABLE, needs="earlier-edition")
    finding = _finding(claim, "rank-move-mismatch", f"{earlier - later}, from rank {earlier} to rank {later}")
    return _compare(claim, earlier - later, 0.0, finding)


def check_value_move(claim: Claim, print_: Print) -> Outcome:
    """The later value less the earlier one. Bound: half the printed digit, plus the rounding of both values."""
    earlier = print_.value(claim.given["since"], claim.unit, claim.part)
    later = print_.value(claim.table, claim.unit, claim.part)
    if earlier is None or later is None:
        return Outcome(NOT_CHECKABLE, needs="earlier-edition")
    computed = later[0] - earlier[0]
    bound = claim.half_digit + later[1] + earlier[1]
    unit = 2 * claim.half_digit
    if (
        abs(computed - claim.number) > bound
        and abs(math.floor(computed / unit + EPSILON) * unit - claim.number) < EPSILON
    ):
        return Outcome(EXPLAINED, computed, bound, _finding(claim, "cut-not-rounded", f"{computed:.4f}"))
    finding = _finding(claim, "value-move-mismatch", f"{computed:.4f}, from {earlier[0]:.4f} to {later[0]:.4f}")
    return _compare(claim, computed, bound, finding)


def check_growth(claim: Claim, print_: Print) -> Outcome:
    """The later value over the earlier one, in per cent. Bound: half the printed digit, plus the rounding of both values."""
    earlier = print_.value(claim.given["since"], claim.unit, claim.part)
    later = print_.value(claim.table, claim.unit, claim.part)
    if earlier is None or later is None:
        return Outcome(NOT_CHECKABLE, needs="earlier-edition")
    ratio = later[0] / earlier[0]
    highest = (later[0] + later[1]) / (earlier[0] - earlier[1])
    return _compare(claim, 100 * (ratio - 1), claim.half_digit + 100 * (highest - ratio))


def check_published_nowhere(claim: Claim, print_: Print) -> Outcome:
    """Nothing else in print bears on the figure; ``needs`` names what would."""
    return Outcome(NOT_CHECKABLE, needs=claim.given["needs"])


CHECKS: dict[str, Callable[[Claim, Print], Outcome]] = {
    name.removeprefix("check_"): function for name, function in list(globals().items()) if name.startswith("check_")
}


# ----------------------------------------------------------------------------------------------------- verdicts and findings


def reproduce(framework: str | None = None, print_: Print | None = None) -> list[Verdict]:
    """Every claim (of one framework, if named) with its verdict, in the order of ``claims.csv``.

    Raises
    ------
    InputError
        If a claim names an unknown check or lacks what its check needs: a slip of ours, with the claim's id.

    Examples
    --------
    >>> own = [v for v in reproduce("national-province-2020") if v.claim.source == "dti-2020-report"]
    >>> [v.outcome.verdict for v in own if v.claim.check == "composite"].count("reproduced")
    9
    """
    print_ = print_ or load_print()
    verdicts = []
    for claim in print_.claims:
        if framework and claim.framework != framework:
            continue
        check = CHECKS[find_name(f"check (claim {claim.id})", claim.check, CHECKS)]
        check_claim(claim, print_)
        try:
            verdicts.append(Verdict(claim, check(claim, print_)))
        except (LookupError, ValueError, TypeError) as error:
            raise InputError(f"data/raw/claims.csv, claim {claim.id}: check {claim.check} failed: {error!r}") from error
    return _with_disagreements(verdicts, print_)


GIVEN: dict[str, tuple[set[str], set[str]]] = {  # check: keys that `given` must hold, keys that it may hold
    "level": ({"document"}, set()),
    "boundary": ({"document", "level", "edge"}, set()),
    "number_of_levels": ({"document"}, set()),
    "number_of_indicators": (set(), {"group", "pillar"}),
    "number_of_frameworks": ({"decision"}, set()),
    "number_of_editions": ({"until"}, set()),
    "rank_move": ({"since"}, set()),
    "value_move": ({"since"}, set()),
    "growth": ({"since"}, set()),
    "percentage_of": ({"count", "of"}, set()),
    "unit_sum": ({"of"}, set()),
    "units_above": ({"threshold"}, set()),
    "ambiguous_units": ({"readings"}, set()),
    "published_nowhere": ({"needs"}, set()),
}
NEED_TABLE = {
    "composite",
    "same_figure",
    "rank",
    "level",
    "pillar",
    "mean",
    "merged_mean",
    "rank_move",
    "value_move",
    "growth",
}
NEED_TABLE |= {
    "unit_total",
    "units_at_level",
    "percentage",
    "units_ranked",
    "units_above",
    "number_listed",
    "ambiguous_units",
}
OF_INDICATOR = {"indicator_points", "indicator_components", "share_of_points"}


def check_claim(claim: Claim, print_: Print) -> None:
    """Refuse a claim that names what is not there: that is our slip, and must not become an accusation of the publisher.

    Raises
    ------
    InputError
        With the claim's id, the column, what was found and what is known.
    """
    where = f"of claim {claim.id} (data/raw/claims.csv)"
    framework = print_.frameworks[claim.framework]
    required, allowed = GIVEN.get(claim.check, (set(), set()))
    for key in claim.given:
        find_name(f"key in given {where}", key, required | allowed)
    if missing := sorted(required - set(claim.given)):
        raise InputError(f"given {where}: {', '.join(missing)} missing; write {missing[0]}=...")
    if claim.check in NEED_TABLE and not claim.table:
        raise InputError(f"table {where}: empty; check {claim.check} needs one of {', '.join(print_.tables.index)}")
    if claim.table and print_.tables.loc[claim.table, "framework"] != claim.framework:
        own = print_.tables.loc[claim.table, "framework"]
        raise InputError(f"framework {where}: {claim.framework}; table {claim.table} belongs to {own}")
    if claim.check in OF_INDICATOR:
        find_name(f"indicator {where}", claim.part, [i.code for i in framework.indicators])
    groups = sorted({i.group for i in framework.indicators if i.group})
    if claim.check.startswith("group_"):
        find_name(f"group {where}", claim.part, groups)
    known = {
        "group": groups,
        "pillar": [p.code for p in framework.pillars],
        "document": [rule.document for rule in framework.level_rules],
        "edge": ["lower", "upper"],
        "since": list(print_.tables.index),
        "needs": list(NEEDS),
    }
    for key, names in known.items():
        if key in claim.given:
            find_name(f"{key} {where}", claim.given[key], names)
    if claim.check == "boundary":
        bands = framework.level_rule(claim.given["document"]).bands
        find_name(f"level {where}", claim.given["level"], [str(n + 1) for n in range(len(bands))])
        if getattr(bands[int(claim.given["level"]) - 1], claim.given["edge"]) is None:
            raise InputError(
                f"edge {where}: level {claim.given['level']} has no {claim.given['edge']} boundary in print"
            )
    if claim.check != "level" and claim.printed != "last":
        try:
            float(claim.printed)
        except ValueError:
            raise InputError(f"printed {where}: {claim.printed!r}; expected a number with a decimal point") from None


def _topic(claim: Claim) -> tuple:
    given = tuple(sorted((key, value) for key, value in claim.given.items() if key != "document"))
    return claim.check, claim.framework, claim.table, claim.unit, claim.part, given


def _with_disagreements(verdicts: list[Verdict], print_: Print) -> list[Verdict]:
    """Two sources that print different figures for one thing contradict each other, even where neither can be computed."""
    by_topic: dict[tuple, list[Verdict]] = {}
    for verdict in verdicts:
        if verdict.outcome.verdict == NOT_CHECKABLE:
            by_topic.setdefault(_topic(verdict.claim), []).append(verdict)
    changed = {}
    for group in by_topic.values():
        for verdict in group:
            others = sorted({f"{v.claim.printed} ({v.claim.source})" for v in group if _differ(v.claim, verdict.claim)})
            if others:
                finding = _finding(verdict.claim, "sources-disagree", ", ".join(others))
                changed[verdict.claim.id] = replace(verdict, outcome=Outcome(CONTRADICTED, None, None, finding))
    return [changed.get(v.claim.id, v) for v in verdicts]


def _differ(one: Claim, other: Claim) -> bool:
    """Whether two printed figures differ by more than the coarser one's rounding."""
    try:
        return abs(one.number - other.number) > max(one.half_digit, other.half_digit) + EPSILON
    except ValueError:  # words: a level, "last"
        return one.printed != other.printed


def _find_level_findings(framework: Framework) -> list[Finding]:
    found = []
    for rule in framework.level_rules:
        shares = levels.REFERENCE_SHARES if len(rule.bands) == len(levels.REFERENCE_SHARES) + 1 else None
        for finding in levels.find_findings(rule, framework.total_points, framework.id, shares):
            found.append(replace(finding, where=f"{rule.document}: {finding.where}"))
    return found


def composites_under(table: str, points_of: str, print_: Print | None = None) -> pd.DataFrame:
    """A table's composites computed with the points of a framework, beside the printed ones.

    Returns
    -------
    DataFrame, shape (unit, [printed, computed, difference, reproduced, rank, order_printed, order_computed])
        ``rank`` is the printed one among all ranked units; the two orders are ranks among the units with values.

    Examples
    --------
    >>> int(composites_under("province-2024-34", "national-province-2024")["reproduced"].sum())
    34
    >>> int(composites_under("province-2024-34", "national-province-2022")["reproduced"].sum())
    0
    """
    print_ = print_ or load_print()
    values = print_.values[table]
    computed = score(values, print_.frameworks[points_of], METHODS["published"]).composite
    printed = print_.printed_composites(table).reindex(values.index)
    difference = computed - printed
    ranks = pd.Series(
        {c.unit: int(c.number) for c in print_.find(table=table, check="rank", part="") if c.printed.isdigit()}
    )
    return pd.DataFrame(
        {
            "printed": printed,
            "computed": computed,
            "difference": difference,
            "reproduced": difference.abs() <= rounding_bound(table, print_) + EPSILON,
            "rank": ranks.reindex(values.index),
            "order_printed": rank_min(printed),
            "order_computed": rank_min(computed),
        }
    )


def rounding_bound(table: str, print_: Print | None = None) -> float:
    """How far a computed composite of a table may lie from its print: half the printed digit, plus the rounding of the values."""
    print_ = print_ or load_print()
    source = print_.tables.loc[table, "source"]
    return (
        max(c.half_digit for c in print_.find(table=table, check="composite", source=source))
        + print_.input_half_digit[table]
    )


def reproduce_all(frameworks: Iterable[Framework]) -> list[Verdict]:
    """The verdicts on several frameworks."""
    return [verdict for framework in frameworks for verdict in reproduce(framework.id)]


def verdicts_on(table: str, print_: Print | None = None) -> list[Verdict]:
    """The verdicts on one published list and on others of the same framework and year (63 and 34 provinces of 2024)."""
    print_ = print_ or load_print()
    alike = print_.tables_alike(find_name("table", table, print_.tables.index))
    return [v for v in reproduce(print_.framework_of(table).id, print_) if v.claim.table in alike]


def describe(claim: Claim, language: str = "en") -> str:
    """A claim in words: what, of whom, which part, when.

    Examples
    --------
    >>> describe(next(c for c in load_print().claims if c.id == "dti-gov-2024-34/composite/province-2024-34:ha-noi"))
    'composite: Hà Nội, 2024 (34 units)'
    """
    print_ = load_print()
    place = 0 if language == "vi" else 1
    framework = print_.frameworks[claim.framework]
    about = []
    if claim.unit:
        about.append(print_.names[claim.unit])
    if claim.part:
        named = {i.code: (i.name_vi, i.name_en) for i in framework.indicators}
        named |= {p.code: (p.name_vi, p.name_en) for p in framework.pillars}
        about.append(named.get(claim.part, (claim.part, claim.part))[place])
    if claim.check == "boundary":
        band = framework.level_rule(claim.given["document"]).bands[int(claim.given["level"]) - 1]
        edge = {"lower": ("cận dưới", "lower edge"), "upper": ("cận trên", "upper edge")}[claim.given["edge"]][place]
        about.append(f"{(band.name_vi, band.name_en)[place]}, {edge}")
    about += [claim.given[key] for key in ("group", "pillar", "decision") if key in claim.given]
    if claim.table:
        row = print_.tables.loc[claim.table]
        about.append(row.year + (f" ({row.ranked} {('đơn vị', 'units')[place]})" if row.ranked else ""))
    if "since" in claim.given:
        since = print_.tables.loc[claim.given["since"], "year"]
        about.append(f"{('so với', 'since')[place]} {since}")
    return f"{WHAT[claim.check][place]}: {', '.join(about or [(framework.name_vi, framework.name_en)[place]])}"
