"""Comma-separated values: told from prose by their rows, which all have as many fields."""

from __future__ import annotations

import csv
import re
from itertools import islice

from studyin.library.formats.tables import table

SAMPLED_ROWS = 200
MIN_ROWS = 3
# Prose has blanks behind its commas; a table's program writes none.
MAX_BLANKS = 0.2
MAX_FIELD_CHARS = 1 << 20
DELIMITERS = "\t;,|"


def as_table(text: str) -> str | None:
    """The Markdown of a text that is comma-, semicolon- or tab-separated values; None for any other text."""
    csv.field_size_limit(MAX_FIELD_CHARS)
    lines = [line for line in islice(text.split("\n"), SAMPLED_ROWS) if line.strip()]
    if len(lines) < MIN_ROWS or lines[0].lstrip().startswith(("#", "|", "-", "*", ">", "`")):
        return None
    delimiter = next((each for each in DELIMITERS if _fits(lines, each)), None)
    if delimiter is None:
        return None
    try:
        return table(list(csv.reader(text.split("\n"), delimiter=delimiter))) or None
    except csv.Error:
        return None


def _fits(lines: list[str], delimiter: str) -> bool:
    blanks = sum(len(re.findall(re.escape(delimiter) + " ", line)) for line in lines)
    count = sum(line.count(delimiter) for line in lines)
    if not count or (delimiter != "\t" and blanks > MAX_BLANKS * count):
        return False
    try:
        # The last row of the sample may be cut within quotation marks.
        widths = [len(row) for row in csv.reader(lines, delimiter=delimiter)][: max(len(lines) - 1, MIN_ROWS)]
    except csv.Error:
        return False
    return widths[0] > 1 and sum(width == widths[0] for width in widths) >= 0.98 * len(widths)
