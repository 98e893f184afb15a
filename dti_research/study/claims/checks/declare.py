"""What a check is, and where it says what it needs: `check` declares it, `check_claim` refuses claims that lack it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from dti_research import data
from dti_research.errors import InputError, find_name
from dti_research.index.framework import Framework
from dti_research.study.claims.corpus import Claim, Print
from dti_research.study.claims.outcome import NEEDS, Outcome

#: How a figure may be printed besides as a number: a level by its name, and a rank as ``last``.
FIGURES = ("number", "rank", "level")

_KNOWN: dict[str, Callable[[Framework, Print], Iterable[str]]] = {
    "group": lambda framework, print_: sorted({i.group for i in framework.indicators if i.group}),
    "indicator": lambda framework, print_: [i.code for i in framework.indicators],
    "pillar": lambda framework, print_: [pillar.code for pillar in framework.pillars],
    "document": lambda framework, print_: [rule.document for rule in framework.level_rules],
    "edge": lambda framework, print_: ["lower", "upper"],
    "since": lambda framework, print_: print_.tables.index,
    "needs": lambda framework, print_: NEEDS,
}
"""The names that a ``part`` or a key of ``given`` may have, where they are a closed list."""


@dataclass(frozen=True)
class Check:
    """A check, and what it needs of a claim.

    Parameters
    ----------
    name : str
        What stands in the column ``check``; its words are in ``claims.toml``, under ``what``.
    table : bool
        The claim must name a published list.
    part : str
        What the column ``part`` must name: ``indicator``, ``group``, or nothing in particular.
    given, may : tuple of str
        Keys that ``given`` must hold, and keys that it may hold.
    figure : str
        One of `FIGURES`.
    valid : callable, optional
        Raises where more is wrong; it is also given the place for its message.
    """

    name: str
    compute: Callable[[Claim, Print], Outcome]
    table: bool = False
    part: str = ""
    given: tuple[str, ...] = ()
    may: tuple[str, ...] = ()
    figure: str = "number"
    valid: Callable[[Claim, Print, str], None] | None = None

    def __call__(self, claim: Claim, print_: Print) -> Outcome:
        """The verdict on a claim, with what was computed."""
        return self.compute(claim, print_)

    @property
    def summary(self) -> str:
        """What it computes: the first line of its function's docstring."""
        return (self.compute.__doc__ or "").strip().splitlines()[0]


CHECKS: dict[str, Check] = {}
"""Every check by its name."""


def check(**needs: object) -> Callable[[Callable[[Claim, Print], Outcome]], Check]:
    """Declare a function as the check of its own name, with fields of `Check` besides name and compute."""

    def declare(compute: Callable[[Claim, Print], Outcome]) -> Check:
        declared = Check(compute.__name__, compute, **needs)
        find_name(f"figure of check {declared.name}", declared.figure, FIGURES)
        CHECKS[declared.name] = declared
        return declared

    return declare


def check_claim(claim: Claim, print_: Print) -> None:
    """Refuse a claim that names what is not there: that is our slip, and must not become an accusation of the publisher."""
    where = f"of claim {claim.id} ({data.file_of('claims')})"
    declared, framework = CHECKS[find_name(f"check {where}", claim.check, CHECKS)], print_.frameworks[claim.framework]
    for key in claim.given:
        find_name(f"key in given {where}", key, sorted({*declared.given, *declared.may}))
    if missing := sorted(set(declared.given) - set(claim.given)):
        raise InputError(f"given {where}: {', '.join(missing)} missing; write {missing[0]}=...")
    for key, value in claim.given.items():
        if key in _KNOWN:
            find_name(f"{key} {where}", value, _KNOWN[key](framework, print_))
    if declared.table and not claim.table:
        raise InputError(f"table {where}: empty; check {claim.check} needs one of {', '.join(print_.tables.index)}")
    own = print_.tables.loc[claim.table, "framework"] if claim.table else claim.framework
    if own != claim.framework:
        raise InputError(f"framework {where}: {claim.framework}; table {claim.table} belongs to {own}")
    if declared.part:
        find_name(f"{declared.part} {where}", claim.part, _KNOWN[declared.part](framework, print_))
    if declared.valid is not None:
        declared.valid(claim, print_, where)
    if declared.figure == "level" or (declared.figure == "rank" and claim.printed == "last"):
        return
    try:
        float(claim.printed)
    except ValueError:
        raise InputError(f"printed {where}: {claim.printed!r}; expected a number with a decimal point") from None
