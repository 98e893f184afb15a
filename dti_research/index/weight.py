"""How much does each indicator count? Handbook step 6 (weighting).

Each entry of `WEIGHT` turns a framework, and points where someone gives their own (only their proportions matter), into a Series,
shape (indicator,) [share of the total]. The weights of the indicators that apply to every unit add to 1. An optional indicator
carries its weight on top, on the same scale: a unit to which it applies is measured against more than 1, and
`dti_research.index.score` divides by that. All raise `InputError` for points that `check_points` refuses, and where the framework
has no indicator to weigh. Left out: weights estimated from the data (factor analysis, benefit of the doubt); no official index
uses them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection

import pandas as pd

from dti_research.errors import InputError, is_number, nearest
from dti_research.index.framework import Framework
from dti_research.index.normalise import check_codes

TOLERANCE = 1e-9


def published(framework: Framework, points: pd.Series | None = None) -> pd.Series:
    """Each indicator's points over the total of those that apply to every unit.

    Raises
    ------
    InputError
        The framework's points are published nowhere and none are given.

    Examples
    --------
    >>> from dti_research.index.framework import Indicator
    >>> village = Framework("village", indicators=(
    ...     Indicator("roads", points=40), Indicator("wells", points=20), Indicator("school", points=40)))
    >>> published(village)
    roads     0.4
    wells     0.2
    school    0.4
    Name: weight [share], dtype: float64
    """
    points = known_points(framework, points)
    if points is None:
        unknown = [i.code for i in framework.scored if i.points is None]
        raise InputError(
            f"{framework.id}: no points are published for {', '.join(unknown)}, so it has no published weights; give "
            "points for every indicator (command line: --points FILE), or name a weight rule that needs none: "
            "equal-indicators or equal-pillars"
        )
    return _on_scale(points, framework)


def equal_indicators(framework: Framework, points: pd.Series | None = None) -> pd.Series:
    """The same for every indicator: 1 / k with k that apply to every unit; points are checked and not used.

    Examples
    --------
    >>> from dti_research.index.framework import Indicator
    >>> equal_indicators(Framework("village", indicators=(
    ...     Indicator("roads"), Indicator("wells"), Indicator("port", optional=True))))
    roads    0.5
    wells    0.5
    port     0.5
    Name: weight [share], dtype: float64
    """
    known_points(framework, points)
    return _on_scale(_ones(framework), framework)


def equal_pillars(framework: Framework, points: pd.Series | None = None) -> pd.Series:
    """The same for every pillar, handed out to its indicators in proportion to their points, or equally where none are known.

    An indicator that stands in several pillars gets the sum of its parts. Where a framework prints no pillars, each indicator is
    one.

    Raises
    ------
    InputError
        An indicator in no pillar; a pillar without points, or with members that the framework does not have.

    Examples
    --------
    Works hands out 1/2 as 40 : 20, people hands out 1/2 to its only member.

    >>> from dti_research.index.framework import Indicator, Pillar
    >>> village = Framework("village",
    ...     indicators=(Indicator("roads", points=40), Indicator("wells", points=20), Indicator("school", points=40)),
    ...     pillars=(Pillar("works", indicators=("roads", "wells")), Pillar("people", indicators=("school",))))
    >>> equal_pillars(village).round(4).to_dict()
    {'roads': 0.3333, 'wells': 0.1667, 'school': 0.5}
    """
    inside = inside_points(framework, points)
    required = _required(framework)
    members = pillar_members(framework)
    lost = [code for code in inside.index if not any(code in codes for codes in members.values())]
    if lost:
        raise InputError(
            f"{framework.id}: indicator {lost[0]!r} stands in no pillar, so equal-pillars gives it no weight; "
            f"expected it in one of {', '.join(members)}; add it to a pillar, or use the weight rule equal-indicators"
        )
    weights = pd.Series(0.0, index=inside.index)
    # A pillar that only some units have (all its members optional) comes on top, like an optional indicator.
    common = [pillar for pillar, codes in members.items() if set(codes) & set(required)]
    for pillar, codes in members.items():
        base = [c for c in codes if c in required] or codes
        total = inside[base].sum()
        if total <= 0:
            raise InputError(
                f"{framework.id}: pillar {pillar!r} has members ({', '.join(codes) or 'none'}) that add to 0 points; "
                "expected more than 0; give one of its members points, or use the weight rule equal-indicators"
            )
        weights[codes] += inside[codes] / total / len(common)
    return weights.rename("weight [share]")


WEIGHT: dict[str, Callable[..., pd.Series]] = {
    "published": published,
    "equal-indicators": equal_indicators,
    "equal-pillars": equal_pillars,
}


def known_points(framework: Framework, points: pd.Series | None = None) -> pd.Series | None:
    """The points to weigh by: the given ones, checked; else the framework's own; None if neither exists."""
    return framework.points if points is None else check_points(points, framework)


def inside_points(framework: Framework, points: pd.Series | None = None) -> pd.Series:
    """The points by which the members of one pillar share it: the known ones, or 1 each where none are known."""
    known = known_points(framework, points)
    return _ones(framework) if known is None else known


def pillar_members(framework: Framework) -> dict[str, list[str]]:
    """The scored indicators of each pillar (of each indicator, where no pillars are printed).

    >>> from dti_research.index.framework import Indicator, Pillar
    >>> pillar_members(Framework("village", indicators=(Indicator("roads", points=60), Indicator("statue", points=0)),
    ...     pillars=(Pillar("works", indicators=("roads", "statue")),)))
    {'works': ['roads']}
    """
    codes = [i.code for i in framework.indicators]
    scored = [i.code for i in framework.scored]
    for pillar in framework.pillars:
        for code in pillar.indicators:
            if code not in codes:
                raise InputError(
                    f"{framework.id}: pillar {pillar.code!r} names indicator {code!r}{nearest(code, codes)}; expected "
                    f"one of {', '.join(codes)}; correct the list of its members"
                )
    return {p.code: [c for c in p.indicators if c in scored] for p in framework.pillars_or_indicators}


def check_points(points: pd.Series, framework: Framework) -> pd.Series:
    """Points that somebody gives, one for each indicator that counts, checked and in the framework's order.

    Raises
    ------
    InputError
        A missing, unknown or repeated indicator; points that are no finite number, negative, or add to 0.

    >>> from dti_research.index.framework import Indicator
    >>> village = Framework("village", indicators=(Indicator("roads"), Indicator("wells")))
    >>> check_points(pd.Series({"wells": 1, "roads": 3}), village).to_dict()
    {'roads': 3.0, 'wells': 1.0}
    >>> check_points(pd.Series({"wells": 1, "road": 3}), village)
    Traceback (most recent call last):
    dti_research.errors.InputError: points of 'road' (did you mean 'roads'?): no indicator of village; \
expected roads, wells; correct the code or remove the row
    """
    points = pd.Series(points)
    scored = [i.code for i in framework.scored]
    expected = f"expected points for {', '.join(scored)}"
    idle = [i.code for i in framework.indicators if i.code not in scored]
    check_codes("points of", points.index, scored, framework.id, "correct the code or remove the row", idle)
    repeated = points.index[points.index.duplicated()]
    if len(repeated):
        raise InputError(
            f"points are given more than once for {repeated[0]!r}; {expected}, once each; remove the repeats"
        )
    missing = [code for code in scored if code not in points.index]
    if missing:
        raise InputError(
            f"no points are given for {', '.join(missing)}; {expected}; add a row for each, 0 if it shall not count"
        )
    for code, found in points.items():
        if not is_number(found) or not math.isfinite(found) or found < 0:
            raise InputError(f"points of {code!r}: found {found!r}; expected a finite number >= 0; correct the row")
    points = points.reindex(scored).astype(float).rename("points [points]")
    total = points[_required(framework)].sum()
    if not 0 < total < math.inf:
        raise InputError(
            f"the given points of {', '.join(_required(framework))} add to {total:.10g}; expected a finite sum above "
            "0; give at least one of them points"
        )
    return points


def check_weights(weights: pd.Series, optional: Collection[str] = ()) -> None:
    """Raise InputError unless weights are finite, at least 0, and add to 1 (without the optional indicators, which come on top).

    >>> check_weights(pd.Series({"roads": 0.4, "wells": 0.2}))
    Traceback (most recent call last):
    dti_research.errors.InputError: the weights of roads, wells add to 0.6; expected 1 within 1e-09; divide \
each weight by that sum
    """
    for code, weight in weights.items():
        if not math.isfinite(weight) or weight < 0:
            raise InputError(f"weight of {code!r}: {weight}; expected a finite number >= 0; correct it")
    always = weights.drop([c for c in weights.index if c in optional])
    if abs(always.sum() - 1) > TOLERANCE:
        raise InputError(
            f"the weights of {', '.join(map(str, always.index))} add to {always.sum():.12g}; expected 1 within "
            f"{TOLERANCE:g}; divide each weight by that sum"
        )


def _ones(framework: Framework) -> pd.Series:
    return pd.Series(1.0, index=[i.code for i in framework.scored])


def _required(framework: Framework) -> list[str]:
    """The scored indicators that apply to every unit: they set the scale."""
    required = [i.code for i in framework.scored if not i.optional]
    if not required:
        raise InputError(
            f"{framework.id}: has no indicator that carries points and applies to every unit, so there is nothing to "
            "weigh; expected at least one; choose a framework whose indicators are known"
        )
    return required


def _on_scale(points: pd.Series, framework: Framework) -> pd.Series:
    return (points / points[_required(framework)].sum()).rename("weight [share]")
