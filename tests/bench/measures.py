"""What is measured, each beside its yardstick and the target that the project set itself."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from statistics import median
from threading import Thread

from tests.bench import clients, servers
from tests.bench.reading import materials
from tests.bench.retrieval import retrieval
from tests.bench.scrolling import scrolling
from tests.bench.servers import Server
from tests.crash import crash_repeatedly

STREAMS = 100
TOKENS_PER_SECOND = 50
CHARACTERS_PER_TOKEN = 4


def _in_turn(rounds: int, *pair: Server, html: bool, label: str) -> None:
    """Stream through both, in turn, and print tokens per CPU second and the ratio round by round."""
    ratios = []
    for _ in range(rounds):
        rates = []
        for server in pair:
            before = server.cpu_seconds
            streamed = asyncio.run(clients.stream(server.url, STREAMS, html=html and server.name == "studyin"))
            tokens = streamed.characters / CHARACTERS_PER_TOKEN
            rates.append(tokens / (server.cpu_seconds - before))
            print(
                f"    {server.name:9} {tokens:7.0f} tokens in {streamed.seconds:4.1f} s, {rates[-1]:7.0f} a CPU second"
            )
        ratios.append(rates[0] / rates[1])
    print(f"  {label}: ratio {median(ratios):.2f} (rounds: {', '.join(f'{ratio:.2f}' for ratio in ratios)})")


def relay(rounds: int) -> None:
    """Tokens per CPU second with store and rendering, against the bare relay."""
    print(f"relay: {STREAMS} streams; target 0.95 at {TOKENS_PER_SECOND} tokens a second each, 1.5 flat out")
    with servers.pair(pace=TOKENS_PER_SECOND, length=400) as (ours, bare):
        _in_turn(rounds, ours, bare, html=True, label="paced")
    # As long as a reply may be: what goes on far beyond that is ended.
    with servers.pair(pace=None, length=700, together=20) as (ours, bare):
        _in_turn(rounds, ours, bare, html=True, label="flat out")


def first_token(rounds: int) -> None:
    """Time to the first token while a hundred others stream, against the bare relay."""
    print(f"first token, with {STREAMS} streams beside it; target: under 3 ms added at the median")
    added = []
    with servers.pair(pace=TOKENS_PER_SECOND, length=400) as (ours, bare):
        for _ in range(rounds):
            took = []
            for server in (ours, bare):
                crowd = Thread(target=lambda url=server.url: asyncio.run(clients.stream(url, STREAMS, html=False)))
                crowd.start()
                took.append(median(asyncio.run(clients.first_tokens(server.url, 60))) * 1000)
                crowd.join()
            added.append(took[0] - took[1])
            print(f"    studyin {took[0]:6.2f} ms, yardstick {took[1]:6.2f} ms")
    print(f"  added at the median: {median(added):.2f} ms (rounds: {', '.join(f'{ms:.2f}' for ms in added)})")


def memory(_rounds: int) -> None:
    """Resident memory: after start, with idle sockets, while streaming."""
    print("memory; target: under 60 MB after start, under 20 KB a socket")
    with servers.upstream(pace=TOKENS_PER_SECOND, length=400) as source, servers.studyin(source.url) as ours:
        start = ours.rss_bytes
        print(f"  after start: {start / 1e6:.1f} MB")
        sockets = 1000
        holding = Thread(target=lambda: asyncio.run(clients.hold(ours.url, sockets, 4)))
        holding.start()
        peak = 0
        while holding.is_alive():
            holding.join(0.2)
            peak = max(peak, ours.rss_bytes)
        print(f"  with {sockets} idle sockets: {peak / 1e6:.1f} MB, {(peak - start) / sockets / 1000:.1f} KB a socket")
        asyncio.run(clients.stream(ours.url, STREAMS, html=True))
        print(f"  after {STREAMS} streams: {ours.rss_bytes / 1e6:.1f} MB")


def start(rounds: int) -> None:
    """From the process's start to its ready line, against the bare relay's (which imports aiohttp and listens)."""
    print("start to ready; target: under 0.8 s")
    ours, bare = [], []
    for _ in range(max(rounds, 5)):
        with servers.studyin() as server:
            ours.append(server.ready_seconds)
        with servers.yardstick("http://127.0.0.1:9") as server:
            bare.append(server.ready_seconds)
    print(f"  studyin {median(ours):.2f} s, yardstick {median(bare):.2f} s, ratio {median(ours) / median(bare):.2f}")


def crash(_rounds: int) -> None:
    """Two hundred times kill -9 in the middle of running turns."""
    print("crash: 200 times kill -9; target: nothing accepted lost or doubled, at most a second of a reply")
    with tempfile.TemporaryDirectory() as folder:
        findings = asyncio.run(crash_repeatedly(Path(folder), times=200, turns=4))
    print(f"  {findings}")


MEASURES = {
    "relay": relay,
    "first_token": first_token,
    "memory": memory,
    "start": start,
    "crash": crash,
    "materials": materials,
    "retrieval": retrieval,
    "scrolling": scrolling,
}
