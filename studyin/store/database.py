"""One SQLite file with one writer: the connection that writes, and the one that reads."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from contextvars import copy_context
from pathlib import Path
from typing import Any, TypeVar

import aiosqlite

from studyin import logs
from studyin.errors import Code, StartupError, StudyinError
from studyin.language import phrase, say
from studyin.store.claim import Claim, is_claimed
from studyin.store.migrations import migrate, require_newest
from studyin.store.spelling import fold

log = logging.getLogger(__name__)

BUSY_TIMEOUT_MS = 5_000
# While another program holds the file, each write waits for the above: the tenth in line is not kept for a minute.
TURN_SECONDS = 10.0
# A disk that is full fails every write: one line in the log in so many seconds.
TROUBLE_SECONDS = 30.0

_trouble = logs.Seldom(TROUBLE_SECONDS)

WAITED = phrase("other writes take too long")
# What SQLite says where it can't write or read, in words that a student may see.
REASONS = (
    phrase("database or disk is full"),
    phrase("database is locked"),
    phrase("attempt to write a readonly database"),
    phrase("disk i/o error"),
    phrase("unable to open database file"),
    WAITED,
)

Result = TypeVar("Result")


class Database:
    """The file. `transact()` is the only way to change it; `fetch_…` read what is committed.

    What is read may be compared without capitals and accents: folded(text) in SQL is spelling.fold.

    Two coroutines that share a connection share its transaction, so that one's rollback would undo the other's
    insert: every write takes the lock and runs between BEGIN IMMEDIATE and COMMIT.
    """

    def __init__(self, path: Path, claim: Claim | None, writer: _Connection, reader: _Connection) -> None:
        self.path = path
        self._claim = claim
        self._writer = writer
        self._reader = reader
        self._lock = asyncio.Lock()
        self.on_write: Callable[[float], object] = _ignore  # gets the seconds that each write took

    @classmethod
    async def open(cls, path: Path, *, beside_server: bool = False) -> Database:
        """Open or make the file and bring it to the newest shape. Raises StartupError in words.

        beside_server: for a command that may run while a server uses the file, and must not keep one from starting.
        """
        async with AsyncExitStack() as opened:
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                claim = None if beside_server and is_claimed(path) else opened.enter_context(Claim(path))
                writer = await _connect(path)
                opened.push_async_callback(writer.close)
                if claim is None:
                    await require_newest(writer, path)
                else:
                    await migrate(writer, path)
                reader = await _connect(path)
                opened.push_async_callback(reader.close)
                await reader.execute("PRAGMA query_only = ON")
                # LIKE knows the capitals of English alone: to it, Ö is no ö.
                await reader.create_function("folded", 1, fold, deterministic=True)
            except OSError as error:
                raise StartupError(
                    f"The data folder {path.parent} can't be used ({_reason(error)}). "
                    "Make it writable, or name another one with --data-dir."
                ) from error
            except sqlite3.Error as error:
                raise StartupError(_cannot_open(path, error)) from error
            if claim is not None and beside_server:
                claim.release()
                claim = None
            opened.pop_all()
            return cls(path, claim, writer, reader)

    async def close(self) -> None:
        async with self._lock:
            await self._reader.close()
            await self._writer.close()
            if self._claim is not None:
                self._claim.release()

    async def transact(self, work: Callable[[sqlite3.Connection], Result], *, durable: bool = False) -> Result:
        """Run `work` as one transaction: committed when it returns, undone when it raises.

        The whole of it is one errand to the writer's thread: nothing can come between, and a cancelled caller leaves
        it either done or not begun. durable: on disk before it returns, also if the power goes; without it a commit
        survives the death of the process, not of the machine. Raises StudyinError STORAGE_UNAVAILABLE where the disk
        is full, read-only or the file is locked by another program.
        """
        # The writer's thread speaks the language of who asked, should the work raise.
        context = copy_context()
        async with self._turn():
            began = time.perf_counter()
            try:
                return await self._writer.run(
                    lambda connection: context.run(lambda: _transaction(connection, work, durable))
                )
            except sqlite3.OperationalError as error:
                raise _unavailable(error) from error
            finally:
                self.on_write(time.perf_counter() - began)

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        try:
            # Not wait_for: before Python 3.12 it swallows a cancellation that comes as the lock does.
            async with asyncio.timeout(TURN_SECONDS):
                await self._lock.acquire()
        except TimeoutError:
            raise _unavailable(sqlite3.OperationalError(WAITED)) from None
        try:
            yield
        finally:
            self._lock.release()

    async def check(self) -> None:
        """Read from the file. Raises StudyinError STORAGE_UNAVAILABLE where that can't be done."""
        await self.fetch_one("SELECT 1 FROM accounts LIMIT 1")

    async def check_write(self) -> None:
        """Write a page to the file, with what it has already. Raises StudyinError STORAGE_UNAVAILABLE."""

        def write(tx: sqlite3.Connection) -> None:
            (version,) = tx.execute("PRAGMA user_version").fetchone()
            tx.execute(f"PRAGMA user_version = {version}")

        await self.transact(write)

    async def fetch_all(self, sql: str, params: Iterable[Any] = ()) -> list[sqlite3.Row]:
        """All rows. Raises StudyinError STORAGE_UNAVAILABLE where the file can't be read."""
        try:
            return list(await self._reader.execute_fetchall(sql, params))
        except sqlite3.OperationalError as error:
            raise _unreadable(error) from error

    async def fetch_one(self, sql: str, params: Iterable[Any] = ()) -> sqlite3.Row | None:
        rows = await self.fetch_all(sql, params)
        return rows[0] if rows else None


class _Connection(aiosqlite.Connection):
    """aiosqlite makes an errand of each statement; a transaction of six would wait six times for its thread."""

    async def run(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        result: Result = await self._execute(work, self._conn)  # type: ignore[no-untyped-call]
        return result


def _transaction(connection: sqlite3.Connection, work: Callable[[sqlite3.Connection], Result], durable: bool) -> Result:
    connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
    connection.execute("BEGIN IMMEDIATE")
    try:
        result = work(connection)
        connection.execute("COMMIT")
    except BaseException:
        connection.rollback()
        raise
    return result


async def _connect(path: Path) -> _Connection:
    connection = _Connection(lambda: sqlite3.connect(path, isolation_level=None), iter_chunk_size=64)
    try:
        await connection
    except BaseException:
        # Its thread tells its end to the loop, which may be closed by then: that would be a stack on the screen.
        await asyncio.to_thread(connection._thread.join)
        raise
    try:
        connection.row_factory = sqlite3.Row
        await connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        await connection.execute("PRAGMA foreign_keys = ON")
        await connection.execute("PRAGMA journal_mode = WAL")
        await connection.execute("PRAGMA synchronous = NORMAL")
    except BaseException:
        await connection.close()
        raise
    return connection


def _cannot_open(path: Path, error: sqlite3.Error) -> str:
    """Why the data file can't be used, and the way out."""
    if path.is_dir():
        return f"Expected a file at {path}, got a folder. Move it away, or name another folder with --data-dir."
    if isinstance(error, sqlite3.OperationalError):
        return (
            f"The data file {path} can't be opened ({_reason(error)}). Close other programs that use it and check that "
            "it is writable, or name another folder with --data-dir."
        )
    return (
        f"The data file {path} is broken ({_reason(error)}). Go back to a backup with `studyin restore FILE`; the "
        f"daily ones are in {path.parent / 'backups'}."
    )


def _ignore(_: float) -> None:
    return


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) and error.strerror else str(error)).rstrip(".").lower()


def _tell(verb: str, error: sqlite3.OperationalError) -> None:
    if (held := _trouble.admit(verb)) is not None:
        logs.event(log, logging.ERROR, f"the data file can't be {verb}: {error}", times_since=held or None)


def _unavailable(error: sqlite3.OperationalError) -> StudyinError:
    _tell("written", error)
    return StudyinError(
        Code.STORAGE_UNAVAILABLE,
        say(
            "The server can't save right now ({reason}). Nothing you typed is lost; try again in a moment.",
            reason=say(_reason(error)),
        ),
        status=503,
        retryable=True,
    )


def _unreadable(error: sqlite3.OperationalError) -> StudyinError:
    _tell("read", error)
    return StudyinError(
        Code.STORAGE_UNAVAILABLE,
        say(
            "The server can't read its data right now ({reason}). Nothing you typed is lost; try again in a moment.",
            reason=say(_reason(error)),
        ),
        status=503,
        retryable=True,
    )
