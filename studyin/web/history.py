"""What a page shows of a session: the end of the branch that is looked at, as much of it as a first visit can carry.

A first visit may weigh 60 KB in all, and what is said in a session has no bound. So a page begins with as many of the
last messages as leave it below that, and what was said earlier comes on the way up; pieces that are fetched later, and
the copies that a browser keeps for when there is no server, have as many as anyone reads in one go.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

from aiohttp import web

from studyin.chat.turn import Turn
from studyin.store.messages import Message
from studyin.store.sessions import Session
from studyin.web.accounts import account_of
from studyin.web.keys import ENGINE, MESSAGES
from studyin.web.sessions import limit_of
from studyin.web.shapes import message_shape
from studyin.web.templates import draw

# At most, in a page and in a piece.
SHOWN_MESSAGES = 200
# What a page may weigh, compressed: scripts and sheets, with the head lines of all answers, leave as much of 60 KB.
# tests/browser/test_look.py holds the sum.
PAGE_BYTES = 11_200
# What is said has so much of it, however much stands beside it.
SPOKEN_BYTES = 4_000


class History(NamedTuple):
    """messages: drawn. older: the first of them, where others lead to it. running: the turn that is growing."""

    messages: Sequence[str]
    older: str | None
    running: Turn | None


async def history(request: web.Request, session: Session, *, page: str | None = None) -> History:
    """The end of the branch that is shown; with `?branch=` of the one through that message, and at least from there on;
    with `?before=` what leads to that message, at most `?limit=`.

    page: what stands around it, where its weight counts.
    """
    store, account_id, query = request.app[MESSAGES], account_of(request), request.query
    turn = request.app[ENGINE].running(account_id, session.id)
    through = query.get("branch")
    if "before" in query:
        limit = limit_of(request, SHOWN_MESSAGES)
        messages = await store.before(account_id, session.id, query["before"], limit=limit)
    else:
        leaf_id = await store.leaf_through(account_id, session.id, through) if through else session.leaf_id
        messages = await store.branch(account_id, leaf_id, limit=SHOWN_MESSAGES)
    scales = Scales(page) if page is not None and "before" not in query else None
    siblings = await store.siblings(account_id, session.id)
    is_wanted = through in [message.id for message in messages]

    shown: list[list[str]] = []
    first: Message | None = None
    for exchange in _exchanges(messages):
        drawn = [await _drawn(request, message, turn, siblings) for message in exchange]
        # The last of them is there, whatever it weighs, and so is what somebody came for.
        if scales is not None and not scales.have_room_for("".join(drawn)) and shown and not is_wanted:
            break
        shown.append(drawn)
        first = exchange[0]
        is_wanted = is_wanted and through not in [message.id for message in exchange]
    older = first.id if first is not None and first.parent_id else None
    return History(list(chain.from_iterable(reversed(shown))), older, turn)


def _exchanges(messages: Sequence[Message]) -> Iterator[Sequence[Message]]:
    """A question with what was answered, the last one first."""
    end = len(messages)
    for index in reversed(range(len(messages))):
        if messages[index].role == "user" or index == 0:
            yield messages[index:end]
            end = index


async def _drawn(
    request: web.Request, message: Message, turn: Turn | None, siblings: Mapping[str, Sequence[str]]
) -> str:
    context = {"message": await message_shape(message, turn), "siblings": siblings}
    return draw("_message.html", request, context)


class Scales:
    """Weigh a page as gzip will: what it has said before weighs next to nothing."""

    def __init__(self, page: str) -> None:
        self._packer = zlib.compressobj(wbits=zlib.MAX_WBITS | 16)
        self._written = len(self._packer.compress(page.encode()))
        self._room = max(PAGE_BYTES, self._weight() + SPOKEN_BYTES)

    def have_room_for(self, piece: str) -> bool:
        self._written += len(self._packer.compress(piece.encode()))
        return self._weight() <= self._room

    def _weight(self) -> int:
        return self._written + len(self._packer.copy().flush())
