"""Published lists of results: what there is, and the values, composites, ranks and claims that they print."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd

from dti_research.data.frameworks import load_framework
from dti_research.data.package import load_raw
from dti_research.errors import InputError, find_name
from dti_research.index.framework import Framework


def load_tables() -> pd.DataFrame:
    """The published lists of results (index ``table``): framework, year, unit_set, ranked, coverage, source, locator."""
    return load_raw("tables").set_index("table")


def tables() -> pd.DataFrame:
    """What can be opened: the published lists of results, those with indicator values first.

    Returns
    -------
    DataFrame, shape (table, [framework, year, unit_set, units_with_values, units_with_composites, units_ranked, source])
        ``units_with_values``: units whose indicator values are printed; 0 where a list prints composites or ranks alone.
        ``units_with_composites``: units whose composite is printed. ``units_ranked``: how many the list ranks, printed or not;
        missing where nobody says so. ``unit_set``: their kind. ``source``: a row of ``data/raw/sources.csv``.

    Examples
    --------
    >>> opened = tables()
    >>> opened.loc["province-2022", ["year", "units_with_values", "units_with_composites", "units_ranked"]].tolist()
    [2022, 10, 63, 63]
    >>> opened.index[opened.units_with_values > 0].tolist()
    ['province-2020', 'province-2022', 'province-2024-34']
    """
    lists = load_tables()
    counts = {
        "framework": lists.framework,
        "year": lists.year.astype(int),
        "unit_set": lists.unit_set,
        "units_with_values": load_raw("values").groupby("table").unit.nunique().reindex(lists.index, fill_value=0),
        "units_with_composites": [len(load_composites(table)) for table in lists.index],
        "units_ranked": lists.ranked.replace("", pd.NA).astype("Int64"),
        "source": lists.source,
    }
    opened = pd.DataFrame(counts, index=lists.index)
    return opened.sort_values("units_with_values", key=lambda counted: counted == 0, kind="stable")


def _row(table: str) -> pd.Series:
    """The row of a published list in `load_tables`; an unknown one is an error that names the nearest."""
    lists = load_tables()
    return lists.loc[find_name("table", table, lists.index)]


def complete_tables(unit_set: str | None = None) -> list[str]:
    """The published lists that print every unit they rank, in the order of time; all, or those of one set of units.

    >>> complete_tables("province-63")
    ['province-2022', 'province-2023', 'province-2024-63']
    """
    lists = load_tables()
    whole = lists[lists.coverage == "complete"]
    return list(whole.index if unit_set is None else whole.index[whole.unit_set == unit_set])


def load_values(table: str) -> pd.DataFrame:
    """Printed indicator values of one published table, shape (unit, indicator) [measure of the framework].

    Rows in printed order; empty if the table prints none.

    Examples
    --------
    >>> load_values("province-2024-34").shape
    (34, 8)
    """
    rows = load_raw("values")
    rows = rows[rows.table == _row(table).name]
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
    source = _row(table).source
    rows = claims[(claims.table == table) & (claims.check == check) & (claims.part == "")]
    if (rows.source == source).any():
        rows = rows[rows.source == source]
    return rows.drop_duplicates("unit").set_index("unit").printed.rename(check)


def load_printed(table: str) -> tuple[pd.DataFrame, pd.Series, pd.Series]:
    """Values and composites of one published table, and to how many decimals each column is printed.

    The values, shape (unit, indicator), are of the units of which any are printed (`InputError` if there are none), the composites
    of these units, as far as they are printed. The digits, shape (indicator and composite,), are the most decimals that any number
    of the column shows in print: 0.9000 has four.

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
    digits = rows.value.map(decimals).groupby(rows.indicator).max().reindex(values.columns)
    digits["composite"] = texts.map(decimals).max()
    return values, texts.astype(float), digits.rename("digits")


def decimals(text: str) -> int:
    """How many decimals a number shows as it is written.

    >>> decimals("0.9000"), decimals("12"), decimals("1E-3"), decimals("")
    (4, 0, 3, 0)
    """
    return max(0, -Decimal(text or 0).as_tuple().exponent)


def framework_of(table: str) -> Framework:
    """The framework that a published table is of; an unknown table is an error that names the nearest.

    >>> framework_of("province-2022").id
    'national-province-2022'
    """
    return load_framework(_row(table).framework)


def load_ranks(table: str) -> pd.Series:
    """Printed ranks of one published table, of the composite, in printed order.

    >>> load_ranks("province-2020")["ninh-binh"]
    np.int64(8)
    """
    return _printed(table, "rank").astype(int)


def table_of(framework: str, year: int | None = None) -> str:
    """The published table of a framework and year that holds indicator values (the only one, or the latest, without a year)."""
    lists = load_tables()
    with_values = set(load_raw("values").table)
    own = lists[(lists.framework == load_framework(framework).id) & lists.index.isin(with_values)]
    if year is not None:
        own = own[own.year == str(year)]
    if own.empty:
        known = ", ".join(f"{row.framework} {row.year}" for name, row in lists.iterrows() if name in with_values)
        wanted = framework if year is None else f"{framework} {year}"
        raise InputError(
            f"no indicator values are published for {wanted}; they are for: {known}; choose one of these, or "
            "give a file of your own"
        )
    return own.sort_values("year").index[-1]
