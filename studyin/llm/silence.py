"""Ends a reply that has been silent for too long, without a timer to set for each token."""

from __future__ import annotations

import asyncio

import aiohttp


class Silence:
    """Watches one response. Only the time from waits() to heard() counts: a slow reader is not the server's fault.

    When it becomes too_long, the response is closed, and its reader gets aiohttp's ClientConnectionError.
    """

    def __init__(self, response: aiohttp.ClientResponse, limit: float) -> None:
        self.too_long = False
        self._loop = asyncio.get_running_loop()
        self._response = response
        self._limit = limit
        self._waiting = False
        self._since = 0.0
        self._timer = self._loop.call_later(limit, self._look)

    def waits(self) -> None:
        self._waiting = True
        self._since = self._loop.time()

    def heard(self, limit: float) -> None:
        """Something came. From now on, so many seconds of silence are allowed."""
        self._waiting = False
        if limit != self._limit:
            self._limit = limit
            self.stop()
            self._timer = self._loop.call_later(limit, self._look)

    def stop(self) -> None:
        self._timer.cancel()

    def _look(self) -> None:
        now = self._loop.time()
        due = (self._since if self._waiting else now) + self._limit
        if due > now:
            self._timer = self._loop.call_at(due, self._look)
        else:
            self.too_long = True
            self._response.close()
