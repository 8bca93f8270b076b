"""Every screen, drawn in both themes for desk and phone, into screenshots/ beside this file (not kept in git).

With README_SCREENSHOT=1 in the environment also docs/screenshot.png, the picture in the README.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.chat_page import ChatPage
from tests.browser.proxy import Proxy
from tests.browser.server import ROOT, Studyin
from tests.browser.test_cards import KEEP, SIDES
from tests.scripted_provider import HANG, Refuse, ScriptedProvider, Stream, Think

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

SCREENS = Path(__file__).parent / "screenshots"

NOTES = """# Mitochondria

The mitochondrion has two membranes. The inner membrane is folded into cristae, which enlarge the surface on which ATP
synthase sits. A liver cell has between 1,000 and 2,000 mitochondria.

# Yield

Oxidative phosphorylation yields about 26 to 28 ATP for each molecule of glucose; glycolysis yields 2.

# Glossary

The matrix is the space inside the inner membrane; it holds the enzymes of the Krebs cycle.
"""

ANSWER = """Most of a cell's ATP is made on the **inner membrane** of the mitochondrion. Your notes put it like this:

> The inner membrane is folded into cristae, which enlarge the surface on which ATP synthase sits. [[1]]

The folding matters because the *number of enzymes* that fit on a membrane grows with its area. Compare:

| Stage | Where | ATP per glucose |
| --- | --- | ---: |
| Glycolysis | Cytosol | 2 |
| Krebs cycle | Matrix | 2 |
| Oxidative phosphorylation | Inner membrane | 26 to 28 [[2]] |

### What drives the enzyme

1. Electrons pass along the chain and pump protons outwards.
2. Protons flow back through ATP synthase, and the enzyme turns.

The free energy of that flow is
$$\\Delta G = -n F \\Delta p = -n F \\left( \\Delta \\psi - \\frac{2.3 R T}{F} \\Delta \\mathrm{pH} \\right)$$

```python
def atp(glucose: int) -> int:
    return glucose * (2 + 2 + 26)  # without losses
```

What would happen to the yield if the inner membrane leaked protons?
"""

QUESTION = "Where does a cell make most of its ATP, and why there?"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1280, 860), (390, 844)], ids=["desk", "phone"])
async def test_every_screen_can_be_drawn(
    model_server: Studyin, provider: ScriptedProvider, open_context, size: tuple[int, int], scheme: str
):
    is_phone = size[0] < 500
    context = await open_context(
        viewport={"width": size[0], "height": size[1]}, color_scheme=scheme, is_mobile=is_phone, has_touch=is_phone
    )
    context.watch.allow("404", "WebSocket connection to .* failed")
    page = await context.new_page()
    chat = ChatPage(page)
    count = 0

    async def shoot(name: str) -> None:
        nonlocal count
        count += 1
        await page.screenshot(path=SCREENS / f"{'phone' if is_phone else 'desk'}-{scheme}-{count:02}-{name}.png")

    await chat.open(model_server.url)
    await shoot("first-visit")
    await chat.drop({"cell biology.md": NOTES, "empty.md": ""})
    await expect(chat.tray).to_contain_text("Ready")
    await shoot("uploads")
    for place in (chat.tray, chat.toasts):
        while await (dismiss := place.get_by_role("button", name="Dismiss")).count():
            await dismiss.first.click()
    await page.locator(".controls-button").click()
    await shoot("controls")
    await page.keyboard.press("Escape")

    provider.script(
        Stream(Think("They ask for a place and a reason."), HANG),
        Stream(ANSWER[: len(ANSWER) // 2], HANG),
        Stream(Think("They ask for a place and a reason."), ANSWER),
        Refuse(401),
    )
    await chat.ask(QUESTION)
    await expect(chat.replies.locator(".waiting")).to_contain_text("Thinking")
    await shoot("thinking")
    await chat.stop.click()
    await chat.ended("stopped")
    await shoot("stopped")
    await chat.replies.get_by_role("button", name="Answer again").click()
    await chat.says("Krebs cycle")
    await shoot("streaming")
    await chat.stop.click()
    await chat.ended("stopped")
    await chat.replies.get_by_role("button", name="Answer again").click()
    await chat.ended()
    await shoot("answer-end")
    await page.locator(".scroller").evaluate("(scroller) => { scroller.scrollTop = 0 }")
    await shoot("answer")
    if os.environ.get("README_SCREENSHOT") and not is_phone and scheme == "light":
        (ROOT / "docs").mkdir(exist_ok=True)
        await page.screenshot(path=ROOT / "docs/screenshot.png")
    await chat.answer().locator(".citation").first.click()
    await expect(page.locator(".passage-marked mark").first).to_be_visible()
    await shoot("passage")
    await page.keyboard.press("Escape")

    await chat.ask("And how does the model server feel?")
    await chat.ended("failed")
    await shoot("failed")
    if is_phone:
        await page.locator(".menu-button").tap()
        await expect(page.locator(".sidebar")).to_be_in_viewport()
        await page.wait_for_timeout(250)
        await shoot("drawer")
    await page.goto(f"{model_server.url}cards")
    await page.evaluate(KEEP, SIDES)
    await page.reload()
    await shoot("practice")
    await page.keyboard.press("Space")
    await expect(page.get_by_role("button", name="Good")).to_be_visible()
    await shoot("practice-turned")
    await page.goto(f"{model_server.url}session/unknown")
    await shoot("not-found")

    async with Proxy(model_server.port, strip_upgrade=True) as proxy:
        await page.goto(proxy.url)
        await page.locator(".diagnosis").get_by_text("nginx").click()
        await chat.ask("Will this wait for the connection?")
        await expect(chat.questions.locator(".question-state")).to_be_visible()
        await shoot("diagnosis")
