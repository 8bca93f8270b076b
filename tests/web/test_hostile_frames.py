"""Frames that nobody should send: each gets its error, and the socket goes on."""

import json
import logging
from collections.abc import Callable
from typing import Any
from unittest import mock

import aiohttp
import pytest
from aiohttp import web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.test_utils import make_mocked_request
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studyin.web.handshake import connect
from tests.web.studyin_server import Chat, StudyinServer

Connect = Callable[[], Chat]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "bad_frame"),
        ("not json", "bad_frame"),
        ("{", "bad_frame"),
        ("[1, 2]", "bad_frame"),
        ('"user_message"', "bad_frame"),
        ("null", "bad_frame"),
        ("NaN", "bad_frame"),
        ("[" * 100_000, "bad_frame"),
        ('{"a":' * 30_000, "bad_frame"),
        ("{}", "unknown_type"),
        ('{"type": 7}', "unknown_type"),
        ('{"type": ["open"]}', "unknown_type"),
        ('{"type": "dance"}', "unknown_type"),
        ('{"type": "\\ud800"}', "unknown_type"),
        ('{"type": "user_message"}', "bad_frame"),
        ('{"type": "user_message", "content": 7}', "bad_frame"),
        ('{"type": "user_message", "content": null}', "bad_frame"),
        ('{"type": "user_message", "content": " \\n\\t "}', "empty"),
        ('{"type": "user_message", "content": "\\u0000"}', "empty"),
        ('{"type": "user_message", "content": "x", "client_id": {}}', "bad_frame"),
        ('{"type": "user_message", "content": "x", "parent_id": ""}', "bad_frame"),
        ('{"type": "open", "session_id": 5}', "bad_frame"),
        ('{"type": "open", "session_id": "../../etc"}', "not_found"),
        ('{"type": "stop"}', "bad_frame"),
        ('{"type": "stop", "turn_id": "unknown"}', "not_running"),
        ('{"type": "stop", "turn_id": "\\ud800"}', "not_running"),
        ('{"type": "user_message", "content": "", "client_id": "\\udc00"}', "empty"),
        ('{"type": "regenerate"}', "bad_frame"),
        ('{"type": "regenerate", "message_id": "unknown"}', "not_found"),
        (json.dumps({"type": "user_message", "content": "x" * 32_001}), "too_long"),
        (json.dumps({"type": "ping", "padding": "x" * 262_144}), "too_large"),
        (json.dumps({"type": "ping", "padding": "é" * 140_000}, ensure_ascii=False), "too_large"),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else None,
)
async def test_a_refused_frame_gets_its_error_and_the_socket_stays_open(chat: Connect, text: str, code: str) -> None:
    async with chat() as one:
        await one.socket.send_str(text)
        error = await one.frame()
        assert error["type"] == "error"
        assert error["code"] == code
        assert isinstance(error["retryable"], bool)
        assert "Expected" in error["message"] or code in ("not_found", "not_running")
        assert not error["message"].endswith("characters, got a text.")  # what was expected is one too
        await one.send("ping")
        assert await one.frame() == {"type": "pong"}


async def test_a_binary_frame_is_refused_and_the_socket_stays_open(chat: Connect) -> None:
    async with chat() as one:
        await one.socket.send_bytes(b'{"type": "ping"}')
        assert (await one.frame())["code"] == "bad_frame"
        await one.send("ping")
        assert await one.frame() == {"type": "pong"}


async def test_a_frame_over_the_hard_limit_closes_with_1009(chat: Connect) -> None:
    async with chat() as one:
        await one.socket.send_str(json.dumps({"type": "ping", "padding": "x" * (4 * 262_144)}))
        code, _ = await one.closes()
        assert code == aiohttp.WSCloseCode.MESSAGE_TOO_BIG


async def test_a_cut_emoji_is_taken_and_stored_whole(chat: Connect) -> None:
    async with chat() as one:
        await one.socket.send_str('{"type": "user_message", "content": "half \\ud83d emoji"}')
        await one.until("complete")
        await one.send("ping")
        assert await one.frame() == {"type": "pong"}


_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=10), children, max_size=3),
    max_leaves=5,
)
_FIELDS = ("content", "user_level", "profile", "effort", "verbosity", "client_id", "parent_id", "session_id", "after")
_fields = st.dictionaries(st.sampled_from((*_FIELDS, "turn_id", "message_id", "upto", "html", "other")), _values)
_KINDS = ("user_message", "open", "stop", "regenerate", "ping", "token")


def _frames(fields: dict[str, Any], other: Any) -> list[str | bytes]:
    """Ten frames from one drawing: of each type, none, a wrong one, cut off, in bytes, and no object at all."""
    whole = [json.dumps({"type": kind, **fields}) for kind in (*_KINDS, other)]
    return [*whole, whole[0][: len(whole[0]) // 2], whole[0].encode()[::-1], json.dumps(other)]


def _fuzzed(count: int) -> list[str | bytes]:
    frames: list[str | bytes] = []

    @settings(max_examples=count // 100, database=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.tuples(_fields, _values), min_size=10, max_size=10))
    def collect(drawn: list[tuple[dict[str, Any], Any]]) -> None:
        for fields, other in drawn:
            frames.extend(_frames(fields, other))

    while len(frames) < count:  # hypothesis may find that it has tried all it can think of
        collect()
    return frames[:count]


@pytest.mark.thorough
async def test_ten_thousand_fuzzed_frames_leave_the_socket_answering_and_the_log_clean(
    http: aiohttp.ClientSession, server: StudyinServer, caplog: pytest.LogCaptureFixture
) -> None:
    frames = _fuzzed(10_000)
    assert len(frames) == 10_000
    with caplog.at_level(logging.WARNING):
        for at in range(0, len(frames), 500):
            async with Chat(http, server) as one:
                for frame in frames[at : at + 500]:
                    await _send(one, frame)
                await one.send("ping")
                await one.until("pong")
    assert [record.getMessage() for record in caplog.records] == []


async def _send(one: Chat, frame: str | bytes) -> None:
    if isinstance(frame, bytes):
        await one.socket.send_bytes(frame)
    else:
        await one.socket.send_str(frame.encode(errors="replace").decode())


async def test_a_browser_that_goes_away_during_the_handshake_is_no_error(server: StudyinServer) -> None:
    gone = mock.Mock(spec=AbstractStreamWriter)
    gone.write_headers.side_effect = aiohttp.ClientConnectionResetError("Cannot write to closing transport")
    handshake = {
        "Host": "localhost",
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    }
    request = make_mocked_request("GET", "/api/chat/ws", headers=handshake, app=server.app, writer=gone)
    response = await connect(request)
    assert not isinstance(response, web.WebSocketResponse), "aiohttp would try to close what was never open"
    gone.write_headers.assert_called_once()
