"""The pages a person opens: the chat with its history drawn on the server, and one message as a fragment."""

from __future__ import annotations

from aiohttp import web

from studyin.library import samples
from studyin.store.sessions import Session
from studyin.web import offline
from studyin.web.accounts import account_of, current
from studyin.web.history import history
from studyin.web.insights import insight_shape
from studyin.web.keys import COACHES, DECK, ENGINE, INSIGHTS, LIBRARY, MESSAGES, SESSIONS, SETTINGS
from studyin.web.shapes import (
    controls_shape,
    material_shape,
    message_shape,
    session_shape,
)
from studyin.web.templates import answer, draw, render

SIDEBAR_SESSIONS = 50
SHOWN_MATERIALS = 200
# Where a page has what is said: first it is drawn without.
SPOKEN = "<!-- what is said -->"


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
    """`?before=&limit=` → the messages that lead to that one; without, the end of the shown branch; as in the page."""
    session = await request.app[SESSIONS].get(account_of(request), request.match_info["session_id"])
    said = await history(request, session)
    return render("_messages.html", request, {"messages": said.messages, "older": said.older})


async def show_message(request: web.Request) -> web.Response:
    """One message, drawn as in the page: the same template in both places."""
    message = await request.app[MESSAGES].get(account_of(request), request.match_info["message_id"])
    turn = request.app[ENGINE].running(account_of(request), message.session_id)
    return render("_message.html", request, {"message": await message_shape(message, turn)})


async def _chat(request: web.Request, session: Session | None) -> web.Response:
    app, account_id = request.app, account_of(request)
    settings, coaches = app[SETTINGS], app[COACHES]
    listed = await app[SESSIONS].list(account_id, limit=SIDEBAR_SESSIONS)
    shelf = await app[LIBRARY].list(account_id, limit=SHOWN_MATERIALS)
    controls = session.controls if session else await app[SESSIONS].last_controls(account_id)
    page = draw(
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
            "said": SPOKEN if session and session.leaf_id else "",
            "materials": [material_shape(material) for material in shelf.materials],
            "coach": {"name": coaches.current.name, "model": coaches.current.model, "label": coaches.describe()},
            "samples": [{"name": each.name, "title": each.filename.removesuffix(".md")} for each in samples()],
        },
    )
    if session is None:
        return offline.mark(request, answer(page))
    said = await history(request, session, page=None if offline.COPY in request.headers else page)
    messages = draw("_messages.html", request, {"messages": said.messages, "older": said.older})
    return offline.mark(request, answer(page.replace(SPOKEN, messages)), is_finished=said.running is None)
