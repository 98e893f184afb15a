"""The parts of a report, without a language: a table, a figure, the findings.

A question's module in `report.show` makes them from an answer; `report.render` turns them into a page, a notebook's output, a
terminal's lines or files. No number is computed here. A name becomes a file's, caption and alternative text are a Message or a
str, and what was simulated says so in caption, file name and figure. A part without them raises an `InputError`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dti_research.errors import InputError, UnknownName, nearest

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure as Drawing

#: What may name a file or folder here: the same on every disk and in every address.
NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")


class _Shown:
    """Something that shows itself in a notebook as the value of a cell."""

    def _ipython_display_(self) -> None:
        from dti_research.report.render import display

        display(self)


@dataclass(frozen=True, eq=False)
class Table(_Shown):
    """A table: numbers, and cells that are said in the reader's language.

    Parameters
    ----------
    frame : DataFrame
        Cells are numbers, truth values, texts, or what `report.say.say` can say; so are the labels of columns. An index is
        shown if it is named or holds more than row numbers.
    digits : int or mapping of column to int, optional
        Decimals shown. By default each column shows as many as its values need, at most four.
    headings : mapping of column to Message, optional
        For columns whose heading is not the one of ``messages/*/columns.toml``.

    Raises
    ------
    UnknownName
        A heading or digits for a column that is not there.
    """

    name: str
    frame: pd.DataFrame
    caption: Any
    digits: int | Mapping[str, int] | None = None
    headings: Mapping[str, Any] = field(default_factory=dict)
    simulated: bool = False

    def __post_init__(self) -> None:
        _check_name("table", self.name)
        _check_said("caption", self.caption, f"table {self.name!r}")
        known = [str(name) for name in (*self.frame.columns, *self.frame.index.names) if name is not None]
        for column in [*self.headings, *(self.digits if isinstance(self.digits, Mapping) else ())]:
            if column not in known:
                raise UnknownName(
                    f"table {self.name!r}: unknown column {column!r}{nearest(column, known)}; known: {', '.join(known)}"
                )


@dataclass(frozen=True, eq=False)
class Figure(_Shown):
    """A figure: how it is drawn, and what a reader who cannot see it has to know.

    `draw` takes the reader's language and returns a matplotlib Figure: a function of `report.figures`, its data filled in by
    `functools.partial`, so that the part can be kept in a file.
    """

    name: str
    draw: Callable[[str], Drawing]
    alt: Any
    caption: Any
    simulated: bool = False

    def __post_init__(self) -> None:
        _check_name("figure", self.name)
        _check_said("alt", self.alt, f"figure {self.name!r}", "write what a reader who cannot see it has to know")
        _check_said("caption", self.caption, f"figure {self.name!r}")


@dataclass(frozen=True, eq=False)
class Findings(_Shown):
    """What was found, sentence by sentence, each a Message built from an answer."""

    sentences: Sequence[Any]
    name = "findings"

    def __post_init__(self) -> None:
        if isinstance(self.sentences, str) or not isinstance(self.sentences, Sequence):
            raise TypeError("findings: expected a list of sentences; write Findings([sentence])")
        if not self.sentences:
            raise InputError("findings: no sentence; where nothing was found, say so in a sentence")
        for number, sentence in enumerate(self.sentences, start=1):
            _check_said(f"sentence {number}", sentence, "findings")


@dataclass(frozen=True, eq=False)
class Parts(_Shown):
    """Several parts that belong together, shown one below the other."""

    parts: tuple[Table | Figure | Findings, ...]

    def __init__(self, *parts: Table | Figure | Findings) -> None:
        object.__setattr__(self, "parts", parts)

    def __iter__(self) -> Iterator[Table | Figure | Findings]:
        return iter(self.parts)


def _check_name(kind: str, name: object) -> None:
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise InputError(
            f"{kind} name {name!r}: expected lower-case ASCII letters, digits, '-' and '_'; it names a file"
        )


def _check_said(what: str, said: object, where: str, remedy: str = "write one") -> None:
    if said is None or (isinstance(said, str) and not said.strip()):
        raise InputError(f"{where}: {what} is {said!r}; {remedy}")
