"""Coefficient, interval and p-value of pairs of columns, corrected over their family; and what so few units could show at all.

Nothing is blanked out for being insignificant: every coefficient has its interval, and `detectable` says which correlation
this number of units would show. Handbook step 4 (multivariate analysis). Left out: which pairs are asked about
(`study.pillars.correlation`).

References
----------
Efron (1987), Journal of the American Statistical Association 82, 171-185. Bonett & Wright (2000), Psychometrika 65, 23-28.
Fieller, Hartley & Pearson (1957), Biometrika 44, 470-481. Holm (1979), Scandinavian Journal of Statistics 6, 65-70.
Benjamini & Hochberg (1995), J. R. Statist. Soc. B 57, 289-300. Hotelling (1953), J. R. Statist. Soc. B 15, 193-232.
Cohen (1988), Statistical Power Analysis for the Behavioral Sciences, chapter 3.
"""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dti_research.errors import InputError, check_share, check_whole, find_name
from dti_research.index.normalise import check_values, is_constant
from dti_research.message import Message, Number

METHODS = ("pearson", "spearman", "kendall")
INTERVALS = ("bca", "fisher-z")
ADJUSTMENTS = {"holm": "holm", "benjamini-hochberg": "fdr_bh", "none": None}
"""Name here: name in statsmodels."""

FEWEST = 5
"""Units: Fisher's z of Kendall's tau divides by n - 4."""

POWER = 0.8
"""Share of the samples in which a correlation is to be found."""

MISSED = round(10 * (1 - POWER))
"""Samples in ten in which a correlation is missed."""

# Numbers held at once (32 MB of float64), so that a thousand units and ten thousand permutations fit.
_CELLS = 2**22
# Above this many units, comparing all pairs of units is slower than scipy's sort, one coefficient at a time.
_KENDALL_PAIRWISE = 200


@dataclass(frozen=True, kw_only=True)
class Options:
    """How coefficients, intervals and p-values are made.

    Parameters
    ----------
    method : str
        ``pearson`` (linear), ``spearman`` (of the ranks) or ``kendall`` (tau-b: how many more pairs of units agree than not).
    interval : str
        ``bca``: bootstrap over the units, corrected for bias and acceleration (Efron), by scipy. Resamples in which a column
        is constant have no coefficient and are left out; the note counts them. ``fisher-z``: normal after Fisher's
        transformation, with the standard errors of Fisher (Pearson), Bonett & Wright (Spearman) and Fieller et al. (Kendall).
    adjustment : str
        ``holm`` (chance of any false finding), ``benjamini-hochberg`` (share of false among the findings), ``none``.
    confidence : float [share]
    resamples, permutations : int [>= 99]
        Bootstrap resamples; permutations behind each p-value (all of them, if they are no more).
    seed : int [>= 0]
    """

    method: str = "pearson"
    interval: str = "bca"
    adjustment: str = "holm"
    confidence: float = 0.95
    resamples: int = 9999
    permutations: int = 9999
    seed: int

    def __post_init__(self) -> None:
        find_name("method", self.method, METHODS)
        find_name("interval", self.interval, INTERVALS)
        find_name("adjustment", self.adjustment, ADJUSTMENTS)
        check_share("confidence", self.confidence)
        for name, least in (("resamples", 99), ("permutations", 99), ("seed", 0)):
            check_whole(name, getattr(self, name), least)


@dataclass(frozen=True, eq=False)
class Correlations:
    """Coefficients of a family of pairs, each with its interval and p-value.

    Parameters
    ----------
    options : Options
    n : int [units]
    family : Message
        What was tested together; `tests` is how many coefficients it has.
    pairs : DataFrame, shape (pair, [a, b, n, coefficient, low, high, p, p_adjusted, note, ...])
        ``p``: two-sided (the smaller tail, doubled), by permutation. ``note``: a Message why a number is missing, or empty.
    least_p : float
        The smallest adjusted p-value that the permutations (or the orders of so few units) can give. Blank where nothing was
        tested.
    detectable, detectable_first : float
        The smallest true correlation that a single test, and the first step of Holm's procedure over the family, would find 8
        times in 10. Of wholes that share indicators they say nothing, since the test is not against 0.
    """

    options: Options
    n: int
    family: Message
    tests: int
    least_p: float
    pairs: pd.DataFrame
    detectable: float
    detectable_first: float

    @property
    def level(self) -> float:
        """The chance of a false finding that goes with the confidence of the intervals."""
        return 1 - self.options.confidence

    @property
    def known(self) -> pd.DataFrame:
        """The pairs that have a coefficient."""
        return self.pairs.dropna(subset="coefficient")

    @property
    def strongest_first(self) -> pd.DataFrame:
        """The pairs that have a coefficient, by its size without the sign."""
        return self.known.loc[self.known.coefficient.abs().sort_values(ascending=False).index]

    @property
    def away_from_zero(self) -> pd.DataFrame:
        """The pairs whose interval does not hold 0."""
        return self.known[(self.known.low > 0) | (self.known.high < 0)]

    @property
    def significant(self) -> pd.DataFrame:
        """The pairs whose adjusted p-value is below `level`."""
        return self.known[self.known.p_adjusted < self.level]

    @property
    def can_find_nothing(self) -> bool:
        """Whether no adjusted p-value could have fallen below `level`, whatever the coefficients."""
        return bool(self.least_p >= self.level)

    def matrix(self, column: str = "coefficient") -> pd.DataFrame:
        """One column of `pairs` as a square table, shape (a or b, a or b); blank on the diagonal.

        Examples
        --------
        >>> from dti_research.study.pillars.correlation import correlate
        >>> table = pd.DataFrame({"roads": [1, 2, 3, 4, 5], "wells": [2, 1, 4, 3, 5], "school": [5, 3, 4, 1, 2]})
        >>> correlate(table, resamples=99, permutations=99, seed=1).matrix().loc["wells", "roads"].round(3)
        np.float64(0.8)
        """
        find_name("column", column, [name for name in self.pairs if self.pairs[name].dtype.kind == "f"])
        names = list(dict.fromkeys([*self.pairs.a, *self.pairs.b]))
        square = self.pairs.pivot(index="a", columns="b", values=column).reindex(index=names, columns=names)
        return square.combine_first(square.T).loc[names, names].rename_axis(index=None, columns=None)


# ---------------------------------------------------------------------------------------------------------------- coefficients


def _centred(x: np.ndarray) -> np.ndarray:
    x = x - x.mean(axis=-1, keepdims=True)
    size = np.abs(x).max()
    return x / size if size > 0 else x


def _pearson(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    x, y = _centred(x), _centred(y)
    norms = np.sqrt((x**2).sum(axis=-1) * (y**2).sum(axis=-1))
    with np.errstate(invalid="ignore", divide="ignore"):
        r = (x * y).sum(axis=-1) / norms
    return np.clip(r, -1.0, 1.0)


def _kendall(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    n = x.shape[-1]
    if n > _KENDALL_PAIRWISE:
        from scipy.stats import kendalltau

        x, y = np.broadcast_arrays(x, y)
        flat = [kendalltau(*pair).statistic for pair in zip(x.reshape(-1, n), y.reshape(-1, n), strict=True)]
        return np.reshape(flat, x.shape[:-1])
    first, second = np.triu_indices(n, 1)
    signs = [np.sign(column[..., first] - column[..., second]).astype(np.float32) for column in (x, y)]
    agree = (signs[0] * signs[1]).sum(axis=-1, dtype=float)
    untied = [np.abs(sign).sum(axis=-1, dtype=float) for sign in signs]
    with np.errstate(invalid="ignore", divide="ignore"):
        return agree / np.sqrt(untied[0] * untied[1])


def statistic(x: np.ndarray, y: np.ndarray, method: str) -> np.ndarray:
    """The coefficient along the last axis, for many samples at once: scipy's take one pair a call. NaN where one is constant."""
    if method == "kendall":
        return _kendall(x, y)
    if method == "spearman":
        from scipy.stats import rankdata

        x, y = rankdata(x, axis=-1), rankdata(y, axis=-1)
    flat = _flat(x) | _flat(y)
    return np.where(flat, math.nan, _pearson(x, y))


def _flat(x: np.ndarray) -> np.ndarray:
    return np.ptp(x, axis=-1) <= 1e-12 * np.abs(x).max(axis=-1)


def settled(scores: np.ndarray) -> np.ndarray:
    """Sums without binary noise: those of the same numbers in another order are a tie for a rank coefficient."""
    size = np.abs(scores).max()
    return np.round(scores / size, 12) if size > 0 else scores


def single_statistic(x: np.ndarray, y: np.ndarray, method: str) -> float:
    """The coefficient of two columns; NaN where one is constant but for binary noise."""
    return math.nan if is_constant(x) or is_constant(y) else float(statistic(x, y, method))


def coefficients(
    pairs: list[tuple[str, str, np.ndarray, np.ndarray]], options: Options, test: bool = True
) -> pd.DataFrame:
    """Coefficient, interval and p-value of each pair."""
    rows = []
    for a, b, x, y in pairs:
        row = {"a": a, "b": b, "n": len(x), "coefficient": math.nan, "low": math.nan, "high": math.nan, "p": math.nan}
        if np.isnan(y).all():
            row["note"] = Message("pillars.note_alone", whole=b, indicator=a)
        elif is_constant(x) or is_constant(y):
            row["note"] = Message("pillars.note_constant", column=a if is_constant(x) else b)
        else:
            r = float(statistic(x, y, options.method))
            low, high, note = _interval(x, y, r, options)
            row |= {"coefficient": r, "low": low, "high": high, "note": note}
            if test:
                row["p"] = permutation_p(x, y, options)
        rows.append(row)
    return pd.DataFrame(rows).astype({"note": object})


def _interval(x: np.ndarray, y: np.ndarray, r: float, options: Options) -> tuple[float, float, Message | str]:
    if abs(r) > 1 - 1e-12:
        return r, r, Message("pillars.note_perfect")
    if options.interval == "bca":
        return _bca(x, y, options)
    from scipy.stats import norm

    half = norm.ppf(0.5 + options.confidence / 2) * _standard_error(r, len(x), options.method)
    return math.tanh(math.atanh(r) - half), math.tanh(math.atanh(r) + half), ""


def _standard_error(r: float, n: int, method: str) -> float:
    """Of Fisher's z of the coefficient."""
    if method == "pearson":
        return 1 / math.sqrt(n - 3)
    if method == "spearman":
        return math.sqrt((1 + r**2 / 2) / (n - 3))
    return math.sqrt(0.437 / (n - 4))


def _bca(x: np.ndarray, y: np.ndarray, options: Options) -> tuple[float, float, Message | str]:
    from scipy.stats import bootstrap

    def of_resamples(x: np.ndarray, y: np.ndarray, axis: int) -> np.ndarray:
        return statistic(x, y, options.method)

    settings = {
        "paired": True,
        "vectorized": True,
        "confidence_level": options.confidence,
        "method": "BCa",
        "batch": _batch(x, options.method),
    }
    with warnings.catch_warnings():
        # Said in the note instead: of a resample in which a column is constant, and of an interval that cannot be formed.
        warnings.simplefilter("ignore")
        # The same resamples for every pair: a pair's interval does not depend on which others are asked about.
        found = bootstrap(
            (x, y), of_resamples, n_resamples=options.resamples, rng=np.random.default_rng(options.seed), **settings
        )
        note, kept = "", np.isfinite(found.bootstrap_distribution)
        if not kept.all():
            left_out, resamples = (Number(int(count), group=False) for count in ((~kept).sum(), len(kept)))
            note = Message("pillars.note_resamples", left_out=left_out, resamples=resamples)
            found.bootstrap_distribution = found.bootstrap_distribution[kept]
            found = bootstrap((x, y), of_resamples, n_resamples=0, bootstrap_result=found, **settings)
    low, high = (float(end) for end in found.confidence_interval)
    if not (math.isfinite(low) and math.isfinite(high)):
        note = Message("pillars.note_no_bca")
    return low, high, note


def permutation_p(x: np.ndarray, y: np.ndarray, options: Options) -> float:
    """Two-sided p-value of the coefficient of two columns: all permutations, or so many of them."""
    from scipy.stats import permutation_test, rankdata

    method = options.method
    if method == "spearman":  # permuting ranks is ranking permutations, and ranks are made once
        x, y, method = rankdata(x), rankdata(y), "pearson"
    found = permutation_test(
        (x,),
        lambda x, axis: np.round(statistic(x, y, method), 12),  # orders that give the same are ties
        permutation_type="pairings",
        n_resamples=options.permutations,
        vectorized=True,
        batch=_batch(x, method),
        rng=np.random.default_rng(options.seed),
    )
    return float(found.pvalue)


def _batch(x: np.ndarray, method: str) -> int:
    return max(1, _CELLS // numbers_held(len(x), method))


def numbers_held(n: int, method: str) -> int:
    """Numbers behind one coefficient of n units: Kendall's compares all pairs of them."""
    return n**2 if method == "kendall" and n <= _KENDALL_PAIRWISE else n


def chunks(count: int, cells: int) -> list[int]:
    """How many of `count` tables to hold at once, if each takes so many numbers."""
    size = max(1, _CELLS // cells)
    return [min(size, count - start) for start in range(0, count, size)]


def spread(x: np.ndarray) -> np.ndarray:
    """Standard deviation of each column, and none where there is only binary noise."""
    return np.where([is_constant(column) for column in x.T], 0.0, x.std(axis=0))


def middle(found: np.ndarray) -> float:
    """Mean of the coefficients that exist."""
    return float(np.nanmean(found)) if np.isfinite(found).any() else math.nan


def quantile(found: np.ndarray, share: float) -> float:
    """Quantile of the coefficients that exist."""
    return float(np.nanquantile(found, share)) if np.isfinite(found).any() else math.nan


def as_family(pairs: pd.DataFrame, family: Message, n: int, options: Options) -> Correlations:
    """Correct the p-values over the family, and say what it could have found."""
    from statsmodels.stats.multitest import multipletests

    tested = pairs.p.notna()
    adjusted = pairs.p.copy()
    rule = ADJUSTMENTS[options.adjustment]
    if rule and tested.any():
        adjusted[tested] = multipletests(pairs.p[tested], method=rule)[1]
    pairs.insert(pairs.columns.get_loc("p") + 1, "p_adjusted", adjusted)
    tests, alpha = int(tested.sum()), 1 - options.confidence
    # Shuffled indicators have more orders than n!, and those of one column just as many.
    orders = math.inf if "shared" in pairs else math.factorial(min(n, 20))
    least = 2 / min(options.permutations + 1, orders)
    # Where chance alone finds so many, no correlation is too small.
    smallest = [
        detectable(n, method=options.method, alpha=chance) if chance < POWER else 0.0
        for chance in (alpha, alpha / max(tests, 1))
    ]
    return Correlations(
        options=options,
        n=n,
        family=family,
        tests=tests,
        least_p=min(1.0, least * (tests if options.adjustment == "holm" else 1)) if tests else math.nan,
        pairs=pairs,
        detectable=smallest[0],
        detectable_first=smallest[1],
    )


# -------------------------------------------------------------------------------------------------------------- what is refused


def check_table(table: pd.DataFrame) -> pd.DataFrame:
    """The table, if every cell holds a number and there are five units or more."""
    table = check_values(table)
    if len(table) < FEWEST:
        raise InputError(
            f"the table has {len(table)} units; expected at least {FEWEST}, because fewer say nothing about how columns go "
            "together; add units"
        )
    # Sums run in the order of the memory: a table read from a file must give the same last digit as one that was built.
    return pd.DataFrame(np.ascontiguousarray(table.to_numpy()), index=table.index, columns=table.columns)


# ------------------------------------------------------------------------------------- what a number of units can show


def detectable(n: int, *, method: str = "pearson", alpha: float = 0.05, power: float = POWER) -> float:
    """Find the smallest true correlation that a two-sided test shows with this power.

    For Pearson's the exact distribution of r among normal values (Hotelling) against the t test; for the rank coefficients the
    normal approximation of Fisher's z (statsmodels). Values that are not normal, as those at a maximum, are found less often.

    Parameters
    ----------
    n : int [units]
    method : str
    alpha : float [share]
        Chance of a false finding; divide it by the number of tests for the first step of Holm's procedure.
    power : float [share]

    Examples
    --------
    Among 34 provinces, a true correlation below 0.46 is missed more often than two times in ten.

    >>> round(detectable(34), 2), round(detectable(9), 2)
    (0.46, 0.79)
    """
    from scipy.optimize import brentq
    from statsmodels.stats.power import NormalIndPower

    find_name("method", method, METHODS)
    n = check_whole("n", n, FEWEST)
    alpha, power = check_share("alpha", alpha), check_share("power", power)
    if power <= alpha:
        raise InputError(
            f"power {power} and alpha {alpha}: expected a power above alpha, which chance alone has; correct them"
        )
    if method == "pearson":
        return float(brentq(lambda true: _power(true, n, alpha) - power, 0.0, 1 - 1e-9, xtol=1e-10))
    # As many units as would give Pearson's r the standard error that this coefficient has under independence.
    equivalent = 3 + 1 / _standard_error(0.0, n, method) ** 2
    effect = NormalIndPower(ddof=3).solve_power(
        effect_size=None, nobs1=equivalent, alpha=alpha, power=power, ratio=0, alternative="two-sided"
    )
    return float(np.tanh(effect))


def _power(true: float, n: int, alpha: float) -> float:
    """Share of samples of n normal pairs that the t test finds, at a true correlation."""
    from scipy.integrate import quad
    from scipy.special import gammaln, hyp2f1
    from scipy.stats import t

    edge = t.ppf(1 - alpha / 2, n - 2)
    edge /= math.sqrt(n - 2 + edge**2)
    scale = math.log(n - 2) + gammaln(n - 1) - gammaln(n - 0.5) - 0.5 * math.log(2 * math.pi)

    def density(r: float) -> float:
        size = scale + (n - 1) / 2 * math.log1p(-(true**2)) + (n - 4) / 2 * math.log1p(-(r**2))
        return math.exp(size - (n - 1.5) * math.log1p(-true * r)) * hyp2f1(0.5, 0.5, n - 0.5, (true * r + 1) / 2)

    return 1 - quad(density, -edge, edge, epsabs=1e-10, limit=200)[0]
