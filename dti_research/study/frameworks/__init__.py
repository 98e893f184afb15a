"""What does each framework contain, side by side by concept, and whose points could weigh another's table?

>>> from dti_research.study import frameworks
>>> frameworks.ask(["hcmc-department-2023"]).overview.total_points.tolist()
[330.0]
"""

from dti_research.study.frameworks.answer import Answer, Tree, ask, ask_tree
from dti_research.study.frameworks.contents import (
    CONCEPTS,
    choose_frameworks,
    concept_components,
    concept_shares,
    largest_concept,
    overview,
)
from dti_research.study.frameworks.points import carry_points, points_from

__all__ = [
    "CONCEPTS",
    "Answer",
    "Tree",
    "ask",
    "ask_tree",
    "carry_points",
    "choose_frameworks",
    "concept_components",
    "concept_shares",
    "largest_concept",
    "overview",
    "points_from",
]
