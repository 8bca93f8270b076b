"""Every screen on the narrowest phone, in both themes: nothing sticks out, and everything can be hit with a thumb."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.browser import gallery
from tests.browser.chat_page import ChatPage
from tests.browser.server import Studyin
from tests.browser.test_accounts import PASSWORD, user
from tests.browser.test_cards import NOTES, practise
from tests.browser.test_look import ANSWER
from tests.scripted_provider import HANG, Refuse, ScriptedProvider, Stream

pytestmark = [pytest.mark.browser, pytest.mark.thorough, pytest.mark.asyncio(loop_scope="session")]

PHONE = {"viewport": {"width": 320, "height": 640}, "is_mobile": True, "has_touch": True}

# Links in running text are as high as its lines: the rules for targets leave those out. A field in a label
# with its name is hit anywhere on that.
WRONG = """() => {
  const wrong = [];
  const width = document.documentElement.clientWidth;
  const scrolls = ".scroller, .sidebar, .session-list, .passage-body, dialog[open], [popover]:popover-open, .dock";
  for (const element of [document.documentElement, ...document.querySelectorAll(scrolls)]) {
    const over = element.scrollWidth - element.clientWidth;
    const name = `${element.localName}.${element.className}`;
    if (element.checkVisibility() && over > 0) wrong.push(`${name} is ${over} px too wide`);
  }
  const targets = "a[href], button, input, textarea, select, summary, [role=option], [role=menuitem]";
  for (const element of document.querySelectorAll(targets)) {
    if (!element.checkVisibility({ visibilityProperty: true }) || element.closest("[inert], .skip-link")) continue;
    const isInText = element.matches(".prose a, .prose .citation") || (
      getComputedStyle(element).display === "inline" &&
      element.parentElement.textContent.trim() !== element.textContent.trim()
    );
    if (isInText || element.matches(".visually-hidden")) continue;
    const box = (element.closest("label") ?? element).getBoundingClientRect();
    if (box.height <= 1) continue; // there for the keyboard alone
    const name = `${element.localName}.${element.className} “${element.textContent.trim().slice(0, 20)}”`;
    if (Math.min(box.width, box.height) < 43.9) wrong.push(`${name} is ${box.width.toFixed()}×${box.height.toFixed()}`);
    const isTyped = element.matches("textarea, select, input:not([type=radio], [type=checkbox], [type=file])");
    const letters = parseFloat(getComputedStyle(element).fontSize);
    if (isTyped && letters < 16) wrong.push(`${name} has letters of ${letters} px: iOS zooms in on it`);
    if (box.left < 0 || box.right > width + 0.5) wrong.push(`${name} sticks out`);
  }
  return wrong;
}"""


class Look:
    """What is wrong on each screen, under its name."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._wrong: list[str] = []

    async def at(self, name: str, part: str = "html") -> None:
        """part: what has opened, a moment after it was tapped."""
        await expect(self.page.locator(part).first).to_be_visible()
        for scheme in ("dark", "light"):
            await self.page.emulate_media(color_scheme=scheme)
            self._wrong += [f"{name}, {scheme}: {each}" for each in await self.page.evaluate(WRONG)]

    def check(self) -> None:
        assert not self._wrong, "\n".join(self._wrong)


async def test_the_chat_and_all_that_opens_on_it(model_server: Studyin, provider: ScriptedProvider, open_context):
    context = await open_context(**PHONE)
    context.watch.allow("WebSocket connection", "ERR_INTERNET_DISCONNECTED")
    page = await context.new_page()
    chat, look = ChatPage(page), Look(page)
    await chat.open(model_server.url)
    await look.at("first visit")
    await expect(page.get_by_role("heading", name="What are we studying?")).to_be_in_viewport(ratio=1)
    await chat.drop({"cell biology with a long name of its own.md": NOTES, "empty.md": ""})
    await chat.has_read("cell biology with a long name of its own.md")
    await look.at("uploads", ".upload")
    await chat.dismiss_all()
    await page.locator(".composer-add").tap()
    await look.at("ways to add notes", ".menu")
    await page.get_by_role("menuitem", name="Paste text").tap()
    await look.at("pasting", ".paste")
    await page.get_by_role("button", name="Cancel").tap()
    await page.locator(".controls-button").tap()
    await look.at("how to be taught", "#controls")
    await page.keyboard.press("Escape")
    await chat.question.fill("/")
    await look.at("commands", ".command")
    await chat.question.fill("x\n" * 40)
    await look.at("a long question")
    await chat.question.fill("")

    cited = f"It makes ATP [[1]].\n\n> It makes ATP. [[1]]\n\n{ANSWER}"
    provider.script(Stream(ANSWER[:300], HANG), Stream(cited), Refuse(401))
    await chat.ask("What is the mitochondrion, and averyveryverylongwordthatnobodywouldeverthinkofwriting?")
    await chat.says("organelle")
    await look.at("streaming")
    await chat.stop.tap()
    await chat.ended("stopped")
    await look.at("stopped")
    await chat.replies.get_by_role("button", name="Answer again").tap()
    await chat.ended()
    await page.get_by_role("button", name="Save as insight").tap()
    await expect(chat.toasts).to_contain_text("Saved")
    await look.at("a message of the page")
    await page.locator(".insights summary").tap()
    await look.at("an answer with all its parts", ".insight-text")
    await chat.answer().locator(".citation").first.tap()
    await look.at("passage", ".passage-marked mark")
    await page.locator(".passage-close").tap()
    await page.locator(".question-edit").tap()
    await look.at("asking otherwise", ".composer-editing")
    await page.locator(".editing-cancel").tap()
    await expect(page.locator(".composer-editing")).to_be_hidden()
    await chat.ask("And then?")
    await chat.ended("failed")
    await look.at("failed")

    await page.keyboard.press("Control+k")
    await look.at("palette", ".palette [data-session]")
    await page.keyboard.press("Escape")
    await chat.question.blur()
    await page.keyboard.press("?")
    await look.at("keys", ".keys")
    await page.keyboard.press("Escape")

    await page.locator(".menu-button").tap()
    await expect(page.locator(".sidebar")).to_be_in_viewport(ratio=1)
    await look.at("drawer")
    await page.locator(".sessions-more").tap()
    await look.at("what can be done with all sessions", ".menu")
    await page.keyboard.press("Escape")
    await page.locator(".session-more").first.tap()
    await look.at("what can be done with a session", ".menu")
    await page.get_by_role("menuitem", name="Rename").tap()
    await look.at("renaming", ".session-rename:focus")
    await page.keyboard.press("Escape")
    await page.locator(".search-field").fill("mitochondrion")
    await look.at("found", ".session-hit")
    await page.locator(".search-field").fill("nothing of it")
    await expect(page.locator(".session-list")).to_contain_text("No session says that.")
    await look.at("nothing found")
    await page.locator(".material-delete").tap()
    await look.at("a way back", ".toast-action:visible")
    await page.locator(".sidebar-close").tap()
    await context.set_offline(True)
    await page.evaluate("window.dispatchEvent(new Event('offline'))")
    await expect(chat.status).to_have_attribute("data-state", "offline")
    await chat.ask("Will this wait?")
    await look.at("offline", ".question-state:visible")
    look.check()


async def test_cards_and_the_pages_beside_the_chat(server: Studyin, start, open_context, tmp_path: Path):
    gallery.hang(server)
    context = await open_context(**PHONE)
    context.watch.allow("40[34]", "to another host: file:")
    page = await context.new_page()
    look = Look(page)
    await practise(page, server.url)
    await look.at("cards")
    await page.locator(".slip-reveal:visible").tap()
    await look.at("a card turned over", ".slip-back:visible")
    await page.locator(".card-new").tap()
    await look.at("writing a card", ".editor")
    await page.get_by_role("button", name="Cancel").tap()
    await page.goto(f"{server.url}cards?query=nothing")
    await look.at("no card found")
    for path in ("session/unknown", "offline"):
        await page.goto(server.url + path)
        await look.at(path)

    exported = await context.request.get(f"{server.url}api/sessions/{gallery.SESSION}/export?format=html")
    (tmp_path / "session.html").write_bytes(await exported.body())
    await page.goto((tmp_path / "session.html").as_uri())
    await look.at("a session as a file")

    guarded = start("--auth", "password")
    await page.goto(f"{guarded.url}sign-in")
    await look.at("nobody yet")
    user(guarded, "add", "ann", "--role", "admin", "--password-stdin", text=PASSWORD)
    user(guarded, "add", "bob with a long name and averyveryverylongone", "--password-stdin", text=PASSWORD)
    user(guarded, "add", "eve", "--password-stdin", text=PASSWORD)
    user(guarded, "disable", "eve")
    await page.goto(user(guarded, "invite", "--url", guarded.url).strip())
    await look.at("invitation")
    await page.goto(guarded.url)
    await look.at("sign in")
    await page.get_by_label("Name").fill("ann")
    await page.get_by_label("Password").fill("wrong")
    await page.get_by_role("button", name="Sign in").tap()
    await expect(page.get_by_role("alert")).to_be_visible()
    await look.at("refused")
    # Where colours are the system's, a line tells it.
    await page.emulate_media(forced_colors="active")
    await expect(page.get_by_role("alert")).to_have_css("outline-style", "solid")
    await page.emulate_media(forced_colors="none")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").tap()
    await ChatPage(page).is_ready()
    await page.locator(".menu-button").tap()
    await expect(page.locator(".sidebar")).to_be_in_viewport(ratio=1)
    await look.at("drawer with an account")
    await page.goto(f"{guarded.url}account")
    await look.at("account")
    await page.get_by_role("button", name="Make an invitation").tap()
    await expect(page.locator(".account-link")).to_be_visible()
    await look.at("an invitation made")
    # Longer words; and where each button has a line, it stands in the column.
    await page.goto(f"{guarded.url}account?language=de")
    await expect(page.locator("html")).to_have_attribute("lang", "de")
    await page.emulate_media(forced_colors="active")
    sheet, buttons = page.locator(".people"), page.locator(".people .button")
    inside = (
        "(all) => all.map((each) => { const { left, right } = each.getBoundingClientRect(); return [left, right] })"
    )
    ((left, right),) = await sheet.evaluate_all(inside)
    boxes = await buttons.evaluate_all(inside)
    assert len(boxes) == 5
    assert all(left <= one and other <= right for one, other in boxes), boxes
    await look.at("account in German")
    look.check()
