"""The student's materials as one thing: put in a file, find passages, take a file out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Callable, Collection, Iterable, Mapping, Sequence

from studyin.errors import Code, StudyinError
from studyin.language import in_bytes, say
from studyin.library.extract import PAGE_END, extract
from studyin.library.inbox import Arrival, Inbox
from studyin.library.kinds import Format, told
from studyin.library.names import tidy_name
from studyin.library.neighbours import joined
from studyin.library.reading_room import SHORT_BYTES, ReadingRoom
from studyin.library.reports import Limits
from studyin.library.sample_notes import read_sample
from studyin.library.search import Found, Search
from studyin.store.database import Database
from studyin.store.materials import Listed, Material, MaterialStatus, MaterialStore, Passage
from studyin.store.passage_index import PassageIndex
from studyin.store.passages import PassageStore, Surroundings

ACCOUNT_BYTES = 2 * 2**30
# In passages: some ten pages of a book.
READ_AT_ONCE = 24
# What stands behind a block.
_BETWEEN = ("\n\n", PAGE_END[:2], "")


def _ignore(_: Material) -> None:
    return


class Library:
    """Every method is scoped by account. on_change gets a material whenever its status or its passages change.

    limits: what reading one file may take; account_bytes: what an account's files may have together; languages: those
    of pictures of text. `resume` starts the reading of what was left unread, `close` stops it: what is half read then
    is read anew at the next start.
    """

    def __init__(
        self,
        database: Database,
        *,
        on_change: Callable[[Material], None] = _ignore,
        limits: Limits = Limits(),  # noqa: B008 - frozen
        account_bytes: int = ACCOUNT_BYTES,
        languages: str = "eng",
    ) -> None:
        self.on_change = on_change
        self._account_bytes = account_bytes
        self._materials = MaterialStore(database)
        self._passages = PassageStore(database)
        self._search = Search(self._passages, PassageIndex(database))
        self._inbox = Inbox(database.path.parent / "unread")
        self._room = ReadingRoom(
            self._materials, self._passages, self._inbox, self._changed, limits=limits, languages=languages
        )

    async def resume(self) -> None:
        """Take up again what an earlier run of the program left unfinished."""
        await self._room.resume()

    async def close(self) -> None:
        await self._room.close()

    async def settled(self) -> None:
        """Wait until nothing is left to read."""
        await self._room.settled()

    def _changed(self, material: Material) -> None:
        self._search.forget(material.account_id)
        self.on_change(material)

    # Materials

    async def add(self, account_id: str, filename: str, data: bytes | AsyncIterable[bytes]) -> Material:
        """Keep a file and start to read it; the material is queued. The same bytes again are the same material.

        data: the file, or its pieces as they come, which are on disk as soon as they are here. Raises StudyinError
        UNSUPPORTED_TYPE, EMPTY or TOO_LARGE, and whatever the pieces raise; then nothing is kept.
        """
        filename = tidy_name(filename)
        arrival = await self._inbox.receive(_at_once(data) if isinstance(data, bytes) else data)
        try:
            return await self._take_in(account_id, filename, arrival)
        finally:
            await asyncio.to_thread(arrival.discard)

    async def _take_in(self, account_id: str, filename: str, arrival: Arrival) -> Material:
        known = await self._materials.find_by_hash(account_id, arrival.sha256)
        if known and known.status is not MaterialStatus.FAILED:
            return known
        format = await asyncio.to_thread(_told, arrival, filename)
        if known:
            await asyncio.to_thread(arrival.keep, known.id)
            material = await self._materials.queue(account_id, known.id)
            if material is None:  # deleted between the two statements
                raise StudyinError(
                    Code.NOT_FOUND, say("{filename} was deleted just now. Add it again.", filename=filename), status=404
                )
        else:
            await asyncio.to_thread(arrival.keep, arrival.id)
            try:
                material, new = await self._materials.add(
                    account_id,
                    material_id=arrival.id,
                    filename=filename,
                    sha256=arrival.sha256,
                    size=arrival.size,
                    admit=lambda so_far: self._require_room(so_far + arrival.size, filename),
                )
            except StudyinError:
                await asyncio.to_thread(self._inbox.remove, arrival.id)
                raise
            if not new:
                await asyncio.to_thread(self._inbox.remove, arrival.id)
                return material
        self._room.enter(material, format)
        return material

    def _require_room(self, size: int, filename: str) -> None:
        """size: of all that the account has, with this file. Called by the writer: of two at once one is told."""
        if size > self._account_bytes:
            raise StudyinError(
                Code.TOO_LARGE,
                say(
                    "Expected materials of at most {most} in all; {filename} would be one too many. "
                    "Remove some, or raise STUDYIN_MAX_ACCOUNT_BYTES.",
                    most=in_bytes(self._account_bytes),
                    filename=filename,
                ),
                status=413,
            )

    async def add_sample(self, account_id: str, name: str) -> Material:
        """Add sample notes by their name. Raises StudyinError NOT_FOUND."""
        sample, data = await asyncio.to_thread(read_sample, name)
        return await self.add(account_id, sample.filename, data)

    async def list(
        self,
        account_id: str,
        *,
        before: str | None = None,
        limit: int = 50,
        material_ids: Collection[str] | None = None,
    ) -> Listed:
        """A page of materials, or of these alone, the newest first. before: the `next` of the page before."""
        return await self._materials.list(account_id, before=before, limit=limit, material_ids=material_ids)

    async def get(self, account_id: str, material_id: str) -> Material:
        """Raises StudyinError NOT_FOUND."""
        return await self._materials.get(account_id, material_id)

    async def delete(self, account_id: str, material_id: str) -> None:
        """Raises StudyinError NOT_FOUND."""
        await self._materials.delete(account_id, material_id)
        self._room.leave(material_id)
        self._search.forget(account_id)

    # Passages. material_ids: the materials that are looked through, None for all of the account's.

    async def find(
        self,
        account_id: str,
        question: str,
        limit: int = 4,
        *,
        material_ids: Collection[str] | None = None,
        join: bool = False,
    ) -> Sequence[Found]:
        """The passages that may answer a question, the best first; none where nothing in the materials does.

        join: neighbours among them come as one, with the first one's id and position: for who quotes them whole. What
        is recalled by that id is the first alone.
        """
        found = await self._search.find(account_id, question, limit, material_ids=material_ids)
        return await self.joined(account_id, found) if join else found

    async def joined(self, account_id: str, found: Sequence[Found]) -> Sequence[Found]:
        """What was found, with neighbours as one: see find."""
        return await joined(self._passages, account_id, found)

    async def whole(
        self, account_id: str, *, material_ids: Collection[str] | None = None, room: int, question: str = ""
    ) -> Sequence[Found] | None:
        """Every passage, the oldest material first, each in its order; None where they have more than `room`
        characters, headings included, or where one of the materials is still being read.

        question: what their coverage is told of; it is 0 without one.
        """
        return await self._search.whole(account_id, question, material_ids=material_ids, room=room)

    async def in_order(
        self, account_id: str, *, material_ids: Collection[str] | None = None, limit: int = 50, each: int | None = None
    ) -> Sequence[Passage]:
        """The first passages, the oldest material first, each in its order: for what asks for all, or for the first,
        and not for the best. each: at most so many of one material."""
        return await self._passages.in_order(account_id, material_ids, limit, each=each)

    async def spellings(
        self, account_id: str, question: str, *, material_ids: Collection[str] | None = None
    ) -> Mapping[str, Sequence[str]]:
        """The words by which the passages were searched for each word of a question's subject, folded: itself, and how
        the materials write it."""
        return await self._search.spellings(account_id, question, material_ids=material_ids)

    async def rarity(
        self, account_id: str, words: Iterable[str], *, material_ids: Collection[str] | None = None
    ) -> dict[str, float]:
        """How much each folded word tells among the passages; above 0."""
        return await self._search.rarity(account_id, words, material_ids=material_ids)

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

    async def text(
        self, account_id: str, material_id: str, *, after: int = -1, limit: int = READ_AT_ONCE
    ) -> tuple[str, int | None, int | None]:
        """The text of about so many passages as it stands, headings and all, from behind position `after` on; the page
        that it begins on, None where there are no pages; and the position behind which it goes on, None at its end.
        Raises StudyinError NOT_FOUND."""
        material = await self.get(account_id, material_id)
        found = await self.passages(account_id, material_id, after=after, limit=limit)
        if not found:
            return "", None, None
        before = await self.passages(account_id, material_id, after=after - 1, limit=1) if after >= 0 else ()
        start = before[0].end if before else 0
        page = found[0].page and (before[0].page if before else 1)
        text = await self._passages.text(account_id, material_id, start, found[-1].end + 2) or ""
        # It stops between two blocks, where that can be: the second half of a table has no head.
        last = next((each for each in found[: limit // 2 : -1] if text[each.end - start :][:2] in _BETWEEN), found[-1])
        goes_on = last.position + 1 < material.passages
        return text[: last.end - start], page, last.position if goes_on else None

    async def count(self, account_id: str, *, material_ids: Collection[str] | None = None) -> int:
        """How many passages there are."""
        return await self._search.count(account_id, material_ids=material_ids)

    async def headings(self, account_id: str, material_id: str) -> Sequence[str]:
        """The different headings of a material, in the order they are read."""
        return await self._passages.headings(account_id, material_id)


def _told(arrival: Arrival, filename: str) -> Format:
    """The format of what came. A short text is looked at whole: its sender still waits for an answer."""
    format = told(arrival.path, filename)
    if format is Format.TEXT and arrival.size <= SHORT_BYTES:
        extract(filename, arrival.path.read_bytes())
    return format


async def _at_once(data: bytes) -> AsyncIterator[bytes]:
    yield data
