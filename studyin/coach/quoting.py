"""Quotations: the notes word for word, as a Markdown quote with its source."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from studyin.coach.quotable import Kind, Quotable
from studyin.library.search import Found
from studyin.store.materials import Passage

MORE = "…"
# Between the brackets of a note's own [[1]], where it is quoted: that cites nothing here. Notes have none, see extract.
JOINER = "\u2060"
_OWN_MARK = re.compile(r"\[\[(?=\d{1,6}\]\])")
# A quote of fewer words says nothing.
LEAST_WORDS = 8

# Behind a table's last row, a list's last item or a formula a mark would become part of it.
_BLOCK_END = re.compile(
    r"\|\s*$|\$\$\s*$|^\s*(?:```|~~~)|^\s*(?:[-*+•]|\d{1,3}[.)])\s|\\\]\s*$|^\s{2,}\S|\\end\{|^…$",
)


class Sources:
    """The passages that a reply cites, numbered from 1 in the order they are first quoted."""

    def __init__(self) -> None:
        self._cited: list[Found] = []
        self._coverage: dict[str, float] = {}
        self.expected: Sequence[Found] = ()

    def expect(self, found: Iterable[Found]) -> None:
        """Passages that may be cited, for how far they cover the question; others cover what they are cited for."""
        self.expected = tuple(found)
        self._coverage |= {each.passage.id: each.coverage for each in self.expected}

    def number(self, passage: Passage) -> int:
        for number, found in enumerate(self._cited, start=1):
            if found.passage.id == passage.id:
                return number
        self._cited.append(Found(passage, self._coverage.get(passage.id, 1.0)))
        return len(self._cited)

    @property
    def found(self) -> Sequence[Found]:
        return tuple(self._cited)


def quoted(text: str, number: int | None = None) -> str:
    """Text as a Markdown quote, with its source behind it, or below it where it ends with a block."""
    lines = _OWN_MARK.sub(f"[{JOINER}[", text).strip("\n").split("\n")
    quote = "\n".join(f"> {line}" if line.strip() else ">" for line in lines)
    if number is None:
        return quote
    return f"{quote}\n>\n> [[{number}]]" if _BLOCK_END.search(lines[-1]) else f"{quote} [[{number}]]"


def together(units: Sequence[Quotable]) -> list[list[Quotable]]:
    """Pieces that stand next to each other in a passage are quoted as one."""
    groups: list[list[Quotable]] = []
    for unit in units:
        last = groups[-1][-1] if groups else None
        if last and last.start < unit.start and last.is_right_before(unit):
            groups[-1].append(unit)
        else:
            groups.append([unit])
    return groups


def text_of(group: Sequence[Quotable]) -> str:
    text, upto = "", group[0].start
    for unit in group:
        text += unit.passage.content[upto : unit.start] + unit.text
        upto = unit.end
    return text


def fitted(text: str, room: int, kind: Kind = Kind.SENTENCE) -> str:
    """As much of a text as has at most so many words when it is quoted, marks included; empty without room for it."""
    if len(quoted(text, 1).split()) <= room:
        return text
    for words in range(room, LEAST_WORDS, -2):
        part = _shortened(text, words, kind)
        if len(quoted(part, 1).split()) <= room:
            return part
    return ""


def _shortened(text: str, words: int, kind: Kind) -> str:
    """The beginning of a text in at most so many words, cut between items, rows or lines, and the mark of that."""
    if kind in (Kind.LIST, Kind.TABLE, Kind.CODE):
        fence = text.rstrip().rpartition("\n")[2] if kind is Kind.CODE else ""
        lines = _first_lines(text, words - 1 - len(fence.split()))
        # A header, its rule and a row; a fence and a line; an introduction and an item.
        if len(lines) >= (3 if kind is Kind.TABLE else 2):
            return "\n".join([*lines, *([fence] if fence else []), "", MORE])
    ends = [match.end() for match in re.finditer(r"\S+", text)]
    return text if len(ends) <= words else f"{text[: ends[max(words - 2, 0)]]} {MORE}"


def _first_lines(text: str, words: int) -> list[str]:
    kept: list[str] = []
    for line in text.split("\n"):
        words -= len(line.split())
        if words < 0:
            break
        kept.append(line)
    return kept
