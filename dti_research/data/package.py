"""The tables of ``data/raw`` and the check against their schema.

``data/raw`` holds what was printed, transcribed by hand, one row with its source and place for each figure;
``data/raw/datapackage.json`` describes every table (types, keys, foreign keys) and is the only schema. Every load checks it with
the frictionless library: a slip of ours raises `InputError`, a contradiction of the publisher stays (it becomes a finding).
"""

from __future__ import annotations

import functools
import unicodedata
from pathlib import Path

import pandas as pd

from dti_research.errors import InputError

ROOT = Path(__file__).resolve().parents[2]
RAW = ROOT / "data" / "raw"
PROCESSED = ROOT / "data" / "processed"


def check_package(raw: Path = RAW) -> None:
    """Check every table of ``data/raw`` against its schema.

    Raises
    ------
    InputError
        With file, row, column, the value found and what was expected, for the first ten errors.
    """
    from frictionless import Package  # half a second to import: only where it is used

    report = Package(str(raw / "datapackage.json")).validate()
    if report.valid:
        return
    lines = []
    for task in report.tasks:
        for error in task.errors:
            place = f"data/raw/{task.name}.csv"
            if getattr(error, "row_number", None):
                place += f" row {error.row_number} ({', '.join(str(cell) for cell in getattr(error, 'cells', [])[:3])})"
            if getattr(error, "field_name", None):
                place += f", column {error.field_name}: found {getattr(error, 'cell', '')!r}"
            lines.append(f"{place}; {error.note}; check the row against its source (schema: data/raw/datapackage.json)")
    lines += [f"data/raw/datapackage.json: {error.note}" for error in report.errors]
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
                    f"data/raw/{name}.csv row {loose[0] + 2}, column {column}: {table.loc[loose[0], column]!r} is not in "
                    "Unicode form NFC; retype the letters or normalise the cell"
                )
    return tables


def load_raw(table: str, raw: Path = RAW) -> pd.DataFrame:
    """One checked table of ``data/raw`` as text, empty cells as ``""``.

    Examples
    --------
    >>> load_raw("mergers").query("unit_after == 'hai-phong-2025'")["unit_before"].tolist()
    ['hai-duong', 'hai-phong']
    """
    return _tables(raw)[table].copy()
