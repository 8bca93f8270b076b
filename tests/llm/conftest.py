"""A scripted model server, providers for it, and a bare HTTP client for what is tested without the code under test."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import pytest

from studyin.llm.openai import OpenAIProvider
from studyin.llm.server import Server
from tests.llm.asking import Waits
from tests.scripted_provider import ScriptedProvider

Connect = Callable[..., OpenAIProvider]


@pytest.fixture
async def scripted() -> AsyncIterator[ScriptedProvider]:
    async with ScriptedProvider() as server:
        yield server


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def waits() -> Waits:
    return Waits()


@pytest.fixture
async def connect(waits: Waits) -> AsyncIterator[Connect]:
    """connect(url, key=…, …): a provider with these fields of Server; its waits between tries only take notes.

    It waits longer for a connection than the default five seconds: a machine that stands still for those (it is shared)
    would see a timeout where the test is about something else.
    """
    providers: list[OpenAIProvider] = []

    def make(url: str, **server: Any) -> OpenAIProvider:
        providers.append(OpenAIProvider(Server(url, **{"connect": 60.0, **server}), sleep=waits))
        return providers[-1]

    yield make
    for provider in providers:
        await provider.close()
