"""What a session is taught from and how, who made a reply, what cites a material: from the store to the page's edge."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest

from tests.scripted_provider import ScriptedProvider, Stream
from tests.web.studyin_server import Chat, StudyinServer
from tests.web.test_base_protocol import upload
from tests.web.test_sessions import Api

CELLS = "# Cells\n\nThe mitochondrion makes the ATP of the cell. It has two membranes.\n"
STARS = "# Stars\n\nA red dwarf is a small and cool star. It burns its hydrogen slowly.\n"
DEEP = {"profile": "studyin_deep", "user_level": 5, "verbosity": "concise", "effort": "high"}
ABOUT_CELLS = "What makes the ATP of the cell?"


@pytest.fixture
def api(http: aiohttp.ClientSession, server: StudyinServer) -> Api:
    return Api(http, server)


@pytest.fixture
async def notes(tmp_path: Any) -> Any:
    """A server whose coach needs no model."""
    async with StudyinServer(tmp_path / "notes", coach="notes") as server:
        yield server


async def answered(chat: Chat, question: str, **fields: Any) -> tuple[list[str], dict[str, Any]]:
    """The files that the answer may cite, and the frame that it ended with."""
    await chat.ask(question, **fields)
    frames = await chat.until("complete")
    (context,) = [frame for frame in frames if frame["type"] == "context"]
    return [chunk["filename"] for chunk in context["chunks"]], frames[-1]


async def test_a_new_session_is_limited_by_its_first_question_and_goes_on_so(
    http: aiohttp.ClientSession, server: StudyinServer, api: Api
) -> None:
    cells, stars = await upload(http, server, "cells.md", CELLS), await upload(http, server, "stars.md", STARS)
    async with Chat(http, server) as one:
        files, end = await answered(one, ABOUT_CELLS, material_ids=[stars])
        assert files == []
        assert [notice["code"] for notice in end["notices"]] == ["not_in_notes"]
        assert (await answered(one, ABOUT_CELLS))[0] == []
        assert (await answered(one, ABOUT_CELLS, material_ids=[cells]))[0] == ["cells.md"]
        assert (await answered(one, ABOUT_CELLS, material_ids=[]))[0] == ["cells.md"]
    _, listed = await api("GET", "/api/sessions")
    assert [session["material_ids"] for session in listed["sessions"]] == [[]]


async def test_a_session_is_limited_and_its_controls_set_over_http_and_every_page_hears_it(
    http: aiohttp.ClientSession, server: StudyinServer, api: Api
) -> None:
    cells, stars = await upload(http, server, "cells.md", CELLS), await upload(http, server, "stars.md", STARS)
    async with Chat(http, server) as one, Chat(http, server) as page:
        await page.send("open", session_id=None)
        _, end = await answered(one, ABOUT_CELLS)
        path = f"/api/sessions/{end['session_id']}"
        status, changed = await api("PATCH", path, {"material_ids": [stars], "controls": DEEP})
        assert (status, changed["material_ids"], changed["controls"]) == (200, [stars], DEEP)
        heard = (await page.until("session", material_ids=[stars]))[-1]
        assert heard["controls"] == DEEP
        assert (await answered(one, ABOUT_CELLS))[0] == []
        assert (await api("DELETE", f"/api/materials/{stars}"))[0] == 204
        assert (await answered(one, ABOUT_CELLS))[0] == ["cells.md"]
    status, refused = await api("PATCH", path, {"material_ids": [cells, stars]})
    assert (status, refused["error"]["code"]) == (404, "not_found")
    assert "Choose again" in refused["error"]["message"]


@pytest.mark.parametrize(
    "change",
    [
        {"material_ids": "all"},
        {"material_ids": [1]},
        {"material_ids": [""]},
        {"material_ids": {"one": 1}},
        {"controls": "deep"},
        {"controls": {"profile": "studyin_slow"}},
        {"controls": {"user_level": 9}},
        {"controls": {"user_level": True}},
        {"controls": {"effort": "extreme"}},
    ],
)
async def test_what_is_no_choice_is_refused_in_words(api: Api, change: dict[str, Any]) -> None:
    status, refused = await api("PATCH", "/api/sessions/unknown", change)
    assert (status, refused["error"]["code"]) == (400, "bad_request")
    assert refused["error"]["message"].startswith("Expected")


async def test_a_question_about_materials_that_are_not_there_is_refused_and_kept_by_the_page(
    http: aiohttp.ClientSession, server: StudyinServer, api: Api
) -> None:
    async with Chat(http, server) as one:
        await one.ask(ABOUT_CELLS, client_id="c-1", material_ids=["unknown"])
        error = (await one.until("error"))[-1]
        assert (error["code"], error["client_id"]) == ("not_found", "c-1")
        await one.ask(ABOUT_CELLS, client_id="c-1", material_ids="unknown")
        assert (await one.until("error"))[-1]["code"] == "bad_frame"
    assert (await api("GET", "/api/sessions"))[1]["sessions"] == []


async def test_another_browser_opens_a_session_as_it_was_last_used_and_a_new_one_so_too(
    http: aiohttp.ClientSession, server: StudyinServer, api: Api
) -> None:
    cells = await upload(http, server, "cells.md", CELLS)
    _, first_visit = await api("GET", "/")
    assert 'value="studyin_fast" checked' in first_visit
    async with Chat(http, server) as one:
        _, end = await answered(one, ABOUT_CELLS, **DEEP, material_ids=[cells])
    for path, chosen in (("/", ""), (f"/session/{end['session_id']}", cells)):
        _, page = await api("GET", path)
        for value in ("studyin_deep", "5", "concise", "high"):
            assert f'value="{value}" checked' in page, path
        assert 'value="studyin_fast" checked' not in page
        assert f'data-chosen="{chosen}"' in page


async def test_a_reply_says_which_coach_and_mode_made_it(
    http: aiohttp.ClientSession, server: StudyinServer, notes: StudyinServer, provider: ScriptedProvider
) -> None:
    await upload(http, notes, "cells.md", CELLS)
    provider.script(Stream("It moves."))
    for asked, mode, byline in (
        (notes, "studyin_study", "Study coach · from your notes · Study"),
        (server, "studyin_deep", "scripted-1 · Deep"),
    ):
        async with Chat(http, asked) as one:
            _, end = await answered(one, ABOUT_CELLS, profile=mode)
        assert end["byline"] == byline
        api, session = Api(http, asked), f"/api/sessions/{end['session_id']}"
        assert (await api("GET", f"{session}/messages"))[1]["messages"][-1]["byline"] == byline
        for path in (f"/session/{end['session_id']}", f"{session}/export?format=md", f"{session}/export?format=html"):
            assert byline in (await api("GET", path))[1], path


async def test_a_material_says_which_replies_cite_it_and_they_keep_the_quotation(
    http: aiohttp.ClientSession, notes: StudyinServer
) -> None:
    api = Api(http, notes)
    cells = await upload(http, notes, "cells.md", CELLS)
    stars = await upload(http, notes, "stars.md", STARS)
    ends = []
    for questions in (["What is a mitochondrion?", "How many membranes has it?"], [ABOUT_CELLS]):
        async with Chat(http, notes) as one:
            ends.append([(await answered(one, question))[1] for question in questions])
    _, material = await api("GET", f"/api/materials/{cells}")
    (newest, oldest) = material["cited"]["sessions"]
    assert (newest["id"], newest["title"], newest["replies"]) == (ends[1][0]["session_id"], ABOUT_CELLS, 1)
    assert oldest["id"] == ends[0][0]["session_id"]
    assert material["cited"]["replies"] == newest["replies"] + oldest["replies"] >= 2
    _, other = await api("GET", f"/api/materials/{stars}")
    assert other["cited"] == {"replies": 0, "sessions": []}

    assert (await api("DELETE", f"/api/materials/{cells}"))[0] == 204
    reply = ends[1][0]
    passage = f"/api/materials/{cells}/passages/0"
    assert (await api("GET", passage))[0] == 404
    _, shown = await api("GET", passage, reply=reply["message_id"])
    assert (shown["deleted"], shown["before"], shown["after"]) == (True, "", "")
    content = shown["passage"]["content"]
    assert "makes the ATP of the cell" in "".join(content[start:end] for start, end in shown["marked"])
    for kind in ("md", "html", "json"):
        _, taken = await api("GET", f"/api/sessions/{newest['id']}/export", format=kind)
        told = str(taken)
        assert "two membranes" in told, kind  # of the passage, beside what the reply quotes of it
        assert "cells.md" in told, kind


async def test_a_passage_given_to_a_model_that_did_not_cite_it_is_not_cited(
    http: aiohttp.ClientSession, server: StudyinServer, api: Api, provider: ScriptedProvider
) -> None:
    cells = await upload(http, server, "cells.md", CELLS)
    provider.script(Stream("I will not say."), Stream("Two of them [[1]]."))
    for expected in (0, 1):
        async with Chat(http, server) as one:
            assert (await answered(one, ABOUT_CELLS))[0] == ["cells.md"]
        _, material = await api("GET", f"/api/materials/{cells}")
        assert material["cited"]["replies"] == expected


async def test_the_sentence_that_a_citation_stands_for_is_marked_in_its_passage(
    http: aiohttp.ClientSession, server: StudyinServer, api: Api, provider: ScriptedProvider
) -> None:
    text = f"# \U0001f9ec\n\n{'Before it. ' * 10}\n\n{CELLS}\n\n# After\n\nAnd after it.\n"
    cells = await upload(http, server, "cells.md", text)
    provider.script(Stream("Its membranes are two in number [[1]]. ATP is made by the mitochondrion [[1]]."))
    async with Chat(http, server) as one:
        await one.ask(ABOUT_CELLS)
        frames = await one.until("complete")
    (context,) = [frame for frame in frames if frame["type"] == "context"]
    position = context["chunks"][0]["metadata"]["position"]
    path, reply = f"/api/materials/{cells}/passages/{position}", frames[-1]["message_id"]

    async def marks(**query: str) -> list[str]:
        status, shown = await api("GET", path, **query)
        assert status == 200
        assert shown["deleted"] is False
        assert shown["before"].endswith("# Cells\n\n")
        return [shown["passage"]["content"][start:end] for start, end in shown["marked"]]

    atp, membranes = "The mitochondrion makes the ATP of the cell.", "It has two membranes."
    assert await marks(reply=reply, citation="0") == [membranes]
    assert await marks(reply=reply, citation="1") == [atp]
    assert await marks(reply=reply) == [atp, membranes]
    assert await marks(reply=reply, citation="7") == []
    assert await marks() == []
    assert (await api("GET", path, reply="unknown"))[0] == 404
    assert (await api("GET", path, reply=reply, citation="-1"))[1]["error"]["code"] == "bad_request"


async def test_pages_hear_of_a_deleted_material_and_older_clients_do_not(
    http: aiohttp.ClientSession, server: StudyinServer, api: Api
) -> None:
    cells = await upload(http, server, "cells.md", CELLS)
    async with Chat(http, server) as older, Chat(http, server) as page:
        await page.send("open", session_id=None)
        await page.until("opened")
        assert (await api("DELETE", f"/api/materials/{cells}"))[0] == 204
        heard = (await page.until("material_deleted"))[-1]
        assert heard == {"type": "material_deleted", "material_id": cells}
        await older.ask("Hello?")
        assert {frame["type"] for frame in await older.until("complete")} == {"context", "token", "complete"}
