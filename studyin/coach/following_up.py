"""Questions that need what was said before: "where does it happen?", "why not?", "and in a list?"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from studyin.coach.dialogue import LAST
from studyin.coach.lesson import SEEN, Lesson, Told
from studyin.coach.moves import Move
from studyin.coach.quotable import Quotable
from studyin.coach.wants import ASKS_FOR_CODE, own_subject, points_back
from studyin.coach.welcoming import STILL_OPEN
from studyin.language import current, say
from studyin.library.languages import ENGLISH, GERMAN, language_of
from studyin.library.slips import is_slip
from studyin.library.terms import subject, words

MAX_TOPIC_WORDS = 4
# In letters: of a shorter word a slip makes another one.
LEAST_FRAME = 5

_ONE_MORE = re.compile(r"\W*(?:and|und)\b.{2,60}\?\W*", re.IGNORECASE)


async def completed(lesson: Lesson, question: str) -> str:
    """The question, with the topic of the conversation where it only points at it: "where does it take place?"; and
    without a word that only asks and is misspelt: "Was heist Zersetzung?"."""
    question = await _without_slips(lesson, question)
    own, topic = own_subject(question), lesson.dialogue.topic
    if topic and own and _ONE_MORE.fullmatch(question):
        # What was named last is exchanged: "what did the court decide in Soering?", "and in McCann?".
        return " ".join([*own_subject(topic)[: -len(own)], *own])
    if not topic or (own and not (points_back(question) and len(own) <= 2)):
        return question
    # Who was shown the code of it now asks about the thing.
    about = subject(ASKS_FOR_CODE.sub(" ", topic)) or subject(topic)
    return f"{question} {' '.join(about[:MAX_TOPIC_WORDS])}"


async def _without_slips(lesson: Lesson, question: str) -> str:
    language = language_of(question, list(words(question))) or (GERMAN if current() == "de" else ENGLISH)
    framing = [word for word in language.frame if len(word) > LEAST_FRAME] if language else []
    for word in subject(question):
        if len(word) < LEAST_FRAME or not any(is_slip(word, frame) for frame in framing):
            continue
        if not await lesson.library.find(lesson.account_id, word, 1):
            question = re.sub(rf"\b{re.escape(word)}\b", " ", question, flags=re.IGNORECASE)
    return question


def asks_for_more_of_the_same(lesson: Lesson, question: str, units: Sequence[Quotable]) -> bool:
    """Whether a bare "why?" finds nothing but what the reply before this one has quoted."""
    return not subject(question) and all(f"{LAST}{SEEN}:{unit.place}" in lesson.dialogue.seen for unit in units)


def nothing_more(lesson: Lesson) -> Told:
    """To a "why?" that the notes leave open: the same once more would be no answer."""
    lesson.move = Move.NOTHING
    said = say("Beyond what I just quoted, {notes} say nothing on that.", notes=lesson.notes)
    pending = lesson.dialogue.pending
    if pending:
        return lesson.told(lesson.dialogue, f"{said} {say(STILL_OPEN)}", pending.text)
    return lesson.told(lesson.dialogue, said, say("What shall we look at next?"))
