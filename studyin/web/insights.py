"""Insights over HTTP: excerpts of messages, saved and listed with their session."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from studyin.errors import Code, StudyinError
from studyin.language import in_figures, say
from studyin.store.insights import Insight
from studyin.text import storable
from studyin.web.accounts import account_of
from studyin.web.bodies import json_object
from studyin.web.keys import INSIGHTS, SESSIONS

# More is no excerpt.
MAX_CHARS = 4_000


def set_up(app: web.Application) -> None:
    app.router.add_get("/api/sessions/{session_id}/insights", list_insights)
    app.router.add_post("/api/sessions/{session_id}/insights", save)
    app.router.add_delete("/api/sessions/{session_id}/insights/{insight_id}", delete)


async def list_insights(request: web.Request) -> web.Response:
    """→ {"insights": […], "next": null}, the oldest first."""
    account_id, session_id = account_of(request), request.match_info["session_id"]
    await request.app[SESSIONS].get(account_id, session_id)
    insights = await request.app[INSIGHTS].of_session(account_id, session_id)
    return web.json_response({"insights": [insight_shape(each) for each in insights], "next": None})


async def save(request: web.Request) -> web.Response:
    """{"message_id", "content"} → 201 and the insight; 200 where the same was saved before."""
    body = await json_object(request)
    message_id, content = body.get("message_id"), body.get("content")
    if not isinstance(message_id, str) or not isinstance(content, str):
        raise StudyinError(
            Code.BAD_REQUEST, say('Expected {"message_id": "…", "content": "an excerpt of the message"}.')
        )
    content = storable(content).strip()
    if not content:
        raise StudyinError(Code.EMPTY, say("Expected an excerpt, got nothing. Select some words, and save them again."))
    if len(content) > MAX_CHARS:
        raise StudyinError(
            Code.TOO_LONG,
            say(
                "Expected an excerpt of at most {most} characters, got {number}. Select less.",
                most=in_figures(MAX_CHARS),
                number=in_figures(len(content)),
            ),
        )
    insight, is_new = await request.app[INSIGHTS].add(
        account_of(request), request.match_info["session_id"], message_id, content
    )
    return web.json_response(insight_shape(insight), status=201 if is_new else 200)


async def delete(request: web.Request) -> web.Response:
    await request.app[INSIGHTS].delete(
        account_of(request), request.match_info["session_id"], request.match_info["insight_id"]
    )
    return web.Response(status=204)


def insight_shape(insight: Insight) -> dict[str, Any]:
    return {
        "id": insight.id,
        "message_id": insight.message_id,
        "content": insight.content,
        "created_at": insight.created_at,
    }
