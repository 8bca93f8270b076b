"""Notes as they are read beside an answer: as HTML, with what the answer took from them marked.

What is cited is known as parts of the Markdown; on the page it is a row of a table or a formula. A part is found by
what is read of it: it is drawn alone, and its letters and figures are looked for among those of the whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape, unescape

from studyin.language import say
from studyin.library.extract import PAGE_END
from studyin.store.passages import Surroundings
from studyin.web.markdown import to_html
from studyin.web.sanitizer import clean

# A formula is one piece: nothing within it can be marked. What nh3 writes has no quotes but those around values.
_PIECE = re.compile(r'<math\b.*?</math>|<(?:[^<>"]|"[^"]*")*>|[^<]+', re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_BLANK_LINE = re.compile(r"\n[ \t]*\n")
# Text around a passage is cut at a word; from a paragraph on it can be drawn, where enough is left of it.
_LEAST_AROUND = 80


@dataclass(frozen=True, slots=True)
class Piece:
    """Of some HTML: a tag, a formula, or running text. text: what is read there, "" for a tag."""

    html: str
    text: str
    is_formula: bool = False


def as_html(markdown: str, name: str) -> str:
    """Notes as they are read. name: unlike that of all else on the page, for the ids of its footnotes."""
    return to_html(markdown.replace(PAGE_END, "\n\n"), name=name)


def pages_html(markdown: str, page: int | None, name: str, *, is_beginning: bool) -> str:
    """A stretch of notes as they are read, above each page its number. page: the one it begins on, None where there are
    none; is_beginning: with that page's first words."""
    if page is None:
        return as_html(markdown, name)
    html = ""
    for number, piece in enumerate(markdown.split(PAGE_END), start=page):
        if piece.strip():
            is_new = is_beginning or number > page
            html += f'<p class="page-mark">{escape(say("Page {page}", page=number))}</p>' if is_new else ""
            html += as_html(piece, f"{name} {number}")
    return html


def place_html(shown: Surroundings, marks: Sequence[tuple[int, int]]) -> dict[str, str] | None:
    """{"before", "passage", "after"}; None where what is marked can't be found in the drawn passage."""
    name, content = shown.passage.id or shown.passage.material_id, shown.passage.content
    passage = marked_html(content, marks, name)
    if passage is None:
        return None
    before, after = shown.before, shown.after
    if shown.passage.start > len(before):
        before = _from_a_paragraph(before)
    return {
        "before": as_html(before, f"{name} before"),
        "passage": passage,
        "after": as_html(_to_a_paragraph(after), f"{name} after"),
    }


def marked_html(markdown: str, marks: Sequence[tuple[int, int]], name: str) -> str | None:
    """A passage with its parts [start, end] in <mark>; None where one of them can't be found."""
    pieces = list(_pieces(to_html(markdown, name=name)))
    # Each letter and figure that is read, and where: the number of its piece, and its place in that.
    read = [(number, at) for number, piece in enumerate(pieces) for at, c in enumerate(piece.text) if c.isalnum()]
    spelt = "".join(pieces[number].text[at] for number, at in read)
    chosen: dict[int, list[tuple[int, int]]] = {}
    for start, end in marks:
        wanted = _letters(_pieces(to_html(markdown[start:end])))
        at = _nearest(spelt, wanted, round(start / max(len(markdown), 1) * len(spelt)))
        if at is None:
            return None
        for number, span in _spans(pieces, read[at], read[at + len(wanted) - 1]):
            chosen.setdefault(number, []).append(span)
    return clean("".join(_written(piece, chosen.get(number, ())) for number, piece in enumerate(pieces)))


def _pieces(html: str) -> Iterator[Piece]:
    for found in _PIECE.finditer(html):
        piece = found[0]
        if piece.startswith("<math"):
            yield Piece(piece, unescape(_TAG.sub("", piece)), is_formula=True)
        else:
            yield Piece(piece, "" if piece.startswith("<") else unescape(piece))


def _letters(pieces: Iterable[Piece]) -> str:
    return "".join(c for piece in pieces for c in piece.text if c.isalnum())


def _nearest(spelt: str, wanted: str, place: int) -> int | None:
    """Where it is spelt, the nearest to a place; None where it is nowhere, or nothing is wanted."""
    found, at = [], spelt.find(wanted) if wanted else -1
    while at >= 0:
        found.append(at)
        at = spelt.find(wanted, at + 1)
    return min(found, key=lambda at: abs(at - place), default=None)


def _spans(
    pieces: Sequence[Piece], first: tuple[int, int], last: tuple[int, int]
) -> Iterator[tuple[int, tuple[int, int]]]:
    """From the first letter to the last one, with the signs beside them: what of each piece that is."""
    for number in range(first[0], last[0] + 1):
        text = pieces[number].text
        start, end = 0, len(text)
        if number == first[0]:
            start = first[1] - len(re.search(r"[^\w\s]*\Z", text[: first[1]])[0])  # type: ignore[index]
        if number == last[0]:
            end = last[1] + len(re.match(r"\w*[^\w\s]*", text[last[1] :])[0])  # type: ignore[index]
        # Between two blocks or rows there is nothing to see.
        if text and not (text.isspace() and "\n" in text):
            yield number, (start, end)


def _written(piece: Piece, spans: Iterable[tuple[int, int]]) -> str:
    if piece.is_formula and spans:
        return f"<mark>{piece.html}</mark>"
    html, upto = "", 0
    for start, end in sorted(spans):
        if (first := max(start, upto)) < end:
            html += f"{_escaped(piece.text[upto:first])}<mark>{_escaped(piece.text[first:end])}</mark>"
            upto = end
    return html + _escaped(piece.text[upto:]) if upto else piece.html


def _escaped(text: str) -> str:
    return escape(text, quote=False)


def _from_a_paragraph(before: str) -> str:
    blank = _BLANK_LINE.search(before)
    return before[blank.end() :] if blank and len(before) - blank.end() >= _LEAST_AROUND else before


def _to_a_paragraph(after: str) -> str:
    *_, last = (None, *_BLANK_LINE.finditer(after))
    return after[: last.start()] if last and last.start() >= _LEAST_AROUND else after
