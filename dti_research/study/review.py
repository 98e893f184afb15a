"""One framework in the order of a statistical audit: print, data, coherence, weights, robustness.

The Joint Research Centre of the European Commission audits the large indexes in this order (Saisana & Saltelli 2008, in:
Computational Methods in Transport, Springer, 251-275). `ask` asks the other questions and keeps their answers side by side;
`Answer.steps` counts what each looked at and what it raised. Handbook, all steps. Left out: whether an index measures the right
thing, which no calculation answers.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from dti_research import data
from dti_research.errors import InputError, find_name
from dti_research.index.framework import Framework
from dti_research.study import claims, methods, pillars, totals, weights
from dti_research.study.assessment import Assessment, open_assessment

WIDE = 0.25
"""A unit is raised if its 5-95 % interval spans more than this share of the ranks: ours."""

STEPS = ("print", "data", "coherence", "weights", "robustness")


@dataclass(frozen=True, eq=False)
class Measured:
    """What can be asked where indicator values are printed: the answers of `study.pillars`, `study.weights` and `study.methods`."""

    pillars: pillars.Answer
    robustness: weights.RobustnessAnswer
    methods: methods.Answer

    @property
    def raised_alone(self) -> pd.DataFrame:
        """Flags on an indicator by itself."""
        flags = self.pillars.flags
        return flags[flags.b == ""]

    @property
    def raised_in_pairs(self) -> pd.DataFrame:
        """Flags on two indicators or pillars, or on an indicator and the rest of a pillar."""
        flags = self.pillars.flags
        return flags[flags.b != ""]

    @property
    def compared(self) -> int:
        """How many coefficients were tested: of indicators, of indicators with the rest, and of pillars."""
        return sum(family.tests for family in (self.pillars.indicators, self.pillars.rest, self.pillars.pillars))

    @property
    def wide(self) -> list[str]:
        """Units whose rank spans more than a quarter of all ranks in 90 % of the draws."""
        ranks = self.robustness.result.ranks
        return list(ranks.index[ranks.q95 - ranks.q05 + 1 > WIDE * len(ranks)])

    @property
    def first_share(self) -> float:
        """In which share of the draws the unit that is first with the given weights is first."""
        return float(self.robustness.ranks["first"].iloc[0])

    @property
    def largest_effect(self) -> pd.Series:
        """The factor with the largest total effect on the mean rank shift, a row of `Sensitivity.indices`."""
        return self.methods.shifts.indices.loc[self.methods.order[0]]


@dataclass(frozen=True, eq=False)
class Answer:
    """The answers of all questions on one framework.

    Parameters
    ----------
    framework : Framework
    assessment : Assessment or None
        The published list that was looked at; None where none is published.
    claims : study.claims.Answer
    measured : Measured or None
        None where no indicator values are printed.
    totals : study.totals.Answer or None
        Where only totals are printed, and points.
    """

    framework: Framework
    assessment: Assessment | None
    claims: claims.Answer
    measured: Measured | None
    totals: totals.Answer | None

    @property
    def heaviest(self) -> list[str]:
        """The indicators with the most points; none where no points are known."""
        points = self.framework.points
        return [] if points is None else list(points.index[points == points.max()])

    @property
    def heaviest_share(self) -> float | None:
        """The share of all points that each of `heaviest` has; None where no points are known."""
        points = self.framework.points
        return None if points is None else float(points.max() / self.framework.total_points)

    @property
    def steps(self) -> pd.DataFrame:
        """What each step looked at, and how much it raised; blank where no values are printed.

        Returns
        -------
        DataFrame with columns step, looked_at, raised
            ``step``: of `STEPS`. ``print`` (printed figures; contradictions), ``data`` (indicators; those flagged), ``coherence``
            (pairs of indicators and of pillars, and indicators with the rest; those flagged), ``weights`` (indicators; those whose
            interval of importance does not hold their weight), ``robustness`` (units; those whose rank spans more than a quarter
            of all).
        """
        found = self.measured
        counts = [(len(self.claims.verdicts), len(self.claims.contradictions))]
        if found is None:
            counts += [(pd.NA, pd.NA)] * (len(STEPS) - 1)
        else:
            counts += [
                (len(found.pillars.checks), found.raised_alone.a.nunique()),
                (found.compared, len(found.raised_in_pairs)),
                (len(found.pillars.importance), len(found.pillars.outside)),
                (len(self.assessment.values), len(found.wide)),
            ]
        table = pd.DataFrame(counts, columns=["looked_at", "raised"]).astype("Int64")
        table.insert(0, "step", STEPS)
        return table


def ask(
    framework: str,
    table: str = "",
    *,
    draws: int = 20000,
    concentration: float = 50.0,
    samples: int = 1024,
    resamples: int = 9999,
    seed: int,
) -> Answer:
    """Ask every question about one framework, with the published method and Pearson's coefficients.

    Parameters
    ----------
    framework, table : str
        Its id; a published list of it, without which the latest is taken that prints indicator values, or else composites.
    draws, concentration
        Of `study.weights.ask_robustness`.
    samples : int
        Of `study.methods.ask`.
    resamples : int
        Of `study.pillars.ask`.
    seed : int
        Of all of them.

    Raises
    ------
    UnknownName
        An unknown framework or list.
    InputError
        A list of another framework; what the questions refuse.

    Examples
    --------
    Nobody printed values of HCMC's districts: only the print can be looked at.

    >>> ask("hcmc-district-2023", seed=1).steps.set_index("step").looked_at.isna().to_dict()
    {'print': False, 'data': True, 'coherence': True, 'weights': True, 'robustness': True}
    """
    own = data.load_framework(framework)
    if table:
        find_name("table", table, data.load_tables().index)
    table = table or _latest(own)
    if table and data.load_tables().framework[table] != own.id:
        raise InputError(
            f"table {table!r} is of {data.load_tables().framework[table]}; expected a list of {own.id}; choose another, or none"
        )
    assessment = open_assessment(table) if table else None
    measured = only_totals = None
    if assessment is not None and len(assessment.values):
        measured = Measured(
            pillars=pillars.ask(assessment, resamples=resamples, seed=seed),
            robustness=weights.ask_robustness(
                assessment, draws=draws, concentration=concentration, seed=seed, pairs=False
            ),
            methods=methods.ask(assessment, samples=samples, concentration=concentration, seed=seed),
        )
    elif assessment is not None and own.points is not None and own.measure == "points":
        only_totals = totals.ask(assessment) if len(assessment.composites) > 1 else None
    return Answer(own, assessment, claims.ask([own.id]), measured, only_totals)


def _latest(framework: Framework) -> str:
    """The latest list of a framework, of those with values if there are any; empty without a list."""
    tables = data.load_tables()
    own = tables[tables.framework == framework.id].sort_values("year", kind="stable").index
    with_values = [table for table in own if len(data.load_values(table))]
    with_composites = [table for table in own if len(data.load_composites(table))]
    return ([""] + with_composites + with_values)[-1]
