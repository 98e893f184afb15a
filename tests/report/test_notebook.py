"""From runs.yml to built reports: what is refused, what is kept, and that a second build gives the same bytes.

Starting a kernel takes seconds, so the builds are made once, of a notebook in a temporary project, and looked at by
many tests: `built` is made with an empty home, `again` with a home whose ``python3`` kernel is broken, `failed` with
one notebook that raises.
"""

import base64
import io
import json
import os
import re
import shutil
import sys
from types import SimpleNamespace

import nbformat
import pandas as pd
import pytest
from matplotlib.figure import Figure
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from dti_research.report import notebook, page
from dti_research.report.notebook import (
    MARKER,
    REPORT_DIR,
    SIMULATED,
    Report,
    ReportFailed,
    build_reports,
    canonicalise,
    inspect_parameters,
    load_runs,
    refresh,
    use_project_kernel,
)

PARAMETERS = """\
code: str = "001"  # code of one unit | mã đơn vị
draws: int = 3  # random draws [count] | số lần mô phỏng
spread: float = 0.2  # how far a weight moves [share]
ties: bool = True  # ties count as one | coi bằng điểm là đồng hạng
years: list[int] = [2022, 2024]  # years compared | các năm
language: str = "vi"  # language of the page | ngôn ngữ của trang
"""

RUNS = """\
languages: [vi, en]
reports:
  - name: one
    notebook: 02_toy
    title: {vi: "Báo cáo một", en: "Report one"}
    parameters: {code: "007", draws: 5}
  - name: two
    notebook: 02_toy
    title: {vi: "Báo cáo hai", en: "Report two"}
"""


def toy():
    """A notebook with a table, a figure, findings and a cell that can be told to fail."""
    vi, en = {"tags": ["lang-vi"]}, {"tags": ["lang-en"]}
    cells = [
        new_markdown_cell("# Toy\n\nAn English question?", metadata=en),
        new_markdown_cell("# Đồ chơi\n\nMột câu hỏi tiếng Việt?", metadata=vi),
        new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]}),
        new_code_cell(
            "import os\nimport sys\nimport pandas as pd\nfrom matplotlib.figure import Figure\n"
            "from dti_research.report.notebook import Report\nreport = Report(language)"
        ),
        new_code_cell("print('one', flush=True)\nprint('two', flush=True)\nprint(os.path.basename(os.getcwd()))"),
        new_code_cell("# may fail\nassert code != os.environ.get('TOY_FAILS'), 'told to fail'"),
        new_code_cell("report.table(pd.DataFrame({'unit': ['a < b'], 'score': [1 / 3]}), 'scores', 'Điểm')"),
        new_code_cell(
            "fig = Figure(figsize=(2, 1))\nfig.subplots().plot([1, 2])\n"
            "report.figure(fig, 'line', 'Một đường', 'Hình', simulated=True)"
        ),
        new_code_cell("report.findings([f'{code} {draws} {language}'])", metadata={"tags": ["findings"]}),
    ]
    for number, cell in enumerate(cells):
        cell["id"] = f"toy-{number}"
    return new_notebook(cells=cells)


def make_project(root, runs=RUNS):
    for folder in ("notebooks", "data/raw", "data/processed", "reports", ".venv"):
        (root / folder).mkdir(parents=True)
    nbformat.write(toy(), root / "notebooks" / "02_toy.ipynb")
    (root / "data" / "raw" / "units.csv").write_text("code\n007\n", encoding="utf-8")
    (root / "reports" / "runs.yml").write_text(runs, encoding="utf-8")
    return root


@pytest.fixture
def project(tmp_path):
    return make_project(tmp_path / "project")


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
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
    home = shared.parent / "broken home"
    spec = {"argv": ["/nonexistent/python", "-f", "{connection_file}"], "display_name": "x", "language": "python"}
    for folder in (".local/share/jupyter", "jupyter path"):
        (home / folder / "kernels" / "python3").mkdir(parents=True)
        (home / folder / "kernels" / "python3" / "kernel.json").write_text(json.dumps(spec), encoding="utf-8")
    (home / ".ipython" / "profile_default" / "startup").mkdir(parents=True)
    (home / ".ipython" / "profile_default" / "startup" / "00.py").write_text("print('user')", encoding="utf-8")
    environment = {"JUPYTER_PATH": str(home / "jupyter path"), "MPLBACKEND": "Agg"}
    output = shared.parent / "other output"
    return build(home, shared, names=["one"], output=output, environment=environment).parent


@pytest.fixture(scope="module")
def failed(shared, built, again):
    """The error of a build in which report `one` fails and `two` does not, and the pages of `one` before it."""
    before = files(built / "one")
    with pytest.raises(ReportFailed) as caught:
        build(shared.parent / "home", shared, languages=["vi"], environment={"TOY_FAILS": "007"})
    return SimpleNamespace(error=caught.value, before=before)


def files(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# Building ------------------------------------------------------------------------------------------------------------


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
        assert json.loads((built / "one" / language / "findings.json").read_text("utf-8")) == [f"007 5 {language}"]
    assert (built / "one" / "vi" / "tables" / "scores.csv").read_bytes() == b"unit,score\na < b,0.3333333333\n"


def test_second_build_gives_the_same_bytes_whatever_the_user_has_at_home(built, again):
    former, new = files(built / "one"), files(again / "one")
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
    assert facts["data"] == {"data/raw/units.csv": notebook._sha256(shared / "data" / "raw" / "units.csv")}
    assert facts["notebook"]["sha256"] == notebook._sha256(shared / "notebooks" / "02_toy.ipynb")
    assert "dti_research/report/notebook.py" in facts["code"] and list(facts["code"]) == sorted(facts["code"])
    assert facts["parameters"] == {
        "code": "007",
        "draws": 5,
        "spread": 0.2,
        "ties": True,
        "years": [2022, 2024],
        "language": "vi",
    }
    assert facts["python"] == f"{sys.version_info.major}.{sys.version_info.minor}" and "pandas" in facts["packages"]


def test_no_built_file_names_the_machine(built, shared):
    secrets = [str(shared), str(shared.parent), sys.prefix, os.path.expanduser("~") + "/", "dự án"]
    for name, content in files(built / "one").items():
        found = [one for one in secrets if one.encode() in content and one != "//"]
        assert not found, (name, found)


def test_failure_names_notebook_cell_and_error(failed):
    (failure,) = failed.error.failures
    assert (failure.name, failure.language, failure.cell) == ("one", "vi", 6)
    message = str(failed.error)
    assert "one (vi): notebooks/02_toy.ipynb, cell 6 `assert code" in message
    assert "AssertionError: told to fail" in message


def test_failure_keeps_the_old_page_and_lets_the_others_go_on(failed, built):
    assert files(built / "one") == failed.before
    assert json.loads((built / "two" / "vi" / "findings.json").read_text("utf-8")) == ["001 3 vi"]
    index = (built / "index.html").read_text("utf-8")
    assert "Báo cáo một" in index and "Báo cáo hai" in index
    assert 'href="two/vi/index.html"' in (built / "index.en.html").read_text("utf-8")  # built in Vietnamese only
    assert not list(built.glob(".building-*"))


def test_refresh_writes_outputs_in_place_and_keeps_what_fails(project, monkeypatch):
    path = project / "notebooks" / "02_toy.ipynb"
    monkeypatch.setenv(REPORT_DIR, str(project / "nowhere"))
    assert refresh(project, progress=False) == [path]
    executed = nbformat.read(path, as_version=4)
    assert [cell.id for cell in executed.cells] == [f"toy-{number}" for number in range(9)]
    assert executed.cells[-1].outputs[0].data["text/plain"] == "1. 001 3 vi"
    assert not (project / "nowhere").exists()
    assert notebook._read_notebook(path) == canonicalise(notebook._read_notebook(path))


# What is refused before anything runs --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"names": ["oen"]}, "unknown report 'oen'; did you mean 'one'. Known: one, two"),
        ({"overrides": {"drwas": "5"}}, "unknown parameter 'drwas'; did you mean 'draws'. Known: code, draws"),
        ({"overrides": {"draws": "2.5"}}, "draws is 2.5; expected a whole number"),
        ({"overrides": {"draws": "007"}}, "draws is '007'; expected a whole number without leading zeros"),
        ({"overrides": {"spread": "wide"}}, "spread is 'wide'; expected a number"),
        ({"overrides": {"spread": ".nan"}}, "spread is '.nan'; expected a number"),
        ({"overrides": {"ties": "yes"}}, "ties is 'yes'; expected true or false"),
        ({"overrides": {"years": "[2022, x]"}}, "expected a list such as .a, b., each of it a whole number"),
        ({"overrides": {"language": "en"}}, "every report is built once per language"),
        ({"languages": ["fr"]}, "unknown language 'fr'.*vi, en"),
        ({"workers": 0}, "workers is 0"),
    ],
)
def test_unknown_or_mistyped_wish_is_refused(project, options, message):
    with pytest.raises(ValueError, match=message):
        build_reports(project, progress=False, **options)
    assert sorted(os.listdir(project / "reports")) == ["runs.yml"]


def test_value_from_text_follows_the_annotation(project):
    known = inspect_parameters(project / "notebooks" / "02_toy.ipynb")
    assert known["code"].convert("007", "x") == "007"
    assert known["code"].convert("true", "x") == "true"
    assert known["draws"].convert("12", "x") == 12
    assert known["spread"].convert("1e-3", "x") == 0.001
    assert known["spread"].convert("1", "x") == 1.0 and isinstance(known["spread"].convert("1", "x"), float)
    assert known["ties"].convert("false", "x") is False
    assert known["years"].convert("[2020]", "x") == [2020]


def test_meaning_comes_in_two_languages(project):
    known = inspect_parameters(project / "notebooks" / "02_toy.ipynb")
    assert (known["code"].meaning_en, known["code"].meaning_vi) == ("code of one unit", "mã đơn vị")
    assert known["spread"].meaning_vi == known["spread"].meaning_en


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("notebook: 02_toy", "notebok: 02_toy", r"report 1 \(one\): unknown key 'notebok'; did you mean 'notebook'"),
        ("name: two", "name: one", r"report 2 \(one\): the name 'one' is used twice"),
        ("name: two", "name: Two/..", "names a folder"),
        (', en: "Report two"', "", r"report 2 \(two\), title: en is missing"),
        ('en: "Report two"', 'fr: "Rapport"', "unknown key 'fr'"),
        ('en: "Report two"', "en: 2", "en is 2; expected text"),
        ("languages: [vi, en]", "languages: [vi, vn]", "unknown language 'vn'; did you mean 'vi'"),
        ("languages: [vi, en]", "languages: []", "expected each language once"),
        ('code: "007"', "code: 007", 'line 6: 007 is neither number nor text; write "007" if it is a code'),
        ('code: "007"', "code: 117", "code is 117; expected text"),
        ("draws: 5", 'draws: "5"', "draws is '5'; expected a whole number"),
        ("draws: 5", "draws: yes", "draws is 'yes'; expected a whole number"),
        ("draws: 5", "draws: true", "draws is True; expected a whole number"),
        ("draws: 5", "draws: 12:30", "draws is '12:30'; expected a whole number"),
        ("draws: 5", "draw: 5", "unknown parameter 'draw'; did you mean 'draws'"),
        ("draws: 5", "draws: 5, draws: 6", "key 'draws' is written twice"),
        ("draws: 5", "language: vi", "every report is built once per language"),
        ("reports:", "reports: [", "runs.yml: .*line"),
    ],
)
def test_runs_file_error_names_row_and_remedy(project, old, new, message):
    path = project / "reports" / "runs.yml"
    assert old in RUNS
    path.write_text(RUNS.replace(old, new), encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        load_runs(path)


def test_missing_notebook_names_the_nearest(project):
    path = project / "reports" / "runs.yml"
    path.write_text(RUNS.replace("02_toy", "02_tyo"), encoding="utf-8")
    with pytest.raises(FileNotFoundError, match=r"report 1 \(one\): unknown notebook '02_tyo'; did you mean '02_toy'"):
        load_runs(path)


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("n: int = 1\nlanguage: str = 'vi'  # x", "line 1: n has no comment"),
        ("n = 1  # x\nlanguage: str = 'vi'  # x", "line 1: expected only lines such as"),
        ("n: int = 1 + 1  # x\nlanguage: str = 'vi'  # x", "the default of n is computed"),
        ("n: int = 'a'  # x\nlanguage: str = 'vi'  # x", "n is 'a'; expected a whole number"),
        ("n: dict = {}  # x\nlanguage: str = 'vi'  # x", "unknown type 'dict'"),
        ("n: int = 1  # x", "no parameter `language"),
        ("n: int = 1  # 1 = best\nlanguage: str = 'vi'  # x", "papermill cannot read n; .*'=' sign"),
        ("n: int = (1  # x", "parameters cell"),
        (
            "".join(f"n{i}: int = 1  # x\n" for i in range(6)) + "language: str = 'vi'  # x",
            "7 parameters; expected at most 6",
        ),
    ],
)
def test_parameters_cell_that_papermill_or_a_reader_would_misread_is_refused(tmp_path, cell, message):
    content = new_notebook(cells=[new_code_cell(cell, metadata={"tags": ["parameters"]})])
    nbformat.write(content, tmp_path / "a.ipynb")
    with pytest.raises(ValueError, match=rf"a\.ipynb.*{message}"):
        inspect_parameters(tmp_path / "a.ipynb")


def test_notebook_without_parameters_cell_is_refused(tmp_path):
    nbformat.write(new_notebook(), tmp_path / "a.ipynb")
    with pytest.raises(ValueError, match="0 cells are tagged 'parameters'"):
        inspect_parameters(tmp_path / "a.ipynb")


def test_foreign_output_folder_is_not_touched(project, tmp_path):
    output = tmp_path / "holiday"
    output.mkdir()
    (output / "photo.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(FileExistsError, match="not empty and was not built by `dti run`"):
        build_reports(project, output=output, progress=False)
    assert files(output) == {"photo.txt": b"mine"}


def test_foreign_folder_inside_the_output_is_not_touched(project):
    mine = project / "reports" / "one"
    mine.mkdir()
    (mine / "photo.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(FileExistsError, match="one was not built by"):
        build_reports(project, progress=False)
    assert files(project / "reports") == {"runs.yml": RUNS.encode(), "one/photo.txt": b"mine"}


def test_stale_report_goes_only_if_it_was_built_here(built, failed, tmp_path):
    output = tmp_path / "reports"
    shutil.copytree(built, output)
    (output / "mine").mkdir()
    (output / "mine" / "photo.txt").write_text("mine", encoding="utf-8")
    runs = load_runs(built / "runs.yml")
    fewer = notebook.Runs(("vi",), runs.reports[:1])
    notebook._remove_stale(output, fewer)
    notebook._write_index(output, fewer)
    assert not (output / "two").exists() and not (output / "one" / "en").exists()
    assert (output / "one" / "vi" / "index.html").is_file() and (output / "mine" / "photo.txt").is_file()
    assert "Báo cáo hai" not in (output / "index.html").read_text("utf-8") and not (output / "index.en.html").exists()
    assert (output / MARKER).is_file()


# The kernel ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def environment(monkeypatch):
    # Listing the fonts takes seconds; the builds above have shown that it works.
    monkeypatch.setattr(notebook, "_list_fonts", lambda folder: None)
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


# Report --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def shown(monkeypatch):
    outputs = []
    monkeypatch.setattr(notebook, "_display", lambda data, metadata: outputs.append((data, metadata)))
    return outputs


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv(REPORT_DIR, str(tmp_path))
    return tmp_path


def figure():
    fig = Figure(figsize=(2, 1))
    fig.subplots().plot([1, 2])
    return fig


def test_table_is_written_for_the_reader_and_for_machines(shown, folder):
    frame = pd.DataFrame(
        {"score": [0.7104, None], "points": [40.0, 25.0], "year": [2024, 2022], "agrees": [True, False]},
        index=pd.Index(["Đắk <Lắk>", "Huế"], name="unit"),
    )
    Report("vi").table(frame, "scores", "Điểm & hạng")
    data, metadata = shown[0]
    html = data["text/html"]
    assert "<caption" in html and "Điểm &amp; hạng" in html and 'scope="row"' in html and "Đắk &lt;Lắk&gt;" in html
    for cell in (">0,7104<", ">–<", ">40<", ">2024<", ">có<", ">không<"):
        assert cell in html, cell
    assert data["text/plain"].splitlines()[0] == "Điểm & hạng" and "Thứ hạng" not in html and "Đơn vị" in html
    assert metadata["dti_research"]["file"] == "tables/scores.csv"
    written = (folder / "tables" / "scores.csv").read_bytes().decode("utf-8")
    assert written == "unit,score,points,year,agrees\nĐắk <Lắk>,0.7104,40,2024,True\nHuế,,25,2022,False\n"


def test_table_headings_and_digits_can_be_given(shown):
    frame = pd.DataFrame({"x": [1234.5], "rank": [1]})
    Report("en").table(frame, "a", "A", digits={"x": 2}, headings={"x": "An <x>"})
    assert "1,234.50" in shown[0][0]["text/html"] and "An &lt;x&gt;" in shown[0][0]["text/html"]
    with pytest.raises(ValueError, match="table 'b': unknown column 'y'"):
        Report("en").table(frame, "b", "B", digits={"y": 2})


def test_output_does_not_change_from_run_to_run(shown):
    for _ in range(2):
        report = Report("vi")
        report.table(pd.DataFrame({"score": [0.5]}), "a", "A")
        report.figure(figure(), "b", "Một đường", "B")
        report.findings(["Một."])
    assert shown[: len(shown) // 2] == shown[len(shown) // 2 :]


def test_figure_carries_its_alternative_text_where_nbconvert_looks(shown, folder):
    Report("vi").figure(figure(), "line", "Một đường", "Hình một")
    data, metadata = shown[0]
    assert data["image/png"].startswith(b"\x89PNG") and metadata["image/png"]["alt"] == "Một đường"
    assert shown[1][0]["text/plain"] == "Hình một"
    svg = (folder / "figures" / "line.svg").read_text("utf-8")
    assert "<dc:date>" not in svg and (folder / "figures" / "line.png").read_bytes() == data["image/png"]


def test_simulated_is_said_in_caption_figure_and_file_name(shown, folder):
    report = Report("en")
    fig = figure()
    report.table(pd.DataFrame({"score": [0.5]}), "a", "Drawn", simulated=True)
    report.figure(fig, "b", "A line", "Drawn", simulated=True)
    assert (folder / "tables" / "a.simulated.csv").is_file() and not (folder / "tables" / "a.csv").exists()
    for data, _ in shown:
        assert SIMULATED in data.get("text/html", SIMULATED) and SIMULATED in data["text/plain"]
    # matplotlib writes a comment with the text beside the outlines of its letters.
    assert SIMULATED in (folder / "figures" / "b.svg").read_text("utf-8")
    assert fig.texts == []


def test_figure_without_alternative_text_is_refused(shown):
    for alt in ("", "  ", None):
        with pytest.raises(ValueError, match="figure 'a': alt is"):
            Report("vi").figure(figure(), "a", alt, "Hình")


def test_name_is_used_once_and_names_a_file(shown, folder):
    report = Report("vi")
    frame = pd.DataFrame({"score": [0.5]})
    report.table(frame, "a", "A")
    with pytest.raises(ValueError, match="table name 'a' is used twice"):
        report.table(frame, "a", "A")
    with pytest.raises(ValueError, match="it names a file"):
        report.table(frame, "../a", "A")
    report.figure(figure(), "a", "Một đường", "Hình")  # a figure may be called as its table is


def test_author_may_run_a_cell_again_but_not_name_two_tables_alike(shown, monkeypatch):
    monkeypatch.delenv(REPORT_DIR, raising=False)
    count = iter([1, 2, 2])
    monkeypatch.setattr(notebook, "_execution_count", lambda: next(count))
    report = Report("vi")
    frame = pd.DataFrame({"score": [0.5]})
    report.table(frame, "a", "A")
    report.table(frame, "a", "A")
    with pytest.raises(ValueError, match="used twice"):
        report.table(frame, "a", "A")


def test_findings_are_sentences(shown, folder):
    report = Report("vi")
    for wrong, error in [("Một.", TypeError), ([], ValueError), (["Một.", ""], ValueError)]:
        with pytest.raises(error, match="findings"):
            Report("vi").findings(wrong)
    report.findings(["1 < 2.", "Hai."])
    assert shown[0][0]["text/plain"] == "1. 1 < 2.\n2. Hai." and "<li>1 &lt; 2.</li>" in shown[0][0]["text/html"]
    assert json.loads((folder / "findings.json").read_text("utf-8")) == ["1 < 2.", "Hai."]
    with pytest.raises(ValueError, match="called twice"):
        report.findings(["Ba."])


def test_report_shows_without_a_kernel(capsys):
    Report("en").findings(["One."])
    assert "One." in capsys.readouterr().out


def test_unknown_language_is_refused():
    with pytest.raises(ValueError, match="unknown language 'vn'; did you mean 'vi'"):
        Report("vn")


# Canonical notebooks -------------------------------------------------------------------------------------------------


def test_canonical_notebook_drops_what_differs_from_run_to_run():
    cell = new_code_cell("x", metadata={"tags": [], "papermill": {"duration": 1.5}, "execution": {"a": "now"}})
    streams = [("stdout", "a\n"), ("stderr", "w\n"), ("stdout", "b\n")]
    cell.outputs = [new_output("stream", name=name, text=text) for name, text in streams]
    injected = new_code_cell("y", metadata={"tags": ["injected-parameters"]})
    dirty = new_notebook(cells=[cell, injected], metadata={"papermill": {"start_time": "now"}, "widgets": {}})
    clean = canonicalise(dirty)
    assert clean.cells[0].metadata == {} and clean.cells[1].id == "injected-parameters"
    assert [(one.name, one.text) for one in clean.cells[0].outputs] == [("stdout", "a\nb\n"), ("stderr", "w\n")]
    assert canonicalise(clean) == clean and "papermill" in dirty.cells[0].metadata


def test_old_notebook_without_cell_ids_gets_stable_ones(tmp_path):
    content = json.loads(nbformat.writes(toy()))
    content["nbformat_minor"] = 4
    for cell in content["cells"]:
        del cell["id"]
    (tmp_path / "old.ipynb").write_text(json.dumps(content), encoding="utf-8")
    assert [cell.id for cell in notebook._read_notebook(tmp_path / "old.ipynb").cells][:2] == ["cell-01", "cell-02"]


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
    jobs = [notebook._Job("one", "02_toy", "", None, "vi"), notebook._Job("two", "02_toy", "", None, "en")]
    for wanted in (True, False):
        stderr = io.StringIO()
        monkeypatch.setattr(sys, "stderr", stderr)
        assert notebook._run_all(jobs, lambda job: None, 2, wanted) == []
        assert ("one (vi)" in stderr.getvalue()) is wanted and bool(stderr.getvalue()) is wanted


def test_png_is_text_in_a_notebook(built):
    executed = nbformat.read(built / "one" / "vi" / "notebook.ipynb", as_version=4)
    images = [one for cell in executed.cells for one in cell.get("outputs", []) if "image/png" in one.get("data", {})]
    assert len(images) == 1 and base64.b64decode(images[0].data["image/png"]).startswith(b"\x89PNG")
    assert images[0].metadata["image/png"]["alt"] == f"Một đường ({SIMULATED})"
