"""How an answer compares with what the notes say: what it covers, what is missing, what it gets wrong.

Terms are compared by stem, everyday words by meaning, numbers as numbers; slips of the keyboard are forgiven, a "not"
is not. It does not understand sentences: who does what to whom is beyond it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from studyin.coach.comparing import Comparison, compare
from studyin.coach.keys import Key, Said, abbreviations, keys
from studyin.coach.meaning import empty_words, is_misspelt
from studyin.coach.numbers import quantities, same
from studyin.coach.pairs import pair
from studyin.coach.question import Form, Question
from studyin.coach.roles import crossed, exchanged, overstated
from studyin.coach.wants import Want, wanted
from studyin.library.terms import plain, words

# Shares of what the notes say, weighted by rarity.
RIGHT_FROM = 0.42
PARTLY_FROM = 0.12
ONE_OF_SEVERAL = 0.85
ITEM_FROM = 0.5
# What is recalled freely is said in fewer words than what is asked for.
RECALLED_FROM = 0.33
TOGETHER = 0.25
GAP_RIGHT_FROM = 0.85
GAP_PARTLY_FROM = 0.4
# Above this share of what was met being turned into its opposite, an answer is wrong.
TURNED = 0.5
# A number in an answer of so few words is the answer, not a part of the sentence around the gap.
SHORT_ANSWER = 4

# A clause that turns on so many words is a claim of its own.
CLAIM_KEYS = 3
_CLAUSES = re.compile(r"[:;]\s|,\s(?:so|but|and (?:an?|the|it|they)|whereas|while)\s", re.IGNORECASE)

_SENTENCES = re.compile(r"(?<=[.!?;])\s+|\n+")
_YES_OR_NO = re.compile(
    r"(?:.*: )?(?:do|does|did|is|are|was|were|can|could|will|would|has|have|had|must|should|may)\b", re.IGNORECASE
)
_SAYS = re.compile(r"\W*(?:(?P<yes>yes|yeah|yep|yup)|(?P<no>no|nope|nah))\b", re.IGNORECASE)
_ANOTHER = re.compile(r"(?:, (?:and|while|whereas)|;) (?:an?|the)?\s*\*\*(?P<term>.+?)\*\*", re.IGNORECASE)

# So many words that neither the question nor the notes have may put it another way; fewer are a wrong guess.
OWN_WORDS = 3
STRAY_WORDS = 9
STRAY_BELOW = 0.25

# In characters. Comparing takes time for each word of an answer with each of the notes.
MAX_ANSWER = 2_500

# What an item of a list is called, before it is explained.
_HEAD = re.compile(r"\*\*(.+?)\*\*|^([^,:(–—]{3,60}?)(?=[,:(–—]|\s(?:that|which|who|whose|where)\b)", re.IGNORECASE)


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


@dataclass(frozen=True, slots=True)
class Recalled:
    """What a free text has of question.expected. covered: by place in it, the phrases that cover it; against: phrases
    that say the opposite of something in it."""

    covered: Mapping[int, tuple[str, ...]]
    against: tuple[str, ...] = ()


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


def asks_yes_or_no(question: Question) -> bool:
    """Whether "no" may be a whole answer to it: "does it need light?"."""
    return question.form is Form.EXPLAIN and _YES_OR_NO.match(question.text) is not None


def recalled(question: Question, text: str, rarity: Mapping[str, float]) -> Recalled:
    """Compare all that a student writes about a topic with each thing the notes say of it, sentence by sentence."""
    topic, short = Said(plain(question.answer)), abbreviations(question.expected)
    whole = Said(text[:MAX_ANSWER], short)
    said = [Said(part, short) for part in _SENTENCES.split(whole.text) if part.strip()]
    covered: dict[int, tuple[str, ...]] = {}
    against: list[str] = []
    for n, expected in enumerate(question.expected):
        turned = next((each.text.strip() for each in said if _turns_round(expected, each, rarity, topic)), None)
        if turned:
            against.append(turned)
        # Its words may stand in several sentences; but some of them must stand together.
        elif _point(expected, whole, rarity, topic).share >= RECALLED_FROM:
            near = [(each, _point(expected, each, rarity, topic)) for each in said]
            together = [(each, point) for each, point in near if point.share >= TOGETHER]
            if together:
                covered[n] = tuple(phrase for each, point in together for phrase in each.phrases(point.covered))
    return Recalled(covered, tuple(dict.fromkeys(against)))


def _point(expected: str, told: Said, rarity: Mapping[str, float], topic: Said) -> Comparison:
    """How much of one thing a text has; of an item of a list, what it is called will do."""
    parts = [expected] if expected.rstrip().endswith((".", "!", "。")) else [expected, _parts(expected)[0]]
    return max((compare(keys(part, rarity, topic), told) for part in parts), key=lambda each: each.share)


def _turns_round(expected: str, told: Said, rarity: Mapping[str, float], topic: Said) -> bool:
    """Whether a sentence speaks of the same, and says the opposite."""
    meant = Said(plain(expected))
    for part in [expected, *_CLAUSES.split(expected)]:
        compared = compare(keys(part, rarity, topic), told, near=meant.means)
        wrong = compared.contradicted or compared.turned >= TURNED * (compared.met + compared.turned) > 0
        if (wrong or _turned_round(meant, told)) and compared.met + compared.turned >= ITEM_FROM * compared.total > 0:
            return True
    return False


def beside(question: Question, answer: str, texts: Sequence[str], rarity: Mapping[str, float]) -> tuple[str, ...]:
    """Phrases of an answer that other sentences of the notes bear out well, where it isn't what was asked for."""
    told, asked = Said(answer[:MAX_ANSWER], abbreviations(texts)), Said(plain(question.text))
    compared = [compare(keys(part, rarity, asked), told) for text in texts for part in _parts(text)]
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
    expected = [_as_asked(text, asked) for text in question.expected]
    counts = wanted(question.text) in (Want.NUMBER, Want.TIME)
    names = pair(question.text.rpartition(": ")[2])
    # "X is no Y": whoever compares the two has to name both.
    known = asked.means if names else set()
    compared = [_compare_sentence(text, told, rarity, asked, known, bare_numbers=counts) for text in expected]
    met, turned = sum(each.met for each in compared), sum(each.turned for each in compared)
    # One sentence well met is a right answer, and so is one of its claims; several met in part add up.
    of_all = met / (sum(each.total for each in compared) or 1.0)
    of_best = max(each.share for each in compared) * (1.0 if len(compared) == 1 else ONE_OF_SEVERAL)
    claims = [claim for text in expected for claim in _claims(text, rarity, asked)]
    of_claim = max((compare(claim, told, bare_numbers=counts).share for claim in claims), default=0.0)
    share = max(of_all, of_best, of_claim * ONE_OF_SEVERAL)
    swapped = [span for text in expected for span in _turned_round(Said(plain(text)), told)]
    mixed_up = crossed(names, [Said(plain(text)) for text in expected], told) if names else []
    against = told.phrases([*swapped, *mixed_up, *(span for each in compared for span in each.against)])
    said_no = _polarity(told.text) if asks_yes_or_no(question) else None
    contradicted = (
        bool(mixed_up)
        or (len(compared) == 1 and (bool(swapped) or compared[0].contradicted))
        or (said_no is not None and said_no != any(each.denies for each in compared))
    )
    if contradicted or (turned and turned >= TURNED * (met + turned)):
        verdict = Verdict.WRONG
    elif not against and (share >= RIGHT_FROM or said_no is not None):
        verdict = Verdict.RIGHT
    else:
        verdict = Verdict.PARTLY if share >= PARTLY_FROM else Verdict.WRONG
    # A stray word or two of a long answer about something else are no part of the right one.
    if verdict is Verdict.PARTLY and not against and share < STRAY_BELOW and _own_words(told, asked) >= STRAY_WORDS:
        verdict = Verdict.WRONG
    if verdict is Verdict.WRONG and not contradicted and not against and _own_words(told, asked) >= OWN_WORDS:
        verdict = Verdict.UNCLEAR
    covered = told.phrases(span for each in compared for span in each.covered)
    missing = tuple(n for n, each in enumerate(compared) if each.share < RIGHT_FROM or each.against)
    return Grade(verdict, covered if verdict in (Verdict.RIGHT, Verdict.PARTLY) else (), missing, against)


def _compare_sentence(
    text: str, told: Said, rarity: Mapping[str, float], asked: Said, known: set[str], *, bare_numbers: bool
) -> Comparison:
    turning_on = keys(text, rarity, asked) or keys(text, rarity, every=True)
    turning_on = [key for key in turning_on if not key.means & known] or turning_on
    return compare(turning_on, told, bare_numbers=bare_numbers, near=Said(plain(text)).means)


def _turned_round(meant: Said, told: Said) -> list[tuple[int, int]]:
    return exchanged(meant, told) or overstated(meant.words, told.words)


def _polarity(answer: str) -> bool | None:
    """Whether an answer begins with no; None where it begins with neither yes nor no."""
    match = _SAYS.match(answer)
    return match["no"] is not None if match else None


def _as_asked(text: str, asked: Said) -> str:
    """A sentence without the clause in which it goes on to define what nobody asked for."""
    for clause in _ANOTHER.finditer(text):
        if not Said(clause["term"]).means & asked.means:
            return text[: clause.start()]
    return text


def _claims(text: str, rarity: Mapping[str, float], asked: Said) -> list[list[Key]]:
    """What a sentence says in several clauses, each by what it turns on; those that say too little are left out."""
    parts = _CLAUSES.split(text)
    found = [keys(part, rarity, asked) for part in parts] if len(parts) > 1 else []
    return [claim for claim in found if len(claim) >= CLAIM_KEYS]


def _own_words(told: Said, asked: Said) -> int:
    """How many different words of a subject an answer has, besides those of the question."""
    known, empty = asked.means, empty_words(told.text)
    return len({word.text for word in told.words if word.text not in empty and not word.means & known})


def _grade_list(question: Question, told: Said, rarity: Mapping[str, float]) -> Grade:
    compared = [_compare_item(item, told, rarity) for item in question.expected]
    missing = tuple(n for n, each in enumerate(compared) if each.share < ITEM_FROM)
    covered = told.phrases(span for n, each in enumerate(compared) if n not in missing for span in each.covered)
    if not missing:
        return Grade(Verdict.RIGHT, covered)
    return Grade(Verdict.PARTLY if len(missing) < len(compared) else Verdict.WRONG, covered, missing)


def _compare_item(item: str, told: Said, rarity: Mapping[str, float]) -> Comparison:
    """By what it is called, or by what is said of it: "First Estate: the clergy" is met by either."""
    return max((compare(keys(part, rarity), told) for part in _parts(item)), key=lambda each: each.share)


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
    compared = compare(keys(question.answer, rarity) or keys(question.answer, rarity, every=True), told)
    covered = told.phrases(compared.covered)
    if compared.turned:
        return Grade(Verdict.WRONG, (), (0,), told.phrases(compared.against))
    if compared.share >= GAP_RIGHT_FROM and not told.hedges:
        return Grade(Verdict.RIGHT, covered)
    return Grade(Verdict.PARTLY if compared.share >= GAP_PARTLY_FROM else Verdict.WRONG, covered, (0,))


def _is_one_word(given: str, expected: str) -> bool:
    """Whether two writings are the same but for blanks, hyphens and slips: "acetylcoa" and "acetyl-CoA"."""
    one, other = "".join(words(plain(given))), "".join(words(plain(expected)))
    return one == other or is_misspelt(one, other)
