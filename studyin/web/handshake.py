"""The handshake of the chat socket: who is let in, and who is told why not."""

from __future__ import annotations

import asyncio
import logging
from typing import cast

from aiohttp import WSCloseCode, hdrs, web

from studyin import language, logs
from studyin.errors import Code, StudyinError
from studyin.language import ENGLISH, say
from studyin.web.accounts import SIGN_IN_REASON, visitor_of
from studyin.web.chat_socket import ChatSocket
from studyin.web.check import note_stripped_upgrade, upgrade_required
from studyin.web.keys import AUDIENCE, CONNECTIONS, GATE, METRICS, SETTINGS
from studyin.web.protocol import SOCKET_PATH

log = logging.getLogger(__name__)

# A socket that does not answer a ping within half of this is closed: its browser is gone.
HEARTBEAT_SECONDS = 30.0
# How long a closing socket waits for the browser's answer.
CLOSE_SECONDS = 1.0
# Above max_frame_bytes a frame is refused, above this many times that the connection is closed with 1009.
TRANSPORT_FACTOR = 4
# Pages that are turned away come again and again: one line a minute.
_fullness = logs.Seldom(60.0)


def set_up(app: web.Application) -> None:
    app.router.add_get(SOCKET_PATH, connect)


async def connect(request: web.Request) -> web.StreamResponse:
    """`GET /api/chat/ws`. A page that may not come in is let in only to be told why: of an HTTP error the browser
    would show its script no more than a bare 1006."""
    if not _is_upgrade(request):
        note_stripped_upgrade(request)
        raise upgrade_required()
    # Until a page says in its `open` frame what it reads: older clients look for English words, such as "try again".
    language.speak(ENGLISH)
    settings = request.app[SETTINGS]
    socket = web.WebSocketResponse(
        heartbeat=HEARTBEAT_SECONDS,
        timeout=CLOSE_SECONDS,
        # Compression costs 90 KB a socket instead of 14, and 10 to 20 % of the time of a relay.
        compress=False,
        max_msg_size=settings.max_frame_bytes * TRANSPORT_FACTOR,
    )
    refusal = request.app[GATE].refusal(request)
    visitor = None if refusal else await visitor_of(request, request.app)
    try:
        await socket.prepare(request)
    except ConnectionError:
        return web.Response()  # the browser went away during the handshake; nobody reads this
    except web.HTTPBadRequest:
        raise StudyinError(
            Code.BAD_REQUEST,
            say("Expected a handshake of WebSocket version 13 with a Sec-WebSocket-Key, got another one."),
        ) from None
    audience = request.app[AUDIENCE]
    if refusal is not None:
        peer = request.app[GATE].address(request)
        logs.event(log, logging.WARNING, f"refused a chat connection: {refusal.message}", peer=peer)
        await _refuse(request, socket, WSCloseCode.POLICY_VIOLATION, refusal.code, refusal.message)
    elif visitor is None:
        await _refuse(request, socket, WSCloseCode.POLICY_VIOLATION, Code.SIGN_IN_REQUIRED, SIGN_IN_REASON)
    elif audience.closing:
        await _refuse(request, socket, WSCloseCode.SERVICE_RESTART, "restarting", "The server restarts.")
    elif (full := audience.refusal(visitor.account.id)) is not None:
        if (held := _fullness.admit(visitor.account.id)) is not None:
            logs.event(log, logging.WARNING, full, others=held or None)
        await _refuse(request, socket, WSCloseCode.TRY_AGAIN_LATER, Code.TOO_MANY_CONNECTIONS, full)
    else:
        request.app[CONNECTIONS].work(request.protocol)
        await ChatSocket(request.app, socket, visitor, _transport_of(request)).run()
    return socket


async def _refuse(
    request: web.Request, socket: web.WebSocketResponse, code: WSCloseCode, reason: str, message: str
) -> None:
    request.app[METRICS].sockets_refused.labels(reason).inc()
    await socket.close(code=code, message=message.encode()[:123])


def _transport_of(request: web.Request) -> asyncio.WriteTransport | None:
    return cast("asyncio.WriteTransport | None", request.transport)


def _is_upgrade(request: web.Request) -> bool:
    return (
        request.headers.get(hdrs.UPGRADE, "").lower() == "websocket"
        and "upgrade" in request.headers.get(hdrs.CONNECTION, "").lower()
    )
