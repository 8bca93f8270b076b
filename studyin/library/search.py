"""From a question to the passages that may answer it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
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
MAX_REMEMBERED = 5_000


@dataclass(frozen=True, slots=True)
class Found:
    """A passage that a question found. coverage: the share, 0 to 1, of the question's terms it has, rare ones more."""

    passage: Passage
    coverage: float


class Search:
    """FTS5 finds and ranks; how rare each term is among an account's passages is remembered until they change."""

    def __init__(self, passages: PassageStore) -> None:
        self._passages = passages
        self._frequencies: dict[str, dict[str, int]] = {}
        self._sizes: dict[str, int] = {}

    async def find(self, account_id: str, question: str, limit: int = 4) -> Sequence[Found]:
        """The best passages, the best first; none where nothing in the account's materials answers the question."""
        asked = subject(question)[:MAX_TERMS]
        size, counts = await self._count(account_id, asked)
        seen = {word: _rarity(size, count) for word, count in counts.items() if count}
        evidence = {word: weight for word, weight in seen.items() if not is_bare_number(word)}
        if not evidence:
            return []
        # A word that the notes don't have is no rarer than those they do have: it may be chat, or another word for it.
        average = sum(seen.values()) / len(seen)
        weights = {word: seen.get(word, average) for word in asked}
        telling = [word for word in seen if counts[word] <= size * COMMON_SHARE]
        words = telling if telling and size >= COMMON_FROM else seen
        passages = await self._passages.match(account_id, [form for word in words for form in forms(word)], limit)
        found = [Found(passage, coverage(weights, passage)) for passage in passages if coverage(evidence, passage)]
        return found if any(each.coverage >= COVERAGE_FLOOR for each in found) else []

    async def rarity(self, account_id: str, words: Iterable[str]) -> dict[str, float]:
        """How much each folded word tells: its inverse document frequency among the account's passages, above 0."""
        size, counts = await self._count(account_id, words)
        return {word: _rarity(size, count) for word, count in counts.items()}

    async def count(self, account_id: str) -> int:
        """How many passages the account has."""
        size, _ = await self._count(account_id, ())
        return size

    def forget(self, account_id: str) -> None:
        """The account's passages changed."""
        self._frequencies.pop(account_id, None)
        self._sizes.pop(account_id, None)

    async def _count(self, account_id: str, words: Iterable[str]) -> tuple[int, dict[str, int]]:
        """How many passages the account has, and how many of them have each word."""
        size = self._sizes.get(account_id)
        if size is None:
            size = self._sizes[account_id] = await self._passages.count(account_id)
        remembered = self._frequencies.setdefault(account_id, {})
        if len(remembered) > MAX_REMEMBERED:
            remembered.clear()
        counts = {word: remembered.get(word) for word in words}
        unknown = {word: forms(word) for word, count in counts.items() if count is None}
        if unknown and size:
            counted = await self._passages.frequencies(account_id, unknown)
            remembered |= counted
            counts |= counted
        return size, {word: count or 0 for word, count in counts.items()}


def _rarity(size: int, count: int) -> float:
    return log((size + 1.5) / (count + 0.5))


def coverage(weights: Mapping[str, float], passage: Passage) -> float:
    """The share of the weights whose words the passage has, in its headings or below."""
    has = set(stems(f"{passage.heading} {passage.content}"))
    met = sum(weight for word, weight in weights.items() if any(stem(form) in has for form in forms(word)))
    total = sum(weights.values())
    return met / total if total else 0.0
