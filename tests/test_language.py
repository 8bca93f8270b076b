"""What is said in another language: each sentence has its translation, and no translation is left over."""

from __future__ import annotations

import ast
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from studyin.language import (
    ENGLISH,
    LANGUAGES,
    best_of,
    current,
    in_bytes,
    in_figures,
    in_short,
    phrase,
    say,
    say_number,
    speak,
    speaking,
)

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


def test_the_page_has_no_words_that_nobody_says() -> None:
    scripts = {path.name: path.read_text() for path in (ROOT / "static" / "js").glob("*.js")}
    said = " ".join(script for name, script in scripts.items() if "words." not in name)
    names = re.findall(r"^  (\w+)(?=[:(])", scripts["words.js"] + scripts["card_words.js"], re.M)
    assert len(names) > 50
    assert not [name for name in names if not re.search(rf"\b{name}\b", said)]


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


# Makes an error that a person may see, and which of its arguments is the message.
_TELLS = {"StudyinError": 1, "ProviderError": 1, "ContextTooLongError": 0, "unsupported": 0, "Refused": 0}
# Their work is for whoever runs the server, who reads English.
_FOR_THE_OPERATOR = {"cli.py", "doctor.py", "user_commands.py", "values.py", "config.py"}
_SAYS = ("say", "say_number")


def unsaid(tree: ast.Module) -> Iterator[int]:
    """The lines of errors whose message is a literal of its own, also where a variable holds it."""
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        given: dict[str, list[ast.expr]] = {}
        for node in ast.walk(function):
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                given.setdefault(node.targets[0].id, []).append(node.value)
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _TELLS:
                message = node.args[_TELLS[node.func.id]] if len(node.args) > _TELLS[node.func.id] else None
                sources = given.get(message.id, []) if isinstance(message, ast.Name) else [message]
                yield from (node.lineno for source in sources if source is not None and _has_words(source))


def _has_words(node: ast.AST) -> bool:
    """Whether a text for people stands in the expression that is not said."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _SAYS:
        return False
    if isinstance(node, ast.Subscript):
        return _has_words(node.value)
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str) and any(character.isalpha() for character in node.value)
    return any(_has_words(child) for child in ast.iter_child_nodes(node))


def test_every_error_that_a_person_may_see_is_said() -> None:
    sources = [path for path in (ROOT / "studyin").rglob("*.py") if path.name not in _FOR_THE_OPERATOR]
    found = [f"{path.relative_to(ROOT)}:{line}" for path in sources for line in unsaid(ast.parse(path.read_text()))]
    assert not found
    forgotten = """
def refuse(name):
    raise StudyinError(Code.EMPTY, f"Expected {name}.")
def broken():
    message = "Expected another." if 1 else say("Expected one.")
    return unsupported(message)
def right(error):
    message = say("Expected one.")
    return StudyinError(Code.EMPTY, message) or StudyinError(Code.EMPTY, error.message)
"""
    assert list(unsaid(ast.parse(forgotten))) == [3, 6]


@pytest.mark.parametrize("language", TRANSLATED)
def test_what_may_be_tried_again_says_so_in_every_language(language: str) -> None:
    """A page offers a retry by a field; a person, and an older client, by these words."""
    words = translations(language)
    tries = [sentence for sentence in words if "try again" in sentence.lower() and sentence.endswith(".")]
    assert tries
    assert not [sentence for sentence in tries if words["try again"] not in words[sentence]]


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
        for number, english in ((2.0, "2"), (1.5, "1.5"), (1.25, "1.2"), (0.5, "0.5"), (0.25, "0.25"), (0.1, "0.1")):
            assert in_short(number) == english.replace(".", "," if language == "de" else ".")
        assert in_figures(1234.56, 1) == ("1.234,6" if language == "de" else "1,234.6")


def test_a_size_is_told_in_megabytes_that_fit_into_it() -> None:
    sizes = (5 * 2**30, 100 * 2**20, 2**21 - 1, 2**20, 2**20 - 1, 0)
    assert [in_bytes(size) for size in sizes] == ["5,120 MB", "100 MB", "1.9 MB", "1 MB", "1,048,575 bytes", "0 bytes"]
    with speaking("de"):
        assert [in_bytes(size) for size in (2**21 - 1, 2**20 - 1)] == ["1,9 MB", "1.048.575 Bytes"]


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
