"""Caddy with the file of docs/deploy, for a name and ports of its own, with certificates of its own authority."""

from __future__ import annotations

import asyncio
import os
import shutil
import ssl
from pathlib import Path

from tests.web.studyin_server import free_port

CADDY = shutil.which("caddy")
CONF = Path(__file__).parents[2] / "docs" / "deploy" / "Caddyfile"
# What a test may not do to its machine: listen on the usual ports, and add an authority to those it trusts.
OPTIONS = "{{\n\tadmin off\n\tskip_install_trust\n\thttp_port {http}\n\thttps_port {https}\n}}\n"
BELOW = "# Below a path: "


class DeployedCaddy:
    """Serves https://localhost:<port><prefix> from the upstream; `stop` and `start` again is a restart."""

    def __init__(self, folder: Path, upstream: str, prefix: str = "/") -> None:
        self._folder = folder
        self._port = free_port()
        self._process: asyncio.subprocess.Process | None = None
        self.url = f"https://localhost:{self._port}{prefix}"
        self.log = folder / "caddy.log"
        self.certificate = folder / "caddy" / "pki" / "authorities" / "local" / "root.crt"
        whole = "\treverse_proxy 127.0.0.1:8000\n"
        (below,) = [line.partition(BELOW)[2] for line in CONF.read_text().splitlines() if BELOW in line]
        # Caddy's blocks are lines; the remark is one.
        below = below.replace("{ ", "{\n\t").replace(" }", "\n}").replace("/a/b/", prefix)
        changes = {
            "study.example.org {": f"localhost:{self._port} {{",
            whole: whole if prefix == "/" else f"\t{below}\n",
            "127.0.0.1:8000": upstream.removeprefix("http://").replace("localhost", "127.0.0.1"),
        }
        lines = CONF.read_text()
        for given, wanted in changes.items():
            assert given in lines, f"{CONF.name} has no {given}"
            lines = lines.replace(given, wanted)
        (folder / "Caddyfile").write_text(OPTIONS.format(http=free_port(), https=self._port) + lines)

    @property
    def trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.certificate))

    async def start(self) -> None:
        assert CADDY is not None, "Caddy is not installed"
        with self.log.open("a") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(CADDY, "run", "--adapter", "caddyfile", "--config", str(self._folder / "Caddyfile")),
                env={**os.environ, "XDG_DATA_HOME": str(self._folder), "XDG_CONFIG_HOME": str(self._folder)},
                stdout=log,
                stderr=log,
            )
        async with asyncio.timeout(20):
            while True:
                try:
                    _, writer = await asyncio.open_connection(
                        "127.0.0.1", self._port, ssl=self.trust, server_hostname="localhost"
                    )
                except OSError:  # not there yet, or has no certificate yet
                    assert self._process.returncode is None, self.log.read_text()
                    await asyncio.sleep(0.02)
                else:
                    writer.transport.abort()
                    return

    async def stop(self) -> None:
        assert self._process is not None
        self._process.kill()
        await self._process.wait()

    async def __aenter__(self) -> DeployedCaddy:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()
