"""Hostile Markdown, file names, titles and accounts in a real Chromium: nothing runs, nothing leaves, nothing is held
back by the policy alone, and no message passes for a part of the page."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from playwright.async_api import expect

from studyin.web.render import LiveRender
from tests.browser.chat_page import ChatPage
from tests.browser.hostile_data import ATTACKS, SESSION, fill, together
from tests.browser.page_check import tell, wrong, wrong_while_streaming
from tests.browser.server import Studyin
from tests.scripted_provider import Refuse, ScriptedProvider, Stream, Think

pytestmark = [pytest.mark.browser, pytest.mark.thorough, pytest.mark.asyncio(loop_scope="session")]

# Goes up frame by frame, as long as there is something older; which may be on its way already.
UP_TO_THE_BEGINNING = """() => {
  document.querySelector(".scroller").scrollTop = 0;
  return !document.querySelector(".older");
}"""


async def test_a_page_of_attacks_runs_none_as_it_is_loaded(server: Studyin, open_context):
    count = fill(server)
    context = await open_context()
    opened = await tell(context)
    page = await context.new_page()
    # Its own script would go on to fetch what is older, and take the end of the page for what is new.
    await page.route("**/main.js", lambda route: route.fulfill(content_type="text/javascript", body=""))
    address = f"session/{SESSION}"
    while address:
        await page.goto(server.url + address)
        count -= await page.locator(".message").count()
        older = page.locator(".older a")
        address = (
            await older.evaluate("({ pathname, search }) => pathname.slice(1) + search") if await older.count() else ""
        )
        assert await wrong(page) == []
    assert count == 0
    assert opened == []


async def test_attacks_run_neither_where_a_script_inserts_them_nor_without_the_policy(
    server: Studyin, open_context, tmp_path: Path
):
    """The policy is the second line: here nothing but what the server sends stands between an attack and the page."""
    count = fill(server)
    context = await open_context(bypass_csp=True)
    opened = await tell(context)
    page = await context.new_page()
    await page.goto(f"{server.url}session/{SESSION}")
    await page.wait_for_function(UP_TO_THE_BEGINNING)
    assert await page.locator(".message").count() == count
    assert await wrong(page) == []

    # The same as a file on disk, which has no policy from a server.
    context.watch.allow("to another host: file:")
    answer = await context.request.get(f"{server.url}api/sessions/{SESSION}/export?format=html")
    file = tmp_path / "session.html"
    file.write_bytes(await answer.body())
    await page.goto(file.as_uri())
    await expect(page.locator("article")).to_have_count(count)
    # What the export itself puts into the answers: links to the sources below them.
    own = re.compile(r"has <a (?:href=#\d+-passage-\d+|class=cite(?: doubtful)?)>")
    found = {" ".join(each.split()) for each in await wrong(page, ".prose, .question-text, .reply blockquote")}
    assert {each for each in found if not own.fullmatch(each)} == set()
    assert opened == []


async def test_an_attack_that_streams_in_is_harmless_at_every_character(shared: Studyin, open_context):
    context = await open_context()
    opened = await tell(context)
    page = await context.new_page()
    await page.goto(shared.url)
    replies = []
    for number, attack in ATTACKS.items():
        text, render, renders, blocks = attack + "\n\n", LiveRender(citations=3), {}, 0
        for end in range(1, len(text) + 1):
            if text[end - 1] == "\n":
                render.update(text[:end])
                state = render.since(blocks)
                blocks = render.finished
                renders[end] = {"block": state.block, "html": state.html, "upto": state.upto}
        replies.append({"number": number, "text": text, "renders": renders})
    assert await wrong_while_streaming(page, replies) == []
    assert opened == []


async def test_attacks_of_a_model_run_neither_as_they_come_nor_when_they_came(
    model_server: Studyin, provider: ScriptedProvider, open_context
):
    context = await open_context()
    opened = await tell(context)
    chat = ChatPage(await context.new_page())
    some = list(ATTACKS.values())[::29]
    pieces = [piece for attack in some for piece in (*attack, "\n\n")]
    provider.script(
        Stream(Think("\n".join(some)), *pieces, pace=800), Refuse(400, {"error": {"message": "\n".join(some)}})
    )
    await chat.open(model_server.url)
    await chat.ask("\n".join(some))
    await expect(chat.answer().locator("math, code, a").first).to_be_attached()
    assert await wrong(chat.page) == []
    await chat.ended()
    assert await wrong(chat.page) == []
    await chat.ask("And now?")
    await chat.ended("failed")
    assert await wrong(chat.page) == []
    assert opened == []


async def test_attacks_in_notes_names_and_titles_stay_words_wherever_the_page_shows_them(server: Studyin, open_context):
    """Through the page's own doing: uploads, sources, the passage, hits, the palette, toasts, cards, insights."""
    context = await open_context()
    opened = await tell(context)
    page = await context.new_page()
    chat = ChatPage(page)
    attack = "<img src=x onerror=window.hostile=1>"
    notes = "\n\n".join([f"Osmosis is the flow of water {attack} through a membrane.", *together(8)])

    async def looks_right() -> None:
        assert await wrong(page) == []

    await chat.open(server.url)
    await chat.drop({f"{attack}.md": f"# {attack}\n\n{notes}", f"{attack} empty.md": ""})
    await chat.has_read(f"{attack}.md")
    await expect(chat.tray.locator(".upload[data-status=failed]")).to_contain_text(attack)
    await page.locator(".controls-button").click()
    await expect(page.locator(".pick-name").last).to_have_text(f"{attack}.md")
    await page.keyboard.press("Escape")
    await chat.ask(f"What is osmosis? {attack}")
    await chat.ended()
    await looks_right()
    await page.get_by_role("button", name="Save as card").click()
    await expect(chat.toasts).to_contain_text("Kept")
    await page.get_by_role("button", name="Save as insight").click()
    await expect(page.locator(".insights-count")).to_have_text("1")
    await page.locator(".insights summary").click()
    await page.locator(".source-open").first.click()
    await expect(page.locator(".passage-marked mark").first).to_be_visible()
    await expect(page.locator(".passage-title")).to_have_text(f"{attack}.md")
    await looks_right()
    await page.locator(".passage-close").click()

    await chat.sessions.hover()
    await chat.sessions.locator(".session-more").click()
    await page.get_by_role("menuitem", name="Rename").click()
    await page.get_by_label("Name of the session").fill(attack)
    await page.keyboard.press("Enter")
    await expect(chat.sessions).to_have_text(attack)
    await expect(page.locator(".topbar-title")).to_have_text(attack)
    await page.locator(".search-field").fill("osmosis onerror")
    await expect(page.locator(".session-hit mark").first).to_be_visible()
    await looks_right()
    await chat.sessions.locator(".session-link").first.click()
    await chat.is_ready()
    await chat.messages_stay()
    await page.keyboard.press("Control+k")
    await page.locator(".palette-field").fill("onerror")
    found = page.locator(".palette [role=option]:visible").first
    await expect(found.locator(".palette-words")).to_contain_text(attack)
    await expect(found.locator(".palette-name")).to_have_text(attack)
    await looks_right()
    await page.keyboard.press("Escape")
    await chat.sessions.hover()
    await chat.sessions.locator(".session-more").click()
    await page.get_by_role("menuitem", name="Delete").click()
    await expect(chat.toasts).to_contain_text(f"“{attack}” was deleted.")
    await looks_right()
    await chat.toasts.get_by_role("button", name="Undo").click()
    await chat.materials.last.hover()
    await chat.materials.last.get_by_role("button", name="Remove from your notes").click()
    await expect(chat.toasts).to_contain_text(f"{attack}.md was removed")
    await looks_right()

    await page.goto(f"{server.url}cards")
    await page.locator(".deck-card").get_by_role("button", name="Edit this card").click()
    await page.get_by_label("Back").fill("\n\n".join(list(ATTACKS.values())[::40]))
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator(".deck-back").locator("math, code").first).to_be_visible()
    await looks_right()
    assert opened == []


async def test_attacks_in_names_of_accounts_and_in_addresses_stay_words(start, open_context):
    server = start("--auth", "proxy", STUDYIN_TRUSTED_PROXIES="127.0.0.1,::1")
    attack = "<img src=x onerror=window.hostile=1>\"'`><b>"
    with closing(sqlite3.connect(server.data / "studyin.sqlite3")) as database, database:
        for number, name in enumerate([attack, *together(30)]):
            database.execute(
                "INSERT INTO accounts (id, name, created_at, name_key, role) VALUES (?, ?, 1, ?, 'admin')",
                (f"a{number}", name, name.casefold()),
            )
            database.execute(
                "INSERT INTO invitations (id, name, role, created_at, expires_at) VALUES (?, ?, 'student', 1, 1e15)",
                (f"i{number}", name),
            )
    context = await open_context(extra_http_headers={"Remote-User": attack})
    context.watch.allow("status of 4")
    opened = await tell(context)
    page = await context.new_page()
    await page.goto(f"{server.url}account")
    await expect(page.locator(".account-title")).to_have_text(attack)
    await expect(page.locator(".person-name")).to_have_count(62)
    assert await wrong(page) == []
    await page.goto(server.url)
    await expect(page.locator(".sidebar-account")).to_have_text(attack)
    assert await wrong(page) == []
    addresses = [
        lambda words: quote(words, safe=""),
        lambda words: f"session/{quote(words[:40], safe='')}",
        lambda words: f"cards?{urlencode({'query': words})}",
        lambda words: f"?{urlencode({'branch': words, 'before': words, 'mark': words})}#{quote(words)}",
    ]
    for number, words in enumerate([*[attack] * 4, *together(30)]):
        await page.goto(server.url + addresses[number % 4](words))
        assert await wrong(page) == [], words
    assert opened == []
