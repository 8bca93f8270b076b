"""All sessions in one file, out and back in."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from typing import IO, TYPE_CHECKING

import msgspec
from aiohttp import hdrs, web

from studyin.errors import StudyinError
from studyin.language import say
from studyin.store.cards import NewCard, Origin
from studyin.store.imports import Outcome
from studyin.store.insights import Insight
from studyin.store.materials import Material
from studyin.store.messages import Message
from studyin.store.sessions import Session
from studyin.web.accounts import account_of
from studyin.web.bodies import BODY_SECONDS, PIECE_BYTES, SLOWEST_BYTES_A_SECOND, broken_body, too_large
from studyin.web.cards import all_cards
from studyin.web.export import FORMAT, FORMAT_VERSION, to_json_value, to_markdown
from studyin.web.file_names import safe_name
from studyin.web.keys import AUDIENCE, DECK, IMPORTS, INSIGHTS, MESSAGES, SESSIONS, SETTINGS
from studyin.web.own_cards import card_value
from studyin.web.scratch import scratch_file
from studyin.web.sessions import chosen_of
from studyin.web.shapes import session_frame, whole_shape
from studyin.web.takeout import MAX_TEXT_BYTES, taken_from

if TYPE_CHECKING:
    import zipfile

PAGE_SESSIONS = 200

_IMPORTING = web.AppKey("importing", asyncio.Lock)


def set_up(app: web.Application) -> None:
    # No HEAD: aiohttp would send the archive that is streamed after its headers, too.
    app.router.add_get("/api/sessions/export", export_all, allow_head=False)
    app.router.add_post("/api/sessions/import", import_sessions)
    app[_IMPORTING] = asyncio.Lock()


async def export_all(request: web.Request) -> web.StreamResponse:
    """A ZIP archive: sessions.json with everything, as `import` takes it, and each session to read as Markdown."""
    import zipfile  # noqa: PLC0415 - for who takes their sessions along

    with scratch_file() as file:
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
    with scratch_file() as whole:
        whole.write(b'{"format":"%s","version":%d,"sessions":[' % (FORMAT.encode(), FORMAT_VERSION))
        number = 0
        async for session, branch, messages, insights in _sessions(request):
            number += 1
            # Two sessions may have one title.
            name = f"{number:04} {safe_name(session.title, session.id[:8])}.md"
            await asyncio.to_thread(_add_markdown, archive, name, session, branch, insights)
            whole.write(b"," if number > 1 else b"")
            chosen = await chosen_of(request.app, session)
            whole.write(await asyncio.to_thread(_encode, session, messages, insights, chosen))
        whole.write(b'],"cards":')
        cards = await all_cards(request.app[DECK], account_of(request))
        whole.write(await asyncio.to_thread(msgspec.json.encode, [card_value(card) for card in cards]))
        whole.write(b"}\n")
        whole.seek(0)
        await asyncio.to_thread(_copy, archive, whole)


def _add_markdown(
    archive: zipfile.ZipFile, name: str, session: Session, branch: list[Message], insights: Sequence[Insight]
) -> None:
    archive.writestr(name, to_markdown(session, [whole_shape(message) for message in branch], insights))


def _encode(
    session: Session, messages: list[Message], insights: Sequence[Insight], chosen: Sequence[Material]
) -> bytes:
    shapes = [whole_shape(message) for message in messages]
    return msgspec.json.encode(to_json_value(session, shapes, insights, chosen))


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
    """A JSON or ZIP file as the body → 201 and {"imported", "continued", "known", "cards"}: how many sessions were new,
    how many got what they lacked, how many were here already, and how many cards were new.

    Each session is stored whole, or not at all, and once however often its file comes.
    """
    app, account_id = request.app, account_of(request)
    with scratch_file() as file:
        await _receive(request, file)
        # One file at a time is in memory: an import is nothing that anybody does twice at once.
        async with app[_IMPORTING]:
            taken = await asyncio.to_thread(taken_from, file)
            outcomes, places = Counter[Outcome](), dict[str, Origin]()
            for whole in taken.sessions:
                added = await app[IMPORTS].add(account_id, whole)
                outcomes[added.outcome] += 1
                places |= {there: Origin(added.session_id, here) for there, here in added.ids.items()}
                if added.outcome is not Outcome.KNOWN:
                    await _tell(app, account_id, added.session_id)
            cards = await app[DECK].take_in(account_id, [_placed(card, places) for card in taken.cards])
    return web.json_response(
        {
            "imported": outcomes[Outcome.NEW],
            "continued": outcomes[Outcome.CONTINUED],
            "known": outcomes[Outcome.KNOWN],
            "cards": cards,
        },
        status=201,
    )


async def _receive(request: web.Request, file: IO[bytes]) -> None:
    """The body into a file. Raises StudyinError TOO_LARGE as soon as it is, and BAD_REQUEST where it breaks off."""
    length, size, head = request.content_length, 0, b""
    # A ZIP may bring pictures along, which nobody reads: it waits on a disk.
    most_packed = max(MAX_TEXT_BYTES, request.app[SETTINGS].max_upload_bytes)
    try:
        async with asyncio.timeout(BODY_SECONDS + (length or most_packed) / SLOWEST_BYTES_A_SECOND):
            async for piece in request.content.iter_chunked(PIECE_BYTES):
                head, size = (head + piece)[:2], size + len(piece)
                most = most_packed if head == b"PK" else MAX_TEXT_BYTES
                if max(size, length or 0) > most:
                    raise _too_large(most)
                await asyncio.to_thread(file.write, piece)
    except (TimeoutError, web.RequestPayloadError):
        raise broken_body() from None


async def _tell(app: web.Application, account_id: str, session_id: str) -> None:
    """Every page of the account follows, also one that shows the session."""
    session = await app[SESSIONS].get(account_id, session_id)
    frame = session_frame(session)
    app[AUDIENCE].tell(account_id, session_id, frame)
    app[AUDIENCE].tell(account_id, f"{session_id} branch", {**frame, "leaf_id": session.leaf_id})


def _placed(card: NewCard, places: Mapping[str, Origin]) -> NewCard:
    """The card with the message it came from as it is called here; without one where that did not come along."""
    if card.origin is None:
        return card
    place = places.get(card.origin.message_id)
    return replace(card, origin=place and replace(place, proposal=card.origin.proposal))


def _too_large(most_bytes: int) -> StudyinError:
    return too_large(
        say("Expected a file of at most {most} MB. Split it, and import the parts.", most=most_bytes // 2**20)
    )
