"""Two accounts and a stranger: whatever one asks for, by whatever route or frame, it is nothing of another's."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from studyin.store.accounts import Role
from studyin.web.accounts import OPEN_ROUTES
from studyin.web.keys import DATABASE, ENGINE, LIBRARY
from studyin.web.protocol import CLIENT_FRAMES
from tests.scripted_provider import Pause, ScriptedProvider, Stream
from tests.web.people import Person, person, stranger
from tests.web.studyin_server import Chat, StudyinServer

# In everything of Ann's, and in nothing that Bob may see.
SECRET = "zebrafish"
NOTES = f"# The {SECRET}\n\nThe {SECRET} is a small fish whose embryo is transparent."
GONE = {404}


@dataclass(frozen=True)
class Case:
    """A request that Bob makes to get at what is Ann's; fields in braces are her ids. answers: the statuses he may get:
    404 where he names what is hers, 200 and the like where he can only name his own."""

    path: str
    answers: set[int]
    json: Any = None
    form: dict[str, str] | None = None


def _own(path: str, *answers: int, **options: Any) -> Case:
    return Case(path, set(answers or (200,)), **options)


# What an exported session looks like, with her ids in it: what is brought in gets ids of its own.
HER_FILE = {
    "format": "studyin-session",
    "version": 1,
    "session": {"id": "{session}", "title": "Mine", "leaf_id": "{reply}"},
    "messages": [
        {"id": "{question}", "session_id": "{session}", "parent_id": None, "role": "user", "content": "Why?"},
        {"id": "{reply}", "session_id": "{session}", "parent_id": "{question}", "role": "assistant", "content": "So."},
    ],
}

# A route that is not listed here fails the test below: whoever adds one says how it keeps people apart.
CASES: dict[tuple[str, str], list[Case]] = {
    ("GET", "/"): [_own("/"), _own("/?session={session}")],
    ("GET", "/session/{session_id}"): [Case("/session/{session}", GONE)],
    ("GET", "/session/{session_id}/messages/{message_id}"): [
        Case("/session/{session}/messages/{question}", GONE),
        Case("/session/{bobs_session}/messages/{reply}", GONE),
        Case("/session/{bobs_session}/messages/{running}", GONE),
    ],
    ("GET", "/api/sessions"): [
        _own("/api/sessions"),
        _own(f"/api/sessions?query={SECRET}"),
        _own("/api/sessions?before=1-9999999999999-ffffffffffffffffffffffffffffffff"),
    ],
    ("PATCH", "/api/sessions/{session_id}"): [
        Case("/api/sessions/{session}", GONE, json={"title": "Mine", "pinned": True}),
        Case("/api/sessions/{bobs_session}", GONE, json={"material_ids": ["{material}"]}),
    ],
    ("GET", "/session/{session_id}/messages"): [
        Case("/session/{session}/messages", GONE),
        Case("/session/{bobs_session}/messages?before={reply}", GONE),
    ],
    ("GET", "/api/sessions/export"): [_own("/api/sessions/export")],
    ("POST", "/api/sessions/import"): [_own("/api/sessions/import", 201, json=HER_FILE)],
    ("DELETE", "/api/sessions/{session_id}"): [Case("/api/sessions/{session}", GONE)],
    ("GET", "/api/sessions/{session_id}/messages"): [
        Case("/api/sessions/{session}/messages", GONE),
        _own("/api/sessions/{bobs_session}/messages?before={question}"),
    ],
    ("GET", "/api/sessions/{session_id}/export"): [
        Case("/api/sessions/{session}/export?format=" + kind, GONE) for kind in ("md", "html", "json")
    ],
    ("POST", "/api/materials"): [_own("/api/materials", 202, json={"filename": "notes.md", "text": "# His\n\nOwn."})],
    ("GET", "/api/materials"): [_own("/api/materials"), _own("/api/materials?before=9999999999999-" + "f" * 32)],
    ("POST", "/api/materials/samples/{name}"): [Case("/api/materials/samples/{material}", GONE)],
    ("GET", "/api/materials/{material_id}"): [Case("/api/materials/{material}", GONE)],
    ("DELETE", "/api/materials/{material_id}"): [Case("/api/materials/{material}", GONE)],
    ("GET", "/api/materials/{material_id}/text"): [Case("/api/materials/{material}/text", GONE)],
    ("GET", "/api/materials/{material_id}/passages/{position}"): [
        Case("/api/materials/{material}/passages/0", GONE),
        Case("/api/materials/{material}/passages/0?reply={reply}", GONE),
    ],
    ("GET", "/api/cards"): [_own("/api/cards"), _own(f"/api/cards?query={SECRET}")],
    ("POST", "/api/cards"): [
        Case("/api/cards", GONE, json={"message_id": "{reply}", "proposal": 0}),
        Case("/api/cards", GONE, json={"message_id": "{reply}", "source": 1, "quotation": "embryo"}),
    ],
    ("GET", "/api/cards/due"): [_own("/api/cards/due")],
    ("GET", "/api/cards/export"): [_own("/api/cards/export?format=" + kind) for kind in ("csv", "anki")],
    ("POST", "/api/cards/import"): [_own("/api/cards/import", 200, 400, json={"id": "{card}"})],
    ("GET", "/api/cards/{card_id}"): [Case("/api/cards/{card}", GONE)],
    ("GET", "/api/cards/{card_id}/passage"): [Case("/api/cards/{card}/passage", GONE)],
    ("PATCH", "/api/cards/{card_id}"): [Case("/api/cards/{card}", GONE, json={"front": "Mine", "back": "Mine"})],
    ("DELETE", "/api/cards/{card_id}"): [Case("/api/cards/{card}", GONE)],
    ("POST", "/api/cards/{card_id}/review"): [Case("/api/cards/{card}/review", GONE, json={"rating": "good"})],
    ("GET", "/cards"): [_own("/cards"), _own(f"/cards?query={SECRET}")],
    ("GET", "/api/sessions/{session_id}/insights"): [Case("/api/sessions/{session}/insights", GONE)],
    ("POST", "/api/sessions/{session_id}/insights"): [
        Case("/api/sessions/{session}/insights", GONE, json={"message_id": "{reply}", "content": "see"}),
        Case("/api/sessions/{bobs_session}/insights", GONE, json={"message_id": "{reply}", "content": "see"}),
    ],
    ("DELETE", "/api/sessions/{session_id}/insights/{insight_id}"): [
        Case("/api/sessions/{session}/insights/{insight}", GONE),
        Case("/api/sessions/{bobs_session}/insights/{insight}", GONE),
    ],
    ("GET", "/account"): [_own("/account")],
    ("POST", "/account/password"): [
        _own("/account/password", 400, form={"current": "x", "new": "long enough 1", "again": "long enough 2"})
    ],
    ("POST", "/people/invite"): [Case("/people/invite", {403}, form={"name": "eve", "role": "admin"})],
    ("POST", "/people/{account_id}/disable"): [Case("/people/{ann}/disable", {403})],
    ("POST", "/people/{account_id}/enable"): [Case("/people/{ann}/enable", {403})],
    ("POST", "/people/{account_id}/new-password"): [Case("/people/{ann}/new-password", {403})],
    ("POST", "/people/invitations/{invitation_id}/withdraw"): [Case("/people/invitations/{ann}/withdraw", {403})],
    ("GET", "/worker.js"): [_own("/worker.js")],
    ("GET", "/offline"): [_own("/offline")],
    ("GET", "/sign-in"): [_own("/sign-in?next=session/{session}", 303)],
    ("POST", "/sign-in"): [_own("/sign-in", 403, form={"name": "ann", "password": "hash of ann"})],
    ("GET", "/invitation"): [Case("/invitation?token={ann}", GONE)],
    ("POST", "/invitation"): [
        Case("/invitation", GONE, form={"token": "{ann}", "name": "ann", "password": "long enough"})
    ],
    ("GET", "/api/chat/check"): [_own("/api/chat/check")],
    ("GET", "/api/chat/ws"): [Case("/api/chat/ws", {426})],  # the frames have tests of their own
    ("GET", "/healthz"): [_own("/healthz")],
    ("GET", "/api/openapi.json"): [_own("/api/openapi.json")],
    ("GET", "/metrics"): [_own("/metrics")],
    # at the end: they sign Bob out
    ("POST", "/sign-out"): [_own("/sign-out", 303)],
    ("POST", "/sign-out-everywhere"): [Case("/sign-out-everywhere", {401})],
}


@dataclass(frozen=True)
class Town:
    """Ann with a session, notes, and a reply that is running; Bob with a session of his own; and nobody."""

    server: StudyinServer
    ann: Person
    bob: Person
    nobody: Person
    ids: dict[str, str]

    async def belongings(self) -> list[tuple[object, ...]]:
        """Every row of Ann's, as it is stored."""
        rows: list[tuple[object, ...]] = []
        for sql in (
            "SELECT * FROM accounts WHERE id = ?",
            "SELECT * FROM logins WHERE account_id = ?",
            "SELECT * FROM invitations WHERE account_id = ?",
            "SELECT * FROM sessions WHERE account_id = ?",
            # but for how much a running reply has said by now
            "SELECT m.id, m.parent_id, m.status, m.controls, iif(m.status = 'streaming', '', m.content) FROM messages m"
            " JOIN sessions s ON s.id = m.session_id WHERE s.account_id = ?",
            "SELECT * FROM cards WHERE account_id = ?",
            "SELECT i.* FROM insights i JOIN sessions s ON s.id = i.session_id WHERE s.account_id = ?",
            "SELECT * FROM materials WHERE account_id = ?",
            "SELECT p.* FROM passages p JOIN materials m ON m.id = p.material_id WHERE m.account_id = ?",
        ):
            rows += map(tuple, await self.server.app[DATABASE].fetch_all(sql, (self.ann.id,)))
        return rows


async def _opened(who: Person) -> Chat:
    """A connection of our own page's kind, which also hears what happens elsewhere."""
    chat = await who.chat().connect()
    await chat.send("open", session_id=None, html=True)
    await chat.until("opened")
    return chat


@pytest.fixture
async def town(tmp_path: Path, provider: ScriptedProvider) -> AsyncIterator[Town]:
    provider.script(Stream(f"The {SECRET}, see [[1]]."), Stream("Nothing."), Stream(f"A {SECRET}", Pause(), "never"))
    async with (
        StudyinServer(tmp_path, openai_base_url=provider.url, auth="password") as server,
        person(server, "ann") as ann,
        person(server, "bob") as bob,
        stranger(server) as nobody,
    ):
        material = await server.app[LIBRARY].add(ann.id, f"{SECRET}.md", NOTES.encode())
        await server.app[LIBRARY].settled()
        hers, his = await _opened(ann), await _opened(bob)
        await hers.ask(f"What is a {SECRET}?", client_id="hers")
        asked = (await hers.until("accepted"))[-1]
        await hers.until("complete")
        await his.ask("Anything?", client_id="his")
        own = (await his.until("accepted"))[-1]
        await his.until("complete")
        await hers.ask(f"More of the {SECRET}!", client_id="hers too")
        running = (await hers.until("accepted"))[-1]
        await hers.until("token")
        _, card, _ = await ann.ask("POST", "/api/cards", json={"front": f"What is a {SECRET}?", "back": "A fish."})
        excerpt = {"message_id": asked["turn_id"], "content": f"The {SECRET}"}
        _, insight, _ = await ann.ask("POST", f"/api/sessions/{asked['session_id']}/insights", json=excerpt)
        ids = {
            "ann": ann.id,
            "card": json.loads(card)["id"],
            "insight": json.loads(insight)["id"],
            "session": asked["session_id"],
            "question": asked["message_id"],
            "reply": asked["turn_id"],
            "running": running["turn_id"],
            "material": material.id,
            "bobs_session": own["session_id"],
            "bobs_question": own["message_id"],
        }
        yield Town(server, ann, bob, nobody, ids)
        await hers.socket.close()
        await his.socket.close()


def _routes(app: web.Application) -> dict[tuple[str, str], list[Case]]:
    """Every route of the program with its cases."""
    routes = [(route.method, route.resource.canonical) for route in app.router.routes() if route.resource is not None]
    walked = [(method, path) for method, path in routes if method != "HEAD" and not path.startswith("/static/")]
    assert set(walked) == set(CASES), "a route has no case: say here how it keeps accounts apart"
    return CASES


def _request(case: Case, ids: dict[str, str]) -> tuple[str, dict[str, Any]]:
    filled = {name: value.format(**ids) for name, value in (case.form or {}).items()}
    return case.path.format(**ids), {"json": _filled(case.json, ids)} if case.json else {
        "data": filled
    } if case.form else {}


def _filled(value: Any, ids: dict[str, str]) -> Any:
    """The value with her ids in the place of their names in braces, however deep."""
    text = json.dumps(value)
    for name, known in ids.items():
        text = text.replace("{" + name + "}", known)
    return json.loads(text)


async def test_no_route_leads_to_what_is_anothers(town: Town) -> None:
    before = await town.belongings()
    for (method, _), cases in _routes(town.server.app).items():
        for case in cases:
            path, body = _request(case, town.ids)
            status, text, headers = await town.bob.ask(method, path, **body)
            assert status in case.answers, (method, path, text)
            # A page's links to itself have what was asked for.
            assert SECRET not in text.replace(path.partition("?")[2] or path, "") + str(headers), (method, path)
    assert await town.belongings() == before
    assert town.server.app[ENGINE].running(town.ann.id, town.ids["session"]) is not None


async def test_no_route_but_the_open_ones_answers_a_stranger(town: Town) -> None:
    before = await town.belongings()
    for (method, route), cases in _routes(town.server.app).items():
        for case in cases:
            path, body = _request(case, town.ids)
            status, text, headers = await town.nobody.ask(method, path, **body)
            if route not in OPEN_ROUTES:
                is_page = method == "GET" and not route.startswith("/api/")
                assert status == (303 if is_page else 401), (method, path)
            assert SECRET not in text + str(headers), (method, path)
    assert await town.belongings() == before


async def test_ann_herself_is_led_to_all_of_it(town: Town) -> None:
    """The walks above would pass as well if there were nothing to find."""
    for path in (
        "/session/{session}",
        "/cards",
        "/api/sessions?query=" + SECRET,
        "/api/sessions/{session}/export?format=md",
        "/api/sessions/{session}/insights",
        "/api/sessions/export",
        "/api/cards/due",
        "/api/cards/{card}",
        "/api/materials/{material}",
        "/api/materials/{material}/passages/0",
        "/api/sessions/{session}/messages",
    ):
        status, text, _ = await town.ann.ask("GET", path.format(**town.ids))
        assert (status, SECRET in text) == (200, True), path


# By type: what Bob sends, and the code he is refused with; None where he is answered, with his own.
FRAMES: dict[str, list[tuple[dict[str, Any], str | None]]] = {
    "open": [
        ({"session_id": "{session}", "html": True}, "not_found"),
        ({"session_id": "{session}", "after": "{question}", "turn_id": "{running}", "upto": 1}, "not_found"),
        ({"session_id": "{bobs_session}", "after": "{question}", "turn_id": "{running}", "upto": 1}, None),
    ],
    "user_message": [
        ({"content": "Go on", "parent_id": "{reply}", "client_id": "b-1"}, "not_found"),
        ({"content": "Go on", "parent_id": "{question}", "client_id": "b-2"}, "not_found"),
        ({"content": "Go on", "material_ids": ["{material}"], "client_id": "b-3"}, "not_found"),
        # the same client_id as hers is another question of his
        ({"content": "Go on", "client_id": "hers"}, None),
    ],
    "stop": [({"turn_id": "{running}"}, "not_running"), ({"turn_id": "{reply}"}, "not_running")],
    "regenerate": [({"message_id": "{reply}"}, "not_found"), ({"message_id": "{question}"}, "not_found")],
    "ping": [({}, None)],
}


@pytest.mark.parametrize("follows", ["nothing", "his own session"])
async def test_no_frame_leads_to_what_is_anothers(town: Town, provider: ScriptedProvider, follows: str) -> None:
    assert set(FRAMES) == CLIENT_FRAMES, "a frame has no case: say here how it keeps accounts apart"
    provider.script(Stream("Something else."))
    before = await town.belongings()
    his = await _opened(town.bob)
    followed = None if follows == "nothing" else town.ids["bobs_session"]
    for kind, cases in FRAMES.items():
        for fields, code in cases:
            if kind != "open":
                await his.send("open", session_id=followed)
                await his.until("opened")
            await his.send(kind, **_filled(fields, town.ids))
            await his.send("ping")
            frames = await his.until("pong")
            assert SECRET not in json.dumps(frames), (kind, fields)
            assert [frame.get("code") for frame in frames if frame["type"] == "error"] == ([code] if code else []), (
                frames
            )
            if kind == "user_message" and code is None:
                accepted = next(frame for frame in frames if frame["type"] == "accepted")
                assert accepted["message_id"] not in town.ids.values()
                assert SECRET not in json.dumps(await his.until("complete"))
    await his.socket.close()
    assert await town.belongings() == before
    assert town.server.app[ENGINE].running(town.ann.id, town.ids["session"]) is not None


async def test_nothing_that_happens_to_one_is_told_to_another(town: Town) -> None:
    hers, his = await _opened(town.ann), await _opened(town.bob)
    await his.send("open", session_id=town.ids["session"], html=True)  # refused, and not followed either
    await his.until("error")
    await town.ann.ask("PATCH", f"/api/sessions/{town.ids['session']}", json={"title": f"My {SECRET}"})
    more = {"filename": f"More {SECRET}.md", "text": NOTES + " It has stripes."}
    await town.ann.ask("POST", "/api/materials", json=more)
    await hers.send("stop", turn_id=town.ids["running"])
    seen: set[str] = set()
    while not {"session", "material"} <= seen:
        seen.add((await hers.frame())["type"])
    await hers.send("open", session_id=town.ids["session"])
    await hers.ask(f"Once more, the {SECRET}?", client_id="hers again")
    await hers.until("accepted")
    await hers.until("token")
    # What he is told of himself comes after whatever he might have been told of her.
    await town.bob.ask("PATCH", f"/api/sessions/{town.ids['bobs_session']}", json={"title": "My own"})
    frames = await his.until("session")
    assert [frame["title"] for frame in frames if frame["type"] == "session"] == ["My own"]
    assert SECRET not in json.dumps(frames)
    await hers.socket.close()
    await his.socket.close()


async def test_a_stranger_s_socket_hears_one_word_and_makes_nothing(town: Town) -> None:
    before = await town.belongings()
    socket = await town.nobody.chat().connect()
    await socket.ask(f"What is a {SECRET}?")
    message = await socket.socket.receive(timeout=10)
    assert (message.data, message.extra) == (1008, "Sign in required.")
    assert await town.belongings() == before


async def test_an_admin_sees_who_there_is_and_nothing_of_what_is_theirs(town: Town) -> None:
    async with person(town.server, "root", Role.ADMIN) as root:
        status, text, _ = await root.ask("GET", "/account")
        assert (status, "bob" in text, SECRET in text) == (200, True, False)
        for path in ("/session/{session}", "/api/materials/{material}", "/api/sessions/{session}/export"):
            assert (await root.ask("GET", path.format(**town.ids)))[0] == 404


async def test_the_place_of_another_s_message_is_no_place_in_one_s_own_session(town: Town) -> None:
    """Or one could learn what came before what."""
    path = f"/api/sessions/{town.ids['bobs_session']}/messages"
    everything = (await town.bob.ask("GET", path))[1]
    for foreign in ("question", "running"):
        assert (await town.bob.ask("GET", f"{path}?before={town.ids[foreign]}"))[1] == everything
