"""From passages to the two or three pieces of them that best answer a question."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from studyin.coach.definitions import definition, emphasised, named
from studyin.coach.quotable import Kind, Quotable, quotables
from studyin.coach.table_rows import cells, rows_about
from studyin.coach.wants import ASKS_FOR_CODE, NUMBER_WORDS, Want, fit, wanted
from studyin.library.english import FRAME_WORDS
from studyin.library.search import Found
from studyin.library.terms import forms, stem, stems, words
from studyin.store.materials import HEADING_SEPARATOR

# What a term counts, by where it stands: in the piece itself, in the heading above it, further up, elsewhere near.
IN_HEADING = 0.65
IN_UPPER_HEADING = 0.35
NEARBY = 0.25
LEANING = 0.5

DEFINES = 0.6
EMPHASISES = 0.2
OPENS = 0.05
FOLLOWS = 0.4
LEANS = -0.1
ASKS = -0.4
OF_THE_TEXT = -0.3
CODE = 0.8
CODE_UNASKED = -0.25
LATER_PASSAGE = -0.03
# "Where does it take place?" "It takes place in …": the words that frame a question tell a little, too.
FRAMED_ALIKE = 0.3

# A further piece is quoted where it has this share of the best one's score.
WORTH_ADDING = 0.6
# Another passage is quoted beside the best one where it has this share of the question, and of its terms not met yet.
NEW_TERMS = 0.3
COVERED_ELSEWHERE = 0.5

# Instead of several of its items, a list of so many words is quoted whole.
SHORT_LIST = 60

# "How many stages are there?" "It has four stages": the number stands by what is counted. A list can be counted.
COUNTED = 0.6
COUNTABLE = 0.7
_BOLD_OPENING = re.compile(r"(?:(?:An?|The|Der|Die|Das|Eine?)\s+)?\*\*(?P<term>.+?)\*\*")
_HOW_MANY = re.compile(r"\bhow many (?P<what>[^\W\d_]+)", re.IGNORECASE)
# What is counted stands up to three words behind its number; O(log n) is one, too.
_COUNT = re.compile(
    rf"(?:\b(?:{NUMBER_WORDS})|\d[\d.,]*|\bO\([^()]+\))(?=(?P<what>(?: [^\W\d_]+){{1,3}}))", re.IGNORECASE
)

# Questions that one sentence answers, or one with the sentence it leans on.
FACTS = (Want.NUMBER, Want.TIME, Want.PLACE, Want.PERSON)

# Questions after one thing: what comes behind the answer and is about another is no part of it.
ONE_THING = (*FACTS, Want.DEFINITION, Want.REASON, Want.CONDITION)


@dataclass(frozen=True, slots=True)
class Scored:
    unit: Quotable
    score: float
    coverage: float  # the share of the question's terms, 0 to 1
    rank: int  # of its passage among those found
    place: int  # among the pieces of its passage
    meets: frozenset[str]  # the terms of the question that stand in it or in the heading right above it
    has: bool  # whether one of them stands in the piece itself


@dataclass(frozen=True, slots=True)
class Picked:
    """The piece that answers best, and all that are to be quoted, it among them, in reading order."""

    best: Quotable
    units: Sequence[Quotable]

    @property
    def core(self) -> list[Quotable]:
        """The best piece, with the one it leans on or the one that leans on it."""
        at = self.units.index(self.best)
        if at and self.best.leans and self.units[at - 1].is_right_before(self.best):
            return [self.units[at - 1], self.best]
        after = self.units[at + 1] if at + 1 < len(self.units) else None
        return [self.best, after] if after and after.leans and self.best.is_right_before(after) else [self.best]


class Picker:
    """Scores the pieces of passages for one question. weights: the question's folded words and how much each tells;
    spellings: the words by which the notes were searched for each of them, where not for that one alone."""

    def __init__(
        self, question: str, weights: Mapping[str, float], spellings: Mapping[str, Sequence[str]] | None = None
    ) -> None:
        self.want: Want = wanted(question)
        spelt = {
            word: [form for form in (spellings or {}).get(word, ()) if form not in forms(word)] for word in weights
        }
        self._terms = {word: {stem(form) for form in (*forms(word), *spelt[word])} for word in weights}
        self._weights = weights
        self._total = sum(weights.values()) or 1.0
        self._asked = {stem(next(iter(spelt[word]), word)) for word in weights}
        counted = _HOW_MANY.search(question)
        self._counted = stem(counted["what"].casefold()) if counted else ""
        self._wants_code = ASKS_FOR_CODE.search(question) is not None
        self._frame = {stem(word) for word in words(question) if word in FRAME_WORDS} - self._asked

    def score(self, found: Sequence[Found]) -> list[Scored]:
        """Every piece of the passages, the best first."""
        scored = []
        for rank, each in enumerate(found):
            *upper, heading = each.passage.heading.split(HEADING_SEPARATOR)
            above, further = set(stems(heading)), set(stems(" ".join(upper)))
            units = quotables(each.passage)
            said = [set(stems(unit.plain)) for unit in units]
            near: set[str] = set()
            for place, unit in enumerate(units):
                # What "it" is may stand further up, where the sentence before says "it" as well.
                leans_further = place > 1 and units[place - 1].leans
                near = (near if leans_further else set()) | (said[place - 1] if place else set())
                # "It", at the start, is most often what the sentence before was about.
                nearby = LEANING if unit.leans else NEARBY
                covered, meets = self._terms_met(said[place], above, further, near, nearby)
                score = covered + fit(self.want, unit, covered) + self._signals(unit)
                score += FRAMED_ALIKE * len(self._frame & said[place]) / (len(self._frame) or 1)
                score += rank * LATER_PASSAGE + (0 if place else OPENS)
                has = any(its & said[place] for its in self._terms.values())
                scored.append(Scored(unit, score, covered, rank, place, meets, has))
        return sorted(scored, key=lambda each: -each.score)

    def pick(self, found: Sequence[Found], *, most: int, room: int) -> Picked | None:
        """Up to `most` pieces of together at most `room` words. None where nothing has a term of the question.

        The best piece is always among them, however long it is: whoever quotes it may have to shorten it.
        """
        every = self.score(found)
        scored = [each for each in every if each.meets]
        if not scored:
            return None
        picked = [scored[0]]
        if (self.want is Want.LIST or self._counted) and scored[0].unit.kind is Kind.LIST:
            return Picked(scored[0].unit, [scored[0].unit])
        if self.want in FACTS:
            most = min(most, 2)
        self._add_what_it_leans_on(picked, every, most, room)
        is_list = self.want is Want.LIST
        may_follow = [
            each for each in every if each.meets or each.unit.leans or (is_list and each.unit.kind is Kind.LIST)
        ]
        while len(picked) < most:
            following = self._next(
                picked,
                may_follow,
                room - sum(each.unit.words for each in picked),
            )
            if following is None:
                break
            picked.append(following)
        picked = _lists_for_items(picked, scored, room)
        asked_for = [each for each in picked if each.unit.kind is Kind.LIST] if self.want is Want.LIST else []
        picked = [*asked_for, *(each for each in picked if each not in asked_for)]
        picked = [replace(each, unit=self._asked_of(each.unit)) for each in picked]
        best = picked[0]
        in_order = sorted(picked, key=lambda each: (each.rank != best.rank, each.rank, each.place))
        return Picked(best.unit, [each.unit for each in in_order])

    def _asked_of(self, unit: Quotable) -> Quotable:
        """Of a table the rows that are asked about, unless it is to be compared."""
        if unit.kind is not Kind.TABLE or self.want is Want.COMPARISON:
            return unit
        return rows_about(unit, self._terms, self._weights)

    def _terms_met(
        self, said: set[str], above: set[str], further: set[str], near: set[str], nearby: float
    ) -> tuple[float, frozenset[str]]:
        met, score = set(), 0.0
        for word, its_forms in self._terms.items():
            if its_forms & said:
                met.add(word)
                score += self._weights[word]
            elif its_forms & above and (nearby <= IN_HEADING or not its_forms & near):
                met.add(word)
                score += self._weights[word] * IN_HEADING
            elif its_forms & near:
                if nearby == LEANING:
                    met.add(word)
                score += self._weights[word] * nearby
            elif its_forms & further:
                score += self._weights[word] * IN_UPPER_HEADING
        return score / self._total, frozenset(met)

    def _signals(self, unit: Quotable) -> float:
        signals = 0.0
        asks_what_it_is = self.want is Want.DEFINITION
        asks_a_fact = self.want in FACTS
        defined = definition(unit)
        share = defined.of(self._asked) if defined else 0.0
        if share:
            signals += OPENS if asks_a_fact else DEFINES * share * (1.0 if asks_what_it_is else 0.5)
        elif any(self._asked <= set(stems(term)) for term in (*emphasised(unit.text), *named(unit.text))):
            signals += EMPHASISES if asks_what_it_is else OPENS
        elif unit.kind is Kind.TABLE and asks_what_it_is and self._asked in cells(unit):
            signals += DEFINES
        if self._counted:
            signals += self._counts(unit)
        if unit.leans and unit.kind is Kind.SENTENCE:
            signals += LEANS
        if unit.plain.endswith("?"):
            signals += ASKS
        if unit.is_about_the_text:
            signals += OF_THE_TEXT
        if unit.kind is Kind.CODE:
            signals += CODE if self._wants_code else CODE_UNASKED
        return signals

    def _counts(self, unit: Quotable) -> float:
        """For a piece that says or shows how many there are of what is counted."""
        if unit.kind is Kind.LIST:
            about = stems(f"{unit.introduction} {unit.passage.title}")
            return COUNTABLE if self._counted in about else 0.0
        behind = [stem(word) for match in _COUNT.finditer(unit.plain) for word in words(match["what"])]
        return COUNTED if self._counted in behind else 0.0

    def _turns_elsewhere(self, each: Scored) -> bool:
        """Whether it goes on to define something that nobody asked about."""
        if self.want is not Want.DEFINITION or each.unit.kind is not Kind.SENTENCE or each.unit.leans:
            return False
        opening = _BOLD_OPENING.match(each.unit.text)
        if opening is None:
            defined = definition(each.unit)
            return defined is not None and defined.marked and not each.meets
        return not self._asked <= set(stems(opening["term"]))

    def _goes_on(self, each: Scored) -> bool:
        """Whether it may stand behind what is quoted because it follows there: it has a word of the question, or leans
        on what is before it; and the list that was asked for comes with the line above it."""
        if each.unit.kind is Kind.LIST:
            return self.want is Want.LIST
        if each.unit.kind is Kind.FORMULA:
            return True
        related = each.has or each.unit.leans or self.want not in ONE_THING
        return each.unit.kind is Kind.SENTENCE and related and not self._turns_elsewhere(each)

    def _add_what_it_leans_on(self, picked: list[Scored], scored: Sequence[Scored], most: int, room: int) -> None:
        best = picked[0]
        if not best.unit.leans or best.unit.kind is Kind.ITEM or most < 2:
            return
        for each in scored:
            if each.rank == best.rank and each.place == best.place - 1:
                if each.unit.words + best.unit.words <= room:
                    picked.append(each)
                return

    def _next(self, picked: Sequence[Scored], scored: Sequence[Scored], room: int) -> Scored | None:
        """The piece that adds the most to what is picked: new terms of the question, or what follows directly."""
        taken = {(each.rank, each.place) for each in picked}
        met = frozenset().union(*(each.meets for each in picked))
        best, most = None, WORTH_ADDING * min(picked[0].score, 1.2)
        for each in scored:
            if (
                (each.rank, each.place) in taken
                or each.unit.words > room
                or any(each.unit.overlaps(other.unit) for other in picked)
            ):
                continue
            new = sum(self._weights[word] for word in each.meets - met) / self._total
            if not new and self._turns_elsewhere(each):
                continue
            if each.rank != picked[0].rank and (new < NEW_TERMS or each.coverage < COVERED_ELSEWHERE):
                continue
            goes_on = self._goes_on(each)
            follows = (each.rank, each.place - 1) in taken and goes_on
            value = each.score + new + (FOLLOWS if follows else 0.0) - (LEANS if follows and each.unit.leans else 0.0)
            if value > most:
                best, most = each, value
        return best


def _lists_for_items(picked: list[Scored], scored: Sequence[Scored], room: int) -> list[Scored]:
    """Where several items of a list were picked, the list itself."""
    for whole in scored:
        items = [each for each in picked if each.unit.kind is Kind.ITEM and each.unit.overlaps(whole.unit)]
        if whole.unit.kind is Kind.LIST and len(items) > 1 and whole.unit.words <= min(room, SHORT_LIST):
            rest = [each for each in picked if each not in items]
            return [whole, *rest] if picked[0] in items else [*rest, whole]
    return picked
