"""The log of a whole run, failures included: a line for each request and turn, and nothing of what students wrote."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.scripted_provider import Refuse, ScriptedProvider, Stream
from tests.studyin_process import StudyinProcess

KEY = "sk-q8Zr1vXw7Lk2mPt9Yb4N"
TOKEN = "thisisthetokenofthemetrics"
# Each is sent in one place; none may turn up in the log.
WRITTEN = [f"canary{number}" for number in range(9)]


async def _misbehave(address: tuple[str, int], sent: bytes) -> None:
    reader, writer = await asyncio.open_connection(*address)
    writer.write(sent)
    await reader.read()
    writer.close()
    await writer.wait_closed()


async def _use(http: aiohttp.ClientSession, url: str, provider: ScriptedProvider) -> str:
    """A session with good and bad questions, frames, uploads and requests. Returns its id."""
    provider.script(
        Stream(f"An answer with {WRITTEN[0]}.", usage=(7, 3)),
        Refuse(400, {"error": {"message": f"You said {WRITTEN[1]}"}}),
    )
    own = {"Origin": url}
    async with http.ws_connect(url + "/api/chat/ws") as socket:
        for content in (f"What is {WRITTEN[2]}?", f"And {WRITTEN[3]}?"):
            await socket.send_json({"type": "user_message", "content": content})
            while (frame := await socket.receive_json())["type"] not in ("complete", "error"):
                pass
        await socket.send_str(f"no JSON {WRITTEN[4]}")
        await socket.receive_json()
    note = {"filename": f"{WRITTEN[5]}.md", "text": f"Notes on {WRITTEN[6]}."}
    async with http.post(url + "/api/materials", json=note, headers=own):
        pass
    async with http.get(url + "/api/sessions", params={"query": WRITTEN[7]}):
        pass
    async with http.get(url + "/nothing") as response:
        assert response.status == 404
        assert response.headers["X-Request-ID"]
    async with http.patch(f"{url}/api/sessions/{frame['session_id']}", json={"title": WRITTEN[8]}, headers=own):
        pass
    async with http.get(url + "/metrics", headers={"Authorization": f"Bearer {TOKEN}"}) as response:
        assert response.status == 200
    return str(frame["session_id"])


async def test_the_log_of_a_whole_run_has_every_request_and_turn_and_nothing_that_was_written(
    tmp_path: Path, provider: ScriptedProvider, http: aiohttp.ClientSession
) -> None:
    env = {"OPENAI_BASE_URL": provider.url, "OPENAI_API_KEY": KEY, "STUDYIN_METRICS_TOKEN": TOKEN}
    async with StudyinProcess(tmp_path, env=env) as process:
        session_id = await _use(http, process.url, provider)
        address = ("127.0.0.1", int(process.url.rpartition(":")[2]))
        for sent in (
            b"\x16\x03\x01\x02\x00\x01\x00 no HTTP\r\n\r\n",
            b"GET / HTTP/1.1\r\nA: " + b"x" * 20_000 + b"\r\n\r\n",
        ) * 5:
            await _misbehave(address, sent)
        assert await process.stop() == 0
    told = [text for text in (*WRITTEN, KEY, TOKEN, KEY[-6:]) if text in process.log]
    assert not told
    assert "Traceback" not in process.log
    lines: list[dict[str, Any]] = [json.loads(line) for line in process.log.splitlines()]
    messages = [line["message"] for line in lines if line["logger"] == "studyin.web.access"]
    assert messages == [
        "chat connection ended",
        "POST /api/materials 202",
        "GET /api/sessions 200",
        "GET /nothing 404",
        f"PATCH /api/sessions/{session_id} 200",
    ]
    turns = [line for line in lines if line["message"].startswith("turn ")]
    assert [(line["message"], line.get("error")) for line in turns] == [
        ("turn complete", None),
        ("turn failed", "provider_failed"),
    ]
    connection = next(line for line in lines if line["message"] == "chat connection ended")
    assert {line["request_id"] for line in turns} == {connection["request_id"]}
    assert len({line["turn_id"] for line in turns}) == 2
    assert turns[0]["session_id"] == session_id
    assert (turns[0]["prompt_tokens"], turns[0]["completion_tokens"]) == (7, 3)
    (malformed,) = [line["message"] for line in lines if line["logger"] == "aiohttp.server"]
    assert malformed.startswith("a request from 127.0.0.1 is no HTTP")


@pytest.mark.parametrize(("trusted", "kept"), [("127.0.0.1", True), ("10.0.0.1", False)])
async def test_a_trusted_proxy_s_id_and_client_are_in_the_log_and_those_that_a_stranger_tells_are_not(
    tmp_path: Path, http: aiohttp.ClientSession, trusted: str, kept: bool
) -> None:
    told = {"X-Request-ID": "from-the-proxy", "X-Forwarded-For": "192.0.2.1, 203.0.113.7"}
    async with StudyinProcess(tmp_path, "--trusted-proxies", trusted) as process:
        async with http.get(process.url + "/", headers=told) as response:
            assert (response.headers["X-Request-ID"] == "from-the-proxy") is kept
        for origin in (process.url, "https://elsewhere.example"):
            async with http.ws_connect(process.url + "/api/chat/ws", headers={**told, "Origin": origin}) as socket:
                await socket.receive()
        await process.stop()
    assert ("from-the-proxy" in process.log) is kept
    lines = [json.loads(line) for line in process.log.splitlines()]
    peers = {line["message"].partition(":")[0]: line["peer"] for line in lines if "peer" in line}
    assert set(peers) == {"GET / 200", "chat connection ended", "refused a chat connection"}
    assert set(peers.values()) == {"203.0.113.7" if kept else "127.0.0.1"}
