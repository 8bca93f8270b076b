"""The coach that needs no model: it quotes the student's notes, asks about them and checks the answers.

It never makes up a fact. Whatever it says about the subject is a quotation with its source; its own words are about the
conversation.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterator

from studyin.coach import answering, asking, checking, closing, explaining, recalling, welcoming
from studyin.coach.base import Ask, Outcome, Reply
from studyin.coach.dialogue import Dialogue
from studyin.coach.intent import Intent, Message, greets, read
from studyin.coach.lesson import Lesson, Told
from studyin.coach.nonsense import is_nonsense
from studyin.coach.question import Question
from studyin.library import Library
from studyin.library.selection import Selection

# A reply is said three words at a time, as fast as one can follow, and whole after this many seconds.
WORDS_AT_ONCE = 3
SECONDS_A_PIECE = 0.033
MOST_SECONDS = 1.2


_WITHOUT_A_QUESTION: dict[Intent, Callable[[Lesson], Awaitable[Told]]] = {
    Intent.GREETING: welcoming.greeting,
    Intent.THANKS: welcoming.thanks,
    Intent.GOODBYE: closing.goodbye,
    Intent.AGREED: welcoming.agreed,
    Intent.ABOUT: welcoming.about,
    Intent.MORE: explaining.more,
}
_WITH_A_QUESTION_OPEN: dict[Intent, Callable[[Lesson, Question], Awaitable[Told]]] = {
    Intent.HINT: checking.give_hint,
    Intent.TELL: checking.tell,
    Intent.PUZZLED: checking.say_again,
    Intent.THINKING: welcoming.take_your_time,
    Intent.FEELING: welcoming.unmoved,
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
        if pending and message.intent is Intent.ATTEMPT:
            return await answering.respond(lesson, pending, message)
        while_open = _WITH_A_QUESTION_OPEN.get(message.intent)
        if pending and while_open:
            return await while_open(lesson, pending)
        return await self._answer(lesson, message)

    async def _answer(self, lesson: Lesson, message: Message) -> Told:
        courtesy = _WITHOUT_A_QUESTION.get(message.intent)
        if courtesy:
            return await courtesy(lesson)
        if is_nonsense(message.about):
            return welcoming.not_understood(lesson, message.about)
        match message.intent:
            case Intent.QUIZ | Intent.SKIP:
                topic = message.about if message.intent is Intent.QUIZ else ""
                return await asking.quiz(lesson, topic) or await welcoming.nothing_found(lesson, topic)
            case Intent.RECALL:
                return await recalling.recall(lesson, message.about, message.text)
        if greets(message.about) and not await lesson.library.find(lesson.account_id, message.about, 1):
            return await welcoming.greeting(lesson)
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
