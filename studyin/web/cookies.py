"""The cookie that a login is known by."""

from __future__ import annotations

from aiohttp import hdrs, web

from studyin.web.keys import GATE, INSTALLATION

DAY_SECONDS = 24 * 3600
# The browser takes such a cookie only over TLS and sends it to this host alone, so nobody beside it can plant one.
SECURE = "__Host-"


def read(request: web.BaseRequest, app: web.Application) -> str:
    """The token of the browser's login; empty where it has none."""
    name = _name(app)
    secure = request.cookies.get(SECURE + name, "")
    if secure or app[GATE].scheme(request) == "https":
        return secure
    return request.cookies.get(name, "")


def write(request: web.Request, response: web.StreamResponse, token: str, days: float) -> None:
    """Give the browser its token. Its path is / and not the prefix below which a proxy may serve us: __Host- asks for
    that; what keeps two installations on one host apart is the name."""
    is_secure = _came_by_tls(request)
    response.set_cookie(
        (SECURE if is_secure else "") + _name(request.app),
        token,
        max_age=round(days * DAY_SECONDS),
        path="/",
        secure=is_secure,
        httponly=True,
        samesite="Lax",
    )


def forget(request: web.Request, response: web.StreamResponse) -> None:
    for prefix in (SECURE, ""):
        response.del_cookie(
            prefix + _name(request.app), path="/", secure=prefix == SECURE, httponly=True, samesite="Lax"
        )


def _name(app: web.Application) -> str:
    return f"studyin-{app[INSTALLATION]}"


def _came_by_tls(request: web.Request) -> bool:
    """Whether the browser speaks TLS with whoever is in front of us. Its form's Origin says so, which the guard has
    checked, even where the proxy that ends TLS is not trusted or says nothing."""
    origin = request.headers.get(hdrs.ORIGIN, "")
    return request.app[GATE].scheme(request) == "https" or origin.lower().startswith("https://")
