"""What a user gives to a command on rankings: a framework, a table of values or the published ones, and whose points."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from dti_research import data
from dti_research.cli.terminal import print_note
from dti_research.errors import InputError, UnknownName, nearest

FileArgument = Annotated[
    Path | None,
    typer.Argument(
        help="CSV with the column unit and one column for each indicator code; without it, the published values."
    ),
]
FrameworkOption = Annotated[str, typer.Option(help="Framework id, as `dti list` shows it.")]
YearOption = Annotated[int | None, typer.Option(help="Year of the published values; the latest without it.")]
PointsOption = Annotated[
    Path | None, typer.Option(help="CSV with the columns indicator and points: weights of your own.")
]
PointsOfOption = Annotated[str | None, typer.Option(help="Weigh by the points of this framework, by concept.")]


def given_table(
    file: Path | None, framework: str, year: int | None, points: Path | None, points_of: str | None
) -> tuple[object, str, object, object, dict[str, str]]:
    """Framework, where its values come from, normalised table, weights, and the name of each unit."""
    from dti_research.index.score import published_table
    from dti_research.index.weight import check_points
    from dti_research.study.frameworks import points_from

    one = data.load_framework(framework)
    if points and points_of:
        raise UnknownName("--points and --points-of both say whose points to use; give one of them")
    if file and year:
        raise UnknownName(f"--year {year} names a published table, and FILE is another; give one of them")
    own_points = points_from(points_of or "", one)
    if points:
        try:
            own_points = check_points(data.read_numbers(points, "points"), one)
        except InputError as error:
            raise InputError(f"{points}: {str(error).removeprefix(f'{points}: ')}") from None
    table = data.table_of(one.id, year) if file is None else str(file)
    values = data.load_values(table) if file is None else data.read_values(file)
    check_points_earned(table, one, values)
    try:
        codes = data.find_units(list(values.index), one.unit_set)
        normalised, weights = published_table(values, one, own_points)
    except UnknownName:
        raise
    except InputError as error:
        raise InputError(f"{table}: {error}") from None
    if file is not None:
        for line in odd_names(values.index, codes, one.unit_set):
            print_note(f"dti: {line}")
    official = data.unit_names()
    names = {codes.get(unit, unit): official.get(unit, unit) if file is None else unit for unit in values.index}
    normalised = normalised.rename(index=codes)
    return one, table, normalised, weights, names


def check_points_earned(place: object, one, values) -> None:
    """Shares read as points would pass every other check, and give wrong answers."""
    if one.measure == "points" and one.points is not None and values.max(axis=None) <= 1 < one.points.min():
        raise InputError(
            f"{place}: every value is at most 1, and values of {one.id} are points earned, of {one.points.min():g} to "
            f"{one.points.max():g}; if these are shares, multiply each column by the points of its indicator (dti show {one.id})"
        )


def odd_names(names: Iterable[str], codes: dict[str, str], unit_set: str) -> list[str]:
    """What a reader should know about the names in a table: some belong to another set, some are nearly known."""
    lines = []
    known = data.load_units(unit_set)
    if codes and not set(codes.values()) <= set(known.index):
        lines.append(f"the names are read as units of before the mergers of 2025-07-01, not of {unit_set}")
    aliases = {data.match_key(name): name for name in data.load_raw("aliases").name}
    for name in names:
        if name not in codes:
            near = nearest(data.match_key(name), aliases)
            if near:
                found = aliases[near.split("'")[1]]
                lines.append(
                    f"{name!r} is no unit that we know; did you mean {found!r}? It is scored under its own name"
                )
    return lines


def points_origin(one, points: Path | None, points_of: str | None) -> str:
    """Whose points were used: a file, another framework, or the framework's own, printed or recovered."""
    if points:
        return str(points)
    used = data.load_framework(points_of) if points_of else one
    return (
        f"{used.id}, {'recovered from a printed table, not printed' if used.weights == 'recovered' else used.weights}"
    )
