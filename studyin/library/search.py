"""From a question to the passages that may answer it."""

from __future__ import annotations

from dataclasses import dataclass

from studyin.store.materials import Passage


@dataclass(frozen=True, slots=True)
class Found:
    """A passage that a question found. coverage: the share, 0 to 1, of the question's terms it has, rare ones more."""

    passage: Passage
    coverage: float
