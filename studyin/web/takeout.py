"""Files with sessions as they were taken along: what Studyin exports, and ChatGPT's conversations.json."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from studyin.errors import Code, StudyinError
from studyin.language import in_figures, phrase, say
from studyin.store.imports import Whole
from studyin.store.materials import Passage
from studyin.store.messages import Message, Quotation, Status
from studyin.text import storable
from studyin.web.export import FORMAT, FORMAT_VERSION

MAX_SESSIONS = 5_000
MAX_MESSAGES = 20_000  # of one session
# A reply in pieces has the pieces before it too: a long row of them would grow with the square of its length.
MAX_CHARS = 50_000_000  # of one session
TOO_MANY_CHARS = phrase("Expected at most {most} characters in one session, got {count}.")
MAX_TITLE_CHARS = 200
# Until then SQLite and browsers can tell the day; a file may say anything.
MAX_TIME_MS = 253_402_300_799_000

_ROLES = ("user", "assistant")
_STATUSES = {status.value for status in Status}


class _Chunk(msgspec.Struct):
    content: str
    filename: str = ""
    id: str = ""
    distance: float = 0.0
    metadata: dict[str, Any] = {}


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


class _OurHead(msgspec.Struct):
    title: str = ""
    created_at: int = 0
    updated_at: int = 0
    leaf_id: str | None = None


class _OurSession(msgspec.Struct):
    session: _OurHead
    messages: list[_OurMessage]
    version: int = FORMAT_VERSION


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
    sessions: list[_OurSession]


def sessions_in(data: bytes) -> list[Whole]:
    """The sessions in a file. Slow for a large one: not for the event loop. Raises StudyinError BAD_REQUEST."""
    try:
        found = list(_read(data))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise _unreadable() from error
    if not found:
        raise StudyinError(Code.EMPTY, say("Expected at least one session in the file, got none."))
    if len(found) > MAX_SESSIONS:
        raise _too_many(phrase("Expected at most {most} sessions in one file, got {count}."), MAX_SESSIONS, len(found))
    return found


def _read(data: bytes) -> Iterator[Whole]:
    start = data.lstrip()[:1]
    if start == b"[":
        yield from map(_from_chatgpt, msgspec.json.decode(data, type=list[_Conversation]))
        return
    if start != b"{":
        raise _unreadable()
    kind = msgspec.json.decode(data, type=dict[str, msgspec.Raw])
    if "mapping" in kind:
        yield _from_chatgpt(msgspec.json.decode(data, type=_Conversation))
    elif "sessions" in kind:
        yield from map(_from_ours, msgspec.json.decode(data, type=_Takeout).sessions)
    elif bytes(kind.get("format", msgspec.Raw(b""))) == msgspec.json.encode(FORMAT):
        yield _from_ours(msgspec.json.decode(data, type=_OurSession))
    else:
        raise _unreadable()


def _from_ours(taken: _OurSession) -> Whole:
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
        if each.role not in _ROLES or each.status not in _STATUSES or each.id in known:
            raise _unreadable()
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
                created_at=_time(each.created_at),
                thinking=storable(each.thinking or ""),
                coach=_short(each.coach),
                model=_short(each.model),
                error=_error(each.error) if status is Status.FAILED else None,
                quotations=tuple(_quotation(number, chunk) for number, chunk in enumerate(each.context, start=1)),
            )
        )
    head = taken.session
    return _whole(head.title, head.created_at, head.updated_at, head.leaf_id, messages)


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
                raise _too_many(TOO_MANY_CHARS, MAX_CHARS, size)
            kept[name] = Message(
                id=name,
                session_id="",
                parent_id=parent.parent_id if parent is not None and goes_on else above or None,
                role=node.message.author.role,
                status=Status.COMPLETE,
                content=text,
                created_at=_time(_ms(node.message.create_time)),
                model=_short((node.message.metadata or {}).get("model_slug")),
            )
            heirs[name] = name
        waiting.extend((child, heirs[name]) for child in reversed(node.children) if child in nodes)
    parents = {message.parent_id for message in kept.values()}
    messages = [message for name, message in kept.items() if name not in continued or name in parents]
    leaf_id = heirs.get(conversation.current_node or "")
    times = _ms(conversation.create_time), _ms(conversation.update_time or conversation.create_time)
    return _whole(conversation.title or "", *times, leaf_id, messages)


def _text(message: _ChatMessage | None) -> str:
    """What a reader saw of a message; nothing of instructions, tools and what was hidden."""
    if message is None or message.author.role not in _ROLES:
        return ""
    if (message.metadata or {}).get("is_visually_hidden_from_user"):
        return ""
    parts = [part for part in message.content.parts or () if isinstance(part, str)]
    return storable("\n\n".join(part for part in parts if part.strip())).strip()


def _whole(title: str, created_at: int, updated_at: int, leaf_id: str | None, messages: Sequence[Message]) -> Whole:
    if len(messages) > MAX_MESSAGES:
        raise _too_many(
            phrase("Expected at most {most} messages in one session, got {count}."), MAX_MESSAGES, len(messages)
        )
    ids = {message.id for message in messages}
    last = leaf_id if leaf_id in ids else messages[-1].id if messages else None
    name = " ".join(storable(title).split())[:MAX_TITLE_CHARS] or say("Imported session")
    return Whole(name, _time(created_at), _time(updated_at), last, tuple(messages))


def _ms(seconds: float | None) -> int:
    return int(seconds * 1_000) if seconds is not None and abs(seconds) < MAX_TIME_MS else 0


def _time(ms: int) -> int:
    return min(MAX_TIME_MS, max(0, ms))


def _short(text: Any) -> str | None:
    return storable(text)[:200] if isinstance(text, str) and text else None


def _unreadable() -> StudyinError:
    return StudyinError(
        Code.BAD_REQUEST,
        say(
            "Expected a JSON file that Studyin has exported, or the conversations.json of a ChatGPT export, "
            "got another file. Unpack a ZIP archive first, and choose the JSON file in it."
        ),
    )


def _too_many(sentence: str, most: int, count: int) -> StudyinError:
    return StudyinError(
        Code.TOO_LARGE,
        say(sentence, most=in_figures(most), count=in_figures(count)),
        status=413,
    )
