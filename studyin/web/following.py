"""One socket in one session: what the page is sent of it, from where the page stands to where the session is."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiohttp import web

from studyin.chat.turn import Turn
from studyin.errors import StudyinError
from studyin.store.sessions import Session
from studyin.web.errors import as_frame
from studyin.web.keys import ENGINE, MESSAGES, SESSIONS
from studyin.web.protocol import Open
from studyin.web.relay import Place, Relay
from studyin.web.shapes import message_shapes, turn_shape

log = logging.getLogger(__name__)


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
        self._after: str | None = None  # the last finished message the page holds
        self._next: tuple[Turn, bool] | None = None  # a newer turn, and whether the page has to be told of it first
        self._task: asyncio.Task[None] | None = None

    def open(self, frame: Open) -> None:
        """Bring the page from where it says it stands to now."""
        self._after = frame.after
        self._wake(frame)

    def begin(self, turn: Turn) -> None:
        """Relay a turn that this very page started: it was told so by `accepted`."""
        if self.turn is not turn:
            self._after = turn.question.id
            self._next = (turn, False)
            self._wake()

    def join(self, turn: Turn) -> None:
        """Relay a turn that another page started."""
        if self._own_page and self.turn is not turn:
            self._next = (turn, True)
            self._wake()

    def leave(self) -> None:
        """No frame of this session is sent any more."""
        if self._task is not None:
            self._task.cancel()

    def _wake(self, frame: Open | None = None) -> None:
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run(frame))

    async def _run(self, frame: Open | None) -> None:
        try:
            if frame is not None:
                await self._catch_up(frame)
            while self._next is not None:
                (turn, is_news), self._next = self._next, None
                self.turn = turn
                if is_news:
                    await self._send_opened(await self._session(), turn, Place())
                await self._relay(turn, Place())
        except ConnectionError:
            pass  # the browser went away; the socket's reader ends on it too
        except StudyinError as error:
            await self._tell(as_frame(error, session_id=self.session_id))
        except Exception:
            log.exception("relaying session %s failed", self.session_id)

    async def _catch_up(self, frame: Open) -> None:
        session = await self._session()
        turn = self._app[ENGINE].running(self._account_id, self.session_id)
        place = Place()
        if turn is not None and turn.id == frame.turn_id and frame.upto <= turn.length:
            place = Place(text=frame.upto, context=frame.upto > 0)
        turn = await self._send_opened(session, turn, place)
        if turn is not None:
            self.turn = turn
            if self._next is not None and self._next[0] is turn:
                self._next = None
            await self._relay(turn, place)

    async def _send_opened(self, session: Session, turn: Turn | None, place: Place) -> Turn | None:
        """Tell the page what it missed and what is running; returns the turn whose text is to follow."""
        missed = await self._app[MESSAGES].finished_after(self._account_id, self.session_id, self._after)
        if turn is not None and any(message.id == turn.id for message in missed):
            turn = None  # it ended while we looked
        if missed:
            self._after = missed[-1].id
        await self._tell(
            {
                "type": "opened",
                "session_id": session.id,
                "title": session.title,
                "messages": await message_shapes(missed),
                "turn": turn_shape(turn, place.text) if turn is not None else None,
            }
        )
        return turn

    async def _relay(self, turn: Turn, place: Place) -> None:
        await Relay(turn, self._send, place, html=self._html, own_page=self._own_page).run()
        self._after = turn.id
        self.turn = None

    async def _session(self) -> Session:
        return await self._app[SESSIONS].get(self._account_id, self.session_id)
