"""When the line is bad: the page finds out, says which hop fails, and mends itself where it can."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import BrowserContext, Page, WebSocketRoute, expect

from tests.browser.chat_page import ChatPage
from tests.browser.hearing import Hearing
from tests.browser.proxy import Proxy
from tests.browser.server import Studyin
from tests.scripted_provider import HANG, ScriptedProvider, Stream

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

FAILED = r"WebSocket connection to .* failed|ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE"


@pytest.fixture
def chat(page: Page) -> ChatPage:
    return ChatPage(page)


@pytest.fixture
def notice(page: Page):
    return page.locator(".diagnosis")


@pytest.mark.thorough
async def test_the_console_tells_the_connection_s_story(start, chat: ChatPage, context: BrowserContext):
    server = start()
    context.watch.allow(FAILED)
    await chat.open(server.url)
    server.stop()
    await expect(chat.status).to_have_text("Reconnecting…")
    server.start()
    await expect(chat.status).to_have_text("Connected")
    socket = f"ws://localhost:{server.port}/api/chat/ws"
    lines = [line for line in context.watch.lines if line.startswith("[WS]")]
    assert lines[:2] == [
        f"[WS] Creating new WebSocket connection {{wsUrl: {socket}, nextStatus: connecting}}",
        "[WS] onopen fired {reconnecting: false}",
    ]
    assert lines[2].startswith("[WS] onclose fired {code: 1012, reason: The server restarts., wasClean: ")
    assert f"[WS] Creating new WebSocket connection {{wsUrl: {socket}, nextStatus: reconnecting}}" in lines
    assert lines[-1] == "[WS] onopen fired {reconnecting: true}"


async def test_a_proxy_that_drops_the_upgrade_is_named_with_the_lines_to_add(
    server: Studyin, chat: ChatPage, notice, context: BrowserContext
):
    context.watch.allow(FAILED)
    async with Proxy(server.port, strip_upgrade=True) as proxy:
        await chat.page.goto(proxy.url)
        await expect(chat.status).to_have_text("Connection issue")
        await expect(notice).to_contain_text("A proxy blocks the live connection")
        await notice.get_by_text("nginx").click()
        await expect(notice).to_contain_text("proxy_set_header Upgrade $http_upgrade;")
        await notice.get_by_text("Caddy").click()
        await expect(notice).to_contain_text("reverse_proxy")


async def test_a_refused_origin_is_named_with_the_setting_that_allows_it(
    start, server: Studyin, chat: ChatPage, notice
):
    page_elsewhere = start(STUDYIN_WS_URL=f"ws://localhost:{server.port}/api/chat/ws")
    await chat.page.goto(page_elsewhere.url)
    await expect(chat.status).to_have_text("Connection issue")
    await expect(notice).to_contain_text(f"localhost:{page_elsewhere.port}")
    await expect(notice).to_contain_text("STUDYIN_CORS_ORIGINS")


async def test_a_refused_host_is_named_with_the_setting_that_allows_it(shared: Studyin, chat: ChatPage, notice):
    reason = "This server doesn't go by the name study.example: add it to STUDYIN_ALLOWED_HOSTS."

    async def refuse(socket: WebSocketRoute) -> None:
        await socket.close(code=1008, reason=reason)

    await chat.page.route_web_socket(re.compile("/api/chat/ws"), refuse)
    await chat.page.goto(shared.url)
    await expect(notice).to_contain_text("does not know this host name")
    await expect(notice).to_contain_text(reason)
    await expect(chat.status).to_have_text("Connection issue")


async def test_a_listed_origin_may_connect_to_a_socket_elsewhere(start, server: Studyin, chat: ChatPage):
    page = start()
    there = start(STUDYIN_CORS_ORIGINS=page.url.rstrip("/"))
    page.stop()
    page.environ["STUDYIN_WS_URL"] = f"ws://localhost:{there.port}/api/chat/ws"
    page.start()
    await chat.open(page.url)
    await expect(chat.toasts).to_contain_text("Connected to the AI coach.")


async def test_a_full_server_is_named_and_taken_when_there_is_room(start, open_context, chat: ChatPage, notice):
    server = start("--max-sockets", "1")
    first = ChatPage(await (await open_context()).new_page())
    await first.open(server.url)
    await chat.page.clock.install()
    await chat.page.clock.pause_at(datetime.now(UTC) + timedelta(seconds=10))  # it does not try again by itself
    await chat.page.goto(server.url)
    await expect(notice).to_contain_text("The server is full")
    await expect(notice).to_contain_text("STUDYIN_MAX_SOCKETS")
    await expect(chat.status).to_have_text("Connection issue")
    await notice.get_by_role("button", name="Try again now").focus()
    await first.page.close()
    await chat.page.keyboard.press("Enter")
    await chat.page.clock.resume()  # the server may not know yet that the first one is gone
    await chat.is_ready()
    await expect(notice).to_be_hidden()
    await expect(chat.question).to_be_focused()


@pytest.mark.thorough
async def test_a_server_that_stays_away_is_said_to_be_down(start, chat: ChatPage, notice, context: BrowserContext):
    server = start()
    context.watch.allow(FAILED)
    await chat.page.clock.install()
    await chat.open(server.url)
    await chat.page.clock.pause_at(datetime.now(UTC) + timedelta(seconds=10))  # no time but what is run here
    hearing = await Hearing.of(chat.page)
    await hearing.listen()
    server.kill()
    await expect(chat.status).to_have_text("Reconnecting…")
    await expect(notice).to_be_hidden()
    async with asyncio.timeout(60):
        while not await notice.is_visible():
            await chat.page.clock.run_for(1_000)
    await expect(notice).to_contain_text("Studyin isn't answering")
    await chat.question.fill("still here")
    server.start()
    before = len(context.watch.lines)
    async with asyncio.timeout(60):
        while not any("Creating new WebSocket" in line for line in context.watch.lines[before:]):
            await chat.page.clock.run_for(500)
    await chat.is_ready()
    await expect(notice).to_be_hidden()
    await expect(chat.question).to_have_value("still here")
    # Who can't see the pill is told of the drop, of its reason, and of its end.
    heard = [words for words in await hearing.heard() if not words.startswith("focus on")]
    assert heard[0] == "Reconnecting…"
    assert [sum(words in each for each in heard) for words in ("Reconnecting", "restored")] == [1, 1]
    assert any("isn't answering" in each for each in heard)
    await expect(chat.page.locator("#announcer")).to_be_empty()


async def test_a_dead_line_is_found_by_a_ping_and_replaced(server: Studyin, chat: ChatPage, context: BrowserContext):
    context.watch.allow(FAILED)
    async with Proxy(server.port) as proxy:
        await chat.page.clock.install()
        async with chat.page.expect_websocket() as opened:
            await chat.open(proxy.url)
        socket = await opened.value
        await chat.page.clock.pause_at(datetime.now(UTC) + timedelta(seconds=10))  # no time but what is run here
        # All that the server said has come when it answers a ping: none of it is taken for an answer later.
        async with socket.expect_event("framereceived", lambda frame: '"pong"' in str(frame)):
            await chat.page.evaluate("window.dispatchEvent(new Event('online'))")
        proxy.freeze()
        await chat.page.evaluate("window.dispatchEvent(new Event('online'))")
        await chat.page.clock.run_for(2_900)
        await expect(chat.status).to_have_text("Connected")
        await chat.page.clock.run_for(200)
        await expect(chat.status).to_have_text("Reconnecting…")
        assert "[WS] onclose fired {code: 4000, reason: no answer to a ping, wasClean: false}" in context.watch.lines
        proxy.thaw()
        await chat.page.clock.run_for(1_000)
        await chat.is_ready()


@pytest.mark.thorough
async def test_a_page_that_comes_back_connects_at_once(start, chat: ChatPage, context: BrowserContext):
    server = start()
    context.watch.allow(FAILED)
    await chat.page.clock.install()
    await chat.open(server.url)
    server.stop()
    await expect(chat.status).to_have_text("Reconnecting…")
    await chat.page.clock.pause_at(datetime.now(UTC) + timedelta(hours=1))  # no timer will bring it back
    server.start()
    await expect(chat.status).to_have_text("Reconnecting…")
    await chat.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    await chat.is_ready()


async def test_everything_works_below_a_prefix(server: Studyin, chat: ChatPage):
    async with Proxy(server.port, prefix="apps/study/") as proxy:
        await chat.open(proxy.url)
        await chat.add_notes()
        await chat.ask("Which organelle makes most of the cell's ATP?")
        await chat.ended()
        await expect(chat.page).to_have_url(re.compile("/apps/study/session/"))
        await chat.page.reload()
        await chat.is_ready()
        await chat.says("ATP")
        await chat.page.get_by_role("link", name="New session").click()
        await expect(chat.page).to_have_url(proxy.url)


async def test_a_session_deleted_meanwhile_gives_its_unsent_question_back(server: Studyin, chat: ChatPage, context):
    context.watch.allow(FAILED)
    async with Proxy(server.port) as proxy:
        await chat.open(proxy.url)
        await chat.ask("Short-lived")
        await chat.ended()
        proxy.close()
        await expect(chat.status).to_have_text("Reconnecting…")
        await chat.ask("Anyone there?")
        server.forget()
        await proxy.open()
        await chat.page.evaluate("window.dispatchEvent(new Event('online'))")
        await expect(chat.page).to_have_url(proxy.url)
        await expect(chat.question).to_have_value("Anyone there?")


@pytest.mark.thorough
async def test_a_wish_to_stop_is_kept_until_it_can_be_told(
    model_server: Studyin, provider: ScriptedProvider, chat: ChatPage, context: BrowserContext
):
    context.watch.allow(FAILED)
    provider.script(Stream("On and on", HANG))
    async with Proxy(model_server.port) as proxy:
        await chat.open(proxy.url)
        await chat.ask("Speak.")
        await chat.says("On and on")
        proxy.close()
        await expect(chat.status).to_have_text("Reconnecting…")
        await chat.stop.click()
        await proxy.open()
        await chat.page.evaluate("window.dispatchEvent(new Event('online'))")
        await chat.ended("stopped")


@pytest.mark.parametrize("code", [1008, 4001, 4401])
async def test_a_page_that_is_signed_out_says_so_and_stays(shared: Studyin, chat: ChatPage, notice, code: int):
    connections = 0

    async def sign_out(socket: WebSocketRoute) -> None:
        nonlocal connections
        connections += 1
        await socket.close(code=code, reason="not signed in")

    await chat.page.route_web_socket(re.compile("/api/chat/ws"), sign_out)
    await chat.page.clock.install()
    await chat.page.goto(shared.url)
    await expect(chat.status).to_have_text("Sign in required")
    await expect(notice).to_contain_text("What you typed is kept")
    await chat.page.evaluate("window.dispatchEvent(new Event('online'))")
    await chat.page.clock.run_for(60_000)
    assert connections == 1


@pytest.mark.thorough
async def test_a_reply_cut_off_in_any_place_arrives_whole(model_server: Studyin, provider, chat: ChatPage, context):
    context.watch.allow(FAILED)
    words = [*(f"w{number}\U0001f9ec " for number in range(120)), "?"]
    provider.script(Stream(*words, pace=120))
    async with Proxy(model_server.port) as proxy:
        await chat.open(proxy.url)
        await chat.ask("Say them all.")
        for number in (10, 45, 80):
            await chat.says(f"w{number}\U0001f9ec")
            proxy.cut()
            await chat.page.evaluate("window.dispatchEvent(new Event('online'))")
        await chat.ended()
        await expect(chat.answer()).to_have_text("".join(words).strip())
