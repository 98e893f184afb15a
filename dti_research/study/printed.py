"""A number as it was printed: its text, its digits, and the interval that it stands for.

``0.9000`` and ``0.9`` are one number and two statements: the first is known to half a ten-thousandth, the second to five
hundredths. Proven bounds are shown rounded outwards, so that what is shown stays true. Handbook step 10 (back to the data).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

import numpy as np

from dti_research.errors import InputError, find_name
from dti_research.message import Number

ROUNDING = {
    "nearest": (Fraction(-1, 2), Fraction(1, 2)),
    "down": (Fraction(0), Fraction(1)),
    "either": (Fraction(-1, 2), Fraction(1)),
    "twice": (Fraction(-1), Fraction(1)),
}
"""How far the number behind a printed one may lie below and above it, in its last digit. Both ends count as possible.
``twice``: as the mean of numbers that were rounded themselves, which merged units may have. ``down``: digits are cut, so a
negative number moves up, and a printed 0 may have been either where a table has negative numbers."""

MOST_DIGITS = 8
"""Numbers with more decimals are taken as known to this many, give or take one in the last: solvers resolve no more."""

SIGNIFICANT = 12
"""Numbers of as many digits or more are read to this many, give or take one in the last: beyond is binary noise."""


@dataclass(frozen=True)
class Printed:
    """A printed number: its text, with a decimal point, and how it came to its digits, a key of `ROUNDING`.

    ``noise`` [last digits]: how far it may lie off besides, to each side: 0 for what was read from print (see `Printed.of`).
    `InputError` for a text that is no number.

    Examples
    --------
    >>> composite = Printed("0.8241")
    >>> composite.number, composite.digits, composite.half_digit
    (0.8241, 4, 5e-05)
    >>> [float(end) for end in Printed("35", rounding="down").interval()]
    [35.0, 36.0]
    """

    text: str
    rounding: str = "nearest"
    noise: int = 0

    def __post_init__(self) -> None:
        find_name("rounding", self.rounding, ROUNDING)
        try:
            finite = Decimal(self.text).is_finite()
        except InvalidOperation:
            finite = False
        if not finite:
            raise InputError(f"printed number {self.text!r}: expected a number with a decimal point; correct it")

    @classmethod
    def of(cls, number: float, digits: int | None = None, rounding: str = "nearest") -> Printed:
        """A number of a computer's table as it was printed; with noise where it has more digits than can be resolved.

        Without `digits`, it has as many as it shows, at most `MOST_DIGITS`: zeros at the end are not known from a number.

        Examples
        --------
        >>> Printed.of(0.1 + 0.2), Printed.of(0.9, 4).text
        (Printed(text='0.3', rounding='nearest', noise=0), '0.9000')
        >>> Printed.of(1 / 3).text, Printed.of(1 / 3).noise
        ('0.33333333', 1)
        """
        exact, shown = _as_written(number), decimals(number)
        digits = min(shown if digits is None else digits, MOST_DIGITS)
        last = exact.scaleb(digits).to_integral_value()
        whole = exact.scaleb(digits) == last and len(exact.as_tuple().digits) < SIGNIFICANT
        return cls(f"{last.scaleb(-digits):.{digits}f}", rounding, 0 if whole else 10 ** max(0, digits - shown))

    @property
    def number(self) -> float:
        """The number itself."""
        return float(self.text)

    @property
    def digits(self) -> int:
        """How many decimals it shows."""
        return max(0, -Decimal(self.text).as_tuple().exponent)

    @property
    def half_digit(self) -> float:
        """Half a unit of the last printed digit."""
        return 0.5 * 10.0**-self.digits

    @property
    def said(self) -> Number:
        """The number as it is said to a reader, with the digits that are printed."""
        return Number(self.number, self.digits, group=False)

    def interval(self, *, signed: bool = False) -> tuple[Fraction, Fraction]:
        """Between which numbers the one behind it lies, exactly.

        Parameters
        ----------
        signed : bool
            True where it stands among negative numbers: a 0 may then have been cut from either side.

        Examples
        --------
        >>> [str(end) for end in Printed("0.25", "twice").interval()]
        ['6/25', '13/50']
        """
        below, above = ROUNDING[self.rounding]
        number = Fraction(self.text)
        if signed and number == 0:
            below = -above
        elif Decimal(self.text).is_signed():  # cut digits move a negative number up; -0.0 is one
            below, above = -above, -below
        last = Fraction(1, 10**self.digits)
        return number + (below - self.noise) * last, number + (above + self.noise) * last


def decimals(number: float) -> int:
    """How many decimals a number shows at its shortest.

    Examples
    --------
    >>> decimals(0.8241), decimals(12.0), decimals(1e-05)
    (4, 0, 5)
    """
    return max(0, -_as_written(number).normalize().as_tuple().exponent)


def _as_written(number: float) -> Decimal:
    """The decimal that was meant, without the noise of binary arithmetic: 0.1 + 0.2 is 0.3."""
    return Decimal(f"{number + 0.0:.{SIGNIFICANT}g}")  # adding 0.0 turns a negative zero into zero


def outwards(low: Any, high: Any, digits: int, *, noise: float = 0.0) -> tuple[Any, Any]:
    """Bounds with fewer digits that are still bounds: the lower one rounded down, the upper one up.

    So many last digits of `noise` above a shorter number, or below it, are taken for that of sums of floats, and dropped. What is
    not finite stays as it is.

    Examples
    --------
    >>> [float(end) for end in outwards(0.29861, 0.29862, 3)]
    [0.298, 0.299]
    >>> [float(end) for end in outwards(0.0, 0.1 + 0.2, 1, noise=1e-9)]
    [0.0, 0.3]
    """
    step = 10.0**digits
    # Adding 0.0, as above.
    return np.floor(low * step + noise) / step + 0.0, np.ceil(high * step - noise) / step + 0.0
