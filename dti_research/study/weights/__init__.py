"""How far does a ranking move with other weights? By random draws, and exactly.

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
