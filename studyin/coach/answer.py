"""From passages to the two or three pieces of them that best answer a question."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from studyin.coach.definitions import definition, emphasised, named
from studyin.coach.quotable import Kind, Quotable, quotables
from studyin.coach.wants import NUMBER_WORDS, Want, fit, wanted
from studyin.library.english import FRAME_WORDS
from studyin.library.search import Found
from studyin.library.terms import forms, plain, stem, stems, words
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
_HOW_MANY = re.compile(r"\bhow many (?P<what>[^\W\d_]+)", re.IGNORECASE)
_NUMBER_BEFORE = rf"(?:\d[\d.,]*|{NUMBER_WORDS})(?: \w+){{0,2}} "

# A row is about what it is called, and the name in a question may have an ending more.
SHORTEST = 5
MOST_ENDING = 5

# Questions that one sentence answers, or one with the sentence it leans on.
FACTS = (Want.NUMBER, Want.TIME, Want.PLACE, Want.PERSON)


@dataclass(frozen=True, slots=True)
class Scored:
    unit: Quotable
    score: float
    coverage: float  # the share of the question's terms, 0 to 1
    rank: int  # of its passage among those found
    place: int  # among the pieces of its passage
    meets: frozenset[str]  # the terms of the question that stand in it or in the heading right above it


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
        self._frame = {stem(word) for word in words(question) if word in FRAME_WORDS} - self._asked

    def score(self, found: Sequence[Found]) -> list[Scored]:
        """Every piece of the passages, the best first."""
        scored = []
        for rank, each in enumerate(found):
            *upper, heading = each.passage.heading.split(HEADING_SEPARATOR)
            above, further = set(stems(heading)), set(stems(" ".join(upper)))
            units = quotables(each.passage)
            said = [set(stems(unit.plain)) for unit in units]
            for place, unit in enumerate(units):
                near = said[place - 1] if place else set()
                # "It", at the start, is most often what the sentence before was about.
                nearby = LEANING if unit.leans else NEARBY
                covered, meets = self._terms_met(said[place], above, further, near, nearby)
                score = covered + fit(self.want, unit, covered) + self._signals(unit)
                score += FRAMED_ALIKE * len(self._frame & said[place]) / (len(self._frame) or 1)
                score += rank * LATER_PASSAGE + (0 if place else OPENS)
                scored.append(Scored(unit, score, covered, rank, place, meets))
        return sorted(scored, key=lambda each: -each.score)

    def pick(self, found: Sequence[Found], *, most: int, room: int) -> Picked | None:
        """Up to `most` pieces of together at most `room` words. None where nothing has a term of the question.

        The best piece is always among them, however long it is: whoever quotes it may have to shorten it.
        """
        scored = [each for each in self.score(found) if each.meets]
        if not scored:
            return None
        picked = [scored[0]]
        if (self.want is Want.LIST or self._counted) and scored[0].unit.kind is Kind.LIST:
            return Picked(scored[0].unit, [scored[0].unit])
        if self.want in FACTS:
            most = min(most, 2)
        self._add_what_it_leans_on(picked, scored, most, room)
        while len(picked) < most:
            following = self._next(picked, scored, room - sum(each.unit.words for each in picked))
            if following is None:
                break
            picked.append(following)
        picked = _lists_for_items(picked, scored, room)
        picked = [replace(each, unit=self._rows_of(each.unit)) for each in picked]
        best = picked[0]
        in_order = sorted(picked, key=lambda each: (each.rank != best.rank, each.rank, each.place))
        return Picked(best.unit, [each.unit for each in in_order])

    def _rows_of(self, unit: Quotable) -> Quotable:
        """Of a table, the rows that a question is about, where it is about some of them alone: what it asks of them
        stands there, and the rest would have to be read for nothing."""
        if unit.kind is not Kind.TABLE or self.want is Want.COMPARISON:
            return unit
        rows, at = [], unit.lead
        for line in unit.passage.content[unit.lead : unit.end].split("\n"):
            rows.append((at, at + len(line)))
            at += len(line) + 1
        met = []
        for start, end in rows[2:]:
            cells_of_it = plain(unit.passage.content[start:end]).strip("|").split("|")
            said, label = set(stems(" ".join(cells_of_it))), stems(cells_of_it[0])
            called = sum(self._weights[word] for word, its in self._terms.items() if _is_called(label, its))
            met.append((called, sum(self._weights[word] for word, its in self._terms.items() if its & said)))
        most = max(met, default=(0.0, 0.0))
        chosen = tuple(row for row, its in zip(rows[2:], met, strict=True) if its == most)
        return replace(unit, rows=chosen) if any(most) and 2 * len(chosen) <= len(met) else unit

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
        return signals

    def _counts(self, unit: Quotable) -> float:
        """For a piece that says or shows how many there are of what is counted."""
        if unit.kind is Kind.LIST:
            about = stems(f"{unit.introduction} {unit.passage.title}")
            return COUNTABLE if self._counted in about else 0.0
        for match in re.finditer(rf"\b{_NUMBER_BEFORE}?(?P<what>[^\W\d_]+)", unit.plain, re.IGNORECASE):
            if stem(match["what"].casefold()) == self._counted and re.match(_NUMBER_BEFORE, match[0], re.IGNORECASE):
                return COUNTED
        return 0.0

    def _turns_elsewhere(self, each: Scored) -> bool:
        """Whether it goes on to define something that nobody asked about, and has no word of the question."""
        defined = definition(each.unit)
        return self.want is Want.DEFINITION and defined is not None and defined.marked and not each.meets

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
            if each.rank != picked[0].rank and (new < NEW_TERMS or each.coverage < COVERED_ELSEWHERE):
                continue
            goes_on = each.unit.kind in (Kind.SENTENCE, Kind.FORMULA) and not self._turns_elsewhere(each)
            follows = (each.rank, each.place - 1) in taken and goes_on
            value = each.score + new + (FOLLOWS if follows else 0.0) - (LEANS if follows and each.unit.leans else 0.0)
            if value > most:
                best, most = each, value
        return best


def _is_called(label: Sequence[str], its_forms: Collection[str]) -> bool:
    """Whether a row is called by a word, also in a case of it that no stemmer of ours joins: "des Präsidenten"."""
    return any(
        form == said
        or (min(len(form), len(said)) >= SHORTEST and form.startswith(said) and len(form) - len(said) <= MOST_ENDING)
        for form in its_forms
        for said in label
    )


def cells(table: Quotable) -> list[set[str]]:
    """The stems of each cell of a table, its header apart."""
    rows = table.passage.content[table.lead : table.end].split("\n")[2:]
    return [set(stems(plain(cell))) for row in rows for cell in row.split("|") if cell.strip()]


def _lists_for_items(picked: list[Scored], scored: Sequence[Scored], room: int) -> list[Scored]:
    """Where several items of a list were picked, the list itself."""
    for whole in scored:
        items = [each for each in picked if each.unit.kind is Kind.ITEM and each.unit.overlaps(whole.unit)]
        if whole.unit.kind is Kind.LIST and len(items) > 1 and whole.unit.words <= min(room, SHORT_LIST):
            rest = [each for each in picked if each not in items]
            return [whole, *rest] if picked[0] in items else [*rest, whole]
    return picked
