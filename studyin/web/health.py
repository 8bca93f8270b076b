"""`GET /healthz` for those who restart and balance, `GET /metrics` for those who watch."""

from __future__ import annotations

import asyncio
import hmac
import time
from collections.abc import AsyncIterator, Awaitable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

from aiohttp import hdrs, web
from prometheus_client import CONTENT_TYPE_LATEST

from studyin import __version__
from studyin.errors import Code, StudyinError
from studyin.language import say
from studyin.web.keys import COACHES, DATABASE, METRICS, SETTINGS

# A check that takes longer has failed; who asks gives up after five seconds or so.
CHECK_SECONDS = 2.0
# Answers are good for this long, so that asking often, from anywhere, costs nothing.
FRESH_SECONDS = 2.0
LAG_SECONDS = 0.5
FORWARDED = ("Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP")


@dataclass(slots=True)
class _Checkup:
    """The last look at the parts, and whether one is under way."""

    at: float = float("-inf")
    result: Mapping[str, Any] | None = None
    looking: asyncio.Task[Mapping[str, Any]] | None = None


_CHECKUP: web.AppKey[_Checkup] = web.AppKey("checkup")


def set_up(app: web.Application) -> None:
    app[_CHECKUP] = _Checkup()
    app.router.add_get("/healthz", healthz)
    app.router.add_get("/metrics", metrics)
    app.cleanup_ctx.append(_measure_lag)


async def healthz(request: web.Request) -> web.Response:
    """{"status", "version", "checks": {name: {"ok", "ms", "error"?}}}.

    status: "ok"; "degraded" where the coach can't be reached, which no restart cures (200 all the same); "failing" with
    503 where the data file can't be read or written.
    """
    checks = await _checks(request.app)
    failing = not (checks["read"]["ok"] and checks["write"]["ok"])
    status = "failing" if failing else "ok" if checks["coach"]["ok"] else "degraded"
    return web.json_response(
        {"status": status, "version": __version__, "checks": checks},
        status=503 if failing else 200,
        headers={hdrs.CACHE_CONTROL: "no-store"},
    )


async def _checks(app: web.Application) -> Mapping[str, Any]:
    checkup = app[_CHECKUP]
    if checkup.result is None or time.monotonic() - checkup.at > FRESH_SECONDS:
        if checkup.looking is None:
            checkup.looking = asyncio.create_task(_look(app), name="health")
            checkup.looking.add_done_callback(lambda _: setattr(checkup, "looking", None))
        checkup.result = await asyncio.shield(checkup.looking)
        checkup.at = time.monotonic()
    return checkup.result


async def _look(app: web.Application) -> Mapping[str, Any]:
    read, write, coach = await asyncio.gather(
        _timed(app[DATABASE].check()), _timed(app[DATABASE].check_write()), _timed(app[COACHES].check())
    )
    return {"read": read, "write": write, "coach": coach}


async def _timed(check: Awaitable[None]) -> Mapping[str, Any]:
    began = time.perf_counter()
    error: dict[str, str] = {}
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            await check
    except StudyinError as known:
        error = {"error": known.code}
    except TimeoutError:
        error = {"error": "timeout"}
    return {"ok": not error, "ms": round((time.perf_counter() - began) * 1000, 2), **error}


async def metrics(request: web.Request) -> web.Response:
    """The figures for Prometheus, for those who may see them."""
    _require_watcher(request)
    return web.Response(
        body=request.app[METRICS].exposition(),
        headers={hdrs.CONTENT_TYPE: CONTENT_TYPE_LATEST, hdrs.CACHE_CONTROL: "no-store"},
    )


def _require_watcher(request: web.Request) -> None:
    settings = request.app[SETTINGS]
    if settings.metrics_token is not None:
        given = request.headers.get(hdrs.AUTHORIZATION, "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(given, f"Bearer {settings.metrics_token}".encode()):
            raise StudyinError(
                Code.METRICS_NOT_ALLOWED,
                say("Expected `Authorization: Bearer …` with the token of STUDYIN_METRICS_TOKEN."),
                status=403,
            )
    elif settings.trusted_proxies or settings.allowed_hosts or not _is_from_here(request):
        # Behind a proxy on this machine the whole world comes from 127.0.0.1.
        raise StudyinError(
            Code.METRICS_NOT_ALLOWED,
            say(
                "Metrics are told to programs on this machine alone, while no proxy or host name is configured: "
                "set STUDYIN_METRICS_TOKEN to read them from elsewhere."
            ),
            status=403,
        )


def _is_from_here(request: web.Request) -> bool:
    try:
        is_loopback = ip_address(request.remote or "").is_loopback
    except ValueError:
        return False
    return is_loopback and not any(name in request.headers for name in FORWARDED)


async def _measure_lag(app: web.Application) -> AsyncIterator[None]:
    measuring = asyncio.create_task(_observe_lag(app[METRICS].loop_lag.observe), name="event loop lag")
    yield
    measuring.cancel()
    await asyncio.gather(measuring, return_exceptions=True)


async def _observe_lag(observe: Any) -> None:
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + LAG_SECONDS
        await asyncio.sleep(LAG_SECONDS)
        observe(max(0.0, loop.time() - due))
