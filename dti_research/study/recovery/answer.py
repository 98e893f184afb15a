"""All there is to ask of one printed table, and of rows with a composite and pillars."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from dti_research import data
from dti_research.errors import InputError, UnknownName, check_share, check_whole, find_name, nearest
from dti_research.index.framework import Framework
from dti_research.study.assessment import Assessment
from dti_research.study.printed import ROUNDING, outwards
from dti_research.study.recovery.earned import Earned, earned_by_unit, earned_points, pillars_of
from dti_research.study.recovery.misprint import Diagnosis, diagnose
from dti_research.study.recovery.pillars import check_pillars
from dti_research.study.recovery.points import LARGEST_SCALE, Proposals, compare_points, leave_one_out, propose_points
from dti_research.study.recovery.weights import STEP, Recovery, recover, with_misprint


@dataclass(frozen=True, eq=False)
class Answer:
    """What a printed table says about the weights behind it.

    Parameters
    ----------
    assessment : Assessment
        The table, with printed composites.
    found : Recovery
        All weights that it allows.
    scale, multiple : int or None [points]
        What points were asked to add to, and to be multiples of.
    largest : int [points]
        The largest scale tried where none was asked for.
    digits_given : frozenset of str
        Columns whose digits were given, not read from the text.
    altered : str
        The unit whose composite was changed on purpose; empty: none.
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
    def diagnosis(self) -> Diagnosis:
        """The contradiction and the misprint that explains it, where there is one."""
        return diagnose(self.found)

    @property
    def rest(self) -> Recovery:
        """What the table allows without the units of the first explanation; all of it where nothing is to be explained."""
        return self.diagnosis.rest

    @cached_property
    def points(self) -> Proposals:
        """Points in whole numbers that `rest` allows."""
        return self._propose(self.rest)

    @cached_property
    def points_of_all(self) -> Proposals:
        """Points that the table as printed allows: none where it contradicts itself."""
        return self._propose(self.found)

    def _propose(self, recovery: Recovery) -> Proposals:
        multiples = None if self.multiple is None else (self.multiple,)
        return propose_points(recovery, scale=self.scale, multiples=multiples, largest=self.largest)

    @property
    def shown_scale(self) -> int:
        """The scale on which intervals are shown in points: the one asked for or found, else 1000."""
        return self.points.found[-1].scale if self.points.found else 1000

    @property
    def first_points(self) -> int:
        """How many sets of points there are on the scale of the first one."""
        first = self.points.found[0] if self.points.found else None
        return sum((p.scale, p.multiple) == (first.scale, first.multiple) for p in self.points.found)

    @cached_property
    def on_printed_total(self) -> Proposals:
        """Points that add to the total that the framework prints."""
        return propose_points(self.rest, scale=int(self.assessment.known_framework.total_printed or 1))

    @cached_property
    def free(self) -> Recovery:
        """The weights without an assumed total."""
        return self._again(total=None, rounding=self.found.rounding)

    @cached_property
    def loose(self) -> Recovery:
        """The weights if numbers had been rounded twice, as means of rounded numbers are."""
        return self._again(total=1.0, rounding="twice")

    def _again(self, total: float | None, rounding: str) -> Recovery:
        printed = self.found.printed
        return recover(printed.values, printed.composites, digits=printed.digits, rounding=rounding, total=total)

    @cached_property
    def loose_has_same_points(self) -> bool:
        """Whether the same points would be found if numbers had been rounded twice."""
        found = propose_points(self.loose, scale=self.scale).found
        points = self.points.found
        return bool(points and found) and [p.points.tolist() for p in found] == [p.points.tolist() for p in points]

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

    def intervals(self, scale: int | None = None) -> pd.DataFrame:
        """Where each weight of `rest` lies, rounded outwards to two decimals.

        Parameters
        ----------
        scale : int, optional [points]
            By default `shown_scale`.

        Returns
        -------
        DataFrame, shape (indicator, [low, high, low_points, high_points]) [% of the total, points]
        """
        share = self.rest.weights[["low", "high"]] / self.rest.total[0]
        scale = self.shown_scale if scale is None else scale
        percent, points = (outwards(factor * share.low, factor * share.high, 2) for factor in (100, scale))
        return pd.DataFrame(
            {
                "low": percent[0],
                "high": percent[1],
                "low_points": points[0],
                "high_points": points[1],
            }
        )

    def bounds(self, recovery: Recovery) -> pd.DataFrame:
        """Where each weight lies, rounded outwards: as proven, with more decimals than `intervals`.

        Returns
        -------
        DataFrame, shape (indicator, [low, high, width] and with a scale [low_points, high_points, width_points])
            In percent of the total to three decimals; without a known total as it stands, to five.
        """
        low, high = recovery.total
        factor, decimals = (100 / low, 3) if low == high else (1, 5)
        rows = {}
        for code, row in recovery.weights.iterrows():
            rows[code] = with_width(factor * row.low, factor * row.high, decimals)
            if self.scale:
                rows[code] += with_width(*in_points(recovery, code, self.scale), 2)
        columns = ["low", "high", "width", *(["low_points", "high_points", "width_points"] if self.scale else [])]
        return pd.DataFrame.from_dict(rows, orient="index", columns=columns)

    def open_weights(self, recovery: Recovery) -> list[str]:
        """Indicators whose weight is not known to within the step."""
        low = recovery.total[0]
        return [code for code, row in recovery.weights.iterrows() if not row.width < recovery.step * low]

    def believable_values(self) -> pd.DataFrame:
        """Values that explain the contradiction instead of a composite, among those that the table's other cells hold.

        A share of 7.42 would explain a row, too, and nobody would believe it.

        Returns
        -------
        DataFrame, as `Repair.misprints`
        """
        rows = self.diagnosis.repair.misprints
        rows = rows[(rows.alternative == 0) & rows.nearest.notna() & (rows.column != "composite")]
        least, most = self.range_of_values
        inside = rows.nearest.astype(float).between(least, most)
        close = [[text for text in texts if least <= float(text) <= most] for texts in rows.one_digit]
        return rows.assign(one_digit=close)[inside]

    @property
    def range_of_values(self) -> tuple[float, float]:
        """From the lowest value of the table, or 0, to the highest."""
        return min(0.0, self.assessment.values.min(axis=None)), self.assessment.values.max(axis=None)


def with_width(low: float, high: float, digits: int) -> list[float]:
    """Bounds rounded outwards, and the distance of what is shown."""
    ends = outwards(low, high, digits)
    return [*ends, ends[1] - ends[0]]


def widest(recovery: Recovery) -> float:
    """The widest interval, in percent of the total, rounded up to two decimals."""
    return rounded_up((recovery.weights.width / recovery.total[0]).max())


def rounded_up(share: float) -> float:
    """A share in percent, rounded up to two decimals.

    Examples
    --------
    >>> rounded_up(0.001301), rounded_up(0.0013)
    (0.14, 0.13)
    """
    return float(outwards(0.0, 100 * share, 2, noise=1e-9)[1])


def in_points(recovery: Recovery, code: str, scale: int) -> tuple[float, float]:
    """Between how many points of a scale a weight lies."""
    row, (low, high) = recovery.weights.loc[code], recovery.total
    most = row.high / low if low > 0 and math.isfinite(row.high) else 1.0
    return scale * row.low / high, scale * min(1.0, most)


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

    Handbook step 6 (weighting), read backwards.

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

    Returns
    -------
    Answer

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
    if assessment.values.empty:
        data.load_printed(assessment.table)  # says what is missing, and which tables have it
    known = assessment.digits if assessment.digits is not None else pd.Series(dtype=int)
    given = _given_digits([*assessment.values.columns, "composite"], digits, composite_digits)
    composites = with_misprint(assessment.composites, *altered)
    try:
        found = recover(
            assessment.values, composites, digits=known.to_dict() | given, rounding=rounding, total=total, step=step
        )
    except InputError as error:
        raise InputError(f"{assessment.table}: {error}") from None
    most = LARGEST_SCALE if largest is None else largest
    return Answer(assessment, found, scale, multiple, most, frozenset(given), altered[0])


def _given_digits(columns: Iterable[str], digits: int | None, composite_digits: int | None) -> dict[str, int]:
    given = {} if digits is None else dict.fromkeys(columns, digits)
    if composite_digits is not None and "composite" in columns:
        given["composite"] = composite_digits
    return given


@dataclass(frozen=True, eq=False)
class EarnedAnswer:
    """What the units of a file earned, from their printed composites and pillars.

    Parameters
    ----------
    file : str
    framework : Framework
        Whose points are taken as known.
    digits : Series, shape (column,)
        To how many decimals each column is known.
    digits_given : frozenset of str
        Columns whose digits were given, not read from the text.
    rounding : str
    units : dict of unit to Earned
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
    digits, composite_digits : int, optional
        Decimals of all columns, of the composite, where the text shows others than are known.
    rounding : str
        A key of `ROUNDING`.

    Returns
    -------
    EarnedAnswer

    Raises
    ------
    InputError
        With file, unit or column, what was found, what was expected and what to do.
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
