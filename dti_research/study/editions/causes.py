"""Why did a rank move between two editions of an index?

Values changed, weights changed, indicators came and went, units were merged, fewer units are listed, boundaries moved: each is
a cause that can be switched on by itself. A change is split among them by Shapley's rule: each cause gets its effect averaged over
all orders in which the causes could have come, so that the parts add to the whole and no order is preferred. Handbook step 7
(robustness). Left out: how stable a whole order is (`study.editions.mobility`).

References
----------
Shapley, L. S. (1953), A value for n-person games, Contributions to the Theory of Games II, 307-317. Shorrocks, A. F. (2013),
Decomposition procedures for distributional analysis: a unified framework based on the Shapley value, Journal of Economic
Inequality 11, 99-126.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from dti_research.errors import InputError, check_whole, find_name, nearest
from dti_research.index.normalise import check_values
from dti_research.index.score import check_additive
from dti_research.study.editions.mergers import RULES, Mergers, check_crosswalk

CAUSES = ("values", "weights", "indicators", "composites", "merged", "listed", "boundaries")
"""values: of indicators that both editions have. weights: their proportions. indicators: added and dropped ones, and the share
of the weight that goes to them. composites: these three together, where values are not printed. merged: each unit takes on the
composite of the unit it became part of. listed: one place for each new unit, instead of one for each old one; as long as the
composites are not merged, that of the namesake. For the rank of a unit that was not merged, these two are what became of the
others. boundaries: of levels."""

TIE = 1e-9
"""Parts that differ by less are equal: they are sums of fractions."""


@dataclass(frozen=True, eq=False)
class Edition:
    """One edition of an index, as far as it is printed.

    Of `values`, shape (unit, indicator) [any one measure], `weights` [share] add to 1. From each of the `boundaries` on, lowest
    first, the next level begins; a composite is rounded to so many `digits` before it meets one.
    """

    composites: pd.Series
    values: pd.DataFrame | None = None
    weights: pd.Series | None = None
    boundaries: tuple[float, ...] = ()
    digits: int = 4


@dataclass(frozen=True, eq=False)
class Explanation:
    """How much of each unit's change is due to which of the `causes` that could act here.

    ``composite``, ``rank`` and ``level``, shape (unit, [before, after, change, ... one column a cause ..., remainder]):
    ``change`` is after less before, so that a rank that falls by 3 places is +3. The causes add to it less ``remainder``, by
    which the printed editions differ more than the computed ones (rounding, or a rule that is not the one assumed). Ranks are
    counted among the units of the table, and with a cause ``listed`` among the new ones in the end. Levels count from 0; no
    rows without boundaries.

    ``by_indicator``, shape (unit and indicator, [unit, indicator, values, weights, indicators]): the split of the composite before
    units are merged; no rows where values are not given. With a crosswalk it does not add to the parts in ``composite``: there the
    three causes are averaged over orders with mergers, too.
    """

    causes: tuple[str, ...]
    composite: pd.DataFrame
    rank: pd.DataFrame
    level: pd.DataFrame
    by_indicator: pd.DataFrame = field(repr=False)

    def in_order(self, part: str) -> pd.DataFrame:
        """One of the three tables, ordered by the list after, best first, without causes that moved nobody in it."""
        table = getattr(self, part).sort_values(["after", "before"], ascending=part == "rank", kind="stable")
        return without_idle(table)


def without_idle(table: pd.DataFrame) -> pd.DataFrame:
    """A table of `Explanation` without the columns of causes that moved nobody in it (a shorter list changes no composite)."""
    whole = ("before", "after", "change")
    return table[[column for column in table if column in whole or (table[column].abs() > TIE).any()]]


def shapley(worth: Callable[[frozenset[str]], np.ndarray], causes: Sequence[str]) -> dict[str, np.ndarray]:
    """Split worth(all causes) - worth(none) among at most ten causes, whatever the order in which they come.

    `worth` makes an array of any shape of a set of causes that act; the parts add to the whole. A cause without effect gets 0; two
    with the same effects get the same. `InputError`: more than ten causes, or one twice.

    Examples
    --------
    Two causes that matter only together share what they do.

    >>> parts = shapley(lambda acting: np.array([6.0 if {"rain", "sun"} <= acting else 0.0]), ["rain", "sun", "moon"])
    >>> {cause: part.tolist() for cause, part in parts.items()}
    {'rain': [3.0], 'sun': [3.0], 'moon': [0.0]}
    """
    count = len(causes)
    if count > 10 or len(set(causes)) < count:
        raise InputError(f"causes {', '.join(causes)}: expected at most ten, each once; join some of them")
    known = {
        frozenset(some): np.asarray(worth(frozenset(some)), dtype=float)
        for size in range(count + 1)
        for some in itertools.combinations(causes, size)
    }
    parts = {}
    for cause in causes:
        part = np.zeros_like(known[frozenset()])
        for before in known:
            if cause not in before:
                orders = math.factorial(len(before)) * math.factorial(count - len(before) - 1) / math.factorial(count)
                part = part + orders * (known[before | {cause}] - known[before])
        parts[cause] = part
    return parts


def explain_change(
    before: Edition,
    after: Edition,
    *,
    crosswalk: pd.DataFrame | None = None,
    rule: str = "mean",
    printed: pd.Series | None = None,
) -> Explanation:
    """Split the change of every unit's composite, rank and level among its causes.

    Both editions are given for the units of before, also where these were merged since: then `crosswalk` says into what, and
    the merging and the shorter list are causes of their own. If both editions have values and weights, their change is split, too.

    Parameters
    ----------
    before, after : Edition
        Of the same units.
    crosswalk : DataFrame, optional
        See `check_crosswalk`.
    rule : str
        A key of `RULES`: how composites are merged.
    printed : Series, shape (unit of after,) [measure of the index], optional
        Composites printed after; the difference to the computed ones becomes the remainder.

    Raises
    ------
    InputError
        Other units in one edition than in the other; values or weights that `check_additive` refuses; boundaries that do not
        rise, or of one edition only; a crosswalk that `check_crosswalk` refuses; printed composites that lack a unit.
    UnknownName
        An unknown rule, also where there is nothing to merge.

    Examples
    --------
    Hill and lake are merged into one, which is as good as their mean; moor does not change, and yet moves up.

    >>> score = pd.Series({"hill": 0.9, "lake": 0.1, "moor": 0.6})
    >>> walk = pd.DataFrame({"before": ["hill", "lake", "moor"], "after": ["hill", "hill", "moor"]})
    >>> answer = explain_change(Edition(score), Edition(score), crosswalk=walk)
    >>> answer.rank.loc["moor", ["before", "after", "change", "merged", "listed"]].to_dict()
    {'before': 2.0, 'after': 1.0, 'change': -1.0, 'merged': -1.0, 'listed': 0.0}
    """
    find_name("rule", rule, RULES)
    check_composites(before.composites, after.composites)
    units = before.composites.index.rename("unit")
    walk = None if crosswalk is None else check_crosswalk(crosswalk, units, rule)
    _check_boundaries(before, after)
    outcomes = _Outcomes(before, after, units, None if walk is None else Mergers.of(walk), rule)
    # What is shown is what was printed; what the causes add to is computed.
    own, rivals = outcomes.shown(None if printed is None else _printed_for(printed, units, walk).to_numpy(dtype=float))
    editions, causes = {"before": before, "after": after}, outcomes.causes
    ranks = {when: _rank_of(own[when], rivals[when]) for when in editions}
    levels = {when: _level_of(own[when], edition) for when, edition in editions.items()}
    return Explanation(
        causes,
        _split(outcomes.composite, causes, units, own),
        _split(outcomes.rank, causes, units, ranks),
        _split(outcomes.level, causes, units, levels).iloc[: None if before.boundaries else 0],
        outcomes.by_indicator(),
    )


class _Outcomes:
    """What a set of acting causes makes of the units' composites, ranks and levels, each an array of shape (unit,)."""

    def __init__(self, before: Edition, after: Edition, units: pd.Index, mergers: Mergers | None, rule: str) -> None:
        self.before, self.after, self.units, self.mergers, self.rule = before, after, units, mergers, rule
        self.given = {
            False: before.composites.to_numpy(dtype=float),
            True: after.composites.reindex(units).to_numpy(dtype=float),
        }
        detailed = before.values is not None and after.values is not None
        self.indicators, self.contributions = _contributions(before, after) if detailed else (None, None)
        self.causes = (
            *(("values", "weights", "indicators") if detailed else ("composites",)),
            *(("merged", "listed") if mergers is not None else ()),
            *(("boundaries",) if before.boundaries else ()),
        )
        self.composite = functools.cache(self._composite)  # asked for the composite, the rank and the level

    def _merge(self, own: np.ndarray) -> np.ndarray:
        return RULES[self.rule](own, self.mergers)[self.mergers.into]

    def _composite(self, acting: frozenset[str]) -> np.ndarray:
        if "merged" in acting:
            return self._merge(self.composite(acting - {"merged"}))
        if inert := acting & {"listed", "boundaries"}:
            return self.composite(acting - inert)
        if self.contributions is None:
            return self.given["composites" in acting]
        return self.contributions(acting).sum(axis=1)

    def rank(self, acting: frozenset[str]) -> np.ndarray:
        own = self.composite(acting).round(12)
        if "listed" not in acting:
            return _rank_of(own, own)
        # One place for each new unit: the others by their namesake, each unit's own by itself. Once merged, all parts
        # are level.
        rivals = own[self.mergers.namesake]
        return _rank_of(own, rivals) - (rivals[self.mergers.into] > own)

    def level(self, acting: frozenset[str]) -> np.ndarray:
        own = self.composite(acting).round(12)
        return _level_of(own, self.after if "boundaries" in acting else self.before)

    def shown(self, printed: np.ndarray | None) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
        """Composites before and after as printed, and those that they are ranked among."""
        after = self.given[True]
        if printed is not None:
            after = printed
        elif self.mergers is not None:
            after = self._merge(after)
        own = {"before": self.given[False].round(12), "after": after.round(12)}
        if self.mergers is None:
            return own, own
        return own, own | {"after": own["after"][self.mergers.namesake]}

    def by_indicator(self) -> pd.DataFrame:
        if self.contributions is None:
            return pd.DataFrame(columns=["unit", "indicator", "values", "weights", "indicators"])
        parts = shapley(self.contributions, ["values", "weights", "indicators"])
        indicators = pd.Index(self.indicators, name="indicator")
        stacked = {cause: pd.DataFrame(part, self.units, indicators).stack() for cause, part in parts.items()}
        return pd.DataFrame(stacked).reset_index()


def _check_boundaries(before: Edition, after: Edition) -> None:
    for edition in (before, after):
        check_whole("digits", edition.digits, 0)
        if not all(a < b for a, b in itertools.pairwise((-math.inf, *edition.boundaries, math.inf))):
            raise InputError(
                f"boundaries {edition.boundaries}: expected numbers, each above the one before it; sort them"
            )
    if bool(before.boundaries) != bool(after.boundaries):
        raise InputError(
            f"only the edition {'before' if before.boundaries else 'after'} has boundaries; expected those of both editions, "
            "or of neither; give the others, too (the same ones, if they did not move)"
        )


def _rank_of(own: np.ndarray, rivals: np.ndarray) -> np.ndarray:
    """One more than the rivals that are better: sorted once, since a table of all units by all rivals can fill the memory."""
    return 1.0 + len(rivals) - np.searchsorted(np.sort(rivals), own, side="right")


def _level_of(own: np.ndarray, edition: Edition) -> np.ndarray:
    return np.searchsorted(np.array(edition.boundaries), own.round(edition.digits), side="right").astype(float)


def check_composites(before: pd.Series, after: pd.Series) -> None:
    """Raise unless both editions have usable composites of the same units."""
    for what, own, other in (("after", after, before), ("before", before, after)):
        check_values(own.to_frame(f"composite {what}"))
        for unit in other.index.difference(own.index):
            raise InputError(
                f"unit {unit!r}{nearest(unit, own.index)} has no composite {what}; expected the same units in both editions; "
                "leave it out, or say by a crosswalk what became of it"
            )


def _printed_for(printed: pd.Series, units: pd.Index, walk: pd.DataFrame | None) -> pd.Series:
    """The printed composite after, for each unit before."""
    check_values(printed.to_frame("printed composite"))
    wanted = pd.Series(units, index=units) if walk is None else walk.after
    for unit in wanted[~wanted.isin(printed.index)]:
        raise InputError(
            f"unit {unit!r}{nearest(unit, printed.index)} has no printed composite; expected one for each; add it"
        )
    return wanted.map(printed)


def _contributions(before: Edition, after: Edition) -> tuple[list, Callable[[frozenset[str]], np.ndarray]]:
    """All indicators, and what each contributes to the composite while some of values, weights and indicators act."""
    units = before.composites.index
    tables = []
    for edition in (before, after):
        if edition.weights is None:
            raise InputError("an edition has values and no weights; expected both; give its weights")
        table, weights = check_additive(edition.values, edition.weights)
        for unit in units.symmetric_difference(table.index):
            raise InputError(
                f"unit {unit!r} has a composite or values, not both; expected both; leave it out or add them"
            )
        tables.append((table.loc[units], weights))
    (old, old_weights), (new, new_weights) = tables
    common = [code for code in old.columns if code in new.columns]
    dropped = [code for code in old.columns if code not in common]
    added = [code for code in new.columns if code not in common]
    columns = [*common, *dropped, *added]
    if common and (old_weights[common].sum() == 0 or new_weights[common].sum() == 0):
        raise InputError(
            "the indicators that both editions have carry no weight in one of them; expected some; compare others"
        )

    # Of an indicator that one edition lacks, the other has the values; its weight there is 0.
    values = [own.reindex(columns=columns).fillna(other).to_numpy() for own, other in ((old, new), (new, old))]
    weights = [own.reindex(columns).fillna(0.0).to_numpy() for own in (old_weights, new_weights)]
    shared = slice(len(common))

    def at(acting: frozenset[str]) -> np.ndarray:
        whose, relative = weights["indicators" in acting], weights["weights" in acting]
        if whose is not relative and common:
            whose = whose.copy()
            whose[shared] = relative[shared] * (whose[shared].sum() / relative[shared].sum())
        return values["values" in acting] * whose

    return columns, at


def _split(
    worth: Callable[[frozenset[str]], np.ndarray], causes: Sequence[str], units: pd.Index, shown: dict[str, np.ndarray]
) -> pd.DataFrame:
    """What is shown before and after, its change, the part of each cause, and what they leave."""
    table = pd.DataFrame({**shown, "change": shown["after"] - shown["before"]}, index=units)
    computed = worth(frozenset(causes)) - worth(frozenset())
    return table.assign(**shapley(worth, causes), remainder=table.change - computed)
