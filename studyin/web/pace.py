"""How fast one client may talk: what comes faster is heard a little later, so that it takes nobody else's time."""

from __future__ import annotations

import asyncio
import time

# A page sends a few frames a second at most, a program that restores its sessions some dozens.
FRAMES_A_SECOND = 100


class Pace:
    """Counts what was heard within the second, and waits for the next one where that was enough."""

    __slots__ = ("_heard", "_since")

    def __init__(self) -> None:
        self._since = 0.0
        self._heard = 0

    async def keep(self) -> None:
        """Call it after each frame. Those that are there already are read without a pause otherwise, all in one go."""
        now = time.monotonic()
        if now >= self._since + 1:
            self._since, self._heard = now, 0
        self._heard += 1
        await asyncio.sleep(0 if self._heard < FRAMES_A_SECOND else self._since + 1 - now)
