"""Vietnam's Digital Transformation Indexes (DTI): every printed figure a claim that runs, every choice a parameter.

>>> import dti_research as dti
>>> framework = dti.load_framework("national-province-2024")
>>> scores = dti.score(dti.load_values("province-2024-34"), framework)
>>> round(scores.composite["ha-noi"], 4), int(scores.rank["ha-noi"])
(np.float64(0.8241), 1)
"""

from dti_research.data import load_composites, load_framework, load_frameworks, load_values, read_values, tables
from dti_research.errors import InputError, UnknownName
from dti_research.index.framework import Framework, Indicator, LevelBand, LevelRule, Pillar
from dti_research.index.levels import READINGS, assign_levels
from dti_research.index.score import METHODS, Method, Scores, score
from dti_research.study.assessment import Assessment, open_assessment
from dti_research.study.claims import audit, reproduce
from dti_research.study.weights import rank_robustness, scenario_robustness

__all__ = [
    "METHODS",
    "READINGS",
    "Assessment",
    "Framework",
    "Indicator",
    "InputError",
    "LevelBand",
    "LevelRule",
    "Method",
    "Pillar",
    "Scores",
    "UnknownName",
    "assign_levels",
    "audit",
    "load_composites",
    "load_framework",
    "load_frameworks",
    "load_values",
    "open_assessment",
    "rank_robustness",
    "read_values",
    "reproduce",
    "scenario_robustness",
    "score",
    "tables",
]
