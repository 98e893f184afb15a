"""A published ranking, computed again from its values and points, beside what was printed.

Handbook step 10 (back to the data). Left out: other printed figures of the same list (`study.claims`).
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from dti_research.errors import InputError
from dti_research.index.score import rank_min
from dti_research.study.assessment import Assessment

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


def rebuild(assessment: Assessment, composite: pd.Series) -> Rebuilt:
    """Hold computed composites against the printed ones.

    Parameters
    ----------
    assessment : Assessment
        With printed composites.
    composite : Series, shape (unit,) [measure of the framework]
        Computed for its units, unrounded.

    Raises
    ------
    InputError
        No printed composites.
    """
    bound = rounding_bound(assessment)
    printed = assessment.composites.reindex(composite.index)
    difference = composite - printed
    table = pd.DataFrame(
        {
            "printed": printed,
            "computed": composite,
            "difference": difference,
            "reproduced": difference.abs() <= bound + EPSILON,
            "rank": assessment.ranks.reindex(composite.index),
            "order_printed": rank_min(printed),
            "order_computed": rank_min(composite),
        }
    )
    return Rebuilt(table, bound)


def rounding_bound(assessment: Assessment) -> float:
    """How far a computed composite may lie from its print: half a unit of the printed digit, plus the rounding of the values.

    The weights of the values add to 1, so that the values together move a composite by no more than the rounding of the roughest.

    Raises
    ------
    InputError
        No printed composites.

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
