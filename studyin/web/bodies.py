"""What comes with a request: all of it, within bounds of time and size, and JSON as what it was said to be."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec
from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from studyin.errors import Code, StudyinError
from studyin.language import in_figures, say
from studyin.text import storable

# How long a body may pause, and how slow one in one piece may be: who sends a byte a minute holds a connection.
BODY_SECONDS = 30.0
SLOWEST_BYTES_A_SECOND = 20_000
PIECE_BYTES = 64 * 1024
# Of what is asked for in JSON: the sides of a card have the most. A hundred megabytes of brackets would be gigabytes of
# lists, and a minute in which nobody's tokens go on.
MAX_JSON_BYTES = 256 * 1024

Kind = TypeVar("Kind")


async def json_object(request: web.Request) -> Mapping[str, Any]:
    """The request's body. Raises StudyinError TOO_LARGE, or BAD_REQUEST where it is no JSON object or does not come."""
    refusal = too_large(
        say("Expected a request of at most {most} bytes at this address, got more.", most=in_figures(MAX_JSON_BYTES))
    )
    body = from_json(await whole_body(request, MAX_JSON_BYTES, refusal), dict[str, Any])
    if body is None:
        raise StudyinError(Code.BAD_REQUEST, say("Expected a JSON object as the request's body."))
    return body


async def whole_body(request: web.Request, most_bytes: int, refusal: StudyinError) -> bytes:
    """Raises the refusal as soon as there is more, StudyinError BAD_REQUEST where it breaks off or does not come."""
    length, body = request.content_length or 0, bytearray()
    if length > most_bytes:
        raise refusal
    try:
        async with asyncio.timeout(BODY_SECONDS + length / SLOWEST_BYTES_A_SECOND):
            async for piece in request.content.iter_chunked(PIECE_BYTES):
                body += piece
                if len(body) > most_bytes:
                    raise refusal
    except (TimeoutError, web.RequestPayloadError, HttpProcessingError):
        raise broken_body() from None
    return bytes(body)


def from_json(body: bytes, kind: type[Kind]) -> Kind | None:
    """What it says, None where that is nothing of this kind; half an emoji, as browsers send it, becomes U+FFFD."""
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        if len(body) > MAX_JSON_BYTES:
            return None
    try:
        whole = storable(json.dumps(json.loads(body.decode()), ensure_ascii=False))
        return msgspec.json.decode(whole, type=kind)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None


def too_large(message: str) -> StudyinError:
    return StudyinError(Code.TOO_LARGE, message, status=413)


def broken_body() -> StudyinError:
    return StudyinError(
        Code.BAD_REQUEST, say("Expected the whole request, got a body that breaks off or does not come."), status=408
    )
