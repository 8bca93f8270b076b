"""The page by keyboard, at each seat: its place is always seen, everything has a name to be found by, errors stay."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest
from playwright.async_api import Route, expect

from tests.browser.look import SETTLED
from tests.browser.seat import Seat, everywhere
from tests.browser.server import Studyin

pytestmark = [pytest.mark.browser, pytest.mark.thorough, pytest.mark.asyncio(loop_scope="session")]

# Where the keyboard is, and how that is seen: by a line around it, or around what it is the field of.
PLACE = """() => {
  const focused = document.activeElement;
  if (focused === document.body) return null;
  const rings = [focused, focused.nextElementSibling, focused.closest("label"), focused.closest(".composer")];
  const isSeen = (each) => {
    if (!each) return false;
    const style = getComputedStyle(each);
    const probe = Object.assign(document.createElement("i"), { hidden: true });
    probe.style.color = "var(--accent)";
    document.body.append(probe);
    const wanted = getComputedStyle(probe).color;
    probe.remove();
    const line = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 && style.outlineColor === wanted;
    return line || (each.matches(".composer, label") && style.borderTopColor === wanted);
  };
  const box = focused.getBoundingClientRect();
  const inWindow = box.top >= -1 && box.left >= -1 && box.bottom <= innerHeight + 1 && box.right <= innerWidth + 1;
  const said = (focused.ariaLabel ?? focused.textContent).trim().slice(0, 30);
  return { name: `${focused.className || focused.localName} “${said}”`, isSeen: rings.some(isSeen), inWindow };
}"""

# From here the keyboard goes to what comes first.
TO_THE_BEGINNING = """() => {
  const beginning = Object.assign(document.createElement("i"), { tabIndex: -1 });
  document.body.prepend(beginning);
  beginning.focus();
  beginning.remove();
}"""

# What leaves by itself does so in a fraction of its time.
NEWS_GOES_SOON = """() => {
  const later = window.setTimeout;
  window.setTimeout = (run, ms, ...given) => {
    const end = () => (run(...given), ms === 7_000 && (window.news = "gone"));
    return later(end, ms === 7_000 || ms === 3_500 ? 100 : ms);
  };
}"""


@everywhere
async def test_the_keyboard_reaches_everything_and_its_place_is_seen(server: Studyin, seat: Seat):
    page, chat = seat.page, seat.chat
    server.keep_session(7)
    await chat.open(server.url)
    await chat.add_notes()
    await chat.ask("Which organelle makes most of the cell's ATP?")
    await chat.ended()
    await chat.dismiss_all()
    await page.evaluate(TO_THE_BEGINNING)

    reached: list[str] = []
    wrong: list[Any] = []
    for _ in range(80):
        await page.keyboard.press("Tab")
        await page.evaluate(SETTLED)
        place = await page.evaluate(PLACE)
        if place is None:
            break
        if not (place["isSeen"] and place["inWindow"]):
            wrong.append(place)
        reached.append(place["name"])
    assert wrong == []
    beside = ["menu-button"] if seat.is_phone else ["new-session", "session-link", "session-more", "shelf-add"]
    inside = ["scroller", "question-edit", "citation", "message-copy", "source-open", "composer-input", "composer-add"]
    for part in beside + inside:
        assert any(part in name for name in reached), (part, reached)
    assert "skip-link" in reached[0]
    if seat.is_phone:  # what is in the closed drawer is out of reach
        assert not any("session-link" in name for name in reached)


@everywhere
async def test_everything_is_found_by_its_name_and_errors_stay_until_they_are_read(server: Studyin, sit):
    seat: Seat = await sit(permissions=["clipboard-read", "clipboard-write"])
    page, chat = seat.page, seat.chat
    session = server.keep_session(7)
    server.keep_session(8)
    await chat.open(server.url)

    # ---- all keys on a sheet
    await chat.question.press("?")
    await expect(chat.question).to_have_value("?")
    await chat.question.fill("")
    start = page.locator(".menu-button" if seat.is_phone else ".new-session")
    await start.focus()
    await page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="Keys")
    await seat.sees(sheet, sheet.get_by_text("Go to a session, or do something"), sheet.locator("kbd").first)
    await page.keyboard.press("Control+k")  # one dialog at a time
    await expect(page.locator(".palette")).to_have_count(0)
    await seat.press(sheet.get_by_role("button", name="Close"))
    await expect(sheet).to_have_count(0)
    await expect(start).to_be_focused()
    await page.keyboard.press("/")
    await expect(chat.question).to_be_focused()
    await expect(chat.question).to_have_value("")

    # ---- sessions and actions by name
    palette = page.locator(".palette")
    field, options = palette.get_by_role("combobox"), palette.get_by_role("option")
    loaded = asyncio.Event()

    async def late(route: Route) -> None:
        await loaded.wait()
        await route.continue_()

    # Its module is on the way: what is typed meanwhile is for it all the same.
    await page.route("**/palette.js", late)
    await page.keyboard.press("Control+k")
    await page.keyboard.type("how to be")
    await page.keyboard.press("Enter")
    await expect(chat.question).to_have_value("")
    loaded.set()
    await seat.sees(page.locator("#controls"))
    await page.keyboard.press("Escape")
    await expect(page.locator("#controls")).to_be_hidden()
    await chat.question.focus()
    await page.keyboard.press("Control+k")
    await expect(field).to_be_focused()
    await expect(palette.get_by_role("option", name=re.compile(r"^Session \d"))).to_have_count(2)
    await seat.sees(palette, field, palette.locator("[aria-selected=true]"), options.last)
    await page.keyboard.press("ArrowUp")
    await expect(palette.locator("[aria-selected=true]")).to_have_text(re.compile(r"^Session \d"))
    await page.keyboard.press("Escape")
    await expect(palette).to_have_count(0)
    await expect(chat.question).to_be_focused()
    await page.keyboard.press("Control+k")
    await expect(field).to_be_focused()
    await page.keyboard.type("how to be")
    await page.keyboard.press("Enter")
    await seat.sees(page.locator("#controls"))
    await page.keyboard.press("Escape")
    await expect(page.locator("#controls")).to_be_hidden()
    await page.keyboard.press("Control+k")
    await field.fill("nothing like this")
    await expect(palette.get_by_role("status")).to_have_text("Nothing has that name.")
    await seat.sees(palette.get_by_role("status"))
    await field.fill("question 0")
    found = palette.locator(f'[data-session="{session}"]')
    await expect(found.locator(".palette-words")).to_contain_text("Question 0?")
    await seat.press(found)
    await expect(page).to_have_url(f"{server.url}session/{session}")
    await chat.is_ready()

    # ---- what went wrong is said once, and stays until it is read; it covers nothing
    await page.evaluate(NEWS_GOES_SOON)
    await page.evaluate("() => { window.fetch = () => Promise.reject(new TypeError('gone')) }")
    again = chat.replies.last.get_by_role("button", name="Save as insight")
    error = chat.toasts.get_by_role("alert")
    for _ in range(2):
        await seat.press(again)
        await expect(error).to_have_count(1)
    await seat.press(chat.replies.last.get_by_role("button", name="Copy the answer"))
    await page.wait_for_function("() => window.news === 'gone'")
    await expect(chat.toasts.locator(".toast")).to_have_count(1)
    await seat.message_stands_clear(error)
    await seat.press(error.get_by_role("button", name="Dismiss"))
    await expect(error).to_have_count(0)
