"""What composite, rank and level does each unit of a table get; of a published one, beside what was printed?

Handbook steps 5, 6 and 10. Left out: how far other weights or methods move the ranks (`study.weights`, `study.methods`), and other
printed figures of the same list (`study.claims`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import pandas as pd

from dti_research.errors import InputError, UnknownName, find_name
from dti_research.index.framework import Framework
from dti_research.index.levels import DEFAULT_LEVELS, READINGS, assign_levels
from dti_research.index.score import Method, Scores, find_method, rank_min, score
from dti_research.study.assessment import Assessment

PRINTED_DIGITS = {"share": 4, "points": 2}
"""Printed decimals of a composite in each measure."""

#: Absorbs binary noise only; every bound is at least half a unit of a printed digit.
EPSILON = 1e-9


@dataclass(frozen=True, eq=False)
class Rebuilt:
    """Computed composites beside the printed ones.

    Parameters
    ----------
    table : DataFrame, shape (unit, [printed, computed, difference, reproduced, rank, order_printed, order_computed])
        ``rank`` is the printed one among all ranked units; the two orders are ranks among the units with values.
    bound : float [measure of the composite]
        How far a computed composite may lie from its print; see `rounding_bound`.
    """

    table: pd.DataFrame
    bound: float

    @property
    def units(self) -> int:
        """How many units have printed values."""
        return len(self.table)

    @property
    def reproduced(self) -> int:
        """How many printed composites are met within rounding."""
        return int(self.table.reproduced.sum())

    @property
    def same_rank(self) -> int:
        """How many units get the rank that print gives them among the units with values."""
        return int((self.table.order_printed == self.table.order_computed).sum())

    @property
    def largest_miss(self) -> tuple[str, float]:
        """The unit whose computed composite lies farthest from its print, and how far, without sign."""
        miss = self.table.difference.abs()
        return miss.idxmax(), float(miss.max())

    @property
    def moved_most(self) -> str | None:
        """The unit whose rank among the units with values changes most; None where every rank stays."""
        moved = (self.table.order_printed - self.table.order_computed).abs()
        return moved.idxmax() if moved.max() > 0 else None


@dataclass(frozen=True, eq=False)
class Answer:
    """The ranking of a table.

    Parameters
    ----------
    reading : str
        How boundaries of levels are read; ``none``: no levels were asked for, or none are printed.
    levels : Series of tuple of str, shape (unit,), or None
        None under the reading ``none``. Empty where no printed band holds the unit, two names where two do.
    """

    assessment: Assessment
    method: Method
    reading: str
    scores: Scores
    levels: pd.Series | None

    @property
    def order(self) -> pd.Index:
        """The units, best first; tied ones in the order of the table."""
        return self.scores.rank.sort_values(kind="stable").index

    @property
    def has_maximum(self) -> bool:
        """Whether the composite is a share of the most that a unit can reach."""
        return self.scores.measure in PRINTED_DIGITS

    @property
    def weighed_by(self) -> str:
        """Whose points: the own ones, by `Framework.weights`; a ``file``; a framework, by its id; none, by the rule of weights."""
        rule, points_of = self.method.weight, self.assessment.points_of
        if rule == "equal-indicators":
            return rule
        if self.assessment.points is not None:
            return points_of.id if isinstance(points_of, Framework) else "file"
        return self.assessment.known_framework.weights if rule == "published" else rule

    @cached_property
    def rebuilt(self) -> Rebuilt:
        """The computed composites beside the printed ones; an InputError where none are printed."""
        assessment, computed = self.assessment, self.scores.composite
        bound = rounding_bound(assessment)
        table = pd.DataFrame({"printed": assessment.composites.reindex(computed.index), "computed": computed})
        table["difference"] = table.computed - table.printed
        table["reproduced"] = table.difference.abs() <= bound + EPSILON
        table["rank"] = assessment.ranks.reindex(computed.index)
        table["order_printed"], table["order_computed"] = rank_min(table.printed), rank_min(table.computed)
        return Rebuilt(table, bound)


def ask(
    assessment: Assessment,
    *,
    method: str | Method = "published",
    levels: str | None = None,
    document: str | None = None,
) -> Answer:
    """What composite, rank and level does each unit get?

    Parameters
    ----------
    assessment : Assessment
        With a framework.
    method : str or Method
        A name of `index.score.METHODS`, or a method of one's own; see `choose_method`.
    levels : str, optional
        How boundaries are read: one of `index.levels.READINGS`, or ``none``. Without it ``as-printed`` where the framework prints
        bands in the measure of the composite, else ``none``.
    document : str, optional
        Whose bands, where several documents print some.

    Raises
    ------
    UnknownName
        An unknown method, reading or document; a document without a use.
    InputError
        Values or points that cannot be used.

    Examples
    --------
    >>> from dti_research.study.assessment import open_assessment
    >>> answer = ask(open_assessment("province-2024-34"), levels="share-60-80")
    >>> answer.order[0], answer.levels["ha-noi"], answer.weighed_by
    ('ha-noi', ('Nâng cao',), 'recovered')
    >>> answer.rebuilt.reproduced, answer.rebuilt.largest_miss[0]
    (34, 'son-la')
    """
    framework = assessment.known_framework
    chosen = find_method(method) if isinstance(method, str) else method
    if levels:
        find_name("reading", levels, [*READINGS, "none"])
    if document and not framework.level_rules:
        raise UnknownName(
            f"--document {document}: nobody prints level bands for {framework.id}; leave it out, use share-60-80"
        )
    if document:
        find_name("level document", document, [rule.document for rule in framework.level_rules])
    scores = _score(assessment, chosen)
    reading = levels or ("as-printed" if framework.level_rules and scores.measure == "points" else "none")
    if document and reading in ("none", "share-60-80"):
        raise UnknownName(
            f"--document {document} has no use with the reading {reading}; choose a reading of printed bands"
        )
    found = None if reading == "none" else levels_of(scores, framework, reading, document)
    return Answer(assessment=assessment, method=chosen, reading=reading, scores=scores, levels=found)


def choose_method(
    name: str = "published",
    *,
    normalise: str | None = None,
    weight: str | None = None,
    aggregate: str | None = None,
    maximum: str | None = None,
    targets: pd.Series | Mapping[str, float] | None = None,
) -> Method:
    """A method by name, with single steps replaced.

    Parameters
    ----------
    name : str
        A name of `index.score.METHODS`.
    normalise, weight, aggregate, maximum : str, optional
        Another step than the method's; the method is then called ``own``.
    targets : Series or mapping, shape (indicator,) [measure of the values], optional
        For ``distance-to-target``.

    Raises
    ------
    InputError
        An unknown name; steps that do not go together.

    Examples
    --------
    >>> choose_method("geometric", weight="equal-pillars")
    Method(name='own', normalise='share-of-maximum', weight='equal-pillars', aggregate='geometric', maximum='own', targets=None)
    """
    chosen = find_method(name)
    steps = {"normalise": normalise, "weight": weight, "aggregate": aggregate, "maximum": maximum}
    given = {step: wanted for step, wanted in steps.items() if wanted}
    if given:
        chosen = replace(chosen, name="own", **given)
    return chosen if targets is None else replace(chosen, targets=targets)


def _score(assessment: Assessment, method: Method) -> Scores:
    """The table scored; an error names a unit as its file does."""
    framework, values, points = assessment.known_framework, assessment.values, assessment.points
    if points is not None and framework.measure == "points" and framework.points is None and values.max(axis=None) <= 1:
        raise InputError(
            f"{assessment.table}: every value is at most 1, and with --points values are read as points earned; multiply each by "
            "its indicator's points, or leave --points out and name a rule (--method equal-indicators), which reads shares"
        )
    try:
        scores = score(values.rename(index=assessment.names), framework, method, points)
    except UnknownName:
        raise
    except InputError as error:
        raise InputError(f"{assessment.table}: {error}") from None
    by_unit = ("normalised", "weights", "pillars", "composite", "maximum", "rank")
    return replace(scores, **{name: getattr(scores, name).set_axis(values.index) for name in by_unit})


def levels_of(scores: Scores, framework: Framework, reading: str, document: str | None = None) -> pd.Series:
    """The level of every scored unit, under a reading of the framework's printed bands: as `index.levels.assign_levels` has it.

    ``share-60-80`` holds each unit against its own maximum, so it also serves frameworks that print no bands and units that take an
    indicator more than others (Hanoi).

    Raises
    ------
    UnknownName
        Unknown reading or document; no printed bands for a reading that needs them; a composite without a maximum (z-scores).

    Examples
    --------
    >>> from dti_research import data
    >>> from dti_research.index.score import score
    >>> framework = data.load_framework("national-province-2024")
    >>> levels_of(score(data.load_values("province-2024-34"), framework), framework, "share-60-80")["ha-noi"]
    ('Nâng cao',)
    """
    find_name("reading", reading, READINGS)
    if scores.measure not in PRINTED_DIGITS:
        raise UnknownName(
            f"reading {reading}: under method {scores.method.name} the composite is a {scores.measure}, which has no maximum to "
            "hold a boundary against; leave the levels out, or choose a method that normalises by share-of-maximum"
        )
    digits = PRINTED_DIGITS[scores.measure]
    composite = scores.composite.round(digits)
    if reading == "share-60-80":
        return assign_levels(composite / scores.maximum, DEFAULT_LEVELS, reading, total=1.0, digits=None)
    total = framework.total_points if scores.measure == "points" else 1.0
    return assign_levels(composite, framework.level_rule(document), reading, total=total, digits=digits)


def rounding_bound(assessment: Assessment) -> float:
    """How far a computed composite may lie from its print: half a unit of the printed digit, plus the rounding of the values.

    The weights of the values add to 1, so that the values together move a composite by no more than the rounding of the roughest.

    Examples
    --------
    >>> from dti_research.study.assessment import open_assessment
    >>> rounding_bound(open_assessment("province-2024-34"))
    0.0001
    """
    if assessment.digits is None or assessment.composites.empty:
        raise InputError(
            f"{assessment.table}: no printed values and composites to hold computed ones against; expected a published table "
            "that prints both; choose one (`dti list` shows them)"
        )
    values = assessment.digits.drop("composite")
    return 0.5 * 10.0 ** -int(assessment.digits["composite"]) + 0.5 * 10.0 ** -int(values.min())
