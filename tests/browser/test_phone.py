"""What a phone's gestures do to the page; and what a printer makes of it."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.browser.chat_page import ChatPage
from tests.browser.server import Studyin

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}


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
