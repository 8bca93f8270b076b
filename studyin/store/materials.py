"""Materials as rows: kept, read into passages, listed, deleted. Every query is scoped by account."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from studyin.errors import Code, StudyinError
from studyin.language import ENGLISH, current, say
from studyin.store.database import Database
from studyin.store.ids import now_ms


class MaterialStatus(StrEnum):
    """How far a material is."""

    QUEUED = "queued"  # its file is kept, nobody reads it yet
    READING = "reading"  # it is being cut into passages; those that are there can be found already
    READY = "ready"  # `notice` says what of it could not be read
    FAILED = "failed"  # `error` says why; the same file can be added again


HEADING_SEPARATOR = " › "

UNFINISHED = (MaterialStatus.QUEUED, MaterialStatus.READING)

# A material, and its title: the heading that its first and its last passage stand under; null where that is none.
_TITLED = f"""*, (
    SELECT substr(heading, 1, instr(heading || '{HEADING_SEPARATOR}', '{HEADING_SEPARATOR}') - 1) FROM passages
    WHERE material_id = materials.id AND position = 0
    INTERSECT
    SELECT substr(heading, 1, instr(heading || '{HEADING_SEPARATOR}', '{HEADING_SEPARATOR}') - 1) FROM passages
    WHERE material_id = materials.id AND position = materials.passages - 1
) AS title"""  # noqa: S608 (fixed text, no user input)


@dataclass(frozen=True, slots=True)
class Material:
    """An uploaded document.

    bytes: its size; pages: None where the format has none, or nobody has looked yet; pages_read: how many of them;
    notice: sentences about what could not be read, None where all was; created_at: ms since 1970; language: in which
    who added it reads such sentences; title: what it calls itself, "" where it has no one heading, or is not read yet.
    """

    id: str
    account_id: str
    filename: str
    sha256: str
    bytes: int
    status: MaterialStatus
    error: str | None
    notice: str | None
    pages: int | None
    pages_read: int
    passages: int
    created_at: int
    language: str = ENGLISH
    title: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a material that can be found again.

    position: 0-based order in the material; page: 1-based, None where the format has none;
    heading: the headings above it, joined with HEADING_SEPARATOR; start, end: where it stands in the material's text.
    """

    id: str
    material_id: str
    filename: str
    position: int
    content: str
    heading: str = ""
    page: int | None = None
    start: int = 0
    end: int = 0

    @property
    def title(self) -> str:
        """The heading right above it; the file's name where it has none."""
        return self.heading.rpartition(HEADING_SEPARATOR)[2] or self.filename


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of materials, the newest first. next: the cursor of the page after it, or None."""

    materials: Sequence[Material]
    next: str | None


class MaterialStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(
        self,
        account_id: str,
        *,
        material_id: str,
        filename: str,
        sha256: str,
        size: int,
        admit: Callable[[int], None] = lambda _: None,
    ) -> tuple[Material, bool]:
        """Keep a material, queued to be read; and whether it is new, or the account had it already (by its hash).

        It remembers the language that is spoken now. admit: called with the bytes that the account's materials have
        together, before a new one is kept; what it raises refuses it.
        """

        def insert(tx: sqlite3.Connection) -> tuple[Material, bool]:
            kept = tx.execute(
                "SELECT * FROM materials WHERE account_id = ? AND sha256 = ?", (account_id, sha256)
            ).fetchone()
            if kept:
                return material_of(kept), False
            (so_far,) = tx.execute(
                "SELECT coalesce(sum(bytes), 0) FROM materials WHERE account_id = ?", (account_id,)
            ).fetchone()
            admit(so_far)
            row = tx.execute(
                "INSERT INTO materials (id, account_id, filename, sha256, bytes, status, created_at, language)"
                " VALUES (?, ?, ?, ?, ?, 'queued', ?, ?) RETURNING *",
                (material_id, account_id, filename, sha256, size, now_ms(), current()),
            ).fetchone()
            return material_of(row), True

        return await self._database.transact(insert, durable=True)

    async def find(self, account_id: str, material_id: str) -> Material | None:
        row = await self._database.fetch_one(
            f"SELECT {_TITLED} FROM materials WHERE id = ? AND account_id = ?",  # noqa: S608 (fixed text)
            (material_id, account_id),
        )
        return material_of(row) if row else None

    async def get(self, account_id: str, material_id: str) -> Material:
        """The material. Raises StudyinError NOT_FOUND, also where it is somebody else's."""
        material = await self.find(account_id, material_id)
        if material is None:
            raise material_not_found()
        return material

    async def find_by_hash(self, account_id: str, sha256: str) -> Material | None:
        row = await self._database.fetch_one(
            "SELECT * FROM materials WHERE account_id = ? AND sha256 = ?", (account_id, sha256)
        )
        return material_of(row) if row else None

    async def list(
        self,
        account_id: str,
        *,
        before: str | None = None,
        limit: int = 50,
        material_ids: Collection[str] | None = None,
    ) -> Listed:
        """A page of materials. before: the `next` of the page before; material_ids: of these alone, None for all.

        Raises StudyinError BAD_REQUEST.
        """
        chosen = None if material_ids is None else json.dumps(list(material_ids))
        created_at, material_id = _cursor(before)
        rows = await self._database.fetch_all(
            f"SELECT {_TITLED} FROM materials WHERE account_id = ? AND (created_at, id) < (?, ?)"  # noqa: S608 (fixed text)
            " AND (? IS NULL OR id IN (SELECT value FROM json_each(?))) ORDER BY created_at DESC, id DESC LIMIT ?",
            (account_id, created_at, material_id, chosen, chosen, limit + 1),
        )
        page = [material_of(row) for row in rows[:limit]]
        more = len(rows) > limit
        return Listed(page, f"{page[-1].created_at}-{page[-1].id}" if more else None)

    async def unfinished(self) -> Sequence[Material]:
        """What was queued or being read, of every account, the oldest first: for taking it up again at start."""
        rows = await self._database.fetch_all(
            "SELECT * FROM materials WHERE status IN (?, ?) ORDER BY created_at, id", UNFINISHED
        )
        return [material_of(row) for row in rows]

    async def text(self, account_id: str, material_id: str) -> str:
        """What the material says. Raises StudyinError NOT_FOUND."""
        await self.get(account_id, material_id)
        rows = await self._database.fetch_all(
            "SELECT p.content FROM material_parts p JOIN materials m ON m.id = p.material_id"
            ' WHERE m.id = ? AND m.account_id = ? ORDER BY p."start"',
            (material_id, account_id),
        )
        return "".join(str(row["content"]) for row in rows)

    async def queue(self, account_id: str, material_id: str) -> Material | None:
        """Have a material read once more, for who speaks now. None where it was deleted meanwhile."""
        return await self._change(
            "UPDATE materials SET status = ?, error = NULL, notice = NULL, language = ?"
            " WHERE id = ? AND account_id = ? RETURNING *",
            (MaterialStatus.QUEUED, current(), material_id, account_id),
            durable=True,
        )

    async def begin(self, account_id: str, material_id: str) -> Material | None:
        """Reading starts, from nothing. None where the material was deleted meanwhile."""

        def empty(tx: sqlite3.Connection) -> sqlite3.Row | None:
            row: sqlite3.Row | None = tx.execute(
                "UPDATE materials SET status = 'reading', error = NULL, notice = NULL, passages = 0, pages = NULL,"
                " pages_read = 0 WHERE id = ? AND account_id = ? RETURNING *",
                (material_id, account_id),
            ).fetchone()
            if row:
                tx.execute("DELETE FROM passages WHERE material_id = ?", (material_id,))
                tx.execute("DELETE FROM material_parts WHERE material_id = ?", (material_id,))
                tx.execute("DELETE FROM vocabularies WHERE material_id = ?", (material_id,))
            return row

        row = await self._database.transact(empty)
        return material_of(row) if row else None

    async def count_pages(self, account_id: str, material_id: str, pages: int | None) -> Material | None:
        """So many pages there will be, None where the format has none. None where it was deleted meanwhile."""
        return await self._change(
            "UPDATE materials SET pages = ? WHERE id = ? AND account_id = ? RETURNING *",
            (pages, material_id, account_id),
            durable=False,
        )

    async def finish(self, account_id: str, material_id: str, notice: str | None = None) -> Material | None:
        """Everything that can be read was. notice: what could not be. None where the material was deleted meanwhile."""
        return await self._set(account_id, material_id, MaterialStatus.READY, notice=notice)

    async def fail(self, account_id: str, material_id: str, error: str) -> Material | None:
        """Reading ended with an error, a sentence for people. None where the material was deleted meanwhile."""
        return await self._set(account_id, material_id, MaterialStatus.FAILED, error)

    async def _set(
        self,
        account_id: str,
        material_id: str,
        status: MaterialStatus,
        error: str | None = None,
        notice: str | None = None,
    ) -> Material | None:
        return await self._change(
            "UPDATE materials SET status = ?, error = ?, notice = ? WHERE id = ? AND account_id = ?"  # noqa: S608 (fixed text)
            f" RETURNING {_TITLED}",
            (status, error, notice, material_id, account_id),
            durable=True,
        )

    async def _change(self, sql: str, values: Sequence[object], *, durable: bool) -> Material | None:
        def change(tx: sqlite3.Connection) -> sqlite3.Row | None:
            row: sqlite3.Row | None = tx.execute(sql, values).fetchone()
            return row

        row = await self._database.transact(change, durable=durable)
        return material_of(row) if row else None

    async def delete(self, account_id: str, material_id: str) -> None:
        """Remove a material, its text and its passages. Raises StudyinError NOT_FOUND."""
        gone = await self._database.transact(
            lambda tx: (
                tx.execute("DELETE FROM materials WHERE id = ? AND account_id = ?", (material_id, account_id)).rowcount
            ),
            durable=True,
        )
        if not gone:
            raise material_not_found()


def material_not_found() -> StudyinError:
    return StudyinError(
        Code.NOT_FOUND,
        say("This file isn't among your materials; it may have been deleted. Choose another one, or add it again."),
        status=404,
    )


def _cursor(before: str | None) -> tuple[int, str]:
    if before is None:
        return 2**62, ""
    match = re.fullmatch(r"(\d{1,18})-([0-9a-f]{32})", before)
    if match is None:
        raise StudyinError(
            Code.BAD_REQUEST,
            say("Expected `before` to be the `next` of the page before; ask for the first page again."),
        )
    return int(match[1]), match[2]


def material_of(row: sqlite3.Row) -> Material:
    return Material(
        id=row["id"],
        account_id=row["account_id"],
        filename=row["filename"],
        sha256=row["sha256"],
        bytes=row["bytes"],
        status=MaterialStatus(row["status"]),
        error=row["error"],
        notice=row["notice"],
        pages=row["pages"],
        pages_read=row["pages_read"],
        passages=row["passages"],
        created_at=row["created_at"],
        language=row["language"],
        title=("title" in row.keys() and row["title"]) or "",  # noqa: SIM118 - "in row" looks at the values
    )
