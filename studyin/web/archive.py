"""All sessions in one file, out and back in."""

from __future__ import annotations

import asyncio
import re
import tempfile
import zipfile
from collections.abc import AsyncIterator, Sequence
from typing import IO

import msgspec
from aiohttp import hdrs, web

from studyin.errors import Code, StudyinError
from studyin.language import say
from studyin.store.insights import Insight
from studyin.store.messages import Message
from studyin.store.sessions import Session
from studyin.web.accounts import account_of
from studyin.web.export import FORMAT, FORMAT_VERSION, to_json_value, to_markdown
from studyin.web.keys import AUDIENCE, IMPORTS, INSIGHTS, MESSAGES, SESSIONS
from studyin.web.sessions import BODY_SECONDS, SLOWEST_BYTES_A_SECOND, broken_body
from studyin.web.shapes import session_frame, whole_shape
from studyin.web.takeout import sessions_in

# What is decoded holds everybody's tokens up for as long: about a tenth of a second for so much.
MAX_IMPORT_BYTES = 32 * 1024 * 1024
# An archive up to this size is made in memory, a larger one on disk.
MEMORY_BYTES = 4 * 1024 * 1024
PIECE_BYTES = 64 * 1024
PAGE_SESSIONS = 200


def set_up(app: web.Application) -> None:
    # No HEAD: aiohttp would send the archive that is streamed after its headers, too.
    app.router.add_get("/api/sessions/export", export_all, allow_head=False)
    app.router.add_post("/api/sessions/import", import_sessions)


async def export_all(request: web.Request) -> web.StreamResponse:
    """A ZIP archive: sessions.json with everything, as `import` takes it, and each session to read as Markdown."""
    with tempfile.SpooledTemporaryFile(MEMORY_BYTES) as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            await _fill(archive, request)
        size = file.tell()
        file.seek(0)
        response = web.StreamResponse(
            headers={
                hdrs.CONTENT_TYPE: "application/zip",
                hdrs.CONTENT_LENGTH: str(size),
                hdrs.CONTENT_DISPOSITION: 'attachment; filename="studyin-sessions.zip"',
            }
        )
        await response.prepare(request)
        while piece := await asyncio.to_thread(file.read, PIECE_BYTES):
            await response.write(piece)
        await response.write_eof()
        return response


async def _fill(archive: zipfile.ZipFile, request: web.Request) -> None:
    # What is in memory is one session, however many there are. An archive takes one file at a time, so the one with all
    # is collected beside it.
    with tempfile.SpooledTemporaryFile(MEMORY_BYTES) as whole:
        whole.write(b'{"format":"%s","version":%d,"sessions":[' % (FORMAT.encode(), FORMAT_VERSION))
        number = 0
        async for session, branch, messages, insights in _sessions(request):
            number += 1
            name = f"{number:04} {_file_name(session)}.md"
            await asyncio.to_thread(_add_markdown, archive, name, session, branch, insights)
            whole.write(b"," if number > 1 else b"")
            whole.write(await asyncio.to_thread(_encode, session, messages, insights))
        whole.write(b"]}\n")
        whole.seek(0)
        await asyncio.to_thread(_copy, archive, whole)


def _file_name(session: Session) -> str:
    return re.sub(r"\W+", " ", session.title).strip()[:60].strip() or session.id[:8]


def _add_markdown(
    archive: zipfile.ZipFile, name: str, session: Session, branch: list[Message], insights: Sequence[Insight]
) -> None:
    archive.writestr(name, to_markdown(session, [whole_shape(message) for message in branch], insights))


def _encode(session: Session, messages: list[Message], insights: Sequence[Insight]) -> bytes:
    return msgspec.json.encode(to_json_value(session, [whole_shape(message) for message in messages], insights))


def _copy(archive: zipfile.ZipFile, whole: IO[bytes]) -> None:
    with archive.open("sessions.json", "w", force_zip64=True) as entry:
        while piece := whole.read(PIECE_BYTES):
            entry.write(piece)


async def _sessions(
    request: web.Request,
) -> AsyncIterator[tuple[Session, list[Message], list[Message], Sequence[Insight]]]:
    """Each session with its shown branch, with all its messages, and with its insights."""
    app, account_id = request.app, account_of(request)
    before: str | None = None
    while True:
        listed = await app[SESSIONS].list(account_id, before=before, limit=PAGE_SESSIONS)
        for session, _ in listed.sessions:
            branch = await app[MESSAGES].branch(account_id, session.leaf_id, limit=1_000_000)
            messages, _ = await app[MESSAGES].page(account_id, session.id, limit=1_000_000)
            yield session, branch, messages, await app[INSIGHTS].of_session(account_id, session.id)
        before = listed.next
        if before is None:
            return


async def import_sessions(request: web.Request) -> web.Response:
    """A JSON file as the body → 201 and {"imported": how many}. Each session is stored whole, or not at all."""
    if (request.content_length or 0) > MAX_IMPORT_BYTES:
        raise _too_large()
    data = bytearray()
    try:
        async with asyncio.timeout(
            BODY_SECONDS + (request.content_length or MAX_IMPORT_BYTES) / SLOWEST_BYTES_A_SECOND
        ):
            async for piece in request.content.iter_chunked(PIECE_BYTES):
                data += piece
                if len(data) > MAX_IMPORT_BYTES:
                    raise _too_large()
    except (TimeoutError, web.RequestPayloadError):
        raise broken_body() from None
    account_id = account_of(request)
    found = await asyncio.to_thread(sessions_in, bytes(data))
    for whole in found:
        session = await request.app[IMPORTS].add(account_id, whole)
        request.app[AUDIENCE].tell(account_id, session.id, session_frame(session))
    return web.json_response({"imported": len(found)}, status=201)


def _too_large() -> StudyinError:
    most = MAX_IMPORT_BYTES // 2**20
    return StudyinError(
        Code.TOO_LARGE,
        say("Expected a file of at most {most} MB. Split it, and import the parts.", most=most),
        status=413,
    )
