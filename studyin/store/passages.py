"""Passages as rows: kept, and read again in their order. Every query is scoped by account."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from studyin.errors import Code, StudyinError
from studyin.language import say
from studyin.store.database import Database
from studyin.store.ids import new_id
from studyin.store.materials import UNFINISHED, Material, Passage, material_of
from studyin.store.spelling import folded_text, vocabulary


@dataclass(frozen=True, slots=True)
class Draft:
    """A passage that is yet to be stored: what Passage says of content, heading, page, start and end."""

    content: str
    heading: str
    page: int | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Surroundings:
    """A passage and the text around it, as the material has it."""

    passage: Passage
    before: str
    after: str


# What a Passage is made of; materials is joined for the file name and for the account.
PASSAGE = """p.id, p.material_id, m.filename, p.position, p.content, p.heading, p.page, p."start", p."end"
    FROM passages p JOIN materials m ON m.id = p.material_id"""

# The materials that a search is limited to. chosen: a JSON list of their ids, null for all of the account's.
ARE_CHOSEN = "m.account_id = :account AND (:chosen IS NULL OR m.id IN (SELECT value FROM json_each(:chosen)))"
_CHOSEN = f"FROM materials m WHERE {ARE_CHOSEN}"


class PassageStore:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def append(
        self,
        account_id: str,
        material_id: str,
        position: int,
        drafts: Sequence[Draft],
        *,
        text: str = "",
        start: int = 0,
        pages_read: int = 0,
    ) -> Material | None:
        """Add the next passages of a material that is being read, and the text they stand in.

        position: that of the first passage; start: where the text stands in the material's whole text; pages_read: so
        far. None where the material was deleted meanwhile. A few hundred at a time: ten thousand in one transaction
        would keep every other writer waiting for more than a second.
        """
        rows = [
            (new_id(), material_id, number, draft.page, draft.heading, draft.content, draft.start, draft.end)
            for number, draft in enumerate(drafts, start=position)
        ]

        said = [f"{draft.heading} {draft.content}" for draft in drafts]
        folded = [(kept, row[0]) for row, raw in zip(rows, said, strict=True) if (kept := folded_text(raw))]
        spelt = sorted(vocabulary(" ".join(said)))

        def insert(tx: sqlite3.Connection) -> sqlite3.Row | None:
            row: sqlite3.Row | None = tx.execute(
                "UPDATE materials SET passages = ?, pages_read = ? WHERE id = ? AND account_id = ?"
                " AND status = 'reading' RETURNING *",
                (position + len(drafts), pages_read, material_id, account_id),
            ).fetchone()
            if row and text:
                tx.execute(
                    'INSERT INTO material_parts (material_id, "start", content) VALUES (?, ?, ?)',
                    (material_id, start, text),
                )
            if row:
                tx.executemany(
                    'INSERT INTO passages (id, material_id, position, page, heading, content, "start", "end")'
                    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    rows,
                )
                tx.executemany(
                    "INSERT INTO folded_passages (seq, content) SELECT seq, ? FROM passages WHERE id = ?", folded
                )
                tx.execute("INSERT OR IGNORE INTO vocabularies (material_id) VALUES (?)", (material_id,))
                tx.executemany(
                    "INSERT OR IGNORE INTO words (vocabulary, word)"
                    " SELECT seq, ? FROM vocabularies WHERE material_id = ?",
                    [(word, material_id) for word in spelt],
                )
            return row

        row = await self._database.transact(insert)
        return material_of(row) if row else None

    async def find(self, account_id: str, passage_id: str) -> Passage | None:
        row = await self._database.fetch_one(
            f"SELECT {PASSAGE} WHERE p.id = ? AND m.account_id = ?", (passage_id, account_id)
        )
        return passage_of(row) if row else None

    async def of(self, account_id: str, material_id: str, *, after: int = -1, limit: int = 50) -> Sequence[Passage]:
        """The passages of a material in the order they are read, from behind position `after` on."""
        rows = await self._database.fetch_all(
            f"SELECT {PASSAGE} WHERE m.account_id = ? AND p.material_id = ? AND p.position > ?"
            " ORDER BY p.position LIMIT ?",
            (account_id, material_id, after, limit),
        )
        return [passage_of(row) for row in rows]

    async def between(self, account_id: str, first: Passage, last: Passage) -> str | None:
        """The material's text from one passage's beginning to a later one's end. None where it was deleted."""
        return await self.text(account_id, first.material_id, first.start, last.end)

    async def text(self, account_id: str, material_id: str, start: int, end: int) -> str | None:
        """The material's text from one character to another. None where it was deleted."""
        rows = await self._database.fetch_all(
            'SELECT t."start", t.content FROM material_parts t JOIN materials m ON m.id = t.material_id'
            ' WHERE m.account_id = ? AND m.id = ? AND t."start" < ? AND t."start" + length(t.content) > ?'
            ' ORDER BY t."start"',
            (account_id, material_id, end, start),
        )
        if not rows:
            return None
        begins = int(rows[0]["start"])
        return "".join(str(row["content"]) for row in rows)[start - begins : end - begins]

    async def surroundings(
        self, account_id: str, material_id: str, position: int, *, characters: int = 600
    ) -> Surroundings:
        """A passage with so many characters before and after it, in whole words. Raises StudyinError NOT_FOUND."""
        passage = next(iter(await self.of(account_id, material_id, after=position - 1, limit=1)), None)
        if passage is None or passage.position != position:
            raise StudyinError(
                Code.NOT_FOUND,
                say("This passage isn't among your materials; its file may have been deleted or read anew. Ask again."),
                status=404,
            )
        first = max(passage.start - characters - 1, 0)  # one more, to see whether a word is cut
        last = passage.end + characters + 1
        rows = await self._database.fetch_all(
            'SELECT "start", content FROM material_parts WHERE material_id = :id AND "start" < :last AND "start" >='
            ' (SELECT max("start") FROM material_parts WHERE material_id = :id AND "start" <= :first) ORDER BY "start"',
            {"id": material_id, "first": first, "last": last},
        )
        around, begins = "".join(str(row["content"]) for row in rows), int(rows[0]["start"]) if rows else 0
        before = around[max(first - begins, 0) : passage.start - begins]
        after = around[passage.end - begins : last - begins]
        if len(before) > characters:
            before = re.sub(r"^\S*\s?", "", before)
        if len(after) > characters:
            after = re.sub(r"\s?\S*$", "", after)
        return Surroundings(passage, before, after)

    async def headings(self, account_id: str, material_id: str, limit: int = 200) -> Sequence[str]:
        """The different headings of a material, in the order they are read."""
        rows = await self._database.fetch_all(
            "SELECT p.heading FROM passages p JOIN materials m ON m.id = p.material_id"
            " WHERE m.account_id = ? AND m.id = ? AND p.heading <> ''"
            " GROUP BY p.heading ORDER BY min(p.position) LIMIT ?",
            (account_id, material_id, limit),
        )
        return [str(row["heading"]) for row in rows]

    async def in_order(
        self, account_id: str, material_ids: Collection[str] | None, limit: int, *, each: int | None = None
    ) -> Sequence[Passage]:
        """The first passages of the materials, the oldest material first. each: at most so many of one material."""
        found: list[Passage] = []
        for row in await self._chosen(account_id, material_ids):
            room = limit - len(found)
            found += await self.of(account_id, str(row["id"]), limit=room if each is None else min(room, each))
            if len(found) >= limit:
                break
        return found

    async def whole(self, account_id: str, material_ids: Collection[str] | None, room: int) -> Sequence[Passage] | None:
        """All passages of the materials, the oldest material first; None where their contents and headings have more
        than `room` characters, or where one of the materials is still being read."""
        rows = await self._chosen(account_id, material_ids)
        # A passage has a character at least: most large libraries are told by their number of passages alone.
        if any(row["status"] in UNFINISHED for row in rows) or sum(int(row["passages"]) for row in rows) > room:
            return None
        found: list[Passage] = []
        for row in rows:
            last = -1
            while last < int(row["passages"]) - 1:
                some = await self.of(account_id, str(row["id"]), after=last)
                if not some:  # deleted or begun anew between the statements
                    return None
                room -= sum(len(passage.heading) + len(passage.content) for passage in some)
                if room < 0:
                    return None
                found += some
                last = some[-1].position
        return found

    async def _chosen(self, account_id: str, material_ids: Collection[str] | None) -> Sequence[sqlite3.Row]:
        """The materials that a search is limited to, the oldest first."""
        return await self._database.fetch_all(
            f"SELECT m.id, m.status, m.passages {_CHOSEN} ORDER BY m.created_at, m.id",
            {"account": account_id, "chosen": chosen(material_ids)},
        )

    async def count(self, account_id: str, material_ids: Collection[str] | None = None) -> int:
        """How many passages the account has, or the chosen materials of it."""
        row = await self._database.fetch_one(
            f"SELECT coalesce(sum(m.passages), 0) AS n {_CHOSEN}",
            {"account": account_id, "chosen": chosen(material_ids)},
        )
        return int(row["n"]) if row else 0


def chosen(material_ids: Collection[str] | None) -> str | None:
    """The parameter `chosen` of a query: a JSON list."""
    return None if material_ids is None else json.dumps(list(material_ids))


def passage_of(row: sqlite3.Row) -> Passage:
    return Passage(
        id=row["id"],
        material_id=row["material_id"],
        filename=row["filename"],
        position=row["position"],
        content=row["content"],
        heading=row["heading"],
        page=row["page"],
        start=row["start"],
        end=row["end"],
    )
