"""What a student takes along, at each seat: sessions as files, all of them at once, brought back, and on paper."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Locator, expect

from tests.browser import gallery
from tests.browser.seat import Seat, everywhere
from tests.browser.server import Studyin
from tests.browser.test_feel_messages import SUM, TABLE

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

TITLE = "Where ATP is made"
FORMATS = {"Markdown": "md", "HTML": "html", "JSON": "json"}
WRONG = {
    "wrong.json": (b"nothing", "Expected a ZIP or JSON file"),
    "theirs.json": (b'{"mapping": 7}', "Expected a ZIP or JSON file"),
    "photos.zip": (b"PK\x05\x06" + bytes(18), "neither a sessions.json nor a conversations.json"),
    "broken.zip": (b"PK\x03\x04", "damaged"),
}
FORMULA = " + ".join(SUM.split(" + ")[:15])
WIDE = f"{TABLE}\n\n```python\n{'a_long_name = ' * 30}\n```\n\n$${FORMULA}$$\n\nThe end."
A4 = {"width": 673, "height": 980}  # less the margins, in CSS px
# What has more in it than is shown; and what of the text is beside the page. A formula can't be broken.
SCROLLS = """(all) => all.filter((e) => e.checkVisibility() && getComputedStyle(e).overflowX !== "visible")
  .filter((e) => e.scrollWidth > e.clientWidth + 1 && !e.matches(".visually-hidden")).map((e) => e.className)"""
STICKS_OUT = """(all) => all.filter((e) => e.checkVisibility() && e.getBoundingClientRect().right > innerWidth + 1)
  .map((e) => e.localName)"""
PAPER = "Once printed, all of it is there"


def chatgpt() -> str:
    """Two conversations as ChatGPT exports them, one of which was answered twice."""

    def node(name: str, parent: str | None, children: list[str], role: str, text: str) -> dict[str, Any]:
        content = {"content_type": "text", "parts": [text]}
        message = {"id": name, "author": {"role": role}, "content": content, "create_time": 1_700_000_000}
        return {name: {"id": name, "parent": parent, "children": children, "message": message}}

    leaf = node("q", None, ["a", "b"], "user", "Why are leaves green?")
    leaf |= node("a", "q", [], "assistant", "They are not.") | node("b", "q", [], "assistant", "Chlorophyll **is**.")
    sky = node("q", None, ["a"], "user", "Why is the sky blue?") | node("a", "q", [], "assistant", "It scatters.")
    whole = [("Green leaves", leaf, "b", 0), ("Blue sky", sky, "a", 60)]
    return json.dumps(
        [
            {"title": title, "create_time": 1_700_000_000 + later, "mapping": mapping, "current_node": current}
            for title, mapping, current, later in whole
        ]
    )


def said(whole: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(message["role"], message["content"]) for message in whole["messages"]]


@everywhere
async def test_sessions_are_taken_along_and_brought_back(server: Studyin, seat: Seat, tmp_path: Path):
    page, chat = seat.page, seat.chat
    seat.context.watch.allow("status of 400", "404")
    gallery.hang(server)
    server.keep_session(4, at=5)
    await chat.open(f"{server.url}session/{gallery.SESSION}")
    titles = chat.sessions.locator(".session-title")
    news, errors = chat.toasts.locator('.toast[data-kind="news"]'), chat.toasts.get_by_role("alert")

    # ---- one session, from its menu, as a file of each kind
    await seat.open_sidebar()
    more, menu = chat.sessions.last.locator(".session-more"), page.locator(".menu:popover-open")
    await expect(titles).to_have_text(["Session 4", TITLE])
    files: dict[str, Path] = {}
    for steps, (name, kind) in enumerate(FORMATS.items(), start=2):
        async with page.expect_download() as download:
            if seat.is_phone:
                await seat.choose(more, f"Export as {name}")
            else:
                await more.focus()
                await page.keyboard.press("Enter")
                await expect(page.get_by_role("menuitem", name="Rename")).to_be_focused()
                for _ in range(steps):
                    await page.keyboard.press("ArrowDown")
                await expect(page.get_by_role("menuitem", name=f"Export as {name}")).to_be_focused()
                await seat.sees(menu, page.get_by_role("menuitem", name=f"Export as {name}"))
                await page.keyboard.press("Enter")
        await expect(menu).to_have_count(0)
        assert (await download.value).suggested_filename == f"{TITLE}.{kind}"
        files[kind] = tmp_path / f"{TITLE}.{kind}"
        await (await download.value).save_as(files[kind])
    assert f"<title>{TITLE}</title>" in files["html"].read_text()
    markdown, whole = files["md"].read_text(), json.loads(files["json"].read_text())
    assert markdown.startswith(f"# {TITLE}\n")
    # What is read has the branch that is shown, what is brought back has all.
    for once in ("And in plants, by day?", "says `cytochrome c`", "[1?]", "*(interrupted)*", "*(failed)*"):
        assert once in markdown
    assert "And in plants?" not in markdown
    assert ("user", "And in plants?") in said(whole)
    assert len(whole["messages"]) == 9
    await expect(chat.sessions).to_have_count(2)

    # ---- all of them
    async with page.expect_download() as download:
        await seat.choose(page.get_by_role("button", name="Import, export and keys"), "Export all sessions")
    files["zip"] = tmp_path / (await download.value).suggested_filename
    await (await download.value).save_as(files["zip"])
    with zipfile.ZipFile(files["zip"]) as archive:
        assert sorted(archive.namelist()) == ["0001 Session 4.md", f"0002 {TITLE}.md", "sessions.json"]
        assert archive.read(f"0002 {TITLE}.md").decode() == markdown
        every = json.loads(archive.read("sessions.json"))
    assert [said(each) for each in every["sessions"]][1] == said(whole)

    # ---- brought back to where there is none of them: the same JSON, the same ZIP
    server.forget()
    await page.goto(server.url)
    await chat.is_ready()
    await expect(chat.sessions).to_have_count(0)
    await seat.open_sidebar()

    async def bring(*paths: Path) -> None:
        async with page.expect_file_chooser() as chooser:
            await seat.choose(page.get_by_role("button", name="Import, export and keys"), "Import sessions")
        assert ".zip" in (await (await chooser.value).element.get_attribute("accept")).split(",")
        await (await chooser.value).set_files(paths)

    async def told(words: str) -> None:
        toast = news.filter(has_text=words)
        await seat.message_stands_clear(toast, (".session-list",) if seat.is_phone else (".scroller", ".composer"))
        await seat.press(toast.get_by_role("button", name="Dismiss"))

    await chat.dismiss_all()
    await chat.messages_stay()
    await bring(files["json"])
    await told("1 session was imported.")
    await expect(titles).to_have_text([TITLE])
    await bring(files["zip"])
    await told("1 session was imported. 1 session was here already.")
    await expect(titles).to_have_text(["Session 4", TITLE])
    await seat.sees(titles.first, titles.last)

    # ---- what is no such file is told by its name, and stays until it is read
    for name, (data, _) in WRONG.items():
        (tmp_path / name).write_bytes(data)
    await bring(*(tmp_path / name for name in WRONG))
    await expect(errors).to_have_count(len(WRONG))
    for name, (_, words) in WRONG.items():
        toast = errors.filter(has_text=f"{name}: ")
        await expect(toast).to_contain_text(words)
        await seat.sees(toast.locator(".toast-words"), other_way=True)
    for name in WRONG:
        await seat.press(errors.filter(has_text=f"{name}: ").get_by_role("button", name="Dismiss"))
    await expect(errors).to_have_count(0)
    await expect(chat.sessions).to_have_count(2)
    await seat.nothing_is_wider()

    # ---- dropped as notes are, and among those: what it is tells its name, or how it begins
    await seat.close_sidebar()
    every["sessions"][0]["session"] |= {"title": "From elsewhere", "created_at": 77, "updated_at": 10**12}
    every["cards"] = [{"front": "Why?", "back": "Because."}]
    dropped = {
        "sessions.json": json.dumps(every),
        "conversations.json": chatgpt(),
        f"{TITLE} (1).json": files["json"].read_text(),
    }
    await chat.drop({**dropped, "notes.zip": "PK", "cells.md": "# Cells", "list.json": '{"cells": 3}'})
    for words in (
        "1 session was imported. 1 session was here already. 1 card came along.",
        "2 sessions were imported.",
    ):
        await expect(news.filter(has_text=words)).to_have_count(1)
    await expect(news.filter(has_text=re.compile("^1 session was here already.$"))).to_have_count(1)
    await expect(errors).to_contain_text("notes.zip: Expected a ZIP or JSON file")
    await expect(chat.materials).to_have_count(2)
    await expect(page.locator(".shelf")).to_contain_text("cells.md")
    await expect(page.locator(".shelf")).to_contain_text("list.json")
    await expect(titles).to_have_text(["Blue sky", "Green leaves", "From elsewhere", "Session 4", TITLE])
    await seat.press(errors.get_by_role("button", name="Dismiss"))
    await chat.dismiss_all()

    # ---- and there it is as it was: with its branches, what it stands on, and what was kept of it
    await seat.open_sidebar()
    await seat.press(chat.sessions.last.locator(".session-link"))
    await chat.is_ready()
    await expect(chat.replies).to_have_count(4)
    await seat.sees(chat.answer(0).locator("h3"), chat.answer(0).locator("math[display=block]"), chat.questions.nth(3))
    await expect(chat.replies.first.locator(".source-file")).to_have_text([gallery.NOTES] * 2)
    await expect(page.locator(".insights-count")).to_have_text("1")
    await seat.press(chat.questions.nth(1).get_by_role("link", name="Previous version"))
    await expect(chat.questions.nth(1).locator(".question-text")).to_have_text("And in plants?")
    await seat.open_sidebar()
    await seat.press(chat.sessions.nth(1).locator(".session-link"))
    await expect(chat.answer()).to_have_text("Chlorophyll is.")
    await expect(chat.replies.locator(".branch-count")).to_have_text("2/2")
    await seat.press(chat.replies.get_by_role("link", name="Previous version"))
    await expect(chat.answer()).to_have_text("They are not.")
    await seat.sees(chat.answer(), chat.questions.locator(".question-text"))
    await seat.nothing_is_wider()


def widened(whole: dict[str, Any]) -> bytes:
    """The same session, its second answer as wide as can be."""
    (reply,) = [each for each in whole["messages"] if each["content"] == "The chloroplast makes"]
    reply |= {"content": WIDE, "status": "complete"}
    whole["session"]["title"] = PAPER
    return json.dumps(whole).encode()


@everywhere
async def test_a_session_on_paper_and_as_a_page_of_its_own(server: Studyin, seat: Seat, tmp_path: Path):
    page, chat = seat.page, seat.chat
    seat.context.watch.allow("to another host: file:")
    gallery.hang(server)
    request = seat.context.request
    answer = await request.get(f"{server.url}api/sessions/{gallery.SESSION}/export?format=json")
    headers = {"Origin": server.url.rstrip("/")}
    data = widened(await answer.json())
    server.forget()
    assert (await request.post(f"{server.url}api/sessions/import", data=data, headers=headers)).ok
    await chat.open(server.url)
    await seat.open_sidebar()
    await seat.press(chat.sessions.filter(has_text=PAPER).locator(".session-link"))
    await expect(page).to_have_url(re.compile("/session/"))
    await chat.is_ready()
    session = page.url.rpartition("/")[2]
    wide = "(e) => e.scrollWidth - e.clientWidth"
    usual = page.viewport_size

    async def on_paper() -> None:
        """Nothing scrolls, nothing is cut off, and nothing is to be pressed."""
        for size in (usual, A4):
            await page.set_viewport_size(size)
            assert await page.locator("main *").evaluate_all(SCROLLS) == []
        assert await page.locator("main :is(table, pre code, blockquote, li, p, h1)").evaluate_all(STICKS_OUT) == []
        await page.set_viewport_size(usual)
        for each in await page.locator("main :is(button, .button, .icon-button):not(.source-open)").all():
            await expect(each).to_be_hidden()

    async def sees_paper(*parts: Locator) -> None:
        await seat.sees(*parts, other_way=seat.is_dark)

    # ---- the page itself, printed: the whole conversation and nothing else, the insights open, nothing to press
    insight, last = page.locator(".insight-text"), page.locator(".ending-failed .error-message")
    await expect(insight).to_be_hidden()
    await expect(page.get_by_role("button", name="Keep as card")).to_be_visible()
    await page.emulate_media(media="print")
    for hidden in (".sidebar", ".dock", ".status", ".message-actions", ".question-edit", ".toasts", ".menu-button"):
        await expect(page.locator(hidden).first).to_be_hidden()
    await on_paper()
    # A line around code stays in it: at the top of a page it would also be one at the foot of the page before.
    await expect(page.locator(".code pre").first).to_have_css("outline", re.compile("solid"))
    await expect(page.locator(".code pre").first).to_have_css("outline-offset", "-1px")
    answer = chat.answer(0)
    await sees_paper(page.locator(".topbar-title"), insight, chat.questions.first.locator(".question-text"))
    await sees_paper(answer.locator("p").first, answer.locator("td").first, answer.locator(".k").first)
    await sees_paper(page.locator(".source-text").first, page.locator(".proposal-front"), page.locator(".notice"))
    await sees_paper(answer.locator(".footnote"), page.locator(".ending-interrupted:visible span").last, last.last)
    await sees_paper(chat.answer(1).locator("p").last)

    # ---- as one file
    await page.emulate_media(media="screen")
    file = tmp_path / "session.html"
    answer = await request.get(f"{server.url}api/sessions/{session}/export?format=html")
    file.write_bytes(await answer.body())
    assert len(await answer.body()) < 40_000
    await page.goto(file.as_uri())
    await expect(page).to_have_title(PAPER)
    question, replies = page.locator(".question-text"), page.locator(".reply")
    assert await page.evaluate("innerWidth") == page.viewport_size["width"]
    assert await page.locator("html").evaluate(wide) <= 0
    await seat.sees(page.locator("h1"), page.locator(".made"), page.locator(".insights blockquote"), question.first)
    prose, sources = replies.first.locator(".prose").first, replies.first.locator(".source")
    await seat.sees(prose.locator("p").first, prose.locator("td").first, prose.locator(".k").first, prose.locator("h3"))
    await seat.sees(prose.locator(".footnote"), sources.first, replies.first.locator(".card-back"))
    remarks = page.locator(".remark")
    await expect(remarks.filter(has_text="(")).to_have_text(["(interrupted)", "(failed)"])
    await seat.sees(remarks.first, remarks.last)
    # It reads as a book does, and what is wide scrolls by itself.
    width = await prose.evaluate("(e) => e.clientWidth / parseFloat(getComputedStyle(e).fontSize)")
    assert width < 38
    for each in (".scroll:has(table)", ".scroll:has(math)", "pre"):
        place = replies.nth(1).locator(each)
        await place.scroll_into_view_if_needed()
        assert await place.evaluate(wide) > 50
        await place.evaluate("(e) => { e.scrollLeft = 9_999 }")
        assert await place.evaluate("(e) => e.scrollLeft") > 50
    # A citation leads to its source below, and a doubtful one says that it is.
    cite = prose.locator(".cite")
    await expect(cite).to_have_text(["[1]", "[2]", "[1?]"])
    await seat.sees(cite.nth(1), cite.last, marked=True)
    await seat.press(cite.nth(1), in_text=True)
    target = page.locator("li:target")
    await expect(target).to_contain_text("26 to 28 ATP")
    await expect(target).to_be_in_viewport(ratio=1)
    await seat.sees(target.locator("blockquote"), marked=True)

    # ---- and that, printed
    await page.goto(file.as_uri())
    await page.emulate_media(media="print")
    await on_paper()
    await sees_paper(page.locator("h1"), question.first, prose.locator("p").first, prose.locator(".k").first)
    await sees_paper(sources.first, remarks.last, cite.first, replies.nth(1).locator("p").last)
    assert await page.locator(".visually-hidden").first.evaluate("(e) => e.offsetWidth") == 1
    await page.emulate_media(media=None)
    assert 2 <= (await page.pdf()).count(b"/Type /Page\n") <= 5


@everywhere
async def test_a_long_session_is_printed_whole(server: Studyin, seat: Seat):
    page = seat.page
    await seat.chat.open(f"{server.url}session/{server.keep_session(3, turns=40)}")
    await page.emulate_media(media="print")
    assert await page.evaluate("document.documentElement.scrollHeight") > 4_000
    await expect(page.locator(".reply").first).to_have_css("content-visibility", "visible")
    await seat.sees(page.locator(".reply .prose p").first, page.locator(".reply .prose p").last, other_way=seat.is_dark)
    await page.emulate_media(media=None)
    assert (await page.pdf()).count(b"/Type /Page\n") > 4
