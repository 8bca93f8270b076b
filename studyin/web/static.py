"""The static files, below an address that changes when any of them does: a browser may keep them for ever."""

from __future__ import annotations

import hashlib
from pathlib import Path

from aiohttp import hdrs, web

from studyin.web.keys import STATIC_VERSION


def set_up(app: web.Application, folder: Path) -> None:
    version = _version(folder)
    app[STATIC_VERSION] = version
    app.router.add_static(f"/static/{version}/", folder)


async def keep_for_ever(request: web.Request, response: web.StreamResponse) -> None:
    """aiohttp sets no Cache-Control on static files, and a browser then guesses; also on one that is not there."""
    if request.path.startswith("/static/"):
        is_there = response.status in (200, 304)
        response.headers[hdrs.CACHE_CONTROL] = "public, max-age=31536000, immutable" if is_there else "no-store"


def _version(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest.update(str(path.relative_to(folder)).encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
