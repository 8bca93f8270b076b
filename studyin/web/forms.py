"""What a browser sends with a form, before anyone knows who it is: short, and of one kind."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from urllib.parse import parse_qsl

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from studyin.errors import Code, StudyinError
from studyin.language import in_figures, say

MAX_BYTES = 16 * 1024
MAX_FIELDS = 20
# Anyone may begin to send one, signed in or not.
FORM_SECONDS = 30.0
KIND = "application/x-www-form-urlencoded"


async def form_of(request: web.Request) -> Mapping[str, str]:
    """The fields of a form. Raises StudyinError BAD_REQUEST or TOO_LARGE."""
    if request.content_type != KIND:
        raise StudyinError(
            Code.BAD_REQUEST,
            say("Expected a form ({kind}), got {content_type}.", kind=KIND, content_type=request.content_type),
            status=415,
        )
    body = bytearray()
    try:
        async with asyncio.timeout(FORM_SECONDS):
            async for piece in request.content.iter_chunked(MAX_BYTES):
                body += piece
                if len(body) > MAX_BYTES:
                    raise StudyinError(
                        Code.TOO_LARGE,
                        say("Expected a form of at most {most} bytes, got more.", most=in_figures(MAX_BYTES)),
                        status=413,
                    )
        return dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True, max_num_fields=MAX_FIELDS))
    except (TimeoutError, ValueError, HttpProcessingError, web.RequestPayloadError):
        raise StudyinError(Code.BAD_REQUEST, say("Expected the fields of a form, got something else.")) from None
