"""All there is to ask of one assessment about other weights: what random draws say, and what is certain without draws."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from dti_research.errors import UnknownName, find_name
from dti_research.index.levels import DEFAULT_LEVELS
from dti_research.index.score import rank_min
from dti_research.study.assessment import Assessment, find_unit
from dti_research.study.weights.attainable import attainable_ranks
from dti_research.study.weights.counts import Robustness, check_top, monte_carlo_error
from dti_research.study.weights.draws import UNIFORM, weight_spread
from dti_research.study.weights.robustness import rank_robustness, tree_of
from dti_research.study.weights.stability import (
    NORMS,
    TIE,
    SmallestChange,
    dominated_pairs,
    neighbour_changes,
    pair_extremes,
    smallest_change,
    weight_intervals,
)

SURE = 0.9995
"""A share of the draws from here on is 100 % to one decimal."""


# -------------------------------------------------------------------------------------------------------------- random draws


@dataclass(frozen=True, eq=False)
class RobustnessAnswer:
    """What random draws of weights say about one assessment.

    ``concentration`` as it was asked for; ``by_group``: whether groups of indicators were drawn first, then indicators inside
    each; ``near``: among how many first a unit is asked to be; ``document``: whose printed level bands, None: 60 % and 80 % of
    the maximum.
    """

    assessment: Assessment
    concentration: float | str
    by_group: bool
    near: int
    document: str | None
    result: Robustness

    def error(self, shares: float | pd.Series | pd.DataFrame) -> float | pd.Series | pd.DataFrame:
        """How far shares of the draws may be from the true ones, 95 %: the same shape [share]."""
        return monte_carlo_error(shares, self.result.computed)

    @property
    def largest_error(self) -> float | None:
        """The error of a share of one half, the largest there is [share]; None where nothing was drawn at random."""
        return None if self.result.concentration == math.inf else self.error(0.5)

    @property
    def spread(self) -> pd.DataFrame:
        """The given weights, and the standard deviation of the drawn ones: DataFrame, shape (indicator, [weight, spread])."""
        weights = self.result.weights
        tree = tree_of(self.assessment.known_framework) if self.by_group else None
        nodes = None if tree is None else [weights.index.get_indexer(codes) for codes in tree.values()]
        spread = weight_spread(weights.to_numpy(), self.result.concentration, nodes)
        return pd.DataFrame({"weight": weights, "spread": spread})

    @cached_property
    def ranks(self) -> pd.DataFrame:
        """Where each unit stands, the best with the given weights first.

        DataFrame, shape (unit, [published, median, q05, q95, mean, shift, first, first_error, top, top_error]): as in `Robustness`;
        shares of the draws in which a unit is first, and among the `near` first, with their errors.
        """
        first, top = self.result.top(1), self.result.top(self.near)
        shares = {"first": first, "first_error": self.error(first), "top": top, "top_error": self.error(top)}
        return self.result.ranks.assign(**shares).sort_values("published", kind="stable")

    @property
    def acceptability(self) -> pd.DataFrame:
        """Share of the draws in which each unit takes each rank, best first: DataFrame, shape (unit, rank)."""
        return self.result.acceptability.loc[self.ranks.index]

    @property
    def _first_levels(self) -> pd.DataFrame:
        """Probability of each level under the first reading: DataFrame, shape (unit, level)."""
        levels = self.result.levels
        return levels[levels.columns.get_level_values("reading")[0]]

    @property
    def likeliest_levels(self) -> pd.DataFrame:
        """The most frequent level of each unit, best first: DataFrame, shape (unit, [level, share])."""
        odds = self._first_levels.loc[self.ranks.index]
        return pd.DataFrame({"level": odds.idxmax(axis=1), "share": odds.max(axis=1)})

    @property
    def open_levels(self) -> pd.DataFrame:
        """Share of the draws at each level for units whose level depends on the draw: DataFrame, shape (unit, [levels ..., error]).

        Best first; the largest error of the row. A share that is 100 % to one decimal depends on no draw.
        """
        odds = self._first_levels.loc[self.ranks.index]
        odds = odds[odds.max(axis=1) < SURE]
        return odds.assign(error=monte_carlo_error(odds, self.result.levelled).max(axis=1))

    @property
    def leader(self) -> str:
        """Who is first with the given weights; of several, who stands first in the table."""
        return self.ranks.index[0]

    @property
    def held(self) -> list[str]:
        """Units that keep their rank throughout the 5-95 % interval of the draws, in the order of the table."""
        ranks = self.result.ranks
        return list(ranks.index[(ranks.q05 == ranks.published) & (ranks.q95 == ranks.published)])

    @property
    def widest(self) -> str:
        """Whose 5-95 % interval of ranks is widest; of several, who stands first in the table."""
        return (self.result.ranks.q95 - self.result.ranks.q05).idxmax()

    @property
    def failed_draws(self) -> int:
        """Draws that could not be computed: a unit had no weight on anything that applies to it."""
        return int(self.result.failed.draws.sum())


def ask_robustness(
    assessment: Assessment,
    *,
    draws: int = 10_000,
    concentration: float | str = 50.0,
    seed: int = 1,
    by_group: bool = False,
    top: int | None = None,
    document: str | None = None,
    pairs: bool = True,
) -> RobustnessAnswer:
    """How far does each rank and level move when the weights are drawn at random around the given ones?

    Parameters
    ----------
    draws, seed, pairs
        As in `rank_robustness`.
    concentration : float or str
        The larger, the closer to the weights; ``"uniform"``, ``"inf"``, or a number, also as text.
    by_group : bool
        Draw the groups of indicators that the framework prints first, then indicators inside each.
    top : int, optional
        Probability to be among so many first; 3, or all units if there are fewer, without it.
    document : str, optional
        Count levels by these printed bands, under each reading; at 60 % and 80 % of the maximum without it.

    Raises
    ------
    UnknownName
        A concentration that is no number; groups or level bands that the framework does not print; no framework.
    InputError
        As `rank_robustness`; `top` out of range.

    Examples
    --------
    >>> from dti_research.study.assessment import open_assessment
    >>> answer = ask_robustness(open_assessment("province-2022"), draws=1000)
    >>> answer.leader, answer.near, answer.failed_draws
    ('da-nang', 3, 0)
    """
    framework, normalised = assessment.known_framework, assessment.normalised
    tree = tree_of(framework) if by_group else None
    if by_group and tree is None:
        raise UnknownName(f"--by-group: {framework.id} prints no groups of indicators; leave it out")
    if document and not framework.level_rules:
        raise UnknownName(f"--document {document}: nobody prints level bands for {framework.id}; leave it out")
    if document:
        find_name("level document", document, [rule.document for rule in framework.level_rules])
    if top is not None:
        check_top(top, len(normalised))
    in_points = document is not None and framework.measure == "points"
    result = rank_robustness(
        normalised,
        assessment.weights,
        draws=draws,
        concentration=_number(concentration),
        seed=seed,
        pairs=pairs,
        optional=[indicator.code for indicator in framework.scored if indicator.optional],
        tree=tree,
        rule=framework.level_rule(document) if document else DEFAULT_LEVELS,
        total=framework.total_points if in_points else 1.0,
        digits=2 if in_points else 4,
    )
    return RobustnessAnswer(
        assessment=assessment,
        concentration=concentration,
        by_group=by_group,
        near=min(3, len(normalised)) if top is None else top,
        document=document,
        result=result,
    )


def _number(concentration: float | str) -> float | str:
    if concentration == UNIFORM or not isinstance(concentration, str):
        return concentration
    try:
        return float(concentration)
    except ValueError:
        raise UnknownName(f"--concentration {concentration!r}; expected a number above 0, inf or {UNIFORM}") from None


# ------------------------------------------------------------------------------------------------------- certain, without draws


@dataclass(frozen=True, eq=False)
class StabilityAnswer:
    """What other weights change for certain in one assessment.

    ``distance`` [share, sum of absolute changes]: how far weights may move for ``ranks`` (`attainable_ranks`), and for the free
    ends of ``first_place`` (`weight_intervals`); ``neighbours`` and ``dominated``: `neighbour_changes` and `dominated_pairs`.
    """

    assessment: Assessment
    distance: float
    ranks: pd.DataFrame
    neighbours: pd.DataFrame
    first_place: pd.DataFrame
    dominated: pd.DataFrame

    @property
    def moved(self) -> float:
        """How much of the weight is moved from some indicators to others at the distance [share]."""
        return self.distance / 2

    @property
    def leader(self) -> str:
        """Who is first; of several that share the first place, the one that stands first in the table."""
        return self.ranks.published.idxmin()

    @property
    def best_first(self) -> pd.DataFrame:
        """DataFrame, shape (unit, [published, best, worst, gap]): in published order, the larger of the two gaps; 0: proven."""
        gap = self.ranks[["best_gap", "worst_gap"]].max(axis=1)
        return self.ranks[["published", "best", "worst"]].assign(gap=gap).sort_values("published", kind="stable")

    @property
    def fixed(self) -> list[str]:
        """Units that keep their rank for certain within the distance."""
        return list(self.ranks.index[self.ranks.best == self.ranks.worst])

    @property
    def closest(self) -> pd.Series | None:
        """The row of `neighbours` with the smallest change above 0, if there is one; ``moved``: how much of the weight it moves."""
        possible = self.neighbours[np.isfinite(self.neighbours.distance) & (self.neighbours.distance > 0)]
        if possible.empty:
            return None
        return possible.assign(moved=possible.distance / 2).loc[possible.distance.idxmin()]

    @property
    def never(self) -> pd.DataFrame:
        """The rows of `neighbours` that no weights reverse."""
        return self.neighbours[np.isinf(self.neighbours.distance)]

    @property
    def pairs(self) -> int:
        """How many pairs of units there are."""
        return math.comb(len(self.ranks), 2)

    @property
    def dominated_pairs(self) -> list[tuple[str, str]]:
        """Pairs that no weights reverse: who is above, and below whom."""
        pairs = self.dominated.stack()
        return list(pairs.index[pairs])


@dataclass(frozen=True, eq=False)
class PairAnswer:
    """What would change the order of two units, of which ``higher`` is above with the given weights.

    ``ranks``: of the higher and the lower; ``difference`` [share]: between their composites; ``certain``: whether the lower
    stays below, or level, with all weights within the ``distance``; ``smallest``: for each norm, with which change the lower
    catches up; ``intervals``: `weight_intervals` with which the order holds.
    """

    assessment: Assessment
    distance: float
    higher: str
    lower: str
    ranks: tuple[int, int]
    difference: float
    certain: bool
    smallest: dict[str, SmallestChange]
    intervals: pd.DataFrame

    @property
    def reversible(self) -> bool:
        """Whether any weights bring the lower one above."""
        return all(change.weights is not None for change in self.smallest.values())

    @property
    def level_weights(self) -> pd.DataFrame:
        """Where each weight may lie, and the weights of the smallest changes, if there are any.

        DataFrame, shape (indicator, [weight, low, high, then a column for each norm]) [share].
        """
        changed = {norm: change.weights for norm, change in self.smallest.items() if change.weights is not None}
        return self.intervals[["weight", "low", "high"]].assign(**changed)


def ask_stability(
    assessment: Assessment, *, units: tuple[str, str] | None = None, distance: float = 0.1
) -> StabilityAnswer | PairAnswer:
    """What do other weights change for certain? Of all units, or of the order of two.

    Parameters
    ----------
    units : (str, str), optional
        Two units, by any of their names: a PairAnswer.
    distance : float [share, sum of absolute changes]
        How far the weights may move. Moving 1 % of the weight from one indicator to another is a change of 0.02.

    Raises
    ------
    UnknownName
        An unknown unit; no framework.
    InputError
        A table with blank cells; a distance below 0; the same unit twice.

    Examples
    --------
    >>> from dti_research.study.assessment import open_assessment
    >>> first_nine = open_assessment("province-2020")
    >>> ask_stability(first_nine).leader
    'da-nang'
    >>> pair = ask_stability(first_nine, units=("Huế", "da nang"))
    >>> pair.higher, pair.certain, pair.reversible
    ('da-nang', True, False)
    """
    normalised, weights = assessment.normalised, assessment.weights
    if units is not None:
        return _ask_pair(assessment, [find_unit(assessment, unit) for unit in units], distance)
    ranks = attainable_ranks(normalised, weights, distance)
    leader = ranks.published.idxmin()
    return StabilityAnswer(
        assessment=assessment,
        distance=distance,
        ranks=ranks,
        neighbours=neighbour_changes(normalised, weights),
        first_place=weight_intervals(normalised, weights, leader, distance=distance),
        dominated=dominated_pairs(normalised, weights),
    )


def _ask_pair(assessment: Assessment, units: list[str], distance: float) -> PairAnswer:
    normalised, weights = assessment.normalised, assessment.weights
    composite = (normalised @ weights).round(12)
    ranks = rank_min(composite)
    higher, lower = sorted(units, key=lambda unit: -composite[unit])
    intervals = weight_intervals(normalised, weights, higher, lower, distance=distance)
    return PairAnswer(
        assessment=assessment,
        distance=distance,
        higher=higher,
        lower=lower,
        ranks=(int(ranks[higher]), int(ranks[lower])),
        difference=float(composite[higher] - composite[lower]),
        certain=bool(pair_extremes(normalised, weights, distance).loc[lower, higher] <= TIE),
        smallest={norm: smallest_change(normalised, weights, lower, higher, norm) for norm in NORMS},
        intervals=intervals,
    )
