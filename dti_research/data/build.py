"""What ``data/processed`` holds: the printed values and composites as tables ready to copy, computed from ``data/raw``."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from dti_research.data.package import PROCESSED, load_raw
from dti_research.data.published import load_composites, load_tables, load_values
from dti_research.data.units import unit_names


def processed_tables() -> dict[str, pd.DataFrame]:
    """What ``data/processed`` holds: one wide table for each published list with values, and one of all composites."""
    names = unit_names()
    built = {}
    for table in load_raw("values").table.unique():
        wide = load_values(table)
        wide.insert(0, "name_vi", [names[unit] for unit in wide.index])
        wide["composite_printed"] = load_composites(table).reindex(wide.index)
        built[f"values-{table}"] = wide.reset_index()
    lists = load_tables()
    printed = pd.concat({table: load_composites(table) for table in lists.index}, names=["table"])
    long = printed.rename("composite_printed").reset_index()
    built["composites"] = pd.DataFrame(
        {
            "table": long.table,
            "framework": long.table.map(lists.framework),
            "year": long.table.map(lists.year),
            "unit": long.unit,
            "name_vi": long.unit.map(names),
            "composite_printed": long.composite_printed,
        }
    )
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
