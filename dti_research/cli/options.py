"""The options that commands share, each in one place, and what a user gives to a command as one assessment."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from dti_research import data
from dti_research.cli.terminal import print_note
from dti_research.errors import UnknownName
from dti_research.report.say import LANGUAGES, check_language, say
from dti_research.study.assessment import Assessment, open_assessment

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
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
LanguageOption = Annotated[
    str | None, typer.Option("--language", help="vi or en; without it, the language of your system, else en.")
]


def reader_language(language: str | None) -> str:
    """The language that was asked for; else that of the system, if we speak it; else English.

    Raises
    ------
    UnknownName
        An unknown language.
    """
    if language is not None:
        return check_language(language)
    system = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return system[:2] if system[:2] in LANGUAGES else "en"


def given(
    framework: str,
    file: Path | None,
    year: int | None,
    points: Path | None,
    points_of: str | None,
    language: str | None,
) -> Assessment:
    """The table that a command is asked about: the file, or the published values of the framework.

    Raises
    ------
    UnknownName, InputError
        As `open_assessment`; a year beside a file.
    """
    if file is not None and year is not None:
        raise UnknownName(f"--year {year} names a published table, and FILE is another; give one of them")
    own = data.load_framework(framework)
    table = data.table_of(own.id, year) if file is None else file
    found = open_assessment(table, own.id, points=points, points_of=points_of or "")
    for note in found.notes:
        print_note(f"dti: {say(note, reader_language(language))}")
    return found
