"""A data file with attacks in every place that a page shows: what a stranger's notes or a talked-round model leave."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing

from tests.browser.server import Studyin
from tests.web.hostile_markdown import VECTORS, numbered

SESSION = f"{1:032x}"
# By number; a data file holds no halves of surrogate pairs.
ATTACKS = {
    number: numbered(number, vector).encode(errors="replace").decode()
    for number, vector in enumerate(VECTORS.values(), start=2)
}
NAME_OF = dict(enumerate(VECTORS, start=2))


def together(count: int) -> Iterator[str]:
    """All attacks in so many texts, for the places that show plain text: one that got out of there would run."""
    attacks = list(ATTACKS.values())
    size = -(-len(attacks) // count)
    return ("\n".join(attacks[at : at + size]) for at in range(0, len(attacks), size))


def fill(server: Studyin) -> int:
    """One session with a reply for each attack, questions, sources, proposals and insights, among sessions and notes
    that are named by them; returns how many messages it has. A message's id ends with the number of its attack."""
    with closing(sqlite3.connect(server.data / "studyin.sqlite3")) as database, database:
        for number, title in enumerate(together(40), start=1):
            database.execute(
                "INSERT INTO sessions (id, account_id, title, created_at, updated_at) VALUES (?, 'local', ?, 1, 1)",
                (f"{number:032x}", title),
            )
        for number, words in enumerate(together(60), start=1):
            database.execute(
                "INSERT INTO materials (id, account_id, filename, sha256, bytes, status, error, notice, created_at)"
                " VALUES (?, 'local', ?, ?, 1, ?, ?, ?, 1)",
                (f"{number:032x}", words, f"{number}", "failed" if number % 2 else "ready", words, words),
            )
        return _talk(database)


def _talk(database: sqlite3.Connection) -> int:
    parent, count, questions = None, 0, list(together(100))
    for number, attack in ATTACKS.items():
        if number % 10 == 2:
            question = f"question{number:024x}"
            _say(database, question, parent, "user", questions.pop(0))
            parent, count = question, count + 1
        reply = f"reply{number:027x}"
        failed = number % 5 == 0
        _say(database, reply, parent, "assistant", attack, number=number, status="failed" if failed else "complete")
        database.execute(
            "INSERT INTO reply_passages VALUES (?, 1, 'p', 'm', ?, 0, NULL, ?, ?, 1)", (reply, attack, attack, attack)
        )
        parent, count = reply, count + 1
    assert not questions
    for number, excerpt in enumerate(together(20)):
        database.execute(
            "INSERT INTO insights (id, session_id, message_id, content, created_at) VALUES (?, ?, ?, ?, 1)",
            (f"{number:032x}", SESSION, parent, excerpt),
        )
    database.execute("UPDATE sessions SET leaf_id = ? WHERE id = ?", (parent, SESSION))
    return count


def _say(
    database: sqlite3.Connection,
    message: str,
    parent: str | None,
    role: str,
    content: str,
    *,
    number: int = 0,
    status: str = "complete",
) -> None:
    attack = ATTACKS.get(number, "")
    proposal = {"form": "gap", "front": f"{attack}\n", "back": attack, "quotation": attack, "source": None}
    aside = {"code": "citations", "message": attack, "retryable": True}
    is_reply = role == "assistant"
    database.execute(
        "INSERT INTO messages (id, session_id, parent_id, role, status, content, thinking, controls, coach, model,"
        " error, notices, proposals, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, '{}', ?, ?, ?, ?, ?, 1)",
        (
            *(message, SESSION, parent, role, status, content, attack),
            *(("openai", attack, json.dumps({**aside, "code": "provider_failed"})) if is_reply else (None, None, None)),
            *((json.dumps([aside]), json.dumps([proposal])) if is_reply else ("[]", "[]")),
        ),
    )
