"""An executed notebook in, one self-contained page out: what a reader receives who will never open Jupyter.

A page is one HTML file that can be read on a phone, on paper, in the dark, without a network and aloud: no script, no font, no
image from elsewhere. No Handbook step. Running the notebook is left to `build`.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dti_research.errors import InputError
from dti_research.message import Message
from dti_research.report.say import LANGUAGES, check_language, read_messages, say

if TYPE_CHECKING:
    from jinja2 import Environment
    from nbformat import NotebookNode

_HERE = Path(__file__).resolve().parent

#: A table with more columns than this is printed on a page of its own, turned sideways.
WIDE_TABLE = 8


@dataclass(frozen=True)
class Links:
    """Where a page leads to, relative to itself: the list of all reports, and the same report in other languages."""

    index: str
    languages: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class IndexEntry:
    """One report in the index: texts in the language of the index, the question as Markdown.

    `parameters` are (name, value, meaning); `shown` is the language of the page that the title leads to, `languages` are those
    in which the report has been built.
    """

    name: str
    title: str
    question: str
    finding: str
    parameters: Sequence[tuple[str, str, str]]
    shown: str
    languages: tuple[str, ...]


def index_name(language: str, default_language: str = LANGUAGES[0]) -> str:
    """Return the file name of the index in one language.

    Examples
    --------
    >>> index_name("vi"), index_name("en")
    ('index.html', 'index.en.html')
    """
    return "index.html" if language == default_language else f"index.{check_language(language)}.html"


def read_question(notebook: NotebookNode, language: str) -> str:
    """Return the question a notebook answers: the first paragraph below its ``# `` heading, as Markdown."""
    return _opening(_cells(notebook, language), language)[1]


def render_page(
    notebook: NotebookNode,
    *,
    language: str,
    title: str,
    parameters: Sequence[tuple[str, str, str]],
    folder: str | Path,
    links: Links,
    command: str = "",
) -> str:
    """Render one executed notebook as one HTML page.

    The title replaces the notebook's own; `parameters` are (name, value, meaning); `folder` holds ``tables/``, ``figures/`` and the
    rest, and the page links to what is there; `command` builds it again. Of the cells tagged ``lang-vi`` or ``lang-en`` only
    those of the language are shown.

    Raises
    ------
    InputError
        No heading, no cell tagged ``findings``, an image without alternative text, or anything that the page would load
        from elsewhere.
    """
    folder = Path(folder)
    cells = _cells(notebook, check_language(language))
    place, question, rest = _opening(cells, language)
    opening = cells[place]
    state = _State(language, folder)
    blocks: list[dict[str, Any]] = []
    for cell in cells:
        _add_block(blocks, cell, rest if cell is opening else cell.source, state)
    summary = _summary(cells)
    if not summary:
        raise InputError("no findings on the page; show Findings([...]) in a cell tagged 'findings'")
    return _fill(
        "page.html.j2",
        language,
        links.languages,
        title=title,
        question=_markdown(question),
        description=_plain(question),
        summary=summary,
        simulated=state.simulated,
        parameters=parameters,
        parameter_code=_highlight(
            "\n\n".join(cell.source.rstrip() for cell in cells if _holds_parameters(cell)).strip()
        ),
        blocks=[block | {"code": _highlight(block["source"])} if "source" in block else block for block in blocks],
        files=_files(folder, language),
        links=links,
        command=command,
    )


def render_index(entries: Sequence[IndexEntry], language: str, others: Mapping[str, str]) -> str:
    """Render the list of reports in one language; `others` leads to the same list in other languages."""
    return _fill(
        "index.html.j2",
        check_language(language),
        others,
        entries=[(entry, _markdown(entry.question)) for entry in entries],
        names={known: _word("language_name", known) for known in LANGUAGES},
    )


def _fill(template: str, language: str, others: Mapping[str, str], **values: Any) -> str:
    """Fill one of the two templates with what they share and with the values, and check that the page is one file."""
    html = (
        _environment()
        .get_template(template)
        .render(
            t=read_messages(language, "page"),
            language=language,
            languages=[(other, _word("language_name", other), href) for other, href in others.items()],
            style=_style(),
            **values,
        )
    )
    check_self_contained(html)
    return html


# ---------------------------------------------------------------------------------------------------------------------
# Cells
# ---------------------------------------------------------------------------------------------------------------------


@dataclass
class _State:
    """What the rendering of one page counts as it goes along."""

    language: str
    folder: Path
    cells: int = 0
    tables: int = 0
    figures: int = 0
    simulated: bool = False


def _tags(cell: NotebookNode) -> list[str]:
    return cell.metadata.get("tags", [])


def _cells(notebook: NotebookNode, language: str) -> list[NotebookNode]:
    """The cells that speak this language, or none."""
    spoken = [{tag for tag in _tags(cell) if tag.startswith("lang-")} for cell in notebook.cells]
    return [cell for cell, tags in zip(notebook.cells, spoken, strict=True) if not tags or f"lang-{language}" in tags]


def _holds_parameters(cell: NotebookNode) -> bool:
    return cell.cell_type == "code" and not {"parameters", "injected-parameters"}.isdisjoint(_tags(cell))


def _opening(cells: Sequence[NotebookNode], language: str) -> tuple[int, str, str]:
    """Find the cell with the heading: its place, the question below the heading, and what follows the question."""
    for place, cell in enumerate(cells):
        if cell.cell_type == "markdown" and cell.source.lstrip().startswith("# "):
            body = cell.source.lstrip().partition("\n")[2].strip()
            question, _, rest = (part.strip() for part in re.sub(r"\n\s*\n", "\n\n", body).partition("\n\n"))
            if not question or question.startswith("#"):
                raise InputError(f"no question below the heading in language {language!r}; make it the first paragraph")
            return place, question, rest
    raise InputError(f"no heading in language {language!r}; begin a markdown cell tagged lang-{language} with '# '")


def _summary(cells: Sequence[NotebookNode]) -> str:
    for cell in cells:
        if cell.cell_type == "code" and "findings" in _tags(cell):
            for output in cell.outputs:
                if output.get("metadata", {}).get("dti_research", {}).get("kind") == "findings":
                    return output.data["text/html"]
    return ""


def _add_block(blocks: list[dict[str, Any]], cell: NotebookNode, source: str, state: _State) -> None:
    """Add what a cell gives to the page: prose, or outputs with their code; the parameters have a place of their own."""
    state.cells += 1
    if cell.cell_type == "markdown" and source.strip():
        blocks.append({"kind": "prose", "html": _markdown(source)})
    if cell.cell_type != "code" or _holds_parameters(cell):
        return
    source = source.strip()
    outputs = [html for html in (_output(output, state) for output in cell.outputs) if html]
    last = blocks[-1] if blocks else {}
    if last.get("kind") == "code" and not last["outputs"]:
        # Steps that show nothing share one fold, or a page would be full of folds.
        last["source"] += "\n\n" + source
        last["outputs"] = outputs
    elif source:
        blocks.append({"kind": "code", "source": source, "outputs": outputs})


def _output(output: Any, state: _State) -> str:
    """Render one output of a code cell."""
    if output.output_type == "stream":
        return _plain_block(output.text)
    if output.output_type == "error":
        return _plain_block(f"{output.ename}: {output.evalue}")
    facts = output.metadata.get("dti_research", {})
    state.simulated = state.simulated or bool(facts.get("simulated"))
    kind = facts.get("kind")
    if kind == "caption":
        return ""  # it stands in the figure already
    if kind == "table":
        return _table(output.data["text/html"], facts, state)
    if kind == "figure":
        return _figure(output, facts, state)
    data = output.data
    if "text/html" in data:
        # pandas scopes a style sheet to its table; ours will do.
        html = re.sub(r"<style.*?</style>", "", data["text/html"], flags=re.DOTALL)
        return f'<div class="scroll" tabindex="0">{html}</div>' if "<table" in html else html
    if "image/png" in data:
        alt = output.metadata.get("image/png", {}).get("alt") or output.metadata.get("alt")
        if not alt:
            raise InputError(f"an image without alternative text (cell {state.cells} shown); show a Figure(...)")
        return f'<figure><img alt="{escape(alt)}" src="data:image/png;base64,{_one_line(data["image/png"])}"></figure>'
    if "text/markdown" in data:
        return _markdown(data["text/markdown"])
    return _plain_block(data["text/plain"]) if "text/plain" in data else ""


def _plain_block(text: str) -> str:
    """A text as typed, without the colours of a terminal."""
    plain = re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", text)
    return f'<pre class="stream">{escape(plain)}</pre>'


def _table(html: str, facts: Mapping[str, Any], state: _State) -> str:
    state.tables += 1
    label = f"{_word('table', state.language)} {state.tables}."
    html = html.replace("<span>", f'<span><b class="label">{label}</b> ', 1)
    links = _beside(state.folder, [(facts["file"], "CSV")])
    wide = " wide" if facts.get("columns", 0) > WIDE_TABLE else ""
    return f'<div class="table{wide}" id="table-{escape(facts["name"])}">{html}{links}</div>'


def _figure(output: Any, facts: Mapping[str, Any], state: _State) -> str:
    state.figures += 1
    name, caption = facts["name"], escape(facts["caption"])
    if facts.get("simulated"):
        # The marker leads the caption as text; here it becomes a label.
        caption = re.sub(r"^\[(.*?)\]", r'<strong class="dti-simulated">\1</strong>', caption)
    svg = state.folder / "figures" / f"{name}.svg"
    if svg.is_file():
        source = f"data:image/svg+xml;base64,{base64.b64encode(svg.read_bytes()).decode('ascii')}"
    else:
        source = f"data:image/png;base64,{_one_line(output.data['image/png'])}"
    label = f"{_word('figure', state.language)} {state.figures}."
    links = _beside(state.folder, [(f"figures/{name}.svg", "SVG"), (f"figures/{name}.png", "PNG")])
    return (
        f'<figure id="figure-{escape(name)}"><img alt="{escape(facts["alt"])}" src="{source}">'
        f'<figcaption><b class="label">{label}</b> {caption}</figcaption>{links}</figure>'
    )


def _beside(folder: Path, files: Sequence[tuple[str, str]]) -> str:
    links = [f'<a href="{escape(file)}" download>{kind}</a>' for file, kind in files if (folder / file).is_file()]
    return f'<p class="beside">{" · ".join(links)}</p>' if links else ""


def _files(folder: Path, language: str) -> list[tuple[str, str]]:
    """List what stands beside the page: (path, description)."""
    fixed = [("notebook.ipynb", "notebook"), ("findings.json", "findings_file"), ("provenance.json", "provenance")]
    files = [(name, _word(key, language)) for name, key in fixed if (folder / name).is_file()]
    for path in sorted([*(folder / "tables").glob("*.csv"), *(folder / "figures").glob("*.svg")]):
        name = path.relative_to(folder).as_posix()
        files.append((name, f"{_word('table' if path.suffix == '.csv' else 'figure', language)}: {path.name}"))
    return files


def _one_line(text: str) -> str:
    return "".join(text.split())


# ---------------------------------------------------------------------------------------------------------------------
# Text
# ---------------------------------------------------------------------------------------------------------------------


def _word(key: str, language: str) -> str:
    return say(Message(f"page.{key}"), language)


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


@cache
def _style() -> str:
    return (_HERE / "style.css").read_text(encoding="utf-8")


def _markdown(text: str) -> str:
    import mistune

    html = mistune.create_markdown(escape=False, plugins=["table", "strikethrough", "footnotes", "math"])(text)
    # There is no typesetter of formulas without a script: they are shown as they were typed, but not as prose.
    html = re.sub(r'(<(?:span|div) class="math">)(?:\\\(|\$\$)(.*?)(?:\\\)|\$\$)(?=</)', r"\1\2", html, flags=re.S)
    return re.sub(r"(<table>.*?</table>)", r'<div class="scroll" tabindex="0">\1</div>', html, flags=re.S)


def _plain(text: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", "", _markdown(text)).split())


def _highlight(source: str) -> str:
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import PythonLexer

    return highlight(source, PythonLexer(), HtmlFormatter(nowrap=True)).rstrip("\n")


# ---------------------------------------------------------------------------------------------------------------------
# The promise that a page is one file
# ---------------------------------------------------------------------------------------------------------------------


class _Loads(HTMLParser):
    """Collect what a browser would load, run or fail to read aloud."""

    _ATTRIBUTES = ("src", "srcset", "poster", "data", "background", "action", "formaction")
    _TAGS = ("script", "iframe", "object", "embed", "base", "audio", "video")

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._in_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self._in_style = tag == "style"
        if tag in self._TAGS:
            self.found.append(f"<{tag}> is not allowed")
        if tag == "img" and not values.get("alt", "").strip():
            self.found.append("<img> without alternative text")
        loaded = [name for name in self._ATTRIBUTES if name in values]
        if tag not in ("a", "area"):
            loaded += [name for name in ("href", "xlink:href") if name in values]
        for name in loaded:
            if not values[name].startswith("data:"):
                self.found.append(f"<{tag} {name}={values[name][:80]!r}> would be loaded")
        if tag in ("a", "area") and values.get("href", "").lower().lstrip().startswith(("javascript:", "file:")):
            self.found.append(f"<a href={values['href'][:80]!r}>")
        self.found += [f"event handler {name}" for name in values if name.startswith("on")]
        self._check_style(values.get("style", ""))

    def handle_endtag(self, tag: str) -> None:
        self._in_style = False

    def handle_data(self, data: str) -> None:
        if self._in_style:
            self._check_style(data)

    def _check_style(self, text: str) -> None:
        for target in re.findall(r"url\(\s*['\"]?([^)'\"]*)", text):
            if not target.startswith(("data:", "#")):
                self.found.append(f"style would load {target[:80]!r}")
        if "@import" in text:
            self.found.append("style imports another")


def check_self_contained(html: str) -> None:
    """Raise an `InputError` if a page would load or run anything, or show an image without alternative text.

    Links that a reader may follow (``<a href>``) are no loads.

    Examples
    --------
    >>> check_self_contained('<a href="https://example.org">source</a>')
    >>> check_self_contained('<img src="https://example.org/a.png" alt="a">')
    Traceback (most recent call last):
        ...
    dti_research.errors.InputError: the page is not self-contained: <img src='https://example.org/a.png'> would be loaded
    """
    parser = _Loads()
    parser.feed(html)
    parser.close()
    if parser.found:
        raise InputError(f"the page is not self-contained: {'; '.join(parser.found)}")
