"""Which pillars say the same thing? Correlations with intervals, and what the construction of the index forces on its own.

`correlate` compares columns of a table, `part_whole` each indicator with the pillars and the composite that it counts in (and with
what is left of them without it), `correlate_wholes` the pillars with each other. Pillars that share indicators are correlated
by these alone, and so are the indicators of a list that was cut by rank: `correlate_wholes` gives the first beside the observed
coefficient, `after_selection` the second. Nothing is blanked out for being insignificant: every coefficient
has its interval, and `detectable` says which correlation this number of units would show at all. Handbook steps 4
(multivariate analysis) and 7. Left out: consistency, components and flags (`study.coherence`), and what weights make of
correlations (`study.importance`).
"""

from __future__ import annotations

import itertools
import math
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dti_research.errors import InputError, check_share, check_whole, find_name
from dti_research.index.framework import Framework
from dti_research.index.normalise import check_values, is_constant
from dti_research.index.weight import TOLERANCE, pillar_members, published

METHODS = ("pearson", "spearman", "kendall")
INTERVALS = ("bca", "fisher-z")
ADJUSTMENTS = {"holm": "holm", "benjamini-hochberg": "fdr_bh", "none": None}
"""Name here: name in statsmodels."""

COMPOSITE = "composite"
"""Column of `wholes_of` that stands for the whole index; no pillar may have this code."""

FEWEST = 5
"""Units: Fisher's z of Kendall's tau divides by n - 4."""

POWER = 0.8
"""Share of the samples in which a correlation is to be found."""

# Behind a mean of rank coefficients, which needs fewer than a tail does.
_SHUFFLES = 999

# Numbers held at once (32 MB of float64), so that a thousand units and ten thousand permutations fit.
_CELLS = 2**22
# Above this many units, comparing all pairs of units is slower than scipy's sort, one coefficient at a time.
_KENDALL_PAIRWISE = 200


@dataclass(frozen=True, eq=False)
class Correlations:
    """Coefficients of a family of pairs, each with its interval and p-value.

    Parameters
    ----------
    method, interval, adjustment : str
        Of `METHODS`, `INTERVALS` and `ADJUSTMENTS`.
    resamples, permutations, seed : int
        As asked for.
    confidence : float [share]
        Of the intervals.
    n : int [units]
    family : str
        What was tested together, in words; `tests` is how many coefficients it has.
    pairs : DataFrame, shape (pair, [a, b, n, coefficient, low, high, p, p_adjusted, note, ...])
        One row a pair. ``p``: two-sided (the smaller tail, doubled), by permutation. ``note``: why a number is missing; empty
        where none is.
    least_p : float
        The smallest adjusted p-value that the permutations (or the orders of so few units) can give: where it is not below
        1 - confidence, nothing could have been found, whatever the coefficients. Blank where nothing was tested.
    detectable, detectable_first : float
        The smallest true correlation that a single test, and the first step of Holm's procedure over the family, would find 8
        times in 10; see `detectable`. Of wholes that share indicators they say nothing, since the test is not against 0.
    """

    method: str
    interval: str
    adjustment: str
    resamples: int
    permutations: int
    seed: int
    confidence: float
    n: int
    family: str
    tests: int
    least_p: float
    pairs: pd.DataFrame
    detectable: float
    detectable_first: float

    def matrix(self, column: str = "coefficient") -> pd.DataFrame:
        """One column of `pairs` as a square table, shape (a or b, a or b); blank on the diagonal.

        Examples
        --------
        >>> table = pd.DataFrame({"roads": [1, 2, 3, 4, 5], "wells": [2, 1, 4, 3, 5], "school": [5, 3, 4, 1, 2]})
        >>> correlate(table, resamples=99, permutations=99, seed=1).matrix().loc["wells", "roads"].round(3)
        np.float64(0.8)
        """
        find_name("column", column, [name for name in self.pairs if self.pairs[name].dtype.kind == "f"])
        names = list(dict.fromkeys([*self.pairs.a, *self.pairs.b]))
        square = pd.DataFrame(math.nan, index=names, columns=names)
        for a, b, found in zip(self.pairs.a, self.pairs.b, self.pairs[column], strict=True):
            square.loc[a, b] = square.loc[b, a] = found
        return square


def correlate(
    table: pd.DataFrame,
    *,
    method: str = "pearson",
    interval: str = "bca",
    adjustment: str = "holm",
    confidence: float = 0.95,
    resamples: int = 9999,
    permutations: int = 9999,
    seed: int,
) -> Correlations:
    """Correlate every pair of columns.

    Handbook step 4 (multivariate analysis). Ties take their mean rank (Spearman) or are taken out of the denominator (Kendall's
    tau-b). A column with one value for everybody has no correlation: its pairs stay, blank and with a note, and are not counted
    in the family.

    Parameters
    ----------
    table : DataFrame, shape (unit, column) [any measure]
        Indicators, or pillars that share none (`correlate_wholes` for those that do).
    method : str
        ``pearson`` (linear), ``spearman`` (of the ranks) or ``kendall`` (tau-b: how many more pairs of units agree than not).
    interval : str
        ``bca``: bootstrap over the units, corrected for bias and acceleration (Efron 1987), by scipy. Resamples in which a column
        is constant have no coefficient and are left out; the note counts them. ``fisher-z``: normal after Fisher's
        transformation, with the standard errors of Fisher (Pearson), Bonett & Wright (Spearman) and Fieller et al. (Kendall).
    adjustment : str
        ``holm`` (chance of any false finding), ``benjamini-hochberg`` (share of false among the findings), ``none``.
    confidence : float [share]
    resamples, permutations : int [>= 99]
        Bootstrap resamples; permutations behind each p-value (all of them, if they are no more).
    seed : int [>= 0]

    Returns
    -------
    Correlations

    Raises
    ------
    InputError
        Fewer than five units or two columns; a missing or infinite value; a name or number that cannot be used.

    References
    ----------
    Nardo et al. (2008), OECD/JRC Handbook on Constructing Composite Indicators, step 4.
    Efron (1987), Journal of the American Statistical Association 82, 171-185.
    Bonett & Wright (2000), Psychometrika 65, 23-28. Fieller, Hartley & Pearson (1957), Biometrika 44, 470-481.
    Holm (1979), Scandinavian Journal of Statistics 6, 65-70. Benjamini & Hochberg (1995), J. R. Statist. Soc. B 57, 289-300.

    Examples
    --------
    With five units, even 0.8 may be chance: two orders in fifteen give as much, counting both signs.

    >>> table = pd.DataFrame({"roads": [1, 2, 3, 4, 5], "wells": [2, 1, 4, 3, 5]}, index=list("ABCDE"))
    >>> answer = correlate(table, interval="fisher-z", seed=1)
    >>> answer.pairs[["coefficient", "low", "high", "p"]].round(2).to_numpy().tolist()
    [[0.8, -0.28, 0.99, 0.13]]
    """
    table = check_table(table)
    columns = {name: table[name].to_numpy() for name in table}
    pairs = [(a, b, columns[a], columns[b]) for a, b in itertools.combinations(columns, 2)]
    if not pairs:
        raise InputError(f"the table has {len(columns)} columns; expected at least two, to be compared; add a column")
    options = _Options(method, interval, adjustment, confidence, resamples, permutations, seed)
    return _answer(_coefficients(pairs, options), f"all pairs of {len(columns)} columns", len(table), options)


def part_whole(
    normalised: pd.DataFrame,
    wholes: pd.DataFrame,
    *,
    method: str = "pearson",
    interval: str = "bca",
    adjustment: str = "holm",
    confidence: float = 0.95,
    resamples: int = 9999,
    permutations: int = 9999,
    seed: int,
) -> Correlations:
    """Correlate each indicator with the wholes that it counts in, with and without its own part in them.

    Handbook step 7 (statistical coherence). An indicator correlates with a whole because it is in it; against the rest of the
    whole, which is the sum of the others, each times its weight, that part is gone exactly, and independent indicators give 0.

    Parameters
    ----------
    normalised : DataFrame, shape (unit, indicator) [share, or any one measure]
    wholes : DataFrame, shape (indicator, whole) [share, each column adds to 1]
        How much each indicator counts in each whole; see `wholes_of`.
    method, interval, adjustment, confidence, resamples, permutations, seed
        As in `correlate`.

    Returns
    -------
    Correlations
        ``a``: the indicator; ``b``: the whole. ``coefficient``, ``low``, ``high``, ``p``: against the rest. Besides: ``weight``
        [share of the whole], ``with_part``: against the whole itself; ``forced``: what ``with_part`` would be if the indicators
        were independent and spread as they do (exact for Pearson, the mean of 999 shuffles otherwise). A whole of one indicator
        has no rest: blank, with a note.

    Raises
    ------
    InputError
        As `correlate`; wholes that do not fit the table, or whose weights are negative or do not add to 1.

    References
    ----------
    Nardo et al. (2008), OECD/JRC Handbook on Constructing Composite Indicators, steps 4 and 7.
    Henrysson (1963), Psychometrika 28, 211-218.

    Examples
    --------
    Roads and wells do not correlate, and roads is three quarters of the index: alone it gives 0.95.

    >>> table = pd.DataFrame({"roads": [0, 0, 1, 1, 0, 0, 1, 1], "wells": [0, 1, 0, 1, 0, 1, 0, 1]})
    >>> wholes = pd.DataFrame({"composite": {"roads": 0.75, "wells": 0.25}})
    >>> answer = part_whole(table, wholes, interval="fisher-z", permutations=99, seed=1)
    >>> answer.pairs[["a", "with_part", "forced", "coefficient"]].round(2).to_numpy().tolist()
    [['roads', 0.95, 0.95, 0.0], ['wells', 0.32, 0.32, 0.0]]
    """
    table = check_table(normalised)
    wholes = _check_wholes(wholes, table)
    options = _Options(method, interval, adjustment, confidence, resamples, permutations, seed)
    x = _centre(table)
    scores = np.apply_along_axis(_settled, 0, x @ wholes.to_numpy())
    pairs, extra = [], []
    for place, whole in enumerate(wholes):
        for row, (indicator, weight) in enumerate(wholes[whole].items()):
            if weight == 0:
                continue
            others = wholes[whole].to_numpy().copy()
            others[row] = 0.0
            alone, size = weight >= 1 - TOLERANCE, float(np.abs(x).max(axis=0) @ others)
            # Of others that cancel out binary noise is left, and nothing may correlate with that.
            rest = np.full(len(x), math.nan) if alone else x @ others
            rest = np.zeros(len(x)) if not alone and is_constant(rest, size) else _settled(rest)
            pairs.append((indicator, whole, x[:, row], rest))
            extra.append((row, place, weight))
    answer = _coefficients(pairs, options)
    single, a = np.eye(table.shape[1]), wholes.to_numpy()
    nothing = np.zeros(table.shape[1], dtype=bool)
    forced = [_expected(x, single[row], a[:, place], nothing, method, _SHUFFLES, seed) for row, place, _ in extra]
    answer.insert(3, "weight", [one[2] for one in extra])
    answer.insert(
        4,
        "with_part",
        [_whole_statistic(x[:, row], scores[:, place], method) for row, place, _ in extra],
    )
    answer.insert(5, "forced", forced)
    families = f"{len(pairs)} pairs of an indicator and the rest of a whole that it counts in"
    return _answer(answer, families, len(table), options)


def correlate_wholes(
    normalised: pd.DataFrame,
    wholes: pd.DataFrame,
    *,
    method: str = "pearson",
    interval: str = "bca",
    adjustment: str = "holm",
    confidence: float = 0.95,
    resamples: int = 9999,
    permutations: int = 9999,
    seed: int,
) -> Correlations:
    """Correlate the wholes with each other, beside what the indicators they share force.

    Handbook step 4 (multivariate analysis). Two pillars that share indicators correlate because of them, and the more so the more
    these go together. So the shared indicators of a pair are left as they are, every other one is shuffled among the units by
    itself, and the wholes are built anew: what then correlates is what the two share. The p-value is against that, not against
    0. Of two wholes that share nothing it is that of `correlate`.

    Parameters
    ----------
    normalised : DataFrame, shape (unit, indicator) [share, or any one measure]
    wholes : DataFrame, shape (indicator, whole) [share, each column adds to 1]
        See `wholes_of`.
    method, interval, adjustment, confidence, resamples, seed
        As in `correlate`.
    permutations : int [>= 99]
        Times that indicators are shuffled.

    Returns
    -------
    Correlations
        Besides: ``forced``: the coefficient if all indicators were independent, spread as these are: for Pearson
        sum(u w v) / sqrt(sum(u^2 v) sum(w^2 v)), with the weights u and w of the two wholes and the variances v; ``shared``: if
        those that are not shared were independent of all others (exact for Pearson, too; means of shuffles otherwise);
        ``shared_low``, ``shared_high``: 5 % and 95 % quantile of the shuffles behind ``shared``. ``p``: how often these lie as
        far out as the observed coefficient, on its side, doubled.

    Raises
    ------
    InputError
        As `part_whole`; fewer than two wholes.

    References
    ----------
    Nardo et al. (2008), OECD/JRC Handbook on Constructing Composite Indicators, step 4.

    Examples
    --------
    Two pillars that share roads, half of each: 0.5 is forced, if all indicators spread alike.

    >>> table = pd.DataFrame({"roads": [0, 0, 1, 1, 0, 0, 1, 1], "wells": [0, 1, 0, 1, 0, 1, 0, 1],
    ...     "school": [0, 0, 0, 0, 1, 1, 1, 1]})
    >>> wholes = pd.DataFrame({"works": {"roads": 0.5, "wells": 0.5, "school": 0.0},
    ...     "people": {"roads": 0.5, "wells": 0.0, "school": 0.5}})
    >>> answer = correlate_wholes(table, wholes, interval="fisher-z", permutations=99, seed=1)
    >>> answer.pairs[["coefficient", "forced", "shared"]].round(6).to_numpy().tolist()
    [[0.5, 0.5, 0.5]]
    """
    table = check_table(normalised)
    wholes = _check_wholes(wholes, table)
    if wholes.shape[1] < 2:
        raise InputError(
            f"wholes: found {', '.join(map(str, wholes)) or 'none'}; expected at least two, to be compared; add one"
        )
    options = _Options(method, interval, adjustment, confidence, resamples, permutations, seed)
    x, a = _centre(table), wholes.to_numpy()
    scores = np.apply_along_axis(_settled, 0, x @ a).T
    places = list(itertools.combinations(range(len(scores)), 2))
    names = list(wholes)
    answer = _coefficients([(names[i], names[j], scores[i], scores[j]) for i, j in places], options, test=False)
    rows, nothing = [], np.zeros(len(a), dtype=bool)
    for coefficient, (i, j) in zip(answer.coefficient, places, strict=True):
        both = (a[:, i] > 0) & (a[:, j] > 0)
        shuffled = _shuffled(x, a[:, i], a[:, j], both, method, permutations, seed)
        row = {
            "forced": _expected(x, a[:, i], a[:, j], nothing, method, _SHUFFLES, seed),
            "shared": _exact(x, a[:, i], a[:, j], both) if method == "pearson" else _middle(shuffled),
            "shared_low": _quantile(shuffled, 0.05),
            "shared_high": _quantile(shuffled, 0.95),
            "p": math.nan if math.isnan(coefficient) else _tail(shuffled, coefficient),
        }
        if not both.any():
            row["shared"] = 0.0
            if not math.isnan(coefficient):
                row["p"] = _permutation_p(scores[i], scores[j], options)
        rows.append(row)
    found = pd.DataFrame(rows)
    for place, name in enumerate(("forced", "shared", "shared_low", "shared_high"), start=4):
        answer.insert(place, name, found[name])
    answer["p"] = found["p"]
    return _answer(answer, f"all pairs of {a.shape[1]} wholes, against what they share", len(table), options)


def after_selection(
    normalised: pd.DataFrame,
    wholes: pd.DataFrame,
    kept: Sequence[int],
    ranked: int,
    *,
    by: str = COMPOSITE,
    method: str = "pearson",
    draws: int = 2000,
    seed: int,
) -> pd.DataFrame:
    """Simulate what independent indicators would give in a list of which only some ranks are printed.

    Where only the first of a ranking are printed, a unit that is weak on one indicator must be strong on another, or it would not
    stand there: coefficients are pushed below 0. Where the first and the last are printed, they differ on everything:
    coefficients are pushed up. Each draw makes `ranked` units of independent normal indicators, spread as the printed ones are,
    ranks them, and keeps the printed ranks.

    Parameters
    ----------
    normalised : DataFrame, shape (unit, indicator) [share, or any one measure]
        The printed units; only the spread of each indicator is used.
    wholes : DataFrame, shape (indicator, whole) [share, each column adds to 1]
        See `wholes_of`.
    kept : sequence of int
        Ranks that are printed, 1 the best; as many as the table has units.
    ranked : int [units]
        How many were ranked.
    by : str
        The whole that ranks them.
    method : str
        As in `correlate`.
    draws : int [>= 99]
    seed : int [>= 0]

    Returns
    -------
    DataFrame, shape (pair, [a, b, mean, low, high])
        All pairs of indicators, then all pairs of wholes; mean, 5 % and 95 % quantile over the draws. Simulated.

    Raises
    ------
    InputError
        Ranks that are not among those ranked, repeated, or not as many as the units; what `correlate` refuses.

    References
    ----------
    Sackett & Yang (2000), Journal of Applied Psychology 85, 112-118 (correction for range restriction).

    Examples
    --------
    Two independent indicators, and only the first five of fifty are printed: a clear negative correlation, out of nothing.

    >>> table = pd.DataFrame({"roads": [0.9, 0.7, 0.8, 0.6, 0.5], "wells": [0.7, 0.9, 0.7, 0.8, 0.8]})
    >>> wholes = pd.DataFrame({"composite": {"roads": 0.5, "wells": 0.5}})
    >>> answer = after_selection(table, wholes, range(1, 6), 50, draws=500, seed=1)
    >>> bool(answer["mean"][0] < -0.4)
    True
    """
    find_name("method", method, METHODS)
    lists = draw_selected(normalised, wholes, kept, ranked, by=by, draws=draws, seed=seed)
    wholes = wholes.reindex(normalised.columns)
    a = np.column_stack([np.eye(len(wholes)), wholes.to_numpy(dtype=float)])
    places = [
        *itertools.combinations(range(len(wholes)), 2),
        *itertools.combinations(range(len(wholes), a.shape[1]), 2),
    ]
    found = []
    for x in lists:
        scores = x @ a
        found.append(np.column_stack([_statistic(scores[:, :, i], scores[:, :, j], method) for i, j in places]))
    found = np.vstack(found)
    names = [*normalised, *wholes]
    return pd.DataFrame(
        {
            "a": [names[i] for i, _ in places],
            "b": [names[j] for _, j in places],
            "mean": [_middle(column) for column in found.T],
            "low": [_quantile(column, 0.05) for column in found.T],
            "high": [_quantile(column, 0.95) for column in found.T],
        }
    )


def draw_selected(
    normalised: pd.DataFrame,
    wholes: pd.DataFrame,
    kept: Sequence[int],
    ranked: int,
    *,
    by: str = COMPOSITE,
    draws: int = 2000,
    seed: int,
) -> Iterator[np.ndarray]:
    """Draw lists of independent indicators that are cut by rank as a printed one is; see `after_selection`.

    Parameters
    ----------
    normalised, wholes, kept, ranked, by, draws, seed
        As in `after_selection`.

    Yields
    ------
    array, shape (draw, unit, indicator)
        Some of the draws at a time, all of them in the end; centred, spread as the printed indicators are.

    Examples
    --------
    >>> table = pd.DataFrame({"roads": [0.9, 0.7, 0.8, 0.6, 0.5], "wells": [0.7, 0.9, 0.7, 0.8, 0.8]})
    >>> wholes = pd.DataFrame({"composite": {"roads": 0.5, "wells": 0.5}})
    >>> [lists.shape for lists in draw_selected(table, wholes, range(1, 6), 50, draws=99, seed=1)]
    [(99, 5, 2)]
    """
    table = check_table(normalised)
    wholes = _check_wholes(wholes, table)
    find_name("whole", by, wholes)
    draws, seed = check_whole("draws", draws, 99), check_whole("seed", seed, 0)
    ranked = check_whole("ranked", ranked, len(table))
    kept = [check_whole("kept: rank", rank, 0) for rank in kept]
    outside = [rank for rank in kept if not 1 <= rank <= ranked]
    if outside or len(set(kept)) != len(kept) or len(kept) != len(table):
        wrong = f"rank {outside[0]}" if outside else f"{len(kept)} ranks, {len(set(kept))} of them different"
        raise InputError(
            f"kept: found {wrong}; expected {len(table)} different ranks from 1 to {ranked}, one for each unit of the table"
        )
    return _draw_selected(table, wholes[by].to_numpy(), np.array(kept) - 1, ranked, draws, seed)


def _draw_selected(
    table: pd.DataFrame, weights: np.ndarray, kept: np.ndarray, ranked: int, draws: int, seed: int
) -> Iterator[np.ndarray]:
    rng = np.random.default_rng(seed)
    spread = _spread(table.to_numpy())
    for size in chunks(draws, ranked * table.shape[1] + len(table) ** 2):
        x = rng.standard_normal((size, ranked, table.shape[1])) * spread
        order = np.argsort(-(x @ weights), axis=1)[:, kept]
        yield np.take_along_axis(x, order[:, :, None], axis=1)


def without_part(correlation: float, weight: float, spread_of_part: float, spread_of_whole: float) -> float:
    """Correct a printed Pearson correlation of an indicator with its whole for the part that it is of it.

    The same as `part_whole`, where only the coefficient and the two standard deviations are known.

    Parameters
    ----------
    correlation : float
        Of the indicator with the whole that it counts in.
    weight : float [share]
        How much it counts there.
    spread_of_part, spread_of_whole : float [one measure]
        Standard deviations of the indicator and of the whole.

    Returns
    -------
    float
        Correlation with the whole less weight x indicator.

    Raises
    ------
    InputError
        If nothing varies in what is left, or the numbers cannot belong together.

    References
    ----------
    Henrysson (1963), Psychometrika 28, 211-218.

    Examples
    --------
    Two independent halves that spread alike: each correlates with their mean by the square root of one half, without itself by 0.

    >>> abs(round(without_part(0.5 ** 0.5, 0.5, 1.0, 0.5 ** 0.5), 12))
    0.0
    """
    given = (correlation, weight, spread_of_part, spread_of_whole)
    if not all(map(math.isfinite, given)) or abs(correlation) > 1 or min(given[1:]) < 0:
        raise InputError(
            f"correlation {correlation}, weight {weight}, standard deviations {spread_of_part} and {spread_of_whole}: expected a "
            "correlation between -1 and 1, and the others at least 0; correct them"
        )
    part = weight * spread_of_part
    rest = spread_of_whole**2 + part**2 - 2 * correlation * spread_of_whole * part
    if not rest > 1e-12 * spread_of_whole**2:
        raise InputError(
            f"correlation {correlation}, weight {weight}, standard deviations {spread_of_part} and {spread_of_whole}: nothing "
            "varies in the rest of the whole; expected numbers that belong together; check them"
        )
    return (correlation * spread_of_whole - part) / math.sqrt(rest)


def wholes_of(framework: Framework, weights: pd.Series | None = None, *, single: bool = False) -> pd.DataFrame:
    """How much each indicator counts in each pillar, and in the composite.

    Parameters
    ----------
    framework : Framework
    weights : Series, shape (indicator,) [share, adds to 1], optional
        Other weights than the published ones. Inside a pillar they keep their proportions.
    single : bool
        True: also pillars of one indicator. Such a pillar has no rest for `part_whole`.

    Returns
    -------
    DataFrame, shape (indicator, whole) [share, each column adds to 1]
        The pillars that have any weight, then ``composite``.

    Raises
    ------
    InputError
        No points are published and no weights are given; an indicator that applies to some units only.

    Examples
    --------
    >>> from dti_research import data
    >>> wholes_of(data.load_framework("national-province-2022")).round(3).loc["digital_government"].to_dict()
    {'government': 0.286, 'economy': 0.0, 'society': 0.0, 'composite': 0.2}
    """
    optional = [i.code for i in framework.scored if i.optional]
    if optional:
        raise InputError(
            f"{framework.id}: {', '.join(optional)} applies to some units only, so a whole is not the same for all; expected "
            "indicators that apply to every unit; leave the others out of the framework"
        )
    weights = published(framework) if weights is None else weights
    columns = {}
    for pillar, codes in pillar_members(framework).items():
        if (single or len(codes) > 1) and weights[codes].sum() > 0:
            columns[pillar] = weights.where(weights.index.isin(codes), 0.0) / weights[codes].sum()
    return pd.DataFrame(columns | {COMPOSITE: weights}).reindex(weights.index)


def detectable(n: int, *, method: str = "pearson", alpha: float = 0.05, power: float = POWER) -> float:
    """The smallest true correlation that a two-sided test finds with this power.

    Handbook step 4. For Pearson's the exact distribution of r among normal values (Hotelling 1953) against the t test; for the rank
    coefficients the normal approximation of Fisher's z (statsmodels), with the standard errors named in `correlate`. Values
    that are not normal, as those at a maximum, are found less often.

    Parameters
    ----------
    n : int [units]
    method : str
        Of `METHODS`.
    alpha : float [share]
        Chance of a false finding; divide it by the number of tests for the first step of Holm's procedure.
    power : float [share]

    Returns
    -------
    float

    Raises
    ------
    InputError
        Fewer than five units; a share that does not lie between 0 and 1.

    References
    ----------
    Hotelling (1953), Journal of the Royal Statistical Society B 15, 193-232. Cohen (1988), Statistical Power Analysis for the
    Behavioral Sciences, chapter 3.

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
    signs = [np.sign(one[..., first] - one[..., second]).astype(np.float32) for one in (x, y)]
    agree = (signs[0] * signs[1]).sum(axis=-1, dtype=float)
    untied = [np.abs(one).sum(axis=-1, dtype=float) for one in signs]
    with np.errstate(invalid="ignore", divide="ignore"):
        return agree / np.sqrt(untied[0] * untied[1])


def _statistic(x: np.ndarray, y: np.ndarray, method: str) -> np.ndarray:
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


def _settled(scores: np.ndarray) -> np.ndarray:
    """Sums without binary noise: those of the same numbers in another order are a tie for a rank coefficient."""
    size = np.abs(scores).max()
    return np.round(scores / size, 12) if size > 0 else scores


def _whole_statistic(x: np.ndarray, y: np.ndarray, method: str) -> float:
    return math.nan if is_constant(x) or is_constant(y) else float(_statistic(x, y, method))


@dataclass(frozen=True)
class _Options:
    """What `correlate`, `part_whole` and `correlate_wholes` take alike, checked once."""

    method: str
    interval: str
    adjustment: str
    confidence: float
    resamples: int
    permutations: int
    seed: int

    def __post_init__(self) -> None:
        find_name("method", self.method, METHODS)
        find_name("interval", self.interval, INTERVALS)
        find_name("adjustment", self.adjustment, ADJUSTMENTS)
        check_share("confidence", self.confidence)
        for name, least in (("resamples", 99), ("permutations", 99), ("seed", 0)):
            check_whole(name, getattr(self, name), least)


def _coefficients(
    pairs: list[tuple[str, str, np.ndarray, np.ndarray]], options: _Options, test: bool = True
) -> pd.DataFrame:
    """Coefficient, interval and p-value of each pair."""
    rows = []
    for a, b, x, y in pairs:
        row = {"a": a, "b": b, "n": len(x), "coefficient": math.nan, "low": math.nan, "high": math.nan, "p": math.nan}
        if np.isnan(y).all():
            row["note"] = f"{b} is {a} alone: nothing is left without it"
        elif is_constant(x) or is_constant(y):
            row["note"] = f"{a if is_constant(x) else b} has one value for every unit"
        else:
            r = float(_statistic(x, y, options.method))
            low, high, note = _interval(x, y, r, options)
            row |= {"coefficient": r, "low": low, "high": high, "note": note}
            if test:
                row["p"] = _permutation_p(x, y, options)
        rows.append(row)
    return pd.DataFrame(rows)


def _interval(x: np.ndarray, y: np.ndarray, r: float, options: _Options) -> tuple[float, float, str]:
    if abs(r) > 1 - 1e-12:
        return r, r, "perfect: no resample can differ"
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


def _bca(x: np.ndarray, y: np.ndarray, options: _Options) -> tuple[float, float, str]:
    from scipy.stats import bootstrap

    def statistic(x: np.ndarray, y: np.ndarray, axis: int) -> np.ndarray:
        return _statistic(x, y, options.method)

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
            (x, y), statistic, n_resamples=options.resamples, rng=np.random.default_rng(options.seed), **settings
        )
        note, kept = "", np.isfinite(found.bootstrap_distribution)
        if not kept.all():
            note = f"{(~kept).sum()} of {len(kept)} resamples have a constant column and are left out"
            found.bootstrap_distribution = found.bootstrap_distribution[kept]
            found = bootstrap((x, y), statistic, n_resamples=0, bootstrap_result=found, **settings)
    low, high = (float(end) for end in found.confidence_interval)
    if not (math.isfinite(low) and math.isfinite(high)):
        note = "no bca interval: leaving out one unit after the other gives too little to go by; use fisher-z"
    return low, high, note


def _permutation_p(x: np.ndarray, y: np.ndarray, options: _Options) -> float:
    from scipy.stats import permutation_test, rankdata

    method = options.method
    if method == "spearman":  # permuting ranks is ranking permutations, and ranks are made once
        x, y, method = rankdata(x), rankdata(y), "pearson"
    found = permutation_test(
        (x,),
        lambda x, axis: np.round(_statistic(x, y, method), 12),  # orders that give the same are ties
        permutation_type="pairings",
        n_resamples=options.permutations,
        vectorized=True,
        batch=_batch(x, method),
        rng=np.random.default_rng(options.seed),
    )
    return float(found.pvalue)


def _batch(x: np.ndarray, method: str) -> int:
    return max(1, _CELLS // _cells(len(x), method))


def _cells(n: int, method: str) -> int:
    """Numbers behind one coefficient of n units: Kendall's compares all pairs of them."""
    return n**2 if method == "kendall" and n <= _KENDALL_PAIRWISE else n


def chunks(count: int, cells: int) -> list[int]:
    """How many of `count` tables to hold at once, if each takes so many numbers."""
    size = max(1, _CELLS // cells)
    return [min(size, count - start) for start in range(0, count, size)]


def _spread(x: np.ndarray) -> np.ndarray:
    """Standard deviation of each column, and none where there is only binary noise."""
    return np.where([is_constant(column) for column in x.T], 0.0, x.std(axis=0))


def _exact(x: np.ndarray, first: np.ndarray, second: np.ndarray, kept: np.ndarray) -> float:
    """Pearson's coefficient of two wholes (weights, shape (indicator,)), if all indicators that are not kept were independent."""
    cells = np.where(np.outer(kept, kept), np.cov(x, rowvar=False, bias=True).reshape(len(kept), -1), 0.0)
    np.fill_diagonal(cells, _spread(x) ** 2)
    norm = math.sqrt((first @ cells @ first) * (second @ cells @ second))
    return float(first @ cells @ second / norm) if norm > 0 else math.nan


def _expected(
    x: np.ndarray, first: np.ndarray, second: np.ndarray, kept: np.ndarray, method: str, count: int, seed: int
) -> float:
    if method == "pearson":
        return _exact(x, first, second, kept)
    if not ((first > 0) & (second > 0)).any():
        return 0.0
    return _middle(_shuffled(x, first, second, kept, method, count, seed))


def _shuffled(
    x: np.ndarray, first: np.ndarray, second: np.ndarray, kept: np.ndarray, method: str, count: int, seed: int
) -> np.ndarray:
    """Coefficients of two wholes when every indicator that is not kept is shuffled among the units by itself."""
    rng = np.random.default_rng(seed)
    loose = ~kept & ((first > 0) | (second > 0))
    fixed = [x[:, kept] @ side[kept] for side in (first, second)]
    found = []
    for size in chunks(count, len(x) * int(loose.sum()) + 2 * _cells(len(x), method)):
        mixed = rng.permuted(np.broadcast_to(x[:, loose], (size, len(x), int(loose.sum()))), axis=1)
        scores = [still + mixed @ side[loose] for still, side in zip(fixed, (first, second), strict=True)]
        found.append(_statistic(*map(_settled, scores), method))
    return np.concatenate(found)


def _tail(shuffled: np.ndarray, coefficient: float) -> float:
    """Two-sided p-value: the smaller tail, doubled. Sums in another order differ in the last digits, and are ties."""
    shuffled = shuffled[np.isfinite(shuffled)]
    above = int((shuffled >= coefficient - 1e-9).sum())
    below = int((shuffled <= coefficient + 1e-9).sum())
    return min(2 * (min(above, below) + 1) / (len(shuffled) + 1), 1.0)


def _middle(found: np.ndarray) -> float:
    return float(np.nanmean(found)) if np.isfinite(found).any() else math.nan


def _quantile(found: np.ndarray, share: float) -> float:
    return float(np.nanquantile(found, share)) if np.isfinite(found).any() else math.nan


def _answer(pairs: pd.DataFrame, family: str, n: int, options: _Options) -> Correlations:
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
        detectable(n, method=options.method, alpha=one) if one < POWER else 0.0
        for one in (alpha, alpha / max(tests, 1))
    ]
    return Correlations(
        method=options.method,
        interval=options.interval,
        adjustment=options.adjustment,
        resamples=options.resamples,
        permutations=options.permutations,
        seed=options.seed,
        confidence=options.confidence,
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
    """Check that every cell holds a number and that there are five units or more; also for `study.coherence`."""
    table = check_values(table)
    if len(table) < FEWEST:
        raise InputError(
            f"the table has {len(table)} units; expected at least {FEWEST}, because fewer say nothing about how columns go "
            "together; add units"
        )
    # Sums run in the order of the memory: a table read from a file must give the same last digit as one that was built.
    return pd.DataFrame(np.ascontiguousarray(table.to_numpy()), index=table.index, columns=table.columns)


def _centre(table: pd.DataFrame) -> np.ndarray:
    """Columns around 0, so that sums keep their digits wherever the measure has its origin; 0 throughout where nothing varies."""
    x = table.to_numpy()
    return np.where([is_constant(column) for column in x.T], 0.0, x - x.mean(axis=0))


def _check_wholes(wholes: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    if len(wholes.index) != table.shape[1] or set(wholes.index) != set(table.columns):
        raise InputError(
            f"wholes: found rows for {', '.join(map(str, wholes.index))}; expected one for each indicator of the table "
            f"({', '.join(map(str, table.columns))}); correct them"
        )
    names = list(wholes.columns)
    if not names or len(set(names)) < len(names):
        wrong = f"{', '.join(map(str, names))}" if names else "none"
        raise InputError(f"wholes: found {wrong}; expected at least one, each named once; correct the columns")
    try:
        wholes = wholes.reindex(table.columns).astype(float)
    except (TypeError, ValueError) as error:
        raise InputError(f"wholes: {error}; expected weights as numbers; correct the cell") from None
    for whole, weights in wholes.items():
        if not np.isfinite(weights).all() or (weights < 0).any() or abs(weights.sum() - 1) > TOLERANCE:
            raise InputError(
                f"whole {whole!r}: found weights {', '.join(f'{w:.10g}' for w in weights)}, which add to {weights.sum():.10g}; "
                "expected numbers of at least 0 that add to 1; divide each by their sum"
            )
    return wholes
