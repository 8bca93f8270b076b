"""Materials and their passages, as rows; the full-text query that finds passages again."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a material that can be found again.

    position: 0-based order in the material; page: 1-based, None where the format has none;
    heading: the headings above it, joined with " › ".
    """

    id: str
    material_id: str
    filename: str
    position: int
    content: str
    heading: str = ""
    page: int | None = None
