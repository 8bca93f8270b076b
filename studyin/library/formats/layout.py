"""From the lines of a printed page to Markdown: headings by their type, paragraphs by the space between lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

# A heading's type is larger than the body's by these factors, for each level.
HEADING_SIZES = (1.7, 1.35, 1.12)
BOLD_HEADING_LEVEL = 4
MAX_HEADING_CHARS = 140

# Lines in the outer part of a page that its neighbours have too are running heads and feet.
MARGIN = 0.09

# Between two lines of a paragraph there is at most so much, in sizes of their type, from top to top.
MAX_LEADING = 1.75
# A line that ends so far before the right edge, in shares of the widest line, ends its paragraph.
SHORT_LINE = 0.75


@dataclass(frozen=True, slots=True)
class Line:
    """A line of type. left, right, bottom, top: in points from the page's lower left; size: of its type."""

    text: str
    left: float
    right: float
    bottom: float
    top: float
    size: float
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """text: in place of lines, where it was read from a picture."""

    lines: list[Line] = field(default_factory=list)
    height: float = 0.0
    text: str = ""

    def margins(self) -> set[str]:
        """What stands in the outer part, its numbers made equal."""
        return {_equal(line.text) for line in self.lines if self._is_outer(line)}

    def body(self, neighbours: Sequence[Page]) -> list[Line]:
        """The lines without running heads, running feet and page numbers."""
        repeated = set().union(*(page.margins() for page in neighbours))
        return [line for line in self.lines if not (self._is_outer(line) and _equal(line.text) in repeated | {"0"})]

    def _is_outer(self, line: Line) -> bool:
        return line.bottom > self.height * (1 - MARGIN) or line.top < self.height * MARGIN


_ITEM = re.compile(r"(?:[•◦▪▸►‣·∙●○■□–*-]|[\uf0a7\uf0b7\uf0d8])\s+(?=\S)")
_NUMBERED = re.compile(r"(?:\d{1,3}[.)]|\d{1,2}(?:\.\d{1,2})+\.?(?=\s+[A-Z])|\([a-z\d]{1,3}\)|[a-z]\))\s+\S")
# What would be Markdown, and is none.
_MARKUP = re.compile(r"^(?=#{1,6}\s|`{3}|~{3}|\$\$|[=-]+$|>)")
# PDFium's mark of a hyphen at a line's end; it may have joined the lines itself.
_DIVIDED = re.compile("(?<=[^\\W\\d_])\x02 ?(?=[^\\W\\d_A-Z])")
_LEADERS = re.compile(r"\s*(?:\.\s?){4,}")
_HYPHENATED = re.compile("(?<=[^\\W\\d_])[\x02\u00ad‐-]$")


def markdown(page: Page, neighbours: Sequence[Page], body_size: float) -> str:
    """neighbours: pages before and behind this one, to tell what they all have; body_size: of most of the type."""
    if page.text:
        return page.text
    lines = page.body(neighbours)
    widest = max((line.right - line.left for line in lines), default=0.0)
    blocks: list[str] = []
    so_far: list[Line] = []
    for line in lines:
        if so_far and _begins(line, so_far, widest, body_size):
            blocks.append(_block(so_far, body_size))
            so_far = []
        so_far.append(line)
    if so_far:
        blocks.append(_block(so_far, body_size))
    # Items of a list stand close together, or they would be a list each.
    text = "\n\n".join(blocks)
    return re.sub(r"^(- .*)\n\n(?=- )", r"\1\n", text, flags=re.MULTILINE)


def _begins(line: Line, so_far: Sequence[Line], widest: float, body_size: float) -> bool:
    """Whether a line begins another block than the lines before it."""
    last = so_far[-1]
    if _level(line, body_size) != _level(so_far[0], body_size):
        return True
    if _ITEM.match(line.text) or _NUMBERED.match(line.text):
        return True
    size = max(line.size, last.size, 1.0)
    down = last.top - line.top
    if down > MAX_LEADING * size or down < -size:  # a gap, or the next column
        return down > 0 or last.text.endswith((".", "!", "?", ":"))
    ended = last.text.endswith((".", "!", "?", ":", ";")) and last.right - last.left < SHORT_LINE * widest
    return ended or (line.left > last.left + size and last.text.endswith((".", "!", "?")))


def _level(line: Line, body_size: float) -> int:
    """1 to 6 for a heading, else 0."""
    text = line.text
    if len(text) > MAX_HEADING_CHARS or not any(character.isalpha() for character in text) or _ITEM.match(text):
        return 0
    if body_size:
        for level, factor in enumerate(HEADING_SIZES, start=1):
            if line.size >= body_size * factor:
                return level
    is_title = line.bold and text[-1] not in ".,;:" and len(text.split()) <= 10
    return BOLD_HEADING_LEVEL if is_title and (text[0].isupper() or text[0].isdigit()) else 0


def _block(lines: Sequence[Line], body_size: float) -> str:
    text = lines[0].text
    for line in lines[1:]:
        divided = _HYPHENATED.search(text) and line.text[:1].islower()
        text = text[:-1] + line.text if divided else f"{text} {line.text}"
    text = _LEADERS.sub(" … ", _DIVIDED.sub("", text).replace("\x02 ", "-").replace("\x02", "-"))
    level = _level(lines[0], body_size)
    if level and len(lines) <= 3:
        return f"{'#' * level} {text}"
    if _ITEM.match(text):
        return _ITEM.sub("- ", text, count=1)
    return _MARKUP.sub(r"\\", text)


def _equal(text: str) -> str:
    return re.sub(r"\d+", "0", text).strip(" .–-|").casefold()
