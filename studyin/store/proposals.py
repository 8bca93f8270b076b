"""What a card says, before and after it is kept: two sides, and the words of the notes behind them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Source:
    """Where in the notes a card was cut from: a copy, kept whatever becomes of the material.

    position: the passage's place in its material; page: 1-based, None where the format has none.
    """

    material_id: str
    position: int
    filename: str
    heading: str = ""
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A card that may be kept. form: "gap" (the front is a sentence with a gap), "list" or "explain"; front, back:
    Markdown; quotation: what the notes say, word for word, empty on a card of the student's own."""

    form: str
    front: str
    back: str
    quotation: str = ""
    source: Source | None = None

    def shape(self) -> dict[str, Any]:
        """As JSON types, for the message it is stored with."""
        return asdict(self)

    @classmethod
    def of(cls, shape: Mapping[str, Any]) -> Proposal:
        source = shape.get("source")
        return cls(**{**shape, "source": Source(**source) if source else None})
