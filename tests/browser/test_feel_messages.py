"""What is done with questions and answers, at each seat: copied, followed to its source, kept, asked otherwise."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Locator, expect

from tests.browser.seat import Seat, everywhere
from tests.browser.server import Studyin
from tests.scripted_provider import ScriptedProvider, Stream

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

QUOTED = "The mitochondrion is the organelle that makes most of the cell's ATP."
COLUMNS = 12
TABLE = "\n".join(
    [
        "| " + " | ".join(f"Column{number}" for number in range(COLUMNS)) + " |",
        "| --- " * COLUMNS + "|",
        "| " + " | ".join(f"Value{number}" for number in range(COLUMNS)) + " |",
    ]
)
SUM = " + ".join(f"\\frac{{a_{{{number}}}}}{{b_{{{number}}}}}" for number in range(40))
ANSWER = f"""A **bold** word:

> {QUOTED} [[1]]

One costs $5 and the other $6, of which \\(x^2\\) and $y$ are none; `$z$` is code.

```python
print("$a$", 1)
```

{TABLE}

$${SUM}$$

\\[ E = mc^2 \\]

What else?"""
OVER = "(e) => e.scrollWidth - e.clientWidth"


@everywhere
async def test_an_answer_is_read_copied_followed_and_kept(model_server: Studyin, provider: ScriptedProvider, sit):
    seat: Seat = await sit(permissions=["clipboard-read", "clipboard-write"])
    page, chat = seat.page, seat.chat
    provider.script(Stream(ANSWER))
    await chat.open(model_server.url)
    await chat.add_notes()
    await chat.dismiss_all()
    await chat.messages_stay()
    await chat.ask("Which organelle makes most of the cell's ATP?")
    await chat.ended()
    reply, answer = chat.replies.last, chat.answer()

    async def clipboard() -> str:
        text: str = await page.evaluate("navigator.clipboard.readText()")
        return text.strip()

    async def tells(button: Locator, words: str) -> Locator:
        """What was said before, perhaps in the same words, is gone; what is said now stays."""
        await chat.dismiss_all()
        await seat.press(button)
        toast = chat.toasts.locator(".toast", has_text=words)
        await seat.message_stands_clear(toast)
        return toast

    # ---- what is wide scrolls by itself, and the page does not
    await seat.nothing_is_wider()
    for wide in (answer.locator(".scroll:has(table)"), answer.locator(".scroll:has(> math)").first):
        await wide.scroll_into_view_if_needed()
        assert await wide.evaluate(OVER) > 100
        await wide.evaluate("(e) => { e.scrollLeft = 9_999 }")
        assert await wide.evaluate("(e) => e.scrollLeft") > 100
    # Money stays money, code stays code, and four formulas are formulas.
    await expect(answer.locator("p", has_text="One costs")).to_contain_text("One costs $5 and the other $6, of which")
    await expect(answer.locator("p code")).to_have_text("$z$")
    await expect(answer.locator("math")).to_have_count(4)
    await expect(answer.locator('math[display="block"]')).to_have_count(2)
    await seat.sees(answer.locator("p code"), answer.locator("p").last)

    # ---- code: its language, and a copy of it alone
    code, copy = answer.locator("figure.code"), answer.get_by_role("button", name="Copy the code")
    await code.scroll_into_view_if_needed()
    language = "(e) => { const { content, color, opacity } = getComputedStyle(e, '::before'); return content }"
    assert await code.evaluate(language) == '"python"'
    await seat.point_at(code, copy)
    await seat.sees(copy, code.locator("code"))
    await tells(copy, "Copied")
    assert await clipboard() == 'print("$a$", 1)'

    # ---- the whole of it, as it was written or as it reads
    toast = await tells(reply.get_by_role("button", name="Copy the answer"), "Copied")
    assert (await clipboard()).startswith(ANSWER)
    await seat.press(toast.get_by_role("button", name="As plain text"))
    await expect(toast.get_by_role("button", name="As plain text")).to_have_count(0)
    await seat.message_stands_clear(toast)
    words = await clipboard()
    assert words.startswith(f"A bold word:\n\n{QUOTED}\n")
    assert not re.search(r"\*\*|\||\[\[", words)

    # ---- a citation leads to its sentence, marked in its document: beside the text, or over it on a phone
    citation, passage, mark = answer.locator(".citation"), page.locator(".passage"), page.locator(".passage mark")
    await seat.sees(citation, marked=True)
    await seat.press(citation, in_text=True)
    await expect(mark).to_have_text(QUOTED)
    await expect(page.locator(".passage-around").last).to_contain_text("Chloroplasts")
    await seat.sees(passage, page.locator(".passage-title"))
    await seat.sees(mark, marked=True)
    assert await mark.evaluate("(e) => getComputedStyle(e).backgroundColor") == await citation.evaluate(
        "(e) => getComputedStyle(e).backgroundColor"
    )
    beside, desk = await passage.bounding_box(), await page.locator(".desk").bounding_box()
    if seat.is_phone:
        assert (beside["x"], beside["width"], beside["height"]) == (0, 390, 844)
    else:
        assert beside["x"] >= desk["x"] + desk["width"]
        await seat.nothing_is_wider()
    await page.keyboard.press("Escape")
    await expect(passage).to_be_hidden()
    await seat.press(reply.locator(".source-open").first)
    await expect(mark).to_have_text(QUOTED)
    await seat.press(passage.get_by_role("button", name="Close the passage"))
    await expect(passage).to_be_hidden()

    # ---- what is worth keeping is kept with the session
    await tells(reply.get_by_role("button", name="Save as card"), "Kept: “")
    await tells(reply.get_by_role("button", name="Save as insight"), "Saved with this session's insights.")
    await answer.locator("strong").first.dblclick()  # selects the word
    await seat.press(reply.get_by_role("button", name="Save as insight"))
    await expect(page.locator(".insights-count")).to_have_text("2")
    session = page.url
    await page.reload()
    await chat.is_ready()
    await chat.messages_stay()
    await tells(reply.get_by_role("button", name="Copy the answer"), "Copied")
    assert (await clipboard()).startswith(ANSWER)  # as it was stored
    insights = page.locator(".insight-text")
    await seat.press(page.locator(".insights summary"))
    await expect(insights).to_have_text([QUOTED, "bold"])
    await insights.last.scroll_into_view_if_needed()
    await seat.sees(insights.last)
    await seat.press(page.get_by_role("link", name="Where it was said").last, in_text=True)
    await expect(page).to_have_url(f"{session}#{await reply.get_attribute('id')}")
    await seat.press(page.get_by_role("button", name="Delete this insight").last)
    await expect(insights).to_have_count(1)
    toast = chat.toasts.locator(".toast", has_text="Undo")
    await seat.message_stands_clear(toast)
    await seat.press(toast.get_by_role("button", name="Undo"))
    await expect(insights).to_have_count(2)


@everywhere
async def test_questions_are_asked_otherwise_and_answers_given_again(
    model_server: Studyin, provider: ScriptedProvider, seat: Seat
):
    page, chat = seat.page, seat.chat
    provider.script(*(Stream(f"{name}.") for name in ("First", "Second", "Third")))
    await chat.open(model_server.url)
    await chat.ask("What makes ATP?")
    await chat.ended()
    reply, question = chat.replies.last, chat.questions.last
    await expect(chat.answer()).to_have_text("First.")
    await expect(reply.get_by_role("button", name="Save as card")).to_be_hidden()  # nothing is quoted
    await seat.press(reply.get_by_role("button", name="Answer again"))
    await expect(chat.answer()).to_have_text("Second.")
    await chat.ended()
    count = reply.locator(".branch-count")
    await expect(count).to_have_text("2/2")
    await seat.sees(count)
    await seat.press(reply.get_by_role("link", name="Previous version"))
    await expect(chat.answer()).to_have_text("First.")
    await expect(count).to_have_text("1/2")

    # The button to ask it otherwise is there for who points at it, and always where nobody can point.
    edit = question.get_by_role("button", name="Edit the question")
    await seat.point_at(question, edit)
    await seat.press(edit)
    await expect(chat.question).to_be_focused()
    await expect(chat.question).to_have_value("What makes ATP?")
    await seat.sees(page.locator(".composer-editing"))
    await expect(question.locator(".question-text")).to_have_css("outline-style", "dashed")
    await chat.ask("What captures light?")
    await expect(chat.answer()).to_have_text("Third.")
    await chat.ended()
    await expect(question.locator(".question-text")).to_have_text("What captures light?")
    await expect(question.locator(".branch-count")).to_have_text("2/2")
    await seat.sees(question.locator(".question-text"), question.locator(".branch-count"))
    await seat.press(question.get_by_role("link", name="Previous version"))
    await expect(question.locator(".question-text")).to_have_text("What makes ATP?")
    await expect(chat.answer()).to_have_text("First.")  # as it was left
    await expect(question.locator(".branch-count")).to_have_text("1/2")
    await page.reload()  # what is chosen is what a reload comes back to
    await chat.is_ready()
    await expect(question.locator(".question-text")).to_have_text("What makes ATP?")
    await seat.nothing_is_wider()
