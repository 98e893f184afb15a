"""All that is asked about the pillars and indicators of one table, in one answer.

Handbook steps 4 and 7 (Nardo et al. 2008, OECD/JRC Handbook on Constructing Composite Indicators).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from dti_research.study.assessment import Assessment
from dti_research.study.pillars import coherence, correlation, selection
from dti_research.study.pillars.correlation import COMPOSITE
from dti_research.study.pillars.flags import THRESHOLDS, find_flags, indicator_checks
from dti_research.study.pillars.importance import importance
from dti_research.study.pillars.intended import IntendedWeights, nominal_target, weights_for
from dti_research.study.pillars.pairs import Correlations


@dataclass(frozen=True, eq=False)
class Answer:
    """What the pillars and indicators of a table have in common, and how much each indicator counts.

    Parameters
    ----------
    assessment : Assessment
    wholes : DataFrame, shape (indicator, whole) [share, each column adds to 1]
        Pillars of two indicators or more, and the composite.
    indicators, rest, pillars : Correlations
        Every pair of indicators; each indicator with what is left of the wholes that it counts in; every pair of pillars, and
        each with the composite, against what they share.
    checks, flags : DataFrame
        As `flags.indicator_checks` and `flags.find_flags` give them.
    consistency : dict of whole to Consistency
    together : Consistency
        Of all indicators that vary.
    components : Components
    importance : DataFrame, shape (indicator, ...)
        As `importance.importance` gives it.
    intended : IntendedWeights
        With which importance would equal weight.
    selected, selected_consistency : DataFrame or None
        As `selection.after_selection` and `selection.consistency_after_selection` give them, simulated; None where every rank is
        printed.
    """

    assessment: Assessment
    wholes: pd.DataFrame
    indicators: Correlations
    rest: Correlations
    pillars: Correlations
    checks: pd.DataFrame
    flags: pd.DataFrame
    consistency: dict[str, coherence.Consistency]
    together: coherence.Consistency
    components: coherence.Components
    importance: pd.DataFrame
    intended: IntendedWeights
    selected: pd.DataFrame | None
    selected_consistency: pd.DataFrame | None

    @property
    def cut(self) -> bool:
        """Whether only some ranks of the list are printed."""
        return self.selected is not None

    # ------------------------------------------------------------------------------------------------ pillars and the rest

    @property
    def pairs_of_pillars(self) -> pd.DataFrame:
        """The pairs of `pillars` that have a coefficient, without the composite, which is no pillar."""
        pairs = self.pillars.known
        return pairs[(pairs.a != COMPOSITE) & (pairs.b != COMPOSITE)]

    @property
    def pillars_share(self) -> bool:
        """Whether any two pillars hold the same indicator."""
        return bool(self.pairs_of_pillars.shared.any())

    @property
    def strongest_pillars(self) -> pd.Series | None:
        """The pair of pillars with the largest coefficient; None where there is no pair."""
        pairs = self.pairs_of_pillars
        return None if pairs.empty else pairs.loc[pairs.coefficient.idxmax()]

    @property
    def beyond_shared(self) -> pd.DataFrame:
        """The pairs of pillars that go together more, or less, than what they share makes them, after correction."""
        pairs = self.pairs_of_pillars
        return pairs[pairs.p_adjusted < self.pillars.level]

    @property
    def strongest_pillars_selected(self) -> pd.Series | None:
        """The row of `selected` of `strongest_pillars`; ``inside``: is the observed coefficient? None for a whole list."""
        most = self.strongest_pillars
        if self.selected is None or most is None:
            return None
        row = self.selected[(self.selected.a == most.a) & (self.selected.b == most.b)].iloc[0]
        return pd.concat([row, pd.Series({"inside": bool(row.low <= most.coefficient <= row.high)})])

    @property
    def with_composite(self) -> pd.DataFrame:
        """The pairs of `rest` that are of an indicator and the rest of the composite."""
        return self.rest.pairs[self.rest.pairs.b == COMPOSITE]

    @property
    def incomparable(self) -> list[str]:
        """Indicators that have no coefficient with the rest of the composite, because nothing differs between units."""
        pairs = self.with_composite
        return list(pairs.a[pairs.coefficient.isna()])

    @property
    def loose(self) -> pd.DataFrame:
        """The pairs of `with_composite` that are not shown to go together: no interval, or one that is not above 0."""
        pairs = self.with_composite
        return pairs[~(pairs.low > 0) & pairs.coefficient.notna()]

    # ------------------------------------------------------------------------------------------- indicators and their weights

    @property
    def saturated(self) -> pd.DataFrame:
        """Indicators on which half of the units or more have the maximum, shape (indicator, [at_maximum, n]) [units]."""
        full = self.checks[self.checks.at_maximum >= THRESHOLDS["saturated"]]
        return pd.DataFrame({"at_maximum": (full.at_maximum * full.n).round().astype(int), "n": full.n.astype(int)})

    @property
    def furthest(self) -> pd.DataFrame:
        """The two rows of `importance` whose importance falls shortest of their weight, and exceeds it most."""
        return self.importance.loc[[self.importance.gap.idxmin(), self.importance.gap.idxmax()]]

    @property
    def outside(self) -> pd.DataFrame:
        """The rows of `importance` whose interval does not hold the weight."""
        table = self.importance
        return table[(table.weight < table.low) | (table.weight > table.high)]

    # -------------------------------------------------------------------------------------- what hangs on the units that are there

    @cached_property
    def influence(self) -> pd.DataFrame:
        """What each single unit does to coefficients, as `coherence.leave_one_unit_out` gives it (and refuses it)."""
        return coherence.leave_one_unit_out(self.assessment.normalised)

    @property
    def influential(self) -> pd.DataFrame:
        """The five rows of `influence` without whose unit a coefficient changes most."""
        change = (self.influence.coefficient - self.influence.without).abs()
        return self.influence.loc[change.sort_values(ascending=False, kind="stable").index[:5]]

    @property
    def heaviest(self) -> pd.Series:
        """The row of `influence` without whose unit alpha changes most."""
        return self.influence.loc[(self.influence.alpha - self.together.alpha).abs().idxmax()]

    @property
    def observed_and_selected(self) -> pd.DataFrame | None:
        """`selected` with the observed coefficients, shape (pair, [a, b, observed, mean, low, high]); None for a whole list."""
        if self.selected is None:
            return None
        found = pd.concat([self.indicators.pairs, self.pillars.pairs]).drop_duplicates(["a", "b"], keep="last")
        found = found[["a", "b", "coefficient"]].rename(columns={"coefficient": "observed"})
        table = self.selected.merge(found, how="left", on=["a", "b"])
        return table[["a", "b", "observed", "mean", "low", "high"]]

    @property
    def indicators_selected(self) -> pd.DataFrame | None:
        """`observed_and_selected` of the pairs of indicators that have a coefficient; None for a whole list."""
        table = self.observed_and_selected
        return None if table is None else table.iloc[: len(self.indicators.pairs)].dropna(subset="observed")

    @property
    def outside_selected(self) -> int:
        """How many pairs of indicators have a coefficient outside the 5-95 % of independent ones cut as the list is."""
        table = self.indicators_selected
        return 0 if table is None else int(((table.observed < table.low) | (table.observed > table.high)).sum())


def ask(
    assessment: Assessment,
    *,
    method: str = "pearson",
    interval: str = "bca",
    adjustment: str = "holm",
    resamples: int = 9999,
    seed: int,
) -> Answer:
    """Ask which pillars and indicators of a table say the same thing, and what each indicator counts.

    Parameters
    ----------
    assessment : Assessment
        With a framework; at least five units.
    method, interval, adjustment : str
        As `pairs.Options` has them. Alpha, components and importance are always Pearson's.
    resamples : int [>= 99]
        Of the intervals, and permutations behind each p-value.
    seed : int [>= 0]

    Returns
    -------
    Answer

    Raises
    ------
    UnknownName
        An unknown method, interval or adjustment; a table without a framework.
    InputError
        A table that cannot be compared: see `correlation.correlate`, `correlation.wholes_of` and `importance.importance`.

    Examples
    --------
    >>> from dti_research import open_assessment
    >>> answer = ask(open_assessment("province-2024-34"), interval="fisher-z", resamples=99, seed=1)
    >>> most = answer.strongest_pillars
    >>> f"{most.a} and {most.b}: {most.coefficient:.2f}, by what they share {most.shared:.2f}"
    'economy and society: 0.93, by what they share 0.83'
    """
    normalised, weights = assessment.normalised, assessment.weights
    framework = assessment.known_framework
    options = {
        "method": method,
        "interval": interval,
        "adjustment": adjustment,
        "resamples": resamples,
        "permutations": resamples,
        "seed": seed,
    }
    indicators = correlation.correlate(normalised, **options)
    wholes = correlation.wholes_of(framework, weights)
    rest = correlation.part_whole(normalised, wholes, **options)
    all_wholes = correlation.wholes_of(framework, weights, single=True)
    pillars = correlation.correlate_wholes(normalised, all_wholes, **options)
    checks = indicator_checks(normalised)
    selected = selected_consistency = None
    if assessment.is_part:
        cut = {"kept": assessment.ranks[normalised.index], "ranked": assessment.ranked, "seed": seed}
        selected = selection.after_selection(normalised, wholes, method=method, **cut)
        selected_consistency = selection.consistency_after_selection(normalised, wholes, **cut)
    return Answer(
        assessment=assessment,
        wholes=wholes,
        indicators=indicators,
        rest=rest,
        pillars=pillars,
        checks=checks,
        flags=find_flags(checks, indicators, rest, pillars, cut=assessment.is_part),
        consistency=coherence.consistencies(normalised, wholes),
        together=coherence.consistency(normalised),
        components=coherence.components(normalised, seed=seed),
        importance=importance(normalised, weights, seed=seed),
        intended=weights_for(normalised, nominal_target(normalised, weights)),
        selected=selected,
        selected_consistency=selected_consistency,
    )
