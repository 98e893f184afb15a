"""What was printed, and is it right?

A claim (``data/raw/claims.csv``, `claims`) names one of the checks (`checks`), which computes the figure from the rest of the
print (`corpus`) and says how near it must come (`outcome`). `reproduce` gives every claim its verdict (`verdicts`), `audit` finds
where the print disagrees with itself (`contradictions`), and `ask` answers both. Handbook step 10 (back to the data). Left out:
which of two printed figures is the right one.
"""

from dti_research.study.claims.answer import Answer, ask
from dti_research.study.claims.checks import CHECKS, Check, check_claim
from dti_research.study.claims.claims import Claim
from dti_research.study.claims.contradictions import (
    audit,
    find_boundary_disagreements,
    find_percentages,
    find_unscored,
)
from dti_research.study.claims.corpus import Print, load_print
from dti_research.study.claims.outcome import (
    CONTRADICTED,
    EXPLAINED,
    NEEDS,
    NOT_CHECKABLE,
    REPRODUCED,
    VERDICTS,
    Outcome,
)
from dti_research.study.claims.verdicts import Verdict, reproduce

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
    "find_unscored",
    "load_print",
    "reproduce",
]
