"""Studyin's own files with sessions, as studyin.web.export writes them, on their way back in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import msgspec

from studyin.coach.base import Controls
from studyin.errors import Code, StudyinError
from studyin.language import say
from studyin.store.imports import Excerpt, Whole
from studyin.store.materials import Passage
from studyin.store.messages import Citation, Message, Quotation, Status
from studyin.store.proposals import Proposal, Source
from studyin.store.sessions import MAX_CHOSEN
from studyin.text import storable
from studyin.web.export import FORMAT_VERSION
from studyin.web.sound import ROLES, short, time_of, unreadable, whole

MAX_SIDE_CHARS = 4_000  # of a card, and of an insight
MAX_INSIGHTS = 5_000  # of one session
MAX_PARTS = 1_000  # of one reply: citations, notices, cards
MAX_NUMBER = 1_000

_SHA256 = re.compile("[0-9a-f]{64}")
_STATUSES = {status.value for status in Status}


class _Chunk(msgspec.Struct):
    content: str
    filename: str = ""
    id: str = ""
    distance: float = 0.0
    metadata: dict[str, Any] = {}


class _Citation(msgspec.Struct):
    number: int
    supported: bool | None = None


class OurProposal(msgspec.Struct):
    front: str
    back: str
    form: str = "explain"
    quotation: str = ""
    source: dict[str, Any] | None = None


class _Insight(msgspec.Struct):
    message_id: str
    content: str
    created_at: int = 0


class _OurMessage(msgspec.Struct):
    id: str
    role: str
    content: str
    parent_id: str | None = None
    status: str = Status.COMPLETE.value
    created_at: int = 0
    thinking: str | None = None
    coach: str | None = None
    model: str | None = None
    error: dict[str, Any] | None = None
    controls: dict[str, Any] = {}
    context: list[_Chunk] = []
    usage: dict[str, Any] | None = None
    notices: list[dict[str, Any]] = []
    citations: list[_Citation] = []
    cards: list[OurProposal] = []


class _OurHead(msgspec.Struct):
    title: str = ""
    created_at: int = 0
    updated_at: int = 0
    leaf_id: str | None = None
    pinned: bool = False
    controls: dict[str, Any] = {}


class _Material(msgspec.Struct):
    sha256: str


class OurSession(msgspec.Struct):
    session: _OurHead
    messages: list[_OurMessage]
    insights: list[_Insight] = []
    materials: list[_Material] = []
    version: int = FORMAT_VERSION


def from_ours(taken: OurSession) -> Whole:
    if taken.version > FORMAT_VERSION:
        raise StudyinError(
            Code.BAD_REQUEST,
            say(
                "Expected version {known} of the sessions' format, got {version}; install a newer Studyin.",
                known=FORMAT_VERSION,
                version=taken.version,
            ),
        )
    messages: list[Message] = []
    known: set[str] = set()
    for each in taken.messages:
        if each.role not in ROLES or each.status not in _STATUSES or each.id in known:
            raise unreadable()
        # What does not name a message before it stands at the beginning.
        parent_id = each.parent_id if each.parent_id in known else None
        known.add(each.id)
        # What was running when it was exported has no end here.
        status = Status.INTERRUPTED if each.status == Status.STREAMING else Status(each.status)
        messages.append(
            Message(
                id=each.id,
                session_id="",
                parent_id=parent_id,
                role=each.role,
                status=status,
                content=storable(each.content),
                created_at=time_of(each.created_at),
                thinking=storable(each.thinking or ""),
                coach=short(each.coach),
                model=short(each.model),
                error=_error(each.error) if status is Status.FAILED else None,
                controls=_controls(each.controls),
                usage=_usage(each.usage),
                notices=tuple(_notices(each.notices)),
                citations=tuple(
                    Citation(one.number, one.supported)
                    for one in each.citations[:MAX_PARTS]
                    if 0 < one.number <= MAX_NUMBER
                ),
                proposals=tuple(map(proposal_of, each.cards[:MAX_PARTS])),
                quotations=tuple(_quotation(number, chunk) for number, chunk in enumerate(each.context, start=1)),
            )
        )
    head = taken.session
    found = whole(head.title, head.created_at, head.updated_at, head.leaf_id, messages)
    excerpts = tuple(
        Excerpt(each.message_id, text, time_of(each.created_at))
        for each in taken.insights[:MAX_INSIGHTS]
        if each.message_id in known and (text := _side(each.content))
    )
    files = tuple({each.sha256: None for each in taken.materials[:MAX_CHOSEN] if _SHA256.fullmatch(each.sha256)})
    return replace(found, pinned=head.pinned, controls=_controls(head.controls), insights=excerpts, files=files)


def _controls(told: Mapping[str, Any]) -> Mapping[str, Any]:
    """How it was asked to be taught, as it is stored; nothing where the file has it otherwise."""
    level = told.get("level", told.get("user_level"))
    try:
        return Controls.of({**told, "level": min(5, max(1, int(level or 0)))}).plain() if level is not None else {}
    except (KeyError, ValueError, TypeError):
        return {}


def _usage(told: Mapping[str, Any] | None) -> Mapping[str, int] | None:
    names = ("prompt_tokens", "completion_tokens", "total_tokens")
    found = {name: value for name in names if isinstance(value := (told or {}).get(name), int) and 0 <= value < 2**31}
    return found or None


def _notices(told: list[dict[str, Any]]) -> Iterator[Mapping[str, str]]:
    for each in told[:MAX_PARTS]:
        code, message = short(each.get("code")), _side(str(each.get("message") or ""))
        if code and message:
            yield {"code": code, "message": message}


def proposal_of(card: OurProposal) -> Proposal:
    place = card.source or {}
    source = None
    if place.get("filename"):
        page, position = place.get("page"), place.get("position")
        source = Source(
            material_id=short(place.get("material_id")) or "",
            position=position if isinstance(position, int) and 0 <= position < 2**31 else 0,
            filename=short(place.get("filename")) or "",
            heading=short(place.get("heading")) or "",
            page=page if isinstance(page, int) and 0 <= page < 2**31 else None,
        )
    form = card.form if card.form in ("gap", "list", "explain") else "explain"
    return Proposal(form, _side(card.front), _side(card.back), _side(card.quotation), source)


def _side(text: str) -> str:
    return storable(text)[:MAX_SIDE_CHARS].strip()


def _quotation(number: int, chunk: _Chunk) -> Quotation:
    place = chunk.metadata
    page, position = place.get("page"), place.get("position")
    passage = Passage(
        id=storable(chunk.id),
        material_id=storable(str(place.get("material_id") or "")),
        filename=storable(chunk.filename),
        position=position if isinstance(position, int) and 0 <= position < 2**31 else 0,
        content=storable(chunk.content),
        heading=storable(str(place.get("heading") or "")),
        page=page if isinstance(page, int) and 0 <= page < 2**31 else None,
    )
    return Quotation(number, passage, min(1.0, max(0.0, 1 - chunk.distance)))


def _error(error: Mapping[str, Any] | None) -> Mapping[str, Any]:
    told = error or {}
    words = storable(str(told.get("message") or say("The answer failed.")))[:1_000]
    return {"code": Code.SERVER_ERROR, "message": words, "retryable": bool(told.get("retryable"))}
