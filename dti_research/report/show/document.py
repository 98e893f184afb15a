"""What an answer is in a JSON document: numbers that JSON knows, English texts, one record a row."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from dti_research.message import Listing, Message, Name
from dti_research.report.say import say


def value(cell: Any) -> Any:
    """A number as JSON has it: none of NumPy's own, and null for what is not finite; a message in English.

    Examples
    --------
    >>> value(float("nan")), value(Message("words.yes"))
    (None, 'yes')
    """
    if isinstance(cell, Message | Name | Listing):
        return say(cell, "en")
    cell = cell.item() if hasattr(cell, "item") else cell
    return None if isinstance(cell, float) and not math.isfinite(cell) else cell


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Each row of a table as a record, without the index.

    Examples
    --------
    >>> records(pd.DataFrame({"a": [1.0, float("nan")]}))
    [{'a': 1.0}, {'a': None}]
    """
    return [{key: value(cell) for key, cell in row.items()} for row in frame.to_dict("records")]
