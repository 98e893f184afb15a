"""A small project that the tests of runs, kernel and build share."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

PARAMETERS = """\
code: str = "001"  # code of one unit | mã đơn vị
draws: int = 3  # random draws [count] | số lần mô phỏng
spread: float = 0.2  # how far a weight moves [share]
ties: bool = True  # ties count as one | coi bằng điểm là đồng hạng
years: list[int] = [2022, 2024]  # years compared | các năm
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
            "import os\nimport sys\nfrom functools import partial\nimport pandas as pd\n"
            "from dti_research.message import Listing, Message\n"
            "from dti_research.report.figures.claims import verdict_bars\n"
            "from dti_research.report.parts import Figure, Findings, Table\n"
            "from dti_research.report.render import speak\nspeak('vi')"
        ),
        new_code_cell("print('one', flush=True)\nprint('two', flush=True)\nprint(os.path.basename(os.getcwd()))"),
        new_code_cell("# may fail\nassert code != os.environ.get('TOY_FAILS'), 'told to fail'"),
        new_code_cell("Table('scores', pd.DataFrame({'unit': ['a < b'], 'score': [1 / 3]}), Message('columns.score'))"),
        new_code_cell("Figure('line', partial(verdict_bars, {'reproduced': 1}), 'Một đường', 'Hình', simulated=True)"),
        new_code_cell(
            "Findings([Listing([code, draws, Message('columns.unit')], ' ')])", metadata={"tags": ["findings"]}
        ),
    ]
    for number, cell in enumerate(cells):
        cell["id"] = f"toy-{number}"
    return new_notebook(cells=cells)


def write_project(root):
    for folder in ("notebooks", "data/raw", "data/processed", "reports", ".venv"):
        (root / folder).mkdir(parents=True)
    nbformat.write(toy(), root / "notebooks" / "02_toy.ipynb")
    (root / "data" / "raw" / "units.csv").write_text("code\n007\n", encoding="utf-8")
    (root / "reports" / "runs.yml").write_text(RUNS, encoding="utf-8")
    return root


@pytest.fixture(scope="session")
def make_project():
    """A function that fills a folder with a project of one notebook and two reports, and returns the folder."""
    return write_project


@pytest.fixture
def project(tmp_path):
    return write_project(tmp_path / "project")
