"""Two things set against each other: by the sentence or table that has both, else by what the notes say of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from studyin.coach.answer import Picker
from studyin.coach.lesson import Lesson
from studyin.coach.pairs import pair
from studyin.coach.quotable import Kind, Quotable
from studyin.library.terms import stems, subject

LOOK_AHEAD = 10


@dataclass(frozen=True, slots=True)
class Contrast:
    """names: the two things; units: what the notes say of each, one after the other; lacking: those they don't have."""

    names: tuple[str, str]
    units: Sequence[Quotable]
    lacking: Sequence[str]


async def contrast(lesson: Lesson, question: str) -> Contrast | None:
    """What is quoted where no one place in the notes has both; None where one has, or no two things are named."""
    names = pair(question)
    if names is None or await _side_by_side(lesson, question, names):
        return None
    units: list[Quotable] = []
    lacking: list[str] = []
    for name in names:
        found = await lesson.library.find(lesson.account_id, name, LOOK_AHEAD)
        weights = await lesson.library.rarity(lesson.account_id, subject(name))
        picked = Picker(f"What is {name}?", weights).pick(found, most=1, room=lesson.cap) if found else None
        if picked is None:
            lacking.append(name)
        elif not any(unit.overlaps(picked.best) for unit in units):
            units.append(picked.best)
    return Contrast(names, units, lacking) if units else None


async def _side_by_side(lesson: Lesson, question: str, names: tuple[str, str]) -> bool:
    """Whether one sentence or table speaks of both, and is not just a place where both happen to stand."""
    found = await lesson.library.find(lesson.account_id, question, LOOK_AHEAD)
    picker = Picker(question, await lesson.library.rarity(lesson.account_id, subject(question)))
    each_of = [set(stems(" ".join(subject(name)))) for name in names]
    for scored in picker.score(found)[:3]:
        has = set(stems(scored.unit.plain))
        both = all(name <= has for name in each_of)
        if both and scored.unit.kind in (Kind.SENTENCE, Kind.TABLE, Kind.ITEM):
            return True
    return False
