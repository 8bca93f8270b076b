"""studyin doctor, backup and restore as commands: what they say, and how they end."""

from __future__ import annotations

import asyncio
import socket
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest
from aiohttp import web

from studyin import public_address
from studyin.config import Settings
from studyin.doctor import Finding, Verdict, examine
from studyin.store.database import Database
from tests.scripted_provider import ScriptedProvider
from tests.studyin_process import StudyinProcess
from tests.web.studyin_server import StudyinServer


async def _all(findings: AsyncIterator[Finding]) -> dict[str, Finding]:
    return {finding.what: finding async for finding in findings}


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "studyin", *arguments]
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)


async def test_a_healthy_server_is_found_healthy_and_backed_up_while_it_runs(tmp_path: Path) -> None:
    data = ["--data-dir", str(tmp_path / "data"), "--coach", "notes"]
    async with StudyinProcess(tmp_path / "data", "--coach", "notes") as process:
        done = await asyncio.to_thread(_run, "doctor", "--url", process.url, *data)
        assert done.returncode == 0, done.stdout
        found = [line.split()[:2] for line in done.stdout.splitlines()]
        assert [what for _, what in found] == [
            *("python", "disk", "data", "coach", "page", "tls", "prefix", "origin", "socket", "buffering", "uploads")
        ]
        assert "a server uses it" in done.stdout
        file = str(tmp_path / "a backup.sqlite3")
        done = await asyncio.to_thread(_run, "backup", file, *data)
        assert (done.returncode, done.stdout.startswith("Backed up ")) == (0, True)
        done = await asyncio.to_thread(_run, "restore", file, *data)
        assert done.returncode == 2
        assert "Another Studyin is already using" in done.stderr
        await process.stop()
    done = await asyncio.to_thread(_run, "restore", file, *data)
    assert done.returncode == 0
    assert "What was there is kept as" in done.stdout


async def test_a_broken_data_file_and_a_dead_coach_are_problems_with_a_way_out(tmp_path: Path) -> None:
    (tmp_path / "studyin.sqlite3").write_bytes(b"noise " * 1000)
    found = await _all(examine(Settings(data_dir=tmp_path, openai_base_url="http://127.0.0.1:9")))
    assert found["data file"].verdict is Verdict.PROBLEM
    assert "studyin restore" in found["data file"].fix
    assert found["coach"].verdict is Verdict.PROBLEM
    assert "provider_unreachable" in found["coach"].fix
    done = await asyncio.to_thread(_run, "doctor", "--data-dir", str(tmp_path), "--coach", "notes")
    assert done.returncode == 1


async def test_a_data_file_of_a_newer_version_is_a_problem(tmp_path: Path) -> None:
    await (await Database.open(tmp_path / "studyin.sqlite3")).close()
    raw = sqlite3.connect(tmp_path / "studyin.sqlite3")
    raw.execute("PRAGMA user_version = 999")
    raw.close()
    data_file = (await _all(examine(Settings(data_dir=tmp_path, coach="notes"))))["data file"]
    assert (data_file.verdict, data_file.fix) == (Verdict.PROBLEM, "Install the newer Studyin that wrote it.")
    assert "version 999" in data_file.message


async def test_a_folder_that_can_not_be_written_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    found = await _all(examine(Settings(data_dir=tmp_path / "file", coach="notes")))
    assert found["disk"].verdict is Verdict.PROBLEM
    assert "STUDYIN_DATA_DIR" in found["disk"].fix


async def test_a_name_that_is_not_allowed_is_told_with_the_setting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolve = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *more, **named: resolve("127.0.0.1", *more, **named))
    async with StudyinServer(tmp_path, coach="notes") as server:
        url = server.url.replace("localhost", "study.example.org")
        found = await _all(public_address.examine(url))
        assert found["page"].fix == "STUDYIN_ALLOWED_HOSTS=study.example.org"
    async with StudyinServer(tmp_path, coach="notes", allowed_hosts=("study.example.org",)) as server:
        url = server.url.replace("localhost", "study.example.org")
        found = await _all(public_address.examine(url))
    assert {each.what: each.fix for each in found.values() if each.verdict is not Verdict.OK} == {
        "tls": "Caddy: study.example.org { reverse_proxy localhost:8000 }"  # and nothing else
    }


class Front:
    """A proxy with one fault. host: it sends another name on; only: it passes on these paths alone."""

    def __init__(self, upstream: str, *, host: str | None = None, only: str | None = None, status: int = 0) -> None:
        self._upstream, self._host, self._only, self._status = upstream, host, only, status

    async def __aenter__(self) -> str:
        self._http = aiohttp.ClientSession()
        self._runner = web.ServerRunner(web.Server(self._pass_on, access_log=None), shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        return f"http://localhost:{self._runner.addresses[0][1]}/"

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()
        await self._http.close()

    async def _pass_on(self, request: web.BaseRequest) -> web.StreamResponse:
        if self._status or (self._only is not None and not request.path.startswith(self._only) and request.path != "/"):
            return web.Response(status=self._status or 404, text="<h1>from the proxy</h1>", content_type="text/html")
        if request.method == "POST":
            return web.Response(status=413, text="<h1>413</h1>", content_type="text/html")
        headers = {"Host": self._host or request.headers["Host"]}
        if "Sec-WebSocket-Key" in request.headers:  # the fault of a proxy that was told nothing of sockets
            headers["Sec-WebSocket-Key"] = request.headers["Sec-WebSocket-Key"]
        url = self._upstream + str(request.rel_url)
        async with self._http.get(url, headers=headers) as response:
            body = await response.read()
            return web.Response(status=response.status, body=body, content_type=response.content_type)


async def test_every_fault_of_a_proxy_is_named_with_the_line_to_change(tmp_path: Path) -> None:
    async with ScriptedProvider() as provider, StudyinServer(tmp_path, openai_base_url=provider.url) as server:
        async with Front(server.url) as front:
            found = await _all(public_address.examine(front))
        assert (found["page"].verdict, found["prefix"].verdict) == (Verdict.OK, Verdict.OK)
        assert found["socket"].verdict is Verdict.PROBLEM
        assert "proxy_set_header Upgrade $http_upgrade;" in found["socket"].fix
        assert found["uploads"].verdict is Verdict.PROBLEM
        assert "client_max_body_size" in found["uploads"].fix
        async with Front(server.url, only="/static/") as front:
            found = await _all(public_address.examine(front))
        assert (found["page"].verdict, found["prefix"].verdict) == (Verdict.OK, Verdict.PROBLEM)
        async with Front(server.url, only="/nothing") as front:
            assert (await _all(public_address.examine(front)))["prefix"].verdict is Verdict.PROBLEM
        async with Front(server.url, status=502) as front:
            assert "can't reach Studyin" in (await _all(public_address.examine(front)))["page"].message
        found = await _all(public_address.examine(server.url.replace("http:", "https:")))
        assert "no TLS" in found["tls"].message
    found = await _all(public_address.examine(server.url))
    assert found["page"].message.startswith("Nothing answers at")
    # On this machine there may be no proxy at all.
    assert found["page"].fix.startswith(f"Start Studyin: studyin --port {urlsplit(server.url).port}\n")
    assert "proxy" not in found["page"].fix
    assert "proxy" in public_address._start("localhost", 443)
    assert public_address._start("study.example.org", 8000) == "Start the proxy, and open its port."
    assert (await _all(public_address.examine("study.example.org")))["page"].verdict is Verdict.PROBLEM


@pytest.mark.parametrize(
    ("lasts", "left", "verdict"),
    [
        (timedelta(days=90), timedelta(days=13), Verdict.WARNING),
        (timedelta(days=90), timedelta(days=25), Verdict.OK),
        (timedelta(hours=12), timedelta(hours=2.5), Verdict.WARNING),
        (timedelta(hours=12), timedelta(hours=4), Verdict.OK),  # as Caddy's own are, renewed at that age
    ],
)
def test_a_certificate_that_is_renewed_too_late_is_told(lasts: timedelta, left: timedelta, verdict: Verdict) -> None:
    ends = datetime.now(UTC) + left
    times = {"notBefore": ends - lasts, "notAfter": ends}
    certificate = {name: f"{at:%b %d %H:%M:%S %Y} GMT" for name, at in times.items()}
    assert public_address._tls("https", "study.example.org", certificate).verdict is verdict
