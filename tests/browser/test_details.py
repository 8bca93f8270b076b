"""What is small and still in the way: words that are cut, rows that break."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Page, expect

from tests.browser import gallery
from tests.browser.chat_page import NOTES, ChatPage
from tests.browser.server import Studyin

pytestmark = [pytest.mark.browser, pytest.mark.thorough, pytest.mark.asyncio(loop_scope="session")]

PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}

# How wide a field's placeholder would be, and how wide it may be.
CUT = """(field) => {
  const context = document.createElement("canvas").getContext("2d");
  const { font, paddingLeft, paddingRight } = getComputedStyle(field);
  context.font = font;
  const room = field.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight);
  return 1.12 * context.measureText(field.placeholder).width > room; // other machines have wider letters
}"""
# How far below a question that waits it says so, and how much further in its button says its word, where it is below.
PLACED = """(state) => {
  const place = (name) => state.parentElement.querySelector(name).getBoundingClientRect();
  const [text, words, button] = [".question-text", ".question-words", ".question-take-back"].map(place);
  const { paddingLeft, borderLeftWidth } = getComputedStyle(state.querySelector(".question-take-back"));
  const word = button.left + parseFloat(paddingLeft) + parseFloat(borderLeftWidth);
  return [words.top - text.bottom, button.top < words.bottom ? 0 : word - words.left];
}"""
ROWS = "(items) => new Set(items.filter((each) => each.offsetWidth).map((each) => each.offsetTop)).size"


@pytest.mark.parametrize("language", ["en", "de"])
async def test_on_a_phone_no_word_is_cut_and_the_ways_on_stand_in_a_row(server: Studyin, open_context, language: str):
    context = await open_context(locale=language, **PHONE)
    page = await context.new_page()
    chat = ChatPage(page)
    gallery.hang(server)
    await chat.open(f"{server.url}session/{gallery.SESSION}")
    description = page.locator("meta[name=description]")
    assert len(await description.get_attribute("content") or "") > 40
    assert not await chat.question.evaluate(CUT)
    brief = await chat.question.get_attribute("placeholder")
    buttons = chat.replies.first.locator(".message-actions > button")
    assert await buttons.evaluate_all(ROWS) == 1
    copy = {"en": "Copy the answer", "de": "Antwort kopieren"}[language]
    again = {"en": "Answer again", "de": "Neu antworten"}[language]
    for name in (copy, again):
        await expect(chat.replies.first.get_by_role("button", name=name)).to_be_visible()
    nothing_said = chat.replies.last
    await expect(nothing_said.locator(".message-again")).to_be_visible()
    for each in (".message-copy", ".message-card", ".message-insight"):
        await expect(nothing_said.locator(each)).to_be_hidden()

    await chat.question.fill("/")
    last = page.locator(".command").last
    await last.scroll_into_view_if_needed()
    edge = await page.locator(".commands").evaluate("(list) => list.getBoundingClientRect().bottom")
    box = await last.bounding_box()
    assert edge - (box["y"] + box["height"]) > 8
    for words in await page.locator(".command-words").all():
        assert await words.evaluate("(each) => each.scrollWidth <= each.clientWidth")
    await page.locator("#command-braindump").tap()
    await expect(chat.question).to_have_value({"en": "Brain dump on ", "de": "Brain-Dump zu "}[language])

    context.watch.allow("ERR_INTERNET_DISCONNECTED", "WebSocket connection to .* failed")
    await context.set_offline(True)
    await page.evaluate("window.dispatchEvent(new Event('offline'))")
    await expect(chat.status).to_have_attribute("data-state", "offline")
    await chat.ask("Will this wait?")
    waiting = chat.questions.last.locator(".question-state")
    await expect(waiting).to_be_visible()
    below, indent = await waiting.evaluate(PLACED)
    assert below >= 3
    assert abs(indent) < 1

    await page.set_viewport_size({"width": 1280, "height": 860})
    await expect(chat.question).not_to_have_attribute("placeholder", brief)
    await chat.question.fill("")
    assert not await chat.question.evaluate(CUT)


async def test_only_who_has_a_pointer_is_told_to_drop_files(server: Studyin, open_context):
    for options, welcome, shelf in (
        ({}, "Drop your notes here", "Nothing yet. Drop a file anywhere on this page."),
        (PHONE, "Add your notes here", "Nothing yet."),
    ):
        page = await (await open_context(**options)).new_page()
        await ChatPage(page).open(server.url)
        await expect(page.locator(".drop-title")).to_have_text(welcome, use_inner_text=True)
        if options:
            await page.locator(".menu-button").tap()
        await expect(page.locator(".materials-empty")).to_have_text(shelf, use_inner_text=True)


async def test_a_hit_of_a_search_is_seen_in_the_sidebar_whole(server: Studyin, page: Page):
    chat = ChatPage(page)
    gallery.hang(server)
    await chat.open(server.url)
    await page.locator(".search-field").fill("mitochondrion")
    hit = page.locator(".session-hit mark").first
    await expect(hit).to_be_visible()
    inside = """(mark) => {
      const [hit, line] = [mark, mark.closest(".session-hit")].map((each) => each.getBoundingClientRect());
      return hit.right <= line.right && hit.bottom <= line.bottom;
    }"""
    assert await hit.evaluate(inside)
    long_words = (*["responsibilities"] * 12, "xylem")
    server.keep_session(7, words=len(long_words), said=long_words)
    await page.locator(".search-field").fill("xylem")
    await expect(hit).to_have_text("xylem")
    assert await hit.evaluate(inside)


async def test_what_a_proposed_card_says_has_no_empty_line(server: Studyin, page: Page):
    """There is room for three, and an ellipsis alone on the third tells nothing."""
    chat = ChatPage(page)
    await chat.open(server.url)
    await chat.add_notes(text=NOTES.replace(" captures light.", " captures light.\n"))
    await chat.ask("What is a chloroplast?")
    await chat.ended()
    await chat.ask("A sort of cell wall.")
    back = page.locator(".proposal-back")
    for _ in range(2):  # as the page draws it, and as the server does
        await expect(back).to_contain_text(re.compile("captures light.*thylakoid membranes", re.DOTALL))
        assert "\n\n" not in (await back.text_content() or "")
        await page.reload()
