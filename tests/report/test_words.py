"""Words for a Vietnamese reader: nothing English is left in places and findings."""

import re

import pytest

from dti_research import data
from dti_research.report import words
from dti_research.study import published
from dti_research.study.audit import audit

ENGLISH = re.compile(
    r"\b(table|row|column|text|paragraph|sentence|from|below|points|level|rank|mean|of|the|carry|with|within|list|group|heading|"
    r"boundary|upper|lower|newspaper|press|printed|composites?|indicators|levels|districts|departments|provinces|to)\b"
)


def test_places_of_claims_and_tables_are_vietnamese():
    places = set(data.load_claims().locator) | set(data.load_raw("levels").locator) | set(data.load_tables().locator)
    left = {place: words.say(place, "vi") for place in places if not place.startswith("single ")}
    # a column's code stays as it is in the table
    left = {
        p: t for p, t in left.items() if ENGLISH.search(re.sub(r"digital_\w+", "", t)) and "no complete table" not in p
    }
    assert left == {}


def test_findings_are_vietnamese():
    left = []
    for finding in audit():
        for text in (finding.printed, finding.expected, finding.where):
            spoken = re.sub(r"[\w-]+:[\w:-]+|\([a-z-]+-\d{4}", "", words.say(text, "vi"))
            if ENGLISH.search(spoken):
                left.append(spoken)
    assert left == []


def test_an_english_reader_gets_them_as_written():
    assert words.say("table 1, row 2", "en") == "table 1, row 2"


@pytest.mark.parametrize("pairs", [words.CONCEPTS, words.READINGS, words.WORDS, words.KINDS])
def test_every_pair_has_both_languages(pairs):
    assert all(vi and en for vi, en in pairs.values())


def test_every_kind_of_finding_and_every_concept_has_words():
    assert {f.kind for f in audit()} <= set(words.KINDS)
    assert {i.concept for f in data.load_frameworks().values() for i in f.indicators} <= set(words.CONCEPTS)
    assert set(published.VERDICTS) <= set(words.WORDS)
