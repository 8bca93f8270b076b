"""How long a book takes to be read, and what that costs those who talk with the server meanwhile."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from statistics import median, quantiles
from typing import Any

import aiohttp

from tests.bench import servers
from tests.bench.servers import Server
from tests.library.documents import book
from tests.library.test_hostile_files import FILES

PAGES = 300
HOSTILE = ("elements.docx", "deep.docx", "bomb.docx", "laughs.docx", "noise.pdf", "cut off.pdf", "parts.docx")


async def _pings(http: aiohttp.ClientSession, url: str, until: Awaitable[None]) -> list[float]:
    """Seconds from ping to pong, one after the other on a socket, while something else goes on."""
    ended = asyncio.ensure_future(until)
    took = []
    async with http.ws_connect(url + "/api/chat/ws") as socket:
        await socket.receive()
        while not ended.done():
            began = time.perf_counter()
            await socket.send_json({"type": "ping"})
            while '"pong"' not in (await socket.receive()).data:
                continue
            took.append(time.perf_counter() - began)
            await asyncio.sleep(0.005)
    await ended
    return took


async def _add(http: aiohttp.ClientSession, url: str, name: str, data: bytes) -> str:
    form = aiohttp.FormData()
    form.add_field("file", data, filename=name)
    async with http.post(url + "/api/materials", data=form, headers={"Origin": url}) as response:
        return str((await response.json()).get("id", ""))


async def _until(
    http: aiohttp.ClientSession, url: str, is_so: Callable[[dict[str, Any]], bool], *, even_if_none: bool = False
) -> None:
    while True:
        async with http.get(url + "/api/materials") as response:
            listed = (await response.json())["materials"]
            if not (even_if_none and not listed) and all(map(is_so, listed)):
                return
        await asyncio.sleep(0.05)


async def _idle(http: aiohttp.ClientSession, url: str) -> None:
    """Ask as often as one who waits for something: the asking is no part of what is measured."""
    with suppress(TimeoutError):
        async with asyncio.timeout(4):
            await _until(http, url, lambda _: False, even_if_none=True)


def _is_settled(material: dict[str, Any]) -> bool:
    return material["status"] in ("ready", "failed")


async def _read_book(server: Server, data: bytes) -> tuple[float, float, float, float]:
    """Seconds to the first passages and to the last, and the ratio of latencies: the median, the slowest twentieth."""
    url = server.url
    async with aiohttp.ClientSession() as http:
        quiet = await _pings(http, url, _idle(http, url))
        began = time.perf_counter()
        await _add(http, url, "book.pdf", data)
        first = 0.0

        async def read() -> None:
            nonlocal first
            await _until(http, url, lambda material: material["passages"] > 0)
            first = time.perf_counter() - began
            await _until(http, url, _is_settled)

        busy = await _pings(http, url, read())
        whole = time.perf_counter() - began
        return first, whole, median(busy) / median(quiet), quantiles(busy, n=20)[-1] / quantiles(quiet, n=20)[-1]


async def _meet(server: Server) -> float:
    """The ratio of median latencies while hostile files are read and refused."""
    url = server.url
    async with aiohttp.ClientSession() as http:
        files = [(name, FILES[name][0]()) for name in HOSTILE]
        quiet = await _pings(http, url, _idle(http, url))

        async def add_all() -> None:
            for name, data in files:
                await _add(http, url, name, data)
            await _until(http, url, _is_settled)

        return median(await _pings(http, url, add_all())) / median(quiet)


def materials(rounds: int) -> None:
    """A book of 300 pages and a few bombs, and the latency of another socket in the same run."""
    print(f"materials: a PDF of {PAGES} pages; targets: found after 2 s, whole after 20 s, other sockets at most 1.10")
    data = book(PAGES)
    for _ in range(rounds):
        with servers.studyin() as server:
            first, whole, middle, slow = asyncio.run(_read_book(server, data))
            memory = server.rss_bytes / 1e6
            bombs = asyncio.run(_meet(server))
        print(
            f"  found after {first:.2f} s, whole after {whole:.2f} s; latency beside it {middle:.2f} at the median, "
            f"{slow:.2f} at the slowest twentieth; beside hostile files {bombs:.2f}; server {memory:.0f} MB"
        )
