"""Sessions from elsewhere as rows: whole, with all their branches, under ids of their own."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field

from studyin.store.database import Database
from studyin.store.ids import new_id
from studyin.store.messages import Message, json_text
from studyin.store.sessions import Session
from studyin.store.turns import quote


@dataclass(frozen=True, slots=True)
class Whole:
    """A session with its messages, parents before their children. Ids hold within it alone: they are given anew.

    leaf_id: the last message of the branch that is shown, one of `messages`. Times: milliseconds since 1970.
    """

    title: str
    created_at: int
    updated_at: int
    leaf_id: str | None
    messages: Sequence[Message] = field(default_factory=tuple)


class ImportStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, account_id: str, whole: Whole) -> Session:
        """Store a session, all of it or nothing; durable when it returns."""
        ids = {message.id: new_id() for message in whole.messages}
        leaf_id = ids.get(whole.leaf_id or "")
        session = Session(new_id(), account_id, whole.title, False, leaf_id, whole.created_at, whole.updated_at)

        def add(tx: sqlite3.Connection) -> None:
            tx.execute(
                "INSERT INTO sessions (id, account_id, title, created_at, updated_at) VALUES (?, ?, ?, ?, ?)",
                (session.id, account_id, session.title, session.created_at, session.updated_at),
            )
            for message in whole.messages:
                _insert(tx, session.id, ids, message)
                quote(tx, ids[message.id], message.quotations)
            tx.execute("UPDATE sessions SET leaf_id = ? WHERE id = ?", (leaf_id, session.id))

        await self._database.transact(add, durable=True)
        return session


def _insert(tx: sqlite3.Connection, session_id: str, ids: dict[str, str], message: Message) -> None:
    tx.execute(
        "INSERT INTO messages (id, session_id, parent_id, role, status, content, thinking, controls, coach, model,"
        " error, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            ids[message.id],
            session_id,
            ids[message.parent_id] if message.parent_id is not None else None,
            message.role,
            message.status,
            message.content,
            message.thinking,
            json_text(message.controls),
            message.coach,
            message.model,
            json_text(message.error) if message.error else None,
            message.created_at,
        ),
    )
