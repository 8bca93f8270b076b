"""Where a question is written, at each seat: it grows, keeps, offers, sends, stops and takes back what one writes."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Locator, expect

from tests.browser.chat_page import NOTES
from tests.browser.seat import Seat, everywhere
from tests.browser.server import Studyin
from tests.scripted_provider import HANG, ScriptedProvider, Stream

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

# Chromium has no keyboard to show here: a visual viewport as iOS tells it.
VIEWPORT = """Object.defineProperty(window, "visualViewport", {
  value: Object.assign(new EventTarget(), { height: innerHeight, scale: 1 }),
})"""
KEYBOARD = """(height) => {
  visualViewport.height = height;
  visualViewport.dispatchEvent(new Event("resize"));
  return document.querySelector(".dock").getBoundingClientRect().bottom;
}"""
PASTE_FILE = """(field) => {
  const clipboardData = new DataTransfer();
  clipboardData.items.add(new File(["# Pasted\\n\\nA file that was copied elsewhere."], "pasted.md"));
  field.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
}"""


async def height(place: Locator) -> float:
    box = await place.bounding_box()
    assert box is not None
    return box["height"]


@everywhere
async def test_a_question_is_written_kept_sent_stopped_and_taken_up_again(
    model_server: Studyin, provider: ScriptedProvider, seat: Seat
):
    page, chat = seat.page, seat.chat
    composer, send = page.locator(".composer"), page.get_by_role("button", name="Send")
    provider.script(Stream("On and on", HANG), Stream("Yes?"))
    other = f"{model_server.url}session/{model_server.keep_session(7)}"
    await chat.open(model_server.url)

    # ---- it grows with what is written, and then scrolls by itself, its buttons in reach
    await seat.sees(composer, chat.question)
    await expect(send).to_be_disabled()
    await expect(chat.question).to_have_css("font-size", "16px")  # iOS zooms in on smaller letters
    await expect(chat.question).to_have_attribute("enterkeyhint", "send")
    low = await height(chat.question)
    for word in ("one", "two"):
        await chat.question.press_sequentially(word)
        await chat.question.press("Shift+Enter")
    await expect(chat.question).to_have_value("one\ntwo\n")
    line = (await height(chat.question) - low) / 2
    assert 20 < line < 32
    await chat.question.fill("x\n" * 60)
    assert low + 5 * line < await height(chat.question) <= 0.4 * page.viewport_size["height"]
    assert await chat.question.evaluate("(e) => e.scrollHeight > e.clientHeight")
    await seat.sees(send, other_way=True)
    await seat.sees(page.locator(".composer-add"), page.locator(".controls-button"))
    assert await height(seat.scroller) > 100
    await seat.nothing_is_wider()
    # An input method ends a word with Enter, each browser in its way. White space alone is no question.
    await chat.question.fill("nihon")
    for key in ({"key": "Enter", "isComposing": True}, {"key": "Enter", "keyCode": 229}):
        await chat.question.dispatch_event("keydown", key)
    await expect(chat.question).to_have_value("nihon")
    await chat.question.fill(" \n ")
    await expect(send).to_be_disabled()
    await chat.question.press("Enter")
    await expect(chat.questions).to_have_count(0)

    # ---- what is written stays with its session
    await chat.question.fill("half a thought")
    await chat.open(other)
    await expect(chat.question).to_have_value("")
    await chat.question.fill("of another one")
    await seat.open_sidebar()
    await seat.press(page.get_by_role("link", name="New session"))
    await chat.is_ready()
    await expect(chat.question).to_have_value("half a thought")
    await chat.open(other)
    await expect(chat.question).to_have_value("of another one")
    await page.goto(model_server.url)
    await chat.is_ready()

    # ---- Stop stands in place of Send, and what was sent is kept here no longer
    await seat.sees(send, other_way=True)
    place = await send.bounding_box()
    await (chat.question.press("Enter") if not seat.is_phone else seat.press(send))
    await chat.says("On and on")
    await expect(send).to_be_hidden()
    await seat.sees(chat.stop, other_way=True)
    assert await chat.stop.bounding_box() == place
    await expect(chat.questions.locator(".question-text")).to_have_text("half a thought")
    await expect(chat.question).to_have_value("")
    await seat.press(chat.stop)
    await chat.ended("stopped")
    await expect(chat.stop).to_be_hidden()
    await expect(send).to_be_visible()
    await page.reload()
    await chat.is_ready()
    await expect(chat.question).to_have_value("")

    # ---- up takes the last question, Escape gives back what was being written
    await chat.question.press("ArrowUp")
    await expect(chat.question).to_have_value("half a thought")
    editing = page.locator(".composer-editing")
    await seat.sees(editing)
    await chat.question.press("Escape")
    await expect(editing).to_be_hidden()
    await expect(chat.question).to_have_value("")
    await chat.question.fill("being written")
    await chat.question.press("ArrowUp")  # a line up, where there is something
    await expect(chat.question).to_have_value("being written")
    await seat.press(chat.questions.get_by_role("button", name="Edit the question"))
    await expect(chat.question).to_have_value("half a thought")
    await seat.press(editing.get_by_role("button", name="Cancel editing"))
    await expect(chat.question).to_have_value("being written")
    await chat.question.fill("")

    # ---- a slash offers commands, which are found by what they begin with
    menu = page.get_by_role("listbox", name="Commands")
    chosen = menu.locator("[aria-selected=true]")
    await chat.question.press_sequentially("/")
    await expect(menu.get_by_role("option")).to_have_count(8)
    await seat.sees(menu, chosen)
    await chat.question.press("ArrowUp")
    await expect(chosen).to_contain_text("/cards")
    await expect(chat.question).to_have_attribute("aria-activedescendant", "command-cards")
    await seat.sees(chosen)
    await chat.question.press("ArrowDown")
    await expect(chosen).to_contain_text("/quiz")
    await chat.question.press("Escape")
    await expect(menu).to_be_hidden()
    await expect(chat.question).to_have_value("/")
    await chat.question.press_sequentially("su")
    await expect(chosen).to_contain_text("/summarise")
    await chat.question.press("Enter")
    await expect(chat.question).to_have_value("Summarise ")
    await expect(chat.question).to_be_focused()
    await chat.question.press_sequentially("cells")
    await expect(menu).to_be_hidden()
    # One that needs nothing more is asked at once; anything else after a slash is a question like others.
    await chat.question.fill("")
    await chat.question.press_sequentially("/hi")
    await seat.press(menu.get_by_role("option", name="/hint"))
    await expect(chat.questions.last.locator(".question-text")).to_have_text("Give me a hint.")
    await expect(chat.replies).to_have_count(2)
    await chat.ended()
    await chat.ask("/etc is what?")
    await expect(chat.questions.last.locator(".question-text")).to_have_text("/etc is what?")
    await expect(chat.replies).to_have_count(3)
    await chat.ended()
    await chat.ask("/cards")
    await expect(page).to_have_url(f"{model_server.url}cards")


@everywhere
async def test_notes_come_in_by_every_way_and_the_composer_stays_above_a_keyboard(server: Studyin, sit):
    seat: Seat = await sit(permissions=["clipboard-read", "clipboard-write"])
    page, chat = seat.page, seat.chat
    if seat.is_phone:
        await seat.context.add_init_script(VIEWPORT)
    await chat.open(server.url)
    await chat.messages_stay()

    # ---- a long text that is pasted may be notes, a file is; a short text is neither
    long = NOTES * 6
    offer = page.locator(".offer")
    await chat.question.fill("What is this? ")
    for text in ("short", long):
        await page.evaluate("(text) => navigator.clipboard.writeText(text)", text)
        await chat.question.press("Control+V")
        await expect(offer).to_have_count(1 if text == long else 0)
    await seat.sees(offer, offer.get_by_role("button", name="Make it notes"))
    answers = "(buttons) => new Set(buttons.map((each) => each.getBoundingClientRect().top)).size"
    assert await offer.locator("button").evaluate_all(answers) == 1  # side by side
    await seat.press(offer.get_by_role("button", name="Make it notes"))
    await expect(offer).to_have_count(0)
    await expect(chat.question).to_have_value("What is this? short")
    await chat.has_read("Mitochondria.md")
    await chat.question.evaluate(PASTE_FILE)
    await chat.has_read("pasted.md")
    await expect(chat.question).to_have_value("What is this? short")

    # ---- files are dropped anywhere, which the page says while they are over it; or chosen
    veil = page.locator(".drop-veil")
    files = await page.evaluate_handle(
        "() => { const files = new DataTransfer(); files.items.add(new File(['# A'], 'a.md')); return files; }"
    )
    for event in ("dragenter", "dragover"):
        await page.dispatch_event(".topbar", event, {"dataTransfer": files})
    await expect(veil).to_be_visible()
    assert (await veil.evaluate("(e) => getComputedStyle(e).pointerEvents")) == "none"
    await seat.sees(veil.locator("p"), through=True)
    # Nothing of the page shows through its words.
    await expect(veil.locator("p")).to_have_css("background-color", re.compile(r"^rgb\("))
    await page.dispatch_event(".topbar", "dragleave", {"dataTransfer": files})
    await expect(veil).to_be_hidden()
    await chat.drop({"on top.md": "# Top\n\nDropped on the title."}, on=".topbar-title")
    await chat.drop({"on the text.md": "# Text\n\nDropped on the text."}, on=".scroller")
    await expect(veil).to_be_hidden()
    await chat.has_read("on top.md", "on the text.md")
    async with page.expect_file_chooser() as chooser:
        await seat.choose(page.locator(".composer-add"), "Choose files")
    await (await chooser.value).set_files(
        {"name": "chosen.md", "mimeType": "text/markdown", "buffer": b"# Chosen\n\nIn a window of the system's."}
    )
    await chat.has_read("chosen.md")
    await seat.sees(chat.tray.locator(".upload").last)
    await seat.choose(page.locator(".composer-add"), "Paste text")
    dialog = page.locator(".paste")
    await seat.sees(dialog, dialog.get_by_label("Text", exact=True))
    await expect(dialog.get_by_label("Text", exact=True)).to_be_focused()
    await dialog.get_by_label("Text", exact=True).fill("# By hand\n\nTyped into a field.")
    await seat.press(page.get_by_role("button", name="Add to my notes"))
    await chat.has_read("By hand.md")
    await expect(chat.tray.get_by_text("Ready")).to_have_count(6)
    await seat.nothing_is_wider()
    await seat.sees(page.locator(".composer"))
    names = ["By hand.md", "chosen.md", "on the text.md", "on top.md", "pasted.md", "Mitochondria.md"]
    await expect(page.locator(".material-name")).to_have_text(names)

    if seat.is_phone:
        # ---- a keyboard that lies over the page lifts the composer; a browser's bar is none
        for visible, bottom in ((844, 844), (508, 508), (780, 844), (420, 420)):
            assert await page.evaluate(KEYBOARD, visible) == bottom
        # What is written, and what is offered for it, is above the keyboard as well.
        for written in ("What is this?", "x\n" * 60, "/"):
            await chat.question.fill(written)
            for part in (chat.question, page.get_by_role("button", name="Send"), page.locator(".controls-button")):
                box = await part.bounding_box()
                assert box["y"] + box["height"] <= 420, (written, box)
        await expect(page.get_by_role("listbox", name="Commands")).to_be_visible()
        assert await page.evaluate(KEYBOARD, 844) == 844
