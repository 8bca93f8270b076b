"""Two things set against each other: by the sentence or table that has both, else by what the notes say of each."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from studyin.coach.answer import Picker
from studyin.coach.definitions import definition, emphasised
from studyin.coach.german_families import german_root
from studyin.coach.lesson import Lesson
from studyin.coach.pairs import pair
from studyin.coach.quotable import Kind, Quotable, quotables
from studyin.language import current
from studyin.library.english import STOP_WORDS
from studyin.library.search import Found
from studyin.library.terms import stem, stems, subject, words

LOOK_AHEAD = 10
# Of each of the two: the sentence that says what it is, and those that go on about it.
MOST_OF_EACH = 3
# Of a reply's words, for each of the two.
SHARE_OF_EACH = 0.3


@dataclass(frozen=True, slots=True)
class Contrast:
    """names: the two things, as the notes write them; units: what the notes say of each, one after the other; lacking:
    those they don't have."""

    names: tuple[str, str]
    units: Sequence[Quotable]
    lacking: Sequence[str]


@dataclass(frozen=True, slots=True)
class _Side:
    name: str
    units: Sequence[Quotable]


async def contrast(lesson: Lesson, question: str) -> Contrast | None:
    """What is quoted where no one place in the notes has both; None where one has, or no two things are named."""
    names = pair(question)
    if names is None or await _side_by_side(lesson, question, names):
        return None
    sides = [await _side(lesson, name, other) for name, other in (names, names[::-1])]
    units: list[Quotable] = []
    for side in sides:
        units += [unit for unit in side.units if not any(unit.overlaps(other) for other in units)]
    lacking = [side.name for side in sides if not side.units]
    return Contrast((sides[0].name, sides[1].name), units, lacking) if units else None


async def _side(lesson: Lesson, name: str, other: str) -> _Side:
    """What the notes say of one of the two: first where they speak of exactly that, else of what is nearest.

    "Competitive and allosteric inhibition" are two inhibitions.
    """
    whole = [f"{name} {other.rsplit(maxsplit=1)[-1]}"] if len(name.split()) < len(other.split()) else []
    room = int(lesson.cap * SHARE_OF_EACH)
    for each in (*whole, name):
        found = await lesson.library.find(lesson.account_id, _asked(each), LOOK_AHEAD)
        exact = _exactly(each, found)
        if exact:
            term, unit = exact
            # The shorter writing has the fewer endings: "alkoholische", of "alkoholischer".
            return _Side(min((each, term), key=len), _going_on(unit, room))
    weights = await lesson.library.rarity(lesson.account_id, subject(name))
    spellings = await lesson.library.spellings(lesson.account_id, _asked(name))
    picked = Picker(f"What is {name}?", weights, spellings).pick(found, most=1, room=lesson.cap) if found else None
    return _Side(name, _going_on(picked.best, room) if picked else ())


def _asked(name: str) -> str:
    """A name as it is best looked for: in German by all forms of its words, which a bare name doesn't tell."""
    return f"Was ist {name}?" if current() == "de" else name


def _exactly(name: str, found: Sequence[Found]) -> tuple[str, Quotable] | None:
    """The piece that defines what has this very name, or else sets it in bold; and how it writes it."""
    in_bold: tuple[str, Quotable] | None = None
    for each in found:
        for unit in quotables(each.passage):
            defined = definition(unit)
            if defined and _is_same(defined.term, name):
                return defined.term, unit
            term = next((term for term in emphasised(unit.text) if _is_same(term, name)), None)
            if term and in_bold is None and unit.kind in (Kind.SENTENCE, Kind.ITEM, Kind.FORMULA):
                in_bold = term, unit
    return in_bold


def _is_same(term: str, name: str) -> bool:
    one, other = ([word for word in words(text) if word not in STOP_WORDS] for text in (term, name))
    in_german = current() == "de" and {*map(german_root, one)} == {*map(german_root, other)}
    return {*map(stem, one)} == {*map(stem, other)} or in_german


def _going_on(unit: Quotable, room: int) -> list[Quotable]:
    """A piece with the sentences behind it that go on about the same."""
    found = [unit]
    for each in quotables(unit.passage):
        if each.start < found[-1].end or len(found) == MOST_OF_EACH or each.kind is Kind.ITEM:
            continue
        room_left = room - sum(other.words for other in found)
        if not (each.leans and found[-1].is_right_before(each) and each.words <= room_left):
            break
        found.append(each)
    return found


async def _side_by_side(lesson: Lesson, question: str, names: tuple[str, str]) -> bool:
    """Whether one sentence or table speaks of both, and is not just a place where both happen to stand."""
    found = await lesson.library.find(lesson.account_id, question, LOOK_AHEAD)
    picker = Picker(question, await lesson.library.rarity(lesson.account_id, subject(question)))
    each_of = [set(stems(" ".join(subject(name)))) for name in names]
    if _one_is_in_the_other(each_of):
        return False  # whatever speaks of "uniformly continuous" has "continuous"
    for scored in picker.score(found)[:3]:
        has = set(stems(scored.unit.plain))
        both = all(name <= has for name in each_of)
        if both and scored.unit.kind in (Kind.SENTENCE, Kind.TABLE, Kind.ITEM):
            return True
    return False


def _one_is_in_the_other(names: Sequence[Collection[str]]) -> bool:
    one, other = map(set, names)
    return one <= other or other <= one
