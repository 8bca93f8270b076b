"""Cards as rows: kept, due, reviewed, listed, deleted. Every query is scoped by account."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, fields

import msgspec

from studyin.errors import Code, StudyinError
from studyin.language import say
from studyin.store.database import Database
from studyin.store.ids import new_id
from studyin.store.proposals import Proposal, Source
from studyin.store.spelling import fold


@dataclass(frozen=True, slots=True)
class Memory:
    """What FSRS knows of a card. state: 1 is being learned, 2 is known, 3 was forgotten; stability: days until recall
    has sunk to 90 %; due, last_review: ms since 1970; reviews: how many there were."""

    due: int
    state: int = 1
    step: int | None = 0
    stability: float | None = None
    difficulty: float | None = None
    last_review: int | None = None
    reviews: int = 0


@dataclass(frozen=True, slots=True)
class Card:
    """A flashcard. session_id, message_id: where it was kept, None once that is deleted; proposal: which of the
    message's it is, if one; created_at: ms since 1970."""

    id: str
    account_id: str
    text: Proposal
    memory: Memory
    created_at: int
    session_id: str | None = None
    message_id: str | None = None
    proposal: int | None = None


@dataclass(frozen=True, slots=True)
class ListedCards:
    """A page of cards, and the cursor of the page after it, or None."""

    cards: Sequence[Card]
    next: str | None


@dataclass(frozen=True, slots=True)
class Pending:
    """How many cards are due, how many there are, and when the next one is (ms since 1970, None where none is)."""

    due: int
    all: int
    next: int | None


@dataclass(frozen=True, slots=True)
class Origin:
    """The message a card is kept from, and which of its proposals it is, None for one that was not proposed."""

    session_id: str
    message_id: str
    proposal: int | None = None


# A search for more words is none.
MAX_QUERY_WORDS = 8
_LISTED = (
    "SELECT * FROM cards WHERE account_id = ? AND (created_at, id) < (?, ?) --words--"
    " ORDER BY created_at DESC, id DESC LIMIT ?"
)
_HAS_WORD = (
    " AND instr(folded(front || ' ' || back || ' ' || quotation || ' '"
    " || coalesce(json_extract(source, '$.filename'), '') || ' '"
    " || coalesce(json_extract(source, '$.heading'), '')), ?)"
)
_REVIEWED = (
    "UPDATE cards SET due = ?, state = ?, step = ?, stability = ?, difficulty = ?, last_review = ?, reviews = ?"
    " WHERE id = ? RETURNING *"
)
_MEMORY = tuple(each.name for each in fields(Memory))
_INSERT = (
    "INSERT INTO cards (id, account_id, form, front, back, quotation, source, session_id, message_id, proposal,"
    " created_at, due, state, step, stability, difficulty, last_review, reviews)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


@dataclass(frozen=True, slots=True)
class NewCard:
    """A card that is to be stored."""

    text: Proposal
    memory: Memory
    created_at: int
    origin: Origin | None = None
    id: str = field(default_factory=new_id)


class CardStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, account_id: str, card: NewCard) -> tuple[Card, bool]:
        """Keep a card; and whether it is new, or this proposal or the same card of its message had been kept before."""
        origin = card.origin

        def insert(tx: sqlite3.Connection) -> tuple[Card, bool]:
            if origin is not None:
                kept = tx.execute(
                    "SELECT * FROM cards WHERE message_id = ? AND account_id = ?"
                    " AND (proposal = ? OR (front = ? AND back = ?))",
                    (origin.message_id, account_id, origin.proposal, card.text.front, card.text.back),
                ).fetchone()
                if kept:
                    return card_of(kept), False
            _insert(tx, account_id, card)
            return card_of(tx.execute("SELECT * FROM cards WHERE id = ?", (card.id,)).fetchone()), True

        return await self._database.transact(insert, durable=True)

    async def add_all(self, account_id: str, cards: Iterable[NewCard]) -> int:
        """Keep what is not there yet, all or nothing. Two cards are the same where front and back are, or the proposal
        that they were made of. Returns how many were new. An origin has to be a message of the account's."""

        def insert(tx: sqlite3.Connection) -> int:
            known: set[tuple[str, object]] = set()
            for row in tx.execute(
                "SELECT front, back, message_id, proposal FROM cards WHERE account_id = ?", (account_id,)
            ):
                known |= _marks(*row)
            added = 0
            for card in cards:
                origin = card.origin
                place = (origin.message_id, origin.proposal) if origin else (None, None)
                marks = _marks(card.text.front, card.text.back, *place)
                if known.isdisjoint(marks):
                    known |= marks
                    _insert(tx, account_id, card)
                    added += 1
            return added

        return await self._database.transact(insert, durable=True)

    async def get(self, account_id: str, card_id: str) -> Card:
        """The card. Raises StudyinError NOT_FOUND, also where it is somebody else's."""
        row = await self._database.fetch_one(
            "SELECT * FROM cards WHERE id = ? AND account_id = ?", (card_id, account_id)
        )
        if row is None:
            raise card_not_found()
        return card_of(row)

    async def due(self, account_id: str, now: int, *, after: str | None = None, limit: int = 50) -> ListedCards:
        """Cards that are due at `now`, the longest due first. after: the `next` of the page before."""
        due, card_id = _cursor(after, (-1, ""))
        rows = await self._database.fetch_all(
            "SELECT * FROM cards WHERE account_id = ? AND due <= ? AND (due, id) > (?, ?) ORDER BY due, id LIMIT ?",
            (account_id, now, due, card_id, limit + 1),
        )
        cards = [card_of(row) for row in rows[:limit]]
        return ListedCards(cards, f"{cards[-1].memory.due}-{cards[-1].id}" if len(rows) > limit else None)

    async def pending(self, account_id: str, now: int) -> Pending:
        row = await self._database.fetch_one(
            "SELECT coalesce(sum(due <= ?), 0) AS due, count(*) AS n, min(CASE WHEN due > ? THEN due END) AS later"
            " FROM cards WHERE account_id = ?",
            (now, now, account_id),
        )
        return Pending(row["due"], row["n"], row["later"]) if row else Pending(0, 0, None)

    async def list(
        self, account_id: str, *, query: str = "", before: str | None = None, limit: int = 50
    ) -> ListedCards:
        """A page of all cards, the newest first. query: words that its sides or its source have, all of them."""
        created_at, card_id = _cursor(before, (2**62, ""))
        words = [fold(word) for word in query.split()[:MAX_QUERY_WORDS]]
        sql = _LISTED.replace("--words--", _HAS_WORD * len(words))
        rows = await self._database.fetch_all(sql, (account_id, created_at, card_id, *words, limit + 1))
        cards = [card_of(row) for row in rows[:limit]]
        return ListedCards(cards, f"{cards[-1].created_at}-{cards[-1].id}" if len(rows) > limit else None)

    async def known_fronts(self, account_id: str, fronts: Sequence[str]) -> set[str]:
        """Which of these fronts a card of the account has."""
        rows = await self._database.fetch_all(
            "SELECT front FROM cards WHERE account_id = ? AND front IN (SELECT value FROM json_each(?))",
            (account_id, msgspec.json.encode(list(fronts)).decode()),
        )
        return {row["front"] for row in rows}

    async def change(self, account_id: str, card_id: str, *, front: str | None, back: str | None) -> Card:
        """Write another front or back; what was learned of it stays. Raises StudyinError NOT_FOUND."""
        return await self._returning(
            "UPDATE cards SET front = coalesce(?, front), back = coalesce(?, back) WHERE id = ? AND account_id = ?"
            " RETURNING *",
            (front, back, card_id, account_id),
        )

    async def delete(self, account_id: str, card_id: str) -> None:
        """Remove a card with its reviews. Raises StudyinError NOT_FOUND."""
        await self._returning("DELETE FROM cards WHERE id = ? AND account_id = ? RETURNING *", (card_id, account_id))

    async def review(
        self,
        account_id: str,
        card_id: str,
        learn: Callable[[Memory], Memory],
        *,
        rating: int,
        now: int,
        number: int | None,
    ) -> tuple[Card, bool]:
        """Record a review; learn gives what is known of the card after it. Returns the card, and whether it counted.

        number: which review of the card this is, the first being 1; one that was recorded before counts no more, so
        that a double click is one review. None: the next one. Raises StudyinError NOT_FOUND.
        """

        def record(tx: sqlite3.Connection) -> tuple[Card, bool]:
            row = tx.execute("SELECT * FROM cards WHERE id = ? AND account_id = ?", (card_id, account_id)).fetchone()
            if row is None:
                raise card_not_found()
            card = card_of(row)
            if number is not None and number != card.memory.reviews + 1:
                return card, False
            after = learn(card.memory)
            tx.execute(
                "INSERT INTO card_reviews (card_id, number, rating, reviewed_at) VALUES (?, ?, ?, ?)",
                (card_id, after.reviews, rating, now),
            )
            changed = tx.execute(_REVIEWED, (*_memory_values(after), card_id))
            return card_of(changed.fetchone()), True

        return await self._database.transact(record, durable=True)

    async def _returning(self, sql: str, values: Sequence[object]) -> Card:
        def change(tx: sqlite3.Connection) -> Card:
            row = tx.execute(sql, values).fetchone()
            if row is None:
                raise card_not_found()
            return card_of(row)

        return await self._database.transact(change, durable=True)


def card_not_found() -> StudyinError:
    return StudyinError(
        Code.NOT_FOUND, say("This card doesn't exist, or was deleted. Reload the list of cards."), status=404
    )


def card_of(row: sqlite3.Row) -> Card:
    source = msgspec.json.decode(row["source"], type=Source) if row["source"] else None
    return Card(
        id=row["id"],
        account_id=row["account_id"],
        text=Proposal(row["form"], row["front"], row["back"], row["quotation"], source),
        memory=Memory(**{name: row[name] for name in _MEMORY}),
        created_at=row["created_at"],
        session_id=row["session_id"],
        message_id=row["message_id"],
        proposal=row["proposal"],
    )


def _marks(front: str, back: str, message_id: str | None, proposal: int | None) -> set[tuple[str, object]]:
    """What no other card has: its sides, and which proposal it was made of."""
    return {(front, back)} | ({(message_id, proposal)} if message_id is not None and proposal is not None else set())


def _insert(tx: sqlite3.Connection, account_id: str, card: NewCard) -> None:
    text, memory, origin = card.text, card.memory, card.origin
    source = msgspec.json.encode(text.source).decode() if text.source else None
    place = (origin.session_id, origin.message_id, origin.proposal) if origin else (None, None, None)
    row = (card.id, account_id, text.form, text.front, text.back, text.quotation, source, *place, card.created_at)
    tx.execute(_INSERT, (*row, *_memory_values(memory)))


def _memory_values(memory: Memory) -> tuple[int | float | None, ...]:
    return tuple(getattr(memory, name) for name in _MEMORY)


def _cursor(text: str | None, start: tuple[int, str]) -> tuple[int, str]:
    if text is None:
        return start
    match = re.fullmatch(r"(\d{1,18})-([0-9a-f]{32})", text)
    if match is None:
        raise StudyinError(
            Code.BAD_REQUEST,
            say("Expected the cursor to be the `next` of the page before; ask for the first page again."),
        )
    return int(match[1]), match[2]
