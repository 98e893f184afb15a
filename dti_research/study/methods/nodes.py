"""One node of the tree after another: an indicator or a pillar counts less, counts more, or is left out, and who moves?

The published method throughout. Left out: what several changes do together (`study.methods.outcomes`). Handbook step 7 (sensitivity
analysis; inclusion and exclusion of indicators): Nardo et al. (2008), OECD/JRC Handbook on Constructing Composite Indicators.
"""

from __future__ import annotations

import math
import numbers

import numpy as np
import pandas as pd

from dti_research.errors import InputError
from dti_research.index.framework import Framework
from dti_research.index.weight import pillar_members
from dti_research.study.methods.scale import Scale, published_ranking, ranks_of


def one_at_a_time(
    values: pd.DataFrame, framework: Framework, *, change: float = 0.25, points: pd.Series | None = None
) -> pd.DataFrame:
    """Make one indicator or pillar count less, then more, and see who moves.

    A node's weight becomes weight x (1 - change), then weight x (1 + change); all other weights keep their proportions and fill
    up the rest. Simple to explain, and blind to what several changes do together: for that see `variance_based`.

    Parameters
    ----------
    values : DataFrame, shape (unit, indicator) [points or share]
    framework : Framework
    change : float [share of the weight, > 0, at most 1]
    points : Series, shape (indicator,) [points, >= 0], optional
        The reader's own points, as in `index.score.score`.

    Returns
    -------
    DataFrame with columns node, kind, weight, then, for ``lower`` and ``higher``, mean_shift_, largest_shift_, unit_ and first_
        One row for each indicator, then one for each pillar of more than one member. ``kind``: ``indicator`` or ``pillar``.
        ``weight`` [share of the total]: of all its members, also of those that it shares with other pillars. ``mean_shift``:
        mean absolute difference from the published rank. ``unit``: the one that shifts most (of equals the one that stands first
        in the published ranking); empty if nobody does. ``first``: who is first then, joined by " / ". All blank where the node
        is the whole index, or would grow beyond it.

    Raises
    ------
    InputError
        A change out of range; a table or points that `index.score.score` would refuse.

    Examples
    --------
    With roads at 0.75 x 0.50 = 0.375, lake earns 0.375 x 0.4 + 0.625 x 0.8 = 0.65, as much as hill, and shares the first rank.

    >>> from dti_research.index.framework import Indicator
    >>> village = Framework("village", indicators=(Indicator("roads", points=50), Indicator("school", points=50)))
    >>> values = pd.DataFrame({"roads": [0.9, 0.4], "school": [0.5, 0.8]}, index=["hill", "lake"])
    >>> table = one_at_a_time(values, village)
    >>> table[["node", "weight", "mean_shift_lower", "unit_lower", "first_lower", "first_higher"]].to_numpy().tolist()[0]
    ['roads', 0.5, 0.5, 'lake', 'hill / lake', 'hill']
    """
    number = isinstance(change, numbers.Real) and not isinstance(change, (bool, np.bool_))
    if not number or not 0 < change <= 1:
        raise InputError(
            f"change {change!r}: expected a share of the weight above 0 and at most 1; 0.25 is a quarter less and a quarter more"
        )
    scale, weights, published = published_ranking(values, framework, points)
    rows = []
    for node, kind, members in _nodes(framework, scale):
        row = {"node": node, "kind": kind, "weight": float(weights[members].sum())}
        for side, factor in (("lower", 1 - change), ("higher", 1 + change)):
            # Optional indicators stand outside the total: their weight comes on top.
            own = weights[members & scale.required].sum()
            if own >= 1 - 1e-9 or own * factor > 1 + 1e-9:
                shifts = _no_shifts()
            else:
                other = max(1 - own * factor, 0.0) / (1 - own)
                shifts = _shifts(scale, weights * np.where(members, factor, other), published)
            row |= {f"{name}_{side}": shift for name, shift in shifts.items()}
        rows.append(row)
    return pd.DataFrame(rows).astype({"largest_shift_lower": "Int64", "largest_shift_higher": "Int64"})


def leave_one_out(values: pd.DataFrame, framework: Framework, *, points: pd.Series | None = None) -> pd.DataFrame:
    """Leave out one indicator or pillar, and see who moves.

    All other weights keep their proportions. Leaving out a pillar leaves out every indicator that counts in it, also where other
    pillars share it: of the ministry's overlapping pillars only two activities remain.

    Parameters
    ----------
    values, framework, points
        As in `one_at_a_time`.

    Returns
    -------
    DataFrame with columns node, kind, weight, mean_shift, largest_shift, unit, first, spearman
        Rows and columns as in `one_at_a_time`. ``spearman``: rank correlation with the published ranking; blank where one of the
        two rankings has everybody at one rank. All blank where nothing that counts would remain for some unit.

    Raises
    ------
    InputError
        A table or points that `index.score.score` would refuse.

    Examples
    --------
    >>> from dti_research.index.framework import Indicator
    >>> village = Framework("village", indicators=(Indicator("roads", points=50), Indicator("school", points=50)))
    >>> values = pd.DataFrame({"roads": [0.9, 0.4], "school": [0.5, 0.8]}, index=["hill", "lake"])
    >>> leave_one_out(values, village)[["node", "mean_shift", "first"]].to_numpy().tolist()
    [['roads', 1.0, 'lake'], ['school', 0.0, 'hill']]
    """
    scale, weights, published = published_ranking(values, framework, points)
    rows = []
    for node, kind, members in _nodes(framework, scale):
        left = np.where(members, 0.0, weights)
        row = (
            {"node": node, "kind": kind, "weight": float(weights[members].sum())}
            | _no_shifts()
            | {"spearman": math.nan}
        )
        if (scale.applies @ left > 0).all():
            ranks = ranks_of(scale.composites("arithmetic", left))[0]
            row |= _shifts(scale, left, published) | {"spearman": _spearman(ranks, published)}
        rows.append(row)
    return pd.DataFrame(rows).astype({"largest_shift": "Int64"})


# ----------------------------------------------------------------------------------------------------------- nodes of the tree


def _nodes(framework: Framework, scale: Scale) -> list[tuple[str, str, np.ndarray]]:
    """Each indicator, then each pillar of more than one member: code, kind, which indicators are in it."""
    nodes = [(code, "indicator", scale.indicators == code) for code in scale.indicators]
    for pillar, codes in pillar_members(framework).items():
        if len(codes) > 1:
            nodes.append((pillar, "pillar", scale.indicators.isin(codes)))
    return nodes


def _shifts(scale: Scale, weights: np.ndarray, published: np.ndarray) -> dict[str, object]:
    ranks = ranks_of(scale.composites("arithmetic", weights))[0]
    moved = np.abs(ranks - published)
    best_first = np.lexsort((published, -moved))
    return {
        "mean_shift": float(moved.mean()),
        "largest_shift": int(moved.max()),
        "unit": scale.units[best_first[0]] if moved.any() else "",
        "first": " / ".join(map(str, scale.units[ranks == 1])),
    }


def _no_shifts() -> dict[str, object]:
    return {"mean_shift": math.nan, "largest_shift": pd.NA, "unit": "", "first": ""}


def _spearman(ranks: np.ndarray, published: np.ndarray) -> float:
    from scipy.stats import spearmanr

    if np.ptp(ranks) == 0 or np.ptp(published) == 0:
        return math.nan
    return float(spearmanr(ranks, published).statistic)
