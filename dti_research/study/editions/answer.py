"""All that there is to say on why ranks moved between two lists, asked once.

Handbook step 7 (robustness). Left out: what the lists themselves print wrongly (`study.claims`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from dti_research import data
from dti_research.errors import InputError, UnknownName, check_whole
from dti_research.study.editions.bounds import bound_reweighting
from dti_research.study.editions.causes import TIE, Edition, Explanation, explain_change
from dti_research.study.editions.mergers import merge_units
from dti_research.study.editions.mobility import Mobility, mobility, published_mobilities
from dti_research.study.editions.pair import Pair
from dti_research.study.pillars.pairs import FEWEST


def explain_mergers(pair: Pair, rule: str = "mean") -> Explanation | None:
    """What the mergers alone did: the later list before and after them. None where no unit was merged."""
    if pair.crosswalk is None:
        return None
    return explain_change(pair.after, pair.after, crosswalk=pair.crosswalk, rule=rule, printed=pair.printed)


def explain_values(pair: Pair) -> Explanation | None:
    """Values against weights, for units whose values are printed in both lists and that were not merged with others.

    Ranks are among these units only. None for files, or fewer than two such units, or where no points are published.
    """
    if not pair.published or any(framework.points is None for framework in pair.frameworks):
        return None
    old, new = (data.load_values(table) for table in pair.lists)
    units = [unit for unit in old.index if unit in new.index and unit in pair.unmerged]
    if len(units) < 2:
        return None
    weights = [framework.points / framework.points.sum() for framework in pair.frameworks]
    composites = [data.load_composites(table)[units] for table in pair.lists]
    return explain_change(
        Edition(composites[0], old.loc[units], weights[0]), Edition(composites[1], new.loc[units], weights[1])
    )


def bound_values(pair: Pair, rule: str = "mean") -> pd.DataFrame | None:
    """`bound_reweighting` for all units of a later published list, whose values before are not printed.

    Only for mergers by the mean, of which the values before are the means of the parts' values. None where one decision is
    behind both lists, or the later one prints no values, or the indicators are not the same; and for files.
    """
    if not pair.published or pair.same_rules or rule != "mean":
        return None
    new = data.load_values(pair.lists[1])
    points = [framework.points for framework in pair.frameworks]
    if new.empty or any(own is None for own in points) or set(points[0].index) != set(points[1].index):
        return None
    before = pair.before.composites
    if pair.crosswalk is not None:
        before = merge_units(before, pair.crosswalk, rule)
    elif set(before.index) != set(new.index):
        return None
    return bound_reweighting(before.loc[new.index], points[0] / points[0].sum(), new, points[1] / points[1].sum())


def ask(pair: Pair, *, rule: str = "mean", resamples: int = 9999, seed: int) -> Answer:
    """Why did ranks move between two lists, and how stable is the order?

    Parameters
    ----------
    pair : Pair
        As `open_pair` hands it out.
    rule : str
        A key of `RULES`: how composites are merged.
    resamples : int [>= 99]
        Bootstrap resamples behind the intervals.

    Raises
    ------
    UnknownName
        An unknown rule, or one that published lists lack the weights for.
    InputError
        A number that cannot be used; lists that `explain_change` refuses.

    Examples
    --------
    >>> from dti_research.study.editions import open_pair
    >>> answer = ask(open_pair("province-2022", "province-2024-34"), seed=2024)
    >>> len(answer.improved), len(answer.improved_by_shorter_list)
    (26, 19)
    """
    check_whole("resamples", resamples, 99)
    check_whole("seed", seed, 0)
    if rule == "weighted" and pair.published:
        raise UnknownName("--rule weighted: published lists come without weights of their parts; choose another rule")
    explained = explain_change(pair.before, pair.after, crosswalk=pair.crosswalk, rule=rule, printed=pair.printed)
    return Answer(pair, rule, resamples, seed, explained, explain_values(pair), bound_values(pair, rule))


@dataclass(frozen=True, eq=False)
class Answer:
    """Why ranks moved between two lists, and how stable the order is.

    ``explained`` is the change of every unit of before, by cause; ``split`` is `explain_values`, ``bounds`` is `bound_values`;
    the rest is as asked.
    """

    pair: Pair
    rule: str
    resamples: int
    seed: int
    explained: Explanation = field(repr=False)
    split: Explanation | None = field(repr=False)
    bounds: pd.DataFrame | None = field(repr=False)

    # ------------------------------------------------------------------------------------------------------------ stability

    @property
    def is_long_enough(self) -> bool:
        """Whether there are enough units for intervals (`FEWEST`)."""
        return len(self.pair.before.composites) >= FEWEST

    @cached_property
    def mobility(self) -> Mobility:
        """How stable the order is; takes seconds. `InputError` where there are fewer units than intervals need."""
        return mobility(
            self.pair.before.composites, self.pair.after.composites, resamples=self.resamples, seed=self.seed
        )

    @cached_property
    def all_lists(self) -> pd.DataFrame:
        """`published_mobilities` of the units of before; as slow as `mobility` for each pair. `InputError` for files."""
        if not self.pair.published:
            raise InputError(
                f"{self.pair.lists[0]}: a file; expected published lists, of which others are known; leave this table out"
            )
        unit_set = data.load_tables().unit_set[self.pair.lists[0]]
        return published_mobilities(unit_set, resamples=self.resamples, seed=self.seed)

    # --------------------------------------------------------------------------------------------------------------- causes

    @property
    def by_indicator(self) -> pd.DataFrame:
        """The split of composites by indicator (see `Explanation`), where the values of both lists are known."""
        return (self.explained if self.split is None else self.split).by_indicator

    @property
    def unexplained(self) -> pd.Series:
        """Remainders of composites that rounding does not account for; empty where the composites are all that is known."""
        remainder = self.explained.composite.remainder
        if self.pair.before.values is None:
            return remainder.iloc[:0]
        return remainder[remainder.abs() > 2 * 10.0**-self.pair.before.digits]

    @property
    def namesakes(self) -> pd.DataFrame:
        """Ranks by cause with one row for each new unit: that of the old unit whose name it bears."""
        return self._of_namesakes(self.explained.rank)

    def _of_namesakes(self, table: pd.DataFrame) -> pd.DataFrame:
        return table[table.index.isin(self.pair.namesakes)]

    @property
    def widest_moves(self) -> pd.DataFrame:
        """Of `namesakes`, the one that went up most and the one that went down most."""
        change = self.namesakes.change
        return self.namesakes.loc[[change.idxmin(), change.idxmax()]]

    @property
    def improved(self) -> pd.DataFrame:
        """Of `namesakes`, those with a better rank."""
        return self.namesakes[self.namesakes.change < -TIE]

    @property
    def improved_by_shorter_list(self) -> pd.DataFrame:
        """Of `improved`, those for which the shorter list is the largest part, and at least half of the change."""
        table = self.improved
        if "listed" not in self.explained.causes:
            return table.iloc[:0]
        others = [cause for cause in self.explained.causes if cause != "listed"]
        return table[(table.listed <= table.change / 2 + TIE) & (table.listed < table[others].min(axis=1))]

    # -------------------------------------------------------------------------------------------------------------- mergers

    @cached_property
    def mergers(self) -> Explanation | None:
        """`explain_mergers`."""
        return explain_mergers(self.pair, self.rule)

    @property
    def mean_ranks(self) -> tuple[float, float]:
        """The mean rank in a list of the old units, and in one of the new ones, whoever is in it and if nobody ties."""
        return tuple((len(units) + 1) / 2 for units in (self.pair.before.composites, self.pair.namesakes))

    def most_merged(self, extreme: str) -> pd.DataFrame:
        """Ranks of one year: all namesakes that merging alone moved up ("min") or down ("max") most; no rows without mergers."""
        if self.mergers is None:
            return self.explained.rank.iloc[:0]
        table = self._of_namesakes(self.mergers.rank)
        return table[(table.merged - table.merged.agg(extreme)).abs() < TIE]

    def printed_as_merged(self, last_digits: float = 0.5) -> int:
        """How many printed composites the rule gives; within 1 last digit where the parts were rounded themselves."""
        if self.mergers is None or self.pair.printed is None:
            return 0
        misses = self.mergers.composite.groupby(self.pair.walk.after).remainder.first().abs()
        return int((misses <= last_digits * 10.0**-self.pair.after.digits + TIE).sum())

    # --------------------------------------------------------------------------------------------------------------- bounds

    @property
    def weights_within(self) -> tuple[float, float] | None:
        """The least and the most that weights can have done to any unit's composite [share]; None without `bounds`."""
        if self.bounds is None:
            return None
        return float(self.bounds.weights_low.min()), float(self.bounds.weights_high.max())

    @property
    def raised_by_values(self) -> pd.DataFrame | None:
        """Of `bounds`, the units whose values have raised the composite for certain."""
        return None if self.bounds is None else self.bounds[self.bounds.values_least > 0]
