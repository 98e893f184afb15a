"""At which level does a composite stand, and where does the print leave that open?

Bands are taken as printed, with gaps and overlaps; how to read them is an argument, one of `READINGS`:

- ``as-printed``: every band that contains the score, so none in a gap and two in an overlap. An edge on which the print is
  silent ("from 414 to 551") counts as closed, which is the ordinary use of such words;
- ``lower-boundary``: the highest band whose printed lower edge the score reaches;
- ``upper-boundary``: the lowest band whose printed upper edge admits the score;
- ``share-60-80``: the rule's three level names with boundaries at 60 % and 80 % of the total, closed below.

Handbook step 10 (presentation and dissemination). Left out: which reading is right; nobody printed that.

In all functions `rule` holds the printed bands, lowest level first (`DEFAULT_LEVELS` where none are printed), `reading` is one of
`READINGS`, and `total` is the most a unit can reach, in the measure of the composite: the total points, or 1 for shares. All raise
`InputError`: an unknown reading; a rule that prints no boundary, or not three levels, under a reading that needs them; a total
that is not above 0.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from dti_research.errors import InputError, find_name
from dti_research.index.framework import CLOSED, OPEN, SILENT, Contradiction, LevelBand, LevelRule
from dti_research.index.normalise import SLACK
from dti_research.message import Listing, Message, Number, shortest

READINGS = ("as-printed", "lower-boundary", "upper-boundary", "share-60-80")

REFERENCE_SHARES = (0.60, 0.80)

DEFAULT_LEVELS = LevelRule(
    document="",
    bands=(
        LevelBand("Khởi động", "Starting"),
        LevelBand("Hình thành", "Forming"),
        LevelBand("Nâng cao", "Advanced"),
    ),
)
"""Three level names without boundaries, for a framework that prints none: only ``share-60-80`` can read it."""

# Digits that binary arithmetic can be trusted with: 0.57 * 100 is 57 and 0.6 * 7 is 4.2.
_DIGITS = 9
# A boundary is "on scale" if it is a whole number of these parts of the total.
_PARTS = 20


@dataclass(frozen=True)
class DisputedInterval:
    """Scores about which two readings disagree, and the level names (name_vi) that each reading gives there.

    The bounds are in the measure of the total; an edge is ``closed`` or ``open``.

    >>> interval = DisputedInterval(198, 199, "closed", "open", {})
    >>> str(interval), 198 in interval, 199 in interval
    ('[198, 199)', True, False)
    """

    lower: float
    upper: float
    lower_edge: str
    upper_edge: str
    levels: dict[str, tuple[str, ...]] = field(hash=False)

    def __contains__(self, score: float) -> bool:
        above = score > self.lower or (score == self.lower and self.lower_edge == CLOSED)
        below = score < self.upper or (score == self.upper and self.upper_edge == CLOSED)
        return above and below

    def __str__(self) -> str:
        left, right = "[" if self.lower_edge == CLOSED else "(", "]" if self.upper_edge == CLOSED else ")"
        return f"{left}{_number(self.lower)}, {_number(self.upper)}{right}"


def assign_levels(
    composite: pd.Series, rule: LevelRule, reading: str, *, total: float, digits: int | None = 2
) -> pd.Series:
    """The level of each unit: a Series of tuples of names (name_vi), shape (unit,).

    A tuple holds one name; under ``as-printed`` none in a gap and two in an overlap. A score below every printed lower edge, or
    above every upper one, has none under that boundary's reading either. A composite is rounded to its printed digits before it
    meets a boundary: 0.57 * 100 is computed as 56.99999999999999 and must not fall below 57.

    Parameters
    ----------
    composite : Series, shape (unit,) [points or share, 0 to `total`; else InputError]
    digits : int or None
        Printed decimals: 2 for the cities' points, 4 for the ministry's shares. None: only binary noise is removed.

    Examples
    --------
    >>> village = LevelRule("council notice", (
    ...     LevelBand("low", upper=60), LevelBand("middle", lower=61, upper=80), LevelBand("high", lower=80)))
    >>> composite = pd.Series({"hill": 60.5, "lake": 80.0, "rice": 35.0})
    >>> assign_levels(composite, village, "as-printed", total=100).to_dict()
    {'hill': (), 'lake': ('high',), 'rice': ('low',)}
    >>> assign_levels(composite, village, "lower-boundary", total=100)["hill"]
    ('low',)
    >>> assign_levels(composite, village, "upper-boundary", total=100)["hill"]
    ('middle',)
    """
    check_total(total)
    composite = composite.astype(float)
    for unit, score in composite.items():
        if not -SLACK * total <= score <= total * (1 + SLACK):
            raise InputError(
                f"unit {unit!r}: composite {score:.10g} is outside 0 to {_number(total)}, where levels are "
                "defined; give the total in the measure of the composite, and only a composite that is a share or "
                "points"
            )
    names = np.array([band.name_vi for band in rule.bands], dtype=object)
    rounded = composite.round(_DIGITS if digits is None else digits).to_numpy()
    stands = band_mask(rounded, rule, reading, total=total)
    levels = np.empty(len(rounded), dtype=object)
    levels[:] = [tuple(names[row]) for row in stands]
    return pd.Series(levels, index=composite.index, name="level", dtype=object)


def band_mask(scores: np.ndarray, rule: LevelRule, reading: str, *, total: float) -> np.ndarray:
    """Whether each score stands in each band, shape of `scores` + (band,): `assign_levels` without names and without rounding.

    >>> band_mask(np.array([0.59, 0.60]), DEFAULT_LEVELS, "share-60-80", total=1).astype(int).tolist()
    [[1, 0, 0], [0, 1, 0]]
    """
    find_name("reading", reading, READINGS)
    _check_edges(rule)
    if reading != "share-60-80" and not _prints_boundaries(rule):
        raise InputError(
            f"reading {reading!r}: {rule.document or 'the default rule'} prints no level boundary; only the reading "
            "share-60-80 is possible; use it, or give a rule with printed bands"
        )
    if reading == "share-60-80" and len(rule.bands) != 3:
        raise InputError(
            f"reading 'share-60-80': {rule.document} has {len(rule.bands)} levels; expected 3, for two boundaries at "
            "60 % and 80 %; use another reading"
        )
    scores = np.asarray(scores, dtype=float)
    if reading == "share-60-80":
        first, second = (round(share * total, _DIGITS) for share in REFERENCE_SHARES)
        return np.stack([scores < first, (scores >= first) & (scores < second), scores >= second], axis=-1)
    above = [_admits(scores, band.lower, band.lower_edge, np.greater, np.greater_equal) for band in rule.bands]
    below = [_admits(scores, band.upper, band.upper_edge, np.less, np.less_equal) for band in rule.bands]
    above, below = np.stack(above, axis=-1), np.stack(below, axis=-1)
    if reading == "as-printed":
        return above & below
    if reading == "lower-boundary":  # the last band that is reached
        return above & (np.cumsum(above[..., ::-1], axis=-1)[..., ::-1] == 1)
    return below & (np.cumsum(below, axis=-1) == 1)


def find_contradictions(
    rule: LevelRule, total: float, framework_id: str, reference_shares: Sequence[float] | None = None
) -> list[Contradiction]:
    """The contradictions inside one printed level rule: gaps and overlaps, with the interval, then boundaries off scale.

    Bands without a ``level-gap`` or ``level-overlap`` give every score from 0 to `total` exactly one level.

    The boundary between two bands is printed twice, as upper edge and as lower edge. If either print is a whole
    multiple of 5 % of the total the boundary is on scale, and the other print belongs to the gap or overlap. If
    neither is, and one choice of prints puts all boundaries at the reference shares of one other total, that choice
    is what was meant (414 and 552 are 60 % and 80 % of 690; 424 and 551 fit nothing). Otherwise the lower edge of
    the higher band is named (``off-scale-boundary``), because there its level starts.

    Parameters
    ----------
    reference_shares : sequence of float, one per boundary, optional [share of the total]
        The shares at which another set of boundaries of the same issuer stands (the departments: 0.60 and 0.80).
        Without them nothing says where a boundary should be, and no ``off-scale-boundary`` is found.

    Examples
    --------
    >>> village = LevelRule("council notice", (
    ...     LevelBand("low", upper=66), LevelBand("middle", lower=67, upper=88), LevelBand("high", lower=88)))
    >>> for contradiction in find_contradictions(village, 100, "village", reference_shares=(0.60, 0.80)):
    ...     print(contradiction.kind, contradiction.subject, contradiction.at)
    level-gap [66, 67) (66.0, 67.0)
    off-scale-boundary 66 (66.0,)
    off-scale-boundary 88 (88.0,)
    """
    check_total(total)
    if not _prints_boundaries(rule):
        return []
    found = []
    for piece, stands in _pieces(rule, total, lambda scores: band_mask(scores, rule, "as-printed", total=total)):
        inside = [band for band, here in zip(rule.bands, stands, strict=True) if here]
        if len(inside) != 1:
            kind, bands = ("level-overlap", inside) if inside else ("level-gap", _neighbours(rule, piece))
            printed = Listing((_as_printed(band) for band in bands), "; ")
            expected, at = Message("claims.expected.one_level"), (piece.lower, piece.upper)
            found.append(_contradiction(framework_id, kind, str(piece), printed, expected, bands, at))
    if reference_shares is not None:
        found += _find_off_scale(rule, total, framework_id, tuple(reference_shares))
    return found


def disputed_intervals(rule: LevelRule, total: float, readings: Sequence[str] = READINGS) -> list[DisputedInterval]:
    """The scores about which two readings disagree, as disjoint intervals from low to high.

    A unit inside one of them owes its level to a reading (step 7, robustness). Empty where a rule prints no boundary: then only
    one reading is possible. Give the first three of `READINGS` to leave out boundaries that were not printed.

    Examples
    --------
    >>> village = LevelRule("council notice", (
    ...     LevelBand("low", upper=60), LevelBand("middle", lower=61, upper=80), LevelBand("high", lower=80)))
    >>> [str(interval) for interval in disputed_intervals(village, 100)]
    ['[60, 61)']
    >>> disputed_intervals(village, 100)[0].levels["lower-boundary"]
    ('low',)
    """
    check_total(total)
    for reading in readings:
        find_name("reading", reading, READINGS)
    if not _prints_boundaries(rule):
        return []

    def stands(scores: np.ndarray) -> np.ndarray:
        return np.stack([band_mask(scores, rule, reading, total=total) for reading in readings], axis=-2)

    disputed = []
    for piece, masks in _pieces(rule, total, stands):
        if (masks != masks[0]).any():
            names = [tuple(b.name_vi for b, here in zip(rule.bands, row, strict=True) if here) for row in masks]
            levels = dict(zip(readings, names, strict=True))
            disputed.append(replace(piece, levels=levels))
    return disputed


def _admits(scores: np.ndarray, bound: float | None, edge: str, inside: np.ufunc, on_edge: np.ufunc) -> np.ndarray:
    """Does a printed bound let each score in?"""
    if bound is None:
        return np.ones(scores.shape, dtype=bool)
    return (inside if edge == OPEN else on_edge)(scores, bound)


def _pieces(rule: LevelRule, total: float, outcome: Callable[[np.ndarray], np.ndarray]):
    """Cut [0, total] where the outcome may change (each printed or reference boundary), and join equal neighbours."""
    edges = {float(e) for band in rule.bands for e in (band.lower, band.upper) if e is not None and 0 <= e <= total}
    edges |= {round(share * total, _DIGITS) for share in REFERENCE_SHARES}
    cuts = sorted(edges | {0.0, float(total)})
    # Points and open intervals in turn, each with one score that stands for it.
    parts = [(cuts[0], cuts[0], CLOSED, CLOSED)]
    for a, b in itertools.pairwise(cuts):
        parts += [(a, b, OPEN, OPEN), (b, b, CLOSED, CLOSED)]
    outcomes = outcome(np.array([(a + b) / 2 for a, b, _, _ in parts]))
    changes = [k for k in range(1, len(parts)) if (outcomes[k] != outcomes[k - 1]).any()]
    pieces = []
    for first, last in itertools.pairwise([0, *changes, len(parts)]):
        (lower, _, lower_edge, _), (_, upper, _, upper_edge) = parts[first], parts[last - 1]
        pieces.append((DisputedInterval(lower, upper, lower_edge, upper_edge, levels={}), outcomes[first]))
    return pieces


def _neighbours(rule: LevelRule, gap: DisputedInterval) -> list[LevelBand]:
    """The bands next to a gap: the one that ends where it starts, the one that starts where it ends."""
    return [band for band in rule.bands if band.upper == gap.lower or band.lower == gap.upper] or list(rule.bands)


def _find_off_scale(rule: LevelRule, total: float, framework_id: str, shares: tuple[float, ...]) -> list[Contradiction]:
    pairs = list(itertools.pairwise(rule.bands))
    if len(shares) != len(pairs):
        raise InputError(
            f"{framework_id}: {rule.document} prints {len(pairs)} boundaries and {len(shares)} reference shares are "
            "given; expected one share per boundary; give as many, lowest first"
        )
    # The lower edge of the higher band first: there its level starts.
    printed = [[e for e in (high.lower, low.upper) if e is not None] for low, high in pairs]
    other, fitting = _other_total(printed, shares)
    found = []
    for k, ((low, high), share, edges) in enumerate(zip(pairs, shares, printed, strict=True)):
        if not edges or any(_is_multiple(edge, total) for edge in edges):
            continue
        meant = fitting[k] if fitting else edges[0]
        said = {"share": _figure(100 * share), "boundary": _figure(share * total), "total": _figure(total)}
        if other is not None:
            said |= {"printed": _figure(meant), "other": _figure(other)}
        expected = Message(f"claims.expected.{'on_scale' if other is None else 'on_other_scale'}", **said)
        band = high if high.lower == meant else low
        kind, at = "off-scale-boundary", (float(meant),)
        found.append(_contradiction(framework_id, kind, _number(meant), _figure(meant), expected, [band], at))
    return found


def _other_total(printed: list[list[float]], shares: tuple[float, ...]) -> tuple[float | None, tuple[float, ...]]:
    """The one total of which some choice of the printed edges are the reference shares, and that choice; else None.

    One boundary alone fits some total always and proves nothing, so at least two must agree.
    """
    if len(printed) > 1:
        for edges in itertools.product(*printed):
            totals = [edge / share for edge, share in zip(edges, shares, strict=True)]
            if np.allclose(totals, totals[0], rtol=SLACK, atol=0):
                return round(totals[0], _DIGITS), edges
    return None, ()


def _is_multiple(edge: float, total: float) -> bool:
    parts = edge / total * _PARTS
    return bool(abs(parts - round(parts)) < SLACK)


def _contradiction(
    framework_id: str,
    kind: str,
    subject: str,
    printed: Listing | Number,
    expected: Message,
    bands: Sequence[LevelBand],
    at: tuple[float, ...],
) -> Contradiction:
    source = "; ".join(dict.fromkeys(band.source for band in bands if band.source))
    locators = tuple(dict.fromkeys(band.locator for band in bands if band.locator))
    return Contradiction(framework_id, kind, subject, printed, expected, source, locators, at=at)


_EDGES = {
    "lower": {OPEN: "above", CLOSED: "from", SILENT: "from"},
    "upper": {OPEN: "below", CLOSED: "including", SILENT: "to"},
}


def _as_printed(band: LevelBand) -> Message:
    """A band's interval and level in the words of the print."""
    ends = [_EDGES["lower"][band.lower_edge]] if band.lower is not None else []
    ends += [_EDGES["upper"][band.upper_edge]] if band.upper is not None else []
    values = {side: _figure(getattr(band, side)) for side in _EDGES if getattr(band, side) is not None}
    return Message(f"claims.band.{'_'.join(ends) or 'everything'}", **values, level=band.name_vi)


def _figure(value: float) -> Number:
    return shortest(round(value, _DIGITS), 12)


def _number(value: float) -> str:
    return f"{round(value, _DIGITS):.12g}"


def _prints_boundaries(rule: LevelRule) -> bool:
    return any(edge is not None for band in rule.bands for edge in (band.lower, band.upper))


def _check_edges(rule: LevelRule) -> None:
    for band, side in itertools.product(rule.bands, ("lower_edge", "upper_edge")):
        if getattr(band, side) not in (CLOSED, OPEN, SILENT):
            raise InputError(
                f"band {band.name_vi!r} of {rule.document}: {side} {getattr(band, side)!r}; expected closed, open or silent; "
                "correct the table of level bands"
            )


def check_total(total: float) -> None:
    """Raise InputError unless the total is a finite number above 0."""
    if not 0 < total < np.inf:
        raise InputError(f"total {total}; expected a finite number above 0; give the scale that the framework prints")
