"""One turn of the notes coach: what it has at hand, and what comes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from studyin.coach.base import Ask, Profile
from studyin.coach.dialogue import Dialogue, Place
from studyin.coach.grading import Grade
from studyin.coach.moves import Move
from studyin.coach.question import Question
from studyin.coach.quotable import Quotable
from studyin.coach.quoting import Sources, fitted, quoted, text_of, together
from studyin.language import say
from studyin.library.search import Found
from studyin.library.selection import Selection
from studyin.library.terms import words
from studyin.store.materials import Passage

# What the keys of quoted pieces begin with, as those of questions do with their form.
SEEN = "seen"


@dataclass(frozen=True, slots=True)
class Told:
    """A whole reply: its Markdown, the passages it cites by number, and the dialogue after it."""

    text: str
    dialogue: Dialogue
    found: Sequence[Found] = ()


@dataclass(frozen=True, slots=True)
class Upcoming:
    """What a reply ends with, and the dialogue after it: the next question, or that there is none left."""

    text: str
    dialogue: Dialogue


@dataclass(slots=True)
class Lesson:
    """One turn: what was asked, what was going on, and the sources that the reply gathers.

    What was decided is noted for a coach that words it itself. move: what the reply does; grade: of the answer that was
    given, where it could be compared; graded: the question it was compared by; hint: what it gives away and no more;
    rung: of a problem's ladder; upcoming: what comes next, where that is no question of the coach's choice; quoted:
    keys of the pieces that are quoted.
    """

    library: Selection
    ask: Ask
    dialogue: Dialogue
    sources: Sources = field(default_factory=Sources)
    move: Move = Move.TALK
    grade: Grade | None = None
    graded: Question | None = None
    hint: str = ""
    rung: int = 0
    upcoming: Upcoming | None = None
    quoted: list[str] = field(default_factory=list)

    @property
    def account_id(self) -> str:
        return self.ask.account_id

    @property
    def notes(self) -> str:
        """What the lesson is taught from, in the student's words."""
        return say("your notes") if self.library.material_ids is None else say("the notes chosen for this session")

    @property
    def level(self) -> int:
        return self.ask.controls.level

    @property
    def profile(self) -> Profile:
        return self.ask.controls.profile

    @property
    def cap(self) -> int:
        """The most words that a reply may have, its marks counted as words."""
        return self.ask.controls.verbosity.words

    @property
    def is_first(self) -> bool:
        return not any(said.role == "assistant" for said in self.ask.history)

    async def rarity(self, units: Sequence[Quotable]) -> Mapping[str, float]:
        said = {word for unit in units for word in words(unit.plain)}
        return await self.library.rarity(self.account_id, said)

    def told(self, dialogue: Dialogue, *parts: str) -> Told:
        return Told(paragraphs(*parts), dialogue, self.sources.found)

    def quote(self, units: Sequence[Quotable], room: int) -> str:
        """The pieces as quotes with their sources, in at most so many words; a change of heading is said."""
        parts: list[str] = []
        heading = units[0].passage.heading
        for group in together(units):
            passage = group[0].passage
            lead = "" if passage.heading == heading else say("And under {place}:", place=place_of(passage))
            heading = passage.heading
            text = fitted(text_of(group), room - count(lead), group[-1].kind)
            if not text:
                break
            parts += [lead, quoted(text, self.sources.number(passage))]
            self.quoted += [f"{SEEN}:{unit.place}" for unit in group]
            room -= sum(count(part) for part in parts[-2:])
        return paragraphs(*parts)


def paragraphs(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)


def count(text: str) -> int:
    return len(text.split())


def place_of(passage: Passage) -> str:
    """Where a passage stands, as it is said to a student: its heading, and its page where it has one."""
    if passage.page is None:
        return f"*{passage.title}*"
    return say("*{heading}*, page {page}", heading=passage.title, page=passage.page)


def your_turn(text: str) -> str:
    """A question at the end of an answer; one that begins with a quote stands below."""
    separator = "\n\n" if text.startswith(">") else " "
    return f"{say('**Your turn.**')}{separator}{text}"


def from_what_is_gone(filename: str) -> str:
    """Behind a quotation, where its source can't be cited any more."""
    return say("(from {filename}, which is no longer among your materials)", filename=filename)


def place_behind(units: Sequence[Quotable]) -> Place:
    """Where the notes go on behind what was quoted of the passage quoted first."""
    passage = units[0].passage
    upto = max(unit.end for unit in units if unit.passage.id == passage.id)
    return Place(passage.material_id, passage.position, upto)


def place_at(passage: Passage) -> Place:
    return Place(passage.material_id, passage.position)
