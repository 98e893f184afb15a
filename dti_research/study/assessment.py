"""The table that is asked about: a published one or a user's own, with its framework, weights and names, checked once.

`open_assessment` is the one door. Every question of `study` takes the `Assessment` that it hands out. Handbook steps 2 to 6 as far
as they were done by whoever made the table. Left out: lists of composites alone (`study.editions`).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pandas as pd

from dti_research import data
from dti_research.errors import InputError, UnknownName, closest, find_name, nearest
from dti_research.index.framework import Framework
from dti_research.index.score import published_table
from dti_research.index.weight import check_points
from dti_research.message import Message
from dti_research.study.frameworks import points_from


@dataclass(frozen=True, eq=False)
class Assessment:
    """A table that is asked about.

    Parameters
    ----------
    table : str
        Id of the published table (`dti.tables` lists them), or the path of the user's file.
    framework : Framework or None
        None for a file of printed numbers of which no framework is known.
    values : DataFrame, shape (unit, indicator) [measure of the framework]
        As printed, or as the file has them. Units by code where they are known, else by the name in the file.
    names : dict of unit to name
        Official names; a file's own names where a file is asked about.
    published : bool
    composites, ranks : Series, shape (unit,) [composites: measure of the framework]
        As printed, of these units; empty where none are printed.
    digits : Series, shape (column,) or None
        To how many decimals each column is printed.
    ranked : int
        How many units the list ranks, of which it may print the values of a few.
    points, points_of : Series, shape (indicator,) [points]; Framework or str; or None
        Points that are not the framework's own; the framework or file whose points weigh.
    notes : tuple of Message
        What a reader should know about the names in the file.
    """

    table: str
    framework: Framework | None
    values: pd.DataFrame
    names: Mapping[str, str]
    published: bool
    composites: pd.Series
    digits: pd.Series | None
    ranks: pd.Series
    ranked: int
    points: pd.Series | None = None
    points_of: Framework | str | None = None
    notes: tuple[Message, ...] = field(default=())

    @cached_property
    def _normalised_and_weights(self) -> tuple[pd.DataFrame, pd.Series]:
        # Under the names of the file: an error names a unit as whoever wrote the file does.
        named = self.values.rename(index=self.names)
        try:
            normalised, weights = published_table(named, self.known_framework, self.points)
        except UnknownName:
            raise
        except InputError as error:
            raise InputError(f"{self.table}: {error}") from None
        return normalised.set_axis(self.values.index), weights

    @property
    def known_framework(self) -> Framework:
        """The framework; `UnknownName` where the table was opened without one."""
        if self.framework is None:
            raise UnknownName(
                f"{self.table}: no framework; the question needs one for weights and names; name one with framework=... or "
                "--framework (`dti list` shows them)"
            )
        return self.framework

    @property
    def normalised(self) -> pd.DataFrame:
        """Values as shares of the maximum, shape (unit, indicator).

        `InputError` where the framework cannot take them, or nobody printed its points.
        """
        return self._normalised_and_weights[0]

    @property
    def weights(self) -> pd.Series:
        """Weights, shape (indicator,), which add to 1; errors as for `normalised`."""
        return self._normalised_and_weights[1]

    @property
    def is_part(self) -> bool:
        """Whether the list ranks more units than it prints the values of."""
        return self.ranked > len(self.values)

    def __repr__(self) -> str:
        framework = self.framework.id if self.framework else "no framework"
        origin = "published table" if self.published else "file"
        weighed = getattr(self.points_of, "id", self.points_of) or "no points"
        return (
            f"Assessment of {self.table} ({origin}) by {framework}\n"
            f"{len(self.values)} units of {self.ranked} ranked, {len(self.values.columns)} indicators: "
            f"{', '.join(map(str, self.values.columns[:2]))}{', ...' if len(self.values.columns) > 2 else ''}\n"
            f"points: {weighed}; {len(self.composites)} composites and {len(self.ranks)} ranks are printed"
        )


def open_assessment(
    table: str | Path,
    framework: str | None = None,
    *,
    points: str | Path | None = None,
    points_of: str = "",
) -> Assessment:
    """Open a published table or a file, check it, and take its framework and weights along.

    Parameters
    ----------
    table : str or Path
        Id of a published table that prints values (`dti.tables` lists them), or the path of a CSV file with the column ``unit``
        and one column for each indicator code.
    framework : str, optional
        Id. A published table has its own; a file without one is taken as a printed table with the column ``composite``.
    points : str or Path, optional
        A CSV file with the columns ``indicator`` and ``points``: weights of one's own.
    points_of : str
        Weigh by the points of this framework, carried over by concept; empty: by the table's own.

    Returns
    -------
    Assessment

    Raises
    ------
    UnknownName
        An unknown table, framework or file; `points` and `points_of` together.
    InputError
        With place, what was found, what was expected and what to do.

    Examples
    --------
    >>> assessment = open_assessment("province-2024-34")
    >>> assessment
    Assessment of province-2024-34 (published table) by national-province-2024
    34 units of 34 ranked, 8 indicators: digital_awareness, digital_institutions, ...
    points: national-province-2024; 34 composites and 34 ranks are printed
    >>> round(assessment.weights["digital_government"], 4), assessment.names["ha-noi"]
    (np.float64(0.2128), 'Hà Nội')
    """
    if points is not None and points_of:
        raise UnknownName("--points and --points-of both say whose points to use; give one of them")
    if isinstance(table, str) and table in data.load_tables().index:
        own = data.framework_of(table)
        if framework not in (None, own.id):
            raise UnknownName(f"{table} is of the framework {own.id}, not {framework}; leave the framework out")
        found = _open_published(table, own)
    elif isinstance(table, Path) or Path(table).suffix or Path(table).exists():
        found = _open_file(Path(table), None if framework is None else data.load_framework(framework))
    else:
        known = data.load_tables().index
        raise UnknownName(
            f"unknown table {table!r}{nearest(table, known)}; known: {', '.join(known)}; or give the path of a CSV file"
        )
    return _weighed(found, points, points_of)


def _open_published(table: str, framework: Framework) -> Assessment:
    values = data.load_values(table)
    composites, digits = data.load_composites(table), None
    if len(values):
        values, composites, digits = data.load_printed(table)
    ranks = data.load_ranks(table)
    names = data.unit_names()
    return Assessment(
        table=table,
        framework=framework,
        values=values,
        names={unit: names.get(unit, unit) for unit in (values.index if len(values) else composites.index)},
        published=True,
        composites=composites,
        digits=digits,
        ranks=ranks[ranks.index.isin(values.index)] if len(values) else ranks,
        ranked=int(data.load_tables().ranked[table] or len(values)),
    )


def _open_file(path: Path, framework: Framework | None) -> Assessment:
    composites, digits = pd.Series(dtype=float, name="composite"), None
    if framework is None:
        printed, digits = data.read_printed(path)
        values, composites = printed.drop(columns="composite"), printed["composite"]
        if values.columns.empty:
            raise InputError(f"{path} row 1: no indicators; expected a column for each besides unit and composite")
        codes, notes = {}, ()
    else:
        values = data.read_values(path)
        check_points_earned(path, framework, values)
        try:
            codes = data.find_units(list(values.index), framework.unit_set)
        except InputError as error:
            raise InputError(f"{path}: {error}") from None
        notes = tuple(_notes_on_names(values.index, codes, framework.unit_set))
    return Assessment(
        table=str(path),
        framework=framework,
        values=values.rename(index=codes),
        names={codes.get(unit, unit): unit for unit in values.index},
        published=False,
        composites=composites,
        digits=digits,
        ranks=pd.Series(dtype=int, name="rank"),
        ranked=len(values),
        notes=notes,
    )


def _weighed(found: Assessment, points: str | Path | None, points_of: str) -> Assessment:
    """The same table, with the points that were asked for."""
    from dataclasses import replace

    if found.framework is None:
        if points is not None or points_of:
            raise UnknownName(f"{found.table}: points are given and no framework; name the framework, too")
        return found
    if points is None:
        origin = data.load_framework(points_of) if points_of else found.framework
        return replace(found, points=points_from(points_of, found.framework), points_of=origin)
    try:
        own = check_points(data.read_numbers(points, "points"), found.framework)
    except InputError as error:
        raise InputError(f"{points}: {str(error).removeprefix(f'{points}: ')}") from None
    return replace(found, points=own, points_of=str(points))


def find_unit(assessment: Assessment, name: str) -> str:
    """The unit of the table that a name means: its code, its name in the table, any name in print, also typed without diacritics.

    `UnknownName` lists who is there, and the nearest name.

    Examples
    --------
    >>> first_nine = open_assessment("province-2020")
    >>> find_unit(first_nine, "da nang"), find_unit(first_nine, "TP. Huế")
    ('da-nang', 'thua-thien-hue')
    """
    names, framework = assessment.names, assessment.framework
    known = {_plain_letters(told): unit for unit, told in names.items()} | {
        _plain_letters(unit): unit for unit in names
    }
    found = known.get(_plain_letters(name))
    if found is None and framework is not None:
        found = data.find_units([name], framework.unit_set).get(name)
    return found if found in names else find_name("unit", name, names.values())


def _plain_letters(name: str) -> str:
    """A name as one types it who has no Vietnamese keyboard."""
    letters = unicodedata.normalize("NFD", name.lower().replace("đ", "d"))
    return "".join(letter for letter in letters if letter.isalnum())


def check_points_earned(place: object, framework: Framework, values: pd.DataFrame) -> None:
    """Raise where shares are given for points: they would pass every other check, and give wrong answers."""
    own = framework.points
    if framework.measure == "points" and own is not None and values.max(axis=None) <= 1 < own.min():
        raise InputError(
            f"{place}: every value is at most 1, and values of {framework.id} are points earned, of {own.min():g} to "
            f"{own.max():g}; if these are shares, multiply each column by the points of its indicator (dti show {framework.id})"
        )


def _notes_on_names(names: pd.Index, codes: Mapping[str, str], unit_set: str) -> list[Message]:
    """What a reader should know about the names in a file: some belong to another set, some are nearly known."""
    notes = []
    if codes and not set(codes.values()) <= set(data.load_units(unit_set).index):
        notes.append(Message("words.before_mergers", set=unit_set))
    aliases = {data.match_key(name): name for name in data.load_raw("aliases").name}
    for name in names:
        near = None if name in codes else closest(data.match_key(name), aliases)
        if near is not None:
            notes.append(Message("words.nearly_known", name=repr(name), known=repr(aliases[near])))
    return notes
