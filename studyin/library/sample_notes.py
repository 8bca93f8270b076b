"""The notes that come with the program, for trying it without any of one's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from studyin.errors import Code, StudyinError
from studyin.language import say

FOLDER = Path(__file__).parent / "samples"


@dataclass(frozen=True, slots=True)
class Sample:
    """name: for a program, stable; filename: for people; bytes: its size."""

    name: str
    filename: str
    bytes: int


@cache
def samples() -> Sequence[Sample]:
    """All sample notes, by name."""
    return tuple(_sample(path) for path in sorted(FOLDER.glob("*.md")))


def _sample(path: Path) -> Sample:
    title = path.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ")
    return Sample(path.stem, f"{title}.md", path.stat().st_size)


def read_sample(name: str) -> tuple[Sample, bytes]:
    """A sample and what is in it. Raises StudyinError NOT_FOUND."""
    for sample in samples():
        if sample.name == name:
            return sample, (FOLDER / f"{name}.md").read_bytes()
    known = ", ".join(sample.name for sample in samples())
    raise StudyinError(
        Code.NOT_FOUND,
        say("Expected the name of sample notes ({known}), got {name}.", known=known, name=repr(name[:60])),
        status=404,
    )
