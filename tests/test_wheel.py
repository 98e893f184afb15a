"""The built wheel, installed elsewhere: commands and library find their tables, and what needs the project says so.

No network: the wheel is built with the backend that is installed here and installed without its dependencies, which a .pth file
then lends from the running environment. It lends packages only: the .pth files that stand beside these, among them the one that
makes the project's own folder importable, are not obeyed.

About 20 seconds: 7 for the environment, the rest for three programs, since each that loads tables checks them first.
"""

import csv
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def build(target, folder):
    """The files of a wheel that is built now, and its path."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return wheel, set(archive.namelist())


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    return build("wheel", tmp_path_factory.mktemp("wheel"))


class Installed:
    """A virtual environment with the wheel in it, and an empty folder to work in, which is the home folder, too."""

    def __init__(self, folder, wheel):
        self.venv, self.home = folder / "venv", folder / "home"
        self.home.mkdir()
        self.programs = self.venv / ("Scripts" if os.name == "nt" else "bin")
        uv = shutil.which("uv")
        venv.create(self.venv, symlinks=os.name != "nt", with_pip=not uv)
        python = str(self.programs / "python")
        installer = [uv, "pip", "install", "--offline", "--python", python] if uv else [python, "-m", "pip", "install"]
        self.run(*installer, "--quiet", "--no-deps", "--no-index", str(wheel))
        self.packages = Path(sysconfig.get_path("purelib", vars={"base": str(self.venv), "platbase": str(self.venv)}))
        lent = dict.fromkeys(sysconfig.get_path(name) for name in ("purelib", "platlib"))
        (self.packages / "lent.pth").write_text("\n".join(lent) + "\n", encoding="utf-8")

    def run(self, *command, status=0):
        """Standard output and standard error of a program of this environment, run in the empty folder."""
        foreign = ("PYTHON", "VIRTUAL_ENV", "PIP_", "UV_", "IPYTHON", "JUPYTER", "MPL")
        env = {name: value for name, value in os.environ.items() if not name.upper().startswith(foreign)}
        env |= {"HOME": str(self.home), "USERPROFILE": str(self.home), "PYTHONUTF8": "1"}
        done = subprocess.run(command, cwd=self.home, env=env, capture_output=True, text=True, encoding="utf-8")
        assert done.returncode == status, done.stderr
        return done.stdout, done.stderr

    def dti(self, *arguments, status=0):
        return self.run(str(self.programs / "dti"), *arguments, status=status)

    def python(self, code):
        return self.run(str(self.programs / "python"), "-c", code)


@pytest.fixture(scope="module")
def installed(tmp_path_factory, wheel):
    return Installed(tmp_path_factory.mktemp("elsewhere"), wheel[0])


def rows(table):
    with open(ROOT / "data" / "raw" / f"{table}.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_wheel_holds_every_file_of_the_package_and_every_table(wheel):
    expected = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "dti_research").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith(".")
    }
    assert {Path(name).suffix for name in expected} >= {".py", ".j2", ".css"}
    tables = [path.relative_to(ROOT).as_posix() for path in (ROOT / "data").rglob("*.*")]
    assert {"data/raw/datapackage.json", "data/raw/values.csv", "data/processed/composites.csv"} <= set(tables)
    expected |= {f"dti_research/{name}" for name in tables}
    assert {name for name in wheel[1] if ".dist-info/" not in name} == expected


def test_an_editable_installation_has_no_copy_of_the_tables(tmp_path):
    names = build("wheel:editable", tmp_path)[1]
    assert names and not [name for name in names if name.startswith("dti_research/")]


LIBRARY = """if True:
    import doctest
    import json

    import dti_research
    from typer.testing import CliRunner
    from dti_research import cli, data
    from dti_research.report.site import page

    example = doctest.testmod(dti_research)
    commands = [["list", "--json"], ["show", "hcmc-district-2023"]]
    print(json.dumps({
        "module": dti_research.__file__,
        "raw": str(data.RAW),
        "example": [example.attempted, example.failed],
        "tables": dti_research.tables().units_with_values.to_dict(),
        "page": page.render_index([], "en", {}),
        "commands": {words[0]: CliRunner().invoke(cli.app, words).output for words in commands},
    }))
"""


@pytest.fixture(scope="module")
def library(installed):
    """What one Python of the environment says: the library, and the commands that need not start anew to be tried."""
    return json.loads(installed.python(LIBRARY)[0])


def write_own_table(path):
    """The printed values of the 34 provinces of 2024, as a reader would type them."""
    cells = [row for row in rows("values") if row["table"] == "province-2024-34"]
    indicators = list(dict.fromkeys(row["indicator"] for row in cells))
    values = {unit: {} for unit in dict.fromkeys(row["unit"] for row in cells)}
    for row in cells:
        values[row["unit"]][row["indicator"]] = row["value"]
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["unit", *indicators])
        writer.writerows([unit, *(own[code] for code in indicators)] for unit, own in values.items())


def test_library_and_its_example_run(installed, library):
    package = installed.packages / "dti_research"
    assert Path(library["module"]) == package / "__init__.py" and Path(library["raw"]) == package / "data" / "raw"
    attempted, failed = library["example"]
    assert attempted >= 4 and failed == 0
    assert set(library["tables"]) == {row["table"] for row in rows("tables")}
    assert library["tables"]["province-2024-34"] == 34


def test_templates_and_style_sheet_of_pages_are_found(library):
    assert "<style>" in library["page"] and library["page"].rstrip().endswith("</html>")


def test_frameworks_are_listed(library):
    listed = json.loads(library["commands"]["list"])
    assert [row["id"] for row in listed] == [row["framework"] for row in rows("frameworks")]


def test_a_framework_is_shown_with_the_publisher_and_address_of_its_source(library):
    shown = library["commands"]["show"]
    (source,) = [row for row in rows("sources") if row["source"] == "hcmc-press-2024"]
    assert "660" in shown and source["publisher_vi"] in shown and "thuviennhadat.vn" in shown


def test_a_table_of_ones_own_is_scored(installed):
    """Printed values in, printed composites out."""
    write_own_table(installed.home / "my-table.csv")
    out, _ = installed.dti("score", "my-table.csv", "--framework", "national-province-2024", "--json")
    scored = {row["unit"]: row["composite"] for row in json.loads(out)["units"]}
    printed = {
        row["unit"]: float(row["printed"])
        for row in rows("claims")
        if (row["table"], row["check"], row["source"]) == ("province-2024-34", "composite", "dti-gov-2024-34")
    }
    # Half a digit of the composite's print, and as much for the values, whose mean it is.
    assert len(scored) == 34 and scored == pytest.approx(printed, rel=0, abs=1e-4)


def test_reports_need_the_project_and_the_command_says_so(installed):
    out, err = installed.dti("run", status=2)
    assert not out and "Traceback" not in err and len(err.splitlines()) == 1
    for words in (str(installed.packages), "reports/runs.yml", "installed package", "python3 dev.py run"):
        assert words in err
    assert not list(installed.home.glob("*reports*"))
