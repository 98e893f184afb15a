"""How far does a ranking move with other weights? By random draws, and exactly.

>>> from dti_research.study.weights import rank_robustness, scenario_robustness
"""

from dti_research.study.weights.robustness import rank_robustness, scenario_robustness

__all__ = ["rank_robustness", "scenario_robustness"]
