"""Reads the bytes of one completion, streamed or whole, into Deltas: one for each network chunk, however many events.

CPU for each token matters here: typed decoding, no line loop, and all that is rare is kept out of the common path.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

import msgspec

from studyin.llm.base import Delta
from studyin.llm.sse import EventSplitter, EventTooLongError
from studyin.llm.think import ThinkTags

# a whole answer in one piece of JSON may have this many bytes
LONGEST_WHOLE = 8 << 20


class _Message(msgspec.Struct, gc=False):
    # Any: Mistral sends content as a list of parts, and a field of another type must not fail the rest
    content: Any = None
    reasoning_content: Any = None
    reasoning: Any = None


class _Choice(msgspec.Struct, gc=False):
    delta: _Message | None = None
    message: _Message | None = None
    finish_reason: Any = None


class _Completion(msgspec.Struct, gc=False):
    choices: list[_Choice] | None = None
    usage: Any = None
    error: Any = None


_decode = msgspec.json.Decoder(_Completion).decode


class Wrong(Enum):
    """What can be wrong with an answer itself."""

    ERROR = "the server reports an error in place of the rest"
    MALFORMED = "an event is not JSON, or not a completion"
    HTML = "it is an HTML page"
    NO_STREAM = "it is neither a stream of events nor JSON"
    CUT = "it stops before its end"


@dataclass(frozen=True, slots=True)
class Trouble:
    """error: what the server put in its place, for Wrong.ERROR."""

    wrong: Wrong
    error: Any = None


class CompletionReader:
    """feed() it what the network brings, then end(). What came before `trouble` is good, nothing after it is read.

    over: nothing more is to come. finish: why it ended, as soon as the server said.
    """

    def __init__(self) -> None:
        self.trouble: Trouble | None = None
        self.over = False
        self.finish: str | None = None
        self._usage: dict[str, int] | None = None
        self._splitter = EventSplitter()
        self._tags = ThinkTags()
        self._answer_halves = _Halves()
        self._thinking_halves = _Halves()
        self._careful = False
        self._whole: list[bytes] | None = None  # the pieces of an answer that is not streamed
        self._size = 0
        self._events = 0

    def feed(self, chunk: bytes) -> Delta | None:
        """What this chunk says, None for nothing."""
        if self._events == 0:
            chunk = self._recognised(chunk)
            if self.trouble or self._whole is not None:
                return None
        try:
            events = self._splitter.feed(chunk)
        except EventTooLongError:
            self._stop(Wrong.MALFORMED)
            return None
        self._events += len(events)
        return self._read(events)

    def end(self) -> Delta | None:
        """What was held back, at the end of the bytes; the last one with usage and finish. Sets trouble for a cut."""
        delta = None
        if not self.over and not self.trouble:
            delta = self._last_bytes()
            if not self.finish and not self.trouble and not self.over:
                self._stop(Wrong.CUT)
        answer, thinking = self._tags.end()
        answer += self._answer_halves.end()
        thinking += self._thinking_halves.end()
        if delta:
            answer, thinking = delta.text + answer, delta.thinking + thinking
        if not (answer or thinking or self._usage or self.finish):
            return None
        return Delta(answer, thinking, self._usage, self.finish)

    def _recognised(self, chunk: bytes) -> bytes:
        """Tell by its first byte what kind of answer this is: Content-Type is wrong too often."""
        if self._whole is not None:
            self._collect(chunk)
            return chunk
        if self._size == 0:
            chunk = chunk.removeprefix(b"\xef\xbb\xbf").lstrip()
            if chunk.startswith((b"{", b"[")):
                self._whole = []
                self._collect(chunk)
            elif chunk.startswith(b"<"):
                self._stop(Wrong.HTML)
            else:
                self._size += len(chunk)
        return chunk

    def _collect(self, chunk: bytes) -> None:
        assert self._whole is not None
        self._whole.append(chunk)
        self._size += len(chunk)
        if self._size > LONGEST_WHOLE:
            self._stop(Wrong.MALFORMED)

    def _last_bytes(self) -> Delta | None:
        if self._whole is not None:
            delta = self._read([b"".join(self._whole)])
            self.over = delta is not None or self.finish is not None  # a whole answer may leave its reason out
            if not self.over and not self.trouble:
                self._stop(Wrong.NO_STREAM)
            return delta
        events = self._splitter.end()
        self._events += len(events)
        delta = self._read(events)
        if self.trouble and self.trouble.wrong is Wrong.MALFORMED:
            self._stop(Wrong.CUT)  # half an event at the end of the bytes
        if self._events == 0 and self._size and not self.trouble:
            self._stop(Wrong.NO_STREAM)
        return delta

    def _read(self, events: Iterable[bytes]) -> Delta | None:
        texts: list[str] = []
        thoughts: list[str] = []
        for data in events:
            if data[:6] == b"[DONE]":
                self.over = True
                break
            try:
                completion = _decode(data)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                leniently = self._leniently(data)
                if leniently is None:
                    self._stop(Wrong.MALFORMED)
                    break
                completion = leniently
            if completion.choices:
                choice = completion.choices[0]
                message = choice.delta or choice.message
                if message is not None:
                    if said := message.content:
                        texts.append(said if type(said) is str else _parts(said, thoughts))
                    if thought := message.reasoning_content or message.reasoning:
                        thoughts.append(thought if type(thought) is str else "")
                if choice.finish_reason:
                    self.finish = str(choice.finish_reason)
            if not completion.choices or completion.usage or completion.error:
                self._note(completion, data)
                if self.trouble:
                    break
        if not texts and not thoughts:
            return None
        return self._delta("".join(texts), "".join(thoughts))

    def _note(self, completion: _Completion, data: bytes) -> None:
        """What an event has beside words."""
        if completion.usage:
            self._usage = _counts(completion.usage)
        # OpenRouter sends choices with its errors
        if error := completion.error or (None if completion.choices else _complaint(data)):
            self._stop(Wrong.ERROR, error)

    def _delta(self, text: str, thinking: str) -> Delta | None:
        if self._careful:
            text = self._answer_halves.mend(text)
            thinking = self._thinking_halves.mend(thinking)
        if text:
            text, thought = self._tags.feed(text)
            thinking += thought
        return Delta(text, thinking) if text or thinking else None

    def _leniently(self, data: bytes) -> _Completion | None:
        """The same with Python's decoder, which lets half a surrogate pair, NaN and bytes that are no UTF-8 pass."""
        try:
            completion = msgspec.convert(json.loads(data.decode(errors="replace")), _Completion)
        except (ValueError, RecursionError):  # msgspec's errors are ValueErrors, too
            return None
        self._careful = True
        return completion

    def _stop(self, wrong: Wrong, error: Any = None) -> None:
        self.trouble = Trouble(wrong, error)


class _Halves:
    """Joins the halves of a character that a server sent as an escaped surrogate each, in two events."""

    def __init__(self) -> None:
        self._first = ""

    def mend(self, text: str) -> str:
        text, self._first = self._first + text, ""
        if text and "\ud800" <= text[-1] <= "\udbff":
            text, self._first = text[:-1], text[-1]
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")

    def end(self) -> str:
        first, self._first = self._first, ""
        return "\ufffd" if first else ""


def _parts(content: Any, thoughts: list[str]) -> str:
    """The text of content in parts: {"type": "text", "text": …} and {"type": "thinking", "thinking": [text parts]}."""
    texts: list[str] = []
    for part in content if isinstance(content, list) else ():
        if isinstance(part, Mapping):
            if isinstance(text := part.get("text"), str):
                texts.append(text)
            if thinking := part.get("thinking"):
                thoughts.append(thinking if isinstance(thinking, str) else _parts(thinking, thoughts))
    return "".join(texts)


def _complaint(data: bytes) -> Any:
    """The error in an event without choices, as vLLM ({"object": "error", …}) and FastAPI ({"detail": …}) say it."""
    try:
        event = json.loads(data.decode(errors="replace"))
    except RecursionError:  # fields that the typed decoder skipped
        return None
    if isinstance(event, dict) and (event.get("object") == "error" or "detail" in event):
        return event
    return None


def _counts(usage: Any) -> dict[str, int] | None:
    if not isinstance(usage, Mapping):
        return None
    names = ("prompt_tokens", "completion_tokens")
    return {name: usage[name] for name in names if isinstance(usage.get(name), int)} or None
