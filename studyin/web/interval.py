"""How long until something, as one would say it; static/js/when.js has the same rule."""

from __future__ import annotations

from studyin.language import phrase, say_number

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR

# From how many ms on something is said in which unit, and how long one is.
_UNITS = ((700 * DAY, "year", 365 * DAY), (60 * DAY, "month", 30 * DAY), (12 * HOUR, "day", DAY), (HOUR, "hour", HOUR))
_ALONE = {
    "year": (phrase("{number} year"), phrase("{number} years")),
    "month": (phrase("{number} month"), phrase("{number} months")),
    "day": (phrase("{number} day"), phrase("{number} days")),
    "hour": (phrase("{number} hour"), phrase("{number} hours")),
    "minute": (phrase("{number} minute"), phrase("{number} minutes")),
}
# Whole, because a word may change its form after "in".
_FROM_NOW = {
    "year": (phrase("in {number} year"), phrase("in {number} years")),
    "month": (phrase("in {number} month"), phrase("in {number} months")),
    "day": (phrase("in {number} day"), phrase("in {number} days")),
    "hour": (phrase("in {number} hour"), phrase("in {number} hours")),
    "minute": (phrase("in {number} minute"), phrase("in {number} minutes")),
}


def interval(ms: int) -> str:
    """In the largest unit that says enough: "10 minutes", "2 days", "3 months"."""
    number, unit = _measured(ms)
    return say_number(number, *_ALONE[unit])


def until(ms: int) -> str:
    """The same from now on: "in 10 minutes"."""
    number, unit = _measured(ms)
    return say_number(number, *_FROM_NOW[unit])


def _measured(ms: int) -> tuple[int, str]:
    unit, length = next(((unit, length) for least, unit, length in _UNITS if ms >= least), ("minute", MINUTE))
    return max(int(ms / length + 0.5), 1), unit  # half of one is one more, as in a browser
