"""The processes that are measured, and the one that feeds them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import psutil

URL = re.compile(r"https?://[\w.:\[\]]+")

# What a coach says: short pieces, paragraphs, some structure; about four characters a token.
PIECES = (
    "Plants **store** energy from light in sugar. They do it in two steps.\n\n"
    "First the *light* reactions split water and charge two carriers.\n\n"
    "- ATP gives energy\n- NADPH gives electrons\n\n"
    "Then the Calvin cycle builds sugar from carbon dioxide. What would happen to the second step in the dark?\n\n"
)
TOKENS = tuple(PIECES[at : at + 4] for at in range(0, len(PIECES), 4))


@dataclass
class Server:
    """A process that serves at url. ready_seconds: from its start to the line that says so."""

    name: str
    url: str
    process: psutil.Process
    ready_seconds: float

    @property
    def cpu_seconds(self) -> float:
        times = self.process.cpu_times()
        return float(times.user + times.system)

    @property
    def rss_bytes(self) -> int:
        return int(self.process.memory_info().rss)


@contextmanager
def running(name: str, command: Sequence[str], upstream: str = "") -> Iterator[Server]:
    env = {**os.environ, "PYTHONUNBUFFERED": "1", "OPENAI_BASE_URL": upstream or "http://127.0.0.1:9"}
    began = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, *command], env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            assert process.stdout is not None
            for line in process.stdout:
                if match := URL.search(line):
                    took = time.perf_counter() - began
                    yield Server(name, match[0].rstrip("/"), psutil.Process(process.pid), took)
                    return
            raise RuntimeError(f"{name} ended before it was ready")
        finally:
            process.kill()


@contextmanager
def upstream(*, pace: float | None, length: int, together: int = 1) -> Iterator[Server]:
    """The scripted model server. pace: tokens a second for each stream, None for flat out."""
    command = ["-m", "tests.scripted_provider", "--port", "0", "--length", str(length), "--together", str(together)]
    command += ["--pace", str(pace)] if pace else []
    with running("upstream", [*command, "--pieces", *TOKENS]) as server:
        yield server


# One student does here what a class does.
UNLIMITED = ("--max-running-turns=1000",)


@contextmanager
def studyin(upstream_url: str = "", *options: str) -> Iterator[Server]:
    with tempfile.TemporaryDirectory() as folder:
        command = ["-m", "studyin", "serve", "--port", "0", "--data-dir", folder, *UNLIMITED, *options]
        with running("studyin", command, upstream_url) as server:
            yield server


@contextmanager
def pair(*, pace: float | None, length: int, together: int = 1) -> Iterator[tuple[Server, Server]]:
    """Studyin and its yardstick before one upstream."""
    with (
        upstream(pace=pace, length=length, together=together) as source,
        studyin(source.url) as ours,
        yardstick(source.url) as bare,
    ):
        yield ours, bare


@contextmanager
def yardstick(upstream_url: str) -> Iterator[Server]:
    with running("yardstick", ["-m", "tests.bench.yardstick"], upstream_url) as server:
        yield server
