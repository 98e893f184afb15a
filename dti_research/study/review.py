"""One framework in the order of a statistical audit: print, data, coherence, weights, robustness.

The Joint Research Centre of the European Commission audits the large indexes in this order (Saisana & Saltelli 2008, and its audits
since). `review` asks the other studies and keeps their answers side by side; `Review.steps` counts what each looked at and what
it raised. Where no indicator values are printed, the steps that need them stay empty, and say so. Handbook, all steps. Left out:
whether an index measures the right thing, which no calculation answers.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import pandas as pd

from dti_research import data
from dti_research.errors import InputError, find_name
from dti_research.index.framework import Contradiction, Framework
from dti_research.index.levels import DEFAULT_LEVELS
from dti_research.index.score import published_table
from dti_research.study.claims import VERDICTS, Verdict, audit, reproduce
from dti_research.study.methods import Sensitivity, variance_based
from dti_research.study.pillars import coherence, correlation
from dti_research.study.pillars.importance import importance
from dti_research.study.pillars.intended import IntendedWeights, nominal_target, weights_for
from dti_research.study.totals import neighbour_points_changes
from dti_research.study.weights.robustness import Robustness, rank_robustness

WIDE = 0.25
"""A unit is raised if its 5-95 % interval spans more than this share of the ranks: ours."""


@dataclass(frozen=True, eq=False)
class Measured:
    """What can be asked where indicator values are printed; each field is the answer of the study of its name.

    ``selected`` is `correlation.after_selection` and ``by_cut`` is `coherence.consistency_after_selection`, for a list of which
    only some ranks are printed; None for a whole one. ``influence`` is `coherence.leave_one_unit_out`.
    """

    normalised: pd.DataFrame
    weights: pd.Series
    checks: pd.DataFrame
    between: correlation.Correlations
    own: correlation.Correlations
    pillars: correlation.Correlations
    selected: pd.DataFrame | None
    by_cut: pd.DataFrame | None
    influence: pd.DataFrame
    flags: pd.DataFrame
    groups: dict[str, coherence.Consistency]
    components: coherence.Components
    importance: pd.DataFrame
    intended: IntendedWeights
    robustness: Robustness
    sensitivity: Sensitivity


@dataclass(frozen=True, eq=False)
class Review:
    """The answers of all studies on one framework.

    Parameters
    ----------
    framework : Framework
    table : str
        The published list that was looked at; empty where none is published.
    findings : list of Contradiction
        Contradictions of the print.
    verdicts : list of Verdict
        Every printed figure on the framework, and what became of it.
    measured : Measured or None
        None where no indicator values are printed.
    totals : DataFrame or None
        Where only totals are printed, and points: `totals.neighbour_points_changes`.
    """

    framework: Framework
    table: str
    findings: list[Contradiction]
    verdicts: list[Verdict]
    measured: Measured | None
    totals: pd.DataFrame | None

    @property
    def verdict_counts(self) -> dict[str, int]:
        """How many printed figures have each verdict."""
        counts = Counter(v.outcome.verdict for v in self.verdicts)
        return {name: counts[name] for name in VERDICTS}

    @property
    def wide(self) -> list[str]:
        """Units whose rank spans more than a quarter of all ranks in 90 % of the draws; empty where there are no draws."""
        if self.measured is None:
            return []
        ranks = self.measured.robustness.ranks
        return list(ranks.index[ranks.q95 - ranks.q05 + 1 > WIDE * len(ranks)])

    @property
    def steps(self) -> pd.DataFrame:
        """What each step looked at, and how much it raised.

        Returns
        -------
        DataFrame with columns step, looked_at, raised
            ``step``: ``print`` (printed figures; findings), ``data`` (indicators; those flagged), ``coherence`` (pairs of
            indicators and of pillars, and indicators with the rest; those flagged), ``weights`` (indicators; those whose interval
            of importance does not hold their weight), ``robustness`` (units; those whose rank spans more than a quarter of all).
            Blank where no values are printed.
        """
        rows = [("print", len(self.verdicts), len(self.findings))]
        one = self.measured
        if one is None:
            rows += [(step, pd.NA, pd.NA) for step in ("data", "coherence", "weights", "robustness")]
        else:
            alone = one.flags.b == ""
            outside = (one.importance.weight < one.importance.low) | (one.importance.weight > one.importance.high)
            pairs = sum(answer.tests for answer in (one.between, one.own, one.pillars))
            rows += [
                ("data", len(one.checks), one.flags.a[alone].nunique()),
                ("coherence", pairs, int((~alone).sum())),
                ("weights", len(one.importance), int(outside.sum())),
                ("robustness", len(one.normalised), len(self.wide)),
            ]
        return pd.DataFrame(rows, columns=["step", "looked_at", "raised"]).astype(
            {"looked_at": "Int64", "raised": "Int64"}
        )


def review(
    framework: str,
    table: str = "",
    *,
    draws: int = 20000,
    concentration: float = 50.0,
    samples: int = 1024,
    resamples: int = 9999,
    seed: int,
) -> Review:
    """Ask every study about one framework, with the published method and Pearson's coefficients.

    Parameters
    ----------
    framework : str
        Its id.
    table : str
        A published list of it; without one, the latest that prints indicator values, or else composites.
    draws, concentration : int, float
        Of `robustness.rank_robustness`.
    samples : int
        Of `sensitivity.variance_based`, for the mean rank shift.
    resamples : int
        Of the intervals and p-values of `correlation`.
    seed : int
        Of all of them.

    Returns
    -------
    Review

    Raises
    ------
    InputError
        A list of another framework; what the studies refuse.

    References
    ----------
    Saisana & Saltelli (2008), Expert Panel Opinion and Global Sensitivity Analysis for Composite Indicators, in: Computational
    Methods in Transport, Springer, 251-275.
    Nardo et al. (2008), OECD/JRC Handbook on Constructing Composite Indicators.

    Examples
    --------
    Nobody printed values of HCMC's districts: only the print can be looked at.

    >>> review("hcmc-district-2023", seed=1).steps.set_index("step").looked_at.isna().to_dict()
    {'print': False, 'data': True, 'coherence': True, 'weights': True, 'robustness': True}
    """
    one = data.load_framework(framework)
    if table:
        find_name("table", table, data.load_tables().index)
    table = table or _latest(one)
    if table and data.load_tables().framework[table] != one.id:
        raise InputError(
            f"table {table!r} is of {data.load_tables().framework[table]}; expected a list of {one.id}; choose another, or none"
        )
    values = data.load_values(table) if table else pd.DataFrame()
    measured, totals = None, None
    if len(values):
        measured = _measure(one, table, values, draws, concentration, samples, resamples, seed)
    elif table and one.points is not None and one.measure == "points":
        composites = data.load_composites(table)
        totals = neighbour_points_changes(one.points, composites) if len(composites) > 1 else None
    return Review(
        framework=one,
        table=table,
        findings=audit(one.id),
        verdicts=reproduce(one.id),
        measured=measured,
        totals=totals,
    )


def _latest(framework: Framework) -> str:
    tables = data.load_tables()
    own = tables[tables.framework == framework.id].sort_values("year", kind="stable").index
    with_values = [table for table in own if len(data.load_values(table))]
    with_composites = [table for table in own if len(data.load_composites(table))]
    return ([""] + with_composites + with_values)[-1]


def _measure(
    framework: Framework,
    table: str,
    values: pd.DataFrame,
    draws: int,
    concentration: float,
    samples: int,
    resamples: int,
    seed: int,
) -> Measured:
    normalised, weights = published_table(values, framework)
    wholes = correlation.wholes_of(framework)
    options = {"resamples": resamples, "permutations": resamples, "seed": seed}
    checks = coherence.indicator_checks(normalised)
    between = correlation.correlate(normalised, **options)
    own = correlation.part_whole(normalised, wholes, **options)
    pillars = correlation.correlate_wholes(normalised, correlation.wholes_of(framework, single=True), **options)
    ranked = data.load_tables().ranked[table]
    selected = by_cut = None
    if ranked and int(ranked) > len(values):
        kept = data.load_ranks(table)[normalised.index]
        selected = correlation.after_selection(normalised, wholes, kept, int(ranked), seed=seed)
        by_cut = coherence.consistency_after_selection(normalised, wholes, kept, int(ranked), seed=seed)
    return Measured(
        normalised=normalised,
        weights=weights,
        checks=checks,
        between=between,
        own=own,
        pillars=pillars,
        selected=selected,
        by_cut=by_cut,
        influence=coherence.leave_one_unit_out(normalised),
        flags=coherence.find_flags(checks, between, own, pillars, cut=selected is not None),
        groups=coherence.consistencies(normalised, wholes),
        components=coherence.components(normalised, seed=seed),
        importance=importance(normalised, weights, seed=seed),
        intended=weights_for(normalised, nominal_target(normalised, weights)),
        robustness=rank_robustness(
            normalised, weights, draws=draws, concentration=concentration, seed=seed, rule=DEFAULT_LEVELS
        ),
        sensitivity=variance_based(values, framework, concentration=concentration, samples=samples, seed=seed),
    )
