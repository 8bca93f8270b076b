"""The page in another language, and in one whose lines run from right to left."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.browser.chat_page import ChatPage
from tests.browser.look import SETTLED
from tests.browser.server import Studyin
from tests.scripted_provider import Pause, ScriptedProvider, Stream

pytestmark = [pytest.mark.browser, pytest.mark.thorough, pytest.mark.asyncio(loop_scope="session")]

ARABIC = """# الميتوكوندريا

الميتوكوندريا هي العضية التي تنتج معظم الطاقة في الخلية.
"""
# What stands where; mirrored, each has to stand as far from the other side.
PLACES = (
    ".sidebar, .brand, .new-session, .search, .sessions-more, .session-link, .session-title, .session-more,"
    " .shelf-add, .material > .icon, .material-name, .menu-button, .topbar-title, .status, .question-text, .reply-main,"
    " .prose li, .prose blockquote, .prose th, .message-copy, .sources, .source-open, .citation, .composer,"
    " .composer-add, .controls-button, .composer-send, .toasts"
)
BOXES = """(names) => {
  const width = document.documentElement.clientWidth;
  const all = [...document.querySelectorAll(names)];
  return all.filter((each) => each.checkVisibility({ visibilityProperty: true })).map((each) => {
    const { left, right } = each.getBoundingClientRect();
    const [start, end] = document.dir === "rtl" ? [width - right, width - left] : [left, right];
    return [each.className || each.tagName, Math.round(start), Math.round(end)];
  });
}"""
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


async def test_a_language_is_chosen_on_the_page_which_goes_on_as_it_was(
    model_server: Studyin, provider: ScriptedProvider, open_context
):
    context = await open_context(locale="de-AT", service_workers="allow")
    context.watch.allow("404")
    page = await context.new_page()
    chat = ChatPage(page)
    pause = Pause()
    provider.script(Stream("It begins. ", pause, "It ends."))
    listen = "navigator.serviceWorker.addEventListener('message', ({ data }) => { window.told = data.shell; })"
    await context.add_init_script(listen)
    await chat.open(model_server.url)
    await expect(chat.status).to_have_text("Verbunden")
    # A worker that has another language, as its browser asks for no page, is no newer version for that.
    await page.wait_for_function("() => window.told")
    assert not (await page.evaluate("window.told")).endswith("-de/")
    await expect(chat.toasts).not_to_contain_text("Version")
    await chat.ask("Was ist ATP?")
    await pause.reached.wait()
    await chat.says("It begins.")
    await chat.question.fill("Was noch?")
    address = page.url

    await page.locator(".sidebar .languages").get_by_text("English").click()
    await chat.is_ready()
    assert (page.url, await page.locator("html").get_attribute("lang")) == (address, "en")
    await expect(chat.status).to_have_text("Connected")
    await expect(chat.question).to_have_value("Was noch?")
    await chat.says("It begins.")
    pause.go.set()
    await chat.ended()
    await chat.says("It ends.")
    assert "/session/" in address

    # As well by the keyboard, where one looks for what there is to do.
    await page.keyboard.press("Control+k")
    await page.locator(".palette-field").fill("langu")
    await expect(page.locator(".palette-option[data-do]:not([hidden])")).to_have_count(0)
    await expect(page.locator(".palette-option[aria-selected]")).to_have_text("DeutschLanguage")
    await page.keyboard.press("Enter")
    await expect(page.locator("html")).to_have_attribute("lang", "de")
    await chat.is_ready()
    assert page.url == address
    await expect(chat.question).to_have_value("Was noch?")
    # Both names of a command find it; what is sent is in the language of the page.
    for begun in ("/ver", "/comp"):
        await chat.question.fill("")
        await chat.question.press_sequentially(begun)
        await expect(page.locator(".command:not([hidden])")).to_have_text("/vergleichenZwei Dinge nebeneinander")
    await chat.question.press("Enter")
    await expect(chat.question).to_have_value("Vergleiche ")
    # Its numbers are written as here, its clock is the student's own.
    words = await page.evaluate(
        """async () => {
          const { WORDS } = await import(document.querySelector("script[type=module]").src.replace("main", "words"));
          return [WORDS.chosen(1), WORDS.chosen(1234), WORDS.uploading("1", "2")];
        }"""
    )
    assert words == ["1 Notiz", "1.234 Notizen", "Wird hochgeladen, 1 von 2"]

    await page.goto(f"{model_server.url}nowhere")
    await page.locator(".languages").get_by_text("English").click()
    await expect(page.locator("html")).to_have_attribute("lang", "en")
    assert page.url == f"{model_server.url}nowhere"


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


async def test_a_page_from_right_to_left_is_the_mirror_of_ours(
    model_server: Studyin, provider: ScriptedProvider, open_context
):
    context = await open_context()
    page = await context.new_page()
    chat = ChatPage(page)
    await chat.open(model_server.url)
    await chat.add_notes()
    provider.script(Stream(ANSWER))
    await chat.ask("How?")
    await chat.ended()
    await expect(chat.sessions).to_have_count(1)
    turn = "(way) => { document.documentElement.dir = way; }"
    # Its own language would be set in letters that run that way: ours keep the page's way for the comparison.
    await page.evaluate("for (const each of document.querySelectorAll('.prose')) each.removeAttribute('dir')")
    for width in (1280, 390, 320):
        await page.set_viewport_size({"width": width, "height": 800})
        boxes = []
        for way in ("ltr", "rtl"):
            await page.evaluate(turn, way)
            await page.evaluate(SETTLED)  # a drawer that was turned is on its way
            boxes.append(await page.evaluate(BOXES, PLACES))
        assert len(boxes[0]) > 10, boxes
        different = [
            (one, other)
            for one, other in zip(*boxes, strict=True)
            if max(abs(one[1] - other[1]), abs(one[2] - other[2])) > 1
        ]
        assert different == [], width
    # A menu begins where its button does.
    add = page.locator(".composer-add")
    await add.click()
    button, menu = await add.bounding_box(), await page.locator(".menu:popover-open").bounding_box()
    assert round(button["x"] + button["width"]) == round(menu["x"] + menu["width"])
    await page.keyboard.press("Escape")
    # The drawer comes from its own side, and leaves to it.
    sidebar = page.locator(".sidebar")
    await expect(sidebar).not_to_be_in_viewport()
    assert (await sidebar.bounding_box())["x"] >= 320
    await page.locator(".menu-button").click()
    await expect(sidebar).to_be_in_viewport()
    box = await sidebar.bounding_box()
    assert round(box["x"] + box["width"]) == 320
    swipe = """([from, to]) => {
      for (const [name, x] of [["touchstart", from], ["touchend", to]]) {
        const target = document.querySelector(".sidebar");
        const touch = new Touch({ identifier: 1, target, clientX: x, clientY: 300 });
        target.dispatchEvent(new TouchEvent(name, { touches: [touch], changedTouches: [touch] }));
      }
    }"""
    await page.evaluate(swipe, [200, 120])
    await expect(sidebar).to_have_attribute("data-open", "")
    await page.evaluate(swipe, [120, 200])
    await expect(sidebar).not_to_have_attribute("data-open", "")
    # Code is code, whichever way the page runs; what points, points along the line.
    ways = "(names) => names.map((name) => getComputedStyle(document.querySelector(name)).direction)"
    assert await page.evaluate(ways, [".prose p", ".prose p code", ".prose li"]) == ["rtl", "ltr", "rtl"]
    assert await page.evaluate("getComputedStyle(document.querySelector('.icon-back')).scale") == "-1 1"


async def test_arabic_reads_rightly_in_an_english_page(server: Studyin, page: Page):
    chat = ChatPage(page)
    await chat.open(server.url)
    await chat.add_notes("علم الأحياء.md", ARABIC)
    await chat.ask("ما هي الميتوكوندريا.")
    await chat.ended()
    await expect(chat.answer().locator("blockquote")).to_contain_text("معظم الطاقة")
    await page.reload()
    await chat.is_ready()

    async def sides(element: str, text: str) -> tuple[int, int]:
        """How far the text's first line is from the element's left and right side, in px."""
        return tuple(
            await page.locator(element).first.evaluate(
                """(element, text) => {
                  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
                  while (walker.nextNode()) {
                    const at = walker.currentNode.nodeValue.indexOf(text);
                    if (at < 0) continue;
                    const range = document.createRange();
                    range.setStart(walker.currentNode, at);
                    range.setEnd(walker.currentNode, at + text.length);
                    const [line, box] = [range.getBoundingClientRect(), element.getBoundingClientRect()];
                    return [Math.round(line.left - box.left), Math.round(box.right - line.right)];
                  }
                  throw new Error(`Expected ${text} in ${element.textContent}`);
                }""",
                text,
            )
        )

    # A quotation has its mark on its own side, and its sentence begins there; the full stop is at its end.
    quote = chat.answer().locator("blockquote")
    assert await quote.evaluate("(e) => [getComputedStyle(e).direction, getComputedStyle(e).borderRightWidth]") == [
        "rtl",
        "4px",
    ]
    left, right = await sides(".prose blockquote p", "الميتوكوندريا")
    assert right <= 1 < left
    stop, _ = await sides(".prose blockquote p", ".")
    word, _ = await sides(".prose blockquote p", "الخلية")
    assert stop < word
    # So does the excerpt beside it, and the document in the panel.
    left, right = await sides(".source-text", "الميتوكوندريا")
    assert right <= 1 < left
    # A full stop ends the question; its slip of paper stays where questions stand, as names stay at their edge.
    stop, _ = await sides(".question-text", ".")
    word, _ = await sides(".question-text", "الميتوكوندريا")
    assert stop < word
    slip, prose = await chat.questions.locator(".question-text").bounding_box(), await chat.answer().bounding_box()
    assert round(slip["x"]) == round(prose["x"])
    left, right = await sides(".material-text", "الأحياء")
    assert left < right
    # Ours goes on as ours.
    assert await chat.answer().locator("p").first.evaluate("(e) => getComputedStyle(e).direction") == "ltr"
    await chat.answer().locator(".citation").first.click()
    await expect(page.locator(".passage-marked mark").first).to_be_visible()
    stop, _ = await sides(".passage-marked", ".")
    word, _ = await sides(".passage-marked", "الخلية")
    assert stop < word
    # What is written finds its way as it is written.
    await chat.question.fill("ما هو الغشاء؟")
    assert await chat.question.evaluate("(e) => e.matches(':dir(rtl)')")
    await chat.question.fill("What is it?")
    assert await chat.question.evaluate("(e) => e.matches(':dir(ltr)')")
