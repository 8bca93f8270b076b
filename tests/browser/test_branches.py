"""A session as a tree: questions asked otherwise, answers given again, and the way between them; and a long one."""

from __future__ import annotations

import pytest
from playwright.async_api import BrowserContext, Page, expect

from tests.browser.chat_page import NOTES, ChatPage
from tests.browser.server import Studyin

pytestmark = [pytest.mark.browser, pytest.mark.thorough, pytest.mark.asyncio(loop_scope="session")]


@pytest.fixture
def chat(page: Page) -> ChatPage:
    return ChatPage(page)


async def test_a_question_is_asked_otherwise_and_both_forms_are_kept(
    server: Studyin, chat: ChatPage, page: Page, context: BrowserContext, open_context
):
    context.watch.allow("ERR_INTERNET_DISCONNECTED", "WebSocket")
    await chat.open(server.url)
    await chat.add_notes(text=NOTES)
    for number, question in enumerate(("What makes ATP?", "What captures light?"), start=1):
        await chat.ask(question)
        await expect(chat.replies).to_have_count(number)
        await chat.ended()
    watching = ChatPage(await context.new_page())
    await watching.open(page.url)

    # Up in an empty field takes the last question; Escape gives back what was being written.
    await chat.question.press("ArrowUp")
    await expect(chat.question).to_have_value("What captures light?")
    await chat.question.press("Escape")
    await expect(chat.question).to_have_value("")
    await chat.questions.last.hover()
    await chat.questions.last.get_by_role("button", name="Edit the question").click()
    await expect(chat.question).to_be_focused()
    await chat.ask("What holds the chlorophyll?")
    await expect(chat.questions.locator(".question-text")).to_have_text(
        ["What makes ATP?", "What holds the chlorophyll?"]
    )
    await chat.ended()
    for each in (chat, watching):
        await expect(each.questions.last.locator(".branch-count")).to_have_text("2/2")
        await expect(each.replies).to_have_count(2)
    await chat.replies.last.get_by_role("button", name="Answer again").click()
    for each in (chat, watching):
        await expect(each.replies.last.locator(".branch-count")).to_have_text("2/2")
    await chat.ended()

    back = chat.questions.last.get_by_role("link", name="Previous version")
    await back.focus()
    await page.keyboard.press("Enter")
    for each in (chat, watching):
        await expect(each.questions.last.locator(".question-text")).to_have_text("What captures light?")
        await expect(each.questions.last.locator(".branch-count")).to_have_text("1/2")
        await expect(each.replies).to_have_count(2)
    await expect(chat.questions.last.get_by_role("link", name="Next version")).to_be_focused()

    # What is chosen is gone on from, and is what a reload and a lost connection come back to.
    await page.reload()
    await chat.is_ready()
    await context.set_offline(True)
    await page.evaluate("window.dispatchEvent(new Event('offline'))")
    await expect(chat.status).to_have_attribute("data-state", "offline")
    await context.set_offline(False)
    await chat.is_ready()
    await expect(chat.questions.last.locator(".question-text")).to_have_text("What captures light?")
    await chat.ask("And what else?")
    await expect(chat.replies).to_have_count(3)
    await chat.ended()

    plain = await (await open_context(java_script_enabled=False)).new_page()
    await plain.goto(page.url)
    await plain.get_by_role("link", name="Next version").click()
    await expect(plain.locator(".transcript .question-text")).to_have_text(
        ["What makes ATP?", "What holds the chlorophyll?"]
    )
    await expect(plain.locator(".transcript .question .branch-count").last).to_have_text("2/2")


async def test_the_first_question_can_be_asked_otherwise_before_the_server_has_it(
    server: Studyin, chat: ChatPage, page: Page, context: BrowserContext
):
    context.watch.allow("ERR_INTERNET_DISCONNECTED", "WebSocket")
    await chat.open(server.url)
    await chat.ask("First?")
    await chat.ended()
    await context.set_offline(True)
    await page.evaluate("window.dispatchEvent(new Event('offline'))")
    await expect(chat.status).to_have_attribute("data-state", "offline")
    await chat.question.press("ArrowUp")
    await chat.ask("First, otherwise?")
    # What is there stays until the other is safe.
    await expect(chat.questions.locator(".question-text")).to_have_text(["First?", "First, otherwise?"])
    await context.set_offline(False)
    await chat.is_ready()
    await expect(chat.questions.locator(".question-text")).to_have_text(["First, otherwise?"])
    await expect(chat.questions.locator(".branch-count")).to_have_text("2/2")
    await chat.ended()


async def test_a_search_leads_to_the_words_in_place_however_old_and_on_whichever_branch(
    server: Studyin, chat: ChatPage, page: Page
):
    session = server.keep_session(1, turns=230)
    await chat.open(f"{server.url}session/{session}")
    await chat.question.press("ArrowUp")
    await chat.ask("Something else entirely?")
    await expect(chat.questions.last.locator(".branch-count")).to_have_text("2/2")
    await chat.ended()
    for words, place in (("reply 7", "Reply 7."), ("question 229", "Question 229?")):
        await page.get_by_label("Search all sessions").fill(words)
        await page.locator(".session-link", has=page.locator("mark")).click()
        await chat.is_ready()
        found = chat.page.locator(".message", has_text=place)
        await expect(found).to_be_in_viewport()
        await page.wait_for_function("() => CSS.highlights.has('hit')")
        marked = await page.evaluate("[...CSS.highlights.get('hit')].map((range) => range.toString().toLowerCase())")
        assert marked[:2] == words.split()
        await expect(page).to_have_url(f"{server.url}session/{session}")
    # What was found on the other branch is what is gone on from.
    await page.reload()
    await chat.is_ready()
    await expect(chat.questions.last.locator(".question-text")).to_have_text("Question 229?")


async def test_older_sessions_come_on_the_way_down(server: Studyin, chat: ChatPage, page: Page):
    for number in range(1, 121):
        server.keep_session(number)
    await chat.open(server.url)
    await expect(chat.sessions).to_have_count(50)
    for shown in (100, 120):
        await page.locator(".session-list").evaluate("(list) => { list.scrollTop = list.scrollHeight }")
        await expect(chat.sessions).to_have_count(shown)
    await page.get_by_label("Search all sessions").fill("question")
    await expect(page.locator(".session-hit")).to_have_count(50)
    await page.locator(".session-list").evaluate("(list) => { list.scrollTop = list.scrollHeight }")
    await expect(page.locator(".session-hit")).to_have_count(100)
