"""What a file with sessions says, made sound: within bounds, and fit to be stored; or a refusal in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from studyin.errors import Code, StudyinError
from studyin.language import in_figures, phrase, say
from studyin.store.imports import Whole
from studyin.store.messages import Message
from studyin.text import storable

MAX_MESSAGES = 20_000  # of one session
MAX_TITLE_CHARS = 200
# Until then SQLite and browsers can tell the day; a file may say anything.
MAX_TIME_MS = 253_402_300_799_000

ROLES = ("user", "assistant")


def whole(title: str, created_at: int, updated_at: int, leaf_id: str | None, messages: Sequence[Message]) -> Whole:
    if len(messages) > MAX_MESSAGES:
        raise too_many(
            phrase("Expected at most {most} messages in one session, got {count}."), MAX_MESSAGES, len(messages)
        )
    ids = {message.id for message in messages}
    last = leaf_id if leaf_id in ids else messages[-1].id if messages else None
    name = " ".join(storable(title).split())[:MAX_TITLE_CHARS] or say("Imported session")
    return Whole(name, time_of(created_at), time_of(updated_at), last, tuple(messages))


def ms_of(seconds: float | None) -> int:
    return int(seconds * 1_000) if seconds is not None and abs(seconds) < MAX_TIME_MS else 0


def time_of(ms: int) -> int:
    return min(MAX_TIME_MS, max(0, ms))


def short(text: Any) -> str | None:
    return storable(text)[:200] if isinstance(text, str) and text else None


def unreadable() -> StudyinError:
    return StudyinError(
        Code.BAD_REQUEST,
        say(
            "Expected a ZIP or JSON file that Studyin has exported, or a ChatGPT export or the conversations.json in "
            "it, got another file."
        ),
    )


def too_many(sentence: str, most: int, count: int) -> StudyinError:
    return StudyinError(
        Code.TOO_LARGE,
        say(sentence, most=in_figures(most), count=in_figures(count)),
        status=413,
    )
