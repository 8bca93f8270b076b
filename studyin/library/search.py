"""From a question to the passages that may answer it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import log

from studyin.library.terms import forms, is_bare_number, stem, stems, subject
from studyin.store.materials import Passage
from studyin.store.passages import PassageStore

# Below this share of a question's terms, weighted by rarity, a passage is no answer: where questions that the sample
# notes answer and questions about anything else part. bm25 can't draw this line, it has no absolute meaning.
COVERAGE_FLOOR = 0.34

# In a larger library, a term that more than this share of the passages have tells nothing and costs the most to rank.
COMMON_SHARE = 0.25
COMMON_FROM = 400

# Of a question; whatever else it has says little more.
MAX_TERMS = 32
# Of all that was asked about some materials; past it, what is known of them is forgotten and counted anew.
MAX_REMEMBERED = 5_000
MAX_CHOICES = 50


@dataclass(frozen=True, slots=True)
class Found:
    """A passage that a question found. coverage: the share, 0 to 1, of the question's terms it has, rare ones more."""

    passage: Passage
    coverage: float


@dataclass(slots=True)
class _Known:
    """What was counted of some materials. size: their passages; counts: how many of those have each word."""

    size: int
    counts: dict[str, int] = field(default_factory=dict)


class Search:
    """FTS5 finds and ranks; how rare each term is among some passages is remembered until the account's change.

    material_ids: the materials that are searched, None for all of the account's.
    """

    def __init__(self, passages: PassageStore) -> None:
        self._passages = passages
        self._known: dict[str, dict[frozenset[str] | None, _Known]] = {}

    async def find(
        self, account_id: str, question: str, limit: int = 4, *, material_ids: Collection[str] | None = None
    ) -> Sequence[Found]:
        """The best passages, the best first; none where nothing in the materials answers the question."""
        asked = subject(question)[:MAX_TERMS]
        size, counts = await self._count(account_id, asked, material_ids)
        seen = {word: _rarity(size, count) for word, count in counts.items() if count}
        evidence = {word: weight for word, weight in seen.items() if not is_bare_number(word)}
        if not evidence:
            return []
        weights = _weights(asked, seen)
        telling = [word for word in seen if counts[word] <= size * COMMON_SHARE]
        words = telling if telling and size >= COMMON_FROM else seen
        phrases = [form for word in words for form in forms(word)]
        passages = await self._passages.match(account_id, phrases, limit, material_ids)
        found = [Found(passage, coverage(weights, passage)) for passage in passages if coverage(evidence, passage)]
        return found if any(each.coverage >= COVERAGE_FLOOR for each in found) else []

    async def whole(
        self, account_id: str, question: str, *, material_ids: Collection[str] | None = None, room: int
    ) -> Sequence[Found] | None:
        """All passages in order, where they have at most `room` characters. Nothing is given half: None otherwise."""
        passages = await self._passages.whole(account_id, material_ids, room)
        if passages is None:
            return None
        asked = subject(question)[:MAX_TERMS]
        size, counts = await self._count(account_id, asked, material_ids)
        weights = _weights(asked, {word: _rarity(size, count) for word, count in counts.items() if count})
        return [Found(passage, coverage(weights, passage)) for passage in passages]

    async def rarity(
        self, account_id: str, words: Iterable[str], *, material_ids: Collection[str] | None = None
    ) -> dict[str, float]:
        """How much each folded word tells: its inverse document frequency among the passages, above 0."""
        size, counts = await self._count(account_id, words, material_ids)
        return {word: _rarity(size, count) for word, count in counts.items()}

    async def count(self, account_id: str, *, material_ids: Collection[str] | None = None) -> int:
        """How many passages there are."""
        size, _ = await self._count(account_id, (), material_ids)
        return size

    def forget(self, account_id: str) -> None:
        """The account's passages changed."""
        self._known.pop(account_id, None)

    async def _count(
        self, account_id: str, words: Iterable[str], material_ids: Collection[str] | None
    ) -> tuple[int, dict[str, int]]:
        """How many passages there are, and how many of them have each word."""
        choices = self._known.setdefault(account_id, {})
        choice = None if material_ids is None else frozenset(material_ids)
        known = choices.get(choice)
        if known is None:
            if len(choices) >= MAX_CHOICES:
                choices.clear()
            known = choices[choice] = _Known(await self._passages.count(account_id, choice))
        if len(known.counts) > MAX_REMEMBERED:
            known.counts.clear()
        counts = {word: known.counts.get(word) for word in words}
        unknown = {word: forms(word) for word, count in counts.items() if count is None}
        if unknown and known.size:
            counted = await self._passages.frequencies(account_id, unknown, choice)
            known.counts |= counted
            counts |= counted
        return known.size, {word: count or 0 for word, count in counts.items()}


def _weights(asked: Sequence[str], seen: Mapping[str, float]) -> dict[str, float]:
    """How much each word of a question counts. seen: the rarity of those that the materials have."""
    # A word that the notes don't have is no rarer than those they do have: it may be chat, or another word for it.
    average = sum(seen.values()) / len(seen) if seen else 0.0
    return {word: seen.get(word, average) for word in asked}


def _rarity(size: int, count: int) -> float:
    return log((size + 1.5) / (count + 0.5))


def coverage(weights: Mapping[str, float], passage: Passage) -> float:
    """The share of the weights whose words the passage has, in its headings or below."""
    has = set(stems(f"{passage.heading} {passage.content}"))
    met = sum(weight for word, weight in weights.items() if any(stem(form) in has for form in forms(word)))
    total = sum(weights.values())
    return met / total if total else 0.0
