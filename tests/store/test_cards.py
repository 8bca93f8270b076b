"""Cards in the data file: kept once, reviewed once, found again, and nobody else's."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from studyin.errors import Code, StudyinError
from studyin.store import migrations
from studyin.store.cards import CardStore, Memory, NewCard, Origin
from studyin.store.database import Database
from studyin.store.messages import MessageStore, Status
from studyin.store.proposals import Proposal, Source
from studyin.store.sessions import SessionStore
from studyin.store.turns import TurnStore

SOURCE = Source("m1", 4, "cells.md", "Cells › Organelles", 12)
GAP = Proposal("gap", "The ____ makes ATP.", "mitochondrion", "The **mitochondrion** makes ATP.", SOURCE)


def card(front: str = "What is ATP?", *, due: int = 1_000, at: int = 1_000, origin: Origin | None = None) -> NewCard:
    return NewCard(Proposal("explain", front, "The cell's fuel."), Memory(due), at, origin)


def once(memory: Memory) -> Memory:
    return Memory(due=memory.due + 500, state=2, step=None, stability=2.5, difficulty=5.0, last_review=1, reviews=1)


@pytest.fixture
def cards(database: Database) -> CardStore:
    return CardStore(database)


async def kept_from(turns: TurnStore) -> Origin:
    begun = await turns.begin("local", None, "A question", {})
    return Origin(begun.session.id, begun.reply.id, 0)


async def test_a_card_comes_back_whole_with_its_source(cards: CardStore) -> None:
    kept, is_new = await cards.add("local", NewCard(GAP, Memory(5_000), 4_000))
    assert is_new
    assert await cards.get("local", kept.id) == kept
    assert (kept.text, kept.memory, kept.created_at) == (GAP, Memory(5_000), 4_000)


async def test_the_same_proposal_is_kept_once_and_kept_anew_when_it_was_deleted(
    cards: CardStore, turns: TurnStore
) -> None:
    origin = await kept_from(turns)
    first, is_new = await cards.add("local", card(origin=origin))
    again, is_new_again = await cards.add("local", card(origin=origin))
    assert (first.id, is_new, is_new_again) == (again.id, True, False)
    await cards.delete("local", first.id)
    assert (await cards.add("local", card(origin=origin)))[1]


async def test_a_message_knows_which_of_its_proposals_were_kept(
    cards: CardStore, turns: TurnStore, messages: MessageStore
) -> None:
    begun = await turns.begin("local", None, "A question", {})
    reply = begun.reply
    await turns.finish(replace(reply, status=Status.COMPLETE, proposals=(GAP, GAP)))
    kept, _ = await cards.add("local", NewCard(GAP, Memory(0), 0, Origin(begun.session.id, reply.id, 1)))
    stored = await messages.get("local", reply.id)
    assert (stored.proposals, stored.kept) == ((GAP, GAP), {1: kept.id})


async def test_a_card_outlives_the_session_it_was_kept_in(
    cards: CardStore, turns: TurnStore, sessions: SessionStore
) -> None:
    origin = await kept_from(turns)
    kept, _ = await cards.add("local", card(origin=origin))
    assert (kept.session_id, kept.message_id) == (origin.session_id, origin.message_id)
    await sessions.delete("local", origin.session_id)
    left = await cards.get("local", kept.id)
    assert (left.text, left.session_id, left.message_id) == (kept.text, None, None)


async def test_a_double_click_is_one_review(cards: CardStore, database: Database) -> None:
    kept, _ = await cards.add("local", card())
    first, counted = await cards.review("local", kept.id, once, rating=3, now=2_000, number=1)
    second, counted_again = await cards.review("local", kept.id, once, rating=3, now=2_001, number=1)
    assert (counted, counted_again) == (True, False)
    assert first == second
    assert first.memory == once(kept.memory)
    (row,) = await database.fetch_all("SELECT card_id, number, rating, reviewed_at FROM card_reviews")
    assert tuple(row) == (kept.id, 1, 3, 2_000)


async def test_due_cards_come_the_longest_due_first_page_by_page(cards: CardStore) -> None:
    for due in (300, 100, 200, 900):
        await cards.add("local", card(f"due {due}", due=due))
    first = await cards.due("local", 500, limit=2)
    rest = await cards.due("local", 500, limit=2, after=first.next)
    assert [each.memory.due for each in (*first.cards, *rest.cards)] == [100, 200, 300]
    assert rest.next is None
    pending = await cards.pending("local", 500)
    assert (pending.due, pending.all, pending.next) == (3, 4, 900)


async def test_all_cards_are_listed_newest_first_and_searched_by_their_words(cards: CardStore) -> None:
    for at, front in enumerate(("100% of it", "100 of it", "a_b", "acb")):
        await cards.add("local", card(front, at=at))
    await cards.add("local", NewCard(GAP, Memory(0), 9))
    page = await cards.list("local", limit=3)
    rest = await cards.list("local", limit=3, before=page.next)
    assert [each.created_at for each in (*page.cards, *rest.cards)] == [9, 3, 2, 1, 0]

    async def found(query: str) -> list[str]:
        return [each.text.front for each in (await cards.list("local", query=query)).cards]

    assert await found("100%") == ["100% of it"]
    assert await found("a_b") == ["a_b"]
    assert await found("ORGANELLES atp") == [GAP.front]
    assert await found("atp nothing") == []
    await cards.add("local", card("Ökologie, Straße und Café", at=10))
    for query in ("ökologie", "ÖKO cafe", "STRASSE"):
        assert await found(query) == ["Ökologie, Straße und Café"], query


async def test_a_list_is_taken_in_whole_without_what_is_there_already(cards: CardStore) -> None:
    await cards.add("local", card("there"))
    assert await cards.add_all("local", [card("there"), card("new"), card("new"), card("newer")]) == 2
    assert await cards.known_fronts("local", ["there", "newer", "never"]) == {"there", "newer"}


async def test_a_changed_card_keeps_what_was_learned(cards: CardStore) -> None:
    kept, _ = await cards.add("local", card())
    await cards.review("local", kept.id, once, rating=3, now=2_000, number=None)
    changed = await cards.change("local", kept.id, front="What is ATP made of?", back=None)
    assert (changed.text.front, changed.text.back) == ("What is ATP made of?", kept.text.back)
    assert changed.memory == once(kept.memory)


async def test_nobody_sees_changes_rates_or_deletes_the_cards_of_another(cards: CardStore, stranger: str) -> None:
    kept, _ = await cards.add("local", card())
    for attempt in (
        cards.get(stranger, kept.id),
        cards.change(stranger, kept.id, front="mine", back=None),
        cards.delete(stranger, kept.id),
        cards.review(stranger, kept.id, once, rating=1, now=0, number=None),
    ):
        with pytest.raises(StudyinError) as refused:
            await attempt
        assert refused.value.code == Code.NOT_FOUND
    assert (await cards.due(stranger, 10_000)).cards == (await cards.list(stranger)).cards == []
    assert await cards.get("local", kept.id) == kept


@pytest.mark.parametrize("cursor", ["", "x", "1-", "1-xyz", "-1-" + "0" * 32, "1" * 30 + "-" + "0" * 32])
async def test_a_cursor_of_nobodys_making_is_refused_in_words(cards: CardStore, cursor: str) -> None:
    for attempt in (cards.list("local", before=cursor), cards.due("local", 0, after=cursor)):
        with pytest.raises(StudyinError, match="ask for the first page again"):
            await attempt


@pytest.mark.parametrize("has_rows", [False, True], ids=["empty", "with rows"])
async def test_a_file_from_before_there_were_cards_gets_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_rows: bool
) -> None:
    path = tmp_path / "studyin.sqlite3"
    with monkeypatch.context() as before:
        before.setattr(migrations, "MIGRATIONS", migrations.MIGRATIONS[: migrations.MIGRATIONS.index(migrations.CARDS)])
        await (await Database.open(path)).close()
    if has_rows:
        raw = sqlite3.connect(path)
        raw.execute(
            "INSERT INTO sessions (id, account_id, title, pinned, leaf_id, created_at, updated_at)"
            " VALUES ('s', 'local', 'Old', 0, 'r', 1, 1)"
        )
        raw.execute(
            "INSERT INTO messages (id, session_id, role, status, content, controls, created_at)"
            " VALUES ('r', 's', 'assistant', 'complete', 'Hello', '{}', 1)"
        )
        raw.commit()
        raw.close()
    database = await Database.open(path)
    kept, _ = await CardStore(database).add("local", card(origin=Origin("s", "r", 0) if has_rows else None))
    if has_rows:
        assert (await MessageStore(database).get("local", "r")).proposals == ()
    assert (await CardStore(database).get("local", kept.id)) == kept
    await database.close()
