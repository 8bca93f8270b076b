"""Where sentences begin and end, in prose that is full of abbreviations, decimals, formulas and Markdown."""

from __future__ import annotations

import re

from studyin.library.english import NEVER_LAST, OFTEN_LAST, OPENERS
from studyin.library.german import GERMAN_COUNTED, GERMAN_OPENERS

LONGEST_ABBREVIATION = 20

# Bounded, and each run of marks met once: a file of nothing but marks must not take the square of its length.
_PROTECTED = re.compile(
    r"`[^`\n]*`|\$\$.{0,1000}?\$\$|\$[^$\n]+?\$|\\\(.{0,1000}?\\\)|\]\([^()\s]*\)|https?://\S*[^\s.,;:!?)]", re.DOTALL
)
_STOP = re.compile(
    r"(?P<stop>(?<![.!?…])[.!?…]++[*_]{0,3}[\"'”’»)\]]*[*_]{0,3}(?:\[\^?\w+\])*)(?=\s)|(?P<wide>[。！？]+[」』”）]*)"
)
_WORD_BEFORE = re.compile(r"[^\s(\[\"'“‘*_]+$")
# German writes an ordinal with a stop: "am 9. November", "im 19. Jahrhundert", "Ludwig XVI. Frankreichs König".
_ORDINAL = re.compile(r"\d{1,2}|[IVX]{1,6}")
# Small words that are no other language's, and so tell that a text is German.
_GERMAN = re.compile(
    r"\b(?:und|ist|sind|wird|wurden?|nicht|eine[mnrs]?|dem|im|vom|zum|zur|auch|oder|durch)\b", re.IGNORECASE
)
_NEXT = re.compile(r"\s*([\"'“‘«(\[*_`$]*)(\S?[^\s.,;:!?)]*)")


def sentences(text: str) -> list[tuple[int, int]]:
    """The sentences of a paragraph as (start, end), without blanks around. Never splits code or a formula."""
    protected = [match.span() for match in _PROTECTED.finditer(text)]
    is_german = _GERMAN.search(text) is not None
    found, start, passed = [], 0, 0
    for match in _STOP.finditer(text):
        end = match.end()
        while passed < len(protected) and protected[passed][1] <= match.start():
            passed += 1
        if passed < len(protected) and protected[passed][0] < end:
            continue
        if match["wide"] or _ends(text, start, match.start(), match["stop"], end, is_german=is_german):
            found.append(_trimmed(text, start, end))
            start = end
    found.append(_trimmed(text, start, len(text)))
    return [(first, last) for first, last in found if first < last]


def _ends(text: str, start: int, stop_at: int, stop: str, end: int, *, is_german: bool) -> bool:
    following = _NEXT.match(text, end)
    opening, word = (following[1], following[2]) if following else ("", "")
    if not word and not opening:
        return True
    # Code and formulas may open a sentence in small letters.
    opens = not word[:1].islower() or "`" in opening or "$" in opening
    if not stop.startswith(".") or stop.startswith("..."):
        return opens
    before = _WORD_BEFORE.search(text, max(start, stop_at - LONGEST_ABBREVIATION), stop_at)
    last = before[0].casefold() if before else ""
    if last in NEVER_LAST:
        return False
    if before is not None and _ORDINAL.fullmatch(before[0]) and _is_counted(word.casefold(), is_german=is_german):
        return False
    if len(last) == 1 and last.isalpha():
        # A small letter is "p. 3" or "c. 1900"; a capital is an initial, or the name of something at the end.
        return before is not None and before[0].isupper() and word.casefold() in OPENERS
    # The bound keeps a text without an end linear: all of it was looked at for each of its stops.
    item_number = stop_at - start <= LONGEST_ABBREVIATION and text[start:stop_at].strip(" \t*_>").isdigit()
    return not item_number and (word[:1].isupper() if last in OFTEN_LAST else opens)


def _is_counted(word: str, *, is_german: bool) -> bool:
    """Whether what stands behind a number and a stop is what it counts, and no next sentence."""
    return word in GERMAN_COUNTED or (is_german and word not in GERMAN_OPENERS)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())
