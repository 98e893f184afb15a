"""Messages, names, numbers and lists in the reader's language.

All words stand in ``messages/<language>/*.toml``: one file a question, the same keys and fields in each language
(``tests/report/test_messages.py`` compares them). No Handbook step.

A message is a text with ``{fields}``, or a table whose ``by`` names the field that chooses among its texts: ``one`` and ``other``
by a number, ``yes`` and ``no`` by a truth value, else the value itself, or ``other``.
"""

from __future__ import annotations

import functools
import math
import string
import tomllib
from numbers import Integral, Real
from pathlib import Path
from typing import Any

from dti_research.errors import InputError, UnknownName, find_name, nearest
from dti_research.message import Listing, Message, Name, Number

LANGUAGES = ("vi", "en")

#: What stands where a number is missing.
MISSING = "–"

MESSAGES = Path(__file__).resolve().parent / "messages"


def check_language(language: str) -> str:
    """Return the language if it is one of the two; the error lists them."""
    return find_name("language", language, LANGUAGES)


def say(thing: Any, language: str) -> str:
    """Say something in the reader's language.

    Parameters
    ----------
    thing : Message, Name, Number, Listing, number, truth value, str or None
        A str stands for itself; None and NaN are a dash.
    language : {"vi", "en"}

    Raises
    ------
    UnknownName
        No message of this key: names the nearest one. Unknown language.
    InputError
        A field without a value.

    Examples
    --------
    >>> say(Number(0.8241, 4), "vi"), say(Name("Hà Nội", "Hanoi"), "en"), say(Message("words.yes"), "vi")
    ('0,8241', 'Hanoi', 'có')
    >>> say(Listing(["roads", "wells", "schools"], joined=True), "en")
    'roads, wells and schools'
    """
    check_language(language)
    if isinstance(thing, str):
        return str(thing)
    if isinstance(thing, Message):
        return _say_message(thing, language)
    if isinstance(thing, Name):
        return thing.vi if language == "vi" or not thing.en else thing.en
    if isinstance(thing, Number):
        return format_number(thing.value, thing.digits, language, group=thing.group)
    if isinstance(thing, Listing):
        return _say_listing(thing, language)
    if _is_truth(thing):
        return say(Message("words.yes" if thing else "words.no"), language)
    return format_number(thing, None, language)


def _is_truth(value: object) -> bool:
    """Whether it is a truth value, Python's or NumPy's."""
    return type(value).__name__ in ("bool", "bool_")


def is_message(key: str) -> bool:
    """Whether the message files hold this key."""
    try:
        _find(key, LANGUAGES[0])
    except UnknownName:
        return False
    return True


def _say_message(message: Message, language: str) -> str:
    text, values = _find(message.key, language), dict(message.values)
    if isinstance(text, dict):
        text = _choose(message.key, text, values)
    fields = {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
    if not fields <= set(values):
        lacking = ", ".join(sorted(fields - set(values)))
        raise InputError(f"message {message.key!r} ({language}): no value for {lacking}; give it where it is said")
    # str.format of texts, never of the values' own text: a name with braces in it stays as it is.
    return text.format_map({name: say(values[name], language) for name in fields})


def _choose(key: str, texts: dict[str, str], values: dict[str, Any]) -> str:
    field = texts["by"]
    if field not in values:
        raise InputError(f"message {key!r}: no value for {field}, which chooses the text; give it where it is said")
    value = values[field].value if isinstance(values[field], Number) else values[field]
    if _is_truth(value):
        choice = "yes" if value else "no"
    elif isinstance(value, Real):
        choice = "one" if value == 1 and "one" in texts else "other"
    else:
        choice = str(value) if str(value) in texts else "other"
    if choice not in texts:
        known = ", ".join(name for name in texts if name != "by")
        raise InputError(f"message {key!r}: no text for {field} {value!r}; known: {known}; add one")
    return texts[choice]


def _say_listing(listing: Listing, language: str) -> str:
    texts = [say(item, language) for item in listing.items]
    if listing.joined and len(texts) > 1:
        texts[-2:] = [f"{texts[-2]} {say(Message('words.and'), language)} {texts[-1]}"]
    return listing.separator.join(texts)


@functools.cache
def read_messages(language: str, file: str) -> dict[str, Any]:
    """Read one message file; an unknown one is an error that names the nearest."""
    path = MESSAGES / check_language(language) / f"{file}.toml"
    if not path.is_file():
        known = [other.stem for other in path.parent.glob("*.toml")]
        raise UnknownName(f"no message file {file!r}{nearest(file, known)}; known: {', '.join(sorted(known))}")
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _find(key: str, language: str) -> str | dict[str, str]:
    file, *places = key.split(".")
    found: Any = read_messages(language, file)
    for place in places:
        if not isinstance(found, dict) or place not in found:
            near = nearest(place, found) if isinstance(found, dict) else ""
            raise UnknownName(f"no message {key!r}{near}; add it to messages/{language}/{file}.toml")
        found = found[place]
    if isinstance(found, dict) and "by" not in found:
        raise UnknownName(f"message {key!r} is a group; expected one of {', '.join(found)} in it")
    return found


def format_number(value: Real | None, digits: int | None, language: str, *, group: bool = True) -> str:
    """Write a number as the reader's language does; None and NaN are a dash, for what was not printed is not invented.

    Parameters
    ----------
    value : number or None
    digits : int or None
        Decimals to show; None shows a whole number whole, and any other with the decimals it has (at most ten digits).
    language : {"vi", "en"}
        ``vi``: decimal comma, thousands by dot. ``en``: decimal point, thousands by comma.
    group : bool
        False for years and other numbers that are names.

    Raises
    ------
    TypeError
        The value is not a number (truth values are not).

    Examples
    --------
    >>> format_number(0.7104, 4, "vi"), format_number(1234.5, 1, "vi"), format_number(1234.5, 1, "en")
    ('0,7104', '1.234,5', '1,234.5')
    """
    check_language(language)
    if value is None:
        return MISSING
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TypeError(f"expected a number, got {value!r} ({type(value).__name__})")
    if not isinstance(value, Integral) and not math.isfinite(value):
        return MISSING if math.isnan(value) else ("∞" if value > 0 else "−∞")
    comma = "," if group else ""
    if digits is not None:
        text = f"{value:{comma}.{digits}f}"
    elif isinstance(value, Integral) or float(value).is_integer():
        text = f"{int(value):{comma}d}"
    else:
        shortest = f"{float(value):.10g}"
        decimals = 10 if "e" in shortest else len(shortest.partition(".")[2])
        text = f"{value:{comma}.{decimals}f}"
    if text.startswith("-"):
        # "-0.00" says nothing; and a true minus sign lines up with digits where a hyphen does not.
        text = text[1:] if not text.strip("-0.,") else "−" + text[1:]
    return text.translate(str.maketrans(",.", ".,")) if language == "vi" else text
