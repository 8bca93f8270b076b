"""Without the server: nothing is shown to another account, and an older copy makes way.

Here and in test_feel_offline.py the service worker runs; in other tests it would stand between page and server.
"""

from __future__ import annotations

import asyncio
import re
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Page, expect

from tests.browser.chat_page import ChatPage
from tests.browser.proxy import Proxy
from tests.browser.server import Studyin
from tests.browser.test_accounts import PASSWORD, sign_in, user

pytestmark = [pytest.mark.browser, pytest.mark.thorough, pytest.mark.asyncio(loop_scope="session")]

AWAY = r"WebSocket connection to .* failed|ERR_CONNECTION_REFUSED|ERR_FAILED|Failed to fetch|status of 50\d"
COPIES = """async () => {
  const copies = [];
  for (const name of await caches.keys()) {
    if (!name.includes(" pages ")) continue;
    for (const { url } of await (await caches.open(name)).keys()) copies.push(new URL(url).pathname);
  }
  return copies.sort();
}"""


async def until(page: Page, function: str, argument: object = None) -> None:
    """Wait until the function, which may take its time, says yes."""
    async with asyncio.timeout(60):
        while not await page.evaluate(function, argument):
            await asyncio.sleep(0.05)


async def has_copies(page: Page, *paths: str) -> None:
    """Wait until the browser has copies of these pages, and of no other."""
    same = f"async (paths) => JSON.stringify(await ({COPIES})()) === JSON.stringify(paths)"
    await until(page, same, sorted(paths))


async def has_worker(page: Page) -> None:
    await page.wait_for_function("() => navigator.serviceWorker.controller?.state === 'activated'")


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


LISTEN = "navigator.serviceWorker?.addEventListener('message', ({ data }) => { window.told = data.shell; })"


async def test_a_worker_in_another_language_than_the_page_is_no_newer_version(server: Studyin, open_context):
    """Its script is asked for by the browser, not by a page: in the language that the browser prefers."""
    context = await open_context(locale="de-AT", service_workers="allow")
    page = await context.new_page()
    chat = ChatPage(page)
    await context.add_init_script(LISTEN)
    await chat.open(server.url)
    await expect(page.locator("html")).to_have_attribute("lang", "de")
    await page.wait_for_function("() => window.told")
    assert not (await page.evaluate("window.told")).endswith("-de/")
    await expect(chat.toasts).not_to_contain_text("Version")
