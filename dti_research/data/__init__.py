"""The only door to data files: read, check, write.

What was printed is behind `load_` functions, a user's own files are behind `read_` functions. The rooms, each of which imports only
from those before it:

- `package`: the tables of ``data/raw``, where they lie, and the check against their schema;
- `frameworks`: these tables as the nouns of `dti_research.index.framework`;
- `units`: who is scored, under which names, and what became of whom;
- `published`: printed lists of results: values, composites, ranks, claims;
- `own`: a user's own files;
- `build`: what ``data/processed`` holds, computed from ``data/raw``.
"""

from dti_research.data.build import build_processed, processed_tables
from dti_research.data.frameworks import frameworks_like, load_framework, load_frameworks
from dti_research.data.own import read_crosswalk, read_numbers, read_printed, read_values
from dti_research.data.package import PROCESSED, RAW, ROOT, check_package, file_of, load_raw, project_folder
from dti_research.data.published import (
    complete_tables,
    framework_of,
    load_claims,
    load_composites,
    load_printed,
    load_ranks,
    load_tables,
    load_values,
    table_of,
    tables,
)
from dti_research.data.units import find_units, load_crosswalk, load_units, match_key, unit_names

__all__ = [
    "PROCESSED",
    "RAW",
    "ROOT",
    "build_processed",
    "check_package",
    "complete_tables",
    "file_of",
    "find_units",
    "framework_of",
    "frameworks_like",
    "load_claims",
    "load_composites",
    "load_crosswalk",
    "load_framework",
    "load_frameworks",
    "load_printed",
    "load_ranks",
    "load_raw",
    "load_tables",
    "load_units",
    "load_values",
    "match_key",
    "processed_tables",
    "project_folder",
    "read_crosswalk",
    "read_numbers",
    "read_printed",
    "read_values",
    "table_of",
    "tables",
    "unit_names",
]
