"""Accounts in a browser: coming in without script, and a login that ends while something is being typed."""

from __future__ import annotations

import subprocess
import sys

import pytest
from playwright.async_api import Page, expect

from tests.browser.chat_page import ChatPage
from tests.browser.server import ROOT, Studyin

pytestmark = [pytest.mark.browser, pytest.mark.thorough, pytest.mark.asyncio(loop_scope="session")]

PASSWORD = "correct horse battery"


def user(server: Studyin, *arguments: str, text: str | None = None) -> str:
    """`studyin user …` beside the server, as whoever runs it would. text: what is typed."""
    command = [sys.executable, "-m", "studyin", "user", *arguments, "--data-dir", str(server.data)]
    return subprocess.run(
        command,
        check=True,
        cwd=server.data.parent,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        input=text,
    ).stdout


async def sign_in(page: Page, name: str, password: str = PASSWORD) -> None:
    await page.get_by_label("Name").fill(name)
    await page.get_by_label("Password").fill(password)
    await page.get_by_role("button", name="Sign in").click()


async def test_an_invitation_and_signing_in_need_no_script(start, open_context):
    server = start("--auth", "password")
    link = user(server, "invite", "--url", server.url).strip()
    context = await open_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    context.watch.allow("403")
    page = await context.new_page()
    await page.goto(link)
    await page.get_by_label("Name").fill("ann")
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_label("Password once more").fill(PASSWORD)
    await page.get_by_role("button", name="Make my account").click()
    await page.get_by_role("link", name="Sessions and notes").click()
    await page.get_by_role("link", name="ann").click()
    await page.get_by_role("button", name="Sign out", exact=True).click()
    await expect(page.get_by_text("You are signed out.")).to_be_visible()
    await sign_in(page, "ann", "wrong")
    await expect(page.get_by_role("alert")).to_contain_text("don't belong together")
    await expect(page.get_by_label("Name")).to_have_value("ann")
    await page.goto(f"{server.url}account")
    await sign_in(page, "ann")
    await expect(page).to_have_url(f"{server.url}account")
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_what_is_typed_outlives_the_login_and_goes_on_after_the_next(start, open_context):
    server = start("--auth", "password")
    context = await open_context()
    page = await context.new_page()
    chat = ChatPage(page)
    await page.goto(user(server, "invite", "ann", "--url", server.url).strip())
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_label("Password once more").fill(PASSWORD)
    await page.get_by_role("button", name="Make my account").click()
    await chat.is_ready()
    await chat.ask("What is osmosis?")
    await chat.ended()
    address = page.url
    await chat.question.fill("And what is")

    # the account is disabled from another process, and comes back
    user(server, "disable", "ann")
    await expect(chat.status).to_have_text("Sign in required")
    await expect(chat.tray).to_contain_text("You are signed out.")
    await expect(chat.question).to_have_value("And what is")
    await chat.question.press_sequentially(" diffusion?")
    await chat.question.press("Enter")
    await expect(chat.questions.last).to_contain_text("And what is diffusion?")
    user(server, "enable", "ann")
    await chat.tray.get_by_role("button", name="Sign in").click()
    await sign_in(page, "ann")
    await expect(page).to_have_url(address)
    await chat.is_ready()
    await expect(chat.questions).to_have_count(2)
    await chat.ended()
    await expect(chat.replies).to_have_count(2)


async def test_a_page_of_one_account_sends_nothing_as_another(start, open_context):
    server = start("--auth", "password")
    context = await open_context()
    context.watch.allow("WebSocket connection", "ERR_CONNECTION_REFUSED")
    page = await context.new_page()
    chat = ChatPage(page)
    for name in ("ann", "ben"):
        await context.clear_cookies()
        await page.goto(user(server, "invite", name, "--url", server.url).strip())
        await page.get_by_label("Password", exact=True).fill(PASSWORD)
        await page.get_by_label("Password once more").fill(PASSWORD)
        await page.get_by_role("button", name="Make my account").click()
        await chat.is_ready()
    anns = await context.new_page()
    await context.clear_cookies()
    await anns.goto(f"{server.url}sign-in")
    await sign_in(anns, "ann")
    await expect(anns.locator(".sidebar-account")).to_have_text("ann")
    await anns.close()  # not on its way there: Chromium may never answer
    # In the first tab the page is still Ben's, and what he types as the line is down would go out as Ann's.
    server.stop()
    await expect(chat.status).to_have_text("Reconnecting…")
    await chat.ask("Whose question is this?")
    loaded = page.wait_for_event("load")
    server.start()
    await loaded
    await chat.is_ready()
    await expect(page.locator(".sidebar-account")).to_have_text("ann")
    await expect(chat.questions).to_have_count(0)
    assert server.saved_replies() == []
