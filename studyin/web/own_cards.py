"""Cards in Studyin's own files with sessions: as they are written, and on their way back in."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from studyin.store.cards import Card, Memory, NewCard, Origin
from studyin.web.own_sessions import OurProposal, proposal_of
from studyin.web.sound import time_of

MAX_NUMBER = 1_000
MAX_REVIEWS = 2**31 - 1


class OurCard(OurProposal):
    """message_id, proposal: the reply it was kept from, one of the same file, and which of its proposals it is."""

    message_id: str | None = None
    proposal: int | None = None
    created_at: int = 0
    due: int = 0
    state: int = 1
    step: int | None = 0
    stability: float | None = None
    difficulty: float | None = None
    last_review: int | None = None
    reviews: int = 0


def card_value(card: Card) -> Mapping[str, Any]:
    """A card with all that was learned of it, as `from_our_card` reads it."""
    memory = card.memory
    return {
        **card.text.shape(),
        "message_id": card.message_id,
        "proposal": card.proposal,
        "created_at": card.created_at,
        **{name: getattr(memory, name) for name in memory.__dataclass_fields__},
    }


def from_our_card(told: OurCard) -> NewCard | None:
    """The card, its origin with a session yet to be found; None where a side of it is empty."""
    text = proposal_of(told)
    if not text.front or not text.back:
        return None
    origin = None
    if told.message_id:
        number = told.proposal
        origin = Origin("", told.message_id, number if number is not None and 0 <= number < MAX_NUMBER else None)
    return NewCard(text, _memory(told), time_of(told.created_at), origin)


def _memory(told: OurCard) -> Memory:
    """What was learned, where the file says all of it and it can be; else a card that is new."""
    due, stability, difficulty = time_of(told.due), told.stability, told.difficulty
    if told.last_review is None or stability is None or difficulty is None or told.state not in (1, 2, 3):
        return Memory(due)
    if not (math.isfinite(stability) and stability > 0 and 1 <= difficulty <= 10):
        return Memory(due)
    step = None if told.state == 2 else min(max(told.step or 0, 0), 10)
    reviews = min(max(told.reviews, 1), MAX_REVIEWS)
    return Memory(due, told.state, step, stability, difficulty, time_of(told.last_review), reviews)
