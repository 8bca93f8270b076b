"""Cards as a student has them: offered under an answer, kept, practised, changed, deleted and taken along."""

from __future__ import annotations

import csv
from io import StringIO

import pytest
from playwright.async_api import Page, expect

from tests.browser.chat_page import ChatPage
from tests.browser.proxy import Proxy
from tests.browser.server import Studyin
from tests.web.hostile_markdown import VECTORS

pytestmark = [pytest.mark.browser, pytest.mark.thorough, pytest.mark.asyncio(loop_scope="session")]

NOTES = """# Mitochondria

The **mitochondrion** is the organelle that makes most of the ATP of a cell from sugar and oxygen.
"""
KEEP = """async (sides) => {
  for (const [front, back] of sides) {
    await fetch(new URL("api/cards", document.baseURI), {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ front, back }),
    });
  }
}"""
SIDES = [
    ("State Bayes' theorem.", r"$P(A|B) = \frac{P(B|A)\,P(A)}{P(B)}$"),
    ("The ____ is folded.", "inner membrane"),
    ("What do the light reactions give off?", "**Oxygen**, from water that was split."),
]


@pytest.fixture
def chat(page: Page) -> ChatPage:
    return ChatPage(page)


async def practise(page: Page, url: str) -> None:
    """Open the practice page with three cards that are due."""
    await page.goto(url + "cards")
    await page.evaluate(KEEP, SIDES)
    await page.reload()
    await expect(page.locator(".slip")).to_have_count(3)


async def test_a_missed_idea_is_kept_with_one_click_and_practised_below_any_prefix(server: Studyin, chat: ChatPage):
    page = chat.page
    async with Proxy(server.port, prefix="apps/study/") as proxy:
        await chat.open(proxy.url)
        await chat.add_notes(text=NOTES)
        await chat.ask("What is the mitochondrion?")
        await chat.ended()
        await expect(page.locator(".proposal")).to_have_count(0)
        await chat.ask("I don't know")
        await expect(chat.replies).to_have_count(2)
        await chat.ended()
        # What is proposed is cut from the sentence that the reply quotes: kept in either way, it is kept.
        keep = page.get_by_role("button", name="Keep as card")
        await chat.replies.last.get_by_role("button", name="Save as card").click()
        await expect(chat.toasts).to_contain_text("Kept: “How would you explain")
        await expect(keep).to_have_count(0)
        await chat.replies.last.get_by_role("button", name="Save as card").click()
        await expect(chat.toasts).to_contain_text("This is among your cards already.")
        session = page.url
        await page.goto(f"{proxy.url}cards")
        await page.get_by_role("button", name="Delete this card").first.click()
        async with page.expect_response(lambda response: response.request.method == "DELETE"):
            await chat.toasts.get_by_role("button", name="Dismiss").click()
        await chat.open(session)
        await keep.click()
        await expect(chat.toasts).to_contain_text("Kept. It comes up in 10 minutes.")
        kept = page.get_by_role("link", name="Kept as a card")
        await expect(kept).to_be_focused()
        await page.reload()
        await chat.is_ready()
        await expect(page.get_by_role("button", name="Keep as card")).to_have_count(0)
        await kept.click()
        await expect(page).to_have_url(proxy.url + "cards")
        await expect(page.locator(".practice-empty")).to_contain_text("Nothing is due. Next: in 10 minutes")
        card = page.locator(".deck-card")
        await expect(card).to_contain_text("How would you explain the mitochondrion in your own words?")
        await page.get_by_role("link", name="Back to your sessions").click()
        await expect(page).to_have_url(proxy.url)


async def test_due_cards_are_counted_offered_and_asked_in_the_chat(server: Studyin, chat: ChatPage):
    page = chat.page
    await chat.open(server.url)
    await chat.add_notes(text=NOTES)
    await expect(page.locator(".due-count")).to_be_hidden()
    await page.evaluate(KEEP, SIDES)  # as another tab would: this one hears of it
    await expect(page.locator(".due-count")).to_have_text("3 due")
    await expect(page.locator(".welcome-due")).to_contain_text("3 cards are due.")
    await page.get_by_role("button", name="Ask me here").click()
    await chat.ended()
    await chat.says("3 cards are due.")
    await chat.says(SIDES[0][0])
    await chat.ask("I don't know")
    await expect(chat.replies).to_have_count(2)
    await chat.ended()
    await chat.says(SIDES[1][0])
    await expect(page.locator(".due-count")).to_have_text("2 due")
    await expect(page.locator(".proposal")).to_have_count(0)


async def test_cards_are_practised_with_the_keyboard_one_at_a_time(server: Studyin, page: Page):
    await practise(page, server.url)
    slips, answer = page.locator(".slip:visible"), page.locator(".slip-back:visible")
    await expect(slips).to_have_count(1)
    await expect(slips).to_contain_text(SIDES[0][0])
    await page.keyboard.press("2")  # not before it was turned over
    await expect(answer).to_have_count(0)
    await page.keyboard.press("Space")
    await expect(answer.locator("math")).to_be_visible()
    await expect(page.get_by_role("button", name="Again 10 minutes")).to_be_visible()
    await page.keyboard.press("1")
    await expect(slips).to_contain_text("The ____ is folded.")
    await expect(page.locator(".practice-news")).to_have_text("It comes back in 10 minutes.")
    await expect(page.locator(".practice-count")).to_have_text("2 due")
    await expect(page.get_by_text("Show the answer").locator("visible=true")).to_be_focused()
    await page.keyboard.press("Space")
    await expect(answer).to_have_text("inner membrane")
    await page.get_by_role("button", name="Good 2 days").evaluate("(button) => { button.click(); button.click(); }")
    await expect(slips).to_contain_text(SIDES[2][0])
    await page.keyboard.press("Space")
    await page.keyboard.press("2")
    await expect(page.locator(".practice-empty")).to_contain_text("Nothing is due. Next: in 10 minutes")
    await expect(page.get_by_role("link", name="Go on studying")).to_be_focused()
    reviews = await page.evaluate(
        """async () => (await (await fetch("api/cards")).json()).cards.map((card) => card.reviews)"""
    )
    assert reviews == [1, 1, 1]


async def test_cards_are_written_changed_searched_and_deleted_with_a_way_back(server: Studyin, page: Page):
    await practise(page, server.url)
    await page.get_by_role("button", name="New card").click()
    await page.get_by_label("Front").fill("A *new* one")
    await page.get_by_label("Back").fill("its back")
    async with page.expect_event("load"):  # only then its script takes keys
        await page.get_by_role("button", name="Save").click()
    deck = page.locator(".deck-card:visible")
    await expect(deck).to_have_count(4)
    await expect(deck.first.locator("em")).to_have_text("new")
    await page.keyboard.press("Space")
    await page.locator(".slip:visible").get_by_role("button", name="Edit this card").click()
    await expect(page.get_by_label("Front")).to_have_value(SIDES[0][0])
    await page.get_by_label("Back").fill("a **better** back")
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator(".slip-back:visible strong")).to_have_text("better")
    await expect(deck.last.locator("strong")).to_have_text("better")

    await page.locator(".slip:visible").get_by_role("button", name="Delete this card").click()
    await expect(deck).to_have_count(3)
    await expect(page.locator(".slip:visible")).to_contain_text("The ____ is folded.")
    await page.get_by_role("button", name="Undo").click()
    await expect(deck).to_have_count(4)
    await expect(page.locator(".slip:visible")).to_contain_text(SIDES[0][0])
    await deck.first.get_by_role("button", name="Delete this card").click()
    await page.reload()  # leaving the page makes it final
    await expect(deck).to_have_count(3)

    await page.get_by_label("Search your cards").fill("folded membrane")
    async with page.expect_event("load"):
        await page.keyboard.press("Enter")
    await expect(deck).to_have_count(1)
    await expect(page.locator(".practice")).to_be_hidden()
    await expect(page.locator(".slip")).to_have_count(0)
    async with page.expect_download() as saved:
        await page.get_by_role("link", name="CSV").click()
    path = await (await saved.value).path()
    await deck.get_by_role("button", name="Delete this card").click()
    await expect(deck).to_have_count(0)
    async with page.expect_response(lambda response: response.request.method == "DELETE"):
        await page.get_by_role("button", name="Dismiss").click()
    async with page.expect_event("load"):
        await page.get_by_role("link", name="All cards").click()
    await expect(deck).to_have_count(2)
    await page.set_input_files(".card-file", path)
    await expect(page.locator(".toasts")).to_contain_text("1 card added, 2 were there already.")
    await expect(deck).to_have_count(3)


async def test_a_cards_passage_is_shown_in_its_document(server: Studyin, chat: ChatPage):
    page = chat.page
    await chat.open(server.url)
    await chat.add_notes(text=NOTES)
    await chat.ask("What is the mitochondrion?")
    await chat.ended()
    await page.evaluate(
        """async () => {
          const message_id = document.querySelector(".reply").dataset.message;
          const quotation = document.querySelector(".reply blockquote p").textContent;
          const body = JSON.stringify({ message_id, source: 1, quotation });
          await fetch("../api/cards", { method: "POST", headers: { "Content-Type": "application/json" }, body });
        }"""
    )
    await page.goto(server.url + "cards")
    await page.locator(".deck-card").get_by_role("button", name="cell biology.md").click()
    await expect(page.locator(".passage mark").last).to_contain_text("is the organelle that makes most of the ATP")


async def test_all_of_it_fits_a_phone_can_be_tapped_and_read_without_script(server: Studyin, open_context):
    phone = {"viewport": {"width": 320, "height": 700}, "is_mobile": True, "has_touch": True}
    page = await (await open_context(**phone)).new_page()
    await practise(page, server.url)
    await page.locator(".slip-reveal:visible").tap()
    await expect(page.get_by_role("button", name="Good")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    small = await page.evaluate(
        """() => [...document.querySelectorAll("button, a, input")]
          .filter((each) => each.checkVisibility({ visibilityProperty: true }) && !each.matches(".skip-link, .brand"))
          .filter((each) => each.getBoundingClientRect().height < 44).map((each) => each.className)"""
    )
    assert small == []
    plain = await (await open_context(**phone, java_script_enabled=False)).new_page()
    await plain.goto(server.url + "cards")
    await expect(plain.locator(".slip:visible")).to_have_count(3)
    await plain.get_by_text("Show the answer").first.tap()
    await expect(plain.locator(".slip-back:visible")).to_have_count(1)
    await expect(plain.get_by_role("button", name="Good")).to_have_count(0)


async def test_a_hostile_list_of_cards_runs_nothing_and_loads_nothing(server: Studyin, open_context):
    """The file may come from anyone; every part of it is somewhere on the page."""
    context = await open_context()
    page = await context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    file = StringIO(newline="")
    rows = csv.writer(file)
    rows.writerow(["front", "back", "form", "quotation", "filename", "heading"])
    for vector in VECTORS.values():
        rows.writerow([vector, vector, "gap", vector, vector, vector])
    await page.goto(server.url + "cards")
    count = await page.evaluate(
        "async (body) => (await fetch('api/cards/import', { method: 'POST', body })).json()", file.getvalue()
    )
    # Some differ in what is no text only: white space around them, or half of a character.
    assert count["added"] > 300
    path = "cards"
    while path:
        await page.goto(server.url + path)
        await page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
        path = await page.evaluate("document.querySelector('a[href$=\"#deck-title\"]')?.getAttribute('href')")
        assert await page.evaluate("window.hostile") is None
    assert not [url for url in asked if not url.startswith(server.url)]


async def test_a_quotation_is_saved_as_a_card_and_an_excerpt_as_an_insight(server: Studyin, chat: ChatPage):
    page = chat.page
    await chat.open(server.url)
    await chat.ask("Hello")  # without notes there is nothing to quote
    await chat.ended()
    await expect(page.get_by_role("button", name="Save as card")).to_have_count(0)
    await page.goto(server.url)
    await chat.add_notes(text=NOTES)
    await chat.ask("What is the mitochondrion?")
    await chat.ended()
    await page.get_by_role("button", name="Save as card").click()
    await expect(chat.toasts).to_contain_text("Kept: “The ____ is the organelle")
    await page.get_by_role("button", name="Save as insight").click()
    await expect(chat.toasts).to_contain_text("Saved with this session's insights.")
    insights = page.locator(".insight-text")
    await expect(insights).to_be_hidden()
    await page.get_by_role("button", name="Show", exact=True).click()
    await expect(insights).to_be_in_viewport()
    await expect(page.get_by_role("link", name="Where it was said")).to_be_focused()
    await page.locator(".insights summary").click()
    await page.locator(".scroller").evaluate("(scroller) => scroller.scrollTo(0, scroller.scrollHeight)")
    head = page.get_by_role("link", name="Insights 1")
    await head.focus()
    await page.keyboard.press("Enter")
    await expect(insights).to_be_in_viewport()
    await expect(page.get_by_role("link", name="Where it was said")).to_be_focused()
    await page.locator(".insights summary").click()
    await page.locator(".prose strong").first.dblclick()  # selects the word
    await page.get_by_role("button", name="Save as insight").click()
    await expect(page.locator(".insights-count")).to_have_text("2")
    await expect(page.get_by_role("link", name="Insights 2")).to_be_visible()
    session = page.url
    await page.locator(".insights summary").click()
    await page.get_by_role("link", name="Where it was said").last.click()
    await expect(page).to_have_url(f"{session}#{await page.locator('.reply').get_attribute('id')}")
    await page.reload()
    await chat.is_ready()
    await page.locator(".insights summary").click()
    await expect(insights).to_have_text([NOTES.splitlines()[2].replace("**", ""), "mitochondrion"])
    await page.get_by_role("button", name="Delete this insight").first.click()
    await expect(insights).to_have_count(1)
    await page.get_by_role("button", name="Undo").click()
    await expect(insights).to_have_count(2)
    await page.get_by_role("button", name="Delete this insight").last.click()
    await expect(insights).to_have_count(1)
    await page.reload()
    await expect(insights).to_have_count(1)
