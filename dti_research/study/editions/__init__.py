"""Why did a rank move between two editions of an index, and how stable is the order?

`open_pair` opens two lists, `ask` answers. `causes` splits a change among its causes, `mergers` merges units, `bounds` tells what
the weights can have done where values are not printed, `mobility` compares two orders.
"""

from dti_research.study.editions.answer import Answer, ask, bound_values, explain_mergers, explain_values
from dti_research.study.editions.bounds import bound_reweighting
from dti_research.study.editions.causes import CAUSES, Edition, Explanation, explain_change, shapley, without_idle
from dti_research.study.editions.mergers import RULES, check_crosswalk, merge_units
from dti_research.study.editions.pair import Pair, open_pair

__all__ = [
    "CAUSES",
    "RULES",
    "Answer",
    "Edition",
    "Explanation",
    "Pair",
    "ask",
    "bound_reweighting",
    "bound_values",
    "check_crosswalk",
    "explain_change",
    "explain_mergers",
    "explain_values",
    "merge_units",
    "open_pair",
    "shapley",
    "without_idle",
]
