"""With a real language model behind it: small and often wrong, but with a context and a pace of its own."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests import llama_server
from tests.studyin_process import StudyinProcess

NOTES = "# Cells\n\nA **mitochondrion** is the part of a cell that makes its ATP. It has two membranes.\n"
# It works on two cores that it shares with other tests.
PATIENCE_SECONDS = 120.0

pytestmark = [
    pytest.mark.thorough,
    pytest.mark.skipif(bool(llama_server.missing()), reason=llama_server.missing()),
]


@pytest.fixture
async def llama() -> AsyncIterator[str]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.llama_server"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert process.stdout is not None
    async with asyncio.timeout(PATIENCE_SECONDS):
        url = (await process.stdout.readline()).decode().strip()
    assert url.startswith("http://127.0.0.1:")
    yield url
    process.kill()
    await process.wait()


class Page:
    """A page's connection: it asks, and gathers the frames up to one of a kind."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket

    async def ask(self, question: str) -> None:
        await self._socket.send_json({"type": "user_message", "content": question, "verbosity": "concise"})

    async def stop(self, turn_id: str) -> None:
        await self._socket.send_json({"type": "stop", "turn_id": turn_id})

    async def until(self, kind: str) -> list[dict[str, Any]]:
        frames: list[dict[str, Any]] = []
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not frames or frames[-1]["type"] != kind:
                frames.append(await self._socket.receive_json())
                assert frames[-1]["type"] != "error", frames[-1]
        return frames


async def test_it_streams_with_passages_stops_and_survives_a_restart(tmp_path: Path, llama: str) -> None:
    options = ("--coach", "openai", "--openai-base-url", llama, "--context-tokens", "1500")
    async with StudyinProcess(tmp_path, *options) as studyin, aiohttp.ClientSession() as http:
        origin = {"Origin": studyin.url}
        form = aiohttp.FormData()
        form.add_field("file", NOTES.encode(), filename="cells.md", content_type="text/markdown")
        async with http.post(f"{studyin.url}/api/materials", data=form, headers=origin) as response:
            assert response.status == 202
            path = f"{studyin.url}/api/materials/{(await response.json())['id']}"
        async with asyncio.timeout(PATIENCE_SECONDS):
            status = ""
            while status != "ready":
                async with http.get(path) as response:
                    status = (await response.json())["status"]

        async with http.ws_connect(f"{studyin.url}/api/chat/ws") as socket:
            page = Page(socket)
            await page.ask("What is a mitochondrion?")
            frames = await page.until("token")
            (context,) = [frame for frame in frames if frame["type"] == "context"]
            assert [chunk["filename"] for chunk in context["chunks"]] == ["cells.md"]
            await page.stop(frames[-1]["turn_id"])
            frames += await page.until("complete")
            stopped = frames[-1]
            assert stopped["status"] == "stopped"
            assert "SmolLM2" in stopped["model"]
            assert stopped["message"] == "".join(frame["value"] for frame in frames if frame["type"] == "token")
            # Whatever it would have said: a whole reply ends with a question, which is added where it is missing.
            assert "?" not in stopped["message"]

            # The model has one place: that it answers at once says that it was let go.
            await page.ask("Tell me a very long story about a mitochondrion.")
            token = (await page.until("token"))[-1]
            await studyin.kill()

        await studyin.start()
        async with http.get(f"{studyin.url}/api/sessions/{token['session_id']}/messages") as response:
            messages = (await response.json())["messages"]
        assert [message["status"] for message in messages if message["role"] == "assistant"] == [
            "stopped", "interrupted",
        ]  # fmt: skip
        async with http.ws_connect(f"{studyin.url}/api/chat/ws") as socket:
            page = Page(socket)
            await page.ask("What is a mitochondrion?")
            token = (await page.until("token"))[-1]
            await page.stop(token["turn_id"])
            assert (await page.until("complete"))[-1]["status"] == "stopped"
