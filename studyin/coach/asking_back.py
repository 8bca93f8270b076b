"""A student's own question, turned round: as the coach can ask it back when it has answered it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from studyin.coach.lesson import count
from studyin.coach.phrases import own_question
from studyin.coach.questioning import is_elliptic
from studyin.coach.wants import points_back
from studyin.library.english import FRAME_WORDS
from studyin.library.slips import is_slip
from studyin.library.terms import fold, stem, subject

# A student's own question of so many words can be turned round.
MAX_OWN_WORDS = 20
_VERBS = (
    r"(?:is|are|was|were|do|does|did|can|could|will|would|should|has|have|had|must|may|happens|causes|limits|comes)"
)
_OWN_QUESTION = re.compile(
    rf"\W*(?:what|why|how|when|where|who)(?:'?s| {_VERBS})\b|\W*(?:which|how many|how much|what) \w+ .*\b{_VERBS}\s+\S"
    r"|\W*how (?:many|much|long|far|high|old|often) \w+ \w+",
    re.IGNORECASE,
)
_TASK = re.compile(r"(?:explain|describe|compare|define|state|list|name|enumerate)\b", re.IGNORECASE)
_FIRST_PERSON = re.compile(r"\bi\b")
# In letters: of a shorter word a slip makes another one.
LEAST_MENDED = 6
_WORD = re.compile(r"[^\W\d_]+")


def alone(message: str, asked: str) -> str:
    """A student's question as it can be asked back, on another day too; empty where it can't. message: as it was
    written; asked: the question in it."""
    return own_question(message) or _turned_round(asked)


def as_written(question: str, texts: Sequence[str]) -> str:
    """A question with its slips of the keyboard written as the notes have the words."""
    there = {fold(match[0]): match[0] for text in texts for match in _WORD.finditer(text)}

    def mended(match: re.Match[str]) -> str:
        said = fold(match[0])
        if said in there or len(said) < LEAST_MENDED or said in FRAME_WORDS:
            return match[0]
        # Other endings are no slips: "converge" is no "converges".
        near = [
            word for word in there if len(word) >= LEAST_MENDED and is_slip(said, word) and stem(word) != stem(said)
        ]
        near = [word for word in near if not (word.startswith(said) or said.startswith(word))]
        return there[near[0]] if near else match[0]

    return _WORD.sub(mended, question)


def _turned_round(asked: str) -> str:
    question = asked.strip().rstrip("?.! ")
    first, _, rest = question.partition(" ")
    if count(question) > MAX_OWN_WORDS or not subject(question) or points_back(question):
        return ""
    if _TASK.match(question):
        return f"{first.capitalize()} {rest}."
    if is_elliptic(question):
        return f"{question[0].upper()}{question[1:]}."
    return f"{first.capitalize()} {_FIRST_PERSON.sub('I', rest)}?" if _OWN_QUESTION.match(question) else ""
