"""Two texts side by side: what has not moved into the message files yet."""

from __future__ import annotations

from dti_research.message import Message
from dti_research.report.say import LANGUAGES, MISSING, check_language, format_number, is_message, say

__all__ = ["LANGUAGES", "MISSING", "check_language", "format_number", "is_message", "pick", "say", "translate"]


def pick(vi: str, en: str, language: str) -> str:
    """Choose between two texts by the reader's language.

    Examples
    --------
    >>> pick("hạng", "rank", "en")
    'rank'
    """
    return (vi, en)[LANGUAGES.index(check_language(language))]


def translate(key: str, language: str) -> str:
    """Return a heading of a table in the reader's language.

    Examples
    --------
    >>> translate("rank", "vi"), translate("rank", "en")
    ('Thứ hạng', 'Rank')
    """
    return say(Message(f"columns.{key}"), language)
