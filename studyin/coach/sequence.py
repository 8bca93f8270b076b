"""Questions about an order: the first three of a list, and what comes after something, in a list or among headings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from studyin.coach import sections
from studyin.coach.lesson import Lesson, place_of
from studyin.coach.naming import opening_of
from studyin.coach.quotable import Kind, Quotable, quotables
from studyin.language import phrase, say
from studyin.library.terms import plain, stems
from studyin.store.materials import HEADING_SEPARATOR

LOOK_AHEAD = 10
_COUNTS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_FIRST_N = re.compile(rf"\b(?P<end>first|last)\s+(?P<n>\d{{1,2}}|{'|'.join(_COUNTS[1:])})\b", re.IGNORECASE)
_BESIDE = re.compile(
    r"\W*(?:(?:and|so|ok)\W+)?(?:what|which)\b[^?]*?\b(?P<way>after|follows|behind|before|precedes)\s+(?P<name>[^?]+)",
    re.IGNORECASE,
)
# By whether there is something, and whether it was to come before.
_IN_A_LIST = {
    (True, True): phrase("In your notes' list under {place}, this comes before it:"),
    (True, False): phrase("In your notes' list under {place}, this comes after it:"),
    (False, True): phrase("Nothing comes before it in your notes' list under {place}:"),
    (False, False): phrase("Nothing comes after it in your notes' list under {place}:"),
}
# An item is called by its first words.
NAME_WORDS = 8


@dataclass(frozen=True, slots=True)
class InOrder:
    """opening: what is said before the pieces, which are quoted; whole: the list they are of."""

    opening: str
    units: Sequence[Quotable]
    whole: Quotable | None = None


async def in_order(lesson: Lesson, question: str) -> InOrder | None:
    """What the notes have to a question about an order; None for any other question, and where they have nothing."""
    some = _FIRST_N.search(question)
    if some:
        return await _some_of_a_list(lesson, question.replace(some[0], ""), _number(some["n"]), some["end"].casefold())
    beside = _BESIDE.match(question)
    if beside is None:
        return None
    back = beside["way"].casefold() in ("before", "precedes")
    name = beside["name"].strip(" .!")
    return await _beside_in_a_list(lesson, name, back=back) or await _beside_a_heading(lesson, name, back=back)


async def _some_of_a_list(lesson: Lesson, about: str, n: int, end: str) -> InOrder | None:
    asked = set(stems(about))
    best: tuple[int, Quotable] | None = None
    for each in await lesson.library.find(lesson.account_id, about, LOOK_AHEAD):
        for unit in quotables(each.passage):
            shared = len(asked & set(stems(f"{unit.introduction} {each.passage.title}")))
            if unit.kind is Kind.LIST and unit.items and shared and (best is None or shared > best[0]):
                best = (shared, unit)
    if best is None or not n:
        return None
    whole, where = best[1], place_of(best[1].passage)
    every = len(whole.items)
    if n >= every:
        return InOrder(say("Under {place} your notes list {every} in all:", place=where, every=every), [whole], whole)
    if end == "first":
        opening = say(
            "The first {number} of {every} that your notes list under {place}:", number=n, every=every, place=where
        )
        part = replace(whole, end=whole.items[n - 1][1], items=whole.items[:n])
    else:
        opening = say(
            "The last {number} of {every} that your notes list under {place}:", number=n, every=every, place=where
        )
        start = _line_of(whole, whole.items[-n][0])
        part = replace(whole, start=start, lead=start, items=whole.items[-n:])
    return InOrder(opening, [part], whole)


async def _beside_in_a_list(lesson: Lesson, name: str, *, back: bool) -> InOrder | None:
    asked = set(stems(name))
    for each in await lesson.library.find(lesson.account_id, name, LOOK_AHEAD):
        for unit in quotables(each.passage):
            if unit.kind is not Kind.LIST:
                continue
            names = [set(stems(" ".join(plain(text).split()[:NAME_WORDS]))) for text in unit.item_texts]
            at = next((n for n, its in enumerate(names) if asked <= its), None)
            if at is None:
                continue
            beside = at - 1 if back else at + 1
            is_there = 0 <= beside < len(unit.items)
            opening = say(_IN_A_LIST[is_there, back], place=place_of(unit.passage))
            return InOrder(opening, [_item(unit, beside if is_there else at)], unit)
    return None


async def _beside_a_heading(lesson: Lesson, name: str, *, back: bool) -> InOrder | None:
    named = await sections.section(lesson, name)
    path = await sections.following(lesson, named, back=back) if named else None
    if named is None or path is None:
        return None
    beside = await sections.at(lesson, named.material, path)
    opening = opening_of(beside.units)
    if opening is None:
        return None
    title = path.rpartition(HEADING_SEPARATOR)[2]
    if back:
        lead = say("In your notes *{heading}* comes before *{name}*:", heading=title, name=named.title)
    else:
        lead = say("In your notes *{heading}* comes after *{name}*:", heading=title, name=named.title)
    return InOrder(lead, [opening])


def _item(unit: Quotable, n: int) -> Quotable:
    start, end = unit.items[n]
    text = plain(unit.passage.content[start:end])
    return replace(unit, kind=Kind.ITEM, start=start, lead=start, end=end, plain=text, items=())


def _line_of(unit: Quotable, at: int) -> int:
    """Where the line of an item begins, its marker included."""
    return unit.passage.content.rfind("\n", 0, at) + 1


def _number(said: str) -> int:
    return int(said) if said.isdigit() else _COUNTS.index(said.casefold())
