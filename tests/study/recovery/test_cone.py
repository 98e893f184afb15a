"""Cones: every bound against the exact one from the edges of the cone, in whole numbers, also where the solver answers nonsense."""

import itertools
import math
from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dti_research.study.recovery import cone as proof
from dti_research.study.recovery.cone import Cone, contradiction, fits, fulfilled, greatest_ratio, least_ratio, tension

HONEST = proof._solve
many = settings(max_examples=60, deadline=None, derandomize=True)


def cone_of(rows, owners=None):
    rows = np.array(rows, dtype=object)
    return Cone(rows, np.arange(len(rows)) if owners is None else np.array(owners))


def edges(cone):
    """The edges of a cone of two or three variables in whole numbers: where all but one condition too few hold with equality.

    z >= 0 makes the cone pointed, so that everything in it is a sum of its edges.
    """
    count = cone.rows.shape[1]
    planes = [list(map(int, row)) for row in cone.rows] + np.eye(count, dtype=int).tolist()
    found = set()
    if count == 2:
        candidates = [(-b, a) for a, b in planes]
    else:
        candidates = [
            (a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0])
            for a, b in itertools.combinations(planes, 2)
        ]
    for one in candidates:
        for z in (one, tuple(-x for x in one)):
            if any(z) and min(z) >= 0 and all(dot(row, z) <= 0 for row in cone.rows):
                found.add(tuple(x // math.gcd(*z) for x in z))
    return found


def dot(a, b):
    return sum(int(x) * y for x, y in zip(a, b, strict=True))


def exact_least(cone, above, below):
    """The true minimum of the ratio: infinity where the ratio is 0 / 0 everywhere, minus infinity where nothing bounds it."""
    found = edges(cone)
    finite = [Fraction(dot(above, z), dot(below, z)) for z in found if dot(below, z)]
    if not finite:
        return math.inf
    return -math.inf if any(dot(above, z) < 0 for z in found if not dot(below, z)) else min(finite)


@st.composite
def cones(draw, most_rows=6):
    count = draw(st.integers(2, 3))
    row = st.lists(st.integers(-9, 9), min_size=count, max_size=count)
    rows = draw(st.lists(row, max_size=most_rows))
    owners = [draw(st.integers(0, 3)) for _ in rows]
    return Cone(np.array(rows, dtype=object).reshape(len(rows), count), np.array(owners, dtype=int))


@st.composite
def ratios(draw, least_below=0):
    cone = draw(cones())
    count = cone.rows.shape[1]
    above = draw(st.lists(st.integers(-9, 9), min_size=count, max_size=count))
    below = draw(st.lists(st.integers(least_below, 5), min_size=count, max_size=count).filter(any))
    return cone, above, below


def nonsense(seed):
    """A solver that claims success and hands back multipliers that mean nothing: noise, other signs, zeros, far too large."""
    rng = np.random.default_rng(seed)

    def solve(objective, rows, total, bounds=(0, None)):
        answer = HONEST(objective, rows, total, bounds)
        known = answer.ineqlin.marginals if answer.status == 0 else None
        true = np.zeros(len(rows)) if known is None or len(known) != len(rows) else np.array(known)
        kinds = [
            true + rng.normal(0, 10.0 ** rng.integers(-12, 2), len(rows)),
            rng.permutation(true),
            -true,
            true * 10.0 ** rng.integers(-9, 9),
            -rng.exponential(1, len(rows)),
            np.full(len(rows), -1e6),
            np.zeros(len(rows)),
        ]
        return SimpleNamespace(status=0, ineqlin=SimpleNamespace(marginals=kinds[rng.integers(len(kinds))]), fun=1.0)

    return solve


# --------------------------------------------------------------------------------------------------------------------- ratios


@given(ratios(least_below=1))
@many
def test_the_least_ratio_is_below_the_true_one_and_next_to_it(case):
    cone, above, below = case
    true, found = exact_least(cone, above, below), least_ratio(cone, above, below)
    assert true == math.inf or Fraction(found) <= true
    # Coefficients are at most 9, so a solver's 1e-10 of the multipliers moves the bound by less than 1e-7.
    assert true == math.inf or found >= float(true) - 1e-7


@given(ratios())
@many
def test_a_ratio_to_some_of_the_variables_is_never_overstated(case):
    """Where ``below`` has zeros the ratio may have no bound, or one that is not proven; it must not have a wrong one."""
    cone, above, below = case
    true, found = exact_least(cone, above, below), least_ratio(cone, above, below)
    assert true == math.inf or found == -math.inf or Fraction(found) <= true


@given(ratios(least_below=1))
@many
def test_the_greatest_ratio_is_above_the_true_one(case):
    cone, above, below = case
    true = exact_least(cone, [-a for a in above], below)
    assert true == math.inf or -true <= Fraction(greatest_ratio(cone, above, below)) <= -true + Fraction(1, 10**7)


@given(ratios(), st.integers(0, 10**6))
@settings(max_examples=90, deadline=None, derandomize=True)
def test_a_bound_holds_whatever_multipliers_the_solver_proposes(case, seed):
    cone, above, below = case
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(proof, "_solve", nonsense(seed))
        found = least_ratio(cone, above, below)
    true = exact_least(cone, above, below)
    assert true == math.inf or found == -math.inf or Fraction(found) <= true


def test_nonsense_would_be_noticed_without_the_proof():
    """The solver's own value, believed as it stands, does overstate: the test above can fail."""
    cone = cone_of([[-1, 2]])
    believed = [nonsense(seed)(np.array([1.0, 0.0]), np.array([[-0.5, 1.0]]), [1.0, 1.0]).fun for seed in range(3)]
    assert max(believed) > exact_least(cone, [1, 0], [1, 1]) == Fraction(2, 3)


def test_a_solver_that_fails_leaves_plain_bounds_and_is_not_taken_for_an_answer(monkeypatch):
    failed = SimpleNamespace(status=4, x=None, fun=None, message="numerical difficulties")
    monkeypatch.setattr(proof, "_solve", lambda *args, **kwargs: failed)
    cone = cone_of([[-1, 2], [2, -1]])
    assert least_ratio(cone, [1, 0], [1, 1]) == 0 and greatest_ratio(cone, [1, 0], [1, 1]) == 1
    for ask in (contradiction, fits, tension):
        with pytest.raises(RuntimeError, match="not solved: numerical difficulties"):
            ask(cone)


def test_without_conditions_a_ratio_has_its_plain_bounds():
    empty = Cone(np.empty((0, 2), dtype=object), np.array([], dtype=int))
    assert (least_ratio(empty, [3, -2], [1, 1]), greatest_ratio(empty, [3, -2], [1, 1])) == (-2, 3)
    assert contradiction(empty) == [] and fits(empty) and tension(empty) < 0


def test_a_condition_without_numbers_says_nothing():
    silent, speaking = cone_of([[0, 0], [-1, 2]]), cone_of([[-1, 2]])
    assert least_ratio(silent, [1, 0], [1, 1]) == least_ratio(speaking, [1, 0], [1, 1]) == pytest.approx(2 / 3)
    assert contradiction(cone_of([[0, 0]])) == []
    assert contradiction(cone_of([[0, 0], [-1, 2], [2, -1], [0, 0]])) == [1, 2]


def test_what_nothing_bounds_is_infinite():
    """z1 may grow against z0 without limit; z0 against z1 not."""
    free = cone_of([[1, -1]])
    assert greatest_ratio(free, [0, 1], [1, 0]) == math.inf
    assert least_ratio(free, [0, 1], [1, 0]) == pytest.approx(1, abs=1e-8)
    assert greatest_ratio(free, [1, 0], [0, 1]) == pytest.approx(1, abs=1e-8)


def test_a_variable_without_limit_does_not_cost_the_bounds_of_the_others():
    """7 a <= 3 s, and c in no condition: a / s is at most 3/7 however large c may be; and at least 1/7 with 7 a >= s."""
    cone = cone_of([[7, 0, -3], [-7, 0, 1]])
    assert greatest_ratio(cone, [1, 0, 0], [0, 0, 1]) == pytest.approx(3 / 7, abs=1e-8)
    assert least_ratio(cone, [1, 0, 0], [0, 0, 1]) == pytest.approx(1 / 7, abs=1e-8)
    assert greatest_ratio(cone, [0, 1, 0], [0, 0, 1]) == math.inf


@given(st.integers(1, 40), st.integers(1, 40), st.integers(1, 10**6), st.integers(1, 10**6))
@many
def test_the_unit_is_multiplied_before_rounding(a, b, p, q):
    """The share of z0 is exactly a / (a + b); in units of p/q a float below it must lie within its last binary digits."""
    cone = cone_of([[b, -a], [-b, a]])
    true = Fraction(a, a + b) * Fraction(p, q)
    low, high = (f(cone, [1, 0], [1, 1], Fraction(p, q)) for f in (least_ratio, greatest_ratio))
    assert Fraction(low) <= true <= Fraction(high)
    assert high - low <= 1e-9 * float(true) * (a + b)


def test_numbers_beyond_64_bits_do_not_overflow():
    huge = 10**30
    cone = cone_of([[-huge, 2 * huge], [3 * huge + 1, -9 * huge]])
    # z0 >= 2 z1 and (3 + 1e-30) z0 <= 9 z1: z0 from 2/3 to just under 3/4 of both.
    assert least_ratio(cone, [1, 0], [1, 1]) == pytest.approx(2 / 3)
    assert greatest_ratio(cone, [1, 0], [1, 1]) == pytest.approx(3 / 4)
    # The float nearest to the bound is 3/4 itself; it lies above, as it must.
    assert Fraction(greatest_ratio(cone, [1, 0], [1, 1])) >= Fraction(9 * huge, 12 * huge + 1)


# ------------------------------------------------------------------------------------------------------------- contradictions


@given(cones())
@settings(max_examples=70, deadline=None, derandomize=True)
def test_a_contradiction_is_found_where_the_cone_has_no_edge_and_only_there(case):
    """Only 0 is left exactly if some sum of conditions is positive in each variable (Ville 1938), so a proof always exists."""
    found = contradiction(case)
    assert bool(found) == (len(case.rows) > 0 and not edges(case))
    if found:
        assert not edges(case.keep(found))


@given(cones())
@settings(max_examples=70, deadline=None, derandomize=True)
def test_what_is_said_to_fit_has_an_edge(case):
    """The other way round a cone that is a single line may not be hit by a float; then nothing is claimed."""
    if fits(case):
        assert edges(case) and contradiction(case) == []
    elif len(case.rows) and edges(case):
        assert tension(case) == pytest.approx(0, abs=1e-9)


@given(cones(), st.integers(0, 10**6))
@settings(max_examples=90, deadline=None, derandomize=True)
def test_a_cone_with_an_edge_is_never_accused_whatever_the_solver_proposes(case, seed):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(proof, "_solve", nonsense(seed))
        found = contradiction(case)
    assert not found or not edges(case.keep(found))


def test_a_faint_contradiction_is_proven():
    """z0 >= (1 + d) z1 and z1 >= (1 + d) z0 miss each other by d alone."""
    for digits in (6, 8, 10):
        one = 10**digits
        cone = cone_of([[-one, one + 1], [one + 1, -one]])
        assert contradiction(cone) in ([0, 1], [])  # never wrong ...
        assert digits > 8 or contradiction(cone) == [0, 1]  # ... and found as far as printed digits are resolved
    assert contradiction(cone_of([[-(10**8), 10**8], [10**8, -(10**8)]])) == []


def test_keep_and_drop_part_the_conditions_by_owner():
    cone = cone_of([[1, -1], [2, -2], [3, -3], [4, -4]], [0, 1, 0, 2])
    assert cone.keep([0]).rows[:, 0].tolist() == [1, 3] and cone.drop([0]).rows[:, 0].tolist() == [2, 4]
    assert cone.drop([0]).owners.tolist() == [1, 2] and len(cone.keep([]).rows) == 0 and len(cone.drop([]).rows) == 4


def test_tension_by_hand():
    """z0 + z1 = 1; z0 <= t, z1 <= t: t is at least one half. One of them alone is fulfilled with room."""
    assert tension(cone_of([[1, 0], [0, 1]])) == pytest.approx(0.5)
    assert tension(cone_of([[1, 0]])) == pytest.approx(0)
    assert tension(cone_of([[1, -1]])) == pytest.approx(-1)


def test_fulfilled_keeps_the_asked_and_breaks_the_fewest_it_can():
    """z0 >= 2 z1 (owner 0) against z1 >= 2 z0 (owner 1) and z0 >= z1 (owner 2)."""
    cone = cone_of([[-1, 2], [2, -1], [-1, 1]])
    assert fulfilled(cone, [0]) == [0, 2]
    assert fulfilled(cone, [1]) == [1]
    assert fulfilled(cone.drop([1]), []) == [0, 2]


def test_fulfilled_of_a_contradiction_is_what_was_asked_for():
    assert fulfilled(cone_of([[-1, 2], [2, -1], [1, 1]]), [0, 1]) == [0, 1]
