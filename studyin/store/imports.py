"""Sessions from elsewhere as rows: whole, with all their branches, under ids of their own."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

from studyin.store.database import Database
from studyin.store.ids import new_id
from studyin.store.messages import Message, Status, json_text
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

    leaf_id: the last message of the branch that is shown, one of `messages`. Times: milliseconds since 1970. files: the
    materials it was limited to, none where it had all, each by the SHA-256 of its file.
    """

    title: str
    created_at: int
    updated_at: int
    leaf_id: str | None
    messages: Sequence[Message] = field(default_factory=tuple)
    pinned: bool = False
    controls: Mapping[str, Any] = field(default_factory=dict)
    insights: Sequence[Excerpt] = ()
    files: Sequence[str] = ()


class Outcome(Enum):
    NEW = auto()  # the session was not here
    CONTINUED = auto()  # it was, and got messages or insights that it lacked
    KNOWN = auto()  # it was, with all of them


@dataclass(frozen=True, slots=True)
class Added:
    """A session that was taken in. ids: those of its messages here, by the ids that they came with."""

    session_id: str
    outcome: Outcome
    ids: Mapping[str, str]


_INSERT_INSIGHT = (
    "INSERT INTO insights (id, session_id, message_id, content, created_at) VALUES (?, ?, ?, ?, ?)"
    " ON CONFLICT DO NOTHING"
)


_WANTED_AND_HERE = (
    "SELECT w.session_id, m.id, w.sha256 FROM session_wanted w JOIN sessions s ON s.id = w.session_id"
    " JOIN materials m ON m.account_id = s.account_id AND m.sha256 = w.sha256 WHERE s.account_id = ?"
)


class ImportStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, account_id: str, whole: Whole) -> Added:
        """Store a session, all of it or nothing; durable when it returns.

        One that the account has already is not stored a second time: it gets the messages and insights that it lacks,
        and keeps the name, the place and the controls that it has here.
        """

        def add(tx: sqlite3.Connection) -> Added:
            session_id, ids = _kin(tx, account_id, whole)
            is_new, known = session_id is None, len(ids)
            if session_id is None:
                session_id = _begin(tx, account_id, whole)
                tx.executemany("INSERT INTO session_wanted VALUES (?, ?)", [(session_id, each) for each in whole.files])
                _serve_wanted(tx, account_id)
            for message in whole.messages:
                if message.id not in ids:
                    ids[message.id] = new_id()
                    _insert(tx, session_id, ids, message)
                    quote(tx, ids[message.id], message.quotations)
            has_news = len(ids) > known
            for each in whole.insights:
                row = (new_id(), session_id, ids[each.message_id], each.content, each.created_at)
                has_news |= tx.execute(_INSERT_INSIGHT, row).rowcount > 0
            if is_new or len(ids) > known:
                # Whichever was worked on last is what is shown.
                tx.execute(
                    "UPDATE sessions SET leaf_id = :leaf_id, updated_at = :updated_at"
                    " WHERE id = :id AND (leaf_id IS NULL OR updated_at < :updated_at)",
                    {"id": session_id, "leaf_id": ids.get(whole.leaf_id or ""), "updated_at": whole.updated_at},
                )
            return Added(session_id, _outcome(is_new, has_news), ids)

        return await self._database.transact(add, durable=True)

    async def serve_wanted(self, account_id: str) -> Sequence[str]:
        """Limit sessions that came before their materials did to those that are here by now. Returns which."""
        if not await self._database.fetch_all(_WANTED_AND_HERE, (account_id,)):
            return ()
        return await self._database.transact(lambda tx: _serve_wanted(tx, account_id), durable=True)


def _serve_wanted(tx: sqlite3.Connection, account_id: str) -> Sequence[str]:
    here = tx.execute(_WANTED_AND_HERE, (account_id,)).fetchall()
    for session_id, material_id, sha256 in here:
        tx.execute("INSERT OR IGNORE INTO session_materials VALUES (?, ?)", (session_id, material_id))
        tx.execute("DELETE FROM session_wanted WHERE session_id = ? AND sha256 = ?", (session_id, sha256))
    return sorted({str(session_id) for session_id, *_ in here})


def _outcome(is_new: bool, has_news: bool) -> Outcome:
    if is_new:
        return Outcome.NEW
    return Outcome.CONTINUED if has_news else Outcome.KNOWN


def _kin(tx: sqlite3.Connection, account_id: str, whole: Whole) -> tuple[str | None, dict[str, str]]:
    """The same session as far as it is here already, and the ids of those messages that it has here.

    It is told by when it began and by what was said when: ids are given anew, names may have changed since.
    """
    best: tuple[str | None, dict[str, str]] = None, {}
    for session_id, title in tx.execute(
        "SELECT id, title FROM sessions WHERE account_id = ? AND created_at = ?", (account_id, whole.created_at)
    ).fetchall():
        rows = tx.execute(
            "SELECT id, parent_id, role, created_at, content FROM messages WHERE session_id = ? ORDER BY seq DESC",
            (session_id,),
        ).fetchall()
        here = {tuple(said): message_id for message_id, *said in rows}
        replies = {tuple(place): (message_id, content) for message_id, *place, content in rows}
        ids: dict[str, str] = {}
        for message in whole.messages:
            parent = ids.get(message.parent_id) if message.parent_id is not None else None
            if message.parent_id is None or parent is not None:
                place = (parent, message.role, message.created_at)
                found = here.get((*place, message.content))
                if found is None and message.status is Status.INTERRUPTED and place in replies:
                    # It was still growing when the file was made, and has ended since.
                    message_id, content = replies[place]
                    found = message_id if content.startswith(message.content) else None
                ids.update({message.id: found} if found is not None else {})
        is_same = len(ids) == len(whole.messages) == len(rows) and (rows or title == whole.title)
        # Files without times have many sessions that began "then": of those only the same one is the same.
        if is_same or (whole.created_at > 0 and len(ids) > len(best[1])):
            best = session_id, ids
        if is_same:
            break
    return best


def _begin(tx: sqlite3.Connection, account_id: str, whole: Whole) -> str:
    session_id = new_id()
    tx.execute(
        "INSERT INTO sessions (id, account_id, title, pinned, controls, created_at, updated_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            session_id,
            account_id,
            whole.title,
            whole.pinned,
            json_text(whole.controls) if whole.controls else None,
            whole.created_at,
            whole.updated_at,
        ),
    )
    return session_id


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
