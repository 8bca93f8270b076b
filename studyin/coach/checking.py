"""What follows an open question: an answer is graded, a hint given, or the answer told."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from studyin.coach import recalling
from studyin.coach.asking import following
from studyin.coach.base import Profile
from studyin.coach.explaining import in_passing
from studyin.coach.grading import Grade, Verdict, asks_yes_or_no, beside, grade, vocabulary
from studyin.coach.intent import Message, is_personal, is_yes_or_no
from studyin.coach.ladder import FIRST_LETTERS, LAST_HINT, hint
from studyin.coach.lesson import Lesson, Told, count, from_what_is_gone, paragraphs
from studyin.coach.moves import Move
from studyin.coach.nonsense import is_nonsense
from studyin.coach.question import Form, Question
from studyin.coach.questions import GAP
from studyin.coach.quotable import Kind, quotables
from studyin.coach.quoting import fitted, quoted
from studyin.language import enumerated, phrase, say
from studyin.library.terms import plain, stem, subject
from studyin.store.materials import Passage

# How far up the ladder a wrong answer leads before the notes are quoted.
HINTS = {Profile.FAST: 0, Profile.STUDY: FIRST_LETTERS, Profile.DEEP: LAST_HINT}

MAX_PHRASES = 3
MAX_PHRASE_WORDS = 12
MAX_TOPIC_WORDS = 4
# What our question is about, set apart from the words that it is asked with.
_NAMED = re.compile(r"\*{1,2}(?=\S)([^*\n]+?)(?<=\S)\*{1,2}")
# Of a reply's words, for a question that came with an answer.
ALSO_SHARE = 0.35
_UNCLEAR = phrase("I can't tell from your words whether that is it. Compare them with your notes:")
_PRAISE = (phrase("Right"), phrase("That's it"), phrase("Exactly"), phrase("Yes"))


async def attempt(lesson: Lesson, question: Question, answer: str, asked: str = "") -> Told:
    """Grade an answer: what it covers, in the student's words; what is missing, quoted; then the next question.

    Where the student wants to find out, a wrong answer brings a hint first: one in study mode, all of them in deep. One
    that may be right in other words is the student's to compare with the notes. asked: a question that came with the
    answer; both are replied to.
    """
    rarity = await _rarity(lesson, question)
    graded = grade(question, answer, rarity)
    if graded.verdict in (Verdict.WRONG, Verdict.UNCLEAR) and question.form is Form.EXPLAIN and not graded.against:
        graded = await _true_but_not_asked(lesson, question, answer) or graded
    lesson.move, lesson.grade, lesson.graded = Move.CHECK, graded, question
    hinted = graded.verdict is Verdict.WRONG and lesson.dialogue.rung < HINTS[lesson.profile]
    also = await _also(lesson, question, answer, asked, secret=hinted) if asked else ""
    if hinted:
        return _hinted(lesson, question, rarity, _not_yet(graded), attempts=1, also=also)
    if graded.verdict is Verdict.UNCLEAR:
        return await _with_quote(lesson, question, say(_UNCLEAR), None, also)
    if graded.verdict is Verdict.RIGHT:
        seen = lesson.dialogue.shown
        return await _with_quote(lesson, question, _right(lesson, question, graded), () if seen else None, also)
    return await _with_quote(lesson, question, _lacking(question, graded), graded.missing or (0,), also)


async def _also(lesson: Lesson, question: Question, answer: str, asked: str, *, secret: bool) -> str:
    """What the notes say to a question that came with an answer. secret: while the answer to ours must not be told.

    "It" means what we ask about, or the student's own answer where that fills a gap.
    """
    named = [match[1] for match in _NAMED.finditer(question.text)]
    about = answer if question.form is Form.GAP else " ".join(named) or plain(question.alone or question.text)
    told = await in_passing(lesson, asked, " ".join(subject(about)[:MAX_TOPIC_WORDS]), int(lesson.cap * ALSO_SHARE))
    if secret and any(plain(part) in plain(told) for part in question.expected):
        return say("What you ask comes with the answer to my question, so that one first.")
    return told


def wants_yes_or_no(question: Question) -> bool:
    return is_yes_or_no(question.answer) or asks_yes_or_no(question)


def is_beside(question: Question, said: str) -> bool:
    """Whether a message has no word of what was asked or expected."""
    known = {stem(word) for text in (question.text, *question.expected) for word in subject(plain(text))}
    return not any(stem(word) in known for word in subject(said))


def is_answer(question: Question, message: Message) -> bool:
    """Whether an attempt is one: not a "yes" to what yes can't settle, no small talk, and no nonsense."""
    said = message.about
    if is_yes_or_no(said):
        return wants_yes_or_no(question)
    return not ((is_personal(said) or is_nonsense(said)) and is_beside(question, said))


# What kind of answer is wanted: completes "I'm after …".
_KINDS = {
    Form.PROBLEM: phrase("your next step"),
    Form.GAP: phrase("a word, a number or a few words that fit"),
    Form.LIST: phrase("the items, as many as come to mind"),
    Form.EXPLAIN: phrase("a sentence of your own, however rough"),
    Form.RECALL: phrase("whatever comes to mind, in single words or sentences"),
}


def ask_for_more(lesson: Lesson, question: Question) -> Told:
    """To a "yes" or "no" where that is no answer."""
    lesson.move = Move.INSIST
    wanted = say(_KINDS[question.form])
    lead = say("Yes or no can't settle this one; I'm after {wanted}. Say *hint* if you'd like one.", wanted=wanted)
    return lesson.told(lesson.dialogue, lead, question.text)


async def say_again(lesson: Lesson, question: Question) -> Told:
    """To somebody who did not understand the question."""
    lead = say("I'm after {wanted}. Say *hint* if you'd like one, or *skip*.", wanted=say(_KINDS[question.form]))
    return lesson.told(lesson.dialogue, lead, question.text)


async def unchecked(lesson: Lesson) -> Told:
    """To an answer, or a call for one, where the notes have nothing to what was asked."""
    lesson.move = Move.UNCHECKED
    upcoming = await following(lesson)
    lead = say("Your notes say nothing to that question, so I can't tell.")
    return lesson.told(upcoming.dialogue, lead, upcoming.text)


async def _true_but_not_asked(lesson: Lesson, question: Question, answer: str) -> Grade | None:
    """Partly right is also what the same passage says, though the question was after something else in it."""
    passage = await lesson.library.recall(lesson.account_id, question.passage_id)
    units = quotables(passage) if passage else []
    covered = beside(question, answer, [unit.text for unit in units], await lesson.rarity(units))
    return Grade(Verdict.PARTLY, covered, (0,)) if covered else None


async def give_hint(lesson: Lesson, question: Question) -> Told:
    """One rung up the ladder; behind its last hint, the answer."""
    if lesson.dialogue.rung >= LAST_HINT:
        return await tell(lesson, question)
    lesson.move = Move.HINT
    return _hinted(lesson, question, await _rarity(lesson, question), "", attempts=0)


async def tell(lesson: Lesson, question: Question) -> Told:
    """The answer, without a word about giving up; then a question to check."""
    if question.form is Form.RECALL:
        return await recalling.tell(lesson, question)
    lesson.move = Move.TELL
    if question.form is Form.GAP:
        opening = say("It is **{answer}**.", answer=question.answer)
    else:
        opening = say("Here it is, as your notes say it:")
    return await _with_quote(lesson, question, opening, None)


async def _rarity(lesson: Lesson, question: Question) -> Mapping[str, float]:
    return await lesson.library.rarity(lesson.account_id, vocabulary(question))


def _hinted(
    lesson: Lesson, question: Question, rarity: Mapping[str, float], before: str, *, attempts: int, also: str = ""
) -> Told:
    rung = lesson.dialogue.rung + 1
    lesson.hint = hint(question, rung, rarity)
    dialogue = replace(lesson.dialogue, rung=rung, attempts=lesson.dialogue.attempts + attempts)
    return lesson.told(dialogue, f"{before} {lesson.hint}".strip(), also, _again(question))


def _again(question: Question) -> str:
    if question.form is Form.GAP:
        return say("What belongs in the gap?") if GAP in question.text else say("What stands there?")
    if question.form is Form.RECALL:
        return say("What else comes to mind?")
    return say("Which are they?") if question.form is Form.LIST else say("How would you put it now?")


def _right(lesson: Lesson, question: Question, graded: Grade) -> str:
    praise = say(_PRAISE[len(lesson.dialogue.asked) % len(_PRAISE)])
    if question.form is Form.GAP:
        return f"{praise}: **{question.answer}**."
    return (
        f"{praise}. {say('You had {phrases}.', phrases=_phrases(graded.covered))}" if graded.covered else f"{praise}."
    )


def _lacking(question: Question, graded: Grade) -> str:
    partly = graded.verdict is Verdict.PARTLY
    said = [say("Partly.") if partly else _not_yet(graded)]
    if partly and graded.covered:
        said.append(say("You have {phrases}.", phrases=_phrases(graded.covered)))
    if partly and graded.against:
        said.append(say("{phrases} is not what your notes say.", phrases=_phrases(graded.against)))
    if question.form is Form.GAP:
        said.append(say("It is **{answer}**:", answer=question.answer))
    else:
        said.append(say("What is missing:") if partly and not graded.against else say("Your notes say:"))
    return " ".join(said)


def _not_yet(graded: Grade) -> str:
    if not graded.against:
        return say("Not quite.")
    return say("Not quite: {phrases} isn't it.", phrases=_phrases(graded.against))


async def _with_quote(
    lesson: Lesson, question: Question, opening: str, parts: Sequence[int] | None, also: str = ""
) -> Told:
    """A reply to an answer: an opening, these parts of what was expected (None: all, empty: its source alone), what is
    said to another question, and the next question."""
    passage = await lesson.library.recall(lesson.account_id, question.passage_id)
    upcoming = await following(lesson, "\n".join((opening, *question.expected, also)))
    if parts is not None and not parts and passage:
        return lesson.told(upcoming.dialogue, f"{opening} [[{lesson.sources.number(passage)}]]", also, upcoming.text)
    every = range(len(question.expected))
    room = lesson.cap - count(opening) - count(also) - count(upcoming.text)
    quotes: list[str] = []
    for source, group in groupby(parts or every, lambda n: question.passages[n] if question.passages else ""):
        of_it = await lesson.library.recall(lesson.account_id, source) if source else passage
        quotes.append(_quote(lesson, question, list(group), of_it, room - sum(map(count, quotes))))
    return lesson.told(upcoming.dialogue, opening, *quotes, also, upcoming.text)


def _quote(lesson: Lesson, question: Question, parts: Sequence[int], passage: Passage | None, room: int) -> str:
    """What was expected, word for word, with its source; of a list, the items that are asked for."""
    said = [question.expected[n] for n in parts]
    if question.form is Form.LIST:
        text, kind = "\n".join(f"- {item}" for item in said), Kind.LIST
    else:
        text, kind = _as_it_stands(said, passage), Kind.SENTENCE
    if passage:
        text = fitted(text, room, kind)
        return quoted(text, lesson.sources.number(passage)) if text else ""
    # A card of the student's own comes from no file.
    gone = from_what_is_gone(question.filename) if question.filename else ""
    text = fitted(text, room - count(gone), kind)
    return paragraphs(quoted(text), gone) if text else ""


def _as_it_stands(said: Sequence[str], passage: Passage | None) -> str:
    """The parts with what stands between them in the passage, where that is nothing but blanks."""
    content, joined = passage.content if passage else "", said[0]
    for part in said[1:]:
        between = re.search(rf"{re.escape(joined)}(\s*){re.escape(part)}", content)
        joined += (between[1] if between else "\n\n" if "\n" in part or "\n" in joined else " ") + part
    return joined


def _phrases(phrases: Sequence[str]) -> str:
    return enumerated([say("“{words}”", words=_cut(each)) for each in phrases[:MAX_PHRASES]])


def _cut(words: str) -> str:
    said = words.split()
    return words if len(said) <= MAX_PHRASE_WORDS else " ".join(said[:MAX_PHRASE_WORDS]) + "…"
