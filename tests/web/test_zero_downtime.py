"""Restarts behind a socket that another process holds: nobody is refused."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
import sys
from pathlib import Path

import aiohttp
import pytest

from studyin.web import door
from tests.web.studyin_server import free_port

ACTIVATE = shutil.which("systemd-socket-activate")
# What systemd does between fork and exec, sd_listen_fds(3).
PASS_ON = (
    "import os, sys; listening = int(sys.argv[1]); os.dup2(listening, 3); os.set_inheritable(3, True)\n"
    "os.environ |= {'LISTEN_PID': str(os.getpid()), 'LISTEN_FDS': '1'}\n"
    "os.execv(sys.executable, [sys.executable, '-m', 'studyin', *sys.argv[2:]])"
)


async def _start(data: Path, *command: str, **options: object) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *command,
        *("serve", "--data-dir", str(data), "--coach", "notes"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        **options,  # type: ignore[arg-type]
    )


async def _is_ready(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    async with asyncio.timeout(60):
        return (await process.stdout.readline()).decode()


async def _stop(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.send_signal(signal.SIGTERM)
    assert await process.wait() == 0


async def test_no_connection_is_refused_while_it_restarts(tmp_path: Path) -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(1024)
        port = listening.getsockname()[1]
        command = (sys.executable, "-c", PASS_ON, str(listening.fileno()))
        pass_fds = (listening.fileno(),)
        process = await _start(tmp_path, *command, pass_fds=pass_fds)
        assert f":{port}/" in await _is_ready(process)
        stop = asyncio.Event()
        answered, refused = 0, 0

        async def visit() -> None:
            nonlocal answered, refused
            async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True)) as http:
                while not stop.is_set():
                    try:
                        async with http.get(f"http://localhost:{port}/healthz") as response:
                            answered += response.status == 200
                    except aiohttp.ClientConnectorError:
                        refused += 1
                    except aiohttp.ClientError:
                        pass  # it was let in by a server that ended before it asked; a browser asks again

        visitors = [asyncio.create_task(visit()) for _ in range(4)]
        for _ in range(2):
            while not answered:
                await asyncio.sleep(0.01)
            await _stop(process)
            answered = 0
            process = await _start(tmp_path, *command, pass_fds=pass_fds)
            await _is_ready(process)
        while not answered:
            await asyncio.sleep(0.01)
        stop.set()
        await asyncio.gather(*visitors)
        await _stop(process)
    assert refused == 0


@pytest.mark.skipif(ACTIVATE is None, reason="systemd is not here; the test before this one does what it does")
async def test_systemd_itself_may_hold_the_port(tmp_path: Path) -> None:
    assert ACTIVATE is not None
    port = free_port()
    process = await _start(
        tmp_path, ACTIVATE, "-l", f"127.0.0.1:{port}", "-E", "PYTHONPATH", sys.executable, "-m", "studyin"
    )
    async with aiohttp.ClientSession() as http, asyncio.timeout(60):
        while True:  # the first connection starts it
            try:
                async with http.get(f"http://localhost:{port}/healthz") as response:
                    assert response.status == 200
                break
            except aiohttp.ClientConnectorError:
                await asyncio.sleep(0.02)
    await _stop(process)


def test_sockets_meant_for_another_process_are_left_alone() -> None:
    for pid, count in ((os.getpid() + 1, "1"), (os.getpid(), "x"), (os.getpid(), "")):
        environ = {"LISTEN_PID": str(pid), "LISTEN_FDS": count, "OTHER": "kept"}
        assert door.passed_sockets(environ) == ()
        assert environ == {"OTHER": "kept"}
    assert door.passed_sockets({}) == ()
