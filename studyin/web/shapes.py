"""What a session, a message, a passage and a material look like to a browser: in JSON, in frames and in templates."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from studyin.chat.turn import Turn
from studyin.coach.base import Controls, Profile
from studyin.language import current, phrase, say
from studyin.store.materials import Material
from studyin.store.messages import Message, Quotation
from studyin.store.proposals import Proposal
from studyin.store.session_search import Hit
from studyin.store.sessions import Session
from studyin.web.markdown import text_to_html, to_html

# The base protocol's bound on what a chunk of context carries.
MAX_CHUNK_CHARS = 1_200

# A reply of usual length is drawn in a millisecond; one longer than this could hold up everybody's tokens.
LONG_CHARS = 20_000
# As the page's controls name them.
_MODES = {Profile.FAST: phrase("Fast"), Profile.STUDY: phrase("Study"), Profile.DEEP: phrase("Deep")}


@lru_cache(maxsize=256)
def _drawn_in(_language: str, name: str, markdown: str, citations: int, unsupported: frozenset[tuple[int, int]]) -> str:
    return to_html(markdown, name=name, citations=citations, unsupported=unsupported)


def _drawn(
    markdown: str, *, name: str = "", citations: int = 0, unsupported: frozenset[tuple[int, int]] = frozenset()
) -> str:
    """A session is drawn again at each visit, and its replies never change, but for the names of their parts."""
    return _drawn_in(current(), name, markdown, citations, unsupported)


def session_shape(session: Session, hit: Hit | None = None) -> dict[str, Any]:
    shape: dict[str, Any] = {
        "id": session.id,
        "title": session.title,
        "pinned": session.pinned,
        "created_at": session.created_at,
        "updated_at": session.updated_at,
        "controls": controls_shape(session.controls),
        "material_ids": session.material_ids,
    }
    if hit is not None:
        shape["hit"] = {"message_id": hit.message_id, "parts": hit.parts}
    return shape


def session_frame(session: Session, *, deleted: bool = False) -> dict[str, Any]:
    """The `session` frame, by which the sidebar of every tab follows."""
    frame: dict[str, Any] = {
        "type": "session",
        "session_id": session.id,
        "title": session.title,
        "pinned": session.pinned,
        "updated_at": session.updated_at,
        "controls": controls_shape(session.controls),
        "material_ids": session.material_ids,
    }
    if deleted:
        frame["deleted"] = True
    return frame


def controls_shape(stored: Mapping[str, Any]) -> dict[str, Any]:
    """How to be taught, under the names that a `user_message` has for it."""
    controls = Controls.of(stored)
    return {
        "profile": controls.profile,
        "user_level": controls.level,
        "verbosity": controls.verbosity,
        "effort": controls.effort,
    }


def byline(message: Message) -> str:
    """Which coach made a reply, and in which mode; empty while nobody has."""
    if message.coach is None:
        return ""
    notes = message.coach == "notes"
    coach = say("Study coach · from your notes") if notes else message.model or say("Your model server")
    return f"{coach} · {say(_MODES[Controls.of(message.controls).profile])}"


async def draw(reply: Message) -> str:
    """A reply's safe HTML, without keeping others waiting."""
    markdown, citations, unsupported = reply.content, len(reply.quotations), _unsupported(reply)
    if len(markdown) > LONG_CHARS:
        return await asyncio.to_thread(to_html, markdown, name=reply.id, citations=citations, unsupported=unsupported)
    html = _drawn(markdown, name=reply.id, citations=citations, unsupported=unsupported)
    await asyncio.sleep(0)
    return html


def _unsupported(reply: Message) -> frozenset[tuple[int, int]]:
    """Which citations don't stand in their passages: (number, how many of it came before)."""
    seen = Counter[int]()
    found = set()
    for citation in reply.citations:
        if citation.supported is False:
            found.add((citation.number, seen[citation.number]))
        seen[citation.number] += 1
    return frozenset(found)


def citation_shapes(reply: Message) -> list[dict[str, Any]]:
    """What became of checking a reply's citations, by number and then in reading order."""
    return [{"number": each.number, "supported": each.supported} for each in reply.citations]


async def message_shapes(messages: Iterable[Message], turn: Turn | None = None) -> list[dict[str, Any]]:
    """Messages as below; turn: the running one of their session."""
    return [await message_shape(message, turn) for message in messages]


async def message_shape(message: Message, turn: Turn | None = None) -> dict[str, Any]:
    """A message with its HTML. turn: where it is a reply that is running now, for what it says so far."""
    if turn is not None and turn.id == message.id:
        message = replace(
            message,
            content=turn.text,
            thinking=turn.thinking,
            quotations=turn.quotations or (),
            notices=tuple(turn.notices),
        )
    html = await draw(message) if message.role == "assistant" else text_to_html(message.content)
    cards = [proposal_shape(number, each, message.kept) for number, each in enumerate(message.proposals)]
    return {**_plain_shape(message), "html": html, "cards": cards}


def whole_shape(message: Message) -> dict[str, Any]:
    """A message as it is taken along: without HTML, with all of the cards that it proposes. kept: made a card of."""
    cards = [{**each.shape(), "kept": number in message.kept} for number, each in enumerate(message.proposals)]
    return {**_plain_shape(message), "cards": cards}


def _plain_shape(message: Message) -> dict[str, Any]:
    is_reply = message.role == "assistant"
    return {
        "id": message.id,
        "session_id": message.session_id,
        "parent_id": message.parent_id,
        "role": message.role,
        "status": message.status,
        "content": message.content,
        "thinking": message.thinking,
        "created_at": message.created_at,
        "client_id": message.client_id,
        "turn_id": message.id if is_reply else None,
        "controls": message.controls,
        "coach": message.coach,
        "model": message.model,
        "byline": byline(message),
        "usage": message.usage,
        "error": message.error,
        "notices": message.notices,
        "citations": citation_shapes(message),
        "context": [chunk_shape(quotation) for quotation in message.quotations],
    }


def proposal_shape(number: int, proposal: Proposal, kept: Mapping[int, str]) -> dict[str, Any]:
    """A card that a reply proposes. number: what it is kept by; card_id: of the card that was made of it, or null."""
    return {
        "number": number,
        "form": proposal.form,
        "front": proposal.front,
        "back": proposal.back,
        "html": _drawn(proposal.front),
        "card_id": kept.get(number),
    }


def chunk_shape(quotation: Quotation) -> dict[str, Any]:
    """A passage as `context` frames carry it. distance: 0 where it has every term of the question, 1 where none."""
    passage = quotation.passage
    return {
        "id": passage.id,
        "filename": passage.filename,
        "chunk_index": passage.position,
        "content": passage.content[:MAX_CHUNK_CHARS],
        "distance": round(1 - quotation.coverage, 4),
        "metadata": {
            "number": quotation.number,
            "material_id": passage.material_id,
            "position": passage.position,
            "page": passage.page,
            "heading": passage.heading,
        },
    }


def material_shape(material: Material) -> dict[str, Any]:
    return {
        "id": material.id,
        "filename": material.filename,
        "title": material.title,
        "status": material.status,
        "error": material.error,
        "notice": material.notice,
        "pages": material.pages,
        "pages_read": material.pages_read,
        "passages": material.passages,
        "bytes": material.bytes,
        "created_at": material.created_at,
    }


def turn_shape(turn: Turn, upto: int) -> dict[str, Any]:
    """The running turn in an `opened` frame; its text follows from character `upto` on."""
    return {"turn_id": turn.id, "message_id": turn.id, "parent_id": turn.question.id, "upto": upto}
