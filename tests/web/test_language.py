"""A browser reads its language: as it asks, or as was chosen in it; programs and older clients read English."""

from __future__ import annotations

import re

import aiohttp

from studyin.web.language import COOKIE
from tests.web.studyin_server import StudyinServer

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
