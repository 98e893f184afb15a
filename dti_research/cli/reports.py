"""The command that builds the reports."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from dti_research import data
from dti_research.cli import options
from dti_research.errors import UnknownName


def run(
    names: Annotated[list[str] | None, options.argument("run.names")] = None,
    assign: Annotated[list[str] | None, options.option("run.assign", "--set")] = None,
    output: Annotated[Path | None, options.option("run.output")] = None,
    language: Annotated[list[str] | None, options.option("run.language")] = None,
    quiet: Annotated[bool, options.option("run.quiet", "--quiet")] = False,
) -> None:
    """Build reports: a page, its notebook, tables and figures each."""
    root = data.project_folder()  # before the slow import: without notebooks there is nothing to build
    from dti_research.report.site.build import build_reports

    if assign and output is None:  # a report with other parameters must not stand under the name of the standard one
        output = Path("my-reports")

    overrides = {}
    for pair in assign or []:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise UnknownName(f"--set {pair!r}; expected parameter=value, such as --set year=2022")
        overrides[name] = value
    index = build_reports(
        root,
        root / "reports" / "runs.yml",
        names=names or None,
        overrides=overrides,
        output=output,
        languages=language or None,
        progress=not quiet,
    )
    print(index)
