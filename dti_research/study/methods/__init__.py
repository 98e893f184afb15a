"""Whose choice of method matters? One node after another, every choice at once, and the method drawn with the weights.

>>> from dti_research.study.methods import variance_based
"""

from dti_research.study.methods.answer import Answer, ask
from dti_research.study.methods.nodes import leave_one_out, one_at_a_time
from dti_research.study.methods.outcomes import OutcomeModel, variance_based
from dti_research.study.methods.sensitivity import Sensitivity, analyse

__all__ = [
    "Answer",
    "OutcomeModel",
    "Sensitivity",
    "analyse",
    "ask",
    "leave_one_out",
    "one_at_a_time",
    "variance_based",
]
