"""Web pages (HTML)."""

from __future__ import annotations

from pathlib import Path

from studyin.language import say
from studyin.library.extract import decode, tidy
from studyin.library.formats.markup import markdown
from studyin.library.kinds import unsupported
from studyin.library.reading import Reading
from studyin.library.reports import Job


def open_file(job: Job) -> Reading:
    """Raises StudyinError UNSUPPORTED_TYPE for what is no text."""
    source = decode(Path(job.path).read_bytes())
    if source is None:
        raise unsupported(
            say("Expected a web page, got {filename}, which isn't text. Save the page anew.", filename=job.filename)
        )
    return Reading(None, iter([markdown(tidy(source))]))
