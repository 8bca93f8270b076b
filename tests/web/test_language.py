"""A browser reads its language: as it asks, or as was chosen in it; programs and older clients read English."""

from __future__ import annotations

import re

import aiohttp

from studyin.errors import Code, StudyinError
from studyin.language import speaking
from studyin.web.errors import as_frame
from studyin.web.language import COOKIE
from tests.scripted_provider import Refuse, ScriptedProvider
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
    provider.script(*[Refuse(503, {"error": {"message": "Try again, overloaded"}})] * 4)
    async with aiohttp.ClientSession() as http, Chat(http, server) as german, Chat(http, server) as other:
        await german.send("open", session_id=None, language="de")
        await german.until("opened")
        await german.ask("Was ist Osmose?", client_id="one")
        (error,) = (await german.until("error"))[-1:]
        assert error["message"].startswith("Der Modellserver bei 127.0.0.1")
        assert error["message"].endswith("noch einmal.")
        assert (error["retryable"], "try again" in error["message"].lower()) == (True, False)
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
