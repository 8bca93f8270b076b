"""One line in the log for each request and each chat connection, under an id that the answer carries, too."""

from __future__ import annotations

import logging
import re
import time
from secrets import token_hex

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.typedefs import Handler

from studyin import logs
from studyin.web.connections import Connections
from studyin.web.keys import CONNECTIONS, GATE, METRICS

log = logging.getLogger(__name__)

REQUEST_ID_HEADER = "X-Request-ID"
# What asks all the time and says nothing while it goes well.
ROUTINE = ("/static/", "/healthz", "/metrics")
# Scanners and broken clients: one line a minute, with how many there were.
MALFORMED_SECONDS = 60.0

_KNOWN_ID = re.compile(r"[\w.-]{8,64}", re.ASCII)


def set_up(app: web.Application) -> None:
    for name in ("aiohttp.server", "asyncio"):
        library = logging.getLogger(name)
        if not any(isinstance(each, Strangers) for each in library.filters):
            library.addFilter(Strangers())
    app[CONNECTIONS] = Connections()
    app.on_response_prepare.append(_add_id)


@web.middleware
async def note(request: web.Request, handler: Handler) -> web.StreamResponse:
    """The outermost middleware: times, counts and logs the request; without its query, which may be a question."""
    logs.REQUEST_ID.set(_id_of(request))
    began = time.perf_counter()
    status = 499  # as nginx says it: the browser went away before there was an answer
    try:
        response = await handler(request)
        status = response.status
        return response
    except web.HTTPException as redirect:
        status = redirect.status
        raise
    finally:
        request.app[METRICS].responses.labels(str(status)).inc()
        _log(request, status, time.perf_counter() - began)


def _log(request: web.Request, status: int, seconds: float) -> None:
    peer = request.app[GATE].address(request)
    if status == 101:
        logs.event(log, logging.INFO, "chat connection ended", seconds=round(seconds, 1), peer=peer)
        return
    level = logging.INFO
    if status >= 500:
        level = logging.WARNING
    elif status < 400 and request.path.startswith(ROUTINE):
        level = logging.DEBUG
    logs.event(
        log,
        level,
        f"{request.method} {request.path[:200]} {status}",
        ms=round(seconds * 1000, 1),
        peer=peer,
    )


def _id_of(request: web.Request) -> str:
    """The id that a trusted proxy gave the request, so that both logs can be laid side by side, else a new one."""
    given = request.headers.get(REQUEST_ID_HEADER, "")
    if _KNOWN_ID.fullmatch(given) and request.app[GATE].trusts_peer(request):
        return given
    return token_hex(8)


async def _add_id(_: web.Request, response: web.StreamResponse) -> None:
    request_id = logs.REQUEST_ID.get()
    if response.status != 101 and request_id:
        response.headers[REQUEST_ID_HEADER] = request_id


class Strangers(logging.Filter):
    """What strangers can make the libraries log becomes one line, once a minute; real failures keep their stack."""

    def __init__(self) -> None:
        super().__init__()
        self._seldom = logs.Seldom(MALFORMED_SECONDS)

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, HttpProcessingError | web.RequestPayloadError):
            peer = record.args[0] if isinstance(record.args, tuple) and record.args else "somebody"
            return self._shorten(record, "malformed HTTP", f"a request from {peer} is no HTTP: {type(error).__name__}")
        if isinstance(error, ConnectionError) and record.name == "aiohttp.server":
            return self._shorten(record, "gone", "somebody went away in the middle of a request")
        if isinstance(error, OSError) and record.name == "asyncio" and "accept" in record.getMessage():
            return self._shorten(
                record, "accept", f"no connection can be taken ({error.strerror}); raise the limit of open files"
            )
        return True

    def _shorten(self, record: logging.LogRecord, kind: str, message: str) -> bool:
        held = self._seldom.admit(kind)
        if held is None:
            return False
        record.msg, record.args, record.exc_info = (
            message + (f" ({held} more since the last line)" if held else ""),
            (),
            None,
        )
        record.levelno, record.levelname = logging.WARNING, "WARNING"
        return True
