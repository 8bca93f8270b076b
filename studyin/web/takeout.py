"""Files with sessions as they were taken along: what Studyin exports, and ChatGPT's conversations.json."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from studyin.errors import Code, StudyinError
from studyin.language import phrase, say
from studyin.store.imports import Whole
from studyin.store.messages import Message, Status
from studyin.text import storable
from studyin.web.export import FORMAT
from studyin.web.own_sessions import OurSession, from_ours
from studyin.web.sound import ROLES, ms_of, short, time_of, too_many, unreadable, whole

MAX_SESSIONS = 5_000
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
    sessions: list[OurSession]


def sessions_in(data: bytes) -> list[Whole]:
    """The sessions in a file. Slow for a large one: not for the event loop. Raises StudyinError BAD_REQUEST."""
    try:
        found = list(_read(data))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise unreadable() from error
    if not found:
        raise StudyinError(Code.EMPTY, say("Expected at least one session in the file, got none."))
    if len(found) > MAX_SESSIONS:
        raise too_many(phrase("Expected at most {most} sessions in one file, got {count}."), MAX_SESSIONS, len(found))
    return found


def _read(data: bytes) -> Iterator[Whole]:
    start = data.lstrip()[:1]
    if start == b"[":
        yield from map(_from_chatgpt, msgspec.json.decode(data, type=list[_Conversation]))
        return
    if start != b"{":
        raise unreadable()
    kind = msgspec.json.decode(data, type=dict[str, msgspec.Raw])
    if "mapping" in kind:
        yield _from_chatgpt(msgspec.json.decode(data, type=_Conversation))
    elif "sessions" in kind:
        yield from map(from_ours, msgspec.json.decode(data, type=_Takeout).sessions)
    elif bytes(kind.get("format", msgspec.Raw(b""))) == msgspec.json.encode(FORMAT):
        yield from_ours(msgspec.json.decode(data, type=OurSession))
    else:
        raise unreadable()


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
