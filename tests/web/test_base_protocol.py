"""The first half of the protocol: what existing Studyin clients speak, frame by frame."""

from collections.abc import Callable
from pathlib import Path

import aiohttp
import pytest

from studyin.store.messages import Status
from studyin.web.keys import MESSAGES, SESSIONS
from tests.scripted_provider import Refuse, ScriptedProvider, Stream
from tests.web.studyin_server import Chat, StudyinServer, kinds, only, said

Connect = Callable[[], Chat]

BASE_FRAMES = {"info", "context", "token", "complete", "error"}


async def test_a_client_that_only_knows_the_base_protocol_gets_only_its_frames_in_order(
    chat: Connect, provider: ScriptedProvider
) -> None:
    provider.script(Stream("Hello", " *world*", "?"))
    connection = await chat().connect()
    info = await connection.frame()
    assert info == {"type": "info", "message": "Connected to StudyIn AI coach.", "user_id": "local"}
    await connection.ask("What is osmosis?", user_level=2, profile="studyin_study", effort="low", verbosity="concise")
    frames = await connection.until("complete")
    assert kinds(frames) == ["context", "token", "complete"]
    assert frames[0]["chunks"] == []
    assert said(frames) == frames[-1]["message"] == "Hello *world*?"
    assert {frame["type"] for frame in frames} <= BASE_FRAMES
    assert {frame["session_id"] for frame in frames} == {frames[0]["session_id"]}
    assert {frame["turn_id"] for frame in frames} == {frames[0]["turn_id"]}
    await connection.socket.close()


async def test_it_stays_in_one_session_until_it_disconnects(
    chat: Connect, server: StudyinServer, provider: ScriptedProvider
) -> None:
    async with chat() as one:
        await one.ask("First?")
        first = await one.until("complete")
        await one.ask("Second?")
        second = await one.until("complete")
    async with chat() as two:
        await two.ask("Elsewhere?")
        third = await two.until("complete")
    assert first[-1]["session_id"] == second[-1]["session_id"] != third[-1]["session_id"]
    session = await server.app[SESSIONS].get("local", first[-1]["session_id"])
    branch = await server.app[MESSAGES].branch("local", session.leaf_id)
    assert [message.content for message in branch] == ["First?", "Hello world?", "Second?", "Hello world?"]
    roles = [message["role"] for message in (await provider.received(2)).body["messages"]]
    assert roles[-3:] == ["user", "assistant", "user"]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, {"level": 3, "profile": "studyin_fast", "effort": None, "verbosity": "balanced"}),
        ({"user_level": 99}, {"level": 5}),
        ({"user_level": -1}, {"level": 1}),
        ({"user_level": "two"}, {"level": 3}),
        ({"user_level": None}, {"level": 3}),
        ({"user_level": True}, {"level": 3}),
        ({"user_level": 4.0}, {"level": 4}),
        ({"profile": "studyin_deep"}, {"profile": "studyin_deep"}),
        ({"profile": "studyin_unknown", "effort": 7, "verbosity": ["x"]}, {"profile": "studyin_fast", "effort": None}),
        ({"effort": "high", "verbosity": "detailed"}, {"effort": "high", "verbosity": "detailed"}),
        ({"unknown": "field"}, {"level": 3}),
    ],
)
async def test_what_is_missing_or_not_known_falls_back_to_its_default(
    chat: Connect, server: StudyinServer, fields: dict[str, object], expected: dict[str, object]
) -> None:
    async with chat() as one:
        await one.ask("Why?", **fields)
        turn_id = (await one.until("complete"))[-1]["turn_id"]
    reply = await server.app[MESSAGES].get("local", turn_id)
    assert {name: reply.controls[name] for name in expected} == expected


async def test_context_comes_before_the_first_token_with_what_was_found(
    chat: Connect, server: StudyinServer, http: aiohttp.ClientSession
) -> None:
    await upload(http, server, "cells.md", "# Cells\n\n" + "Osmosis is the movement of water through a membrane. " * 60)
    async with chat() as one:
        await one.ask("What is osmosis?")
        frames = await one.until("complete")
    chunks = only(frames, "context")["chunks"]
    assert chunks
    for chunk in chunks:
        assert chunk.keys() == {"id", "filename", "chunk_index", "content", "distance", "metadata"}
        assert len(chunk["content"]) <= 1200
        assert 0 <= chunk["distance"] <= 1
        assert chunk["filename"] == "cells.md"
    assert kinds(frames)[0] == "context"


async def test_a_failed_turn_ends_in_an_error_that_offers_a_retry_where_one_may_help(
    chat: Connect, server: StudyinServer, provider: ScriptedProvider
) -> None:
    provider.script(Refuse(401))
    async with chat() as one:
        await one.ask("Why?")
        wrong_key = (await one.until("error"))[-1]
        assert wrong_key["code"] == "provider_auth"
        assert not wrong_key["retryable"]
        assert "try again" not in wrong_key["message"].lower()
        provider.script(Stream("Half", finish=None, done=False))
        await one.ask("And now?")
        cut = await one.until("error")
    assert cut[-1]["retryable"]
    assert "try again" in cut[-1]["message"].lower()
    assert said(cut) == "Half"
    stored = await server.app[MESSAGES].get("local", cut[-1]["turn_id"])
    assert (stored.status, stored.content) == (Status.FAILED, "Half")


@pytest.mark.parametrize("handler_cancellation", [False, True])
async def test_a_reply_goes_on_when_its_socket_is_gone(
    tmp_path: Path, http: aiohttp.ClientSession, provider: ScriptedProvider, handler_cancellation: bool
) -> None:
    provider.script(Stream(*(f"{n} " for n in range(50)), "?", pace=200))
    options = {"openai_base_url": provider.url, "handler_cancellation": handler_cancellation}
    async with StudyinServer(tmp_path, **options) as server:
        async with Chat(http, server) as one:
            await one.ask("Count")
            token = (await one.until("token"))[-1]
            # no close frame: the network is simply gone
            one.socket._response.connection.transport.abort()  # type: ignore[union-attr]
        async with Chat(http, server) as two:
            await two.send("open", session_id=token["session_id"])
            frames = await two.until("opened")
            if frames[-1]["turn"]:
                frames = await two.until("complete")
                whole = frames[-1]["message"]
            else:
                whole = frames[-1]["messages"][-1]["content"]
    assert whole == "".join(f"{n} " for n in range(50)) + "?"


async def upload(http: aiohttp.ClientSession, server: StudyinServer, filename: str, text: str) -> str:
    """Add a material and wait until it can be found; returns its id."""
    form = aiohttp.FormData()
    form.add_field("file", text.encode(), filename=filename, content_type="text/markdown")
    async with http.post(server.url + "/api/materials", data=form, headers={"Origin": server.url}) as response:
        assert response.status == 202, await response.text()
        material = await response.json()
    while material["status"] in ("queued", "reading"):
        async with http.get(f"{server.url}/api/materials/{material['id']}") as response:
            material = await response.json()
    assert material["status"] == "ready", material
    return str(material["id"])
