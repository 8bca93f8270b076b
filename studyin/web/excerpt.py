"""A passage as plain words, for the margin beside an answer: marks that nobody draws there would be noise."""

from __future__ import annotations

import re
from collections.abc import Callable

_Replacement = str | Callable[[re.Match[str]], str]


def _cells(row: re.Match[str]) -> str:
    return " · ".join(cell.strip() for cell in row[1].split("|") if cell.strip())


# static/js/excerpt.js has the same rules in the same order, and one list of examples tests both.
_RULES: tuple[tuple[re.Pattern[str], _Replacement], ...] = (
    (re.compile(r"^[ \t]*(?:```|~~~).*$", re.M), ""),
    (re.compile(r"^[ \t]*[|:-][ \t|:-]{2,}(?:\n|$)", re.M), ""),  # below a table's head, or across the text
    (re.compile(r"^[ \t]*\|(.*)$", re.M), _cells),
    (re.compile(r"^[ \t]*(?:#{1,6}|>)[ \t]+", re.M), ""),
    (re.compile(r"^[ \t]*[*+][ \t]+", re.M), "- "),
    (re.compile(r"\$\$|\\[()\[\]]"), ""),
    (re.compile(r"\$(?=\S)([^$\n]+?)(?<=\S)\$(?![0-9])"), r"\1"),  # a price is followed by a space or a number
    (re.compile(r"(\*{1,3})(?=\S)([^*]+?)(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<![A-Za-z0-9_])(_{1,3})(?=\S)([^_]+?)(?<=\S)\1(?![A-Za-z0-9_])"), r"\2"),
    (re.compile(r"\*\*|`"), ""),
)


def excerpt(passage: str) -> str:
    for pattern, replacement in _RULES:
        passage = pattern.sub(replacement, passage)
    return passage.strip()
