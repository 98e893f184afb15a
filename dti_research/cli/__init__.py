"""The commands. No science here: each one loads, asks a study, and prints a table or one JSON document.

Exit status: 0 done, 1 a check failed (a file that cannot be used, a report that broke), 2 wrong use (an unknown name or option).
"""

from __future__ import annotations

import sys

import typer

from dti_research.cli import (
    audit,
    correlate,
    editions,
    listing,
    recover,
    reports,
    reproduce,
    robustness,
    score,
    show,
    stability,
)
from dti_research.cli.options import told
from dti_research.cli.terminal import print_note
from dti_research.errors import InputError, UnknownName

app = typer.Typer(help=told("app"), no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
# `dti --help` lists them in this order.
COMMANDS = {
    "list": listing.list_frameworks,
    "show": show.show_framework,
    "audit": audit.audit,
    "reproduce": reproduce.reproduce,
    "score": score.score,
    "robustness": robustness.robustness,
    "stability": stability.stability,
    "correlate": correlate.correlate,
    "recover": recover.recover,
    "editions": editions.editions,
    "run": reports.run,
}
for name, command in COMMANDS.items():
    app.command(name, help=told(f"{name}.help"))(command)


def main() -> None:
    """Run the command line; a message instead of a traceback for anything that the user can mend."""
    try:
        app(standalone_mode=True)
    except UnknownName as error:
        print_note(f"dti: {error}")
        sys.exit(2)
    except InputError as error:
        print_note(f"dti: {error}")
        sys.exit(1)
