"""Which pillars and indicators say the same thing, and what of that does the construction of the index make by itself?

`correlate` compares columns of a table, `part_whole` each indicator with the wholes that it counts in, `correlate_wholes` the
pillars with each other, beside what the indicators that they share give by themselves. Handbook steps 4 and 7. Left out:
consistency and components (`coherence`), lists that were cut (`selection`), and what weights make of correlations (`importance`).

References
----------
Henrysson (1963), Psychometrika 28, 211-218 (the corrected item-total correlation).
"""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pandas as pd

from dti_research.errors import InputError
from dti_research.index.framework import Framework
from dti_research.index.normalise import is_constant
from dti_research.index.weight import TOLERANCE, pillar_members, published
from dti_research.message import Message
from dti_research.study.pillars.pairs import (
    Correlations,
    Options,
    as_family,
    check_table,
    chunks,
    coefficients,
    middle,
    numbers_held,
    permutation_p,
    quantile,
    settled,
    single_statistic,
    spread,
    statistic,
)

COMPOSITE = "composite"
"""Column of `wholes_of` that stands for the whole index; no pillar may have this code."""

# Behind a mean of rank coefficients, which needs fewer than a tail does.
_SHUFFLES = 999


def correlate(table: pd.DataFrame, **options: Any) -> Correlations:
    """Correlate every pair of columns.

    Ties take their mean rank (Spearman) or are taken out of the denominator (Kendall's tau-b). A column with one value for
    everybody has no correlation: its pairs stay, blank and with a note, and are not counted in the family.

    Parameters
    ----------
    table : DataFrame, shape (unit, column) [any measure]
        Indicators, or pillars that share none (`correlate_wholes` for those that do).
    **options
        Of `pairs.Options`, among them ``seed``, which must be given.

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
    asked = Options(**options)
    family = Message("pillars.family_columns", columns=len(columns))
    return as_family(coefficients(pairs, asked), family, len(table), asked)


def part_whole(normalised: pd.DataFrame, wholes: pd.DataFrame, **options: Any) -> Correlations:
    """Correlate each indicator with the wholes that it counts in, with and without its own part in them.

    An indicator correlates with a whole because it is in it. Against the rest of the whole, which is the sum of the others, each
    times its weight, that part is gone exactly, and independent indicators give 0.

    Returns
    -------
    Correlations
        ``a``: the indicator; ``b``: the whole. ``coefficient``, ``low``, ``high``, ``p``: against the rest. Besides: ``weight``
        [share of the whole], ``with_part``: against the whole itself; ``forced``: what ``with_part`` would be if the indicators
        were independent and spread as they do (exact for Pearson, the mean of 999 shuffles otherwise). A whole of one indicator
        has no rest: blank, with a note.

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
    wholes = check_wholes(wholes, table)
    asked = Options(**options)
    x = _centre(table)
    scores = np.apply_along_axis(settled, 0, x @ wholes.to_numpy())
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
            rest = np.zeros(len(x)) if not alone and is_constant(rest, size) else settled(rest)
            pairs.append((indicator, whole, x[:, row], rest))
            extra.append((row, place, weight))
    answer = coefficients(pairs, asked)
    single, a = np.eye(table.shape[1]), wholes.to_numpy()
    nothing = np.zeros(table.shape[1], dtype=bool)
    forced = [_expected(x, single[row], a[:, place], nothing, asked) for row, place, _ in extra]
    with_part = [single_statistic(x[:, row], scores[:, place], asked.method) for row, place, _ in extra]
    answer.insert(3, "weight", [weight for _, _, weight in extra])
    answer.insert(4, "with_part", with_part)
    answer.insert(5, "forced", forced)
    return as_family(answer, Message("pillars.family_rest", pairs=len(pairs)), len(table), asked)


def correlate_wholes(normalised: pd.DataFrame, wholes: pd.DataFrame, **options: Any) -> Correlations:
    """Correlate the wholes, two or more, with each other, beside what the indicators they share force.

    The shared indicators of a pair are left as they are, every other one is shuffled among the units by itself, and the wholes are
    built anew, as often as ``permutations`` says: what then correlates is what the two share. The p-value is against that, not
    against 0. Of two wholes that share nothing it is that of `correlate`.

    Returns
    -------
    Correlations
        Besides: ``forced``: the coefficient if all indicators were independent, spread as these are: for Pearson
        sum(u w v) / sqrt(sum(u^2 v) sum(w^2 v)), with the weights u and w of the two wholes and the variances v; ``shared``: if
        those that are not shared were independent of all others (exact for Pearson, too; means of shuffles otherwise);
        ``shared_low``, ``shared_high``: 5 % and 95 % quantile of the shuffles behind ``shared``. ``p``: how often these lie as
        far out as the observed coefficient, on its side, doubled.

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
    wholes = check_wholes(wholes, table)
    if wholes.shape[1] < 2:
        raise InputError(
            f"wholes: found {', '.join(map(str, wholes)) or 'none'}; expected at least two, to be compared; add one"
        )
    asked = Options(**options)
    x, a = _centre(table), wholes.to_numpy()
    scores = np.apply_along_axis(settled, 0, x @ a).T
    places = list(itertools.combinations(range(len(scores)), 2))
    names = list(wholes)
    answer = coefficients([(names[i], names[j], scores[i], scores[j]) for i, j in places], asked, test=False)
    rows, nothing = [], np.zeros(len(a), dtype=bool)
    for coefficient, (i, j) in zip(answer.coefficient, places, strict=True):
        both = (a[:, i] > 0) & (a[:, j] > 0)
        shuffled = _shuffled(x, a[:, i], a[:, j], both, asked, asked.permutations)
        row = {
            "forced": _expected(x, a[:, i], a[:, j], nothing, asked),
            "shared": _exact(x, a[:, i], a[:, j], both) if asked.method == "pearson" else middle(shuffled),
            "shared_low": quantile(shuffled, 0.05),
            "shared_high": quantile(shuffled, 0.95),
            "p": math.nan if math.isnan(coefficient) else _tail(shuffled, coefficient),
        }
        if not both.any():
            row["shared"] = 0.0
            if not math.isnan(coefficient):
                row["p"] = permutation_p(scores[i], scores[j], asked)
        rows.append(row)
    found = pd.DataFrame(rows)
    for place, name in enumerate(("forced", "shared", "shared_low", "shared_high"), start=4):
        answer.insert(place, name, found[name])
    answer["p"] = found["p"]
    return as_family(answer, Message("pillars.family_wholes", wholes=a.shape[1]), len(table), asked)


def wholes_of(framework: Framework, weights: pd.Series | None = None, *, single: bool = False) -> pd.DataFrame:
    """How much each indicator counts in each pillar that has any weight, and in the composite.

    Parameters
    ----------
    framework : Framework
        With indicators that apply to every unit.
    weights : Series, shape (indicator,) [share, adds to 1], optional
        Other weights than the published ones. Inside a pillar they keep their proportions.
    single : bool
        True: also pillars of one indicator. Such a pillar has no rest for `part_whole`.

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


# ------------------------------------------------------------------------------------------------ what the construction gives


def _exact(x: np.ndarray, first: np.ndarray, second: np.ndarray, kept: np.ndarray) -> float:
    """Pearson's coefficient of two wholes (weights, shape (indicator,)), if all indicators that are not kept were independent."""
    cells = np.where(np.outer(kept, kept), np.cov(x, rowvar=False, bias=True).reshape(len(kept), -1), 0.0)
    np.fill_diagonal(cells, spread(x) ** 2)
    norm = math.sqrt((first @ cells @ first) * (second @ cells @ second))
    return float(first @ cells @ second / norm) if norm > 0 else math.nan


def _expected(x: np.ndarray, first: np.ndarray, second: np.ndarray, kept: np.ndarray, asked: Options) -> float:
    """Any coefficient of two wholes, if all indicators that are not kept were independent."""
    if asked.method == "pearson":
        return _exact(x, first, second, kept)
    if not ((first > 0) & (second > 0)).any():
        return 0.0
    return middle(_shuffled(x, first, second, kept, asked, _SHUFFLES))


def _shuffled(
    x: np.ndarray, first: np.ndarray, second: np.ndarray, kept: np.ndarray, asked: Options, count: int
) -> np.ndarray:
    """Coefficients of two wholes when every indicator that is not kept is shuffled among the units by itself."""
    rng = np.random.default_rng(asked.seed)
    loose = ~kept & ((first > 0) | (second > 0))
    fixed = [x[:, kept] @ side[kept] for side in (first, second)]
    found = []
    for size in chunks(count, len(x) * int(loose.sum()) + 2 * numbers_held(len(x), asked.method)):
        mixed = rng.permuted(np.broadcast_to(x[:, loose], (size, len(x), int(loose.sum()))), axis=1)
        scores = [still + mixed @ side[loose] for still, side in zip(fixed, (first, second), strict=True)]
        found.append(statistic(*map(settled, scores), asked.method))
    return np.concatenate(found)


def _tail(shuffled: np.ndarray, coefficient: float) -> float:
    """Two-sided p-value: the smaller tail, doubled. Sums in another order differ in the last digits, and are ties."""
    shuffled = shuffled[np.isfinite(shuffled)]
    above = int((shuffled >= coefficient - 1e-9).sum())
    below = int((shuffled <= coefficient + 1e-9).sum())
    return min(2 * (min(above, below) + 1) / (len(shuffled) + 1), 1.0)


# -------------------------------------------------------------------------------------------------------------- what is given


def _centre(table: pd.DataFrame) -> np.ndarray:
    """Columns around 0, so that sums keep their digits wherever the measure has its origin; 0 throughout where nothing varies."""
    x = table.to_numpy()
    return np.where([is_constant(column) for column in x.T], 0.0, x - x.mean(axis=0))


def check_wholes(wholes: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """The wholes in the order of the table's columns, if their weights fit it and add to 1."""
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
