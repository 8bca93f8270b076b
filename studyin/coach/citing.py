"""From a citation in a reply to the words of the passage that it stands for, to be marked where the passage is read.

A quotation is found as it stands. What a model says in words of its own is compared with the pieces of the passage: the
one that shares most of its words, rare ones more, is the one it was taken from.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from studyin.coach.quotable import Kind, Quotable, quotables
from studyin.coach.quoting import JOINER, MORE
from studyin.library.blocks import BlockKind, blocks
from studyin.library.terms import forms, plain, stem, subject
from studyin.store.materials import Passage

Span = tuple[int, int]

# Shorter pieces than this stand in any text; to mark them would say nothing.
SHORTEST_QUOTE = 12
# Two texts that share less of their words than this have nothing to do with each other.
LEAST_ALIKE = 0.15
# Whatever else a reply cites a passage for shows no more of it. Longer than any passage, with its marks.
MOST_CITATIONS = 40
LONGEST_QUOTE = 4_000

_CITATION = re.compile(r"\[\[(\d{1,3})\]\]")
_CODE = re.compile(r"`[^`\n]*`")
_QUOTE_MARK = re.compile(r"^[ \t]*(?:>[ \t]?)+", re.MULTILINE)
_ITEM_MARK = re.compile(r"^[ \t]*(?:[-*+•]|\d{1,3}[.)])[ \t]+")
# The head of a table with its rule, where rows follow: it is quoted so that they can be read.
_TABLE_HEAD = re.compile(r"^[ \t]*\|[^\n]*\n[ \t]*\|[ \t:|-]+\n(?=[ \t]*\|)", re.MULTILINE)
_SPOKEN = re.compile(r"“([^”]+)”|\"([^\"\n]+)\"|«([^»]+)»")


def vocabulary(passage: Passage) -> set[str]:
    """The folded words whose rarity `marked` has to know: those that a reply can share with the passage."""
    return {form for word in subject(plain(passage.content)) for form in forms(word)}


def marked(
    reply: str, number: int, passage: Passage, rarity: Mapping[str, float], *, nth: int | None = None
) -> list[Span]:
    """The parts of passage.content, in code points and in order, that the reply's citations [[number]] stand for.

    nth: which of them, from 0, in reading order; None for all (the first MOST_CITATIONS). Empty where none can be told.
    """
    wanted = slice(MOST_CITATIONS) if nth is None else slice(nth, nth + 1)
    citing = (said.replace(JOINER, "") for said in said_with(reply, number, wanted))
    spans = [span for said in citing for span in _quoted(said, passage.content) or _alike(said, passage, rarity)]
    return _joined(spans)


def said_with(reply: str, number: int, wanted: slice = slice(MOST_CITATIONS)) -> Iterator[str]:
    """What the reply says with the wanted ones of its citations of a passage, in reading order."""
    masked = _without_code(reply)
    units = quotables(Passage("", "", "", 0, masked))
    places = [match.start() for match in _CITATION.finditer(masked) if int(match[1]) == number]
    for at in places[wanted]:
        yield _quote_around(masked[max(0, at - LONGEST_QUOTE) : at]) or _sentence_around(masked, units, at)


def _without_code(text: str) -> str:
    """The text with blanks in place of its code: nobody cites there, and each character keeps its place."""
    pieces, upto = [], 0
    for block in blocks(text):
        if block.kind is BlockKind.CODE:
            pieces += [text[upto : block.start], re.sub(r"[^\n]", " ", text[block.start : block.end])]
            upto = block.end
    text = "".join([*pieces, text[upto:]])
    return _CODE.sub(lambda code: " " * len(code[0]), text)


def _quote_around(before: str) -> str:
    """The lines of the block quote that a citation ends, from the citation before it on; empty outside of one."""
    lines: list[str] = []
    for line in reversed(before.split("\n")):
        if not _QUOTE_MARK.match(line):
            break
        lines.insert(0, line)
    said = _CITATION.split(_QUOTE_MARK.sub("", "\n".join(lines)))
    # A split at a pattern with a group gives text and numbers in turn.
    return next((piece.strip() for piece in reversed(said[::2]) if piece.strip()), "")


def _sentence_around(text: str, units: Sequence[Quotable], at: int) -> str:
    """The sentence, item or row that a citation stands in, up to it; the one before where it opens a sentence."""
    inside = [number for number, unit in enumerate(units) if unit.start <= at < unit.end]
    if not inside:
        return _line_before(text, at)
    number = min(inside, key=lambda number: units[number].end - units[number].start)
    unit = units[number]
    if unit.kind in (Kind.TABLE, Kind.LIST):
        return _line_before(text, at)
    said = [piece for piece in _CITATION.split(text[unit.start : at])[::2] if subject(plain(piece))]
    if said:
        return said[-1]
    # "… is folded. [[1]] The next one …": it belongs to what it follows.
    before = [each for each in units[:number] if each.kind is not Kind.LIST and each.end <= at]
    return _CITATION.sub("", before[-1].text) if before else _CITATION.sub("", unit.text)


def _line_before(text: str, at: int) -> str:
    start, end = text.rfind("\n", 0, at) + 1, text.find("\n", at)
    return _CITATION.sub("", text[start : end if end >= 0 else len(text)])


def _quoted(said: str, content: str) -> list[Span]:
    """Where the passage has it word for word: all of it, each of its lines, or what stands in quotation marks."""
    whole = _TABLE_HEAD.sub("", said.removesuffix(MORE).strip())
    if len(whole) >= SHORTEST_QUOTE and (at := content.find(whole)) >= 0:
        return [(at, at + len(whole))]
    lines = [_ITEM_MARK.sub("", line).strip() for line in whole.split("\n")]
    spoken = [next(filter(None, match.groups())).strip() for match in _SPOKEN.finditer(said)]
    for pieces in ([line for line in lines if line not in ("", MORE)], spoken):
        places = [content.find(piece) for piece in pieces]
        if places and min(places) >= 0 and max(map(len, pieces)) >= SHORTEST_QUOTE:
            return [(at, at + len(piece)) for at, piece in zip(places, pieces, strict=True)]
    return []


def _alike(said: str, passage: Passage, rarity: Mapping[str, float]) -> list[Span]:
    """The piece of the passage that is most like it; nothing where none is like it at all."""
    terms = _terms(said, rarity)
    best, most = None, LEAST_ALIKE
    for span in _pieces(passage):
        alike = _likeness(terms, _terms(passage.content[slice(*span)], rarity))
        if alike > most:
            best, most = span, alike
    return [best] if best else []


def _pieces(passage: Passage) -> Iterator[Span]:
    """What may be marked: sentences, items, rows, formulas and code, but no list or table as a whole."""
    for unit in quotables(passage):
        if unit.kind is Kind.TABLE:
            at = unit.lead
            for line in passage.content[unit.lead : unit.end].split("\n"):
                yield at, at + len(line)
                at += len(line) + 1
        elif unit.kind is not Kind.LIST:
            yield unit.start, unit.end


def _terms(text: str, rarity: Mapping[str, float]) -> dict[str, float]:
    """The stems of what a text is about, and how much each tells."""
    return {stem(word): rarity.get(word, 1.0) for word in subject(plain(text))}


def _likeness(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """The share of what two texts say that they have in common: 0 to 1 (Dice's coefficient, weighted)."""
    shared = sum(one[term] + other[term] for term in one.keys() & other.keys())
    total = sum(one.values()) + sum(other.values())
    return shared / total if total else 0.0


def _joined(spans: list[Span]) -> list[Span]:
    """The spans in order, those that overlap as one."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
