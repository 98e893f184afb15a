"""A printed number stands for an interval; expected ends are worked out by hand from what rounding means."""

import math
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from dti_research.errors import InputError, UnknownName
from dti_research.study.printed import MOST_DIGITS, ROUNDING, Printed, decimals, outwards


@pytest.mark.parametrize(
    ("text", "rounding", "low", "high"),
    [
        ("0.50", "nearest", "0.495", "0.505"),
        ("0.50", "down", "0.50", "0.51"),
        ("0.50", "either", "0.495", "0.51"),
        ("0.50", "twice", "0.49", "0.51"),
        ("-0.50", "nearest", "-0.505", "-0.495"),
        ("-0.50", "down", "-0.51", "-0.50"),  # digits of a negative number are cut towards zero
        ("-0.50", "either", "-0.51", "-0.495"),
        ("-0.50", "twice", "-0.51", "-0.49"),
        ("0.00", "down", "0", "0.01"),
        ("-0.00", "down", "-0.01", "0"),
        ("1035", "nearest", "1034.5", "1035.5"),
        ("1E-3", "nearest", "0.0005", "0.0015"),
    ],
)
def test_the_interval_behind_a_printed_number(text, rounding, low, high):
    assert Printed(text, rounding).interval() == (Fraction(low), Fraction(high))


@pytest.mark.parametrize("rounding", ROUNDING)
def test_every_number_that_is_printed_so_lies_in_the_interval(rounding):
    """Rounded, cut or averaged the other way round: the number one starts from must be possible."""
    print_with = {
        "nearest": [round],
        "down": [math.trunc],
        "either": [round, math.trunc],
        "twice": [
            lambda x: (round(x - 0.3) + round(x + 0.3)) / 2
        ],  # the mean of two rounded parts, rounded again below
    }[rounding]
    for number in np.random.default_rng(1).uniform(-3, 3, 200):
        for printing in print_with:
            shown = Printed(f"{round(printing(100 * number)) / 100:.2f}", rounding)
            low, high = shown.interval(signed=True)
            assert low <= Fraction(number) <= high, (number, shown)


def test_a_zero_among_negative_numbers_may_have_been_cut_from_either_side():
    assert Printed("0.0", "down").interval(signed=True) == (Fraction(-1, 10), Fraction(1, 10))
    assert Printed("0.0", "nearest").interval(signed=True) == Printed("0.0", "nearest").interval()
    assert Printed("0.1", "down").interval(signed=True) == Printed("0.1", "down").interval()


@pytest.mark.parametrize(
    ("number", "digits", "text", "noise"),
    [
        (0.9, None, "0.9", 0),
        (0.9, 4, "0.9000", 0),
        (35.0, None, "35", 0),
        (-0.25, 3, "-0.250", 0),
        (0.1 + 0.2, None, "0.3", 0),
        (1e-5, None, "0.00001", 0),
        (1 / 3, None, "0.33333333", 1),  # more decimals than can be resolved: one of the last besides
        (0.123456, 4, "0.1235", 1),
        (123456789.125, None, "123456789.125", 10**0),  # twelve digits: one of the last besides
        (123456789.125, 5, "123456789.12500", 10**2),
    ],
)
def test_a_number_of_a_table_as_it_was_printed(number, digits, text, noise):
    assert Printed.of(number, digits) == Printed(text, noise=noise)


def test_noise_widens_to_both_sides_by_last_digits():
    assert Printed("0.5", noise=2).interval() == (
        Fraction(5, 10) - Fraction(25, 100),
        Fraction(5, 10) + Fraction(25, 100),
    )


def test_digits_and_half_digit():
    assert [Printed(text).digits for text in ("0.8241", "0.9000", "35", "-0.5")] == [4, 4, 0, 1]
    assert [Printed(text).half_digit for text in ("0.8241", "35")] == [5e-5, 0.5]
    assert Printed("0.9000").number == 0.9
    assert [decimals(number) for number in (0.8241, 12.0, 1e-5, 1200.0)] == [4, 0, 5, 0]
    assert Printed.of(0.1234567891).digits == MOST_DIGITS


@pytest.mark.parametrize("text", ["", "0,5", "last", "1 035", "nan", "inf"])
def test_a_text_that_is_no_number(text):
    with pytest.raises(InputError, match="expected a number with a decimal point"):
        Printed(text)


def test_an_unknown_rounding_names_the_nearest():
    with pytest.raises(UnknownName, match="did you mean 'nearest'"):
        Printed("0.5", rounding="neerest")


@pytest.mark.parametrize("digits", [0, 2, 5])
def test_bounds_rounded_outwards_hold_what_they_held(digits):
    ends = np.sort(np.random.default_rng(2).normal(scale=40, size=(500, 2)), axis=1)
    low, high = outwards(ends[:, 0], ends[:, 1], digits)
    assert (low <= ends[:, 0]).all() and (high >= ends[:, 1]).all()
    assert (ends[:, 0] - low < 10.0**-digits).all() and (high - ends[:, 1] < 10.0**-digits).all()
    assert [f"{end:.{digits}f}" for end in low] == [f"{round(end, digits):.{digits}f}" for end in low]


def test_outwards_leaves_what_has_the_digits_already_and_what_is_no_bound():
    assert outwards(0.25, 0.5, 2) == (0.25, 0.5)
    assert outwards(-math.inf, math.inf, 3) == (-math.inf, math.inf)
    assert math.isnan(outwards(math.nan, 1.0, 2)[0])
    assert math.copysign(1, outwards(-0.0, -0.4, 0)[1]) == 1  # no negative zero
    low, high = outwards(pd.Series([0.123], ["roads"]), pd.Series([0.126], ["roads"]), 2)
    assert low.to_dict() == {"roads": 0.12} and high.to_dict() == {"roads": 0.13}


def test_noise_of_sums_is_no_digit():
    assert outwards(0.7, 0.1 + 0.2, 1)[1] == 0.4
    assert outwards(0.7 - 1e-12, 0.1 + 0.2, 1, noise=1e-9) == (0.7, 0.3)
