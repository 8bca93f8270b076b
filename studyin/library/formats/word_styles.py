"""What the styles and the numbering of a Word file make of a paragraph: a heading, an item of a list, or neither."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from studyin.library.formats.archive import child, local, value

MAX_LEVEL = 6
# A style may be based on another, and that one, in a broken file, on the first.
MAX_BASES = 20

_HEADING = re.compile(r"heading ?(\d)$", re.IGNORECASE)


class Styles:
    """styles, numbering: the roots of those parts, None where the file has none."""

    def __init__(self, styles: Any | None, numbering: Any | None) -> None:
        self._styles = {value(each, "styleId"): each for each in _of(styles) if local(each) == "style"}
        self._lists = _lists(_of(numbering))
        self._counts: Counter[tuple[str, int]] = Counter()

    def level(self, properties: Any | None) -> int:
        """1 to 6 for a heading, else 0. properties: the paragraph's, or None."""
        for each in self._chain(properties):
            outline = value(child(each, "outlineLvl"))
            if outline.isdigit():
                return min(int(outline) + 1, MAX_LEVEL) if int(outline) < 9 else 0
        for style in self._bases(properties):
            name = value(child(style, "name"))
            if heading := _HEADING.match(name):
                return min(int(heading[1]), MAX_LEVEL)
            if name.casefold() == "title":
                return 1
        return 0

    def item(self, properties: Any | None) -> str:
        """How an item of a list begins: "- ", "  2. "; "" for what is none."""
        key, depth = "", 0
        for each in self._chain(properties):
            numbering = child(each, "numPr")
            if numbering is not None:
                key = value(child(numbering, "numId"))
                level = value(child(numbering, "ilvl"))
                depth = min(int(level), 8) if level.isdigit() else 0
                break
        if key in ("", "0"):
            named = [value(child(style, "name")).casefold() for style in self._bases(properties)]
            return "- " if any(name.startswith("list bullet") for name in named) else ""
        form = self._lists.get(key, {}).get(depth, "bullet")
        indent = "   " * depth
        if form in ("bullet", "none"):
            return f"{indent}- "
        self._counts[key, depth] += 1
        for deeper in range(depth + 1, 9):
            del self._counts[key, deeper]
        return f"{indent}{self._counts[key, depth]}. "

    def _bases(self, properties: Any | None) -> list[Any]:
        """The style of a paragraph and those it is based on, the nearest first."""
        found: list[Any] = []
        style = self._styles.get(value(child(properties, "pStyle")))
        while style is not None and len(found) < MAX_BASES:
            found.append(style)
            style = self._styles.get(value(child(style, "basedOn")))
        return found

    def _chain(self, properties: Any | None) -> list[Any]:
        """Where a property of a paragraph may be said, what counts first."""
        inherited = (child(style, "pPr") for style in self._bases(properties))
        return [each for each in (properties, *inherited) if each is not None]


def _of(root: Any | None) -> Sequence[Any]:
    return () if root is None else list(root)


def _lists(numbering: Sequence[Any]) -> dict[str, dict[int, str]]:
    """The form of each level of each list: bullet, decimal, lowerLetter, …"""
    abstract = {
        value(each, "abstractNumId"): {
            int(value(level, "ilvl") or 0): value(child(level, "numFmt")) or "bullet"
            for level in each
            if local(level) == "lvl" and value(level, "ilvl").isdigit()
        }
        for each in numbering
        if local(each) == "abstractNum"
    }
    return {
        value(each, "numId"): abstract.get(value(child(each, "abstractNumId")), {})
        for each in numbering
        if local(each) == "num"
    }
