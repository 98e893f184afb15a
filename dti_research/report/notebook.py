"""What a notebook shows its reader: tables, figures, findings.

It answers "show this table, this figure, these findings"; `Report` is the only name that notebooks import. It serves no
Handbook step: nothing is computed here. It leaves out how a notebook becomes a report (`build`), what a page looks like
(`page`) and how a figure is drawn (`plot`).

Heavy libraries are imported where they are used: a notebook that wants `Report` should not wait for them.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from numbers import Integral, Real
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dti_research.errors import InputError, UnknownName, nearest
from dti_research.report.files import NAME, write_json
from dti_research.report.language import MISSING, TERMS, check_language, format_number, translate

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

#: Set by the runner: the folder that a notebook's tables, figures and findings are written to.
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


class Report:
    """Show tables, figures and findings to the reader of a notebook, and file them when a report is being built.

    Parameters
    ----------
    language : {"vi", "en"}
        The notebook's parameter ``language``.

    Notes
    -----
    While a report is built (the environment variable ``DTI_REPORT_DIR`` is set), a name may be used once. In JupyterLab
    a cell may be run again, as its author will.

    Examples
    --------
    >>> report = Report("vi")
    >>> report.language
    'vi'
    """

    def __init__(self, language: str) -> None:
        self.language = check_language(language)
        folder = os.environ.get(REPORT_DIR)
        self._folder = Path(folder) if folder else None
        self._names: dict[tuple[str, str], int | None] = {}

    def table(
        self,
        frame: pd.DataFrame,
        name: str,
        caption: str,
        *,
        digits: int | Mapping[str, int] | None = None,
        headings: Mapping[str, str] | None = None,
        simulated: bool = False,
    ) -> None:
        """Show a table, and write it to ``tables/<name>.csv`` in machine language.

        Parameters
        ----------
        frame : DataFrame
            An index is shown if it is named or holds more than row numbers.
        name : str
            File name: lower-case ASCII letters, digits, ``-`` and ``_``.
        caption : str
            What the table shows, with its source.
        digits : int or mapping of column to int, optional
            Decimals shown. By default each column shows as many as its values need, at most four.
        headings : mapping of column to text, optional
            Headings in the reader's language, for columns that `language.TERMS` does not know.
        simulated : bool
            True puts "simulated / mô phỏng" in the caption and in the file name.

        Raises
        ------
        UnknownName
            A heading or digits for a column that is not there.
        InputError
            Bad or repeated name, empty caption.
        """
        frame = frame.to_frame() if hasattr(frame, "to_frame") and frame.ndim == 1 else frame
        self._claim("table", name)
        _check_text("caption", caption, f"table {name!r}")
        columns = _columns(frame, self.language, digits, dict(headings or {}), name)
        file = f"tables/{name}{'.simulated' if simulated else ''}.csv"
        if self._folder:
            path = self._file(file)
            shown = any(column.is_index for column in columns)
            frame.to_csv(path, index=shown, float_format="%.10g", lineterminator="\n", encoding="utf-8")
        _display(
            {
                "text/html": _table_html(columns, caption, simulated),
                "text/plain": _table_text(columns, caption, simulated),
            },
            {
                "dti_research": {
                    "kind": "table",
                    "name": name,
                    "file": file,
                    "columns": len(columns),
                    "simulated": simulated,
                }
            },
        )

    def figure(self, fig: Figure, name: str, alt: str, caption: str, *, simulated: bool = False) -> None:
        """Show a figure, and write it to ``figures/<name>.svg`` and ``.png``.

        Parameters
        ----------
        fig : Figure, or an Axes of it
            It is closed afterwards, or the notebook would show it a second time.
        name : str
            File name: lower-case ASCII letters, digits, ``-`` and ``_``.
        alt : str
            What a reader who cannot see the figure has to know.
        caption : str
            What the figure shows, with its source.
        simulated : bool
            True puts "simulated / mô phỏng" in caption, alternative text and under the figure itself.

        Raises
        ------
        InputError
            No alternative text, no caption, bad or repeated name.
        """
        fig = getattr(fig, "figure", fig)
        self._claim("figure", name)
        _check_text("alt", alt, f"figure {name!r}", "write what a reader who cannot see it has to know")
        _check_text("caption", caption, f"figure {name!r}")
        png, svg, width = _draw(fig, simulated)
        if self._folder:
            self._file(f"figures/{name}.png").write_bytes(png)
            self._file(f"figures/{name}.svg").write_bytes(svg)
        if simulated:
            alt, caption = f"{alt} ({SIMULATED})", f"[{SIMULATED}] {caption}"
        facts = {"kind": "figure", "name": name, "alt": alt, "caption": caption, "simulated": simulated}
        # nbconvert and papermill take the alternative text of an image from the metadata of its MIME type.
        _display(
            {"image/png": png, "text/plain": caption},
            {"image/png": {"alt": alt, "width": width}, "dti_research": facts},
        )
        html = f'<p class="dti-caption">{escape(caption)}</p>'
        _display({"text/html": html, "text/plain": caption}, {"dti_research": {"kind": "caption", "name": name}})

    def findings(self, sentences: Sequence[str]) -> None:
        """Show the findings as a numbered list, and write them to ``findings.json``.

        Parameters
        ----------
        sentences : sequence of str
            Each built from computed results, in the reader's language.

        Raises
        ------
        TypeError
            Not a list of sentences.
        InputError
            No sentence, or an empty one; a second call.
        """
        if isinstance(sentences, str):
            raise TypeError("findings: expected a list of sentences, got one text; write report.findings([sentence])")
        sentences = list(sentences)
        self._claim("findings", "findings")
        if not sentences:
            raise InputError("findings: no sentence; where nothing was found, say so in a sentence")
        for number, sentence in enumerate(sentences, start=1):
            _check_text(f"sentence {number}", sentence, "findings")
        if self._folder:
            write_json(self._file("findings.json"), sentences)
        items = "".join(f"<li>{escape(sentence)}</li>" for sentence in sentences)
        plain = "\n".join(f"{number}. {sentence}" for number, sentence in enumerate(sentences, start=1))
        _display(
            {"text/html": f'<ol class="dti-findings">{items}</ol>', "text/plain": plain},
            {"dti_research": {"kind": "findings"}},
        )

    def _claim(self, kind: str, name: str) -> None:
        """Take a name, once; a cell that its author runs again in JupyterLab may take it again."""
        if not isinstance(name, str) or not NAME.fullmatch(name):
            raise InputError(
                f"{kind} name {name!r}: expected lower-case ASCII letters, digits, '-' and '_'; it names a file"
            )
        now = _execution_count()
        if (kind, name) in self._names and (self._folder or now is None or now == self._names[kind, name]):
            if kind == "findings":
                raise InputError("findings: called twice; give all the sentences in one call")
            raise InputError(f"{kind} name {name!r} is used twice in this notebook; give each {kind} its own name")
        self._names[kind, name] = now

    def _file(self, relative: str) -> Path:
        path = self._folder / relative
        path.parent.mkdir(parents=True, exist_ok=True)
        return path


@dataclass(frozen=True)
class _Column:
    heading: str
    cells: list[str]
    numeric: bool
    is_index: bool


def _check_text(what: str, text: object, where: str, remedy: str = "write one") -> None:
    if not isinstance(text, str) or not text.strip():
        raise InputError(f"{where}: {what} is {text!r}; {remedy}")


def _execution_count() -> int | None:
    """Return the number of the running cell, or None outside of IPython."""
    # Looked up, not imported: outside of IPython there is nothing to ask.
    ipython = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    return None if ipython is None else ipython.execution_count


def _display(data: dict[str, Any], metadata: dict[str, Any]) -> None:
    from IPython.display import display

    display(data, metadata=metadata, raw=True)


def _columns(
    frame: pd.DataFrame, language: str, digits: int | Mapping[str, int] | None, headings: dict[str, str], name: str
) -> list[_Column]:
    """Turn a frame into columns of written cells."""
    import pandas as pd

    keys = [" · ".join(map(str, key)) if isinstance(key, tuple) else str(key) for key in frame.columns]
    per_column = dict(digits) if isinstance(digits, Mapping) else dict.fromkeys(keys, digits)
    show_index = any(one is not None for one in frame.index.names) or not isinstance(frame.index, pd.RangeIndex)
    levels = range(frame.index.nlevels) if show_index else ()
    index_keys = [str(frame.index.names[level] or "") for level in levels]
    for key in [*headings, *(per_column if isinstance(digits, Mapping) else ())]:
        if key not in keys + index_keys:
            known = keys + index_keys
            raise UnknownName(f"table {name!r}: unknown column {key!r}{nearest(key, known)}; known: {', '.join(known)}")
    values = [(key, frame.index.get_level_values(level), True) for level, key in zip(levels, index_keys, strict=True)]
    values += [(key, frame.iloc[:, place], False) for place, key in enumerate(keys)]
    columns = []
    for key, column, is_index in values:
        heading = headings.get(key) or (translate(key, language) if key in TERMS else key)
        cells = [None if pd.api.types.is_scalar(one) and pd.isna(one) else one for one in column.tolist()]
        numeric = all(one is None or _is_number(one) for one in cells) and any(one is not None for one in cells)
        written = _written(cells, key, per_column.get(key), language)
        columns.append(_Column(heading, written, numeric, is_index))
    return columns


def _is_number(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)


def _written(cells: list[Any], key: str, digits: int | None, language: str) -> list[str]:
    """Write the cells of one column; numbers of one column share their decimals so that they can be compared by eye."""
    numbers = [one for one in cells if _is_number(one)]
    if digits is None and not all(isinstance(one, Integral) for one in numbers):
        digits = max(len(f"{one:.4f}".rstrip("0").partition(".")[2]) for one in numbers)
    group = not (key == "seed" or key.split("_")[-1] == "year")
    written = []
    for one in cells:
        if one is None:
            written.append(MISSING)
        elif isinstance(one, bool):
            written.append(translate("yes" if one else "no", language))
        elif _is_number(one):
            written.append(format_number(one, digits, language, group=group))
        else:
            written.append(str(one))
    return written


def _table_html(columns: list[_Column], caption: str, simulated: bool) -> str:
    # Alignment stands in the cells, since the reader of a notebook has no style sheet of ours.
    align = ["right" if column.numeric else "left" for column in columns]
    mark = f'<strong class="dti-simulated">{SIMULATED}</strong> ' if simulated else ""
    head = "".join(
        f'<th scope="col" style="text-align:{side}">{escape(column.heading)}</th>'
        for column, side in zip(columns, align, strict=True)
    )
    rows = []
    for cells in zip(*(column.cells for column in columns), strict=True):
        row = ""
        for cell, column, side in zip(cells, columns, align, strict=True):
            tag, scope = ("th", ' scope="row"') if column.is_index else ("td", "")
            row += f'<{tag}{scope} style="text-align:{side}">{escape(cell)}</{tag}>'
        rows.append(f"<tr>{row}</tr>")
    if not rows:
        rows = [f'<tr><td colspan="{len(columns)}">{escape(MISSING)}</td></tr>']
    return "\n".join(
        [
            '<div class="dti-table" style="overflow-x:auto" role="region" tabindex="0"'
            f' aria-label="{escape(caption)}">',
            "<table>",
            f'<caption style="caption-side:top;text-align:left"><span>{mark}{escape(caption)}</span></caption>',
            f"<thead><tr>{head}</tr></thead>",
            "<tbody>",
            *rows,
            "</tbody>",
            "</table>",
            "</div>",
        ]
    )


def _table_text(columns: list[_Column], caption: str, simulated: bool) -> str:
    lines = [f"[{SIMULATED}] {caption}" if simulated else caption]
    widths = [max(map(len, [column.heading, *column.cells])) for column in columns]
    for row in zip(*([column.heading, *column.cells] for column in columns), strict=True):
        cells = (
            text.rjust(width) if column.numeric else text.ljust(width)
            for text, width, column in zip(row, widths, columns, strict=True)
        )
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def _draw(fig: Figure, simulated: bool) -> tuple[bytes, bytes, int]:
    """Draw a figure as PNG and SVG, the same bytes each time, and close it; also return its width in CSS pixels."""
    import matplotlib

    # Below the figure: a tight bounding box grows to hold it, so it can never cover a bar.
    marks = [fig.text(1.0, -0.01, SIMULATED, ha="right", va="top", fontsize=9, color="#9a3412", weight="bold")]
    if not simulated:
        marks.pop().remove()
    png, svg = io.BytesIO(), io.BytesIO()
    with matplotlib.rc_context(FIGURE_SETTINGS):
        fig.savefig(png, format="png", dpi=PNG_DPI, metadata={"Software": None})
        fig.savefig(svg, format="svg", metadata={"Date": None, "Creator": None})
    for mark in marks:
        mark.remove()
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close(fig)
    # Bytes 16 to 20 of a PNG hold its width in pixels; 96 CSS pixels are one inch.
    return png.getvalue(), svg.getvalue(), round(int.from_bytes(png.getvalue()[16:20], "big") * 96 / PNG_DPI)
