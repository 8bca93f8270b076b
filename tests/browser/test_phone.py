"""What a phone's gestures do to the page; and what a printer makes of it."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.browser.chat_page import ChatPage
from tests.browser.server import Studyin

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}


async def test_the_drawer_goes_with_the_finger_and_closes_by_a_swipe(shared: Studyin, open_context):
    context = await open_context(**PHONE)
    chat = ChatPage(await context.new_page())
    await chat.open(shared.url)
    sidebar = chat.page.locator(".sidebar")
    touch = await context.new_cdp_session(chat.page)

    async def swipe(start: tuple[int, int], end: tuple[int, int]) -> None:
        for kind, place in (("touchStart", start), ("touchMove", end), ("touchEnd", None)):
            points = [{"x": place[0], "y": place[1]}] if place else []
            await touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    # what begins at the edge is the system's way back
    await swipe((3, 400), (220, 405))
    await expect(sidebar).not_to_have_attribute("data-open", "")
    await chat.page.locator(".menu-button").tap()
    await expect(sidebar).to_be_in_viewport(ratio=1)  # on its way in, a touch would meet what is behind it
    await swipe((200, 400), (150, 200))
    await expect(sidebar).to_have_attribute("data-open", "")
    # it goes along with the finger, and back when that has not gone far
    await touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": 250, "y": 400}]})
    await touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": 215, "y": 402}]})
    await expect(sidebar).to_have_css("transform", "matrix(1, 0, 0, 1, -35, 0)")
    await touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    await expect(sidebar).to_have_css("transform", "none")
    await expect(sidebar).to_have_attribute("data-open", "")
    await swipe((250, 400), (120, 410))
    await expect(sidebar).not_to_have_attribute("data-open", "")
    await expect(chat.page.locator(".menu-button")).to_be_focused()


async def test_paper_gets_the_whole_conversation_and_nothing_else(server: Studyin, page: Page):
    session = server.keep_session(3, turns=40)
    chat = ChatPage(page)
    await chat.open(f"{server.url}session/{session}")
    await page.emulate_media(media="print")
    for hidden in (".sidebar", ".dock", ".status", ".message-actions", ".question-edit"):
        await expect(page.locator(hidden).first).to_be_hidden()
    assert await page.evaluate("document.documentElement.scrollHeight") > 4_000
    assert (
        await page.locator(".reply").first.evaluate("(reply) => getComputedStyle(reply).contentVisibility") == "visible"
    )
    paper = await page.pdf()
    assert paper.count(b"/Type /Page\n") > 4
