"""How the variance of a result is shared out among independent factors: any vectorised function, by Sobol indices.

Handbook step 7 (sensitivity analysis). Left out: what varies when a ranking is asked about (`study.methods.outcomes`).

References
----------
Saltelli, Annoni, Azzini, Campolongo, Ratto & Tarantola (2010), Computer Physics Communications 181, 259-270.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dti_research.errors import InputError, check_whole

FEWEST = 16
"""Base samples: an eighth of them, the first row of the convergence table, must still have a variance."""


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """How the variance of one outcome is shared out among the factors.

    Parameters
    ----------
    outcome : str
        What was computed in each evaluation.
    unit : str or None
        The unit whose rank or level it is.
    indices : DataFrame, shape (factor, [factor, kind, first, first_half_width, total, total_half_width])
        ``kind``: ``method`` for a choice of method, ``weight`` for an indicator's weight. ``first`` [share of the variance]: what
        would vanish on average if this factor alone were fixed. ``total``: what would remain if all the others were fixed;
        what it has above ``first`` comes from its interplay with them. The half widths are those of 95 % bootstrap intervals.
        An estimate may lie a little below 0 or above 1. All are 0 if the outcome never varied; see `varies`.
    convergence : DataFrame, shape (cut, [samples, change, half_width, same_order])
        The same sample cut to an eighth, a quarter and a half, and whole. ``change``: largest change of a total effect since the
        row before; ``half_width``: largest half width of a total effect; ``same_order``: do the three largest total effects
        belong to the same factors, in the same order, as in the row before. Blank in the first row, and where nothing varied.
    mean, sd : float [measure of the outcome]
        Over the independent evaluations (2 x samples).
    """

    outcome: str
    unit: str | None
    indices: pd.DataFrame
    convergence: pd.DataFrame
    mean: float
    sd: float

    @property
    def varies(self) -> bool:
        """False if the outcome was the same in every independent evaluation: no choice matters, and all indices are 0."""
        return self.sd > 0

    def largest(self, count: int) -> pd.DataFrame:
        """The rows of `indices` with the largest total effects, the largest first."""
        return self.indices.sort_values("total", ascending=False).head(count)

    @property
    def settled(self) -> bool:
        """Whether half of the sample already put the three largest total effects in the same order."""
        return bool(self.convergence.same_order.fillna(False).iloc[-1])


def analyse(
    function: Callable[[np.ndarray], np.ndarray],
    factors: Sequence[str],
    *,
    samples: int,
    seed: int,
    resamples: int = 200,
    kinds: Sequence[str] | None = None,
    outcome: str = "outcome",
    unit: str | None = None,
) -> Sensitivity:
    """Share out the variance of a function among its independent factors.

    Scrambled Sobol numbers, arranged and estimated as in Saltelli et al., by SALib.

    Parameters
    ----------
    function : callable
        Takes an array, shape (row, factor), of numbers in [0, 1), uniform and independent; gives one finite number for each row.
    factors : sequence of str
        Their names, in the order of the columns.
    samples : int, a power of two [>= 16]
        Base samples; the function is evaluated samples x (factors + 2) times.
    seed : int [>= 0]
        For the sample and for the bootstrap.
    resamples : int [>= 2]
        Bootstrap samples for the half widths.
    kinds : sequence of str, optional
        What sort of factor each is; two factors may share a name if not the kind.
    outcome, unit : str, optional
        Kept with the answer.

    Raises
    ------
    InputError
        No factor, or one that is named twice; samples that are no power of two; a seed or a number of resamples that cannot be
        used; a function that does not give one finite number for each row.

    Examples
    --------
    Variances add: of roads + 2 wells, wells has four parts in five, and there is no interplay.

    >>> answer = analyse(lambda u: u[:, 0] + 2 * u[:, 1], ["roads", "wells"], samples=256, seed=1)
    >>> answer.indices.set_index("factor")[["first", "total"]].round(2).to_numpy().tolist()
    [[0.2, 0.2], [0.8, 0.8]]
    >>> answer.varies
    True
    """
    from SALib.sample import sobol as sampling

    kinds = ("",) * len(factors) if kinds is None else tuple(kinds)
    names = list(zip(kinds, factors, strict=True))
    repeated = [name for name in names if names.count(name) > 1]
    if not names or repeated:
        raise InputError(
            f"factors: found {f'{repeated[0][1]!r} {names.count(repeated[0])} times' if repeated else 'none'}; expected at least "
            "one, each named once; correct the list of factors"
        )
    samples = check_whole("samples", samples, FEWEST)
    if samples & (samples - 1):
        lower = 2 ** (samples.bit_length() - 1)
        raise InputError(
            f"samples {samples}: expected a power of two, because Sobol numbers are balanced only then; use {lower} or {2 * lower}"
        )
    seed = check_whole("seed", seed, 0)
    resamples = check_whole("resamples", resamples, 2)

    # SALib counts different names, so two factors of one name would be taken for a group: give it numbers.
    places = [str(k) for k in range(len(names))]
    problem = {"num_vars": len(names), "names": places, "bounds": [[0.0, 1.0]] * len(names)}
    sample = sampling.sample(problem, samples, calc_second_order=False, seed=seed)
    results = _evaluate(function, sample, outcome)

    block = len(names) + 2
    cuts = [samples // part for part in (8, 4, 2, 1)]
    tables = [_estimate(problem, results[: cut * block], seed, resamples) for cut in cuts]
    convergence = _converge(cuts, tables)
    indices = tables[-1]
    indices.insert(0, "factor", list(factors))
    indices.insert(1, "kind", list(kinds))
    independent = _independent(results, block)
    return Sensitivity(
        outcome=outcome,
        unit=unit,
        indices=indices,
        convergence=convergence,
        mean=float(independent.mean()),
        sd=float(independent.std()) if _differ(independent) else 0.0,
    )


# ------------------------------------------------------------------------------------------------------------------- estimates


def _evaluate(function: Callable[[np.ndarray], np.ndarray], sample: np.ndarray, outcome: str) -> np.ndarray:
    """One finite number for each row of the sample."""
    results = np.asarray(function(sample), dtype=float)
    if results.shape != (len(sample),) or not np.isfinite(results).all():
        wrong = f"an array of shape {results.shape}"
        if results.shape == (len(sample),):
            wrong = f"{results[~np.isfinite(results)][0]} among its results"
        raise InputError(
            f"{outcome}: the function gave {wrong}; expected one finite number for each of the {len(sample)} rows; correct the "
            "function"
        )
    return results


def _independent(results: np.ndarray, block: int) -> np.ndarray:
    """The first and the last row of each block: the two independent samples, the others being mixed of both."""
    return results.reshape(-1, block)[:, [0, -1]]


def _differ(results: np.ndarray) -> bool:
    """Is there more in it than binary noise? SALib would blow that up to a whole variance."""
    return bool(np.ptp(results) > 1e-12 * np.abs(results).max())


def _estimate(problem: dict, results: np.ndarray, seed: int, resamples: int) -> pd.DataFrame:
    """SALib's indices and half widths, or zeros where there is no variance to share out (SALib would divide by 0)."""
    from SALib.analyze import sobol

    columns = ["first", "first_half_width", "total", "total_half_width"]
    if not _differ(_independent(results, problem["num_vars"] + 2)):
        return pd.DataFrame(0.0, index=range(problem["num_vars"]), columns=columns)
    # A generator, because SALib takes a seed of 0 for none.
    found = sobol.analyze(
        problem,
        results,
        calc_second_order=False,
        num_resamples=resamples,
        conf_level=0.95,
        seed=np.random.default_rng(seed),
    )
    return pd.DataFrame(dict(zip(columns, (found[key] for key in ("S1", "S1_conf", "ST", "ST_conf")), strict=True)))


def _converge(cuts: list[int], tables: list[pd.DataFrame]) -> pd.DataFrame:
    """What `Sensitivity.convergence` says, of the estimates from each cut of the sample."""
    rows = []
    for cut, before, table in zip(cuts, [None, *tables[:-1]], tables, strict=True):
        change, same = math.nan, pd.NA
        if before is not None:
            change = float((table["total"] - before["total"]).abs().max())
            if before["total"].any() and table["total"].any():
                same = _largest(table) == _largest(before)
        rows.append((cut, change, float(table["total_half_width"].max()), same))
    columns = ["samples", "change", "half_width", "same_order"]
    return pd.DataFrame(rows, columns=columns).astype({"same_order": "boolean"})


def _largest(table: pd.DataFrame) -> list[int]:
    """The places of the three largest total effects, the largest first."""
    return table["total"].sort_values(ascending=False, kind="stable").index[:3].tolist()
