"""How the page looks, in numbers: widths, lines, what is covered, weight."""

from __future__ import annotations

import random
import re

import pytest
from playwright.async_api import Page, expect

from tests.browser.chat_page import NOTES, ChatPage
from tests.browser.look import SETTLED
from tests.browser.server import ROOT, Studyin
from tests.scripted_provider import Pause, ScriptedProvider, Stream

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


@pytest.fixture
def chat(page: Page) -> ChatPage:
    return ChatPage(page)


async def answered(chat: ChatPage, server: Studyin, provider: ScriptedProvider, text: str = ANSWER) -> None:
    provider.script(Stream(text))
    await chat.open(server.url)
    await chat.ask("Where does a cell make most of its ATP, and why there of all places?")
    await chat.ended()


async def test_nothing_is_wider_than_a_tablet(model_server: Studyin, provider: ScriptedProvider, open_context):
    context = await open_context(viewport={"width": 768, "height": 700}, is_mobile=True, has_touch=True)
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


@pytest.mark.parametrize("width", [320, 1000])
async def test_a_message_covers_nothing_that_is_read(
    model_server: Studyin, provider: ScriptedProvider, open_context, width: int
):
    context = await open_context(viewport={"width": width, "height": 700})
    chat = ChatPage(await context.new_page())
    await context.grant_permissions(["clipboard-read", "clipboard-write"])
    await answered(chat, model_server, provider, "A paragraph.\n\n" * 40)
    await chat.dismiss_all()
    await chat.messages_stay()
    composer = await chat.page.locator(".composer").bounding_box()
    await chat.replies.get_by_role("button", name="Copy the answer").click()
    await expect(chat.toasts).to_contain_text("Copied")
    await chat.page.evaluate(SETTLED)
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


@pytest.mark.parametrize("locale", ["en-US", "de-DE"])
async def test_a_session_of_200_messages_is_one_answer_that_stands_before_any_script(
    model_server: Studyin, open_context, locale: str
):
    # Other words in each reply: the same ones again would take no room.
    notes = "".join(path.read_text() for path in sorted((ROOT / "studyin/library/samples").glob("*.md")))
    words = random.Random(200).choices(re.findall(r"[a-z]{3,}", notes), k=9_000)
    long, short = [
        f"{model_server.url}session/{model_server.keep_session(number, turns=100, words=count, said=words)}"
        for number, count in ((9, 90), (8, 1))
    ]
    plain = ChatPage(await (await open_context(java_script_enabled=False, locale=locale)).new_page())
    await plain.page.goto(short)
    assert await plain.questions.count() > 90
    # Beside what a student has in a month.
    for number in range(100, 140):
        model_server.keep_session(number, at=0)
    await plain.page.goto(long)
    await expect(plain.answer()).to_contain_text("Reply 99.")
    shown = await plain.replies.count()
    assert 8 < shown < 100

    chat = ChatPage(await (await open_context(locale=locale)).new_page())
    (first, chain), (second, _) = [await travelled(chat, long) for _ in range(2)]
    assert 30_000 < sum(first.values()) < 60_000, first
    assert len(first) < 5, first
    assert chain <= {"parser", "other"}, first
    assert [url for url in second if not url.startswith("ws")] == [long]
    await expect(chat.replies).to_have_count(shown)


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
