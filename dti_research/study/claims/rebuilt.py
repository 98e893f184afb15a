"""A published list's composites, computed with the points of a framework."""

from __future__ import annotations

import pandas as pd

from dti_research.index.score import METHODS, rank_min, score
from dti_research.study.claims.corpus import Print, load_print
from dti_research.study.claims.outcome import EPSILON


def composites_under(table: str, points_of: str, print_: Print | None = None) -> pd.DataFrame:
    """A table's composites computed with the points of a framework, beside the printed ones.

    Returns
    -------
    DataFrame, shape (unit, [printed, computed, difference, reproduced, rank, order_printed, order_computed])
        ``rank`` is the printed one among all ranked units; the two orders are ranks among the units with values.

    Examples
    --------
    >>> int(composites_under("province-2024-34", "national-province-2024")["reproduced"].sum())
    34
    >>> int(composites_under("province-2024-34", "national-province-2022")["reproduced"].sum())
    0
    """
    print_ = print_ or load_print()
    values = print_.values[table]
    computed = score(values, print_.frameworks[points_of], METHODS["published"]).composite
    printed = print_.printed_composites(table).reindex(values.index)
    difference = computed - printed
    ranks = pd.Series(
        {c.unit: int(c.number) for c in print_.find(table=table, check="rank", part="") if c.printed.isdigit()}
    )
    return pd.DataFrame(
        {
            "printed": printed,
            "computed": computed,
            "difference": difference,
            "reproduced": difference.abs() <= rounding_bound(table, print_) + EPSILON,
            "rank": ranks.reindex(values.index),
            "order_printed": rank_min(printed),
            "order_computed": rank_min(computed),
        }
    )


def rounding_bound(table: str, print_: Print | None = None) -> float:
    """How far a computed composite of a table may lie from its print: half the printed digit, plus the rounding of the values."""
    print_ = print_ or load_print()
    source = print_.tables.loc[table, "source"]
    return (
        max(c.half_digit for c in print_.find(table=table, check="composite", source=source))
        + print_.input_half_digit[table]
    )
