"""What can be wrong with an installation: looked at one by one, each with the line to change."""

from __future__ import annotations

import asyncio
import platform
import shutil
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from studyin.coach.choose import Coaches
from studyin.coach.notes import NotesCoach
from studyin.config import Settings
from studyin.errors import StartupError, StudyinError
from studyin.library import Library
from studyin.store import backup
from studyin.store.claim import Claim
from studyin.store.migrations import MIGRATIONS

OLDEST_PYTHON = (3, 11)
# Below this a day's notes may fill the disk.
LITTLE_ROOM_BYTES = 500 * 2**20


class Verdict(StrEnum):
    """OK needs nothing, WARNING will one day, PROBLEM keeps somebody from working now."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """what was looked at, how it is, and the lines to change where it is not well."""

    what: str
    verdict: Verdict
    message: str
    fix: str = ""


async def examine(settings: Settings) -> AsyncIterator[Finding]:
    """This machine: Python, disk, data file, coach. Changes nothing."""
    yield _python()
    yield _disk(settings.data_dir)
    yield await asyncio.to_thread(_data_file, settings)
    yield await _coach(settings)


def _python() -> Finding:
    version = platform.python_version()
    if sys.version_info < OLDEST_PYTHON:
        return Finding("python", Verdict.PROBLEM, f"Python {version} is too old.", "Install Python 3.11 or newer.")
    return Finding("python", Verdict.OK, f"{version} at {sys.executable}")


def _disk(folder: Path) -> Finding:
    there = next(each for each in (folder, *folder.parents) if each.exists())
    try:
        room = shutil.disk_usage(there).free
        if folder.exists():
            probe = folder / ".doctor"
            probe.write_bytes(b"x" * 4096)
            probe.unlink()
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        return Finding(
            "disk",
            Verdict.PROBLEM,
            f"{folder} can't be written ({reason}).",
            "Make it writable, or set STUDYIN_DATA_DIR.",
        )
    told = f"{room / 2**30:.1f} GB free in {there}"
    if room < LITTLE_ROOM_BYTES:
        return Finding("disk", Verdict.WARNING, told, "Make room, lower STUDYIN_BACKUPS_KEPT, or set STUDYIN_DATA_DIR.")
    return Finding("disk", Verdict.OK, told)


def _data_file(settings: Settings) -> Finding:
    path = settings.database_path
    if not path.exists():
        return Finding("data file", Verdict.OK, f"none yet; the first start makes {path}")
    try:
        version = backup.inspect(path)
    except StartupError as error:
        return Finding("data file", Verdict.PROBLEM, str(error), f"studyin restore {path.parent}/backups/….sqlite3")
    if version > len(MIGRATIONS):
        told = f"{path} has version {version}, and this Studyin knows versions up to {len(MIGRATIONS)}."
        return Finding("data file", Verdict.PROBLEM, told, "Install the newer Studyin that wrote it.")
    try:
        with Claim(path):
            used = "no server uses it"
    except StartupError:
        used = "a server uses it"
    return Finding("data file", Verdict.OK, f"{path}, {path.stat().st_size / 2**20:.1f} MB, version {version}; {used}")


class _NoNotes(Library):
    """Stands for the notes, which an examination asks nothing."""

    def __init__(self) -> None: ...


async def _coach(settings: Settings) -> Finding:
    library = _NoNotes()
    coaches = Coaches(settings, library, NotesCoach(library))
    try:
        await coaches.start()
        await coaches.settled()
        await coaches.check()
    except StudyinError as error:
        return Finding("coach", Verdict.PROBLEM, error.message, "docs/errors.md: " + error.code)
    finally:
        await coaches.close()
    return Finding("coach", Verdict.OK, coaches.describe())
