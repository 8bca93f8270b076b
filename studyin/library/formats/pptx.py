"""PowerPoint files (PPTX): each slide is a page, with the speaker's notes below."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from studyin.language import phrase, say
from studyin.library.formats.archive import Archive, child, local, value
from studyin.library.formats.omml import latex
from studyin.library.formats.tables import table
from studyin.library.reading import Reading
from studyin.library.remarks import remark
from studyin.library.reports import Job

# What every slide has and no slide says.
FURNITURE = frozenset({"sldNum", "ftr", "dt", "hdr", "sldImg"})
TITLES = frozenset({"title", "ctrTitle"})


def open_file(job: Job) -> Reading:
    """Raises StudyinError UNSUPPORTED_TYPE for what is locked, broken or was made to do harm."""
    archive = Archive(job)
    name = next(
        (target for kind, target in archive.relations("").values() if kind == "officeDocument"), "ppt/presentation.xml"
    )
    root = archive.xml(name)
    if root is None:
        raise archive.damaged()
    relations = archive.relations(name)
    listing = child(root, "sldIdLst")
    keys = [_relation(each) for each in listing] if listing is not None else []
    slides = [relations[key][1] for key in keys if key in relations]
    reading = Reading(len(slides), iter(()))
    reading.texts = _slides(archive, slides, reading)
    return reading


def _relation(element: Any) -> str:
    """r:id, which stands beside an id without a namespace."""
    return next((text for key, text in element.attrib.items() if key.startswith("{") and key.endswith("}id")), "")


def _slides(archive: Archive, slides: list[str], reading: Reading) -> Iterator[str]:
    wordless = []
    for number, name in enumerate(slides, start=1):
        root = archive.xml(name)
        relations = archive.relations(name)
        text = _Slide(archive, relations).markdown(child(root, "cSld", "spTree"))
        notes = next((target for kind, target in relations.values() if kind == "notesSlide"), "")
        spoken = _spoken(child(archive.xml(notes), "cSld", "spTree"))
        if not text and _has_pictures(root):
            wordless.append(number)
        yield "\n\n".join(part for part in (text, f"**{say('Notes:')}**\n\n{spoken}" if spoken else "") if part)
    if wordless:
        reading.remarks.append(
            remark(
                wordless,
                phrase("Slide {numbers} has no text, only pictures."),
                phrase("Slides {numbers} have no text, only pictures."),
            )
        )


def _has_pictures(root: Any | None) -> bool:
    return root is not None and any(local(each) in ("pic", "graphicFrame") for each in root.iter())


def _spoken(tree: Any | None) -> str:
    """The speaker's notes, without the picture of the slide and the furniture."""
    if tree is None:
        return ""
    bodies = (each for each in tree if local(each) == "sp" and _placeholder(each) == "body")
    return "\n\n".join(text for body in bodies for text in _paragraphs(child(body, "txBody"), plain=True))


class _Slide:
    def __init__(self, archive: Archive, relations: dict[str, tuple[str, str]]) -> None:
        self._archive = archive
        self._relations = relations

    def markdown(self, tree: Any | None) -> str:
        if tree is None:
            return ""
        title = ""
        blocks: list[str] = []
        for shape in _shapes(tree):
            kind = _placeholder(shape)
            if kind in FURNITURE:
                continue
            if kind in TITLES:
                title = title or " ".join(" ".join(_paragraphs(child(shape, "txBody"), plain=True)).split())
            elif local(shape) == "graphicFrame":
                blocks.append(self._graphic(shape))
            else:
                plain = kind in ("", "subTitle")
                blocks.append(_joined(_paragraphs(child(shape, "txBody"), plain=plain)))
        return "\n\n".join(part for part in (f"# {title}" if title else "", *blocks) if part)

    def _graphic(self, frame: Any) -> str:
        data = child(frame, "graphic", "graphicData")
        rows = child(data, "tbl")
        if rows is not None:
            return table(
                [[" ".join(_paragraphs(child(cell, "txBody"), plain=True)) for cell in row if local(cell) == "tc"]
                 for row in rows if local(row) == "tr"]
            )  # fmt: skip
        diagram = value(child(data, "relIds"), "dm")
        root = self._archive.xml(self._relations[diagram][1]) if diagram in self._relations else None
        points = child(root, "ptLst")
        items = (
            " ".join(_paragraphs(child(point, "t"), plain=True)) for point in (points if points is not None else ())
        )
        return "\n".join(f"- {item}" for item in items if item)


def _shapes(tree: Any) -> Iterator[Any]:
    """All shapes in their order, those of groups in their group's place, those drawn in two ways once."""
    for each in tree:
        match local(each):
            case "sp" | "graphicFrame":
                yield each
            case "grpSp" | "AlternateContent" | "Choice":
                yield from _shapes(each)


def _placeholder(shape: Any) -> str:
    """ "" for a shape that is none; "body" where the kind is not said."""
    properties = child(shape, "nvSpPr", "nvPr") if local(shape) == "sp" else child(shape, "nvGraphicFramePr", "nvPr")
    place = child(properties, "ph")
    return "" if place is None else value(place, "type") or "body"


def _paragraphs(body: Any | None, *, plain: bool) -> Iterator[str]:
    """The paragraphs of a shape. plain: no items of a list, unless they say so themselves."""
    for paragraph in body if body is not None else ():
        if local(paragraph) != "p":
            continue
        text = re.sub(r"[^\S\n]+", " ", _inline(paragraph)).strip()
        if not text:
            continue
        properties = child(paragraph, "pPr")
        marks = {local(each) for each in properties} if properties is not None else set()
        is_item = bool(marks & {"buChar", "buAutoNum"}) or not (plain or "buNone" in marks)
        level = value(properties, "lvl")
        depth = int(level) if level.isdigit() else 0
        yield f"{'  ' * min(depth, 8)}- {' '.join(text.split())}" if is_item else text


def _inline(element: Any) -> str:
    words: list[str] = []
    for each in element:
        match local(each):
            case "t":
                words.append(each.text or "")
            case "br":
                words.append("\n")
            case "tab":
                words.append(" ")
            case "oMath":
                words.append(f"${latex(each)}$")
            case name if name not in ("rPr", "pPr", "endParaRPr", "Fallback"):
                words.append(_inline(each))
    return "".join(words)


def _joined(paragraphs: Iterator[str]) -> str:
    text = ""
    for paragraph in paragraphs:
        both_items = paragraph.lstrip().startswith("- ") and text.rpartition("\n")[2].lstrip().startswith("- ")
        text += ("\n" if both_items else "\n\n" if text else "") + paragraph
    return text
