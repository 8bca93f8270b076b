"""Who sees little sees all of it: with a system's own few colours, and with more contrast."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.browser import gallery
from tests.browser.chat_page import ChatPage
from tests.browser.look import SETTLED
from tests.browser.server import Studyin
from tests.browser.test_cards import practise

pytestmark = [pytest.mark.browser, pytest.mark.thorough, pytest.mark.asyncio(loop_scope="session")]

# What is told by a ground or a shadow otherwise, and has to have a line.
LINED = [
    *(".question-text", ".toast", ".toast .icon-button", ".new-session", ".composer", ".composer-send"),
    *(".session-item[data-current]", ".proposal", ".passage-marked", ".source[data-open]", ".insights-number"),
    *(".choice :checked + span", ".mode:has(:checked)", ".prose blockquote", ".code pre", "#controls"),
]
LINED_CARDS = [".slip-paper", ".slip-reveal", ".deck-list", ".deck-now", ".deck-search .field"]
COMMON = """
  const seen = (selector) => [...document.querySelectorAll(selector)].find((each) => each.checkVisibility());
  const channels = (color) => color.match(/[\\d.]+/g).map(Number);
"""
WITHOUT_LINE = f"""(selectors) => {{ {COMMON}
  const isDrawn = (width, style, color) => parseFloat(width) > 0 && style !== "none" && (channels(color)[3] ?? 1) > 0;
  return selectors.filter((selector) => {{
    const element = seen(selector);
    if (!element) return true; // it should have been there
    const style = getComputedStyle(element);
    const sides = ["top", "left"].map((side) =>
      ["width", "style", "color"].map((what) => style.getPropertyValue(`border-${{side}}-${{what}}`)));
    return ![...sides, [style.outlineWidth, style.outlineStyle, style.outlineColor]].some((line) => isDrawn(...line));
  }});
}}"""
# The text of each role on what is behind it: WCAG's ratio.
TEXTS = [
    *(".question-text", ".prose > p", ".prose blockquote p", ".prose td", ".prose th", ".citation", ".prose h3"),
    *(".source-file", ".source-place", ".byline", ".message-actions .message-copy", ".notice"),
    *(
        ".proposal-back",
        ".proposal-keep",
        ".ending-failed .error-message",
        ".ending-interrupted span",
        ".ending-stopped",
    ),
    *(".thinking summary", ".insights summary", ".insights-number", ".insight-place", ".status-words", ".topbar-title"),
    *(
        ".session-title",
        ".session-day",
        ".material-name",
        ".sidebar-foot",
        ".languages a",
        ".new-session",
        ".search-field",
    ),
    *(".toast-words", ".controls-summary", ".composer-hint", ".passage-place", ".passage-marked mark", ".code .k"),
    *(".code code", ".mode-words", ".choice :checked + span", ".choice span", ".prose a[target]"),
]
PALE = f"""(selectors) => {{ {COMMON}
  const over = ([r, g, b, a = 1], [R, G, B]) => [r * a + R * (1 - a), g * a + G * (1 - a), b * a + B * (1 - a)];
  const ground = (element) => {{
    const chain = [];
    for (let each = element; each; each = each.parentElement) {{
      chain.unshift(channels(getComputedStyle(each).backgroundColor));
    }}
    return chain.reduce((below, layer) => over(layer, below), [255, 255, 255]);
  }};
  const light = (color) => {{
    const [r, g, b] = color.map((c) => (c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  }};
  return selectors.flatMap((selector) => {{
    const element = seen(selector);
    if (!element) return [`${{selector}} is not there`];
    const behind = ground(element);
    const text = over(channels(getComputedStyle(element).color), behind);
    const [dark, bright] = [light(text), light(behind)].sort((one, other) => one - other);
    const ratio = (bright + 0.05) / (dark + 0.05);
    return ratio < 7 ? [`${{selector}}: ${{ratio.toFixed(2)}}`] : [];
  }});
}}"""


async def everything(page: Page, server: Studyin) -> None:
    """A session with all kinds of content, a passage and the controls open, and a message of the page."""
    gallery.hang(server)
    chat = ChatPage(page)
    await chat.open(f"{server.url}session/{gallery.SESSION}")
    await chat.add_notes()
    await chat.messages_stay()
    await page.locator(".insights summary").click()
    await chat.replies.first.locator(".message-insight").click()
    await expect(chat.toasts).to_contain_text("insights")
    await page.locator(".prose .citation").first.evaluate("(citation) => citation.click()")
    await expect(page.locator(".passage-marked mark").first).to_be_visible()
    await page.evaluate("document.querySelector('#controls').showPopover()")


async def test_every_role_has_a_line_where_colours_are_the_systems(server: Studyin, page: Page):
    page.context.watch.allow("404")
    await everything(page, server)
    for media in ({"forced_colors": "active"}, {"contrast": "more"}):
        await page.emulate_media(**media)
        await page.evaluate(SETTLED)
        assert await page.evaluate(WITHOUT_LINE, LINED) == [], media
        await page.emulate_media(forced_colors="none", contrast="no-preference")
    await page.emulate_media(forced_colors="active")
    # The dot is filled when connected, and empty when not.
    dot = page.locator(".status-dot")
    await expect(dot).to_have_css("border-top-width", "4px")
    await page.locator(".status").evaluate("(status) => { status.dataset.state = 'offline' }")
    await expect(dot).not_to_have_css("border-top-width", "4px")
    await page.evaluate("document.querySelector('#controls').hidePopover()")
    await page.locator(".composer-input").focus()
    send = page.locator(".composer-send")
    await page.locator(".composer-input").fill("Why?")
    for _ in range(3):
        await page.keyboard.press("Tab")
    await expect(send).to_be_focused()
    assert await send.evaluate("(e) => parseFloat(getComputedStyle(e).outlineWidth)") >= 2
    await page.goto(server.url)
    mark = page.locator(".welcome-lead mark")
    colours = "(e) => { const { color, backgroundColor: ground } = getComputedStyle(e); return [color, ground] }"
    text, ground = await mark.evaluate(colours)
    assert text != ground
    assert await mark.evaluate("(e) => getComputedStyle(e).backgroundImage") == "none"
    await practise(page, server.url)
    assert await page.evaluate(WITHOUT_LINE, LINED_CARDS) == []


async def test_with_more_contrast_every_text_has_seven_to_one(server: Studyin, page: Page):
    page.context.watch.allow("404")
    await page.goto(server.url)
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme=scheme, contrast="more")
        await page.evaluate(SETTLED)
        # On one colour: of a brush stroke, nobody could tell here what its letters stand on.
        await expect(page.locator(".welcome-lead mark")).to_have_css("background-image", "none")
        assert await page.evaluate(PALE, [".welcome-lead mark", ".drop-title"]) == [], scheme
    await everything(page, server)
    wrong = {}
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme=scheme, contrast="more")
        await page.evaluate(SETTLED)
        wrong[scheme] = await page.evaluate(PALE, TEXTS)
    assert wrong == {"light": [], "dark": []}
    await page.emulate_media(color_scheme="light", contrast="no-preference")
    await page.evaluate(SETTLED)
    assert await page.evaluate(PALE, [".byline"])  # it can find something
