"""All there is to ask of one printed table, and of rows with a composite and pillars."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from dti_research import data
from dti_research.errors import InputError, UnknownName, check_share, check_whole, find_name, nearest
from dti_research.index.framework import Framework
from dti_research.study.assessment import Assessment
from dti_research.study.printed import ROUNDING, outwards
from dti_research.study.recovery.misprint import Contradiction, Repair, find_contradiction, find_repairs
from dti_research.study.recovery.pillars import Earned, check_pillars, earned_by_unit, earned_points, pillars_of
from dti_research.study.recovery.points import LARGEST_SCALE, Proposals, compare_points, leave_one_out, propose_points
from dti_research.study.recovery.weights import STEP, Recovery, recover, without_units


@dataclass(frozen=True, eq=False)
class Answer:
    """What a printed table says about the weights behind it.

    ``found``: all weights that the table of `assessment`, with its printed composites, allows. The rest is as asked:
    `digits_given` are the columns whose digits were given and not read from the text, `altered` the unit whose composite was
    changed on purpose, or "".
    """

    assessment: Assessment
    found: Recovery
    scale: int | None
    multiple: int | None
    largest: int
    digits_given: frozenset[str]
    altered: str

    @property
    def impossible(self) -> bool:
        """Whether no weights give every row."""
        return self.found.verdict == "impossible"

    @cached_property
    def contradiction(self) -> Contradiction | None:
        """The units that contradict each other; None if no units do."""
        return find_contradiction(self.found) if self.impossible else None

    @cached_property
    def repair(self) -> Repair | None:
        """The misprints that explain the contradiction; None if there is none."""
        return find_repairs(self.found) if self.impossible else None

    @cached_property
    def rest(self) -> Recovery:
        """What the table allows without the units of the first explanation; all of it where nothing is to be explained."""
        units = self.repair.alternatives[0] if self.impossible and self.repair.alternatives else ()
        return without_units(self.found, units) if 0 < len(units) < len(self.found.units) else self.found

    @cached_property
    def points(self) -> Proposals:
        """Points in whole numbers that `rest` allows."""
        return self.propose(self.rest)

    def propose(self, recovery: Recovery) -> Proposals:
        """Points in whole numbers as asked for."""
        multiples = None if self.multiple is None else (self.multiple,)
        return propose_points(recovery, scale=self.scale, multiples=multiples, largest=self.largest)

    @property
    def shown_scale(self) -> int:
        """The scale on which intervals are shown in points: the one asked for or found, else 1000."""
        return self.points.found[-1].scale if self.points.found else 1000

    @cached_property
    def on_printed_total(self) -> Proposals:
        """Points that add to the total that the framework prints."""
        return propose_points(self.rest, scale=int(self.assessment.known_framework.total_printed or 1))

    @cached_property
    def free(self) -> Recovery:
        """The weights without an assumed total."""
        return self._again(total=None, rounding=self.found.printed.rounding)

    @cached_property
    def loose(self) -> Recovery:
        """The weights if numbers had been rounded twice, as means of rounded numbers are."""
        return self._again(total=1.0, rounding="twice")

    def _again(self, **options: object) -> Recovery:
        printed = self.found.printed
        return recover(printed.values, printed.composites, digits=printed.digits, **options)

    @cached_property
    def loose_has_same_points(self) -> bool:
        """Whether the same points would be found if numbers had been rounded twice."""
        return self.points.same_as(propose_points(self.loose, scale=self.scale))

    @cached_property
    def compared(self) -> pd.DataFrame:
        """Points of the editions of the same index beside the intervals: `compare_points`."""
        return compare_points(self.rest, data.frameworks_like(self.assessment.known_framework))

    @cached_property
    def without(self) -> pd.DataFrame:
        """What would change with one unit left out at a time: `leave_one_out`."""
        return leave_one_out(self.rest, self.points)

    @cached_property
    def pillar_checks(self) -> pd.DataFrame:
        """Pillars printed elsewhere, held against the weights: `check_pillars`."""
        return check_pillars(self.rest, self.assessment.table)

    @cached_property
    def earned(self) -> pd.DataFrame:
        """What units with printed pillars earned: `earned_by_unit`."""
        return earned_by_unit(self.assessment.table)

    @cached_property
    def intervals(self) -> pd.DataFrame:
        """Where each weight of `rest` lies, rounded outwards to two decimals.

        Shape (indicator, [low, high, low_points, high_points]) [% of the total, points of `shown_scale`].
        """
        share = self.rest.weights[["low", "high"]] / self.rest.total[0]
        percent, points = (with_width(scale * share, 2)[["low", "high"]] for scale in (100, self.shown_scale))
        return percent.join(points.add_suffix("_points"))

    def bounds(self, recovery: Recovery) -> pd.DataFrame:
        """Where each weight lies, rounded outwards: as proven, with more decimals than `intervals`.

        Shape (indicator, [low, high, width] and with a scale [low_points, high_points, width_points]), in percent of the total to
        three decimals; without a known total as it stands, to five.
        """
        low, high = recovery.total
        factor, decimals = (100 / low, 3) if low == high else (1, 5)
        bounds = with_width(factor * recovery.weights, decimals)
        if not self.scale:
            return bounds
        return bounds.join(with_width(in_points(recovery, self.scale), 2).add_suffix("_points"))

    @property
    def misprinted(self) -> pd.DataFrame:
        """What the composites of the first explanation would have to be: rows of `Repair.misprints`."""
        return self.repair.misprints.query("alternative == 0 and column == 'composite'")

    def believable_values(self) -> pd.DataFrame:
        """Values that explain the contradiction instead of a composite, among those that the table's other cells hold.

        A share of 7.42 would explain a row, too, and nobody would believe it. Rows of `Repair.misprints`.
        """
        rows = self.repair.misprints
        rows = rows[(rows.alternative == 0) & rows.nearest.notna() & (rows.column != "composite")]
        least, most = self.range_of_values
        inside = rows.nearest.astype(float).between(least, most)
        close = [[text for text in texts if least <= float(text) <= most] for texts in rows.one_digit]
        return rows.assign(one_digit=close)[inside]

    @property
    def range_of_values(self) -> tuple[float, float]:
        """From the lowest value of the table, or 0, to the highest."""
        return min(0.0, self.assessment.values.min(axis=None)), self.assessment.values.max(axis=None)


def with_width(ends: pd.DataFrame, digits: int) -> pd.DataFrame:
    """Bounds (low, high) rounded outwards, and the distance of what is shown."""
    low, high = outwards(ends.low, ends.high, digits)
    return pd.DataFrame({"low": low, "high": high, "width": high - low})


def in_points(recovery: Recovery, scale: int) -> pd.DataFrame:
    """Between how many points of a scale each weight lies: shape (indicator, [low, high])."""
    least, most = recovery.total
    high = recovery.weights.high / least if least > 0 else pd.Series(np.inf, recovery.weights.index)
    return pd.DataFrame({"low": scale * recovery.weights.low / most, "high": scale * high.clip(upper=1.0)})


def rounded_up(share: float) -> float:
    """A share in percent, rounded up to two decimals.

    Examples
    --------
    >>> rounded_up(0.001301), rounded_up(0.0013)
    (0.14, 0.13)
    """
    return float(outwards(0.0, 100 * share, 2, noise=1e-9)[1])


def ask(
    assessment: Assessment,
    *,
    scale: int | None = None,
    multiple: int | None = None,
    largest: int | None = None,
    digits: int | None = None,
    composite_digits: int | None = None,
    rounding: str = "nearest",
    total: float | None = 1.0,
    step: float = STEP,
    altered: tuple[str, float] = ("", 0.0),
) -> Answer:
    """Ask a printed table which weights are behind it.

    Parameters
    ----------
    assessment : Assessment
        With printed composites and values.
    scale, multiple : int, optional [points]
        What points add to; what each is a multiple of. See `propose_points`.
    largest : int, optional [points]
        Without a scale: the largest one tried, `LARGEST_SCALE` by default.
    digits, composite_digits : int, optional
        Decimals of all columns, of the composite, where the text shows others than are known.
    rounding, total, step
        As for `recover`.
    altered : (unit, composite)
        A trial: the composite of this unit is changed on purpose. An empty unit: none.

    Raises
    ------
    InputError
        As `recover`; a table without values; a scale, multiple, number of digits or step that cannot be.
    UnknownName
        An unknown rounding or unit; a scale together with the largest.

    Examples
    --------
    >>> from dti_research.study.assessment import open_assessment
    >>> answer = ask(open_assessment("province-2022"), scale=1000)
    >>> answer.found.verdict, answer.points.found[0].points.tolist()
    ('unique', [100, 100, 100, 100, 100, 200, 150, 150])
    """
    find_name("rounding", rounding, ROUNDING)
    for name, number in (("scale", scale), ("multiple", multiple), ("largest", largest)):
        if number is not None:
            check_whole(f"--{name}", number, 1)
    if scale is not None and largest is not None:
        raise UnknownName(f"--largest {largest} bounds the search for a scale, and --scale {scale} gives it; give one")
    check_share("--step", step)
    values, composites = assessment.values, assessment.composites
    if values.empty:
        data.load_printed(assessment.table)  # says what is missing, and which tables have it
    known = {} if assessment.digits is None else assessment.digits.to_dict()
    given = _given_digits([*values.columns, "composite"], digits, composite_digits)
    unit, composite = altered
    if unit:
        composites = composites.where(composites.index != find_name("unit", unit, composites.index), composite)
    try:
        found = recover(values, composites, digits=known | given, rounding=rounding, total=total, step=step)
    except InputError as error:
        raise InputError(f"{assessment.table}: {error}") from None
    most = LARGEST_SCALE if largest is None else largest
    return Answer(assessment, found, scale, multiple, most, frozenset(given), unit)


def _given_digits(columns: Iterable[str], digits: int | None, composite_digits: int | None) -> dict[str, int]:
    given = {} if digits is None else dict.fromkeys(columns, digits)
    if composite_digits is not None and "composite" in columns:
        given["composite"] = composite_digits
    return given


@dataclass(frozen=True, eq=False)
class EarnedAnswer:
    """What the units of a file earned, from their printed composites and pillars, with the points of `framework` taken as known.

    ``digits``, shape (column,): to how many decimals each is known, `digits_given` where they were not read from the text.
    """

    file: str
    framework: Framework
    digits: pd.Series
    digits_given: frozenset[str]
    rounding: str
    units: dict[str, Earned]


def ask_earned(
    file: str | Path,
    framework: str,
    *,
    digits: int | None = None,
    composite_digits: int | None = None,
    rounding: str = "nearest",
) -> EarnedAnswer:
    """Ask printed composites and pillars how many points a unit earned in each part of a framework.

    Parameters
    ----------
    file : str or Path
        A CSV file with the column ``unit`` and any of ``composite`` and the framework's pillars.
    framework : str
        Id.
    digits, composite_digits, rounding
        As for `ask`.

    Raises
    ------
    InputError
        As `earned_points`, with file and unit; a column that is no pillar.
    UnknownName
        An unknown framework, rounding or file.
    """
    find_name("rounding", rounding, ROUNDING)
    known_framework = data.load_framework(framework)
    pillars = pillars_of(known_framework)
    figures, shown = data.read_printed(file, needs=())
    for column in figures.columns:
        if column != "composite" and column not in pillars:
            raise InputError(
                f"{file} row 1: column {column!r}{nearest(column, ['composite', *pillars])}; expected composite or a pillar of "
                f"{known_framework.id} ({', '.join(pillars)}); rename or remove it"
            )
    given = _given_digits(shown.index, digits, composite_digits)
    known = pd.Series(shown.to_dict() | given, name="digits")
    units = {}
    for unit, row in figures.iterrows():
        printed = row.dropna().to_dict()
        try:
            units[unit] = earned_points(
                known_framework, printed.pop("composite", None), printed, digits=known.to_dict(), rounding=rounding
            )
        except InputError as error:
            raise InputError(f"{file}, {unit}: {error}") from None
    return EarnedAnswer(str(file), known_framework, known, frozenset(given), rounding, units)
