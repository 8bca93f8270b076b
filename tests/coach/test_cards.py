"""When a card comes up again, as FSRS has it; and the deck that keeps the cards."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import fsrs
import pytest

from studyin.coach.cards import DAY, EARLY, FIRST_DUE, MINUTE, Deck, Rating, intervals, learned
from studyin.store.cards import Memory, NewCard, Origin
from studyin.store.database import Database
from studyin.store.proposals import Proposal
from studyin.store.turns import TurnStore

NINE = 1_800_000_000_000
CARD = Proposal("explain", "What is ATP?", "The cell's fuel.")


class Clock:
    """The time of day, as the test has it."""

    def __init__(self, now: int = NINE) -> None:
        self.now = now

    def __call__(self) -> int:
        return self.now


def reviewed(*ratings: Rating) -> list[int]:
    """The intervals in days that a card gets which is always reviewed to the minute."""
    memory, now, found = Memory(NINE), NINE, []
    for rating in ratings:
        memory = learned(memory, rating, now)
        found.append((memory.due - now + EARLY) / DAY)
        now = memory.due
    return [round(days) for days in found]


def test_what_is_remembered_comes_up_after_ever_longer_times() -> None:
    assert reviewed(*[Rating.GOOD] * 4) == [2, 11, 46, 163]


def test_what_is_forgotten_comes_up_in_ten_minutes_and_then_soon() -> None:
    memory = Memory(NINE)
    for rating in (Rating.GOOD, Rating.GOOD, Rating.AGAIN):
        now = memory.due
        memory = learned(memory, rating, now)
    assert (memory.due - now, memory.state, memory.reviews) == (10 * MINUTE, 3, 3)
    assert reviewed(Rating.GOOD, Rating.GOOD, Rating.AGAIN, Rating.GOOD)[-1] < 11


def test_the_library_itself_gives_the_same_days() -> None:
    """Nothing of FSRS is lost between our rows and its cards: a card it keeps itself goes the same way."""
    scheduler = fsrs.Scheduler(
        learning_steps=(timedelta(minutes=10),), relearning_steps=(timedelta(minutes=10),), enable_fuzzing=False
    )
    theirs, ours, now = fsrs.Card(card_id=1), Memory(NINE), NINE
    for rating in (Rating.AGAIN, Rating.GOOD, Rating.GOOD, Rating.AGAIN, Rating.GOOD, Rating.GOOD):
        theirs, _ = scheduler.review_card(theirs, fsrs.Rating(rating), datetime.fromtimestamp(now / 1000, UTC))
        ours = learned(ours, rating, now)
        now = round(theirs.due.timestamp() * 1000)
        assert (ours.stability, ours.difficulty, ours.state) == (theirs.stability, theirs.difficulty, theirs.state)


def test_who_practises_at_nine_each_day_finds_yesterdays_cards() -> None:
    memory = learned(learned(Memory(NINE), Rating.AGAIN, NINE), Rating.GOOD, NINE + 10 * MINUTE)
    assert (memory.state, memory.due < NINE + DAY) == (2, True)
    # And it counts as a day: a review after eighteen hours is no second look on the same day.
    assert intervals(memory, memory.due)[Rating.GOOD] > DAY


def test_what_the_buttons_promise_is_what_comes() -> None:
    memory = learned(Memory(NINE), Rating.GOOD, NINE)
    for rating, interval in intervals(memory, memory.due).items():
        assert learned(memory, rating, memory.due).due == memory.due + interval


async def test_a_card_from_a_reply_waits_ten_minutes_and_one_of_ones_own_does_not(
    database: Database,
) -> None:
    clock, changed = Clock(), []
    deck = Deck(database, clock=clock, on_change=changed.append)
    begun = await TurnStore(database).begin("local", None, "A question", {})
    origin = Origin(begun.session.id, begun.reply.id, 0)
    cut, _ = await deck.keep("local", CARD, origin)
    assert not (await deck.keep("local", CARD, origin))[1]
    own, _ = await deck.keep("local", CARD)
    assert [card.id for card in (await deck.due("local")).cards] == [own.id]
    clock.now += FIRST_DUE
    assert [card.id for card in (await deck.due("local")).cards] == [own.id, cut.id]
    assert changed == ["local"] * 2


async def test_a_review_is_counted_and_told_once(database: Database) -> None:
    changed: list[str] = []
    deck = Deck(database, clock=Clock(), on_change=changed.append)
    card, _ = await deck.keep("local", CARD)
    await deck.review("local", card.id, Rating.GOOD, 1)
    again = await deck.review("local", card.id, Rating.AGAIN, 1)
    assert (again.memory.reviews, again.memory.state) == (1, 2)
    assert changed == ["local"] * 2
    assert (await deck.pending("local")).due == 0


async def test_a_deck_takes_in_what_it_has_not(database: Database) -> None:
    deck = Deck(database, clock=Clock())
    await deck.keep("local", CARD)
    assert await deck.take_in("local", [NewCard(CARD, Memory(0), 0)]) == 0
    assert await deck.new_ones("local", [CARD]) == ()


@pytest.mark.parametrize("memory", [Memory(NINE), Memory(NINE, 2, None, 4.0, 5.0, NINE - DAY, 3)])
def test_a_review_sleeps_not_and_asks_no_clock(memory: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fsrs.card.time", None)
    monkeypatch.setattr("fsrs.card.datetime", None)
    assert learned(memory, Rating.GOOD, NINE).due > NINE
