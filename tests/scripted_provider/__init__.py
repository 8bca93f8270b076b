"""A model server for tests: real HTTP and server-sent events, saying just what a script tells it to, also wrong things.

In a test:

    async with ScriptedProvider() as server:
        pause = Pause()
        server.script(Refuse(503), Stream("Hel", pause, "lo"))   # one act a chat request; the last one goes on
        ...                                                      # point the code under test at server.url
        request = await server.received(2)                       # the second chat request: .body, .headers
        await pause.reached.wait(); pause.go.set()
        await request.closed.wait()                              # the client went away before the end

As a process of its own, for browser tests and the bench: see __main__.py.
"""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from aiohttp import web


class Step(Enum):
    """What a stream may do beside sending something. Headers go out with the first thing sent."""

    HEADERS = "send the headers now, and nothing else"
    HANG = "never send anything again, until the client goes"
    CUT = "drop the TCP connection"


HEADERS, HANG, CUT = Step


class Pause:
    """A place where a stream waits for its test. `reached` is set when it got there; set `go` to let it go on."""

    def __init__(self) -> None:
        self.reached = asyncio.Event()
        self.go = asyncio.Event()


@dataclass(frozen=True)
class Think:
    """A piece of reasoning, in the field that the server at hand uses for it."""

    text: str
    field: str = "reasoning_content"


# str: a piece of the answer; dict: an event as it stands; bytes: raw bytes as they stand
Said = str | Think | Mapping[str, Any] | bytes | Step | Pause


@dataclass
class Received:
    """One chat request. closed: the client went away before the answer was whole."""

    path: str
    headers: Mapping[str, str]
    body: dict[str, Any]
    closed: asyncio.Event = field(default_factory=asyncio.Event)


class Stream:
    """An answer in server-sent events.

    pace: pieces a second, None for flat out. together: events in one write. finish: None leaves finish_reason out.
    usage: (prompt tokens, completion tokens) in a last event with empty choices. newline, prefix: how lines look.
    split: bytes in one write, to break events (and characters) at any place.
    """

    def __init__(
        self,
        *steps: Said,
        pace: float | None = None,
        together: int = 1,
        finish: str | None = "stop",
        usage: tuple[int, int] | None = None,
        done: bool = True,
        newline: str = "\n",
        prefix: str = "data: ",
        split: int | None = None,
        content_type: str = "text/event-stream",
    ) -> None:
        self._pace = pace
        self._split = split
        self._content_type = content_type
        self._end = newline.encode() * 2
        self._prefix = prefix.encode()
        tail: list[Said] = []
        if finish:
            tail.append(_chunk({}, finish))
        if usage:
            tail.append(_chunk({}, choices=[], usage=_counts(*usage)))
        if done:
            tail.append(self._prefix + b"[DONE]" + self._end)
        # written out once: a flat-out stream should cost its server nothing but the writing
        self._writes = self._joined([self._written(step) for step in steps], together)
        self._writes += [self._written(step) for step in tail]

    def _written(self, step: Said) -> bytes | Step | Pause:
        match step:
            case str():
                step = _chunk({"content": step})
            case Think():
                step = _chunk({step.field: step.text})
            case bytes() | Step() | Pause():
                return step
        try:
            text = json.dumps(step, ensure_ascii=False).encode()
        except UnicodeEncodeError:  # half an emoji: it can only be sent escaped
            text = json.dumps(step).encode()
        return self._prefix + text + self._end

    @staticmethod
    def _joined(writes: list[bytes | Step | Pause], together: int) -> list[bytes | Step | Pause]:
        if together == 1:
            return writes
        events = [write for write in writes if isinstance(write, bytes)]
        assert len(events) == len(writes), "together is for streams of nothing but pieces"
        return [b"".join(events[at : at + together]) for at in range(0, len(events), together)]

    async def answer(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": self._content_type})
        loop = asyncio.get_running_loop()
        due = loop.time()
        for write in self._writes:
            if write is HANG:
                await asyncio.Event().wait()
            elif write is CUT:
                await _cut(request)
            elif isinstance(write, Pause):
                write.reached.set()
                await write.go.wait()
            elif write is HEADERS:
                await response.prepare(request)
            elif isinstance(write, bytes):
                if not response.prepared:
                    await response.prepare(request)
                for at in range(0, len(write), self._split or len(write)):
                    await response.write(write[at : at + (self._split or len(write))])
                    if self._split:
                        await asyncio.sleep(0)
                if self._pace:
                    due += 1 / self._pace
                    await asyncio.sleep(due - loop.time())
        if not response.prepared:
            await response.prepare(request)
        await response.write_eof()
        return response


class Refuse:
    """Any other answer: a status with a body; a dict is sent as JSON, a text as HTML; none is an error as OpenAI's."""

    def __init__(self, status: int, body: Any = None, headers: Mapping[str, str] | None = None) -> None:
        self._status = status
        self._body = {"error": {"message": f"Refused with {status}.", "code": None}} if body is None else body
        self._headers = headers or {}

    async def answer(self, _: web.Request) -> web.StreamResponse:
        if isinstance(self._body, str):
            return web.Response(status=self._status, text=self._body, content_type="text/html", headers=self._headers)
        return web.json_response(self._body, status=self._status, headers=self._headers)


class Whole(Refuse):
    """The answer in one piece of JSON, as by a server that does not stream."""

    def __init__(self, text: str, *, finish: str = "stop", usage: tuple[int, int] = (7, 3), **message: Any) -> None:
        choice = {"index": 0, "message": {"role": "assistant", "content": text, **message}, "finish_reason": finish}
        super().__init__(200, {"id": "c1", "object": "chat.completion", "choices": [choice], "usage": _counts(*usage)})


# a function chooses by what came
Act = Stream | Refuse | Callable[[Received], Stream | Refuse]


class ScriptedProvider:
    """An OpenAI-compatible server on a port of its own. root: where its API lives; key: refuse every other with 401;
    tls: serve https://localhost with this."""

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        models: Sequence[str] = ("scripted-1",),
        root: str = "/v1",
        key: str | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.models: Any = {"object": "list", "data": [{"id": name, "object": "model"} for name in models]}
        self.models_act: Act | None = None
        self.models_asked = 0
        self.requests: list[Received] = []
        self.url = ""
        self._address = (host, port)
        self._root = root
        self._key = key
        self._tls = tls
        self._acts: list[Act] = [Stream("Hello", " world?", usage=(7, 3))]
        self._arrived = asyncio.Condition()
        self._runner: web.ServerRunner | None = None
        self.routes: dict[tuple[str, str], Callable[[web.Request], Awaitable[web.StreamResponse]]] = {
            ("POST", f"{root}/chat/completions"): self._chat,
            ("GET", f"{root}/models"): self._models,
        }

    def script(self, *acts: Act) -> None:
        """What the next chat requests get, one act each; the last one is for all that come after."""
        assert acts
        self._acts = list(acts)

    async def received(self, count: int = 1) -> Received:
        """The count-th chat request, once it has come."""
        async with self._arrived:
            await self._arrived.wait_for(lambda: len(self.requests) >= count)
        return self.requests[count - 1]

    async def start(self) -> None:
        # handler_cancellation: a client that closes its connection is noticed at once, not at the next write
        server = web.Server(self._handle, handler_cancellation=True, access_log=None)
        self._runner = web.ServerRunner(server, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, *self._address, ssl_context=self._tls)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self._address = (host, port)  # the same port where it is started again
        self.url = f"https://localhost:{port}" if self._tls else f"http://{host}:{port}"

    async def close(self) -> None:
        """Stop listening and drop every connection; start() listens on the same port again."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def __aenter__(self) -> ScriptedProvider:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        handler = self.routes.get((request.method, request.path))
        if handler is None:
            return web.Response(status=404, text="<html><h1>Not found</h1></html>", content_type="text/html")
        return await handler(request)  # type: ignore[arg-type]

    def _refuses_key(self, request: web.BaseRequest) -> bool:
        return self._key is not None and request.headers.get("Authorization") != f"Bearer {self._key}"

    async def _models(self, request: web.Request) -> web.StreamResponse:
        self.models_asked += 1
        if self._refuses_key(request):
            return await _WRONG_KEY.answer(request)
        act = self.models_act or Refuse(200, self.models)
        assert isinstance(act, (Stream, Refuse)), "only chat requests are chosen by what came"
        return await act.answer(request)

    async def _chat(self, request: web.Request) -> web.StreamResponse:
        received = Received(request.path, dict(request.headers), json.loads(await request.content.read()))
        async with self._arrived:
            self.requests.append(received)
            act = self._acts.pop(0) if len(self._acts) > 1 else self._acts[0]
            self._arrived.notify_all()
        if self._refuses_key(request):
            return await _WRONG_KEY.answer(request)
        if not isinstance(act, (Stream, Refuse)):
            act = act(received)
        try:
            return await act.answer(request)
        except (asyncio.CancelledError, ConnectionError):
            received.closed.set()
            raise


_WRONG_KEY = Refuse(401, {"error": {"message": "Incorrect API key provided.", "code": "invalid_api_key"}})


def _chunk(delta: Mapping[str, Any], finish: str | None = None, **other: Any) -> dict[str, Any]:
    """One event as OpenAI sends it."""
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
    return {
        "id": "chatcmpl-8yQz2Wk4J1",
        "object": "chat.completion.chunk",
        "created": 1760000000,
        "model": "scripted-1",
        "choices": [choice],
        **other,
    }


def _counts(prompt: int, completion: int) -> dict[str, int]:
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}


async def _cut(request: web.Request) -> None:
    """Drop the connection, after what was written so far went out."""
    transport = request.transport
    assert transport is not None
    while transport.get_write_buffer_size():
        await asyncio.sleep(0.001)
    transport.abort()
    await asyncio.Event().wait()  # until the handler is cancelled, because its client is gone
