"""Every choice at once: what moves a ranking, a rank or a level most, a choice of method or the weight of one indicator?

`variance_based` shares out the variance of one outcome among them, as Saisana, Saltelli & Tarantola (2005, Journal of the Royal
Statistical Society A 168, 307-323) do it; `OutcomeModel` is what it analyses. Handbook step 7 (sensitivity analysis). Left out:
one node after another (`study.methods.nodes`).
"""

from __future__ import annotations

import itertools
import math
import numbers
from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any

import numpy as np
import pandas as pd

from dti_research.errors import InputError, find_name
from dti_research.index.framework import Framework, LevelRule
from dti_research.index.levels import DEFAULT_LEVELS, READINGS, band_mask
from dti_research.index.score import Method
from dti_research.study.methods.scale import Scale, centre_of, published_ranking, ranks_of
from dti_research.study.methods.sensitivity import Sensitivity, analyse
from dti_research.study.rankings import PRINTED_DIGITS

DEFAULT_NORMALISATIONS = ("share-of-maximum", "rank")
"""Both give values above 0 (unless a unit earns nothing at all), so that every mean can be taken of them."""

DEFAULT_AGGREGATIONS = ("arithmetic", "geometric", "harmonic")

OUTCOMES = ("mean-absolute-rank-shift", "rank", "level")

METHOD, WEIGHTS = "method", "weight"

# Quantiles are taken inside these: a gamma has none at 1, and a Sobol number is a whole number of 2 ** -30.
_EDGE = 2.0**-31


def variance_based(
    values: pd.DataFrame,
    framework: Framework,
    *,
    samples: int = 1024,
    seed: int,
    resamples: int = 200,
    **choices: Any,
) -> Sensitivity:
    """Share out the variance of a ranking, a rank or a level among the choices of method and the weights of the indicators.

    Parameters
    ----------
    values, framework, **choices
        What varies, and what is looked at: see `OutcomeModel`.
    samples, seed, resamples : int
        See `analyse`.

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
    model = OutcomeModel(values, framework, **choices)
    return analyse(
        model,
        model.factors,
        samples=samples,
        seed=seed,
        resamples=resamples,
        kinds=model.kinds,
        outcome=model.outcome,
        unit=model.unit,
    )


@dataclass(eq=False, repr=False)
class OutcomeModel:
    """The function that `variance_based` analyses: numbers in [0, 1) in, one outcome for each row out.

    A choice of method cuts [0, 1) into equal parts, one for each option. An indicator's number u is turned into the u-quantile of
    a gamma distribution with the shape concentration x weight, the weight being that of the rule which the row has chosen. These
    gammas, divided by their sum, are weights from a Dirichlet distribution around the rule's. So the factors are independent, as
    the decomposition of a variance needs, although weights that add to 1 are not: an indicator's factor is its own gamma, and
    when it rises all other weights fall in proportion. A unit to which an optional indicator does not apply is measured against
    the others (maximum ``own``).

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
    points : Series, shape (indicator,) [points, >= 0], optional
        The reader's own points.
    targets : Series or mapping, shape (indicator,) [measure of the values], optional
        For ``distance-to-target``.
    rule, readings : LevelRule; sequence of str
        Matter for the outcome ``level`` only. ``as-printed`` gives no single level and cannot be used.

    Attributes
    ----------
    factors, kinds : tuple of str
        Names and kinds (``method``, ``weight``) of the columns.
    options : dict of str to tuple of str
        Of each choice, also where there is only one.

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

    values: pd.DataFrame
    framework: Framework
    _: KW_ONLY
    normalisations: Sequence[str] = DEFAULT_NORMALISATIONS
    aggregations: Sequence[str] = DEFAULT_AGGREGATIONS
    weight_rules: Sequence[str] = ("published",)
    concentration: float
    outcome: str = "mean-absolute-rank-shift"
    unit: str | None = None
    points: pd.Series | None = None
    targets: pd.Series | Mapping[str, float] | None = None
    rule: LevelRule = DEFAULT_LEVELS
    readings: Sequence[str] = ("share-60-80",)

    def __post_init__(self) -> None:
        points, targets = self.points, self.targets
        self.options = {
            "normalisation": _check_options("normalisation", self.normalisations),
            "aggregation": _check_options("aggregation", self.aggregations),
            "weight rule": _check_options("weight rule", self.weight_rules),
            "reading": _check_options("reading", self.readings) if self.outcome == "level" else ("",),
        }
        for a, b, c in itertools.product(*list(self.options.values())[:3]):
            # Method knows which names exist, and refuses targets that nothing uses.
            wanted = targets if a == "distance-to-target" else None
            Method(f"{a}, {b}, {c}", normalise=a, aggregate=b, weight=c, targets=wanted)
        if targets is not None and "distance-to-target" not in self.options["normalisation"]:
            raise InputError(
                f"targets are given and the normalisations are {', '.join(self.normalisations)}, which use none; expected "
                "distance-to-target among them; add it or leave the targets out"
            )

        self._scales = {
            name: Scale(self.values, self.framework, name, points, targets) for name in self.options["normalisation"]
        }
        scale = next(iter(self._scales.values()))
        self._centres = {name: centre_of(self.framework, name, points, scale) for name in self.options["weight rule"]}
        varying = np.any([centre > 0 for centre in self._centres.values()], axis=0)
        self._varying = np.flatnonzero(varying)
        _check_concentration(self.concentration, self._centres, scale.required)
        _check_positive(self._scales, self.options["aggregation"], varying)

        find_name("outcome", self.outcome, OUTCOMES)
        self._total, self._digits = 1.0, PRINTED_DIGITS["share"]
        self._row = _check_unit(self.outcome, self.unit, scale.units)
        if self.outcome == "level":
            self._check_levels(scale)
        if self.outcome == "mean-absolute-rank-shift":
            _, _, self._published = published_ranking(self.values, self.framework, points)

        chosen = [name for name, options in self.options.items() if len(options) > 1]
        self.factors = (*chosen, *(scale.indicators[k] for k in self._varying))
        self.kinds = (METHOD,) * len(chosen) + (WEIGHTS,) * len(self._varying)

    def __call__(self, u: np.ndarray) -> np.ndarray:
        """The outcome for each row of numbers in [0, 1), shape (row, factor)."""
        picks, position = [], 0
        for options in self.options.values():
            pick = np.zeros(len(u), dtype=int)
            if len(options) > 1:
                pick = np.minimum((u[:, position] * len(options)).astype(int), len(options) - 1)
                position += 1
            picks.append(pick)
        results = np.empty(len(u))
        code = np.ravel_multi_index(picks, [len(options) for options in self.options.values()])
        for combination in np.unique(code):
            rows = code == combination
            first = rows.argmax()
            chosen = [options[pick[first]] for options, pick in zip(self.options.values(), picks, strict=True)]
            results[rows] = self._outcomes(u[rows, position:], *chosen)
        return results

    def _outcomes(
        self, u: np.ndarray, normalisation: str, aggregation: str, weight_rule: str, reading: str
    ) -> np.ndarray:
        """The outcome for each row of numbers behind weights, shape (row, indicator), by one method."""
        scale, weights = self._scales[normalisation], self._draw(weight_rule, u)
        shares = scale.composites(aggregation, weights)
        if self.outcome == "level":
            return self._level(shares[:, self._row], scale.reach(weights)[:, self._row], reading)
        if self.outcome == "rank":
            return ranks_of(shares)[:, self._row]
        return np.abs(ranks_of(shares) - self._published).mean(axis=1)

    def _draw(self, weight_rule: str, u: np.ndarray) -> np.ndarray:
        """Weights that add to 1 in each row, shape (row, indicator)."""
        from scipy.special import gammaincinv

        centre = self._centres[weight_rule]
        gammas = np.zeros((len(u), len(centre)))
        u = np.clip(u, _EDGE, 1 - _EDGE)
        for column, k in enumerate(self._varying):
            if centre[k] > 0:
                gammas[:, k] = gammaincinv(self.concentration * centre[k], u[:, column])
        return gammas / gammas.sum(axis=1, keepdims=True)

    def _level(self, share: np.ndarray, reach: np.ndarray, reading: str) -> np.ndarray:
        """The number of the level, the composite being rounded to its printed digits as `assign_levels` does."""
        rounded = np.round(share * reach, self._digits)
        if reading == "share-60-80":
            mask = band_mask(np.round(rounded / reach, 9), DEFAULT_LEVELS, reading, total=1.0)
        else:
            mask = band_mask(rounded, self.rule, reading, total=self._total)
        return mask.argmax(axis=1) + 1.0

    def _check_levels(self, scale: Scale) -> None:
        other = [name for name in self.options["normalisation"] if name != "share-of-maximum"]
        if other:
            raise InputError(
                f"outcome 'level' with the normalisation {other[0]!r}: its composite is no share of a maximum, so no boundary can "
                "be held against it; expected the normalisation share-of-maximum only; leave the others out"
            )
        if scale.points is not None:
            self._total, self._digits = float(self.framework.total_points or scale.points), PRINTED_DIGITS["points"]
        for reading in self.options["reading"]:
            find_name("reading", reading, READINGS)
            if reading == "as-printed":
                raise InputError(
                    "reading 'as-printed': it may give a unit no level or two, which is no number; expected one of "
                    f"{', '.join(READINGS[1:])}; leave it out"
                )
            if reading != "share-60-80" and scale.applies[self._row, ~scale.required].any():
                raise InputError(
                    f"reading {reading!r}: unit {scale.units[self._row]!r} takes an optional indicator and is measured against "
                    f"more than {self._total:g}, the total for which boundaries are printed; expected the reading share-60-80; "
                    "leave the others out, or choose another unit"
                )
            # Each of these readings is rising, so that a score without a level can only lie at an end.
            ends = np.array([0.0, self._total])
            missing = ends[band_mask(ends, self.rule, reading, total=self._total).sum(axis=1) != 1]
            if len(missing):
                raise InputError(
                    f"reading {reading!r}: under {self.rule.document} a score of {missing[0]:g} has no level; expected bands that "
                    f"cover 0 to {self._total:g}; leave the reading out, or give a rule without an outer edge"
                )


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


def _check_concentration(concentration: float, centres: Mapping[str, np.ndarray], required: np.ndarray) -> None:
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


def _check_positive(scales: Mapping[str, Scale], aggregations: Sequence[str], counts: np.ndarray) -> None:
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
