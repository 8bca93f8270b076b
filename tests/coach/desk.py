"""What tests of the model coach lay out: questions, passages, a library that finds them, and a reply that notes all."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from studyin.coach.base import Ask
from studyin.library.search import Found
from studyin.store.materials import Passage


def asked(question: str = "What does a mitochondrion do?", **more: Any) -> Ask:
    return Ask("ada", "session-1", question, **more)


def passage(content: str, number: int = 0, **more: Any) -> Found:
    place = {"filename": "cells.md", "heading": "Cells › Organelles", **more}
    return Found(Passage(f"p{number}", "m1", position=number, content=content, **place), 0.8)


@dataclass
class Shelf:
    """A library that finds the same for every question, and remembers what it was asked for."""

    found: Sequence[Found] = ()
    size: int = 0
    questions: list[tuple[str, str, int]] = field(default_factory=list)

    async def find(
        self, account_id: str, question: str, limit: int = 4, *, material_ids: Collection[str] | None = None
    ) -> Sequence[Found]:
        self.questions.append((account_id, question, limit))
        return self.found

    async def count(self, account_id: str, *, material_ids: Collection[str] | None = None) -> int:
        return self.size


@dataclass
class Paper:
    """A reply that keeps what was written on it, in order."""

    written: list[tuple[str, Any]] = field(default_factory=list)

    def context(self, found: Sequence[Found]) -> None:
        self.written.append(("context", tuple(found)))

    def think(self, text: str) -> None:
        self.written.append(("think", text))

    def say(self, text: str) -> None:
        self.written.append(("say", text))

    def notice(self, code: str, message: str) -> None:
        self.written.append(("notice", code))

    def all(self, kind: str) -> list[Any]:
        return [what for written, what in self.written if written == kind]

    @property
    def text(self) -> str:
        return "".join(self.all("say"))
