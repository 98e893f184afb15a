"""Does each indicator tell units apart, and what would a statistical audit raise?

`indicator_checks` describes the indicators one by one; `find_flags` names what the audits of the European Commission's Joint
Research Centre look for. Handbook steps 3, 4 and 7. Left out: the coefficients that flags are raised on (`correlation`).

References
----------
Nardo et al. (2008), OECD/JRC Handbook on Constructing Composite Indicators, steps 3, 4 and 7. Becker et al. (2022), COINr,
Journal of Open Source Software 7, 4567. Joanes & Gill (1998), The Statistician 47, 183-189.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from dti_research.index.normalise import is_constant
from dti_research.study.pillars.correlation import COMPOSITE
from dti_research.study.pillars.pairs import Correlations, check_table

THRESHOLDS = {
    "redundant": 0.92,
    "weak": 0.3,
    "skewness": 2.0,
    "kurtosis": 3.5,
    "saturated": 0.5,
    "tied": 0.5,
}
"""Rules of thumb, not tests. ``redundant``, ``weak``: what the JRC's audits look for (COINr flags above 0.9); ``skewness`` with
``kurtosis``: as COINr has them; ``saturated``, ``tied``: ours, the share of units at the maximum, or at one
other value."""


def indicator_checks(normalised: pd.DataFrame, maximum: float = 1.0) -> pd.DataFrame:
    """Describe each indicator, and how well it tells units apart.

    Parameters
    ----------
    normalised
    maximum : float [measure of the table]
        The most that a unit can have.

    Returns
    -------
    DataFrame with columns n, distinct, minimum, mean, maximum, sd, skewness, kurtosis, at_maximum, commonest, commonest_share
        ``distinct``: different values. ``sd``: with n - 1. ``skewness``, ``kurtosis``: bias-corrected (G1, and G2, which is 0 for
        a normal distribution; COINr and Excel give the same); blank where one value stands for all. ``at_maximum`` [share of the
        units]. ``commonest``: the most frequent value (of equals the highest), and which share of the units has it.

    Examples
    --------
    >>> table = pd.DataFrame({"roads": [1, 1, 1, 1, 0.5], "wells": [0.1, 0.2, 0.3, 0.4, 0.5]})
    >>> indicator_checks(table).loc["roads", ["distinct", "at_maximum", "skewness"]].round(2).tolist()
    [2.0, 0.8, -2.24]
    """
    from scipy.stats import kurtosis, skew

    table = check_table(normalised)
    rows = []
    for column in table:
        x = table[column].to_numpy()
        differs = not is_constant(x)
        # Two sums of the same numbers in another order are one value.
        alike = np.round(x / np.abs(x).max(), 12) if differs else np.ones(len(x))
        _, first, counts = np.unique(alike, return_index=True, return_counts=True)
        place = len(counts) - 1 - int(np.argmax(counts[::-1]))
        rows.append(
            {
                "n": len(x),
                "distinct": len(counts),
                "minimum": x.min(),
                "mean": x.mean(),
                "maximum": x.max(),
                "sd": x.std(ddof=1),
                "skewness": float(skew(x, bias=False)) if differs else math.nan,
                "kurtosis": float(kurtosis(x, bias=False)) if differs else math.nan,
                "at_maximum": float((np.abs(x - maximum) <= 1e-9 * abs(maximum)).mean()),
                "commonest": x[first[place]],
                "commonest_share": counts[place] / len(x),
            }
        )
    return pd.DataFrame(rows, index=table.columns.rename("indicator"))


def find_flags(
    checks: pd.DataFrame,
    between: Correlations,
    rest: Correlations,
    wholes: Correlations | None = None,
    *,
    cut: bool = False,
) -> pd.DataFrame:
    """Find what an audit would raise: indicators that tell nobody apart, and pairs that say the same or pull against their pillar.

    Parameters
    ----------
    checks : DataFrame
        As `indicator_checks` returns it.
    between, wholes : Correlations
        Of `correlation.correlate` and `correlate_wholes`: ``redundant`` above 0.92. Two pillars that share indicators may be so by
        construction: ``shared`` says how much of it.
    rest : Correlations
        Of `correlation.part_whole`: ``negative`` or ``weak`` (below 0.3) with the rest of a pillar, or of the composite where no
        pillar holds the indicator.
    cut : bool
        True for a list of which only some ranks are printed: the cut makes coefficients of its own, and no interval settles one.

    Returns
    -------
    DataFrame, shape (flag, [flag, a, b, value, low, high, threshold, shared, settled])
        ``flag``: ``constant``, ``saturated`` (half of the units or more at the maximum), ``tied`` (as many at one other value),
        ``skewed`` (skewness beyond 2 with kurtosis above 3.5; the value is the skewness), ``negative``, ``weak``, ``redundant``,
        ``mirrored`` (below -0.92: is one of the two coded the other way round?). ``low``, ``high``: interval of a coefficient.
        ``settled``: True if the whole interval lies beyond the threshold; False: these units could show it by chance; blank for
        flags that describe these units and no others.

    Examples
    --------
    >>> from dti_research.study.pillars.correlation import correlate, part_whole
    >>> table = pd.DataFrame({"roads": [0.1, 0.2, 0.3, 0.4, 0.5, 0.6], "wells": [0.1, 0.2, 0.3, 0.4, 0.5, 0.7],
    ...     "school": [1, 1, 1, 1, 0.5, 0.4]})
    >>> wholes = pd.DataFrame({"composite": {"roads": 0.4, "wells": 0.4, "school": 0.2}})
    >>> options = {"interval": "fisher-z", "permutations": 99, "seed": 1}
    >>> flags = find_flags(indicator_checks(table), correlate(table, **options), part_whole(table, wholes, **options))
    >>> flags[["flag", "a", "b", "settled"]].to_numpy().tolist()
    [['saturated', 'school', '', <NA>], ['redundant', 'roads', 'wells', False], ['negative', 'school', 'composite', True]]
    """
    rows = []

    def add(flag: str, a: str, b: str, value: float, threshold: float, **more: object) -> None:
        row = {"flag": flag, "a": a, "b": b, "value": value, "low": math.nan, "high": math.nan, "threshold": threshold}
        rows.append(row | {"shared": math.nan, "settled": pd.NA} | more)

    for code, row in checks.iterrows():
        if row.distinct == 1:
            add("constant", code, "", row.commonest, math.nan)
        elif row.at_maximum >= THRESHOLDS["saturated"]:
            add("saturated", code, "", row.at_maximum, THRESHOLDS["saturated"])
        elif row.commonest_share >= THRESHOLDS["tied"]:
            add("tied", code, "", row.commonest_share, THRESHOLDS["tied"])
        if abs(row.skewness) > THRESHOLDS["skewness"] and row["kurtosis"] > THRESHOLDS["kurtosis"]:
            add("skewed", code, "", row.skewness, math.copysign(THRESHOLDS["skewness"], row.skewness))
    limit, known = THRESHOLDS["redundant"], set()
    for answer in (between, wholes):
        if answer is None:
            continue
        for pair in answer.pairs[answer.pairs.coefficient.abs() > limit].to_dict("records"):
            names = frozenset((pair["a"], pair["b"]))
            if COMPOSITE in names or names in known:
                continue  # a pillar of one indicator is that indicator
            known.add(names)
            flag, sign = ("redundant", 1) if pair["coefficient"] > 0 else ("mirrored", -1)
            more = {"low": pair["low"], "high": pair["high"], "shared": pair.get("shared", math.nan)}
            # An interval without width comes from too few values, and settles nothing.
            beyond = min(sign * pair["low"], sign * pair["high"]) > limit and pair["low"] < pair["high"]
            add(flag, pair["a"], pair["b"], pair["coefficient"], sign * limit, settled=beyond and not cut, **more)
    in_pillar = set(rest.pairs.a[rest.pairs.b != COMPOSITE])
    for pair in rest.pairs[rest.pairs.coefficient < THRESHOLDS["weak"]].to_dict("records"):
        if pair["b"] == COMPOSITE and pair["a"] in in_pillar:
            continue
        flag, limit = ("negative", 0.0) if pair["coefficient"] < 0 else ("weak", THRESHOLDS["weak"])
        more = {"low": pair["low"], "high": pair["high"], "settled": pair["high"] < limit and not cut}
        add(flag, pair["a"], pair["b"], pair["coefficient"], limit, **more)
    columns = ["flag", "a", "b", "value", "low", "high", "threshold", "shared", "settled"]
    return pd.DataFrame(rows, columns=columns).astype({"settled": "boolean"})
