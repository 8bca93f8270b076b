"""The page by keyboard alone: commands in the question, everything by name, and where the focus is."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.chat_page import ChatPage
from tests.browser.server import Studyin

pytestmark = [pytest.mark.browser, pytest.mark.thorough, pytest.mark.asyncio(loop_scope="session")]


@pytest.fixture
def chat(page: Page) -> ChatPage:
    return ChatPage(page)


async def test_a_slash_offers_what_can_be_asked_for_in_a_word(server: Studyin, chat: ChatPage, page: Page):
    await chat.open(server.url)
    await chat.add_notes()
    menu = page.get_by_role("listbox", name="Commands")
    chosen = menu.locator("[aria-selected=true]")
    await chat.question.press_sequentially("/")
    await expect(menu.get_by_role("option")).to_have_count(8)
    await expect(chosen).to_contain_text("/quiz")
    await chat.question.press("ArrowUp")
    await expect(chosen).to_contain_text("/cards")
    await expect(chat.question).to_have_attribute("aria-activedescendant", "command-cards")
    await chat.question.press("ArrowDown")
    await chat.question.press("Escape")
    await expect(menu).to_be_hidden()
    await expect(chat.question).to_have_value("/")
    await chat.question.press_sequentially("s")
    await expect(chosen).to_contain_text("/summarise")
    await chat.question.press("Enter")
    await expect(chat.question).to_have_value("Summarise ")
    await expect(chat.question).to_be_focused()
    await chat.question.press_sequentially("mitochondria")
    await expect(menu).to_be_hidden()
    await chat.question.press("Enter")
    await chat.ended()
    # One that needs nothing more is asked at once; anything else after a slash is a question like others.
    await chat.question.press_sequentially("/hi")
    await menu.get_by_text("/hint").click()
    await expect(chat.questions.locator(".question-text").last).to_have_text("Give me a hint.")
    await expect(chat.replies).to_have_count(2)
    await chat.ended()
    await chat.ask("/etc is what?")
    await expect(chat.questions.locator(".question-text").last).to_have_text("/etc is what?")
    await expect(chat.replies).to_have_count(3)
    await chat.ended()
    await chat.ask("/cards")
    await expect(page).to_have_url(f"{server.url}cards")


async def test_sessions_and_actions_are_found_by_name(server: Studyin, chat: ChatPage, page: Page):
    session = server.keep_session(7)
    server.keep_session(8)
    await chat.open(server.url)
    palette = page.locator(".palette")
    await chat.question.press("Control+k")
    field = palette.get_by_role("combobox")
    await expect(field).to_be_focused()
    await expect(palette.get_by_role("option", name=re.compile(r"^Session \d"))).to_have_count(2)
    await page.keyboard.press("Escape")
    await expect(palette).to_have_count(0)
    await expect(chat.question).to_be_focused()

    await page.keyboard.press("Control+k")
    await field.fill("how to be")
    await page.keyboard.press("Enter")
    await expect(page.locator("#controls")).to_be_visible()
    await page.keyboard.press("Escape")

    await page.keyboard.press("Control+k")
    await field.fill("nothing like this")
    await expect(palette.get_by_role("status")).to_have_text("Nothing has that name.")
    await field.fill("session 7")
    await expect(palette.get_by_role("option")).to_have_text(re.compile("Session 7"))
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(f"{server.url}session/{session}")


async def test_keys_are_listed_and_a_slash_leads_to_the_question(shared: Studyin, chat: ChatPage, page: Page):
    await chat.open(shared.url)
    await chat.question.press("?")
    await expect(chat.question).to_have_value("?")
    link = page.get_by_role("link", name="New session")
    await link.focus()
    await page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="Keys")
    await expect(sheet).to_be_visible()
    await page.keyboard.press("Control+k")
    await expect(page.locator(".palette")).to_have_count(0)
    await page.keyboard.press("Escape")
    await expect(sheet).to_have_count(0)
    await expect(link).to_be_focused()
    await page.keyboard.press("/")
    await expect(chat.question).to_be_focused()
    await expect(chat.question).to_have_value("?")


async def test_the_keyboard_s_place_is_never_lost(server: Studyin, chat: ChatPage, page: Page):
    sessions = [server.keep_session(number) for number in (1, 2, 3)]
    await chat.open(server.url)
    await chat.add_notes()

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
    await chat.replies.get_by_role("button", name="Answer again").focus()
    await page.keyboard.press("Enter")
    await expect(chat.replies.locator(".branch-count").locator("visible=true")).to_have_text("2/2")
    await expect(page.locator(".scroller")).to_be_focused()

    # what is said again is said once, and stays until it is read
    await page.evaluate("() => { window.fetch = () => Promise.reject(new TypeError('gone')) }")
    for _ in range(2):
        await choose(1, "Pin")
        await expect(chat.toasts.get_by_role("alert")).to_have_count(1)
    await chat.toasts.get_by_role("alert").get_by_role("button", name="Dismiss").focus()
    await page.keyboard.press("Enter")
    await expect(chat.toasts.get_by_role("alert")).to_have_count(0)
    await expect(page.locator("body")).not_to_be_focused()
