"""Markdown events to HTML: the elements, formulas, code and citations of one document, block by block.

Its output is balanced and escaped by construction; sanitizer.py checks it all the same. What Markdown may do on the
page is decided here: raw HTML is shown as text (but for <br> and four harmless tags that models like), images become
links, links lead only to http, https and mailto.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Set
from html import escape
from typing import Any

from studyin.language import say
from studyin.web.dollars import MARKED, Formula, Protected
from studyin.web.formulas import to_mathml
from studyin.web.highlight import coloured
from studyin.web.markdown_elements import RAW_TAG, Elements, directed
from studyin.web.markdown_parser import Event

# Characters of LaTeX and of code that one document gets drawn: 4 and 3 microseconds each. The rest is shown as source.
_LATEX = 40_000
_CODE = 60_000

_PLAIN = {
    "<Paragraph": ("<p>", "</p>"),
    "<Item": ("<li>", "</li>"),
    "<BlockQuote": ("<blockquote>", "</blockquote>"),
    "<Emphasis": ("<em>", "</em>"),
    "<Strong": ("<strong>", "</strong>"),
    "<Strikethrough": ("<del>", "</del>"),
    "<TableRow": ("<tr>", "</tr>"),
}
_UNSUPPORTED_LINK = (
    '<a class="citation unsupported" href="#passage-{0}" data-passage="{0}" title="{1}" aria-label="{2}">{0}</a>'
)
_SOURCE_LINK = '<a class="citation" href="#passage-{0}" data-passage="{0}" aria-label="{1}">{0}</a>'
_OUTWARD = ' target="_blank" rel="noopener noreferrer nofollow"'
_TABLE = '<div class="scroll" role="group" aria-label="{}" tabindex="0"><table>'
_TASK = '<span class="task" role="img" aria-label="{}">☐</span> '
_DONE = '<span class="task done" role="img" aria-label="{}">☑</span> '
_URL = re.compile(r"(?:https?://|mailto:)[^\s\x00-\x1f\x7f]+", re.IGNORECASE)
_SPECIAL = re.compile(rf"{MARKED.pattern}|\[\[([1-9]\d{{0,5}})\]\]")
_LANGUAGE = re.compile(r"[A-Za-z0-9][A-Za-z0-9+#._-]{0,31}")


class Writer:
    """Writes one document; call `block` for each of its top-level blocks, in order.

    citations: how many passages [[n]] may cite. notes: a prefix for the footnotes' ids, unique to the document on its
    page. outline: the levels of the headings before it, and afterwards of those within. unsupported: see to_html.
    finished: set it False where the next block may still grow: its code stays uncoloured.
    """

    def __init__(
        self,
        document: Protected,
        *,
        citations: int,
        notes: str,
        outline: tuple[int, ...] = (),
        unsupported: Set[tuple[int, int]] = frozenset(),
    ) -> None:
        self.outline = outline
        self._document = document
        self._citations = citations
        self._notes = notes
        self._unsupported = unsupported
        self._cited: dict[str, int] = {}  # how often each number was drawn
        self.finished = True
        self._latex_left, self._code_left = _LATEX, _CODE
        self._numbers: dict[str, int] = {}  # of footnotes, by name
        self._referred: set[str] = set()
        self._noted: set[str] = set()
        self._html = Elements()
        self._links = 0
        self._image = 0
        self._alt: list[str] = []
        self._unnamed = ""  # what stands for an image without a description
        self._verbatim: list[str] | None = None  # what a block of code or raw HTML holds so far
        self._language = ""
        self._alignments: tuple[str, ...] = ()
        self._column = 0
        self._cell = "td"

    def block(self, events: Iterable[Event]) -> str:
        """One top-level block: one element, or "" where it shows nothing."""
        for event in events:
            kind, value = event.kind, event.value
            if self._image and kind not in ("<Image", ">Image"):
                self._describe(kind, value)
            elif kind in _PLAIN:
                self._html.start(*_PLAIN[kind])
            elif (handler := _HANDLERS.get(kind)) is not None:
                handler(self, value)
            elif kind.startswith(">"):
                self._html.end()  # of a plain element, a heading, a list, …
        return directed(self._html.take())

    # elements

    def _heading(self, value: Any) -> None:
        """The message has the page's level 2, so that its first heading gets 3, and each deeper one the next."""
        level = int(value["level"][1])
        self.outline = (*(above for above in self.outline if above < level), level)
        name = f"h{min(2 + len(self.outline), 6)}"
        self._html.start(f"<{name}>", f"</{name}>")

    def _list(self, first: int | None) -> None:
        if first is None:
            self._html.start("<ul>", "</ul>", room=2)
        else:
            self._html.start("<ol>" if first == 1 else f'<ol start="{first}">', "</ol>", room=2)

    def _rule(self, _: None) -> None:
        self._html.write("<hr>")

    def _table(self, alignments: tuple[str, ...]) -> None:
        self._alignments = alignments
        self._html.start(_TABLE.format(say("Table")), "</tbody></table></div>", room=3)

    def _table_head(self, _: None) -> None:
        self._cell = "th"
        self._html.start("<thead><tr>", "</tr></thead><tbody>")

    def _table_head_end(self, _: None) -> None:
        self._cell = "td"
        self._column = 0
        self._html.end()

    def _table_row_end(self, _: None) -> None:
        self._column = 0
        self._html.end()

    def _table_cell(self, _: None) -> None:
        alignment = self._alignments[self._column] if self._column < len(self._alignments) else "None"
        self._column += 1
        scope = ' scope="col"' if self._cell == "th" else ""
        style = "" if alignment == "None" else f' class="{alignment.lower()}"'
        self._html.start(f"<{self._cell}{scope}{style}>", f"</{self._cell}>")

    # running text

    def _text(self, text: str) -> None:
        if self._verbatim is not None:
            self._verbatim.append(text)
            return
        end = 0
        for found in _SPECIAL.finditer(text):
            self._html.text(text[end : found.start()])
            self._html.write(self._special(found))
            end = found.end()
        self._html.text(text[end:])

    def _special(self, found: re.Match[str]) -> str:
        mark, number = found.groups()
        if mark is not None:
            return self._formula(self._document.formulas[int(mark)])
        if self._links or int(number) > self._citations:
            return found[0]
        nth = self._cited.get(number, 0)
        self._cited[number] = nth + 1
        if (int(number), nth) not in self._unsupported:
            return _SOURCE_LINK.format(number, say("Source {number}", number=number))
        doubt = say("Source {number}, which does not say this", number=number)
        return _UNSUPPORTED_LINK.format(number, say("Not in the passage"), doubt)

    def _formula(self, formula: Formula) -> str:
        self._latex_left -= len(formula.source)
        drawable = not formula.open and self._latex_left >= 0
        mathml = to_mathml(formula.source, display=formula.display) if drawable else None
        if mathml is None:
            return f'<code class="formula">{escape(formula.written, quote=False)}</code>'
        return f'<span class="scroll" tabindex="0">{mathml}</span>' if formula.display else mathml

    def _code(self, code: str) -> None:
        self._html.write(f"<code>{escape(self._document.restore(code), quote=False)}</code>")

    def _soft_break(self, _: None) -> None:
        self._html.write("\n")

    def _hard_break(self, _: None) -> None:
        self._html.write("<br>\n")

    def _task(self, done: bool) -> None:
        self._html.write(_DONE.format(say("Done")) if done else _TASK.format(say("To do")))

    def _inline_html(self, html: str) -> None:
        self._html.raw(self._document.restore(html))

    # links, images, footnotes

    def _link(self, value: Any) -> None:
        self._links += 1
        address = ("mailto:" if value["link_type"] == "Email" else "") + self._document.restore(value["dest_url"])
        opening = self._anchor(address, value["title"]) if self._links == 1 else ""
        self._html.start(opening, "</a>" if opening else "")

    def _link_end(self, _: None) -> None:
        self._links -= 1
        self._html.end()

    def _anchor(self, address: str, title: str) -> str:
        """The opening tag of a link, or "" where it leads to nothing that the page may open."""
        if not _URL.fullmatch(address):
            return ""
        tip = f' title="{escape(self._document.restore(title))}"' if title else ""
        return f'<a href="{escape(address)}"{tip}{_OUTWARD}>'

    def _image_start(self, value: Any) -> None:
        self._image += 1
        if self._image == 1:
            address = self._document.restore(value["dest_url"])
            opening = "" if self._links else self._anchor(address, value["title"])
            self._html.start(opening, "</a>" if opening else "")
            self._alt = []
            self._unnamed = address if opening else ""

    def _image_end(self, _: None) -> None:
        """An image would tell its server who reads what, and when: the reader gets a link and decides."""
        self._image -= 1
        if not self._image:
            self._html.text("".join(self._alt).strip() or self._unnamed)
            self._html.end()

    def _describe(self, kind: str, value: Any) -> None:
        """Within an image only text counts: it is the image's description."""
        if kind in ("Text", "Code"):
            self._alt.append(self._document.restore(value))
        elif kind in ("SoftBreak", "HardBreak"):
            self._alt.append(" ")

    def _footnote(self, name: str) -> None:
        number = self._number(name)
        note = f"{self._notes}-{number}"
        place = "" if name in self._referred else f' id="{note}-back"'
        self._referred.add(name)
        if self._links:
            self._html.write(f"<sup>{number}</sup>")
        else:
            label = say("Footnote {number}", number=number)
            link = f'<a href="#{note}"{place} role="doc-noteref" aria-label="{label}">{number}</a>'
            self._html.write(f"<sup>{link}</sup>")

    def _footnote_text(self, name: str) -> None:
        number = self._number(name)
        note = f"{self._notes}-{number}"
        back = f'<a href="#{note}-back" role="doc-backlink" aria-label="{say("Back to the text")}">{number}</a>'
        # Defined twice, the first is the one: ids are there once.
        place = "" if name in self._noted else f' id="{note}"'
        self._noted.add(name)
        self._html.start(f'<div class="footnote"{place} role="note">{back}', "</div>")

    def _number(self, name: str) -> int:
        return self._numbers.setdefault(name, len(self._numbers) + 1)

    # blocks that are kept as they are written

    def _code_block(self, kind: Any) -> None:
        info = kind["Fenced"] if isinstance(kind, dict) else ""
        found = _LANGUAGE.match(self._document.restore(info))
        self._language = found[0] if found else ""
        self._verbatim = []

    def _code_block_end(self, _: None) -> None:
        code = self._take_verbatim()
        self._code_left -= len(code)
        draw = self.finished and self._code_left >= 0
        html = coloured(code, self._language) if draw else escape(code, quote=False)
        named = f' data-language="{self._language}"' if self._language else ""
        self._html.write(f'<figure class="code"{named}><pre tabindex="0"><code>{html}</code></pre></figure>')

    def _html_block(self, _: None) -> None:
        self._verbatim = []

    def _html_block_end(self, _: None) -> None:
        html = self._take_verbatim().strip()
        if RAW_TAG.sub("", html).strip():
            self._html.write(f"<p>{escape(html, quote=False).replace(chr(10), '<br>' + chr(10))}</p>")

    def _take_verbatim(self) -> str:
        text = "".join(self._verbatim or ())
        self._verbatim = None
        return self._document.restore(text)


_HANDLERS: dict[str, Callable[[Writer, Any], None]] = {
    "Text": Writer._text,
    "Code": Writer._code,
    "SoftBreak": Writer._soft_break,
    "HardBreak": Writer._hard_break,
    "InlineHtml": Writer._inline_html,
    "Html": Writer._text,
    "Rule": Writer._rule,
    "TaskListMarker": Writer._task,
    "FootnoteReference": Writer._footnote,
    "<Heading": Writer._heading,
    "<List": Writer._list,
    "<Link": Writer._link,
    ">Link": Writer._link_end,
    "<Image": Writer._image_start,
    ">Image": Writer._image_end,
    "<CodeBlock": Writer._code_block,
    ">CodeBlock": Writer._code_block_end,
    "<HtmlBlock": Writer._html_block,
    ">HtmlBlock": Writer._html_block_end,
    "<FootnoteDefinition": Writer._footnote_text,
    "<Table": Writer._table,
    "<TableHead": Writer._table_head,
    ">TableHead": Writer._table_head_end,
    ">TableRow": Writer._table_row_end,
    "<TableCell": Writer._table_cell,
}
