"""Languages at each seat: the browser's or the one that is chosen, and lines that run from right to left."""

from __future__ import annotations

import time

import pytest
from playwright.async_api import expect

from tests.browser.look import SETTLED
from tests.browser.seat import Seat, everywhere
from tests.browser.server import Studyin
from tests.scripted_provider import Pause, ScriptedProvider, Stream

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

DAY_MS = 86_400_000
# Numbers, plurals and times as the page's own modules say them.
SAID = """async () => {
  const main = document.querySelector("script[type=module]").src;
  const { WORDS } = await import(main.replace("main", "words"));
  const { inWords } = await import(main.replace("main", "when"));
  const { megabytes } = await import(main.replace("main", "locale"));
  const numbers = [WORDS.chosen(1), WORDS.chosen(1234), WORDS.uploading("1", "2"), megabytes(1.5 * 2 ** 20)];
  return [...numbers, inWords(86_400_000), inWords(5 * 86_400_000)];
}"""
GERMAN = ["1 Notiz", "1.234 Notizen", "Wird hochgeladen, 1 von 2", "1,5 MB", "in 1 Tag", "in 5 Tagen"]
ENGLISH = ["1 note", "1,234 notes", "Uploading, 1 of 2", "1.5 MB", "in 1 day", "in 5 days"]


@everywhere
async def test_a_language_is_the_browsers_or_chosen_and_kept_on_a_page_that_goes_on_as_it_was(
    model_server: Studyin, provider: ScriptedProvider, sit
):
    seat: Seat = await sit(locale="de-AT", timezone_id="UTC")
    seat.context.watch.allow("404")
    page, chat = seat.page, seat.chat
    noon = int(time.time() // 86_400 * DAY_MS) + DAY_MS // 2
    for number, days in {1: 40, 2: 3, 3: 1}.items():
        model_server.keep_session(number, at=noon - days * DAY_MS)
    pause = Pause()
    provider.script(Stream("It begins. ", pause, "It ends."))
    lang = page.locator("html")

    async def choose(language: str) -> None:
        await seat.open_sidebar()
        link = page.locator(".sidebar .languages").get_by_text(language)
        await seat.sees(link)
        await seat.press(link)

    # ---- the browser's
    await chat.open(model_server.url)
    await expect(lang).to_have_attribute("lang", "de")
    await expect(chat.status).to_have_text("Verbunden")
    await seat.sees(page.locator(".welcome-title:visible"), page.locator(".composer"), page.locator(".controls-button"))
    await expect(page.locator(".controls-button")).to_have_text("Schnell · Studium")
    await seat.nothing_is_wider()
    assert await page.evaluate(SAID) == GERMAN  # plurals, numbers, times
    await chat.ask("Was ist ATP?")
    await pause.reached.wait()
    await chat.says("It begins.")
    await chat.question.fill("Was noch?")
    address = page.url
    await seat.open_sidebar()
    days = page.locator(".session-day")
    await expect(days).to_have_text(["Heute", "Gestern", "Diese Woche", "Früher"])
    await seat.sees(days.last, page.locator(".new-session"), page.locator(".practise-link"))
    await seat.nothing_is_wider()
    await seat.close_sidebar()

    # ---- chosen by hand: the page, the draft and the running answer stay
    await choose("English")
    await expect(lang).to_have_attribute("lang", "en")
    await chat.is_ready()
    await expect(page).to_have_url(address)
    await expect(chat.status).to_have_text("Connected")
    await expect(chat.question).to_have_value("Was noch?")
    await chat.says("It begins.")
    pause.go.set()
    await chat.ended()
    await chat.says("It ends.")
    assert "/session/" in address
    await expect(days).to_have_text(["Today", "Yesterday", "This week", "Earlier"])
    assert await page.evaluate(SAID) == ENGLISH
    # It holds for every page of this browser, and against what that asks for.
    await page.goto(f"{model_server.url}cards")
    await expect(lang).to_have_attribute("lang", "en")
    await seat.sees(page.locator(".languages a").first)
    other = await seat.context.new_page()
    await other.goto(model_server.url)
    await expect(other.locator("html")).to_have_attribute("lang", "en")
    await other.close()
    await page.goto(address)
    await chat.is_ready()

    # ---- by the keyboard, where one looks for what there is to do
    await page.keyboard.press("Control+k")
    await page.locator(".palette-field").fill("langu")
    await expect(page.locator(".palette-option[data-do]:not([hidden])")).to_have_count(0)
    option = page.locator(".palette-option[aria-selected]")
    await expect(option).to_have_text("DeutschLanguage")
    await seat.sees(option)
    await page.keyboard.press("Enter")
    await expect(lang).to_have_attribute("lang", "de")
    await chat.is_ready()
    await expect(page).to_have_url(address)
    await expect(chat.question).to_have_value("Was noch?")
    # Both names of a command find it; what is sent is in the language of the page.
    for begun in ("/ver", "/comp"):
        await chat.question.fill("")
        await chat.question.press_sequentially(begun)
        await expect(page.locator(".command:not([hidden])")).to_have_text("/vergleichenZwei Dinge nebeneinander")
    await seat.sees(page.locator(".command:not([hidden])"))
    await chat.question.press("Enter")
    await expect(chat.question).to_have_value("Vergleiche ")
    # Longer words find their room.
    reply = chat.replies.last
    await seat.sees(*[reply.get_by_role("button", name=name) for name in ("Antwort kopieren", "Neu antworten")])
    await seat.press(page.locator(".controls-button"))
    await seat.sees(page.locator("#controls"), page.locator('#controls label:has(> span:text-is("Profi"))'))
    await page.keyboard.press("Escape")
    await seat.nothing_is_wider()

    # ---- on a page that has nothing to study, in both
    await page.goto(f"{model_server.url}nowhere")
    await expect(page.locator("h1")).to_have_text("Hier ist nichts")
    await seat.sees(page.locator("h1"), page.locator(".error-words"), page.get_by_role("link", name="English"))
    await seat.press(page.locator(".languages").get_by_text("English"))
    await expect(lang).to_have_attribute("lang", "en")
    await expect(page).to_have_url(f"{model_server.url}nowhere")
    assert await lang.evaluate("(e) => e.scrollWidth - e.clientWidth") <= 0


# ------------------------------------------------------------------ from right to left

# There is no such language yet: a page that has its `dir` from its first line on, and keeps it.
MIRRORED = """window.way = "rtl";
const turn = () => { if (document.documentElement) document.documentElement.dir = window.way; };
new MutationObserver(turn).observe(document, { childList: true, subtree: true });"""
TURN = "(way) => { window.way = way; document.documentElement.dir = way; }"
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
ANSWER = "As it says:\n\n> It is *folded* so. [[1]]\n\n- One\n- Two\n\n| a | b |\n| --- | --- |\n| c | d |\n\n`x = 1`\n"


@everywhere
async def test_a_page_from_right_to_left_is_the_mirror_of_ours(
    model_server: Studyin, provider: ScriptedProvider, seat: Seat
):
    page, chat = seat.page, seat.chat
    await seat.context.add_init_script(MIRRORED)
    width = page.viewport_size["width"]
    await chat.open(model_server.url)
    await seat.sees(
        page.locator(".welcome-title:visible"), page.locator(".welcome-lead:visible"), page.locator(".composer")
    )
    # An empty field begins where lines do, and what is written finds its own way.
    for written, way in (("", "rtl"), ("What?", "ltr"), ("", "rtl")):
        await chat.question.fill(written)
        await expect(chat.question).to_have_css("direction", way)
    await chat.add_notes()
    provider.script(Stream(ANSWER))
    await chat.ask("How is the inner membrane folded?")
    await chat.ended()
    await expect(chat.sessions).to_have_count(1)
    await chat.dismiss_all()

    # ---- nothing is cut, nothing is wider; the sidebar is on the other side
    await seat.sees(
        chat.questions.locator(".question-text"), chat.answer().locator("p").first, page.locator(".composer")
    )
    await seat.sees(page.locator(".topbar-title"), chat.replies.get_by_role("button", name="Copy the answer"))
    await seat.nothing_is_wider()
    if seat.is_phone:
        await expect(seat.sidebar).not_to_be_in_viewport()
        assert (await seat.sidebar.bounding_box())["x"] >= width
    await seat.open_sidebar()
    box = await seat.sidebar.bounding_box()
    assert round(box["x"] + box["width"]) == width
    await seat.sees(
        chat.sessions.locator(".session-title"), page.locator(".material-name"), page.locator(".new-session")
    )
    await seat.nothing_is_wider()

    # ---- menus begin where their buttons do, and the panel stands on the other side
    async def begins_at(opener: str, what: str) -> None:
        await seat.press(page.locator(opener))
        await seat.sees(page.locator(what))
        button, menu = await page.locator(opener).bounding_box(), await page.locator(what).bounding_box()
        assert round(button["x"] + button["width"]) == round(menu["x"] + menu["width"])
        await page.keyboard.press("Escape")

    await seat.choose(chat.sessions.locator(".session-more"), "Rename")
    await seat.sees(page.get_by_label("Name of the session"))
    await page.keyboard.press("Escape")
    await seat.close_sidebar()
    await begins_at(".composer-add", ".menu:popover-open")
    await seat.press(page.locator(".controls-button"))
    await seat.sees(page.locator("#controls"))
    sheet, composer = await page.locator("#controls").bounding_box(), await page.locator(".composer").bounding_box()
    if seat.is_phone:
        assert (sheet["x"], sheet["width"]) == (0, width)
    else:
        assert round(sheet["x"] + sheet["width"]) == round(composer["x"] + composer["width"])
    await page.keyboard.press("Escape")
    await seat.press(chat.answer().locator(".citation"), in_text=True)
    passage = page.locator(".passage")
    await expect(page.locator(".passage-marked")).to_be_visible()
    await seat.sees(passage, page.locator(".passage-title"))
    beside, desk = await passage.bounding_box(), await page.locator(".desk").bounding_box()
    assert beside["x"] == 0
    assert seat.is_phone or beside["width"] <= desk["x"]
    await page.keyboard.press("Escape")
    await expect(passage).to_be_hidden()

    if seat.is_phone:
        # ---- the drawer goes with the finger, to its own side; what begins at the edge is the system's way back
        await seat.touch((387, 400), (170, 405), None)
        await expect(seat.sidebar).not_to_have_attribute("data-open", "")
        await seat.open_sidebar()
        await seat.touch((250, 400), (120, 410), None)  # further in
        await expect(seat.sidebar).to_have_attribute("data-open", "")
        await seat.touch((140, 400), (175, 402))
        await expect(seat.sidebar).to_have_css("transform", "matrix(1, 0, 0, 1, 35, 0)")
        await (await seat.devtools()).send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        await expect(seat.sidebar).to_have_css("transform", "none")
        await expect(seat.sidebar).to_have_attribute("data-open", "")
        await seat.touch((140, 400), (270, 410), None)
        await expect(seat.sidebar).not_to_have_attribute("data-open", "")
        await expect(seat.sidebar).not_to_be_in_viewport()
        await expect(page.locator(".menu-button")).to_be_focused()

    # ---- code is code, whichever way the page runs; what points, points along the line
    # Its own language would be set in letters that run that way: ours keep the page's way for the comparison.
    await page.evaluate("for (const each of document.querySelectorAll('.prose')) each.removeAttribute('dir')")
    ways = "(names) => names.map((name) => getComputedStyle(document.querySelector(name)).direction)"
    assert await page.evaluate(ways, [".prose p", ".prose p code", ".prose li"]) == ["rtl", "ltr", "rtl"]
    await expect(chat.answer().locator("blockquote")).to_have_css("border-right-width", "4px")
    assert await page.evaluate("getComputedStyle(document.querySelector('.icon-back')).scale") == "-1 1"

    # ---- each thing as far from its side as it is from the other one in our language
    for each in (width, 320) if seat.is_phone else (width,):
        await page.set_viewport_size({"width": each, "height": 800})
        boxes = []
        for way in ("ltr", "rtl"):
            await page.evaluate(TURN, way)
            await page.evaluate(SETTLED)  # a drawer that was turned is on its way
            boxes.append(await page.evaluate(BOXES, PLACES))
        assert len(boxes[0]) > 10, boxes
        pairs = zip(*boxes, strict=True)
        assert [(a, b) for a, b in pairs if max(abs(a[1] - b[1]), abs(a[2] - b[2])) > 1] == [], each

    # ---- and so do the pages beside it
    for path, part in (("cards", ".practice-empty:visible"), ("offline", ".error-words")):
        await page.goto(f"{model_server.url}{path}")
        await expect(page.locator("html")).to_have_attribute("dir", "rtl")
        await seat.sees(page.locator("h1"), page.locator(part))
        assert await page.locator("html").evaluate("(e) => e.scrollWidth - e.clientWidth") <= 0, path


ARABIC = """# الميتوكوندريا

الميتوكوندريا هي العضية التي تنتج معظم الطاقة في الخلية.
"""
# How far the first line of a text in an element is from the element's left and right side, in px.
SIDES = """(element, text) => {
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
}"""


@everywhere
async def test_arabic_and_hebrew_read_rightly_in_an_english_page(server: Studyin, seat: Seat):
    page, chat = seat.page, seat.chat
    await chat.open(server.url)
    await chat.add_notes("علم الأحياء.md", ARABIC)
    await chat.ask("ما هي الميتوكوندريا.")
    await chat.ended()
    await expect(chat.answer().locator("blockquote")).to_contain_text("معظم الطاقة")
    await page.reload()
    await chat.is_ready()

    async def sides(element: str, text: str) -> tuple[int, int]:
        return tuple(await page.locator(element).first.evaluate(SIDES, text))

    async def ends_with_its_stop(element: str, word: str) -> None:
        stop, _ = await sides(element, ".")
        assert stop < (await sides(element, word))[0]

    # ---- a quotation has its mark on its own side, and its sentence begins there; the full stop is at its end
    quote = chat.answer().locator("blockquote")
    await expect(quote).to_have_css("direction", "rtl")
    await expect(quote).to_have_css("border-right-width", "4px")
    left, right = await sides(".prose blockquote p", "الميتوكوندريا")
    assert right <= 1 < left
    await ends_with_its_stop(".prose blockquote p", "الخلية")
    await seat.sees(quote.locator("p"), chat.questions.locator(".question-text"))
    # A full stop ends the question; its slip of paper stays where questions stand.
    await ends_with_its_stop(".question-text", "الميتوكوندريا")
    slip, prose = await chat.questions.locator(".question-text").bounding_box(), await chat.answer().bounding_box()
    assert round(slip["x"]) == round(prose["x"])
    # Ours goes on as ours.
    await expect(chat.answer().locator("p").first).to_have_css("direction", "ltr")

    # ---- names stay at the edge of their list; what is beside the answer, where there is room, reads as it does
    if not seat.is_phone:
        left, right = await sides(".source-text", "الميتوكوندريا")
        assert right <= 1 < left
        await seat.sees(page.locator(".source-text").first)
    title = page.locator(".topbar-title")
    await expect(title).to_have_text("ما هي الميتوكوندريا.")
    assert await title.evaluate("(e) => e.matches(':dir(rtl)')")
    left, right = await sides(".topbar-title", "الميتوكوندريا")
    assert left < right
    await seat.open_sidebar()
    left, right = await sides(".material-text", "الأحياء")
    assert left < right
    await seat.sees(page.locator(".material-name"), chat.sessions.locator(".session-title"))
    await seat.choose(chat.sessions.locator(".session-more"), "Rename")
    field = page.get_by_label("Name of the session")
    await field.fill("מהו תא?")
    assert await field.evaluate("(e) => e.matches(':dir(rtl)')")
    await page.keyboard.press("Enter")
    await expect(title).to_have_text("מהו תא?")
    stop, _ = await sides(".session-title", "?")
    assert stop < (await sides(".session-title", "מהו"))[0]
    await seat.close_sidebar()

    # ---- the document in its panel
    await seat.press(chat.answer().locator(".citation").first, in_text=True)
    await expect(page.locator(".passage-marked mark").first).to_be_visible()
    await ends_with_its_stop(".passage-marked", "الخلية")
    await seat.sees(page.locator(".passage-marked mark").first, marked=True)
    await page.keyboard.press("Escape")

    # ---- what is written finds its way as it is written
    for written, way in (("ما هو الغشاء؟", "rtl"), ("What is it?", "ltr"), ("מה זה?", "rtl"), ("", "ltr")):
        await chat.question.fill(written)
        assert await chat.question.evaluate("(e, way) => e.matches(`:dir(${way})`)", way), written
    await seat.nothing_is_wider()
