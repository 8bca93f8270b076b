"""What the coach knows of a conversation: the topic, the question that is open, how far up the ladder it is.

Kept with each reply as JSON and given back with the next question; the same for every coach, so that connecting a model
changes the wording and not the history.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

from studyin.coach.question import Question

# Questions remembered as asked, so that they are not asked again.
MAX_ASKED = 60
# What a student had right: so many phrases, of so many characters each.
MAX_KNOWN = 8
MAX_PHRASE = 160
# Pieces of the notes remembered as quoted, those of the last reply marked.
MAX_SEEN = 16
LAST = "+"


@dataclass(frozen=True, slots=True)
class Place:
    """Where the conversation is in the notes: a passage, and the character up to which it was quoted."""

    material_id: str
    position: int
    upto: int = 0


class Offering(StrEnum):
    QUIZ = "quiz"  # questions, on its topic where it has one
    AGAIN = "again"  # the questions on its topic once more, or those on another topic that is named
    RECALL = "recall"  # all one knows of its topic, or of another one that is named
    EXPLAIN = "explain"  # what the notes say of its topic


@dataclass(frozen=True, slots=True)
class Offer:
    """What a "yes" to the last reply starts."""

    kind: Offering
    topic: str = ""

    @classmethod
    def of(cls, shape: Mapping[str, Any]) -> Offer | None:
        kind = shape.get("kind")
        return cls(Offering(kind), _text(shape.get("topic"))) if kind in tuple(Offering) else None


@dataclass(frozen=True, slots=True)
class Dialogue:
    """topic: the last question that had a subject. pending: the question that waits for an answer; rung: of its ladder,
    0 to 5; attempts: answers to it so far; shown: whether its answer was quoted before it was asked. asked: keys of the
    last questions. place: what was quoted last. known: what the student had right, last, in the student's words. quiz:
    the topic that questions keep to, empty where they go through the notes. offer: of the last reply alone. seen: keys
    of the pieces of the notes that the last two replies with quotations had."""

    topic: str = ""
    pending: Question | None = None
    rung: int = 0
    attempts: int = 0
    shown: bool = False
    asked: tuple[str, ...] = ()
    place: Place | None = None
    known: tuple[str, ...] = ()
    quiz: str = ""
    offer: Offer | None = None
    seen: tuple[str, ...] = ()

    @classmethod
    def of(cls, shape: Mapping[str, Any]) -> Dialogue:
        """From its shape; what is missing or from another version is left out, never an error."""
        pending, place, offer = shape.get("pending"), shape.get("place"), shape.get("offer")
        return cls(
            topic=_text(shape.get("topic")),
            pending=Question.of(pending) if isinstance(pending, Mapping) else None,
            rung=_count(shape.get("rung")),
            attempts=_count(shape.get("attempts")),
            shown=shape.get("shown") is True,
            asked=_texts(shape.get("asked")),
            place=_place(place) if isinstance(place, Mapping) else None,
            known=_texts(shape.get("known")),
            quiz=_text(shape.get("quiz")),
            offer=Offer.of(offer) if isinstance(offer, Mapping) else None,
            seen=_texts(shape.get("seen")),
        )

    def shape(self) -> dict[str, Any]:
        """As JSON types."""
        return {
            "topic": self.topic,
            "pending": self.pending.shape() if self.pending else None,
            "rung": self.rung,
            "attempts": self.attempts,
            "shown": self.shown,
            "asked": list(self.asked),
            "place": asdict(self.place) if self.place else None,
            "known": list(self.known),
            "quiz": self.quiz,
            "offer": asdict(self.offer) if self.offer else None,
            "seen": list(self.seen),
        }

    def asking(self, question: Question | None, *, shown: bool, rung: int = 1) -> Dialogue:
        """The same conversation with another question open, or none. rung: 1 where its heading was said with it."""
        asked = (*self.asked, question.key)[-MAX_ASKED:] if question else self.asked
        rung = rung if question else 0
        return replace(self, pending=question, rung=rung, attempts=0, shown=shown, asked=asked, offer=None)

    def offering(self, kind: Offering, topic: str = "") -> Dialogue:
        """The same conversation with an offer made in it."""
        return replace(self, offer=Offer(kind, topic))

    def reading(self, before: Sequence[str], now: Sequence[str]) -> Dialogue:
        """The same conversation after a reply with these quotations. before: keys that the reply before it left, and
        which stay where nothing is quoted."""
        if not now:
            return self
        last = [key.removeprefix(LAST) for key in before if key.startswith(LAST)]
        return replace(self, seen=tuple(dict.fromkeys((*last, *(f"{LAST}{key}" for key in now))))[-MAX_SEEN:])

    def showing(self, phrases: Sequence[str]) -> Dialogue:
        """The same conversation after the student had these right."""
        known = dict.fromkeys((*self.known, *(phrase[:MAX_PHRASE] for phrase in phrases)))
        return replace(self, known=tuple(known)[-MAX_KNOWN:])


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _texts(value: object) -> tuple[str, ...]:
    return tuple(each for each in value if isinstance(each, str)) if isinstance(value, list) else ()


def _count(value: object) -> int:
    return value if isinstance(value, int) and 0 <= value < 1000 else 0


def _place(shape: Mapping[str, Any]) -> Place | None:
    material_id, position = shape.get("material_id"), shape.get("position")
    if not isinstance(material_id, str) or not isinstance(position, int):
        return None
    upto = shape.get("upto")
    return Place(material_id, position, upto if isinstance(upto, int) else 0)
