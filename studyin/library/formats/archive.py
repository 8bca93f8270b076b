"""ZIP archives that Office files and e-books are, opened so that no bomb in one goes off."""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from typing import Any

from lxml import etree

from studyin.language import in_figures, say
from studyin.library.kinds import UNLOCK, nested_without_end, unsupported
from studyin.library.reports import Job

# Of one part, and of all that are read. A novel has 1 MB, a textbook with its formulas 20.
MAX_PART_BYTES = 64 * 2**20
MAX_READ_BYTES = 256 * 2**20
MAX_PARTS = 20_000


class Archive:
    """The parts of an archive by name. Raises StudyinError in words for what is broken, locked or too large."""

    def __init__(self, job: Job) -> None:
        self.filename = job.filename
        self._room = MAX_READ_BYTES
        try:
            self._zip = zipfile.ZipFile(job.path)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
            raise self.damaged() from None
        names = self._zip.namelist()
        if len(names) > MAX_PARTS:
            raise unsupported(
                say(
                    "Expected a file that people made, got {filename}, which has {number} parts. Save it as a PDF.",
                    filename=self.filename,
                    number=in_figures(len(names)),
                )
            )
        # Some programs write \\, some capitals where the list of parts has none.
        self._names = {name.replace("\\", "/").casefold(): name for name in names}

    def has(self, name: str) -> bool:
        return name.casefold() in self._names

    def read(self, name: str) -> bytes:
        """A part; b"" where there is none. Never more than is allowed, whatever size the archive claims."""
        stored = self._names.get(name.casefold())
        if stored is None:
            return b""
        if self._zip.getinfo(stored).flag_bits & 1:
            locked = say("Expected a file that can be opened, got {filename}, which is locked.", filename=self.filename)
            raise unsupported(f"{locked} {say(UNLOCK)}")
        most = min(MAX_PART_BYTES, self._room)
        try:
            with self._zip.open(stored) as part:
                data = part.read(most + 1)
        except (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError, zlib.error):
            raise self.damaged() from None
        if len(data) > most:
            raise unsupported(
                say(
                    "Expected a file that people made, got {filename}, which unpacks to more than {most} MB of text. "
                    "Save it as a PDF, or split it.",
                    filename=self.filename,
                    most=most // 2**20,
                )
            )
        self._room -= len(data)
        return data

    def xml(self, name: str) -> Any | None:
        """The root of a part; None where there is no such part. Nothing outside of it is ever looked at."""
        data = self.read(name)
        if not data:
            return None
        parser = etree.XMLParser(
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        try:
            root = etree.fromstring(data, parser)
        except etree.XMLSyntaxError as error:
            if "depth" in str(error).lower():
                raise unsupported(nested_without_end(self.filename)) from None
            raise (self._crafted() if b"<!ENTITY" in data else self.damaged()) from None
        if root.getroottree().docinfo.internalDTD is not None:
            raise self._crafted()
        return root

    def relations(self, name: str) -> dict[str, tuple[str, str]]:
        """What a part refers to: id → the last word of the kind, and the part's name."""
        folder, base = posixpath.split(name)
        root = self.xml(f"{folder}/_rels/{base}.rels" if folder else f"_rels/{base}.rels")
        found = {}
        for relation in root if root is not None else ():
            if relation.get("TargetMode") != "External":
                kind = (relation.get("Type") or "").rpartition("/")[2]
                found[relation.get("Id") or ""] = (kind, resolved(folder, relation.get("Target") or ""))
        return found

    def _crafted(self) -> Exception:
        return unsupported(
            say(
                "Expected a file that people made, got {filename}, which defines words of its own (XML entities) as "
                "attackers do. Save it as a PDF.",
                filename=self.filename,
            )
        )

    def damaged(self) -> Exception:
        return unsupported(
            say(
                "Expected a file that can be opened, got {filename}, which is damaged. Save or download it anew, and "
                "drop that in.",
                filename=self.filename,
            )
        )


def resolved(folder: str, target: str) -> str:
    """The name of a part that is referred to from a folder."""
    return posixpath.normpath(target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target))


def local(element: Any) -> str:
    """An element's name without its namespace: Office has two of each, of the same meaning. "" for what is none."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def value(element: Any, name: str = "val") -> str:
    """An attribute by its name without namespace; "" where it is missing."""
    if element is None:
        return ""
    return next((text for key, text in element.attrib.items() if key.rpartition("}")[2] == name), "")


def child(element: Any, *path: str) -> Any | None:
    """The first element down a path of names; None where there is none."""
    for name in path:
        element = next((each for each in element if local(each) == name), None) if element is not None else None
    return element
