"""How little and how much of a change of composites the weights can be, where values before are not printed.

Handbook step 7 (robustness). Left out: what part the weights had (`study.editions.causes` tells, where values are printed). The
bounds are fractional knapsacks: Dantzig, G. B. (1957), Discrete-variable extremum problems, Operations Research 5, 266-288.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from dti_research.errors import InputError
from dti_research.index.normalise import check_values
from dti_research.index.score import check_additive


def bound_reweighting(
    composites_before: pd.Series, weights_before: pd.Series, values_after: pd.DataFrame, weights_after: pd.Series
) -> pd.DataFrame:
    """How much of the change can be due to the weights, if values before are not printed?

    Of the values before only the composite is known: they lie between 0 and 1 and add, weighted, to it. What the new weights
    would have made of them therefore lies between two bounds (the composite is filled with the indicators that gain most, or
    least); Shapley's parts of weights and values follow. Both bounds can be reached, each unit by itself.

    The composite before is taken as exact. Printed, it may be off by half of its last digit, and then a bound of the weights is
    off by up to half of that times the largest ``|new / old weight - 1|``, and one of the values by up to half of that times
    the largest ``new / old weight + 1``.

    Parameters
    ----------
    composites_before : Series, shape (unit,) [share]
    weights_before, weights_after : Series, shape (indicator,) [share, adds to 1]
        Of the same indicators.
    values_after : DataFrame, shape (unit, indicator) [share]

    Returns
    -------
    DataFrame, shape (unit, [change, weights_low, weights_high, values_low, values_high, values_least]) [share]
        ``weights_low`` + ``values_high`` is the change, and ``weights_high`` + ``values_low``. ``values_least``: the least that
        values can have done in either order, with the weights before or with those after; above 0 they have raised the
        composite for certain.

    Raises
    ------
    InputError
        Other units or indicators; a share that is not between 0 and 1.

    Examples
    --------
    Half of what could be earned, and the roads lose half of their weight to the wells: 0.25 if it was earned on roads, 0.75
    on wells.

    >>> old, new = pd.Series({"roads": 0.5, "wells": 0.5}), pd.Series({"roads": 0.25, "wells": 0.75})
    >>> table = pd.DataFrame({"roads": [1.0, 0.0], "wells": [1.0, 0.0]}, index=["hill", "lake"])
    >>> found = bound_reweighting(pd.Series({"hill": 0.5, "lake": 0.5}), old, table, new).loc["hill"].round(3).to_dict()
    >>> [found[end] for end in ("change", "weights_low", "weights_high", "values_low", "values_high", "values_least")]
    [0.5, -0.125, 0.125, 0.375, 0.625, 0.25]
    """
    table, new = check_additive(values_after, weights_after)
    _, old = check_additive(values_after, weights_before)
    check_values(composites_before.to_frame("composite"))
    for unit in table.index.symmetric_difference(composites_before.index):
        raise InputError(
            f"unit {unit!r} has a composite before or values after, not both; expected both; leave it out or add them"
        )
    for what, found in (("composite before", composites_before.to_frame()), ("value", table)):
        if not found.stack().between(0, 1).all():
            unit, _ = found.stack().index[~found.stack().between(0, 1)][0]
            raise InputError(f"unit {unit!r}: a {what} outside 0 to 1; expected shares; divide by the maximum")
    earned = composites_before.loc[table.index].to_numpy()
    low, high = (_knapsack(earned, old.to_numpy(), new.to_numpy(), sign) for sign in (1, -1))
    after, crossed = (table @ new).to_numpy(), (table @ old).to_numpy()
    # Shapley's parts of two causes: the mean over both orders.
    weights = [((end - earned) + (after - crossed)) / 2 for end in (low, high)]
    change = after - earned
    return pd.DataFrame(
        {
            "change": change,
            "weights_low": weights[0],
            "weights_high": weights[1],
            "values_low": change - weights[1],
            "values_high": change - weights[0],
            "values_least": np.minimum(crossed - earned, after - high),
        },
        index=table.index.rename("unit"),
    )


def _knapsack(earned: np.ndarray, old: np.ndarray, new: np.ndarray, sign: int) -> np.ndarray:
    """The least (sign 1) or most (-1) that new weights make of values between 0 and 1 that old weights make `earned` of."""
    free = new[old == 0].sum() if sign == -1 else 0.0  # values that counted for nothing may be anything
    gain = np.divide(new, old, out=np.zeros_like(new), where=old > 0)
    order = [k for k in np.argsort(sign * gain, kind="stable") if old[k] > 0]
    filled = np.cumsum(old[order]) - old[order]
    taken = np.clip(earned[:, None] - filled[None, :], 0.0, old[order][None, :])
    return taken @ gain[order] + free
