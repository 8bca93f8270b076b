"""Word files (DOCX): headings, lists, tables, formulas, notes below the line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from studyin.library.formats.archive import Archive, child, local, value
from studyin.library.formats.omml import latex
from studyin.library.formats.tables import table
from studyin.library.formats.word_styles import Styles
from studyin.library.reading import Reading
from studyin.library.reports import Job

# What is no text of the document: what was struck out, and the second of two ways to draw the same.
SKIPPED = frozenset({"del", "moveFrom", "Fallback", "instrText", "delText", "rPr", "pPr", "sectPr", "tblPr", "sdtPr"})
_SPACES = {"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "softHyphen": ""}


def open_file(job: Job) -> Reading:
    """Raises StudyinError UNSUPPORTED_TYPE for what is locked, broken or was made to do harm."""
    archive = Archive(job)
    name = next(
        (target for kind, target in archive.relations("").values() if kind == "officeDocument"), "word/document.xml"
    )
    root = archive.xml(name)
    body = child(root, "body")
    if body is None:
        raise archive.damaged()
    document = _Document(archive, name)
    return Reading(None, iter([document.markdown(body)]))


class _Document:
    def __init__(self, archive: Archive, name: str) -> None:
        parts = dict(archive.relations(name).values())
        self._styles = Styles(archive.xml(parts.get("styles", "")), archive.xml(parts.get("numbering", "")))
        self._notes = {
            kind: archive.xml(parts.get(f"{kind}s", "")) for kind in ("footnote", "endnote") if f"{kind}s" in parts
        }
        self._cited: list[tuple[str, str]] = []

    def markdown(self, body: Any) -> str:
        text = self._joined(self._blocks(body))
        notes = "\n\n".join(f"[^{number}]: {note}" for number, note in self._notes_below())
        return f"{text}\n\n{notes}" if notes else text

    def _blocks(self, parent: Any) -> Iterator[str]:
        for element in parent:
            match local(element):
                case "p":
                    yield self._paragraph(element)
                case "tbl":
                    yield self._table(element)
                case name if name not in SKIPPED:  # content controls, insertions and the like are what they hold
                    yield from self._blocks(element)

    def _joined(self, blocks: Iterator[str]) -> str:
        """Blocks with a blank line between them, items of a list without."""
        text = ""
        was_item = False
        for block in blocks:
            if block:
                is_item = bool(_ITEM.match(block))
                text += ("\n" if is_item and was_item else "\n\n" if text else "") + block
                was_item = is_item
        return text

    def _paragraph(self, paragraph: Any) -> str:
        properties = child(paragraph, "pPr")
        boxes: list[str] = []
        text = self._inline(paragraph, boxes)
        text = re.sub(r"[^\S\n]+", " ", text).strip()
        level = self._styles.level(properties)
        if not text:
            block = ""
        elif level:
            block = f"{'#' * level} {text.replace(chr(10), ' ')}"
        else:
            item = self._styles.item(properties)
            block = f"{item}{text.replace(chr(10), ' ')}" if item else _MARKUP.sub(r"\\", text)
        return "\n\n".join(part for part in (block, *boxes) if part)

    def _inline(self, element: Any, boxes: list[str]) -> str:
        """The words of a paragraph. Text boxes that hang on it go to boxes: they are paragraphs of their own."""
        words: list[str] = []
        for each in element:
            name = local(each)
            if name == "t":
                words.append(each.text or "")
            elif name in _SPACES:
                words.append(_SPACES[name])
            elif name == "oMathPara":
                words.append("".join(f"$${latex(formula)}$$" for formula in each if local(formula) == "oMath"))
            elif name == "oMath":
                words.append(f"${latex(each)}$")
            elif name == "txbxContent":
                boxes.append(self._joined(self._blocks(each)))
            elif name in ("footnoteReference", "endnoteReference"):
                self._cited.append((name.removesuffix("Reference"), value(each, "id")))
                words.append(f"[^{len(self._cited)}]")
            elif name not in SKIPPED:
                words.append(self._inline(each, boxes))
        return "".join(words)

    def _table(self, element: Any) -> str:
        rows = [[self._joined(self._blocks(cell)) for cell in _held(row, "tc")] for row in _held(element, "tr")]
        if len(rows) == 1 and len(rows[0]) == 1:  # a frame around text
            return rows[0][0]
        return table(rows)

    def _notes_below(self) -> Iterator[tuple[int, str]]:
        for number, (kind, key) in enumerate(list(self._cited), start=1):
            root = self._notes.get(kind)
            note = next((each for each in root if value(each, "id") == key), None) if root is not None else None
            if note is not None:
                yield number, " ".join(self._joined(self._blocks(note)).split())


def _held(element: Any, name: str) -> Iterator[Any]:
    """The rows of a table or the cells of a row, also those that a content control wraps."""
    for each in element:
        if local(each) == name:
            yield each
        elif local(each) in ("sdt", "sdtContent", "ins"):
            yield from _held(each, name)


_ITEM = re.compile(r" *(?:- |\d+\. )")
# What would be a heading, a fence or a rule in Markdown, and is none.
_MARKUP = re.compile(r"^(?=#{1,6}\s|`{3}|~{3}|[=-]+$|>|[-+*]\s)", re.MULTILINE)
