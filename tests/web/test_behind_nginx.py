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

from studyin import public_address
from studyin.doctor import Verdict
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
    port = free_port()
    block = f"server {{ listen 127.0.0.1:{port}; location {prefix} {{ proxy_pass {upstream}/; {lines} }} }}"
    async with _serving(folder, block, port):
        yield f"http://localhost:{port}{prefix}"


@asynccontextmanager
async def _serving(folder: Path, blocks: str, port: int) -> AsyncIterator[None]:
    """nginx with these server blocks, one of which listens on the port."""
    assert NGINX is not None, "nginx is not installed"
    temp = "".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off; master_process off; pid {folder}/nginx.pid; error_log {folder}/error.log;"
        f"events {{ worker_connections 64; }} http {{ access_log off; {temp} {blocks} }}"
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
        yield
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


# The page's path, the server block, and what the doctor finds wrong, with a piece of the way out. {} is Studyin's own
# address; @ marks the usual lines.
FAULTS: dict[str, tuple[str, str, dict[str, str]]] = {
    "none": ("", "location / { proxy_pass {}/; @version @upgrade @host @body }", {}),
    "no upgrade": (
        "",
        "location / { proxy_pass {}/; @version @host @body }",
        {"socket": "proxy_set_header Upgrade $http_upgrade;"},
    ),
    "half an upgrade": (
        "",
        "location / { proxy_pass {}/; @version @host @body proxy_set_header Upgrade $http_upgrade; }",
        {"socket": 'proxy_set_header Connection "upgrade";'},
    ),
    "no host": (
        "",
        "location / { proxy_pass {}/; @version @upgrade @body }",
        {"origin": "proxy_set_header Host $http_host;", "socket": "proxy_set_header Host $http_host;"},
    ),
    "a host without its port": (
        "",
        "location / { proxy_pass {}/; @version @upgrade @body proxy_set_header Host $host; }",
        {"origin": "proxy_set_header Host $http_host;", "socket": "proxy_set_header Host $http_host;"},
    ),
    "the upstream's name for a host": (
        "",
        "location / { proxy_pass http://backend/; @version @upgrade @body }",
        {"page": "proxy_set_header Host $http_host;"},
    ),
    "a host told where it is not believed": (
        "",
        "location / { proxy_pass {}/; @version @upgrade @body proxy_set_header X-Forwarded-Host $http_host; }",
        {"origin": "STUDYIN_TRUSTED_PROXIES=127.0.0.1", "socket": "STUDYIN_TRUSTED_PROXIES=127.0.0.1"},
    ),
    "small bodies": (
        "",
        "location / { proxy_pass {}/; @version @upgrade @host }",
        {"uploads": "client_max_body_size 101m;"},
    ),
    "a prefix passed on": (
        "a/b/",
        "location /a/b/ { proxy_pass {}; @version @upgrade @host @body }",
        {"page": "location /a/b/ { proxy_pass http://127.0.0.1:8000/; }"},
    ),
    "a prefix without its slash": (
        "a/b/",
        "location /a/b { proxy_pass {}/; @version @upgrade @host @body }",
        {"page": "both end with a slash"},
    ),
    "an API elsewhere": (
        "",
        "location / { proxy_pass {}/; @version @upgrade @host @body } location /api/ { return 404; }",
        {"prefix": "no part of it has a location of its own"},
    ),
    "files elsewhere": (
        "",
        "location / { proxy_pass {}/; @version @upgrade @host @body } location /static/ { return 404; }",
        {"prefix": "no part of it has a location of its own"},
    ),
    "another page": ("", "location / { return 200 'Welcome to nginx!'; }", {"page": "location / { proxy_pass"}),
    "a login before it": ("", "location / { return 401; }", {"page": "http://127.0.0.1:8000/"}),
    "nobody behind it": ("", "location / { proxy_pass http://127.0.0.1:9/; }", {"page": "proxy_pass http://"}),
    "another place": ("", "location / { return 301 http://localhost:9/; }", {"page": "open its port"}),
    "another address": ("", "location / { return 301 http://127.0.0.1:@none/; }", {}),
}


async def test_the_doctor_names_each_fault_and_the_line_to_change(tmp_path: Path) -> None:
    assert NGINX is not None, "nginx is not installed"
    ports = {name: free_port() for name in FAULTS}
    usual = {"@version": VERSION, "@upgrade": UPGRADE, "@host": HOST, "@body": "client_max_body_size 101m;"}
    async with StudyinServer(tmp_path / "data", coach="notes") as server:
        upstream = server.url.replace("localhost", "127.0.0.1")
        blocks = f"upstream backend {{ server {upstream.removeprefix('http://')}; }}"
        for name, (_, lines, _) in FAULTS.items():
            blocks += f"\nserver {{ listen 127.0.0.1:{ports[name]}; {lines} }}"
        for mark, line in {"{}": upstream, "@none": str(ports["none"]), **usual}.items():
            blocks = blocks.replace(mark, line)
        async with _serving(tmp_path, blocks, ports["another address"]):
            for name, (path, _, expected) in FAULTS.items():
                found = [each async for each in public_address.examine(f"http://localhost:{ports[name]}/{path}")]
                wrong = {each.what: each.fix for each in found if each.verdict is not Verdict.OK}
                assert wrong.keys() == expected.keys(), (name, found)
                assert all(expected[what] in fix for what, fix in wrong.items()), (name, wrong)
                assert "STUDYIN_CORS_ORIGINS" not in "".join(wrong.values()), name  # no foreign page is at fault here
            held, public_address.PROMPT_SECONDS = public_address.PROMPT_SECONDS, 0.0
            try:
                found = [each async for each in public_address.examine(f"http://localhost:{ports['none']}/")]
            finally:
                public_address.PROMPT_SECONDS = held
            assert [each.fix for each in found if each.what == "buffering"] == ["nginx: proxy_buffering off;"]
            (tls,) = [each async for each in public_address.examine(f"https://localhost:{ports['none']}/")]
            assert (tls.what, tls.fix) == ("tls", "nginx: listen 443 ssl;")
