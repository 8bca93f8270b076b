"""The pages a person opens: the chat with its history drawn on the server, and one message as a fragment."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from studyin.library import samples
from studyin.store.sessions import Session
from studyin.web import offline
from studyin.web.accounts import account_of, current
from studyin.web.insights import insight_shape
from studyin.web.keys import COACHES, DECK, ENGINE, INSIGHTS, LIBRARY, MESSAGES, SESSIONS, SETTINGS
from studyin.web.shapes import (
    controls_shape,
    material_shape,
    message_shape,
    message_shapes,
    session_shape,
    turn_shape,
)
from studyin.web.templates import render

SIDEBAR_SESSIONS = 50
SHOWN_MESSAGES = 200
SHOWN_MATERIALS = 200


def set_up(app: web.Application) -> None:
    app.router.add_get("/", show_new)
    app.router.add_get("/session/{session_id}", show_session)
    app.router.add_get("/session/{session_id}/messages", show_messages)
    app.router.add_get("/session/{session_id}/messages/{message_id}", show_message)


async def show_new(request: web.Request) -> web.Response:
    return await _chat(request, None)


async def show_session(request: web.Request) -> web.Response:
    session = await request.app[SESSIONS].get(account_of(request), request.match_info["session_id"])
    return await _chat(request, session)


async def show_messages(request: web.Request) -> web.Response:
    """`?before=` → the messages that lead to that one; without it, the end of the shown branch; as in the page."""
    session = await request.app[SESSIONS].get(account_of(request), request.match_info["session_id"])
    return render(
        "_messages.html", request, {"session": session_shape(session), **await _conversation(request, session)}
    )


async def show_message(request: web.Request) -> web.Response:
    """One message, drawn as in the page: the same template in both places."""
    message = await request.app[MESSAGES].get(account_of(request), request.match_info["message_id"])
    turn = request.app[ENGINE].running(account_of(request), message.session_id)
    return render("_message.html", request, {"message": await message_shape(message, turn)})


async def _chat(request: web.Request, session: Session | None) -> web.Response:
    app, account_id = request.app, account_of(request)
    settings, coaches = app[SETTINGS], app[COACHES]
    conversation = await _conversation(request, session) if session else {"messages": [], "running": None}
    listed = await app[SESSIONS].list(account_id, limit=SIDEBAR_SESSIONS)
    shelf = await app[LIBRARY].list(account_id, limit=SHOWN_MATERIALS)
    controls = session.controls if session else await app[SESSIONS].last_controls(account_id)
    response = render(
        "chat.html",
        request,
        {
            "settings": {
                "ws_url": settings.ws_url,
                "max_message_chars": settings.max_message_chars,
                "max_upload_bytes": settings.max_upload_bytes,
            },
            "account": {"id": account_id, "name": current(request).account.name},
            "has_accounts": settings.auth != "none",
            "session": session_shape(session) if session else None,
            "controls": controls_shape(controls),
            "chosen": session.material_ids if session else (),
            "sessions": [session_shape(each) for each, _ in listed.sessions],
            "insights": [insight_shape(each) for each in await app[INSIGHTS].of_session(account_id, session.id)]
            if session
            else [],
            "cards": await app[DECK].pending(account_id),
            "older_sessions": listed.next,
            **conversation,
            "materials": [material_shape(material) for material in shelf.materials],
            "coach": {"name": coaches.current.name, "model": coaches.current.model, "label": coaches.describe()},
            "samples": [{"name": each.name, "title": each.filename.removesuffix(".md")} for each in samples()],
        },
    )
    return offline.mark(request, response, is_finished=conversation["running"] is None)


async def _conversation(request: web.Request, session: Session) -> dict[str, Any]:
    """What a page shows of a session: the end of the shown branch; with `?branch=` of the one through that message,
    with `?before=` what leads to that message.

    older: the first message shown, where others lead to it. siblings: by message, all forms of it.
    """
    store, account_id, query = request.app[MESSAGES], account_of(request), request.query
    turn = request.app[ENGINE].running(account_id, session.id)
    if "before" in query:
        messages = await store.before(account_id, session.id, query["before"], limit=SHOWN_MESSAGES)
    else:
        through = query.get("branch")
        leaf_id = await store.leaf_through(account_id, session.id, through) if through else session.leaf_id
        messages = await store.branch(account_id, leaf_id, limit=SHOWN_MESSAGES)
    return {
        "messages": await message_shapes(messages, turn),
        "older": messages[0].id if messages and messages[0].parent_id else None,
        "siblings": await store.siblings(account_id, session.id),
        "running": turn_shape(turn, turn.length) if turn else None,
    }
