"""The notes that come with the program, for trying it without any of one's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from studyin.errors import Code, StudyinError
from studyin.language import ENGLISH, LANGUAGES, current, say

# English ones stand in the folder itself, those of other languages in one under it, by code.
FOLDER = Path(__file__).parent / "samples"


@dataclass(frozen=True, slots=True)
class Sample:
    """name: for a program, stable; filename: for people; bytes: its size."""

    name: str
    filename: str
    bytes: int


def samples() -> Sequence[Sample]:
    """The sample notes in the language that is spoken here, by name; English ones where it has none."""
    return _samples(current()) or _samples(ENGLISH)


@cache
def _samples(language: str) -> Sequence[Sample]:
    return tuple(_sample(path) for path in sorted(_folder(language).glob("*.md")))


def _folder(language: str) -> Path:
    return FOLDER if language == ENGLISH else FOLDER / language


def _sample(path: Path) -> Sample:
    title = path.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ")
    return Sample(path.stem, f"{title}.md", path.stat().st_size)


def read_sample(name: str) -> tuple[Sample, bytes]:
    """A sample and what is in it, in whatever language it is: its name was offered by a page that is open. Raises
    StudyinError NOT_FOUND."""
    for language in LANGUAGES:
        for sample in _samples(language):
            if sample.name == name:
                return sample, (_folder(language) / f"{name}.md").read_bytes()
    known = ", ".join(sample.name for sample in samples())
    raise StudyinError(
        Code.NOT_FOUND,
        say("Expected the name of sample notes ({known}), got {name}.", known=known, name=repr(name[:60])),
        status=404,
    )
