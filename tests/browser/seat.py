"""Where a student sits: at a desk or with a phone in their hand, by day or by night; what they do there, and see."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from playwright.async_api import BrowserContext, CDPSession, Locator, Page, expect

from tests.browser.chat_page import ChatPage

DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 860}}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
SEATS = [
    pytest.param(is_phone, is_dark, id=f"{place}-{time}", marks=pytest.mark.thorough)
    for place, is_phone in (("desk", False), ("phone", True))
    for time, is_dark in (("day", False), ("night", True))
]
everywhere = pytest.mark.parametrize(("is_phone", "is_dark"), SEATS)

# What a person's eyes would tell of an element: whether all of it is in the window, what lies on it, and how light
# what it stands on and its letters are, from 0 to 1, as WCAG has it. Nothing of one that was drawn anew meanwhile.
EYES = """async (element) => {
  element.scrollIntoViewIfNeeded();
  let box = element.getBoundingClientRect();
  for (let still = 0, before = box; still < 2; still = before.x === box.x && before.y === box.y ? still + 1 : 0) {
    await new Promise(requestAnimationFrame);
    [before, box] = [box, element.getBoundingClientRect()];
  }
  if (!element.isConnected) return null;
  const cut = ["left", "top"].filter((side) => box[side] < -0.5);
  if (box.right > innerWidth + 0.5) cut.push("right");
  if (box.bottom > innerHeight + 0.5) cut.push("bottom");
  const covers = new Set();
  // In the middle and close to each side; the round corner of a button is not the button.
  for (const [x, y] of [[0.5, 0.5], [0, 0.5], [1, 0.5], [0.5, 0], [0.5, 1]]) {
    const at = [box.left + 2 + x * (box.width - 4), box.top + 2 + y * (box.height - 4)];
    const top = document.elementFromPoint(...at);
    if (top && !element.contains(top) && !top.contains(element)) covers.add(top.className || top.localName);
  }
  const canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 });
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  const lightness = (colours) => {
    for (const colour of colours) {
      pen.fillStyle = colour;
      pen.fillRect(0, 0, 1, 1);
    }
    const parts = [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3).map((each) => each / 255);
    const [red, green, blue] = parts.map((each) => (each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const behind = [];
  for (let each = element; each; each = each.parentElement) behind.unshift(getComputedStyle(each).backgroundColor);
  const paper = lightness(["white", ...behind]);
  const ink = lightness(["white", ...behind, getComputedStyle(element).color]);
  const isThere = element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  return { isThere, cut, covers: [...covers], paper, ink };
}"""

# Has it come to rest? It goes on for a little while after wheel and finger.
AT_REST = """async (scroller) => {
  for (let still = 0, top = NaN; still < 8; still = scroller.scrollTop === top ? still + 1 : 0) {
    top = scroller.scrollTop;
    await new Promise(requestAnimationFrame);
  }
}"""

# Whether there is anything to see further down, or further up where pixels is less than 0.
GOES_ON = "(e, pixels) => pixels < 0 ? e.scrollTop > 1 : e.scrollHeight - e.clientHeight - e.scrollTop > 1"
HAS_MOVED = "async (e, from) => { while (e.scrollTop === from) await new Promise(requestAnimationFrame) }"

# How far what one scrolls is from its end, in px.
LEFT_BELOW = "(scroller) => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight"


class Seat:
    def __init__(self, context: BrowserContext, page: Page, *, is_phone: bool, is_dark: bool) -> None:
        self.context = context
        self.page = page
        self.chat = ChatPage(page)
        self.is_phone = is_phone
        self.is_dark = is_dark
        self.scroller = page.locator(".scroller")
        self.sidebar = page.locator(".sidebar")
        self._devtools: CDPSession | None = None

    async def devtools(self) -> CDPSession:
        if self._devtools is None:
            self._devtools = await self.context.new_cdp_session(self.page)
        return self._devtools

    # ---- what is done

    async def press(self, button: Locator, *, in_text: bool = False) -> None:
        """With thumb or mouse, if it is large enough for that. in_text: as high as a line of what it stands in."""
        if not in_text:
            await expect(button).to_be_visible()
            box = await button.evaluate("(e) => (e.closest('label') ?? e).getBoundingClientRect().toJSON()")
            least = 43.9 if self.is_phone else 23.9
            assert min(box["width"], box["height"]) >= least, (str(button), box)
        await (button.tap() if self.is_phone else button.click())

    async def point_at(self, place: Locator, hidden: Locator) -> None:
        """What is there for who points at a place is hidden before, and always there for who can't point."""
        if not self.is_phone:
            await self.page.mouse.move(0, 0)
            await expect(hidden).to_have_css("opacity", "0")
            await place.hover()
        await expect(hidden).to_have_css("opacity", "1")

    async def scroll(self, place: Locator, pixels: int) -> None:
        """Down is more than 0: with the wheel, or with a finger that goes up."""
        box = await place.bounding_box()
        assert box is not None
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        begun = await place.evaluate("(e) => e.scrollTop") if await place.evaluate(GOES_ON, pixels) else None
        if self.is_phone:
            steps = [(round(x), round(y + pixels / 2 - pixels * step / 8)) for step in range(9)]
            await self.touch(*steps, steps[-1], None)
        else:
            await self.page.mouse.move(x, y)
            await self.page.mouse.wheel(0, pixels)
        if begun is not None:
            await place.evaluate(HAS_MOVED, begun)
        await place.evaluate(AT_REST)

    async def touch(self, *places: tuple[int, int] | None) -> None:
        """A finger that comes down, goes from place to place, and with None is taken away."""
        devtools = await self.devtools()
        kind = "touchStart"
        for place in places:
            points = [{"x": place[0], "y": place[1]}] if place else []
            await devtools.send(
                "Input.dispatchTouchEvent", {"type": kind if place else "touchEnd", "touchPoints": points}
            )
            kind = "touchMove"

    async def open_sidebar(self) -> None:
        if self.is_phone:
            await self.press(self.page.locator(".menu-button"))
        await expect(self.sidebar).to_be_in_viewport(ratio=1)  # on its way in, a touch would meet what is behind it

    async def close_sidebar(self) -> None:
        if self.is_phone:
            await self.press(self.page.locator(".sidebar-close"))
            await expect(self.sidebar).not_to_be_in_viewport()

    async def choose(self, button: Locator, what: str) -> None:
        """From a menu, which is whole."""
        await self.press(button)
        menu = self.page.locator(".menu:popover-open")
        await self.sees(menu)
        await self.press(menu.get_by_role("menuitem", name=what))

    # ---- what is seen

    async def sees(
        self,
        *parts: Locator,
        other_way: bool = False,
        marked: bool = False,
        through: bool = False,
        contrast: float = 4.5,
    ) -> None:
        """Each is there, whole once one has scrolled to it, with nothing on it, on paper by day and on a blackboard by
        night, and can be read.

        other_way: light on dark by day, and the other way by night. marked: on the highlighter's colour.
        through: it lets the pointer through, so that this can't tell what lies on it.
        """
        for part in parts:
            await expect(part).to_be_visible()
            while (seen := await part.evaluate(EYES)) is None:
                pass
            said = f"{part}: {seen}"
            assert seen["isThere"], said
            assert seen["cut"] == [], said
            assert through or seen["covers"] == [], said
            if not marked:
                is_light = other_way is self.is_dark
                assert seen["paper"] > 0.4 if is_light else seen["paper"] < 0.15, said
            light, dark = sorted((seen["paper"], seen["ink"]), reverse=True)
            assert (light + 0.05) / (dark + 0.05) >= contrast, said

    async def nothing_is_wider(self) -> None:
        wide = "(e) => e.scrollWidth - e.clientWidth"
        for place in ("html", ".scroller", ".sidebar", ".dock"):
            assert await self.page.locator(place).evaluate(wide) <= 0, place

    async def message_stands_clear(self, message: Locator, read: Sequence[str] = (".scroller", ".composer")) -> None:
        """A message of the page: it covers nothing that is read, nor does the state of the connection."""
        # Two frames later all that watches sizes has had its say.
        frame = "new Promise((then) => requestAnimationFrame(() => requestAnimationFrame(then)))"
        await self.page.evaluate(f"() => {frame}.then(() => {frame})")
        await self.sees(message, other_way=True)
        boxes = "(names) => names.map((name) => document.querySelector(name).getBoundingClientRect().toJSON())"
        pairs = [(".toasts", place) for place in read] + [(".status", ".topbar-title"), (".status", ".scroller")]
        for pair in pairs:
            one, other = await self.page.evaluate(boxes, list(pair))
            beside = one["right"] <= other["left"] + 0.5 or other["right"] <= one["left"] + 0.5
            above = one["bottom"] <= other["top"] + 0.5 or other["bottom"] <= one["top"] + 0.5
            assert beside or above, (pair, one, other)

    async def is_at_end(self) -> None:
        await self.page.wait_for_function(
            f"() => ({LEFT_BELOW})(document.querySelector('.scroller')) < 4",
        )
