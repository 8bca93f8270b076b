"""Which question comes next: about what was just quoted, about a topic, or on through the notes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

from studyin.coach.answer import FACTS, Picked
from studyin.coach.asking_back import alone, as_written
from studyin.coach.base import Profile
from studyin.coach.dialogue import Offering
from studyin.coach.lesson import Lesson, Told, Upcoming, place_at, place_of
from studyin.coach.moves import Move
from studyin.coach.question import Form, Question
from studyin.coach.questions import Candidate, candidates, expected_of, explain, first_new, meets, passage_of, start_of
from studyin.coach.quotable import Kind, Quotable, quotables
from studyin.coach.shown import NOTHING, Shown, shown
from studyin.coach.topics import Topic, about
from studyin.coach.wants import Want, points_back
from studyin.language import ENGLISH, current, say
from studyin.library.terms import stem, subject
from studyin.store.materials import Passage

# Passages of one material, and materials, that are looked through for the next question.
LOOK_AHEAD = 6
LOOK_THROUGH = 24
MATERIALS = 20
# Two questions of one form in a row are dull.
REPEATED = 0.6


async def check_question(lesson: Lesson, asked: str, want: Want, picked: Picked) -> tuple[Question, bool]:
    """A question to close an answer with, made from what it quotes; and whether the quotes show its answer.

    A beginner fills a gap in another sentence of the passage, everyone else explains or lists; what was a question for
    a fact leads to another one there, too. asked: the student's question, empty where the quotes don't answer it: then
    it isn't asked back.
    """
    best, asked_before = picked.best, lesson.dialogue.asked
    quotes = shown(*(unit.text for unit in picked.units))
    own = await _ordered(lesson, picked.units, quotes)
    if best.kind in (Kind.LIST, Kind.TABLE):
        left_open = lesson.dialogue.pending.key if lesson.dialogue.pending else ""
        unanswered = [key for key in asked_before if key != left_open]
        of_it = [each for each in own if best.start <= start_of(each.question) < best.end]
        # Who asks for a list by name wants it once more.
        whole_list = [each.question for each in of_it if each.question.form is Form.LIST and want is Want.LIST]
        question = first_new(of_it, unanswered) or next(iter(whole_list), None)
        if question:
            return question, not best.rows
    if want in FACTS or lesson.level <= 2:
        question = first_new(await _gaps_beside(lesson, picked, quotes), asked_before, again=False)
        if question:
            return question, False
    defining = next((each.question for each in own if each.question.form is Form.EXPLAIN), None)
    if want is Want.DEFINITION and defining:
        return replace(defining, expected=expected_of(picked.core)), True
    if not asked or not alone(lesson.ask.question, asked):
        # What can't be turned round is followed by what the quotes define or list, else by a gap beside them.
        told = own if not asked else [each for each in own if each.question.form is not Form.GAP]
        question = first_new(told, asked_before, again=False)
        if question:
            return question, True
        question = first_new(await _gaps_beside(lesson, picked, quotes), asked_before, again=False)
        if question:
            return question, False
    # To compare takes all that was quoted; and so does a question about all that stands there.
    whole = want in (Want.COMPARISON, Want.LIST) or not asked or points_back(asked) or want in FACTS
    whole = whole or best.kind is Kind.CODE or not alone(lesson.ask.question, asked)
    beside_best = [unit for unit in picked.units if unit.passage.id == best.passage.id]
    return in_own_words(lesson, asked, beside_best if whole else picked.core), True


async def _gaps_beside(lesson: Lesson, picked: Picked, quotes: Shown) -> list[Candidate]:
    """Gaps in what stands beside the quotes, under the same heading."""
    beside = [
        unit for unit in quotables(picked.best.passage) if not any(unit.overlaps(other) for other in picked.units)
    ]
    return [each for each in await _ordered(lesson, beside, quotes) if each.question.form is Form.GAP]


def in_own_words(lesson: Lesson, asked: str, units: Sequence[Quotable], *, now: bool = True) -> Question:
    """The student's own question turned round, else one about what the passage says. now: after it was answered.

    It must stand alone, as it is repeated after a digression: a question that points back is not turned round.
    """
    own = as_written(alone(lesson.ask.question, asked), [unit.plain for unit in units]) if asked else ""
    if not own:
        place = place_of(units[0].passage)
        return explain(
            say("How would you put what your notes say under {place} in your own words?", place=place), units
        )
    # Behind a colon English goes on in small letters.
    inside = own[0].lower() + own[1:] if current() == ENGLISH and not own[:2].isupper() else own
    if now:
        text = say("Now in your own words: {question}", question=inside)
    else:
        text = say("In your own words: {question}", question=inside)
    return replace(explain(text, units), alone=own)


async def quiz(lesson: Lesson, topic: str) -> Told | None:
    """A question about a topic, which the next ones keep to, or on from where the conversation is; None where the notes
    have nothing to it."""
    of_it = await about(lesson, topic) if topic else None
    if topic and of_it is None:
        return None
    lesson.move = Move.QUIZ
    lesson.dialogue = replace(lesson.dialogue, quiz=of_it.name if of_it else "")
    question, passage = await _next(lesson, of_it, NOTHING)
    if question is None and of_it:
        # Who asks for it by name wants it once more.
        lesson.dialogue = replace(lesson.dialogue, asked=_without(lesson.dialogue.asked, of_it))
        question, passage = await _next(lesson, of_it, NOTHING)
    if question is None or passage is None:
        upcoming = await _used_up(lesson, of_it) if of_it else _finished(lesson)
        return lesson.told(upcoming.dialogue, upcoming.text)
    dialogue = replace(lesson.dialogue.asking(question, shown=False), place=place_at(passage))
    return lesson.told(dialogue, say("From {place}:", place=place_of(passage)), question.text)


async def skipped(lesson: Lesson) -> Told:
    """Another question than the one that is open, on the same topic where there is one."""
    lesson.move = Move.QUIZ
    upcoming = await following(lesson)
    return lesson.told(upcoming.dialogue, upcoming.text)


async def question_about(lesson: Lesson, passage: Passage, text: str, above: str = "") -> Question | None:
    """A question about one piece of a passage that was not asked yet, and whose answer is not said above it."""
    units = [unit for unit in quotables(passage) if unit.text == text]
    return first_new(await _ordered(lesson, units, shown(above)), lesson.dialogue.asked)


async def following(lesson: Lesson, above: str = "") -> Upcoming:
    """The next question, as a reply to an answer ends with it. above: what the reply says before it."""
    if lesson.upcoming:
        return lesson.upcoming
    of_it = await about(lesson, lesson.dialogue.quiz) if lesson.dialogue.quiz else None
    question, passage = await _next(lesson, of_it, shown(above))
    if question is None or passage is None:
        return await _used_up(lesson, of_it) if of_it else _finished(lesson)
    last, place = lesson.dialogue.place, place_at(passage)
    moved = last is None or (last.material_id, last.position) != (place.material_id, place.position)
    if of_it and await _has_strayed(lesson, of_it):
        lead = say("**Back to {topic}**, from {place}:", topic=of_it.name, place=place_of(passage))
    else:
        lead = say("**Next**, from {place}:", place=place_of(passage)) if moved else say("**Next:**")
    separator = "\n\n" if question.text.startswith(">") else " "
    dialogue = replace(lesson.dialogue.asking(question, shown=False), place=place)
    return Upcoming(f"{lead}{separator}{question.text}", dialogue)


def _finished(lesson: Lesson) -> Upcoming:
    closing = say(
        "That was every question I can make from {notes}. Which topic shall we go through once more?",
        notes=lesson.notes,
    )
    dialogue = replace(lesson.dialogue.asking(None, shown=False), asked=())
    return Upcoming(closing, dialogue.offering(Offering.AGAIN))


async def _used_up(lesson: Lesson, topic: Topic) -> Upcoming:
    """There is no further question on a topic: it is said, and what can come now."""
    asked = _without(lesson.dialogue.asked, topic)
    said = (
        say("I can make no question from what {notes} say on *{topic}*.", notes=lesson.notes, topic=topic.name)
        if len(asked) == len(lesson.dialogue.asked)
        else say("That was every question I can make on *{topic}*.", topic=topic.name)
    )
    beside = await _beside(lesson, topic)
    ways = (
        say("Name another topic, such as *{other}*, or say *stop*.", other=beside)
        if beside
        else say("Name another topic, or say *stop*.")
    )
    dialogue = replace(lesson.dialogue.asking(None, shown=False), asked=asked, quiz="")
    if len(asked) == len(lesson.dialogue.asked):
        return Upcoming(f"{said} {ways}", dialogue.offering(Offering.AGAIN))
    once_more = say("Or shall I ask about *{topic}* once more?", topic=topic.name)
    return Upcoming(f"{said} {ways} {once_more}", dialogue.offering(Offering.AGAIN, topic.name))


def _without(asked: Sequence[str], topic: Topic) -> tuple[str, ...]:
    """The keys of questions that were asked about anything else."""
    return tuple(key for key in asked if not topic.has(passage_of(key)))


async def _beside(lesson: Lesson, topic: Topic) -> str:
    """The next heading of the notes that a topic is not about; empty where there is none."""
    place = lesson.dialogue.place
    listed = await lesson.library.list(lesson.account_id, limit=MATERIALS)
    ids = [place.material_id] if place else []
    ids += [each.id for each in listed.materials if each.id not in ids]
    for material_id in ids:
        after = place.position if place and place.material_id == material_id else -1
        for start in dict.fromkeys((after, -1)):
            ahead = await lesson.library.passages(lesson.account_id, material_id, after=start, limit=LOOK_THROUGH)
            for passage in ahead:
                if passage.heading and not topic.has(passage.id) and passage.title.casefold() != topic.name.casefold():
                    return passage.title
    return ""


async def _has_strayed(lesson: Lesson, topic: Topic) -> bool:
    """Whether what was quoted last is about something else than the topic."""
    place = lesson.dialogue.place
    if place is None:
        return False
    here = await lesson.library.passages(lesson.account_id, place.material_id, after=place.position - 1, limit=1)
    return bool(here) and not topic.has(here[0].id)


async def _next(lesson: Lesson, topic: Topic | None, above: Shown) -> tuple[Question | None, Passage | None]:
    """What was not asked yet: about the topic where there is one, else on from the last passage and in any material."""
    asked, looked_through = lesson.dialogue.asked, list[tuple[Passage, list[Candidate]]]()
    async for passage, units in _pieces(lesson, topic):
        made = await _ordered(lesson, units, above)
        rested = [each for each in made if not _was_just_read(lesson, each.question)]
        question = first_new(rested, asked, again=False)
        if question:
            return question, passage
        looked_through.append((passage, made))
    for again in (False, True):
        for passage, made in looked_through:
            question = first_new(made, asked, again=again)
            if question:
                return question, passage
    return None, None


async def _pieces(lesson: Lesson, topic: Topic | None) -> AsyncIterator[tuple[Passage, Sequence[Quotable]]]:
    if topic:
        for passage, units in topic.pieces():
            yield passage, units
        return
    async for passage in _ahead(lesson):
        yield passage, quotables(passage)


def _was_just_read(lesson: Lesson, question: Question) -> bool:
    """Whether the last replies quoted what is asked for: it would be read off, and not remembered."""
    return any(meets(question.key, key) for key in lesson.dialogue.seen)


async def _ahead(lesson: Lesson) -> AsyncIterator[Passage]:
    """Passages to ask about, the nearest first; some of them twice."""
    place, library = lesson.dialogue.place, lesson.library
    if place:
        after = place.position - 1
        for passage in await library.passages(lesson.account_id, place.material_id, after=after, limit=LOOK_AHEAD):
            yield passage
    listed = await library.list(lesson.account_id, limit=MATERIALS)
    for material in listed.materials:
        for passage in await library.passages(lesson.account_id, material.id, limit=LOOK_THROUGH):
            yield passage


async def _ordered(lesson: Lesson, units: Sequence[Quotable], above: Shown = NOTHING) -> list[Candidate]:
    """What can be asked about these pieces, the best first; a form that was just used comes later."""
    known = frozenset(stem(word) for said in (lesson.dialogue.topic, lesson.ask.question) for word in subject(said))
    level = min(5, lesson.level + 1) if lesson.profile is Profile.DEEP else lesson.level
    made = candidates(units, await lesson.rarity(units), level, known, above)
    last = lesson.dialogue.asked[-1].partition(":")[0] if lesson.dialogue.asked else ""
    return sorted(made, key=lambda each: -(each.score - (REPEATED if each.question.form.value == last else 0.0)))
