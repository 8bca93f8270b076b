"""Materials over HTTP: every way in, every refusal in words, passages in their surroundings."""

from typing import Any

import aiohttp
import pytest

from studyin.library import samples
from tests.web.studyin_server import Chat, StudyinServer
from tests.web.test_base_protocol import upload

NOTES = "# Cells\n\nA cell is the smallest unit of life.\n\n## Energy\n\nMitochondria make ATP for the whole cell.\n"


async def _post(http: aiohttp.ClientSession, server: StudyinServer, **request: Any) -> tuple[int, dict[str, Any]]:
    url = server.url + "/api/materials" + request.pop("path", "")
    async with http.post(url, headers={"Origin": server.url, **request.pop("headers", {})}, **request) as response:
        return response.status, await response.json()


def _file(filename: str, data: bytes, name: str = "file") -> aiohttp.FormData:
    form = aiohttp.FormData()
    form.add_field(name, data, filename=filename, content_type="application/octet-stream")
    return form


async def test_a_file_is_taken_at_once_read_after_and_found_by_the_coach(
    http: aiohttp.ClientSession, server: StudyinServer
) -> None:
    status, material = await _post(http, server, data=_file("cells.md", NOTES.encode()))
    assert status == 202
    assert material["filename"] == "cells.md"
    assert material["status"] in ("queued", "reading", "ready")
    assert await upload(http, server, "again.md", NOTES) == material["id"]
    async with http.get(server.url + "/api/materials") as response:
        listed = await response.json()
    (ready,) = listed["materials"]
    assert (ready["status"], ready["error"], ready["passages"] > 0) == ("ready", None, True)
    async with Chat(http, server) as one:
        await one.ask("What makes ATP?")
        context = (await one.until("context"))[-1]
    assert any("Mitochondria" in chunk["content"] for chunk in context["chunks"])


async def test_pasted_text_and_sample_notes_become_materials_too(
    http: aiohttp.ClientSession, server: StudyinServer
) -> None:
    status, pasted = await _post(http, server, json={"filename": "Pasted.md", "text": NOTES})
    assert (status, pasted["filename"]) == (202, "Pasted.md")
    assert len(samples()) >= 2
    for sample in samples():
        status, material = await _post(http, server, path=f"/samples/{sample.name}")
        assert (status, material["filename"]) == (202, sample.filename)
    async with http.get(server.url + "/api/materials") as response:
        assert len((await response.json())["materials"]) == 1 + len(samples())


async def test_the_pages_of_the_account_hear_how_far_a_material_is(
    http: aiohttp.ClientSession, server: StudyinServer
) -> None:
    async with Chat(http, server) as one:
        await one.send("open", session_id=None)
        await one.until("opened")
        await _post(http, server, data=_file("cells.md", NOTES.encode()))
        heard = await one.until("material")
        while heard[-1]["material"]["status"] != "ready":
            heard += await one.until("material")
    assert heard[-1]["material"]["passages"] > 0
    assert heard[-1]["material"]["title"] == "Cells"


@pytest.mark.parametrize(
    ("request_", "status", "code", "words"),
    [
        ({"data": _file("notes.rtf", b"{\\rtf1 and so on}")}, 415, "unsupported_type", "RTF"),
        ({"data": _file("notes.md", b"PK\x03\x04" + bytes(60))}, 415, "unsupported_type", "notes.md"),
        ({"data": _file("notes.md", b"")}, 400, "empty", "notes.md"),
        ({"data": _file("notes.md", b" \n\t ")}, 400, "empty", "notes.md"),
        ({"data": _file("notes.md", b"x" * 3000)}, 413, "too_large", "STUDYIN_MAX_UPLOAD_BYTES"),
        ({"json": {"filename": "notes.md", "text": "é" * 1100}}, 413, "too_large", "STUDYIN_MAX_UPLOAD_BYTES"),
        ({"json": {"filename": "notes.md", "text": "é" * 1100}}, 413, "too_large", "at most 2,000 bytes"),
        ({"data": _file("notes.md", b"text", name="attachment")}, 400, "bad_request", "`file`"),
        ({"data": b"plain", "headers": {"Content-Type": "text/plain"}}, 415, "bad_request", "text/plain"),
        ({"json": {"filename": "x.md"}}, 400, "bad_request", "text"),
        ({"json": {"filename": 7, "text": "x"}}, 400, "bad_request", "filename"),
        ({"data": b"{", "headers": {"Content-Type": "application/json"}}, 400, "bad_request", "JSON object"),
        (
            {"data": b"--x\r\nbroken", "headers": {"Content-Type": "multipart/form-data; boundary=x"}},
            400,
            "bad_request",
            "Expected",
        ),
        ({"data": b"x", "headers": {"Content-Type": "multipart/form-data"}}, 400, "bad_request", "Expected"),
        ({"path": "/samples/unknown"}, 404, "not_found", "Expected"),
    ],
)
async def test_what_can_not_be_taken_is_refused_in_words_and_nothing_is_kept(
    tmp_path: Any,
    http: aiohttp.ClientSession,
    request_: dict[str, Any],
    status: int,
    code: str,
    words: str,
) -> None:
    async with StudyinServer(tmp_path, coach="notes", max_upload_bytes=2000) as server:
        answer = await _post(http, server, **request_)
        assert (answer[0], answer[1]["error"]["code"]) == (status, code), answer
        assert words in answer[1]["error"]["message"]
        async with http.get(server.url + "/api/materials") as response:
            assert (await response.json())["materials"] == []


async def test_a_material_has_the_title_that_all_of_it_stands_under(
    http: aiohttp.ClientSession, server: StudyinServer
) -> None:
    titles = {"one.md": NOTES, "two.md": "# A\n\nOf a.\n\n# B\n\nOf b.\n", "none.txt": "No heading at all.\n"}
    ids = {name: await upload(http, server, name, text) for name, text in titles.items()}
    async with http.get(server.url + "/api/materials") as response:
        listed = {each["filename"]: each["title"] for each in (await response.json())["materials"]}
    assert listed == {"one.md": "Cells", "two.md": "", "none.txt": ""}
    async with http.get(f"{server.url}/api/materials/{ids['one.md']}") as response:
        assert (await response.json())["title"] == "Cells"
    async with http.get(server.url + "/") as response:
        assert 'data-title="Cells"' in await response.text()


async def test_a_passage_is_shown_in_its_surroundings(http: aiohttp.ClientSession, server: StudyinServer) -> None:
    material_id = await upload(http, server, "cells.md", NOTES)
    url = f"{server.url}/api/materials/{material_id}/passages"
    async with http.get(f"{url}/0") as response:
        shown = await response.json()
    assert shown["filename"] == "cells.md"
    assert shown["passage"]["position"] == 0
    assert shown["passage"]["content"] in NOTES
    whole = shown["before"] + shown["passage"]["content"] + shown["after"]
    assert "smallest unit" in whole
    for unknown in ("99", "x", "-1", "9" * 40):
        async with http.get(f"{url}/{unknown}") as response:
            assert response.status in (400, 404)
            assert (await response.json())["error"]["code"] in ("bad_request", "not_found")


async def test_a_deleted_material_is_gone_but_stays_quoted_in_the_replies_that_cite_it(
    http: aiohttp.ClientSession, server: StudyinServer
) -> None:
    material_id = await upload(http, server, "cells.md", NOTES)
    async with Chat(http, server) as one:
        await one.ask("What makes ATP?")
        session_id = (await one.until("complete"))[-1]["session_id"]
    url = f"{server.url}/api/materials/{material_id}"
    async with http.delete(url, headers={"Origin": server.url}) as response:
        assert response.status == 204
    async with http.get(url) as response:
        assert response.status == 404
    async with http.get(f"{server.url}/api/sessions/{session_id}/messages") as response:
        reply = (await response.json())["messages"][-1]
    assert reply["context"][0]["filename"] == "cells.md"
    assert "cell" in reply["context"][0]["content"].lower()
