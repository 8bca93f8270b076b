"""The engine: turns that outlive those who watch them, stop when told, and are stored whatever happens."""

import asyncio
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from studyin.chat import turns
from studyin.chat.turn import MAX_CHARACTERS, Turn
from studyin.chat.turns import TurnEngine
from studyin.coach.base import Controls, Outcome, Profile
from studyin.errors import Code, StudyinError
from studyin.library.search import Found
from studyin.store.database import Database
from studyin.store.materials import Passage
from studyin.store.messages import MessageStore, Status
from studyin.store.turns import TurnStore
from tests.chat.scripted_coach import ScriptedCoach
from tests.store.conftest import locked, set_patience

FOUND = Found(Passage("p1", "m1", "cells.md", 0, "ATP is made in mitochondria."), 1.0)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = await Database.open(tmp_path / "studyin.sqlite3")
    yield database
    await database.close()


@pytest.fixture
def coach() -> ScriptedCoach:
    return ScriptedCoach()


@pytest.fixture
async def engine(database: Database, coach: ScriptedCoach) -> AsyncIterator[TurnEngine]:
    engine = TurnEngine(TurnStore(database), MessageStore(database), lambda: coach, checkpoint_seconds=0.01)
    await engine.open()
    yield engine
    await engine.close()


@pytest.fixture
def messages(database: Database) -> MessageStore:
    return MessageStore(database)


async def _ask(engine: TurnEngine, coach: ScriptedCoach, question: str = "Why?", session: str | None = None) -> Turn:
    count = len(coach.asked)
    asked = await engine.ask("local", session, question, Controls())
    assert asked.turn is not None
    await coach.is_asked(count + 1)
    return asked.turn


async def _ended(turn: Turn) -> None:
    while turn.final is None:
        await turn.changed(turn.version)


async def test_a_reply_goes_on_and_is_stored_with_nobody_watching(
    engine: TurnEngine, coach: ScriptedCoach, messages: MessageStore
) -> None:
    turn = await _ask(engine, coach)
    coach.context(FOUND)
    coach.say("Because ")
    coach.say("of this [[1]].")
    coach.end(Outcome(model="m", usage={"completion_tokens": 4}, dialogue={"pending": "x"}))
    await _ended(turn)
    reply = await messages.get("local", turn.id)
    assert (reply.status, reply.content, reply.coach, reply.model) == (
        Status.COMPLETE,
        "Because of this [[1]].",
        "scripted",
        "m",
    )
    assert reply.quotations[0].passage == FOUND.passage
    assert engine.count == 0


async def test_a_reader_that_comes_late_or_slowly_gets_every_character_once(
    engine: TurnEngine, coach: ScriptedCoach
) -> None:
    turn = await _ask(engine, coach)
    got = ""

    async def read_slowly() -> None:
        nonlocal got
        while True:
            version = turn.version
            got += turn.text[len(got) :]
            if turn.final is not None and turn.version == version:
                return
            await turn.changed(version)

    coach.say("before anyone looks, ")
    reader = asyncio.create_task(read_slowly())
    for number in range(200):
        coach.say(f"{number} ")
        if number % 7 == 0:
            await asyncio.sleep(0)
    coach.end()
    await reader
    assert got == turn.text
    assert turn.final is not None
    assert turn.final.content == got


async def test_the_question_reaches_the_coach_with_its_branch_and_its_dialogue(
    engine: TurnEngine, coach: ScriptedCoach
) -> None:
    first = await _ask(engine, coach, "One?")
    coach.say("1.")
    coach.end(Outcome(dialogue={"rung": 2}))
    await _ended(first)
    controls = Controls(level=5, profile=Profile.DEEP)
    await engine.ask("local", first.session_id, "Two?", controls)
    await coach.is_asked(2)
    ask = coach.asked[1]
    assert [(said.role, said.content) for said in ask.history] == [("user", "One?"), ("assistant", "1.")]
    assert (ask.question, ask.controls, ask.dialogue) == ("Two?", controls, {"rung": 2})
    coach.end()


async def test_asking_again_gives_the_coach_the_state_from_before_the_old_reply(
    engine: TurnEngine, coach: ScriptedCoach
) -> None:
    first = await _ask(engine, coach, "One?")
    coach.end(Outcome(dialogue={"from": "one"}))
    await _ended(first)
    second = await _ask(engine, coach, "Two?", first.session_id)
    coach.end(Outcome(dialogue={"from": "two"}))
    await _ended(second)
    asked = await engine.ask_again("local", second.id)
    assert asked.turn is not None
    await coach.is_asked(3)
    assert coach.asked[2].question == "Two?"
    assert coach.asked[2].dialogue == {"from": "one"}
    coach.end()


async def test_stop_keeps_what_was_said_and_cancels_the_coach(
    engine: TurnEngine, coach: ScriptedCoach, messages: MessageStore
) -> None:
    turn = await _ask(engine, coach)
    coach.say("So far")
    engine.stop("local", turn.id)
    await _ended(turn)
    assert coach.cancelled.is_set()
    reply = await messages.get("local", turn.id)
    assert (reply.status, reply.content) == (Status.STOPPED, "So far")
    with pytest.raises(StudyinError) as refused:
        engine.stop("local", turn.id)
    assert refused.value.code == Code.NOT_RUNNING


async def test_a_turn_stopped_before_its_coach_began_ends_too(engine: TurnEngine) -> None:
    asked = await engine.ask("local", None, "Why?", Controls())
    assert asked.turn is not None
    engine.stop("local", asked.turn.id)
    await _ended(asked.turn)
    assert asked.turn.final is not None
    assert asked.turn.final.status is Status.STOPPED


async def test_another_account_can_neither_see_nor_stop_a_turn(engine: TurnEngine, coach: ScriptedCoach) -> None:
    turn = await _ask(engine, coach)
    assert engine.running("stranger", turn.session_id) is None
    with pytest.raises(StudyinError) as refused:
        engine.stop("stranger", turn.id)
    assert refused.value.code == Code.NOT_RUNNING
    assert engine.running("local", turn.session_id) is turn
    engine.stop("local", turn.id)


async def test_an_asker_that_is_cut_off_while_its_question_is_stored_does_not_stop_the_turn(
    engine: TurnEngine, coach: ScriptedCoach
) -> None:
    asking = asyncio.create_task(engine.ask("local", None, "Why?", Controls()))
    await asyncio.sleep(0)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    await coach.is_asked()
    assert engine.count == 1
    coach.end()


async def test_a_known_failure_keeps_the_text_and_says_why(
    engine: TurnEngine, coach: ScriptedCoach, messages: MessageStore
) -> None:
    turn = await _ask(engine, coach)
    coach.say("Half of it")
    coach.fail(StudyinError(Code.PROVIDER_CUT, "The model server hung up.", retryable=True))
    await _ended(turn)
    reply = await messages.get("local", turn.id)
    assert (reply.status, reply.content) == (Status.FAILED, "Half of it")
    assert reply.error == {"code": "provider_cut", "message": "The model server hung up.", "retryable": True}


async def test_an_unknown_failure_is_logged_and_not_shown(
    engine: TurnEngine, coach: ScriptedCoach, caplog: pytest.LogCaptureFixture
) -> None:
    turn = await _ask(engine, coach)
    with caplog.at_level(logging.ERROR):
        coach.fail(RuntimeError("password=hunter2"))
        await _ended(turn)
    assert turn.final is not None
    assert turn.final.error is not None
    assert turn.final.error["message"] == "Unexpected server error."
    assert "hunter2" in caplog.text


async def test_a_reply_without_end_is_ended_where_it_says(engine: TurnEngine, coach: ScriptedCoach) -> None:
    turn = await _ask(engine, coach)
    # Pieces are as long as a model is quick: what has room of the last one is said.
    coach.say("x" * (MAX_CHARACTERS // 2 + 1))
    for _ in range(2):
        with pytest.raises(StudyinError) as refused:
            coach.say("y" * (MAX_CHARACTERS // 2 + 1))
        assert refused.value.code == Code.TOO_LONG
    assert turn.length == len(turn.text) == MAX_CHARACTERS
    coach.end()


async def test_text_that_could_not_be_stored_is_made_storable(
    engine: TurnEngine, coach: ScriptedCoach, messages: MessageStore
) -> None:
    turn = await _ask(engine, coach)
    coach.say("a\ud83d b\0\x02 c\n😀")
    coach.think("\udc00")
    coach.end()
    await _ended(turn)
    assert (await messages.get("local", turn.id)).content == "a\ufffd b c\n😀"


async def test_running_replies_are_checkpointed(
    engine: TurnEngine, coach: ScriptedCoach, messages: MessageStore, database: Database
) -> None:
    turn = await _ask(engine, coach)
    coach.context(FOUND)
    coach.say("So far")
    coach.think("hm")
    async with asyncio.timeout(5):
        while (stored := await messages.get("local", turn.id)).content != "So far":
            await asyncio.sleep(0.005)
    assert (stored.status, stored.thinking, len(stored.quotations)) == (Status.STREAMING, "hm", 1)
    coach.end()


async def test_closing_stores_running_replies_as_interrupted(
    database: Database, coach: ScriptedCoach, messages: MessageStore
) -> None:
    engine = TurnEngine(TurnStore(database), messages, lambda: coach, checkpoint_seconds=60)
    await engine.open()
    turn = await _ask(engine, coach)
    coach.say("Up to here")
    await engine.close()
    reply = await messages.get("local", turn.id)
    assert (reply.status, reply.content) == (Status.INTERRUPTED, "Up to here")


async def test_a_full_disk_ends_the_reply_in_words_and_stores_it_when_there_is_room(
    engine: TurnEngine, coach: ScriptedCoach, messages: MessageStore, database: Database
) -> None:
    turn = await _ask(engine, coach)
    coach.say("Precious words")
    await set_patience(database, ms=1)
    with locked(database.path):  # to the engine the same as a disk without room
        coach.end()
        await _ended(turn)
        assert turn.final is not None
        assert turn.final.error is not None
        assert turn.final.error["code"] == Code.STORAGE_UNAVAILABLE
        with pytest.raises(StudyinError):
            await engine.ask("local", turn.session_id, "And now?", Controls())
    async with asyncio.timeout(5):
        while (stored := await messages.get("local", turn.id)).status is Status.STREAMING:
            await asyncio.sleep(0.005)
    assert (stored.status, stored.content) == (Status.COMPLETE, "Precious words")


async def test_a_full_disk_does_not_keep_the_engine_from_closing(
    database: Database, coach: ScriptedCoach, messages: MessageStore, caplog: pytest.LogCaptureFixture
) -> None:
    engine = TurnEngine(TurnStore(database), messages, lambda: coach, checkpoint_seconds=60)
    await engine.open()
    turn = await _ask(engine, coach)
    await set_patience(database, ms=1)
    with locked(database.path):
        await engine.close()
    assert turn.final is not None
    assert "could not be saved" in caplog.text


async def test_a_file_that_somebody_else_locks_to_the_end_is_told(
    engine: TurnEngine,
    coach: ScriptedCoach,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(turns, "CLOSE_SECONDS", 0.02)
    turn = await _ask(engine, coach)
    with locked(database.path):
        await engine.close()
    assert "could not be stored in time, kept as their last checkpoint has them: 1" in caplog.text
    await _ended(turn)


async def test_a_reply_that_can_not_be_stored_as_it_is_ends_all_the_same(
    engine: TurnEngine, coach: ScriptedCoach, messages: MessageStore, caplog: pytest.LogCaptureFixture
) -> None:
    turn = await _ask(engine, coach)
    coach.say("Words")
    coach.end(Outcome(dialogue={"no JSON": object()}))
    async with asyncio.timeout(5):
        await _ended(turn)
        while (stored := await messages.get("local", turn.id)).status is Status.STREAMING:
            await asyncio.sleep(0.005)
    assert (stored.status, stored.content) == (Status.FAILED, "Words")
    assert stored.error is not None
    assert stored.error["code"] == Code.SERVER_ERROR
    assert f"turn {turn.id} can't be stored" in caplog.text
    assert engine.count == 0


async def test_a_question_sent_again_is_not_given_the_answer_to_another_one(
    engine: TurnEngine, coach: ScriptedCoach
) -> None:
    first = await engine.ask("local", None, "One?", Controls(), client_id="c-1")
    assert first.turn is not None
    await coach.is_asked()
    coach.end()
    await _ended(first.turn)
    second = await _ask(engine, coach, "Two?", first.turn.session_id)
    again = await engine.ask("local", first.turn.session_id, "One?", Controls(), client_id="c-1")
    assert (again.begun.reply.id, again.turn) == (first.turn.id, None)
    assert engine.running("local", second.session_id) is second
    coach.end()


async def test_a_turn_that_ends_without_a_word_has_looked_for_passages_all_the_same(engine: TurnEngine) -> None:
    asked = await engine.ask("local", None, "Why?", Controls())
    assert asked.turn is not None
    engine.stop("local", asked.turn.id)
    await _ended(asked.turn)
    assert asked.turn.quotations == ()


async def test_listeners_hear_the_start_and_the_end_until_they_leave(engine: TurnEngine, coach: ScriptedCoach) -> None:
    heard: list[tuple[str, bool]] = []
    leave = engine.listen(lambda turn: heard.append((turn.question.content, turn.final is not None)))
    first = await _ask(engine, coach, "One?")
    coach.end()
    await _ended(first)
    leave()
    second = await _ask(engine, coach, "Two?")
    coach.end()
    await _ended(second)
    assert heard == [("One?", False), ("One?", True)]
