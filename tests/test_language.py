"""What is said in another language: each sentence has its translation, and no translation is left over."""

from __future__ import annotations

import ast
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from studyin.language import ENGLISH, LANGUAGES, best_of, current, in_figures, phrase, say, say_number, speak, speaking

ROOT = Path(__file__).parents[1]
WORDS = ROOT / "studyin" / "words"
TRANSLATED = [language for language in LANGUAGES if language != ENGLISH]
# In a template: say("…"), say_number(n, "…", "…"), phrase("…").
_TEXT = r'"((?:[^"\\]|\\.)*)"'
_SAID = re.compile(rf'\b(?:say|phrase)\(\s*{_TEXT}|\bsay_number\([^"]*{_TEXT},\s*{_TEXT}')
_PLACE = re.compile(r"\{\w*\}")


def said_in_code() -> Iterator[tuple[str, str]]:
    """(where, sentence) of each literal that the code says, or marks to be said later."""
    for path in sorted((ROOT / "studyin").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            first = {"say": node.args[:1], "phrase": node.args[:1], "say_number": node.args[1:3]}.get(node.func.id, [])
            for given in first:
                assert not isinstance(given, ast.JoinedStr), (
                    f"{path.name}:{node.lineno} says an f-string, which no list of words can have; name its values"
                )
                if isinstance(given, ast.Constant):
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", given.value


def said_in_templates() -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / "templates").rglob("*.html")):
        for match in _SAID.finditer(path.read_text()):
            yield from ((path.name, json.loads(f'"{said}"')) for said in match.groups() if said)


def said() -> dict[str, str]:
    """Every sentence that is said, with one of the places where it is."""
    return {sentence: where for where, sentence in (*said_in_code(), *said_in_templates())}


def translations(language: str) -> dict[str, str]:
    words: dict[str, str] = {}
    for file in sorted((WORDS / language).glob("*.json")):
        added = json.loads(file.read_text())
        assert not words.keys() & added.keys(), f"{file.name} translates again what stands in a file before it"
        words.update(added)
    return words


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_sentence_is_translated_and_nothing_else(language: str) -> None:
    words, sentences = translations(language), said()
    assert not {sentence: where for sentence, where in sentences.items() if sentence not in words}
    assert not words.keys() - sentences.keys()


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_has_the_places_of_its_sentence(language: str) -> None:
    words = translations(language)
    assert not [one for one, other in words.items() if Counter(_PLACE.findall(one)) != Counter(_PLACE.findall(other))]
    assert not [sentence for sentence, other in words.items() if not other.strip()]


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_words_of_a_file_stand_in_order(language: str) -> None:
    for file in (WORDS / language).glob("*.json"):
        words = dict(sorted(json.loads(file.read_text()).items()))
        assert file.read_text() == json.dumps(words, ensure_ascii=False, indent=2) + "\n", file.name


def test_a_language_is_spoken_until_another_one_is() -> None:
    speak("de")
    with speaking("en"):
        assert say("Nothing here") == "Nothing here"
    assert say("Nothing here") == "Hier ist nichts"
    assert say(phrase("no sentence of ours")) == "no sentence of ours"
    speak("tlh")
    assert current() == ENGLISH


def test_a_sentence_without_values_keeps_its_braces() -> None:
    assert say('Expected {"type": …}') == 'Expected {"type": …}'
    assert say("{a} and {b}", a="{b}", b=2) == "{b} and 2"


@pytest.mark.parametrize(
    ("language", "number", "words"), [("en", 1, "1 card"), ("en", 1234, "1,234 cards"), ("de", 1234, "1.234 cards")]
)
def test_numbers_are_written_as_the_language_writes_them(language: str, number: int, words: str) -> None:
    with speaking(language):
        assert say_number(number, "{number} card", "{number} cards") == words
        assert in_figures(1234.56, 1) == ("1.234,6" if language == "de" else "1,234.6")


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"),
        ("de", "de"),
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("en-GB,en;q=0.9,de;q=0.8", "en"),
        ("fr,de;q=0.5,en;q=0.4", "de"),
        ("de;q=0", "en"),
        ("de;q=much, en", "en"),
        ("*", "en"),
    ],
)
def test_a_browser_gets_the_language_it_likes_best(accepted: str, language: str) -> None:
    assert best_of(accepted) == language
