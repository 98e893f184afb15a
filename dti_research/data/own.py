"""A user's own files: tables of values, copies of printed tables, crosswalks, one number for each indicator.

Whatever is wrong is named with file, row, column, what was found, what was expected and what to do.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd

from dti_research.data.published import decimals
from dti_research.errors import InputError, UnknownName, nearest


def read_values(path: str | Path) -> pd.DataFrame:
    """A user's table of values, shape (unit, indicator): a CSV file with the column ``unit`` and one for each indicator code.

    Comma or semicolon separated (a Vietnamese Excel writes semicolons and decimal commas); UTF-8 with or without a mark. Units as
    written; empty cells are missing values: whether one may be missing is for the framework to say.

    Raises
    ------
    InputError
        With file, row, column, what was found, what was expected and what to do.
    """
    table, _ = _read_units(Path(path), "the column unit and the indicator codes")
    return table


def read_printed(path: str | Path, needs: Collection[str] = ("composite",)) -> tuple[pd.DataFrame, pd.Series]:
    """A user's copy of a printed table, and to how many decimals each of its columns is printed.

    A CSV file as `read_values` reads it, with the columns in `needs` besides ``unit``: indicators and composite come in one
    table, shape (unit, column). The digits, shape (column,), are the most decimals that any cell of the column shows in the text:
    0.9000 has four.
    """
    expected = " and ".join(["the columns unit", *needs, "the indicator codes"])
    table, texts = _read_units(Path(path), expected, needs)
    return table, texts.map(decimals).max().astype(int).rename("digits")


def _read_units(path: Path, expected: str, needs: Collection[str] = ()) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A file with the column ``unit`` and numbers in all others: as numbers, and as text."""
    frame = _read_text_table(path, expected, ("unit", *needs))
    names = frame["unit"]
    _check_filled(path, frame, "unit", "a name or a code")
    _check_single(path, names)
    expected = "a number such as 0.8253 (no % sign; a column that is no indicator must be removed)"
    columns = {c: _as_numbers(frame, c, path, names, expected).to_numpy() for c in frame.columns if c != "unit"}
    table = pd.DataFrame(columns, index=pd.Index(names, name="unit"))
    return table, frame.drop(columns="unit").set_axis(table.index)


def _check_filled(path: Path, frame: pd.DataFrame, column: str, expected: str) -> None:
    for row in frame.index[frame[column] == ""]:
        raise InputError(
            f"{path} row {row + 1}, column {column}: empty; expected {expected}; fill it or delete the row"
        )


def _check_single(path: Path, names: pd.Series) -> None:
    for name in names[names.duplicated()]:
        rows = " and ".join(str(row + 1) for row in names.index[names == name])
        raise InputError(f"{path} rows {rows}, column {names.name}: {name!r} stands twice; keep one row for it")


def _read_text_table(path: Path, expected: str, needs: Collection[str]) -> pd.DataFrame:
    """A CSV file as text, each row under its number in the file less one; decimal commas become points where ; separates."""
    if not path.is_file():
        what = "is a folder" if path.is_dir() else "no such file"
        raise UnknownName(f"{path}: {what}; give the path of a CSV file with {expected}")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            f"{path}: byte {error.start} is not UTF-8 (an Excel or a Windows-1258 file?); save it as CSV UTF-8"
        ) from None
    heading = text.partition("\n")[0]
    if not heading.strip():
        raise InputError(f"{path}: row 1 is empty; expected a heading with {expected}")
    separator = max(",;\t", key=heading.count)
    try:
        # No header and no index column for pandas: a row with one cell too many must not shift the others.
        frame = pd.read_csv(
            StringIO(text), sep=separator, dtype="str", keep_default_na=False, header=None, skip_blank_lines=False
        )
    except pd.errors.ParserError as error:
        raise InputError(
            f"{path}: {str(error).strip()}; give every row as many cells as the heading has (numbers with a decimal comma need "
            "a file that is separated by semicolons, or decimal points)"
        ) from None
    frame = frame.fillna("").map(lambda cell: unicodedata.normalize("NFC", cell).strip())
    names = frame.iloc[0].tolist()
    double = sorted({name for name in names if names.count(name) > 1})
    if double:
        raise InputError(f"{path} row 1: column {double[0]!r} stands twice; keep one, and give every column a name")
    frame = frame.iloc[1:].set_axis(names, axis=1)
    frame = frame[(frame != "").any(axis=1)]  # blank lines are no rows, but those below keep their numbers
    if frame.empty:
        raise InputError(f"{path}: no rows under the heading; expected {expected}, and at least one row")
    for column in needs:
        if column not in names:
            alike = [name for name in names if name.casefold() == column]
            hint = f" (rename {alike[0]!r}: small letters count)" if alike else nearest(column, names)
            raise InputError(
                f"{path} row 1: no column {column!r}{hint}; found {', '.join(names)}; name the column that holds it {column}"
            )
    if separator != ",":
        _check_thousands(frame, path)
        numeric = [name for name in names if name not in ("unit", "indicator")]
        frame[numeric] = frame[numeric].map(lambda cell: cell.replace(",", "."))
    return frame


def _check_thousands(frame: pd.DataFrame, path: Path) -> None:
    """Refuse 1.035 beside 987: a Vietnamese reader writes one thousand and thirty-five so, and it would be read
    as just over one."""
    for column in frame.columns:
        dotted = frame.index[frame[column].str.fullmatch(r"[1-9]\d{0,2}(\.\d{3})+(,\d+)?")]
        large = frame[column].str.fullmatch(r"\d{3,}(,\d+)?").any()
        if len(dotted) and (large or frame[column][dotted].str.contains(",").any()):
            row = dotted[0]
            raise InputError(
                f"{path} row {row + 1}, column {column}: found {frame[column][row]!r} beside numbers of hundreds; expected no sign "
                "between thousands, because a dot may be a decimal point; write 1035 for one thousand and thirty-five"
            )


def _as_numbers(frame: pd.DataFrame, column: str, path: Path, names: pd.Series, expected: str) -> pd.Series:
    cells = frame[column]
    numbers = pd.to_numeric(cells.where(cells != ""), errors="coerce").astype(float)
    wrong = cells.index[(cells != "") & ~np.isfinite(numbers)]
    if len(wrong):
        row = wrong[0]
        raise InputError(
            f"{path} row {row + 1} ({names[row]}), column {column}: found {cells[row]!r}; expected {expected}"
        )
    return numbers


def read_crosswalk(path: str | Path) -> pd.DataFrame:
    """A user's crosswalk: a CSV file with the columns before and after, and perhaps namesake (yes or no) and weight.

    Returns
    -------
    DataFrame, shape (old unit, [before, after, namesake, weight])
        See `study.editions.check_crosswalk`.

    Raises
    ------
    InputError
        A column that is missing, an empty unit, a namesake that is neither yes nor no, a weight that is no number.
    """
    path = Path(path)
    frame = _read_text_table(path, "the columns before and after", ("before", "after"))
    for column in ("before", "after"):
        _check_filled(path, frame, column, "a unit")
    walk = frame[["before", "after"]].copy()
    if "namesake" in frame.columns:
        words = dict.fromkeys(("yes", "có", "true", "1"), True) | dict.fromkeys(
            ("no", "không", "false", "0", ""), False
        )
        for row, text in frame.namesake.items():
            if text.casefold() not in words:
                raise InputError(
                    f"{path} row {row + 1}, column namesake: found {text!r}; expected yes or no; correct it"
                )
        walk["namesake"] = [words[text.casefold()] for text in frame.namesake]
    if "weight" in frame.columns:
        walk["weight"] = _as_numbers(frame, "weight", path, frame["before"], "a number above 0")
    return walk.reset_index(drop=True)


def read_numbers(path: str | Path, column: str) -> pd.Series:
    """A user's one number for each indicator: a CSV file with the columns ``indicator`` and `column` (points, target)."""
    path = Path(path)
    frame = _read_text_table(path, f"the columns indicator and {column}", ("indicator", column))
    _check_filled(path, frame, column, "a number")
    _check_single(path, frame["indicator"])
    numbers = _as_numbers(frame, column, path, frame["indicator"], "a number such as 50")
    return pd.Series(numbers.to_numpy(), index=pd.Index(frame["indicator"]), name=column)
