"""Who is answered now and who waits: so many turns at once, so many of each account, and fair between them."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass


@dataclass(eq=False, slots=True)
class _Waiting:
    account_id: str
    tell: Callable[[int], None]
    go: asyncio.Future[None]
    place: int = 0


class Queue:
    """Accounts take turns: one that asks fifty questions at once makes another's single question wait for one of them.

    most: how many may run in all; most_per_account: how many of one account.
    """

    def __init__(self, most: int, most_per_account: int) -> None:
        self._most = most
        self._most_per_account = most_per_account
        self._running: Counter[str] = Counter()
        self._lines: dict[str, deque[_Waiting]] = {}  # in the order in which the accounts take turns

    @property
    def waiting(self) -> int:
        """How many wait."""
        return sum(map(len, self._lines.values()))

    @asynccontextmanager
    async def place(self, account_id: str, tell: Callable[[int], None]) -> AsyncIterator[None]:
        """Holds a place among the running from when there is room until the block ends.

        tell gets the place in the line, 1 for the next, whenever it changes, and 0 when the wait is over; nothing where
        there was none.
        """
        waiting = _Waiting(account_id, tell, asyncio.get_running_loop().create_future())
        self._lines.setdefault(account_id, deque()).append(waiting)
        self._move_up()
        try:
            await waiting.go
        except asyncio.CancelledError:
            if waiting.go.done() and not waiting.go.cancelled():  # it was let in at the very moment it gave up
                self._leave(account_id)
            else:
                self._give_up(waiting)
            raise
        try:
            yield
        finally:
            self._leave(account_id)

    def _leave(self, account_id: str) -> None:
        self._running[account_id] -= 1
        if not self._running[account_id]:
            del self._running[account_id]
        self._move_up()

    def _give_up(self, waiting: _Waiting) -> None:
        line = self._lines.get(waiting.account_id, deque())
        if waiting in line:
            line.remove(waiting)
            if not line:
                del self._lines[waiting.account_id]
            self._move_up()

    def _move_up(self) -> None:
        """Let in who has room now, and tell the others where they stand."""
        while (waiting := self._next()) is not None:
            if waiting.go.cancelled():
                continue  # it was told to give up, and has not come to it yet
            self._running[waiting.account_id] += 1
            waiting.go.set_result(None)
            self._tell(waiting, 0)
        lines = list(self._lines.values())
        place = 0
        for rank in range(max(map(len, lines), default=0)):
            for line in lines:
                if rank < len(line):
                    place += 1
                    self._tell(line[rank], place)

    def _next(self) -> _Waiting | None:
        if self._running.total() >= self._most:
            return None
        for account_id, line in self._lines.items():
            if self._running[account_id] < self._most_per_account:
                waiting = line.popleft()
                del self._lines[account_id]
                if line:
                    self._lines[account_id] = line  # behind all others
                return waiting
        return None

    def _tell(self, waiting: _Waiting, place: int) -> None:
        if waiting.place != place:
            waiting.place = place
            waiting.tell(place)
