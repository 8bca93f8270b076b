"""Studyin's older browser clients: a React page on Vite's dev server that knows the base protocol alone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.async_api import BrowserContext, Page, expect

from tests.browser import vite_client
from tests.browser.chat_page import NOTES
from tests.scripted_provider import Pause, ScriptedProvider, Stream
from tests.web.studyin_server import free_port

pytestmark = [
    pytest.mark.browser,
    pytest.mark.thorough,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.skipif(bool(vite_client.missing()) and not os.environ.get("CI"), reason=vite_client.missing()),
]

# Of the socket that strict mode opens and closes at once, and of the attempts while the server is away.
FAILED = r"WebSocket connection to .* failed"
REFUSED = r"blocked by CORS policy|net::ERR_FAILED"

# What the page's own script would do, with the browser's cookies.
ASK = """async ([url, body]) => {
  const post = {method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify(body)};
  const response = await fetch(url, {credentials: "include", ...(body && post)});
  return [response.status, await response.json()];
}"""
IS_READ = """async (url) => {
  const response = await fetch(url, {credentials: "include"});
  return (await response.json()).materials.every((material) => material.status === "ready");
}"""


@dataclass(frozen=True)
class OlderClient:
    """origin: of its page; port: where its VITE_WS_URL says that Studyin is."""

    origin: str
    port: int


@pytest.fixture(scope="module")
def older(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Iterator[OlderClient]:
    assert not vite_client.missing(), vite_client.missing()
    packages = vite_client.install(pytestconfig.cache.mkdir("vite"))
    port = free_port()
    socket_url = f"ws://localhost:{port}/api/chat/ws"
    folder = tmp_path_factory.mktemp("older client") / "page"
    with vite_client.serving(folder, packages, free_port(), socket_url) as origin:
        yield OlderClient(origin, port)


@pytest.fixture
def status(page: Page):
    return page.get_by_role("status")


@pytest.fixture
def reply(page: Page):
    return page.locator("li[data-role=assistant]").last


async def _ask(page: Page, question: str) -> None:
    await page.get_by_label("Question").fill(question)
    await page.get_by_role("button", name="Send").click()


async def test_its_origin_is_refused_until_it_is_listed_and_the_reason_names_the_setting(
    older: OlderClient, start, page: Page, status, context: BrowserContext
):
    context.watch.allow(FAILED, REFUSED)
    server = start("--port", str(older.port))
    sockets: list[str] = []
    page.on("websocket", lambda socket: sockets.append(socket.url))
    await page.clock.install()
    await page.goto(older.origin)
    reason = (
        f"1008 Pages from {older.origin} may not connect to localhost:{older.port}: list it in STUDYIN_CORS_ORIGINS."
    )
    await expect(status).to_have_text(f"refused {reason}")
    tried = len(sockets)
    await page.clock.run_for(60_000)
    assert len(sockets) == tried
    assert (
        await page.evaluate("(url) => fetch(url).catch((error) => error.name)", server.url + "api/sessions")
        == "TypeError"
    )


async def test_once_listed_it_chats_from_notes_and_comes_back_after_a_restart(
    older: OlderClient, start, provider: ScriptedProvider, page: Page, status, reply, context: BrowserContext
):
    context.watch.allow(FAILED)
    model = {"OPENAI_BASE_URL": provider.url, "OPENAI_API_KEY": "sk-test"}
    server = start("--port", str(older.port), coach="openai", STUDYIN_CORS_ORIGINS=older.origin, **model)
    await page.goto(older.origin)
    await expect(status).to_have_text("connected")

    api = server.url + "api/"
    code, material = await page.evaluate(ASK, [api + "materials", {"filename": "cells.md", "text": NOTES}])
    assert (code, material["filename"]) == (202, "cells.md")
    await page.wait_for_function(IS_READ, arg=api + "materials")

    pause = Pause()
    provider.script(Stream("The mito", pause, "chondrion makes it. What is it folded into?"))
    await _ask(page, "Which organelle makes most of the cell's ATP?")
    await expect(reply).to_have_text("The mito")
    await expect(reply).to_have_attribute("data-state", "streaming")
    await expect(page.get_by_label("Sources")).to_contain_text("cells.md, part 1: ")
    await expect(page.get_by_label("Sources")).to_contain_text("makes most of the cell's ATP")
    pause.go.set()
    await expect(reply).to_have_attribute("data-state", "complete")
    await expect(reply).to_have_text("The mitochondrion makes it. What is it folded into?")

    provider.script(Stream("So far", Pause(), "never"), Stream("Into cristae, is it not?"))
    await _ask(page, "And what is it folded into?")
    await expect(reply).to_have_text("So far")
    server.stop()
    await expect(status).to_have_text("reconnecting")
    server.start()
    await expect(status).to_have_text("connected")
    await _ask(page, "Once more: folded into what?")
    await expect(reply).to_have_text("Into cristae, is it not?")
    await expect(reply).to_have_attribute("data-state", "complete")

    # It says no session, so that each of its connections is one; the page can ask for them all.
    code, listed = await page.evaluate(ASK, [api + "sessions", None])
    titles = [session["title"] for session in listed["sessions"]]
    assert (code, len(titles)) == (200, 2), titles
    assert "folded into what" in titles[0]
