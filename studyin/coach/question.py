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
    PROBLEM = "problem"  # the student's own, to be worked out


@dataclass(frozen=True, slots=True)
class Question:
    """text: what is asked, Markdown. expected: what the notes say to it, word for word: the sentence that was left
    incomplete, the items of the list, the sentences that explain, or the rule that a problem needs; empty where the
    notes have nothing to it, as with a question that a model thought of. answer: what stands in the gap.

    passage_id, filename, heading: where that is from; key: the same for the same question.
    """

    form: Form
    text: str
    expected: tuple[str, ...]
    passage_id: str
    filename: str
    heading: str = ""
    answer: str = ""
    key: str = ""

    def shape(self) -> dict[str, Any]:
        """As JSON types, for the dialogue that is kept with the reply."""
        return {**asdict(self), "form": self.form.value, "expected": list(self.expected)}

    @classmethod
    def of(cls, shape: Mapping[str, Any]) -> Question | None:
        """From its shape; None where that was written by another version, or is no question."""
        try:
            given = {name: shape[name] for name in cls.__dataclass_fields__}
            question = cls(**{**given, "form": Form(given["form"]), "expected": tuple(given["expected"])})
        except (KeyError, TypeError, ValueError):
            return None
        texts = (question.text, question.passage_id, question.filename, question.heading, question.answer, question.key)
        if not question.expected and question.form in (Form.GAP, Form.LIST):
            return None
        return question if all(isinstance(text, str) for text in (*texts, *question.expected)) else None
