"""Limits: each is reached, says so in its own words, loses nothing, and those inside don't notice."""

from __future__ import annotations

import asyncio
import gc
import gzip
import json
import logging
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.compression_utils import ZLibDecompressor
from aiohttp.http_exceptions import BadHttpMessage

from studyin.web import accounts, audience, bodies, chat_socket, door, handshake
from studyin.web.connections import READ_BYTES, Connection
from studyin.web.keys import AUDIENCE, CONNECTIONS, ENGINE
from tests.scripted_provider import Pause, ScriptedProvider, Stream
from tests.web.studyin_server import Chat, StudyinServer, kinds

HANDSHAKE = (
    b"GET /api/chat/ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
)
Start = Callable[..., Any]


@pytest.fixture
def limited(tmp_path: Path, provider: ScriptedProvider) -> Start:
    return lambda **settings: StudyinServer(tmp_path, openai_base_url=provider.url, checkpoint_seconds=0.1, **settings)


def _address(server: StudyinServer) -> tuple[str, int]:
    return "127.0.0.1", int(server.url.rpartition(":")[2])


@asynccontextmanager
async def _raw(server: StudyinServer, *sent: bytes) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection(*_address(server))
    for each in sent:
        writer.write(each)
    try:
        yield reader, writer
    finally:
        writer.transport.abort()


async def _ends(reader: asyncio.StreamReader) -> bytes:
    """Everything until the server ends the connection."""
    async with asyncio.timeout(10):
        try:
            return await reader.read()
        except ConnectionError:
            return b""


async def test_turns_beyond_the_limit_wait_in_line_and_new_clients_see_their_place(
    limited: Start, provider: ScriptedProvider, http: aiohttp.ClientSession
) -> None:
    pauses = [Pause() for _ in range(3)]
    provider.script(*(Stream(f"Answer {number}", pause, ". More?") for number, pause in enumerate(pauses)))
    async with limited(max_running_turns=1) as server, AsyncExitStack() as stack:
        ours, base, third = [await stack.enter_async_context(Chat(http, server)) for _ in range(3)]
        await base.ask("A base client's question")
        await base.until("token")
        for number, one in enumerate((ours, third), start=1):
            await one.send("open", session_id=None)
            await one.ask("Mine", client_id=f"c{number}")
            assert (await one.until("waiting"))[-1]["place"] == number
        assert (server.app[ENGINE].count, server.app[ENGINE].waiting) == (3, 2)
        pauses[0].go.set()
        assert kinds(await base.until("complete")) == ["token", "complete"]
        assert (await ours.until("waiting"))[-1]["place"] == 0
        assert (await third.until("waiting"))[-1]["place"] == 1
        pauses[1].go.set()
        assert (await ours.until("complete"))[-1]["message"] == "Answer 1. More?"
        pauses[2].go.set()
        assert (await third.until("complete"))[-1]["message"] == "Answer 2. More?"


async def test_a_base_client_that_waits_sees_nothing_unusual(
    limited: Start, provider: ScriptedProvider, http: aiohttp.ClientSession
) -> None:
    pause = Pause()
    provider.script(Stream(pause, "First."), Stream("Second."))
    async with limited(max_account_turns=1) as server, Chat(http, server) as one, Chat(http, server) as two:
        await one.ask("One?")
        await pause.reached.wait()
        await two.ask("Two?")
        while not server.app[ENGINE].waiting:
            await asyncio.sleep(0.01)
        pause.go.set()
        assert kinds(await two.until("complete")) == ["context", "token", "complete"]


async def test_a_turn_that_waits_can_be_stopped_and_leaves_the_line(
    limited: Start, provider: ScriptedProvider, http: aiohttp.ClientSession
) -> None:
    pause = Pause()
    provider.script(Stream(pause, "First."))
    async with limited(max_running_turns=1) as server, Chat(http, server) as one, Chat(http, server) as two:
        await one.ask("One?")
        await pause.reached.wait()
        await two.send("open", session_id=None)
        await two.ask("Two?")
        place = (await two.until("waiting"))[-1]
        await two.send("stop", turn_id=place["turn_id"])
        assert (await two.until("complete"))[-1]["status"] == "stopped"
        assert server.app[ENGINE].waiting == 0
        pause.go.set()
        await one.until("complete")


async def test_too_many_questions_a_minute_are_refused_in_words_that_name_the_question(
    limited: Start, http: aiohttp.ClientSession
) -> None:
    async with limited(questions_per_minute=2) as server, Chat(http, server) as one:
        for number in range(2):
            await one.ask("Why?", client_id=f"c{number}")
            await one.until("complete")
        await one.ask("Why?", client_id="c1")  # sent again after a lost connection: no new question
        await one.until("accepted")
        await one.ask("Too many", client_id="c2")
        error = (await one.until("error"))[-1]
        assert (error["code"], error["retryable"], error["client_id"]) == ("too_many_questions", True, "c2")
        assert "at most 2 questions a minute" in error["message"]
        assert "try again" in error["message"]
        await one.send("ping")
        await one.until("pong")


async def test_an_account_has_so_many_sockets_and_is_told_when_it_has_all(
    limited: Start, http: aiohttp.ClientSession, caplog: pytest.LogCaptureFixture
) -> None:
    handshake._fullness = type(handshake._fullness)(60.0)
    async with limited(max_account_sockets=2) as server, Chat(http, server) as one, Chat(http, server):
        for _ in range(5):
            third = await Chat(http, server).connect()
            assert await third.closes() == (1013, "You have all 2 connections an account may have; close other tabs.")
        await one.ask("Why?")
        await one.until("complete")
    assert len([record for record in caplog.records if "all 2 connections" in record.getMessage()]) == 1


async def test_a_silent_crowd_gives_way_to_those_who_ask_and_those_inside_do_not_notice(
    limited: Start, provider: ScriptedProvider, http: aiohttp.ClientSession, caplog: pytest.LogCaptureFixture
) -> None:
    pause = Pause()
    provider.script(Stream("Before", pause, " and after?"))
    async with limited(most_connections=20) as server, Chat(http, server) as one, AsyncExitStack() as stack:
        await one.ask("Why?")
        await one.until("token")
        crowd = [await stack.enter_async_context(_raw(server, HANDSHAKE)) for _ in range(500)]
        for _ in range(3):
            async with aiohttp.ClientSession() as newcomer, newcomer.get(server.url + "/healthz") as response:
                assert response.status == 200
        assert set(await asyncio.gather(*(_ends(reader) for reader, _ in crowd[:450]))) == {b""}
        assert server.app[CONNECTIONS].count <= 20
        pause.go.set()
        assert (await one.until("complete"))[-1]["message"] == "Before and after?"
        async with http.get(server.url + "/metrics") as response:
            assert 'reason="gave_way"} 48' in await response.text()
    assert len([record for record in caplog.records if "those that say nothing give way" in record.getMessage()]) == 1


@pytest.mark.parametrize(
    "asked",
    [
        b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\n"
        b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 10\r\n\r\nn",
        b"GET /sign-in HTTP/1.1\r\nHost: localhost\r\n\r\n" * 400,
    ],
    ids=["half a form", "answers that nobody reads"],
)
async def test_a_crowd_that_asks_what_anybody_may_gives_way_too(
    limited: Start, caplog: pytest.LogCaptureFixture, asked: bytes
) -> None:
    async with limited(most_connections=20, auth="password") as server, AsyncExitStack() as stack:
        for _ in range(40):
            await stack.enter_async_context(_raw(server, asked))
        async with aiohttp.ClientSession() as newcomer, newcomer.get(server.url + "/healthz") as response:
            assert response.status == 200
        assert server.app[CONNECTIONS].count <= 20
    assert not [record for record in caplog.records if record.exc_info]


async def test_who_has_just_asked_does_not_give_way_before_it_is_known_who_that_is(
    limited: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, go = asyncio.Event(), asyncio.Event()

    async def visitor_of(request: web.BaseRequest, app: web.Application) -> accounts.Visitor | None:
        if request.path == "/api/materials":
            asked.set()
            await go.wait()
        return await of(request, app)

    of = accounts.visitor_of
    monkeypatch.setattr(accounts, "visitor_of", visitor_of)
    async with limited(most_connections=3) as server, AsyncExitStack() as stack:
        reader, writer = await stack.enter_async_context(_raw(server, b""))
        await _are_open(server, 1)
        silent = [await stack.enter_async_context(_raw(server, HANDSHAKE))]
        await _are_open(server, 2)
        silent.append(await stack.enter_async_context(_raw(server, HANDSHAKE)))
        await _are_open(server, 3)
        # The longest there is the one that asks.
        writer.write(b"GET /api/materials HTTP/1.1\r\nHost: localhost\r\n\r\n")
        await asked.wait()
        await stack.enter_async_context(_raw(server, HANDSHAKE))
        assert await _ends(silent[0][0]) == b""
        go.set()
        async with asyncio.timeout(10):
            assert await reader.readline() == b"HTTP/1.1 200 OK\r\n"


async def _are_open(server: StudyinServer, count: int) -> None:
    async with asyncio.timeout(10):
        while server.app[CONNECTIONS].count != count:
            await asyncio.sleep(0.01)


async def test_connections_beyond_the_limit_are_refused_at_the_door_where_all_are_at_work(
    limited: Start, http: aiohttp.ClientSession, caplog: pytest.LogCaptureFixture
) -> None:
    foreign = HANDSHAKE + b"Origin: https://elsewhere.example\r\n\r\n"
    async with limited(most_connections=3) as server, AsyncExitStack() as stack:
        async with AsyncExitStack() as refused:
            for _ in range(3):  # they don't answer the goodbye that they get
                reader, _writer = await refused.enter_async_context(_raw(server, foreign))
                await reader.readuntil(b"STUDYIN_CORS_ORIGINS")
            async with http.get(server.url + "/healthz", headers={"Connection": "close"}) as response:
                assert response.status == 200
        while server.app[CONNECTIONS].count:
            await asyncio.sleep(0.01)
        inside = [await stack.enter_async_context(Chat(http, server)) for _ in range(3)]
        for _ in range(50):
            async with _raw(server, HANDSHAKE + b"\r\n") as (reader, _writer):
                assert (await _ends(reader)).split(b"\r\n")[0] in (b"HTTP/1.1 503 Service Unavailable", b"")
        await inside[0].ask("Why?")
        await inside[0].until("complete")
        await inside[2].socket.close()
        async with http.get(server.url + "/healthz") as response:
            assert response.status == 200
    assert len([record for record in caplog.records if "others are refused" in record.getMessage()]) == 1


async def test_a_crowd_is_taken_a_few_at_a_time_and_the_kernel_keeps_the_rest(
    limited: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_now = most_open = 0

    class Counted(door._TurnAway):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            nonlocal open_now, most_open
            open_now += 1
            most_open = max(most_open, open_now)
            super().connection_made(transport)

        def connection_lost(self, exc: Exception | None) -> None:
            nonlocal open_now
            open_now -= 1

    monkeypatch.setattr(door, "_TurnAway", Counted)
    loop = asyncio.get_running_loop()
    async with limited(most_connections=1) as server, AsyncExitStack() as stack:
        server.app[CONNECTIONS].most = 0
        crowd = [stack.enter_context(socket.socket()) for _ in range(300)]
        for each in crowd:
            each.setblocking(False)
            each.connect_ex(_address(server))  # all of them before the server looks
        async with asyncio.timeout(10):
            answers = [await loop.sock_recv(each, 64) for each in crowd]
    assert {answer[:12] for answer in answers} == {b"HTTP/1.1 503"}
    assert 0 < most_open <= 4 * door.TAKEN_AT_ONCE < door.OWN_FILES


async def test_a_handshake_that_never_ends_is_ended(limited: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "SILENT_SECONDS", 0.2)
    async with limited() as server, _raw(server, HANDSHAKE) as (slow, writer), _raw(server) as (silent, _):
        ended = asyncio.create_task(_ends(slow))
        while not ended.done():
            if not writer.is_closing():
                writer.write(b"X-Slow: loris\r\n")
            await asyncio.sleep(0.05)
        assert await ended == b""
        assert await _ends(silent) == b""


@pytest.mark.parametrize(
    "head",
    [
        b"POST /api/materials HTTP/1.1\r\nContent-Type: application/json\r\n",
        b"POST /api/materials HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=b\r\n",
        b"POST /api/sessions/import HTTP/1.1\r\nContent-Type: application/json\r\n",
    ],
)
async def test_a_body_that_never_comes_is_given_up(
    limited: Start, monkeypatch: pytest.MonkeyPatch, head: bytes
) -> None:
    monkeypatch.setattr(bodies, "BODY_SECONDS", 0.1)
    monkeypatch.setattr("studyin.web.materials.BODY_SECONDS", 0.1)
    monkeypatch.setattr("studyin.web.archive.BODY_SECONDS", 0.1)
    rest = b"Host: localhost\r\nOrigin: http://localhost\r\nContent-Length: 50\r\nConnection: close\r\n\r\n"
    async with limited() as server, _raw(server, head + rest) as (reader, _):
        async with asyncio.timeout(10):
            answer = await reader.readuntil(b"}")
        assert answer.startswith(b"HTTP/1.1 408")
        assert b"does not come" in answer


async def test_json_is_read_as_far_as_anything_asked_for_in_it_goes(
    limited: Start, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And no further: a hundred megabytes of brackets would be gigabytes of lists, and a minute of silence for all."""
    decoded: list[int] = []
    from_json = bodies.from_json
    monkeypatch.setattr(bodies, "from_json", lambda body, kind: (decoded.append(len(body)), from_json(body, kind))[1])
    half, sides = "\\ud83d", {"front": "\U0001f600" * 4_000, "back": "Eyes"}

    async def in_pieces(body: bytes) -> AsyncIterator[bytes]:
        for start in range(0, len(body), 10_000):
            yield body[start : start + 10_000]

    async with limited() as server:
        for body, status, words in (
            (json.dumps(sides).encode(), 201, "Eyes"),
            (f'{{"front": "A {half} smile", "back": "{half}"}}'.encode(), 201, "A \ufffd smile"),
            (f'{{"front": "{half}", "back": 1e999}}'.encode(), 400, "JSON object"),
            (b'{"front": "\xff", "back": "b"}', 400, "JSON object"),
            (b"[" + b"[]," * bodies.MAX_JSON_BYTES + b"0]", 413, "262,144 bytes"),
            (in_pieces(b"[" + b"[]," * bodies.MAX_JSON_BYTES + b"0]"), 413, "262,144 bytes"),
        ):
            headers = {"Origin": server.url, "Content-Type": "application/json"}
            async with http.post(server.url + "/api/cards", data=body, headers=headers) as response:
                assert (response.status, words in str(await response.json())) == (status, True), words
        assert len(decoded) == 4
        # What is pasted may be as long as a file, and is a text and nothing else.
        for told, status in (('"t": [[], []], "text": "Cells."', 202), ('"text": [[], []]', 400)):
            async with http.post(server.url + "/api/materials", data=f"{{{told}}}", headers=headers) as response:
                assert response.status == status


async def test_giant_headers_are_refused_without_being_kept(
    limited: Start, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    receive = Connection.data_received
    monkeypatch.setattr(
        Connection, "data_received", lambda self, data: (read.append(len(data)), receive(self, data))[1]
    )
    gc.collect()
    gc.disable()
    try:
        async with limited() as server:
            line = b"X-Giant: " + b"x" * 1_000_000 + b"\r\n"
            many = b"".join(b"X-%d: y\r\n" % number for number in range(10_000))
            for sent in (HANDSHAKE + line, HANDSHAKE + many, b"GET /" + b"x" * 1_000_000 + b" HTTP/1.1\r\n\r\n"):
                async with _raw(server, sent) as (reader, _):
                    answer = await _ends(reader)
                    assert answer == b"" or b" 400 Bad Request\r\n" in answer[:40]
            async with http.get(server.url + "/healthz") as response:
                assert response.status == 200
            # An error that stays keeps what was read, and waits for the collector, which has little to do else.
            assert not [each for each in gc.get_objects() if isinstance(each, BadHttpMessage)]
        assert max(read) == READ_BYTES  # and then it is another connection's turn
    finally:
        gc.enable()


async def test_a_compressed_body_is_refused_and_never_inflated(
    limited: Start, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    inflated: list[bytes] = []
    monkeypatch.setattr(ZLibDecompressor, "decompress_sync", lambda self, data, most=0: inflated.append(data) or b"")
    notes = gzip.compress(b'{"text": "A cell is the smallest unit of life.", "filename": "cells.md"}')
    async with limited() as server:
        # Answers to us are not to be compressed either: what inflates is counted.
        headers = {"Origin": server.url, "Content-Type": "application/json", "Accept-Encoding": "identity"}
        url = server.url + "/api/materials"
        for encoding in ("gzip", "GZIP", "deflate", "br", "identity, gzip"):
            async with http.post(url, data=notes, headers={**headers, "Content-Encoding": encoding}) as response:
                assert response.status == 415
                assert "as it is" in (await response.json())["error"]["message"]
        plain = gzip.decompress(notes)
        async with http.post(url, data=plain, headers={**headers, "Content-Encoding": "identity"}) as response:
            assert response.status == 202
    assert inflated == []


async def test_a_compressed_frame_is_refused_unread(limited: Start, http: aiohttp.ClientSession) -> None:
    offered = b"Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n"
    async with limited() as server, _raw(server, HANDSHAKE + offered) as (reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        assert b"permessage-deflate" not in head
        bomb = b"\x00" * 64  # what it would inflate to does not matter: RSV1 alone is refused
        writer.write(bytes([0xC1, 0x80 | len(bomb)]) + b"\0\0\0\0" + bomb)
        rest = await _ends(reader)
        assert b"\x03\xea" in rest  # 1002, a protocol error
        async with Chat(http, server) as one:
            await one.ask("Why?")
            await one.until("complete")


async def test_a_client_that_floods_takes_turns_with_the_others(
    limited: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns, at = 0, []

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    async def handle(self: chat_socket.ChatSocket, frame: object) -> None:
        at.append(turns)
        await answer(self, frame)

    answer = chat_socket.ChatSocket._handle
    monkeypatch.setattr(chat_socket.ChatSocket, "_handle", handle)
    ping = json.dumps({"type": "ping"}).encode()
    pings = (bytes([0x81, 0x80 | len(ping)]) + bytes(4) + ping) * 1_000
    async with limited() as server, _raw(server, HANDSHAKE + b"\r\n" + pings) as (flood, _):
        working = asyncio.create_task(others())
        for _ in range(1_000):
            await flood.readuntil(b'"pong"')
        working.cancel()
    assert at[-1] - at[0] >= 900


@asynccontextmanager
async def _stuck(server: StudyinServer, pings: int) -> AsyncIterator[socket.socket]:
    """A client that sends pings, each of which wants an answer, and reads none."""
    loop = asyncio.get_running_loop()
    with socket.socket() as raw:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        raw.setblocking(False)
        await loop.sock_connect(raw, _address(server))
        await loop.sock_sendall(raw, HANDSHAKE + b"\r\n")
        await loop.sock_recv(raw, 512)
        payload = json.dumps({"type": "nonsense " + "x" * 60}).encode()
        frame = bytes([0x81, 0x80 | len(payload)]) + b"\0\0\0\0" + payload
        sending = asyncio.create_task(loop.sock_sendall(raw, frame * pings))
        yield raw
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)


async def test_a_stuck_reader_loses_its_place_once_its_heartbeat_has_failed(
    limited: Start, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handshake, "HEARTBEAT_SECONDS", 0.4)
    monkeypatch.setattr(audience, "SWEEP_SECONDS", 0.1)
    async with limited(max_sockets=1) as server, _stuck(server, 100_000):
        async with asyncio.timeout(20):
            while not server.app[AUDIENCE].count:
                await asyncio.sleep(0.01)
            while server.app[AUDIENCE].count:
                await asyncio.sleep(0.01)
        monkeypatch.setattr(handshake, "HEARTBEAT_SECONDS", 60.0)  # who reads has time to answer
        async with Chat(http, server) as one:
            await one.ask("Is there room again?")
            await one.until("complete")


async def test_a_reader_that_vanished_leaves_no_connection_behind(
    limited: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handshake, "HEARTBEAT_SECONDS", 0.2)
    monkeypatch.setattr(chat_socket, "LAST_WORDS_SECONDS", 0.1)
    async with limited() as server, _raw(server, HANDSHAKE + b"\r\n") as (reader, _):
        reader._transport.pause_reading()  # type: ignore[attr-defined] # half open: it neither answers nor goes
        assert server._runner is not None
        async with asyncio.timeout(20):
            while not server.app[AUDIENCE].count:
                await asyncio.sleep(0.01)
            while server._runner.server is not None and server._runner.server.connections:
                await asyncio.sleep(0.01)
        assert server.app[AUDIENCE].count == 0


def test_the_limit_of_open_files_is_raised_no_further_than_it_goes(caplog: pytest.LogCaptureFixture) -> None:
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(256, soft), hard))
        assert door.raise_file_limit(512) == 512
        assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == 512
        with caplog.at_level(logging.WARNING):
            assert door._room_for(hard + 1000) == hard - door.OWN_FILES
        assert "too few" in caplog.text
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
