"""How are values of different indicators made comparable? Handbook step 5 (normalisation).

`normalise` checks a table and applies one entry of `NORMALISE`. Each entry takes `values`, shape (unit, indicator) [measure of the
table], and `maximum`, a Series (indicator,) of the most that each can be [> 0; its points, or 1 where values are shares], which
only `share_of_maximum` uses; it gives a table of the same shape, higher is better, in the measure that its first line names. A
blank cell means "does not apply" in an optional indicator, takes no part and stays blank; it is an error anywhere else: nothing is
filled or dropped. Left out: the treatment of outliers (step 3, imputation, and step 4), because the printed indexes use none.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Mapping

import numpy as np
import pandas as pd

from dti_research.errors import InputError, find_name, is_number, nearest

# A share computed as points / maximum may miss its bound by the last binary digit.
SLACK = 1e-9


def is_constant(values: np.ndarray, size: float | None = None) -> bool:
    """Is there no more in it than binary noise? `size`: of the numbers that it was computed from, where these may cancel out.

    >>> is_constant(np.array([0.3, 0.1 + 0.2])), is_constant(np.array([0.3, 0.30001]))
    (True, False)
    """
    return bool(np.ptp(values) <= 1e-12 * (np.abs(values).max() if size is None else size))


def check_labels(values: pd.DataFrame) -> None:
    """Raise InputError unless the table has units, and each unit and each indicator stands in it once."""
    if values.empty:
        raise InputError(
            f"the table has {len(values.index)} units and {len(values.columns)} indicators; expected at least one of "
            "each; give one row per unit and one column per indicator"
        )
    for kind, place, labels in (("unit", "rows", values.index), ("indicator", "columns", values.columns)):
        if labels.nlevels > 1:
            raise InputError(
                f"the {kind}s have {labels.nlevels} labels each; expected one code each; join the labels into one"
            )
        if labels.hasnans:
            raise InputError(f"a {kind} has no code; expected a code in each of the {len(labels)} {place}; fill it in")
        repeated = labels[labels.duplicated()].unique()
        if len(repeated):
            code = repeated[0]
            raise InputError(
                f"{kind} {code!r} stands in {int((labels == code).sum())} {place} of the table{_more(len(repeated))}; "
                f"expected one; remove the repeats or correct the {kind} code"
            )


def check_codes(
    what: str, codes: Iterable, known: Collection, whole: str, remedy: str, idle: Collection[str] = ()
) -> None:
    """Raise InputError at the first code that is not `known`; an `idle` one stands in the whole and carries no points."""
    for code in codes:
        if code not in known:
            wrong = ": carries no points in" if code in idle else f"{nearest(code, known)}: no indicator of"
            raise InputError(f"{what} {code!r}{wrong} {whole}; expected {', '.join(map(str, known))}; {remedy}")


def check_values(values: pd.DataFrame, optional: Collection[str] = ()) -> pd.DataFrame:
    """A table of values as floats, if every cell holds a finite number; only `optional` indicators may be blank.

    Raises
    ------
    InputError
        Repeated unit or indicator; text, truth value, infinite or missing cell.

    >>> check_values(pd.DataFrame({"roads": [40, None]}, index=["hill", "lake"]))
    Traceback (most recent call last):
    dti_research.errors.InputError: unit 'lake', indicator 'roads': no value; expected a finite number, \
because the indicator applies to every unit; enter the printed value, or leave the unit out of the table
    """
    check_labels(values)
    for column in values.columns:
        if not pd.api.types.is_numeric_dtype(values[column]) or pd.api.types.is_bool_dtype(values[column]):
            for unit, cell in values[column].items():
                if not (is_number(cell) or pd.isna(cell)):
                    raise InputError(
                        f"unit {unit!r}, indicator {column!r}: found {cell!r}; expected a number, not text or a truth value; write "
                        "digits with a decimal point and no other sign, and read the column as numbers"
                    )
    table = values.astype(float)
    refuse_cells(
        table, np.isinf(table.to_numpy()), "found {found}{more}; expected a finite number; enter the printed value"
    )
    refuse_cells(
        table,
        np.isnan(table.to_numpy()) & ~values.columns.isin(list(optional)),
        "no value{more}; expected a finite number, because the indicator applies to every unit; enter the printed value, or leave "
        "the unit out of the table",
    )
    return table


def check_range(values: pd.DataFrame, maximum: pd.Series) -> None:
    """Raise InputError if a value lies below 0 or above the most that its indicator can give."""
    _check_per_indicator(values, maximum, "maximum")
    top = maximum.reindex(values.columns).astype(float)
    x, most = values.to_numpy(), top.to_numpy()
    hints = top.eq(1).map({True: "divide percentages by 100 and points by their maximum", False: "check the measure"})
    refuse_cells(
        values,
        (x < -SLACK * most) | (x > most * (1 + SLACK)),
        "value {found:.10g}{more} lies outside the allowed interval [0, {top:.10g}]; correct the value, or {hint} of the table",
        top=top,
        hint=hints,
    )


def share_of_maximum(values: pd.DataFrame, maximum: pd.Series) -> pd.DataFrame:
    """Each value over the most it could be [share of the maximum, 0 to 1]: so do all the official indexes.

    A unit's composite cannot move because another unit joined the table. (The Handbook's distance to a reference, the reference
    being the printed maximum.)

    Raises
    ------
    InputError
        A value below 0 or above its maximum; a maximum that is missing or not above 0.

    Examples
    --------
    >>> values = pd.DataFrame({"roads": [40, 20, 10], "wells": [10, 20, 5]}, index=["hill", "lake", "rice"])
    >>> share_of_maximum(values, pd.Series({"roads": 40, "wells": 20}))
          roads  wells
    hill   1.00   0.50
    lake   0.50   1.00
    rice   0.25   0.25
    """
    check_range(values, maximum)
    return values / maximum.reindex(values.columns).astype(float)


def min_max(values: pd.DataFrame, maximum: pd.Series | None = None) -> pd.DataFrame:
    """Each value between the worst (0) and the best (1) unit of its indicator [share of the observed range, 0 to 1].

    The composite of a unit moves when the worst or best unit of any indicator moves.

    Raises
    ------
    InputError
        A constant indicator: it has no range. (Software disagrees silently here: 1, 0 and NaN are all in use.)

    Examples
    --------
    >>> min_max(pd.DataFrame({"school": [10, 40, 25]}, index=["hill", "lake", "rice"]))
          school
    hill     0.0
    lake     1.0
    rice     0.5
    """
    _check_varies(values, "min-max")
    return (values - values.min()) / (values.max() - values.min())


def z_score(values: pd.DataFrame, maximum: pd.Series | None = None) -> pd.DataFrame:
    """Each value's distance from the mean of its indicator [standard deviations, mean 0].

    The standard deviation divides by n (ddof = 0), because the units graded are all there are (every province, every department),
    not a sample of more. Dividing by n - 1 would shrink every indicator by the same factor and move no rank, unless an optional
    indicator has fewer units than the others.

    Raises
    ------
    InputError
        A constant indicator: its standard deviation is 0.

    Examples
    --------
    The mean is 5; the squared distances 9, 1, 1, 1, 0, 0, 4, 16 have the mean 4, so the standard deviation is 2.

    >>> z_score(pd.DataFrame({"wells": [2, 4, 4, 4, 5, 5, 7, 9]}))["wells"].tolist()
    [-1.5, -0.5, -0.5, -0.5, 0.0, 0.0, 1.0, 2.0]
    """
    _check_varies(values, "z-score")
    return (values - values.mean()) / values.std(ddof=0)


def rank_share(values: pd.DataFrame, maximum: pd.Series | None = None) -> pd.DataFrame:
    """Each unit's rank within its indicator alone, as (n + 1 - rank) / n [share of rank, 1/n to 1].

    Rank 1 is best and ties share the smallest rank, so the best unit gets 1 and, if it stands there alone, the last gets 1 / n:
    never 0, so that every aggregation is possible. n counts the units that have the indicator. A constant indicator gives 1 to
    all: everyone shares rank 1.

    Examples
    --------
    >>> rank_share(pd.DataFrame({"roads": [40, 20, 20, 10]}, index=["hill", "lake", "moor", "rice"]))
          roads
    hill   1.00
    lake   0.75
    moor   0.75
    rice   0.25
    """
    return (values.count() + 1 - values.rank(ascending=False, method="min")) / values.count()


def distance_to_target(
    values: pd.DataFrame, maximum: pd.Series | None = None, *, targets: pd.Series | Mapping[str, float] | None = None
) -> pd.DataFrame:
    """Each value over a fixed target, 1 where the target is met, however far it is exceeded [share of target, 0 to 1].

    Without the cap a surplus in one indicator would pay for a shortfall in another and lift a composite above its own maximum.

    Parameters
    ----------
    targets : Series or mapping, shape (indicator,) [measure of the table, > 0]

    Raises
    ------
    InputError
        No targets; a target that is missing, unknown, not finite or not above 0.

    Examples
    --------
    >>> values = pd.DataFrame({"roads": [40, 20, 10]}, index=["hill", "lake", "rice"])
    >>> distance_to_target(values, targets={"roads": 20})["roads"].tolist()
    [1.0, 1.0, 0.5]
    """
    if targets is None:
        raise InputError(
            f"distance-to-target needs a target for each indicator ({', '.join(map(str, values.columns))}) and found "
            "none; give one positive number per indicator, in the measure of the table"
        )
    targets = pd.Series(targets)
    check_codes("target for", targets.index, values.columns, "the table", "correct the code or remove the target")
    _check_per_indicator(values, targets, "target")
    return (values / targets.reindex(values.columns).astype(float)).clip(upper=1)


NORMALISE: dict[str, Callable[..., pd.DataFrame]] = {
    "share-of-maximum": share_of_maximum,
    "min-max": min_max,
    "z-score": z_score,
    "rank": rank_share,
    "distance-to-target": distance_to_target,
}


def normalise(
    values: pd.DataFrame, name: str, maximum: pd.Series, *, optional: Collection[str] = (), **options
) -> pd.DataFrame:
    """A table of values, checked, with its indicators made comparable by the named method.

    Every value is held against its maximum, whatever the method: a value off its scale is a slip, not an outlier.

    Parameters
    ----------
    values : DataFrame, shape (unit, indicator) [measure of the table]
    name : str
        A key of `NORMALISE`.
    maximum : Series, shape (indicator,) [measure of the table, > 0]
    optional : collection of str
    **options
        ``targets`` for ``distance-to-target``.

    Raises
    ------
    InputError
        Unknown name; missing, infinite, off-scale or constant values; repeated labels; a bad maximum or target.

    Examples
    --------
    >>> values = pd.DataFrame({"roads": [40, 20, 10]}, index=["hill", "lake", "rice"])
    >>> normalise(values, "share-of-maximum", pd.Series({"roads": 40}))["roads"].tolist()
    [1.0, 0.5, 0.25]
    >>> normalise(values * 2, "rank", pd.Series({"roads": 40}))
    Traceback (most recent call last):
    dti_research.errors.InputError: unit 'hill', indicator 'roads': value 80 lies outside the allowed \
interval [0, 40]; correct the value, or check the measure of the table
    """
    function = NORMALISE[find_name("normalisation", name, NORMALISE)]
    values = check_values(values, optional)
    check_range(values, maximum)
    return function(values, maximum, **options)


def _check_per_indicator(values: pd.DataFrame, given: pd.Series, what: str) -> None:
    """Every column of the table needs exactly one positive finite number."""
    repeated = given.index[given.index.duplicated()]
    if len(repeated):
        raise InputError(f"indicator {repeated[0]!r} is given more than one {what}; expected one; remove the others")
    for column in values.columns:
        found = given.get(column)
        if not is_number(found) or not math.isfinite(found) or found <= 0:
            shown = "none" if found is None else repr(found) if not is_number(found) else f"{float(found):.10g}"
            raise InputError(
                f"indicator {column!r}: {what} {shown}; expected a finite number above 0; give its {what} in the "
                "measure of the table"
            )


def _check_varies(values: pd.DataFrame, name: str) -> None:
    """A constant indicator cannot be normalised by its spread (a computed deviation may be only nearly 0: compare)."""
    constant = values.columns[values.max() == values.min()]
    if len(constant):
        column = constant[0]
        raise InputError(
            f"indicator {column!r} has the same value, {values[column].max():.10g}, for every "
            f"unit{_more(len(constant))}; {name} needs at least two different values; leave the indicator out, or "
            "normalise by share-of-maximum or rank"
        )


def refuse_cells(table: pd.DataFrame, wrong: np.ndarray, says: str, **beside: pd.DataFrame | pd.Series) -> None:
    """Raise InputError at the first cell that is `wrong`, shape (unit, indicator); do nothing if none is.

    `says` is filled with ``found`` (the cell), ``more`` (how many others are wrong) and, of each table or Series (indicator,) that
    stands `beside`, what it holds there.
    """
    rows, columns = np.nonzero(wrong)
    if len(rows):
        row, column = rows[0], columns[0]
        values = {
            name: other.iloc[column] if other.ndim == 1 else other.iat[row, column] for name, other in beside.items()
        }
        said = says.format(found=table.iat[row, column], more=_more(len(rows)), **values)
        raise InputError(f"unit {table.index[row]!r}, indicator {table.columns[column]!r}: {said}")


def _more(count: int) -> str:
    return f" (and {count - 1} more like it)" if count > 1 else ""
