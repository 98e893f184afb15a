"""Which units became part of which, and what composite a merged unit gets from those of its parts.

A merger is checked once (`check_crosswalk`); then it is arithmetic on arrays, since `study.editions.causes` computes it for every
set of causes. No Handbook step. Left out: what a merger does to ranks.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dti_research.errors import InputError, find_name, nearest


@dataclass(frozen=True, eq=False)
class Mergers:
    """A checked crosswalk in positions, so that a merger is arithmetic on arrays.

    Of each old unit, ``into`` is the position of its new one among ``names``, and ``weight`` its weight; of each new unit,
    ``namesake`` is the position of the old one whose name it bears.
    """

    names: pd.Index
    into: np.ndarray
    namesake: np.ndarray
    weight: np.ndarray

    @classmethod
    def of(cls, walk: pd.DataFrame) -> Mergers:
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


RULES: dict[str, Callable[[np.ndarray, Mergers], np.ndarray]] = {
    "mean": lambda parts, mergers: mergers.total(parts) / np.bincount(mergers.into),
    "weighted": lambda parts, mergers: mergers.total(parts * mergers.weight) / mergers.total(mergers.weight),
    "namesake": lambda parts, mergers: parts[mergers.namesake],
    "highest": lambda parts, mergers: mergers.extreme(np.maximum, parts),
    "lowest": lambda parts, mergers: mergers.extreme(np.minimum, parts),
}
"""The composites of the merged units from those of their parts; ``weighted`` needs a column ``weight`` (people, say) in the
crosswalk, ``namesake`` takes that of the part whose name it bears."""


def check_crosswalk(crosswalk: pd.DataFrame, units: pd.Index, rule: str) -> pd.DataFrame:
    """Check which unit became part of which: shape (old unit, [after, namesake, weight]).

    Parameters
    ----------
    crosswalk : DataFrame, shape (old unit, [before, after, namesake, weight])
        ``namesake``: true for the one part whose name the new unit bears; without the column, a unit whose code is unchanged,
        or the only part. ``weight`` is needed by the rule ``weighted`` only.
    units : Index
        Those that are ranked before.
    rule : str
        A key of `RULES`.

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
    """Composites of merged units from those of their parts; errors as for `check_crosswalk`.

    Examples
    --------
    >>> walk = pd.DataFrame({"before": ["hill", "lake"], "after": ["hill", "hill"]})
    >>> merge_units(pd.Series({"hill": 0.25, "lake": 0.75}), walk).to_dict()
    {'hill': 0.5}
    """
    mergers = Mergers.of(check_crosswalk(crosswalk, composites.index, rule))
    merged = RULES[rule](composites.to_numpy(dtype=float), mergers)
    return pd.Series(merged, index=mergers.names.rename("unit"), name="composite")
