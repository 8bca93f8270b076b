"""All sessions out in one file and back in, and conversations from ChatGPT."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import aiohttp
import pytest

from studyin.errors import Code, StudyinError
from studyin.web import archive, takeout
from studyin.web.sound import MAX_TIME_MS
from tests.scripted_provider import ScriptedProvider, Stream
from tests.web.studyin_server import Chat, StudyinServer, only

Connect = Callable[[], Chat]


async def _export(http: aiohttp.ClientSession, server: StudyinServer) -> zipfile.ZipFile:
    async with http.get(server.url + "/api/sessions/export") as response:
        assert response.status == 200
        assert response.content_type == "application/zip"
        return zipfile.ZipFile(io.BytesIO(await response.read()))


async def _import(http: aiohttp.ClientSession, server: StudyinServer, data: bytes) -> tuple[int, Any]:
    headers = {"Origin": server.url}
    async with http.post(server.url + "/api/sessions/import", data=data, headers=headers) as response:
        return response.status, await response.json()


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
    assert await _import(http, server, exported.read("sessions.json")) == (201, {"imported": 2})
    after = await _messages(http, server)
    assert after.keys() == before.keys()
    for title, session in before.items():
        assert _tree(after[title]) == _tree(session)
        assert after[title]["leaf_id"] != session["leaf_id"]
        for name in ("created_at", "updated_at"):
            assert after[title]["session"][name] == session["session"][name]
    # Once more makes a second copy, and disturbs nothing.
    assert (await _import(http, server, exported.read("sessions.json")))[0] == 201
    async with http.get(server.url + "/api/sessions", params={"query": "osmosis"}) as response:
        assert len((await response.json())["sessions"]) == 2


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
    (whole,) = takeout.sessions_in(json.dumps(OURS).encode())
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
    assert 'sings <sup><a href="#2-passage-1">[1?]</a></sup>' in html
    assert '<li id="2-passage-1">cells.md, page 3' in html
    assert "<h2>Insights</h2><blockquote>" in html
    assert "<p>tonicity (kept)</p>" in html

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
    (whole,) = takeout.sessions_in(json.dumps(data).encode())
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
    (whole,) = takeout.sessions_in(json.dumps([conversation]).encode())
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
    (whole,) = takeout.sessions_in(json.dumps([{"mapping": loop | apart, "current_node": "y"}]).encode())
    assert [message.content for message in whole.messages] == ["A", "B"]
    assert whole.leaf_id == "b"
    deep = {str(n): _node(str(n - 1) if n else None, [str(n + 1)], "user", "x") for n in range(5_000)}
    assert len(takeout.sessions_in(json.dumps([{"mapping": deep}]).encode())[0].messages) == 1


def test_a_long_row_of_pieces_of_one_reply_is_refused_before_it_fills_the_memory() -> None:
    row = {str(n): _node(str(n - 1) if n else None, [str(n + 1)], "assistant", "x" * 1_000) for n in range(2_000)}
    with pytest.raises(StudyinError, match="Expected at most 50,000,000 characters in one session"):
        takeout.sessions_in(json.dumps([{"mapping": row}]).encode())


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
        takeout.sessions_in(data)
    assert refused.value.code is Code.BAD_REQUEST
    assert refused.value.message.startswith("Expected")


async def test_bounds_of_an_import_are_told(
    http: aiohttp.ClientSession, server: StudyinServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "MAX_IMPORT_BYTES", 1024)
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
