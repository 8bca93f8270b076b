"""The items of a list against an answer: each by what it is called, by what is said of it, or by a word of its own."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from studyin.coach.comparing import Comparison, compare
from studyin.coach.keys import Said, Word, keys
from studyin.coach.meaning import empty_words
from studyin.library.terms import plain

# The share of an item that has to be there.
ITEM_FROM = 0.5

_BETWEEN_COMMAS = re.compile(r"[,;\n]|\b(?:and|und)\b")
# What an item of a list is called, before it is explained.
_HEAD = re.compile(r"\*\*(.+?)\*\*|^([^,:(–—]{3,60}?)(?=[,:(–—]|\s(?:that|which|who|whose|where)\b)", re.IGNORECASE)


def named_in_brief(items: Sequence[str], told: Said) -> set[int]:
    """Items of which the answer has a word or two that stand in no other item, and nothing else between its commas:
    "defence, arrest"."""
    of_item = [Said(plain(item), german=told.german).words for item in items]
    empty, found = empty_words(told.text, german=told.german), set()
    for part in _BETWEEN_COMMAS.split(told.text):
        said = [word for word in Said(part, german=told.german).words if word.text not in empty]
        alike = [
            {n for n, its in enumerate(of_item) if any(_is_same_word(word, other) for other in its)} for word in said
        ]
        if alike and all(alike) and len(common := set.intersection(*alike)) == 1:
            found |= common
    return found


def _is_same_word(said: Word, expected: Word) -> bool:
    return said.negated == expected.negated and bool(said.means & expected.means)


def compare_item(item: str, told: Said, rarity: Mapping[str, float]) -> Comparison:
    """By what it is called, or by what is said of it: "First Estate: the clergy" is met by either."""
    german = told.german
    compared = (compare(keys(part, rarity, german=german), told) for part in parts_of(item))
    return max(compared, key=lambda each: each.share)


def parts_of(item: str) -> list[str]:
    """What an item is called and what is said of it; all of it where it has no name."""
    match = _HEAD.search(item)
    head = (match[1] or match[2]) if match else item
    return [part for part in (head, item.replace(head, "", 1)) if part.strip()]
