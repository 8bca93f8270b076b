"""Vite's dev server with the page in tests/browser/vite: its packages come from npm, once for pytest's cache."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

SOURCES = Path(__file__).parent / "vite"
START_SECONDS = 60.0


def missing() -> str:
    """What this machine lacks to run it, in words; empty where it has all."""
    absent = [name for name in ("node", "npm") if shutil.which(name) is None]
    return f"{' and '.join(absent)} not installed (Debian: npm); in CI it has to be" if absent else ""


def install(cache: Path) -> Path:
    """The page's sources with the packages of its lock file; installed where `cache` has none for this lock yet."""
    # A folder of its own for each lock, under its name only when it is whole: another run may be at it as well.
    wanted = hashlib.sha256((SOURCES / "package-lock.json").read_bytes()).hexdigest()[:16]
    packages = cache / wanted / "node_modules"
    if not packages.is_dir():
        with tempfile.TemporaryDirectory(dir=cache) as folder:
            for name in ("package.json", "package-lock.json"):
                shutil.copy(SOURCES / name, folder)
            command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
            done = subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True, timeout=300)
            assert done.returncode == 0, done.stdout + done.stderr
            packages.parent.mkdir(exist_ok=True)
            if not packages.is_dir():
                (Path(folder) / "node_modules").rename(packages)
    return packages


@contextmanager
def serving(folder: Path, packages: Path, port: int, socket_url: str) -> Iterator[str]:
    """Vite serves the page from `folder`, with VITE_WS_URL set; yields the page's origin.

    Its own port is 5173, so that runs side by side would meet there: the test gives it another.
    """
    shutil.copytree(SOURCES, folder)
    (folder / "node_modules").symlink_to(packages)
    log = folder / "vite.log"
    command = ["node", str(packages / "vite" / "bin" / "vite.js"), "--port", str(port)]
    environ = {**os.environ, "VITE_WS_URL": socket_url, "NO_COLOR": "1"}
    with log.open("w") as output:
        vite = subprocess.Popen(command, cwd=folder, env=environ, stdout=output, stderr=subprocess.STDOUT)
    try:
        _wait(vite, port, log)
        yield f"http://localhost:{port}"
    finally:
        vite.terminate()
        vite.wait(timeout=10)


def _wait(vite: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        connection = HTTPConnection("localhost", port, timeout=START_SECONDS)
        try:
            connection.request("GET", "/")
            assert connection.getresponse().status == 200, log.read_text()
        except ConnectionRefusedError:
            assert vite.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.05)
        else:
            return
        finally:
            connection.close()
