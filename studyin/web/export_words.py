"""What a session's exports say in the same words, whichever format they have."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from studyin.language import phrase, say
from studyin.store.sessions import Session

# How a reply ended that is not whole.
_ENDINGS = {
    "streaming": phrase("still being answered"),
    "stopped": phrase("stopped"),
    "interrupted": phrase("interrupted"),
    "failed": phrase("failed"),
}


def date_of(session: Session) -> str:
    return datetime.fromtimestamp(session.created_at / 1000, UTC).date().isoformat()


def ending(message: Mapping[str, Any]) -> str:
    """What is to be said below a reply that is not whole, or has no words; nothing below others."""
    how = _ENDINGS.get(message["status"])
    return say(how) if how else "" if message["content"] else say("no words")


def card_back(card: Mapping[str, Any]) -> str:
    back = " ".join(card["back"].split())
    return f"{back} ({say('kept')})" if card["kept"] else back


def place_of(chunk: Mapping[str, Any]) -> str:
    """Where a passage stands: its file, page and heading."""
    page, heading = chunk["metadata"]["page"], chunk["metadata"]["heading"]
    where = say("{filename}, page {page}", filename=chunk["filename"], page=page) if page else chunk["filename"]
    return f"{where} › {heading}" if heading else where
