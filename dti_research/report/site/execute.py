"""Notebooks are executed, several at a time, each in a process of its own: papermill changes the folder of the one it runs in.

No Handbook step. What becomes of an executed notebook is left to `build`; what it runs in, to `kernel`.
"""

from __future__ import annotations

import logging
import multiprocessing
import sys
from collections.abc import Callable, Sequence
from concurrent import futures
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dti_research.errors import InputError
from dti_research.report.site.files import canonicalise, import_quickly, read_notebook

if TYPE_CHECKING:
    from nbformat import NotebookNode


class Failure(InputError):
    """What went wrong in one notebook, and in which cell; it travels between processes by its arguments."""

    def __init__(self, name: str, notebook: str, error: str, cell: int | None = None, source: str = "") -> None:
        super().__init__(name, notebook, error, cell, source)
        self.name, self.notebook, self.error, self.cell, self.source = name, notebook, error, cell, source

    def __str__(self) -> str:
        lines = [line.strip() for line in self.source.splitlines()]
        line = next((line for line in lines if line and not line.startswith("#")), "")
        place = f", cell {self.cell} `{line}`" if self.cell is not None else ""
        return f"{self.name}: notebooks/{self.notebook}{place}: {self.error}"


class ReportFailed(InputError):
    """At least one of `total` notebooks failed; the others were built, and what failed keeps its former page."""

    def __init__(self, failures: Sequence[Failure], total: int) -> None:
        self.failures = failures
        lines = [f"{len(failures)} of {total} notebook runs failed; what had been built before stays in place"]
        super().__init__("\n  ".join([*lines, *map(str, failures)]))


@dataclass(frozen=True)
class Job:
    """A notebook to execute; without parameters at its defaults."""

    name: str
    notebook: Path
    parameters: dict[str, Any] | None = None


def run_all(jobs: Sequence[Job], work: Callable[[Any], None], workers: int, progress: bool) -> list[Failure]:
    """Do the work of each job, with one progress bar on stderr, and return what failed, in the order of the jobs."""
    from tqdm import tqdm

    if not jobs:
        return []
    found: dict[str, Failure] = {}
    waiting = list(jobs)
    executor = futures.ProcessPoolExecutor(min(workers, len(jobs)), mp_context=multiprocessing.get_context("spawn"))
    bar = tqdm(total=len(jobs), unit="run", file=sys.stderr, disable=not progress, dynamic_ncols=True)
    try:
        started = {executor.submit(work, job): job for job in jobs}
        bar.set_description(", ".join(job.name for job in waiting[:workers]))
        for future in futures.as_completed(started):
            job = started[future]
            error = future.exception()
            # Any other than an InputError: the process itself died; the other reports still have a right to be built.
            if error is not None:
                found[job.name] = error if isinstance(error, Failure) else _failure(job, error)
            waiting.remove(job)
            bar.set_description(", ".join(job.name for job in waiting[:workers]) or "done", refresh=False)
            bar.update()
    finally:
        bar.close()
        executor.shutdown(wait=True, cancel_futures=True)
    return [found[job.name] for job in jobs if job.name in found]


def execute(job: Job) -> NotebookNode:
    """Return the notebook of a job executed and canonical; where a cell fails, raise a `Failure`."""
    papermill = import_quickly("papermill")
    logging.getLogger("papermill").setLevel(logging.ERROR)
    before = read_notebook(job.notebook)
    try:
        # The notebook itself, not its path: papermill would format braces in a path.
        executed = papermill.execute_notebook(
            before,
            None,
            parameters=job.parameters,
            kernel_name="python3",
            language="python",
            cwd=str(job.notebook.parent),
            progress_bar=False,
            # A kernel that is asked to stop takes seconds over it, and has nothing left to write.
            shutdown_kernel="immediate",
        )
    except papermill.PapermillExecutionError as error:
        # The injected cell is not in the notebook that its author sees.
        tagged = [number for number, cell in enumerate(before.cells) if "parameters" in cell.metadata.get("tags", [])]
        injected = bool(job.parameters and tagged and error.cell_index > tagged[0])
        text = f"{error.ename}: {error.evalue}" if error.evalue else error.ename
        raise Failure(job.name, job.notebook.name, text, error.cell_index + 1 - injected, error.source) from None
    except Exception as error:  # a kernel that died or never started; its own exception may not travel
        raise _failure(job, error) from None
    return canonicalise(executed)


def _failure(job: Job, error: BaseException) -> Failure:
    text = str(error) if isinstance(error, InputError) else f"{type(error).__name__}: {error}"
    return Failure(job.name, job.notebook.name, text)
