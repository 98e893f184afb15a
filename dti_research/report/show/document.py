"""What an answer is in a JSON document: numbers that JSON knows, English texts, one record a row."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from dti_research.message import Listing, Message, Name, Number
from dti_research.report.say import say


def value(thing: Any) -> Any:
    """A document, or one value of it, as JSON has it: no number of NumPy's own, null for what is missing, messages in English.

    Examples
    --------
    >>> value({"share": float("nan"), "said": (Message("words.yes"),)})
    {'share': None, 'said': ['yes']}
    """
    if isinstance(thing, dict):
        return {key: value(item) for key, item in thing.items()}
    if isinstance(thing, list | tuple):
        return [value(item) for item in thing]
    if isinstance(thing, Message | Name | Number | Listing):
        return say(thing, "en")
    thing = thing.item() if hasattr(thing, "item") else thing
    return None if thing is pd.NA or (isinstance(thing, float) and not math.isfinite(thing)) else thing


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Each row of a table as a record, without the index.

    Examples
    --------
    >>> records(pd.DataFrame({"a": [1.0, float("nan")]}))
    [{'a': 1.0}, {'a': None}]
    """
    return value(frame.to_dict("records"))
