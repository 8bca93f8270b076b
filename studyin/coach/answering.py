"""What is said while a question is open and no command: told apart before anything is graded."""

from __future__ import annotations

from studyin.coach import checking, explaining, recalling, welcoming
from studyin.coach.definitions import emphasised
from studyin.coach.intent import Message, is_personal, is_yes_or_no
from studyin.coach.lesson import Lesson, Told, count
from studyin.coach.nonsense import is_latin, is_nonsense
from studyin.coach.numbers import quantities
from studyin.coach.question import Form, Question
from studyin.coach.sections import section
from studyin.library.terms import stems

# A topic that is named instead of an answer, and a word that answers nothing, have so few words.
MAX_TOPIC_WORDS = 4
MAX_STRAY_WORDS = 2
LOOK_AHEAD = 3


async def respond(lesson: Lesson, question: Question, message: Message) -> Told:
    """Take a message for an answer where it can be one: what can't be is no attempt, and leaves the rung as it is."""
    said = message.about
    if is_yes_or_no(said) and not checking.wants_yes_or_no(question):
        return checking.ask_for_more(lesson, question)
    stray = await _no_answer(lesson, question, message) if checking.is_beside(question, said) else None
    if stray:
        return stray
    if question.form is Form.RECALL:
        return await recalling.compare(lesson, question, said)
    return await checking.attempt(lesson, question, said, message.asked)


async def _no_answer(lesson: Lesson, question: Question, message: Message) -> Told | None:
    """The reply to what has no word of the question and its answer, where it is none; None for a guess gone wrong."""
    said = message.about
    if is_nonsense(said):
        return welcoming.not_understood(lesson, said)
    if is_personal(said):
        return await explaining.digression(lesson, said)
    if question.form is not Form.EXPLAIN or message.asked:
        return None
    if await _is_topic(lesson, said):
        return await explaining.explain(lesson, said)
    # Where words are not set apart by blanks, two may be a whole answer.
    stray = count(said) <= MAX_STRAY_WORDS and is_latin(said) and not any(quantities(said))
    known = not stray or await lesson.library.find(lesson.account_id, said, 1)
    return None if known else welcoming.unknown(lesson, question, said)


async def _is_topic(lesson: Lesson, said: str) -> bool:
    """Whether it is a heading of the notes or a term that they set in bold, and nothing else."""
    if count(said) > MAX_TOPIC_WORDS:
        return False
    asked = set(stems(said))
    named = await section(lesson, said)
    if named and set(stems(named.title)) == asked:
        return True
    found = await lesson.library.find(lesson.account_id, said, LOOK_AHEAD)
    return any(set(stems(term)) == asked for each in found for term in emphasised(each.passage.content))
