"""The checks: each computes one kind of printed figure from the rest of the print, and says how near it must come.

A new check is a function under `check`, with its words in ``claims.toml``: in `contents` on what a framework contains, in `lists`
on a published list.
"""

from dti_research.study.claims.checks import contents, lists
from dti_research.study.claims.checks.declare import CHECKS, Check, check, check_claim

__all__ = ["CHECKS", "Check", "check", "check_claim", "contents", "lists"]
