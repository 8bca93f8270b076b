"""Backups: whole while the file is written to, never half, never over another; and the way back."""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import sqlite3
import stat
from pathlib import Path

import pytest

from studyin.errors import StartupError
from studyin.store.backup import DailyBackups, back_up, inspect, restore
from studyin.store.database import Database
from studyin.store.migrations import MIGRATIONS

INSERT = "INSERT INTO accounts (id, name, created_at) VALUES (?, 'Name', 0)"


def _names(path: Path) -> set[str]:
    connection = sqlite3.connect(path)
    try:
        return {name for (name,) in connection.execute("SELECT id FROM accounts")}
    finally:
        connection.close()


async def _add(database: Database, name: str) -> None:
    await database.transact(lambda tx: tx.execute(INSERT, (name,)))


@pytest.fixture
async def path(tmp_path: Path) -> Path:
    """A data file with one account of its own, not in use."""
    path = tmp_path / "data" / "studyin.sqlite3"
    database = await Database.open(path)
    await _add(database, "before")
    await database.close()
    return path


async def test_a_backup_is_whole_while_the_file_is_written_to(path: Path, tmp_path: Path) -> None:
    database = await Database.open(path)
    stop = asyncio.Event()

    async def write() -> int:
        count = 0
        while not stop.is_set():
            await _add(database, f"n{count:05}")
            count += 1
        return count

    writing = asyncio.create_task(write())
    for number in range(5):
        size = await asyncio.to_thread(back_up, path, tmp_path / f"{number}.sqlite3")
        assert size == (tmp_path / f"{number}.sqlite3").stat().st_size > 0
    stop.set()
    assert await writing > 0
    await database.close()
    for number in range(5):
        names = sorted(name for name in _names(tmp_path / f"{number}.sqlite3") if name.startswith("n"))
        assert names == [f"n{count:05}" for count in range(len(names))], "a gap: something committed is missing"
        assert inspect(tmp_path / f"{number}.sqlite3") == len(MIGRATIONS)


async def test_a_backup_has_what_is_only_in_the_write_ahead_log_and_is_its_owners_alone(
    path: Path, tmp_path: Path
) -> None:
    database = await Database.open(path)
    await _add(database, "in the log")
    back_up(path, tmp_path / "a.sqlite3")
    await database.close()
    assert "in the log" in _names(tmp_path / "a.sqlite3")
    assert stat.S_IMODE((tmp_path / "a.sqlite3").stat().st_mode) == 0o600
    assert not list(tmp_path.glob("*.part"))


def test_a_backup_overwrites_nothing_and_needs_something(path: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    with pytest.raises(StartupError, match="is there already"):
        back_up(path, tmp_path / "mine")
    assert (tmp_path / "mine").read_text() == "mine"
    with pytest.raises(StartupError, match="Expected a data file"):
        back_up(tmp_path / "nothing", tmp_path / "b")
    with pytest.raises(StartupError, match="can't be written"):
        back_up(path, tmp_path / "no such folder" / "b")


async def test_restoring_brings_back_the_backup_and_keeps_the_old_file(path: Path, tmp_path: Path) -> None:
    back_up(path, tmp_path / "a.sqlite3")
    database = await Database.open(path)
    await _add(database, "after")
    await database.close()
    kept = restore(tmp_path / "a.sqlite3", path)
    assert kept is not None
    assert _names(path) == {"local", "before"}
    assert _names(kept) == {"local", "before", "after"}
    # Also a second time at once.
    again = restore(tmp_path / "a.sqlite3", path)
    assert again not in (None, kept)
    assert _names(kept) == {"local", "before", "after"}
    await (await Database.open(path)).close()


async def test_a_restore_that_can_not_be_done_leaves_nothing_behind(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    back_up(path, tmp_path / "a.sqlite3")
    monkeypatch.setattr(os, "link", refused)
    before = sorted(path.parent.iterdir())
    with pytest.raises(StartupError, match="nothing was changed"):
        restore(tmp_path / "a.sqlite3", path)
    assert sorted(path.parent.iterdir()) == before


async def test_what_a_killed_server_left_in_its_log_stays_with_the_old_file(path: Path, tmp_path: Path) -> None:
    back_up(path, tmp_path / "a.sqlite3")
    raw = sqlite3.connect(path, isolation_level=None)
    raw.execute(INSERT, ("in the log",))
    log = path.with_name(path.name + "-wal").read_bytes()
    whole = path.read_bytes()
    raw.close()
    path.write_bytes(whole)
    path.with_name(path.name + "-wal").write_bytes(log)
    kept = restore(tmp_path / "a.sqlite3", path)
    assert kept is not None
    assert _names(kept) == {"local", "before", "in the log"}
    assert _names(path) == {"local", "before"}


async def test_restoring_is_refused_while_a_server_uses_the_file(path: Path, tmp_path: Path) -> None:
    back_up(path, tmp_path / "a.sqlite3")
    database = await Database.open(path)
    with pytest.raises(StartupError, match="Another Studyin is already using"):
        restore(tmp_path / "a.sqlite3", path)
    await database.close()


def test_what_is_broken_newer_or_not_ours_is_refused_and_changes_nothing(path: Path, tmp_path: Path) -> None:
    broken, newer, foreign = (tmp_path / name for name in ("broken", "newer", "foreign"))
    back_up(path, broken)
    data = bytearray(broken.read_bytes())
    data[4096:8192] = b"\xa5" * 4096
    broken.write_bytes(data)
    back_up(path, newer)
    raw = sqlite3.connect(newer)
    raw.execute("PRAGMA user_version = 999")
    raw.close()
    raw = sqlite3.connect(foreign)
    raw.execute("CREATE TABLE other (id)")
    raw.close()
    (tmp_path / "text").write_text("no database " * 100)
    before = path.read_bytes()
    for name, words in {"broken": "a broken one", "newer": "version 999", "foreign": "another program's"}.items():
        with pytest.raises(StartupError, match=words):
            restore(tmp_path / name, path)
    with pytest.raises(StartupError, match="a broken one"):
        restore(tmp_path / "text", path)
    with pytest.raises(StartupError, match="got none"):
        restore(tmp_path / "missing", path)
    assert path.read_bytes() == before
    assert {each.name for each in path.parent.iterdir()} <= {path.name, path.name + ".lock"}


def test_a_data_file_that_is_broken_can_be_restored_over(path: Path, tmp_path: Path) -> None:
    back_up(path, tmp_path / "a.sqlite3")
    path.write_bytes(b"nothing but noise " * 1000)
    kept = restore(tmp_path / "a.sqlite3", path)
    assert kept is not None
    assert kept.read_bytes().startswith(b"nothing but noise")
    assert _names(path) == {"local", "before"}


def test_one_backup_a_day_is_made_and_so_many_are_kept(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    today = ""
    backups = DailyBackups(path, 3, lambda: today)
    for day in (1, 1, 2, 3, 4, 5, 5):
        today = f"2026-03-{day:02}"
        backups.look()
    assert sorted(each.name for each in backups.folder.iterdir()) == [
        f"studyin-2026-03-{number:02}.sqlite3" for number in (3, 4, 5)
    ]
    newest = backups.folder / "studyin-2026-03-05.sqlite3"
    assert _names(newest) == {"local", "before"}
    assert backups.newest_at == newest.stat().st_mtime
    path.unlink()
    today = "2026-03-06"
    with caplog.at_level(logging.ERROR):
        backups.look()
    assert "there is no backup of today" in caplog.text
    assert len(list(backups.folder.iterdir())) == 3


async def test_no_backups_are_made_where_none_are_to_be_kept(path: Path) -> None:
    await DailyBackups(path, 0).run()
    assert not (path.parent / "backups").exists()


def test_a_backup_that_somebody_removes_while_it_is_looked_at_is_none(
    path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    backups = DailyBackups(path, 1, lambda: "2026-03-02")
    backups.look()
    (there,) = backups._all()
    gone = backups.folder / "studyin-2026-03-01.sqlite3"
    monkeypatch.setattr(backups, "_all", lambda: [gone, there])  # listed, and removed since
    caplog.clear()
    backups.look()
    assert backups.newest_at == there.stat().st_mtime
    assert not caplog.records
