"""The end of a session: what was gone through, and what to look at next time."""

from __future__ import annotations

from dataclasses import replace

from studyin.coach import sections
from studyin.coach.lesson import Lesson, Told, place_of
from studyin.coach.welcoming import overview
from studyin.store.materials import HEADING_SEPARATOR


async def goodbye(lesson: Lesson) -> Told:
    """A close that names what to look at next time: what stayed open, else where the notes go on."""
    pending = lesson.dialogue.pending
    dialogue = replace(lesson.dialogue.asking(None, shown=False), place=lesson.dialogue.place)
    asked = len(lesson.dialogue.asked)
    said = f"We went through {asked} questions. See you." if asked > 1 else "See you."
    if pending:
        where = f"*{pending.heading.rpartition(HEADING_SEPARATOR)[2] or pending.filename}*"
        return lesson.told(dialogue, f"{said} One stayed open, on {where}: shall we begin with it next time?")
    upcoming = await _upcoming(lesson)
    if upcoming:
        return lesson.told(dialogue, f"{said} Your notes go on with {upcoming}: shall we begin there next time?")
    return lesson.told(dialogue, f"{said} You have notes on {await overview(lesson)}.", "What shall it be next time?")


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
