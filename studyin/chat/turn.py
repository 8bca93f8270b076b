"""A turn: a growing text that outlives its sockets.

A reader holds nothing but its place in the text. So there is no queue to overflow, a slow reader simply gets longer
pieces, and resuming is "go on from character n".
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

from studyin.errors import Code, StudyinError
from studyin.language import in_figures, say
from studyin.library.search import Found
from studyin.store.messages import Message, Quotation, Status
from studyin.store.sessions import Session
from studyin.store.turns import Begun
from studyin.text import storable

# A model that never ends must not fill the memory; some thirty times the longest reply a student is meant to read.
MAX_CHARACTERS = 200_000


class Turn:
    """A question and its reply while it grows. Coaches write on it (coach.base.Reply), readers watch it.

    `version` grows with each change; `changed(seen)` waits for a version the reader has not seen. There is no await
    between looking and watching, so nothing can be missed. `final` is the reply as it was stored; until then None.
    place: how many turns it waits for, itself included; 0 when it runs. began_at, first_said_at: seconds of the
    monotonic clock.
    """

    def __init__(self, account_id: str, begun: Begun) -> None:
        self.account_id = account_id
        self.session: Session = begun.session
        self.question: Message = begun.question
        self.reply: Message = begun.reply
        self.quotations: Sequence[Quotation] | None = None
        self.notices: list[dict[str, str]] = []
        self.final: Message | None = None
        self.place = 0
        self.version = 0
        self.began_at = time.monotonic()
        self.first_said_at: float | None = None
        self._text = ""
        self._pieces: list[str] = []
        self._length = 0
        self._thinking = ""
        self._thoughts: list[str] = []
        self._watching: list[asyncio.Future[None]] = []

    @property
    def id(self) -> str:
        return self.reply.id

    @property
    def session_id(self) -> str:
        return self.reply.session_id

    @property
    def text(self) -> str:
        """The reply's Markdown so far."""
        if self._pieces:
            self._text += "".join(self._pieces)
            self._pieces.clear()
        return self._text

    @property
    def length(self) -> int:
        """How many characters (code points) `text` has."""
        return self._length

    @property
    def thinking(self) -> str:
        """The model's reasoning so far."""
        if self._thoughts:
            self._thinking += "".join(self._thoughts)
            self._thoughts.clear()
        return self._thinking

    def wait(self, place: int) -> None:
        """Others are answered first: its place among those that wait; 0 when its time has come."""
        self.place = place
        self._change()

    def context(self, found: Sequence[Found]) -> None:
        self.quotations = tuple(Quotation(n, each.passage, each.coverage) for n, each in enumerate(found, start=1))
        self._change()

    def say(self, text: str) -> None:
        whole = storable(text)
        text = whole[: MAX_CHARACTERS - self._length]
        if self.quotations is None:
            self.quotations = ()
        if self.first_said_at is None:
            self.first_said_at = time.monotonic()
        self._length += len(text)
        self._pieces.append(text)
        self._change()
        if len(text) < len(whole):
            raise StudyinError(
                Code.TOO_LONG,
                say(
                    "The reply reached {most} characters and was ended there. Ask for less at once.",
                    most=in_figures(MAX_CHARACTERS),
                ),
            )

    def think(self, text: str) -> None:
        if len(self._thinking) < MAX_CHARACTERS:
            self._thoughts.append(storable(text))
            self._change()

    def notice(self, code: str, message: str) -> None:
        self.notices.append({"code": code, "message": message})
        self._change()

    def end(self, final: Message) -> None:
        """The reply is stored as `final`; nothing changes after this."""
        if final.status is Status.STREAMING:
            raise ValueError("a turn can't end while its reply is streaming")
        if self.quotations is None:
            self.quotations = ()
        self.final = final
        self._change()

    async def changed(self, seen: int) -> None:
        """Return when `version` is no longer `seen`."""
        if self.version != seen:
            return
        watching = asyncio.get_running_loop().create_future()
        self._watching.append(watching)
        try:
            await watching
        finally:
            if watching in self._watching:  # the reader was cancelled
                self._watching.remove(watching)

    def _change(self) -> None:
        self.version += 1
        if self._watching:
            for watching in self._watching:
                if not watching.done():
                    watching.set_result(None)
            self._watching.clear()
