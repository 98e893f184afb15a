"""Notebooks in, reports out: every row of ``runs.yml`` is executed once, and made a page in each language.

`build_reports` builds all reports again, the same to the last byte; `refresh` (``python -m dti_research.report.site.build
refresh``) executes the committed notebooks again, in place. No Handbook step. What a report is asked to be is left to `runs`,
what it runs in to `kernel`, what its page looks like to `page`. Heavy libraries are imported where they are used: the command
line should not wait for papermill to print a message.
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import copy
import hashlib
import json
import os
import shlex
import shutil
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dti_research import data
from dti_research.errors import InputError, UnknownName, find_name
from dti_research.message import Message
from dti_research.report.render import REPORT_DIR, kept, outputs
from dti_research.report.say import LANGUAGES, say
from dti_research.report.site import page
from dti_research.report.site.execute import Job, ReportFailed, execute, run_all
from dti_research.report.site.files import (
    import_quickly,
    read_notebook,
    write_json,
    write_notebook,
    write_whole,
)
from dti_research.report.site.kernel import PACKAGE, project_kernel
from dti_research.report.site.runs import (
    Parameter,
    Run,
    Runs,
    choose_languages,
    choose_runs,
    inspect_parameters,
    load_runs,
)

if TYPE_CHECKING:
    from nbformat import NotebookNode

#: A folder with this file in it was made by the runner, which may therefore replace or delete it.
MARKER = ".dti-reports"

#: Packages whose version can change a number or a page.
PACKAGES = (
    "ipykernel",
    "Jinja2",
    "matplotlib",
    "mistune",
    "nbclient",
    "nbformat",
    "numpy",
    "pandas",
    "papermill",
    "Pygments",
    "PyYAML",
    "scipy",
    "seaborn",
)


@dataclass(frozen=True, kw_only=True)
class _Report(Job):
    """A report to build, in words that another process understands."""

    run: Run
    folder: Path
    languages: tuple[str, ...]
    built: tuple[str, ...]
    default_language: str
    command: str
    provenance: Mapping[str, Any]


def build_reports(
    root: str | Path,
    runs_path: str | Path | None = None,
    names: Sequence[str] | None = None,
    overrides: Mapping[str, str] | None = None,
    output: str | Path | None = None,
    languages: Sequence[str] | None = None,
    progress: bool = True,
    workers: int = 2,
) -> Path:
    """Build reports: execute each notebook once with its parameters, and render its page in each language, and the index.

    The project's folder `root` holds ``notebooks/``, ``data/`` and ``reports/runs.yml``, where by default all is read and
    written. Reports that are not named stay as they were built, and listed in the index. Each notebook is executed in a spawned
    process: a script that calls this needs ``if __name__ == "__main__":``.

    Parameters
    ----------
    overrides : mapping of parameter name to text, optional
        As typed behind ``--set name=value``; each has to be a parameter of every report that is built.
    workers : int
        Notebooks executed at a time.

    Returns
    -------
    Path
        The index page.

    Raises
    ------
    InputError
        An `UnknownName`: report, language, parameter or its type. Else ``runs.yml`` or a parameters cell is broken, or the output
        holds something that was not built here. Nothing has been touched then.
    ReportFailed
        A notebook failed. The other reports were built; those that failed keep their former pages.
    """
    root = Path(root).resolve()
    runs_path = Path(runs_path) if runs_path is not None else root / "reports" / "runs.yml"
    output = Path(output).resolve() if output is not None else root / "reports"
    if workers < 1:
        raise InputError(f"workers is {workers}; expected at least 1")
    runs = load_runs(runs_path, root / "notebooks")
    chosen = choose_runs(runs, names, overrides or {})
    languages = choose_languages(runs, languages)
    _check_ours(output, runs_path.resolve().parent, [run.name for run in runs.reports])
    output.mkdir(parents=True, exist_ok=True)
    _mark(output)
    # Beside the finished reports, on the same disk: a finished one is moved in whole, or not at all.
    work = Path(tempfile.mkdtemp(prefix=".building-", dir=output))
    try:
        provenance = _provenance(root)
        reports = [
            _Report(
                run.name,
                root / "notebooks" / f"{run.notebook}.ipynb",
                run.values,
                run=run,
                folder=work / run.name,
                languages=languages,
                built=_built(output / run.name, runs.languages, languages),
                default_language=runs.languages[0],
                command=_command(run.name, overrides or {}),
                provenance=provenance,
            )
            for run in chosen
        ]
        with project_kernel(root):
            failures = run_all(reports, _build_report, workers, progress)
        failed = {failure.name for failure in failures}
        for report in reports:
            if report.name not in failed:
                _move_in(report.folder, output / report.name, languages)
        _remove_stale(output, runs)
        _write_index(output, runs)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    if failures:
        raise ReportFailed(failures, len(reports))
    return output / "index.html"


def refresh(
    root: str | Path, names: Sequence[str] | None = None, progress: bool = True, workers: int = 2
) -> list[Path]:
    """Execute the committed notebooks, or those named, in place at their default parameters, and return their paths.

    They are written canonically with outputs. Nothing has been run if one is unknown; one that fails stays as it was, and raises
    `ReportFailed` at the end.
    """
    root = Path(root).resolve()
    folder = root / "notebooks"
    known = sorted(path.stem for path in folder.glob("*.ipynb"))
    chosen = [find_name("notebook", name.removesuffix(".ipynb"), known) for name in names or known]
    jobs = [Job(name, folder / f"{name}.ipynb") for name in chosen]
    for job in jobs:
        inspect_parameters(job.notebook)
    with project_kernel(root):
        failures = run_all(jobs, _refresh_notebook, workers, progress)
    if failures:
        raise ReportFailed(failures, len(jobs))
    return [job.notebook for job in jobs]


def _refresh_notebook(job: Job) -> None:
    write_notebook(execute(job), job.notebook)


# ---------------------------------------------------------------------------------------------------------------------
# The folder of the reports
# ---------------------------------------------------------------------------------------------------------------------


def _mark(folder: Path) -> None:
    write_whole(folder / MARKER, "Built by `dti run`: what is in this folder may be replaced by the next run.\n")


def _built(folder: Path, known: Sequence[str], now: Sequence[str] = ()) -> tuple[str, ...]:
    """The languages in which a report has been built, or is being built now."""
    return tuple(language for language in known if language in now or (folder / language / "index.html").is_file())


def _check_ours(output: Path, runs_folder: Path, names: list[str]) -> None:
    """Refuse to write where the reader keeps something of their own."""
    remedy = "move it away, or choose another folder with --output"
    if output.exists() and not output.is_dir():
        raise InputError(f"{output} is a file; {remedy}")
    ours = (output / MARKER).is_file()
    if output.exists() and not ours and output != runs_folder and any(output.iterdir()):
        raise InputError(f"{output} is not empty and was not built by `dti run` (no {MARKER} in it); {remedy}")
    if not ours and (output / "index.html").exists():
        raise InputError(f"{output / 'index.html'} was not built by `dti run`; {remedy}")
    for name in names:
        folder = output / name
        if folder.exists() and not (folder / MARKER).is_file():
            raise InputError(f"{folder} was not built by `dti run` (no {MARKER} in it); {remedy}")


def _move_in(new: Path, target: Path, languages: Sequence[str]) -> None:
    target.mkdir(exist_ok=True)
    _mark(target)
    for language in languages:
        if (target / language).exists():
            os.replace(target / language, new / f"former-{language}")
        os.replace(new / language, target / language)


def _remove_stale(output: Path, runs: Runs) -> None:
    """Delete what we built and ``runs.yml`` no longer lists: a page that nobody rebuilds would be taken for current."""
    names = {run.name for run in runs.reports}
    unspoken = [language for language in LANGUAGES if language not in runs.languages]
    for folder in sorted(output.iterdir()):
        if folder.is_dir() and (folder / MARKER).is_file():
            for stale in [folder / language for language in unspoken] if folder.name in names else [folder]:
                shutil.rmtree(stale, ignore_errors=True)


# ---------------------------------------------------------------------------------------------------------------------
# One report, in a process of its own
# ---------------------------------------------------------------------------------------------------------------------


def _build_report(report: _Report) -> None:
    parts = report.folder / "parts"
    os.environ[REPORT_DIR] = str(parts)
    executed = execute(report)
    for language in report.languages:
        folder = report.folder / language
        _write_report(report, _spoken(executed, parts, language, folder), language, folder)


def _spoken(executed: NotebookNode, parts: Path, language: str, folder: Path) -> NotebookNode:
    """The executed notebook as if it had been shown in one language; the files of its parts are written beside the page."""
    nbformat = import_quickly("nbformat")
    notebook = copy.deepcopy(executed)
    for cell in notebook.cells:
        told = []
        for output in cell.get("outputs", []):
            part = kept(output.get("metadata", {}), parts)
            if part is None:
                told.append(output)
                continue
            for content, metadata in outputs(part, language, folder):
                if "image/png" in content:
                    content["image/png"] = base64.encodebytes(content["image/png"]).decode("ascii")
                told.append(nbformat.v4.new_output("display_data", content, metadata=metadata))
        if cell.cell_type == "code":
            cell.outputs = told
    return notebook


def _write_report(report: _Report, notebook: NotebookNode, language: str, folder: Path) -> None:
    write_notebook(notebook, folder / "notebook.ipynb")
    if not (folder / "findings.json").is_file():
        raise InputError("the notebook has no findings; show Findings([...]) in a cell tagged 'findings'")
    facts = {
        "report": report.name,
        "language": language,
        "notebook": {"path": f"notebooks/{report.notebook.name}", "sha256": _sha256(report.notebook)},
        "parameters": report.parameters,
        **report.provenance,
    }
    write_json(folder / "provenance.json", facts)
    text = page.render_page(
        notebook,
        language=language,
        title=report.run.title[language],
        parameters=[_row(parameter, report.parameters, language) for parameter in report.run.known.values()],
        folder=folder,
        links=page.Links(
            index=f"../../{page.index_name(language, report.default_language)}",
            languages={other: f"../{other}/index.html" for other in report.built if other != language},
        ),
        command=report.command,
    )
    write_whole(folder / "index.html", text)


def _row(parameter: Parameter, values: Mapping[str, Any], language: str) -> tuple[str, str, str]:
    """Return name, value and meaning; the value as one would type it behind ``--set``."""
    value = values[parameter.name]
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = text if text.strip("[] ") else say(Message("page.empty"), language)
    return parameter.name, text, parameter.meaning_vi if language == "vi" else parameter.meaning_en


def _command(name: str, overrides: Mapping[str, str]) -> str:
    settings = [word for key, text in overrides.items() for word in ("--set", f"{key}={text}")]
    return shlex.join(["dti", "run", name, *settings])


# ---------------------------------------------------------------------------------------------------------------------
# The index
# ---------------------------------------------------------------------------------------------------------------------


def _write_index(output: Path, runs: Runs) -> None:
    """Write the index of everything that stands in the output, also of what was built on another day."""
    files = {language: page.index_name(language, runs.languages[0]) for language in runs.languages}
    built = {run.name: _built(output / run.name, runs.languages) for run in runs.reports}
    for language, file in files.items():
        entries = [_entry(output, run, language, built[run.name]) for run in runs.reports if built[run.name]]
        others = {other: name for other, name in files.items() if other != language}
        write_whole(output / file, page.render_index(entries, language, others))
    for language in LANGUAGES:
        if language not in runs.languages:
            (output / f"index.{language}.html").unlink(missing_ok=True)


def _entry(output: Path, run: Run, language: str, built: tuple[str, ...]) -> page.IndexEntry:
    """What the index says of a report: in its language if the report has been built in it, else in another."""
    shown = language if language in built else built[0]
    folder = output / run.name / shown
    values = json.loads((folder / "provenance.json").read_text(encoding="utf-8"))["parameters"]
    return page.IndexEntry(
        name=run.name,
        title=run.title[language],
        question=page.read_question(read_notebook(folder / "notebook.ipynb"), language),
        finding=json.loads((folder / "findings.json").read_text(encoding="utf-8"))[0],
        parameters=[_row(known, values, language) for known in run.known.values() if known.name in values],
        shown=shown,
        languages=built,
    )


# ---------------------------------------------------------------------------------------------------------------------
# What a report was made from
# ---------------------------------------------------------------------------------------------------------------------


def _provenance(root: Path) -> dict[str, Any]:
    """Return what a report was made from: hashes and versions, no clock, no machine, no user, no absolute path."""
    versions = {}
    for package in PACKAGES:
        with contextlib.suppress(PackageNotFoundError):
            versions[package] = version(package)
    tables = [path for folder in ("raw", "processed") for path in (root / "data" / folder).rglob("*")]
    code = [path for ending in ("py", "j2", "css", "toml") for path in PACKAGE.rglob(f"*.{ending}")]
    return {
        "data": _hashes(tables, root),
        "code": _hashes(code, PACKAGE.parent),
        "python": f"{sys.version_info.major}.{sys.version_info.minor}",
        "packages": versions,
    }


def _hashes(paths: Iterable[Path], root: Path) -> dict[str, str]:
    files = {
        path.relative_to(root).as_posix(): path for path in paths if path.is_file() and not path.name.startswith(".")
    }
    return {name: _sha256(files[name]) for name in sorted(files)}


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def draw_readme_figure(path: Path) -> Path:
    """The figure at the head of the README: the ranking of 2024 rebuilt with two sets of points."""
    import matplotlib

    matplotlib.use("agg")
    from dti_research.report.render import FIGURE_SETTINGS
    from dti_research.report.show import rankings as show
    from dti_research.study import rankings
    from dti_research.study.assessment import open_assessment

    both = ("national-province-2022", "national-province-2024")
    answers = [rankings.ask(open_assessment("province-2024-34", points_of=name)) for name in both]
    path.parent.mkdir(exist_ok=True)
    with matplotlib.rc_context(FIGURE_SETTINGS):
        show.side_by_side(answers).draw("en").savefig(path, metadata={"Date": None})
    return path


def main(arguments: Sequence[str] | None = None) -> int:
    """Run ``python -m dti_research.report.site.build refresh [NAME ...]``: all that is committed and computed, made again.

    Exit code: 0 done, 1 a notebook or a file of data failed, 2 something was asked that is not there.
    """
    parser = argparse.ArgumentParser(
        prog="python -m dti_research.report.site.build", description="The committed notebooks."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    again = commands.add_parser("refresh", help="rebuild data/processed, then execute them in place at their defaults")
    again.add_argument("names", nargs="*", help="notebooks (default: all)")
    again.add_argument("--quiet", action="store_true", help="no progress bar")
    options = parser.parse_args(arguments)
    try:
        root = data.project_folder()
        written = [*data.build_processed(), *refresh(root, options.names, progress=not options.quiet)]
        for path in [*written, draw_readme_figure(root / "docs" / "rebuilt-2024.svg")]:
            print(path.relative_to(root).as_posix())
    except InputError as error:
        print(error, file=sys.stderr)
        return 2 if isinstance(error, UnknownName) else 1
    return 0


if __name__ == "__main__":
    # Through the import: what `__main__` defines, a spawned process cannot find under the same name.
    from dti_research.report.site.build import main as imported_main

    sys.exit(imported_main())
