"""What does a list of which only some ranks are printed do to coefficients? Range restriction, simulated.

`after_selection` gives the correlations of independent indicators in a list that is cut as the printed one is, and
`consistency_after_selection` their alpha and first component. Handbook step 4. Left out: corrections of observed coefficients
(Sackett & Yang 2000, Journal of Applied Psychology 85, 112-118), which would need the values that nobody printed.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from dti_research.errors import InputError, check_whole, find_name
from dti_research.study.pillars.coherence import alpha_of, varying
from dti_research.study.pillars.correlation import COMPOSITE, check_wholes
from dti_research.study.pillars.pairs import METHODS, check_table, chunks, middle, quantile, spread, statistic


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
    """Simulate what independent indicators would give in a list of which only some ranks are printed (range restriction).

    Where only the first of a ranking are printed, a unit that is weak on one indicator must be strong on another, or it would not
    stand there: coefficients are pushed below 0. Where the first and the last are printed, they differ on everything:
    coefficients are pushed up. See `draw_selected` for what is drawn.

    Returns
    -------
    DataFrame, shape (pair, [a, b, mean, low, high])
        All pairs of indicators, then all pairs of wholes; mean, 5 % and 95 % quantile over the draws. Simulated.

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
        found.append(np.column_stack([statistic(scores[:, :, i], scores[:, :, j], method) for i, j in places]))
    found = np.vstack(found)
    names = [*normalised, *wholes]
    return pd.DataFrame(
        {
            "a": [names[i] for i, _ in places],
            "b": [names[j] for _, j in places],
            "mean": [middle(column) for column in found.T],
            "low": [quantile(column, 0.05) for column in found.T],
            "high": [quantile(column, 0.95) for column in found.T],
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
    """Draw lists of independent indicators that are cut by rank as a printed one is.

    Each draw makes `ranked` units of independent normal indicators, spread as the printed ones are, ranks them, and keeps the
    printed ranks.

    Parameters
    ----------
    normalised, wholes, seed
        Of the printed units only the spread of each indicator is used.
    kept : sequence of int
        Ranks that are printed, 1 the best; as many as the table has units.
    ranked : int [units]
        How many were ranked.
    by : str
        The whole that ranks them.
    draws : int [>= 99]

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
    wholes = check_wholes(wholes, table)
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
    deviation = spread(table.to_numpy())
    for size in chunks(draws, ranked * table.shape[1] + len(table) ** 2):
        x = rng.standard_normal((size, ranked, table.shape[1])) * deviation
        order = np.argsort(-(x @ weights), axis=1)[:, kept]
        yield np.take_along_axis(x, order[:, :, None], axis=1)


def consistency_after_selection(
    normalised: pd.DataFrame,
    wholes: pd.DataFrame,
    kept: Sequence[int],
    ranked: int,
    *,
    draws: int = 2000,
    seed: int,
) -> pd.DataFrame:
    """Simulate alpha and the first component of independent indicators, in lists as `draw_selected` gives them.

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
    if len(varying(normalised)) < 2:
        raise InputError("fewer than two indicators vary; expected at least two, to go together or not; add one")
    alphas, shares = [], []
    for lists in draw_selected(normalised, wholes, kept, ranked, draws=draws, seed=seed):
        for x in lists:
            x = x[:, np.ptp(x, axis=0) > 0]
            alphas.append(alpha_of(np.cov(x, rowvar=False)))
            shares.append(float(np.linalg.eigvalsh(np.corrcoef(x, rowvar=False))[-1] / x.shape[1]))
    rows = [np.quantile(drawn, [0.5, 0.05, 0.95]) for drawn in (alphas, shares)]
    return pd.DataFrame(rows, index=["alpha", "first_share"], columns=["median", "low", "high"])
