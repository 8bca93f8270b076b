"""How sessions are searched: the query as SQLite takes it, and the piece that is shown of a hit."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from studyin.store.spelling import fold

# The marks SQLite puts around a hit; control characters can't be in a stored message.
_OPEN, _CLOSE = "\x02", "\x03"
# The piece of a message around a hit, in SQL.
SNIPPET = f"snippet(messages_fts, 0, '{_OPEN}', '{_CLOSE}', '…', 16)"
# Whether a title has all the folded words.
TITLE_HAS_WORDS = "NOT EXISTS (SELECT 1 FROM json_each(?) WHERE NOT instr(folded(title), value))"


@dataclass(frozen=True, slots=True)
class Hit:
    """Where a search met a session: the message, and a piece of it cut into (text, matched?) parts.

    message_id is None where the title matched.
    """

    message_id: str | None
    parts: Sequence[tuple[str, bool]]


def match_all(text: str) -> str | None:
    """An FTS5 query for rows with every word of the text, or None without words. Words are quoted: none is syntax."""
    words = re.findall(r"\w+", text)
    if not words:
        return None
    return " ".join(f'"{word}"' for word in words) + "*"


def folded_words(query: str) -> str:
    """The different words of a query, without capitals and accents, as a JSON list."""
    return json.dumps(list(dict.fromkeys(fold(word) for word in query.split())))


def hit_of(row: sqlite3.Row) -> Hit:
    """row: of the search, with its snippet."""
    if row["message_id"] is None:
        return Hit(None, ((row["title"], True),))
    parts: list[tuple[str, bool]] = []
    for number, piece in enumerate(re.split(f"[{_OPEN}{_CLOSE}]", row["snippet"])):
        if piece:
            parts.append((piece, number % 2 == 1))
    return Hit(row["message_id"], tuple(parts))
