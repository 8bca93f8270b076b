"""Sessions beside the conversation or in a drawer, at each seat: by day, found, renamed, pinned, deleted, taught."""

from __future__ import annotations

import time

import pytest
from playwright.async_api import expect

from tests.browser.chat_page import ChatPage
from tests.browser.seat import Seat, everywhere
from tests.browser.server import Studyin

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

DAY_MS = 86_400_000
MARKED = "[...CSS.highlights.get('hit')].map((range) => range.toString().toLowerCase())"


@everywhere
async def test_sessions_are_kept_in_order_and_followed_in_other_tabs(server: Studyin, sit):
    seat: Seat = await sit(timezone_id="UTC")
    page, chat = seat.page, seat.chat
    noon = int(time.time() // 86_400 * DAY_MS) + DAY_MS // 2
    ages = {1: 40, 2: 3, 3: 1}
    for number, days in ages.items():
        server.keep_session(number, turns=4, at=noon - days * DAY_MS)
    other = ChatPage(await seat.context.new_page())
    await other.open(server.url)
    await chat.open(server.url)
    await chat.messages_stay()
    await chat.ask("What is osmosis?")
    await chat.ended()
    titles = chat.sessions.locator(".session-title")

    # ---- by day
    await seat.open_sidebar()
    lines = page.locator(".session-list > li")
    await expect(titles).to_have_text(["What is osmosis?", "Session 3", "Session 2", "Session 1"])
    await expect(other.sessions).to_have_count(4)
    await expect(page.locator(".session-day")).to_have_text(["Today", "Yesterday", "This week", "Earlier"])
    await expect(lines).to_have_count(8)
    await seat.sees(*[page.locator(".session-day").nth(n) for n in range(4)], *[titles.nth(n) for n in range(4)])
    await expect(chat.sessions.locator("[aria-current=page]")).to_have_text("What is osmosis?")

    # ---- renamed where it stands, pinned, deleted with a way back
    async def choose(session: int, what: str) -> None:
        await seat.choose(chat.sessions.nth(session).locator(".session-more"), what)

    await seat.point_at(chat.sessions.nth(1), chat.sessions.nth(1).locator(".session-more"))

    await choose(1, "Rename")
    field = page.get_by_label("Name of the session")
    await expect(field).to_be_focused()
    assert await field.evaluate("(e) => e.selectionEnd - e.selectionStart") == len("Session 3")
    await seat.sees(field)
    await page.keyboard.type("not this")
    await page.keyboard.press("Escape")
    await expect(titles.nth(1)).to_have_text("Session 3")
    await choose(1, "Rename")
    await field.fill("Water & salt")
    await page.keyboard.press("Enter")
    await expect(titles.nth(1)).to_have_text("Water & salt")
    await expect(other.sessions.locator(".session-title").nth(1)).to_have_text("Water & salt")
    await choose(2, "Pin")
    order = ["Session 2", "What is osmosis?", "Water & salt", "Session 1"]
    await expect(titles).to_have_text(order)
    await expect(page.locator(".session-day").first).to_have_text("Pinned")
    await expect(other.sessions.locator(".session-title")).to_have_text(order)
    await choose(2, "Delete")
    await expect(chat.sessions).to_have_count(3)
    toast = chat.toasts.locator(".toast", has_text="“Water & salt” was deleted.")
    await seat.message_stands_clear(toast, (".session-list",) if seat.is_phone else (".scroller", ".composer"))
    await seat.press(toast.get_by_role("button", name="Undo"))
    await expect(titles).to_have_text(order)
    await choose(0, "Unpin")
    order = ["What is osmosis?", "Water & salt", "Session 2", "Session 1"]
    await expect(other.sessions.locator(".session-title")).to_have_text(order)
    await choose(3, "Delete")
    await expect(titles).to_have_text(["What is osmosis?", "Water & salt", "Session 2"])
    await page.reload()  # leaving makes it final
    await chat.is_ready()
    await expect(other.sessions.locator(".session-title")).to_have_text(
        ["What is osmosis?", "Water & salt", "Session 2"]
    )

    # ---- found by what is said in them, which the page then shows in its place
    await seat.open_sidebar()
    search = page.get_by_label("Search all sessions")
    await seat.press(page.locator(".search"))
    await expect(search).to_be_focused()
    await page.keyboard.type("question 2")
    await expect(chat.sessions).to_have_count(2)
    hit = chat.sessions.first.locator(".session-hit")
    await expect(hit.locator("mark")).to_have_text(["Question", "2"])
    await seat.sees(hit)
    await seat.sees(hit.locator("mark").first, marked=True)
    await search.fill("nothing of it")
    await expect(page.locator(".session-list")).to_have_text("No session says that.")
    await seat.sees(page.locator(".session-day"))
    await search.fill("question 2")
    await expect(chat.sessions).to_have_count(2)
    await seat.press(chat.sessions.first.locator(".session-link"))
    await chat.is_ready()
    found = page.locator(".question", has_text="Question 2?")
    await expect(found).to_be_in_viewport(ratio=1)
    await page.wait_for_function("() => CSS.highlights.has('hit')")
    assert (await page.evaluate(MARKED))[:2] == ["question", "2"]
    await seat.nothing_is_wider()


@everywhere
async def test_how_a_session_is_taught_is_one_calm_sheet(server: Studyin, seat: Seat):
    page, chat = seat.page, seat.chat
    await chat.open(server.url)
    lectures = {f"A lecture with a long name, number {number}.md": f"# {number}\n\nText." for number in range(9)}
    await chat.drop(lectures)
    await chat.has_read(*lectures)  # as long as they are, the list to choose from is drawn anew
    button, sheet = page.locator(".controls-button"), page.locator("#controls")
    await expect(button).to_have_text("Fast · Student")
    await seat.sees(button)
    await seat.press(button)
    await expect(button).to_have_attribute("aria-expanded", "true")
    await seat.sees(sheet)
    box, composer = await sheet.bounding_box(), await page.locator(".composer").bounding_box()
    if seat.is_phone:
        assert (box["x"], box["width"], box["y"] + box["height"]) == (0, 390, 844)
    else:
        assert box["y"] + box["height"] <= composer["y"] + composer["height"]
        assert box["x"] == composer["x"]
    for name in ("Deep", "Expert", "Concise"):
        await seat.press(sheet.locator(f'label:has(> span:text-is("{name}"))'))
    await seat.sees(*[sheet.locator(f'label:has(> span:text-is("{name}"))') for name in ("Deep", "Expert")])
    await seat.press(sheet.locator(".pick-list .pick:not([hidden])").first)
    await expect(sheet.get_by_label("All notes")).not_to_be_checked()
    if seat.is_phone:
        await seat.press(sheet.get_by_role("button", name="Close"))
    else:
        await page.keyboard.press("Escape")
        await expect(button).to_be_focused()
    await expect(sheet).to_be_hidden()
    await expect(button).to_have_attribute("aria-expanded", "false")
    await expect(button).to_have_text("Deep · Expert · 1 note")
    await page.reload()
    await chat.is_ready()
    await expect(button).to_have_text("Deep · Expert · 1 note")
    await seat.nothing_is_wider()
    if not seat.is_phone:
        return

    # ---- the drawer goes with the finger; what begins at the edge is the system's way back
    menu = page.locator(".menu-button")
    await seat.touch((3, 400), (220, 405), None)
    await expect(seat.sidebar).not_to_have_attribute("data-open", "")
    await seat.open_sidebar()
    await expect(seat.sidebar.locator(":focus")).to_have_count(1)
    await seat.sees(page.get_by_role("link", name="New session"), page.locator(".shelf-add"))
    await seat.touch((200, 400), (150, 200), None)  # scrolls
    await expect(seat.sidebar).to_have_attribute("data-open", "")
    # It goes along with the finger, and back when that has not gone far.
    await seat.touch((250, 400), (215, 402))
    await expect(seat.sidebar).to_have_css("transform", "matrix(1, 0, 0, 1, -35, 0)")
    await (await seat.devtools()).send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    await expect(seat.sidebar).to_have_css("transform", "none")
    await expect(seat.sidebar).to_have_attribute("data-open", "")
    await seat.touch((250, 400), (120, 410), None)
    await expect(seat.sidebar).not_to_have_attribute("data-open", "")
    await expect(menu).to_be_focused()
    # What is beside it closes it as well, and Escape does.
    await seat.open_sidebar()
    await page.touchscreen.tap(380, 300)
    await expect(seat.sidebar).not_to_be_in_viewport()
    await seat.open_sidebar()
    await page.keyboard.press("Escape")
    await expect(menu).to_be_focused()
    await expect(seat.sidebar).not_to_be_in_viewport()
