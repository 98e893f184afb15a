"""What a notebook shows its reader: tables, figures, findings.

It answers "show this table, this figure, these findings"; `Report` is the only name that notebooks import. It serves no
Handbook step: nothing is computed here. It leaves out how a notebook becomes a report (`build`), what a page looks like
(`page`) and how a figure is drawn (`plot`).

Heavy libraries are imported where they are used: a notebook that wants `Report` should not wait for them.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from html import escape
from numbers import Integral, Real
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dti_research.errors import InputError, UnknownName, nearest
from dti_research.message import Message
from dti_research.report.files import NAME, write_json
from dti_research.report.language import MISSING, check_language, format_number, is_message, say, translate
from dti_research.report.render import REPORT_DIR, SIMULATED, Column, save_drawing, table_html, table_text

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


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
            Headings in the reader's language, for columns that ``messages/*/columns.toml`` does not know.
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
                "text/html": table_html(columns, caption, simulated),
                "text/plain": table_text(columns, caption, simulated),
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
        png, svg, width = save_drawing(fig, simulated)
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
) -> list[Column]:
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
        heading = headings.get(key) or (translate(key, language) if is_message(f"columns.{key}") else key)
        cells = [None if pd.api.types.is_scalar(one) and pd.isna(one) else one for one in column.tolist()]
        numeric = all(one is None or _is_number(one) for one in cells) and any(one is not None for one in cells)
        written = _written(cells, key, per_column.get(key), language)
        columns.append(Column(heading, written, numeric, is_index))
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
            written.append(say(Message("words.yes" if one else "words.no"), language))
        elif _is_number(one):
            written.append(format_number(one, digits, language, group=group))
        else:
            written.append(str(one))
    return written
