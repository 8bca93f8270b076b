"""One sentence of the notes against an answer: which of its words and numbers the answer has, which it turns round."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from studyin.coach.families import root
from studyin.coach.formulas import has
from studyin.coach.german_meaning import german_opposites, stands_for
from studyin.coach.keys import Key, Said
from studyin.coach.meaning import is_misspelt, opposites
from studyin.coach.numbers import same

# The opposite of a word, or its denial, is worse than a number astray, which may belong to something else.
CONTRARY = 2.5
DENIED = 2.5


@dataclass(slots=True)
class Comparison:
    """One expected sentence against the whole answer: weights of what it turns on, and where the answer has it."""

    total: float = 0.0
    met: float = 0.0
    turned: float = 0.0
    denies: bool = False  # whether the sentence itself says "not"
    contradicted: bool = False  # by a "not" of its own, by an opposite, or by what the notes set apart
    covered: list[tuple[int, int]] = field(default_factory=list)
    against: list[tuple[int, int]] = field(default_factory=list)

    @property
    def share(self) -> float:
        return self.met / self.total if self.total else 0.0


def compare(
    expected: Sequence[Key], told: Said, *, bare_numbers: bool = False, near: set[str] | None = None
) -> Comparison:
    """What an answer has of the words and numbers that a sentence turns on.

    near: what else the sentence says: an opposite that it has itself is none. bare_numbers: whether a number
    without a unit earns anything where none of the words are met; "two" may count
    anything. A year does in any case."""
    result = Comparison(total=sum(key.weight for key in expected), denies=any(key.negated for key in expected))
    only_number = sum(key.quantity is not None for key in expected) == 1
    means = {meaning for key in expected for meaning in key.means} | (near or set())
    for key in expected:
        if key.quantity:
            _compare_number(key, told, result, only=only_number)
            continue
        if key.formula:
            result.met += key.weight * has(told.text, key.formula)
            continue
        hits = [word for word in told.words if word.means & key.means or is_misspelt(word.text, key.word)]
        if key.german and not hits:
            hits = [word for word in told.words if stands_for(word.text, key.word)]
        agreeing = [word for word in hits if word.negated == key.negated]
        if agreeing:
            result.met += key.weight
            result.covered += [(word.start, word.end) for word in hits]
        elif hits:
            result.turned += key.weight * (DENIED if hits[0].negated else 1.0)
            result.against += [(word.start, word.end) for word in hits]
            result.contradicted |= key.contrasted or not key.negated
        else:
            _compare_opposites(key, told, result, means)
    if (
        not bare_numbers
        and any(not key.quantity and not key.formula for key in expected)
        and _only_bare_numbers(told, result)
    ):
        result.met, result.covered = 0.0, []
    return result


def _only_bare_numbers(told: Said, result: Comparison) -> bool:
    bare = {(each.start, each.end) for each in told.quantities if not each.unit and not 1000 <= each.low <= 2100}
    return bool(result.covered) and bare.issuperset(result.covered)


def _compare_opposites(key: Key, told: Said, result: Comparison, means: set[str]) -> None:
    """The opposite of a word stands against it; the opposite denied says the same: "not allowed" is forbidden."""
    against, in_german = opposites(key.word), german_opposites(key.word) if key.german else set()
    found = [word for word in told.words if root(word.text) in against or word.means & in_german]
    # The sentence may have the opposite itself: "demand falls when the price rises". Said once more, it counts.
    own = [word for word in found if word.means & means]
    found = [word for word in found if word not in own] or own[1:]
    contrary = [word for word in found if word.negated == key.negated]
    if contrary:
        result.turned += key.weight * CONTRARY
        result.against += [(word.start, word.end) for word in contrary]
        result.contradicted = True
    elif found:
        result.met += key.weight
        result.covered += [(word.start, word.end) for word in found]


def _compare_number(key: Key, told: Said, result: Comparison, *, only: bool) -> None:
    """only: whether the sentence has no other number; then another number in the answer stands against it."""
    hits = [each for each in told.quantities if key.quantity and same(key.quantity, each)]
    others = [each for each in told.quantities if each.low != 1.0 or each.high != 1.0]
    if hits:
        result.met += key.weight
        result.covered += [(each.start, each.end) for each in hits]
    elif only and others:
        result.turned += key.weight
        result.against += [(each.start, each.end) for each in others]
