"""Those who want a server down, in a process of their own: `python -m tests.bench.attackers KIND PORT COUNT`.

It prints a line when all of them are at work, and one with what became of them when its input ends.
"""

from __future__ import annotations

import asyncio
import gzip
import os
import sys
from collections import Counter
from collections.abc import Awaitable, Callable

from studyin.web.door import raise_file_limit

HANDSHAKE = (
    b"GET /api/chat/ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
)
DRIP_SECONDS = 2.0
MEGABYTE = 1024 * 1024
# A kilobyte on the line for each megabyte in memory.
BOMB = gzip.compress(b'{"text": "' + bytes(200 * MEGABYTE), compresslevel=9)
# Addresses of this machine to come from: one has 28,000 ports, and those of closed connections rest for a minute.
SOURCES = 8

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def silent(_: Connection) -> None:
    """Connects, and says nothing."""


async def slow(connection: Connection) -> None:
    """A handshake that never ends."""
    connection[1].write(HANDSHAKE)
    while not connection[1].is_closing():
        await asyncio.sleep(DRIP_SECONDS)
        connection[1].write(b"X-Slow: loris\r\n")


async def half_open(connection: Connection) -> None:
    """A socket whose browser is gone without a word: it neither reads, nor answers pings, nor goes."""
    reader, writer = connection
    writer.write(HANDSHAKE + b"\r\n")
    await reader.readuntil(b"\r\n\r\n")
    reader._transport.pause_reading()  # type: ignore[attr-defined]
    await asyncio.Event().wait()


async def flood(connection: Connection) -> None:
    """A socket that sends nonsense without end, and reads none of the answers."""
    reader, writer = connection
    writer.write(HANDSHAKE + b"\r\n")
    await reader.readuntil(b"\r\n\r\n")
    reader._transport.pause_reading()  # type: ignore[attr-defined]
    while True:
        writer.write(_frame(0x81, b'{"type": "' + b"n" * 100 + b'"}') * 500)
        await writer.drain()


async def compressed(connection: Connection) -> None:
    """A compressed frame, for which nobody asked."""
    reader, writer = connection
    writer.write(HANDSHAKE + b"Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n")
    await reader.readuntil(b"\r\n\r\n")
    writer.write(_frame(0xC1, BOMB[:60_000]))
    await reader.read()


async def endless(connection: Connection) -> None:
    """A message in so many pieces that it never ends."""
    reader, writer = connection
    writer.write(HANDSHAKE + b"\r\n")
    await reader.readuntil(b"\r\n\r\n")
    writer.write(_frame(0x01, b"x" * 60_000))
    for _ in range(10_000):
        writer.write(_frame(0x00, b"x" * 60_000))
        await writer.drain()


async def bomb(connection: Connection) -> None:
    """A body of 200 KB that wants to be 200 MB."""
    reader, writer = connection
    writer.write(
        b"POST /api/materials HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\n"
        b"Content-Type: application/json\r\nContent-Encoding: gzip\r\nConnection: close\r\n"
        b"Content-Length: %d\r\n\r\n" % len(BOMB)
    )
    writer.write(BOMB)
    await reader.read()


async def giant(connection: Connection) -> None:
    """Headers of ten megabytes."""
    reader, writer = connection
    writer.write(HANDSHAKE)
    for _ in range(10):
        writer.write(b"X-Giant: " + b"x" * MEGABYTE + b"\r\n")
        await writer.drain()
    await reader.read()


KINDS: dict[str, Callable[[Connection], Awaitable[None]]] = {
    each.__name__: each for each in (silent, slow, half_open, flood, compressed, endless, bomb, giant)
}


def _frame(first: int, payload: bytes) -> bytes:
    """A client's frame, masked with zeros."""
    size = len(payload)
    length = bytes([0x80 | size]) if size < 126 else b"\xfe" + size.to_bytes(2, "big")
    return bytes([first]) + length + bytes(4) + payload


async def attack(kind: str, port: int, count: int, seen: Counter[str], ready: Callable[[], None]) -> None:
    """All at once; until cancelled each comes again when it is thrown out, as a crowd does."""
    begun = 0

    async def one(number: int) -> None:
        nonlocal begun
        is_first = True
        while True:
            try:
                source = (f"127.0.0.{2 + number % SOURCES}", 0)
                reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=source, limit=MEGABYTE)
            except OSError as error:
                seen[f"not connected: {error.strerror}"] += 1
            else:
                seen["connected"] += 1
            begun += is_first
            if is_first and begun == count:
                ready()
            is_first = False
            try:
                await KINDS[kind]((reader, writer))
                seen[await _end(reader)] += 1
            except (OSError, asyncio.IncompleteReadError) as error:
                seen[type(error).__name__] += 1
            finally:
                writer.transport.abort()
            await asyncio.sleep(1 + number % 10 / 10)

    await asyncio.gather(*(one(number) for number in range(count)))


async def _end(reader: asyncio.StreamReader) -> str:
    """Waits for the end; how it was said."""
    said = await reader.read()
    return said.split(b"\r\n")[0].decode(errors="replace")[:40] if said.startswith(b"HTTP") else "ended"


async def main(kind: str, port: int, count: int) -> None:
    raise_file_limit(count + 100)
    seen: Counter[str] = Counter()
    attacking = asyncio.create_task(attack(kind, port, count, seen, lambda: print("ready", flush=True)))
    await asyncio.to_thread(sys.stdin.read)
    attacking.cancel()
    await asyncio.gather(attacking, return_exceptions=True)
    print(dict(seen), flush=True)
    os._exit(0)  # closing ten thousand connections one by one is nobody's business


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
