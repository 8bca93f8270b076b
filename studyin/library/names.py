"""A file's name as it is kept and shown: what a person would recognise, and nothing that could do harm."""

from __future__ import annotations

import re
import unicodedata

MAX_NAME = 120
NAMELESS = "notes.txt"

# Control characters, marks that turn the direction of writing (they can make "gpj.exe" read as "exe.jpg"), surrogates,
# private characters. What joins emoji and what Persian needs inside words stays.
_HARMFUL = ("Cc", "Cs", "Co", "Cn")
_DIRECTION = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\u00ad\u200b]")


def tidy_name(filename: str) -> str:
    """The last part of a path, in one line of at most MAX_NAME characters, its extension kept."""
    name = unicodedata.normalize("NFC", re.split(r"[/\\]", filename.rstrip("/\\ "))[-1])
    name = "".join(" " if unicodedata.category(c) in _HARMFUL else c for c in _DIRECTION.sub("", name))
    name = " ".join(name.split()).strip(".")
    base, dot, extension = name.rpartition(".")
    if not dot or len(extension) > 8:
        base, extension = name, ""
    room = MAX_NAME - len(extension) - len(dot)
    base = base[:room].strip()
    return f"{base}.{extension}" if base and extension else base or NAMELESS
