"""Messages as rows, and what is read of them: a branch, a page, what a reader missed."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

import msgspec

from studyin.errors import Code, StudyinError
from studyin.language import say
from studyin.store.database import Database
from studyin.store.materials import Passage
from studyin.store.proposals import Proposal


class Status(StrEnum):
    """STREAMING: its turn runs. COMPLETE: whole. STOPPED: ended by the student. INTERRUPTED: the server went away.
    FAILED: the coach could not go on. The last four are final."""

    STREAMING = "streaming"
    COMPLETE = "complete"
    STOPPED = "stopped"
    INTERRUPTED = "interrupted"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Quotation:
    """A passage as a reply cites it: [[number]]. Kept with the reply, whatever becomes of the material."""

    number: int
    passage: Passage
    coverage: float


@dataclass(frozen=True, slots=True)
class Citation:
    """One [[number]] in a reply. supported: whether its passage has what is said there; None where it can't be told."""

    number: int
    supported: bool | None


@dataclass(frozen=True, slots=True)
class Message:
    """A question (role "user") or a reply (role "assistant"). A reply's id is also the id of its turn."""

    id: str
    session_id: str
    parent_id: str | None
    role: str
    status: Status
    content: str
    created_at: int
    thinking: str = ""
    client_id: str | None = None
    controls: Mapping[str, Any] = field(default_factory=dict)
    coach: str | None = None
    model: str | None = None
    usage: Mapping[str, int] | None = None
    error: Mapping[str, Any] | None = None  # code, message, retryable
    notices: Sequence[Mapping[str, str]] = ()
    dialogue: Mapping[str, Any] = field(default_factory=dict)
    quotations: Sequence[Quotation] = ()
    citations: Sequence[Citation] = ()  # by number, then in reading order; empty where they were not checked
    proposals: Sequence[Proposal] = ()
    kept: Mapping[int, str] = field(default_factory=dict)  # ids of the cards that were made of proposals, by number


@dataclass(frozen=True, slots=True)
class Citing:
    """A session with replies that cite a material, and how many they are."""

    session_id: str
    title: str
    replies: int


class MessageStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def branch(self, account_id: str, leaf_id: str | None, *, limit: int = 1_000) -> list[Message]:
        """The messages from the root to leaf_id, oldest first; at most the last `limit` of them."""
        if leaf_id is None:
            return []
        rows = await self._database.fetch_all(
            """WITH RECURSIVE branch AS (
                SELECT m.*, 1 AS depth FROM messages m JOIN sessions s ON s.id = m.session_id
                WHERE m.id = ? AND s.account_id = ?
                UNION ALL
                SELECT m.*, depth + 1 FROM branch JOIN messages m ON m.id = branch.parent_id
                WHERE m.session_id = branch.session_id AND depth < ?
            ) SELECT * FROM branch ORDER BY depth DESC""",
            (leaf_id, account_id, limit),
        )
        return await self._with_quotations([message_of(row) for row in rows])

    async def page(
        self, account_id: str, session_id: str, *, before: str | None = None, limit: int = 200
    ) -> tuple[list[Message], str | None]:
        """The session's messages of all branches, oldest first: the last `limit` before the message `before`, and the
        cursor of the page before those."""
        rows = await self._database.fetch_all(
            "SELECT m.* FROM messages m JOIN sessions s ON s.id = m.session_id WHERE s.id = ? AND s.account_id = ?"
            " AND m.seq < COALESCE((SELECT seq FROM messages WHERE id = ? AND session_id = s.id), 9223372036854775807)"
            " ORDER BY m.seq DESC LIMIT ?",
            (session_id, account_id, before, limit + 1),
        )
        messages = [message_of(row) for row in rows[:limit]][::-1]
        return await self._with_quotations(messages), messages[0].id if len(rows) > limit else None

    async def before(self, account_id: str, session_id: str, message_id: str, *, limit: int) -> list[Message]:
        """The messages that lead to one, oldest first; at most the last `limit` of them. Raises StudyinError NOT_FOUND,
        also where the message is of another session."""
        message = await self.get(account_id, message_id)
        if message.session_id != session_id:
            raise message_not_found()
        return await self.branch(account_id, message.parent_id, limit=limit)

    async def siblings(self, account_id: str, session_id: str) -> Mapping[str, Sequence[str]]:
        """Of every message that has siblings: their ids and its own, in the order in which they were said.

        Siblings are the forms of one question, or the replies to it: what has the same parent.
        """
        rows = await self._database.fetch_all(
            """WITH ours AS (SELECT m.* FROM messages m JOIN sessions s ON s.id = m.session_id
                             WHERE s.id = ? AND s.account_id = ?)
            SELECT id, parent_id FROM ours WHERE COALESCE(parent_id, '') IN
                (SELECT COALESCE(parent_id, '') FROM ours GROUP BY 1 HAVING COUNT(*) > 1) ORDER BY seq""",
            (session_id, account_id),
        )
        families: dict[str | None, list[str]] = {}
        for row in rows:
            families.setdefault(row["parent_id"], []).append(row["id"])
        return {message_id: family for family in families.values() for message_id in family}

    async def leaf_through(self, account_id: str, session_id: str, message_id: str) -> str:
        """The last message of a branch that leads through this one: of the branch that is shown, where it does, else of
        the one that was shown last. Raises StudyinError NOT_FOUND, also where the message is of another session."""
        row = await self._database.fetch_one(
            """WITH RECURSIVE wanted AS (
                SELECT m.id, s.leaf_id FROM messages m JOIN sessions s ON s.id = m.session_id
                WHERE m.id = ? AND s.id = ? AND s.account_id = ?
            ), up AS (
                SELECT leaf_id AS id FROM wanted
                UNION ALL SELECT parent_id FROM up JOIN messages USING (id) WHERE parent_id IS NOT NULL
            ), down AS (
                SELECT id FROM wanted
                UNION ALL SELECT m.id FROM messages m JOIN down ON m.parent_id = down.id
            )
            SELECT CASE WHEN id IN (SELECT id FROM up) THEN leaf_id
                   ELSE (SELECT m.id FROM down JOIN messages m USING (id)
                         WHERE NOT EXISTS (SELECT 1 FROM messages WHERE parent_id = m.id)
                         ORDER BY m.shown_at DESC, m.seq DESC LIMIT 1) END AS leaf
            FROM wanted""",
            (message_id, session_id, account_id),
        )
        if row is None:
            raise message_not_found()
        return str(row["leaf"])

    async def finished_after(self, account_id: str, session_id: str, after: str | None) -> list[Message]:
        """Finished messages of all branches that are newer than the message `after` (all, where it is not known).

        A session runs one turn at a time, so the order of storing is also the order of finishing.
        """
        rows = await self._database.fetch_all(
            "SELECT m.* FROM messages m JOIN sessions s ON s.id = m.session_id WHERE s.id = ? AND s.account_id = ?"
            " AND m.status <> 'streaming'"
            " AND m.seq > COALESCE((SELECT seq FROM messages WHERE id = ? AND session_id = s.id), 0) ORDER BY m.seq",
            (session_id, account_id, after),
        )
        return await self._with_quotations([message_of(row) for row in rows])

    async def get(self, account_id: str, message_id: str) -> Message:
        """One message. Raises StudyinError NOT_FOUND, also where it is somebody else's."""
        row = await self._database.fetch_one(
            "SELECT m.* FROM messages m JOIN sessions s ON s.id = m.session_id WHERE m.id = ? AND s.account_id = ?",
            (message_id, account_id),
        )
        if row is None:
            raise message_not_found()
        return (await self._with_quotations([message_of(row)]))[0]

    async def citing(self, account_id: str, material_id: str) -> list[Citing]:
        """The sessions with replies that cite a material, the last changed first; passages that a reply was given and
        did not cite don't count."""
        rows = await self._database.fetch_all(
            "SELECT s.id, s.title, count(DISTINCT m.id) AS replies FROM reply_passages r"
            " JOIN messages m ON m.id = r.message_id JOIN sessions s ON s.id = m.session_id"
            " WHERE r.material_id = ? AND s.account_id = ? AND instr(m.content, '[[' || r.number || ']]')"
            " GROUP BY s.id ORDER BY s.updated_at DESC, s.id",
            (material_id, account_id),
        )
        return [Citing(row["id"], row["title"], row["replies"]) for row in rows]

    async def _with_quotations(self, messages: list[Message]) -> list[Message]:
        ids = json_text([message.id for message in messages if message.role == "assistant"])
        rows = await self._database.fetch_all(
            "SELECT * FROM reply_passages WHERE message_id IN (SELECT value FROM json_each(?)) ORDER BY number", (ids,)
        )
        quoted: dict[str, list[Quotation]] = {}
        for row in rows:
            quoted.setdefault(row["message_id"], []).append(_quotation_of(row))
        kept = await self._kept([message.id for message in messages if message.proposals])
        return [
            replace(m, quotations=tuple(quoted.get(m.id, ())), kept=kept.get(m.id, {}))
            if m.id in quoted or m.id in kept
            else m
            for m in messages
        ]

    async def _kept(self, message_ids: list[str]) -> dict[str, dict[int, str]]:
        """Which proposals of these messages were kept as cards."""
        if not message_ids:
            return {}
        rows = await self._database.fetch_all(
            "SELECT message_id, proposal, id FROM cards WHERE proposal IS NOT NULL"
            " AND message_id IN (SELECT value FROM json_each(?))",
            (json_text(message_ids),),
        )
        kept: dict[str, dict[int, str]] = {}
        for row in rows:
            kept.setdefault(row["message_id"], {})[row["proposal"]] = row["id"]
        return kept


def message_of(row: sqlite3.Row) -> Message:
    """A message without its quotations."""
    return Message(
        id=row["id"],
        session_id=row["session_id"],
        parent_id=row["parent_id"],
        role=row["role"],
        status=Status(row["status"]),
        content=row["content"],
        created_at=row["created_at"],
        thinking=row["thinking"],
        client_id=row["client_id"],
        controls=msgspec.json.decode(row["controls"]),
        coach=row["coach"],
        model=row["model"],
        usage=msgspec.json.decode(row["usage"]) if row["usage"] else None,
        error=msgspec.json.decode(row["error"]) if row["error"] else None,
        notices=msgspec.json.decode(row["notices"]),
        dialogue=msgspec.json.decode(row["dialogue"]),
        citations=msgspec.json.decode(row["citations"], type=tuple[Citation, ...]),
        proposals=tuple(Proposal.of(shape) for shape in msgspec.json.decode(row["proposals"])),
    )


def message_not_found() -> StudyinError:
    return StudyinError(Code.NOT_FOUND, say("This message doesn't exist, or was deleted with its session."), status=404)


def json_text(value: object) -> str:
    """A value as it is stored in a JSON column."""
    return msgspec.json.encode(value).decode()


def _quotation_of(row: sqlite3.Row) -> Quotation:
    passage = Passage(
        id=row["passage_id"],
        material_id=row["material_id"],
        filename=row["filename"],
        position=row["position"],
        content=row["content"],
        heading=row["heading"],
        page=row["page"],
    )
    return Quotation(row["number"], passage, row["coverage"])
