"""What is to be drawn, checked before anything is: the tables and weights of each scenario, the tree, the levels.

Handbook step 7 (robustness). It makes the `Plan` that `study.weights.draws` carries out.
"""

from __future__ import annotations

import itertools
import numbers
import os
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from dti_research.errors import InputError, find_name
from dti_research.index.framework import LevelRule
from dti_research.index.levels import READINGS, band_mask, check_total
from dti_research.index.normalise import SLACK
from dti_research.study.weights.draws import BLOCK, SCALE, UNIFORM, WIDE, WIDE_BLOCK, LevelCuts, Plan, Scenario

NO_LEVEL = "no level"
"""A composite that stands in no band: in a gap of the print."""


def make_plan(
    scenarios: tuple[Scenario, ...],
    normalised: pd.DataFrame,
    *,
    draws: int | np.ndarray,
    concentration: float | str | None,
    seed: int | None,
    pairs: bool,
    tree: Mapping[str, Sequence[str]] | None,
) -> Plan:
    """Everything that a worker needs to know, without levels; ranks are compared with the first scenario (`normalised`)."""
    given = draws if isinstance(draws, np.ndarray) else None
    if given is None:
        _check_draws(draws, concentration, seed)
    tables = [s.table for s in scenarios if s.table is not None]
    used = np.any([s.centre > 0 for s in scenarios], axis=0)
    if given is not None:
        used |= (given > 0).any(axis=0)
    bare = ~(scenarios[0].applies & used).any(axis=1)
    if bare.any():
        raise InputError(
            f"unit {normalised.index[bare.argmax()]!r} has no value with a weight; expected at least one; leave the unit out"
        )
    # Identical rows must tie in every draw, whatever the order of summation: they are computed once.
    rows = np.concatenate([np.where(np.isnan(t), np.inf, t)[:, used] for t in tables], axis=1)
    _, first, group = np.unique(rows, axis=0, return_index=True, return_inverse=True)
    # In order of appearance, so that the packed unit number follows the table.
    order = np.argsort(first)
    group = np.argsort(order)[group.ravel()]
    kept = first[order]
    # No mean lies beyond the values that it is taken of; z-scores of n units stay below n.
    most = max(np.nanmax(np.abs(normalised.to_numpy())), len(normalised) if len(scenarios) > 1 else 0)
    if most * SCALE >= 2.0 ** (62 - len(kept).bit_length()):
        raise InputError(
            f"normalised values up to {most:.6g}; too large to rank to 12 decimals; expected comparable values such as "
            "shares from 0 to 1; divide them by a common factor"
        )
    merged = tuple(
        s if s.table is None else replace(s, table=np.nan_to_num(s.table[kept], nan=0.0), applies=s.applies[kept])
        for s in scenarios
    )
    return Plan(
        scenarios=merged,
        units=normalised.index,
        group=group,
        size=np.bincount(group),
        draws=int(draws) if given is None else len(given),
        block=BLOCK if len(kept) <= WIDE else WIDE_BLOCK,
        concentration="given" if given is not None else concentration,
        seed=None if given is not None else int(seed),
        nodes=_check_tree(tree, normalised.columns),
        given=given,
        pairs=pairs,
        levels=None,
        home=os.getpid(),
    )


def _check_draws(draws: object, concentration: object, seed: object) -> None:
    if isinstance(draws, bool) or not isinstance(draws, numbers.Integral) or draws < 1:
        raise InputError(f"draws {draws!r}; expected a whole number >= 1; correct it")
    number = isinstance(concentration, numbers.Real) and not isinstance(concentration, bool | np.bool_)
    if concentration != UNIFORM and not (number and concentration > 0):
        raise InputError(
            f"concentration {concentration!r}; expected a number above 0, {UNIFORM!r}, or inf for no spread; correct it"
        )
    if isinstance(seed, bool) or not isinstance(seed, numbers.Integral) or seed < 0:
        raise InputError(f"seed {seed!r}; expected a whole number >= 0, so that the draws can be repeated; give one")


def check_given(draws: pd.DataFrame, indicators: pd.Index) -> np.ndarray:
    """Weights of the caller's own as an array, shape (draw, indicator), if they add to 1 and name every indicator."""
    odd = draws.columns.symmetric_difference(indicators)
    if len(odd) or draws.columns.has_duplicates or draws.empty:
        raise InputError(
            f"table of drawn weights: columns {', '.join(map(repr, odd)) or 'twice, or no row'}; expected one row a draw and one "
            "column for each indicator; correct the columns"
        )
    given = draws[indicators].to_numpy(float)
    wrong = ~((given >= 0).all(axis=1) & (np.abs(given.sum(axis=1) - 1) <= 1e-6))
    if wrong.any():
        row = int(wrong.argmax())
        raise InputError(
            f"draw {draws.index[row]!r}: weights {given[row].tolist()}; expected numbers >= 0 that add to 1; correct the row"
        )
    return given


def _check_tree(tree, indicators: pd.Index) -> tuple[np.ndarray, ...] | None:
    if tree is None:
        return None
    members = [code for codes in tree.values() for code in codes]
    for code in dict.fromkeys([*members, *indicators]):
        if code not in indicators or members.count(code) != 1:
            where = f"stands in {members.count(code)} groups" if code in indicators else "is not in the table"
            raise InputError(
                f"tree: indicator {code!r} {where}; expected every indicator of the table in exactly one group; correct the "
                "groups, or draw over all indicators at once"
            )
    return tuple(indicators.get_indexer(list(codes)) for codes in tree.values() if len(codes))


def make_levels(
    rule: LevelRule, total: float, digits: int, readings: Sequence[str] | None, normalised: pd.DataFrame
) -> LevelCuts:
    """Walk every printable composite once; where what holds changes, there is a cut."""
    check_total(total)
    table = normalised.to_numpy()
    outside = (table < -SLACK) | (table > 1 + SLACK)
    if outside.any():
        row, column = np.argwhere(outside)[0]
        raise InputError(
            f"unit {normalised.index[row]!r}, indicator {normalised.columns[column]!r}: {normalised.iloc[row, column]:.6g}; "
            "expected shares from 0 to 1 where levels are asked for; leave the rule out, or normalise by share-of-maximum"
        )
    prints = any(edge is not None for band in rule.bands for edge in (band.lower, band.upper))
    # A unit that is measured against more or less than the others has no total that printed boundaries could be held against.
    whole = not normalised.isna().to_numpy().any()
    possible = [r for r in READINGS if (len(rule.bands) == 3 if r == "share-60-80" else prints and whole)]
    chosen = possible if readings is None else list(readings)
    for reading in chosen:
        if find_name("reading", reading, READINGS) != "share-60-80" and not whole:
            raise InputError(
                f"reading {reading!r}: an indicator does not apply to every unit, so that totals differ; use share-60-80"
            )
    if not chosen:
        raise InputError(
            f"level rule {rule.document!r}: no reading is given, or none is possible; expected some of {', '.join(READINGS)}; name "
            "one, or leave the rule out"
        )
    grid = np.arange(round(total * 10**digits) + 1)
    labels, changes = {}, np.zeros(len(grid), dtype=bool)
    for reading in chosen:
        mask = band_mask(np.round(grid / 10**digits, digits), rule, reading, total=total)
        changes[1:] |= (mask[1:] != mask[:-1]).any(axis=1)
        labels[reading] = mask
    cuts = grid[changes]
    starts = np.concatenate([[0], cuts])
    names = [band.name_vi for band in rule.bands]
    return LevelCuts(
        np.array([_first_printed_as(cut, total * 10**digits) for cut in cuts]),
        {
            reading: [" / ".join(itertools.compress(names, mask[at])) or NO_LEVEL for at in starts]
            for reading, mask in labels.items()
        },
    )


def _first_printed_as(cut: int, factor: float) -> float:
    """The smallest composite, in 1 / SCALE, that is rounded to `cut` printed digits or more; halves go to the even digit."""
    guess = np.rint((cut - 0.5) * (SCALE / factor))
    near = guess + np.arange(-3, 4)
    return near[np.argmax(np.rint(near * (factor / SCALE)) >= cut)]
