"""What a unit earned: known points printed as pillars, the formula by hand, and figures that contradict each other."""

import math
import random
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dti_research import data
from dti_research.errors import InputError, UnknownName
from dti_research.index.framework import Framework, Indicator, Pillar
from dti_research.study.recovery import earned_points

ROUNDINGS = ["nearest", "down", "either", "twice"]
OF_922 = [100, 100, 100, 100, 100, 200, 150, 150]


def cut(number, digits, how):
    """A number as it is printed: a whole number of last digits. Halves go to the even one; cut digits are left out."""
    scaled = number * 10**digits
    if how == "twice":  # the mean of two numbers that were rounded themselves
        return round(Fraction(round(scaled + Fraction(7, 4)) + round(scaled - Fraction(7, 4)), 2))
    return round(scaled) if how == "nearest" else math.trunc(scaled)


PROVINCE = "national-province-2022"
PILLARS = {"government": "digital_government", "economy": "digital_economy", "society": "digital_society"}
MAXIMUM = {"digital_government": 200, "digital_economy": 150, "digital_society": 150}


@given(
    st.lists(st.integers(0, 10**6), min_size=8, max_size=8),
    st.integers(2, 5),
    st.sampled_from(ROUNDINGS),
    st.booleans(),
)
@settings(max_examples=25, deadline=None, derandomize=True)
def test_what_a_unit_earned_lies_in_the_intervals(shares, digits, how, whole):
    """Known shares of Decision 922's points, printed as composite and pillars, and read back."""
    earned = [Fraction(s, 10**6) * p for s, p in zip(shares, OF_922, strict=True)]
    foundation, activities = sum(earned[:5]), dict(zip(MAXIMUM, earned[5:], strict=True))
    chance = random.Random(shares[0])

    def printed(x):
        return float(
            Fraction(cut(x, digits, chance.choice(["nearest", "down"]) if how == "either" else how), 10**digits)
        )

    pillars = {name: printed((foundation + activities[c]) / (500 + MAXIMUM[c])) for name, c in PILLARS.items()}
    composite = printed(sum(earned) / 1000) if whole else None
    found = earned_points(data.load_framework(PROVINCE), composite, pillars, digits=digits, rounding=how)
    assert found.consistent and found.excess == 0
    for part, true in {"foundation": foundation, **activities}.items():
        # A float solver's answer, widened by 1e-9 of what is available: no proof, hence 1e-5 points.
        assert found.parts.loc[part, "low"] - 1e-5 <= float(true) <= found.parts.loc[part, "high"] + 1e-5
    assert ((0 <= found.parts.low + 1e-9) & (found.parts.high <= found.parts.maximum + 1e-9)).all()


def test_tra_vinhs_foundations_by_hand():
    """The pillars count the foundations three times, the composite once: foundation = (sum of p (500 + max) - 1000 c) / 2.

    Half a digit of each figure: (700 + 650 + 650 + 1000) * 0.00005 / 2 = 0.075 points to either side.
    """
    claims = data.load_claims()
    text = claims[(claims.source == "travinh-2023")].set_index("check").printed
    pillars = dict(zip(PILLARS, map(float, text["pillar"]), strict=True))
    assert (float(text["same_figure"]), *pillars.values()) == (0.6077, 0.6683, 0.6647, 0.5991)
    foundation = (0.6683 * 700 + 0.6647 * 650 + 0.5991 * 650 - 607.7) / 2
    assert foundation == pytest.approx(340.79)
    found = earned_points(data.load_framework(PROVINCE), 0.6077, pillars)
    assert found.consistent and found.parts.maximum.to_dict() == {"foundation": 500, **MAXIMUM}
    low, high = found.parts.loc["foundation", ["low", "high"]]
    assert (low, high) == pytest.approx((foundation - 0.075, foundation + 0.075), abs=1e-4)
    # government = its pillar - foundation: (0.6683 * 700 + 607.7 - 0.6647 * 650 - 0.5991 * 650) / 2, and the same half digits.
    government = 0.6683 * 700 - foundation
    assert found.parts.loc["digital_government", ["low", "high"]].tolist() == pytest.approx(
        [government - 0.075, government + 0.075], abs=1e-4
    )


def test_each_figure_may_have_digits_of_its_own():
    """government 1 to four decimals, so at most 0.035 of 700 points are lost; economy 0.99 to two: 3.25 to 9.75 of 650 are, up to
    0.035 of them perhaps at the foundations."""
    digits = {"government": 4, "economy": 2}
    found = earned_points(data.load_framework(PROVINCE), None, {"government": 1.0, "economy": 0.99}, digits=digits)
    assert found.parts.loc["foundation", ["low", "high"]].tolist() == pytest.approx([499.965, 500], abs=1e-4)
    assert found.parts.loc["digital_economy", ["low", "high"]].tolist() == pytest.approx([140.25, 146.785], abs=1e-4)


def test_one_pillar_alone_leaves_a_range():
    """government 0.6: 420 of 700 earned, of which the activity gives 0 to 200 and the foundations the rest."""
    found = earned_points(data.load_framework(PROVINCE), None, {"government": 0.6}, digits=4)
    assert found.parts.loc["foundation", ["low", "high"]].tolist() == pytest.approx([219.965, 420.035], abs=1e-4)
    assert found.parts.loc["digital_government", ["low", "high"]].tolist() == pytest.approx([0, 200], abs=1e-4)
    assert found.parts.loc["digital_economy", ["low", "high"]].tolist() == pytest.approx([0, 150], abs=1e-4)
    nothing = earned_points(data.load_framework(PROVINCE), 0.5, {})
    assert nothing.parts.loc["foundation", ["low", "high"]].tolist() == pytest.approx([0, 500], abs=1e-4)
    full = earned_points(data.load_framework(PROVINCE), 1, {})
    assert (full.parts.maximum - full.parts.low).max() <= 0.05 + 1e-4  # half a digit of 1000 points


def test_figures_that_contradict_each_other_say_by_how_many_digits():
    """All pillars are 1, so that nothing was lost; but the composite of 0.9 says that 100 points were.

    With every figure off by x, pillars allow losses of 700 x, 650 x and 650 x: the most together, 2000 x, if they are all the
    activities' (at the foundations one loss would show in all three). The composite asks for 100 - 1000 x. So x = 1/30, of which
    half a digit is rounding.
    """
    found = earned_points(data.load_framework(PROVINCE), 0.9, {"government": 1, "economy": 1, "society": 1})
    assert not found.consistent and found.parts[["low", "high"]].isna().all(axis=None)
    assert found.excess == pytest.approx(1000 / 3 - 0.5, abs=1e-3)
    # One digit of the composite is within what four half digits explain; twenty are not.
    near = earned_points(data.load_framework(PROVINCE), 0.5001, {"government": 0.5, "economy": 0.5, "society": 0.5})
    assert near.consistent and near.excess == 0
    # But a figure with all to earn and nothing: the foundations cannot be both.
    assert earned_points(data.load_framework(PROVINCE), None, {"government": 1, "economy": 0}).excess > 1


@pytest.mark.parametrize(
    ("error", "message", "ask"),
    [
        (UnknownName, "unknown pillar of national-province-2022 'gov", (PROVINCE, 0.5, {"gov": 0.5}, {})),
        (UnknownName, "unknown rounding", (PROVINCE, 0.5, {}, {"rounding": "up"})),
        (InputError, "no composite and no pillar", (PROVINCE, None, {}, {})),
        (InputError, "composite 1.5: expected a share", (PROVINCE, 1.5, {}, {})),
        (InputError, "economy -0.1: expected a share", (PROVINCE, None, {"economy": -0.1}, {})),
        (InputError, "economy nan: expected a share", (PROVINCE, None, {"economy": math.nan}, {})),
        (InputError, "at most 2 decimals", (PROVINCE, 0.555, {}, {"digits": 2})),
        (InputError, "digits of composite -1", (PROVINCE, 0.5, {}, {"digits": -1})),
        (InputError, "digits of economy None", (PROVINCE, 0.5, {"economy": 0.5}, {"digits": {"composite": 1}})),
        (InputError, "has no pillars; expected both", ("national-province-2020", 0.5, {}, {})),
        (InputError, "has no published points; expected both", ("national-ministry-2020", 0.5, {}, {})),
    ],
)
def test_earned_points_refuses_what_it_cannot_use(error, message, ask):
    framework, composite, pillars, more = ask
    with pytest.raises(error, match=message):
        earned_points(data.load_framework(framework), composite, pillars, **more)


def test_parts_without_a_group_bear_the_codes_of_their_indicators():
    village = Framework(
        id="village",
        indicators=(Indicator("roads", points=60), Indicator("wells", points=30), Indicator("school", points=10)),
        pillars=(Pillar("works", indicators=("roads", "wells")),),
    )
    found = earned_points(village, 0.5, {"works": 0.5}, digits=2)
    assert list(found.parts.index) == ["roads+wells", "school"] and found.parts.maximum.tolist() == [90, 10]
    # Works 44.55 to 45.45 of 90, all 49.5 to 50.5: the school has what is between.
    assert found.parts.loc["school", ["low", "high"]].tolist() == pytest.approx([4.05, 5.95], abs=1e-5)
