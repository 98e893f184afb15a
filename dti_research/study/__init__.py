"""What can be asked of an index: one module a question.

>>> from dti_research.study import rank_robustness
"""

from dti_research.study.weights import rank_robustness, scenario_robustness

__all__ = ["rank_robustness", "scenario_robustness"]
