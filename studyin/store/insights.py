"""Insights as rows: excerpts of a session's messages that the student wants to find again in it."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from studyin.errors import Code, StudyinError
from studyin.language import say
from studyin.store.database import Database
from studyin.store.ids import new_id, now_ms


@dataclass(frozen=True, slots=True)
class Insight:
    """content: plain text, as it stood in the message; created_at: ms since 1970."""

    id: str
    session_id: str
    message_id: str
    content: str
    created_at: int


class InsightStore:
    """Every method is scoped by account."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(
        self, account_id: str, session_id: str, message_id: str, content: str, *, now: int | None = None
    ) -> tuple[Insight, bool]:
        """Save an excerpt of a message; and whether it is new, or was saved before.

        now: ms since 1970. Raises StudyinError NOT_FOUND where the message isn't one of the account's session.
        """

        def insert(tx: sqlite3.Connection) -> tuple[Insight, bool]:
            row = tx.execute(
                # From a select: of a message that isn't the account's there is nothing to insert.
                "INSERT INTO insights (id, session_id, message_id, content, created_at)"
                " SELECT ?, s.id, m.id, ?, ? FROM messages m JOIN sessions s ON s.id = m.session_id"
                " WHERE m.id = ? AND s.id = ? AND s.account_id = ? ON CONFLICT DO NOTHING RETURNING *",
                (new_id(), content, now_ms() if now is None else now, message_id, session_id, account_id),
            ).fetchone()
            if row:
                return _insight_of(row), True
            known = tx.execute(
                "SELECT i.* FROM insights i JOIN sessions s ON s.id = i.session_id"
                " WHERE i.message_id = ? AND i.content = ? AND s.id = ? AND s.account_id = ?",
                (message_id, content, session_id, account_id),
            ).fetchone()
            if known is None:
                raise StudyinError(
                    Code.NOT_FOUND, say("This message doesn't exist, or was deleted with its session."), status=404
                )
            return _insight_of(known), False

        return await self._database.transact(insert, durable=True)

    async def of_session(self, account_id: str, session_id: str) -> Sequence[Insight]:
        """The session's insights, the oldest first."""
        rows = await self._database.fetch_all(
            "SELECT i.* FROM insights i JOIN sessions s ON s.id = i.session_id WHERE s.id = ? AND s.account_id = ?"
            " ORDER BY i.created_at, i.id",
            (session_id, account_id),
        )
        return [_insight_of(row) for row in rows]

    async def delete(self, account_id: str, session_id: str, insight_id: str) -> None:
        """Raises StudyinError NOT_FOUND."""
        gone = await self._database.transact(
            lambda tx: (
                tx.execute(
                    "DELETE FROM insights WHERE id = ? AND session_id IN"
                    " (SELECT id FROM sessions WHERE id = ? AND account_id = ?)",
                    (insight_id, session_id, account_id),
                ).rowcount
            ),
            durable=True,
        )
        if not gone:
            raise StudyinError(Code.NOT_FOUND, say("This insight doesn't exist, or was deleted already."), status=404)


def _insight_of(row: sqlite3.Row) -> Insight:
    return Insight(row["id"], row["session_id"], row["message_id"], row["content"], row["created_at"])
