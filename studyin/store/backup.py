"""Backups of the data file, while it is in use, and back: made, checked, kept for so many days, restored."""

from __future__ import annotations

import asyncio
import logging
import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

from studyin import logs
from studyin.errors import StartupError
from studyin.store.claim import Claim
from studyin.store.migrations import MIGRATIONS, OUR_TABLES, TABLES

log = logging.getLogger(__name__)

# A start has better things to do first; after that, whether the day has its backup is looked at so often.
FIRST_SECONDS = 60.0
LOOK_SECONDS = 1800.0


def back_up(source: Path, target: Path) -> int:
    """Write what is committed in `source` to the new file `target`, whoever uses it meanwhile. Returns its bytes.

    The file is whole, checked and readable by its owner alone when it appears under its name. Raises StartupError.
    """
    if not source.is_file():
        raise StartupError(f"Expected a data file at {source}, got none; name its folder with --data-dir.")
    if target.exists():
        raise StartupError(f"{target} is there already, and a backup overwrites nothing; choose another name.")
    unfinished = target.with_name(target.name + ".part")
    try:
        unfinished.unlink(missing_ok=True)
        unfinished.touch(mode=0o600)
        with closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=rw", uri=True, timeout=30.0)) as connection:
            connection.execute("VACUUM INTO ?", (str(unfinished),))
        _require_whole(unfinished)
        _sync(unfinished)
        unfinished.replace(target)
        _sync(target.parent)
    except (OSError, sqlite3.Error) as error:
        unfinished.unlink(missing_ok=True)
        raise StartupError(
            f"The backup {target} can't be written ({_reason(error)}); make room, or choose another place."
        ) from error
    return target.stat().st_size


def restore(backup: Path, path: Path) -> Path | None:
    """Make `backup` the data file. The old file is kept beside it: its new path, None where there was none.

    Raises StartupError where a server uses the data file, or where the backup is broken, newer than this program, or no
    data file of Studyin; then nothing has changed.
    """
    if not backup.is_file():
        raise StartupError(f"Expected a backup at {backup}, got none.")
    version = inspect(backup)
    if version > len(MIGRATIONS):
        raise StartupError(
            f"{backup} has version {version}, and this Studyin knows versions up to {len(MIGRATIONS)}. Install the "
            "newer Studyin that wrote it."
        )
    arriving = path.with_name(path.name + ".restoring")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with Claim(path):
            arriving.unlink(missing_ok=True)
            back_up(backup, arriving)
            kept = _keep(path) if path.exists() else None
            arriving.replace(path)
            _sync(path.parent)
    except OSError as error:
        with suppress(OSError):
            arriving.unlink(missing_ok=True)
        raise StartupError(f"{path} can't be restored ({_reason(error)}); nothing was changed.") from error
    return kept


def inspect(path: Path) -> int:
    """The version of a data file. Raises StartupError where it is broken, or none of ours."""
    try:
        _require_whole(path)
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            tables = {name for (name,) in connection.execute(TABLES)}
            (version,) = connection.execute("PRAGMA user_version").fetchone()
    except sqlite3.Error as error:
        raise StartupError(
            f"Expected {path} to be a whole data file of Studyin, got a broken one ({_reason(error)})."
        ) from error
    if not tables >= OUR_TABLES:
        raise StartupError(f"Expected {path} to be a data file of Studyin, got another program's database.")
    return int(version)


def _require_whole(path: Path) -> None:
    """Raises sqlite3.Error where SQLite finds the file broken."""
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        (found,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if found != "ok":
        raise sqlite3.DatabaseError(found)


def _keep(path: Path) -> Path:
    """A second name for the data file, so that at no moment there is none under the first."""
    with suppress(sqlite3.Error), closing(sqlite3.connect(path, timeout=1.0)) as connection:
        # What a killed server left in the write-ahead log goes into the file: the log stays behind otherwise.
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    name = f"{path.stem}-before-restore-{time.strftime('%Y%m%d-%H%M%S')}"
    # Who restores twice within a second keeps both.
    others = sum(1 for _ in path.parent.glob(f"{name}*.backup{path.suffix}"))
    kept = path.with_name(f"{name}{f'-{others + 1}' if others else ''}.backup{path.suffix}")
    os.link(path, kept)
    for ending in ("-wal", "-shm"):  # of a file so broken that it could not be opened: they must not meet the new one
        with suppress(FileNotFoundError):
            path.with_name(path.name + ending).replace(kept.with_name(kept.name + ending))
    return kept


class DailyBackups:
    """One backup a day in the folder `backups` beside the data file, the newest `keep` of them kept; 0: none are made.

    today: the date as it names a backup.
    """

    def __init__(
        self, path: Path, keep: int, today: Callable[[], str] = lambda: datetime.now(UTC).date().isoformat()
    ) -> None:
        self._path = path
        self._keep = keep
        self._today = today
        self.folder = path.parent / "backups"
        # When the newest was made, in seconds since 1970; 0 where there is none. As of the last look: who asks for it
        # must not wait for a disk.
        self.newest_at = 0.0

    def note_newest(self) -> None:
        times = [0.0]
        for each in self._all():
            with suppress(FileNotFoundError):  # somebody made room meanwhile
                times.append(each.stat().st_mtime)
        self.newest_at = max(times)

    def _all(self) -> list[Path]:
        return sorted(self.folder.glob("studyin-????-??-??.sqlite3"))

    async def run(self) -> None:
        """Until cancelled. What goes wrong is logged, and tried again half an hour later."""
        if not self._keep:
            return
        await asyncio.sleep(FIRST_SECONDS)
        while True:
            await asyncio.to_thread(self.look)
            await asyncio.sleep(LOOK_SECONDS)

    def look(self) -> None:
        """Make today's backup where there is none, and remove those that are too many."""
        target = self.folder / f"studyin-{self._today()}.sqlite3"
        try:
            if not target.exists():
                self.folder.mkdir(mode=0o700, exist_ok=True)
                size = back_up(self._path, target)
                logs.event(log, logging.INFO, f"backed up the data file to {target}", bytes=size)
            for old in self._all()[: -self._keep]:
                old.unlink(missing_ok=True)
        except StartupError as error:
            log.error("there is no backup of today: %s", error)
        except OSError as error:
            log.error("there is no backup of today: %s", error.strerror)
        self.note_newest()


def _sync(path: Path) -> None:
    """Bring a file, or a folder's names, to disk."""
    if os.name != "posix" and path.is_dir():
        return  # elsewhere a folder can't be opened, nor need be
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) and error.strerror else str(error)).rstrip(".").lower()
