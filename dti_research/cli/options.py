"""The options that commands share, each in one place, and what a user gives to a command as one assessment."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from dti_research import data
from dti_research.cli.terminal import print_note
from dti_research.errors import UnknownName
from dti_research.message import Message
from dti_research.report.say import LANGUAGES, check_language, say
from dti_research.study.assessment import Assessment, open_assessment


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


def _help_language() -> str:
    """The language of ``--help``, which is written before any option is read."""
    for word, following in zip(sys.argv, [*sys.argv[1:], ""], strict=True):
        name, equals, value = word.partition("=")
        if name == "--language" and (value if equals else following) in LANGUAGES:
            return value if equals else following
    return reader_language(None)


def told(key: str) -> str:
    """What ``--help`` says of a command or an option: ``messages/*/cli.toml``."""
    return say(Message(f"cli.{key}"), _help_language())


FileArgument = Annotated[
    Path | None,
    typer.Argument(help=told("shared.file")),
]
FrameworkOption = Annotated[str, typer.Option(help=told("shared.framework"))]
YearOption = Annotated[int | None, typer.Option(help=told("shared.year"))]
PointsOption = Annotated[Path | None, typer.Option(help=told("shared.points"))]
PointsOfOption = Annotated[str | None, typer.Option(help=told("shared.pointsof"))]
JsonOption = Annotated[bool, typer.Option("--json", help=told("shared.json"))]
LanguageOption = Annotated[str | None, typer.Option("--language", help=told("shared.language"))]


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
