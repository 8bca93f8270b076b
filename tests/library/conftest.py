"""A real data file and a library on it, for each test."""

from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from studyin.library import Library, samples
from studyin.store.database import Database
from studyin.store.materials import Material


class Changes(list[Material]):
    """Every change that the library told."""

    def of(self, material: Material) -> list[tuple[str, int]]:
        return [(str(change.status), change.passages) for change in self if change.id == material.id]


@pytest.fixture
def changes() -> Changes:
    return Changes()


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = await Database.open(tmp_path / "studyin.sqlite3")
    yield database
    await database.close()


@pytest.fixture
async def library(database: Database, changes: Changes) -> AsyncIterator[Library]:
    library = Library(database, on_change=changes.append)
    yield library
    await library.close()


def readers_left() -> list[psutil.Process]:
    """The reader processes of this one; browsers and servers of other tests are none."""
    found = []
    for child in psutil.Process().children():
        with suppress(psutil.Error):  # it ended just now
            found += [child] if "studyin.library" in " ".join(child.cmdline()) else []
    return found


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """Where files are until they are read."""
    return tmp_path / "unread"


@pytest.fixture
async def sampled(library: Library) -> Library:
    """A library that has read the sample notes."""
    for sample in samples():
        await library.add_sample("local", sample.name)
    await library.settled()
    return library
