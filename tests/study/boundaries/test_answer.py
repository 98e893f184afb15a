"""The answer on boundaries: what it leaves out, what it counts, and what it refuses."""

import numpy as np
import pandas as pd
import pytest

from dti_research import data, open_assessment
from dti_research.errors import InputError, UnknownName
from dti_research.index.levels import READINGS
from dti_research.study import boundaries


def ask(table="hcmc-district-2023", composites="province-2024-34", **options):
    options = {"units": 22, "draws": 200, "seed": 3} | options
    return boundaries.ask(open_assessment(table), composites=composites, **options)


@pytest.fixture(scope="module")
def newspaper():
    return ask(document="newspaper")


def test_intervals_are_those_of_the_document_that_was_asked_for(newspaper):
    """The press release gives 414 where the newspaper gives 424 and leaves [414, 424) two levels."""
    assert set(newspaper.disputed.document) == {"press-release", "newspaper"}
    assert "[414, 424)" in newspaper.own_disputed.interval.tolist()
    assert "[414, 424)" not in ask(document="press-release").own_disputed.interval.tolist()


def test_the_issuer_goes_first_where_no_document_is_named():
    assert ask().rule == data.load_framework("hcmc-district-2023").level_rules[0]


def test_units_at_each_printed_boundary_are_counted(newspaper):
    """By hand, in the printed table of 34: 414 / 660 = 0.6273 and 424 / 660 = 0.6424 have two provinces between them."""
    at = newspaper.boundaries
    assert at.share.loc["424"] == pytest.approx(424 / 660)
    assert at.units.loc["414"] - at.units.loc["424"] == 2
    for edge, row in at.iterrows():
        assert row.units == (data.load_composites("province-2024-34") >= float(edge) / 660).sum()


def test_the_widest_row_is_of_an_interval_that_the_boundaries_leave_open(newspaper):
    """[396, 414) has more room under one reading, but only where another rule than the printed one is read."""
    own = newspaper.own_disputed.set_index("interval")
    widest = newspaper.widest
    assert own.loc[widest.interval, "lower-boundary"] != own.loc[widest.interval, "upper-boundary"]
    rows = newspaper.bounds[newspaper.bounds.interval == widest.interval]
    assert widest.at_most - widest.at_least == (rows.at_most - rows.at_least).max()


def test_all_rows_count_where_no_boundary_leaves_an_interval_open():
    answer = ask(document="press-release")
    own = answer.own_disputed
    assert (own["lower-boundary"] == own["upper-boundary"]).all() and len(own)
    assert answer.widest.at_most - answer.widest.at_least == (answer.bounds.at_most - answer.bounds.at_least).max()


def test_changes_have_their_composites(newspaper):
    printed = data.load_composites("province-2024-34")
    assert newspaper.changes.composite.to_dict() == {unit: printed[unit] for unit in newspaper.changes.index}
    assert (newspaper.changes[list(READINGS)].nunique(axis=1) > 1).all()


def test_shares_of_draws_add_up_and_have_the_mean_of_the_draws(newspaper):
    shares, simulated = newspaper.simulated_counts, newspaper.simulated
    assert shares.sum().tolist() == pytest.approx([1] * shares.shape[1])
    means = (shares.mul(shares.index, axis=0)).sum()
    pd.testing.assert_series_equal(means, simulated.mean()[shares.columns], check_names=False)
    summary = newspaper.simulated_summary
    assert summary["mean"].max() == newspaper.most_changing[1]
    unchanged = shares.loc[0].reindex(READINGS, fill_value=1.0)  # a reading that changes nobody is not drawn
    np.testing.assert_allclose(summary.unchanged, 100 * unchanged)


def test_a_reading_is_shown_also_where_none_changes_anybody():
    """One draw of the departments: 29 totals of which none falls into [198, 199)."""
    answer = ask("hcmc-department-2023", units=None, draws=1, seed=1)
    assert (answer.simulated == 0).all(axis=None)
    assert answer.simulated_counts.to_dict() == {"share-60-80": {0: 1.0}}


@pytest.mark.parametrize(
    ("table", "options", "error", "message"),
    [
        ("hcmc-district-2023", {"document": "newpaper"}, UnknownName, "did you mean 'newspaper'"),
        ("hcmc-district-2023", {"composites": "province-2042"}, UnknownName, "province-2042"),
        (
            "hcmc-district-2023",
            {"composites": "ministry-2023"},
            InputError,
            "ministry-2023: no composites are printed.*choose one",
        ),
        (
            "hcmc-district-2023",
            {"composites": "hcmc-district-2023"},
            InputError,
            r"its composites are points; expected.* choose one of (?!.*hcmc)",
        ),
        ("hcmc-district-2023", {"units": None}, InputError, "say which"),
        ("hcmc-district-2023", {"draws": 0}, InputError, "draws 0; expected"),
        ("province-2024-34", {}, UnknownName, "no document found prints level boundaries"),
    ],
)
def test_what_cannot_be_asked_is_refused(table, options, error, message):
    with pytest.raises(error, match=message):
        ask(table, **options)
