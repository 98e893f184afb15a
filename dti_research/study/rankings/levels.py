"""The level of every scored unit, under a reading of the printed bands. Handbook step 10 (back to the data)."""

from __future__ import annotations

import pandas as pd

from dti_research.errors import UnknownName, find_name
from dti_research.index.framework import Framework
from dti_research.index.levels import DEFAULT_LEVELS, READINGS, assign_levels
from dti_research.index.score import Scores

PRINTED_DIGITS = {"share": 4, "points": 2}
"""Printed decimals of a composite in each measure."""


def levels_of(scores: Scores, framework: Framework, reading: str, document: str | None = None) -> pd.Series:
    """The level of every scored unit, under a reading of the framework's printed bands.

    ``share-60-80`` holds each unit against its own maximum, so it also serves frameworks that print no bands and units that take an
    indicator more than others (Hanoi).

    Returns
    -------
    Series of tuple of str, shape (unit,)
        See `index.levels.assign_levels`.

    Raises
    ------
    UnknownName
        Unknown reading or document; no printed bands for a reading that needs them; a composite that is no share of a maximum
        (z-scores, ranks).

    Examples
    --------
    >>> from dti_research import data
    >>> from dti_research.index.score import score
    >>> framework = data.load_framework("national-province-2024")
    >>> levels_of(score(data.load_values("province-2024-34"), framework), framework, "share-60-80")["ha-noi"]
    ('Nâng cao',)
    """
    find_name("reading", reading, READINGS)
    if scores.measure not in PRINTED_DIGITS:
        raise UnknownName(
            f"reading {reading}: under method {scores.method.name} the composite is a {scores.measure}, which has no maximum to "
            "hold a boundary against; leave the levels out, or choose a method that normalises by share-of-maximum"
        )
    digits = PRINTED_DIGITS[scores.measure]
    composite = scores.composite.round(digits)
    if reading == "share-60-80":
        return assign_levels(composite / scores.maximum, DEFAULT_LEVELS, reading, total=1.0, digits=None)
    total = framework.total_points if scores.measure == "points" else 1.0
    return assign_levels(composite, framework.level_rule(document), reading, total=total, digits=digits)
