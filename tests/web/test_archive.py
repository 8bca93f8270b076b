"""All sessions out in one file and back in, and conversations from ChatGPT."""

from __future__ import annotations

import io
import json
import os
import re
import tracemalloc
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from studyin.errors import Code, StudyinError
from studyin.store.cards import Memory, Origin
from studyin.store.imports import Whole
from studyin.web import archive, scratch, takeout
from studyin.web.sound import MAX_TIME_MS
from tests.scripted_provider import ScriptedProvider, Stream
from tests.web.studyin_server import Chat, StudyinServer, only
from tests.web.test_base_protocol import upload

Connect = Callable[[], Chat]

NONE = {"imported": 0, "continued": 0, "known": 0, "cards": 0}


async def _export(http: aiohttp.ClientSession, server: StudyinServer) -> zipfile.ZipFile:
    async with http.get(server.url + "/api/sessions/export") as response:
        assert response.status == 200
        assert response.content_type == "application/zip"
        return zipfile.ZipFile(io.BytesIO(await response.read()))


async def _import(http: aiohttp.ClientSession, server: StudyinServer, data: bytes) -> tuple[int, Any]:
    headers = {"Origin": server.url}
    async with http.post(server.url + "/api/sessions/import", data=data, headers=headers) as response:
        return response.status, await response.json()


def _sessions_in(data: bytes) -> list[Whole]:
    return takeout.taken_from(io.BytesIO(data)).sessions


async def _messages(http: aiohttp.ClientSession, server: StudyinServer) -> dict[str, dict[str, Any]]:
    async with http.get(server.url + "/api/sessions") as response:
        sessions = (await response.json())["sessions"]
    found = {}
    for session in sessions:
        async with http.get(f"{server.url}/api/sessions/{session['id']}/messages") as response:
            found[session["title"]] = {**(await response.json()), "session": session}
    return found


def _tree(session: dict[str, Any]) -> list[tuple[str, str, str | None]]:
    said = {message["id"]: message["content"] for message in session["messages"]}
    return [(each["role"], each["content"], said.get(each["parent_id"])) for each in session["messages"]]


async def test_what_is_exported_comes_back_whole_with_its_branches_and_sources(
    http: aiohttp.ClientSession, server: StudyinServer, chat: Connect, provider: ScriptedProvider
) -> None:
    provider.script(Stream("Osmosis."), Stream("Diffusion."), Stream("Better."), Stream("Entropy."))
    async with chat() as one:
        await one.send("open", session_id=None)
        await one.ask("What is osmosis?", client_id="1")
        asked = only(await one.until("complete"), "accepted")
        await one.ask("Otherwise?", client_id="2", parent_id=asked["message_id"])
        await one.until("complete")
        await one.send("regenerate", message_id=asked["turn_id"])
        await one.until("complete")
    async with chat() as two:
        await two.ask("What is entropy?")
        await two.until("complete")
    before = await _messages(http, server)
    exported = await _export(http, server)
    assert sorted(exported.namelist()) == ["0001 What is entropy.md", "0002 What is osmosis.md", "sessions.json"]
    assert "Better." in exported.read("0002 What is osmosis.md").decode()
    for session in before.values():
        path = f"/api/sessions/{session['session']['id']}"
        async with http.delete(server.url + path, headers={"Origin": server.url}) as response:
            assert response.status == 204
    assert await _import(http, server, exported.read("sessions.json")) == (201, {**NONE, "imported": 2})
    after = await _messages(http, server)
    assert after.keys() == before.keys()
    for title, session in before.items():
        assert _tree(after[title]) == _tree(session)
        assert after[title]["leaf_id"] != session["leaf_id"]
        for name in ("created_at", "updated_at"):
            assert after[title]["session"][name] == session["session"][name]
    assert await _import(http, server, exported.read("sessions.json")) == (201, {**NONE, "known": 2})
    assert await _messages(http, server) == after


OURS = {
    "format": "studyin-session",
    "version": 1,
    "session": {"title": "Cells\x00 ", "created_at": 5, "updated_at": 10**30, "leaf_id": "b"},
    "messages": [
        {"id": "a", "role": "user", "content": "Q\x02"},
        {
            "id": "b",
            "parent_id": "a",
            "role": "assistant",
            "status": "streaming",
            "content": "A [[1]]",
            "context": [
                {"content": "It is.", "filename": "x.md", "metadata": {"page": -1, "heading": 3, "position": "no"}}
            ],
        },
        {"id": "c", "parent_id": "gone", "role": "user", "content": "Alone"},
    ],
}


def test_a_file_may_be_odd_but_what_is_kept_is_sound() -> None:
    (whole,) = _sessions_in(json.dumps(OURS).encode())
    assert (whole.title, whole.created_at, whole.updated_at) == ("Cells", 5, MAX_TIME_MS)
    question, reply, alone = whole.messages
    assert question.content == "Q"
    assert reply.status == "interrupted"
    assert reply.quotations[0].passage.heading == "3"
    assert (reply.quotations[0].passage.page, reply.quotations[0].passage.position) == (None, 0)
    assert alone.parent_id is None


async def test_an_imported_source_is_shown_beside_its_reply(http: aiohttp.ClientSession, server: StudyinServer) -> None:
    data = json.dumps({**OURS, "session": {"title": "Cells"}}).encode()
    assert (await _import(http, server, data))[0] == 201
    (session,) = (await _messages(http, server)).values()
    (reply,) = [message for message in session["messages"] if message["role"] == "assistant"]
    assert [(chunk["filename"], chunk["content"]) for chunk in reply["context"]] == [("x.md", "It is.")]


NOTE = "Tonicity compares two solutions."
SOURCE = {"material_id": "m", "position": 2, "filename": "cells.md", "heading": "Water", "page": 3}
CARD = {"form": "gap", "front": "The ____ compares.", "back": "tonicity", "quotation": NOTE, "source": SOURCE}
RICH = {
    "format": "studyin-session",
    "version": 1,
    "session": {
        "title": "Water",
        "created_at": 5,
        "updated_at": 6,
        "leaf_id": "b",
        "pinned": True,
        "controls": {"profile": "studyin_deep", "user_level": 5, "verbosity": "concise", "effort": "high"},
    },
    "messages": [
        {"id": "a", "role": "user", "content": "Why?"},
        {
            "id": "b",
            "parent_id": "a",
            "role": "assistant",
            "content": "It compares [[1]], not `[[1]]`. It sings [[1]].",
            "coach": "openai",
            "model": "m-1",
            "controls": {"level": 5, "profile": "studyin_deep", "verbosity": "concise", "effort": "high"},
            "usage": {"total_tokens": 7},
            "notices": [{"code": "citation_unsupported", "message": "Its passage does not say that."}],
            "citations": [{"number": 1, "supported": True}, {"number": 1, "supported": False}],
            "context": [{"id": "p", "content": NOTE, "filename": "cells.md", "metadata": {"page": 3, "position": 2}}],
            "cards": [CARD],
        },
    ],
    "insights": [{"message_id": "b", "content": "It compares.", "created_at": 9}],
}


async def test_what_was_kept_and_checked_of_a_session_goes_along_and_comes_back(
    http: aiohttp.ClientSession, server: StudyinServer
) -> None:
    async def exported(session: str, kind: str) -> str:
        async with http.get(f"{server.url}/api/sessions/{session}/export", params={"format": kind}) as response:
            return await response.text()

    async def brought_in(data: Any) -> dict[str, Any]:
        assert (await _import(http, server, json.dumps(data).encode()))[0] == 201
        async with http.get(server.url + "/api/sessions") as response:
            return (await response.json())["sessions"][0]

    session = await brought_in(RICH)
    assert (session["pinned"], session["controls"]) == (True, RICH["session"]["controls"])
    first = json.loads(await exported(session["id"], "json"))
    reply, rich = first["messages"][1], RICH["messages"][1]
    for name in ("content", "model", "controls", "usage", "notices", "citations"):
        assert reply[name] == rich[name], name
    assert reply["cards"] == [{**CARD, "kept": False}]
    assert [each["content"] for each in first["insights"]] == ["It compares."]
    keep = {"message_id": reply["id"], "proposal": 0}
    async with http.post(server.url + "/api/cards", json=keep, headers={"Origin": server.url}) as response:
        assert response.status == 201

    markdown = await exported(session["id"], "md")
    for part in (
        "## Insights\n\n> It compares.\n",
        "compares [1], not `[[1]]`. It sings [1?].",
        "*Its passage does not",
    ):
        assert part in markdown
    assert markdown.endswith("**Cards**\n\n- The ____ compares. → tonicity (kept)\n")
    assert "sings [1?]" in (await _export(http, server)).read("0001 Water.md").decode()
    html = await exported(session["id"], "html")
    assert 'sings <sup><a class="cite doubtful" href="#2-passage-1">[1?]</a></sup>' in html
    assert '<li id="2-passage-1"><p class="source" dir="auto">cells.md, page 3' in html
    assert "<h2>Insights</h2><blockquote>" in html
    assert '<p class="card-back" dir="auto">tonicity (kept)</p>' in html

    # Once more out of the copy: nothing is lost on the way, but for which card it was.
    async with http.delete(f"{server.url}/api/sessions/{session['id']}", headers={"Origin": server.url}):
        second = json.loads(await exported((await brought_in(first))["id"], "json"))
    for made in (first, second):
        for each in (*made["messages"], *made["insights"], made["session"]):
            for name in ("id", "parent_id", "session_id", "turn_id", "message_id", "leaf_id"):
                each.pop(name, None)
    assert second == first


def test_what_a_file_says_of_a_reply_is_kept_within_bounds() -> None:
    odd = {"role": "assistant", "id": "b", "content": "", "controls": {"level": 99, "profile": "none"}}
    odd |= {"usage": {"total_tokens": "many", "x": 1}, "notices": [{"code": 1}, {"message": "Said."}]}
    odd |= {
        "citations": [{"number": -1}, {"number": 10**9}],
        "cards": [{"front": "x" * 9_000, "back": "\0", "form": "?"}],
    }
    insights = [{"message_id": "gone", "content": "x"}, {"message_id": "b", "content": " \0 "}]
    data = {
        **RICH,
        "session": {"title": "x", "controls": {"user_level": "high"}},
        "messages": [odd],
        "insights": insights,
    }
    (whole,) = _sessions_in(json.dumps(data).encode())
    (reply,) = whole.messages
    assert (reply.controls, reply.usage, reply.notices, reply.citations) == ({}, None, (), ())
    (card,) = reply.proposals
    assert (len(card.front), card.back, card.form, card.source) == (4_000, "", "explain", None)
    assert (whole.controls, whole.insights) == ({}, ())


def _node(
    parent: str | None, children: list[str], role: str = "", *parts: object, **metadata: object
) -> dict[str, Any]:
    message = {"author": {"role": role}, "content": {"content_type": "text", "parts": parts}, "metadata": metadata}
    return {"parent": parent, "children": children, "message": {**message, "create_time": 1.5} if role else None}


def test_conversations_of_chatgpt_keep_what_their_reader_saw_and_their_branches() -> None:
    conversation = {
        "title": "Photosynthesis",
        "create_time": 1_700_000_000.5,
        "update_time": None,
        "current_node": "second",
        "mapping": {
            "root": _node(None, ["system"]),
            "system": _node("root", ["hidden"], "system", "You are."),
            "hidden": _node("system", ["asked", "edited"], "user", "My profile", is_visually_hidden_from_user=True),
            "asked": _node("hidden", ["calls"], "user", {"asset": "picture"}, "What is this?"),
            "calls": _node("asked", ["tool"], "assistant", "Let me look.", model_slug="gpt-4"),
            "tool": _node("calls", ["answer"], "tool", "raw result"),
            "answer": _node("tool", ["next"], "assistant", "A leaf."),
            "next": _node("answer", [], "user", "Thanks"),
            "edited": _node("hidden", ["first", "second"], "user", "And this?"),
            "first": _node("edited", [], "assistant", "A stem."),
            "second": _node("edited", [], "assistant", "A root."),
        },
    }
    (whole,) = _sessions_in(json.dumps([conversation]).encode())
    said = {message.id: message.content for message in whole.messages}
    assert [(message.role, message.content, said.get(message.parent_id or "")) for message in whole.messages] == [
        ("user", "What is this?", None),
        ("assistant", "Let me look.\n\nA leaf.", "What is this?"),
        ("user", "Thanks", "Let me look.\n\nA leaf."),
        ("user", "And this?", None),
        ("assistant", "A stem.", "And this?"),
        ("assistant", "A root.", "And this?"),
    ]
    assert said[whole.leaf_id or ""] == "A root."
    assert (whole.title, whole.created_at, whole.updated_at) == ("Photosynthesis", 1_700_000_000_500, 1_700_000_000_500)


def test_a_tree_that_bites_its_tail_ends() -> None:
    loop = {"a": _node(None, ["b"], "user", "A"), "b": _node("a", ["a", "b", "gone"], "assistant", "B")}
    apart = {"x": _node("y", ["y"], "user", "X"), "y": _node("x", ["x"], "user", "Y")}
    (whole,) = _sessions_in(json.dumps([{"mapping": loop | apart, "current_node": "y"}]).encode())
    assert [message.content for message in whole.messages] == ["A", "B"]
    assert whole.leaf_id == "b"
    deep = {str(n): _node(str(n - 1) if n else None, [str(n + 1)], "user", "x") for n in range(5_000)}
    assert len(_sessions_in(json.dumps([{"mapping": deep}]).encode())[0].messages) == 1


def test_a_long_row_of_pieces_of_one_reply_is_refused_before_it_fills_the_memory() -> None:
    row = {str(n): _node(str(n - 1) if n else None, [str(n + 1)], "assistant", "x" * 1_000) for n in range(2_000)}
    with pytest.raises(StudyinError, match="Expected at most 50,000,000 characters in one session"):
        _sessions_in(json.dumps([{"mapping": row}]).encode())


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x03\x04",
        b"\xff\xfe[",
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b"null",
        b"{}",
        b'[{"title": "no mapping"}]',
        b'{"format": "studyin-session"}',
        b'{"sessions": [{"session": {}, "messages": [{"id": "a", "role": "system", "content": ""}]}]}',
        json.dumps({**OURS, "messages": [OURS["messages"][0]] * 2}).encode(),
        json.dumps({**OURS, "version": 2}).encode(),
    ],
)
def test_another_file_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(StudyinError) as refused:
        _sessions_in(data)
    assert refused.value.code is Code.BAD_REQUEST
    assert refused.value.message.startswith("Expected")


async def test_bounds_of_an_import_are_told(
    http: aiohttp.ClientSession, server: StudyinServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "MAX_TEXT_BYTES", 1024)
    status, answer = await _import(http, server, b" " * 1025)
    assert (status, answer["error"]["code"]) == (413, "too_large")
    assert (await _import(http, server, b"[]"))[1]["error"]["code"] == "empty"
    many = json.dumps([{"mapping": {}}] * 3).encode()
    monkeypatch.setattr(takeout, "MAX_SESSIONS", 2)
    status, answer = await _import(http, server, many)
    assert (status, answer["error"]["message"]) == (413, "Expected at most 2 sessions in one file, got 3.")
    assert await _messages(http, server) == {}


async def test_a_foreign_page_imports_nothing(http: aiohttp.ClientSession, server: StudyinServer) -> None:
    for origin in ("https://evil.example", "null"):
        path = server.url + "/api/sessions/import"
        async with http.post(path, data=b"[]", headers={"Origin": origin, "Content-Type": "text/plain"}) as response:
            assert response.status == 403


def _grown(*said: str) -> bytes:
    """A session that began at 5 and in which one message follows the other."""
    ids = [None, *(f"{n}" for n in range(len(said)))]
    messages = [
        {
            "id": ids[n + 1],
            "parent_id": ids[n],
            "role": ["user", "assistant"][n % 2],
            "content": text,
            "created_at": 5 + n,
        }
        for n, text in enumerate(said)
    ]
    head = {"title": "Cells", "created_at": 5, "updated_at": 5 + len(said), "leaf_id": ids[-1]}
    insights = [{"message_id": ids[-1], "content": said[-1], "created_at": 9}]
    return json.dumps({**OURS, "session": head, "messages": messages, "insights": insights}).encode()


async def test_chosen_notes_come_along_whichever_is_there_first(
    http: aiohttp.ClientSession, tmp_path: Path, server: StudyinServer
) -> None:
    texts = {name: f"# {name}\n\nA {name} is something of its own." for name in ("one", "two", "three")}
    notes = {name: await upload(http, server, f"{name}.md", text) for name, text in texts.items()}
    async with Chat(http, server) as one:
        await one.ask("What is one?", client_id="1", material_ids=[notes["one"], notes["two"]])
        session_id = (await one.until("complete"))[-1]["session_id"]
    async with http.get(f"{server.url}/api/sessions/{session_id}/export", params={"format": "json"}) as response:
        told = await response.json()
    assert sorted(each["filename"] for each in told["materials"]) == ["one.md", "two.md"]
    whole = (await _export(http, server)).read("sessions.json")
    assert json.loads(whole)["sessions"][0]["materials"] == told["materials"]

    async with StudyinServer(tmp_path / "elsewhere", coach="notes") as other:
        notes = {"one": await upload(http, other, "uno.md", texts["one"])}
        assert (await _import(http, other, whole))[1] == {**NONE, "imported": 1}
        (here,) = [each["session"] for each in (await _messages(http, other)).values()]
        assert here["material_ids"] == [notes["one"]]
        async with Chat(http, other) as page:
            await page.send("open", session_id=here["id"])
            # A question asked of what is there meanwhile is no other choice.
            await page.ask("And on?", client_id="2", material_ids=[notes["one"]])
            await page.until("complete")
            notes["three"] = await upload(http, other, "tres.md", texts["three"])
            notes["two"] = await upload(http, other, "dos.md", texts["two"])
            await page.until("session", session_id=here["id"], material_ids=sorted([notes["one"], notes["two"]]))

    async with StudyinServer(tmp_path / "third", coach="notes") as other:
        await _import(http, other, whole)
        (here,) = [each["session"] for each in (await _messages(http, other)).values()]
        assert here["material_ids"] == []
        notes = {"three": await upload(http, other, "three.md", texts["three"])}
        # Chosen otherwise here: nothing is waited for any more.
        change, own = {"material_ids": [notes["three"]]}, {"Origin": other.url}
        async with http.patch(f"{other.url}/api/sessions/{here['id']}", json=change, headers=own) as response:
            assert response.status == 200
        await upload(http, other, "one.md", texts["one"])
        (here,) = [each["session"] for each in (await _messages(http, other)).values()]
        assert here["material_ids"] == [notes["three"]]


async def test_a_session_that_went_on_elsewhere_goes_on_here_and_is_not_doubled(
    http: aiohttp.ClientSession, server: StudyinServer, chat: Connect
) -> None:
    async with chat() as one:
        await one.send("open", session_id=None)
        await one.until("opened")
        assert await _import(http, server, _grown("Q", "A")) == (201, {**NONE, "imported": 1})
        await one.until("session")
        for _ in range(2):
            assert await _import(http, server, _grown("Q", "A")) == (201, {**NONE, "known": 1})
        assert await _import(http, server, _grown("Q", "A", "R", "B")) == (201, {**NONE, "continued": 1})
        (found,) = (await _messages(http, server)).values()
        # A page that shows the session is told where it ends now.
        assert (await one.until("session", leaf_id=found["leaf_id"]))[-1]["session_id"] == found["session"]["id"]
    assert [message["content"] for message in found["messages"]] == ["Q", "A", "R", "B"]
    assert found["leaf_id"] == found["messages"][-1]["id"]
    assert found["session"]["updated_at"] == 9
    # A copy that was made while the answer grew has nothing more of it.
    growing = json.loads(_grown("Q", "A", "R", "B"))
    growing["messages"][-1] |= {"content": "", "status": "streaming"}
    assert await _import(http, server, json.dumps(growing).encode()) == (201, {**NONE, "known": 1})
    # An older copy has nothing new; one that went another way is a branch, and what is newer stays shown.
    assert (await _import(http, server, _grown("Q", "A", "R")))[1]["known"] == 0  # its insight is new
    assert await _import(http, server, _grown("Q", "A", "R")) == (201, {**NONE, "known": 1})
    assert await _import(http, server, _grown("Q", "A", "S")) == (201, {**NONE, "continued": 1})
    assert await _import(http, server, _grown("Other")) == (201, {**NONE, "imported": 1})
    async with http.get(f"{server.url}/api/sessions/{found['session']['id']}/messages") as response:
        after = await response.json()
    assert [message["content"] for message in after["messages"]] == ["Q", "A", "R", "B", "S"]
    assert after["leaf_id"] == found["leaf_id"]


async def test_sessions_without_times_are_the_same_only_where_all_of_them_is(
    http: aiohttp.ClientSession, server: StudyinServer
) -> None:
    def untimed(*replies: str) -> bytes:
        nodes = {"q": _node(None, [f"{n}" for n in range(len(replies))], "user", "Hello")}
        nodes |= {f"{n}": _node("q", [], "assistant", text) for n, text in enumerate(replies)}
        for node in nodes.values():
            node["message"]["create_time"] = None
        return json.dumps([{"mapping": nodes}]).encode()

    for replies in (("Hi.",), ("Hi.", "Hi."), ("Good day.",)):
        assert await _import(http, server, untimed(*replies)) == (201, {**NONE, "imported": 1})
        assert await _import(http, server, untimed(*replies)) == (201, {**NONE, "known": 1})


async def test_a_whole_instance_goes_to_another_one_in_a_zip_and_only_once(
    http: aiohttp.ClientSession, server: StudyinServer, tmp_path: Path
) -> None:
    async def ask(at: StudyinServer, method: str, path: str, body: Any = None) -> Any:
        async with http.request(method, at.url + path, json=body, headers={"Origin": at.url}) as response:
            assert response.status in (200, 201), await response.text()
            return await response.json()

    async def everything(at: StudyinServer) -> Any:
        """All that is shown of sessions, insights and cards, with places where ids are."""
        found: dict[str, Any] = {"cards": (await ask(at, "GET", "/api/cards"))["cards"]}
        found["sessions"] = (await ask(at, "GET", "/api/sessions"))["sessions"]
        for each in found["sessions"]:
            path = f"/api/sessions/{each['id']}"
            found[each["title"]] = [await ask(at, "GET", path + name) for name in ("/messages", "/insights")]
        text = json.dumps(found)
        for place, name in enumerate(dict.fromkeys(re.findall(r"\b[0-9a-f]{32}\b", text))):
            text = text.replace(name, f"#{place}")
        return json.loads(re.sub(r'"(intervals)": \{[^}]*\}', r'"\1": 0', text))

    assert (await _import(http, server, json.dumps(RICH).encode()))[0] == 201
    assert (await _import(http, server, _grown("Q", "A", "R", "B")))[0] == 201
    session = next(each for each in (await ask(server, "GET", "/api/sessions"))["sessions"] if each["title"] == "Water")
    messages = (await ask(server, "GET", f"/api/sessions/{session['id']}/messages"))["messages"]
    kept = await ask(server, "POST", "/api/cards", {"message_id": messages[1]["id"], "proposal": 0})
    await ask(server, "POST", f"/api/cards/{kept['id']}/review", {"rating": "good"})
    await ask(server, "POST", "/api/cards", {"front": "=1+1", "back": "two"})
    archived = (await _export(http, server)).fp.getvalue()
    before = await everything(server)
    # The same machine, on which all of it is already
    assert await _import(http, server, archived) == (201, {**NONE, "known": 2})
    assert await everything(server) == before
    async with StudyinServer(tmp_path / "other") as other:
        assert await _import(http, other, archived) == (201, {**NONE, "imported": 2, "cards": 2})
        assert await everything(other) == before
        assert await _import(http, other, archived) == (201, {**NONE, "known": 2})
        # The proposal is kept there, too, and not a second time; not even where its card reads otherwise by now.
        (card,) = [each for each in (await ask(other, "GET", "/api/cards"))["cards"] if each["session_id"]]
        async with http.patch(
            f"{other.url}/api/cards/{card['id']}", json={"front": "Mine"}, headers={"Origin": other.url}
        ) as response:
            assert response.status == 200
        assert (await _import(http, other, archived))[1] == {**NONE, "known": 2}
        again = await ask(other, "POST", "/api/cards", {"message_id": card["message_id"], "proposal": 0})
        assert again["id"] == card["id"]


def _zip(*entries: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED, comment: bytes = b"") -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive, warnings.catch_warnings(action="ignore"):
        archive.comment = comment
        for name, data in entries:
            archive.writestr(name, data)
    return file.getvalue()


CONVERSATION = json.dumps([{"title": "Leaf", "mapping": {"q": _node(None, [], "user", "Hello")}}]).encode()


def test_a_zip_of_chatgpt_is_read_wherever_its_conversations_lie() -> None:
    pictures = ("file-1.png", b"\x89PNG"), ("user.json", b'{"id": 1}'), ("__MACOSX/._conversations.json", b"\0\5")
    for names in (
        ("conversations.json",),
        ("export/conversations-000.json", "export/conversations-001.json"),
        ("..\\..\\Conversations.json", "/etc/conversations_2.json"),
    ):
        data = _zip(*pictures, *((name, CONVERSATION) for name in names), comment=b"made by somebody")
        assert [whole.title for whole in _sessions_in(data)] == ["Leaf"] * len(names)
    assert [whole.title for whole in _sessions_in(b"\xef\xbb\xbf" + CONVERSATION)] == ["Leaf"]


NEITHER = "this ZIP holds neither a sessions.json nor a conversations.json"
DAMAGED = "Expected a ZIP archive that can be opened, got one that is damaged"


def _with(data: bytes, at: int, *values: int) -> bytes:
    return data[:at] + bytes(values) + data[at + len(values) :]


GOOD = _zip(("conversations.json", CONVERSATION))
LIST = GOOD.index(b"PK\x01\x02")
BOMB = _zip(("sessions.json", b" " * 2**21))
HALF = b"[" + b" " * 2**19 + b"]"


@pytest.mark.parametrize(
    ("data", "code", "sentence"),
    [
        (_zip(("notes.md", b"# Cells")), Code.BAD_REQUEST, NEITHER),
        (_zip(), Code.BAD_REQUEST, NEITHER),
        (_zip(("conversations.json/", b"")), Code.BAD_REQUEST, NEITHER),
        (b"PK\x03\x04", Code.BAD_REQUEST, DAMAGED),
        (b"PK\x05\x06" * 9, Code.BAD_REQUEST, DAMAGED),
        (GOOD[:-30], Code.BAD_REQUEST, DAMAGED),
        (GOOD[:40] + GOOD[50:], Code.BAD_REQUEST, DAMAGED),
        (_with(GOOD, LIST + 8, 1), Code.BAD_REQUEST, "locked with a password"),
        (_zip(("sessions.json", CONVERSATION), method=zipfile.ZIP_LZMA), Code.BAD_REQUEST, DAMAGED),
        (_zip(("sessions.json", b"nothing")), Code.BAD_REQUEST, "Expected a ZIP or JSON file"),
        # A bomb, one that claims to be none, one in two pieces; and a directory of more than anybody needs
        (_zip(("sessions.json", b" " * 2**21)), Code.TOO_LARGE, "at most 1 MB of sessions"),
        (_with(BOMB, BOMB.index(b"PK\x01\x02") + 24, 9, 0, 0, 0), Code.BAD_REQUEST, DAMAGED),
        (_zip(*(("sessions.json", HALF) for _ in range(3))), Code.TOO_LARGE, "at most 1 MB of sessions"),
        (_with(GOOD, len(GOOD) - 10, 0xFF, 0xFF, 0xFF, 0x0F), Code.TOO_LARGE, "at most 20,000 files"),
        (_with(GOOD, len(GOOD) - 12, 0x21, 0x4E), Code.TOO_LARGE, "at most 20,000 files"),
        (GOOD[:-22] + b"PK\x06\x07" + bytes(16) + GOOD[-22:], Code.TOO_LARGE, "at most 20,000 files"),
    ],
)
def test_a_crafted_or_broken_zip_is_refused_in_words(
    data: bytes, code: Code, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(takeout, "MAX_TEXT_BYTES", 2**20)
    with pytest.raises(StudyinError) as refused:
        takeout.taken_from(io.BytesIO(data))
    assert (refused.value.code, sentence in refused.value.message) == (code, True), refused.value.message


def test_a_bomb_takes_no_more_memory_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(takeout, "MAX_TEXT_BYTES", 2**20)
    bomb = io.BytesIO(_zip(("conversations.json", bytes(2**26))))
    tracemalloc.start()
    try:
        with pytest.raises(StudyinError, match="at most 1 MB of sessions"):
            takeout.taken_from(bomb)
        assert tracemalloc.get_traced_memory()[1] < 2**23
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("text", [b"[" + b"0," * 100_000 + b"0]", b'{"sessions": [' + b"{}," * 100_000 + b"{}]}"])
def test_a_file_of_nothing_but_commas_is_told_before_it_is_read(text: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(takeout, "MAX_VALUES", 99_999)
    file = io.BytesIO(text)
    tracemalloc.start()
    try:
        with pytest.raises(StudyinError, match="at most 99,999 values in one file, got 100,000"):
            takeout.taken_from(file)
        assert tracemalloc.get_traced_memory()[1] < 2**20
    finally:
        tracemalloc.stop()


def test_what_a_file_says_of_a_card_is_kept_within_bounds() -> None:
    told = {
        "front": "F",
        "back": "B",
        "due": -1,
        "last_review": 1,
        "stability": 2.5,
        "difficulty": 5,
        "reviews": 10**12,
    }
    cards = [
        {**told, "state": 2, "step": 9},
        {**told, "state": 7},
        {**told, "stability": -1, "message_id": "x", "proposal": 10**9},
        {**told, "back": " \0"},
    ]
    taken = takeout.taken_from(io.BytesIO(json.dumps({"sessions": [], "cards": cards}).encode()))
    known, odd, unsound = (card.memory for card in taken.cards)
    assert known == Memory(0, 2, None, 2.5, 5, 1, 2**31 - 1)
    assert odd == unsound == Memory(0)
    assert taken.cards[2].origin == Origin("", "x", None)


async def test_a_large_zip_waits_on_the_disk_and_one_above_the_bound_is_refused(
    http: aiohttp.ClientSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scratch, "MEMORY_BYTES", 1_000)
    monkeypatch.setattr(archive, "MAX_TEXT_BYTES", 2_000)
    async with StudyinServer(tmp_path, max_upload_bytes=20_000) as server:
        picture = ("picture.png", os.urandom(15_000))
        data = _zip(picture, ("conversations.json", CONVERSATION))
        assert await _import(http, server, data) == (201, {**NONE, "imported": 1})
        for large in (_zip(picture, ("x.png", os.urandom(9_000))), b"[" + b" " * 3_000):
            status, answer = await _import(http, server, large)
            assert (status, answer["error"]["code"]) == (413, "too_large")
