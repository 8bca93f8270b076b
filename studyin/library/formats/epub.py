"""E-books (EPUB): each chapter is a page."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from studyin.errors import StudyinError
from studyin.language import phrase, say
from studyin.library.extract import decode, tidy
from studyin.library.formats.archive import Archive, child, local, resolved
from studyin.library.formats.markup import markdown
from studyin.library.kinds import unsupported
from studyin.library.reading import Reading
from studyin.library.remarks import remark
from studyin.library.reports import Job

CONTAINER = "META-INF/container.xml"
ENCRYPTION = "META-INF/encryption.xml"
# Books may hide their fonts so; that locks no text.
FONT_HIDING = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")


def open_file(job: Job) -> Reading:
    """Raises StudyinError UNSUPPORTED_TYPE for what is locked, broken or was made to do harm."""
    archive = Archive(job)
    _refuse_locked(archive)
    rootfile = child(archive.xml(CONTAINER), "rootfiles", "rootfile")
    package = resolved("", rootfile.get("full-path") or "") if rootfile is not None else ""
    root = archive.xml(package) if package else None
    if root is None:
        raise archive.damaged()
    chapters = _chapters(root, posixpath.dirname(package))
    reading = Reading(len(chapters), iter(()))
    reading.texts = _texts(archive, chapters, reading)
    return reading


def _refuse_locked(archive: Archive) -> None:
    root = archive.xml(ENCRYPTION)
    methods = (each.get("Algorithm") or "" for each in (root.iter() if root is not None else ()))
    if any(method and not method.startswith(FONT_HIDING) for method in methods):
        raise unsupported(
            say(
                "Expected a book that can be opened, got {filename}, which its shop has locked (DRM). Drop in your own "
                "notes on it, or a copy without the lock.",
                filename=archive.filename,
            )
        )


def _chapters(package: Any, folder: str) -> list[str]:
    """The names of the parts in reading order."""
    manifest, spine = child(package, "manifest"), child(package, "spine")
    items = {each.get("id"): each.get("href") or "" for each in manifest} if manifest is not None else {}
    order = [each.get("idref") for each in spine if local(each) == "itemref"] if spine is not None else []
    return [resolved(folder, unquote(items[key])) for key in order if items.get(key)]


def _texts(archive: Archive, chapters: list[str], reading: Reading) -> Iterator[str]:
    broken = []
    for number, name in enumerate(chapters, start=1):
        try:
            source = decode(archive.read(name))
        except StudyinError:
            if number == 1:
                raise
            source = None
        if source is None:
            broken.append(number)
        yield markdown(tidy(source)) if source else ""
    if broken:
        reading.remarks.append(
            remark(
                broken,
                phrase("Chapter {numbers} can't be opened: the file is damaged there."),
                phrase("Chapters {numbers} can't be opened: the file is damaged there."),
            )
        )
