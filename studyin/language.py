"""What the program says to a student, in the language they read.

Sentences stand in the code in English, inside `say`, where they can be read in their place. All their translations
stand in words/<language>/*.json, by the English sentence; a test holds the two together. What is for whoever runs the
server (the command line, the log, the description of the API) is English, and does not pass here.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

ENGLISH = "en"
# By code, each under the name that its own speakers look for.
LANGUAGES: Mapping[str, str] = {ENGLISH: "English", "de": "Deutsch"}
_THOUSANDS = {ENGLISH: ",", "de": "."}
_DECIMALS = {ENGLISH: ".", "de": ","}

_WORDS = Path(__file__).parent / "words"
# Each request and each turn has its own: a task takes over the language of whoever started it.
_language: ContextVar[str] = ContextVar("language", default=ENGLISH)


def say(sentence: str, /, **values: object) -> str:
    """The sentence, a literal or a phrase, in the current language, with the values in their {places}; without any,
    braces are braces."""
    words = _translations(_language.get()).get(sentence, sentence)
    return words.format(**values) if values else words


def phrase(sentence: str) -> str:
    """The sentence as it is: marks one that is said later, where the language is known, for those who translate."""
    return sentence


def say_number(number: int, one: str, other: str, /, **values: object) -> str:
    """`one` where the number is 1, else `other`; {number} is its place. English and German have no other plurals."""
    return say(one if number == 1 else other, number=in_figures(number), **values)


def enumerated(parts: Sequence[str]) -> str:
    """One after the other: "a, b and c"."""
    return say("{parts} and {last}", parts=", ".join(parts[:-1]), last=parts[-1]) if len(parts) > 1 else "".join(parts)


def in_figures(number: float, decimals: int = 0) -> str:
    """The number as it is written: 1,234.5 in English, 1.234,5 in German."""
    marks = {",": _THOUSANDS[current()], ".": _DECIMALS[current()]}
    return "".join(marks.get(character, character) for character in f"{number:,.{decimals}f}")


def in_short(number: float) -> str:
    """The same with a decimal where that says something, and with two below one: 2, but 1.5 and 0.25."""
    return in_figures(number, next((most for most in (0, 1) if round(number, most) == number), 2 if number < 1 else 1))


def in_bytes(size: int) -> str:
    """A size in MB, rounded down, so that what has no more than is said fits; in bytes where there is not one MB."""
    if size < 2**20:
        return say("{number} bytes", number=in_figures(size))
    return f"{in_short(math.floor(size / 2**20 * 10) / 10)} MB"


def current() -> str:
    """The code of the language that is spoken here."""
    return _language.get()


def speak(language: str) -> None:
    """Speak it from here on, in this task and those it starts; English where it is not known."""
    _language.set(language if language in LANGUAGES else ENGLISH)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak it within the block."""
    before = _language.get()
    speak(language)
    try:
        yield
    finally:
        _language.set(before)


def best_of(accepted: str) -> str:
    """The language that a browser's Accept-Language likes best of ours; English where it names none of them."""
    best, most = ENGLISH, 0.0
    for each in accepted.split(","):
        name, _, weight = each.partition(";")
        language = name.strip().lower().partition("-")[0]
        liking = _weight(weight)
        if language in LANGUAGES and liking > most:
            best, most = language, liking
    return best


def _weight(text: str) -> float:
    """The weight in `q=0.8`; 1 where none is given, 0 where it is no number."""
    if not text.strip():
        return 1.0
    try:
        return float(text.strip().removeprefix("q="))
    except ValueError:
        return 0.0


def word_files() -> list[Path]:
    """Where the words of all languages but English stand, in an order that stays."""
    return sorted(_WORDS.glob("*/*.json"))


@cache
def _translations(language: str) -> Mapping[str, str]:
    words: dict[str, str] = {}
    for file in (each for each in word_files() if each.parent.name == language):
        words.update(json.loads(file.read_text("utf-8")))
    return words
