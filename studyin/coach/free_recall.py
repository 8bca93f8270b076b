"""What a text that a student wrote from memory has of a topic: which points of the notes, and what it turns round."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from studyin.coach.comparing import Comparison, compare
from studyin.coach.grading import CLAUSES, MAX_ANSWER, TURNED, in_german, turned_round
from studyin.coach.keys import Said, abbreviations, keys
from studyin.coach.listing import ITEM_FROM, parts_of
from studyin.coach.meaning import empty_words
from studyin.coach.question import Question
from studyin.library.terms import plain, stem, words

# What is recalled freely is said in fewer words than what is asked for.
RECALLED_FROM = 0.33
TOGETHER = 0.25
# A few words are enough where most of them are of one point: so many at least, and this share of them.
BRIEF_WORDS = 2
BRIEF_SHARE = 0.6

_SENTENCES = re.compile(r"(?<=[.!?;])\s+|\n+")
_BRIEF = re.compile(r"[.!?;,\n]+")


@dataclass(frozen=True, slots=True)
class Recalled:
    """What a free text has of question.expected. covered: by place in it, the phrases that cover it; against: phrases
    that say the opposite of something in it."""

    covered: Mapping[int, tuple[str, ...]]
    against: tuple[str, ...] = ()


def recalled(question: Question, text: str, rarity: Mapping[str, float]) -> Recalled:
    """Compare all that a student writes about a topic with each thing the notes say of it, sentence by sentence."""
    german = in_german(question.expected)
    topic, short = Said(plain(question.answer), german=german), abbreviations(question.expected)
    rarity = _among_the_points(question.expected, rarity)
    whole = Said(text[:MAX_ANSWER], short, german=german)
    said = [Said(part, short, german=german) for part in _SENTENCES.split(whole.text) if part.strip()]
    brief = [Said(part, short, german=german) for part in _BRIEF.split(whole.text) if part.strip()]
    covered: dict[int, tuple[str, ...]] = {}
    against: list[str] = []
    for n, expected in enumerate(question.expected):
        turned = next((each.text.strip() for each in said if _turns_round(expected, each, rarity, topic)), None)
        if turned:
            against.append(turned)
            continue
        # Its words may stand in several sentences; but some of them must stand together.
        phrases: tuple[str, ...] = ()
        if _point(expected, whole, rarity, topic).share >= RECALLED_FROM:
            near = [(each, _point(expected, each, rarity, topic)) for each in said]
            together = [(each, point) for each, point in near if point.share >= TOGETHER]
            phrases = tuple(phrase for each, point in together for phrase in each.phrases(point.covered))
        phrases = phrases or next((each for part in brief if (each := _in_brief(expected, part, rarity, topic))), ())
        if phrases:
            covered[n] = phrases
    return Recalled(covered, tuple(dict.fromkeys(against)))


def _among_the_points(expected: Sequence[str], rarity: Mapping[str, float]) -> dict[str, float]:
    """How much each word tells of the point it stands in: "test" tells little where three points have it."""
    in_points = Counter(stem_ for text in expected for stem_ in {stem(word) for word in words(plain(text))})
    return {word: weight / max(in_points[stem(word)], 1) for word, weight in rarity.items()}


def _in_brief(expected: str, part: Said, rarity: Mapping[str, float], topic: Said) -> tuple[str, ...]:
    """The phrases of a few words that are nearly all of one point: "quicksort uses a pivot"."""
    empty = empty_words(part.text, german=part.german)
    telling = {word.start for word in part.words if word.text not in empty and not word.means & topic.means}
    point = compare(keys(plain(expected), rarity, topic, german=part.german), part)
    met = {start for start, _ in point.covered} & telling
    if len(met) < BRIEF_WORDS or len(met) < BRIEF_SHARE * len(telling) or point.against:
        return ()
    return part.phrases(point.covered)


def _point(expected: str, told: Said, rarity: Mapping[str, float], topic: Said) -> Comparison:
    """How much of one thing a text has; of an item of a list, what it is called will do."""
    parts = [expected] if expected.rstrip().endswith((".", "!", "。")) else [expected, parts_of(expected)[0]]
    compared = (compare(keys(part, rarity, topic, german=told.german), told) for part in parts)
    return max(compared, key=lambda each: each.share)


def _turns_round(expected: str, told: Said, rarity: Mapping[str, float], topic: Said) -> bool:
    """Whether a sentence speaks of the same, and says the opposite."""
    meant = Said(plain(expected), german=told.german)
    for part in [expected, *CLAUSES.split(expected)]:
        turning_on = keys(part, rarity, topic, german=told.german)
        compared = compare(turning_on, told, near=meant.means)
        if not compared.met and not any(key.means & told.means for key in turning_on):
            continue  # "private life" is no opposite of "public safety"
        wrong = compared.contradicted or compared.turned >= TURNED * (compared.met + compared.turned) > 0
        if (wrong or turned_round(meant, told)) and compared.met + compared.turned >= ITEM_FROM * compared.total > 0:
            return True
    return False
