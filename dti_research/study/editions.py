"""Why did a rank move between two editions of an index?

Values changed, weights changed, indicators came and went, units were merged, fewer units are listed, boundaries moved: each is
a cause that can be switched on by itself. The change of a composite, a rank or a level is split among them by Shapley's rule:
each cause gets its effect averaged over all orders in which the causes could have come, so that the parts add to the whole
change and no order is preferred. There are at most six causes, so all orders are computed. Handbook step 7 (robustness).

Where the values of an edition are not printed, values, weights and indicators are one cause (``composites``), and
`bound_reweighting` says how little and how much of the change the weights can be. Left out: how stable a whole order is
(`study.mobility`).
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from dti_research import data
from dti_research.errors import InputError, UnknownName, check_whole, find_name, nearest
from dti_research.index.framework import Framework
from dti_research.index.normalise import check_values
from dti_research.index.score import check_additive

CAUSES = ("values", "weights", "indicators", "composites", "merged", "listed", "boundaries")
"""values: of indicators that both editions have. weights: their proportions. indicators: added and dropped ones, and the share
of the weight that goes to them. composites: these three together, where values are not printed. merged: each unit takes on the
composite of the unit it became part of. listed: one place for each new unit, instead of one for each old one; as long as the
composites are not merged, that of the namesake. For the rank of a unit that was not merged, these two are what became of the
others. boundaries: of levels."""


@dataclass(frozen=True, eq=False)
class _Mergers:
    """A checked crosswalk in positions, so that a merger is arithmetic on arrays.

    Parameters
    ----------
    names : Index, shape (new unit,)
    into : array of int, shape (old unit,)
        Position of the new unit.
    namesake : array of int, shape (new unit,)
        Position of the old unit whose name it bears.
    weight : array, shape (old unit,)
    """

    names: pd.Index
    into: np.ndarray
    namesake: np.ndarray
    weight: np.ndarray

    @classmethod
    def of(cls, walk: pd.DataFrame) -> _Mergers:
        into, names = pd.factorize(walk.after)
        bearers = np.flatnonzero(walk.namesake.to_numpy())
        namesake = np.empty(len(names), dtype=int)
        namesake[into[bearers]] = bearers
        return cls(pd.Index(names), into, namesake, walk.weight.to_numpy(dtype=float))

    def total(self, figures: np.ndarray) -> np.ndarray:
        return np.bincount(self.into, weights=figures, minlength=len(self.names))

    def extreme(self, of_two: np.ufunc, composites: np.ndarray) -> np.ndarray:
        found = composites[self.namesake]
        of_two.at(found, self.into, composites)
        return found


RULES: dict[str, Callable[[np.ndarray, _Mergers], np.ndarray]] = {
    "mean": lambda parts, mergers: mergers.total(parts) / np.bincount(mergers.into),
    "weighted": lambda parts, mergers: mergers.total(parts * mergers.weight) / mergers.total(mergers.weight),
    "namesake": lambda parts, mergers: parts[mergers.namesake],
    "highest": lambda parts, mergers: mergers.extreme(np.maximum, parts),
    "lowest": lambda parts, mergers: mergers.extreme(np.minimum, parts),
}
"""The composites of the merged units from those of their parts; ``weighted`` needs a column ``weight`` (people, say) in the
crosswalk, ``namesake`` takes that of the part whose name it bears."""


@dataclass(frozen=True, eq=False)
class Edition:
    """One edition of an index, as far as it is printed.

    Parameters
    ----------
    composites : Series, shape (unit,) [measure of the index]
    values : DataFrame, shape (unit, indicator) [share, or any one measure], optional
    weights : Series, shape (indicator,) [share, adds to 1], optional
    boundaries : tuple of float [measure of the index]
        From each of them on, the next level begins. Lowest first. Of two editions that are compared, both have some or neither.
    digits : int
        A composite is rounded to so many decimals before it meets a boundary.
    """

    composites: pd.Series
    values: pd.DataFrame | None = None
    weights: pd.Series | None = None
    boundaries: tuple[float, ...] = ()
    digits: int = 4


@dataclass(frozen=True, eq=False)
class Explanation:
    """How much of each unit's change is due to which cause.

    Parameters
    ----------
    causes : tuple of str
        Of `CAUSES`, those that could act here.
    composite, rank, level : DataFrame, shape (unit, [before, after, change, ... one column a cause ..., remainder])
        ``change`` is after less before: a rank that falls by 3 places is +3. The causes add to ``change`` less ``remainder``,
        by which the printed editions differ more than the computed ones (rounding, or a rule that is not the one assumed).
        ``rank`` is counted among the units of this table, and with a cause ``listed`` among the new ones in the end. Levels
        count from 0; the table has no rows if the editions have no boundaries.
    by_indicator : DataFrame, shape (unit and indicator, [unit, indicator, values, weights, indicators])
        The split of the composite before units are merged, by indicator; no rows where values are not given. With a crosswalk
        it does not add to the parts in ``composite``: there the three causes are averaged over orders with mergers, too.
    """

    causes: tuple[str, ...]
    composite: pd.DataFrame
    rank: pd.DataFrame
    level: pd.DataFrame
    by_indicator: pd.DataFrame = field(repr=False)


@dataclass(frozen=True, eq=False)
class PublishedPair:
    """Two published lists, ready to be compared; made by `load_pair`.

    Parameters
    ----------
    tables : (str, str)
        As asked for.
    later : str
        The later list that prints the units of before; where nothing was merged, it is the second of `tables`.
    frameworks : (Framework, Framework)
    before, after : Edition
        Of the units of before. Where these were merged since: after, from the list that was printed for the old units, too.
    crosswalk : DataFrame or None
        Where units were merged.
    printed : Series or None
        Composites of the merged units.
    """

    tables: tuple[str, str]
    later: str
    frameworks: tuple[Framework, Framework]
    before: Edition
    after: Edition
    crosswalk: pd.DataFrame | None
    printed: pd.Series | None

    @property
    def same_rules(self) -> bool:
        """Whether one decision is behind both, so that neither weights nor indicators can have changed."""
        return self.frameworks[0].id == self.frameworks[1].id


def load_pair(before: str, after: str) -> PublishedPair:
    """Two published lists of all provinces, the second one perhaps of the merged ones.

    Parameters
    ----------
    before, after : str
        Published tables, as ``data/raw/tables.csv`` names them, that print every unit they rank.

    Returns
    -------
    PublishedPair
        Both editions of the units of before.

    Raises
    ------
    UnknownName
        An unknown table, or one that does not print all its units; an order that is not that of time.

    Examples
    --------
    >>> pair = load_pair("province-2022", "province-2024-34")
    >>> len(pair.after.composites), len(pair.printed), pair.same_rules
    (63, 34, False)
    """
    tables = data.load_tables()
    for name in (before, after):
        find_name("list that prints all its units", name, data.complete_tables())
    first, second = tables.loc[before], tables.loc[after]
    if (
        first.year > second.year
        or (first.unit_set, second.unit_set) == ("province-34", "province-63")
        or before == after
    ):
        raise UnknownName(
            f"from {before} to {after}: expected an earlier list first and a later one second; choose others"
        )
    crosswalk = printed = None
    later = after
    if first.unit_set != second.unit_set:
        same = [name for name in data.complete_tables(first.unit_set) if tables.year[name] == second.year]
        if not same:
            raise UnknownName(
                f"{after}: nobody printed its year for the units of {before}, too; expected such a list; choose another"
            )
        later = same[0]
        crosswalk, printed = data.load_crosswalk(), data.load_composites(after)
    return PublishedPair(
        (before, after),
        later,
        (data.framework_of(before), data.framework_of(after)),
        Edition(data.load_composites(before)),
        Edition(data.load_composites(later)),
        crosswalk,
        printed,
    )


def explain_mergers(pair: PublishedPair, rule: str = "mean") -> Explanation | None:
    """What the mergers alone did: the later list before and after them. None where no unit was merged."""
    if pair.crosswalk is None:
        return None
    return explain_change(pair.after, pair.after, crosswalk=pair.crosswalk, rule=rule, printed=pair.printed)


def explain_values(pair: PublishedPair) -> Explanation | None:
    """Values against weights, for the units whose values are printed in both lists and that were not merged with others.

    Returns
    -------
    Explanation or None
        Tables of shape (unit of both lists with values, ...): of the 63 and the 34 provinces, those that kept their code and
        borders. Ranks are among these units only. None where there are fewer than two, or no points are published.
    """
    old, new = (data.load_values(table) for table in pair.tables)
    units = [unit for unit in old.index if unit in new.index and unit in _unmerged(pair)]
    if len(units) < 2 or any(framework.points is None for framework in pair.frameworks):
        return None
    weights = [framework.points / framework.points.sum() for framework in pair.frameworks]
    composites = [data.load_composites(table)[units] for table in pair.tables]
    return explain_change(
        Edition(composites[0], old.loc[units], weights[0]), Edition(composites[1], new.loc[units], weights[1])
    )


def bound_values(pair: PublishedPair, rule: str = "mean") -> pd.DataFrame | None:
    """`bound_reweighting` for all units of the later list, whose values before are not printed.

    Only for mergers by the mean, of which the values before are the means of the parts' values. None where one decision is
    behind both lists, or the later one prints no values, or the indicators are not the same.
    """
    new = data.load_values(pair.tables[1])
    points = [framework.points for framework in pair.frameworks]
    if pair.same_rules or new.empty or rule != "mean" or any(one is None for one in points):
        return None
    if set(points[0].index) != set(points[1].index):
        return None
    before = pair.before.composites
    if pair.crosswalk is not None:
        before = merge_units(before, pair.crosswalk, rule)
    elif set(before.index) != set(new.index):
        return None
    return bound_reweighting(before.loc[new.index], points[0] / points[0].sum(), new, points[1] / points[1].sum())


def _unmerged(pair: PublishedPair) -> set[str]:
    """Units that are the same before and after, by code."""
    if pair.crosswalk is None:
        return set(pair.before.composites.index)
    alone = pair.crosswalk[pair.crosswalk.groupby("after")["after"].transform("size") == 1]
    return set(alone.before[alone.before == alone.after])


def shapley(worth: Callable[[frozenset[str]], np.ndarray], causes: Sequence[str]) -> dict[str, np.ndarray]:
    """Split worth(all causes) - worth(none) among the causes, whatever the order in which they come.

    Parameters
    ----------
    worth : callable
        From a set of causes that act to an array of any shape.
    causes : sequence of str
        No more than ten: every set of them is computed.

    Returns
    -------
    dict of cause to array
        They add to the whole. A cause without effect gets 0; two with the same effects get the same.

    Raises
    ------
    InputError
        More than ten causes, or one twice.

    References
    ----------
    Shapley, L. S. (1953), A value for n-person games, Contributions to the Theory of Games II, 307-317. Shorrocks, A. F.
    (2013), Decomposition procedures for distributional analysis: a unified framework based on the Shapley value, Journal of
    Economic Inequality 11, 99-126.

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


def check_crosswalk(crosswalk: pd.DataFrame, units: pd.Index, rule: str) -> pd.DataFrame:
    """Check which unit becomes part of which, and hand it back by old unit.

    Parameters
    ----------
    crosswalk : DataFrame, shape (old unit, [before, after, namesake, weight])
        ``namesake``: true for the one part whose name the new unit bears; without the column, a unit whose code is unchanged,
        or the only part. ``weight`` is needed by the rule ``weighted`` only.
    units : Index
        Those that are ranked before.
    rule : str
        A key of `RULES`.

    Returns
    -------
    DataFrame, shape (unit, [after, namesake, weight])

    Raises
    ------
    InputError
        A unit without a place, or with two; a new unit without one namesake; weights that are missing, infinite or not above 0.
    UnknownName
        An unknown rule.

    Examples
    --------
    >>> walk = pd.DataFrame({"before": ["hill", "lake"], "after": ["hill", "hill"]})
    >>> check_crosswalk(walk, pd.Index(["hill", "lake"]), "mean").namesake.to_dict()
    {'hill': True, 'lake': False}
    """
    find_name("rule", rule, RULES)
    for column in ("before", "after"):
        if column not in crosswalk.columns:
            raise InputError(f"the crosswalk has no column {column!r}; expected before and after; name the columns so")
    for unit in crosswalk.before[crosswalk.before.duplicated()]:
        raise InputError(
            f"crosswalk: {unit!r} stands twice in column before; expected one new unit for each; keep one row"
        )
    walk = crosswalk.set_index("before")
    for unit in units.difference(walk.index):
        raise InputError(
            f"crosswalk: no row for {unit!r}{nearest(unit, walk.index)}; expected one for each unit; add it"
        )
    walk = walk.loc[units]
    for unit in walk.index[walk.after.isna() | (walk.after == "")]:
        raise InputError(
            f"crosswalk: {unit!r} has no unit after; expected the one it became part of; fill in column after"
        )
    size = walk.groupby("after")["after"].transform("size")
    if "namesake" not in walk:
        walk = walk.assign(namesake=(walk.index == walk.after) | (size == 1))
    for after, named in walk.groupby("after").namesake.sum().items():
        if named != 1:
            raise InputError(
                f"crosswalk: {after!r} has {named} parts that are its namesake; expected one; mark it in a column namesake"
            )
    if rule == "weighted":
        if (
            "weight" not in walk
            or not pd.to_numeric(walk.weight, errors="coerce").between(0, math.inf, "neither").all()
        ):
            raise InputError(
                "rule 'weighted' needs a finite number above 0 for each unit; expected a column weight; add it to the crosswalk"
            )
        walk = walk.assign(weight=pd.to_numeric(walk.weight))
    else:
        walk = walk.assign(weight=1.0)
    return walk[["after", "namesake", "weight"]].astype({"namesake": bool})


def merge_units(composites: pd.Series, crosswalk: pd.DataFrame, rule: str = "mean") -> pd.Series:
    """Composites of merged units from those of their parts.

    Parameters
    ----------
    composites : Series, shape (old unit,) [measure of the index]
    crosswalk : DataFrame
        See `check_crosswalk`.
    rule : str
        A key of `RULES`.

    Returns
    -------
    Series, shape (new unit,) [measure of the index]

    Raises
    ------
    InputError, UnknownName
        As `check_crosswalk`.

    Examples
    --------
    >>> walk = pd.DataFrame({"before": ["hill", "lake"], "after": ["hill", "hill"]})
    >>> merge_units(pd.Series({"hill": 0.25, "lake": 0.75}), walk).to_dict()
    {'hill': 0.5}
    """
    mergers = _Mergers.of(check_crosswalk(crosswalk, composites.index, rule))
    merged = RULES[rule](composites.to_numpy(dtype=float), mergers)
    return pd.Series(merged, index=mergers.names.rename("unit"), name="composite")


def explain_change(
    before: Edition,
    after: Edition,
    *,
    crosswalk: pd.DataFrame | None = None,
    rule: str = "mean",
    printed: pd.Series | None = None,
) -> Explanation:
    """Split the change of every unit's composite, rank and level among its causes.

    Handbook step 7 (robustness).

    Both editions are given for the units of before, also where these were merged since: then `crosswalk` says into what, and
    the merging and the shorter list are causes of their own. If both editions have values and weights, their change is split,
    too.

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

    Returns
    -------
    Explanation

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
    units = _common_units(before, after)
    detailed = before.values is not None and after.values is not None
    causes = ["values", "weights", "indicators"] if detailed else ["composites"]
    walk = mergers = None
    if crosswalk is not None:
        walk = check_crosswalk(crosswalk, units, rule)
        mergers = _Mergers.of(walk)
        causes += ["merged", "listed"]
    levelled = bool(before.boundaries or after.boundaries)
    for edition in (before, after):
        check_whole("digits", edition.digits, 0)
        if not all(a < b for a, b in itertools.pairwise((-math.inf, *edition.boundaries, math.inf))):
            raise InputError(
                f"boundaries {edition.boundaries}: expected numbers, each above the one before it; sort them"
            )
    if levelled:
        if not (before.boundaries and after.boundaries):
            raise InputError(
                f"only the edition {'before' if before.boundaries else 'after'} has boundaries; expected those of both editions, "
                "or of neither; give the others, too (the same ones, if they did not move)"
            )
        causes.append("boundaries")
    columns, contributions = _contributions(before, after) if detailed else (None, None)

    def merge(own: np.ndarray) -> np.ndarray:
        return RULES[rule](own, mergers)[mergers.into]

    given = {
        False: before.composites.to_numpy(dtype=float),
        True: after.composites.reindex(units).to_numpy(dtype=float),
    }

    @functools.cache  # asked for the composite, the rank and the level
    def composite(acting: frozenset[str]) -> np.ndarray:
        if "merged" in acting:
            return merge(composite(acting - {"merged"}))
        if inert := acting & {"listed", "boundaries"}:
            return composite(acting - inert)
        return given["composites" in acting] if contributions is None else contributions(acting).sum(axis=1)

    def rank(acting: frozenset[str]) -> np.ndarray:
        own = composite(acting).round(12)
        if "listed" not in acting:
            return _rank_of(own, own, before)
        # One place for each new unit: the others by their namesake, each unit's own by itself. Once merged, all parts
        # are level.
        rivals = own[mergers.namesake]
        return _rank_of(own, rivals, before) - (rivals[mergers.into] > own)

    def level(acting: frozenset[str]) -> np.ndarray:
        own = composite(acting).round(12)
        return _level_of(own, own, after if "boundaries" in acting else before)

    # What is shown is what was printed; what the causes add to is computed.
    shown = {"before": given[False], "after": given[True]}
    if printed is not None:
        shown["after"] = _printed_for(printed, units, walk).to_numpy(dtype=float)
    elif mergers is not None:
        shown["after"] = merge(shown["after"])
    shown = {when: own.round(12) for when, own in shown.items()}
    rivals = shown if mergers is None else shown | {"after": shown["after"][mergers.namesake]}
    composites, ranks, levels = (
        {when: figure(shown[when], rivals[when], edition) for when, edition in (("before", before), ("after", after))}
        for figure in (_composite_of, _rank_of, _level_of)
    )
    empty = pd.DataFrame(columns=["unit", "indicator", "values", "weights", "indicators"])
    return Explanation(
        tuple(causes),
        _split(composite, causes, units, composites),
        _split(rank, causes, units, ranks),
        _split(level, causes, units, levels).iloc[: None if levelled else 0],
        empty if contributions is None else _by_indicator(contributions, units, columns),
    )


def _composite_of(own: np.ndarray, rivals: np.ndarray, edition: Edition) -> np.ndarray:
    return own


def _rank_of(own: np.ndarray, rivals: np.ndarray, edition: Edition) -> np.ndarray:
    """One more than the rivals that are better: sorted once, since a table of all units by all rivals can fill the memory."""
    return 1.0 + len(rivals) - np.searchsorted(np.sort(rivals), own, side="right")


def _level_of(own: np.ndarray, rivals: np.ndarray, edition: Edition) -> np.ndarray:
    return np.searchsorted(np.array(edition.boundaries), own.round(edition.digits), side="right").astype(float)


def _common_units(before: Edition, after: Edition) -> pd.Index:
    """The units, once both editions are known to have the same ones."""
    for what, one, other in (("after", before, after), ("before", after, before)):
        for unit in one.composites.index.difference(other.composites.index):
            raise InputError(
                f"unit {unit!r}{nearest(unit, other.composites.index)} has no composite {what}; expected the same units in both "
                "editions; leave it out, or say by a crosswalk what became of it"
            )
    check_values(before.composites.to_frame("composite"))
    check_values(after.composites.to_frame("composite"))
    return before.composites.index.rename("unit")


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
    values = [one.reindex(columns=columns).fillna(other).to_numpy() for one, other in ((old, new), (new, old))]
    weights = [one.reindex(columns).fillna(0.0).to_numpy() for one in (old_weights, new_weights)]
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


def _by_indicator(
    contributions: Callable[[frozenset[str]], np.ndarray], units: pd.Index, columns: list
) -> pd.DataFrame:
    parts = shapley(contributions, ["values", "weights", "indicators"])
    columns = pd.Index(columns, name="indicator")
    stacked = {cause: pd.DataFrame(part, index=units, columns=columns).stack() for cause, part in parts.items()}
    return pd.DataFrame(stacked).reset_index()


def bound_reweighting(
    composites_before: pd.Series, weights_before: pd.Series, values_after: pd.DataFrame, weights_after: pd.Series
) -> pd.DataFrame:
    """How much of the change can be due to the weights, if values before are not printed?

    Handbook step 7 (robustness). Of the values before only the composite is known: they lie between 0 and 1 and add, weighted,
    to it. What the new weights would have made of them therefore lies between two bounds (a fractional knapsack: the composite
    is filled with the indicators that gain most, or least); Shapley's parts of weights and values follow. Both bounds can be
    reached, each unit by itself.

    The composite before is taken as exact. Printed, it may be off by half of its last digit, and then a bound of the weights is
    off by up to half of that times the largest ``|new / old weight - 1|``, and one of the values by up to half of that times
    the largest ``new / old weight + 1``.

    Parameters
    ----------
    composites_before : Series, shape (unit,) [share]
    weights_before, weights_after : Series, shape (indicator,) [share, adds to 1]
        Of the same indicators.
    values_after : DataFrame, shape (unit, indicator) [share]

    Returns
    -------
    DataFrame, shape (unit, [change, weights_low, weights_high, values_low, values_high, values_least]) [share]
        ``weights_low`` + ``values_high`` is the change, and ``weights_high`` + ``values_low``. ``values_least``: the least that
        values can have done in either order, with the weights before or with those after; above 0 they have raised the
        composite for certain.

    Raises
    ------
    InputError
        Other units or indicators; a share that is not between 0 and 1.

    References
    ----------
    Dantzig, G. B. (1957), Discrete-variable extremum problems, Operations Research 5, 266-288 (the fractional knapsack).

    Examples
    --------
    Half of what could be earned, and the roads lose half of their weight to the wells: 0.25 if it was earned on roads, 0.75
    on wells.

    >>> old, new = pd.Series({"roads": 0.5, "wells": 0.5}), pd.Series({"roads": 0.25, "wells": 0.75})
    >>> table = pd.DataFrame({"roads": [1.0, 0.0], "wells": [1.0, 0.0]}, index=["hill", "lake"])
    >>> found = bound_reweighting(pd.Series({"hill": 0.5, "lake": 0.5}), old, table, new).loc["hill"].round(3).to_dict()
    >>> [found[end] for end in ("change", "weights_low", "weights_high", "values_low", "values_high", "values_least")]
    [0.5, -0.125, 0.125, 0.375, 0.625, 0.25]
    """
    table, new = check_additive(values_after, weights_after)
    _, old = check_additive(values_after, weights_before)
    check_values(composites_before.to_frame("composite"))
    for unit in table.index.symmetric_difference(composites_before.index):
        raise InputError(
            f"unit {unit!r} has a composite before or values after, not both; expected both; leave it out or add them"
        )
    for what, found in (("composite before", composites_before.to_frame()), ("value", table)):
        if not found.stack().between(0, 1).all():
            unit, _ = found.stack().index[~found.stack().between(0, 1)][0]
            raise InputError(f"unit {unit!r}: a {what} outside 0 to 1; expected shares; divide by the maximum")
    earned = composites_before.loc[table.index].to_numpy()
    low, high = (_knapsack(earned, old.to_numpy(), new.to_numpy(), sign) for sign in (1, -1))
    after, crossed = (table @ new).to_numpy(), (table @ old).to_numpy()
    # Shapley's parts of two causes: the mean over both orders.
    weights = [((end - earned) + (after - crossed)) / 2 for end in (low, high)]
    change = after - earned
    return pd.DataFrame(
        {
            "change": change,
            "weights_low": weights[0],
            "weights_high": weights[1],
            "values_low": change - weights[1],
            "values_high": change - weights[0],
            "values_least": np.minimum(crossed - earned, after - high),
        },
        index=table.index.rename("unit"),
    )


def _knapsack(earned: np.ndarray, old: np.ndarray, new: np.ndarray, sign: int) -> np.ndarray:
    """The least (sign 1) or most (-1) that new weights make of values between 0 and 1 that old weights make `earned` of."""
    free = new[old == 0].sum() if sign == -1 else 0.0  # values that counted for nothing may be anything
    gain = np.divide(new, old, out=np.zeros_like(new), where=old > 0)
    order = [k for k in np.argsort(sign * gain, kind="stable") if old[k] > 0]
    filled = np.cumsum(old[order]) - old[order]
    taken = np.clip(earned[:, None] - filled[None, :], 0.0, old[order][None, :])
    return taken @ gain[order] + free
