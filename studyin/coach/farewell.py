"""The end of a session: what was gone through, and what to look at next time."""

from __future__ import annotations

from dataclasses import replace

from studyin.coach import sections
from studyin.coach.lesson import Lesson, Told, place_of
from studyin.coach.welcoming import notes_on
from studyin.language import say
from studyin.store.materials import HEADING_SEPARATOR


async def goodbye(lesson: Lesson) -> Told:
    """A close that names what to look at next time: what stayed open, else where the notes go on."""
    pending = lesson.dialogue.pending
    dialogue = replace(lesson.dialogue.asking(None, shown=False), quiz="")
    asked = len(lesson.dialogue.asked)
    gone_through = say("We went through {number} questions.", number=asked) if asked > 1 else ""
    said = f"{gone_through} {say('See you.')}".strip()
    if pending:
        where = f"*{pending.heading.rpartition(HEADING_SEPARATOR)[2] or pending.filename}*"
        left = say("One stayed open, on {place}: shall we begin with it next time?", place=where)
        return lesson.told(dialogue, f"{said} {left}")
    upcoming = await _upcoming(lesson)
    if upcoming:
        ahead = say("Your notes go on with {place}: shall we begin there next time?", place=upcoming)
        return lesson.told(dialogue, f"{said} {ahead}")
    return lesson.told(dialogue, f"{said} {await notes_on(lesson)}".strip(), say("What shall it be next time?"))


async def _upcoming(lesson: Lesson) -> str | None:
    """Where the notes go on behind what was quoted last."""
    place = lesson.dialogue.place
    if place is None:
        return None
    here = await lesson.library.passages(
        lesson.account_id, place.material_id, after=place.position - 1, limit=sections.AT_ONCE
    )
    behind = [passage for passage in here[1:] if passage.heading != here[0].heading]
    return place_of(behind[0]) if behind else None
