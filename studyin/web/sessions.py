"""Sessions over HTTP: list and search, rename and pin, delete, messages, export."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from aiohttp import hdrs, web

from studyin.errors import Code, StudyinError
from studyin.language import say
from studyin.store.materials import Material
from studyin.store.sessions import Session
from studyin.web.accounts import account_of
from studyin.web.bodies import json_object
from studyin.web.export import EXPORTS, to_json
from studyin.web.file_names import attachment, safe_name
from studyin.web.keys import AUDIENCE, ENGINE, INSIGHTS, LIBRARY, MESSAGES, SESSIONS
from studyin.web.protocol import controls_of, is_ids
from studyin.web.shapes import controls_shape, message_shape, message_shapes, session_frame, session_shape, whole_shape

MAX_LIMIT = 200


def set_up(app: web.Application) -> None:
    app.router.add_get("/api/sessions", list_sessions)
    app.router.add_patch("/api/sessions/{session_id}", change)
    app.router.add_delete("/api/sessions/{session_id}", delete)
    app.router.add_get("/api/sessions/{session_id}/messages", list_messages)
    app.router.add_get("/api/sessions/{session_id}/export", export)


async def list_sessions(request: web.Request) -> web.Response:
    """`?query=&before=&limit=` → {"sessions": […], "next"}; with a query each has a `hit`."""
    store, account_id = request.app[SESSIONS], account_of(request)
    before, limit = request.query.get("before"), limit_of(request, 50)
    query = request.query.get("query", "").strip()
    if query:
        listed = await store.search(account_id, query, before=before, limit=limit)
    else:
        listed = await store.list(account_id, before=before, limit=limit)
    return web.json_response(
        {"sessions": [session_shape(session, hit) for session, hit in listed.sessions], "next": listed.next}
    )


async def change(request: web.Request) -> web.Response:
    """{"title"?, "pinned"?, "shown"?, "controls"?, "material_ids"?} → the session as it is now.

    shown: a message whose branch is to be shown; controls: as in a `user_message`, those that are left out at their
    defaults; material_ids: an empty list for all.
    """
    app, account_id, session_id = request.app, account_of(request), request.match_info["session_id"]
    body = await json_object(request)
    title, pinned, shown = body.get("title"), body.get("pinned"), body.get("shown")
    if not _is_text_or_none(title) or not (pinned is None or isinstance(pinned, bool)) or not _is_text_or_none(shown):
        raise StudyinError(
            Code.BAD_REQUEST,
            say('Expected {"title": "a text"}, {"pinned": true or false}, {"shown": "a message"}, or several.'),
        )
    material_ids = body.get("material_ids")
    if material_ids is not None and not is_ids(material_ids):
        raise StudyinError(Code.BAD_REQUEST, say("Expected `material_ids` to be a list of ids of your materials."))
    controls = None if body.get("controls") is None else _controls(body["controls"])
    if shown is not None:
        leaf_id = await app[MESSAGES].leaf_through(account_id, session_id, shown)
        session = await app[SESSIONS].show_branch(account_id, session_id, leaf_id)
        # News of its own, which news of the title that comes at the same moment does not replace.
        app[AUDIENCE].tell(account_id, f"{session_id} branch", {**session_frame(session), "leaf_id": leaf_id})
    session = await app[SESSIONS].change(
        account_id, session_id, title=title, pinned=pinned, controls=controls, material_ids=material_ids
    )
    app[AUDIENCE].tell(account_id, session_id, session_frame(session))
    return web.json_response(session_shape(session))


def _is_text_or_none(value: object) -> bool:
    return value is None or isinstance(value, str)


def _controls(given: Any) -> Mapping[str, Any]:
    """Controls as they are stored. Raises StudyinError BAD_REQUEST, also for a value that a frame might have."""
    stored = controls_of(given).plain() if isinstance(given, dict) else {}
    understood = controls_shape(stored)
    if not stored or any(given.get(name, understood[name]) != understood[name] for name in understood):
        raise StudyinError(
            Code.BAD_REQUEST,
            say(
                'Expected `controls` such as {"profile": "studyin_study", "user_level": 3, "verbosity": '
                '"balanced", "effort": null}, with values as in docs/protocol.md.'
            ),
        )
    return stored


async def delete(request: web.Request) -> web.Response:
    """Removes the session with its messages, and ends the running reply, if there is one."""
    account_id, session_id = account_of(request), request.match_info["session_id"]
    session = await request.app[SESSIONS].get(account_id, session_id)
    # Gone first: between an end and a deletion another tab could begin the next turn.
    await request.app[SESSIONS].delete(account_id, session_id)
    await request.app[ENGINE].stop_session(account_id, session_id)
    request.app[AUDIENCE].tell(account_id, session_id, session_frame(session, deleted=True))
    return web.Response(status=204)


async def list_messages(request: web.Request) -> web.Response:
    """`?before=&limit=` → {"messages": […], "next", "leaf_id"}: all branches, oldest first, the newest page first.

    leaf_id: the last message of the branch that is shown.
    """
    app, account_id = request.app, account_of(request)
    session = await app[SESSIONS].get(account_id, request.match_info["session_id"])
    turn = app[ENGINE].running(account_id, session.id)
    messages, cursor = await app[MESSAGES].page(
        account_id, session.id, before=request.query.get("before"), limit=limit_of(request, MAX_LIMIT)
    )
    shapes = await message_shapes(messages, turn)
    return web.json_response({"messages": shapes, "next": cursor, "leaf_id": session.leaf_id})


async def chosen_of(app: web.Application, session: Session) -> Sequence[Material]:
    """The materials that a session is limited to; none where it has all."""
    if not session.material_ids:
        return ()
    ids = session.material_ids
    return (await app[LIBRARY].list(session.account_id, limit=len(ids), material_ids=ids)).materials


async def export(request: web.Request) -> web.Response:
    """`?format=md|html|json` → the shown branch as a file (json: all branches)."""
    kind = request.query.get("format", "md")
    if kind not in EXPORTS:
        raise StudyinError(
            Code.BAD_REQUEST,
            say("Expected `format` to be one of {names}, got {kind}.", names=", ".join(EXPORTS), kind=repr(kind[:20])),
        )
    app, account_id = request.app, account_of(request)
    session = await app[SESSIONS].get(account_id, request.match_info["session_id"])
    content_type, write, whole_tree = EXPORTS[kind]
    if whole_tree:
        messages, _ = await app[MESSAGES].page(account_id, session.id, limit=1_000_000)
    else:
        messages = await app[MESSAGES].branch(account_id, session.leaf_id, limit=1_000_000)
    shapes = [{**(await message_shape(each) if kind == "html" else {}), **whole_shape(each)} for each in messages]
    insights = await app[INSIGHTS].of_session(account_id, session.id)
    name = safe_name(session.title, f"studyin-{session.id[:8]}")
    if kind == "json":
        write = partial(to_json, chosen=await chosen_of(app, session))
    return web.Response(
        text=write(session, shapes, insights),
        content_type=content_type,
        charset="utf-8",
        headers={hdrs.CONTENT_DISPOSITION: attachment(f"{name}.{kind}")},
    )


def limit_of(request: web.Request, default: int) -> int:
    """`?limit=`, 1 to MAX_LIMIT. Raises StudyinError BAD_REQUEST."""
    text = request.query.get("limit", "")
    if not text:
        return default
    if not text.isascii() or not text.isdigit() or len(text) > 6 or not 1 <= int(text) <= MAX_LIMIT:
        raise StudyinError(
            Code.BAD_REQUEST,
            say("Expected `limit` to be a number from 1 to {most}, got {text}.", most=MAX_LIMIT, text=repr(text[:20])),
        )
    return int(text)
