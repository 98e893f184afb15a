"""What is to be said, without a language: a key with values, an official name, a number with its digits, a list.

Studies and tables hold these; `report.say` turns them into Vietnamese or English. They stand before all wings, because a study
must be able to say why it has no answer without choosing the reader's language.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, init=False)
class Message:
    """A word or sentence of the message files, with a value for each of its fields: text, number, or again something to be said.

    The key is file, then place in it: ``recovery.verdict`` is ``verdict`` in ``messages/<language>/recovery.toml``.

    >>> Message("recovery.verdict", units=34).values
    (('units', 34),)
    """

    key: str
    values: tuple[tuple[str, Any], ...] = ()

    def __init__(self, key: str, **values: Any) -> None:
        object.__setattr__(self, "key", key)
        object.__setattr__(self, "values", tuple(values.items()))


@dataclass(frozen=True)
class Name:
    """An official name as the data have it, in both languages; without an English one the Vietnamese serves both."""

    vi: str
    en: str = ""


@dataclass(frozen=True)
class Number:
    """A number (None: not known, or not published) and how many decimals of it are shown.

    Without `digits` a whole number is shown whole, and any other with the decimals that it has. `group` is False for years and
    other numbers that are names.
    """

    value: float | int | None
    digits: int | None = None
    group: bool = True


def shortest(value: float | int, significant: int = 6) -> Number:
    """A score or another printed figure with as many decimals as so many significant digits need, and nothing between thousands.

    >>> shortest(198.0), shortest(0.77693333)
    (Number(value=198.0, digits=0, group=False), Number(value=0.77693333, digits=6, group=False))
    """
    exponent = Decimal(f"{value:.{significant}g}").normalize().as_tuple().exponent
    return Number(value, max(0, -exponent), group=False)


@dataclass(frozen=True)
class Listing:
    """Several things said one after the other; `joined` puts the language's "and" before the last."""

    items: tuple[Any, ...]
    separator: str = ", "
    joined: bool = False

    def __init__(self, items: Iterable[Any], separator: str = ", ", joined: bool = False) -> None:
        object.__setattr__(self, "items", tuple(items))
        object.__setattr__(self, "separator", separator)
        object.__setattr__(self, "joined", joined)


def percent(share: float, digits: int = 1) -> Number:
    """A share as a number of percent.

    >>> percent(0.857)
    Number(value=85.7, digits=1, group=True)
    """
    return Number(100 * share, digits)


def numbers(row: Mapping[str, Any], digits: int | None, *fields: str) -> dict[str, Number]:
    """Fields of a row, as the values of a message that has the same names for them.

    Examples
    --------
    >>> Message("words.span", **numbers({"low": 0.1, "high": 0.25, "n": 34}, 2, "low", "high")).values[1]
    ('high', Number(value=0.25, digits=2, group=True))
    """
    return {field: Number(row[field], digits) for field in fields}


def percents(row: Mapping[str, Any], *fields: str) -> dict[str, Number]:
    """Shares of a row in percent, as `numbers` gives them."""
    return {field: percent(row[field]) for field in fields}
