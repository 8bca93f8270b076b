"""Two things set against each other: by the sentence or table that has both, else by what the notes say of each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from studyin.coach.answer import Picker
from studyin.coach.lesson import Lesson
from studyin.coach.quotable import Kind, Quotable
from studyin.library.terms import stems, subject

LOOK_AHEAD = 10
# More words than that are no name of a thing.
MAX_NAME_WORDS = 6

_PAIR = re.compile(
    r"\W*(?:.*\b(?:compare|contrast|comparison of)\s+(?P<a1>.+?)\s+(?:and|with|to|against)\s+(?P<b1>.+)"
    r"|.*\b(?:differences?|distinction|similarit(?:y|ies)|comparison)\s+(?:between\s+|of\s+)?(?P<a2>.+?)"
    r"\s+(?:and|with|from)\s+(?P<b2>.+)"
    r"|(?:are|is)\s+(?P<a7>.+?)\s+and\s+(?P<b7>.+?)\s+the\s+same(?:\s+thing)?"
    r"|.*\bdistinguish\w*\s+(?P<a3>.+?)\s+(?:from|and)\s+(?P<b3>.+)"
    r"|how (?:do|does|is|are)\s+(?P<a4>.+?)\s+(?:differ(?:ent)?\s+from|compared? (?:to|with)|unlike)\s+(?P<b4>.+)"
    r"|how (?:do|are|is)\s+(?P<a5>.+?)\s+and\s+(?P<b5>.+?)\s+differ(?:ent)?"
    r"|(?P<a6>.+?)\s+(?:vs\.?|versus)\s+(?P<b6>.+))\W*",
    re.IGNORECASE | re.DOTALL,
)
_BARE = re.compile(r"(?:an?|the|what is|what's|what are)\s+", re.IGNORECASE)


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


def pair(question: str) -> tuple[str, str] | None:
    """The two things that a question names to compare them."""
    match = _PAIR.fullmatch(question[:300].strip())
    if match is None:
        return None
    one, other = (_BARE.sub("", name.strip(" .?!,"), count=1) for name in match.groups() if name)
    fits = all(subject(name) and len(name.split()) <= MAX_NAME_WORDS for name in (one, other))
    return (one, other) if fits else None


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
