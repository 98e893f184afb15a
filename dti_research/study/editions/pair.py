"""Two lists of one index that are compared: published ones, or a user's own, checked once.

`open_pair` is the one door, as `study.assessment.open_assessment` is for one table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from dti_research import data
from dti_research.errors import InputError, UnknownName, find_name, nearest
from dti_research.index.framework import Framework
from dti_research.study.editions.causes import Edition
from dti_research.study.editions.mergers import check_crosswalk


@dataclass(frozen=True, eq=False)
class Pair:
    """An earlier and a later list, ready to be compared; made by `open_pair`.

    Parameters
    ----------
    lists : (str, str)
        As asked for: ids of published tables, or paths of files.
    later : str
        The later list that has the units of before.
    before, after : Edition
        Both of the units of before, also where these were merged since.
    names : mapping of unit to str
        Official names; a file's own names where files are compared.
    frameworks : tuple of Framework
        Of both lists; empty where files are compared.
    crosswalk, printed : DataFrame, Series or None
        Where units were merged: see `check_crosswalk`; printed composites of the merged units.
    """

    lists: tuple[str, str]
    later: str
    before: Edition
    after: Edition
    names: Mapping[str, str]
    frameworks: tuple[Framework, ...] = ()
    crosswalk: pd.DataFrame | None = None
    printed: pd.Series | None = None

    @property
    def published(self) -> bool:
        """Whether both are published lists."""
        return bool(self.frameworks)

    @property
    def same_rules(self) -> bool:
        """Whether one decision is behind both, so that neither weights nor indicators can have changed."""
        return len({framework.id for framework in self.frameworks}) == 1

    @property
    def same_year(self) -> bool:
        """Whether the later list tells of the year of the first, so that there is nothing but mergers between them."""
        return self.later == self.lists[0]

    @property
    def walk(self) -> pd.DataFrame | None:
        """The crosswalk by unit of before: see `study.editions.check_crosswalk`."""
        if self.crosswalk is None:
            return None
        return check_crosswalk(self.crosswalk, self.before.composites.index, "mean")

    @property
    def namesakes(self) -> pd.Index:
        """One unit of before for each unit of after: the one whose name it bears. All units where nothing was merged."""
        return self.before.composites.index if self.walk is None else self.walk.index[self.walk.namesake]

    @property
    def merged_on(self) -> tuple[str, ...]:
        """Days on which mergers came into force, where the crosswalk has them."""
        if self.crosswalk is None or "in_force" not in self.crosswalk:
            return ()
        return tuple(sorted(set(self.crosswalk.in_force)))

    @property
    def unmerged(self) -> set[str]:
        """Units that are the same before and after, by code."""
        if self.walk is None:
            return set(self.before.composites.index)
        alone = self.walk[self.walk.groupby("after")["after"].transform("size") == 1]
        return set(alone.index[alone.index == alone.after])

    def __repr__(self) -> str:
        units = len(self.before.composites)
        merged = "no mergers" if self.crosswalk is None else f"{len(self.namesakes)} after mergers"
        known = ", ".join(framework.id for framework in self.frameworks) or "no frameworks"
        return (
            f"Pair of {self.lists[0]} and {self.lists[1]} ({'published lists' if self.published else 'files'})\n"
            f"{units} units before, {merged}; those of before in the later list: {self.later}\n"
            f"by {known}; {len(self.before.boundaries)} boundaries before, {len(self.after.boundaries)} after"
        )


def open_pair(
    before: str | Path,
    after: str | Path,
    *,
    crosswalk: str | Path | None = None,
    points: tuple[str | Path | None, str | Path | None] = (None, None),
    boundaries: tuple[tuple[float, ...], tuple[float, ...]] = ((), ()),
) -> Pair:
    """Open two lists, check them, and take along what is known of mergers, values and weights.

    Parameters
    ----------
    before, after : str or Path
        Ids of two published tables that print every unit they rank, or the paths of two CSV files with the columns ``unit`` and
        ``composite``, or ``unit`` and one column for each indicator.
    crosswalk : str or Path, optional
        A CSV file with the columns ``before`` and ``after``, for files whose units were merged. The later file still lists the
        units of the earlier one.
    points : pair of str, Path or None
        For files with indicators: a CSV file each, with the columns ``indicator`` and ``points``.
    boundaries : pair of tuple of float [measure of the index]
        Where levels begin in each list, lowest first.

    Raises
    ------
    UnknownName
        An unknown table or file; a published table that does not print all its units; an order that is not that of time; a
        published list beside a file; options that need each other, or that published lists have no use for.
    InputError
        A file that cannot be read, lists of different scales.

    Examples
    --------
    >>> pair = open_pair("province-2022", "province-2024-34")
    >>> pair
    Pair of province-2022 and province-2024-34 (published lists)
    63 units before, 34 after mergers; those of before in the later list: province-2024-63
    by national-province-2022, national-province-2024; 0 boundaries before, 0 after
    >>> len(pair.after.composites), len(pair.printed), pair.same_rules
    (63, 34, False)
    """
    _check_both_or_neither(
        {"--boundaries-before": boundaries[0], "--boundaries-after": boundaries[1]},
        "levels need boundaries in both lists, be they the same",
    )
    _check_both_or_neither(
        {"--points-before": points[0], "--points-after": points[1]},
        "a change of composites is split only where both lists have values and points",
    )
    lists = (str(before), str(after))
    published = [name in data.load_tables().index for name in lists]
    for name, known in zip(lists, published, strict=True):
        if not known and not Path(name).exists():
            raise UnknownName(
                f"{name}: no such file, and no published list of that name{nearest(name, data.complete_tables())}; give the path "
                f"of a CSV file, or one of {', '.join(data.complete_tables())}"
            )
    given = {"--crosswalk": crosswalk, "--points-before": points[0], "--points-after": points[1]}
    if all(published):
        for name, value in given.items():
            if value:
                raise UnknownName(f"{name} goes with files of your own; leave it out for published lists")
        found = _open_published(lists)
    elif any(published):
        raise UnknownName(
            f"{lists[0] if published[0] else lists[1]} is a published list and the other is a file; expected two lists of one "
            "kind; write both as files"
        )
    else:
        found = _open_files(lists, crosswalk, points)
    first, second = (
        replace(edition, boundaries=tuple(edges))
        for edition, edges in zip((found.before, found.after), boundaries, strict=True)
    )
    _check_scales({lists[0]: first, lists[1]: second})
    return replace(found, before=first, after=second)


# ----------------------------------------------------------------------------------------------------------- published lists


def _open_published(lists: tuple[str, str]) -> Pair:
    before, after = lists
    tables = data.load_tables()
    for name in lists:
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
    return Pair(
        lists,
        later,
        Edition(data.load_composites(before)),
        Edition(data.load_composites(later)),
        data.unit_names(),
        (data.framework_of(before), data.framework_of(after)),
        crosswalk,
        printed,
    )


# --------------------------------------------------------------------------------------------------------- files of one's own


def _open_files(
    lists: tuple[str, str], crosswalk: str | Path | None, points: tuple[str | Path | None, str | Path | None]
) -> Pair:
    before, after = lists
    first, names = _read_edition(before, points[0], "--points-before")
    second, _ = _read_edition(after, points[1], "--points-after")
    walk = None if crosswalk is None else _read_crosswalk(crosswalk)
    if walk is not None and not set(first.composites.index) <= set(second.composites.index):
        raise InputError(
            f"{after}: with a crosswalk it must still list the units of {before}, whose scores are merged by the rule; if it lists "
            f"only the new units, write {before} for the new units, too, and leave the crosswalk out"
        )
    if walk is not None:
        check_crosswalk(walk, first.composites.index, "mean")
    return Pair(lists, after, first, second, names, crosswalk=walk)


def _read_edition(path: str, points: str | Path | None, option: str) -> tuple[Edition, dict[str, str]]:
    """A user's list: composites, or values and points, or both; and what each unit is called in it."""
    table = data.read_values(path)
    codes = _codes(table.index, path)
    names = {codes.get(name, name): name for name in table.index}
    table = table.rename(index=codes)
    values = table.drop(columns="composite", errors="ignore")
    if points is None:
        if "composite" not in table.columns:
            raise InputError(f"{path}: no column composite; expected one, or indicators with {option}; add either")
        return Edition(table["composite"]), names
    if values.empty:
        raise InputError(f"{path}: {option} is given and there are no columns of indicators; add them, or leave it out")
    weights = data.read_numbers(points, "points")
    weights = weights / weights.sum()
    unknown = sorted(set(values.columns) ^ set(weights.index))
    if unknown:
        raise InputError(
            f"{path}: {unknown[0]!r} stands in the table or in {points}, not in both; expected the same indicators"
        )
    composites = (
        table["composite"] if "composite" in table.columns else (values[weights.index] @ weights).rename("composite")
    )
    return Edition(composites, values, weights), names


def _read_crosswalk(path: str | Path) -> pd.DataFrame:
    """A user's crosswalk; new units get codes of old ones, so that the namesake is known."""
    walk = data.read_crosswalk(path)
    codes = _codes(walk["before"], str(path), "before")
    names = list(walk["after"].unique())
    try:
        later = data.find_units(names, "province-63")
    except InputError:
        # One new unit under two names is no mistake here: ask for one name after the other, which takes longer.
        later = {name: code for alone in names for name, code in data.find_units([alone], "province-63").items()}
    walk["before"] = [codes.get(name, name) for name in walk["before"]]
    walk["after"] = [later.get(name, name) for name in walk["after"]]
    return walk


def _codes(names: Iterable[str], place: str, column: str = "unit") -> dict[str, str]:
    """Codes of the provinces among the names, so that one meets itself under another name; the others stay as they are."""
    try:
        return data.find_units(list(dict.fromkeys(names)), "province-63")
    except InputError as error:
        raise InputError(f"{place}: {str(error).replace('column unit', f'column {column}')}") from None


def _check_both_or_neither(options: dict[str, object], why: str) -> None:
    """Two options that make sense together only."""
    missing = [name for name, given in options.items() if not given]
    if len(missing) == 1:
        other = next(name for name in options if name not in missing)
        raise UnknownName(f"{other} is given and {missing[0]} is not: {why}; give {missing[0]}, too, or leave both out")


def _check_scales(editions: dict[str, Edition]) -> None:
    """Shares beside points, or boundaries of another scale, would pass every other check and mean nothing."""
    sizes = {name: float(edition.composites.abs().max()) for name, edition in editions.items()}
    small, large = min(sizes, key=sizes.get), max(sizes, key=sizes.get)
    if sizes[large] > 20 * sizes[small] > 0:
        raise InputError(
            f"{large}: composites up to {sizes[large]:g}, and in {small} up to {sizes[small]:g}; expected one scale; divide the "
            "larger ones by their maximum"
        )
    for name, edition in editions.items():
        if edition.boundaries and min(edition.boundaries) > 20 * sizes[name] > 0:
            raise InputError(
                f"boundaries {', '.join(f'{edge:g}' for edge in edition.boundaries)}: far above the composites of {name}, up to "
                f"{sizes[name]:g}; expected the same scale; write them as the composites are"
            )
