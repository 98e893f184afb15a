"""The tables of ``data/raw``: where they lie, and whether they keep to their schema.

``data/raw`` holds what was printed, transcribed by hand, one row with its source and place for each figure;
``data/raw/datapackage.json`` describes every table (types, keys, foreign keys) and is the only schema. Every load checks it with
the frictionless library: a slip of ours raises `InputError`, a contradiction of the publisher stays (it becomes a finding).

The tables lie in the project's folder, also where the package is installed from there as editable. A wheel carries a copy of them
beside this module, which is read where there is no such folder.
"""

from __future__ import annotations

import functools
import unicodedata
from pathlib import Path

import pandas as pd

from dti_research.errors import InputError, UnknownName
from dti_research.index.framework import Locator

#: The folder that holds the package: the project's own, or where an installed wheel put it (then `project_folder` raises).
ROOT = Path(__file__).resolve().parents[2]
IN_PROJECT = (ROOT / "pyproject.toml").is_file() and (ROOT / "data" / "raw").is_dir()
_TABLES = ROOT / "data" if IN_PROJECT else Path(__file__).resolve().parent
RAW = _TABLES / "raw"
PROCESSED = _TABLES / "processed"


def project_folder() -> Path:
    """The project's folder, with ``notebooks/`` and ``reports/runs.yml``, which an installed wheel does not have.

    Raises
    ------
    UnknownName
        The package is not used from such a folder.
    """
    if not IN_PROJECT:
        raise UnknownName(
            f"{ROOT}: looked here for the project's folder (notebooks, reports/runs.yml, data/raw) and found an installed package, "
            "which holds code and tables only; get the project itself, and run in its folder: python3 dev.py run"
        )
    return ROOT


def file_of(table: str, raw: Path = RAW) -> str:
    """The file of a raw table as a message names it: from the project's folder, or in full if it lies elsewhere.

    >>> file_of("units")
    'data/raw/units.csv'
    """
    return _named(raw / f"{table}.csv")


def _named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix() if IN_PROJECT and path.is_relative_to(ROOT) else str(path)


def check_package(raw: Path = RAW) -> None:
    """Check every table of ``data/raw`` against its schema.

    Raises
    ------
    InputError
        With file, row, column, the value found and what was expected, for the first ten errors.
    """
    schema = raw / "datapackage.json"
    if not schema.is_file():
        raise InputError(
            f"{_named(schema)}: no such file; expected the schema of the tables beside them; restore the folder, or install the "
            "package again"
        )
    from frictionless import Package  # half a second to import: only where it is used

    report = Package(str(schema)).validate()
    if report.valid:
        return
    lines = []
    for task in report.tasks:
        for error in task.errors:
            place = file_of(task.name, raw)
            if getattr(error, "row_number", None):
                place += f" row {error.row_number} ({', '.join(str(cell) for cell in getattr(error, 'cells', [])[:3])})"
            if getattr(error, "field_name", None):
                place += f", column {error.field_name}: found {getattr(error, 'cell', '')!r}"
            lines.append(f"{place}; {error.note}; check the row against its source (schema: {_named(schema)})")
    lines += [f"{_named(schema)}: {error.note}" for error in report.errors]
    more = f"\n... and {len(lines) - 10} more" if len(lines) > 10 else ""
    raise InputError("\n".join(lines[:10]) + more)


@functools.cache
def _tables(raw: Path) -> dict[str, pd.DataFrame]:
    check_package(raw)
    # Text only: "007" stays a code, "0.9000" keeps its printed digits, "" stays "not printed".
    tables = {
        path.stem: pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8") for path in raw.glob("*.csv")
    }
    for name, table in tables.items():
        for column in table:
            loose = table.index[table[column].map(lambda text: unicodedata.normalize("NFC", text) != text)]
            if len(loose):
                raise InputError(
                    f"{file_of(name, raw)} row {loose[0] + 2}, column {column}: {table.loc[loose[0], column]!r} is not in "
                    "Unicode form NFC; retype the letters or normalise the cell"
                )
            if column.endswith("locator"):
                _check_locators(file_of(name, raw), table[column])
    return tables


def _check_locators(file: str, cells: pd.Series) -> None:
    """Refuse a place that nobody could find: an unknown kind, or a value that it does not take."""
    for row, text in cells[cells != ""].drop_duplicates().items():
        try:
            Locator.read(text)
        except InputError as error:
            raise InputError(f"{file} row {row + 2}, column {cells.name}: found {text!r}; {error}") from None


def load_raw(table: str, raw: Path = RAW) -> pd.DataFrame:
    """One checked table of ``data/raw`` as text, empty cells as ``""``.

    >>> load_raw("mergers").query("unit_after == 'hai-phong-2025'")["unit_before"].tolist()
    ['hai-duong', 'hai-phong']
    """
    return _tables(raw)[table].copy()
