"""Notebooks as files: the same bytes whenever and wherever they were run."""

import json

import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from dti_research.errors import InputError
from dti_research.report.site.files import canonicalise, read_notebook


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


def test_old_notebook_without_cell_ids_gets_stable_ones(project, tmp_path):
    content = json.loads((project / "notebooks" / "02_toy.ipynb").read_text(encoding="utf-8"))
    content["nbformat_minor"] = 4
    for cell in content["cells"]:
        del cell["id"]
    (tmp_path / "old.ipynb").write_text(json.dumps(content), encoding="utf-8")
    assert [cell.id for cell in read_notebook(tmp_path / "old.ipynb").cells][:2] == ["cell-01", "cell-02"]


@pytest.mark.parametrize("text", ["", "[]", '{"metadata": {}}'])
def test_what_is_no_notebook_is_refused(tmp_path, text):
    (tmp_path / "a.ipynb").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="a.ipynb is not a notebook that Jupyter could open"):
        read_notebook(tmp_path / "a.ipynb")
