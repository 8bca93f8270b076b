"""Behind a real nginx: what the README says to write works, also below a prefix, and what is missing is named."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.scripted_provider import ScriptedProvider
from tests.web.nginx import NGINX
from tests.web.studyin_server import StudyinServer, free_port

pytestmark = pytest.mark.skipif(
    NGINX is None and not os.environ.get("CI"),
    reason="nginx is not installed (Debian: nginx-light); in CI it has to be",
)

VERSION = "proxy_http_version 1.1;"
UPGRADE = 'proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade";'
HOST = "proxy_set_header Host $http_host;"
FORWARDED = "proxy_set_header X-Forwarded-Host $http_host;"


@asynccontextmanager
async def _nginx(folder: Path, upstream: str, lines: str, prefix: str = "/") -> AsyncIterator[str]:
    """nginx in front of the server; yields the address of the page behind it."""
    assert NGINX is not None, "nginx is not installed"
    port = free_port()
    temp = "".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off; master_process off; pid {folder}/nginx.pid; error_log {folder}/error.log;"
        "events { worker_connections 64; }"
        f"http {{ access_log off; {temp}"
        f"server {{ listen 127.0.0.1:{port}; location {prefix} {{ proxy_pass {upstream}/; {lines} }} }} }}"
    )
    process = await asyncio.create_subprocess_exec(
        *(NGINX, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(10):
            while True:
                try:
                    _, writer = await asyncio.open_connection("127.0.0.1", port)
                except OSError:
                    assert process.returncode is None, (folder / "error.log").read_text()
                    await asyncio.sleep(0.01)
                else:
                    writer.close()
                    break
        yield f"http://localhost:{port}{prefix}"
    finally:
        process.terminate()
        await process.wait()


@asynccontextmanager
async def _behind(
    tmp_path: Path, provider: ScriptedProvider, lines: str, prefix: str = "/", **settings: Any
) -> AsyncIterator[str]:
    (tmp_path / "nginx").mkdir()
    async with (
        StudyinServer(tmp_path / "data", openai_base_url=provider.url, **settings) as server,
        _nginx(tmp_path / "nginx", server.url.replace("localhost", "127.0.0.1"), lines, prefix) as page,
    ):
        yield page


def _origin(page: str) -> str:
    return "/".join(page.split("/")[:3])


async def _check(http: aiohttp.ClientSession, page: str) -> dict[str, Any]:
    async with http.get(page + "api/chat/check", params={"origin": _origin(page)}) as response:
        return dict(await response.json())


async def _chat(http: aiohttp.ClientSession, page: str) -> str:
    """The reply to a question asked through nginx, as a browser would; or the code and reason of the goodbye."""
    async with http.ws_connect(page + "api/chat/ws", headers={"Origin": _origin(page)}) as connection:
        await connection.send_json({"type": "user_message", "content": "Why?"})
        async with asyncio.timeout(10):
            while True:
                message = await connection.receive()
                if message.type is aiohttp.WSMsgType.CLOSE:
                    return f"{message.data} {message.extra}"
                frame = message.json()
                if frame["type"] in ("complete", "error"):
                    return str(frame["message"])


@pytest.mark.parametrize("prefix", ["/", "/a/b/"])
async def test_with_the_lines_of_the_readme_everything_works_below_any_prefix(
    tmp_path: Path, provider: ScriptedProvider, http: aiohttp.ClientSession, prefix: str
) -> None:
    async with _behind(tmp_path, provider, VERSION + UPGRADE + HOST, prefix) as page:
        assert await _chat(http, page) == "Hello world?"
        assert (await _check(http, page))["ok"]
        async with http.get(page) as response:
            assert response.status == 200
            stylesheet = (await response.text()).partition('href="./static/')[2].partition('"')[0]
        async with http.get(f"{page}static/{stylesheet}") as response:
            assert response.status == 200
        body = {"filename": "notes.md", "text": "A cell is the smallest unit of life."}
        async with http.post(page + "api/materials", json=body, headers={"Origin": _origin(page)}) as response:
            assert response.status == 202


async def test_an_upgrade_that_nginx_keeps_to_itself_is_named_with_the_lines_to_add(
    tmp_path: Path, provider: ScriptedProvider, http: aiohttp.ClientSession
) -> None:
    async with _behind(tmp_path, provider, VERSION + HOST) as page:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await _chat(http, page)
        assert refused.value.status == 426
        (problem,) = (await _check(http, page))["problems"]
        assert problem["code"] == "upgrade_required"
        assert "proxy_set_header Upgrade $http_upgrade;" in problem["fix"]


async def test_a_host_that_nginx_replaces_is_named_with_the_line_to_add(
    tmp_path: Path, provider: ScriptedProvider, http: aiohttp.ClientSession
) -> None:
    async with _behind(tmp_path, provider, VERSION + UPGRADE) as page:
        goodbye = await _chat(http, page)
        assert goodbye.startswith(f"1008 Pages from {_origin(page)} may not connect")
        (problem,) = (await _check(http, page))["problems"]
        assert problem["code"] == "origin_not_allowed"
        assert "proxy_set_header Host $http_host;" in problem["fix"]


async def test_a_trusted_proxy_may_say_the_host_in_another_header(
    tmp_path: Path, provider: ScriptedProvider, http: aiohttp.ClientSession
) -> None:
    trusted = {"trusted_proxies": (ip_network("127.0.0.1/32"),)}
    async with _behind(tmp_path, provider, VERSION + UPGRADE + FORWARDED, **trusted) as page:
        assert await _chat(http, page) == "Hello world?"
