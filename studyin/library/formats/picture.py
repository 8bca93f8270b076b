"""Pictures of text, through Tesseract."""

from __future__ import annotations

from pathlib import Path

from studyin.language import say
from studyin.library.formats.ocr import Ocr
from studyin.library.kinds import TYPE_IT, unsupported
from studyin.library.reading import Reading
from studyin.library.reports import Job


def open_file(job: Job) -> Reading:
    """Raises StudyinError UNSUPPORTED_TYPE where nobody can read pictures, or no words are on it."""
    ocr = Ocr(job.languages)
    if not ocr.is_there:
        raise unsupported(
            say("Expected words, got a picture named {filename}. {advice}", filename=job.filename, advice=say(TYPE_IT))
        )
    text = ocr.read(lambda: Path(job.path).read_bytes())
    if not text:
        raise unsupported(
            say(
                "Expected a picture of text, got {filename}, on which no words can be read. Take a sharper one, or "
                "type what it says.",
                filename=job.filename,
            )
        )
    return Reading(None, iter([text]))
