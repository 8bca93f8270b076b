"""Whether what a model says with a citation stands in the passage it cites: told by the words and numbers they share.

It finds what has nothing to do with its source. It does not find a sentence that turns the same words round.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from studyin.coach.citing import said_with
from studyin.coach.meaning import EMPTY, meanings
from studyin.coach.numbers import Quantity, quantities, same
from studyin.library.english import FRAME_WORDS, TELLTALES
from studyin.library.search import Found
from studyin.library.terms import plain, words
from studyin.store.messages import Citation

# The share of a sentence's telling words that its passage has; below it, it says something else. A model may well
# put half of a sentence in words of its own.
SUPPORTED_FROM = 0.34
# Fewer words than this prove nothing.
LEAST_WORDS = 2
# So few don't tell what language they are in.
FEW_WORDS = 8
# Numbers up to this stand for anything: "the two of them".
SMALL = 2

_CITATION = re.compile(r"\[\[(\d{1,6})\]\]")
_FORMULA = re.compile(r"\$\$.*?\$\$|\$[^$\n]+\$", re.DOTALL)
# Chinese, Japanese, Korean: their words are not told apart.
_WIDE = re.compile(r"[⺀-鿿가-힯豈-﫿]")


def check(reply: str, found: Sequence[Found]) -> tuple[Citation, ...]:
    """Each citation of a reply, by number and then in reading order. supported: None where it can't be told."""
    checked = []
    for number in sorted({int(match[1]) for match in _CITATION.finditer(reply)}):
        if not 1 <= number <= len(found):
            continue
        passage = found[number - 1].passage
        source = _Source(f"{passage.heading}\n{passage.content}")
        comparable = not _WIDE.search(reply) and _is_english(reply) == _is_english(passage.content)
        for said in said_with(reply, number):
            checked.append(Citation(number, source.supports(said) if comparable else None))
    return tuple(checked)


class _Source:
    """A passage, made ready to be compared with many sentences."""

    def __init__(self, text: str) -> None:
        told = plain(text)
        self._meanings = {meaning for word in words(told) for meaning in meanings(word)}
        self._quantities = list(quantities(told))

    def supports(self, said: str) -> bool | None:
        sentence = plain(_FORMULA.sub(" ", said))
        telling = {word for word in words(sentence) if word not in EMPTY | FRAME_WORDS and not word[0].isdigit()}
        if any(self._contradicts(quantity) for quantity in quantities(sentence)):
            return False
        if len(telling) < LEAST_WORDS:
            return None
        return sum(bool(meanings(word) & self._meanings) for word in telling) >= SUPPORTED_FROM * len(telling)

    def _contradicts(self, quantity: Quantity) -> bool:
        if quantity.high <= SMALL and not quantity.unit:
            return False
        return not any(same(each, quantity) for each in self._quantities)


def _is_english(text: str) -> bool:
    """Whether it reads as English; a few words read as anything."""
    said = list(words(text))
    return len(said) < FEW_WORDS or not TELLTALES.isdisjoint(said)
