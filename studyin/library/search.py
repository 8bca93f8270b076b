"""From a question to the passages that may answer it."""

from __future__ import annotations

from dataclasses import dataclass

from studyin.store.materials import Passage


@dataclass(frozen=True, slots=True)
class Found:
    """A passage that a question found. coverage: the share of the question's terms it has, weighted by rarity, 0 to 1."""

    passage: Passage
    coverage: float
