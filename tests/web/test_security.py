"""Who may come in: hosts, origins, proxies; each refusal beside its allowed twin."""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from multidict import CIMultiDict

from studyin.store.sessions import SessionStore
from tests.scripted_provider import ScriptedProvider
from tests.web.studyin_server import Chat, StudyinServer

LISTED = "http://localhost:5173"
FOREIGN = "https://evil.example"
LOOPBACK = (ip_network("127.0.0.0/8"),)


@asynccontextmanager
async def _server(tmp_path: Path, provider: ScriptedProvider, **settings: Any) -> AsyncIterator[StudyinServer]:
    async with StudyinServer(tmp_path, openai_base_url=provider.url, **settings) as server:
        yield server


async def _first_word(http: aiohttp.ClientSession, server: StudyinServer, headers: Mapping[str, str]) -> str:
    """ "info" where the socket lets in, else its close code and reason."""
    one = await Chat(http, server).connect(headers=headers)
    message = await one.socket.receive(timeout=10)
    await one.socket.close()
    if message.type is aiohttp.WSMsgType.CLOSE:
        assert len(message.extra.encode()) <= 123
        return f"{message.data} {message.extra}"
    return str(message.json()["type"])


@pytest.mark.parametrize(
    ("headers", "word"),
    [
        ({}, "info"),
        ({"Origin": "http://{host}"}, "info"),
        ({"Origin": "HTTP://LOCALHOST:{port}"}, "info"),
        ({"Origin": LISTED}, "info"),
        ({"Origin": "http://127.0.0.1:{port}", "Host": "127.0.0.1:{port}"}, "info"),
        # TLS ends at a proxy that passes the Host on
        ({"Origin": "https://study.example", "Host": "study.example"}, "info"),
        ({"Origin": "https://study.example", "Host": "study.example:443"}, "info"),
        # the same name, written whole
        ({"Origin": "https://study.example.", "Host": "study.example."}, "info"),
        ({"Origin": "http://localhost.:{port}", "Host": "localhost.:{port}"}, "info"),
        ({"Origin": FOREIGN}, "1008 Pages from https://evil.example"),
        ({"Origin": "null"}, "1008 This page has no origin of its own"),
        ({"Origin": ""}, "1008 Pages from"),
        ({"Origin": "http://localhost:1"}, "1008 Pages from http://localhost:1 "),
        ({"Origin": "http://localhost"}, "1008 Pages from"),
        ({"Origin": "http://{host}.evil.example"}, "1008 Pages from"),
        ({"Origin": "ftp://{host}"}, "1008 Pages from"),
        ({"Origin": "http://[::1"}, "1008 Pages from http://[::1 "),
        ({"Origin": "http://[study]"}, "1008 Pages from http://[study] "),
        # both names are long: there must be room for the setting
        (
            {"Origin": "https://a-long-name.front-end.example:8443", "Host": "another-long-name.study.localhost:8443"},
            "1008 Pages from https://a-long-name.front-end.example",
        ),
        ({"Origin": LISTED + "0"}, "1008 Pages from"),
        ({"Origin": "http://rebound.example", "Host": "rebound.example"}, "1008 This server doesn't go by the name"),
        ({"Host": "rebound.example"}, "1008 This server doesn't go by the name rebound.example"),
        ({"Origin": FOREIGN, "X-Forwarded-Host": "evil.example"}, "1008 Pages from"),
        ({"Origin": "https://" + "long" * 60 + ".example"}, "1008 Pages from https://long"),
    ],
)
async def test_the_socket_lets_in_own_and_listed_pages_and_tells_others_which_setting_would(
    tmp_path: Path, provider: ScriptedProvider, http: aiohttp.ClientSession, headers: dict[str, str], word: str
) -> None:
    async with _server(tmp_path, provider, cors_origins=(LISTED,), allowed_hosts=("study.example",)) as server:
        host = server.url.removeprefix("http://")
        port = host.rpartition(":")[2]
        sent = {name: value.format(host=host, port=port) for name, value in headers.items()}
        first = await _first_word(http, server, sent)
        assert first.startswith(word)
        if word.startswith("1008") and sent.get("Origin") != "null":
            assert first.endswith(".")
            assert "STUDYIN_CORS_ORIGINS" in first or "STUDYIN_ALLOWED_HOSTS" in first


async def test_a_refused_page_creates_nothing(
    tmp_path: Path, provider: ScriptedProvider, http: aiohttp.ClientSession
) -> None:
    async with _server(tmp_path, provider) as server:
        one = await Chat(http, server).connect(headers={"Origin": FOREIGN})
        await one.socket.receive()
        async with http.get(server.url + "/api/sessions") as response:
            assert (await response.json())["sessions"] == []
    assert provider.requests == []


@pytest.mark.parametrize(
    ("proxies", "forwarded", "word"),
    [
        (LOOPBACK, "study.example", "info"),
        (LOOPBACK, ["first.example", "study.example"], "info"),
        (LOOPBACK, ["study.example", "other.example"], "1008"),
        (LOOPBACK, "first.example, study.example", "info"),
        (LOOPBACK, "study.example, other.example", "1008"),
        ((), "study.example", "1008"),
        ((ip_network("10.0.0.0/8"),), "study.example", "1008"),
    ],
)
async def test_a_forwarded_host_is_believed_from_trusted_proxies_only(
    tmp_path: Path,
    provider: ScriptedProvider,
    http: aiohttp.ClientSession,
    proxies: tuple[Any, ...],
    forwarded: str | list[str],
    word: str,
) -> None:
    settings = {"trusted_proxies": proxies, "allowed_hosts": ("study.example",)}
    async with _server(tmp_path, provider, **settings) as server:
        headers = CIMultiDict({"Origin": "https://study.example"})
        for line in [forwarded] if isinstance(forwarded, str) else forwarded:
            headers.add("X-Forwarded-Host", line)
        assert (await _first_word(http, server, headers)).startswith(word)


@pytest.mark.parametrize(
    ("proxies", "origin", "told", "word"),
    [
        (LOOPBACK, "https://{host}", "https", "info"),
        (LOOPBACK, "http://{host}", "http", "info"),
        # who stands on the way can put any page there, and have it use the cookie of the real one
        (LOOPBACK, "http://{host}", "https", "1008"),
        ((), "http://{host}", "https", "info"),
        # TLS ends before the proxy: it knows of none
        (LOOPBACK, "https://{host}", "http", "info"),
    ],
)
async def test_a_page_without_tls_is_none_of_a_server_s_own_that_has_it(
    tmp_path: Path,
    provider: ScriptedProvider,
    http: aiohttp.ClientSession,
    proxies: tuple[Any, ...],
    origin: str,
    told: str,
    word: str,
) -> None:
    async with _server(tmp_path, provider, trusted_proxies=proxies) as server:
        origin = origin.format(host=server.url.removeprefix("http://"))
        headers = {"Origin": origin, "X-Forwarded-Proto": told}
        assert (await _first_word(http, server, headers)).startswith(word)
        async with http.get(server.url + "/api/chat/check", params={"origin": origin}, headers=headers) as response:
            assert (await response.json())["origin"]["allowed"] is (word == "info")


async def test_any_origin_may_come_in_development(
    tmp_path: Path, provider: ScriptedProvider, http: aiohttp.ClientSession
) -> None:
    async with _server(tmp_path, provider, cors_origins=("*",), dev=True) as server:
        assert await _first_word(http, server, {"Origin": FOREIGN}) == "info"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "http://{host}"}, 202),
        ({"Origin": LISTED}, 202),
        ({"Sec-Fetch-Site": "same-origin"}, 202),
        ({}, 403),
        ({"Origin": FOREIGN}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
        ({"Origin": FOREIGN, "Sec-Fetch-Site": "same-origin"}, 403),
        ({"Origin": "http://{host}", "Host": "rebound.example"}, 403),
    ],
)
async def test_changes_are_only_taken_from_own_and_listed_pages(
    tmp_path: Path, provider: ScriptedProvider, http: aiohttp.ClientSession, headers: dict[str, str], status: int
) -> None:
    async with _server(tmp_path, provider, cors_origins=(LISTED,)) as server:
        host = server.url.removeprefix("http://")
        sent = {name: value.format(host=host) for name, value in headers.items()}
        body = {"filename": "notes.md", "text": "# Notes\n\nA cell is the smallest unit of life."}
        async with http.post(server.url + "/api/materials", json=body, headers=sent) as response:
            assert response.status == status
            answer = await response.json()
        async with http.get(server.url + "/api/materials") as response:
            assert len((await response.json())["materials"]) == (1 if status == 202 else 0)
    if status == 403:
        assert answer["error"]["code"] in ("origin_not_allowed", "host_not_allowed")


async def test_a_listed_page_is_answered_with_cors_and_another_is_not(
    tmp_path: Path, provider: ScriptedProvider, http: aiohttp.ClientSession
) -> None:
    preflight = {"Access-Control-Request-Method": "PATCH", "Access-Control-Request-Headers": "content-type"}
    async with _server(tmp_path, provider, cors_origins=(LISTED,)) as server:
        url = server.url + "/api/sessions"
        async with http.options(url, headers={"Origin": LISTED, **preflight}) as response:
            assert response.status == 204
            assert response.headers["Access-Control-Allow-Origin"] == LISTED
            assert "PATCH" in response.headers["Access-Control-Allow-Methods"]
            assert response.headers["Access-Control-Allow-Headers"] == "Content-Type"
        async with http.get(url, headers={"Origin": LISTED}) as response:
            assert response.headers["Access-Control-Allow-Origin"] == LISTED
            assert response.headers["Access-Control-Allow-Credentials"] == "true"
            assert response.headers["Vary"] == "Origin"
        async with http.options(url, headers={"Origin": FOREIGN, **preflight}) as response:
            assert response.status == 403
            assert "Access-Control-Allow-Origin" not in response.headers
        async with http.get(url, headers={"Origin": FOREIGN}) as response:
            assert "Access-Control-Allow-Origin" not in response.headers


BINDING = {
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Server": "Studyin",
}
STRICT = "Strict-Transport-Security"


def _addresses(server: StudyinServer) -> set[tuple[str, str]]:
    """Every route, with an id that nothing has; and addresses where nothing is, or not for that method."""
    found = {("GET", "/nothing"), ("GET", "/api/nothing"), ("PUT", "/api/sessions"), ("OPTIONS", "/")}
    for route in server.app.router.routes():
        if route.resource is not None:
            path = route.resource.canonical
            found.add((route.method, re.sub(r"{[^}]*}", "0" * 32, path) + ("nothing.js" if path.endswith("/") else "")))
    return found


@pytest.mark.parametrize("auth", ["none", "password", "proxy"])
async def test_every_answer_binds_the_browser(tmp_path: Path, http: aiohttp.ClientSession, auth: str) -> None:
    async with StudyinServer(tmp_path, auth=auth, coach="notes", trusted_proxies=LOOPBACK) as server:
        async with http.get(server.url) as response:
            page = await response.text()
        (sheet, *_) = re.findall(r'href="\./(static/[^"]+)"', page)
        statuses = set()
        for method, path in sorted({*_addresses(server), ("GET", f"/{sheet}"), ("GET", f"/{sheet}.gone")}):
            # as another site's page, as our own, and over TLS
            for sent in ({"Origin": FOREIGN}, {"Origin": server.url}, {"X-Forwarded-Proto": "https"}):
                async with http.request(method, server.url + path, headers=sent, allow_redirects=False) as response:
                    await response.read()
                    bound = {name: response.headers.get(name) for name in BINDING}
                    assert bound == BINDING, (method, path, response.status)
                    strict = "max-age=31536000" if "X-Forwarded-Proto" in sent else None
                    assert response.headers.get(STRICT) == strict, (method, path)
                    statuses.add(response.status)
                    is_told = path.startswith("/api/") or (
                        response.content_type == "text/html" and response.status == 200
                    )
                    assert not is_told or "no-store" in response.headers["Cache-Control"], (method, path)
        assert {200, 403, 404, 405, 426} <= statuses
        assert auth == "none" or 401 in statuses


async def test_a_bug_binds_the_browser_too(
    server: StudyinServer, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SessionStore, "list", None)
    for path in ("/", "/api/sessions"):
        async with http.get(server.url + path) as response:
            assert response.status == 500
            assert {name: response.headers.get(name) for name in BINDING} == BINDING


async def test_only_a_trusted_proxy_can_say_that_there_is_tls(
    server: StudyinServer, http: aiohttp.ClientSession
) -> None:
    async with http.get(server.url, headers={"X-Forwarded-Proto": "https"}) as response:
        assert STRICT not in response.headers


@pytest.mark.parametrize(
    ("ws_url", "source"),
    [
        ("wss://chat.example.org/api/chat/ws", "wss://chat.example.org"),
        ("http://localhost:9000/ws", "ws://localhost:9000"),
    ],
)
async def test_a_page_may_also_connect_to_the_socket_that_it_is_told_of(
    tmp_path: Path, http: aiohttp.ClientSession, ws_url: str, source: str
) -> None:
    async with StudyinServer(tmp_path, ws_url=ws_url) as server, http.get(server.url) as response:
        assert response.headers["Content-Security-Policy"].endswith(f"; connect-src 'self' {source}")


async def test_a_full_server_says_so_and_takes_the_next_when_there_is_room(
    tmp_path: Path, provider: ScriptedProvider, http: aiohttp.ClientSession
) -> None:
    async with _server(tmp_path, provider, max_sockets=1) as server:
        async with Chat(http, server):
            assert (await _first_word(http, server, {})).startswith("1013 The server has all 1 connections")
            async with http.get(server.url + "/api/chat/check") as response:
                check = await response.json()
            assert [problem["code"] for problem in check["problems"]] == ["too_many_connections"]
        assert await _first_word(http, server, {}) == "info"


async def test_check_says_which_hop_fails_and_what_to_change(
    tmp_path: Path, provider: ScriptedProvider, http: aiohttp.ClientSession
) -> None:
    async with _server(tmp_path, provider) as server:

        async def check(headers: dict[str, str] | None = None, **query: str) -> dict[str, Any]:
            async with http.get(server.url + "/api/chat/check", params=query, headers=headers) as response:
                assert response.headers["Access-Control-Allow-Origin"] == "*"
                return dict(await response.json())

        own = await check(origin=server.url)
        assert (own["ok"], own["problems"], own["room"]) == (True, [], {"sockets": 0, "max": 2000})

        (nowhere,) = (await check({"Origin": "null"}))["problems"]
        assert (nowhere["code"], "STUDYIN_CORS_ORIGINS=null" in nowhere["fix"]) == ("origin_not_allowed", False)

        foreign = await check({"Origin": LISTED})
        assert not foreign["ok"]
        assert foreign["problems"][0]["code"] == "origin_not_allowed"
        assert f"STUDYIN_CORS_ORIGINS={LISTED}" in foreign["problems"][0]["fix"]

        proxied = await check({"X-Forwarded-Host": "study.example"}, origin="https://study.example")
        assert "STUDYIN_TRUSTED_PROXIES=127.0.0.1" in proxied["problems"][0]["fix"]
        assert proxied["headers"]["x-forwarded-host"] == "study.example"

        rebound = await check({"Host": "study.example:8000"})
        assert rebound["problems"][0]["code"] == "host_not_allowed"
        assert "STUDYIN_ALLOWED_HOSTS=study.example" in rebound["problems"][0]["fix"]


async def test_what_is_no_handshake_is_told_how_one_looks(http: aiohttp.ClientSession, server: StudyinServer) -> None:
    url = server.url + "/api/chat/ws"
    async with http.get(url) as response:
        assert (response.status, response.headers["Upgrade"]) == (426, "websocket")
    async with http.post(url, headers={"Origin": server.url}) as response:
        assert (response.status, response.headers["Allow"]) == (405, "GET,HEAD")
    old = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "8"}
    async with http.get(url, headers=old) as response:
        assert response.status == 400
        assert (await response.json())["error"]["message"].startswith("Expected a handshake of WebSocket version 13")


async def test_check_knows_that_a_proxy_removed_the_upgrade(
    tmp_path: Path, provider: ScriptedProvider, http: aiohttp.ClientSession
) -> None:
    async with _server(tmp_path, provider) as server:
        # what is left of a browser's handshake behind a proxy that keeps hop-by-hop headers to itself
        stripped = {
            "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
            "Sec-WebSocket-Version": "13",
            "Origin": server.url,
        }
        async with http.get(server.url + "/api/chat/ws", headers=stripped) as response:
            assert response.status == 426
            assert (await response.json())["error"]["code"] == "upgrade_required"
        async with http.get(server.url + "/api/chat/check", params={"origin": server.url}) as response:
            check = await response.json()
        (problem,) = check["problems"]
        assert problem["code"] == "upgrade_required"
        assert "proxy_set_header Upgrade $http_upgrade;" in problem["fix"]
        assert "Caddy" in problem["fix"]
        async with http.get(server.url + "/api/chat/check", params={"origin": "http://other.example"}) as response:
            assert "upgrade_required" not in [problem["code"] for problem in (await response.json())["problems"]]
