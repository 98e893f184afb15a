"""The only door to data files: read, check, write.

``data/raw`` holds what was printed, transcribed by hand, one row with its source and place for each figure;
``data/raw/datapackage.json`` describes every table (types, keys, foreign keys) and is the only schema. Every load checks it with
the frictionless library: a slip of ours raises `InputError`, a contradiction of the publisher stays (it becomes a finding).
``data/processed`` is built from it by `build_processed`.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Collection
from decimal import Decimal
from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd

from dti_research.errors import InputError, UnknownName, find_name, nearest
from dti_research.index.framework import CLOSED, OPEN, Framework, Indicator, LevelBand, LevelRule, Pillar

ROOT = Path(__file__).resolve().parents[1]
RAW = ROOT / "data" / "raw"
PROCESSED = ROOT / "data" / "processed"


# --------------------------------------------------------------------------------------------------------------- raw tables


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


def _number(text: str) -> float | None:
    return float(text) if text else None


def _integer(text: str) -> int | None:
    return int(text) if text else None


# --------------------------------------------------------------------------------------------------------------- frameworks


@functools.cache
def load_frameworks(raw: Path = RAW) -> dict[str, Framework]:
    """All frameworks by id, in the order of ``frameworks.csv``.

    Examples
    --------
    >>> load_frameworks()["hcmc-district-2023"].total_points
    660.0
    """
    indicators, pillars, levels = (_tables(raw)[name] for name in ("indicators", "pillars", "levels"))
    frameworks = {}
    for row in _tables(raw)["frameworks"].to_dict("records"):
        fid = row["framework"]
        own_pillars = pillars[pillars.framework == fid]
        own_levels = levels[levels.framework == fid]
        frameworks[fid] = Framework(
            id=fid,
            name_vi=row["name_vi"],
            name_en=row["name_en"],
            issuer=row["issuer"],
            decision=row["decision"],
            decision_date=row["decision_date"],
            decision_source=row["decision_source"],
            decision_locator=row["decision_locator"],
            unit_set=row["unit_set"],
            years=tuple(int(year) for year in row["years"].split(";") if year),
            main_indicators=_integer(row["main_indicators"]),
            components=_integer(row["components"]),
            total_printed=_number(row["total_points"]),
            measure=row["measure"],
            weights=row["weights"],
            note_vi=row["note_vi"],
            note_en=row["note_en"],
            source=row["source"],
            locator=row["locator"],
            indicators=tuple(
                Indicator(
                    code=i["indicator"],
                    name_vi=i["name_vi"],
                    name_en=i["name_en"],
                    concept=i["concept"],
                    group=i["group"],
                    points=_number(i["points"]),
                    components=_integer(i["components"]),
                    optional=i["optional"] == "true",
                    source=i["source"],
                    locator=i["locator"],
                )
                for i in indicators[indicators.framework == fid].to_dict("records")
            ),
            pillars=tuple(
                Pillar(
                    code=code,
                    name_vi=members.name_vi.iloc[0],
                    name_en=members.name_en.iloc[0],
                    indicators=tuple(members.indicator),
                    source=members.source.iloc[0],
                    locator=members.locator.iloc[0],
                )
                for code, members in own_pillars.groupby("pillar", sort=False)
            ),
            level_rules=tuple(
                LevelRule(
                    document=document,
                    bands=tuple(
                        LevelBand(
                            name_vi=band["name_vi"],
                            name_en=band["name_en"],
                            lower=_number(band["lower"]),
                            upper=_number(band["upper"]),
                            lower_edge=band["lower_edge"] or CLOSED,  # no bound, no edge
                            upper_edge=band["upper_edge"] or OPEN,
                            source=band["source"],
                            locator=band["locator"],
                        )
                        for band in bands.to_dict("records")
                    ),
                )
                for document, bands in own_levels.groupby("document", sort=False)
            ),
        )
    return frameworks


def load_framework(framework: str) -> Framework:
    """One framework by id; an unknown id is an error that names the nearest."""
    frameworks = load_frameworks()
    return frameworks[find_name("framework", framework, frameworks)]


def frameworks_like(framework: Framework) -> list[Framework]:
    """The editions of one index: frameworks that grade the same kind of units, this one among them.

    Examples
    --------
    >>> [one.id for one in frameworks_like(load_framework("national-province-2024"))]
    ['national-province-2020', 'national-province-2022', 'national-province-2024']
    """
    kind = framework.unit_set.partition("-")[0]
    return [one for one in load_frameworks().values() if one.unit_set.partition("-")[0] == kind]


# --------------------------------------------------------------------------------------------------------- units and names


_EARLY_TONES = "òa óa ỏa õa ọa òe óe ỏe õe ọe ùy úy ủy ũy ụy".split()


def match_key(name: str) -> str:
    """The part of a printed name that decides who is meant: NFC, lower case, no "TP.", "Tỉnh", "UBND quận", plain dashes.

    Examples
    --------
    >>> match_key(" TP.  Đà Nẵng") == match_key("thành phố Đà Nẵng") == match_key("Đà Nẵng")
    True
    >>> match_key("Q.8") == match_key("UBND quận 8"), match_key("Q.Gò Vấp") == match_key("Gò Vấp")
    (True, True)
    >>> match_key("Thanh Hoá") == match_key("Thanh Hóa"), match_key("Phú Quý") == match_key("Phú Qúy")
    (True, False)
    """
    key = unicodedata.normalize("NFC", name).casefold()
    key = re.sub(r"[‐-―−]", "-", key)
    key = re.sub(r"\s*-\s*", " - ", key)
    key = re.sub(r"\s+", " ", key).strip()
    for late, early in zip("oà oá oả oã oạ oè oé oẻ oẽ oẹ uỳ uý uỷ uỹ uỵ".split(), _EARLY_TONES, strict=True):
        key = re.sub(
            rf"(?<!q){late}(?!\w)", early, key
        )  # Hoà and Hòa are one name; the mark of "quý" has one place only
    key = re.sub(r"^(ủy ban nhân dân|ubnd) ", "", key)
    key = re.sub(r"^(thành phố |tp\.? ?|tỉnh |huyện |h\. ?)(?=\w)", "", key)
    return re.sub(r"^(quận |q\. ?)(?=\D)", "", re.sub(r"^q\. ?(?=\d)", "quận ", key))


def load_units(unit_set: str | None = None) -> pd.DataFrame:
    """Units (index ``unit``), all or those of one set; ``province-63`` and ``province-34`` are before and after the mergers."""
    units = load_raw("units").set_index("unit")
    if unit_set is None:
        return units
    if unit_set == "province-63":
        return units[(units.kind == "province") & (units.valid_from == "")]
    if unit_set == "province-34":
        return units[(units.kind == "province") & (units.valid_until == "")]
    return units[units.kind == unit_set]


def find_units(names: list[str], unit_set: str) -> dict[str, str]:
    """Codes of the names that are known; a name nobody prints keeps no code (it is not an error to score one's own units).

    Several provinces bear one name before and after the mergers of 2025-07-01. The framework's own set decides; where the
    names belong to the other set instead (a table of the 63 under the framework of the 34), that set decides for all of them.

    Raises
    ------
    InputError
        If one unit stands under two of the names, or names of both sets are mixed.

    Examples
    --------
    >>> find_units(["TP. Huế", "Đà Nẵng", "Xã Mỹ Thuận"], "province-34")
    {'TP. Huế': 'thua-thien-hue', 'Đà Nẵng': 'da-nang-2025'}
    >>> find_units(["Đà Nẵng", "Quảng Nam"], "province-34")
    {'Đà Nẵng': 'da-nang', 'Quảng Nam': 'quang-nam'}
    """
    aliases = load_raw("aliases")

    def lookup(which: str) -> dict[str, str]:
        units = load_units(which)
        table = {
            match_key(name): unit for name, unit in zip(aliases.name, aliases.unit, strict=True) if unit in units.index
        }
        table |= {match_key(unit): unit for unit in units.index}
        return {name: table[match_key(name)] for name in names if match_key(name) in table}

    codes = lookup(unit_set)
    other_set = {"province-34": "province-63", "province-63": "province-34"}.get(unit_set)
    if other_set:
        others = lookup(other_set)
        strangers = [name for name in others if name not in codes]
        if strangers and set(codes) <= set(others):
            codes = others
        elif strangers:
            own = [name for name in codes if name not in others]
            raise InputError(
                f"column unit: {', '.join(own[:3])} belong to {unit_set} and {', '.join(strangers[:3])} to {other_set}: "
                "provinces before and after the mergers of 2025-07-01 cannot stand in one ranking; score them in two files"
            )
    by_code: dict[str, str] = {}
    for name, code in codes.items():
        if code in by_code:
            raise InputError(
                f"column unit: {by_code[code]!r} and {name!r} are the same unit ({code}); keep one row for it"
            )
        by_code[code] = name
    return codes


def unit_names() -> dict[str, str]:
    """Official name of each unit code."""
    return load_raw("units").set_index("unit").name_vi.to_dict()


def load_crosswalk() -> pd.DataFrame:
    """Which of the 63 provinces make up each of the 34, in force since 2025-07-01.

    Returns
    -------
    DataFrame, shape (old unit, [before, after, in_force, namesake])
        ``namesake``: true for the one part whose name the new province bears.

    Examples
    --------
    >>> walk = load_crosswalk()
    >>> walk[walk.after == "hai-phong-2025"][["before", "namesake"]].to_numpy().tolist()
    [['hai-duong', False], ['hai-phong', True]]
    """
    walk = load_raw("mergers").rename(columns={"unit_before": "before", "unit_after": "after"})
    names = unit_names()
    walk["namesake"] = [names[one] == names[other] for one, other in zip(walk.before, walk.after, strict=True)]
    return walk[["before", "after", "in_force", "namesake"]]


# ------------------------------------------------------------------------------------------------------- values and claims


def load_tables() -> pd.DataFrame:
    """The published lists of results (index ``table``): framework, year, unit_set, ranked, coverage, source, locator."""
    return load_raw("tables").set_index("table")


def complete_tables(unit_set: str | None = None) -> list[str]:
    """The published lists that print every unit they rank, in the order of time; all, or those of one set of units.

    Examples
    --------
    >>> complete_tables("province-63")
    ['province-2022', 'province-2023', 'province-2024-63']
    """
    tables = load_tables()
    whole = tables[tables.coverage == "complete"]
    return list(whole.index if unit_set is None else whole.index[whole.unit_set == unit_set])


def load_values(table: str) -> pd.DataFrame:
    """Printed indicator values of one published table.

    Returns
    -------
    DataFrame, shape (unit, indicator) [measure of the framework]
        Rows in printed order; empty if the table prints none.

    Examples
    --------
    >>> load_values("province-2024-34").shape
    (34, 8)
    """
    rows = load_raw("values")
    rows = rows[rows.table == find_name("table", table, load_tables().index)]
    wide = rows.assign(value=rows.value.astype(float)).pivot(index="unit", columns="indicator", values="value")
    wide = wide.reindex(index=rows.unit.unique(), columns=rows.indicator.unique())
    wide.columns.name = None
    return wide


def load_claims() -> pd.DataFrame:
    """Every printed figure (index ``claim``): framework, table, check, unit, part, printed, given, source, locator."""
    return load_raw("claims").set_index("claim")


def load_composites(table: str) -> pd.Series:
    """Printed composites of one published table, in printed order [measure of the framework]."""
    return _printed(table, "composite").astype(float)


def _printed(table: str, check: str) -> pd.Series:
    """The text of one figure of each unit (not of its pillars), from the table's own source if it prints any."""
    claims = load_claims()
    source = load_tables().loc[find_name("table", table, load_tables().index), "source"]
    rows = claims[(claims.table == table) & (claims.check == check) & (claims.part == "")]
    if (rows.source == source).any():
        rows = rows[rows.source == source]
    return rows.drop_duplicates("unit").set_index("unit").printed.rename(check)


def load_printed(table: str) -> tuple[pd.DataFrame, pd.Series, pd.Series]:
    """Values and composites of one published table, and to how many decimals each column is printed.

    Returns
    -------
    values : DataFrame, shape (unit, indicator) [measure of the framework]
        Of the units whose values are printed.
    composites : Series, shape (unit,) [measure of the framework]
        Of these units, as far as they are printed.
    digits : Series, shape (indicator and composite,)
        The most decimals that any number of the column shows in print: 0.9000 has four.

    Raises
    ------
    InputError
        A table that prints no values of indicators.
    UnknownName
        An unknown table.

    Examples
    --------
    >>> values, composites, digits = load_printed("province-2022")
    >>> len(composites), digits["digital_institutions"], digits["composite"]
    (10, np.int64(4), np.int64(4))
    """
    values = load_values(table)
    if values.empty:
        known = ", ".join(load_raw("values").table.unique())
        raise InputError(f"{table} prints no values of indicators; expected a table with some; choose one of {known}")
    texts = _printed(table, "composite")
    texts = texts[texts.index.isin(values.index)]
    rows = load_raw("values").query("table == @table")
    digits = rows.value.map(_decimals).groupby(rows.indicator).max().reindex(values.columns)
    digits["composite"] = texts.map(_decimals).max()
    return values, texts.astype(float), digits.rename("digits")


def _decimals(text: str) -> int:
    """How many decimals a number shows as it is written.

    Examples
    --------
    >>> _decimals("0.9000"), _decimals("12"), _decimals("1E-3"), _decimals("")
    (4, 0, 3, 0)
    """
    return max(0, -Decimal(text or 0).as_tuple().exponent)


def framework_of(table: str) -> Framework:
    """The framework that a published table is of; an unknown table is an error that names the nearest.

    Examples
    --------
    >>> framework_of("province-2022").id
    'national-province-2022'
    """
    tables = load_tables()
    return load_framework(tables.framework[find_name("table", table, tables.index)])


def load_ranks(table: str) -> pd.Series:
    """Printed ranks of one published table, of the composite, in printed order.

    Examples
    --------
    >>> load_ranks("province-2020")["ninh-binh"]
    np.int64(8)
    """
    return _printed(table, "rank").astype(int)


def table_of(framework: str, year: int | None = None) -> str:
    """The published table of a framework and year that holds indicator values (the only one, or the latest, without a year)."""
    tables = load_tables()
    with_values = set(load_raw("values").table)
    own = tables[(tables.framework == load_framework(framework).id) & tables.index.isin(with_values)]
    if year is not None:
        own = own[own.year == str(year)]
    if own.empty:
        known = ", ".join(f"{t.framework} {t.year}" for name, t in tables.iterrows() if name in with_values)
        wanted = framework if year is None else f"{framework} {year}"
        raise InputError(
            f"no indicator values are published for {wanted}; they are for: {known}; choose one of these, or "
            "give a file of your own"
        )
    return own.sort_values("year").index[-1]


# ----------------------------------------------------------------------------------------------------- a user's own table


def read_values(path: str | Path) -> pd.DataFrame:
    """A user's table of values: a CSV file with the column ``unit`` and one column for each indicator code.

    Comma or semicolon separated (a Vietnamese Excel writes semicolons and decimal commas); UTF-8 with or without a mark.

    Returns
    -------
    DataFrame, shape (unit, indicator)
        Index as written. Empty cells are missing values; whether one may be missing is for the framework to say.

    Raises
    ------
    InputError
        With file, row, column, what was found, what was expected and what to do.
    """
    table, _ = _read_units(Path(path), "the column unit and the indicator codes")
    return table


def read_printed(path: str | Path, needs: Collection[str] = ("composite",)) -> tuple[pd.DataFrame, pd.Series]:
    """A user's copy of a printed table, and to how many decimals each of its columns is printed.

    A CSV file as `read_values` reads it, with the column ``composite`` besides.

    Parameters
    ----------
    path : str or Path
    needs : collection of str
        Columns that must be there besides ``unit``.

    Returns
    -------
    table : DataFrame, shape (unit, column)
        Indicators and composite alike. Empty cells are missing values.
    digits : Series, shape (column,)
        The most decimals that any cell of the column shows in the text: 0.9000 has four.

    Raises
    ------
    InputError
        With file, row, column, what was found, what was expected and what to do.
    """
    expected = " and ".join(["the columns unit", *needs, "the indicator codes"])
    table, texts = _read_units(Path(path), expected, needs)
    return table, texts.map(_decimals).max().astype(int).rename("digits")


def _read_units(path: Path, expected: str, needs: Collection[str] = ()) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A file with the column ``unit`` and numbers in all others: as numbers, and as text."""
    frame = _read_text_table(path, expected)
    for column in ("unit", *needs):
        if column not in frame.columns:
            alike = [name for name in frame.columns if name.casefold() == column]
            hint = f" (rename {alike[0]!r}: small letters count)" if alike else nearest(column, frame.columns)
            raise InputError(
                f"{path} row 1: no column {column!r}{hint}; found {', '.join(frame.columns)}; name the column of "
                f"{column}s {column}"
            )
    names = frame["unit"]
    for row, name in names.items():
        if not name:
            raise InputError(
                f"{path} row {row + 1}, column unit: empty; expected a name or a code; fill it or delete the row"
            )
    for name in names[names.duplicated()].unique():
        rows = [str(row + 1) for row in names.index[names == name]]
        raise InputError(f"{path} rows {' and '.join(rows)}, column unit: {name!r} stands twice; keep one row for it")
    expected = "a number such as 0.8253 (no % sign; a column that is no indicator must be removed)"
    columns = {c: _as_numbers(frame, c, path, names, expected).to_numpy() for c in frame.columns if c != "unit"}
    table = pd.DataFrame(columns, index=pd.Index(names, name="unit"))
    return table, frame.drop(columns="unit").set_axis(table.index)


def _read_text_table(path: Path, expected: str) -> pd.DataFrame:
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
    if separator != ",":
        _check_thousands(frame, path)
        numeric = [name for name in names if name not in ("unit", "indicator")]
        frame[numeric] = frame[numeric].map(lambda cell: cell.replace(",", "."))
    return frame


def _check_thousands(frame: pd.DataFrame, path: Path) -> None:
    """Refuse 1.035 beside 987: a Vietnamese reader writes one thousand and thirty-five so, and it would be read "
    "as just over one."""
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
    UnknownName
        No such file.
    InputError
        A column that is missing, an empty unit, a namesake that is neither yes nor no, a weight that is no number.
    """
    path = Path(path)
    frame = _read_text_table(path, "the columns before and after")
    if not {"before", "after"} <= set(frame.columns):
        raise InputError(f"{path} row 1: found {', '.join(frame.columns)}; expected the columns before and after")
    for column in ("before", "after"):
        blank = frame.index[frame[column] == ""]
        if len(blank):
            raise InputError(f"{path} row {blank[0] + 1}, column {column}: empty; expected a unit; fill it in")
    walk = frame[["before", "after"]].copy()
    if "namesake" in frame.columns:
        words = {
            "yes": True,
            "có": True,
            "true": True,
            "1": True,
            "no": False,
            "không": False,
            "false": False,
            "0": False,
            "": False,
        }
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
    frame = _read_text_table(path, f"the columns indicator and {column}")
    if not {"indicator", column} <= set(frame.columns):
        raise InputError(f"{path} row 1: found {', '.join(frame.columns)}; expected the columns indicator and {column}")
    numbers = _as_numbers(frame, column, path, frame["indicator"], "a number such as 50")
    double = frame.index[frame["indicator"].duplicated()]
    if len(double):
        raise InputError(
            f"{path} row {double[0] + 1}: indicator {frame['indicator'][double[0]]!r} stands twice; keep one row"
        )
    missing = frame.index[numbers.isna()]
    if len(missing):
        raise InputError(
            f"{path} row {missing[0] + 1} ({frame['indicator'][missing[0]]}), column {column}: empty; fill it in"
        )
    return pd.Series(numbers.to_numpy(), index=pd.Index(frame["indicator"]), name=column)


# ---------------------------------------------------------------------------------------------------------------- processed


def processed_tables() -> dict[str, pd.DataFrame]:
    """What ``data/processed`` holds: one wide table for each published list with values, and one of all composites."""
    names = unit_names()
    built = {}
    for table in load_raw("values").table.unique():
        wide = load_values(table)
        wide.insert(0, "name_vi", [names[unit] for unit in wide.index])
        wide["composite_printed"] = load_composites(table).reindex(wide.index)
        built[f"values-{table}"] = wide.reset_index()
    long = []
    for table, row in load_tables().iterrows():
        printed = load_composites(table)
        if printed.empty:
            continue
        long.append(
            pd.DataFrame(
                {
                    "table": table,
                    "framework": row.framework,
                    "year": row.year,
                    "unit": printed.index,
                    "name_vi": [names[unit] for unit in printed.index],
                    "composite_printed": printed.to_numpy(),
                }
            )
        )
    built["composites"] = pd.concat(long, ignore_index=True)
    return built


def build_processed(folder: Path = PROCESSED) -> list[Path]:
    """Write `processed_tables` as CSV (UTF-8, decimal point) and return the paths."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, table in processed_tables().items():
        path = folder / f"{name}.csv"
        table.to_csv(path, index=False, lineterminator="\n", encoding="utf-8", float_format="%.10g")
        written.append(path)
    return written
