"""People at one server: an account each, signed in, with a browser's cookie and its headers."""

from __future__ import annotations

import io
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp

from studyin.store.accounts import Account, AccountStore, Role
from studyin.store.logins import LoginStore
from studyin.web.keys import DATABASE, INSTALLATION
from tests.web.studyin_server import Chat, StudyinServer


@dataclass(frozen=True)
class Person:
    """account and token are None for a stranger."""

    server: StudyinServer
    http: aiohttp.ClientSession
    account: Account | None = None
    token: str | None = None

    @property
    def id(self) -> str:
        assert self.account is not None
        return self.account.id

    async def ask(self, method: str, path: str, **options: Any) -> tuple[int, str, Any]:
        """Status, body and headers of what the server answers; no redirect is followed."""
        options.setdefault("headers", {"Origin": self.server.url})
        async with self.http.request(method, self.server.url + path, allow_redirects=False, **options) as response:
            return response.status, _text(await response.read()), response.headers

    def chat(self) -> Chat:
        return Chat(self.http, self.server)


def _text(body: bytes) -> str:
    """What a body says, also where it is an archive."""
    if not body.startswith(b"PK"):
        return body.decode(errors="replace")
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return "\n".join(f"{name}\n{archive.read(name).decode()}" for name in archive.namelist())


@asynccontextmanager
async def stranger(server: StudyinServer) -> AsyncIterator[Person]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
        yield Person(server, http)


@asynccontextmanager
async def person(server: StudyinServer, name: str, role: Role = Role.STUDENT) -> AsyncIterator[Person]:
    """Somebody who is signed in. Their password is no hash: to make one would take its time."""
    database = server.app[DATABASE]
    account = await AccountStore(database).add(name, role, f"hash of {name}")
    begun = await LoginStore(database).begin(account.id, f"hash of {name}", 1)
    assert begun is not None
    token, _ = begun
    cookie = {"Cookie": f"studyin-{server.app[INSTALLATION]}={token}"}
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), headers=cookie) as http:
        yield Person(server, http, account, token)
