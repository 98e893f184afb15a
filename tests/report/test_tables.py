"""Tables and findings for a reader: what they say where something could not be computed, never happens, or does not vary."""

import numpy as np
import pytest

from dti_research import data
from dti_research.index.score import published_table
from dti_research.report import sentences, tables
from dti_research.study.robustness import rank_robustness, scenario_robustness
from dti_research.study.sensitivity import leave_one_out, one_at_a_time, variance_based
from dti_research.study.stability import attainable_ranks, neighbour_changes

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
