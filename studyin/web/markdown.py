"""Markdown to HTML that is safe on our page: no script, no style, nothing that loads from elsewhere.

The page puts this HTML in as it is, under a Content-Security-Policy of `default-src 'self'` with no exception.
"""

import re
from collections.abc import Iterator, Set
from dataclasses import dataclass
from html import escape
from zlib import crc32

from studyin.web.dollars import MARK, Protected, protect
from studyin.web.markdown_elements import directed
from studyin.web.markdown_parser import Event, parse
from studyin.web.markdown_writer import Writer
from studyin.web.sanitizer import clean

# NUL (an HTML parser drops it), the formulas' mark, and halves of characters, which UTF-8 can't spell.
_UNWANTED = re.compile(f"[\x00{MARK}\ud800-\udfff]")


def to_html(
    markdown: str, *, name: str = "", citations: int = 0, unsupported: Set[tuple[int, int]] = frozenset()
) -> str:
    """A message as HTML: a sequence of block elements. citations: [[1]] to [[citations]] become links to passages.

    name: tells it from others with the same text on the same page. unsupported: (n, k) for the k-th [[n]], from 0,
    whose passage does not have what is said there.
    """
    return "".join(to_blocks(markdown, name=name, citations=citations, unsupported=unsupported))


def to_blocks(
    markdown: str, *, name: str = "", citations: int = 0, unsupported: Set[tuple[int, int]] = frozenset()
) -> list[str]:
    """The same, one string for each top-level block; each is exactly one element."""
    document = read(markdown)
    writer = Writer(document, citations=citations, notes=notes_prefix(document, name), unsupported=unsupported)
    written = (writer.block(block.events) for block in top_level(document))
    return [clean(html) for html in written if html]


def text_to_html(text: str) -> str:
    """Plain text as one paragraph, its line breaks kept; nothing in it is Markdown."""
    lines = _UNWANTED.sub("\ufffd", text).splitlines()
    return directed(f"<p>{'<br>'.join(escape(line, quote=False) for line in lines)}</p>")


@dataclass(frozen=True, slots=True)
class Block:
    """A top-level block of a document. start, end: bytes in its protected Markdown."""

    events: list[Event]
    start: int
    end: int


def read(markdown: str, *, growing: bool = False) -> Protected:
    """A text made ready for the parser, each character in its place. growing: see dollars.protect."""
    return protect(_UNWANTED.sub("\ufffd", markdown), growing=growing)


def top_level(document: Protected) -> Iterator[Block]:
    """The blocks of a document, in order. Link definitions are none."""
    events: list[Event] = []
    depth = 0
    for event in parse(document.markdown):
        events.append(event)
        depth += (event.kind[0] == "<") - (event.kind[0] == ">")
        if not depth:
            yield Block(events, events[0].start, event.end)
            events = []


def notes_prefix(document: Protected, name: str) -> str:
    """Begins the ids of a text's footnotes: pages hold many texts, each with its note 1. name: see to_html."""
    return f"note-{crc32(f'{name} {document.markdown}'.encode()):08x}"
