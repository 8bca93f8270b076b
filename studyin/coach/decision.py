"""What a turn does: decided here for every coach, by rules that can be tested. A model only words what comes of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from studyin.coach import asking, checking, explaining, problems, welcoming
from studyin.coach.intent import Intent, Message, is_personal, is_yes_or_no, read
from studyin.coach.lesson import Lesson, Told
from studyin.coach.question import Form, Question

_WITHOUT_A_QUESTION: dict[Intent, Callable[[Lesson], Awaitable[Told]]] = {
    Intent.GREETING: welcoming.greeting,
    Intent.THANKS: welcoming.thanks,
    Intent.AGREED: welcoming.agreed,
    Intent.ABOUT: welcoming.about,
    Intent.MORE: explaining.more,
}


async def decide(lesson: Lesson) -> Told:
    """The reply in the words of the notes, and the dialogue after it; the lesson knows what was decided."""
    told = await _teach(lesson)
    if lesson.grade:
        told = Told(told.text, told.dialogue.showing(lesson.grade.covered), told.found)
    return told


async def _teach(lesson: Lesson) -> Told:
    pending = lesson.dialogue.pending
    said = lesson.ask.question
    message = read(said, open_question=pending is not None)
    if message.intent in (Intent.ASK, Intent.ATTEMPT) and problems.is_problem(message.about):
        return await problems.pose(lesson, message.about, direct=message.direct)
    if pending:
        return await _follow(lesson, pending, message) or await _answer(lesson, message)
    return await _answer(lesson, message)


async def _follow(lesson: Lesson, pending: Question, message: Message) -> Told | None:
    """What comes behind the question that is open; None where the message is about something else."""
    if pending.form is Form.PROBLEM:
        return await problems.follow(lesson, pending, message.intent)
    told: Told | None = None
    if not pending.expected:
        if message.intent is Intent.ATTEMPT and await _has_answer(lesson, message.about):
            return None
        if message.intent in (Intent.ATTEMPT, Intent.HINT, Intent.TELL):
            told = await checking.unchecked(lesson)
    elif message.intent is Intent.ATTEMPT:
        told = await _attempt(lesson, pending, message.about)
    elif message.intent is Intent.HINT:
        told = await checking.give_hint(lesson, pending)
    elif message.intent is Intent.TELL:
        told = await checking.tell(lesson, pending)
    return told


async def _has_answer(lesson: Lesson, said: str) -> bool:
    """Whether the notes have something to what was said: then it is a subject, and no answer to what they lack."""
    found = await lesson.library.find(lesson.account_id, said, 1)
    return bool(found) and found[0].coverage >= explaining.NEAREST


async def _attempt(lesson: Lesson, pending: Question, said: str) -> Told:
    if is_yes_or_no(said) and not checking.wants_yes_or_no(pending):
        return checking.ask_for_more(lesson, pending)
    if is_personal(said) and checking.is_beside(pending, said):
        return await explaining.digression(lesson, said)
    return await checking.attempt(lesson, pending, said)


async def _answer(lesson: Lesson, message: Message) -> Told:
    courtesy = _WITHOUT_A_QUESTION.get(message.intent)
    if courtesy:
        return await courtesy(lesson)
    if message.intent in (Intent.QUIZ, Intent.SKIP):
        topic = message.about if message.intent is Intent.QUIZ else ""
        return await asking.quiz(lesson, topic) or await welcoming.nothing_found(lesson, topic)
    return await explaining.explain(lesson, message.about, direct=message.direct)
