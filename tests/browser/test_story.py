"""A student's story with Studyin, from the first start on, in a real browser against a real server."""

from __future__ import annotations

import asyncio
import re

import pytest
from playwright.async_api import BrowserContext, Page, expect

from tests.browser.chat_page import NOTES, ChatPage
from tests.browser.server import Studyin
from tests.scripted_provider import Pause, Refuse, ScriptedProvider, Stream

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

RESTARTED = r"WebSocket connection to .* failed|ERR_CONNECTION_REFUSED"


@pytest.fixture
def chat(page: Page) -> ChatPage:
    return ChatPage(page)


async def until_saved(server: Studyin, text: str) -> None:
    """Wait for the checkpoint that brings a running reply to the disk, about once a second."""
    async with asyncio.timeout(10):
        while not any(text in content for content in server.saved_replies()):
            await asyncio.sleep(0.05)


async def test_from_the_first_start_to_a_cited_answer(server: Studyin, chat: ChatPage, page: Page):
    await page.emulate_media(reduced_motion="no-preference")
    await chat.open(server.url)
    await expect(chat.toasts).to_contain_text("Connected to the AI coach.")
    await expect(page.get_by_role("heading", name="What are we studying?")).to_be_visible()
    await expect(page.get_by_role("button", name="Choose files")).to_be_visible()
    await chat.messages_stay()

    await chat.drop({"cell biology.md": NOTES, "empty.md": ""})
    await expect(chat.tray).to_contain_text("This file is empty.")
    await expect(chat.tray).to_contain_text("Ready")
    await expect(chat.materials).to_have_text([re.compile("cell biology.md")])
    await expect(page.locator(".starter").first).to_contain_text("cell biology")

    await chat.ask("Which organelle makes most of the cell's ATP?")
    await chat.ended()
    await chat.says("most of the cell's ATP")
    await expect(page).to_have_url(re.compile(r"/session/\w+"))
    await expect(chat.welcome).to_be_hidden()
    await expect(chat.sessions.locator("[aria-current=page]")).to_be_visible()
    await expect(page.locator("#announcer")).to_contain_text("The answer is complete.")

    source = chat.replies.locator(".source").first
    await expect(source).to_contain_text("cell biology.md")
    await chat.answer().locator(".citation").first.click()
    passage = page.locator(".passage")
    await expect(passage).to_be_visible()
    await expect(passage.locator(".passage-marked mark").first).to_contain_text("ATP")
    await page.keyboard.press("Escape")
    await expect(passage).to_be_hidden()

    await page.reload()
    await chat.is_ready()
    await chat.says("most of the cell's ATP")
    assert await chat.replies.count() == 1


@pytest.mark.thorough
async def test_sample_notes_are_one_click_away(server: Studyin, chat: ChatPage, page: Page):
    await chat.open(server.url)
    await chat.messages_stay()
    await page.locator(".sample").first.click()
    await expect(chat.tray).to_contain_text("Ready")
    await expect(page.locator(".starter")).to_have_count(3)
    await page.locator(".starter").first.click()
    await chat.ended()


async def test_an_answer_goes_on_where_it_was_when_the_page_is_reloaded(
    model_server: Studyin, provider: ScriptedProvider, chat: ChatPage, page: Page
):
    pause = Pause()
    provider.script(Stream("First, ", "the \U0001f9ec and\n\nthe ", pause, "second ", "half?"))
    await chat.open(model_server.url)
    await chat.ask("Tell me both halves.")
    await pause.reached.wait()
    await chat.says("the \U0001f9ec and")
    await page.reload()
    await chat.is_ready()
    await chat.ended("streaming")
    await chat.says("the \U0001f9ec and")
    await expect(chat.stop).to_be_visible()
    pause.go.set()
    await chat.ended()
    await expect(chat.answer()).to_have_text(re.compile("^First, the \U0001f9ec and\\s*the second half\\?$"))
    await expect(chat.stop).to_be_hidden()
    assert await chat.questions.count() == 1


async def test_a_server_that_dies_mid_answer_costs_no_word_that_was_shown(
    start_with_model, provider: ScriptedProvider, chat: ChatPage, page: Page, context: BrowserContext
):
    model_server = start_with_model()
    context.watch.allow(RESTARTED)
    provider.script(Stream("Half an answer", pause := Pause()), Stream("A whole answer?"))
    await chat.open(model_server.url)
    await chat.ask("What is it?")
    await pause.reached.wait()
    await chat.says("Half an answer")
    await until_saved(model_server, "Half an answer")
    model_server.kill()
    await expect(chat.status).to_have_text("Reconnecting…")
    await chat.ask("And then?")
    await expect(chat.questions.last).to_contain_text("Will be sent when the connection is back.")

    model_server.start()
    await chat.is_ready()
    await expect(chat.toasts).to_contain_text("Connection to the AI coach restored.")
    await chat.ended("interrupted", 0)
    await chat.says("Half an answer", 0)
    await chat.ended("complete", 1)
    await chat.says("A whole answer?", 1)
    assert await chat.questions.count() == 2


async def test_an_interrupted_answer_can_be_asked_for_again(
    start_with_model, provider: ScriptedProvider, chat: ChatPage, context: BrowserContext
):
    model_server = start_with_model()
    context.watch.allow(RESTARTED)
    provider.script(Stream("Half", pause := Pause()), Stream("All of it?"))
    await chat.open(model_server.url)
    await chat.ask("What is it?")
    await pause.reached.wait()
    await chat.says("Half")
    model_server.stop()
    await expect(chat.status).to_have_text("Reconnecting…")
    model_server.start()
    await chat.ended("interrupted")
    await expect(chat.replies.locator(".ending-interrupted")).to_be_visible()
    await chat.replies.get_by_role("button", name="Try again").click()
    await chat.ended("complete")
    await expect(chat.answer()).to_have_text("All of it?")
    assert await chat.replies.count() == 1
    assert await chat.questions.count() == 1


async def test_a_question_asked_offline_is_sent_once_when_the_network_is_back(
    start, chat: ChatPage, page: Page, context: BrowserContext
):
    server = start()
    context.watch.allow(RESTARTED, "ERR_INTERNET_DISCONNECTED")
    await chat.open(server.url)
    await chat.add_notes()
    server.stop()  # a browser that is offline keeps the sockets it has to its own machine
    await context.set_offline(True)
    await expect(chat.status).to_have_text("Offline")
    await chat.ask("What are cristae?")
    await expect(chat.questions).to_have_count(1)
    server.start()
    await context.set_offline(False)
    await chat.is_ready()
    await chat.ended()
    assert await chat.questions.count() == 1
    assert await page.evaluate("Object.keys(localStorage).filter((key) => key.includes('outbox')).length") == 0


@pytest.mark.thorough
async def test_an_unsent_question_and_typed_text_survive_a_reload(
    server: Studyin, chat: ChatPage, page: Page, context: BrowserContext
):
    context.watch.allow(RESTARTED)
    await chat.open(server.url)
    await chat.add_notes()
    await chat.ask("What are cristae?")
    await chat.ended()
    await expect(page).to_have_url(re.compile("/session/"))
    await page.evaluate("WebSocket.prototype.send = () => {}")  # the question never gets out
    await chat.ask("And thylakoids?")
    await chat.question.fill("half a thou")
    await page.reload()
    await chat.is_ready()
    await expect(chat.question).to_have_value("half a thou")
    await chat.ended("complete", 1)
    await expect(chat.questions).to_have_text([re.compile("cristae"), re.compile("thylakoids")])
    await page.reload()
    await expect(chat.questions).to_have_count(2)


async def test_two_tabs_show_the_same(model_server: Studyin, provider: ScriptedProvider, chat: ChatPage, context):
    provider.script(Stream("One ", pause := Pause(), "and two?"), Stream("Three?"))
    await chat.open(model_server.url)
    await chat.ask("Count.")
    await pause.reached.wait()
    await expect(chat.page).to_have_url(re.compile("/session/"))
    other = ChatPage(await context.new_page())
    await other.open(chat.page.url)
    await other.says("One")
    pause.go.set()
    for tab in (chat, other):
        await tab.ended()
        await expect(tab.answer()).to_have_text("One and two?")
    await other.ask("Go on.")
    for tab in (chat, other):
        await tab.ended("complete", 1)
        await expect(tab.answer()).to_have_text("Three?")
        await expect(tab.questions).to_have_count(2)
        await expect(tab.sessions).to_have_count(1)


async def test_stop_keeps_what_was_said_and_answer_again_begins_anew(
    model_server: Studyin, provider: ScriptedProvider, chat: ChatPage, page: Page
):
    provider.script(Stream("Too much", pause := Pause()), Stream("Better?"))
    await chat.open(model_server.url)
    await chat.ask("Explain.")
    await pause.reached.wait()
    await chat.says("Too much")
    await chat.stop.click()
    await chat.ended("stopped")
    await chat.says("Too much")
    await expect(chat.replies.locator(".ending-stopped")).to_be_visible()
    await expect(chat.stop).to_be_hidden()
    await chat.replies.get_by_role("button", name="Answer again").click()
    await chat.ended("complete")
    await expect(chat.answer()).to_have_text("Better?")
    await page.reload()
    await chat.is_ready()
    await expect(chat.answer()).to_have_text("Better?")
    assert await chat.replies.count() == 1


async def test_a_question_asked_meanwhile_waits_for_the_answer_before_it(
    model_server: Studyin, provider: ScriptedProvider, chat: ChatPage
):
    provider.script(Stream("First?", pause := Pause()), Stream("Second?"))
    await chat.open(model_server.url)
    await chat.ask("One?")
    await pause.reached.wait()
    await chat.ask("Two?")
    await chat.ask("Three?")
    await expect(chat.questions.nth(1)).to_contain_text("Will be asked after this answer.")
    await chat.questions.nth(2).get_by_role("button", name="Take back").click()
    await expect(chat.questions).to_have_count(2)
    await expect(chat.question).to_have_value("Three?")
    pause.go.set()
    await chat.ended("complete", 1)
    await expect(chat.replies.locator(".prose")).to_have_text(["First?", "Second?"])


async def test_a_model_server_that_fails_is_explained_and_can_be_tried_again(
    model_server: Studyin, provider: ScriptedProvider, chat: ChatPage
):
    provider.script(Refuse(401), Stream("Here am I?"))
    await chat.open(model_server.url)
    await chat.add_notes()
    await chat.ask("Which organelle makes most of the cell's ATP?")
    await chat.ended("failed")
    await expect(chat.replies.locator(".ending-failed")).to_contain_text("OPENAI_API_KEY")
    await expect(chat.replies.locator(".source")).not_to_have_count(0)
    await expect(chat.replies.get_by_text("From your notes")).to_be_hidden()
    await chat.replies.get_by_role("button", name="Try again").click()
    await chat.ended()
    await expect(chat.answer()).to_have_text(re.compile(r"^Here am I\?"))
    await expect(chat.replies.get_by_text("From your notes")).to_be_visible()
