"""`GET /api/chat/check`: may this page connect, and if not, which hop fails and what to change.

A page asks it over plain HTTP when its socket does not open, so it answers to every origin and host; it tells nothing
that the socket's own refusal would not.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

from aiohttp import hdrs, web

from studyin.errors import Code, StudyinError
from studyin.language import in_figures, say
from studyin.web.keys import AUDIENCE, GATE, SETTINGS

REPORTED_HEADERS = (
    hdrs.HOST,
    hdrs.UPGRADE,
    hdrs.CONNECTION,
    hdrs.VIA,
    "Forwarded",
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-Forwarded-Proto",
    "X-Forwarded-Prefix",
    "X-Real-IP",
)

# A page asks at once after its socket failed; a handshake older than this was another attempt.
RECENT_SECONDS = 30.0

NGINX = (
    "proxy_http_version 1.1;\n"
    "proxy_set_header Upgrade $http_upgrade;\n"
    'proxy_set_header Connection "upgrade";\n'
    "proxy_set_header Host $http_host;"
)
CADDY = "reverse_proxy localhost:8000"

_STRIPPED: web.AppKey[dict[str, float]] = web.AppKey("stripped_upgrades")


def set_up(app: web.Application) -> None:
    app[_STRIPPED] = {}
    app.router.add_get("/api/chat/check", check)


def note_stripped_upgrade(request: web.Request) -> None:
    """A request came to the socket's address without an upgrade; with the key of a handshake it was one once."""
    stripped = request.app[_STRIPPED]
    if "Sec-WebSocket-Key" in request.headers or "Sec-WebSocket-Version" in request.headers:
        stripped.clear()  # only the newest matters
        stripped[_page(request, request.headers.get(hdrs.ORIGIN, ""))] = time.monotonic()


async def check(request: web.Request) -> web.Response:
    """{"ok", "problems": [{"code", "message", "fix"}], "origin", "host", "room", "headers", "ws_url"}.

    `?origin=` is the page's own origin: browsers don't send one with a same-origin GET.
    """
    gate, audience, settings = request.app[GATE], request.app[AUDIENCE], request.app[SETTINGS]
    host = gate.host(request)
    origin = request.query.get("origin") or request.headers.get(hdrs.ORIGIN)
    knows_host = gate.knows_host(host)
    allows_origin = origin is None or gate.allows_origin(origin, request)
    problems = []
    if not knows_host:
        problems.append(_host_problem(host))
    if not allows_origin:
        problems.append(_origin_problem(origin or "", host, request))
    if audience.is_full:
        problems.append(
            _problem(
                Code.TOO_MANY_CONNECTIONS,
                say("The server has all {most} connections it takes.", most=in_figures(audience.max_sockets)),
                say("Close other tabs, wait for room, or raise STUDYIN_MAX_SOCKETS."),
            )
        )
    if _was_stripped(request, origin or ""):
        problems.append(
            _problem(
                Code.UPGRADE_REQUIRED,
                say(
                    "Your browser asked for a WebSocket, and the request arrived without its Upgrade header: a proxy "
                    "between the browser and Studyin removes it."
                ),
                say(
                    "nginx: add to the location block:\n{nginx}\nCaddy: a plain `{caddy}` passes it on.",
                    nginx=NGINX,
                    caddy=CADDY,
                ),
            )
        )
    body = {
        "ok": not problems,
        "problems": problems,
        "origin": {"value": origin, "allowed": allows_origin},
        "host": {"value": host, "allowed": knows_host},
        "room": {"sockets": audience.count, "max": audience.max_sockets},
        "headers": {name.lower(): request.headers[name] for name in REPORTED_HEADERS if name in request.headers},
        "ws_url": settings.ws_url,
    }
    return web.json_response(body, headers={hdrs.ACCESS_CONTROL_ALLOW_ORIGIN: "*", hdrs.CACHE_CONTROL: "no-store"})


def _page(request: web.Request, origin: str) -> str:
    return f"{request.headers.get(hdrs.HOST, '')} {origin}"


def _was_stripped(request: web.Request, origin: str) -> bool:
    at = request.app[_STRIPPED].get(_page(request, origin))
    return at is not None and time.monotonic() - at < RECENT_SECONDS


def _problem(code: Code, message: str, fix: str) -> Mapping[str, str]:
    return {"code": code, "message": message, "fix": fix}


def _host_problem(host: str) -> Mapping[str, str]:
    name = host.rpartition(":")[0] or host
    return _problem(
        Code.HOST_NOT_ALLOWED,
        say("Studyin doesn't answer to the name {name}, so that no foreign page can borrow it.", name=name),
        say("Start it with STUDYIN_ALLOWED_HOSTS={name}", name=name),
    )


def _origin_problem(origin: str, host: str, request: web.Request) -> Mapping[str, str]:
    if origin == "null":
        return _problem(
            Code.ORIGIN_NOT_ALLOWED,
            say("This page has no origin of its own: it is a file, or in a sandboxed frame."),
            say("Open it over http from a server, and list that origin in STUDYIN_CORS_ORIGINS."),
        )
    forwarded: Sequence[str] = request.headers.getall("X-Forwarded-Host", [])
    fix = say("Start Studyin with STUDYIN_CORS_ORIGINS={origin}", origin=origin)
    if forwarded:
        fix += "\n" + say(
            "Or, if {proxy} is your own proxy, with STUDYIN_TRUSTED_PROXIES={proxy}, so that its X-Forwarded-Host "
            "({host}) is believed.",
            proxy=request.remote,
            host=forwarded[-1],
        )
    else:
        fix += "\n" + say(
            "Or, if a proxy serves this page, let it pass the Host on: `proxy_set_header Host $http_host;` in nginx."
        )
    message = say("This page is from {origin}, and Studyin at {host} doesn't know it.", origin=origin, host=host)
    return _problem(Code.ORIGIN_NOT_ALLOWED, message, fix)


def upgrade_required() -> StudyinError:
    return StudyinError(
        Code.UPGRADE_REQUIRED,
        say(
            "Expected a WebSocket handshake, got a plain request without `Upgrade: websocket`. If a browser "
            "sent one, a proxy on the way removed it; GET /api/chat/check says what to add."
        ),
        status=426,
    )
