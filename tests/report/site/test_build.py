"""From runs.yml to built reports: what is refused, what is kept, and that a second build gives the same bytes.

Starting a kernel takes seconds, so two builds are made of a notebook in a temporary project, and looked at by many
tests: `built` is made with an empty home, `again` with a home whose ``python3`` kernel is broken and one report that
raises.
"""

import base64
import io
import json
import os
import re
import shutil
import sys
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest

from dti_research import data
from dti_research.errors import InputError, UnknownName
from dti_research.report.render import REPORT_DIR, SIMULATED
from dti_research.report.site import build as build_module
from dti_research.report.site import page
from dti_research.report.site.build import MARKER, build_reports, refresh
from dti_research.report.site.execute import Job, ReportFailed, run_all
from dti_research.report.site.files import canonicalise, read_notebook
from dti_research.report.site.runs import Runs, load_runs


@pytest.fixture(scope="module")
def shared(make_project, tmp_path_factory):
    """One project, built by the fixtures below in their order; braces in its path are papermill's trap."""
    return make_project(tmp_path_factory.mktemp("dự án {x}") / "project")


def build(home, *arguments, environment=(), **options):
    home.mkdir(exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        for name in [one for one in os.environ if one.startswith(("JUPYTER", "IPYTHON", "XDG_"))]:
            patch.delenv(name)
        patch.setenv("HOME", str(home))
        for name, value in dict(environment).items():
            patch.setenv(name, value)
        return build_reports(*arguments, progress=False, **options)


@pytest.fixture(scope="module")
def built(shared):
    before = dict(os.environ)
    index = build(shared.parent / "home", shared, names=["one"])
    assert dict(os.environ) == before, "a build leaves the caller's environment as it was"
    return index.parent


@pytest.fixture(scope="module")
def again(shared, built):
    """A second build, elsewhere, by a user with a broken kernel: `one` is built again, and `two` fails.

    The copy of the first output that it builds into holds a former page of `two`, and a trace in `one`.
    """
    home = shared.parent / "broken home"
    spec = {"argv": ["/nonexistent/python", "-f", "{connection_file}"], "display_name": "x", "language": "python"}
    for folder in (".local/share/jupyter", "jupyter path"):
        (home / folder / "kernels" / "python3").mkdir(parents=True)
        (home / folder / "kernels" / "python3" / "kernel.json").write_text(json.dumps(spec), encoding="utf-8")
    (home / ".ipython" / "profile_default" / "startup").mkdir(parents=True)
    (home / ".ipython" / "profile_default" / "startup" / "00.py").write_text("print('user')", encoding="utf-8")
    environment = {"JUPYTER_PATH": str(home / "jupyter path"), "MPLBACKEND": "Agg", "TOY_FAILS": "001"}
    output = shared.parent / "other output"
    shutil.copytree(built, output)
    shutil.copytree(output / "one", output / "two", ignore=shutil.ignore_patterns("en"))
    former = files(output / "two")
    (output / "one" / "vi" / "trace.txt").write_text("of the first build", encoding="utf-8")
    with pytest.raises(ReportFailed) as caught:
        build(home, shared, output=output, languages=["vi"], environment=environment)
    return SimpleNamespace(output=output, error=caught.value, former=former)


def files(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_build_writes_what_is_promised(built):
    for language in ("vi", "en"):
        assert {
            "index.html",
            "notebook.ipynb",
            "tables/scores.csv",
            "figures/line.svg",
            "figures/line.png",
            "findings.json",
            "provenance.json",
        } == set(files(built / "one" / language))
        assert json.loads((built / "one" / language / "findings.json").read_text("utf-8")) == [
            {"vi": "007 5 Đơn vị", "en": "007 5 Unit"}[language]
        ]
    assert (built / "one" / "vi" / "tables" / "scores.csv").read_bytes() == b"unit,score\na < b,0.3333333333\n"


def test_second_build_gives_the_same_bytes_whatever_the_user_has_at_home(built, again):
    former, new = files(built / "one"), files(again.output / "one")
    assert sorted(former) == sorted(new)
    assert [name for name in former if former[name] != new[name]] == []


def test_fonts_are_listed_before_a_kernel_would_have_to_say_so(built, shared):
    assert list((shared / ".venv" / "var" / "dti_research" / "matplotlib").glob("fontlist*.json"))


def test_built_notebook_is_canonical(built):
    executed = nbformat.read(built / "one" / "vi" / "notebook.ipynb", as_version=4)
    assert (
        set(executed.metadata) == {"kernelspec", "language_info"} and "version" not in executed.metadata.language_info
    )
    assert [cell.id for cell in executed.cells if "injected" in cell.id] == ["injected-parameters"]
    printed = next(cell for cell in executed.cells if "getcwd" in cell.source)
    assert [output.text for output in printed.outputs] == ["one\ntwo\nnotebooks\n"]
    assert not any({"papermill", "execution"} & set(cell.metadata) for cell in executed.cells)


def test_pages_are_whole_and_in_one_language(built):
    for language, question, other in [("vi", "Một câu hỏi", "English question"), ("en", "English question", "câu hỏi")]:
        html = (built / "one" / language / "index.html").read_text("utf-8")
        page.check_self_contained(html)
        assert f'<html lang="{language}">' in html and question in html and other not in html
        assert "a &lt; b" in html and SIMULATED in html and "<code>007</code>" in html
        assert "spread" in html and "how far a weight moves [share]" in html  # one comment serves both languages
        for target in re.findall(r'href="(?!https?:|data:|#)([^"]*)"', html):
            assert (built / "one" / language / target).resolve().is_file(), target


def test_links_of_the_index_lead_somewhere(built):
    for name in ("index.html", "index.en.html"):
        html = (built / name).read_text("utf-8")
        page.check_self_contained(html)
        for target in re.findall(r'href="(?!https?:|data:|#)([^"]*)"', html):
            assert (built / target).is_file(), target


def test_provenance_has_hashes_and_no_place_or_time(built, shared):
    text = (built / "one" / "vi" / "provenance.json").read_text("utf-8")
    facts = json.loads(text)
    assert facts["data"] == {"data/raw/units.csv": build_module._sha256(shared / "data" / "raw" / "units.csv")}
    assert facts["notebook"]["sha256"] == build_module._sha256(shared / "notebooks" / "02_toy.ipynb")
    assert "dti_research/report/site/build.py" in facts["code"] and list(facts["code"]) == sorted(facts["code"])
    assert facts["parameters"] == {
        "code": "007",
        "draws": 5,
        "spread": 0.2,
        "ties": True,
        "years": [2022, 2024],
    }
    assert facts["python"] == f"{sys.version_info.major}.{sys.version_info.minor}" and "pandas" in facts["packages"]


def test_no_built_file_names_the_machine(built, shared):
    secrets = [str(shared), str(shared.parent), sys.prefix, os.path.expanduser("~") + "/", "dự án"]
    for name, content in files(built / "one").items():
        found = [one for one in secrets if one.encode() in content and one != "//"]
        assert not found, (name, found)


def test_failure_names_notebook_cell_and_error(again):
    (failure,) = again.error.failures
    assert (failure.name, failure.cell) == ("two", 6)
    message = str(again.error)
    assert message.startswith("1 of 2 notebook runs failed")
    assert "two: notebooks/02_toy.ipynb, cell 6 `assert code" in message
    assert "AssertionError: told to fail" in message
    # The command line answers the one with exit status 1, the other with 2.
    assert isinstance(again.error, InputError) and not isinstance(again.error, UnknownName)


def test_failure_keeps_the_old_page_and_lets_the_others_go_on(again):
    assert files(again.output / "two") == again.former
    assert not (again.output / "one" / "vi" / "trace.txt").exists()
    index = (again.output / "index.html").read_text("utf-8")
    assert "Báo cáo một" in index and "Báo cáo hai" in index
    assert 'href="two/vi/index.html"' in (again.output / "index.en.html").read_text("utf-8")  # built in Vietnamese only
    assert not list(again.output.glob(".building-*"))


def test_refresh_writes_outputs_in_place(built, shared, project, monkeypatch):
    # With what the build left there, fonts need not be listed again.
    shutil.copytree(shared / ".venv", project / ".venv", dirs_exist_ok=True)
    path = project / "notebooks" / "02_toy.ipynb"
    monkeypatch.setenv(REPORT_DIR, str(project / "nowhere"))
    assert refresh(project, progress=False) == [path]
    executed = nbformat.read(path, as_version=4)
    assert [cell.id for cell in executed.cells] == [f"toy-{number}" for number in range(9)]
    assert executed.cells[-1].outputs[0].data["text/plain"] == "1. 001 3 Đơn vị"
    assert not (project / "nowhere").exists()
    assert read_notebook(path) == canonicalise(read_notebook(path))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"names": ["oen"]}, r"unknown report 'oen' \(did you mean 'one'\?\); known: one, two"),
        ({"overrides": {"drwas": "5"}}, r"unknown parameter 'drwas' \(did you mean 'draws'\?\); known: code, draws"),
        ({"overrides": {"draws": "many"}}, "report one: draws is 'many'; expected a whole number"),
        (
            {"overrides": {"language": "en"}},
            "unknown parameter 'language'; known: .*; every report speaks.* --language",
        ),
        ({"languages": ["fr"]}, "unknown language 'fr'; known: vi, en"),
    ],
)
def test_unknown_or_mistyped_wish_is_refused(project, options, message):
    with pytest.raises(UnknownName, match=message):
        build_reports(project, progress=False, **options)
    assert sorted(os.listdir(project / "reports")) == ["runs.yml"]


def test_no_worker_is_refused(project):
    with pytest.raises(InputError, match="workers is 0; expected at least 1"):
        build_reports(project, progress=False, workers=0)


def test_refresh_of_an_unknown_notebook_lists_the_known(project):
    with pytest.raises(UnknownName, match=r"unknown notebook '02_tyo' \(did you mean '02_toy'\?\); known: 02_toy"):
        refresh(project, ["02_tyo.ipynb"], progress=False)


def test_foreign_output_folder_is_not_touched(project, tmp_path):
    output = tmp_path / "holiday"
    output.mkdir()
    (output / "photo.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="not empty and was not built by `dti run`"):
        build_reports(project, output=output, progress=False)
    assert files(output) == {"photo.txt": b"mine"}


def test_foreign_folder_inside_the_output_is_not_touched(project):
    mine = project / "reports" / "one"
    mine.mkdir()
    (mine / "photo.txt").write_text("mine", encoding="utf-8")
    before = files(project / "reports")
    with pytest.raises(InputError, match="one was not built by"):
        build_reports(project, progress=False)
    assert files(project / "reports") == before


def test_stale_report_goes_only_if_it_was_built_here(built, again, tmp_path):
    output = tmp_path / "reports"
    shutil.copytree(again.output, output)
    (output / "mine").mkdir()
    (output / "mine" / "photo.txt").write_text("mine", encoding="utf-8")
    runs = load_runs(built / "runs.yml")
    fewer = Runs(("vi",), runs.reports[:1])
    build_module._remove_stale(output, fewer)
    build_module._write_index(output, fewer)
    assert not (output / "two").exists() and not (output / "one" / "en").exists()
    assert (output / "one" / "vi" / "index.html").is_file() and (output / "mine" / "photo.txt").is_file()
    assert "Báo cáo hai" not in (output / "index.html").read_text("utf-8") and not (output / "index.en.html").exists()
    assert (output / MARKER).is_file()


def test_progress_bar_names_reports_on_stderr(monkeypatch):
    class Now:
        """An executor without processes."""

        def __init__(self, *_args, **_options):
            pass

        def submit(self, work, job):
            from concurrent.futures import Future

            future = Future()
            future.set_result(work(job))
            return future

        def shutdown(self, **_options):
            pass

    monkeypatch.setattr("concurrent.futures.ProcessPoolExecutor", Now)
    jobs = [Job(name, Path("02_toy.ipynb")) for name in ("one", "two")]
    for wanted in (True, False):
        stderr = io.StringIO()
        monkeypatch.setattr(sys, "stderr", stderr)
        assert run_all(jobs, lambda job: None, 2, wanted) == []
        assert ("one" in stderr.getvalue()) is wanted and bool(stderr.getvalue()) is wanted


def test_png_is_text_in_a_notebook(built):
    executed = nbformat.read(built / "one" / "vi" / "notebook.ipynb", as_version=4)
    images = [one for cell in executed.cells for one in cell.get("outputs", []) if "image/png" in one.get("data", {})]
    assert len(images) == 1 and base64.b64decode(images[0].data["image/png"]).startswith(b"\x89PNG")
    assert images[0].metadata["image/png"]["alt"] == f"Một đường ({SIMULATED})"


# The command line ----------------------------------------------------------------------------------------------------


@pytest.fixture
def done(monkeypatch):
    """What `main` had done, in order."""
    steps = []
    table, notebook = data.PROCESSED / "values.csv", data.ROOT / "notebooks" / "01_frameworks.ipynb"
    monkeypatch.setattr(data, "build_processed", lambda: steps.append("processed") or [table])
    monkeypatch.setattr(build_module, "refresh", lambda *a, **o: steps.append(("refresh", *a, o)) or [notebook])
    monkeypatch.setattr(build_module, "draw_readme_figure", lambda path: steps.append("figure") or path)
    return steps


def test_refresh_rebuilds_the_tables_that_the_notebooks_read(done, capsys):
    assert build_module.main(["refresh", "01_frameworks", "--quiet"]) == 0
    assert done == ["processed", ("refresh", data.ROOT, ["01_frameworks"], {"progress": False}), "figure"]
    written = ["data/processed/values.csv", "notebooks/01_frameworks.ipynb", "docs/rebuilt-2024.svg"]
    assert capsys.readouterr().out.splitlines() == written


@pytest.mark.parametrize(
    ("error", "status"),
    [(InputError("row 2"), 1), (ReportFailed([], 3), 1), (UnknownName("unknown notebook"), 2)],
    ids=lambda one: type(one).__name__,
)
def test_what_goes_wrong_is_said_and_decides_the_exit_status(done, monkeypatch, capsys, error, status):
    def fail(*_arguments, **_options):
        raise error

    monkeypatch.setattr(build_module, "refresh", fail)
    assert build_module.main(["refresh"]) == status
    assert capsys.readouterr() == ("", f"{error}\n")


def test_unknown_option_is_wrong_use(done, capsys):
    with pytest.raises(SystemExit) as stopped:
        build_module.main(["refresh", "--all"])
    assert stopped.value.code == 2 and "--all" in capsys.readouterr().err and done == []
