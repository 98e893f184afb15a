"""The message files: the same keys, choices and fields in both languages, in composed letters."""

import re
import string
import tomllib
import unicodedata

import pytest

from dti_research.report.say import LANGUAGES, MESSAGES

FILES = sorted({path.name for path in MESSAGES.glob("*/*.toml")})


def flat(node, path=()):
    if isinstance(node, str):
        yield path, node
    else:
        for key, value in node.items():
            yield from flat(value, (*path, key))


def read(language, file):
    return dict(flat(tomllib.loads((MESSAGES / language / file).read_text(encoding="utf-8"))))


def fields(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def without_plural(paths):
    """Vietnamese does not bend words by number: one text may stand where English chooses between one and other."""
    return {path[:-1] if path[-1] in ("by", "one", "other") else path for path in paths}


def test_both_languages_have_the_same_files():
    assert FILES and all((MESSAGES / language / file).is_file() for language in LANGUAGES for file in FILES)


@pytest.mark.parametrize("file", FILES)
def test_both_languages_have_the_same_keys(file):
    vi, en = (read(language, file) for language in LANGUAGES)
    assert without_plural(vi) == without_plural(en)


@pytest.mark.parametrize("file", FILES)
def test_both_languages_use_the_same_fields(file):
    used = {}
    for language in LANGUAGES:
        for path, text in read(language, file).items():
            (key,) = without_plural([path])
            own = {text} if path[-1] == "by" else fields(text)
            used.setdefault(key, {}).setdefault(language, set()).update(own)
    for key, own in used.items():
        # What only chooses the text is no field that both must show.
        chosen = {text for language in LANGUAGES for text in [read(language, file).get((*key, "by"))] if text}
        assert own["vi"] - chosen == own["en"] - chosen, (file, key)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("file", FILES)
def test_texts_are_whole_composed_and_plain(language, file):
    for path, text in read(language, file).items():
        assert text.strip(), path
        assert unicodedata.is_normalized("NFC", text), path
        assert all(re.fullmatch(r"\w+", name) for name in fields(text)), path


def test_every_closed_vocabulary_of_the_data_has_words():
    from dti_research import data
    from dti_research.report.say import is_message
    from dti_research.study.claims import VERDICTS, audit

    frameworks = data.load_frameworks().values()
    needed = {f"claims.kind.{found.kind}" for found in audit()}
    needed |= {f"words.concept.{i.concept}" for f in frameworks for i in f.indicators}
    needed |= {f"words.weights.{f.weights}" for f in frameworks}
    needed |= {f"words.document.{rule.document}" for f in frameworks for rule in f.level_rules}
    needed |= {f"words.verdict.{verdict}" for verdict in VERDICTS}
    assert [key for key in sorted(needed) if not is_message(key)] == []
