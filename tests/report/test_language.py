"""Words and numbers in the reader's language."""

import numpy as np
import pytest

from dti_research.errors import UnknownName
from dti_research.report import language
from dti_research.report.language import TERMS, format_number, pick, translate


@pytest.mark.parametrize(
    ("value", "digits", "vi", "en"),
    [
        (0.7104, 4, "0,7104", "0.7104"),
        (1234567.891, 2, "1.234.567,89", "1,234,567.89"),
        (1234, 0, "1.234", "1,234"),
        (311.82, None, "311,82", "311.82"),
        (40.0, None, "40", "40"),
        (np.int64(660), None, "660", "660"),
        (np.float64(0.1) + 0.2, None, "0,3", "0.3"),
        (-12.5, 1, "−12,5", "−12.5"),
        (-0.0001, 2, "0,00", "0.00"),
        (None, 2, "–", "–"),
        (float("nan"), 2, "–", "–"),
        (float("-inf"), 2, "−∞", "−∞"),
    ],
)
def test_number_is_written_as_the_language_writes_it(value, digits, vi, en):
    assert format_number(value, digits, "vi") == vi
    assert format_number(value, digits, "en") == en


def test_year_is_not_grouped_when_asked():
    assert format_number(2024, None, "vi", group=False) == "2024"


@pytest.mark.parametrize("value", ["0,7", True])
def test_what_is_no_number_is_refused(value):
    with pytest.raises(TypeError, match="expected a number"):
        format_number(value, 2, "vi")


def test_unknown_language_lists_the_known_ones():
    for call in (lambda: pick("a", "b", "fr"), lambda: translate("rank", "fr"), lambda: format_number(1, 0, "fr")):
        with pytest.raises(UnknownName, match="unknown language 'fr'.*vi, en"):
            call()


def test_unknown_term_names_the_nearest():
    with pytest.raises(UnknownName, match="did you mean 'weight'"):
        translate("weigth", "en")


def test_every_term_has_both_languages_in_composed_letters():
    import unicodedata

    for key, pair in TERMS.items():
        assert len(pair) == 2 and all(text.strip() for text in pair), key
        assert all(unicodedata.is_normalized("NFC", text) for text in pair), key


def test_languages_are_two():
    assert language.LANGUAGES == ("vi", "en")
