"""Messages that say nothing: keys hit at random, or one letter over and over."""

from __future__ import annotations

import re
import unicodedata

# So many keys side by side in a row are hit, not written.
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "yxcvbnm", "azertyuiop", "qsdfghjklm")
# Looks so, and is a word.
_WRITTEN = frozenset({"property"})
SIDE_BY_SIDE = 4
# Longer messages are hardly ever an accident.
MAX_WORDS = 3

_VOWELS = re.compile(r"[aeiouyäöüáéíóúàèìòùâêîôûœæåø]", re.IGNORECASE)
_CONSONANTS = re.compile(r"[bcdfghjklmnpqrstvwxz]{6,}", re.IGNORECASE)
_OVER_AND_OVER = re.compile(r"(\w{1,3})\1{2,}", re.IGNORECASE)
_LATIN = re.compile(r"[a-z]+", re.IGNORECASE)


def is_latin(text: str) -> bool:
    """Whether its letters are of the Latin alphabet."""
    return all(unicodedata.name(letter, "").startswith("LATIN") for letter in text if letter.isalpha())


def is_nonsense(text: str) -> bool:
    """Whether a short message has no word in any language. A number, a formula or a short form in capitals is none."""
    said = re.findall(r"\w+", text)
    return bool(text.strip()) and len(said) <= MAX_WORDS and all(_is_random(word) for word in said)


def _is_random(word: str) -> bool:
    folded = word.casefold()
    if _OVER_AND_OVER.fullmatch(folded) and not folded.isdigit():
        return True
    if not _LATIN.fullmatch(folded) or word.isupper():
        return False
    if any(_is_run(folded, row) for row in _ROWS):
        return folded not in _WRITTEN
    return len(folded) >= 3 and (not _VOWELS.search(folded) or _CONSONANTS.search(folded) is not None)


def _is_run(folded: str, row: str) -> bool:
    """Whether all of it is of one row of keys, some of them side by side in either direction."""
    runs = [line[at : at + SIDE_BY_SIDE] for line in (row, row[::-1]) for at in range(len(row) - SIDE_BY_SIDE + 1)]
    return set(folded) <= set(row) and any(run in folded for run in runs)
