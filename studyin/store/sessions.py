"""Sessions as rows: list, search, rename, pin, delete. Every query is scoped by account."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from studyin.errors import Code, StudyinError
from studyin.language import in_figures, say
from studyin.store.database import Database
from studyin.store.ids import now_us
from studyin.store.messages import json_text
from studyin.store.session_search import SNIPPET, TITLE_HAS_WORDS, Hit, folded_words, hit_of, match_all
from studyin.text import storable

MAX_TITLE = 200
# More than anyone ticks one by one.
MAX_CHOSEN = 1_000
# What a Session is made of.
SESSION = (
    "sessions.*, (SELECT json_group_array(material_id) FROM session_materials WHERE session_id = sessions.id)"
    " AS material_ids"
)


@dataclass(frozen=True, slots=True)
class Session:
    """One study conversation.

    leaf_id: the last message of the branch that is shown, None while it has none. controls: how it was last asked to be
    taught, empty before it ever was. material_ids: the materials it is limited to, empty for all of the account's.
    """

    id: str
    account_id: str
    title: str
    pinned: bool
    leaf_id: str | None
    created_at: int
    updated_at: int
    controls: Mapping[str, Any] = field(default_factory=dict)
    material_ids: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of sessions, pinned first, then by last change. next: the cursor of the page after it, or None."""

    sessions: Sequence[tuple[Session, Hit | None]]
    next: str | None


class SessionStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, account_id: str, session_id: str) -> Session | None:
        row = await self._database.fetch_one(
            f"SELECT {SESSION} FROM sessions WHERE id = ? AND account_id = ?",  # noqa: S608 (fixed text, no user input)
            (session_id, account_id),
        )
        return session_of(row) if row else None

    async def get(self, account_id: str, session_id: str) -> Session:
        """The session. Raises StudyinError NOT_FOUND, also where it is somebody else's."""
        session = await self.find(account_id, session_id)
        if session is None:
            raise session_not_found()
        return session

    async def last_controls(self, account_id: str) -> Mapping[str, Any]:
        """How the account last asked to be taught, empty before it ever did."""
        row = await self._database.fetch_one(
            "SELECT controls FROM sessions WHERE account_id = ? AND controls IS NOT NULL"
            " ORDER BY updated_at DESC, id DESC LIMIT 1",
            (account_id,),
        )
        return _controls(row) if row else {}

    async def list(self, account_id: str, *, before: str | None = None, limit: int = 50) -> Listed:
        """A page of all sessions. before: the `next` of the page before. Raises StudyinError BAD_REQUEST."""
        where, cursor = _after_cursor(before)
        rows = await self._database.fetch_all(
            f"SELECT {SESSION} FROM sessions WHERE account_id = ? {where}"  # noqa: S608 (fixed text, no user input)
            " ORDER BY pinned DESC, updated_at DESC, id DESC LIMIT ?",
            (account_id, *cursor, limit + 1),
        )
        return _page([(session_of(row), None) for row in rows], limit)

    async def search(self, account_id: str, query: str, *, before: str | None = None, limit: int = 50) -> Listed:
        """The sessions whose title or messages have every word of the query, the last one also as a beginning."""
        match = match_all(query)
        if match is None:
            return Listed((), None)
        where, cursor = _after_cursor(before)
        rows = await self._database.fetch_all(
            f"""WITH hits AS MATERIALIZED (
                SELECT m.session_id, m.id AS message_id, rank AS distance,
                       {SNIPPET} AS snippet
                FROM messages_fts JOIN messages m ON m.seq = messages_fts.rowid
                JOIN sessions s ON s.id = m.session_id
                WHERE messages_fts MATCH ? AND s.account_id = ?
            ), best AS (SELECT session_id, message_id, snippet, MIN(distance) FROM hits GROUP BY session_id)
            SELECT {SESSION}, best.message_id, best.snippet
            FROM sessions LEFT JOIN best ON best.session_id = sessions.id
            WHERE account_id = ? AND (best.session_id IS NOT NULL OR {TITLE_HAS_WORDS}) {where}
            ORDER BY pinned DESC, updated_at DESC, id DESC LIMIT ?""",  # noqa: S608 (fixed text, no user input)
            (match, account_id, account_id, folded_words(query), *cursor, limit + 1),
        )
        return _page([(session_of(row), hit_of(row)) for row in rows], limit)

    async def change(
        self,
        account_id: str,
        session_id: str,
        *,
        title: str | None = None,
        pinned: bool | None = None,
        controls: Mapping[str, Any] | None = None,
        material_ids: Sequence[str] | None = None,
    ) -> Session:
        """Rename, pin, teach otherwise or from other materials (an empty list: from all); what is None stays.

        Raises StudyinError EMPTY, TOO_LONG or NOT_FOUND, also for a material that isn't the account's.
        """
        if title is not None:
            title = " ".join(storable(title).split())
            if not any(character.isprintable() for character in title):
                raise StudyinError(Code.EMPTY, say("Expected a title with at least one visible character."))
            if len(title) > MAX_TITLE:
                raise StudyinError(
                    Code.TOO_LONG,
                    say(
                        "Expected a title of at most {most} characters, got {number}.",
                        most=MAX_TITLE,
                        number=len(title),
                    ),
                )

        def change(tx: sqlite3.Connection) -> None:
            changed = tx.execute(
                "UPDATE sessions SET title = COALESCE(?, title), pinned = COALESCE(?, pinned),"
                " controls = COALESCE(?, controls) WHERE id = ? AND account_id = ?",
                (title, pinned, None if controls is None else json_text(controls), session_id, account_id),
            ).rowcount
            if not changed:
                raise session_not_found()
            if material_ids is not None:
                limit_to(tx, account_id, session_id, material_ids)

        await self._database.transact(change, durable=True)
        return await self.get(account_id, session_id)

    async def show_branch(self, account_id: str, session_id: str, leaf_id: str) -> Session:
        """Make another branch the one that is shown and gone on from. leaf_id: its last message.

        Raises StudyinError NOT_FOUND, or BUSY where a reply is running, which belongs to the branch that is shown.
        """

        def show(tx: sqlite3.Connection) -> int:
            changed = tx.execute(
                "UPDATE sessions SET leaf_id = ? WHERE id = ? AND account_id = ?"
                " AND EXISTS (SELECT 1 FROM messages WHERE id = ? AND session_id = sessions.id)"
                " AND NOT EXISTS (SELECT 1 FROM messages WHERE session_id = sessions.id AND status = 'streaming')",
                (leaf_id, session_id, account_id, leaf_id),
            ).rowcount
            if changed:
                tx.execute("UPDATE messages SET shown_at = ? WHERE id = ?", (now_us(), leaf_id))
            return changed

        changed = await self._database.transact(show, durable=True)
        session = await self.get(account_id, session_id)
        if not changed:
            raise session_busy()
        return session

    async def delete(self, account_id: str, session_id: str) -> None:
        """Remove a session with its messages. Raises StudyinError NOT_FOUND."""

        def delete(tx: sqlite3.Connection) -> int:
            return tx.execute("DELETE FROM sessions WHERE id = ? AND account_id = ?", (session_id, account_id)).rowcount

        if await self._database.transact(delete, durable=True) == 0:
            raise session_not_found()


def session_of(row: sqlite3.Row) -> Session:
    return Session(
        id=row["id"],
        account_id=row["account_id"],
        title=row["title"],
        pinned=bool(row["pinned"]),
        leaf_id=row["leaf_id"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        controls=_controls(row),
        material_ids=tuple(msgspec.json.decode(row["material_ids"])),
    )


def limit_to(tx: sqlite3.Connection, account_id: str, session_id: str, material_ids: Sequence[str]) -> None:
    """Teach a session from these materials alone; none: from all. Raises StudyinError NOT_FOUND, TOO_LONG."""
    chosen = sorted(set(material_ids))
    if len(chosen) > MAX_CHOSEN:
        raise StudyinError(
            Code.TOO_LONG,
            say(
                "Expected at most {most} chosen materials, got {number}. Choose all instead.",
                most=in_figures(MAX_CHOSEN),
                number=in_figures(len(chosen)),
            ),
        )
    before = tx.execute("SELECT material_id FROM session_materials WHERE session_id = ?", (session_id,)).fetchall()
    if chosen == sorted(material_id for (material_id,) in before):
        return  # and goes on waiting for materials of a session from elsewhere
    for table in ("session_materials", "session_wanted"):
        tx.execute(f"DELETE FROM {table} WHERE session_id = ?", (session_id,))  # noqa: S608 (fixed text)
    added = tx.execute(
        "INSERT INTO session_materials SELECT ?, id FROM materials"
        " WHERE account_id = ? AND id IN (SELECT value FROM json_each(?))",
        (session_id, account_id, json_text(chosen)),
    ).rowcount
    if chosen and added < len(chosen):
        raise StudyinError(
            Code.NOT_FOUND,
            say("A chosen material isn't among yours; it may have been deleted. Choose again."),
            status=404,
        )


def _controls(row: sqlite3.Row) -> Mapping[str, Any]:
    return msgspec.json.decode(row["controls"]) if row["controls"] else {}


def session_not_found() -> StudyinError:
    return StudyinError(
        Code.NOT_FOUND,
        say("This session doesn't exist, or was deleted. Choose another one, or start a new one."),
        status=404,
    )


def session_busy() -> StudyinError:
    return StudyinError(
        Code.BUSY,
        say("The coach is still answering in this session. Stop it or wait for the end, then try again."),
        status=409,
        retryable=True,
    )


def title_of(question: str) -> str:
    """A session's first title: the beginning of its first question, cut at a word."""
    line = " ".join(question.split())
    if len(line) <= 60:
        return line
    cut = line[:60].rsplit(" ", 1)[0]
    return (cut if len(cut) > 20 else line[:60]) + "…"


def _after_cursor(before: str | None) -> tuple[str, tuple[int | str, ...]]:
    if before is None:
        return "", ()
    match = re.fullmatch(r"([01])-(\d{1,18})-([0-9a-f]{32})", before)
    if match is None:
        raise StudyinError(
            Code.BAD_REQUEST,
            say("Expected `before` to be the `next` of the page before; ask for the first page again."),
        )
    pinned, updated_at, session_id = match.groups()
    return "AND (pinned, updated_at, sessions.id) < (?, ?, ?)", (int(pinned), int(updated_at), session_id)


def _page(found: Sequence[tuple[Session, Hit | None]], limit: int) -> Listed:
    page = found[:limit]
    if len(found) <= limit:
        return Listed(page, None)
    last = page[-1][0]
    return Listed(page, f"{int(last.pinned)}-{last.updated_at}-{last.id}")
