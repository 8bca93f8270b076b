"""How many questions an account may ask in a minute: a bucket for each that fills as time goes by."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from studyin.errors import Code, StudyinError
from studyin.language import in_figures, say_number

MINUTE = 60.0
# From here on, buckets that are full again are forgotten.
MANY_ACCOUNTS = 1000


class Allowance:
    """a_minute: questions that may be asked at once, and in each minute after that. clock: seconds.

    Called by one thread alone, the one that writes: a question that was stored before is not counted again.
    """

    def __init__(self, a_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = float(a_minute)
        self._clock = clock
        self._left: dict[str, tuple[float, float]] = {}  # by account: what was left, and when

    def take(self, account_id: str) -> None:
        """Count a question. Raises StudyinError TOO_MANY_QUESTIONS, which says how long to wait."""
        now = self._clock()
        left = self._left_at(account_id, now)
        if left < 1.0:
            seconds = math.ceil((1.0 - left) * MINUTE / self._most)
            raise StudyinError(
                Code.TOO_MANY_QUESTIONS,
                say_number(
                    seconds,
                    "Expected at most {most} questions a minute, got more. Wait a second, then try again.",
                    "Expected at most {most} questions a minute, got more. Wait {number} seconds, then try again.",
                    most=in_figures(self._most),
                ),
                status=429,
                retryable=True,
            )
        if len(self._left) > MANY_ACCOUNTS:
            self._left = {name: pair for name, pair in self._left.items() if self._left_at(name, now) < self._most}
        self._left[account_id] = (left - 1.0, now)

    def _left_at(self, account_id: str, now: float) -> float:
        left, at = self._left.get(account_id, (self._most, now))
        return min(self._most, left + (now - at) * self._most / MINUTE)
