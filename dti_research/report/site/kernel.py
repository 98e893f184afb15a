"""The kernel that notebooks run in: this interpreter, the project's settings, and none of the user's.

That is why a notebook gives the same output on any machine. No Handbook step. Which notebooks run is left to `build`.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from dti_research.report.render import REPORT_DIR
from dti_research.report.site.files import write_whole

#: The folder of this package: what a kernel imports, and what the provenance of a report hashes.
PACKAGE = Path(__file__).resolve().parents[2]

_temporary_folders: dict[Path, Path] = {}


def use_project_kernel(root: str | Path) -> Path:
    """Let every kernel started from here on be this interpreter, with the project's settings and none of the user's.

    It changes ``os.environ``. A kernel spec ``python3`` that starts ``sys.executable`` is written and found first, so that neither
    an unregistered interpreter nor a ``python3`` that the user registered for something else matters. The folder that holds this
    package comes first on ``PYTHONPATH``: the kernel imports what the provenance hashes.

    Returns
    -------
    Path
        Where Jupyter and matplotlib now keep their files: in ``<root>/.venv`` if there is one, else in a temporary
        folder that is deleted at exit.
    """
    root = Path(root).resolve()
    base = _settings_folder(root)
    data = base / "jupyter"
    for folder in (data / "config", data / "runtime", data / "kernels" / "python3", base / "matplotlib"):
        folder.mkdir(parents=True, exist_ok=True)
    # A kernel that is told to stop logs an "error" about it; what fails in a cell reaches the reader in any case.
    quiet = "--IPKernelApp.log_level=CRITICAL"
    spec = {
        "argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}", quiet],
        "display_name": "Python 3",
        "language": "python",
        "metadata": {"debugger": True},
    }
    write_whole(data / "kernels" / "python3" / "kernel.json", json.dumps(spec, indent=1))
    ipython = root / ".ipython"
    if not (ipython / "profile_default" / "ipython_kernel_config.py").exists():
        # A project without settings of its own still must not read the user's, nor fill the tree with IPython's.
        ipython = base / "ipython"
        (ipython / "profile_default").mkdir(parents=True, exist_ok=True)
        settings = "c = get_config()\nc.HistoryManager.enabled = False\n"
        write_whole(ipython / "profile_default" / "ipython_kernel_config.py", settings)
    package = str(PACKAGE.parent)
    inherited = [path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path not in ("", package)]
    os.environ.update(
        IPYTHONDIR=str(ipython),
        JUPYTER_PATH=str(data),
        JUPYTER_DATA_DIR=str(data),
        JUPYTER_CONFIG_DIR=str(data / "config"),
        JUPYTER_RUNTIME_DIR=str(data / "runtime"),
        JUPYTER_PREFER_ENV_PATH="1",
        MPLCONFIGDIR=str(base / "matplotlib"),
        PYTHONPATH=os.pathsep.join([package, *inherited]),
        PYTHONHASHSEED="0",
        PYTHONUTF8="1",
        OMP_NUM_THREADS="1",
        OPENBLAS_NUM_THREADS="1",
        MKL_NUM_THREADS="1",
        TZ="UTC",
    )
    # What a user's shell may set and a kernel would obey. Without MPLBACKEND, ipykernel draws inline.
    for name in ("MPLBACKEND", "MATPLOTLIBRC", "JUPYTER_CONFIG_PATH", "JUPYTER_NO_CONFIG", "PYTHONSTARTUP", REPORT_DIR):
        os.environ.pop(name, None)
    _list_fonts(base / "matplotlib")
    return base


@contextlib.contextmanager
def project_kernel(root: Path) -> Iterator[None]:
    """Use the project's kernel for a while, and leave the caller's environment as it was."""
    before = dict(os.environ)
    use_project_kernel(root)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _settings_folder(root: Path) -> Path:
    if (root / ".venv").is_dir():
        return root / ".venv" / "var" / "dti_research"
    if root not in _temporary_folders:
        _temporary_folders[root] = Path(tempfile.mkdtemp(prefix="dti_research-"))
        atexit.register(shutil.rmtree, _temporary_folders[root], ignore_errors=True)
    return _temporary_folders[root]


def _list_fonts(folder: Path) -> None:
    """Let matplotlib list its fonts now: a slow kernel would say that it does, and the report would show it."""
    if not any(folder.glob("fontlist*.json")):
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run([sys.executable, "-c", "import matplotlib.font_manager"], check=False, **quiet)
