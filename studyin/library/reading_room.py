"""Reads the files that were added into passages, a few at once, and takes up again what a dead server left unread."""

from __future__ import annotations

import asyncio
import logging
from asyncio import Queue, Task
from collections.abc import Callable
from contextlib import aclosing

from studyin.errors import Code, StudyinError
from studyin.language import in_figures, say, speak, speaking
from studyin.library.inbox import Inbox
from studyin.library.kinds import Format, told
from studyin.library.readers import read_apart, read_here
from studyin.library.reports import Batch, Began, Ended, Job, Limits
from studyin.store.materials import Material, MaterialStore
from studyin.store.passages import PassageStore

log = logging.getLogger(__name__)

# A text up to this size is read by the server itself, in 20 ms; starting a process for it would take ten times that.
SHORT_BYTES = 64 * 1024

# Reader processes at the same time: one may be stuck in a scanned book, and each fills a processor.
READERS = 2

# When a disk that was full is tried again.
STORAGE_SECONDS = 10.0


class ReadingRoom:
    """on_change gets a material whenever its status or its passages change; `close` stops all reading: what is half
    read then is read anew after the next `resume`."""

    def __init__(
        self,
        materials: MaterialStore,
        passages: PassageStore,
        inbox: Inbox,
        on_change: Callable[[Material], None],
        *,
        limits: Limits,
        languages: str,
    ) -> None:
        self._materials = materials
        self._passages = passages
        self._inbox = inbox
        self._on_change = on_change
        self._limits = limits
        self._languages = languages
        # Short texts never wait for long files.
        self._short: Queue[tuple[Material, Format]] = Queue()
        self._long: Queue[tuple[Material, Format]] = Queue()
        self._lanes: list[Task[None]] = []
        self._inside: dict[str, Task[bool] | None] = {}

    async def resume(self) -> None:
        """Take up again what an earlier run of the program left unfinished."""
        unfinished = await self._materials.unfinished()
        await self._inbox.sweep({material.id for material in unfinished})
        for material in unfinished:
            with speaking(material.language):
                try:
                    format = await asyncio.to_thread(told, self._inbox.path(material.id), material.filename)
                except OSError:
                    name = material.filename
                    lost = say("The server lost {filename} before it was read. Add it again.", filename=name)
                    await self._give_up(material, lost)
                except StudyinError as error:
                    await self._give_up(material, error.message)
                else:
                    self.enter(material, format)

    def enter(self, material: Material, format: Format) -> None:
        """Have a material read as soon as it is its turn. Its file is in the inbox."""
        if material.id in self._inside:
            return
        self._inside[material.id] = None
        (self._short if is_short(material, format) else self._long).put_nowait((material, format))
        self._on_change(material)
        if not self._lanes:
            lanes = [self._short] + [self._long] * READERS
            self._lanes = [asyncio.create_task(self._work(lane), name="library reader") for lane in lanes]

    def leave(self, material_id: str) -> None:
        """Nobody wants the material any more: stop reading it."""
        reading = self._inside.get(material_id)
        if reading:
            reading.cancel()

    async def settled(self) -> None:
        """Wait until nothing is left to read."""
        await self._short.join()
        await self._long.join()

    async def close(self) -> None:
        for lane in self._lanes:
            lane.cancel()
        await asyncio.gather(*self._lanes, return_exceptions=True)

    async def _work(self, lane: Queue[tuple[Material, Format]]) -> None:
        while True:
            material, format = await lane.get()
            reading = self._inside[material.id] = asyncio.create_task(self._read(material, format))
            try:
                await asyncio.wait([reading])
                if reading.cancelled() or reading.result():
                    await asyncio.to_thread(self._inbox.remove, material.id)
            finally:
                reading.cancel()
                await asyncio.gather(reading, return_exceptions=True)
                self._inside.pop(material.id, None)
                lane.task_done()

    async def _read(self, material: Material, format: Format) -> bool:
        """False where the end of it could not be stored: it is taken up again at the next start."""
        speak(material.language)  # the lane's is that of whoever came first
        try:
            while not await self._is_stored(material, format):  # noqa: ASYNC110 - no disk tells when it has room
                await asyncio.sleep(STORAGE_SECONDS)
        except Exception:
            # Nothing a person did: whatever it is, the files behind this one are still to be read.
            log.exception("reading %s failed", material.filename)
            return await self._give_up(material, say("Unexpected server error."))
        return True

    async def _is_stored(self, material: Material, format: Format) -> bool:
        """Read it. False where the disk would not take what was read, which is no fault of the file's."""
        try:
            await self._read_into_passages(material, format)
        except StudyinError as error:
            if error.code is not Code.STORAGE_UNAVAILABLE:
                raise
            return False
        return True

    async def _read_into_passages(self, material: Material, format: Format) -> None:
        so_far = await self._materials.begin(material.account_id, material.id)
        if so_far is None:
            return  # deleted
        self._on_change(so_far)
        path = str(self._inbox.path(material.id))
        job = Job(path, material.filename, format, self._limits, self._languages, material.language)
        reports = read_here(job) if is_short(material, format) else read_apart(job)
        try:
            async with aclosing(reports):
                async for report in reports:
                    changed = await self._keep(so_far, report)
                    if changed is None:
                        return
                    so_far = changed
                    self._on_change(so_far)
        except StudyinError as error:
            if error.code is Code.STORAGE_UNAVAILABLE:
                raise
            if not so_far.passages:
                await self._give_up(material, error.message)
                return
            finished = await self._materials.finish(material.account_id, material.id, _half_read(so_far, error))
            if finished:
                self._on_change(finished)

    async def _keep(self, material: Material, report: Began | Batch | Ended) -> Material | None:
        """Store what a reader reports; the material then, None where it was deleted meanwhile."""
        account_id, material_id = material.account_id, material.id
        if isinstance(report, Began):
            return await self._materials.count_pages(account_id, material_id, report.pages)
        if isinstance(report, Ended):
            return await self._materials.finish(account_id, material_id, " ".join(report.remarks) or None)
        return await self._passages.append(
            account_id,
            material_id,
            report.position,
            report.drafts,
            text=report.text,
            start=report.start,
            pages_read=report.pages_read,
        )

    async def _give_up(self, material: Material, reason: str) -> bool:
        try:
            failed = await self._materials.fail(material.account_id, material.id, reason)
        except StudyinError:
            return False  # the data file can't be written
        if failed:
            self._on_change(failed)
        return True


def is_short(material: Material, format: Format) -> bool:
    return format is Format.TEXT and material.bytes <= SHORT_BYTES


def _half_read(material: Material, error: StudyinError) -> str:
    if not material.pages:
        return say("Only the beginning could be read. {why}", why=error.message)
    return say(
        "Only the first {read} of {pages} pages could be read. {why}",
        read=in_figures(material.pages_read),
        pages=in_figures(material.pages),
        why=error.message,
    )
