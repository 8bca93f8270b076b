"""The student's materials as one thing: put in a file, find passages, take a file out."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Callable, Iterable, Sequence

from studyin.errors import StudyinError
from studyin.library.extract import Text, extract
from studyin.library.ingest import cut
from studyin.library.names import tidy_name
from studyin.library.sample_notes import read_sample
from studyin.library.search import Found, Search
from studyin.store.database import Database
from studyin.store.materials import Listed, Material, MaterialStatus, MaterialStore, Passage
from studyin.store.passages import PassageStore, Surroundings

log = logging.getLogger(__name__)

# Passages written in one transaction: about 25 ms in which no other writer gets its turn.
BATCH = 200


def _ignore(_: Material) -> None:
    return


class Library:
    """Every method is scoped by account. on_change gets a material whenever its status or its passages change.

    `resume` starts the reading of what was left unread, `close` stops it: what is half read then is read anew at the
    next start.
    """

    def __init__(self, database: Database, *, on_change: Callable[[Material], None] = _ignore) -> None:
        self.on_change = on_change
        self._materials = MaterialStore(database)
        self._passages = PassageStore(database)
        self._search = Search(self._passages)
        self._unread: asyncio.Queue[Material] = asyncio.Queue()
        self._reader: asyncio.Task[None] | None = None

    async def resume(self) -> None:
        """Take up again what an earlier run of the program left unfinished."""
        for material in await self._materials.unfinished():
            self._enqueue(material)

    async def close(self) -> None:
        if self._reader:
            self._reader.cancel()
            await asyncio.gather(self._reader, return_exceptions=True)

    async def settled(self) -> None:
        """Wait until nothing is left to read."""
        await self._unread.join()

    # Materials

    async def add(self, account_id: str, filename: str, data: bytes) -> Material:
        """Keep a file and start to read it; the material is queued. The same bytes again are the material they were.

        Raises StudyinError UNSUPPORTED_TYPE or EMPTY.
        """
        filename = tidy_name(filename)
        digest = await asyncio.to_thread(lambda: hashlib.sha256(data).hexdigest())
        material = await self._materials.find_by_hash(account_id, digest)
        if material is None:
            text = await asyncio.to_thread(extract, filename, data)
            material, new = await self._materials.add(
                account_id,
                filename=filename,
                sha256=digest,
                size=len(data),
                content=text.content,
                pages=len(text.pages) or None,
            )
            if new:
                self._enqueue(material)
        elif material.status is MaterialStatus.FAILED:
            material = await self._materials.queue(account_id, material.id) or material
            self._enqueue(material)
        return material

    async def add_sample(self, account_id: str, name: str) -> Material:
        """Add sample notes by their name. Raises StudyinError NOT_FOUND."""
        sample, data = await asyncio.to_thread(read_sample, name)
        return await self.add(account_id, sample.filename, data)

    async def list(self, account_id: str, *, before: str | None = None, limit: int = 50) -> Listed:
        """A page of materials, the newest first. before: the `next` of the page before."""
        return await self._materials.list(account_id, before=before, limit=limit)

    async def get(self, account_id: str, material_id: str) -> Material:
        """Raises StudyinError NOT_FOUND."""
        return await self._materials.get(account_id, material_id)

    async def delete(self, account_id: str, material_id: str) -> None:
        """Raises StudyinError NOT_FOUND."""
        await self._materials.delete(account_id, material_id)
        self._search.forget(account_id)

    # Passages

    async def find(self, account_id: str, question: str, limit: int = 4) -> Sequence[Found]:
        """The passages that may answer a question, the best first; none where nothing in the materials does."""
        return await self._search.find(account_id, question, limit)

    async def rarity(self, account_id: str, words: Iterable[str]) -> dict[str, float]:
        """How much each folded word tells among the account's passages; above 0."""
        return await self._search.rarity(account_id, words)

    async def surroundings(self, account_id: str, material_id: str, position: int) -> Surroundings:
        """A passage of a material with the text around it. Raises StudyinError NOT_FOUND."""
        return await self._passages.surroundings(account_id, material_id, position)

    async def recall(self, account_id: str, passage_id: str) -> Passage | None:
        """A passage that was found before; None where its material was deleted or read anew since."""
        return await self._passages.find(account_id, passage_id)

    async def passages(
        self, account_id: str, material_id: str, *, after: int = -1, limit: int = 50
    ) -> Sequence[Passage]:
        """The passages of a material in the order they are read, from behind position `after` on."""
        return await self._passages.of(account_id, material_id, after=after, limit=limit)

    async def count(self, account_id: str) -> int:
        """How many passages the account has."""
        return await self._search.count(account_id)

    async def headings(self, account_id: str, material_id: str) -> Sequence[str]:
        """The different headings of a material, in the order they are read."""
        return await self._passages.headings(account_id, material_id)

    # Reading

    def _enqueue(self, material: Material) -> None:
        self._unread.put_nowait(material)
        self.on_change(material)
        if self._reader is None:
            self._reader = asyncio.create_task(self._read_all(), name="library reader")

    async def _read_all(self) -> None:
        while True:
            material = await self._unread.get()
            try:
                await self._read(material)
            except Exception:
                # Nothing a person did: whatever it is, the files behind this one are still to be read.
                log.exception("reading %s failed", material.filename)
                await self._give_up(material, "Unexpected server error.")
            finally:
                self._search.forget(material.account_id)
                self._unread.task_done()

    async def _read(self, material: Material) -> None:
        account_id, material_id = material.account_id, material.id
        reading = await self._materials.begin(account_id, material_id)
        if reading is None:
            return  # deleted
        self.on_change(reading)
        text = Text(await self._materials.text(account_id, material_id))
        drafts = await asyncio.to_thread(cut, text)
        if not drafts:
            await self._give_up(
                material, f"Expected notes, got nothing but metadata in {material.filename}. Add words."
            )
            return
        for position in range(0, len(drafts), BATCH):
            progress = await self._passages.append(
                account_id, material_id, position, drafts[position : position + BATCH]
            )
            if progress is None:
                return
            self._search.forget(account_id)
            self.on_change(progress)
        finished = await self._materials.finish(account_id, material_id)
        if finished:
            self.on_change(finished)

    async def _give_up(self, material: Material, reason: str) -> None:
        try:
            failed = await self._materials.fail(material.account_id, material.id, reason)
        except StudyinError:
            return  # the data file can't be written: it is taken up again at the next start
        if failed:
            self.on_change(failed)
