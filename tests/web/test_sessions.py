"""Sessions over HTTP, and the pages that show them."""

import base64
import hashlib
import json
import re
from collections.abc import Callable
from typing import Any

import aiohttp
import pytest

from studyin.web import history
from tests.scripted_provider import Pause, ScriptedProvider, Stream
from tests.web.studyin_server import Chat, StudyinServer, only

Connect = Callable[[], Chat]


class Api:
    """JSON over HTTP, as from the server's own page."""

    def __init__(self, http: aiohttp.ClientSession, server: StudyinServer) -> None:
        self._http = http
        self._server = server

    async def __call__(self, method: str, path: str, body: object = None, **query: str) -> tuple[int, Any]:
        headers = {"Origin": self._server.url}
        url = self._server.url + path
        async with self._http.request(method, url, json=body, params=query, headers=headers) as response:
            text = await response.text()
            is_json = response.content_type == "application/json"
            return response.status, json.loads(text) if is_json else text


@pytest.fixture
def api(http: aiohttp.ClientSession, server: StudyinServer) -> Api:
    return Api(http, server)


async def _exchange(chat: Connect, *questions: str) -> str:
    async with chat() as one:
        for question in questions:
            await one.ask(question)
            session_id = (await one.until("complete"))[-1]["session_id"]
    return str(session_id)


async def test_sessions_are_listed_searched_renamed_pinned_and_deleted(chat: Connect, api: Api) -> None:
    first = await _exchange(chat, "What is osmosis?")
    second = await _exchange(chat, "What is entropy?")
    _, listed = await api("GET", "/api/sessions")
    assert [session["id"] for session in listed["sessions"]] == [second, first]
    assert listed["next"] is None
    _, found = await api("GET", "/api/sessions", query="osmosis")
    assert [session["id"] for session in found["sessions"]] == [first]
    assert ["osmosis", True] in found["sessions"][0]["hit"]["parts"]
    status, changed = await api("PATCH", f"/api/sessions/{first}", {"title": "Water", "pinned": True})
    assert (status, changed["title"], changed["pinned"]) == (200, "Water", True)
    _, page = await api("GET", "/api/sessions", limit="1")
    assert [session["title"] for session in page["sessions"]] == ["Water"]
    _, rest = await api("GET", "/api/sessions", limit="1", before=page["next"])
    assert [session["id"] for session in rest["sessions"]] == [second]
    assert await api("DELETE", f"/api/sessions/{first}") == (204, "")
    status, gone = await api("GET", f"/api/sessions/{first}/messages")
    assert (status, gone["error"]["code"]) == (404, "not_found")


async def test_messages_are_given_in_pages_with_the_branch_that_is_shown(chat: Connect, api: Api) -> None:
    session_id = await _exchange(chat, "One?", "Two?")
    _, all_of_them = await api("GET", f"/api/sessions/{session_id}/messages")
    messages = all_of_them["messages"]
    assert [(message["role"], message["content"]) for message in messages] == [
        ("user", "One?"),
        ("assistant", "Hello world?"),
        ("user", "Two?"),
        ("assistant", "Hello world?"),
    ]
    assert [message["parent_id"] for message in messages] == [None, *(message["id"] for message in messages[:-1])]
    assert all_of_them["leaf_id"] == messages[-1]["id"]
    assert {message["status"] for message in messages} == {"complete"}
    _, newest = await api("GET", f"/api/sessions/{session_id}/messages", limit="3")
    assert [message["id"] for message in newest["messages"]] == [message["id"] for message in messages[1:]]
    _, oldest = await api("GET", f"/api/sessions/{session_id}/messages", limit="3", before=newest["next"])
    assert [message["id"] for message in oldest["messages"]] == [messages[0]["id"]]
    assert oldest["next"] is None


async def test_a_session_can_be_taken_along_as_markdown_html_or_json(
    chat: Connect, api: Api, provider: ScriptedProvider
) -> None:
    provider.script(Stream("Water *moves* <b>so</b>?"))
    session_id = await _exchange(chat, "What is <osmosis>?")
    path = f"/api/sessions/{session_id}/export"
    _, markdown = await api("GET", path, format="md")
    assert markdown.startswith("# What is <osmosis>?\n")
    assert "> What is <osmosis>?" in markdown
    assert "Water *moves*" in markdown
    _, html = await api("GET", path, format="html")
    assert "<title>What is &lt;osmosis&gt;?</title>" in html
    # a file comes without a server's headers
    style = html.partition("<style>")[2].partition("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert f'<meta http-equiv="Content-Security-Policy" content="{policy}">' in html
    assert "@import" not in style
    assert "url(" not in style
    assert "<em>moves</em>" in html
    assert "<osmosis>" not in html
    assert "<b>" not in html
    _, whole = await api("GET", path, format="json")
    assert (whole["format"], whole["version"]) == ("studyin-session", 1)
    assert [message["content"] for message in whole["messages"]] == ["What is <osmosis>?", "Water *moves* <b>so</b>?"]
    status, refused = await api("GET", path, format="docx")
    assert (status, refused["error"]["message"]) == (400, "Expected `format` to be one of md, html, json, got 'docx'.")


@pytest.mark.parametrize(
    ("method", "path", "body", "query", "status", "code"),
    [
        ("GET", "/api/sessions", None, {"limit": "0"}, 400, "bad_request"),
        ("GET", "/api/sessions", None, {"limit": "9" * 5000}, 400, "bad_request"),
        ("GET", "/api/sessions", None, {"limit": "000200" + "9" * 5000}, 400, "bad_request"),
        ("GET", "/api/sessions", None, {"limit": "0002000"}, 400, "bad_request"),
        ("GET", "/api/sessions", None, {"limit": "٣"}, 400, "bad_request"),
        ("GET", "/api/sessions", None, {"before": "x"}, 400, "bad_request"),
        ("PATCH", "/api/sessions/unknown", {"title": "x"}, {}, 404, "not_found"),
        ("PATCH", "/api/sessions/unknown", {"title": 7}, {}, 400, "bad_request"),
        ("PATCH", "/api/sessions/unknown", {"pinned": "yes"}, {}, 400, "bad_request"),
        ("PATCH", "/api/sessions/unknown", {"title": " \t"}, {}, 400, "empty"),
        ("PATCH", "/api/sessions/unknown", {"title": "\0\u202e"}, {}, 400, "empty"),
        ("PATCH", "/api/sessions/unknown", [1], {}, 400, "bad_request"),
        ("PATCH", "/api/sessions/unknown", {"title": "x" * 201}, {}, 400, "too_long"),
        ("PUT", "/api/sessions/unknown", None, {}, 405, "method_not_allowed"),
        ("DELETE", "/api/sessions/unknown", None, {}, 404, "not_found"),
        ("GET", "/api/sessions/unknown/export", None, {}, 404, "not_found"),
        ("GET", "/api/nothing", None, {}, 404, "not_found"),
    ],
)
async def test_what_can_not_be_done_is_said_as_json(
    api: Api, method: str, path: str, body: object, query: dict[str, str], status: int, code: str
) -> None:
    answer = await api(method, path, body, **query)
    assert (answer[0], answer[1]["error"]["code"]) == (status, code)
    assert len(answer[1]["error"]["message"]) > 20


async def test_the_history_is_drawn_on_the_server(chat: Connect, api: Api, provider: ScriptedProvider) -> None:
    provider.script(Stream("Water *moves*."))
    session_id = await _exchange(chat, "What is <script>osmosis</script>?")
    status, page = await api("GET", f"/session/{session_id}")
    assert status == 200
    assert "<em>moves</em>" in page
    assert "What is &lt;script&gt;osmosis&lt;/script&gt;?" in page
    _, listed = await api("GET", f"/api/sessions/{session_id}/messages")
    reply = listed["messages"][1]
    status, fragment = await api("GET", f"/session/{session_id}/messages/{reply['id']}")
    assert status == 200
    assert "<em>moves</em>" in fragment
    assert "<html" not in fragment


async def test_a_page_for_a_person_says_what_is_not_there(api: Api) -> None:
    for path in ("/session/unknown", "/nothing/at/all", "/session/unknown/messages/unknown"):
        status, page = await api("GET", path)
        assert status == 404
        assert "<html" in page
        assert "Traceback" not in page


async def test_all_addresses_of_a_page_are_relative(chat: Connect, api: Api) -> None:
    session_id = await _exchange(chat, "One?")
    for path in ("/", f"/session/{session_id}", "/session/unknown"):
        _, page = await api("GET", path)
        for absolute in ('href="/', 'src="/', 'action="/', "http://localhost", 'content="/'):
            assert absolute not in page, (path, absolute)


async def test_static_files_may_be_kept_for_ever_and_pages_not_at_all(
    http: aiohttp.ClientSession, server: StudyinServer
) -> None:
    async with http.get(server.url + "/") as response:
        assert response.headers["Cache-Control"] == "private, no-store"
        page = await response.text()
    path = page.partition('href="./static/')[2].partition('"')[0]
    async with http.get(f"{server.url}/static/{path}") as response:
        assert response.status == 200
        assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    async with http.get(f"{server.url}/static/{path}x") as response:
        assert response.status == 404
        assert response.headers["Cache-Control"] == "no-store"


async def test_health_is_told_from_the_data_file(api: Api) -> None:
    status, health = await api("GET", "/healthz")
    assert (status, health["status"]) == (200, "ok")


async def test_another_branch_is_shown_and_gone_on_from(chat: Connect, api: Api) -> None:
    async with chat() as one:
        await one.send("open", session_id=None)
        await one.ask("One?", client_id="1")
        first = (await one.until("complete"))[-1]
        session_id = first["session_id"]
        await one.ask("Two?", client_id="2")
        old = only(await one.until("complete"), "accepted")
        await one.ask("Two, otherwise?", client_id="3", parent_id=old["message_id"])
        new = only(await one.until("complete"), "accepted")
        _, page = await api("GET", f"/session/{session_id}")
        assert "Two, otherwise?" in page
        assert f'href="?branch={old["message_id"]}#message-{old["message_id"]}"' in page
        assert "2/2" in page
        _, other = await api("GET", f"/session/{session_id}", branch=old["message_id"])
        assert "Two, otherwise?" not in other
        assert f'href="?branch={new["message_id"]}#' in other
        assert (await api("PATCH", f"/api/sessions/{session_id}", {"shown": old["message_id"]}))[0] == 200
        told = (await one.until("session", leaf_id=old["turn_id"]))[-1]
        assert told["session_id"] == session_id
        _, page = await api("GET", f"/session/{session_id}/messages")
        assert "Two, otherwise?" not in page
        assert "<html" not in page
        await one.ask("And on?", client_id="4")
        await one.until("complete")
    async with chat() as two:
        await two.send("open", session_id=session_id, after=None)
        opened = (await two.until("opened"))[-1]
    contents = {message["id"]: message for message in opened["messages"]}
    assert contents[contents[opened["leaf_id"]]["parent_id"]]["parent_id"] == old["turn_id"]


async def test_an_older_question_is_come_back_to_as_it_was_left(chat: Connect, api: Api) -> None:
    async with chat() as one:
        await one.send("open", session_id=None)
        await one.ask("One?", client_id="1")
        first = only(await one.until("complete"), "accepted")
        await one.send("regenerate", message_id=first["turn_id"])
        second = only(await one.until("complete"), "accepted")
        await one.ask("One, otherwise?", client_id="2", parent_id="root")
        other = only(await one.until("complete"), "accepted")
        session_id = first["session_id"]

        async def show(message_id: str) -> str:
            assert (await api("PATCH", f"/api/sessions/{session_id}", {"shown": message_id}))[0] == 200
            _, answer = await api("GET", f"/api/sessions/{session_id}/messages")
            return str(answer["leaf_id"])

        for chosen in (first, second, first):
            assert await show(chosen["turn_id"]) == chosen["turn_id"]
            assert await show(other["message_id"]) == other["turn_id"]
            assert await show(first["message_id"]) == chosen["turn_id"]
        # What was gone on to from there belongs to it, whatever was asked elsewhere since.
        await one.ask("And on?", client_id="3")
        on = only(await one.until("complete"), "accepted")
        assert await show(second["turn_id"]) == second["turn_id"]
        assert await show(first["turn_id"]) == on["turn_id"]


async def test_a_branch_of_another_session_or_while_an_answer_runs_is_refused(
    chat: Connect, api: Api, provider: ScriptedProvider
) -> None:
    pause = Pause()
    provider.script(Stream("One."), Stream("Other."), Stream("Running", pause))
    other = await _exchange(chat, "Elsewhere?")
    _, theirs = await api("GET", f"/api/sessions/{other}/messages")
    async with chat() as one:
        await one.send("open", session_id=None)
        await one.ask("Here?", client_id="1")
        here = only(await one.until("complete"), "accepted")
        session_id = here["session_id"]
        for shown in (theirs["messages"][0]["id"], "unknown"):
            status, answer = await api("PATCH", f"/api/sessions/{session_id}", {"shown": shown})
            assert (status, answer["error"]["code"]) == (404, "not_found")
            assert (await api("GET", f"/session/{session_id}/messages", before=shown))[0] == 404
        await one.ask("And now?", client_id="2")
        await pause.reached.wait()
        status, answer = await api("PATCH", f"/api/sessions/{session_id}", {"shown": here["message_id"]})
        assert (status, answer["error"]["code"]) == (409, "busy")
        pause.go.set()
        await one.until("complete")
    assert (await api("PATCH", f"/api/sessions/{session_id}", {"shown": 5}))[0] == 400


async def test_a_page_shows_the_end_of_a_session_and_a_link_to_what_is_before(
    chat: Connect, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "SHOWN_MESSAGES", 2)
    session_id = await _exchange(chat, "One?", "Two?", "Three?")
    seen = []
    _, piece = await api("GET", f"/session/{session_id}")
    while True:
        seen.append(re.findall(r'class="question-text"[^>]*>([^<]+)<', piece.partition('id="part-')[0]))
        older = re.search(r'href="\?before=([^"]+)"', piece)
        if older is None:
            break
        _, piece = await api("GET", f"/session/{session_id}/messages", before=older[1])
        _, whole = await api("GET", f"/session/{session_id}", before=older[1])
        assert piece.strip() in whole
    assert seen == [["Three?"], ["Two?"], ["One?"]]


async def test_a_page_begins_with_the_last_exchanges_that_it_has_room_for(
    chat: Connect, api: Api, http: aiohttp.ClientSession, server: StudyinServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    session_id = await _exchange(chat, "One?", "Two?", "Three?")
    path = f"/session/{session_id}"
    _, all_of_them = await api("GET", f"/api/sessions/{session_id}/messages")
    one, _, two, *_ = [message["id"] for message in all_of_them["messages"]]

    def asked(page: str) -> list[str]:
        return re.findall(r'class="question-text"[^>]*>([^<]+)<', page.partition('id="part-')[0])

    assert asked((await api("GET", path))[1]) == ["One?", "Two?", "Three?"]
    # Whatever it weighs, the last is there; and as much as there is room for beside the sidebar, however full that is.
    monkeypatch.setattr(history, "PAGE_BYTES", 0)
    monkeypatch.setattr(history, "SPOKEN_BYTES", 0)
    _, page = await api("GET", path)
    assert asked(page) == ["Three?"]
    assert 'href="?before=' in page
    scales = history.Scales(page)
    monkeypatch.setattr(history, "SPOKEN_BYTES", 200)
    assert history.Scales(page).have_room_for("word " * 1_000)
    assert not scales.have_room_for("word " * 1_000)
    monkeypatch.setattr(history, "SPOKEN_BYTES", 0)
    # What somebody came for is there, and the way from it to the end.
    assert asked((await api("GET", path, branch=two))[1]) == ["Two?", "Three?"]
    assert asked((await api("GET", path, branch=one))[1]) == ["One?", "Two?", "Three?"]
    # Neither a piece that is fetched later nor a copy to be kept is weighed; a piece is as long as it is wanted.
    assert asked((await api("GET", f"{path}/messages"))[1]) == ["One?", "Two?", "Three?"]
    async with http.get(server.url + path, headers={"Studyin-Copy": "1"}) as response:
        assert asked(await response.text()) == ["One?", "Two?", "Three?"]
    last = all_of_them["messages"][-1]["id"]
    assert asked((await api("GET", f"{path}/messages", before=last, limit="3"))[1]) == ["Two?", "Three?"]
    assert (await api("GET", f"{path}/messages", before=last, limit="201"))[0] == 400
