"""One socket in one session: what the page is sent of it, from where the page stands to where the session is."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from itertools import takewhile
from typing import Any

from aiohttp import web

from studyin import language
from studyin.chat.ending import unexpected
from studyin.chat.turn import Turn
from studyin.errors import StudyinError
from studyin.store.sessions import Session
from studyin.web.errors import as_frame
from studyin.web.keys import ENGINE, MESSAGES, SESSIONS
from studyin.web.protocol import Open
from studyin.web.relay import Place, Relay
from studyin.web.shapes import controls_shape, message_shapes, turn_shape

log = logging.getLogger(__name__)

# Answers `open` where there is no session yet.
NOTHING_OPENED: Mapping[str, Any] = {
    "type": "opened",
    "session_id": None,
    "title": None,
    "leaf_id": None,
    "messages": [],
    "turn": None,
}


class Following:
    """Relays the session's turns, one after the other, in a task that lives only while there is something to send.

    own_page: the client speaks the protocol's second half, so it is told of turns that other tabs start; html: and it
    wants HTML. `turn` is the one that is being relayed.
    """

    def __init__(
        self,
        app: web.Application,
        account_id: str,
        session_id: str,
        send: Callable[[bytes], Awaitable[None]],
        tell: Callable[[Mapping[str, Any]], Awaitable[None]],
        *,
        own_page: bool,
        html: bool,
    ) -> None:
        self.session_id = session_id
        self.turn: Turn | None = None
        self._app = app
        self._account_id = account_id
        self._send = send
        self._tell = tell
        self._own_page = own_page
        self._html = html
        self._language = language.current()  # its own: another tab's question may be what wakes it
        self._after: str | None = None  # the last finished message the page holds
        self._opening = False
        self._next: list[tuple[Turn, bool]] = []  # newer turns, and whether the page has to be told of each first
        self._task: asyncio.Task[None] | None = None

    async def open(self, frame: Open) -> None:
        """Bring the page from where it says it stands to now. Returns when it was told by `opened`, so that what it
        sends next is answered after that."""
        self._after = frame.after
        self._opening = True
        try:
            session = await self._session()
            turn = self._app[ENGINE].running(self._account_id, self.session_id)
            place = Place()
            if turn is not None and turn.id == frame.turn_id and frame.upto <= turn.length:
                place = Place(text=frame.upto, context=frame.upto > 0)
            await self._send_opened(session, turn, place)
        finally:
            self._opening = False
        if turn is not None:
            self.turn = turn
            self._next = [each for each in self._next if each[0] is not turn]
        self._wake(place)

    def begin(self, turn: Turn) -> None:
        """Relay a turn that this very page started: it was told so by `accepted`."""
        if not self._knows(turn):
            self._next.append((turn, False))
            self._wake()

    def join(self, turn: Turn) -> None:
        """Relay a turn that another page started. Of several only the newest: the `opened` before it has the others."""
        if self._own_page and not self._knows(turn):
            self._next = [each for each in self._next if not each[1]]
            self._next.append((turn, True))
            self._wake()

    def leave(self) -> None:
        """No frame of this session is sent any more."""
        if self._task is not None:
            self._task.cancel()

    def _knows(self, turn: Turn) -> bool:
        return turn is self.turn or any(turn is each for each, _ in self._next)

    def _wake(self, place: Place | None = None) -> None:
        """place: where the page stands in `turn`, which is relayed first."""
        is_idle = not self._opening and (self._task is None or self._task.done())
        if is_idle and (self.turn is not None or self._next):
            self._task = asyncio.create_task(self._run(place or Place()))

    async def _run(self, place: Place) -> None:
        is_news = False
        language.speak(self._language)
        try:
            while self.turn is not None or self._next:
                if self.turn is None:
                    (self.turn, is_news), place = self._next.pop(0), Place()
                await self._relay(self.turn, place, is_news=is_news)
                self.turn = None
        except ConnectionError:
            pass  # the browser went away; the socket's reader ends on it too

    async def _relay(self, turn: Turn, place: Place, *, is_news: bool) -> None:
        try:
            if is_news:
                await self._send_opened(await self._session(), turn, place)
            await Relay(turn, self._send, place, html=self._html, own_page=self._own_page).run()
            self._after = turn.id
        except ConnectionError:
            raise
        except StudyinError as error:
            await self._tell(as_frame(error, session_id=self.session_id, turn_id=turn.id))
        except Exception:
            # The page must not wait for an end that never comes; the turn itself goes on.
            log.exception("relaying turn %s failed", turn.id)
            await self._tell(as_frame(unexpected(), session_id=self.session_id, turn_id=turn.id))

    async def _send_opened(self, session: Session, turn: Turn | None, place: Place) -> None:
        """Tell the page what it missed, and of the turn that it is to follow from its place on."""
        missed = await self._app[MESSAGES].finished_after(self._account_id, self.session_id, self._after)
        if turn is not None:
            # It may have ended while we looked: the page gets its text all the same, once.
            missed = list(takewhile(lambda message: message.id != turn.id, missed))
        if missed:
            self._after = missed[-1].id
        await self._tell(
            {
                "type": "opened",
                "session_id": session.id,
                "title": session.title,
                "controls": controls_shape(session.controls),
                "material_ids": session.material_ids,
                "leaf_id": session.leaf_id,
                "messages": await message_shapes(missed),
                "turn": turn_shape(turn, place.text) if turn is not None else None,
            }
        )

    async def _session(self) -> Session:
        return await self._app[SESSIONS].get(self._account_id, self.session_id)
