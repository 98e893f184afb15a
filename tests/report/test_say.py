"""Messages, names, numbers and lists in the reader's language."""

import numpy as np
import pytest

from dti_research.errors import InputError, UnknownName
from dti_research.message import Listing, Message, Name, Number, percent
from dti_research.report import say as module
from dti_research.report.say import format_number, say


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
    for call in (lambda: say("a", "fr"), lambda: format_number(1, 0, "fr")):
        with pytest.raises(UnknownName, match="unknown language 'fr'.*vi, en"):
            call()


def test_languages_are_two():
    assert module.LANGUAGES == ("vi", "en")


@pytest.fixture
def messages(tmp_path, monkeypatch):
    """Message files of a test's own."""
    monkeypatch.setattr(module, "MESSAGES", tmp_path)
    module.read_messages.cache_clear()

    def write(vi, en):
        for language, text in (("vi", vi), ("en", en)):
            (tmp_path / language).mkdir(exist_ok=True)
            (tmp_path / language / "village.toml").write_text(text, encoding="utf-8")
            (tmp_path / language / "words.toml").write_text('and = "+"\nyes = "y"\nno = "n"\n', encoding="utf-8")

    yield write
    module.read_messages.cache_clear()


def test_values_are_said_in_the_language_of_the_sentence(messages):
    messages('size = "{unit}: {share} %, {things}"', 'size = "{unit} has {share} % of {things}"')
    things = Listing([Name("đường", "roads"), Name("giếng", "wells")], joined=True)
    sentence = Message("village.size", unit="Đồi {x}", share=percent(0.25), things=things)
    assert say(sentence, "vi") == "Đồi {x}: 25,0 %, đường + giếng"
    assert say(sentence, "en") == "Đồi {x} has 25.0 % of roads + wells"


def test_a_text_is_chosen_by_number_truth_or_word(messages):
    text = """
        units = {by = "n", one = "{n} unit", other = "{n} units"}
        same = {by = "same", yes = "the same", no = "another"}
        kind = {by = "kind", gap = "a gap", other = "something"}
    """
    messages(text, text)
    said = [say(Message("village.units", n=n), "en") for n in (1, 2, np.int64(1), Number(0))]
    assert said == ["1 unit", "2 units", "1 unit", "0 units"]
    assert [say(Message("village.same", same=s), "en") for s in (True, np.bool_(False))] == ["the same", "another"]
    assert [say(Message("village.kind", kind=k), "en") for k in ("gap", "overlap")] == ["a gap", "something"]


def test_what_cannot_be_said_is_an_error(messages):
    messages('size = "{n}"\nkind = {by = "kind", gap = "a"}', 'size = "{n}"\nkind = {by = "kind", gap = "a"}')
    with pytest.raises(UnknownName, match="no message 'village.siez'.*did you mean 'size'"):
        say(Message("village.siez"), "en")
    with pytest.raises(UnknownName, match="no message file 'vilage'.*did you mean 'village'"):
        say(Message("vilage.size"), "en")
    with pytest.raises(InputError, match="no value for n"):
        say(Message("village.size", m=1), "en")
    with pytest.raises(InputError, match="no text for kind 'hole'; known: gap"):
        say(Message("village.kind", kind="hole"), "en")


def test_missing_and_truth():
    assert [say(thing, "vi") for thing in (None, float("nan"), True, False)] == ["–", "–", "có", "không"]
