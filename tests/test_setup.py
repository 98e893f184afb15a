"""The files that set the project up agree with one another, and promise only what they keep."""

import ast
import importlib.metadata
import importlib.util
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent

# What conda-forge calls a package where the name is not that of pyproject.toml, and what only conda needs to be told.
CONDA_NAMES = {"matplotlib-base": "matplotlib"}
CONDA_ONLY = {"python", "pip"}
CONDA_LINE = re.compile(r"(?P<name>[a-z0-9]+(-[a-z0-9]+)*)(?P<range>((>=|<|=)\d+(\.\d+)*)(,<\d+(\.\d+)*)?)?")

LOCK_LINE = re.compile(r"(?P<name>[a-z0-9]+(-[a-z0-9]+)*)==(?P<version>[0-9a-z.]+)(?P<marker> ; [^\\]+)? \\")
HASH_LINE = re.compile(r" {4}--hash=sha256:[0-9a-f]{64}( \\)?")


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def read_project():
    return tomllib.loads(read("pyproject.toml"))["project"]


def chosen():
    """Package -> range, from pyproject.toml."""
    project = read_project()
    requirements = map(Requirement, project["dependencies"] + project["optional-dependencies"]["dev"])
    return {requirement.name: requirement.specifier for requirement in requirements}


def conda():
    """Package -> range as written, from environment.yml, conda's own names kept."""
    lines = yaml.safe_load(read("environment.yml"))["dependencies"]
    matches = {line: CONDA_LINE.fullmatch(line) for line in lines}
    assert None not in matches.values(), [line for line, match in matches.items() if match is None]
    return {match["name"]: match["range"] or "" for match in matches.values()}


def locked():
    """Package -> versions, from requirements.lock (two versions where the Python version decides)."""
    versions = {}
    for line in read("requirements.lock").splitlines():
        if match := LOCK_LINE.fullmatch(line):
            versions.setdefault(match["name"], []).append(Version(match["version"]))
    return versions


def project_files():
    """Every file of the project: what git tracks or would track; without git, all but what is made or built here."""
    git = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(git, cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0")
    except (OSError, subprocess.CalledProcessError):
        listed = []
    files = [ROOT / name for name in listed if name and (ROOT / name).is_file()]
    return files or list(walk(ROOT))


def walk(folder):
    made = {".git", ".venv", "reports", "__pycache__", "build", "dist"}
    hidden_sources = {".ci", ".ipython"}
    for path in sorted(folder.iterdir()):
        if path.is_file():
            yield path
        elif path.name not in made and (not path.name.startswith(".") or path.name in hidden_sources):
            yield from walk(path)


@pytest.fixture
def dev():
    """The module dev.py, which is no part of the package."""
    spec = importlib.util.spec_from_file_location("dev", ROOT / "dev.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_environment_yml_names_the_packages_and_ranges_of_pyproject():
    ranges = {CONDA_NAMES.get(name, name): range_ for name, range_ in conda().items() if name not in CONDA_ONLY}
    assert {name: SpecifierSet(range_) for name, range_ in ranges.items()} == chosen()


def test_environment_yml_asks_for_the_reference_python():
    assert conda()["python"] == "=3.11"
    assert read_project()["requires-python"] == ">=3.11"


def test_every_chosen_package_is_locked_inside_its_range():
    versions = locked()
    outside = [
        f"{name} {version} is not {range_}"
        for name, range_ in chosen().items()
        for version in versions.get(name, ["(not locked)"])
        if version not in range_
    ]
    assert not outside


def test_lock_pins_and_hashes_every_line():
    lines = read("requirements.lock").splitlines()
    assert not [line for line in lines if not (LOCK_LINE.fullmatch(line) or HASH_LINE.fullmatch(line))]
    pins = [number for number, line in enumerate(lines) if LOCK_LINE.fullmatch(line)]
    assert len(pins) > 50
    assert all(HASH_LINE.fullmatch(lines[number + 1]) for number in pins)
    assert "://" not in read("requirements.lock")


def test_one_version_in_citation_pyproject_and_installation():
    citation = yaml.safe_load(read("CITATION.cff"))
    assert citation["version"] == read_project()["version"] == importlib.metadata.version("dti-research")
    assert citation["license"] == read_project()["license"]


def test_no_file_names_a_package_registry():
    hosts = [
        ("py" + "pi", "org"),
        ("python" + "hosted", "org"),
        ("registry", "npm" + "js", "org"),
        ("ana" + "conda", "org"),
    ]
    pattern = re.compile(b"|".join(re.escape(".".join(host).encode()) for host in hosts), re.IGNORECASE)
    files = project_files()
    assert ROOT / "dev.py" in files
    assert not [path.relative_to(ROOT).as_posix() for path in files if pattern.search(path.read_bytes())]
    assert not [path for path in files if path.name in {"uv.lock", "pylock.toml"}]


def test_project_files_are_found_without_git():
    assert {ROOT / "dev.py", ROOT / ".ci" / "run", Path(__file__).resolve()} <= set(walk(ROOT))


def test_dev_imports_only_the_standard_library_and_parses_on_old_pythons():
    tree = ast.parse(read("dev.py"), feature_version=(3, 7))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert imported and {name.partition(".")[0] for name in imported} <= sys.stdlib_module_names
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]  # f-strings


def test_makefile_and_dev_know_the_same_commands(dev):
    targets = re.findall(r"^([a-z][a-z ]*):", read("Makefile"), flags=re.MULTILINE)
    assert set(" ".join(targets).split()) == {"help", *dev.COMMANDS}
    assert all(f"dev.py {command}" in dev.__doc__ for command in dev.COMMANDS)


def test_ci_runs_the_tests_and_the_reports():
    lines = read(".ci/run").splitlines()
    assert lines.index("make test") < lines.index("make run")


def test_programs_started_by_dev_see_no_foreign_settings(dev, monkeypatch):
    foreign = ["VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME", "PYTHONWARNINGS", "JUPYTER_PATH", "MATPLOTLIBRC"]
    for name in foreign:
        monkeypatch.setenv(name, "elsewhere")
    monkeypatch.setenv("PYTHONHASHSEED", "7")
    env = dev.child_env()
    assert not [name for name in foreign if name in env]
    assert env["PYTHONHASHSEED"] == "0"
    homes = ["IPYTHONDIR", "MPLCONFIGDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"]
    assert all(Path(env[name]).is_relative_to(ROOT) for name in homes)


def test_environment_is_remade_when_lock_project_python_or_folder_change(dev, monkeypatch, tmp_path):
    for name in ("requirements.lock", "pyproject.toml"):
        (tmp_path / name).write_text(read(name), encoding="utf-8")
    monkeypatch.setattr(dev, "ROOT", str(tmp_path))
    seen = [dev.stamp()]
    (tmp_path / "requirements.lock").write_text("other", encoding="utf-8")
    seen.append(dev.stamp())
    (tmp_path / "pyproject.toml").write_text("other", encoding="utf-8")
    seen.append(dev.stamp())
    monkeypatch.setattr(dev, "sys", SimpleNamespace(version="3.99"))
    seen.append(dev.stamp())
    moved = tmp_path.rename(tmp_path.with_name("Thư mục khác"))
    monkeypatch.setattr(dev, "ROOT", str(moved))
    seen.append(dev.stamp())
    assert len(set(seen)) == 5
    assert dev.stamp() == seen[-1]
