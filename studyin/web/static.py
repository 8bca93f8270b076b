"""The static files, below an address that changes when any of them does: a browser may keep them for ever.

They are read, joined and compressed once, at the start.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from aiohttp import hdrs, web

from studyin.web.compression import MIN_BYTES, takes_gzip
from studyin.web.joining import joined_modules, joined_sheets
from studyin.web.keys import STATIC_VERSION

# What pages name or load late, served with all that it imports. The others are served as they are, one by one.
JOINED = {
    "js/main.js": joined_modules,
    "css/account.css": joined_sheets,
    "js/import_sessions.js": joined_modules,
    "js/cards.js": joined_modules,
    "js/due.js": joined_modules,
    "js/palette.js": joined_modules,
    "js/paste_notes.js": joined_modules,
    "js/proposals.js": joined_modules,
    "js/saving.js": joined_modules,
    "css/cards.css": joined_sheets,
    "css/chat.css": joined_sheets,
    "css/error.css": joined_sheets,
}
# Types that a system's own table may lack, or have otherwise: a browser runs no module of another type.
CONTENT_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".json": "application/json"}
TEXTS = {*CONTENT_TYPES.values(), "text/plain"}


@dataclass(frozen=True, slots=True)
class StaticFile:
    """One file as it is sent. compressed: by gzip, None where that makes it no smaller."""

    content_type: str
    body: bytes
    compressed: bytes | None
    digest: str


def set_up(app: web.Application, folder: Path) -> None:
    files = read_files(folder)
    version = hashlib.sha256("".join(f"{name} {each.digest}\n" for name, each in files.items()).encode())
    app[STATIC_VERSION] = version.hexdigest()[:12]

    async def send(request: web.Request) -> web.Response:
        found = files.get(request.match_info["name"])
        if found is None:
            raise web.HTTPNotFound
        return _answer(request, found)

    app.router.add_get(f"/static/{app[STATIC_VERSION]}/{{name:.+}}", send)


def read_files(folder: Path) -> Mapping[str, StaticFile]:
    """Every file in the folder, by its path in it."""
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return {name: _read(folder / name, name) for name in names}


def _read(path: Path, name: str) -> StaticFile:
    join = JOINED.get(name)
    body = join(path).encode() if join else path.read_bytes()
    content_type = CONTENT_TYPES.get(path.suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    is_text = content_type in TEXTS and len(body) >= MIN_BYTES
    # No time in it: the same file is the same bytes after each start.
    compressed = gzip.compress(body, 9, mtime=0) if is_text else None
    return StaticFile(content_type, body, compressed, hashlib.sha256(body).hexdigest()[:24])


def _answer(request: web.Request, file: StaticFile) -> web.Response:
    is_compressed = file.compressed is not None and takes_gzip(request)
    # Two forms of one file are two things to a cache: each has a tag of its own.
    tag = f"{file.digest}-gzip" if is_compressed else file.digest
    headers = {hdrs.ETAG: f'"{tag}"'}
    if file.compressed is not None:
        headers[hdrs.VARY] = hdrs.ACCEPT_ENCODING
    if any(known.value in (tag, "*") for known in request.if_none_match or ()):
        return web.Response(status=304, headers=headers)
    if is_compressed:
        headers[hdrs.CONTENT_ENCODING] = "gzip"
    charset = "utf-8" if file.content_type in TEXTS else None
    body = file.compressed if is_compressed else file.body
    return web.Response(body=body, content_type=file.content_type, charset=charset, headers=headers)


async def keep_for_ever(request: web.Request, response: web.StreamResponse) -> None:
    """Also told of one that is not there, or a browser would guess how long that holds."""
    if request.path.startswith("/static/"):
        is_there = response.status in (200, 304)
        response.headers[hdrs.CACHE_CONTROL] = "public, max-age=31536000, immutable" if is_there else "no-store"
