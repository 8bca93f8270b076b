"""Coming in and going out over HTTP: cookies, invitations, ended logins, proxies that sign people in."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from http.cookies import SimpleCookie
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from argon2 import PasswordHasher
from multidict import CIMultiDict

from studyin.accounts import Accounts, passwords
from studyin.accounts.throttle import OF_ACCOUNT, OF_ADDRESS
from studyin.store.accounts import LOCAL, Role
from studyin.store.database import Database
from studyin.web.attendance import LOOK_SECONDS
from studyin.web.keys import ACCOUNTS
from tests.web.people import Person, person, stranger
from tests.web.studyin_server import Chat, StudyinServer

PASSWORD = "correct horse battery"
LOOPBACK = (ip_network("127.0.0.0/8"),)
TLS = {"Origin": "https://study.example", "Host": "study.example"}


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a hash costs is tested elsewhere."""
    monkeypatch.setattr(passwords, "_hasher", lambda: PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[StudyinServer]:
    async with StudyinServer(tmp_path, auth="password", coach="notes", allowed_hosts=("study.example",)) as server:
        yield server


@pytest.fixture
async def visitor(server: StudyinServer) -> AsyncIterator[Person]:
    async with stranger(server) as visitor:
        yield visitor


async def _sign_in(visitor: Person, name: str, password: str = PASSWORD, **options: Any) -> tuple[int, str, Any]:
    return await visitor.ask(
        "POST", "/sign-in", data={"name": name, "password": password, "next": options.pop("next", "")}, **options
    )


def _cookie(headers: Any) -> str:
    """The cookie that was set, as a browser sends it back."""
    (morsel,) = SimpleCookie(headers["Set-Cookie"]).values()
    return f"{morsel.key}={morsel.value}"


async def test_signing_in_leads_to_the_page_that_was_wanted_and_the_cookie_opens_it(
    server: StudyinServer, visitor: Person
) -> None:
    await server.app[ACCOUNTS].add("ann", PASSWORD)
    status, _, headers = await visitor.ask("GET", "/session/" + "a" * 32)
    assert (status, headers["Location"]) == (303, "../sign-in?next=session/" + "a" * 32)
    status, page, _ = await visitor.ask("GET", "/sign-in?next=session/" + "a" * 32)
    assert (status, 'name="next" value="session/' + "a" * 32 in page) == (200, True)
    assert "<script" not in page

    status, _, headers = await _sign_in(visitor, "Ann", next="session/" + "a" * 32)
    assert (status, headers["Location"]) == (303, "./session/" + "a" * 32)
    assert re.fullmatch(
        r"studyin-[0-9a-f]{8}=[\w-]{43}; HttpOnly; Max-Age=2592000; Path=/; SameSite=Lax", headers["Set-Cookie"]
    )
    cookie = {"Cookie": _cookie(headers)}
    status, page, _ = await visitor.ask("GET", "/", headers=cookie)
    assert (status, ">ann</span>" in page) == (200, True)
    status, _, headers = await visitor.ask("GET", "/sign-in?next=account", headers=cookie)
    assert (status, headers["Location"]) == (303, "./account")


@pytest.mark.parametrize(
    "wanted",
    ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "..", "account\r\nX: y"],
)
async def test_signing_in_leads_nowhere_else(server: StudyinServer, visitor: Person, wanted: str) -> None:
    await server.app[ACCOUNTS].add("ann", PASSWORD)
    status, _, headers = await _sign_in(visitor, "ann", next=wanted)
    assert (status, headers["Location"]) == (303, "./")


async def test_over_tls_the_cookie_is_of_the_kind_that_nobody_beside_can_plant(
    server: StudyinServer, visitor: Person
) -> None:
    await server.app[ACCOUNTS].add("ann", PASSWORD)
    _, _, headers = await _sign_in(visitor, "ann", headers=TLS)
    set_cookie = headers["Set-Cookie"]
    assert re.match(r"__Host-studyin-[0-9a-f]{8}=", set_cookie)
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(set_cookie.split("; "))
    assert "Domain" not in set_cookie
    status, _, _ = await visitor.ask("GET", "/api/sessions", headers={"Host": TLS["Host"], "Cookie": _cookie(headers)})
    assert status == 200


async def test_behind_tls_a_cookie_without_it_counts_for_nothing(tmp_path: Path) -> None:
    async with (
        StudyinServer(tmp_path, auth="password", trusted_proxies=LOOPBACK) as server,
        person(server, "ann") as ann,
    ):
        assert (await ann.ask("GET", "/api/sessions"))[0] == 200
        assert (await ann.ask("GET", "/api/sessions", headers={"X-Forwarded-Proto": "https"}))[0] == 401


async def test_two_installations_on_one_host_have_two_cookies(tmp_path: Path) -> None:
    names = set()
    for folder in ("one", "two"):
        async with StudyinServer(tmp_path / folder, auth="password") as server, stranger(server) as visitor:
            await server.app[ACCOUNTS].add("ann", PASSWORD)
            names.add(_cookie((await _sign_in(visitor, "ann"))[2]).partition("=")[0])
    assert len(names) == 2


async def test_a_wrong_password_is_said_on_the_page_and_too_many_when_to_come_back(
    server: StudyinServer, visitor: Person
) -> None:
    await server.app[ACCOUNTS].add("ann", PASSWORD)
    pages = {}
    for name in ("ann", "bob"):
        for _ in range(OF_ACCOUNT.tries):
            status, page, headers = await _sign_in(visitor, name, "wrong")
            assert (status, "belong together" in page, f'value="{name}"' in page) == (403, True, True)
            assert "Set-Cookie" not in headers
        status, page, headers = await _sign_in(visitor, name)
        assert (status, headers["Retry-After"].isdigit()) == (429, True)
        pages[name] = page.replace(f'value="{name}"', "")
    assert pages["ann"] == pages["bob"]


async def test_a_class_behind_a_trusted_proxy_is_not_one_address(tmp_path: Path) -> None:
    async with (
        StudyinServer(tmp_path, auth="password", trusted_proxies=LOOPBACK) as server,
        stranger(server) as visitor,
    ):
        await server.app[ACCOUNTS].add("ann", PASSWORD)
        own = {"Origin": server.url, "X-Forwarded-For": "198.51.100.1, 203.0.113.7, 127.0.0.1"}
        for at in range(OF_ADDRESS.tries):
            assert (await _sign_in(visitor, f"name {at}", "wrong", headers=own))[0] == 403
        assert (await _sign_in(visitor, "ann", headers=own))[0] == 429
        # whatever the browser itself puts in front of it
        forged = own | {"X-Forwarded-For": "192.0.2.1, 203.0.113.7"}
        assert (await _sign_in(visitor, "ann", headers=forged))[0] == 429
        assert (await _sign_in(visitor, "ann", headers=own | {"X-Forwarded-For": "203.0.113.8"}))[0] == 303


async def test_only_our_own_form_can_sign_anybody_in_or_out(server: StudyinServer) -> None:
    async with person(server, "ann") as ann:
        for path in ("/sign-in", "/sign-out", "/sign-out-everywhere", "/invitation", "/account/password"):
            for headers in ({}, {"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
                assert (await ann.ask("POST", path, headers=headers))[0] == 403
        assert (await ann.ask("GET", "/api/sessions"))[0] == 200


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"name=" + b"a" * 20_000, "application/x-www-form-urlencoded", 413),
        (b'{"name": "ann"}', "application/json", 415),
        (b"&".join(b"a=b" for _ in range(50)), "application/x-www-form-urlencoded", 400),
        (b"name=\xff\xfe%ff&password=%00", "application/x-www-form-urlencoded", 403),
        (b"", "application/x-www-form-urlencoded", 403),
    ],
)
async def test_what_is_no_form_of_ours_is_refused_before_it_is_read_whole(
    visitor: Person, body: bytes, kind: str, status: int
) -> None:
    headers = {"Origin": visitor.server.url, "Content-Type": kind}
    assert (await visitor.ask("POST", "/sign-in", data=body, headers=headers))[0] == status


async def test_signing_out_forgets_the_cookie_and_the_login(server: StudyinServer) -> None:
    async with person(server, "ann") as ann:
        status, _, headers = await ann.ask("POST", "/sign-out")
        assert (status, headers["Location"]) == (303, "./sign-in?signed-out")
        assert all("Max-Age=0" in line for line in headers.getall("Set-Cookie"))
        assert (await ann.ask("GET", "/api/sessions"))[0] == 401
        assert "You are signed out." in (await ann.ask("GET", "/sign-in?signed-out"))[1]


async def _is_told_to_go(chat: Chat) -> None:
    assert await chat.closes() == (1008, "Sign in required.")


async def test_open_sockets_close_with_1008_when_their_login_ends_however_that_happens(
    server: StudyinServer, tmp_path: Path
) -> None:
    assert LOOK_SECONDS < 0.5  # a look and the goodbye within a second
    async with person(server, "ann") as ann, person(server, "bob") as bob:
        his = await bob.chat().connect()
        await his.until("info")
        hers = await ann.chat().connect()
        await hers.until("info")
        await ann.ask("POST", "/sign-out")
        await _is_told_to_go(hers)

        # from the command line, which is another process with its own connections
        beside = await Database.open(server.settings.database_path, beside_server=True)
        for end in (Accounts(beside).disable, Accounts(beside).sign_out_everywhere, Accounts(beside).remove):
            async with person(server, f"one of {end.__name__}") as one:
                theirs = await one.chat().connect()
                await theirs.until("info")
                await end(one.id)
                await _is_told_to_go(theirs)
                again = await one.chat().connect()
                await _is_told_to_go(again)
        await beside.close()
        assert bob.account is not None
        await server.app[ACCOUNTS].set_password(bob.account, PASSWORD)
        await _is_told_to_go(his)


async def test_a_new_password_leaves_the_own_socket_open_and_closes_the_others(
    server: StudyinServer, visitor: Person
) -> None:
    await server.app[ACCOUNTS].add("ann", PASSWORD)
    here, there = [{"Cookie": _cookie((await _sign_in(visitor, "ann"))[2]), "Origin": server.url} for _ in range(2)]
    own, other = [await visitor.chat().connect(headers=cookie) for cookie in (here, there)]
    await own.until("info")
    await other.until("info")
    form = {"current": PASSWORD, "new": "another good one", "again": "another good one"}
    status, _, headers = await visitor.ask("POST", "/account/password", data=form, headers=here)
    assert (status, headers["Location"]) == (303, "../account?done=password")
    await _is_told_to_go(other)
    await own.send("ping")
    await own.until("pong")
    assert "Your password is changed." in (await visitor.ask("GET", "/account?done=password", headers=here))[1]
    status, page, _ = await visitor.ask("POST", "/account/password", data=form | {"again": "x"}, headers=here)
    assert (status, "the same new password twice" in page) == (400, True)


async def test_an_admin_invites_and_whoever_has_the_link_makes_an_account(
    server: StudyinServer, visitor: Person
) -> None:
    async with person(server, "root", Role.ADMIN) as root:
        sent = {"Origin": server.url, "Referer": f"{server.url}/a/b/account"}
        _, page, _ = await root.ask("POST", "/people/invite", data={"name": "bob"}, headers=sent)
        link = re.search(r'class="account-link" href="([^"]+)"', page)
        assert link is not None
        assert link[1].startswith(f"{server.url}/a/b/invitation?token=")
        path = "/invitation?" + link[1].partition("?")[2]
        token = path.partition("=")[2]
        for _ in range(2):  # looking uses nothing up
            assert 'value="bob"' in (await visitor.ask("GET", path))[1]
        form = {"token": token, "name": "bob", "password": PASSWORD, "again": PASSWORD}
        assert (await visitor.ask("POST", "/invitation", data=form | {"again": "x"}))[0] == 400
        assert (await visitor.ask("POST", "/invitation", data=form | {"name": "root"}))[0] == 409
        status, _, headers = await visitor.ask("POST", "/invitation", data=form)
        assert (status, headers["Location"]) == (303, "./")
        assert ">bob</span>" in (await visitor.ask("GET", "/", headers={"Cookie": _cookie(headers)}))[1]
        for method in ("GET", "POST"):
            assert (await visitor.ask(method, path, data=form if method == "POST" else None))[0] == 404

        bob = await server.app[ACCOUNTS].named("bob")
        _, page, _ = await root.ask("POST", f"/people/{bob.id}/new-password")
        assert "A link to a new password for bob" in page
        assert (await root.ask("POST", f"/people/{bob.id}/disable"))[0] == 303
        assert (await _sign_in(visitor, "bob"))[0] == 403
        assert (await root.ask("POST", f"/people/{bob.id}/enable"))[0] == 303
        assert (await _sign_in(visitor, "bob"))[0] == 303
        assert (await root.ask("POST", f"/people/{root.id}/disable"))[0] == 400
        assert (await root.ask("POST", f"/people/{LOCAL}/disable"))[0] == 404


async def test_a_link_s_address_is_not_taken_from_another_site_s_page(server: StudyinServer) -> None:
    async with person(server, "root", Role.ADMIN) as root:
        for referer in ("https://evil.example/account", "", f"{server.url}/elsewhere"):
            headers = {"Origin": server.url, "Referer": referer}
            _, page, _ = await root.ask("POST", "/people/invite", data={}, headers=headers)
            assert f'href="{server.url}/invitation?token=' in page


async def test_without_accounts_there_is_nothing_to_sign_in_to(tmp_path: Path) -> None:
    async with StudyinServer(tmp_path) as server, stranger(server) as visitor:
        for path in ("/sign-in", "/invitation", "/account"):
            assert (await visitor.ask("GET", path))[0] == 404
        _, page, _ = await visitor.ask("GET", "/")
        assert "sidebar-account" not in page


PROXIED = {"auth": "proxy", "coach": "notes", "trusted_proxies": LOOPBACK}


async def _who(visitor: Person, headers: Any) -> str | None:
    """The account the server takes the request for, None where it lets nobody in; by page and by socket."""
    status, _, _ = await visitor.ask("GET", "/api/sessions", headers=headers)
    socket = await visitor.chat().connect(headers=headers)
    message = await socket.socket.receive(timeout=10)
    await socket.socket.close()
    if message.type is aiohttp.WSMsgType.CLOSE:
        assert (status, message.data, message.extra) == (401, 1008, "Sign in required.")
        return None
    assert status == 200
    return str(message.json()["user_id"])


async def test_a_trusted_proxy_says_who_it_is_and_an_account_is_made_at_the_first_visit(tmp_path: Path) -> None:
    async with StudyinServer(tmp_path, **PROXIED) as server, stranger(server) as visitor:
        ann = await _who(visitor, {"Remote-User": "ann@example.org"})
        assert ann is not None
        assert ann == await _who(visitor, {"Remote-User": "ANN@example.org"})
        bob = await _who(visitor, {"Remote-User": "bob"})
        assert bob not in (None, ann)
        assert await _who(visitor, {}) is None
        assert await _who(visitor, {"Remote-User": " "}) is None
        assert await _who(visitor, {"Remote-User": "ann@example.org, bob"}) is None
        assert await _who(visitor, CIMultiDict([("Remote-User", "bob"), ("Remote-User", "ann@example.org")])) is None
        assert await _who(visitor, {"X-Forwarded-User": "bob"}) is None
        assert sorted(account.name for account in await server.app[ACCOUNTS].list()) == ["ann@example.org", "bob"]
        await server.app[ACCOUNTS].disable(str(bob))
        assert await _who(visitor, {"Remote-User": "bob"}) is None
        assert (await visitor.ask("GET", "/sign-in"))[0] == 404
        assert (await visitor.ask("GET", "/"))[0] == 401


async def test_a_proxied_account_s_socket_closes_when_it_is_disabled(tmp_path: Path) -> None:
    async with StudyinServer(tmp_path, **PROXIED) as server, stranger(server) as visitor:
        bob, ann = [await visitor.chat().connect(headers={"Remote-User": name}) for name in ("bob", "ann")]
        ids = [(await chat.until("info"))[0]["user_id"] for chat in (bob, ann)]
        await server.app[ACCOUNTS].disable(ids[0])
        await _is_told_to_go(bob)
        await ann.send("ping")
        await ann.until("pong")


async def test_nobody_but_a_trusted_proxy_says_who_it_is(tmp_path: Path) -> None:
    elsewhere = PROXIED | {"trusted_proxies": (ip_network("10.0.0.0/8"),)}
    async with StudyinServer(tmp_path, **elsewhere) as server, stranger(server) as visitor:
        assert await _who(visitor, {"Remote-User": "ann", "X-Forwarded-For": "10.0.0.1"}) is None
        assert await server.app[ACCOUNTS].list() == []


async def test_the_header_is_a_setting(tmp_path: Path) -> None:
    settings = PROXIED | {"user_header": "Tailscale-User-Login"}
    async with StudyinServer(tmp_path, **settings) as server, stranger(server) as visitor:
        assert await _who(visitor, {"Tailscale-User-Login": "ann"})
        assert await _who(visitor, {"Remote-User": "ann"}) is None
