"""Two hours of a class in ten minutes: a thousand sockets, fifty replies at once, uploads, restarts, two kills.

First part: a restart every minute, twice with kill -9. Second part: one life, whose memory must stay flat. Then the
data file is read: what was accepted is there once, what was complete is there as it was said.
"""

from __future__ import annotations

import asyncio
import json
import random
import sqlite3
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiohttp
import psutil

from tests.bench import servers
from tests.studyin_process import StudyinProcess

SOCKETS = 1000
STREAMING = 50
UPLOADERS = 4
TOKENS_PER_SECOND = 20
TOKENS = 200
# Of the time, what belongs to the restarts; the rest is one life.
RESTARTS_SHARE = 0.6
MINUTE = 60.0
# A life's first part fills caches and is left out of the slope.
WARM_UP_SHARE = 0.4
# Megabytes a minute that are noise: what SQLite, the allocator and the logs of 300 turns a minute move to and fro.
FLAT_MB_A_MINUTE = 2.0
# A slope over less is told, but it is the slope of caches that fill.
JUDGED_SECONDS = 120.0
# The promise of PROTOCOL.md.
STOP_SECONDS = 5.0

LOST = (aiohttp.ClientError, ConnectionError, TimeoutError, TypeError)


@dataclass
class Seen:
    """What the clients saw. accepted: session by client_id; complete: text by client_id; materials: accepted ids."""

    accepted: dict[str, str] = field(default_factory=dict)
    complete: dict[str, str] = field(default_factory=dict)
    ended: dict[str, int] = field(default_factory=dict)
    materials: list[str] = field(default_factory=list)
    refused: dict[str, int] = field(default_factory=dict)
    connects: int = 0
    open: int = 0
    most_open: int = 0
    most_streaming: int = 0


@dataclass
class Class:
    """All clients of one server, which comes and goes."""

    http: aiohttp.ClientSession
    url: str
    seen: Seen = field(default_factory=Seen)
    _streaming: int = 0

    async def idle(self, number: int) -> None:
        """A tab that is open: every twentieth is our own page, the others know the base protocol only."""
        while True:
            with suppress(*LOST):
                async with self._connect() as socket:
                    if number % 20 == 0:
                        await socket.send_json({"type": "open", "session_id": None, "html": True})
                    async for _ in socket:
                        pass
            await _jitter()

    async def ask(self) -> None:
        """A student who asks one question after the other, each until its reply has ended."""
        while True:
            client_id, content = str(uuid4()), f"What does plant {random.randrange(10**6)} need?"
            while not await self._is_answered(client_id, content):
                await _jitter()

    async def upload(self, number: int) -> None:
        """Notes, each different, one every few seconds."""
        count = 0
        while True:
            text = f"# Notes {number}.{count}\n\n" + f"Plant {number} needs {count} litres of water. " * 200
            with suppress(*LOST):
                body = {"filename": f"notes-{number}-{count}.md", "text": text}
                async with self.http.post(
                    self.url + "/api/materials", json=body, headers={"Origin": self.url}
                ) as response:
                    if response.status == 202:
                        self.seen.materials.append((await response.json())["id"])
                        count += 1
            await asyncio.sleep(random.uniform(1, 3))

    async def _is_answered(self, client_id: str, content: str) -> bool:
        """Ask, or after a lost connection look where the reply is. True once it has ended, however."""
        session_id = self.seen.accepted.get(client_id)
        with suppress(*LOST):
            async with self._connect() as socket:
                await socket.send_json({"type": "open", "session_id": session_id, "html": True})
                if session_id is None:
                    await socket.send_json({"type": "user_message", "content": content, "client_id": client_id})
                self._streaming += 1
                self.seen.most_streaming = max(self.seen.most_streaming, self._streaming)
                try:
                    return await self._read(socket, client_id, is_back=session_id is not None)
                finally:
                    self._streaming -= 1
        return False

    async def _read(self, socket: aiohttp.ClientWebSocketResponse, client_id: str, *, is_back: bool) -> bool:
        async for message in socket:
            frame: dict[str, Any] = json.loads(message.data)
            match frame["type"]:
                case "accepted":
                    self.seen.accepted[client_id] = frame["session_id"]
                case "opened" if is_back and frame["turn"] is None:
                    self._end(client_id, frame["messages"][-1]["status"], frame["messages"][-1]["content"])
                    return True
                case "complete":
                    self._end(client_id, frame["status"], frame["message"])
                    return True
                case "error" if frame.get("turn_id"):
                    self._end(client_id, "failed", "")
                    return True
                case "error":
                    self.seen.refused[frame["code"]] = self.seen.refused.get(frame["code"], 0) + 1
                    return False
        return False

    def _end(self, client_id: str, status: str, text: str) -> None:
        self.seen.ended[status] = self.seen.ended.get(status, 0) + 1
        if status == "complete":
            self.seen.complete[client_id] = text

    def _connect(self) -> Any:
        return _Counted(self.http.ws_connect(self.url + "/api/chat/ws", heartbeat=30), self.seen)


class _Counted:
    """A connection that counts itself."""

    def __init__(self, connecting: Any, seen: Seen) -> None:
        self._connecting, self._seen = connecting, seen

    async def __aenter__(self) -> aiohttp.ClientWebSocketResponse:
        async with asyncio.timeout(10):
            socket: aiohttp.ClientWebSocketResponse = await self._connecting.__aenter__()
        self._seen.connects += 1
        self._seen.open += 1
        self._seen.most_open = max(self._seen.most_open, self._seen.open)
        return socket

    async def __aexit__(self, *error: object) -> None:
        self._seen.open -= 1
        await self._connecting.__aexit__(*error)


async def _jitter() -> None:
    await asyncio.sleep(random.uniform(0.2, 1.0))


async def _restart(server: StudyinProcess, seconds: float) -> tuple[int, int, float]:
    """Restart until the time is over; returns how often, how often by a kill, and the longest stop in seconds."""
    longest = 0.0
    every = min(MINUTE, seconds / 4)
    times = max(2, round(seconds / every))
    kills = {times // 3, 2 * times // 3}
    for number in range(times):
        await asyncio.sleep(every)
        if number in kills:
            await server.kill()
        else:
            stopping = asyncio.create_task(asyncio.to_thread(_seconds_until_gone, server.pid))
            assert await server.stop() == 0
            longest = max(longest, await stopping)
        await server.start()
    return times, len(kills), longest


def _seconds_until_gone(pid: int) -> float:
    """From a thread of its own: the loop is busy with a thousand connections that end at once."""
    began = time.monotonic()
    with suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        while process.status() != psutil.STATUS_ZOMBIE:  # not wait(): that would take the exit code from the loop
            time.sleep(0.02)
    return time.monotonic() - began


async def _measure(pid: int, seconds: float) -> list[tuple[float, float]]:
    """(seconds, megabytes) of a process, every second."""
    process, samples, began = psutil.Process(pid), [], time.monotonic()
    while (at := time.monotonic() - began) < seconds:
        samples.append((at, process.memory_info().rss / 1e6))
        await asyncio.sleep(1)
    return samples


def slope(samples: Sequence[tuple[float, float]]) -> float:
    """By least squares, a minute."""
    mean_x = sum(x for x, _ in samples) / len(samples)
    mean_y = sum(y for _, y in samples) / len(samples)
    above = sum((x - mean_x) * (y - mean_y) for x, y in samples)
    return above / sum((x - mean_x) ** 2 for x, _ in samples) * MINUTE


def _faults(path: Path, seen: Seen, log: str) -> list[str]:
    """What was promised and is not so."""
    faults = []
    file = sqlite3.connect(path)
    stored: dict[str, list[str]] = {}
    for client_id, status, content in file.execute(
        "SELECT q.client_id, r.status, r.content FROM messages q LEFT JOIN messages r ON r.parent_id = q.id"
        " WHERE q.role = 'user'"
    ):
        stored.setdefault(client_id, []).append(content)
        if status == "streaming":
            faults.append(f"{client_id} counts as running, and nothing runs")
    lost = seen.accepted.keys() - stored.keys()
    doubled = [client_id for client_id, replies in stored.items() if len(replies) != 1]
    altered = [client_id for client_id, text in seen.complete.items() if stored.get(client_id) != [text]]
    materials = {material_id for (material_id,) in file.execute("SELECT id FROM materials")}
    failed = file.execute("SELECT COUNT(*) FROM materials WHERE status = 'failed'").fetchone()[0]
    integrity = file.execute("PRAGMA integrity_check").fetchone()[0]
    file.close()
    for what, found in {
        "questions lost": lost,
        "questions doubled": doubled,
        "replies altered": altered,
        "materials lost": set(seen.materials) - materials,
    }.items():
        if found:
            faults.append(f"{what}: {len(found)}")
    if failed:
        faults.append(f"materials failed: {failed}")
    if integrity != "ok":
        faults.append(f"integrity: {integrity}")
    for line in log.splitlines():
        if (line.startswith("{") and json.loads(line)["level"] == "error") or "Traceback" in line:
            faults.append(f"in the log: {line[:300]}")
    return faults


async def run(minutes: float) -> list[str]:
    """Soak for so long, print what was seen, and return the faults."""
    seconds = minutes * MINUTE
    with tempfile.TemporaryDirectory() as folder, servers.upstream(pace=TOKENS_PER_SECOND, length=TOKENS) as source:
        server = StudyinProcess(Path(folder), *servers.UNLIMITED, env={"OPENAI_BASE_URL": source.url})
        await server.start()
        http = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0, force_close=False))
        crowd = Class(http, server.url)
        clients = [asyncio.create_task(crowd.idle(number)) for number in range(SOCKETS - STREAMING)]
        clients += [asyncio.create_task(crowd.ask()) for _ in range(STREAMING)]
        clients += [asyncio.create_task(crowd.upload(number)) for number in range(UPLOADERS)]
        restarts, kills, longest = await _restart(server, seconds * RESTARTS_SHARE)
        samples = await _measure(server.pid, seconds * (1 - RESTARTS_SHARE))
        broken = [client for client in clients if client.done() and client.exception() is not None]
        for client in clients:
            client.cancel()
        await asyncio.gather(*clients, return_exceptions=True)
        await http.close()
        assert await server.stop() == 0
        seen = crowd.seen
        faults = _faults(Path(folder) / "studyin.sqlite3", seen, server.log)
    faults += [f"a client broke: {client.exception()!r}" for client in broken[:3]]
    settled = samples[int(len(samples) * WARM_UP_SHARE) :]
    growth = slope(settled)
    if growth > FLAT_MB_A_MINUTE and settled[-1][0] - settled[0][0] >= JUDGED_SECONDS:
        faults.append(f"memory grows by {growth:.2f} MB a minute")
    if longest > STOP_SECONDS:
        faults.append(f"a stop took {longest:.1f} s")
    if seen.most_open < SOCKETS * 0.95 or seen.most_streaming < STREAMING * 0.9:
        faults.append("the load was less than it should be")
    print(
        f"  {restarts} restarts, {kills} of them kill -9, the longest stop {longest:.1f} s\n"
        f"  {seen.connects} connections, at most {seen.most_open} at once, {seen.most_streaming} streaming\n"
        f"  {len(seen.accepted)} questions accepted, {seen.ended}; {len(seen.materials)} uploads accepted; "
        f"refused: {seen.refused or 'none'}\n"
        f"  memory: {settled[0][1]:.1f} to {settled[-1][1]:.1f} MB in {settled[-1][0] - settled[0][0]:.0f} s, "
        f"{growth:+.2f} MB a minute (flat: under {FLAT_MB_A_MINUTE})"
    )
    return faults


def soak(minutes: float) -> bool:
    """True where nothing was found."""
    print(f"soak: {minutes:g} minutes, {SOCKETS} sockets, {STREAMING} streaming")
    print("  target: nothing lost, memory flat, no error, stopped within five seconds", flush=True)
    faults = asyncio.run(run(minutes))
    print(
        "  "
        + ("\n  ".join(["FAULTS", *faults[:20]]) if faults else "nothing lost, nothing altered, no error in the log")
    )
    return not faults
