"""The page by keyboard alone: where the focus is when what had it goes."""

from __future__ import annotations

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.chat_page import NOTES, ChatPage
from tests.browser.server import Studyin
from tests.browser.test_cards import practise
from tests.scripted_provider import Pause, ScriptedProvider, Stream

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


async def test_what_was_pressed_may_go_and_the_keyboard_goes_on(server: Studyin, chat: ChatPage, page: Page):
    page.context.watch.allow("ERR_FAILED")
    await chat.open(server.url)
    await page.locator(".sample").first.focus()
    await page.keyboard.press("Enter")
    await expect(page.locator(".starter").first).to_be_visible()
    await expect(chat.question).to_be_focused()
    await page.locator(".starter").first.focus()
    await page.keyboard.press("Enter")
    await expect(chat.welcome).to_be_hidden()
    await expect(chat.question).to_be_focused()
    await chat.ended()

    # ---- an upload that is tried again, and gone when it is through
    await page.route("**/api/materials", lambda route: route.abort())
    await chat.drop({"cells.md": NOTES})
    line = chat.tray.locator(".upload", has_text="cells.md")
    await line.get_by_role("button", name="Try again").focus()
    await page.unroute("**/api/materials")
    await page.keyboard.press("Enter")
    await expect(line.get_by_role("button", name="Dismiss")).to_be_focused()
    await expect(line).to_have_count(0)
    await expect(chat.question).to_be_focused()

    # ---- a menu has a first and a last item
    await page.locator(".session-more").first.focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("menuitem", name="Rename")).to_be_focused()
    for key, name in (("End", "Delete"), ("ArrowDown", "Rename"), ("ArrowUp", "Delete"), ("Home", "Rename")):
        await page.keyboard.press(key)
        await expect(page.get_by_role("menuitem", name=name)).to_be_focused()
    await page.keyboard.press("Escape")


async def test_new_text_is_new_until_one_has_been_at_its_end(
    model_server: Studyin, provider: ScriptedProvider, chat: ChatPage, page: Page
):
    pauses = Pause(), Pause()
    paragraphs = [f"Paragraph {number}.\n\n" for number in range(60)]
    provider.script(Stream(*paragraphs[:40], pauses[0], *paragraphs[40:], pauses[1], "Is that all?"))
    await chat.open(model_server.url)
    await chat.ask("Say much.")
    await pauses[0].reached.wait()
    await chat.says("Paragraph 39.")
    await page.locator(".scroller").focus()
    await page.keyboard.press("Home")
    new_text = page.get_by_role("button", name="New text")
    await expect(new_text).to_be_visible()
    for pause in pauses:
        pause.go.set()
    await chat.ended()  # and no more will come
    await expect(new_text).to_be_visible()
    await new_text.focus()
    await page.keyboard.press("Enter")
    await expect(chat.answer().get_by_text("Is that all?")).to_be_in_viewport()
    await expect(new_text).to_be_hidden()
    await expect(page.locator(".scroller")).to_be_focused()
    await page.keyboard.press("Home")  # all of it is old now
    await expect(chat.questions.first).to_be_in_viewport()
    await expect(new_text).to_be_hidden()


async def test_what_is_beside_a_deleted_card_comes_next(server: Studyin, page: Page):
    await practise(page, server.url)
    more, none_due = page.locator(".card-new"), page.locator(".practice-empty .button")
    deck = page.locator(".deck-card:not([hidden])")
    for left in (2, 1):  # what is beside a card comes next
        await deck.last.locator(".card-delete").focus()
        await page.keyboard.press("Enter")
        await expect(deck).to_have_count(left)
        await expect(deck.last.locator("a, button").first).to_be_focused()
    await deck.locator(".card-delete").focus()
    await page.keyboard.press("Enter")
    await expect(deck).to_have_count(0)
    await expect(more).to_be_focused()
    await page.get_by_role("button", name="Undo").last.focus()
    await page.keyboard.press("Enter")
    await expect(deck).to_have_count(1)
    await expect(more).to_be_focused()
    await page.locator(".slip:visible .card-delete").focus()
    await page.keyboard.press("Enter")
    await expect(none_due).to_be_focused()
