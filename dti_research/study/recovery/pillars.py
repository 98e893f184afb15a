"""Pillars that are printed: held against what recovered weights make of them, and asked what their unit earned.

For the second question points are known, and what was earned for the foundations and for each activity lies between what the
intervals of the printed figures allow. Linear programming in floating point: there nothing is proven.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dti_research import data
from dti_research.errors import InputError, check_whole, find_name
from dti_research.index.framework import Framework
from dti_research.study.printed import ROUNDING, Printed, decimals
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


# ------------------------------------------------------------------------------------------------ what a unit earned


@dataclass(frozen=True, eq=False)
class Earned:
    """What one unit earned, as far as its printed composite and pillars tell, if any points give all of them (`consistent`).

    ``parts``, shape (part, [indicators, maximum, low, high]) [points]: indicators that count in the same pillars, which the
    figures cannot tell apart; NaN where not consistent. ``excess`` [last printed digit]: how many more of its last digits each
    figure is then off.
    """

    consistent: bool
    parts: pd.DataFrame
    excess: float


def pillars_of(framework: Framework) -> dict[str, list[str]]:
    """The indicators with points in each pillar of a framework; `InputError` where it has no points or no pillars."""
    points = framework.points
    if points is None or not framework.pillars:
        what = "published points" if points is None else "pillars"
        raise InputError(f"{framework.id} has no {what}; expected both points and pillars; choose another framework")
    return {pillar.code: [code for code in pillar.indicators if code in points] for pillar in framework.pillars}


def earned_points(
    framework: Framework,
    composite: float | None,
    pillars: Mapping[str, float],
    *,
    digits: int | Mapping[str, int] = 4,
    rounding: str = "nearest",
) -> Earned:
    """How many points did a unit earn for its foundations and for each activity?

    Parameters
    ----------
    framework : Framework
        With points, and pillars.
    composite : float or None [share]
        As printed.
    pillars : mapping of pillar to float [share]
        As printed, those that are.
    digits : int or mapping of pillar to int
        To how many decimals they are printed (``composite`` is the composite's).

    Raises
    ------
    InputError
        A framework without points or pillars; nothing printed; a share outside 0 to 1, with more decimals than `digits`, or not
        in it.
    UnknownName
        An unknown pillar or rounding.

    Examples
    --------
    >>> from dti_research import data
    >>> framework = data.load_framework("national-province-2022")
    >>> found = earned_points(framework, 0.5, {"government": 0.5, "economy": 0.5, "society": 0.5})
    >>> found.parts.loc["foundation", ["maximum", "low", "high"]].round(2).tolist()
    [500.0, 249.92, 250.08]
    >>> found = earned_points(framework, None, {"government": 1.0, "economy": 0.99}, digits={"government": 4, "economy": 2})
    >>> found.parts.loc["digital_economy", ["maximum", "low", "high"]].round(2).tolist()
    [150.0, 140.25, 146.79]
    """
    from scipy.optimize import linprog

    find_name("rounding", rounding, ROUNDING)
    known, points = pillars_of(framework), framework.points
    for name in pillars:
        find_name(f"pillar of {framework.id}", name, known)
    figures = ({} if composite is None else {"composite": composite}) | dict(pillars)
    if not figures:
        raise InputError("no composite and no pillar is given; expected at least one printed figure; give it")
    counts = []
    for name, share in figures.items():
        count = digits.get(name) if isinstance(digits, Mapping) else digits
        counts.append(check_whole(f"digits of {name}", count, 0))
        if not 0 <= share <= 1 or decimals(share) > count:
            raise InputError(
                f"{name} {share!r}: expected a share from 0 to 1 with at most {count} decimals; correct it"
            )
    counted = {"composite": True} | {name: points.index.isin(codes) for name, codes in known.items()}
    counted = pd.DataFrame(counted, index=points.index)
    parts = [list(alike.index) for _, alike in counted.groupby(list(counted), sort=False)]
    maximum = np.array([points[codes].sum() for codes in parts])
    rows = counted.loc[[codes[0] for codes in parts], list(figures)].to_numpy(dtype=float).T
    available = rows @ maximum
    last, shares = 10.0 ** -np.array(counts), np.array(list(figures.values()), dtype=float)
    below, above = (float(end) * last for end in ROUNDING[rounding])
    low = np.maximum(0.0, shares + below) * available
    high = np.minimum(1.0, shares + above) * available
    both, within = np.vstack([rows, -rows]), [(0, most) for most in maximum]
    # Scaled by what is available, so that the excess counts in the figures' last digits.
    excess = linprog(
        np.append(np.zeros(len(maximum)), 1.0),
        A_ub=np.hstack([both, -np.tile(available * last, 2)[:, None]]),
        b_ub=np.concatenate([high, -low]),
        bounds=[*within, (0, None)],
    ).fun
    consistent = excess < 1e-6
    ends = np.full((len(maximum), 2), math.nan)
    if consistent:
        slack = 1e-9 * available.max()
        limits = {"A_ub": both, "b_ub": np.concatenate([high + slack, slack - low]), "bounds": within}
        for k, part in enumerate(np.eye(len(maximum))):
            ends[k] = [sign * linprog(sign * part, **limits).fun for sign in (1, -1)]
    table = pd.DataFrame(
        {"indicators": parts, "maximum": maximum, "low": ends[:, 0], "high": ends[:, 1]},
        index=pd.Index([_part_name(framework, codes) for codes in parts], name="part"),
    )
    return Earned(bool(consistent), table, 0.0 if consistent else float(excess))


def earned_by_unit(table: str) -> pd.DataFrame:
    """`earned_points` of every unit of a table whose pillars are printed.

    Shape (unit and part, [unit, part, maximum, low, high, consistent, figures]); ``figures``: how many printed figures were used.
    """
    framework, rows = data.framework_of(table), []
    for unit, own in printed_pillars(table).groupby("unit", sort=False):
        shown = dict(zip(own.pillar, own.printed, strict=True))
        if own.composite.iloc[0]:
            shown["composite"] = own.composite.iloc[0]
        printed = {name: Printed(text) for name, text in shown.items()}
        digits = {name: figure.digits for name, figure in printed.items()}
        shares = {name: figure.number for name, figure in printed.items()}
        found = earned_points(framework, shares.pop("composite", None), shares, digits=digits)
        for part, row in found.parts.iterrows():
            rows.append([unit, part, row.maximum, row.low, row.high, found.consistent, len(shown)])
    return pd.DataFrame(rows, columns=["unit", "part", "maximum", "low", "high", "consistent", "figures"])


def _part_name(framework: Framework, codes: list[str]) -> str:
    """One indicator by its own code, several by the group they share."""
    groups = {framework.indicator(code).group for code in codes}
    if len(codes) == 1:
        return codes[0]
    return groups.pop() if len(groups) == 1 and "" not in groups else "+".join(codes)
