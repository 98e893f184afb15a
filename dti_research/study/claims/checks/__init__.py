"""The checks: each computes one kind of printed figure from the rest of the print, and says how near it must come.

A new check is a function under `check` in one of the rooms, with its words in ``claims.toml``:

- `scores`: composites, pillars, ranks and levels of a published list;
- `contents`: points, components, pillars and level boundaries of a framework;
- `units`: how many units there are, and stand where;
- `moves`: from one published list to a later one.
"""

from dti_research.study.claims.checks import contents, moves, scores, units
from dti_research.study.claims.checks.declare import CHECKS, Check, check, check_claim

__all__ = ["CHECKS", "Check", "check", "check_claim", "contents", "moves", "scores", "units"]
