"""Files with sessions as they were taken along: what Studyin exports, and ChatGPT's conversations; in a ZIP or not."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Any

import msgspec

from studyin.errors import Code, StudyinError
from studyin.language import phrase, say
from studyin.store.cards import NewCard
from studyin.store.imports import Whole
from studyin.store.messages import Message, Status
from studyin.text import storable
from studyin.web.export import FORMAT
from studyin.web.own_cards import OurCard, from_our_card
from studyin.web.own_sessions import OurSession, from_ours
from studyin.web.sound import ROLES, ms_of, short, time_of, too_many, unreadable, whole

# A text of so many bytes is looked through in a twentieth of a second, in which nobody's tokens go on; after that it is
# read session by session.
MAX_TEXT_BYTES = 64 * 2**20
# Values of one text, told by its commas before any is read: each becomes an object, so that nothing but zeros would be
# gigabytes, and half a minute. Conversations have one comma in some forty bytes.
MAX_VALUES = 4_000_000
MAX_SESSIONS = 5_000
MAX_CARDS = 20_000
# A reply in pieces has the pieces before it too: a long row of them would grow with the square of its length.
MAX_CHARS = 50_000_000  # of one session
TOO_MANY_CHARS = phrase("Expected at most {most} characters in one session, got {count}.")


class _Author(msgspec.Struct):
    role: str = ""


class _Content(msgspec.Struct):
    parts: list[Any] | None = None
    text: str | None = None


class _ChatMessage(msgspec.Struct):
    author: _Author
    content: _Content
    create_time: float | None = None
    metadata: dict[str, Any] | None = None


class _Node(msgspec.Struct):
    message: _ChatMessage | None = None
    parent: str | None = None
    children: list[str] = []


class _Conversation(msgspec.Struct):
    mapping: dict[str, _Node]
    title: str | None = None
    create_time: float | None = None
    update_time: float | None = None
    current_node: str | None = None


class _Takeout(msgspec.Struct):
    sessions: list[msgspec.Raw]
    cards: list[OurCard] = []


@dataclass(slots=True)
class Taken:
    """What a file holds. The origin of a card, where it has one, names a message as `sessions` do."""

    sessions: list[Whole] = field(default_factory=list)
    cards: list[NewCard] = field(default_factory=list)


def taken_from(file: IO[bytes]) -> Taken:
    """What a file holds, a JSON text or a ZIP archive with some. Slow for a large one: not for the event loop.

    Raises StudyinError BAD_REQUEST, TOO_LARGE, or EMPTY where there is nothing in it.
    """
    from studyin.web.parcel import is_parcel, texts_in  # noqa: PLC0415 - for who brings sessions along

    taken = Taken()
    try:
        for text in texts_in(file, MAX_TEXT_BYTES) if is_parcel(file) else (file.read(),):
            _read(text, taken)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise unreadable() from error
    if not taken.sessions and not taken.cards:
        raise StudyinError(Code.EMPTY, say("Expected at least one session in the file, got none."))
    return taken


def _read(data: bytes, taken: Taken) -> None:
    if (count := data.count(b",")) > MAX_VALUES:
        raise too_many(
            phrase("Expected at most {most} values in one file, got {count}. Split it, and import the parts."),
            MAX_VALUES,
            count,
        )
    data = data.removeprefix(codecs.BOM_UTF8)
    start = data.lstrip()[:1]
    if start == b"[":
        conversations = msgspec.json.decode(data, type=list[msgspec.Raw])
        _bound(taken, len(conversations))
        taken.sessions += map(_conversation, conversations)
        return
    if start != b"{":
        raise unreadable()
    kind = msgspec.json.decode(data, type=dict[str, msgspec.Raw])
    if "mapping" in kind:
        taken.sessions.append(_conversation(data))
    elif "sessions" in kind:
        told = msgspec.json.decode(data, type=_Takeout)
        _bound(taken, len(told.sessions), len(told.cards))
        taken.sessions += (from_ours(msgspec.json.decode(each, type=OurSession)) for each in told.sessions)
        taken.cards += _cards(told.cards)
    elif bytes(kind.get("format", msgspec.Raw(b""))) == msgspec.json.encode(FORMAT):
        taken.sessions.append(from_ours(msgspec.json.decode(data, type=OurSession)))
    else:
        raise unreadable()


def _bound(taken: Taken, sessions: int, cards: int = 0) -> None:
    if (count := len(taken.sessions) + sessions) > MAX_SESSIONS:
        raise too_many(phrase("Expected at most {most} sessions in one file, got {count}."), MAX_SESSIONS, count)
    if (count := len(taken.cards) + cards) > MAX_CARDS:
        raise too_many(phrase("Expected at most {most} cards in one file, got {count}."), MAX_CARDS, count)


def _cards(told: list[OurCard]) -> Iterator[NewCard]:
    return (card for each in told if (card := from_our_card(each)) is not None)


def _conversation(data: bytes | msgspec.Raw) -> Whole:
    return _from_chatgpt(msgspec.json.decode(data, type=_Conversation))


def _from_chatgpt(conversation: _Conversation) -> Whole:
    """A conversation's tree, without what its reader never saw.

    ChatGPT answers in several messages where it used a tool: one after another, they are one reply here. A message that
    others of the same role go on from is part of each of those.
    """
    nodes = conversation.mapping
    kept: dict[str, Message] = {}
    continued: set[str] = set()  # kept, and gone on with by the same role alone
    size = 0
    heirs: dict[str, str] = {}  # by node: the kept message that it is, or that it stands below
    waiting = [(name, "") for name, node in reversed(nodes.items()) if node.parent not in nodes]
    while waiting:
        name, above = waiting.pop()
        if name in heirs:
            continue
        node = nodes[name]
        text = _text(node.message)
        heirs[name] = above
        if node.message is not None and text:
            parent = kept.get(above)
            goes_on = parent is not None and parent.role == node.message.author.role
            if parent is not None and goes_on:
                continued.add(above)
                text = f"{parent.content}\n\n{text}"
            size += len(text)
            if size > MAX_CHARS:
                raise too_many(TOO_MANY_CHARS, MAX_CHARS, size)
            kept[name] = Message(
                id=name,
                session_id="",
                parent_id=parent.parent_id if parent is not None and goes_on else above or None,
                role=node.message.author.role,
                status=Status.COMPLETE,
                content=text,
                created_at=time_of(ms_of(node.message.create_time)),
                model=short((node.message.metadata or {}).get("model_slug")),
            )
            heirs[name] = name
        waiting.extend((child, heirs[name]) for child in reversed(node.children) if child in nodes)
    parents = {message.parent_id for message in kept.values()}
    messages = [message for name, message in kept.items() if name not in continued or name in parents]
    leaf_id = heirs.get(conversation.current_node or "")
    times = ms_of(conversation.create_time), ms_of(conversation.update_time or conversation.create_time)
    return whole(conversation.title or "", *times, leaf_id, messages)


def _text(message: _ChatMessage | None) -> str:
    """What a reader saw of a message; nothing of instructions, tools and what was hidden."""
    if message is None or message.author.role not in ROLES:
        return ""
    if (message.metadata or {}).get("is_visually_hidden_from_user"):
        return ""
    parts = [part for part in message.content.parts or () if isinstance(part, str)]
    return storable("\n\n".join(part for part in parts if part.strip())).strip()
