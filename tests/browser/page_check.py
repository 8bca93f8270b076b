"""What a page may hold of messages, looked at in Chromium by the list in tests/web/safe_html.py."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from playwright.async_api import BrowserContext, Page

from tests.web.hostile_markdown import HANDLERS
from tests.web.safe_html import ATTRIBUTES, HTML, MATHML

RULES = {
    "html": sorted(HTML),
    "mathml": sorted(MATHML),
    # Python's way to let a dot stand for a line's end, said in JavaScript's
    "attributes": {name: (on.split(), value.replace("(?s:.*)", "[^]*")) for name, (on, value) in ATTRIBUTES.items()},
    "events": [handler.removeprefix("on") for handler in HANDLERS],
}


async def tell(context: BrowserContext) -> list[str]:
    """Make every page of it tell what ran; returns the list to which dialogs and windows will be added."""
    opened: list[str] = []

    def note(page: Page) -> None:
        page.on("dialog", lambda dialog: opened.append(f"dialog: {dialog.message}"))
        page.on("popup", lambda popup: opened.append(f"window: {popup.url}"))

    context.on("page", note)
    source = (Path(__file__).parent / "page_check.js").read_text()
    await context.add_init_script(f"{{ {source}\nwindow.checks = checks({json.dumps(RULES)}); }}")
    return opened


async def wrong(
    page: Page, rendered: str = ".prose, .proposal-front, .slip-front, .deck-front, .deck-back"
) -> list[str]:
    """What is wrong with the page, in words, message by message. rendered: the places that hold rendered Markdown."""
    found: list[str] = await page.evaluate("(rendered) => checks.page(rendered)", rendered)
    return found


async def wrong_while_streaming(page: Page, replies: Sequence[Mapping[str, Any]]) -> list[str]:
    module = (await page.locator("script[type=module]").get_attribute("src")).replace("main.js", "reply_view.js")
    found: list[str] = await page.evaluate(
        "([replies, module]) => checks.streaming(replies, new URL(module, document.baseURI).href)", [replies, module]
    )
    return found
