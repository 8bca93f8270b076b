"""`GET /healthz`: alive, and the data file can be read."""

from __future__ import annotations

from aiohttp import hdrs, web

from studyin import __version__
from studyin.web.keys import DATABASE


def set_up(app: web.Application) -> None:
    app.router.add_get("/healthz", healthz)


async def healthz(request: web.Request) -> web.Response:
    await request.app[DATABASE].check()
    return web.json_response({"status": "ok", "version": __version__}, headers={hdrs.CACHE_CONTROL: "no-store"})
