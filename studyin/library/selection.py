"""The library as one session sees it: the materials that it was limited to, or all of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from studyin.library.search import Found
from studyin.library.shelf import Library
from studyin.store.materials import Listed, Passage


class Selection:
    """Answers as Library does, with what is not among `material_ids` left out; None for all."""

    def __init__(self, library: Library, material_ids: Collection[str] | None) -> None:
        self.material_ids = material_ids
        self._library = library

    async def list(self, account_id: str, *, limit: int = 50) -> Listed:
        return await self._library.list(account_id, limit=limit, material_ids=self.material_ids)

    async def find(self, account_id: str, question: str, limit: int = 4, *, join: bool = False) -> Sequence[Found]:
        return await self._library.find(account_id, question, limit, material_ids=self.material_ids, join=join)

    async def whole(self, account_id: str, *, room: int, question: str = "") -> Sequence[Found] | None:
        return await self._library.whole(account_id, room=room, question=question, material_ids=self.material_ids)

    async def in_order(self, account_id: str, *, limit: int = 50, each: int | None = None) -> Sequence[Passage]:
        return await self._library.in_order(account_id, limit=limit, each=each, material_ids=self.material_ids)

    async def spellings(self, account_id: str, question: str) -> Mapping[str, Sequence[str]]:
        return await self._library.spellings(account_id, question, material_ids=self.material_ids)

    async def rarity(self, account_id: str, words: Iterable[str]) -> dict[str, float]:
        return await self._library.rarity(account_id, words, material_ids=self.material_ids)

    async def count(self, account_id: str) -> int:
        return await self._library.count(account_id, material_ids=self.material_ids)

    async def passages(
        self, account_id: str, material_id: str, *, after: int = -1, limit: int = 50
    ) -> Sequence[Passage]:
        if not self._has(material_id):  # the conversation was there before the choice was made
            return []
        return await self._library.passages(account_id, material_id, after=after, limit=limit)

    async def headings(self, account_id: str, material_id: str) -> Sequence[str]:
        return await self._library.headings(account_id, material_id) if self._has(material_id) else []

    async def recall(self, account_id: str, passage_id: str) -> Passage | None:
        """A question that is open stays open, whatever was chosen since: what it was made from is always at hand."""
        return await self._library.recall(account_id, passage_id)

    def _has(self, material_id: str) -> bool:
        return self.material_ids is None or material_id in self.material_ids
