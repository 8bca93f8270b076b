"""A question that the coach has asked and waits for: what it asks, and what the notes say to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Form(StrEnum):
    GAP = "gap"  # a sentence with a term or a number left out
    LIST = "list"  # the items of a list
    EXPLAIN = "explain"  # in the student's own words
    RECALL = "recall"  # everything about a topic, in any order, from memory
    PROBLEM = "problem"  # the student's own, to be worked out


# Fields that dialogues of earlier versions have not.
_ADDED = ("passages", "alone")


@dataclass(frozen=True, slots=True)
class Question:
    """text: what is asked, Markdown. expected: what the notes say to it, word for word: the sentence that was left
    incomplete, the items of the list, the sentences that explain, or the rule that a problem needs; empty where the
    notes have nothing to it, as with a question that a model thought of. answer: what stands in the gap.

    alone: the question as it can stand on a card, on another day; empty where that is the text. passage_id, filename,
    heading: where that is from; key: the same for the same question. passages: of a topic that
    reaches over several, the one that each part of expected is from.
    """

    form: Form
    text: str
    expected: tuple[str, ...]
    passage_id: str
    filename: str
    heading: str = ""
    answer: str = ""
    key: str = ""
    passages: tuple[str, ...] = ()
    alone: str = ""

    def shape(self) -> dict[str, Any]:
        """As JSON types, for the dialogue that is kept with the reply."""
        lists = {"expected": list(self.expected), "passages": list(self.passages)}
        return {**asdict(self), **lists, "form": self.form.value}

    @classmethod
    def of(cls, shape: Mapping[str, Any]) -> Question | None:
        """From its shape; None where that was written by another version, or is no question."""
        try:
            given = {name: shape[name] for name in cls.__dataclass_fields__ if name not in _ADDED}
            parts = {"expected": tuple(given["expected"]), "passages": tuple(shape.get("passages", ()))}
            question = cls(**{**given, **parts, "form": Form(given["form"]), "alone": shape.get("alone", "")})
        except (KeyError, TypeError, ValueError):
            return None
        texts = (
            question.text,
            question.passage_id,
            question.filename,
            question.heading,
            question.answer,
            question.key,
            question.alone,
        )
        every = (*texts, *question.expected, *question.passages)
        if not question.expected and question.form in (Form.GAP, Form.LIST, Form.RECALL):
            return None
        needed = question.form is Form.RECALL or bool(question.passages)
        complete = len(question.passages) == (len(question.expected) if needed else 0)
        return question if complete and all(isinstance(text, str) for text in every) else None
