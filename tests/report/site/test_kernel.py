"""The kernel of a notebook is this interpreter, with the project's settings and none of the user's."""

import os
import sys

import pytest

from dti_research.report.site import kernel
from dti_research.report.site.kernel import use_project_kernel


@pytest.fixture
def environment(monkeypatch):
    # Listing the fonts takes seconds; the builds of test_build.py show that it works.
    monkeypatch.setattr(kernel, "_list_fonts", lambda folder: None)
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


def test_project_kernel_is_this_interpreter_and_keeps_out_of_the_home(tmp_path, environment):
    from jupyter_client.kernelspec import KernelSpecManager

    os.environ.update(PYTHONSTARTUP="mine.py", MPLBACKEND="Agg", JUPYTER_PATH="elsewhere")
    base = use_project_kernel(tmp_path)
    assert KernelSpecManager().get_kernel_spec("python3").argv[0] == sys.executable
    assert not {"PYTHONSTARTUP", "MPLBACKEND"} & set(os.environ)
    for name in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "MPLCONFIGDIR"):
        assert os.environ[name].startswith(str(base)), name
    assert os.listdir(tmp_path) == []  # without .venv, nothing is written into the project
    assert use_project_kernel(tmp_path) == base


def test_project_settings_of_ipython_are_used_if_there_are_any(tmp_path, environment):
    settings = tmp_path / ".ipython" / "profile_default" / "ipython_kernel_config.py"
    settings.parent.mkdir(parents=True)
    settings.write_text("", encoding="utf-8")
    (tmp_path / ".venv").mkdir()
    assert use_project_kernel(tmp_path).is_relative_to(tmp_path / ".venv")
    assert os.environ["IPYTHONDIR"] == str(tmp_path / ".ipython")
