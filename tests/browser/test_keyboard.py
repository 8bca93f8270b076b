"""The page by keyboard alone: where the focus is when what had it goes."""

from __future__ import annotations

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.chat_page import ChatPage
from tests.browser.server import Studyin

pytestmark = [pytest.mark.browser, pytest.mark.thorough, pytest.mark.asyncio(loop_scope="session")]

# Closes the panel of passages and goes to a button at once; which class has the focus when that is over?
CLOSE_AND_GO_ON = """async () => {
  const panel = document.querySelector(".passage");
  const over = new Promise((then) => panel.addEventListener("close", then));
  panel.querySelector(".passage-close").click();
  document.querySelector(".reply .message-copy").focus();
  await over;
  return document.activeElement.classList.item(2);
}"""


@pytest.fixture
def chat(page: Page) -> ChatPage:
    return ChatPage(page)


async def test_the_keyboard_s_place_is_never_lost(server: Studyin, chat: ChatPage, page: Page):
    sessions = [server.keep_session(number) for number in (1, 2, 3)]
    await chat.open(server.url)
    await chat.add_notes()
    await chat.messages_stay()

    async def choose(session: int, what: str) -> None:
        await page.locator(".session-more").nth(session).focus()
        await page.keyboard.press("Enter")
        await page.get_by_role("menuitem", name=what).focus()
        await page.keyboard.press("Enter")

    def link(session: str) -> Locator:
        return page.locator(f'[data-session="{session}"] .session-link')

    await choose(0, "Rename")
    await page.keyboard.type("First of all")
    await page.keyboard.press("Enter")
    await expect(link(sessions[2])).to_be_focused()
    await expect(link(sessions[2])).to_contain_text("First of all")
    await choose(1, "Pin")
    await expect(page.locator(".session-day").first).to_have_text("Pinned")
    await expect(chat.sessions.first.locator(".session-more")).to_be_focused()
    await expect(chat.sessions.first).to_contain_text("Session 2")
    await choose(1, "Delete")  # what is beside it comes next
    await expect(link(sessions[0])).to_be_focused()
    await chat.toasts.get_by_role("button", name="Undo").focus()
    await page.keyboard.press("Enter")
    await expect(link(sessions[0])).to_be_focused()
    await expect(chat.sessions).to_have_count(3)
    await page.locator(".material-delete").focus()
    await page.keyboard.press("Enter")
    await expect(page.locator(".shelf-add")).to_be_focused()
    await chat.toasts.get_by_role("button", name="Undo").focus()
    await page.keyboard.press("Enter")

    await chat.question.press("ControlOrMeta+a")
    await chat.ask("Which organelle makes most of the cell's ATP?")
    await chat.ended()
    await chat.answer().locator(".citation").first.focus()
    await page.keyboard.press("Enter")
    await expect(page.locator(".passage")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.locator(".passage")).to_be_hidden()
    await expect(chat.answer().locator(".citation").first).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator(".passage")).to_be_visible()
    assert await page.evaluate(CLOSE_AND_GO_ON) == "message-copy"  # and is not taken from a quick hand
    await chat.replies.get_by_role("button", name="Answer again").focus()
    await page.keyboard.press("Enter")
    await expect(chat.replies.locator(".branch-count").locator("visible=true")).to_have_text("2/2")
    await expect(page.locator(".scroller")).to_be_focused()

    # what is said again is said once, and stays until it is read
    await page.evaluate("() => { window.fetch = () => Promise.reject(new TypeError('gone')) }")
    for _ in range(2):
        await choose(2, "Pin")  # not the one that was answered: news of it may be on their way, and draw it anew
        await expect(chat.toasts.get_by_role("alert")).to_have_count(1)
    await chat.toasts.get_by_role("alert").get_by_role("button", name="Dismiss").focus()
    await page.keyboard.press("Enter")
    await expect(chat.toasts.get_by_role("alert")).to_have_count(0)
    await expect(page.locator("body")).not_to_be_focused()

    # where the keyboard was before may be gone by then: news draw the list anew
    await choose(2, "Pin")
    await chat.toasts.get_by_role("alert").get_by_role("button", name="Dismiss").focus()
    await chat.toasts.locator(".toast:not([role=alert])").evaluate_all("(others) => others.forEach((e) => e.remove())")
    anew = "(list) => list.replaceChildren(...[...list.children].map((each) => each.cloneNode(true)))"
    await page.locator(".session-list").evaluate(anew)
    await page.keyboard.press("Enter")
    await expect(chat.toasts.get_by_role("alert")).to_have_count(0)
    await expect(page.locator(".scroller")).to_be_focused()
