"""Free recall: the student writes down all they know of a topic, and is told what of the notes that covers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from studyin.coach.asking import following, question_about
from studyin.coach.base import Verbosity
from studyin.coach.definitions import definition, emphasised
from studyin.coach.dialogue import Dialogue, Offering
from studyin.coach.free_recall import Recalled, recalled
from studyin.coach.grading import Grade, Verdict
from studyin.coach.lesson import Lesson, Told, count, from_what_is_gone, paragraphs, place_at, your_turn
from studyin.coach.moves import Move
from studyin.coach.question import Form, Question
from studyin.coach.quotable import Kind, Quotable, quotables
from studyin.coach.quoting import fitted, quoted
from studyin.coach.sections import section
from studyin.coach.topics import about
from studyin.coach.welcoming import headings, nothing_found
from studyin.language import phrase, say, say_number
from studyin.store.materials import Passage

# Of a long chapter the sentences that define or emphasise something are taken, up to so many.
MAX_POINTS = 16
MIN_WORDS = 4
# A share of a reply's words goes to what was there, the rest to what is missing.
COVERED_SHARE = 0.3
# Words that the question at the end may take.
ROOM_TO_CLOSE = 50
MAX_PHRASE_WORDS = 8
MOST_MISSING = {Verbosity.CONCISE: 2, Verbosity.BALANCED: 4, Verbosity.DETAILED: 8}
# "A brain dump on that": on what is at hand.
_POINTING = ("it", "this", "that", "them", "this topic", "that topic", "the topic")
_AND_MORE = phrase("And {number} more: ask me to *summarise it* to see them all.")


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that the notes say of the topic, and the passage it stands in."""

    text: str
    passage: Passage
    kind: Kind


async def recall(lesson: Lesson, topic: str, text: str = "") -> Told:
    """Ask for all that the student knows of a topic, or of the one at hand; what came with it is compared at once."""
    topic, at_hand = topic.strip(" .?!"), ""
    if not topic or topic.casefold() in _POINTING:
        topic = at_hand = lesson.dialogue.quiz or await _under_discussion(lesson)
    if not topic:
        told = await headings(lesson, say("A brain dump on what?"), say("Which topic shall it be?"))
        return replace(told, dialogue=told.dialogue.offering(Offering.RECALL))
    question, passage = await _question(lesson, topic)
    if question is None or passage is None:
        return await nothing_found(lesson, topic)
    dialogue = lesson.dialogue.asking(question, shown=False, rung=0)
    lesson.dialogue = replace(dialogue, topic=question.answer, place=place_at(passage), quiz="")
    if text:
        return await compare(lesson, question, text)
    lesson.move = Move.QUIZ
    lead = say("Close your notes. Single words and half sentences are fine; I compare them with your notes afterwards.")
    if at_hand:
        which = say("We were at *{topic}*, so that; or say *brain dump* with another topic.", topic=question.answer)
        lead = f"{which} {lead}"
    return lesson.told(lesson.dialogue, lead, question.text)


async def _under_discussion(lesson: Lesson) -> str:
    """The heading of what was quoted or asked about last; empty where nothing was."""
    place = lesson.dialogue.place
    if place is None:
        return ""
    after = place.position - 1
    here = await lesson.library.passages(lesson.account_id, place.material_id, after=after, limit=1)
    return here[0].title if here else ""


async def tell(lesson: Lesson, question: Question) -> Told:
    """What the notes have, for a student who gives up."""
    return await compare(lesson, question, "")


async def compare(lesson: Lesson, question: Question, text: str) -> Told:
    """What of the notes is there, in the student's words; what is missing, quoted in the notes' order; a question
    about the first of it."""
    passages = await _passages(lesson, question)
    graded = recalled(
        question, text, await lesson.rarity([unit for each in passages.values() for unit in quotables(each)])
    )
    missing = [n for n in range(len(question.expected)) if n not in graded.covered]
    lesson.move, lesson.graded = Move.CHECK if text else Move.TELL, question
    lesson.grade = _grade(graded, missing) if text else None
    if text:
        opening = _opening(question, graded, missing)
    else:
        opening = say("*{topic}*, as your notes have it:", topic=question.answer)
    room = lesson.cap - count(opening) - ROOM_TO_CLOSE
    there = _there(lesson, question, graded, passages, int(room * COVERED_SHARE) if missing else room)
    quotes = _missing(lesson, question, missing, passages, room - count(there))
    rest = _with_lead(quotes, len(missing), lead=say("**Missing:**") if text else "")
    if quotes and not passages:
        rest = paragraphs(rest, from_what_is_gone(question.filename))
    above = "\n".join((opening, there, *quotes))
    closing, dialogue = await _closing(lesson, question, (missing[: len(quotes)], missing[len(quotes) :]), above)
    return lesson.told(dialogue, opening, there, rest, closing)


async def _question(lesson: Lesson, topic: str) -> tuple[Question | None, Passage | None]:
    named = await section(lesson, topic)
    if named and named.passages:
        title, units = named.title, [unit for passage in named.passages for unit in quotables(passage)]
    else:
        title, units = topic.strip(" .?!"), await _speaking_of(lesson, topic)
    points = _points(units)
    if not points:
        return None, None
    first = points[0].passage
    parts = tuple(point.text for point in points)
    sources = tuple(point.passage.id for point in points)
    text = say("Write down everything you know about **{topic}**, in any order. What comes to mind?", topic=title)
    key = f"{Form.RECALL}:{first.id}:0-{len(points)}"
    heading = named.path if named else first.heading
    question = Question(Form.RECALL, text, parts, first.id, first.filename, heading, title, key, sources)
    return question, first


async def _speaking_of(lesson: Lesson, topic: str) -> list[Quotable]:
    """What the section that a topic stands in says of it: the sentences that name it, and those that lean on them."""
    of_it = await about(lesson, topic)
    pieces = list(of_it.pieces()) if of_it else []
    if not pieces:
        return []
    first = pieces[0][0]
    beside = [each for each in pieces if (each[0].material_id, each[0].heading) == (first.material_id, first.heading)]
    found: list[Quotable] = []
    for passage, named in sorted(beside, key=lambda each: each[0].position):
        is_named = False
        for unit in quotables(passage):
            goes_on = is_named and unit.leans
            is_named = unit in named or goes_on
            found += [unit] if is_named else []
    return found


def _points(pieces: Sequence[Quotable]) -> list[Point]:
    """What a student could know, in the order of the notes: sentences and the items of lists."""
    units = [unit for unit in pieces if _says_something(unit)]
    if len(units) > MAX_POINTS:
        telling = sorted(units, key=lambda unit: -_weight(unit))[:MAX_POINTS]
        units = [unit for unit in units if unit in telling]
    return [Point(unit.text, unit.passage, unit.kind) for unit in units]


def _says_something(unit: Quotable) -> bool:
    if unit.kind is Kind.ITEM:
        return True
    if unit.is_about_the_text:
        return False
    return unit.kind is Kind.SENTENCE and unit.words >= MIN_WORDS and not unit.plain.endswith(("?", ":"))


def _weight(unit: Quotable) -> float:
    return 2.0 * (definition(unit) is not None) + bool(emphasised(unit.text)) - 0.5 * unit.leans


def _grade(graded: Recalled, missing: Sequence[int]) -> Grade:
    verdict = Verdict.PARTLY if missing else Verdict.RIGHT
    covered = tuple(phrase for phrases in graded.covered.values() for phrase in phrases[:1])
    return Grade(verdict if graded.covered else Verdict.WRONG, covered, tuple(missing), graded.against)


async def _passages(lesson: Lesson, question: Question) -> Mapping[str, Passage]:
    found = {}
    for passage_id in dict.fromkeys(question.passages):
        passage = await lesson.library.recall(lesson.account_id, passage_id)
        if passage:
            found[passage_id] = passage
    return found


def _opening(question: Question, graded: Recalled, missing: Sequence[int]) -> str:
    topic, every = question.answer, len(question.expected)
    if not missing:
        said = say_number(
            every,
            "*{topic}*: that is the one point in your notes.",
            "*{topic}*: all {number} points in your notes.",
            topic=topic,
        )
    elif len(missing) == every:
        said = say_number(
            every, "*{topic}*: not yet.", "*{topic}*: none of the {number} points in your notes yet.", topic=topic
        )
    else:
        said = say(
            "*{topic}*: {number} of the {every} points in your notes.",
            topic=topic,
            number=every - len(missing),
            every=every,
        )
    if graded.against:
        wrong = say("“{words}”", words=_brief(graded.against[0]))
        said += " " + say("{phrases} is not what your notes say.", phrases=wrong)
    return said


def _brief(words: str) -> str:
    said = words.split()
    return words if len(said) <= MAX_PHRASE_WORDS else " ".join(said[:MAX_PHRASE_WORDS]) + "…"


def _there(lesson: Lesson, question: Question, graded: Recalled, passages: Mapping[str, Passage], room: int) -> str:
    """What the student had, in their words, each with the place in the notes that bears it out."""
    parts: list[str] = []
    left = room - 2
    for n, phrases in sorted(graded.covered.items()):
        passage = passages.get(question.passages[n])
        if not phrases:
            continue
        number = f" [[{lesson.sources.number(passage)}]]" if passage and count(phrases[0]) < left else ""
        part = say("“{words}”", words=_brief(" … ".join(phrases))) + number
        left -= count(part)
        if left < 0:
            break
        parts.append(part)
    return say("**You had** {phrases}.", phrases=", ".join(dict.fromkeys(parts))) if parts else ""


def _missing(
    lesson: Lesson, question: Question, missing: Sequence[int], passages: Mapping[str, Passage], room: int
) -> list[str]:
    """Quotations of what is missing, in the order of the notes, as many as there is room for."""
    left = room - count(say(_AND_MORE)) - 1
    parts: list[str] = []
    for n in missing[: MOST_MISSING[lesson.ask.controls.verbosity]]:
        passage = passages.get(question.passages[n])
        # Only what is quoted gets a number.
        text = fitted(question.expected[n], left) if not parts else question.expected[n]
        if not text or count(quoted(text, 1)) > left:
            break
        parts.append(quoted(text, lesson.sources.number(passage) if passage else None))
        left -= count(parts[-1])
    return parts


def _with_lead(quotes: Sequence[str], missing: int, *, lead: str) -> str:
    """The quotations of what is missing, and how many more there are."""
    if not quotes:
        return ""
    rest = missing - len(quotes)
    return paragraphs(lead, *quotes, say(_AND_MORE, number=rest) if rest else "")


def _in_own_words(question: Question, missing: Sequence[int]) -> Question:
    """A question about all that was missing, in place of a gap whose answer was quoted just now."""
    sources = tuple(question.passages[n] for n in missing)
    return replace(
        question,
        form=Form.EXPLAIN,
        text=say("How would you put in your own words what was missing on **{topic}**?", topic=question.answer),
        alone=say("How would you explain **{term}** in your own words?", term=question.answer),
        expected=tuple(question.expected[n] for n in missing),
        passages=sources,
        passage_id=sources[0],
        answer="",
        key=f"{Form.EXPLAIN}:{question.key.partition(':')[2]}",
    )


async def _closing(
    lesson: Lesson, question: Question, missing: tuple[Sequence[int], Sequence[int]], above: str
) -> tuple[str, Dialogue]:
    """A question about what is missing, first about what was not quoted for want of room; where nothing is missing, on
    through the notes. missing: what was quoted, and what was not; above: what the reply says before the question."""
    quoted_now, unseen = missing
    passages = await _passages(lesson, question)
    for n in (*unseen, *quoted_now):
        passage = passages.get(question.passages[n])
        asked = await question_about(lesson, passage, question.expected[n], above) if passage else None
        if passage and asked:
            shown = n in quoted_now
            dialogue = replace(lesson.dialogue.asking(asked, shown=shown), place=place_at(passage))
            lead = say("**Next step:** one of these.") if shown else say("**Next step:** one more of them.")
            return f"{lead} {asked.text}", dialogue
    if quoted_now and passages:
        asked = _in_own_words(question, quoted_now)
        return your_turn(asked.text), lesson.dialogue.asking(asked, shown=True)
    upcoming = await following(lesson, above)
    return upcoming.text, upcoming.dialogue
