"""Installed and without the server, at each seat: what was read last, what never was, and a new version taking over."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.async_api import expect

from tests.browser.chat_page import ChatPage
from tests.browser.seat import Seat, everywhere
from tests.browser.server import ROOT
from tests.browser.test_offline import AWAY, COPIES, has_copies, has_worker, until

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

RUNS_FOREIGN_CODE = """() => {
  const script = Object.assign(document.createElement("script"), { textContent: "window.ran = true" });
  document.body.append(script);
  return window.ran === true;
}"""
VERSIONS = "async () => (await caches.keys()).filter((name) => name.includes(' shell '))"
IS_ALONE = f"async (before) => {{ const [name, ...more] = await ({VERSIONS})(); return name !== before && !more[0] }}"
# All copies are of pages that the version on the screen has drawn.
ARE_RENEWED = f"""async () => {{
  const shell = new URL(document.querySelector("link[rel=stylesheet]").href).pathname.split("/")[2];
  for (const path of await ({COPIES})()) {{
    if (!(await (await caches.match(path)).text()).includes(shell)) return false;
  }}
  return true;
}}"""
# The colour that an installed page's window has, and that of the page below it.
THEME = """() => {
  const colours = [...document.querySelectorAll("meta[name=theme-color]")];
  const mark = document.createElement("p");
  mark.style.color = colours.find((each) => matchMedia(each.media).matches).content;
  document.body.append(mark);
  const { color } = getComputedStyle(mark);
  mark.remove();
  return [color, getComputedStyle(document.body).backgroundColor];
}"""
# The worker costs a first visit these, and those of its files come from the browser's cache that the page had.
ASKED = ("/", "/offline", "chat.css", "error.css", "main.js", "palette.js", "passage.js", "offline_page.js")
ASKED += ("icon.svg", "worker.js")


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


@everywhere
async def test_what_was_read_last_is_there_without_the_server_and_a_new_version_comes_through(
    start, sit, tmp_path: Path
):
    """Another version is another static folder: the server runs from a copy of the sources, so that it can change."""
    home = tmp_path / "sources"
    for folder in ("studyin", "static", "templates"):
        shutil.copytree(ROOT / folder, home / folder, ignore=shutil.ignore_patterns("__pycache__"))
    server = start("--offline-sessions", "3", PYTHONPATH=str(home))
    sessions = [server.keep_session(number, turns=2) for number in range(1, 6)]
    seat: Seat = await sit(service_workers="allow", locale="en-GB")
    seat.context.watch.allow(AWAY, "Executing inline script violates")
    page, chat = seat.page, seat.chat
    asked: list[str] = []
    seat.context.on("request", lambda request: request.service_worker and asked.append(urlsplit(request.url).path))

    await chat.open(server.url)
    await has_worker(page)
    await has_copies(page, "/")
    assert len(asked) <= len(ASKED), " ".join(asked)
    assert {path for path in asked if not path.endswith(ASKED)} == set()

    # ---- it can be installed, in the colours of the day or the night
    devtools = await seat.devtools()
    found = await devtools.send("Page.getAppManifest")
    assert found["errors"] == []
    assert json.loads(found["data"])["display"] == "standalone"
    errors = (await devtools.send("Page.getInstallabilityErrors"))["installabilityErrors"]
    assert [error for error in errors if not re.match("in-incognito", error["errorId"])] == []
    window, paper = await page.evaluate(THEME)
    assert window == paper

    # ---- what is read is kept, the last of it
    for session in sessions[:4]:
        await chat.open(f"{server.url}session/{session}")
    await has_copies(page, "/", *(f"/session/{session}" for session in sessions[1:4]))

    # ---- the server is gone: what was read is there as it was, says what it is, and takes what one asks
    server.kill()
    async with gone(server.port):
        await page.reload()
        await expect(chat.replies.first).to_contain_text("Reply 0.")
    await page.reload()
    await expect(chat.status).to_have_text("Offline")
    note = chat.tray.locator(".offline-note")
    await expect(note).to_have_text(
        re.compile(r"not running.* copy from \d?\d:\d\d\..*sent when the connection is back")
    )
    await expect(chat.replies.first).to_contain_text("Reply 0.")
    await seat.sees(note, chat.status, chat.answer(0), chat.questions.first.locator(".question-text"))
    await seat.nothing_is_wider()
    # A copy stands in for a page that is opened, for nothing else, and has the policy that the page had.
    assert await page.evaluate("fetch(location.href).then(() => 'answered', () => 'failed')") == "failed"
    assert await page.evaluate(RUNS_FOREIGN_CODE) is False
    await chat.ask("Are you there?")
    waiting = chat.questions.last.locator(".question-state")
    await expect(waiting).to_contain_text("Will be sent when the connection is back.")
    await seat.sees(waiting.locator(".question-words"), chat.questions.last.locator(".question-text"), note)
    # One finds from session to session as ever.
    await seat.open_sidebar()
    await seat.press(chat.sessions.filter(has_text="Session 3").locator(".session-link"))
    await expect(page).to_have_url(f"{server.url}session/{sessions[2]}")
    await expect(chat.replies.first).to_contain_text("Reply 0.")

    # ---- a page that was never opened here has a screen of its own, that leads to those that were
    for never in (sessions[0], sessions[4]):
        await page.goto(f"{server.url}session/{never}")
        heading = page.get_by_role("heading", name="Not here without a connection")
        links = page.locator(".offline-link")
        await expect(links).to_have_text(["Session 4", "Session 3", "Session 2"])
    await seat.sees(heading, page.locator(".error-words"), page.locator(".offline-title"), links.first, links.last)
    await seat.sees(page.locator(".offline-again"), other_way=True)
    assert await page.locator("html").evaluate("(e) => e.scrollWidth - e.clientWidth") <= 0
    async with page.expect_event("load"):
        await seat.press(page.locator(".offline-again"))
    await expect(heading).to_be_visible()
    await seat.press(page.get_by_role("link", name="Session 4"))
    await expect(chat.questions.last).to_contain_text("Are you there?")

    # ---- it comes back as another version, which takes over and says so in every tab
    (before,) = await page.evaluate(VERSIONS)
    with (home / "static/css/base.css").open("a") as sheet:
        sheet.write("\n.newer { color: red; }\n")
    other = ChatPage(await seat.context.new_page())
    await other.page.goto(f"{server.url}session/{sessions[2]}")
    # A copy that is older than a minute would make way, and on a slow machine they are as old as that by now.
    for each in (page, other.page):
        await each.evaluate("document.body.dataset.kept = Date.now()")
    server.start()
    for each in (page, other.page):
        await each.evaluate("window.dispatchEvent(new Event('online'))")
    # What has the focus stays.
    updates = [each.toasts.locator(".toast", has_text="There is a new version of Studyin.") for each in (chat, other)]
    await asyncio.gather(*(update.get_by_role("button", name="Reload").focus() for update in updates))
    await chat.is_ready()
    await expect(note).to_have_count(0)
    await chat.ended("complete", 2)
    await expect(chat.questions.last).to_contain_text("Are you there?")
    await until(page, IS_ALONE, before)
    await seat.message_stands_clear(updates[0])
    await seat.press(updates[0].get_by_role("button", name="Reload"))
    await expect(page.locator("body:not([data-kept])")).to_have_count(1)
    await chat.is_ready()
    await expect(updates[0]).to_have_count(0)

    # ---- what that has drawn is what is there the next time, and what was said meanwhile
    await until(page, ARE_RENEWED)
    server.kill()
    await page.reload()
    await expect(chat.replies).to_have_count(3)
    assert ".newer" in await page.evaluate(
        "fetch(document.querySelector('link[rel=stylesheet]').href).then((answer) => answer.text())"
    )
    await expect(chat.status).to_have_text("Offline")
    await seat.sees(note, chat.answer(2).locator("p").first)
