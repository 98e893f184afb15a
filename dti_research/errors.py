"""What is raised when input cannot be used: where, what was found, what was expected, what to do.

`InputError` is for a file, table or number that is wrong; `UnknownName` for a word that nothing bears (a framework, a method, a
report). The command line answers the first with exit status 1 (a check failed) and the second with 2 (wrong use).
"""

from __future__ import annotations

import difflib
import numbers
from collections.abc import Iterable


class InputError(ValueError):
    """Input that cannot be used. The message names the place, what was found, what was expected and the remedy."""


class UnknownName(InputError):
    """A name that nothing bears. The message names the nearest one and lists those that are known."""


def nearest(name: object, known: Iterable) -> str:
    """A hint at the known name that looks most like this one; empty if none does.

    >>> nearest("roads_", ["roads", "wells"])
    " (did you mean 'roads'?)"
    >>> nearest("sky", ["roads", "wells"])
    ''
    """
    close = closest(name, known)
    return "" if close is None else f" (did you mean {close!r}?)"


def closest(name: object, known: Iterable) -> str | None:
    """The known name that looks most like this one; None if none does."""
    return next(iter(difflib.get_close_matches(str(name), [str(k) for k in known], n=1)), None)


def find_name(what: str, name: str, known: Iterable[str]) -> str:
    """The name itself if it is known; else `UnknownName`, with the nearest match and the known ones.

    >>> find_name("paint", "blue", ["blue", "red"])
    'blue'
    >>> find_name("paint", "bleu", ["blue", "red"])
    Traceback (most recent call last):
    dti_research.errors.UnknownName: unknown paint 'bleu' (did you mean 'blue'?); known: blue, red
    """
    known = list(known)
    if name in known:
        return name
    raise UnknownName(f"unknown {what} {name!r}{nearest(name, known)}; known: {', '.join(map(str, known))}")


def is_number(found: object) -> bool:
    """Whether something is a real number, and no truth value."""
    return isinstance(found, numbers.Real) and not isinstance(found, bool)


def check_whole(what: str, found: object, least: int) -> int:
    """The number itself, if it is a whole one of at least `least`; else `InputError`.

    >>> check_whole("draws", 0, 1)
    Traceback (most recent call last):
    dti_research.errors.InputError: draws 0: expected a whole number of at least 1; correct it
    """
    if not is_number(found) or not isinstance(found, numbers.Integral) or found < least:
        raise InputError(f"{what} {found!r}: expected a whole number of at least {least}; correct it")
    return int(found)


def check_share(what: str, found: object) -> float:
    """The number itself, if it lies between 0 and 1; else `InputError`.

    >>> check_share("confidence", 95)
    Traceback (most recent call last):
    dti_research.errors.InputError: confidence 95: expected a share above 0 and below 1, such as 0.95; correct it
    """
    if not is_number(found) or not 0 < found < 1:
        raise InputError(f"{what} {found!r}: expected a share above 0 and below 1, such as 0.95; correct it")
    return float(found)
