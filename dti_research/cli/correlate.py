"""The command on what pillars and indicators have in common."""

from __future__ import annotations

import math
from typing import Annotated

import typer

from dti_research import data
from dti_research.cli.given import (
    FileArgument,
    FrameworkOption,
    PointsOfOption,
    PointsOption,
    YearOption,
    given_table,
    points_origin,
)
from dti_research.cli.terminal import JsonOption, json_number, print_json, print_table


def correlate(
    framework: FrameworkOption,
    file: FileArgument = None,
    method: Annotated[str, typer.Option(help="pearson, spearman or kendall.")] = "pearson",
    interval: Annotated[str, typer.Option(help="bca (bootstrap) or fisher-z.")] = "bca",
    adjustment: Annotated[
        str, typer.Option(help="Correction over a family of tests: holm, benjamini-hochberg or none.")
    ] = "holm",
    resamples: Annotated[int, typer.Option(help="Bootstrap resamples, and permutations behind each p.")] = 9999,
    seed: Annotated[int, typer.Option(help="Seed of both: the same seed gives the same answer.")] = 2024,
    year: YearOption = None,
    points: PointsOption = None,
    points_of: PointsOfOption = None,
    as_json: JsonOption = False,
) -> None:
    """Which pillars and indicators say the same thing, and does each indicator count for what it weighs?

    Every coefficient with its 95 % interval; pillars that share indicators beside what they share.
    """
    import pandas as pd

    from dti_research.study import coherence, correlation
    from dti_research.study.importance import importance, nominal_target, weights_for

    one, table, normalised, weights, _ = given_table(file, framework, year, points, points_of)
    options = {
        "method": method,
        "interval": interval,
        "adjustment": adjustment,
        "resamples": resamples,
        "permutations": resamples,
        "seed": seed,
    }
    between = correlation.correlate(normalised, **options)
    wholes = correlation.wholes_of(one, weights)
    own = correlation.part_whole(normalised, wholes, **options)
    pillars = correlation.correlate_wholes(normalised, correlation.wholes_of(one, weights, single=True), **options)
    checks = coherence.indicator_checks(normalised)
    ranked = int(data.load_tables().ranked.get(table, "") or 0) if file is None else 0
    cut, selected, by_cut = ranked > len(normalised), None, None
    if cut:
        kept = data.load_ranks(table)[normalised.index]
        selected = correlation.after_selection(normalised, wholes, kept, ranked, method=method, seed=seed)
        by_cut = coherence.consistency_after_selection(normalised, wholes, kept, ranked, seed=seed)
    flags = coherence.find_flags(checks, between, own, pillars, cut=cut)
    groups = coherence.consistencies(normalised, wholes)
    whole = coherence.consistency(normalised)
    parts = coherence.components(normalised, seed=seed)
    counts = importance(normalised, weights, seed=seed)
    intended = weights_for(normalised, nominal_target(normalised, weights))
    families = {"indicators": between, "rest": own, "pillars": pillars}

    def records(frame: object) -> list[dict]:
        return [{key: json_number(value) for key, value in row.items()} for row in frame.to_dict("records")]

    if as_json:
        return print_json(
            {
                "framework": one.id,
                "table": table,
                "n": between.n,
                "ranked": ranked or None,
                "cut": cut,
                "units": list(normalised.index),
                "method": method,
                "interval": interval,
                "confidence": between.confidence,
                "adjustment": adjustment,
                "resamples": resamples,
                "seed": seed,
                "points": points_origin(one, points, points_of),
                "weights": weights.to_dict(),
                "wholes": {name: column.to_dict() for name, column in wholes.items()},
                **{
                    name: {
                        "family": answer.family,
                        "tests": answer.tests,
                        "least_p": json_number(answer.least_p),
                        **(
                            {}
                            if name == "pillars"  # its test is not against 0
                            else {
                                "power": correlation.POWER,
                                "detectable": answer.detectable,
                                "detectable_first": answer.detectable_first,
                            }
                        ),
                        "pairs": records(answer.pairs),
                    }
                    for name, answer in families.items()
                },
                "selection": None if selected is None else records(selected),
                "consistency_after_selection": None if by_cut is None else by_cut.to_dict("index"),
                "consistency": {
                    name: {
                        key: json_number(getattr(group, key))
                        for key in ("items", "alpha", "low", "high", "standardised", "omega", "note")
                    }
                    | {"without": records(group.without.reset_index())}
                    for name, group in groups.items()
                },
                "components": {
                    "variances": records(parts.variances.reset_index()),
                    "loadings": records(parts.loadings.rename(columns=str).reset_index()),
                    "kmo": json_number(parts.kmo),
                    "adequacy": {code: json_number(value) for code, value in parts.adequacy.items()},
                },
                "checks": records(checks.reset_index()),
                "importance": records(counts.reset_index()),
                "intended": {
                    "weights": intended.weights.to_dict(),
                    "linear_share": intended.linear_share.to_dict(),
                    "target": intended.target.to_dict(),
                    "largest_gap": intended.largest_gap,
                    "possible": intended.possible,
                    "residual": intended.residual,
                    "unique": intended.unique,
                    "signed": None if intended.signed is None else intended.signed.to_dict(),
                },
                "flags": records(flags),
            }
        )

    def number(value: float) -> str:
        return "" if math.isnan(value) else f"{value:.2f}"

    def p(value: float) -> str:
        return "" if math.isnan(value) else f"{value:.4f}"

    def show(answer: object, title: str, a: str, b: str, columns: dict[str, str]) -> None:
        noted = bool(answer.pairs.note.any())
        rows = [
            [row["a"], row["b"], *(number(row[name]) for name in columns), p(row["p"]), p(row["p_adjusted"])]
            + [row["note"]] * noted
            for row in answer.pairs.to_dict("records")
        ]
        print_table([a, b, *columns.values(), "p", "adjusted"] + ["note"] * noted, rows, title=title)

    ends = {"low": "low", "high": "high"}
    show(
        between,
        f"Pairs of indicators ({method}, n = {between.n})",
        "indicator",
        "indicator",
        {"coefficient": "coefficient"} | ends,
    )
    show(
        own,
        "Indicators and the wholes that they count in",
        "indicator",
        "whole",
        {"with_part": "with itself", "forced": "forced", "coefficient": "with the rest"} | ends,
    )
    show(
        pillars,
        "Pillars, beside what they share",
        "pillar",
        "pillar",
        {"coefficient": "coefficient"}
        | ends
        | {"shared": "shared", "shared_low": "5 %", "shared_high": "95 %", "forced": "forced"},
    )
    print_table(
        ["indicator", "weight %", "importance %", "low", "high", "contribution %", "weight needed %"],
        [
            [
                code,
                *(
                    f"{100 * x:.1f}"
                    for x in (row.weight, row.linear_share, row.low, row.high, row.contribution, intended.weights[code])
                ),
            ]
            for code, row in counts.iterrows()
        ],
        title="Weight is not importance",
    )
    print_table(
        ["flag", "of", "and", "value", "low", "high", "threshold", "settled"],
        [
            [f.flag, f.a, f.b, *map(number, (f.value, f.low, f.high, f.threshold))]
            + ["" if f.settled is pd.NA else "yes" if f.settled else "no"]
            for f in flags.itertuples()
        ],
        title="Flags",
    )
    print(
        f"Cronbach's alpha {whole.alpha:.2f} ({whole.low:.2f} to {whole.high:.2f}) of the sum without weights; components above "
        f"chance: {parts.kept}, the first holds {100 * parts.variances.share.iloc[0]:.1f} % of the variance"
    )
    print(
        f"low to high: 95 % interval ({interval}); p: by permutation; adjusted: {adjustment}, over each table by "
        "itself; forced: if "
        "all indicators were independent; shared: if only those that two pillars share went together, with 5 % and 95 % of the "
        "shuffles, and p against that"
    )
    print(
        "importance: squared correlation with the composite, of the sum of these; contribution: weight times covariance with the "
        "composite, of its variance; weight needed: for importance to equal weight"
    )
    print(
        f"With {between.n} units a true coefficient below {between.detectable:.2f} is missed more often than "
        f"{10 - round(10 * correlation.POWER)} times in 10; as the first of {between.tests}, below {between.detectable_first:.2f}."
    )
    if between.least_p >= 1 - between.confidence:
        print(
            f"No adjusted p can fall below {between.least_p:.3f} here, whatever the coefficients: raise --resamples, or choose "
            "another --adjustment; with very few units nothing helps."
        )
    says = "reach" if intended.possible else f"do not reach, by up to {100 * intended.largest_gap:.1f} points,"
    print(f"The weights needed {says} what was intended: that each indicator's importance is its weight.")
    if cut:
        middle, low, high = by_cut.loc["alpha"]
        print(
            f"Values of {between.n} of {ranked} ranked units are printed, and a list cut by rank makes coefficients of its own: "
            f"independent indicators cut like this have correlations of {selected['mean'].iloc[: between.tests].min():.2f} to "
            f"{selected['mean'].iloc[: between.tests].max():.2f} on average, and alpha {middle:.2f} ({low:.2f} to {high:.2f}); "
            "simulated."
        )
    print(f"{one.id}; {table}; seed {seed}")
    print(f"points: {points_origin(one, points, points_of)}")
