"""Questions that name a material: which one they mean, what else they ask, and what a material opens with."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from studyin.coach.definitions import definition, emphasised
from studyin.coach.lesson import Lesson
from studyin.coach.quotable import Kind, Quotable, quotables
from studyin.library.english import FRAME_WORDS, STOP_WORDS
from studyin.library.search import Found
from studyin.library.terms import subject, words
from studyin.store.materials import Material

# Materials whose names are compared, and passages of one whose headings are looked through.
MATERIALS = 50
LOOK_THROUGH = 24
# More than the best few passages of all, as those of one material are kept.
POOL = 30

_OVERVIEW = re.compile(
    r"\b(?:(?:main|key|central|core|big|most important) (?:ideas?|points?|concepts?|topics?|themes?|facts?|takeaways?)"
    r"|summar(?:y|i[sz]e)|overview|outline|gist|takeaways?)\b",
    re.IGNORECASE,
)
# They ask for all of a material, and for nothing in it.
_OF_ALL = (
    FRAME_WORDS
    | STOP_WORDS
    | {"main", "key", "central", "core", "big", "idea", "ideas", "point", "points", "theme", "themes", "fact", "facts"}
    | {"takeaway", "takeaways", "gist", "file", "document", "uploaded"}
)


@dataclass(frozen=True, slots=True)
class Named:
    """A material that a question names. rest: the question without the name; asks_all: whether it asks for nothing
    else; overview: whether it says that it wants the whole in short."""

    material: Material
    rest: str
    asks_all: bool
    overview: bool


async def named(lesson: Lesson, question: str) -> Named | None:
    """The material whose file name, without its extension, stands in a question word by word, in any order; of
    several the one with the longest name."""
    said = set(words(question))
    listed = await lesson.library.list(lesson.account_id, limit=MATERIALS)
    best: tuple[int, Material] | None = None
    for material in listed.materials:
        name = set(words(_stem(material)))
        # "notes.md" is named by every question about "my notes", and "2.md" by every sum.
        telling = [word for word in name if not word.isdigit() and word not in FRAME_WORDS | STOP_WORDS]
        if material.passages and telling and name <= said and (best is None or len(name) > best[0]):
            best = (len(name), material)
    if best is None:
        return None
    material = best[1]
    left = [word for word in words(question) if word not in set(words(material.filename))]
    return Named(
        material,
        " ".join(left),
        asks_all=all(word in _OF_ALL for word in left),
        overview=_OVERVIEW.search(question) is not None,
    )


async def find_in(lesson: Lesson, question: str, name: Named) -> tuple[str, Sequence[Found]]:
    """What a material has to a question that names it, and the question as it is best asked of it.

    The name counts as a word of the question only where the notes themselves have it.
    """
    best: tuple[float, str, Sequence[Found]] = (0.0, question, ())
    for asked in (question, name.rest):
        every = await lesson.library.find(lesson.account_id, asked, POOL) if subject(asked) else []
        found = [each for each in every if each.passage.material_id == name.material.id]
        covered = max((each.coverage for each in found), default=0.0)
        if covered > best[0]:
            best = (covered, asked, found)
    return best[1], best[2]


async def openings(lesson: Lesson, material: Material, most: int) -> list[Quotable]:
    """What a material says first under each of its first headings: a definition, or a sentence that stands alone."""
    passages = await lesson.library.passages(lesson.account_id, material.id, limit=LOOK_THROUGH)
    found: dict[str, Quotable] = {}
    for passage in passages:
        unit = opening_of(quotables(passage)) if passage.heading not in found else None
        if unit:
            found[passage.heading] = unit
        if len(found) == most:
            break
    return list(found.values())


def opening_of(units: Sequence[Quotable]) -> Quotable | None:
    """What says best what a section is about: a definition, else the first sentence that stands alone."""
    units = [unit for unit in units if not unit.is_about_the_text] or units
    alone = [unit for unit in units if unit.kind is Kind.SENTENCE and not unit.leans and not unit.plain.endswith("?")]
    defining = [unit for unit in alone if definition(unit) or emphasised(unit.text)]
    whole = [unit for unit in units if unit.kind is not Kind.ITEM]
    return next(iter(defining or alone or whole), None)


def telling(units: Sequence[Quotable], most: int) -> list[Quotable]:
    """The pieces that say most of what a section is about, in the order they are read: what opens it, then what
    defines or emphasises something."""
    units = [unit for unit in units if not unit.is_about_the_text] or units
    first = opening_of(units)
    rest = [unit for unit in units if unit is not first and not unit.leans and not unit.plain.endswith("?")]
    ranked = sorted(rest, key=lambda unit: -(2 * (definition(unit) is not None) + bool(emphasised(unit.text))))
    kept = [*([first] if first else []), *ranked][:most]
    return [unit for unit in units if unit in kept]


def asks_for_overview(question: str) -> str:
    """What a question wants in short, without the words that say so; empty where it wants nothing in short."""
    if not _OVERVIEW.search(question):
        return ""
    rest = _OVERVIEW.sub(" ", question)
    return rest if any(word not in _OF_ALL for word in words(rest)) else ""


def asks_for_all_in_short(question: str) -> bool:
    """Whether a question wants the notes in short, and nothing in them: "summarise my notes"."""
    return _OVERVIEW.search(question) is not None and not asks_for_overview(question)


def _stem(material: Material) -> str:
    return PurePath(material.filename).stem
