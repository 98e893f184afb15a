"""How far does a ranking move when its weights and methods are drawn at random? Many draws, fast.

Handbook step 7 (robustness); Lahdelma & Salminen (2001), Operations Research 49 (rank acceptability, central weights); Saisana,
Saltelli & Tarantola (2005), JRSS A 168 (rank shift). How draws are made stands in `study.weights.draws`, how they are counted in
`study.weights.counts`. Left out: what needs no sample (`study.weights.stability`), whose choice matters most (`study.methods`).
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import replace

import numpy as np
import pandas as pd

from dti_research.errors import InputError, UnknownName, find_name
from dti_research.index.aggregate import AGGREGATE
from dti_research.index.framework import Framework, LevelRule
from dti_research.index.normalise import NORMALISE
from dti_research.index.score import Method, check_additive, score
from dti_research.index.weight import WEIGHT
from dti_research.study.weights.counts import Robustness, run
from dti_research.study.weights.draws import Scenario, prepare
from dti_research.study.weights.plan import check_given, make_levels, make_plan


def rank_robustness(
    normalised: pd.DataFrame,
    weights: pd.Series,
    *,
    draws: int | pd.DataFrame,
    concentration: float | str | None = None,
    seed: int | None = None,
    pairs: bool = True,
    executor: Executor | None = None,
    optional: Collection[str] = (),
    tree: Mapping[str, Sequence[str]] | None = None,
    rule: LevelRule | None = None,
    readings: Sequence[str] | None = None,
    total: float = 1.0,
    digits: int = 4,
) -> Robustness:
    """Draw weights around the published ones, rank the units each time, and count.

    Composites are weighted arithmetic means. Where an optional indicator does not apply to a unit
    (a blank), the unit is measured against the weights of what does.

    Parameters
    ----------
    normalised : DataFrame, shape (unit, indicator) [comparable, higher is better]
    weights : Series, shape (indicator,) [share, adds to 1]
        The published weights, which the draws have as their mean. An indicator of weight 0 keeps it.
    draws : int, or DataFrame of shape (draw, indicator) [share]
        How many; or weights of your own, such as those of a panel of experts (then without concentration, seed and tree).
    concentration : float > 0, ``"uniform"`` or inf
        Of the Dirichlet distribution: a weight w varies with variance w (1 - w) / (concentration + 1), as in a prior sample of
        that many points. ``uniform``: all weights are equally likely and the published ones play no part; inf: no spread.
    seed : int
        Required when weights are drawn. The same table, options and seed give the same answer with any number of workers.
    pairs : bool
        False leaves out who stands above whom: for more than some thousand units that table is large.
    executor : concurrent.futures.Executor, optional
        Where blocks of draws are computed: a pool of processes, or a cluster (Dask: ``client.get_executor()``). Without one
        this process does it, in as many threads as there are cores. The counts are the same.
    optional : collection of str
        Indicators that apply to some units only, and are blank for the others.
    tree : mapping of str to sequence of str, optional
        Groups of indicators. Weights are then drawn at every node: first those of the groups, then, inside each, the parts
        of its indicators, so that siblings always add to their parent. Without it all indicators are drawn at once.
    rule : LevelRule, optional
        Whose levels to count; none without it. `DEFAULT_LEVELS` has names only, for the reading ``share-60-80``.
    readings : sequence of str, optional
        Some of `READINGS`; all that the rule allows without it.
    total : float
        The scale of the rule: a composite share is multiplied by it before it meets a boundary.
    digits : int
        Printed decimals, to which composites are rounded before they meet a boundary (not before they are ranked).

    Returns
    -------
    Robustness

    Raises
    ------
    InputError
        Labels that differ, weights that do not add to 1, a bad number of draws or concentration, no seed; a tree that
        is not one group for each indicator.

    Examples
    --------
    Of the three, lake is best on both; hill and rice depend on the weights.

    >>> normalised = pd.DataFrame({"roads": [0.5, 0.9, 0.1], "school": [0.2, 0.8, 0.5]}, index=["hill", "lake", "rice"])
    >>> weights = pd.Series({"roads": 0.6, "school": 0.4})
    >>> result = rank_robustness(normalised, weights, draws=2000, concentration=20, seed=1)
    >>> result.ranks[["published", "median", "q05", "q95"]].loc["hill"].tolist()
    [2, 2, 2, 3]
    >>> result.win.loc["lake", "rice"]
    np.float64(1.0)
    """
    normalised, weights = check_additive(normalised, weights, optional)
    table = normalised.to_numpy()
    scenario = Scenario("published", table, np.isfinite(table), "arithmetic", weights.to_numpy(), True)
    given = isinstance(draws, pd.DataFrame)
    if given and not (concentration is None and seed is None and tree is None):
        raise InputError(
            "draws are given as a table, and concentration, seed or tree besides; expected one of the two: leave the others out"
        )
    draws = check_given(draws, weights.index) if given else draws
    drawn = {"draws": draws, "concentration": concentration, "seed": seed, "tree": tree}
    plan = make_plan((scenario,), normalised, pairs=pairs, **drawn)
    levels = None if rule is None else make_levels(rule, total, digits, readings, normalised)
    return run(replace(plan, levels=levels), weights, executor)


def scenario_robustness(
    values: pd.DataFrame,
    framework: Framework,
    *,
    normalisations: Sequence[str] = ("share-of-maximum",),
    aggregations: Sequence[str] = ("arithmetic",),
    weight_rules: Sequence[str] = ("published",),
    draws: int,
    concentration: float | str,
    seed: int,
    points: pd.Series | None = None,
    pairs: bool = True,
    executor: Executor | None = None,
    tree: Mapping[str, Sequence[str]] | None = None,
    rule: LevelRule | None = None,
    readings: Sequence[str] | None = None,
    total: float = 1.0,
    digits: int = 4,
) -> Robustness:
    """Draw the method too: each draw takes one normalisation, aggregation and weight rule from the lists, then its weights.

    Every combination is as likely as any other; ranks are compared with the first of each list together. Levels are counted under
    each reading of the boundaries, in draws whose composite is a share of the points.

    Parameters
    ----------
    values : DataFrame, shape (unit, indicator) [points or share]
        As `index.score.score` takes it.
    framework : Framework
    normalisations, aggregations, weight_rules : sequence of str
        Keys of `NORMALISE`, `AGGREGATE` and `WEIGHT`. Weights are drawn around those of the rule.
    points : Series, shape (indicator,) [points], optional
        Other points than the framework's.
    draws, concentration, seed, pairs, executor, tree, rule, readings, total, digits
        As in `rank_robustness`.

    Returns
    -------
    Robustness
        A combination that cannot be computed (a geometric mean of a value of 0) stands in ``failed`` with its reason and
        with the draws that fell on it; shares are of the others.

    Raises
    ------
    InputError
        As in `rank_robustness`; an empty or repeated list; the first combination, or every one, cannot be computed.
    UnknownName
        An unknown name.

    Examples
    --------
    >>> from dti_research import data
    >>> result = scenario_robustness(data.load_values("province-2022"), data.load_framework("national-province-2022"),
    ...     normalisations=["share-of-maximum", "rank"], aggregations=["arithmetic", "geometric"],
    ...     draws=1000, concentration=100, seed=7)
    >>> result.computed, result.ranks.loc["da-nang", "median"]
    (1000, np.int64(1))
    """
    _check_lists(normalisations, aggregations, weight_rules)
    methods = [
        Method(f"{normalise}, {aggregate}, {weight}", normalise=normalise, aggregate=aggregate, weight=weight)
        for normalise, aggregate, weight in itertools.product(normalisations, aggregations, weight_rules)
    ]
    scenarios, (normalised, weights), shares = _scenarios_of(methods, values, framework, points)
    drawn = {"draws": draws, "concentration": concentration, "seed": seed, "tree": tree}
    plan = make_plan(scenarios, normalised, pairs=pairs, **drawn)
    levels = None
    if rule is not None:
        if shares is None:
            raise InputError(
                f"normalisations {', '.join(normalisations)}: no composite is a share of the maximum that a level "
                "could be given to; expected share-of-maximum among them where levels are asked for; add it, or leave the rule out"
            )
        levels = make_levels(rule, total, digits, readings, shares)
    return run(replace(plan, levels=levels), weights, executor)


def _check_lists(normalisations: Sequence[str], aggregations: Sequence[str], weight_rules: Sequence[str]) -> None:
    lists = (("normalisation", normalisations, NORMALISE), ("aggregation", aggregations, AGGREGATE),
             ("weight rule", weight_rules, WEIGHT))  # fmt: skip
    for what, names, known in lists:
        if isinstance(names, str) or not names or len(set(names)) < len(names):
            raise InputError(
                f"{what}s: found {names!r}; expected a list of different names, such as [{next(iter(known))!r}]; "
                "correct the list"
            )
        for name in names:
            find_name(what, name, known)
    if "distance-to-target" in normalisations:
        raise InputError(
            "normalisation 'distance-to-target': nobody prints targets, and none can be given here; leave it out of the list"
        )


def _scenarios_of(
    methods: Sequence[Method], values: pd.DataFrame, framework: Framework, points: pd.Series | None
) -> tuple[tuple[Scenario, ...], tuple[pd.DataFrame, pd.Series], pd.DataFrame | None]:
    """One scenario a method, table and weights of the first, and a table of shares of the maximum if a method gives one."""
    optional = [indicator.code for indicator in framework.scored if indicator.optional]
    scenarios: list[Scenario] = []
    first = shares = None
    for method in methods:
        try:
            scores = score(values, framework, method, points)
        except UnknownName:
            raise
        except InputError as error:
            if not scenarios:
                raise
            scenarios.append(replace(scenarios[0], name=method.name, table=None, reason=str(error)))
            continue
        raw = WEIGHT[method.weight](framework, points)
        normalised, centre = check_additive(scores.normalised, raw / raw.sum(), optional)
        is_share = scores.measure in ("points", "share")
        first, shares = first or (normalised, centre), normalised if is_share else shares
        table = normalised.to_numpy()
        prepared, applies = prepare(table, method.aggregate), np.isfinite(table)
        scenarios.append(Scenario(method.name, prepared, applies, method.aggregate, centre.to_numpy(), is_share))
    return tuple(scenarios), first, shares


def tree_of(framework: Framework) -> dict[str, list[str]] | None:
    """The groups that a framework prints its indicators under, for `rank_robustness`; None where it prints none.

    Groups, not pillars: the ministry's three pillars share their foundation indicators, so they are no tree.

    Examples
    --------
    >>> from dti_research import data
    >>> {group: len(codes) for group, codes in tree_of(data.load_framework("hcmc-district-2023")).items()}
    {'foundation': 5, 'activity': 4}
    """
    groups: dict[str, list[str]] = {}
    for indicator in framework.scored:
        groups.setdefault(indicator.group, []).append(indicator.code)
    return groups if len(groups) > 1 and all(groups) else None
