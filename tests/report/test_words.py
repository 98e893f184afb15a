"""Words for a reader: both languages."""

import pytest

from dti_research import data
from dti_research.report import words
from dti_research.study.claims import VERDICTS, audit


@pytest.mark.parametrize("pairs", [words.CONCEPTS, words.READINGS, words.WORDS, words.KINDS])
def test_every_pair_has_both_languages(pairs):
    assert all(vi and en for vi, en in pairs.values())


def test_every_kind_of_finding_and_every_concept_has_words():
    assert {f.kind for f in audit()} <= set(words.KINDS)
    assert {i.concept for f in data.load_frameworks().values() for i in f.indicators} <= set(words.CONCEPTS)
    assert set(VERDICTS) <= set(words.WORDS)
