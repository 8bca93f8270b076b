"""Server-sent events, from network chunks to the data of whole events, by bytes.

Only the data: names, ids and comments mean nothing in a stream of completions.
https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

from __future__ import annotations

# far above any event of a real server; a "stream" without events must not fill the memory
LONGEST = 1 << 20


class EventTooLongError(Exception):
    """More than LONGEST bytes came without an event's end."""


class EventSplitter:
    """Takes chunks that end anywhere, also within a character or a line end, and gives each event's data once."""

    def __init__(self) -> None:
        self._begun: list[bytes] = []  # the beginning of an event, in pieces: joining them each time would be quadratic
        self._size = 0
        self._after_cr = False

    def feed(self, chunk: bytes) -> list[bytes]:
        """The data of the events that this chunk ends. Raises EventTooLongError."""
        if self._after_cr or b"\r" in chunk:
            chunk = self._plain_line_ends(chunk)
        if b"\n" not in chunk:
            self._keep(chunk)
            return []
        if self._begun:
            self._begun.append(chunk)
            chunk = b"".join(self._begun)
            self._begun.clear()
            self._size = 0
        *events, rest = chunk.split(b"\n\n")
        self._keep(rest)
        return [data for event in events if (data := _data(event))]

    def end(self) -> list[bytes]:
        """The data of an event that the stream ended without a blank line, as servers in a hurry do."""
        data = _data(b"".join(self._begun))
        self._begun.clear()
        return [data] if data else []

    def _keep(self, rest: bytes) -> None:
        if rest:
            self._begun.append(rest)
            self._size += len(rest)
            if self._size > LONGEST:
                raise EventTooLongError

    def _plain_line_ends(self, chunk: bytes) -> bytes:
        """With line feeds only. A CR at the end waits for what follows: CR LF is one line end, not two."""
        if self._after_cr:
            chunk = b"\r" + chunk
        self._after_cr = chunk.endswith(b"\r")
        if self._after_cr:
            chunk = chunk[:-1]
        return chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def _data(event: bytes) -> bytes:
    if event.startswith(b"data: ") and b"\n" not in event:  # all events of all servers, nearly
        return event[6:]
    lines = [line[5:].removeprefix(b" ") for line in event.split(b"\n") if line.startswith(b"data:")]
    return b"\n".join(lines)
