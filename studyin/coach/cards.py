"""The student's cards as one thing: kept, brought up again at the right time, rated.

When a card comes up is FSRS-6's decision, with its default weights (py-fsrs; see COACH.md). It counts instants, so no
time zone is needed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from enum import IntEnum

import fsrs

from studyin.store.cards import Card, CardStore, ListedCards, Memory, NewCard, Origin, Pending
from studyin.store.database import Database
from studyin.store.ids import now_ms
from studyin.store.proposals import Proposal

MINUTE = 60_000
DAY = 24 * 60 * MINUTE

# The answer has just been on the screen: asked again at once it would be read off, not remembered.
FIRST_DUE = 10 * MINUTE
# A day is over so much before its 24 hours: who practises at nine finds yesterday's cards at nine, and at half past
# seven too.
EARLY = 6 * 60 * MINUTE

# No fuzz: the buttons say when a card comes back, and that is a promise. One short step: a new card that is known
# comes back after days, not once more today.
_SCHEDULER = fsrs.Scheduler(
    learning_steps=(timedelta(minutes=10),), relearning_steps=(timedelta(minutes=10),), enable_fuzzing=False
)


class Rating(IntEnum):
    """How a card was remembered; the numbers are FSRS's own.

    Two, not four: with them the forecast is hardly worse (log-loss 0.3256 against 0.3214), nobody has to weigh "hard"
    against "good" at every card, and an answer that is graded in the chat has no more than these two to tell.
    """

    AGAIN = 1
    GOOD = 3


def learned(memory: Memory, rating: Rating, now: int) -> Memory:
    """What is known of a card after a review at `now` (ms since 1970)."""
    card = fsrs.Card(
        card_id=0,  # without one it sleeps a millisecond to make one
        state=fsrs.State(memory.state),
        step=memory.step,
        stability=memory.stability,
        difficulty=memory.difficulty,
        due=_moment(memory.due),
        # FSRS counts whole days, and so does `due` below.
        last_review=None if memory.last_review is None else _moment(memory.last_review - EARLY),
    )
    after, _ = _SCHEDULER.review_card(card, fsrs.Rating(rating), _moment(now))
    interval = round((after.due - _moment(now)) / timedelta(milliseconds=1))
    return Memory(
        due=now + (interval - EARLY if interval >= DAY else interval),
        state=int(after.state),
        step=after.step,
        stability=after.stability,
        difficulty=after.difficulty,
        last_review=now,
        reviews=memory.reviews + 1,
    )


def intervals(memory: Memory, now: int) -> Mapping[Rating, int]:
    """In how many ms the card comes back, by rating."""
    return {rating: learned(memory, rating, now).due - now for rating in Rating}


def _moment(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)


class Deck:
    """Every method is scoped by account. clock: ms since 1970; on_change is told the account whose cards changed."""

    def __init__(
        self,
        database: Database,
        *,
        clock: Callable[[], int] = now_ms,
        on_change: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._store = CardStore(database)
        self._clock = clock
        self._on_change = on_change

    @property
    def now(self) -> int:
        return self._clock()

    async def keep(self, account_id: str, proposal: Proposal, origin: Origin | None = None) -> tuple[Card, bool]:
        """Keep a card, and whether it is new; the same proposal, or the same card, of a message is kept once.

        One that was cut from a reply comes up in ten minutes, one that the student wrote at once.
        """
        now = self.now
        due = now + FIRST_DUE if origin else now
        card, is_new = await self._store.add(account_id, NewCard(proposal, Memory(due), now, origin))
        if is_new:
            self._on_change(account_id)
        return card, is_new

    async def take_in(self, account_id: str, cards: Sequence[NewCard]) -> int:
        """Keep the cards of a file, what was learned of them with them; those that are here already stay as they are.
        Returns how many were new."""
        added = await self._store.add_all(account_id, cards)
        if added:
            self._on_change(account_id)
        return added

    async def get(self, account_id: str, card_id: str) -> Card:
        """Raises StudyinError NOT_FOUND."""
        return await self._store.get(account_id, card_id)

    async def due(self, account_id: str, *, after: str | None = None, limit: int = 50) -> ListedCards:
        """Cards that are due now, the longest due first."""
        return await self._store.due(account_id, self.now, after=after, limit=limit)

    async def pending(self, account_id: str) -> Pending:
        """How many are due now, and when the next one is."""
        return await self._store.pending(account_id, self.now)

    async def list(
        self, account_id: str, *, query: str = "", before: str | None = None, limit: int = 50
    ) -> ListedCards:
        """All cards, the newest first; with a query those that have its words."""
        return await self._store.list(account_id, query=query, before=before, limit=limit)

    async def new_ones(self, account_id: str, proposals: Sequence[Proposal]) -> tuple[Proposal, ...]:
        """Those of which the student has no card yet."""
        known = await self._store.known_fronts(account_id, [each.front for each in proposals])
        return tuple(each for each in proposals if each.front not in known)

    async def change(self, account_id: str, card_id: str, *, front: str | None = None, back: str | None = None) -> Card:
        """Write another front or back. Raises StudyinError NOT_FOUND."""
        return await self._store.change(account_id, card_id, front=front, back=back)

    async def delete(self, account_id: str, card_id: str) -> None:
        """Raises StudyinError NOT_FOUND."""
        await self._store.delete(account_id, card_id)
        self._on_change(account_id)

    async def review(self, account_id: str, card_id: str, rating: Rating, number: int | None = None) -> Card:
        """Record how a card was remembered. number: which review of it this is; one recorded before counts no more.
        Raises StudyinError NOT_FOUND."""
        now = self.now
        card, counted = await self._store.review(
            account_id, card_id, lambda memory: learned(memory, rating, now), rating=rating, now=now, number=number
        )
        if counted:
            self._on_change(account_id)
        return card
