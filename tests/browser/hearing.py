"""The page as a screen reader has it: the browser's own accessibility tree, and all that is said unasked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import CDPSession, Page

# What is in one of these is read out whenever it changes.
LIVE = '[aria-live]:not([aria-live="off"]), [role=status], [role=alert], [role=log], output'

# Each wording of each such place, as soon as it is there; and each move of the focus, which is read out as well.
LISTEN = """(live) => {
  const said = new WeakMap();
  window.heard = [];
  const listen = () => {
    for (const region of document.querySelectorAll(live)) {
      const words = region.innerText;
      if ((said.get(region) ?? "") === words) continue;
      said.set(region, words);
      if (words.trim()) heard.push(words.trim().replace(/\\s+/g, " "));
    }
  };
  listen();
  heard.length = 0;
  const what = { subtree: true, childList: true, characterData: true, attributes: true };
  new MutationObserver(listen).observe(document, what);
  document.addEventListener("focusin", ({ target }) => heard.push(`focus on ${target.className || target.localName}`));
}"""


@dataclass
class Node:
    """A node of the tree, with what it says of itself: live, busy, modal, expanded, disabled, focused, and so on."""

    role: str
    name: str
    states: dict[str, Any]
    dom: int
    parent: Node | None = None
    children: list[Node] = field(default_factory=list)

    def all(self) -> Iterator[Node]:
        yield self
        for child in self.children:
            yield from child.all()

    def ancestors(self) -> Iterator[Node]:
        node = self.parent
        while node:
            yield node
            node = node.parent

    @property
    def words(self) -> str:
        return "".join(node.name for node in self.all() if node.role == "StaticText")

    @property
    def is_live(self) -> bool:
        return self.states.get("live", "off") != "off"

    def find(self, role: str, name: str | None = None) -> list[Node]:
        return [node for node in self.all() if node.role == role and (name is None or node.name == name)]

    def get(self, role: str, name: str | None = None) -> Node:
        found = self.find(role, name)
        assert len(found) == 1, (role, name, [(node.role, node.name) for node in self.all() if node.role == role])
        return found[0]


class Hearing:
    def __init__(self, page: Page, devtools: CDPSession) -> None:
        self._page = page
        self._devtools = devtools

    @classmethod
    async def of(cls, page: Page) -> Hearing:
        devtools = await page.context.new_cdp_session(page)
        await devtools.send("Accessibility.enable")
        return cls(page, devtools)

    async def listen(self) -> None:
        """From here on; once for each page that is loaded."""
        await self._page.evaluate(LISTEN, LIVE)

    async def heard(self) -> list[str]:
        """What was said since this was asked last."""
        words: list[str] = await self._page.evaluate("heard.splice(0)")
        return words

    async def tree(self) -> Node:
        """All that is not kept from it. What has no meaning of its own is left out, and what is in it moves up."""
        found = (await self._devtools.send("Accessibility.getFullAXTree"))["nodes"]
        by_id = {each["nodeId"]: each for each in found}

        def grow(number: str, parent: Node | None) -> list[Node]:
            # The lines of a text come after it, when they were asked for.
            each = by_id.get(number)
            if each is None:
                return []
            if each["ignored"]:
                return [node for child in each["childIds"] for node in grow(child, parent)]
            states = {one["name"]: one["value"].get("value") for one in each.get("properties", [])}
            name = each.get("name", {}).get("value", "")
            node = Node(each["role"]["value"], name, states, each.get("backendDOMNodeId", 0), parent)
            node.children = [below for child in each["childIds"] for below in grow(child, node)]
            return [node]

        (root,) = grow(found[0]["nodeId"], None)
        return root

    async def is_one_of(self, node: Node, selector: str) -> bool:
        """Whether what it was made from matches that."""
        place = await self._devtools.send("DOM.resolveNode", {"backendNodeId": node.dom})
        asked = {
            "objectId": place["object"]["objectId"],
            "functionDeclaration": "function (selector) { return this.matches(selector) }",
            "arguments": [{"value": selector}],
            "returnByValue": True,
        }
        answer = await self._devtools.send("Runtime.callFunctionOn", asked)
        return bool(answer["result"]["value"])
