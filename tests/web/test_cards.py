"""Cards over HTTP: proposed by a reply, kept, practised, changed, deleted, and taken along."""

from __future__ import annotations

import csv
from collections.abc import AsyncIterator
from io import StringIO
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from studyin.coach.cards import DAY
from studyin.web.keys import LIBRARY
from tests.web.studyin_server import Chat, Frame, StudyinServer, only

NOTES = b"""# Cells

The **mitochondrion** is the organelle that makes most of the ATP of a cell from sugar and oxygen.
"""


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[StudyinServer]:
    async with StudyinServer(tmp_path, coach="notes") as server:
        yield server


class Browser:
    """A page of the server's own, as far as HTTP goes."""

    def __init__(self, http: aiohttp.ClientSession, server: StudyinServer) -> None:
        self.http, self.server = http, server
        self.headers = {"Origin": server.url}

    async def __call__(self, method: str, path: str, **body: Any) -> tuple[int, Any]:
        url = f"{self.server.url}/api/cards{path}"
        async with self.http.request(method, url, headers=self.headers, **body) as response:
            is_json = response.content_type == "application/json"
            return response.status, await response.json() if is_json else await response.text()

    async def own(self, front: str = "What is ATP?", back: str = "The cell's fuel.") -> dict[str, Any]:
        status, card = await self("POST", "", json={"front": front, "back": back})
        assert status == 201, card
        return card

    async def due(self) -> int:
        return (await self("GET", "/due"))[1]["due"]


@pytest.fixture
def browser(http: aiohttp.ClientSession, server: StudyinServer) -> Browser:
    return Browser(http, server)


async def answered(server: StudyinServer, http: aiohttp.ClientSession, *said: str) -> Frame:
    """The end of the reply to the last of these, said to a coach that has the notes."""
    form = aiohttp.FormData()
    form.add_field("file", NOTES, filename="cells.md")
    async with http.post(server.url + "/api/materials", data=form, headers={"Origin": server.url}) as response:
        assert response.status == 202
    await server.app[LIBRARY].settled()
    async with Chat(http, server) as chat:
        await chat.send("open", session_id=None, html=True)
        for each in said:
            await chat.ask(each, client_id=f"client-{each}")
            complete = only(await chat.until("complete"), "complete")
    return dict(complete)


async def test_a_missed_idea_is_proposed_kept_with_one_click_and_shown_as_kept(
    server: StudyinServer, http: aiohttp.ClientSession, browser: Browser
) -> None:
    complete = await answered(server, http, "What is the mitochondrion?", "I don't know")
    (proposed,) = complete["cards"]
    assert (proposed["number"], proposed["card_id"]) == (0, None)
    asked = {"message_id": complete["message_id"], "proposal": 0}
    status, card = await browser("POST", "", json=asked)
    assert status == 201
    assert (card["front"], card["back"]) == (proposed["front"], proposed["back"])
    assert card["source"]["filename"] == "cells.md"
    assert card["session_id"] == complete["session_id"]
    assert (await browser("POST", "", json=asked)) == (200, card | {"intervals": card["intervals"]})
    async with http.get(f"{server.url}/api/sessions/{complete['session_id']}/messages") as response:
        messages = (await response.json())["messages"]
    assert [each["card_id"] for message in messages for each in message["cards"]] == [card["id"]]
    # Its answer has just been seen: it is not due before ten minutes have gone.
    listed = (await browser("GET", "/due"))[1]
    assert (listed["cards"], listed["all"], listed["next_due"]) == ([], 1, card["due"])


async def test_the_sentence_of_a_proposal_and_the_proposal_are_one_card(
    server: StudyinServer, http: aiohttp.ClientSession, browser: Browser
) -> None:
    complete = await answered(server, http, "What is the mitochondrion?", "I don't know")
    sentence = "The mitochondrion is the organelle that makes most of the ATP of a cell from sugar and oxygen."
    saved = {"message_id": complete["message_id"], "source": 1, "quotation": sentence}
    status, card = await browser("POST", "", json=saved)
    assert (status, card["proposal"]) == (201, 0)
    assert card["front"] == complete["cards"][0]["front"]
    for again in (saved, {"message_id": complete["message_id"], "proposal": 0}):
        status, known = await browser("POST", "", json=again)
        assert (status, known["id"]) == (200, card["id"])
    async with http.get(f"{server.url}/api/sessions/{complete['session_id']}/messages") as response:
        quoting, _, proposing = (await response.json())["messages"][1:]
    assert proposing["cards"][0]["card_id"] == card["id"]
    # The reply before it quotes the sentence, too, and proposes nothing: there it is a card of its own, once.
    saved["message_id"] = quoting["id"]
    cards = [await browser("POST", "", json=saved) for _ in range(2)]
    assert [(status, card["form"], card["proposal"]) for status, card in cards] == [
        (201, "gap", None),
        (200, "gap", None),
    ]
    assert (await browser("GET", "/due"))[1]["all"] == 2


async def test_a_quoted_sentence_becomes_a_card_with_a_gap(
    server: StudyinServer, http: aiohttp.ClientSession, browser: Browser
) -> None:
    complete = await answered(server, http, "What is the mitochondrion?")
    quotation = "The mitochondrion is the organelle that makes most of the ATP of a cell from sugar and oxygen."
    asked = {"message_id": complete["message_id"], "source": 1, "quotation": quotation}
    status, card = await browser("POST", "", json=asked)
    assert (status, card["form"], card["back"]) == (201, "gap", "mitochondrion")
    assert card["quotation"] == NOTES.decode().splitlines()[2]
    status, place = await browser("GET", f"/{card['id']}/passage")
    (start, end) = place["marked"][0]
    assert (status, place["deleted"]) == (200, False)
    assert place["passage"]["content"][start:end] == card["quotation"]
    async with http.delete(
        f"{server.url}/api/materials/{card['source']['material_id']}", headers=browser.headers
    ) as response:
        assert response.status == 204
    status, place = await browser("GET", f"/{card['id']}/passage")
    assert (status, place["deleted"], place["passage"]["content"]) == (200, True, card["quotation"])
    assert (await browser("GET", f"/{(await browser.own())['id']}/passage"))[0] == 404
    assert (await browser("POST", "", json=asked | {"source": 7}))[0] == 404
    assert (await browser("POST", "", json=asked | {"message_id": "nobody's"}))[0] == 404


async def test_a_card_is_practised_and_a_double_click_counts_once(browser: Browser) -> None:
    card = await browser.own()
    assert await browser.due() == 1
    assert card["intervals"] == {"again": 600_000, "good": 2 * DAY - 6 * 3_600_000}
    review = {"json": {"rating": "good", "review": card["reviews"] + 1}}
    first, second = [await browser("POST", f"/{card['id']}/review", **review) for _ in range(2)]
    assert (first[0], first[1]["reviews"], second[1]["reviews"]) == (200, 1, 1)
    assert second[1]["due"] == first[1]["due"] > card["due"] + DAY
    assert await browser.due() == 0
    assert (await browser("GET", "/due"))[1]["next_due"] == first[1]["due"]


async def test_cards_are_listed_searched_changed_and_deleted(browser: Browser) -> None:
    first, second = await browser.own("one *side*"), await browser.own("another")
    status, page = await browser("GET", "?limit=1")
    assert (status, [card["id"] for card in page["cards"]]) == (200, [second["id"]])
    assert [card["id"] for card in (await browser("GET", f"?before={page['next']}"))[1]["cards"]] == [first["id"]]
    assert len((await browser("GET", "?query=SIDE"))[1]["cards"]) == 1
    status, changed = await browser("PATCH", f"/{first['id']}", json={"back": "**new**"})
    assert (status, changed["front"], changed["back_html"].strip()) == (
        200,
        first["front"],
        "<p><strong>new</strong></p>",
    )
    assert await browser("GET", f"/{first['id']}") == (200, changed | {"intervals": changed["intervals"]})
    assert (await browser("DELETE", f"/{first['id']}"))[0] == 204
    assert (await browser("DELETE", f"/{first['id']}"))[0] == 404


async def test_every_page_hears_that_cards_changed(
    server: StudyinServer, http: aiohttp.ClientSession, browser: Browser
) -> None:
    async with Chat(http, server) as chat:
        await chat.send("open", session_id=None)
        await chat.until("opened")
        await browser.own()
        assert only(await chat.until("cards"), "cards") == {"type": "cards"}


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "words"),
    [
        ("POST", "", {"front": "a"}, 400, "`back`"),
        ("POST", "", {"front": " ", "back": "b"}, 400, "front"),
        ("POST", "", {"front": "a" * 4_001, "back": "b"}, 400, "4,000"),
        ("POST", "", {"message_id": 7}, 400, "message_id"),
        ("POST", "", ["a"], 400, "JSON object"),
        ("POST", "/{id}/review", {"rating": "hard"}, 400, '"again" or "good"'),
        ("POST", "/{id}/review", {"rating": "good", "review": True}, 400, "number"),
        ("POST", "/nobody/review", {"rating": "good"}, 404, "deleted"),
        ("PATCH", "/{id}", {"front": None}, 400, "`front`"),
        ("PATCH", "/nobody", {"front": "a"}, 404, "deleted"),
        ("GET", "?before=x", None, 400, "first page"),
        ("GET", "/due?limit=0", None, 400, "1 to 200"),
        ("GET", "/export?format=pdf", None, 400, "anki, csv"),
    ],
)
async def test_what_is_wrong_is_said_in_words_and_changes_nothing(
    browser: Browser, method: str, path: str, body: Any, status: int, words: str
) -> None:
    card = await browser.own()
    got, error = await browser(method, path.format(id=card["id"]), json=body)
    assert got == status
    assert words in error["error"]["message"]
    assert len((await browser("GET", ""))[1]["cards"]) == 1


async def test_a_page_from_elsewhere_keeps_rates_and_deletes_nothing(browser: Browser) -> None:
    card = await browser.own()
    browser.headers = {"Origin": "https://elsewhere.example"}
    for method, path in (("POST", ""), ("POST", "/import"), ("PATCH", f"/{card['id']}"), ("DELETE", f"/{card['id']}")):
        assert (await browser(method, path, json={"front": "a", "back": "b"}))[0] == 403
    assert (await browser("POST", f"/{card['id']}/review", json={"rating": "good"}))[0] == 403
    browser.headers = {}
    assert await browser.due() == 1


async def test_cards_go_through_a_csv_file_with_all_that_was_learned(browser: Browser, tmp_path: Path) -> None:
    card = await browser.own('=HYPERLINK("http://evil.example")', "- one\n- two, “three”\n'four'")
    await browser("POST", f"/{card['id']}/review", json={"rating": "good"})
    await browser.own("'=quoted", "-")
    status, text = await browser("GET", "/export?format=csv")
    assert status == 200
    cells = [cell for row in csv.reader(StringIO(text, newline="")) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    before = (await browser("GET", ""))[1]["cards"]
    for each in before:
        await browser("DELETE", f"/{each['id']}")
    assert (await browser("POST", "/import", data=text.encode()))[1] == {"added": 2, "known": 0}
    after = (await browser("GET", ""))[1]["cards"]
    kept = ("front", "back", "form", "due", "reviews", "last_review", "created_at", "quotation", "source")
    sides = [{name: each[name] for name in kept} for each in before]
    assert sorted(sides, key=str) == sorted([{name: each[name] for name in kept} for each in after], key=str)
    assert (await browser("POST", "/import", data=text.encode()))[1] == {"added": 0, "known": 2}
    assert (await browser("GET", "/export?format=csv"))[1] == text


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"question,answer\na,b\n", "columns `front` and `back`"),
        (b"", "columns `front` and `back`"),
        (b"front,back\na,\n", "a front and a back in row 2"),
        (b"front,back,due\na,b,2026-01-01\nc,d,tomorrow\n", "a date in row 3"),
        (b"front,back,due,last_review,stability,difficulty,state\na,b,2026-01-01,2026-01-01,nan,5,2\n", "row 2"),
        (b"front,back,due,last_review,stability,difficulty,state\na,b,2026-01-01,2026-01-01,1,50,2\n", "row 2"),
        (b"front,back,form\na,b,poem\n", "a form that is one of gap, list, explain in row 2"),
        (b'front,back\n"a,b\n', "quotation mark"),
        ("front,back\nä,b\n".encode("latin-1"), "UTF-8"),
        (b"front,back\na," + b"b" * 4_001, "4,000 characters"),
    ],
)
async def test_a_file_that_is_none_of_ours_is_refused_whole(browser: Browser, data: bytes, words: str) -> None:
    status, error = await browser("POST", "/import", data=data)
    assert (status, error["error"]["code"]) == (400, "bad_request")
    assert words in error["error"]["message"]
    assert (await browser("GET", ""))[1]["cards"] == []


async def test_a_list_from_a_spreadsheet_needs_no_more_than_two_columns(browser: Browser) -> None:
    data = "\ufeffBack;ignored,Front,BACK\r\nx,Paris is in?,France\r\n\r\n".encode()
    assert (await browser("POST", "/import", data=data))[1] == {"added": 1, "known": 0}
    assert await browser.due() == 1


def read_as_anki(text: str) -> list[dict[str, Any]]:
    """An Anki text file as its manual describes it: # lines say which column is what, the others are fields."""
    lines = text.split("\n")
    head = dict(line[1:].split(":", 1) for line in lines if line.startswith("#"))
    assert (head["separator"], head["html"]) == ("tab", "true")
    places = {name: int(head[f"{name} column"]) - 1 for name in ("guid", "notetype", "deck", "tags")}
    body = "\n".join(line for line in lines if not line.startswith("#"))
    notes = []
    for row in csv.reader(StringIO(body, newline=""), delimiter="\t"):
        fields = [cell for at, cell in enumerate(row) if at not in places.values()]
        notes.append({**{name: row[at] for name, at in places.items()}, "fields": fields})
    return notes


async def test_an_anki_file_has_notes_and_clozes_with_tags_and_ids_that_stay(
    server: StudyinServer, http: aiohttp.ClientSession, browser: Browser
) -> None:
    own = await browser.own('Tab\there & <b>\n\nA "second" paragraph', "a **bold** back")
    complete = await answered(server, http, "What is the mitochondrion?")
    quotation = NOTES.decode().splitlines()[2]
    _, gap = await browser("POST", "", json={"message_id": complete["message_id"], "source": 1, "quotation": quotation})
    await browser("PATCH", f"/{gap['id']}", json={"back": "a::b }} <c>"})
    status, text = await browser("GET", "/export?format=anki")
    assert status == 200
    basic, cloze = read_as_anki(text)
    assert (basic["guid"], basic["notetype"], basic["deck"], basic["tags"]) == (
        own["id"],
        "Basic",
        "Studyin",
        "studyin",
    )
    assert "&amp;" in basic["fields"][0]
    assert "<strong>bold</strong>" in basic["fields"][1]
    assert (cloze["guid"], cloze["notetype"], cloze["tags"]) == (gap["id"], "Cloze", "studyin::cells.md")
    assert "The {{c1::a&#58;&#58;b &#125;&#125; &lt;c&gt;}} is the organelle" in cloze["fields"][0]
    assert "cells.md › Cells" in cloze["fields"][1]
    assert (await browser("GET", "/export?format=anki"))[1] == text
