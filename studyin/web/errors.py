"""Errors on their way out: one place that turns them into a page, JSON or a frame."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from studyin.chat.ending import unexpected
from studyin.errors import Code, StudyinError
from studyin.language import phrase, say
from studyin.web.templates import render

log = logging.getLogger(__name__)

_TITLES = {
    403: phrase("Not allowed"),
    404: phrase("Nothing here"),
    413: phrase("Too large"),
    500: phrase("Something broke on our side"),
    503: phrase("Not right now"),
}


def as_dict(error: StudyinError) -> dict[str, Any]:
    """The body of an error: {"error": {"code", "message"}}."""
    return {"error": {"code": error.code, "message": error.message}}


def as_frame(error: StudyinError, **fields: Any) -> dict[str, Any]:
    """An `error` frame. Existing clients offer a retry where the message says "try again": it does where one helps."""
    message = error.message
    if error.retryable and not any(words in message.lower() for words in ("try again", say("try again"))):
        message += " " + say("Please try again.")
    return {"type": "error", "message": message, "code": error.code, "retryable": error.retryable, **fields}


def stored_error(error: Mapping[str, Any]) -> StudyinError:
    """The error that was stored with a failed reply."""
    return StudyinError(Code(error["code"]), error["message"], retryable=error["retryable"])


@web.middleware
async def explain(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer every error in words: JSON below /api/, a page elsewhere."""
    try:
        return await handler(request)
    except StudyinError as error:
        return _respond(request, error)
    except web.HTTPException as response:
        if response.status < 400:
            raise
        answer = _respond(request, _known(request, response))
        if hdrs.ALLOW in response.headers:
            answer.headers[hdrs.ALLOW] = response.headers[hdrs.ALLOW]
        return answer
    except ConnectionError:
        raise  # the browser went away; there is nobody to answer
    except Exception:
        log.exception("%s %s failed", request.method, request.path)
        return _respond(request, unexpected())


def _known(request: web.Request, response: web.HTTPException) -> StudyinError:
    if isinstance(response, web.HTTPNotFound):
        return StudyinError(Code.NOT_FOUND, say("There is nothing at this address."), status=404)
    if isinstance(response, web.HTTPMethodNotAllowed):
        allowed = ", ".join(sorted(response.allowed_methods))
        return StudyinError(
            Code.METHOD_NOT_ALLOWED,
            say("Expected {allowed} at this address, got {method}.", allowed=allowed, method=request.method),
            status=405,
        )
    if isinstance(response, web.HTTPRequestEntityTooLarge):
        return StudyinError(Code.TOO_LARGE, say("The request is larger than this server takes."), status=413)
    return StudyinError(
        Code.BAD_REQUEST,
        say("The server can't answer this request ({reason}).", reason=response.reason),
        status=response.status,
    )


def _respond(request: web.Request, error: StudyinError) -> web.Response:
    if request.path.startswith("/api/"):
        headers = {hdrs.CACHE_CONTROL: "no-store"}
        if error.code == Code.UPGRADE_REQUIRED:
            headers |= {hdrs.UPGRADE: "websocket", hdrs.CONNECTION: "upgrade"}
        return web.json_response(as_dict(error), status=error.status, headers=headers)
    title = say(_TITLES.get(error.status, phrase("That didn't work")))
    context = {"title": title, "message": error.message, "status": error.status}
    return render("error.html", request, context, status=error.status)
