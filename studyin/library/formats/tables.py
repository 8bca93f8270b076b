"""Tables as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

MAX_COLUMNS = 100


def table(rows: Iterable[Sequence[str]]) -> str:
    """A table whose first row is its head; "" without words. A table of one cell is a box around its text."""
    tidy = [[_cell(cell) for cell in row[:MAX_COLUMNS]] for row in rows]
    tidy = [row for row in tidy if any(row)]
    if not tidy:
        return ""
    width = max(map(len, tidy))
    if width == 1:
        return "\n\n".join(row[0].replace("\\|", "|") for row in tidy)
    lines = [_line(row, width) for row in tidy]
    return "\n".join([lines[0], "|" + " --- |" * width, *lines[1:]])


def _line(row: Sequence[str], width: int) -> str:
    return "| " + " | ".join([*row, *[""] * (width - len(row))]) + " |"


def _cell(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip().replace("\\|", "|").replace("|", "\\|")
