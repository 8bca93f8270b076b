"""How smoothly a long session scrolls in a real browser, beside an empty page that is as high."""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
from pathlib import Path
from statistics import median, quantiles

from playwright.async_api import Page, async_playwright

from tests.browser.conftest import ARGUMENTS, NO_BROWSER, find_browser
from tests.browser.server import Studyin

TURNS = 80
# About 250 words with what is dear to lay out: a table, code, a formula.
REPLY = """The mitochondrion makes most of the ATP of a cell, and it does so on its inner membrane, which is folded.

| Stage | Where | ATP |
| --- | --- | ---: |
| Glycolysis | Cytosol | 2 |
| Krebs cycle | Matrix | 2 |

```python
def atp(glucose: int) -> int:
    return glucose * (2 + 2 + 26)  # without losses
```

$$\\int_0^\\infty e^{-x^2}\\,dx = \\frac{\\sqrt{\\pi}}{2}$$

""" + "\n\n".join(
    f"{number}. " + "Electrons pass along the chain and pump protons outwards, which then flow back. " * 4
    for number in range(1, 5)
)
WORDS = TURNS * len(REPLY.split())

# Up from the end and back, faster than most wheels, a step a frame; returns what each frame took, in ms.
STEP_PX = 80
STEPS = 300
SCROLL = """async ([steps, step]) => {
  const scroller = document.querySelector(".scroller");
  const frames = [];
  let last = await new Promise(requestAnimationFrame);
  for (const direction of [-1, 1]) {
    for (let count = 0; count < steps; count += 1) {
      scroller.scrollTop += direction * step;
      const now = await new Promise(requestAnimationFrame);
      frames.push(now - last);
      last = now;
    }
  }
  return frames;
}"""
# The same height, and nothing on it.
EMPTY = """() => {
  const sheet = document.querySelector(".sheet");
  const height = sheet.offsetHeight;
  sheet.replaceChildren();
  sheet.style.height = `${height}px`;
}"""


async def _frames(page: Page) -> tuple[list[float], float]:
    """Milliseconds of each frame; and the seconds of work that the page's main thread had with all of them."""
    devtools = await page.context.new_cdp_session(page)
    await devtools.send("Performance.enable")
    frames = await page.evaluate(SCROLL, [STEPS, STEP_PX])
    metrics = (await devtools.send("Performance.getMetrics"))["metrics"]
    return frames, next(each["value"] for each in metrics if each["name"] == "TaskDuration")


def _told(name: str, frames: list[float], work: float) -> None:
    late = sum(1 for frame in frames if frame > 1.5 * 1000 / 60)
    print(
        f"    {name:8} median {median(frames):5.1f} ms, 95 of 100 below {quantiles(frames, n=20)[-1]:5.1f} ms, longest "
        f"{max(frames):5.1f} ms, {late} of {len(frames)} late; {work / len(frames) * 1000:.2f} ms of work a frame"
    )


async def _measure(rounds: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        server = Studyin(Path(folder), "--coach", "notes")
        try:
            session = server.keep_session(1, turns=TURNS)
            with sqlite3.connect(server.data / "studyin.sqlite3") as database:
                database.execute("UPDATE messages SET content = ? WHERE role = 'assistant'", (REPLY,))
            async with async_playwright() as playwright:
                browser = await playwright.chromium.launch(executable_path=find_browser(), args=ARGUMENTS)
                ratios = []
                for _ in range(rounds):
                    page = await browser.new_page()
                    await page.goto(f"{server.url}session/{session}")
                    frames, work = await _frames(page)
                    _told("session", frames, work)
                    await page.reload()
                    await page.evaluate(EMPTY)
                    bare, little = await _frames(page)
                    _told("empty", bare, little)
                    ratios.append(quantiles(frames, n=20)[-1] / quantiles(bare, n=20)[-1])
                    await page.close()
                await browser.close()
            print(f"  95 of 100: ratio {median(ratios):.2f} (rounds: {', '.join(f'{ratio:.2f}' for ratio in ratios)})")
        finally:
            server.kill()


def scrolling(rounds: int) -> None:
    """Frames of a session of 20,000 words, up from its end and back."""
    print(f"scrolling: {WORDS} words in {2 * STEPS} frames; target: as an empty page of that height, 1.0")
    if find_browser() is None:
        print(f"  not measured: {NO_BROWSER}")
        return
    asyncio.run(_measure(rounds))
