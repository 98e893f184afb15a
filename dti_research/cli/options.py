"""The options that commands share, each in one place, and what a user gives to a command as one assessment.

What ``--help`` says of them stands in ``messages/*/cli.toml``.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from dti_research import data
from dti_research.cli.terminal import print_note
from dti_research.errors import UnknownName
from dti_research.message import Message
from dti_research.report.say import LANGUAGES, check_language, say
from dti_research.study.assessment import Assessment, open_assessment


def reader_language(language: str | None) -> str:
    """The language that was asked for; else that of the system, if we speak it; else English."""
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
    """What ``--help`` says of a command or an option."""
    return say(Message(f"cli.{key}"), _help_language())


def option(key: str, *names: str, **more: Any) -> Any:
    """An option with what ``--help`` says of it."""
    return typer.Option(*names, help=told(key), **more)


def argument(key: str) -> Any:
    """An argument with what ``--help`` says of it."""
    return typer.Argument(help=told(key))


File = Annotated[Path | None, argument("shared.file")]
Framework = Annotated[str, option("shared.framework")]
Year = Annotated[int | None, option("shared.year")]
Points = Annotated[Path | None, option("shared.points")]
PointsOf = Annotated[str | None, option("shared.pointsof")]
Json = Annotated[bool, option("shared.json", "--json")]
#: As given, or None; what a reader is shown takes `Language`, which is never None in a command.
GivenLanguage = Annotated[str | None, option("shared.language", "--language")]
Language = Annotated[str | None, option("shared.language", "--language", callback=reader_language)]


def given(
    framework: str, file: Path | None, year: int | None, points: Path | None, points_of: str | None, language: str
) -> Assessment:
    """The table that a command is asked about: the file, or the published values of the framework, never both."""
    if file is not None and year is not None:
        raise UnknownName(f"--year {year} names a published table, and FILE is another; give one of them")
    own = data.load_framework(framework)
    table = data.table_of(own.id, year) if file is None else file
    found = open_assessment(table, own.id, points=points, points_of=points_of or "")
    for note in found.notes:
        print_note(f"dti: {say(note, language)}")
    return found
