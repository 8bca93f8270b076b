"""Ten thousand connections at once, and worse: what a student inside notices, and what it costs the server.

Each kind of attacker comes while a student is inside, whose pings, answers and pages are timed before it and during it.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import aiohttp
import psutil

from tests.bench import servers
from tests.studyin_process import StudyinProcess

# How many of each: of the first four times as many as the server lets in, of the flood as many as an account may have.
CROWDS = {
    "silent": 10_000,
    "slow": 3_000,
    "half_open": 3_000,
    "flood": 100,
    "compressed": 300,
    "endless": 50,
    "bomb": 20,
    "giant": 300,
}
CALM_SECONDS = 6.0
STORM_SECONDS = 20.0
PING_SECONDS = 0.05
PATIENCE = aiohttp.ClientTimeout(total=10)
# What a student does not notice, nineteen times of twenty, on a machine that has other things to do as well.
NOTICED_SECONDS = 0.25
MEGABYTES = 250
LINES = 3


@dataclass
class Felt:
    """Seconds, as a student inside feels them; and how many pages were refused, and answers failed."""

    pings: list[float] = field(default_factory=list)
    first_tokens: list[float] = field(default_factory=list)
    pages: list[float] = field(default_factory=list)
    refused: int = 0
    failed: int = 0

    def __str__(self) -> str:
        told = [
            f"{name} {median(times) * 1000:.0f}, {high(times) * 1000:.0f}, {max(times) * 1000:.0f} ms"
            if times
            else name
            for name, times in (("ping", self.pings), ("first token", self.first_tokens), ("page", self.pages))
        ]
        return "; ".join(told) + f"; {self.refused} pages refused, {self.failed} answers failed"

    @property
    def high(self) -> float:
        return max(high(self.pings), high(self.first_tokens))


def high(times: Sequence[float]) -> float:
    """What one in twenty takes at least."""
    return sorted(times)[len(times) * 19 // 20] if times else 0.0


@dataclass
class Student:
    """Somebody inside: two sockets, one to ping on and one to ask on, and a page that is fetched now and then."""

    url: str
    felt: Felt = field(default_factory=Felt)

    @asynccontextmanager
    async def inside(self) -> AsyncIterator[Student]:
        async with (
            aiohttp.ClientSession() as http,
            http.ws_connect(self.url + "/api/chat/ws") as pinging,
            http.ws_connect(self.url + "/api/chat/ws") as asking,
        ):
            tasks = [asyncio.create_task(each) for each in (self._ping(pinging), self._ask(asking), self._visit())]
            try:
                yield self
                for task in tasks:
                    assert not task.done(), task.exception()
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

    def begin(self) -> Felt:
        """Count anew; returns what is felt from now on."""
        self.felt = Felt()
        return self.felt

    async def _ping(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        await socket.receive()
        while True:
            began = time.perf_counter()
            await socket.send_json({"type": "ping"})
            while (await socket.receive_json())["type"] != "pong":
                pass
            self.felt.pings.append(time.perf_counter() - began)
            await asyncio.sleep(PING_SECONDS)

    async def _ask(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        await socket.receive()
        while True:
            began = time.perf_counter()
            await socket.send_json({"type": "user_message", "content": "Why?"})
            kind = ""
            while kind not in ("complete", "error"):
                kind = (await socket.receive_json())["type"]
                if kind == "token" and began:
                    self.felt.first_tokens.append(time.perf_counter() - began)
                    began = 0.0
            self.felt.failed += kind == "error"

    async def _visit(self) -> None:
        """Each time by a new connection, as a browser that was away."""
        while True:
            began = time.perf_counter()
            with suppress(aiohttp.ClientError, TimeoutError):
                async with aiohttp.ClientSession(timeout=PATIENCE) as http, http.get(self.url + "/") as response:
                    await response.read()
                    if response.status == 200:
                        self.felt.pages.append(time.perf_counter() - began)
                        began = 0.0
            self.felt.refused += began > 0
            await asyncio.sleep(0.5)


async def _watch(process: psutil.Process, peak: Callable[[float, int], None]) -> None:
    while True:
        peak(process.memory_info().rss / 1e6, process.num_fds())
        await asyncio.sleep(0.2)


async def _storm(kind: str, count: int, server: StudyinProcess, student: Student) -> list[str]:
    """One kind of attacker; returns what a student noticed, or what it cost too much."""
    process = psutil.Process(int(server.pid))
    port = server.url.rpartition(":")[2]
    calm = student.begin()
    await asyncio.sleep(CALM_SECONDS)
    lines, cpu = len(server.log.splitlines()), process.cpu_times()
    most = [0.0, 0]

    def peak(megabytes: float, files: int) -> None:
        most[:] = max(most[0], megabytes), max(most[1], files)

    watching = asyncio.create_task(_watch(process, peak))
    attackers = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.bench.attackers", kind, port, str(count)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert attackers.stdin is not None
    assert attackers.stdout is not None
    began = time.monotonic()
    felt = student.begin()
    assert await attackers.stdout.readline() == b"ready\n"
    rose = time.monotonic() - began
    await asyncio.sleep(STORM_SECONDS)
    attackers.stdin.close()
    ends = (await attackers.stdout.read()).decode().strip()
    await attackers.wait()
    student.begin()
    watching.cancel()
    after = process.cpu_times()
    told = [line for line in server.log.splitlines()[lines:] if '"info"' not in line]
    print(
        f"  {kind}, {count:,} of them, all there after {rose:.1f} s: {ends}\n"
        f"    before: {calm}\n    during: {felt}\n"
        f"    at most {most[0]:.0f} MB and {most[1]:,} files; {sum(after[:2]) - sum(cpu[:2]):.1f} s of CPU; "
        f"{len(told)} lines in the log",
        flush=True,
    )
    for line in told[:8]:
        print("      " + line[:200], flush=True)
    faults = []
    if felt.failed or felt.refused:
        faults.append(f"{kind}: a student has {felt.failed} failed answers and {felt.refused} refused pages")
    if felt.high > max(NOTICED_SECONDS, 3 * calm.high):
        faults.append(f"{kind}: a student waits {felt.high:.2f} s")
    if most[0] > MEGABYTES:
        faults.append(f"{kind}: {most[0]:.0f} MB")
    if len(told) > LINES:
        faults.append(f"{kind}: {len(told)} lines in the log")
    return faults


async def run(kinds: Sequence[str]) -> list[str]:
    """A server of its own for each kind, so that none inherits another's memory."""
    faults = []
    with servers.upstream(pace=50, length=60) as source:
        for kind in kinds:
            with tempfile.TemporaryDirectory() as folder:
                server = StudyinProcess(Path(folder), env={"OPENAI_BASE_URL": source.url})
                await server.start()
                async with Student(server.url).inside() as student:
                    faults += await _storm(kind, CROWDS[kind], server, student)
                if await server.stop() != 0:
                    faults.append(f"{kind}: it did not stop as it should")
            faults += [f"{kind}, in the log: {line[:300]}" for line in server.log.splitlines() if '"error"' in line]
    return faults


def storm(kinds: Sequence[str] = ()) -> bool:
    """True where nothing was found."""
    print(
        f"storm: target: under {NOTICED_SECONDS * 1000:.0f} ms inside, 19 times of 20, {MEGABYTES} MB, {LINES} lines\n"
        "  (times are the median, what one in twenty takes at least, and the longest)",
        flush=True,
    )
    faults = asyncio.run(run(kinds or tuple(CROWDS)))
    print("  " + ("\n  ".join(["FAULTS", *faults[:20]]) if faults else "nothing noticed inside"))
    return not faults
