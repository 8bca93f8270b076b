"""What is said where there is nothing to quote: a greeting, an empty library, a question the notes don't answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from studyin.coach.dialogue import Offering
from studyin.coach.lesson import Lesson, Told, paragraphs
from studyin.coach.moves import Move
from studyin.coach.question import Question
from studyin.language import enumerated, in_figures, phrase, say
from studyin.library.slips import is_slip
from studyin.library.terms import stem, subject, words
from studyin.store.materials import HEADING_SEPARATOR, Material, MaterialStatus

# Few and short enough that a reply with an open question behind them stays within the smallest cap.
MAX_HEADINGS = 4
MAX_MATERIALS = 2
MAX_SECTIONS = 3
MAX_NAME_WORDS = 6
MATERIALS = 10
MATERIALS_COUNTED = 200
# Characters of what was not understood.
MAX_ECHO = 30

ALONE = phrase("I teach from your notes alone: I quote them, ask you about them and check your answers.")
STILL_OPEN = phrase("My question is still open:")
_WHAT_NEXT = phrase("What shall we look at next?")


async def greeting(lesson: Lesson) -> Told:
    hello = say("Hello!") if lesson.is_first else say("Hello again!")
    return await headings(lesson, f"{hello} {say(ALONE)}")


async def thanks(lesson: Lesson) -> Told:
    return _courtesy(lesson, say("You're welcome."))


async def agreed(lesson: Lesson) -> Told:
    return _courtesy(lesson, say("Good."))


def aside(lesson: Lesson) -> Told:
    """To what is neither an answer nor about the notes."""
    pending = lesson.dialogue.pending
    said = say("I take that for no answer, so nothing is marked.")
    if pending:
        return lesson.told(lesson.dialogue, f"{said} {say(STILL_OPEN)}", pending.text)
    return lesson.told(lesson.dialogue, said, say(_WHAT_NEXT))


async def unmoved(lesson: Lesson, pending: Question) -> Told:
    """To temper: no offence, nothing marked, and a way out."""
    said = say("Fair enough; nothing is marked. Say *hint*, *just tell me* or *skip*, or go on:")
    return lesson.told(lesson.dialogue, said, pending.text)


async def take_your_time(lesson: Lesson, pending: Question) -> Told:
    """To somebody who thinks aloud."""
    return lesson.told(lesson.dialogue, say("Take your time; say *hint* if you'd like one."), pending.text)


def not_understood(lesson: Lesson, message: str) -> Told:
    """To what no one can read: nothing is marked, and the question stays as it was."""
    said, pending = _echo(message), lesson.dialogue.pending
    if pending:
        return lesson.told(
            lesson.dialogue,
            say("I didn't understand “{words}”, so nothing is marked. My question is still open:", words=said),
            pending.text,
        )
    return lesson.told(lesson.dialogue, say("I didn't understand “{words}”. What would you like to know?", words=said))


def unknown(lesson: Lesson, pending: Question, message: str) -> Told:
    """To a word or two that the notes don't have, where more than a word was asked for."""
    lacking = say(
        "There is no “{words}” in {notes}, so nothing is marked. My question is still open:",
        words=_echo(message),
        notes=lesson.notes,
    )
    return lesson.told(lesson.dialogue, lacking, pending.text)


def _echo(message: str) -> str:
    shown = " ".join(message.split())
    return shown if len(shown) <= MAX_ECHO else shown[:MAX_ECHO] + "…"


def _courtesy(lesson: Lesson, said: str) -> Told:
    pending = lesson.dialogue.pending
    if pending:
        still_open = say("Whenever you like, the question is still open:")
        return lesson.told(lesson.dialogue, f"{said} {still_open}", pending.text)
    return lesson.told(lesson.dialogue, f"{said} {say(_WHAT_NEXT)}")


async def headings(lesson: Lesson, opening: str, closing: str = "") -> Told:
    """An opening, the names of some headings, and a question which of them it shall be."""
    dialogue = lesson.dialogue.asking(None, shown=False)
    there = f"{opening} {await notes_on(lesson)}".strip()
    if closing:
        return lesson.told(dialogue, there, closing)
    return lesson.told(dialogue.offering(Offering.QUIZ), there, say("Where shall we start, or shall I quiz you?"))


def turned_down(lesson: Lesson) -> Told:
    """To a "no" behind an offer."""
    dialogue = replace(lesson.dialogue.asking(None, shown=False), quiz="")
    return lesson.told(dialogue, f"{say('All right.')} {say(_WHAT_NEXT)}")


def no_materials(lesson: Lesson) -> Told:
    """An empty library: what to do, in one step."""
    return lesson.told(
        lesson.dialogue.asking(None, shown=False),
        say("I teach from your own notes alone, and there are none yet."),
        "\n".join(
            (
                f"- {say('**Drop a file** of notes on this page (Markdown or plain text), or')}",
                f"- {say('**paste** your notes as a new material, or')}",
                f"- {say('**open the sample notes** that come with Studyin, to try it out.')}",
            )
        ),
        say("Which of these would you like to start with?"),
    )


def still_reading(lesson: Lesson, materials: Sequence[Material]) -> Told:
    names = _listed([material.filename for material in materials[:3]])
    return lesson.told(
        lesson.dialogue,
        say("I am still reading {names}; that takes a moment.", names=names),
        say("Will you ask me again when it is ready?"),
    )


def nothing_readable(lesson: Lesson, materials: Sequence[Material]) -> Told:
    reasons = [f"- {material.filename}: {material.error}" for material in materials[:3] if material.error]
    return lesson.told(
        lesson.dialogue,
        paragraphs(say("None of {notes} could be read.", notes=lesson.notes), "\n".join(reasons)),
        say("Will you drop in another file, or open the sample notes?"),
    )


async def nothing_found(lesson: Lesson, question: str) -> Told:
    """One line that says so, and what the notes do have: the headings nearest to the question, else the first ones."""
    lesson.move = Move.NOTHING
    near = _nearest(question, await _headings(lesson))
    said = say("Nothing in {notes} answers that.", notes=lesson.notes)
    there = say("The nearest headings: {headings}.", headings=_listed(near)) if near else await notes_on(lesson)
    said = f"{said} {there}".strip()
    pending = lesson.dialogue.pending
    if pending:
        return lesson.told(lesson.dialogue, said, say(STILL_OPEN), pending.text)
    if len(near) == 1:
        return lesson.told(lesson.dialogue.offering(Offering.EXPLAIN, near[0]), said, say("Is it that?"))
    return lesson.told(lesson.dialogue, said, say("Which of these shall we look at?"))


async def state_of_library(lesson: Lesson) -> Told | None:
    """What to say where there is nothing to teach from yet; None where there is."""
    if await lesson.library.count(lesson.account_id):
        return None
    listed = await lesson.library.list(lesson.account_id, limit=MATERIALS)
    if not listed.materials:
        return no_materials(lesson)
    reading = [material for material in listed.materials if material.status is not MaterialStatus.FAILED]
    return still_reading(lesson, reading) if reading else nothing_readable(lesson, listed.materials)


async def _headings(lesson: Lesson) -> list[str]:
    listed = await lesson.library.list(lesson.account_id, limit=MATERIALS)
    found: list[str] = []
    for material in listed.materials:
        of_it = await lesson.library.headings(lesson.account_id, material.id)
        found += of_it or ([material.filename] if material.passages else [])
    return found


def _nearest(question: str, every: Sequence[str]) -> list[str]:
    """Headings that share a word with the question, also one that is misspelt there."""
    asked = set(subject(question))
    stems = {stem(word) for word in asked}
    near = []
    for heading in every:
        name = heading.rpartition(HEADING_SEPARATOR)[2]
        if any(stem(word) in stems or any(is_slip(other, word) for other in asked) for word in words(name)):
            near.append(name)
    return list(dict.fromkeys(near))[:MAX_HEADINGS]


async def notes_on(lesson: Lesson) -> str:
    """A sentence on what the notes are about: the newest materials, each with its first sections, and how many more
    there are; empty without any."""
    listed = await lesson.library.list(lesson.account_id, limit=MATERIALS_COUNTED)
    there = [material for material in listed.materials if material.passages]
    told = []
    for material in there[:MAX_MATERIALS]:
        every = await lesson.library.headings(lesson.account_id, material.id)
        paths = [path.split(HEADING_SEPARATOR) for path in every]
        # A document's own title stands above all of it.
        depth = 1 if len(paths) > 1 and len({path[0] for path in paths}) == 1 else 0
        sections = list(dict.fromkeys(brief_name(path[depth]) for path in paths if len(path) > depth))[:MAX_SECTIONS]
        name = f"*{brief_name(paths[0][0] if depth else material.filename)}*"
        told.append(f"{name} ({', '.join(sections)})" if sections else name)
    if len(there) > MAX_MATERIALS:
        told.append(say("{number} more", number=in_figures(len(there) - MAX_MATERIALS)))
    return say("You have notes on {subjects}.", subjects=enumerated(told)) if told else ""


def brief_name(name: str) -> str:
    words_of_it = name.split()
    return name if len(words_of_it) <= MAX_NAME_WORDS else " ".join(words_of_it[:MAX_NAME_WORDS]) + "…"


def _listed(names: Sequence[str]) -> str:
    return enumerated([f"*{brief_name(name)}*" for name in names])
