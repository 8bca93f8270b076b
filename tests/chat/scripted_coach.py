"""A coach that says what a test tells it to, when it tells it to."""

from __future__ import annotations

import asyncio

from studyin.coach.base import Ask, Outcome, Reply
from studyin.library.search import Found


class ScriptedCoach:
    """Each question is taken from `asked`; the reply goes on with every `say`, and ends with `end` or `fail`."""

    name = "scripted"
    model = "script-1"

    def __init__(self) -> None:
        self.asked: list[Ask] = []
        self.cancelled = asyncio.Event()
        self._replies: list[Reply] = []
        self._endings: list[asyncio.Future[Outcome]] = []
        self._arrived = asyncio.Condition()

    async def reply(self, ask: Ask, reply: Reply) -> Outcome:
        ending = asyncio.get_running_loop().create_future()
        self.asked.append(ask)
        self._replies.append(reply)
        self._endings.append(ending)
        async with self._arrived:
            self._arrived.notify_all()
        try:
            return await ending
        except asyncio.CancelledError:
            self.cancelled.set()
            raise

    async def is_asked(self, times: int = 1) -> None:
        """Return when that many questions have come."""
        async with self._arrived:
            await self._arrived.wait_for(lambda: len(self.asked) >= times)

    def context(self, *found: Found) -> None:
        self._replies[-1].context(found)

    def say(self, text: str) -> None:
        self._replies[-1].say(text)

    def think(self, text: str) -> None:
        self._replies[-1].think(text)

    def notice(self, code: str, message: str) -> None:
        self._replies[-1].notice(code, message)

    def end(self, outcome: Outcome | None = None) -> None:
        self._endings[-1].set_result(outcome or Outcome(model=self.model))

    def fail(self, error: Exception) -> None:
        self._endings[-1].set_exception(error)
