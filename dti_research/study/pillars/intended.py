"""With which weights would each indicator count as much as it is meant to?

`weights_for` turns the question of `importance` round. Handbook step 6 (weighting), answered by step 7 (statistical coherence).
Left out: weights that make ranks robust, and targets that nobody named.

References
----------
Paruolo, Saisana & Saltelli (2013), who ask when the map from weights to importance can be inverted. Becker, Saisana, Paruolo &
Vandecasteele (2017), who search for the weights step by step. Lawson & Hanson (1974), Solving Least Squares Problems, chapter 23.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dti_research.errors import InputError, nearest
from dti_research.index.normalise import check_labels, is_constant
from dti_research.index.score import check_additive
from dti_research.study.pillars.importance import NONE, check_units, standardise

EXACT = 1e-9
"""How closely the equations of `weights_for` must be met, on a scale where what they ask for has length 1."""


@dataclass(frozen=True, eq=False)
class IntendedWeights:
    """The weights with which indicators count as much as they are meant to.

    Parameters
    ----------
    weights, linear_share, target : Series, shape (indicator,) [share, >= 0, adds to 1]
        The weights, 0 for an indicator that is the same everywhere; the importance that they reach; the one that was asked for.
    largest_gap : float [share]
        Between the last two, over all indicators.
    possible : bool
        Do any weights of at least 0 reach the target? If not, these are the nearest that were found, by the sum of squared gaps.
        That search is not convex, and starts from several places; that the target is out of reach is proven, the nearest weights
        are not.
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
    """Find the weights with which each indicator explains the share that it is meant to.

    The composite's correlation with an indicator is, but for one factor that all have in common, the sum over all indicators of
    their correlation with it times their weight times their standard deviation. So the shares of the squared correlations equal
    the target, and no correlation is negative, exactly where these sums are proportional to the square roots of the target:
    linear equations, solved by non-negative least squares, which is convex. If it meets them the weights are exact; if not, no
    weights of at least 0 do.

    Other signs are left out on purpose: squared correlations could also agree with the target while some indicator counts against
    the composite, which nobody means by a share. COINr's ``get_opt_weights`` searches step by step, and compares shares of
    correlations, not of their squares.

    Parameters
    ----------
    normalised
    target : Series, shape (indicator,) [share, >= 0, adds to 1]
        For example the nominal weights. 0 asks for an indicator that is uncorrelated with the composite, which may take a
        weight above 0, or be out of reach.

    Raises
    ------
    InputError
        An indicator that is the same everywhere and is to count; indicators so opposed that with all weights one of them counts
        against the composite.

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
    check_units(len(table))
    asked = _check_target(target, codes)
    scaled, varies = standardise(table.to_numpy())
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


def _furthest(direction: np.ndarray, related: np.ndarray) -> np.ndarray | None:
    """The weights that go furthest in a direction with no correlation below 0; None where there are none."""
    from scipy.optimize import linprog

    count = len(direction)
    limits = {"A_ub": -related, "b_ub": np.zeros(count), "A_eq": np.ones((1, count)), "b_eq": [1], "bounds": (0, None)}
    answer = linprog(-direction, **limits, method="highs")
    return answer.x if answer.status == 0 else None


def _nearest(related: np.ndarray, asked: np.ndarray, deviation: np.ndarray, start: np.ndarray) -> np.ndarray:
    """The smallest sum of squared gaps with no weight and no correlation below 0, from several places."""
    from scipy.optimize import minimize

    count = len(asked)
    # Some weights leave no correlation below 0 (Ville: the matrix has no negative square). Is their composite more than a constant?
    inside = _furthest(related.sum(axis=0), related)
    if inside is None or related.sum(axis=0) @ inside <= EXACT:
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
        bounded = {"method": "SLSQP", "bounds": [(0, 1)] * count, "constraints": limits}
        answer = minimize(objective, start / start.sum(), jac=True, **bounded, options={"ftol": 1e-15, "maxiter": 500})
        if not np.isfinite(answer.x).all() or not (some := answer.x.clip(0)).sum() > 0:
            return
        some /= some.sum()
        sums = related @ some
        if sums.min() >= -EXACT and sums @ sums > NONE and (reached := objective(some)[0]) < least:
            best, least = some, reached

    # The lowest places differ in which correlations are 0, so that the search begins at all ends of what is allowed, too.
    ends = [_furthest(sign * row, related) for row in (*np.eye(count), *related) for sign in (1, -1)]
    starts = [start, inside, asked * deviation, deviation, *np.eye(count), *(end for end in ends if end is not None)]
    for place in starts:
        if place.sum() > 0:
            search(place)
    search(best)
    return best


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
