"""From a running turn to one socket: what the turn has beyond the reader's place becomes frames."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import msgspec

from studyin.chat.turn import Turn
from studyin.language import current
from studyin.rest import PIECE_SECONDS, STEP, rest
from studyin.store.messages import Message, Quotation, Status
from studyin.web.errors import as_frame, stored_error
from studyin.web.render import LiveRender
from studyin.web.shapes import byline, chunk_shape, citation_shapes, draw, proposal_shape

encode = msgspec.json.encode

Send = Callable[[bytes], Awaitable[None]]

# One rendering for all readers of a turn who speak one language; gone with the turn.
_renders: WeakKeyDictionary[Turn, dict[str, LiveRender]] = WeakKeyDictionary()


@dataclass(slots=True)
class Place:
    """What a reader holds of a turn. text, thinking: characters; notices: how many; blocks: finished ones it was sent
    as HTML; rendered: characters that HTML covers; waiting: the turn's place among those that wait, as told last."""

    text: int = 0
    thinking: int = 0
    notices: int = 0
    context: bool = False
    blocks: int = 0
    rendered: int = 0
    waiting: int = 0


class Relay:
    """Brings one reader up to date with a turn until it ends.

    It waits for the socket to take each piece, so that a reader that stops reading stops only its own relay.
    html: send `render` frames. own_page: send what only our own page knows (thinking, notices).
    """

    def __init__(self, turn: Turn, send: Send, place: Place, *, html: bool, own_page: bool) -> None:
        self._turn = turn
        self._send = send
        self._place = place
        self._html = html
        self._own_page = own_page
        self._ids = {"session_id": turn.session_id, "turn_id": turn.id}
        # Only the value differs from token to token; the rest is encoded once.
        self._token_tail = b"," + encode(self._ids)[1:]

    async def run(self) -> None:
        turn, loop = self._turn, asyncio.get_running_loop()
        while turn.final is None:
            version = turn.version
            await self._bring_up_to_date()
            told = loop.time()
            await turn.changed(version)
            # The first piece is sent at once; of those after it, what comes within this time is one.
            if self._place.text or self._place.thinking:
                early = told + PIECE_SECONDS - loop.time()
                if early > STEP:
                    await rest(early)
        await self._bring_up_to_date()
        await self._send(encode(await complete_frame(turn.final, html=self._html)))

    async def _bring_up_to_date(self) -> None:
        turn, place = self._turn, self._place
        if self._own_page and place.waiting != turn.place:
            place.waiting = turn.place
            await self._send(self._frame("waiting", place=turn.place))
        if turn.quotations is not None and not place.context:
            place.context = True
            await self._send(encode(context_frame(turn.id, turn.session_id, turn.quotations)))
        if self._own_page and (place.notices < len(turn.notices) or place.thinking < len(turn.thinking)):
            await self._send_asides()
        if place.text < turn.length:
            piece = turn.text[place.text :]
            place.text += len(piece)
            await self._send(b'{"type":"token","value":' + encode(piece) + self._token_tail)
            if self._html:
                await self._send_render()

    async def _send_asides(self) -> None:
        turn, place = self._turn, self._place
        thinking = turn.thinking
        if place.thinking < len(thinking):
            value, place.thinking = thinking[place.thinking :], len(thinking)
            await self._send(self._frame("thinking", value=value, upto=place.thinking))
        while place.notices < len(turn.notices):
            notice = turn.notices[place.notices]
            place.notices += 1
            await self._send(self._frame("notice", **notice))

    async def _send_render(self) -> None:
        turn, place = self._turn, self._place
        renders = _renders.setdefault(turn, {})
        render = renders.get(current())
        if render is None:
            render = renders[current()] = LiveRender(name=turn.id, citations=len(turn.quotations or ()))
        render.update(turn.text)
        state = render.since(place.blocks)
        # Never beyond the tokens it was sent: the page cuts its plain text at this character.
        if place.rendered < state.upto <= place.text:
            place.rendered, place.blocks = state.upto, render.finished
            await self._send(self._frame("render", block=state.block, html=state.html, upto=state.upto))

    def _frame(self, kind: str, **fields: Any) -> bytes:
        return encode({"type": kind, **fields, **self._ids})


def context_frame(turn_id: str, session_id: str, quotations: Sequence[Quotation]) -> Mapping[str, Any]:
    """The passages a reply may cite; [[1]] is the first."""
    chunks = [chunk_shape(quotation) for quotation in quotations]
    return {"type": "context", "chunks": chunks, "session_id": session_id, "turn_id": turn_id}


async def complete_frame(reply: Message, *, html: bool) -> Mapping[str, Any]:
    """How a turn ended: `complete`, or `error` where it failed."""
    ids = {"session_id": reply.session_id, "turn_id": reply.id, "message_id": reply.id}
    if reply.status is Status.FAILED and reply.error is not None:
        return as_frame(stored_error(reply.error), **ids, byline=byline(reply))
    frame: dict[str, Any] = {"type": "complete", "message": reply.content, **ids, "status": reply.status}
    frame |= {"coach": reply.coach, "model": reply.model, "byline": byline(reply)}
    frame |= {"usage": reply.usage, "notices": reply.notices}
    frame["citations"] = citation_shapes(reply)
    if html:
        frame["html"] = await draw(reply)
        frame["cards"] = [proposal_shape(number, each, reply.kept) for number, each in enumerate(reply.proposals)]
    return frame
