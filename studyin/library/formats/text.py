"""Markdown and plain text."""

from __future__ import annotations

from pathlib import Path

from studyin.library.extract import extract
from studyin.library.reading import Reading
from studyin.library.reports import Job


def open_file(job: Job) -> Reading:
    """Raises StudyinError UNSUPPORTED_TYPE or EMPTY."""
    pages = extract(job.filename, Path(job.path).read_bytes()).pages
    return Reading(len(pages) if len(pages) > 1 else None, iter(pages))
