"""Pillars that are printed elsewhere, held against what recovered weights make of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from dti_research import data
from dti_research.errors import InputError, find_name
from dti_research.study.printed import Printed
from dti_research.study.recovery import cone as proof
from dti_research.study.recovery.weights import Recovery


def pillar_bounds(recovery: Recovery, wholes: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """What are the scores of pillars [measure of the values], whichever of the recovered weights is true?

    A pillar is taken as what its indicators earned of what they can earn. Shape (unit and pillar, [unit, pillar, low, high]),
    before rounding; proven, though not the narrowest: that the same values must give the unit's own composite is not used.

    Raises
    ------
    InputError
        The table contradicts itself, so that there are no weights; a pillar without indicators.
    UnknownName
        An unknown indicator.

    Examples
    --------
    >>> from dti_research.study.recovery import recover
    >>> table = pd.DataFrame({"roads": [0.9, 0.2, 0.5], "wells": [0.3, 0.7, 0.1]}, index=["hill", "lake", "moor"])
    >>> found = recover(table, pd.Series({"hill": 0.750, "lake": 0.325, "moor": 0.400}), digits=3)
    >>> pillar_bounds(found, {"water": ["wells"]}).round(4).iloc[0].to_dict()
    {'unit': 'hill', 'pillar': 'water', 'low': 0.2995, 'high': 0.3005}
    """
    if recovery.verdict == "impossible":
        raise InputError(
            "no weights give this table, so its pillars have no bounds; expected a table without contradiction; leave out the "
            "units of its contradiction"
        )
    table, indicators = recovery.printed, list(recovery.weights.index)
    found = []
    for pillar, members in wholes.items():
        if not members:
            raise InputError(f"pillar {pillar!r} has no indicators; expected at least one; add them, or leave it out")
        for code in members:
            find_name(f"indicator of pillar {pillar}", code, indicators)
        inside = [int(code in set(members)) for code in indicators]
        below = inside + [0] * (recovery.conditions.rows.shape[1] - len(inside))
        for i, unit in enumerate(table.values.index):
            if unit not in recovery.units:
                continue
            low, high = (
                [int(x) * b for x, b in zip(side[i], inside, strict=True)] + below[len(inside) :]
                for side in (table.low, table.high)
            )
            least = proof.least_ratio(recovery.conditions, low, below, recovery.half_digit)
            found.append(
                [unit, pillar, least, proof.greatest_ratio(recovery.conditions, high, below, recovery.half_digit)]
            )
    return pd.DataFrame(found, columns=["unit", "pillar", "low", "high"])


def printed_pillars(table: str) -> pd.DataFrame:
    """Pillars of units that a table's sources print: shape (figure, [unit, pillar, printed, composite, source, locator]).

    ``printed`` and ``composite`` as text, as printed; ``composite`` empty if it is not.
    """
    claims = data.load_claims()
    known = {pillar.code for pillar in data.framework_of(table).pillars}
    own = claims[(claims.table == table) & (claims.check == "pillar") & claims.part.isin(known)].reset_index(drop=True)
    totals = claims[(claims.table == table) & (claims.check == "composite")].drop_duplicates("unit").set_index("unit")
    own = own.assign(pillar=own.part, composite=own.unit.map(totals.printed).fillna(""))
    return own[["unit", "pillar", "printed", "composite", "source", "locator"]]


def check_against(bounds: pd.DataFrame, printed: pd.DataFrame) -> pd.DataFrame:
    """Hold printed pillars (as text), which the recovery did not use, against `pillar_bounds`.

    Adds ``low``, ``high`` and ``agrees``: the printed figure, rounded to the nearest, lies within the bounds. If not, none of the
    recovered weights give it; if so, that some do is likely and not proven.
    """
    both = printed.merge(bounds, on=["unit", "pillar"], how="inner")
    half = both.printed.map(lambda text: Printed(text).half_digit)
    figure = both.printed.astype(float)
    edge = 1e-12  # a bound may stand on the edge of the rounding, where floats differ in their last digit
    agrees = (both.low <= figure + half + edge) & (both.high >= figure - half - edge)
    return both.assign(agrees=agrees)


def check_pillars(recovery: Recovery, table: str) -> pd.DataFrame:
    """`check_against` for the pillars of a published table's units that its sources print; no rows where there are none."""
    framework, printed = data.framework_of(table), printed_pillars(table)
    wholes = {
        pillar.code: [code for code in pillar.indicators if code in recovery.weights.index]
        for pillar in framework.pillars
    }
    if recovery.verdict == "impossible" or printed.empty:
        return printed.iloc[:0].assign(low=[], high=[], agrees=[])
    return check_against(pillar_bounds(recovery, wholes), printed)
