"""Insights over HTTP."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.scripted_provider import ScriptedProvider, Stream
from tests.web.studyin_server import Chat, StudyinServer, only


async def test_an_excerpt_is_saved_listed_and_deleted(
    http: aiohttp.ClientSession, server: StudyinServer, provider: ScriptedProvider
) -> None:
    provider.script(Stream("Cells divide."))
    async with Chat(http, server) as chat:
        await chat.ask("How?", client_id="one")
        complete = only(await chat.until("complete"), "complete")
    path = f"{server.url}/api/sessions/{complete['session_id']}/insights"
    headers = {"Origin": server.url}
    body = {"message_id": complete["message_id"], "content": "  Cells\u0000 divide. "}
    async with http.post(path, json=body, headers=headers) as response:
        assert response.status == 201
        insight = await response.json()
    assert (insight["content"], insight["message_id"]) == ("Cells divide.", complete["message_id"])
    async with http.post(path, json=body, headers=headers) as response:
        assert (response.status, await response.json()) == (200, insight)
    async with http.get(path) as response:
        assert await response.json() == {"insights": [insight], "next": None}
    async with http.get(f"{server.url}/session/{complete['session_id']}") as response:
        assert f'href="?branch={complete["message_id"]}#message-{complete["message_id"]}"' in await response.text()
    async with http.delete(f"{path}/{insight['id']}") as response:
        assert response.status == 403  # without an origin
    for status in (204, 404):
        async with http.delete(f"{path}/{insight['id']}", headers=headers) as response:
            assert response.status == status


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"message_id": "x", "content": "an excerpt"}, 404, "not_found"),
        ({"message_id": "x", "content": " "}, 400, "empty"),
        ({"message_id": "x", "content": "a" * 4_001}, 400, "too_long"),
        ({"message_id": 1, "content": "a"}, 400, "bad_request"),
        ({"content": "a"}, 400, "bad_request"),
    ],
)
async def test_what_is_no_excerpt_of_the_session_is_refused(
    tmp_path: Path, http: aiohttp.ClientSession, server: StudyinServer, body: Any, status: int, code: str
) -> None:
    async with http.post(
        f"{server.url}/api/sessions/nobody/insights", json=body, headers={"Origin": server.url}
    ) as response:
        assert (response.status, (await response.json())["error"]["code"]) == (status, code)
    async with http.get(f"{server.url}/api/sessions/nobody/insights") as response:
        assert response.status == 404
