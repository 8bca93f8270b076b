"""Every screen, at a desk and on a phone, in both themes: axe-core finds nothing; tests/browser/look.py can draw them.

With README_SCREENSHOT=1 in the environment also docs/screenshot.png and docs/screenshot-phone.png, the pictures in the
README.
"""

from __future__ import annotations

import asyncio
import os

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.browser import gallery
from tests.browser.chat_page import ChatPage
from tests.browser.look import Look
from tests.browser.proxy import Proxy
from tests.browser.server import ROOT, Studyin
from tests.browser.test_accounts import PASSWORD, sign_in, user
from tests.browser.test_cards import KEEP, SIDES
from tests.scripted_provider import HANG, ScriptedProvider, Stream, Think

pytestmark = [pytest.mark.browser, pytest.mark.thorough, pytest.mark.asyncio(loop_scope="session")]

NOTES = """# Mitochondria

The mitochondrion has two membranes. The inner membrane is folded into cristae, which enlarge the surface on which ATP
synthase sits. A liver cell has between 1,000 and 2,000 mitochondria.

# Yield

Oxidative phosphorylation yields about 26 to 28 ATP for each molecule of glucose; glycolysis yields 2.

# Glossary

The matrix is the space inside the inner membrane; it holds the enzymes of the Krebs cycle.
"""
QUESTION = "Where does a cell make most of its ATP, and why there?"
SIZES = {"desk": {"width": 1280, "height": 860}, "phone": {"width": 390, "height": 844}}


@pytest_asyncio.fixture(params=SIZES, loop_scope="session")
async def seen(request: pytest.FixtureRequest, open_context) -> tuple[Page, Look, bool]:
    """A page, somebody who looks at it, and whether it is a phone's."""
    is_phone = request.param == "phone"
    context = await open_context(viewport=SIZES[request.param], is_mobile=is_phone, has_touch=is_phone)
    page = await context.new_page()
    return page, Look(page, f"{request.node.originalname.split('_')[1]}-{request.param}"), is_phone


async def test_chat_is_in_order_in_every_state(model_server: Studyin, provider: ScriptedProvider, seen):
    page, look, is_phone = seen
    page.context.watch.allow("404", "WebSocket connection to .* failed", "ERR_INTERNET_DISCONNECTED")
    chat = ChatPage(page)

    async def sidebar() -> None:
        if is_phone:
            await page.locator(".menu-button").tap()
        await expect(page.locator(".sidebar")).to_be_in_viewport(ratio=1)

    # ---- before the first question
    await chat.open(model_server.url)
    await chat.messages_stay()
    await look("first-visit")
    uploaded = asyncio.Event()

    async def hold(route) -> None:
        await uploaded.wait()
        await route.continue_()

    await page.route("**/api/materials", hold)
    await chat.drop({gallery.NOTES: NOTES, "empty.md": ""})
    await expect(chat.tray.locator(".upload")).to_have_count(2)
    await look("uploading", ".dock")
    uploaded.set()
    await chat.has_read(gallery.NOTES)
    await look("uploads", ".dock")
    await page.unroute("**/api/materials")
    await chat.dismiss_all()
    await look("empty-session")
    await page.locator(".controls-button").click()
    await look("controls", "#controls")
    await page.keyboard.press("Escape")
    await page.locator(".composer-add").click()
    await look("add-menu", ".menu")
    await page.get_by_role("menuitem", name="Paste text").click()
    await look("paste", ".paste")
    await page.keyboard.press("Escape")
    await chat.question.fill("/")
    await look("commands", ".composer")
    await page.keyboard.press("Control+k")
    await expect(page.locator(".palette [aria-expanded=true]")).to_be_visible()
    await look("palette", ".palette")
    await page.locator(".palette-field").fill("nothing like this")
    await expect(page.locator(".palette-nothing")).to_be_visible()
    await look("palette-nothing", ".palette")
    await page.keyboard.press("Escape")
    await page.locator(".topbar-title").click()
    await page.keyboard.press("?")
    await look("keys", ".keys")
    await page.keyboard.press("Escape")

    # ---- while it answers
    provider.script(
        Stream(Think("They ask for a place and a reason."), HANG),
        Stream(gallery.ANSWER[: len(gallery.ANSWER) // 2], HANG),
    )
    await chat.ask(QUESTION)
    await expect(chat.replies.locator(".waiting")).to_contain_text("Thinking")
    await look("thinking", ".desk")
    await chat.stop.click()
    await chat.ended("stopped")
    await chat.replies.get_by_role("button", name="Answer again").click()
    await chat.says("Krebs cycle")
    await look("streaming", ".desk")
    await chat.stop.click()

    # ---- afterwards
    gallery.hang(model_server)
    await page.goto(f"{model_server.url}session/{gallery.SESSION}")
    await chat.is_ready()
    await chat.messages_stay()
    await page.locator(".insights summary").click()
    await page.locator(".thinking summary").first.click()
    await look("session")
    await page.locator(".scroller").evaluate("(scroller) => { scroller.scrollTop = 0 }")
    await look("answer", ".desk")
    if os.environ.get("README_SCREENSHOT") and not is_phone:
        await page.screenshot(path=ROOT / "docs/screenshot.png")
    await chat.answer(0).locator(".citation").first.click()
    await expect(page.locator(".passage-marked mark").first).to_be_visible()
    await look("passage", ".passage")
    await page.keyboard.press("Escape")
    await chat.questions.first.hover()
    await chat.questions.first.get_by_role("button", name="Edit the question").click()
    await look("editing", ".composer")
    await page.get_by_role("button", name="Cancel editing").click()

    # ---- sessions
    await sidebar()
    await look("sessions", ".sidebar")
    await page.locator(".session-more").first.click()
    await look("session-menu", ".menu")
    await page.get_by_role("menuitem", name="Rename").click()
    await look("rename", ".session-list")
    await page.keyboard.press("Escape")
    await page.locator(".search-field").fill("chloroplast")
    await expect(page.locator(".session-hit")).to_have_count(1)
    await look("hits", ".sessions")
    await page.locator(".search-field").fill("nothing like this")
    await expect(page.locator(".session-list")).to_contain_text("No session says that.")
    await look("nothing-found", ".sessions")
    await page.locator(".search-field").fill("")
    await page.locator(".session-more").first.click()
    await page.get_by_role("menuitem", name="Delete").click()
    await expect(chat.toasts).to_contain_text("deleted")
    await look("deleted", ".toasts")
    await chat.toasts.get_by_role("button", name="Undo").click()
    if is_phone:
        await page.locator(".sidebar-close").tap()

    # ---- without a connection
    await page.context.set_offline(True)
    await page.evaluate("window.dispatchEvent(new Event('offline'))")
    await expect(chat.status).to_have_attribute("data-state", "offline")
    await chat.ask("Will this wait for the connection?")
    await expect(chat.questions.last.locator(".question-state")).to_be_visible()
    await look("offline", ".desk")
    await page.context.set_offline(False)
    await page.goto(f"{model_server.url}session/unknown")
    await look("not-found")
    async with Proxy(model_server.port, strip_upgrade=True) as proxy:
        await page.goto(proxy.url)
        await page.locator(".diagnosis").get_by_text("nginx").click()
        await look("diagnosis")
    look.check()


async def test_cards_are_in_order_in_every_state(server: Studyin, seen):
    page, look, is_phone = seen
    await page.goto(f"{server.url}cards")
    await look("empty")
    await page.evaluate(KEEP, SIDES)
    await page.reload()
    await ChatPage(page).messages_stay()
    await look("front")
    await page.keyboard.press("Space")
    await expect(page.get_by_role("button", name="Good")).to_be_visible()
    await look("turned")
    if os.environ.get("README_SCREENSHOT") and is_phone:
        await page.emulate_media(color_scheme="dark")
        await page.screenshot(path=ROOT / "docs/screenshot-phone.png")
        await page.emulate_media(color_scheme="light")
    await page.locator(".slip:visible").get_by_role("button", name="Edit this card").click()
    await look("editor", ".editor")
    await page.keyboard.press("Escape")
    await page.locator(".deck-card").first.get_by_role("button", name="Delete this card").click()
    await look("deleted", ".toasts")
    await page.get_by_role("button", name="Undo").click()
    for left in reversed(range(len(SIDES))):
        if await page.locator(".rate:visible").count() == 0:
            await page.locator(".slip-reveal:visible").click()
        await page.locator(".rate:visible").last.click()
        await expect(page.locator(".practice-count")).to_contain_text(str(left))
    await expect(page.locator(".practice-empty")).to_be_visible()
    await look("done")
    await page.goto(f"{server.url}cards?query=nothing+like+this")
    await look("nothing-found")
    await page.goto(server.url)
    await look("welcome-with-cards", ".welcome")
    look.check()


async def test_accounts_are_in_order_in_every_state(start, seen):
    page, look, _ = seen
    page.context.watch.allow("40[13]", "WebSocket connection")
    server = start("--auth", "password")
    chat = ChatPage(page)
    await page.goto(f"{server.url}sign-in")
    await look("nobody-yet")
    await page.goto(user(server, "invite", "ann", "--role", "admin", "--url", server.url).strip())
    await look("invitation")
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_label("Password once more").fill(PASSWORD)
    await page.get_by_role("button", name="Make my account").click()
    await chat.is_ready()
    await look("somebodys-chat", "html")
    user(server, "invite", "ben")
    await page.goto(f"{server.url}account")
    await page.get_by_label("Name, if you like").fill("cleo")
    await page.get_by_role("button", name="Make an invitation").click()
    await look("admin")
    await page.goto(server.url)
    await chat.is_ready()
    user(server, "disable", "ann")
    await expect(chat.tray).to_contain_text("You are signed out.")
    await look("signed-out-while-studying", ".desk")
    user(server, "enable", "ann")
    await page.goto(f"{server.url}sign-in")
    await look("sign-in")
    await sign_in(page, "ann", "wrong")
    await expect(page.get_by_role("alert")).to_be_visible()
    await look("wrong-password")
    await sign_in(page, "ann")
    await page.goto(f"{server.url}account")
    await page.get_by_role("button", name="Sign out", exact=True).click()
    await look("signed-out")
    look.check()
