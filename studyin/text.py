"""Text that can be stored and sent: what SQLite, UTF-8 and a browser all take."""

from __future__ import annotations

import re

# What can't be seen, but tabs and the ends of lines and pages. The search marks its hits with two of them.
_CONTROLS = re.compile("[\0-\x08\x0b\x0e-\x1f\x7f]")


def storable(text: str) -> str:
    """The text without control characters, and with halves of surrogate pairs (a cut emoji) replaced by U+FFFD."""
    if not text.isascii():
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _CONTROLS.sub("", text) if _CONTROLS.search(text) else text
