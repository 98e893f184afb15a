"""How stable is an order of units from one edition to the next, if composites are all that is printed?

Who moved, how many places; how far the two orders agree; from which fifth of the list into which. Intervals are by resampling the
units: how far the answer hangs on which units there are, not an error of measurement, for the list is complete. Handbook step 7
(robustness). Left out: why a rank moved (`study.editions.causes`).

References
----------
Kendall, M. G. (1945), The treatment of ties in ranking problems, Biometrika 33, 239-251. Wilson, E. B. (1927), Probable inference,
the law of succession, and statistical inference, Journal of the American Statistical Association 22, 209-212.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dti_research import data
from dti_research.errors import InputError, check_share, check_whole, find_name
from dti_research.index.score import rank_min
from dti_research.study.editions.causes import check_composites
from dti_research.study.pillars.correlation import correlate

# Numbers held at once in a bootstrap, a few times over (8 MB of float64 each).
_CELLS = 2**20


@dataclass(frozen=True, eq=False)
class Mobility:
    """Two orders of the same units, compared.

    Parameters
    ----------
    moves : DataFrame, shape (unit, [rank_before, rank_after, move, composite_before, composite_after, change])
        ``move``: ranks after less before; below 0 is up. In the order of the ranks after.
    summary : DataFrame, shape (measure, [value, low, high])
        ``kendall`` (tau-b of the composites), ``mean_move`` [ranks, without sign], ``same_group`` [share that stayed in its
        group], ``change`` (mean change of the composite). ``kendall`` is blank where a list has one composite for everybody, its
        interval also where leaving out one unit after the other gives too little to go by.
    transitions : DataFrame, shape (from and to, [before, after, units, share, low, high])
        Groups count from 1, the best; ``share`` is of the group before. The interval (Wilson) takes each cell by itself, as if
        units moved independently: read it as what so few units could say about others like them.
    groups, confidence : int, float
        As asked.
    """

    moves: pd.DataFrame
    summary: pd.DataFrame
    transitions: pd.DataFrame
    groups: int
    confidence: float

    @property
    def by_chance(self) -> float:
        """The share that would stay in its group if the order after had nothing to do with the one before."""
        return 1 / self.groups

    @property
    def stayed(self) -> pd.Series:
        """Units that stayed in each group, shape (group,)."""
        same = self.transitions[self.transitions.before == self.transitions.after]
        return same.set_index("before").units.rename_axis("group")

    @property
    def risen_most(self) -> pd.DataFrame:
        """The rows of `moves` that went up most: all of them where units tie."""
        return self.moves[self.moves.move == self.moves.move.min()]

    @property
    def fallen_most(self) -> pd.DataFrame:
        """The rows of `moves` that went down most: all of them where units tie."""
        return self.moves[self.moves.move == self.moves.move.max()]

    def widest(self, rows: int = 5) -> pd.DataFrame:
        """The rows of `moves` that went up most, then those that went down most, so many of each."""
        order = self.moves.sort_values(["move", "rank_after"], kind="stable")
        return order if len(order) <= 2 * rows else pd.concat([order.head(rows), order.tail(rows)])


def mobility(
    before: pd.Series,
    after: pd.Series,
    *,
    groups: int = 5,
    confidence: float = 0.95,
    resamples: int = 9999,
    seed: int,
) -> Mobility:
    """Compare the order of units in two editions.

    Parameters
    ----------
    before, after : Series, shape (unit,) [any measure, higher is better]
        Composites of the same units.
    groups : int [2 to number of units]
        Into how many groups of (nearly) equal size each list is cut, by rank: without ties, sizes differ by one at most (63 in
        five are 13, 13, 12, 13, 12). Units that share a rank share a group.
    confidence : float [share]
    resamples : int [>= 99]
        Bootstrap resamples of the units.

    Raises
    ------
    InputError
        Other units in one edition than in the other; fewer than five; a number that cannot be used.

    Examples
    --------
    >>> old = pd.Series({"A": 6, "B": 5, "C": 4, "D": 3, "E": 2, "F": 1})
    >>> new = pd.Series({"A": 6, "B": 4, "C": 5, "D": 3, "E": 2, "F": 1})
    >>> answer = mobility(old, new, groups=2, resamples=99, seed=1)
    >>> answer.moves.move.to_dict()["C"], answer.summary.value.round(3).to_dict()["kendall"]
    (-1, 0.867)
    """
    check_share("confidence", confidence)
    check_whole("resamples", resamples, 99)
    check_whole("seed", seed, 0)
    check_composites(before, after)
    both = pd.DataFrame({"before": before, "after": after.reindex(before.index)}).astype(float)
    count = len(both)
    if not 2 <= check_whole("groups", groups, 2) <= count:
        raise InputError(f"groups {groups}: expected no more than the {count} units; take fewer")
    agreement = correlate(
        both, method="kendall", confidence=confidence, resamples=resamples, permutations=99, seed=seed
    ).pairs.iloc[0]
    ranks = both.apply(rank_min)
    moves = ranks.add_prefix("rank_").assign(move=ranks.after - ranks.before).join(both.add_prefix("composite_"))
    moves = moves.assign(change=both.after - both.before).rename_axis("unit")
    group = (ranks.sub(1) * groups // count).add(1)
    stayed = (group.before == group.after).to_numpy(float)
    drawn = _drawn(ranks, stayed, moves.change.to_numpy(), resamples, seed)
    tails = [(1 - confidence) / 2, (1 + confidence) / 2]
    rows = {"kendall": [agreement.coefficient, agreement.low, agreement.high]}
    found = {"mean_move": moves.move.abs().mean(), "same_group": stayed.mean(), "change": moves.change.mean()}
    rows |= {name: [value, *np.quantile(drawn[name], tails)] for name, value in found.items()}
    return Mobility(
        moves.sort_values(["rank_after", "rank_before"], kind="stable"),
        pd.DataFrame.from_dict(rows, orient="index", columns=["value", "low", "high"]).rename_axis("measure"),
        _transitions(group, groups, confidence),
        groups,
        confidence,
    )


def _drawn(
    ranks: pd.DataFrame, stayed: np.ndarray, change: np.ndarray, resamples: int, seed: int
) -> dict[str, np.ndarray]:
    """What each resample of the units gives; so many at a time that the memory does not depend on how many there are."""
    count = len(ranks)
    ahead = ranks.to_numpy() - 1  # of each unit, in the whole list
    orders = np.argsort(ahead, axis=0, kind="stable")
    rng = np.random.default_rng(seed)
    block = max(1, _CELLS // count)
    parts = []
    for start in range(0, resamples, block):
        size = min(block, resamples - start)
        picks = rng.integers(count, size=(size, count))
        rows = count * np.arange(size)[:, None]
        times = np.bincount((picks + rows).ravel(), minlength=size * count).reshape(size, count)
        # Places are places in a list: each resample has its own. With the moves of the whole list the interval is too short.
        # A unit's place is behind all that were drawn of the units that it is behind in the whole list.
        places = []
        for order, behind in zip(orders.T, ahead.T, strict=True):
            passed = np.zeros((size, count + 1), dtype=int)
            np.cumsum(times[:, order], axis=1, out=passed[:, 1:])
            places.append(passed[:, behind])
        moved = (times * np.abs(places[1] - places[0])).sum(axis=1) / count
        parts.append((moved, stayed[picks].mean(axis=1), change[picks].mean(axis=1)))
    return dict(zip(("mean_move", "same_group", "change"), map(np.concatenate, zip(*parts, strict=True)), strict=True))


def mobilities(composites: Mapping[str, pd.Series], **options: object) -> pd.DataFrame:
    """The summary of `mobility` for every pair of editions, given in the order of time.

    Shape (pair, [before, after, units, kendall, kendall_low, kendall_high, ...]).
    """
    rows = []
    for first, second in itertools.combinations(composites, 2):
        summary = mobility(composites[first], composites[second], **options).summary
        row = {"before": first, "after": second, "units": len(composites[first])}
        for measure, found in summary.iterrows():
            row |= {measure: found.value, f"{measure}_low": found.low, f"{measure}_high": found.high}
        rows.append(row)
    return pd.DataFrame(rows)


def published_mobilities(unit_set: str, **options: object) -> pd.DataFrame:
    """`mobilities` of all published lists that print every unit of a set (``province-63``)."""
    find_name("set of units", unit_set, dict.fromkeys(data.load_tables().unit_set))
    return mobilities({name: data.load_composites(name) for name in data.complete_tables(unit_set)}, **options)


def _transitions(group: pd.DataFrame, groups: int, confidence: float) -> pd.DataFrame:
    from statsmodels.stats.proportion import proportion_confint  # slow to import: only where it is used

    counts = pd.crosstab(group.before, group.after).reindex(
        index=range(1, groups + 1), columns=range(1, groups + 1), fill_value=0
    )
    table = counts.stack().rename("units").reset_index()
    size = table.before.map(counts.sum(axis=1)).replace(0, np.nan)  # a group may be empty where many share a rank
    low, high = proportion_confint(table.units, size, alpha=1 - confidence, method="wilson")
    return table.assign(share=table.units / size, low=low, high=high)
