"""Results of studies as tables that a reader can read: names for codes, the reader's language, percent for shares.

No number is computed here that a study does not give.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from dti_research import data
from dti_research.errors import find_name
from dti_research.index.framework import Contradiction as Finding
from dti_research.index.framework import Framework
from dti_research.index.levels import READINGS as READING_NAMES
from dti_research.report.language import pick
from dti_research.report.say import say as say_in
from dti_research.report.show import claims
from dti_research.report.words import (
    FLAGS,
    METHOD_WORDS,
    MOBILITY_WORDS,
    READINGS,
    STEPS,
    WORDS,
    level_names,
    place,
    say_numbers,
    title_of,
    word,
)
from dti_research.study.claims import VERDICTS, Verdict, load_print
from dti_research.study.editions import Explanation
from dti_research.study.editions.mobility import Mobility
from dti_research.study.methods import Sensitivity
from dti_research.study.pillars.coherence import Components, Consistency
from dti_research.study.pillars.correlation import COMPOSITE
from dti_research.study.pillars.intended import IntendedWeights
from dti_research.study.pillars.pairs import Correlations
from dti_research.study.recovery import Proposals, Recovery
from dti_research.study.recovery.misprint import Diagnosis
from dti_research.study.review import Answer as Review
from dti_research.study.weights.robustness import Robustness, monte_carlo_error


def overview_table(overview: pd.DataFrame, frameworks: Sequence[Framework], language: str) -> pd.DataFrame:
    """`study.frameworks.overview` for a reader."""
    names = [pick(f.name_vi, f.name_en, language) for f in frameworks]
    table = overview.assign(weights=[word(WORDS, weights, language) for weights in overview.weights])
    table.insert(0, "name", names)
    return table


def findings_table(findings: Sequence[Finding], language: str) -> pd.DataFrame:
    """Findings as a table for a reader: kind in words, the rest as found."""
    return claims.contradictions_frame(findings).map(lambda cell: say_in(cell, language))


def verdicts_table(verdicts: Sequence[Verdict], language: str) -> pd.DataFrame:
    """Verdicts as a table for a reader."""
    return claims.verdicts_frame(verdicts, load_print()).map(lambda cell: say_in(cell, language))


def verdict_counts(verdicts: Sequence[Verdict], language: str) -> pd.DataFrame:
    """How many claims have each verdict."""
    counts = Counter(v.outcome.verdict for v in verdicts)
    return pd.DataFrame(
        {"verdict": [word(WORDS, name, language) for name in VERDICTS], "claims": [counts[name] for name in VERDICTS]}
    )


def named_units(table: pd.DataFrame) -> pd.DataFrame:
    """A (unit, ...) table with the units' official names in front, and their codes behind the names."""
    names = data.unit_names()
    named = table.reset_index(drop=True)
    named.insert(0, "unit", [names.get(unit, unit) for unit in table.index])
    named["code"] = list(table.index)  # behind the numbers: a reader on a phone sees those first
    return named


def named_values(values: pd.DataFrame, framework: Framework, language: str) -> pd.DataFrame:
    """A table of values under the indicators' names."""
    named = values.rename(columns={i.code: pick(i.name_vi, i.name_en, language) for i in framework.indicators})
    return named_units(named)


def ranking_table(result: pd.DataFrame, language: str) -> pd.DataFrame:
    """`composites_under` for a reader."""
    yes, no = pick("có", "yes", language), pick("không", "no", language)
    return named_units(result.assign(reproduced=result.reproduced.map({True: yes, False: no})))


def in_levels(table: pd.DataFrame, language: str) -> pd.DataFrame:
    """A table whose reading columns hold level names, with the levels in the reader's language and a dash for none."""
    names = level_names(language)
    none = pick("không có mức", "no level", language)

    def spell(cell: str) -> str:
        return " / ".join(names[level] for level in cell.split(" / ")) if cell else none

    table = table.copy()
    for reading in READING_NAMES:
        table[reading] = table[reading].map(spell)
    if "document" in table:
        table["document"] = [word(WORDS, document, language) for document in table.document]
    return table


def bounds_table(bounds: pd.DataFrame, language: str) -> pd.DataFrame:
    """`bound_disputed` for a reader."""
    return bounds.assign(reading=[word(READINGS, reading, language) for reading in bounds.reading])


def simulation_table(simulated: pd.DataFrame, language: str) -> pd.DataFrame:
    """`simulate_changes` in one row for each reading: mean, largest, and share of draws in which nobody changes level."""
    summary = pd.DataFrame(
        {"mean": simulated.mean(), "largest": simulated.max(), "unchanged": 100 * (simulated == 0).mean()}
    ).reset_index(names="reading")
    return summary.assign(reading=[word(READINGS, reading, language) for reading in summary.reading])


# ------------------------------------------------------------------------------------------------ robustness and stability


def indicator_names(framework: Framework, language: str) -> dict[str, str]:
    """Name of every indicator and pillar, in the reader's language."""
    nodes = (*framework.pillars, *framework.indicators)
    return {node.code: pick(node.name_vi, node.name_en, language) or node.code for node in nodes}


def by_indicator(table: pd.DataFrame, framework: Framework, language: str) -> pd.DataFrame:
    """Any table with one row an indicator, under the indicators' names."""
    names = indicator_names(framework, language)
    table = table.rename_axis("indicator").reset_index()
    return table.assign(indicator=[names.get(code, code) for code in table.indicator])


def weights_table(weights: pd.Series, concentration: float, framework: Framework, language: str) -> pd.DataFrame:
    """The weights and how far the draws spread around them: sqrt(w (1 - w) / (concentration + 1)), in percent."""
    spread = np.sqrt(weights * (1 - weights) / (concentration + 1))
    return by_indicator(pd.DataFrame({"weight": 100 * weights, "spread": 100 * spread}), framework, language)


def ranks_table(result: Robustness) -> pd.DataFrame:
    """Where each unit stands in the draws, best first; how often it is first, in percent, with the 95 % error of that."""
    first = result.top(1)
    table = result.ranks.drop(columns="mean").assign(
        first=100 * first, error=100 * monte_carlo_error(first, result.computed)
    )
    return named_units(table.sort_values("published", kind="stable"))


def level_odds(result: Robustness, language: str) -> pd.DataFrame:
    """Units whose level depends on the draw: percent of the draws at each level, with the largest 95 % error of a row."""
    odds = result.levels.droplevel("reading", axis=1)
    open_ = odds[(odds.max(axis=1) < 0.9995)]  # what one decimal of a percent can show
    error = monte_carlo_error(open_, result.levelled).max(axis=1)
    table = (100 * open_).rename(columns=level_names(language)).assign(error=100 * error)
    return named_units(table.loc[result.ranks.published.reindex(open_.index).sort_values(kind="stable").index])


def changes_table(changes: pd.DataFrame, framework: Framework, language: str) -> pd.DataFrame:
    """`neighbour_changes` or `neighbour_points_changes` for a reader."""
    names, codes = data.unit_names(), indicator_names(framework, language)
    never = pick("không thể", "never", language)
    table = changes.reset_index(drop=True)
    for column in ("higher", "lower"):
        table[column] = [names.get(unit, unit) for unit in table[column]]
    for column in ("gains_most", "loses_most", "giving", "receiving"):
        if column in table:
            table[column] = [codes.get(code, code) if isinstance(code, str) else never for code in table[column]]
    return table.assign(distance=table.distance.where(np.isfinite(table.distance)))


def attainable_table(ranks: pd.DataFrame) -> pd.DataFrame:
    """`attainable_ranks` for a reader: best first, the two gaps as one."""
    gap = ranks[["best_gap", "worst_gap"]].max(axis=1)
    table = ranks[["published", "best", "worst"]].assign(gap=gap)
    return named_units(table.sort_values("published", kind="stable"))


def intervals_table(intervals: pd.DataFrame, framework: Framework, language: str, scale: float = 100) -> pd.DataFrame:
    """`weight_intervals` in percent, or `bound_points` in points (scale 1): one indicator moves, the others in proportion."""
    return by_indicator(scale * intervals[[intervals.columns[0], "low", "high"]], framework, language)


# ------------------------------------------------------------------------------------------------------------- sensitivity

FACTORS = {
    "normalisation": ("Cách chuẩn hóa", "Normalisation"),
    "aggregation": ("Cách tổng hợp", "Aggregation"),
    "weight rule": ("Quy tắc trọng số", "Weight rule"),
    "reading": ("Cách đọc ranh giới", "Reading of boundaries"),
}


def factor_names(framework: Framework, language: str) -> dict[str, str]:
    """Name of every factor of a sensitivity analysis: a choice of method, or an indicator's weight."""
    return {key: pick(*pair, language) for key, pair in FACTORS.items()} | indicator_names(framework, language)


def effects_table(answers: Mapping[str, Sensitivity], framework: Framework, language: str) -> pd.DataFrame:
    """First-order and total effects of each outcome, largest total of the first outcome on top."""
    names = factor_names(framework, language)
    columns = {}
    for title, answer in answers.items():
        indices = answer.indices
        columns |= {
            f"{title}: {pick('riêng', 'own', language)}": indices["first"],
            f"{title}: {pick('tổng', 'total', language)}": indices.total,
            f"{title}: ±": indices.total_half_width,
        }
    table = pd.DataFrame(columns)
    table.insert(0, "factor", [names.get(one, one) for one in indices.factor])
    return table.loc[next(iter(answers.values())).indices.total.sort_values(ascending=False).index].reset_index(
        drop=True
    )


def nodes_table(table: pd.DataFrame, framework: Framework, language: str) -> pd.DataFrame:
    """`one_at_a_time` or `leave_one_out` for a reader: weights in percent, units and nodes by name.

    The largest shifts of one_at_a_time are left out: ten columns are more than a page holds.
    """
    units, names = data.unit_names(), indicator_names(framework, language)

    def spell(text: object) -> object:
        return " / ".join(units.get(one, one) for one in text.split(" / ")) if isinstance(text, str) else text

    kinds = {"pillar": pick("trụ cột", "pillar", language), "indicator": pick("chỉ số", "indicator", language)}
    table = table.assign(
        node=[names.get(node, node) for node in table.node], kind=table.kind.map(kinds), weight=100 * table.weight
    )
    table = table.drop(columns=[c for c in table if c.startswith("largest_shift_")])
    return table.assign(**{c: table[c].map(spell) for c in table if c.startswith(("unit", "first"))})


def failed_table(result: Robustness, language: str) -> pd.DataFrame:
    """Draws that could not be computed, by scenario."""
    if result.failed.empty:
        return pd.DataFrame({"scenario": [pick("không có", "none", language)], "draws": [0]})
    scenarios = [
        ", ".join(word(METHOD_WORDS, one, language) for one in name.split(", ")) for name in result.failed.index
    ]
    return pd.DataFrame({"scenario": scenarios, "draws": list(result.failed.draws)})


# -------------------------------------------------------------------------------------------------- correlation and coherence


def whole_names(framework: Framework, language: str) -> dict[str, str]:
    """Name of every indicator, pillar and of the composite."""
    return indicator_names(framework, language) | {COMPOSITE: pick("Tổng hợp", "Composite", language)}


def pairs_table(answer: Correlations, framework: Framework, language: str) -> pd.DataFrame:
    """Coefficients for a reader: names for codes, weights in percent, notes only where there are any."""
    names = whole_names(framework, language)
    table = answer.pairs.drop(columns="n").assign(
        a=[names.get(code, code) for code in answer.pairs.a], b=[names.get(code, code) for code in answer.pairs.b]
    )
    if "weight" in table:
        table["weight"] *= 100
    notes = [_note(note, framework, language) for note in table.pop("note")]
    return table.assign(note=notes) if any(notes) else table


NOTES = (
    (
        r"(\d+) of (\d+) resamples have a constant column and are left out",
        r"\1/\2 mẫu bootstrap có cột không đổi, bị bỏ",
    ),
    (r"(\S+) has one value for every unit", r"\1: mọi đơn vị cùng một giá trị"),
    (r"perfect: no resample can differ", "tuyệt đối: mẫu nào cũng vậy"),
    (r"no bca interval: .*; use fisher-z", "không có khoảng bca; dùng fisher-z"),
    (r"(\S+) is (\S+) alone: nothing is left without it", r"\1 chỉ gồm \2"),
)


def _note(note: str, framework: Framework, language: str) -> str:
    names = indicator_names(framework, language)
    if language == "vi":
        for english, vietnamese in NOTES:
            note = re.sub(english, vietnamese, note)
    return re.sub(r"\w+", lambda found: names.get(found[0], found[0]), note)


def consistency_table(groups: Mapping[str, Consistency], framework: Framework, language: str) -> pd.DataFrame:
    """Alpha and omega of the whole index and of each pillar."""
    names = whole_names(framework, language)
    rows = [
        {
            "whole": names[code],
            "items": str(one.items),
            "alpha": one.alpha,
            "low": one.low,
            "high": one.high,
            "standardised": one.standardised,
            "omega": one.omega,
        }
        for code, one in groups.items()
    ]
    return pd.DataFrame(rows)


def variances_table(found: Components) -> pd.DataFrame:
    """Components against chance, shares in percent."""
    return found.variances.assign(
        share=100 * found.variances.share, cumulative=100 * found.variances.cumulative
    ).astype({"kept": object})


def checks_table(checks: pd.DataFrame, framework: Framework, language: str) -> pd.DataFrame:
    """`indicator_checks` for a reader."""
    columns = ["minimum", "mean", "maximum", "sd", "skewness", "kurtosis", "at_maximum"]
    return by_indicator(checks[columns].assign(at_maximum=100 * checks.at_maximum), framework, language)


def flags_table(flags: pd.DataFrame, framework: Framework, language: str) -> pd.DataFrame:
    """`find_flags` for a reader; one row that says so where there is none."""
    if flags.empty:
        return pd.DataFrame({"flag": [pick("không có", "none", language)]})
    names = whole_names(framework, language)
    table = flags.drop(columns=["a", "b"]).assign(flag=[word(FLAGS, flag, language) for flag in flags.flag])
    pairs = [" – ".join(names.get(code, code) for code in (row.a, row.b) if code) for row in flags.itertuples()]
    table.insert(1, "where", pairs)
    return table.astype({"settled": object}).dropna(axis=1, how="all")


def importance_table(table: pd.DataFrame, framework: Framework, language: str) -> pd.DataFrame:
    """Weight beside importance, by lines and curves, and what each indicator contributes and explains alone, in percent."""
    columns = ["weight", "linear_share", "low", "high", "smooth_share", "contribution", "own"]
    return by_indicator(100 * table[columns], framework, language)


def intended_table(table: pd.DataFrame, found: IntendedWeights, framework: Framework, language: str) -> pd.DataFrame:
    """Weight, importance, the weights needed for the two to agree, and the importance then, in percent."""
    shown = table[["weight", "linear_share", "low", "high"]].assign(intended=found.weights, reached=found.linear_share)
    return by_indicator(100 * shown, framework, language)


def influence_table(influence: pd.DataFrame, framework: Framework, language: str, rows: int = 5) -> pd.DataFrame:
    """`leave_one_unit_out` for a reader: the units without which a coefficient changes most."""
    names = indicator_names(framework, language)
    change = (influence.coefficient - influence.without).abs().sort_values(ascending=False, kind="stable")
    table = influence.loc[change.index[:rows]]
    pairs = [f"{names[a]} – {names[b]}" for a, b in zip(table.a, table.b, strict=True)]
    shown = table.drop(columns=["a", "b"]).assign(first_share=100 * table.first_share)
    shown.insert(0, "where", pairs)
    return named_units(shown[["where", "coefficient", "without", "alpha", "first_share"]])


def selection_table(
    selected: pd.DataFrame,
    observed: Sequence[Correlations],
    kept: Sequence[int],
    ranked: int,
    framework: Framework,
    language: str,
) -> pd.DataFrame:
    """What independent indicators would give in a list cut like this one, beside what was observed; a whole list is not cut."""
    if len(kept) == ranked:
        says = pick("bản in có đủ mọi hạng: không bị cắt", "every rank is printed: nothing was cut", language)
        return pd.DataFrame({"note": [says]})
    names = whole_names(framework, language)
    found = {(a, b): r for one in observed for a, b, r in one.pairs[["a", "b", "coefficient"]].itertuples(index=False)}
    table = selected.assign(observed=[found.get(pair, np.nan) for pair in zip(selected.a, selected.b, strict=True)])
    table = table[["a", "b", "observed", "mean", "low", "high"]].round(2)
    return table.assign(a=[names[code] for code in table.a], b=[names[code] for code in table.b])


def power_table(answers: Mapping[str, Correlations], language: str) -> pd.DataFrame:
    """The smallest correlation that this number of units shows 8 times in 10, alone and as the first of its family."""
    return pd.DataFrame(
        {
            "family": list(answers),
            "n": [one.n for one in answers.values()],
            "tests": [one.tests for one in answers.values()],
            "single_test": [one.detectable for one in answers.values()],
            "family_test": [one.detectable_first for one in answers.values()],
        }
    )


# ------------------------------------------------------------------------------------------------- one framework, every study


def review_steps(review: Review, language: str) -> pd.DataFrame:
    """`Review.steps` for a reader."""
    table = review.steps
    asked = [pick(*STEPS[step][2:], language) for step in table.step]
    return table.assign(step=[pick(*STEPS[step][:2], language) for step in table.step], question=asked)[
        ["step", "question", "looked_at", "raised"]
    ]


REVIEW_PARTS = {
    "checks": lambda one, framework, language: checks_table(one.checks, framework, language),
    "flags": lambda one, framework, language: flags_table(one.flags, framework, language),
    "consistency": lambda one, framework, language: consistency_table(one.groups, framework, language),
    "importance": lambda one, framework, language: intended_table(one.importance, one.intended, framework, language),
    "influence": lambda one, framework, language: influence_table(one.influence, framework, language),
    "ranks": lambda one, framework, language: ranks_table(one.robustness).round(2).drop(columns="error"),
}
"""Parts of a review that need indicator values, and the table of each."""


def review_table(review: Review, part: str, language: str) -> pd.DataFrame:
    """One part of a review for a reader; where nobody printed indicator values, one row that says so.

    Of a list of totals, ``ranks`` are the points that must move before the lower unit may catch up.
    """
    build = REVIEW_PARTS[find_name("part", part, REVIEW_PARTS)]
    if review.measured is not None:
        return build(review.measured, review.framework, language)
    if part == "ranks" and review.totals is not None:
        table = changes_table(review.totals, review.framework, language).round(3)
        return table.rename(columns={"lower": pick("Đơn vị dưới", "Lower", language)})
    says = pick(
        "không ai công bố giá trị chỉ số: bước này không kiểm được",
        "nobody printed indicator values: this step cannot be checked",
        language,
    )
    return pd.DataFrame({"note": [says]})


# ------------------------------------------------------------------------------------------- recovered weights and editions


def recovered_table(recovery: Recovery, scale: int, framework: Framework, language: str) -> pd.DataFrame:
    """Between what each weight lies: in percent of the total, and in points of a scale; rounded outwards to two decimals."""
    share = recovery.weights[["low", "high"]] / recovery.total[0]
    ends = {
        "low": np.floor(1e4 * share.low) / 100,
        "high": np.ceil(1e4 * share.high) / 100,
        "low_points": np.floor(100 * scale * share.low) / 100,
        "high_points": np.ceil(100 * scale * share.high) / 100,
    }
    return by_indicator(pd.DataFrame(ends), framework, language)


def proposals_table(proposals: Proposals, framework: Framework, language: str, columns: int = 6) -> pd.DataFrame:
    """Points in whole numbers, one column a proposal, headed by what it adds to; the first few."""
    shown = proposals.found[:columns]
    same = Counter(one.scale for one in shown)
    seen: Counter[int] = Counter()
    table = {}
    for one in shown:
        seen[one.scale] += 1
        table[f"/ {one.scale}" + (f" ({seen[one.scale]})" if same[one.scale] > 1 else "")] = one.points
    frame = pd.DataFrame(table) if table else pd.DataFrame(index=pd.Index([], name="indicator"))
    return by_indicator(frame, framework, language)


def compared_table(compared: pd.DataFrame, framework: Framework, language: str) -> pd.DataFrame:
    """`compare_points` for a reader: shares in percent, frameworks by name."""
    names = indicator_names(framework, language)
    titles = [data.load_framework(name) for name in compared.framework]
    table = compared.drop(columns="points").assign(
        framework=[pick(one.name_vi, one.name_en, language) for one in titles],
        indicator=[names[code] for code in compared.indicator],
    )
    return table.assign(**{column: 100 * table[column] for column in ("share", "low", "high")})


def known_shares(compared: pd.DataFrame, language: str) -> dict[str, pd.Series]:
    """The weights of each framework in `compare_points`, under its title."""
    return {
        title_of(data.load_framework(name), language): rows.set_index("indicator").share
        for name, rows in compared.groupby("framework", sort=False)
    }


def left_out_table(without: pd.DataFrame) -> pd.DataFrame:
    """`leave_one_out` for a reader: the five units without which the intervals are widest, in percent."""
    table = named_units(without.sort_values("widest", ascending=False, kind="stable").head(5))
    return table.assign(widest=100 * table.widest)


def pillar_checks_table(checks: pd.DataFrame, framework: Framework, language: str) -> pd.DataFrame:
    """`check_pillars` for a reader."""
    units, names = data.unit_names(), indicator_names(framework, language)
    return pd.DataFrame(
        {
            "unit": [units.get(unit, unit) for unit in checks.unit],
            "pillar": [names[pillar] for pillar in checks.pillar],
            "printed": [float(text) for text in checks.printed],
            "low": checks.low.to_numpy(),
            "high": checks.high.to_numpy(),
            "agrees": [bool(agrees) for agrees in checks.agrees],
            "source": [place(*one, language) for one in zip(checks.source, checks.locator, strict=True)],
        }
    )


def earned_table(earned: pd.DataFrame, framework: Framework, language: str) -> pd.DataFrame:
    """`earned_by_unit` for a reader."""
    units = data.unit_names()
    names = indicator_names(framework, language) | {"foundation": pick("Nền tảng chung", "Foundation", language)}
    return pd.DataFrame(
        {
            "unit": [units.get(unit, unit) for unit in earned.unit],
            "part": [names.get(part, part) for part in earned.part],
            "points": earned.maximum.to_numpy(),
            "earned_low": earned.low.to_numpy(),
            "earned_high": earned.high.to_numpy(),
            "figures": earned.figures.to_numpy(),
            "consistent": [bool(one) for one in earned.consistent],
        }
    )


def misprints_table(diagnosis: Diagnosis, framework: Framework, language: str) -> pd.DataFrame:
    """What each number in the rows to repair would have to be; the first alternative."""
    columns = ["unit", "column", "printed", "low", "high", "nearest", "off_by", "one_digit"]
    if diagnosis.repair is None or diagnosis.repair.misprints.empty:
        return pd.DataFrame(columns=columns)
    units = data.unit_names()
    names = indicator_names(framework, language) | {"composite": pick("Điểm tổng hợp", "Composite", language)}
    rows = diagnosis.repair.misprints.query("alternative == 0").rename(columns={"change": "off_by"})
    return rows.assign(
        unit=[units.get(unit, unit) for unit in rows.unit],
        column=[names[column] for column in rows.column],
        one_digit=[say_numbers(", ".join(texts), language) for texts in rows.one_digit],
        printed=[say_numbers(text, language) for text in rows.printed],
        nearest=[say_numbers(text or "", language) for text in rows.nearest],
    )[columns].reset_index(drop=True)


def causes_table(explained: Explanation | None, part: str) -> pd.DataFrame:
    """The composite, rank or level of `Explanation` for a reader, the best after first; without causes that moved nobody in it."""
    if explained is None:
        return pd.DataFrame(columns=["unit"])
    change, whole = getattr(explained, part), ["before", "after", "change"]
    table = change[[c for c in change.columns if c in whole or (change[c].abs() > 1e-9).any()]]
    table = table.sort_values(["after", "before"], ascending=part == "rank", kind="stable")
    if part != "composite":
        table = table.round(2).astype(dict.fromkeys(whole, int))
    headed = {"change": "moved_by"} | {c: f"by_{c}" for c in table.columns if c not in (*whole, "remainder")}
    return named_units(table.rename(columns=headed))


def contributions_table(explanation: Explanation | None, framework: Framework, language: str) -> pd.DataFrame:
    """By indicator, what values and weights did; in points of a hundred."""
    columns = ["unit", "indicator", "by_values", "by_weights"]
    if explanation is None:
        return pd.DataFrame(columns=columns)
    units, names = data.unit_names(), indicator_names(framework, language)
    found = explanation.by_indicator
    return pd.DataFrame(
        {
            "unit": [units.get(unit, unit) for unit in found.unit],
            "indicator": [names[code] for code in found.indicator],
            "by_values": 100 * found["values"].to_numpy(),
            "by_weights": 100 * found.weights.to_numpy(),
        }
    )


def reweighting_table(bounds: pd.DataFrame | None) -> pd.DataFrame:
    """`bound_reweighting` for a reader, in points of a hundred."""
    if bounds is None:
        return pd.DataFrame(columns=["unit"])
    return named_units(100 * bounds.drop(columns="values_least").rename(columns={"change": "moved_by"}))


def mobility_table(found: Mobility, language: str) -> pd.DataFrame:
    """The summary of `mobility` in words; shares in percent."""
    table = found.summary.copy()
    table.loc["same_group"] *= 100
    table.insert(0, "quantity", [word(MOBILITY_WORDS, name, language) for name in table.index])
    return table.reset_index(drop=True)


def transitions_table(found: Mobility) -> pd.DataFrame:
    """From which group into which: units, and their percent of the group before with its interval; no empty cells."""
    table = found.transitions[found.transitions.units > 0].reset_index(drop=True)
    return table.assign(**{column: 100 * table[column] for column in ("share", "low", "high")})


def mobilities_table(found: pd.DataFrame) -> pd.DataFrame:
    """`mobilities` without its intervals but Kendall's and without the mean change; shares in percent."""
    table = found[["before", "after", "units", "kendall", "kendall_low", "kendall_high", "mean_move", "same_group"]]
    table = table.rename(columns={"kendall_low": "low", "kendall_high": "high"})
    return table.assign(same_group=100 * table.same_group)


def movers_table(found: Mobility, rows: int = 5) -> pd.DataFrame:
    """Who moved up and down most."""
    order = found.moves.sort_values(["move", "rank_after"], kind="stable")
    table = order if len(order) <= 2 * rows else pd.concat([order.head(rows), order.tail(rows)])
    return named_units(table.drop(columns="change"))
