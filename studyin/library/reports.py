"""What the library asks of its reader, and what the reader reports: one JSON object a line, over pipes."""

from __future__ import annotations

import msgspec

from studyin.language import ENGLISH
from studyin.library.kinds import Format
from studyin.store.passages import Draft

# A report holds at most so many passages and, where a page is no larger, so many characters: a few hundred kilobytes.
BATCH = 200
BATCH_CHARACTERS = 100_000
MAX_LINE_BYTES = 4 * 2**20


class Limits(msgspec.Struct, frozen=True):
    """How much reading one file may take. seconds: of wall clock; memory: bytes; characters: of text."""

    seconds: float = 300.0
    memory: int = 2**30
    characters: int = 10_000_000


class Job(msgspec.Struct, frozen=True):
    """A file to be read. languages: those of pictures of text, as Tesseract names them (`eng+deu`); language: the one
    in which to say what can't be read."""

    path: str
    filename: str
    format: Format
    limits: Limits = Limits()
    languages: str = "eng"
    language: str = ENGLISH


class Began(msgspec.Struct, frozen=True, tag="began"):
    """The file could be opened; it has so many pages, or its format has none."""

    pages: int | None


class Batch(msgspec.Struct, frozen=True, tag="batch"):
    """The next passages and the text they stand in. position: of the first passage; start: of the text."""

    position: int
    start: int
    text: str
    drafts: list[Draft]
    pages_read: int


class Ended(msgspec.Struct, frozen=True, tag="ended"):
    """All of it was read, but for what the remarks name: a sentence each."""

    remarks: list[str]


class Refused(msgspec.Struct, frozen=True, tag="refused"):
    """The file can't be read, or not further; a sentence says why."""

    message: str


class Broke(msgspec.Struct, frozen=True, tag="broke"):
    """The reader met something it was not made for; trace is for the log."""

    trace: str


Report = Began | Batch | Ended | Refused | Broke

encode = msgspec.json.Encoder().encode
# Typed: whoever talks a reader into lying still can't make it say anything but these.
decode = msgspec.json.Decoder(Report).decode
decode_job = msgspec.json.Decoder(Job).decode
