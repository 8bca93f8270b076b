"""How an answer compares with what the notes say: what it covers, what is missing, what it gets wrong.

Terms are compared by stem, everyday words by meaning, numbers as numbers; slips of the keyboard are forgiven, a "not"
is not. It does not understand sentences: who does what to whom is beyond it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from studyin.coach.keys import Key, Said, abbreviations, keys
from studyin.coach.meaning import EMPTY, opposites
from studyin.coach.numbers import quantities, same
from studyin.coach.question import Form, Question
from studyin.coach.wants import Want, wanted
from studyin.library.slips import is_slip
from studyin.library.terms import plain, stem, words

# Shares of what the notes say, weighted by rarity.
RIGHT_FROM = 0.42
PARTLY_FROM = 0.15
ONE_OF_SEVERAL = 0.85
ITEM_FROM = 0.5
GAP_RIGHT_FROM = 0.85
GAP_PARTLY_FROM = 0.4
# The opposite of a word is worse than a "not" or a number astray, which may belong to something else.
CONTRARY = 1.5
# Above this share of what was met being turned into its opposite, an answer is wrong.
TURNED = 0.5
# A number in an answer of so few words is the answer, not a part of the sentence around the gap.
SHORT_ANSWER = 4

# So many words that neither the question nor the notes have may put it another way; fewer are a wrong guess.
OWN_WORDS = 3

# In characters. Comparing takes time for each word of an answer with each of the notes.
MAX_ANSWER = 2_500

# What an item of a list is called, before it is explained.
_HEAD = re.compile(r"\*\*(.+?)\*\*|^([^,:(–—]{3,60})(?=[,:(–—])")


class Verdict(StrEnum):
    RIGHT = "right"
    PARTLY = "partly"
    WRONG = "wrong"
    UNCLEAR = "unclear"  # said in words that the notes don't have: nothing is covered, and nothing shown to be wrong


@dataclass(frozen=True, slots=True)
class Grade:
    """covered: phrases of the answer that the notes bear out, as the student wrote them. missing: which of
    question.expected the answer lacks. against: phrases of the answer that say the opposite, or another number."""

    verdict: Verdict
    covered: tuple[str, ...] = ()
    missing: tuple[int, ...] = ()
    against: tuple[str, ...] = ()


@dataclass(slots=True)
class Comparison:
    """One expected sentence against the whole answer: weights of what it turns on, and where the answer has it."""

    total: float = 0.0
    met: float = 0.0
    turned: float = 0.0
    covered: list[tuple[int, int]] = field(default_factory=list)
    against: list[tuple[int, int]] = field(default_factory=list)

    @property
    def share(self) -> float:
        return self.met / self.total if self.total else 0.0


def vocabulary(question: Question) -> set[str]:
    """The folded words whose rarity `grade` wants to know."""
    return {word for text in (*question.expected, question.answer) for word in words(plain(text))}


def grade(question: Question, answer: str, rarity: Mapping[str, float]) -> Grade:
    """Compare an answer with what the notes say. rarity: how much each word of `vocabulary` tells."""
    told = Said(answer[:MAX_ANSWER], abbreviations(question.expected))
    if question.form is Form.GAP:
        return _grade_gap(question, told, rarity)
    if question.form is Form.LIST:
        return _grade_list(question, told, rarity)
    return _grade_explanation(question, told, rarity)


def beside(question: Question, answer: str, texts: Sequence[str], rarity: Mapping[str, float]) -> tuple[str, ...]:
    """Phrases of an answer that other sentences of the notes bear out well, where it isn't what was asked for."""
    told, asked = Said(answer[:MAX_ANSWER], abbreviations(texts)), Said(plain(question.text))
    compared = [_compare(keys(part, rarity, asked), told) for text in texts for part in _parts(text)]
    return told.phrases(
        span for each in compared if each.share >= RIGHT_FROM and not each.turned for span in each.covered
    )


def key_words(question: Question, rarity: Mapping[str, float]) -> list[str]:
    """The folded words that the first expected sentence turns on, the most telling first."""
    asked = Said(plain(question.text)) if question.form is Form.EXPLAIN else None
    found = [key for key in keys(plain(question.expected[0]), rarity, asked) if not key.quantity]
    return [key.word for key in sorted(found, key=lambda key: -key.weight)]


def _grade_explanation(question: Question, told: Said, rarity: Mapping[str, float]) -> Grade:
    asked = Said(plain(question.text), abbreviations(question.expected))
    counts = wanted(question.text) in (Want.NUMBER, Want.TIME)
    compared = [
        _compare(keys(text, rarity, asked) or keys(text, rarity, every=True), told, bare_numbers=counts)
        for text in question.expected
    ]
    met, turned = sum(each.met for each in compared), sum(each.turned for each in compared)
    # One sentence well met is a right answer; several met in part add up.
    of_all = met / (sum(each.total for each in compared) or 1.0)
    of_best = max(each.share for each in compared)
    share = max(of_all, of_best * (1.0 if len(compared) == 1 else ONE_OF_SEVERAL))
    against = told.phrases(span for each in compared for span in each.against)
    if turned and turned >= TURNED * (met + turned):
        verdict = Verdict.WRONG
    elif share >= RIGHT_FROM and not against:
        verdict = Verdict.RIGHT
    else:
        verdict = Verdict.PARTLY if share >= PARTLY_FROM else Verdict.WRONG
    if verdict is Verdict.WRONG and not against and _own_words(told, asked) >= OWN_WORDS:
        verdict = Verdict.UNCLEAR
    covered = told.phrases(span for each in compared for span in each.covered)
    missing = tuple(n for n, each in enumerate(compared) if each.share < RIGHT_FROM or each.against)
    return Grade(verdict, covered if verdict in (Verdict.RIGHT, Verdict.PARTLY) else (), missing, against)


def _own_words(told: Said, asked: Said) -> int:
    """How many different words of a subject an answer has, besides those of the question."""
    known = asked.means
    return len({word.text for word in told.words if word.text not in EMPTY and not word.means & known})


def _grade_list(question: Question, told: Said, rarity: Mapping[str, float]) -> Grade:
    compared = [_compare_item(item, told, rarity) for item in question.expected]
    missing = tuple(n for n, each in enumerate(compared) if each.share < ITEM_FROM)
    covered = told.phrases(span for n, each in enumerate(compared) if n not in missing for span in each.covered)
    if not missing:
        return Grade(Verdict.RIGHT, covered)
    return Grade(Verdict.PARTLY if len(missing) < len(compared) else Verdict.WRONG, covered, missing)


def _compare_item(item: str, told: Said, rarity: Mapping[str, float]) -> Comparison:
    """By what it is called, or by what is said of it: "First Estate: the clergy" is met by either."""
    return max((_compare(keys(part, rarity), told) for part in _parts(item)), key=lambda each: each.share)


def _parts(item: str) -> list[str]:
    """What an item is called and what is said of it; all of it where it has no name."""
    match = _HEAD.search(item)
    head = (match[1] or match[2]) if match else item
    return [part for part in (head, item.replace(head, "", 1)) if part.strip()]


def _grade_gap(question: Question, told: Said, rarity: Mapping[str, float]) -> Grade:
    """The gap alone counts; whoever writes the whole sentence has filled it too."""
    expected = next(quantities(plain(question.answer)), None)
    if expected:
        right = any(same(expected, each) for each in told.quantities)
        if right and (len(told.quantities) == 1 or len(told.text.split()) > SHORT_ANSWER):
            return Grade(Verdict.RIGHT, (question.answer,))
        return Grade(Verdict.WRONG, (), (0,), told.phrases((each.start, each.end) for each in told.quantities[:1]))
    if _is_one_word(told.text, question.answer):
        return Grade(Verdict.RIGHT, (told.text.strip(),))
    compared = _compare(keys(question.answer, rarity) or keys(question.answer, rarity, every=True), told)
    covered = told.phrases(compared.covered)
    if compared.turned:
        return Grade(Verdict.WRONG, (), (0,), told.phrases(compared.against))
    if compared.share >= GAP_RIGHT_FROM and not told.hedges:
        return Grade(Verdict.RIGHT, covered)
    return Grade(Verdict.PARTLY if compared.share >= GAP_PARTLY_FROM else Verdict.WRONG, covered, (0,))


def _is_one_word(given: str, expected: str) -> bool:
    """Whether two writings are the same but for blanks, hyphens and slips: "acetylcoa" and "acetyl-CoA"."""
    one, other = "".join(words(plain(given))), "".join(words(plain(expected)))
    return one == other or is_slip(one, other)


def _compare(expected: Sequence[Key], told: Said, *, bare_numbers: bool = False) -> Comparison:
    """bare_numbers: whether a number without a unit earns anything where none of the words are met; "two" may count
    anything. A year does in any case."""
    result = Comparison(total=sum(key.weight for key in expected))
    only_number = sum(key.quantity is not None for key in expected) == 1
    means = {meaning for key in expected for meaning in key.means}
    for key in expected:
        if key.quantity:
            _compare_number(key, told, result, only=only_number)
            continue
        hits = [word for word in told.words if word.means & key.means or is_slip(word.text, key.word)]
        agreeing = [word for word in hits if word.negated == key.negated]
        if agreeing:
            result.met += key.weight
            result.covered += [(word.start, word.end) for word in hits]
        elif hits:
            result.turned += key.weight
            result.against += [(word.start, word.end) for word in hits]
        else:
            _compare_opposites(key, told, result, means)
    if not bare_numbers and any(not key.quantity for key in expected) and _only_bare_numbers(told, result):
        result.met, result.covered = 0.0, []
    return result


def _only_bare_numbers(told: Said, result: Comparison) -> bool:
    bare = {(each.start, each.end) for each in told.quantities if not each.unit and not 1000 <= each.low <= 2100}
    return bool(result.covered) and bare.issuperset(result.covered)


def _compare_opposites(key: Key, told: Said, result: Comparison, means: set[str]) -> None:
    against = opposites(key.word)
    contrary = [
        (word.start, word.end)
        for word in told.words
        if stem(word.text) in against and word.negated == key.negated and not word.means & means
    ]
    if contrary:
        result.turned += key.weight * CONTRARY
        result.against += contrary


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
