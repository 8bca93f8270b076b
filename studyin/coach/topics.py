"""What of the notes a topic is about: the section it names and whatever else speaks of it, to be asked about."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from studyin.coach.lesson import Lesson
from studyin.coach.naming import find_in, named
from studyin.coach.quotable import Kind, Quotable, quotables
from studyin.coach.sections import section
from studyin.library.search import MAX_TERMS
from studyin.library.terms import forms, stem, stems, subject
from studyin.store.materials import Passage

# Passages that a topic finds, and those of a material or section that it names.
LOOK_AHEAD = 6
LOOK_THROUGH = 200
# A passage that covers no more of a topic has it by chance; and so does a sentence with less of it.
LEAST_COVERED = 0.5
LEAST_SAID = 0.5


@dataclass(frozen=True, slots=True)
class Topic:
    """name: as the notes have it, else as the student said it. whole: passages that are all about it; others: those in
    which some sentences are, which have enough of `terms`: for each word of it, the stems that stand for it."""

    name: str
    whole: Sequence[Passage]
    others: Sequence[Passage] = ()
    terms: Sequence[Collection[str]] = ()

    def pieces(self) -> Iterator[tuple[Passage, list[Quotable]]]:
        """What can be asked about it, passage by passage, the nearest first."""
        for passage in self.whole:
            yield passage, quotables(passage)
        for passage in self.others:
            above = set(stems(passage.title))
            yield passage, [unit for unit in quotables(passage) if self._is_in(above | _said(unit))]

    def has(self, passage_id: str) -> bool:
        return any(passage.id == passage_id for passage in (*self.whole, *self.others))

    def _is_in(self, said: set[str]) -> bool:
        met = sum(not said.isdisjoint(its) for its in self.terms)
        return met >= LEAST_SAID * len(self.terms)


def _said(unit: Quotable) -> set[str]:
    """The stems of a piece; of a list those of the line that introduces it, as one item that speaks of a thing makes no
    list about it."""
    return set(stems(unit.introduction if unit.kind is Kind.LIST else unit.plain))


async def about(lesson: Lesson, topic: str) -> Topic | None:
    """None where the notes have nothing to it."""
    name = await named(lesson, topic)
    if name and name.asks_all:
        return Topic(topic, await lesson.library.passages(lesson.account_id, name.material.id, limit=LOOK_THROUGH))
    if name:
        asked, inside = await find_in(lesson, topic, name)
        found = inside[:LOOK_AHEAD]
    else:
        asked, found = topic, await lesson.library.find(lesson.account_id, topic, LOOK_AHEAD)
    own = await section(lesson, topic)
    whole = list(own.passages[:LOOK_THROUGH]) if own else []
    if not whole and not found:
        return None
    spelt = await lesson.library.spellings(lesson.account_id, asked)
    terms = [{stem(form) for form in (*forms(word), *spelt.get(word, ()))} for word in subject(asked)[:MAX_TERMS]]
    taken = {passage.id for passage in whole}
    others = [each.passage for each in found if each.passage.id not in taken and each.coverage > LEAST_COVERED]
    if not whole and not others:
        whole = [found[0].passage]  # the nearest there is
    return Topic(own.title if own and whole else topic, whole, others, terms)
