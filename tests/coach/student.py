"""A student who talks with the notes coach, and notes what comes back."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from studyin.coach.base import Ask, Controls, Said
from studyin.coach.notes import NotesCoach
from studyin.library import Library
from studyin.library.search import Found
from tests.coach.desk import Paper


async def at_once(_: float) -> None:
    """For a coach that is not to pause between words."""


@dataclass(frozen=True)
class Heard:
    """A reply: its text, the passages it may cite, and the dialogue after it."""

    text: str
    found: tuple[Found, ...]
    dialogue: dict[str, Any]

    @property
    def own_words(self) -> str:
        """What the coach says itself: all but the quotes."""
        return "\n".join(line for line in self.text.split("\n") if not line.startswith(">"))

    @property
    def quotes(self) -> list[tuple[str, int | None]]:
        """Each quote without its marks, with the number of its source; sentences with a gap are no quotes."""
        told = []
        for block in re.findall(r"(?:^>.*\n?)+", self.text, re.MULTILINE):
            body = re.sub(r"^> ?", "", block, flags=re.MULTILINE).strip()
            cited = re.search(r"\s*\[\[(\d+)\]\]$", body)
            if "____" not in body:
                told.append((body[: cited.start()] if cited else body, int(cited[1]) if cited else None))
        return told


@dataclass
class Student:
    library: Library
    controls: Controls = field(default_factory=Controls)
    dialogue: dict[str, Any] = field(default_factory=dict)
    material_ids: Collection[str] | None = None
    history: list[Said] = field(default_factory=list)

    async def says(self, text: str) -> Heard:
        paper = Paper()
        ask = Ask("local", "session", text, self.controls, tuple(self.history), self.dialogue, self.material_ids)
        outcome = await NotesCoach(self.library, sleep=at_once).reply(ask, paper)
        assert [kind for kind, _ in paper.written if kind != "say"] == ["context"]
        assert paper.written[0][0] == "context"
        self.dialogue = dict(outcome.dialogue)
        self.history += [Said("user", text), Said("assistant", paper.text)]
        return Heard(paper.text, paper.all("context")[0], self.dialogue)
