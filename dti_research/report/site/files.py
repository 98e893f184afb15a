"""Files as reports need them: written whole or not at all, and notebooks that are the same to the byte each time.

No Handbook step. What the files are for is left to `runs`, `kernel` and `build`; tables of data to `data`. nbformat is
imported where it is used: the command line should not wait for it.
"""

from __future__ import annotations

import copy
import importlib
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dti_research.errors import InputError

if TYPE_CHECKING:
    from nbformat import NotebookNode


def write_whole(path: Path, text: str) -> None:
    """Write a file so that nobody ever reads half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)
    Path(temporary).chmod(0o644)
    os.replace(temporary, path)


def write_json(path: Path, content: object) -> None:
    """Write JSON as a person would read it, diacritics and all; never NaN, which is no JSON."""
    write_whole(path, json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False) + "\n")


def import_quickly(name: str) -> Any:
    """Import nbformat or papermill without the seconds in which jsonschema compiles a grammar of web addresses.

    jsonschema does without that grammar where its package is missing; no notebook has an address to check. Every
    process that builds a report would pay for it, and on a small machine it is most of the start.
    """
    grammar = "rfc3987_syntax"
    spare = grammar not in sys.modules and "jsonschema" not in sys.modules
    if spare:
        sys.modules[grammar] = None  # type: ignore[assignment]
    try:
        return importlib.import_module(name)
    finally:
        if spare:
            del sys.modules[grammar]


def read_notebook(path: Path) -> NotebookNode:
    """Read a notebook; cells without ids get their place as id, where papermill would draw random ones."""
    nbformat = import_quickly("nbformat")
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        for number, cell in enumerate(content["cells"], start=1):
            cell.setdefault("id", f"cell-{number:02d}")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"{path.name} is not a notebook that Jupyter could open: {error}") from None
    content["nbformat_minor"] = max(5, content.get("nbformat_minor", 5))
    return nbformat.reads(json.dumps(content), as_version=4)


def write_notebook(notebook: NotebookNode, path: Path) -> None:
    """Write a notebook, if it is one that Jupyter could open."""
    nbformat = import_quickly("nbformat")
    # A fixed minor version, or the file would change with the nbformat library.
    notebook.nbformat_minor = 5
    nbformat.validate(notebook)
    write_whole(path, nbformat.writes(notebook).rstrip("\n") + "\n")


def canonicalise(notebook: NotebookNode) -> NotebookNode:
    """Return a copy of an executed notebook without what differs from run to run: clock, random ids, versions, split streams."""
    nbformat = import_quickly("nbformat")
    new = nbformat.v4.new_notebook()
    new.metadata["kernelspec"] = {"display_name": "Python 3", "language": "python", "name": "python3"}
    new.metadata["language_info"] = {"file_extension": ".py", "mimetype": "text/x-python", "name": "python"}
    for cell in copy.deepcopy(notebook.cells):
        for key in ("papermill", "execution", "ExecuteTime"):
            cell.metadata.pop(key, None)
        if not cell.metadata.get("tags", [""]):
            del cell.metadata["tags"]
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell.id = "injected-parameters"
        if cell.cell_type == "code":
            cell.outputs = _coalesce(cell.outputs)
        new.cells.append(cell)
    return new


def _coalesce(outputs: list[Any]) -> list[Any]:
    """Join the pieces of one stream: where it was cut depends on how fast the machine was."""
    joined: list[Any] = []
    streams: dict[str, Any] = {}
    for output in outputs:
        output.pop("transient", None)
        if output.output_type == "stream" and output.name in streams:
            streams[output.name].text += output.text
            continue
        if output.output_type == "stream":
            streams[output.name] = output
        joined.append(output)
    return joined
