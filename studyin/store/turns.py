"""Turns as rows: a question and its reply begun, checkpointed and finished."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import aiosqlite

from studyin.errors import Code, StudyinError
from studyin.store.database import Database
from studyin.store.ids import new_id, now_ms
from studyin.store.messages import Message, Quotation, Status, json_text, message_not_found, message_of
from studyin.store.sessions import Session, session_not_found, session_of, title_of

# What a client sends as parent_id to ask the first question of a session anew.
ROOT = "root"


@dataclass(frozen=True, slots=True)
class Begun:
    """A question with the reply that was begun for it. repeated: it was stored before, under the same client_id."""

    session: Session
    question: Message
    reply: Message
    repeated: bool = False


class TurnStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(
        self,
        account_id: str,
        session_id: str | None,
        content: str,
        controls: Mapping[str, Any],
        *,
        client_id: str | None = None,
        parent_id: str | None = None,
    ) -> Begun:
        """Store a question and the beginning of its reply; durable when it returns.

        session_id None makes a session. parent_id: the reply to go on from, a question to ask differently, ROOT to ask
        the first one anew; None goes on from the branch that is shown. The same client_id again stores nothing.
        Raises StudyinError NOT_FOUND, or BUSY where a reply is running in the session.
        """
        async with self._database.write(durable=True) as tx:
            if client_id is not None:
                stored = await _sent_before(tx, account_id, session_id, client_id)
                if stored is not None:
                    return stored
            now = now_ms()
            if session_id is None:
                session = await _new_session(tx, account_id, title_of(content), now)
            else:
                session = await _idle_session(tx, account_id, session_id)
            question = Message(
                id=new_id(),
                session_id=session.id,
                parent_id=await _parent(tx, session, parent_id),
                role="user",
                status=Status.COMPLETE,
                content=content,
                created_at=now,
                client_id=client_id,
                controls=controls,
            )
            await _insert(tx, question)
            return await _begin_reply(tx, session, question, controls, now)

    async def begin_again(self, account_id: str, message_id: str, controls: Mapping[str, Any] | None) -> Begun:
        """Begin another reply to a question, as a sibling of the old one; message_id names either.

        controls None: as the question was asked. Raises StudyinError NOT_FOUND or BUSY.
        """
        async with self._database.write(durable=True) as tx:
            rows = list(
                await tx.execute_fetchall(
                    "SELECT q.* FROM messages m JOIN sessions s ON s.id = m.session_id JOIN messages q"
                    " ON q.id = CASE m.role WHEN 'user' THEN m.id ELSE m.parent_id END"
                    " WHERE m.id = ? AND s.account_id = ?",
                    (message_id, account_id),
                )
            )
            if not rows:
                raise message_not_found()
            question = message_of(rows[0])
            session = await _idle_session(tx, account_id, question.session_id)
            return await _begin_reply(tx, session, question, controls or question.controls, now_ms())

    async def checkpoint(
        self, replies: Iterable[tuple[str, str, str]], quotations: Mapping[str, Sequence[Quotation]]
    ) -> None:
        """Save what running replies say so far, in one transaction.

        replies: (message id, content, thinking) of each; quotations: by message id, those that are not stored yet, so
        that what is left after a crash can be looked up too.
        """
        async with self._database.write() as tx:
            await tx.executemany(
                "UPDATE messages SET content = ?, thinking = ? WHERE id = ? AND status = 'streaming'",
                [(content, thinking, message_id) for message_id, content, thinking in replies],
            )
            for message_id, quoted in quotations.items():
                await _quote(tx, message_id, quoted)

    async def finish(self, reply: Message) -> Session | None:
        """Store a reply as it ended; durable when it returns. None where its session was deleted meanwhile."""
        async with self._database.write(durable=True) as tx:
            await _quote(tx, reply.id, reply.quotations)
            await tx.execute(
                "UPDATE messages SET status = ?, content = ?, thinking = ?, coach = ?, model = ?, usage = ?, error = ?,"
                " notices = ?, dialogue = ? WHERE id = ? AND status = 'streaming'",
                (
                    reply.status,
                    reply.content,
                    reply.thinking,
                    reply.coach,
                    reply.model,
                    json_text(reply.usage) if reply.usage is not None else None,
                    json_text(reply.error) if reply.error is not None else None,
                    json_text(reply.notices),
                    json_text(reply.dialogue),
                    reply.id,
                ),
            )
            rows = list(
                await tx.execute_fetchall(
                    "UPDATE sessions SET updated_at = ? WHERE id = ? RETURNING *", (now_ms(), reply.session_id)
                )
            )
        return session_of(rows[0]) if rows else None

    async def interrupt_running(self) -> int:
        """At start-up: what still counts as running was cut off by the end of the server. Returns how many."""
        async with self._database.write(durable=True) as tx:
            cut = await tx.execute("UPDATE messages SET status = 'interrupted' WHERE status = 'streaming'")
        return cut.rowcount


async def _sent_before(
    tx: aiosqlite.Connection, account_id: str, session_id: str | None, client_id: str
) -> Begun | None:
    # Without a session the page can't know which one its question made: look in all of the account's.
    rows = list(
        await tx.execute_fetchall(
            "SELECT m.* FROM messages m JOIN sessions s ON s.id = m.session_id"
            " WHERE m.client_id = ? AND s.account_id = ? AND (? IS NULL OR s.id = ?)",
            (client_id, account_id, session_id, session_id),
        )
    )
    if not rows:
        return None
    question = message_of(rows[0])
    replies = list(
        await tx.execute_fetchall("SELECT * FROM messages WHERE parent_id = ? ORDER BY seq LIMIT 1", (question.id,))
    )
    sessions = list(await tx.execute_fetchall("SELECT * FROM sessions WHERE id = ?", (question.session_id,)))
    return Begun(session_of(sessions[0]), question, message_of(replies[0]), repeated=True)


async def _new_session(tx: aiosqlite.Connection, account_id: str, title: str, now: int) -> Session:
    session = Session(new_id(), account_id, title, False, None, now, now)
    await tx.execute(
        "INSERT INTO sessions (id, account_id, title, created_at, updated_at) VALUES (?, ?, ?, ?, ?)",
        (session.id, account_id, title, now, now),
    )
    return session


async def _idle_session(tx: aiosqlite.Connection, account_id: str, session_id: str) -> Session:
    rows = list(
        await tx.execute_fetchall(
            "SELECT *, EXISTS (SELECT 1 FROM messages WHERE session_id = sessions.id AND status = 'streaming') AS busy"
            " FROM sessions WHERE id = ? AND account_id = ?",
            (session_id, account_id),
        )
    )
    if not rows:
        raise session_not_found()
    if rows[0]["busy"]:
        raise StudyinError(
            Code.BUSY,
            "The coach is still answering in this session. Stop it or wait for the end, then try again.",
            status=409,
            retryable=True,
        )
    return session_of(rows[0])


async def _parent(tx: aiosqlite.Connection, session: Session, parent_id: str | None) -> str | None:
    if parent_id is None:
        return session.leaf_id
    if parent_id == ROOT:
        return None
    rows = list(
        await tx.execute_fetchall(
            "SELECT CASE role WHEN 'assistant' THEN id ELSE parent_id END FROM messages"
            " WHERE id = ? AND session_id = ?",
            (parent_id, session.id),
        )
    )
    if not rows:
        raise message_not_found()
    parent: str | None = rows[0][0]
    return parent


async def _begin_reply(
    tx: aiosqlite.Connection, session: Session, question: Message, controls: Mapping[str, Any], now: int
) -> Begun:
    reply = Message(
        id=new_id(),
        session_id=session.id,
        parent_id=question.id,
        role="assistant",
        status=Status.STREAMING,
        content="",
        created_at=now,
        controls=controls,
    )
    await _insert(tx, reply)
    await tx.execute("UPDATE sessions SET leaf_id = ?, updated_at = ? WHERE id = ?", (reply.id, now, session.id))
    return Begun(replace(session, leaf_id=reply.id, updated_at=now), question, reply)


async def _insert(tx: aiosqlite.Connection, message: Message) -> None:
    await tx.execute(
        "INSERT INTO messages (id, session_id, parent_id, role, status, content, client_id, controls, created_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            message.id,
            message.session_id,
            message.parent_id,
            message.role,
            message.status,
            message.content,
            message.client_id,
            json_text(message.controls),
            message.created_at,
        ),
    )


async def _quote(tx: aiosqlite.Connection, message_id: str, quotations: Sequence[Quotation]) -> None:
    if not quotations:
        return
    await tx.executemany(
        # From a select: a reply that was deleted meanwhile takes no rows, instead of breaking a foreign key.
        "INSERT OR REPLACE INTO reply_passages (message_id, number, passage_id, material_id, filename, position, page,"
        " heading, content, coverage) SELECT id, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM messages WHERE id = ?",
        [
            (
                quotation.number,
                quotation.passage.id,
                quotation.passage.material_id,
                quotation.passage.filename,
                quotation.passage.position,
                quotation.passage.page,
                quotation.passage.heading,
                quotation.passage.content,
                quotation.coverage,
                message_id,
            )
            for quotation in quotations
        ],
    )
