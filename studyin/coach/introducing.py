"""What the coach can do, said with what the student has."""

from __future__ import annotations

from pathlib import PurePath

from studyin.coach.dialogue import Offering
from studyin.coach.lesson import Lesson, Told
from studyin.coach.moves import Move
from studyin.coach.welcoming import ALONE, STILL_OPEN, brief_name
from studyin.language import enumerated, in_figures, say
from studyin.store.materials import HEADING_SEPARATOR

# Materials that are looked through, and those that are named.
MATERIALS = 200
MAX_NAMED = 6
# A heading in so many words can be said in a command.
MAX_TOPIC_WORDS = 3


async def about(lesson: Lesson) -> Told:
    """All that can be asked for, by headings that are there; which notes these are; and a question to begin with."""
    lesson.move = Move.ABOUT
    one, other = await _two_topics(lesson)
    ways = [
        say("**ask** anything that is in your notes"),
        say("*quiz me on {topic}*: I ask, and check your answers", topic=one),
        say("*brain dump {topic}*: you write what you know, I show what is missing", topic=one),
        say("*compare {one} and {other}*", one=one, other=other) if other else "",
        say("*summarise {topic}*", topic=one),
        say("*practise*: I ask your cards that are due"),
        say("while a question is open: *hint*, *just tell me*, *skip*"),
    ]
    listed = "\n".join(f"- {each}" for each in ways if each)
    parts = (say(ALONE), listed, await _every_note(lesson))
    pending = lesson.dialogue.pending
    if pending:
        return lesson.told(lesson.dialogue, *parts, say(STILL_OPEN), pending.text)
    dialogue = lesson.dialogue.offering(Offering.QUIZ, one)
    return lesson.told(dialogue, *parts, say("Shall I quiz you on *{topic}*?", topic=one))


async def _two_topics(lesson: Lesson) -> tuple[str, str]:
    """Two headings of the notes with short names that stand side by side; the second one empty where there are none."""
    listed = await lesson.library.list(lesson.account_id, limit=MATERIALS)
    there = [material for material in listed.materials if material.passages]
    alone = ""
    for material in there:
        headings = await lesson.library.headings(lesson.account_id, material.id)
        paths = [path.split(HEADING_SEPARATOR) for path in headings]
        short = [path for path in paths if path[-1] and len(path[-1].split()) <= MAX_TOPIC_WORDS]
        for path in short:
            beside = [each[-1] for each in short if each[:-1] == path[:-1] and each[-1] != path[-1]]
            if len(path) > 1 and beside:
                return path[-1], beside[0]
        alone = alone or next((path[-1] for path in short), "")
    return alone or next((PurePath(material.filename).stem for material in there), ""), ""


async def _every_note(lesson: Lesson) -> str:
    """The names of all notes, or of the newest and how many more there are."""
    listed = await lesson.library.list(lesson.account_id, limit=MATERIALS)
    names = [PurePath(material.filename).stem for material in listed.materials if material.passages]
    shown = len(names) if len(names) <= MAX_NAMED + 1 else MAX_NAMED
    told = [f"*{brief_name(name)}*" for name in names[:shown]]
    if len(names) > shown:
        told.append(say("{number} more", number=in_figures(len(names) - shown)))
    return say("You have notes on {subjects}.", subjects=enumerated(told)) if told else ""
