"""Do the indicators of an index belong together? Consistency, principal components, and what hangs on a single unit.

Handbook steps 4 (multivariate analysis) and 7. Left out: the correlations themselves (`correlation`), and what an audit would
raise (`flags`, which also names indicators that do not vary: they take no part here).

References
----------
Cronbach (1951), Psychometrika 16, 297-334. Feldt (1965), Psychometrika 30, 357-370. McDonald (1999), Test Theory. Kaiser (1974),
Psychometrika 39, 31-36. Horn (1965), Psychometrika 30, 179-185. Glorfeld (1995), Educational and Psychological Measurement 55,
377-393. Joreskog (1967), Psychometrika 32, 443-482.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dti_research.errors import InputError, check_share, check_whole
from dti_research.index.normalise import check_values, is_constant
from dti_research.message import Message
from dti_research.study.pillars.correlation import COMPOSITE
from dti_research.study.pillars.pairs import FEWEST, check_table, chunks

_LEAST = 0.005
"""Of an indicator's variance, what a factor must leave: R's factanal has the same bound."""


@dataclass(frozen=True, eq=False)
class Consistency:
    """How closely the indicators of one group go together.

    Parameters
    ----------
    items : int
        Indicators that vary.
    alpha, low, high : float
        Cronbach's alpha of the sum of the indicators, and its interval (Feldt).
    standardised : float
        Alpha if every indicator had the same standard deviation.
    omega : float
        McDonald's omega of one common factor, fitted by maximum likelihood to the correlations; blank where `note` says why.
    note : Message or str
        Why omega is missing, or cannot be trusted; empty where neither is so.
    without : DataFrame, shape (indicator, [alpha, standardised, rest])
        Alpha if the item is dropped, and the indicator's correlation with the sum of the others, without weights.
    """

    items: int
    alpha: float
    low: float
    high: float
    standardised: float
    omega: float
    note: Message | str
    without: pd.DataFrame


def consistency(normalised: pd.DataFrame, confidence: float = 0.95) -> Consistency:
    """Measure how closely indicators go together, and what each does to that.

    A low alpha is no fault of an index that is meant to add different things; it says that the composite is no measurement of one
    thing.

    Examples
    --------
    Two indicators of variance 2 and covariance 1.6: 2 x 3.2 / 7.2 = 0.889.

    >>> answer = consistency(pd.DataFrame({"roads": [1, 2, 3, 4, 5], "wells": [2, 1, 4, 3, 5]}))
    >>> round(answer.alpha, 3), round(answer.standardised, 3), answer.note.key
    (0.889, 0.889, 'pillars.omega_few_indicators')
    """
    from scipy.stats import f

    confidence = check_share("confidence", confidence)
    table = _varying(check_table(normalised))
    n, items = table.shape
    alpha = alpha_of(table.cov().to_numpy())
    df = n - 1, (n - 1) * (items - 1)
    tail = (1 - confidence) / 2
    omega, note = _omega(table)
    without = pd.DataFrame([_without(table, column) for column in table], index=table.columns.rename("indicator"))
    return Consistency(
        items=items,
        alpha=alpha,
        low=1 - (1 - alpha) * float(f.ppf(1 - tail, *df)),
        high=1 - (1 - alpha) * float(f.ppf(tail, *df)),
        standardised=alpha_of(table.corr().to_numpy()),
        omega=omega,
        note=note,
        without=without,
    )


def _without(table: pd.DataFrame, column: str) -> dict[str, float]:
    """Alpha of the others, where there are two or more, and the correlation of their sum with the indicator."""
    others = table.drop(columns=column)
    total = others.sum(axis=1).to_numpy()
    several = others.shape[1] > 1
    return {
        "alpha": alpha_of(others.cov().to_numpy()) if several else math.nan,
        "standardised": alpha_of(others.corr().to_numpy()) if several else math.nan,
        "rest": math.nan if is_constant(total) else float(np.corrcoef(table[column], total)[0, 1]),
    }


def consistencies(normalised: pd.DataFrame, wholes: pd.DataFrame) -> dict[str, Consistency]:
    """`consistency` of the members of each whole: the composite first, then every pillar of two indicators or more that vary.

    Examples
    --------
    >>> table = pd.DataFrame({"roads": [1, 2, 3, 4, 5], "wells": [2, 1, 4, 3, 5]})
    >>> list(consistencies(table, pd.DataFrame({"composite": {"roads": 0.5, "wells": 0.5}})))
    ['composite']
    """
    groups = {}
    for whole in sorted(wholes, key=lambda name: name != COMPOSITE):
        members = normalised[[code for code in normalised if wholes.loc[code, whole] > 0]]
        if len(varying(members)) > 1:
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
    """

    variances: pd.DataFrame
    loadings: pd.DataFrame
    kmo: float
    adequacy: pd.Series

    @property
    def kept(self) -> int:
        """How many components stand above chance."""
        return int(self.variances.kept.sum())

    @property
    def first_share(self) -> float:
        """The share of the variance of all that the first component holds."""
        return float(self.variances.share.iloc[0])


def components(normalised: pd.DataFrame, *, shuffles: int = 1999, quantile: float = 0.95, seed: int) -> Components:
    """Find the directions in which the units differ most, and how many are more than chance.

    Principal components of the correlation matrix. How many to believe is asked of shuffled tables (parallel analysis), which have
    the same ties and skewed columns, and not of a rule such as "eigenvalue above 1".

    Parameters
    ----------
    normalised, seed
    shuffles : int [>= 99]
    quantile : float [share]
        Of the shuffles, that an eigenvalue has to exceed.

    Examples
    --------
    Of a correlation of 0.8, the first component holds 1.8 of 2.

    >>> table = pd.DataFrame({"roads": [1, 2, 3, 4, 5], "wells": [2, 1, 4, 3, 5]})
    >>> components(table, shuffles=99, seed=1).variances.variance.round(3).tolist()
    [1.8, 0.2]
    """
    shuffles, seed = check_whole("shuffles", shuffles, 99), check_whole("seed", seed, 0)
    quantile = check_share("quantile", quantile)
    table = _varying(check_table(normalised))
    n, items = table.shape
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
    adequacy = pd.Series(adequacy, index=loadings.index, name="adequacy")
    return Components(variances=variances, loadings=loadings, kmo=kmo, adequacy=adequacy)


# ------------------------------------------------------------------------------------------- what hangs on the units that are there


def leave_one_unit_out(normalised: pd.DataFrame) -> pd.DataFrame:
    """Leave out one unit of six or more after the other, and see how much hangs on it.

    Returns
    -------
    DataFrame, shape (unit, [alpha, first_share, a, b, coefficient, without])
        Without the unit: Cronbach's ``alpha``; ``first_share`` [share of the variance] of the first principal component; and the
        pair of indicators whose Pearson coefficient changes most, with the unit and without it.

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
                "alpha": alpha_of(rest[kept].cov().to_numpy()),
                "first_share": float(np.linalg.eigvalsh(found.to_numpy())[-1] / len(kept)),
                "a": kept[a],
                "b": kept[b],
                "coefficient": float(whole.loc[kept[a], kept[b]]),
                "without": float(found.iloc[a, b]),
            }
        )
    return pd.DataFrame(rows, index=table.index)


# --------------------------------------------------------------------------------------------------------------------- details


def varying(table: pd.DataFrame) -> list[str]:
    """The columns that vary."""
    return [column for column in table if not is_constant(table[column].to_numpy())]


def _varying(table: pd.DataFrame) -> pd.DataFrame:
    """The indicators that vary, two or more."""
    kept = varying(table)
    if len(kept) < 2:
        raise InputError(
            f"the table has {len(kept)} indicators that vary; expected at least two, to go together or not; add one"
        )
    return table[kept]


def _correlations(table: pd.DataFrame) -> pd.DataFrame:
    """Pearson's coefficients of the indicators that vary."""
    kept = varying(table)
    found = np.corrcoef(table[kept].to_numpy(), rowvar=False).reshape(len(kept), -1)
    return pd.DataFrame(found, kept, kept)


def _adequacy(correlations: np.ndarray) -> tuple[float, np.ndarray]:
    """Kaiser, Meyer and Olkin's measure, over all indicators and of each."""
    if np.linalg.eigvalsh(correlations)[0] < 1e-10:
        return math.nan, np.full(len(correlations), math.nan)
    inverse = np.linalg.inv(correlations)
    partial = inverse / np.sqrt(np.outer(np.diag(inverse), np.diag(inverse)))
    squares, left = (matrix**2 - np.diag(np.diag(matrix**2)) for matrix in (correlations, partial))
    with np.errstate(invalid="ignore"):  # nothing in common at all: 0 / 0
        return float(squares.sum() / (squares.sum() + left.sum())), squares.sum(axis=0) / (squares + left).sum(axis=0)


def alpha_of(covariance: np.ndarray) -> float:
    """Cronbach's alpha from a covariance matrix; NaN where the sum does not vary."""
    # Three lines of algebra: the kept library that has them (pingouin) is under the GPL, which this package is not.
    items, total = len(covariance), covariance.sum()
    return (
        float(items / (items - 1) * (1 - np.trace(covariance) / total))
        if total > 1e-12 * np.trace(covariance)
        else math.nan
    )


def _omega(table: pd.DataFrame) -> tuple[float, Message | str]:
    """Share of the variance of the sum of standardised indicators that one common factor explains, and what to say about it."""
    n, items = table.shape
    if items < 3:
        return math.nan, Message("pillars.omega_few_indicators")
    if n <= items + 1:
        return math.nan, Message("pillars.omega_few_units", least=items + 1, items=items)
    correlations = table.corr().to_numpy()
    if np.linalg.eigvalsh(correlations)[0] < 1e-10:
        return math.nan, Message("pillars.omega_determined")
    loadings, rest = _one_factor(correlations)
    common = loadings.sum() ** 2
    heywood = rest.min() < 1.001 * _LEAST
    return float(common / (common + rest.sum())), Message("pillars.omega_heywood") if heywood else ""


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
