"""Studyin as a process of its own, which a test can kill and start again on the same port and the same data."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from http import HTTPStatus
from itertools import cycle
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

ROOT = Path(__file__).parents[2]
READY = "Studyin is ready: "


class Studyin:
    """folder: where its data and its log go. options: as on the command line; environ: added to the environment."""

    def __init__(self, folder: Path, *options: str, **environ: str) -> None:
        self._folder = folder
        self._options = options
        self.environ = environ
        self._process: subprocess.Popen[str] | None = None
        self.port = 0
        folder.mkdir(parents=True, exist_ok=True)
        (folder / ".env").touch()  # so that nobody's settings are found further up
        self.start()

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}/"

    @property
    def data(self) -> Path:
        return self._folder / "data"

    @property
    def log(self) -> str:
        return (self._folder / "stderr.txt").read_text()

    def start(self) -> None:
        """Start, on the same port as before, and return when it answers."""
        command = [sys.executable, "-m", "studyin", "serve", "--port", str(self.port), "--data-dir", "data"]
        with (self._folder / "stderr.txt").open("a") as errors:
            self._process = subprocess.Popen(
                [*command, *self._options],
                cwd=self._folder,
                env={**os.environ, "PYTHONPATH": str(ROOT), **self.environ},
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line.startswith(READY), line + self.log
        self.port = int(line.removeprefix(READY).split()[0].rstrip("/").rpartition(":")[2])

    def forget(self) -> None:
        """Delete all sessions, materials and cards: faster than another start."""
        for kind in ("sessions", "materials", "cards"):
            # A page at a time: one test keeps hundreds of cards.
            while items := self._ask("GET", f"api/{kind}?limit=200")[kind]:
                for item in items:
                    try:
                        self._ask("DELETE", f"api/{kind}/{item['id']}")
                    except HTTPError as error:
                        # The last test's page may have carried out, as it was closed, what could still be undone.
                        if error.code != HTTPStatus.NOT_FOUND:
                            raise

    def keep_session(
        self, number: int, *, turns: int = 1, words: int = 60, said: Sequence[str] = ("word",), at: int = 1
    ) -> str:
        """Put a session of so many questions and replies into the data file; returns its id.

        said: words, in turn. at: when it was updated, in ms since 1970.
        """
        database = sqlite3.connect(self._folder / "data" / "studyin.sqlite3")
        session, parent = f"{number:032x}", None
        title, spoken = f"Session {number}", cycle(said)
        with database:
            database.execute(
                "INSERT INTO sessions (id, account_id, title, created_at, updated_at) VALUES (?, 'local', ?, 1, ?)",
                (session, title, at),
            )
            for index in range(turns * 2):
                turn, message = index // 2, f"{number:016x}{index:016x}"
                reply = f"Reply {turn}. " + "".join(f"{next(spoken)} " for _ in range(words))
                role, content = ("assistant", reply) if index % 2 else ("user", f"Question {turn}?")
                database.execute(
                    "INSERT INTO messages (id, session_id, parent_id, role, status, content, controls, created_at)"
                    " VALUES (?, ?, ?, ?, 'complete', ?, '{}', 1)",
                    (message, session, parent, role, content),
                )
                parent = message
            database.execute("UPDATE sessions SET leaf_id = ? WHERE id = ?", (parent, session))
        database.close()
        return session

    def saved_replies(self) -> list[str]:
        """What the data file has of all replies: what would be left after a power cut."""
        database = sqlite3.connect(f"file:{self._folder / 'data' / 'studyin.sqlite3'}?mode=ro", uri=True)
        try:
            return [content for (content,) in database.execute("SELECT content FROM messages WHERE role = 'assistant'")]
        finally:
            database.close()

    def check_log(self) -> None:
        assert "Traceback" not in self.log, self.log

    def _ask(self, method: str, path: str) -> dict[str, Any]:
        request = Request(self.url + path, method=method, headers={"Origin": self.url.rstrip("/")})
        with urlopen(request, timeout=10) as response:
            return json.loads(response.read() or b"{}")

    def stop(self) -> None:
        """As a service manager would: SIGTERM, then wait."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """As a power cut would."""
        self._end(signal.SIGKILL)

    def _end(self, number: signal.Signals) -> None:
        if self._process is None:
            return
        self._process.send_signal(number)
        self._process.communicate(timeout=10)
        self._process = None
