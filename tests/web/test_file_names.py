"""What an exported file is called: by its session, in letters that every system takes."""

from __future__ import annotations

import json
import re
from urllib.parse import unquote

import aiohttp
import pytest

from studyin.web.file_names import attachment, safe_name
from tests.web.studyin_server import StudyinServer
from tests.web.test_archive import RICH, _export, _import


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("What is osmosis?", "What is osmosis"),
        ("../../etc/passwd", "etc passwd"),
        ("C:\\Windows\\x", "C Windows x"),
        ("a\r\nSet-Cookie: b", "a Set-Cookie b"),
        ('"; filename=evil.exe', "; filename=evil.exe"),
        ("con", "session con"),
        ("Aux.notes", "session Aux.notes"),
        ("COM¹", "session COM¹"),
        ("Contract", "Contract"),
        ("..", "session"),
        ("-rf *", "rf"),
        ("\u202egnp.exe", "gnp.exe"),
        ("e\u0301tude \U0001f331 \ud83d \ue000", "étude 🌱"),
        ("Was ist Diffusion? Übung", "Was ist Diffusion Übung"),
        ("word " * 40, ("word " * 16).strip()),
        ("x" * 300, "x" * 80),
        ("水" * 300, "水" * 66),
        ("", "session"),
    ],
)
def test_a_title_becomes_a_name_that_every_system_takes(title: str, name: str) -> None:
    assert safe_name(title, "session") == name


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Größe 50%.md", "Grosse 50.md"),
        ("水.json", "studyin.json"),
        ("étude 🌱.md", "etude.md"),
        ('a";b\\.md', "a_b.md"),
    ],
)
def test_a_name_is_told_as_it_is_and_in_ascii(name: str, plain: str) -> None:
    told = re.fullmatch(
        r"""attachment; filename="([\w .()'-]+)"; filename\*=UTF-8\'\'([\w.%~-]+)""", attachment(name), re.A
    )
    assert told is not None, attachment(name)
    assert (told[1], unquote(told[2])) == (plain, name)


async def test_a_session_is_saved_under_its_title(http: aiohttp.ClientSession, server: StudyinServer) -> None:
    for number, title in enumerate(("Was heißt „pH“?", "Was heißt „pH“?", "nul")):
        head = {"title": title, "created_at": number, "updated_at": 9 - number}
        await _import(http, server, json.dumps({**RICH, "session": head, "messages": [], "insights": []}).encode())
    async with http.get(server.url + "/api/sessions") as response:
        last = (await response.json())["sessions"][-1]["id"]
    names = (await _export(http, server)).namelist()
    assert names == [
        "0001 Was heißt „pH“.md",
        "0002 Was heißt „pH“.md",
        f"0003 {last[:8]} nul.md",
        "sessions.json",
    ]
    async with http.get(f"{server.url}/api/sessions/{last}/export?format=json") as response:
        assert response.content_disposition is not None
        assert response.content_disposition.filename == f"studyin-{last[:8]} nul.json"
