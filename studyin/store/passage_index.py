"""The full-text queries that find passages by their words, and words by how they are spelt; scoped by account."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence

from studyin.store.database import Database
from studyin.store.materials import Passage
from studyin.store.passages import ARE_CHOSEN, PASSAGE, chosen, passage_of
from studyin.store.spelling import SHORTEST

_MATCH = (
    f"SELECT {PASSAGE} JOIN passages_fts f ON f.rowid = p.seq"
    f" WHERE passages_fts MATCH :query AND {ARE_CHOSEN} ORDER BY rank LIMIT :limit"
)
# Where the file is one person's, the index alone knows: a tenth of the time of looking at each passage.
_COUNT = """SELECT key AS term,
    CASE WHEN :chosen IS NULL AND NOT EXISTS (SELECT 1 FROM materials WHERE account_id <> :account)
    THEN (SELECT count(*) FROM passages_fts WHERE passages_fts MATCH value)
    ELSE (SELECT count(*) FROM passages_fts f JOIN passages p ON p.seq = f.rowid
          WHERE passages_fts MATCH value
          AND p.material_id IN (
              SELECT m.id FROM materials m WHERE m.account_id = :account
              AND (:chosen IS NULL OR m.id IN (SELECT value FROM json_each(:chosen)))))
    END AS n
    FROM json_each(:queries)"""
_OF_WORDS = """FROM words_fts f JOIN words w ON w.seq = f.rowid
    JOIN vocabularies v ON v.seq = w.vocabulary JOIN materials m ON m.id = v.material_id"""
_SPELT = f"SELECT DISTINCT w.word {_OF_WORDS} WHERE words_fts MATCH :query AND {ARE_CHOSEN}"


class PassageIndex:
    """Two indexes of one kind: every passage as FTS5 folds it, and those with letters beyond ASCII as we fold them.

    material_ids: the materials that are looked through, None for all of the account's.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def match(
        self,
        account_id: str,
        phrases: Iterable[str],
        limit: int,
        material_ids: Collection[str] | None = None,
        *,
        beside: Iterable[str] = (),
    ) -> Sequence[Passage]:
        """The passages that have at least one of the phrases; those that have more and rarer ones come first.

        beside: phrases that only tell which of those come first, and are too common to be searched for.
        """
        query, more = _any_of(phrases), _any_of(beside)
        if query and more:
            query = f"({query}) OR (({query}) AND ({more}))"
        return await self._match(_MATCH, account_id, query, limit, material_ids)

    async def match_all(
        self,
        account_id: str,
        terms: Iterable[Iterable[str]],
        limit: int,
        material_ids: Collection[str] | None = None,
    ) -> Sequence[Passage]:
        """The best passages that have every term, in their headings or below: at least one of each one's phrases."""
        query = " AND ".join(f"({phrases})" for phrases in map(_any_of, terms) if phrases)
        return await self._match(_MATCH, account_id, query, limit, material_ids)

    async def match_folded(
        self, account_id: str, words: Iterable[str], limit: int, material_ids: Collection[str] | None = None
    ) -> Sequence[Passage]:
        """The same by folded words, among the passages with letters beyond ASCII."""
        return await self._match(_of_folded(_MATCH), account_id, _any_word(words), limit, material_ids)

    async def _match(
        self, sql: str, account_id: str, query: str, limit: int, material_ids: Collection[str] | None
    ) -> Sequence[Passage]:
        if not query:
            return []
        rows = await self._database.fetch_all(
            sql, {"query": query, "account": account_id, "chosen": chosen(material_ids), "limit": limit}
        )
        return [passage_of(row) for row in rows]

    async def frequencies(
        self, account_id: str, terms: Mapping[str, Iterable[str]], material_ids: Collection[str] | None = None
    ) -> dict[str, int]:
        """How many passages have each term: at least one of the phrases given for it."""
        queries = {term: _any_of(phrases) for term, phrases in terms.items()}
        return await self._count(_COUNT, account_id, queries, material_ids)

    async def folded_frequencies(
        self, account_id: str, terms: Mapping[str, Iterable[str]], material_ids: Collection[str] | None = None
    ) -> dict[str, int]:
        """How many of the passages with letters beyond ASCII have each term."""
        queries = {term: _any_word(words) for term, words in terms.items()}
        return await self._count(_of_folded(_COUNT), account_id, queries, material_ids)

    async def _count(
        self, sql: str, account_id: str, queries: Mapping[str, str], material_ids: Collection[str] | None
    ) -> dict[str, int]:
        asked = json.dumps({term: query for term, query in queries.items() if query})
        rows = await self._database.fetch_all(
            sql, {"account": account_id, "chosen": chosen(material_ids), "queries": asked}
        )
        return dict.fromkeys(queries, 0) | {str(row["term"]): int(row["n"]) for row in rows}

    async def has_folded(self, account_id: str) -> bool:
        """Whether any of the account's passages has a letter beyond ASCII."""
        row = await self._database.fetch_one(
            "SELECT 1 FROM folded_passages c JOIN passages p ON p.seq = c.seq JOIN materials m ON m.id = p.material_id"
            " WHERE m.account_id = ? LIMIT 1",
            (account_id,),
        )
        return row is not None

    async def spelt_like(
        self,
        account_id: str,
        *,
        begin: Collection[str] = (),
        end: Collection[str] = (),
        have: Collection[str] = (),
        material_ids: Collection[str] | None = None,
    ) -> Sequence[str]:
        """The materials' words of four letters and more that begin or end with one of these parts, or have one
        anywhere; in no order. A part has at least two letters at an end of the word, three inside it."""
        parts = [*(f" {part}" for part in begin), *(f"{part} " for part in end), *have]
        query = " OR ".join(f'"{part}"' for part in parts if len(part) >= SHORTEST - 1 and '"' not in part)
        if not query:
            return []
        rows = await self._database.fetch_all(
            _SPELT, {"query": query, "account": account_id, "chosen": chosen(material_ids)}
        )
        return [str(row["word"]) for row in rows]


def _of_folded(sql: str) -> str:
    return sql.replace("passages_fts", "folded_fts")


def _any_of(phrases: Iterable[str]) -> str:
    """An FTS5 query, empty without words. Only letters and digits of what is asked are left, quoted: none is syntax."""
    quoted = (" ".join(re.findall(r"[^\W_]+", phrase)) for phrase in phrases)
    return " OR ".join(f'"{phrase}"' for phrase in quoted if phrase)


def _any_word(words: Iterable[str]) -> str:
    """The same where marks are part of a word, as the vowels of Thai are."""
    return " OR ".join('"' + word.replace('"', " ").replace("\0", " ") + '"' for word in words if word)
