"""`studyin serve` as a process of its own, for what can only be seen from outside: kills, restarts, memory."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

READY = re.compile(r"Studyin is ready: (http://\S+/)")
START_SECONDS = 60.0


class StudyinProcess:
    """Started with its own data folder; `kill` is SIGKILL, `stop` SIGTERM. `start` restarts it on the same port."""

    def __init__(self, data_dir: Path, *options: str, env: Mapping[str, str] | None = None) -> None:
        self._data_dir = data_dir
        self._options = options
        self._env = {**os.environ, "PYTHONUNBUFFERED": "1", **(env or {})}
        self._process: asyncio.subprocess.Process | None = None
        self._draining: asyncio.Task[None] | None = None
        self._port = "0"
        self.url = ""
        self.log = ""

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    async def start(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "studyin", "serve", "--port", self._port, "--data-dir", str(self._data_dir)),
            *self._options,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env=self._env,
        )
        assert self._process.stdout is not None
        async with asyncio.timeout(START_SECONDS):
            while (match := READY.search(line := (await self._process.stdout.readline()).decode())) is None:
                self.log += line
                assert line, f"the server ended before it was ready:\n{self.log}"
        self.url = match[1].rstrip("/")
        self._port = self.url.rpartition(":")[2]
        self._draining = asyncio.create_task(self._drain(self._process.stdout))

    async def kill(self) -> None:
        await self._end(signal.SIGKILL)

    async def stop(self) -> int:
        """SIGTERM; returns the exit code."""
        return await self._end(signal.SIGTERM)

    async def _end(self, number: signal.Signals) -> int:
        assert self._process is not None
        if self._process.returncode is None:
            self._process.send_signal(number)
        code = await self._process.wait()
        if self._draining is not None:
            await self._draining
        return code

    async def _drain(self, output: asyncio.StreamReader) -> None:
        async for line in output:
            self.log += line.decode()

    async def __aenter__(self) -> StudyinProcess:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.kill()
