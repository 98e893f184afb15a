"""How far does a ranking move with other weights? By random draws, and exactly.

Handbook step 7 (robustness). Throughout, ``assessment`` is the `Assessment` that is asked about; ``normalised`` a table, shape
(unit, indicator), of which more is better; ``weights`` a Series, shape (indicator,) [share, adds to 1]; the same ``seed`` gives the
same draws. Left out: other methods (`study.methods`), lists of which only totals are printed (`study.totals`).

>>> from dti_research.study.weights import rank_robustness, scenario_robustness
"""

from dti_research.study.weights.answer import (
    PairAnswer,
    RobustnessAnswer,
    StabilityAnswer,
    ask_robustness,
    ask_stability,
)
from dti_research.study.weights.counts import Robustness
from dti_research.study.weights.robustness import rank_robustness, scenario_robustness

__all__ = [
    "PairAnswer",
    "Robustness",
    "RobustnessAnswer",
    "StabilityAnswer",
    "ask_robustness",
    "ask_stability",
    "rank_robustness",
    "scenario_robustness",
]
