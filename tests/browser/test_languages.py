"""Longer words, and lines that run from right to left, in windows of every width."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.chat_page import ChatPage
from tests.browser.server import Studyin
from tests.scripted_provider import ScriptedProvider, Stream

pytestmark = [pytest.mark.browser, pytest.mark.thorough, pytest.mark.asyncio(loop_scope="session")]

# Wider than the window, or words that have no room in their button.
TOO_WIDE = """() => {
  const root = document.documentElement;
  const { clientWidth: width } = root;
  const wide = root.scrollWidth > width || document.querySelector(".scroller")?.scrollWidth > width;
  const shown = [...document.querySelectorAll("button, .button, .choice span, label, h1, h2, kbd")]
    .filter((each) => each.checkVisibility({ visibilityProperty: true }))
    .filter((each) => !each.matches(".visually-hidden, .topbar-title") && getComputedStyle(each).display !== "inline");
  const cut = shown.filter((each) => each.scrollWidth > each.clientWidth + 1);
  return [wide, ...cut.map((each) => each.className || each.textContent)];
}"""
ANSWER = "As it says:\n\n> It is *folded* so. [[1]]\n\n- One\n- Two\n\n| a | b |\n| --- | --- |\n| c | d |\n\n`x = 1`\n"


@pytest.mark.parametrize("language", ["de", "rtl"])
async def test_longer_words_and_mirrored_pages_fit_into_every_window(
    model_server: Studyin, provider: ScriptedProvider, open_context, language: str
):
    context = await open_context(
        locale="de-DE" if language == "de" else "en-GB", viewport={"width": 1280, "height": 800}
    )
    context.watch.allow("404")
    if language == "rtl":
        await context.add_init_script(
            "new MutationObserver(() => { if (document.documentElement) document.documentElement.dir = 'rtl'; })"
            ".observe(document, { childList: true, subtree: true })"
        )
    page = await context.new_page()
    chat = ChatPage(page)
    found: dict[str, list] = {}

    async def look(name: str) -> None:
        for width in (320, 390, 1000, 1280):
            await page.set_viewport_size({"width": width, "height": 800})
            if (wide := await page.evaluate(TOO_WIDE)) != [False]:
                found[f"{name} at {width}"] = wide

    await chat.open(model_server.url)
    await look("welcome")
    await page.set_input_files(
        ".file-picker", {"name": "cells.md", "mimeType": "text/markdown", "buffer": b"# Cells\n\nIt is folded so."}
    )
    await expect(page.locator('.material[data-status="ready"]')).to_be_visible()
    await look("uploaded")
    provider.script(Stream(ANSWER))
    await chat.ask("How?")
    await chat.ended()
    await look("answered")
    for opener, what in ((".controls-button", ".controls"), (".composer-add", ".menu")):
        for width in (320, 390, 1280):
            await page.set_viewport_size({"width": width, "height": 800})
            await page.locator(opener).click()
            box = await page.locator(f"{what}:popover-open").bounding_box()
            assert box["x"] >= 0, (what, width)
            assert box["x"] + box["width"] <= width, (what, width)
            if (wide := await page.evaluate(TOO_WIDE)) != [False]:
                found[f"{what} at {width}"] = wide
            await page.keyboard.press("Escape")
    await page.locator(".scroller").focus()
    for key in ("Control+k", "?"):
        await page.keyboard.press(key)
        await expect(page.locator("dialog:modal")).to_be_visible()
        await look(key)
        await page.keyboard.press("Escape")
    for path in ("cards", "nowhere"):
        await page.goto(model_server.url + path)
        await look(path)
    assert found == {}
