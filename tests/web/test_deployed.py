"""The files of docs/deploy, for real: nginx and Caddy with TLS and HTTP/2 below a path, restarts, the units."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from studyin import public_address
from studyin.config import SETTINGS, Settings
from studyin.doctor import Verdict
from studyin.web import handshake
from tests.scripted_provider import Pause, ScriptedProvider, Stream
from tests.web.caddy import CADDY, DeployedCaddy
from tests.web.nginx import NGINX, DeployedNginx
from tests.web.studyin_server import Chat, StudyinServer

DEPLOY = Path(__file__).parents[2] / "docs" / "deploy"
pytestmark = pytest.mark.thorough
behind_nginx = pytest.mark.skipif(
    NGINX is None and not os.environ.get("CI"),
    reason="nginx is not installed (Debian: nginx-light); in CI it has to be",
)
behind_caddy = pytest.mark.skipif(
    CADDY is None and not os.environ.get("CI"), reason="Caddy is not installed (Debian: caddy); in CI it has to be"
)
behind_each = pytest.mark.parametrize(
    "proxy", [pytest.param(DeployedNginx, marks=behind_nginx), pytest.param(DeployedCaddy, marks=behind_caddy)]
)
Proxy = DeployedNginx | DeployedCaddy
TRUSTED = (ip_network("127.0.0.1/32"),)


@asynccontextmanager
async def _deployed(
    tmp_path: Path,
    provider: ScriptedProvider,
    proxy: type[Proxy],
    prefix: str = "/",
    is_trusted: bool = True,
    **changed: str,
) -> AsyncIterator[tuple[StudyinServer, Proxy]]:
    (tmp_path / "proxy").mkdir()
    settings: dict[str, Any] = {"openai_base_url": provider.url, "checkpoint_seconds": 0.1}
    settings["trusted_proxies"] = TRUSTED if is_trusted else ()
    async with (
        StudyinServer(tmp_path / "data", **settings) as server,
        proxy(tmp_path / "proxy", server.url, prefix, **changed) as deployed,
    ):
        yield server, deployed


class _Browser(Chat):
    """A chat through the proxy, with the origin that a browser would send."""

    def __init__(self, http: aiohttp.ClientSession, proxy: Proxy) -> None:
        super().__init__(http, proxy)  # type: ignore[arg-type]
        self._proxy = proxy

    async def connect(self, **_: Any) -> Chat:
        origin = "/".join(self._proxy.url.split("/")[:3])
        self.socket = await self._http.ws_connect(
            self._proxy.url + "api/chat/ws", ssl=self._proxy.trust, headers={"Origin": origin}
        )
        return self


@behind_each
@pytest.mark.parametrize("prefix", ["/", "/a/b/"])
async def test_the_file_as_it_is_printed_serves_tls_and_http_2_below_any_path(
    tmp_path: Path,
    provider: ScriptedProvider,
    http: aiohttp.ClientSession,
    proxy: type[Proxy],
    prefix: str,
) -> None:
    async with _deployed(tmp_path, provider, proxy, prefix) as (_, deployed):
        async with _Browser(http, deployed) as one:
            await one.ask("Why?")
            assert (await one.until("complete"))[-1]["message"] == "Hello world?"
        curl = ["curl", "--http2", "-s", "--cacert", str(deployed.certificate), "-o", os.devnull]
        curl += ["-w", "%{http_version} %{http_code}", deployed.url]
        done = await asyncio.to_thread(subprocess.run, curl, check=False, capture_output=True, text=True)
        assert done.stdout == "2 200"
        async with http.get(deployed.url.split("/a/b/")[0].rstrip("/") + "/metrics", ssl=deployed.trust) as response:
            assert response.status == 404
        found = [finding async for finding in public_address.examine(deployed.url, deployed.trust)]
        (stranger,) = [finding async for finding in public_address.examine(deployed.url)]
    assert [(each.what, each.verdict, each.message) for each in found if each.verdict is not Verdict.OK] == []
    assert "certificate" in stranger.message
    assert [each.what for each in found] == ["page", "tls", "prefix", "origin", "socket", "buffering", "uploads"]


@behind_nginx
@pytest.mark.parametrize(
    ("is_trusted", "changed", "fix"),
    [
        (False, {}, "STUDYIN_TRUSTED_PROXIES=127.0.0.1"),
        (
            True,
            {"proxy_set_header X-Forwarded-Proto $scheme;": ""},
            "nginx: proxy_set_header X-Forwarded-Proto $scheme;",
        ),
    ],
)
async def test_the_doctor_tells_that_studyin_knows_nothing_of_the_tls_before_it(
    tmp_path: Path, provider: ScriptedProvider, is_trusted: bool, changed: dict[str, str], fix: str
) -> None:
    async with _deployed(tmp_path, provider, DeployedNginx, is_trusted=is_trusted, **changed) as (_, deployed):
        found = [finding async for finding in public_address.examine(deployed.url, deployed.trust)]
    (wrong,) = [finding for finding in found if finding.verdict is not Verdict.OK]
    assert (wrong.what, wrong.verdict, wrong.fix.startswith(fix)) == ("tls", Verdict.WARNING, True)


@behind_each
async def test_a_reply_goes_on_when_the_proxy_restarts_in_its_middle(
    tmp_path: Path, provider: ScriptedProvider, http: aiohttp.ClientSession, proxy: type[Proxy]
) -> None:
    pause = Pause()
    provider.script(Stream("Before ", pause, "and after?"))
    async with _deployed(tmp_path, provider, proxy) as (_, deployed):
        async with _Browser(http, deployed) as one:
            await one.ask("Why?", client_id="c")
            token = (await one.until("token"))[-1]
            await deployed.stop()
            await one.closes()
        pause.go.set()
        await deployed.start()
        async with _Browser(http, deployed) as back:
            await back.send("open", session_id=token["session_id"], turn_id=token["turn_id"], upto=7)
            opened = (await back.until("opened"))[-1]
            if opened["turn"] is not None:
                await back.until("complete")
                await back.send("open", session_id=token["session_id"])
                opened = (await back.until("opened"))[-1]
            assert opened["messages"][-1]["content"] == "Before and after?"


@behind_each
async def test_a_reply_is_kept_and_marked_when_studyin_restarts_in_its_middle(
    tmp_path: Path, provider: ScriptedProvider, http: aiohttp.ClientSession, proxy: type[Proxy]
) -> None:
    provider.script(Stream("So far", Pause(), "never"))
    async with _deployed(tmp_path, provider, proxy) as (server, deployed):
        async with _Browser(http, deployed) as one:
            await one.ask("Why?")
            token = (await one.until("token"))[-1]
            stopping = asyncio.create_task(server.stop())
            assert (await one.closes())[0] == aiohttp.WSCloseCode.SERVICE_RESTART
            await stopping
        async with http.get(deployed.url, ssl=deployed.trust) as response:
            assert response.status == 502
        await server.start()
        async with _Browser(http, deployed) as back:
            await back.send("open", session_id=token["session_id"])
            reply = (await back.until("opened"))[-1]["messages"][-1]
    assert (reply["content"], reply["status"]) == ("So far", "interrupted")


@behind_nginx
async def test_nginx_does_not_end_a_quiet_connection_because_studyin_asks_more_often_than_that(
    tmp_path: Path, provider: ScriptedProvider, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert handshake.HEARTBEAT_SECONDS <= 60 / 2  # the file's, and nginx's own, patience
    monkeypatch.setattr(handshake, "HEARTBEAT_SECONDS", 0.5)
    async with (
        _deployed(tmp_path, provider, DeployedNginx, **{"proxy_read_timeout 60s;": "proxy_read_timeout 2s;"}) as (
            _,
            nginx,
        ),
        http.ws_connect(
            nginx.url + "api/chat/ws", ssl=nginx.trust, autoping=False, headers={"Origin": nginx.url.rstrip("/")}
        ) as connection,
    ):
        pings, frame = 0, {"type": ""}
        async with asyncio.timeout(20):
            while frame["type"] != "complete":
                message = await connection.receive()
                if message.type is aiohttp.WSMsgType.PING:
                    pings += 1
                    await connection.pong(message.data)
                    if pings == 5:  # five quiet times half a second: more than nginx waits
                        await connection.send_json({"type": "user_message", "content": "Still there?"})
                else:
                    assert message.type is aiohttp.WSMsgType.TEXT, message
                    frame = message.json()
        assert frame["message"] == "Hello world?"
        assert pings >= 5


def test_the_units_are_what_systemd_takes(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    service = (DEPLOY / "studyin.service").read_text()
    assert "Requires=studyin.socket" in service
    assert "/opt/studyin/venv/bin/studyin serve" in service
    if analyze is None:
        return
    for unit in ("studyin.service", "studyin.socket"):
        text = (DEPLOY / unit).read_text().replace("/opt/studyin/venv/bin/studyin", shutil.which("true") or "true")
        (tmp_path / unit).write_text(text)
    command = [analyze, "verify", "--man=no", *map(str, sorted(tmp_path.iterdir()))]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert not [line for line in done.stderr.splitlines() if "studyin" in line], done.stderr


def _dockerfile() -> list[tuple[str, str]]:
    """Its instructions, with lines that go on joined."""
    text = re.sub(r"\\\n\s*", "", re.sub(r"^#.*\n", "", (DEPLOY / "Dockerfile").read_text(), flags=re.M))
    return [(line.split(" ", 1)[0], line.split(" ", 1)[1]) for line in text.splitlines() if line]


async def test_the_container_is_nobody_and_says_how_it_is(tmp_path: Path) -> None:
    """What can be told of it without Docker. That it is built and starts was seen by hand."""
    steps = _dockerfile()
    kinds = [kind for kind, _ in steps]
    asked = re.search(r"^python_requires = >=3\.(\d+)$", (DEPLOY.parents[1] / "setup.cfg").read_text(), re.M)
    assert asked is not None
    for kind, image in steps:
        assert kind != "FROM" or int(image.removeprefix("python:3.").split("-")[0]) >= int(asked[1])
    # Nothing runs as root once it is built, and what it may write is its own.
    user = next(value for kind, value in steps if kind == "USER")
    assert int(user) > 0
    assert "RUN" not in kinds[kinds.index("USER") :]
    last = [(kind, value) for kind, value in steps[len(kinds) - kinds[::-1].index("FROM") :]]
    assert any(f"--uid {user}" in value and "-m 0700 /data" in value for kind, value in last if kind == "RUN")
    assert ("VOLUME", "/data") in last
    # What it copies was made by the stage before.
    made = " ".join(value for kind, value in steps if kind == "RUN")
    ((copied, _),) = [value.split()[1:] for kind, value in last if kind == "COPY"]
    assert f"venv {copied} " in made
    assert f"PATH={copied}/bin:$PATH" in dict(last)["ENV"]
    # Its settings are settings, and let nobody in unasked.
    told = dict(each.split("=", 1) for each in dict(last)["ENV"].split())
    environ = {name: value for name, value in told.items() if name.startswith("STUDYIN_")}
    assert environ.keys() <= {setting.env for setting in SETTINGS}
    settings = Settings.load({}, environ=environ, dotenv_path=tmp_path / ".env")
    assert (settings.auth, str(settings.data_dir), settings.port) == ("password", "/data", 8000)
    assert dict(last)["EXPOSE"] == told["STUDYIN_PORT"]
    assert "--read-only" in (DEPLOY / "Dockerfile").read_text()
    # The first stage takes the whole checkout: not the keys of whoever builds it, nor another machine's environment.
    ignored = (DEPLOY.parents[1] / ".dockerignore").read_text().splitlines()
    assert {".env", ".git", ".venv"} <= set(ignored)
    # The health check says yes of a server that is well, and no where there is none.
    command = json.loads(dict(last)["HEALTHCHECK"].partition("CMD ")[2])
    async with StudyinServer(tmp_path / "data", auth="password", coach="notes") as server:
        port = server.url.rpartition(":")[2]
        check = [sys.executable, *(part.replace(":8000/", f":{port}/") for part in command[1:])]
        assert await asyncio.to_thread(subprocess.call, check, timeout=30) == 0
    done = await asyncio.to_thread(subprocess.run, check, check=False, capture_output=True, timeout=30)
    assert done.returncode != 0
