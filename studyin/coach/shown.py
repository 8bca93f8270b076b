"""What a reply shows above its question: nobody has to remember that to answer."""

from __future__ import annotations

from dataclasses import dataclass

from studyin.coach.numbers import Quantity, quantities, same
from studyin.library.terms import plain, stems


@dataclass(frozen=True, slots=True)
class Shown:
    """The stems and numbers of a text that is read before a question."""

    stems: frozenset[str] = frozenset()
    numbers: tuple[Quantity, ...] = ()

    def gives(self, answer: str) -> bool:
        """Whether an answer stands in the text, in any order of its words and with any writing of its number."""
        words = set(stems(answer))
        if words <= self.stems:
            return True
        number = next(quantities(answer), None)
        return number is not None and len(words) <= 2 and any(same(number, other) for other in self.numbers)


NOTHING = Shown()


def shown(*texts: str) -> Shown:
    text = plain("\n".join(texts))
    return Shown(frozenset(stems(text)), tuple(quantities(text)))
