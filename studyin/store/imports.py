"""Sessions from elsewhere as rows: whole, with all their branches, under ids of their own."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from studyin.store.database import Database
from studyin.store.ids import new_id
from studyin.store.messages import Message, json_text
from studyin.store.sessions import Session
from studyin.store.turns import quote


@dataclass(frozen=True, slots=True)
class Excerpt:
    """An insight: what of which message, and when, in ms since 1970, it was saved."""

    message_id: str
    content: str
    created_at: int


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
    pinned: bool = False
    controls: Mapping[str, Any] = field(default_factory=dict)
    insights: Sequence[Excerpt] = ()


class ImportStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, account_id: str, whole: Whole) -> Session:
        """Store a session, all of it or nothing; durable when it returns."""
        ids = {message.id: new_id() for message in whole.messages}
        leaf_id = ids.get(whole.leaf_id or "")
        session = Session(
            new_id(),
            account_id,
            whole.title,
            whole.pinned,
            leaf_id,
            whole.created_at,
            whole.updated_at,
            controls=whole.controls,
        )

        def add(tx: sqlite3.Connection) -> None:
            tx.execute(
                "INSERT INTO sessions (id, account_id, title, pinned, controls, created_at, updated_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    session.id,
                    account_id,
                    session.title,
                    session.pinned,
                    json_text(session.controls) if session.controls else None,
                    session.created_at,
                    session.updated_at,
                ),
            )
            for message in whole.messages:
                _insert(tx, session.id, ids, message)
                quote(tx, ids[message.id], message.quotations)
            tx.executemany(
                "INSERT INTO insights (id, session_id, message_id, content, created_at) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT DO NOTHING",
                [
                    (new_id(), session.id, ids[each.message_id], each.content, each.created_at)
                    for each in whole.insights
                ],
            )
            tx.execute("UPDATE sessions SET leaf_id = ? WHERE id = ?", (leaf_id, session.id))

        await self._database.transact(add, durable=True)
        return session


def _insert(tx: sqlite3.Connection, session_id: str, ids: dict[str, str], message: Message) -> None:
    tx.execute(
        "INSERT INTO messages (id, session_id, parent_id, role, status, content, thinking, controls, coach, model,"
        " error, usage, notices, citations, proposals, created_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
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
            json_text(message.usage) if message.usage is not None else None,
            json_text(message.notices),
            json_text(message.citations),
            json_text([proposal.shape() for proposal in message.proposals]),
            message.created_at,
        ),
    )
