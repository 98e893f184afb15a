"""Do the indicators of an index belong together, and does each tell units apart? Consistency, components and flags.

`consistency` (Cronbach's alpha, McDonald's omega), `components` (principal components against chance) and `indicator_checks`
describe a table; `find_flags` names what a statistical audit of the European Commission's Joint Research Centre would raise.
Handbook step 4 (multivariate analysis). Left out: the correlations themselves (`study.correlation`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dti_research.errors import InputError, check_share, check_whole
from dti_research.index.normalise import check_values, is_constant
from dti_research.study.correlation import COMPOSITE, FEWEST, Correlations, check_table, chunks, draw_selected

THRESHOLDS = {
    "redundant": 0.92,
    "weak": 0.3,
    "skewness": 2.0,
    "kurtosis": 3.5,
    "saturated": 0.5,
    "tied": 0.5,
}
"""Rules of thumb, not tests. ``redundant``, ``weak``: what the JRC's audits look for (COINr flags above 0.9); ``skewness`` with
``kurtosis``: as COINr has them (Becker et al. 2022); ``saturated``, ``tied``: ours, the share of units at the maximum, or at one
other value."""

_LEAST = 0.005
"""Of an indicator's variance, what a factor must leave: R's factanal has the same bound."""


@dataclass(frozen=True, eq=False)
class Consistency:
    """How closely the indicators of one group go together.

    Parameters
    ----------
    n, items : int
        Units; indicators that vary.
    alpha, low, high : float
        Cronbach's alpha of the sum of the indicators, and its interval (Feldt 1965).
    standardised : float
        Alpha if every indicator had the same standard deviation.
    omega : float
        McDonald's omega of one common factor, fitted by maximum likelihood to the correlations; blank where `note` says why.
    note : str
        Why omega is missing, or cannot be trusted.
    without : DataFrame, shape (indicator, [alpha, standardised, rest])
        Alpha of the others, and the indicator's correlation with their sum.
    constant : tuple of str
        Indicators with one value for every unit: they take no part.
    """

    n: int
    items: int
    alpha: float
    low: float
    high: float
    standardised: float
    omega: float
    note: str
    without: pd.DataFrame
    constant: tuple[str, ...]


def consistency(normalised: pd.DataFrame, confidence: float = 0.95) -> Consistency:
    """Measure how closely indicators go together, and what each does to that.

    Handbook step 4 (multivariate analysis). A low alpha is no fault of an index that is meant to add different things; it says that
    the composite is no measurement of one thing. Indicators that do not vary take no part, and are named in the answer.

    Parameters
    ----------
    normalised : DataFrame, shape (unit, indicator) [share, or any one measure]
    confidence : float [share]
        Of the interval of alpha.

    Returns
    -------
    Consistency

    Raises
    ------
    InputError
        Fewer than five units, or than two indicators that vary; a missing value.

    References
    ----------
    Cronbach (1951), Psychometrika 16, 297-334. Feldt (1965), Psychometrika 30, 357-370. McDonald (1999), Test Theory.
    Nardo et al. (2008), OECD/JRC Handbook on Constructing Composite Indicators, step 4.

    Examples
    --------
    Two indicators of variance 2 and covariance 1.6: 2 x 3.2 / 7.2 = 0.889.

    >>> answer = consistency(pd.DataFrame({"roads": [1, 2, 3, 4, 5], "wells": [2, 1, 4, 3, 5]}))
    >>> round(answer.alpha, 3), round(answer.standardised, 3), answer.note
    (0.889, 0.889, 'omega needs three indicators')
    """
    from scipy.stats import f

    table = check_table(normalised)
    confidence = check_share("confidence", confidence)
    constant = tuple(column for column in table if is_constant(table[column].to_numpy()))
    table = table.drop(columns=list(constant))
    n, items = table.shape
    if items < 2:
        raise InputError(
            f"the table has {items} indicators that vary; expected at least two, to go together or not; add one"
        )
    alpha = _alpha(table.cov().to_numpy())
    df = n - 1, (n - 1) * (items - 1)
    tail = (1 - confidence) / 2
    omega, note = _omega(table)
    rows = []
    for column in table:
        others = table.drop(columns=column)
        both = items > 2
        rows.append(
            {
                "alpha": _alpha(others.cov().to_numpy()) if both else math.nan,
                "standardised": _alpha(others.corr().to_numpy()) if both else math.nan,
                "rest": float(np.corrcoef(table[column], others.sum(axis=1))[0, 1])
                if not is_constant(others.sum(axis=1).to_numpy())
                else math.nan,
            }
        )
    return Consistency(
        n=n,
        items=items,
        alpha=alpha,
        low=1 - (1 - alpha) * float(f.ppf(1 - tail, *df)),
        high=1 - (1 - alpha) * float(f.ppf(tail, *df)),
        standardised=_alpha(table.corr().to_numpy()),
        omega=omega,
        note=note,
        without=pd.DataFrame(rows, index=table.columns.rename("indicator")),
        constant=constant,
    )


def consistencies(normalised: pd.DataFrame, wholes: pd.DataFrame) -> dict[str, Consistency]:
    """`consistency` of the members of each whole: the composite first, then every pillar of two indicators or more that vary.

    Parameters
    ----------
    normalised : DataFrame, shape (unit, indicator) [share, or any one measure]
    wholes : DataFrame, shape (indicator, whole) [share]
        As `correlation.wholes_of` gives it.

    Returns
    -------
    dict of whole to Consistency

    Examples
    --------
    >>> table = pd.DataFrame({"roads": [1, 2, 3, 4, 5], "wells": [2, 1, 4, 3, 5]})
    >>> list(consistencies(table, pd.DataFrame({"composite": {"roads": 0.5, "wells": 0.5}})))
    ['composite']
    """
    groups = {}
    for whole in sorted(wholes, key=lambda name: name != COMPOSITE):
        members = normalised[[code for code in normalised if wholes.loc[code, whole] > 0]]
        if sum(not is_constant(members[code].to_numpy()) for code in members) > 1:
            groups[whole] = consistency(members)
    return groups


@dataclass(frozen=True, eq=False)
class Components:
    """Principal components of the correlations, against what shuffled indicators give.

    Parameters
    ----------
    variances : DataFrame, shape (component, [variance, share, cumulative, chance, kept])
        ``variance``: eigenvalue, the number of indicators' worth that the component holds. ``share`` [share of the variance of
        all]. ``chance``: the quantile of the same eigenvalue when each indicator is shuffled by itself. ``kept``: above it, and
        so are all before it (Horn's parallel analysis).
    loadings : DataFrame, shape (indicator, component)
        Correlation of each indicator with each component; that of the largest is above 0.
    kmo : float
        Kaiser, Meyer and Olkin's measure [share]: of the squared correlations and squared partial correlations together, the part
        of the former. Near 0.5 the indicators have little in common. Blank where some determine another one.
    adequacy : Series, shape (indicator,) [share]
        The same of each indicator.
    constant : tuple of str
        Indicators with one value for every unit: they take no part.
    """

    variances: pd.DataFrame
    loadings: pd.DataFrame
    kmo: float
    adequacy: pd.Series
    constant: tuple[str, ...]

    @property
    def kept(self) -> int:
        """How many components stand above chance."""
        return int(self.variances.kept.sum())


def components(normalised: pd.DataFrame, *, shuffles: int = 1999, quantile: float = 0.95, seed: int) -> Components:
    """Find the directions in which the units differ most, and how many are more than chance.

    Handbook step 4 (principal components analysis), of the correlation matrix. How many to believe is asked of shuffled tables
    (parallel analysis), which have the same ties and skewed columns, and not of a rule such as "eigenvalue above 1".

    Parameters
    ----------
    normalised : DataFrame, shape (unit, indicator) [share, or any one measure]
    shuffles : int [>= 99]
    quantile : float [share]
        Of the shuffles, that an eigenvalue has to exceed.
    seed : int [>= 0]

    Returns
    -------
    Components

    Raises
    ------
    InputError
        Fewer than five units, or than two indicators that vary; a missing value.

    References
    ----------
    Kaiser (1974), Psychometrika 39, 31-36. Horn (1965), Psychometrika 30, 179-185. Glorfeld (1995), Educational and Psychological
    Measurement 55, 377-393.
    Nardo et al. (2008), OECD/JRC Handbook on Constructing Composite Indicators, step 4.

    Examples
    --------
    Of a correlation of 0.8, the first component holds 1.8 of 2.

    >>> table = pd.DataFrame({"roads": [1, 2, 3, 4, 5], "wells": [2, 1, 4, 3, 5]})
    >>> components(table, shuffles=99, seed=1).variances.variance.round(3).tolist()
    [1.8, 0.2]
    """
    table = check_table(normalised)
    shuffles, seed = check_whole("shuffles", shuffles, 99), check_whole("seed", seed, 0)
    quantile = check_share("quantile", quantile)
    constant = tuple(column for column in table if is_constant(table[column].to_numpy()))
    table = table.drop(columns=list(constant))
    n, items = table.shape
    if items < 2:
        raise InputError(f"the table has {items} indicators that vary; expected at least two; add one")
    z = (table.to_numpy() - table.to_numpy().mean(axis=0)) / table.to_numpy().std(axis=0)
    eigenvalues, vectors = np.linalg.eigh(z.T @ z / n)
    eigenvalues, vectors = np.clip(eigenvalues[::-1], 0.0, None), vectors[:, ::-1]
    largest = np.argmax(np.round(np.abs(vectors), 9), axis=0)
    vectors = vectors * np.where(vectors[largest, np.arange(items)] < 0, -1.0, 1.0)
    rng = np.random.default_rng(seed)
    chance = []
    for size in chunks(shuffles, n * items):
        mixed = rng.permuted(np.broadcast_to(z, (size, n, items)), axis=1)
        chance.append(np.linalg.eigvalsh(np.swapaxes(mixed, 1, 2) @ mixed / n)[:, ::-1])
    chance = np.quantile(np.vstack(chance), quantile, axis=0)
    names = pd.RangeIndex(1, items + 1, name="component")
    variances = pd.DataFrame(
        {
            "variance": eigenvalues,
            "share": eigenvalues / items,
            "cumulative": np.cumsum(eigenvalues) / items,
            "chance": chance,
            "kept": np.logical_and.accumulate(eigenvalues > chance),
        },
        index=names,
    )
    loadings = pd.DataFrame(vectors * np.sqrt(eigenvalues), index=table.columns.rename("indicator"), columns=names)
    kmo, adequacy = _adequacy(z.T @ z / n)
    codes = table.columns.rename("indicator")
    return Components(
        variances=variances,
        loadings=loadings,
        kmo=kmo,
        adequacy=pd.Series(adequacy, index=codes, name="adequacy"),
        constant=constant,
    )


def indicator_checks(normalised: pd.DataFrame, maximum: float = 1.0) -> pd.DataFrame:
    """Describe each indicator: does it tell units apart?

    Handbook step 3 and 4 (data quality, univariate).

    Parameters
    ----------
    normalised : DataFrame, shape (unit, indicator) [share, or any one measure]
    maximum : float [measure of the table]
        The most that a unit can have.

    Returns
    -------
    DataFrame with columns n, distinct, minimum, mean, maximum, sd, skewness, kurtosis, at_maximum, commonest, commonest_share
        One row an indicator. ``distinct``: different values. ``sd``: with n - 1. ``skewness``, ``kurtosis``: bias-corrected (G1,
        and G2, which is 0 for a normal distribution; COINr and Excel give the same); blank where one value stands for all.
        ``at_maximum`` [share of the units]. ``commonest``: the most frequent value (of equals the highest), and which share of the
        units has it.

    Raises
    ------
    InputError
        Fewer than five units; a missing value.

    References
    ----------
    Joanes & Gill (1998), The Statistician 47, 183-189.
    Nardo et al. (2008), OECD/JRC Handbook on Constructing Composite Indicators, steps 3 and 4.

    Examples
    --------
    >>> table = pd.DataFrame({"roads": [1, 1, 1, 1, 0.5], "wells": [0.1, 0.2, 0.3, 0.4, 0.5]})
    >>> indicator_checks(table).loc["roads", ["distinct", "at_maximum", "skewness"]].round(2).tolist()
    [2.0, 0.8, -2.24]
    """
    from scipy.stats import kurtosis, skew

    table = check_table(normalised)
    rows = []
    for column in table:
        x = table[column].to_numpy()
        differs = not is_constant(x)
        # Two sums of the same numbers in another order are one value.
        alike = np.round(x / np.abs(x).max(), 12) if differs else np.ones(len(x))
        _, first, counts = np.unique(alike, return_index=True, return_counts=True)
        place = len(counts) - 1 - int(np.argmax(counts[::-1]))
        rows.append(
            {
                "n": len(x),
                "distinct": len(counts),
                "minimum": x.min(),
                "mean": x.mean(),
                "maximum": x.max(),
                "sd": x.std(ddof=1),
                "skewness": float(skew(x, bias=False)) if differs else math.nan,
                "kurtosis": float(kurtosis(x, bias=False)) if differs else math.nan,
                "at_maximum": float((np.abs(x - maximum) <= 1e-9 * abs(maximum)).mean()),
                "commonest": x[first[place]],
                "commonest_share": counts[place] / len(x),
            }
        )
    return pd.DataFrame(rows, index=table.columns.rename("indicator"))


def find_flags(
    checks: pd.DataFrame,
    between: Correlations,
    own: Correlations,
    wholes: Correlations | None = None,
    *,
    cut: bool = False,
) -> pd.DataFrame:
    """Find what an audit would raise: indicators that tell nobody apart, and pairs that say the same or pull against their pillar.

    Handbook steps 4 and 7.

    Parameters
    ----------
    checks : DataFrame
        As `indicator_checks` returns it.
    between : Correlations
        As `correlation.correlate` returns it: ``redundant`` above 0.92.
    own : Correlations
        As `correlation.part_whole` returns it: ``negative`` or ``weak`` (below 0.3) with the rest of a pillar, or of the composite
        where no pillar holds the indicator.
    wholes : Correlations, optional
        As `correlation.correlate_wholes` returns it: ``redundant`` above 0.92. Two pillars that share indicators may be so by
        construction: ``shared`` says how much of it.
    cut : bool
        True for a list of which only some ranks are printed: the cut makes coefficients of its own, and no interval settles one.

    Returns
    -------
    DataFrame with columns flag, a, b, value, low, high, threshold, shared, settled
        ``flag``: ``constant``, ``saturated`` (half of the units or more at the maximum), ``tied`` (as many at one other value),
        ``skewed`` (skewness beyond 2 with kurtosis above 3.5; the value is the skewness), ``negative``, ``weak``, ``redundant``,
        ``mirrored`` (below -0.92: is one of the two coded the other way round?).
        ``low``, ``high``: interval of a coefficient. ``settled``: True if the whole interval lies beyond the threshold; False:
        these units could show it by chance; blank for flags that describe these units and no others.

    References
    ----------
    Becker et al. (2022), COINr: An R package for developing composite indicators, Journal of Open Source Software 7, 4567.
    Nardo et al. (2008), OECD/JRC Handbook on Constructing Composite Indicators, steps 4 and 7.

    Examples
    --------
    >>> from dti_research.study.correlation import correlate, part_whole
    >>> table = pd.DataFrame({"roads": [0.1, 0.2, 0.3, 0.4, 0.5, 0.6], "wells": [0.1, 0.2, 0.3, 0.4, 0.5, 0.7],
    ...     "school": [1, 1, 1, 1, 0.5, 0.4]})
    >>> wholes = pd.DataFrame({"composite": {"roads": 0.4, "wells": 0.4, "school": 0.2}})
    >>> options = {"interval": "fisher-z", "permutations": 99, "seed": 1}
    >>> flags = find_flags(indicator_checks(table), correlate(table, **options), part_whole(table, wholes, **options))
    >>> flags[["flag", "a", "b", "settled"]].to_numpy().tolist()
    [['saturated', 'school', '', <NA>], ['redundant', 'roads', 'wells', False], ['negative', 'school', 'composite', True]]
    """
    rows = []

    def add(flag: str, a: str, b: str, value: float, threshold: float, **more: object) -> None:
        row = {"flag": flag, "a": a, "b": b, "value": value, "low": math.nan, "high": math.nan, "threshold": threshold}
        rows.append(row | {"shared": math.nan, "settled": pd.NA} | more)

    for code, row in checks.iterrows():
        if row.distinct == 1:
            add("constant", code, "", row.commonest, math.nan)
        elif row.at_maximum >= THRESHOLDS["saturated"]:
            add("saturated", code, "", row.at_maximum, THRESHOLDS["saturated"])
        elif row.commonest_share >= THRESHOLDS["tied"]:
            add("tied", code, "", row.commonest_share, THRESHOLDS["tied"])
        if abs(row.skewness) > THRESHOLDS["skewness"] and row["kurtosis"] > THRESHOLDS["kurtosis"]:
            add("skewed", code, "", row.skewness, math.copysign(THRESHOLDS["skewness"], row.skewness))
    limit, known = THRESHOLDS["redundant"], set()
    for answer in (between, wholes):
        if answer is None:
            continue
        for pair in answer.pairs[answer.pairs.coefficient.abs() > limit].to_dict("records"):
            names = frozenset((pair["a"], pair["b"]))
            if COMPOSITE in names or names in known:
                continue  # a pillar of one indicator is that indicator
            known.add(names)
            flag, sign = ("redundant", 1) if pair["coefficient"] > 0 else ("mirrored", -1)
            more = {"low": pair["low"], "high": pair["high"], "shared": pair.get("shared", math.nan)}
            # An interval without width comes from too few values, and settles nothing.
            beyond = min(sign * pair["low"], sign * pair["high"]) > limit and pair["low"] < pair["high"]
            add(flag, pair["a"], pair["b"], pair["coefficient"], sign * limit, settled=beyond and not cut, **more)
    in_pillar = set(own.pairs.a[own.pairs.b != COMPOSITE])
    for pair in own.pairs[own.pairs.coefficient < THRESHOLDS["weak"]].to_dict("records"):
        if pair["b"] == COMPOSITE and pair["a"] in in_pillar:
            continue
        flag, limit = ("negative", 0.0) if pair["coefficient"] < 0 else ("weak", THRESHOLDS["weak"])
        more = {"low": pair["low"], "high": pair["high"], "settled": pair["high"] < limit and not cut}
        add(flag, pair["a"], pair["b"], pair["coefficient"], limit, **more)
    columns = ["flag", "a", "b", "value", "low", "high", "threshold", "shared", "settled"]
    return pd.DataFrame(rows, columns=columns).astype({"settled": "boolean"})


# ------------------------------------------------------------------------------------------- what hangs on the units that are there


def leave_one_unit_out(normalised: pd.DataFrame) -> pd.DataFrame:
    """How much hangs on a single unit?

    Handbook step 7. Each unit is left out in turn; with few units one of them may make a coefficient.

    Parameters
    ----------
    normalised : DataFrame, shape (unit, indicator) [share, or any one measure]

    Returns
    -------
    DataFrame, shape (unit, [alpha, first_share, a, b, coefficient, without])
        Without the unit: Cronbach's ``alpha``; ``first_share`` [share of the variance] of the first principal component; and the
        pair of indicators whose Pearson coefficient changes most, with the unit and without it. Indicators that do not vary
        among those that remain take no part.

    Raises
    ------
    InputError
        Fewer than six units, or than two indicators that vary; a missing value.

    Examples
    --------
    Without E, roads and wells have nothing in common.

    >>> table = pd.DataFrame({"roads": [1, 2, 1, 2, 9, 1], "wells": [1, 1, 2, 2, 9, 1]}, index=list("ABCDEF"))
    >>> leave_one_unit_out(table).loc["E", ["coefficient", "without"]].astype(float).round(2).tolist()
    [0.98, 0.17]
    """
    table = check_values(normalised)
    if len(table) <= FEWEST:
        raise InputError(
            f"the table has {len(table)} units; expected at least {FEWEST + 1}, to leave one out; add units"
        )
    whole = _correlations(table)
    rows = []
    for unit in table.index:
        rest = table.drop(index=unit)
        found = _correlations(rest)
        kept = list(found)
        change = np.triu((found - whole.reindex(index=kept, columns=kept)).abs().to_numpy() + 1, 1)  # 0: no pair
        if change.size < 4:
            raise InputError(
                f"without unit {unit!r} fewer than two indicators vary; expected at least two; leave the others out of the table"
            )
        a, b = (int(place) for place in np.unravel_index(np.nanargmax(change), change.shape))
        rows.append(
            {
                "alpha": _alpha(rest[kept].cov().to_numpy()),
                "first_share": float(np.linalg.eigvalsh(found.to_numpy())[-1] / len(kept)),
                "a": kept[a],
                "b": kept[b],
                "coefficient": float(whole.loc[kept[a], kept[b]]),
                "without": float(found.iloc[a, b]),
            }
        )
    return pd.DataFrame(rows, index=table.index)


def consistency_after_selection(
    normalised: pd.DataFrame,
    wholes: pd.DataFrame,
    kept: Sequence[int],
    ranked: int,
    *,
    draws: int = 2000,
    seed: int,
) -> pd.DataFrame:
    """Simulate alpha and the first component of independent indicators, in a list of which only some ranks are printed.

    Parameters
    ----------
    normalised, wholes, kept, ranked, draws, seed
        As in `correlation.after_selection`, which says how the lists are drawn.

    Returns
    -------
    DataFrame, shape ([alpha, first_share], [median, low, high])
        Median (alpha has no lower bound, and a mean would be one draw's), 5 % and 95 % quantile over the draws. Simulated.

    Examples
    --------
    Two independent indicators, the first and the last five of fifty: alpha far from 0, out of nothing.

    >>> table = pd.DataFrame({"roads": [0.9, 0.7, 0.8, 0.6, 0.5] * 2, "wells": [0.7, 0.9, 0.7, 0.8, 0.8] * 2})
    >>> wholes = pd.DataFrame({"composite": {"roads": 0.5, "wells": 0.5}})
    >>> kept = [1, 2, 3, 4, 5, 46, 47, 48, 49, 50]
    >>> bool(consistency_after_selection(table, wholes, kept, 50, draws=200, seed=1).loc["alpha", "low"] > 0)
    True
    """
    if sum(not is_constant(normalised[code].to_numpy()) for code in normalised) < 2:
        raise InputError("fewer than two indicators vary; expected at least two, to go together or not; add one")
    alphas, shares = [], []
    for lists in draw_selected(normalised, wholes, kept, ranked, draws=draws, seed=seed):
        for x in lists:
            x = x[:, np.ptp(x, axis=0) > 0]
            alphas.append(_alpha(np.cov(x, rowvar=False)))
            shares.append(float(np.linalg.eigvalsh(np.corrcoef(x, rowvar=False))[-1] / x.shape[1]))
    rows = [np.quantile(one, [0.5, 0.05, 0.95]) for one in (alphas, shares)]
    return pd.DataFrame(rows, index=["alpha", "first_share"], columns=["median", "low", "high"])


# --------------------------------------------------------------------------------------------------------------------- details


def _correlations(table: pd.DataFrame) -> pd.DataFrame:
    """Pearson's coefficients of the indicators that vary."""
    table = table[[code for code in table if not is_constant(table[code].to_numpy())]]
    return pd.DataFrame(
        np.corrcoef(table.to_numpy(), rowvar=False).reshape(table.shape[1], -1), table.columns, table.columns
    )


def _adequacy(correlations: np.ndarray) -> tuple[float, np.ndarray]:
    """Kaiser, Meyer and Olkin's measure, over all indicators and of each."""
    if np.linalg.eigvalsh(correlations)[0] < 1e-10:
        return math.nan, np.full(len(correlations), math.nan)
    inverse = np.linalg.inv(correlations)
    partial = inverse / np.sqrt(np.outer(np.diag(inverse), np.diag(inverse)))
    squares, left = (one**2 - np.diag(np.diag(one**2)) for one in (correlations, partial))
    with np.errstate(invalid="ignore"):  # nothing in common at all: 0 / 0
        return float(squares.sum() / (squares.sum() + left.sum())), squares.sum(axis=0) / (squares + left).sum(axis=0)


def _alpha(covariance: np.ndarray) -> float:
    # Three lines of algebra: the kept library that has them (pingouin) is under the GPL, which this package is not.
    items, total = len(covariance), covariance.sum()
    return (
        float(items / (items - 1) * (1 - np.trace(covariance) / total))
        if total > 1e-12 * np.trace(covariance)
        else math.nan
    )


def _omega(table: pd.DataFrame) -> tuple[float, str]:
    """Share of the variance of the sum of standardised indicators that one common factor explains, and what to say about it."""
    n, items = table.shape
    if items < 3:
        return math.nan, "omega needs three indicators"
    if n <= items + 1:
        return math.nan, f"omega needs more than {items + 1} units for {items} indicators"
    correlations = table.corr().to_numpy()
    if np.linalg.eigvalsh(correlations)[0] < 1e-10:
        return math.nan, "omega: some indicators determine another one"
    loadings, rest = _one_factor(correlations)
    common = loadings.sum() ** 2
    note = (
        "one indicator is explained in full (Heywood case): do not trust omega" if rest.min() < 1.001 * _LEAST else ""
    )
    return float(common / (common + rest.sum())), note


def _one_factor(correlations: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Loadings on one factor and what it leaves of each indicator, by maximum likelihood (Joreskog 1967), as R's factanal does.

    statsmodels' Factor starts at random without a seed and stops short where a uniqueness nears 0; here it has a bound.
    """
    from scipy.optimize import minimize

    items = len(correlations)

    def fit(rest: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        scale = 1 / np.sqrt(rest)
        sizes, directions = np.linalg.eigh(scale[:, None] * correlations * scale)
        loadings = directions[:, -1] * np.sqrt(max(sizes[-1] - 1, 0.0)) / scale
        left = sizes[:-1]
        slope = (loadings**2 + rest - np.diag(correlations)) / rest**2
        return float((left - np.log(left)).sum() - (items - 1)), slope, loadings

    start = (1 - 0.5 / items) / np.diag(np.linalg.inv(correlations))
    found = minimize(
        lambda rest: fit(rest)[:2], np.clip(start, _LEAST, 1.0), jac=True, method="L-BFGS-B", bounds=[(_LEAST, 1.0)] * items,
        options={"ftol": 1e-15, "gtol": 1e-9, "maxiter": 5000},
    )  # fmt: skip
    loadings = fit(found.x)[2]
    return loadings if loadings.sum() >= 0 else -loadings, found.x
