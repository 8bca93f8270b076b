"""Looks at a screen: with axe-core in both themes, and where pictures are wanted, takes them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page

from tests.browser.server import ROOT

SCREENSHOTS = Path(__file__).parent / "screenshots"
AXE = ROOT / "node_modules/axe-core/axe.min.js"
NO_AXE = "axe-core is not installed, so nobody looks at the screens: npm install --no-save axe-core@4"

# What is on its way, a drawer or a colour to another, has arrived. Not asked of Chromium's promises: those of what was
# scrolled out of sight meanwhile are never kept.
SETTLED = """async () => {
  const isOnItsWay = (each) => each.playState === "running" && each.effect.getComputedTiming().endTime < Infinity;
  do await new Promise(requestAnimationFrame); while (document.getAnimations().some(isOnItsWay));
}"""
# All of its rules but those that are experiments or for the strictest level, and the size of targets.
RULES = """async ([place, only]) => {
  const options = { resultTypes: ["violations"], rules: { "target-size": { enabled: true } } };
  if (only) options.runOnly = only;
  const { violations } = await axe.run(place, options);
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) =>
    `${id} at ${target.join(" ")}: ${failureSummary.split("\\n").slice(1).join("; ").trim()}`));
}"""

# What a picture is taken of, beside the light page: media features by name.
KINDS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "contrast": {"color_scheme": "light", "contrast": "more"},
    "dark-contrast": {"color_scheme": "dark", "contrast": "more"},
    "forced": {"color_scheme": "dark", "forced_colors": "active"},
}
USUAL: dict[str, Any] = {"color_scheme": "light", "contrast": "no-preference", "forced_colors": "none"}


class Look:
    """`await look("palette", ".palette")` looks at that part of the page; `check` tells what was wrong.

    With SCREENSHOTS=1 in the environment, or the names of kinds (light, dark, contrast, dark-contrast, forced), each
    screen is also drawn into screenshots/ beside this file, which is not kept in git.
    """

    def __init__(self, page: Page, prefix: str) -> None:
        if not AXE.exists():
            assert not os.environ.get("CI"), "in CI the screens are looked at: .ci/run installs axe-core"
            pytest.skip(NO_AXE)
        self.found: list[str] = []
        self._page = page
        self._prefix = prefix
        self._count = 0
        wanted = os.environ.get("SCREENSHOTS", "")
        self._kinds = [kind for kind in KINDS if kind in wanted.split(",")] or (["light", "dark"] if wanted else [])

    def check(self) -> None:
        assert not self.found, "\n".join(self.found)

    async def __call__(self, name: str, part: str = "html") -> None:
        page = self._page
        self._count += 1
        await page.locator(part).first.wait_for()
        if not await page.evaluate("'axe' in window"):
            await page.evaluate(AXE.read_text())
        for scheme, only in (("light", None), ("dark", ["color-contrast"])):
            await page.emulate_media(color_scheme=scheme)
            await page.evaluate(SETTLED)
            wrong = await page.evaluate(RULES, [part, only])
            self.found += [f"{name}, {scheme}: {each}" for each in wrong]
        for kind in self._kinds:
            await page.emulate_media(**USUAL | KINDS[kind])
            await page.evaluate(SETTLED)
            await page.screenshot(path=SCREENSHOTS / f"{self._prefix}-{self._count:02}-{name}-{kind}.png")
        await page.emulate_media(**USUAL)
