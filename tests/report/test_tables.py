"""Tables and findings for a reader: what they say where something could not be computed, never happens, or does not vary."""

import numpy as np
import pytest

from dti_research import data
from dti_research.index.score import published_table
from dti_research.report import conclusions, sentences, tables
from dti_research.study import coherence, correlation
from dti_research.study.importance import importance, weights_for
from dti_research.study.methods import leave_one_out, one_at_a_time, variance_based
from dti_research.study.review import review
from dti_research.study.weights import rank_robustness, scenario_robustness
from dti_research.study.weights.attainable import attainable_ranks
from dti_research.study.weights.stability import neighbour_changes

FRAMEWORK = data.load_framework("national-province-2020")
VALUES = data.load_values("province-2020")
TABLE, WEIGHTS = published_table(VALUES, FRAMEWORK)


@pytest.mark.parametrize(("language", "never"), [("en", "No weights reverse"), ("vi", "Không trọng số")])
def test_pairs_that_no_weights_reverse_are_said(language, never):
    changes = neighbour_changes(TABLE, WEIGHTS)
    result = rank_robustness(TABLE, WEIGHTS, draws=200, concentration=50, seed=1)
    said = sentences.about_weights(
        result, attainable_ranks(TABLE, WEIGHTS, 0.1), 0.1, changes, FRAMEWORK, " Note.", "Nine of 63.", language
    )
    assert said[0].endswith(" Note.")
    assert said[-1] == "Nine of 63."
    (sentence,) = [one for one in said if one.startswith(never)]
    assert "Huế" in sentence and "Đà Nẵng" in sentence
    shown = tables.changes_table(changes, FRAMEWORK, language)
    assert np.isnan(shown.distance[0]) and shown.gains_most[0] == {"en": "never", "vi": "không thể"}[language]


@pytest.mark.parametrize("language", ["en", "vi"])
def test_an_outcome_that_never_varies_and_failed_draws_are_said(language):
    values = VALUES.copy()
    values.iloc[3, 1] = 0.0
    scenarios = scenario_robustness(
        values, FRAMEWORK, aggregations=["arithmetic", "geometric"], draws=500, concentration=50, seed=1
    )
    answer = variance_based(VALUES, FRAMEWORK, concentration=50, outcome="rank", unit="da-nang", samples=64, seed=1)
    assert not answer.varies
    nodes, left = one_at_a_time(VALUES, FRAMEWORK), leave_one_out(VALUES, FRAMEWORK)
    said = sentences.about_methods({"Rank": answer}, nodes, left, scenarios, FRAMEWORK, "", language)
    assert {"en": "no choice matters", "vi": "không lựa chọn nào"}[language] in said[0]
    assert str(int(scenarios.failed.draws.sum())) in said[-1]
    failed = tables.failed_table(scenarios, language)
    assert failed.draws.sum() == 500 - scenarios.computed
    assert {"en": "geometric mean", "vi": "trung bình nhân"}[language] in failed.scenario[0]


def test_levels_lists_only_units_whose_level_depends_on_the_draw():
    """Of the ten of 2022, Da Nang's composite is 0.8002: a draw makes it Forming or Advanced; the last are Starting always."""
    from dti_research.index.levels import DEFAULT_LEVELS

    values, framework = data.load_values("province-2022"), data.load_framework("national-province-2022")
    table, weights = published_table(values, framework)
    result = rank_robustness(table, weights, draws=2000, concentration=50, seed=1, rule=DEFAULT_LEVELS)
    odds = tables.level_odds(result, "en").set_index("code")
    assert 30 < odds.Forming["da-nang"] < 70 and 30 < odds.Advanced["da-nang"] < 70
    assert not {"gia-lai", "cao-bang", "bac-kan"} & set(odds.index)
    assert (odds[["Starting", "Forming", "Advanced"]].sum(axis=1) - 100).abs().max() < 1e-9
    assert odds.error["da-nang"] == pytest.approx(2.19, abs=0.01)  # 196 * sqrt(0.25 / 2000), largest near one half


@pytest.mark.parametrize("language", ["en", "vi"])
def test_pillars_of_a_cut_list_without_shared_indicators(language):
    """The first nine of 63: what is said names the cut, and that no indicator is shared; no blank cell becomes a number."""
    wholes = correlation.wholes_of(FRAMEWORK)
    options = {"resamples": 199, "permutations": 199, "seed": 1}
    between = correlation.correlate(TABLE, **options)
    own = correlation.part_whole(TABLE, wholes, **options)
    pillars = correlation.correlate_wholes(TABLE, correlation.wholes_of(FRAMEWORK, single=True), **options)
    selected = correlation.after_selection(TABLE, wholes, range(1, 10), 63, draws=99, seed=1)
    groups = coherence.consistencies(TABLE, wholes)
    checks = coherence.indicator_checks(TABLE)
    said = conclusions.about_pillars(
        between=between, own=own, pillars=pillars, whole=groups["composite"], parts=coherence.components(TABLE, seed=1),
        checks=checks, importance=importance(TABLE, WEIGHTS, seed=1, resamples=99), intended=weights_for(TABLE, WEIGHTS),
        influence=coherence.leave_one_unit_out(TABLE), selected=selected,
        by_cut=coherence.consistency_after_selection(TABLE, wholes, range(1, 10), 63, draws=99, seed=1), framework=FRAMEWORK,
        partial="Nine of 63.", language=language,
    )  # fmt: skip
    assert said[-1] == "Nine of 63."
    assert any({"en": "share no indicator", "vi": "không có chung chỉ số"}[language] in one for one in said)
    assert any({"en": "Only some ranks are printed", "vi": "chỉ in một số hạng"}[language] in one for one in said)
    flags = coherence.find_flags(checks, between, own, pillars)
    assert flags.empty
    assert tables.flags_table(flags, FRAMEWORK, language).flag.tolist() == [{"en": "none", "vi": "không có"}[language]]
    shown = tables.selection_table(selected, [between, pillars], range(1, 10), 63, FRAMEWORK, language)
    assert shown.observed.tolist() == between.pairs.coefficient.round(2).tolist()
    whole = tables.selection_table(selected, [between, pillars], range(1, 10), 9, FRAMEWORK, language)
    says = {"en": "every rank is printed: nothing was cut", "vi": "bản in có đủ mọi hạng: không bị cắt"}
    assert whole.note.tolist() == [says[language]]


@pytest.mark.parametrize(
    ("language", "what"), [("en", "has one value for every unit"), ("vi", "mọi đơn vị cùng một giá trị")]
)
def test_notes_on_pairs_are_in_the_readers_language(language, what):
    constant = TABLE.assign(digital_economy=0.5)
    answer = correlation.correlate(constant, resamples=99, permutations=99, seed=1)
    notes = tables.pairs_table(answer, FRAMEWORK, language).note
    name = {"en": "Digital economy", "vi": "Kinh tế số"}[language]
    assert [one != "" for one in notes] == [True, False, True]
    assert what in notes[0] and name in notes[0]
    assert "note" not in tables.pairs_table(
        correlation.correlate(TABLE, resamples=99, permutations=99, seed=1), FRAMEWORK, language
    )


@pytest.mark.parametrize("language", ["en", "vi"])
def test_an_audit_says_what_nobody_can_check(language):
    found = review("hanoi-city-2024", seed=1)
    said = conclusions.about_review(found, language)
    assert {"en": "Nobody printed the units' indicator values", "vi": "Không ai công bố giá trị chỉ số"}[
        language
    ] in said[-1]
    assert {"en": "not published", "vi": "không công bố"}[language] in said[1]
    nothing = [tables.review_table(found, part, language) for part in tables.REVIEW_PARTS]
    assert all(list(one.columns) == ["note"] and len(one) == 1 for one in nothing)
    assert tables.review_steps(found, language).raised.isna().tolist() == [False, True, True, True, True]
