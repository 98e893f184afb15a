"""Which weights are behind a printed table? All of them, with proof.

`ask` asks all there is to ask of one table: the weights that it allows, in proven intervals (`weights`, `cone`), or rows that
contradict each other and the misprint that explains them (`misprint`); points in whole numbers inside the intervals (`points`);
pillars printed elsewhere, which were not used (`pillars`). `ask_earned` asks the other way round, what a unit earned.
Handbook step 6 (weighting and aggregation), read backwards.

Weights are at least 0, and composites are weighted arithmetic means: another aggregation shows as a contradiction. Left out:
normalisation (values are taken as printed) and what is printed nowhere. Everywhere, ``rounding`` is a key of `ROUNDING`, and a
``recovery`` comes from `recover`.
"""

from dti_research.study.printed import ROUNDING, decimals
from dti_research.study.recovery.answer import Answer, EarnedAnswer, ask, ask_earned
from dti_research.study.recovery.misprint import find_contradiction, find_repairs
from dti_research.study.recovery.pillars import check_against, earned_points, pillar_bounds
from dti_research.study.recovery.points import Proposals, leave_one_out, propose_points
from dti_research.study.recovery.weights import STEP, Recovery, recover, without_units

__all__ = [
    "ROUNDING",
    "STEP",
    "Answer",
    "EarnedAnswer",
    "Proposals",
    "Recovery",
    "ask",
    "ask_earned",
    "check_against",
    "decimals",
    "earned_points",
    "find_contradiction",
    "find_repairs",
    "leave_one_out",
    "pillar_bounds",
    "propose_points",
    "recover",
    "without_units",
]
