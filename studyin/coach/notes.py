"""The coach that needs no model: it quotes the student's notes, asks about them and checks the answers.

It never makes up a fact. Whatever it says about the subject is a quotation with its source; its own words are about the
conversation.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterator

from studyin.coach import welcoming
from studyin.coach.base import Ask, Outcome, Reply
from studyin.coach.decision import decide
from studyin.coach.dialogue import Dialogue
from studyin.coach.lesson import Lesson, Told
from studyin.library import Library
from studyin.library.selection import Selection

# A reply is said three words at a time, as fast as one can follow, and whole after this many seconds.
WORDS_AT_ONCE = 3
SECONDS_A_PIECE = 0.033
MOST_SECONDS = 1.2


class NotesCoach:
    """sleep: how it waits between two pieces of a reply."""

    name = "notes"
    model = None

    def __init__(self, library: Library, *, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self._library = library
        self._sleep = sleep

    async def reply(self, ask: Ask, reply: Reply) -> Outcome:
        lesson = Lesson(Selection(self._library, ask.material_ids), ask, Dialogue.of(ask.dialogue))
        return await self.say(reply, await welcoming.state_of_library(lesson) or await decide(lesson))

    async def say(self, reply: Reply, told: Told) -> Outcome:
        """Say a reply that has been made up."""
        reply.context(told.found)
        await self._say(reply, told.text)
        return Outcome(dialogue=told.dialogue.shape())

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
