"""From a text to the passages it is found by: by heading and paragraph, of a size that can be quoted and read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from studyin.library.blocks import Block, BlockKind, blocks
from studyin.library.extract import PAGE_END, Text
from studyin.library.sentences import sentences
from studyin.library.terms import plain
from studyin.store.materials import HEADING_SEPARATOR
from studyin.store.passages import Draft

# In characters. Blocks are joined up to TARGET; one that is longer stays whole up to LIMIT, which no passage passes.
TARGET = 900
LIMIT = 1_200

MAX_HEADING_CHARS = 300
# Characters that are one on the screen; a letter with more accents than this may lose some.
MAX_JOINED = 64


def cut(text: Text) -> list[Draft]:
    """The passages of a whole text, in order."""
    cutter, pieces, start = Cutter(), [], 0
    pages = text.pages
    for number, page in enumerate(pages, start=1):
        pieces += [at(piece, start, number if len(pages) > 1 else None) for piece in cutter.cut(page)]
        start += len(page) + len(PAGE_END)
    return pieces


def at(piece: Draft, start: int, page: int | None) -> Draft:
    """The passage of a page as one of the material. start: where the page stands in the material's text."""
    return replace(piece, start=piece.start + start, end=piece.end + start, page=page)


class Cutter:
    """Cuts a material page by page: a heading holds until the next one, also over the end of its page.

    Words stay whole, and so do tables, lists and code where they fit. A passage is page[start:end], but for the later
    parts of a table or of code too long for one passage: those repeat its header or its fence, so that each can be
    read alone.
    """

    def __init__(self) -> None:
        self._path: list[tuple[int, str]] = []

    def cut(self, page: str) -> list[Draft]:
        """The passages of the next page, in order; start and end count from its beginning."""
        return [
            replace(piece, heading=heading)
            for heading, section in self._sections(page)
            for piece in _pack(page, section)
        ]

    def _sections(self, text: str) -> Iterator[tuple[str, list[Block]]]:
        """Each run of blocks under one heading, with the path of headings above it."""
        section: list[Block] = []
        found = blocks(text)
        for block, following in pairwise([*found, None]):
            assert block is not None
            if block.kind is not BlockKind.HEADING:
                section.append(block)
                continue
            if section:
                yield _joined(self._path), section
                section = []
            self._path = [(level, title) for level, title in self._path if level < block.level]
            bare = following is None or (following.kind is BlockKind.HEADING and following.level <= block.level)
            if bare:  # a heading with nothing below it says something itself, or nothing would be found of it
                yield _joined(self._path), [block]
            self._path.append((block.level, plain(block.title[: 2 * MAX_HEADING_CHARS])))
        if section:
            yield _joined(self._path), section


def _joined(path: list[tuple[int, str]]) -> str:
    titles = [title for _, title in path if title]
    while len(titles) > 1 and len(HEADING_SEPARATOR.join(titles)) > MAX_HEADING_CHARS:
        del titles[0]
    return HEADING_SEPARATOR.join(titles)[:MAX_HEADING_CHARS]


def _pack(text: str, section: list[Block]) -> Iterator[Draft]:
    """Join small blocks, split large ones. What introduces a list or table with a colon stays with it."""
    joined: Draft | None = None
    introducing = False
    for block in section:
        too_long = joined and block.end - joined.start > (LIMIT if introducing else TARGET)
        if joined and too_long:
            yield joined
            joined = None
        if block.end - block.start > LIMIT:
            *parts, last = _split(text, block)
            yield from parts
            joined = last
        else:
            start = joined.start if joined else block.start
            joined = _draft(text, start, block.end)
        introducing = text[block.start : block.end].rstrip(" *_").endswith(":")
        if joined.content != text[joined.start : joined.end]:  # it repeats a header: nothing can join it
            yield joined
            joined = None
    if joined:
        yield joined


def _draft(text: str, start: int, end: int, content: str | None = None) -> Draft:
    return Draft(content or text[start:end], heading="", page=None, start=start, end=end)


def _split(text: str, block: Block) -> Iterator[Draft]:
    """A block too long for one passage, in parts: sentences, items, rows, lines; where nothing else helps, words."""
    before, after = "", ""
    start = block.start
    if block.kind is BlockKind.TABLE:
        header_end = _line_end(text, _line_end(text, start) + 1)
        before = text[start:header_end] + "\n"
    elif block.kind is BlockKind.CODE:
        opening = text[start : _line_end(text, start)]
        fence = re.match(r"\s*(`{3,}|~{3,})", opening)
        before, after = opening + "\n", "\n" + (fence[1] if fence else "")
    if len(before) + len(after) > LIMIT // 2:  # no header that is worth repeating
        before = after = ""
    size = TARGET - len(before) - len(after)
    spans = list(_grouped(list(_units(text, block, size)), size))
    for number, (first, last) in enumerate(spans):
        content = text[first:last]
        if number:
            content = before + content
        if number < len(spans) - 1:
            content += after
        yield _draft(text, first, last, content)


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _units(text: str, block: Block, size: int) -> Iterator[tuple[int, int]]:
    if block.kind is BlockKind.PARAGRAPH:
        found = sentences(text[block.start : block.end])
        spans = [(block.start + first, block.start + last) for first, last in found]
    else:
        spans = _line_spans(text, block)
    for first, last in spans:
        yield from _fitting(text, first, last, size)


def _line_spans(text: str, block: Block) -> list[tuple[int, int]]:
    """The lines of a block; for a list each item with the indented lines that belong to it."""
    spans: list[tuple[int, int]] = []
    at = block.start
    for line in text[block.start : block.end].split("\n"):
        end = at + len(line)
        if block.kind is BlockKind.LIST and spans and (line.startswith((" ", "\t")) or not line.strip()):
            spans[-1] = (spans[-1][0], end if line.strip() else spans[-1][1])
        elif line.strip():
            spans.append((at, end))
        at = end + 1
    return spans


def _fitting(text: str, start: int, end: int, size: int) -> Iterator[tuple[int, int]]:
    """A span in parts of at most `size`, cut between words; inside one only where it alone is longer."""
    while end - start > size:
        at = max(text.rfind(blank, start + 1, start + size + 1) for blank in " \t\n")
        if at <= start:
            at = start + size
            while at > start + size - MAX_JOINED and _belongs_to_previous(text, at):
                at -= 1
        yield start, start + len(text[start:at].rstrip())
        start = at
        while start < end and text[start].isspace():
            start += 1
    if end > start:
        yield start, end


def _belongs_to_previous(text: str, at: int) -> bool:
    """Whether two characters are one on the screen: a letter and its accent, the parts of an emoji."""
    joined = "\u200d" in (text[at], text[at - 1])
    return joined or unicodedata.category(text[at]).startswith("M") or "\U0001f3fb" <= text[at] <= "\U0001f3ff"


def _grouped(spans: list[tuple[int, int]], size: int) -> Iterator[tuple[int, int]]:
    start, end = spans[0]
    for first, last in spans[1:]:
        if last - start > size:
            yield start, end
            start = first
        end = last
    yield start, end
