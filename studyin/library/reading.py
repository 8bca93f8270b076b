"""A file as it is being read: its pages one after the other, and what of them could not be read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import import_module
from time import monotonic

from studyin.errors import Code, StudyinError
from studyin.language import in_figures, say
from studyin.library.extract import PAGE_END
from studyin.library.ingest import Cutter, at
from studyin.library.kinds import Format
from studyin.library.reports import BATCH, BATCH_CHARACTERS, Batch, Began, Ended, Job, Report
from studyin.store.passages import Draft

# Longer than this no page that was read waits for the next ones to be told together.
TELL_SECONDS = 0.5


@dataclass(slots=True)
class Reading:
    """texts: the Markdown of each page in order; just one where the format has no pages, and then pages is None.

    remarks: what could not be read, a sentence each; complete only when all texts were taken.
    """

    pages: int | None
    texts: Iterator[str]
    remarks: list[str] = field(default_factory=list)


def read(job: Job) -> Iterator[Report]:
    """Read a file. Raises StudyinError with a sentence; what was reported by then may be kept."""
    # Each format brings its own libraries: most servers would never use most of them, and only a reader process may.
    opened: Reading = import_module(f"studyin.library.formats.{job.format}").open_file(job)
    yield Began(opened.pages)
    found = False
    for batch in _batches(opened, job.limits.characters):
        found = found or bool(batch.drafts)
        yield batch
    if not found:
        why = " ".join(opened.remarks) or say("Add words.")
        if job.format is Format.TEXT:
            message = say(
                "Expected notes, got nothing but metadata in {filename}. {why}", filename=job.filename, why=why
            )
        else:
            message = say("Expected notes, got no words in {filename}. {why}", filename=job.filename, why=why)
        raise StudyinError(Code.EMPTY, message)
    yield Ended(opened.remarks)


def _batches(reading: Reading, most: int) -> Iterator[Batch]:
    cutter = Cutter()
    waiting = _Waiting()
    told = 0.0  # so that the first page is told at once
    for number, page in enumerate(reading.texts, start=1):
        text = page if number == 1 else PAGE_END + page
        room = most - waiting.end
        if len(text) > room:
            reading.remarks.append(
                say(
                    "Only the first {most} characters were read; split the file, or raise STUDYIN_MAX_MATERIAL_CHARS.",
                    most=in_figures(most),
                )
            )
            text = text[:room]
        start = waiting.end + (len(PAGE_END) if number > 1 else 0)
        drafts = cutter.cut(text if number == 1 else text[len(PAGE_END) :])
        paged = reading.pages is not None
        waiting.add(text, [at(draft, start, number if paged else None) for draft in drafts], number if paged else 0)
        yield from waiting.full()
        if monotonic() - told > TELL_SECONDS:
            yield from waiting.rest()
            told = monotonic()
        if waiting.end >= most:
            break
    yield from waiting.rest()


class _Waiting:
    """What was read and is not reported yet. end: where the text that was read so far ends."""

    def __init__(self) -> None:
        self.end = 0
        self._text = ""
        self._drafts: list[Draft] = []
        self._position = 0
        self._pages_read = 0

    def add(self, text: str, drafts: list[Draft], pages_read: int) -> None:
        self.end += len(text)
        self._text += text
        self._drafts += drafts
        self._pages_read = pages_read

    def full(self) -> Iterator[Batch]:
        """Reports that are as large as one may be; each has the text up to the end of its last passage."""
        while len(self._drafts) > BATCH:
            yield from self._take(BATCH, self._drafts[BATCH - 1].end)
        if len(self._text) > BATCH_CHARACTERS:
            yield from self.rest()

    def rest(self) -> Iterator[Batch]:
        if self._text:
            yield from self._take(len(self._drafts), self.end)

    def _take(self, count: int, end: int) -> Iterator[Batch]:
        start = self.end - len(self._text)
        text, self._text = self._text[: end - start], self._text[end - start :]
        drafts, self._drafts = self._drafts[:count], self._drafts[count:]
        while len(text) > BATCH_CHARACTERS:  # the passages come with the last of their text
            yield Batch(self._position, start, text[:BATCH_CHARACTERS], [], self._pages_read)
            text, start = text[BATCH_CHARACTERS:], start + BATCH_CHARACTERS
        yield Batch(self._position, start, text, drafts, self._pages_read)
        self._position += count
