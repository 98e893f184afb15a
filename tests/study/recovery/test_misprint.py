"""Misprints: planted ones must be found, contradictions and repairs are checked by a program of our own and by trying all sets."""

import itertools
import random

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog

from dti_research import data
from dti_research.errors import InputError
from dti_research.study.recovery import cone as proof
from dti_research.study.recovery import misprint as module
from dti_research.study.recovery import recover, without_units
from dti_research.study.recovery.misprint import find_contradiction, find_repairs

TABLE = pd.DataFrame(
    {"roads": [0.9, 0.2, 0.5, 0.4], "wells": [0.3, 0.7, 0.1, 0.9]}, index=["hill", "lake", "moor", "dune"]
)
PRINTED = pd.Series({"hill": 0.750, "lake": 0.325, "moor": 0.400, "dune": 0.525})  # three quarters and one quarter


# --------------------------------------------------------------------------------------------------- nothing of the module


def violation(values, composites, digits):
    """How far the rows at least miss each other, in last digits: phase 1 of a linear program written from the definition.

    Variables: weights w that add to 1, products u between (value - 1/2) w and (value + 1/2) w, and how much each sum of products
    leaves its composite's half digits, at most t. Above 0: no weights fit.
    """
    m, n = values.shape
    if not m:
        return 0.0
    scale = 10.0**digits
    x, c = values.to_numpy() * scale, composites.to_numpy() * scale
    rows, limits = [], []
    for i in range(m):
        for j in range(n):
            for sign in (1, -1):
                row = np.zeros(n + m * n + 1)
                row[j], row[n + i * n + j] = sign * x[i, j] - 0.5, -sign
                rows.append(row)
                limits.append(0.0)
        for sign in (1, -1):
            row = np.zeros(n + m * n + 1)
            row[n + i * n : n + (i + 1) * n], row[-1] = sign, -1.0
            rows.append(row)
            limits.append(sign * c[i] + 0.5)
    objective = np.zeros(n + m * n + 1)
    objective[-1] = 1.0
    answer = linprog(
        objective,
        A_ub=np.array(rows),
        b_ub=limits,
        A_eq=[[1.0] * n + [0.0] * (m * n + 1)],
        b_eq=[1.0],
        bounds=[(0, None)] * n + [(None, None)] * (m * n) + [(0, None)],
    )
    assert answer.status == 0
    return answer.fun


def fit(values, composites, digits, units):
    """Whether these units fit together; misses of less than 1e-5 of a last digit are the solver's own noise."""
    units = list(units)
    return violation(values.loc[units], composites[units], digits) < 1e-5


def table(seed, units, indicators, digits):
    """Values and composites from weights in hundredths, both rounded."""
    chance = np.random.default_rng(seed)
    weights = chance.multinomial(100 - indicators, np.full(indicators, 1 / indicators)) + 1
    values = pd.DataFrame(
        chance.random((units, indicators)),
        index=[f"u{k}" for k in range(units)],
        columns=[f"i{k}" for k in range(indicators)],
    )
    return values.round(digits), (values @ (weights / 100)).round(digits)


def plant(seed, units, indicators, digits, rows):
    """A table of which some rows have other composites; drawn again until it contradicts itself by more than noise."""
    for again in itertools.count():
        values, composites = table(1000 * seed + again, units, indicators, digits)
        chance = random.Random(1000 * seed + again)
        planted = chance.sample(list(values.index), rows)
        true = composites.copy()
        for unit in planted:
            off = chance.choice([-1, 1]) * chance.randint(20, 400) * 10.0**-digits
            composites[unit] = round(composites[unit] + off, digits)
        if not fit(values, composites, digits, values.index):
            return values, composites, true, planted


# ------------------------------------------------------------------------------------------------------------- contradictions


@pytest.mark.parametrize(
    ("units", "indicators", "rows", "times"),
    [(5, 2, 1, 25), (6, 3, 1, 20), (7, 3, 2, 6), (10, 3, 3, 6), (14, 5, 2, 2)],
)
def test_a_contradiction_contradicts_itself_and_none_of_it_can_be_spared(units, indicators, rows, times):
    for seed in range(times):
        values, composites, _, planted = plant(seed, units, indicators, 3, rows)
        found = recover(values, composites, digits=3)
        assert found.verdict == "impossible"
        units_ = find_contradiction(found, rounds=1).units
        assert not fit(values, composites, 3, units_)
        assert all(fit(values, composites, 3, set(units_) - {one}) for one in units_)
        # The other rows fit together, so each contradiction has one of those that were changed.
        assert set(units_) & set(planted)


def test_contradictions_of_a_large_table():
    values, composites, _, planted = plant(7, 30, 8, 4, 3)
    units = find_contradiction(recover(values, composites, digits=4), rounds=1).units
    assert not fit(values, composites, 4, units) and set(units) & set(planted)
    assert all(fit(values, composites, 4, set(units) - {one}) for one in units)


@pytest.mark.parametrize(("units", "indicators", "rows", "times"), [(5, 2, 1, 15), (6, 3, 1, 10), (7, 3, 2, 8)])
def test_the_smallest_contradiction_is_the_smallest_of_all_sets(units, indicators, rows, times):
    proven = 0
    for seed in range(100, 100 + times):
        values, composites, *_ = plant(seed, units, indicators, 3, rows)
        found = find_contradiction(recover(values, composites, digits=3), rounds=40)
        assert not fit(values, composites, 3, found.units)
        if found.smallest:
            proven += 1
            smaller = itertools.combinations(values.index, len(found.units) - 1)
            assert all(fit(values, composites, 3, some) for some in smaller)
    assert proven >= 0.9 * times


def test_the_smallest_is_proven_only_if_the_sets_that_fit_are(monkeypatch):
    """That fewer units fit is otherwise the solver's word, which floats may break where rows just touch."""
    values, composites, *_ = plant(100, 6, 3, 3, 1)
    found = recover(values, composites, digits=3)
    known = find_contradiction(found)
    monkeypatch.setattr(proof, "fits", lambda cone: False)
    assert known.smallest and not find_contradiction(found).smallest
    assert len(find_contradiction(found).units) == len(known.units)


def test_a_table_that_fits_has_no_contradiction_and_nothing_to_repair():
    found = recover(TABLE, PRINTED, digits=3)
    assert find_contradiction(found).units == () and find_contradiction(found).smallest
    with pytest.raises(InputError, match="does not contradict itself"):
        find_repairs(found)


def test_rounds_must_be_a_whole_number():
    with pytest.raises(InputError, match="rounds 0"):
        find_contradiction(recover(TABLE, PRINTED, digits=3), rounds=0)


def test_one_composite_outside_its_values_is_a_contradiction_by_itself():
    """A mean lies between the values: 0.95 above 0.9, and 0.05 under 0.1."""
    found = recover(TABLE, PRINTED + [0.2, 0, -0.35, 0], digits=3)
    contradiction = find_contradiction(found)
    assert len(contradiction.units) == 1 and contradiction.units[0] in ("hill", "moor") and contradiction.smallest
    assert find_repairs(found).alternatives == (("hill", "moor"),)


def test_two_rows_of_equal_values_and_unlike_composites_contradict_each_other():
    twins = pd.concat([TABLE, TABLE.loc[["hill"]].rename({"hill": "twin"})])
    found = recover(twins, pd.concat([PRINTED, pd.Series({"twin": 0.74})]), digits=3)
    assert find_contradiction(found).smallest and len(find_contradiction(found).units) == 2


@pytest.mark.parametrize("seed", [236, 395, 402, 520, 589, 595, 626, 773])
def test_a_contradiction_fainter_than_the_solver_resolves_is_no_crash(seed):
    """Eight digits, one composite off by one to three of the last: seeds whose rows miss each other by less than 1e-9."""
    chance = np.random.default_rng(seed)
    values = pd.DataFrame(chance.random((6, 2)).round(8), index=list("abcdef"), columns=["p", "q"])
    composites = (values @ [0.3, 0.7]).round(8)
    composites["a"] = round(composites["a"] + chance.integers(1, 4) * 1e-8, 8)
    found = recover(values, composites, digits=8)
    assert found.verdict == "impossible" and 0 < proof.tension(found.conditions) < 1e-9
    units = find_contradiction(found).units
    assert without_units(found, set(values.index) - set(units)).verdict == "impossible"
    assert find_repairs(found).alternatives


# -------------------------------------------------------------------------------------------------------------------- repairs


@pytest.mark.parametrize(
    ("units", "indicators", "rows", "times"),
    [(6, 2, 1, 6), (4, 4, 1, 8), (6, 4, 1, 4), (7, 3, 1, 6), (7, 2, 2, 4), (7, 3, 2, 4)],
)
def test_without_an_alternative_the_table_fits_and_no_fewer_units_do_it(units, indicators, rows, times):
    for seed in range(200, 200 + times):
        values, composites, _, planted = plant(seed, units, indicators, 3, rows)
        found = find_repairs(recover(values, composites, digits=3))
        everyone = set(values.index)
        sizes = {len(one) for one in found.alternatives}
        assert len(sizes) == 1 and max(sizes) <= rows
        for one in found.alternatives:
            assert fit(values, composites, 3, everyone - set(one))
        # All sets of that size that repair the table are listed, and no smaller one does.
        (size,) = sizes
        all_of_size = {
            one for one in itertools.combinations(values.index, size) if fit(values, composites, 3, everyone - set(one))
        }
        assert found.more or {frozenset(one) for one in found.alternatives} == {frozenset(one) for one in all_of_size}
        assert not any(
            fit(values, composites, 3, everyone - set(one)) for one in itertools.combinations(everyone, size - 1)
        )
        if size == rows:
            assert found.more or frozenset(planted) in {frozenset(one) for one in found.alternatives}


def digit_changed(text, chance, place=None):
    """Another digit at one decimal place (any, if none is given); the digit before the point stays."""
    place = chance.randint(1, len(text) - 2) if place is None else place
    at = text.index(".") + place
    other = chance.choice([d for d in "0123456789" if d != text[at]])
    return text[:at] + other + text[at + 1 :]


@pytest.mark.parametrize(("units", "indicators", "times"), [(8, 2, 15), (10, 4, 10)])
def test_one_altered_digit_of_a_composite_is_named_with_what_was_printed(units, indicators, times):
    chance, seen = random.Random(4), 0
    for seed in range(300, 300 + times):
        values, composites = table(seed, units, indicators, 3)
        unit = chance.choice(list(values.index))
        text = f"{composites[unit]:.3f}"
        altered = composites.where(composites.index != unit, float(digit_changed(text, chance)))
        found = recover(values, altered, digits=3)
        if found.verdict != "impossible":
            continue
        seen += 1
        repair = find_repairs(found)
        assert (unit,) in repair.alternatives
        row = own_row(repair, unit, "composite")
        assert row.low - 0.0005 <= composites[unit] <= row.high + 0.0005
        assert text in row.one_digit
    assert seen > times / 2


@pytest.mark.parametrize("total", [1.0, None])
def test_one_altered_digit_of_a_value_is_named_with_what_was_printed(total):
    chance, seen = random.Random(5), 0
    for seed in range(400, 412):
        values, composites = table(seed, 9, 3, 3)
        unit, column = chance.choice(list(values.index)), chance.choice(list(values.columns))
        text = f"{values.loc[unit, column]:.3f}"
        altered = values.copy()
        altered.loc[unit, column] = float(digit_changed(text, chance, place=chance.choice([1, 2])))
        found = recover(altered, composites, digits=3, total=total)
        if found.verdict != "impossible":
            continue
        seen += 1
        repair = find_repairs(found)
        assert (unit,) in repair.alternatives
        row = own_row(repair, unit, column)
        assert row.printed == f"{altered.loc[unit, column]:.3f}"
        assert row.low - 0.0005 <= values.loc[unit, column] <= row.high + 0.0005
        assert text in row.one_digit
    assert seen > 7


@pytest.mark.parametrize("scale", [0.94, 100.0])
def test_a_total_other_than_one_changes_only_the_scale_of_composites(scale):
    values, composites = table(11, 9, 3, 3)
    printed = (
        values @ recover(values, composites, digits=3).weights.mean(axis=1).pipe(lambda w: w / w.sum()) * scale
    ).round(3)
    unit, text = "u4", f"{printed['u4']:.3f}"
    altered = printed.where(printed.index != unit, float(text[:-3] + str((int(text[-3]) + 3) % 10) + text[-2:]))
    repair = find_repairs(recover(values, altered, digits=3, total=scale))
    assert (unit,) in repair.alternatives and text in own_row(repair, unit, "composite").one_digit
    row = own_row(repair, unit, "composite")
    assert row.low - 0.0005 <= printed[unit] <= row.high + 0.0005
    other = values.copy()
    other.loc[unit, "i1"] = round((values.loc[unit, "i1"] + 0.3) % 0.9, 3)
    row = own_row(find_repairs(recover(other, printed, digits=3, total=scale)), unit, "i1")
    assert row.low - 0.0005 <= values.loc[unit, "i1"] <= row.high + 0.0005 and row.high - row.low < 0.02


def own_row(repair, unit, column):
    """The number's row under the alternative that is this unit alone."""
    own = repair.misprints[repair.misprints.alternative == repair.alternatives.index((unit,))]
    mine = own[(own.unit == unit) & (own.column == column)]
    assert len(mine) == 1
    return mine.iloc[0]


@pytest.mark.parametrize("rounding", ["down", "either"])
def test_altered_composites_of_cut_tables(rounding):
    chance = np.random.default_rng(3)
    exact = pd.DataFrame(chance.random((9, 3)), index=[f"u{k}" for k in range(9)], columns=list("abc"))
    down = (np.floor(exact * 1000) / 1000).round(3), (np.floor(exact @ [0.2, 0.3, 0.5] * 1000) / 1000).round(3)
    values, composites = down
    for unit in values.index:
        true = composites[unit]
        altered = composites.where(composites.index != unit, round(true + (0.3 if true < 0.6 else -0.3), 3))
        repair = find_repairs(recover(values, altered, digits=3, rounding=rounding))
        assert repair.alternatives[0] == (unit,)
        row = own_row(repair, unit, "composite")
        assert f"{true:.3f}" in row.one_digit and row.low - 0.001 <= true + 0.0005 <= row.high + 0.001


def test_what_would_have_to_be_printed_by_hand():
    """Weights three quarters and one quarter give dune 0.525; printed 0.575. The bounds follow from hill, lake and moor.

    hill gives roads 0.7477 to 0.7523 (0.9 r + 0.3 (1 - r) within 0.001 of 0.75, and lake and moor no less wide), so dune lies from
    0.3995 r + 0.8995 (1 - r) at the largest r to 0.4005 r + 0.9005 (1 - r) at the smallest.
    """
    found = recover(TABLE, PRINTED.where(PRINTED.index != "dune", 0.575), digits=3)
    repair = find_repairs(found)
    assert repair.alternatives[0] == ("dune",) and not repair.more
    row = own_row(repair, "dune", "composite")
    rest = without_units(found, ["dune"]).weights
    low = 0.3995 * rest.high["roads"] + 0.8995 * (1 - rest.high["roads"])
    high = 0.4005 * rest.low["roads"] + 0.9005 * (1 - rest.low["roads"])
    assert (row.low, row.high) == pytest.approx((low, high), abs=1e-8)
    assert row.printed == "0.575" and "0.525" in row.one_digit
    assert abs(float(row.nearest) - 0.575) == pytest.approx(abs(row.change)) and float(row.nearest) <= row.high + 0.0005
    # As a value: 0.575 = r x + (1 - r) 0.9 asks for x about 0.4667, which is no digit away from 0.400.
    roads = own_row(repair, "dune", "roads")
    ends = rest.loc["roads", ["low", "high"]].to_numpy()
    assert roads.low == pytest.approx(min((0.5745 - 0.9005 * (1 - ends)) / ends), abs=1e-7)
    assert roads.high == pytest.approx(max((0.5755 - 0.8995 * (1 - ends)) / ends), abs=1e-7)
    assert roads.low < 0.4667 < roads.high and roads.one_digit == []


def test_a_bound_to_one_side_still_names_what_fits():
    """x and y are the same in both columns, so any weights give them; z = 0.95 as a mean of a and 0.1 asks for a high enough a.

    The lowest: all weight on a, whose upper half digit 0.005 is then all there is: 0.945. There is no highest, as a's weight may
    be as small as one likes.
    """
    values = pd.DataFrame({"a": [0.5, 0.5, 0.9], "b": [0.5, 0.5, 0.1]}, index=list("xyz"))
    repair = find_repairs(recover(values, pd.Series({"x": 0.5, "y": 0.5, "z": 0.95}), digits=2))
    row = own_row(repair, "z", "a")
    assert row.low == pytest.approx(0.945) and row.high == np.inf
    assert row.nearest == "0.94" and row.change == pytest.approx(0.04)
    assert {"0.94", "0.99", "1.90"} <= set(row.one_digit) and "0.93" not in row.one_digit
    composite = own_row(repair, "z", "composite")
    assert (composite.low, composite.high) == pytest.approx((0.095, 0.905)) and composite.nearest == "0.91"


def test_an_alternative_that_one_digit_explains_comes_first():
    """Four rows for three free weights: any one left out repairs it. A digit's misprint is plainer than a changed number."""
    seen = 0
    for seed in range(500, 516):
        values, composites, *_ = plant(seed, 4, 4, 3, 1)
        repair = find_repairs(recover(values, composites, digits=3))
        own = repair.misprints[repair.misprints.column == "composite"]
        explained = own.groupby("alternative").one_digit.agg(lambda lists: all(map(bool, lists))).tolist()
        assert explained == sorted(explained, reverse=True)
        changes = (
            own[own.alternative.isin(np.flatnonzero(explained))].groupby("alternative").change.sum().abs().tolist()
        )
        assert changes == sorted(changes)
        seen += len(explained) > 1
    assert seen >= 3  # otherwise nothing was compared


def test_two_misprints_need_two_units():
    values, composites = table(21, 12, 3, 4)
    for pair in itertools.combinations(["u1", "u4", "u9"], 2):
        altered = composites.copy()
        altered[pair[0]] = round(altered[pair[0]] + 0.1, 4)
        altered[pair[1]] = round(altered[pair[1]] - 0.02, 4)
        repair = find_repairs(recover(values, altered, digits=4))
        assert repair.alternatives == (pair,) and not repair.more
        for unit in pair:
            row = repair.misprints.query("unit == @unit and column == 'composite'").iloc[0]
            assert f"{composites[unit]:.4f}" in row.one_digit
        assert len(repair.misprints) == 2 * 4


def test_more_misprints_than_are_looked_for_leave_no_alternative():
    values, composites = table(22, 16, 3, 4)
    altered = composites.copy()
    for k, unit in enumerate(values.index[: module.MOST_MISPRINTS + 1]):
        altered[unit] = round(altered[unit] + 0.05 * (k + 1), 4)
    found = recover(values, altered, digits=4)
    repair = find_repairs(found)
    assert repair.alternatives == () and not repair.more and len(repair.misprints) == 0
    assert list(repair.misprints.columns)[:3] == ["alternative", "unit", "column"]
    one_fewer = altered.where(altered.index != "u0", composites)
    assert find_repairs(recover(values, one_fewer, digits=4)).alternatives == (("u1", "u2", "u3", "u4"),)


def test_geometric_means_are_no_arithmetic_ones():
    """Geometric means lie under arithmetic ones, by more the further the values are apart: no weights make up for that."""
    chance = np.random.default_rng(0)
    values = pd.DataFrame(
        chance.uniform(0.1, 1, (12, 3)).round(4), index=[f"u{k}" for k in range(12)], columns=list("abc")
    )
    composites = np.exp(np.log(values) @ [0.2, 0.3, 0.5]).round(4)
    found = recover(values, composites)
    assert found.verdict == "impossible" and find_contradiction(found).units
    assert find_repairs(found).alternatives == ()


def test_a_list_of_many_alternatives_is_cut_and_says_so(monkeypatch):
    """Pairs of equal rows with unlike composites: each can be repaired at either row, so three of them in eight ways."""
    rows = pd.DataFrame(
        {"a": [0.2, 0.2, 0.5, 0.5, 0.9, 0.9], "b": [0.7, 0.7, 0.1, 0.1, 0.4, 0.4]}, index=list("abcdef")
    )
    composites = pd.Series([0.4, 0.5, 0.3, 0.35, 0.6, 0.7], index=list("abcdef"))
    found = recover(rows, composites, digits=2)
    whole = find_repairs(found)
    assert len(whole.alternatives[0]) >= 3
    monkeypatch.setattr(module, "MOST_REPAIRS", 1)
    cut_list = find_repairs(found)
    assert cut_list.more and len(cut_list.alternatives) == 1
    monkeypatch.setattr(module, "MOST_ROUNDS", 1)
    assert find_repairs(found).more


# -------------------------------------------------------------------------------------------------------------- published table


@pytest.fixture(scope="module")
def printed_2024():
    values = data.load_values("province-2024-34")
    return values, data.load_composites("province-2024-34").reindex(values.index)


def test_an_altered_digit_in_the_table_of_2024_is_found(printed_2024):
    """A sample of the 34 rows and 4 decimals. Composites are known to about two last digits, so only the fourth may escape."""
    values, composites = printed_2024
    chance, escaped = random.Random(2024), 0
    for place, times in ((1, 8), (2, 8), (3, 8), (4, 8)):
        for unit in chance.sample(list(values.index), times):
            text = f"{composites[unit]:.4f}"
            altered = composites.where(composites.index != unit, float(digit_changed(text, chance, place)))
            found = recover(values, altered, digits=4)
            if found.verdict != "impossible":
                assert place == 4
                escaped += 1
                continue
            repair = find_repairs(found)
            assert repair.alternatives[0] == (unit,)
            row = own_row(repair, unit, "composite")
            assert text in row.one_digit and row.low - 0.00005 <= composites[unit] <= row.high + 0.00005
    assert escaped < 8


def test_swapped_digits_in_the_table_of_2024_are_found(printed_2024):
    values, composites = printed_2024
    unit = next(u for u in composites.index if f"{composites[u]:.4f}"[2] != f"{composites[u]:.4f}"[3])
    text = f"{composites[unit]:.4f}"
    altered = composites.where(composites.index != unit, float(text[:2] + text[3] + text[2] + text[4:]))
    repair = find_repairs(recover(values, altered, digits=4))
    assert repair.alternatives == ((unit,),) and text in own_row(repair, unit, "composite").one_digit


def test_an_altered_value_in_the_table_of_2024_is_found(printed_2024):
    values, composites = printed_2024
    for unit, column in (("thanh-hoa", "digital_society"), ("lang-son", "cybersecurity")):
        text = f"{values.loc[unit, column]:.4f}"
        altered = values.copy()
        altered.loc[unit, column] = float(digit_changed(text, random.Random(1), 1))
        repair = find_repairs(recover(altered, composites, digits=4))
        assert repair.alternatives[0] == (unit,) and text in own_row(repair, unit, column).one_digit
