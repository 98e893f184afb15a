"""What does an index say about each unit? A `Method` in, `Scores` out: Handbook steps 5 and 6, one after the other.

A method names one normalisation, one weight rule and one aggregation, and says what is done about indicators that do
not apply to a unit. `METHODS` holds the official one (``published``) and the turns a reader may want to try. Left out:
levels (`dti_research.index.levels`), and everything random (`dti_research.study`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import pandas as pd

from dti_research.errors import InputError, find_name
from dti_research.index.aggregate import AGGREGATE, pillar_scores
from dti_research.index.framework import Framework
from dti_research.index.normalise import NORMALISE, check_codes, check_labels, check_values, normalise, refuse_cells
from dti_research.index.weight import WEIGHT, check_points, check_weights, equal_indicators, inside_points

MAXIMUM = {"own": "what applies to the unit", "common": "everything"}

# What a composite is counted in when it is no share of the points. Such a composite has no total, and so no level.
_MEASURE = {
    "min-max": "share of range",
    "z-score": "z-score",
    "rank": "share of rank",
    "distance-to-target": "share of target",
}


@dataclass(frozen=True)
class Method:
    """One chosen way to compute an index.

    Parameters
    ----------
    name : str
    normalise : str
        A key of `NORMALISE` (Handbook step 5).
    weight : str
        A key of `WEIGHT` (step 6).
    aggregate : str
        A key of `AGGREGATE` (step 6).
    maximum : str
        Matters only where an indicator does not apply to a unit. ``own``: a unit is measured against what applies to
        it. ``common``: against everything, so that an indicator which does not apply earns nothing.
    targets : Series or mapping of str to float, or None [measure of the values]
        One target per indicator, for ``distance-to-target`` only. Kept as a tuple of pairs, so that methods compare
        equal.

    Raises
    ------
    InputError
        An unknown name; targets without ``distance-to-target``; z-scores with a common maximum.

    Examples
    --------
    >>> Method("careful", aggregate="geometric").weight
    'published'
    >>> Method("careful", aggregate="geometrical")
    Traceback (most recent call last):
    dti_research.errors.UnknownName: unknown aggregation 'geometrical' (did you mean 'geometric'?); known: \
arithmetic, geometric, harmonic
    """

    name: str
    normalise: str = "share-of-maximum"
    weight: str = "published"
    aggregate: str = "arithmetic"
    maximum: str = "own"
    targets: pd.Series | Mapping[str, float] | tuple[tuple[str, float], ...] | None = None

    def __post_init__(self) -> None:
        find_name("normalisation", self.normalise, NORMALISE)
        find_name("weight rule", self.weight, WEIGHT)
        find_name("aggregation", self.aggregate, AGGREGATE)
        find_name("maximum", self.maximum, MAXIMUM)
        if self.targets is not None:
            if self.normalise != "distance-to-target":
                raise InputError(
                    f"method {self.name!r}: targets are given and normalise is {self.normalise!r}, which uses none; "
                    "expected distance-to-target; change the normalisation or leave the targets out"
                )
            # Written through the frozen door once: a Series would make == and hash() fail.
            object.__setattr__(self, "targets", tuple(dict(self.targets).items()))
        if self.normalise == "z-score" and self.maximum == "common":
            raise InputError(
                f"method {self.name!r}: z-scores have no maximum, and an indicator that earns nothing would count as "
                "average; expected maximum 'own' with z-score; change one of the two"
            )


METHODS: dict[str, Method] = {
    method.name: method
    for method in (
        Method("published"),
        Method("equal-indicators", weight="equal-indicators"),
        Method("equal-pillars", weight="equal-pillars"),
        Method("geometric", aggregate="geometric"),
        Method("harmonic", aggregate="harmonic"),
        Method("min-max", normalise="min-max"),
        Method("z-score", normalise="z-score"),
        Method("rank", normalise="rank"),
        # Nobody printed targets: add them with dataclasses.replace before use.
        Method("distance-to-target", normalise="distance-to-target"),
        Method("common-maximum", maximum="common"),
    )
}


def find_method(name: str) -> Method:
    """The method of this name in `METHODS`.

    >>> find_method("geometric")
    Method(name='geometric', normalise='share-of-maximum', weight='published', aggregate='geometric', maximum='own', \
targets=None)
    """
    return METHODS[find_name("method", name, METHODS)]


@dataclass(frozen=True, eq=False)
class Scores:
    """What a method makes of a table.

    Parameters
    ----------
    framework : str
        Its id.
    method : Method
    measure : str
        What the composite is counted in: ``points`` or ``share`` where it is a share of the maximum; else ``z-score``,
        ``share of rank``, ``share of range`` or ``share of target``, which no level boundary can be held against.
    normalised : DataFrame, shape (unit, indicator)
        Blank where an optional indicator does not apply.
    weights : DataFrame, shape (unit, indicator) [share of the unit's maximum, rows add to 1]
        What each indicator counted for each unit.
    pillars : DataFrame, shape (unit, pillar) [share, or as `normalised`]
        What a pillar's members earned over what they could; see `pillar_scores`.
    composite : Series, shape (unit,) [`measure`]
        As computed: round it to the printed digits before comparing it with print.
    maximum : Series, shape (unit,) [`measure`]
        The most the unit could reach: 1 for a share, its own or the common total for points.
    rank : Series of int, shape (unit,)
        1 is best; ties share the smallest.
    """

    framework: str
    method: Method
    measure: str
    normalised: pd.DataFrame
    weights: pd.DataFrame
    pillars: pd.DataFrame
    composite: pd.Series
    maximum: pd.Series
    rank: pd.Series


def score(
    values: pd.DataFrame,
    framework: Framework,
    method: Method = METHODS["published"],
    points: pd.Series | None = None,
) -> Scores:
    """The index that a method computes from a table of values.

    Values are measured as the framework prints them: shares from 0 to 1, or points out of each indicator's points. Where
    points are printed, those that a reader gives change how much an indicator counts, not what its values are measured
    in. Where none are (Hanoi), the reader's points are all there is, and values are out of them; with a named weight
    rule instead there is no maximum, and values must be shares.

    Parameters
    ----------
    values : DataFrame, shape (unit, indicator) [points or share]
        One column for each indicator that carries points. Blank only where an optional indicator does not apply.
    framework : Framework
    method : Method
    points : Series, shape (indicator,) [points, >= 0], optional

    Returns
    -------
    Scores
        The composite of a share-of-maximum method is a share, times the total points where values are in points: times
        the unit's own total (``own``), or the total of all indicators (``common``). Ranks are taken on the share,
        before any rounding to printed digits, so that under ``own`` a unit gains nothing by having one more indicator.

    Raises
    ------
    InputError
        A table, points or method that cannot be used.

    Examples
    --------
    Hill earns 40 + 10 + 10 of 100 points; of the pillar works it has 50 of 60.

    >>> from dti_research.index.framework import Indicator, Pillar
    >>> village = Framework("village", measure="points",
    ...     indicators=(Indicator("roads", points=40), Indicator("wells", points=20), Indicator("school", points=40)),
    ...     pillars=(Pillar("works", indicators=("roads", "wells")), Pillar("people", indicators=("school",))))
    >>> values = pd.DataFrame({"roads": [40, 20, 10], "wells": [10, 20, 5], "school": [10, 40, 20]},
    ...     index=["hill", "lake", "rice"])
    >>> scores = score(values, village)
    >>> scores.composite.round(2).to_dict(), scores.rank.to_dict()
    ({'hill': 60.0, 'lake': 80.0, 'rice': 35.0}, {'hill': 2, 'lake': 1, 'rice': 3})
    >>> scores.pillars.round(4).loc["hill"].to_dict()
    {'works': 0.8333, 'people': 0.25}
    """
    values = check_columns(values, framework)
    optional = [i.code for i in framework.scored if i.optional]
    scale = points_scale(framework, points)
    in_points = scale is not None
    maximum = scale if in_points else pd.Series(1.0, index=values.columns)
    options = {"targets": dict(method.targets)} if method.targets is not None else {}
    normalised = normalise(values, method.normalise, maximum, optional=optional, **options)

    weights = WEIGHT[method.weight](framework, points)
    check_weights(weights, optional)
    # What a unit could earn, against 1 for the indicators that apply to all: more where an optional one counts too.
    counted = _spread(weights, normalised, method.maximum)
    earned = normalised.fillna(0.0) if method.maximum == "common" else normalised
    _check_earns(normalised, counted, method)
    possible = counted.sum(axis=1)
    shares = counted.div(possible, axis=0)
    composite = AGGREGATE[method.aggregate](earned, shares)

    inside = equal_indicators(framework) if method.weight == "equal-indicators" else inside_points(framework, points)
    pillars = pillar_scores(earned, framework, _spread(inside, normalised, method.maximum))

    rank = rank_min(composite)
    measure = _MEASURE.get(method.normalise, "points" if in_points else "share")
    reach = pd.Series(1.0, index=values.index)
    if measure == "points":
        reach = possible * scale.drop(optional, errors="ignore").sum()
        composite = composite * reach
    return Scores(
        framework=framework.id,
        method=method,
        measure=measure,
        normalised=normalised,
        weights=shares,
        pillars=pillars,
        composite=composite.rename(f"composite [{measure}]"),
        maximum=reach.rename(f"maximum [{measure}]"),
        rank=rank,
    )


def points_scale(framework: Framework, points: pd.Series | None = None) -> pd.Series | None:
    """The points, shape (indicator,), that values are earned out of; None where values are shares.

    The framework's own where it prints points and measures in them; a reader's where it prints none (Hanoi).

    >>> from dti_research.index.framework import Indicator
    >>> points_scale(Framework("village", measure="share", indicators=(Indicator("roads", points=40),))) is None
    True
    """
    scale = framework.points
    if scale is None and points is not None:
        scale = check_points(points, framework)
    return scale if framework.measure == "points" else None


def rank_min(composite: pd.Series) -> pd.Series:
    """Each unit's rank by its composite: 1 is best, and ties share the smallest rank, as the ministry prints them.

    COINr and R call these ties "min". Composites are rounded to 1e-12 first: two sums of the same numbers in another order may
    differ in the last binary digit, and that must not make an order. A composite that is missing or infinite is an InputError.

    >>> rank_min(pd.Series({"hill": 0.3, "lake": 0.1 + 0.2, "rice": 0.1})).to_dict()
    {'hill': 1, 'lake': 1, 'rice': 3}
    """
    for unit, found in composite.items():
        if not abs(found) < float("inf"):
            raise InputError(
                f"unit {unit!r}: composite {found}; expected a finite number to rank; correct its values, or leave "
                "the unit out of the table"
            )
    return composite.round(12).rank(ascending=False, method="min").astype(int).rename("rank")


def check_columns(values: pd.DataFrame, framework: Framework) -> pd.DataFrame:
    """A table with one row per unit and the columns that count, checked, these in the framework's order.

    Raises
    ------
    InputError
        A repeated unit; a column that is unknown or carries no points; a missing column; an empty table.

    >>> from dti_research.index.framework import Indicator
    >>> village = Framework("village", indicators=(Indicator("roads"), Indicator("wells")))
    >>> check_columns(pd.DataFrame({"roads": [1], "well": [1]}, index=["hill"]), village)
    Traceback (most recent call last):
    dti_research.errors.InputError: column 'well' (did you mean 'wells'?): no indicator of village; \
expected roads, wells; rename it or leave it out
    """
    scored = [i.code for i in framework.scored]
    if not scored:
        raise InputError(
            f"{framework.id}: none of its indicators carries points, so nothing can be scored; expected at least one; "
            "choose a framework whose indicators are known"
        )
    check_labels(values)
    idle = [i.code for i in framework.indicators if i.code not in scored]
    check_codes("column", values.columns, scored, framework.id, "rename it or leave it out", idle)
    missing = [code for code in scored if code not in values.columns]
    if missing:
        blank = [code for code in missing if framework.indicator(code).optional]
        remedy = f"; leave cells of {', '.join(blank)} blank where it does not apply" if blank else ""
        raise InputError(
            f"the table has no column {', '.join(missing)} of {framework.id}; expected {', '.join(scored)}; add the column{remedy}"
        )
    return values[scored]


def _spread(weights: pd.Series, normalised: pd.DataFrame, maximum: str) -> pd.DataFrame:
    """The weights of each unit: 0 where an indicator does not apply, unless it counts against everyone (common)."""
    applies = normalised.notna().to_numpy() | (maximum == "common")
    spread = applies * weights.reindex(normalised.columns).to_numpy()
    return pd.DataFrame(spread, index=normalised.index, columns=normalised.columns)


def _check_earns(normalised: pd.DataFrame, counted: pd.DataFrame, method: Method) -> None:
    """A common maximum makes a blank a 0, which no geometric or harmonic mean survives: say so in those words."""
    if method.aggregate == "arithmetic":
        return
    refuse_cells(
        normalised,
        normalised.isna().to_numpy() & (counted > 0).to_numpy(),
        "blank, and under maximum 'common' an indicator that does not apply earns 0, of which no "
        f"{method.aggregate} mean can be taken; use maximum 'own', or the arithmetic mean",
    )


def check_additive(
    normalised: pd.DataFrame, weights: pd.Series, optional: Collection[str] = ()
) -> tuple[pd.DataFrame, pd.Series]:
    """Table and weights of which the products add to a composite, checked, as floats and in the same order.

    Indicators in `optional` may be blank, where they do not apply: such a unit's composite is a ratio, measured against what
    applies.

    Raises
    ------
    InputError
        Fewer than two units; an indicator without a weight, or a weight without an indicator; a blank cell; weights that
        `check_weights` refuses.

    >>> table = pd.DataFrame({"roads": [0.9, 0.5], "wells": [0.4, 0.7]}, index=["hill", "lake"])
    >>> check_additive(table, pd.Series({"wells": 0.5, "roads": 0.5}))[1].to_dict()
    {'roads': 0.5, 'wells': 0.5}
    >>> check_additive(table, pd.Series({"wells": 0.5, "road": 0.5}))
    Traceback (most recent call last):
    dti_research.errors.InputError: weight of 'road' (did you mean 'roads'?): no indicator of the table; \
expected roads, wells; rename or remove it
    """
    table = check_values(normalised, normalised.columns)
    if len(table) < 2:
        raise InputError(
            f"the table has {len(table)} units; expected at least two, because an order is asked about; add units"
        )
    refuse_cells(
        table,
        table.isna().to_numpy() & ~table.columns.isin(list(optional)),
        "no value; expected one in every cell, because a composite over what applies to a unit is a ratio and not additive; "
        "leave the unit or the indicator out, or, for random draws, name it as optional",
    )
    known = list(table.columns)
    check_codes("weight of", weights.index, known, "the table", "rename or remove it")
    for code in known:
        count = int((weights.index == code).sum())
        if count != 1:
            raise InputError(f"indicator {code!r} has {count} weights; expected one; give each indicator one weight")
    weights = weights.reindex(known).astype(float)
    check_weights(weights)
    return table, weights


def published_table(
    values: pd.DataFrame, framework: Framework, points: pd.Series | None = None
) -> tuple[pd.DataFrame, pd.Series]:
    """Shares of the maximum, shape (unit, indicator), and published weights, shape (indicator,): what `rank_robustness` asks for.

    >>> from dti_research import data
    >>> table, weights = published_table(data.load_values("province-2022"), data.load_framework("national-province-2022"))
    >>> table.shape, weights["digital_government"]
    ((10, 8), np.float64(0.2))
    """
    normalised = score(values, framework, points=points).normalised
    weights = WEIGHT["published"](framework, points)
    return normalised, (weights / weights.sum()).reindex(normalised.columns)
