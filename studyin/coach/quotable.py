"""The pieces of a passage that can be quoted on their own: sentences, lists and their items, tables, formulas, code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from studyin.library.blocks import Block, BlockKind, blocks
from studyin.library.sentences import sentences
from studyin.library.terms import plain
from studyin.store.materials import Passage


class Kind(StrEnum):
    SENTENCE = "sentence"
    ITEM = "item"
    LIST = "list"
    TABLE = "table"
    FORMULA = "formula"
    CODE = "code"


_BLOCKS = {
    BlockKind.LIST: Kind.LIST,
    BlockKind.TABLE: Kind.TABLE,
    BlockKind.FORMULA: Kind.FORMULA,
    BlockKind.CODE: Kind.CODE,
}
_MARKER = re.compile(r"[ \t]*(?:[-*+•‣◦–]|\d{1,3}[.)]|[A-Za-z][.)]|\([\da-z]{1,3}\))[ \t]+")
_HEADING_MARK = re.compile(r" {0,3}#{1,6}[ \t]+")
# What can't be understood without the sentence before it.
_LEANING = re.compile(
    r"(?:It|They|He|She|This|These|Those|That|Its|Their|His|Her|Such|Then|Thus|Therefore|Hence|However|But|So|Also"
    r"|The (?:first|second|third|other|former|latter|rest|result|rule|reaction|process|same)|Here"
    r"|For (?:this|example|instance)|In (?:this|these|that|addition)|As a result|Without it"
    r"|Er|Sie|Es|Dies|Diese[rnms]?|Jene[rnms]?|Ihre?|Seine?|Dabei|Dadurch|Daher|Deshalb|Darum|Danach|Damit|Dazu|Dann|Dort"
    r"|Außerdem|Jedoch|Aber|Auch|Hier|In diese[rm]|Zum Beispiel|Das (?:ist|sind|hat|heißt|bedeutet|geschieht))\b"
)
# "**Theorem (Rolle).** If …": a title in the line of what it names.
_TITLE = re.compile(r"(\*\*|__)(?=\S)[^*_]{2,80}?(?<=\S)\1[.:]?")
MAX_TITLE_WORDS = 8
# What a text says of itself and of its reader, and not of its subject.
_OF_THE_TEXT = re.compile(
    r"(?:\w+,? ){0,5}?\b(?:this|these|our|the (?:following|next|previous|present)) "
    r"(?:chapters?|sections?|scripts?|documents?|lectures?|notes|course|handout|outline|unit|book|summary|lesson|module)\b"
    r"|(?:\w+,? ){0,5}?\byou (?:will (?:learn|find|see)|should (?:read|know|learn|be able)|learn\b|need to know)"
    r"|(?:\w+,? ){0,5}?\bwe (?:will )?(?:look at|discuss|introduce|cover|collect|turn to|begin with|start with)\b"
    r"|(?:\w+,? ){0,4}?\b(?:diese[rsmn]?|(?:den|die|im) (?:folgenden|nächsten)) "
    r"(?:Kapiteln?|Abschnitte?n?|Skripts?|Dokuments?|Vorlesung|Notizen|Buchs?|Einheit|Lektion|Zusammenfassung|Kurs)\b"
    r"|(?:\w+,? ){0,5}?\b(?:lernst du|du lernst|wirst du|du solltest|wir (?:betrachten|behandeln|besprechen)"
    r"|beschäftigen wir uns|sehen wir uns)\b",
    re.IGNORECASE,
)
# "In this section goods means …" says something.
_DEFINES_IN_IT = re.compile(r"\b(?:means|refers to|is called|bedeutet|bezeichnet|heißt)\b")


@dataclass(frozen=True, slots=True)
class Quotable:
    """passage.content[start:end], with the words it says as `plain`.

    A block comes with the line that introduces it: `lead` is where the block itself begins, `start` for the others.
    items: of a list, each as (start, end) without its marker. rows: of a table, those that are quoted, below its head;
    none where that is all of them.
    """

    passage: Passage
    kind: Kind
    start: int
    end: int
    lead: int
    plain: str
    items: tuple[tuple[int, int], ...] = ()
    rows: tuple[tuple[int, int], ...] = ()

    @property
    def text(self) -> str:
        content = self.passage.content
        if not self.rows:
            return content[self.start : self.end]
        head = "\n".join(content[self.lead : self.end].split("\n")[:2])
        return "\n".join((content[self.start : self.lead] + head, *(content[slice(*row)] for row in self.rows)))

    @property
    def place(self) -> str:
        """Where it stands: its passage, and from where to where in that."""
        return f"{self.passage.id}:{self.start}-{self.end}"

    @property
    def introduction(self) -> str:
        """The line that introduces a block, empty where there is none."""
        return plain(self.passage.content[self.start : self.lead])

    @property
    def item_texts(self) -> list[str]:
        return [self.passage.content[start:end] for start, end in self.items]

    @property
    def leans(self) -> bool:
        """Whether it can't be understood without what stands before it."""
        return self.kind in (Kind.SENTENCE, Kind.ITEM) and _LEANING.match(self.plain) is not None

    @property
    def is_about_the_text(self) -> bool:
        """Whether it tells what a chapter holds, or what its reader is to do."""
        return (
            self.kind in (Kind.SENTENCE, Kind.ITEM)
            and _OF_THE_TEXT.match(self.plain) is not None
            and _DEFINES_IN_IT.search(self.plain) is None
        )

    def overlaps(self, other: Quotable) -> bool:
        return self.passage.id == other.passage.id and self.start < other.end and other.start < self.end

    def is_right_before(self, other: Quotable) -> bool:
        """Whether the other piece follows in the same passage with nothing between."""
        return self.passage.id == other.passage.id and not self.passage.content[self.end : other.start].strip()

    @property
    def words(self) -> int:
        return len(self.text.split())


def quotables(passage: Passage) -> list[Quotable]:
    """What can be quoted of a passage, in reading order; the items of a list follow the list."""
    content = passage.content
    found: list[Quotable] = []
    for block in blocks(content):
        kind = _BLOCKS.get(block.kind)
        if kind is None:
            told = list(_sentences(passage, block))
            if told and found and found[-1].kind is Kind.FORMULA and told[0].plain[:1].islower():
                # "…, provided that P(B) is not zero": the sentence goes on behind the formula.
                found[-1] = _extended(found[-1], told.pop(0).end)
            found += told
            continue
        start = block.start
        if found and _introduces(found[-1]):
            start = found.pop().start
        items = tuple(_items(content, block)) if kind is Kind.LIST else ()
        text = plain(content[start : block.end])
        found.append(Quotable(passage, kind, start, block.end, block.start, text, items))
        found += [Quotable(passage, Kind.ITEM, first, last, first, plain(content[first:last])) for first, last in items]
    return found


def _sentences(passage: Passage, block: Block) -> Iterator[Quotable]:
    start = block.start
    if block.kind is BlockKind.HEADING:
        mark = _HEADING_MARK.match(passage.content, start)
        start = mark.end() if mark else start
    for first, last in statements(passage.content[start : block.end]):
        text = plain(passage.content[start + first : start + last])
        yield Quotable(passage, Kind.SENTENCE, start + first, start + last, start + first, text)


def statements(text: str) -> list[tuple[int, int]]:
    """The sentences of a paragraph as (start, end), a title in its line together with what it names."""
    found: list[tuple[int, int]] = []
    title: int | None = None
    told = sentences(text)
    for first, last in told:
        begin = first if title is None else title
        title = begin if last < told[-1][1] and _is_title(text[begin:last]) else None
        if title is None:
            found.append((begin, last))
    return found


def _is_title(text: str) -> bool:
    return _TITLE.fullmatch(text) is not None and len(text.split()) <= MAX_TITLE_WORDS


def _extended(unit: Quotable, end: int) -> Quotable:
    return replace(unit, end=end, plain=plain(unit.passage.content[unit.start : end]))


def _introduces(unit: Quotable) -> bool:
    return unit.kind is Kind.SENTENCE and not unit.plain.endswith((".", "!", "?", "…", "。"))


def _items(content: str, block: Block) -> Iterator[tuple[int, int]]:
    """The outermost items; what is indented below one belongs to it."""
    at = block.start
    indent: int | None = None
    start: int | None = None
    end = at
    for line in content[block.start : block.end].split("\n"):
        marker = _MARKER.match(line)
        depth = len(line) - len(line.lstrip())
        if marker and (indent is None or depth <= indent):
            if start is not None:
                yield start, end
            indent, start = depth, at + marker.end()
        if line.strip():
            end = at + len(line.rstrip())
        at += len(line) + 1
    if start is not None:
        yield start, end
