"""A claim: one printed figure, with its source and place, and the check that computes it."""

from __future__ import annotations

from dataclasses import dataclass

from dti_research import data
from dti_research.errors import InputError
from dti_research.index.framework import Said
from dti_research.study.printed import Printed


@dataclass(frozen=True)
class Claim:
    """One printed figure: a row of ``data/raw/claims.csv``.

    Parameters
    ----------
    id : str
        Any text that no other claim has.
    framework, table, unit, part : str
        What it is about: the published list, the unit, and the pillar, indicator, group or level; empty where it is about more.
    check : str
        What computes it: a key of `study.claims.checks.CHECKS`.
    printed : str
        Digit for digit; a level by its name, and ``last`` for a rank that is printed as a word.
    given : dict
        What the check needs besides.
    source, locator : str
        Where it is printed: see `index.framework.Locator`.
    """

    id: str
    framework: str
    table: str
    check: str
    unit: str
    part: str
    printed: str
    given: dict[str, str]
    source: str
    locator: str

    @property
    def figure(self) -> Printed:
        """The printed number and the interval that it stands for; an error where a word is printed."""
        return Printed(self.printed)

    @property
    def number(self) -> float:
        """The printed number."""
        return self.figure.number

    @property
    def half_digit(self) -> float:
        """Half a unit of the last printed digit."""
        return self.figure.half_digit

    @property
    def said(self) -> Said:
        """What is printed, as it is said to a reader."""
        try:
            return self.figure.said
        except InputError:  # a level, "last"
            return self.printed


def read_given(text: str, claim: str) -> dict[str, str]:
    """The column ``given``: what a check needs besides.

    Raises
    ------
    InputError
        A part that is no key=value; names the claim.

    Examples
    --------
    >>> read_given("document=newspaper; level=2", "any")
    {'document': 'newspaper', 'level': '2'}
    """
    pairs = [pair.strip() for pair in text.split(";") if pair.strip()]
    for pair in pairs:
        if "=" not in pair:
            raise InputError(
                f"{data.file_of('claims')}, claim {claim}, column given: {pair!r}; expected key=value; key=value"
            )
    return {key.strip(): value.strip() for key, value in (pair.split("=", 1) for pair in pairs)}


def read_claims() -> tuple[Claim, ...]:
    """Every claim, in the order of ``claims.csv``."""
    return tuple(
        Claim(
            id=row.Index,
            framework=row.framework,
            table=row.table,
            check=row.check,
            unit=row.unit,
            part=row.part,
            printed=row.printed,
            given=read_given(row.given, row.Index),
            source=row.source,
            locator=row.locator,
        )
        for row in data.load_claims().itertuples()
    )
