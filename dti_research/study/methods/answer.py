"""All there is to ask of one assessment about the choice of method."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from dti_research.study.assessment import Assessment, find_unit
from dti_research.study.methods.nodes import leave_one_out, one_at_a_time
from dti_research.study.methods.outcomes import variance_based
from dti_research.study.methods.sensitivity import Sensitivity
from dti_research.study.weights import Robustness, scenario_robustness

NORMALISATIONS = ("share-of-maximum", "min-max", "z-score", "rank")
AGGREGATIONS = ("arithmetic", "geometric", "harmonic")
WEIGHT_RULES = ("published", "equal-pillars", "equal-indicators")
"""What the method is drawn from; the first of each list together is the published one."""

CHANGE = 0.25
"""By which share of its weight each indicator and pillar counts less, then more."""

DRAWS = 20
"""Draws of method and weights for each base sample of the sensitivity analysis."""

EQUAL = 1e-9
"""Mean shifts closer than this are equal."""


@dataclass(frozen=True, eq=False)
class Answer:
    """What the choice of method does to one assessment.

    Parameters
    ----------
    assessment : Assessment
    unit : str
        Whose rank is looked at besides.
    samples, concentration, seed
        As in `ask`.
    shifts : Sensitivity
        Of the mean absolute rank shift, over all units.
    """

    assessment: Assessment
    unit: str
    samples: int
    concentration: float
    seed: int
    shifts: Sensitivity

    @cached_property
    def unit_rank(self) -> Sensitivity:
        """Whose choice matters for the rank of the unit."""
        asked = {"concentration": self.concentration, "samples": self.samples, "seed": self.seed}
        return _effects(self.assessment, outcome="rank", unit=self.unit, **asked)

    @property
    def outcomes(self) -> dict[str, Sensitivity]:
        """`shifts` and `unit_rank` under the name of their outcome."""
        return {answer.outcome: answer for answer in (self.shifts, self.unit_rank)}

    @property
    def order(self) -> list[int]:
        """The factors as places in `Sensitivity.indices`, the largest total effect on the mean rank shift first."""
        return list(self.shifts.indices.total.sort_values(ascending=False).index)

    @cached_property
    def nodes(self) -> pd.DataFrame:
        """`one_at_a_time`: each indicator and pillar counts less, then more."""
        return one_at_a_time(
            self.assessment.values, self.assessment.known_framework, change=CHANGE, points=self.assessment.points
        )

    @cached_property
    def left_out(self) -> pd.DataFrame:
        """`leave_one_out`: each indicator and pillar is left out."""
        return leave_one_out(self.assessment.values, self.assessment.known_framework, points=self.assessment.points)

    @property
    def moved_most(self) -> tuple[list[str], float]:
        """The indicators whose change shifts ranks most, and the mean shift [places]."""
        single = self.nodes[self.nodes.kind == "indicator"]
        shift = single[["mean_shift_lower", "mean_shift_higher"]].max(axis=1)
        return list(single.node[shift > shift.max() - EQUAL]), float(shift.max())

    @property
    def missed_most(self) -> tuple[list[str], float]:
        """The indicators without which ranks shift most, and the mean shift [places]."""
        rows = self._missed
        return list(rows.node), float(rows.mean_shift.max())

    @property
    def first_without(self) -> list[str]:
        """Who is first where one of the indicators of `missed_most` is left out."""
        return list(dict.fromkeys(unit for units in self._missed["first"] for unit in units.split(" / ")))

    @property
    def _missed(self) -> pd.DataFrame:
        single = self.left_out[self.left_out.kind == "indicator"]
        return single[single.mean_shift > single.mean_shift.max() - EQUAL]

    @cached_property
    def scenarios(self) -> Robustness:
        """`scenario_robustness`: each draw takes a method, then weights around those of its rule."""
        return scenario_robustness(
            self.assessment.values,
            self.assessment.known_framework,
            normalisations=NORMALISATIONS,
            aggregations=AGGREGATIONS,
            weight_rules=WEIGHT_RULES,
            draws=DRAWS * self.samples,
            concentration=self.concentration,
            seed=self.seed,
            points=self.assessment.points,
        )

    @property
    def scenario_leader(self) -> tuple[str, float]:
        """Who is first most often where method and weights are drawn, and in what share of the draws."""
        first = self.scenarios.top(1)
        return first.idxmax(), float(first.max())

    @property
    def failed_draws(self) -> int:
        """Draws whose method could not be computed of this table."""
        return int(self.scenarios.failed.draws.sum())


def ask(
    assessment: Assessment,
    *,
    unit: str | None = None,
    samples: int = 1024,
    concentration: float = 50.0,
    seed: int = 2024,
) -> Answer:
    """Ask whether a ranking depends more on its weights, on the normalisation or on the aggregation.

    Parameters
    ----------
    assessment : Assessment
        With a framework.
    unit : str, optional
        Whose rank is looked at besides, by any of its names; the first unit of the table without it.
    samples : int, a power of two
        Base samples of the sensitivity analysis; 20 times as many methods are drawn.
    concentration : float
        The larger, the closer the draws stay to the weights of a rule.
    seed : int

    Raises
    ------
    UnknownName
        An unknown unit; no framework.
    InputError
        As `variance_based`.

    Examples
    --------
    >>> from dti_research.study.assessment import open_assessment
    >>> answer = ask(open_assessment("province-2020"), unit="Đà Nẵng", samples=64, seed=1)
    >>> answer.unit, answer.unit_rank.varies
    ('da-nang', False)
    """
    unit = assessment.values.index[0] if unit is None else find_unit(assessment, unit)
    asked = {"concentration": concentration, "samples": samples, "seed": seed}
    return Answer(assessment=assessment, unit=unit, shifts=_effects(assessment, **asked), **asked)


def _effects(assessment: Assessment, **asked: Any) -> Sensitivity:
    return variance_based(assessment.values, assessment.known_framework, points=assessment.points, **asked)
