"""Notes in the panel beside the sheet: what an answer stands on as it is read, and a document from its beginning."""

from __future__ import annotations

import json

import pytest
from playwright.async_api import Page, Route, expect

from tests.browser.chat_page import ChatPage
from tests.browser.server import Studyin

pytestmark = [pytest.mark.browser, pytest.mark.thorough, pytest.mark.asyncio(loop_scope="session")]

NOTES = """# Energy

The **mitochondrion** is the organelle that makes most of the ATP of a cell, by $C_6H_{12}O_6 + 6\\,O_2$.

| Stage | Where | ATP |
| --- | --- | ---: |
| Glycolysis | cytosol | 2 |
| Krebs cycle | matrix | 2 |
"""
LONG = "\n\n".join(f"## Part {number}\n\n{'A sentence of the notes. ' * 40}" for number in range(60))


async def test_a_passage_is_drawn_as_in_an_answer_with_the_cited_sentence_marked(server: Studyin, page: Page):
    chat = ChatPage(page)
    await chat.open(server.url)
    await chat.add_notes("energy.md", NOTES)
    await chat.ask("What is the mitochondrion?")
    await chat.ended()
    citation, panel = chat.answer().locator(".citation").first, page.locator(".passage")
    await citation.click()
    await expect(panel.locator("table td").first).to_have_text("Glycolysis")
    await expect(panel.locator("math")).to_be_visible()
    await expect(panel).not_to_contain_text("|")
    await expect(panel).not_to_contain_text("**")
    marks = panel.locator(".passage-marked mark")
    assert "".join(await marks.all_text_contents()).startswith("The mitochondrion is the organelle that makes most")
    await expect(panel.locator("td mark")).to_have_count(0)
    await page.keyboard.press("Escape")

    # Where the marked words are not found in what is drawn, they are shown as they are written.
    async def undrawn(route: Route) -> None:
        answer = await route.fetch()
        await route.fulfill(response=answer, body=json.dumps({**await answer.json(), "html": None}))

    await page.route("**/passages/*", undrawn)
    await citation.click()
    await expect(marks).to_contain_text("The mitochondrion is the organelle")
    await expect(panel).to_contain_text("| Glycolysis | cytosol | 2 |")


async def test_a_note_opens_from_the_shelf_and_is_read_on_by_keyboard_too(server: Studyin, open_context, page: Page):
    chat = ChatPage(page)
    await chat.open(server.url)
    await chat.add_notes("long.md", LONG)
    await chat.add_notes("energy.md", NOTES)
    await expect(page.locator(".starter-question").first).to_have_text("What are the main ideas in Energy?")
    await page.reload()
    await expect(page.locator(".starter-question").first).to_have_text("What are the main ideas in Energy?")
    await expect(page.locator(".starter-question").nth(1)).to_have_text("Quiz me on long.")
    panel, text = page.locator(".passage"), page.locator(".passage-text")
    await page.get_by_role("button", name="energy.md").click()
    await expect(panel.locator(".passage-title")).to_have_text("energy.md")
    await expect(text.locator("h3")).to_have_text("Energy")
    await expect(text.locator("table")).to_be_visible()
    await expect(page.locator(".material[data-open]")).to_contain_text("energy.md")

    # Where it has pages, it says where each begins, as citations do.
    await chat.add_notes("paged.txt", f"{'A cell is small. ' * 9}\f\f{'A leaf has many. ' * 9}")
    await page.get_by_role("button", name="paged.txt").click()
    await expect(text.locator(".page-mark")).to_have_text(["Page 1", "Page 3"])

    long = page.get_by_role("button", name="long.md")
    await long.focus()
    await page.keyboard.press("Enter")
    await expect(panel.locator(".passage-title")).to_have_text("long.md")
    await expect(text.locator("h3").first).to_have_text("Part 0")
    shown = await text.locator("h3").count()
    assert shown < 40
    on = page.get_by_role("button", name="Read on")
    await on.focus()
    await page.keyboard.press("Enter")
    await expect(text).to_have_count(2)
    await expect(text.last).to_be_focused()
    await expect(text.last.locator("h3").first).to_have_text(f"Part {shown}")
    while await on.count():
        pages = await text.count()
        await on.click()
        await expect(text).to_have_count(pages + 1)
    assert await text.locator("h3").all_text_contents() == [f"Part {number}" for number in range(60)]
    await page.keyboard.press("Escape")
    await expect(panel).to_be_hidden()
    await expect(long).to_be_focused()
    await expect(page.locator(".material[data-open]")).to_have_count(0)

    # On a phone it stands over the drawer, and leads back there.
    phone = await (await open_context(viewport={"width": 390, "height": 844}, has_touch=True)).new_page()
    await phone.goto(server.url)
    await ChatPage(phone).is_ready()
    await phone.locator(".menu-button").tap()
    await phone.get_by_role("button", name="energy.md").tap()
    await expect(phone.locator(".passage-text table")).to_be_visible()
    await phone.get_by_role("button", name="Close the passage").tap()
    await expect(phone.get_by_role("button", name="energy.md")).to_be_in_viewport()

    # Deleted elsewhere meanwhile: said in words.
    page.context.watch.allow("404")
    await page.route(
        "**/text", lambda route: route.fulfill(status=404, json={"error": {"code": "x", "message": "Gone."}})
    )
    await long.click()
    await expect(page.get_by_role("alert")).to_have_text("Gone.")
