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
