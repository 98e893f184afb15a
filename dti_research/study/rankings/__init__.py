"""What rank does each unit get: a published ranking rebuilt, or a table of one's own scored.

>>> from dti_research.study import rankings
>>> from dti_research.study.assessment import open_assessment
>>> rankings.ask(open_assessment("province-2022")).rebuilt.reproduced
10
"""

from dti_research.study.rankings.answer import Answer, ask, choose_method
from dti_research.study.rankings.levels import PRINTED_DIGITS, levels_of
from dti_research.study.rankings.rebuilt import Rebuilt, rebuild, rounding_bound

__all__ = [
    "PRINTED_DIGITS",
    "Answer",
    "Rebuilt",
    "ask",
    "choose_method",
    "levels_of",
    "rebuild",
    "rounding_bound",
]
