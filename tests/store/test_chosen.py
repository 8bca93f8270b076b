"""What a session is taught from, and how, as it is stored with it."""

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from studyin.errors import Code, StudyinError
from studyin.store import migrations
from studyin.store.database import Database
from studyin.store.materials import MaterialStore
from studyin.store.messages import MessageStore, Status
from studyin.store.sessions import MAX_CHOSEN, SessionStore
from studyin.store.turns import TurnStore

DEEP = {"level": 5, "profile": "studyin_deep", "effort": "high", "verbosity": "concise"}
FAST = {"level": 3, "profile": "studyin_fast", "effort": None, "verbosity": "balanced"}


async def material(database: Database, name: str, account_id: str = "local") -> str:
    kept, _ = await MaterialStore(database).add(
        account_id, material_id=f"id-of-{name}", filename=name, sha256=name, size=1
    )
    return kept.id


async def end(turns: TurnStore, messages: MessageStore, reply_id: str) -> None:
    reply = await messages.get("local", reply_id)
    await turns.finish(replace(reply, status=Status.COMPLETE, content="So."))


async def test_a_question_sets_how_and_from_what_its_session_is_taught(
    database: Database, turns: TurnStore, messages: MessageStore, sessions: SessionStore
) -> None:
    one, two = await material(database, "one"), await material(database, "two")
    begun = await turns.begin("local", None, "Why?", DEEP, material_ids=[two, one, two])
    assert (begun.session.controls, begun.session.material_ids) == (DEEP, (one, two))
    stored = await sessions.get("local", begun.session.id)
    assert (stored.controls, stored.material_ids) == (DEEP, (one, two))
    await end(turns, messages, begun.reply.id)
    again = await turns.begin("local", begun.session.id, "And then?", FAST)
    assert (again.session.controls, again.session.material_ids) == (FAST, (one, two))
    await end(turns, messages, again.reply.id)
    anew = await turns.begin_again("local", again.reply.id, None, [])
    assert (anew.session.controls, anew.session.material_ids) == (FAST, ())


async def test_a_question_about_a_material_that_is_not_there_is_not_stored(
    database: Database, turns: TurnStore, sessions: SessionStore, stranger: str
) -> None:
    theirs = await material(database, "theirs", stranger)
    mine = await material(database, "mine")
    for chosen in ([theirs], [mine, theirs], [mine, "unknown"]):
        with pytest.raises(StudyinError, match="Choose again") as refused:
            await turns.begin("local", None, "Why?", FAST, material_ids=chosen)
        assert (refused.value.code, refused.value.status) == (Code.NOT_FOUND, 404)
    assert not (await sessions.list("local")).sessions


async def test_the_choice_is_changed_as_a_whole_or_not_at_all(
    database: Database, turns: TurnStore, sessions: SessionStore, stranger: str
) -> None:
    one, two = await material(database, "one"), await material(database, "two")
    session_id = (await turns.begin("local", None, "Why?", FAST)).session.id
    changed = await sessions.change("local", session_id, controls=DEEP, material_ids=[one])
    assert (changed.controls, changed.material_ids, changed.title) == (DEEP, (one,), "Why?")
    with pytest.raises(StudyinError, match="Choose again"):
        await sessions.change("local", session_id, title="Lost", material_ids=[two, "unknown"])
    with pytest.raises(StudyinError, match=f"at most {MAX_CHOSEN:,}"):
        await sessions.change("local", session_id, material_ids=[str(n) for n in range(MAX_CHOSEN + 1)])
    with pytest.raises(StudyinError) as refused:
        await sessions.change(stranger, session_id, material_ids=[])
    assert refused.value.code is Code.NOT_FOUND
    kept = await sessions.change("local", session_id, pinned=True)
    assert (kept.title, kept.controls, kept.material_ids) == ("Why?", DEEP, (one,))
    assert (await sessions.change("local", session_id, material_ids=[])).material_ids == ()


async def test_a_deleted_material_falls_out_of_the_choice_and_the_last_one_leaves_all(
    database: Database, turns: TurnStore, sessions: SessionStore
) -> None:
    one, two = await material(database, "one"), await material(database, "two")
    session_id = (await turns.begin("local", None, "Why?", FAST, material_ids=[one, two])).session.id
    await MaterialStore(database).delete("local", one)
    assert (await sessions.get("local", session_id)).material_ids == (two,)
    await MaterialStore(database).delete("local", two)
    (listed, _), *_ = (await sessions.list("local")).sessions
    assert listed.material_ids == ()


async def test_an_account_asks_on_as_it_last_did(
    database: Database, turns: TurnStore, messages: MessageStore, sessions: SessionStore, stranger: str
) -> None:
    assert await sessions.last_controls("local") == {}
    first = await turns.begin("local", None, "Why?", FAST)
    await end(turns, messages, first.reply.id)
    await turns.begin("local", None, "How?", DEEP)
    update = "UPDATE sessions SET updated_at = ? WHERE id = ?"
    for updated_at, last in ((1, DEEP), (2**50, FAST)):
        await database.transact(lambda tx, at=updated_at: tx.execute(update, (at, first.session.id)))
        assert await sessions.last_controls("local") == last
    assert await sessions.last_controls(stranger) == {}


async def test_sessions_of_an_older_file_are_taught_as_their_last_question_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "studyin.sqlite3"
    newest = migrations.MIGRATIONS
    before = newest[: newest.index(migrations.CHOSEN)]
    monkeypatch.setattr(migrations, "MIGRATIONS", before)
    await (await Database.open(path)).close()
    with sqlite3.connect(path) as old:
        old.execute(
            "INSERT INTO sessions VALUES ('s', 'local', 'Old', 0, NULL, 1, 1), ('empty', 'local', '', 0, NULL, 1, 1)"
        )
        old.executemany(
            "INSERT INTO messages (id, session_id, role, status, content, controls, created_at)"
            " VALUES (?, 's', ?, 'complete', '', ?, 1)",
            [
                ("1", "user", '{"level": 1}'),
                ("2", "assistant", '{"level": 1}'),
                ("3", "user", '{"level": 5}'),
                ("4", "assistant", '{"level": 1}'),
            ],
        )
    old.close()
    monkeypatch.setattr(migrations, "MIGRATIONS", newest)
    database = await Database.open(path)
    sessions = SessionStore(database)
    assert (await sessions.get("local", "s")).controls == {"level": 5}
    assert (await sessions.get("local", "empty")).controls == {}
    assert (await sessions.get("local", "s")).material_ids == ()
    await database.close()
