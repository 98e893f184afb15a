"""What an index is, and how it is computed: one Handbook step a module.

The words of all modules: *values* are a DataFrame (unit, indicator), in points or in shares as the framework prints them;
*normalised* is the same table made comparable (higher is better); *weights* are shares of the total; *points* are one's own, a
Series (indicator,), in place of the framework's (None: these); *optional* are the indicators that apply to some units only,
where a blank cell means "does not apply". What cannot be used raises `InputError`, which names unit, indicator, what was
found, what was expected and what to do.

"Handbook": Nardo et al. (2008), OECD/JRC Handbook on Constructing Composite Indicators.
"""
