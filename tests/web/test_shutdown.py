"""The end of the server: replies kept, goodbyes said, everything found again after a restart."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import aiohttp

from tests.scripted_provider import Pause, ScriptedProvider, Stream
from tests.studyin_process import StudyinProcess
from tests.web.studyin_server import Chat, StudyinServer

Connect = Callable[[], Chat]


async def test_stopping_keeps_the_running_reply_and_closes_with_1012(
    server: StudyinServer, chat: Connect, provider: ScriptedProvider, http: aiohttp.ClientSession
) -> None:
    provider.script(Stream("So far", Pause(), "never"))
    one = await chat().connect()
    idle = await chat().connect()
    await one.ask("Go on")
    token = (await one.until("token"))[-1]
    stopping = asyncio.create_task(server.stop())
    assert (await one.closes())[0] == aiohttp.WSCloseCode.SERVICE_RESTART
    assert (await idle.closes())[0] == aiohttp.WSCloseCode.SERVICE_RESTART
    await stopping
    await server.start()
    async with Chat(http, server) as back:
        await back.send("open", session_id=token["session_id"], turn_id=token["turn_id"], upto=6)
        opened = (await back.until("opened"))[-1]
        assert opened["turn"] is None
        question, reply = opened["messages"]
        assert (question["content"], reply["content"], reply["status"]) == ("Go on", "So far", "interrupted")
        await back.send("regenerate", message_id=reply["id"])
        provider.script(Stream("Now whole."))
        assert (await back.until("complete"))[-1]["status"] == "complete"


async def test_sigterm_ends_the_process_within_five_seconds_whatever_its_readers_do(
    tmp_path: Path, provider: ScriptedProvider, http: aiohttp.ClientSession
) -> None:
    provider.script(Stream("So far ", Pause(), "never"))
    async with StudyinProcess(tmp_path, env={"OPENAI_BASE_URL": provider.url}) as process:
        sockets = [await http.ws_connect(process.url + "/api/chat/ws") for _ in range(20)]
        for number, socket in enumerate(sockets):
            if number % 2:
                await socket.send_json({"type": "user_message", "content": "Go on"})
        await asyncio.gather(*(provider.received(count) for count in range(1, 11)))
        began = time.monotonic()
        assert await process.stop() == 0
        assert time.monotonic() - began < 5.0
        for socket in sockets:
            async with asyncio.timeout(10):
                while (message := await socket.receive()).type is not aiohttp.WSMsgType.CLOSE:
                    pass
            assert message.data == aiohttp.WSCloseCode.SERVICE_RESTART
        assert "Traceback" not in process.log
        await process.start()
        async with http.get(process.url + "/api/sessions") as response:
            assert len((await response.json())["sessions"]) == 10
