"""Answers from the notes: the sentences that answer a question; and what the notes say next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from studyin.coach import questions
from studyin.coach.answer import Picked, Picker
from studyin.coach.asking import check_question, in_own_words, question_about
from studyin.coach.base import Profile, Verbosity
from studyin.coach.contrast import contrast
from studyin.coach.following_up import asks_for_more_of_the_same, completed, nothing_more
from studyin.coach.lesson import Lesson, Told, count, paragraphs, place_behind, place_of, your_turn
from studyin.coach.moves import Move
from studyin.coach.naming import (
    MATERIALS,
    Named,
    asks_for_all_in_short,
    asks_for_overview,
    find_in,
    named,
    openings,
    telling,
)
from studyin.coach.quotable import Kind, Quotable, quotables
from studyin.coach.sections import section
from studyin.coach.sequence import InOrder, in_order
from studyin.coach.wants import Want, own_subject, points_back
from studyin.coach.welcoming import aside, headings, nothing_found
from studyin.language import say
from studyin.library.search import MAX_TERMS, Found
from studyin.library.terms import subject

# Passages whose sentences are compared; more than a reply cites, as the best sentence may be in none of the best four.
POOL = 10
# A passage that covers no more of the question than this is the nearest there is, not an answer.
NEAREST = 0.5

# Pieces quoted, and the share of a reply's words that they may take.
MOST = {Verbosity.CONCISE: 2, Verbosity.BALANCED: 3, Verbosity.DETAILED: 4}
QUOTES_SHARE = 0.6
# What is to be listed may stand in several sentences.
MORE_OF_A_LIST = 2

MAX_TOPIC = 300


async def explain(lesson: Lesson, question: str, *, direct: bool = False) -> Told:
    """Answer a question by quoting, and ask one back; in deep mode, ask first. direct: the answer is wanted at once."""
    name = await named(lesson, question)
    special = None if name and name.asks_all and name.overview else await _special(lesson, question, direct=direct)
    if special:
        return special
    about = await completed(lesson, question)
    if name and not name.asks_all:
        about, found = await find_in(lesson, about, name)
    else:
        found = await lesson.library.find(lesson.account_id, about, POOL)
    if name and name.asks_all and (name.overview or not found):
        return await _overview(lesson, question, name)
    rarity = await lesson.library.rarity(lesson.account_id, subject(about)[:MAX_TERMS])
    picker = Picker(about, rarity, await lesson.library.spellings(lesson.account_id, about))
    most = _most(lesson) + (MORE_OF_A_LIST if picker.want is Want.LIST else 0)
    picked = picker.pick(found, most=most, room=int(lesson.cap * QUOTES_SHARE))
    if picked is None:
        return await nothing_found(lesson, question)
    if asks_for_more_of_the_same(lesson, question, picked.units):
        return nothing_more(lesson)
    lesson.dialogue = replace(lesson.dialogue, topic=about[:MAX_TOPIC])
    return await _answered(lesson, question, picker.want, picked, found, direct=direct)


async def _answered(
    lesson: Lesson, question: str, want: Want, picked: Picked, found: Sequence[Found], *, direct: bool
) -> Told:
    lesson.sources.expect(found)
    nearest = max(each.coverage for each in found) <= NEAREST
    lesson.move = Move.NEAREST if nearest else Move.EXPLAIN
    if lesson.profile is Profile.DEEP and not direct and not nearest:
        return _ask_first(lesson, question, picked)
    opening = _opening(lesson, picked.units, nearest=nearest)
    if nearest:
        # What the notes don't answer can't be asked back.
        return await _quote(lesson, "", Want.ANYTHING, picked, opening)
    return await _quote(lesson, question, want, picked, opening)


async def in_passing(lesson: Lesson, question: str, topic: str, room: int) -> str:
    """An answer to a question that came with something else: quoted in at most so many words, nothing asked back."""
    about = f"{question} {topic}" if points_back(question) or not own_subject(question) else question
    found = await lesson.library.find(lesson.account_id, about, POOL)
    rarity = await lesson.library.rarity(lesson.account_id, subject(about)[:MAX_TERMS])
    picker = Picker(about, rarity, await lesson.library.spellings(lesson.account_id, about))
    picked = picker.pick(found, most=2, room=room)
    if picked is None or max(each.coverage for each in found) <= NEAREST:
        return say("To the question you ask your notes have no answer.")
    lesson.dialogue = replace(lesson.dialogue, topic=about[:MAX_TOPIC])
    opening = say("To the question you ask, under {place}:", place=place_of(picked.units[0].passage))
    return paragraphs(opening, lesson.quote(picked.units, room - count(opening)))


async def _special(lesson: Lesson, question: str, *, direct: bool) -> Told | None:
    """Questions that the best passage alone does not answer: the whole of a section, an order, two things compared."""
    whole = await _summary(lesson, question)
    if whole:
        return whole
    ordered = await in_order(lesson, question)
    if ordered:
        lesson.dialogue = replace(lesson.dialogue, topic=question[:MAX_TOPIC])
        return await _in_order(lesson, ordered)
    compared = await contrast(lesson, question)
    if compared is None:
        return None
    lesson.dialogue = replace(lesson.dialogue, topic=" ".join(compared.names))
    lesson.move = Move.EXPLAIN
    picked = Picked(compared.units[0], compared.units)
    if compared.lacking:
        opening = say(
            "Nothing in {notes} is about {name}. Under {place} they say:",
            notes=lesson.notes,
            name=compared.lacking[0],
            place=place_of(picked.best.passage),
        )
        return await _quote(lesson, "", Want.ANYTHING, picked, opening)
    one, other = compared.names
    posed = questions.explain(
        say("Now in your own words: how do {one} and {other} differ?", one=one, other=other), compared.units
    )
    posed = replace(posed, alone=say("How do {one} and {other} differ?", one=one, other=other))
    if len(posed.expected) == len(compared.units):
        posed = replace(posed, passages=tuple(unit.passage.id for unit in compared.units))
    if lesson.profile is Profile.DEEP and not direct:
        return _ask_first(lesson, question, picked)
    opening = say(
        "Your notes don't set the two side by side. This they say of each, first under {place}:",
        place=place_of(picked.best.passage),
    )
    turn = your_turn(posed.text)
    quotes = lesson.quote(compared.units, lesson.cap - count(opening) - count(turn))
    dialogue = replace(lesson.dialogue.asking(posed, shown=True), place=place_behind(compared.units))
    return lesson.told(dialogue, opening, quotes, turn)


async def _in_order(lesson: Lesson, ordered: InOrder) -> Told:
    """Some of a list is quoted, and all of it asked for."""
    lesson.move = Move.EXPLAIN
    picked = Picked(ordered.units[0], ordered.units)
    whole = await question_about(lesson, ordered.whole.passage, ordered.whole.text) if ordered.whole else None
    if whole is None:
        return await _quote(lesson, "", Want.ANYTHING, picked, ordered.opening)
    turn = your_turn(whole.text)
    quotes = lesson.quote(ordered.units, lesson.cap - count(ordered.opening) - count(turn))
    shown = ordered.units[0].text == whole.text
    dialogue = replace(lesson.dialogue.asking(whole, shown=shown), place=place_behind(ordered.units))
    return lesson.told(dialogue, ordered.opening, quotes, turn)


async def _summary(lesson: Lesson, question: str) -> Told | None:
    """What the notes say first under each heading of a section that is to be summarised, or of the section itself."""
    asked = asks_for_overview(question)
    if asks_for_all_in_short(question):
        if not lesson.dialogue.topic or not points_back(question):
            return await _overview_of_all(lesson, question)
        asked = lesson.dialogue.topic  # "summarise it"
    whole = await section(lesson, asked) if asked else None
    if whole is None or not whole.passages:
        return None
    most, units = _most(lesson) + 2, []
    under = list(dict.fromkeys(passage.heading for passage in whole.passages))
    for heading in under[:most]:
        own = [unit for unit in whole.units if unit.passage.heading == heading]
        units += telling(own, most if len(under) == 1 else 1)
    if not units:
        return None
    lesson.dialogue = replace(lesson.dialogue, topic=whole.title)
    lesson.move = Move.OVERVIEW
    topic, filename = whole.title, whole.material.filename
    if units[0].passage.title == topic:
        opening = say("*{topic}* in short, in the words of {filename}:", topic=topic, filename=filename)
    else:
        opening = say(
            "*{topic}* in short, in the words of {filename}, under {place}:",
            topic=topic,
            filename=filename,
            place=place_of(units[0].passage),
        )
    return await _quote(lesson, "", Want.ANYTHING, Picked(units[0], units), opening)


async def digression(lesson: Lesson, said: str) -> Told:
    """What was said instead of an answer: a subject that the notes have is taken up, anything else passed over."""
    found = await lesson.library.find(lesson.account_id, said, 1)
    if found and found[0].coverage >= NEAREST:
        return await explain(lesson, said)
    return aside(lesson)


async def _overview(lesson: Lesson, question: str, name: Named) -> Told:
    """What a material says first under its first headings, and a question about that."""
    units = await openings(lesson, name.material, _most(lesson) + 1)
    if not units:
        return await nothing_found(lesson, question)
    lesson.move = Move.OVERVIEW
    lesson.dialogue = replace(lesson.dialogue, topic="")
    opening = say(
        "This is how *{filename}* begins, under {place}:",
        filename=name.material.filename,
        place=place_of(units[0].passage),
    )
    return await _quote(lesson, "", Want.ANYTHING, Picked(units[0], units), opening)


async def _overview_of_all(lesson: Lesson, question: str) -> Told:
    """What each material says first, the oldest first; of a single one, what it says under its first headings."""
    listed = await lesson.library.list(lesson.account_id, limit=MATERIALS)
    materials = [material for material in reversed(listed.materials) if material.passages]
    most = _most(lesson) + 1
    each = most if len(materials) == 1 else 1
    units = [unit for material in materials[:most] for unit in await openings(lesson, material, each)]
    if not units:
        return await nothing_found(lesson, question)
    lesson.move = Move.OVERVIEW
    lesson.dialogue = replace(lesson.dialogue, topic="")
    place = place_of(units[0].passage)
    if len(materials) <= most:
        opening = say("This is how your notes begin, under {place}:", place=place)
    else:
        opening = say("This is how the first {number} of your notes begin, under {place}:", number=most, place=place)
    return await _quote(lesson, "", Want.ANYTHING, Picked(units[0], units), opening)


async def more(lesson: Lesson) -> Told:
    """What the notes say next."""
    place = lesson.dialogue.place
    if place is None:
        return await headings(lesson, say("More of what?"))
    passages = await lesson.library.passages(lesson.account_id, place.material_id, after=place.position - 1, limit=3)
    for passage in passages:
        start = place.upto if passage.position == place.position else 0
        units = [unit for unit in quotables(passage) if unit.start >= start and unit.kind is not Kind.ITEM]
        if units:
            lesson.move = Move.MORE
            kept = _within(units, _most(lesson), int(lesson.cap * QUOTES_SHARE))
            opening = say("Your notes go on, under {place}:", place=place_of(passage))
            return await _quote(lesson, "", Want.ANYTHING, Picked(kept[0], kept), opening)
    return await headings(lesson, say("That is the end of these notes."))


def _most(lesson: Lesson) -> int:
    most = MOST[lesson.ask.controls.verbosity]
    if lesson.profile is not Profile.FAST or lesson.level <= 2:
        most -= 1  # one idea at a time
    return most


def _within(units: Sequence[Quotable], most: int, words: int) -> list[Quotable]:
    kept: list[Quotable] = []
    for unit in units[:most]:
        words -= unit.words
        if kept and words < 0:
            break
        kept.append(unit)
    return kept


def _opening(lesson: Lesson, units: Sequence[Quotable], *, nearest: bool) -> str:
    where = place_of(units[0].passage)
    if nearest:
        return say(
            "Nothing in {notes} answers that outright. The nearest they come, under {place}:",
            notes=lesson.notes,
            place=where,
        )
    if lesson.is_first:
        return say("I answer from your notes alone, in their words. Under {place} they say:", place=where)
    return say("Under {place} your notes say:", place=where)


async def _quote(lesson: Lesson, question: str, want: Want, picked: Picked, opening: str) -> Told:
    closing, shown = await check_question(lesson, question, want, picked)
    turn = your_turn(closing.text)
    quotes = lesson.quote(picked.units, lesson.cap - count(opening) - count(turn))
    dialogue = replace(lesson.dialogue.asking(closing, shown=shown), place=place_behind(picked.units))
    return lesson.told(dialogue, opening, quotes, turn)


def _ask_first(lesson: Lesson, question: str, picked: Picked) -> Told:
    lesson.move = Move.ASK_FIRST
    posed = in_own_words(lesson, question, picked.core, now=False)
    dialogue = replace(lesson.dialogue.asking(posed, shown=False, rung=0), place=place_behind(picked.core))
    lead = say("Your notes have an answer to this. Try it before I quote them: even a wrong guess helps it stick.")
    return lesson.told(dialogue, lead, posed.text)
