"""How long until something, as one would say it."""

from __future__ import annotations

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR

# From how many ms on it is said in which unit, and how long one is.
_UNITS = ((700 * DAY, "year", 365 * DAY), (60 * DAY, "month", 30 * DAY), (12 * HOUR, "day", DAY), (HOUR, "hour", HOUR))


def interval(ms: int) -> str:
    """In the largest unit that says enough: "10 minutes", "2 days", "3 months"."""
    name, length = next(((name, length) for least, name, length in _UNITS if ms >= least), ("minute", MINUTE))
    number = max(round(ms / length), 1)
    return f"{number} {name}" if number == 1 else f"{number} {name}s"
