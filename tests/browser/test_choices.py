"""How and from what a session is taught, as a student chooses it; and what becomes of notes that replies quote."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Page, expect

from tests.browser.chat_page import NOTES, ChatPage
from tests.browser.server import Studyin

pytestmark = [pytest.mark.browser, pytest.mark.thorough, pytest.mark.asyncio(loop_scope="session")]

STARS = "# Stars\n\nA red dwarf is a small and cool star. It burns its hydrogen slowly.\n"
ABOUT_CELLS = "Which organelle makes most of the cell's ATP?"


@pytest.fixture
def chat(page: Page) -> ChatPage:
    return ChatPage(page)


class Choices:
    """The controls' popover."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.popover = page.locator("#controls")
        self.button = page.locator(".controls-button")
        self.picks = page.locator(".pick-list .pick:not([hidden])")

    def box(self, name: str):
        return self.popover.get_by_label(name, exact=True)

    async def open(self) -> None:
        await self.button.click()
        await expect(self.popover).to_be_visible()

    async def close(self) -> None:
        await self.page.keyboard.press("Escape")
        await expect(self.popover).to_be_hidden()


async def test_notes_chosen_for_a_session_are_kept_with_it_and_follow_what_other_tabs_do(
    server: Studyin, chat: ChatPage, page: Page, open_context
):
    choices = Choices(page)
    await chat.open(server.url)
    await chat.drop({"cells.md": NOTES, "stars.md": STARS})
    await chat.has_read("cells.md", "stars.md")
    await choices.open()
    await expect(choices.box("All notes")).to_be_checked()
    await expect(choices.popover.get_by_role("searchbox")).to_be_hidden()
    await choices.box("stars.md").check()
    await expect(choices.box("All notes")).not_to_be_checked()
    await choices.popover.get_by_text("Deep", exact=True).click()
    await choices.close()
    await page.reload()  # the session has not begun: the browser keeps what was chosen for it
    await chat.is_ready()
    await expect(choices.button).to_have_text("Deep · Student · 1 note")
    await chat.ask(ABOUT_CELLS)
    await chat.ended()
    await chat.says("Nothing in the notes chosen for this session answers that.")
    await expect(chat.replies.locator(".byline")).to_have_text("Study coach · from your notes · Deep")

    # Another browser knows it from the session, and changes it there.
    other = ChatPage(await (await open_context()).new_page())
    there = Choices(other.page)
    await other.open(page.url)
    await other.messages_stay()
    await expect(there.button).to_have_text("Deep · Student · 1 note")
    await expect(other.replies.locator(".byline")).to_have_text("Study coach · from your notes · Deep")
    await there.open()
    await expect(there.picks).to_have_text(["stars.md", "cells.md"])  # what is chosen stands first
    await there.box("cells.md").check()
    await there.popover.get_by_text("Fast", exact=True).click()
    await there.close()
    await expect(choices.button).to_have_text("Fast · Student · 2 notes")

    # What comes and goes there comes and goes here, from the choice as well.
    await other.add_notes("later.md", "# Later\n\nWhat was added later.\n")
    await expect(chat.materials.locator(".material-name")).to_have_text(["later.md", "stars.md", "cells.md"])
    stars = other.materials.filter(has_text="stars.md")
    await stars.hover()
    await stars.get_by_role("button", name="Remove from your notes").click()
    await other.toasts.locator(".toast", has_text="Undo").get_by_role("button", name="Dismiss").click()
    await expect(chat.materials.locator(".material-name")).to_have_text(["later.md", "cells.md"])
    await expect(choices.button).to_have_text("Fast · Student · 1 note")
    await chat.ask(ABOUT_CELLS)
    await chat.ended()
    await expect(chat.replies.nth(1).locator(".source-file")).to_have_text(["cells.md"])

    await page.goto(server.url)  # the next session begins as the last one was taught, but from all notes
    await expect(choices.button).to_have_text("Fast · Student")


async def test_removing_notes_says_which_replies_quote_them_and_the_passage_stays_marked(
    server: Studyin, chat: ChatPage, page: Page
):
    await chat.open(server.url)
    await chat.add_notes()
    await chat.messages_stay()
    await chat.ask("How many mitochondria has a liver cell?")
    await chat.ended()
    await chat.answer().locator(".citation").first.click()
    mark = page.locator(".passage mark")
    await expect(mark).to_have_text("A liver cell has between 1,000 and 2,000 mitochondria.")
    await expect(mark).to_be_in_viewport()
    await expect(page.locator(".passage-around").last).to_contain_text("Chloroplasts")
    await page.keyboard.press("Escape")
    await chat.materials.hover()
    await chat.materials.get_by_role("button", name="Remove from your notes").click()
    toast = chat.toasts.locator(".toast", has_text="Undo")
    await expect(toast).to_contain_text("1 reply quotes it. Its quotation stays.")
    async with page.expect_response(lambda response: response.request.method == "DELETE"):
        await toast.get_by_role("button", name="Dismiss").click()
    for source in (chat.answer().locator(".citation").first, chat.replies.locator(".source-open").first):
        await source.click()
        await expect(page.locator(".passage")).to_contain_text("no longer in your notes")
        await expect(mark).to_have_text("A liver cell has between 1,000 and 2,000 mitochondria.")
        await page.keyboard.press("Escape")


async def test_many_notes_are_found_by_name_with_the_keyboard_alone(server: Studyin, chat: ChatPage, page: Page):
    choices = Choices(page)
    await chat.open(server.url)
    lectures = {f"Lecture {number}.md": f"# Lecture {number}\n\nIts text." for number in range(1, 13)}
    await chat.drop(lectures)
    await chat.has_read(*lectures)  # the one that was read last stands first
    await choices.button.focus()
    await page.keyboard.press("Enter")
    await expect(choices.popover.locator(":focus")).to_have_value("studyin_fast")
    await page.keyboard.press("ArrowDown")
    search = choices.popover.get_by_role("searchbox")
    for _ in range(4):  # level, length, all notes, search
        await page.keyboard.press("Tab")
    await expect(search).to_be_focused()
    await page.keyboard.type("lecture 1")
    await expect(choices.picks).to_have_text([re.compile(r"Lecture 1\d?\.md")] * 4)
    await page.keyboard.press("Enter")
    for key in ("Tab", "Space"):
        await page.keyboard.press(key)
    await expect(choices.picks.first.locator("input")).to_be_checked()
    await page.keyboard.press("Escape")
    if await choices.popover.is_visible():  # the first one empties the field
        await page.keyboard.press("Escape")
    await expect(choices.button).to_be_focused()
    await expect(choices.button).to_have_text("Study · Student · 1 note")
