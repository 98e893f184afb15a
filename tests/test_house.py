"""The house rules that a machine can check: wings, light imports, notebook shape, runs."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "dti_research"
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
WINGS = ["errors", "message", "data", "index", "study", "report", "cli"]
ROOMS_OF_DATA = ["package", "frameworks", "units", "published", "own", "build"]


def imported(path):
    """Modules of this package that a file imports, also inside functions."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("dti_research"):
            names = (
                [alias.name for alias in node.names] if node.module == "dti_research" else [node.module.split(".")[1]]
            )
            yield from names


# data/frameworks.py builds the nouns of index/framework.py, which knows nothing of files; no other import points to the right.
ALLOWED = {("data", "index")}


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_a_wing_imports_only_from_wings_to_its_left(path):
    wing = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    if wing == "__init__":
        return
    for name in imported(path):
        assert name in WINGS, f"{path.name} imports {name}"
        assert WINGS.index(name) <= WINGS.index(wing) or (wing, name) in ALLOWED, f"{path.name} imports {name}"


def rooms_imported(path, wing):
    """Rooms of one wing that a file imports, also inside functions."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == f"dti_research.{wing}":
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith(f"dti_research.{wing}."):
            yield node.module.split(".")[2]


def test_data_imports_only_the_nouns_of_the_index():
    rooms = sorted((PACKAGE / "data").glob("*.py"))
    assert {name for path in rooms for name in rooms_imported(path, "index")} == {"framework"}


def test_a_room_of_data_imports_only_from_rooms_before_it():
    for place, room in enumerate(ROOMS_OF_DATA):
        for name in rooms_imported(PACKAGE / "data" / f"{room}.py", "data"):
            assert name in ROOMS_OF_DATA[:place], f"data/{room}.py imports {name}"
    assert {path.stem for path in (PACKAGE / "data").glob("*.py")} == {"__init__", *ROOMS_OF_DATA}


def test_the_data_wing_hands_out_every_public_function_of_its_rooms():
    from dti_research import data

    rooms = {room: ast.parse((PACKAGE / "data" / f"{room}.py").read_text(encoding="utf-8")) for room in ROOMS_OF_DATA}
    functions = {node.name for tree in rooms.values() for node in tree.body if isinstance(node, ast.FunctionDef)}
    public = {name for name in functions if not name.startswith("_")} - {"decimals"}  # shared by two rooms
    assert public <= set(data.__all__) and not [name for name in data.__all__ if not hasattr(data, name)]


QUESTIONS = [
    "frameworks",
    "assessment",
    "printed",
    "rankings",
    "claims",
    "boundaries",
    "weights",
    "totals",
    "methods",
    "pillars",
    "recovery",
    "editions",
    "review",
]
"""The rooms of study/, each importing only from those before it."""


def test_a_question_imports_only_from_questions_before_it():
    study = PACKAGE / "study"
    modules = [path for path in study.rglob("*.py") if path != study / "__init__.py"]
    rooms = {path: path.relative_to(study).parts[0].removesuffix(".py") for path in modules}
    assert set(rooms.values()) == set(QUESTIONS)
    for path, own in rooms.items():
        for name in rooms_imported(path, "study"):
            assert QUESTIONS.index(name) <= QUESTIONS.index(own), f"{path.relative_to(study)} imports {name}"


def test_figures_and_messages_know_a_question_by_the_name_of_its_module():
    shown = {path.stem for path in (PACKAGE / "report" / "show").glob("*.py")} - {
        "__init__",
        "names",
        "document",
        "earned",
    }
    drawn = {path.stem for path in (PACKAGE / "report" / "figures").glob("*.py")} - {"__init__", "style"}
    told = {path.stem for path in (PACKAGE / "report" / "messages" / "vi").glob("*.toml")}
    assert shown <= set(QUESTIONS) and drawn <= shown <= told


# What keeps the house small. A change that adds an ability raises a ceiling by no more than it adds, and says so in
# CONTRIBUTING.md; any other change may only lower one.
CEILINGS = {"": 20_950, "cli": 700, "report": 5_900}
LONGEST_MODULE = 500
LONGEST_FUNCTION = 60
MOST_PARAMETERS = 8
TAKE_MORE = {
    # the options of a command, each of them one thing that its user may turn
    "cli/correlate.py:correlate",
    "cli/editions.py:editions",
    "cli/recover.py:recover",
    "cli/robustness.py:robustness",
    "cli/score.py:score",
    "cli/stability.py:stability",
    # the choices of a study, by keyword, each with its default
    "study/recovery/answer.py:ask",
    "study/weights/robustness.py:rank_robustness",
    "study/weights/robustness.py:scenario_robustness",
}
MODULES = {path.relative_to(PACKAGE).as_posix(): path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py")}


@pytest.mark.parametrize("wing", CEILINGS)
def test_a_wing_stays_below_its_ceiling(wing):
    lines = sum(text.count("\n") for name, text in MODULES.items() if name.startswith(wing))
    assert lines <= CEILINGS[wing], f"{wing or 'the package'} has {lines} lines"


def functions(text):
    return [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


@pytest.mark.parametrize("name", sorted(MODULES))
def test_modules_and_functions_stay_short(name):
    assert MODULES[name].count("\n") <= LONGEST_MODULE
    for function in functions(MODULES[name]):
        lines = function.end_lineno - function.lineno + 1
        if ast.get_docstring(function) is not None:
            lines -= function.body[0].end_lineno - function.body[0].lineno + 1
        assert lines <= LONGEST_FUNCTION, f"{function.name} has {lines} lines of code"
        arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
        taken = [argument.arg for argument in arguments if argument.arg not in ("self", "cls")]
        assert len(taken) <= MOST_PARAMETERS or f"{name}:{function.name}" in TAKE_MORE, f"{function.name}{taken}"


def test_no_function_is_excused_for_nothing():
    known = {
        f"{name}:{function.name}"
        for name, text in MODULES.items()
        for function in functions(text)
        if len(function.args.posonlyargs + function.args.args + function.args.kwonlyargs) > MOST_PARAMETERS
    }
    assert TAKE_MORE <= known


def test_importing_the_package_loads_nothing_heavy():
    heavy = [
        "scipy",
        "SALib",
        "tqdm",
        "statsmodels",
        "threadpoolctl",
        "seaborn",
        "matplotlib",
        "frictionless",
        "papermill",
        "nbconvert",
        "typer",
    ]
    code = f"import sys, dti_research; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "[]"


@pytest.fixture(params=NOTEBOOKS, ids=lambda p: p.stem)
def notebook(request):
    return nbformat.read(request.param, as_version=4)


def tagged(notebook, tag):
    return [cell for cell in notebook.cells if tag in cell.metadata.get("tags", [])]


def test_there_are_notebooks():
    assert [p.stem for p in NOTEBOOKS][:3] == ["01_frameworks", "02_rankings", "03_boundaries"]


def test_notebooks_are_committed_with_their_outputs(notebook):
    """Strict nbval compares nothing in a stripped notebook and passes: this test must fail then."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(cell.execution_count for cell in code)
    shows = [cell for cell in code if re.search(r"^(report|shown\w*)\.\w|^Parts\(", cell.source, re.M)]
    assert len(shows) >= 5 and all(cell.outputs for cell in shows)
    (findings,) = tagged(notebook, "findings")
    assert "data" in findings.outputs[0] and len(findings.outputs[0]["data"]["text/plain"]) > 100
    assert not [o for cell in code for o in cell.outputs if o.output_type in ("error", "stream")]


def test_parameters_are_few_typed_and_explained(notebook):
    (cell,) = tagged(notebook, "parameters")
    lines = cell.source.splitlines()
    assert 1 <= len(lines) <= 6
    for line in lines:
        assert re.fullmatch(r"\w+: \w+ = .+  # .+ \| .+", line), line


def test_notebooks_read_like_the_question(notebook):
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert len(code) <= 12
    for cell in code[3:]:  # after parameters, set-up, and what is opened and asked: one thing a cell
        assert len(ast.parse(cell.source).body) == 1, cell.source


def test_notebooks_are_thin(notebook):
    for cell in notebook.cells:
        if cell.cell_type == "code":
            tree = ast.parse(cell.source)
            forbidden = (ast.FunctionDef, ast.ClassDef, ast.For, ast.While, ast.With)
            assert not [n for n in ast.walk(tree) if isinstance(n, forbidden)], cell.source
            assert "read_csv" not in cell.source and not re.search(r"[\"'](?:\.\./|/)", cell.source)


def test_prose_stands_in_both_languages(notebook):
    prose = [cell for cell in notebook.cells if cell.cell_type == "markdown"]
    tags = [cell.metadata.get("tags") for cell in prose]
    assert tags == [["lang-vi"], ["lang-en"]] * (len(prose) // 2)


def test_limits_hold_no_typed_figures(notebook):
    for cell in notebook.cells[-2:]:
        assert cell.cell_type == "markdown" and re.match("## (Giới hạn|Limits)", cell.source)
        assert not re.search(r"\d", cell.source), cell.source


def test_runs_build_at_least_eight_reports_from_several_frameworks():
    runs = yaml.safe_load((ROOT / "reports" / "runs.yml").read_text(encoding="utf-8"))
    assert len(runs["reports"]) >= 8 and runs["languages"] == ["vi", "en"]
    assert {run["notebook"] for run in runs["reports"]} == {p.stem for p in NOTEBOOKS}


def test_source_texts_were_not_copied():
    """Figures may be carried over from the sources, sentences may not: no long run of Vietnamese words in a data cell."""
    for path in (ROOT / "data" / "raw").glob("*.csv"):
        for line in path.read_text(encoding="utf-8").splitlines():
            assert "quote" not in line.split(",")[0] and len(line) < 700, path.name
