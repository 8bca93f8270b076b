"""Reading while an answer comes, at each seat: the page follows who reads its end, and stays with who does not."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from tests.browser.seat import Seat, everywhere
from tests.browser.server import Studyin
from tests.scripted_provider import HANG, Pause, ScriptedProvider, Stream

pytestmark = [pytest.mark.browser, pytest.mark.thorough, pytest.mark.asyncio(loop_scope="session")]

BELOW_TOP = """(element) => {
  const { top } = document.querySelector(".scroller").getBoundingClientRect();
  return element.getBoundingClientRect().top - top;
}"""
SHIFTS = """async () => {
  for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame); // “Connected” is drawn
  window.shifts = [];
  const name = ({ node, previousRect: from, currentRect: to }) =>
    `${node?.className || node?.nodeName} from ${from.x}, ${from.y} to ${to.x}, ${to.y}`;
  const note = ({ hadRecentInput, sources }) => hadRecentInput || window.shifts.push(...sources.map(name));
  new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type: "layout-shift" });
}"""


@everywhere
async def test_the_page_follows_only_who_reads_the_end(model_server: Studyin, provider: ScriptedProvider, seat: Seat):
    page, chat = seat.page, seat.chat
    session = model_server.keep_session(7, turns=120)
    begun, much, more = Pause(), Pause(), Pause()
    lines = [f"Paragraph {number}.\n\n" for number in range(60)]
    provider.script(Stream("First.\n\n", begun, *lines[:40], much, *lines[40:], more, "End."))
    await chat.open(f"{model_server.url}session/{session}")
    held = await chat.questions.count()
    assert 5 < held < 120
    await expect(chat.replies.last).to_be_in_viewport()
    # What is out of sight is not laid out.
    unseen = "(replies) => replies.map((each) => getComputedStyle(each).contentVisibility)"
    assert set(await chat.replies.evaluate_all(unseen)) == {"auto", "visible"}

    # ---- the question goes to the top, and the answer is followed
    await chat.ask("Say much.")
    await begun.reached.wait()
    await chat.says("First.")
    assert 0 <= await chat.questions.last.evaluate(BELOW_TOP) < 48
    await seat.sees(chat.questions.last.locator(".question-text"), chat.answer().locator("p").first)
    begun.go.set()
    await much.reached.wait()
    await chat.says("Paragraph 39.")
    await seat.is_at_end()
    new_text = page.get_by_role("button", name="New text")
    await expect(new_text).to_be_hidden()

    # ---- who has gone up is left there, and told that there is more
    await seat.scroll(seat.scroller, -400)
    await expect(new_text).to_be_visible()
    await seat.sees(new_text)
    place = await seat.scroller.evaluate("(e) => e.scrollTop")
    much.go.set()
    await more.reached.wait()
    await chat.says("Paragraph 59.")
    assert await seat.scroller.evaluate("(e) => e.scrollTop") == place
    await seat.press(new_text)
    await seat.is_at_end()
    await expect(new_text).to_be_hidden()
    await seat.scroll(seat.scroller, -400)
    await expect(new_text).to_be_visible()
    for _ in range(8):  # by oneself, as well
        if await new_text.is_visible():
            await seat.scroll(seat.scroller, 400)
    await expect(new_text).to_be_hidden()
    more.go.set()
    await chat.ended()
    await chat.says("End.")
    await seat.is_at_end()

    # ---- what was said earlier comes on the way up, and the line that one reads stays where it is
    first = page.locator(".question", has_text=re.compile(f"^\\D*{120 - held}\\?"))
    at = "question.getBoundingClientRect().top"
    before = await first.evaluate(f"(question) => {{ question.scrollIntoView({{ block: 'center' }}); return {at} }}")
    await expect(page.locator(".question", has_text=re.compile(f"^\\D*{120 - held - 1}\\?"))).to_have_count(1)
    await page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert abs(await first.evaluate(f"(question) => {at}") - before) < 2
    await seat.sees(first.locator(".question-text"))
    await seat.nothing_is_wider()


@everywhere
async def test_a_thousand_words_a_second_are_laid_out_20_times_and_nothing_jumps(
    model_server: Studyin, provider: ScriptedProvider, sit
):
    """Counted by the browser itself: the more there is to do, the fewer they are."""
    seat: Seat = await sit(reduced_motion="no-preference")
    page, chat = seat.page, seat.chat
    kinds = ["word ", "ends.\n\n", "- item\n", "**bold** ", "[[1]] "]
    pieces = [kinds[0] if number % 15 else kinds[number // 15 % len(kinds)] for number in range(1, 6_000)]
    provider.script(Stream(*pieces, HANG, pace=1_000))
    await chat.open(model_server.url)
    await page.evaluate(SHIFTS)
    await chat.ask("Say much.")
    await chat.says("word word word")
    devtools = await seat.devtools()
    await devtools.send("Performance.enable")

    async def measured() -> tuple[float, float, int]:
        metrics = (await devtools.send("Performance.getMetrics"))["metrics"]
        found = {each["name"]: each["value"] for each in metrics}
        length = await chat.answer().evaluate("(prose) => prose.textContent.length")
        return found["Timestamp"], found["LayoutCount"], length

    began, before, short = await measured()
    await page.wait_for_timeout(1_200)
    ended, after, long = await measured()
    assert long - short > 600  # it came, and was drawn
    # One more than there are times between them.
    assert 0 < (after - before - 1) / (ended - began) <= 20
    assert await page.evaluate("window.shifts") == []
    await chat.stop.click()
    await chat.ended("stopped")
