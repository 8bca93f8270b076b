"""The whole program over real sockets, with a scripted model server behind it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import aiohttp
import pytest

from tests.scripted_provider import ScriptedProvider
from tests.web.studyin_server import Chat, StudyinServer


@pytest.fixture
async def provider() -> AsyncIterator[ScriptedProvider]:
    async with ScriptedProvider() as provider:
        yield provider


@pytest.fixture
async def server(tmp_path: Path, provider: ScriptedProvider) -> AsyncIterator[StudyinServer]:
    async with StudyinServer(tmp_path, openai_base_url=provider.url, checkpoint_seconds=0.1) as server:
        yield server


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as http:
        yield http


@pytest.fixture
def chat(http: aiohttp.ClientSession, server: StudyinServer) -> Callable[[], Chat]:
    """Makes connections: `async with chat() as one:` has read the info frame already."""
    return lambda: Chat(http, server)
