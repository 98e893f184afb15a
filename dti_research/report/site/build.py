"""Notebooks in, reports out: every row of ``runs.yml`` executed in each language, and made a page.

It answers "build all reports again, the same to the last byte" (`build_reports`) and "execute the committed notebooks
again, in place" (`refresh`, ``python -m dti_research.report.site.build refresh``). It serves no Handbook step. It leaves out
what a report is asked to be (`runs`), what it runs in (`kernel`) and what its page looks like (`page`).

Heavy libraries are imported where they are used: the command line should not wait for papermill to print a message.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dti_research.errors import InputError, UnknownName, find_name
from dti_research.message import Message
from dti_research.report.render import REPORT_DIR, kept, outputs
from dti_research.report.say import LANGUAGES, say
from dti_research.report.site.files import (
    canonicalise,
    import_quickly,
    read_notebook,
    write_json,
    write_notebook,
    write_whole,
)
from dti_research.report.site.kernel import PACKAGE, project_kernel
from dti_research.report.site.runs import (
    Parameter,
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


@dataclass(frozen=True)
class Failure:
    """What went wrong in one notebook, and in which cell."""

    name: str
    notebook: str
    cell: int | None
    source: str
    error: str
    traceback: str = ""

    def __str__(self) -> str:
        lines = [line.strip() for line in self.source.splitlines()]
        line = next((line for line in lines if line and not line.startswith("#")), "")
        place = f", cell {self.cell} `{line}`" if self.cell is not None else ""
        return f"{self.name}: notebooks/{self.notebook}.ipynb{place}: {self.error}"


class ReportFailed(InputError):
    """At least one notebook failed; the others were built, and what failed keeps its former page.

    Parameters
    ----------
    failures : list of Failure
    total : int
        How many notebooks were run.
    """

    def __init__(self, failures: list[Failure], total: int) -> None:
        self.failures = failures
        lines = [f"{len(failures)} of {total} notebook runs failed; what had been built before stays in place"]
        super().__init__("\n  ".join([*lines, *map(str, failures)]))


@dataclass(frozen=True)
class _Job:
    """One notebook to execute, in words that another process understands."""

    name: str
    notebook: str
    notebooks: str
    parameters: dict[str, Any] | None
    folder: str = ""
    languages: tuple[str, ...] = ()
    titles: dict[str, str] = field(default_factory=dict)
    built: tuple[str, ...] = ()
    default_language: str = ""
    known: tuple[Parameter, ...] = ()
    command: str = ""
    provenance: dict[str, Any] = field(default_factory=dict)


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
    """Build reports: execute each notebook with its parameters, once per language, and render pages and index.

    Parameters
    ----------
    root : path
        The project's folder, which holds ``notebooks/`` and ``data/``.
    runs_path : path, optional
        By default ``<root>/reports/runs.yml``.
    names : sequence of str, optional
        Reports to build, by default all. The others stay as they were built, and listed in the index.
    overrides : mapping of parameter name to text, optional
        As typed behind ``--set name=value``; each has to be a parameter of every report that is built.
    output : path, optional
        By default ``<root>/reports``.
    languages : sequence of {"vi", "en"}, optional
        By default those of ``runs.yml``.
    progress : bool
        One progress bar on stderr.
    workers : int
        Notebooks executed at a time.

    Returns
    -------
    Path
        The index page.

    Raises
    ------
    UnknownName
        Unknown report, language or parameter, override of the wrong type; nothing has been run then.
    InputError
        ``runs.yml`` or a parameters cell is broken, or the output holds something that was not built here; nothing has
        been touched then.
    ReportFailed
        A notebook failed. The other reports were built; those that failed keep their former pages.

    Notes
    -----
    Processes are spawned: a script that calls this needs ``if __name__ == "__main__":``.
    """
    root = Path(root).resolve()
    runs_path = Path(runs_path) if runs_path is not None else root / "reports" / "runs.yml"
    output = Path(output).resolve() if output is not None else root / "reports"
    notebooks = root / "notebooks"
    if workers < 1:
        raise InputError(f"workers is {workers}; expected at least 1")
    runs = load_runs(runs_path, notebooks)
    chosen = choose_runs(runs, names, overrides or {})
    languages = choose_languages(runs, languages)
    _check_ours(output, runs_path.resolve().parent, [run.name for run in runs.reports])
    output.mkdir(parents=True, exist_ok=True)
    write_whole(output / MARKER, "Built by `dti run`: the reports in this folder may be replaced by the next run.\n")
    # Beside the finished reports, on the same disk: a finished one is moved in whole, or not at all.
    work = Path(tempfile.mkdtemp(prefix=".building-", dir=output))
    try:
        jobs = []
        facts = _provenance(root)
        for run in chosen:
            built = [
                one for one in runs.languages if one in languages or (output / run.name / one / "index.html").is_file()
            ]
            # A notebook that still has a parameter `language` is executed once for each.
            turns = [(language,) for language in languages] if "language" in run.known else [languages]
            for spoken in turns:
                jobs.append(
                    _Job(
                        name=run.name,
                        notebook=run.notebook,
                        notebooks=str(notebooks),
                        parameters=run.values(spoken[0]),
                        folder=str(work / run.name),
                        languages=spoken,
                        titles=run.title,
                        built=tuple(built),
                        default_language=runs.languages[0],
                        known=tuple(run.known.values()),
                        command=_command(run.name, overrides or {}),
                        provenance=facts,
                    )
                )
        with project_kernel(root):
            failures = _run_all(jobs, _build_one, workers, progress)
        failed = {failure.name for failure in failures}
        for run in chosen:
            if run.name not in failed:
                _move_in(work, output, run.name, languages)
        _remove_stale(output, runs)
        _write_index(output, runs)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    if failures:
        raise ReportFailed(failures, len(jobs))
    return output / "index.html"


def refresh(
    root: str | Path, names: Sequence[str] | None = None, progress: bool = True, workers: int = 2
) -> list[Path]:
    """Execute the committed notebooks in place at their default parameters, and write them canonically with outputs.

    Parameters
    ----------
    root : path
        The project's folder.
    names : sequence of str, optional
        Notebooks, by default all in ``notebooks/``.
    progress, workers
        As in `build_reports`.

    Returns
    -------
    list of Path
        The notebooks, in order.

    Raises
    ------
    UnknownName
        No such notebook; nothing has been run then.
    ReportFailed
        A notebook failed; it stays as it was.
    """
    root = Path(root).resolve()
    folder = root / "notebooks"
    known = sorted(path.stem for path in folder.glob("*.ipynb"))
    chosen = known if not names else [name.removesuffix(".ipynb") for name in names]
    for name in chosen:
        inspect_parameters(folder / f"{find_name('notebook', name, known)}.ipynb")
    jobs = [_Job(name=name, notebook=name, notebooks=str(folder), parameters=None) for name in chosen]
    with project_kernel(root):
        failures = _run_all(jobs, _refresh_one, workers, progress)
    if failures:
        raise ReportFailed(failures, len(jobs))
    return [folder / f"{name}.ipynb" for name in chosen]


def _command(name: str, overrides: Mapping[str, str]) -> str:
    import shlex

    return shlex.join(
        ["dti", "run", name, *(part for key, text in overrides.items() for part in ("--set", f"{key}={text}"))]
    )


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


def _move_in(work: Path, output: Path, name: str, languages: Sequence[str]) -> None:
    target = output / name
    target.mkdir(exist_ok=True)
    write_whole(target / MARKER, "Built by `dti run`: this folder may be replaced by the next run.\n")
    for language in languages:
        if (target / language).exists():
            former = work / "former" / name
            former.mkdir(parents=True, exist_ok=True)
            os.replace(target / language, former / language)
        os.replace(work / name / language, target / language)


def _remove_stale(output: Path, runs: Runs) -> None:
    """Delete what we built and ``runs.yml`` no longer lists: a page that nobody rebuilds would be taken for current."""
    names = {run.name for run in runs.reports}
    for folder in sorted(output.iterdir()):
        if folder.is_dir() and (folder / MARKER).is_file():
            stale = (
                [folder]
                if folder.name not in names
                else [folder / one for one in LANGUAGES if one not in runs.languages]
            )
            for one in stale:
                shutil.rmtree(one, ignore_errors=True)


def _run_all(jobs: list[_Job], work: Any, workers: int, progress: bool) -> list[Failure]:
    """Run the jobs, with one progress bar; in processes, since papermill changes the folder of the one it runs in."""
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor, as_completed

    from tqdm import tqdm

    found: dict[int, Failure] = {}
    if not jobs:
        return []
    executor = ProcessPoolExecutor(min(workers, len(jobs)), mp_context=multiprocessing.get_context("spawn"))
    bar = tqdm(total=len(jobs), unit="run", file=sys.stderr, disable=not progress, dynamic_ncols=True)
    try:
        waiting = {executor.submit(work, job): number for number, job in enumerate(jobs)}
        running = dict.fromkeys(range(len(jobs)))
        bar.set_description(", ".join(jobs[number].name for number in list(running)[:workers]))
        for future in as_completed(waiting):
            number = waiting[future]
            job = jobs[number]
            try:
                failure = future.result()
            except Exception as error:  # the process itself died; the other reports still have a right to be built
                failure = Failure(job.name, job.notebook, None, "", f"{type(error).__name__}: {error}")
            if failure is not None:
                found[number] = failure
            running.pop(number)
            bar.set_description(", ".join(jobs[one].name for one in list(running)[:workers]) or "done", refresh=False)
            bar.update()
    finally:
        bar.close()
        executor.shutdown(wait=True, cancel_futures=True)
    return [found[number] for number in sorted(found)]


def _execute(job: _Job) -> tuple[NotebookNode | None, Failure | None]:
    import logging

    papermill = import_quickly("papermill")
    logging.getLogger("papermill").setLevel(logging.ERROR)
    before = read_notebook(Path(job.notebooks, f"{job.notebook}.ipynb"))
    try:
        # The notebook itself, not its path: papermill would format braces in a path.
        executed = papermill.execute_notebook(
            before,
            None,
            parameters=job.parameters,
            kernel_name="python3",
            language="python",
            cwd=job.notebooks,
            progress_bar=False,
            # A kernel that is asked to stop takes seconds over it, and has nothing left to write.
            shutdown_kernel="immediate",
        )
    except papermill.PapermillExecutionError as error:
        # The injected cell is not in the notebook that its author sees.
        tagged = [number for number, cell in enumerate(before.cells) if "parameters" in cell.metadata.get("tags", [])]
        injected = 1 if job.parameters and tagged and error.cell_index > tagged[0] else 0
        text = f"{error.ename}: {error.evalue}" if error.evalue else error.ename
        trace = re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", "\n".join(error.traceback))
        place = error.cell_index + 1 - injected
        return None, Failure(job.name, job.notebook, place, error.source, text, trace)
    except Exception as error:  # a kernel that died or never started
        return None, Failure(job.name, job.notebook, None, "", f"{type(error).__name__}: {error}")
    return canonicalise(executed), None


def _refresh_one(job: _Job) -> Failure | None:
    executed, failure = _execute(job)
    if executed is not None:
        write_notebook(executed, Path(job.notebooks, f"{job.notebook}.ipynb"))
    return failure


def _build_one(job: _Job) -> Failure | None:
    folder = Path(job.folder)
    parts = folder / ("parts" if len(job.languages) > 1 or "language" not in job.parameters else job.languages[0])
    os.environ[REPORT_DIR] = str(parts)
    executed, failure = _execute(job)
    if executed is None:
        return failure
    try:
        for language in job.languages:
            _write_report(job, _spoken(executed, parts, language, folder / language), language, folder / language)
    except InputError as error:
        return Failure(job.name, job.notebook, None, "", str(error))
    return None


def _spoken(executed: NotebookNode, parts: Path, language: str, folder: Path) -> NotebookNode:
    """The executed notebook as if it had been shown in one language; the files of its parts are written beside the page."""
    import base64
    import copy

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


def _write_report(job: _Job, notebook: NotebookNode, language: str, folder: Path) -> None:
    from dti_research.report.site import page

    write_notebook(notebook, folder / "notebook.ipynb")
    if not (folder / "findings.json").is_file():
        raise InputError("the notebook has no findings; show Findings([...]) in a cell tagged 'findings'")
    source = Path(job.notebooks, f"{job.notebook}.ipynb")
    write_json(
        folder / "provenance.json",
        {
            "report": job.name,
            "language": language,
            "notebook": {"path": f"notebooks/{source.name}", "sha256": _sha256(source)},
            "parameters": job.parameters,
            **job.provenance,
        },
    )
    text = page.render_page(
        notebook,
        language=language,
        title=job.titles[language],
        parameters=[_page_parameter(parameter, job.parameters or {}, language) for parameter in job.known],
        folder=folder,
        links=page.Links(
            index=f"../../{page.index_name(language, job.default_language)}",
            languages={other: f"../{other}/index.html" for other in job.built if other != language},
        ),
        command=job.command,
    )
    write_whole(folder / "index.html", text)


def _page_parameter(parameter: Parameter, values: Mapping[str, Any], language: str) -> tuple[str, str, str]:
    """Return name, value and meaning; the value as one would type it behind ``--set``."""
    value = values[parameter.name]
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = text if text.strip("[] ") else say(Message("page.empty"), language)
    return parameter.name, text, parameter.meaning_vi if language == "vi" else parameter.meaning_en


def _write_index(output: Path, runs: Runs) -> None:
    """Write the index of everything that stands in the output, also of what was built on another day."""
    from dti_research.report.site import page

    for language in runs.languages:
        entries = []
        for run in runs.reports:
            built = [one for one in runs.languages if (output / run.name / one / "index.html").is_file()]
            if not built:
                continue
            shown = language if language in built else built[0]
            folder = output / run.name / shown
            values = json.loads((folder / "provenance.json").read_text(encoding="utf-8"))["parameters"]
            parameters = [_page_parameter(one, values, language) for one in run.known.values() if one.name in values]
            entries.append(
                page.IndexEntry(
                    name=run.name,
                    title=run.title[language],
                    question=page.read_question(read_notebook(folder / "notebook.ipynb"), language),
                    finding=json.loads((folder / "findings.json").read_text(encoding="utf-8"))[0],
                    parameters=[one for one in parameters if one[0] != "language"],
                    shown=shown,
                    languages=tuple(built),
                )
            )
        others = {one: page.index_name(one, runs.languages[0]) for one in runs.languages if one != language}
        write_whole(output / page.index_name(language, runs.languages[0]), page.render_index(entries, language, others))
    for language in LANGUAGES:
        if language not in runs.languages:
            (output / f"index.{language}.html").unlink(missing_ok=True)


def _provenance(root: Path) -> dict[str, Any]:
    """Return what a report was made from: hashes and versions, no clock, no machine, no user, no absolute path."""
    from importlib.metadata import PackageNotFoundError, version

    versions = {}
    for package in PACKAGES:
        with contextlib.suppress(PackageNotFoundError):
            versions[package] = version(package)
    data = [path for folder in ("raw", "processed") for path in (root / "data" / folder).rglob("*")]
    code = [path for ending in ("py", "j2", "css", "toml") for path in PACKAGE.rglob(f"*.{ending}")]
    return {
        "data": _hashes(data, root),
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

    Returns
    -------
    int
        Exit code: 0 done, 1 a notebook or a file of data failed, 2 something was asked that is not there.
    """
    import argparse

    from dti_research import data

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
