"""HTTP to one model server: a request, its answer in pieces, deadlines, and an end to it whenever we want one."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncGenerator, Mapping
from contextlib import suppress
from typing import Any
from urllib.request import getproxies, proxy_bypass

import aiohttp
import msgspec
from yarl import URL

from studyin import __version__
from studyin.llm import models
from studyin.llm.base import Delta
from studyin.llm.complaint import LONGEST as LONGEST_COMPLAINT
from studyin.llm.completion import CompletionReader, Trouble, Wrong
from studyin.llm.failures import Failures, ProviderError
from studyin.llm.server import Server
from studyin.llm.silence import Silence
from studyin.rest import PIECE_SECONDS, rest

# seconds for a list of models and for the words of a refusal: no model has to be loaded for these
SMALL_ANSWER = 10.0
LONGEST_LIST = 4 << 20
# seconds after finish_reason for usage and the end of the stream, which some servers never send
AFTERGLOW = 1.0
# seconds after [DONE] for the end of the body, so that the connection can be used again
LAST_BYTES = 0.05

FIRST_BYTE = "STUDYIN_PROVIDER_FIRST_BYTE_TIMEOUT"
IDLE = "STUDYIN_PROVIDER_IDLE_TIMEOUT"

# what aiohttp and the socket raise; TimeoutError, which our own deadlines raise, is an OSError
BROKEN = (aiohttp.ClientError, OSError)


class Connection:
    """Its session is made at the first request, and shared by all."""

    def __init__(self, server: Server, failures: Failures) -> None:
        self._server = server
        self._failures = failures
        self._opened: aiohttp.ClientSession | None = None

    async def list_models(self, root: URL) -> list[str]:
        try:
            async with (
                asyncio.timeout(SMALL_ANSWER),
                self._session.get(self._server.call(root, "models"), allow_redirects=False) as response,
            ):
                body = await _body(response, LONGEST_LIST)
        except BROKEN as exc:
            raise self._broken(exc, SMALL_ANSWER, FIRST_BYTE) from None
        if response.status != 200:
            raise self._failures.refusal(response.status, response.headers, body, None)
        names = models.listed(body)
        if names is None:
            wrong = Wrong.HTML if body.lstrip().startswith(b"<") else Wrong.NO_STREAM
            raise self._failures.trouble(Trouble(wrong), "")
        return names

    async def complete(self, root: URL, body: Mapping[str, Any]) -> AsyncGenerator[Delta, None]:
        """Ask once. What was said before an error is given out before it is raised."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._server.first_byte
        response = await self._post(self._server.call(root, "chat/completions"), body)
        try:
            if response.status != 200:
                raise await self._refusal(response, body["model"])
            silence = Silence(response, max(deadline - loop.time(), 0.0))
            reader = CompletionReader()
            broken = None
            begun = False
            try:
                while not reader.over and not reader.trouble:
                    silence.waits()
                    chunk = await response.content.readany()
                    if not chunk:
                        break
                    begun = True
                    delta = reader.feed(chunk)
                    silence.heard(AFTERGLOW if reader.finish else self._server.idle)
                    if delta:
                        yield delta
                        if not reader.finish:
                            await _gathered(response)
            except BROKEN as exc:
                limit = (self._server.idle, IDLE) if begun else (self._server.first_byte, FIRST_BYTE)
                broken = self._broken(TimeoutError() if silence.too_long else exc, *limit)
            finally:
                silence.stop()
            if delta := reader.end():
                yield delta
            if broken and not reader.finish:
                raise broken
            if reader.trouble:
                raise self._failures.trouble(reader.trouble, body["model"])
            await _drained(response)
        finally:
            response.close()  # of no effect where the body came to its end

    async def close(self) -> None:
        if self._opened is not None:
            await self._opened.close()
            self._opened = None

    @property
    def _session(self) -> aiohttp.ClientSession:
        if self._opened is None:
            headers = {"User-Agent": f"studyin/{__version__}", "Accept-Encoding": "identity"}
            if self._server.key:
                headers["Authorization"] = f"Bearer {self._server.key}"
            self._opened = aiohttp.ClientSession(
                # no limit: each running turn has its request, and the engine limits turns
                connector=aiohttp.TCPConnector(limit=0),
                timeout=aiohttp.ClientTimeout(total=None, connect=self._server.connect),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers=headers,
                proxy=_proxy(self._server),
            )
        return self._opened

    async def _post(self, url: URL, body: Mapping[str, Any]) -> aiohttp.ClientResponse:
        data = _encoded(body)
        try:
            async with asyncio.timeout(self._server.first_byte):
                return await self._session.post(
                    url,
                    # aiohttp warns of bytes above 1 MiB
                    data=data if len(data) < 1 << 20 else io.BytesIO(data),
                    headers={"Content-Type": "application/json", "Accept": "text/event-stream"},
                    allow_redirects=False,
                )
        except BROKEN as exc:
            raise self._broken(exc, self._server.first_byte, FIRST_BYTE) from None

    async def _refusal(self, response: aiohttp.ClientResponse, model: str) -> Exception:
        body = b""
        with suppress(*BROKEN):  # the status says most of it
            async with asyncio.timeout(SMALL_ANSWER):
                body = await _body(response, LONGEST_COMPLAINT)
        return self._failures.refusal(response.status, response.headers, body, model)

    def _broken(self, exc: BaseException, limit: float, setting: str) -> ProviderError:
        """limit, setting: the deadline that ran out, where exc is one of ours."""
        if isinstance(exc, TimeoutError) and not isinstance(exc, aiohttp.ClientError):
            return self._failures.silent(limit, setting)
        return self._failures.broken(exc)


def _proxy(server: Server) -> str | None:
    """The proxy that the environment names for this server. Not by aiohttp's trust_env: that sends ~/.netrc, too."""
    url = URL(server.base_url)
    if server.is_loopback or not url.host or proxy_bypass(url.host):
        return None
    proxy = getproxies().get(url.scheme, "")
    return proxy if proxy.startswith(("http://", "https://")) else None


def _encoded(body: Mapping[str, Any]) -> bytes:
    try:
        return msgspec.json.encode(body)
    except UnicodeEncodeError:  # half a character in a message
        whole = [
            {**message, "content": message["content"].encode(errors="replace").decode()} for message in body["messages"]
        ]
        return msgspec.json.encode({**body, "messages": whole})


async def _body(response: aiohttp.ClientResponse, longest: int) -> bytes:
    """The beginning of a body."""
    pieces: list[bytes] = []
    size = 0
    while size < longest and (piece := await response.content.readany()):
        pieces.append(piece)
        size += len(piece)
    return b"".join(pieces)[:longest]


async def _gathered(response: aiohttp.ClientResponse) -> None:
    """Leave what comes within the next moment to the system, which gathers it: to be read, parsed and told at once."""
    connection = response.connection
    transport = connection.transport if connection is not None else None
    if transport is None:  # the body has ended
        return
    transport.pause_reading()
    try:
        await rest(PIECE_SECONDS)
    finally:
        transport.resume_reading()


async def _drained(response: aiohttp.ClientResponse) -> None:
    with suppress(*BROKEN):
        async with asyncio.timeout(LAST_BYTES):
            while await response.content.readany():
                pass
