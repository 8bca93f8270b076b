"""Finds the formulas in Markdown, and keeps them from the Markdown parser, which would read a_1*b_1 as emphasis.

Each formula is replaced by a mark; the writer puts the formula in the mark's place, or its source where Markdown keeps
text as it is (code, addresses). The rules are Pandoc's (https://pandoc.org/MANUAL.html#math): `$…$` where the opening
dollar has a non-space at its right, the closing one a non-space at its left and no digit at its right, so that "costs
$5 and $10" stays money; `$$…$$`, `\\(…\\)` and `\\[…\\]`; a backslash before a delimiter takes its meaning away.
A formula never crosses a blank line or code. One that opens a line with `$$` or `\\[` may hold lines that look like
lists or headings.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from studyin.web.formulas import LONGEST
from studyin.web.markdown_parser import Event, parse

# A private-use character; markdown.py takes it out of every text first.
MARK = "\ue000"
# The dollars matter: the parser decides by the characters around `*` and `_` whether these open or close.
MARKED = re.compile(rf"\${MARK}(\d+)\$")

_MARK = MARK.encode()

_ROUNDS = 5  # two will do; a text that was made to deceive may never settle, and is safe all the same

_HINT = re.compile(r"\$|\\[(\[]")
_LINE_OPENER = re.compile(rb"^((?:[ \t]*+(?:>|[-+*]|\d{1,9}[.)]))*+[ \t]*+)(\$\$|\\\[)", re.MULTILINE)
_LINE_TOKEN = re.compile(rb"\\.|\$\$|\n[ \t>]*+\r?(?=\n)")
_TOKEN = re.compile(rb"\\.|\$" + _MARK + rb"\d+\$|\$")
_CLOSER = {b"$": b"$", b"$$": b"$$", b"\\[": b"\\]", b"\\(": b"\\)"}
# What holds running text. A table's row counts as one, for a formula may hold the bar that parts cells: |x|.
_HOLDERS = frozenset(("<Paragraph", "<Heading", "<TableHead", "<TableRow"))
_RUNNING = frozenset(("Text", "Code", "SoftBreak", "HardBreak", "InlineHtml", "FootnoteReference", "TaskListMarker"))
_WITHIN_RUNNING = frozenset(("TableCell", "Emphasis", "Strong", "Strikethrough", "Link", "Image"))


@dataclass(frozen=True, slots=True)
class Formula:
    """source: LaTeX without its delimiters; written: as it stands in the text; open: its end has not come yet."""

    source: str
    written: str
    display: bool
    open: bool = False


@dataclass(frozen=True, slots=True)
class Protected:
    """Markdown with marks in place of its formulas."""

    markdown: str
    formulas: tuple[Formula, ...] = ()

    def restore(self, text: str) -> str:
        """A part of it, as it was written."""
        return MARKED.sub(lambda found: self.formulas[int(found[1])].written, text) if MARK in text else text


def protect(markdown: str, *, growing: bool = False) -> Protected:
    """growing: more may follow, so that what stands after an unclosed `$$` or `\\[` at a line's start waits with it."""
    if not _HINT.search(markdown):
        return Protected(markdown)
    marks = _Marks()
    raw = markdown.encode()
    raw = marks.put(raw, _line_formulas(raw, growing=growing))
    raw = marks.put(raw, _inline_formulas(raw, parse(raw.decode())))
    return Protected(raw.decode(), tuple(marks.formulas))


_Span = tuple[int, int]
_Found = tuple[int, int, Formula]


class _Marks:
    """Numbers formulas; the same one twice gets the same mark, so that a link's label still finds its definition."""

    def __init__(self) -> None:
        self._numbers: dict[Formula, int] = {}

    @property
    def formulas(self) -> list[Formula]:
        return list(self._numbers)

    def put(self, raw: bytes, found: Iterable[_Found]) -> bytes:
        parts, end = [], 0
        for start, stop, formula in found:
            number = self._numbers.setdefault(formula, len(self._numbers))
            parts += [raw[end:start], f"${MARK}{number}$".encode()]
            end = stop
        parts.append(raw[end:])
        return b"".join(parts)


def _line_formulas(raw: bytes, *, growing: bool) -> list[_Found]:
    """Formulas that open a line. What is code, the parser says; but it may take a formula's lines for a list, and what
    follows for a part of it, so that it is asked again with the formulas covered up, until both agree."""
    openers = {found.start(2): found for found in _LINE_OPENER.finditer(raw)}
    found: list[_Found] = []
    covered = raw
    for _ in range(_ROUNDS if openers else 0):
        events = list(parse(covered.decode()))
        code = [(event.start, event.end) for event in events if event.kind in ("Code", "<CodeBlock")]
        # A formula that began within a line may end at the start of one: no other begins there.
        begun = [(start, stop) for start, stop, _ in _inline_formulas(covered, events) if start not in openers]
        waiting = {
            at: opener
            for at, opener in openers.items()
            if not _overlaps(code, at, at + 2) and not _overlaps(begun, at, at + 2)
        }
        found = list(_outside(code, raw, waiting, growing=growing))
        again = _cover(raw, found)
        if again == covered:
            break
        covered = again
    return found


def _cover(raw: bytes, found: Iterable[_Found]) -> bytes:
    """Each formula as one long word, so that every place stays where it is."""
    covered = bytearray(raw)
    for start, stop, _ in found:
        covered[start:stop] = b"$" + b"x" * (stop - start - 2) + b"$"
    return bytes(covered)


def _outside(code: list[_Span], raw: bytes, waiting: dict[int, re.Match[bytes]], *, growing: bool) -> Iterator[_Found]:
    """Formulas from the openers that wait at their places, outside of code, in one pass over the delimiters."""
    opener: re.Match[bytes] | None = None
    for token in _LINE_TOKEN.finditer(raw):
        text, at = token[0], token.start()
        if opener is not None and (at - opener.end() > LONGEST or _overlaps(code, opener.end(), at)):
            opener = None
        if opener is None or (text == b"\\[" and at in waiting):
            opener = waiting.get(at)
        elif text == _CLOSER[opener[2]]:
            formula = _formula(raw, opener.start(2), token.end(), quoted=opener[1].count(b">"))
            if formula.source:
                yield opener.start(2), token.end(), formula
            opener = None
        elif text.startswith(b"\n"):
            opener = None
    if growing and opener is not None:
        start, stop = opener.start(2), len(raw)
        if stop - opener.end() <= LONGEST and not _overlaps(code, start, stop):
            rest = raw[start:].decode()
            yield start, stop, Formula(rest, rest, display=True, open=True)


def _overlaps(spans: list[_Span], start: int, end: int) -> bool:
    """Whether a stretch has a part of one of the spans, which are in order."""
    index = bisect_left(spans, end, key=lambda span: span[0])
    return index > 0 and start < spans[index - 1][1]


def _formula(raw: bytes, start: int, end: int, *, quoted: int | None = None) -> Formula:
    """quoted: how many `>` before its lines belong to the quotation around it; None for any number."""
    written = raw[start:end].decode()
    width = 1 if written.startswith("$") and not written.startswith("$$") else 2
    marks = "*" if quoted is None else f"{{0,{quoted}}}"
    source = re.sub(rf"\n(?:[ \t]*>){marks}[ \t]*", "\n", written[width:-width]).strip()
    return Formula(source, written, display=written.startswith(("$$", "\\[")))


def _inline_formulas(raw: bytes, events: Iterable[Event]) -> Iterator[_Found]:
    for start, end in _runs(raw, events):
        yield from _formulas_of_run(raw, start, end)


def _runs(raw: bytes, events: Iterable[Event]) -> Iterator[_Span]:
    """The stretches of running text: what a paragraph, heading, list item or table row holds between its code."""
    start = end = -1
    in_code = False
    for event in events:
        kind = event.kind
        in_code = kind == "<CodeBlock" or (in_code and kind != ">CodeBlock")
        if (kind in _RUNNING or kind[1:] in _WITHIN_RUNNING) and not in_code:
            if start < 0:  # a tight list's item
                # The parser leaves out a backslash that it took for an escape; here it may open a formula.
                start = event.start - 1 if raw[event.start - 1 : event.start] == b"\\" else event.start
            if kind == "Code":
                yield start, event.start
                start = event.end
            end = max(end, event.end)
            continue
        if start >= 0:
            yield start, end
            start = end = -1
        if kind in _HOLDERS:
            start, end = event.start, event.end


def _formulas_of_run(raw: bytes, start: int, end: int) -> Iterator[_Found]:
    found = _TOKEN.finditer(raw, start, end)
    tokens = [(token.start(), token[0]) for token in found if _MARK not in token[0]]
    # Where each kind may close, in order: looking forward from every opener would be quadratic.
    closers = {
        opener: [at for at, _ in tokens if raw.startswith(closer, at, end)] for opener, closer in _CLOSER.items()
    }
    resume = start
    for at, token in tokens:
        opener = b"$$" if raw.startswith(b"$$", at, end) else token
        if at < resume or opener not in closers:
            continue
        inside = resume = at + len(opener)
        possible = closers[opener]
        index = bisect_left(possible, inside)
        if index == len(possible):
            continue
        stop = possible[index] + len(opener)
        if stop - at > LONGEST or _MARK in raw[at:stop]:
            continue
        if opener == b"$" and not _is_math(raw, inside, possible[index]):
            continue
        formula = _formula(raw, at, stop)
        if formula.source:
            yield at, stop, formula
            resume = stop


def _is_math(raw: bytes, first: int, closing: int) -> bool:
    """Pandoc's rule for one dollar: no space just inside the two, no digit behind the second."""
    tight = not raw[first : first + 1].isspace() and not raw[closing - 1 : closing].isspace()
    return tight and not raw[closing + 1 : closing + 2].isdigit()
