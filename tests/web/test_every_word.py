"""Every word of every page is said, so that it can be said in another language: shown in one whose words have marks."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
import pytest
from argon2 import PasswordHasher

from studyin import language
from studyin.accounts import passwords
from studyin.store.accounts import Role
from studyin.store.insights import InsightStore
from studyin.web.export import FORMAT, FORMAT_VERSION
from studyin.web.keys import ACCOUNTS, DATABASE
from tests.web.people import Person, person, stranger
from tests.web.studyin_server import StudyinServer

PASSWORD = "correct horse battery"
# What is read out, shown on its own, or sent for the student.
SHOWN = ("aria-label", "title", "placeholder", "alt", "data-text", "data-roomy")
# Names, which every language leaves as they are.
NAMES = {"Studyin", *language.LANGUAGES.values(), "Anki", "CSV"}
WORD = re.compile(r"[^\W\d_]{2,}")


class Marked(dict[str, str]):
    """A language in which each sentence is the English one between marks."""

    def get(self, sentence: str, _: object = None) -> str:  # type: ignore[override]
        return f"⟦{sentence}⟧"


@pytest.fixture
async def admin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Person]:
    monkeypatch.setattr(passwords, "_hasher", lambda: PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    monkeypatch.setattr(language, "_translations", lambda _: Marked())
    async with (
        StudyinServer(tmp_path, auth="password", coach="notes") as server,
        person(server, "«ann»", Role.ADMIN) as admin,
    ):
        yield admin


def unsaid(text: str, depth: int = 0) -> tuple[list[str], int]:
    """The words that are neither in a sentence of ours nor a student's (between « and »); depth: how many sentences are
    open before it, and after it: one may go on in an element of its own."""
    words = []
    for piece in re.split("([⟦⟧])", re.sub("«[^»]*»", "", text)):
        depth += (piece == "⟦") - (piece == "⟧")
        words += [word for word in WORD.findall(piece) if word not in NAMES] if not depth else []
    return words, depth


def read(element: Element) -> Iterator[tuple[str, str, bool]]:
    """(where, text, whether it goes on from the text before) of all that a page shows, templates included."""
    names = element.get("class", "").split()
    if element.tag in ("script", "style") or "sample" in names or "account-link" in names:
        return
    where = f"{element.tag}.{'.'.join(names)}"
    yield from ((f"{where}[{name}]", element.get(name, ""), False) for name in SHOWN)
    yield where, element.text or "", True
    for child in element:
        if isinstance(child.tag, str):
            yield from read(child)
        yield where, child.tail or "", True


def forgotten(page: str) -> list[tuple[str, list[str]]]:
    assert "⟦" in page
    root = html5lib.parse(page, treebuilder="etree", namespaceHTMLElements=False)
    found, depth = [], 0
    for where, text, goes_on in read(root):
        words, after = unsaid(text, depth if goes_on else 0)
        depth = after if goes_on else depth
        found += [(where, words)] if words else []
    assert depth == 0
    return found


def chunk(number: int) -> dict[str, Any]:
    metadata = {"number": number, "material_id": "m", "position": number, "page": number, "heading": "«heading»"}
    return {"content": "«passage»", "filename": "«notes.pdf»", "metadata": metadata}


def everything() -> bytes:
    """A session with messages of all kinds, as a file that may be imported."""
    messages: list[dict[str, Any]] = []
    for status in ("complete", "stopped", "interrupted", "failed"):
        ids = (f"{status}-q", f"{status}-a")
        messages.append({"id": ids[0], "role": "user", "content": "«question»"})
        reply = {"id": ids[1], "role": "assistant", "status": status, "parent_id": ids[0], "context": [chunk(1)]}
        content = "«reply» [[1]]\n\n| «a» |\n| --- |\n\n- [ ] «b»\n- [x] «c» [^1]\n\n[^1]: «d»\n"
        reply |= {"content": content if status != "failed" else "", "thinking": "«thought»", "coach": "notes"}
        messages.append(reply | {"error": {"code": "busy", "message": "«refused»", "retryable": True}})
        if len(messages) > 2:
            messages[-2]["parent_id"] = messages[-3]["id"]
    # A second form of one of them, by a model.
    messages.append(messages[1] | {"id": "again", "coach": "openai", "model": "«model»"})
    session = {"title": "«title»", "leaf_id": "failed-a"}
    whole = {"format": FORMAT, "version": FORMAT_VERSION, "session": session, "messages": messages}
    return json.dumps(whole).encode()


async def fill(admin: Person) -> str:
    """Gives the admin a session, cards and notes of all kinds; returns the session's id."""
    status, body, _ = await admin.ask("POST", "/api/sessions/import", data=everything())
    assert status in (200, 201), body
    session_id = json.loads((await admin.ask("GET", "/api/sessions"))[1])["sessions"][0]["id"]
    proposal = {"form": "gap", "front": "«front» ____", "back": "«back»", "quotation": "«quoted»", "source": None}
    database = admin.server.app[DATABASE]

    def add(tx: Any) -> str:
        tx.execute(
            "UPDATE messages SET notices = ?, proposals = ? WHERE role = 'assistant'",
            (json.dumps([{"code": "kept", "message": "«notice»"}]), json.dumps([proposal])),
        )
        for status in ("queued", "reading", "failed", "ready"):
            row = (status, admin.id, "«notes.pdf»", status, 1, status, "«unreadable»", "«partly»", 1)
            tx.execute(
                "INSERT INTO materials (id, account_id, filename, sha256, bytes, status, error, notice, created_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                row,
            )
        return str(tx.execute("SELECT id FROM messages WHERE role = 'assistant' LIMIT 1").fetchone()[0])

    reply_id = await database.transact(add)
    await InsightStore(database).add(admin.id, session_id, reply_id, "«insight»")
    for number in range(3):
        body = json.dumps({"front": f"«front {number}» ____", "back": "«back»"})
        status, answer, _ = await admin.ask(
            "POST",
            "/api/cards",
            data=body,
            headers={"Origin": admin.server.url, "Content-Type": "application/json"},
        )
        assert status == 201, answer
    source = {"material_id": "m", "filename": "«notes.pdf»", "position": 1, "page": 7}
    source |= {"heading": "«heading»"}
    await database.transact(
        lambda tx: tx.execute(
            "UPDATE cards SET due = 1, form = 'gap', quotation = '«quoted»', source = ? WHERE rowid > 1",
            (json.dumps(source),),
        )
    )
    return session_id


async def test_every_word_of_every_page_is_said(admin: Person) -> None:
    session_id = await fill(admin)
    server = admin.server
    accounts = server.app[ACCOUNTS]
    other = await accounts.add("«bob»", PASSWORD)
    gone = await accounts.add("«eve»", PASSWORD)
    await accounts.disable(gone.id)
    tokens = [await accounts.invite(), await accounts.invite("«kim»", Role.ADMIN), await accounts.invite_back(other)]

    pages: dict[str, str] = {}

    async def visit(who: Person, method: str, path: str, **options: Any) -> None:
        status, page, headers = await who.ask(method, path, **options)
        assert headers["Content-Type"].startswith(("text/html", "text/markdown")), (path, status, page[:200])
        pages[f"{who.account and who.account.name}: {method} {path}"] = page

    for path in (
        "/",
        f"/session/{session_id}",
        f"/session/{session_id}/messages",
        f"/api/sessions/{session_id}/export?format=html",
        f"/api/sessions/{session_id}/export?format=md",
        "/cards",
        "/cards?query=nowhere",
        "/account?done=password",
        "/nowhere",
    ):
        await visit(admin, "GET", path)
    await visit(admin, "POST", "/people/invite", data={"name": "«liz»"})
    await visit(admin, "POST", f"/people/{other.id}/new-password")
    await visit(admin, "POST", "/account/password", data={"current": "x", "new": PASSWORD, "again": "y"})
    async with stranger(server) as visitor, person(server, "«tim»") as student:
        await visit(student, "GET", "/")
        await visit(student, "GET", "/cards")
        await visit(student, "GET", "/account")
        await visit(visitor, "GET", "/sign-in")
        await visit(visitor, "GET", "/sign-in?signed-out")
        await visit(visitor, "POST", "/sign-in", data={"name": "«bob»", "password": "x"})
        for token in tokens:
            await visit(visitor, "GET", f"/invitation?token={token}")

    shown = "".join(pages.values())
    for kind in ("«reply»", "«refused»", "«notice»", "«thought»", "«insight»", "«quoted»", "«partly»", "«unreadable»"):
        assert kind in shown, kind
    markdown = [page for path, page in pages.items() if path.endswith("format=md")]
    assert [unsaid(page) for page in markdown] == [([], 0)]
    assert {path: found for path, page in pages.items() if page not in markdown and (found := forgotten(page))} == {}


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("<p>⟦Said⟧ «not ours» · Studyin 12</p>", []),
        ("<p>⟦Said of <b>⟦one⟧</b> thing⟧ forgotten</p>", ["forgotten"]),
        ('<button aria-label="⟦Close⟧" title="Close"></button>⟦x⟧', ["Close"]),
        ("<template><p>⟦x⟧<b></b>Tail</p></template>", ["Tail"]),
    ],
)
def test_a_word_that_is_not_said_is_found(page: str, words: list[str]) -> None:
    assert [word for _, found in forgotten(page) for word in found] == words
