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
from studyin.coach.formulas import has, is_nearly, looks_like_a_formula, normal
from studyin.coach.keys import Key, Said, abbreviations, keys, reason_in
from studyin.coach.listing import ITEM_FROM, compare_item, named_in_brief, parts_of
from studyin.coach.meaning import empty_words, is_misspelt
from studyin.coach.numbers import quantities, same
from studyin.coach.pairs import pair
from studyin.coach.question import Form, Question
from studyin.coach.roles import crossed, exchanged, overstated
from studyin.coach.wants import Want, wanted
from studyin.language import current
from studyin.library.languages import language_of
from studyin.library.terms import plain, words

# Shares of what the notes say, weighted by rarity.
RIGHT_FROM = 0.42
PARTLY_FROM = 0.12
ONE_OF_SEVERAL = 0.85
GAP_RIGHT_FROM = 0.85
GAP_PARTLY_FROM = 0.4
# Above this share of what was met being turned into its opposite, an answer is wrong.
TURNED = 0.5
# A number in an answer of so few words is the answer, not a part of the sentence around the gap.
SHORT_ANSWER = 4

# A clause that turns on so many words is a claim of its own.
CLAIM_KEYS = 3
CLAUSES = re.compile(
    r"[:;]\s|,\s(?:so|but|and (?:an?|the|it|they)|whereas|while|aber|sondern|und (?:die|der|das|sie|er|es))\s",
    re.IGNORECASE,
)
# What a sentence begins with is what it is about; but for "which …?", whose answer that may be.
_BOLD_OPENING = re.compile(r"(?:\w+ ){0,3}\*\*(?P<term>.+?)\*\*")
_WHICH = re.compile(r"\b(?:which|what kind|what type|who|welche[rsnm]?|wer|wie heißt)\b", re.IGNORECASE)

_YES_OR_NO = re.compile(
    r"(?:.*: )?(?:do|does|did|is|are|was|were|can|could|will|would|has|have|had|must|should|may"
    r"|ist|sind|war|waren|hat|haben|kann|können|darf|dürfen|muss|müssen|wird|werden|wurde|wurden|gibt|braucht)\b",
    re.IGNORECASE,
)
_SAYS = re.compile(r"\W*(?:(?P<yes>yes|yeah|yep|yup|ja)|(?P<no>no|nope|nah|nein|nö))\b", re.IGNORECASE)
_ANOTHER = re.compile(
    r"(?:, (?:and|while|whereas|und|während)|;) (?:(?:an?|the|eine?|der|die|das)\b)?\s*"
    r"(?:\*\*(?P<term>.+?)\*\*|`(?P<code>[^`]+)`)",
    re.IGNORECASE,
)

# So many words that neither the question nor the notes have may put it another way; fewer are a wrong guess.
OWN_WORDS = 3
STRAY_WORDS = 9
STRAY_BELOW = 0.25

# In characters. Comparing takes time for each word of an answer with each of the notes.
MAX_ANSWER = 2_500


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


def vocabulary(question: Question) -> set[str]:
    """The folded words whose rarity `grade` wants to know."""
    return {word for text in (*question.expected, question.answer) for word in words(plain(text))}


def in_german(expected: Sequence[str]) -> bool:
    """Whether an answer to what the notes say in these words is read as German; words that don't tell are read in the
    language that is spoken here."""
    text = plain(" ".join(expected))
    language = language_of(text, list(words(text)))
    return language.name == "german" if language else current() == "de"


def grade(question: Question, answer: str, rarity: Mapping[str, float]) -> Grade:
    """Compare an answer with what the notes say. rarity: how much each word of `vocabulary` tells."""
    german = in_german((*question.expected, question.heading))
    told = Said(answer[:MAX_ANSWER], abbreviations(question.expected), german=german)
    if question.form is Form.GAP:
        return _grade_gap(question, told, rarity)
    if question.form is Form.LIST:
        return _grade_list(question, told, rarity)
    return _grade_explanation(question, told, rarity)


def asks_yes_or_no(question: Question) -> bool:
    """Whether "no" may be a whole answer to it: "does it need light?"."""
    return question.form is Form.EXPLAIN and _YES_OR_NO.match(question.text) is not None


def beside(question: Question, answer: str, texts: Sequence[str], rarity: Mapping[str, float]) -> tuple[str, ...]:
    """Phrases of an answer that other sentences of the notes bear out well, where it isn't what was asked for."""
    german = in_german(question.expected)
    told = Said(answer[:MAX_ANSWER], abbreviations(texts), german=german)
    asked = Said(plain(question.text), german=german)
    compared = [compare(keys(part, rarity, asked, german=german), told) for text in texts for part in parts_of(text)]
    return told.phrases(
        span for each in compared if each.share >= RIGHT_FROM and not each.turned for span in each.covered
    )


def key_words(question: Question, rarity: Mapping[str, float]) -> list[str]:
    """The folded words that the first expected sentence turns on, the most telling first."""
    german = in_german(question.expected)
    asked = Said(plain(question.text), german=german) if question.form is Form.EXPLAIN else None
    telling = keys(plain(question.expected[0]), rarity, asked, german=german)
    found = [key for key in telling if not key.quantity and not key.formula]
    return [key.word for key in sorted(found, key=lambda key: -key.weight)]


def _grade_explanation(question: Question, told: Said, rarity: Mapping[str, float]) -> Grade:
    asked = _asked(question, german=told.german)
    expected = [_as_asked(text, asked) for text in question.expected]
    reasons = [reason_in(text, asked.text, german=told.german) is not None for text in expected]
    if any(reasons):
        # What only leads to the reason is not asked for.
        expected = [text if gives_it else "" for text, gives_it in zip(expected, reasons, strict=True)]
    counts = wanted(question.text) in (Want.NUMBER, Want.TIME)
    names = pair(question.text.rpartition(": ")[2])
    # "X is no Y": whoever compares the two has to name both.
    known = asked.means if names else set()
    compared = [_compare_sentence(text, told, rarity, asked, known, bare_numbers=counts) for text in expected]
    _forgive_what_another_bears_out(compared)
    met, turned = sum(each.met for each in compared), sum(each.turned for each in compared)
    # One sentence well met is a right answer, and so is one of its claims; several met in part add up.
    of_all = met / (sum(each.total for each in compared) or 1.0)
    of_best = max(each.share for each in compared) * (1.0 if sum(map(bool, expected)) == 1 else ONE_OF_SEVERAL)
    claims = [claim for text in expected for claim in _claims(text, rarity, asked)]
    of_claim = max((compare(claim, told, bare_numbers=counts).share for claim in claims), default=0.0)
    share = max(of_all, of_best, of_claim * ONE_OF_SEVERAL)
    if counts and len(told.text.split()) <= SHORT_ANSWER and any(_counts_alone(text, told) for text in expected):
        share = 1.0
    swapped = [span for text in expected for span in turned_round(Said(plain(text), german=told.german), told)]
    mixed_up = crossed(names, [Said(plain(text), german=told.german) for text in expected], told) if names else []
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
    missing = tuple(n for n, each in enumerate(compared) if each.total and (each.share < RIGHT_FROM or each.against))
    return Grade(verdict, covered if verdict in (Verdict.RIGHT, Verdict.PARTLY) else (), missing, against)


def _compare_sentence(
    text: str, told: Said, rarity: Mapping[str, float], asked: Said, known: set[str], *, bare_numbers: bool
) -> Comparison:
    german = told.german
    turning_on = keys(text, rarity, asked, german=german) or keys(text, rarity, every=True, german=german)
    turning_on = [key for key in turning_on if not key.means & known] or turning_on
    return compare(turning_on, told, bare_numbers=bare_numbers, near=Said(plain(text), german=german).means)


def _asked(question: Question, *, german: bool) -> Said:
    """What the question said, with the whole of the term that it names: who is asked about Soering has not to say
    "Soering v United Kingdom"."""
    text = plain(question.text)
    named = Said(text, german=german)
    opening = [_BOLD_OPENING.match(part) for part in question.expected]
    terms = [match["term"] for match in opening if match and Said(match["term"], german=german).means & named.means]
    if not terms or _WHICH.search(text):
        return Said(text, abbreviations(question.expected), german=german)
    return Said(f"{text} {' '.join(terms)}", abbreviations(question.expected), german=german)


def _forgive_what_another_bears_out(compared: Sequence[Comparison]) -> None:
    """What one sentence denies and another says stands against nothing: "a limit", beside what "has no limit"."""
    for each in compared:
        borne_out = {span for other in compared if other is not each for span in other.covered}
        left = [span for span in each.against if span not in borne_out]
        if not left:
            each.turned, each.contradicted = 0.0, each.contradicted and not each.against
        each.against = left


def _counts_alone(text: str, told: Said) -> bool:
    """Whether a sentence has one number, and the answer the same one and no other: "4"."""
    meant = list(quantities(plain(text)))
    return len(meant) == len(told.quantities) == 1 and same(meant[0], told.quantities[0])


def turned_round(meant: Said, told: Said) -> list[tuple[int, int]]:
    return exchanged(meant, told) or overstated(meant.words, told.words)


def _polarity(answer: str) -> bool | None:
    """Whether an answer begins with no; None where it begins with neither yes nor no."""
    match = _SAYS.match(answer)
    return match["no"] is not None if match else None


def _as_asked(text: str, asked: Said) -> str:
    """A sentence without the clause in which it goes on to define what nobody asked for."""
    for clause in _ANOTHER.finditer(text):
        code, term = clause["code"], clause["term"]
        if not (has(asked.text, normal(code)) if code else Said(term, german=asked.german).means & asked.means):
            return text[: clause.start()]
    return text


def _claims(text: str, rarity: Mapping[str, float], asked: Said) -> list[list[Key]]:
    """What a sentence says in several clauses, each by what it turns on; those that say too little are left out."""
    parts = CLAUSES.split(text)
    found = [keys(part, rarity, asked, german=asked.german) for part in parts] if len(parts) > 1 else []
    return [claim for claim in found if len(claim) >= CLAIM_KEYS]


def _own_words(told: Said, asked: Said) -> int:
    """How many different words of a subject an answer has, besides those of the question."""
    known, empty = asked.means, empty_words(told.text, german=told.german)
    return len({word.text for word in told.words if word.text not in empty and not word.means & known})


def _grade_list(question: Question, told: Said, rarity: Mapping[str, float]) -> Grade:
    compared = [compare_item(item, told, rarity) for item in question.expected]
    brief = named_in_brief(question.expected, told)
    missing = tuple(n for n, each in enumerate(compared) if each.share < ITEM_FROM and n not in brief)
    covered = told.phrases(span for n, each in enumerate(compared) if n not in missing for span in each.covered)
    if not missing:
        return Grade(Verdict.RIGHT, covered)
    return Grade(Verdict.PARTLY if len(missing) < len(compared) else Verdict.WRONG, covered, missing)


def _grade_gap(question: Question, told: Said, rarity: Mapping[str, float]) -> Grade:
    """The gap alone counts; whoever writes the whole sentence has filled it too."""
    if looks_like_a_formula(question.answer):
        return _grade_formula(question, told)
    expected = next(quantities(plain(question.answer)), None)
    if expected:
        right = any(same(expected, each) for each in told.quantities)
        if right and (len(told.quantities) == 1 or len(told.text.split()) > SHORT_ANSWER):
            return Grade(Verdict.RIGHT, (question.answer,))
        return Grade(Verdict.WRONG, (), (0,), told.phrases((each.start, each.end) for each in told.quantities[:1]))
    if _is_one_word(told.text, question.answer):
        return Grade(Verdict.RIGHT, (told.text.strip(),))
    return _grade_term(question, told, rarity)


def _grade_term(question: Question, told: Said, rarity: Mapping[str, float]) -> Grade:
    wanted_keys = keys(question.answer, rarity, german=told.german)
    compared = compare(wanted_keys or keys(question.answer, rarity, every=True, german=told.german), told)
    covered = told.phrases(compared.covered)
    if compared.turned:
        return Grade(Verdict.WRONG, (), (0,), told.phrases(compared.against))
    if compared.share >= GAP_RIGHT_FROM and not told.hedges:
        return Grade(Verdict.RIGHT, covered)
    return Grade(Verdict.PARTLY if compared.share >= GAP_PARTLY_FROM else Verdict.WRONG, covered, (0,))


def _grade_formula(question: Question, told: Said) -> Grade:
    # "O(1) amortised": what stands beside the formula says less.
    bare = " ".join(part for part in question.answer.split() if looks_like_a_formula(part))
    formula = normal(question.answer)
    if has(told.text, formula) or (bare and "$" not in question.answer and has(told.text, normal(bare))):
        return Grade(Verdict.RIGHT, (told.text.strip(),))
    nearly = is_nearly(told.text, formula)
    return Grade(Verdict.PARTLY if nearly else Verdict.WRONG, (told.text.strip(),) if nearly else (), (0,))


def _is_one_word(given: str, expected: str) -> bool:
    """Whether two writings are the same but for blanks, hyphens and slips: "acetylcoa" and "acetyl-CoA"."""
    one, other = "".join(words(plain(given))), "".join(words(plain(expected)))
    return one == other or is_misspelt(one, other)
