"""Turns as rows: a question and its reply begun, checkpointed and finished."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from sqlite3 import Connection
from typing import Any

from studyin.store.database import Database
from studyin.store.ids import new_id, now_ms, now_us
from studyin.store.messages import Message, Quotation, Status, json_text, message_not_found, message_of
from studyin.store.sessions import (
    SESSION,
    Session,
    limit_to,
    session_busy,
    session_not_found,
    session_of,
    title_of,
)

# What a client sends as parent_id to ask the first question of a session anew.
ROOT = "root"


@dataclass(frozen=True, slots=True)
class Begun:
    """A question with the reply that was begun for it. repeated: it was stored before, under the same client_id."""

    session: Session
    question: Message
    reply: Message
    repeated: bool = False


def _anyone(_: str) -> None:
    return


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
        material_ids: Sequence[str] | None = None,
        admit: Callable[[str], None] = _anyone,
    ) -> Begun:
        """Store a question and the beginning of its reply; durable when it returns.

        session_id None makes a session. The controls become the session's, and so do the material_ids (an empty list:
        it is taught from all; None: from the same as before). parent_id: the reply to go on from, a question to ask
        differently, ROOT to ask the first one anew; None goes on from the branch that is shown. The same client_id
        again stores nothing. admit: called with the account before a new question is stored; what it raises refuses
        the question. Raises StudyinError NOT_FOUND, or BUSY where a reply is running in the session.
        """

        def begin(tx: Connection) -> Begun:
            if client_id is not None:
                stored = _sent_before(tx, account_id, session_id, client_id)
                if stored is not None:
                    return stored
            now = now_ms()
            if session_id is None:
                session = _new_session(tx, account_id, title_of(content), now)
            else:
                session = _idle_session(tx, account_id, session_id)
            parent = _parent(tx, session, parent_id)
            admit(account_id)
            question = Message(
                id=new_id(),
                session_id=session.id,
                parent_id=parent,
                role="user",
                status=Status.COMPLETE,
                content=content,
                created_at=now,
                client_id=client_id,
                controls=controls,
            )
            _insert(tx, question)
            session = _taught(tx, session, controls, material_ids)
            return _begin_reply(tx, session, question, controls, now)

        return await self._database.transact(begin, durable=True)

    async def begin_again(
        self,
        account_id: str,
        message_id: str,
        controls: Mapping[str, Any] | None,
        material_ids: Sequence[str] | None = None,
        *,
        admit: Callable[[str], None] = _anyone,
    ) -> Begun:
        """Begin another reply to a question, as a sibling of the old one; message_id names either.

        controls None: as the question was asked; material_ids, admit: as in `begin`. Raises StudyinError NOT_FOUND or
        BUSY.
        """

        def begin(tx: Connection) -> Begun:
            row = tx.execute(
                "SELECT q.* FROM messages m JOIN sessions s ON s.id = m.session_id JOIN messages q"
                " ON q.id = CASE m.role WHEN 'user' THEN m.id ELSE m.parent_id END"
                " WHERE m.id = ? AND s.account_id = ?",
                (message_id, account_id),
            ).fetchone()
            if row is None:
                raise message_not_found()
            question = message_of(row)
            session = _idle_session(tx, account_id, question.session_id)
            admit(account_id)
            session = _taught(tx, session, controls, material_ids)
            return _begin_reply(tx, session, question, controls or question.controls, now_ms())

        return await self._database.transact(begin, durable=True)

    async def checkpoint(
        self, replies: Iterable[tuple[str, str, str]], quotations: Mapping[str, Sequence[Quotation]]
    ) -> None:
        """Save what running replies say so far, in one transaction.

        replies: (message id, content, thinking) of each; quotations: by message id, those that are not stored yet, so
        that what is left after a crash can be looked up too.
        """

        def save(tx: Connection) -> None:
            tx.executemany(
                "UPDATE messages SET content = ?, thinking = ? WHERE id = ? AND status = 'streaming'",
                [(content, thinking, message_id) for message_id, content, thinking in replies],
            )
            for message_id, quoted in quotations.items():
                quote(tx, message_id, quoted)

        await self._database.transact(save)

    async def finish(self, reply: Message) -> Session | None:
        """Store a reply as it ended; durable when it returns. None where its session was deleted meanwhile."""

        def finish(tx: Connection) -> Session | None:
            quote(tx, reply.id, reply.quotations)
            tx.execute(
                "UPDATE messages SET status = ?, content = ?, thinking = ?, coach = ?, model = ?, usage = ?, error = ?,"
                " notices = ?, dialogue = ?, citations = ?, proposals = ? WHERE id = ? AND status = 'streaming'",
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
                    json_text(reply.citations),
                    json_text([proposal.shape() for proposal in reply.proposals]),
                    reply.id,
                ),
            )
            tx.execute("UPDATE sessions SET updated_at = ? WHERE id = ?", (now_ms(), reply.session_id))
            return _session(tx, reply.session_id)

        return await self._database.transact(finish, durable=True)

    async def interrupt_running(self) -> int:
        """At start-up: what still counts as running was cut off by the end of the server. Returns how many."""

        def interrupt(tx: Connection) -> int:
            return tx.execute("UPDATE messages SET status = 'interrupted' WHERE status = 'streaming'").rowcount

        return await self._database.transact(interrupt, durable=True)


def _sent_before(tx: Connection, account_id: str, session_id: str | None, client_id: str) -> Begun | None:
    # Without a session the page can't know which one its question made: look in all of the account's.
    row = tx.execute(
        "SELECT m.* FROM messages m JOIN sessions s ON s.id = m.session_id"
        " WHERE m.client_id = ? AND s.account_id = ? AND (? IS NULL OR s.id = ?)",
        (client_id, account_id, session_id, session_id),
    ).fetchone()
    if row is None:
        return None
    question = message_of(row)
    reply = tx.execute("SELECT * FROM messages WHERE parent_id = ? ORDER BY seq LIMIT 1", (question.id,)).fetchone()
    session = _session(tx, question.session_id)
    if session is None:
        raise session_not_found()
    return Begun(session, question, message_of(reply), repeated=True)


def _new_session(tx: Connection, account_id: str, title: str, now: int) -> Session:
    session = Session(new_id(), account_id, title, False, None, now, now)
    tx.execute(
        "INSERT INTO sessions (id, account_id, title, created_at, updated_at) VALUES (?, ?, ?, ?, ?)",
        (session.id, account_id, title, now, now),
    )
    return session


def _idle_session(tx: Connection, account_id: str, session_id: str) -> Session:
    row = tx.execute(
        f"SELECT {SESSION},"  # noqa: S608 (fixed text, no user input)
        " EXISTS (SELECT 1 FROM messages WHERE session_id = sessions.id AND status = 'streaming') AS busy"
        " FROM sessions WHERE id = ? AND account_id = ?",
        (session_id, account_id),
    ).fetchone()
    if row is None:
        raise session_not_found()
    if row["busy"]:
        raise session_busy()
    return session_of(row)


def _session(tx: Connection, session_id: str) -> Session | None:
    row = tx.execute(f"SELECT {SESSION} FROM sessions WHERE id = ?", (session_id,)).fetchone()  # noqa: S608 (fixed text)
    return session_of(row) if row is not None else None


def _taught(
    tx: Connection, session: Session, controls: Mapping[str, Any] | None, material_ids: Sequence[str] | None
) -> Session:
    """The session, from now on taught with these controls and from these materials; None: as before."""
    if controls is not None:
        tx.execute("UPDATE sessions SET controls = ? WHERE id = ?", (json_text(controls), session.id))
        session = replace(session, controls=controls)
    if material_ids is not None:
        limit_to(tx, session.account_id, session.id, material_ids)
        session = replace(session, material_ids=tuple(sorted(set(material_ids))))
    return session


def _parent(tx: Connection, session: Session, parent_id: str | None) -> str | None:
    if parent_id is None:
        return session.leaf_id
    if parent_id == ROOT:
        return None
    row = tx.execute(
        "SELECT CASE role WHEN 'assistant' THEN id ELSE parent_id END FROM messages WHERE id = ? AND session_id = ?",
        (parent_id, session.id),
    ).fetchone()
    if row is None:
        raise message_not_found()
    parent: str | None = row[0]
    return parent


def _begin_reply(tx: Connection, session: Session, question: Message, controls: Mapping[str, Any], now: int) -> Begun:
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
    _insert(tx, reply)
    tx.execute("UPDATE messages SET shown_at = ? WHERE id = ?", (now_us(), reply.id))
    tx.execute("UPDATE sessions SET leaf_id = ?, updated_at = ? WHERE id = ?", (reply.id, now, session.id))
    return Begun(replace(session, leaf_id=reply.id, updated_at=now), question, reply)


def _insert(tx: Connection, message: Message) -> None:
    tx.execute(
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


def quote(tx: Connection, message_id: str, quotations: Sequence[Quotation]) -> None:
    if not quotations:
        return
    tx.executemany(
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
