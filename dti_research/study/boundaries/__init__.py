"""What do the printed level boundaries do? Scores without a level or with two, readings, moving boundaries, unpublished totals.

Handbook step 7 (robustness), applied to step 10, from a score to a level. `ask` gives one answer; the functions behind it serve
other questions, too.
"""

from dti_research.study.boundaries.answer import Answer, ask
from dti_research.study.boundaries.counts import (
    PrintedCounts,
    bound_disputed,
    bound_units_in,
    printed_counts,
    simulate_changes,
)
from dti_research.study.boundaries.readings import (
    boundary_curve,
    disputed_table,
    level_changes,
    levels_by_reading,
    printed_boundaries,
    share_rule,
)

__all__ = [
    "Answer",
    "PrintedCounts",
    "ask",
    "bound_disputed",
    "bound_units_in",
    "boundary_curve",
    "disputed_table",
    "level_changes",
    "levels_by_reading",
    "printed_boundaries",
    "printed_counts",
    "share_rule",
    "simulate_changes",
]
