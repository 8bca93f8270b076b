"""nginx with the file of docs/deploy, its four marked lines changed, and a certificate of its own."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

from tests.certificate import Certificate
from tests.web.studyin_server import free_port

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
CONF = Path(__file__).parents[2] / "docs" / "deploy" / "nginx.conf"


class DeployedNginx:
    """Serves https://localhost:<port><prefix> from the upstream; `stop` and `start` again is a restart."""

    def __init__(self, folder: Path, upstream: str, prefix: str = "/", **changed: str) -> None:
        self._folder = folder
        self._port = free_port()
        self._process: asyncio.subprocess.Process | None = None
        self.url = f"https://localhost:{self._port}{prefix}"
        self.log = folder / "error.log"
        certificate = Certificate(folder)
        self.certificate = certificate.path
        self.trust = certificate.for_client()
        changes = {
            "listen 443 ssl http2;": f"listen 127.0.0.1:{self._port} ssl http2;",
            "listen 80;": f"listen 127.0.0.1:{free_port()};",
            "study.example.org;": "localhost;",
            "/etc/ssl/study.example.org/fullchain.pem": str(certificate.path),
            "/etc/ssl/study.example.org/privkey.pem": str(certificate.key),
            "http://127.0.0.1:8000/": upstream.replace("localhost", "127.0.0.1") + "/",
            "location / {": f"location {prefix} {{",
            **changed,
        }
        lines = CONF.read_text()
        for given, wanted in changes.items():
            assert given in lines, f"{CONF.name} has no {given}"
            lines = lines.replace(given, wanted)
        kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        temp = "".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)
        (folder / "nginx.conf").write_text(
            f"daemon off; master_process off; pid {folder}/nginx.pid; error_log {self.log};"
            f"events {{ worker_connections 256; }} http {{ access_log off; {temp}\n{lines}\n}}"
        )

    async def start(self) -> None:
        assert NGINX is not None, "nginx is not installed"
        self._process = await asyncio.create_subprocess_exec(
            *(NGINX, "-p", str(self._folder), "-c", str(self._folder / "nginx.conf"), "-e", str(self.log)),
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        async with asyncio.timeout(10):
            while True:
                try:
                    _, writer = await asyncio.open_connection("127.0.0.1", self._port)
                except OSError:
                    assert self._process.returncode is None, self.log.read_text()
                    await asyncio.sleep(0.01)
                else:
                    writer.close()
                    return

    async def stop(self) -> None:
        assert self._process is not None
        self._process.kill()
        await self._process.wait()

    async def __aenter__(self) -> DeployedNginx:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()
