"""What was printed, and is it right?

A claim is one printed figure (a row of ``data/raw/claims.csv``, `corpus`). It names a check (`checks`), which computes the
figure from the rest of the print and says how near it must come (`outcome`). `ask` gives every claim its verdict, and says where
the print disagrees with itself (`contradictions`). Handbook step 10 (back to the data). Left out: which of two figures is right.
"""

from dti_research.study.claims.answer import Answer, Verdict, ask, audit, reproduce
from dti_research.study.claims.checks import CHECKS, Check, check_claim
from dti_research.study.claims.contradictions import find_boundary_disagreements, find_percentages
from dti_research.study.claims.corpus import Claim, Print, load_print
from dti_research.study.claims.outcome import (
    CONTRADICTED,
    EXPLAINED,
    NEEDS,
    NOT_CHECKABLE,
    REPRODUCED,
    VERDICTS,
    Outcome,
)

__all__ = [
    "CHECKS",
    "CONTRADICTED",
    "EXPLAINED",
    "NEEDS",
    "NOT_CHECKABLE",
    "REPRODUCED",
    "VERDICTS",
    "Answer",
    "Check",
    "Claim",
    "Outcome",
    "Print",
    "Verdict",
    "ask",
    "audit",
    "check_claim",
    "find_boundary_disagreements",
    "find_percentages",
    "load_print",
    "reproduce",
]
