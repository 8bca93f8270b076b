"""The chat socket's frames: what clients may send, checked, and what the server sends.

The contract with existing clients is the first half (user_message; info, context, token, complete, error); the rest is
what our own page adds. static/js/protocol.js lists the same names.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

import msgspec

from studyin.coach.base import Controls, Effort, Profile, Verbosity
from studyin.errors import Code, StudyinError
from studyin.language import ENGLISH, in_figures, phrase, say
from studyin.text import storable

CLIENT_FRAMES = frozenset({"user_message", "open", "stop", "regenerate", "ping"})
SERVER_FRAMES = frozenset(
    {"info", "context", "token", "complete", "error"}
    | {"opened", "accepted", "render", "session", "sessions", "pong", "thinking", "notice", "waiting"}
    | {"material", "material_deleted", "cards"}
)

# Where the socket is; the routes are relative to wherever a proxy has put the application.
SOCKET_PATH = "/api/chat/ws"

MAX_ID_CHARS = 100

# As one calls them in a sentence.
_KINDS: Mapping[type, str] = {
    dict: phrase("an object"),
    list: phrase("a list"),
    str: phrase("a text"),
    bool: phrase("true or false"),
    type(None): phrase("nothing"),
}

Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class UserMessage:
    """material_ids: what the session is taught from, from now on; empty for all, None for the same as before."""

    content: str
    controls: Controls
    client_id: str | None
    parent_id: str | None
    material_ids: Sequence[str] | None


@dataclass(frozen=True, slots=True)
class Open:
    """after: the last finished message the page holds; turn_id, upto: the running reply it holds, and how many
    characters (code points) of it; language: what the server's own sentences are in from now on."""

    session_id: str | None
    after: str | None
    turn_id: str | None
    upto: int
    html: bool
    language: str


@dataclass(frozen=True, slots=True)
class Stop:
    turn_id: str


@dataclass(frozen=True, slots=True)
class Regenerate:
    message_id: str
    controls: Controls | None
    material_ids: Sequence[str] | None


@dataclass(frozen=True, slots=True)
class Ping:
    pass


Frame = UserMessage | Open | Stop | Regenerate | Ping


def decode(text: str) -> Mapping[str, Any]:
    """A frame's JSON object. Raises StudyinError BAD_FRAME or UNKNOWN_TYPE."""
    try:
        value = _from_json(text)
    except (ValueError, RecursionError):
        raise StudyinError(
            Code.BAD_FRAME, say('Expected a JSON object such as {"type": "user_message", "content": "…"}, got no JSON.')
        ) from None
    if not isinstance(value, dict):
        raise StudyinError(Code.BAD_FRAME, say("Expected a JSON object with a `type`, got {kind}.", kind=_kind(value)))
    kind = value.get("type")
    if not isinstance(kind, str) or kind not in CLIENT_FRAMES:
        got = f'"{kind[:40]}"' if isinstance(kind, str) else _kind(kind)
        raise StudyinError(
            Code.UNKNOWN_TYPE,
            say(
                "Expected `type` to be one of {names}, got {got}.",
                names=", ".join(sorted(CLIENT_FRAMES)),
                got=storable(got),
            ),
        )
    return value


def parse(fields: Mapping[str, Any], *, max_message_chars: int) -> Frame:
    """The frame that the fields describe. Raises StudyinError BAD_FRAME, EMPTY or TOO_LONG."""
    kind = fields["type"]
    if kind == "user_message":
        return UserMessage(
            content=_content(fields.get("content"), max_message_chars),
            controls=controls_of(fields),
            client_id=_id(fields, "client_id"),
            parent_id=_id(fields, "parent_id"),
            material_ids=_ids(fields, "material_ids"),
        )
    if kind == "open":
        upto = fields.get("upto")
        return Open(
            session_id=_id(fields, "session_id"),
            after=_id(fields, "after"),
            turn_id=_id(fields, "turn_id"),
            upto=upto if isinstance(upto, int) and not isinstance(upto, bool) and upto > 0 else 0,
            html=fields.get("html") is True,
            language=wanted if isinstance(wanted := fields.get("language"), str) else ENGLISH,
        )
    if kind == "stop":
        return Stop(_needed_id(fields, "turn_id"))
    if kind == "regenerate":
        given = fields.keys() & {"user_level", "profile", "effort", "verbosity"}
        controls = controls_of(fields) if given else None
        return Regenerate(_needed_id(fields, "message_id"), controls, _ids(fields, "material_ids"))
    return Ping()


def controls_of(fields: Mapping[str, Any]) -> Controls:
    """Level, mode, effort and verbosity; what is missing or not known falls back to its default."""
    level = fields.get("user_level")
    return Controls(
        level=_level(level),
        profile=_choice(Profile, fields.get("profile")) or Profile.FAST,
        effort=_choice(Effort, fields.get("effort")),
        verbosity=_choice(Verbosity, fields.get("verbosity")) or Verbosity.BALANCED,
    )


def _from_json(text: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeEncodeError):
        # A browser sends half an emoji as a lone surrogate, which is JSON to everyone but strict decoders.
        return json.loads(text)


def _content(content: Any, max_message_chars: int) -> str:
    if not isinstance(content, str):
        raise StudyinError(
            Code.BAD_FRAME, say("Expected `content` to be the question's text, got {kind}.", kind=_kind(content))
        )
    question = storable(content)
    if not question.strip():
        raise StudyinError(
            Code.EMPTY, say("Expected a question, got only white space. Type something and send it again.")
        )
    if len(question) > max_message_chars:
        raise StudyinError(
            Code.TOO_LONG,
            say(
                "Expected at most {most} characters in one message, got {number}. Shorten it, or add the text as "
                "a material.",
                most=in_figures(max_message_chars),
                number=in_figures(len(question)),
            ),
            status=413,
        )
    return question


def _level(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:  # noqa: PLR0124 (NaN)
        return 3
    return int(min(5, max(1, value)))


def _choice(kind: type[Choice], value: Any) -> Choice | None:
    try:
        return kind(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _id(fields: Mapping[str, Any], name: str) -> str | None:
    value = fields.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise StudyinError(
            Code.BAD_FRAME,
            say(
                "Expected `{name}` to be a text of 1 to {most} characters, got {kind}.",
                name=name,
                most=MAX_ID_CHARS,
                kind=_kind(value),
            ),
        )
    if not 0 < len(value) <= MAX_ID_CHARS:
        raise StudyinError(
            Code.BAD_FRAME,
            say(
                "Expected `{name}` to be a text of 1 to {most} characters, got one of {number}.",
                name=name,
                most=MAX_ID_CHARS,
                number=in_figures(len(value)),
            ),
        )
    return storable(value)


def _ids(fields: Mapping[str, Any], name: str) -> Sequence[str] | None:
    values = fields.get(name)
    if values is None:
        return None
    if not is_ids(values):
        raise StudyinError(
            Code.BAD_FRAME,
            say("Expected `{name}` to be a list of ids, got another list or {kind}.", name=name, kind=_kind(values)),
        )
    return [storable(value) for value in values]


def is_ids(values: Any) -> bool:
    """Whether it is a list of texts that may be ids."""
    return isinstance(values, list) and all(isinstance(each, str) and 0 < len(each) <= MAX_ID_CHARS for each in values)


def _needed_id(fields: Mapping[str, Any], name: str) -> str:
    value = _id(fields, name)
    if value is None:
        raise StudyinError(
            Code.BAD_FRAME, say("Expected `{name}` in a {kind} frame, got none.", name=name, kind=fields["type"])
        )
    return value


def _kind(value: Any) -> str:
    return say(_KINDS.get(type(value), phrase("a number")))
