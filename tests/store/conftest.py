"""A real data file for each test."""

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from studyin.store.database import Database
from studyin.store.messages import MessageStore
from studyin.store.sessions import SessionStore
from studyin.store.turns import TurnStore


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = await Database.open(tmp_path / "studyin.sqlite3")
    yield database
    await database.close()


@pytest.fixture
def turns(database: Database) -> TurnStore:
    return TurnStore(database)


@pytest.fixture
def messages(database: Database) -> MessageStore:
    return MessageStore(database)


@pytest.fixture
def sessions(database: Database) -> SessionStore:
    return SessionStore(database)


@pytest.fixture
async def stranger(database: Database) -> str:
    """Another account, for what must stay apart."""
    sql = "INSERT INTO accounts (id, name, created_at) VALUES ('stranger', 'Stranger', 0)"
    await database.transact(lambda tx: tx.execute(sql))
    return "stranger"


async def set_patience(database: Database, *, ms: int) -> None:
    """How long a write waits for a file that another program holds; a PRAGMA is of no transaction's."""
    await database._writer.execute(f"PRAGMA busy_timeout = {ms}")


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Another program holds the file for itself."""
    other = sqlite3.connect(path, isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        yield
    finally:
        other.close()
