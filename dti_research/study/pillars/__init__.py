"""Which pillars and indicators say the same thing, and does each indicator count for what it weighs?

`ask` puts all the questions of this package to one `Assessment`. The modules answer one each: `pairs` (coefficients, intervals,
p-values), `correlation` (which pairs), `selection` (lists that were cut), `coherence` (consistency, components), `flags` (what an
audit would raise), `importance` and `intended` (weights). Handbook steps 4 (multivariate analysis) and 7 (statistical coherence).

What all of them take: ``normalised``, shape (unit, indicator), shares of the maximum or any other one measure, higher is better,
without a blank; ``weights``, shape (indicator,), shares that add to 1; ``wholes``, shape (indicator, whole), how much each
indicator counts in each pillar and in the composite, each column adding to 1 (`correlation.wholes_of`); ``seed``, a whole number,
of everything that is drawn. Fewer than five units (three for weights and importance), a blank, a name or a number that cannot be
used is an `InputError`; an unknown name is an `UnknownName`, which tells the nearest.

Words of the package, and of the columns and keys that it hands out:

whole
    What indicators add up to: a pillar, or the composite.
rest
    A whole without one indicator's own part. The correlation of the indicator with it is the corrected item-total correlation.
forced
    The coefficient that the construction alone would give: all indicators independent, spread as they do.
shared
    The coefficient that two wholes would have by the indicators that both hold, all others being independent.
cut
    Of a list: only some ranks are printed. What that does to coefficients is range restriction.
own
    Of an indicator: what it explains and no other does, the squared semipartial correlation.
"""

from dti_research.study.pillars.answer import Answer, ask

__all__ = ["Answer", "ask"]
