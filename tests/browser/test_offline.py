"""Without the server: what was read last can be read, nothing is shown to another account, a new version comes in.

Here alone the service worker runs; in other tests it would stand between page and server.
"""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Page, expect

from tests.browser.chat_page import ChatPage
from tests.browser.proxy import Proxy
from tests.browser.server import ROOT
from tests.browser.test_accounts import PASSWORD, sign_in, user

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

AWAY = r"WebSocket connection to .* failed|ERR_CONNECTION_REFUSED|ERR_FAILED|Failed to fetch|status of 50\d"
COPIES = """async () => {
  const copies = [];
  for (const name of await caches.keys()) {
    if (!name.includes(" pages ")) continue;
    for (const { url } of await (await caches.open(name)).keys()) copies.push(new URL(url).pathname);
  }
  return copies.sort();
}"""
RUNS_FOREIGN_CODE = """() => {
  const script = Object.assign(document.createElement("script"), { textContent: "window.ran = true" });
  document.body.append(script);
  return window.ran === true;
}"""
VERSIONS = "async () => (await caches.keys()).filter((name) => name.includes(' shell '))"


async def until(page: Page, function: str, argument: object = None) -> None:
    """Wait until the function, which may take its time, says yes."""
    async with asyncio.timeout(10):
        while not await page.evaluate(function, argument):
            await asyncio.sleep(0.05)


async def has_copies(page: Page, *paths: str) -> None:
    """Wait until the browser has copies of these pages, and of no other."""
    same = f"async (paths) => JSON.stringify(await ({COPIES})()) === JSON.stringify(paths)"
    await until(page, same, sorted(paths))


@asynccontextmanager
async def gone(port: int) -> AsyncIterator[None]:
    """In the server's place, what a proxy says when there is none behind it."""

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 11\r\nConnection: close\r\n\r\nBad gateway")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(refuse, "127.0.0.1", port):
        yield


async def has_worker(page: Page) -> None:
    await page.wait_for_function("() => navigator.serviceWorker.controller?.state === 'activated'")


async def test_what_was_read_last_is_there_without_the_server_and_a_new_version_comes_through(
    start, open_context, tmp_path: Path
):
    """Another version is another static folder: the server runs from a copy of the sources, so that it can change."""
    home = tmp_path / "sources"
    for folder in ("studyin", "static", "templates"):
        shutil.copytree(ROOT / folder, home / folder, ignore=shutil.ignore_patterns("__pycache__"))
    server = start("--offline-sessions", "3", PYTHONPATH=str(home))
    sessions = [server.keep_session(number, turns=2) for number in range(1, 6)]
    context = await open_context(service_workers="allow")
    context.watch.allow(AWAY, "Executing inline script violates")
    page = await context.new_page()
    chat = ChatPage(page)
    asked: list[str] = []
    context.on("request", lambda request: request.service_worker and asked.append(urlsplit(request.url).path))
    await chat.open(server.url)
    await has_worker(page)
    await has_copies(page, "/")
    # The worker costs the first visit these, and those of its files come from the browser's cache that the page had.
    names = (
        "/",
        "/offline",
        "chat.css",
        "error.css",
        "main.js",
        "palette.js",
        "passage.js",
        "offline_page.js",
        "icon.svg",
        "worker.js",
    )
    assert len(asked) <= len(names)
    assert {path for path in asked if not path.endswith(names)} == set()
    for session in sessions[:4]:
        await chat.open(f"{server.url}session/{session}")
    await has_copies(page, "/", *(f"/session/{session}" for session in sessions[1:4]))

    # the server is gone
    server.kill()
    async with gone(server.port):
        await page.reload()
        await expect(chat.replies.first).to_contain_text("Reply 0.")
    await page.reload()
    await expect(chat.status).to_have_text("Offline")
    await expect(chat.tray).to_contain_text(re.compile("not running.* copy from .*sent when the connection is back"))
    await expect(chat.replies.first).to_contain_text("Reply 0.")
    # a copy stands in for a page that is opened, for nothing else, and has the policy that the page had
    assert await page.evaluate("fetch(location.href).then(() => 'answered', () => 'failed')") == "failed"
    assert await page.evaluate(RUNS_FOREIGN_CODE) is False
    await chat.ask("Are you there?")
    await expect(chat.questions.last).to_contain_text("Will be sent when the connection is back.")
    await page.goto(f"{server.url}session/{sessions[2]}")
    await expect(chat.replies.first).to_contain_text("Reply 0.")
    for never in (sessions[0], sessions[4]):
        await page.goto(f"{server.url}session/{never}")
        await expect(page.get_by_role("heading", name="Not here without a connection")).to_be_visible()
        await expect(page.locator(".offline-link")).to_have_text(["Session 4", "Session 3", "Session 2"])
    await page.get_by_role("link", name="Session 4").click()
    await expect(chat.questions.last).to_contain_text("Are you there?")

    # it comes back, as another version
    (before,) = await page.evaluate(VERSIONS)
    with (home / "static/css/base.css").open("a") as sheet:
        sheet.write("\n.newer { color: red; }\n")
    other = await context.new_page()
    await other.goto(f"{server.url}session/{sessions[2]}")
    server.start()
    await page.evaluate("window.dispatchEvent(new Event('online'))")
    await chat.is_ready()
    await other.evaluate("window.dispatchEvent(new Event('online'))")
    await expect(chat.tray.locator(".offline-note")).to_have_count(0)
    await chat.ended("complete", 2)
    await expect(chat.questions.last).to_contain_text("Are you there?")
    is_alone = (
        f"async (before) => {{ const [name, ...more] = await ({VERSIONS})(); return name !== before && !more[0] }}"
    )
    await until(page, is_alone, before)
    await expect(other.get_by_text("There is a new version of Studyin.")).to_be_visible()
    await page.reload()
    await chat.is_ready()
    await expect(page.get_by_text("There is a new version of Studyin.")).to_have_count(0)

    # what that has drawn is what is there the next time, and what was said meanwhile
    await until(
        page,
        f"""async () => {{
          const shell = new URL(document.querySelector("link[rel=stylesheet]").href).pathname.split("/")[2];
          for (const path of await ({COPIES})()) {{
            if (!(await (await caches.match(path)).text()).includes(shell)) return false;
          }}
          return true;
        }}""",
    )
    server.kill()
    await page.reload()
    await expect(chat.replies).to_have_count(3)
    assert ".newer" in await page.evaluate(
        "fetch(document.querySelector('link[rel=stylesheet]').href).then((answer) => answer.text())"
    )
    await expect(chat.status).to_have_text("Offline")


@pytest.mark.thorough
async def test_no_copy_outlives_its_login_or_is_shown_to_another_account(start, open_context):
    server = start("--auth", "password")
    for name in ("ann", "bob"):
        user(server, "add", name, "--password-stdin", text=PASSWORD)
    context = await open_context(service_workers="allow")
    context.watch.allow(AWAY)
    page = await context.new_page()
    chat = ChatPage(page)

    async def typed() -> list[str]:
        return await page.evaluate("Object.values(localStorage).filter((value) => value.includes('typed by'))")

    async def come_in(name: str) -> str:
        await sign_in(page, name)
        await chat.is_ready()
        await has_worker(page)
        await chat.ask(f"What does {name} ask?")
        await chat.ended()
        session = urlsplit(page.url).path
        await chat.question.fill(f"typed by {name}")
        await has_copies(page, "/apps/study/", session)
        return page.url

    async with Proxy(server.port, prefix="apps/study/") as proxy:
        await page.goto(proxy.url)
        anns = await come_in("ann")
        # a line on which nothing comes: the copy after a moment, and the page itself when it can be had
        await page.reload()
        await chat.is_ready()
        proxy.freeze()
        await page.reload()
        await expect(page.locator("body")).to_have_attribute("data-kept", re.compile(r"\d+"))
        await expect(chat.question).to_have_value("typed by ann")
        proxy.thaw()
        await page.evaluate("window.dispatchEvent(new Event('online'))")
        await chat.is_ready()

        # signing out takes all along, and is not undone by what was on its way
        await page.goto(f"{proxy.url}account")
        assert await typed() == ['"typed by ann"']
        await page.get_by_role("button", name="Sign out", exact=True).click()
        await expect(page.get_by_text("You are signed out.")).to_be_visible()
        await has_copies(page)
        await page.wait_for_function("() => Object.keys(localStorage).length === 0")
        proxy.close()
        for address in (anns, proxy.url):
            await page.goto(address)
            await expect(page.get_by_role("heading", name="Not here without a connection")).to_be_visible()
            await expect(page.locator(".offline-readable")).to_be_hidden()
        await proxy.open()

        # a login that the server ends: no copy stays, what was typed waits for who typed it
        await page.goto(proxy.url)
        await come_in("bob")
        user(server, "disable", "bob")
        await expect(chat.status).to_have_text("Sign in required")
        await has_copies(page)
        assert await typed() == ['"typed by bob"']
        await page.goto(proxy.url)
        await expect(page).to_have_url(re.compile("sign-in"))

        # and somebody else is not shown it
        await sign_in(page, "ann")
        await chat.is_ready()
        assert await typed() == []
        await page.goto(anns)
        await has_copies(page, "/apps/study/", urlsplit(anns).path)
        proxy.close()
        await page.reload()
        await expect(chat.questions).to_contain_text("What does ann ask?")


AGE = """async () => {
  for (const name of (await caches.keys()).filter((each) => each.includes(" pages "))) {
    const store = await caches.open(name);
    for (const request of await store.keys()) {
      const copy = await store.match(request);
      const headers = new Headers(copy.headers);
      headers.set("Studyin-Kept", String(Number(headers.get("Studyin-Kept")) - 120_000));
      await store.put(request, new Response(await copy.text(), { headers }));
    }
  }
}"""


@pytest.mark.thorough
async def test_an_older_copy_makes_way_once_the_server_answers(start, open_context):
    server = start()
    context = await open_context(service_workers="allow")
    context.watch.allow(AWAY)
    page = await context.new_page()
    chat = ChatPage(page)
    copy = page.locator("body[data-kept]")
    await chat.open(server.url)
    await has_worker(page)
    await has_copies(page, "/")
    for typed in ("", "Half a question"):
        server.stop()
        await page.evaluate(AGE)
        await page.reload()
        await expect(copy).to_have_count(1)
        await chat.question.fill(typed)
        server.start()
        await chat.is_ready()
        if typed:
            await expect(chat.toasts).to_contain_text("This page is a copy.")
            await expect(chat.question).to_have_value(typed)
            await chat.toasts.get_by_role("button", name="Reload").click()
        await expect(copy).to_have_count(0)
        await chat.is_ready()
        await expect(chat.question).to_have_value(typed)
