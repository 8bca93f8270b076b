"""A heading of the notes by the name a student gives it, and what stands under it, in the order it is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from studyin.coach.german_families import german_root
from studyin.coach.german_meaning import GERMAN_EMPTY
from studyin.coach.lesson import Lesson
from studyin.coach.quotable import Kind, Quotable, quotables
from studyin.language import current
from studyin.library.english import FRAME_WORDS, STOP_WORDS
from studyin.library.terms import stem, subject, words
from studyin.store.materials import HEADING_SEPARATOR, Material, Passage

# Materials whose headings are compared; passages that are read at a time, and the most that are looked through.
MATERIALS = 50
AT_ONCE = 200
LOOK_THROUGH = 10_000
# A heading with so many more words than the name is another one.
MAX_MORE = 3


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with all that stands under it. path: as passages have it; what is below it begins with that."""

    material: Material
    path: str
    passages: Sequence[Passage]

    @property
    def title(self) -> str:
        return self.path.rpartition(HEADING_SEPARATOR)[2]

    @property
    def units(self) -> list[Quotable]:
        """Its pieces in the order they are read: whole lists, not their items; no code and no formula alone."""
        left_out = (Kind.ITEM, Kind.CODE, Kind.FORMULA)
        return [unit for passage in self.passages for unit in quotables(passage) if unit.kind not in left_out]


async def section(lesson: Lesson, name: str) -> Section | None:
    """The section whose heading a name means: word by word in any order, else the one with the fewest words more."""
    asked, roots = _stems(name), _roots(name) if current() == "de" else set()
    best: tuple[int, int, Material, str] | None = None
    if not asked:
        return None
    listed = await lesson.library.list(lesson.account_id, limit=MATERIALS)
    for material in listed.materials:
        for path in _paths(await lesson.library.headings(lesson.account_id, material.id)):
            title = path.rpartition(HEADING_SEPARATOR)[2]
            has, named = _stems(title), asked
            if roots and not named <= has:
                has, named = _roots(title), roots
            more, depth = len(has - named), path.count(HEADING_SEPARATOR)
            if named <= has and more <= MAX_MORE and (best is None or (more, depth) < best[:2]):
                best = (more, depth, material, path)
    if best is None:
        return None
    material, path = best[2:]
    return Section(material, path, await _under(lesson, material, path))


async def following(lesson: Lesson, of: Section, *, back: bool = False) -> str | None:
    """The heading that comes next on the same level, or before; None at the end."""
    paths = _paths(await lesson.library.headings(lesson.account_id, of.material.id))
    above = of.path.rpartition(HEADING_SEPARATOR)[0]
    beside = [path for path in paths if path.rpartition(HEADING_SEPARATOR)[0] == above]
    at = beside.index(of.path) + (-1 if back else 1)
    return beside[at] if 0 <= at < len(beside) else None


async def at(lesson: Lesson, material: Material, path: str) -> Section:
    return Section(material, path, await _under(lesson, material, path))


def _paths(headings: Sequence[str]) -> list[str]:
    """Every heading with those above it, also one that has nothing but others below it."""
    found: dict[str, None] = {}
    for heading in headings:
        parts = heading.split(HEADING_SEPARATOR)
        for depth in range(1, len(parts) + 1):
            found.setdefault(HEADING_SEPARATOR.join(parts[:depth]))
    return [path for path in found if path]


async def _under(lesson: Lesson, material: Material, path: str) -> list[Passage]:
    below = path + HEADING_SEPARATOR
    found: list[Passage] = []
    for after in range(-1, LOOK_THROUGH, AT_ONCE):
        passages = await lesson.library.passages(lesson.account_id, material.id, after=after, limit=AT_ONCE)
        under = [each for each in passages if each.heading == path or each.heading.startswith(below)]
        found += under
        if len(passages) < AT_ONCE or (found and not under):
            break
    return found


def _roots(name: str) -> set[str]:
    """As in German, where "zur friedlichen Revolution" means "Die friedliche Revolution"."""
    return {german_root(word) for word in words(name) if word not in GERMAN_EMPTY}


def _stems(name: str) -> set[str]:
    telling = [word for word in words(name) if word not in STOP_WORDS]
    own = [word for word in telling if word not in FRAME_WORDS]
    return {stem(word) for word in own or telling or subject(name)}
