"""Notebooks in, reports out: what a notebook says to its reader, and how every row of ``runs.yml`` becomes a page.

It answers "show this table, this figure, these findings" (`Report`, the only name that notebooks import) and "build
all reports again, the same to the last byte" (`build_reports`, `refresh`). It serves no Handbook step: nothing is
computed here. It leaves out what a page looks like (`page`) and how a figure is drawn (`plot`).

Heavy libraries are imported where they are used: a notebook that wants `Report` should not wait for papermill.
"""

from __future__ import annotations

import ast
import atexit
import contextlib
import hashlib
import importlib
import io
import json
import os
import re
import shutil
import sys
import tempfile
import tokenize
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from numbers import Integral, Real
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dti_research.report.language import LANGUAGES, MISSING, TERMS, check_language, format_number, translate, unknown

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure
    from nbformat import NotebookNode

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

#: A folder with this file in it was made by the runner, which may therefore replace or delete it.
MARKER = ".dti-reports"

MAX_PARAMETERS = 6

#: Packages whose version can change a number or a page.
PACKAGES = (
    "ipykernel",
    "Jinja2",
    "matplotlib",
    "mistune",
    "nbclient",
    "nbformat",
    "numpy",
    "pandas",
    "papermill",
    "Pygments",
    "PyYAML",
    "scipy",
    "seaborn",
)

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")
_PACKAGE = Path(__file__).resolve().parents[1]


# ---------------------------------------------------------------------------------------------------------------------
# Inside a notebook
# ---------------------------------------------------------------------------------------------------------------------


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
        ValueError
            Bad or repeated name, empty caption, a heading or digits for a column that is not there.
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
        ValueError
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
        TypeError, ValueError
            Not a list of sentences; no sentence, or an empty one; a second call.
        """
        if isinstance(sentences, str):
            raise TypeError("findings: expected a list of sentences, got one text; write report.findings([sentence])")
        sentences = list(sentences)
        self._claim("findings", "findings")
        if not sentences:
            raise ValueError("findings: no sentence; where nothing was found, say so in a sentence")
        for number, sentence in enumerate(sentences, start=1):
            _check_text(f"sentence {number}", sentence, "findings")
        if self._folder:
            _write_json(self._file("findings.json"), sentences)
        items = "".join(f"<li>{escape(sentence)}</li>" for sentence in sentences)
        plain = "\n".join(f"{number}. {sentence}" for number, sentence in enumerate(sentences, start=1))
        _display(
            {"text/html": f'<ol class="dti-findings">{items}</ol>', "text/plain": plain},
            {"dti_research": {"kind": "findings"}},
        )

    def _claim(self, kind: str, name: str) -> None:
        """Take a name, once; a cell that its author runs again in JupyterLab may take it again."""
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise ValueError(
                f"{kind} name {name!r}: expected lower-case ASCII letters, digits, '-' and '_'; it names a file"
            )
        now = _execution_count()
        if (kind, name) in self._names and (self._folder or now is None or now == self._names[kind, name]):
            if kind == "findings":
                raise ValueError("findings: called twice; give all the sentences in one call")
            raise ValueError(f"{kind} name {name!r} is used twice in this notebook; give each {kind} its own name")
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
        raise ValueError(f"{where}: {what} is {text!r}; {remedy}")


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
            raise ValueError(f"table {name!r}: {unknown('column', key, keys + index_keys)}")
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


# ---------------------------------------------------------------------------------------------------------------------
# The kernel
# ---------------------------------------------------------------------------------------------------------------------

_temporary_folders: dict[Path, Path] = {}


def use_project_kernel(root: str | Path) -> Path:
    """Let every kernel started from here on be this interpreter, with the project's settings and none of the user's.

    Parameters
    ----------
    root : path
        The project's folder.

    Returns
    -------
    Path
        Where Jupyter and matplotlib now keep their files: in ``<root>/.venv`` if there is one, else in a temporary
        folder that is deleted at exit.

    Notes
    -----
    It changes ``os.environ``. A kernel spec ``python3`` that starts ``sys.executable`` is written there and found
    first, so that neither an unregistered interpreter nor a ``python3`` that the user registered for something else
    matters. The folder that holds this package comes first on ``PYTHONPATH``: the kernel imports what the provenance
    hashes.
    """
    root = Path(root).resolve()
    base = _settings_folder(root)
    data = base / "jupyter"
    for folder in (data / "config", data / "runtime", data / "kernels" / "python3", base / "matplotlib"):
        folder.mkdir(parents=True, exist_ok=True)
    # A kernel that is told to stop logs an "error" about it; what fails in a cell reaches the reader in any case.
    quiet = "--IPKernelApp.log_level=CRITICAL"
    spec = {
        "argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}", quiet],
        "display_name": "Python 3",
        "language": "python",
        "metadata": {"debugger": True},
    }
    _write_whole(data / "kernels" / "python3" / "kernel.json", json.dumps(spec, indent=1))
    ipython = root / ".ipython"
    if not (ipython / "profile_default" / "ipython_kernel_config.py").exists():
        # A project without settings of its own still must not read the user's, nor fill the tree with IPython's.
        ipython = base / "ipython"
        (ipython / "profile_default").mkdir(parents=True, exist_ok=True)
        settings = "c = get_config()\nc.HistoryManager.enabled = False\n"
        _write_whole(ipython / "profile_default" / "ipython_kernel_config.py", settings)
    package = str(_PACKAGE.parent)
    inherited = [one for one in os.environ.get("PYTHONPATH", "").split(os.pathsep) if one and one != package]
    os.environ.update(
        IPYTHONDIR=str(ipython),
        JUPYTER_PATH=str(data),
        JUPYTER_DATA_DIR=str(data),
        JUPYTER_CONFIG_DIR=str(data / "config"),
        JUPYTER_RUNTIME_DIR=str(data / "runtime"),
        JUPYTER_PREFER_ENV_PATH="1",
        MPLCONFIGDIR=str(base / "matplotlib"),
        PYTHONPATH=os.pathsep.join([package, *inherited]),
        PYTHONHASHSEED="0",
        PYTHONUTF8="1",
        OMP_NUM_THREADS="1",
        OPENBLAS_NUM_THREADS="1",
        MKL_NUM_THREADS="1",
        TZ="UTC",
    )
    # What a user's shell may set and a kernel would obey. Without MPLBACKEND, ipykernel draws inline.
    for name in ("MPLBACKEND", "MATPLOTLIBRC", "JUPYTER_CONFIG_PATH", "JUPYTER_NO_CONFIG", "PYTHONSTARTUP", REPORT_DIR):
        os.environ.pop(name, None)
    _list_fonts(base / "matplotlib")
    return base


def _settings_folder(root: Path) -> Path:
    if (root / ".venv").is_dir():
        return root / ".venv" / "var" / "dti_research"
    if root not in _temporary_folders:
        _temporary_folders[root] = Path(tempfile.mkdtemp(prefix="dti_research-"))
        atexit.register(shutil.rmtree, _temporary_folders[root], ignore_errors=True)
    return _temporary_folders[root]


def _list_fonts(folder: Path) -> None:
    """Let matplotlib list its fonts now: a slow kernel would say that it does, and the report would show it."""
    import subprocess

    if not any(folder.glob("fontlist*.json")):
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run([sys.executable, "-c", "import matplotlib.font_manager"], check=False, **quiet)


@contextlib.contextmanager
def _project_kernel(root: Path) -> Iterator[None]:
    """Use the project's kernel for a while, and leave the caller's environment as it was."""
    before = dict(os.environ)
    use_project_kernel(root)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _write_whole(path: Path, text: str) -> None:
    """Write a file so that nobody ever reads half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)
    Path(temporary).chmod(0o644)
    os.replace(temporary, path)


def _write_json(path: Path, content: object) -> None:
    _write_whole(path, json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False) + "\n")


# ---------------------------------------------------------------------------------------------------------------------
# Parameters
# ---------------------------------------------------------------------------------------------------------------------

_TYPES: dict[str, type] = {"str": str, "int": int, "float": float, "bool": bool}
_EXPECTED = {
    "str": "text (in YAML between quotes)",
    "int": "a whole number without leading zeros",
    "float": "a number",
    "bool": "true or false",
}


@dataclass(frozen=True)
class Parameter:
    """One annotated line of a notebook's parameters cell.

    Parameters
    ----------
    name : str
    annotation : str
        ``str``, ``int``, ``float``, ``bool``, or ``list[...]`` of one of them.
    default : object
    meaning_en, meaning_vi : str
        From the comment behind it, ``# English | tiếng Việt``; without the bar both are the same.
    """

    name: str
    annotation: str
    default: Any
    meaning_en: str
    meaning_vi: str

    def check(self, value: Any, where: str) -> Any:
        """Return the value if it is of the annotated type, else raise a `ValueError` that says what was expected."""
        if not _fits(value, self.annotation):
            raise ValueError(f"{where}: {self.name} is {value!r}; expected {_expected(self.annotation)}")
        return float(value) if self.annotation == "float" else value

    def convert(self, text: str, where: str) -> Any:
        """Read a value from text as typed behind ``--set name=``: text stays text, so ``007`` stays a code."""
        value: Any = text
        if self.annotation != "str":
            try:
                value = _load_yaml(text)
            except ValueError:
                value = text
        return self.check(value, where)


def _fits(value: Any, annotation: str) -> bool:
    if annotation.startswith("list"):
        inner = annotation[4:].strip("[]")
        return isinstance(value, list) and all(_fits(one, inner) if inner else _is_plain(one) for one in value)
    if annotation == "float":
        return _is_number(value) and value == value and abs(value) != float("inf")
    return type(value) is _TYPES[annotation]


def _is_plain(value: Any) -> bool:
    return type(value) in _TYPES.values()


def _expected(annotation: str) -> str:
    if not annotation.startswith("list"):
        return _EXPECTED[annotation]
    inner = annotation[4:].strip("[]")
    return f"a list such as [a, b], each of it {_EXPECTED[inner]}" if inner else "a list such as [a, b]"


def inspect_parameters(notebook: str | Path) -> dict[str, Parameter]:
    """Read the parameters of a notebook, and refuse a parameters cell that papermill would misread.

    Parameters
    ----------
    notebook : path
        An ``.ipynb`` with one code cell tagged ``parameters``, which holds at most six lines
        ``name: type = value  # English meaning | ý nghĩa``, one of them ``language: str``.

    Returns
    -------
    dict of name to Parameter, in the notebook's order

    Raises
    ------
    ValueError
        The message names notebook, line and remedy.
    """
    import logging

    papermill = _import("papermill")
    path = Path(notebook)
    # As every notebook is run: by the kernel `python3`, whatever its author's machine called it.
    notebook_node = canonicalise(_read_notebook(path))
    tagged = [cell for cell in notebook_node.cells if "parameters" in cell.metadata.get("tags", [])]
    if len(tagged) != 1:
        raise ValueError(f"{path.name}: {len(tagged)} cells are tagged 'parameters'; expected one")
    source = tagged[0].source
    comments = _comments(source, path.name)
    parameters: dict[str, Parameter] = {}
    for node in ast.parse(source).body:
        where = f"{path.name}, parameters cell, line {node.lineno}"
        if not (isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None):
            raise ValueError(f"{where}: expected only lines such as `year: int = 2024  # year of data | năm số liệu`")
        name, annotation = node.target.id, ast.unparse(node.annotation).strip("'\"")
        if annotation not in _TYPES and not re.fullmatch(rf"list(\[({'|'.join(_TYPES)})\])?", annotation):
            raise ValueError(f"{where}: {unknown('type', annotation, [*_TYPES, 'list', 'list[str]', 'list[float]'])}")
        meaning = comments.get(node.end_lineno or node.lineno, "")
        if not meaning:
            raise ValueError(f"{where}: {name} has no comment; write what it means behind it: # English | tiếng Việt")
        meaning_en, _, meaning_vi = (part.strip() for part in meaning.partition(" | "))
        try:
            default = ast.literal_eval(node.value)
        except ValueError:
            raise ValueError(f"{where}: the default of {name} is computed; write a plain value") from None
        parameter = Parameter(name, annotation, default, meaning_en, meaning_vi or meaning_en)
        parameter.check(default, where)
        parameters[name] = parameter
    if len(parameters) > MAX_PARAMETERS:
        raise ValueError(f"{path.name}: {len(parameters)} parameters; expected at most {MAX_PARAMETERS}")
    if "language" not in parameters or parameters["language"].annotation != "str":
        raise ValueError(f'{path.name}: no parameter `language: str = "vi"`; a report is built once per language')
    # papermill finds parameters line by line with a regular expression, and only warns of what it could not read.
    logger = logging.getLogger("papermill.translators")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        seen = papermill.inspect_notebook(notebook_node)
    finally:
        logger.setLevel(level)
    for name in parameters:
        if name not in seen:
            raise ValueError(
                f"{path.name}, parameters cell: papermill cannot read {name}; write its line with no second '=' sign"
            )
    return parameters


def _comments(source: str, notebook: str) -> dict[int, str]:
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
        ast.parse(source)
    except (SyntaxError, tokenize.TokenError) as error:
        raise ValueError(f"{notebook}, parameters cell: {error}") from None
    return {token.start[0]: token.string.lstrip("# ").strip() for token in tokens if token.type == tokenize.COMMENT}


def _load_yaml(text: str, where: str = "YAML") -> Any:
    """Read YAML without its traps: no octal, no ``yes``/``no``, no times, no dates, no repeated keys.

    A bare number with leading zeros is refused, since a code (``007``) and a number (``7``) cannot be told apart.
    """
    import yaml

    class Loader(yaml.SafeLoader):
        yaml_implicit_resolvers = {}

    def add(tag: str, pattern: str, first: str) -> None:
        Loader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(pattern), list(first))

    add("null", r"^(null|~|)$", "n~\0")
    Loader.yaml_implicit_resolvers.setdefault("", []).append(("tag:yaml.org,2002:null", re.compile(r"^$")))
    add("bool", r"^(true|false)$", "tf")
    add("int", r"^[-+]?(0|[1-9][0-9]*)$", "-+0123456789")
    add("float", r"^[-+]?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?$", "-+0123456789")
    add("code", r"^[-+]?0[0-9]+$", "-+0")

    def place(node: yaml.Node) -> str:
        return f"{where}, line {node.start_mark.line + 1}"

    def mapping(loader: Loader, node: yaml.MappingNode) -> dict[Any, Any]:
        keys = [loader.construct_object(key, deep=True) for key, _ in node.value]
        for (key_node, _), key in zip(node.value, keys, strict=True):
            if keys.count(key) > 1:
                raise ValueError(f"{place(key_node)}: key {key!r} is written twice; keep one")
        return loader.construct_mapping(node, deep=True)

    def code(loader: Loader, node: yaml.ScalarNode) -> None:
        raise ValueError(
            f'{place(node)}: {node.value} is neither number nor text; write "{node.value}" if it is a code'
        )

    Loader.add_constructor("tag:yaml.org,2002:map", mapping)
    Loader.add_constructor("tag:yaml.org,2002:code", code)
    Loader.add_constructor("tag:yaml.org,2002:float", lambda loader, node: float(node.value))
    try:
        return yaml.load(text, Loader=Loader)
    except yaml.YAMLError as error:
        raise ValueError(f"{where}: {' '.join(str(error).split())}") from None


# ---------------------------------------------------------------------------------------------------------------------
# runs.yml
# ---------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Run:
    """One row of ``runs.yml``: a notebook, and the parameters that make a report of it.

    Parameters
    ----------
    name : str
        Folder of the built report.
    notebook : str
        Name in ``notebooks/``, without ending.
    title : dict of language to str
    parameters : dict
        What differs from the notebook's defaults.
    known : dict of name to Parameter
        Everything that the notebook takes.
    """

    name: str
    notebook: str
    title: dict[str, str]
    parameters: dict[str, Any] = field(default_factory=dict)
    known: dict[str, Parameter] = field(default_factory=dict)

    def values(self, language: str) -> dict[str, Any]:
        """Return the value of every parameter for one language."""
        defaults = {name: parameter.default for name, parameter in self.known.items()}
        return {**defaults, **self.parameters, "language": language}


@dataclass(frozen=True)
class Runs:
    """The languages and reports of a ``runs.yml``."""

    languages: tuple[str, ...]
    reports: tuple[Run, ...]


def load_runs(path: str | Path, notebooks: str | Path | None = None) -> Runs:
    """Read and check ``runs.yml``: one row per report.

    Parameters
    ----------
    path : path
    notebooks : path, optional
        Folder of the notebooks; by default ``notebooks`` beside the folder of ``runs.yml``.

    Returns
    -------
    Runs

    Raises
    ------
    ValueError
        Unknown or missing key, repeated name, missing title, unknown parameter, value of another type than the
        notebook's annotation. The message names row and remedy.
    FileNotFoundError
        No such file or notebook.
    """
    path = Path(path)
    folder = Path(notebooks) if notebooks is not None else path.resolve().parent.parent / "notebooks"
    content = _load_yaml(path.read_text(encoding="utf-8"), path.name)
    _check_keys(content, path.name, {"languages": list, "reports": list})
    for language in content["languages"]:
        if language not in LANGUAGES:
            raise ValueError(f"{path.name}, languages: {unknown('language', language, LANGUAGES)}")
    languages = tuple(content["languages"])
    if not languages or len(set(languages)) < len(languages):
        raise ValueError(f"{path.name}, languages: {list(languages)}; expected each language once, e.g. [vi, en]")
    inspected: dict[str, dict[str, Parameter]] = {}
    reports: list[Run] = []
    for number, row in enumerate(content["reports"], start=1):
        where = f"{path.name}, report {number}"
        if isinstance(row, dict) and isinstance(row.get("name"), str):
            where += f" ({row['name']})"
        _check_keys(row, where, {"name": str, "notebook": str, "title": dict}, {"parameters": dict})
        name, notebook = row["name"], row["notebook"].removesuffix(".ipynb")
        if not _NAME.fullmatch(name):
            raise ValueError(
                f"{where}: name {name!r}; it names a folder: lower-case ASCII letters, digits, '-' and '_'"
            )
        if name in [one.name for one in reports]:
            raise ValueError(f"{where}: the name {name!r} is used twice; give each report its own")
        _check_keys(row["title"], f"{where}, title", dict.fromkeys(languages, str))
        if notebook not in inspected:
            file = folder / f"{notebook}.ipynb"
            if not file.is_file():
                known = sorted(one.stem for one in folder.glob("*.ipynb"))
                raise FileNotFoundError(f"{where}: {unknown('notebook', notebook, known)}")
            inspected[notebook] = inspect_parameters(file)
        parameters = row.get("parameters", {})
        _check_parameters(parameters, inspected[notebook], where)
        values = {key: inspected[notebook][key].check(value, where) for key, value in parameters.items()}
        reports.append(Run(name, notebook, row["title"], values, inspected[notebook]))
    return Runs(languages, tuple(reports))


def _check_keys(content: Any, where: str, required: dict[str, type], optional: dict[str, type] | None = None) -> None:
    types = {**required, **(optional or {})}
    if not isinstance(content, dict):
        raise ValueError(f"{where}: got {content!r}; expected the keys {', '.join(types)}")
    for key, value in content.items():
        if key not in types:
            raise ValueError(f"{where}: {unknown('key', key, types)}")
        if not isinstance(value, types[key]) or (types[key] is str and not value.strip()):
            kinds = {str: "text", list: "a list", dict: "keys and values"}
            raise ValueError(f"{where}: {key} is {value!r}; expected {kinds[types[key]]}")
    for key in required:
        if key not in content:
            raise ValueError(f"{where}: {key} is missing; write `{key}: ...`")


def _check_parameters(names: Iterable[str], known: dict[str, Parameter], where: str) -> None:
    for name in names:
        if name == "language":
            raise ValueError(f"{where}: language is no choice here; every report is built once per language")
        if name not in known:
            raise ValueError(f"{where}: {unknown('parameter', name, [one for one in known if one != 'language'])}")


# ---------------------------------------------------------------------------------------------------------------------
# Notebooks as files
# ---------------------------------------------------------------------------------------------------------------------


def _import(name: str) -> Any:
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


def _read_notebook(path: Path) -> NotebookNode:
    """Read a notebook; cells without ids get their place as id, where papermill would draw random ones."""
    nbformat = _import("nbformat")
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        for number, cell in enumerate(content["cells"], start=1):
            cell.setdefault("id", f"cell-{number:02d}")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{path.name} is not a notebook that Jupyter could open: {error}") from None
    content["nbformat_minor"] = max(5, content.get("nbformat_minor", 5))
    return nbformat.reads(json.dumps(content), as_version=4)


def canonicalise(notebook: NotebookNode) -> NotebookNode:
    """Drop from an executed notebook what differs from run to run: clock, random ids, versions, split streams.

    Parameters
    ----------
    notebook : NotebookNode
        Left as it is.

    Returns
    -------
    NotebookNode
    """
    import copy

    nbformat = _import("nbformat")
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


def _write_notebook(notebook: NotebookNode, path: Path) -> None:
    nbformat = _import("nbformat")
    # A fixed minor version, or the file would change with the nbformat library.
    notebook.nbformat_minor = 5
    nbformat.validate(notebook)
    _write_whole(path, nbformat.writes(notebook).rstrip("\n") + "\n")


# ---------------------------------------------------------------------------------------------------------------------
# Building
# ---------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Failure:
    """What went wrong in one notebook, and in which cell."""

    name: str
    notebook: str
    language: str
    cell: int | None
    source: str
    error: str
    traceback: str = ""

    def __str__(self) -> str:
        label = f"{self.name} ({self.language})" if self.language else self.name
        line = next(
            (one.strip() for one in self.source.splitlines() if one.strip() and not one.strip().startswith("#")), ""
        )
        place = f", cell {self.cell} `{line}`" if self.cell is not None else ""
        return f"{label}: notebooks/{self.notebook}.ipynb{place}: {self.error}"


class ReportFailed(RuntimeError):
    """At least one notebook failed; the others were built, and what failed keeps its former page.

    Parameters
    ----------
    failures : list of Failure
    total : int
        How many notebooks were run.
    """

    def __init__(self, failures: list[Failure], total: int) -> None:
        self.failures = failures
        lines = [f"{len(failures)} of {total} notebook runs failed; what had been built before stays in place"]
        super().__init__("\n  ".join([*lines, *map(str, failures)]))


@dataclass(frozen=True)
class _Job:
    """One notebook to execute, in words that another process understands."""

    name: str
    notebook: str
    notebooks: str
    parameters: dict[str, Any] | None
    language: str = ""
    folder: str = ""
    title: str = ""
    other_languages: tuple[str, ...] = ()
    default_language: str = ""
    known: tuple[Parameter, ...] = ()
    command: str = ""
    provenance: dict[str, Any] = field(default_factory=dict)

    @property
    def label(self) -> str:
        return f"{self.name} ({self.language})" if self.language else self.name


def build_reports(
    root: str | Path,
    runs_path: str | Path | None = None,
    names: Sequence[str] | None = None,
    overrides: Mapping[str, str] | None = None,
    output: str | Path | None = None,
    languages: Sequence[str] | None = None,
    progress: bool = True,
    workers: int = 2,
) -> Path:
    """Build reports: execute each notebook with its parameters, once per language, and render pages and index.

    Parameters
    ----------
    root : path
        The project's folder, which holds ``notebooks/`` and ``data/``.
    runs_path : path, optional
        By default ``<root>/reports/runs.yml``.
    names : sequence of str, optional
        Reports to build, by default all. The others stay as they were built, and listed in the index.
    overrides : mapping of parameter name to text, optional
        As typed behind ``--set name=value``; each has to be a parameter of every report that is built.
    output : path, optional
        By default ``<root>/reports``.
    languages : sequence of {"vi", "en"}, optional
        By default those of ``runs.yml``.
    progress : bool
        One progress bar on stderr.
    workers : int
        Notebooks executed at a time.

    Returns
    -------
    Path
        The index page.

    Raises
    ------
    ValueError
        Unknown report, language or parameter, value of the wrong type; nothing has been run then.
    FileExistsError
        The output holds something that was not built here; nothing has been touched then.
    ReportFailed
        A notebook failed. The other reports were built; those that failed keep their former pages.

    Notes
    -----
    Processes are spawned: a script that calls this needs ``if __name__ == "__main__":``.
    """
    root = Path(root).resolve()
    runs_path = Path(runs_path) if runs_path is not None else root / "reports" / "runs.yml"
    output = Path(output).resolve() if output is not None else root / "reports"
    notebooks = root / "notebooks"
    if workers < 1:
        raise ValueError(f"workers is {workers}; expected at least 1")
    runs = load_runs(runs_path, notebooks)
    chosen = _choose(runs, names, overrides or {})
    languages = _choose_languages(runs, languages)
    _check_ours(output, runs_path.resolve().parent, [run.name for run in runs.reports])
    output.mkdir(parents=True, exist_ok=True)
    _write_whole(output / MARKER, "Built by `dti run`: the reports in this folder may be replaced by the next run.\n")
    # Beside the finished reports, on the same disk: a finished one is moved in whole, or not at all.
    work = Path(tempfile.mkdtemp(prefix=".building-", dir=output))
    try:
        jobs = []
        facts = _provenance(root)
        for run in chosen:
            built = [
                one for one in runs.languages if one in languages or (output / run.name / one / "index.html").is_file()
            ]
            for language in languages:
                folder = work / run.name / language
                folder.mkdir(parents=True)
                jobs.append(
                    _Job(
                        name=run.name,
                        notebook=run.notebook,
                        notebooks=str(notebooks),
                        parameters=run.values(language),
                        language=language,
                        folder=str(folder),
                        title=run.title[language],
                        other_languages=tuple(one for one in built if one != language),
                        default_language=runs.languages[0],
                        known=tuple(run.known.values()),
                        command=_command(run.name, overrides or {}),
                        provenance=facts,
                    )
                )
        with _project_kernel(root):
            failures = _run_all(jobs, _build_one, workers, progress)
        failed = {failure.name for failure in failures}
        for run in chosen:
            if run.name not in failed:
                _move_in(work, output, run.name, languages)
        _remove_stale(output, runs)
        _write_index(output, runs)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    if failures:
        raise ReportFailed(failures, len(jobs))
    return output / "index.html"


def refresh(
    root: str | Path, names: Sequence[str] | None = None, progress: bool = True, workers: int = 2
) -> list[Path]:
    """Execute the committed notebooks in place at their default parameters, and write them canonically with outputs.

    Parameters
    ----------
    root : path
        The project's folder.
    names : sequence of str, optional
        Notebooks, by default all in ``notebooks/``.
    progress, workers
        As in `build_reports`.

    Returns
    -------
    list of Path
        The notebooks, in order.

    Raises
    ------
    ReportFailed
        A notebook failed; it stays as it was.
    """
    root = Path(root).resolve()
    folder = root / "notebooks"
    known = sorted(path.stem for path in folder.glob("*.ipynb"))
    chosen = known if not names else [name.removesuffix(".ipynb") for name in names]
    for name in chosen:
        if name not in known:
            raise ValueError(unknown("notebook", name, known))
        inspect_parameters(folder / f"{name}.ipynb")
    jobs = [_Job(name=name, notebook=name, notebooks=str(folder), parameters=None) for name in chosen]
    with _project_kernel(root):
        failures = _run_all(jobs, _refresh_one, workers, progress)
    if failures:
        raise ReportFailed(failures, len(jobs))
    return [folder / f"{name}.ipynb" for name in chosen]


def _choose(runs: Runs, names: Sequence[str] | None, overrides: Mapping[str, str]) -> list[Run]:
    """Pick the reports by name, and turn the parameters that were set."""
    known = [run.name for run in runs.reports]
    for name in names or ():
        if name not in known:
            raise ValueError(unknown("report", name, known))
    chosen = [run for run in runs.reports if not names or run.name in names]
    turned = []
    for run in chosen:
        _check_parameters(overrides, run.known, f"report {run.name}")
        values = {key: run.known[key].convert(text, f"report {run.name}") for key, text in overrides.items()}
        turned.append(Run(run.name, run.notebook, run.title, {**run.parameters, **values}, run.known))
    return turned


def _choose_languages(runs: Runs, languages: Sequence[str] | None) -> tuple[str, ...]:
    for language in languages or ():
        if language not in runs.languages:
            raise ValueError(unknown("language", language, runs.languages))
    return tuple(one for one in runs.languages if not languages or one in languages)


def _command(name: str, overrides: Mapping[str, str]) -> str:
    import shlex

    return shlex.join(
        ["dti", "run", name, *(part for key, text in overrides.items() for part in ("--set", f"{key}={text}"))]
    )


def _check_ours(output: Path, runs_folder: Path, names: list[str]) -> None:
    """Refuse to write where the reader keeps something of their own."""
    remedy = "move it away, or choose another folder with --output"
    if output.exists() and not output.is_dir():
        raise FileExistsError(f"{output} is a file; {remedy}")
    ours = (output / MARKER).is_file()
    if output.exists() and not ours and output != runs_folder and any(output.iterdir()):
        raise FileExistsError(f"{output} is not empty and was not built by `dti run` (no {MARKER} in it); {remedy}")
    if not ours and (output / "index.html").exists():
        raise FileExistsError(f"{output / 'index.html'} was not built by `dti run`; {remedy}")
    for name in names:
        folder = output / name
        if folder.exists() and not (folder / MARKER).is_file():
            raise FileExistsError(f"{folder} was not built by `dti run` (no {MARKER} in it); {remedy}")


def _move_in(work: Path, output: Path, name: str, languages: Sequence[str]) -> None:
    target = output / name
    target.mkdir(exist_ok=True)
    _write_whole(target / MARKER, "Built by `dti run`: this folder may be replaced by the next run.\n")
    for language in languages:
        if (target / language).exists():
            former = work / "former" / name
            former.mkdir(parents=True, exist_ok=True)
            os.replace(target / language, former / language)
        os.replace(work / name / language, target / language)


def _remove_stale(output: Path, runs: Runs) -> None:
    """Delete what we built and ``runs.yml`` no longer lists: a page that nobody rebuilds would be taken for current."""
    names = {run.name for run in runs.reports}
    for folder in sorted(output.iterdir()):
        if folder.is_dir() and (folder / MARKER).is_file():
            stale = (
                [folder]
                if folder.name not in names
                else [folder / one for one in LANGUAGES if one not in runs.languages]
            )
            for one in stale:
                shutil.rmtree(one, ignore_errors=True)


def _run_all(jobs: list[_Job], work: Any, workers: int, progress: bool) -> list[Failure]:
    """Run the jobs, with one progress bar; in processes, since papermill changes the folder of the one it runs in."""
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor, as_completed

    from tqdm import tqdm

    found: dict[int, Failure] = {}
    if not jobs:
        return []
    executor = ProcessPoolExecutor(min(workers, len(jobs)), mp_context=multiprocessing.get_context("spawn"))
    bar = tqdm(total=len(jobs), unit="run", file=sys.stderr, disable=not progress, dynamic_ncols=True)
    try:
        waiting = {executor.submit(work, job): number for number, job in enumerate(jobs)}
        running = dict.fromkeys(range(len(jobs)))
        bar.set_description(", ".join(jobs[number].label for number in list(running)[:workers]))
        for future in as_completed(waiting):
            number = waiting[future]
            job = jobs[number]
            try:
                failure = future.result()
            except Exception as error:  # the process itself died; the other reports still have a right to be built
                failure = Failure(job.name, job.notebook, job.language, None, "", f"{type(error).__name__}: {error}")
            if failure is not None:
                found[number] = failure
            running.pop(number)
            bar.set_description(", ".join(jobs[one].label for one in list(running)[:workers]) or "done", refresh=False)
            bar.update()
    finally:
        bar.close()
        executor.shutdown(wait=True, cancel_futures=True)
    return [found[number] for number in sorted(found)]


def _execute(job: _Job) -> tuple[NotebookNode | None, Failure | None]:
    import logging

    papermill = _import("papermill")
    logging.getLogger("papermill").setLevel(logging.ERROR)
    before = _read_notebook(Path(job.notebooks, f"{job.notebook}.ipynb"))
    try:
        # The notebook itself, not its path: papermill would format braces in a path.
        executed = papermill.execute_notebook(
            before,
            None,
            parameters=job.parameters,
            kernel_name="python3",
            language="python",
            cwd=job.notebooks,
            progress_bar=False,
        )
    except papermill.PapermillExecutionError as error:
        # The injected cell is not in the notebook that its author sees.
        tagged = [number for number, cell in enumerate(before.cells) if "parameters" in cell.metadata.get("tags", [])]
        injected = 1 if job.parameters and tagged and error.cell_index > tagged[0] else 0
        text = f"{error.ename}: {error.evalue}" if error.evalue else error.ename
        trace = re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", "\n".join(error.traceback))
        place = error.cell_index + 1 - injected
        return None, Failure(job.name, job.notebook, job.language, place, error.source, text, trace)
    except Exception as error:  # a kernel that died or never started
        return None, Failure(job.name, job.notebook, job.language, None, "", f"{type(error).__name__}: {error}")
    return canonicalise(executed), None


def _refresh_one(job: _Job) -> Failure | None:
    executed, failure = _execute(job)
    if executed is not None:
        _write_notebook(executed, Path(job.notebooks, f"{job.notebook}.ipynb"))
    return failure


def _build_one(job: _Job) -> Failure | None:
    from dti_research.report import page

    folder = Path(job.folder)
    os.environ[REPORT_DIR] = str(folder)
    executed, failure = _execute(job)
    if executed is None:
        return failure
    try:
        _write_notebook(executed, folder / "notebook.ipynb")
        if not (folder / "findings.json").is_file():
            raise ValueError("the notebook has no findings; call report.findings([...]) in a cell tagged 'findings'")
        notebook = Path(job.notebooks, f"{job.notebook}.ipynb")
        _write_json(
            folder / "provenance.json",
            {
                "report": job.name,
                "language": job.language,
                "notebook": {"path": f"notebooks/{notebook.name}", "sha256": _sha256(notebook)},
                "parameters": job.parameters,
                **job.provenance,
            },
        )
        text = page.render_page(
            executed,
            language=job.language,
            title=job.title,
            parameters=[_page_parameter(one, job.parameters or {}, job.language) for one in job.known],
            folder=folder,
            links=page.Links(
                index=f"../../{page.index_name(job.language, job.default_language)}",
                languages={one: f"../{one}/index.html" for one in job.other_languages},
            ),
            command=job.command,
        )
        _write_whole(folder / "index.html", text)
    except ValueError as error:
        return Failure(job.name, job.notebook, job.language, None, "", str(error))
    return None


def _page_parameter(parameter: Parameter, values: Mapping[str, Any], language: str) -> tuple[str, str, str]:
    """Return name, value and meaning; the value as one would type it behind ``--set``."""
    value = values[parameter.name]
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = text if text.strip("[] ") else translate("empty", language)
    return parameter.name, text, parameter.meaning_vi if language == "vi" else parameter.meaning_en


def _write_index(output: Path, runs: Runs) -> None:
    """Write the index of everything that stands in the output, also of what was built on another day."""
    from dti_research.report import page

    for language in runs.languages:
        entries = []
        for run in runs.reports:
            built = [one for one in runs.languages if (output / run.name / one / "index.html").is_file()]
            if not built:
                continue
            shown = language if language in built else built[0]
            folder = output / run.name / shown
            values = json.loads((folder / "provenance.json").read_text(encoding="utf-8"))["parameters"]
            parameters = [_page_parameter(one, values, language) for one in run.known.values() if one.name in values]
            entries.append(
                page.IndexEntry(
                    name=run.name,
                    title=run.title[language],
                    question=page.read_question(_read_notebook(folder / "notebook.ipynb"), language),
                    finding=json.loads((folder / "findings.json").read_text(encoding="utf-8"))[0],
                    parameters=[one for one in parameters if one[0] != "language"],
                    shown=shown,
                    languages=tuple(built),
                )
            )
        others = {one: page.index_name(one, runs.languages[0]) for one in runs.languages if one != language}
        _write_whole(
            output / page.index_name(language, runs.languages[0]), page.render_index(entries, language, others)
        )
    for language in LANGUAGES:
        if language not in runs.languages:
            (output / f"index.{language}.html").unlink(missing_ok=True)


# ---------------------------------------------------------------------------------------------------------------------
# Provenance
# ---------------------------------------------------------------------------------------------------------------------


def _provenance(root: Path) -> dict[str, Any]:
    """Return what a report was made from: hashes and versions, no clock, no machine, no user, no absolute path."""
    from importlib.metadata import PackageNotFoundError, version

    versions = {}
    for package in PACKAGES:
        with contextlib.suppress(PackageNotFoundError):
            versions[package] = version(package)
    data = [path for folder in ("raw", "processed") for path in (root / "data" / folder).rglob("*")]
    code = [path for ending in ("py", "j2", "css") for path in _PACKAGE.rglob(f"*.{ending}")]
    return {
        "data": _hashes(data, root),
        "code": _hashes(code, _PACKAGE.parent),
        "python": f"{sys.version_info.major}.{sys.version_info.minor}",
        "packages": versions,
    }


def _hashes(paths: Iterable[Path], root: Path) -> dict[str, str]:
    files = {
        path.relative_to(root).as_posix(): path for path in paths if path.is_file() and not path.name.startswith(".")
    }
    return {name: _sha256(files[name]) for name in sorted(files)}


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


# ---------------------------------------------------------------------------------------------------------------------
# Command line
# ---------------------------------------------------------------------------------------------------------------------


def main(arguments: Sequence[str] | None = None) -> int:
    """Run ``python -m dti_research.report.notebook refresh [NAME ...]`` or ``... lab``.

    Returns
    -------
    int
        Exit code: 0 done, 1 a notebook failed, 2 something was asked that is not there.
    """
    import argparse
    import subprocess

    parser = argparse.ArgumentParser(
        prog="python -m dti_research.report.notebook", description="The committed notebooks."
    )
    parser.add_argument("--root", type=Path, default=Path(), help="the project's folder (default: the current one)")
    commands = parser.add_subparsers(dest="command", required=True)
    again = commands.add_parser("refresh", help="execute them in place at their default parameters")
    again.add_argument("names", nargs="*", help="notebooks (default: all)")
    again.add_argument("--quiet", action="store_true", help="no progress bar")
    commands.add_parser("lab", help="open JupyterLab with the project's kernel and settings; further options go to it")
    options, rest = parser.parse_known_args(arguments)
    if rest and options.command != "lab":
        parser.error(f"unknown option {rest[0]}")
    if options.command == "lab":
        use_project_kernel(options.root)
        return subprocess.call([sys.executable, "-m", "jupyterlab", *rest], cwd=options.root / "notebooks")
    try:
        for path in refresh(options.root, options.names or None, progress=not options.quiet):
            print(path.relative_to(options.root.resolve()).as_posix())
    except ReportFailed as error:
        print(error, file=sys.stderr)
        return 1
    except (ValueError, FileNotFoundError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    # Through the import: what `__main__` defines, a spawned process cannot find under the same name.
    from dti_research.report.notebook import main as imported_main

    sys.exit(imported_main())
