"""Web pages as Markdown: headings, lists, tables, code and formulas stay, what surrounds them goes."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

from studyin.library.formats.tables import table

# Deeper than any page that people made; the rest is read through.
MAX_DEPTH = 200

# Stands for a line end that is meant; others are blanks, as in any web page. No text has it: see extract.tidy.
LINE_END = "\x1e"

SKIPPED = frozenset(
    """script style noscript template svg nav button select input textarea head iframe object canvas video audio
    form""".split()  # noqa: SIM905 - easier to read and to sort
)
BLOCKS = frozenset(
    """address article aside blockquote body center dd details dialog div dl dt fieldset figcaption figure footer header
    hgroup html li main ol p section summary ul""".split()  # noqa: SIM905
)
_HEADING = re.compile(r"h([1-6])$")


def markdown(source: str) -> str:
    """source: the page as text, in whatever shape it is: what is not closed is closed, what is unknown read through."""
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=False, recover=True
    )
    root = etree.fromstring(source.encode("utf-8", "replace"), parser)
    if root is None:
        return ""
    writer = _Writer()
    writer.write(root, 0)
    text = writer.text()
    title = root.findtext(".//title")
    if title and title.strip() and not re.search(r"^#{1,6} ", text, flags=re.MULTILINE):
        return f"# {' '.join(title.split())}\n\n{text}"
    return text


class _Writer:
    def __init__(self) -> None:
        self._blocks: list[str] = []
        self._words: list[str] = []
        self._lists: list[tuple[str, int]] = []
        self._mark = ""

    def text(self) -> str:
        self._end()
        joined = ""
        for block in self._blocks:
            both = _ITEM.match(block) and _ITEM.match(joined.rpartition("\n")[2])
            joined += ("\n" if both else "\n\n" if joined else "") + block
        return joined

    def write(self, element: Any, depth: int) -> None:
        name = _name(element)
        if not name or name in SKIPPED or depth > MAX_DEPTH or _is_hidden(element):
            return
        heading = _HEADING.match(name)
        if heading:
            self._end(f"{'#' * int(heading[1])} ", lambda: self._inside(element, depth))
        elif name == "table":
            self._end()
            self._table(element, depth)
        elif name == "pre":
            self._end()
            code = "".join(element.itertext()).strip("\n")
            fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", code)), 3)
            if code.strip():
                self._blocks.append(f"{fence}\n{code}\n{fence}")
        elif name in ("ul", "ol"):
            self._end()
            self._lists.append((name, 0))
            self._inside(element, depth)
            self._end()
            self._lists.pop()
        elif name == "li":
            self._end(self._item(), lambda: self._inside(element, depth))
        elif name == "math":
            self._words.append(_formula(element))
        elif name in ("br", "hr"):
            self._words.append(LINE_END) if name == "br" else self._end()
        elif name == "img":
            self._words.append(f" {element.get('alt') or ''} ")
        elif name in BLOCKS:
            self._end()
            self._inside(element, depth)
            self._end()
        else:
            self._inside(element, depth)

    def _inside(self, element: Any, depth: int) -> None:
        self._words.append(element.text or "")
        for each in element:
            self.write(each, depth + 1)
            self._words.append(each.tail or "")

    def _item(self) -> str:
        if not self._lists:
            return "- "
        kind, count = self._lists[-1]
        self._lists[-1] = (kind, count + 1)
        indent = "   " * (len(self._lists) - 1)
        return f"{indent}{f'{count + 1}.' if kind == 'ol' else '-'} "

    def _end(self, mark: str = "", inside: Any = None) -> None:
        """End the block that was begun, and write one of its own with a mark before its words."""
        self._flush()
        if inside is None:
            return
        self._mark = mark
        inside()
        self._flush()
        self._mark = ""

    def _flush(self) -> None:
        words, self._words = "".join(self._words), []
        lines = (" ".join(line.split()) for line in words.split(LINE_END))
        text = "\n".join(line for line in lines if line)
        if not text:
            return
        if self._mark:
            text, self._mark = self._mark + text.replace("\n", " "), ""
        else:
            text = _MARKUP.sub(r"\\", text)
        self._blocks.append(text)

    def _table(self, element: Any, depth: int) -> None:
        rows = []
        for row in element.iter("tr"):
            if _nearest_table(row) is not element:
                continue
            cells = [cell for cell in row if _name(cell) in ("td", "th")]
            rows.append([self._cell(cell, depth) for cell in cells])
        if rows and max(map(len, rows), default=0) == 1:  # a frame around the page, not a table
            self._blocks += [cell for row in rows for cell in row if cell]
            return
        written = table([[cell.replace("\n", " ") for cell in row] for row in rows])
        if written:
            self._blocks.append(written)

    @staticmethod
    def _cell(cell: Any, depth: int) -> str:
        writer = _Writer()
        writer._inside(cell, depth + 1)
        return writer.text()


def _name(element: Any) -> str:
    return element.tag.rpartition("}")[2].casefold() if isinstance(element.tag, str) else ""


def _nearest_table(element: Any) -> Any:
    return next((each for each in element.iterancestors() if _name(each) == "table"), None)


def _is_hidden(element: Any) -> bool:
    """KaTeX and MathJax draw a formula twice: once for eyes, once for us."""
    return element.get("hidden") is not None or (element.get("aria-hidden") == "true" and _name(element) != "math")


def _formula(element: Any) -> str:
    for each in element.iter():
        if _name(each) == "annotation" and "tex" in (each.get("encoding") or ""):
            return f"${' '.join((each.text or '').split())}$"
    return " ".join("".join(element.itertext()).split())


_ITEM = re.compile(r" *(?:- |\d+\. )")
_MARKUP = re.compile(r"^(?=#{1,6}\s|`{3}|~{3}|[=-]+$|>|[-+*]\s)", re.MULTILINE)
