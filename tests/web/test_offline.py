"""What a browser is told for the time without the server: the worker's script, and whose each page is."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import aiohttp
import pytest

from studyin import app, assets, language
from tests.web.studyin_server import StudyinServer


async def _worker(http: aiohttp.ClientSession, server: StudyinServer, **headers: str) -> tuple[dict[str, object], str]:
    async with http.get(f"{server.url}/worker.js", headers=headers) as response:
        assert response.status == 200
        assert response.headers["Cache-Control"] == "no-cache"
        assert response.content_type == "text/javascript"
        given = re.match(r"self\.STUDYIN = (.*);\n", await response.text())
        assert given
        return json.loads(given[1]), response.headers["ETag"]


async def test_the_worker_knows_its_version_and_what_belongs_to_it(http: aiohttp.ClientSession, server: StudyinServer):
    given, tag = await _worker(http, server)
    for name in (*given["files"], "../../offline"):
        async with http.get(f"{server.url}/{given['shell']}{name}") as response:
            assert response.status == 200, name
    async with http.get(f"{server.url}/worker.js", headers={"If-None-Match": tag}) as response:
        assert response.status == 304
    # The files of another language are another version.
    german, other = await _worker(http, server, **{"Accept-Language": "de"})
    assert german["shell"] != given["shell"]
    assert other != tag


async def test_what_pages_are_drawn_with_is_of_the_version_too(
    http: aiohttp.ClientSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Else a browser had no reason to fetch a screen or a page anew when only their words have changed."""
    seen = set()
    for name, words in (
        ("as they are", {}),
        ("templates", {"offline.html": "x"}),
        ("words", {"offline.json": '{"a": "b"}'}),
    ):
        for folder, of in (("templates", assets.templates_dir()), ("words", language._WORDS)):
            shutil.copytree(of, tmp_path / name / folder)
        for changed, more in words.items():
            (file,) = (tmp_path / name).rglob(changed)
            file.write_text(file.read_text() + more if changed.endswith("html") else more)
        monkeypatch.setattr(app, "templates_dir", lambda name=name: tmp_path / name / "templates")
        monkeypatch.setattr(language, "_WORDS", tmp_path / name / "words")
        for _ in range(2):
            async with StudyinServer(tmp_path / "data", coach="notes") as server:
                given, _tag = await _worker(http, server)
                seen.add((name, given["shell"]))
    assert len(seen) == len({shell for _, shell in seen}) == 3


@pytest.mark.parametrize("path", ["/", "/cards", "/account", "/offline", "/session/unknown"])
async def test_pages_that_show_what_is_ones_own_say_whose_they_are(
    http: aiohttp.ClientSession, server: StudyinServer, path: str
):
    async with http.get(server.url + path) as response:
        assert response.headers.get("Studyin-Account") == ("local" if path in ("/", "/cards") else None)
        assert response.headers["Cache-Control"] == "private, no-store"
