"""What a turn does: decided here for every coach, by rules that can be tested. A model only words what comes of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from studyin.coach import (
    answering,
    asking,
    checking,
    explaining,
    farewell,
    introducing,
    offering,
    problems,
    recalling,
    welcoming,
)
from studyin.coach.intent import Intent, Message, greets, read
from studyin.coach.lesson import Lesson, Told
from studyin.coach.nonsense import is_nonsense
from studyin.coach.question import Form, Question

_WITHOUT_A_QUESTION: dict[Intent, Callable[[Lesson], Awaitable[Told]]] = {
    Intent.GREETING: welcoming.greeting,
    Intent.THANKS: welcoming.thanks,
    Intent.GOODBYE: farewell.goodbye,
    Intent.AGREED: welcoming.agreed,
    Intent.ABOUT: introducing.about,
    Intent.MORE: explaining.more,
}
_WITH_A_QUESTION_OPEN: dict[Intent, Callable[[Lesson, Question], Awaitable[Told]]] = {
    Intent.HINT: checking.give_hint,
    Intent.TELL: checking.tell,
    Intent.PUZZLED: checking.say_again,
    Intent.THINKING: welcoming.take_your_time,
    Intent.FEELING: welcoming.unmoved,
}
_ASKING_US = (Intent.QUIZ, Intent.SKIP, Intent.RECALL)
_ABOUT_THE_ANSWER = (Intent.ATTEMPT, Intent.HINT, Intent.TELL)


async def decide(lesson: Lesson) -> Told:
    """The reply in the words of the notes, and the dialogue after it; the lesson knows what was decided."""
    before = lesson.dialogue.seen
    told = await _teach(lesson)
    dialogue = told.dialogue.reading(before, lesson.quoted)
    if lesson.grade:
        dialogue = dialogue.showing(lesson.grade.covered)
    return replace(told, dialogue=dialogue)


async def _teach(lesson: Lesson) -> Told:
    pending, offer = lesson.dialogue.pending, lesson.dialogue.offer
    said = lesson.ask.question
    message = read(said, open_question=pending is not None)
    if offer:
        lesson.dialogue = replace(lesson.dialogue, offer=None)
        told = await offering.answered(lesson, offer, message)
        if told:
            return told
    if message.intent in (Intent.ASK, Intent.ATTEMPT) and problems.is_problem(message.about):
        return await problems.pose(lesson, message.about, direct=message.direct)
    if pending:
        return await _follow(lesson, pending, message) or await _answer(lesson, message)
    return await _answer(lesson, message)


async def _follow(lesson: Lesson, pending: Question, message: Message) -> Told | None:
    """What comes behind the question that is open; None where the message is about something else."""
    if message.intent in _ABOUT_THE_ANSWER and pending.form is Form.PROBLEM:
        return await problems.follow(lesson, pending, message.intent)
    if message.intent in _ABOUT_THE_ANSWER and not pending.expected:
        is_subject = message.intent is Intent.ATTEMPT and await _has_answer(lesson, message.about)
        return None if is_subject else await checking.unchecked(lesson)
    if message.intent is Intent.ATTEMPT:
        return await answering.respond(lesson, pending, message)
    while_open = _WITH_A_QUESTION_OPEN.get(message.intent)
    return await while_open(lesson, pending) if while_open else None


async def _has_answer(lesson: Lesson, said: str) -> bool:
    """Whether the notes have something to what was said: then it is a subject, and no answer to what they lack."""
    found = await lesson.library.find(lesson.account_id, said, 1)
    return bool(found) and found[0].coverage >= explaining.NEAREST


async def _answer(lesson: Lesson, message: Message) -> Told:
    courtesy = _WITHOUT_A_QUESTION.get(message.intent)
    if courtesy:
        return await courtesy(lesson)
    if is_nonsense(message.about):
        return welcoming.not_understood(lesson, message.about)
    if message.intent in _ASKING_US:
        return await _asked_to_ask(lesson, message)
    if greets(message.about) and not await lesson.library.find(lesson.account_id, message.about, 1):
        return await welcoming.greeting(lesson)
    return await explaining.explain(lesson, message.about, direct=message.direct)


async def _asked_to_ask(lesson: Lesson, message: Message) -> Told:
    """Where the student wants to be asked: all of a topic, one question about it, or just another one."""
    if message.intent is Intent.RECALL:
        return await recalling.recall(lesson, message.about, message.text)
    if message.intent is Intent.SKIP and lesson.dialogue.quiz:
        return await asking.skipped(lesson)
    topic = message.about if message.intent is Intent.QUIZ else ""
    return await asking.quiz(lesson, topic) or await welcoming.nothing_found(lesson, topic)
