"""A composite, rank and level for each unit of a table; of a published one, beside what was printed.

Handbook steps 5, 6 and 10. Left out: how far other weights or methods move the ranks (`study.weights`, `study.methods`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import pandas as pd

from dti_research.errors import InputError, UnknownName, find_name
from dti_research.index.framework import Framework
from dti_research.index.levels import READINGS
from dti_research.index.score import Method, Scores, find_method, score
from dti_research.study.assessment import Assessment
from dti_research.study.rankings.levels import PRINTED_DIGITS, levels_of
from dti_research.study.rankings.rebuilt import Rebuilt, rebuild


@dataclass(frozen=True, eq=False)
class Answer:
    """The ranking of a table.

    Parameters
    ----------
    assessment : Assessment
    method : Method
    reading : str
        How boundaries of levels are read; ``none``: no levels were asked for, or none are printed.
    scores : Scores
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
        """Where the weights come from.

        ``printed``, ``recovered`` or ``not published``: the framework's own points. ``file``, or the id of another framework: its
        points. Else the rule of weights that uses none.
        """
        rule, points_of = self.method.weight, self.assessment.points_of
        if rule == "equal-indicators":
            return rule
        if self.assessment.points is not None:
            return points_of.id if isinstance(points_of, Framework) else "file"
        return self.assessment.known_framework.weights if rule == "published" else rule

    @cached_property
    def rebuilt(self) -> Rebuilt:
        """The computed composites beside the printed ones.

        Raises
        ------
        InputError
            No composites are printed.
        """
        return rebuild(self.assessment, self.scores.composite)


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

    Returns
    -------
    Answer

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
