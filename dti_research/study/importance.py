"""Weight is not importance: how much does each indicator in fact count, and which weights would make it count as much as meant?

A weight says how much an indicator is meant to count. How much it explains of the composite, over the units of one table, depends
also on how far the units differ in it and on what the other indicators say. `importance` sets the two side by side, by straight
lines and by smooth curves (`correlation_ratio`); `weights_for` turns the question round. Handbook step 7, and the statistical
coherence that the JRC's audits look at (Paruolo, Saisana & Saltelli 2013). Left out: who moves when a weight changes
(`study.methods`, `study.weights`).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dti_research.errors import InputError, check_share, check_whole, nearest
from dti_research.index.normalise import check_labels, check_values, is_constant
from dti_research.index.score import check_additive

FEWEST_UNITS = 3
"""Two units lie on a straight line, whatever they are."""

FEWEST_VALUES = 5
"""With fewer different values there is no curve to speak of, and the values are taken as groups."""

MOST_PARAMETERS = 0.5
"""A curve has at most this many effective parameters a unit; without a ceiling it would often run through all units."""

MOST_KNOTS = 500
"""More different values than that are taken together with their neighbours, as many in each group."""

SAME = 1e-9
"""Values closer than this part of their range are one value."""

NONE = 1e-12
"""Variances below this part of what they could be are rounding: the indicator, or the composite, is constant."""

EXACT = 1e-9
"""How closely the equations of `weights_for` must be met, on a scale where what they ask for has length 1."""


# ------------------------------------------------------------------------------------------------ what one indicator explains


def correlation_ratio(x: np.ndarray | pd.Series, y: np.ndarray | pd.Series) -> float:
    """Which part of the variance of y does x explain, by any smooth curve and not only by a straight line?

    Handbook step 7 (statistical coherence). S = Var(E[y | x]) / Var(y), Pearson's correlation ratio, the first-order effect of a
    sensitivity analysis. E[y | x] is a cubic smoothing spline with a knot at each different x. Its penalty minimises the
    generalised cross-validation (GCV) over all units, also between those of equal x, among the curves of at most
    `MOST_PARAMETERS` effective parameters a unit. Without that ceiling GCV runs through nearly all units, and S is nearly 1, in a
    third of all tables of ten units where there is nothing to explain, and in 7 % of those of 34 (simulated). S is never below the
    square of Pearson's correlation (but for a few millionths above `MOST_KNOTS` different x), and equal to it where GCV prefers
    the straight line.

    With fewer than `FEWEST_VALUES` different x, E[y | x] is the mean of the units that share x (eta squared, of groups).

    Parameters
    ----------
    x, y : array or Series, shape (unit,) [any measure]
        In the same order of units. Neither measure matters.

    Returns
    -------
    float [share of the variance of y, 0 to 1]
        Not corrected for what a curve finds where there is nothing (see ``chance`` in `importance`), nor for what a smoothing
        spline flattens where there is something (some hundredths of S, with a few hundred units and noise).

    Raises
    ------
    InputError
        Fewer than three units; different lengths or units; a missing, infinite or constant x or y.

    Notes
    -----
    Equals R's ``smooth.spline(x, y, all.knots = TRUE, cv = FALSE)``, apart from the ceiling. SciPy's ``make_smoothing_spline`` is
    not used: it looks for the penalty on a linear scale, so that it depends on the measure of x and mostly finds the straight line,
    and its GCV leaves out how many units stand behind a mean, and how they differ. Time grows with the cube of the number of
    different x: a few seconds for two thousand.

    References
    ----------
    Paruolo, Saisana & Saltelli (2013), Ratings and rankings: voodoo or science?, Journal of the Royal Statistical Society A 176,
    609-634. Becker, Saisana, Paruolo & Vandecasteele (2017), Weights and importance in composite indicators: closing the gap,
    Ecological Indicators 80, 12-22. Craven & Wahba (1979), Numerische Mathematik 31, 377-403 (GCV). Green & Silverman (1994),
    Nonparametric Regression and Generalized Linear Models, chapters 2 and 3.

    Examples
    --------
    A straight line through a parabola explains nothing, a curve all of it.

    >>> x = np.linspace(-1, 1, 41)
    >>> round(correlation_ratio(x, x**2), 3)
    1.0

    Two groups: the means 2 and 4 explain 8 of 12.

    >>> round(correlation_ratio([0, 0, 0, 0, 1, 1, 1, 1], [1, 3, 2, 2, 3, 5, 4, 4]), 4)
    0.6667
    """
    both = isinstance(x, pd.Series) and isinstance(y, pd.Series)
    if both and not (len(x) == len(y) and x.index.equals(y.index)):
        raise InputError(
            f"x has {len(x)} units and y {len(y)}, not the same in the same order; expected a value of each for every unit; "
            "reindex one like the other"
        )
    x, y = _check_numbers("x", x), _check_numbers("y", y)
    if len(x) != len(y):
        raise InputError(f"x has {len(x)} values and y has {len(y)}; expected one of each for every unit; give both")
    _check_units(len(x))
    for name, found in (("x", x), ("y", y)):
        if is_constant(found):
            raise InputError(
                f"{name} is {found[0]:g} for all {len(found)} units; expected values that differ, because there is no variance to "
                "explain, or nothing to explain it by; leave it out"
            )
    return float(_smoother(x)(y[:, None])[0])


def _smoother(x: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    """What x explains of each column of an array, shape (unit, column), as shares of the columns' variances.

    In the eigenvectors of the penalty (Demmler & Reinsch) the spline leaves the straight line as it is and multiplies the part of
    y in each other direction by size / (size + penalty), so that all columns share one decomposition. Sizes are taken from the
    kernel |s - t|^3 / 12, whose large ones belong to smooth curves, and not from the penalty's own matrix, of which they
    are the reciprocals: its largest ones, of units that nearly touch, would drown them in rounding.
    """
    n = len(x)
    x = (x - x.min()) / np.ptp(x)
    order = np.argsort(x, kind="stable")
    group = np.empty(n, dtype=int)
    group[order] = np.append(0, np.cumsum(np.diff(x[order]) > SAME))
    if group.max() >= MOST_KNOTS:  # the cost grows with the cube of the knots
        group = group * MOST_KNOTS // (group.max() + 1)
    root = np.sqrt(np.bincount(group))
    different = len(root)

    def grouped(columns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Group means times the root of the groups' sizes, of columns centred to length 1, and what differs within the groups."""
        columns = columns - columns.mean(axis=0)
        columns = columns / np.sqrt((columns**2).sum(axis=0))
        means = np.zeros((different, columns.shape[1]))
        np.add.at(means, group, columns)
        means /= root[:, None]
        return means, ((columns - (means / root[:, None])[group]) ** 2).sum(axis=0)

    if different < FEWEST_VALUES:
        return lambda columns: (grouped(columns)[0] ** 2).sum(axis=0).clip(0, 1)

    at = np.bincount(group, x) / root**2
    line = np.linalg.qr(root[:, None] * np.column_stack([np.ones(different), at]))[0]
    kernel = root[:, None] * np.abs(at[:, None] - at) ** 3 / 12 * root
    kernel -= line @ (line.T @ kernel)
    kernel -= (kernel @ line) @ line.T
    size, direction = np.linalg.eigh((kernel + kernel.T) / 2)
    # All are above 0 but for the two of the line, which rounding puts among the smallest.
    size, direction = size[2:].clip(0), direction[:, 2:]
    least, most = np.log(size[-1]) + np.log([1e-14, 1e8])

    def kept(penalty: np.ndarray) -> np.ndarray:
        """The part that is left out of each direction, shape (direction, penalty); the penalty as its logarithm."""
        return 1 / (1 + size[:, None] / np.exp(penalty))

    # Parameters fall as the penalty rises: where do they pass the ceiling?
    low, high = least, most
    for _ in range(60):
        middle = (low + high) / 2
        above = different - kept(np.array([middle])).sum() > max(MOST_PARAMETERS * n, 2.0)
        low, high = (middle, high) if above else (low, middle)
    grid = np.linspace(high, most, 241)

    def explained(columns: np.ndarray) -> np.ndarray:
        means, within = grouped(columns)
        parts = (direction.T @ means) ** 2

        def gcv(penalty: np.ndarray) -> np.ndarray:
            """For one penalty a column."""
            out = kept(penalty)
            return (within + (out**2 * parts).sum(axis=0)) / (n - different + out.sum(axis=0)) ** 2

        out = kept(grid)
        coarse = (within + (out.T**2) @ parts) / (n - different + out.sum(axis=0))[:, None] ** 2
        at = coarse.argmin(axis=0)
        best = _lowest(gcv, grid[np.maximum(at - 1, 0)], grid[np.minimum(at + 1, len(grid) - 1)])
        straight = ((line.T @ means) ** 2).sum(axis=0)
        return (straight + ((1 - kept(best)) ** 2 * parts).sum(axis=0)).clip(0, 1)

    return explained


def _lowest(function: Callable[[np.ndarray], np.ndarray], low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Where a function is lowest between two bounds, by golden section, for all columns at once."""
    golden = (math.sqrt(5) - 1) / 2
    for _ in range(45):
        left, right = high - golden * (high - low), low + golden * (high - low)
        falls = function(left) > function(right)
        low, high = np.where(falls, left, low), np.where(falls, high, right)
    return (low + high) / 2


# ------------------------------------------------------------------------------------------------------ what all of them explain


def importance(
    normalised: pd.DataFrame,
    weights: pd.Series,
    *,
    composite: pd.Series | None = None,
    seed: int,
    resamples: int = 999,
    shuffles: int = 100,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """How much does each indicator in fact explain of the composite, next to the weight that it was given?

    Handbook step 7 (statistical coherence). What is explained is described over the units of the table, and no cause: an indicator
    without weight explains what it has in common with the others.

    Parameters
    ----------
    normalised : DataFrame, shape (unit, indicator) [any one measure, higher is better]
        At least three units, no blank.
    weights : Series, shape (indicator,) [share, >= 0, adds to 1]
    composite : Series, shape (unit,) [any measure], optional
        What is to be explained, if not table times weights: a printed composite, or one of another aggregation. In any order.
    seed : int [>= 0]
        For resamples and shuffles, each with numbers of its own.
    resamples : int [>= 2]
        For the intervals.
    shuffles : int [>= 1]
        For ``chance``.
    confidence : float [share, above 0 and below 1]
        Of the intervals.

    Returns
    -------
    DataFrame, shape (indicator, 13 columns)
        weight [share]
            As given.
        correlation
            Pearson's, with the composite.
        linear [share of the composite's variance]
            Its square. Several indicators may explain the same variance, so that these add to more than 1, or to less. Of
            independent indicators that spread alike they are in proportion to the squares of the weights, not to the weights.
        linear_share, low, high [share of the sum of ``linear``]
            ``low`` to ``high`` is a bootstrap interval (percentiles): units are drawn with replacement, their normalised values
            being as they are. It says how much hangs on which units stand in the table. Resamples in which all composites are
            equal, or nothing explains anything, have no shares and are left out. In simulations with 10, 34 and 63 units
            intervals of 95 % covered 92 to 94 %, and BCa intervals less.
        smooth [share of the composite's variance], smooth_share [share of the sum of ``smooth``]
            By a curve: `correlation_ratio`.
        chance [share of the composite's variance]
            Mean of what ``smooth`` becomes when the indicator's values are shuffled among the units. What is not clearly above it
            is not shown to explain anything.
        contribution [share of the composite's variance]
            Weight times the covariance with the composite, over its variance: where the composite is table times weights these add
            to 1; an indicator that pulls against the others is below 0. Of another composite: on the same scale.
        own [share of the composite's variance]
            What only this indicator explains: the squared correlation of the composite with what is left of the indicator after
            linear regression on all others. Blank where they determine it, as they mostly do with no more units than indicators.
        gap [share], ratio
            ``linear_share`` less ``weight``, and divided by it; the ratio is blank for weight 0.

        An indicator that is the same everywhere ranks nobody: it explains 0, by rule, and its correlation is blank. Where no
        indicator explains anything (of a composite that is given), shares are blank.

    Raises
    ------
    InputError
        A table or weights that `check_additive` refuses (with its words for a blank); fewer than three units; a composite that is
        the same for all units, or is of other units, missing or infinite; a seed, number or confidence that cannot be used.

    References
    ----------
    Paruolo, Saisana & Saltelli (2013), Journal of the Royal Statistical Society A 176, 609-634. Becker, Saisana, Paruolo &
    Vandecasteele (2017), Ecological Indicators 80, 12-22. Nardo et al. (2008), OECD/JRC Handbook on Constructing Composite
    Indicators, step 7.

    Examples
    --------
    Roads and wells have nothing in common and equal weights; units differ twice as much in wells, which explain four parts in five.

    >>> table = pd.DataFrame({"roads": [0.4, 0.4, 0.6, 0.6], "wells": [0.3, 0.7, 0.3, 0.7]}, index=["hill", "lake", "rice", "dale"])
    >>> found = importance(table, pd.Series({"roads": 0.5, "wells": 0.5}), seed=1)
    >>> found[["weight", "linear_share", "own", "gap", "ratio"]].round(4).loc["wells"].tolist()
    [0.5, 0.8, 0.8, 0.3, 1.6]
    """
    table, weights = check_additive(normalised, weights)
    _check_units(len(table))
    seed, resamples = check_whole("seed", seed, 0), check_whole("resamples", resamples, 2)
    shuffles = check_whole("shuffles", shuffles, 1)
    confidence = check_share("confidence", confidence)
    y = _composite(table, weights, composite)

    scaled, varies = _standardise(table.to_numpy())
    centred, own = table.to_numpy() - table.to_numpy().mean(axis=0), (table @ weights).to_numpy()
    y = (y - y.mean()) / y.std()
    parts = weights.to_numpy() * (centred * y[:, None]).mean(axis=0)
    parts = (
        parts / own.std() if not is_constant(own, float(table.abs().max() @ weights)) else np.full(len(parts), math.nan)
    )
    correlation = (scaled * y[:, None]).mean(axis=0).clip(-1, 1)
    linear = _no_noise(correlation) ** 2

    draws, orders = (np.random.default_rng(s) for s in np.random.SeedSequence(seed).spawn(2))
    shares = _resampled_shares(scaled, y, draws, resamples)
    low, high = np.full((2, scaled.shape[1]), math.nan)
    if len(shares) and linear.any():
        low, high = np.quantile(shares, [(1 - confidence) / 2, (1 + confidence) / 2], axis=0)

    # The composite as it is, then shuffled against all indicators in the same ways.
    columns = np.column_stack([y, orders.permuted(np.tile(y, (shuffles, 1)), axis=1).T])
    curves = np.zeros((scaled.shape[1], 1 + shuffles))
    for k in np.flatnonzero(varies):
        curves[k] = _smoother(scaled[:, k])(columns)
    smooth = curves[:, 0]

    answer = pd.DataFrame(
        {
            "weight": weights.to_numpy(),
            "correlation": np.where(varies, correlation, math.nan),
            "linear": linear,
            "linear_share": _share(linear),
            "low": low,
            "high": high,
            "smooth": smooth,
            "smooth_share": _share(smooth),
            "chance": curves[:, 1:].mean(axis=1),
            "contribution": parts,
            "own": _own(scaled, varies, y),
        },
        index=table.columns.rename("indicator"),
    )
    answer["gap"] = answer.linear_share - answer.weight
    answer["ratio"] = answer.linear_share / answer.weight.where(answer.weight > 0)
    return answer


def _composite(table: pd.DataFrame, weights: pd.Series, composite: pd.Series | None) -> np.ndarray:
    """What is to be explained, in the table's order, once it is known to vary."""
    if composite is None:
        y = (table @ weights).to_numpy()
        # Of indicators that cancel out rounding is left, and its size is that of the indicators.
        size = float(table.abs().max() @ weights)
        remedy = "give weight to indicators in which units differ"
    else:
        if not isinstance(composite, pd.Series):
            raise InputError(
                f"composite: found {type(composite).__name__}; expected a Series with one number for each unit; name its units"
            )
        for unit in table.index:
            count = int((composite.index == unit).sum())
            if count != 1:
                raise InputError(
                    f"unit {unit!r} has {count} composites; expected one for each unit of the table; "
                    f"{'add it' if count == 0 else 'remove the repeats'}, or leave the unit out of the table"
                )
        for unit in composite.index:
            if unit not in table.index:
                raise InputError(
                    f"composite of {unit!r}{nearest(unit, table.index)}: no unit of the table; expected its {len(table)} units; "
                    "rename or remove it"
                )
        y = check_values(composite.reindex(table.index).to_frame("composite"))["composite"].to_numpy()
        size, remedy = float(np.abs(y).max()), "give another one"
    if is_constant(y, size):
        raise InputError(
            f"the composite is {y[0]:.6g} for all {len(y)} units; expected one that differs, because its variance is what is "
            f"explained; {remedy}"
        )
    return y


def _resampled_shares(scaled: np.ndarray, y: np.ndarray, rng: np.random.Generator, resamples: int) -> np.ndarray:
    """Shares of the squared correlations, shape (resample, indicator), of the resamples that have some."""
    n = len(y)
    # How often each unit is drawn, over n: all sums over a resample are products with it.
    drawn = rng.multinomial(n, np.full(n, 1 / n), size=resamples) / n
    mean_x, mean_y = drawn @ scaled, drawn @ y
    var_x, var_y = drawn @ scaled**2 - mean_x**2, drawn @ y**2 - mean_y**2
    shared = drawn @ (scaled * y[:, None]) - mean_x * mean_y[:, None]
    both = var_x * var_y[:, None]
    varies = (var_x > NONE) & (var_y > NONE)[:, None]
    linear = np.where(varies, shared**2 / np.where(varies, both, 1.0), 0.0)
    total = linear.sum(axis=1)
    has = total > NONE
    return linear[has] / total[has, None]


def _own(scaled: np.ndarray, varies: np.ndarray, y: np.ndarray) -> np.ndarray:
    """What each indicator explains and the others do not; blank where they determine it."""
    found = np.zeros(len(varies))
    for k in np.flatnonzero(varies):
        others = scaled[:, varies & (np.arange(len(varies)) != k)]
        rest = scaled[:, k]
        if others.shape[1]:
            rest = rest - others @ np.linalg.lstsq(others, rest, rcond=1e-10)[0]
        left = float(rest @ rest) / len(y)
        found[k] = (rest @ y / len(y)) ** 2 / left if left > NONE else math.nan
    return found


# ------------------------------------------------------------------------------------------------------------ which weights would


@dataclass(frozen=True, eq=False)
class IntendedWeights:
    """The weights with which indicators count as much as they are meant to.

    Parameters
    ----------
    weights : Series, shape (indicator,) [share, >= 0, adds to 1]
        0 for an indicator that is the same everywhere.
    linear_share : Series, shape (indicator,) [share, adds to 1]
        What they reach: shares of the squared correlations with the composite. No correlation is below 0.
    target : Series, shape (indicator,) [share, adds to 1]
        What was asked for.
    largest_gap : float [share]
        Between the two, over all indicators.
    possible : bool
        Do any weights of at least 0 reach the target?
    how : str
        ``exact``, or, where it is not possible, ``nearest``: the smallest sum of squared gaps that was found. That search is not
        convex, and starts from several places; that the target is out of reach is proven, the nearest weights are not.
    residual : float
        By how much the linear equations are missed, of 1. What is above `EXACT` is proof that the target is out of reach.
    unique : bool or None
        Do no other weights reach it (apart from those of indicators that are the same everywhere)? None if nothing does.
    signed : Series, shape (indicator,) [adds to 1], or None
        The only weights that would reach it if they might be negative, which shows where it fails. None where there are
        many, or none that add to more than 0.
    """

    weights: pd.Series
    linear_share: pd.Series
    target: pd.Series
    largest_gap: float
    possible: bool
    how: str
    residual: float
    unique: bool | None
    signed: pd.Series | None


def nominal_target(normalised: pd.DataFrame, weights: pd.Series) -> pd.Series:
    """The weights as a target for `weights_for`: those of indicators that are the same everywhere left out, over their sum.

    Examples
    --------
    >>> table = pd.DataFrame({"roads": [0.4, 0.6], "wells": [0.3, 0.7], "school": [1.0, 1.0]}, index=["hill", "lake"])
    >>> nominal_target(table, pd.Series({"roads": 0.4, "wells": 0.4, "school": 0.2})).to_dict()
    {'roads': 0.5, 'wells': 0.5, 'school': 0.0}
    """
    table, weights = check_additive(normalised, weights)
    counts = weights.where([not is_constant(table[code].to_numpy()) for code in table], 0.0)
    if not counts.sum() > 0:
        raise InputError(
            "no indicator that has a weight differs between units; expected at least one; give weight to indicators in which units "
            "differ"
        )
    return counts / counts.sum()


def weights_for(normalised: pd.DataFrame, target: pd.Series) -> IntendedWeights:
    """With which weights does each indicator explain the share that it is meant to?

    Handbook step 6 (weighting), answered by step 7 (statistical coherence). The composite's correlation with an indicator is, but
    for one factor that all have in common, the sum over all indicators of their correlation with it times their weight times their
    standard deviation. So the shares of the squared correlations equal the target, and no correlation is negative, exactly where
    these sums are proportional to the square roots of the target: linear equations, solved by non-negative least squares, which is
    convex. If it meets them the weights are exact; if not, no weights of at least 0 do.

    Other signs are left out on purpose: squared correlations could also agree with the target while some indicator counts against
    the composite, which nobody means by a share. Becker et al. (2017) and COINr's ``get_opt_weights`` search for the weights step
    by step; COINr compares shares of correlations, not of their squares.

    Parameters
    ----------
    normalised : DataFrame, shape (unit, indicator) [any one measure, higher is better]
        At least three units, no blank.
    target : Series, shape (indicator,) [share, >= 0, adds to 1]
        For example the nominal weights. 0 asks for an indicator that is uncorrelated with the composite, which may take a
        weight above 0, or be out of reach.

    Returns
    -------
    IntendedWeights

    Raises
    ------
    InputError
        A table or target that cannot be used; an indicator that is the same everywhere and is to count; indicators so opposed
        that with all weights one of them counts against the composite.

    References
    ----------
    Paruolo, Saisana & Saltelli (2013), Journal of the Royal Statistical Society A 176, 609-634, who ask when the map from weights
    to importance can be inverted. Becker, Saisana, Paruolo & Vandecasteele (2017), Ecological Indicators 80, 12-22. Lawson &
    Hanson (1974), Solving Least Squares Problems, chapter 23.

    Examples
    --------
    Roads and wells have nothing in common; units differ twice as much in wells, which therefore need half the weight.

    >>> table = pd.DataFrame({"roads": [0.4, 0.4, 0.6, 0.6], "wells": [0.3, 0.7, 0.3, 0.7]}, index=["hill", "lake", "rice", "dale"])
    >>> found = weights_for(table, pd.Series({"roads": 0.5, "wells": 0.5}))
    >>> found.weights.round(4).to_dict(), found.possible, found.unique
    ({'roads': 0.6667, 'wells': 0.3333}, True, True)
    """
    from scipy.optimize import nnls

    check_labels(normalised)
    codes = list(normalised.columns)
    # The table alone is looked at here: the target is no set of weights, and has words of its own.
    table, _ = check_additive(normalised, pd.Series(1 / len(codes), index=codes))
    _check_units(len(table))
    asked = _check_target(target, codes)
    scaled, varies = _standardise(table.to_numpy())
    for code, counts, share in zip(codes, varies, asked, strict=True):
        if not counts and share > 0:
            raise InputError(
                f"indicator {code!r} is {table[code].iloc[0]:g} for all {len(table)} units and is to explain {share:g}; expected a "
                "target of 0, because what is the same everywhere explains nothing; correct the target, or leave the indicator out"
            )
    deviation = table.to_numpy().std(axis=0)[varies]
    # Weights times standard deviations are the unknowns; correlations do not depend on the measure of anything.
    related = scaled[:, varies].T @ scaled[:, varies] / len(table)
    wanted = np.sqrt(asked[varies])
    found, residual = nnls(related, wanted)
    possible = bool(residual <= EXACT)
    if not possible:
        found = _nearest(related, asked[varies], deviation, found)

    def series(some: np.ndarray, name: str, scale: float = 1.0) -> pd.Series:
        """All indicators again, those that are the same everywhere with 0."""
        whole = np.zeros(len(codes))
        whole[varies] = some / scale
        return pd.Series(whole, index=table.columns.rename("indicator"), name=name)

    own = found / deviation
    shares = series(_shares(related, found), "linear_share")
    given = pd.Series(asked, index=shares.index, name="target")
    return IntendedWeights(
        weights=series(own, "weight", own.sum()),
        linear_share=shares,
        target=given,
        largest_gap=float((shares - given).abs().max()),
        possible=possible,
        how="exact" if possible else "nearest",
        residual=float(residual),
        unique=_only(related, wanted, found) if possible else None,
        signed=None if (free := _signed(related, wanted, deviation)) is None else series(free, "signed"),
    )


def _shares(related: np.ndarray, found: np.ndarray) -> np.ndarray:
    """Shares of the squared correlations with the composite of the standardised indicators times `found`."""
    squares = (related @ found) ** 2
    return squares / squares.sum()


def _full_rank(related: np.ndarray) -> bool:
    return bool(np.linalg.matrix_rank(related, hermitian=True, tol=NONE * len(related)) == len(related))


def _signed(related: np.ndarray, wanted: np.ndarray, deviation: np.ndarray) -> np.ndarray | None:
    if not _full_rank(related):
        return None
    free = np.linalg.solve(related, wanted) / deviation
    return free / free.sum() if free.sum() > EXACT * np.abs(free).sum() else None


def _only(related: np.ndarray, wanted: np.ndarray, found: np.ndarray) -> bool:
    """Is this the only solution of at least 0? Other ones differ by what the correlations do not see."""
    from scipy.optimize import linprog

    if _full_rank(related):
        return True
    used = found > EXACT * found.max()
    if np.linalg.matrix_rank(related[:, used], tol=NONE * len(related)) < used.sum():
        return False
    # The columns in use are independent, so that another solution must use one of the rest.
    answer = linprog(-(~used).astype(float), A_eq=related, b_eq=related @ found, bounds=(0, None), method="highs")
    return not (answer.status == 3 or (answer.status == 0 and -answer.fun > 1e-6 * found.sum()))


def _nearest(related: np.ndarray, asked: np.ndarray, deviation: np.ndarray, start: np.ndarray) -> np.ndarray:
    """The smallest sum of squared gaps with no weight and no correlation below 0, from several places."""
    from scipy.optimize import linprog, minimize

    count = len(asked)

    def furthest(direction: np.ndarray) -> tuple[np.ndarray | None, float]:
        """The weights that go furthest in a direction with no correlation below 0."""
        answer = linprog(
            -direction,
            A_ub=-related,
            b_ub=np.zeros(count),
            A_eq=np.ones((1, count)),
            b_eq=[1],
            bounds=(0, None),
            method="highs",
        )
        return (answer.x, -answer.fun) if answer.status == 0 else (None, 0.0)

    # Some weights leave no correlation below 0 (Ville: the matrix has no negative square). Is their composite more than a constant?
    inside, sum_of_correlations = furthest(related.sum(axis=0))
    if inside is None or sum_of_correlations <= EXACT:
        raise InputError(
            f"the {count} indicators that vary: with all weights one of them counts against the composite, or the composite is "
            "constant; expected indicators that can all agree with one composite; reverse or leave out the one that runs against "
            "the others"
        )

    def objective(some: np.ndarray) -> tuple[float, np.ndarray]:
        sums = related @ some
        total = max(float(sums @ sums), 1e-300)
        shares = sums**2 / total
        gaps = shares - asked
        return float(gaps @ gaps), related @ (4 * sums / total * (gaps - gaps @ shares))

    limits = [
        {"type": "eq", "fun": lambda some: some.sum() - 1, "jac": lambda some: np.ones(count)},
        {"type": "ineq", "fun": lambda some: related @ some, "jac": lambda some: related},
    ]
    best, least = inside, objective(inside)[0]

    def search(start: np.ndarray) -> None:
        nonlocal best, least
        answer = minimize(
            objective,
            start / start.sum(),
            jac=True,
            method="SLSQP",
            bounds=[(0, 1)] * count,
            constraints=limits,
            options={"ftol": 1e-15, "maxiter": 500},
        )
        if not np.isfinite(answer.x).all() or not (some := answer.x.clip(0)).sum() > 0:
            return
        some /= some.sum()
        sums = related @ some
        if sums.min() >= -EXACT and sums @ sums > NONE and (reached := objective(some)[0]) < least:
            best, least = some, reached

    # The lowest places differ in which correlations are 0, so that the search begins at all ends of what is allowed, too.
    ends = [furthest(sign * row)[0] for row in (*np.eye(count), *related) for sign in (1, -1)]
    starts = [start, inside, asked * deviation, deviation, *np.eye(count), *(end for end in ends if end is not None)]
    for one in starts:
        if one.sum() > 0:
            search(one)
    search(best)
    return best


# ------------------------------------------------------------------------------------------------------------------ what is given


def _standardise(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each column with mean 0 and variance 1, or all 0 if it does not vary; and whether it does."""
    varies = np.array([not is_constant(column) for column in values.T])
    deviation = values.std(axis=0)
    centred = values - values.mean(axis=0)
    return np.where(varies, centred / np.where(varies, deviation, 1.0), 0.0), varies


def _no_noise(correlation: np.ndarray) -> np.ndarray:
    return np.where(np.abs(correlation) > NONE, correlation, 0.0)


def _share(part: np.ndarray) -> np.ndarray:
    return part / part.sum() if part.any() else np.full(len(part), math.nan)


def _check_numbers(name: str, found: np.ndarray | pd.Series) -> np.ndarray:
    try:
        values = np.asarray(found, dtype=float)
    except (TypeError, ValueError):
        raise InputError(f"{name}: found something that is no number; expected numbers; read it as numbers") from None
    if values.ndim != 1:
        raise InputError(f"{name} has {values.ndim} dimensions; expected one number for each unit; give one column")
    if not np.isfinite(values).all():
        place = int(np.flatnonzero(~np.isfinite(values))[0])
        unit = found.index[place] if isinstance(found, pd.Series) else place
        raise InputError(
            f"{name} of unit {unit!r}: found {values[place]}; expected a finite number for each unit; enter it, or leave the unit "
            "out of both"
        )
    return values


def _check_units(count: int) -> None:
    if count < FEWEST_UNITS:
        raise InputError(
            f"found {count} units; expected at least {FEWEST_UNITS}, because fewer are always explained in full; add units"
        )


def _check_target(target: pd.Series, codes: list[str]) -> np.ndarray:
    """The target in the order of the table's columns."""
    try:
        target = pd.Series(target).astype(float)
    except (TypeError, ValueError) as error:
        raise InputError(f"target: {error}; expected one share for each indicator; correct it") from None
    for code in target.index:
        if code not in codes:
            raise InputError(
                f"target of {code!r}{nearest(code, codes)}: no indicator of the table; expected {', '.join(map(str, codes))}; "
                "rename or remove it"
            )
    for code in codes:
        count = int((target.index == code).sum())
        if count != 1:
            raise InputError(
                f"indicator {code!r} has {count} targets; expected one; give each indicator one, 0 if it is not to count"
            )
    asked = target.reindex(codes).astype(float)
    for code, found in asked.items():
        if not 0 <= found < math.inf:
            raise InputError(f"target of {code!r}: {found}; expected a share of at least 0; correct it")
    total = float(asked.sum())
    if abs(total - 1) > 1e-9:
        raise InputError(f"the targets add to {total:.10g}; expected 1; divide each by their sum")
    return asked.to_numpy()
