"""A disk that takes no more: running replies end with a sentence, what was accepted stays, and it goes on by itself."""

from __future__ import annotations

import asyncio
import json
import os
import resource
import shutil
import sqlite3
import subprocess
import tempfile
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import aiohttp
import pytest

from studyin.store import database
from studyin.web import scratch
from studyin.web.keys import DATABASE
from tests.scripted_provider import Pause, ScriptedProvider, Stream
from tests.studyin_process import StudyinProcess
from tests.web.studyin_server import Chat, StudyinServer

# What fills the disk, and the undo.
Fill = Callable[[StudyinProcess], Callable[[], None]]


def _forbid_growth(process: StudyinProcess) -> Callable[[], None]:
    """No file of the process may grow beyond what the largest of them has: writes fail half way, as on a quota."""
    before = resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
    return lambda: resource.prlimit(process.pid, resource.RLIMIT_FSIZE, before) and None


@contextmanager
def _small_disk(folder: Path) -> Iterator[None]:
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(folder)], check=True, capture_output=True)
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def _fill_up(folder: Path) -> Callable[[], None]:
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (65536, 4096, 512):
            try:
                while True:
                    file.write(b"\0" * size)
            except OSError:
                pass
    return ballast.unlink


def _may_mount() -> bool:
    """Root alone, and not in every container."""
    if os.geteuid() != 0 or not shutil.which("mount"):
        return False
    with tempfile.TemporaryDirectory() as folder:
        try:
            with _small_disk(Path(folder)):
                return True
        except subprocess.CalledProcessError:
            return False


# A real full disk needs the right to mount one.
WAYS = ["no file may grow", *(["the disk is full"] if _may_mount() else [])]


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "data"
    folder.mkdir()
    with ExitStack() as stack:
        if WAYS[-1] == "the disk is full":
            stack.enter_context(_small_disk(folder))
        yield folder


@pytest.fixture
async def process(data: Path, provider: ScriptedProvider) -> AsyncIterator[StudyinProcess]:
    env = {"OPENAI_BASE_URL": provider.url}
    async with StudyinProcess(data, "--checkpoint-seconds", "0.1", env=env) as process:
        yield process


@pytest.mark.parametrize("way", WAYS)
async def test_a_full_disk_costs_nothing_that_was_accepted_and_is_over_when_there_is_room(
    data: Path, process: StudyinProcess, provider: ScriptedProvider, http: aiohttp.ClientSession, way: str
) -> None:
    pause = Pause()
    provider.script(Stream("Begun ", pause, "and " + "x" * 20_000 + "?"), Stream("Again?"))
    async with Chat(http, process) as one, Chat(http, process) as two:
        await one.ask("What was accepted?", client_id="kept")
        session_id = (await one.until("token"))[-1]["session_id"]
        undo = _forbid_growth(process) if way == "no file may grow" else _fill_up(data)
        pause.go.set()
        error = (await one.until("error"))[-1]
        assert (error["code"], error["retryable"]) == ("storage_unavailable", True)
        assert "can't save right now" in error["message"]
        await two.send("open", session_id=None)
        await two.ask("And this?", client_id="refused")
        refused = (await two.until("error"))[-1]
        assert (refused["code"], refused["client_id"]) == ("storage_unavailable", "refused")
        notes = {"filename": "notes.md", "text": "A cell lives. " * 5000}
        async with http.post(process.url + "/api/materials", json=notes, headers={"Origin": process.url}) as response:
            assert (response.status, (await response.json())["error"]["code"]) == (503, "storage_unavailable")
        async with http.get(process.url + "/") as response:  # what there is can still be read
            assert response.status == 200
        async with http.get(process.url + "/healthz") as response:
            assert (response.status, (await response.json())["checks"]["write"]["ok"]) == (503, False)
        undo()
        async with asyncio.timeout(20):
            while True:
                async with http.get(f"{process.url}/api/sessions/{session_id}/messages") as response:
                    question, reply = (await response.json())["messages"]
                if reply["status"] == "complete":
                    break
                await asyncio.sleep(0.05)
        assert question["content"] == "What was accepted?"
        assert reply["content"] == "Begun " + "and " + "x" * 20_000 + "?"
        await two.ask("And this?", client_id="refused")
        assert (await two.until("complete"))[-1]["message"] == "Again?"
    assert await process.stop() == 0
    assert "Traceback" not in process.log
    assert process.log.count("can't be written") <= 2
    raw = sqlite3.connect(data / "studyin.sqlite3")
    assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    raw.close()


@pytest.mark.parametrize("way", ["it is gone", *WAYS[1:]])
async def test_a_folder_for_temporary_files_that_takes_nothing_is_named(
    tmp_path: Path, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    folder = tmp_path / "temporary"
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.setattr(scratch, "MEMORY_BYTES", 1)
    with ExitStack() as stack:
        if way == "the disk is full":
            folder.mkdir()
            stack.enter_context(_small_disk(folder))
            undo = _fill_up(folder)
        else:
            undo = folder.mkdir
        reason = "no space left on device" if way == "the disk is full" else "no such file or directory"
        async with StudyinServer(tmp_path, coach="notes") as server, Chat(http, server) as one:
            await one.ask("What is kept?")
            await one.until("complete")
            headers = {"Origin": server.url}
            mine = b'{"format": "studyin-export", "version": 1, "sessions": [], "cards": []}'
            for is_over in (False, True):
                async with http.post(server.url + "/api/sessions/import", data=mine, headers=headers) as imported:
                    told = await imported.json()
                async with http.get(server.url + "/api/sessions/export") as exported:
                    body = await exported.read()
                if is_over:
                    # It is read to its end, and found to have nothing in it.
                    assert (imported.status, told["error"]["code"], exported.status) == (400, "empty", 200)
                    break
                for status, error in ((imported.status, told), (exported.status, json.loads(body))):
                    assert (status, error["error"]["code"]) == (503, "storage_unavailable")
                    assert f"temporary files ({folder}) can't be written ({reason})" in error["error"]["message"]
                undo()


@pytest.mark.parametrize("way", ["read-only", "locked by another program"])
async def test_a_file_that_can_not_be_written_refuses_questions_and_takes_them_again_by_itself(
    tmp_path: Path, provider: ScriptedProvider, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    monkeypatch.setattr(database, "BUSY_TIMEOUT_MS", 50)
    pause = Pause()
    provider.script(Stream("Begun ", pause, "and ended?"), Stream("Again?"))
    async with (
        StudyinServer(tmp_path, openai_base_url=provider.url, checkpoint_seconds=0.1) as server,
        Chat(http, server) as one,
        Chat(http, server) as two,
    ):
        await one.ask("What was accepted?")
        session_id = (await one.until("token"))[-1]["session_id"]
        other = sqlite3.connect(server.settings.database_path, isolation_level=None)
        if way == "read-only":
            await server.app[DATABASE]._writer.execute("PRAGMA query_only = ON")
        else:
            other.execute("BEGIN IMMEDIATE")
        pause.go.set()
        assert (await one.until("error"))[-1]["code"] == "storage_unavailable"
        await two.ask("And this?", client_id="again")
        refused = (await two.until("error"))[-1]
        assert (refused["code"], refused["retryable"]) == ("storage_unavailable", True)
        if way == "read-only":
            await server.app[DATABASE]._writer.execute("PRAGMA query_only = OFF")
        else:
            other.execute("ROLLBACK")
        other.close()
        await two.ask("And this?", client_id="again")
        assert (await two.until("complete"))[-1]["message"] == "Again?"
        async with asyncio.timeout(20):
            reply = {"status": "streaming"}
            while reply["status"] != "complete":
                async with http.get(f"{server.url}/api/sessions/{session_id}/messages") as response:
                    reply = (await response.json())["messages"][-1]
        assert reply["content"] == "Begun and ended?"


async def test_a_write_that_others_keep_waiting_too_long_is_refused_instead_of_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "TURN_SECONDS", 0.05)
    opened = await database.Database.open(tmp_path / "studyin.sqlite3")
    begun, over = threading.Event(), threading.Event()

    def hold(_: sqlite3.Connection) -> None:
        begun.set()
        over.wait()

    holding = asyncio.create_task(opened.transact(hold))
    await asyncio.to_thread(begun.wait)
    with pytest.raises(database.StudyinError, match="other writes take too long"):
        await opened.check_write()
    over.set()
    await holding
    await opened.check_write()
    await opened.close()
