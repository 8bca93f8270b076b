"""Passages as rows, and the full-text queries that find them again. Every query is scoped by account."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from studyin.errors import Code, StudyinError
from studyin.store.database import Database
from studyin.store.ids import new_id
from studyin.store.materials import UNFINISHED, Material, Passage, material_of


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
_PASSAGE = """p.id, p.material_id, m.filename, p.position, p.content, p.heading, p.page, p."start", p."end"
    FROM passages p JOIN materials m ON m.id = p.material_id"""

# The materials that a search is limited to. chosen: a JSON list of their ids, null for all of the account's.
_ARE_CHOSEN = "m.account_id = :account AND (:chosen IS NULL OR m.id IN (SELECT value FROM json_each(:chosen)))"
_CHOSEN = f"FROM materials m WHERE {_ARE_CHOSEN}"


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
            return row

        row = await self._database.transact(insert)
        return material_of(row) if row else None

    async def find(self, account_id: str, passage_id: str) -> Passage | None:
        row = await self._database.fetch_one(
            f"SELECT {_PASSAGE} WHERE p.id = ? AND m.account_id = ?", (passage_id, account_id)
        )
        return _passage(row) if row else None

    async def of(self, account_id: str, material_id: str, *, after: int = -1, limit: int = 50) -> Sequence[Passage]:
        """The passages of a material in the order they are read, from behind position `after` on."""
        rows = await self._database.fetch_all(
            f"SELECT {_PASSAGE} WHERE m.account_id = ? AND p.material_id = ? AND p.position > ?"
            " ORDER BY p.position LIMIT ?",
            (account_id, material_id, after, limit),
        )
        return [_passage(row) for row in rows]

    async def surroundings(
        self, account_id: str, material_id: str, position: int, *, characters: int = 600
    ) -> Surroundings:
        """A passage with so many characters before and after it, in whole words. Raises StudyinError NOT_FOUND."""
        passage = next(iter(await self.of(account_id, material_id, after=position - 1, limit=1)), None)
        if passage is None or passage.position != position:
            raise StudyinError(
                Code.NOT_FOUND,
                "This passage isn't among your materials; its file may have been deleted or read anew. Ask again.",
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
            {"account": account_id, "chosen": _ids(material_ids)},
        )

    async def count(self, account_id: str, material_ids: Collection[str] | None = None) -> int:
        """How many passages the account has, or the chosen materials of it."""
        row = await self._database.fetch_one(
            f"SELECT coalesce(sum(m.passages), 0) AS n {_CHOSEN}",
            {"account": account_id, "chosen": _ids(material_ids)},
        )
        return int(row["n"]) if row else 0

    async def match(
        self, account_id: str, phrases: Iterable[str], limit: int, material_ids: Collection[str] | None = None
    ) -> Sequence[Passage]:
        """The passages that have at least one of the phrases; those that have more and rarer ones come first."""
        query = _any_of(phrases)
        if not query:
            return []
        rows = await self._database.fetch_all(
            f"SELECT {_PASSAGE} JOIN passages_fts f ON f.rowid = p.seq"
            f" WHERE passages_fts MATCH :query AND {_ARE_CHOSEN} ORDER BY rank LIMIT :limit",
            {"query": query, "account": account_id, "chosen": _ids(material_ids), "limit": limit},
        )
        return [_passage(row) for row in rows]

    async def frequencies(
        self, account_id: str, terms: Mapping[str, Iterable[str]], material_ids: Collection[str] | None = None
    ) -> dict[str, int]:
        """How many of the account's passages, or of the chosen materials', have each term: at least one of the phrases
        given for it."""
        queries = {term: query for term, phrases in terms.items() if (query := _any_of(phrases))}
        rows = await self._database.fetch_all(
            # Where the file is one person's, the index alone knows: a tenth of the time of looking at each passage.
            """SELECT key AS term,
            CASE WHEN :chosen IS NULL AND NOT EXISTS (SELECT 1 FROM materials WHERE account_id <> :account)
            THEN (SELECT count(*) FROM passages_fts WHERE passages_fts MATCH value)
            ELSE (SELECT count(*) FROM passages_fts f JOIN passages p ON p.seq = f.rowid
                  WHERE passages_fts MATCH value
                  AND p.material_id IN (
                      SELECT m.id FROM materials m WHERE m.account_id = :account
                      AND (:chosen IS NULL OR m.id IN (SELECT value FROM json_each(:chosen)))))
            END AS n
            FROM json_each(:queries)""",
            {"account": account_id, "chosen": _ids(material_ids), "queries": json.dumps(queries)},
        )
        return dict.fromkeys(terms, 0) | {str(row["term"]): int(row["n"]) for row in rows}


def _ids(material_ids: Collection[str] | None) -> str | None:
    return None if material_ids is None else json.dumps(list(material_ids))


def _any_of(phrases: Iterable[str]) -> str:
    """An FTS5 query, empty without words. Only letters and digits of what is asked are left, quoted: none is syntax."""
    quoted = (" ".join(re.findall(r"[^\W_]+", phrase)) for phrase in phrases)
    return " OR ".join(f'"{phrase}"' for phrase in quoted if phrase)


def _passage(row: sqlite3.Row) -> Passage:
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
