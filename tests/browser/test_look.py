"""How the page looks and moves, in numbers: widths, lines, targets, layouts, weight."""

from __future__ import annotations

import gzip
import random
import re

import pytest
from playwright.async_api import Page, expect

from tests.browser.chat_page import NOTES, ChatPage
from tests.browser.server import ROOT, Studyin
from tests.scripted_provider import HANG, Pause, ScriptedProvider, Stream

pytestmark = [pytest.mark.browser, pytest.mark.thorough, pytest.mark.asyncio(loop_scope="session")]

ANSWER = """The mitochondrion is the organelle that makes most of the ATP of a cell, and it does so on its inner \
membrane, which is folded so that more of the enzymes find room on it than would on a smooth one.

| Stage | Where it happens in the cell | ATP for each molecule of glucose | Remark |
| --- | --- | ---: | --- |
| Glycolysis | Cytosol | 2 | needs no oxygen at all |

```python
a_line_of_code_that_is_much_too_long_for_a_phone = sum(glucose * (2 + 2 + 26) for glucose in range(1_000_000))
```

$$\\int_0^\\infty e^{-x^2}\\,dx = \\frac{\\sqrt{\\pi}}{2} = \\frac{1}{2}\\Gamma\\left(\\frac12\\right)$$

averyveryveryveryveryveryveryveryveryveryveryveryveryveryveryveryveryveryveryverylongword
"""

WIDER = """() => {
  const { clientWidth, scrollWidth } = document.documentElement;
  const scroller = document.querySelector(".scroller");
  return Math.max(scrollWidth - clientWidth, scroller.scrollWidth - scroller.clientWidth);
}"""


BELOW_TOP = """(element) => {
  const { top } = document.querySelector(".scroller").getBoundingClientRect();
  return element.getBoundingClientRect().top - top;
}"""


@pytest.fixture
def chat(page: Page) -> ChatPage:
    return ChatPage(page)


async def answered(chat: ChatPage, server: Studyin, provider: ScriptedProvider, text: str = ANSWER) -> None:
    provider.script(Stream(text))
    await chat.open(server.url)
    await chat.ask("Where does a cell make most of its ATP, and why there of all places?")
    await chat.ended()


@pytest.mark.parametrize("width", [390, 768, 1280])  # 320: test_narrow.py
async def test_nothing_is_wider_than_the_window(
    model_server: Studyin, provider: ScriptedProvider, open_context, width: int
):
    phone = {"is_mobile": True, "has_touch": True} if width < 500 else {}
    context = await open_context(viewport={"width": width, "height": 700}, **phone)
    chat = ChatPage(await context.new_page())
    await chat.open(model_server.url)
    assert await chat.page.evaluate(WIDER) <= 0
    await answered(chat, model_server, provider)
    assert await chat.page.evaluate(WIDER) <= 0


async def test_lines_of_an_answer_have_60_to_75_characters(model_server: Studyin, provider, chat: ChatPage):
    await answered(chat, model_server, provider)
    lengths = (
        await chat.answer()
        .locator("p")
        .first.evaluate(
            """(paragraph) => {
          const text = paragraph.firstChild, range = document.createRange(), lines = new Map();
          for (let index = 0; index < text.length; index += 1) {
            range.setStart(text, index); range.setEnd(text, index + 1);
            const top = Math.round(range.getBoundingClientRect().top);
            lines.set(top, (lines.get(top) ?? 0) + 1);
          }
          return [...lines.values()];
        }"""
        )
    )
    assert len(lengths) > 2
    assert 60 <= max(lengths) <= 75


async def test_figures_of_an_answer_stand_on_the_line_as_high_as_capitals(
    model_server: Studyin, provider, chat: ChatPage
):
    await answered(chat, model_server, provider)
    for place in ("p", "td"):
        figures = await chat.answer().locator(place).first.evaluate("(e) => getComputedStyle(e).fontVariantNumeric")
        assert "lining-nums" in figures


async def test_only_the_conversation_scrolls_however_long_it_is(model_server: Studyin, provider, chat: ChatPage):
    for asked in range(1, 3):
        provider.script(Stream(ANSWER * 3))
        if asked == 1:
            await chat.open(model_server.url)
        await chat.ask("Where does a cell make most of its ATP?")
        await expect(chat.replies).to_have_count(asked)
        await chat.ended()
    room = "(element) => element.scrollHeight - element.clientHeight"
    assert await chat.page.locator(".scroller").evaluate(room) > 0
    assert await chat.page.locator("html").evaluate(room) == 0


async def test_a_long_document_scrolls_beside_the_conversation_not_the_page(server: Studyin, chat: ChatPage):
    around = "\n\n".join(f"The cell holds part number {number} of many." for number in range(200))
    await chat.open(server.url)
    await chat.add_notes(text=f"# Parts\n\n{around}\n\n{NOTES}\n\n# More\n\n{around}")
    await chat.ask("Which organelle captures light?")
    await chat.ended()
    await chat.page.locator(".source").first.click()
    await expect(chat.page.locator(".passage-around")).to_have_count(2)
    room = "(element) => element.scrollHeight - element.clientHeight"
    assert await chat.page.locator(".passage-body").evaluate(room) > 0
    assert await chat.page.locator("html").evaluate(room) == 0
    await expect(chat.page.locator(".passage-close")).to_be_in_viewport()
    await expect(chat.question).to_be_in_viewport()
    # However many messages there are, they cover neither of the two; these stay until they are read.
    await chat.page.evaluate(
        """() => {
          navigator.clipboard.writeText = () => Promise.reject(new Error("refused"));
          window.fetch = () => Promise.reject(new TypeError("gone"));
        }"""
    )
    await chat.replies.get_by_role("button", name="Copy the answer").click()
    await chat.page.locator(".search-field").fill("organelle")
    await expect(chat.toasts.get_by_role("alert")).to_have_count(2)
    await until_still(chat)
    await covers_nothing(chat, ".scroller", ".passage", ".composer")
    await chat.page.locator(".passage-close").click()
    await until_still(chat)
    await covers_nothing(chat, ".scroller", ".composer")


async def covers_nothing(chat: ChatPage, *read: str) -> None:
    """The messages of the page stand beside these, or below them."""
    boxes = "(names) => names.map((name) => document.querySelector(name).getBoundingClientRect().toJSON())"
    toasts, *others = await chat.page.evaluate(boxes, [".toasts", *read])
    for name, box in zip(read, others, strict=True):
        beside = box["right"] <= toasts["left"] or box["left"] >= toasts["right"]
        assert beside or box["bottom"] <= toasts["top"], name


async def until_still(chat: ChatPage) -> None:
    """Wait until the page stands as it was told to: two frames later all that watches sizes has had its say."""
    frame = "new Promise((then) => requestAnimationFrame(() => requestAnimationFrame(then)))"
    await chat.page.evaluate(f"() => {frame}.then(() => {frame})")


async def test_two_lines_of_a_found_session_stand_inside_their_box(server: Studyin, chat: ChatPage):
    await chat.open(server.url)
    await chat.add_notes()
    await chat.ask("Which organelle captures light?")
    await chat.ended()
    await chat.page.locator(".search-field").fill("organelle")
    await expect(chat.page.locator(".session-hit")).to_have_count(1)
    above, below = await chat.sessions.evaluate(
        """(item) => {
          const box = item.getBoundingClientRect();
          const lines = document.createRange();
          lines.selectNodeContents(item.querySelector(".session-title"));
          const text = lines.getBoundingClientRect();
          return [text.top - box.top, box.bottom - text.bottom];
        }"""
    )
    assert min(above, below) >= 3


@pytest.mark.parametrize("width", [320, 390, 1000, 1280])
async def test_a_message_covers_nothing_that_is_read(
    model_server: Studyin, provider: ScriptedProvider, open_context, width: int
):
    context = await open_context(viewport={"width": width, "height": 700})
    chat = ChatPage(await context.new_page())
    await context.grant_permissions(["clipboard-read", "clipboard-write"])
    await answered(chat, model_server, provider, "A paragraph.\n\n" * 40)
    while await (dismiss := chat.toasts.get_by_role("button", name="Dismiss")).count():
        await dismiss.first.click()
    composer = await chat.page.locator(".composer").bounding_box()
    await chat.replies.get_by_role("button", name="Copy the answer").click()
    await expect(chat.toasts).to_contain_text("Copied")
    await chat.toasts.locator(".toast").evaluate("(e) => Promise.all(e.getAnimations().map((each) => each.finished))")
    covered = await chat.page.evaluate(
        """() => {
          const toast = document.querySelector(".toast").getBoundingClientRect();
          return [".topbar-line", ".topbar .status", ".prose", ".composer"].filter((name) => {
            const view = document.querySelector(".scroller").getBoundingClientRect();
            const box = document.querySelector(name).getBoundingClientRect();
            const bottom = name === ".prose" ? Math.min(box.bottom, view.bottom) : box.bottom;
            return box.left < toast.right && toast.left < box.right && box.top < toast.bottom && toast.top < bottom;
          });
        }"""
    )
    assert covered == []
    assert await chat.page.locator(".composer").bounding_box() == composer
    await expect(chat.replies.get_by_role("button", name="Copy the answer")).to_be_in_viewport()


async def test_the_drawer_takes_and_gives_back_the_focus(shared: Studyin, open_context):
    context = await open_context(viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)
    chat = ChatPage(await context.new_page())
    await chat.open(shared.url)
    sidebar, opener = chat.page.locator(".sidebar"), chat.page.locator(".menu-button")
    await expect(sidebar).not_to_be_in_viewport()
    await opener.tap()
    await expect(sidebar).to_be_in_viewport()
    await expect(sidebar.locator(":focus")).to_have_count(1)
    await chat.page.keyboard.press("Escape")
    await expect(opener).to_be_focused()
    await expect(sidebar).not_to_be_in_viewport()


@pytest.mark.parametrize("width", [390, 1280])
async def test_a_thousand_words_a_second_are_laid_out_20_times_and_nothing_jumps(
    model_server: Studyin, provider: ScriptedProvider, open_context, width: int
):
    """Counted by the browser itself, over three seconds of it: the more there is to do, the fewer they are."""
    context = await open_context(viewport={"width": width, "height": 860}, reduced_motion="no-preference")
    page = await context.new_page()
    chat = ChatPage(page)
    kinds = ["word ", "ends.\n\n", "- item\n", "**bold** ", "[[1]] "]
    pieces = [kinds[0] if number % 15 else kinds[number // 15 % len(kinds)] for number in range(1, 6_000)]
    provider.script(Stream(*pieces, HANG, pace=1_000))
    await chat.open(model_server.url)
    await page.evaluate(
        """() => {
          window.shifts = [];
          const note = ({ hadRecentInput, value }) => hadRecentInput || window.shifts.push(value);
          new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type: "layout-shift" });
        }"""
    )
    await chat.ask("Say much.")
    await chat.says("word word word")
    devtools = await context.new_cdp_session(page)
    await devtools.send("Performance.enable")

    async def measured() -> tuple[float, float, int]:
        metrics = (await devtools.send("Performance.getMetrics"))["metrics"]
        found = {each["name"]: each["value"] for each in metrics}
        length = await chat.answer().evaluate("(prose) => prose.textContent.length")
        return found["Timestamp"], found["LayoutCount"], length

    began, before, short = await measured()
    await page.wait_for_timeout(3_000)
    ended, after, long = await measured()
    assert long - short > 2_000  # it came, and was drawn
    assert 0 < (after - before) / (ended - began) <= 20
    assert await page.evaluate("window.shifts") == []
    await chat.stop.click()
    await chat.ended("stopped")


async def test_a_question_goes_to_the_top_and_the_page_follows_only_a_reader_who_is_at_the_end(
    model_server: Studyin, provider: ScriptedProvider, chat: ChatPage, page: Page
):
    session = model_server.keep_session(7, turns=6)
    begun, pause = Pause(), Pause()
    paragraphs = [f"Paragraph {n}.\n\n" for n in range(60)]
    provider.script(Stream("First.\n\n", begun, *paragraphs, pause, *["More.\n\n"] * 20, "End."))
    await chat.open(f"{model_server.url}session/{session}")
    await chat.ask("Say much.")
    await begun.reached.wait()
    await chat.says("First.")
    assert 0 <= await chat.questions.last.evaluate(BELOW_TOP) < 48
    begun.go.set()
    await pause.reached.wait()
    await chat.says("Paragraph 59.")
    below = "scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight"
    at_end = f"() => {{ const scroller = document.querySelector('.scroller'); return {below} < 4 }}"
    await page.wait_for_function(at_end)
    await page.locator(".scroller").hover()
    await page.mouse.wheel(0, -400)
    await expect(page.get_by_role("button", name="New text")).to_be_visible()
    before = await page.evaluate("document.querySelector('.scroller').scrollTop")
    pause.go.set()
    await chat.ended()
    assert await page.evaluate("document.querySelector('.scroller').scrollTop") == before
    await page.locator(".scroller").hover()
    await page.mouse.wheel(0, 10_000)
    await page.wait_for_function(at_end)


async def test_a_first_visit_weighs_less_than_60_kilobytes_and_a_second_takes_less_than_5_requests(
    model_server: Studyin, chat: ChatPage
):
    visits = [await travelled(chat, model_server.url) for _ in range(2)]
    (first, chain), (second, _) = visits
    assert 1_000 < sum(first.values()) < 60_000, first
    assert len(first) < 8, first
    # Nothing that the page needs is named by anything but the page: no request waits for another's answer.
    assert chain <= {"parser", "other"}, first
    assert len(second) < 5, second
    assert not any("/static/" in url for url in second), second


async def test_a_session_of_200_messages_is_one_answer_that_stands_before_any_script(
    model_server: Studyin, chat: ChatPage, page: Page, open_context
):
    # Other words in each reply: the same ones again would take no room.
    notes = "".join(path.read_text() for path in sorted((ROOT / "studyin/library/samples").glob("*.md")))
    words = random.Random(200).choices(re.findall(r"[a-z]{3,}", notes), k=9_000)
    address = f"{model_server.url}session/{model_server.keep_session(9, turns=100, words=90, said=words)}"
    plain = ChatPage(await (await open_context(java_script_enabled=False)).new_page())
    await plain.page.goto(address)
    await expect(plain.questions).to_have_count(100)
    await expect(plain.answer(99)).to_contain_text("Reply 99.")
    (first, chain), (second, _), (empty, _) = [
        await travelled(chat, each) for each in (address, address, model_server.url)
    ]
    assert len(first) < 8, first
    assert chain <= {"parser", "other"}, first
    assert [url for url in second if not url.startswith("ws")] == [address]
    # What is said weighs what it weighs: what is around it is less than a hundred bytes a message.
    spoken = len(gzip.compress(" ".join(words).encode()))
    assert spoken > 15_000
    assert first[address] < empty[model_server.url] + spoken + 200 * 100, (first, spoken)
    assert sum(size for url, size in first.items() if url != address) + empty[model_server.url] < 60_000, first


async def travelled(chat: ChatPage, url: str) -> tuple[dict[str, int], set[str]]:
    """What came over the network as the page was opened, head lines and all, by address; and what asked for it."""
    devtools = await chat.page.context.new_cdp_session(chat.page)
    sizes: dict[str, int] = {}
    asked: dict[str, dict] = {}
    served_from_cache: set[str] = set()
    askers: set[str] = set()

    def note_end(event: dict) -> None:
        number = event["requestId"]
        if number in asked and event["encodedDataLength"] > 0 and number not in served_from_cache:
            sizes[asked[number]["request"]["url"]] = int(event["encodedDataLength"])
            askers.add(asked[number]["initiator"]["type"])

    devtools.on("Network.requestWillBeSent", lambda event: asked.update({event["requestId"]: event}))
    devtools.on("Network.requestServedFromCache", lambda event: served_from_cache.add(event["requestId"]))
    devtools.on("Network.webSocketCreated", lambda event: sizes.update({event["url"]: 0}))
    devtools.on("Network.loadingFinished", note_end)
    await devtools.send("Network.enable")
    await chat.page.goto(url, wait_until="networkidle")
    await chat.is_ready()
    await devtools.detach()
    return sizes, askers


async def test_motion_is_calmed_for_those_who_ask_for_it(model_server: Studyin, provider, open_context):
    context = await open_context(reduced_motion="reduce")
    chat = ChatPage(await context.new_page())
    provider.script(Stream(Pause()))
    await chat.open(model_server.url)
    await chat.ask("Wait.")
    await expect(chat.replies.locator(".waiting")).to_be_visible()
    running = "document.getAnimations().filter((a) => a.effect.getComputedTiming().duration > 1).length"
    assert await chat.page.evaluate(running) == 0
    await chat.page.emulate_media(reduced_motion="no-preference")
    assert await chat.page.evaluate(running) > 0
