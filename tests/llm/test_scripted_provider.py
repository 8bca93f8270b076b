"""The scripted server keeps its own promises, or the tests that lean on it prove nothing."""

from __future__ import annotations

import asyncio
import sys

import aiohttp
import pytest

from tests.scripted_provider import CUT, HANG, HEADERS, Pause, ScriptedProvider, Stream


async def test_a_client_that_goes_away_is_noticed_at_every_point_of_an_answer(
    http: aiohttp.ClientSession, scripted: ScriptedProvider
) -> None:
    streams = [
        Stream(HANG),
        Stream(HEADERS, HANG),
        Stream("Hel", HANG),
        Stream(Pause(), "Hello"),
        Stream("x", pace=0.1),
    ]
    scripted.script(*streams)
    for count in range(1, len(streams) + 1):
        asking = asyncio.create_task(_ask(http, scripted))
        received = await scripted.received(count)
        asking.cancel()
        await received.closed.wait()


async def test_a_cut_connection_delivers_what_came_before_it_and_never_ends_well(
    http: aiohttp.ClientSession, scripted: ScriptedProvider
) -> None:
    scripted.script(Stream("Hel", CUT))
    async with http.post(scripted.url + "/v1/chat/completions", json={}) as response:
        assert b'"Hel"' in await response.content.readany()
        with pytest.raises(aiohttp.ClientError):
            await response.content.read()


async def test_as_a_process_it_takes_its_script_over_http_and_stops_when_told(http: aiohttp.ClientSession) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.scripted_provider", "--pieces", "a", "b", "--length", "3",
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        url = (await process.stdout.readline()).decode().strip()
        chat = url + "/v1/chat/completions"
        async with http.post(chat, json={}) as response:
            assert (await response.text()).count('"content"') == 3
        async with http.post(url + "/script", json={"pause_after": 1}) as response:
            assert response.status == 200
        async with http.post(chat, json={}) as response:
            assert b'"a"' in await response.content.readany()
            async with http.post(url + "/go") as released:
                assert await released.json() == {"paused": 1}
            assert b'"b"' in await response.content.read()
        async with http.get(url + "/requests") as listed:
            assert await listed.json() == [{"body": {}, "closed": False}] * 2
    finally:
        process.terminate()
        assert await process.wait() == 0


async def _ask(http: aiohttp.ClientSession, scripted: ScriptedProvider) -> bytes:
    async with http.post(scripted.url + "/v1/chat/completions", json={}) as response:
        return await response.read()
