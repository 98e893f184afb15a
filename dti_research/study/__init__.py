"""What can be asked of an index: one package a question, imported when it is first named.

>>> import dti_research as dti
>>> dti.study.totals.ask.__module__
'dti_research.study.totals'
"""

import importlib

from dti_research.study.weights import rank_robustness, scenario_robustness

QUESTIONS = (
    "frameworks",
    "rankings",
    "claims",
    "boundaries",
    "weights",
    "totals",
    "methods",
    "pillars",
    "recovery",
    "editions",
    "review",
)

__all__ = [*QUESTIONS, "rank_robustness", "scenario_robustness"]


def __getattr__(name: str):
    if name in QUESTIONS:
        return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *QUESTIONS})
