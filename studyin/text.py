"""Text that can be stored and sent: what SQLite, UTF-8 and a browser all take."""

from __future__ import annotations


def storable(text: str) -> str:
    """The text without NULs, and with halves of surrogate pairs (a cut emoji) replaced by U+FFFD."""
    if text.isascii():
        return text.replace("\0", "") if "\0" in text else text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", "")
