"""Which reports there are: the rows of ``runs.yml``, checked against the parameters that the notebooks take.

It says what can be turned in a notebook, and what each report turns. No Handbook step. Running the notebooks is left to `build`.
"""

from __future__ import annotations

import ast
import contextlib
import io
import logging
import re
import sys
import tokenize
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from dti_research.errors import InputError, UnknownName, find_name
from dti_research.report.parts import NAME
from dti_research.report.say import LANGUAGES
from dti_research.report.site.files import canonicalise, import_quickly, read_notebook

MAX_PARAMETERS = 6

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

    The annotation is ``str``, ``int``, ``float``, ``bool``, or ``list[...]`` of one of them. The meanings stand in the comment
    behind it, ``# English | tiếng Việt``; without the bar both are the same.
    """

    name: str
    annotation: str
    default: Any
    meaning_en: str
    meaning_vi: str

    def check(self, value: Any, where: str) -> Any:
        """Return the value if it is of the annotated type, else raise an `InputError` that says what was expected."""
        if not _fits(value, self.annotation):
            raise InputError(f"{where}: {self.name} is {value!r}; expected {_expected(self.annotation)}")
        return float(value) if self.annotation == "float" else value

    def convert(self, text: str, where: str) -> Any:
        """Read a value from text as typed behind ``--set name=``: text stays text, so ``007`` stays a code."""
        value: Any = text
        if self.annotation != "str":
            with contextlib.suppress(ValueError):
                value = _load_yaml(text)
        try:
            return self.check(value, where)
        except InputError as error:
            # Typed behind an option, it is wrong use, as an unknown name is; no file has to be mended.
            raise UnknownName(str(error)) from None


def _fits(value: Any, annotation: str) -> bool:
    if annotation.startswith("list"):
        inner = annotation[4:].strip("[]")
        kinds = [inner] if inner else list(_TYPES)
        return isinstance(value, list) and all(any(_fits(item, kind) for kind in kinds) for item in value)
    if annotation == "float":
        # Neither true nor false, which count as numbers in Python; nor NaN, nor what a float cannot hold.
        return type(value) in (int, float) and abs(value) <= sys.float_info.max
    return type(value) is _TYPES[annotation]


def _expected(annotation: str) -> str:
    if not annotation.startswith("list"):
        return _EXPECTED[annotation]
    inner = annotation[4:].strip("[]")
    return f"a list such as [a, b], each of it {_EXPECTED[inner]}" if inner else "a list such as [a, b]"


@dataclass(frozen=True)
class Run:
    """One row of ``runs.yml``: a notebook, and the parameters that make a report of it.

    `name` is the folder of the built report, `notebook` has no ending, `title` has a text for each language; `parameters` holds
    what differs from the notebook's defaults, `known` everything that it takes.
    """

    name: str
    notebook: str
    title: dict[str, str]
    parameters: dict[str, Any] = field(default_factory=dict)
    known: dict[str, Parameter] = field(default_factory=dict)

    @property
    def values(self) -> dict[str, Any]:
        """The value of every parameter."""
        return {name: parameter.default for name, parameter in self.known.items()} | self.parameters


@dataclass(frozen=True)
class Runs:
    """The languages and reports of a ``runs.yml``."""

    languages: tuple[str, ...]
    reports: tuple[Run, ...]


def load_runs(path: str | Path, notebooks: str | Path | None = None) -> Runs:
    """Read and check ``runs.yml``: one row per report; an error names row and remedy.

    The notebooks stand by default in ``notebooks`` beside the folder of ``runs.yml``.
    """
    path = Path(path)
    folder = Path(notebooks) if notebooks is not None else path.resolve().parent.parent / "notebooks"
    if not path.is_file():
        raise InputError(f"{path}: no such file; it lists the reports, each with name, notebook and title")
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"{path.name} is not written in UTF-8: {error}; save it as UTF-8") from None
    content = _load_yaml(text, path.name)
    _check_keys(content, path.name, {"languages": list, "reports": list})
    for language in content["languages"]:
        _find_name(f"{path.name}, languages", "language", language, LANGUAGES)
    languages = tuple(content["languages"])
    if not languages or len(set(languages)) < len(languages):
        raise InputError(f"{path.name}, languages: {list(languages)}; expected each language once, e.g. [vi, en]")
    inspected: dict[str, dict[str, Parameter]] = {}
    reports: list[Run] = []
    for number, row in enumerate(content["reports"], start=1):
        where = f"{path.name}, report {number}"
        if isinstance(row, dict) and isinstance(row.get("name"), str):
            where += f" ({row['name']})"
        _check_keys(row, where, {"name": str, "notebook": str, "title": dict}, {"parameters": dict})
        name, notebook = row["name"], row["notebook"].removesuffix(".ipynb")
        if not NAME.fullmatch(name):
            raise InputError(
                f"{where}: name {name!r}; it names a folder: lower-case ASCII letters, digits, '-' and '_'"
            )
        if name in [report.name for report in reports]:
            raise InputError(f"{where}: the name {name!r} is used twice; give each report its own")
        _check_keys(row["title"], f"{where}, title", dict.fromkeys(languages, str))
        if notebook not in inspected:
            _find_name(where, "notebook", notebook, sorted(file.stem for file in folder.glob("*.ipynb")))
            inspected[notebook] = inspect_parameters(folder / f"{notebook}.ipynb")
        parameters = row.get("parameters", {})
        _check_parameters(parameters, inspected[notebook], where)
        values = {key: inspected[notebook][key].check(value, where) for key, value in parameters.items()}
        reports.append(Run(name, notebook, row["title"], values, inspected[notebook]))
    return Runs(languages, tuple(reports))


def choose_runs(runs: Runs, names: Sequence[str] | None, overrides: Mapping[str, str]) -> list[Run]:
    """Pick the reports by name, and turn the parameters that were set."""
    for name in names or ():
        find_name("report", name, [run.name for run in runs.reports])
    chosen = [run for run in runs.reports if not names or run.name in names]
    return [_turn(run, overrides, f"report {run.name}") for run in chosen]


def _turn(run: Run, overrides: Mapping[str, str], where: str) -> Run:
    _check_parameters(overrides, run.known, where)
    values = {key: run.known[key].convert(text, where) for key, text in overrides.items()}
    return replace(run, parameters=run.parameters | values)


def choose_languages(runs: Runs, languages: Sequence[str] | None) -> tuple[str, ...]:
    """Pick the languages, in the order of ``runs.yml``."""
    for language in languages or ():
        find_name("language", language, runs.languages)
    return tuple(language for language in runs.languages if not languages or language in languages)


def inspect_parameters(notebook: str | Path) -> dict[str, Parameter]:
    """Read the parameters of a notebook, in its order, and refuse a parameters cell that papermill would misread.

    It expects one code cell tagged ``parameters``, with at most six lines ``name: type = value  # English meaning | ý nghĩa``.
    """
    papermill = import_quickly("papermill")
    path = Path(notebook)
    # As every notebook is run: by the kernel `python3`, whatever its author's machine called it.
    notebook_node = canonicalise(read_notebook(path))
    tagged = [cell for cell in notebook_node.cells if "parameters" in cell.metadata.get("tags", [])]
    if len(tagged) != 1:
        raise InputError(f"{path.name}: {len(tagged)} cells are tagged 'parameters'; expected one")
    source = tagged[0].source
    comments = _comments(source, path.name)
    parameters: dict[str, Parameter] = {}
    for node in ast.parse(source).body:
        where = f"{path.name}, parameters cell, line {node.lineno}"
        if not (isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None):
            raise InputError(f"{where}: expected only lines such as `year: int = 2024  # year of data | năm số liệu`")
        name, annotation = node.target.id, ast.unparse(node.annotation).strip("'\"")
        if annotation not in _TYPES and not re.fullmatch(rf"list(\[({'|'.join(_TYPES)})\])?", annotation):
            _find_name(where, "type", annotation, [*_TYPES, "list", "list[str]", "list[float]"])
        meaning = comments.get(node.end_lineno or node.lineno, "")
        if not meaning:
            raise InputError(f"{where}: {name} has no comment; write what it means behind it: # English | tiếng Việt")
        meaning_en, _, meaning_vi = (part.strip() for part in meaning.partition(" | "))
        try:
            default = ast.literal_eval(node.value)
        except ValueError:
            raise InputError(f"{where}: the default of {name} is computed; write a plain value") from None
        parameter = Parameter(name, annotation, default, meaning_en, meaning_vi or meaning_en)
        parameter.check(default, where)
        parameters[name] = parameter
    if len(parameters) > MAX_PARAMETERS:
        raise InputError(f"{path.name}: {len(parameters)} parameters; expected at most {MAX_PARAMETERS}")
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
            raise InputError(
                f"{path.name}, parameters cell: papermill cannot read {name}; write its line with no second '=' sign"
            )
    return parameters


def _comments(source: str, notebook: str) -> dict[int, str]:
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
        ast.parse(source)
    except (SyntaxError, tokenize.TokenError) as error:
        raise InputError(f"{notebook}, parameters cell: {error}") from None
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
                raise InputError(f"{place(key_node)}: key {key!r} is written twice; keep one")
        return loader.construct_mapping(node, deep=True)

    def code(loader: Loader, node: yaml.ScalarNode) -> None:
        raise InputError(
            f'{place(node)}: {node.value} is neither number nor text; write "{node.value}" if it is a code'
        )

    Loader.add_constructor("tag:yaml.org,2002:map", mapping)
    Loader.add_constructor("tag:yaml.org,2002:code", code)
    Loader.add_constructor("tag:yaml.org,2002:float", lambda loader, node: float(node.value))
    try:
        return yaml.load(text, Loader=Loader)
    except yaml.YAMLError as error:
        raise InputError(f"{where}: {' '.join(str(error).split())}") from None


def _check_keys(content: Any, where: str, required: dict[str, type], optional: dict[str, type] | None = None) -> None:
    types = {**required, **(optional or {})}
    if not isinstance(content, dict):
        raise InputError(f"{where}: got {content!r}; expected the keys {', '.join(types)}")
    for key, value in content.items():
        _find_name(where, "key", key, types)
        if not isinstance(value, types[key]) or (types[key] is str and not value.strip()):
            kinds = {str: "text", list: "a list", dict: "keys and values"}
            raise InputError(f"{where}: {key} is {value!r}; expected {kinds[types[key]]}")
    for key in required:
        if key not in content:
            raise InputError(f"{where}: {key} is missing; write `{key}: ...`")


def _check_parameters(names: Iterable[str], known: Mapping[str, Parameter], where: str) -> None:
    for name in names:
        hint = "; every report speaks each language, and --language chooses among them" if name == "language" else ""
        _find_name(where, "parameter", name, known, hint)


def _find_name(where: str, what: str, name: str, known: Iterable[str], hint: str = "") -> None:
    """Look a name up, with the place where it stands before the message."""
    try:
        find_name(what, name, known)
    except UnknownName as error:
        raise UnknownName(f"{where}: {error}{hint}") from None
