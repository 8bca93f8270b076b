"""Markdown, plain text, and tables of comma-separated values."""

from __future__ import annotations

from pathlib import Path

from studyin.library.extract import extract
from studyin.library.formats.csv_table import as_table
from studyin.library.reading import Reading
from studyin.library.reports import Job


def open_file(job: Job) -> Reading:
    """Raises StudyinError UNSUPPORTED_TYPE or EMPTY."""
    text = extract(job.filename, Path(job.path).read_bytes())
    pages = text.pages
    if len(pages) > 1:
        return Reading(len(pages), iter(pages))
    return Reading(None, iter([as_table(text.content) or text.content]))
