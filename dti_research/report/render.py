"""Parts in the reader's language: for a notebook, a page, a terminal, and as files beside a page.

It knows nothing of the questions. While a report is built (the environment variable ``DTI_REPORT_DIR`` is set), a part that is
shown in a notebook is kept in that folder as it is, so that one execution gives the pages of every language.
"""

from __future__ import annotations

import io
import json
import os
import pickle
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from numbers import Integral, Real
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dti_research.errors import InputError
from dti_research.message import Listing, Message, Name, Number
from dti_research.report.parts import Figure, Findings, Parts, Table
from dti_research.report.say import MISSING, check_language, is_message, say

if TYPE_CHECKING:
    import pandas as pd

    Part = Table | Figure | Findings
    Bundle = tuple[dict[str, Any], dict[str, Any]]

#: Set by the runner: the folder that keeps what a notebook shows.
REPORT_DIR = "DTI_REPORT_DIR"

#: The words on everything that was simulated. In both languages, since a figure travels without its page.
SIMULATED = "simulated / mô phỏng"

#: The one place where the look of saved figures is fixed; a fixed salt makes the ids inside an SVG repeat.
FIGURE_SETTINGS = {
    "svg.hashsalt": "dti_research",
    "svg.fonttype": "path",  # the reader's machine may lack a font with Vietnamese letters
    "savefig.facecolor": "white",
    "savefig.transparent": False,
    "savefig.bbox": "tight",
    "savefig.pad_inches": 0.1,
}
PNG_DPI = 160

_spoken = ["vi"]


def speak(language: str) -> None:
    """Let a notebook that is open in JupyterLab show its parts in this language; a page that is built has its own."""
    _spoken[0] = check_language(language)


# ------------------------------------------------------------------------------------------------------- in a notebook


def display(shown: Part | Parts) -> None:
    """Show a part as the output of a notebook's cell; while a report is built, keep it for the pages.

    Raises
    ------
    InputError
        While a report is built: two parts of one kind and name.
    """
    for part in shown if isinstance(shown, Parts) else (shown,):
        folder = os.environ.get(REPORT_DIR)
        bundles = [_keep(part, Path(folder))] if folder else outputs(part, _spoken[0])
        for content, metadata in bundles:
            _display(content, metadata)


def outputs(part: Part, language: str, folder: Path | None = None) -> list[Bundle]:
    """What a cell shows of a part: MIME bundles with their metadata.

    Where a folder is given, the files of the part are written there: ``tables/<name>.csv``, ``figures/<name>.svg`` and ``.png``,
    ``findings.json``.
    """
    if isinstance(part, Table):
        return [_table_output(part, language, folder)]
    if isinstance(part, Figure):
        return _figure_outputs(part, language, folder)
    return [_findings_output(part, language, folder)]


def kept(metadata: dict[str, Any], folder: Path) -> Part | None:
    """The part that an output of an executed notebook stands for; None for an output of another kind."""
    file = metadata.get("dti_research", {}).get("part")
    # Written by `display` in a kernel that this process started, into a folder of its own.
    return None if file is None else pickle.loads((folder / file).read_bytes())


def _keep(part: Part, folder: Path) -> Bundle:
    kind = type(part).__name__.lower()
    path = folder / f"{kind}-{part.name}.pickle"
    if path.exists():
        if kind == "findings":
            raise InputError("findings: shown twice; give all the sentences at one place")
        raise InputError(f"{kind} name {part.name!r} is used twice in this notebook; give each {kind} its own name")
    content = pickle.dumps(part)
    if b"__main__" in content:
        raise InputError(
            f"{kind} {part.name!r} uses a function or class that the notebook itself defines; pages are made outside of the "
            "notebook; expected one that can be imported; put it into a module"
        )
    folder.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return {"text/plain": path.name}, {"dti_research": {"part": path.name}}


def _display(content: dict[str, Any], metadata: dict[str, Any]) -> None:
    from IPython.display import display as show

    show(content, metadata=metadata, raw=True)


def _table_output(table: Table, language: str, folder: Path | None) -> Bundle:
    columns, caption = columns_of(table, language), marked(say(table.caption, language), table.simulated)
    file = f"tables/{table.name}{'.simulated' if table.simulated else ''}.csv"
    if folder:
        write_csv(table, language, _beside(folder, file))
    facts = {
        "kind": "table",
        "name": table.name,
        "file": file,
        "columns": len(columns),
        "simulated": table.simulated,
    }
    content = {
        "text/html": _table_html(columns, say(table.caption, language), table.simulated),
        "text/plain": _table_text(columns, caption),
    }
    return content, {"dti_research": facts}


def _figure_outputs(figure: Figure, language: str, folder: Path | None) -> list[Bundle]:
    alt, caption = say(figure.alt, language), marked(say(figure.caption, language), figure.simulated)
    png, svg, width = draw(figure, language)
    if folder:
        _beside(folder, f"figures/{figure.name}.png").write_bytes(png)
        _beside(folder, f"figures/{figure.name}.svg").write_bytes(svg)
    if figure.simulated:
        alt = f"{alt} ({SIMULATED})"
    facts = {"kind": "figure", "name": figure.name, "alt": alt, "caption": caption, "simulated": figure.simulated}
    html = f'<p class="dti-caption">{escape(caption)}</p>'
    # nbconvert and papermill take the alternative text of an image from the metadata of its MIME type.
    return [
        (
            {"image/png": png, "text/plain": caption},
            {"image/png": {"alt": alt, "width": width}, "dti_research": facts},
        ),
        ({"text/html": html, "text/plain": caption}, {"dti_research": {"kind": "caption", "name": figure.name}}),
    ]


def _findings_output(findings: Findings, language: str, folder: Path | None) -> Bundle:
    sentences = [say(sentence, language) for sentence in findings.sentences]
    if folder:
        text = json.dumps(sentences, ensure_ascii=False, indent=2) + "\n"
        _beside(folder, "findings.json").write_text(text, encoding="utf-8", newline="\n")
    items = "".join(f"<li>{escape(sentence)}</li>" for sentence in sentences)
    plain = "\n".join(f"{number}. {sentence}" for number, sentence in enumerate(sentences, start=1))
    content = {"text/html": f'<ol class="dti-findings">{items}</ol>', "text/plain": plain}
    return content, {"dti_research": {"kind": "findings"}}


def marked(caption: str, simulated: bool) -> str:
    """A caption as plain text, which says in front that what it belongs to was simulated."""
    return f"[{SIMULATED}] {caption}" if simulated else caption


def _beside(folder: Path, file: str) -> Path:
    path = folder / file
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


# -------------------------------------------------------------------------------------------------------------- tables


@dataclass(frozen=True)
class Column:
    """A column as a reader sees it: every cell written out."""

    heading: str
    cells: list[str]
    numeric: bool
    is_index: bool

    @property
    def side(self) -> str:
        """Numbers stand at the right, words at the left."""
        return "right" if self.numeric else "left"


def columns_of(table: Table, language: str) -> list[Column]:
    """The columns of a table, headings and cells in the reader's language.

    Numbers of one column share their decimals so that they can be compared by eye.
    """
    frame = table.frame
    keys = [_label(key, language) for key in frame.columns]
    digits = dict(table.digits) if isinstance(table.digits, Mapping) else dict.fromkeys(keys, table.digits)
    levels = range(frame.index.nlevels) if _shows_index(frame) else ()
    indices = [(str(frame.index.names[level] or ""), frame.index.get_level_values(level), True) for level in levels]
    values = [(key, frame.iloc[:, place], False) for place, key in enumerate(keys)]
    return [
        _column(_heading(table, key, language), column.tolist(), key, digits.get(key), is_index, language)
        for key, column, is_index in [*indices, *values]
    ]


def _column(heading: str, cells: list[Any], key: str, digits: int | None, is_index: bool, language: str) -> Column:
    cells = [None if _is_missing(cell) else cell for cell in cells]
    numbers = [cell for cell in cells if _is_number(cell)]
    if digits is None and not all(isinstance(number, Integral) for number in numbers):
        digits = max(len(f"{number:.4f}".rstrip("0").partition(".")[2]) for number in numbers)
    group = key != "seed" and key.split("_")[-1] != "year"
    cells = [Number(cell, digits, group) if _is_number(cell) else cell for cell in cells]
    numeric = {type(cell) for cell in cells if cell is not None} == {Number}
    return Column(heading, [say(cell, language) for cell in cells], numeric, is_index)


def write_csv(table: Table, language: str, path: Path) -> None:
    """Write a table as CSV: numbers for machines, words in the reader's language."""
    frame = table.frame.rename(columns=lambda key: key if isinstance(key, str) else _label(key, language))
    frame = frame.map(lambda cell: say(cell, language) if isinstance(cell, Message | Name | Listing) else cell)
    frame = frame.map(lambda cell: cell.value if isinstance(cell, Number) else cell)
    if _shows_index(frame):
        frame.index = frame.index.map(lambda key: say(key, language) if isinstance(key, Message | Name) else key)
    frame.to_csv(path, index=_shows_index(frame), float_format="%.10g", lineterminator="\n", encoding="utf-8")


def _shows_index(frame: pd.DataFrame) -> bool:
    import pandas as pd

    return any(name is not None for name in frame.index.names) or not isinstance(frame.index, pd.RangeIndex)


def _label(key: Any, language: str) -> str:
    if isinstance(key, tuple):
        return " · ".join(_label(part, language) for part in key)
    return key if isinstance(key, str) else say(key, language)


def _heading(table: Table, key: str, language: str) -> str:
    if key in table.headings:
        return say(table.headings[key], language)
    return say(Message(f"columns.{key}"), language) if is_message(f"columns.{key}") else key


def _is_missing(cell: Any) -> bool:
    import pandas as pd

    return bool(pd.api.types.is_scalar(cell) and pd.isna(cell))


def _is_number(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)


def _table_html(columns: list[Column], caption: str, simulated: bool) -> str:
    """A table as HTML; alignment stands in the cells, since the reader of a notebook has no style sheet of ours."""
    mark = f'<strong class="dti-simulated">{SIMULATED}</strong> ' if simulated else ""
    head = [_cell('th scope="col"', column, column.heading) for column in columns]
    kinds = ['th scope="row"' if column.is_index else "td" for column in columns]
    rows = [map(_cell, kinds, columns, cells) for cells in zip(*(column.cells for column in columns), strict=True)] or [
        [f'<td colspan="{len(columns)}">{escape(MISSING)}</td>']
    ]
    return "\n".join(
        [
            '<div class="dti-table" style="overflow-x:auto" role="region" tabindex="0"'
            f' aria-label="{escape(caption)}">',
            "<table>",
            f'<caption style="caption-side:top;text-align:left"><span>{mark}{escape(caption)}</span></caption>',
            f"<thead><tr>{''.join(head)}</tr></thead>",
            "<tbody>",
            *(f"<tr>{''.join(row)}</tr>" for row in rows),
            "</tbody>",
            "</table>",
            "</div>",
        ]
    )


def _cell(kind: str, column: Column, text: str) -> str:
    return f'<{kind} style="text-align:{column.side}">{escape(text)}</{kind[:2]}>'


def _table_text(columns: list[Column], caption: str) -> str:
    """A table as lines of text, each column as wide as its widest cell."""
    padded = []
    for column in columns:
        texts = [column.heading, *column.cells]
        width = max(map(len, texts))
        padded.append([text.rjust(width) if column.numeric else text.ljust(width) for text in texts])
    return "\n".join([caption, *("  ".join(row).rstrip() for row in zip(*padded, strict=True))])


# ------------------------------------------------------------------------------------------------------------- figures


def draw(figure: Figure, language: str) -> tuple[bytes, bytes, int]:
    """Draw a figure as PNG and SVG, the same bytes each time; also return its width in CSS pixels.

    The drawing is closed: a notebook would show it a second time.
    """
    import matplotlib

    drawing = figure.draw(language)
    mark = None
    if figure.simulated:
        # Below the figure: a tight bounding box grows to hold it, so it can never cover a bar.
        mark = drawing.text(1.0, -0.01, SIMULATED, ha="right", va="top", fontsize=9, color="#9a3412", weight="bold")
    png, svg = io.BytesIO(), io.BytesIO()
    with matplotlib.rc_context(FIGURE_SETTINGS):
        drawing.savefig(png, format="png", dpi=PNG_DPI, metadata={"Software": None})
        drawing.savefig(svg, format="svg", metadata={"Date": None, "Creator": None})
    if mark is not None:
        mark.remove()
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close(drawing)
    # Bytes 16 to 20 of a PNG hold its width in pixels; 96 CSS pixels are one inch.
    return png.getvalue(), svg.getvalue(), round(int.from_bytes(png.getvalue()[16:20], "big") * 96 / PNG_DPI)
