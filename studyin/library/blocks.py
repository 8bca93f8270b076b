"""The blocks that Markdown or plain text is made of, and where each stands: headings, paragraphs, lists, tables, code.

Not a Markdown renderer: it only needs to know where something begins and ends, and never fails.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

# A line alone that is to pass for a heading in a text without marked ones.
MAX_PLAIN_HEADING_CHARS = 60
MAX_PLAIN_HEADING_WORDS = 8


class BlockKind(StrEnum):
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST = "list"
    TABLE = "table"
    CODE = "code"
    FORMULA = "formula"


@dataclass(frozen=True, slots=True)
class Block:
    """text[start:end] is the block without its last line end. level: 1 to 6 for a heading, with its title; else 0."""

    kind: BlockKind
    start: int
    end: int
    level: int = 0
    title: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A line without its line end. start: where it stands."""

    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @property
    def blank(self) -> bool:
        return not self.text or self.text.isspace()

    @property
    def indented(self) -> bool:
        return self.text.startswith(("  ", "\t"))


_ATX = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*?))??(?:[ \t]+#+)?[ \t]*$")
_UNDERLINE = re.compile(r" {0,3}(=+|-+)[ \t]*$")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_RULE = re.compile(r" {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,}|[=~#*_-]{5,})$")
_ITEM = re.compile(r"[ \t]*(?:[-*+•‣◦–]|\d{1,3}[.)]|[A-Za-z][.)]|\([\da-z]{1,3}\))[ \t]+\S")
# In the middle of a paragraph only these begin a list: a wrapped line may well start with "1914." or "a)".
_INTERRUPTING_ITEM = re.compile(r" {0,3}(?:[-*+•‣◦]|1[.)])[ \t]+\S")
_TABLE_RULE = re.compile(r"[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_FORMULA = (("$$", "$$"), (r"\[", r"\]"), (r"\begin{", r"\end{"))
_NUMBERED = re.compile(r"(\d{1,2}(?:\.\d{1,2})*)[.)]?[ \t]+\S")


def blocks(text: str) -> list[Block]:
    """The blocks of a text in order. Front matter, rules and blank lines belong to none."""
    lines = list(_lines(text))
    found = list(_scan(lines, _after_front_matter(lines)))
    if any(block.kind is BlockKind.HEADING for block in found):
        return found
    # Several short lines in a row are notes in telegram style, not headings: only the one above other text is.
    alike = [_plain_heading(text, block) for block in found]
    for number, (heading, following) in enumerate(pairwise(alike)):
        if heading and not following:
            found[number] = heading
    return found


def _lines(text: str) -> Iterator[Line]:
    start = 0
    for line in text.split("\n"):
        yield Line(line, start)
        start += len(line) + 1


def _after_front_matter(lines: list[Line]) -> int:
    """Notes programs keep metadata between two lines of --- at the top; it is no part of what the notes say."""
    if lines[0].text.rstrip() != "---":
        return 0
    for number, line in enumerate(lines[1:50], start=1):
        if line.text.rstrip() in ("---", "..."):
            return number + 1
        if not line.blank and ":" not in line.text and not line.text.startswith((" ", "\t", "-", "#")):
            break
    return 0


def _scan(lines: list[Line], at: int) -> Iterator[Block]:
    while at < len(lines):
        line = lines[at]
        if line.blank:
            at += 1
            continue
        heading = _ATX.match(line.text)
        if heading:
            yield Block(BlockKind.HEADING, line.start, line.end, len(heading[1]), (heading[2] or "").strip())
            at += 1
            continue
        kind, after = _block_at(lines, at)
        if kind is BlockKind.PARAGRAPH:
            underline = _UNDERLINE.match(lines[after].text) if after < len(lines) else None
            if underline and after == at + 1:
                level = 1 if underline[1][0] == "=" else 2
                yield Block(BlockKind.HEADING, line.start, lines[after].end, level, line.text.strip())
                at = after + 1
                continue
        if kind is not None:
            last = max((n for n in range(at, after) if not lines[n].blank), default=at)
            yield Block(kind, line.start, lines[last].end)
        at = after


def _block_at(lines: list[Line], at: int) -> tuple[BlockKind | None, int]:
    """What begins at a line that is neither blank nor a marked heading, and the line after it."""
    text = lines[at].text
    fence = _FENCE.match(text)
    if fence:
        return BlockKind.CODE, _after_fence(lines, at, fence[1])
    for opening, closing in _FORMULA:
        if text.lstrip().startswith(opening):
            return BlockKind.FORMULA, _after_formula(lines, at, opening, closing)
    if _is_table(lines, at):
        return BlockKind.TABLE, _after_table(lines, at)
    if _RULE.match(text):
        return None, at + 1
    if _ITEM.match(text):
        return BlockKind.LIST, _after_list(lines, at)
    return BlockKind.PARAGRAPH, _after_paragraph(lines, at)


def _after_fence(lines: list[Line], at: int, fence: str) -> int:
    closing = re.compile(rf" {{0,3}}{re.escape(fence[0])}{{{len(fence)},}}[ \t]*$")
    return next((n + 1 for n in range(at + 1, len(lines)) if closing.match(lines[n].text)), len(lines))


def _after_formula(lines: list[Line], at: int, opening: str, closing: str) -> int:
    """The line after a formula; one that is never closed ends at the next blank line."""
    rest = lines[at].text.lstrip().removeprefix(opening)
    if closing in rest:
        return at + 1
    for number in range(at + 1, len(lines)):
        if closing in lines[number].text:
            return number + 1
        if lines[number].blank:
            return number
    return len(lines)


def _is_table(lines: list[Line], at: int) -> bool:
    if at + 1 >= len(lines) or "|" not in lines[at].text:
        return False
    return "|" in lines[at + 1].text and _TABLE_RULE.match(lines[at + 1].text) is not None


def _after_table(lines: list[Line], at: int) -> int:
    return next((n for n in range(at, len(lines)) if lines[n].blank or "|" not in lines[n].text), len(lines))


def _after_list(lines: list[Line], at: int) -> int:
    number = at + 1
    while number < len(lines):
        line = lines[number]
        if line.blank:
            following = next((n for n in range(number, len(lines)) if not lines[n].blank), len(lines))
            if following == len(lines):
                return number
            if not (_ITEM.match(lines[following].text) or lines[following].indented):
                return number
            number = following
        elif not (_ITEM.match(line.text) or line.indented) and _starts_block(lines, number):
            return number
        number += 1
    return number


def _after_paragraph(lines: list[Line], at: int) -> int:
    for number in range(at + 1, len(lines)):
        text = lines[number].text
        if lines[number].blank or _starts_block(lines, number) or _INTERRUPTING_ITEM.match(text):
            return number
        if _UNDERLINE.match(text):
            return number
    return len(lines)


def _starts_block(lines: list[Line], at: int) -> bool:
    text = lines[at].text
    return bool(
        _ATX.match(text)
        or _FENCE.match(text)
        or text.lstrip().startswith("$$")
        or (_RULE.match(text) and not _UNDERLINE.match(text))
        or _is_table(lines, at)
    )


def _plain_heading(text: str, block: Block) -> Block | None:
    """The heading that a short line standing alone would be, in a text without marked ones."""
    title = text[block.start : block.end].strip()
    numbered = _NUMBERED.match(title)
    if block.kind is not BlockKind.PARAGRAPH and not (block.kind is BlockKind.LIST and numbered):
        return None
    if "\n" in title or len(title) > MAX_PLAIN_HEADING_CHARS or len(title.split()) > MAX_PLAIN_HEADING_WORDS:
        return None
    if title[-1] in ".,;:!?…" or not (title[0].isupper() or title[0].isdigit()):
        return None
    level = 1 + numbered[1].count(".") if numbered else 1
    return Block(BlockKind.HEADING, block.start, block.end, level, title)
