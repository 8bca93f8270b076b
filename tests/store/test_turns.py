"""Turns as rows: questions stored once, branches, what a crash leaves."""

import pytest

from studyin.errors import Code, StudyinError
from studyin.store.database import Database
from studyin.store.ids import new_id
from studyin.store.materials import Passage
from studyin.store.messages import Message, MessageStore, Quotation, Status
from studyin.store.sessions import SessionStore
from studyin.store.turns import ROOT, Begun, TurnStore

CONTROLS = {"level": 3}
PASSAGE = Passage("p1", "m1", "cells.md", 4, "ATP is made in mitochondria.", "Cells › Energy", 12)


def _ended(begun: Begun, content: str, status: Status = Status.COMPLETE, **fields: object) -> Message:
    values = {name: getattr(begun.reply, name) for name in begun.reply.__slots__}
    return Message(**{**values, "content": content, "status": status, **fields})


async def _exchange(turns: TurnStore, session_id: str | None, question: str, reply: str, **more: str) -> Begun:
    begun = await turns.begin("local", session_id, question, CONTROLS, **more)
    await turns.finish(_ended(begun, reply))
    return begun


async def _shown(messages: MessageStore, sessions: SessionStore, session_id: str) -> list[str]:
    session = await sessions.get("local", session_id)
    return [message.content for message in await messages.branch("local", session.leaf_id)]


async def test_a_first_question_makes_a_session_with_its_words_as_title(turns: TurnStore) -> None:
    begun = await turns.begin("local", None, "What is\n  osmosis?", CONTROLS)
    assert begun.session.title == "What is osmosis?"
    assert (begun.question.status, begun.reply.status) == (Status.COMPLETE, Status.STREAMING)
    assert begun.reply.parent_id == begun.question.id
    assert begun.session.leaf_id == begun.reply.id


async def test_the_same_client_id_is_stored_once_in_its_session_and_where_none_is_known_yet(
    turns: TurnStore, messages: MessageStore
) -> None:
    first = await turns.begin("local", None, "Why?", CONTROLS, client_id="c1")
    for session_id in (None, first.session.id):
        again = await turns.begin("local", session_id, "Why?", CONTROLS, client_id="c1")
        assert again.repeated
        assert (again.session.id, again.question.id, again.reply.id) == (
            first.session.id,
            first.question.id,
            first.reply.id,
        )
    page, _ = await messages.page("local", first.session.id)
    assert [message.role for message in page] == ["user", "assistant"]


async def test_another_accounts_client_id_is_another_question(turns: TurnStore, stranger: str) -> None:
    first = await turns.begin("local", None, "Why?", CONTROLS, client_id="c1")
    other = await turns.begin(stranger, None, "Why?", CONTROLS, client_id="c1")
    assert not other.repeated
    assert other.session.id != first.session.id


async def test_a_second_question_while_a_reply_runs_is_busy_and_stores_nothing(
    turns: TurnStore, messages: MessageStore
) -> None:
    begun = await turns.begin("local", None, "One?", CONTROLS)
    with pytest.raises(StudyinError, match="try again") as refused:
        await turns.begin("local", begun.session.id, "Two?", CONTROLS)
    assert (refused.value.code, refused.value.retryable) == (Code.BUSY, True)
    page, _ = await messages.page("local", begun.session.id)
    assert len(page) == 2


async def test_another_accounts_session_does_not_exist(
    turns: TurnStore, messages: MessageStore, sessions: SessionStore, stranger: str
) -> None:
    begun = await _exchange(turns, None, "Mine?", "Yours.")
    with pytest.raises(StudyinError) as refused:
        await turns.begin(stranger, begun.session.id, "Let me in", CONTROLS)
    assert refused.value.code == Code.NOT_FOUND
    with pytest.raises(StudyinError):
        await turns.begin_again(stranger, begun.reply.id, None)
    with pytest.raises(StudyinError):
        await messages.get(stranger, begun.reply.id)
    with pytest.raises(StudyinError):
        await sessions.get(stranger, begun.session.id)
    with pytest.raises(StudyinError):
        await sessions.delete(stranger, begun.session.id)
    assert await messages.branch(stranger, begun.reply.id) == []
    assert await messages.page(stranger, begun.session.id) == ([], None)
    assert await messages.finished_after(stranger, begun.session.id, None) == []
    # and the owner finds all of it
    assert [m.content for m in await messages.branch("local", begun.reply.id)] == ["Mine?", "Yours."]


async def test_questions_follow_each_other_on_the_branch_that_is_shown(
    turns: TurnStore, messages: MessageStore, sessions: SessionStore
) -> None:
    first = await _exchange(turns, None, "One?", "1.")
    await _exchange(turns, first.session.id, "Two?", "2.")
    assert await _shown(messages, sessions, first.session.id) == ["One?", "1.", "Two?", "2."]


@pytest.mark.parametrize("named", ["the reply before it", "the question itself"])
async def test_an_edited_question_becomes_a_sibling_of_the_old_one(
    turns: TurnStore, messages: MessageStore, sessions: SessionStore, named: str
) -> None:
    first = await _exchange(turns, None, "One?", "1.")
    second = await _exchange(turns, first.session.id, "Two?", "2.")
    parent_id = first.reply.id if named == "the reply before it" else second.question.id
    edited = await _exchange(turns, first.session.id, "Two, really?", "2!", parent_id=parent_id)
    assert edited.question.parent_id == second.question.parent_id
    assert await _shown(messages, sessions, first.session.id) == ["One?", "1.", "Two, really?", "2!"]
    page, _ = await messages.page("local", first.session.id)
    assert len(page) == 6


async def test_the_first_question_can_be_asked_anew(
    turns: TurnStore, messages: MessageStore, sessions: SessionStore
) -> None:
    first = await _exchange(turns, None, "One?", "1.")
    anew = await _exchange(turns, first.session.id, "Uno?", "I.", parent_id=ROOT)
    assert anew.question.parent_id is None
    assert await _shown(messages, sessions, first.session.id) == ["Uno?", "I."]


async def test_a_regenerated_reply_is_a_sibling_of_the_old_one(
    turns: TurnStore, messages: MessageStore, sessions: SessionStore
) -> None:
    first = await _exchange(turns, None, "One?", "1.")
    again = await turns.begin_again("local", first.reply.id, None)
    await turns.finish(_ended(again, "One."))
    assert again.question.id == first.question.id
    assert again.reply.parent_id == first.reply.parent_id
    assert await _shown(messages, sessions, first.session.id) == ["One?", "One."]
    page, _ = await messages.page("local", first.session.id)
    assert [message.content for message in page] == ["One?", "1.", "One."]


async def test_a_reply_keeps_its_passages_figures_and_error(turns: TurnStore, messages: MessageStore) -> None:
    begun = await turns.begin("local", None, "Where is ATP made?", CONTROLS)
    final = _ended(
        begun,
        "In mitochondria [[1]].",
        Status.FAILED,
        thinking="hm",
        coach="openai",
        model="m",
        usage={"prompt_tokens": 3},
        error={"code": "provider_cut", "message": "Cut.", "retryable": True},
        notices=({"code": "trimmed", "message": "Older messages were left out."},),
        dialogue={"rung": 2},
        quotations=(Quotation(1, PASSAGE, 0.75),),
    )
    await turns.finish(final)
    stored = await messages.get("local", begun.reply.id)
    for name in ("content", "status", "thinking", "coach", "model", "usage", "error", "dialogue", "quotations"):
        assert getattr(stored, name) == getattr(final, name), name
    assert list(stored.notices) == list(final.notices)


async def test_what_was_running_at_a_crash_is_interrupted_with_its_last_checkpoint(
    turns: TurnStore, messages: MessageStore
) -> None:
    begun = await turns.begin("local", None, "Go on", CONTROLS)
    await turns.checkpoint([(begun.reply.id, "So far", "thought")], {begun.reply.id: [Quotation(1, PASSAGE, 1.0)]})
    assert await turns.interrupt_running() == 1
    reply = await messages.get("local", begun.reply.id)
    assert (reply.status, reply.content, reply.thinking) == (Status.INTERRUPTED, "So far", "thought")
    assert reply.quotations[0].passage == PASSAGE
    assert await turns.interrupt_running() == 0
    assert not (await turns.begin("local", begun.session.id, "Again", CONTROLS)).repeated


async def test_a_late_checkpoint_can_not_change_a_finished_reply(turns: TurnStore, messages: MessageStore) -> None:
    begun = await _exchange(turns, None, "One?", "The whole reply.")
    await turns.checkpoint([(begun.reply.id, "The wh", "")], {})
    assert (await messages.get("local", begun.reply.id)).content == "The whole reply."


async def test_a_reader_is_given_the_finished_messages_it_lacks_and_no_more(
    turns: TurnStore, messages: MessageStore
) -> None:
    first = await _exchange(turns, None, "One?", "1.")
    session_id = first.session.id
    running = await turns.begin("local", session_id, "Two?", CONTROLS)
    missed = await messages.finished_after("local", session_id, first.reply.id)
    assert [message.content for message in missed] == ["Two?"]
    await turns.finish(_ended(running, "2."))
    missed = await messages.finished_after("local", session_id, running.question.id)
    assert [message.content for message in missed] == ["2."]
    assert await messages.finished_after("local", session_id, running.reply.id) == []
    for unknown in (None, new_id()):
        assert len(await messages.finished_after("local", session_id, unknown)) == 4


async def test_messages_come_in_pages_the_newest_first(turns: TurnStore, messages: MessageStore) -> None:
    session_id = None
    for number in range(5):
        session_id = (await _exchange(turns, session_id, f"{number}?", f"{number}.")).session.id
    assert session_id is not None
    pages, before = [], None
    while True:
        page, before = await messages.page("local", session_id, before=before, limit=3)
        pages.append([message.content for message in page])
        if before is None:
            break
    assert pages == [["3.", "4?", "4."], ["2?", "2.", "3?"], ["0.", "1?", "1."], ["0?"]]


async def test_a_session_with_thousands_of_messages_can_be_deleted(
    turns: TurnStore, sessions: SessionStore, database: Database
) -> None:
    begun = await _exchange(turns, None, "One?", "1.")
    chain = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)"
        " INSERT INTO messages (id, session_id, parent_id, role, status, content, controls, created_at)"
        " SELECT 'm' || i, ?, CASE i WHEN 1 THEN ? ELSE 'm' || (i - 1) END, 'user', 'complete', 'x', '{}', 0"
        " FROM n"
    )
    await database.transact(lambda tx: tx.execute(chain, (begun.session.id, begun.reply.id)))
    await sessions.delete("local", begun.session.id)
    counts = [(await database.fetch_all(f"SELECT COUNT(*) FROM {table}"))[0][0] for table in ("sessions", "messages")]
    assert counts == [0, 0]
    await database.fetch_all("SELECT 1 FROM messages_fts WHERE messages_fts MATCH 'x'")
