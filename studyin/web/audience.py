"""Who is connected: the open sockets, by account and by the session they follow, and what all of them are told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from aiohttp import WSCloseCode

from studyin.chat.turn import Turn
from studyin.web.shapes import session_frame

if TYPE_CHECKING:
    from studyin.web.chat_socket import ChatSocket

# How long the end of the server waits for the browsers' answers to its goodbye.
GOODBYE_SECONDS = 1.0
# How often those are looked for whose connection is over, and who have not noticed because nobody reads what they send.
SWEEP_SECONDS = 5.0


class Audience:
    """The sockets of one process."""

    def __init__(self, max_sockets: int, max_account_sockets: int) -> None:
        self.max_sockets = max_sockets
        self._max_account_sockets = max_account_sockets
        self.closing = False
        self._accounts: dict[str, set[ChatSocket]] = {}
        self._sessions: dict[str, set[ChatSocket]] = {}
        self._count = 0

    @property
    def count(self) -> int:
        """How many sockets are open."""
        return self._count

    @property
    def is_full(self) -> bool:
        return self._count >= self.max_sockets

    def refusal(self, account_id: str) -> str | None:
        """Why the account can't have another socket, in words that a close frame has room for; None where it can."""
        if self.is_full:
            return f"The server has all {self.max_sockets} connections it takes; try again soon."
        if len(self._accounts.get(account_id, ())) >= self._max_account_sockets:
            return f"You have all {self._max_account_sockets} connections an account may have; close other tabs."
        return None

    def enter(self, socket: ChatSocket) -> Callable[[], None]:
        """Count a socket in; returns the undo."""
        sockets = self._accounts.setdefault(socket.account_id, set())
        sockets.add(socket)
        self._count += 1

        def leave() -> None:
            self._count -= 1
            sockets.discard(socket)
            if not sockets and self._accounts.get(socket.account_id) is sockets:
                del self._accounts[socket.account_id]

        return leave

    def follow(self, socket: ChatSocket, session_id: str) -> Callable[[], None]:
        """Tell the socket of turns that start in the session; returns the undo."""
        followers = self._sessions.setdefault(session_id, set())
        followers.add(socket)

        def leave() -> None:
            followers.discard(socket)
            if not followers and self._sessions.get(session_id) is followers:
                del self._sessions[session_id]

        return leave

    def turn_changed(self, turn: Turn) -> None:
        """The engine's listener: a turn started or ended."""
        if turn.final is None:
            for socket in tuple(self._sessions.get(turn.session_id, ())):
                socket.turn_started(turn)
        self.tell(turn.account_id, turn.session_id, session_frame(turn.session))

    def tell(self, account_id: str, subject: str, frame: Mapping[str, Any]) -> None:
        """Send a frame to all of the account's pages. subject: of two frames on one subject only the newer matters, so
        a page that does not read holds one of each at most."""
        for socket in tuple(self._accounts.get(account_id, ())):
            socket.hear(subject, frame)

    async def sweep_regularly(self) -> None:
        """Let go of sockets that are closed but stay, until cancelled."""
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            for socket in [socket for sockets in self._accounts.values() for socket in sockets]:
                socket.let_go_if_closed()

    async def close(self) -> None:
        """Say goodbye to all: the server goes, the pages come back by themselves."""
        self.closing = True
        sockets = [socket for sockets in self._accounts.values() for socket in sockets]
        if sockets:
            goodbyes = [
                asyncio.create_task(socket.close(WSCloseCode.SERVICE_RESTART, "The server restarts."))
                for socket in sockets
            ]
            await asyncio.wait(goodbyes, timeout=GOODBYE_SECONDS)
            for goodbye in goodbyes:
                goodbye.cancel()
