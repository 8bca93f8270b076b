"""What a sentence turns on, and what an answer says: words by their meaning, numbers, and what is denied."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from studyin.coach.formulas import FORMULA, has, normal, tells
from studyin.coach.german_families import is_compound_of
from studyin.coach.german_meaning import german_meanings, is_german, separated
from studyin.coach.meaning import CHINESE_NOT, NOTATION, empty_words, meanings, negates
from studyin.coach.numbers import Quantity, quantities, same
from studyin.library.terms import fold, plain, stem, words

# What stands in brackets, behind ", which" or behind a colon explains more than was asked; and where the question is
# why, all but the reason was said by the question.
ASIDE = 0.35
# All of it together weighs at most so much of what the sentence says besides.
ASIDES = 0.6
# A sentence that has a formula most often turns on that.
FORMULA_WEIGHT = 1.5
# "Does it need oxygen?" "It needs none": the word that both say is the whole point.
DENIED = 2.0
# How many words a "not" reaches, unless the clause ends before.
REACH = 6
# In characters: "shouldn't" and a blank.
LONGEST_NOT = 12

_ASIDES = re.compile(
    r"\([^()]*\)|, (?:which|who|whose|where|such as|for example|e\.g\.|not even|nicht einmal|zum Beispiel|etwa|z\. ?B\."
    r"|das heißt|ohne d(?:ass|abei))\b[^,.;:]*|–[^–]*–|: .*",
)
_REASON = re.compile(r"\b(?:because|since|so that|due to|in order to)\b.*", re.DOTALL)
_GERMAN_REASON = re.compile(
    r"(?:\b(?:weil|damit|sodass|so dass|wegen|aufgrund|infolge|denn)\b|, (?:da|um)\b|^Da\b|^Um\b).*", re.DOTALL
)
_WHY = re.compile(r"\bwhy\b", re.IGNORECASE)
_GERMAN_WHY = re.compile(r"\b(?:warum|wieso|weshalb|wozu)\b", re.IGNORECASE)
_CLAUSE_END = re.compile(
    r"[.;:!?,()。，；：！？、]|\b(?:and|but|whereas|while|because|that|if|when|which|so|in|at|on|during"
    r"|und|aber|sondern|weil|dass|wenn)\b",
    re.IGNORECASE,
)
_CONTRASTS = re.compile(r",\s(?:and |but )?not\b[^.;:]*")
# "Not only" denies nothing.
_ONLY = re.compile(r"\s+(?:only|just|merely|nur|bloß)\b", re.IGNORECASE)
# "No, it can't", "no it is the other way round": that denies the question, and no word behind it.
_IS_AN_ANSWER = re.compile(
    r"(?:no|nope|nein)(?:[,.;:!]|\s+(?:it|they|he|she|we|you|there|that|this|because|since|as|the|for|es|das|weil|sie|er)\b)",
    re.IGNORECASE,
)
# German denies a whole clause at its end: "eine Sperrklausel gab es nicht".
_ENDS_HERE = re.compile(r"\s*(?:$|[.;:!?,)]|(?:und|aber|sondern|weil)\b)")
_LEAVE = meanings("allow") | meanings("able") | meanings("possible")
_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*\d*|[^\W_]+")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_RUN = re.compile(rf"[{CHINESE_NOT}]|[^\W{CHINESE_NOT}]+")
_ABBREVIATED = re.compile(r"((?:[\w-]+ ){1,5})\(([A-Z][\w⁺⁻+₀-₉-]{1,9})s?\)")


@dataclass(frozen=True, slots=True)
class Word:
    """A folded word of a text: where it stands, what it means, and whether its clause denies it."""

    text: str
    start: int
    end: int
    means: frozenset[str]
    negated: bool


@dataclass(frozen=True, slots=True)
class Key:
    """A word or a number that an expected sentence turns on. weight: how much it tells; contrasted: whether it is what
    the sentence sets apart ("posted, not arrived"); formula: one or a piece of code, in its normal writing; german:
    whether it is a word of German."""

    word: str
    means: frozenset[str]
    weight: float
    negated: bool = False
    contrasted: bool = False
    quantity: Quantity | None = None
    formula: str = ""
    german: bool = False


class Said:
    """A text taken apart: its words and its numbers. abbreviations: what its short forms stand for; german: whether it
    is to be read as German, None where its own words tell."""

    def __init__(
        self, text: str, abbreviations: Mapping[str, Sequence[str]] | None = None, *, german: bool | None = None
    ) -> None:
        self.text = text
        self.german = is_german(text) if german is None else german
        self.quantities = list(quantities(text))
        numbers = [(each.start, each.end) for each in self.quantities]
        self.words = [
            word for word in _words(text, abbreviations or {}, self.german) if not _inside(numbers, word.start)
        ]

    @property
    def hedges(self) -> bool:
        """Whether it offers several things to choose from."""
        return re.search(r"\bor\b|/", self.text) is not None

    @property
    def means(self) -> set[str]:
        return {meaning for word in self.words for meaning in word.means}

    def phrases(self, spans: Iterable[tuple[int, int]]) -> tuple[str, ...]:
        """What stands at these places, word for word; places with at most two small words between are one."""
        joined: list[tuple[int, int]] = []
        empty = empty_words(self.text, german=self.german)
        for start, end in sorted(set(spans)):
            between = self.text[joined[-1][1] : start] if joined else ""
            small = re.fullmatch(r"[\w\s'-]*", between) and all(word in empty for word in words(between))
            if joined and small and len(between.split()) <= 2:
                joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
            elif not joined or start >= joined[-1][1]:
                joined.append((start, end))
        return tuple(dict.fromkeys(self.text[start:end] for start, end in joined))


def keys(
    text: str,
    rarity: Mapping[str, float],
    asked: Said | None = None,
    *,
    every: bool = False,
    german: bool | None = None,
) -> list[Key]:
    """The words, numbers and formulas that a sentence turns on: not those the question said already, but for what it
    denies.

    every: also small words, and the words of formulas and code, for a sentence that has nothing else. german: as
    `Said` has it.
    """
    german = is_german(text) if german is None else german
    asides = [match.span() for match in _ASIDES.finditer(text)]
    reason = reason_in(text, asked.text, german=german) if asked else None
    if reason:
        asides.append((0, reason.start()))
    written = list(FORMULA.finditer(text))
    formulas = [] if every else [match.span() for match in written]
    # "one" is most often no number.
    figures = [each for each in quantities(text) if each.low != 1.0 and not _inside(formulas, each.start)]
    skipped = [*formulas, *((each.start, each.end) for each in figures)]
    contrasts = [match.span() for match in _CONTRASTS.finditer(text)]
    known = asked.means if asked else set()
    empty = empty_words(text, german=german)
    average = sum(rarity.values()) / len(rarity) if rarity else 1.0
    found: dict[str, Key] = {}
    beside: set[str] = set()

    def add(name: str, key: Key, start: int) -> None:
        if name not in found and _inside(asides, start):
            beside.add(name)
        found.setdefault(name, replace(key, weight=key.weight * (ASIDE if name in beside else 1.0)))

    for word in _words(text, {}, german):
        if _inside(skipped, word.start) or (
            not every and (word.text in empty or (len(word.text) == 1 and word.text.isascii()))
        ):
            continue
        weight = rarity.get(word.text, average)
        apart = word.negated and _inside(contrasts, word.start)
        if not word.means & known and not (asked and german and _is_head(word.text, asked)):
            add(stem(word.text), Key(word.text, word.means, weight, word.negated, apart, german=german), word.start)
        elif word.negated:
            denied = Key(word.text, word.means, weight * DENIED, negated=True, german=german)
            add(stem(word.text), denied, word.start)
    for each in figures:
        if not asked or not any(same(each, other) for other in asked.quantities):
            shown = text[each.start : each.end]
            add(shown, Key(shown, frozenset(), average, quantity=each), each.start)
    for match in [] if every else written:
        formula = normal(match[0])
        if tells(formula) and not (asked and has(asked.text, formula)):
            add(f"={formula}", Key(match[0], frozenset(), average * FORMULA_WEIGHT, formula=formula), match.start())
    return _balanced(found, beside)


def _balanced(found: Mapping[str, Key], beside: Collection[str]) -> list[Key]:
    """A long aside is still one: "may never be restricted, not even in war: the prohibition of …"."""
    aside = sum(found[name].weight for name in beside)
    most = ASIDES * sum(key.weight for name, key in found.items() if name not in beside)
    if not 0 < most < aside:
        return list(found.values())
    return [replace(key, weight=key.weight * most / aside) if name in beside else key for name, key in found.items()]


def _is_head(word: str, asked: Said) -> bool:
    """Whether a word is the last part of one in the question: the Versammlung of a Nationalversammlung."""
    return any(is_compound_of(each.text, word) and each.text.find(word[:4]) > 0 for each in asked.words)


def abbreviations(texts: Iterable[str]) -> dict[str, list[str]]:
    """What the notes themselves abbreviate: {"atp": ["adenosine triphosphate"]}."""
    found: dict[str, list[str]] = {}
    for text in texts:
        for match in _ABBREVIATED.finditer(plain(text)):
            letters = sum(letter.isupper() for letter in match[2])
            spelt = " ".join(match[1].split()[-max(letters, 2) :])
            found.setdefault(fold(match[2]), []).append(spelt)
    return found


def reason_in(text: str, asked: str, *, german: bool) -> re.Match[str] | None:
    """What answers a why in a sentence; None where the question is none, or the sentence gives no reason."""
    if _WHY.search(asked):
        return _REASON.search(text)
    return _GERMAN_REASON.search(text) if german and _GERMAN_WHY.search(asked) else None


def _words(text: str, abbreviated: Mapping[str, Sequence[str]], german: bool) -> list[Word]:
    found: list[Word] = []
    places = [(start, end, fold(text[start:end]).removesuffix("'s")) for start, end in _places(text)]
    together = separated(text, [(folded, start) for start, _, folded in places]) if german else {}
    ends = [match.start() for match in _CLAUSE_END.finditer(text) if not _is_right_behind_not(text, match.start())]
    reach = passed = 0
    for start, end, folded in places:
        ended = bisect_left(ends, start)
        if ended > passed:
            reach, passed = 0, ended
        if not found and _IS_AN_ANSWER.match(text[start:]):
            continue
        if negates(folded):
            if german and folded == "nicht" and _ENDS_HERE.match(text, end):
                begin = bisect_left(ends, start) and ends[bisect_left(ends, start) - 1]
                found = [replace(word, negated=not word.negated) if word.start >= begin else word for word in found]
            elif not _ONLY.match(text, end):
                reach = 0 if reach else REACH  # a second "not" takes the first one back
            continue
        means = meanings(folded) | (german_meanings(folded) | together.get(start, set()) if german else set())
        for longer in (NOTATION.get(folded, ""), *abbreviated.get(folded, ())):
            for word in words(longer):
                means |= meanings(word) | (german_meanings(word) if german else set())
        found.append(Word(folded, start, end, frozenset(means), reach > 0))
        # "Not allowed to enter": what is denied is the leave, no more.
        reach = 0 if means & _LEAVE else max(reach - 1, 0)
    return found


def _places(text: str) -> Iterator[tuple[int, int]]:
    """Where the words stand. Chinese and Japanese set none apart: every two characters side by side are one there."""
    for match in _WORD.finditer(text):
        if not _UNSPACED.search(match[0]):
            yield match.span()
            continue
        for run in _RUN.finditer(text, *match.span()):
            start, end = run.span()
            if end - start <= 2 or not _UNSPACED.match(run[0]):
                yield start, end
            else:
                yield from ((at, at + 2) for at in range(start, end - 1))


def _is_right_behind_not(text: str, at: int) -> bool:
    """Whether what begins a clause is itself denied: "not when it arrives"."""
    before = text[max(at - LONGEST_NOT, 0) : at].split()
    return bool(before) and text[at - 1 : at] == " " and negates(fold(before[-1]))


def _inside(spans: Iterable[tuple[int, int]], at: int) -> bool:
    return any(start <= at < end for start, end in spans)
