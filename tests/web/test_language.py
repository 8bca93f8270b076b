"""A browser reads its language: as it asks, or as was chosen in it; programs and older clients read English."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import aiohttp
import pytest
from argon2 import PasswordHasher
from yarl import URL

from studyin.accounts import passwords
from studyin.coach.intent import Intent, read
from studyin.errors import Code, StudyinError
from studyin.language import speaking
from studyin.store.accounts import Role
from studyin.web.errors import as_frame
from studyin.web.keys import ACCOUNTS
from studyin.web.language import COOKIE
from tests.scripted_provider import Refuse, ScriptedProvider, Stream
from tests.web.people import Person, person, stranger
from tests.web.studyin_server import Chat, StudyinServer

GERMAN = {"Accept-Language": "de-DE,de;q=0.9,en;q=0.5"}


async def _title(http: aiohttp.ClientSession, url: str, **headers: str) -> str:
    async with http.get(url, headers=headers) as response:
        page = await response.text()
    match = re.search(r'<html lang="(\w+)">.*<h1[^>]*>([^<]+)</h1>', page, re.S)
    assert match, page
    return f"{match[1]}: {match[2]}"


async def test_a_page_is_in_the_language_that_the_browser_asks_for(server: StudyinServer) -> None:
    async with aiohttp.ClientSession() as http:
        assert await _title(http, f"{server.url}/nowhere", **GERMAN) == "de: Hier ist nichts"
        # The same connection: nothing is left of the last request's language.
        assert await _title(http, f"{server.url}/nowhere") == "en: Nothing here"


async def test_what_was_chosen_holds_against_what_the_browser_asks_for(server: StudyinServer) -> None:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
        async with http.get(f"{server.url}/invitation?token=a%26b&language=de", allow_redirects=False) as response:
            assert (response.status, response.headers["Location"]) == (303, "./invitation?token=a%26b")
            assert response.cookies[COOKIE]["samesite"] == "Lax"
        assert await _title(http, f"{server.url}/nowhere") == "de: Hier ist nichts"
        assert await _title(http, f"{server.url}/nowhere?language=en", **GERMAN) == "en: Nothing here"
        # What is no language of ours chooses nothing.
        assert await _title(http, f"{server.url}/nowhere?language=tlh", **GERMAN) == "en: Nothing here"


async def test_errors_are_told_in_the_language_of_who_gets_them(server: StudyinServer) -> None:
    async with aiohttp.ClientSession() as http:
        for headers, words in ((GERMAN, "Diese Sitzung gibt es nicht"), ({}, "This session doesn't exist")):
            async with http.get(f"{server.url}/api/sessions/{'0' * 32}/messages", headers=headers) as response:
                assert words in (await response.json())["error"]["message"]
        async with http.get(f"{server.url}/api/chat/check?origin=null", headers=GERMAN) as response:
            (problem,) = (await response.json())["problems"]
            assert problem["message"].startswith("Diese Seite hat keine eigene Herkunft: ")
            assert problem["fix"].startswith("Öffne sie über http ")
        async with http.post(f"{server.url}/api/cards", headers=GERMAN | {"Origin": "null"}) as response:
            assert (await response.json())["error"]["message"].startswith("Diese Seite hat keine eigene Herkunft (")
        # Made by the writer's thread, which is nobody's.
        async with http.delete(
            f"{server.url}/api/materials/{'0' * 32}", headers={**GERMAN, "Sec-Fetch-Site": "same-origin"}
        ) as response:
            assert "nicht unter deinen Notizen" in (await response.json())["error"]["message"]
        async with Chat(http, server) as chat:
            await chat.send("open", session_id="0" * 32, language="de")
            assert "Diese Sitzung gibt es nicht" in (await chat.frame())["message"]
            await chat.send("stop", turn_id=7)
            assert (await chat.frame())["message"].endswith("erwartet, gekommen ist eine Zahl.")
            await chat.send("open", session_id=None, language="en")
            await chat.until("opened")
            await chat.send("stop", turn_id=7)
            assert (await chat.frame())["message"].endswith("got a number.")


async def test_a_failed_reply_tells_who_asked_for_it_and_says_that_a_retry_may_help(
    server: StudyinServer, provider: ScriptedProvider
) -> None:
    provider.script(*[Refuse(429, {"error": {"message": "Try again, overloaded"}}, {"Retry-After": "90"})] * 3)
    async with aiohttp.ClientSession() as http, Chat(http, server) as german, Chat(http, server) as other:
        await german.send("open", session_id=None, language="de")
        await german.until("opened")
        await german.ask("Was ist Osmose?", client_id="one")
        (error,) = (await german.until("error"))[-1:]
        assert error["message"].startswith("Der Modellserver bei 127.0.0.1")
        assert error["message"].endswith("versuche es in 90 Sekunden noch einmal.")
        assert (error["retryable"], "try again" in error["message"].lower()) == (True, False)
        # Its page was switched half way, in the same session.
        await german.send("open", session_id=error["session_id"], language="en")
        await german.until("opened")
        await german.ask("What is osmosis?", client_id="two")
        (switched,) = (await german.until("error"))[-1:]
        assert switched["message"].startswith("The model server at 127.0.0.1")
        # An older client in the same session, whose only sign of a retry is in English.
        await other.ask("What is osmosis?")
        (told,) = (await other.until("error"))[-1:]
        assert "try again" in told["message"]
    assert as_frame(StudyinError(Code.BUSY, "Noch einmal.", retryable=True))["message"].endswith(" Please try again.")
    with speaking("de"):
        for words in ("Versuche es noch einmal.", "Please try again."):
            assert as_frame(StudyinError(Code.BUSY, words, retryable=True))["message"] == words
        assert as_frame(StudyinError(Code.BUSY, "Halt.", retryable=True))["message"].endswith(" noch einmal.")


async def test_an_older_client_gets_english_whatever_its_browser_asks_for(server: StudyinServer) -> None:
    async with aiohttp.ClientSession(headers=GERMAN) as http, Chat(http, server) as chat:
        await chat.send("stop")
        assert (await chat.frame())["message"] == "Expected `turn_id` in a stop frame, got none."


async def test_a_language_is_chosen_where_a_form_was_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The address of a form takes no GET: the choice leads to its page, which is there as it was asked for."""
    monkeypatch.setattr(passwords, "_hasher", lambda: PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))

    async def choose(who: Person, path: str, **form: str) -> str:
        """Refused, then German: where that leads, as its first heading says."""
        _, page, headers = await who.ask("POST", path, data=form)
        match = re.search(r'href="([^"]*language=de)"', page)
        assert match, page
        chosen = URL(server.url + path).join(URL(unescape(match[1])))
        status, _, headers = await who.ask("GET", chosen.path_qs)
        assert (status, headers["Set-Cookie"].partition(";")[0]) == (303, f"{COOKIE}=de"), chosen
        place = chosen.join(URL(headers["Location"]))
        cookies = {"Cookie": "; ".join(filter(None, [who.http.headers.get("Cookie"), f"{COOKIE}=de"]))}
        status, page, _ = await who.ask("GET", place.path_qs, headers=cookies)
        assert (status, 'lang="de"' in page) == (200, True), place
        return place.path_qs

    async with (
        StudyinServer(tmp_path, auth="password", coach="notes") as server,
        stranger(server) as visitor,
        person(server, "ann", Role.ADMIN) as admin,
    ):
        token = await server.app[ACCOUNTS].invite("bob")
        assert await choose(visitor, "/sign-in", name="x", password="y", next="cards") == "/sign-in?next=cards"
        refused = await choose(visitor, "/invitation", token=token, name="bob", password="y", again="z")
        assert refused == f"/invitation?token={token}"
        assert await choose(admin, "/account/password", current="x", new="y", again="z") == "/account"
        assert await choose(admin, "/people/invite", name="cy") == "/account"


async def test_the_commands_of_a_page_send_what_the_coach_understands(server: StudyinServer) -> None:
    """In each language the same: what is offered under "/" is read as what it says."""

    async def commands(http: aiohttp.ClientSession, **headers: str) -> dict[str, tuple[Intent, str]]:
        async with http.get(server.url + "/", headers=headers) as response:
            page = await response.text()
        offered = re.findall(r'id="command-(\w+)" data-names="[^"]+" data-text="([^"]+)"\s*(data-whole)?', page)
        assert len(offered) == 7
        told = {name: read(text if whole else text + "A und B", open_question=True) for name, text, whole in offered}
        return {name: (message.intent, message.about) for name, message in told.items()}

    async with aiohttp.ClientSession() as http:
        english, german = await commands(http), await commands(http, **GERMAN)
    assert {name: intent for name, (intent, _) in german.items()} == {
        name: intent for name, (intent, _) in english.items()
    }
    assert english["braindump"][0] is Intent.RECALL
    assert german["quiz"][1] == german["braindump"][1] == "A und B"
    assert german["summarise"][1] == "summarise A und B"
    assert german["compare"][1] == "compare A and B"


async def test_the_modules_of_a_page_speak_its_language(server: StudyinServer) -> None:
    async with aiohttp.ClientSession() as http:
        async with http.get(server.url + "/", headers=GERMAN) as response:
            german = re.search(r'src="\./(static/\w+-de/js/main\.js)"', await response.text())
        assert german
        async with http.get(f"{server.url}/{german[1]}") as response:
            spoken = await response.text()
        async with http.get(f"{server.url}/{german[1].replace('-de/', '/')}") as response:
            english = await response.text()
        async with http.get(f"{server.url}/{german[1].replace('main', 'words')}") as response:
            assert "Verbunden" in await response.text()
    assert ('"Verbunden"' in spoken, '"Connected"' in spoken) == (True, False)
    assert ('"Verbunden"' in english, '"Connected"' in english) == (False, True)


async def test_two_pages_on_a_session_each_read_their_own_language(
    http: aiohttp.ClientSession, server: StudyinServer, provider: ScriptedProvider
) -> None:
    provider.script(Stream("Yes."), Stream("No."))
    async with Chat(http, server) as english, Chat(http, server) as german:
        await english.send("open", session_id=None, language="en")
        await english.until("opened")
        await english.ask("Why?")
        session_id = (await english.until("complete"))[-1]["session_id"]
        await german.send("open", session_id=session_id, language="de", html=True)
        await german.until("opened")
        await english.ask("And how?")
        assert "Schnell" in (await german.until("complete"))[-1]["byline"]
        assert "Fast" in (await english.until("complete"))[-1]["byline"]


async def test_who_offers_another_protocol_than_the_sockets_is_still_understood(server: StudyinServer) -> None:
    async with aiohttp.ClientSession() as http:
        title = await _title(http, f"{server.url}/nowhere", **GERMAN, Connection="Upgrade", Upgrade="h2c")
    assert title == "de: Hier ist nichts"
