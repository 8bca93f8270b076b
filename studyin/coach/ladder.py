"""The hints for a question that is open, one rung after the other: where to look, how it begins, nearly all of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from studyin.coach.grading import key_words
from studyin.coach.question import Form, Question
from studyin.coach.questions import GAP
from studyin.coach.quoting import quoted
from studyin.language import enumerated, say, say_number
from studyin.library.terms import fold, plain
from studyin.store.materials import HEADING_SEPARATOR

# The rungs: 0 is no hint yet; what comes behind the last is the sentence itself, and no hint any more.
WHERE = 1  # the heading it stands under
FIRST_LETTERS = 2  # first letters and lengths
LAST_HINT = 3  # half of it, or the sentence with its key words left out
MAX_KEY_WORDS = 4
MAX_RECALLED = 8

_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")


def hint(question: Question, rung: int, rarity: Mapping[str, float]) -> str:
    """The hint of a rung, 1 to LAST_HINT, Markdown. rarity: as `grade` wants it."""
    if question.form is Form.RECALL:
        return _of_recall(question, rung, rarity)
    if rung <= WHERE:
        return _where(question)
    return _letters(question, rarity) if rung == FIRST_LETTERS else _nearly(question, rarity)


def _of_recall(question: Question, rung: int, rarity: Mapping[str, float]) -> str:
    """For free recall: how much there is, then how its telling words begin, then half of them."""
    words = [_telling(replace(question, expected=(part,)), rarity)[:1] for part in question.expected]
    telling = list(dict.fromkeys(word for found in words for word in found))[:MAX_RECALLED]
    if rung <= WHERE or not telling:
        return say_number(
            len(question.expected),
            "Your notes have one point there; start with what it is, then what it does.",
            "Your notes have {number} points there; start with what it is, then what it does.",
        )
    if rung == FIRST_LETTERS:
        return say("Among them: {words}.", words=enumerated([_described(word) for word in telling]))
    return say("Among them: {words}.", words=enumerated([f"`{_half(word)}`" for word in telling]))


def _where(question: Question) -> str:
    headings = question.heading.split(HEADING_SEPARATOR)[-2:]
    place = f"*{headings[-1]}*" if question.heading else question.filename
    if len(headings) > 1:
        place = say("{heading} in {above}", heading=place, above=f"*{headings[0]}*")
    return say("Think back to what your notes say under {place}.", place=place)


def _letters(question: Question, rarity: Mapping[str, float]) -> str:
    if question.form is Form.LIST:
        return say(
            "They begin with {words}.", words=enumerated([f"**{_initial(item)}**…" for item in question.expected])
        )
    if question.form is Form.GAP:
        words = question.answer.split()
        return say("It is {words}.", words=enumerated([_described(word) for word in words]))
    telling = [_described(word) for word in _telling(question, rarity)]
    return say("These words belong in it: {words}.", words=enumerated(telling)) if telling else _where(question)


def _nearly(question: Question, rarity: Mapping[str, float]) -> str:
    if question.form is Form.LIST:
        halves = [_half(" ".join(plain(item).split()[:4])) for item in question.expected]
        return say("Nearly there: {words}.", words=enumerated([f"`{half}`" for half in halves]))
    if question.form is Form.GAP:
        return say("Nearly there: {words}.", words=f"`{_half(question.answer)}`")
    blanked = question.expected[0]
    for word in _telling(question, rarity):
        blanked = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", GAP, blanked)
    return f"{say('The sentence, with its key words left out:')}\n\n{quoted(blanked)}"


def _telling(question: Question, rarity: Mapping[str, float]) -> list[str]:
    """The words that the first expected sentence turns on, as they are written there, in its order."""
    keys = key_words(question, rarity)[:MAX_KEY_WORDS]
    written = [match[0] for match in _WORD.finditer(plain(question.expected[0]))]
    return list(dict.fromkeys(word for word in written if fold(word) in keys))


def _initial(item: str) -> str:
    match = _WORD.search(plain(item))
    return match[0][0].upper() if match else "?"


def _described(word: str) -> str:
    if word[0].isdigit():
        digits = sum(letter.isdigit() for letter in word)
        return say_number(digits, "a number with one digit", "a number with {number} digits")
    return say_number(len(word), "**{letter}**… (one letter)", "**{letter}**… ({number} letters)", letter=word[0])


def _half(text: str) -> str:
    return " ".join(word[: (len(word) + 1) // 2] + "·" * (len(word) // 2) for word in text.split())
