"""The coach that needs no model: it quotes the student's notes, asks about them and checks the answers.

It never makes up a fact. Whatever it says about the subject is a quotation with its source; its own words are about the
conversation.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterator

from studyin.coach import asking, checking, explaining, welcoming
from studyin.coach.base import Ask, Outcome, Reply
from studyin.coach.dialogue import Dialogue
from studyin.coach.intent import Intent, Message, is_personal, is_yes_or_no, read
from studyin.coach.lesson import Lesson, Told
from studyin.library import Library
from studyin.library.selection import Selection

# A reply is said three words at a time, as fast as one can follow, and whole after this many seconds.
WORDS_AT_ONCE = 3
SECONDS_A_PIECE = 0.033
MOST_SECONDS = 1.2


_WITHOUT_A_QUESTION: dict[Intent, Callable[[Lesson], Awaitable[Told]]] = {
    Intent.GREETING: welcoming.greeting,
    Intent.THANKS: welcoming.thanks,
    Intent.AGREED: welcoming.agreed,
    Intent.ABOUT: welcoming.about,
    Intent.MORE: explaining.more,
}


class NotesCoach:
    """sleep: how it waits between two pieces of a reply."""

    name = "notes"
    model = None

    def __init__(self, library: Library, *, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self._library = library
        self._sleep = sleep

    async def reply(self, ask: Ask, reply: Reply) -> Outcome:
        lesson = Lesson(Selection(self._library, ask.material_ids), ask, Dialogue.of(ask.dialogue))
        told = await welcoming.state_of_library(lesson) or await self._teach(lesson)
        reply.context(told.found)
        await self._say(reply, told.text)
        return Outcome(dialogue=told.dialogue.shape())

    async def _teach(self, lesson: Lesson) -> Told:
        pending = lesson.dialogue.pending
        message = read(lesson.ask.question, open_question=pending is not None)
        if pending:
            match message.intent:
                case Intent.ATTEMPT if is_yes_or_no(message.about) and not checking.wants_yes_or_no(pending):
                    return checking.ask_for_more(lesson, pending)
                case Intent.ATTEMPT if is_personal(message.about) and checking.is_beside(pending, message.about):
                    return await explaining.digression(lesson, message.about)
                case Intent.ATTEMPT:
                    return await checking.attempt(lesson, pending, message.about)
                case Intent.HINT:
                    return await checking.give_hint(lesson, pending)
                case Intent.TELL:
                    return await checking.tell(lesson, pending)
        return await self._answer(lesson, message)

    async def _answer(self, lesson: Lesson, message: Message) -> Told:
        courtesy = _WITHOUT_A_QUESTION.get(message.intent)
        if courtesy:
            return await courtesy(lesson)
        if message.intent in (Intent.QUIZ, Intent.SKIP):
            topic = message.about if message.intent is Intent.QUIZ else ""
            return await asking.quiz(lesson, topic) or await welcoming.nothing_found(lesson, topic)
        return await explaining.explain(lesson, message.about, direct=message.direct)

    async def _say(self, reply: Reply, text: str) -> None:
        pieces = list(_pieces(text))
        pause = min(SECONDS_A_PIECE, MOST_SECONDS / max(len(pieces), 1))
        for piece in pieces:
            reply.say(piece)
            await self._sleep(pause)


def _pieces(text: str) -> Iterator[str]:
    words = re.findall(r"\s*\S+\s*?(?=\s|$)|\s+$", text)
    for start in range(0, len(words), WORDS_AT_ONCE):
        yield "".join(words[start : start + WORDS_AT_ONCE])
