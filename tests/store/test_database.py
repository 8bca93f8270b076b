"""The file: one writer, durable commits, migrations that lose nothing."""

import asyncio
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from studyin.errors import Code, StartupError, StudyinError
from studyin.store import migrations
from studyin.store.database import Database
from studyin.store.materials import MaterialStore
from studyin.store.passage_index import PassageIndex
from tests.store.conftest import locked, set_patience

INSERT = "INSERT INTO accounts (id, name, created_at) VALUES (?, 'Name', 0)"


async def _names(database: Database) -> set[str]:
    return {row["id"] for row in await database.fetch_all("SELECT id FROM accounts")}


class Held:
    """Work that writes a row, and then waits inside its transaction until it is let go."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._has_begun = threading.Event()
        self._may_end = threading.Event()

    def __call__(self, tx: sqlite3.Connection) -> None:
        tx.execute(INSERT, (self._name,))
        self._has_begun.set()
        assert self._may_end.wait(timeout=30)

    async def begun(self) -> None:
        assert await asyncio.to_thread(self._has_begun.wait, 30)

    def let_go(self) -> None:
        self._may_end.set()


async def _add(database: Database, name: str) -> None:
    await database.transact(lambda tx: tx.execute(INSERT, (name,)))


async def test_work_that_raises_undoes_its_own_writes_and_nobody_elses(database: Database) -> None:
    def fails(tx: sqlite3.Connection) -> None:
        tx.execute(INSERT, ("undone",))
        raise RuntimeError("on purpose")

    done = await asyncio.gather(
        _add(database, "before"), database.transact(fails), _add(database, "after"), return_exceptions=True
    )
    assert [type(each) for each in done] == [type(None), RuntimeError, type(None)]
    assert await _names(database) == {"local", "before", "after"}


async def test_a_cancelled_write_leaves_no_transaction_open(database: Database) -> None:
    work = Held("begun")
    task = asyncio.create_task(database.transact(work))
    await work.begun()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    work.let_go()
    await _add(database, "next")
    assert await _names(database) == {"local", "begun", "next"}


async def test_a_durable_write_is_durable_whatever_was_written_before(database: Database) -> None:
    def synchronous(tx: sqlite3.Connection) -> int:
        return tx.execute("PRAGMA synchronous").fetchone()[0]

    for _ in range(2):
        assert await database.transact(synchronous, durable=True) == 2  # FULL
        assert await database.transact(synchronous) == 1  # NORMAL


async def test_a_reader_sees_only_what_is_committed(database: Database) -> None:
    work = Held("new")
    writing = asyncio.create_task(database.transact(work))
    await work.begun()
    assert await _names(database) == {"local"}
    work.let_go()
    await writing
    assert await _names(database) == {"local", "new"}


async def test_reading_can_not_write(database: Database) -> None:
    with pytest.raises(StudyinError, match="readonly"):
        await database.fetch_all("INSERT INTO accounts (id, name, created_at) VALUES ('x', 'X', 0) RETURNING id")


async def test_a_file_locked_by_another_program_is_said_and_cured_by_trying_again(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await set_patience(database, ms=1)
    with locked(database.path):
        with pytest.raises(StudyinError, match="try again") as refused:
            await _add(database, "x")
        assert (refused.value.code, refused.value.retryable) == (Code.STORAGE_UNAVAILABLE, True)
    await _add(database, "x")
    assert "x" in await _names(database)


async def test_a_second_server_on_the_same_file_is_refused_until_the_first_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "one.sqlite3"
    first = await Database.open(path)
    with pytest.raises(StartupError, match="Another Studyin is already using"):
        await Database.open(path)
    await first.close()
    await (await Database.open(path)).close()


async def test_the_lock_of_a_killed_server_does_not_stay(tmp_path: Path) -> None:
    path = tmp_path / "one.sqlite3"
    program = (
        "import asyncio, os, pathlib, signal, sys; from studyin.store.database import Database\n"
        "async def main():\n"
        "    await Database.open(pathlib.Path(sys.argv[1]))\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "asyncio.run(main())"
    )
    killed = await asyncio.to_thread(subprocess.run, [sys.executable, "-c", program, str(path)], check=False)
    assert killed.returncode == -9
    await (await Database.open(path)).close()


async def test_a_file_of_a_newer_version_is_refused_in_words_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "newer.sqlite3"
    await (await Database.open(path)).close()
    raw = sqlite3.connect(path)
    raw.execute("PRAGMA user_version = 999")
    raw.close()
    with pytest.raises(StartupError, match=r"version 999.*Install the newer Studyin"):
        await Database.open(path)


async def test_a_folder_that_can_not_be_made_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(StartupError, match="--data-dir"):
        await Database.open(tmp_path / "file" / "studyin.sqlite3")


async def test_a_file_that_is_no_database_is_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "studyin.sqlite3"
    path.write_bytes(b"these are not the bytes you are looking for" * 100)
    with pytest.raises(StartupError, match=r"is broken .*studyin restore"):
        await Database.open(path)
    assert path.read_bytes().startswith(b"these are not")


@pytest.mark.parametrize("version", [0, 3])
async def test_another_programs_database_is_refused_and_left_alone(tmp_path: Path, version: int) -> None:
    path = tmp_path / "studyin.sqlite3"
    raw = sqlite3.connect(path)
    raw.executescript(f"CREATE TABLE recipes (name TEXT); PRAGMA user_version = {version}")
    with pytest.raises(StartupError, match="another program's database"):
        await Database.open(path)
    assert raw.execute("SELECT name FROM sqlite_schema").fetchall() == [("recipes",)]
    assert raw.execute("PRAGMA user_version").fetchone() == (version,)
    assert not list(tmp_path.glob("*.backup.sqlite3"))
    raw.close()


async def test_a_migration_backs_the_file_up_first_and_keeps_its_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "studyin.sqlite3"
    database = await Database.open(path)
    await _add(database, "kept")
    await database.close()
    step = ("ALTER TABLE accounts ADD COLUMN colour TEXT NOT NULL DEFAULT 'blue'",)
    monkeypatch.setattr(migrations, "MIGRATIONS", (*migrations.MIGRATIONS, step))

    database = await Database.open(path)
    rows = await database.fetch_all("SELECT id, colour FROM accounts ORDER BY id")
    assert [tuple(row) for row in rows] == [("kept", "blue"), ("local", "blue")]
    await database.close()
    (backup,) = tmp_path.glob("*.backup.sqlite3")
    old = sqlite3.connect(backup)
    assert old.execute("SELECT id FROM accounts ORDER BY id").fetchall() == [("kept",), ("local",)]
    assert old.execute("PRAGMA user_version").fetchone() == (len(migrations.MIGRATIONS) - 1,)
    old.close()


async def test_a_migration_that_fails_leaves_the_file_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "studyin.sqlite3"
    await (await Database.open(path)).close()
    before = migrations.MIGRATIONS
    broken = ("ALTER TABLE accounts ADD COLUMN half TEXT", "THIS IS NO SQL")
    monkeypatch.setattr(migrations, "MIGRATIONS", (*before, broken))
    with pytest.raises(StartupError):
        await Database.open(path)
    monkeypatch.setattr(migrations, "MIGRATIONS", before)
    database = await Database.open(path)
    columns = {row["name"] for row in await database.fetch_all("PRAGMA table_info(accounts)")}
    assert "name" in columns
    assert "half" not in columns
    await database.close()


async def test_what_an_older_version_read_is_found_by_the_newer_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "studyin.sqlite3"
    every = migrations.MIGRATIONS
    before = every.index(migrations.SPELLINGS)
    monkeypatch.setattr(migrations, "MIGRATIONS", every[:before])
    database = await Database.open(path)
    await database.transact(_an_old_material)
    await database.close()
    monkeypatch.setattr(migrations, "MIGRATIONS", every)
    database = await Database.open(path)
    index = PassageIndex(database)
    assert await index.spelt_like("local", begin=["photo"]) == ["photosynthesis"]
    assert [passage.position for passage in await index.match_folded("local", ["光合"], 9)] == [1]
    assert [passage.position for passage in await index.match("local", ["photosynthesis"], 9)] == [0]
    await MaterialStore(database).delete("local", "m")
    assert await index.spelt_like("local", begin=["photo"]) == []
    await database.close()


def _an_old_material(tx: sqlite3.Connection) -> None:
    tx.execute(
        "INSERT INTO materials (id, account_id, filename, sha256, bytes, status, passages, created_at)"
        " VALUES ('m', 'local', 'leaf.md', 'hash', 9, 'ready', 2, 0)"
    )
    for number, content in enumerate(["Photosynthesis makes sugar.", "光合作用"]):
        tx.execute(
            'INSERT INTO passages (id, material_id, position, heading, content, "start", "end")'
            " VALUES (?, 'm', ?, '', ?, 0, 9)",
            (f"p{number}", number, content),
        )


async def test_a_write_that_is_cancelled_as_its_turn_comes_is_cancelled_and_keeps_no_lock(database: Database) -> None:
    async with database._turn():
        waiting = asyncio.create_task(database.check_write())
        while not database._lock._waiters:
            await asyncio.sleep(0)
    waiting.cancel()  # the lock is free by now, and the task has not run yet
    with pytest.raises(asyncio.CancelledError):
        await waiting
    async with asyncio.timeout(10):
        await database.check_write()
