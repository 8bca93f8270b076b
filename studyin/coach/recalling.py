"""Free recall: the student writes down all they know of a topic, and is told what of the notes that covers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from studyin.coach.asking import LOOK_AHEAD, following, question_about
from studyin.coach.base import Verbosity
from studyin.coach.definitions import definition, emphasised
from studyin.coach.dialogue import Dialogue
from studyin.coach.grading import Grade, Recalled, Verdict, recalled
from studyin.coach.lesson import Lesson, Told, count, from_what_is_gone, paragraphs, place_at
from studyin.coach.moves import Move
from studyin.coach.question import Form, Question
from studyin.coach.quotable import Kind, Quotable, quotables
from studyin.coach.quoting import fitted, quoted
from studyin.coach.sections import section
from studyin.coach.welcoming import headings, nothing_found
from studyin.language import phrase, say, say_number
from studyin.store.materials import Passage

# Of a long chapter the sentences that define or emphasise something are taken, up to so many.
MAX_POINTS = 16
MIN_WORDS = 4
# A share of a reply's words goes to what was there, the rest to what is missing.
COVERED_SHARE = 0.3
MAX_PHRASE_WORDS = 8
MOST_MISSING = {Verbosity.CONCISE: 2, Verbosity.BALANCED: 4, Verbosity.DETAILED: 8}
_AND_MORE = phrase("And {number} more: ask me to *summarise it* to see them all.")


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that the notes say of the topic, and the passage it stands in."""

    text: str
    passage: Passage
    kind: Kind


async def recall(lesson: Lesson, topic: str, text: str = "") -> Told:
    """Ask for all that the student knows of a topic, or of the one at hand; what came with it is compared at once."""
    topic = topic.strip(" .?!") or lesson.dialogue.topic
    if not topic:
        return await headings(lesson, say("A brain dump on what?"))
    question, passage = await _question(lesson, topic)
    if question is None or passage is None:
        return await nothing_found(lesson, topic)
    dialogue = lesson.dialogue.asking(question, shown=False, rung=0)
    lesson.dialogue = replace(dialogue, topic=question.answer, place=place_at(passage))
    if text:
        return await compare(lesson, question, text)
    lesson.move = Move.QUIZ
    lead = say("Close your notes. Single words and half sentences are fine; I compare them with your notes afterwards.")
    return lesson.told(lesson.dialogue, lead, question.text)


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
    closing, dialogue = await _closing(lesson, question, missing, passages)
    if text:
        opening = _opening(question, graded, missing)
    else:
        opening = say("*{topic}*, as your notes have it:", topic=question.answer)
    room = lesson.cap - count(opening) - count(closing)
    there = _there(lesson, question, graded, passages, int(room * COVERED_SHARE) if missing else room)
    rest = _missing(lesson, question, missing, passages, room - count(there), lead=say("**Missing:**") if text else "")
    return lesson.told(dialogue, opening, there, rest, closing)


async def _question(lesson: Lesson, topic: str) -> tuple[Question | None, Passage | None]:
    named = await section(lesson, topic)
    if named and named.passages:
        title, points = named.title, _points(named.passages)
    else:
        found = [each.passage for each in await lesson.library.find(lesson.account_id, topic, LOOK_AHEAD)]
        if not found:
            return None, None
        best = found[0]
        beside = [each for each in found if (each.material_id, each.heading) == (best.material_id, best.heading)]
        points = _points(sorted(beside, key=lambda each: each.position))
        title = topic.strip(" .?!")
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


def _points(passages: Sequence[Passage]) -> list[Point]:
    """What a student could know, in the order of the notes: sentences and the items of lists."""
    units = [unit for passage in passages for unit in quotables(passage) if _says_something(unit)]
    if len(units) > MAX_POINTS:
        telling = sorted(units, key=lambda unit: -_weight(unit))[:MAX_POINTS]
        units = [unit for unit in units if unit in telling]
    return [Point(unit.text, unit.passage, unit.kind) for unit in units]


def _says_something(unit: Quotable) -> bool:
    if unit.kind is Kind.ITEM:
        return True
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
    lesson: Lesson, question: Question, missing: Sequence[int], passages: Mapping[str, Passage], room: int, *, lead: str
) -> str:
    """Quotations of what is missing, in the order of the notes, as many as there is room for."""
    if not missing:
        return ""
    left = room - count(lead) - count(say(_AND_MORE))
    parts: list[str] = []
    for n in missing[: MOST_MISSING[lesson.ask.controls.verbosity]]:
        passage = passages.get(question.passages[n])
        # Only what is quoted gets a number.
        text = fitted(question.expected[n], left) if not parts else question.expected[n]
        if not text or count(quoted(text, 1)) > left:
            break
        parts.append(quoted(text, lesson.sources.number(passage) if passage else None))
        left -= count(parts[-1])
    if parts and not passages:
        parts.append(from_what_is_gone(question.filename))
    rest = len(missing) - len(parts)
    return paragraphs(lead if parts else "", *parts, say(_AND_MORE, number=rest) if parts and rest > 0 else "")


async def _closing(
    lesson: Lesson, question: Question, missing: Sequence[int], passages: Mapping[str, Passage]
) -> tuple[str, Dialogue]:
    """A question about the first that is missing; where nothing is, on through the notes."""
    for n in missing:
        passage = passages.get(question.passages[n])
        asked = await question_about(lesson, passage, question.expected[n]) if passage else None
        if passage and asked:
            dialogue = replace(lesson.dialogue.asking(asked, shown=True), place=place_at(passage))
            return f"{say('**Next step:** the first of these.')} {asked.text}", dialogue
    upcoming = await following(lesson)
    return upcoming.text, upcoming.dialogue
