"""What tests of the model coach lay out: questions, passages, notes in a library, and a reply that notes all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from studyin.coach.base import Ask
from studyin.library import Library
from studyin.library.search import Found
from studyin.store.materials import Material, Passage


def asked(question: str = "What does a mitochondrion do?", **more: Any) -> Ask:
    return Ask("local", "session-1", question, **more)


def passage(content: str, number: int = 0, **more: Any) -> Found:
    place = {"filename": "cells.md", "heading": "Cells › Organelles", **more}
    return Found(Passage(f"p{number}", "m1", position=number, content=content, **place), 0.8)


async def noted(library: Library, text: str, name: str = "cells.md") -> Material:
    """A material that was read."""
    material = await library.add("local", name, text.encode())
    await library.settled()
    return material


@dataclass
class Paper:
    """A reply that keeps what was written on it, in order."""

    written: list[tuple[str, Any]] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)  # their sentences

    def context(self, found: Sequence[Found]) -> None:
        self.written.append(("context", tuple(found)))

    def think(self, text: str) -> None:
        self.written.append(("think", text))

    def say(self, text: str) -> None:
        self.written.append(("say", text))

    def notice(self, code: str, message: str) -> None:
        self.written.append(("notice", code))
        self.notices.append(message)

    def all(self, kind: str) -> list[Any]:
        return [what for written, what in self.written if written == kind]

    @property
    def text(self) -> str:
        return "".join(self.all("say"))
