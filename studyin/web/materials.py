"""Materials over HTTP: upload, list, look at, delete; their progress also goes to the account's pages."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from typing import Any

import msgspec
from aiohttp import BodyPartReader, web
from aiohttp.http_exceptions import HttpProcessingError

from studyin.coach.citing import marked, vocabulary
from studyin.errors import Code, StudyinError
from studyin.language import in_bytes, say
from studyin.store.materials import Material
from studyin.store.messages import Message, Quotation
from studyin.store.passages import Surroundings
from studyin.web.accounts import account_of
from studyin.web.bodies import BODY_SECONDS, broken_body, from_json, too_large, whole_body
from studyin.web.keys import AUDIENCE, ENGINE, IMPORTS, LIBRARY, MESSAGES, METRICS, SESSIONS, SETTINGS
from studyin.web.reading import pages_html, place_html
from studyin.web.sessions import limit_of
from studyin.web.shapes import material_shape, session_frame

CHUNK_BYTES = 256 * 1024


def set_up(app: web.Application) -> None:
    app.router.add_post("/api/materials", upload)
    app.router.add_get("/api/materials", list_materials)
    app.router.add_post("/api/materials/samples/{name}", add_sample)
    app.router.add_get("/api/materials/{material_id}", show)
    app.router.add_delete("/api/materials/{material_id}", delete)
    app.router.add_get("/api/materials/{material_id}/passages/{position}", show_passage)
    app.router.add_get("/api/materials/{material_id}/text", show_text)


def tell(app: web.Application, material: Material) -> None:
    """The library's listener: a material is read, ready or failed."""
    app[AUDIENCE].tell(material.account_id, material.id, {"type": "material", "material": material_shape(material)})


async def upload(request: web.Request) -> web.Response:
    """Multipart with one `file`, or JSON {"filename", "text"} for pasted notes → 202 and the material.

    Its text is read after the answer; `material` frames and GET tell how far that is.
    """
    try:
        material = await _receive(request)
    except StudyinError as error:
        request.app[METRICS].upload_ended(None, error)
        raise
    request.app[METRICS].upload_ended(material.bytes)
    await _serve_wanted(request)
    return web.json_response(material_shape(material), status=202)


async def _serve_wanted(request: web.Request) -> None:
    """Sessions that were brought along before this material are taught from it again, and every page hears it."""
    app, account_id = request.app, account_of(request)
    for session_id in await app[IMPORTS].serve_wanted(account_id):
        session = await app[SESSIONS].get(account_id, session_id)
        app[AUDIENCE].tell(account_id, session_id, session_frame(session))


async def _receive(request: web.Request) -> Material:
    if request.content_type == "application/json":
        filename, text = await _pasted(request)
        return await request.app[LIBRARY].add(account_of(request), filename, text)
    if request.content_type == "multipart/form-data":
        try:
            part = await _file_of(request)
            filename = part.filename or "Untitled.txt"
            limit = request.app[SETTINGS].max_upload_bytes
            return await request.app[LIBRARY].add(account_of(request), filename, _pieces(part, limit))
        except (ValueError, HttpProcessingError):  # what aiohttp raises on a form it can't take apart
            raise StudyinError(
                Code.BAD_REQUEST, say("Expected a whole multipart form, got one that breaks off.")
            ) from None
        except (TimeoutError, web.RequestPayloadError):
            raise broken_body() from None
    raise StudyinError(
        Code.BAD_REQUEST,
        say(
            'Expected a multipart form with a `file`, or JSON such as {{"filename": "notes.md", "text": '
            '"…"}}, got {content_type}.',
            content_type=request.content_type,
        ),
        status=415,
    )


async def list_materials(request: web.Request) -> web.Response:
    """`?before=&limit=` → {"materials": […], "next"}, the newest first."""
    listed = await request.app[LIBRARY].list(
        account_of(request), before=request.query.get("before"), limit=limit_of(request, 50)
    )
    shapes = [material_shape(material) for material in listed.materials]
    return web.json_response({"materials": shapes, "next": listed.next})


async def add_sample(request: web.Request) -> web.Response:
    """Add one of the notes that come with the program → 202 and the material."""
    material = await request.app[LIBRARY].add_sample(account_of(request), request.match_info["name"])
    await _serve_wanted(request)
    return web.json_response(material_shape(material), status=202)


async def show(request: web.Request) -> web.Response:
    """→ the material, with `cited`: in which sessions how many replies cite it."""
    app, account_id = request.app, account_of(request)
    material = await app[LIBRARY].get(account_id, request.match_info["material_id"])
    citing = await app[MESSAGES].citing(account_id, material.id)
    sessions = [{"id": each.session_id, "title": each.title, "replies": each.replies} for each in citing]
    cited = {"replies": sum(each.replies for each in citing), "sessions": sessions}
    return web.json_response({**material_shape(material), "cited": cited})


async def delete(request: web.Request) -> web.Response:
    """Removes the material; the replies that cite it keep their quotations."""
    app, account_id, material_id = request.app, account_of(request), request.match_info["material_id"]
    await app[LIBRARY].delete(account_id, material_id)
    app[AUDIENCE].tell(account_id, material_id, {"type": "material_deleted", "material_id": material_id})
    return web.Response(status=204)


async def show_passage(request: web.Request) -> web.Response:
    """A passage in its surroundings → {"passage", "before", "after", "filename", "marked", "deleted", "html"}.

    html: {"passage", "before", "after"} as they are read, what is marked in <mark>, or null where that can't be told.
    `?reply=`: the id of a reply that cites it. Then `marked` has the parts [start, end] of the passage's content, in
    code points, that the reply's citations stand for; `&citation=` names one of those, from 0. And where the material
    was deleted the answer has the passage as the reply quoted it, without surroundings.
    """
    material_id = request.match_info["material_id"]
    position = _number(request.match_info["position"], say("the number of a passage"))
    reply = await _reply(request, request.query["reply"]) if "reply" in request.query else None
    quotation = _quotation(reply, material_id, position) if reply else None
    library, deleted = request.app[LIBRARY], False
    try:
        shown = await library.surroundings(account_of(request), material_id, position)
    except StudyinError as error:
        if error.code is not Code.NOT_FOUND or quotation is None:
            raise
        shown, deleted = Surroundings(quotation.passage, "", ""), True
    passage, marks = shown.passage, []
    if reply and quotation:
        nth = _number(request.query["citation"], "`citation`") if "citation" in request.query else None
        rarity = await library.rarity(account_of(request), vocabulary(passage))
        # Of usual length it takes a millisecond; the longest replies could hold up everybody's tokens.
        marks = await asyncio.to_thread(marked, reply.content, quotation.number, passage, rarity, nth=nth)
    return web.json_response(await place_shape(shown, marks, deleted=deleted))


async def show_text(request: web.Request) -> web.Response:
    """`?after=` → {"filename", "html", "next"}: a material from its beginning on, or from behind a passage.

    html: above each page its number, where the material has pages. next: the passage behind which it goes on, or null
    at its end.
    """
    account_id, material_id = account_of(request), request.match_info["material_id"]
    after = _number(request.query["after"], "`after`") if "after" in request.query else -1
    library = request.app[LIBRARY]
    text, page, following = await library.text(account_id, material_id, after=after)
    name = f"{material_id} {after}"
    html = await asyncio.to_thread(pages_html, text, page, name, is_beginning=after < 0)
    material = await library.get(account_id, material_id)
    return web.json_response({"filename": material.filename, "html": html, "next": following})


async def place_shape(shown: Surroundings, marks: Sequence[tuple[int, int]], *, deleted: bool) -> dict[str, Any]:
    """A passage in its surroundings, as `show_passage` says."""
    passage = shown.passage
    return {
        "passage": {
            "id": passage.id,
            "position": passage.position,
            "page": passage.page,
            "heading": passage.heading,
            "content": passage.content,
        },
        "before": shown.before,
        "after": shown.after,
        "filename": passage.filename,
        "marked": marks,
        "deleted": deleted,
        "html": await asyncio.to_thread(place_html, shown, marks),
    }


def _number(text: str, name: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise StudyinError(
            Code.BAD_REQUEST, say("Expected {name}, 0 or more, got {text}.", name=name, text=repr(text[:20]))
        )
    return int(text)


def _quotation(reply: Message, material_id: str, position: int) -> Quotation | None:
    """How a reply may cite a passage."""
    places = {(each.passage.material_id, each.passage.position): each for each in reply.quotations}
    return places.get((material_id, position))


async def _reply(request: web.Request, reply_id: str) -> Message:
    """A reply as far as it is said by now. Raises StudyinError NOT_FOUND."""
    app, account_id = request.app, account_of(request)
    reply = await app[MESSAGES].get(account_id, reply_id)
    turn = app[ENGINE].running(account_id, reply.session_id)
    if turn is None or turn.id != reply.id:
        return reply
    return replace(reply, content=turn.text, quotations=turn.quotations or ())


class _Pasted(msgspec.Struct):
    text: str
    filename: str = ""


async def _pasted(request: web.Request) -> tuple[str, bytes]:
    limit = request.app[SETTINGS].max_upload_bytes
    # What escapes of JSON add to a text does not count.
    body = await whole_body(request, request.client_max_size, _too_large(limit))
    pasted = from_json(body, _Pasted)
    if pasted is None:
        raise StudyinError(
            Code.BAD_REQUEST, say('Expected a JSON object such as {"filename": "notes.md", "text": "…"}.')
        )
    data = pasted.text.encode()
    if len(data) > limit:
        raise _too_large(limit)
    return pasted.filename or say("Pasted notes.md"), data


async def _file_of(request: web.Request) -> BodyPartReader:
    reader = await request.multipart()
    while True:
        async with asyncio.timeout(BODY_SECONDS):
            part = await reader.next()
        if part is None:
            break
        if isinstance(part, BodyPartReader) and part.name == "file":
            return part
    raise StudyinError(Code.BAD_REQUEST, say("Expected a form field named `file` with a file in it, got none."))


async def _pieces(part: BodyPartReader, limit: int) -> AsyncIterator[bytes]:
    """The file as it comes. Raises StudyinError TOO_LARGE as soon as it is."""
    size = 0
    while True:
        async with asyncio.timeout(BODY_SECONDS):
            chunk = await part.read_chunk(CHUNK_BYTES)
        if not chunk:
            break
        size += len(chunk)
        if size > limit:
            raise _too_large(limit)
        yield bytes(chunk)


def _too_large(limit: int) -> StudyinError:
    return too_large(
        say(
            "Expected a file of at most {most}, got a larger one. Split it, or raise STUDYIN_MAX_UPLOAD_BYTES.",
            most=in_bytes(limit),
        )
    )
