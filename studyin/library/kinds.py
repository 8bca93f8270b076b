"""What kind of file some bytes are, told by what is in them and never by the file's name."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from studyin.errors import Code, StudyinError
from studyin.language import phrase, say


class Format(StrEnum):
    """What can be read; each is a module in studyin.library.formats."""

    PDF = "pdf"
    DOCX = "docx"
    PPTX = "pptx"
    HTML = "html"
    EPUB = "epub"
    PICTURE = "picture"  # of text
    TEXT = "text"  # Markdown, plain text, tables of comma-separated values


REFUSAL = phrase(
    "Expected a PDF, Word, PowerPoint, EPUB, HTML, CSV, Markdown or text file, got {what} named {filename}. {advice}"
)

SAVE_AS_PDF = phrase("Open it, save or print it as a PDF, and drop that in.")
SAVE_AS_NEW = phrase("Open it in Word, PowerPoint or Excel, save it as .docx, .pptx or .csv, and drop that in.")
SAVE_AS_WORD = phrase("Open it, save it as a Word file (.docx), and drop that in.")
UNLOCK = phrase("Open it with its password, save it without one, and drop that in.")
SAVE_AS_JPEG = phrase("Save it as JPEG or PNG, and drop that in.")
TYPE_IT = phrase("Studyin reads pictures only where Tesseract is installed; install it, or type what the picture says.")
TRANSCRIBE = phrase("Studyin can't listen or watch; paste a transcript.")
UNPACK = phrase("Unpack it and drop in the notes inside.")
NOT_NOTES = phrase("Drop in notes that are written in words.")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file that can't be read. what: "a PDF"; advice: a sentence that says what to do instead; both are
    phrases."""

    what: str
    advice: str


# How each format begins. Marks that are plain letters need a byte that no text has beside them: notes may well begin
# with "ID3 is an algorithm" or "The ftyp box".
MARKS: tuple[tuple[re.Pattern[bytes], Kind | Format], ...] = tuple(
    (re.compile(mark, re.DOTALL), kind)
    for mark, kind in (
        (rb"%PDF-\d", Format.PDF),
        (rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Kind(phrase("an old Office file (.doc, .ppt or .xls)"), SAVE_AS_NEW)),
        (rb"\{\\rtf\d", Kind(phrase("a rich text file (RTF)"), SAVE_AS_WORD)),
        (rb"%!PS-Adobe", Kind(phrase("a PostScript file"), SAVE_AS_PDF)),
        (rb"\x89PNG\r\n\x1a\n", Format.PICTURE),
        (rb"\xff\xd8\xff", Format.PICTURE),
        (rb"GIF8[79]a", Format.PICTURE),
        (rb"BM.{4}\x00\x00\x00\x00", Format.PICTURE),
        (rb"II\*\x00|MM\x00\*", Format.PICTURE),
        (rb"RIFF.{4}WEBP", Format.PICTURE),
        (rb"RIFF.{4}WAVE", Kind(phrase("a sound file (WAV)"), TRANSCRIBE)),
        (rb"\x00.{3}ftyp(?:hei|mif|avif)", Kind(phrase("a HEIC or AVIF picture"), SAVE_AS_JPEG)),
        (rb"\x00.{3}ftypM4A", Kind(phrase("a sound file (M4A)"), TRANSCRIBE)),
        (rb"\x00.{3}ftyp", Kind(phrase("a film (MP4)"), TRANSCRIBE)),
        (rb"ID3[\x02-\x04]|\xff[\xfa\xfb\xf2\xf3]", Kind(phrase("a sound file (MP3)"), TRANSCRIBE)),
        (rb"OggS\x00", Kind(phrase("a sound file (Ogg)"), TRANSCRIBE)),
        (rb"fLaC\x00", Kind(phrase("a sound file (FLAC)"), TRANSCRIBE)),
        (rb"\x1aE\xdf\xa3", Kind(phrase("a film (Matroska or WebM)"), TRANSCRIBE)),
        (rb"\x1f\x8b", Kind(phrase("a gzip archive"), UNPACK)),
        (rb"7z\xbc\xaf\x27\x1c", Kind(phrase("a 7-Zip archive"), UNPACK)),
        (rb"Rar!\x1a\x07", Kind(phrase("a RAR archive"), UNPACK)),
        (rb"BZh\d1AY&SY", Kind(phrase("a bzip2 archive"), UNPACK)),
        (rb"\xfd7zXZ\x00", Kind(phrase("an xz archive"), UNPACK)),
        (rb".{257}ustar(?:\x00|  \x00)", Kind(phrase("a tar archive"), UNPACK)),
        (rb"SQLite format 3\x00", Kind(phrase("an SQLite database"), NOT_NOTES)),
        (rb"\x7fELF|MZ\x90\x00", Kind(phrase("a program"), NOT_NOTES)),
    )
)

# How much of a file its kind is told from: its beginning, and its end, where a ZIP archive lists what is in it.
HEAD_BYTES = 64 * 1024
TAIL_BYTES = 1024 * 1024

# What a ZIP archive really is, by a name that its directory lists.
INSIDE_ZIP: tuple[tuple[bytes, Kind | Format], ...] = (
    (b"word/document", Format.DOCX),
    (b"ppt/presentation.xml", Format.PPTX),
    (
        b"xl/workbook.",
        Kind(phrase("an Excel file (XLSX)"), phrase("Open it, save the sheet as CSV, and drop that in.")),
    ),
    (b"application/epub+zip", Format.EPUB),
    (b"application/vnd.oasis.opendocument.text", Kind(phrase("an OpenDocument text (ODT)"), SAVE_AS_WORD)),
    (b"application/vnd.oasis.opendocument", Kind(phrase("an OpenDocument file"), SAVE_AS_PDF)),
    (b"META-INF/container.xml", Format.EPUB),
    (b"Index/Document.iwa", Kind(phrase("a Pages, Keynote or Numbers file"), SAVE_AS_PDF)),
)
ZIP = Kind(phrase("a ZIP archive"), UNPACK)
# A new Office file with a password is an old one around it, with this part.
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
LOCKED_OFFICE = "EncryptedPackage".encode("utf-16-le")

_HTML_START = re.compile(
    rb"\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)


def told(path: Path, filename: str) -> Format:
    """The format of a file. Raises StudyinError UNSUPPORTED_TYPE or EMPTY with a sentence that says what to do instead.

    Looks at the beginning and the end of it: what only the whole can tell is told when it is read.
    """
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
        size = file.seek(0, 2)
        file.seek(max(size - TAIL_BYTES, 0))
        tail = file.read()
    if not head:
        raise StudyinError(
            Code.EMPTY,
            say("Expected notes, got an empty file named {filename}. Check that it was saved.", filename=filename),
        )
    kind = foreign(head, tail)
    if kind is Format.PICTURE and shutil.which("tesseract") is None:
        kind = Kind(phrase("a picture"), TYPE_IT)
    if isinstance(kind, Kind):
        raise unsupported(say(REFUSAL, what=say(kind.what), filename=filename, advice=say(kind.advice)))
    return kind


def unsupported(message: str) -> StudyinError:
    return StudyinError(Code.UNSUPPORTED_TYPE, message, status=415)


def nested_without_end(filename: str) -> str:
    """What is said of a file that no program makes."""
    return say(
        "Expected a file that people made, got {filename}, which nests its parts without end.", filename=filename
    )


def foreign(head: bytes, tail: bytes) -> Kind | Format:
    """The format of a file that begins and ends so, or the kind that can't be read; TEXT for what may be text."""
    if head.startswith(OLD_OFFICE) and LOCKED_OFFICE in head + tail:
        return Kind(phrase("an Office file that is locked with a password"), UNLOCK)
    for mark, kind in MARKS:
        if mark.match(head):
            return kind
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return next((kind for name, kind in INSIDE_ZIP if name in tail or name in head), ZIP)
    # Readers accept a PDF with up to a kilobyte before its mark; notes about PDFs lack the table at its end.
    if b"%PDF-" in head[:1024] and b"startxref" in tail[-2048:]:
        return Format.PDF
    return Format.HTML if _HTML_START.match(head[:2048].removeprefix(b"\xef\xbb\xbf")) else Format.TEXT
