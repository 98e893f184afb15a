"""Whose choice matters? Which decision moves a ranking most: the method chosen, or the weight of one indicator.

`variance_based` lets every choice vary at once and shares out the variance of one outcome among them; `one_at_a_time` and
`leave_one_out` move or drop one node of the tree and leave the rest as published. Handbook step 7 (sensitivity analysis).
`analyse` is the plain entry: any vectorised function of independent factors. Left out: how often each unit takes each rank
(`study.robustness`), and how far a weight may move before anything changes (`study.stability`).
"""

from __future__ import annotations

import itertools
import math
import numbers
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dti_research.errors import InputError, check_whole, find_name
from dti_research.index.framework import Framework, LevelRule
from dti_research.index.levels import DEFAULT_LEVELS, READINGS, band_mask
from dti_research.index.normalise import normalise
from dti_research.index.score import METHODS, Method, check_columns, points_scale
from dti_research.index.weight import WEIGHT, check_weights, pillar_members
from dti_research.study.boundaries import DEFAULT_DIGITS
from dti_research.study.draws import SCALE, back, prepare, rank_rows

DEFAULT_NORMALISATIONS = ("share-of-maximum", "rank")
"""Both give values above 0 (unless a unit earns nothing at all), so that every mean can be taken of them."""

DEFAULT_AGGREGATIONS = ("arithmetic", "geometric", "harmonic")

OUTCOMES = ("mean-absolute-rank-shift", "rank", "level")

METHOD, WEIGHTS = "method", "weight"

FEWEST = 16
"""Base samples: an eighth of them, the first row of the convergence table, must still have a variance."""

# Quantiles are taken inside these: a gamma has none at 1, and a Sobol number is a whole number of 2 ** -30.
_EDGE = 2.0**-31


# ------------------------------------------------------------------------------------------------------------------ the answer


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
    evaluations : int
        samples x (factors + 2).
    mean, sd : float [measure of the outcome]
        Over the independent evaluations (2 x samples).
    """

    outcome: str
    unit: str | None
    indices: pd.DataFrame
    convergence: pd.DataFrame
    evaluations: int
    mean: float
    sd: float

    @property
    def varies(self) -> bool:
        """False if the outcome was the same in every independent evaluation: no choice matters, and all indices are 0."""
        return self.sd > 0


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

    Handbook step 7 (sensitivity analysis). Scrambled Sobol numbers, arranged and estimated as in Saltelli et al. (2010), by SALib.

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

    Returns
    -------
    Sensitivity

    Raises
    ------
    InputError
        No factor, or one that is named twice; samples that are no power of two; a seed or a number of resamples that cannot be
        used; a function that does not give one finite number for each row.

    References
    ----------
    Saltelli, Annoni, Azzini, Campolongo, Ratto & Tarantola (2010), Computer Physics Communications 181, 259-270.
    Nardo et al. (2008), OECD/JRC Handbook on Constructing Composite Indicators, step 7.

    Examples
    --------
    Variances add: of roads + 2 wells, wells has four parts in five, and there is no interplay.

    >>> answer = analyse(lambda u: u[:, 0] + 2 * u[:, 1], ["roads", "wells"], samples=256, seed=1)
    >>> answer.indices.set_index("factor")[["first", "total"]].round(2).to_numpy().tolist()
    [[0.2, 0.2], [0.8, 0.8]]
    >>> answer.evaluations, answer.varies
    (1024, True)
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
    results = np.asarray(function(sample), dtype=float)
    if results.shape != (len(sample),) or not np.isfinite(results).all():
        wrong = f"an array of shape {results.shape}"
        if results.shape == (len(sample),):
            wrong = f"{results[~np.isfinite(results)][0]} among its results"
        raise InputError(
            f"{outcome}: the function gave {wrong}; expected one finite number for each of the {len(sample)} rows; correct the "
            "function"
        )

    block = len(names) + 2
    cuts = [samples // part for part in (8, 4, 2, 1)]
    tables = [_estimate(problem, results[: cut * block], seed, resamples) for cut in cuts]
    rows = []
    for cut, before, table in zip(cuts, [None, *tables[:-1]], tables, strict=True):
        change, same = math.nan, pd.NA
        if before is not None:
            change = float((table["total"] - before["total"]).abs().max())
            if before["total"].any() and table["total"].any():
                same = _largest(table) == _largest(before)
        rows.append((cut, change, float(table["total_half_width"].max()), same))
    convergence = pd.DataFrame(rows, columns=["samples", "change", "half_width", "same_order"])

    indices = tables[-1]
    indices.insert(0, "factor", list(factors))
    indices.insert(1, "kind", list(kinds))
    independent = _independent(results, block)
    return Sensitivity(
        outcome=outcome,
        unit=unit,
        indices=indices,
        convergence=convergence.astype({"same_order": "boolean"}),
        evaluations=len(results),
        mean=float(independent.mean()),
        sd=float(independent.std()) if _differ(independent) else 0.0,
    )


def variance_based(
    values: pd.DataFrame,
    framework: Framework,
    *,
    normalisations: Sequence[str] = DEFAULT_NORMALISATIONS,
    aggregations: Sequence[str] = DEFAULT_AGGREGATIONS,
    weight_rules: Sequence[str] = ("published",),
    concentration: float,
    outcome: str = "mean-absolute-rank-shift",
    unit: str | None = None,
    samples: int = 1024,
    seed: int,
    resamples: int = 200,
    points: pd.Series | None = None,
    targets: pd.Series | Mapping[str, float] | None = None,
    rule: LevelRule = DEFAULT_LEVELS,
    readings: Sequence[str] = ("share-60-80",),
) -> Sensitivity:
    """Share out the variance of a ranking, a rank or a level among the choices of method and the weights of the indicators.

    Handbook step 7 (sensitivity analysis), as Saisana, Saltelli & Tarantola (2005) do it. See `OutcomeModel` for what varies, and
    how.

    Parameters
    ----------
    values : DataFrame, shape (unit, indicator) [points or share]
        As `index.score.score` takes it.
    framework : Framework
    normalisations, aggregations, weight_rules : sequence of str
        Keys of `NORMALISE`, `AGGREGATE` and `WEIGHT`. Each list of more than one name is a factor. The geometric and the harmonic
        mean need values above 0: leave them out with ``min-max`` and ``z-score``.
    concentration : float [> 0]
        How closely the weights stay around those of the rule: a weight w has the standard deviation
        sqrt(w (1 - w) / (concentration + 1)). 50 moves a weight of 0.10 by about 0.04.
    outcome : str
        One of `OUTCOMES`. ``mean-absolute-rank-shift``: from the published ranking, over all units. ``rank``: of the unit.
        ``level``: of the unit, counted from 1, the lowest; only of composites that are a share of the maximum.
    unit : str, optional
        For the outcomes ``rank`` and ``level``.
    samples, seed, resamples : int
        See `analyse`.
    points : Series, shape (indicator,) [points, >= 0], optional
        The reader's own points, as in `index.score.score`.
    targets : Series or mapping, shape (indicator,) [measure of the values], optional
        For ``distance-to-target``.
    rule, readings : LevelRule; sequence of str
        Matter for the outcome ``level`` only. ``as-printed`` gives no single level and cannot be used.

    Returns
    -------
    Sensitivity
        Factors ``normalisation``, ``aggregation``, ``weight rule`` and ``reading`` (each where there is something to choose), then
        one for each indicator that has a weight.

    Raises
    ------
    InputError
        Before anything is evaluated: an unknown name; a combination of normalisation and aggregation that cannot be computed of
        this table, with what to leave out; a concentration, samples, unit or outcome that cannot be used.

    References
    ----------
    Saisana, Saltelli & Tarantola (2005), Journal of the Royal Statistical Society A 168, 307-323.
    Saltelli et al. (2010), Computer Physics Communications 181, 259-270.
    Nardo et al. (2008), OECD/JRC Handbook on Constructing Composite Indicators, step 7.

    Examples
    --------
    Both units earn the same in wells, so the weight of wells moves nobody.

    >>> from dti_research.index.framework import Indicator
    >>> village = Framework("village", indicators=(
    ...     Indicator("roads", points=40), Indicator("wells", points=20), Indicator("school", points=40)))
    >>> values = pd.DataFrame({"roads": [0.9, 0.4], "wells": [0.5, 0.5], "school": [0.5, 0.9]}, index=["hill", "lake"])
    >>> answer = variance_based(values, village, concentration=20, outcome="rank", unit="hill", samples=64, seed=1)
    >>> effects = answer.indices.set_index("factor").total
    >>> bool(effects["roads"] > 0.1), float(effects["wells"])
    (True, 0.0)
    """
    model = OutcomeModel(
        values,
        framework,
        normalisations=normalisations,
        aggregations=aggregations,
        weight_rules=weight_rules,
        concentration=concentration,
        outcome=outcome,
        unit=unit,
        points=points,
        targets=targets,
        rule=rule,
        readings=readings,
    )
    return analyse(
        model,
        model.factors,
        samples=samples,
        seed=seed,
        resamples=resamples,
        kinds=model.kinds,
        outcome=outcome,
        unit=unit,
    )


class OutcomeModel:
    """The function that `variance_based` analyses: numbers in [0, 1) in, one outcome for each row out.

    A choice of method cuts [0, 1) into equal parts, one for each option. An indicator's number u is turned into the u-quantile of
    a gamma distribution with the shape concentration x weight, the weight being that of the rule which the row has chosen. These
    gammas, divided by their sum, are weights from a Dirichlet distribution around the rule's. So the factors are independent, as
    the decomposition of a variance needs, although weights that add to 1 are not: an indicator's factor is its own gamma, and
    when it rises all other weights fall in proportion. A unit to which an optional indicator does not apply is measured against
    the others (maximum ``own``).

    Parameters are those of `variance_based`.

    Attributes
    ----------
    factors, kinds : tuple of str
        Names and kinds (``method``, ``weight``) of the columns.
    choices : dict of str to tuple of str
        The options of each choice, also where there is only one.

    Examples
    --------
    At u = 0.5 each gamma has its median; the first aggregation of three is chosen.

    >>> from dti_research.index.framework import Indicator
    >>> village = Framework("village", indicators=(Indicator("roads", points=50), Indicator("school", points=50)))
    >>> values = pd.DataFrame({"roads": [0.9, 0.4], "school": [0.5, 0.8]}, index=["hill", "lake"])
    >>> model = OutcomeModel(values, village, normalisations=["share-of-maximum"], concentration=20, outcome="rank", unit="hill")
    >>> model.factors
    ('aggregation', 'roads', 'school')
    >>> model(np.array([[0.0, 0.5, 0.5], [0.0, 0.01, 0.99]])).tolist()
    [1.0, 2.0]
    """

    def __init__(
        self,
        values: pd.DataFrame,
        framework: Framework,
        *,
        normalisations: Sequence[str] = DEFAULT_NORMALISATIONS,
        aggregations: Sequence[str] = DEFAULT_AGGREGATIONS,
        weight_rules: Sequence[str] = ("published",),
        concentration: float,
        outcome: str = "mean-absolute-rank-shift",
        unit: str | None = None,
        points: pd.Series | None = None,
        targets: pd.Series | Mapping[str, float] | None = None,
        rule: LevelRule = DEFAULT_LEVELS,
        readings: Sequence[str] = ("share-60-80",),
    ) -> None:
        self.choices = {
            "normalisation": _check_options("normalisation", normalisations),
            "aggregation": _check_options("aggregation", aggregations),
            "weight rule": _check_options("weight rule", weight_rules),
            "reading": _check_options("reading", readings) if outcome == "level" else ("",),
        }
        for a, b, c in itertools.product(*list(self.choices.values())[:3]):
            # Method knows which names exist, and refuses targets that nothing uses.
            Method(
                f"{a}, {b}, {c}",
                normalise=a,
                aggregate=b,
                weight=c,
                targets=targets if a == "distance-to-target" else None,
            )
        if targets is not None and "distance-to-target" not in normalisations:
            raise InputError(
                f"targets are given and the normalisations are {', '.join(normalisations)}, which use none; expected "
                "distance-to-target among them; add it or leave the targets out"
            )

        self._scales = {
            name: _Scale(values, framework, name, points, targets) for name in self.choices["normalisation"]
        }
        scale = next(iter(self._scales.values()))
        self._centres = {name: _centre(framework, name, points, scale) for name in self.choices["weight rule"]}
        varying = np.any([centre > 0 for centre in self._centres.values()], axis=0)
        self._varying = np.flatnonzero(varying)
        self._concentration = _check_concentration(concentration, self._centres, scale.required)
        _check_positive(self._scales, self.choices["aggregation"], varying)

        find_name("outcome", outcome, OUTCOMES)
        self._outcome, self._rule, self._total, self._digits = outcome, rule, 1.0, DEFAULT_DIGITS["share"]
        self._unit = _check_unit(outcome, unit, scale.units)
        if outcome == "level":
            self._check_levels(framework, scale)
        if outcome == "mean-absolute-rank-shift":
            _, _, self._published = _published(values, framework, points)

        chosen = [name for name, options in self.choices.items() if len(options) > 1]
        self.factors = (*chosen, *(scale.indicators[k] for k in self._varying))
        self.kinds = (METHOD,) * len(chosen) + (WEIGHTS,) * len(self._varying)

    def __call__(self, u: np.ndarray) -> np.ndarray:
        """The outcome for each row of numbers in [0, 1), shape (row, factor)."""
        picks, position = [], 0
        for options in self.choices.values():
            pick = np.zeros(len(u), dtype=int)
            if len(options) > 1:
                pick = np.minimum((u[:, position] * len(options)).astype(int), len(options) - 1)
                position += 1
            picks.append(pick)
        drawn = u[:, position:]

        results = np.empty(len(u))
        sizes = [len(options) for options in self.choices.values()]
        code = np.ravel_multi_index(picks, sizes)
        for one in np.unique(code):
            rows = code == one
            at = np.unravel_index(one, sizes)
            normalisation, aggregation, weight_rule, reading = (
                options[k] for options, k in zip(self.choices.values(), at, strict=True)
            )
            scale = self._scales[normalisation]
            weights = self._draw(weight_rule, drawn[rows])
            shares = scale.composites(aggregation, weights)
            if self._outcome == "level":
                results[rows] = self._level(shares[:, self._unit], scale.reach(weights)[:, self._unit], reading)
            elif self._outcome == "rank":
                results[rows] = _ranks(shares)[:, self._unit]
            else:
                results[rows] = np.abs(_ranks(shares) - self._published).mean(axis=1)
        return results

    def _draw(self, weight_rule: str, u: np.ndarray) -> np.ndarray:
        """Weights that add to 1 in each row, shape (row, indicator)."""
        from scipy.special import gammaincinv

        centre = self._centres[weight_rule]
        gammas = np.zeros((len(u), len(centre)))
        u = np.clip(u, _EDGE, 1 - _EDGE)
        for column, k in enumerate(self._varying):
            if centre[k] > 0:
                gammas[:, k] = gammaincinv(self._concentration * centre[k], u[:, column])
        return gammas / gammas.sum(axis=1, keepdims=True)

    def _level(self, share: np.ndarray, reach: np.ndarray, reading: str) -> np.ndarray:
        """The number of the level, the composite being rounded to its printed digits as `assign_levels` does."""
        rounded = np.round(share * reach, self._digits)
        if reading == "share-60-80":
            mask = band_mask(np.round(rounded / reach, 9), DEFAULT_LEVELS, reading, total=1.0)
        else:
            mask = band_mask(rounded, self._rule, reading, total=self._total)
        return mask.argmax(axis=1) + 1.0

    def _check_levels(self, framework: Framework, scale: _Scale) -> None:
        other = [name for name in self.choices["normalisation"] if name != "share-of-maximum"]
        if other:
            raise InputError(
                f"outcome 'level' with the normalisation {other[0]!r}: its composite is no share of a maximum, so no boundary can "
                "be held against it; expected the normalisation share-of-maximum only; leave the others out"
            )
        if scale.points is not None:
            self._total, self._digits = float(framework.total_points or scale.points), DEFAULT_DIGITS["points"]
        for reading in self.choices["reading"]:
            find_name("reading", reading, READINGS)
            if reading == "as-printed":
                raise InputError(
                    "reading 'as-printed': it may give a unit no level or two, which is no number; expected one of "
                    f"{', '.join(READINGS[1:])}; leave it out"
                )
            if reading != "share-60-80" and scale.applies[self._unit, ~scale.required].any():
                raise InputError(
                    f"reading {reading!r}: unit {scale.units[self._unit]!r} takes an optional indicator and is measured against "
                    f"more than {self._total:g}, the total for which boundaries are printed; expected the reading share-60-80; "
                    "leave the others out, or choose another unit"
                )
            # Each of these readings is rising, so that a score without a level can only lie at an end.
            ends = np.array([0.0, self._total])
            missing = ends[band_mask(ends, self._rule, reading, total=self._total).sum(axis=1) != 1]
            if len(missing):
                raise InputError(
                    f"reading {reading!r}: under {self._rule.document} a score of {missing[0]:g} has no level; expected bands that "
                    f"cover 0 to {self._total:g}; leave the reading out, or give a rule without an outer edge"
                )


# ------------------------------------------------------------------------------------------------------- one node after another


def one_at_a_time(
    values: pd.DataFrame, framework: Framework, *, change: float = 0.25, points: pd.Series | None = None
) -> pd.DataFrame:
    """Make one indicator or pillar count less, then more, and see who moves.

    Handbook step 7 (sensitivity analysis). The published method throughout. A node's weight becomes weight x (1 - change), then
    weight x (1 + change); all other weights keep their proportions and fill up the rest. Simple to explain, and blind to what
    several changes do together: for that see `variance_based`.

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

    References
    ----------
    Nardo et al. (2008), OECD/JRC Handbook on Constructing Composite Indicators, step 7.

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
    scale, weights, published = _published(values, framework, points)
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

    Handbook step 7 (sensitivity analysis: inclusion and exclusion of indicators). The published method throughout; all other
    weights keep their proportions. Leaving out a pillar leaves out every indicator that counts in it, also where other pillars
    share it: of the ministry's overlapping pillars only two activities remain.

    Parameters
    ----------
    values : DataFrame, shape (unit, indicator) [points or share]
    framework : Framework
    points : Series, shape (indicator,) [points, >= 0], optional
        The reader's own points, as in `index.score.score`.

    Returns
    -------
    DataFrame with columns node, kind, weight, mean_shift, largest_shift, unit, first, spearman
        Rows and columns as in `one_at_a_time`. ``spearman``: rank correlation with the published ranking; blank where one of the
        two rankings has everybody at one rank. All blank where nothing that counts would remain for some unit.

    Raises
    ------
    InputError
        A table or points that `index.score.score` would refuse.

    References
    ----------
    Nardo et al. (2008), OECD/JRC Handbook on Constructing Composite Indicators, step 7.

    Examples
    --------
    >>> from dti_research.index.framework import Indicator
    >>> village = Framework("village", indicators=(Indicator("roads", points=50), Indicator("school", points=50)))
    >>> values = pd.DataFrame({"roads": [0.9, 0.4], "school": [0.5, 0.8]}, index=["hill", "lake"])
    >>> leave_one_out(values, village)[["node", "mean_shift", "first"]].to_numpy().tolist()
    [['roads', 1.0, 'lake'], ['school', 0.0, 'hill']]
    """
    scale, weights, published = _published(values, framework, points)
    rows = []
    for node, kind, members in _nodes(framework, scale):
        left = np.where(members, 0.0, weights)
        remains = (scale.applies @ left > 0).all()
        rows.append(
            {"node": node, "kind": kind, "weight": float(weights[members].sum())}
            | (_shifts(scale, left, published) if remains else _no_shifts())
            | {
                "spearman": _spearman(_ranks(scale.composites("arithmetic", left))[0], published)
                if remains
                else math.nan
            }
        )
    return pd.DataFrame(rows).astype({"largest_shift": "Int64"})


# ------------------------------------------------------------------------------------------------------------------- estimates


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


def _largest(table: pd.DataFrame) -> list[int]:
    """The places of the three largest total effects, the largest first."""
    return table["total"].sort_values(ascending=False, kind="stable").index[:3].tolist()


# ------------------------------------------------------------------------------------------------------------- many composites


class _Scale:
    """A table normalised in one way, ready for many sets of weights."""

    def __init__(
        self,
        values: pd.DataFrame,
        framework: Framework,
        normalisation: str,
        points: pd.Series | None,
        targets: pd.Series | Mapping[str, float] | None = None,
    ) -> None:
        values = check_columns(values, framework)
        optional = [i.code for i in framework.scored if i.optional]
        given = points_scale(framework, points)
        maximum = pd.Series(1.0, index=values.columns) if given is None else given
        options = {"targets": dict(targets)} if normalisation == "distance-to-target" and targets is not None else {}
        self.table = normalise(values, normalisation, maximum, optional=optional, **options)
        self.units, self.indicators = self.table.index, self.table.columns
        self.applies = self.table.notna().to_numpy().astype(float)
        self.required = ~self.table.columns.isin(optional)
        self.points = None if given is None else float(given.drop(optional).sum())

    def composites(self, aggregation: str, weights: np.ndarray) -> np.ndarray:
        """Composites, shape (row, unit), of weights, shape (row, indicator), that need not add to 1: one matrix product."""
        weights = np.atleast_2d(weights)
        used = (weights > 0).any(axis=0)
        # Where an indicator does not apply or has no weight, any number above 0 will do.
        table = np.where((self.applies > 0) & used, self.table.to_numpy(), 1.0)
        sums = weights @ (prepare(table, aggregation) * self.applies).T / (weights @ self.applies.T)
        return back(sums, aggregation)

    def reach(self, weights: np.ndarray) -> np.ndarray:
        """The most that each unit can reach, shape (row, unit) [points, or 1 for shares]."""
        if self.points is None:
            return np.ones((len(weights), len(self.units)))
        return weights @ self.applies.T / weights[:, self.required].sum(axis=1, keepdims=True) * self.points


def _ranks(composites: np.ndarray) -> np.ndarray:
    """The rank of every unit in each row, shape (row, unit); ties share the smallest."""
    rows, units = composites.shape
    ranks = np.empty((units, rows), dtype=int)
    rank_rows(np.rint(composites * -SCALE), np.ones(units, dtype=int), ranks)
    return ranks.T + 1


def _centre(framework: Framework, weight_rule: str, points: pd.Series | None, scale: _Scale) -> np.ndarray:
    weights = WEIGHT[weight_rule](framework, points)
    check_weights(weights, scale.indicators[~scale.required])
    return weights.reindex(scale.indicators).to_numpy()


def _published(
    values: pd.DataFrame, framework: Framework, points: pd.Series | None
) -> tuple[_Scale, np.ndarray, np.ndarray]:
    """Table, weights and ranks of the published method."""
    method = METHODS["published"]
    scale = _Scale(values, framework, method.normalise, points)
    weights = _centre(framework, method.weight, points, scale)
    return scale, weights, _ranks(scale.composites(method.aggregate, weights))[0]


# ----------------------------------------------------------------------------------------------------------- nodes of the tree


def _nodes(framework: Framework, scale: _Scale) -> list[tuple[str, str, np.ndarray]]:
    """Each indicator, then each pillar of more than one member: code, kind, which indicators are in it."""
    nodes = [(code, "indicator", scale.indicators == code) for code in scale.indicators]
    for pillar, codes in pillar_members(framework).items():
        if len(codes) > 1:
            nodes.append((pillar, "pillar", scale.indicators.isin(codes)))
    return nodes


def _shifts(scale: _Scale, weights: np.ndarray, published: np.ndarray) -> dict[str, object]:
    ranks = _ranks(scale.composites("arithmetic", weights))[0]
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


# -------------------------------------------------------------------------------------------------------------- what is refused


def _check_options(what: str, options: Sequence[str]) -> tuple[str, ...]:
    if isinstance(options, str):
        raise InputError(f"{what}: found the text {options!r}; expected a list of names; put it in brackets")
    options = tuple(options)
    repeated = [name for name in options if options.count(name) > 1]
    if not options or repeated:
        raise InputError(
            f"{what}: found {f'{repeated[0]!r} {options.count(repeated[0])} times' if repeated else 'no name'}; expected at "
            "least one name, each once; correct the list"
        )
    return options


def _check_unit(outcome: str, unit: str | None, units: pd.Index) -> int | None:
    if outcome == "mean-absolute-rank-shift":
        if unit is not None:
            raise InputError(
                f"outcome {outcome!r}: it is over all units, and unit {unit!r} is given; leave the unit out, or choose the "
                "outcome rank or level"
            )
        return None
    if unit is None:
        raise InputError(f"outcome {outcome!r}: no unit is given; expected one of the table's {len(units)}; name it")
    return int(units.get_loc(find_name("unit", unit, units)))


def _check_concentration(concentration: float, centres: Mapping[str, np.ndarray], required: np.ndarray) -> float:
    from scipy.special import gammaincinv

    number = isinstance(concentration, numbers.Real) and not isinstance(concentration, (bool, np.bool_))
    if not number or not 0 < concentration < math.inf:
        raise InputError(
            f"concentration {concentration!r}: expected a finite number above 0; 50 moves a weight of 0.10 by about 0.04"
        )
    for name, centre in centres.items():
        # The smallest number that can be drawn; if all gammas were 0, no weights could be made of them.
        if gammaincinv(concentration * centre[required].max(), _EDGE) == 0:
            raise InputError(
                f"concentration {concentration:g}: around the weight rule {name!r} the weights would vanish in the computer's "
                f"numbers; expected at least {1 / centre[required].max():.2g}; raise it"
            )
    return float(concentration)


def _check_positive(scales: Mapping[str, _Scale], aggregations: Sequence[str], counts: np.ndarray) -> None:
    """Refuse every combination of which no mean can be taken, all of them in one message."""
    means = [name for name in aggregations if name != "arithmetic"]
    if not means:
        return
    failing, examples = [], []
    for name, scale in scales.items():
        wrong = (scale.table <= 0).to_numpy() & counts
        if wrong.any():
            row, column = (int(at[0]) for at in np.nonzero(wrong))
            failing.append(name)
            examples.append(
                f"{name} with {' and '.join(means)} (unit {scale.units[row]!r}, indicator {scale.indicators[column]!r}: "
                f"normalised value {scale.table.iat[row, column]:.6g})"
            )
    if failing:
        raise InputError(
            f"cannot be computed: {'; '.join(examples)}; the {' and '.join(means)} mean needs values above 0; leave out the "
            f"normalisation {', '.join(failing)}, or the aggregation {', '.join(means)}"
        )
