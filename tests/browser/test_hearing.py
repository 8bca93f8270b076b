"""A screen reader hears that an answer begins and how it ended, never its tokens; and is told what everything is."""

from __future__ import annotations

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.browser.chat_page import NOTES, ChatPage
from tests.browser.hearing import LIVE, Hearing, Node
from tests.browser.server import Studyin
from tests.scripted_provider import HANG, Pause, Refuse, ScriptedProvider, Stream, Think

pytestmark = [pytest.mark.browser, pytest.mark.thorough, pytest.mark.asyncio(loop_scope="session")]

PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
BEGINS, ENDS, STOPS, FAILS = (
    "The coach is answering.",
    "The answer is complete.",
    "The answer was stopped.",
    "The answer failed.",
)
# Of each kind that is drawn in its own way, as they come from a fast model: some hundred pieces of a few letters.
PIECES = [piece for number in range(15) for piece in ("w", "o", f"{number}", " ")]
KINDS = [
    "\n\n- item\n",
    "- more\n\n",
    "```python\nx = 1\n",
    "```\n\n",
    "> It makes ATP. [[1]]\n\n",
    "$x^2$ and **bold**\n\n",
]
TOKENS = [piece for kind in KINDS for piece in (*PIECES, kind)]


@pytest_asyncio.fixture(params=["desk", pytest.param("phone", marks=pytest.mark.thorough)], loop_scope="session")
async def page(request: pytest.FixtureRequest, open_context) -> Page:
    return await (await open_context(**(PHONE if request.param == "phone" else {}))).new_page()


async def test_the_begin_and_the_end_of_an_answer_are_said_and_none_of_its_tokens(
    model_server: Studyin, provider: ScriptedProvider, page: Page
):
    chat, half = ChatPage(page), Pause()
    provider.script(
        Stream(Think("First I look."), *TOKENS, half, *TOKENS, pace=600),
        Stream("On and on", HANG),
        Refuse(401),
        Stream("Once more."),
    )
    await chat.open(model_server.url)
    await chat.add_notes()
    await chat.dismiss_all()
    hearing = await Hearing.of(page)
    await chat.question.fill("Say much.")
    await hearing.listen()
    await chat.question.press("Enter")
    await half.reached.wait()
    await chat.says("wo14")
    tree = await hearing.tree()
    await is_quiet_but_for(hearing, tree, BEGINS)
    # All of it is there for who goes and reads it, under a heading of its own.
    (answer,) = [node for node in tree.find("article") if "wo14" in node.words]
    assert answer.find("heading", "The coach answered")
    assert not [
        node for node in (answer, *answer.ancestors(), *answer.all()) if node.is_live or node.states.get("busy")
    ]
    assert await hearing.heard() == [BEGINS]
    half.go.set()
    await chat.ended()
    await is_quiet_but_for(hearing, await hearing.tree(), ENDS)
    assert await hearing.heard() == [ENDS]

    await chat.question.fill("And then?")
    await chat.question.press("Enter")
    await chat.says("On and on")
    await chat.stop.click()
    await chat.ended("stopped")
    # The focus was on Stop, which goes: it is in the question again. A tap takes no focus along.
    assert [each for each in await hearing.heard() if not each.startswith("focus")] == [BEGINS, STOPS]
    await chat.question.fill("And now?")
    await chat.question.press("Enter")
    await chat.ended("failed")
    assert [each for each in await hearing.heard() if not each.startswith("focus")] == [BEGINS, FAILS]
    assert "OPENAI_API_KEY" in (await hearing.tree()).find("article")[-1].words
    await chat.replies.last.get_by_role("button", name="Try again").click()
    await chat.ended()
    assert [each for each in await hearing.heard() if not each.startswith("focus")] == [BEGINS, ENDS]


async def is_quiet_but_for(hearing: Hearing, tree: Node, words: str) -> None:
    """What the browser takes for live is what this test listens to; and one of them has something to say."""
    regions = [node for node in tree.all() if node.is_live]
    assert len(regions) >= 3
    for region in regions:
        assert await hearing.is_one_of(region, LIVE), (region.role, region.name)
        assert "busy" not in region.states  # which would keep it silent
    assert "".join(region.words for region in regions) == words


async def test_everything_has_its_role_its_name_and_its_state(
    model_server: Studyin, provider: ScriptedProvider, page: Page
):
    is_phone = page.viewport_size["width"] < 500
    chat = ChatPage(page)
    provider.script(Stream("It makes ATP. [[1]]\n\n", HANG), Stream("It makes ATP. [[1]]\n"))
    await chat.open(model_server.url)
    hearing = await Hearing.of(page)

    # ---- the question, what sends it, and the state of the connection
    tree = await hearing.tree()
    field = tree.get("textbox", "Your question")
    assert field.states["multiline"] is True
    assert field.states.get("focused", False) is not is_phone  # which would open its keyboard
    assert tree.get("button", "Send").states["disabled"] is True
    assert tree.get("main").get("StaticText", "Connected")
    await chat.add_notes(text=NOTES)
    await chat.dismiss_all()
    await chat.question.press_sequentially("/s")
    tree = await hearing.tree()
    assert "disabled" not in tree.get("button", "Send").states
    (command,) = tree.get("listbox", "Commands").find("option")
    assert command.states["selected"] is True
    assert "activedescendant" in tree.get("textbox", "Your question").states
    await chat.ask("What makes ATP?")
    await chat.says("It makes ATP.")
    tree = await hearing.tree()
    assert tree.find("button", "Send") == []
    await chat.stop.click()
    assert "disabled" not in tree.get("button", "Stop the answer").states
    await chat.ended("stopped")
    await chat.replies.get_by_role("button", name="Answer again").click()
    await chat.ended()
    tree = await hearing.tree()
    assert tree.find("button", "Stop the answer") == []
    answer = tree.find("article")[-1]
    for name in ("Copy the answer", "Answer again", "Save as insight"):
        answer.get("button", name)
    assert answer.get("group", "Versions").find("link", "Next version")[0].states["disabled"] is True
    assert answer.get("complementary", "Sources").find("heading", "From your notes")

    # ---- menus, and the popover
    for button, menu, items in (
        (".composer-add", "Add notes", ["Choose files…", "Paste text…"]),
        (".session-more", "Rename, pin, export or delete", None),
    ):
        if "session" in button and is_phone:
            await page.locator(".menu-button").tap()
            tree = await hearing.tree()
            assert tree.get("button", "Sessions and notes").states["expanded"] is True
            assert tree.find("textbox", "Your question") == []  # behind the drawer
            tree.get("complementary", "Sessions and notes")
        await page.locator(button).focus()
        await page.keyboard.press("Enter")
        await expect(page.locator(".menu [role=menuitem]").first).to_be_focused()
        tree = await hearing.tree()
        found = tree.get("menu", menu).find("menuitem")
        assert items is None or [item.name for item in found] == items
        assert [item for item in found if item.states.get("focused")] == found[:1]
        assert [each.states["expanded"] for each in tree.find("button", menu) if "expanded" in each.states] == [True]
        await page.keyboard.press("Escape")
        tree = await hearing.tree()
        assert tree.find("menu") == []
        assert [each.name for each in tree.find("button") if each.states.get("focused")] == [menu]
    if is_phone:
        await page.keyboard.press("Escape")
        await expect(page.locator(".sidebar")).not_to_be_in_viewport()
        assert (await hearing.tree()).find("complementary", "Sessions and notes") == []
    choices = page.locator(".controls-button")
    assert (await hearing.tree()).get("button", "Fast · Student").states["expanded"] is False
    await choices.click()
    await expect(choices).to_have_attribute("aria-expanded", "true")
    tree = await hearing.tree()
    assert tree.get("button", "Fast · Student").states["expanded"] is True
    dialog = tree.get("dialog", "How to be taught")
    modes = dialog.get("group", "Mode").find("radio")
    assert [mode.states["checked"] for mode in modes] == ["true", "false", "false"]
    await page.keyboard.press("Escape")
    assert (await hearing.tree()).find("dialog") == []

    # ---- dialogs: nothing behind a modal one is in reach
    await page.keyboard.press("Control+k")
    await expect(page.locator(".palette [aria-expanded=true]")).to_be_visible()
    tree = await hearing.tree()
    palette = is_modal(tree, "Go to a session, or do something")
    field = palette.get("combobox", "Session or action")
    assert (field.states["expanded"], field.states["focused"]) == (True, True)
    assert "activedescendant" in field.states
    assert [option.name for option in palette.find("option") if option.states.get("selected")] == ["New session"]
    await page.keyboard.press("Escape")
    await page.locator(".scroller").focus()
    await page.keyboard.press("?")
    assert is_modal(await hearing.tree(), "Keys").get("button", "Close").states["focused"] is True
    await page.keyboard.press("Escape")
    await page.locator(".composer-add").click()
    await page.get_by_role("menuitem", name="Paste text").click()
    await expect(page.locator(".paste")).to_be_visible()
    paste = is_modal(await hearing.tree(), "Paste notes")
    assert paste.get("textbox", "Text").states["focused"] is True
    await page.keyboard.press("Escape")

    # ---- the passage: beside the text at a desk, over it on a phone
    await chat.answer().locator(".citation").click()
    await expect(page.locator(".passage mark")).to_be_visible()
    tree = await hearing.tree()
    if is_phone:
        is_modal(tree, "cell biology.md")
    passage = tree.get("dialog", "cell biology.md")
    assert passage.states.get("modal", False) is is_phone
    assert "most of the cell's ATP" in passage.get("region", "Passage").get("mark").words
    passage.get("button", "Close the passage")
    assert bool(tree.find("textbox", "Your question")) is not is_phone
    await page.locator(".passage-close").click()

    # ---- what went wrong is said at once, and stays
    await page.evaluate("() => { window.fetch = () => Promise.reject(new TypeError('gone')) }")
    await chat.replies.get_by_role("button", name="Save as insight").click()
    await expect(chat.toasts.get_by_role("alert")).to_be_visible()
    tree = await hearing.tree()
    alert = tree.get("region", "Messages from Studyin").get("alert")
    assert alert.states["live"] == "assertive"
    assert alert.get("button", "Dismiss")


def is_modal(tree: Node, name: str) -> Node:
    dialog = tree.get("dialog", name)
    assert dialog.states["modal"] is True
    inside = set(map(id, dialog.all()))
    reached = [node for node in tree.all() if node.states.get("focusable") and node.parent]
    assert [node.name for node in reached if id(node) not in inside] == []
    return dialog
