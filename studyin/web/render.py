"""A reply as HTML while it grows: finished blocks once, the open one again whenever a line of it has ended.

There is one for each running turn, shared by all its readers; a reader keeps only how many finished blocks it has.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import takewhile

from studyin.web.dollars import Protected
from studyin.web.markdown import Block, notes_prefix, read, to_blocks, top_level
from studyin.web.markdown_writer import Writer
from studyin.web.sanitizer import clean

# An open block of up to this many characters is rendered again at each line end. A longer one must first have grown by
# a quarter of what it has beyond that, so that the work for one huge list or code block stays in proportion to its
# length; until then its last lines are shown as plain text, as the line is that is still being written.
_SMALL = 2_000
_GROWTH = 4

# What may follow a long block and ends it: then it is rendered at once.
_BLANK_LINE = re.compile(r"^[ \t]*\r?\n", re.MULTILINE)
_AFTER_LIST = re.compile(r"\n[ \t]*\r?\n(?![-+*][ \t\r\n]|\d{1,9}[.)][ \t\r\n])\S")
_AFTER_INDENTED = re.compile(r"^ {0,3}\S", re.MULTILINE)
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")

_ENDED_BY_BLANK_LINE = frozenset(("<Paragraph", "<Table", "<BlockQuote"))
_COMPLETE = frozenset(("<Heading", "Rule"))
_AT_THE_MARGIN = re.compile(rb"^[^\s>]", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class RenderState:
    """html: the reply from top-level block number `block` on, covering its first `upto` characters (code points)."""

    block: int
    html: str
    upto: int


class LiveRender:
    """The HTML of a growing reply. name, citations: see to_html.

    Each block is one element. Formulas are drawn as soon as they are whole (each is parsed once, its result is cached),
    code is coloured when its block is finished. Link definitions and footnotes reach no other block before `finish`.
    """

    def __init__(self, *, name: str = "", citations: int = 0) -> None:
        self._name = name
        self._citations = citations
        self._finished: list[str] = []
        self._unchanged: int | None = None  # after finish: how many blocks, from the first on, had been right
        self._open = ""
        # In characters: where the open block begins, what is rendered, and what `update` has looked at.
        self._start = self._upto = self._seen = 0
        self._end_of_open: re.Pattern[str] | None = None
        self._outline: tuple[int, ...] = ()

    @property
    def finished(self) -> int:
        """How many blocks, from the first on, are finished; they do not change before `finish`."""
        return len(self._finished)

    @property
    def html(self) -> str:
        """All of it; after `finish` the same as to_html."""
        return "".join(self._finished) + self._open

    def since(self, block: int) -> RenderState:
        """What a reader lacks that has `block` finished blocks.

        The state's own block may be a smaller number after `finish`, where a definition at the reply's end changed what
        had been finished.
        """
        block = min(block, self.finished if self._unchanged is None else self._unchanged)
        return RenderState(block, "".join(self._finished[block:]) + self._open, self._upto)

    def update(self, text: str) -> None:
        """text: the whole reply so far. Cheap to call with every token: it works only where a line has ended."""
        end = text.rfind("\n", self._seen) + 1
        if end <= self._seen:
            return
        if not self._may_wait(text, end):
            self._render(text[self._start : end])
            self._upto = end
        self._seen = end

    def finish(self, text: str) -> None:
        """text: the whole reply; nothing follows."""
        blocks = to_blocks(text, name=self._name, citations=self._citations)
        same = takewhile(lambda pair: pair[0] == pair[1], zip(self._finished, blocks, strict=False))
        self._unchanged = sum(1 for _ in same)
        self._finished, self._open = blocks, ""
        self._upto = self._seen = len(text)

    def _may_wait(self, text: str, end: int) -> bool:
        shown, new = self._upto - self._start, end - self._upto
        if new * _GROWTH >= shown - _SMALL:
            return False
        # A blank line that was seen before may be what parts a list from what follows now.
        after = max(self._start, self._seen - 64)
        return self._end_of_open is None or not self._end_of_open.search(text, after, end)

    def _render(self, source: str) -> None:
        """source: from the start of the open block to the end of the last line."""
        document = read(source, growing=True)
        raw = document.markdown.encode()
        blocks = list(top_level(document))
        done = len(blocks) if _is_finished(blocks, document, raw) else max(0, len(blocks) - 1)
        notes = notes_prefix(document, self._name)
        writer = Writer(document, citations=self._citations, notes=notes, outline=self._outline)
        for block in blocks[:done]:
            if html := writer.block(block.events):
                self._finished.append(clean(html))
        self._outline = writer.outline
        begin = blocks[-1].end if blocks else 0
        self._open, self._end_of_open = "", None
        for block in blocks[done:]:
            writer.finished = False
            self._open = clean(writer.block(block.events))
            begin = raw.rfind(b"\n", 0, block.start) + 1
            self._end_of_open = _what_ends(block, raw[begin : block.end])
        self._start += len(document.restore(raw[:begin].decode()))


def _is_finished(blocks: list[Block], document: Protected, raw: bytes) -> bool:
    """Whether the last block, too, can't change any more, whatever the next line is."""
    if not blocks or any(formula.open for formula in document.formulas):
        return False
    last = blocks[-1]
    kind, value, *_ = last.events[0]
    if kind in _COMPLETE:
        return True
    if kind == "<CodeBlock":
        return value != "Indented" and last.end < len(raw)  # an unclosed one goes on to the end
    rest = raw[raw.find(b"\n", last.end - 1) + 1 :]
    if kind in _ENDED_BY_BLANK_LINE and b"\n" in rest:
        return True
    return _AT_THE_MARGIN.search(rest) is not None  # a link definition, which is no block


def _what_ends(block: Block, source: bytes) -> re.Pattern[str] | None:
    """What is seen where a block of this kind ends, to find that without parsing; None where nothing tells."""
    kind, value, *_ = block.events[0]
    if kind == "<CodeBlock":
        if value == "Indented":
            return _AFTER_INDENTED
        fence = _FENCE.match(source.decode())
        return fence and re.compile(rf"^ {{0,3}}{fence[1]}{fence[1][0]}*[ \t]*\r?\n", re.MULTILINE)
    if kind in _ENDED_BY_BLANK_LINE:
        return _BLANK_LINE
    return _AFTER_LIST if kind == "<List" else None
