"""A page begins with the end of a long session; what was said earlier is there for who wants it, however they look."""

from __future__ import annotations

import asyncio
import random
import re

import pypdfium2
import pytest
from playwright.async_api import Page, expect

from tests.browser.chat_page import ChatPage
from tests.browser.seat import AT_REST
from tests.browser.server import ROOT, Studyin
from tests.browser.test_offline import AWAY, has_worker, until

pytestmark = [pytest.mark.browser, pytest.mark.thorough, pytest.mark.asyncio(loop_scope="session")]

NOTES = "".join(path.read_text() for path in sorted((ROOT / "studyin/library/samples").glob("*.md")))
# Other words in each reply: the same ones again would take no room.
WORDS = random.Random(200).choices(re.findall(r"[a-z]{3,}", NOTES), k=9_000)
# The messages that a page and each piece have at most are 200: as many questions.
AT_HAND = 100
TURNS = 130


def long_session(server: Studyin) -> str:
    return f"{server.url}session/{server.keep_session(1, turns=TURNS, words=90, said=WORDS)}"


def message(number: int) -> str:
    """The id of a message, as `keep_session` numbers them: questions are even."""
    return f"{1:016x}{number:016x}"


async def begin(chat: ChatPage, address: str) -> int:
    """Open it anew; returns with how many questions it begins."""
    await chat.page.goto("about:blank")
    await chat.page.goto(address, wait_until="networkidle")
    await chat.is_ready()
    await expect(chat.replies.last).to_be_in_viewport()
    begun = await chat.questions.count()
    assert 5 < begun < 50
    return begun


async def has_at_hand(chat: ChatPage) -> None:
    """There is as much as a page had when it had all at once."""
    await expect(chat.questions.nth(AT_HAND)).to_be_attached()


async def test_what_was_said_earlier_comes_when_somebody_turns_back_or_looks_for_it(server: Studyin, page: Page):
    chat = ChatPage(page)
    address = long_session(server)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/messages" in request.url else None)
    scroller = page.locator(".scroller")

    # ---- who reads the end waits for no more than that
    begun = await begin(chat, address)
    assert not asked

    # ---- on the way up it comes in steps, and the line that one reads stays where it is
    top = page.locator(".question", has_text=f"Question {TURNS - begun}?")
    at = "question.getBoundingClientRect().top"
    before = await top.evaluate(f"(question) => {{ question.scrollIntoView({{ block: 'center' }}); return {at} }}")
    await expect(page.locator(".question", has_text=f"Question {TURNS - begun - 1}?")).to_be_attached()
    await scroller.evaluate(AT_REST)
    assert abs(await top.evaluate(f"(question) => {at}") - before) < 2
    assert 0 < len(asked) < 4
    assert await chat.questions.count() < AT_HAND
    await scroller.evaluate("(element) => element.scrollTo(0, 0)")
    # Another piece may be asked for as the last one comes.
    async with asyncio.timeout(20):
        while await chat.questions.count() != begun + 10 * len(asked):
            await scroller.evaluate(AT_REST)

    # ---- what did not come is asked for again, while the reader goes on
    await begin(chat, address)
    await page.route("**/messages?*", lambda route: route.abort())
    page.context.watch.allow("ERR_FAILED")
    async with page.expect_event("requestfailed"):
        await top.evaluate("(question) => question.scrollIntoView()")
    await page.unroute("**/messages?*")
    async with asyncio.timeout(20):
        while await chat.questions.count() == begun:
            await scroller.evaluate("(element) => element.scrollBy(0, 9)")
            await scroller.evaluate(AT_REST)
            await scroller.evaluate("(element) => element.scrollBy(0, -9)")
            await scroller.evaluate(AT_REST)

    # ---- before somebody can have typed what they look for, it is there, and they stay where they were
    for key in ("Control+f", "Control+a"):
        await begin(chat, address)
        await page.locator("body").evaluate("() => document.activeElement.blur()")
        await page.keyboard.press(key)
        await has_at_hand(chat)
        await expect(chat.replies.last).to_be_in_viewport()
    assert f"Question {TURNS - AT_HAND}?" in await page.evaluate("String(getSelection())")
    await begin(chat, address)
    await page.evaluate("window.dispatchEvent(new Event('blur'))")  # as a browser's menu makes it
    await has_at_hand(chat)

    # ---- Home is the beginning of what came at once, though there be more above it
    begun = await begin(chat, address)
    await scroller.focus()
    await page.keyboard.press("Home")
    await has_at_hand(chat)
    await expect(page.locator(".question", has_text=f"Question {TURNS - begun - AT_HAND}?")).to_be_in_viewport()

    # ---- on paper there is all of it
    await begin(chat, address)
    paper = pypdfium2.PdfDocument(await page.pdf())
    printed = "".join(sheet.get_textpage().get_text_bounded() for sheet in paper)
    assert [number for number in range(TURNS) if f"Question {number}?" not in printed] == []
    await expect(chat.questions).to_have_count(TURNS)


async def test_a_link_to_what_was_said_earlier_arrives_with_script_and_without(
    server: Studyin, page: Page, open_context
):
    chat = ChatPage(page)
    address = long_session(server)
    # A page of 200 messages would have had it.
    kept = message(2 * (TURNS - 90) + 1)
    place = f"#message-{kept}"
    await begin(chat, address)
    save = """([session, message_id]) => fetch(`../api/sessions/${session}/insights`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ message_id, content: "Worth keeping" }),
    }).then((answer) => answer.status)"""
    assert await page.evaluate(save, [address.rpartition("/")[2], kept]) == 201

    await begin(chat, address)
    await page.locator(".insights-link").click()
    await page.get_by_role("link", name="Where it was said").click()
    await expect(page.locator(place)).to_be_in_viewport()
    await expect(page).to_have_url(address + place)

    # ---- from another page; and then on another branch of it, and back
    await page.goto("about:blank")
    await page.goto(address + f"#message-{message(10)}")
    await chat.is_ready()
    question = page.locator(f"#message-{message(10)}")
    await expect(question).to_be_in_viewport()
    await question.hover()
    await question.get_by_role("button", name="Edit the question").click()
    await chat.ask("Something else?")
    await expect(chat.questions.last.locator(".branch-count")).to_have_text("2/2")
    await chat.ended()
    await chat.questions.last.get_by_role("link", name="Previous version").click()
    await expect(chat.questions.last).to_contain_text(f"Question {TURNS - 1}?")

    # ---- where nothing runs
    plain = ChatPage(await (await open_context(java_script_enabled=False)).new_page())
    await plain.page.goto(address)
    begun = await plain.questions.count()
    await expect(plain.questions.first).to_contain_text(f"Question {TURNS - begun}?")
    await plain.page.get_by_role("link", name="Earlier messages").click()
    await expect(plain.questions.last).to_contain_text(f"Question {TURNS - begun - 1}?")
    await plain.page.goto(address)
    await plain.page.locator(".insights summary").click()
    await plain.page.get_by_role("link", name="Where it was said").click()
    await expect(plain.page.locator(place)).to_be_in_viewport()


async def test_a_copy_has_more_than_its_page_began_with(start, open_context):
    server = start()
    address = long_session(server)
    context = await open_context(service_workers="allow")
    context.watch.allow(AWAY)
    page = await context.new_page()
    chat = ChatPage(page)
    kept = """async (count) => {
      const html = (await (await caches.match(location.pathname))?.text()) ?? "";
      return html.split('<article class="message question" id="message-0').length - 1 === count;
    }"""
    await begin(chat, address)
    await has_worker(page)
    await until(page, kept, AT_HAND)
    # From now on pages come through the worker, which keeps first what the student has.
    begun = await begin(chat, address)
    await until(page, kept, AT_HAND)
    await expect(chat.questions).to_have_count(begun)
    server.kill()
    await page.reload()
    await expect(chat.status).to_have_text("Offline")
    await expect(chat.questions).to_have_count(AT_HAND)
