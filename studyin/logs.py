"""The log: one line an event, for people on a terminal, JSON elsewhere; never what students write, never a secret.

A line says what happened in `message` and with what in its fields (`event`). The id of the request and of the turn that
it belongs to come by themselves, from wherever it is written.
"""

from __future__ import annotations

import json
import logging
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import TextIO

REQUEST_ID: ContextVar[str | None] = ContextVar("request_id", default=None)
TURN_ID: ContextVar[str | None] = ContextVar("turn_id", default=None)

# Their texts name files, functions and rows of a table. That of a ValueError or KeyError quotes the value, which may be
# what a student wrote: it is logged at debug alone.
_TELLING = (OSError, ImportError, AttributeError, TypeError, NameError, RuntimeError, AssertionError)
_TELLING_MODULES = ("sqlite3", "aiohttp")


def start(level: str, style: str) -> None:
    """Log to stderr. style: "text", "json", or "auto" for text on a terminal and JSON elsewhere.

    Libraries only warn: at debug some would log what students write.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter(level, style, sys.stderr))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    logging.getLogger("studyin").setLevel(level.upper())


def formatter(level: str, style: str, stream: TextIO) -> logging.Formatter:
    is_text = style == "text" or (style == "auto" and stream.isatty())
    return Text(level) if is_text else Json(level)


def event(log: logging.Logger, level: int, message: str, **fields: object) -> None:
    """Log a line with fields; those that are None are left out."""
    if log.isEnabledFor(level):
        known = {name: value for name, value in fields.items() if value is not None}
        log.log(level, message, extra={"fields": known})


class _Line(logging.Formatter):
    def __init__(self, level: str) -> None:
        super().__init__()
        self._quotes_values = level.lower() == "debug"

    def _fields(self, record: logging.LogRecord) -> dict[str, object]:
        ids = {"request_id": REQUEST_ID.get(), "turn_id": TURN_ID.get()}
        return {name: value for name, value in ids.items() if value} | getattr(record, "fields", {})

    def _trace(self, record: logging.LogRecord) -> str:
        """The stack, with the text of an exception only where it quotes no data."""
        if not record.exc_info or record.exc_info[1] is None:
            return ""
        return "".join(self._told(record.exc_info[1], seen=set())).rstrip()

    def _told(self, error: BaseException, seen: set[int]) -> Iterator[str]:
        seen.add(id(error))
        before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        if before is not None and id(before) not in seen:
            yield from self._told(before, seen)
            yield "\nThen:\n\n"
        yield "Traceback (most recent call last):\n"
        yield from traceback.format_tb(error.__traceback__)
        kind = type(error)
        telling = isinstance(error, _TELLING) or kind.__module__.startswith(_TELLING_MODULES)
        is_told = self._quotes_values or (telling and not isinstance(error, UnicodeError))
        yield f"{kind.__qualname__}: {error}\n" if is_told else f"{kind.__qualname__} (its text is logged at debug)\n"
        for part in getattr(error, "exceptions", ()):
            yield from self._told(part, seen)


class Text(_Line):
    """`12:41:07 warning studyin.web.access: GET /x 500 · ms=3.1 request_id=…`"""

    def format(self, record: logging.LogRecord) -> str:
        at = time.strftime("%H:%M:%S", time.localtime(record.created))
        line = f"{at} {record.levelname.lower()} {record.name}: {_one_line(record.getMessage())}"
        fields = self._fields(record)
        if fields:
            line += " · " + " ".join(f"{name}={_one_line(str(value))}" for name, value in fields.items())
        trace = self._trace(record)
        return f"{line}\n{trace}" if trace else line


class Json(_Line):
    """One object a line: at, level, logger, message, the ids, the event's fields, and trace where there is a stack."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= self._fields(record)
        if trace := self._trace(record):
            line["trace"] = trace
        return json.dumps(line, ensure_ascii=False, default=str)


def _one_line(text: str) -> str:
    """No break that a stranger sends, in an address or a header, may begin a line of its own."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


class Seldom:
    """Lets a kind of event through at most once in `seconds`, and counts what it held back.

    For what strangers can cause at will: a log that they can fill is a disk that they can fill.
    """

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._last: dict[str, float] = {}
        self._held: dict[str, int] = {}

    def admit(self, kind: str) -> int | None:
        """How many of this kind were held back since the last one that came through; None holds this one back, too."""
        now = self._clock()
        if now - self._last.get(kind, float("-inf")) < self._seconds:
            self._held[kind] = self._held.get(kind, 0) + 1
            return None
        self._last[kind] = now
        return self._held.pop(kind, 0)
